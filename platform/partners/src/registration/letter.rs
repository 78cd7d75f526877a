//! The mail that follows a form. What it says depends on whether the address is known, so it is decided
//! here, after the form was answered.

use chrono::Duration;
use comms::mail::{self, Recipient, realm_url};
use kernel::DomainError;
use kernel::job::{Job, JobError};
use runtime::config::Rate;
use runtime::crypto::{new_token, sha256, token_hash};
use runtime::outbox::JobRun;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::form::{Form, client_with};
use super::service::HOURS;
use super::{ACTOR, purpose};

/// Mails to one address who may become a client, whoever fills in the form.
const NEW: Rate = Rate { count: 5, seconds: 3_600 };
/// Mails to a client that somebody used their address.
const KNOWN: Rate = Rate { count: 1, seconds: 86_400 };

/// Sends the mail of a form.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendLetter {
    /// The form.
    pub registration: Uuid,
}

impl Job for SendLetter {
    const KIND: &'static str = "registration.letter";
}

#[derive(FromQueryResult)]
struct Row {
    sealed: String,
    state: String,
}

/// Runs [`SendLetter`].
pub async fn send_letter(run: &JobRun) -> Result<(), JobError> {
    let id = run.job::<SendLetter>()?.registration;
    let ctx = run.ctx(ACTOR).await?;
    let row: Option<Row> = ctx
        .tx()
        .one("select sealed, state from registrations where id = $1 for update", [id.into()])
        .await
        .map_err(DomainError::from)?;
    if let Some(row) = row.filter(|r| r.state == "new" && !r.sealed.is_empty()) {
        write(&ctx, id, &row.sealed).await?;
    }
    run.finish(ctx).await?;
    Ok(())
}

async fn write(ctx: &Ctx, id: Uuid, sealed: &str) -> kernel::Result<()> {
    let form: Form =
        serde_json::from_str(&ctx.app().vault.open_text(&purpose(ctx, id), sealed)?).map_err(DomainError::internal)?;
    let known = client_with(ctx, &form.email).await?.is_some();
    let mailbox = sha256(format!("{}:{}", ctx.tenant().key, form.email).as_bytes());
    let mailbox: String = mailbox.iter().map(|b| format!("{b:02x}")).collect();
    let (name, rate) = if known { ("registration-known", KNOWN) } else { ("registration-new", NEW) };
    // Nobody is told of a mail too many: that would tell a stranger of the others.
    let may = ctx.app().limits.check(name, &mailbox, Some(rate)).await.is_ok();
    let url = realm_url(ctx.app(), ctx.tenant());
    if known && may {
        let to = Recipient { name: None, email: form.email.clone() };
        mail::queue(ctx, "registration_known", to, json!({ "link": format!("{url}/register") })).await?;
    }
    if known || !may {
        ctx.tx().run("update registrations set state = 'dropped', sealed = '' where id = $1", [id.into()]).await?;
        return Ok(());
    }
    let token = new_token();
    ctx.tx()
        .run(
            "update registrations set state = 'sent', token_hash = $2, expires_at = $3 where id = $1",
            [id.into(), token_hash(&token).into(), (ctx.now() + Duration::hours(HOURS)).into()],
        )
        .await?;
    let values = json!({
        "name": form.first_name,
        "link": format!("{url}/register/verify?token={token}"),
        "expires_in": format!("{HOURS} hours"),
    });
    let to = Recipient::named(&format!("{} {}", form.first_name, form.last_name), &form.email);
    mail::queue(ctx, "registration_verification", to, values).await?;
    Ok(())
}
