//! What `/deals` and `/opportunities` take and give.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entity::{Deal, money, rounded};

/// An opportunity or a deal.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DealOut {
    /// Id.
    pub id: Uuid,
    /// `opportunity` or `deal`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// What comes next.
    pub next_steps: Option<String>,
    /// The client.
    pub client_id: Option<Uuid>,
    /// The client's name, for who sees that client.
    pub client_name: Option<String>,
    /// The contact.
    pub contact_id: Option<Uuid>,
    /// The contact's name, for who sees that contact.
    pub contact_name: Option<String>,
    /// Of a deal: the opportunity that it was.
    pub opportunity_id: Option<Uuid>,
    /// The opportunity's name, for who sees it.
    pub opportunity_name: Option<String>,
    /// Of an opportunity: the deal it became.
    pub deal_id: Option<Uuid>,
    /// The lead it came from.
    pub lead_id: Option<Uuid>,
    /// Its pipeline's key.
    pub pipeline: String,
    /// Its stage's key.
    pub stage: String,
    /// The stage's name.
    pub stage_label: String,
    /// The stage's hue.
    pub stage_hue: String,
    /// `none`, `won` or `lost`.
    pub outcome: String,
    /// How likely it is won, in percent: what somebody said, or as the stage says; 100 when won, 0 when lost.
    pub probability: i32,
    /// What somebody said of how likely it is won.
    pub probability_override: Option<i32>,
    /// What it is worth, as a decimal number.
    pub amount: Option<String>,
    /// The currency of the amount.
    pub currency: String,
    /// The amount in the base currency; absent where no rate is known.
    pub amount_base: Option<String>,
    /// The same by its probability.
    pub weighted_base: Option<String>,
    /// When it should be closed.
    pub expected_close_date: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// Since when it stands in its stage.
    pub stage_since: DateTime<Utc>,
    /// Its place in the stage: lower comes first.
    pub position: f64,
    /// Owner's id.
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    pub assigned_to_name: Option<String>,
    /// Team's id.
    pub team_id: Option<Uuid>,
    /// Team's name.
    pub team_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// Who created it.
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes.
    pub version: i32,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl From<Deal> for DealOut {
    fn from(d: Deal) -> Self {
        Self {
            probability: d.chance(),
            amount_base: d.amount_base().map(rounded),
            weighted_base: d.weighted_base().map(rounded),
            id: d.id,
            kind: d.kind,
            name: d.name,
            description: d.description,
            next_steps: d.next_steps,
            client_id: d.client_id,
            client_name: d.client_name,
            contact_id: d.contact_id,
            contact_name: d.contact_name,
            opportunity_id: d.opportunity_id,
            opportunity_name: d.opportunity_name,
            deal_id: d.deal_id,
            lead_id: d.lead_id,
            pipeline: d.pipeline,
            stage: d.stage,
            stage_label: d.stage_label,
            stage_hue: d.stage_hue,
            outcome: d.outcome,
            probability_override: d.probability.map(i32::from),
            amount: d.amount.map(money),
            currency: d.currency,
            expected_close_date: d.expected_close_date,
            closed_at: d.closed_at,
            lost_reason: d.lost_reason,
            stage_since: d.stage_since,
            position: d.position,
            assigned_to: d.assigned_to,
            assigned_to_name: d.assigned_to_name,
            team_id: d.team_id,
            team_name: d.team_name,
            tags: d.tags,
            custom: d.custom,
            created_by: d.created_by,
            created_at: d.created_at,
            updated_at: d.updated_at,
            version: d.version,
            deleted_at: d.deleted_at,
        }
    }
}

/// A new opportunity or deal.
#[derive(Debug, Clone, Default, Object)]
pub struct DealIn {
    /// Name. Required.
    pub name: Option<String>,
    /// The client; that of the contact if absent.
    pub client_id: Option<String>,
    /// The contact.
    pub contact_id: Option<String>,
    /// Of a deal: the opportunity that it was.
    pub opportunity_id: Option<String>,
    /// The pipeline's key; the default one if absent.
    pub pipeline: Option<String>,
    /// The stage's key; the pipeline's first if absent.
    pub stage: Option<String>,
    /// What it is worth: a decimal number of 0 or more with at most four decimals, e.g. `1500.00`.
    pub amount: Option<String>,
    /// The currency of the amount; the base currency if absent.
    pub currency: Option<String>,
    /// How likely it is won, in percent; as the stage says if absent.
    pub probability: Option<i32>,
    /// When it should be closed, `YYYY-MM-DD`.
    pub expected_close_date: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// What comes next.
    pub next_steps: Option<String>,
    /// Why it was lost, if it begins in a stage that is lost.
    pub lost_reason: Option<String>,
    /// Owner's id.
    pub assigned_to: Option<String>,
    /// Tags.
    pub tags: Option<Vec<String>>,
    /// Custom fields, by key.
    pub custom: Option<serde_json::Value>,
}

