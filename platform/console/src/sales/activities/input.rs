//! What the face says of an activity.

use crm::activities::entity::Activity;
use crm::activities::input::{ActivityIn, ActivityPatch};
use kernel::DomainError;
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use runtime::Ctx;

use crate::people;

/// The longest subject that is taken from a description.
const SUBJECT: usize = 200;

/// An activity to add or change; what is absent stays, null empties.
#[derive(Debug, Clone, Default, Object)]
pub struct SalesActivityIn {
    /// `call`, `email`, `meeting`, `task` or `note`, in any letter case. Required when it is added.
    #[oai(rename = "type")]
    pub kind: MaybeUndefined<String>,
    /// What it is about; the first line of the description if absent when it is added.
    pub subject: MaybeUndefined<String>,
    /// `low`, `normal` (the default), `high` or `urgent`, in any letter case.
    pub priority: MaybeUndefined<String>,
    /// More of what it is about.
    pub description: MaybeUndefined<String>,
    /// When it is due: an instant (RFC 3339), or a day for a whole day.
    pub due_date: MaybeUndefined<String>,
    /// Owner's id, ours or the issuer's; the caller if absent when it is added.
    pub assigned_to: MaybeUndefined<String>,
    /// The contact it is about.
    pub contact_id: MaybeUndefined<String>,
    /// The opportunity it is about.
    pub opportunity_id: MaybeUndefined<String>,
    /// The deal it is about.
    pub deal_id: MaybeUndefined<String>,
    /// The client it is about.
    pub client_id: MaybeUndefined<String>,
    /// True: it is done. False opens again what was done.
    pub completed: Option<bool>,
    /// What came of it.
    pub outcome: MaybeUndefined<String>,
}

impl SalesActivityIn {
    /// As a change of what is there.
    pub async fn patch(self, ctx: &Ctx, old: Option<&Activity>) -> kernel::Result<ActivityPatch> {
        let status = match (self.completed, old.map(|a| a.status.as_str())) {
            (Some(true), _) => Some("completed"),
            // What was called off is not done: it stays as it is.
            (Some(false), Some("completed")) => Some("scheduled"),
            _ => None,
        };
        Ok(ActivityPatch {
            assigned_to: people::given(ctx, [("assigned_to", &self.assigned_to)]).await?,
            kind: self.kind,
            subject: self.subject,
            description: self.description,
            status: status.map(str::to_owned),
            priority: self.priority,
            due_at: self.due_date,
            outcome: self.outcome,
            client_id: self.client_id,
            contact_id: self.contact_id,
            deal_id: self.deal_id,
            opportunity_id: self.opportunity_id,
            ..ActivityPatch::default()
        })
    }

    /// As a new one.
    pub async fn new_activity(self, ctx: &Ctx) -> kernel::Result<ActivityIn> {
        let patch = self.patch(ctx, None).await?;
        let description = patch.description.take();
        let subject = patch.subject.take().filter(|s| !s.trim().is_empty());
        Ok(ActivityIn {
            kind: patch.kind.take(),
            subject: subject.or_else(|| description.as_deref().and_then(first_line)),
            description,
            status: patch.status,
            priority: patch.priority.take(),
            due_at: patch.due_at.take(),
            outcome: patch.outcome.take(),
            client_id: patch.client_id.take(),
            contact_id: patch.contact_id.take(),
            deal_id: patch.deal_id.take(),
            opportunity_id: patch.opportunity_id.take(),
            assigned_to: patch.assigned_to,
            ..ActivityIn::default()
        })
    }
}

/// The first line that says something, cut to the length of a subject.
fn first_line(text: &str) -> Option<String> {
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(|line| line.chars().take(SUBJECT).collect())
}

/// Faults by the names that the face has for the fields.
pub fn spelt(error: DomainError) -> DomainError {
    error.renamed(&[("due_at", "due_date"), ("search", "filter")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_the_first_line() {
        assert_eq!(first_line("\n  Call Jane back \nabout the offer").as_deref(), Some("Call Jane back"));
        assert_eq!(first_line(&"ä".repeat(300)).map(|s| s.chars().count()), Some(SUBJECT));
        assert_eq!(first_line(" \n "), None);
    }
}
