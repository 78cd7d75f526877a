//! The console's five words for how a customer stands, and the tenant's own statuses behind them.
//!
//! Always holds: every status goes by one of the words, and a customer whose word is said again stays in its status.

use crm::statuses::{Status, all};
use kernel::DomainError;
use runtime::Ctx;

use crate::stages::plain;

/// Each word with the keys that mean it, the nearest first.
const WORDS: [(&str, &[&str]); 5] = [
    ("lead", &["new", "registered", "open"]),
    ("prospect", &["qualified", "interested", "contacted", "nurturing"]),
    ("active", &["customer", "funded", "vip", "key_account", "at_risk"]),
    ("inactive", &["dormant", "paused", "restricted", "suspended", "on_hold"]),
    ("churned", &["closed", "former", "lost", "cancelled"]),
];

/// The statuses of a tenant's clients, in their order.
#[derive(Debug, Clone)]
pub struct Statuses(Vec<Status>);

impl Statuses {
    /// Reads them.
    pub async fn of(ctx: &Ctx) -> kernel::Result<Self> {
        Ok(Self(all(ctx).await?.into_iter().filter(|s| s.entity == "client").collect()))
    }

    fn means(status: &Status) -> &'static str {
        let named = |(word, keys): &&(&str, &[&str])| *word == status.key || keys.contains(&status.key.as_str());
        match WORDS.iter().find(named) {
            Some((word, _)) => word,
            None if status.closed && status.outcome == "won" => "inactive",
            None if status.closed => "churned",
            None if status.is_default => "lead",
            None => "active",
        }
    }

    /// The word for a status.
    pub fn word(&self, key: &str) -> String {
        self.0.iter().find(|s| s.key == key).map_or_else(|| key.to_owned(), |s| Self::means(s).to_owned())
    }

    /// The status that a word means: one that is called so, the nearest that goes by it, and for a prospect the one
    /// of leads where the tenant tells them not apart. The tenant's own keys are understood as well; what means nothing
    /// comes back as it is.
    pub fn key(&self, given: &str) -> String {
        let spelt = plain(given);
        if let Some(own) = self.0.iter().find(|s| s.key == given.trim() || plain(&s.key) == spelt) {
            return own.key.clone();
        }
        let named = |word: &str| {
            let (_, keys) = WORDS.iter().find(|(w, _)| *w == word)?;
            let near = keys.iter().find_map(|key| self.0.iter().find(|s| s.key == *key));
            near.or_else(|| self.0.iter().find(|s| Self::means(s) == word))
        };
        let found = named(&spelt).or_else(|| (spelt == "prospect").then(|| named("lead")).flatten());
        found.map_or_else(|| given.to_owned(), |s| s.key.clone())
    }

    /// The status for a word that is said of a customer in another one: none where it says what already is.
    pub fn change(&self, present: &str, given: &str) -> Option<String> {
        let (now, wanted) = (self.word(present), self.key(given));
        (wanted != present && plain(given) != now).then_some(wanted)
    }

    /// A filter by words, a comma list; one that means nothing is refused with those that do.
    pub fn filter(&self, given: Option<&str>) -> kernel::Result<Option<String>> {
        let mut keys: Vec<String> = Vec::new();
        for word in given.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()) {
            let spelt = plain(word);
            if WORDS.iter().any(|(w, _)| *w == spelt) {
                let these: Vec<String> = self.0.iter().filter(|s| Self::means(s) == spelt).map(|s| s.key.clone()).collect();
                // Of a word that no status goes by there is nobody.
                keys.extend(if these.is_empty() { vec![spelt] } else { these });
            } else {
                let key = self.key(word);
                if !self.0.iter().any(|s| s.key == key) {
                    return Err(DomainError::field("status", told()));
                }
                keys.push(key);
            }
        }
        Ok((!keys.is_empty()).then(|| keys.join(",")))
    }

    /// Counts by status as counts by word, every word in its order.
    pub fn counts(&self, by_key: &[(String, i64)]) -> Vec<(String, i64)> {
        let of = |word: &str| by_key.iter().filter(|(key, _)| self.word(key) == word).map(|(_, n)| n).sum();
        let mut all: Vec<(String, i64)> = WORDS.iter().map(|(word, _)| ((*word).to_owned(), of(word))).collect();
        // What a status that was removed a moment ago had is counted under its key.
        all.extend(by_key.iter().filter(|(key, _)| !self.0.iter().any(|s| s.key == *key)).cloned());
        all
    }
}

