//! What a client's documents say about the client. Pure: no database, no clock.
//!
//! A kind of document is worth what its best current document is worth. A level is worth what its worst
//! required kind is worth. The first level is the client's KYC status; the others come on top of it.

use std::collections::BTreeMap;

/// Where something stands, worst first: what somebody has to do something about comes before what only
/// needs waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It was turned down.
    Rejected,
    /// It was good once.
    Expired,
    /// Nothing is there.
    Missing,
    /// Somebody has to look at it.
    Pending,
    /// It is good.
    Approved,
}

impl Standing {
    /// All with their words.
    pub const ALL: [Standing; 5] = [Self::Rejected, Self::Expired, Self::Missing, Self::Pending, Self::Approved];

    /// As stored and in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Missing => "missing",
            Self::Pending => "pending",
            Self::Approved => "approved",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// What a client has of one kind of document: statuses of what is current (not replaced), newest first.
#[derive(Debug, Clone)]
pub struct KindFacts {
    /// The step of verification.
    pub level: i32,
    /// Whether the step needs it.
    pub required: bool,
    /// Statuses of documents, newest first.
    pub statuses: Vec<String>,
}

impl KindFacts {
    /// What they are worth: the best of them; of what is turned down and what has expired, the newest.
    pub fn standing(&self) -> Standing {
        let has = |words: &[&str]| self.statuses.iter().any(|s| words.contains(&s.as_str()));
        if has(&["approved"]) {
            return Standing::Approved;
        }
        if has(&["scanning", "pending"]) {
            return Standing::Pending;
        }
        let over = self.statuses.iter().find_map(|s| match s.as_str() {
            "rejected" => Some(Standing::Rejected),
            "expired" => Some(Standing::Expired),
            _ => None,
        });
        over.unwrap_or(Standing::Missing)
    }
}

/// Where each level stands that requires anything.
pub fn levels(kinds: &[KindFacts]) -> BTreeMap<i32, Standing> {
    let mut found = BTreeMap::new();
    for kind in kinds.iter().filter(|k| k.required) {
        let standing = kind.standing();
        found.entry(kind.level).and_modify(|worst: &mut Standing| *worst = standing.min(*worst)).or_insert(standing);
    }
    found
}

/// What the documents say about the client; nothing if the first level requires nothing.
pub fn derived(kinds: &[KindFacts]) -> Option<Standing> {
    levels(kinds).get(&1).copied()
}

/// The highest level reached: it and every one below it are approved. 0 is none.
pub fn reached(kinds: &[KindFacts]) -> i32 {
    let levels = levels(kinds);
    let open = levels.iter().find(|(_, standing)| **standing != Standing::Approved).map(|(level, _)| *level);
    match open {
        Some(level) => level - 1,
        None => levels.keys().next_back().copied().unwrap_or(0),
    }
}

/// The client's status after a change of documents. `before` and `after` are what the documents said.
///
/// A status that somebody set by hand stands until the documents say something new. Papers that only
/// wait for somebody to look never take away an approval that did not come from papers.
pub fn next(current: Standing, before: Option<Standing>, after: Option<Standing>) -> Standing {
    let Some(after) = after.filter(|_| before != after) else { return current };
    let waits = matches!(after, Standing::Missing | Standing::Pending);
    if current == Standing::Approved && before != Some(Standing::Approved) && waits {
        return current;
    }
    after
}

/// The client's status after a change of the kinds. `before` and `after` are what the same documents said by the
/// kinds of before and say by those of now.
///
/// No document is new, so a status that somebody set by hand stands: it is told by not being what the documents
/// said. Where they said nothing, an approval or a rejection gives way only to what somebody has decided.
pub fn by_other_kinds(current: Standing, before: Option<Standing>, after: Option<Standing>) -> Standing {
    let by_hand = match before {
        Some(said) => said != current,
        None => {
            matches!(current, Standing::Approved | Standing::Rejected)
                && matches!(after, Some(Standing::Missing | Standing::Pending))
        }
    };
    if by_hand { current } else { after.unwrap_or(current) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(level: i32, required: bool, statuses: &[&str]) -> KindFacts {
        KindFacts { level, required, statuses: statuses.iter().map(|s| (*s).to_owned()).collect() }
    }

    #[test]
    fn a_kind_is_worth_its_best_document() {
        for (statuses, expected) in [
            (&[][..], Standing::Missing),
            (&["pending"][..], Standing::Pending),
            (&["scanning"], Standing::Pending),
            (&["rejected"], Standing::Rejected),
            (&["expired"], Standing::Expired),
            (&["pending", "approved"], Standing::Approved),
            (&["rejected", "approved"], Standing::Approved),
            (&["pending", "rejected"], Standing::Pending),
            (&["rejected", "expired"], Standing::Rejected),
            (&["expired", "rejected"], Standing::Expired),
            (&["uploading", "refused"], Standing::Missing),
        ] {
            assert_eq!(kind(1, true, statuses).standing(), expected, "{statuses:?}");
        }
    }

    #[test]
    fn a_level_is_worth_its_worst_required_kind() {
        let kinds = [
            kind(1, true, &["approved"]),
            kind(1, true, &["pending"]),
            kind(1, false, &["rejected"]),
            kind(2, true, &[]),
            kind(3, false, &[]),
        ];
        assert_eq!(levels(&kinds), BTreeMap::from([(1, Standing::Pending), (2, Standing::Missing)]));
        assert_eq!((derived(&kinds), reached(&kinds)), (Some(Standing::Pending), 0));
        assert_eq!(derived(&[kind(1, true, &["expired"]), kind(1, true, &[])]), Some(Standing::Expired));
        assert_eq!(derived(&[kind(1, true, &["rejected"]), kind(1, true, &["expired"])]), Some(Standing::Rejected));
        assert_eq!(derived(&[kind(1, false, &["approved"]), kind(2, true, &["approved"])]), None);
    }

    #[test]
    fn levels_are_reached_one_after_the_other() {
        let all = |one: &'static str, two: &'static str, three: &'static str| {
            reached(&[kind(1, true, &[one]), kind(2, true, &[two]), kind(3, true, &[three])])
        };
        assert_eq!(all("approved", "approved", "approved"), 3);
        assert_eq!(all("approved", "approved", "pending"), 2);
        assert_eq!(all("approved", "rejected", "approved"), 1);
        assert_eq!(all("expired", "approved", "approved"), 0);
        // A level that requires nothing is no step.
        assert_eq!(reached(&[kind(1, true, &["approved"]), kind(3, true, &["approved"])]), 3);
        assert_eq!(reached(&[]), 0);
    }

    #[test]
    fn every_change_comes_to_a_status() {
        let maybe: Vec<Option<Standing>> = Standing::ALL.into_iter().map(Some).chain([None]).collect();
        for current in Standing::ALL {
            for before in &maybe {
                for after in &maybe {
                    let next = next(current, *before, *after);
                    // Nothing new, or nothing to say: it stays.
                    if before == after || after.is_none() {
                        assert_eq!(next, current);
                    }
                    // Whatever somebody decided is followed.
                    if before != after && matches!(after, Some(Standing::Approved | Standing::Rejected | Standing::Expired)) {
                        assert_eq!(Some(next), *after);
                    }
                    assert!(next == current || Some(next) == *after);
                }
            }
        }
    }

    #[test]
    fn approval_by_hand_outlives_papers_that_wait() {
        use Standing::{Approved, Missing, Pending, Rejected};
        assert_eq!(next(Approved, Some(Missing), Some(Pending)), Approved);
        assert_eq!(next(Approved, Some(Pending), Some(Rejected)), Rejected);
        // An approval that came from papers goes with them.
        assert_eq!(next(Approved, Some(Approved), Some(Pending)), Pending);
        assert_eq!(next(Rejected, Some(Missing), Some(Pending)), Pending);
    }

    #[test]
    fn other_kinds_move_what_came_from_documents() {
        use Standing::{Approved, Expired, Missing, Pending, Rejected};
        assert_eq!(by_other_kinds(Approved, Some(Approved), Some(Missing)), Missing);
        assert_eq!(by_other_kinds(Missing, Some(Missing), Some(Approved)), Approved);
        assert_eq!(by_other_kinds(Rejected, Some(Rejected), Some(Pending)), Pending);
        // Set by hand.
        assert_eq!(by_other_kinds(Approved, Some(Missing), Some(Pending)), Approved);
        assert_eq!(by_other_kinds(Rejected, Some(Approved), Some(Missing)), Rejected);
        // Nothing was required.
        assert_eq!(by_other_kinds(Approved, None, Some(Missing)), Approved);
        assert_eq!(by_other_kinds(Missing, None, Some(Pending)), Pending);
        assert_eq!(by_other_kinds(Rejected, None, Some(Approved)), Approved);
        // Nothing is required any more: what was said last stands.
        assert_eq!(by_other_kinds(Expired, Some(Expired), None), Expired);
        for current in Standing::ALL {
            for before in Standing::ALL.into_iter().map(Some).chain([None]) {
                for after in Standing::ALL {
                    let once = by_other_kinds(current, before, Some(after));
                    assert_eq!(by_other_kinds(once, before, Some(after)), once, "a second time changes nothing");
                }
            }
        }
    }
}
