//! `/api/crm/dashboard`: how a user has arranged the figures; the same arrangement as on the product's own page.

use crm::reports::{DashboardIn, DashboardOut, dashboard};
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;
use runtime::http::{ApiResult, Staff};

/// The caller's own dashboard.
pub struct SalesDashboardApi;

#[OpenApi]
impl SalesDashboardApi {
    /// The caller's own arrangement of widgets
    #[oai(path = "/dashboard", method = "get", operation_id = "crmDashboard")]
    async fn dashboard(&self, auth: Staff) -> ApiResult<Json<DashboardOut>> {
        let ctx = auth.0.read().await?;
        Ok(Json(dashboard::get(&ctx).await?.into()))
    }

    /// Arrange the widgets
    ///
    /// For the caller alone.
    #[oai(path = "/dashboard", method = "put", operation_id = "crmArrangeDashboard")]
    async fn arrange(&self, auth: Staff, body: Json<DashboardIn>) -> ApiResult<Json<DashboardOut>> {
        let ctx = auth.0.begin().await?;
        let wanted = body.0.widgets.map(|all| all.into_iter().map(Into::into).collect());
        let out = dashboard::put(&ctx, wanted).await?.into();
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }
}
