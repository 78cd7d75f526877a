//! Keeping a form, verifying it, and forgetting those that nobody verified.

use chrono::{DateTime, Duration, Utc};
use crm::assignment::Facts;
use crm::clients::http::ClientIn;
use crm::clients::service::{Origin, create_registered};
use crm::consents;
use crm::leads::registered::{self, OpenLead};
use kernel::DomainError;
use kernel::tenant::{TenantKey, ViewClass};
use runtime::audit::Change;
use runtime::crypto::token_hash;
use runtime::db::Mode;
use runtime::http::Caller;
use runtime::{Ctx, Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::form::{Form, client_with};
use super::http::VerifiedOut;
use super::letter::SendLetter;
use super::rules::Rules;
use super::{ACTOR, purpose};

/// How long the mail's link works, and a form is kept.
pub(super) const HOURS: i64 = 48;
/// How long it is remembered that there was a link, for an answer that helps.
const REMEMBERED: &str = "30 days";
/// Rows emptied or deleted in one statement.
const CHUNK: i64 = 5_000;

/// Keeps a form, sealed, and has its mail sent.
pub(super) async fn keep(ctx: &Ctx, form: &Form) -> kernel::Result<()> {
    let id = Uuid::now_v7();
    let text = serde_json::to_string(form).map_err(DomainError::internal)?;
    let sealed = ctx.app().vault.seal_text(&purpose(ctx, id), &text);
    ctx.tx()
        .run(
            "insert into registrations (id, sealed, created_at, expires_at) values ($1, $2, $3, $4)",
            [id.into(), sealed.into(), ctx.now().into(), (ctx.now() + Duration::hours(HOURS)).into()],
        )
        .await?;
    ctx.enqueue(&SendLetter { registration: id }).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    sealed: String,
    state: String,
    expires_at: DateTime<Utc>,
}

/// Spends the token of a mail's link and makes the client, in one transaction. Somebody else may add a
/// client with the same address in that very moment: then it is looked at once more.
pub(super) async fn verify(caller: &Caller, token: &str) -> kernel::Result<VerifiedOut> {
    let mut again = false;
    loop {
        let ctx = caller.begin_as(ACTOR).await?;
        match spend(&ctx, token).await {
            Err(DomainError::Conflict { code: "email_exists", .. }) if !again => again = true,
            Err(error) => return Err(error),
            Ok(()) => {
                let out = VerifiedOut::done();
                ctx.commit_reply(200, &out).await?;
                return Ok(out);
            }
        }
    }
}

async fn spend(ctx: &Ctx, token: &str) -> kernel::Result<()> {
    let sql = "select id, sealed, state, expires_at from registrations where token_hash = $1 for update";
    let row: Option<Row> = ctx.tx().one(sql, [token_hash(token).into()]).await?;
    let row = row.ok_or_else(|| DomainError::NotFound {
        code: "token_unknown",
        message: "This link is not known. Use the newest mail, or register again.".to_owned(),
    })?;
    if row.state == "verified" {
        return Err(DomainError::gone("token_used", "This link was used before."));
    }
    if row.expires_at <= ctx.now() || row.sealed.is_empty() {
        return Err(DomainError::gone("token_expired", "This link has expired. Register again."));
    }
    let opened = ctx.app().vault.open_text(&purpose(ctx, row.id), &row.sealed)?;
    let form: Form = serde_json::from_str(&opened).map_err(DomainError::internal)?;
    ctx.tx()
        .run(
            "update registrations set state = 'verified', sealed = '', used_at = $2 where id = $1",
            [row.id.into(), ctx.now().into()],
        )
        .await?;
    // Who reads the mails of a client has become none by another way: nothing of theirs is overwritten.
    if let Some(client) = client_with(ctx, &form.email).await? {
        return ctx.audit("client.registration_repeated", "client", Some(client), Vec::new()).await;
    }
    welcome(ctx, &form).await
}

async fn welcome(ctx: &Ctx, form: &Form) -> kernel::Result<()> {
    let lead = registered::open_of(ctx, &form.email).await?;
    let (owner, team) = placed(ctx, lead.as_ref()).await?;
    let told = |metadata: &Json| Facts::language_of(metadata);
    let language = form.language.clone().or_else(|| told(&form.metadata)).or_else(|| told(&lead.as_ref()?.metadata));
    let input = ClientIn {
        language,
        first_name: Some(form.first_name.clone()),
        last_name: Some(form.last_name.clone()),
        email: Some(form.email.clone()),
        phone: form.phone.clone(),
        country: Some(form.country.clone()),
        date_of_birth: form.date_of_birth.map(|d| d.to_string()),
        source: Some("registration".to_owned()),
        assigned_to: owner.map(|id| id.to_string()),
        ..ClientIn::default()
    };
    let partner = form.partner_id.or(lead.as_ref().and_then(|l| l.partner_id));
    let origin = Origin { lead: lead.as_ref().map(|l| l.id), partner, team, ..Origin::default() };
    let client = create_registered(ctx, &input, &origin).await?.id;
    ctx.tx()
        .run(
            "insert into client_registrations (id, client_id, partner_id, lead_id, metadata, submitted_at, verified_at, ip, password_hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                Uuid::now_v7().into(),
                client.into(),
                partner.into(),
                lead.as_ref().map(|l| l.id).into(),
                form.metadata.clone().into(),
                form.submitted_at.into(),
                ctx.now().into(),
                form.ip.clone().into(),
                form.password_hash.clone().into(),
            ],
        )
        .await?;
    consents::keep(ctx, client, &form.accepted, form.submitted_at, form.ip.as_deref()).await?;
    if let Some(lead) = &lead {
        registered::became(ctx, lead, client).await?;
    }
    let agreed: Vec<String> = form.accepted.iter().map(|a| format!("{} {}", a.key, a.version)).collect();
    let mut changes = vec![Change { field: "consents".to_owned(), old: Json::Null, new: agreed.into() }];
    for (field, id) in [("partner_id", partner), ("lead_id", lead.map(|l| l.id))] {
        if let Some(id) = id {
            changes.push(Change { field: field.to_owned(), old: Json::Null, new: id.to_string().into() });
        }
    }
    ctx.audit("client.registered", "client", Some(client), changes).await
}

