//! A tenant's configuration as data: roles with what they may, statuses, pipelines, messages,
//! settings, teams. It comes from a template or from another tenant and is written in one
//! transaction, so a tenant has all of it or none.
//!
//! The tables that are configuration stand in [`TABLES`], with what of them is carried over and what is not; all
//! others are [`LEFT_BEHIND`] (users, sessions, secrets, credentials, jobs, clients, leads, partners). A test is red
//! until somebody has declared what a new table or column is.

use std::collections::HashMap;

use kernel::DomainError;
use runtime::db::DbError;
use runtime::{Rows as _, TenantTx};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Map, Value as Json, json};
use template::{SETTINGS, Template};
use uuid::Uuid;

/// A table of configuration, the columns that are carried over, and those that are not: who did it and when, and
/// what names a user or a partner.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Names and types of what is carried over.
    pub columns: &'static [(&'static str, &'static str)],
    /// The others.
    pub left: &'static [&'static str],
}

/// In an order in which rows find what they refer to.
pub const TABLES: &[Table] = &[
    Table { name: "settings", columns: &[("key", "text"), ("value", "jsonb")], left: &["updated_at", "updated_by"] },
    Table {
        name: "roles",
        columns: &[
            ("id", "uuid"),
            ("name", "text"),
            ("description", "text"),
            ("builtin", "bool"),
            ("position", "int"),
            ("two_factor_required", "bool"),
        ],
        left: &["created_at", "updated_at"],
    },
    Table { name: "role_permissions", columns: &[("role_id", "uuid"), ("permission", "text"), ("scope", "text")], left: &[] },
    Table { name: "role_fields", columns: &[("role_id", "uuid"), ("field", "text"), ("level", "text")], left: &[] },
    Table {
        name: "teams",
        columns: &[("id", "uuid"), ("name", "text"), ("parent_id", "uuid")],
        left: &["leader_id", "created_at", "updated_at"],
    },
    Table {
        name: "statuses",
        columns: &[
            ("entity", "text"),
            ("key", "text"),
            ("label", "text"),
            ("hue", "text"),
            ("position", "int"),
            ("is_default", "bool"),
            ("closed", "bool"),
            ("outcome", "text"),
            ("transitions", "text[]"),
        ],
        left: &[],
    },
    Table {
        name: "pipelines",
        columns: &[("key", "text"), ("name", "text"), ("position", "int"), ("is_default", "bool"), ("archived", "bool")],
        left: &[],
    },
    Table {
        name: "pipeline_stages",
        columns: &[
            ("pipeline_key", "text"),
            ("key", "text"),
            ("label", "text"),
            ("position", "int"),
            ("probability", "int"),
            ("hue", "text"),
            ("outcome", "text"),
            ("transitions", "text[]"),
            ("required", "text[]"),
        ],
        left: &[],
    },
    Table {
        name: "custom_fields",
        columns: &[
            ("id", "uuid"),
            ("entity", "text"),
            ("key", "text"),
            ("label", "text"),
            ("type", "text"),
            ("options", "jsonb"),
            ("required", "bool"),
            ("help", "text"),
            ("position", "int"),
            ("archived", "bool"),
        ],
        left: &["created_at", "updated_at"],
    },
    Table {
        name: "document_types",
        columns: &[
            ("key", "text"),
            ("label", "text"),
            ("level", "int"),
            ("required", "bool"),
            ("expires", "bool"),
            ("content_types", "text[]"),
            ("max_bytes", "bigint"),
            ("position", "int"),
            ("archived", "bool"),
        ],
        left: &["created_at", "updated_at"],
    },
    Table {
        name: "message_templates",
        columns: &[("key", "text"), ("subject", "text"), ("text", "text"), ("html", "text")],
        left: &["updated_at"],
    },
    Table {
        name: "consents",
        columns: &[
            ("id", "uuid"),
            ("key", "text"),
            ("required", "bool"),
            ("locale", "text"),
            ("position", "int"),
            ("archived", "bool"),
            ("version", "int"),
        ],
        left: &["created_at", "updated_at"],
    },
    Table {
        name: "consent_texts",
        columns: &[
            ("consent_id", "uuid"),
            ("version", "int"),
            ("title", "text"),
            ("body", "text"),
            ("hash", "text"),
            ("published_at", "timestamptz"),
        ],
        left: &["published_by"],
    },
    Table { name: "tags", columns: &[("id", "uuid"), ("name", "text"), ("hue", "text")], left: &["created_at", "updated_at"] },
    Table {
        name: "assignment_rules",
        columns: &[
            ("id", "uuid"),
            ("name", "text"),
            ("entity", "text"),
            ("position", "int"),
            ("enabled", "bool"),
            ("countries", "text[]"),
            ("languages", "text[]"),
            ("sources", "text[]"),
            ("team_id", "uuid"),
            ("method", "text"),
            ("max_open", "int"),
        ],
        left: &["partners", "users", "last_user", "created_at", "updated_at"],
    },
    Table {
        name: "exchange_rates",
        columns: &[("currency", "text"), ("day", "date"), ("rate", "numeric"), ("base", "text")],
        left: &["updated_at", "updated_by"],
    },
    Table {
        name: "views",
        columns: &[
            ("id", "uuid"),
            ("entity", "text"),
            ("name", "text"),
            ("shared", "text"),
            ("team_id", "uuid"),
            ("query", "jsonb"),
            // Their order.
            ("created_at", "timestamptz"),
        ],
        left: &["owner_id", "updated_at"],
    },
    Table { name: "view_role_defaults", columns: &[("role_id", "uuid"), ("entity", "text"), ("view_id", "uuid")], left: &[] },
];

