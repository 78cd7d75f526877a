//! Credentials in the wrong place: no token, the other tenant's token, the other tenant's name in a
//! header; and the pages that anybody can open.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt as _;
use serde_json::json;

use super::caller::{Caller, fill};
use super::plan::Operation;
use super::report::Find;
use super::visit::{AT_ONCE, Scene, Visitor};

/// Somebody at a door that is not theirs.
struct Knock<'a> {
    operation: &'a Operation,
    caller: Caller,
    path: String,
    header: Option<&'a str>,
    /// What a 2xx means.
    what: Option<&'static str>,
}

impl Scene<'_> {
    /// Knocks at every door with every wrong credential. `guest` is staff of the second tenant; `keys` are
    /// programs' keys of both tenants, each at the address of its own.
    pub async fn strangers(&self, visitor: &Visitor, host_a: &str, guest: &Caller, keys: &[Caller; 2]) -> anyhow::Result<()> {
        let mut knocks = Vec::new();
        // Wrong keys are counted by address, and soon refused unseen: a few doors must do.
        for operation in
            self.operations.iter().filter(|o| o.secured && o.reads() && !o.has_id() && o.id.starts_with("list")).take(3)
        {
            for (key, host) in keys.iter().zip([self.host_b.as_str(), host_a]) {
                let (caller, path) = (key.at(host), operation.path.clone());
                knocks.push(Knock { operation, caller, path, header: None, what: Some("another tenant's key is taken") });
            }
        }
        for operation in self.called().filter(|o| o.secured) {
            let (a, b) = (self.a.records[0].id, self.b.records[0].id);
            let mut knock = |caller: Caller, id: uuid::Uuid, header, what| {
                knocks.push(Knock { operation, caller, path: fill(&operation.path, &id.to_string(), id), header, what });
            };
            knock(visitor.caller.nobody(), a, None, Some("it is answered without a credential"));
            knock(visitor.caller.at(&self.host_b), b, None, Some("a token is taken at another tenant's address"));
            knock(guest.at(host_a), a, None, Some("another tenant's token is taken"));
            if operation.reads() && operation.id != "followEvents" {
                knock(visitor.caller.clone(), b, Some(self.slug_b.as_str()), None);
            }
        }
        let mut answers = futures::stream::iter(knocks.into_iter().map(|knock| async move {
            let mut request = knock.caller.request(knock.operation.method.clone(), &knock.path);
            if !knock.operation.reads() {
                request = request.json(&json!({}));
            }
            if let Some(slug) = knock.header {
                request = request.header("x-tenant", slug);
            }
            // A stream that opens would have no end to wait for.
            let answer = if knock.operation.id == "followEvents" {
                request
                    .send()
                    .await
                    .map(|r| super::caller::Answer { status: r.status().as_u16(), all: String::new(), json: json!(null) })
                    .map_err(Into::into)
            } else {
                knock.caller.send(request).await
            };
            (knock, answer)
        }))
        .buffer_unordered(AT_ONCE);
        while let Some((knock, answer)) = answers.next().await {
            let answer = answer?;
            let who = knock.header.map(|_| visitor);
            self.look("wrong credentials", knock.operation, who, &answer, &knock.path);
            if let Some(what) = knock.what.filter(|_| ![401, 429].contains(&answer.status)) {
                self.wrong("wrong credentials", knock.operation, None, what.to_owned(), answer.status.to_string());
            }
        }
        Ok(())
    }

    /// Knocks at the platform's doors with credentials of a tenant: at the platform's address, and at the
    /// tenant's own.
    pub async fn platform(&self, platform: &str, host_a: &str, tenants: &[(&str, &Caller)]) -> anyhow::Result<()> {
        let Some((_, door)) = tenants.first() else { return Ok(()) };
        let spec = door.at(platform).get("/api/platform/openapi.json").await?;
        let operations = super::plan::operations(&spec.json).context("the platform serves no specification")?;
        for operation in operations.iter().filter(|o| o.secured) {
            let path = fill(&operation.path, &self.slug_b, self.b.records[0].id);
            let path = if operation.takes("confirm") { format!("{path}?confirm={}", self.slug_b) } else { path };
            for (what, caller) in tenants {
                for host in [platform, host_a] {
                    let mut request = caller.at(host).request(operation.method.clone(), &path);
                    if !operation.reads() {
                        request = request.json(&json!({}));
                    }
                    let answer = caller.send(request).await?;
                    self.look("platform", operation, None, &answer, &path);
                    if answer.accepted() {
                        let what = format!("a tenant's {what} is taken by the platform");
                        self.wrong("platform", operation, None, what, answer.status.to_string());
                    }
                }
            }
        }
        Ok(())
    }

    /// Hunts through what a process wrote into its log.
    pub async fn log(&self, path: &Path) -> anyhow::Result<()> {
        // The last lines may still be on their way.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let bytes = tokio::fs::read(path).await.with_context(|| format!("{} can't be read", path.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        self.report.checks("logs", text.lines().count());
        for fault in self.hunt.log_faults(&text) {
            let (route, role) = (path.display().to_string(), "nobody".to_owned());
            self.report.find(Find { surface: "logs", route, role, what: fault.why, seen: fault.seen });
        }
        Ok(())
    }

    /// Pages and public answers, at the tenant's host and at the platform's.
    pub async fn pages(&self, visitor: &Visitor, platform: &str) -> anyhow::Result<()> {
        let nobody = visitor.caller.nobody();
        let page = |path: &str| Operation {
            method: reqwest::Method::GET,
            path: path.to_owned(),
            id: String::new(),
            secured: false,
            query: Vec::new(),
            body: serde_json::Map::new(),
        };
        let mut visits = Vec::new();
        for path in ["/", "/sign-in", "/public-form", "/clients", "/api/openapi.json", "/api/docs"] {
            visits.push((nobody.clone(), page(path)));
        }
        visits.extend(
            self.operations.iter().filter(|o| o.reads() && !o.secured && !o.has_id()).map(|o| (nobody.clone(), o.clone())),
        );
        for path in ["/", "/api/platform/tenants", "/api/platform/templates", "/api/clients"] {
            visits.push((visitor.caller.at(platform), page(path)));
        }
        for (caller, operation) in visits {
            let answer = caller.get(&operation.path).await?;
            self.look("pages", &operation, None, &answer, "");
            if operation.path == "/api/platform/tenants" && answer.accepted() {
                self.wrong(
                    "pages",
                    &operation,
                    Some(visitor),
                    "a tenant's token is taken by the platform".to_owned(),
                    answer.status.to_string(),
                );
            }
        }
        Ok(())
    }
}
