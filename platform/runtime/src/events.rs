//! Live events: Redis carries them between processes, every open screen gets those its reader may see.
//!
//! The relay writes each event to a short Redis stream per tenant (for `Last-Event-ID`) and
//! publishes it. A process holds one subscription for all tenants and fans out to its own readers.
//! The same subscription carries invalidations of caches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use kernel::event::Event;
use kernel::tenant::TenantKey;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::app::SharedApp;

/// An event on its way to readers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Published {
    /// Place in the tenant's stream; empty until Redis gave one.
    #[serde(default)]
    pub stream_id: String,
    /// The tenant.
    pub tenant: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: Event,
}

/// A message about caches.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Invalidation {
    /// `access` or `registry`.
    pub what: String,
    /// The tenant.
    pub tenant: i64,
    /// Its address.
    pub slug: String,
}

/// Names of channels and keys in Redis; several installations may share one server.
#[derive(Debug, Clone)]
pub struct Channels {
    prefix: String,
}

impl Channels {
    /// For an installation.
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// Events of all tenants.
    pub fn events(&self) -> String {
        format!("{}:events", self.prefix)
    }

    /// Invalidations of caches.
    pub fn invalidations(&self) -> String {
        format!("{}:invalidate", self.prefix)
    }

    /// Wake-ups of the relay.
    pub fn wake(&self) -> String {
        format!("{}:wake", self.prefix)
    }

    /// The recent events of one tenant.
    pub fn stream(&self, tenant: i64) -> String {
        format!("{}:stream:{tenant}", self.prefix)
    }

    /// The job queue's namespace.
    pub fn queue(&self) -> String {
        format!("{}:jobs", self.prefix)
    }
}

/// Fans events out to the readers of this process.
#[derive(Clone, Default)]
pub struct Hub {
    tenants: Arc<Mutex<HashMap<i64, broadcast::Sender<Arc<Published>>>>>,
}

impl Hub {
    /// Events of one tenant from now on.
    pub fn subscribe(&self, tenant: TenantKey) -> broadcast::Receiver<Arc<Published>> {
        let mut map = self.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        map.entry(tenant.0).or_insert_with(|| broadcast::channel(1_024).0).subscribe()
    }

    /// Ends all streams: something may have been published that they did not get. Their readers come
    /// back and say what they saw last.
    fn end_all(&self) {
        self.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    }

    fn publish(&self, published: Published) {
        let mut map = self.tenants.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(sender) = map.get(&published.tenant) {
            let tenant = published.tenant;
            if sender.send(Arc::new(published)).is_err() {
                map.remove(&tenant);
            }
        }
    }
}

/// Listens on Redis until the process ends; reconnects when Redis comes back.
pub async fn listen(app: SharedApp) {
    loop {
        if let Err(error) = listen_once(&app).await {
            tracing::debug!(%error, "event subscription lost; trying again");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn listen_once(app: &SharedApp) -> redis::RedisResult<()> {
    let mut pubsub = app.redis_client.get_async_pubsub().await?;
    let (events, invalidations) = (app.channels.events(), app.channels.invalidations());
    pubsub.subscribe(&[events.as_str(), invalidations.as_str()]).await?;
    app.hub.end_all();
    let mut messages = pubsub.into_on_message();
    while let Some(message) = messages.next().await {
        let payload: Vec<u8> = message.get_payload()?;
        if message.get_channel_name() == events {
            if let Ok(published) = serde_json::from_slice::<Published>(&payload) {
                let key = TenantKey(published.tenant);
                if let Some((entity, _)) = published.event.name.split_once('.') {
                    app.counts.touch(key, entity);
                }
                app.hub.publish(published);
            }
        } else if let Ok(message) = serde_json::from_slice::<Invalidation>(&payload) {
            let key = TenantKey(message.tenant);
            match message.what.as_str() {
                "access" => app.access.mark_stale(key).await,
                _ => app.registry.forget(key, &message.slug).await,
            }
        }
    }
    Ok(())
}

/// Events of a tenant's stream after a place, at most 1,000.
pub async fn replay(app: &SharedApp, tenant: TenantKey, after: &str) -> Vec<Published> {
    let found: redis::RedisResult<redis::streams::StreamRangeReply> = redis::cmd("XRANGE")
        .arg(app.channels.stream(tenant.0))
        .arg(format!("({after}"))
        .arg("+")
        .arg("COUNT")
        .arg(1_000)
        .query_async(&mut app.redis.clone())
        .await;
    let Ok(reply) = found else { return Vec::new() };
    reply
        .ids
        .into_iter()
        .filter_map(|entry| {
            let text: String = entry.get("e")?;
            let mut published: Published = serde_json::from_str(&text).ok()?;
            published.stream_id = entry.id;
            Some(published)
        })
        .collect()
}
