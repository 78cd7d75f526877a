//! The server's settings, written anew at every start.
//!
//! They stand in a file of their own that `postgresql.conf` includes, so a
//! setting made with `ALTER SYSTEM` still wins. Values of client data do not
//! reach the server's log: no parameters, no DETAIL lines.

use std::fmt::Write;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context;

use super::place::Place;
use crate::process::write_private;

pub(super) const SUPERUSER: &str = "postgres";

const FILE: &str = "brokerdesk.conf";

fn file(place: &Place) -> PathBuf {
    place.cluster().join(FILE)
}

/// Makes the fresh cluster read our file; once, right after its creation.
pub(super) fn include_in(cluster: &std::path::Path) -> anyhow::Result<()> {
    let path = cluster.join("postgresql.conf");
    let mut conf =
        std::fs::OpenOptions::new().append(true).open(&path).with_context(|| format!("cannot extend {}", path.display()))?;
    writeln!(conf, "\ninclude_if_exists = '{FILE}'")?;
    Ok(())
}

pub(super) fn write(place: &Place, port: u16, durable: bool) -> anyhow::Result<()> {
    let file = file(place);
    write_private(&file, text(port, durable).as_bytes())?;
    place.give(&file)
}

/// Whether a running server was started with what would be written now.
pub(super) fn are_in_force(place: &Place, port: u16, durable: bool) -> bool {
    std::fs::read_to_string(file(place)).is_ok_and(|current| current == text(port, durable))
}

fn text(port: u16, durable: bool) -> String {
    let mut conf = String::from("# Written by brokerdesk at every start; use ALTER SYSTEM.\n");
    let mut set = |name: &str, value: &str| {
        let _ = writeln!(conf, "{name} = '{value}'");
    };
    set("listen_addresses", "127.0.0.1");
    set("port", &port.to_string());
    // Socket paths are limited to about 100 bytes; loopback TCP is enough.
    set("unix_socket_directories", "");
    set("password_encryption", "scram-sha-256");
    set("max_connections", "200");
    // A tenant's schema is created or dropped in one transaction.
    set("max_locks_per_transaction", "256");
    set("timezone", "UTC");
    set("log_timezone", "UTC");
    set("lc_messages", "C");
    set("log_line_prefix", "%m [%p] ");
    set("log_min_messages", "warning");
    set("log_error_verbosity", "terse");
    set("log_parameter_max_length", "0");
    set("log_parameter_max_length_on_error", "0");
    // Compiling a query costs more than these short queries take.
    set("jit", "off");
    set("random_page_cost", "1.1");
    set("wal_level", "minimal");
    set("max_wal_senders", "0");
    set("max_wal_size", "2GB");
    set("checkpoint_timeout", "15min");
    set("effective_cache_size", "1GB");
    set("work_mem", "8MB");
    set("maintenance_work_mem", "128MB");
    if durable {
        set("shared_buffers", "256MB");
        set("synchronous_commit", "on");
    } else {
        set("shared_buffers", "128MB");
        set("fsync", "off");
        set("full_page_writes", "off");
        set("synchronous_commit", "off");
    }
    conf
}
