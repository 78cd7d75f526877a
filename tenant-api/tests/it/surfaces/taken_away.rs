//! What leaves the CRM for somebody: files, a calendar that other programs read, notifications and mails, and the
//! figures that others take from it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::permission::Level;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, Reply, World};

use super::oracle::Record;
use super::reading::Look;
use super::word;

/// Lists of records as files: what is asked for, the kind of record, and the permission to take them along.
const FILES: [(&str, &str, &str); 3] =
    [("clients", "client", "clients.export"), ("leads", "lead", "leads.export"), ("contacts", "contact", "contacts.export")];

const SALES_FILES: [(&str, &str); 3] =
    [("opportunities", "deals.export"), ("deals", "deals.export"), ("activities", "activities.export")];

/// Rows by their ids, each with its columns.
type Rows = BTreeMap<String, BTreeMap<String, String>>;

fn rows_of(file: &str) -> Rows {
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let titles = reader.headers().unwrap().clone();
    let row = |r: csv::StringRecord| -> BTreeMap<String, String> {
        titles.iter().map(str::to_owned).zip(r.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|r| row(r.unwrap())).map(|r| (r["id"].clone(), r)).collect()
}

impl Look<'_, '_> {
    /// Everything that somebody can take along, or is sent.
    pub async fn taken_away(&mut self, world: &World, broker: &Broker<'_>, manager: &Api<'_>) {
        let quiet = world.mail.list(None).len();
        self.told_of_everything(world, manager).await;
        let files = self.files(world).await + self.sales_files(world).await;
        self.calendar(broker).await;
        self.figures().await;
        let mails: Vec<_> = world.mail.list(None).into_iter().rev().skip(quiet).collect();
        self.check("mail", mails.len() == files, || format!("{} mails of {files} files", mails.len()));
        for mail in mails {
            self.findings.asked += 1;
            let text = format!("{}\n{}\n{}", mail.subject, mail.text, mail.html);
            self.faults("mail", &mail.subject, self.oracle.faults_of_text(&text));
        }
    }

    /// Somebody who sees everything gives this actor something to do about every record: what is told of it, by
    /// whatever way, tells of the record only who may see it.
    async fn told_of_everything(&mut self, world: &World, manager: &Api<'_>) {
        let before = self.api.get("/api/notifications").await.json["total"].as_u64().unwrap_or_default();
        let close = self.close("");
        for record in &close {
            let about = format!("{}_id", record.kind);
            let due = "2027-01-15T09:00:00Z";
            let task =
                json!({ "type": "task", "subject": word(), "due_at": due, "assigned_to": self.oracle.user, about: record.id });
            manager.post("/api/activities", &task).await.expect(201);
        }
        world.drain().await;
        let told = self.get("notification", "/api/notifications?limit=200").await;
        let new = told.json["total"].as_u64().unwrap_or_default() - before;
        self.check("notification", told.status == 200 && new == close.len() as u64, || {
            format!("{new} of {} notifications: {}", close.len(), told.status)
        });
        for list in ["/api/activities?limit=200", "/admin/me/activities?limit=200", "/api/crm/activities/recent"] {
            self.get("list", list).await;
        }
    }

    /// The file of a list of an export that was made; `None` if it was refused as it should be.
    async fn file(&mut self, world: &World, entity: &str, may: bool) -> Option<Rows> {
        let asked = self.api.post("/api/exports", &json!({ "entity": entity, "format": "csv", "raw": true, "mail": true })).await;
        self.scan("export", entity, &asked);
        let wanted = if may { 202 } else { 403 };
        self.check("export", asked.status == wanted, || format!("{entity}: {} and not {wanted}: {}", asked.status, asked.text));
        if asked.status != 202 {
            return None;
        }
        world.drain().await;
        let made = self.get("export", &format!("/api/exports/{}", asked.json["id"].as_str().unwrap())).await.json;
        let Some(url) = made["download_url"].as_str() else {
            self.fault("export", format!("{entity}: {made}"));
            return None;
        };
        let text = world.http.get(url).send().await.unwrap().text().await.unwrap();
        self.faults("export", entity, self.oracle.faults_of_text(&text));
        Some(rows_of(&text))
    }

    /// A file holds all records that its maker may both read and take along, each field in its form; what is open on
    /// the screen is open in a file only with a permission of its own. Says how many files were made.
    async fn files(&mut self, world: &World) -> usize {
        let mut files = 0;
        for (entity, kind, export) in FILES {
            let read = format!("{kind}s.read");
            let may = self.oracle.has(export) && self.oracle.has(&read);
            let Some(rows) = self.file(world, entity, may).await else { continue };
            files += 1;
            let wanted: Vec<Record> =
                self.oracle.visible(kind).into_iter().filter(|r| self.oracle.covers(export, r)).cloned().collect();
            let ids: BTreeSet<String> = wanted.iter().map(|r| r.id.to_string()).collect();
            let found: BTreeSet<String> = rows.keys().cloned().collect();
            self.check("export", ids == found, || format!("{entity}: {} rows and not {}", found.len(), ids.len()));
            for record in wanted.iter().filter(|r| found.contains(&r.id.to_string())) {
                let row = &rows[&record.id.to_string()];
                for field in record.fields() {
                    let name = field.name();
                    let level = self.oracle.level(field.key);
                    let wanted = match (level, record.clear.get(name)) {
                        (Level::Hidden, _) => None,
                        (_, None) => Some(String::new()),
                        (Level::Full, Some(clear)) if self.oracle.has("exports.pii") => Some(clear.clone()),
                        (_, Some(_)) => Some(record.masked(name)),
                    };
                    // What a spreadsheet would take for a formula stands behind an apostrophe.
                    let shown = row.get(name).map(|text| text.trim_start_matches('\'').to_owned());
                    self.check("export", shown == wanted, || format!("{entity}: {name} is {shown:?} and not {wanted:?}"));
                }
            }
        }
        files
    }

    async fn sales_files(&mut self, world: &World) -> usize {
        let mut files = 0;
        for (area, export) in SALES_FILES {
            let may = self.oracle.has(export) && self.oracle.has(&format!("{area}.read"));
            let Some(rows) = self.file(world, area, may).await else { continue };
            files += 1;
            let of_area = self.oracle.sales.iter().filter(|s| s.area == area);
            let (wanted, others): (Vec<_>, Vec<_>) =
                of_area.partition(|s| self.oracle.sees_sale(s) && self.oracle.reaches(export, s.owner, s.team));
            let missing = wanted.iter().filter(|s| !rows.contains_key(&s.id.to_string())).count();
            let strange = others.iter().filter(|s| rows.contains_key(&s.id.to_string())).count();
            self.check("export", (missing, strange) == (0, 0), || format!("{area}: {missing} are missing, {strange} too many"));
        }
        files
    }

    /// A calendar at a secret address shows what its user may see, whoever reads it.
    async fn calendar(&mut self, broker: &Broker<'_>) {
        let made = self.api.post("/api/calendar-feed", &json!({})).await;
        let wanted = if self.oracle.has("activities.read") { 201 } else { 403 };
        self.check("calendar", made.status == wanted, || format!("{} and not {wanted}", made.status));
        let Some(url) = made.json["url"].as_str() else { return };
        let path = format!("/api/calendar/{}", url.rsplit('/').next().unwrap());
        let reply = broker.nobody().get(&path).await;
        let reply = Reply { text: reply.text.replace("\r\n ", ""), ..reply };
        self.scan("calendar", &path, &reply);
        let mine = |s: &&super::sales::Sale| s.area == "activities" && s.owner == Some(self.oracle.user);
        let missing = self.oracle.sales.iter().filter(mine).filter(|s| !reply.text.contains(&s.name)).count();
        self.check("calendar", missing == 0, || format!("{missing} of the user's own are missing"));
    }

    /// What other programs show at a glance is counted within what may be seen.
    async fn figures(&mut self) {
        let counted = |look: &Self, kind: &str| {
            let reaches = |r: &&&Record| look.oracle.covers("reports.read", r);
            look.oracle.visible(kind).iter().filter(reaches).count()
        };
        let open = |look: &Self, area: &str| {
            let of_area = look.oracle.sales.iter().filter(|s| s.area == area && look.oracle.sees_sale(s));
            of_area.filter(|s| look.oracle.reaches("reports.read", s.owner, s.team)).count()
        };
        let wanted = [
            ("/api/crm/stats", "/totalContacts", counted(self, "contact")),
            ("/api/crm/stats", "/openOpportunities", open(self, "opportunities")),
            ("/admin/reports/overview", "/metrics/total_customers", counted(self, "client")),
            ("/admin/reports/overview", "/metrics/active_deals", open(self, "deals")),
        ];
        for (path, figure, wanted) in wanted {
            let reply = self.get("figure", path).await;
            if !self.oracle.has("reports.read") {
                self.check("figure", reply.status == 403, || format!("{path}: {}", reply.status));
                continue;
            }
            let shown = reply.json.pointer(figure).and_then(Json::as_u64);
            self.check("figure", shown == Some(wanted as u64), || format!("{path}: {figure} is {shown:?} and not {wanted}"));
        }
    }
}
