//! `/branding`.

use kernel::DomainError;
use poem_openapi::param::Query;
use poem_openapi::payload::{Binary, Json, Response};
use poem_openapi::types::{MaybeUndefined, ToJSON as _};
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Caller, Staff};
use runtime::registry::{Branding, Tenant};
use uuid::Uuid;

use super::change;
use super::pictures::{file_key, is_version, stored_at};
use crate::administration;

/// What a logo may be; anything else is served as bytes to be saved.
const IMAGES: &[&str] = &["image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml", "image/x-icon"];

/// No script, no request to anywhere, no way to reach the page around it.
const LOGO_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// How a realm looks.
#[derive(Debug, Object)]
pub struct BrandingOut {
    /// The company.
    pub name: String,
    /// Brand colour, `#rrggbb`.
    pub primary: String,
    /// Logo on light surfaces: an address.
    #[oai(nullable)]
    pub logo_light: Option<String>,
    /// Logo on dark surfaces: an address.
    #[oai(nullable)]
    pub logo_dark: Option<String>,
    /// Square mark: an address.
    #[oai(nullable)]
    pub mark: Option<String>,
    /// Favicon: an address.
    #[oai(nullable)]
    pub favicon: Option<String>,
    /// Corner radius in pixels.
    pub radius: u8,
    /// One of the bundled font families.
    pub font: String,
    /// `cool`, `warm` or `pure` greys.
    pub neutral: String,
    /// Language when the visitor's is unknown.
    pub locale: String,
    /// Modules that are on.
    pub modules: Vec<String>,
}

impl BrandingOut {
    /// A look with the product's defaults where it says nothing.
    pub(super) fn of(name: &str, look: Branding, modules: Vec<String>) -> Self {
        Self {
            name: name.to_owned(),
            primary: look.primary.unwrap_or_else(|| "#2f5bea".to_owned()),
            logo_light: look.logo_light,
            logo_dark: look.logo_dark,
            mark: look.mark,
            favicon: look.favicon,
            radius: look.radius.unwrap_or(8),
            font: look.font.unwrap_or_else(|| "inter".to_owned()),
            neutral: look.neutral.unwrap_or_else(|| "cool".to_owned()),
            locale: look.locale.unwrap_or_else(|| "en".to_owned()),
            modules,
        }
    }
}

impl From<&Tenant> for BrandingOut {
    fn from(tenant: &Tenant) -> Self {
        Self::of(&tenant.name, tenant.branding.clone(), tenant.modules.clone())
    }
}

/// The look of a realm as JSON, the same as `GET /branding`: pages carry it inline, so that the first
/// paint has the right colours.
pub fn branding_json(tenant: &Tenant) -> serde_json::Value {
    BrandingOut::from(tenant).to_json().unwrap_or_default()
}

/// Changes of the look; what is absent stays, null goes back to what the CRM began with.
#[derive(Debug, Default, Object)]
pub struct BrandingPatch {
    /// The company.
    pub name: MaybeUndefined<String>,
    /// Brand colour, `#rrggbb`.
    pub primary: MaybeUndefined<String>,
    /// Corner radius in pixels, 0 to 12.
    pub radius: MaybeUndefined<i64>,
    /// One of the bundled font families.
    pub font: MaybeUndefined<String>,
    /// `cool`, `warm` or `pure` greys.
    pub neutral: MaybeUndefined<String>,
    /// Language when the visitor's is unknown.
    pub locale: MaybeUndefined<String>,
    /// Logo on light surfaces: `data:image/png|jpeg|webp|svg+xml;base64,…` of up to 256 KB, or an
    /// `https` address; null removes it.
    pub logo_light: MaybeUndefined<String>,
    /// Logo on dark surfaces, likewise.
    pub logo_dark: MaybeUndefined<String>,
    /// Square mark, likewise.
    pub mark: MaybeUndefined<String>,
    /// Favicon, likewise.
    pub favicon: MaybeUndefined<String>,
}

/// A changed look.
#[derive(Debug, Object)]
pub struct BrandingChangedOut {
    /// The look.
    pub branding: BrandingOut,
    /// Takes the change back: `POST /undo/{undo_id}`. Null when nothing changed.
    #[oai(nullable)]
    pub undo_id: Option<Uuid>,
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

