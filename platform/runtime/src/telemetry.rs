//! Logs and metrics. Logs carry the request id and the tenant, never values of records.

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging to standard error; `RUST_LOG` overrides the level.
pub fn init_logs(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new(
            "info,sqlx=warn,sea_orm=warn,casbin=warn,poem=warn,apalis=warn,apalis_core=warn,aws=warn,hyper=warn,h2=warn",
        )
    });
    // The store of `up` tells whole requests, and with them what people hand in: at no level is that log.
    let filter = match "s3s=off".parse() {
        Ok(silent) => filter.add_directive(silent),
        Err(_) => filter,
    };
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(true);
    let _ = if json {
        registry.with(layer.json().flatten_event(true).with_current_span(true).with_span_list(false)).try_init()
    } else {
        let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
        registry.with(layer.compact().with_ansi(ansi)).try_init()
    };
}

/// What Prometheus reads.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    /// Requests by method, route class and status class.
    pub requests: IntCounterVec,
    /// Seconds a request took.
    pub latency: HistogramVec,
    /// Jobs by kind and outcome.
    pub jobs: IntCounterVec,
    /// Mails by outcome.
    pub mails: IntCounterVec,
    /// Connections of the pool.
    pub pool_size: IntGauge,
    /// Idle connections of the pool.
    pub pool_idle: IntGauge,
    /// Open event streams.
    pub streams: IntGauge,
}

impl Metrics {
    /// Registers all metrics.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let metrics = Self {
            requests: IntCounterVec::new(Opts::new("http_requests_total", "Requests."), &["method", "area", "status"])?,
            latency: HistogramVec::new(
                HistogramOpts::new("http_request_seconds", "Seconds a request took.")
                    .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]),
                &["method", "area"],
            )?,
            jobs: IntCounterVec::new(Opts::new("jobs_total", "Jobs by outcome."), &["kind", "outcome"])?,
            mails: IntCounterVec::new(Opts::new("mails_total", "Mails by outcome."), &["outcome"])?,
            pool_size: IntGauge::new("database_pool_connections", "Connections of the pool.")?,
            pool_idle: IntGauge::new("database_pool_idle", "Idle connections of the pool.")?,
            streams: IntGauge::new("event_streams_open", "Open event streams.")?,
            registry,
        };
        let r = &metrics.registry;
        r.register(Box::new(metrics.requests.clone()))?;
        r.register(Box::new(metrics.latency.clone()))?;
        r.register(Box::new(metrics.jobs.clone()))?;
        r.register(Box::new(metrics.mails.clone()))?;
        r.register(Box::new(metrics.pool_size.clone()))?;
        r.register(Box::new(metrics.pool_idle.clone()))?;
        r.register(Box::new(metrics.streams.clone()))?;
        Ok(metrics)
    }

    /// The text that Prometheus reads.
    pub fn render(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}
