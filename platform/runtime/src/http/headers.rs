//! Security headers of every answer.

use poem::Response;
use poem::http::{HeaderName, HeaderValue, header};

/// The policy of answers that are not pages.
pub const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/// The policy of our pages: everything from ourselves, styles by nonce, logos from anywhere safe. Documents
/// are shown from and uploaded to the file store at the origin `files`; it runs no script there. Guests are
/// whose script and frame the page shows beside our own, e.g. a captcha's; mostly there are none.
pub fn page_policy(nonce: &str, files: &str, guests: &[&str]) -> String {
    // What is no plain origin would end the directive it stands in.
    let plain = !files.is_empty() && files.bytes().all(|b| b.is_ascii_alphanumeric() || b":/.-[]".contains(&b));
    let files = if plain { format!(" {files}") } else { String::new() };
    let guest: String = guests.iter().map(|g| format!(" {g}")).collect();
    format!(
        "default-src 'self'; script-src 'self'{guest}; style-src 'self' 'nonce-{nonce}'{guest}; \
         img-src 'self' data: https:{files}; font-src 'self' data:; connect-src 'self'{files}{guest}; \
         frame-src 'self'{files}{guest}; worker-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Adds what is not there yet.
pub fn secure(response: &mut Response, https: bool, request_id: &str) {
    let mut set = |name: HeaderName, value: &str| {
        if !response.headers().contains_key(&name)
            && let Ok(value) = HeaderValue::from_str(value)
        {
            response.headers_mut().insert(name, value);
        }
    };
    set(HeaderName::from_static("x-request-id"), request_id);
    set(header::CONTENT_SECURITY_POLICY, API_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()");
    set(header::CACHE_CONTROL, "no-store");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}
