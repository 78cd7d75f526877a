//! An installation of its own for the run: `brokerdesk up` on a new data directory, and beside it the
//! API as a process of its own, so that it alone is measured.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use kernel::tenant::{TenantKey, ViewClass};
use migrations::{ControlNames, TenantNames};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value as Json;
use sqlx::Row as _;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use uuid::Uuid;

use crate::client::Client;
use crate::database;

/// Password of every administrator.
pub const PASSWORD: &str = "Bench-marks-7-Lanterns";

/// A tenant of the run.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its address.
    pub slug: String,
    /// Its number.
    pub key: TenantKey,
}

impl Tenant {
    /// The first administrator's e-mail.
    pub fn admin(&self) -> String {
        format!("ada@{}.example", self.slug)
    }
}

/// A child that is asked to stop, and waited for, even when the run fails.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

impl Process {
    fn spawn(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Self { child: command.spawn().with_context(|| format!("can't start {command:?}"))? })
    }

    fn id(&self) -> Option<i32> {
        self.child.id().and_then(|id| i32::try_from(id).ok())
    }

    fn ask_to_stop(&self) {
        if let Some(id) = self.id() {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
    }

    async fn stop(&mut self) {
        self.ask_to_stop();
        if tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Resident memory in bytes.
    fn memory(&self) -> anyhow::Result<u64> {
        let id = self.id().context("the process has ended")?;
        // To start a program for each look would weigh on what is measured.
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        if let Some(kib) = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")) {
            return Ok(kib.trim().parse::<u64>()? * 1024);
        }
        let out = std::process::Command::new("ps").args(["-o", "rss=", "-p", &id.to_string()]).output()?;
        let kib: u64 = String::from_utf8_lossy(&out.stdout).trim().parse().context("`ps` does not tell the memory")?;
        Ok(kib * 1024)
    }
}

impl Drop for Process {
    /// `up` stops its servers itself, which takes it a moment.
    fn drop(&mut self) {
        self.ask_to_stop();
        let patience = Instant::now() + Duration::from_secs(60);
        while !self.has_ended() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.start_kill();
    }
}

/// The installation.
pub struct Desk {
    // Fields are dropped in this order: first the process, then its files.
    up: Option<Process>,
    program: PathBuf,
    port: u16,
    dir: TempDir,
}

