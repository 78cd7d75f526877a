//! The look that a broker or the owner wants for a tenant: reading it, and applying it to what the
//! source has. The pictures themselves are `access::branding`'s.

use access::branding::{check_picture, file_key, keep_picture, stored_at};
use kernel::tenant::TenantKey;
use kernel::validate::Checker;
use poem_openapi::Object;
use runtime::App;
use runtime::registry::Branding;

use crate::order::BrandingWish;

/// What a broker or the owner wants of the look.
#[derive(Debug, Clone, Default, Object)]
pub struct BrandingIn {
    /// Brand colour, `#rrggbb`.
    pub primary: Option<String>,
    /// An `https` address, or the picture itself: `data:image/png|jpeg|webp|svg+xml;base64,…` of up
    /// to 256 KB.
    pub logo_url: Option<String>,
}

/// Checks what was asked for; faults are named `branding.…`.
pub(crate) fn check_wish(c: &mut Checker, wanted: Option<&BrandingIn>) -> BrandingWish {
    let (primary, logo_url) = wanted.map_or((None, None), |b| (b.primary.as_deref(), b.logo_url.as_deref()));
    let primary = c.optional("branding.primary", primary, 20).map(|v| c.colour("branding.primary", &v));
    let logo_url = logo_url.map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
    if let Some(logo) = &logo_url
        && let Err(message) = check_picture(logo)
    {
        c.add("branding.logo_url", message);
    }
    BrandingWish { primary, logo_url }
}

/// Keeps a logo that was sent as a picture; returns its address.
pub(crate) async fn keep_logo(app: &App, tenant: TenantKey, logo: &str) -> kernel::Result<String> {
    keep_picture(app, tenant, "logo", "branding.logo_url", logo).await
}

/// A wish over a base; a picture is stored first.
pub async fn apply_wish(app: &App, tenant: TenantKey, base: Branding, wish: &BrandingWish) -> kernel::Result<Branding> {
    let mut branding = base;
    if let Some(primary) = &wish.primary {
        branding.primary = Some(primary.clone());
    }
    if let Some(logo) = &wish.logo_url {
        branding.logo_light = Some(keep_logo(app, tenant, logo).await?);
        // The dark form of another logo does not fit this one.
        branding.logo_dark = None;
    }
    Ok(branding)
}

/// Copies the files that a branding names from one tenant's prefix to another's.
pub async fn copy_files(app: &App, from: TenantKey, to: TenantKey, branding: &Branding) -> kernel::Result<()> {
    let named = [&branding.logo_light, &branding.logo_dark, &branding.mark, &branding.favicon];
    for (name, version) in named.into_iter().flatten().filter_map(|address| stored_at(address)) {
        let mut found = app.files.get(&file_key(from, name, version)).await?;
        if found.is_none() {
            found = app.files.get(&file_key(from, name, None)).await?;
        }
        if let Some(file) = found {
            app.files.put(&file_key(to, name, version), &file.content_type, file.bytes).await?;
        }
    }
    Ok(())
}
