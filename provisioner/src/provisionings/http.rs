//! Provisionings over HTTP, one of them as a stream.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use kernel::DomainError;
use kernel::paging::Paging;
use kernel::permission::PLATFORM_MANAGE;
use poem::Request;
use poem::web::sse::Event;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{EventStream, Json};
use poem_openapi::types::ToJSON as _;
use poem_openapi::{Object, OpenApi};
use runtime::SharedApp;
use runtime::http::auth::authenticate;
use runtime::http::{Accepted, ApiResult, Caller, ListOut, Owner};
use uuid::Uuid;

use super::service;
use crate::steps::Run;

/// How often a running provisioning is looked at for a watcher.
const LOOK: Duration = Duration::from_millis(150);
/// A watcher that is still there after this comes again.
const WATCH: Duration = Duration::from_secs(120);

/// A run of the provisioner.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct ProvisioningOut {
    /// Its id.
    pub id: Uuid,
    /// The tenant's address.
    pub slug: String,
    /// The company.
    pub name: String,
    /// `running`, `done` or `failed`.
    pub status: String,
    /// Its steps in order.
    pub steps: Vec<StepOut>,
    /// Where the tenant's CRM is once this is done.
    pub tenant_url: String,
    /// When it was ordered.
    pub created_at: DateTime<Utc>,
    /// Why it failed.
    #[oai(nullable)]
    pub error: Option<String>,
}

/// A step of a provisioning.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct StepOut {
    /// `reserve`, `schema`, `template`, `branding`, `secrets`, `storage`, `admin`, `smoke` or `live`.
    pub name: String,
    /// `pending`, `running`, `done` or `failed`.
    pub status: String,
    /// When it began, the last time.
    #[oai(nullable)]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[oai(nullable)]
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed, the last time.
    #[oai(nullable)]
    pub error: Option<String>,
}

impl ProvisioningOut {
    /// `in_full` shows what went wrong as it is; without it there is a sentence for people.
    fn of(app: &SharedApp, run: Run, in_full: bool) -> Self {
        let told = |error: Option<String>| match error {
            Some(_) if !in_full => Some("Something went wrong on our side. We have been told.".to_owned()),
            other => other,
        };
        let steps = run.steps.into_iter().map(|s| StepOut {
            name: s.name,
            status: s.status,
            started_at: s.started_at,
            finished_at: s.finished_at,
            error: told(s.error),
        });
        Self {
            id: run.id,
            tenant_url: app.config.tenant_url(&run.slug),
            slug: run.slug,
            name: run.name,
            status: run.status,
            steps: steps.collect(),
            created_at: run.created_at,
            error: told(run.error),
        }
    }
}

/// Who may read a provisioning, and how much.
async fn authorised(caller: Caller, req: &Request, id: Uuid) -> kernel::Result<(SharedApp, Run, bool)> {
    caller.platform()?;
    let app = caller.app.clone();
    let run = service::read(&app, id).await?;
    let bearer = req.headers().get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.split_once(' '));
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token);
    let in_full = match bearer {
        Some(token) => match authenticate(caller, token.trim(), req.uri().path()).await {
            Ok(user) => user.actor.scope(PLATFORM_MANAGE).is_some(),
            // A stale token does not shut out whom none would let in.
            Err(_) if run.is_from_signup() => false,
            Err(e) => return Err(e),
        },
        None if run.is_from_signup() => false,
        None => return Err(DomainError::unauthenticated("unauthenticated", "Sign in first.")),
    };
    if !in_full && !run.is_from_signup() {
        return Err(DomainError::not_found("Provisioning"));
    }
    Ok((app, run, in_full))
}

/// What a watcher's stream knows.
struct Watch {
    app: SharedApp,
    id: Uuid,
    in_full: bool,
    next: Option<Run>,
    sent: Option<ProvisioningOut>,
    until: Instant,
}

impl Watch {
    /// The next state that differs from the last one sent.
    async fn step(mut self) -> Option<(ProvisioningOut, Self)> {
        loop {
            if self.sent.as_ref().is_some_and(|s| s.status != "running") || Instant::now() > self.until {
                return None;
            }
            if let Some(run) = self.next.take() {
                let out = ProvisioningOut::of(&self.app, run, self.in_full);
                if self.sent.as_ref() != Some(&out) {
                    self.sent = Some(out.clone());
                    return Some((out, self));
                }
            }
            tokio::time::sleep(LOOK).await;
            match service::read(&self.app, self.id).await {
                Ok(run) => self.next = Some(run),
                Err(DomainError::NotFound { .. }) => return None,
                // The database may come back while the watcher waits.
                Err(_) => tokio::time::sleep(LOOK * 4).await,
            }
        }
    }
}

/// Provisionings.
pub struct ProvisioningsApi;

#[OpenApi]
impl ProvisioningsApi {
    /// List provisionings, newest first.
    #[oai(path = "/provisionings", method = "get", operation_id = "listProvisionings")]
    async fn list(
        &self,
        auth: Owner,
        /// `running`, `done`, `failed`; several with commas.
        status: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// Where the page starts, from `next_cursor`.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<ProvisioningOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.read().await?;
        let page = service::list(&ctx, status.0.as_deref(), &paging).await?;
        let app = ctx.app();
        Ok(Json(page.map(|run| ProvisioningOut::of(app, run, true)).into()))
    }

    /// Show a provisioning.
    ///
    /// One that a sign-up started can be read by its id alone; any other needs the owner.
    #[oai(path = "/provisionings/:id", method = "get", operation_id = "getProvisioning")]
    async fn get(&self, caller: Caller, req: &Request, id: Path<Uuid>) -> ApiResult<Json<ProvisioningOut>> {
        let (app, run, in_full) = authorised(caller, req, id.0).await?;
        Ok(Json(ProvisioningOut::of(&app, run, in_full)))
    }

    /// Watch a provisioning.
    ///
    /// Server-sent events named `provisioning`, one each time it changes; the stream ends after
    /// `done` or `failed`, and after two minutes.
    #[oai(path = "/provisionings/:id/events", method = "get", operation_id = "watchProvisioning")]
    async fn watch(
        &self,
        caller: Caller,
        req: &Request,
        id: Path<Uuid>,
    ) -> ApiResult<EventStream<BoxStream<'static, ProvisioningOut>>> {
        let (app, run, in_full) = authorised(caller, req, id.0).await?;
        let watch = Watch { app, id: id.0, in_full, next: Some(run), sent: None, until: Instant::now() + WATCH };
        let states = stream::unfold(watch, Watch::step).boxed();
        let events = EventStream::new(states)
            .to_event(|out| Event::message(out.to_json_string()).event_type("provisioning"))
            .keep_alive(Duration::from_secs(15));
        Ok(events)
    }

    /// Try a failed provisioning again.
    ///
    /// Steps that are done are not done again.
    #[oai(path = "/provisionings/:id/retry", method = "post", operation_id = "retryProvisioning")]
    async fn retry(&self, auth: Owner, id: Path<Uuid>) -> ApiResult<Accepted<ProvisioningOut>> {
        let ctx = auth.0.begin().await?;
        let run = service::retry(&ctx, id.0).await?;
        let out = ProvisioningOut::of(ctx.app(), run, true);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }
}
