//! Files that are looked at again, and work that is taken up again.

use serde_json::{Value as Json, json};
use test_kit::World;

use super::{faults, map, mapped, people, preview, run, send, total};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_corrected_stays_corrected() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let text = "First name,Last name,Email,Status\nJane,Doe,nobody,new\nJohn,Roe,nobody,Hot\nAda,Poe,ada@example.com,new\n";
    let sent = send(&api, "clients", "people.csv", text).await.expect(201);
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    map(&api, &path, &sent, json!({})).await.expect(200);
    assert_eq!(faults(&preview(&api, &path).await).len(), 3);
    for (row, email) in [(2, "jane@example.com"), (3, "john@example.com")] {
        api.patch(&format!("{path}/rows/{row}"), &json!({ "values": { "Email": email } })).await.expect(200);
    }
    // The way of the check page: our words for theirs, and the whole file once more.
    map(&api, &path, &sent, json!({ "values": { "Status": { "Hot": "active" } } })).await.expect(200);
    let seen = preview(&api, &path).await;
    assert_eq!((&seen["invalid"], &seen["valid"]), (&json!(0), &json!(3)), "{seen}");
    run(&api, &path).await;
    assert_eq!(api.get("/api/clients?email=john@example.com").await.expect(200)["data"][0]["status"], "active");
    // Read in another way, its lines and columns are other ones.
    let sent = send(&api, "leads", "people.csv", text).await.expect(201);
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    map(&api, &path, &sent, json!({})).await.expect(200);
    preview(&api, &path).await;
    api.patch(&format!("{path}/rows/2"), &json!({ "values": { "Email": "jane@example.com" } })).await.expect(200);
    let sent = api.patch(&path, &json!({ "header_row": 1 })).await.expect(200);
    map(&api, &path, &sent, json!({})).await.expect(200);
    let seen = preview(&api, &path).await;
    assert_eq!(faults(&seen).iter().filter(|f| f.1 == "Email").count(), 2, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_errors_is_known_and_so_is_another_order() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let path = {
        let sent = send(&api, "clients", "a.csv", "A,B,C\nJane,Doe,nobody\n").await.expect(201);
        let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
        let mapping = json!({ "mapping": { "A": "first_name", "B": "last_name", "C": "email" } });
        api.put(&format!("{path}/mapping"), &mapping).await.expect(200);
        preview(&api, &path).await;
        path
    };
    let errors = api.get(&format!("{path}/errors.csv")).await.text;
    let known = json!({ "A": "first_name", "B": "last_name", "C": "email" });
    for (text, is_known) in [
        (errors.replace("nobody", "jane@example.com"), true),
        ("C,a,B\nx@example.com,Jane,Doe\n".to_owned(), true),
        ("A,B,C,D\nJane,Doe,nobody,x\n".to_owned(), false),
    ] {
        let sent = send(&api, "clients", "b.csv", text.clone()).await.expect(201);
        let found: Json = sent["remembered"]["mapping"].clone();
        let lower = |m: &Json| -> Vec<(String, Json)> {
            let mut all: Vec<_> = m.as_object().into_iter().flatten().map(|(k, v)| (k.to_lowercase(), v.clone())).collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all
        };
        assert_eq!(lower(&found), if is_known { lower(&known) } else { Vec::new() }, "{text}");
        let columns: Vec<&str> = sent["columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
        assert!(found.as_object().into_iter().flatten().all(|(name, _)| columns.contains(&name.as_str())), "{found}");
    }
}

/// Whoever asked may no longer do it: the work ends halfway. Once they may again, it goes on, from the import's page as
/// from the page of jobs.
#[tokio::test(flavor = "multi_thread")]
async fn what_failed_goes_on() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let user = broker.user("Olga", "CRM Manager", None).await;
    let olga = broker.signed_in("Olga").await;
    let role = async |name: &str| {
        manager.patch(&format!("/api/users/{user}"), &json!({ "role": name })).await.expect(200);
    };
    let state = async |path: &str| {
        world.drain().await;
        manager.get(path).await.expect(200)
    };
    for way in ["resume", "retry"] {
        let path = mapped(&olga, "clients", &people(10), json!({})).await;
        preview(&olga, &path).await;
        let act = async |what: &str| {
            let begun = olga.post(&format!("{path}/{what}"), &json!({})).await.expect(202);
            role("Agent").await;
            let failed = state(&path).await;
            assert_eq!(failed["status"], "failed", "{failed}");
            role("CRM Manager").await;
            (begun["job_id"].as_str().unwrap().to_owned(), failed)
        };
        let retry = async |job: &str| {
            manager.post(&format!("/api/jobs/{job}/retry"), &json!({})).await.expect(202);
        };
        let (job, failed) = act("start").await;
        assert_eq!(failed["resumable"], json!(true));
        match way {
            "resume" => drop(olga.post(&format!("{path}/resume"), &json!({})).await.expect(200)),
            _ => retry(&job).await,
        }
        let done = state(&path).await;
        assert_eq!((&done["status"], &done["created"], &done["error"]), (&json!("done"), &json!(10), &Json::Null), "{done}");
        let (job, failed) = act("undo").await;
        assert_eq!((&failed["resumable"], &failed["undoable"]), (&json!(false), &json!(true)));
        olga.post(&format!("{path}/resume"), &json!({})).await.refused(409, "not_paused");
        match way {
            "resume" => drop(olga.post(&format!("{path}/undo"), &json!({})).await.expect(202)),
            _ => retry(&job).await,
        }
        assert_eq!(state(&path).await["status"], "undone");
        assert_eq!(total(&manager, "/api/clients").await, 0);
    }
    // A job that is asked for once more after its import went another way leaves it alone.
    let path = mapped(&olga, "clients", &people(10), json!({})).await;
    preview(&olga, &path).await;
    let begun = olga.post(&format!("{path}/start"), &json!({})).await.expect(202);
    role("Agent").await;
    assert_eq!(state(&path).await["status"], "failed");
    role("CRM Manager").await;
    olga.post(&format!("{path}/resume"), &json!({})).await.expect(200);
    manager.post(&format!("/api/jobs/{}/retry", begun["job_id"].as_str().unwrap()), &json!({})).await.expect(202);
    assert_eq!(state(&path).await["created"], 10);
    assert_eq!(total(&manager, "/api/clients").await, 10);
    // Taking back stops where somebody stops it, and goes on from there.
    olga.post(&format!("{path}/undo"), &json!({})).await.expect(202);
    assert_eq!(olga.post(&format!("{path}/cancel"), &json!({})).await.expect(200)["status"], "cancelled");
    assert_eq!(state(&path).await["restored"], 0);
    olga.post(&format!("{path}/undo"), &json!({})).await.expect(202);
    assert_eq!(state(&path).await["status"], "undone");
    assert_eq!(total(&manager, "/api/clients").await, 0);
}

