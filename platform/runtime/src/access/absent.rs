//! People and programs whose work goes on while they are away: a job acts with the rights that whoever
//! asked for it has by now.

use std::sync::Arc;

use kernel::ids::SessionId;
use kernel::tenant::ViewClass;
use uuid::Uuid;

use super::keys::KeyRow;
use super::{Access, Actor, ActorRow};
use crate::db::{Mode, Rows as _};
use crate::registry::Tenant;

impl Access {
    /// The active user, or live API key, of this id as it stands now; `None` when it may no longer act.
    pub async fn absent(&self, tenant: &Tenant, id: Uuid, is_key: bool) -> kernel::Result<Option<Arc<Actor>>> {
        let snapshot = self.snapshot(tenant).await?;
        let tx = self.db.begin(tenant, ViewClass::FULL, Mode::Read).await?;
        if is_key {
            let sql = "select id, name, role_id, expires_at from api_keys
                       where id = $1 and revoked_at is null and (expires_at is null or expires_at > now())";
            let row: Option<KeyRow> = tx.one(sql, [id.into()]).await?;
            drop(tx);
            return match row {
                Some(row) => Ok(Some(Arc::new(snapshot.resolve_key(row).await?))),
                None => Ok(None),
            };
        }
        let sql = "select id as user_id, name, email, role_id, team_id, must_change_password, two_factor, now() as expires_at
                   from users where id = $1 and status = 'active'";
        let row: Option<ActorRow> = tx.one(sql, [id.into()]).await?;
        drop(tx);
        let Some(row) = row else { return Ok(None) };
        let mut actor = snapshot.resolve(row, SessionId(Uuid::nil())).await?;
        actor.session = None;
        Ok(Some(Arc::new(actor)))
    }
}
