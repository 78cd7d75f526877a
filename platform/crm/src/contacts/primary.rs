//! Which of a client's contacts is the primary one.

use runtime::{Ctx, Rows as _};
use uuid::Uuid;

/// Holds clients while it is decided which of their contacts is the primary one: in the order of their ids, so that
/// two who move contacts between the same two never wait for each other.
pub(crate) async fn hold(ctx: &Ctx, clients: &[Uuid]) -> kernel::Result<()> {
    if !clients.is_empty() {
        let sql = "select 1 from clients where id = any($1) order by id for no key update";
        ctx.tx().run(sql, [clients.to_vec().into()]).await?;
    }
    Ok(())
}

/// Whether a client has a primary contact, this one aside.
pub(crate) async fn has(ctx: &Ctx, client: Uuid, but: Option<Uuid>) -> kernel::Result<bool> {
    let sql = "select 1 from contacts where client_id = $1 and is_primary and deleted_at is null and id is distinct from $2";
    Ok(ctx.tx().scalar::<i32>(sql, [client.into(), but.into()]).await?.is_some())
}

/// Takes it from whoever is the client's primary contact, this one aside.
pub(crate) async fn demote(ctx: &Ctx, client: Uuid, but: Uuid) -> kernel::Result<()> {
    let sql = "update contacts set is_primary = false, updated_at = $3, version = version + 1
               where client_id = $1 and is_primary and id <> $2";
    ctx.tx().run(sql, [client.into(), but.into(), ctx.now().into()]).await?;
    Ok(())
}

/// Makes the oldest contact of each of these clients the primary one where none is.
pub(crate) async fn settle(ctx: &Ctx, clients: &[Uuid]) -> kernel::Result<()> {
    if clients.is_empty() {
        return Ok(());
    }
    let sql = "update contacts c set is_primary = true, updated_at = $2, version = c.version + 1
               from (select distinct on (k.client_id) k.id from contacts k
                     where k.client_id = any($1) and k.deleted_at is null
                       and not exists (select 1 from contacts p where p.client_id = k.client_id and p.is_primary
                           and p.deleted_at is null)
                     order by k.client_id, k.created_at, k.id) o
               where c.id = o.id";
    ctx.tx().run(sql, [clients.to_vec().into(), ctx.now().into()]).await?;
    Ok(())
}

/// The client's primary contact.
pub(crate) async fn of(ctx: &Ctx, client: Uuid) -> kernel::Result<Option<Uuid>> {
    let sql = "select id from contacts where client_id = $1 and is_primary and deleted_at is null";
    Ok(ctx.tx().scalar(sql, [client.into()]).await?)
}

/// Gives a client the primary contact back that it had, where that one is still its and no other took the place.
pub(crate) async fn give_back(ctx: &Ctx, client: Uuid, contact: Uuid) -> kernel::Result<()> {
    let sql = "update contacts c set is_primary = true, updated_at = $3, version = c.version + 1
               where c.id = $2 and c.client_id = $1 and c.deleted_at is null and not exists (
                   select 1 from contacts p where p.client_id = $1 and p.is_primary and p.deleted_at is null)";
    ctx.tx().run(sql, [client.into(), contact.into(), ctx.now().into()]).await?;
    Ok(())
}

/// Before the contacts of one client go to another: the other's primary one stays it, if there is one.
pub(crate) async fn give_way(ctx: &Ctx, from: Uuid, to: Uuid) -> kernel::Result<()> {
    let sql = "update contacts set is_primary = false where client_id = $1 and is_primary and exists (
                   select 1 from contacts p where p.client_id = $2 and p.is_primary and p.deleted_at is null)";
    ctx.tx().run(sql, [from.into(), to.into()]).await?;
    Ok(())
}
