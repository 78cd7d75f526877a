//! Where the cluster is and whose it is.
//!
//! PostgreSQL refuses to run as root. Started as root, the cluster belongs to
//! an unprivileged user, who must be able to walk to it: where the data
//! directory lies behind a closed door (`/root`, a private temporary
//! directory), the cluster goes to a directory of its own elsewhere and a
//! pointer file says where. Nothing is ever placed in a directory that somebody
//! else could have prepared.

use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use nix::unistd::{Uid, User};
use sha2::{Digest, Sha256};

use crate::process::{read_text, write_private};

/// Users to run as, in this order, when we are root.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

const POINTER: &str = "location";

/// User and group of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

/// The directory that holds (or will hold) `cluster/`.
#[derive(Debug)]
pub(super) struct Place {
    dir: PathBuf,
    /// The pointer file, when the cluster is not in the data directory.
    pointer: Option<PathBuf>,
    /// Whom the server runs as; `None`: as us.
    account: Option<Account>,
}

impl Place {
    /// The place chosen at an earlier start.
    pub(super) fn find(data_dir: &Path) -> anyhow::Result<Option<Self>> {
        let pointer = data_dir.join(POINTER);
        let (dir, pointer) = match read_text(&pointer)? {
            Some(elsewhere) => (PathBuf::from(elsewhere), Some(pointer)),
            None => (data_dir.to_owned(), None),
        };
        let Ok(cluster) = std::fs::symlink_metadata(dir.join("cluster")) else {
            return Ok(None);
        };
        let owner = Account { uid: cluster.uid(), gid: cluster.gid() };
        let me = Uid::effective();
        if !me.is_root() && owner.uid != me.as_raw() {
            bail!(
                "the PostgreSQL files in {} belong to user {}; start as that user or as root",
                dir.display(),
                user_name(owner.uid)
            );
        }
        if owner.uid == 0 {
            bail!(
                "the PostgreSQL files in {} belong to root, as whom PostgreSQL does not run; \
                 give them to an unprivileged user (chown -R)",
                dir.display()
            );
        }
        let account = me.is_root().then_some(owner);
        let place = Self { dir, pointer, account };
        if let Some(closed) = place.closed_door() {
            bail!(
                "user {} cannot reach the PostgreSQL files in {}: {} is closed to it; open that \
                 directory (chmod o+x) or choose another data directory",
                user_name(owner.uid),
                place.dir.display(),
                closed.display()
            );
        }
        Ok(Some(place))
    }

    /// The place chosen earlier, or a new one.
    pub(super) fn find_or_choose(data_dir: &Path, durable: bool) -> anyhow::Result<Self> {
        if let Some(place) = Self::find(data_dir)? {
            return Ok(place);
        }
        let here = Self { dir: data_dir.to_owned(), pointer: None, account: unprivileged_account()? };
        if here.closed_door().is_none() {
            return Ok(here);
        }
        let account = here.account;
        let dir = make_elsewhere(data_dir, account, durable)?;
        let pointer = data_dir.join(POINTER);
        write_private(&pointer, format!("{}\n", dir.display()).as_bytes())?;
        tracing::info!(
            data_dir = %data_dir.display(), place = %dir.display(),
            "PostgreSQL's user cannot reach the data directory; its files go elsewhere"
        );
        Ok(Self { dir, pointer: Some(pointer), account })
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn cluster(&self) -> PathBuf {
        self.dir.join("cluster")
    }

    /// Major version of the existing cluster.
    pub(super) fn version(&self) -> anyhow::Result<Option<u32>> {
        let text = read_text(&self.cluster().join("PG_VERSION"))?;
        Ok(text.and_then(|text| text.parse().ok()))
    }

    /// Makes `command` run as the server's user.
    pub(super) fn run_as(&self, command: &mut Command) {
        if let Some(account) = self.account {
            command.uid(account.uid).gid(account.gid);
        }
    }

    /// Gives a file or directory to the server's user.
    pub(super) fn give(&self, path: &Path) -> anyhow::Result<()> {
        if let Some(account) = self.account {
            chown(path, Some(account.uid), Some(account.gid))
                .with_context(|| format!("cannot change the owner of {}", path.display()))?;
        }
        Ok(())
    }

    /// Deletes the cluster, and the directory made for it.
    pub(super) fn delete(&self) -> anyhow::Result<()> {
        let path = match &self.pointer {
            Some(_) => self.dir.clone(),
            None => self.cluster(),
        };
        std::fs::remove_dir_all(&path).with_context(|| format!("cannot delete {}", path.display()))?;
        if let Some(pointer) = &self.pointer {
            std::fs::remove_file(pointer)?;
        }
        Ok(())
    }

    /// The directory on the way that the server's user cannot pass.
    fn closed_door(&self) -> Option<PathBuf> {
        let account = self.account?;
        self.dir.ancestors().find(|dir| !passable(dir, account)).map(Path::to_owned)
    }
}

fn passable(dir: &Path, account: Account) -> bool {
    std::fs::metadata(dir).is_ok_and(|meta| {
        let bit = if meta.uid() == account.uid {
            0o100
        } else if meta.gid() == account.gid {
            0o010
        } else {
            0o001
        };
        meta.permissions().mode() & bit != 0
    })
}

fn unprivileged_account() -> anyhow::Result<Option<Account>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    for name in UNPRIVILEGED {
        if let Some(user) = User::from_name(name)? {
            return Ok(Some(Account { uid: user.uid.as_raw(), gid: user.gid.as_raw() }));
        }
    }
    bail!(
        "PostgreSQL does not run as root and this system has no user {}; start as another user \
         or set DATABASE_URL",
        UNPRIVILEGED.join(" or ")
    )
}

