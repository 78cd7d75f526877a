//! Sign-up: asking for an address, verifying it.

use chrono::{DateTime, Duration, Utc};
use comms::mail::{self, Recipient};
use kernel::DomainError;
use runtime::crypto::{hash_password, new_token, token_hash};
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use template::Template;
use uuid::Uuid;

use super::http::SignupIn;
use crate::branding::check_wish;
use crate::job::ProvisionTenant;
use crate::order::{self, Administrator, BrandingWish, Form, Order, Origin, Placed, Source, slug_taken};

/// How long the mail's link works, and the address is held.
const HOURS: i64 = 24;

/// A sign-up whose fields are right. The password is hashed.
#[derive(Debug, Clone)]
pub struct Checked {
    company: String,
    slug: String,
    name: String,
    email: String,
    password_hash: String,
    template: String,
    branding: BrandingWish,
}

impl Checked {
    /// Checks a form; every fault is named.
    pub async fn of(form_in: SignupIn) -> kernel::Result<Self> {
        let mut form = Form::default();
        let slug = form.slug(form_in.slug.as_deref());
        let c = &mut form.fields;
        let company = c.required("company", form_in.company.as_deref(), 120);
        let name = c.required("name", form_in.name.as_deref(), 120);
        let email = c.required("email", form_in.email.as_deref(), 254);
        let email = if email.is_empty() { email } else { c.email("email", &email) };
        let password = form_in.password.unwrap_or_default();
        if password.is_empty() {
            c.add("password", "is required");
        } else {
            c.password("password", &password);
        }
        let template = c.required("template", form_in.template.as_deref(), 60);
        if !template.is_empty() && Template::embedded(&template).is_none() {
            c.add("template", format!("there is no template `{template}`"));
        }
        let branding = check_wish(c, form_in.branding.as_ref());
        form.finish()?;
        let password_hash = hash_password(&password).await?;
        Ok(Self { company, slug, name, email, password_hash, template, branding })
    }
}

/// Whether an address can be asked for: no tenant has it and no sign-up of somebody else holds it.
pub async fn check_slug_free(ctx: &Ctx, slug: &str, email: Option<&str>) -> kernel::Result<bool> {
    let held: Option<bool> = ctx
        .tx()
        .scalar(
            "select exists (select 1 from control.tenants where slug = $1)
                 or exists (select 1 from control.signups where slug = $1 and status = 'pending' and expires_at > $2
                            and ($3::text is null or email <> $3))",
            [slug.into(), ctx.now().into(), email.map(str::to_owned).into()],
        )
        .await?;
    Ok(held != Some(true))
}

/// Two sign-ups for one address take turns.
async fn lock_slug(ctx: &Ctx, slug: &str) -> kernel::Result<()> {
    ctx.tx().run("select pg_advisory_xact_lock(7307, hashtext($1))", [slug.into()]).await?;
    Ok(())
}

/// Keeps a sign-up and has the mail with its link sent. The same e-mail asking for the same address
/// again replaces what it asked for before.
pub async fn sign_up(ctx: &Ctx, wanted: &Checked) -> kernel::Result<Uuid> {
    lock_slug(ctx, &wanted.slug).await?;
    if !check_slug_free(ctx, &wanted.slug, Some(&wanted.email)).await? {
        return Err(slug_taken());
    }
    let token = new_token();
    let before: Option<Uuid> = ctx
        .tx()
        .scalar(
            "select id from control.signups where slug = $1 and email = $2 and status = 'pending' order by created_at desc limit 1",
            [wanted.slug.clone().into(), wanted.email.clone().into()],
        )
        .await?;
    let id = before.unwrap_or_else(Uuid::now_v7);
    ctx.tx()
        .run(
            "insert into control.signups
                 (id, company, slug, name, email, password_hash, template, branding, token_hash, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict (id) do update set company = excluded.company, name = excluded.name,
                 password_hash = excluded.password_hash, template = excluded.template, branding = excluded.branding,
                 token_hash = excluded.token_hash, created_at = excluded.created_at, expires_at = excluded.expires_at",
            [
                id.into(),
                wanted.company.clone().into(),
                wanted.slug.clone().into(),
                wanted.name.clone().into(),
                wanted.email.clone().into(),
                wanted.password_hash.clone().into(),
                wanted.template.clone().into(),
                json!(wanted.branding).into(),
                token_hash(&token).into(),
                ctx.now().into(),
                (ctx.now() + Duration::hours(HOURS)).into(),
            ],
        )
        .await?;
    let letter = Letter { name: &wanted.name, email: &wanted.email, company: &wanted.company, slug: &wanted.slug };
    send(ctx, &letter, &token).await?;
    let facts = json!({ "company": wanted.company, "slug": wanted.slug, "email": wanted.email, "template": wanted.template });
    ctx.audit("signup.requested", "signup", Some(id), audit::diff(&json!({}), &facts)).await?;
    Ok(id)
}

struct Letter<'a> {
    name: &'a str,
    email: &'a str,
    company: &'a str,
    slug: &'a str,
}

