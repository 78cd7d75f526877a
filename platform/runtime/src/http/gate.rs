//! The gate: every request passes here first and every answer last.
//!
//! It gives the request an id, finds out who calls and which host is meant, bounds the body, and
//! turns every failure, panics included, into the one error shape with the security headers.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures::FutureExt as _;
use kernel::DomainError;
use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, IntoResponse, Request, Response};
use tracing::Instrument as _;

use super::auth::Caller;
use super::{error, headers, idempotency};
use crate::app::SharedApp;
use crate::crypto::sha256;
use crate::ctx::{IdempotencyKey, RequestInfo};
use crate::registry::{Tenant, TenantStatus};

/// Which host a request is for.
#[derive(Clone)]
pub enum Site {
    /// `BASE_DOMAIN`, with the platform's own realm.
    Platform(Arc<Tenant>),
    /// A broker's address.
    Tenant(Arc<Tenant>),
}

/// Why a host does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Nobody lives there.
    Unknown,
    /// The owner closed it.
    Suspended,
    /// It is being made, or its schema is being changed.
    NotReady,
}

impl Closed {
    /// As a domain error.
    pub fn error(self) -> DomainError {
        match self {
            Self::Unknown => {
                DomainError::NotFound { code: "tenant_not_found", message: "There is no CRM at this address.".into() }
            }
            Self::Suspended => {
                DomainError::unavailable("tenant_suspended", "This CRM is suspended. Please contact your provider.")
            }
            Self::NotReady => {
                DomainError::unavailable("tenant_not_ready", "This CRM is being prepared. Please try again in a moment.")
            }
        }
    }
}

/// Makes the page of a host that does not answer; the UI belongs to another room.
pub type ClosedPage = Arc<dyn Fn(Closed, Option<&Tenant>) -> Response + Send + Sync>;

/// Wraps everything that is served.
pub struct Gate<E> {
    app: SharedApp,
    inner: E,
    closed_page: ClosedPage,
}

impl<E: Endpoint> Gate<E> {
    /// In front of `inner`.
    pub fn new(app: SharedApp, inner: E, closed_page: ClosedPage) -> Self {
        Self { app, inner, closed_page }
    }
}

impl<E: Endpoint> Endpoint for Gate<E> {
    type Output = Response;

    async fn call(&self, mut req: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let info = request_info(&self.app, &req);
        let (method, path) = (req.method().clone(), req.uri().path().to_owned());
        let origin = req.headers().get(header::ORIGIN).cloned();
        let welcome = self.welcomes(&req, origin.as_ref()).await;
        let span = tracing::info_span!("request", request_id = %info.id, tenant = tracing::field::Empty);
        let id = info.id.clone();
        let work = async {
            if method == Method::OPTIONS && origin.is_some() {
                return StatusCode::NO_CONTENT.into_response();
            }
            match AssertUnwindSafe(self.serve(&mut req, info)).catch_unwind().await {
                Ok(response) => response,
                Err(_) => error::panicked(&id),
            }
        };
        let mut response = work.instrument(span.clone()).await;
        headers::secure(&mut response, self.app.config.scheme == "https", &id);
        Self::allow_origin(&mut response, origin, welcome);
        self.record(&span, &method, &path, response.status(), started);
        Ok(response)
    }
}

impl<E: Endpoint> Gate<E> {
    async fn serve(&self, req: &mut Request, info: RequestInfo) -> Response {
        let id = info.id.clone();
        let is_api = ["/api", "/admin", "/webhooks"].iter().any(|area| req.uri().path().starts_with(area));
        let site = match resolve(&self.app, req).await {
            Ok(Ok(site)) => site,
            Ok(Err((closed, tenant))) if is_api => {
                drop(tenant);
                return error::respond(&closed.error(), &id);
            }
            Ok(Err((closed, tenant))) => return (self.closed_page)(closed, tenant.as_deref()),
            Err(e) => return error::respond(&e, &id),
        };
        let slug = match &site {
            Site::Platform(t) | Site::Tenant(t) => t.slug.clone(),
        };
        tracing::Span::current().record("tenant", slug);
        let mut caller = Caller { app: self.app.clone(), site, request: info };
        let mut taken = std::mem::take(req);
        if let Err(response) = self.bound_body(&mut taken, &mut caller, &id).await {
            return response;
        }
        taken.extensions_mut().insert(caller.app.clone());
        taken.extensions_mut().insert(caller.site.clone());
        taken.extensions_mut().insert(caller.request.clone());
        let response = match self.inner.call(taken).await {
            Ok(response) => response.into_response(),
            Err(e) => error::from_poem(e, &id),
        };
        self.finish(response, &caller, &id).await
    }

