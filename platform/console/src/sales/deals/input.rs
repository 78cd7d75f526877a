//! What the face says of opportunities and deals.

use crm::deals::http::{DealIn, DealPatch};
use kernel::DomainError;
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use runtime::Ctx;
use serde_json::Value as Json;

use crate::envelope::{day, number};
use crate::people;

/// An opportunity to add or change; what is absent stays, null empties.
#[derive(Debug, Clone, Default, Object)]
pub struct SalesOpportunityIn {
    /// The contact.
    pub contact_id: MaybeUndefined<String>,
    /// Its name. Required when it is added.
    pub name: MaybeUndefined<String>,
    /// What it is worth: a number, or the same as a text.
    pub value: MaybeUndefined<Json>,
    /// The currency of the value; the base currency if absent.
    pub currency: MaybeUndefined<String>,
    /// How likely it is won, in percent; as the stage says if absent.
    pub probability: MaybeUndefined<i32>,
    /// `prospect`, `qualification`, `proposal`, `negotiation`, `closed-won`, `closed-lost`, or what else the pipeline
    /// has, in any letter case; the first one if absent.
    pub stage: Option<String>,
    /// When it should be closed, `YYYY-MM-DD` or an instant.
    pub expected_close_date: MaybeUndefined<String>,
    /// What it is about.
    pub description: MaybeUndefined<String>,
    /// What comes next.
    pub next_steps: MaybeUndefined<String>,
    /// The client; that of the contact if absent.
    pub client_id: MaybeUndefined<String>,
    /// The pipeline's key; the default one if absent.
    pub pipeline: Option<String>,
    /// Why it was lost.
    pub lost_reason: MaybeUndefined<String>,
    /// With a stage: true opens again what was won or lost.
    pub reopen: Option<bool>,
    /// Owner's id, ours or the issuer's.
    pub assigned_to: MaybeUndefined<String>,
    /// Tags.
    pub tags: MaybeUndefined<Vec<String>>,
    /// Custom fields by key: what is named is replaced, null removes.
    pub custom: MaybeUndefined<Json>,
}

/// A deal to add or change; what is absent stays, null empties.
#[derive(Debug, Clone, Default, Object)]
pub struct SalesDealIn {
    /// Its name. Required when it is added.
    pub name: MaybeUndefined<String>,
    /// What it is worth: a number, or the same as a text.
    pub amount: MaybeUndefined<Json>,
    /// The currency of the amount; the base currency if absent.
    pub currency: MaybeUndefined<String>,
    /// `prospect`, `qualification`, `proposal`, `negotiation`, `closed-won`, `closed-lost`, or what else the pipeline
    /// has, in any letter case; the first one if absent.
    pub stage: Option<String>,
    /// How likely it is won, in percent; as the stage says if absent.
    pub probability: MaybeUndefined<i32>,
    /// The opportunity that it was.
    pub opportunity_id: MaybeUndefined<String>,
    /// The contact.
    pub contact_id: MaybeUndefined<String>,
    /// When it should be closed, `YYYY-MM-DD` or an instant.
    pub close_date: MaybeUndefined<String>,
    /// What comes next.
    pub next_steps: MaybeUndefined<String>,
    /// What it is about.
    pub description: MaybeUndefined<String>,
    /// The client; that of the contact if absent.
    pub client_id: MaybeUndefined<String>,
    /// The pipeline's key; the default one if absent.
    pub pipeline: Option<String>,
    /// Why it was lost.
    pub lost_reason: MaybeUndefined<String>,
    /// With a stage: true opens again what was won or lost.
    pub reopen: Option<bool>,
    /// Owner's id, ours or the issuer's.
    pub assigned_to: MaybeUndefined<String>,
    /// Tags.
    pub tags: MaybeUndefined<Vec<String>>,
    /// Custom fields by key: what is named is replaced, null removes.
    pub custom: MaybeUndefined<Json>,
}

/// Either of the two, in the product's words: where it stands apart from the rest.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// All but its place.
    pub patch: DealPatch,
    /// A word for a stage.
    pub stage: Option<String>,
    /// A pipeline's key.
    pub pipeline: Option<String>,
    /// Whether what is closed may be opened again.
    pub reopen: Option<bool>,
}

/// A text that says something.
fn said(text: Option<String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

impl SalesOpportunityIn {
    /// In the product's words.
    pub async fn wish(self, ctx: &Ctx) -> kernel::Result<Wish> {
        let assigned_to = people::given(ctx, [("assigned_to", &self.assigned_to)]).await?;
        let patch = DealPatch {
            contact_id: self.contact_id,
            name: self.name,
            amount: number(&self.value),
            currency: self.currency,
            probability: self.probability,
            expected_close_date: day(&self.expected_close_date),
            description: self.description,
            next_steps: self.next_steps,
            client_id: self.client_id,
            lost_reason: self.lost_reason,
            assigned_to,
            tags: self.tags,
            custom: self.custom,
            ..DealPatch::default()
        };
        Ok(Wish { patch, stage: said(self.stage), pipeline: said(self.pipeline), reopen: self.reopen })
    }
}

impl SalesDealIn {
    /// In the product's words.
    pub async fn wish(self, ctx: &Ctx) -> kernel::Result<Wish> {
        let assigned_to = people::given(ctx, [("assigned_to", &self.assigned_to)]).await?;
        let patch = DealPatch {
            name: self.name,
            amount: number(&self.amount),
            currency: self.currency,
            probability: self.probability,
            opportunity_id: self.opportunity_id,
            contact_id: self.contact_id,
            expected_close_date: day(&self.close_date),
            next_steps: self.next_steps,
            description: self.description,
            client_id: self.client_id,
            lost_reason: self.lost_reason,
            assigned_to,
            tags: self.tags,
            custom: self.custom,
            ..DealPatch::default()
        };
        Ok(Wish { patch, stage: said(self.stage), pipeline: said(self.pipeline), reopen: self.reopen })
    }
}

impl Wish {
    /// As a new one, in a stage of this key.
    pub fn new_deal(self, stage: Option<String>, pipeline: Option<String>) -> DealIn {
        let patch = self.patch;
        DealIn {
            name: patch.name.take(),
            client_id: patch.client_id.take(),
            contact_id: patch.contact_id.take(),
            opportunity_id: patch.opportunity_id.take(),
            pipeline,
            stage,
            amount: patch.amount.take(),
            currency: patch.currency.take(),
            probability: patch.probability.take(),
            expected_close_date: patch.expected_close_date.take(),
            description: patch.description.take(),
            next_steps: patch.next_steps.take(),
            lost_reason: patch.lost_reason.take(),
            assigned_to: patch.assigned_to.take(),
            tags: patch.tags.take(),
            custom: patch.custom.take(),
        }
    }
}

/// Faults of an opportunity by the names that the face has for its fields.
pub fn opportunity_spelt(error: DomainError) -> DomainError {
    error.renamed(&[("amount", "value"), ("search", "filter")])
}

/// Faults of a deal by the names that the face has for its fields.
pub fn deal_spelt(error: DomainError) -> DomainError {
    error.renamed(&[("expected_close_date", "close_date"), ("search", "filter")])
}
