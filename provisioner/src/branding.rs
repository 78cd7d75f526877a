//! Logos and colours: reading what a broker sends, and keeping a picture in the tenant's own files.
//!
//! A logo comes as an `https` address, which is kept as it is, or as the picture itself in a
//! `data:` address, which is checked, decoded and stored under the tenant's prefix.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::DomainError;
use kernel::tenant::TenantKey;
use kernel::validate::Checker;
use poem_openapi::Object;
use runtime::App;
use runtime::crypto::sha256;
use runtime::registry::Branding;

use crate::order::BrandingWish;

/// The largest picture, in bytes.
pub const MAX_LOGO: usize = 256 * 1024;
/// Where a tenant's host serves files of its branding.
const PUBLIC_PATH: &str = "/api/branding/";

/// What a broker or the owner wants of the look.
#[derive(Debug, Clone, Default, Object)]
pub struct BrandingIn {
    /// Brand colour, `#rrggbb`.
    pub primary: Option<String>,
    /// An `https` address, or the picture itself: `data:image/png|jpeg|webp|svg+xml;base64,…` of up
    /// to 256 KB.
    pub logo_url: Option<String>,
}

/// A picture that was sent along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// MIME type.
    pub content_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The key of a branding file in the file store, e.g. `tenants/000042/branding/logo`.
pub fn file_key(tenant: TenantKey, name: &str) -> String {
    format!("{}branding/{name}", tenant.storage_prefix())
}

/// Checks what was asked for; faults are named `branding.…`.
pub(crate) fn check_wish(c: &mut Checker, wanted: Option<&BrandingIn>) -> BrandingWish {
    let (primary, logo_url) = wanted.map_or((None, None), |b| (b.primary.as_deref(), b.logo_url.as_deref()));
    let primary = c.optional("branding.primary", primary, 20).map(|v| c.colour("branding.primary", &v));
    let logo_url = logo_url.map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
    if let Some(logo) = &logo_url
        && let Err(message) = check_logo(logo)
    {
        c.add("branding.logo_url", message);
    }
    BrandingWish { primary, logo_url }
}

fn check_logo(logo: &str) -> Result<(), &'static str> {
    if logo.starts_with("data:") {
        return decode(logo).map(drop);
    }
    let host = logo.strip_prefix("https://").unwrap_or_default();
    let plain = logo.len() <= 2_000 && logo.chars().all(|c| c.is_ascii_graphic() && !"\"'<>\\".contains(c));
    if host.is_empty() || host.starts_with('/') || !plain {
        return Err("is not an https address or a picture (data:image/png, jpeg, webp or svg+xml in base64)");
    }
    Ok(())
}

/// The picture in a `data:` address.
pub fn decode(logo: &str) -> Result<Picture, &'static str> {
    let form = "is not a picture; send data:image/png, jpeg, webp or svg+xml in base64";
    let (head, body) = logo.strip_prefix("data:").and_then(|r| r.split_once(";base64,")).ok_or(form)?;
    let content_type = match head.split(';').next().unwrap_or_default() {
        "image/png" => "image/png",
        "image/jpeg" | "image/jpg" => "image/jpeg",
        "image/webp" => "image/webp",
        "image/svg+xml" => "image/svg+xml",
        _ => return Err(form),
    };
    if body.len() > MAX_LOGO.div_ceil(3) * 4 {
        return Err("is larger than 256 KB");
    }
    let bytes = STANDARD.decode(body).map_err(|_| form)?;
    if bytes.len() > MAX_LOGO {
        return Err("is larger than 256 KB");
    }
    let fits = match content_type {
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "image/webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()),
        _ => return svg(bytes),
    };
    if fits { Ok(Picture { content_type, bytes }) } else { Err("is not the kind of picture that it says it is") }
}

