//! `/leads/{id}/history`, `/leads/{id}/conversion`.

use chrono::{DateTime, Utc};
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use super::history::Stay;
use super::{carry, history};

/// Somebody of the staff.
#[derive(Debug, Object)]
pub struct ChangedByOut {
    /// The user.
    pub id: Uuid,
    /// The name.
    pub name: String,
}

/// One status that a lead had.
#[derive(Debug, Object)]
pub struct LeadStatusOut {
    /// Id of the step.
    pub id: Uuid,
    /// The status before; null at the beginning.
    #[oai(nullable)]
    pub old_status: Option<String>,
    /// The status it got.
    pub new_status: String,
    /// Who gave it; null for forms and for the product itself.
    #[oai(nullable)]
    pub changed_by: Option<ChangedByOut>,
    /// Why, where somebody said so.
    #[oai(nullable)]
    pub reason: Option<String>,
    /// Since when.
    pub at: DateTime<Utc>,
    /// Until when; null for the status it has now.
    #[oai(nullable)]
    pub until: Option<DateTime<Utc>>,
    /// How long, in whole seconds; up to now for the status it has now.
    pub seconds: i64,
}

impl LeadStatusOut {
    fn of(stay: Stay, now: DateTime<Utc>) -> Self {
        Self {
            seconds: stay.seconds(now),
            id: stay.id,
            old_status: stay.old_status,
            new_status: stay.new_status,
            changed_by: stay.changed_by.zip(stay.changed_by_name).map(|(id, name)| ChangedByOut { id, name }),
            reason: stay.reason,
            at: stay.at,
            until: stay.until,
        }
    }
}

/// The statuses a lead went through.
#[derive(Debug, Object)]
pub struct LeadHistoryOut {
    /// Newest first.
    pub data: Vec<LeadStatusOut>,
}

/// What becomes of a lead's values when it is converted.
#[derive(Debug, Object)]
pub struct ConversionOut {
    /// Fields that the client gets, e.g. `phone` or `custom.level`; `message` begins its timeline.
    pub carried: Vec<String>,
    /// Fields that a client has no place for; they stay with the lead.
    pub left: Vec<String>,
}

/// The way of a lead.
pub struct LeadFlowApi;

#[OpenApi]
impl LeadFlowApi {
    /// List the statuses a lead went through
    ///
    /// Newest first, with who gave them, why, and how long the lead had each.
    #[oai(path = "/leads/:id/history", method = "get", operation_id = "leadHistory")]
    async fn history(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<LeadHistoryOut>> {
        let ctx = auth.0.read().await?;
        let now = ctx.now();
        let data = history::of(&ctx, id.0).await?.into_iter().map(|stay| LeadStatusOut::of(stay, now)).collect();
        Ok(Json(LeadHistoryOut { data }))
    }

    /// Preview the conversion of a lead
    ///
    /// Changes nothing; says what the client would get and what would stay with the lead.
    #[oai(path = "/leads/:id/conversion", method = "get", operation_id = "leadConversion")]
    async fn conversion(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ConversionOut>> {
        let ctx = auth.0.read().await?;
        let carry::Preview { carried, left } = carry::preview(&ctx, id.0).await?;
        Ok(Json(ConversionOut { carried, left }))
    }
}