/// Whose client it becomes: whoever has the lead, else as the settings say. Somebody who left meanwhile
/// does not keep anybody from becoming a client.
async fn placed(ctx: &Ctx, lead: Option<&OpenLead>) -> kernel::Result<(Option<Uuid>, Option<Uuid>)> {
    let rules = Rules::load(ctx).await?;
    for user in [lead.and_then(|l| l.assigned_to), rules.owner].into_iter().flatten() {
        let there: Option<i32> =
            ctx.tx().scalar("select 1 from users where id = $1 and status = 'active'", [user.into()]).await?;
        if there.is_some() {
            return Ok((Some(user), None));
        }
    }
    for team in [lead.and_then(|l| l.team_id), rules.team].into_iter().flatten() {
        if ctx.tx().scalar::<i32>("select 1 from teams where id = $1", [team.into()]).await?.is_some() {
            return Ok((None, Some(team)));
        }
    }
    Ok((None, None))
}

/// Forgets, at every broker, what forms say whose link has expired; and that they were, a while later.
pub async fn sweep(app: &SharedApp) -> anyhow::Result<()> {
    for key in app.registry.active_keys().await?.into_iter().filter(|k| *k != TenantKey::PLATFORM) {
        if let Err(error) = sweep_one(app, key).await {
            tracing::warn!(tenant = key.0, %error, "old registrations stay for now");
        }
    }
    Ok(())
}

async fn sweep_one(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    for sql in [
        "update registrations set sealed = '' where id = any (array (
             select id from registrations where expires_at < $1 and sealed <> '' limit $2))",
        "delete from registrations where id = any (array (
             select id from registrations where expires_at < $1::timestamptz - $3::text::interval limit $2))",
    ] {
        loop {
            let tx = app.db.begin(&tenant, ViewClass::FULL, Mode::Write).await?;
            let mut values: Vec<sea_orm::Value> = vec![app.clock.now().into(), CHUNK.into()];
            if sql.contains("$3") {
                values.push(REMEMBERED.into());
            }
            let touched = tx.run(sql, values).await?;
            tx.commit().await?;
            if touched < CHUNK.unsigned_abs() {
                break;
            }
        }
    }
    Ok(())
}
