//! What somebody chooses when they ask for a file: certain records, a language, a mail.

use calamine::{Reader as _, Xlsx};
use chrono::Duration;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use std::io::Cursor;
use test_kit::World;
use uuid::Uuid;

use super::{csv_of, download, export, path, role, text, told};
use crate::bulk::fill;

#[tokio::test]
async fn chosen_records_and_no_others() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (sales, other) = (broker.team("Sales", None).await, broker.team("Other", None).await);
    let manager = broker.manager().await;
    fill(&broker, 6, "DE", None, Some(sales)).await;
    fill(&broker, 2, "GB", None, Some(other)).await;
    let list = manager.get("/api/clients?limit=50").await.expect(200);
    let id = |n: &str| {
        list["data"].as_array().unwrap().iter().find(|c| c["email"] == format!("{n}@example.com")).unwrap()["id"].clone()
    };
    let ids = json!([id("de3"), id("de1"), id("gb1"), Uuid::now_v7()]);
    let body = json!({ "entity": "clients", "format": "csv", "ids": ids, "sort": "name" });
    let made = export(&world, &manager, &body).await;
    assert_eq!((text(&made, "filter"), made["total"].as_u64()), ("selected: 4", Some(3)));
    assert_eq!(csv_of(&world, &made).await.column("E-mail").len(), 3, "one of them is not there");
    assert_eq!(told(&manager, "export.finished").await["filter"], "selected: 4");
    // Within what one may see.
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let made = export(&world, &leader, &json!({ "entity": "clients", "format": "csv", "ids": ids })).await;
    let mut names = csv_of(&world, &made).await.column("First name").into_iter().map(str::to_owned).collect::<Vec<_>>();
    names.sort_unstable();
    assert_eq!(names, ["F1", "F3"]);
    // Everything of a filter but some.
    let body = json!({ "entity": "clients", "format": "csv", "filter": { "country": "DE" }, "except": [id("de3"), id("gb1")] });
    let made = export(&world, &manager, &body).await;
    assert_eq!((text(&made, "filter"), made["rows"].as_u64()), ("country: DE; except: 2", Some(5)));
    assert!(!csv_of(&world, &made).await.column("E-mail").contains(&"de3@example.com"));
    // One that was deleted in between is not taken along, and a try again still means the same.
    let asked = manager.post("/api/exports", &json!({ "entity": "clients", "format": "csv", "ids": ids })).await.expect(202);
    manager.post(&format!("{}/cancel", path(&asked)), &json!({})).await.expect(200);
    manager.delete(&format!("/api/clients/{}", text(&json!({ "id": id("de1") }), "id"))).await.expect(204);
    manager.post(&format!("{}/retry", path(&asked)), &json!({})).await.expect(202);
    world.drain().await;
    assert_eq!(manager.get(&path(&asked)).await.expect(200)["rows"], 2);

    let many: Vec<Uuid> = (0..10_001).map(|_| Uuid::now_v7()).collect();
    for (more, field) in [
        (json!({ "ids": [] }), "ids"),
        (json!({ "ids": many }), "ids"),
        (json!({ "ids": ids, "filter": { "country": "DE" } }), "ids"),
        (json!({ "ids": ids, "except": ids }), "ids"),
        (json!({ "except": many }), "except"),
        (json!({ "language": "tlh" }), "language"),
    ] {
        let mut body = json!({ "entity": "clients", "format": "csv" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let refused = manager.post("/api/exports", &body).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"][field].is_array(), "{field}: {}", refused["data"]);
    }
    // As many as the words say.
    let most = json!({ "entity": "clients", "format": "csv", "ids": many[..10_000] });
    assert_eq!(export(&world, &manager, &most).await["rows"], 0);
}

#[tokio::test]
async fn headings_and_statuses_are_in_the_language_of_whoever_asks() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker, 1, "DE", None, None).await;
    let statuses = manager.get("/api/statuses").await.expect(200);
    let label = text(statuses["client"].as_array().unwrap().iter().find(|s| s["key"] == "new").unwrap(), "label").to_owned();
    assert_ne!(label, "new");
    let body = |more: Json| {
        let mut body = json!({ "entity": "clients", "format": "csv" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for (more, last_name, status, kyc, language) in [
        (json!({}), "Last name", label.as_str(), "Missing", "en"),
        (json!({ "language": "ar-AE" }), "اسم العائلة", label.as_str(), "ناقص", "ar"),
        (json!({ "raw": true }), "last_name", "new", "missing", "en"),
    ] {
        let made = export(&world, &manager, &body(more)).await;
        assert_eq!((text(&made, "language"), &made["raw"]), (language, &json!(last_name == "last_name")));
        let sheet = csv_of(&world, &made).await;
        assert_eq!(sheet.column(last_name), ["Test"]);
        assert!(
            sheet.rows[0].iter().any(|cell| cell == status) && sheet.rows[0].iter().any(|cell| cell == kyc),
            "{:?}",
            sheet.rows
        );
    }
    let made = export(&world, &manager, &body(json!({ "language": "ar", "format": "xlsx" }))).await;
    let book: Xlsx<_> = Xlsx::new(Cursor::new(download(&world, &made).await)).unwrap();
    assert_eq!(book.sheet_names(), ["العملاء"]);
    // The tenant's language without one; a program reads keys.
    manager.patch("/api/settings", &json!({ "locale": "ar" })).await.expect(200);
    assert_eq!(csv_of(&world, &export(&world, &manager, &body(json!({}))).await).await.column("البلد"), ["DE"]);
}

#[tokio::test]
async fn a_mail_tells_that_it_is_ready_or_will_not_be() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let id =
        role(&manager, "Clerk", json!({ "clients.read": "all", "clients.export": "all" }), json!({ "clients.email": "full" }))
            .await;
    let clerk = broker.actor("Carl", "Clerk", None).await;
    fill(&broker, 3, "DE", None, None).await;
    let about = |what: &str| {
        let mails = world.mail.list(Some(&broker.email("Carl")));
        mails.into_iter().filter(|m| m.subject.contains(what)).collect::<Vec<_>>()
    };
    export(&world, &clerk, &json!({ "entity": "clients", "format": "xlsx" })).await;
    assert!(about("export").is_empty(), "nobody asked for one");
    let asked = json!({ "entity": "clients", "format": "csv", "mail": true });
    let made = export(&world, &clerk, &asked).await;
    assert_eq!(made["mail"], true);
    let mails = about("is ready");
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(
        mail.subject.contains("Clients (CSV)") && mail.text.contains("3 rows") && mail.text.contains("/exports"),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("X-Amz") && !mail.html.contains("X-Amz"), "a mail holds no link to the file");
    assert!(!mail.text.contains(text(&made, "id")), "{}", mail.text);

    let asked = clerk.post("/api/exports", &asked).await.expect(202);
    manager
        .patch(&format!("/api/roles/{id}"), &json!({ "permissions": { "clients.read": "all", "clients.export": "none" } }))
        .await
        .expect(200);
    world.drain().await;
    world.app.clock.advance(Duration::minutes(1));
    let status =
        broker.tx().await.scalar::<String>("select status from exports order by created_at desc limit 1", []).await.unwrap();
    assert_eq!(status.as_deref(), Some("failed"), "{asked}");
    assert_eq!(about("could not be made").len(), 1);
}

#[tokio::test]
async fn clients_of_a_partner() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let partner = manager.post("/api/partners", &json!({ "name": "Ann", "email": "ann@partner.example" })).await.expect(201);
    let id = text(&partner, "id");
    for email in ["a@example.com", "b@example.com"] {
        let lead = json!({ "first_name": "Leo", "last_name": "Lead", "email": email, "partner_id": id });
        let lead = manager.post("/api/leads", &lead).await.expect(201);
        manager.post(&format!("/api/leads/{}/convert", text(&lead, "id")), &json!({})).await.expect(200);
    }
    fill(&broker, 4, "DE", None, None).await;
    let total = async |query: &str| manager.get(&format!("/api/clients?{query}")).await.expect(200)["total"].as_u64();
    assert_eq!(total(&format!("partner_id={id}")).await, Some(2));
    assert_eq!(total("partner_id=none").await, Some(4));
    assert_eq!(total(&format!("filter={{\"field\":\"partner_id\",\"op\":\"in\",\"value\":[\"{id}\"]}}")).await, Some(2));
    manager.get("/api/clients?partner_id=ann").await.refused(422, "validation_failed");
    let body = json!({ "entity": "clients", "format": "csv", "filter": { "partner_id": id } });
    assert_eq!(csv_of(&world, &export(&world, &manager, &body).await).await.column("Partner"), ["Ann", "Ann"]);
}
