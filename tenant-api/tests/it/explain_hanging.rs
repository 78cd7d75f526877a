//! Explanations of what hangs on records (documents, notes, files) and of activities agree with what really happens.

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

use crate::activities::{id, sales};
use crate::attachments::send;
use crate::documents::{Attempt, PDF, announce, begin};

/// Switches all modules on: no template has documents and deals together.
pub async fn every_module(broker: &Broker<'_>) {
    let tx = broker.tx().await;
    let all = json!(["clients", "documents", "leads", "partners", "pipeline", "activities"]);
    let sql = "insert into settings (key, value) values ('modules', $1) on conflict (key) do update set value = excluded.value";
    tx.run(sql, [all.into()]).await.unwrap();
    tx.run("update tenant_meta set access_version = access_version + 1", []).await.unwrap();
    tx.commit().await.unwrap();
    broker.world.app.access.mark_stale(broker.tenant().await.key).await;
}

async fn ask(api: &Api<'_>, user: &str, rest: &str) -> Json {
    api.get(&format!("/api/access/explain?user_id={user}&{rest}")).await.expect(200)
}

fn steps(answer: &Json) -> String {
    answer["steps"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

async fn record(api: &Api<'_>, kind: &str, n: &str, owner: &str) -> String {
    let body = json!({ "first_name": "Jane", "last_name": n, "email": format!("{n}@example.com"), "assigned_to": owner });
    id(&api.post(&format!("/api/{kind}s"), &body).await.expect(201))
}

async fn activity(api: &Api<'_>, more: Json) -> String {
    let mut body = json!({ "type": "task", "subject": "Call back" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    id(&api.post("/api/activities", &body).await.expect(201))
}

async fn note(api: &Api<'_>, field: &str, record: &str) -> String {
    id(&api.post("/api/notes", &json!({ "content": "Wants a demo", field: record })).await.expect(201))
}

async fn document(world: &World, api: &Api<'_>, client: &str) -> String {
    let begun = begin(api, client, &announce("identity", "application/pdf", PDF)).await.expect(201);
    assert_eq!(Attempt::of(&begun, PDF).send(world).await, 200);
    id(&api.post(&format!("/api/documents/{}/complete", id(&begun)), &json!({})).await.expect(200))
}

/// Whether a request got through.
fn went(reply: &test_kit::Reply) -> bool {
    assert!([200, 201, 403, 404].contains(&reply.status), "{} {}", reply.status, reply.text);
    reply.status < 300
}

#[tokio::test]
async fn explanations_agree_with_reality() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    every_module(&broker).await;
    let ada = broker.manager().await;
    let top = broker.team("Sales EMEA", None).await;
    let low = broker.team("Sales UK", Some(top)).await;
    for (name, rights) in [
        (
            "Wide records",
            json!({ "clients.read": "all", "leads.read": "all", "notes.read": "own", "notes.update": "own",
            "activities.read": "own", "attachments.read": "team", "documents.view": "own", "notes.create": "own" }),
        ),
        (
            "Wide notes",
            json!({ "clients.read": "own", "notes.read": "all", "notes.update": "all", "notes.create": "all",
            "activities.read": "team", "activities.update": "all", "attachments.read": "all", "documents.read": "all",
            "documents.view": "all", "documents.upload": "team" }),
        ),
        (
            "Deals only",
            json!({ "deals.read": "team", "activities.read": "own", "activities.update": "all", "notes.read": "team",
            "attachments.read": "own", "notes.update": "own" }),
        ),
        (
            "No records",
            json!({ "notes.read": "all", "activities.read": "all", "attachments.read": "all", "documents.view": "all",
            "notes.update": "own" }),
        ),
        (
            "No activities",
            json!({ "clients.read": "all", "notes.read": "all", "attachments.read": "all", "deals.read": "all",
            "notes.update": "all", "documents.read": "team" }),
        ),
    ] {
        ada.post("/api/roles", &json!({ "name": name, "permissions": rights })).await.expect(201);
    }
    let other = broker.actor("Other", "Agent", Some(low)).await;
    let mut people = vec![("Other", other.clone())];
    for (n, role) in
        ["Team Leader", "Agent", "Wide records", "Wide notes", "Deals only", "No records", "No activities"].iter().enumerate()
    {
        people.push((role, broker.actor(&format!("Near {n}"), role, Some(top)).await));
        people.push((role, broker.actor(&format!("Far {n}"), role, None).await));
    }
    let (mut clients, mut notes, mut files, mut activities, mut documents) = (vec![], vec![], vec![], vec![], vec![]);
    // Records of somebody in the team below, and of each of the people.
    for (n, owner) in people.iter().map(|(_, api)| api.id().to_owned()).enumerate().filter(|(n, _)| [0, 3, 6].contains(n)) {
        let client = record(&ada, "client", &format!("c{n}"), &owner).await;
        let lead = record(&ada, "lead", &format!("l{n}"), &owner).await;
        let (contact, deal, chance) = sales(&broker, &owner).await;
        for (field, record) in [
            ("client_id", &client),
            ("lead_id", &lead),
            ("contact_id", &contact),
            ("deal_id", &deal),
            ("opportunity_id", &chance),
        ] {
            notes.push((note(&ada, field, record).await, "ada"));
            if field != "lead_id" {
                files.push(id(&send(&ada, field, record, "plan.txt", "x").await.expect(201)));
            }
            // Whose record it is and whose work it is are two things.
            activities.push(activity(&ada, json!({ field: record })).await);
        }
        let theirs = activity(&ada, json!({ "assigned_to": owner })).await;
        for work in [&theirs, &activities[activities.len() - 1].clone(), &activities[activities.len() - 5].clone()] {
            notes.push((note(&ada, "activity_id", work).await, "ada"));
            files.push(id(&send(&ada, "activity_id", work, "plan.txt", "x").await.expect(201)));
        }
        activities.push(theirs);
        documents.push((document(&world, &ada, &client).await, client.clone()));
        clients.push(client);
    }
    // One that the owner of the record wrote: theirs to edit.
    notes.push((note(&other, "client_id", &clients[0]).await, "other"));

    for (who, api) in &people {
        let told = async |permission: &str, kind: &str, record: &str| {
            let question = format!("permission={permission}&resource_type={kind}&resource_id={record}");
            let told = ask(&ada, api.id(), &question).await;
            (told["allowed"] == true, format!("{who}: {question}: {told}"))
        };
        for (plural, kind, ids) in [
            ("activities", "activity", &activities),
            ("attachments", "attachment", &files),
            ("notes", "note", &notes.iter().map(|(id, _)| id.clone()).collect()),
            ("documents", "document", &documents.iter().map(|(id, _)| id.clone()).collect()),
        ] {
            for one in ids {
                // A file is read by its link.
                let real = match kind {
                    "attachment" => api.post(&format!("/api/attachments/{one}/link"), &json!({})).await,
                    _ => api.get(&format!("/api/{plural}/{one}")).await,
                };
                // Without a permission the question is whether it can be read.
                let (allowed, text) = {
                    let told = ask(&ada, api.id(), &format!("resource_type={kind}&resource_id={one}")).await;
                    (told["allowed"] == true, told.to_string())
                };
                assert_eq!(allowed, went(&real), "{who} reads {kind}: {} but {text}", real.text);
            }
            let (plain, text) = told(&format!("{plural}.read"), kind, &ids[0]).await;
            let bare = ask(&ada, api.id(), &format!("resource_type={kind}&resource_id={}", ids[0])).await;
            assert_eq!(bare["allowed"], plain, "{text}");
        }
        for (one, _) in &notes {
            let real = api.patch(&format!("/api/notes/{one}"), &json!({ "pinned": false })).await;
            let (allowed, text) = told("notes.update", "note", one).await;
            assert_eq!(allowed, went(&real), "{} but {text}", real.text);
        }
        for one in &activities {
            let real = api.patch(&format!("/api/activities/{one}"), &json!({ "subject": "Call back" })).await;
            let (allowed, text) = told("activities.update", "activity", one).await;
            assert_eq!(allowed, went(&real), "{} but {text}", real.text);
        }
        for (one, client) in &documents {
            let real = api.post(&format!("/api/documents/{one}/link"), &json!({ "purpose": "view" })).await;
            for (kind, record) in [("document", one), ("client", client)] {
                let (allowed, text) = told("documents.view", kind, record).await;
                assert_eq!(allowed, went(&real), "{} but {text}", real.text);
            }
            let real = begin(api, client, &announce("address", "application/pdf", PDF)).await;
            let (allowed, text) = told("documents.upload", "client", client).await;
            assert_eq!(allowed, real.status == 201 || real.status == 409, "{} but {text}", real.text);
        }
        for client in &clients {
            for area in ["notes", "attachments", "activities"] {
                let real = api.get(&format!("/api/{area}?client_id={client}")).await;
                // What somebody has to do is theirs to see, whoever it is about; the question is about the client.
                let reads = api.get(&format!("/api/clients/{client}")).await.status == 200;
                let shown = reads && real.status == 200 && real.json["total"].as_i64().unwrap() > 0;
                let (allowed, text) = told(&format!("{area}.read"), "client", client).await;
                assert_eq!(allowed, shown, "{} but {text}", real.text);
            }
            let real = api.post("/api/notes", &json!({ "content": "x", "client_id": client })).await;
            let (allowed, text) = told("notes.create", "client", client).await;
            assert_eq!(allowed, real.status == 201, "{} but {text}", real.text);
        }
    }
    // About oneself: as far as one sees it, and no further.
    let (far, mine) = (&people[4].1, &people[0].1);
    let question = |kind: &str, record: &str| format!("/api/access/explain?resource_type={kind}&resource_id={record}");
    for (kind, record) in
        [("note", &notes[0].0), ("attachment", &files[0]), ("document", &documents[0].0), ("activity", &activities[0])]
    {
        assert_eq!(mine.get(&question(kind, record)).await.expect(200)["allowed"], true, "{kind}");
        far.get(&question(kind, record)).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn the_answer_names_what_it_hangs_on() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    every_module(&broker).await;
    let ada = broker.manager().await;
    let (anna, ben) = (broker.actor("Anna", "Agent", None).await, broker.actor("Ben", "Agent", None).await);
    let client = record(&ada, "client", "Smith", anna.id()).await;
    let of_ada = activity(&ada, json!({ "client_id": client })).await;
    let (note, document) = (note(&ada, "client_id", &client).await, document(&world, &ada, &client).await);
    let told = ask(&ada, anna.id(), &format!("resource_type=activity&resource_id={of_ada}")).await;
    assert_eq!((&told["allowed"], &told["resource"]["label"]), (&json!(true), &json!("Call back")));
    assert!(steps(&told).contains("It is about a client that Anna may read"), "{told}");
    let told = ask(&ada, anna.id(), &format!("permission=activities.update&resource_type=activity&resource_id={of_ada}")).await;
    assert_eq!(told["reason"], "This activity is not assigned to Anna. It is assigned to Ada Manager.", "{told}");
    let told = ask(&ada, ben.id(), &format!("resource_type=note&resource_id={note}")).await;
    assert_eq!(told["reason"], "This client is not assigned to Ben. It is assigned to Anna.", "{told}");
    assert_eq!((&told["rule"]["line"], &told["resource"]["type"]), (&json!("clients.read: own"), &json!("note")));
    let told = ask(&ada, anna.id(), &format!("permission=documents.view&resource_type=client&resource_id={client}")).await;
    assert_eq!(told["reason"], "The role Agent of Anna does not have documents.view.", "{told}");
    let told = ask(&ada, anna.id(), &format!("permission=notes.delete&resource_type=note&resource_id={note}")).await;
    assert_eq!((&told["allowed"], &told["rule"]["line"]), (&json!(false), &json!("notes.delete: none")), "{told}");
    let told = ask(&ada, anna.id(), "permission=documents.view&resource_type=client").await;
    assert_eq!((&told["allowed"], &told["resource"]), (&json!(false), &Json::Null));

    // Who explains without seeing the records learns neither names nor words of theirs.
    ada.post("/api/roles", &json!({ "name": "Auditor", "permissions": { "access.explain": "all" } })).await.expect(201);
    let blind = broker.actor("Audrey", "Auditor", None).await;
    for (kind, record) in [("activity", &of_ada), ("note", &note), ("document", &document)] {
        let reply =
            blind.get(&format!("/api/access/explain?user_id={}&resource_type={kind}&resource_id={record}", anna.id())).await;
        for trace in ["Smith", "demo", "Call back"] {
            assert!(!reply.text.contains(trace), "{kind}: {}", reply.text);
        }
        let label = reply.expect(200)["resource"]["label"].as_str().unwrap().to_owned();
        assert!(label.ends_with("you may not see"), "{label}");
    }

    // What was deleted is nobody's until it is back.
    let path = format!("/api/activities/{of_ada}");
    ada.delete(&path).await.expect(204);
    let told = ask(&ada, ada.id(), &format!("resource_type=activity&resource_id={of_ada}")).await;
    assert!(told["allowed"] == false && told["reason"].as_str().unwrap().contains("deleted"), "{told}");
    let told = ask(&ada, ada.id(), &format!("permission=activities.delete&resource_type=activity&resource_id={of_ada}")).await;
    assert_eq!(told["allowed"], true, "it can be restored: {told}");
    ada.delete(&format!("/api/clients/{client}")).await.expect(204);
    for (kind, record) in [("note", &note), ("document", &document)] {
        let told = ask(&ada, ada.id(), &format!("resource_type={kind}&resource_id={record}")).await;
        assert!(told["allowed"] == false && told["reason"].as_str().unwrap().contains("deleted"), "{kind}: {told}");
    }

    // A module that is off is told of, whichever permission belongs to it.
    ada.patch("/api/settings", &json!({ "modules": ["clients", "leads"] })).await.expect(200);
    let told = ask(&ada, ada.id(), &format!("resource_type=note&resource_id={note}")).await;
    assert!(told["allowed"] == false && steps(&told).contains("The module activities is switched off"), "{told}");

    let kinds = [
        "client",
        "lead",
        "contact",
        "opportunity",
        "deal",
        "activity",
        "document",
        "note",
        "attachment",
        "partner",
        "user",
        "team",
    ];
    let refused = ada.get("/api/access/explain?resource_type=boat").await.refused(422, "validation_failed");
    let text = refused["data"]["fields"]["resource_type"][0].as_str().unwrap().to_owned();
    let spec: Json = serde_json::from_str(&tenant_api::routes::tenant_spec()).unwrap();
    let parameters = spec["paths"]["/api/access/explain"]["get"]["parameters"].as_array().unwrap();
    let described = parameters.iter().find(|p| p["name"] == "resource_type").unwrap()["description"].as_str().unwrap();
    for kind in kinds {
        assert!(text.contains(kind) && described.contains(&format!("`{kind}`")), "{kind}: {text}; {described}");
    }
    let nobody = "0190a000-0000-7000-8000-000000000000";
    for kind in kinds {
        ada.get(&format!("/api/access/explain?resource_type={kind}&resource_id={nobody}")).await.refused(404, "not_found");
    }
    for (rest, field) in [
        ("permission=documents.view&resource_type=lead", "permission"),
        ("permission=notes.read&resource_type=user", "permission"),
        ("permission=attachments.read&resource_type=lead", "permission"),
        ("permission=clients.read&resource_type=note", "permission"),
        ("permission=activities.update&resource_type=client", "permission"),
        ("permission=documents.view&field=clients.email", "permission"),
        ("resource_type=note&field=email", "field"),
    ] {
        let refused = ada.get(&format!("/api/access/explain?{rest}")).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"][field].is_array(), "{rest}: {refused}");
    }
}
