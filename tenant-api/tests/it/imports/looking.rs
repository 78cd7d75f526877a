//! Who may look into a file: what stands in it is for those who see such values in clear anyway.

use reqwest::Method;
use serde_json::{Value as Json, json};
use test_kit::{Api, Reply, World};

use super::{ended, map, mapped, people, preview, run, send};

/// Somebody new, somebody who is there already, and a row that is wrong.
const FILE: &str = "first_name,last_name,email,phone,birthday,memo\n\
    Jane,Doe,jane.secret@hidden.com,+442071838750,1984-05-17,secret words\n\
    Known,Person,known.secret@hidden.com,+442071838751,1985-05-17,secret words\n\
    Bad,Row,broken-secret,+442071838752,1986-05-17,secret words\n";

/// Values of the file.
fn assert_silent(reply: &Reply, what: &str) {
    for trace in ["secret", "2071838", "1984", "birthday", "memo"] {
        assert!(!reply.text.contains(trace), "{what} tells {trace}: {}", reply.text);
    }
}

async fn role(manager: &Api<'_>, name: &str, permissions: Json, fields: Json) {
    let body = json!({ "name": name, "permissions": permissions, "fields": fields });
    manager.post("/api/roles", &body).await.expect(201);
}

/// A file of the manager's that was brought in, with one row to decide about.
async fn brought_in(manager: &Api<'_>) -> String {
    let known =
        json!({ "first_name": "Known", "last_name": "Person", "email": "known.secret@hidden.com", "phone": "+442071838759" });
    manager.post("/api/clients", &known).await.expect(201);
    let path = mapped(manager, "clients", FILE, json!({ "duplicates": "review" })).await;
    preview(manager, &path).await;
    let done = run(manager, &path).await;
    assert_eq!((&done["created"], &done["review"], &done["failed"]), (&json!(1), &json!(1), &json!(1)), "{done}");
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_values_masked_finds_none_in_a_file() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let manager = broker.manager().await;
    let all = json!({ "clients.import": "all", "clients.create": "all", "clients.read": "all", "clients.update": "all", "clients.assign": "all" });
    role(&manager, "Masked", all.clone(), json!({ "clients.email": "masked", "clients.phone": "masked" })).await;
    role(&manager, "Hidden", all.clone(), json!({})).await;
    role(&manager, "Half", all, json!({ "clients.email": "full", "clients.phone": "masked" })).await;
    let done = brought_in(&manager).await;
    let open = mapped(&manager, "clients", FILE, json!({})).await;
    preview(&manager, &open).await;
    let waiting = mapped(&manager, "clients", &people(3), json!({})).await;
    preview(&manager, &waiting).await;
    for (name, who) in [("Mia", "Masked"), ("Hugo", "Hidden"), ("Hal", "Half")] {
        let api = broker.actor(name, who, None).await;
        for path in [&done, &open] {
            let rows = format!("{path}/rows");
            let mut asked = vec![api.get(path).await, api.get(&rows).await, api.get(&format!("{path}/preview")).await];
            for more in ["state=invalid", "state=review", "state=duplicate", "search=jane", "column=email"] {
                asked.push(api.get(&format!("{rows}?{more}")).await);
            }
            asked.push(api.get(&format!("{path}/errors.csv")).await);
            asked.push(api.post(&format!("{path}/preview"), &json!({})).await);
            asked.push(api.patch(path, &json!({ "header_row": 1 })).await);
            let mapping = json!({ "mapping": { "first_name": "first_name", "last_name": "last_name", "email": "email" } });
            asked.push(api.put(&format!("{path}/mapping"), &mapping).await);
            asked.push(api.patch(&format!("{rows}/4"), &json!({ "values": { "email": "fine@example.com" } })).await);
            for choice in ["update", "create", "skip"] {
                asked.push(api.post(&format!("{rows}/3/decide"), &json!({ "choice": choice })).await);
            }
            asked.push(api.post(&format!("{path}/start"), &json!({})).await);
            asked.push(api.post(&format!("{path}/undo"), &json!({})).await);
            for (n, reply) in asked.into_iter().enumerate() {
                assert_silent(&reply, &format!("{who} {path} {n}"));
                let is_over = reply.status == 409 && reply.json["code"] == "already_started";
                if !is_over {
                    reply.refused(403, "field_masked");
                }
            }
        }
        // How far they are is no secret, and what runs can be stopped.
        let list = api.get("/api/imports").await;
        assert_silent(&list, who);
        let list = list.expect(200);
        assert_eq!((&list["total"], &list["data"][2]["created"]), (&json!(3), &json!(1)), "{list}");
    }
    let mia = broker.signed_in("Mia").await;
    manager.post(&format!("{waiting}/start"), &json!({})).await.expect(202);
    let stopped = mia.post(&format!("{waiting}/cancel"), &json!({})).await;
    assert!(!stopped.text.contains("@example.com"), "{}", stopped.text);
    if stopped.status != 200 {
        stopped.refused(409, "not_running");
    }
    // Nothing of it was decided or changed.
    let after = manager.get(&done).await.expect(200);
    assert_eq!((&after["review"], &after["status"]), (&json!(1), &json!("done")));
    assert_eq!(manager.get(&open).await.expect(200)["mapping"]["mapping"]["memo"], Json::Null);
    assert_eq!(manager.get(&open).await.expect(200)["status"], "previewed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_somebody_else_is_for_who_sees_every_field() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let all = json!({ "clients.import": "all", "clients.create": "all", "clients.read": "all" });
    let contacts = json!({ "clients.email": "full", "clients.phone": "full", "clients.date_of_birth": "masked",
        "clients.address": "masked", "clients.balance": "full" });
    role(&manager, "Contacts only", all, contacts).await;
    // Its view of the database is made by a job.
    world.drain().await;
    let cora = broker.actor("Cora", "Contacts only", None).await;
    // Nobody has said yet what the columns are, and one of them holds dates of birth.
    let sent = send(&manager, "clients", "people.csv", FILE).await.expect(201);
    let theirs = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    let reply = cora.get(&theirs).await;
    assert_silent(&reply, "a file that nobody mapped");
    reply.refused(403, "field_masked");
    let named = json!({ "defaults": { "address": "1 Secret Street" } });
    map(&manager, &theirs, &sent, named).await.expect(200);
    // One's own file one knows, as long as nothing is mapped that one does not see.
    let own = send(&cora, "clients", "people.csv", FILE).await;
    assert!(!own.text.contains("Secret Street"), "what somebody else said of their file: {}", own.text);
    let own = own.expect(201);
    let path = format!("/api/imports/{}", own["id"].as_str().unwrap());
    map(&cora, &path, &own, json!({})).await.refused(403, "field_masked");
    let mapping = json!({ "mapping": { "first_name": "first_name", "last_name": "last_name", "email": "email" } });
    cora.put(&format!("{path}/mapping"), &mapping).await.expect(200);
    preview(&cora, &path).await;
    let rows = cora.get(&format!("{path}/rows")).await.expect(200);
    assert_eq!(rows["data"][0]["values"]["email"], "jane.secret@hidden.com");
    let csv = cora.send(cora.request(Method::GET, &format!("{path}/errors.csv"))).await;
    assert!(csv.status == 200 && csv.text.contains("broken-secret"), "{}", csv.text);
    // Whose role sees less by now sees no more of the own file, either.
    let roles = manager.get("/api/roles").await.expect(200);
    let role = roles["data"].as_array().unwrap().iter().find(|r| r["name"] == "Contacts only").unwrap()["id"].clone();
    let less = json!({ "fields": { "clients.email": "masked" } });
    manager.patch(&format!("/api/roles/{}", role.as_str().unwrap()), &less).await.expect(200);
    for rest in ["", "/rows", "/preview", "/errors.csv"] {
        let reply = cora.get(&format!("{path}{rest}")).await;
        assert_silent(&reply, rest);
        reply.refused(403, "field_masked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_are_there_are_shown_to_who_may_see_them() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let fields = json!({ "clients.email": "full", "clients.phone": "full", "clients.date_of_birth": "full",
        "clients.address": "full", "clients.balance": "full" });
    let rights = json!({ "clients.import": "all", "clients.create": "all", "clients.read": "own" });
    role(&manager, "Importer", rights, fields).await;
    world.start_workers();
    let ida = broker.actor("Ida", "Importer", None).await;
    let body =
        json!({ "first_name": "Known", "last_name": "Person", "email": "known.secret@hidden.com", "phone": "+442079460000" });
    let known = manager.post("/api/clients", &body).await.expect(201);
    let path = mapped(&ida, "clients", FILE, json!({ "duplicates": "review" })).await;
    preview(&ida, &path).await;
    let seen = ida.get(&format!("{path}/rows?state=duplicate")).await;
    assert!(!seen.text.contains("79460000"), "a client of somebody else: {}", seen.text);
    let seen = seen.expect(200);
    assert_eq!((&seen["total"], &seen["data"][0]["duplicate_of"]), (&json!(1), &Json::Null), "that there is one, and no more");
    let told = manager.get(&format!("{path}/rows?state=duplicate")).await.expect(200);
    assert_eq!(told["data"][0]["existing"]["values"]["phone"], "+442079460000");
    // Who may not change clients does not change one by deciding so.
    ida.post(&format!("{path}/start"), &json!({})).await.expect(202);
    ended(&ida, &path, &["done"]).await;
    let decide = async |choice: &str| ida.post(&format!("{path}/rows/3/decide"), &json!({ "choice": choice })).await;
    decide("update").await.refused(403, "forbidden");
    let kept = manager.get(&format!("/api/clients/{}", known["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(kept["phone"], "+442079460000");
    decide("skip").await.expect(200);
}
