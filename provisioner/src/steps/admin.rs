//! The first administrator: active with the password of the sign-up, or invited by mail. The user,
//! the token and the mail are one transaction; a user of this address says that it was done.

use chrono::Duration;
use comms::mail::{self, Recipient};
use kernel::DomainError;
use kernel::event::Event;
use runtime::crypto::{new_token, token_hash};
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

use super::{Mark, Work};

#[derive(FromQueryResult)]
struct RoleRow {
    id: Uuid,
    name: String,
}

/// Creates the administrator.
pub(super) async fn create(work: &mut Work<'_>) -> kernel::Result<Mark> {
    let admin = work.run.administrator()?;
    let tenant = work.tenant().await?;
    let ctx = Ctx::system(work.app, &tenant, "Provisioner").await?;
    let known: Option<Uuid> =
        ctx.tx().scalar("select id from users where lower(email) = lower($1)", [admin.email.clone().into()]).await?;
    if known.is_some() {
        return Ok(Mark::Due);
    }
    let role = administrator_role(&ctx).await?;
    let id = Uuid::now_v7();
    let status = if admin.password_hash.is_some() { "active" } else { "invited" };
    ctx.tx()
        .run(
            "insert into users (id, email, name, password_hash, role_id, status) values ($1, $2, $3, $4, $5, $6)",
            [
                id.into(),
                admin.email.clone().into(),
                admin.name.clone().into(),
                admin.password_hash.clone().into(),
                role.id.into(),
                status.into(),
            ],
        )
        .await?;
    if admin.password_hash.is_none() {
        invite(&ctx, id, &admin.name, &admin.email, &role.name).await?;
    }
    let facts = json!({ "email": admin.email, "name": admin.name, "role": role.name, "status": status });
    ctx.audit("user.created", "user", Some(id), audit::diff(&json!({}), &facts)).await?;
    ctx.emit(Event::new("user.updated", id, "users.read")).await?;
    ctx.access_changed().await?;
    ctx.commit().await?;
    Ok(Mark::Due)
}

/// The first role that can administer: "CRM Manager" where there is one.
async fn administrator_role(ctx: &Ctx) -> kernel::Result<RoleRow> {
    let role: Option<RoleRow> = ctx
        .tx()
        .one(
            "select r.id, r.name from roles r
             where (select count(*) from role_permissions p where p.role_id = r.id and p.scope = 'all'
                    and p.permission in ('users.manage', 'roles.manage')) = 2
             order by (r.name = 'CRM Manager') desc, r.position, r.name limit 1",
            [],
        )
        .await?;
    role.ok_or_else(|| DomainError::conflict("no_administrator_role", "No role of the source can manage users and roles."))
}

async fn invite(ctx: &Ctx, user: Uuid, name: &str, email: &str, role: &str) -> kernel::Result<()> {
    let hours: Option<i32> =
        ctx.tx().scalar("select (value #>> '{}')::int from settings where key = 'invitation_hours'", []).await?;
    let hours = i64::from(hours.unwrap_or(72));
    let token = new_token();
    ctx.tx()
        .run(
            "insert into password_tokens (token_hash, user_id, purpose, expires_at) values ($1, $2, 'invitation', $3)",
            [token_hash(&token).into(), user.into(), (ctx.now() + Duration::hours(hours)).into()],
        )
        .await?;
    let link = format!("{}/invitation?token={token}", ctx.app().config.tenant_url(&ctx.tenant().slug));
    let values = json!({ "name": name, "role": role, "link": link, "expires_in": format!("{hours} hours") });
    mail::queue(ctx, "invitation", Recipient::named(name, email), values).await?;
    Ok(())
}
