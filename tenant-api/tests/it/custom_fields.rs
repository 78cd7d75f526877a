//! Fields of the tenant's own: defining them, and what records may hold in them.

use reqwest::Method;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Reply, World};

async fn field(who: &Api<'_>, body: Json) -> Json {
    who.post("/api/custom-fields", &body).await.expect(201)
}

fn named(reply: Reply) -> Vec<String> {
    let faults = reply.refused(422, "validation_failed");
    faults["data"]["fields"].as_object().unwrap().keys().cloned().collect()
}

fn person(n: usize, custom: Json) -> Json {
    json!({ "first_name": "Jane", "last_name": "Doe", "email": format!("jane{n}@example.com"), "custom": custom })
}

async fn order(who: &Api<'_>, body: &Json) -> Reply {
    who.send(who.request(Method::PUT, "/api/custom-fields/order").json(body)).await
}

#[tokio::test]
async fn fields_are_defined_ordered_archived_and_restored() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let risk = field(
        &manager,
        json!({
            "entity": "client", "label": "Risk class", "type": "choice", "required": true, "help": "As the desk sees it",
            "options": [{ "label": "Low" }, { "label": "High" }],
        }),
    )
    .await;
    assert_eq!((&risk["key"], &risk["type"], &risk["archived"]), (&json!("risk_class"), &json!("choice"), &json!(false)));
    assert_eq!(risk["options"], json!([{ "key": "low", "label": "Low" }, { "key": "high", "label": "High" }]));
    let site = field(&manager, json!({ "entity": "client", "label": "موقع", "type": "url", "key": "site" })).await;
    let lead = field(&manager, json!({ "entity": "lead", "label": "Risk class", "type": "text" })).await;
    for (bad, faults) in [
        (json!({}), vec!["entity", "label", "type"]),
        (json!({ "entity": "user", "label": "X", "type": "colour" }), vec!["entity", "type"]),
        (json!({ "entity": "client", "label": "risk CLASS", "type": "text", "key": "Not a key" }), vec!["key", "label"]),
        (json!({ "entity": "client", "label": "Other", "type": "text", "key": "site" }), vec!["key"]),
        (json!({ "entity": "client", "label": "Other", "type": "choice" }), vec!["options"]),
        (
            json!({ "entity": "client", "label": "Other", "type": "choice", "options": [{ "label": "A" }, { "label": "a" }] }),
            vec!["options"],
        ),
        (json!({ "entity": "client", "label": "Other", "type": "text", "options": [{ "label": "A" }] }), vec!["options"]),
    ] {
        assert_eq!(named(manager.post("/api/custom-fields", &bad).await), faults, "{bad}");
    }
    let path = format!("/api/custom-fields/{}", risk["id"].as_str().unwrap());
    // Labels change, keys stay; a new option gets a key of its own.
    let options = json!([{ "key": "high", "label": "Very high" }, { "key": "low", "label": "Low" }, { "label": "High" }]);
    let changed = manager.patch(&path, &json!({ "label": "Risk", "options": options, "required": false })).await.expect(200);
    let keys: Vec<&Json> = changed["options"].as_array().unwrap().iter().map(|o| &o["key"]).collect();
    assert_eq!((keys, &changed["key"]), (vec![&json!("high"), &json!("low"), &json!("high_2")], &json!("risk_class")));
    assert_eq!(named(manager.patch(&path, &json!({ "options": [] })).await), ["options"]);

    let listed = async |query: &str| -> Vec<Json> {
        let all = manager.get(&format!("/api/custom-fields{query}")).await.expect(200);
        all["data"].as_array().unwrap().iter().map(|f| f["id"].clone()).collect()
    };
    assert_eq!(listed("?entity=client").await, [risk["id"].clone(), site["id"].clone()]);
    let turned = json!({ "entity": "client", "ids": [site["id"], risk["id"]] });
    assert_eq!(order(&manager, &turned).await.expect(200)["data"][0]["id"], site["id"]);
    assert_eq!(listed("").await, [site["id"].clone(), risk["id"].clone(), lead["id"].clone()]);
    for bad in [json!([site["id"]]), json!([site["id"], site["id"], risk["id"]]), json!([site["id"], risk["id"], lead["id"]])] {
        assert_eq!(named(order(&manager, &json!({ "entity": "client", "ids": bad })).await), ["ids"]);
    }
    manager.get("/api/custom-fields?entity=user").await.refused(422, "validation_failed");
    assert!(manager.delete(&path).await.expect(200)["undo_id"].is_string());
    let archived = manager.get("/api/custom-fields?entity=client").await.expect(200);
    assert_eq!(archived["data"][1]["archived"], true);
    // Its name is free, its key is not.
    let again = field(&manager, json!({ "entity": "client", "label": "Risk class", "type": "text" })).await;
    assert_eq!(again["key"], "risk_class_2");
    assert_eq!(manager.patch(&path, &json!({ "archived": false })).await.expect(200)["archived"], false);
    let agent = broker.actor("Anna", "Agent", None).await;
    assert_eq!(agent.get("/api/custom-fields").await.expect(200)["total"], 4);
    agent
        .post("/api/custom-fields", &json!({ "entity": "client", "label": "X", "type": "text" }))
        .await
        .refused(403, "forbidden");
    agent.patch(&path, &json!({ "label": "X" })).await.refused(403, "forbidden");
    agent.delete(&path).await.refused(403, "forbidden");
    order(&agent, &turned).await.refused(403, "forbidden");
    manager.delete(&format!("/api/custom-fields/{}", uuid::Uuid::now_v7())).await.refused(404, "not_found");
}