/// A language by its code or name; an update overwrites it, and the undo gives it back.
#[tokio::test(flavor = "multi_thread")]
async fn languages_come_in_and_go_again() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let old = json!({ "first_name": "Old", "last_name": "One", "email": "old@example.com", "language": "en" });
    let old = api.post("/api/clients", &old).await.expect(201);
    let text = "First name,Last name,Email,Sprache\nOld,One,old@example.com,Deutsch\nNew,Two,new@example.com,fr-CA\n\
        Bad,Three,bad@example.com,Klingon\n";
    let path = mapped(&api, "clients", text, json!({ "duplicates": "update", "update": "all" })).await;
    let seen = preview(&api, &path).await;
    assert_eq!(faults(&seen), [(4, "Sprache", "language_invalid")]);
    let done = run(&api, &path).await;
    assert_eq!((&done["created"], &done["updated"]), (&json!(1), &json!(1)), "{done}");
    let language =
        async |email: &str| api.get(&format!("/api/clients?email={email}")).await.expect(200)["data"][0]["language"].clone();
    assert_eq!((language("old@example.com").await, language("new@example.com").await), (json!("de"), json!("fr")));
    super::undo(&api, &path).await;
    let now = api.get(&format!("/api/clients/{}", old["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(now["language"], "en");
}
