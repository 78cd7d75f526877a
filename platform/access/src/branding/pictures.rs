//! Pictures of a realm's look: reading what somebody sends, and keeping it in the realm's own files.
//!
//! A picture comes as an `https` address, which is kept as it is, or as the picture itself in a
//! `data:` address, which is checked, decoded and stored under the realm's prefix. A stored picture
//! is never overwritten: each has a key of its own, by its contents, so that a look that is taken
//! back finds its pictures where they were.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::DomainError;
use kernel::tenant::TenantKey;
use runtime::App;
use runtime::crypto::sha256;

/// The largest picture, in bytes.
pub const MAX_PICTURE: usize = 256 * 1024;
/// Where a realm's host serves files of its branding.
pub const PUBLIC_PATH: &str = "/api/branding/";

/// A picture that was sent along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// MIME type.
    pub content_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The key of a stored picture in the file store, e.g. `tenants/000042/branding/logo-1f2e3d4c`. One
/// without a version was stored before there were any.
pub fn file_key(tenant: TenantKey, name: &str, version: Option<&str>) -> String {
    let version = version.map(|v| format!("-{v}")).unwrap_or_default();
    format!("{}branding/{name}{version}", tenant.storage_prefix())
}

/// Name and version of a stored picture in the address under which a host serves it.
pub fn stored_at(address: &str) -> Option<(&str, Option<&str>)> {
    let rest = address.strip_prefix(PUBLIC_PATH)?;
    Some(match rest.split_once("?v=") {
        Some((name, version)) => (name, Some(version).filter(|v| is_version(v))),
        None => (rest, None),
    })
}

/// Whether a text can be the version of a picture.
pub fn is_version(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What is wrong with the address of a picture, if anything is.
pub fn check(address: &str) -> Result<(), &'static str> {
    if address.starts_with("data:") {
        return decode(address).map(drop);
    }
    let host = address.strip_prefix("https://").unwrap_or_default();
    let plain = address.len() <= 2_000 && address.chars().all(|c| c.is_ascii_graphic() && !"\"'<>\\".contains(c));
    if host.is_empty() || host.starts_with('/') || !plain {
        return Err("is not an https address or a picture (data:image/png, jpeg, webp or svg+xml in base64)");
    }
    Ok(())
}

/// The picture in a `data:` address.
pub fn decode(address: &str) -> Result<Picture, &'static str> {
    let form = "is not a picture; send data:image/png, jpeg, webp or svg+xml in base64";
    let (head, body) = address.strip_prefix("data:").and_then(|r| r.split_once(";base64,")).ok_or(form)?;
    let content_type = match head.split(';').next().unwrap_or_default() {
        "image/png" => "image/png",
        "image/jpeg" | "image/jpg" => "image/jpeg",
        "image/webp" => "image/webp",
        "image/svg+xml" => "image/svg+xml",
        _ => return Err(form),
    };
    if body.len() > MAX_PICTURE.div_ceil(3) * 4 {
        return Err("is larger than 256 KB");
    }
    let bytes = STANDARD.decode(body).map_err(|_| form)?;
    if bytes.len() > MAX_PICTURE {
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

/// Keeps a picture; returns the address under which the realm's host serves it. The address changes
/// with the picture, so that it can be cached for ever.
pub async fn store(app: &App, tenant: TenantKey, name: &str, picture: Picture) -> kernel::Result<String> {
    let version = hex::encode(&sha256(&picture.bytes)[..4]);
    app.files.put(&file_key(tenant, name, Some(&version)), picture.content_type, picture.bytes).await?;
    Ok(format!("{PUBLIC_PATH}{name}?v={version}"))
}

/// The address to keep for one that was sent: a picture is stored, another address stays. `field` is
/// named when it is none.
pub async fn keep(app: &App, tenant: TenantKey, name: &str, field: &str, address: &str) -> kernel::Result<String> {
    if !address.starts_with("data:") {
        return Ok(address.to_owned());
    }
    let picture = decode(address).map_err(|message| DomainError::field(field, message))?;
    store(app, tenant, name, picture).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_their_files() {
        assert_eq!(stored_at("/api/branding/logo-dark?v=1f2e3d4c"), Some(("logo-dark", Some("1f2e3d4c"))));
        assert_eq!(stored_at("/api/branding/logo"), Some(("logo", None)));
        assert_eq!(stored_at("/api/branding/logo?v=../../x"), Some(("logo", None)));
        assert_eq!(stored_at("https://cdn.example/logo.png"), None);
        assert_eq!(file_key(TenantKey(42), "logo", Some("1f2e3d4c")), "tenants/000042/branding/logo-1f2e3d4c");
        assert_eq!(file_key(TenantKey(42), "logo", None), "tenants/000042/branding/logo");
    }

    fn data(kind: &str, bytes: &[u8]) -> String {
        format!("data:image/{kind};base64,{}", STANDARD.encode(bytes))
    }

    #[test]
    fn pictures_are_what_they_say() {
        assert!(decode(&data("png", b"\x89PNG\r\n\x1a\nrest")).is_ok());
        assert!(decode(&data("png", b"GIF89a")).is_err());
        assert!(decode(&data("gif", b"GIF89a")).is_err());
        assert!(decode("data:image/png;base64,%%%").is_err());
        assert!(decode(&data("png", &[0; MAX_PICTURE + 1])).is_err());
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
        assert!(check("https://cdn.example/logo.png").is_ok());
        for bad in ["http://cdn.example/logo.png", "javascript:alert(1)", "/logo.png", "https://", "https://x/\"><script>"] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
