//! Imports as jobs: progress, pause, cancellation, and what else goes on meanwhile.

use serde_json::json;
use test_kit::World;

use super::{RAN, counts, ended, mapped, people, preview, run, send, total};

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_looked_at_by_a_job() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    // The body of most requests is bounded; a file is larger.
    let mut text = people(60_000);
    text.push_str("Bad,Row,nothing,,\n");
    assert!(text.len() > world.app.config.body_limit, "{}", text.len());
    let path = mapped(&api, "clients", &text, json!({})).await;
    let begun = api.post(&format!("{path}/preview"), &json!({})).await.expect(202);
    assert_eq!((&begun["status"], &begun["task"]), (&json!("mapped"), &json!("preview")));
    api.get(&format!("{path}/preview")).await.refused(409, "not_previewed");
    api.post(&format!("{path}/start"), &json!({})).await.refused(409, "not_previewed");
    world.start_workers();
    ended(&api, &path, &["previewed"]).await;
    let seen = api.get(&format!("{path}/preview")).await.expect(200);
    assert_eq!(counts(&seen, ["total", "valid", "invalid", "duplicates"]), [60_001, 60_000, 1, 0]);
    let job = api.get(&format!("/api/jobs/{}", begun["job_id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&job["status"], &job["kind"]), (&json!("done"), &json!("imports.preview")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_paused_resumed_and_cancelled() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let path = mapped(&api, "clients", &people(12_000), json!({})).await;
    preview(&api, &path).await;
    let act = async |what: &str| api.post(&format!("{path}/{what}"), &json!({})).await;
    act("pause").await.refused(409, "not_running");
    act("resume").await.refused(409, "not_paused");
    act("undo").await.refused(409, "nothing_to_undo");
    let begun = act("start").await.expect(202);
    assert_eq!((&begun["status"], &begun["task"]), (&json!("queued"), &json!("import")));
    act("undo").await.refused(409, "job_running");
    assert_eq!(act("pause").await.expect(200)["status"], "paused");
    // The job that was queued finds that it is not wanted.
    world.drain().await;
    assert_eq!(total(&api, "/api/clients").await, 0);
    assert_eq!(act("resume").await.expect(200)["status"], "queued");
    world.drain().await;
    let done = ended(&api, &path, &["done"]).await;
    assert_eq!(counts(&done, RAN), [12_000, 12_000, 12_000, 0, 0, 0]);
    act("cancel").await.refused(409, "not_running");
    let second = mapped(&api, "leads", &people(100), json!({})).await;
    preview(&api, &second).await;
    api.post(&format!("{second}/start"), &json!({})).await.expect(202);
    let stopped = api.post(&format!("{second}/cancel"), &json!({})).await.expect(200);
    assert_eq!(stopped["status"], "cancelled");
    world.drain().await;
    assert_eq!(total(&api, "/api/leads").await, 0);
    let list = api.get("/api/imports?entity=leads&status=cancelled,done").await.expect(200);
    assert_eq!((&list["total"], &list["data"][0]["created_by_name"]), (&json!(1), &json!("Ada Manager")));
    api.get("/api/imports?status=lost").await.refused(422, "validation_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_meanwhile_is_a_duplicate() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let path = mapped(&api, "clients", &people(50), json!({})).await;
    assert_eq!(preview(&api, &path).await["duplicates"], 0);
    let body = json!({ "first_name": "Fast", "last_name": "Hand", "email": "p7@example.com" });
    api.post("/api/clients", &body).await.expect(201);
    world.start_workers();
    assert_eq!(counts(&run(&api, &path).await, RAN), [50, 50, 49, 0, 1, 0]);
    assert_eq!(total(&api, "/api/clients").await, 50);
    let rows = api.get(&format!("{path}/rows?state=skipped")).await.expect(200);
    assert_eq!((&rows["total"], &rows["data"][0]["row"]), (&json!(1), &json!(9)));
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_come_by_the_rules() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let (anna, ben) = (broker.user("Anna", "Agent", None).await, broker.user("Ben", "Agent", None).await);
    let rule = json!({ "name": "Turns", "entity": "client", "countries": ["GB"], "users": [anna, ben] });
    api.post("/api/assignment-rules", &rule).await.expect(201);
    let mut text = people(10);
    text.push_str("No,Rule,none@example.com,,FR\n");
    let path = mapped(&api, "clients", &text, json!({})).await;
    preview(&api, &path).await;
    run(&api, &path).await;
    let of = async |who: &str| total(&api, &format!("/api/clients?assigned_to={who}")).await;
    assert_eq!((of(&anna.to_string()).await, of(&ben.to_string()).await, of("none").await), (5, 5, 1));
    // The turn goes on where it was.
    let body = json!({ "first_name": "Next", "last_name": "One", "email": "next@example.com", "country": "GB" });
    assert_eq!(api.post("/api/clients", &body).await.expect(201)["assigned_to"], json!(anna));
}

#[tokio::test(flavor = "multi_thread")]
async fn open_pages_hear_of_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let path = mapped(&api, "clients", &people(20), json!({})).await;
    preview(&api, &path).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let events = api
        .follow("/api/events", 3, 10, async {
            api.post(&format!("{path}/start"), &json!({})).await.expect(202);
        })
        .await;
    assert!(events.iter().any(|(name, data)| name == "import.progress" && data["id"] == json!(id)), "{events:?}");
    let unknown = send(&api, "clients", "x.csv", "first_name,email\nA,a@b.co\n").await.expect(201);
    assert_eq!(unknown["status"], "uploaded");
}
