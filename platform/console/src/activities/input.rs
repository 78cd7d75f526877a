//! What the console says of an activity.

use crm::activities::input::{ActivityIn, ActivityPatch};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use runtime::Ctx;

use crate::envelope::either;
use crate::people;

/// An activity to add or change; what is absent stays. `subject` and `title` are the same, and so are `due_at` and
/// `due_date`.
#[derive(Debug, Clone, Default, Object)]
pub struct ConsoleActivityIn {
    /// `call`, `email`, `meeting`, `task` or `note`. Required when it is added.
    #[oai(rename = "type")]
    pub kind: MaybeUndefined<String>,
    /// What it is about. Required when it is added.
    pub subject: MaybeUndefined<String>,
    /// What it is about.
    pub title: MaybeUndefined<String>,
    /// More of that.
    pub description: MaybeUndefined<String>,
    /// `scheduled`, `completed` or `cancelled`.
    pub status: Option<String>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: MaybeUndefined<String>,
    /// The customer it is about.
    pub customer_id: MaybeUndefined<String>,
    /// The deal it is about.
    pub deal_id: MaybeUndefined<String>,
    /// The contact it is about.
    pub contact_id: MaybeUndefined<String>,
    /// Owner's id, ours or the issuer's.
    pub owner_id: MaybeUndefined<String>,
    /// Owner's id, ours or the issuer's.
    pub assigned_to: MaybeUndefined<String>,
    /// When it is due: an instant (RFC 3339), or a day for a whole day.
    pub due_at: MaybeUndefined<String>,
    /// When it is due.
    pub due_date: MaybeUndefined<String>,
    /// How long it takes, in minutes.
    pub duration: MaybeUndefined<i64>,
    /// What came of it.
    pub outcome: MaybeUndefined<String>,
}

impl ConsoleActivityIn {
    /// As a change.
    pub async fn patch(&self, ctx: &Ctx) -> kernel::Result<ActivityPatch> {
        Ok(ActivityPatch {
            kind: self.kind.clone(),
            subject: either(&self.subject, &self.title),
            description: self.description.clone(),
            // Overdue is computed: whoever sends back what was read changes nothing.
            status: self.status.as_deref().map(|s| if s == "overdue" { "scheduled" } else { s }.to_owned()),
            priority: self.priority.clone(),
            due_at: either(&self.due_at, &self.due_date),
            duration_minutes: self.duration,
            outcome: self.outcome.clone(),
            client_id: self.customer_id.clone(),
            contact_id: self.contact_id.clone(),
            deal_id: self.deal_id.clone(),
            assigned_to: people::given(ctx, [("assigned_to", &self.assigned_to), ("owner_id", &self.owner_id)]).await?,
            ..ActivityPatch::default()
        })
    }

    /// As a new one.
    pub async fn new_activity(&self, ctx: &Ctx) -> kernel::Result<ActivityIn> {
        let patch = self.patch(ctx).await?;
        Ok(ActivityIn {
            kind: patch.kind.take(),
            subject: patch.subject.take(),
            description: patch.description.take(),
            status: patch.status,
            priority: patch.priority.take(),
            due_at: patch.due_at.take(),
            duration_minutes: patch.duration_minutes.take(),
            outcome: patch.outcome.take(),
            client_id: patch.client_id.take(),
            contact_id: patch.contact_id.take(),
            deal_id: patch.deal_id.take(),
            assigned_to: patch.assigned_to,
            ..ActivityIn::default()
        })
    }
}
