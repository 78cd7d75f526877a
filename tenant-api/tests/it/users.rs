//! Users and teams: inviting, resetting, leaving, and what a change does to whoever is signed in.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value as Json, json};
use test_kit::world::PASSWORD;
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use crate::mails;

const OTHER: &str = "another long password";

fn id(json: &Json) -> String {
    json["id"].as_str().unwrap().to_owned()
}

async fn sql(broker: &Broker<'_>, sql: &'static str) {
    use runtime::Rows as _;
    let tx = broker.tx().await;
    assert!(tx.run(sql, []).await.unwrap() > 0, "{sql}");
    tx.commit().await.unwrap();
}

async fn invite(manager: &Api<'_>, name: &str, role: &str) -> String {
    let body = json!({ "email": format!("{name}@acme.example"), "name": name, "role": role });
    id(&manager.post("/api/users", &body).await.expect(201))
}

async fn accept(host: &Api<'_>, token: &str, password: &str) -> test_kit::Reply {
    host.post("/api/invitations/accept", &json!({ "token": token, "password": password })).await
}

async fn check(host: &Api<'_>, token: &str) -> test_kit::Reply {
    host.post("/api/invitations/check", &json!({ "token": token })).await
}

#[tokio::test]
async fn an_invited_user_sets_a_password_and_signs_in() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, host) = (broker.manager().await, broker.nobody());
    let team = broker.team("Sales", None).await;
    let body = json!({ "email": "Anna@Acme.example", "name": "Anna Agent", "role": "agent", "team_id": team });
    let user = manager.post("/api/users", &body).await.expect(201);
    assert_eq!((user["status"].as_str(), user["email"].as_str()), (Some("invited"), Some("anna@acme.example")));
    assert_eq!((user["role_name"].as_str(), user["team_name"].as_str()), (Some("Agent"), Some("Sales")));
    manager.post("/api/users", &body).await.refused(409, "email_exists");
    let nothing = manager.post("/api/users", &json!({ "team_id": Uuid::nil() })).await.refused(422, "validation_failed");
    let named: Vec<&String> = nothing["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["email", "name", "role", "team_id"]);

    let first = mails::token(&world, "anna@acme.example", "invitation").await;
    let mail = world.mail.list(Some("anna@acme.example")).remove(0);
    assert!(mail.text.contains("acme Ltd") && mail.text.contains("Ada Manager") && mail.html.contains(&first), "{}", mail.text);
    let seen = check(&host, &first).await.expect(200);
    let expected = json!({ "email": "anna@acme.example", "name": "Anna Agent", "company": "acme Ltd" });
    assert_eq!(seen, expected);

    let again = format!("/api/users/{}/invite", id(&user));
    manager.post(&again, &json!({})).await.expect(202);
    let second = mails::token(&world, "anna@acme.example", "invitation").await;
    assert_ne!(first, second);
    check(&host, &first).await.refused(410, "token_expired");
    accept(&host, &first, OTHER).await.refused(410, "token_expired");
    accept(&host, &second, "short").await.refused(422, "validation_failed");
    check(&host, &"x".repeat(43)).await.refused(404, "token_unknown");
    check(&world.broker("other").await.nobody(), &second).await.refused(404, "token_unknown");
    // It sets a first password; it is no key to change one.
    host.post("/api/auth/reset", &json!({ "token": second, "password": OTHER })).await.refused(404, "token_unknown");

    let both = tokio::join!(accept(&host, &second, OTHER), accept(&host, &second, OTHER));
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410], "a link works once");
    let signed = if both.0.status == 200 { both.0 } else { both.1 };
    assert!(signed.header("set-cookie").unwrap().starts_with("bd_refresh="));
    let inside = host.clone().with_token(signed.json["access_token"].as_str().unwrap());
    assert_eq!(inside.get("/api/me").await.expect(200)["user"]["team_name"], "Sales");
    check(&host, &second).await.refused(410, "token_used");
    host.clone().sign_in("/api", "anna@acme.example", OTHER).await.get("/api/clients").await.expect(200);
    assert_eq!(manager.get(&format!("/api/users/{}", id(&user))).await.expect(200)["status"], "active");
    manager.post(&again, &json!({})).await.refused(409, "not_invited");
}

