//! Who may be the same person: what is found, by whom, the queue, and leads who are clients already.

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use crate::bulk::number;

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

async fn add(who: &Api<'_>, kind: &str, body: Json) -> String {
    text(&who.post(&format!("/api/{kind}s"), &body).await.expect(201), "id").to_owned()
}

fn person(first: &str, last: &str, email: &str) -> Json {
    json!({ "first_name": first, "last_name": last, "email": email })
}

fn with(mut body: Json, more: Json) -> Json {
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    body
}

/// What was found: names, scores in per cent and reasons.
fn found(answer: &Json) -> Vec<(String, i64, String)> {
    let reasons = |m: &Json| m["reasons"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect::<Vec<_>>().join(" ");
    let per_cent = |m: &Json| (m["score"].as_f64().unwrap() * 100.0).round() as i64;
    answer["data"].as_array().unwrap().iter().map(|m| (text(m, "name").to_owned(), per_cent(m), reasons(m))).collect()
}

async fn like(who: &Api<'_>, id: &str) -> Vec<(String, i64, String)> {
    found(&who.get(&format!("/api/clients/{id}/duplicates")).await.expect(200))
}

async fn check(who: &Api<'_>, body: Json) -> Vec<(String, i64, String)> {
    found(&who.post("/api/clients/duplicates/check", &body).await.expect(200))
}

fn line(name: &str, score: i64, reasons: &str) -> (String, i64, String) {
    (name.to_owned(), score, reasons.to_owned())
}

#[tokio::test]
async fn who_is_like_a_client_is_found() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let born = json!({ "date_of_birth": "1984-05-17", "country": "DE" });
    let subject =
        with(person("Jörg", "Müller", "j.mueller+work@gmail.com"), with(born.clone(), json!({ "phone": "+4930901820" })));
    let subject = add(&manager, "client", subject).await;
    add(&manager, "client", person("Anna", "Alike", "JMueller@googlemail.com")).await;
    add(&manager, "client", with(person("Ben", "Phone", "ben@example.com"), json!({ "phone": "+4930901820" }))).await;
    add(&manager, "client", with(person("Muller", "Jorg", "swapped@example.com"), born.clone())).await;
    add(&manager, "client", with(person("Jörk", "Müller", "alike@example.com"), born)).await;
    // The same name, born on another day, or living elsewhere: somebody else.
    let other_day = json!({ "date_of_birth": "1990-01-01", "country": "DE" });
    add(&manager, "client", with(person("Jörg", "Müller", "day@example.com"), other_day)).await;
    add(&manager, "client", with(person("Jörg", "Müller", "place@example.com"), json!({ "country": "GB" }))).await;
    add(&manager, "client", with(person("Müller", "Jörg", "same@example.com"), json!({ "country": "DE" }))).await;
    add(&manager, "lead", with(person("Leo", "Lead", "leo@example.com"), json!({ "phone": "+4930901820" }))).await;
    assert_eq!(
        like(&manager, &subject).await,
        [
            line("Anna Alike", 95, "email"),
            line("Muller Jorg", 80, "name_birth_date"),
            line("Ben Phone", 80, "phone"),
            line("Leo Lead", 80, "phone"),
            line("Jörk Müller", 60, "similar_name_birth_date"),
            line("Müller Jörg", 50, "name_country"),
        ]
    );
    // Dots and what stands behind a plus count where they make another mailbox.
    add(&manager, "client", person("Dora", "Dots", "d.ora@example.com")).await;
    let dora = add(&manager, "client", person("Fay", "Flat", "dora@example.com")).await;
    assert_eq!(like(&manager, &dora).await, []);
    add(&manager, "client", person("Pia", "Plus", "dora+news@example.com")).await;
    assert_eq!(like(&manager, &dora).await, [line("Pia Plus", 95, "email")]);
}

#[tokio::test]
async fn a_draft_is_compared_as_far_as_it_is_written() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let more = json!({ "phone": "+442071838750", "date_of_birth": "1984-05-17", "country": "GB" });
    let jane = add(&manager, "client", with(person("Jane", "Doe", "jane@example.com"), more)).await;
    assert_eq!(check(&manager, json!({})).await, []);
    assert_eq!(
        check(&manager, json!({ "email": "jane@", "phone": "+4420", "date_of_birth": "1984-", "country": "Narnia" })).await,
        []
    );
    assert_eq!(check(&manager, json!({ "email": " Jane@Example.com " })).await, [line("Jane Doe", 95, "email")]);
    assert_eq!(check(&manager, json!({ "phone": "020 7183 8750", "country": "GB" })).await, [line("Jane Doe", 80, "phone")]);
    let full = json!({ "first_name": "jane", "last_name": "DOE", "phone": "+442071838750", "date_of_birth": "1984-05-17" });
    assert_eq!(check(&manager, full).await, [line("Jane Doe", 96, "phone name_birth_date")]);
    assert_eq!(check(&manager, json!({ "first_name": "Jane", "last_name": "Doe" })).await, [line("Jane Doe", 40, "name")]);
    // Deleted is gone.
    manager.delete(&format!("/api/clients/{jane}")).await.expect(204);
    assert_eq!(check(&manager, json!({ "email": "jane@example.com" })).await, []);
}

