//! Writing: every change with ids of the other tenant and of records out of reach; afterwards the
//! database says whether any of it took.

use futures::StreamExt as _;
use kernel::tenant::ViewClass;
use runtime::Rows as _;
use runtime::db::Mode;
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::caller::fill;
use super::plan::Operation;
use super::plant::{Kind, Planted, Record};
use super::report::Find;
use super::visit::{AT_ONCE, Scene, Visitor};

/// One change to try.
struct Attempt<'a> {
    surface: &'static str,
    operation: &'a Operation,
    path: String,
    body: Json,
    /// What a 2xx means, where it is wrong whatever the database says.
    forbidden: Option<String>,
}

#[derive(FromQueryResult)]
struct Print {
    place: String,
    print: Option<String>,
}

/// Tables of a tenant that are not read row by row: what moves by itself, or holds what somebody typed.
const MOVING: &[&str] = &[
    "tenant_meta",
    "users",
    "login_failures",
    "sessions",
    "refresh_tokens",
    "password_tokens",
    "api_keys",
    "audit_log",
    "audit_head",
    "idempotency_keys",
    "view_roles",
    "reveals",
    "search_words",
    "figures",
    "bulk_changes",
    "bulk_chunks",
    "bulk_rows",
    "duplicate_pairs",
    "duplicate_todo",
    "duplicate_scan",
];

/// Tables in which an id that somebody typed may stand: what they asked for, whether or not it is there.
const TYPED: &[&str] = &["exports", "views", "notifications"];

/// Of those that move, what must stay as it is.
const PRINTS: &str = "
    select 'users' as place, md5(string_agg((t.id, t.email, t.name, t.role_id, t.team_id, t.status, t.password_hash)::text, '' order by t.id)) as print from users t
    union all select 'API keys', md5(string_agg((t.id, t.name, t.role_id, t.expires_at, t.revoked_at)::text, '' order by t.id)) from api_keys t
    union all select 'sessions', md5(string_agg((t.id, t.user_id, t.revoked_at)::text, '' order by t.id)) from sessions t where t.user_agent like 'zq%'
    union all select 'jobs', md5(string_agg((t.id, t.state, t.attempts)::text, '' order by t.id)) from control.outbox t where t.kind = 'prover.planted'";

/// Every table of the tenant that the full role reads.
const TABLES: &str = "
    select quote_ident(c.relname) as place, null::text as print from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and has_table_privilege(c.oid, 'select')
        and c.relname <> all ($1::text[]) order by 1";

