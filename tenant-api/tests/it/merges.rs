//! Two clients become one and two again: what moves, what stays, who may, and what is refused.

use std::collections::BTreeSet;

use crm::merges::{COLUMNS, CONTACT_COLUMNS, CONTACT_REFERENCES, CONTACT_STAYING, REFERENCES, STAYING};
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use crate::bulk::number;

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

async fn client(who: &Api<'_>, more: Json) -> String {
    let mut body = json!({ "first_name": "Jane", "last_name": "Doe" });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    text(&who.post("/api/clients", &body).await.expect(201), "id").to_owned()
}

async fn read(who: &Api<'_>, id: &str) -> Json {
    who.get(&format!("/api/clients/{id}")).await.expect(200)
}

/// Without what every write changes.
fn timeless(mut record: Json) -> Json {
    for name in ["updated_at", "version", "last_activity_at"] {
        record.as_object_mut().unwrap().remove(name);
    }
    record
}

async fn split(who: &Api<'_>, merge: &Json) -> test_kit::Reply {
    who.post(&format!("/api/merges/{}/split", text(merge, "merge_id")), &json!({})).await
}

fn fields(conflicts: &Json) -> Vec<(&str, &str)> {
    conflicts.as_array().unwrap().iter().map(|c| (text(c, "field"), text(c, "chosen"))).collect()
}

