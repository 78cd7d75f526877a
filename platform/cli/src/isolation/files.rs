//! Files: lists as files and calendars of everybody who may have one, and files of records that are sent by those
//! who may not.

use futures::StreamExt as _;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::caller::{Answer, Caller};
use super::made::{ended, may_bring, send};
use super::plan::Operation;
use super::plant::Kind;
use super::rules::visible;
use super::visit::{AT_ONCE, Scene, Visitor};

/// Lists that are had as files: what it takes, and of what they are, where that is counted.
const LISTS: [(&str, &str, Option<Kind>, &str); 8] = [
    ("clients", "clients.export", Some(Kind::Client), "clients.read"),
    ("leads", "leads.export", Some(Kind::Lead), "leads.read"),
    ("contacts", "contacts.export", Some(Kind::Contact), "contacts.read"),
    ("opportunities", "deals.export", Some(Kind::Opportunity), "opportunities.read"),
    ("deals", "deals.export", Some(Kind::Deal), "deals.read"),
    ("activities", "activities.export", None, "activities.read"),
    ("users", "users.export", None, "users.read"),
    ("audit", "audit.export", None, "audit.read"),
];

/// A list that was asked for as a file.
#[derive(Debug, Clone)]
pub struct Asked {
    /// By whom: the role's name, which is one visitor's alone.
    pub by: String,
    /// The export.
    pub id: Uuid,
}