    /// Turns a refused claim of an idempotency key into the kept answer, and puts the request id
    /// into 5xx answers.
    async fn finish(&self, response: Response, caller: &Caller, id: &str) -> Response {
        let status = response.status();
        if status != StatusCode::CONFLICT && !status.is_server_error() {
            return response;
        }
        let (parts, body) = response.into_parts();
        let bytes = body.into_bytes().await.unwrap_or_default();
        let mut json: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status == StatusCode::CONFLICT && json["code"] == idempotency::REPLAY {
            let claim = json["message"].as_str().unwrap_or_default();
            return match idempotency::replay(caller, claim).await {
                Ok(kept) => kept,
                Err(e) => error::respond(&e, id),
            };
        }
        if status.is_server_error() && json.is_object() {
            if !json["data"].is_object() {
                json["data"] = serde_json::json!({});
            }
            json["data"]["request_id"] = id.into();
            return Response::from_parts(parts, Body::from_string(json.to_string()));
        }
        Response::from_parts(parts, Body::from_bytes(bytes))
    }

    /// Bounds the body, and reads it where an idempotency key needs its hash.
    async fn bound_body(&self, req: &mut Request, caller: &mut Caller, id: &str) -> Result<(), Response> {
        if matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
            return Ok(());
        }
        let limit = self.app.config.body_limit;
        let too_large = || {
            let message = format!("The body is larger than {limit} bytes.");
            error::body(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", &message, None, id)
        };
        let announced =
            req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
        if announced.is_some_and(|n| n > limit) && !is_upload(req) {
            return Err(too_large());
        }
        let upload = is_upload(req);
        // A file is read by its handler, as it comes and up to a limit of its own.
        let bytes = match upload {
            true => Default::default(),
            false => req.take_body().into_bytes_limit(limit).await.map_err(|_| too_large())?,
        };
        if let Some(key) = req.headers().get("idempotency-key") {
            let key = key.to_str().unwrap_or_default().trim();
            if key.is_empty() || key.len() > 200 {
                let e = DomainError::field("Idempotency-Key", "must have 1 to 200 visible characters");
                return Err(error::respond(&e, id));
            }
            let address = req.uri().path_and_query().map_or(req.uri().path(), |a| a.as_str());
            let head = format!("{} {address}\n", req.method());
            let request = sha256(&[head.as_bytes(), &bytes].concat());
            caller.request.idempotency = Some(IdempotencyKey { key: key.to_owned(), request, policy: Vec::new() });
        }
        if !upload {
            req.set_body(Body::from_bytes(bytes));
        }
        Ok(())
    }

    /// Whether pages of an origin may read the answer: those of the installation everywhere, those of a
    /// tenant's console at its own address.
    async fn welcomes(&self, req: &Request, origin: Option<&HeaderValue>) -> bool {
        let Some(origin) = origin.and_then(|o| o.to_str().ok()) else { return false };
        if self.app.config.cors_origins.iter().any(|o| o == origin) {
            return true;
        }
        // A preflight can't say which tenant is meant but by the host; where there is one tenant, it is that.
        let only = self.app.config.console.as_ref().is_some_and(|c| c.origins.iter().any(|o| o == origin));
        let face = req.uri().path();
        if !super::outside::is_welcome(face) {
            return false;
        }
        match resolve(&self.app, req).await {
            Ok(Ok(Site::Tenant(tenant))) => {
                self.app.access.console(&tenant).await.is_ok_and(|c| c.origins.iter().any(|o| o == origin))
            }
            Ok(Ok(Site::Platform(_))) => only && req.method() == Method::OPTIONS,
            _ => false,
        }
    }

