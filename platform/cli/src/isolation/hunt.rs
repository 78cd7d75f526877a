//! Looking for planted words, numbers and ids in an answer, and what stands in a record's sensitive
//! fields.

use std::borrow::Cow;
use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use kernel::permission::{FIELDS, Level};
use serde_json::Value as Json;
use uuid::Uuid;

use super::plant::{Kind, Planted, Record, Side};
use super::rules::Viewer;

/// What a needle is of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Its id.
    Id,
    /// A text that no field rule covers.
    Text(&'static str),
    /// The clear value of a sensitive field, by its key.
    Sensitive(&'static str),
    /// A text that takes a permission of its own: which, and what it is.
    Behind(&'static str, &'static str),
}

/// Something by which a record is known again.
#[derive(Debug, Clone)]
pub struct Needle {
    /// In lower case.
    pub text: String,
    /// Whose it is.
    pub side: Side,
    /// The record's place in [`Planted::records`].
    pub record: usize,
    /// What it is.
    pub what: What,
}

/// Why something in an answer must not be there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fault {
    /// In words.
    pub why: String,
    /// What was seen, so that it can't be read.
    pub seen: String,
}

/// Everything that was planted, ready to be looked for.
pub struct Hunt {
    a: Vec<Record>,
    b: Vec<Record>,
    needles: Vec<Needle>,
    finder: AhoCorasick,
    by_id: HashMap<Uuid, (Side, usize)>,
}

impl Hunt {
    /// Over both tenants.
    pub fn new(a: &Planted, b: &Planted) -> anyhow::Result<Self> {
        let needles: Vec<Needle> = a.needles.iter().chain(&b.needles).cloned().collect();
        let finder = AhoCorasick::new(needles.iter().map(|n| n.text.as_str()))?;
        let by_id = [a, b].into_iter().flat_map(|p| p.records.iter().enumerate().map(|(i, r)| (r.id, (p.side, i)))).collect();
        Ok(Self { a: a.records.clone(), b: b.records.clone(), needles, finder, by_id })
    }

    fn record(&self, needle: &Needle) -> &Record {
        match needle.side {
            Side::A => &self.a[needle.record],
            Side::B => &self.b[needle.record],
        }
    }

    /// What must not be in this text. `path` is the route's, `sent` what the request itself said: an
    /// answer may repeat it. Without a viewer the reader is nobody.
    pub fn faults(&self, viewer: Option<&Viewer>, side: Side, path: &str, text: &str, sent: &str) -> Vec<Fault> {
        let (text, sent) = (without_readings(path, text).to_lowercase(), sent.to_lowercase());
        let mut found: Vec<Fault> = Vec::new();
        // Needles don't contain one another, so a plain search finds them all.
        let hits: std::collections::BTreeSet<usize> = self.finder.find_iter(&text).map(|m| m.pattern().as_usize()).collect();
        for hit in hits {
            let needle = &self.needles[hit];
            if sent.contains(&needle.text) {
                continue;
            }
            let why = if needle.side != side {
                format!("the {} of a {} of another tenant", words(needle.what), self.record(needle).kind.word())
            } else {
                match self.refused(viewer, path, needle) {
                    Some(why) => why,
                    None => continue,
                }
            };
            let fault = Fault { why, seen: veiled(&needle.text) };
            if !found.contains(&fault) {
                found.push(fault);
            }
        }
        found
    }

    /// What must not be in a file of records that the reader had made: clear values take a permission more there.
    pub fn file_faults(&self, viewer: &Viewer, path: &str, text: &str) -> Vec<Fault> {
        let mut found = self.faults(Some(viewer), Side::A, path, text, "");
        if viewer.scope("exports.pii").is_none() {
            let clear = self.log_faults(text).into_iter();
            found.extend(clear.map(|f| Fault { why: format!("{} without exports.pii", f.why.replace(" in the log", "")), ..f }));
        }
        found
    }

    /// What of a tenant stands in a text.
    pub fn of_side(&self, side: Side, text: &str) -> Vec<Fault> {
        let text = text.to_lowercase();
        let hits: std::collections::BTreeSet<usize> = self.finder.find_iter(&text).map(|m| m.pattern().as_usize()).collect();
        let needles = hits.into_iter().map(|hit| &self.needles[hit]).filter(|needle| needle.side == side);
        needles
            .map(|n| Fault { why: format!("the {} of a {}", words(n.what), self.record(n).kind.word()), seen: veiled(&n.text) })
            .collect()
    }

    /// Clear values of sensitive fields in the log of a process, which nobody must find there.
    pub fn log_faults(&self, text: &str) -> Vec<Fault> {
        let text = text.to_lowercase();
        let hits: std::collections::BTreeSet<usize> = self.finder.find_iter(&text).map(|m| m.pattern().as_usize()).collect();
        let clear = hits.into_iter().filter_map(|hit| match self.needles[hit].what {
            What::Sensitive(key) => Some(Fault { why: format!("{key} in the log"), seen: veiled(&self.needles[hit].text) }),
            _ => None,
        });
        clear.collect()
    }

