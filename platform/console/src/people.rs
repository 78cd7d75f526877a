//! Users by our id, or by the issuer's where it belongs to somebody we know.

use kernel::DomainError;
use poem_openapi::types::MaybeUndefined;
use runtime::{Ctx, Rows as _};
use uuid::Uuid;

/// Our id of a user, from ours or the issuer's.
async fn one(ctx: &Ctx, field: &str, text: &str) -> kernel::Result<String> {
    let text = text.trim();
    let sql = "select user_id from user_subjects where subject = $1 order by last_seen_at desc limit 1";
    if let Some(user) = ctx.tx().scalar::<Uuid>(sql, [text.into()]).await? {
        return Ok(user.to_string());
    }
    match text.parse::<Uuid>() {
        Ok(id) => Ok(id.to_string()),
        Err(_) => Err(DomainError::field(field, "is not a user")),
    }
}

/// The same for a field that may be absent or null; the first of its names that is there.
pub async fn given<const N: usize>(
    ctx: &Ctx,
    fields: [(&str, &MaybeUndefined<String>); N],
) -> kernel::Result<MaybeUndefined<String>> {
    for (field, value) in fields {
        match value {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => return Ok(MaybeUndefined::Null),
            MaybeUndefined::Value(text) if text.trim().is_empty() => return Ok(MaybeUndefined::Null),
            MaybeUndefined::Value(text) => return one(ctx, field, text).await.map(MaybeUndefined::Value),
        }
    }
    Ok(MaybeUndefined::Undefined)
}

/// The same for a filter: a comma list, in which `none` stays.
pub async fn filter(ctx: &Ctx, field: &str, values: [Option<String>; 2]) -> kernel::Result<Option<String>> {
    let Some(list) = values.into_iter().flatten().find(|v| !v.trim().is_empty()) else { return Ok(None) };
    let mut ids = Vec::new();
    for word in list.split(',').map(str::trim).filter(|w| !w.is_empty()) {
        ids.push(match word {
            "none" | "me" => word.to_owned(),
            _ => one(ctx, field, word).await?,
        });
    }
    Ok(Some(ids.join(",")))
}

/// The issuer's id of a user; ours if no issuer knows them.
pub async fn subject(ctx: &Ctx, user: Uuid) -> kernel::Result<String> {
    let sql = "select subject from user_subjects where user_id = $1 order by last_seen_at desc limit 1";
    Ok(ctx.tx().scalar::<String>(sql, [user.into()]).await?.unwrap_or_else(|| user.to_string()))
}
