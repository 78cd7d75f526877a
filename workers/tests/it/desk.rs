//! An installation with the platform's realm and two tenants, with its own PostgreSQL and its own Redis, for one test.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use kernel::clock::Clock;
use kernel::event::Event;
use kernel::job::Job;
use kernel::ports::{
    CaptchaAnswer, CaptchaJudge, CaptchaVerdict, FileStore, Mailer, OutgoingMail, SendError, StoreError, StoredFile,
};
use kernel::tenant::{TenantKey, ViewClass};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use runtime::db::{Mode, Rows as _};
use runtime::migrate::{Logins, prepare};
use runtime::{App, Ctx, SharedApp};
use sandbox::{PostgresOptions, PrivatePostgres, PrivateRedis, RedisOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use workers::registry::JobKind;

use crate::jobs::TEST_JOBS;

const PREFIX: &str = "bdwork";

/// Nothing in these tests stores files.
struct NoFiles;

#[async_trait]
impl FileStore for NoFiles {
    async fn put(&self, _: &str, _: &str, _: Vec<u8>) -> Result<(), StoreError> {
        Err(StoreError("no store".into()))
    }
    async fn get(&self, _: &str) -> Result<Option<StoredFile>, StoreError> {
        Err(StoreError("no store".into()))
    }
    async fn delete_prefix(&self, _: &str) -> Result<u64, StoreError> {
        Err(StoreError("no store".into()))
    }
    async fn size_of_prefix(&self, _: &str) -> Result<u64, StoreError> {
        Err(StoreError("no store".into()))
    }
    async fn check(&self) -> Result<(), StoreError> {
        Err(StoreError("no store".into()))
    }
}

/// Nothing in these tests sends mail.
struct NoMail;

#[async_trait]
impl Mailer for NoMail {
    async fn send(&self, _: &OutgoingMail) -> Result<(), SendError> {
        Err(SendError { permanent: true, message: "no mail".into() })
    }
    async fn check(&self) -> Result<(), String> {
        Err("no mail".into())
    }
}

/// Nothing in these tests asks for a captcha.
struct NoCaptcha;

#[async_trait]
impl CaptchaJudge for NoCaptcha {
    async fn judge(&self, _: &CaptchaAnswer) -> Result<CaptchaVerdict, String> {
        Err("no captcha".into())
    }
}

pub struct Desk {
    pub app: SharedApp,
    pub postgres: Option<PrivatePostgres>,
    redis_conf: String,
    redis_exe: String,
    redis: PrivateRedis,
    revived: Option<std::process::Child>,
    pub vars: BTreeMap<String, String>,
    dir: TempDir,
}

/// Connects a process of its own to the installation.
pub async fn connect(vars: &BTreeMap<String, String>) -> SharedApp {
    let config = runtime::config::Config::from_vars(vars).unwrap();
    let (files, mail, captcha) = (Arc::new(NoFiles), Arc::new(NoMail), Arc::new(NoCaptcha));
    let app = App::connect(config, files, mail, None, captcha, Clock::system()).await.unwrap();
    app.start_listeners();
    app
}

fn postgres_options(dir: &TempDir, port: Option<u16>) -> PostgresOptions {
    PostgresOptions { data_dir: dir.path().join("postgres"), port, durable: false }
}

impl Desk {
    pub async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let postgres = PrivatePostgres::start(postgres_options(&dir, None)).await.unwrap();
        let redis = PrivateRedis::start(RedisOptions { data_dir: dir.path().join("redis"), port: None }).await.unwrap();

        let admin = PgPool::connect(&postgres.admin_url("postgres")).await.unwrap();
        let logins = Logins { prefix: PREFIX.into(), app_password: "app".into(), prov_password: "prov".into() };
        prepare(&admin, &logins).await.unwrap();
        let url = |login: &str| format!("postgres://{PREFIX}_{login}:{login}@127.0.0.1:{}/postgres", postgres.port());
        let mut prov = PgConnection::connect(&url("prov")).await.unwrap();
        let names = migrations::ControlNames { prefix: PREFIX.into() };
        for (key, slug) in [(0_i64, "platform"), (1, "northwind"), (2, "southwind")] {
            sqlx::query(
                "insert into control.tenants (key, id, slug, name, status, template) values ($1, $2, $3, $3, 'active', 'test')",
            )
            .bind(key)
            .bind(Uuid::now_v7())
            .bind(slug)
            .execute(&admin)
            .await
            .unwrap();
            prov.execute(AssertSqlSafe(names.tenant(TenantKey(key)).create_batch(&names))).await.unwrap();
        }
        // The platform's own realm works on the shared tables.
        let platform = names.tenant(TenantKey::PLATFORM).role(ViewClass::FULL);
        let sql = format!("grant select, insert, update, delete on all tables in schema control to {platform}");
        prov.execute(AssertSqlSafe(sql)).await.unwrap();
        let vars: BTreeMap<String, String> = [
            ("DATABASE_URL", url("app")),
            ("REDIS_URL", redis.url()),
            ("MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()),
            ("S3_ENDPOINT", "http://localhost:1".to_owned()),
            ("S3_ACCESS_KEY", "a".to_owned()),
            ("S3_SECRET_KEY", "b".to_owned()),
            ("SMTP_URL", "smtp://localhost:1".to_owned()),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v))
        .collect();
        Self {
            app: connect(&vars).await,
            redis_conf: redis.data_dir().join("redis.conf").display().to_string(),
            redis_exe: std::fs::read_link(format!("/proc/{}/exe", redis.pid())).unwrap().display().to_string(),
            postgres: Some(postgres),
            redis,
            revived: None,
            vars,
            dir,
        }
    }

    /// `kill -9`; what it held is gone.
    pub fn kill_redis(&mut self) {
        match self.revived.take() {
            Some(mut child) => {
                child.kill().unwrap();
                child.wait().unwrap();
            }
            None => kill(Pid::from_raw(self.redis.pid()), Signal::SIGKILL).unwrap(),
        }
    }

    /// Makes it hang, or go on.
    pub fn signal_redis(&self, signal: Signal) {
        kill(Pid::from_raw(self.redis.pid()), signal).unwrap();
    }

    /// Starts it again, empty, where it was.
    pub fn revive_redis(&mut self) {
        // The program does different things under different names.
        let mut command = Command::new(&self.redis_exe);
        command.arg0("redis-server").arg(&self.redis_conf).stdout(Stdio::null());
        self.revived = Some(command.spawn().unwrap());
    }

    pub async fn redis<T: redis::FromRedisValue>(&self, command: &str) -> T {
        let mut parts = command.split(' ');
        let mut cmd = redis::cmd(parts.next().unwrap());
        for part in parts {
            cmd.arg(part);
        }
        cmd.query_async(&mut self.app.redis.clone()).await.unwrap()
    }

    pub async fn stop_postgres(&mut self) -> u16 {
        let server = self.postgres.take().unwrap();
        let port = server.port();
        server.stop().await.unwrap();
        port
    }

    pub async fn start_postgres(&mut self, port: u16) {
        self.postgres = Some(PrivatePostgres::start(postgres_options(&self.dir, Some(port))).await.unwrap());
    }

    /// Starts the workers in this process.
    pub fn work(&self) -> Workers {
        Workers::start(&self.app, TEST_JOBS)
    }

    pub async fn ctx(&self, key: i64) -> Ctx {
        let tenant = self.app.registry.by_key(TenantKey(key)).await.unwrap();
        Ctx::system(&self.app, &tenant, "test").await.unwrap()
    }

    /// Enqueues a job as a change would: with an audit row and an event.
    pub async fn enqueue<J: Job>(&self, key: i64, job: &J) -> Uuid {
        let ctx = self.ctx(key).await;
        let id = ctx.enqueue(job).await.unwrap();
        ctx.audit("test.enqueued", "test", Some(id), vec![]).await.unwrap();
        ctx.emit(Event::new("lead.created", id, "leads.read")).await.unwrap();
        ctx.commit().await.unwrap();
        id
    }

    /// Enqueues many in one transaction.
    pub async fn enqueue_all<J: Job>(&self, key: i64, jobs: impl IntoIterator<Item = J>) -> Vec<Uuid> {
        let ctx = self.ctx(key).await;
        let mut ids = Vec::new();
        for job in jobs {
            ids.push(ctx.enqueue(&job).await.unwrap());
        }
        ctx.commit().await.unwrap();
        ids
    }

    /// State, attempts and error of a job.
    pub async fn row(&self, id: Uuid) -> (String, i32, Option<String>) {
        sqlx::query_as("select state, attempts, error from control.outbox where id = $1")
            .bind(id)
            .fetch_one(&self.app.control)
            .await
            .unwrap()
    }

    /// How many rows are in a state.
    pub async fn count(&self, state: &str) -> i64 {
        sqlx::query_scalar("select count(*) from control.outbox where state = $1")
            .bind(state)
            .fetch_one(&self.app.control)
            .await
            .unwrap_or(-1)
    }

    /// Waits until as many jobs are done.
    pub async fn until_done(&self, jobs: i64, within: Duration) {
        let until = Instant::now() + within;
        while self.count("done").await != jobs {
            if Instant::now() > until {
                let rows: Vec<(String, i64)> = sqlx::query_as("select state, count(*) from control.outbox group by 1")
                    .fetch_all(&self.app.control)
                    .await
                    .unwrap();
                panic!("not done within {within:?}: {rows:?}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How often a note was written, per note.
    pub async fn notes(&self, key: i64) -> BTreeMap<String, i64> {
        #[derive(sea_orm::FromQueryResult)]
        struct Note {
            key: String,
            value: serde_json::Value,
        }
        let tenant = self.app.registry.by_key(TenantKey(key)).await.unwrap();
        let tx = self.app.db.begin(&tenant, ViewClass::FULL, Mode::Read).await.unwrap();
        let notes: Vec<Note> = tx.all("select key, value from settings", []).await.unwrap();
        notes.into_iter().map(|n| (n.key, n.value.as_i64().unwrap_or(0))).collect()
    }

    /// Audit rows that are not sealed yet.
    pub async fn unsealed(&self, key: i64) -> i64 {
        let tenant = self.app.registry.by_key(TenantKey(key)).await.unwrap();
        let tx = self.app.db.begin(&tenant, ViewClass::FULL, Mode::Read).await.unwrap();
        tx.scalar("select count(*) from audit_log where seq is null", []).await.unwrap().unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut child) = self.revived.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub struct Workers {
    shutdown: CancellationToken,
    pub task: JoinHandle<anyhow::Result<()>>,
}

impl Workers {
    pub fn start(app: &SharedApp, jobs: &'static [JobKind]) -> Self {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(workers::run_jobs(app.clone(), jobs, shutdown.clone()));
        Self { shutdown, task }
    }

    /// Shuts them down; returns how long it took.
    pub async fn stop(self) -> Duration {
        let started = Instant::now();
        self.shutdown.cancel();
        self.task.await.unwrap().unwrap();
        started.elapsed()
    }
}