#[tokio::test]
async fn nobody_learns_by_a_match_what_they_can_not_read() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let (sales, support) = (broker.team("Sales", None).await, broker.team("Retention", None).await);
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let ben = broker.user("Ben", "Agent", Some(support)).await;
    let secret = json!({ "phone": "+442071838750", "date_of_birth": "1984-05-17" });
    let own = with(person("Own", "Doe", "own@example.com"), with(secret.clone(), json!({ "assigned_to": anna.id() })));
    add(&manager, "client", own).await;
    let far = with(person("Far", "Doe", "far@example.com"), with(secret.clone(), json!({ "assigned_to": ben })));
    let far = add(&manager, "client", far).await;
    add(&manager, "lead", with(person("Lost", "Lead", "lost@example.com"), json!({ "phone": "+442071838750" }))).await;
    // What is masked takes no part, whether or not somebody has it.
    for (known, nobodys) in [
        (json!({ "email": "own@example.com" }), json!({ "email": "nobody@example.com" })),
        (json!({ "email": "far@example.com" }), json!({ "email": "nobody@example.com" })),
        (json!({ "phone": "+442071838750" }), json!({ "phone": "+442071838751" })),
        (
            json!({ "first_name": "Owe", "last_name": "Doe", "date_of_birth": "1984-05-17" }),
            json!({ "date_of_birth": "1984-05-18" }),
        ),
    ] {
        let (real, none) = (check(&anna, known.clone()).await, check(&anna, nobodys).await);
        assert_eq!((real.as_slice(), none.as_slice()), (&[][..], &[][..]), "{known}");
    }
    // By name, in the own scope alone, and shown as everywhere.
    let answer =
        anna.post("/api/clients/duplicates/check", &json!({ "first_name": "Own", "last_name": "Doe" })).await.expect(200);
    assert_eq!(found(&answer), [line("Own Doe", 40, "name")]);
    assert_eq!(
        (&answer["data"][0]["email"], &answer["data"][0]["masked"]),
        (&json!("o•••@e•••.com"), &json!(["email", "phone", "date_of_birth"]))
    );
    assert_eq!(check(&anna, json!({ "first_name": "Far", "last_name": "Doe" })).await, []);
    // In clear, but within the team.
    assert_eq!(check(&leader, secret.clone()).await, [line("Own Doe", 80, "phone")]);
    assert_eq!(check(&leader, json!({ "email": "far@example.com" })).await, []);
    assert_eq!(check(&manager, secret).await.len(), 3);
    leader.get(&format!("/api/clients/{far}/duplicates")).await.refused(404, "not_found");
    broker.actor("Sue", "Support", None).await.post("/api/clients/duplicates/check", &json!({})).await.refused(403, "forbidden");
    broker.nobody().post("/api/clients/duplicates/check", &json!({})).await.refused(401, "unauthenticated");
}

/// Names of both sides of each pair.
fn pairs(answer: &Json) -> Vec<String> {
    let name = |pair: &Json| {
        let mut names = [text(&pair["a"], "first_name").to_owned(), text(&pair["b"], "first_name").to_owned()];
        names.sort();
        names.join("+")
    };
    answer["data"].as_array().unwrap().iter().map(name).collect()
}

async fn queue(who: &Api<'_>, query: &str) -> Vec<String> {
    pairs(&who.get(&format!("/api/duplicates{query}")).await.expect(200))
}

