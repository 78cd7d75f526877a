//! Which status may follow which. Leads go the way that the settings draw; a client's status is free.
//!
//! A list that names a status which was removed is read without it, so that taking the removal back
//! brings the way back, too; one of which nothing is left lets every status follow.

use kernel::DomainError;
use kernel::validate::Checker;
use runtime::Ctx;

use super::service::{Status, all};

/// The statuses that may follow; `None` means all.
pub(super) fn following<'a>(list: &'a [Status], from: &Status) -> Option<Vec<&'a Status>> {
    let keys = from.transitions.as_ref()?;
    let known: Vec<&Status> = list.iter().filter(|s| s.entity == from.entity && keys.contains(&s.key)).collect();
    (keys.is_empty() || !known.is_empty()).then_some(known)
}

/// Checks that a record may go from one status to another; the refusal names those that may follow.
pub async fn may_follow(ctx: &Ctx, entity: &str, from: &str, to: &str) -> kernel::Result<()> {
    let list = all(ctx).await?;
    let Some(now) = list.iter().find(|s| s.entity == entity && s.key == from) else { return Ok(()) };
    let Some(next) = following(&list, now) else { return Ok(()) };
    if next.iter().any(|s| s.key == to) {
        return Ok(());
    }
    let names: Vec<&str> = next.iter().map(|s| s.key.as_str()).collect();
    let message = match names.as_slice() {
        [] => format!("can't follow {from}, which is final"),
        names => format!("can't follow {from}; choose one of {}", names.join(", ")),
    };
    Err(DomainError::field_code("transition_refused", "status", message))
}

/// Checks the ways that a status shall have: each key of its list once, and not itself.
pub(super) fn check(c: &mut Checker, list: &[Status], status: &Status, given: &[String]) -> Vec<String> {
    if status.entity != "lead" {
        c.add("transitions", "goes with statuses of leads only");
    }
    let mut next: Vec<String> = Vec::new();
    for key in given {
        if *key == status.key || !list.iter().any(|s| s.key == *key) {
            c.add("transitions", format!("names {key}, which is no other status of leads"));
        } else if !next.contains(key) {
            next.push(key.clone());
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(key: &str, transitions: Option<&[&str]>) -> Status {
        Status {
            entity: "lead".into(),
            key: key.into(),
            label: key.into(),
            hue: "blue".into(),
            position: 0,
            is_default: false,
            closed: false,
            outcome: "none".into(),
            transitions: transitions.map(|keys| keys.iter().map(|k| (*k).to_owned()).collect()),
        }
    }

    #[test]
    fn a_removed_status_does_not_lock_a_record_in() {
        let list = [
            status("free", None),
            status("final", Some(&[])),
            status("gone", Some(&["removed"])),
            status("some", Some(&["free", "removed"])),
        ];
        let names = |s: &Status| following(&list, s).map(|next| next.iter().map(|s| s.key.clone()).collect::<Vec<_>>());
        assert_eq!(names(&list[0]), None);
        assert_eq!(names(&list[1]), Some(vec![]));
        assert_eq!(names(&list[2]), None);
        assert_eq!(names(&list[3]), Some(vec!["free".to_owned()]));
    }
}