#[tokio::test]
async fn values_fit_their_fields_on_every_way_in() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for entity in ["client", "lead"] {
        for (label, kind, required) in [
            ("Note", "text", true),
            ("Lots", "number", false),
            ("Since", "date", false),
            ("Vip", "flag", false),
            ("Site", "url", false),
        ] {
            field(&manager, json!({ "entity": entity, "label": label, "type": kind, "required": required })).await;
        }
    }
    let agent = broker.actor("Anna", "Agent", None).await;
    for path in ["/api/clients", "/api/leads"] {
        // Everything that is wrong comes at once, with the faults of the record itself.
        let mut bad = person(1, json!({ "lots": "two", "since": "soon", "vip": 1, "site": "javascript:1", "other": 1 }));
        bad["country"] = json!("XX");
        let faults = named(agent.post(path, &bad).await);
        assert_eq!(
            faults,
            ["country", "custom.lots", "custom.note", "custom.other", "custom.since", "custom.site", "custom.vip"],
            "{path}"
        );
        assert_eq!(named(agent.post(path, &person(1, json!([]))).await), ["custom"], "{path}");
        let given =
            json!({ "note": " Hello ", "lots": 2.5, "since": "2026-01-02", "vip": false, "site": "https://x.example/a?b=c" });
        let made = agent.post(path, &person(1, given)).await.expect(201);
        let kept =
            json!({ "note": "Hello", "lots": 2.5, "since": "2026-01-02", "vip": false, "site": "https://x.example/a?b=c" });
        assert_eq!(made["custom"], kept, "{path}");
        let record = format!("{path}/{}", made["id"].as_str().unwrap());
        let changed = agent.patch(&record, &json!({ "custom": { "lots": 3, "site": null } })).await.expect(200);
        let now = json!({ "note": "Hello", "lots": 3, "since": "2026-01-02", "vip": false });
        assert_eq!(changed["custom"], now, "{path}");
        assert_eq!(manager.get(&record).await.expect(200)["custom"], now);
        let history = manager.get(&format!("{record}/timeline")).await.expect(200);
        let told = json!([
            { "field": "custom.lots", "old": 2.5, "new": 3 },
            { "field": "custom.site", "old": "https://x.example/a?b=c", "new": null },
        ]);
        assert_eq!(history["data"][0]["diff"], told, "{path}");
        assert_eq!(
            named(agent.patch(&record, &json!({ "custom": { "note": "" }, "country": "XX" })).await),
            ["country", "custom.note"]
        );
        assert_eq!(named(agent.patch(&record, &json!({ "custom": null })).await), ["custom.note"]);
        // What does not touch them asks for nothing.
        agent.patch(&record, &json!({ "country": "DE" })).await.expect(200);
        assert_eq!(manager.get(&record).await.expect(200)["custom"], now);
    }
}

