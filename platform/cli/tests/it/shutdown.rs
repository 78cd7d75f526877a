//! SIGTERM under load.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

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
    let (stopping, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
    let caller = async |n: usize| {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        for i in 0.. {
            let body = json!({ "first_name": "S", "last_name": "T", "email": format!("s{n}-{i}@example.com") });
            let request =
                http.post(format!("{base}/api/clients")).header("host", "acme.localhost").bearer_auth(&token).json(&body);
            match request.send().await {
                Ok(answer) => {
                    assert_eq!(answer.status().as_u16(), 201, "{}", answer.text().await.unwrap());
                    // The body arrives whole.
                    assert!(answer.json::<serde_json::Value>().await.unwrap()["id"].is_string());
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                // The door is closed: a balancer goes to the next process.
                Err(e) if e.is_connect() && stopping.load(Ordering::Relaxed) => return,
                Err(e) => panic!("a request was dropped: {e:?}"),
            }
        }
    };
    let stop = async {
        until("load", Duration::from_secs(8), async || acknowledged.load(Ordering::Relaxed) > 60).await;
        stopping.store(true, Ordering::Relaxed);
        signal(&api, Signal::SIGTERM);
        tokio::time::timeout(Duration::from_secs(10), api.wait()).await.unwrap().unwrap()
    };
    let (_, ended) = tokio::join!(join_all((0..8).map(caller)), stop);
    assert!(ended.success(), "{ended}");
    let total = broker.manager().await.get("/api/clients").await.expect(200)["total"].as_u64();
    assert_eq!(total, u64::try_from(acknowledged.load(Ordering::Relaxed)).ok());
}
