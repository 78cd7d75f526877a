//! Private PostgreSQL and Redis: start, restart, what a killed process leaves.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sandbox::{DataDirLock, PostgresOptions, PrivatePostgres, PrivateRedis, RedisOptions};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// Set for the process that is going to be killed.
const VICTIM: &str = "SANDBOX_TEST_VICTIM_DIR";

fn postgres(dir: &Path) -> PostgresOptions {
    PostgresOptions { data_dir: dir.join("postgres"), port: None, durable: false }
}

fn redis(dir: &Path) -> RedisOptions {
    RedisOptions { data_dir: dir.join("redis"), port: None }
}

/// A directory that PostgreSQL's user may pass through, like a checkout.
fn open_dir() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

async fn connect(server: &PrivatePostgres) -> PgConnection {
    PgConnection::connect(&server.admin_url("postgres")).await.unwrap()
}

async fn setting(connection: &mut PgConnection, name: &str) -> String {
    sqlx::query_scalar("SELECT current_setting($1)").bind(name).fetch_one(connection).await.unwrap()
}

async fn ping(server: &PrivateRedis) -> redis::RedisResult<String> {
    let client = redis::Client::open(server.url())?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    redis::cmd("PING").query_async(&mut connection).await
}

/// Ended; whether its number is still waiting to be collected by the process it
/// fell to is not our business.
fn gone(pid: i32) -> bool {
    let collected = kill(Pid::from_raw(pid), None).is_err();
    collected || std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

#[tokio::test]
async fn postgres_keeps_its_data_and_port_over_a_restart() {
    let dir = open_dir();
    let server = PrivatePostgres::start(postgres(dir.path())).await.unwrap();
    let mut db = connect(&server).await;
    sqlx::raw_sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)").execute(&mut db).await.unwrap();
    assert_eq!(setting(&mut db, "server_encoding").await, "UTF8");
    assert_eq!(setting(&mut db, "max_connections").await, "200");
    assert_eq!(setting(&mut db, "max_locks_per_transaction").await, "256");
    assert_eq!(setting(&mut db, "listen_addresses").await, "127.0.0.1");
    assert_eq!(setting(&mut db, "log_parameter_max_length_on_error").await, "0");
    assert_eq!(setting(&mut db, "fsync").await, "off");
    db.close().await.unwrap();
    let (port, pid) = (server.port(), server.pid());
    server.stop().await.unwrap();
    assert!(gone(pid));

    let clock = Instant::now();
    let mut options = postgres(dir.path());
    options.durable = true;
    let server = PrivatePostgres::start(options).await.unwrap();
    let took = clock.elapsed();
    assert!(took < Duration::from_secs(5), "restart took {took:?}");
    assert_eq!(server.port(), port);
    let mut db = connect(&server).await;
    let kept: i32 = sqlx::query_scalar("SELECT n FROM kept").fetch_one(&mut db).await.unwrap();
    assert_eq!(kept, 7);
    assert_eq!(setting(&mut db, "fsync").await, "on");
    assert_eq!(setting(&mut db, "synchronous_commit").await, "on");
    db.close().await.unwrap();

    // A wrong password is refused: no other user of the machine gets in.
    let url = server.admin_url("postgres").replace("://postgres:", "://postgres:x");
    assert!(PgConnection::connect(&url).await.is_err());
    let password = dir.path().join("postgres/password");
    assert_eq!(std::fs::metadata(password).unwrap().permissions().mode() & 0o777, 0o600);

    let pid = server.pid();
    drop(server);
    assert!(gone(pid), "dropping the handle ends the server");
}

#[tokio::test]
async fn a_closed_directory_is_no_obstacle_and_wiping_leaves_nothing() {
    // Lasting and passing data go to different places.
    for durable in [false, true] {
        closed_directory(durable).await;
    }
}

async fn closed_directory(durable: bool) {
    // Private to us: when we are root, PostgreSQL's user cannot enter.
    let dir = tempfile::tempdir().unwrap();
    let options = || PostgresOptions { durable, ..postgres(dir.path()) };
    let server = PrivatePostgres::start(options()).await.unwrap();
    connect(&server).await.close().await.unwrap();
    let pointer = dir.path().join("postgres/location");
    let elsewhere = std::fs::read_to_string(&pointer).ok().map(|path| PathBuf::from(path.trim()));
    if let Some(elsewhere) = &elsewhere {
        assert!(elsewhere.join("cluster/PG_VERSION").exists());
    }
    // The data directory is deleted under the running server, as by hand.
    let pid = server.pid();
    server.leave_running();
    if let Some(elsewhere) = elsewhere {
        std::fs::remove_dir_all(dir.path().join("postgres")).unwrap();
        let server = PrivatePostgres::start(options()).await.unwrap();
        assert!(gone(pid));
        let aside = elsewhere.with_extension("previous");
        assert!(aside.join("cluster").exists());
        std::fs::remove_dir_all(aside).unwrap();
        server.stop_and_wipe().await.unwrap();
        assert!(!elsewhere.exists());
    } else {
        sandbox::postgres::wipe(dir.path().join("postgres")).await.unwrap();
        assert!(gone(pid));
    }
    assert!(!dir.path().join("postgres").exists());
    sandbox::postgres::wipe(dir.path().join("postgres")).await.unwrap();
}

