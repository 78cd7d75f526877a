//! Editing statuses: what records have never points to nothing.

use reqwest::Method;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Reply, World};

async fn keys(who: &Api<'_>, entity: &str) -> Vec<String> {
    let all = who.get("/api/statuses").await.expect(200);
    all[entity].as_array().unwrap().iter().map(|s| s["key"].as_str().unwrap().to_owned()).collect()
}

async fn status(who: &Api<'_>, entity: &str, key: &str) -> Json {
    let all = who.get("/api/statuses").await.expect(200);
    all[entity].as_array().unwrap().iter().find(|s| s["key"] == key).cloned().unwrap_or_default()
}

async fn put(who: &Api<'_>, path: &str, body: &Json) -> Reply {
    who.send(who.request(Method::PUT, path).json(body)).await
}

async fn undo(who: &Api<'_>, answer: &Json) -> Reply {
    who.post(&format!("/api/undo/{}", answer["undo_id"].as_str().unwrap()), &json!({})).await
}

async fn lead(who: &Api<'_>, n: usize, status: &str) -> String {
    let body = json!({ "first_name": "L", "last_name": n.to_string(), "email": format!("l{n}@example.com"), "status": status });
    who.post("/api/leads", &body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_status_is_added_changed_ordered_and_put_back() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let before = keys(&manager, "lead").await;
    let made =
        manager.post("/api/statuses", &json!({ "entity": "lead", "label": "Call later!", "hue": "teal" })).await.expect(201);
    assert_eq!(
        (&made["key"], &made["entity"], &made["outcome"], &made["closed"]),
        (&json!("call_later"), &json!("lead"), &json!("none"), &json!(false))
    );
    assert_eq!(keys(&manager, "lead").await.last().unwrap(), "call_later");
    let won = manager
        .post("/api/statuses", &json!({ "entity": "lead", "label": "Order", "hue": "green", "outcome": "won" }))
        .await
        .expect(201);
    assert_eq!((&won["key"], &won["closed"]), (&json!("order_2"), &json!(true)), "`order` is an address of its own");
    let faults = manager
        .post(
            "/api/statuses",
            &json!({ "entity": "lead", "label": "call LATER!", "hue": "gold", "outcome": "won", "closed": false }),
        )
        .await;
    let faults = faults.refused(422, "validation_failed");
    assert_eq!(faults["data"]["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), ["closed", "hue", "label"]);
    manager
        .post("/api/statuses", &json!({ "entity": "user", "label": "X", "hue": "red" }))
        .await
        .refused(422, "validation_failed");

    let path = "/api/statuses/lead/call_later";
    let renamed = manager.patch(path, &json!({ "label": "Ring again", "hue": "pink" })).await.expect(200);
    assert_eq!((&renamed["key"], &renamed["label"]), (&json!("call_later"), &json!("Ring again")));
    undo(&manager, &renamed).await.expect(200);
    assert_eq!(status(&manager, "lead", "call_later").await["label"], "Call later!");
    assert!(manager.patch(path, &json!({ "label": "Call later!" })).await.expect(200).get("undo_id").is_none());
    let renamed = manager.patch(path, &json!({ "label": "Ring again" })).await.expect(200);
    manager.patch(path, &json!({ "hue": "red" })).await.expect(200);
    undo(&manager, &renamed).await.refused(409, "changed_since");
    assert_eq!(
        manager.post("/api/statuses", &json!({})).await.refused(422, "validation_failed")["data"]["fields"]
            .as_object()
            .unwrap()
            .len(),
        3
    );
    manager.patch("/api/statuses/user/new", &json!({ "hue": "red" })).await.refused(404, "not_found");
    manager.patch("/api/statuses/lead/nothing", &json!({ "hue": "red" })).await.refused(404, "not_found");

    let mut order = keys(&manager, "lead").await;
    let was = order.clone();
    order.reverse();
    let ordered = put(&manager, "/api/statuses/lead/order", &json!({ "keys": order })).await.expect(200);
    assert_eq!(keys(&manager, "lead").await, order);
    assert_eq!(ordered["statuses"][0]["key"], order[0].as_str());
    let twice = [order.clone(), order.clone()].concat();
    for bad in [json!({ "keys": before }), json!({ "keys": [] }), json!({}), json!({ "keys": twice })] {
        put(&manager, "/api/statuses/lead/order", &bad).await.refused(422, "validation_failed");
    }
    undo(&manager, &ordered).await.expect(200);
    assert_eq!(keys(&manager, "lead").await, was);
    let agent = broker.actor("Anna", "Agent", None).await;
    agent.get("/api/statuses").await.expect(200);
    agent.patch(path, &json!({ "hue": "red" })).await.refused(403, "forbidden");
    agent.delete(path).await.refused(403, "forbidden");
    put(&agent, "/api/statuses/lead/order", &json!({ "keys": was })).await.refused(403, "forbidden");
}

#[tokio::test]
async fn one_default_and_one_won_stay() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let all = manager.get("/api/statuses").await.expect(200);
    let of = |what: fn(&Json) -> bool| {
        all["lead"].as_array().unwrap().iter().find(|s| what(s)).unwrap()["key"].as_str().unwrap().to_owned()
    };
    let (default, won) = (of(|s| s["is_default"] == true), of(|s| s["outcome"] == "won"));
    let open = of(|s| s["is_default"] == false && s["closed"] == false);
    let path = |key: &str| format!("/api/statuses/lead/{key}");
    manager.patch(&path(&default), &json!({ "is_default": false })).await.refused(422, "validation_failed");
    manager.patch(&path(&default), &json!({ "closed": true })).await.refused(422, "validation_failed");
    manager.patch(&path(&won), &json!({ "is_default": true })).await.refused(422, "validation_failed");
    manager.delete(&format!("{}?replace_with={open}", path(&default))).await.refused(409, "default_status");
    manager.patch(&path(&won), &json!({ "outcome": "lost" })).await.refused(409, "last_won_status");
    manager.delete(&format!("{}?replace_with={open}", path(&won))).await.refused(409, "last_won_status");
    let moved = manager.patch(&path(&open), &json!({ "is_default": true })).await.expect(200);
    let defaults = async || {
        let all = manager.get("/api/statuses").await.expect(200);
        let list = all["lead"].as_array().unwrap().clone();
        list.into_iter().filter(|s| s["is_default"] == true).map(|s| s["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(defaults().await, [open.as_str()]);
    let body = json!({ "first_name": "L", "last_name": "E", "email": "l@example.com" });
    assert_eq!(manager.post("/api/leads", &body).await.expect(201)["status"], open.as_str());
    undo(&manager, &moved).await.expect(200);
    assert_eq!(defaults().await, [default]);
    // Two who each take one of two won statuses away: one does.
    let second = manager
        .post("/api/statuses", &json!({ "entity": "lead", "label": "Signed", "hue": "green", "outcome": "won" }))
        .await
        .expect(201);
    let (a, b) = (path(&won), path(second["key"].as_str().unwrap()));
    let lost = json!({ "outcome": "lost" });
    let (a, b) = tokio::join!(manager.patch(&a, &lost), manager.patch(&b, &lost));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn records_of_a_removed_status_get_another_and_come_back() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let all = keys(&manager, "lead").await;
    let (gone, other) = (all[1].clone(), all[2].clone());
    let mut leads = Vec::new();
    for n in 0..4 {
        leads.push(lead(&manager, n, &gone).await);
    }
    let there = lead(&manager, 9, &other).await;
    let path = format!("/api/statuses/lead/{gone}");
    let used = manager.delete(&path).await.refused(409, "status_in_use");
    assert!(used["message"].as_str().unwrap().starts_with("4 records"), "{used}");
    for bad in ["nothing", gone.as_str()] {
        manager.delete(&format!("{path}?replace_with={bad}")).await.refused(422, "validation_failed");
    }
    let was = status(&manager, "lead", &gone).await;
    let removed = manager.delete(&format!("{path}?replace_with={other}")).await.expect(200);
    assert_eq!(removed["moved"], 4);
    assert!(!keys(&manager, "lead").await.contains(&gone));
    for id in &leads {
        let history = manager.get(&format!("/api/leads/{id}/timeline")).await.expect(200);
        assert_eq!(history["data"][0]["diff"], json!([{ "field": "status", "old": gone, "new": other }]));
        assert_eq!(history["data"][0]["actor"]["name"], "Ada Manager");
    }
    let sql = "select count(*) from lead_status_history where old_status = $1 and new_status = $2";
    let moves = broker.tx().await.scalar::<i64>(sql, [gone.clone().into(), other.clone().into()]).await.unwrap();
    assert_eq!(moves, Some(4));
    manager
        .post("/api/leads", &json!({ "first_name": "L", "last_name": "E", "email": "x@example.com", "status": gone }))
        .await
        .refused(422, "validation_failed");
    // One was worked on since, one was moved on, one was there before: they stay as they are.
    manager.patch(&format!("/api/leads/{}", leads[0]), &json!({ "country": "DE" })).await.expect(200);
    manager.patch(&format!("/api/leads/{}/status", leads[1]), &json!({ "status": all[3] })).await.expect(200);
    undo(&manager, &removed).await.expect(200);
    let mut now = Vec::new();
    for id in leads.iter().chain([&there]) {
        now.push(manager.get(&format!("/api/leads/{id}")).await.expect(200)["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(now, [other.clone(), all[3].clone(), gone.clone(), gone.clone(), other.clone()]);
    assert_eq!(status(&manager, "lead", &gone).await, was);
    assert_eq!(keys(&manager, "lead").await, all);
    // Again, and somebody takes its name meanwhile.
    let removed = manager.delete(&format!("{path}?replace_with={other}")).await.expect(200);
    manager.post("/api/statuses", &json!({ "entity": "lead", "label": was["label"], "hue": "red" })).await.expect(201);
    undo(&manager, &removed).await.refused(409, "changed_since");
    let verdict = provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap();
    assert!(verdict.ok, "{verdict:?}");
}

#[tokio::test]
async fn clients_move_too_deleted_ones_among_them() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let made = manager.post("/api/statuses", &json!({ "entity": "client", "label": "عميل", "hue": "blue" })).await.expect(201);
    let key = made["key"].as_str().unwrap().to_owned();
    let mut ids = Vec::new();
    for n in 0..2 {
        let body = json!({ "first_name": "J", "last_name": "D", "email": format!("j{n}@example.com"), "status": key });
        ids.push(manager.post("/api/clients", &body).await.expect(201)["id"].as_str().unwrap().to_owned());
    }
    manager.delete(&format!("/api/clients/{}", ids[0])).await.expect(204);
    let other = keys(&manager, "client").await[0].clone();
    let removed = manager.delete(&format!("/api/statuses/client/{key}?replace_with={other}")).await.expect(200);
    assert_eq!(removed["moved"], 2);
    // Who restores it finds a status that exists.
    assert_eq!(manager.post(&format!("/api/clients/{}/restore", ids[0]), &json!({})).await.expect(200)["status"], other.as_str());
    assert_eq!(manager.get(&format!("/api/clients?status={other}")).await.expect(200)["total"], 2);
}

#[tokio::test]
async fn a_record_that_is_just_being_made_keeps_a_status_that_exists() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let other = keys(&manager, "lead").await[0].clone();
    for round in 0..6 {
        let made = manager
            .post("/api/statuses", &json!({ "entity": "lead", "label": format!("Round {round}"), "hue": "grey" }))
            .await
            .expect(201);
        let key = made["key"].as_str().unwrap().to_owned();
        let making = (0..6).map(|n| {
            let (manager, key) = (manager.clone(), key.clone());
            async move {
                let body =
                    json!({ "first_name": "L", "last_name": "E", "email": format!("{round}-{n}@example.com"), "status": key });
                manager.post("/api/leads", &body).await.status
            }
        });
        let path = format!("/api/statuses/lead/{key}?replace_with={other}");
        let (made, removed) = tokio::join!(futures::future::join_all(making), manager.delete(&path));
        let made = made.into_iter().inspect(|s| assert!([201, 422].contains(s), "{s}")).filter(|s| *s == 201).count();
        assert_eq!(removed.expect(200)["moved"], made);
    }
    let sql =
        "select count(*) from leads l where not exists (select 1 from statuses s where s.entity = 'lead' and s.key = l.status)";
    assert_eq!(broker.tx().await.scalar::<i64>(sql, []).await.unwrap(), Some(0));
}
