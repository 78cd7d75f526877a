//! The platform's own realm, number 0: the same tables as a broker's, for the owner's staff.
//!
//! Its full role also works on the shared schema, so that what the owner does to tenants is one
//! transaction with its audit row and its job. Jobs of other realms stay out of its sight.

use kernel::permission::{PERMISSIONS, PLATFORM_MANAGE};
use kernel::tenant::{TenantKey, ViewClass};
use kernel::validate::Checker;
use runtime::crypto::hash_password;
use runtime::registry::{PLATFORM_SLUG, Tenant};
use runtime::{Ctx, Rows as _, SharedApp, audit};
use serde_json::{Map, Value as Json, json};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};
use template::{Message, Template, platform_messages};
use uuid::Uuid;

use crate::configuration::Configuration;
use crate::control::db;
use crate::lock::TenantLock;
use crate::steps::{make_secrets, schema_for};

/// What the platform calls itself in its mails.
const NAME: &str = "Brokerdesk";
/// The role of the owner's staff.
const ROLE: &str = "Owner";
/// Areas of which the owner's role has every permission.
const AREAS: [&str; 3] = ["users.", "audit.", "jobs."];

/// The first member of the owner's staff.
#[derive(Debug, Clone)]
pub struct OwnerSeed {
    /// E-mail to sign in with.
    pub email: String,
    /// Name.
    pub name: String,
    /// Password, in clear; only its hash is kept.
    pub password: String,
}

/// Makes the platform's realm, and its first user if it has none. Safe to call again, at every
/// start and from several processes. Needs the provisioner's login.
pub async fn ensure_platform(app: &SharedApp, owner: Option<OwnerSeed>) -> kernel::Result<()> {
    let mut lock = TenantLock::take(app.provision_pool()?, TenantKey::PLATFORM).await?;
    let result = ensure_locked(app, lock.conn()?, owner).await;
    lock.release().await;
    result
}

async fn ensure_locked(app: &SharedApp, conn: &mut PgConnection, owner: Option<OwnerSeed>) -> kernel::Result<()> {
    let names = app.names();
    sqlx::query(
        "insert into control.tenants (key, id, slug, name, status, template)
         values (0, $1, $2, $3, 'provisioning', 'platform') on conflict do nothing",
    )
    .bind(Uuid::now_v7())
    .bind(PLATFORM_SLUG)
    .bind(NAME)
    .execute(&mut *conn)
    .await
    .map_err(db)?;
    schema_for(conn, &names, TenantKey::PLATFORM).await?;
    grant(conn, &names.tenant(TenantKey::PLATFORM).role(ViewClass::FULL)).await?;
    make_secrets(app, conn, TenantKey::PLATFORM).await?;
    app.registry.forget(TenantKey::PLATFORM, PLATFORM_SLUG).await;
    let realm = app.registry.platform().await?;
    furnish(app, &realm).await?;
    if let Some(owner) = owner {
        first_user(app, &realm, owner).await?;
    }
    sqlx::query("update control.tenants set status = 'active', updated_at = now() where key = 0 and status <> 'active'")
        .execute(&mut *conn)
        .await
        .map_err(db)?;
    app.publish_invalidation("registry", TenantKey::PLATFORM, PLATFORM_SLUG).await;
    Ok(())
}

/// Opens the shared schema to the realm's role; again at every start, so that tables of a later
/// migration are included.
async fn grant(conn: &mut PgConnection, role: &str) -> kernel::Result<()> {
    let role = migrations::quote(role);
    let sql = format!("grant select, insert, update, delete on all tables in schema control to {role}");
    conn.execute(AssertSqlSafe(sql)).await.map_err(db)?;
    Ok(())
}

/// Role, messages and settings, once.
async fn furnish(app: &SharedApp, realm: &Tenant) -> kernel::Result<()> {
    let mut configuration = Configuration::default();
    configuration.set_base("platform", env!("CARGO_PKG_VERSION"));
    let permissions: Map<String, Json> = PERMISSIONS
        .iter()
        .map(|p| p.key)
        .filter(|key| AREAS.iter().any(|a| key.starts_with(a)))
        // Who invites colleagues chooses their role.
        .chain(["roles.read", PLATFORM_MANAGE])
        .map(|key| (key.to_owned(), json!("all")))
        .collect();
    let fields = kernel::permission::FIELDS.iter().map(|f| (f.key.to_owned(), json!("full"))).collect();
    let description = "Runs the platform: tenants, provisionings and its own staff.";
    configuration.add_role(0, ROLE, description, &Json::Object(permissions), &Json::Object(fields));
    for message in messages() {
        configuration.add("message_templates", json!(message));
    }
    for (key, value) in [("locale", json!("en")), ("invitation_hours", json!(72)), ("password_reset_minutes", json!(60))] {
        configuration.add("settings", json!({ "key": key, "value": value }));
    }
    let tx = app.db.begin(realm, ViewClass::FULL, runtime::db::Mode::Write).await?;
    configuration.write(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// The platform's own messages, and the shared ones about accounts.
fn messages() -> Vec<&'static Message> {
    let own = platform_messages();
    let account = ["invitation", "password_reset"]
        .into_iter()
        .filter(|key| own.iter().all(|m| m.key != *key))
        .filter_map(|key| Template::embedded_all().iter().find_map(|t| t.message(key)));
    own.iter().chain(account).collect()
}

/// The first user, unless somebody is there.
async fn first_user(app: &SharedApp, realm: &std::sync::Arc<Tenant>, owner: OwnerSeed) -> kernel::Result<()> {
    let mut c = Checker::new();
    let email = c.email("email", &owner.email);
    let name = c.required("name", Some(&owner.name), 120);
    c.password("password", &owner.password);
    c.finish()?;
    let ctx = Ctx::system(app, realm, "Provisioner").await?;
    let somebody: Option<Uuid> = ctx.tx().scalar("select id from users limit 1", []).await?;
    if somebody.is_some() {
        return Ok(());
    }
    let id = Uuid::now_v7();
    let hash = hash_password(&owner.password).await?;
    ctx.tx()
        .run(
            "insert into users (id, email, name, password_hash, role_id, status)
             select $1, $2, $3, $4, r.id, 'active' from roles r where r.name = $5",
            [id.into(), email.clone().into(), name.clone().into(), hash.into(), ROLE.into()],
        )
        .await?;
    let facts = json!({ "email": email, "name": name, "role": ROLE, "status": "active" });
    ctx.audit("user.created", "user", Some(id), audit::diff(&json!({}), &facts)).await?;
    ctx.access_changed().await?;
    ctx.commit().await
}