/// One of everything that points at a client.
pub async fn link(broker: &Broker<'_>, client: Uuid) {
    let tx = broker.tx().await;
    for sql in [
        "insert into documents (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256, status)
             select d.id, d.id, 1, $1, $1, 'identity', 'a.pdf', 'application/pdf', 1, 'x', 'pending' from gen_random_uuid() d (id)",
        "insert into client_consents (id, client_id, key, version, hash, at) values (gen_random_uuid(), $1, 'terms', 1, 'x', now())",
        "insert into client_registrations (id, client_id, submitted_at, verified_at) values (gen_random_uuid(), $1, now(), now())",
        "insert into leads (id, first_name, last_name, status, converted_client_id)
             values (gen_random_uuid(), 'Leo', 'Lead', 'new', $1)",
        "insert into contacts (id, first_name, last_name, client_id, is_primary)
             select gen_random_uuid(), 'Cara', 'Contact', $1, not exists (select 1 from contacts where client_id = $1 and is_primary)",
        "insert into deals (id, kind, name, client_id, pipeline_key, stage, currency)
             select gen_random_uuid(), 'deal', 'Big', $1, pipeline_key, key, 'USD' from pipeline_stages where outcome = 'none' limit 1",
        "insert into activities (id, type, subject, client_id) values (gen_random_uuid(), 'call', 'Call', $1)",
        "insert into notes (id, content, client_id, author_name) values (gen_random_uuid(), 'Note', $1, 'Ada')",
        "insert into attachments (id, client_id, filename, content_type, bytes, sha256, object_key, uploader_name)
             values (gen_random_uuid(), $1, 'a.pdf', 'application/pdf', 1, 'x', 'x', 'Ada')",
    ] {
        tx.run(sql, [client.into()]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nothing_is_lost_by_a_merge_and_a_split() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let field = json!({ "entity": "client", "label": "Level", "key": "level", "type": "number" });
    manager.post("/api/custom-fields", &field).await.expect(201);
    let a = client(&manager, json!({ "email": "jane@example.com", "country": "DE", "tags": ["vip"], "custom": { "level": 1 } }))
        .await;
    let more = json!({
        "email": "jd@example.com", "phone": "+442071838750", "country": "GB", "date_of_birth": "1984-05-17", "tags": ["fair", "vip"],
        "source": "Fair", "follow_up_at": "2027-01-01T08:00:00Z", "follow_up_note": "Call", "custom": { "level": 2 },
    });
    let b = client(&manager, more).await;
    for id in [&a, &b] {
        link(&broker, id.parse().unwrap()).await;
    }
    manager.patch(&format!("/api/clients/{b}"), &json!({ "status": "active" })).await.expect(200);
    let (before_a, before_b) = (read(&manager, &a).await, read(&manager, &b).await);

    let ask = json!({ "keep_id": a, "drop_id": b, "fields": { "email": "drop", "custom.level": "drop" }, "dry_run": true });
    let preview = manager.post("/api/clients/merge", &ask).await.expect(200);
    assert_eq!(read(&manager, &a).await, before_a, "a dry run changes nothing");
    assert_eq!(read(&manager, &b).await, before_b);
    assert!(preview["merge_id"].is_null(), "{preview}");
    assert_eq!(
        fields(&preview["conflicts"]),
        [
            ("email", "drop"),
            ("phone", "drop"),
            ("country", "keep"),
            ("date_of_birth", "drop"),
            ("status", "keep"),
            ("source", "drop"),
            ("follow_up", "drop"),
            ("custom.level", "drop"),
        ]
    );
    let note = preview["conflicts"].as_array().unwrap().iter().find(|c| c["field"] == "follow_up").unwrap();
    assert_eq!((&note["keep"], &note["drop"]["follow_up_note"]), (&Json::Null, &json!("Call")));

    let mut ask = ask;
    ask.as_object_mut().unwrap().remove("dry_run");
    let merged = manager.post("/api/clients/merge", &ask).await.expect(200);
    let record = read(&manager, &a).await;
    assert_eq!(timeless(record.clone()), timeless(merged["record"].clone()));
    assert_eq!(timeless(preview["record"].clone()), timeless(merged["record"].clone()), "the preview is the result");
    for part in ["keep", "drop", "conflicts", "moved"] {
        assert_eq!(preview[part], merged[part], "{part}");
    }
    assert_eq!(
        (text(&record, "email"), text(&record, "phone"), text(&record, "country")),
        ("jd@example.com", "+442071838750", "DE")
    );
    assert_eq!((&record["tags"], &record["custom"]["level"]), (&json!(["vip", "fair"]), &json!(2)));
    assert_eq!(
        merged["moved"],
        json!({
            "documents": 1, "consents": 1, "registrations": 1, "leads": 1, "contacts": 1, "deals": 1, "activities": 1, "notes": 1,
            "attachments": 1,
        })
    );
    assert_eq!(number(&broker, "select wrong_figures()").await, 0);

    // The other is part of it now.
    let gone = manager.get(&format!("/api/clients/{b}")).await.refused(404, "merged");
    assert_eq!(gone["data"]["merged_into"], json!(a));
    manager.get(&format!("/api/clients/{b}/documents")).await.refused(404, "merged");
    manager.post(&format!("/api/clients/{b}/restore"), &json!({})).await.refused(409, "merged");
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 1);
    assert_eq!(manager.get(&format!("/api/clients/{a}/documents")).await.expect(200)["data"].as_array().unwrap().len(), 2);
    let story = manager.get(&format!("/api/clients/{a}/timeline?limit=50")).await.expect(200);
    let told: Vec<&str> = story["data"].as_array().unwrap().iter().map(|e| text(e, "action")).collect();
    assert_eq!(told.iter().filter(|action| **action == "client.created").count(), 2, "both histories: {told:?}");
    assert_eq!(told.iter().filter(|action| **action == "client.merged").count(), 1, "{told:?}");
    let list = manager.get(&format!("/api/merges?client_id={a}")).await.expect(200);
    assert_eq!((&list["data"][0]["drop_id"], &list["data"][0]["can_split"]), (&json!(b), &json!(true)));
    assert_eq!(list["data"][0]["by"]["name"], "Ada Manager");

    // Work goes on: these stay where they were done.
    let edits = json!({ "source": "Website", "tags": ["vip", "fair", "gold"], "last_name": "Roe" });
    manager.patch(&format!("/api/clients/{a}"), &edits).await.expect(200);
    link(&broker, a.parse().unwrap()).await;
    let path = format!("/api/merges/{}/split", text(&merged, "merge_id"));
    let preview = manager.post(&path, &json!({ "dry_run": true })).await.expect(200);
    assert_eq!(manager.get(&format!("/api/clients/{b}")).await.status, 404, "a dry run changes nothing");
    let apart = manager.post(&path, &json!({})).await.expect(200);
    for part in ["kept", "restored"] {
        assert_eq!(timeless(preview[part].clone()), timeless(apart[part].clone()), "{part}");
    }
    assert_eq!(apart["left"], json!([{ "field": "source", "value": "Website" }]));
    let (after_a, after_b) = (read(&manager, &a).await, read(&manager, &b).await);
    assert_eq!(timeless(after_b), timeless(before_b.clone()));
    let mut wanted = timeless(before_a);
    for (name, value) in
        [("source", json!("Website")), ("tags", json!(["vip", "gold"])), ("last_name", json!("Roe")), ("name", json!("Jane Roe"))]
    {
        wanted[name] = value;
    }
    assert_eq!(timeless(after_a), wanted);
    assert_eq!(apart["moved"], merged["moved"]);
    for (id, documents) in [(&a, 2), (&b, 1)] {
        assert_eq!(
            manager.get(&format!("/api/clients/{id}/documents")).await.expect(200)["data"].as_array().unwrap().len(),
            documents
        );
    }
    assert_eq!(number(&broker, "select wrong_figures()").await, 0);
    manager.post(&path, &json!({})).await.refused(409, "already_split");
    let list = manager.get(&format!("/api/merges?client_id={b}")).await.expect(200);
    assert_eq!((&list["data"][0]["can_split"], &list["data"][0]["split_by"]["name"]), (&json!(false), &json!("Ada Manager")));
    let verdict = manager.post("/api/audit/verify", &json!({})).await.expect(200);
    assert_eq!(verdict["ok"], true, "{verdict}");
}

#[tokio::test]
async fn documents_decide_over_the_status_before_and_after() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let a = client(&manager, json!({ "email": "a@example.com" })).await;
    let b = client(&manager, json!({ "email": "b@example.com" })).await;
    let document = async |client: &str, kind: &'static str| {
        let tx = broker.tx().await;
        let sql = "insert into documents (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256, status)
                   select d.id, d.id, 1, $1, $1, $2, 'a.pdf', 'application/pdf', 1, 'x', 'approved' from gen_random_uuid() d (id)";
        tx.run(sql, [client.parse::<Uuid>().unwrap().into(), kind.into()]).await.unwrap();
        tx.commit().await.unwrap();
    };
    // Each has handed in a half.
    document(&a, "identity").await;
    document(&b, "address").await;
    let merged = manager.post("/api/clients/merge", &json!({ "keep_id": a, "drop_id": b })).await.expect(200);
    assert_eq!(merged["record"]["kyc_status"], "approved");
    // A newer version of what came along goes back with it.
    let tx = broker.tx().await;
    let sql = "insert into documents (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256, status)
               select gen_random_uuid(), lineage, 2, client_id, client_id, type, 'b.pdf', content_type, 1, 'x', 'pending'
               from documents where type = 'address'";
    tx.run(sql, []).await.unwrap();
    tx.commit().await.unwrap();
    let apart = split(&manager, &merged).await.expect(200);
    assert_eq!((&apart["kept"]["kyc_status"], &apart["restored"]["kyc_status"]), (&json!("missing"), &json!("missing")));
    assert_eq!(apart["moved"]["documents"], 2);
    assert_eq!(
        number(&broker, "select count(*) from (select lineage from documents group by 1 having count(distinct client_id) > 1) l")
            .await,
        0
    );

    // What somebody decided by hand is kept, too.
    manager.patch(&format!("/api/clients/{b}"), &json!({ "kyc_status": "approved" })).await.expect(200);
    let merged = manager.post("/api/clients/merge", &json!({ "keep_id": a, "drop_id": b })).await.expect(200);
    assert_eq!(merged["record"]["kyc_status"], "approved");
    let apart = split(&manager, &merged).await.expect(200);
    assert_eq!((&apart["kept"]["kyc_status"], &apart["restored"]["kyc_status"]), (&json!("missing"), &json!("approved")));
}

