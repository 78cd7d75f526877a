//! Explanations agree with what really happens.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};
use uuid::Uuid;

async fn ask(api: &Api<'_>, user: &str, rest: &str) -> Json {
    api.get(&format!("/api/access/explain?user_id={user}&{rest}")).await.expect(200)
}

fn steps(answer: &Json) -> String {
    answer["steps"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

async fn record(manager: &Api<'_>, kind: &str, tag: &str, owner: Option<Uuid>) -> String {
    let body = json!({
        "first_name": "Jane", "last_name": format!("D{tag}"), "email": format!("{kind}{tag}@example.com"), "phone": "+442071838750",
    });
    let id = manager.post(&format!("/api/{kind}s"), &body).await.expect(201)["id"].as_str().unwrap().to_owned();
    if let Some(owner) = owner {
        manager.patch(&format!("/api/{kind}s/{id}"), &json!({ "assigned_to": owner })).await.expect(200);
    }
    if kind == "client" {
        let more = json!({ "date_of_birth": "1984-05-17", "address": "High Street 1" });
        manager.patch(&format!("/api/clients/{id}"), &more).await.expect(200);
    }
    id
}

/// Asks about every field of a record, and compares with what the user really gets.
async fn compare(manager: &Api<'_>, user: &Api<'_>, who: &str, kind: &str, id: &str, fields: &[&str]) {
    let real = user.get(&format!("/api/{kind}s/{id}")).await;
    let place = format!("resource_type={kind}&resource_id={id}");
    let told = ask(manager, user.id(), &place).await;
    assert_eq!(told["allowed"], real.status == 200, "{who} reads {kind}: {} but {told}", real.text);
    for field in fields {
        let told = ask(manager, user.id(), &format!("{place}&field={field}")).await;
        let named = |list: &str| real.json[list].as_array().is_some_and(|l| l.contains(&json!(field)));
        if real.status != 200 {
            assert_eq!(told["allowed"], false, "{who} {kind}.{field}: {told}");
            continue;
        }
        let level = if named("hidden") {
            "hidden"
        } else if named("masked") {
            "masked"
        } else {
            "full"
        };
        assert_eq!(told["level"], level, "{who} {kind}.{field}: {told}");
        assert_eq!(told["allowed"], level != "hidden", "{who} {kind}.{field}: {told}");
    }
    // Writing: the same question as a request, with an edit that changes nothing else.
    let told = ask(manager, user.id(), &format!("{place}&permission={kind}s.update")).await;
    let edit = user.patch(&format!("/api/{kind}s/{id}"), &json!({ "source": "Fair" })).await;
    assert_eq!(told["allowed"], edit.status == 200, "{who} edits {kind}: {} but {told}", edit.text);
    let told = ask(manager, user.id(), &format!("{place}&permission={kind}s.update&field=phone")).await;
    let edit = user.patch(&format!("/api/{kind}s/{id}"), &json!({ "phone": "+442071838750" })).await;
    assert_eq!(told["allowed"], edit.status == 200, "{who} writes {kind}.phone: {} but {told}", edit.text);
}

#[tokio::test]
async fn explanations_agree_with_reality() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let top = broker.team("Sales EMEA", None).await;
    let low = broker.team("Sales UK", Some(top)).await;
    let away = broker.team("Retention", None).await;
    // A role with a view of its own, whose database role is not made yet on the first round.
    let body =
        json!({ "name": "Dialler", "copy_of": "Team Leader", "fields": { "clients.email": "masked", "leads.email": "hidden" } });
    manager.post("/api/roles", &body).await.expect(201);
    let roles = ["CRM Manager", "Team Leader", "Agent", "Compliance", "Support", "Partner Manager", "Dialler"];
    let other = broker.user("Other", "Agent", Some(low)).await;
    let mut people = Vec::new();
    for (i, role) in roles.iter().enumerate() {
        people.push((format!("{role} above"), broker.actor(&format!("Near {i}"), role, Some(top)).await));
        people.push((format!("{role} away"), broker.actor(&format!("Far {i}"), role, Some(away)).await));
    }
    let mut shared = Vec::new();
    for kind in ["client", "lead"] {
        shared.push((kind, record(&manager, kind, "low", Some(other)).await));
        shared.push((kind, record(&manager, kind, "pool", None).await));
    }
    for (n, (who, user)) in people.iter().enumerate() {
        let mut all = shared.clone();
        for kind in ["client", "lead"] {
            all.push((kind, record(&manager, kind, &format!("own{n}"), Some(user.id().parse().unwrap())).await));
        }
        for (kind, id) in &all {
            let fields: &[&str] =
                if *kind == "client" { &["email", "phone", "date_of_birth", "address", "balance"] } else { &["email", "phone"] };
            compare(&manager, user, who, kind, id, fields).await;
        }
        for (kind, id) in [("user", other.to_string()), ("team", low.to_string())] {
            let told = ask(&manager, user.id(), &format!("resource_type={kind}&resource_id={id}")).await;
            let real = user.get(&format!("/api/{kind}s/{id}")).await;
            assert_eq!(told["allowed"], real.status == 200, "{who} {kind}: {} but {told}", real.text);
        }
    }
    // The view of the dialler: told while it is missing, and told when it is there.
    let (who, dialler) = people.iter().find(|(who, _)| who == "Dialler above").unwrap();
    let (kind, id) = &shared[0];
    let question = format!("resource_type={kind}&resource_id={id}&field=phone");
    let told = ask(&manager, dialler.id(), &question).await;
    assert_eq!(told["level"], "masked");
    assert!(steps(&told).contains("still being made"), "{told}");
    assert_eq!(told["rule"]["line"], "clients.phone: full");
    world.drain().await;
    compare(&manager, dialler, who, kind, id, &["email", "phone", "balance"]).await;
    assert_eq!(ask(&manager, dialler.id(), &question).await["level"], "full");
}

#[tokio::test]
async fn the_answer_names_the_rule_and_the_teams() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let top = broker.team("Sales EMEA", None).await;
    let low = broker.team("Sales UK", Some(top)).await;
    let away = broker.team("Retention", None).await;
    let lena = broker.user("Lena", "Team Leader", Some(top)).await.to_string();
    let ralf = broker.user("Ralf", "Team Leader", Some(away)).await.to_string();
    let ben = broker.user("Ben", "Agent", Some(low)).await;
    let id = record(&manager, "client", "x", Some(ben)).await;
    let question = format!("resource_type=client&resource_id={id}");
    let told = ask(&manager, &lena, &question).await;
    assert_eq!((&told["allowed"], &told["scope"], &told["level"]), (&json!(true), &json!("team"), &Json::Null));
    assert_eq!((&told["rule"]["role"]["name"], &told["rule"]["line"]), (&json!("Team Leader"), &json!("clients.read: team")));
    assert!(steps(&told).contains("Lena's team Sales EMEA includes the client's team Sales UK."), "{told}");
    assert_eq!((&told["user"]["name"], &told["resource"]["label"]), (&json!("Lena"), &json!("Jane Dx")));

    let told = ask(&manager, &ralf, &question).await;
    assert_eq!(told["allowed"], false);
    assert_eq!(told["reason"], "Ralf's team Retention does not include the client's team Sales UK. It is assigned to Ben.");
    manager.patch(&format!("/api/teams/{low}"), &json!({ "leader_id": ralf })).await.expect(200);
    let told = ask(&manager, &ralf, &question).await;
    assert!(
        told["allowed"] == true && steps(&told).contains("Ralf's led team Sales UK is the client's team Sales UK."),
        "{told}"
    );

    let told = ask(&manager, &ben.to_string(), &format!("{question}&field=email")).await;
    assert_eq!((&told["level"], &told["rule"]["line"]), (&json!("masked"), &json!("clients.email: masked")));
    let told = ask(&manager, &ben.to_string(), "permission=clients.export").await;
    assert_eq!((&told["allowed"], &told["scope"], &told["resource"]), (&json!(false), &json!("none"), &Json::Null));
    assert_eq!(told["reason"], "The role Agent of Ben does not have clients.export.");

    manager.delete(&format!("/api/clients/{id}")).await.expect(204);
    let told = ask(&manager, &lena, &question).await;
    assert!(told["allowed"] == false && told["reason"].as_str().unwrap().contains("deleted"), "{told}");
}

