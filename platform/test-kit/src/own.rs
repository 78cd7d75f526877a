//! Servers of one test alone, to be stopped, killed and started again.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox::{PostgresOptions, PrivatePostgres, PrivateRedis, RedisOptions};
use uuid::Uuid;

use crate::services::{self, Services};

/// Which servers a test has for itself; it shares the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// Redis; starting it costs nothing.
    Redis,
    /// PostgreSQL, which keeps what it acknowledged, and Redis.
    All,
}

/// The servers.
#[derive(Default)]
pub struct Servers {
    dir: PathBuf,
    postgres: Option<PrivatePostgres>,
    port: u16,
    redis: Option<PrivateRedis>,
    /// Program and configuration of Redis, to start it again with the password that all know.
    redis_command: (PathBuf, PathBuf),
    revived: Option<Child>,
}

impl Servers {
    pub(crate) async fn start(own: Own) -> anyhow::Result<(Self, Services)> {
        let dir = std::env::temp_dir().join(format!("brokerdesk-own-{}", Uuid::new_v4().simple()));
        std::fs::create_dir_all(&dir)?;
        let redis = PrivateRedis::start(RedisOptions { data_dir: dir.join("redis"), port: None }).await?;
        let program = std::fs::read_link(format!("/proc/{}/exe", redis.pid()))?;
        let redis_command = (program, redis.data_dir().join("redis.conf"));
        let redis_url = redis.url();
        let mut servers = Self { dir, postgres: None, port: 0, redis: Some(redis), redis_command, revived: None };
        let services = match own {
            Own::Redis => Services { redis_url, ..services::start().await? },
            Own::All => {
                servers.start_postgres().await;
                let postgres = servers.postgres.as_ref().unwrap();
                Services::of(&postgres.admin_url("{database}"), &redis_url)
            }
        };
        Ok((servers, services))
    }

    /// Ends PostgreSQL as `pg_ctl stop -m immediate` does: nobody is asked, nothing is tidied up.
    pub async fn crash_postgres(&mut self) {
        let server = self.postgres.take().unwrap();
        kill(Pid::from_raw(server.pid()), Signal::SIGQUIT).unwrap();
        server.stop().await.unwrap();
    }

    /// Starts PostgreSQL, where it was if it ran before.
    pub async fn start_postgres(&mut self) {
        let options = PostgresOptions {
            data_dir: self.dir.join("postgres"),
            port: (self.port != 0).then_some(self.port),
            // What is acknowledged must outlive the crash.
            durable: true,
        };
        let server = PrivatePostgres::start(options).await.unwrap();
        self.port = server.port();
        self.postgres = Some(server);
    }

    /// `kill -9` for Redis; what it held is gone.
    pub async fn kill_redis(&mut self) {
        if let Some(mut child) = self.revived.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        } else if let Some(server) = self.redis.take() {
            kill(Pid::from_raw(server.pid()), Signal::SIGKILL).unwrap();
            server.stop().await.unwrap();
        }
    }

    /// Starts Redis again, empty, where it was.
    pub fn start_redis(&mut self) {
        let (program, conf) = &self.redis_command;
        // The program does different things under different names.
        let mut command = Command::new(program);
        command.arg0("redis-server").arg(conf).stdout(Stdio::null()).stderr(Stdio::null());
        self.revived = Some(command.spawn().unwrap());
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        if let Some(mut child) = self.revived.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        drop(self.redis.take());
        drop(self.postgres.take());
        if self.dir != PathBuf::new() {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}
