//! Creating the cluster, once.
//!
//! It is made next to its final place and moved there when complete, with its
//! password already on disk: an interrupted start leaves nothing half done.

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use super::binaries::Programs;
use super::place::Place;
use super::{password_file, settings};
use crate::process::{new_secret, read_text, write_private};

/// Locales to create the cluster with; not every system knows the first.
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

/// Makes sure that there is a cluster; returns the superuser's password.
pub(super) fn ensure(place: &Place, programs: &Programs, data_dir: &Path, durable: bool) -> anyhow::Result<String> {
    let password_file = password_file(data_dir);
    let password = read_text(&password_file)?.filter(|password| !password.is_empty());
    if place.version()?.is_some() {
        return password.with_context(|| {
            format!("{} is missing, without it the database next to it cannot be opened", password_file.display())
        });
    }
    if place.cluster().exists() {
        bail!("{} exists but is no PostgreSQL cluster; move it away", place.cluster().display());
    }
    let password = match password {
        Some(password) => password,
        None => {
            let password = new_secret();
            write_private(&password_file, password.as_bytes())?;
            password
        }
    };
    create(place, programs, &password, durable)?;
    Ok(password)
}

fn create(place: &Place, programs: &Programs, password: &str, durable: bool) -> anyhow::Result<()> {
    let fresh = place.dir().join("cluster.new");
    let secret = place.dir().join("cluster.secret");
    let mut failure = String::new();
    for locale in LOCALES {
        remove(&fresh)?;
        std::fs::DirBuilder::new().mode(0o700).create(&fresh).with_context(|| format!("cannot create {}", fresh.display()))?;
        place.give(&fresh)?;
        write_private(&secret, password.as_bytes())?;
        place.give(&secret)?;

        let mut command = Command::new(&programs.initdb);
        command
            .arg("-D")
            .arg(&fresh)
            .arg(format!("--username={}", settings::SUPERUSER))
            .arg("--encoding=UTF8")
            .arg(format!("--locale={locale}"))
            .arg("--auth=scram-sha-256")
            .arg(format!("--pwfile={}", secret.display()))
            .arg("--no-instructions")
            .current_dir(place.dir())
            .stdin(Stdio::null());
        if !durable {
            command.arg("--no-sync");
        }
        clean_environment(&mut command);
        place.run_as(&mut command);
        let output = command.output().with_context(|| format!("cannot run {}", programs.initdb.display()));
        std::fs::remove_file(&secret)?;
        let output = output?;
        if output.status.success() {
            settings::include_in(&fresh)?;
            std::fs::rename(&fresh, place.cluster())?;
            tracing::info!(version = programs.major, locale, "created a PostgreSQL cluster");
            return Ok(());
        }
        failure = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    }
    remove(&fresh)?;
    bail!("{} could not create a database in {}: {failure}", programs.initdb.display(), place.dir().display())
}

fn remove(dir: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot delete {}", dir.display()))
        }
        _ => Ok(()),
    }
}

/// Settings of the person who starts us are not settings of this server.
pub(super) fn clean_environment(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("PG")) {
            command.env_remove(name);
        }
    }
    // Also needed on macOS, where the server refuses to run without a locale.
    command.env("LC_ALL", "C");
}
