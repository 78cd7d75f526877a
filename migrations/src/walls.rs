//! THE LIST of walls: which columns hold a sensitive field in clear, and the database roles that
//! see some of them.

use kernel::permission::{FIELDS, FieldDef};
use kernel::tenant::ViewClass;

use crate::{ControlNames, TenantNames, quote};

/// Columns that hold sensitive fields in clear. The masked role has no grant on them; a partial role
/// has one if every field of the wall is open to it.
#[derive(Debug, Clone, Copy)]
pub struct Wall {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The fields whose values stand in it.
    pub fields: &'static [&'static str],
    /// Whether it is written by name; derived columns follow by themselves.
    pub writable: bool,
}

const fn wall(table: &'static str, column: &'static str, fields: &'static [&'static str], writable: bool) -> Wall {
    Wall { table, column, fields, writable }
}

/// Every wall there is. `audit_log.diff` is behind all of them and opens to the full role only.
pub const WALLS: &[Wall] = &[
    wall("clients", "email", &["clients.email"], true),
    wall("clients", "phone", &["clients.phone"], true),
    wall("clients", "search_all", &["clients.email", "clients.phone"], false),
    wall("clients", "date_of_birth", &["clients.date_of_birth"], true),
    wall("clients", "address", &["clients.address"], true),
    wall("clients", "balance", &["clients.balance"], false),
    wall("leads", "email", &["leads.email"], true),
    wall("leads", "phone", &["leads.phone"], true),
    wall("leads", "search_all", &["leads.email", "leads.phone"], false),
    wall("contacts", "email", &["contacts.email"], true),
    wall("contacts", "phone", &["contacts.phone"], true),
    wall("contacts", "search_all", &["contacts.email", "contacts.phone"], false),
];

impl Wall {
    fn is_open(&self, view: ViewClass) -> bool {
        self.fields.iter().all(|key| FIELDS.iter().any(|f: &FieldDef| f.key == *key && view.opens(f)))
    }
}

impl TenantNames {
    /// What a partial role may beyond the masked one, inside the tenant's schema as its owner.
    fn open_walls(&self, view: ViewClass) -> String {
        let role = quote(&self.role(view));
        let mut sql = String::new();
        for wall in WALLS.iter().filter(|w| w.is_open(view)) {
            let (table, column) = (wall.table, wall.column);
            sql.push_str(&format!("grant select ({column}) on {table} to {role};\n"));
            if wall.writable {
                sql.push_str(&format!("grant update ({column}) on {table} to {role};\n"));
            }
        }
        sql
    }

    /// The batch that makes the database role of a partial view, or completes it after a migration.
    /// Safe to run again; all or nothing.
    pub fn view_batch(&self, control: &ControlNames, view: ViewClass) -> String {
        let name = self.role(view);
        let (role, masked) = (quote(&name), quote(&self.role(ViewClass::MASKED)));
        format!(
            "begin;\n\
             do $$ begin if not exists (select 1 from pg_roles where rolname = '{name}') then\n\
                 create role {role} nologin inherit; end if; end $$;\n\
             grant {masked} to {role};\n\
             grant {role} to {app};\n\
             set local lock_timeout = '2s';\n\
             set local role {owner};\n\
             set local search_path = {schema};\n\
             {walls}\
             insert into view_roles (mask) values ({mask}) on conflict do nothing;\n\
             update tenant_meta set access_version = access_version + 1;\n\
             reset role;\ncommit;\n",
            app = quote(&control.app()),
            owner = quote(&self.owner()),
            schema = quote(&self.schema()),
            walls = self.open_walls(view),
            mask = view.mask(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::tenant::TenantKey;

    #[test]
    fn every_sensitive_field_has_a_wall() {
        for field in FIELDS {
            assert!(WALLS.iter().any(|w| w.fields == [field.key]), "{}", field.key);
        }
        assert!(WALLS.iter().all(|w| w.fields.iter().all(|key| FIELDS.iter().any(|f| f.key == *key))));
    }

    #[test]
    fn a_column_of_two_fields_opens_with_both() {
        let control = ControlNames { prefix: "bdtest".into() };
        let names = control.tenant(TenantKey(7));
        let field = |key: &str| kernel::permission::field(key).expect("a sensitive field");
        let one = names.view_batch(&control, ViewClass::of([field("clients.email")]));
        assert!(one.contains("grant select (email) on clients") && !one.contains("search_all"), "{one}");
        let both = names.view_batch(&control, ViewClass::of([field("clients.email"), field("clients.phone")]));
        assert!(both.contains("grant select (search_all) on clients") && both.contains("bdtest_m3_000007"), "{both}");
    }
}