#[tokio::test]
async fn balances_are_added_and_taken_apart() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let a = client(&manager, json!({ "email": "a@example.com" })).await;
    let b = client(&manager, json!({ "email": "b@example.com" })).await;
    let set = async |client: &str, amount: &'static str, currency: &'static str| {
        let tx = broker.tx().await;
        let sql = "update clients set balance = $2::text::numeric, currency = $3 where id = $1";
        tx.run(sql, [client.parse::<Uuid>().unwrap().into(), amount.into(), currency.into()]).await.unwrap();
        tx.commit().await.unwrap();
    };
    let ask = json!({ "keep_id": a, "drop_id": b });
    set(&a, "10.10", "USD").await;
    set(&b, "900719925474099.33", "EUR").await;
    manager.post("/api/clients/merge", &ask).await.refused(409, "currencies_differ");
    set(&b, "900719925474099.33", "USD").await;
    let merged = manager.post("/api/clients/merge", &ask).await.expect(200);
    assert_eq!(merged["record"]["balance"], "900719925474109.43");
    // What is paid in since stays.
    set(&a, "900719925474110.43", "USD").await;
    let apart = split(&manager, &merged).await.expect(200);
    assert_eq!((&apart["kept"]["balance"], &apart["restored"]["balance"]), (&json!("11.10"), &json!("900719925474099.33")));
    set(&a, "0", "USD").await;
    set(&b, "5", "EUR").await;
    let merged = manager.post("/api/clients/merge", &ask).await.expect(200);
    assert_eq!((&merged["record"]["balance"], &merged["record"]["currency"]), (&json!("5.00"), &json!("EUR")));
    let apart = split(&manager, &merged).await.expect(200);
    assert_eq!((&apart["kept"]["balance"], &apart["kept"]["currency"]), (&json!("0.00"), &json!("USD")));
}

