//! Files on records through HTTP and the file store.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use sandbox::clamd::{ClamdStandIn, Mood, eicar};
use serde_json::Value as Json;
use test_kit::{Api, Reply, World};

use crate::activities::{client, id, sales};

/// Sends a file for a record.
pub async fn send(api: &Api<'_>, field: &str, record: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    send_to(api, "/api/attachments", field, record, name, bytes).await
}

/// The same by another face.
pub async fn send_to(api: &Api<'_>, path: &str, field: &str, record: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    let part = Part::bytes(bytes.into()).file_name(name.to_owned()).mime_str("text/html").unwrap();
    // The record comes after the file, as a browser may send it.
    let form = Form::new().part("file", part).text(field.to_owned(), record.to_owned());
    api.send(api.request(Method::POST, path).multipart(form)).await
}

/// What the link of a file leads to: the answer's headers and the bytes.
async fn fetched(api: &Api<'_>, id: &str) -> (reqwest::header::HeaderMap, Vec<u8>) {
    let bare = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = api.request(Method::GET, &format!("/api/attachments/{id}/download")).build().unwrap();
    let reply = bare.execute(request).await.unwrap();
    assert_eq!(reply.status().as_u16(), 302);
    let answer = bare.get(reply.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    (answer.headers().clone(), answer.bytes().await.unwrap().to_vec())
}

fn names(list: &Json) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|f| f["filename"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_file_is_added_opened_and_deleted() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let jane = client(&ada, "Jane").await;
    // More than one part of the store's, and no text.
    let bytes: Vec<u8> = (0..7_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let made = send(&ada, "client_id", &jane, "C:\\x\\Plan \"ü\".bin", bytes.clone()).await.expect(201);
    assert_eq!((made["filename"].as_str(), made["bytes"].as_u64()), (Some("Plan \"ü\".bin"), Some(7_000_000)));
    let sum: String = runtime::crypto::sha256(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(made["sha256"], sum);
    assert_eq!(
        (made["content_type"].as_str(), made["uploader_name"].as_str()),
        (Some("application/octet-stream"), Some("Ada Manager"))
    );
    let (headers, stored) = fetched(&ada, &id(&made)).await;
    assert!(stored == bytes, "other bytes came back");
    assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    // What a browser would run is never called that.
    for (name, bytes, kind) in [
        ("page.html", &b"<!doctype html><script>alert(1)</script>"[..], "application/octet-stream"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream"),
        ("a.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("a.txt", b"plain", "text/plain"),
    ] {
        let made = send(&ada, "client_id", &jane, name, bytes).await.expect(201);
        assert_eq!(made["content_type"], kind, "{name}");
        let (headers, _) = fetched(&ada, &id(&made)).await;
        assert_eq!(headers["content-type"], kind, "{name}");
        assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment;"), "{name}");
    }
    let list = ada.get(&format!("/api/attachments?client_id={jane}")).await.expect(200);
    assert_eq!(names(&list), ["a.txt", "a.pdf", "a.svg", "page.html", "Plan \"ü\".bin"]);
    let opened = ada.get("/api/audit?action=attachment.opened").await.expect(200);
    assert_eq!(opened["total"], 5);
    assert_eq!(ada.delete(&format!("/api/attachments/{}", id(&made))).await.status, 204);
    ada.get(&format!("/api/attachments/{}/download", id(&made))).await.refused(404, "not_found");
    let tenant = broker.tenant().await.key;
    let prefix = crm::attachments::entity::folder(tenant, id(&made).parse().unwrap());
    crm::attachments::sweep(&world.app, tenant).await.unwrap();
    assert_eq!(world.app.files.size_of_prefix(&prefix).await.unwrap(), 7_000_000, "kept for some days");
    world.app.clock.advance(chrono::Duration::days(8));
    crm::attachments::sweep(&world.app, tenant).await.unwrap();
    assert_eq!(world.app.files.size_of_prefix(&prefix).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_and_nothing_is_kept() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let jane = client(&ada, "Jane").await;
    let nobody = uuid::Uuid::now_v7().to_string();
    let fault = send(&ada, "client_id", &nobody, "a.txt", "x").await.refused(422, "validation_failed");
    assert!(fault["data"]["fields"]["client_id"].is_array());
    let fault = send(&ada, "lead_id", &jane, "a.txt", "").await.refused(422, "validation_failed");
    assert_eq!(fault["data"]["fields"].as_object().unwrap().len(), 2, "no record and an empty file: {fault}");
    let bare = Form::new().text("client_id", jane.clone());
    ada.send(ada.request(Method::POST, "/api/attachments").multipart(bare)).await.refused(422, "validation_failed");
    send(&ada, "client_id", &jane, "big", vec![1; 25 * 1024 * 1024 + 1]).await.refused(413, "file_too_large");
    let anna = broker.actor("Anna", "Agent", None).await;
    send(&anna, "client_id", &jane, "a.txt", "x").await.refused(422, "validation_failed");
    world.stop_s3().await;
    send(&ada, "client_id", &jane, "a.txt", "x").await.refused(503, "storage_unavailable");
    world.start_s3().await;
    assert_eq!(ada.get("/api/attachments").await.expect(200)["total"], 0);
    let prefix = format!("{}attachments/", broker.tenant().await.key.storage_prefix());
    assert_eq!(world.app.files.size_of_prefix(&prefix).await.unwrap(), 0);
}

#[tokio::test]
async fn files_are_seen_by_who_sees_the_record() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let bert = broker.actor("Bert", "Agent", None).await;
    let (contact, deal, chance) = sales(&broker, anna.id()).await;
    let mut ids = Vec::new();
    for (field, record) in [("contact_id", &contact), ("deal_id", &deal), ("opportunity_id", &chance)] {
        let made = send(&anna, field, record, "a.txt", "x").await.expect(201);
        assert_eq!(made[field], **record);
        assert_eq!(anna.get(&format!("/api/attachments?{field}={record}")).await.expect(200)["total"], 1);
        ids.push(id(&made));
    }
    assert_eq!(bert.get("/api/attachments").await.expect(200)["total"], 0);
    bert.get(&format!("/api/attachments/{}/download", ids[0])).await.refused(404, "not_found");
    bert.delete(&format!("/api/attachments/{}", ids[0])).await.refused(404, "not_found");
    let others = send(&ada, "deal_id", &deal, "b.txt", "x").await.expect(201);
    anna.delete(&format!("/api/attachments/{}", id(&others))).await.refused(403, "forbidden");
    assert_eq!(anna.delete(&format!("/api/attachments/{}", ids[0])).await.status, 204);
    assert_eq!(ada.delete(&format!("/api/attachments/{}", ids[1])).await.status, 204);
}

#[tokio::test]
async fn a_virus_is_not_taken() {
    let scanner = ClamdStandIn::start().await.unwrap();
    let world = World::with(&[("CLAMD_ADDR", &scanner.address()), ("RATE_SIGNIN", "off")]).await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let jane = client(&ada, "Jane").await;
    send(&ada, "client_id", &jane, "a.txt", eicar()).await.refused(422, "file_infected");
    send(&ada, "client_id", &jane, "a.txt", "harmless").await.expect(201);
    scanner.set_mood(Mood::Failing);
    send(&ada, "client_id", &jane, "b.txt", "harmless").await.refused(503, "scanner_unavailable");
    assert_eq!(ada.get("/api/attachments").await.expect(200)["total"], 1);
}
