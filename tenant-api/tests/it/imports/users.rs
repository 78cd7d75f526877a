//! Staff from files: by the rules of the administration of users, and taken back as long as nobody used it.

use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

use super::{RAN, counts, ended, map, mapped, preview, run, send, total};

/// A hash of who may sign in, and as what.
async fn staff(broker: &Broker<'_>) -> Json {
    let sql =
        "select jsonb_agg(jsonb_build_array(u.id, u.email, u.name, u.role_id, u.team_id, u.status) order by u.id) from users u";
    runtime::Rows::scalar(&broker.tx().await, sql, []).await.unwrap().unwrap()
}

async fn undo(api: &Api<'_>, path: &str) -> Json {
    api.post(&format!("{path}/undo"), &json!({})).await.expect(202);
    ended(api, path, &["undone", "failed"]).await
}

/// Codes and messages of all faults.
fn faults(preview: &Json) -> Vec<(u64, &str, &str, &str)> {
    let errors = preview["errors"].as_array().unwrap().iter();
    errors
        .map(|e| {
            let text = |key: &str| e[key].as_str().unwrap();
            (e["row"].as_u64().unwrap(), text("column"), text("code"), text("message"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_come_in_with_role_team_and_invitation() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let team = broker.team("Desk London", None).await;
    broker.team("Desk Dubai", None).await;
    let text = "Name;E-Mail;Role;Team\n\
        Jane Doe;Jane@Example.com;agent;desk london\n\
        John Roe;john@example.com;Team Leader;\n\
        No Role;norole@example.com;;\n\
        Wrong Role;wrong@example.com;Wizard;\n\
        Wrong Team;team@example.com;Agent;Desk Mars\n\
        ;nobody;Agent;\n\
        Jane Again;jane@example.com;Agent;\n\
        Ada Manager;ada@acme.example;Agent;\n";
    let sent = send(&api, "users", "staff.csv", text).await.expect(201);
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    let suggested: Vec<&Json> = sent["columns"].as_array().unwrap().iter().map(|c| &c["suggested_field"]).collect();
    assert_eq!(json!(suggested), json!(["name", "email", "role", "team"]));
    let field = |key: &str| sent["fields"].as_array().unwrap().iter().find(|f| f["key"] == key).unwrap().clone();
    assert!(field("role")["options"].as_array().unwrap().iter().any(|o| o["label"] == "Team Leader"), "{}", field("role"));
    assert_eq!(field("team")["options"][1]["key"], json!(team));
    map(&api, &path, &sent, json!({ "duplicates": "create_anyway" })).await.refused(422, "validation_failed");
    map(&api, &path, &sent, json!({ "match": ["phone"] })).await.refused(422, "validation_failed");
    let field = json!([{ "column": "Name", "type": "text" }]);
    map(&api, &path, &sent, json!({ "new_fields": field })).await.refused(422, "validation_failed");
    map(&api, &path, &sent, json!({})).await.expect(200);
    let seen = preview(&api, &path).await;
    assert_eq!(counts(&seen, ["valid", "invalid", "duplicates"]), [4, 4, 2], "{seen}");
    let found = faults(&seen);
    let roles = "is not a role; choose one of ";
    assert!(found.iter().any(|f| f.1 == "Role" && f.2 == "required" && f.0 == 4), "{found:?}");
    assert!(found.iter().any(|f| f.2 == "role_unknown" && f.3.starts_with(roles) && f.3.contains("Team Leader")), "{found:?}");
    assert!(found.contains(&(6, "Team", "team_unknown", "is not a team; choose one of Desk Dubai, Desk London")), "{found:?}");
    assert!(found.iter().any(|f| f.0 == 7 && f.1 == "Name" && f.2 == "required"), "{found:?}");
    assert!(found.iter().any(|f| f.0 == 7 && f.2 == "email_invalid"), "{found:?}");
    let sample = &seen["sample"][0]["values"];
    assert_eq!((&sample["name"], &sample["role"], &sample["team"]), (&json!("Jane Doe"), &json!("Agent"), &json!("Desk London")));
    api.post(&format!("{path}/start"), &json!({})).await.expect(202);
    // The invitations leave after the commit that adds the users, and not before.
    assert!(world.mail.list(Some("jane@example.com")).is_empty());
    world.drain().await;
    let done = ended(&api, &path, &["done"]).await;
    assert_eq!(counts(&done, RAN), [8, 8, 2, 0, 2, 4]);
    let id = path.rsplit('/').next().unwrap();
    let came = api.get(&format!("/api/users?import_id={id}&sort=email")).await.expect(200);
    assert_eq!(came["total"], 2, "{came}");
    let jane = &came["data"][0];
    assert_eq!(
        json!([jane["email"], jane["name"], jane["role_name"], jane["team_id"], jane["status"]]),
        json!(["jane@example.com", "Jane Doe", "Agent", team, "invited"])
    );
    assert_eq!(api.get("/api/users?search=ada").await.expect(200)["data"][0]["role_name"], "CRM Manager");
    let mails = world.mail.list(Some("jane@example.com"));
    assert_eq!(mails.len(), 1);
    let token = mails[0].links.iter().find_map(|l| l.split_once("token=")).unwrap().1.to_owned();
    let body = json!({ "token": token, "password": "a good long password" });
    broker.nobody().post("/api/invitations/accept", &body).await.expect(200);
    // Who signed in stays; who did not is gone.
    api.post(&format!("{path}/undo"), &json!({})).await.expect(202);
    world.drain().await;
    let undone = api.get(&path).await.expect(200);
    assert_eq!(json!([undone["status"], undone["restored"], undone["kept"]]), json!(["undone", 1, 1]), "{undone}");
    let kept = api.get(&format!("{path}/rows?state=kept")).await.expect(200);
    assert_eq!((&kept["total"], &kept["data"][0]["record_id"]), (&json!(1), &jane["id"]));
    assert_eq!(total(&api, "/api/users?search=example.com").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_more_than_they_have() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let grants = json!({ "users.read": "all", "users.manage": "all", "clients.read": "own" });
    api.post("/api/roles", &json!({ "name": "HR", "permissions": grants, "fields": {} })).await.expect(201);
    let guest = json!({ "name": "Guest", "permissions": { "clients.read": "own" }, "fields": {} });
    api.post("/api/roles", &guest).await.expect(201);
    world.drain().await;
    let hana = broker.actor("Hana", "HR", None).await;
    // They see no client in clear, and bring in no clients.
    send(&hana, "clients", "x.csv", "email\na@b.co\n").await.refused(403, "forbidden");
    let text = "name,email,role\nA B,a@example.com,CRM Manager\nC D,c@example.com,guest\nHana,hana@acme.example,Guest\nAda Manager,ada@acme.example,Guest\n";
    let path = mapped(&hana, "users", text, json!({ "duplicates": "update", "update": "all" })).await;
    let seen = preview(&hana, &path).await;
    let found = faults(&seen);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].2, "role_beyond_own");
    assert!(found[0].3.ends_with("choose one of Guest, HR") || found[0].3.ends_with("choose one of HR, Guest"), "{found:?}");
    let started = hana.post(&format!("{path}/start"), &json!({})).await.expect(202);
    assert_eq!(started["entity"], "users");
    world.drain().await;
    let done = hana.get(&path).await.expect(200);
    // Nobody changes their own account by a file, nor the one of the last who can administer.
    assert_eq!(counts(&done, RAN), [4, 4, 1, 0, 2, 1], "{done}");
    // The rights count by which it runs, and not those by which it was looked at.
    let path = mapped(&hana, "users", "name,email,role\nE F,e@example.com,Guest\n", json!({})).await;
    assert_eq!(preview(&hana, &path).await["valid"], 1);
    let roles = api.get("/api/roles").await.expect(200);
    let role = roles["data"]
        .as_array()
        .unwrap_or(roles.as_array().unwrap_or(&Vec::new()))
        .iter()
        .find(|r| r["name"] == "Guest")
        .unwrap()["id"]
        .clone();
    let more = json!({ "permissions": { "clients.read": "all", "clients.export": "all" } });
    api.patch(&format!("/api/roles/{}", role.as_str().unwrap()), &more).await.expect(200);
    hana.post(&format!("{path}/start"), &json!({})).await.expect(202);
    world.drain().await;
    let now = hana.get(&path).await.expect(200);
    assert_eq!((&now["status"], &now["created"]), (&json!("failed"), &json!(0)), "{now}");
    // Who manages no users sees and brings in none.
    let agent = broker.actor("Anna", "Agent", None).await;
    agent.get(&path).await.refused(403, "forbidden");
    send(&agent, "users", "x.csv", text).await.refused(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_updated_and_given_back() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let team = broker.team("Desk", None).await;
    let other = broker.team("Other", None).await;
    broker.user("Anna", "Agent", None).await;
    let ben = broker.user("Ben", "Agent", Some(other)).await;
    broker.user("Cleo", "Agent", None).await;
    let before = staff(&broker).await;
    let text = "First name,Last name,E-mail,Role,Team\n\
        Anna,Newname,anna@acme.example,Team Leader,Desk\n\
        Benjamin,Long,ben@acme.example,Team Leader,Desk\n\
        Cleo,,cleo@acme.example,Agent,\n\
        Dora,New,dora@example.com,Agent,Desk\n\
        Dora,Twice,dora@example.com,Agent,Other\n";
    // Empty ones only: a team for who has none.
    let path = mapped(&api, "users", text, json!({ "duplicates": "update", "update": "empty", "invite": false })).await;
    preview(&api, &path).await;
    let done = run(&api, &path).await;
    assert_eq!(counts(&done, RAN), [5, 5, 1, 1, 3, 0], "{done}");
    assert_eq!(done["mapping"]["invite"], false);
    let of = async |who: &str| api.get(&format!("/api/users?search={who}")).await.expect(200)["data"][0].clone();
    let anna = of("anna").await;
    assert_eq!(json!([anna["name"], anna["role_name"], anna["team_id"]]), json!(["Anna", "Agent", team]));
    assert_eq!((of("ben").await["team_id"].clone(), of("dora").await["name"].clone()), (json!(other), json!("Dora New")));
    assert!(world.mail.list(Some("dora@example.com")).is_empty());
    assert_eq!(undo(&api, &path).await["kept"], 0);
    assert_eq!(staff(&broker).await, before);
    // All of it; the second row of one person is their last word.
    let path = mapped(&api, "users", text, json!({ "duplicates": "update", "update": "all", "invite": false })).await;
    preview(&api, &path).await;
    let done = run(&api, &path).await;
    assert_eq!(counts(&done, RAN), [5, 5, 1, 3, 1, 0], "{done}");
    let anna = of("anna").await;
    assert_eq!(json!([anna["name"], anna["role_name"], anna["team_id"]]), json!(["Anna Newname", "Team Leader", team]));
    assert_eq!(of("dora").await["name"], "Dora Twice");
    api.patch(&format!("/api/users/{ben}"), &json!({ "name": "Ben Since" })).await.expect(200);
    let undone = undo(&api, &path).await;
    assert_eq!(json!([undone["status"], undone["kept"]]), json!(["undone", 1]), "{undone}");
    let now = of("ben").await;
    assert_eq!(json!([now["name"], now["role_name"], now["team_id"]]), json!(["Ben Since", "Agent", other]));
    api.patch(&format!("/api/users/{ben}"), &json!({ "name": "Ben" })).await.expect(200);
    assert_eq!(staff(&broker).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_can_administer_remains() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let ada = broker.manager().await;
    broker.user("Bea", "CRM Manager", None).await;
    let bea = broker.signed_in("Bea").await;
    let text = "name,email,role\nAda Manager,ada@acme.example,Agent\nBea,bea@acme.example,Agent\n";
    let path = mapped(&bea, "users", text, json!({ "duplicates": "update", "update": "all" })).await;
    preview(&bea, &path).await;
    let done = run(&bea, &path).await;
    // The one who imports is left alone, so that somebody remains.
    assert_eq!(counts(&done, RAN), [2, 2, 0, 1, 1, 0], "{done}");
    ada.get("/api/users?search=ada").await;
    assert_eq!(bea.get("/api/users?search=bea").await.expect(200)["data"][0]["role_name"], "CRM Manager");
    let jobs = bea.get("/api/jobs?mine=true").await.expect(200);
    let job = jobs["data"].as_array().unwrap().iter().find(|j| j["kind"] == "imports.run").unwrap();
    assert_eq!(job["subject"], json!({ "kind": "import", "id": path.rsplit('/').next().unwrap() }));
}
