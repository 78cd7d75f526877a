//! What PostgreSQL and Redis have in common as child processes: being found
//! again after a crash of ours, being ended, free ports, private files.
//!
//! Everything here blocks; callers run it on a blocking thread. That is also
//! what lets `Drop` end a child.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

/// How often a starting or ending process is looked at.
pub(crate) const TICK: Duration = Duration::from_millis(5);

/// A log larger than this is put aside at the next start.
const MAX_LOG: u64 = 10 << 20;

/// A server process: started by us, or left behind by a predecessor of ours.
#[derive(Debug)]
pub(crate) struct Served {
    pid: i32,
    /// Ours to reap. An adopted process has none.
    child: Option<Child>,
}

impl Served {
    pub(crate) fn adopted(pid: i32) -> Self {
        Self { pid, child: None }
    }

    pub(crate) fn started(child: Child) -> Self {
        Self { pid: child.id().cast_signed(), child: Some(child) }
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid
    }

    pub(crate) fn alive(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => alive(self.pid),
        }
    }

    /// Sends each signal in turn and gives it its time, until the process is
    /// gone. The last one should be one that cannot be refused.
    pub(crate) fn end(&mut self, steps: &[(Signal, Duration)]) -> bool {
        for (signal, patience) in steps {
            if !self.alive() {
                return true;
            }
            let _ = kill(Pid::from_raw(self.pid), *signal);
            let deadline = Instant::now() + *patience;
            while Instant::now() < deadline {
                if !self.alive() {
                    return true;
                }
                std::thread::sleep(TICK);
            }
        }
        !self.alive()
    }
}

/// Whether the process runs. One that has ended but was not yet reaped by its
/// parent does not.
pub(crate) fn alive(pid: i32) -> bool {
    if pid <= 1 {
        return false;
    }
    // An orphan of a predecessor becomes our child when we are the first
    // process of a container; only we can reap it then.
    if let Ok(status) = waitpid(Pid::from_raw(pid), Some(WaitPidFlag::WNOHANG))
        && status.pid().is_some()
    {
        return false;
    }
    match kill(Pid::from_raw(pid), None) {
        Ok(()) | Err(Errno::EPERM) => !is_zombie(pid),
        Err(_) => false,
    }
}

fn is_zombie(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|stat| {
            // The name in parentheses may itself hold any character.
            let state = stat.rsplit_once(')')?.1.trim_start().chars().next()?;
            Some(matches!(state, 'Z' | 'X'))
        })
        .unwrap_or(false)
}

/// The command line of a process, words joined by blanks; `None` when it cannot
/// be seen.
pub(crate) fn command_line(pid: i32) -> Option<String> {
    if let Ok(words) = std::fs::read(format!("/proc/{pid}/cmdline")) {
        let words = String::from_utf8_lossy(&words).replace('\0', " ");
        return Some(words.trim().to_owned());
    }
    // No /proc on macOS.
    let output =
        Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).stderr(Stdio::null()).output().ok()?;
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !line.is_empty()).then_some(line)
}

/// Where a process works, on systems that show it.
pub(crate) fn working_dir(pid: i32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{pid}/cwd")).ok()
}

/// A command for a server: no terminal, its own process group (so that Ctrl-C
/// reaches us and not it, and we decide the order of ending), output to `log`.
pub(crate) fn server_command(program: &Path, dir: &Path, log: &Path) -> anyhow::Result<Command> {
    let out = open_log(log)?;
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out).process_group(0);
    Ok(command)
}

fn open_log(path: &Path) -> anyhow::Result<File> {
    if std::fs::metadata(path).is_ok_and(|log| log.len() > MAX_LOG) {
        let _ = std::fs::rename(path, path.with_extension("log.1"));
    }
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Where the log ends now, to read later what was added.
pub(crate) fn log_end(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |log| log.len())
}

/// The last part of what was added to a log after `from`.
pub(crate) fn log_since(path: &Path, from: u64) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let end = file.metadata()?.len();
        let from = if from > end { 0 } else { from };
        file.seek(SeekFrom::Start(from.max(end.saturating_sub(4_096))))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    };
    read().unwrap_or_default()
}

/// Ports to try, best first: the one that was used before, then free ones.
pub(crate) fn candidate_ports(remembered: Option<u16>) -> impl Iterator<Item = u16> {
    let remembered = remembered.filter(|port| is_free(*port));
    let free = std::iter::repeat_with(free_port).take(100).flatten();
    remembered.into_iter().chain(free)
}

pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn free_port() -> Option<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    Some(listener.local_addr().ok()?.port())
}

/// Writes a file only its owner can read, whole or not at all.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let fresh: PathBuf = path.with_file_name(name);
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(content)?;
        drop(file);
        std::fs::rename(&fresh, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// A trimmed small text file, `None` when missing.
pub(crate) fn read_text(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The port kept from an earlier run, if it is readable.
pub(crate) fn remembered_port(path: &Path) -> Option<u16> {
    read_text(path).ok().flatten()?.parse().ok()
}

/// 244 random bits, safe in URLs and configuration files.
pub(crate) fn new_secret() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// Runs blocking work on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await.context("the work was interrupted")?
}

/// Programs of that name on the `PATH`.
pub(crate) fn on_path(name: &str) -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let name = name.to_owned();
    dirs.into_iter().map(move |dir| dir.join(&name)).filter(|program| program.is_file())
}
