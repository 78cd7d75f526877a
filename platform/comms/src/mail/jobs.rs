//! The job that sends a mail.

use kernel::DomainError;
use kernel::job::{Job, JobError};
use kernel::ports::OutgoingMail;
use kernel::tenant::TenantKey;
use runtime::Ctx;
use runtime::outbox::JobRun;
use runtime::registry::secret_purpose;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::sender::{self, Sender};
use super::{Recipient, message};

/// Sends one mail. What it holds is sealed: queued jobs are shown to people who may not see
/// addresses, and are part of backups.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendMail {
    /// The key of the message, e.g. `invitation`.
    pub message: String,
    /// The recipient and the message's values.
    pub sealed: String,
}

impl Job for SendMail {
    const KIND: &'static str = "mail.send";
}

#[derive(Serialize, Deserialize)]
struct Contents {
    to: Recipient,
    context: Json,
}

/// What the contents are sealed for; the message's key is bound, so that it can't be exchanged.
fn purpose(realm: TenantKey, message: &str) -> String {
    secret_purpose(realm, &format!("mail:{message}"))
}

/// Queues a message of the realm; it leaves after the transaction commits, or never. `context`
/// holds the values of the message's own variables (`template::MESSAGES`); those that every mail has
/// are added when it leaves.
pub async fn queue(ctx: &Ctx, key: &str, to: Recipient, context: Json) -> kernel::Result<Uuid> {
    let contents = serde_json::to_string(&Contents { to, context }).map_err(DomainError::internal)?;
    let sealed = ctx.app().vault.seal_text(&purpose(ctx.tenant().key, key), &contents);
    ctx.enqueue(&SendMail { message: key.to_owned(), sealed }).await
}

/// The end of addresses that nobody has (RFC 2606): people whom a console names without one have such.
const NOWHERE: &str = ".invalid";

/// Runs [`SendMail`].
pub async fn send(run: &JobRun) -> Result<(), JobError> {
    let result = deliver(run).await;
    let outcome = match &result {
        Ok(outcome) => *outcome,
        Err(JobError::Retry(_)) => "deferred",
        Err(JobError::Fail(_)) => "failed",
    };
    run.app.metrics.mails.with_label_values(&[outcome]).inc();
    result?;
    run.finish(run.ctx("Mail").await?).await?;
    Ok(())
}

/// Says what became of it.
async fn deliver(run: &JobRun) -> Result<&'static str, JobError> {
    let mail = compose(run).await?;
    if mail.to_email.ends_with(NOWHERE) {
        return Ok("unaddressed");
    }
    let sent = run.app.mailer.send(&mail).await;
    sent.map_err(|e| if e.permanent { JobError::Fail(e.message) } else { JobError::Retry(e.message) })?;
    Ok("sent")
}

/// The mail as it leaves. The transaction it reads in is over when this returns.
async fn compose(run: &JobRun) -> Result<OutgoingMail, JobError> {
    let job: SendMail = run.job()?;
    let key = job.message.as_str();
    let opened =
        run.app.vault.open_text(&purpose(run.tenant.key, key), &job.sealed).map_err(|e| JobError::Fail(e.to_string()))?;
    let Contents { to, context } = serde_json::from_str(&opened).map_err(|e| JobError::Fail(e.to_string()))?;
    let ctx = run.ctx("Mail").await?;
    let found = message::load(&ctx, key).await?;
    let sender = Sender::load(&ctx).await?;
    let now = ctx.now();
    drop(ctx);
    let text = found.ok_or_else(|| JobError::Fail(format!("there is no message `{key}`")))?;
    let values = message::context(&run.tenant, &message::realm_url(&run.app, &run.tenant), now, &context);
    // The error names the variable that is missing, never a value.
    let rendered = text.render(&values).map_err(|e| JobError::Fail(format!("message `{key}` does not render: {e}")))?;
    let from = run.app.config.mail.from.clone();
    Ok(OutgoingMail {
        message_id: format!("{}@{}", run.id, from.rsplit_once('@').map_or("localhost", |(_, domain)| domain)),
        from_name: sender.name.unwrap_or_else(|| run.tenant.name.clone()),
        from_email: from,
        reply_to: sender.reply_to,
        to_name: to.name,
        to_email: to.email,
        subject: rendered.subject,
        text: sender::below_text(rendered.text, sender.footer.as_deref()),
        html: sender::below_html(rendered.html, sender.footer.as_deref()),
    })
}
