//! Clients, and leads, who may be the same person.
//!
//! Always holds: nobody learns by a match what they may not read. What an actor asks is compared only in
//! fields that they see in clear and with records in their scope; the queue, whose pairs were found by
//! every field, opens only to who sees all of these.

mod evidence;
mod http;
mod jobs;
mod queue;
mod service;
mod undoing;

pub use evidence::Reason;
pub use http::DuplicatesApi;
pub use jobs::{FindDuplicates, ScanDuplicates, find, scan, tend};
pub use service::may_ask;
pub use undoing::{KIND, undo};

use runtime::{Ctx, Rows as _};
use uuid::Uuid;

/// Says that a client's identity is new or another one: a job looks for others like it.
pub(crate) async fn look_again(ctx: &Ctx, client: Uuid) -> kernel::Result<()> {
    ctx.tx().run("insert into duplicate_todo (client_id) values ($1)", [client.into()]).await?;
    ctx.enqueue(&FindDuplicates {}).await?;
    Ok(())
}
