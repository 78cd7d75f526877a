//! `GET /events`: what happens in the tenant, as it happens, within what the reader may see.
//!
//! Each event is checked against the reader's present policy at the moment it is sent: a session
//! that ended, a role that changed or a tenant that was suspended takes effect on streams that are
//! already open.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::Stream;
use poem::web::sse::Event as SseEvent;
use poem_openapi::param::Header;
use poem_openapi::payload::EventStream;
use poem_openapi::types::ToJSON as _;
use poem_openapi::{Object, OpenApi};
use runtime::access::Actor;
use runtime::events::{Published, replay};
use runtime::http::{ApiResult, SignedIn, Staff};
use runtime::registry::TenantStatus;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

/// Something happened to a record.
#[derive(Debug, Object)]
pub struct EventOut {
    /// The record.
    pub id: Uuid,
    /// What happened, e.g. `lead.created`; also the name of the event.
    #[oai(rename = "type")]
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Place in the stream.
    #[oai(skip)]
    pub stream_id: String,
}

impl EventOut {
    fn of(p: &Published) -> Self {
        Self { id: p.event.id, kind: p.event.name.clone(), at: p.at, stream_id: p.stream_id.clone() }
    }
}

/// One open stream.
struct Reader {
    who: SignedIn,
    waiting: VecDeque<Published>,
    live: Receiver<Arc<Published>>,
    last: String,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.who.caller.app.metrics.streams.dec();
    }
}

impl Reader {
    /// The next event this reader may see; `None` ends the stream.
    async fn next(&mut self) -> Option<EventOut> {
        loop {
            let published = match self.waiting.pop_front() {
                Some(p) => Arc::new(p),
                None => match tokio::time::timeout(Duration::from_secs(20), self.live.recv()).await {
                    Ok(Ok(p)) => p,
                    // Too slow to follow: end, and let the client come back with its last id.
                    Ok(Err(RecvError::Lagged(_) | RecvError::Closed)) => return None,
                    // Quiet: see whether the session still lives.
                    Err(_) => {
                        self.actor().await?;
                        continue;
                    }
                },
            };
            if !newer(&published.stream_id, &self.last) {
                continue;
            }
            let actor = self.actor().await?;
            self.last.clone_from(&published.stream_id);
            if may_see(&actor, &published) {
                return Some(EventOut::of(&published));
            }
        }
    }

    async fn actor(&self) -> Option<Arc<Actor>> {
        // Requests stop at the gate when a tenant is closed; a stream is past it.
        let tenant = self.who.caller.app.registry.by_key(self.who.tenant.key).await.ok()?;
        if tenant.status != TenantStatus::Active {
            return None;
        }
        self.who.again().await.ok()
    }
}

/// Whether the record of an event lies within what the actor may read, or the event is for them.
fn may_see(actor: &Actor, published: &Published) -> bool {
    let event = &published.event;
    if !event.only.is_empty() {
        return actor.user.is_some_and(|user| event.only.contains(&user.0));
    }
    let Some(scope) = actor.scope(&event.permission) else { return false };
    if !event.grounds.is_empty() {
        return event.grounds.iter().any(|ground| {
            let covers = |scope| actor.covers(scope, ground.owner, ground.team);
            let besides = ground.besides.as_ref().is_none_or(|permission| actor.scope(permission).is_some());
            besides && covers(scope) && actor.scope(&ground.permission).is_some_and(covers)
        });
    }
    let mut teams = event.teams.iter().map(|t| Some(*t)).chain([None]);
    let owners: Vec<Option<Uuid>> = event.owners.iter().map(|o| Some(*o)).chain([None]).collect();
    teams.any(|team| owners.iter().any(|owner| actor.covers(scope, *owner, team)))
}

/// Redis stream ids are `<ms>-<n>`; compared as numbers.
fn newer(id: &str, last: &str) -> bool {
    let parse = |s: &str| -> Option<(u64, u64)> {
        let (ms, n) = s.split_once('-')?;
        Some((ms.parse().ok()?, n.parse().ok()?))
    };
    match (parse(id), parse(last)) {
        (Some(a), Some(b)) => a > b,
        _ => true,
    }
}

/// Live events.
pub struct EventsApi;

#[OpenApi]
impl EventsApi {
    /// Follow live events
    ///
    /// A stream of server-sent events: the event's name is its `type`, `data` is the JSON below. Send
    /// `Last-Event-ID` to get what happened since (the last thousand events are kept).
    #[oai(path = "/events", method = "get", operation_id = "followEvents")]
    async fn events(
        &self,
        auth: Staff,
        /// The id of the last event that was seen.
        #[oai(name = "Last-Event-ID")]
        last_event_id: Header<Option<String>>,
    ) -> ApiResult<EventStream<futures::stream::BoxStream<'static, EventOut>>> {
        let (app, tenant) = (auth.0.caller.app.clone(), auth.0.tenant.clone());
        let live = app.hub.subscribe(tenant.key);
        let last =
            last_event_id.0.filter(|v| v.len() < 60 && v.bytes().all(|b| b.is_ascii_digit() || b == b'-')).unwrap_or_default();
        let waiting = if last.is_empty() { VecDeque::new() } else { replay(&app, tenant.key, &last).await.into() };
        app.metrics.streams.inc();
        let reader = Reader { who: auth.0, waiting, live, last };
        let stream: std::pin::Pin<Box<dyn Stream<Item = EventOut> + Send>> = Box::pin(futures::stream::unfold(
            reader,
            |mut reader| async move { reader.next().await.map(|event| (event, reader)) },
        ));
        Ok(EventStream::new(stream).keep_alive(Duration::from_secs(15)).to_event(|event: EventOut| {
            let (id, kind) = (event.stream_id.clone(), event.kind.clone());
            SseEvent::message(event.to_json_string()).event_type(kind).id(id)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::newer;

    #[test]
    fn stream_ids_are_numbers() {
        assert!(newer("10-0", "9-5"));
        assert!(newer("9-10", "9-9"));
        assert!(!newer("9-9", "9-9"));
        assert!(newer("1-0", ""));
    }
}
