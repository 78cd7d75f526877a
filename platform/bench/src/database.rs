//! The database behind the API: connections of our own, and the tenants' data.

use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, Row as _};

use crate::desk::{Desk, Tenant};

const FILL: &str = include_str!("fill.sql");

/// A connection with these settings.
pub async fn connect(url: &str, settings: &[(&str, String)]) -> anyhow::Result<PgConnection> {
    let options: PgConnectOptions = url.parse()?;
    Ok(options.options(settings.iter().map(|(name, value)| (*name, value.as_str()))).connect().await?)
}

/// A connection of the application's login inside one tenant, as a request has it.
pub async fn inside(desk: &Desk, tenant: &Tenant) -> anyhow::Result<PgConnection> {
    connect(&desk.app_url()?, &desk.inside(tenant)?).await
}

/// Fills a tenant with clients.
pub async fn fill(desk: &Desk, tenant: &Tenant, rows: u64) -> anyhow::Result<()> {
    let started = Instant::now();
    let names = desk.names_of(tenant)?;
    let (owner, schema) = (migrations::quote(&names.owner()), migrations::quote(&names.schema()));
    let mut admin = connect(&desk.admin_url()?, &[]).await?;
    let batch = format!(
        "begin; set local role {owner}; set local search_path = {schema};
         set local maintenance_work_mem = '512MB'; set local work_mem = '256MB';
         {}; commit;",
        FILL.replace("{rows}", &rows.to_string())
    );
    admin.execute(AssertSqlSafe(batch)).await?;
    analyze(desk, tenant).await?;
    crate::say(&format!("{rows} clients loaded in {:.0} s", started.elapsed().as_secs_f64()));
    Ok(())
}

/// Brings the planner's statistics and the visibility of rows up to date, as autovacuum would in time.
pub async fn analyze(desk: &Desk, tenant: &Tenant) -> anyhow::Result<()> {
    let schema = migrations::quote(&desk.names_of(tenant)?.schema());
    let mut admin = connect(&desk.admin_url()?, &[]).await?;
    for table in ["clients", "custom_values", "users", "teams", "figures", "search_words"] {
        admin.execute(AssertSqlSafe(format!("vacuum (analyze) {schema}.{table}"))).await?;
    }
    admin.execute("checkpoint").await?;
    Ok(())
}

/// Has the server write down what it holds, so that one measurement does not pay for the one before it.
pub async fn checkpoint(desk: &Desk) -> anyhow::Result<()> {
    connect(&desk.admin_url()?, &[]).await?.execute("checkpoint").await?;
    Ok(())
}

/// Waits until the workers have published every event and closed the audit chain, so that their work
/// for one interval does not weigh on the next.
pub async fn settle(desk: &Desk, tenant: &Tenant) -> anyhow::Result<()> {
    let schema = migrations::quote(&desk.names_of(tenant)?.schema());
    let mut admin = connect(&desk.admin_url()?, &[]).await?;
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        let open: i64 = admin
            .fetch_one(AssertSqlSafe(format!(
                "select (select count(*) from control.outbox where kind = 'event') + (select count(*) from {schema}.audit_log where seq is null)"
            )))
            .await?
            .try_get(0)?;
        if open == 0 {
            return Ok(());
        }
        anyhow::ensure!(
            Instant::now() < patience,
            "the workers are not done after a minute: {open} events and audit rows are left"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
