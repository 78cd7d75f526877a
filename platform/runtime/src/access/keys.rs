//! API keys: what stands behind one, and what none may do.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::ids::RoleId;
use kernel::tenant::ViewClass;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Access, Actor, Snapshot};
use crate::db::{Mode, Rows as _, TenantDb};
use crate::registry::Tenant;

/// What no key of a program may do, whatever its role: give itself or others more.
pub(super) const NOT_FOR_KEYS: &[&str] = &["users.manage", "roles.manage", "api_keys.manage"];

/// The refusal of a program's key where only people may act.
pub fn key_not_allowed() -> DomainError {
    DomainError::Forbidden { code: "api_key_not_allowed", message: "An API key can't do this; a user has to sign in.".to_owned() }
}

#[derive(FromQueryResult)]
pub(super) struct KeyRow {
    id: Uuid,
    name: String,
    role_id: Uuid,
    expires_at: Option<DateTime<Utc>>,
}

impl Access {
    /// The actor behind a live API key, if this process knows it already; asks no database for a key.
    pub async fn known_key(&self, tenant: &Tenant, hash: &[u8]) -> kernel::Result<Option<Arc<Actor>>> {
        let snapshot = self.snapshot(tenant).await?;
        let known = snapshot.answers.keys.get(&(snapshot.id, hash.to_vec())).await;
        Ok(known.filter(|(_, until)| *until > Utc::now()).map(|(actor, _)| actor))
    }

    /// The actor behind a live API key, by the key's hash; `None` when there is none (any more). What
    /// is no key is not remembered: there is no end of those.
    pub async fn key_actor(&self, tenant: &Tenant, hash: &[u8]) -> kernel::Result<Option<Arc<Actor>>> {
        let snapshot = self.snapshot(tenant).await?;
        let tx = self.db.begin(tenant, ViewClass::FULL, Mode::Read).await?;
        let row: Option<KeyRow> = tx
            .one(
                "select id, name, role_id, expires_at from api_keys
                 where key_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())",
                [hash.to_vec().into()],
            )
            .await?;
        drop(tx);
        let Some(row) = row else { return Ok(None) };
        let until = row.expires_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
        let actor = Arc::new(snapshot.resolve_key(row).await?);
        snapshot.answers.keys.insert((snapshot.id, hash.to_vec()), (actor.clone(), until)).await;
        Ok(Some(actor))
    }

    /// Whether the use of a key should be noted now: once a minute in each process.
    pub async fn note_use(&self, key: Uuid) -> bool {
        self.noted.entry(key).or_insert(()).await.is_fresh()
    }
}

impl Snapshot {
    /// A key's actor has its role and no user and no team: `own` and `team` reach nothing.
    pub(super) async fn resolve_key(&self, row: KeyRow) -> kernel::Result<Actor> {
        let verdicts = self.verdicts(row.role_id).await?;
        let (levels, view) = self.sight(&verdicts);
        let mut actor = Actor::system(&format!("API key {}", row.name));
        actor.key = Some(row.id);
        actor.role = Some((RoleId(row.role_id), self.roles.get(&row.role_id).cloned().unwrap_or_default().0));
        actor.grants.clone_from(&verdicts.grants);
        actor.grants.retain(|permission, _| !NOT_FOR_KEYS.contains(permission));
        (actor.levels, actor.view) = (levels, view);
        actor.modules_off.clone_from(&self.off);
        actor.shelf = Some(self.shelf.clone());
        Ok(actor)
    }
}

/// Notes when and from where a key was used, if the last note is older than a minute.
pub async fn key_used(db: &TenantDb, tenant: &Tenant, key: Uuid, ip: Option<String>) -> kernel::Result<()> {
    let tx = db.begin(tenant, ViewClass::FULL, Mode::Write).await?;
    tx.run(
        "update api_keys set last_used_at = now(), last_used_ip = $2
         where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')",
        [key.into(), ip.into()],
    )
    .await?;
    Ok(tx.commit().await?)
}
