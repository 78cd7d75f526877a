//! Roles: what they may be, who may make them, and that a change holds at once.

use std::time::Duration;

use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

async fn role_id(api: &Api<'_>, name: &str) -> String {
    let roles = api.get("/api/roles").await.expect(200);
    let found = roles["data"].as_array().unwrap().iter().find(|r| r["name"] == name);
    found.unwrap_or_else(|| panic!("no role {name}"))["id"].as_str().unwrap().to_owned()
}

async fn patch(api: &Api<'_>, role: &str, body: &Json) -> test_kit::Reply {
    let id = role_id(api, role).await;
    api.patch(&format!("/api/roles/{id}"), body).await
}

/// The changes in the newest audit entry of an action.
async fn diff_of(api: &Api<'_>, action: &str) -> Vec<(String, Json, Json)> {
    let entries = api.get(&format!("/api/audit?action={action}")).await.expect(200);
    let diff = entries["data"][0]["diff"].as_array().unwrap_or_else(|| panic!("no {action}: {entries}")).clone();
    diff.iter().map(|c| (c["field"].as_str().unwrap().to_owned(), c["old"].clone(), c["new"].clone())).collect()
}

async fn client(api: &Api<'_>, last: &str, owner: &str) -> String {
    let body = json!({ "first_name": "Jane", "last_name": last, "email": format!("{}@example.com", last.to_lowercase()), "phone": "+442071838750", "assigned_to": owner });
    api.post("/api/clients", &body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// A role that manages users and roles and nothing else, and somebody who has it.
async fn hr<'w>(broker: &Broker<'w>, manager: &Api<'_>) -> Api<'w> {
    let body = json!({ "name": "HR", "permissions": { "users.read": "all", "users.manage": "all", "roles.read": "all", "roles.manage": "all" } });
    manager.post("/api/roles", &body).await.expect(201);
    broker.actor("Hanna", "HR", None).await
}

#[tokio::test]
async fn a_role_is_made_changed_and_deleted() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let body = json!({ "name": "Senior Agent", "copy_of": "Agent", "permissions": { "clients.export": "own" }, "fields": { "clients.phone": "full" }, "two_factor_required": true });
    let made = manager.post("/api/roles", &body).await.expect(201);
    assert_eq!(made["permissions"]["clients.read"], "own", "copied");
    assert_eq!(made["permissions"]["clients.export"], "own", "named");
    assert_eq!(made["permissions"]["users.manage"], "none");
    assert_eq!(made["fields"]["clients.phone"], "full");
    assert_eq!(made["fields"]["clients.email"], "masked");
    assert_eq!((&made["two_factor_required"], &made["builtin"], &made["users"]), (&json!(true), &json!(false), &json!(0)));
    let path = format!("/api/roles/{}", made["id"].as_str().unwrap());
    assert_eq!(manager.get(&path).await.expect(200), made);
    manager.post("/api/roles", &json!({ "name": "senior AGENT" })).await.refused(409, "role_exists");

    let bare = manager.post("/api/roles", &json!({ "name": "Bare" })).await.expect(201);
    assert!(bare["permissions"].as_object().unwrap().values().all(|v| v == "none"));
    assert!(bare["fields"].as_object().unwrap().values().all(|v| v == "hidden"));

    let changed = manager
        .patch(&path, &json!({ "permissions": { "clients.read": "team", "clients.export": "none" }, "fields": { "clients.email": "full" } }))
        .await
        .expect(200);
    assert_eq!(changed["permissions"]["clients.read"], "team");
    assert_eq!(changed["permissions"]["clients.update"], "own", "maps are partial");
    assert_eq!(
        diff_of(&manager, "role.updated").await,
        [
            ("clients.email".to_owned(), json!("masked"), json!("full")),
            ("clients.export".to_owned(), json!("own"), json!("none")),
            ("clients.read".to_owned(), json!("own"), json!("team")),
        ]
    );
    // What GET gives, PATCH accepts; and nothing changed.
    let whole = manager.get(&path).await.expect(200);
    manager.patch(&path, &whole).await.expect(200);
    assert_eq!(manager.get("/api/audit?action=role.updated").await.expect(200)["total"], 1);
    assert_eq!(
        manager.patch(&path, &json!({ "name": "Agent" })).await.refused(409, "role_exists")["data"]["fields"]["name"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    manager.delete(&path).await.expect(204);
    manager.get(&path).await.refused(404, "not_found");
    assert!(diff_of(&manager, "role.deleted").await.contains(&("name".to_owned(), json!("Senior Agent"), Json::Null)));
    assert!(diff_of(&manager, "role.created").await.iter().all(|(_, _, new)| *new != json!("none")));
}

#[tokio::test]
async fn every_fault_is_named_at_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let body = json!({
        "name": " ", "copy_of": "Nobody",
        "permissions": { "clients.dance": "all", "users.manage": "own", "clients.read": "everywhere", "platform.manage": "all" },
        "fields": { "clients.shoe": "full", "clients.email": "all" },
    });
    let refused = manager.post("/api/roles", &body).await.refused(422, "validation_failed");
    let fields: Vec<&String> = refused["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(
        fields,
        [
            "copy_of",
            "fields.clients.email",
            "fields.clients.shoe",
            "name",
            "permissions.clients.dance",
            "permissions.clients.read",
            "permissions.platform.manage",
            "permissions.users.manage"
        ]
    );
    let agent = broker.actor("Anna", "Agent", None).await;
    let id = role_id(&manager, "Agent").await;
    agent.post("/api/roles", &json!({ "name": "Mine" })).await.refused(403, "forbidden");
    agent
        .patch(&format!("/api/roles/{id}"), &json!({ "permissions": { "clients.read": "all" } }))
        .await
        .refused(403, "forbidden");
    agent.delete(&format!("/api/roles/{id}")).await.refused(403, "forbidden");
    agent.post(&format!("/api/roles/{id}/preview"), &json!({})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let hanna = hr(&broker, &manager).await;
    broker.user("Anna", "Agent", None).await;
    for body in [
        json!({ "name": "A", "copy_of": "CRM Manager" }),
        json!({ "name": "B", "permissions": { "clients.read": "own" } }),
        json!({ "name": "C", "fields": { "leads.email": "masked" } }),
    ] {
        hanna.post("/api/roles", &body).await.refused(403, "role_beyond_own");
    }
    patch(&hanna, "HR", &json!({ "permissions": { "settings.manage": "all" } })).await.refused(403, "role_beyond_own");
    patch(&hanna, "Agent", &json!({ "permissions": { "clients.read": "all" } })).await.refused(403, "role_beyond_own");
    // What is there may stay, and less may be given.
    patch(&hanna, "Agent", &json!({ "name": "Field Agent", "permissions": { "clients.reveal": "none" } })).await.expect(200);
    // Moving users into a stronger role by deleting theirs.
    let (agent, manager_role) = (role_id(&hanna, "Field Agent").await, role_id(&hanna, "CRM Manager").await);
    hanna.delete(&format!("/api/roles/{agent}?replace_with={manager_role}")).await.refused(403, "role_beyond_own");

    // What nobody has any more can be given again by whoever manages roles.
    patch(&manager, "CRM Manager", &json!({ "permissions": { "jobs.manage": "none" } })).await.expect(200);
    patch(&manager, "CRM Manager", &json!({ "permissions": { "jobs.manage": "all" } })).await.expect(200);
    // But not while somebody has it.
    patch(&hanna, "HR", &json!({ "permissions": { "jobs.manage": "all" } })).await.refused(403, "role_beyond_own");
}

#[tokio::test]
async fn a_role_in_use_needs_a_successor() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let (agent, support) = (role_id(&manager, "Agent").await, role_id(&manager, "Support").await);
    let path = format!("/api/roles/{agent}");
    let tx = broker.tx().await;
    use runtime::Rows as _;
    tx.run(
        "insert into api_keys (id, name, prefix, key_hash, role_id) values (gen_random_uuid(), 'Sync', 'bdk_ab', 'x', $1)",
        [agent.parse::<uuid::Uuid>().unwrap().into()],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let refused = manager.delete(&path).await.refused(409, "role_in_use");
    assert!(refused["message"].as_str().unwrap().starts_with("1 user and 1 API key"), "{refused}");
    for bad in [agent.as_str(), "Nobody"] {
        let refused = manager.delete(&format!("{path}?replace_with={bad}")).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"]["replace_with"].is_array());
    }
    manager.delete(&format!("{path}?replace_with={support}")).await.expect(204);
    assert_eq!(anna.get("/api/me").await.expect(200)["user"]["role"]["id"], support.as_str(), "holds at the next request");
    let tx = broker.tx().await;
    let moved: Option<String> = tx.scalar("select r.name from api_keys k join roles r on r.id = k.role_id", []).await.unwrap();
    assert_eq!(moved.as_deref(), Some("Support"));
    assert_eq!(diff_of(&manager, "user.updated").await, [("role".to_owned(), json!("Agent"), json!("Support"))]);
    assert_eq!(diff_of(&manager, "api_key.updated").await, [("role".to_owned(), json!("Agent"), json!("Support"))]);
    let told = manager.get("/api/audit?action=api_key.updated").await.expect(200);
    assert_eq!((told["total"].as_i64(), &told["data"][0]["resource"]["label"]), (Some(1), &json!("Sync")));
    manager.delete(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn somebody_who_can_administer_remains() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let less = json!({ "permissions": { "roles.manage": "none" } });
    patch(&manager, "CRM Manager", &less).await.refused(409, "last_administrator");
    let (own, agent) = (role_id(&manager, "CRM Manager").await, role_id(&manager, "Agent").await);
    manager.delete(&format!("/api/roles/{own}?replace_with={agent}")).await.refused(409, "last_administrator");
    let seen = manager.post(&format!("/api/roles/{own}/preview"), &less).await.expect(200);
    assert_eq!(seen["last_administrator"], true);
    let seen =
        manager.post(&format!("/api/roles/{own}/preview"), &json!({ "delete": true, "replace_with": agent })).await.expect(200);
    assert_eq!(seen["last_administrator"], true);
    manager.post("/api/roles", &json!({ "name": "Second", "copy_of": "CRM Manager" })).await.expect(201);
    // A role that nobody has does not count.
    patch(&manager, "CRM Manager", &less).await.refused(409, "last_administrator");
    broker.user("Bea", "Second", None).await;
    let seen = manager.post(&format!("/api/roles/{own}/preview"), &less).await.expect(200);
    assert_eq!(seen["last_administrator"], false);
    patch(&manager, "CRM Manager", &less).await.expect(200);
    patch(&manager, "Second", &less).await.refused(403, "forbidden");
}

#[tokio::test]
async fn two_administrators_can_not_take_each_others_rights_at_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    for round in 0..3 {
        let second = format!("Second {round}");
        ada.post("/api/roles", &json!({ "name": second, "copy_of": "CRM Manager" })).await.expect(201);
        let bea = broker.actor(&format!("Bea {round}"), &second, None).await;
        let (first, other) = (role_id(&ada, "CRM Manager").await, role_id(&ada, &second).await);
        let less = json!({ "permissions": { "roles.manage": "none" } });
        let (a, b) = (format!("/api/roles/{other}"), format!("/api/roles/{first}"));
        let (a, b) = tokio::join!(ada.patch(&a, &less), bea.patch(&b, &less));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{} {}", a.text, b.text);
        assert!([403, 409].contains(&statuses[1]), "both took the other's rights: {} {}", a.text, b.text);
        // Whoever won puts things back: nobody else has the right now, and so it may be given again.
        let (winner, role) = if a.status == 200 { (&ada, &other) } else { (&bea, &first) };
        winner.patch(&format!("/api/roles/{role}"), &json!({ "permissions": { "roles.manage": "all" } })).await.expect(200);
        let bea_id = bea.id().to_owned();
        ada.patch(&format!("/api/users/{bea_id}"), &json!({ "role": "Agent" })).await.expect(200);
    }
}

#[tokio::test]
async fn a_change_holds_at_the_next_request() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let team = broker.team("Sales", None).await;
    let anna = broker.actor("Anna", "Agent", Some(team)).await;
    let ben = broker.user("Ben", "Agent", Some(team)).await;
    let (own, far) = (client(&manager, "Near", anna.id()).await, client(&manager, "Far", &ben.to_string()).await);
    let (own, far) = (format!("/api/clients/{own}"), format!("/api/clients/{far}"));
    assert_eq!(anna.get(&own).await.expect(200)["email"], "n•••@e•••.com");
    anna.get(&far).await.refused(404, "not_found");
    assert_eq!(anna.get("/api/clients").await.expect(200)["total"], 1);

    patch(&manager, "Agent", &json!({ "permissions": { "clients.read": "team" } })).await.expect(200);
    anna.get(&far).await.expect(200);
    assert_eq!(anna.get("/api/clients").await.expect(200)["total"], 2);

    let all: Json = [
        "clients.email",
        "clients.phone",
        "clients.date_of_birth",
        "clients.address",
        "clients.balance",
        "leads.email",
        "leads.phone",
        "contacts.email",
        "contacts.phone",
    ]
    .iter()
    .map(|f| ((*f).to_owned(), json!("full")))
    .collect::<serde_json::Map<_, _>>()
    .into();
    patch(&manager, "Agent", &json!({ "fields": all })).await.expect(200);
    assert_eq!(anna.get(&own).await.expect(200)["email"], "near@example.com", "masked → full");
    patch(&manager, "Agent", &json!({ "fields": { "clients.email": "masked", "clients.phone": "hidden" } })).await.expect(200);
    let seen = anna.get(&own).await;
    assert!(!seen.text.contains("near@example") && !seen.text.contains("2071838"), "full → masked: {}", seen.text);
    // The database role of the new view is made by a job; then the other fields are clear again.
    world.drain().await;
    let seen = anna.get(&own).await.expect(200);
    assert_eq!((&seen["email"], &seen["balance"]), (&json!("n•••@e•••.com"), &json!("0.00")), "{seen}");
    assert_eq!((&seen["masked"], &seen["hidden"]), (&json!(["email"]), &json!(["phone"])));

    patch(&manager, "Agent", &json!({ "permissions": { "clients.read": "none" } })).await.expect(200);
    anna.get(&own).await.refused(403, "forbidden");
}

#[tokio::test]
async fn an_open_stream_follows_the_role() {
    let world = World::new().await;
    world.start_workers();
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Support", None).await;
    let bystander = broker.actor("Ben", "Agent", None).await;
    let id = role_id(&manager, "Support").await;
    let lead = async |n: u32| {
        let body = json!({ "first_name": "Leo", "last_name": format!("L{n}"), "email": format!("l{n}@example.com") });
        manager.post("/api/leads", &body).await.expect(201);
        tokio::time::sleep(Duration::from_millis(700)).await;
    };
    let play = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        lead(1).await;
        manager.patch(&format!("/api/roles/{id}"), &json!({ "permissions": { "leads.read": "none" } })).await.expect(200);
        lead(2).await;
        manager.patch(&format!("/api/roles/{id}"), &json!({ "permissions": { "leads.read": "all" } })).await.expect(200);
        lead(3).await;
    };
    let (of_anna, of_ben) = tokio::join!(anna.follow("/api/events", 5, 8, play), bystander.follow("/api/events", 1, 6, async {}));
    let names: Vec<&str> = of_anna.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["lead.created", "access.changed", "access.changed", "lead.created"], "the second lead is not hers to see");
    assert!(of_ben.is_empty(), "a personal event is for nobody else: {of_ben:?}");
}