    /// Change the branding
    ///
    /// Pictures are checked and stored first; earlier ones stay, so that the change can be taken back.
    #[oai(path = "/settings/branding", method = "patch", operation_id = "updateBranding")]
    async fn update(&self, auth: Staff, body: Json<BrandingPatch>) -> ApiResult<Json<BrandingChangedOut>> {
        let who = auth.0;
        who.actor.require("settings.manage")?;
        let wish = change::read(&who, &body.0).await?;
        let ctx = administration::begin(&who).await?;
        let (name, look, modules, undo_id) = change::change(&ctx, wish).await?;
        let out = BrandingChangedOut { branding: BrandingOut::of(&name, look, modules), undo_id };
        ctx.commit_reply(200, &out).await?;
        who.caller.app.publish_invalidation("registry", who.tenant.key, &who.tenant.slug).await;
        Ok(Json(out))
    }

    /// Read the logo on light surfaces
    ///
    /// Public. With `v`, which changes with the logo, it may be kept for ever.
    #[oai(path = "/branding/logo", method = "get", operation_id = "getLogo")]
    async fn logo(
        &self,
        caller: Caller,
        /// The version of the logo.
        v: Query<Option<String>>,
    ) -> ApiResult<Image> {
        image(&caller, "logo", |look| look.logo_light.as_deref(), v.0).await
    }

    /// Read the logo on dark surfaces
    ///
    /// Public. With `v`, which changes with the logo, it may be kept for ever.
    #[oai(path = "/branding/logo-dark", method = "get", operation_id = "getDarkLogo")]
    async fn logo_dark(
        &self,
        caller: Caller,
        /// The version of the logo.
        v: Query<Option<String>>,
    ) -> ApiResult<Image> {
        image(&caller, "logo-dark", |look| look.logo_dark.as_deref(), v.0).await
    }

    /// Read the square mark
    ///
    /// Public. With `v`, which changes with the mark, it may be kept for ever.
    #[oai(path = "/branding/mark", method = "get", operation_id = "getMark")]
    async fn mark(
        &self,
        caller: Caller,
        /// The version of the mark.
        v: Query<Option<String>>,
    ) -> ApiResult<Image> {
        image(&caller, "mark", |look| look.mark.as_deref(), v.0).await
    }

    /// Read the favicon
    ///
    /// Public. With `v`, which changes with the favicon, it may be kept for ever.
    #[oai(path = "/branding/favicon", method = "get", operation_id = "getFavicon")]
    async fn favicon(
        &self,
        caller: Caller,
        /// The version of the favicon.
        v: Query<Option<String>>,
    ) -> ApiResult<Image> {
        image(&caller, "favicon", |look| look.favicon.as_deref(), v.0).await
    }
}

/// A picture as it is served.
type Image = Response<Binary<Vec<u8>>>;

/// The picture of a version, the present one when none is asked for; or one from before there were
/// versions.
async fn image(caller: &Caller, name: &str, now: fn(&Branding) -> Option<&str>, v: Option<String>) -> ApiResult<Image> {
    let realm = caller.realm();
    let present = now(&realm.branding).and_then(stored_at).filter(|(stored, _)| *stored == name).and_then(|(_, v)| v);
    let asked = v.as_deref().filter(|v| is_version(v));
    let mut found = None;
    for version in [asked.or(present), None] {
        found = caller.app.files.get(&file_key(realm.key, name, version)).await.map_err(|error| {
            tracing::warn!(%error, "a picture of the branding can't be read");
            DomainError::unavailable("storage_unavailable", "The file store can't be reached. Please try again in a moment.")
        })?;
        if found.is_some() {
            break;
        }
    }
    let file = found.ok_or_else(|| DomainError::not_found("Picture"))?;
    let plain = file.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = IMAGES.iter().find(|i| **i == plain).copied().unwrap_or("application/octet-stream");
    let cache = if v.is_some() { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    Ok(Response::new(Binary(file.bytes))
        .header("content-type", kind)
        .header("cache-control", cache)
        .header("content-security-policy", LOGO_POLICY))
}

#[cfg(test)]
mod tests {
    use kernel::tenant::TenantKey;
    use runtime::registry::TenantStatus;
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
    }
}
