//! Two contacts become one and two again: what moves, who is a client's primary contact, who may, and what is refused.

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

use crate::contacts::hold;
use crate::deals::Dice;

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}"))
}

async fn made(api: &Api<'_>, path: &str, body: Json) -> String {
    text(&api.post(path, &body).await.expect(201), "id").to_owned()
}

async fn read(api: &Api<'_>, id: &str) -> Json {
    api.get(&format!("/api/contacts/{id}")).await.expect(200)
}

/// Without what every write changes.
fn timeless(mut record: Json) -> Json {
    for name in ["updated_at", "version"] {
        record.as_object_mut().unwrap().remove(name);
    }
    record
}

/// All that a merge can change, whatever its order.
async fn state(broker: &Broker<'_>) -> Json {
    let sql = "select jsonb_build_object(
        'contacts', (select jsonb_agg(to_jsonb(k) - 'version' - 'updated_at' order by id) from contacts k),
        'deals', (select jsonb_agg(jsonb_build_array(id, contact_id) order by id) from deals),
        'activities', (select jsonb_agg(jsonb_build_array(id, contact_id) order by id) from activities),
        'notes', (select jsonb_agg(jsonb_build_array(id, contact_id) order by id) from notes),
        'attachments', (select jsonb_agg(jsonb_build_array(id, contact_id) order by id) from attachments))";
    broker.tx().await.scalar::<Json>(sql, []).await.unwrap().unwrap()
}

#[tokio::test]
async fn nothing_is_lost_by_a_merge_and_a_split() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let api = broker.manager().await;
    let field = json!({ "entity": "contact", "label": "Level", "key": "level", "type": "number" });
    api.post("/api/custom-fields", &field).await.expect(201);
    let client = json!({ "first_name": "Nora", "last_name": "North", "email": "nora@example.com" });
    let client = made(&api, "/api/clients", client).await;
    let first = json!({ "first_name": "Jane", "email": "jane@example.com", "tags": ["vip"], "client_id": client, "rating": 2 });
    let a = made(&api, "/api/contacts", first).await;
    let second = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jd@example.com", "phone": "+442071838750", "rating": 5,
        "company": "Acme", "status": "customer", "tags": ["fair", "vip"], "custom": { "level": 2 }, "client_id": client });
    let b = made(&api, "/api/contacts", second).await;
    api.patch(&format!("/api/contacts/{b}/primary"), &json!({})).await.expect(200);
    let deal = made(&api, "/api/deals", json!({ "name": "Deal", "contact_id": b })).await;
    made(&api, "/api/opportunities", json!({ "name": "Chance", "contact_id": b })).await;
    made(&api, "/api/activities", json!({ "type": "call", "subject": "Call", "contact_id": b })).await;
    made(&api, "/api/notes", json!({ "content": "Hello", "contact_id": b })).await;
    let (before_a, before_b) = (read(&api, &a).await, read(&api, &b).await);
    let before = state(&broker).await;

    let ask = json!({ "keep_id": a, "drop_id": b, "fields": { "email": "drop" }, "dry_run": true });
    let preview = api.post("/api/contacts/merge", &ask).await.expect(200);
    assert!(preview["merge_id"].is_null());
    assert_eq!(state(&broker).await, before, "a preview changes nothing");
    let found: Vec<(&str, &str)> =
        preview["conflicts"].as_array().unwrap().iter().map(|c| (text(c, "field"), text(c, "chosen"))).collect();
    for pair in [("last_name", "drop"), ("email", "drop"), ("phone", "drop"), ("rating", "keep"), ("custom.level", "drop")] {
        assert!(found.contains(&pair), "{pair:?} in {found:?}");
    }
    assert!(!found.iter().any(|(field, _)| *field == "client" || *field == "first_name"), "{found:?}");

    let ask = json!({ "keep_id": a, "drop_id": b, "fields": { "email": "drop" }, "keep_version": before_a["version"] });
    let merged = api.post("/api/contacts/merge", &ask).await.expect(200);
    assert_eq!(merged["moved"], json!({ "deals": 2, "activities": 1, "notes": 1, "attachments": 0 }));
    let one = read(&api, &a).await;
    for (field, value) in [
        ("name", json!("Jane Doe")),
        ("email", json!("jd@example.com")),
        ("company", json!("Acme")),
        ("rating", json!(2)),
        ("status", json!("lead")),
        ("tags", json!(["vip", "fair"])),
        ("custom", json!({ "level": 2 })),
        ("client_id", json!(client)),
        ("is_primary", json!(true)),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    hold(&broker).await;
    assert_eq!(api.get(&format!("/api/deals/{deal}")).await.expect(200)["contact_id"], json!(a));
    let gone = api.get(&format!("/api/contacts/{b}")).await.refused(404, "merged");
    assert_eq!(gone["data"]["merged_into"], json!(a));
    api.post(&format!("/api/contacts/{b}/restore"), &json!({})).await.refused(409, "merged");
    api.post("/api/contacts/merge", &ask).await.refused(404, "not_found");
    let told = api.get("/api/audit?action=contact.merged").await.expect(200);
    assert_eq!(told["total"], 1, "{told}");
    let list = api.get(&format!("/api/contact-merges?contact_id={a}")).await.expect(200);
    assert_eq!((&list["data"][0]["can_split"], &list["data"][0]["drop_name"]), (&json!(true), &json!("Jane Doe")));
    let path = format!("/api/contact-merges/{}/split", text(&merged, "merge_id"));
    let apart = api.post(&path, &json!({ "dry_run": true })).await.expect(200);
    assert_eq!(apart["restored"]["name"], "Jane Doe");

    // What somebody changed since stays; the rest goes back, and so does the place at the client.
    api.patch(&format!("/api/contacts/{a}"), &json!({ "company": "Later" })).await.expect(200);
    let apart = api.post(&path, &json!({})).await.expect(200);
    assert_eq!(apart["left"], json!([{ "field": "company", "value": "Later" }]), "{apart}");
    let (now_a, now_b) = (read(&api, &a).await, read(&api, &b).await);
    assert_eq!(timeless(now_b), timeless(before_b));
    let mut wanted = timeless(before_a);
    wanted["company"] = json!("Later");
    assert_eq!(timeless(now_a), wanted);
    hold(&broker).await;
    api.post(&path, &json!({})).await.refused(409, "already_split");
    let verdict = provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap();
    assert!(verdict.ok, "{verdict:?}");
}

