//! Saved views and tags through HTTP.

use reqwest::Method;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

fn named(list: &Json) -> Vec<String> {
    list["data"].as_array().unwrap().iter().map(|v| v["name"].as_str().unwrap().to_owned()).collect()
}

async fn views(who: &Api<'_>) -> Vec<String> {
    named(&who.get("/api/views?entity=client").await.expect(200))
}

fn view(name: &str, shared: &str) -> Json {
    let filter = json!({ "and": [{ "field": "status", "op": "in", "value": ["new"] }] });
    json!({ "entity": "client", "name": name, "shared": shared, "query": { "filter": filter, "sort": "-created_at,name" } })
}

#[tokio::test]
async fn views_are_kept_shared_ordered_and_deleted() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let top = broker.team("Top", None).await;
    let desk = broker.team("Desk", Some(top)).await;
    let far = broker.team("Far", None).await;
    let leader = broker.actor("Lee", "Team Leader", Some(top)).await;
    let agent = broker.actor("Anna", "Agent", Some(desk)).await;
    let stranger = broker.actor("Sid", "Agent", Some(far)).await;

    agent.post("/api/views", &view("Mine", "own")).await.expect(201);
    for shared in ["team", "all"] {
        agent.post("/api/views", &view("X", shared)).await.refused(403, "forbidden");
    }
    leader.post("/api/views", &view("X", "all")).await.refused(403, "forbidden");
    leader.post("/api/views", &view("Team's", "team")).await.expect(201);
    let mut everybody = view("Everybody's", "all");
    everybody["query"]["columns"] = json!(["name", "status", "custom.later"]);
    everybody["query"]["density"] = json!("compact");
    let shared = manager.post("/api/views", &everybody).await.expect(201);
    assert_eq!((&shared["shared"], &shared["default"], &shared["editable"]), (&json!("all"), &json!(false), &json!(true)));
    assert_eq!(shared["query"]["sort"], "-created_at,name");

    // Who is in the team or below it sees the team's views; nobody sees what is another's own.
    assert_eq!(views(&agent).await, ["Mine", "Team's", "Everybody's"]);
    assert_eq!(views(&leader).await, ["Team's", "Everybody's"]);
    assert_eq!(views(&stranger).await, ["Everybody's"]);
    assert_eq!(views(&manager).await, ["Everybody's"]);

    let all = agent.get("/api/views?entity=client").await.expect(200);
    let path = |n: usize| format!("/api/views/{}", all["data"][n]["id"].as_str().unwrap());
    let (mine, teams, everybodys) = (path(0), path(1), path(2));
    assert_eq!(all["data"][2]["editable"], false);
    agent.patch(&everybodys, &json!({ "name": "X" })).await.refused(403, "forbidden");
    agent.delete(&teams).await.refused(403, "forbidden");
    leader.patch(&mine, &json!({ "name": "X" })).await.refused(404, "not_found");
    stranger.patch(&teams, &json!({ "default": true })).await.refused(404, "not_found");
    // Its name goes to everybody who sees it.
    leader.patch(&teams, &json!({ "name": "The team's" })).await.expect(200);
    assert_eq!(views(&agent).await[1], "The team's");

    // Everybody orders for themselves.
    let ids: Vec<&Json> = [2, 0].iter().map(|n| &all["data"][*n]["id"]).collect();
    let order = json!({ "entity": "client", "ids": ids });
    agent.send(agent.request(Method::PUT, "/api/views/order").json(&order)).await.expect(200);
    assert_eq!(views(&agent).await, ["Everybody's", "Mine", "The team's"]);
    assert_eq!(views(&leader).await, ["The team's", "Everybody's"]);
    let twice = json!({ "entity": "client", "ids": [ids[0], ids[0]] });
    agent.send(agent.request(Method::PUT, "/api/views/order").json(&twice)).await.refused(422, "validation_failed");
    leader.send(leader.request(Method::PUT, "/api/views/order").json(&order)).await.refused(422, "validation_failed");

    // One opens first: the role's, until somebody chooses another.
    let roles = manager.get("/api/roles").await.expect(200);
    let role = roles["data"].as_array().unwrap().iter().find(|r| r["name"] == "Agent").unwrap()["id"].clone();
    let first = async |who: &Api<'_>| {
        let all = who.get("/api/views").await.expect(200);
        let first: Vec<Json> = all["data"].as_array().unwrap().iter().filter(|v| v["default"] == true).cloned().collect();
        named(&json!({ "data": first }))
    };
    leader.patch(&teams, &json!({ "default_for_roles": [role] })).await.refused(403, "forbidden");
    agent.patch(&mine, &json!({ "default_for_roles": [role] })).await.refused(403, "forbidden");
    manager.patch(&everybodys, &json!({ "default_for_roles": [uuid::Uuid::now_v7()] })).await.refused(422, "validation_failed");
    let changed = manager.patch(&everybodys, &json!({ "default_for_roles": [role] })).await.expect(200);
    assert_eq!(changed["default_for_roles"], json!([role]));
    assert_eq!((first(&agent).await, first(&stranger).await), (vec!["Everybody's".to_owned()], vec!["Everybody's".to_owned()]));
    assert!(first(&manager).await.is_empty());
    agent.patch(&mine, &json!({ "default": true })).await.expect(200);
    assert_eq!((first(&agent).await, first(&stranger).await), (vec!["Mine".to_owned()], vec!["Everybody's".to_owned()]));
    agent.patch(&mine, &json!({ "default": false })).await.expect(200);
    assert_eq!(first(&agent).await, ["Everybody's"]);

    // Deleted, and brought back by whoever deleted it.
    let gone = manager.delete(&everybodys).await.expect(200);
    assert_eq!(views(&agent).await, ["Mine", "The team's"]);
    assert!(first(&stranger).await.is_empty());
    let undo = format!("/api/undo/{}", gone["undo_id"].as_str().unwrap());
    agent.post(&undo, &json!({})).await.refused(404, "not_found");
    manager.post(&undo, &json!({})).await.expect(200);
    assert_eq!(views(&agent).await[0], "Everybody's");
    assert_eq!(first(&stranger).await, ["Everybody's"]);

    // Taken back from everybody.
    manager.patch(&everybodys, &json!({ "shared": "own" })).await.expect(200);
    assert!(views(&stranger).await.is_empty());
    let audit = manager.get("/api/audit?resource_type=view&limit=50").await.expect(200);
    let actions: Vec<&str> = audit["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    for action in ["view.created", "view.updated", "view.deleted"] {
        assert!(actions.contains(&action), "{actions:?}");
    }
}