async fn send(ctx: &Ctx, letter: &Letter<'_>, token: &str) -> kernel::Result<()> {
    let config = &ctx.app().config;
    let values = json!({
        "name": letter.name,
        "workspace": letter.company,
        "host": format!("{}.{}", letter.slug, config.base_domain),
        "link": format!("{}/verify?token={token}", config.platform_url()),
        "expires_in": format!("{HOURS} hours"),
    });
    mail::queue(ctx, "signup_verification", Recipient::named(letter.name, letter.email), values).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct SignupRow {
    id: Uuid,
    company: String,
    slug: String,
    name: String,
    email: String,
    password_hash: String,
    template: String,
    branding: Json,
    status: String,
    expires_at: DateTime<Utc>,
}

fn token_used() -> DomainError {
    DomainError::gone("token_used", "This link was used before.")
}

/// Sends the mail again, with a new link; the old one no longer works.
pub async fn resend(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    let row: Option<SignupRow> = ctx
        .tx()
        .one(
            "select id, company, slug, name, email, password_hash, template, branding, status, expires_at
             from control.signups where id = $1",
            [id.into()],
        )
        .await?;
    let row = row.ok_or_else(|| DomainError::not_found("Sign-up"))?;
    if row.status != "pending" {
        return Err(token_used());
    }
    lock_slug(ctx, &row.slug).await?;
    if !check_slug_free(ctx, &row.slug, Some(&row.email)).await? {
        return Err(slug_taken());
    }
    let token = new_token();
    let changed = ctx
        .tx()
        .run(
            "update control.signups set token_hash = $2, expires_at = $3 where id = $1 and status = 'pending'",
            [id.into(), token_hash(&token).into(), (ctx.now() + Duration::hours(HOURS)).into()],
        )
        .await?;
    if changed != 1 {
        return Err(token_used());
    }
    let letter = Letter { name: &row.name, email: &row.email, company: &row.company, slug: &row.slug };
    send(ctx, &letter, &token).await
}

/// Spends a token: the tenant is ordered and its making queued. Returns its address too.
pub async fn verify(ctx: &Ctx, token: &str) -> kernel::Result<(Placed, String)> {
    let row: Option<SignupRow> = ctx
        .tx()
        .one(
            "select id, company, slug, name, email, password_hash, template, branding, status, expires_at
             from control.signups where token_hash = $1 for update",
            [token_hash(token).into()],
        )
        .await?;
    let row = row.ok_or_else(|| DomainError::NotFound {
        code: "token_unknown",
        message: "This link is not known. Use the newest mail, or sign up again.".to_owned(),
    })?;
    if row.status != "pending" {
        return Err(token_used());
    }
    if row.expires_at <= ctx.now() {
        return Err(DomainError::gone("token_expired", "This link has expired. Sign up again."));
    }
    let order = Order {
        slug: row.slug.clone(),
        name: row.company,
        source: Source::Template(row.template),
        origin: Origin::Signup,
        admin: Administrator { name: row.name, email: row.email, password_hash: Some(row.password_hash) },
        branding: serde_json::from_value(row.branding).unwrap_or_default(),
    };
    let placed = order::place(ctx, &order).await?;
    // What is needed from here on stands in the provisioning.
    ctx.tx()
        .run(
            "update control.signups set status = 'verified', verified_at = $2, provisioning_id = $3,
                    password_hash = '', branding = branding - 'logo_url' where id = $1",
            [row.id.into(), ctx.now().into(), placed.provisioning_id.into()],
        )
        .await?;
    ctx.enqueue(&ProvisionTenant { provisioning_id: placed.provisioning_id }).await?;
    let changes = audit::diff(&json!({ "status": "pending" }), &json!({ "status": "verified" }));
    ctx.audit("signup.verified", "signup", Some(row.id), changes).await?;
    Ok((placed, row.slug))
}