#[tokio::test]
async fn links_expire() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, host) = (broker.manager().await, broker.nobody());
    invite(&manager, "anna", "Agent").await;
    let token = mails::token(&world, "anna@acme.example", "invitation").await;
    check(&host, &token).await.expect(200);
    sql(&broker, "update password_tokens set expires_at = now() - interval '1 second'").await;
    check(&host, &token).await.refused(410, "token_expired");
    accept(&host, &token, OTHER).await.refused(410, "token_expired");
    // An invitation of somebody who was deactivated meanwhile is worth nothing either.
    let ben = invite(&manager, "ben", "Agent").await;
    let token = mails::token(&world, "ben@acme.example", "invitation").await;
    manager.patch(&format!("/api/users/{ben}"), &json!({ "status": "inactive" })).await.expect(200);
    accept(&host, &token, OTHER).await.refused(410, "token_expired");
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (anna, host) = (broker.actor("Anna", "Agent", None).await, broker.nobody());
    let forgot = async |email: &str| host.post("/api/auth/forgot", &json!({ "email": email })).await;
    let (known, unknown) = (forgot("Anna@acme.example").await, forgot("nobody@acme.example").await);
    assert_eq!((known.status, &known.text), (202, &unknown.text), "the answer tells nothing");
    let first = mails::token(&world, "anna@acme.example", "reset").await;
    assert!(world.mail.list(Some("nobody@acme.example")).is_empty());
    forgot("anna@acme.example").await.expect(202);
    let second = mails::token(&world, "anna@acme.example", "reset").await;
    accept(&host, &second, OTHER).await.refused(404, "token_unknown");
    let reset = async |token: &str| host.post("/api/auth/reset", &json!({ "token": token, "password": OTHER })).await;
    let signed = reset(&second).await.expect(200);
    host.clone().with_token(signed["access_token"].as_str().unwrap()).get("/api/clients").await.expect(200);
    anna.get("/api/me").await.refused(401, "session_ended");
    reset(&second).await.refused(410, "token_used");
    reset(&first).await.refused(410, "token_expired");
    host.clone().sign_in("/api", "anna@acme.example", OTHER).await;
}

#[tokio::test]
async fn an_administrator_makes_somebody_choose_anew() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let path = format!("/api/users/{}/reset-password", anna.id());
    anna.post(&path, &json!({})).await.refused(403, "forbidden");
    manager.post(&path, &json!({})).await.expect(202);
    anna.get("/api/me").await.refused(401, "session_ended");
    let with_old = broker.signed_in("Anna").await;
    with_old.get("/api/clients").await.refused(403, "password_change_required");
    let token = mails::token(&world, "anna@acme.example", "reset").await;
    let body = json!({ "token": token, "password": OTHER });
    let signed = broker.nobody().post("/api/auth/reset", &body).await.expect(200);
    assert_eq!(signed["must_change_password"], false);
    with_old.get("/api/me").await.refused(401, "session_ended");
    let invited = invite(&manager, "ben", "Agent").await;
    manager.post(&format!("/api/users/{invited}/reset-password"), &json!({})).await.refused(409, "not_active");
}