    fn allow_origin(response: &mut Response, origin: Option<HeaderValue>, allowed: bool) {
        let Some(origin) = origin else { return };
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
        if !allowed {
            return;
        }
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        for (name, value) in [
            ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE"),
            ("access-control-allow-headers", "authorization, content-type, idempotency-key, last-event-id, x-tenant"),
            ("access-control-expose-headers", "x-request-id, retry-after"),
            ("access-control-max-age", "600"),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }

    fn record(&self, span: &tracing::Span, method: &Method, path: &str, status: StatusCode, started: Instant) {
        let area = match path.split('/').nth(1) {
            Some("api") if path.starts_with("/api/platform") => "platform",
            Some("api") => "tenant",
            Some("admin") => "console",
            Some("assets") => "assets",
            _ => "page",
        };
        let seconds = started.elapsed().as_secs_f64();
        self.app.metrics.requests.with_label_values(&[method.as_str(), area, status.as_str()]).inc();
        self.app.metrics.latency.with_label_values(&[method.as_str(), area]).observe(seconds);
        let _entered = span.enter();
        let ms = seconds * 1_000.0;
        if status.is_server_error() {
            tracing::error!(%method, path, status = status.as_u16(), ms, "answered");
        } else if area == "assets" {
            tracing::trace!(%method, path, status = status.as_u16(), ms, "answered");
        } else {
            tracing::debug!(%method, path, status = status.as_u16(), ms, "answered");
        }
    }
}

/// Whether a request brings a file, which may be larger than memory.
pub fn is_upload(req: &Request) -> bool {
    req.method() == Method::POST && req.content_type().is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

fn request_info(app: &SharedApp, req: &Request) -> RequestInfo {
    let text = |name: &str| req.headers().get(name).and_then(|v| v.to_str().ok());
    let id = text("x-request-id")
        .filter(|v| (8..=64).contains(&v.len()) && v.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .map_or_else(|| uuid::Uuid::now_v7().simple().to_string(), str::to_owned);
    let peer = req.remote_addr().as_socket_addr().map(|a| a.ip());
    // A proxy may add a line of its own below the one that the caller wrote.
    let lines = req.headers().get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let forwarded = lines.collect::<Vec<_>>().join(",");
    RequestInfo {
        id,
        ip: client_address(app, peer, &forwarded).map(|ip| ip.to_string()),
        user_agent: text("user-agent").map(|v| v.chars().take(300).collect()),
        idempotency: None,
    }
}

/// The peer's address, or, behind our own proxies, the nearest address that is not one of them.
fn client_address(app: &SharedApp, peer: Option<IpAddr>, forwarded: &str) -> Option<IpAddr> {
    let peer = peer?;
    if !app.config.is_trusted_proxy(peer) {
        return Some(peer);
    }
    let hops = forwarded.split(',').filter_map(|h| h.trim().parse::<IpAddr>().ok());
    Some(hops.rev().find(|ip| !app.config.is_trusted_proxy(*ip)).unwrap_or(peer))
}

type Resolved = Result<Site, (Closed, Option<Arc<Tenant>>)>;

/// Which realm a request is for: `X-Tenant`, or the host. Both select; neither grants anything.
async fn resolve(app: &SharedApp, req: &Request) -> kernel::Result<Resolved> {
    let host =
        req.headers().get(header::HOST).and_then(|h| h.to_str().ok()).or(req.uri().host()).unwrap_or_default().to_lowercase();
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name.to_owned(),
        _ => host,
    };
    let named = req.headers().get("x-tenant").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let base = app.config.base_host();
    let slug = match (&named, host.strip_suffix(base)) {
        (Some(slug), _) => slug.clone(),
        (None, Some("")) => return Ok(Ok(Site::Platform(app.registry.platform().await?))),
        (None, Some(rest)) => rest.strip_suffix('.').unwrap_or_default().to_owned(),
        // A bare address is how health checks and a first look come in.
        (None, None) if host.parse::<IpAddr>().is_ok() => return Ok(Ok(Site::Platform(app.registry.platform().await?))),
        (None, None) => return Ok(Err((Closed::Unknown, None))),
    };
    let Some(tenant) = app.registry.by_slug(&slug).await?.filter(|t| !t.is_platform()) else {
        return Ok(Err((Closed::Unknown, None)));
    };
    Ok(match tenant.status {
        TenantStatus::Active if tenant.schema_version == migrations::tenant_version() => Ok(Site::Tenant(tenant)),
        TenantStatus::Active | TenantStatus::Provisioning => Err((Closed::NotReady, Some(tenant))),
        TenantStatus::Suspended => Err((Closed::Suspended, Some(tenant))),
        TenantStatus::Failed | TenantStatus::Deleting => Err((Closed::Unknown, None)),
    })
}
