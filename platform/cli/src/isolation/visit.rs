//! Reading: every GET with ids of both tenants, every parameter with what belongs to others, every sort,
//! and the numbers that lists tell.

use std::sync::Arc;

use futures::StreamExt as _;
use kernel::permission::{FIELDS, Level};
use runtime::SharedApp;
use serde_json::Value as Json;

use super::caller::{Answer, Caller, fill};
use super::hunt::Hunt;
use super::plan::Operation;
use super::plant::{Kind, Planted, Record, Side};
use super::report::{Find, Report};
use super::rules::{Viewer, visible};

/// Requests on their way at once.
pub const AT_ONCE: usize = 8;

/// Everything that visits share.
pub struct Scene<'r> {
    /// The installation.
    pub app: SharedApp,
    /// The tenant whose staff look around.
    pub a: Planted,
    /// The other one.
    pub b: Planted,
    /// What to look for.
    pub hunt: Hunt,
    /// What can be called.
    pub operations: Vec<Operation>,
    /// Below which paths routes are called; without any, everywhere.
    pub only: Vec<String>,
    /// Where it all goes.
    pub report: &'r Report,
    /// Things that were asked for while it ran, and who by: their place among the visitors.
    pub asked: std::sync::Mutex<Vec<super::files::Asked>>,
    /// Host of the second tenant.
    pub host_b: String,
    /// Slug of the second tenant.
    pub slug_b: String,
}

/// Somebody of the first tenant, signed in.
#[derive(Clone)]
pub struct Visitor {
    /// Who.
    pub viewer: Arc<Viewer>,
    /// With their token.
    pub caller: Caller,
}

/// One request.
pub struct Visit<'a> {
    /// For the report.
    pub surface: &'static str,
    /// The route.
    pub operation: &'a Operation,
    /// Path and query.
    pub path: String,
    /// What an answer with 2xx, or with rows, would mean.
    pub expect: Expect,
}

/// What an answer is held against, beside the hunt.
#[derive(Debug, Clone)]
pub enum Expect {
    /// Nothing more.
    Nothing,
    /// It must be refused.
    Refused(String),
    /// It must not have rows.
    NoRows(String),
}

