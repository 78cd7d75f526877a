//! SIGTERM under load.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use nix::sys::signal::Signal;
use serde_json::json;
use test_kit::World;

use crate::kit::{free_port, signal, start_in, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_is_asked_to_stop_fails_no_request() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let token = broker.manager().await.token().to_owned();
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let mut api = start_in(&world, &["api"], &[("LISTEN", &listen)]);
    let base = format!("http://{listen}");
    until("the API", Duration::from_secs(10), async || world.http.get(format!("{base}/health")).send().await.is_ok()).await;
    let acknowledged = AtomicUsize::new(0);
    // Callers that keep their connections and leave when they are told to, as a balancer does.
    let caller = async |n: usize| {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        for i in 0.. {
            let body = json!({ "first_name": "S", "last_name": "T", "email": format!("s{n}-{i}@example.com") });
            let request =
                http.post(format!("{base}/api/clients")).header("host", "acme.localhost").bearer_auth(&token).json(&body);
            let answer = request.send().await.unwrap_or_else(|e| panic!("a request was dropped: {e:?}"));
            assert_eq!(answer.status().as_u16(), 201);
            let leave = answer.headers().get("connection").is_some_and(|v| v == "close");
            // The body arrives whole.
            assert!(answer.json::<serde_json::Value>().await.unwrap()["id"].is_string());
            acknowledged.fetch_add(1, Ordering::Relaxed);
            if leave {
                return;
            }
        }
    };
    let ready = async || world.http.get(format!("{base}/ready")).send().await.map(|answer| answer.status().as_u16());
    assert_eq!(ready().await.unwrap(), 200);
    // A screen that is open: its stream must not hold the process up.
    let stream =
        world.http.get(format!("{base}/api/events")).header("host", "acme.localhost").bearer_auth(&token).send().await.unwrap();
    let stop = async {
        until("load", Duration::from_secs(8), async || acknowledged.load(Ordering::Relaxed) > 60).await;
        signal(&api, Signal::SIGTERM);
        until("the balancer to be told", Duration::from_millis(400), async || ready().await.unwrap() == 503).await;
        let asked = Instant::now();
        let ended = tokio::time::timeout(Duration::from_secs(10), api.wait()).await.unwrap().unwrap();
        (ended, asked.elapsed())
    };
    let (_, (ended, took)) = tokio::join!(join_all((0..8).map(caller)), stop);
    assert!(ended.success(), "{ended}");
    assert!(took < Duration::from_secs(4), "it took {took:?} to stop");
    stream.text().await.expect("the stream ends in order");
    let total = broker.manager().await.get("/api/clients").await.expect(200)["total"].as_u64();
    assert_eq!(total, u64::try_from(acknowledged.load(Ordering::Relaxed)).ok());
}
