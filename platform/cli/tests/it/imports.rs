//! An import whose worker is killed again and again, at its marks and anywhere between: in the end every
//! row is there once, and taken back none is.

use std::time::Duration;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

use crate::kit::{end_leases, requeue, start_in};

const MANY: i64 = 12_000;
/// How often a worker is killed, at least.
const KILLS: usize = 20;

/// Chance that can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

async fn previewed(api: &Api<'_>, round: usize) -> String {
    let mut text = String::from("first_name,last_name,email,tags\n");
    for n in 0..MANY {
        text.push_str(&format!("F{n},Test,r{round}p{n}@example.com,round{round}\n"));
    }
    let part = Part::bytes(text.into_bytes()).file_name("people.csv");
    let form = Form::new().text("entity", "clients").part("file", part);
    let sent = api.send(api.request(Method::POST, "/api/imports").multipart(form)).await.expect(201);
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    let mapping =
        json!({ "mapping": { "first_name": "first_name", "last_name": "last_name", "email": "email", "tags": "tags" } });
    api.put(&format!("{path}/mapping"), &mapping).await.expect(200);
    api.post(&format!("{path}/preview"), &json!({})).await.expect(200);
    path
}

/// Lets workers work on it and kills them, until it has ended; returns how often they were killed.
async fn hunted(world: &World, api: &Api<'_>, path: &str, dice: &mut Dice, last: &str, points: [&str; 2]) -> usize {
    for kills in 0..60 {
        let point = match dice.below(5) {
            0 | 1 => points[0],
            2 => points[1],
            _ => "nowhere",
        };
        let mut worker = start_in(world, &["workers"], &[("BROKERDESK_CRASH_AT", point)]);
        let patience = Duration::from_millis(if point == "nowhere" { 200 + dice.below(1_300) } else { 15_000 });
        let deadline = tokio::time::Instant::now() + patience;
        let ended = loop {
            if api.get(path).await.expect(200)["status"] == last {
                break true;
            }
            if worker.try_wait().unwrap().is_some() || tokio::time::Instant::now() > deadline {
                break false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        worker.kill().await.unwrap();
        if ended {
            return kills;
        }
        end_leases(world).await;
        requeue(world).await;
    }
    panic!("it does not end: {}", api.get(path).await.text);
}

async fn number(broker: &Broker<'_>, sql: &'static str) -> i64 {
    broker.tx().await.scalar(sql, []).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_killed_again_and_again_bring_every_row_in_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let (mut dice, mut kills, mut round) = (Dice(20_261_126), 0, 0);
    while kills < KILLS {
        round += 1;
        assert!(round < 12, "too few kills");
        let path = previewed(&api, round).await;
        api.post(&format!("{path}/start"), &json!({})).await.expect(202);
        kills += hunted(&world, &api, &path, &mut dice, "done", ["imports.piece.before", "imports.piece.after"]).await;
        let done = api.get(&path).await.expect(200);
        let counts: Vec<&Json> =
            ["total", "processed", "created", "updated", "skipped", "failed"].iter().map(|n| &done[*n]).collect();
        assert_eq!(json!(counts), json!([MANY, MANY, MANY, 0, 0, 0]), "round {round}");
        assert_eq!(number(&broker, "select count(*) from clients").await, MANY);
        assert_eq!(number(&broker, "select count(distinct email) from clients where deleted_at is null").await, MANY);
        assert_eq!(number(&broker, "select wrong_figures()").await, 0);
        api.post(&format!("{path}/undo"), &json!({})).await.expect(202);
        kills += hunted(&world, &api, &path, &mut dice, "undone", ["imports.undo.before", "imports.undo.after"]).await;
        let undone = api.get(&path).await.expect(200);
        assert_eq!((&undone["restored"], &undone["kept"]), (&json!(MANY), &json!(0)), "round {round}");
        assert_eq!(number(&broker, "select count(*) from clients").await, 0);
        assert_eq!(number(&broker, "select count(*) from tags").await, 0);
        assert_eq!(number(&broker, "select wrong_figures()").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_killed_bring_every_deal_in_once() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let api = broker.manager().await;
    let mut text = String::from("name,amount,tags\n");
    for n in 0..MANY {
        text.push_str(&format!("Deal {n},{n}.25,file\n"));
    }
    let part = Part::bytes(text.into_bytes()).file_name("deals.csv");
    let form = Form::new().text("entity", "deals").part("file", part);
    let sent = api.send(api.request(Method::POST, "/api/imports").multipart(form)).await.expect(201);
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    let mapping = json!({ "mapping": { "name": "name", "amount": "amount", "tags": "tags" } });
    api.put(&format!("{path}/mapping"), &mapping).await.expect(200);
    api.post(&format!("{path}/preview"), &json!({})).await.expect(200);
    api.post(&format!("{path}/start"), &json!({})).await.expect(202);
    let mut dice = Dice(20_261_127);
    let mut kills = hunted(&world, &api, &path, &mut dice, "done", ["imports.piece.before", "imports.piece.after"]).await;
    let done = api.get(&path).await.expect(200);
    assert_eq!((&done["created"], &done["skipped"]), (&json!(MANY), &json!(0)), "{done}");
    assert_eq!(number(&broker, "select count(*) from deals").await, MANY);
    assert_eq!(number(&broker, "select count(distinct (name, position)) from deals").await, MANY);
    assert_eq!(number(&broker, "select count(distinct position) from deals").await, MANY, "each has a place of its own");
    assert_eq!(number(&broker, "select count(distinct deal_id) from deal_stages").await, MANY);
    assert_eq!(number(&broker, "select count(*) from deal_stages").await, MANY);
    assert_eq!(number(&broker, "select (sum(amount) * 4)::bigint from deals").await, MANY * (MANY - 1) * 2 + MANY);
    api.post(&format!("{path}/undo"), &json!({})).await.expect(202);
    kills += hunted(&world, &api, &path, &mut dice, "undone", ["imports.undo.before", "imports.undo.after"]).await;
    assert!(kills > 1, "killed {kills} times");
    assert_eq!(number(&broker, "select count(*) from deals").await, 0);
    assert_eq!(number(&broker, "select count(*) from deal_stages").await, 0);
    assert_eq!(number(&broker, "select count(*) from tags").await, 0);
}
