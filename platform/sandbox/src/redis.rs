//! A private Redis (or Valkey) on loopback that keeps nothing on disk.
//!
//! Redis holds only what can be rebuilt, so a restart begins empty. What always
//! holds: it listens on loopback only and asks for a random password; a server
//! that an earlier process of ours left behind is recognised by that password
//! and adopted, or ended when it no longer answers.
//!
//! Layout of the directory: `redis.conf`, `redis.pid`, `port`, `password`,
//! `server.log`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use nix::sys::signal::Signal;

use crate::lock::TurnLock;
use crate::process::{
    Served, TICK, alive, blocking, candidate_ports, command_line, is_free, log_end, log_since, new_secret, on_path, read_text,
    remembered_port, server_command, working_dir, write_private,
};

const READY_WITHIN: Duration = Duration::from_secs(20);
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
const ATTEMPTS: usize = 10;
const GENTLE: &[(Signal, Duration)] = &[(Signal::SIGTERM, Duration::from_secs(5)), (Signal::SIGKILL, Duration::from_secs(5))];

/// How a private server is to run.
#[derive(Debug, Clone)]
pub struct RedisOptions {
    /// Directory of this server alone; created when missing.
    pub data_dir: PathBuf,
    /// A fixed port, or `None` for the one used before or any free one.
    pub port: Option<u16>,
}

/// A running private server. Stopped when dropped.
#[derive(Debug)]
pub struct PrivateRedis {
    data_dir: PathBuf,
    port: u16,
    password: String,
    served: Option<Served>,
}

impl PrivateRedis {
    /// Starts the server, or adopts the one that runs on the directory, and
    /// returns when it answers. Several processes may call this at once; they
    /// take turns.
    pub async fn start(options: RedisOptions) -> anyhow::Result<Self> {
        blocking(move || start(&options)).await
    }

    /// The URL of the server, with its password.
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}", self.password, self.port)
    }

    /// The loopback port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Process id of the server.
    pub fn pid(&self) -> i32 {
        self.served.as_ref().map_or(0, Served::pid)
    }

    /// Its directory, as an absolute path.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Whether its process runs.
    pub fn is_running(&mut self) -> bool {
        self.served.as_mut().is_some_and(Served::alive)
    }

    /// Starts it anew, empty, on the port and with the password that it had. For one that has died.
    pub async fn revive(&mut self) -> anyhow::Result<()> {
        let (data_dir, password, port) = (self.data_dir.clone(), self.password.clone(), self.port);
        let served = blocking(move || {
            let _turn = TurnLock::wait(&data_dir.join("start.lock"))?;
            Ok(launch(&data_dir, &password, Some(port))?.1)
        });
        self.served = Some(served.await?);
        Ok(())
    }

    /// Ends it; what it held is gone.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        blocking(move || self.end()).await
    }

    /// Gives up the handle and lets the server run on, to be adopted by the
    /// next start on the directory.
    pub fn leave_running(mut self) {
        self.served = None;
    }

    fn end(&mut self) -> anyhow::Result<()> {
        let Some(mut served) = self.served.take() else {
            return Ok(());
        };
        end(&mut served)
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!(%error, "the private Redis did not end");
        }
    }
}

/// Ends what runs on a server directory and deletes the directory. A directory
/// that does not exist is fine.
pub async fn wipe(data_dir: impl AsRef<Path>) -> anyhow::Result<()> {
    let data_dir = data_dir.as_ref().to_owned();
    blocking(move || {
        let Ok(data_dir) = data_dir.canonicalize() else {
            return Ok(());
        };
        let _turn = TurnLock::wait(&data_dir.join("start.lock"))?;
        if let Some((mut served, _)) = find_running(&data_dir)? {
            end(&mut served)?;
        }
        std::fs::remove_dir_all(&data_dir).with_context(|| format!("cannot delete {}", data_dir.display()))
    })
    .await
}

fn start(options: &RedisOptions) -> anyhow::Result<PrivateRedis> {
    std::fs::create_dir_all(&options.data_dir).with_context(|| format!("cannot create {}", options.data_dir.display()))?;
    let data_dir = options.data_dir.canonicalize()?;
    let _turn = TurnLock::wait(&data_dir.join("start.lock"))?;

    if let Some((mut served, port)) = find_running(&data_dir)? {
        match (port, read_text(&data_dir.join("password"))?) {
            (Some(port), Some(password)) if options.port.is_none_or(|wanted| wanted == port) => {
                tracing::info!(pid = served.pid(), port, "adopted the running Redis");
                return Ok(PrivateRedis { data_dir, port, password, served: Some(served) });
            }
            _ => end(&mut served)?,
        }
    }

    // A new one each time: nobody who knew the last one keeps access.
    let password = new_secret();
    write_private(&data_dir.join("password"), password.as_bytes())?;
    let (port, served) = launch(&data_dir, &password, options.port)?;
    Ok(PrivateRedis { data_dir, port, password, served: Some(served) })
}