#[tokio::test]
async fn what_is_stored_outlives_its_definition() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let desk = field(
        &manager,
        json!({ "entity": "client", "label": "Desk", "type": "choice", "options": [{ "label": "A" }, { "label": "B" }] }),
    )
    .await;
    let note = field(&manager, json!({ "entity": "client", "label": "Note", "type": "text" })).await;
    let made = manager.post("/api/clients", &person(1, json!({ "desk": "a", "note": "Hi" }))).await.expect(201);
    let record = format!("/api/clients/{}", made["id"].as_str().unwrap());
    let custom = async || manager.get(&record).await.expect(200)["custom"].clone();
    // An option goes: who has it keeps it, and may send it back; nobody gets it anew.
    let path = format!("/api/custom-fields/{}", desk["id"].as_str().unwrap());
    manager.patch(&path, &json!({ "options": [{ "key": "b", "label": "B" }] })).await.expect(200);
    manager.patch(&record, &json!({ "custom": { "desk": "a", "note": "Ho" } })).await.expect(200);
    assert_eq!(custom().await, json!({ "desk": "a", "note": "Ho" }));
    assert_eq!(named(manager.post("/api/clients", &person(2, json!({ "desk": "a" }))).await), ["custom.desk"]);
    // A field goes.
    manager.delete(&format!("/api/custom-fields/{}", note["id"].as_str().unwrap())).await.expect(200);
    manager.patch(&record, &json!({ "custom": { "desk": "b" }, "country": "DE" })).await.expect(200);
    assert_eq!(custom().await, json!({ "desk": "b", "note": "Ho" }));
    manager.patch(&record, &json!({ "custom": { "desk": "b", "note": "Ho" } })).await.expect(200);
    assert_eq!(named(manager.patch(&record, &json!({ "custom": { "note": "New" } })).await), ["custom.note"]);
    // Emptying a form empties what it shows.
    manager.patch(&record, &json!({ "custom": null })).await.expect(200);
    assert_eq!(custom().await, json!({ "note": "Ho" }));
    manager.patch(&record, &json!({ "custom": { "note": null } })).await.expect(200);
    assert_eq!(custom().await, json!({}));
}

