//! Mails about documents.

use chrono::NaiveDate;
use comms::mail::{self, Recipient};
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Person {
    name: String,
    email: String,
}

/// What a mail says of a document.
pub(super) struct About<'a> {
    pub client: Uuid,
    pub client_name: &'a str,
    pub kind: &'a str,
}

fn address(ctx: &Ctx, client: Uuid) -> String {
    format!("{}/clients/{client}?tab=documents", mail::realm_url(ctx.app(), ctx.tenant()))
}

/// Tells the client's owner that a document expires soon; without an active owner, those who review.
pub(super) async fn expiring(ctx: &Ctx, about: &About<'_>, owner: Option<Uuid>, on: NaiveDate, days: i64) -> kernel::Result<()> {
    let sql = "select name, email from users where id = $1 and status = 'active'";
    let people = match ctx.tx().one::<Person>(sql, [owner.into()]).await? {
        Some(owner) => vec![owner],
        None => reviewers(ctx).await?,
    };
    for person in people {
        let values = json!({
            "name": person.name, "client": about.client_name, "document": about.kind, "on": on.to_string(), "days": days,
            "link": address(ctx, about.client),
        });
        mail::queue(ctx, "document_expiring", Recipient::named(&person.name, &person.email), values).await?;
    }
    Ok(())
}

/// Tells those who review that a virus was found.
pub(super) async fn infected(ctx: &Ctx, about: &About<'_>, virus: &str) -> kernel::Result<()> {
    for person in reviewers(ctx).await? {
        let values = json!({
            "name": person.name, "client": about.client_name, "document": about.kind, "virus": virus,
            "link": address(ctx, about.client),
        });
        mail::queue(ctx, "document_infected", Recipient::named(&person.name, &person.email), values).await?;
    }
    Ok(())
}

/// Who may review every document.
async fn reviewers(ctx: &Ctx) -> kernel::Result<Vec<Person>> {
    let sql = "select u.name, u.email from users u join role_permissions p on p.role_id = u.role_id
               where u.status = 'active' and p.permission = 'documents.review' and p.scope = 'all'
               order by u.created_at limit 20";
    Ok(ctx.tx().all(sql, []).await?)
}
