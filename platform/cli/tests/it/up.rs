//! `brokerdesk up`: an empty directory becomes a running installation, and whatever is killed, the next
//! start puts it right.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use test_kit::world::PASSWORD;
use tokio::process::Child;

use crate::kit::{command, free_port, run, signal, until};

/// An installation on this machine.
struct Local {
    dir: TempDir,
    port: u16,
    http: reqwest::Client,
    up: Option<Child>,
}

impl Local {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // As in a checkout: PostgreSQL's own user can walk through.
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { dir, port: free_port(), http, up: None }
    }

    fn path(&self) -> &str {
        self.dir.path().to_str().unwrap()
    }

    fn data(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("data")
    }

    fn command(&self, port: u16) -> tokio::process::Command {
        command(
            &["up", "--port", &port.to_string(), "--data-dir", &format!("{}/data", self.path()), "--demo", "none"],
            &BTreeMap::new(),
        )
    }

    /// Starts it and waits until it is ready; says how long that took.
    async fn start(&mut self) -> Duration {
        let started = Instant::now();
        let _ = std::fs::remove_file(self.data().join("local.json"));
        let log = std::fs::OpenOptions::new().append(true).create(true).open(self.dir.path().join("up.log")).unwrap();
        let mut up = self.command(self.port).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        while !self.data().join("local.json").exists() {
            let ended = up.try_wait().unwrap();
            assert!(ended.is_none() && started.elapsed() < Duration::from_secs(30), "not ready: {ended:?}\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.up = Some(up);
        started.elapsed()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("up.log")).unwrap_or_default()
    }

    fn local(&self) -> Json {
        serde_json::from_str(&std::fs::read_to_string(self.data().join("local.json")).unwrap()).unwrap()
    }

    /// `kill -9` for `up` alone.
    async fn kill(&mut self) {
        let mut up = self.up.take().unwrap();
        up.kill().await.unwrap();
    }

    /// Asks it to stop; it does, in order and in time.
    async fn stop(&mut self) {
        let mut up = self.up.take().unwrap();
        signal(&up, Signal::SIGTERM);
        let ended = tokio::time::timeout(Duration::from_secs(20), up.wait()).await.expect("it does not stop").unwrap();
        assert!(ended.success(), "{ended}\n{}", self.log());
    }

    /// Processes that work in the data directory, with their command lines.
    fn processes(&self) -> Vec<(i32, String)> {
        let data = self.data();
        let inside = |pid: i32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            let cwd = std::fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
            let ours = line.contains(data.to_str().unwrap()) || cwd.starts_with(&data);
            // What has ended and waits to be collected by whoever it fell to has no command line.
            (ours && !line.is_empty()).then_some((pid, line))
        };
        let pids = std::fs::read_dir("/proc").unwrap().filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok());
        pids.filter_map(inside).collect()
    }

    async fn post(&self, host: &str, path: &str, body: &Json) -> (u16, Json) {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let answer = self.http.post(url).header("host", format!("{host}:{}", self.port)).json(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn get(&self, host: &str, path: &str) -> (u16, Json) {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let answer = self.http.get(url).header("host", format!("{host}:{}", self.port)).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn owner_gets_in(&self) {
        let owner = &self.local()["owner"];
        let login = json!({ "email": owner["email"], "password": owner["password"] });
        let (status, answer) = self.post("localhost", "/api/platform/auth/login", &login).await;
        assert_eq!(status, 200, "{answer}");
    }

    async fn ada_gets_in(&self, slug: &str) {
        let login = json!({ "email": format!("ada@{slug}.example"), "password": PASSWORD });
        let (status, answer) = self.post(&format!("{slug}.localhost"), "/api/auth/login", &login).await;
        assert_eq!(status, 200, "{answer}");
    }

    async fn tenant(&self, args: &[&str]) -> crate::kit::Said {
        let data = format!("{}/data", self.path());
        let all = [&["tenant", "--data-dir", &data], args].concat();
        run(&mut command(&all, &BTreeMap::from([("ADMIN_PASSWORD".to_owned(), PASSWORD.to_owned())]))).await
    }

    async fn create(&self, slug: &str) {
        let email = format!("ada@{slug}.example");
        self.tenant(&["create", slug, "--name", "Acme Ltd", "--admin-email", &email]).await.success();
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // A test that failed leaves nothing running either.
        drop(self.up.take());
        for (pid, _) in self.processes() {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_directory_becomes_an_installation_and_a_signal_ends_all_of_it() {
    let mut local = Local::new();
    let took = local.start().await;
    assert!(took < Duration::from_secs(15), "{took:?}");
    for file in ["local.json", "state.json", "environment.json"] {
        assert_eq!(mode(&local.data().join(file)), 0o600, "{file}");
    }
    let told = local.local();
    assert_eq!(told["url"], format!("http://localhost:{}", local.port));
    assert_eq!(told["demo"], json!([]));
    for key in ["mail", "database_url", "admin_database_url", "redis_url", "metrics"] {
        assert!(told[key].is_string(), "{key}: {told}");
    }
    assert!(local.log().contains("Brokerdesk is ready"));
    local.owner_gets_in().await;
    assert_eq!(local.get("localhost", "/dev/mail.json").await, (200, json!([])));
    assert_eq!(local.get("localhost", "/ready").await.0, 200);

    // A second start on the directory is refused and harms nothing.
    let refused = run(&mut local.command(free_port())).await.failure();
    let pid = local.up.as_ref().unwrap().id().unwrap();
    assert!(refused.contains(&format!("already running (pid {pid})")) && refused.contains("data"), "{refused}");
    local.owner_gets_in().await;

    beside(&local).await;

    local.stop().await;
    assert!(local.log().contains("the data stays"));
    assert_eq!(local.processes(), []);
    assert!(local.http.get(format!("http://127.0.0.1:{}/health", local.port)).send().await.is_err());
}

/// Commands beside the running installation.
async fn beside(local: &Local) {
    local.create("acme").await;
    local.ada_gets_in("acme").await;
    let list = local.tenant(&["list"]).await.success();
    assert!(list.lines().any(|l| l.starts_with("acme ") && l.contains(" active ") && l.ends_with("Acme Ltd")), "{list}");
    assert!(local.tenant(&["verify", "acme"]).await.success().contains("is whole"));
    local.tenant(&["suspend", "acme"]).await.success();
    until("the address to close", Duration::from_secs(2), async || {
        let (status, answer) = local.get("acme.localhost", "/api/branding").await;
        (status, answer["code"].as_str()) == (503, Some("tenant_suspended"))
    })
    .await;
    local.tenant(&["resume", "acme"]).await.success();
    until("the address to open", Duration::from_secs(2), async || local.get("acme.localhost", "/api/branding").await.0 == 200)
        .await;
    // Made on the command line, its invitation leaves through the workers of `up`.
    let data = format!("{}/data", local.path());
    let args = ["tenant", "create", "beta", "--name", "Beta", "--admin-email", "ada+x@beta.example"];
    run(&mut command(&args, &BTreeMap::from([("BROKERDESK_DATA_DIR".to_owned(), data.clone())]))).await.success();
    until("the invitation", Duration::from_secs(5), async || {
        let (_, mails) = local.get("localhost", "/dev/mail.json?to=ada%2Bx@beta.example").await;
        mails.as_array().is_some_and(|m| m.len() == 1 && m[0]["links"][0].as_str().unwrap().contains("token="))
    })
    .await;
    let well = run(&mut command(&["doctor", "--data-dir", &data], &BTreeMap::new())).await.success();
    assert!(!well.contains("WRONG"), "{well}");
}

/// Which of our servers run in the data directory.
fn servers(local: &Local) -> Vec<&'static str> {
    let all = local.processes();
    ["postgres", "redis"].into_iter().filter(|name| all.iter().any(|(_, line)| line.contains(name))).collect()
}

/// `kill -9` for `up` and everything but the survivors, then the next start on the directory.
async fn kill_and_start(local: &mut Local, survivors: &[&str]) {
    let owner = local.local()["owner"].clone();
    local.kill().await;
    for (pid, line) in local.processes() {
        if !survivors.iter().any(|name| line.contains(name)) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
    until("the rest to be gone", Duration::from_secs(5), async || servers(local) == survivors).await;
    let took = local.start().await;
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(local.local()["owner"], owner);
    local.owner_gets_in().await;
    local.ada_gets_in("acme").await;
    assert!(local.tenant(&["verify", "acme"]).await.success().contains("is whole"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_the_next_start_takes_over_what_is_left() {
    let mut local = Local::new();
    local.start().await;
    let database = local.local()["database_url"].clone();
    local.create("acme").await;
    kill_and_start(&mut local, &["postgres", "redis"]).await;
    assert_eq!(local.local()["database_url"], database, "another server was started");
    kill_and_start(&mut local, &["postgres"]).await;
    local.stop().await;
    assert_eq!(local.processes(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_of_everything_the_next_start_loses_nothing() {
    let mut local = Local::new();
    local.start().await;
    local.create("acme").await;
    kill_and_start(&mut local, &[]).await;
    kill_and_start(&mut local, &["redis"]).await;
    local.stop().await;
    assert_eq!(local.processes(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_said_and_nothing_stays_behind() {
    let mut local = Local::new();
    let taken = std::net::TcpListener::bind(("127.0.0.1", local.port)).unwrap();
    let told = run(&mut local.command(local.port)).await.failure();
    assert!(told.contains(&format!("can't listen on 127.0.0.1:{}", local.port)), "{told}");
    assert_eq!(local.processes(), []);
    drop(taken);
    local.start().await;
    local.owner_gets_in().await;
    local.stop().await;
}

/// The process of one of our servers, and not of those that it started.
fn server(local: &Local, name: &str) -> Option<i32> {
    local.processes().into_iter().find(|(_, line)| line.contains(name) && !line.starts_with("postgres:")).map(|(pid, _)| pid)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dies_under_it_comes_back_by_itself_and_nothing_is_lost() {
    let mut local = Local::new();
    local.start().await;
    local.create("acme").await;
    local.ada_gets_in("acme").await;
    let up = local.up.as_ref().unwrap().id();
    for (name, told) in [("redis", "Redis"), ("postgres", "PostgreSQL"), ("redis", "Redis")] {
        let before = server(&local, name).unwrap();
        // What was asked for a moment before is not lost either.
        let args = [
            "tenant",
            "create",
            &format!("{name}{before}"),
            "--name",
            "Beta",
            "--admin-email",
            &format!("x{before}@beta.example"),
        ];
        let data = local.data().display().to_string();
        run(&mut command(&args, &BTreeMap::from([("BROKERDESK_DATA_DIR".to_owned(), data)]))).await.success();
        kill(Pid::from_raw(before), Signal::SIGKILL).unwrap();
        until("another one", Duration::from_secs(20), async || server(&local, name).is_some_and(|pid| pid != before)).await;
        until("to be ready", Duration::from_secs(20), async || local.get("localhost", "/ready").await.0 == 200).await;
        local.owner_gets_in().await;
        local.ada_gets_in("acme").await;
        until("the invitation", Duration::from_secs(20), async || {
            let (_, mails) = local.get("localhost", &format!("/dev/mail.json?to=x{before}@beta.example")).await;
            mails.as_array().is_some_and(|m| m.len() == 1)
        })
        .await;
        let log = local.log();
        assert!(log.contains(&format!("{told} has died; it is started again")), "{log}");
        assert!(log.contains(&format!("{told} runs again")), "{log}");
    }
    assert!(local.tenant(&["verify", "acme"]).await.success().contains("is whole"));
    assert_eq!(local.up.as_ref().unwrap().id(), up);
    local.stop().await;
    assert_eq!(local.processes(), []);
}
