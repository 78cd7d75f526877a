//! Wake-ups: after a commit a process publishes the tenants it touched; here they ring the bells
//! of the loops. A message that is lost costs at most the loops' own interval.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::machine::Machine;

/// The bells.
#[derive(Default)]
pub(crate) struct Wake {
    /// There may be events to publish.
    pub(crate) events: Notify,
    /// There may be jobs to hand out.
    pub(crate) jobs: Notify,
    /// Jobs were handed out.
    pub(crate) pushed: Notify,
    /// There may be audit rows to seal.
    pub(crate) seal: Notify,
    unsealed: Mutex<BTreeSet<i64>>,
}

impl Wake {
    fn ring(&self, tenants: &[i64]) {
        self.unsealed.lock().unwrap_or_else(PoisonError::into_inner).extend(tenants);
        self.events.notify_one();
        self.jobs.notify_one();
        if !tenants.is_empty() {
            self.seal.notify_one();
        }
    }

    /// Tenants that were touched since the last call.
    pub(crate) fn take_unsealed(&self) -> Vec<i64> {
        std::mem::take(&mut *self.unsealed.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }
}

/// Listens until shutdown; subscribes again when Redis comes back.
pub(crate) async fn listen(machine: Arc<Machine>, shutdown: CancellationToken) {
    let listening = async {
        loop {
            if let Err(error) = listen_once(&machine).await {
                tracing::debug!(%error, "wake-up subscription lost; trying again");
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = listening => {}
    }
}

async fn listen_once(machine: &Machine) -> redis::RedisResult<()> {
    let app = &machine.app;
    let mut pubsub = app.redis_client.get_async_pubsub().await?;
    pubsub.subscribe(app.channels.wake()).await?;
    // What was published while nobody listened.
    machine.wake.ring(&[]);
    let mut messages = pubsub.into_on_message();
    while let Some(message) = messages.next().await {
        let payload: Vec<u8> = message.get_payload()?;
        machine.wake.ring(&serde_json::from_slice::<Vec<i64>>(&payload).unwrap_or_default());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_are_gathered_once() {
        let wake = Wake::default();
        wake.ring(&[3, 1]);
        wake.ring(&[1]);
        assert_eq!(wake.take_unsealed(), [1, 3]);
        assert!(wake.take_unsealed().is_empty());
    }
}