impl Scene<'_> {
    /// The state of the second tenant.
    pub async fn fingerprint(&self) -> anyhow::Result<Vec<(String, Option<String>)>> {
        let tx = self.app.db.begin(&self.b.tenant, ViewClass::FULL, Mode::Read).await?;
        let mut prints: Vec<Print> = tx.all(PRINTS, []).await?;
        // Names come from the catalogue, quoted by it: a new table is in here without an edit.
        let rows = |table: &str| {
            format!("select '{table}' as place, md5(string_agg(t::text, '' order by t::text)) as print from {table} t")
        };
        for table in tables(&tx, MOVING).await? {
            prints.extend(sql::<Print>(&tx, rows(&table), []).await?);
        }
        Ok(prints.into_iter().map(|r| (r.place, r.print)).collect())
    }

    async fn print_of(&self, planted: &Planted, record: &Record) -> anyhow::Result<Option<String>> {
        let Some(table) = record.kind.table() else { return Ok(None) };
        let tx = self.app.db.begin(&planted.tenant, ViewClass::FULL, Mode::Read).await?;
        let print = format!("select '{table}' as place, md5(t::text) as print from {table} t where t.id = $1");
        Ok(sql::<Print>(&tx, print, [record.id.into()]).await?.into_iter().find_map(|p| p.print))
    }

    /// Tries every change.
    pub async fn write(&self, visitor: &Visitor) -> anyhow::Result<()> {
        let victim = |r: &&Record| r.victim_of == Some(visitor.viewer.role) && r.kind.table().is_some();
        let victims: Vec<_> = self.a.records.iter().filter(victim).collect();
        let mut before = Vec::new();
        for victim in &victims {
            before.push(self.print_of(&self.a, victim).await?);
        }
        let mut attempts = Vec::new();
        for operation in self.called().filter(|o| !o.reads() && o.secured) {
            // One's own account holds no id of anybody else, but takes the ids of sessions.
            if !["auth", "me", "invitations"].contains(&operation.area()) {
                self.attempts(visitor, operation, &mut attempts);
            } else if operation.area() == "me" && operation.has_id() {
                self.sessions(operation, &[], &mut attempts);
            }
        }
        let mut answers = futures::stream::iter(attempts.into_iter().map(|attempt| async move {
            let request = visitor.caller.request(attempt.operation.method.clone(), &attempt.path).json(&attempt.body);
            let answer = visitor.caller.send(request).await;
            (attempt, answer)
        }))
        .buffer_unordered(AT_ONCE / 2);
        while let Some((attempt, answer)) = answers.next().await {
            let answer = answer?;
            let sent = format!("{} {}", attempt.path, attempt.body);
            self.look(attempt.surface, attempt.operation, Some(visitor), &answer, &sent);
            if let Some(what) = attempt.forbidden.filter(|_| answer.accepted()) {
                self.wrong(attempt.surface, attempt.operation, Some(visitor), what, answer.status.to_string());
            }
        }
        for (victim, before) in victims.iter().zip(before) {
            let area = victim.kind.area();
            let reaches = |verb: &str| visitor.viewer.covers(&format!("{area}.{verb}"), victim.owner, victim.team);
            if ["update", "delete", "assign", "convert", "merge"].into_iter().any(reaches) {
                continue;
            }
            self.report.checks("changes", 1);
            if self.print_of(&self.a, victim).await? != before {
                let what = format!("a {} outside the role's scope was changed", victim.kind.word());
                let (surface, role) = ("changes", visitor.viewer.role_name.clone());
                self.report.find(Find {
                    surface,
                    route: format!("changes under /api/{area}"),
                    role,
                    what,
                    seen: "another row".into(),
                });
            }
        }
        Ok(())
    }

    fn attempts<'a>(&'a self, visitor: &Visitor, operation: &'a Operation, all: &mut Vec<Attempt<'a>>) {
        let kind = Kind::of_area(operation.area());
        if operation.path.contains("/sessions/{") {
            // A session of the other tenant, below its own user and below one of ours.
            let users = [&self.b, &self.a].into_iter().filter_map(|p| Some(p.of(Kind::User).next()?.id)).collect::<Vec<_>>();
            return self.sessions(operation, &users, all);
        }
        let second = self.b.records[0].id;
        let foreign: Vec<&str> =
            operation.body.keys().map(String::as_str).filter(|name| self.foreign_body(operation, name).is_some()).collect();
        let with = |name: &str| {
            let mut body = self.plain(operation);
            body.extend(self.foreign_body(operation, name).map(|value| (name.to_owned(), value)));
            Json::Object(body)
        };
        if !operation.has_id() {
            for name in foreign {
                all.push(Attempt {
                    surface: "foreign ids",
                    operation,
                    path: operation.path.clone(),
                    body: with(name),
                    forbidden: None,
                });
            }
            return;
        }
        // A record of the other tenant.
        let theirs = kind.and_then(|kind| self.b.of(kind).next()).map_or_else(|| self.b.role().to_string(), |r| r.path.clone());
        let query =
            operation.query.iter().find_map(|(name, _)| Some(format!("?{name}={}", self.foreign_id(name)?))).unwrap_or_default();
        all.push(Attempt {
            surface: "foreign ids",
            operation,
            path: format!("{}{query}", fill(&operation.path, &theirs, second)),
            body: Json::Object(self.plain(operation)),
            forbidden: (!operation.by_key()).then(|| "a change of a record of another tenant is accepted".to_owned()),
        });
        // A record of one's own tenant out of reach.
        let first = self.a.records.iter().filter(|r| r.victim_of == Some(visitor.viewer.role) && Some(r.kind) == kind);
        for victim in first.take(1) {
            let sees = visitor.viewer.sees(victim);
            all.push(Attempt {
                surface: "changes",
                operation,
                path: fill(&operation.path, &victim.path, second),
                body: Json::Object(self.plain(operation)),
                forbidden: (!sees).then(|| format!("a change of a {} outside the role's scope is accepted", victim.kind.word())),
            });
        }
        // A record of one's own that would refer to the other tenant.
        let mine = kind.and_then(|kind| self.a.of(kind).find(|r| kind != Kind::User && visitor.viewer.sees(r)));
        if let Some(mine) = mine {
            for name in foreign {
                let path = fill(&operation.path, &mine.path, second);
                all.push(Attempt { surface: "foreign ids", operation, path, body: with(name), forbidden: None });
            }
        }
    }

    /// Sessions of the other tenant; each below these users, where the path names one.
    fn sessions<'a>(&'a self, operation: &'a Operation, users: &[Uuid], all: &mut Vec<Attempt<'a>>) {
        for session in self.b.of(Kind::Session) {
            let below = users.iter().map(|user| fill(&operation.path, &user.to_string(), session.id));
            let alone = users.is_empty().then(|| fill(&operation.path, &session.id.to_string(), session.id));
            for path in below.chain(alone) {
                all.push(Attempt {
                    surface: "foreign ids",
                    operation,
                    path,
                    body: json!({}),
                    forbidden: Some("a session of another tenant is ended".to_owned()),
                });
            }
        }
    }

    /// An id of the other tenant for a field of a body.
    fn foreign_body(&self, operation: &Operation, name: &str) -> Option<Json> {
        let all = |kind: Kind| Some(self.b.of(kind).take(8).map(|r| json!(r.id)).collect());
        match name {
            "ids" => return all(Kind::of_area(operation.area()).unwrap_or(Kind::Client)),
            "mentions" | "users" => return all(Kind::User),
            "partners" => return all(Kind::Partner),
            "default_for_roles" => return all(Kind::Role),
            "tag_ids" => return all(Kind::Tag),
            // What a customer does, in words.
            "role" if operation.area() == "customers" => return None,
            _ => {}
        }
        self.foreign_id(name).map(Json::String)
    }

    /// A body that could work, as far as names of fields tell.
    fn plain(&self, operation: &Operation) -> Map<String, Json> {
        let tag = Uuid::new_v4().simple().to_string();
        let mut body = Map::new();
        for name in operation.body.keys() {
            let value = match name.as_str() {
                "first_name" | "last_name" | "name" | "label" | "title" => json!(format!("Prover {}", &tag[..8])),
                "email" if operation.method == reqwest::Method::POST => json!(format!("{tag}@prove.example")),
                "source" => json!("Prover"),
                "purpose" => json!("isolation check"),
                "fields" if operation.path.ends_with("/reveal") => json!(["email"]),
                "status" if operation.path.ends_with("/status") => json!("contacted"),
                "stage" if operation.path.ends_with("/stage") => json!("won"),
                "subject" | "content" => json!(format!("Prover {}", &tag[..8])),
                "type" if operation.area() == "activities" => json!("task"),
                "pipeline" if operation.method == reqwest::Method::POST => {
                    json!(self.a.of(Kind::Pipeline).next().map(|p| p.path.clone()))
                }
                "format" => json!("csv"),
                "entity" if operation.area() == "exports" => json!("clients"),
                "entity" => json!("client"),
                "resource_type" => json!("client"),
                "assigned_to" if operation.id.starts_with("assign") => Json::Null,
                "role" if operation.id == "createUser" => json!(self.a.role()),
                _ => continue,
            };
            body.insert(name.clone(), value);
        }
        body
    }

    /// Whether anything reached the second tenant, or the first now refers to it.
    pub async fn aftermath(&self, before: &[(String, Option<String>)]) -> anyhow::Result<()> {
        let after = self.fingerprint().await?;
        for (was, is) in before.iter().zip(&after) {
            self.report.checks("aftermath", 1);
            if was != is {
                let what = format!("{} of the other tenant changed", was.0);
                self.report.find(Find {
                    surface: "aftermath",
                    route: "all changes".into(),
                    role: "any".into(),
                    what,
                    seen: "another fingerprint".into(),
                });
            }
        }
        let tx = self.app.db.begin(&self.a.tenant, ViewClass::FULL, Mode::Read).await?;
        let more = ["users", "api_keys"].map(str::to_owned);
        for table in tables(&tx, &[MOVING, TYPED].concat()).await?.into_iter().chain(more) {
            self.report.checks("aftermath", 1);
            let rows = format!("select '{table}' as place, string_agg(t::text, ' ') as print from {table} t");
            let text: String = sql::<Print>(&tx, rows, []).await?.into_iter().filter_map(|p| p.print).collect();
            for fault in self.hunt.of_side(super::plant::Side::B, &text) {
                let what = format!("{table} hold something of another tenant: {}", fault.why);
                let (route, role) = ("all changes".to_owned(), "any".to_owned());
                self.report.find(Find { surface: "aftermath", route, role, what, seen: fault.seen });
            }
        }
        Ok(())
    }
}

/// Tables of a tenant but these.
async fn tables(tx: &runtime::TenantTx, but: &[&str]) -> anyhow::Result<Vec<String>> {
    let but: Vec<String> = but.iter().map(|t| (*t).to_owned()).collect();
    let tables: Vec<Print> = tx.all(TABLES, [but.into()]).await?;
    Ok(tables.into_iter().map(|t| t.place).collect())
}

/// Asks what was put together here, of names of tables that are known.
async fn sql<T: FromQueryResult>(
    tx: &runtime::TenantTx,
    text: String,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> anyhow::Result<Vec<T>> {
    let rows = tx.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, text, values)).await?;
    Ok(rows.iter().map(|row| T::from_query_result(row, "")).collect::<Result<_, _>>()?)
}