#[tokio::test]
async fn merges_and_splits_at_random_leave_everything_as_it_was() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let api = broker.manager().await;
    let mut clients = Vec::new();
    for n in 0..3 {
        let body = json!({ "first_name": "C", "last_name": n.to_string(), "email": format!("c{n}@example.com") });
        clients.push(made(&api, "/api/clients", body).await);
    }
    let mut dice = Dice(27);
    let mut contacts = Vec::new();
    for n in 0..9 {
        let mut body = json!({ "first_name": format!("P{n}"), "email": format!("p{n}@example.com"), "rating": dice.below(6) });
        if dice.below(4) > 0 {
            body["client_id"] = json!(clients[dice.below(3)]);
        }
        if dice.below(2) == 0 {
            body["company"] = json!(format!("Company {n}"));
        }
        let id = made(&api, "/api/contacts", body).await;
        made(&api, "/api/notes", json!({ "content": "x", "contact_id": id })).await;
        contacts.push(id);
    }
    for _ in 0..6 {
        let before = state(&broker).await;
        let (mut alive, mut done) = (contacts.clone(), Vec::new());
        for _ in 0..1 + dice.below(4) {
            let keep = alive.swap_remove(dice.below(alive.len()));
            let drop = alive.swap_remove(dice.below(alive.len()));
            let mut fields = serde_json::Map::new();
            for field in ["client", "company", "rating", "email"] {
                if dice.below(2) == 0 {
                    fields.insert(field.to_owned(), json!(dice.pick(&["keep", "drop"])));
                }
            }
            let ask = json!({ "keep_id": keep, "drop_id": drop, "fields": fields });
            done.push(text(&api.post("/api/contacts/merge", &ask).await.expect(200), "merge_id").to_owned());
            hold(&broker).await;
            alive.push(keep);
        }
        while let Some(merge) = done.pop() {
            api.post(&format!("/api/contact-merges/{merge}/split"), &json!({})).await.expect(200);
            hold(&broker).await;
        }
        assert_eq!(state(&broker).await, before);
    }
}

#[tokio::test]
async fn nobody_merges_what_is_not_theirs_or_takes_what_they_do_not_see() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let (sales, other) = (broker.team("Sales", None).await, broker.team("Other", None).await);
    let manager = broker.manager().await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let agent = broker.actor("Anna", "Agent", Some(sales)).await;
    let stranger = broker.user("Otto", "Agent", Some(other)).await;
    let mine = json!({ "first_name": "Mine", "email": "mine@example.com", "assigned_to": agent.id() });
    let mine = made(&manager, "/api/contacts", mine).await;
    let second =
        json!({ "first_name": "Second", "email": "second@example.com", "phone": "+442071838750", "assigned_to": agent.id() });
    let second = made(&manager, "/api/contacts", second).await;
    let theirs = made(&manager, "/api/contacts", json!({ "first_name": "Theirs", "assigned_to": stranger })).await;
    let ask = |keep: &str, drop: &str| json!({ "keep_id": keep, "drop_id": drop });
    agent.post("/api/contacts/merge", &ask(&mine, &second)).await.refused(403, "forbidden");
    leader.post("/api/contacts/merge", &ask(&mine, &theirs)).await.refused(404, "not_found");
    let refused = leader.post("/api/contacts/merge", &json!({ "drop_id": "x" })).await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"].as_object().unwrap().len(), 2, "{refused}");
    let wrong = json!({ "keep_id": mine, "drop_id": second, "fields": { "country": "drop" } });
    leader.post("/api/contacts/merge", &wrong).await.refused(422, "validation_failed");
    let mut stale = ask(&mine, &second);
    stale["drop_version"] = json!(7);
    leader.post("/api/contacts/merge", &stale).await.refused(409, "stale_version");

    // A role that sees phones masked merges all the same; the values are never told.
    let permissions =
        json!({ "contacts.read": "all", "contacts.update": "all", "contacts.delete": "all", "contacts.merge": "all" });
    let fields = json!({ "contacts.email": "full", "contacts.phone": "masked" });
    let role = json!({ "name": "Clerk", "permissions": permissions, "fields": fields });
    manager.post("/api/roles", &role).await.expect(201);
    let clerk = broker.actor("Carl", "Clerk", None).await;
    let mut greedy = ask(&mine, &second);
    greedy["fields"] = json!({ "phone": "drop" });
    clerk.post("/api/contacts/merge", &greedy).await.refused(422, "field_masked");
    let merged = clerk.post("/api/contacts/merge", &ask(&mine, &second)).await;
    assert!(!merged.text.contains("+442071838750"), "{}", merged.text);
    let merged = merged.expect(200);
    assert_eq!(read(&manager, &mine).await["phone"], "+442071838750", "an empty one is filled");
    let path = format!("/api/contact-merges/{}/split", text(&merged, "merge_id"));
    agent.post(&path, &json!({})).await.refused(403, "forbidden");
    leader.post(&path, &json!({})).await.expect(200);
    assert_eq!(read(&manager, &mine).await["phone"], Json::Null);
}
