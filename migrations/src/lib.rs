//! The schema, as SQL text: one step per file, in order, never edited once shipped.
//!
//! `control/` is the registry that all tenants share; `tenant/` is what every tenant's schema
//! holds. A new tenant gets all steps in one batch, an existing one the steps it lacks: the same
//! text, so they can't drift apart.
//!
//! Steps may name roles and the schema as `{{full}}`, `{{masked}}`, `{{schema}}`, … ; the values
//! come from [`TenantNames`] and [`ControlNames`], which are made from numbers and a checked prefix.

mod plain;
mod walls;

use kernel::tenant::{TenantKey, ViewClass};

pub use plain::PLAIN;
pub use walls::{WALLS, Wall};

/// One step of a migration.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Counts from 1 without gaps.
    pub version: i32,
    /// The file's name.
    pub name: &'static str,
    /// The SQL, with placeholders.
    pub sql: &'static str,
}

macro_rules! steps {
    ($($version:literal $dir:literal $name:literal),* $(,)?) => {
        &[$(Step { version: $version, name: $name, sql: include_str!(concat!("../", $dir, "/", $name, ".sql")) }),*]
    };
}

/// Steps of the shared schema `control`.
pub const CONTROL: &[Step] = steps![
    1 "control" "0001_installation",
    2 "control" "0002_tenants",
    3 "control" "0003_signups",
    4 "control" "0004_provisionings",
    5 "control" "0005_outbox",
    6 "control" "0006_grants",
    7 "control" "0007_tenant_settings",
    8 "control" "0008_jobs_of_people",
    9 "control" "0009_documents_module",
    10 "control" "0010_sizes_and_modules",
];

/// Steps of every tenant's schema.
pub const TENANT: &[Step] = steps![
    1 "tenant" "0001_meta",
    2 "tenant" "0002_access",
    3 "tenant" "0003_configuration",
    4 "tenant" "0004_clients",
    5 "tenant" "0005_partners_and_leads",
    6 "tenant" "0006_audit",
    7 "tenant" "0007_grants",
    8 "tenant" "0008_walls",
    9 "tenant" "0009_second_factor",
    10 "tenant" "0010_reveals_and_settings",
    11 "tenant" "0011_closed_by_default",
    12 "tenant" "0012_search_and_figures",
    13 "tenant" "0013_documents",
    14 "tenant" "0014_registration",
    15 "tenant" "0015_bulk",
    16 "tenant" "0016_views_and_custom_values",
    17 "tenant" "0017_record_page",
    18 "tenant" "0018_folded_search",
    19 "tenant" "0019_duplicates",
    20 "tenant" "0020_exports",
    21 "tenant" "0021_imports",
    22 "tenant" "0022_export_choices",
    23 "tenant" "0023_import_users",
    24 "tenant" "0024_sales",
    25 "tenant" "0025_staged_rows",
    26 "tenant" "0026_contacts_in_files",
    27 "tenant" "0027_documents_module",
    28 "tenant" "0028_client_language",
    29 "tenant" "0029_deals_in_files",
    30 "tenant" "0030_rate_base",
    31 "tenant" "0031_what_hangs",
    32 "tenant" "0032_import_fixes",
    33 "tenant" "0033_values_by_index",
    34 "tenant" "0034_days_of_the_broker",
];

/// The version of a tenant that has every step.
pub fn tenant_version() -> i32 {
    TENANT.last().map_or(0, |s| s.version)
}

/// Names of the logins and shared roles of one installation.
#[derive(Debug, Clone)]
pub struct ControlNames {
    /// Starts every role name; roles are shared by all databases of a cluster.
    pub prefix: String,
}

impl ControlNames {
    /// The application's login.
    pub fn app(&self) -> String {
        format!("{}_app", self.prefix)
    }

    /// The provisioner's login.
    pub fn prov(&self) -> String {
        format!("{}_prov", self.prefix)
    }

    /// The role whose members are all tenants' roles; it holds the grants on shared tables.
    pub fn tenants(&self) -> String {
        format!("{}_tenants", self.prefix)
    }

    /// Names of one tenant's roles and schema.
    pub fn tenant(&self, key: TenantKey) -> TenantNames {
        TenantNames { prefix: self.prefix.clone(), key }
    }

    /// Fills in the placeholders of a control step.
    pub fn fill(&self, sql: &str) -> String {
        sql.replace("{{app}}", &quote(&self.app()))
            .replace("{{prov}}", &quote(&self.prov()))
            .replace("{{tenants}}", &quote(&self.tenants()))
    }
}

/// Names of one tenant's roles and schema.
#[derive(Debug, Clone)]
pub struct TenantNames {
    prefix: String,
    key: TenantKey,
}

impl TenantNames {
    /// The schema.
    pub fn schema(&self) -> String {
        self.key.schema()
    }