#[tokio::test]
async fn the_queue_shows_pairs_until_somebody_decides() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let (sales, support) = (broker.team("Sales", None).await, broker.team("Retention", None).await);
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let ben = broker.user("Ben", "Agent", Some(support)).await;
    let phone = json!({ "phone": "+442071838750" });
    let a = add(
        &manager,
        "client",
        with(person("A", "One", "mail@example.com"), with(phone.clone(), json!({ "assigned_to": anna.id() }))),
    )
    .await;
    let b = add(&manager, "client", with(person("B", "Two", "b@example.com"), with(phone, json!({ "assigned_to": anna.id() }))))
        .await;
    add(&manager, "client", with(person("C", "Three", "mail+c@example.com"), json!({ "assigned_to": ben }))).await;
    // A name alone is no reason to bother anybody.
    add(&manager, "client", person("A", "One", "other@example.com")).await;
    assert_eq!(queue(&manager, "").await, Vec::<String>::new());
    world.drain().await;
    assert_eq!(queue(&manager, "").await, ["A+C", "A+B"]);
    let first = manager.get("/api/duplicates?limit=1").await.expect(200);
    assert_eq!((pairs(&first), &first["total"]), (vec!["A+C".to_owned()], &json!(2)));
    let cursor = text(&first, "next_cursor");
    assert_eq!(queue(&manager, &format!("?limit=1&cursor={cursor}")).await, ["A+B"]);
    manager.get("/api/duplicates?state=merged").await.refused(422, "validation_failed");
    // Both must be within reach, and in clear.
    let seen = leader.get("/api/duplicates").await.expect(200);
    assert_eq!((pairs(&seen), &seen["total"]), (vec!["A+B".to_owned()], &json!(1)));
    anna.get("/api/duplicates").await.refused(403, "forbidden");
    let pair = text(&seen["data"][0], "id").to_owned();
    let far = text(&first["data"][0], "id").to_owned();
    let path = format!("/api/duplicates/{pair}");
    for (method, id) in [("get", &far), ("dismiss", &far)] {
        let reply = match method {
            "get" => leader.get(&format!("/api/duplicates/{id}")).await,
            _ => leader.post(&format!("/api/duplicates/{id}/dismiss"), &json!({})).await,
        };
        reply.refused(404, "not_found");
    }
    let role = manager.post("/api/roles", &json!({ "name": "Cleaner", "copy_of": "Team Leader" })).await.expect(201);
    let fields = json!({ "fields": { "clients.phone": "masked" } });
    manager.patch(&format!("/api/roles/{}", text(&role, "id")), &fields).await.expect(200);
    let clea = broker.actor("Clea", "Cleaner", Some(sales)).await;
    for reply in
        [clea.get("/api/duplicates").await, clea.get(&path).await, clea.post(&format!("{path}/dismiss"), &json!({})).await]
    {
        reply.refused(403, "field_masked");
    }

    let dismissed = leader.post(&format!("{path}/dismiss"), &json!({})).await.expect(200);
    assert_eq!(queue(&leader, "").await, Vec::<String>::new());
    assert_eq!(queue(&leader, "?state=dismissed").await, ["A+B"]);
    leader.post(&format!("{path}/dismiss"), &json!({})).await.refused(409, "already_dismissed");
    // Found again it stays as somebody decided.
    leader.patch(&format!("/api/clients/{a}"), &json!({ "last_name": "Uno" })).await.expect(200);
    world.drain().await;
    assert_eq!(queue(&leader, "").await, Vec::<String>::new());
    let undo = format!("/api/undo/{}", text(&dismissed, "undo_id"));
    leader.post(&undo, &json!({})).await.expect(200);
    assert_eq!(queue(&leader, "").await, ["A+B"]);

    // A merge takes the pair along; a split says that they are two.
    let merged = leader.post("/api/clients/merge", &json!({ "keep_id": a, "drop_id": b })).await.expect(200);
    world.drain().await;
    assert_eq!(queue(&manager, "").await, ["A+C"]);
    leader.post(&format!("/api/merges/{}/split", text(&merged, "merge_id")), &json!({})).await.expect(200);
    world.drain().await;
    assert_eq!(
        (queue(&manager, "").await, queue(&manager, "?state=dismissed").await),
        (vec!["A+C".to_owned()], vec!["A+B".to_owned()])
    );
    // What no longer holds goes.
    manager.patch(&format!("/api/clients/{a}"), &json!({ "email": "uno@example.com" })).await.expect(200);
    world.drain().await;
    assert_eq!(queue(&manager, "").await, Vec::<String>::new());
    assert_eq!(number(&broker, "select count(*) from duplicate_todo").await, 0);
}

#[tokio::test]
async fn who_came_in_another_way_is_found_by_the_scan() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let key = broker.tenant().await.key;
    let tx = broker.tx().await;
    tx.run(
        "insert into clients (id, first_name, last_name, email, phone, status)
         select gen_random_uuid(), 'F' || n, 'Test', 'n' || n || '@example.com', '+4930' || 1000000 + n / 2, 'new'
         from generate_series(0, 1199) n",
        [],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    crm::duplicates::tend(&world.app, key).await.unwrap();
    world.drain().await;
    assert_eq!(queue(&manager, "").await, Vec::<String>::new(), "it is not due yet");
    let tx = broker.tx().await;
    tx.run("update duplicate_scan set finished_at = now() - interval '8 days'", []).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        crm::duplicates::tend(&world.app, key).await.unwrap();
        world.drain().await;
    }
    assert_eq!(manager.get("/api/duplicates").await.expect(200)["total"], 600);
    let sql = "select count(*) from duplicate_scan where position is null and finished_at > now() - interval '1 hour'";
    assert_eq!(number(&broker, sql).await, 1);
    let jobs = manager.get("/api/jobs?limit=200").await.expect(200);
    let scans = jobs["data"].as_array().unwrap().iter().filter(|j| j["kind"] == "duplicates.scan").count();
    assert_eq!(scans, 1, "once is enough");
}

