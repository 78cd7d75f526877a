//! What was called, what was checked, what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value as Json, json};

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Find {
    /// Where it was met, e.g. `reading`.
    pub surface: &'static str,
    /// The route.
    pub route: String,
    /// Who looked.
    pub role: String,
    /// What is wrong.
    pub what: String,
    /// What was seen, so that it can't be read.
    pub seen: String,
}

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    calls: u64,
    checks: u64,
    accepted: u64,
}

#[derive(Debug, Default)]
struct Inner {
    surfaces: BTreeMap<&'static str, Tally>,
    finds: BTreeSet<Find>,
    routes: BTreeSet<String>,
    notes: BTreeSet<String>,
}

/// Gathers from all calls at once.
#[derive(Debug, Default)]
pub struct Report {
    inner: Mutex<Inner>,
}

impl Report {
    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// A call was answered; `accepted` if with a 2xx.
    pub fn call(&self, surface: &'static str, route: &str, accepted: bool) {
        self.with(|inner| {
            let tally = inner.surfaces.entry(surface).or_default();
            tally.calls += 1;
            tally.accepted += u64::from(accepted);
            inner.routes.insert(route.to_owned());
        });
    }

    /// Something was looked at.
    pub fn checks(&self, surface: &'static str, n: usize) {
        self.with(|inner| inner.surfaces.entry(surface).or_default().checks += n as u64);
    }

    /// Something is wrong.
    pub fn find(&self, find: Find) {
        self.with(|inner| inner.finds.insert(find));
    }

    /// Something that a reader of the report should know.
    pub fn note(&self, text: String) {
        self.with(|inner| inner.notes.insert(text));
    }

    /// How many things are wrong.
    pub fn finds(&self) -> usize {
        self.with(|inner| inner.finds.len())
    }

    /// For people.
    pub fn text(&self, roles: usize, took: Duration) -> String {
        self.with(|inner| {
            let mut text = String::new();
            let _ = writeln!(text, "{:<18} {:>8} {:>10} {:>10}", "SURFACE", "CALLS", "ACCEPTED", "CHECKS");
            for (surface, t) in &inner.surfaces {
                let _ = writeln!(text, "{surface:<18} {:>8} {:>10} {:>10}", t.calls, t.accepted, t.checks);
            }
            let _ = writeln!(text, "{} routes, {roles} roles, {:.1} s", inner.routes.len(), took.as_secs_f64());
            for note in &inner.notes {
                let _ = writeln!(text, "note: {note}");
            }
            for f in &inner.finds {
                let _ = writeln!(text, "FOUND [{}] {} as {}: {} ({})", f.surface, f.route, f.role, f.what, f.seen);
            }
            let verdict =
                if inner.finds.is_empty() { "nothing was found".to_owned() } else { format!("{} finds", inner.finds.len()) };
            let _ = writeln!(text, "{verdict}");
            text
        })
    }

    /// For programs.
    pub fn json(&self, roles: usize, took: Duration, pair: [&str; 2]) -> Json {
        self.with(|inner| {
            let surfaces: BTreeMap<_, _> = inner
                .surfaces
                .iter()
                .map(|(s, t)| (*s, json!({ "calls": t.calls, "accepted": t.accepted, "checks": t.checks })))
                .collect();
            let finds: Vec<Json> = inner
                .finds
                .iter()
                .map(|f| json!({ "surface": f.surface, "route": f.route, "role": f.role, "what": f.what, "seen": f.seen }))
                .collect();
            json!({
                "ok": finds.is_empty(), "tenants": pair, "roles": roles, "routes": inner.routes.len(),
                "seconds": took.as_secs_f64(), "surfaces": surfaces, "notes": inner.notes, "finds": finds,
            })
        })
    }
}