#[tokio::test]
async fn the_last_merge_is_split_first() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d"] {
        ids.push(client(&manager, json!({ "email": format!("{name}@example.com"), "last_name": name })).await);
    }
    let merge = async |keep: usize, drop: usize| {
        manager.post("/api/clients/merge", &json!({ "keep_id": ids[keep], "drop_id": ids[drop] })).await.expect(200)
    };
    let first = merge(0, 1).await;
    let second = merge(0, 2).await;
    let blocked = split(&manager, &first).await.refused(409, "split_blocked");
    assert_eq!(
        blocked["data"]["blocked_by"],
        json!([{ "merge_id": second["merge_id"], "keep_id": ids[0], "drop_id": ids[2], "name": "Jane c" }])
    );
    // The kept one becomes part of another in turn.
    let third = merge(3, 0).await;
    let blocked = split(&manager, &second).await.refused(409, "split_blocked");
    assert_eq!(blocked["data"]["blocked_by"][0]["merge_id"], third["merge_id"]);
    // Whoever was merged twice is found where they are by now.
    let gone = manager.get(&format!("/api/clients/{}", ids[1])).await.refused(404, "merged");
    assert_eq!(gone["data"]["merged_into"], json!(ids[3]));
    let list = manager.get(&format!("/api/merges?client_id={}", ids[3])).await.expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    split(&manager, &third).await.expect(200);
    let list = manager.get(&format!("/api/merges?client_id={}", ids[0])).await.expect(200);
    let can: Vec<(&Json, &Json)> = list["data"].as_array().unwrap().iter().map(|m| (&m["id"], &m["can_split"])).collect();
    assert_eq!(
        can,
        [(&third["merge_id"], &json!(false)), (&second["merge_id"], &json!(true)), (&first["merge_id"], &json!(false))]
    );
    // A kept client that was deleted has to come back first.
    manager.delete(&format!("/api/clients/{}", ids[0])).await.expect(204);
    split(&manager, &second).await.refused(409, "kept_deleted");
    manager.post(&format!("/api/clients/{}/restore", ids[0]), &json!({})).await.expect(200);
    split(&manager, &second).await.expect(200);
    split(&manager, &first).await.expect(200);
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 4);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let (sales, support) = (broker.team("Sales", None).await, broker.team("Retention", None).await);
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let ben = broker.user("Ben", "Agent", Some(support)).await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let a = client(&manager, json!({ "email": "a@example.com", "assigned_to": anna.id() })).await;
    let b = client(&manager, json!({ "email": "b@example.com", "assigned_to": anna.id() })).await;
    let far = client(&manager, json!({ "email": "c@example.com", "assigned_to": ben })).await;
    let entries = number(&broker, "select count(*) from audit_log").await;
    let ask = async |who: &Api<'_>, body: Json| who.post("/api/clients/merge", &body).await;
    ask(&anna, json!({ "keep_id": a, "drop_id": b })).await.refused(403, "forbidden");
    // Scope over one of the two only: the other does not exist, whichever side it stands on.
    let nobody = Uuid::now_v7().to_string();
    for other in [&far, &nobody] {
        ask(&leader, json!({ "keep_id": a, "drop_id": other })).await.refused(404, "not_found");
        ask(&leader, json!({ "keep_id": other, "drop_id": a })).await.refused(404, "not_found");
    }
    let faults = ask(&manager, json!({ "keep_id": "x", "fields": { "emial": "keep", "email": "both" } })).await;
    let faults = faults.refused(422, "validation_failed");
    let named: Vec<&String> = faults["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["drop_id", "fields.email", "fields.emial", "keep_id"]);
    ask(&manager, json!({ "keep_id": a, "drop_id": a })).await.refused(422, "validation_failed");
    ask(&manager, json!({ "keep_id": a, "drop_id": b, "fields": { "custom.none": "drop" } }))
        .await
        .refused(422, "validation_failed");
    for version in ["keep_version", "drop_version"] {
        ask(&manager, json!({ "keep_id": a, "drop_id": b, version: 7 })).await.refused(409, "stale_version");
    }
    assert_eq!(number(&broker, "select count(*) from audit_log").await, entries);
    assert_eq!(number(&broker, "select count(*) from merges").await, 0);

    // Whoever may read a client and not merge it is told so.
    let role = json!({ "name": "Reader", "copy_of": "Team Leader" });
    let role = manager.post("/api/roles", &role).await.expect(201);
    let scopes = json!({ "permissions": { "clients.read": "all", "clients.merge": "own" } });
    manager.patch(&format!("/api/roles/{}", text(&role, "id")), &scopes).await.expect(200);
    let reader = broker.actor("Rita", "Reader", Some(sales)).await;
    ask(&reader, json!({ "keep_id": a, "drop_id": b })).await.refused(403, "forbidden");

    let merged = ask(&leader, json!({ "keep_id": a, "drop_id": b, "keep_version": 1, "drop_version": 1 })).await.expect(200);
    // Merged is merged: it is neither kept nor dropped again.
    let gone = ask(&leader, json!({ "keep_id": b, "drop_id": a })).await;
    assert_eq!((gone.status, gone.json["code"].as_str()), (404, Some("merged")), "{}", gone.text);
    split(&anna, &merged).await.refused(403, "forbidden");
    // Out of sight it does not exist.
    manager.patch(&format!("/api/clients/{a}"), &json!({ "assigned_to": ben })).await.expect(200);
    split(&leader, &merged).await.refused(404, "not_found");
    leader.get(&format!("/api/merges?client_id={a}")).await.refused(404, "not_found");
    let unseen = leader.get(&format!("/api/clients/{b}")).await;
    assert_eq!((unseen.status, unseen.json["code"].as_str()), (404, Some("not_found")), "{}", unseen.text);
    manager.post(&format!("/api/merges/{}/split", Uuid::now_v7()), &json!({})).await.refused(404, "not_found");

    // An address that somebody else got meanwhile blocks the way back, and nothing is done by halves.
    let d = client(&manager, json!({ "email": "b@example.com" })).await;
    let refused = split(&manager, &merged).await.refused(409, "email_exists");
    assert!(refused["data"]["fields"]["email"].is_array(), "{refused}");
    assert_eq!(manager.get(&format!("/api/clients/{b}")).await.status, 404);
    manager.patch(&format!("/api/clients/{d}"), &json!({ "email": "d@example.com" })).await.expect(200);
    split(&manager, &merged).await.expect(200);
    assert_eq!(number(&broker, "select wrong_figures()").await, 0);
}

