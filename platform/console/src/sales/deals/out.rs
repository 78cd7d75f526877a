//! What the face tells of opportunities and deals.

use chrono::{DateTime, NaiveDate, Utc};
use crm::deals::entity::Deal;
use crm::deals::http::DealStepOut;
use poem_openapi::Object;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::sales::stages::Stages;

/// An opportunity.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SalesOpportunityOut {
    /// Id.
    pub id: Uuid,
    /// The contact.
    pub contact_id: Option<Uuid>,
    /// The contact's name, for who sees that contact.
    pub contact_name: Option<String>,
    /// Its name.
    pub name: String,
    /// What it is worth.
    pub value: Option<f64>,
    /// The currency of the value.
    pub currency: String,
    /// How likely it is won, in percent.
    pub probability: i32,
    /// Where it stands: `prospect`, `qualification`, `proposal`, `negotiation`, `closed-won`, `closed-lost`, or what
    /// else the pipeline has.
    pub stage: String,
    /// The pipeline's key.
    pub pipeline: String,
    /// When it should be closed.
    pub expected_close_date: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// What comes next.
    pub next_steps: Option<String>,
    /// The client.
    pub client_id: Option<Uuid>,
    /// The client's name, for who sees that client.
    pub client_name: Option<String>,
    /// The deal it became.
    pub deal_id: Option<Uuid>,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: Json,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl SalesOpportunityOut {
    /// In the face's words.
    pub fn of(stages: &Stages, d: Deal) -> Self {
        Self {
            stage: stages.word(&d),
            probability: d.chance(),
            value: d.amount.and_then(|a| a.to_f64()),
            id: d.id,
            contact_id: d.contact_id,
            contact_name: d.contact_name,
            name: d.name,
            currency: d.currency,
            pipeline: d.pipeline,
            expected_close_date: d.expected_close_date,
            closed_at: d.closed_at,
            lost_reason: d.lost_reason,
            description: d.description,
            next_steps: d.next_steps,
            client_id: d.client_id,
            client_name: d.client_name,
            deal_id: d.deal_id,
            assigned_to: d.assigned_to,
            assigned_to_name: d.assigned_to_name,
            tags: d.tags,
            custom: d.custom,
            created_at: d.created_at,
            updated_at: d.updated_at,
        }
    }
}

/// A deal.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SalesDealOut {
    /// Id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is worth.
    pub amount: Option<f64>,
    /// The currency of the amount.
    pub currency: String,
    /// Where it stands: `prospect`, `qualification`, `proposal`, `negotiation`, `closed-won`, `closed-lost`, or what
    /// else the pipeline has.
    pub stage: String,
    /// The pipeline's key.
    pub pipeline: String,
    /// How likely it is won, in percent.
    pub probability: i32,
    /// The opportunity that it was.
    pub opportunity_id: Option<Uuid>,
    /// The opportunity's name, for who sees it.
    pub opportunity_name: Option<String>,
    /// The contact.
    pub contact_id: Option<Uuid>,
    /// The contact's name, for who sees that contact.
    pub contact_name: Option<String>,
    /// When it should be closed.
    pub close_date: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// What comes next.
    pub next_steps: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// The client.
    pub client_id: Option<Uuid>,
    /// The client's name, for who sees that client.
    pub client_name: Option<String>,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: Json,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl SalesDealOut {
    /// In the face's words.
    pub fn of(stages: &Stages, d: Deal) -> Self {
        Self {
            stage: stages.word(&d),
            probability: d.chance(),
            amount: d.amount.and_then(|a| a.to_f64()),
            id: d.id,
            name: d.name,
            currency: d.currency,
            pipeline: d.pipeline,
            opportunity_id: d.opportunity_id,
            opportunity_name: d.opportunity_name,
            contact_id: d.contact_id,
            contact_name: d.contact_name,
            close_date: d.expected_close_date,
            closed_at: d.closed_at,
            lost_reason: d.lost_reason,
            next_steps: d.next_steps,
            description: d.description,
            client_id: d.client_id,
            client_name: d.client_name,
            assigned_to: d.assigned_to,
            assigned_to_name: d.assigned_to_name,
            tags: d.tags,
            custom: d.custom,
            created_at: d.created_at,
            updated_at: d.updated_at,
        }
    }
}

/// A step of a deal from one stage to another.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SalesStepOut {
    /// The stage it left; absent at the beginning.
    pub from: Option<String>,
    /// The stage it came to.
    pub to: String,
    /// The pipeline's key.
    pub pipeline: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Option<Uuid>,
    /// Their name.
    pub by_name: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How long it stood in this stage, so far, in seconds.
    pub seconds: i64,
}

impl SalesStepOut {
    /// In the face's words.
    pub fn of(stages: &Stages, s: DealStepOut) -> Self {
        Self {
            from: s.from.map(|key| stages.word_in(&s.pipeline, &key)),
            to: stages.word_in(&s.pipeline, &s.to),
            pipeline: s.pipeline,
            at: s.at,
            by: s.by,
            by_name: s.by_name,
            reason: s.reason,
            seconds: s.seconds,
        }
    }
}
