//! Reading what is set up, replacing it, and trying a token.

use std::collections::BTreeMap;

use kernel::DomainError;
use kernel::event::Event;
use kernel::validate::Checker;
use runtime::access::outside::{self, ConsoleSetting, ROLES};
use runtime::audit::diff;
use runtime::crypto::{random, sha256};
use runtime::registry::secret_purpose;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::roles::{may_hand_out, role_by_name_or_id};

/// The most secrets at once: the one in use, the next one, and room for a mistake.
const MOST: usize = 5;
/// The shortest secret, in bytes: a shorter one can be guessed from any token.
const SHORTEST: usize = 16;

/// A secret as it can be read.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Secret {
    pub id: String,
    pub fingerprint: String,
    pub active: bool,
}

/// What is set up.
#[derive(Debug, Clone)]
pub(super) struct Setup {
    pub issuer: Option<String>,
    pub secrets: Vec<Secret>,
    /// Word of a token → name of the role.
    pub role_map: BTreeMap<String, String>,
    pub origins: Vec<String>,
}

impl Setup {
    fn record(&self) -> Json {
        let secrets: Vec<String> =
            self.secrets.iter().map(|s| format!("{} {}{}", s.id, s.fingerprint, if s.active { "" } else { " (off)" })).collect();
        json!({ "issuer": self.issuer, "secrets": secrets, "role_map": self.role_map, "cors_origins": self.origins })
    }
}

/// A secret that somebody sends.
#[derive(Debug, Clone, Default)]
pub(super) struct NewSecret {
    pub id: Option<String>,
    /// Absent: the one that is kept.
    pub secret: Option<String>,
    pub active: bool,
}

/// What to set up. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// An empty text: any issuer.
    pub issuer: Option<String>,
    pub secrets: Option<Vec<NewSecret>>,
    pub role_map: Option<BTreeMap<String, String>>,
    pub origins: Option<Vec<String>>,
}

#[derive(FromQueryResult)]
struct RoleRow {
    id: Uuid,
    name: String,
}

async fn kept(ctx: &Ctx) -> kernel::Result<ConsoleSetting> {
    let value: Option<Json> = ctx.tx().scalar("select value from settings where key = $1", [outside::SETTING.into()]).await?;
    Ok(value.and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default())
}

async fn read(ctx: &Ctx) -> kernel::Result<Setup> {
    let setting = kept(ctx).await?;
    let secrets = ctx.tx().all("select id, fingerprint, active from console_secrets order by created_at desc, id", []).await?;
    let roles: Vec<RoleRow> = ctx.tx().all("select id, name from roles", []).await?;
    let roles = roles.into_iter().map(|r| (r.id, r.name)).collect::<Vec<_>>();
    let role_map = words_for(&setting, &roles).into_iter().map(|(word, (_, name))| (word, name)).collect();
    Ok(Setup { issuer: setting.issuer, secrets, role_map, origins: setting.origins })
}

/// The role that each word means: the one that was chosen, or the usual one.
fn words_for(setting: &ConsoleSetting, roles: &[(Uuid, String)]) -> BTreeMap<String, (Uuid, String)> {
    let meant = setting.roles(roles.iter().map(|(id, name)| (*id, name.as_str())));
    let named = |id: Uuid| roles.iter().find(|(known, _)| *known == id).cloned();
    meant.into_iter().filter_map(|(word, id)| Some((word, named(id)?))).collect()
}

/// What is set up.
pub(super) async fn get(ctx: &Ctx) -> kernel::Result<Setup> {
    ctx.require("settings.manage")?;
    read(ctx).await
}

