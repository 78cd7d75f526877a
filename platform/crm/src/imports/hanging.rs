//! What hangs on a record that came with a file: with it the record was worked on, and can't be removed any more.

use super::brings::Brings;
use crate::bulk::Kind;

/// What becomes of rows that point at a record that is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Somebody made them: the record stays.
    Keeps,
    /// They go with the record: its own history, by the database itself.
    Falls,
    /// The program found them, and they say nothing once one of the two is gone. Decided ones keep.
    Finding,
}

/// A column that points at such a record.
#[derive(Debug, Clone, Copy)]
pub struct Hanging {
    /// Its table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What becomes of its rows.
    pub hold: Hold,
}

const fn keeps(table: &'static str, column: &'static str) -> Hanging {
    Hanging { table, column, hold: Hold::Keeps }
}

const fn finding(table: &'static str, column: &'static str) -> Hanging {
    Hanging { table, column, hold: Hold::Finding }
}

const fn falls(table: &'static str, column: &'static str) -> Hanging {
    Hanging { table, column, hold: Hold::Falls }
}

/// THE LIST of columns that point at a record that a file can bring, by its table. A test compares it with the foreign
/// keys of a fresh tenant.
pub const HANGING: &[(&str, &[Hanging])] = &[
    (
        "clients",
        &[
            keeps("activities", "client_id"),
            keeps("attachments", "client_id"),
            keeps("client_consents", "client_id"),
            keeps("client_registrations", "client_id"),
            keeps("clients", "merged_into"),
            keeps("contacts", "client_id"),
            keeps("customer_details", "client_id"),
            keeps("deals", "client_id"),
            keeps("documents", "client_id"),
            finding("duplicate_pairs", "a_id"),
            finding("duplicate_pairs", "b_id"),
            keeps("leads", "converted_client_id"),
            keeps("merges", "drop_id"),
            keeps("merges", "keep_id"),
            keeps("notes", "client_id"),
        ],
    ),
    (
        "leads",
        &[
            keeps("activities", "lead_id"),
            keeps("client_registrations", "lead_id"),
            keeps("clients", "lead_id"),
            keeps("deals", "lead_id"),
            falls("lead_status_history", "lead_id"),
            keeps("notes", "lead_id"),
        ],
    ),
    (
        "contacts",
        &[
            keeps("activities", "contact_id"),
            keeps("attachments", "contact_id"),
            keeps("contact_merges", "drop_id"),
            keeps("contact_merges", "keep_id"),
            keeps("contacts", "merged_into"),
            keeps("deals", "contact_id"),
            keeps("notes", "contact_id"),
        ],
    ),
    (
        "deals",
        &[
            keeps("activities", "deal_id"),
            keeps("activities", "opportunity_id"),
            keeps("attachments", "deal_id"),
            falls("deal_stages", "deal_id"),
            keeps("deals", "opportunity_id"),
            keeps("notes", "deal_id"),
        ],
    ),
    ("activities", &[keeps("attachments", "activity_id"), keeps("notes", "activity_id")]),
];

fn of(brings: Brings) -> &'static [Hanging] {
    HANGING.iter().find(|(table, _)| *table == brings.table()).map_or(&[], |(_, hanging)| hanging)
}

/// Whether something hangs on the record `c`, as SQL.
pub(super) fn used(brings: Brings) -> String {
    let mut terms: Vec<String> = of(brings)
        .iter()
        .filter_map(|Hanging { table, column, hold }| {
            let decided = match hold {
                Hold::Keeps => "",
                Hold::Finding => " and h.state <> 'open'",
                Hold::Falls => return None,
            };
            Some(format!("exists (select 1 from {table} h where h.{column} = c.id{decided})"))
        })
        .collect();
    // What a record came from is not what hangs on it, but a converted lead is worked on, too.
    if brings == Brings::Records(Kind::Lead) {
        terms.push("c.converted_client_id is not null".to_owned());
    }
    if terms.is_empty() { "false".to_owned() } else { terms.join(" or ") }
}

/// Statements that remove what the program found about the records `w` that go; each ends in a comma.
pub(super) fn findings(brings: Brings) -> String {
    let found: Vec<&Hanging> = of(brings).iter().filter(|h| h.hold == Hold::Finding).collect();
    let mut tables: Vec<&str> = found.iter().map(|h| h.table).collect();
    tables.dedup();
    tables
        .iter()
        .map(|table| {
            let columns =
                found.iter().filter(|h| h.table == *table).map(|h| format!("h.{} = w.id", h.column)).collect::<Vec<_>>();
            format!("{table}_gone as (delete from {table} h using w where not w.touched and ({})),", columns.join(" or "))
        })
        .collect()
}
