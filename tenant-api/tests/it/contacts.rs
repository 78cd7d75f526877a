//! Contacts, and which of a client's contacts is the primary one.

use futures::future::join_all;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use crate::deals::Dice;

fn person(name: &str) -> Json {
    json!({ "first_name": name, "last_name": "Person", "email": format!("{name}@example.com"), "phone": "+442071838750" })
}

fn text(of: &Json, name: &str) -> String {
    of[name].as_str().unwrap_or_else(|| panic!("{name} of {of}")).to_owned()
}

async fn client(api: &Api<'_>, name: &str) -> String {
    text(&api.post("/api/clients", &person(name)).await.expect(201), "id")
}

async fn contact(api: &Api<'_>, name: &str, client: Option<&str>) -> Json {
    let mut body = person(name);
    body["client_id"] = json!(client);
    api.post("/api/contacts", &body).await.expect(201)
}

/// Every client with a contact has exactly one primary one, and nobody without a client is one.
pub async fn hold(broker: &Broker<'_>) {
    let sql = "select count(*) from (select client_id, count(*) filter (where is_primary) as n from contacts
               where deleted_at is null group by 1) g where n <> case when client_id is null then 0 else 1 end";
    let wrong: i64 = broker.tx().await.scalar(sql, []).await.unwrap().unwrap();
    assert_eq!(wrong, 0);
    let sql = "select count(*) from contacts where is_primary and (deleted_at is not null or client_id is null)";
    assert_eq!(broker.tx().await.scalar::<i64>(sql, []).await.unwrap(), Some(0));
}

#[tokio::test]
async fn contacts_are_kept_found_and_changed() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let made = ada
        .post(
            "/api/contacts",
            &json!({ "first_name": "Zoë", "company": "Acme", "rating": 4, "tags": ["vip"], "email": "ZOE@Example.com" }),
        )
        .await
        .expect(201);
    assert_eq!(
        (text(&made, "name"), text(&made, "status"), text(&made, "email")),
        ("Zoë".into(), "lead".into(), "zoe@example.com".into())
    );
    assert_eq!(made["is_primary"], false);
    let bad = json!({ "rating": 6, "status": "vip", "email": "x", "client_id": Uuid::now_v7() });
    let refused = ada.post("/api/contacts", &bad).await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"].as_object().unwrap().len(), 5);
    contact(&ada, "bob", None).await;
    for (query, found) in [
        ("search=zoe", 1),
        ("search=acme", 1),
        ("rating_min=4", 1),
        ("rating_min=5", 0),
        ("tag=vip", 1),
        ("status=lead", 2),
        ("client_id=none", 2),
        ("sort=-rating", 2),
        ("sort=company,-name", 2),
    ] {
        assert_eq!(ada.get(&format!("/api/contacts?{query}")).await.expect(200)["total"], found, "{query}");
    }
    let filter =
        json!({ "and": [{ "field": "rating", "op": "gte", "value": 3 }, { "field": "company", "op": "is", "value": "acme" }] });
    let listed = ada.get(&format!("/api/contacts?filter={}", urlencoded(&filter.to_string()))).await.expect(200);
    assert_eq!(listed["total"], 1);
    let path = format!("/api/contacts/{}", text(&made, "id"));
    let changed =
        ada.patch(&path, &json!({ "last_name": "Zett", "rating": null, "status": "Customer", "version": 1 })).await.expect(200);
    assert_eq!(
        (text(&changed, "name"), text(&changed, "status"), changed.get("rating")),
        ("Zoë Zett".into(), "customer".into(), None)
    );
    ada.patch(&path, &json!({ "last_name": "Late", "version": 1 })).await.refused(409, "stale_version");
    let found = ada.get("/api/search?q=zett").await.expect(200);
    assert_eq!((&found["groups"][0]["type"], &found["groups"][0]["items"][0]["id"]), (&json!("contact"), &made["id"]));
    let deleted = ada.delete(&path).await.expect(200);
    assert!(deleted["deleted_at"].is_string());
    ada.get(&path).await.refused(404, "not_found");
    ada.post(&format!("{path}/restore"), &json!({})).await.expect(200);
    let told = ada.get(&format!("{path}/timeline")).await.expect(200);
    let actions: Vec<&str> = told["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["contact.restored", "contact.deleted", "contact.updated", "contact.created"]);
}

