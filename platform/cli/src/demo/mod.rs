//! The demo brokers of `brokerdesk up`: `northwind`, which is large enough to work with,
//! `ember`, which shows that two brokers are apart, and `cobalt`, whose team sells by a pipeline.
//!
//! Always holds: a broker is filled in one transaction, so it has all of its data or none, and it is
//! filled once; the data is made up, and no mail to anybody in it can arrive.

mod blueprint;
mod clients;
mod dice;
mod documents;
mod generate;
mod leads;
mod load;
mod names;
mod people;
mod places;
mod rows;
mod sales;
mod sales_words;
mod staff;
mod trail;

use std::sync::Arc;
use std::time::Instant;

use provisioner::commands::{AdminSeed, tenant_create};
use provisioner::tenants::{self, TenantPatch};
use runtime::registry::{Tenant, TenantStatus};
use runtime::{Ctx, SharedApp};
use serde::Serialize;

use blueprint::Blueprint;

/// How much demo data there is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 25 users, 20,000 clients, 5,000 leads in the largest.
    Full,
    /// 8 users, 2,000 clients, 500 leads in the largest.
    Small,
    /// None at all.
    None,
}

/// A demo broker and who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoTenant {
    /// Address.
    pub slug: String,
    /// Where it is.
    pub url: String,
    /// A manager, a team leader and an agent of this leader's team come first.
    pub users: Vec<DemoUser>,
}

/// A login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoUser {
    /// The role's name.
    pub role: String,
    /// E-mail.
    pub email: String,
    /// Password.
    pub password: String,
}

/// Makes and fills the demo brokers that are not there yet; returns all of them with their logins.
/// An address that somebody else has taken is left alone.
pub async fn load(
    app: &SharedApp,
    size: Size,
    password: &str,
    progress: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Vec<DemoTenant>> {
    let mut out = Vec::new();
    for plan in blueprint::of_size(size) {
        let plan = Arc::new(plan);
        let tenant = match app.registry.by_slug(plan.slug).await? {
            Some(tenant) if tenant.status == TenantStatus::Deleting => {
                progress(&format!("{}: is being deleted, left alone", plan.slug));
                continue;
            }
            Some(tenant) if matches!(tenant.status, TenantStatus::Active | TenantStatus::Suspended) => tenant,
            _ => create(app, &plan, password, progress).await?,
        };
        let emails: Vec<String> = plan.staff.iter().map(|s| s.email(plan.slug)).collect();
        let mut known = load::known_users(app, &tenant, &emails).await?;
        if emails.first().is_none_or(|admin| !known.contains(admin)) {
            progress(&format!("{}: belongs to somebody else, left alone", plan.slug));
            continue;
        }
        if known.len() == 1 {
            fill(app, &tenant, &plan, progress).await?;
            known = emails;
        }
        out.push(describe(app, &plan, &known, password));
    }
    Ok(out)
}

/// Makes the tenant, or finishes one whose making broke off.
async fn create(
    app: &SharedApp,
    plan: &Blueprint,
    password: &str,
    progress: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Arc<Tenant>> {
    let started = Instant::now();
    let first = plan.staff.first().ok_or_else(|| anyhow::anyhow!("{} has no staff", plan.slug))?;
    let admin = AdminSeed { name: first.name.into(), email: first.email(plan.slug), password: Some(password.into()) };
    let key = tenant_create(app, plan.slug, plan.name, plan.template, admin, &mut |_| {}).await?;
    let platform = app.registry.platform().await?;
    let ctx = Ctx::system(app, &platform, "Demo data").await?;
    let look = TenantPatch { primary: Some(plan.primary.into()), ..TenantPatch::default() };
    tenants::change(&ctx, plan.slug, look).await?;
    ctx.commit().await?;
    app.publish_invalidation("registry", key, plan.slug).await;
    progress(&format!("{}: made in {} ms", plan.slug, started.elapsed().as_millis()));
    Ok(app.registry.by_key(key).await?)
}

async fn fill(
    app: &SharedApp,
    tenant: &Arc<Tenant>,
    plan: &Arc<Blueprint>,
    progress: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<()> {
    let started = Instant::now();
    load::fill(app, tenant, plan).await?;
    // Who sells to companies asks nobody for papers.
    if plan.sales.is_none()
        && let Err(error) = documents::hand_in(app, tenant).await
    {
        tracing::warn!(error = format!("{error:#}"), slug = plan.slug, "demo clients without documents");
    }
    // The data is there; that it is not tidy yet only costs speed.
    if let Err(error) = load::tidy(app, tenant.key).await {
        tracing::warn!(%error, slug = plan.slug, "demo tables not vacuumed");
    }
    progress(&format!(
        "{}: {} users, {} clients and {} leads loaded in {} ms",
        plan.slug,
        plan.staff.len(),
        plan.clients,
        plan.leads,
        started.elapsed().as_millis()
    ));
    Ok(())
}

fn describe(app: &SharedApp, plan: &Blueprint, known: &[String], password: &str) -> DemoTenant {
    let user = |seat: &&blueprint::Seat| DemoUser {
        role: seat.role.to_owned(),
        email: seat.email(plan.slug),
        password: password.to_owned(),
    };
    DemoTenant {
        slug: plan.slug.to_owned(),
        url: app.config.tenant_url(plan.slug),
        users: plan.staff.iter().map(user).filter(|u| known.contains(&u.email)).collect(),
    }
}
