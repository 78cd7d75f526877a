//! Everything that is open, done in this process and now, by the same code as in the workers but
//! without the queue in Redis.

use std::time::{Duration, Instant};

use kernel::tenant::TenantKey;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::attempt::{self, Take};
use crate::machine::Machine;
use crate::{relay, sealer};

/// A row that is not finished.
type Open = (Uuid, i64, String, String, f64, Option<String>);

/// Works until nothing is open, in all tenants or in those of the given numbers.
pub(crate) async fn drain(machine: &Machine, only: Option<Vec<i64>>, deadline: Duration) -> anyhow::Result<()> {
    let (until, only) = (Instant::now() + deadline, only.as_deref());
    loop {
        while relay::publish_batch(&machine.app, only).await? > 0 {}
        let worked = run_due(machine, only, until).await?;
        if worked {
            continue;
        }
        let open = open_rows(machine, only).await?;
        if open.is_empty() {
            break;
        }
        let left = until.saturating_duration_since(Instant::now());
        let (soonest, held) =
            open.iter().fold((f64::MAX, false), |(soonest, held), row| (soonest.min(row.4), held || row.3 != "queued"));
        if left.is_zero() || (!held && soonest > left.as_secs_f64()) {
            anyhow::bail!("not everything could be done in time: {}", describe(&open));
        }
        tokio::time::sleep(Duration::from_secs_f64(soonest.clamp(0.01, 0.05))).await;
    }
    let keys = match only {
        Some(keys) => keys.iter().copied().map(TenantKey).collect(),
        None => machine.app.registry.active_keys().await?,
    };
    sealer::seal_all(&machine.app, keys).await;
    Ok(())
}

/// Runs what is due, one after another, oldest first; whether there was anything.
async fn run_due(machine: &Machine, only: Option<&[i64]>, until: Instant) -> anyhow::Result<bool> {
    let due: Vec<(Uuid,)> = sqlx::query_as(
        "select id from control.outbox
         where kind <> 'event' and (state = 'sent' or (state = 'queued' and run_at <= now()))
           and ($1::bigint[] is null or tenant_key = any ($1))
         order by run_at, id limit 100",
    )
    .bind(only)
    .fetch_all(&machine.app.control)
    .await?;
    let never = CancellationToken::new();
    for (id,) in &due {
        if Instant::now() >= until {
            return Ok(false);
        }
        if let Take::Mine(taken) = attempt::take(machine, *id, &never).await {
            attempt::carry_out(machine, taken, &never).await;
        }
    }
    Ok(!due.is_empty())
}

async fn open_rows(machine: &Machine, only: Option<&[i64]>) -> sqlx::Result<Vec<Open>> {
    sqlx::query_as(
        "select id, tenant_key, kind, state, extract(epoch from run_at - now())::float8, error from control.outbox
         where state in ('queued', 'sent', 'running') and ($1::bigint[] is null or tenant_key = any ($1))
         order by run_at limit 100",
    )
    .bind(only)
    .fetch_all(&machine.app.control)
    .await
}

fn describe(open: &[Open]) -> String {
    let some: Vec<String> = open
        .iter()
        .take(5)
        .map(|(id, tenant, kind, state, due_in, error)| {
            format!(
                "{kind} {id} of tenant {tenant} is {state}, due in {due_in:.0} s, last error: {}",
                error.as_deref().unwrap_or("none")
            )
        })
        .collect();
    let more = open.len().saturating_sub(some.len());
    if more > 0 { format!("{}; and {more} more", some.join("; ")) } else { some.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told() {
        let row = |n| (Uuid::from_u128(n), 1, "mail.send".to_owned(), "queued".to_owned(), 4.2, Some("no route".to_owned()));
        let text = describe(&(0..7).map(row).collect::<Vec<_>>());
        assert!(text.contains("mail.send") && text.contains("no route") && text.ends_with("and 2 more"), "{text}");
    }
}