#[tokio::test]
async fn the_state_of_the_account_is_told() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let anna = broker.user("Anna", "Agent", None).await.to_string();
    let question = "permission=clients.read";
    assert_eq!(ask(&manager, &anna, question).await["allowed"], true);
    for _ in 0..5 {
        broker.nobody().post("/api/auth/login", &json!({ "email": broker.email("Anna"), "password": "wrong password" })).await;
    }
    let told = ask(&manager, &anna, question).await;
    assert!(told["allowed"] == true && steps(&told).contains("can't sign in before"), "{told}");
    manager.post(&format!("/api/users/{anna}/reset-password"), &json!({})).await.expect(202);
    let told = ask(&manager, &anna, question).await;
    assert_eq!(
        (&told["allowed"], &told["reason"]),
        (&json!(false), &json!("Anna must choose a new password before anything else."))
    );
    manager.patch(&format!("/api/users/{anna}"), &json!({ "status": "inactive" })).await.expect(200);
    assert_eq!(ask(&manager, &anna, question).await["reason"], "The account of Anna is deactivated.");

    let ben = broker.user("Ben", "Support", None).await.to_string();
    manager
        .post("/api/roles", &json!({ "name": "Careful", "copy_of": "Support", "two_factor_required": true }))
        .await
        .expect(201);
    manager.patch(&format!("/api/users/{ben}"), &json!({ "role": "Careful" })).await.expect(200);
    let told = ask(&manager, &ben, question).await;
    assert!(told["allowed"] == false && told["reason"].as_str().unwrap().contains("second factor"), "{told}");
    let invited =
        manager.post("/api/users", &json!({ "name": "Ivy", "email": "ivy@acme.example", "role": "Agent" })).await.expect(201);
    assert_eq!(ask(&manager, invited["id"].as_str().unwrap(), question).await["allowed"], false);
}

