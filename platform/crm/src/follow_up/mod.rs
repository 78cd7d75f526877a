//! The next follow-up of a client or a lead: when somebody wants to come back to them, and what for.
//!
//! Always holds: a note goes with a date; the owner is told of a date once, after it has come, and again
//! only when the date was moved.

mod filter;
mod remind;

use chrono::{DateTime, Datelike as _, SubsecRound as _, Utc};
use kernel::validate::Checker;
use poem_openapi::types::MaybeUndefined;

pub(crate) use filter::narrow;
pub use remind::remind;

/// The most characters of a note.
const NOTE: usize = 200;

/// A date and its note.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FollowUp {
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// What for.
    pub note: Option<String>,
}

fn date(c: &mut Checker, text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) if (2000..=2100).contains(&at.year()) => Some(at.to_utc().trunc_subsecs(0)),
        _ => {
            c.add("follow_up_at", "must be an instant (RFC 3339) between the years 2000 and 2100");
            None
        }
    }
}

/// Reads a new record's.
pub(crate) fn read(c: &mut Checker, at: Option<&str>, note: Option<&str>) -> FollowUp {
    patched(c, &FollowUp::default(), &given(at), &given(note))
}

fn given(value: Option<&str>) -> MaybeUndefined<String> {
    value.map_or(MaybeUndefined::Undefined, |v| MaybeUndefined::Value(v.to_owned()))
}

/// What a change makes of it. Without a date the note goes, too.
pub(crate) fn patched(c: &mut Checker, old: &FollowUp, at: &MaybeUndefined<String>, note: &MaybeUndefined<String>) -> FollowUp {
    let next = match at {
        MaybeUndefined::Undefined => old.at,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(text) => date(c, text),
    };
    let note = match note {
        MaybeUndefined::Undefined => old.note.clone(),
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(text) => {
            let note = c.optional("follow_up_note", Some(text), NOTE);
            if note.is_some() && next.is_none() && c.is_ok() {
                c.add("follow_up_note", "goes with a date in follow_up_at");
            }
            note
        }
    };
    FollowUp { at: next, note: note.filter(|_| next.is_some()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> MaybeUndefined<String> {
        MaybeUndefined::Value(text.to_owned())
    }

    #[test]
    fn a_note_goes_with_a_date() {
        let mut c = Checker::new();
        let set = read(&mut c, Some("2026-12-01T09:00:00.75+01:00"), Some(" Call back "));
        assert_eq!(
            (set.at.map(|at| at.to_rfc3339()), set.note.as_deref()),
            (Some("2026-12-01T08:00:00+00:00".into()), Some("Call back"))
        );
        let moved = patched(&mut c, &set, &value("2026-12-02T08:00:00Z"), &MaybeUndefined::Undefined);
        assert_eq!(moved.note, set.note);
        assert_eq!(patched(&mut c, &set, &MaybeUndefined::Null, &MaybeUndefined::Undefined), FollowUp::default());
        assert_eq!(patched(&mut c, &set, &MaybeUndefined::Undefined, &MaybeUndefined::Null).at, set.at);
        assert!(c.is_ok());
        read(&mut c, None, Some("What for?"));
        assert!(!c.is_ok());
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in ["tomorrow", "2026-12-01", "1999-12-31T00:00:00Z", "9999-12-31T00:00:00Z"] {
            let mut c = Checker::new();
            assert_eq!(read(&mut c, Some(text), None).at, None);
            assert!(c.finish().is_err(), "{text}");
        }
    }
}