/// What an earlier process left on this directory, with its port if it answers.
fn find_running(data_dir: &Path) -> anyhow::Result<Option<(Served, Option<u16>)>> {
    if let (Some(port), Some(password)) = (remembered_port(&data_dir.join("port")), read_text(&data_dir.join("password"))?)
        && let Some(pid) = ask_pid(port, &password)
    {
        return Ok(Some((Served::adopted(pid), Some(port))));
    }
    // It does not answer, or not to us; it may still be there.
    let pid = read_text(&pid_file(data_dir))?.and_then(|pid| pid.parse().ok());
    // The server rewrites its command line, but it works in our directory.
    let conf = conf_file(data_dir).display().to_string();
    let ours = |pid: &i32| {
        alive(*pid)
            && command_line(*pid).is_some_and(|command| {
                let server = command.contains("redis") || command.contains("valkey");
                command.contains(&conf) || (server && working_dir(*pid).as_deref() == Some(data_dir))
            })
    };
    Ok(pid.filter(ours).map(|pid| (Served::adopted(pid), None)))
}

fn launch(data_dir: &Path, password: &str, fixed: Option<u16>) -> anyhow::Result<(u16, Served)> {
    let program = find_program()?;
    let log = data_dir.join("server.log");
    let mut ports = candidate_ports(remembered_port(&data_dir.join("port")));
    let mut said = String::new();
    for _ in 0..ATTEMPTS {
        let port = match fixed {
            Some(port) if is_free(port) => port,
            Some(port) => bail!("port {port} for Redis is taken"),
            None => ports.next().context("no free port for Redis")?,
        };
        let conf = conf_file(data_dir);
        write_private(&conf, configuration(data_dir, port, password).as_bytes())?;
        write_private(&data_dir.join("port"), port.to_string().as_bytes())?;
        let seen = log_end(&log);
        let child = server_command(&program, data_dir, &log)?
            .arg(&conf)
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let mut served = Served::started(child);
        let deadline = Instant::now() + READY_WITHIN;
        while served.alive() {
            if ask_pid(port, password) == Some(served.pid()) {
                return Ok((port, served));
            }
            if Instant::now() > deadline {
                end(&mut served)?;
                bail!("Redis is not ready after {} s", READY_WITHIN.as_secs());
            }
            std::thread::sleep(TICK);
        }
        said = log_since(&log, seen);
        if fixed.is_some() || !said.contains("Address already in use") {
            break;
        }
    }
    bail!("Redis did not start ({}): {said}", log.display())
}

fn end(served: &mut Served) -> anyhow::Result<()> {
    let pid = served.pid();
    if !served.end(GENTLE) {
        bail!("Redis (pid {pid}) cannot be ended");
    }
    Ok(())
}

/// `REDIS_BIN` (a program or its directory), then the `PATH`, then Homebrew.
fn find_program() -> anyhow::Result<PathBuf> {
    const NAMES: [&str; 2] = ["redis-server", "valkey-server"];
    let named = std::env::var_os("REDIS_BIN").map(PathBuf::from);
    let named = named.into_iter().flat_map(|named| {
        let inside = NAMES.map(|name| named.join(name));
        std::iter::once(named).chain(inside)
    });
    let brewed =
        ["/opt/homebrew/bin", "/usr/local/bin", "/usr/sbin"].iter().flat_map(|dir| NAMES.map(|name| Path::new(dir).join(name)));
    named.chain(NAMES.into_iter().flat_map(on_path)).chain(brewed).find(|program| program.is_file()).context(
        "redis-server or valkey-server is needed to run a private Redis and was not found. \
             Install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install \
             redis), name it in REDIS_BIN, or set REDIS_URL to use a server of yours",
    )
}

fn configuration(data_dir: &Path, port: u16, password: &str) -> String {
    // Quoted strings know escapes; a path with a quote in it is still a path.
    let quoted = |path: &Path| {
        let path = path.display().to_string();
        format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
    };
    format!(
        "# Written by brokerdesk at every start.\n\
         bind 127.0.0.1\nport {port}\nprotected-mode yes\nrequirepass {password}\n\
         daemonize no\nappendonly no\nsave \"\"\n\
         dir {}\npidfile {}\nlogfile \"\"\nloglevel notice\n",
        quoted(data_dir),
        quoted(&pid_file(data_dir)),
    )
}

fn conf_file(data_dir: &Path) -> PathBuf {
    data_dir.join("redis.conf")
}

fn pid_file(data_dir: &Path) -> PathBuf {
    data_dir.join("redis.pid")
}

/// The process id of the server on `port`, if it takes the password.
fn ask_pid(port: u16, password: &str) -> Option<i32> {
    let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&addr, ANSWER_WITHIN).ok()?;
    stream.set_read_timeout(Some(ANSWER_WITHIN)).ok()?;
    stream.set_write_timeout(Some(ANSWER_WITHIN)).ok()?;
    let request = format!("AUTH {password}\r\nINFO server\r\n");
    stream.write_all(request.as_bytes()).ok()?;

    // Bounded: whatever listens there need not be Redis.
    let mut reader = BufReader::new(stream).take(64 * 1024);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    if line.trim_end() != "+OK" {
        return None;
    }
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 || line.starts_with('-') {
            return None;
        }
        if let Some(pid) = line.strip_prefix("process_id:") {
            return pid.trim().parse().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted() {
        let conf = configuration(Path::new("/a b/\"c\""), 7, "pw");
        assert!(conf.contains("dir \"/a b/\\\"c\\\"\"\n"), "{conf}");
        assert!(conf.contains("bind 127.0.0.1\nport 7\n"));
    }
}