#[tokio::test]
async fn a_view_opens_as_far_as_its_reader_may_ask() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let field =
        manager.post("/api/custom-fields", &json!({ "entity": "client", "label": "Level", "type": "number" })).await.expect(201);
    let filter = json!({ "and": [
        { "field": "email", "op": "is", "value": "zqsecret@example.com" },
        { "field": "custom.level", "op": "gt", "value": 3 },
        { "field": "status", "op": "in", "value": ["new"] },
    ] });
    let query = json!({ "filter": filter, "sort": "-custom.level,name", "columns": ["name", "custom.level", "email"] });
    let body = json!({ "entity": "client", "name": "Hot", "shared": "all", "query": query });
    let saved = manager.post("/api/views", &body).await.expect(201);
    assert_eq!((&saved["query"]["filter"], &saved["dropped"]), (&filter, &json!([])));

    let dropped = |view: &Json| -> Vec<String> {
        let all = view["dropped"].as_array().unwrap().iter();
        all.map(|d| format!("{} {}: {}", d["part"], d["field"], d["reason"]).replace('"', "")).collect()
    };
    let open = async |who: &Api<'_>| who.get("/api/views?entity=client").await;
    let support = broker.actor("Sue", "Support", None).await;
    let seen = open(&support).await;
    assert!(!seen.text.contains("zqsecret"), "{}", seen.text);
    let seen = seen.expect(200)["data"][0].clone();
    assert_eq!(dropped(&seen), ["filter email: masked"]);
    assert_eq!(seen["query"]["filter"]["and"].as_array().unwrap().len(), 2);
    // What is left can be asked as it is.
    let left = seen["query"]["filter"].to_string().replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
    support.get(&format!("/api/clients?filter={left}&sort={}", seen["query"]["sort"].as_str().unwrap())).await.expect(200);
    // The log names fields and no values.
    let audit = broker.actor("Cora", "Compliance", None).await.get("/api/audit?resource_type=view").await;
    assert!(audit.text.contains("custom.level") && !audit.text.contains("zqsecret"), "{}", audit.text);

    manager.delete(&format!("/api/custom-fields/{}", field["id"].as_str().unwrap())).await.expect(204);
    let now = open(&manager).await.expect(200)["data"][0].clone();
    assert_eq!(dropped(&now), ["filter custom.level: gone", "sort custom.level: gone", "columns custom.level: gone"]);
    assert_eq!((&now["query"]["sort"], &now["query"]["columns"]), (&json!("name"), &json!(["name", "email"])));

    // Nobody saves what they could not ask, and all faults come at once.
    let mut bad = json!({ "entity": "client", "name": "X", "query": { "filter": filter, "sort": "size", "columns": ["Name;"], "density": "tiny" } });
    let refused = manager.post("/api/views", &bad).await.refused(422, "validation_failed");
    let fields: Vec<&String> = refused["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["query.columns", "query.density", "query.filter", "query.sort"]);
    bad["query"] = json!({ "filter": { "and": [{ "field": "email", "op": "not_empty" }] } });
    support.post("/api/views", &bad).await.refused(422, "field_masked");
    manager.post("/api/views", &json!({ "shared": "world" })).await.refused(422, "validation_failed");
    // A program has no views of its own.
    let roles = manager.get("/api/roles").await.expect(200);
    let role = &roles["data"].as_array().unwrap().iter().find(|r| r["name"] == "CRM Manager").unwrap()["id"];
    let key = manager.post("/api/api-keys", &json!({ "name": "Bot", "role": role })).await.expect(201);
    let bot = broker.nobody().with_token(key["key"].as_str().or(key["token"].as_str()).unwrap());
    assert_eq!(views(&bot).await, ["Hot"]);
    bot.post("/api/views", &view("X", "own")).await.refused(403, "api_key_not_allowed");
}