/// An SVG is a document: one that could run or fetch something is not taken. (It is shown as an
/// image and served with a policy that forbids both; this is the second lock.)
fn svg(bytes: Vec<u8>) -> Result<Picture, &'static str> {
    let text = std::str::from_utf8(&bytes).map_err(|_| "is not a picture: SVG must be UTF-8")?.to_lowercase();
    let handler = text.split(|c: char| c.is_whitespace() || c == '"' || c == '\'' || c == '/').any(|word| {
        word.strip_prefix("on").and_then(|w| w.split_once('=')).is_some_and(|(n, _)| n.bytes().all(|b| b.is_ascii_alphabetic()))
    });
    let active = ["<script", "<foreignobject", "<!entity", "<iframe", "javascript:", "<handler", "<set", "<animate"];
    if !text.contains("<svg") {
        return Err("is not the kind of picture that it says it is");
    }
    if handler || active.iter().any(|a| text.contains(a)) {
        return Err("is an SVG with scripts or animations; send a plain one");
    }
    Ok(Picture { content_type: "image/svg+xml", bytes })
}

/// Keeps a picture as the tenant's logo; returns the address under which its host serves it. The
/// address changes with the picture, so that it can be cached for ever.
pub async fn store_logo(app: &App, tenant: TenantKey, picture: Picture) -> kernel::Result<String> {
    let version: String = sha256(&picture.bytes).iter().take(4).map(|b| format!("{b:02x}")).collect();
    app.files.put(&file_key(tenant, "logo"), picture.content_type, picture.bytes).await?;
    Ok(format!("{PUBLIC_PATH}logo?v={version}"))
}

/// A wish over a base; a picture is stored first.
pub async fn apply_wish(app: &App, tenant: TenantKey, base: Branding, wish: &BrandingWish) -> kernel::Result<Branding> {
    let mut branding = base;
    if let Some(primary) = &wish.primary {
        branding.primary = Some(primary.clone());
    }
    if let Some(logo) = &wish.logo_url {
        branding.logo_light = Some(if logo.starts_with("data:") {
            let picture = decode(logo).map_err(|m| DomainError::field("branding.logo_url", m))?;
            store_logo(app, tenant, picture).await?
        } else {
            logo.clone()
        });
        // The dark form of another logo does not fit this one.
        branding.logo_dark = None;
    }
    Ok(branding)
}

/// Copies the files that a branding names from one tenant's prefix to another's.
pub async fn copy_files(app: &App, from: TenantKey, to: TenantKey, branding: &Branding) -> kernel::Result<()> {
    let named = [&branding.logo_light, &branding.logo_dark, &branding.mark, &branding.favicon];
    for address in named.into_iter().flatten() {
        let Some(name) = address.strip_prefix(PUBLIC_PATH).and_then(|r| r.split('?').next()) else { continue };
        if let Some(file) = app.files.get(&file_key(from, name)).await? {
            app.files.put(&file_key(to, name), &file.content_type, file.bytes).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(kind: &str, bytes: &[u8]) -> String {
        format!("data:image/{kind};base64,{}", STANDARD.encode(bytes))
    }

    #[test]
    fn pictures_are_what_they_say() {
        assert!(decode(&data("png", b"\x89PNG\r\n\x1a\nrest")).is_ok());
        assert!(decode(&data("png", b"GIF89a")).is_err());
        assert!(decode(&data("gif", b"GIF89a")).is_err());
        assert!(decode("data:image/png;base64,%%%").is_err());
        assert!(decode(&data("png", &[0; MAX_LOGO + 1])).is_err());
    }

    #[test]
    fn an_svg_can_not_act() {
        assert!(decode(&data("svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>")).is_ok());
        for bad in
            ["<svg><script>1</script></svg>", "<svg onload=\"x()\"/>", "<svg/onload=x>", "<svg><a href='javascript:x'/></svg>"]
        {
            assert!(decode(&data("svg+xml", bad.as_bytes())).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_are_https() {
        assert!(check_logo("https://cdn.example/logo.png").is_ok());
        for bad in ["http://cdn.example/logo.png", "javascript:alert(1)", "/logo.png", "https://", "https://x/\"><script>"] {
            assert!(check_logo(bad).is_err(), "{bad}");
        }
    }
}
