//! Events: into the tenant's short stream (for readers that come back), then to all processes,
//! then out of the table.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kernel::event::Event;
use runtime::SharedApp;
use runtime::events::Published;
use serde_json::Value as Json;
use uuid::Uuid;

/// Events in one transaction.
pub(super) const BATCH: usize = 500;
/// About how many events a tenant's stream keeps.
const KEPT: usize = 1_000;
/// Seconds after which the stream of a quiet tenant goes.
const KEPT_SECONDS: u64 = 86_400;

type Row = (Uuid, i64, Json, DateTime<Utc>);

/// Publishes one batch; returns how many rows it took. The rows are gone only if Redis has them.
pub(crate) async fn publish_batch(app: &SharedApp, only: Option<&[i64]>) -> anyhow::Result<usize> {
    let mut tx = app.control.begin().await?;
    let mut rows: Vec<Row> = sqlx::query_as(
        "with due as materialized (
             select id from control.outbox
             where kind = 'event' and ($2::bigint[] is null or tenant_key = any ($2))
             order by id limit $1 for update skip locked)
         delete from control.outbox o using due where o.id = due.id
         returning o.id, o.tenant_key, o.payload, o.created_at",
    )
    .bind(BATCH as i64)
    .bind(only)
    .fetch_all(&mut *tx)
    .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    rows.sort_by_key(|row| row.0);
    let mut batch: Vec<Published> = rows.iter().filter_map(readable).collect();
    publish(app, &mut batch).await?;
    tx.commit().await?;
    Ok(rows.len())
}

/// The event of a row. One that can't be read would stand in the way of all others for ever.
fn readable((id, tenant, payload, at): &Row) -> Option<Published> {
    match serde_json::from_value::<Event>(payload.clone()) {
        Ok(event) => Some(Published { stream_id: String::new(), tenant: *tenant, at: *at, event }),
        Err(error) => {
            tracing::error!(%id, tenant, %error, "an event can't be read and is dropped");
            None
        }
    }
}

async fn publish(app: &SharedApp, batch: &mut [Published]) -> anyhow::Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    let mut redis = app.redis.clone();
    let mut adding = redis::pipe();
    for published in batch.iter() {
        let key = app.channels.stream(published.tenant);
        adding.cmd("XADD").arg(key).arg("MAXLEN").arg("~").arg(KEPT).arg("*").arg("e").arg(serde_json::to_string(published)?);
    }
    let tenants: BTreeSet<i64> = batch.iter().map(|p| p.tenant).collect();
    for tenant in tenants {
        adding.cmd("EXPIRE").arg(app.channels.stream(tenant)).arg(KEPT_SECONDS).ignore();
    }
    let ids: Vec<String> = adding.query_async(&mut redis).await?;
    anyhow::ensure!(ids.len() == batch.len(), "Redis gave {} places for {} events", ids.len(), batch.len());

    let channel = app.channels.events();
    let mut telling = redis::pipe();
    for (published, id) in batch.iter_mut().zip(ids) {
        published.stream_id = id;
        telling.cmd("PUBLISH").arg(&channel).arg(serde_json::to_string(published)?).ignore();
    }
    telling.query_async::<()>(&mut redis).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_event_is_dropped() {
        let row = (Uuid::now_v7(), 1, serde_json::json!({"name": 7}), Utc::now());
        assert!(readable(&row).is_none());
        let event = Event::new("lead.created", Uuid::now_v7(), "leads.read");
        let row = (Uuid::now_v7(), 1, serde_json::to_value(&event).expect("json"), Utc::now());
        assert_eq!(readable(&row).map(|p| p.event), Some(event));
    }
}