/// A directory for this data directory that the account can reach. Lasting data
/// goes to `/var/lib`; what lives in `/var/tmp` may be swept away some day.
fn make_elsewhere(data_dir: &Path, account: Option<Account>, durable: bool) -> anyhow::Result<PathBuf> {
    let digest = Sha256::digest(data_dir.as_os_str().as_encoded_bytes());
    let name = format!("brokerdesk-{}", hex::encode(&digest[..8]));
    let roots: &[&str] = if durable { &["/var/lib", "/var/tmp", "/tmp"] } else { &["/var/tmp", "/tmp"] };
    let mut refusals = Vec::new();
    for root in roots {
        let dir = Path::new(root).join(&name);
        match prepare(&dir, account) {
            Ok(()) => return Ok(dir),
            Err(error) => refusals.push(format!("{}: {error:#}", dir.display())),
        }
    }
    bail!(
        "PostgreSQL's user cannot reach {} and no other place would do ({}); choose a data \
         directory that every user may pass through",
        data_dir.display(),
        refusals.join("; ")
    )
}

fn prepare(dir: &Path, account: Option<Account>) -> anyhow::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    match builder.mode(0o700).create(dir) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            // Left by an earlier data directory of the same path, or laid out
            // for us by somebody who guessed the name.
            let meta = std::fs::symlink_metadata(dir)?;
            let ours = meta.uid() == 0 || account.is_some_and(|a| a.uid == meta.uid());
            if !meta.is_dir() || !ours || meta.mode() & 0o022 != 0 {
                bail!("exists and is not ours");
            }
            if dir.join("cluster").exists() {
                return set_aside(dir).and_then(|()| prepare(dir, account));
            }
        }
        Err(error) => return Err(error.into()),
    }
    if let Some(account) = account {
        chown(dir, Some(account.uid), Some(account.gid))?;
        if let Some(closed) = dir.ancestors().find(|dir| !passable(dir, account)) {
            bail!("{} is closed too", closed.display());
        }
    }
    Ok(())
}

/// Somebody deleted the data directory and with it the password. The cluster
/// cannot be opened any more, but that is no reason to destroy it: the last
/// such one is kept.
fn set_aside(dir: &Path) -> anyhow::Result<()> {
    super::postmaster::end_left_over(&dir.join("cluster"))?;
    let aside = dir.with_extension("previous");
    match std::fs::remove_dir_all(&aside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    std::fs::rename(dir, &aside)?;
    tracing::warn!(
        kept = %aside.display(),
        "put aside the PostgreSQL files of an earlier data directory of the same path"
    );
    Ok(())
}

fn user_name(uid: u32) -> String {
    User::from_uid(Uid::from_raw(uid)).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}
