//! Mails to whoever asked for a file: that it is there, or that there will be none. They lead to the list of
//! exports and never to the file, which asks for a session and leaves a trace.

use comms::mail::{self, Recipient};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::headings::Language;
use super::source::Entity;

/// What a mail is about, and for whom.
pub(super) struct About<'a> {
    pub to: Uuid,
    pub entity: &'a str,
    pub format: &'a str,
}

#[derive(FromQueryResult)]
struct Person {
    name: String,
    email: String,
}

/// The file is there for so many days.
pub(super) async fn ready(ctx: &Ctx, about: &About<'_>, rows: u64, days: i64) -> kernel::Result<()> {
    send(ctx, about, "export_ready", json!({ "rows": rows, "days": days })).await
}

/// There will be no file.
pub(super) async fn failed(ctx: &Ctx, about: &About<'_>) -> kernel::Result<()> {
    send(ctx, about, "export_failed", json!({})).await
}

async fn send(ctx: &Ctx, about: &About<'_>, message: &str, mut values: Json) -> kernel::Result<()> {
    let sql = "select name, email from users where id = $1 and status = 'active'";
    // Who left meanwhile gets none.
    let Some(person) = ctx.tx().one::<Person>(sql, [about.to.into()]).await? else { return Ok(()) };
    // Mails are in the language of their template.
    let list = Entity::parse(about.entity).map_or(about.entity, |entity| entity.title(Language::En));
    values["name"] = person.name.clone().into();
    values["list"] = format!("{list} ({})", about.format.to_uppercase()).into();
    values["link"] = format!("{}/exports", mail::realm_url(ctx.app(), ctx.tenant())).into();
    mail::queue(ctx, message, Recipient::named(&person.name, &person.email), values).await?;
    Ok(())
}