    /// Why the reader must not see this of their own tenant.
    fn refused(&self, viewer: Option<&Viewer>, path: &str, needle: &Needle) -> Option<String> {
        let record = self.record(needle);
        let Some(viewer) = viewer else {
            // Without a credential nothing of a person may be seen; names of partners are on the form.
            let public = matches!(record.kind, Kind::Setting | Kind::Partner | Kind::Team | Kind::CustomField);
            return (!public).then(|| format!("the {} of a {} without a credential", words(needle.what), record.kind.word()));
        };
        match needle.what {
            // Whoever reveals a value leaves a trace and is meant to see it.
            What::Sensitive(_) if path.ends_with("/reveal") && viewer.reveals(record) => return None,
            What::Sensitive(key) if viewer.level(key) != Level::Full => {
                return Some(format!("{key} in clear, which is {} for the role", viewer.level(key).as_str()));
            }
            What::Behind(permission, name) if !viewer.covers(permission, record.owner, record.team) => {
                return Some(format!("the {name} of a {} without {permission}", record.kind.word()));
            }
            _ => {}
        }
        let audit = (path.contains("/audit") || path.contains("/activity")) && viewer.scope("audit.read").is_some();
        if audit || viewer.sees(record) || Self::may_name(viewer, path, record, needle.what) {
            return None;
        }
        let permission = record.needs;
        let scope = viewer.scope(permission).map_or("none", kernel::permission::Scope::as_str);
        Some(format!("the {} of a {} outside the role's scope ({permission}: {scope})", words(needle.what), record.kind.word()))
    }

    /// What of a record stands in others that refer to it: names and ids of staff, teams and partners, the words of
    /// the tenant's configuration, ids of files in the jobs that read and write them.
    fn may_name(viewer: &Viewer, path: &str, record: &Record, what: What) -> bool {
        let (id, named) = (what == What::Id, matches!(what, What::Id | What::Text("name")));
        match record.kind {
            // The console's contract shows who wrote a note with their address.
            Kind::User => named || (path.starts_with("/admin/") && what == What::Text("e-mail")),
            Kind::Partner => named,
            // A program knows its own name, and a history who did what.
            Kind::ApiKey => {
                let told = ["/timeline", "/exports", "/imports"].iter().any(|part| path.contains(part));
                named && (told || (viewer.user.is_nil() && record.owner == Some(viewer.role)))
            }
            // Everybody has a role, and fills in the fields there are.
            Kind::Team | Kind::Role | Kind::CustomField | Kind::Setting | Kind::Tag => true,
            Kind::Import | Kind::Export => id && path.contains("/jobs") && viewer.scope("jobs.read").is_some(),
            // The history of the record that was kept names it.
            Kind::Merge | Kind::ContactMerge => id && record.on.iter().any(|kept| viewer.sees(kept)),
            _ => false,
        }
    }

    /// What stands in sensitive fields of records in an answer, held against the role's levels: a masked
    /// one must look masked, a hidden one must not be there.
    pub fn field_faults(&self, viewer: &Viewer, json: &Json) -> (usize, Vec<Fault>) {
        let (mut checks, mut found) = (0, Vec::new());
        self.walk(viewer, json, &mut checks, &mut found);
        (checks, found)
    }

    fn walk(&self, viewer: &Viewer, json: &Json, checks: &mut usize, found: &mut Vec<Fault>) {
        match json {
            Json::Array(all) => all.iter().for_each(|one| self.walk(viewer, one, checks, found)),
            Json::Object(object) => {
                let id = object.get("id").and_then(Json::as_str).and_then(|t| t.parse().ok());
                if let Some((side, at)) = id.and_then(|id: Uuid| self.by_id.get(&id)) {
                    let kind = if *side == Side::A { self.a[*at].kind } else { self.b[*at].kind };
                    for field in FIELDS.iter().filter(|f| f.key.split('.').next() == Some(kind.area())) {
                        let Some(value) = object.get(field.name()).filter(|v| !v.is_null()) else { continue };
                        *checks += 1;
                        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        let why = match viewer.level(field.key) {
                            Level::Hidden => format!("{} is there, which is hidden for the role", field.key),
                            Level::Masked if !shown.contains('•') => {
                                format!("{} in clear, which is masked for the role", field.key)
                            }
                            _ => continue,
                        };
                        found.push(Fault { why, seen: veiled(&shown) });
                    }
                }
                object.values().for_each(|one| self.walk(viewer, one, checks, found));
            }
            _ => {}
        }
    }
}

/// The log without entries of its own reading: what those hold is what their reader had typed, which
/// may be anything.
fn without_readings<'t>(path: &str, text: &'t str) -> Cow<'t, str> {
    if !path.contains("/audit") && !path.contains("/activity") {
        return text.into();
    }
    // Headers stand before the body.
    let (head, body) = text.split_at(text.find("\n{").unwrap_or_default());
    let Ok(mut json) = serde_json::from_str::<Json>(body) else { return text.into() };
    if let Some(entries) = json.get_mut("data").and_then(Json::as_array_mut) {
        entries.retain(|entry| entry["action"] != "audit.read");
    }
    format!("{head}\n{json}").into()
}

fn words(what: What) -> &'static str {
    match what {
        What::Id => "id",
        What::Text(name) => name,
        What::Sensitive(key) => key.split_once('.').map_or(key, |(_, name)| name),
        What::Behind(_, name) => name,
    }
}

/// So that the report itself is no leak.
fn veiled(text: &str) -> String {
    let head: String = text.chars().take(3).collect();
    format!("{head}•••")
}
