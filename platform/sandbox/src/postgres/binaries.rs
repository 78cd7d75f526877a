//! Finding PostgreSQL's programs.
//!
//! Order: `POSTGRES_BIN`, the `PATH`, the versioned directories of Debian, of
//! Red Hat and of Homebrew, newest first. An existing cluster can only be run
//! by the major version that made it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::process::on_path;

/// Oldest major version the schema works on.
const OLDEST: u32 = 15;

/// The programs of one installation.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
    pub(super) major: u32,
}

/// The first installation that can run a cluster of version `wanted`, or, for a
/// new cluster, the first that is new enough.
pub(super) fn find(wanted: Option<u32>) -> anyhow::Result<Programs> {
    let mut seen = Vec::new();
    for dir in directories() {
        let (initdb, postgres) = (dir.join("initdb"), dir.join("postgres"));
        if !initdb.is_file() || !postgres.is_file() {
            continue;
        }
        let Some(major) = version(&postgres) else {
            continue;
        };
        let fits = match wanted {
            Some(wanted) => major == wanted,
            None => major >= OLDEST,
        };
        if fits {
            return Ok(Programs { initdb, postgres, major });
        }
        seen.push(format!("{major} in {}", dir.display()));
    }
    let needed = match wanted {
        Some(wanted) => format!("PostgreSQL {wanted} (the data directory was made by it)"),
        None => format!("PostgreSQL {OLDEST} or newer"),
    };
    let found = if seen.is_empty() { "none was found".to_owned() } else { format!("found only: {}", seen.join(", ")) };
    bail!(
        "{needed} is needed to run a private database; {found}. Install it (Debian and Ubuntu: \
         apt-get install postgresql; macOS: brew install postgresql), name its directory in \
         POSTGRES_BIN, or set DATABASE_URL to use a server of yours"
    )
}

fn directories() -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    if let Some(named) = std::env::var_os("POSTGRES_BIN") {
        let named = PathBuf::from(named);
        // The program itself is as good as its directory.
        if named.is_file() {
            dirs.extend(named.parent().map(Path::to_owned));
        } else {
            dirs.push(named);
        }
    }
    dirs.extend(on_path("postgres").filter_map(|program| Some(program.parent()?.to_owned())));
    for (root, prefix, suffix) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql@", "bin"),
        ("/usr/local/opt", "postgresql@", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ] {
        dirs.extend(versioned(Path::new(root), prefix, suffix));
    }
    dirs.extend(["/opt/homebrew/bin", "/usr/local/pgsql/bin"].iter().map(PathBuf::from));
    dirs
}

/// `<root>/<prefix><number>/<suffix>`, highest number first.
fn versioned(root: &Path, prefix: &str, suffix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root) else {
        return Vec::new();
    };
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name();
            let number = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((number, entry.path().join(suffix)))
        })
        .collect();
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    found.into_iter().map(|(_, dir)| dir).collect()
}

fn version(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    major(&String::from_utf8_lossy(&output.stdout))
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` → 15.
fn major(text: &str) -> Option<u32> {
    let number = text.split_whitespace().nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn major_version_is_read_from_releases_and_betas() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major(""), None);
    }

    #[test]
    fn newest_version_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for name in ["9", "15", "16", "notes"] {
            std::fs::create_dir(root.path().join(name)).unwrap();
        }
        let found = versioned(root.path(), "", "bin");
        assert_eq!(found[0], root.path().join("16/bin"));
        assert_eq!(found.len(), 3);
    }
}