impl Desk {
    /// Starts an installation without any tenant.
    pub async fn start(program: &Path) -> anyhow::Result<Self> {
        let dir = tempfile::Builder::new().prefix("brokerdesk-bench-").tempdir()?;
        // PostgreSQL does not run as root; its own user must be able to enter.
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755))?;
        let mut desk = Self { up: None, program: program.to_owned(), port: free_port()?, dir };
        let took = desk.up().await?;
        crate::say(&format!(
            "an installation of its own is ready ({:.1} s), data in {}",
            took.as_secs_f64(),
            desk.dir.path().display()
        ));
        Ok(desk)
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// `brokerdesk up`; returns how long it took until `/ready` said yes.
    pub async fn up(&mut self) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let mut command = Command::new(&self.program);
        command.args(["up", "--demo", "none", "--port", &self.port.to_string(), "--data-dir"]).arg(self.data());
        // What the caller's shell has set for another installation must not reach this one.
        for (name, _) in std::env::vars() {
            let ours = [
                "DATABASE_",
                "PROVISION_",
                "REDIS_",
                "S3_",
                "SMTP_",
                "MAIL_",
                "BROKERDESK_",
                "MASTER_",
                "BASE_",
                "LISTEN",
                "METRICS_",
            ];
            if ours.iter().any(|o| name.starts_with(o)) {
                command.env_remove(name);
            }
        }
        command.envs([("RATE_SIGNIN", "off"), ("RATE_SIGNUP", "off"), ("RATE_PUBLIC", "off"), ("ACCESS_TOKEN_MINUTES", "60")]);
        let log = self.dir.path().join("up.log");
        self.up = Some(Process::spawn(&mut command, &log)?);
        let ready = Client::new(self.port, "127.0.0.1")?;
        while !ready.is_ready().await {
            let ended = self.up.as_mut().is_none_or(Process::has_ended);
            if ended || started.elapsed() > Duration::from_secs(60) {
                anyhow::bail!("`brokerdesk up` did not get ready: {}", tail(&log));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let took = started.elapsed();
        // It writes `local.json` right after it answers.
        while !self.data().join("local.json").exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(took)
    }

    /// Resident memory of `up` in bytes: the workers and the file store among others.
    pub fn memory(&self) -> anyhow::Result<u64> {
        self.up.as_ref().context("it is not up")?.memory()
    }

    /// Stops `up`; the data stays until this value is dropped.
    pub async fn stop(&mut self) {
        if let Some(mut up) = self.up.take() {
            up.stop().await;
        }
    }

    fn json(&self, file: &str) -> anyhow::Result<Json> {
        let path = self.data().join(file);
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    }

    fn value(&self, file: &str, name: &str) -> anyhow::Result<String> {
        self.json(file)?[name].as_str().map(str::to_owned).with_context(|| format!("{file} has no {name}"))
    }

    /// URL of the database's owner.
    pub fn admin_url(&self) -> anyhow::Result<String> {
        self.value("local.json", "admin_database_url")
    }

    /// URL of the application's login.
    pub fn app_url(&self) -> anyhow::Result<String> {
        self.value("environment.json", "DATABASE_URL")
    }

    /// URL of the provisioner's login.
    pub fn provision_url(&self) -> anyhow::Result<String> {
        self.value("environment.json", "PROVISION_DATABASE_URL")
    }

    /// Where PostgreSQL writes its log.
    pub fn server_log(&self) -> PathBuf {
        self.data().join("postgres").join("server.log")
    }

    /// A place for scripts.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Names of shared roles.
    pub fn names(&self) -> anyhow::Result<ControlNames> {
        Ok(ControlNames { prefix: self.value("state.json", "prefix")? })
    }

    /// Names inside one tenant.
    pub fn names_of(&self, tenant: &Tenant) -> anyhow::Result<TenantNames> {
        Ok(self.names()?.tenant(tenant.key))
    }

    /// The settings with which a connection of the application works inside one tenant.
    pub fn inside(&self, tenant: &Tenant) -> anyhow::Result<[(&'static str, String); 2]> {
        let names = self.names_of(tenant)?;
        Ok([("role", names.role(ViewClass::FULL)), ("search_path", names.schema())])
    }

    /// Where a browser finds a tenant.
    pub fn page(&self, tenant: &Tenant) -> anyhow::Result<String> {
        Ok(format!("http://{}.{}", tenant.slug, self.value("environment.json", "BASE_DOMAIN")?))
    }

    /// `brokerdesk tenant create`.
    pub async fn create_tenant(&self, slug: &str) -> anyhow::Result<Tenant> {
        self.create_tenant_of(slug, "forex-broker").await
    }

    /// One of a template.
    pub async fn create_tenant_of(&self, slug: &str, template: &str) -> anyhow::Result<Tenant> {
        let out = Command::new(&self.program)
            .arg("tenant")
            .arg("--data-dir")
            .arg(self.data())
            .args(["create", slug, "--template", template, "--name", "Bench Ltd"])
            .args(["--admin-email", &format!("ada@{slug}.example")])
            .env("ADMIN_PASSWORD", PASSWORD)
            .kill_on_drop(true)
            .output()
            .await?;
        anyhow::ensure!(out.status.success(), "tenant create failed: {}", String::from_utf8_lossy(&out.stderr));
        let mut admin = database::connect(&self.admin_url()?, &[]).await?;
        let key: i64 =
            sqlx::query("select key from control.tenants where slug = $1").bind(slug).fetch_one(&mut admin).await?.try_get(0)?;
        Ok(Tenant { slug: slug.to_owned(), key: TenantKey(key) })
    }

    /// `brokerdesk api` beside the running `up`, with the same variables.
    pub async fn api(&self) -> anyhow::Result<Api> {
        let vars: BTreeMap<String, String> = serde_json::from_value(self.json("environment.json")?)?;
        let port = free_port()?;
        let mut command = Command::new(&self.program);
        command.arg("api").env_clear().envs(vars);
        command.envs([("LISTEN", format!("127.0.0.1:{port}")), ("METRICS_ADDR", "off".to_owned())]);
        let mut process = Process::spawn(&mut command, &self.dir.path().join("api.log"))?;
        let base_domain = self.value("environment.json", "BASE_DOMAIN")?;
        let probe = Client::new(port, "127.0.0.1")?;
        let patience = Instant::now() + Duration::from_secs(30);
        while !probe.is_ready().await {
            if process.has_ended() || Instant::now() > patience {
                anyhow::bail!("`brokerdesk api` did not get ready: {}", tail(&self.dir.path().join("api.log")));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(Api { process, port, base_domain })
    }
}

/// The API as a process of its own.
pub struct Api {
    process: Process,
    /// Where it listens.
    pub port: u16,
    base_domain: String,
}

impl Api {
    /// Resident memory in bytes.
    pub fn memory(&self) -> anyhow::Result<u64> {
        self.process.memory()
    }

    /// The tenant's administrator, signed in.
    pub async fn sign_in(&self, tenant: &Tenant) -> anyhow::Result<Client> {
        let mut client = Client::new(self.port, &format!("{}.{}", tenant.slug, self.base_domain))?;
        client.sign_in(&tenant.admin(), PASSWORD).await?;
        Ok(client)
    }

    /// A new user of a role, with the administrator's password, signed in; and the user's id.
    pub async fn sign_in_as(&self, desk: &Desk, tenant: &Tenant, role: &str) -> anyhow::Result<(Client, Uuid)> {
        let id = Uuid::now_v7();
        let email = format!("{id}@bench.example");
        let mut inside = database::inside(desk, tenant).await?;
        let sql = "insert into users (id, email, name, password_hash, role_id, status)
                   select $1, $2, 'Bench', (select password_hash from users where email = $3), r.id, 'active' from roles r where r.name = $4";
        let made = sqlx::query(sql).bind(id).bind(&email).bind(tenant.admin()).bind(role).execute(&mut inside).await?;
        anyhow::ensure!(made.rows_affected() == 1, "there is no role {role}");
        let mut client = Client::new(self.port, &format!("{}.{}", tenant.slug, self.base_domain))?;
        client.sign_in(&email, PASSWORD).await?;
        Ok((client, id))
    }

    /// Stops it.
    pub async fn stop(mut self) {
        self.process.stop().await;
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
