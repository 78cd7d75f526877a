//! A private PostgreSQL with its files under a data directory.
//!
//! What always holds: at most one postmaster runs on the directory; it listens
//! on loopback only and asks for a random password kept next to it; a
//! postmaster that an earlier process of ours left behind is found again and
//! used, or ended when it does not fit. It ends with the handle, except after
//! `kill -9` of our process, and then it is found at the next start.
//!
//! Layout of the directory: `cluster/` (or, where the server's user cannot
//! reach it, `location` naming the place), `port`, `password`, `server.log`.

mod binaries;
mod cluster;
mod place;
mod postmaster;
mod settings;

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::lock::TurnLock;
use crate::process::{self, Served, blocking};
use place::Place;

/// How a private server is to run.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Directory of this server alone; created when missing.
    pub data_dir: PathBuf,
    /// A fixed port, or `None` for the one used before or any free one.
    pub port: Option<u16>,
    /// `false` gives up crash safety for speed; for tests only.
    pub durable: bool,
}

/// A running private server. Stopped when dropped.
#[derive(Debug)]
pub struct PrivatePostgres {
    data_dir: PathBuf,
    port: u16,
    password: String,
    durable: bool,
    served: Option<Served>,
}

impl PrivatePostgres {
    /// Starts the server, or adopts the one that runs on the directory, and
    /// returns when it takes connections. Several processes may call this at
    /// once; they take turns.
    pub async fn start(options: PostgresOptions) -> anyhow::Result<Self> {
        blocking(move || start(&options)).await
    }

    /// The URL of a database for the superuser.
    pub fn admin_url(&self, database: &str) -> String {
        format!("postgres://{}:{}@127.0.0.1:{}/{database}", settings::SUPERUSER, self.password, self.port)
    }

    /// The loopback port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Process id of the postmaster.
    pub fn pid(&self) -> i32 {
        self.served.as_ref().map_or(0, Served::pid)
    }

    /// Its directory, as an absolute path.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Whether its postmaster runs.
    pub fn is_running(&mut self) -> bool {
        self.served.as_mut().is_some_and(Served::alive)
    }

    /// Starts it anew on its port, with everything that was committed. For one that has died.
    pub async fn revive(&mut self) -> anyhow::Result<()> {
        let options = PostgresOptions { data_dir: self.data_dir.clone(), port: Some(self.port), durable: self.durable };
        let mut fresh = blocking(move || start(&options)).await?;
        anyhow::ensure!(fresh.password == self.password, "the password of the superuser has changed");
        self.served = fresh.served.take();
        Ok(())
    }

    /// Ends it in an orderly way: open transactions are rolled back,
    /// everything committed is on disk. Takes moments.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        blocking(move || self.end()).await
    }

    /// Ends it and deletes all its files.
    pub async fn stop_and_wipe(mut self) -> anyhow::Result<()> {
        blocking(move || {
            self.end()?;
            wipe_now(&self.data_dir)
        })
        .await
    }

    /// Gives up the handle and lets the server run on, to be adopted by the
    /// next start on the directory (test processes that share one).
    pub fn leave_running(mut self) {
        self.served = None;
    }

    fn end(&mut self) -> anyhow::Result<()> {
        match self.served.take() {
            Some(mut served) => postmaster::end(&mut served),
            None => Ok(()),
        }
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!(%error, "the private PostgreSQL did not end");
        }
    }
}

/// Ends what runs on a server directory and deletes the directory, wherever its
/// cluster is. A directory that does not exist is fine.
pub async fn wipe(data_dir: impl AsRef<Path>) -> anyhow::Result<()> {
    let data_dir = data_dir.as_ref().to_owned();
    blocking(move || wipe_now(&data_dir)).await
}

fn start(options: &PostgresOptions) -> anyhow::Result<PrivatePostgres> {
    std::fs::create_dir_all(&options.data_dir).with_context(|| format!("cannot create {}", options.data_dir.display()))?;
    let data_dir = options.data_dir.canonicalize()?;
    let _turn = TurnLock::wait(&data_dir.join("start.lock"))?;

    let place = Place::find_or_choose(&data_dir, options.durable)?;
    let programs = binaries::find(place.version()?)?;
    let password = cluster::ensure(&place, &programs, &data_dir, options.durable)?;

    let running = postmaster::Running::find(&place.cluster())?;
    if let Some(running) = running {
        let fits = options.port.is_none_or(|port| port == running.port())
            && settings::are_in_force(&place, running.port(), options.durable);
        let port = running.port();
        if fits && let Some(served) = running.adopt()? {
            tracing::info!(pid = served.pid(), port, "adopted the running PostgreSQL");
            return Ok(PrivatePostgres { data_dir, port, password, durable: options.durable, served: Some(served) });
        }
        postmaster::end_left_over(&place.cluster())?;
    }

    let (port, served) = postmaster::launch(&place, &programs, &data_dir, options)?;
    Ok(PrivatePostgres { data_dir, port, password, durable: options.durable, served: Some(served) })
}

fn wipe_now(data_dir: &Path) -> anyhow::Result<()> {
    let Ok(data_dir) = data_dir.canonicalize() else {
        return Ok(());
    };
    let _turn = TurnLock::wait(&data_dir.join("start.lock"))?;
    if let Some(place) = Place::find(&data_dir)? {
        postmaster::end_left_over(&place.cluster())?;
        place.delete()?;
    }
    std::fs::remove_dir_all(&data_dir).with_context(|| format!("cannot delete {}", data_dir.display()))
}

fn password_file(data_dir: &Path) -> PathBuf {
    data_dir.join("password")
}

fn port_file(data_dir: &Path) -> PathBuf {
    data_dir.join("port")
}

fn log_file(data_dir: &Path) -> PathBuf {
    data_dir.join("server.log")
}

fn kept_port(data_dir: &Path) -> Option<u16> {
    process::remembered_port(&port_file(data_dir))
}
