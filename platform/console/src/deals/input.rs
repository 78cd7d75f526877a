//! What the console says of a deal.

use crm::deals::http::{DealIn, DealPatch};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use runtime::Ctx;
use serde_json::Value as Json;

use crate::envelope::{day, either, number};
use crate::people;

/// A deal to add or change; what is absent stays. `name` and `title` are the same.
#[derive(Debug, Clone, Default, Object)]
pub struct ConsoleDealIn {
    /// Its name. Required when it is added.
    pub name: MaybeUndefined<String>,
    /// Its name.
    pub title: MaybeUndefined<String>,
    /// What it is about.
    pub description: MaybeUndefined<String>,
    /// Whose deal it is. Required when it is added.
    pub customer_id: MaybeUndefined<String>,
    /// The contact.
    pub contact_id: MaybeUndefined<String>,
    /// The stage; the pipeline's first if absent.
    pub stage: Option<String>,
    /// What it is worth: a number, or the same as a text.
    pub amount: MaybeUndefined<Json>,
    /// Its currency; the base currency if absent.
    pub currency: MaybeUndefined<String>,
    /// How likely it is won, in percent; as the stage says if absent.
    pub probability: MaybeUndefined<i32>,
    /// When it should be closed, `YYYY-MM-DD` or an instant.
    pub expected_close_date: MaybeUndefined<String>,
    /// Why it was lost.
    pub lost_reason: MaybeUndefined<String>,
    /// Owner's id, ours or the issuer's.
    pub owner_id: MaybeUndefined<String>,
    /// Owner's id, ours or the issuer's.
    pub assigned_to: MaybeUndefined<String>,
    /// With a stage: true opens again what was won or lost.
    pub reopen: Option<bool>,
}

impl ConsoleDealIn {
    /// All but the stage.
    pub async fn patch(&self, ctx: &Ctx) -> kernel::Result<DealPatch> {
        Ok(DealPatch {
            name: either(&self.name, &self.title),
            client_id: self.customer_id.clone(),
            contact_id: self.contact_id.clone(),
            amount: number(&self.amount),
            currency: self.currency.clone(),
            probability: self.probability,
            expected_close_date: day(&self.expected_close_date),
            description: self.description.clone(),
            lost_reason: self.lost_reason.clone(),
            assigned_to: people::given(ctx, [("owner_id", &self.owner_id), ("assigned_to", &self.assigned_to)]).await?,
            ..DealPatch::default()
        })
    }

    /// A new one, in the stage of this key.
    pub async fn new_deal(&self, ctx: &Ctx, stage: Option<String>) -> kernel::Result<DealIn> {
        let patch = self.patch(ctx).await?;
        Ok(DealIn {
            name: patch.name.take(),
            client_id: patch.client_id.take(),
            contact_id: patch.contact_id.take(),
            stage,
            amount: patch.amount.take(),
            currency: patch.currency.take(),
            probability: patch.probability.take(),
            expected_close_date: patch.expected_close_date.take(),
            description: patch.description.take(),
            lost_reason: patch.lost_reason.take(),
            assigned_to: patch.assigned_to.take(),
            ..DealIn::default()
        })
    }

    /// Whether anything but the stage is said.
    pub fn says_more(&self) -> bool {
        let texts = [
            &self.name,
            &self.title,
            &self.description,
            &self.customer_id,
            &self.contact_id,
            &self.currency,
            &self.expected_close_date,
            &self.owner_id,
            &self.assigned_to,
        ];
        texts.iter().any(|t| !t.is_undefined())
            || !self.amount.is_undefined()
            || !self.probability.is_undefined()
            || (self.stage.is_none() && !self.lost_reason.is_undefined())
    }
}