#[tokio::test]
async fn two_starters_at_once_share_one_postgres() {
    let dir = open_dir();
    let (a, b) = tokio::join!(PrivatePostgres::start(postgres(dir.path())), PrivatePostgres::start(postgres(dir.path())),);
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.pid(), b.pid());
    connect(&a).await.close().await.unwrap();
    a.leave_running();
    b.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_postmaster_is_replaced() {
    let dir = open_dir();
    let mut options = postgres(dir.path());
    options.durable = true;
    let server = PrivatePostgres::start(options.clone()).await.unwrap();
    let busy = connect(&server).await;
    kill(Pid::from_raw(server.pid()), Signal::SIGKILL).unwrap();
    server.leave_running();
    let server = PrivatePostgres::start(options).await.unwrap();
    connect(&server).await.close().await.unwrap();
    drop(busy);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_named_or_avoided() {
    let dir = open_dir();
    let squatter = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = squatter.local_addr().unwrap().port();
    let mut fixed = postgres(dir.path());
    fixed.port = Some(taken);
    let error = PrivatePostgres::start(fixed).await.unwrap_err();
    assert!(error.to_string().contains("is taken"), "{error:#}");
    let mut fixed = redis(dir.path());
    fixed.port = Some(taken);
    let error = PrivateRedis::start(fixed).await.unwrap_err();
    assert!(error.to_string().contains("is taken"), "{error:#}");

    std::fs::create_dir_all(dir.path().join("redis")).unwrap();
    std::fs::write(dir.path().join("redis/port"), taken.to_string()).unwrap();
    let server = PrivateRedis::start(redis(dir.path())).await.unwrap();
    assert_ne!(server.port(), taken);
    assert_eq!(ping(&server).await.unwrap(), "PONG");
}

#[tokio::test]
async fn redis_asks_for_its_password_and_ends_with_its_handle() {
    let dir = tempfile::tempdir().unwrap();
    let server = PrivateRedis::start(redis(dir.path())).await.unwrap();
    assert_eq!(ping(&server).await.unwrap(), "PONG");
    let stranger = redis::Client::open(format!("redis://127.0.0.1:{}", server.port())).unwrap();
    let mut stranger = stranger.get_multiplexed_async_connection().await.unwrap();
    let refused: redis::RedisResult<String> = redis::cmd("PING").query_async(&mut stranger).await;
    assert!(refused.is_err());

    let (port, pid) = (server.port(), server.pid());
    server.stop().await.unwrap();
    assert!(gone(pid));
    let server = PrivateRedis::start(redis(dir.path())).await.unwrap();
    assert_eq!(server.port(), port);
    let pid = server.pid();
    drop(server);
    assert!(gone(pid));
}

#[tokio::test]
async fn a_redis_that_no_longer_answers_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let server = PrivateRedis::start(redis(dir.path())).await.unwrap();
    let stuck = server.pid();
    kill(Pid::from_raw(stuck), Signal::SIGSTOP).unwrap();
    server.leave_running();
    let server = PrivateRedis::start(redis(dir.path())).await.unwrap();
    assert_ne!(server.pid(), stuck);
    assert!(gone(stuck));
    assert_eq!(ping(&server).await.unwrap(), "PONG");
}

/// Not a test: what [`what_a_killed_process_leaves_is_adopted`] kills.
#[tokio::test]
#[ignore = "runs in a process of its own"]
async fn victim() {
    let Some(dir) = std::env::var_os(VICTIM).map(PathBuf::from) else {
        return;
    };
    let _lock = DataDirLock::acquire(&dir).unwrap();
    let postgres = PrivatePostgres::start(postgres(&dir)).await.unwrap();
    let redis = PrivateRedis::start(redis(&dir)).await.unwrap();
    let pids = format!("{} {}", postgres.pid(), redis.pid());
    std::fs::write(dir.join("pids.new"), pids).unwrap();
    std::fs::rename(dir.join("pids.new"), dir.join("pids")).unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
}

#[tokio::test]
async fn what_a_killed_process_leaves_is_adopted() {
    let dir = open_dir();
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "servers::victim"])
        .env(VICTIM, dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !dir.path().join("pids").exists() {
        assert!(Instant::now() < deadline, "the victim did not start");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let refused = DataDirLock::acquire(dir.path()).unwrap_err().to_string();
    assert!(refused.contains(&format!("already running (pid {})", victim.id())), "{refused}");

    victim.kill().unwrap();
    victim.wait().unwrap();
    let _lock = DataDirLock::acquire(dir.path()).unwrap();
    let clock = Instant::now();
    let postgres = PrivatePostgres::start(postgres(dir.path())).await.unwrap();
    let redis = PrivateRedis::start(redis(dir.path())).await.unwrap();
    assert!(clock.elapsed() < Duration::from_secs(3), "{:?}", clock.elapsed());
    let pids = std::fs::read_to_string(dir.path().join("pids")).unwrap();
    assert_eq!(pids, format!("{} {}", postgres.pid(), redis.pid()));
    connect(&postgres).await.close().await.unwrap();
    assert_eq!(ping(&redis).await.unwrap(), "PONG");
    let (a, b) = (postgres.pid(), redis.pid());
    postgres.stop().await.unwrap();
    redis.stop().await.unwrap();
    assert!(gone(a) && gone(b));
}
