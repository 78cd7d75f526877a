//! Who leaves hands over whatever names them, of every kind, in the same step.

use chrono::{Duration, Utc};
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use crate::activities::{client, id, sales};

async fn leave(manager: &Api<'_>, who: &Api<'_>, heir: Json) {
    let body = json!({ "status": "inactive", "reassign_to": heir });
    manager.patch(&format!("/api/users/{}", who.id()), &body).await.expect(200);
}

async fn add(api: &Api<'_>, subject: &str, more: Json) -> String {
    let mut body = json!({ "type": "task", "subject": subject });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    id(&api.post("/api/activities", &body).await.expect(201))
}

/// What was said of a handover in the history of the user's account.
async fn told(manager: &Api<'_>) -> Vec<(String, Json)> {
    let entries = manager.get("/api/audit?action=user.records_reassigned").await.expect(200);
    let diff = entries["data"][0]["diff"].as_array().unwrap().clone();
    diff.iter().map(|c| (c["field"].as_str().unwrap().to_owned(), c["new"].clone())).collect()
}

#[tokio::test]
async fn every_kind_of_record_goes_along() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let (sales_team, desk) = (broker.team("Sales", None).await, broker.team("Desk", None).await);
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", Some(sales_team)).await;
    let ben = broker.actor("Ben", "Agent", Some(desk)).await;
    let person =
        |n: &str| json!({ "first_name": n, "last_name": "P", "email": format!("{n}@example.com"), "assigned_to": anna.id() });
    let (one, two) = (ada.post("/api/clients", &person("c")).await, ada.post("/api/leads", &person("l")).await);
    let (one, two) = (id(&one.expect(201)), id(&two.expect(201)));
    let (contact, deal, chance) = sales(&broker, anna.id()).await;
    let task = add(&anna, "Call", json!({})).await;
    leave(&ada, &anna, json!(ben.id())).await;
    for (kind, record) in [
        ("clients", &one),
        ("leads", &two),
        ("contacts", &contact),
        ("deals", &deal),
        ("opportunities", &chance),
        ("activities", &task),
    ] {
        let now = ada.get(&format!("/api/{kind}/{record}")).await.expect(200);
        let owner = now["assigned_to"].as_str().or_else(|| now["assigned_to"]["id"].as_str());
        assert_eq!((owner, &now["version"]), (Some(ben.id()), &json!(2)), "{kind}: {now}");
        assert_eq!(now["team_id"], json!(desk), "{kind} follows into the team: {now}");
        assert_eq!(ben.get(&format!("/api/{kind}/{record}")).await.status, 200, "{kind}");
        let log = ada.get(&format!("/api/audit?resource_id={record}")).await.expect(200);
        assert_eq!(log["data"][0]["diff"][0], json!({ "field": "assigned_to", "old": anna.id(), "new": ben.id() }), "{kind}");
    }
    let told = told(&ada).await;
    for word in ["clients", "leads", "contacts", "opportunities", "deals", "activities"] {
        assert!(told.contains(&(word.to_owned(), json!(1))), "{word}: {told:?}");
    }
    assert!(!told.iter().any(|(word, _)| word == "assignment_rules"), "{told:?}");
}

