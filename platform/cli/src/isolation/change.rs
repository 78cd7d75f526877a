//! Writing: every change with ids of the other tenant and of records out of reach; afterwards the
//! database says whether any of it took.

use futures::StreamExt as _;
use kernel::tenant::ViewClass;
use runtime::Rows as _;
use runtime::db::Mode;
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::caller::fill;
use super::plan::Operation;
use super::plant::{Kind, Planted};
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

#[derive(FromQueryResult)]
struct Left {
    place: String,
    text: String,
}

/// What of a tenant must stay as it is. Sign-ins, sessions and the audit log move by themselves.
const PRINTS: &str = "
    select 'clients' as place, md5(string_agg(t::text, '' order by t.id)) as print from clients t
    union all select 'leads', md5(string_agg(t::text, '' order by t.id)) from leads t
    union all select 'partners', md5(string_agg(t::text, '' order by t.id)) from partners t
    union all select 'users', md5(string_agg((t.id, t.email, t.name, t.role_id, t.team_id, t.status, t.password_hash)::text, '' order by t.id)) from users t
    union all select 'teams', md5(string_agg(t::text, '' order by t.id)) from teams t
    union all select 'roles', md5(string_agg(t::text, '' order by t.id)) from roles t
    union all select 'permissions', md5(string_agg(t::text, '' order by t.role_id, t.permission)) from role_permissions t
    union all select 'fields', md5(string_agg(t::text, '' order by t.role_id, t.field)) from role_fields t
    union all select 'settings', md5(string_agg(t::text, '' order by t.key)) from settings t
    union all select 'statuses', md5(string_agg(t::text, '' order by t.entity, t.key)) from statuses t
    union all select 'custom fields', md5(string_agg(t::text, '' order by t.id)) from custom_fields t
    union all select 'recorded changes', md5(string_agg(t::text, '' order by t.id)) from undo_log t
    union all select 'API keys', md5(string_agg((t.id, t.name, t.role_id, t.expires_at, t.revoked_at)::text, '' order by t.id)) from api_keys t
    union all select 'sessions', md5(string_agg((t.id, t.user_id, t.revoked_at)::text, '' order by t.id)) from sessions t where t.user_agent like 'zq%'
    union all select 'jobs', md5(string_agg((t.id, t.state, t.attempts)::text, '' order by t.id)) from control.outbox t where t.kind = 'prover.planted'";

const LEFT: &str = "
    select t.place, n.text from (
        select 'clients' as place, c::text as row from clients c union all select 'leads', l::text from leads l
        union all select 'partners', p::text from partners p union all select 'users', u::text from users u
        union all select 'teams', t::text from teams t union all select 'roles', r::text from roles r
        union all select 'settings', s::text from settings s union all select 'statuses', s::text from statuses s
        union all select 'custom fields', c::text from custom_fields c union all select 'API keys', k::text from api_keys k
        union all select 'recorded changes', u::text from undo_log u
    ) t, unnest($1::text[]) as n (text) where position(n.text in lower(t.row)) > 0 limit 20";

const VICTIM: &str = "
    select 'client' as place, md5(c::text) as print from clients c where c.id = $1
    union all select 'lead', md5(l::text) from leads l where l.id = $1";

impl Scene<'_> {
    /// The state of the second tenant.
    pub async fn fingerprint(&self) -> anyhow::Result<Vec<(String, Option<String>)>> {
        let tx = self.app.db.begin(&self.b.tenant, ViewClass::FULL, Mode::Read).await?;
        let rows: Vec<Print> = tx.all(PRINTS, []).await?;
        Ok(rows.into_iter().map(|r| (r.place, r.print)).collect())
    }

    async fn print_of(&self, planted: &Planted, id: Uuid) -> anyhow::Result<Option<String>> {
        let tx = self.app.db.begin(&planted.tenant, ViewClass::FULL, Mode::Read).await?;
        Ok(tx.all::<Print>(VICTIM, [id.into()]).await?.into_iter().find_map(|p| p.print))
    }

    /// Tries every change.
    pub async fn write(&self, visitor: &Visitor) -> anyhow::Result<()> {
        let victims: Vec<_> = self.a.records.iter().filter(|r| r.victim_of == Some(visitor.viewer.role)).collect();
        let mut before = Vec::new();
        for victim in &victims {
            before.push(self.print_of(&self.a, victim.id).await?);
        }
        let mut attempts = Vec::new();
        for operation in self.operations.iter().filter(|o| !o.reads() && o.secured) {
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
            if ["update", "delete", "assign", "convert"].into_iter().any(reaches) {
                continue;
            }
            self.report.checks("changes", 1);
            if self.print_of(&self.a, victim.id).await? != before {
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
        let theirs = kind.and_then(|kind| self.b.of(kind).next()).map_or(self.b.role(), |r| r.id);
        let query =
            operation.query.iter().find_map(|(name, _)| Some(format!("?{name}={}", self.foreign_id(name)?))).unwrap_or_default();
        all.push(Attempt {
            surface: "foreign ids",
            operation,
            path: format!("{}{query}", fill(&operation.path, &theirs.to_string(), second)),
            body: Json::Object(self.plain(operation)),
            forbidden: (!operation.path.contains("{key}"))
                .then(|| "a change of a record of another tenant is accepted".to_owned()),
        });
        // A record of one's own tenant out of reach.
        for victim in self.a.records.iter().filter(|r| r.victim_of == Some(visitor.viewer.role) && Some(r.kind) == kind) {
            let sees = visitor.viewer.sees(victim);
            all.push(Attempt {
                surface: "changes",
                operation,
                path: fill(&operation.path, &victim.id.to_string(), second),
                body: Json::Object(self.plain(operation)),
                forbidden: (!sees).then(|| format!("a change of a {} outside the role's scope is accepted", victim.kind.word())),
            });
        }
        // A record of one's own that would refer to the other tenant.
        let mine = kind.and_then(|kind| self.a.of(kind).find(|r| kind != Kind::User && visitor.viewer.sees(r)));
        if let Some(mine) = mine {
            for name in foreign {
                let path = fill(&operation.path, &mine.id.to_string(), second);
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
        if name == "ids" {
            let kind = Kind::of_area(operation.area()).unwrap_or(Kind::Client);
            return Some(self.b.of(kind).map(|r| json!(r.id)).collect());
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
        let texts: Vec<String> = self.b.needles.iter().map(|n| n.text.clone()).chain([self.b.role().to_string()]).collect();
        self.report.checks("aftermath", texts.len());
        let tx = self.app.db.begin(&self.a.tenant, ViewClass::FULL, Mode::Read).await?;
        let left: Vec<Left> = tx.all(LEFT, [texts.into()]).await?;
        for row in left {
            let what = format!("{} hold something of another tenant", row.place);
            let seen = format!("{}•••", row.text.chars().take(3).collect::<String>());
            self.report.find(Find { surface: "aftermath", route: "all changes".into(), role: "any".into(), what, seen });
        }
        Ok(())
    }
}