#[tokio::test]
async fn a_preview_says_who_gains_and_loses_what() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let top = broker.team("Sales", None).await;
    let below = broker.team("Sales UK", Some(top)).await;
    let away = broker.team("Retention", None).await;
    let anna = broker.user("Anna", "Agent", Some(top)).await;
    let ben = broker.user("Ben", "Agent", Some(below)).await;
    let cleo = broker.user("Cleo", "Agent", Some(away)).await;
    let gone = broker.user("Gone", "Agent", Some(top)).await;
    manager.patch(&format!("/api/users/{gone}"), &json!({ "status": "inactive" })).await.expect(200);
    for (n, owner) in [("A", anna), ("B", ben), ("C", ben), ("D", cleo)] {
        client(&manager, n, &owner.to_string()).await;
    }
    let deleted = client(&manager, "E", &ben.to_string()).await;
    manager.delete(&format!("/api/clients/{deleted}")).await.expect(204);
    let lead = json!({ "first_name": "L", "last_name": "L", "email": "l@example.com", "assigned_to": ben });
    manager.post("/api/leads", &lead).await.expect(201);

    let id = role_id(&manager, "Agent").await;
    let body = json!({ "permissions": { "clients.read": "team", "leads.read": "team", "clients.reveal": "none" }, "fields": { "clients.email": "full" } });
    let seen = manager.post(&format!("/api/roles/{id}/preview"), &body).await.expect(200);
    assert_eq!(seen["users_total"], 3, "deactivated users are not concerned: {seen}");
    let user = |name: &str| seen["users"].as_array().unwrap().iter().find(|u| u["name"] == name).unwrap().clone();
    assert_eq!(seen["users"][0]["name"], "Anna", "who is concerned most comes first");
    assert_eq!(user("Anna")["records_gained"], 3, "two clients and a lead of the team below");
    assert_eq!(user("Ben")["records_gained"], 0);
    assert_eq!(user("Cleo")["records_gained"], 0);
    assert_eq!(user("Anna")["gains"], json!(["clients.read", "leads.read", "clients.email"]));
    assert_eq!(user("Anna")["loses"], json!(["clients.reveal"]));
    assert_eq!(seen["loses"], json!([{ "key": "clients.reveal", "from": "own", "to": "none" }]));
    assert_eq!(seen["gains"][2], json!({ "key": "clients.email", "from": "masked", "to": "full" }));
    assert_eq!(
        manager.get(&format!("/api/roles/{id}")).await.expect(200)["permissions"]["clients.read"],
        "own",
        "nothing changed"
    );

    // It says what happens: the counts are those of the lists afterwards.
    let before = broker.signed_in("Anna").await.get("/api/clients").await.expect(200)["total"].as_i64().unwrap();
    patch(&manager, "Agent", &json!({ "permissions": { "clients.read": "team", "leads.read": "team" } })).await.expect(200);
    let after = broker.signed_in("Anna").await;
    let (clients, leads) = (after.get("/api/clients").await.expect(200), after.get("/api/leads").await.expect(200));
    assert_eq!(clients["total"].as_i64().unwrap() + leads["total"].as_i64().unwrap() - before, 3);

    let everything = manager
        .post(&format!("/api/roles/{id}/preview"), &json!({ "delete": true, "replace_with": "Partner Manager" }))
        .await
        .expect(200);
    let anna_row = everything["users"].as_array().unwrap().iter().find(|u| u["name"] == "Anna").unwrap();
    assert_eq!(
        (&anna_row["records_lost"], &anna_row["records_gained"]),
        (&json!(3), &json!(0)),
        "clients go, all leads come: {anna_row}"
    );
    manager
        .post(&format!("/api/roles/{id}/preview"), &json!({ "permissions": { "clients.read": "x" } }))
        .await
        .refused(422, "validation_failed");
    manager.post("/api/roles/0190a000-0000-7000-8000-000000000000/preview", &json!({})).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_record_is_shown_as_a_role_would_see_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    manager
        .post("/api/roles/preview-record", &json!({ "resource_type": "client", "fields": {} }))
        .await
        .refused(404, "not_found");
    let ben = broker.user("Ben", "Agent", None).await;
    let id = client(&manager, "Doe", &ben.to_string()).await;
    let body = json!({ "resource_type": "client", "permissions": { "clients.read": "own" }, "fields": { "clients.email": "masked", "clients.balance": "full", "clients.phone": "hidden" } });
    let seen = manager.post("/api/roles/preview-record", &body).await.expect(200);
    assert_eq!(seen["resource"], json!({ "type": "client", "id": id, "label": "Jane Doe" }));
    let record = &seen["record"];
    assert_eq!((&seen["visible"], &record["email"], &record["balance"]), (&json!(true), &json!("d•••@e•••.com"), &json!("0.00")));
    assert!(record.get("phone").is_none());
    assert_eq!(record["masked"], json!(["email"]));
    let hidden: Vec<&str> = record["hidden"].as_array().unwrap().iter().map(|h| h.as_str().unwrap()).collect();
    assert_eq!(hidden, ["phone", "date_of_birth", "address"]);
    let blind = json!({ "resource_type": "client", "permissions": { "leads.read": "own" }, "resource_id": id });
    assert_eq!(manager.post("/api/roles/preview-record", &blind).await.expect(200)["visible"], false);

    // Not a way around the caller's own rules.
    let open =
        json!({ "resource_type": "client", "resource_id": id, "fields": { "clients.email": "full", "clients.phone": "full" } });
    manager
        .post("/api/roles", &json!({ "name": "Looker", "copy_of": "Support", "permissions": { "roles.read": "all" } }))
        .await
        .expect(201);
    let looker = broker.actor("Lou", "Looker", None).await;
    let seen = looker.post("/api/roles/preview-record", &open).await;
    assert!(!seen.text.contains("doe@example") && !seen.text.contains("2071838"), "{}", seen.text);
    assert_eq!(seen.expect(200)["record"]["email"], "d•••@e•••.com");
    broker.actor("Anna", "Agent", None).await.post("/api/roles/preview-record", &open).await.refused(403, "forbidden");
    let hanna = hr(&broker, &manager).await;
    hanna.post("/api/roles/preview-record", &open).await.refused(403, "forbidden");
    manager.post("/api/roles/preview-record", &json!({ "fields": { "x.y": "full" } })).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn teams_do_not_stand_below_themselves_and_leaders_see_what_they_lead() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let (top, mid) = (broker.team("Top", None).await, broker.team("Elsewhere", None).await);
    let low = broker.team("Low", Some(mid)).await;
    manager.patch(&format!("/api/teams/{mid}"), &json!({ "parent_id": top })).await.expect(200);
    for (team, parent) in [(top, top), (top, mid), (top, low), (mid, low)] {
        let refused =
            manager.patch(&format!("/api/teams/{team}"), &json!({ "parent_id": parent })).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"]["parent_id"].is_array());
    }
    // Two moves that close a circle together.
    let (a, b) = (broker.team("A", None).await, broker.team("B", None).await);
    let (pa, pb) = (format!("/api/teams/{a}"), format!("/api/teams/{b}"));
    let (below_b, below_a) = (json!({ "parent_id": b }), json!({ "parent_id": a }));
    let (one, two) = tokio::join!(manager.patch(&pa, &below_b), manager.patch(&pb, &below_a));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);

    // Lena belongs to another team, and leads the middle one.
    let home = broker.team("Home", None).await;
    let lena = broker.actor("Lena", "Team Leader", Some(home)).await;
    let ben = broker.user("Ben", "Agent", Some(low)).await;
    let far = client(&manager, "Far", &ben.to_string()).await;
    lena.get(&format!("/api/clients/{far}")).await.refused(404, "not_found");
    manager.patch(&format!("/api/teams/{mid}"), &json!({ "leader_id": lena.id() })).await.expect(200);
    lena.get(&format!("/api/clients/{far}")).await.expect(200);
    assert_eq!(lena.get("/api/clients").await.expect(200)["total"], 1);
    let teams = lena.get("/api/teams").await.expect(200);
    let names: Vec<&str> = teams["data"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Elsewhere", "Home", "Low"]);
    manager.patch(&format!("/api/teams/{mid}"), &json!({ "leader_id": null })).await.expect(200);
    lena.get(&format!("/api/clients/{far}")).await.refused(404, "not_found");
}