async fn leads<'w>(broker: &Broker<'w>) -> (Api<'w>, Api<'w>, String) {
    let manager = broker.manager().await;
    let team = broker.team("Sales", None).await;
    let anna = broker.actor("Anna", "Agent", Some(team)).await;
    let lead = with(
        person("Jane", "Doe", "jane@example.com"),
        json!({
            "phone": "+442071838750", "country": "GB", "source": "Fair", "tags": ["fair"], "message": "Call me",
            "assigned_to": anna.id(), "follow_up_at": "2027-01-01T08:00:00Z", "follow_up_note": "Call",
        }),
    );
    let lead = add(&manager, "lead", lead).await;
    (manager, anna, lead)
}

#[tokio::test]
async fn a_lead_who_is_a_client_already_is_linked_to_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, anna, lead) = leads(&broker).await;
    let mine =
        with(person("Jane", "Doe", "jane@example.com"), json!({ "assigned_to": anna.id(), "tags": ["vip"], "country": "IE" }));
    let client = add(&manager, "client", mine).await;
    let path = format!("/api/leads/{lead}");
    // Who sees both in clear is told who it is; others are not, though the client is their own.
    let told = manager.post(&format!("{path}/convert"), &json!({})).await.refused(409, "email_exists");
    assert_eq!((&told["data"]["client_id"], told["data"]["fields"]["email"].is_array()), (&json!(client), true));
    let told = anna.post(&format!("{path}/convert"), &json!({})).await.refused(409, "email_exists");
    assert!(told["data"]["client_id"].is_null(), "{told}");
    let seen = manager.get(&format!("{path}/duplicates")).await.expect(200);
    assert_eq!((found(&seen), &seen["data"][0]["id"]), (vec![line("Jane Doe", 95, "email")], &json!(client)));
    assert_eq!(found(&anna.get(&format!("{path}/duplicates")).await.expect(200)), []);

    let none = json!({ "client_id": Uuid::now_v7() });
    anna.post(&format!("{path}/convert"), &none).await.refused(404, "not_found");
    anna.post(&format!("{path}/convert"), &json!({ "client_id": "x" })).await.refused(422, "validation_failed");
    let done = anna.post(&format!("{path}/convert"), &json!({ "client_id": client })).await.expect(200);
    assert_eq!(done["client_id"], json!(client));
    let record = manager.get(&format!("/api/clients/{client}")).await.expect(200);
    assert_eq!((text(&record, "phone"), text(&record, "country"), text(&record, "source")), ("+442071838750", "IE", "Fair"));
    assert_eq!(
        (&record["tags"], &record["follow_up_note"], &record["lead_id"]),
        (&json!(["vip", "fair"]), &json!("Call"), &json!(lead))
    );
    let lead = manager.get(&path).await.expect(200);
    assert_eq!((&lead["converted_client_id"], &lead["status"] == "new"), (&json!(client), false));
    let story = manager.get(&format!("/api/clients/{client}/timeline")).await.expect(200);
    let told: Vec<&str> = story["data"].as_array().unwrap().iter().map(|e| text(e, "action")).collect();
    assert_eq!(told, ["client.converted", "client.updated", "client.created"]);
    anna.post(&format!("{path}/convert"), &json!({ "client_id": client })).await.refused(409, "already_converted");
    assert_eq!(number(&broker, "select wrong_figures()").await, 0);
}

#[tokio::test]
async fn a_lead_is_linked_only_to_a_client_that_may_be_edited() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, anna, lead) = leads(&broker).await;
    let far = add(&manager, "client", person("Jane", "Doe", "other@example.com")).await;
    anna.post(&format!("/api/leads/{lead}/convert"), &json!({ "client_id": far })).await.refused(404, "not_found");
    let role = manager.post("/api/roles", &json!({ "name": "Reader", "copy_of": "CRM Manager" })).await.expect(201);
    let scopes = json!({ "permissions": { "clients.update": "own" } });
    manager.patch(&format!("/api/roles/{}", text(&role, "id")), &scopes).await.expect(200);
    let rita = broker.actor("Rita", "Reader", None).await;
    rita.post(&format!("/api/leads/{lead}/convert"), &json!({ "client_id": far })).await.refused(403, "forbidden");
    assert!(manager.get(&format!("/api/leads/{lead}")).await.expect(200)["converted_client_id"].is_null());
    // A body is not needed to make a new one.
    let request = manager.request(reqwest::Method::POST, &format!("/api/leads/{lead}/convert"));
    manager.send(request).await.expect(200);
}