fn urlencoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[tokio::test]
async fn agents_see_their_own_and_mask_by_mask() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let bo = broker.actor("Bo", "Agent", None).await;
    let foreign = contact(&ada, "foreign", None).await;
    bo.get(&format!("/api/contacts/{}", text(&foreign, "id"))).await.refused(404, "not_found");
    let own = contact(&bo, "owned", None).await;
    assert_eq!((&own["email"], &own["masked"]), (&json!("o•••@e•••.com"), &json!(["email", "phone"])));
    assert_eq!(bo.get("/api/contacts").await.expect(200)["total"], 1);
    assert_eq!(bo.get("/api/contacts?search=owned%40example").await.expect(200)["total"], 0);
    let path = format!("/api/contacts/{}", text(&own, "id"));
    bo.patch(&path, &json!({ "email": "new@example.com" })).await.refused(422, "field_masked");
    bo.patch(&path, &json!({ "company": "Acme" })).await.expect(200);
    let shown = bo.post(&format!("{path}/reveal"), &json!({ "fields": ["email"], "purpose": "Write back" })).await.expect(200);
    assert_eq!(shown["email"], "owned@example.com");
    bo.delete(&path).await.refused(403, "forbidden");
    let clients = json!({ "client_id": client(&ada, "theirs").await });
    let refused = bo.patch(&path, &clients).await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"]["client_id"], json!(["is not a client"]));
}

#[tokio::test]
async fn a_client_has_one_primary_contact_whatever_happens() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let (one, two) = (client(&ada, "one").await, client(&ada, "two").await);
    let first = contact(&ada, "first", Some(&one)).await;
    let second = contact(&ada, "second", Some(&one)).await;
    assert_eq!((&first["is_primary"], &second["is_primary"]), (&json!(true), &json!(false)));
    let path = |c: &Json| format!("/api/contacts/{}", text(c, "id"));
    let refused = ada.patch(&path(&first), &json!({ "is_primary": false })).await.refused(422, "validation_failed");
    assert!(refused["data"]["fields"]["is_primary"].is_array());
    assert_eq!(ada.patch(&format!("{}/primary", path(&second)), &json!({})).await.expect(200)["is_primary"], true);
    assert_eq!(ada.get(&path(&first)).await.expect(200)["is_primary"], false);
    hold(&broker).await;
    ada.delete(&path(&second)).await.expect(200);
    assert_eq!(ada.get(&path(&first)).await.expect(200)["is_primary"], true);
    assert_eq!(ada.post(&format!("{}/restore", path(&second)), &json!({})).await.expect(200)["is_primary"], false);
    assert_eq!(ada.patch(&path(&first), &json!({ "client_id": two })).await.expect(200)["is_primary"], true);
    assert_eq!(ada.get(&path(&second)).await.expect(200)["is_primary"], true);
    hold(&broker).await;
    let alone = contact(&ada, "alone", None).await;
    ada.patch(&format!("{}/primary", path(&alone)), &json!({})).await.refused(409, "no_client");
    let merged = ada.post("/api/clients/merge", &json!({ "keep_id": one, "drop_id": two })).await.expect(200);
    assert_eq!(merged["moved"]["contacts"], 1);
    hold(&broker).await;
    assert_eq!(ada.get(&path(&second)).await.expect(200)["is_primary"], true, "the kept one keeps its own");
    ada.delete(&path(&second)).await.expect(200);
    hold(&broker).await;
    ada.post(&format!("/api/merges/{}/split", text(&merged, "merge_id")), &json!({})).await.expect(200);
    hold(&broker).await;
    let ids = json!({ "ids": [first["id"], alone["id"]], "change": { "delete": true } });
    let deleted = ada.post("/api/contacts/bulk", &ids).await.expect(200);
    assert_eq!(deleted["updated"], 2);
    hold(&broker).await;
    ada.post(&format!("/api/undo/{}", text(&deleted, "undo_id")), &json!({})).await.expect(200);
    assert_eq!(ada.get(&path(&first)).await.expect(200)["is_primary"], true);
    hold(&broker).await;
}

