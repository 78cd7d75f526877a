//! From YAML nodes to the types of `parts`: one function per file.
//!
//! Each goes through the whole file and reports everything it finds; what it returns is used only
//! if nothing was found.

use std::collections::BTreeMap;

use kernel::permission::{FIELDS, Level, PERMISSIONS, Scope};

use crate::colour::is_colour;
use crate::parts::{Branding, FONTS, Hue, MODULES, NEUTRALS, Outcome, Pipeline, REQUIRABLE, Role, Stage, Status, Statuses};
use crate::problem::{Findings, Mark, hint};
use crate::read::{self, Seen};
use crate::yaml::{Kind, Node};

/// The contents of `template.yaml`.
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) modules: Vec<String>,
}

/// `template.yaml`; `folder` is the name that the template must have.
pub(crate) fn manifest(out: &mut Findings<'_>, root: &Node, folder: &str) -> Option<Manifest> {
    let known = ["name", "version", "title", "description", "modules"];
    let fields = read::fields(out, root, "the template", &known)?;
    let name = fields.need(out, "name").and_then(|node| {
        let name = read::text(out, node, "name", 40)?;
        if !is_slug(&name) {
            out.add(
                node.at,
                format!("name \"{name}\" must be lower-case letters, digits and single hyphens, starting with a letter"),
            );
            return None;
        }
        if name != folder {
            out.add(node.at, format!("name \"{name}\" differs from the folder \"{folder}\"; make them the same"));
        }
        Some(name)
    });
    let version = fields.need(out, "version").and_then(|node| {
        let version = read::text(out, node, "version", 40)?;
        if !is_version(&version) {
            out.add(node.at, format!("version \"{version}\" must be three numbers like 1.0.0"));
            return None;
        }
        Some(version)
    });
    let title = fields.need(out, "title").and_then(|n| read::text(out, n, "title", 60));
    let description = fields.need(out, "description").and_then(|n| read::text(out, n, "description", 240));
    let modules = fields.need(out, "modules").and_then(|n| modules(out, n));
    Some(Manifest { name: name?, version: version?, title: title?, description: description?, modules: modules? })
}

fn modules(out: &mut Findings<'_>, node: &Node) -> Option<Vec<String>> {
    let words: Vec<(&str, &str)> = MODULES.iter().map(|m| (*m, *m)).collect();
    let mut seen = Seen::default();
    let mut found = Vec::new();
    for item in read::list(out, node, "modules")? {
        if let Some(module) = read::word(out, item, "module", &words) {
            seen.check(out, item.at, "module", module);
            found.push(module.to_owned());
        }
    }
    Some(found)
}

/// A name that can be part of an address and of a path.
fn is_slug(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && !name.contains("--")
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// `major.minor.patch` without leading zeros, so that versions compare in one way only.
fn is_version(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    parts.len() == 3
        && parts.iter().all(|part| {
            (1..=6).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_digit())
                && (part.len() == 1 || !part.starts_with('0'))
        })
}

/// `roles.yaml`.
pub(crate) fn roles(out: &mut Findings<'_>, root: &Node) -> Option<Vec<Role>> {
    let (mut keys, mut names) = (Seen::default(), Seen::default());
    let mut found = Vec::new();
    let items = read::list(out, root, "roles.yaml")?;
    for item in items {
        let known = ["key", "name", "description", "permissions", "fields"];
        let Some(fields) = read::fields(out, item, "a role", &known) else {
            continue;
        };
        let key = fields.need(out, "key").and_then(|n| keyed(out, n, "role", &mut keys));
        let name = fields.need(out, "name").and_then(|n| {
            let name = read::text(out, n, "name", 60)?;
            // The API lets a role be named as well as numbered.
            names.check(out, n.at, "role name", &name);
            Some(name)
        });
        let description = fields.need(out, "description").and_then(|n| read::text(out, n, "description", 240));
        let permissions = fields.need(out, "permissions").and_then(|n| permissions(out, n));
        let levels = fields.need(out, "fields").and_then(|n| levels(out, n));
        if let (Some(key), Some(name), Some(description), Some(permissions), Some(fields)) =
            (key, name, description, permissions, levels)
        {
            found.push(Role { key, name, description, permissions, fields });
        }
    }
    // Only when every role could be read: otherwise the one that administers may be among the rest.
    if found.len() == items.len() && !found.iter().any(Role::can_administer) {
        out.add(root.at, "no role can administer the CRM; give one role users.manage: all and roles.manage: all");
    }
    Some(found)
}

