//! The contract of `/api/crm` about figures, dashboards and integrations, spoken over plain HTTP.

use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

const PATHS: [&str; 7] = [
    "/api/crm/stats",
    "/api/crm/dashboard",
    "/api/crm/integrations/cached-data",
    "/api/crm/integrations/search?q=deal",
    "/api/crm/integrations/sync-status",
    "/api/crm/integrations/contacts",
    "/api/crm/integrations/deals",
];
const POSTS: [&str; 4] = [
    "/api/crm/integrations/sync-all",
    "/api/crm/integrations/sync/brivity",
    "/api/crm/integrations/sync/topproducer",
    "/api/crm/integrations/cache/clear",
];

fn names(json: &Json) -> Vec<&str> {
    json.as_object().unwrap().keys().map(String::as_str).collect()
}

fn len(json: &Json) -> usize {
    json.as_array().unwrap().len()
}

async fn made(api: &Api<'_>, path: &str, body: Json) -> String {
    api.post(path, &body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// Ada has two contacts, two deals and an opportunity; Ben has one of each.
async fn filled<'w>(broker: &Broker<'w>) -> (Api<'w>, Api<'w>) {
    let (ada, ben) = (broker.manager().await, broker.actor("Ben", "Agent", None).await);
    for (first, company) in [("Nora", "Harbour Ltd"), ("Omar", "Hill Ltd")] {
        made(&ada, "/api/contacts", json!({ "first_name": first, "last_name": "Stone", "company": company })).await;
    }
    made(&ben, "/api/contacts", json!({ "first_name": "Nina", "last_name": "Stone", "email": "nina@example.com" })).await;
    let deal =
        |name: &str, amount: &str, stage: &str| json!({ "name": name, "amount": amount, "currency": "USD", "stage": stage });
    made(&ada, "/api/deals", deal("Stone pier", "1000.50", "won")).await;
    made(&ada, "/api/deals", deal("Road", "400", "qualified")).await;
    made(&ben, "/api/deals", deal("Stone wall", "70", "negotiation")).await;
    made(&ada, "/api/opportunities", json!({ "name": "Lighthouse", "amount": "250.25", "currency": "USD" })).await;
    made(&ben, "/api/opportunities", json!({ "name": "Jetty", "amount": "5", "currency": "USD" })).await;
    made(&ada, "/api/activities", json!({ "type": "call", "subject": "Hello" })).await;
    (ada, ben)
}

#[tokio::test]
async fn stats() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let (ada, ben) = filled(&acme).await;
    let all = ada.get("/api/crm/stats").await.expect(200);
    for (field, value) in [
        ("totalContacts", json!(3)),
        ("openOpportunities", json!(2)),
        ("pipelineValue", json!(255.25)),
        ("closedThisMonth", json!(1)),
        ("win_rate", json!(1.0)),
        ("average_deal_size", json!(1000.5)),
        ("sales_cycle_days", json!(0.0)),
        ("missing_rates", json!([])),
        ("base_currency", json!("USD")),
    ] {
        assert_eq!(all[field], value, "{field}");
    }
    let rate = all["close_rate"].as_f64().unwrap();
    assert!((0.33..0.34).contains(&rate), "one of three: {rate}");
    let funnel: Vec<(&str, i64)> = (all["conversion_funnel"].as_array().unwrap().iter())
        .map(|s| (s["stage"].as_str().unwrap(), s["count"].as_i64().unwrap()))
        .collect();
    assert_eq!(funnel, [("prospect", 3), ("qualification", 3), ("proposal", 2), ("negotiation", 2), ("closed-won", 1)]);
    let day = &all["activity_timeline"][0];
    assert_eq!((&day["count"], &day["call"], &day["task"]), (&json!(1), &json!(1), &json!(0)));

    let own = ben.get("/api/crm/stats").await.expect(200);
    for (field, value) in [
        ("totalContacts", json!(1)),
        ("openOpportunities", json!(1)),
        ("pipelineValue", json!(5.0)),
        ("closedThisMonth", json!(0)),
        ("win_rate", Json::Null),
        ("average_deal_size", Json::Null),
        ("activity_timeline", json!([])),
    ] {
        assert_eq!(own[field], value, "{field}");
    }
    assert!(names(&own).contains(&"win_rate"), "null is spelt out");
    let year = ada.get("/api/crm/stats?period=year").await.expect(200);
    assert!(year["from"].as_str().unwrap().ends_with("-01-01"), "{year}");
    ada.get("/api/crm/stats?from=2026-02-30&to=x").await.refused(422, "validation_failed");
    ada.get("/api/crm/stats?period=decade").await.refused(422, "validation_failed");
}

