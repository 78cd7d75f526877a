//! `/branding`.

use kernel::DomainError;
use poem_openapi::param::Query;
use poem_openapi::payload::{Binary, Json, Response};
use poem_openapi::types::ToJSON as _;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Caller};
use runtime::registry::Tenant;

/// What a logo may be; anything else is served as bytes to be saved.
const IMAGES: &[&str] = &["image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml", "image/x-icon"];

/// No script, no request to anywhere, no way to reach the page around it.
const LOGO_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// How a realm looks.
#[derive(Debug, Object)]
struct BrandingOut {
    /// The company.
    name: String,
    /// Brand colour, `#rrggbb`.
    primary: String,
    /// Logo on light surfaces: an address.
    logo_light: Option<String>,
    /// Logo on dark surfaces: an address.
    logo_dark: Option<String>,
    /// Square mark: an address.
    mark: Option<String>,
    /// Favicon: an address.
    favicon: Option<String>,
    /// Corner radius in pixels.
    radius: u8,
    /// One of the bundled font families.
    font: String,
    /// `cool`, `warm` or `pure` greys.
    neutral: String,
    /// Language when the visitor's is unknown.
    locale: String,
    /// Modules that are on.
    modules: Vec<String>,
}

impl From<&Tenant> for BrandingOut {
    fn from(tenant: &Tenant) -> Self {
        let look = tenant.branding.clone();
        Self {
            name: tenant.name.clone(),
            primary: look.primary.unwrap_or_else(|| "#2f5bea".to_owned()),
            logo_light: look.logo_light,
            logo_dark: look.logo_dark,
            mark: look.mark,
            favicon: look.favicon,
            radius: look.radius.unwrap_or(8),
            font: look.font.unwrap_or_else(|| "inter".to_owned()),
            neutral: look.neutral.unwrap_or_else(|| "cool".to_owned()),
            locale: look.locale.unwrap_or_else(|| "en".to_owned()),
            modules: tenant.modules.clone(),
        }
    }
}

/// The look of a realm as JSON, the same as `GET /branding`: pages carry it inline, so that the first
/// paint has the right colours.
pub fn branding_json(tenant: &Tenant) -> serde_json::Value {
    BrandingOut::from(tenant).to_json().unwrap_or_default()
}

/// Where a realm's logo lies in the file store.
pub fn logo_key(tenant: &Tenant) -> String {
    format!("{}branding/logo", tenant.key.storage_prefix())
}

/// How the realm at this host looks.
pub struct BrandingApi;

#[OpenApi]
impl BrandingApi {
    /// Read the branding
    ///
    /// Public: the sign-in page shows it.
    #[oai(path = "/branding", method = "get", operation_id = "getBranding")]
    async fn branding(&self, caller: Caller) -> ApiResult<Json<BrandingOut>> {
        Ok(Json(caller.realm().as_ref().into()))
    }

    /// Read the logo
    ///
    /// Public. With `v`, which changes with the logo, it may be kept for ever.
    #[oai(path = "/branding/logo", method = "get", operation_id = "getLogo")]
    async fn logo(
        &self,
        caller: Caller,
        /// The version of the logo.
        v: Query<Option<String>>,
    ) -> ApiResult<Response<Binary<Vec<u8>>>> {
        let stored = caller.app.files.get(&logo_key(caller.realm())).await.map_err(|error| {
            tracing::warn!(%error, "a logo can't be read");
            DomainError::unavailable("storage_unavailable", "The file store can't be reached. Please try again in a moment.")
        })?;
        let file = stored.ok_or_else(|| DomainError::not_found("Logo"))?;
        let plain = file.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let kind = IMAGES.iter().find(|i| **i == plain).copied().unwrap_or("application/octet-stream");
        let cache = if v.0.is_some() { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
        Ok(Response::new(Binary(file.bytes))
            .header("content-type", kind)
            .header("cache-control", cache)
            .header("content-security-policy", LOGO_POLICY))
    }
}

#[cfg(test)]
mod tests {
    use kernel::tenant::TenantKey;
    use runtime::registry::{Branding, TenantStatus};
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_realm_does_not_say_has_a_default() {
        let tenant = Tenant {
            key: TenantKey(42),
            id: uuid::Uuid::nil(),
            slug: "acme".into(),
            name: "Acme".into(),
            status: TenantStatus::Active,
            template: "forex-broker".into(),
            branding: Branding { primary: Some("#112233".into()), ..Branding::default() },
            modules: vec!["clients".into()],
            schema_version: 1,
            jwt_key: None,
        };
        assert_eq!(
            branding_json(&tenant),
            json!({
                "name": "Acme", "primary": "#112233", "logo_light": null, "logo_dark": null, "mark": null, "favicon": null,
                "radius": 8, "font": "inter", "neutral": "cool", "locale": "en", "modules": ["clients"],
            })
        );
        assert_eq!(logo_key(&tenant), "tenants/000042/branding/logo");
    }
}
