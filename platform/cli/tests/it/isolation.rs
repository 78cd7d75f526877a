//! `brokerdesk isolation prove`: content with an installation that is whole, and not with one in which a
//! single rule is broken the way a bug would break it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use sqlx::AssertSqlSafe;
use test_kit::World;
use tokio::process::Child;

use crate::kit::{Said, command, free_port, run_in, start_in, until, with};

/// An installation whose API and workers are processes of the real binary.
struct Running {
    world: World,
    url: String,
    log: tempfile::NamedTempFile,
    _children: Vec<Child>,
}

impl Running {
    async fn start() -> Self {
        let world = World::new().await;
        let port = free_port();
        let log = tempfile::NamedTempFile::new().unwrap();
        let listen = format!("127.0.0.1:{port}");
        let mut api = command(&["api"], &with(&world.vars, &[("LISTEN", &listen), ("LOG_LEVEL", "debug")]));
        api.env("LOG_FORMAT", "json");
        let api = api.stdout(log.reopen().unwrap()).stderr(Stdio::from(log.reopen().unwrap())).spawn().unwrap();
        let workers = start_in(&world, &["workers"], &[]);
        let url = format!("http://{listen}");
        until("the API to answer", Duration::from_secs(20), async || {
            world.http.get(format!("{url}/ready")).send().await.is_ok_and(|r| r.status().as_u16() == 200)
        })
        .await;
        Self { world, url, log, _children: vec![api, workers] }
    }

    async fn prove(&self, more: &[&str]) -> (Said, Json) {
        let args = [&["isolation", "prove", "--json", "--url", &self.url], more].concat();
        let said = run_in(&self.world, &args, &[]).await;
        let json = serde_json::from_str(&said.out).unwrap_or(Json::Null);
        (said, json)
    }

    async fn sql(&self, text: String) {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&self.world.admin).await.unwrap();
    }

    /// Two tenants that are there before the proof, to break something in them first.
    async fn pair(&self, word: &str) -> [String; 2] {
        let mut schemas = [String::new(), String::new()];
        for (schema, side) in schemas.iter_mut().zip(["a", "b"]) {
            *schema = self.world.broker(&format!("prove-{side}-{word}")).await.tenant().await.key.schema();
        }
        schemas
    }
}

/// The finds, one per line.
fn finds(report: &Json) -> Vec<String> {
    let text = |f: &Json, key: &str| f[key].as_str().unwrap_or_default().to_owned();
    let lines = report["finds"].as_array().into_iter().flatten();
    lines.map(|f| format!("{} | {} | {} | {}", text(f, "surface"), text(f, "route"), text(f, "role"), text(f, "what"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_installation_is_proven_and_left_as_it_was() {
    let running = Running::start().await;
    let started = Instant::now();
    let (said, report) = running.prove(&[]).await;
    assert_eq!(finds(&report), Vec::<String>::new());
    assert!(said.ok, "{}\n{}", said.out, said.err);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    assert_eq!(report["roles"], 6);
    // It did look: calls that were answered and things that were checked, on every surface.
    for surface in
        ["records", "lists", "counts", "filters", "foreign ids", "changes", "wrong credentials", "pages", "event streams"]
    {
        let tally = &report["surfaces"][surface];
        assert!(tally["calls"].as_u64() > Some(0) && tally["checks"].as_u64() > Some(0), "{surface}: {report}");
    }
    for surface in ["records", "lists", "counts"] {
        assert!(report["surfaces"][surface]["accepted"].as_u64() > Some(20), "{surface}: nothing was readable: {report}");
    }
    assert!(report["surfaces"]["event streams"]["checks"].as_u64() > Some(100), "too few events: {report}");
    assert_eq!(report["notes"], serde_json::json!([]), "{report}");
    let left: i64 = sqlx::query_scalar("select count(*) from control.tenants where slug like 'prove-%'")
        .fetch_one(&running.world.admin)
        .await
        .unwrap();
    assert_eq!(left, 0, "a tenant stayed behind");
}

#[tokio::test]
async fn a_proof_that_cannot_run_says_so() {
    let world = World::new().await;
    let said = run_in(&world, &["isolation", "prove", "--url", "http://127.0.0.1:1"], &[]).await;
    assert!(said.err.contains("the proof could not run"), "{}", said.err);
    let left: i64 = sqlx::query_scalar("select count(*) from control.tenants where slug like 'prove-%'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(left, 0, "a tenant stayed behind");
}