impl Scene<'_> {
    fn operation(&self, id: &str) -> anyhow::Result<&Operation> {
        self.operations.iter().find(|o| o.id == id).ok_or_else(|| anyhow::anyhow!("there is no operation {id}"))
    }

    /// Asks for every list as a file, and hunts through the files and what is told of them.
    pub async fn exports(&self, visitor: &Visitor) -> anyhow::Result<()> {
        let (create, get) = (self.operation("createExport")?, self.operation("getExport")?);
        let viewer = &visitor.viewer;
        for (entity, export, kind, read) in LISTS {
            let body = json!({ "entity": entity, "format": "csv" });
            let answer = visitor.caller.send(visitor.caller.request(Method::POST, "/api/exports").json(&body)).await?;
            self.look("exports", create, Some(visitor), &answer, "");
            let may = viewer.scope(export).is_some() && viewer.scope(read).is_some();
            if answer.accepted() != may {
                let what = format!("a file of {entity} is {}", if may { "refused" } else { "made without the right to it" });
                self.wrong("exports", create, Some(visitor), what, answer.status.to_string());
            }
            let Some(id) = answer.json["id"].as_str().and_then(|id| id.parse().ok()).filter(|_| answer.accepted()) else {
                continue;
            };
            self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(Asked { by: viewer.role_name.clone(), id });
            let path = format!("/api/exports/{id}");
            if !ended(&visitor.caller, &path).await? {
                self.report.note("an export does not end: do the workers run?".to_owned());
                return Ok(());
            }
            let made = visitor.caller.get(&path).await?;
            self.look("exports", get, Some(visitor), &made, "");
            self.file(visitor, entity, &made).await?;
            if let Some(kind) = kind {
                let most = visible(&self.app, &self.a, viewer, kind, &[export, read]).await?;
                let rows = made.json["rows"].as_u64().unwrap_or_default();
                if rows > most {
                    let what = format!("a file has {} outside the role's scope", kind.words());
                    self.wrong("exports", create, Some(visitor), what, format!("{rows} instead of {most}"));
                }
            }
        }
        Ok(())
    }

    /// Hunts through one file.
    async fn file(&self, visitor: &Visitor, entity: &str, made: &Answer) -> anyhow::Result<()> {
        let Some(url) = made.json["download_url"].as_str() else {
            let (role, status) = (&visitor.viewer.role_name, &made.json["status"]);
            self.report.note(format!(
                "a file of {entity} of {role} can't be had: {status} {} {}",
                made.json["error"], made.json["withheld"]
            ));
            return Ok(());
        };
        let text = reqwest::Client::builder().no_proxy().build()?.get(url).send().await?.error_for_status()?.text().await?;
        self.report.call("exports", "files of lists", true);
        self.report.checks("exports", text.lines().count());
        let create = self.operation("createExport")?;
        // What the log says of its own readings is what their reader had typed.
        let told: String = text.lines().filter(|line| entity != "audit" || !line.contains("audit.read")).collect();
        let trail = if entity == "audit" { "/api/audit" } else { "" };
        for fault in self.hunt.file_faults(&visitor.viewer, trail, &told) {
            self.wrong("exports", create, Some(visitor), format!("in a file of {entity}: {}", fault.why), fault.seen);
        }
        Ok(())
    }

    /// Looks at the files of others: only they can have them, and only who sees all exports knows of them.
    pub async fn exports_of_others(&self, visitor: &Visitor, foreign: &[Uuid]) -> anyhow::Result<()> {
        let asked = self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let (mine, theirs): (Vec<_>, Vec<_>) = asked.into_iter().partition(|a| a.by == visitor.viewer.role_name);
        let mut known = std::collections::HashSet::new();
        let manages = visitor.viewer.scope("exports.manage").is_some();
        let of_others = theirs.into_iter().filter(|a| known.insert(a.by.clone())).map(|a| (a.id, manages, "somebody else's"));
        let all: Vec<_> = of_others.chain(foreign.iter().map(|id| (*id, false, "another tenant's"))).collect();
        let get = self.operation("getExport")?;
        let mut answers = futures::stream::iter(
            all.iter()
                .map(|(id, may, whose)| async move { (visitor.caller.get(&format!("/api/exports/{id}")).await, *may, *whose) }),
        )
        .buffer_unordered(AT_ONCE);
        while let Some((answer, may, whose)) = answers.next().await {
            let answer = answer?;
            self.look("exports", get, Some(visitor), &answer, "");
            self.report.checks("exports", 1);
            if (answer.accepted() && !may) || answer.json["download_url"].is_string() {
                self.wrong("exports", get, Some(visitor), format!("{whose} export is answered"), answer.status.to_string());
            }
        }
        drop(answers);
        let list = self.operation("listExports")?;
        let answer = visitor.caller.get("/api/exports?limit=200").await?;
        self.look("exports", list, Some(visitor), &answer, "");
        let listed = answer.json["data"].as_array().into_iter().flatten().filter_map(|row| row["id"].as_str());
        let own: Vec<String> = mine.iter().map(|a| a.id.to_string()).collect();
        let strange = listed.filter(|id| !manages && !own.iter().any(|o| o == id)).count();
        if strange > 0 {
            self.wrong("exports", list, Some(visitor), "exports of others are listed".to_owned(), format!("{strange} rows"));
        }
        Ok(())
    }

    /// The calendar of somebody, which a program reads without signing in.
    pub async fn calendar(&self, visitor: &Visitor) -> anyhow::Result<()> {
        let (create, read) = (self.operation("createCalendarFeed")?, self.operation("readCalendar")?);
        let made = visitor.caller.send(visitor.caller.request(Method::POST, "/api/calendar-feed").json(&json!({}))).await?;
        self.look("calendars", create, Some(visitor), &made, "");
        let address = made.json["url"].as_str().and_then(|url| Some(&url[url.find("/api/calendar/")?..]));
        let Some(path) = address.filter(|_| made.accepted()) else { return Ok(()) };
        let feed = visitor.caller.nobody().get(path).await?;
        self.look("calendars", read, Some(visitor), &feed, "");
        self.report.checks("calendars", feed.all.matches("BEGIN:VEVENT").count());
        let elsewhere = visitor.caller.nobody().at(&self.host_b).get(path).await?;
        self.look("calendars", read, None, &elsewhere, "");
        if elsewhere.accepted() {
            let what = "a calendar is read at another tenant's address".to_owned();
            self.wrong("calendars", read, Some(visitor), what, elsewhere.status.to_string());
        }
        Ok(())
    }

    /// Files of records, sent by everybody: taken only from those who see what stands in them.
    pub async fn imports(&self, visitor: &Visitor) -> anyhow::Result<()> {
        let create = self.operation("createImport")?;
        for entity in ["clients", "leads", "contacts"] {
            let text = "first_name,last_name,email\nNobody,New,nobody\n".to_owned();
            let answer = send(&visitor.caller, entity, text, "attempt").await?;
            self.look("imports", create, Some(visitor), &answer, "");
            self.report.checks("imports", 1);
            if answer.accepted() != may_bring(&visitor.viewer, entity) {
                let what = format!("a file of {entity} is answered with {}", answer.status);
                self.wrong("imports", create, Some(visitor), what, answer.json["code"].to_string());
            }
        }
        Ok(())
    }
}

/// An export of the other tenant.
pub async fn foreign_export(guest: &Caller) -> anyhow::Result<Vec<Uuid>> {
    let body = json!({ "entity": "clients", "format": "csv" });
    let answer = guest.send(guest.request(Method::POST, "/api/exports").json(&body)).await?;
    let id = answer.json["id"].as_str().and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| anyhow::anyhow!("an export is answered with {}", answer.status))?;
    ended(guest, &format!("/api/exports/{id}")).await?;
    Ok(vec![id])
}