/// The tables that are no configuration: people with their credentials and what is theirs alone, records and what
/// follows from them, the work under way, and the trace of it.
pub const LEFT_BEHIND: &[&str] = &[
    "activities",
    "api_keys",
    "attachments",
    "audit_head",
    "audit_log",
    "bulk_changes",
    "bulk_chunks",
    "bulk_rows",
    "calendar_feeds",
    "client_consents",
    "client_registrations",
    "clients",
    "console_secrets",
    "contact_merge_moves",
    "contact_merges",
    "contacts",
    "custom_values",
    "customer_details",
    "dashboards",
    "deal_stages",
    "deals",
    "documents",
    "duplicate_pairs",
    "duplicate_scan",
    "duplicate_todo",
    "exports",
    "figures",
    "idempotency_keys",
    "import_fixes",
    "import_rows",
    "imports",
    "lead_status_history",
    "leads",
    "login_failures",
    "merge_moves",
    "merges",
    "notes",
    "notifications",
    "partners",
    "password_tokens",
    "recovery_codes",
    "refresh_tokens",
    "registrations",
    "reveals",
    "sealed_secrets",
    "schema_migrations",
    "search_words",
    "sessions",
    // What the tenant was made from is carried by hand.
    "tenant_meta",
    "two_factor",
    "undo_log",
    "user_subjects",
    "users",
    "view_choices",
    // Database roles, which are made where they are needed.
    "view_roles",
];

/// What a tenant was made from, as its own schema remembers it.
#[derive(Debug, Clone, Default)]
struct Base {
    template: String,
    version: String,
    values: Json,
}

/// A tenant's configuration.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    rows: HashMap<&'static str, Vec<Json>>,
    base: Base,
}