#[tokio::test]
async fn what_is_still_to_be_done_goes_along_and_is_reminded_of() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let (anna, ben) = (broker.actor("Anna", "Agent", None).await, broker.actor("Ben", "Agent", None).await);
    let jane = client(&ada, "Jane").await;
    ada.patch(&format!("/api/clients/{jane}"), &json!({ "assigned_to": anna.id() })).await.expect(200);
    let soon = (Utc::now() + Duration::minutes(30)).to_rfc3339();
    let late = (Utc::now() - Duration::days(3)).to_rfc3339();
    let open = add(&anna, "Soon", json!({ "due_at": soon, "remind_before": 28, "client_id": jane })).await;
    let overdue = add(&anna, "Late", json!({ "due_at": late })).await;
    let someday = add(&anna, "Some day", json!({})).await;
    let daily = add(&anna, "Daily", json!({ "due_at": soon, "repeat": { "freq": "daily" } })).await;
    let done = add(&anna, "Done", json!({ "status": "completed" })).await;
    let off = add(&anna, "Off", json!({})).await;
    anna.patch(&format!("/api/activities/{off}/cancel"), &json!({})).await.expect(200);
    let gone = add(&anna, "Gone", json!({})).await;
    anna.delete(&format!("/api/activities/{gone}")).await.expect(204);
    leave(&ada, &anna, json!(ben.id())).await;

    let of = async |activity: &str| ada.get(&format!("/api/activities/{activity}")).await.expect(200)["assigned_to"].clone();
    for (what, activity) in [("open", &open), ("overdue", &overdue), ("some day", &someday), ("repeated", &daily)] {
        assert_eq!(of(activity).await, json!(ben.id()), "{what}");
    }
    // What was done, or called off, was hers.
    assert_eq!((of(&done).await, of(&off).await), (json!(anna.id()), json!(anna.id())));
    let told = told(&ada).await;
    assert!(told.contains(&("activities".to_owned(), json!(5))), "the deleted one, too: {told:?}");
    // What comes back is nobody's who has left.
    ada.post(&format!("/api/activities/{gone}/restore"), &json!({})).await.expect(200);
    assert_eq!(of(&gone).await, json!(ben.id()));
    assert_eq!(ben.get("/api/activities?status=scheduled,overdue").await.expect(200)["total"], 5);
    // The series goes on with who has it now.
    let next = ben.patch(&format!("/api/activities/{daily}/complete"), &json!({})).await.expect(200)["next"].clone();
    assert_eq!((&next["assigned_to"], &next["series_id"]), (&json!(ben.id()), &json!(daily)));
    // And so does the reminder.
    world.app.clock.advance(Duration::minutes(3));
    let tenant = broker.tenant().await;
    assert_eq!(crm::activities::remind(&world.app, &tenant).await.unwrap(), 1);
    let heard = ben.get("/api/notifications").await.expect(200);
    assert!(heard["data"].as_array().unwrap().iter().any(|n| n["kind"] == "reminder"), "{heard}");

    // To nobody: it waits for whoever takes it.
    leave(&ada, &ben, Json::Null).await;
    assert_eq!(of(&open).await, Json::Null);
    assert_eq!(ada.get("/api/activities?assigned_to=none&status=scheduled,overdue").await.expect(200)["total"], 5);
}

#[tokio::test]
async fn without_a_word_everything_stays() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let task = add(&anna, "Call", json!({})).await;
    ada.patch(&format!("/api/users/{}", anna.id()), &json!({ "status": "inactive" })).await.expect(200);
    let now = ada.get(&format!("/api/activities/{task}")).await.expect(200);
    assert_eq!((&now["assigned_to"], &now["version"]), (&json!(anna.id()), &json!(1)));
}

async fn rule(api: &Api<'_>, name: &str, users: &[&str]) -> String {
    let body = json!({ "name": name, "entity": "lead", "countries": ["DE"], "users": users });
    id(&api.post("/api/assignment-rules", &body).await.expect(201))
}