/// Changes to an opportunity or a deal: absent leaves a field, null empties it. Its stage changes by
/// `PATCH …/stage`.
#[derive(Debug, Clone, Default, Object)]
pub struct DealPatch {
    /// Name.
    pub name: MaybeUndefined<String>,
    /// The client.
    pub client_id: MaybeUndefined<String>,
    /// The contact.
    pub contact_id: MaybeUndefined<String>,
    /// Of a deal: the opportunity that it was.
    pub opportunity_id: MaybeUndefined<String>,
    /// What it is worth: a decimal number of 0 or more with at most four decimals.
    pub amount: MaybeUndefined<String>,
    /// The currency of the amount.
    pub currency: MaybeUndefined<String>,
    /// How likely it is won, in percent; null: as the stage says.
    pub probability: MaybeUndefined<i32>,
    /// When it should be closed, `YYYY-MM-DD`.
    pub expected_close_date: MaybeUndefined<String>,
    /// What it is about.
    pub description: MaybeUndefined<String>,
    /// What comes next.
    pub next_steps: MaybeUndefined<String>,
    /// Why it was lost.
    pub lost_reason: MaybeUndefined<String>,
    /// Owner's id.
    pub assigned_to: MaybeUndefined<String>,
    /// Team's id.
    pub team_id: MaybeUndefined<String>,
    /// Tags.
    pub tags: MaybeUndefined<Vec<String>>,
    /// Custom fields by key: what is named is replaced, null removes.
    pub custom: MaybeUndefined<serde_json::Value>,
    /// The version the caller saw.
    pub version: Option<i32>,
}

/// Filters of the list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DealFilter {
    /// Pipelines' keys.
    pub pipeline: Option<String>,
    /// Stages' keys.
    pub stage: Option<String>,
    /// Open, won or lost.
    pub outcome: Option<String>,
    /// Clients, or none.
    pub client_id: Option<String>,
    /// Contacts, or none.
    pub contact_id: Option<String>,
    /// Owners, or none.
    pub assigned_to: Option<String>,
    /// Teams, or none.
    pub team_id: Option<String>,
    /// Tags, all of which must be there.
    pub tag: Option<String>,
    /// The least amount.
    pub amount_min: Option<String>,
    /// The largest amount.
    pub amount_max: Option<String>,
    /// First day on which it should be closed.
    pub close_from: Option<String>,
    /// Last day on which it should be closed.
    pub close_to: Option<String>,
    /// First day of creation.
    pub created_from: Option<String>,
    /// Last day of creation.
    pub created_to: Option<String>,
    /// Imports that they came with, or none.
    pub import_id: Option<String>,
    /// Words.
    pub search: Option<String>,
    /// A group of conditions, as JSON.
    pub filter: Option<String>,
}

/// Where a deal goes.
#[derive(Debug, Clone, Default, Object)]
pub struct DealStageIn {
    /// The stage's key. Required.
    pub stage: Option<String>,
    /// The key of another pipeline that it goes to; absent: it stays in its own.
    pub pipeline: Option<String>,
    /// The deal before which it is put; absent or null: at the end of the column.
    pub before: MaybeUndefined<String>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// Why the stage changes, at most 200 characters; it stands in the history.
    pub reason: Option<String>,
    /// True opens again what was won or lost.
    pub reopen: Option<bool>,
    /// The version the caller saw.
    pub version: Option<i32>,
}

/// A step from one stage to another.
#[derive(Debug, Clone, Object, sea_orm::FromQueryResult)]
#[oai(skip_serializing_if_is_none)]
pub struct DealStepOut {
    /// The stage it left; absent at the beginning.
    pub from: Option<String>,
    /// That stage's name.
    pub from_label: Option<String>,
    /// The stage it came to.
    pub to: String,
    /// That stage's name; its key if the stage is gone.
    pub to_label: String,
    /// The pipeline of the stage it came to.
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

/// How an opportunity becomes a deal.
#[derive(Debug, Clone, Default, Object)]
pub struct ConvertOpportunityIn {
    /// The deal's name; the opportunity's if absent.
    pub name: Option<String>,
    /// The deal's amount; the opportunity's if absent.
    pub amount: Option<String>,
    /// The deal's pipeline; the opportunity's if absent.
    pub pipeline: Option<String>,
}

/// The deal that an opportunity became.
#[derive(Debug, Object)]
pub struct OpportunityConvertedOut {
    /// The deal's id.
    pub deal_id: Uuid,
}