impl Configuration {
    /// What a template begins with.
    pub fn from_template(template: &Template) -> Self {
        let mut all = Self {
            base: Base { template: template.name.clone(), version: template.version.clone(), values: template.base() },
            ..Self::default()
        };
        for (key, value) in &template.settings {
            all.add("settings", json!({ "key": key, "value": value }));
        }
        for (position, role) in template.roles.iter().enumerate() {
            all.add_role(position, &role.name, &role.description, &json!(role.permissions), &json!(role.fields));
        }
        for (entity, statuses) in [("client", &template.statuses.client), ("lead", &template.statuses.lead)] {
            for (position, s) in statuses.iter().enumerate() {
                let mut row = json!(s);
                row["entity"] = entity.into();
                row["position"] = position.into();
                row["is_default"] = s.default.into();
                all.add("statuses", row);
            }
        }
        for (position, pipeline) in template.pipelines.iter().enumerate() {
            all.add(
                "pipelines",
                json!({ "key": pipeline.key, "name": pipeline.label, "position": position, "is_default": position == 0, "archived": false }),
            );
            for (place, stage) in pipeline.stages.iter().enumerate() {
                let mut row = json!(stage);
                row["pipeline_key"] = pipeline.key.clone().into();
                row["position"] = place.into();
                all.add("pipeline_stages", row);
            }
        }
        for message in &template.messages {
            all.add("message_templates", json!(message));
        }
        all
    }

    /// A role of the product with what it may; its id is new.
    pub(crate) fn add_role(&mut self, position: usize, name: &str, description: &str, permissions: &Json, fields: &Json) {
        let id = Uuid::now_v7();
        self.add("roles", json!({ "id": id, "name": name, "description": description, "builtin": true, "position": position, "two_factor_required": false }));
        for (key, scope) in permissions.as_object().into_iter().flatten() {
            self.add("role_permissions", json!({ "role_id": id, "permission": key, "scope": scope }));
        }
        for (key, level) in fields.as_object().into_iter().flatten() {
            self.add("role_fields", json!({ "role_id": id, "field": key, "level": level }));
        }
    }

    pub(crate) fn add(&mut self, table: &'static str, row: Json) {
        self.rows.entry(table).or_default().push(row);
    }

    /// Names what this is made from.
    pub(crate) fn set_base(&mut self, template: &str, version: &str) {
        self.base = Base { template: template.to_owned(), version: version.to_owned(), values: Json::Null };
    }

    /// A tenant's configuration, with ids of its own: nothing in the copy names a record of the
    /// original. Settings that no template knows stay behind, since they may be
    /// credentials, and those that belong to this broker alone. Rules of assignment give nothing to anybody until
    /// somebody has looked at them; views that nobody shares, or that ask for a user or a partner, are not for
    /// others.
    pub async fn read(tx: &TenantTx) -> kernel::Result<Self> {
        let mut all = Self::default();
        for table in TABLES {
            // As text, a number keeps all its digits on the way.
            let shown =
                |(name, kind): &(&str, &str)| if *kind == "numeric" { format!("{name}::text") } else { (*name).to_owned() };
            let names: Vec<String> = table.columns.iter().map(shown).collect();
            let sql = format!(
                "select coalesce(jsonb_agg(to_jsonb(x)), '[]'::jsonb) from (select {} from {}) x",
                names.join(", "),
                table.name
            );
            let rows: Json = scalar(tx, sql).await?.unwrap_or_default();
            let Json::Array(rows) = rows else { continue };
            all.rows.insert(table.name, rows);
        }
        if let Some(settings) = all.rows.get_mut("settings") {
            settings.retain(|row| !row["value"].is_null() && SETTINGS.iter().any(|d| row["key"] == d.key && d.is_carried()));
        }
        all.neutralise();
        all.renew_ids();
        let row: Option<BaseRow> = tx.one("select template, template_version, template_base from tenant_meta", []).await?;
        if let Some(row) = row {
            all.base =
                Base { template: row.template, version: row.template_version, values: row.template_base.unwrap_or_default() };
        }
        Ok(all)
    }

