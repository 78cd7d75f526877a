//! The server process: finding it, starting it, ending it.
//!
//! PostgreSQL's own `postmaster.pid` says which process serves a cluster, on
//! which port and how far it is; a number in it is believed only while a
//! PostgreSQL process with that number and that directory runs.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use nix::sys::signal::Signal;

use super::binaries::Programs;
use super::cluster::clean_environment;
use super::place::Place;
use super::{PostgresOptions, kept_port, log_file, port_file, settings};
use crate::process::{
    Served, TICK, alive, candidate_ports, command_line, is_free, log_end, log_since, read_text, server_command, write_private,
};

/// Long enough for the recovery of a large cluster.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// For what a killed predecessor left in shared memory, and for taken ports.
const ATTEMPTS: usize = 40;

const GENTLE: &[(Signal, Duration)] = &[
    // Fast shutdown: roll back, checkpoint, end.
    (Signal::SIGINT, Duration::from_secs(30)),
    // Immediate shutdown: recovery at the next start.
    (Signal::SIGQUIT, Duration::from_secs(5)),
    (Signal::SIGKILL, Duration::from_secs(5)),
];

/// A live postmaster of a cluster.
#[derive(Debug)]
pub(super) struct Running {
    pid: i32,
    port: u16,
    cluster: std::path::PathBuf,
}

impl Running {
    /// What `postmaster.pid` names, if that is true.
    pub(super) fn find(cluster: &Path) -> anyhow::Result<Option<Self>> {
        let Some(file) = PidFile::read(cluster)? else {
            return Ok(None);
        };
        let command = alive(file.pid).then(|| command_line(file.pid)).flatten();
        let Some(command) = command.filter(|command| is_postgres(command)) else {
            // The number is free or belongs to some other program by now. To
            // PostgreSQL it would look like a running server.
            let _ = std::fs::remove_file(cluster.join("postmaster.pid"));
            return Ok(None);
        };
        if !command.contains(&cluster.display().to_string()) {
            bail!(
                "{} names process {} as its server, which is a PostgreSQL started elsewhere; \
                 stop it first",
                cluster.display(),
                file.pid
            );
        }
        Ok(Some(Self { pid: file.pid, port: file.port, cluster: cluster.to_owned() }))
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Waits until it takes connections; `None` when it ends instead.
    pub(super) fn adopt(self) -> anyhow::Result<Option<Served>> {
        let mut served = Served::adopted(self.pid);
        Ok(wait_ready(&mut served, &self.cluster)?.then_some(served))
    }
}

/// Ends a server in an orderly way, by force if it does not react.
pub(super) fn end(served: &mut Served) -> anyhow::Result<()> {
    let pid = served.pid();
    if !served.end(GENTLE) {
        bail!("PostgreSQL (pid {pid}) cannot be ended");
    }
    Ok(())
}

/// Ends whatever serves the cluster.
pub(super) fn end_left_over(cluster: &Path) -> anyhow::Result<()> {
    match Running::find(cluster)? {
        Some(running) => end(&mut Served::adopted(running.pid)),
        None => Ok(()),
    }
}

/// Starts a server and returns its port when it takes connections.
pub(super) fn launch(
    place: &Place,
    programs: &Programs,
    data_dir: &Path,
    options: &PostgresOptions,
) -> anyhow::Result<(u16, Served)> {
    let log = log_file(data_dir);
    let mut ports = candidate_ports(kept_port(data_dir));
    let mut said = String::new();
    for _ in 0..ATTEMPTS {
        let port = match options.port {
            Some(port) if is_free(port) => port,
            Some(port) => bail!("port {port} for PostgreSQL is taken"),
            None => ports.next().context("no free port for PostgreSQL")?,
        };
        settings::write(place, port, options.durable)?;
        let seen = log_end(&log);
        let mut command = server_command(&programs.postgres, &place.cluster(), &log)?;
        command.arg("-D").arg(place.cluster());
        clean_environment(&mut command);
        place.run_as(&mut command);
        let child = command.spawn().with_context(|| format!("cannot run {}", programs.postgres.display()))?;
        let mut served = Served::started(child);
        match wait_ready(&mut served, &place.cluster()) {
            Ok(true) => {
                write_private(&port_file(data_dir), port.to_string().as_bytes())?;
                return Ok((port, served));
            }
            Ok(false) => {}
            Err(error) => {
                let _ = end(&mut served);
                return Err(error);
            }
        }
        said = log_since(&log, seen);
        if said.contains("shared memory block") {
            // Backends of a killed postmaster notice its death within moments.
            std::thread::sleep(Duration::from_millis(100));
            continue;
        }
        let port_taken = said.contains("could not bind") || said.contains("could not create any TCP");
        if !port_taken || options.port.is_some() {
            break;
        }
    }
    bail!("PostgreSQL did not start ({}): {said}", log.display())
}

/// `true` when it takes connections, `false` when it has ended.
fn wait_ready(served: &mut Served, cluster: &Path) -> anyhow::Result<bool> {
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        if let Some(file) = PidFile::read(cluster)?
            && file.pid == served.pid()
            && file.ready
        {
            return Ok(true);
        }
        if !served.alive() {
            return Ok(false);
        }
        if Instant::now() > deadline {
            bail!("PostgreSQL (pid {}) is not ready after {} s", served.pid(), READY_WITHIN.as_secs());
        }
        std::thread::sleep(TICK);
    }
}

fn is_postgres(command: &str) -> bool {
    // Directories may have blanks in their names; the options come after.
    let program = command.split(" -").next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    name.starts_with("postgres") || name.starts_with("postmaster")
}

struct PidFile {
    pid: i32,
    port: u16,
    ready: bool,
}

impl PidFile {
    fn read(cluster: &Path) -> anyhow::Result<Option<Self>> {
        let text = read_text(&cluster.join("postmaster.pid"))?;
        Ok(text.and_then(|text| Self::parse(&text)))
    }

    /// Lines: pid, directory, start time, port, socket directory, address,
    /// shared memory key, state. The server fills them in one after the other.
    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let pid = lines.first()?.parse().ok()?;
        let port = lines.get(3).and_then(|port| port.parse().ok());
        Some(Self { pid, port: port.unwrap_or(0), ready: lines.get(7) == Some(&"ready") })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_is_read_at_every_stage() {
        let whole = "42\n/data\n1700000000\n5433\n\n127.0.0.1\n  123  456\nready   \n";
        let file = PidFile::parse(whole).unwrap();
        assert_eq!((file.pid, file.port, file.ready), (42, 5433, true));
        let early = PidFile::parse("42\n/data\n").unwrap();
        assert_eq!((early.pid, early.port, early.ready), (42, 0, false));
        assert!(PidFile::parse("").is_none());
        assert!(!PidFile::parse(&whole.replace("ready", "stopping")).unwrap().ready);
    }

    #[test]
    fn a_number_taken_by_another_program_is_no_server() {
        let dir = tempfile::tempdir().unwrap();
        let pid_file = dir.path().join("postmaster.pid");
        let me = std::process::id();
        std::fs::write(&pid_file, format!("{me}\n/x\n0\n5432\n\n\n\nready\n")).unwrap();
        assert!(Running::find(dir.path()).unwrap().is_none());
        assert!(!pid_file.exists());
    }
}