#[tokio::test]
async fn other_processes_hear_of_a_change() {
    use kernel::ids::SessionId;
    use kernel::permission::Scope;
    use runtime::Rows as _;
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let second = world.second_app().await;
    let tenant = broker.tenant().await;
    let tx = broker.tx().await;
    let sql = "select id from sessions where user_id = $1";
    let session: uuid::Uuid = tx.scalar(sql, [anna.id().parse::<uuid::Uuid>().unwrap().into()]).await.unwrap().unwrap();
    drop(tx);
    let scope = async || second.access.actor(&tenant, SessionId(session)).await.unwrap().unwrap().scope("clients.read");
    assert_eq!(scope().await, Some(Scope::Own));
    patch(&manager, "Agent", &json!({ "permissions": { "clients.read": "all" } })).await.expect(200);
    let changed = std::time::Instant::now();
    while scope().await != Some(Scope::All) {
        assert!(changed.elapsed() < Duration::from_millis(1_500), "another process still trusts its copy");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_preview_tells_of_the_second_factor_and_of_programs() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    broker.user("Anna", "Agent", None).await;
    broker.user("Ben", "Agent", None).await;
    use runtime::Rows as _;
    let tx = broker.tx().await;
    tx.run("update users set two_factor = true where name = 'Ben'", []).await.unwrap();
    tx.commit().await.unwrap();
    for name in ["Sync", "Phone system", "Old"] {
        manager.post("/api/api-keys", &json!({ "name": name, "role": "Agent" })).await.expect(201);
    }
    let keys = manager.get("/api/api-keys").await.expect(200);
    let old = keys["data"].as_array().unwrap().iter().find(|k| k["name"] == "Old").unwrap()["id"].as_str().unwrap().to_owned();
    manager.delete(&format!("/api/api-keys/{old}")).await.expect(204);
    let (agent, support) = (role_id(&manager, "Agent").await, role_id(&manager, "Support").await);
    let preview = async |body: Json| manager.post(&format!("/api/roles/{agent}/preview"), &body).await.expect(200);
    let seen = preview(json!({ "two_factor_required": true, "permissions": { "clients.export": "none" } })).await;
    assert_eq!(seen["two_factor_required"], json!({ "from": false, "to": true, "users_without": 1 }));
    let named: Vec<&Json> = seen["api_keys"].as_array().unwrap().iter().map(|k| &k["name"]).collect();
    assert_eq!((named, seen["api_keys_total"].as_u64()), (vec![&json!("Phone system"), &json!("Sync")], Some(2)));
    assert_eq!(preview(json!({ "two_factor_required": false })).await.get("two_factor_required"), None);
    patch(&manager, "Agent", &json!({ "two_factor_required": true })).await.expect(200);
    let seen = preview(json!({ "two_factor_required": false })).await;
    assert_eq!(seen["two_factor_required"], json!({ "from": true, "to": false, "users_without": 0 }));
    // Whoever takes the role's place may ask for less, or for more.
    let seen = preview(json!({ "delete": true, "replace_with": support })).await;
    assert_eq!(seen["two_factor_required"]["to"], false);
    assert_eq!(seen["api_keys_total"], 2);
}