    /// Takes out what would act, or show something, by itself.
    fn neutralise(&mut self) {
        for rule in self.rows.get_mut("assignment_rules").into_iter().flatten() {
            rule["enabled"] = false.into();
        }
        if let Some(views) = self.rows.get_mut("views") {
            views.retain(|view| view["shared"] != "own");
        }
    }

    fn renew_ids(&mut self) {
        let mut renewed: HashMap<String, Uuid> = HashMap::new();
        for table in TABLES.iter().map(|t| t.name) {
            for row in self.rows.get(table).into_iter().flatten() {
                if let Some(id) = row["id"].as_str() {
                    renewed.insert(id.to_owned(), Uuid::now_v7());
                }
            }
        }
        for row in self.rows.values_mut().flatten().filter_map(Json::as_object_mut) {
            renew(row, &renewed);
        }
        if let Some(views) = self.rows.get_mut("views") {
            views.retain_mut(|view| renew_within(&mut view["query"], &renewed));
        }
        let views: Vec<Json> = self.rows.get("views").into_iter().flatten().map(|view| view["id"].clone()).collect();
        if let Some(defaults) = self.rows.get_mut("view_role_defaults") {
            defaults.retain(|row| views.contains(&row["view_id"]));
        }
    }

    /// Writes everything, once: a tenant that knows its template has been written.
    pub async fn write(&self, tx: &TenantTx) -> kernel::Result<()> {
        let known: Option<String> = tx.scalar("select template from tenant_meta for update", []).await?;
        match known.as_deref() {
            None => return Err(DomainError::internal("tenant_meta is empty")),
            Some("") => {}
            Some(_) => return Ok(()),
        }
        for table in TABLES {
            let Some(rows) = self.rows.get(table.name).filter(|rows| !rows.is_empty()) else { continue };
            if table.name == "document_types" {
                // Every schema begins with the usual ones.
                tx.run("delete from document_types", []).await?;
            }
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            let typed: Vec<String> = table.columns.iter().map(|(name, kind)| format!("{name} {kind}")).collect();
            let sql = format!(
                "insert into {} ({names}) select {names} from jsonb_to_recordset($1) as x ({typed})",
                table.name,
                names = names.join(", "),
                typed = typed.join(", ")
            );
            let stmt = Statement::from_sql_and_values(DbBackend::Postgres, sql, [Json::Array(rows.clone()).into()]);
            tx.execute_raw(stmt).await.map_err(DbError)?;
        }
        tx.run(
            "update tenant_meta set template = $1, template_version = $2, template_base = $3, access_version = access_version + 1",
            [self.base.template.clone().into(), self.base.version.clone().into(), self.base.values.clone().into()],
        )
        .await?;
        Ok(())
    }
}

fn renew(row: &mut Map<String, Json>, renewed: &HashMap<String, Uuid>) {
    for column in ["id", "role_id", "parent_id", "team_id", "consent_id", "view_id"] {
        let new = row.get(column).and_then(Json::as_str).and_then(|old| renewed.get(old)).copied();
        if let Some(new) = new {
            row.insert(column.to_owned(), json!(new));
        }
    }
}

/// Puts new ids in the place of old ones in all texts; false if one is left that does not come along.
fn renew_within(json: &mut Json, renewed: &HashMap<String, Uuid>) -> bool {
    match json {
        Json::String(text) => {
            let mut at = 0;
            while at + LENGTH <= text.len() {
                let id = text.get(at..at + LENGTH).filter(|word| Uuid::try_parse(word).is_ok());
                let Some(id) = id.map(str::to_lowercase) else {
                    at += 1;
                    continue;
                };
                let Some(new) = renewed.get(&id) else { return false };
                text.replace_range(at..at + LENGTH, &new.to_string());
                at += LENGTH;
            }
            true
        }
        Json::Array(all) => all.iter_mut().all(|one| renew_within(one, renewed)),
        Json::Object(all) => all.values_mut().all(|one| renew_within(one, renewed)),
        _ => true,
    }
}

/// Characters of an id as it is written.
const LENGTH: usize = 36;

