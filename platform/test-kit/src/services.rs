//! The servers that all tests of a run share.

use std::path::PathBuf;

use sandbox::{PostgresOptions, PrivatePostgres, PrivateRedis, RedisOptions};

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