fn permissions(out: &mut Findings<'_>, node: &Node) -> Option<BTreeMap<String, Scope>> {
    let keys: Vec<&str> = PERMISSIONS.iter().map(|p| p.key).collect();
    let words = Scope::WIDEST_FIRST.map(|s| (s.as_str(), s));
    let mut found = BTreeMap::new();
    for (key, at, value) in read::entries(out, node, "permissions")? {
        let Some(definition) = PERMISSIONS.iter().find(|p| p.key == key) else {
            out.add(at, format!("unknown permission \"{key}\"{}", hint(key, &keys)));
            continue;
        };
        if matches!(&value.kind, Kind::Scalar { text, .. } if text == "none") {
            out.add(value.at, format!("scope \"none\" is what a permission has that is not listed; remove the line {key}"));
            continue;
        }
        let Some(scope) = read::word(out, value, "scope", &words) else {
            continue;
        };
        if !definition.scopes.contains(&scope) {
            let possible: Vec<&str> = definition.scopes.iter().map(|s| s.as_str()).collect();
            out.add(value.at, format!("{key} can't have the scope \"{}\"; use {}", scope.as_str(), possible.join(" or ")));
            continue;
        }
        found.insert(key.to_owned(), scope);
    }
    Some(found)
}

fn levels(out: &mut Findings<'_>, node: &Node) -> Option<BTreeMap<String, Level>> {
    let keys: Vec<&str> = FIELDS.iter().map(|f| f.key).collect();
    let words = Level::OPEN_FIRST.map(|l| (l.as_str(), l));
    let mut found = BTreeMap::new();
    for (key, at, value) in read::entries(out, node, "fields")? {
        if !keys.contains(&key) {
            out.add(at, format!("unknown field \"{key}\"{}", hint(key, &keys)));
        } else if let Some(level) = read::word(out, value, "level", &words) {
            found.insert(key.to_owned(), level);
        }
    }
    Some(found)
}

/// A key that is used once.
fn keyed(out: &mut Findings<'_>, node: &Node, what: &str, seen: &mut Seen) -> Option<String> {
    let key = read::key(out, node, &format!("{what} key"))?;
    seen.check(out, node.at, &format!("{what} key"), &key);
    Some(key)
}

/// `statuses.yaml`.
pub(crate) fn statuses(out: &mut Findings<'_>, root: &Node) -> Option<Statuses> {
    let fields = read::fields(out, root, "statuses.yaml", &["client", "lead"])?;
    let client = fields.need(out, "client").and_then(|n| status_list(out, n, "client"));
    let lead = fields.need(out, "lead").and_then(|n| {
        let list = status_list(out, n, "lead")?;
        if !list.iter().any(|s| s.outcome == Outcome::Won) {
            out.add(n.at, "no lead status is won; give the status of converted leads `outcome: won`");
        }
        Some(list)
    });
    Some(Statuses { client: client?, lead: lead? })
}

fn status_list(out: &mut Findings<'_>, node: &Node, of: &str) -> Option<Vec<Status>> {
    let (mut keys, mut labels) = (Seen::default(), Seen::default());
    let mut found = Vec::new();
    let mut first_default: Option<Mark> = None;
    for item in read::list(out, node, &format!("the list of {of} statuses"))? {
        let known = ["key", "label", "hue", "default", "closed", "outcome"];
        let Some(fields) = read::fields(out, item, "a status", &known) else {
            continue;
        };
        let key = fields.need(out, "key").and_then(|n| keyed(out, n, "status", &mut keys));
        let label = fields.need(out, "label").and_then(|n| label(out, n, &mut labels));
        let hue = fields.need(out, "hue").and_then(|n| read::word(out, n, "hue", Hue::ALL));
        let default = fields.get("default").and_then(|n| read::flag(out, n, "default")) == Some(true);
        let closed = fields.get("closed").and_then(|n| read::flag(out, n, "closed")) == Some(true);
        let outcome = fields.get("outcome").map_or(Some(Outcome::None), |n| read::word(out, n, "outcome", Outcome::ALL));
        if default {
            let at = fields.get("default").map_or(item.at, |n| n.at);
            match first_default {
                Some(first) => {
                    out.add(at, format!("a second default {of} status (the first is on line {}); keep one", first.line))
                }
                None => first_default = Some(at),
            }
            if closed {
                out.add(at, "the default status is closed; a new record must be open");
            }
        }
        if let (Some(outcome), false) = (outcome, closed)
            && outcome != Outcome::None
        {
            let at = fields.get("outcome").map_or(item.at, |n| n.at);
            out.add(at, format!("a status that is {} is also closed; add `closed: true`", outcome.as_str()));
        }
        if let (Some(key), Some(label), Some(hue), Some(outcome)) = (key, label, hue, outcome) {
            found.push(Status { key, label, hue, default, closed, outcome });
        }
    }
    if first_default.is_none() {
        out.add(node.at, format!("no {of} status is the default; add `default: true` to the one a new {of} gets"));
    }
    Some(found)
}

fn label(out: &mut Findings<'_>, node: &Node, seen: &mut Seen) -> Option<String> {
    let label = read::text(out, node, "label", 40)?;
    seen.check(out, node.at, "label", &label);
    Some(label)
}

/// `pipelines.yaml`.
pub(crate) fn pipelines(out: &mut Findings<'_>, root: &Node) -> Option<Vec<Pipeline>> {
    let (mut keys, mut labels) = (Seen::default(), Seen::default());
    let mut found = Vec::new();
    for item in read::list(out, root, "pipelines.yaml")? {
        let known = ["key", "label", "stages"];
        let Some(fields) = read::fields(out, item, "a pipeline", &known) else {
            continue;
        };
        let key = fields.need(out, "key").and_then(|n| keyed(out, n, "pipeline", &mut keys));
        let label = fields.need(out, "label").and_then(|n| label(out, n, &mut labels));
        let stages = fields.need(out, "stages").and_then(|n| stages(out, n));
        if let (Some(key), Some(label), Some(stages)) = (key, label, stages) {
            found.push(Pipeline { key, label, stages });
        }
    }
    Some(found)
}