#[tokio::test]
async fn masked_staff_merge_what_they_can_not_read() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let sales = broker.team("Sales", None).await;
    let role = manager.post("/api/roles", &json!({ "name": "Cleaner", "copy_of": "Agent" })).await.expect(201);
    let change = json!({ "permissions": { "clients.merge": "own" }, "fields": { "clients.address": "hidden", "clients.balance": "masked" } });
    manager.patch(&format!("/api/roles/{}", text(&role, "id")), &change).await.expect(200);
    let clea = broker.actor("Clea", "Cleaner", Some(sales)).await;
    let person = |email: &str, more: Json| {
        let mut body = json!({ "email": email, "assigned_to": clea.id() });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        body
    };
    let a = client(&manager, person("secretone@hidden-a.com", json!({ "phone": "+442071838750" }))).await;
    let more = json!({ "phone": "+442071838750", "address": "Secret Street 1", "date_of_birth": "1984-05-17" });
    let b = client(&manager, person("secrettwo@hidden-b.com", more)).await;
    let silent = |reply: &test_kit::Reply| {
        for trace in ["secretone", "secrettwo", "hidden-", "2071838", "Secret Street", "05-17"] {
            assert!(!reply.text.contains(trace), "{trace} in {}", reply.text);
        }
    };
    for field in ["email", "address", "date_of_birth"] {
        let ask = json!({ "keep_id": a, "drop_id": b, "fields": { field: "drop" } });
        clea.post("/api/clients/merge", &ask).await.refused(422, "field_masked");
    }
    let ask = json!({ "keep_id": a, "drop_id": b });
    let preview = clea.post("/api/clients/merge", &json!({ "keep_id": a, "drop_id": b, "dry_run": true })).await;
    silent(&preview);
    let seen = &preview.json["conflicts"];
    // That the two numbers are the same is not told, and what is hidden is not there.
    assert_eq!(fields(seen), [("email", "keep"), ("phone", "keep"), ("date_of_birth", "drop")], "{seen}");
    assert!(seen.as_array().unwrap().iter().all(|c| c["choosable"] == false));
    let merged = clea.post("/api/clients/merge", &ask).await;
    silent(&merged);
    let merged = merged.expect(200);
    let record = &merged["record"];
    assert_eq!(
        (&record["email"], &record["date_of_birth"], &record["balance"]),
        (&json!("s•••@h•••.com"), &json!("1984-••-••"), &json!("•••"))
    );
    assert_eq!(
        (&record["masked"], &record["hidden"]),
        (&json!(["email", "phone", "date_of_birth", "balance"]), &json!(["address"]))
    );
    assert_eq!(timeless(record.clone()), timeless(read(&clea, &a).await), "as a read shows it");
    let clear = read(&manager, &a).await;
    assert_eq!((text(&clear, "address"), text(&clear, "email")), ("Secret Street 1", "secretone@hidden-a.com"));
    let timeline = clea.get(&format!("/api/clients/{a}/timeline")).await;
    silent(&timeline);
    silent(&clea.get(&format!("/api/merges?client_id={a}")).await);
    manager
        .patch(&format!("/api/clients/{a}"), &json!({ "address": "Secret Street 2", "date_of_birth": "1985-05-17" }))
        .await
        .expect(200);
    let apart = split(&clea, &merged).await;
    silent(&apart);
    assert_eq!(apart.json["left"], json!([{ "field": "date_of_birth", "value": "1985-••-••" }]), "{}", apart.text);
    assert_eq!(text(&read(&manager, &a).await, "address"), "Secret Street 2");
    assert_eq!(text(&read(&manager, &b).await, "address"), "Secret Street 1");
}

