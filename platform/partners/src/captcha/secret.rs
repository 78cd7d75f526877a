//! The tenant's secret at a provider: sealed, written by staff, read when an answer is judged, shown to
//! nobody.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use runtime::audit::Change;
use runtime::registry::secret_purpose;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

const NAME: &str = "captcha";

/// Whether there is one.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Known {
    /// When it was put in.
    pub updated_at: DateTime<Utc>,
    /// Who put it in.
    pub updated_by: Option<String>,
}

/// What may be told of it.
pub(super) async fn known(ctx: &Ctx) -> kernel::Result<Option<Known>> {
    ctx.require("settings.manage")?;
    let sql = "select s.updated_at, u.name as updated_by from sealed_secrets s left join users u on u.id = s.updated_by
               where s.name = $1";
    Ok(ctx.tx().one(sql, [NAME.into()]).await?)
}

/// Puts one in, or takes it away.
pub(super) async fn put(ctx: &Ctx, secret: Option<&str>) -> kernel::Result<()> {
    ctx.require("settings.manage")?;
    let secret = secret.map(str::trim).filter(|s| !s.is_empty());
    if secret.is_some_and(|s| s.len() > 500 || s.chars().any(char::is_control)) {
        return Err(DomainError::field("secret", "must be a single line of at most 500 characters"));
    }
    let before = known(ctx).await?.is_some();
    match secret {
        Some(secret) => {
            let sealed = ctx.app().vault.seal(&secret_purpose(ctx.tenant().key, NAME), secret.as_bytes());
            ctx.tx()
                .run(
                    "insert into sealed_secrets (name, sealed, updated_at, updated_by) values ($1, $2, $3, $4)
                     on conflict (name) do update set sealed = excluded.sealed, updated_at = excluded.updated_at,
                         updated_by = excluded.updated_by",
                    [NAME.into(), sealed.into(), ctx.now().into(), ctx.user_id().into()],
                )
                .await?;
        }
        None => {
            ctx.tx().run("delete from sealed_secrets where name = $1", [NAME.into()]).await?;
        }
    }
    let told = Change { field: "captcha_secret".to_owned(), old: before.into(), new: secret.is_some().into() };
    ctx.audit("settings.updated", "settings", None::<Uuid>, vec![told]).await?;
    ctx.emit(Event::new("settings.changed", ctx.tenant().id, "settings.manage")).await
}

/// The secret in clear, for the question to the provider.
pub(super) async fn open(ctx: &Ctx) -> kernel::Result<Option<String>> {
    let sealed: Option<Vec<u8>> = ctx.tx().scalar("select sealed from sealed_secrets where name = $1", [NAME.into()]).await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let opened = ctx.app().vault.open(&secret_purpose(ctx.tenant().key, NAME), &sealed)?;
    String::from_utf8(opened).map(Some).map_err(DomainError::internal)
}