/// A list of keys, which may be empty.
fn words(out: &mut Findings<'_>, node: &Node, what: &str) -> Vec<String> {
    match &node.kind {
        Kind::List(items) => items.iter().filter_map(|item| read::key(out, item, what)).collect(),
        _ => {
            out.add(node.at, format!("{what} must be a list of keys like [lead, won], not {}", node.describe()));
            Vec::new()
        }
    }
}

fn stages(out: &mut Findings<'_>, node: &Node) -> Option<Vec<Stage>> {
    let (mut keys, mut labels) = (Seen::default(), Seen::default());
    let mut found = Vec::new();
    let items = read::list(out, node, "stages")?;
    let mut ways: Vec<(&Node, String, Vec<String>)> = Vec::new();
    for item in items {
        let known = ["key", "label", "probability", "hue", "outcome", "transitions", "required"];
        let Some(fields) = read::fields(out, item, "a stage", &known) else {
            continue;
        };
        let key = fields.need(out, "key").and_then(|n| keyed(out, n, "stage", &mut keys));
        let label = fields.need(out, "label").and_then(|n| label(out, n, &mut labels));
        let hue = fields.need(out, "hue").and_then(|n| read::word(out, n, "hue", Hue::ALL));
        let outcome = fields.get("outcome").map_or(Some(Outcome::None), |n| read::word(out, n, "outcome", Outcome::ALL));
        let probability = fields.need(out, "probability").and_then(|n| {
            let percent = read::whole(out, n, "probability", 0, 100)?;
            let must = match outcome {
                Some(Outcome::Won) => 100,
                Some(Outcome::Lost) => 0,
                _ => percent,
            };
            if percent != must {
                out.add(n.at, format!("a won stage has the probability 100 and a lost one 0; write {must} instead of {percent}"));
            }
            u8::try_from(percent).ok()
        });
        if let (Some(key), Some(label), Some(hue), Some(outcome), Some(probability)) = (key, label, hue, outcome, probability) {
            let transitions = fields.get("transitions").map(|n| words(out, n, "transitions"));
            ways.extend(fields.get("transitions").map(|n| (n, key.clone(), transitions.clone().unwrap_or_default())));
            let required = fields.get("required").map(|n| words(out, n, "required")).unwrap_or_default();
            for word in required.iter().filter(|w| !REQUIRABLE.contains(&w.as_str())) {
                out.add(item.at, format!("a stage can't require \"{word}\"; use one of {}", REQUIRABLE.join(", ")));
            }
            found.push(Stage { key, label, probability, hue, outcome, transitions, required });
        }
    }
    for (node, from, to) in ways {
        for key in to.iter().filter(|key| **key == from || !found.iter().any(|s| s.key == **key)) {
            out.add(node.at, format!("transitions names \"{key}\", which is no other stage of this pipeline"));
        }
    }
    if found.len() == items.len() {
        for (outcome, word) in [(Outcome::Won, "won"), (Outcome::Lost, "lost")] {
            if !found.iter().any(|s| s.outcome == outcome) {
                out.add(node.at, format!("no stage is {word}; give the stage where deals are {word} `outcome: {word}`"));
            }
        }
    }
    Some(found)
}

/// `branding.yaml`.
pub(crate) fn branding(out: &mut Findings<'_>, root: &Node) -> Option<Branding> {
    let known = ["primary", "radius", "font", "neutral"];
    let fields = read::fields(out, root, "branding.yaml", &known)?;
    let primary = fields.need(out, "primary").and_then(|n| {
        // Without quotes `#…` is a comment and the value is gone: the likeliest slip here.
        if n.is_empty() {
            out.add(n.at, "primary is empty; write the colour in quotes, like \"#2456d6\", because # begins a comment");
            return None;
        }
        let hex = read::text(out, n, "primary", 40)?;
        if !is_colour(&hex) {
            out.add(n.at, format!("primary \"{hex}\" is not a colour; write it as \"#rrggbb\""));
            return None;
        }
        Some(hex.to_lowercase())
    });
    let radius = fields.need(out, "radius").and_then(|n| read::whole(out, n, "radius", 0, 12)).and_then(|r| u8::try_from(r).ok());
    let font = fields.need(out, "font").and_then(|n| choice(out, n, "font", FONTS));
    let neutral = fields.need(out, "neutral").and_then(|n| choice(out, n, "neutral", NEUTRALS));
    Some(Branding { primary: primary?, radius: radius?, font: font?, neutral: neutral? })
}

fn choice(out: &mut Findings<'_>, node: &Node, what: &str, words: &[&str]) -> Option<String> {
    let pairs: Vec<(&str, &str)> = words.iter().map(|w| (*w, *w)).collect();
    read::word(out, node, what, &pairs).map(str::to_owned)
}