#[derive(sea_orm::FromQueryResult)]
struct BaseRow {
    template: String,
    template_version: String,
    template_base: Option<Json>,
}

async fn scalar<T: sea_orm::TryGetable>(tx: &TenantTx, sql: String) -> kernel::Result<Option<T>> {
    let row = tx.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.map_err(DbError)?;
    Ok(row.map(|r| r.try_get_by_index(0)).transpose().map_err(DbError)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_fills_every_table_but_the_brokers_own() {
        let template = Template::embedded("forex-broker").expect("shipped");
        let all = Configuration::from_template(template);
        const OWN: &[&str] = &[
            "teams",
            "custom_fields",
            "document_types",
            "consents",
            "consent_texts",
            "tags",
            "assignment_rules",
            "exchange_rates",
            "views",
            "view_role_defaults",
        ];
        for table in TABLES.iter().filter(|t| !OWN.contains(&t.name)) {
            assert!(all.rows.get(table.name).is_some_and(|rows| !rows.is_empty()), "{}", table.name);
        }
        assert_eq!(all.rows["roles"].len(), template.roles.len());
    }

    #[test]
    fn a_copy_names_no_record_of_the_original() {
        let (role, team, below) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let mut all = Configuration::default();
        all.add("roles", json!({ "id": role, "name": "Agent" }));
        all.add("role_permissions", json!({ "role_id": role, "permission": "clients.read", "scope": "own" }));
        all.add("teams", json!({ "id": team, "name": "Desk", "parent_id": null }));
        all.add("teams", json!({ "id": below, "name": "Night", "parent_id": team }));
        all.renew_ids();
        let text = json!(all.rows).to_string();
        for old in [role, team, below] {
            assert!(!text.contains(&old.to_string()));
        }
        assert_eq!(all.rows["role_permissions"][0]["role_id"], all.rows["roles"][0]["id"]);
        assert_eq!(all.rows["teams"][1]["parent_id"], all.rows["teams"][0]["id"]);
    }

    #[test]
    fn views_that_ask_for_somebody_stay_behind() {
        let (role, team, user) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let ask = |value: String| json!({ "filter": { "and": [{ "field": "team_id", "op": "is", "value": value }] } });
        let (fits, names) = (Uuid::now_v7(), Uuid::now_v7());
        let mut all = Configuration::default();
        all.add("roles", json!({ "id": role, "name": "Agent" }));
        all.add("teams", json!({ "id": team, "name": "Desk", "parent_id": null }));
        all.add("views", json!({ "id": fits, "shared": "team", "team_id": team, "query": ask(format!("none,{team}")) }));
        all.add("views", json!({ "id": names, "shared": "all", "team_id": null, "query": ask(format!("me,{user}")) }));
        all.add("views", json!({ "id": Uuid::now_v7(), "shared": "own", "team_id": null, "query": {} }));
        for view in [fits, names] {
            all.add("view_role_defaults", json!({ "role_id": role, "entity": "client", "view_id": view }));
        }
        all.add("assignment_rules", json!({ "id": Uuid::now_v7(), "enabled": true, "team_id": team }));
        all.neutralise();
        all.renew_ids();
        assert_eq!((all.rows["views"].len(), all.rows["view_role_defaults"].len()), (1, 1));
        let (view, new) = (&all.rows["views"][0], &all.rows["teams"][0]["id"]);
        assert_eq!(&view["team_id"], new);
        assert_eq!(view["query"], ask(format!("none,{}", new.as_str().unwrap_or_default())));
        let default = &all.rows["view_role_defaults"][0];
        assert_eq!((&default["view_id"], &default["role_id"]), (&view["id"], &all.rows["roles"][0]["id"]));
        let rule = &all.rows["assignment_rules"][0];
        assert_eq!((&rule["enabled"], &rule["team_id"]), (&json!(false), new));
    }
}
