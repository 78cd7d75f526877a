//! `/assignment-rules`.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, NoContent, Staff};
use uuid::Uuid;

use super::preview::{self, Preview};
use super::service::{self, Rule};

/// A rule: who gets new records of a kind that come in without an owner.
#[derive(Debug, Object)]
pub struct AssignmentRuleOut {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// `client` or `lead`.
    pub entity: String,
    /// Its place among the rules of its kind; the first that fits decides.
    pub position: i32,
    /// Whether it is asked at all.
    pub enabled: bool,
    /// ISO 3166-1 alpha-2; empty for any.
    pub countries: Vec<String>,
    /// ISO 639-1, as a form tells it; empty for any.
    pub languages: Vec<String>,
    /// Where records came from, in lower case; empty for any.
    pub sources: Vec<String>,
    /// The partners who brought them, of leads; empty for any.
    pub partners: Vec<Uuid>,
    /// The users who get them, in the order of their turns.
    pub users: Vec<Uuid>,
    /// Instead of users: the active members of a team.
    #[oai(nullable)]
    pub team_id: Option<Uuid>,
    /// `round_robin` or `load`.
    pub method: String,
    /// Who has so many open records gets no more; null for no limit.
    #[oai(nullable)]
    pub max_open: Option<i32>,
}

impl From<Rule> for AssignmentRuleOut {
    fn from(r: Rule) -> Self {
        Self {
            id: r.id,
            name: r.name,
            entity: r.entity,
            position: r.position,
            enabled: r.enabled,
            countries: r.countries,
            languages: r.languages,
            sources: r.sources,
            partners: r.partners,
            users: r.users,
            team_id: r.team_id,
            method: r.method,
            max_open: r.max_open,
        }
    }
}

/// A rule as it shall be; of a change, what is absent stays.
#[derive(Debug, Default, Object)]
#[oai(rename = "AssignmentRuleIn")]
pub struct RuleIn {
    /// Its name. Required.
    pub name: Option<String>,
    /// `client` or `lead`. Required; can't be changed.
    pub entity: Option<String>,
    /// Whether it is asked at all.
    pub enabled: Option<bool>,
    /// ISO 3166-1 alpha-2; empty for any.
    pub countries: Option<Vec<String>>,
    /// ISO 639-1; empty for any.
    pub languages: Option<Vec<String>>,
    /// Where records came from; empty for any.
    pub sources: Option<Vec<String>>,
    /// Ids of partners, of leads; empty for any.
    pub partners: Option<Vec<String>>,
    /// Ids of the users who get them.
    pub users: Option<Vec<String>>,
    /// Instead of users: a team.
    pub team_id: Option<String>,
    /// `round_robin`, one after the other, or `load`, whoever has the fewest open records.
    pub method: Option<String>,
    /// Who has so many open records gets no more; 0 for no limit.
    pub max_open: Option<i32>,
}

/// An order of rules.
#[derive(Debug, Object)]
pub struct AssignmentOrderIn {
    /// `client` or `lead`. Required.
    pub entity: Option<String>,
    /// Every rule of that kind once. Required.
    pub ids: Option<Vec<Uuid>>,
}

/// What to preview.
#[derive(Debug, Object)]
#[oai(rename = "AssignmentPreviewIn")]
pub struct PreviewIn {
    /// `client` or `lead`. Required.
    pub entity: Option<String>,
    /// A rule that is not saved; without it the rules as they are.
    pub rule: Option<RuleIn>,
    /// The rule that `rule` is a change of; absent for a new one, which comes last.
    pub rule_id: Option<String>,
}

/// How many records a rule would have got.
#[derive(Debug, Object)]
pub struct AssignmentShareOut {
    /// The rule.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many.
    pub count: i64,
}

/// A record of the last days.
#[derive(Debug, Object)]
pub struct AssignmentSampleOut {
    /// The record.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    #[oai(nullable)]
    pub country: Option<String>,
    /// Where it came from.
    #[oai(nullable)]
    pub source: Option<String>,
    /// The name of the first rule that fits; null if none does.
    #[oai(nullable)]
    pub rule: Option<String>,
}