#[tokio::test]
async fn whatever_points_at_somebody_who_can_be_merged_is_decided_on() {
    let world = World::new().await;
    let schema = world.broker("acme").await.tenant().await.key.schema();
    for (table, references, decided, staying) in
        [("clients", REFERENCES, COLUMNS, STAYING), ("contacts", CONTACT_REFERENCES, CONTACT_COLUMNS, CONTACT_STAYING)]
    {
        let of = format!("{schema}.{table}");
        let found: Vec<String> = sqlx::query_scalar(
            "select c.conrelid::regclass::text || '.' || a.attname from pg_constraint c
             join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
             where c.contype = 'f' and c.confrelid = $1::regclass",
        )
        .bind(&of)
        .fetch_all(&world.admin)
        .await
        .unwrap();
        let found: BTreeSet<String> = found.iter().map(|f| f.replace(&format!("{schema}."), "")).collect();
        let listed: BTreeSet<String> = references.iter().map(|r| format!("{}.{}", r.table, r.column)).collect();
        assert_eq!(found, listed, "crm::merges::references says what becomes of it when two {table} are merged");

        let columns: Vec<String> = sqlx::query_scalar(
            "select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0
                 and not attisdropped and attgenerated = ''",
        )
        .bind(&of)
        .fetch_all(&world.admin)
        .await
        .unwrap();
        let columns: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
        let listed: BTreeSet<&str> = decided.iter().map(|c| c.0).chain(staying.iter().copied()).collect();
        assert_eq!(columns, listed, "crm::merges::columns says what becomes of it when two {table} are merged");
    }
}
