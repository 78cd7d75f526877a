//! What can be merged: its table, which of its columns are decided on, and what points at its rows.

use super::columns::{COLUMNS, CONTACT_COLUMNS, Columns};
use super::references::{CONTACT_REFERENCES, REFERENCES, Reference};
use crate::sensitive::{self, SensitiveFields};

/// A kind of record of which two can become one.
pub(crate) struct Subject {
    /// As in events and the audit log.
    pub word: &'static str,
    /// As people call it.
    pub title: &'static str,
    /// The permission to merge two of them.
    pub permission: &'static str,
    /// The permission to give one to somebody.
    pub assign: &'static str,
    pub table: &'static str,
    /// The table of its merges, and that of the rows which each moved.
    pub merges: &'static str,
    pub moves: &'static str,
    /// What a merge says besides, in SQL over its row.
    pub besides: &'static str,
    /// What is written besides its columns, in SQL over `$4`.
    pub added: &'static str,
    pub columns: Columns,
    pub references: &'static [Reference],
    pub sensitive: SensitiveFields,
}

/// Clients.
pub(crate) static CLIENT: Subject = Subject {
    word: "client",
    title: "Client",
    permission: "clients.merge",
    assign: "clients.assign",
    table: "clients",
    merges: "merges",
    moves: "merge_moves",
    besides: "added_balance::text as added_balance, keep_standing, drop_standing",
    added: "balance = c.balance + $4::text::numeric, ",
    columns: COLUMNS,
    references: REFERENCES,
    sensitive: sensitive::CLIENT,
};

/// Contacts.
pub(crate) static CONTACT: Subject = Subject {
    word: "contact",
    title: "Contact",
    permission: "contacts.merge",
    assign: "contacts.assign",
    table: "contacts",
    merges: "contact_merges",
    moves: "contact_merge_moves",
    besides: "'0' as added_balance, null::text as keep_standing, null::text as drop_standing",
    added: "",
    columns: CONTACT_COLUMNS,
    references: CONTACT_REFERENCES,
    sensitive: sensitive::CONTACT,
};