#[tokio::test]
async fn views_and_tags_of_one_broker_are_not_the_others() {
    let world = World::new().await;
    let (acme, bolt) = (world.broker("acme").await, world.broker("bolt").await);
    let (ada, bob) = (acme.manager().await, bolt.manager().await);
    let saved = ada.post("/api/views", &view("Acme's", "all")).await.expect(201);
    let tag = ada.post("/api/tags", &json!({ "name": "Acme's" })).await.expect(201);
    assert!(views(&bob).await.is_empty());
    assert_eq!(bob.get("/api/tags").await.expect(200)["total"], 0);
    for path in [format!("/api/views/{}", saved["id"].as_str().unwrap()), format!("/api/tags/{}", tag["id"].as_str().unwrap())] {
        bob.patch(&path, &json!({ "name": "Bolt's" })).await.refused(404, "not_found");
        bob.delete(&path).await.refused(404, "not_found");
    }
    // Another tenant's roles are no roles here.
    let roles = ada.get("/api/roles").await.expect(200);
    let body = json!({ "entity": "client", "name": "X", "shared": "all", "default_for_roles": [roles["data"][0]["id"]] });
    bob.post("/api/views", &body).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn tags_go_with_their_records() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let agent = broker.actor("Anna", "Agent", None).await;
    let person = |n: usize, tags: Json| json!({ "first_name": "Jane", "last_name": "Doe", "email": format!("j{n}@example.com"), "tags": tags });
    // Used for the first time, a tag is in the list, in a colour of its own, also for a masked actor.
    let first = agent.post("/api/clients", &person(1, json!(["VIP", "vip", "Gold"]))).await.expect(201);
    assert_eq!(first["tags"], json!(["VIP", "Gold"]));
    let second = manager.post("/api/clients", &person(2, json!(["vip"]))).await.expect(201);
    assert_eq!(second["tags"], json!(["VIP"]), "as the tenant writes it");
    let listed = agent.get("/api/tags?search=vi").await.expect(200);
    assert_eq!(named(&listed), ["VIP"]);
    assert_ne!(listed["data"][0]["hue"], "");
    let tag = format!("/api/tags/{}", listed["data"][0]["id"].as_str().unwrap());
    assert_eq!(named(&agent.get("/api/tags").await.expect(200)), ["Gold", "VIP"]);
    for (method, body) in [(Method::PATCH, json!({ "name": "X" })), (Method::DELETE, json!({}))] {
        agent.send(agent.request(method, &tag).json(&body)).await.refused(403, "forbidden");
    }
    agent.post("/api/tags", &json!({ "name": "X" })).await.refused(403, "forbidden");
    manager.post("/api/tags", &json!({ "name": "vip" })).await.refused(409, "tag_exists");
    manager.post("/api/tags", &json!({ "name": "", "hue": "beige" })).await.refused(422, "validation_failed");
    manager.patch(&tag, &json!({ "name": "gold" })).await.refused(409, "tag_exists");

    let tags_of = async |client: &Json| {
        let now = manager.get(&format!("/api/clients/{}", client["id"].as_str().unwrap())).await.expect(200);
        (now["tags"].clone(), now["version"].as_i64().unwrap())
    };
    let count = async |name: &str| {
        let filter = json!({ "and": [{ "field": "tags", "op": "any", "value": [name] }] }).to_string();
        let filter = filter.replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
        manager.get(&format!("/api/clients?filter={filter}")).await.expect(200)["total"].as_u64().unwrap()
    };
    let renamed = manager.patch(&tag, &json!({ "name": "Top client", "hue": "red" })).await.expect(200);
    assert_eq!(
        (&renamed["tag"]["name"], &renamed["tag"]["hue"], &renamed["updated"]),
        (&json!("Top client"), &json!("red"), &json!(2))
    );
    assert_eq!(tags_of(&first).await, (json!(["Top client", "Gold"]), 2));
    assert_eq!((count("VIP").await, count("Top client").await), (0, 2));
    let path = format!("/api/clients/{}/timeline", first["id"].as_str().unwrap());
    let last = manager.get(&path).await.expect(200)["data"][0].clone();
    assert_eq!(last["diff"], json!([{ "field": "tags", "old": ["VIP", "Gold"], "new": ["Top client", "Gold"] }]));
    let undo =
        async |answer: &Json| manager.post(&format!("/api/undo/{}", answer["undo_id"].as_str().unwrap()), &json!({})).await;
    undo(&renamed).await.expect(200);
    assert_eq!(tags_of(&second).await, (json!(["VIP"]), 3));
    undo(&renamed).await.refused(410, "undo_used");
    let same = manager.patch(&tag, &json!({ "name": "VIP" })).await.expect(200);
    assert_eq!(same["undo_id"], Json::Null);

    // Who deletes a tag knows how many records lose it.
    assert_eq!(manager.get(&tag).await.expect(200)["records"], 2);
    manager.delete(&tag).await.refused(409, "tag_in_use");
    manager.delete(&format!("{tag}?confirm=1")).await.refused(409, "tag_in_use");
    let gone = manager.delete(&format!("{tag}?confirm=2")).await.expect(200);
    assert_eq!(gone["updated"], 2);
    assert_eq!((tags_of(&first).await.0, tags_of(&second).await.0), (json!(["Gold"]), json!([])));
    assert_eq!(named(&manager.get("/api/tags").await.expect(200)), ["Gold"]);
    // Somebody gives one record the tag again under the same name: the name is taken then.
    undo(&gone).await.expect(200);
    assert_eq!((tags_of(&first).await.0, tags_of(&second).await.0), (json!(["Gold", "VIP"]), json!(["VIP"])));
    let again = manager.patch(&tag, &json!({ "hue": "pink" })).await.expect(200);
    manager.patch(&tag, &json!({ "name": "Other" })).await.expect(200);
    undo(&again).await.refused(409, "changed_since");
}
