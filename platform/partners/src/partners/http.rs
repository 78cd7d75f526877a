//! `/partners`.

use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::service::{self, Partner};

/// A partner.
#[derive(Debug, Clone, Object)]
pub struct PartnerOut {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Whether their form takes leads.
    pub approved: bool,
    /// Address of their public form.
    pub form_url: String,
    /// Leads they brought.
    pub leads: i64,
    /// When they were added.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When they were last changed.
    pub updated_at: chrono::DateTime<chrono::Utc>,
}

impl PartnerOut {
    fn of(ctx: &Ctx, p: Partner) -> Self {
        let host = ctx.app().config.tenant_url(&ctx.tenant().slug);
        Self {
            form_url: format!("{host}/public-form?partnerId={}", p.id),
            id: p.id,
            name: p.name,
            email: p.email,
            approved: p.approved,
            leads: p.leads_count,
            created_at: p.created_at,
            updated_at: p.updated_at,
        }
    }
}

/// A new partner. Name and e-mail are required.
#[derive(Debug, Object)]
pub struct PartnerIn {
    /// Name. Required.
    pub name: Option<String>,
    /// E-mail. Required; one partner per e-mail.
    pub email: Option<String>,
    /// Whether their form takes leads; false by default.
    pub approved: Option<bool>,
}

/// Changes to a partner.
#[derive(Debug, Object)]
pub struct PartnerPatchIn {
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Whether their form takes leads.
    pub approved: Option<bool>,
}

/// Partners.
pub struct PartnersApi;

#[OpenApi]
impl PartnersApi {
    /// List partners
    #[oai(path = "/partners", method = "get", operation_id = "listPartners")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Words in name or e-mail.
        search: Query<Option<String>>,
        /// Only approved ones, or only others.
        approved: Query<Option<bool>>,
        /// `created_at` or `leads`, with `-` for downwards.
        sort: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<PartnerOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let ctx = auth.0.read().await?;
        let found = service::list(&ctx, search.0.as_deref(), approved.0, sort.0.as_deref(), &paging).await?;
        Ok(Json(found.map(|p| PartnerOut::of(&ctx, p)).into()))
    }

    /// Add a partner
    #[oai(path = "/partners", method = "post", operation_id = "createPartner")]
    async fn create(&self, auth: Staff, body: Json<PartnerIn>) -> ApiResult<Created<PartnerOut>> {
        let ctx = auth.0.begin().await?;
        let out = PartnerOut::of(&ctx, service::create(&ctx, &body.0).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a partner
    #[oai(path = "/partners/:id", method = "get", operation_id = "getPartner")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<PartnerOut>> {
        let ctx = auth.0.read().await?;
        let partner = service::get(&ctx, id.0).await?;
        Ok(Json(PartnerOut::of(&ctx, partner)))
    }

    /// Change a partner
    #[oai(path = "/partners/:id", method = "patch", operation_id = "updatePartner")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<PartnerPatchIn>) -> ApiResult<Json<PartnerOut>> {
        let ctx = auth.0.begin().await?;
        let out = PartnerOut::of(&ctx, service::update(&ctx, id.0, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}