/// What the rules would have done.
#[derive(Debug, Object)]
pub struct AssignmentPreviewOut {
    /// The days that were looked at.
    pub days: i64,
    /// Records of those days.
    pub total: i64,
    /// Those that no rule fits.
    pub unmatched: i64,
    /// Those of each rule, in order.
    pub rules: Vec<AssignmentShareOut>,
    /// The newest records, at most 20.
    pub sample: Vec<AssignmentSampleOut>,
}

impl From<Preview> for AssignmentPreviewOut {
    fn from(preview: Preview) -> Self {
        let count = |id: Option<Uuid>| preview.shares.iter().find(|s| s.rule == id).map_or(0, |s| s.count);
        let name = |id: Uuid| preview.rules.iter().find(|r| r.id == id).map(|r| r.name.clone());
        let rules = preview
            .rules
            .iter()
            .map(|r| AssignmentShareOut { id: r.id, name: r.name.clone(), count: count(Some(r.id)) })
            .collect();
        let sample = preview.sample.iter().map(|s| AssignmentSampleOut {
            id: s.id,
            name: s.name.clone(),
            country: s.country.clone(),
            source: s.source.clone(),
            rule: s.rule.and_then(name),
        });
        Self {
            days: preview::DAYS,
            total: preview.shares.iter().map(|s| s.count).sum(),
            unmatched: count(None),
            sample: sample.collect(),
            rules,
        }
    }
}

/// Rules of assignment.
pub struct AssignmentRulesApi;

#[OpenApi]
impl AssignmentRulesApi {
    /// List the assignment rules
    ///
    /// Of each kind of record in the order in which they are asked.
    #[oai(path = "/assignment-rules", method = "get", operation_id = "listAssignmentRules")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<ListOut<AssignmentRuleOut>>> {
        let ctx = auth.0.read().await?;
        let rules: Vec<AssignmentRuleOut> = service::all(&ctx).await?.into_iter().map(Into::into).collect();
        Ok(Json(rules.into()))
    }

    /// Add an assignment rule
    ///
    /// It comes last.
    #[oai(path = "/assignment-rules", method = "post", operation_id = "createAssignmentRule")]
    async fn create(&self, auth: Staff, body: Json<RuleIn>) -> ApiResult<Created<AssignmentRuleOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = AssignmentRuleOut::from(service::create(&ctx, &body.0).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change an assignment rule
    #[oai(path = "/assignment-rules/:id", method = "patch", operation_id = "updateAssignmentRule")]
    async fn update(
        &self,
        auth: Staff,
        /// The rule.
        id: Path<Uuid>,
        body: Json<RuleIn>,
    ) -> ApiResult<Json<AssignmentRuleOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = AssignmentRuleOut::from(service::update(&ctx, id.0, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete an assignment rule
    #[oai(path = "/assignment-rules/:id", method = "delete", operation_id = "deleteAssignmentRule")]
    async fn remove(
        &self,
        auth: Staff,
        /// The rule.
        id: Path<Uuid>,
    ) -> ApiResult<NoContent> {
        let ctx = auth.0.begin_carrying().await?;
        service::remove(&ctx, id.0).await?;
        ctx.commit().await?;
        Ok(NoContent)
    }

    /// Order the assignment rules of one kind of record
    #[oai(path = "/assignment-rules/order", method = "put", operation_id = "orderAssignmentRules")]
    async fn order(&self, auth: Staff, body: Json<AssignmentOrderIn>) -> ApiResult<Json<ListOut<AssignmentRuleOut>>> {
        let ctx = auth.0.begin_carrying().await?;
        let ids = body.0.ids.unwrap_or_default();
        let found = service::order(&ctx, body.0.entity.as_deref(), &ids).await?;
        let out: ListOut<AssignmentRuleOut> = found.into_iter().map(Into::into).collect::<Vec<_>>().into();
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Preview the assignment rules
    ///
    /// For each record of the last 30 days: which rule it would have met first. With a `rule` that is not
    /// saved, as if it were.
    #[oai(path = "/assignment-rules/preview", method = "post", operation_id = "previewAssignmentRules")]
    async fn preview(&self, auth: Staff, body: Json<PreviewIn>) -> ApiResult<Json<AssignmentPreviewOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(preview::preview(&ctx, &body.0).await?.into()))
    }
}