#[tokio::test]
async fn the_dashboard_is_that_of_the_product() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let (ada, ben) = (acme.manager().await, acme.actor("Ben", "Agent", None).await);
    assert_eq!(ada.get("/api/crm/dashboard").await.expect(200)["is_default"], true);
    let wanted = json!({ "widgets": [{ "key": "won", "size": "l" }, { "key": "win_rate", "size": "s" }] });
    let mine = ada.put("/api/crm/dashboard", &wanted).await.expect(200);
    assert_eq!((&mine["widgets"], &mine["is_default"]), (&wanted["widgets"], &json!(false)));
    assert_eq!(ada.get("/api/reports/dashboard").await.expect(200)["widgets"], wanted["widgets"]);
    assert_eq!(ben.get("/api/crm/dashboard").await.expect(200)["is_default"], true);
    ada.put("/api/crm/dashboard", &json!({})).await.refused(422, "validation_failed");
    ada.put("/api/crm/dashboard", &json!({ "widgets": [{ "key": "weather" }] })).await.refused(422, "validation_failed");
    let log = ada.get("/api/audit?action=dashboard.arranged").await.expect(200);
    assert_eq!(log["total"], 1);
}

#[tokio::test]
async fn what_is_at_hand_of_each_source() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let (ada, ben) = filled(&acme).await;
    let all = ada.get("/api/crm/integrations/cached-data").await.expect(200);
    assert_eq!(names(&all), ["data", "success", "timestamp", "user_id"]);
    assert_eq!((&all["success"], &all["user_id"]), (&json!(true), &json!(ada.id())));
    let nothing = json!({ "contacts": [], "deals": [], "lastSync": null, "syncStatus": "idle" });
    assert_eq!((&all["data"]["brivity"], &all["data"]["topproducer"]), (&nothing, &nothing));
    let local = &all["data"]["local"];
    assert_eq!((len(&local["contacts"]), len(&local["deals"])), (3, 3));
    let one = ada.get("/api/crm/integrations/cached-data?source=Brivity").await.expect(200);
    assert_eq!(one["data"], json!({ "brivity": nothing }));
    let bounded = ada.get("/api/crm/integrations/cached-data?source=local&limit=2").await.expect(200);
    assert_eq!((names(&bounded["data"]), len(&bounded["data"]["local"]["deals"])), (vec!["local"], 2));
    ada.get("/api/crm/integrations/cached-data?source=elsewhere").await.refused(422, "validation_failed");
    let own = ben.get("/api/crm/integrations/cached-data").await.expect(200);
    assert_eq!((len(&own["data"]["local"]["contacts"]), len(&own["data"]["local"]["deals"])), (1, 1));

    let state = ada.get("/api/crm/integrations/sync-status").await.expect(200);
    let idle = json!({ "status": "idle", "lastSync": null, "contactCount": 0, "dealCount": 0 });
    assert_eq!((&state["status"]["brivity"], &state["status"]["topproducer"]), (&idle, &idle));
    assert_eq!(state["status"]["local"], json!({ "contactCount": 3, "dealCount": 3 }));
    assert_eq!((names(&state), &state["success"]), (vec!["status", "success", "timestamp"], &json!(true)));
    let own = ben.get("/api/crm/integrations/sync-status").await.expect(200);
    assert_eq!(own["status"]["local"], json!({ "contactCount": 1, "dealCount": 1 }));
}

#[tokio::test]
async fn searches_go_over_every_source() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let (ada, ben) = filled(&acme).await;
    let search = "/api/crm/integrations/search";
    for short in ["", "?q=", "?q=s", "?q=%20s%20"] {
        let refused = ada.get(&format!("{search}{short}")).await.refused(400, "query_too_short");
        assert_eq!(refused["success"], false);
    }
    let both = ada.get(&format!("{search}?q=stone")).await.expect(200);
    assert_eq!(names(&both), ["query", "results", "success", "total", "type"]);
    assert_eq!((&both["total"], &both["query"], &both["type"]), (&json!(5), &json!("stone"), &json!("all")));
    assert_eq!((&both["results"]["brivity"], &both["results"]["topproducer"]), (&json!([]), &json!([])));
    assert_eq!(len(&both["results"]["local"]), 5);
    for (kind, answered, total) in
        [("contact", "contact", 3), ("contacts", "contact", 3), ("Deal", "deal", 2), ("deals", "deal", 2)]
    {
        let found = ada.get(&format!("{search}?q=stone&type={kind}")).await.expect(200);
        assert_eq!((&found["type"], &found["total"]), (&json!(answered), &json!(total)), "{kind}");
        assert!(found["results"]["local"].as_array().unwrap().iter().all(|r| r["type"] == answered && r["source"] == "local"));
    }
    ada.get(&format!("{search}?q=stone&type=lead")).await.refused(422, "validation_failed");
    let long = "x".repeat(300);
    let told = ada.get(&format!("{search}?q={long}")).await.refused(422, "validation_failed");
    assert!(told["data"]["fields"]["q"].is_array(), "{told}");
    let own = ben.get(&format!("{search}?q=stone")).await.expect(200);
    let found: Vec<&str> = own["results"]["local"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(found, ["Nina Stone", "Stone wall"]);
    assert_ne!(own["results"]["local"][0]["email"], "nina@example.com", "masked for agents");
    assert_eq!(own["results"]["local"][1]["stage"], "negotiation");
}

