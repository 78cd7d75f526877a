//! Contacts, deals, activities, notes, files and pipelines of `/admin`.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use super::{console, set_up};

fn id(json: &Json) -> &str {
    json["id"].as_str().unwrap()
}

async fn customer(admin: &Api<'_>, name: &str) -> Json {
    let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
    admin.post("/admin/customers", &json!({ "name": name, "email": email, "company": "Doe Ltd" })).await.expect(201)
}

#[tokio::test]
async fn of_a_customer_s_contacts_one_is_the_primary_one() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    let jane = customer(&admin, "Jane Doe").await;
    let of = format!("/admin/customers/{}/contacts", id(&jane));
    admin.post(&of, &json!({ "email": "x@example.com" })).await.refused(422, "validation_failed");
    let first = admin.post(&of, &json!({ "name": "Cher", "title": "Owner", "email": "cher@example.com" })).await.expect(201);
    for (field, value) in [
        ("name", json!("Cher")),
        ("customer_id", jane["id"].clone()),
        ("title", json!("Owner")),
        ("position", json!("Owner")),
        ("is_primary", json!(true)),
    ] {
        assert_eq!(first[field], value, "{field}");
    }
    let second = admin.post(&of, &json!({ "first_name": "Nina", "last_name": "Ray", "position": "CFO" })).await.expect(201);
    assert_eq!((&second["is_primary"], &second["title"]), (&json!(false), &json!("CFO")));
    let path = format!("/admin/contacts/{}", id(&second));
    assert_eq!(admin.patch(&format!("{path}/primary"), &json!({})).await.expect(200)["is_primary"], true);
    let all = admin.get(&of).await.expect(200);
    let primaries: Vec<(&Json, &Json)> = all.as_array().unwrap().iter().map(|k| (&k["name"], &k["is_primary"])).collect();
    assert_eq!(primaries, [(&json!("Nina Ray"), &json!(true)), (&json!("Cher"), &json!(false))]);
    assert_eq!(admin.get(&format!("/admin/customers/{}", id(&jane))).await.expect(200)["primary_contact"]["name"], "Nina Ray");
    let changed = admin.put(&path, &json!({ "name": "Nina Maria Ray" })).await.expect(200);
    assert_eq!((&changed["first_name"], &changed["last_name"]), (&json!("Nina"), &json!("Maria Ray")));
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(admin.get(&format!("/admin/contacts/{}", id(&first))).await.expect(200)["is_primary"], true);
    admin.get(&path).await.refused(404, "not_found");
    console(&acme, "anna", "agent").get(&of).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_deal_goes_through_its_stages() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    let jane = customer(&admin, "Jane Doe").await;
    let told = admin.post("/admin/deals", &json!({ "amount": 5 })).await.refused(422, "validation_failed");
    let named: Vec<&String> = told["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["customer_id", "name"]);
    let body = json!({ "title": "Big one", "customer_id": jane["id"], "amount": 1500.5, "currency": "EUR", "stage": "prospecting",
        "expected_close_date": "2030-01-02T00:00:00Z", "owner_id": "ada" });
    let deal = admin.post("/admin/deals", &body).await.expect(201);
    for (field, value) in [
        ("name", json!("Big one")),
        ("title", json!("Big one")),
        ("stage", json!("lead")),
        ("amount", json!(1500.5)),
        ("currency", json!("EUR")),
        ("expected_close_date", json!("2030-01-02")),
        ("customer_id", jane["id"].clone()),
    ] {
        assert_eq!(deal[field], value, "{field}");
    }
    assert_eq!((&deal["customer"]["name"], &deal["customer"]["company"]), (&json!("Jane Doe"), &json!("Doe Ltd")));
    let path = format!("/admin/deals/{}", id(&deal));
    let stage = format!("{path}/stage");
    admin.patch(&stage, &json!({})).await.refused(422, "validation_failed");
    admin.patch(&stage, &json!({ "stage": "nowhere" })).await.refused(422, "validation_failed");
    assert_eq!(admin.patch(&stage, &json!({ "stage": "Qualification" })).await.expect(200)["stage"], "qualified");
    let won = admin.patch(&stage, &json!({ "stage": "closed_won" })).await.expect(200);
    assert_eq!((&won["stage"], &won["probability"]), (&json!("won"), &json!(100)));
    assert!(won["actual_close_date"].is_string(), "{won}");
    let refused = admin.patch(&stage, &json!({ "stage": "proposal" })).await.refused(409, "invalid_transition");
    assert!(refused["data"]["allowed"].is_array(), "{refused}");
    admin.patch(&stage, &json!({ "stage": "proposal", "reopen": true })).await.expect(200);
    let put = admin.put(&path, &json!({ "name": "Bigger one", "amount": "2000", "stage": "negotiation" })).await.expect(200);
    assert_eq!((&put["name"], &put["amount"], &put["stage"]), (&json!("Bigger one"), &json!(2000.0), &json!("negotiation")));
    for query in ["stage=negotiation", "amount_min=1999&amount_max=2001", "owner_id=ada", "search=bigger", "date_from=2020-01-01"]
    {
        assert_eq!(admin.get(&format!("/admin/deals?{query}")).await.expect(200)["total"], 1, "{query}");
    }
    assert_eq!(admin.get("/admin/deals?stage=won&page_size=5").await.expect(200)["total"], 0);
    admin.get("/admin/deals?stage=nowhere").await.refused(422, "validation_failed");
    let agent = console(&acme, "anna", "agent");
    assert_eq!(agent.get("/admin/deals").await.expect(200)["total"], 0, "own records only");
    agent.patch(&stage, &json!({ "stage": "won" })).await.refused(404, "not_found");
    assert_eq!(admin.get(&format!("/admin/customers/{}", id(&jane))).await.expect(200)["open_deals_count"], 1);
    assert_eq!(admin.delete(&path).await.status, 204);
    admin.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn activities_and_notes() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    let jane = customer(&admin, "Jane Doe").await;
    admin.post("/admin/activities", &json!({})).await.refused(422, "validation_failed");
    let body = json!({ "type": "call", "title": "Call back", "customer_id": jane["id"], "due_date": "2020-01-02T09:00:00Z",
        "duration": 15, "priority": "high" });
    let call = admin.post("/admin/activities", &body).await.expect(201);
    for (field, value) in [
        ("subject", json!("Call back")),
        ("title", json!("Call back")),
        ("status", json!("overdue")),
        ("duration", json!(15)),
        ("priority", json!("high")),
    ] {
        assert_eq!(call[field], value, "{field}");
    }
    assert_eq!((&call["due_at"], &call["owner_id"]), (&call["due_date"], &call["assigned_to"]));
    assert_eq!((&call["customer"]["name"], &call["owner"]["name"]), (&json!("Jane Doe"), &json!("ada")));
    let path = format!("/admin/activities/{}", id(&call));
    for query in ["type=call", "status=overdue", "assigned_to=ada", "search=back", "date_from=2020-01-01&date_to=2020-01-03"] {
        assert_eq!(admin.get(&format!("/admin/activities?{query}")).await.expect(200)["total"], 1, "{query}");
    }
    let mine = admin.get("/admin/me/activities?page_size=3").await.expect(200);
    assert_eq!((&mine["total"], &mine["page_size"]), (&json!(1), &json!(3)));
    assert_eq!(admin.put(&path, &json!({ "subject": "Call again" })).await.expect(200)["subject"], "Call again");
    let done = admin.patch(&format!("{path}/complete"), &json!({ "outcome": "Reached" })).await.expect(200);
    assert_eq!((&done["status"], &done["outcome"]), (&json!("completed"), &json!("Reached")));
    let detail = admin.get(&format!("/admin/customers/{}", id(&jane))).await.expect(200);
    assert_eq!(detail["recent_activities"][0]["id"], call["id"]);
    let agent = console(&acme, "anna", "agent");
    agent.get(&path).await.refused(404, "not_found");
    assert_eq!(agent.get("/admin/activities").await.expect(200)["total"], 0);

    admin.post("/admin/notes", &json!({ "content": "x" })).await.refused(422, "validation_failed");
    let note = admin.post("/admin/notes", &json!({ "content": "Likes **tea**", "customer_id": jane["id"] })).await.expect(201);
    assert_eq!((&note["author_name"], &note["author"]["name"]), (&json!("ada"), &json!("ada")));
    let of = format!("/admin/customers/{}/notes", id(&jane));
    assert_eq!(admin.get(&of).await.expect(200)["data"][0]["content"], "Likes **tea**");
    let note_path = format!("/admin/notes/{}", id(&note));
    assert_eq!(admin.patch(&note_path, &json!({ "content": "Likes coffee" })).await.expect(200)["content"], "Likes coffee");
    agent.get(&note_path).await.refused(404, "not_found");
    assert_eq!(admin.get(&format!("/admin/notes?search=coffee&customer_id={}", id(&jane))).await.expect(200)["total"], 1);
    assert_eq!(admin.delete(&note_path).await.status, 204);
    assert_eq!(admin.get(&of).await.expect(200)["total"], 0);
    assert_eq!(admin.delete(&path).await.status, 204);
    admin.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn pipelines_and_files() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    let pipelines = admin.get("/admin/pipelines").await.expect(200);
    let sales = pipelines["data"].as_array().unwrap().iter().find(|p| p["id"] == "sales").unwrap().clone();
    let keys: Vec<&str> = sales["stages"].as_array().unwrap().iter().map(|s| s["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["lead", "qualified", "proposal", "negotiation", "won", "lost"]);
    assert_eq!(sales["stages"][0]["allowed_next_stages"], Json::Null);
    let mut stages = sales["stages"].as_array().unwrap().clone();
    stages[1]["name"] = "Qualified well".into();
    stages[1]["allowed_next_stages"] = json!(["proposal", "lost"]);
    let set = admin.put("/admin/pipelines/sales/stages", &json!({ "stages": stages })).await.expect(200);
    assert_eq!(
        (&set["data"][1]["name"], &set["data"][1]["allowed_next_stages"]),
        (&json!("Qualified well"), &json!(["proposal", "lost"]))
    );
    let jane = customer(&admin, "Jane Doe").await;
    let deal = json!({ "name": "One", "customer_id": jane["id"], "stage": "qualified" });
    let deal = admin.post("/admin/deals", &deal).await.expect(201);
    let refused = admin.patch(&format!("/admin/deals/{}/stage", id(&deal)), &json!({ "stage": "won" })).await;
    assert_eq!(refused.refused(409, "invalid_transition")["data"]["allowed"], json!(["proposal", "lost"]));
    // A deal of nobody says so.
    let alone = admin.post("/api/crm/deals", &json!({ "name": "Nobody's" })).await.expect(201);
    let alone = admin.get(&format!("/admin/deals/{}", id(&alone))).await.expect(200);
    assert_eq!(alone.as_object().and_then(|o| o.get("customer_id")), Some(&Json::Null));
    let renamed = json!({ "pipelines": [{ "id": "sales", "name": "New business" }] });
    assert_eq!(admin.put("/admin/pipelines", &renamed).await.expect(200)["data"][0]["name"], "New business");
    admin.put("/admin/pipelines", &json!({ "pipelines": [{}] })).await.refused(422, "validation_failed");
    admin.get("/admin/pipelines/nowhere/stages").await.refused(404, "not_found");
    for role in ["manager", "agent"] {
        console(&acme, role, role).get("/admin/pipelines").await.refused(403, "forbidden");
    }

    let made =
        crate::attachments::send_to(&admin, "/admin/attachments", "customer_id", id(&jane), "a.txt", "hello").await.expect(201);
    assert_eq!((&made["filename"], &made["size"], &made["customer_id"]), (&json!("a.txt"), &json!(5), &jane["id"]));
    let listed = admin.get(&format!("/admin/attachments?customer_id={}", id(&jane))).await.expect(200);
    assert_eq!(listed["total"], 1);
    let path = format!("/admin/attachments/{}", id(&made));
    let bare = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let found = bare.execute(admin.request(reqwest::Method::GET, &format!("{path}/download")).build().unwrap()).await.unwrap();
    assert_eq!(found.status().as_u16(), 302);
    assert!(found.headers()["location"].to_str().unwrap().contains("X-Amz-Signature"));
    console(&acme, "anna", "agent").get(&format!("{path}/download")).await.refused(404, "not_found");
    assert_eq!(admin.delete(&path).await.status, 204);
}