#[tokio::test]
async fn who_may_ask_and_what_makes_sense() {
    let world = World::new().await;
    let (broker, other) = (world.broker("acme").await, world.broker("other").await);
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let own = record(&manager, "client", "own", Some(anna.id().parse().unwrap())).await;
    let far = record(&manager, "client", "far", None).await;
    let of = |user: &str, rest: &str| format!("/api/access/explain?user_id={user}&{rest}");
    // About oneself, as far as one sees the record; about others with the permission only.
    assert_eq!(
        anna.get(&format!("/api/access/explain?resource_type=client&resource_id={own}")).await.expect(200)["allowed"],
        true
    );
    anna.get(&of(anna.id(), "permission=clients.export")).await.expect(200);
    let hidden = anna.get(&of(anna.id(), &format!("resource_type=client&resource_id={far}"))).await;
    assert!(!hidden.text.contains("Dfar"), "{}", hidden.text);
    hidden.refused(404, "not_found");
    anna.get(&of(manager.id(), "permission=clients.read")).await.refused(403, "forbidden");
    // Who explains without seeing clients learns no name.
    let blind = json!({ "name": "Auditor", "permissions": { "access.explain": "all" } });
    manager.post("/api/roles", &blind).await.expect(201);
    let told = broker
        .actor("Audrey", "Auditor", None)
        .await
        .get(&of(anna.id(), &format!("resource_type=client&resource_id={own}")))
        .await;
    assert!(!told.text.contains("Down"), "{}", told.text);
    assert_eq!(told.expect(200)["allowed"], true);

    let nobody = "0190a000-0000-7000-8000-000000000000";
    manager.get(&of(nobody, "permission=clients.read")).await.refused(404, "not_found");
    manager.get(&of(anna.id(), &format!("resource_type=lead&resource_id={own}"))).await.refused(404, "not_found");
    other.manager().await.get(&of(anna.id(), "permission=clients.read")).await.refused(404, "not_found");
    for (rest, field) in [
        ("", "permission"),
        ("permission=clients.dance", "permission"),
        ("resource_type=boat", "resource_type"),
        ("field=email", "field"),
        ("permission=leads.read&resource_type=client", "permission"),
        ("resource_type=lead&field=clients.email", "field"),
        ("permission=clients.read&resource_id=x", "resource_id"),
    ] {
        let refused = manager.get(&of(anna.id(), rest)).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"][field].is_array(), "{rest}: {refused}");
    }
    broker.nobody().get(&of(anna.id(), "permission=clients.read")).await.refused(401, "unauthenticated");
}
