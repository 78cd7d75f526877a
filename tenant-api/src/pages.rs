//! The UI: embedded files, and pages into which the host's brand and the answer's nonce are written.

use partners::captcha::{Door, script_sources};
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response};
use runtime::crypto;
use runtime::http::gate::{Closed, Site};
use runtime::http::{Caller, headers};
use runtime::registry::Tenant;

#[derive(rust_embed::RustEmbed)]
#[folder = "../web/dist"]
struct Dist;

/// Pages of a broker that need no sign-in.
const PUBLIC: &[&str] = &["public-form", "invitation", "reset", "register", "register/verify"];

/// Whose script a page runs beside our own: a form's, if the tenant chose a captcha of a provider.
async fn guests(caller: &Caller, name: &str) -> &'static [&'static str] {
    match (&caller.site, name) {
        (Site::Tenant(_), "public-form") => script_sources(caller, Door::Leads).await,
        (Site::Tenant(_), "register") => script_sources(caller, Door::Registration).await,
        _ => &[],
    }
}

/// Pages and their files.
pub struct Pages;

impl Endpoint for Pages {
    type Output = Response;

    async fn call(&self, req: Request) -> poem::Result<Response> {
        let path = req.uri().path().to_owned();
        if !matches!(*req.method(), Method::GET | Method::HEAD) {
            return Err(StatusCode::METHOD_NOT_ALLOWED.into());
        }
        if path.starts_with("/api") {
            return Err(StatusCode::NOT_FOUND.into());
        }
        let name = path.trim_start_matches('/');
        // A dot in the last segment asks for a file; everything else is a page of the UI.
        if name.rsplit('/').next().is_some_and(|last| last.contains('.')) {
            return if name.ends_with(".html") { Err(StatusCode::NOT_FOUND.into()) } else { file(name, &req) };
        }
        let caller = Caller::of(&req);
        let guests = match &caller {
            Some(caller) => guests(caller, name).await,
            None => &[],
        };
        let site = caller.map(|c| c.site);
        let (page, tenant) = match &site {
            Some(Site::Tenant(t)) if PUBLIC.contains(&name) => ("public.html", Some(t.clone())),
            Some(Site::Tenant(t)) => ("index.html", Some(t.clone())),
            _ => ("platform.html", None),
        };
        let files = Caller::of(&req).map(|c| c.app.config.files_origin().to_owned()).unwrap_or_default();
        Ok(html(page, tenant.as_deref(), &files, guests))
    }
}

fn file(name: &str, req: &Request) -> poem::Result<Response> {
    let accepts = req.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let packed = accepts.contains("br").then(|| Dist::get(&format!("{name}.br"))).flatten();
    let is_packed = packed.is_some();
    let Some(found) = packed.or_else(|| Dist::get(name)) else { return Err(StatusCode::NOT_FOUND.into()) };
    let etag = format!("\"{}\"", hex(&found.metadata.sha256_hash()[..12]));
    let unchanged = req.headers().get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == etag.as_bytes());
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    let mut response =
        Response::builder().content_type(content_type(name)).body(if unchanged { Vec::new() } else { found.data.into_owned() });
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if is_packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    if unchanged {
        response.set_status(StatusCode::NOT_MODIFIED);
    }
    Ok(response)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest" | "map") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn html(page: &str, tenant: Option<&Tenant>, files: &str, guests: &[&str]) -> Response {
    let nonce = hex(&crypto::random::<16>());
    let Some(found) = Dist::get(page) else { return missing(&nonce, files, guests) };
    let branding = match tenant {
        Some(tenant) => access::branding::branding_json(tenant),
        None => serde_json::Value::Null,
    };
    // `<` can't end the script element, whatever a company calls itself.
    let inlined = branding.to_string().replace('<', "\\u003c");
    let text = String::from_utf8_lossy(&found.data)
        .replace("__CSP_NONCE__", &nonce)
        .replacen("id=\"branding\">null<", &format!("id=\"branding\">{inlined}<"), 1)
        .replacen("__TITLE__", &escape(tenant.map_or("Brokerdesk", |t| &t.name)), 1);
    page_response(StatusCode::OK, text, &nonce, files, guests)
}

fn page_response(status: StatusCode, text: String, nonce: &str, files: &str, guests: &[&str]) -> Response {
    let mut response = Response::builder().status(status).content_type("text/html; charset=utf-8").body(text);
    let headers_out = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&headers::page_policy(nonce, files, guests)) {
        headers_out.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers_out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Under the policy of the page that should stand here.
fn missing(nonce: &str, files: &str, guests: &[&str]) -> Response {
    let text = "The UI was not built into this server. Run `npm ci && npm run build` in web/, then build again.\n";
    let mut response = page_response(StatusCode::NOT_FOUND, text.to_owned(), nonce, files, guests);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The page of a host that does not serve: in the broker's name and colour, without a script.
pub fn closed(why: Closed, tenant: Option<&Tenant>) -> Response {
    let (status, title, text) = match why {
        Closed::Unknown => {
            (StatusCode::NOT_FOUND, "No CRM lives here", "Check the address for a typing mistake, or ask whoever gave it to you.")
        }
        Closed::Suspended => (
            StatusCode::SERVICE_UNAVAILABLE,
            "This CRM is suspended",
            "Nothing is lost. Please contact your provider to open it again.",
        ),
        Closed::NotReady => {
            (StatusCode::SERVICE_UNAVAILABLE, "This CRM is being prepared", "It takes a moment. This page looks again by itself.")
        }
    };
    let nonce = hex(&crypto::random::<16>());
    let name = tenant.map_or("Brokerdesk", |t| &t.name);
    let colour = tenant.and_then(|t| t.branding.primary.as_deref()).filter(|c| is_colour(c)).unwrap_or("#2f5bea");
    let refresh = if why == Closed::NotReady { "<meta http-equiv=\"refresh\" content=\"3\">" } else { "" };
    let mark: String = name.chars().next().unwrap_or('B').to_uppercase().collect();
    let (name, mark) = (escape(name), escape(&mark));
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">{refresh}\
         <title>{title} · {name}</title><style nonce=\"{nonce}\">\
         :root{{color-scheme:light dark;--bg:#f7f8fa;--card:#fff;--line:#e6e8ee;--text:#14171f;--soft:#525a6b}}\
         @media(prefers-color-scheme:dark){{:root{{--bg:#0f1115;--card:#16181d;--line:#262a33;--text:#eef0f4;--soft:#aeb5c3}}}}\
         body{{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg);color:var(--text);font:14px/22px system-ui,sans-serif}}\
         main{{max-width:400px;margin:24px;padding:32px;background:var(--card);border:1px solid var(--line);border-radius:12px}}\
         p.who{{display:flex;align-items:center;gap:10px;margin:0 0 20px;font-weight:600}}\
         .mark{{display:grid;place-items:center;width:28px;height:28px;border-radius:7px;background:{colour};color:#fff}}\
         h1{{font-size:18px;line-height:26px;margin:0 0 6px}}p{{margin:0;color:var(--soft)}}</style></head>\
         <body><main><p class=\"who\"><span class=\"mark\" aria-hidden=\"true\">{mark}</span>{name}</p><h1>{title}</h1><p>{text}</p></main></body></html>"
    );
    let mut response = page_response(status, html, &nonce, "", &[]);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3"));
    }
    response
}

fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit())
}
