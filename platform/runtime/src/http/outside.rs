//! Tokens of another issuer as credentials: who they are here, on first sight as well.

use std::sync::Arc;

use kernel::DomainError;
use kernel::event::Event;
use serde_json::json;
use uuid::Uuid;

use super::auth::Caller;
use crate::access::outside::{self, Claims, Console};
use crate::access::{Actor, outside::role_unknown};
use crate::audit::diff;
use crate::ctx::{Ctx, RequestInfo};
use crate::db::{Mode, Rows as _};
use crate::registry::Tenant;

/// The faces for outside programs.
const FACES: [&str; 2] = ["/admin", "/api/crm"];

/// Where such tokens are good: the faces for outside programs. The product's own pages have accounts.
pub fn is_welcome(path: &str) -> bool {
    FACES.iter().any(|face| path.strip_prefix(face).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The actor that a token of the tenant's console names. Somebody unknown gets an account of their own.
pub async fn actor(caller: &Caller, tenant: &Arc<Tenant>, bearer: &str) -> kernel::Result<Arc<Actor>> {
    let access = &caller.app.access;
    let console = access.console(tenant).await?;
    let claims = console.read(bearer).map_err(|_| refused())?;
    if let Some(actor) = access.known_outsider(tenant, &claims).await? {
        return Ok(actor);
    }
    let role = console.role_of(&claims.role).ok_or_else(|| role_unknown(&claims.role))?;
    receive(caller, tenant, &console, &claims, role).await?;
    access.outsider(tenant, &claims).await?.ok_or_else(refused)
}

fn refused() -> DomainError {
    DomainError::unauthenticated("invalid_token", "The access token is not valid. Sign in again.")
}

/// Sees to it that the subject has an account: the one of the same address, or a new one without a password.
async fn receive(caller: &Caller, tenant: &Arc<Tenant>, console: &Console, claims: &Claims, role: Uuid) -> kernel::Result<()> {
    let request = RequestInfo { idempotency: None, ..caller.request.clone() };
    let ctx = Ctx::begin(&caller.app, tenant, Arc::new(Actor::system("Console")), request, Mode::Write).await?;
    if let Some((known, has)) = outside::known(ctx.tx(), console, claims).await? {
        return keep_up(ctx, known.user, has, role).await;
    }
    let same: Option<Uuid> = match &claims.email {
        Some(email) => ctx.tx().scalar("select id from users where lower(email) = $1", [email.as_str().into()]).await?,
        None => None,
    };
    let user = match same {
        Some(user) => user,
        None => {
            let id = Uuid::now_v7();
            let name = claims
                .name
                .clone()
                .or_else(|| claims.email.clone())
                .unwrap_or_else(|| format!("Console user {}", claims.subject));
            // Nobody gets mail at a name below `.invalid`.
            let email = claims.email.clone().unwrap_or_else(|| format!("{}@console.invalid", id.simple()));
            let made = ctx
                .tx()
                .run(
                    "insert into users (id, email, name, role_id, status, created_at, updated_at)
                     values ($1, $2, $3, $4, 'active', $5, $5) on conflict do nothing",
                    [id.into(), email.as_str().into(), name.as_str().into(), role.into(), ctx.now().into()],
                )
                .await?;
            if made == 0 {
                // Somebody with the address came in at the same moment; the next request finds them.
                return Err(DomainError::unavailable("try_again", "Please try again."));
            }
            let record = json!({ "email": email, "name": name, "status": "active", "console_subject": claims.subject });
            ctx.audit("user.created", "user", Some(id), diff(&json!({}), &record)).await?;
            ctx.emit(Event::new("user.created", id, "users.read")).await?;
            id
        }
    };
    if !outside::link(ctx.tx(), console, claims, user).await? {
        // Another request was quicker: what it made is found, and what this one made goes with it.
        return Ok(());
    }
    if same.is_some() {
        let record = json!({ "console_subject": claims.subject });
        ctx.audit("user.linked", "user", Some(user), diff(&json!({}), &record)).await?;
    }
    ctx.commit().await?;
    Ok(())
}

/// A shadow user's role follows the token, so that lists of users say what somebody may do.
async fn keep_up(ctx: Ctx, user: Uuid, has: Uuid, role: Uuid) -> kernel::Result<()> {
    if has == role {
        return Ok(());
    }
    let names: Vec<RoleName> = ctx.tx().all("select id, name from roles where id in ($1, $2)", [has.into(), role.into()]).await?;
    let name = |id: Uuid| names.iter().find(|r| r.id == id).map(|r| r.name.clone());
    let sql = "update users set role_id = $2, updated_at = $3
               where id = $1 and password_hash is null and status = 'active' and role_id = $4";
    if ctx.tx().run(sql, [user.into(), role.into(), ctx.now().into(), has.into()]).await? == 1 {
        let changes = diff(&json!({ "role": name(has) }), &json!({ "role": name(role) }));
        ctx.audit("user.updated", "user", Some(user), changes).await?;
        ctx.emit(Event::new("user.updated", user, "users.read")).await?;
        ctx.commit().await?;
    }
    Ok(())
}

#[derive(sea_orm::FromQueryResult)]
struct RoleName {
    id: Uuid,
    name: String,
}

#[cfg(test)]
mod tests {
    use super::is_welcome;

    #[test]
    fn only_the_faces_for_programs_are_open() {
        for open in ["/admin", "/admin/customers", "/api/crm", "/api/crm/contacts"] {
            assert!(is_welcome(open), "{open}");
        }
        for closed in ["/api/clients", "/administer", "/api/admin", "/api/crmx", "/api/me", "/"] {
            assert!(!is_welcome(closed), "{closed}");
        }
    }
}
