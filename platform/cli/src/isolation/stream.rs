//! Event streams, held open while both tenants change.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt as _;
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinHandle;

use super::caller::{Answer, Caller};
use super::plant::Kind;
use super::visit::{AT_ONCE, Scene, Visitor};

/// A stream that is being read.
pub struct Stream {
    visitor: Visitor,
    heard: Arc<Mutex<String>>,
    reading: JoinHandle<()>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Stream {
    /// Opens one.
    pub async fn open(visitor: &Visitor) -> anyhow::Result<Self> {
        let mut response = visitor.caller.request(Method::GET, "/api/events").timeout(Duration::from_secs(300)).send().await?;
        let status = response.status().as_u16();
        anyhow::ensure!(status == 200, "/api/events answers {status} to {}", visitor.viewer.role_name);
        let heard = Arc::new(Mutex::new(String::new()));
        let writing = heard.clone();
        let reading = tokio::spawn(async move {
            while let Ok(Some(chunk)) = response.chunk().await {
                writing.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push_str(&String::from_utf8_lossy(&chunk));
            }
        });
        Ok(Self { visitor: visitor.clone(), heard, reading })
    }

    fn heard(&self) -> String {
        self.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Scene<'_> {
    /// Changes every record of both tenants a little, by people who may, and asks for files.
    pub async fn stir(&self, wide: &Caller, guest: &Caller) -> anyhow::Result<()> {
        for (caller, planted) in [(wide, &self.a), (guest, &self.b)] {
            let changes = planted.records.iter().filter_map(|record| {
                let body = match record.kind {
                    Kind::Client | Kind::Lead => json!({ "country": "FR" }),
                    Kind::Contact => json!({ "rating": 4 }),
                    Kind::Opportunity | Kind::Deal => json!({ "probability": 40 }),
                    Kind::Activity => json!({ "priority": "high" }),
                    Kind::Note => json!({ "pinned": true }),
                    Kind::Document => json!({ "status": "rejected", "reason": "Not legible" }),
                    Kind::Partner => json!({ "approved": false }),
                    _ => return None,
                };
                Some((format!("/api/{}/{}", record.kind.area(), record.id), body))
            });
            let mut answers = futures::stream::iter(
                changes.map(|(path, body)| async move { caller.send(caller.request(Method::PATCH, &path).json(&body)).await }),
            )
            .buffer_unordered(AT_ONCE / 2);
            while let Some(answer) = answers.next().await {
                answer?;
            }
            for record in planted.of(Kind::Attachment).take(4) {
                let path = format!("/api/attachments/{}", record.id);
                caller.send(caller.request(Method::DELETE, &path)).await?;
            }
            let body = json!({ "entity": "contacts", "format": "csv" });
            caller.send(caller.request(Method::POST, "/api/exports").json(&body)).await?;
            super::made::send(caller, "contacts", "first_name\nNew\n".to_owned(), "stirred").await?;
        }
        Ok(())
    }

    /// Waits for the events to arrive and hunts through what each stream heard.
    pub async fn listen(&self, streams: Vec<Stream>) -> anyhow::Result<()> {
        let operation = self.operations.iter().find(|o| o.id == "followEvents").context("there is no event stream")?;
        let widest = streams.iter().max_by_key(|s| s.visitor.viewer.reach()).context("no stream is open")?;
        let mut quiet = 0;
        let mut last = 0;
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let now = widest.heard().len();
            quiet = if now == last && now > 0 { quiet + 1 } else { 0 };
            last = now;
            if quiet >= 8 {
                break;
            }
        }
        if !widest.heard().contains("event:") {
            self.report.note("no event arrived on any stream: do the workers run?".to_owned());
        }
        for stream in &streams {
            let heard = stream.heard();
            self.report.checks("event streams", heard.matches("event:").count());
            self.look(
                "event streams",
                operation,
                Some(&stream.visitor),
                &Answer { status: 200, all: heard, json: json!(null) },
                "",
            );
        }
        Ok(())
    }
}