impl Scene<'_> {
    /// The operations that this proof calls.
    pub fn called(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|o| self.is_meant(&o.path))
    }

    /// Whether this proof looks at a path.
    pub fn is_meant(&self, path: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|below| path.starts_with(below.as_str()))
    }

    /// Hunts through an answer.
    pub fn look(&self, surface: &'static str, operation: &Operation, visitor: Option<&Visitor>, answer: &Answer, sent: &str) {
        let route = operation.name();
        let viewer = visitor.map(|v| v.viewer.as_ref());
        self.report.call(surface, &route, answer.accepted());
        let mut faults = self.hunt.faults(viewer, Side::A, &operation.path, &answer.all, sent);
        if let Some(viewer) = viewer {
            let (checks, more) = self.hunt.field_faults(viewer, &answer.json);
            self.report.checks(surface, checks);
            faults.extend(more);
        }
        self.report.checks(surface, 1);
        if answer.status >= 500 {
            self.report.note(format!("{route} answers {} to {}", answer.status, role_of(visitor)));
        }
        for fault in faults {
            let find = Find { surface, route: route.clone(), role: role_of(visitor), what: fault.why, seen: fault.seen };
            self.report.find(find);
        }
    }

    /// Notes something wrong that is not a word in an answer.
    pub fn wrong(&self, surface: &'static str, operation: &Operation, visitor: Option<&Visitor>, what: String, seen: String) {
        self.report.find(Find { surface, route: operation.name(), role: role_of(visitor), what, seen });
    }

    /// Sends visits, a few at a time.
    pub async fn walk(&self, visitor: &Visitor, visits: Vec<Visit<'_>>) -> anyhow::Result<()> {
        let mut answers = futures::stream::iter(visits.into_iter().map(|visit| async move {
            let answer = visitor.caller.get(&visit.path).await;
            (visit, answer)
        }))
        .buffer_unordered(AT_ONCE);
        while let Some((visit, answer)) = answers.next().await {
            let answer = answer?;
            self.look(visit.surface, visit.operation, Some(visitor), &answer, &visit.path);
            let (bad, what) = match &visit.expect {
                Expect::Nothing => (false, ""),
                Expect::Refused(what) => (answer.accepted(), what.as_str()),
                Expect::NoRows(what) => (
                    answer.rows() > 0 || answer.json["total"].as_u64().is_some_and(|t| t > 0 && answer.json["data"].is_array()),
                    what.as_str(),
                ),
            };
            self.report.checks(visit.surface, 1);
            if bad {
                let seen = format!("{} with {} rows", answer.status, answer.rows());
                self.wrong(visit.surface, visit.operation, Some(visitor), what.to_owned(), seen);
            }
        }
        Ok(())
    }

    /// Reads everything there is to read.
    pub async fn read(&self, visitor: &Visitor) -> anyhow::Result<()> {
        let mut visits = Vec::new();
        for operation in self.called().filter(|o| o.reads() && o.id != "followEvents") {
            if operation.has_id() {
                self.details(visitor, operation, &mut visits);
            } else {
                self.lists(visitor, operation, &mut visits);
            }
        }
        self.walk(visitor, visits).await?;
        self.numbers(visitor).await
    }

    /// Records of a kind that a route is about, as far as its first segment tells.
    fn kind_of(operation: &Operation) -> Option<Kind> {
        Kind::of_area(operation.area())
    }

    fn details<'a>(&'a self, visitor: &Visitor, operation: &'a Operation, visits: &mut Vec<Visit<'a>>) {
        let second = self.b.records[0].id;
        let mut add = |surface, first: String, expect| {
            visits.push(Visit { surface, operation, path: fill(&operation.path, &first, second), expect });
        };
        let Some(kind) = Self::kind_of(operation) else {
            // Ids of the other tenant, whatever the route takes them for.
            for id in [self.b.role(), self.b.records[0].id] {
                add("foreign ids", id.to_string(), Expect::Nothing);
            }
            return;
        };
        for record in self.close(visitor, kind) {
            let expect = if visitor.viewer.sees(record) {
                Expect::Nothing
            } else {
                let scope = visitor.viewer.scope(record.needs).map_or("none", kernel::permission::Scope::as_str);
                let (word, needs) = (kind.word(), record.needs);
                Expect::Refused(format!("a {word} outside the role's scope is answered ({needs}: {scope})"))
            };
            add("records", record.path.clone(), expect);
        }
        for record in self.b.of(kind).take(3) {
            add("foreign ids", record.path.clone(), Expect::Refused(format!("a {} of another tenant is answered", kind.word())));
        }
    }

    /// Records of a kind that somebody looks at one by one: their own, one of every place, and one that hangs on
    /// each kind of record. Those of other staff are like the colleague's.
    fn close<'a>(&'a self, visitor: &Visitor, kind: Kind) -> Vec<&'a Record> {
        let (me, role) = (visitor.viewer.user, visitor.viewer.role);
        let mut known = std::collections::HashSet::new();
        let near = |r: &&Record| (!r.like_others || r.owner == Some(me)) && r.victim_of.is_none_or(|v| v == role);
        let close = self.a.of(kind).filter(near);
        close.filter(|r| known.insert((r.owner, r.team, r.needs, r.on.first().map(|on| on.kind)))).collect()
    }

    fn lists<'a>(&'a self, visitor: &Visitor, operation: &'a Operation, visits: &mut Vec<Visit<'a>>) {
        let mut add = |surface, query: String, expect| {
            let join = if query.is_empty() { "" } else { "?" };
            let path = fill(&operation.path, "", self.b.records[0].id);
            visits.push(Visit { surface, operation, path: format!("{path}{join}{query}"), expect });
        };
        add("lists", if operation.takes("limit") { "limit=200".to_owned() } else { String::new() }, Expect::Nothing);
        let word = self.b.word_of(Self::kind_of(operation).unwrap_or(Kind::Client));
        let mut together = Vec::new();
        for (name, choice) in &operation.query {
            match self.foreign_id(name) {
                Some(id) => {
                    let rule = format!("filtered by an id of another tenant ({name}) it has rows");
                    add("filters", format!("{name}={id}"), Expect::NoRows(rule));
                    together.push(format!("{name}={id}"));
                }
                None if ["search", "q", "query"].contains(&name.as_str()) => {
                    let rule = "searched by a word of another tenant it has rows".to_owned();
                    add("filters", format!("{name}={word}"), Expect::NoRows(rule));
                }
                None if !["page", "limit", "page_size", "cursor", "offset", "sort"].contains(&name.as_str()) => {
                    add("filters", format!("{name}={word}"), Expect::Nothing);
                    let kind =
                        choice.clone().unwrap_or_else(|| if name == "resource_type" { "client".into() } else { word.clone() });
                    together.push(format!("{name}={kind}"));
                }
                None => {}
            }
        }
        if together.len() > 1 {
            add("filters", together.join("&"), Expect::Nothing);
        }
        self.of_our_own(visitor, operation, &mut add);
        if let Some(kind @ (Kind::Client | Kind::Lead | Kind::Contact)) = Self::kind_of(operation) {
            self.by_masked_values(visitor, operation, kind, &mut add);
        }
    }

    /// What shows nothing unless it is asked for something that is there.
    fn of_our_own(&self, visitor: &Visitor, operation: &Operation, add: &mut impl FnMut(&'static str, String, Expect)) {
        if operation.takes("pipeline")
            && let Some(pipeline) = self.a.of(Kind::Pipeline).next()
        {
            add("lists", format!("pipeline={}", pipeline.path), Expect::Nothing);
        }
        let asked = match operation.id.as_str() {
            "activityCalendar" => {
                let today = chrono::Utc::now().date_naive();
                let (from, to) = (today - chrono::Days::new(1), today + chrono::Days::new(20));
                return add("lists", format!("from={from}&to={to}"), Expect::Nothing);
            }
            "listMerges" => (Kind::Merge, "client_id"),
            "listContactMerges" => (Kind::ContactMerge, "contact_id"),
            _ => return,
        };
        for merge in self.a.of(asked.0) {
            let Some(kept) = merge.on.first() else { continue };
            let rule = format!("the merges of a {} outside the role's scope are answered", kept.kind.word());
            let expect = if visitor.viewer.sees(merge) { Expect::Nothing } else { Expect::Refused(rule) };
            add("lists", format!("{}={}", asked.1, kept.id), expect);
        }
    }

    /// Searches, filters and sorts by values that are not clear for the role. The records are the role's
    /// own: it may see them, but not find them by these.
    fn by_masked_values(
        &self,
        visitor: &Visitor,
        operation: &Operation,
        kind: Kind,
        add: &mut impl FnMut(&'static str, String, Expect),
    ) {
        let mine: Vec<&Record> = self.a.of(kind).filter(|r| r.owner == Some(visitor.viewer.user)).collect();
        for field in FIELDS.iter().filter(|f| f.key.split('.').next() == Some(kind.area())) {
            if visitor.viewer.level(field.key) == Level::Full {
                continue;
            }
            let rule = format!(
                "{} is not clear for the role and can be looked for ({})",
                field.key,
                visitor.viewer.level(field.key).as_str()
            );
            for record in &mine {
                let values = match field.name() {
                    "email" => vec![record.email.clone(), record.email.chars().take(8).collect()],
                    "phone" => vec![record.phone.replace('+', "%2B"), record.phone.chars().skip(5).take(6).collect()],
                    _ => continue,
                };
                for value in values {
                    for name in ["search", field.name()].into_iter().filter(|name| operation.takes(name)) {
                        add("filters", format!("{name}={value}"), Expect::NoRows(rule.clone()));
                    }
                }
            }
            if operation.takes("sort") {
                let rule = format!("{} is not clear for the role and it sorts by it", field.key);
                for sort in [field.name().to_owned(), format!("-{}", field.name())] {
                    add("sorting", format!("sort={sort}"), Expect::Refused(rule.clone()));
                }
            }
        }
    }

    /// An id of the second tenant that fits a parameter or a field of a body.
    pub fn foreign_id(&self, name: &str) -> Option<String> {
        let first = |kind| self.b.of(kind).next().map(|r| r.id.to_string());
        match name {
            "assigned_to" | "user_id" | "actor" | "leader_id" | "reassign_to" | "created_by" | "owner_id" | "owner"
            | "author" | "uploaded_by" => first(Kind::User),
            "team_id" | "parent_id" | "team" => first(Kind::Team),
            "partner_id" => first(Kind::Partner),
            "role" | "role_id" | "copy_of" | "replace_with" => Some(self.b.role().to_string()),
            "resource_id" | "client_id" | "customer_id" | "id" | "keep_id" | "drop_id" => first(Kind::Client),
            "lead_id" => first(Kind::Lead),
            "contact_id" => first(Kind::Contact),
            "opportunity_id" => first(Kind::Opportunity),
            "deal_id" | "before" => first(Kind::Deal),
            "activity_id" => first(Kind::Activity),
            "replaces" => first(Kind::Document),
            "import_id" => first(Kind::Import),
            "pipeline" | "pipeline_id" => self.b.of(Kind::Pipeline).next().map(|r| r.path.clone()),
            "rule_id" => first(Kind::Rule),
            "session_id" => first(Kind::Session),
            "job_id" => first(Kind::Job),
            "undo_id" => first(Kind::Undo),
            _ => None,
        }
    }

    /// The numbers that lists and the dashboard tell, against the rows that the role may read.
    async fn numbers(&self, visitor: &Visitor) -> anyhow::Result<()> {
        let told = [
            ("listClients", Kind::Client, &["clients.read"][..]),
            ("listLeads", Kind::Lead, &["leads.read"]),
            ("listUsers", Kind::User, &["users.read"]),
            ("listPartners", Kind::Partner, &["partners.read"]),
            ("listContacts", Kind::Contact, &["contacts.read"]),
            ("listOpportunities", Kind::Opportunity, &["opportunities.read"]),
            ("listDeals", Kind::Deal, &["deals.read"]),
            ("consoleListCustomers", Kind::Client, &["clients.read"]),
            ("consoleListDeals", Kind::Deal, &["deals.read"]),
            ("crmListContacts", Kind::Contact, &["contacts.read"]),
            ("crmListDeals", Kind::Deal, &["deals.read"]),
            ("crmListOpportunities", Kind::Opportunity, &["opportunities.read"]),
            ("clientFigures", Kind::Client, &["clients.read", "dashboard.read"]),
        ];
        for (id, kind, permissions) in told {
            let Some(operation) = self.operations.iter().find(|o| o.id == id) else { continue };
            let answer = visitor.caller.get(&operation.path).await?;
            self.look("counts", operation, Some(visitor), &answer, "");
            if !answer.accepted() {
                continue;
            }
            let most = visible(&self.app, &self.a, &visitor.viewer, kind, permissions).await?;
            self.groups(operation, visitor, &answer, kind, most);
            let total = answer.json["total"].as_u64().unwrap_or_default();
            if total > most {
                let what = format!("counts {} outside the role's scope", kind.words());
                self.wrong("counts", operation, Some(visitor), what, format!("{total} instead of {most}"));
            } else if total < most && answer.json["total_is_estimate"] != true {
                self.report.note(format!(
                    "{} tells {} of {total}, the policy allows {most}",
                    operation.name(),
                    visitor.viewer.role_name
                ));
            }
        }
        Ok(())
    }
}

impl Scene<'_> {
    /// Groups in an answer: together they count no more than the rows that the role may read.
    fn groups(&self, operation: &Operation, visitor: &Visitor, answer: &Answer, kind: Kind, most: u64) {
        for (name, rows) in answer.json.as_object().into_iter().flatten() {
            let Some(rows) = rows.as_array().filter(|rows| rows.first().is_some_and(|r| r["count"].is_u64())) else { continue };
            self.report.checks("counts", 1);
            let sum: u64 = rows.iter().filter_map(|row| row["count"].as_u64()).sum();
            if sum > most {
                let what = format!("the group {name} counts {} outside the role's scope", kind.words());
                self.wrong("counts", operation, Some(visitor), what, format!("{sum} instead of {most}"));
            }
        }
    }

    /// That a role between full and masked does see what is open to it: otherwise its visit proves little.
    pub async fn opened(&self, visitor: &Visitor) -> anyhow::Result<()> {
        let answer = visitor.caller.get("/api/clients?limit=1").await?;
        let shown = answer.json.pointer("/data/0/email").and_then(Json::as_str).unwrap_or_default();
        if shown.is_empty() || shown.contains('•') {
            let role = &visitor.viewer.role_name;
            self.report.note(format!("{role} sees no e-mail in clear, though it may: its database role is not there"));
        }
        Ok(())
    }
}

/// How the report names a reader.
pub fn role_of(visitor: Option<&Visitor>) -> String {
    visitor.map_or_else(|| "nobody".to_owned(), |v| v.viewer.role_name.clone())
}