/// Somebody else takes the place between the reading and the change.
#[tokio::test]
async fn whoever_was_read_as_the_primary_one_and_is_not_any_more_is_told_so() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let client = client(&ada, "one").await;
    let first = text(&contact(&ada, "first", Some(&client)).await, "id");
    let second = text(&contact(&ada, "second", Some(&client)).await, "id");
    let id = |text: &str| text.parse::<Uuid>().unwrap();
    let other = broker.tx().await;
    other.run("select 1 from clients where id = $1 for no key update", [id(&client).into()]).await.unwrap();
    let (path, body) = (format!("/api/contacts/{first}"), json!({ "is_primary": true }));
    let (reply, ()) = tokio::join!(ada.patch(&path, &body), async {
        let waiting =
            "select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&world.admin).await.unwrap() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        for (who, is) in [(&first, false), (&second, true)] {
            let sql = "update contacts set is_primary = $2, version = version + 1 where id = $1";
            other.run(sql, [id(who).into(), is.into()]).await.unwrap();
        }
        other.commit().await.unwrap();
    });
    assert_eq!(reply.status, 409, "{}", reply.text);
    hold(&broker).await;
}

#[tokio::test]
async fn whoever_comes_at_once_there_is_one_primary_contact() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let clients = [client(&ada, "one").await, client(&ada, "two").await, client(&ada, "three").await];
    join_all((0..12).map(|n| {
        let (ada, clients) = (&ada, &clients);
        async move { contact(ada, &format!("c{n}"), Some(&clients[n % 2])).await }
    }))
    .await;
    hold(&broker).await;
    let mut dice = Dice(7);
    for round in 0..8 {
        let listed = ada.get("/api/contacts?limit=200").await.expect(200);
        let ids: Vec<String> = listed["data"].as_array().unwrap().iter().map(|c| text(c, "id")).collect();
        let chosen: Vec<(usize, String, String)> =
            (0..6).map(|_| (dice.below(4), dice.pick(&ids), dice.pick(&clients))).collect();
        let done = join_all(chosen.iter().map(|(what, id, to)| {
            let ada = &ada;
            async move {
                let path = format!("/api/contacts/{id}");
                match what {
                    0 => ada.patch(&format!("{path}/primary"), &json!({})).await,
                    1 => ada.patch(&path, &json!({ "client_id": to })).await,
                    2 => ada.patch(&path, &json!({ "client_id": to, "is_primary": true })).await,
                    _ => ada.delete(&path).await,
                }
            }
        }))
        .await;
        for reply in done {
            assert!([200, 404, 409].contains(&reply.status), "round {round}: {}", reply.text);
        }
        hold(&broker).await;
        contact(&ada, &format!("more{round}"), Some(&clients[2])).await;
    }
}

#[tokio::test]
async fn a_client_that_is_not_seen_is_not_named_and_stays() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let bo = broker.actor("Bo", "Agent", None).await;
    let whose = client(&ada, "Whose").await;
    let made = contact(&ada, "Kim", Some(&whose)).await;
    let path = format!("/api/contacts/{}", text(&made, "id"));
    let given = ada.patch(&path, &json!({ "assigned_to": bo.id() })).await.expect(200);
    assert_eq!(given["client_id"], json!(whose));
    let seen = bo.get(&path).await.expect(200);
    assert!(seen["client_id"].is_null() && seen["client_name"].is_null(), "{seen}");
    // A form that sends back what it was shown takes nothing away.
    bo.patch(&path, &json!({ "client_id": null, "job_title": "Treasurer" })).await.expect(200);
    assert_eq!(ada.get(&path).await.expect(200)["client_id"], json!(whose));
    ada.patch(&path, &json!({ "client_id": null })).await.expect(200);
    assert!(ada.get(&path).await.expect(200)["client_id"].is_null());
}