#[tokio::test]
async fn who_leaves_hands_over_in_the_same_step() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (sales, desk) = (broker.team("Sales", None).await, broker.team("Desk", None).await);
    let manager = broker.manager().await;
    let (anna, ben) = (broker.actor("Anna", "Agent", Some(sales)).await, broker.actor("Ben", "Agent", Some(desk)).await);
    let person = |n: u32| json!({ "first_name": "P", "last_name": n.to_string(), "email": format!("p{n}@example.com"), "assigned_to": anna.id() });
    let client = id(&manager.post("/api/clients", &person(1)).await.expect(201));
    manager.post("/api/clients", &person(2)).await.expect(201);
    let lead = id(&manager.post("/api/leads", &person(3)).await.expect(201));
    let path = format!("/api/users/{}", anna.id());
    let leave = |to: Json| json!({ "status": "inactive", "reassign_to": to });
    for bad in [leave(json!(anna.id())), leave(json!(Uuid::nil())), json!({ "reassign_to": ben.id() })] {
        let told = manager.patch(&path, &bad).await.refused(422, "validation_failed");
        assert!(told["data"]["fields"]["reassign_to"].is_array(), "{told}");
    }
    assert_eq!(anna.get("/api/clients").await.expect(200)["total"], 2, "a refused step does nothing");

    let left = manager.patch(&path, &leave(json!(ben.id()))).await.expect(200);
    assert_eq!(left["status"], "inactive");
    anna.get("/api/me").await.refused(401, "session_ended");
    let body = json!({ "email": "anna@acme.example", "password": PASSWORD });
    broker.nobody().post("/api/auth/login", &body).await.refused(401, "invalid_credentials");
    assert_eq!(ben.get("/api/clients").await.expect(200)["total"], 2);
    let moved = ben.get(&format!("/api/leads/{lead}")).await.expect(200);
    assert_eq!((moved["assigned_to"].as_str(), moved["team_name"].as_str()), (Some(ben.id()), Some("Desk")));
    let history = manager.get(&format!("/api/clients/{client}/timeline")).await.expect(200);
    let change = &history["data"][0];
    assert_eq!((change["action"].as_str(), change["actor"]["id"].as_str()), (Some("client.updated"), Some(manager.id())));
    let diff = change["diff"].as_array().unwrap();
    assert!(diff.contains(&json!({ "field": "assigned_to", "old": anna.id(), "new": ben.id() })), "{diff:?}");

    // To nobody, and then to somebody who has left.
    let ben_path = format!("/api/users/{}", ben.id());
    manager.patch(&ben_path, &leave(json!(anna.id()))).await.refused(422, "validation_failed");
    manager.patch(&ben_path, &leave(Json::Null)).await.expect(200);
    assert_eq!(manager.get("/api/clients?assigned_to=none").await.expect(200)["total"], 2);
    assert_eq!(manager.get("/api/leads?assigned_to=none").await.expect(200)["total"], 1);
    // Back again: with the old password, without the old records.
    manager.patch(&path, &json!({ "status": "active" })).await.expect(200);
    assert_eq!(broker.signed_in("Anna").await.get("/api/clients").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn somebody_who_can_administer_remains() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let path = |api: &Api<'_>| format!("/api/users/{}", api.id());
    let (off, demoted) = (json!({ "status": "inactive" }), json!({ "role": "Agent" }));
    ada.patch(&path(&ada), &off).await.refused(409, "cannot_deactivate_self");
    ada.patch(&path(&ada), &demoted).await.refused(409, "last_administrator");
    let bob = broker.actor("Bob", "CRM Manager", None).await;
    // Each puts the other out at the same moment.
    let (theirs, ours) = (path(&bob), path(&ada));
    let (a, b) = tokio::join!(ada.patch(&theirs, &off), bob.patch(&ours, &off));
    assert!([a.status, b.status].contains(&200), "{} {}", a.text, b.text);
    assert!(a.status != 200 || b.status != 200, "nobody is left");
    let (last, gone) = if a.status == 200 { (&ada, &bob) } else { (&bob, &ada) };
    gone.get("/api/me").await.refused(401, "session_ended");
    last.patch(&path(last), &demoted).await.refused(409, "last_administrator");
    last.patch(&path(gone), &json!({ "status": "active" })).await.expect(200);
    assert_eq!(last.patch(&path(last), &demoted).await.expect(200)["role_name"], "Agent");
    last.get("/api/users").await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_role_wider_than_ones_own_can_not_be_given() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    use runtime::Rows as _;
    let tx = broker.tx().await;
    for statement in [
        "insert into roles (id, name) values ('0190a000-0000-7000-8000-000000000001', 'Office')",
        "insert into role_permissions (role_id, permission, scope)
         select '0190a000-0000-7000-8000-000000000001', permission, scope from role_permissions p join roles r on r.id = p.role_id
         where r.name = 'Agent'",
        "insert into role_fields (role_id, field, level)
         select '0190a000-0000-7000-8000-000000000001', field, level from role_fields f join roles r on r.id = f.role_id
         where r.name = 'Agent'",
        "insert into role_permissions (role_id, permission, scope)
         select '0190a000-0000-7000-8000-000000000001', p, 'all' from unnest(array['users.read', 'users.manage', 'roles.read']) p",
        "update tenant_meta set access_version = access_version + 1",
    ] {
        tx.run(statement, []).await.unwrap();
    }
    tx.commit().await.unwrap();
    let office = broker.actor("Olga", "Office", None).await;
    let anna = broker.user("Anna", "Agent", None).await;
    for role in ["CRM Manager", "Team Leader", "Compliance", "Support"] {
        let body = json!({ "email": "new@acme.example", "name": "New", "role": role });
        office.post("/api/users", &body).await.refused(403, "role_beyond_own");
        office.patch(&format!("/api/users/{anna}"), &json!({ "role": role })).await.refused(403, "role_beyond_own");
        office.patch(&format!("/api/users/{}", office.id()), &json!({ "role": role })).await.refused(403, "role_beyond_own");
    }
    invite(&office, "ben", "Agent").await;
    invite(&office, "olaf", "Office").await;
    assert_eq!(office.get("/api/users?role=CRM Manager").await.expect(200)["total"], 1);
    let told = office.patch(&format!("/api/users/{anna}"), &json!({ "role": "Emperor" })).await.refused(422, "validation_failed");
    assert!(told["data"]["fields"]["role"].is_array());
}

