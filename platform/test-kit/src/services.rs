//! The servers that all tests of a run share.

use std::path::PathBuf;

use sandbox::{PostgresOptions, PrivatePostgres, PrivateRedis, RedisOptions};
use sqlx::{AssertSqlSafe, PgPool};

/// Where the shared servers keep their files.
fn dir() -> PathBuf {
    match std::env::var_os("BROKERDESK_TEST_DIR") {
        Some(dir) => dir.into(),
        None => std::env::temp_dir().join("brokerdesk-test-services"),
    }
}

/// The database owner's URL (of database `postgres`) and the Redis URL.
pub struct Services {
    /// For a database name.
    pub admin_url: Box<dyn Fn(&str) -> String + Send + Sync>,
    /// Redis.
    pub redis_url: String,
}

/// Starts the shared servers, or finds them running.
pub async fn start() -> anyhow::Result<Services> {
    let dir = dir();
    std::fs::create_dir_all(&dir)?;
    let postgres = PrivatePostgres::start(PostgresOptions { data_dir: dir.join("postgres"), port: None, durable: false }).await?;
    let redis = PrivateRedis::start(RedisOptions { data_dir: dir.join("redis"), port: None }).await?;
    let services = Services::of(&postgres.admin_url("{database}"), &redis.url());
    postgres.leave_running();
    redis.leave_running();
    Ok(services)
}

impl Services {
    /// From the database owner's URL with `{database}` in the place of the name.
    pub(crate) fn of(admin_url: &str, redis_url: &str) -> Self {
        let base = admin_url.to_owned();
        Self { admin_url: Box::new(move |name| base.replace("{database}", name)), redis_url: redis_url.to_owned() }
    }
}

/// Removes a few databases, with their roles, of tests that ended a while ago: the servers outlive a run, and
/// the disk would fill. A young one may be looked into after a failure, or is being made this moment.
pub(crate) async fn forget_some(root: &PgPool) {
    let old: Vec<String> = sqlx::query_scalar(
        "select datname from pg_database d
         where datname ~ '^t[0-9a-f]{9}$' and not exists (select 1 from pg_stat_activity a where a.datname = d.datname)
           and (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now() - interval '15 minutes'
         limit 2",
    )
    .fetch_all(root)
    .await
    .unwrap_or_default();
    for name in old {
        // Another test may be at the same one.
        if sqlx::query(AssertSqlSafe(format!("drop database {name}"))).execute(root).await.is_err() {
            continue;
        }
        let roles: Vec<String> = sqlx::query_scalar("select quote_ident(rolname) from pg_roles where starts_with(rolname, $1)")
            .bind(&name)
            .fetch_all(root)
            .await
            .unwrap_or_default();
        if !roles.is_empty() {
            let _ = sqlx::query(AssertSqlSafe(format!("drop role {}", roles.join(", ")))).execute(root).await;
        }
    }
}

/// Ends the shared servers and removes their files.
pub async fn stop() -> anyhow::Result<()> {
    let dir = dir();
    if !dir.exists() {
        return Ok(());
    }
    sandbox::postgres::wipe(dir.join("postgres")).await?;
    sandbox::redis::wipe(dir.join("redis")).await?;
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