/// Sets it up. The tokens let people in, so it takes the right to let people in.
pub(super) async fn put(ctx: &Ctx, wanted: &Wanted) -> kernel::Result<Setup> {
    ctx.require("settings.manage")?;
    ctx.require("users.manage")?;
    ctx.access_changed().await?;
    let before = read(ctx).await?;
    let mut setting = kept(ctx).await?;
    let mut check = Checker::new();
    if let Some(issuer) = &wanted.issuer {
        setting.issuer = check.optional("issuer", Some(issuer), 200);
    }
    if let Some(origins) = &wanted.origins {
        setting.origins = origins.iter().map(|o| o.trim().trim_end_matches('/').to_lowercase()).collect();
        if setting.origins.len() > 20 || !setting.origins.iter().all(|o| is_origin(o)) {
            check.add("cors_origins", "must be at most 20 origins such as https://console.example.com");
        }
    }
    if let Some(map) = &wanted.role_map {
        setting.role_map = roles(ctx, map, &mut check).await?;
    }
    let secrets = match &wanted.secrets {
        Some(secrets) => Some(checked(secrets, &before.secrets, &mut check)),
        None => None,
    };
    check.finish()?;
    // A word that nobody chose a role for gives one as well.
    let roles: Vec<RoleRow> = ctx.tx().all("select id, name from roles", []).await?;
    for role in setting.roles(roles.iter().map(|r| (r.id, r.name.as_str()))).into_values() {
        may_hand_out(ctx, role).await?;
    }
    ctx.tx()
        .run(
            "insert into settings (key, value, updated_at, updated_by) values ($1, $2, $3, $4)
             on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
            [outside::SETTING.into(), json!(setting).into(), ctx.now().into(), ctx.user_id().into()],
        )
        .await?;
    if let Some(secrets) = secrets {
        replace(ctx, &secrets).await?;
    }
    let after = read(ctx).await?;
    let changes = diff(&before.record(), &after.record());
    if !changes.is_empty() {
        ctx.audit("console.changed", "setting", None, changes).await?;
        ctx.emit(Event::new("settings.changed", Uuid::nil(), "settings.manage")).await?;
    }
    Ok(after)
}

async fn roles(ctx: &Ctx, map: &BTreeMap<String, String>, check: &mut Checker) -> kernel::Result<BTreeMap<String, Uuid>> {
    let mut found = BTreeMap::new();
    for (word, name) in map {
        let field = format!("role_map.{word}");
        if !ROLES.iter().any(|(w, _)| w == word) {
            let words: Vec<&str> = ROLES.iter().map(|(w, _)| *w).collect();
            check.add(&field, format!("is not a role of a token; those are {}", words.join(", ")));
        } else {
            match role_by_name_or_id(ctx, name).await? {
                Some((id, _)) => drop(found.insert(word.clone(), id)),
                None => check.add(&field, "there is no such role"),
            }
        }
    }
    Ok(found)
}

/// The list as it will be: id, the new secret if there is one, whether it is active.
fn checked(wanted: &[NewSecret], before: &[Secret], check: &mut Checker) -> Vec<NewSecret> {
    let mut all: Vec<NewSecret> = Vec::new();
    if wanted.len() > MOST {
        check.add("secrets", format!("must be at most {MOST}"));
    }
    for (n, secret) in wanted.iter().take(MOST).enumerate() {
        let id = secret.id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| hex::encode(random::<6>()));
        let known = before.iter().any(|b| b.id == id);
        if id.len() > 40 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
            check.add(&format!("secrets[{n}].id"), "must have at most 40 letters, digits, - _ or .");
        }
        if all.iter().any(|s| s.id.as_deref() == Some(&id)) {
            check.add(&format!("secrets[{n}].id"), "is there twice");
        }
        let value = secret.secret.clone().filter(|s| !s.is_empty());
        match &value {
            None if !known => check.add(&format!("secrets[{n}].secret"), "is required: no secret is kept under this id"),
            Some(s) if !(SHORTEST..=1_000).contains(&s.len()) => {
                check.add(&format!("secrets[{n}].secret"), format!("must have {SHORTEST} to 1000 characters"));
            }
            _ => {}
        }
        all.push(NewSecret { id: Some(id), secret: value, active: secret.active });
    }
    all
}