#[tokio::test]
async fn lists_come_by_source_and_page() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let (ada, ben) = filled(&acme).await;
    for (kind, total) in [("contacts", 3), ("deals", 3)] {
        let path = format!("/api/crm/integrations/{kind}");
        let all = ada.get(&path).await.expect(200);
        assert_eq!((&all["success"], &all["source"], &all["count"]), (&json!(true), &json!("all"), &json!(total)));
        assert_eq!(names(&all[kind]), ["brivity", "local", "topproducer"]);
        assert_eq!((len(&all[kind]["local"]), len(&all[kind]["brivity"])), (3, 0));
        let local = ada.get(&format!("{path}?source=local&limit=2&page=2")).await.expect(200);
        assert_eq!((len(&local[kind]), &local["count"], &local["source"]), (1, &json!(3), &json!("local")));
        let skipped = ada.get(&format!("{path}?source=local&limit=2&offset=1")).await.expect(200);
        assert_eq!(len(&skipped[kind]), 2);
        let none = ada.get(&format!("{path}?source=topproducer")).await.expect(200);
        assert_eq!((&none[kind], &none["count"]), (&json!([]), &json!(0)));
        ada.get(&format!("{path}?source=elsewhere")).await.refused(422, "validation_failed");
        ada.get(&format!("{path}?limit=none")).await.refused(422, "validation_failed");
        assert_eq!(ben.get(&path).await.expect(200)["count"], 1, "own records only");
    }
    let won = ada.get("/api/crm/integrations/deals?source=local").await.expect(200);
    let stages: Vec<&Json> = won["deals"].as_array().unwrap().iter().map(|d| &d["stage"]).collect();
    assert!(stages.contains(&&json!("closed-won")) && stages.contains(&&json!("qualification")), "{won}");
}

#[tokio::test]
async fn nothing_is_read_without_credentials() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    for path in &POSTS[..3] {
        let refused = ada.post(path, &json!({})).await.refused(409, "no_credentials");
        assert_eq!(refused["success"], false);
        assert!(refused["message"].as_str().unwrap().starts_with("There are no credentials"));
    }
    let clear = POSTS[3];
    for (path, body, says) in [
        (clear.to_owned(), json!({ "source": "brivity" }), "brivity"),
        (format!("{clear}?source=topproducer"), json!({}), "topproducer"),
        (clear.to_owned(), json!({}), "all sources"),
    ] {
        let done = ada.post(&path, &body).await.expect(200);
        assert_eq!(names(&done), ["message", "success", "timestamp"]);
        assert_eq!((&done["success"], &done["message"]), (&json!(true), &json!(format!("Cache cleared for {says}"))));
    }
    // A body may be missing altogether.
    let bare = ada.send(ada.request(reqwest::Method::POST, &format!("{clear}?source=brivity"))).await;
    assert_eq!(bare.expect(200)["message"], "Cache cleared for brivity");
    for source in ["local", "elsewhere"] {
        ada.post(clear, &json!({ "source": source })).await.refused(422, "validation_failed");
    }
}

#[tokio::test]
async fn only_who_may_gets_an_answer() {
    let world = World::new().await;
    let (acme, other) = (world.broker_from("acme", "sales-crm").await, world.broker_from("other", "sales-crm").await);
    let ada = acme.manager().await;
    let role = json!({ "name": "Porter", "permissions": { "users.read": "all" } });
    ada.post("/api/roles", &role).await.expect(201);
    let porter = acme.actor("Pat", "Porter", None).await;
    let stranger = other.nobody().with_token(ada.token());
    for path in PATHS {
        acme.nobody().get(path).await.refused(401, "unauthenticated");
        stranger.get(path).await.refused(401, "invalid_token");
        porter.get(path).await.refused(403, "forbidden");
        ada.get(path).await.expect(200);
    }
    for path in POSTS {
        acme.nobody().post(path, &json!({})).await.refused(401, "unauthenticated");
        porter.post(path, &json!({})).await.refused(403, "forbidden");
        ada.get(path).await.refused(405, "method_not_allowed");
    }
    acme.nobody().put("/api/crm/dashboard", &json!({})).await.refused(401, "unauthenticated");
    porter.put("/api/crm/dashboard", &json!({ "widgets": [] })).await.refused(403, "forbidden");
    let all: Vec<String> =
        serde_json::from_value(acme.nobody().get("/api/branding").await.expect(200)["modules"].clone()).unwrap();
    let less = json!({ "modules": all.iter().filter(|m| *m != "pipeline").collect::<Vec<_>>() });
    ada.patch("/api/settings", &less).await.expect(200);
    for path in ["/api/crm/stats", "/api/crm/dashboard", "/api/crm/integrations/deals"] {
        ada.get(path).await.refused(403, "module_off");
    }
}