#[tokio::test]
async fn forms_and_conversion_are_not_held_up() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for (entity, label, kind) in [("lead", "Budget", "number"), ("client", "Budget", "number"), ("lead", "Only lead", "text")] {
        field(&manager, json!({ "entity": entity, "label": label, "type": kind, "required": true })).await;
    }
    field(&manager, json!({ "entity": "client", "label": "Contract", "type": "text", "required": true })).await;
    let form = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com" });
    let sent = broker.nobody().post("/api/public/leads", &form).await.expect(201);
    let path = format!("/api/leads/{}", sent["id"].as_str().unwrap());
    manager.patch(&path, &json!({ "custom": { "budget": 500, "only_lead": "x" } })).await.expect(200);
    let client = manager.post(&format!("{path}/convert"), &json!({})).await.expect(200);
    let client = manager.get(&format!("/api/clients/{}", client["client_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(client["custom"], json!({ "budget": 500 }));
    // A person is asked for all of it.
    assert_eq!(named(manager.post("/api/clients", &person(5, json!({ "budget": 1 }))).await), ["custom.contract"]);
}

#[tokio::test]
async fn changes_of_fields_are_taken_back() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let undo = async |id: &Json| manager.post(&format!("/api/undo/{}", id.as_str().unwrap()), &json!({})).await;
    let listed = async || -> Vec<Json> {
        let all = manager.get("/api/custom-fields?entity=client").await.expect(200);
        let fields = all["data"].as_array().unwrap().iter();
        fields.map(|f| json!([f["key"], f["label"], f["options"], f["required"], f["archived"]])).collect()
    };
    let risk =
        json!({ "entity": "client", "label": "Risk", "type": "choice", "options": [{ "label": "Low" }, { "label": "High" }] });
    let risk = field(&manager, risk).await;
    let desk = field(&manager, json!({ "entity": "client", "label": "Desk", "type": "text" })).await;
    let path = |f: &Json| format!("/api/custom-fields/{}", f["id"].as_str().unwrap());
    let begun = listed().await;

    // Every kind of change, each back to what was there before.
    let labels = json!({ "label": "Danger", "required": true, "options": [{ "key": "high", "label": "Very high" }] });
    let changed = manager.patch(&path(&risk), &labels).await.expect(200);
    let turned = order(&manager, &json!({ "entity": "client", "ids": [desk["id"], risk["id"]] })).await.expect(200);
    let archived = manager.delete(&path(&desk)).await.expect(200);
    assert_ne!(listed().await, begun);
    for answer in [&archived, &turned, &changed] {
        undo(&answer["undo_id"]).await.expect(200);
        undo(&answer["undo_id"]).await.refused(410, "undo_used");
    }
    assert_eq!(listed().await, begun);
    // What changes nothing has nothing to take back.
    assert_eq!(manager.patch(&path(&desk), &json!({ "label": "Desk" })).await.expect(200).get("undo_id"), None);
    let same = json!({ "entity": "client", "ids": [risk["id"], desk["id"]] });
    assert_eq!(order(&manager, &same).await.expect(200)["undo_id"], Json::Null);

    // What was changed again since stays.
    let first = manager.patch(&path(&desk), &json!({ "help": "Which one" })).await.expect(200);
    manager.patch(&path(&desk), &json!({ "help": "The one in charge" })).await.expect(200);
    undo(&first["undo_id"]).await.refused(409, "changed_since");
    // A name that was given to another meanwhile.
    let renamed = manager.patch(&path(&desk), &json!({ "label": "Table" })).await.expect(200);
    let other = field(&manager, json!({ "entity": "client", "label": "Desk", "type": "text" })).await;
    undo(&renamed["undo_id"]).await.refused(409, "changed_since");
    // An order in which one more stands by now.
    let turned = order(&manager, &json!({ "entity": "client", "ids": [other["id"], desk["id"], risk["id"]] })).await.expect(200);
    let extra = field(&manager, json!({ "entity": "client", "label": "Extra", "type": "text" })).await;
    undo(&turned["undo_id"]).await.refused(409, "changed_since");

    // A new field goes for good while nobody used it, and is put away once a record holds a value.
    undo(&extra["undo_id"]).await.expect(200);
    assert!(!listed().await.iter().any(|f| f[0] == "extra"));
    manager.post("/api/clients", &person(1, json!({ "risk": "low", other["key"].as_str().unwrap(): "North" }))).await.expect(201);
    undo(&other["undo_id"]).await.expect(200);
    let put_away = listed().await.into_iter().find(|f| f[0] == other["key"]).unwrap();
    assert_eq!(put_away[4], true);
    let agent = broker.actor("Anna", "Agent", None).await;
    let id = renamed["undo_id"].as_str().unwrap();
    agent.post(&format!("/api/undo/{id}"), &json!({})).await.refused(404, "not_found");
    let actions: Vec<String> = broker
        .tx()
        .await
        .scalar::<Json>("select jsonb_agg(distinct action) from audit_log where resource_type = 'custom_field'", [])
        .await
        .map(|found| serde_json::from_value(found.unwrap()).unwrap())
        .unwrap();
    assert_eq!(
        actions,
        ["archived", "created", "deleted", "reordered", "restored", "updated"].map(|verb| format!("custom_field.{verb}"))
    );
}
