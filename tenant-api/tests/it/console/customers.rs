//! `/admin/customers` and `/admin/tags`.

use serde_json::{Value as Json, json};
use test_kit::World;

use super::{console, set_up};

fn id(json: &Json) -> &str {
    json["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_customer_from_beginning_to_end() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    let told = admin.post("/admin/customers", &json!({ "company": "Acme" })).await.refused(422, "validation_failed");
    assert!(told["data"]["fields"]["name"].is_array(), "{told}");
    let body = json!({ "name": "Jane van Dyk", "email": "jane@example.com", "phone": "+442071838750", "company": "Dyk Ltd",
        "role": "CFO", "contact_preferences": { "email": true }, "notes": "Met in Rome", "next_follow_up_at": "2030-01-02T09:00:00Z" });
    let made = admin.post("/admin/customers", &body).await.expect(201);
    for (field, value) in [
        ("name", json!("Jane van Dyk")),
        ("company", json!("Dyk Ltd")),
        ("role", json!("CFO")),
        ("contacted", json!(false)),
        ("contact_preferences", json!({ "email": true })),
        ("notes", json!("Met in Rome")),
        ("tags", json!([])),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    assert_eq!(made["follow_up_at"], made["next_follow_up_at"]);
    admin.post("/admin/customers", &body).await.refused(409, "EMAIL_EXISTS");
    let path = format!("/admin/customers/{}", id(&made));
    // The product sees the same client.
    let client = acme.manager().await.get(&format!("/api/clients/{}", id(&made))).await.expect(200);
    assert_eq!((&client["first_name"], &client["last_name"]), (&json!("Jane"), &json!("van Dyk")));

    let agent = console(&acme, "anna", "agent");
    let anna = agent.get("/admin/me").await.expect(200);
    agent.get(&path).await.refused(404, "not_found");
    // Ours or the issuer's id.
    let patched = admin.patch(&path, &json!({ "assigned_to": "anna", "contacted": true })).await.expect(200);
    assert_eq!((&patched["owner_id"], &patched["assigned_to"], &patched["contacted"]), (&anna["id"], &anna["id"], &json!(true)));
    assert_eq!(patched["company"], "Dyk Ltd", "what is absent stays");
    let seen = agent.get(&path).await.expect(200);
    assert_ne!(seen["email"], "jane@example.com", "masked for agents");
    for count in ["contacts_count", "open_deals_count", "upcoming_activities_count"] {
        assert_eq!(seen[count], 0, "{count}");
    }
    admin.patch(&path, &json!({ "status": "nowhere" })).await.refused(422, "validation_failed");
    let put = admin.put(&path, &json!({ "name": "Madonna", "email": "jane@example.com" })).await.expect(200);
    assert_eq!((&put["name"], put.get("company"), &put["contacted"]), (&json!("Madonna"), None, &json!(false)), "{put}");

    assert_eq!(admin.delete(&path).await.status, 204);
    admin.get(&path).await.refused(404, "not_found");
    assert_eq!(admin.post(&format!("{path}/restore"), &json!({})).await.expect(200)["name"], "Madonna");
    agent.delete(&path).await.refused(403, "forbidden");
    admin.get("/admin/customers/nonsense").await.refused(404, "not_found");
}

#[tokio::test]
async fn lists_are_paged_filtered_and_sorted() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    for n in 0..5 {
        let body = json!({ "name": format!("Customer {n}"), "email": format!("c{n}@example.com") });
        admin.post("/admin/customers", &body).await.expect(201);
    }
    let page = admin.get("/admin/customers?page=2&page_size=2&sort_by=name&sort_order=asc").await.expect(200);
    let names: Vec<&Json> = page["data"].as_array().unwrap().iter().map(|c| &c["name"]).collect();
    assert_eq!(names, ["Customer 2", "Customer 3"]);
    for (field, value) in [("total", 5), ("page", 2), ("limit", 2), ("page_size", 2), ("total_pages", 3)] {
        assert_eq!(page[field], value, "{field}");
    }
    let found = admin.get("/admin/customers?search=customer%203").await.expect(200);
    assert_eq!((&found["total"], &found["data"][0]["name"]), (&json!(1), &json!("Customer 3")));
    assert_eq!(admin.get("/admin/customers?assigned_to=none&limit=1").await.expect(200)["total"], 5);
    assert_eq!(console(&acme, "anna", "agent").get("/admin/customers").await.expect(200)["total"], 0, "own records only");
    admin.get("/admin/customers?sort_by=password").await.refused(422, "validation_failed");
    admin.get("/admin/customers?sort_order=up&sort_by=name").await.refused(422, "validation_failed");
    admin.get("/admin/customers?owner_id=nobody-we-know").await.refused(422, "validation_failed");
}

#[tokio::test]
async fn tags_have_ids_and_colours() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    let customer = admin.post("/admin/customers", &json!({ "name": "Jane Doe", "email": "jane@example.com" })).await.expect(201);
    let vip = admin.post("/admin/tags", &json!({ "name": "VIP", "color": "#ff0000" })).await.expect(201);
    assert_eq!((&vip["name"], &vip["color"]), (&json!("VIP"), &json!("#dc2626")));
    admin.post("/admin/tags", &json!({ "name": "vip" })).await.refused(409, "tag_exists");
    admin.post("/admin/tags", &json!({ "name": "x", "color": "reddish" })).await.refused(422, "validation_failed");
    let cold = admin.post("/admin/tags", &json!({ "name": "Cold" })).await.expect(201);
    let of = format!("/admin/customers/{}/tags", id(&customer));
    let both = admin.post(&of, &json!({ "tag_ids": [vip["id"], cold["id"]] })).await.expect(200);
    assert_eq!(both.as_array().unwrap().len(), 2);
    let left = admin.delete(&format!("{of}/{}", id(&cold))).await.expect(200);
    assert_eq!(left.as_array().unwrap().len(), 1);
    admin.post(&format!("{of}/{}", id(&cold)), &json!({})).await.expect(200);
    assert_eq!(admin.get(&of).await.expect(200).as_array().unwrap().len(), 2);
    for query in [format!("tag_id={}", id(&vip)), "tags=vip,cold".to_owned(), format!("tags={},Cold", id(&vip))] {
        assert_eq!(admin.get(&format!("/admin/customers?{query}")).await.expect(200)["total"], 1, "{query}");
    }
    admin.get(&format!("/admin/customers?tag_id={}", uuid::Uuid::nil())).await.refused(422, "validation_failed");
    let renamed = admin.put(&format!("/admin/tags/{}", id(&vip)), &json!({ "name": "Gold" })).await.expect(200);
    assert_eq!((&renamed["name"], &renamed["color"]), (&json!("Gold"), &json!("#dc2626")));
    assert_eq!(admin.get(&format!("/admin/tags/{}", id(&vip))).await.expect(200)["customer_count"], 1);
    let all = admin.get("/admin/tags").await.expect(200);
    assert_eq!(all.as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Cold", "Gold"]);
    let agent = console(&acme, "anna", "agent");
    agent.post("/admin/tags", &json!({ "name": "Mine" })).await.refused(403, "forbidden");
    assert_eq!(admin.delete(&format!("/admin/tags/{}", id(&vip))).await.status, 204);
    assert_eq!(admin.get(&of).await.expect(200).as_array().unwrap().len(), 1);
    admin.get(&format!("/admin/tags/{}", id(&vip))).await.refused(404, "not_found");
    admin.post(&of, &json!({ "tag_ids": [vip["id"]] })).await.refused(404, "not_found");
    admin.post(&of, &json!({})).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn the_log_is_for_those_who_may_read_it() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    set_up(&acme).await;
    let admin = console(&acme, "ada", "admin");
    admin
        .post("/admin/customers", &json!({ "name": "Jane Doe", "email": "jane@example.com", "company": "Doe" }))
        .await
        .expect(201);
    let log = admin.get("/admin/audit?resource_type=client&page_size=5").await.expect(200);
    let actions: Vec<&Json> = log["data"].as_array().unwrap().iter().map(|e| &e["action"]).collect();
    assert!(actions.contains(&&json!("client.created")) && actions.contains(&&json!("client.details_changed")), "{log}");
    assert_eq!(log["page_size"], 5);
    for role in ["manager", "agent"] {
        console(&acme, role, role).get("/admin/audit").await.refused(403, "forbidden");
    }
}
