//! Files do not stay: those past their days, of deleted exports, and what an attempt that died left behind.

use kernel::tenant::TenantKey;
use runtime::{Ctx, Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::entity::folder;

/// Exports in one round.
const CHUNK: i64 = 100;
/// Days after which an export without a file is forgotten; the audit log remembers it.
const REMEMBER: i32 = 90;

#[derive(FromQueryResult)]
struct Left {
    id: Uuid,
    upload_key: Option<String>,
    upload_id: Option<String>,
}

/// Removes what is to go from the file store, and then says so in the rows: what is not removed yet is
/// found again.
pub async fn sweep(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    loop {
        let ctx = Ctx::system(app, &tenant, "Exports").await?;
        // Whose job was cancelled on the way of jobs; its last attempt had the time to notice.
        let sql = "update exports e set status = 'cancelled', finished_at = o.finished_at from control.outbox o
                   where o.id = e.job_id and o.tenant_key = $1 and e.status in ('queued', 'running')
                     and o.progress -> 'cancelled' is not null and o.finished_at < $2 - interval '1 minute'";
        ctx.tx().run(sql, [key.0.into(), ctx.now().into()]).await?;
        let sql = "select id, upload_key, upload_id from exports
                   where (object_key is not null and expires_at <= $1)
                      or (deleted_at < $1 - interval '5 minutes')
                      or (upload_key is not null and status in ('failed', 'cancelled') and finished_at < $1 - interval '5 minutes')
                   order by created_at limit $2";
        let left: Vec<Left> = ctx.tx().all(sql, [ctx.now().into(), CHUNK.into()]).await?;
        ctx.commit().await?;
        for export in &left {
            if let (Some(key), Some(id)) = (&export.upload_key, &export.upload_id) {
                app.files.give_up_parts(key, id).await?;
            }
            app.files.delete_prefix(&folder(key, export.id)).await?;
        }
        let ids: Vec<Uuid> = left.iter().map(|export| export.id).collect();
        let ctx = Ctx::system(app, &tenant, "Exports").await?;
        ctx.tx().run("delete from exports where id = any($1) and deleted_at is not null", [ids.clone().into()]).await?;
        ctx.tx()
            .run("update exports set object_key = null, upload_key = null, upload_id = null where id = any($1)", [ids.into()])
            .await?;
        let sql = "delete from exports where object_key is null and upload_key is null and status not in ('queued', 'running')
                     and created_at < $1 - make_interval(days => $2)";
        ctx.tx().run(sql, [ctx.now().into(), REMEMBER.into()]).await?;
        ctx.commit().await?;
        if (left.len() as i64) < CHUNK {
            return Ok(());
        }
    }
}
