//! One running installation per data directory.
//!
//! The lock is a `flock` on `<data-dir>/lock`. The kernel gives it back when
//! the process ends, however it ends, so there is no stale lock to clean up;
//! the process id inside the file is only there to be shown to a person.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// Holds a data directory for this process until dropped.
#[derive(Debug)]
pub struct DataDirLock {
    path: PathBuf,
    _file: Flock<File>,
}

impl DataDirLock {
    /// Takes the lock, creating the directory when it is missing.
    ///
    /// Fails at once, naming the process id of the holder, when another
    /// process has it.
    pub fn acquire(data_dir: impl AsRef<Path>) -> anyhow::Result<Self> {
        let data_dir = data_dir.as_ref();
        std::fs::create_dir_all(data_dir).with_context(|| format!("cannot create the data directory {}", data_dir.display()))?;
        let path = data_dir.join("lock");
        let file = open_lock_file(&path)?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut file) => {
                file.set_len(0)?;
                file.rewind()?;
                writeln!(&mut *file, "{}", std::process::id())?;
                file.sync_data()?;
                Ok(Self { path, _file: file })
            }
            Err((mut file, Errno::EWOULDBLOCK)) => {
                let mut holder = String::new();
                // The holder may be between taking the lock and writing its
                // number; that is no reason to fail with another message.
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim();
                let holder = if holder.is_empty() { "unknown" } else { holder };
                bail!("already running (pid {holder}) on this data directory: {}", data_dir.display())
            }
            Err((_, error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
        }
    }

    /// The lock file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Serialises short critical sections between processes, for example two test
/// processes that want to start the same server. Waits for its turn.
pub(crate) struct TurnLock {
    _file: Flock<File>,
}

impl TurnLock {
    pub(crate) fn wait(path: &Path) -> anyhow::Result<Self> {
        let mut file = open_lock_file(path)?;
        loop {
            match Flock::lock(file, FlockArg::LockExclusive) {
                Ok(locked) => return Ok(Self { _file: locked }),
                Err((again, Errno::EINTR)) => file = again,
                Err((_, error)) => {
                    return Err(error).with_context(|| format!("cannot lock {}", path.display()));
                }
            }
        }
    }
}

fn open_lock_file(path: &Path) -> anyhow::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_and_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let held = DataDirLock::acquire(dir.path()).unwrap();
        let refused = DataDirLock::acquire(dir.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("already running (pid {})", std::process::id())), "{refused}");
        drop(held);
        DataDirLock::acquire(dir.path()).unwrap();
    }
}