async fn replace(ctx: &Ctx, secrets: &[NewSecret]) -> kernel::Result<()> {
    let ids: Vec<String> = secrets.iter().filter_map(|s| s.id.clone()).collect();
    ctx.tx().run("delete from console_secrets where id <> all ($1)", [ids.into()]).await?;
    let purpose = secret_purpose(ctx.tenant().key, outside::SETTING);
    for secret in secrets {
        let id = secret.id.clone().unwrap_or_default();
        let Some(value) = &secret.secret else {
            ctx.tx().run("update console_secrets set active = $2 where id = $1", [id.into(), secret.active.into()]).await?;
            continue;
        };
        let fingerprint = hex::encode(sha256(value.as_bytes())).chars().take(12).collect::<String>();
        ctx.tx()
            .run(
                "insert into console_secrets (id, sealed, fingerprint, active, created_at, created_by) values ($1, $2, $3, $4, $5, $6)
                 on conflict (id) do update set sealed = excluded.sealed, fingerprint = excluded.fingerprint,
                     active = excluded.active, created_at = excluded.created_at, created_by = excluded.created_by",
                [
                    id.into(),
                    ctx.app().vault.seal(&purpose, value.as_bytes()).into(),
                    fingerprint.into(),
                    secret.active.into(),
                    ctx.now().into(),
                    ctx.user_id().into(),
                ],
            )
            .await?;
    }
    Ok(())
}

/// `https://host`, `http://host:port`: no path, no wildcard.
fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| {
        !host.is_empty() && host.len() <= 260 && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b))
    })
}

/// What a token would give.
#[derive(Debug)]
pub(super) struct Trial {
    /// Why it is refused.
    pub refusal: Option<String>,
    pub claims: Option<outside::Claims>,
    /// The account it would act as; none if it would get a new one.
    pub user: Option<(Uuid, String, String)>,
    pub actor: Option<runtime::access::Actor>,
}

#[derive(FromQueryResult)]
struct UserRow {
    id: Uuid,
    name: String,
    email: String,
    active: bool,
}

/// Tries a token; nothing is changed.
pub(super) async fn try_token(ctx: &Ctx, token: Option<&str>) -> kernel::Result<Trial> {
    ctx.require("settings.manage")?;
    let token = token.filter(|t| !t.trim().is_empty()).ok_or_else(|| DomainError::field("token", "is required"))?;
    let (access, tenant) = (&ctx.app().access, ctx.tenant());
    let console = access.console(tenant).await?;
    let refused = |claims, refusal: String| Trial { refusal: Some(refusal), claims, user: None, actor: None };
    let claims = match console.read(token.trim()) {
        Ok(claims) => claims,
        Err(refusal) => return Ok(refused(None, refusal)),
    };
    let sql = "select u.id, u.name, u.email, u.status = 'active' as active from users u
               where u.id = (select user_id from user_subjects where issuer = $1 and subject = $2)
                  or (lower(u.email) = $3 and not exists (select 1 from user_subjects where issuer = $1 and subject = $2))";
    let issuer = console.issuer.clone().unwrap_or_default();
    let user: Option<UserRow> =
        ctx.tx().one(sql, [issuer.into(), claims.subject.as_str().into(), claims.email.clone().into()]).await?;
    if user.as_ref().is_some_and(|u| !u.active) {
        return Ok(refused(Some(claims), "The account of this person is closed here.".to_owned()));
    }
    match access.would_be(tenant, &claims).await {
        Ok(actor) => {
            let user = user.map(|u| (u.id, u.name, u.email));
            Ok(Trial { refusal: None, claims: Some(claims), user, actor: Some(actor) })
        }
        Err(DomainError::Forbidden { message, .. }) => Ok(refused(Some(claims), message)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        for good in ["https://console.example.com", "http://localhost:3000", "http://[::1]:3000"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in ["*", "console.example.com", "https://", "https://a.b/c", "https://a b", "ftp://a.b"] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
