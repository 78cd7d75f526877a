//! Starting `brokerdesk` as a child, and what several tests ask.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use test_kit::World;
use tokio::process::{Child, Command};

/// Variables of the machine that the program may see; everything else is the test's choice.
const KEPT: [&str; 5] = ["PATH", "HOME", "TMPDIR", "POSTGRES_BIN", "REDIS_BIN"];

/// A command with these arguments and variables only. It ends with its handle.
pub fn command(args: &[&str], vars: &BTreeMap<String, String>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_brokerdesk"));
    command.args(args).env_clear().envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
        .envs(vars)
        .env("LOG_FORMAT", "text")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// Whether it was content; a process that was killed is not.
    pub ok: bool,
    /// Whether a signal ended it.
    pub killed: bool,
    /// With what it ended, unless a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Asserts success and returns standard output.
    #[track_caller]
    pub fn success(self) -> String {
        assert!(self.ok, "{}\n{}", self.out, self.err);
        self.out
    }

    /// Asserts failure by the program's own decision and returns standard error.
    #[track_caller]
    pub fn failure(self) -> String {
        assert!(!self.ok && !self.killed, "{}\n{}", self.out, self.err);
        self.err
    }
}

/// Runs a command to its end; proving a whole installation takes a while on a busy machine.
pub async fn run(command: &mut Command) -> Said {
    let ended = tokio::time::timeout(Duration::from_secs(180), command.output()).await.unwrap().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = ended.status.code();
    Said { ok: ended.status.success(), killed: code.is_none(), code, out: text(&ended.stdout), err: text(&ended.stderr) }
}

/// Runs a command to its end in an installation, with some more variables.
pub async fn run_in(world: &World, args: &[&str], more: &[(&str, &str)]) -> Said {
    run(&mut command(args, &with(&world.vars, more))).await
}

/// A process of the installation that runs until it is ended or dies.
pub fn start_in(world: &World, args: &[&str], more: &[(&str, &str)]) -> Child {
    let mut command = command(args, &with(&world.vars, more));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Variables with some more.
pub fn with(vars: &BTreeMap<String, String>, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut all = vars.clone();
    all.extend(more.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
    all
}

/// Sends a signal to a child.
pub fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()), signal).unwrap();
}

/// Waits until a child dies by itself, as it does at a failpoint.
pub async fn dies(mut child: Child) {
    let status = tokio::time::timeout(Duration::from_secs(20), child.wait()).await.expect("it lives on").unwrap();
    assert_eq!(status.code(), None, "it ended in order");
}

/// Asks again until the answer is yes.
pub async fn until(what: &str, within: Duration, mut ask: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + within;
    while !ask().await {
        assert!(Instant::now() < deadline, "{what}: not within {within:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A port that is free now.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Rows of one text column.
pub async fn texts(world: &World, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(&world.admin).await.unwrap()
}

/// One number.
pub async fn number(world: &World, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&world.admin).await.unwrap()
}

/// What dead processes held is due now, without the sweeper and its patience.
pub async fn requeue(world: &World) {
    let sql = "update control.outbox set state = 'queued', lease_until = null, run_at = now() where state in ('sent', 'running')";
    sqlx::query(sql).execute(&world.admin).await.unwrap();
}

/// What a dead process held is free at once rather than when its leases end.
pub async fn end_leases(world: &World) {
    let sql = "update control.outbox set lease_until = now() where state in ('sent', 'running')";
    sqlx::query(sql).execute(&world.admin).await.unwrap();
}
