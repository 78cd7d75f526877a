//! Health, readiness and metrics: answered at any host, before anything else.

use std::time::Duration;

use poem::http::StatusCode;
use poem::{Endpoint, Request, Response};
use runtime::SharedApp;
use serde_json::json;

/// Probes in front of the server.
pub struct Probes<E> {
    app: SharedApp,
    inner: E,
}

impl<E> Probes<E> {
    /// In front of `inner`.
    pub fn new(app: SharedApp, inner: E) -> Self {
        Self { app, inner }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Probes<E> {
    type Output = Response;

    async fn call(&self, req: Request) -> poem::Result<Response> {
        let mut response = match req.uri().path() {
            "/health" => answer(StatusCode::OK, json!({ "status": "ok" })),
            "/ready" => ready(&self.app).await,
            "/metrics" if self.app.config.metrics_public => metrics(&self.app),
            "/metrics" => answer(
                StatusCode::NOT_FOUND,
                json!({ "code": "not_found", "message": "Metrics are served on METRICS_ADDR.", "data": null }),
            ),
            _ => return self.inner.call(req).await,
        };
        runtime::http::headers::secure(&mut response, self.app.config.scheme == "https", "");
        Ok(response)
    }
}

fn answer(status: StatusCode, body: serde_json::Value) -> Response {
    Response::builder().status(status).content_type("application/json; charset=utf-8").body(body.to_string())
}

/// Whether what we depend on answers. Details stay in the log: strangers can read this.
async fn ready(app: &SharedApp) -> Response {
    let limit = Duration::from_secs(2);
    let database = async { sqlx::query("select 1").execute(&app.control).await.is_ok() };
    let redis = async {
        let pong: redis::RedisResult<String> = redis::cmd("PING").query_async(&mut app.redis.clone()).await;
        pong.is_ok()
    };
    let storage = async { app.files.check().await.is_ok() };
    let (database, redis, storage) = tokio::join!(
        tokio::time::timeout(limit, database),
        tokio::time::timeout(limit, redis),
        tokio::time::timeout(limit, storage)
    );
    let [database, redis, storage] = [database, redis, storage].map(|r| r.unwrap_or(false));
    let status = if database && redis && storage { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = |ok: bool| if ok { "ok" } else { "unavailable" };
    let all = if status == StatusCode::OK { "ok" } else { "unavailable" };
    answer(status, json!({ "status": all, "database": word(database), "redis": word(redis), "storage": word(storage) }))
}

/// What Prometheus reads.
pub fn metrics(app: &SharedApp) -> Response {
    let (size, idle) = app.db.pool_state();
    app.metrics.pool_size.set(i64::from(size));
    app.metrics.pool_idle.set(i64::try_from(idle).unwrap_or(0));
    Response::builder().content_type("text/plain; version=0.0.4; charset=utf-8").body(app.metrics.render())
}
