//! Brings the database to the version of this program: logins and shared schema first, then every
//! tenant, several at a time.
//!
//! Resumable: what is done is stamped in the same transaction. A tenant that fails keeps its version
//! and the run ends with an error that names it; the API does not serve a tenant whose schema is
//! not at the version it was built for.

use anyhow::Context as _;
use futures::StreamExt as _;
use kernel::tenant::{TenantKey, ViewClass};
use migrations::{CONTROL, ControlNames, TENANT, quote};
use sqlx::{AssertSqlSafe, Executor as _, PgPool, Row as _};

/// Logins and their passwords.
#[derive(Debug, Clone)]
pub struct Logins {
    /// Starts every role name of this installation.
    pub prefix: String,
    /// Password of `<prefix>_app`.
    pub app_password: String,
    /// Password of `<prefix>_prov`.
    pub prov_password: String,
}

/// Creates what only the owner of the database can create: logins, schemas, extension; then runs
/// the shared migrations. Safe to run again.
pub async fn prepare(admin: &PgPool, logins: &Logins) -> anyhow::Result<()> {
    let names = ControlNames { prefix: logins.prefix.clone() };
    let mut conn = admin.acquire().await.context("the database can't be reached with ADMIN_DATABASE_URL")?;
    conn.execute("select pg_advisory_lock(7305)").await?;
    let result = prepare_locked(&mut conn, &names, logins).await;
    conn.execute("select pg_advisory_unlock(7305)").await?;
    result
}

async fn prepare_locked(conn: &mut sqlx::PgConnection, names: &ControlNames, logins: &Logins) -> anyhow::Result<()> {
    let literal = |s: &str| format!("'{}'", s.replace('\'', "''"));
    let (app, prov, tenants) = (quote(&names.app()), quote(&names.prov()), quote(&names.tenants()));
    for (name, options) in [
        (names.app(), format!("login noinherit password {}", literal(&logins.app_password))),
        (names.prov(), format!("login noinherit createrole password {}", literal(&logins.prov_password))),
        (names.tenants(), "nologin".to_owned()),
    ] {
        let exists = sqlx::query("select 1 from pg_roles where rolname = $1").bind(&name).fetch_optional(&mut *conn).await?;
        let verb = if exists.is_some() { "alter" } else { "create" };
        conn.execute(AssertSqlSafe(format!("{verb} role {} {options}", quote(&name)))).await?;
    }
    let database: String = sqlx::query_scalar("select current_database()").fetch_one(&mut *conn).await?;
    conn.execute(AssertSqlSafe(format!(
        "grant connect, create on database {db} to {prov}; grant connect on database {db} to {app};
         grant {tenants} to {prov} with admin option;
         create schema if not exists control; create schema if not exists extensions;
         create extension if not exists pg_trgm schema extensions;
         revoke all on schema public from public;
         create table if not exists control.schema_migrations
             (version int primary key, name text not null, applied_at timestamptz not null default now())",
        db = quote(&database),
    )))
    .await?;
    for step in CONTROL {
        let done = sqlx::query("select 1 from control.schema_migrations where version = $1")
            .bind(step.version)
            .fetch_optional(&mut *conn)
            .await?;
        if done.is_some() {
            continue;
        }
        let batch = format!(
            "begin;\n{}\ninsert into control.schema_migrations (version, name) values ({}, '{}');\ncommit;",
            names.fill(step.sql),
            step.version,
            step.name
        );
        if let Err(e) = conn.execute(AssertSqlSafe(batch)).await {
            conn.execute("rollback").await?;
            return Err(anyhow::Error::new(e).context(format!("control migration {}", step.name)));
        }
        tracing::info!(step = step.name, "control migration applied");
    }
    sqlx::query("insert into control.installation (prefix) values ($1) on conflict do nothing")
        .bind(&names.prefix)
        .execute(&mut *conn)
        .await?;
    Ok(())
}

/// What a run over all tenants did.
#[derive(Debug, Default)]
pub struct Report {
    /// Tenants that already were at the version.
    pub current: usize,
    /// Tenants brought to the version.
    pub migrated: usize,
    /// Tenants that failed, with the reason; they keep their version.
    pub failed: Vec<(String, String)>,
}

/// Brings every tenant to the version of this program, a few at a time.
pub async fn migrate_tenants(prov: &PgPool, names: &ControlNames) -> anyhow::Result<Report> {
    let rows = sqlx::query(
        "select key, slug, schema_version from control.tenants where schema_version > 0 and status <> 'deleting' order by key",
    )
    .fetch_all(prov)
    .await?;
    let mut report = Report::default();
    let mut behind = Vec::new();
    for row in rows {
        let (key, slug, version): (i64, String, i32) = (row.get(0), row.get(1), row.get(2));
        if version >= migrations::tenant_version() {
            report.current += 1;
        } else {
            behind.push((TenantKey(key), slug, version));
        }
    }
    let mut runs = futures::stream::iter(behind)
        .map(|(key, slug, version)| async move { (slug, migrate_one(prov, names, key, version).await) })
        .buffer_unordered(4);
    while let Some((slug, result)) = runs.next().await {
        match result {
            Ok(()) => report.migrated += 1,
            Err(e) => {
                tracing::error!(tenant = slug, error = format!("{e:#}"), "tenant migration failed");
                report.failed.push((slug, format!("{e:#}")));
            }
        }
    }
    Ok(report)
}

async fn migrate_one(prov: &PgPool, names: &ControlNames, key: TenantKey, version: i32) -> anyhow::Result<()> {
    let tenant = names.tenant(key);
    for step in TENANT.iter().filter(|s| s.version > version) {
        let batch = tenant.step_batch(step);
        let mut tries = 0;
        loop {
            let mut conn = prov.acquire().await?;
            match conn.execute(AssertSqlSafe(batch.clone())).await {
                Ok(_) => break,
                Err(e) => {
                    conn.execute("rollback").await?;
                    tries += 1;
                    let busy = e.as_database_error().and_then(|d| d.code()).is_some_and(|c| c == "55P03");
                    if !busy || tries >= 5 {
                        return Err(anyhow::Error::new(e).context(format!("step {}", step.name)));
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(300 * tries)).await;
                }
            }
        }
    }
    complete_views(prov, names, key).await
}

/// Gives the tenant's partial roles what the new steps opened to them.
async fn complete_views(prov: &PgPool, names: &ControlNames, key: TenantKey) -> anyhow::Result<()> {
    let tenant = names.tenant(key);
    let mut conn = prov.acquire().await?;
    let masks: Vec<i32> = {
        let mut tx = sqlx::Connection::begin(&mut *conn).await?;
        tx.execute(AssertSqlSafe(format!("set local role {}", quote(&tenant.owner())))).await?;
        sqlx::query_scalar(AssertSqlSafe(format!("select mask from {}.view_roles", quote(&tenant.schema()))))
            .fetch_all(&mut *tx)
            .await?
    };
    for mask in masks {
        let batch = tenant.view_batch(names, ViewClass::from_mask(mask));
        if let Err(e) = conn.execute(AssertSqlSafe(batch)).await {
            conn.execute("rollback").await?;
            return Err(anyhow::Error::new(e).context("the tenant's partial roles"));
        }
    }
    Ok(())
}