async fn rules(api: &Api<'_>) -> Json {
    let all = api.get("/api/assignment-rules").await.expect(200);
    let all = all["data"].as_array().unwrap_or_else(|| panic!("{all}")).clone();
    all.into_iter()
        .map(|r| (r["name"].as_str().unwrap().to_owned(), json!([r["users"], r["enabled"]])))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The owner of a new lead.
async fn next(api: &Api<'_>, n: u32) -> Json {
    let body = json!({ "first_name": "Leo", "last_name": n.to_string(), "email": format!("{n}@example.com"), "country": "DE" });
    api.post("/api/leads", &body).await.expect(201)["assigned_to"].clone()
}

#[tokio::test]
async fn rules_name_the_heir_in_their_place() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let (ben, cem) = (broker.actor("Ben", "Agent", None).await, broker.actor("Cem", "Agent", None).await);
    let (a, b, c) = (anna.id(), ben.id(), cem.id());
    let alone = rule(&ada, "Alone", &[a]).await;
    rule(&ada, "Both", &[b, a, c]).await;
    rule(&ada, "Others", &[c]).await;
    assert_eq!(next(&ada, 1).await, json!(a));
    leave(&ada, &anna, json!(b)).await;
    let now = rules(&ada).await;
    assert_eq!(now, json!({ "Alone": [[b], true], "Both": [[b, c], true], "Others": [[c], true] }));
    assert_eq!(next(&ada, 2).await, json!(b), "the heir takes the turns");
    let entry = ada.get(&format!("/api/audit?resource_id={alone}&action=assignment_rule.updated")).await.expect(200);
    assert_eq!(entry["data"][0]["diff"], json!([{ "field": "users", "old": [a], "new": [b] }]), "{entry}");
    assert!(told(&ada).await.contains(&("assignment_rules".to_owned(), json!(2))));

    // To nobody: out of the rules, and one that names nobody any more rests.
    leave(&ada, &ben, Json::Null).await;
    assert_eq!(rules(&ada).await, json!({ "Alone": [[], false], "Both": [[c], true], "Others": [[c], true] }));
    assert_eq!(next(&ada, 3).await, json!(c));
    let path = format!("/api/assignment-rules/{alone}");
    ada.patch(&path, &json!({ "enabled": true })).await.refused(422, "validation_failed");
    ada.patch(&path, &json!({ "enabled": true, "users": [c] })).await.expect(200);
    // Nobody who has left is named anywhere.
    let named: Option<i64> = broker
        .tx()
        .await
        .scalar(
            "select count(*) from assignment_rules r join users u on u.id = any(r.users) or u.id = r.last_user where u.status = 'inactive'",
            [],
        )
        .await
        .unwrap();
    assert_eq!(named, Some(0));
}

#[tokio::test]
async fn teams_get_the_heir_as_their_leader() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let (anna, ben) = (broker.actor("Anna", "Team Leader", None).await, broker.actor("Ben", "Team Leader", None).await);
    let team = async |name: &str, leader: &Api<'_>| {
        id(&ada.post("/api/teams", &json!({ "name": name, "leader_id": leader.id() })).await.expect(201))
    };
    let (north, south, west) = (team("North", &anna).await, team("South", &anna).await, team("West", &ben).await);
    let led_by = async |team: &str| ada.get(&format!("/api/teams/{team}")).await.expect(200)["leader_id"].clone();
    // Whoever may not change teams gives nobody the lead of one.
    let desk = json!({ "name": "Desk", "permissions": { "users.manage": "all", "users.read": "all" } });
    ada.post("/api/roles", &desk).await.expect(201);
    let dora = broker.actor("Dora", "Desk", None).await;
    let cem = broker.actor("Cem", "Team Leader", None).await;
    let east = team("East", &cem).await;
    leave(&dora, &cem, json!(ben.id())).await;
    assert_eq!(led_by(&east).await, Json::Null);

    leave(&ada, &anna, json!(ben.id())).await;
    for team in [&north, &south, &west] {
        assert_eq!(led_by(team).await, json!(ben.id()));
    }
    assert!(told(&ada).await.contains(&("teams".to_owned(), json!(2))));
    let entry = ada.get(&format!("/api/audit?resource_id={north}&action=team.updated")).await.expect(200);
    assert_eq!(entry["data"][0]["diff"], json!([{ "field": "leader", "old": "Anna", "new": "Ben" }]), "{entry}");
    leave(&ada, &ben, Json::Null).await;
    assert_eq!(led_by(&north).await, Json::Null);
}