/// An open event stream that is read event by event.
struct Stream {
    response: reqwest::Response,
    text: String,
}

impl Stream {
    async fn open(api: &Api<'_>) -> Self {
        let response = api.request(Method::GET, "/api/events").send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        Self { response, text: String::new() }
    }

    /// The record of the next event of a name.
    async fn next(&mut self, name: &str) -> String {
        let read = async {
            loop {
                while let Some(end) = self.text.find("\n\n") {
                    let block: String = self.text.drain(..end + 2).collect();
                    let part = |key: &str| block.lines().find_map(|l| l.strip_prefix(key)).map(|v| v.trim().to_owned());
                    if part("event:").as_deref() == Some(name) {
                        return id(&serde_json::from_str(&part("data:").unwrap()).unwrap());
                    }
                }
                let chunk = self.response.chunk().await.unwrap().expect("the stream ended");
                self.text.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        tokio::time::timeout(Duration::from_secs(5), read).await.unwrap_or_else(|_| panic!("no {name}"))
    }
}

#[tokio::test]
async fn a_new_role_holds_at_once_for_sessions_and_streams() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let ben = broker.actor("Ben", "Agent", None).await;
    let lead = async |n: u32, owner: Option<&str>| {
        let body =
            json!({ "first_name": "L", "last_name": n.to_string(), "email": format!("l{n}@example.com"), "assigned_to": owner });
        let made = id(&manager.post("/api/leads", &body).await.expect(201));
        world.drain().await;
        made
    };
    let role = async |name: &str| manager.patch(&format!("/api/users/{}", ben.id()), &json!({ "role": name })).await.expect(200);
    let mut stream = Stream::open(&ben).await;
    // Events come in order: that one's own arrives first shows that the other was left out.
    lead(1, None).await;
    let own = lead(2, Some(ben.id())).await;
    assert_eq!(stream.next("lead.created").await, own, "an agent hears of what is theirs");
    assert_eq!(ben.get("/api/leads").await.expect(200)["total"], 1);
    ben.get("/api/users").await.refused(403, "forbidden");

    role("Support").await;
    assert_eq!(ben.get("/api/leads").await.expect(200)["total"], 2);
    ben.get("/api/users").await.expect(200);
    ben.patch(&format!("/api/leads/{own}"), &json!({ "message": "x" })).await.refused(403, "forbidden");
    let anybodys = lead(3, None).await;
    assert_eq!(stream.next("access.changed").await, ben.id(), "the open screen is told");
    assert_eq!(stream.next("lead.created").await, anybodys);

    role("Agent").await;
    ben.get("/api/users").await.refused(403, "forbidden");
    lead(4, None).await;
    let own = lead(5, Some(ben.id())).await;
    assert_eq!(stream.next("lead.created").await, own);
    assert_eq!(ben.get("/api/leads").await.expect(200)["total"], 2);
}

#[tokio::test]
async fn users_are_found_filtered_and_sorted() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let team = broker.team("Sales", None).await;
    broker.user("Anna Berg", "Agent", Some(team)).await;
    broker.user("Ben Cole", "Support", None).await;
    invite(&manager, "cleo", "Agent").await;
    let names = async |query: &str| -> Vec<String> {
        let list = manager.get(&format!("/api/users?{query}")).await.expect(200);
        assert_eq!(list["total"], list["data"].as_array().unwrap().len());
        list["data"].as_array().unwrap().iter().map(|u| u["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("sort=name").await, ["Ada Manager", "Anna Berg", "Ben Cole", "cleo"]);
    assert_eq!(names("sort=-email&status=active").await, ["Ben Cole", "Anna Berg", "Ada Manager"]);
    assert_eq!(names("status=invited,inactive").await, ["cleo"]);
    assert_eq!(names("role=agent,support&search=be").await, ["Anna Berg", "Ben Cole"]);
    assert_eq!(names(&format!("team_id={team}")).await, ["Anna Berg"]);
    assert_eq!(names("search=100%25").await, Vec::<String>::new());
    for bad in ["status=odd", "sort=odd", "team_id=odd", "limit=0"] {
        manager.get(&format!("/api/users?{bad}")).await.refused(422, "validation_failed");
    }
    manager.get(&format!("/api/users/{}", Uuid::nil())).await.refused(404, "not_found");
    let list = manager.get("/api/users").await.text;
    assert!(!list.contains("hash") && !list.contains("argon2"), "{list}");
}

#[tokio::test]
async fn teams_are_a_tree() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let add = async |name: &str, parent: Option<&str>| {
        id(&manager.post("/api/teams", &json!({ "name": name, "parent_id": parent })).await.expect(201))
    };
    let sales = add("Sales", None).await;
    let desk = add("Desk", Some(&sales)).await;
    let night = add("Night desk", Some(&desk)).await;
    let path = |id: &str| format!("/api/teams/{id}");
    for (team, parent) in [(&sales, &night), (&sales, &desk), (&sales, &sales), (&desk, &night)] {
        let told = manager.patch(&path(team), &json!({ "parent_id": parent })).await.refused(422, "validation_failed");
        assert!(told["data"]["fields"]["parent_id"].is_array(), "{told}");
    }
    manager.post("/api/teams", &json!({ "name": "sALES" })).await.refused(409, "team_exists");
    let bad = json!({ "name": " ", "parent_id": Uuid::nil(), "leader_id": Uuid::nil() });
    let told = manager.post("/api/teams", &bad).await.refused(422, "validation_failed");
    let named: Vec<&String> = told["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["leader_id", "name", "parent_id"]);

    let lea = broker.user("Lea", "Team Leader", Some(desk.parse().unwrap())).await;
    let led = manager.patch(&path(&desk), &json!({ "leader_id": lea, "name": "Day desk" })).await.expect(200);
    assert_eq!(
        (led["leader_name"].as_str(), led["members"].as_i64(), led["name"].as_str()),
        (Some("Lea"), Some(1), Some("Day desk"))
    );
    let shown = manager.get(&path(&desk)).await.expect(200);
    assert_eq!((shown["members"].as_i64(), shown["users"][0]["name"].as_str()), (Some(1), Some("Lea")));
    manager.patch(&path(&desk), &json!({ "parent_id": null, "leader_id": null })).await.expect(200);
    let all = manager.get("/api/teams").await.expect(200);
    let rows: Vec<(&str, bool)> =
        all["data"].as_array().unwrap().iter().map(|t| (t["name"].as_str().unwrap(), t["parent_id"].is_string())).collect();
    assert_eq!(rows, [("Day desk", false), ("Night desk", true), ("Sales", false)]);

    // Two moves that would close a circle together: one of them comes too late.
    let (below, above) = (json!({ "parent_id": desk }), json!({ "parent_id": sales }));
    let (one, two) = (path(&sales), path(&desk));
    let (a, b) = tokio::join!(manager.patch(&one, &below), manager.patch(&two, &above));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", a.text, b.text);
}

#[tokio::test]
async fn a_team_leader_sees_the_team_and_those_below() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let sales = broker.team("Sales", None).await;
    let desk = broker.team("Desk", Some(sales)).await;
    let away = broker.team("Away", None).await;
    let manager = broker.manager().await;
    let lea = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let anna = broker.user("Anna", "Agent", Some(desk)).await;
    let ben = broker.user("Ben", "Agent", Some(away)).await;
    let list = async |path: &str| -> Vec<String> {
        let list = lea.get(path).await.expect(200);
        list["data"].as_array().unwrap().iter().map(|u| u["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(list("/api/users").await, ["Anna", "Lea"]);
    assert_eq!(list("/api/teams").await, ["Desk", "Sales"]);
    lea.get(&format!("/api/users/{anna}")).await.expect(200);
    lea.get(&format!("/api/users/{ben}")).await.refused(404, "not_found");
    lea.get(&format!("/api/teams/{desk}")).await.expect(200);
    lea.get(&format!("/api/teams/{away}")).await.refused(404, "not_found");
    lea.post("/api/users", &json!({ "email": "x@acme.example", "name": "X", "role": "Agent" })).await.refused(403, "forbidden");
    lea.patch(&format!("/api/users/{anna}"), &json!({ "name": "X" })).await.refused(403, "forbidden");
    lea.post("/api/teams", &json!({ "name": "X" })).await.refused(403, "forbidden");
    lea.get("/api/roles").await.refused(403, "forbidden");
    // A team that moves takes its people along, in the leader's sight and out of it.
    manager.patch(&format!("/api/teams/{desk}"), &json!({ "parent_id": away })).await.expect(200);
    assert_eq!(list("/api/users").await, ["Lea"]);
    assert_eq!(list("/api/teams").await, ["Sales"]);
    manager.patch(&format!("/api/users/{}", lea.id()), &json!({ "team_id": away })).await.expect(200);
    assert_eq!(list("/api/users").await, ["Anna", "Ben", "Lea"]);
}
