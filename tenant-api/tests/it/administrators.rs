//! Somebody who can sign in and administer remains: an account that only a console's tokens open does not count.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use crate::console::{console, set_up};

async fn role_id(api: &Api<'_>, name: &str) -> String {
    let roles = api.get("/api/roles").await.expect(200);
    let found = roles["data"].as_array().unwrap().iter().find(|r| r["name"] == name);
    found.unwrap_or_else(|| panic!("no role {name}"))["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_account_of_the_console_is_no_administrator() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    set_up(&broker).await;
    let ada = broker.manager().await;
    let office = json!({ "name": "Office", "permissions": { "users.read": "all", "users.manage": "all" } });
    ada.post("/api/roles", &office).await.expect(201);
    let olga = broker.actor("Olga", "Office", None).await;
    // The console's administrator has the role, and no password: nobody signs in as them.
    let me = console(&broker, "boss", "admin").get("/admin/me").await.expect(200);
    assert_eq!(me["role"], "CRM Manager");
    let path = |id: &str| format!("/api/users/{id}");
    let boss = me["id"].as_str().unwrap().to_owned();
    assert_eq!(ada.get(&path(&boss)).await.expect(200)["status"], "active");

    ada.patch(&path(ada.id()), &json!({ "role": "Agent" })).await.refused(409, "last_administrator");
    olga.patch(&path(ada.id()), &json!({ "status": "inactive" })).await.refused(409, "last_administrator");
    let (own, agent) = (role_id(&ada, "CRM Manager").await, role_id(&ada, "Agent").await);
    let less = json!({ "permissions": { "roles.manage": "none" } });
    ada.patch(&format!("/api/roles/{own}"), &less).await.refused(409, "last_administrator");
    ada.delete(&format!("/api/roles/{own}?replace_with={agent}")).await.refused(409, "last_administrator");
    let seen = ada.post(&format!("/api/roles/{own}/preview"), &less).await.expect(200);
    assert_eq!(seen["last_administrator"], true, "the preview says what would happen");
    // In another role as well.
    ada.post("/api/roles", &json!({ "name": "Second", "copy_of": "CRM Manager" })).await.expect(201);
    ada.patch(&path(&boss), &json!({ "role": "Second" })).await.expect(200);
    let seen = ada.post(&format!("/api/roles/{own}/preview"), &less).await.expect(200);
    assert_eq!(seen["last_administrator"], true);
    ada.patch(&format!("/api/roles/{own}"), &less).await.refused(409, "last_administrator");

    // The console's account itself may go, and whoever signs in counts.
    ada.patch(&path(&boss), &json!({ "status": "inactive" })).await.expect(200);
    let bea = broker.actor("Bea", "CRM Manager", None).await;
    olga.patch(&path(ada.id()), &json!({ "status": "inactive" })).await.expect(200);
    let left: Json = bea.get("/api/users?role=CRM Manager&status=active").await.expect(200);
    assert_eq!((&left["total"], &left["data"][0]["name"]), (&json!(1), &json!("Bea")));
}