/// What there is to choose from.
pub fn told() -> String {
    format!("must be one of {}", WORDS.map(|(word, _)| word).join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(all: &[(&str, bool, &str)]) -> Statuses {
        let status = |(n, (key, closed, outcome)): (usize, &(&str, bool, &str))| Status {
            entity: "client".into(),
            key: (*key).into(),
            label: (*key).into(),
            hue: "blue".into(),
            position: i32::try_from(n).unwrap_or(0),
            is_default: n == 0,
            closed: *closed,
            outcome: (*outcome).into(),
            transitions: None,
        };
        Statuses(all.iter().enumerate().map(status).collect())
    }

    #[test]
    fn every_word_comes_back_where_the_statuses_tell_them_apart() {
        let usual = statuses(&[
            ("new", false, "none"),
            ("prospect", false, "none"),
            ("active", false, "none"),
            ("vip", false, "none"),
            ("dormant", false, "none"),
            ("closed", true, "lost"),
        ]);
        for (word, key) in
            [("lead", "new"), ("prospect", "prospect"), ("active", "active"), ("inactive", "dormant"), ("churned", "closed")]
        {
            for spelt in [word.to_owned(), word.to_uppercase(), format!(" {word} "), key.to_owned()] {
                assert_eq!(usual.key(&spelt), key, "{spelt}");
            }
            assert_eq!(usual.word(key), word);
        }
        assert_eq!((usual.word("vip").as_str(), usual.key("vip").as_str()), ("active", "vip"));
        assert_eq!(usual.key("nowhere"), "nowhere");
        // Whoever writes back what was read changes nothing.
        assert_eq!(usual.change("vip", "active"), None);
        assert_eq!(usual.change("vip", "vip"), None);
        assert_eq!(usual.change("vip", "churned").as_deref(), Some("closed"));
        assert_eq!(usual.filter(Some("Active,lead")).ok().flatten().as_deref(), Some("active,vip,new"));
        assert_eq!(usual.filter(Some("vip")).ok().flatten().as_deref(), Some("vip"));
        assert!(matches!(usual.filter(Some(" , ")), Ok(None)));
        assert!(usual.filter(Some("nowhere")).is_err());
        let counts = usual.counts(&[("new".into(), 2), ("active".into(), 3), ("vip".into(), 1), ("closed".into(), 5)]);
        let counts: Vec<(&str, i64)> = counts.iter().map(|(word, n)| (word.as_str(), *n)).collect();
        assert_eq!(counts, [("lead", 2), ("prospect", 0), ("active", 4), ("inactive", 0), ("churned", 5)]);
    }

    #[test]
    fn statuses_of_the_tenant_s_own_go_by_what_they_are() {
        let own =
            statuses(&[("enquiry", false, "none"), ("trading", false, "none"), ("gone", true, "lost"), ("done", true, "won")]);
        assert_eq!(["enquiry", "trading", "gone", "done"].map(|k| own.word(k)), ["lead", "active", "churned", "inactive"]);
        assert_eq!(
            ["lead", "prospect", "active", "churned", "inactive"].map(|w| own.key(w)),
            ["enquiry", "enquiry", "trading", "gone", "done"]
        );
        assert_eq!(own.filter(Some("prospect")).ok().flatten().as_deref(), Some("prospect"), "nobody");
    }
}
