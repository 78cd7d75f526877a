//! Files and rows that nobody needs any more.

use kernel::DomainError;
use kernel::tenant::{TenantKey, ViewClass};
use runtime::db::Mode;
use runtime::{Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::entity::folder;

/// Rows removed in one statement.
const PIECE: u64 = 20_000;

#[derive(FromQueryResult)]
struct Old {
    id: Uuid,
}

/// Forgets the rows and the file of imports that ended a month ago, and of those that were never started
/// within a week. The import itself and what it came to stay.
pub async fn sweep(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Read).await?;
    let sql = "select id from imports i where task is null and updated_at < now() - interval '7 days'
                 and (started_at is null or updated_at < now() - interval '30 days')
                 and (bytes > 0 or exists (select 1 from import_rows r where r.import_id = i.id)) order by created_at limit 20";
    let old: Vec<Old> = tx.all(sql, []).await?;
    drop(tx);
    for Old { id } in old {
        loop {
            let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await?;
            let sql = "delete from import_rows where ctid = any (array (select ctid from import_rows where import_id = $1 limit 20000))";
            let gone = tx.run(sql, [id.into()]).await?;
            tx.commit().await?;
            if gone < PIECE {
                break;
            }
        }
        app.files.delete_prefix(&folder(key, id)).await.map_err(DomainError::from)?;
        let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await?;
        // Samples are values of the file, too.
        tx.run("delete from import_fixes where import_id = $1", [id.into()]).await?;
        let sql = "update imports set bytes = 0, columns = '[]', done_to = 0 where id = $1";
        tx.run(sql, [id.into()]).await?;
        tx.commit().await?;
    }
    Ok(())
}