    /// Owner of the schema; used by migrations only.
    pub fn owner(&self) -> String {
        format!("{}_o_{}", self.prefix, self.key)
    }

    /// The role a request runs under.
    pub fn role(&self, view: ViewClass) -> String {
        format!("{}_{}_{}", self.prefix, view.tag(), self.key)
    }

    /// Fills in the placeholders of a tenant step.
    pub fn fill(&self, sql: &str) -> String {
        sql.replace("{{schema}}", &quote(&self.schema()))
            .replace("{{full}}", &quote(&self.role(ViewClass::FULL)))
            .replace("{{masked}}", &quote(&self.role(ViewClass::MASKED)))
    }

    /// The batch that creates a tenant: roles, schema and every step, stamped with its version, as
    /// one string for one round trip. All or nothing.
    pub fn create_batch(&self, control: &ControlNames) -> String {
        let (owner, full, masked) =
            (quote(&self.owner()), quote(&self.role(ViewClass::FULL)), quote(&self.role(ViewClass::MASKED)));
        let (schema, app, prov, tenants) =
            (quote(&self.schema()), quote(&control.app()), quote(&control.prov()), quote(&control.tenants()));
        let mut sql = format!(
            "begin;\n\
             create role {owner} nologin; create role {full} nologin inherit; create role {masked} nologin inherit;\n\
             grant {owner} to {prov};\n\
             grant {tenants} to {full}, {masked};\n\
             create schema {schema} authorization {owner};\n\
             grant {full}, {masked} to {app};\n\
             set local role {owner};\n\
             set local search_path = {schema};\n\
             set local check_function_bodies = off;\n\
             create table schema_migrations (version int primary key, name text not null, applied_at timestamptz not null default now());\n"
        );
        for step in TENANT {
            sql.push_str(&self.fill(step.sql));
            sql.push('\n');
        }
        let rows: Vec<String> = TENANT.iter().map(|s| format!("({}, '{}')", s.version, s.name)).collect();
        sql.push_str(&format!("insert into schema_migrations (version, name) values {};\n", rows.join(", ")));
        sql.push_str("reset role;\n");
        sql.push_str(&format!(
            "update control.tenants set schema_version = {}, updated_at = now() where key = {};\ncommit;\n",
            tenant_version(),
            self.key.0
        ));
        sql
    }

    /// The batch that brings an existing tenant one step further. All or nothing; it gives up after
    /// two seconds on a lock rather than making the tenant's users wait.
    pub fn step_batch(&self, step: &Step) -> String {
        format!(
            "begin;\nset local lock_timeout = '2s';\nset local role {};\nset local search_path = {};\n{}\n\
             insert into schema_migrations (version, name) values ({}, '{}');\nreset role;\n\
             update control.tenants set schema_version = {}, updated_at = now() where key = {};\ncommit;\n",
            quote(&self.owner()),
            quote(&self.schema()),
            self.fill(step.sql),
            step.version,
            step.name,
            step.version,
            self.key.0
        )
    }

    /// The batch that removes a tenant's schema and roles.
    pub fn drop_batch(&self) -> String {
        let (owner, full) = (quote(&self.owner()), quote(&self.role(ViewClass::FULL)));
        let partial = format!("^{}_m[0-9a-f]*_{}$", self.prefix, self.key);
        format!(
            "begin;\nset local role {owner};\ndrop schema if exists {} cascade;\nreset role;\n\
             do $$ declare name text; begin\n\
                 for name in select rolname from pg_roles where rolname ~ '{partial}' loop execute format('drop role %I', name); end loop;\n\
             end $$;\n\
             drop role if exists {full}; drop role if exists {owner};\ncommit;\n",
            quote(&self.schema())
        )
    }
}

/// Quotes an identifier. All of ours are plain words; this is the second lock on the door.
pub fn quote(ident: &str) -> String {
    format!("\"{}\"", ident.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_count_without_gaps() {
        for steps in [CONTROL, TENANT] {
            for (i, step) in steps.iter().enumerate() {
                assert_eq!(step.version as usize, i + 1, "{}", step.name);
                assert!(step.name.starts_with(&format!("{:04}_", step.version)), "{}", step.name);
            }
        }
    }

    #[test]
    fn no_placeholder_is_left() {
        let control = ControlNames { prefix: "bdtest".into() };
        let batch = control.tenant(TenantKey(7)).create_batch(&control);
        assert!(!batch.contains("{{"), "{batch}");
        for step in CONTROL {
            assert!(!control.fill(step.sql).contains("{{"), "{}", step.name);
        }
    }

    #[test]
    fn tenant_steps_have_no_types_of_their_own() {
        // A type per schema breaks shared prepared statements ("cached plan must not change result type").
        for step in TENANT {
            assert!(!step.sql.to_lowercase().contains("create type"), "{}", step.name);
        }
    }
}
