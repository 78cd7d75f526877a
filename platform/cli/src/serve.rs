//! The long-running processes: API, workers, metrics; and the migration before them.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt as _;
use poem::http::{HeaderValue, StatusCode, Version, header};
use poem::listener::{AcceptorExt as _, Listener as _, TcpListener};
use poem::{Body, Endpoint, Request, Response, Server};
use runtime::db::{PoolSize, open_pool};
use runtime::migrate::{Logins, Report, migrate_tenants, prepare};
use runtime::{SharedApp, telemetry};
use tokio_util::sync::CancellationToken;

use crate::environment::{self, DataDirArg};

/// How long requests under way may take after a stop.
const DRAIN: Duration = Duration::from_secs(20);
/// How long callers are still answered after a stop was asked for, so that they can go elsewhere.
const FAREWELL: Duration = Duration::from_millis(500);

/// A token that a stop signal cancels.
pub fn on_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let cancel = token.clone();
    tokio::spawn(async move {
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminate => {}
        }
        cancel.cancel();
    });
    token
}

/// `brokerdesk api`.
pub async fn api() -> anyhow::Result<()> {
    let config = environment::config(&std::env::vars().collect())?;
    telemetry::init_logs(config.log_json);
    let shutdown = on_signal();
    let listen = config.listen;
    let app = environment::connect(config).await?;
    app.start_listeners();
    if let Some(addr) = app.config.metrics_addr {
        tokio::spawn(metrics(app.clone(), addr, shutdown.clone()));
    }
    tracing::info!(%listen, "the API is ready");
    serve(&[listen], tenant_api::server(app, None), shutdown).await
}

/// `brokerdesk workers`.
pub async fn workers() -> anyhow::Result<()> {
    let config = environment::config(&std::env::vars().collect())?;
    anyhow::ensure!(config.provision_database_url.is_some(), "PROVISION_DATABASE_URL is missing: the workers make tenants");
    telemetry::init_logs(config.log_json);
    let shutdown = on_signal();
    let app = environment::connect(config).await?;
    app.start_listeners();
    if let Some(addr) = app.config.metrics_addr {
        tokio::spawn(metrics(app.clone(), addr, shutdown.clone()));
    }
    tracing::info!("the workers are ready");
    ::workers::run(app, shutdown).await
}

/// Sends callers elsewhere once a stop was asked for. A connection that is closed while the caller's
/// next request is on its way would lose that request, so each gets an answer that ends it first.
struct Farewell<E> {
    inner: E,
    shutdown: CancellationToken,
}

impl<E: Endpoint<Output = Response>> Endpoint for Farewell<E> {
    type Output = Response;

    async fn call(&self, req: Request) -> poem::Result<Response> {
        let (probe, version) = (req.uri().path() == "/ready", req.version());
        let mut response = match probe && self.shutdown.is_cancelled() {
            true => Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).body(r#"{"status":"stopping"}"#),
            false => self.inner.call(req).await?,
        };
        if response.content_type().is_some_and(|kind| kind.starts_with("text/event-stream")) {
            // An open screen comes back by itself, to another process.
            let events = response.take_body().into_bytes_stream();
            response.set_body(Body::from_bytes_stream(events.take_until(self.shutdown.clone().cancelled_owned())));
        }
        if self.shutdown.is_cancelled() && version <= Version::HTTP_11 {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }
}

/// Serves until the token is cancelled, then lets requests under way finish.
pub async fn serve<E: Endpoint<Output = Response> + 'static>(
    listen: &[SocketAddr],
    server: E,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let first = *listen.first().context("nowhere to listen")?;
    let alone =
        || async move { TcpListener::bind(first).into_acceptor().await.with_context(|| format!("can't listen on {first}")) };
    let acceptor = match listen.get(1) {
        // The second address (IPv6 loopback) is a convenience that not every machine has.
        Some(second) => match TcpListener::bind(first).combine(TcpListener::bind(*second)).into_acceptor().await {
            Ok(both) => both.boxed(),
            Err(_) => alone().await?.boxed(),
        },
        None => alone().await?.boxed(),
    };
    let server = Farewell { inner: server, shutdown: shutdown.clone() };
    let stop = async move {
        shutdown.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    };
    Server::new_with_acceptor(acceptor)
        .idle_timeout(Duration::from_secs(120))
        .run_with_graceful_shutdown(server, stop, Some(DRAIN))
        .await?;
    Ok(())
}

/// Serves metrics and probes on an address of their own.
pub async fn metrics(app: SharedApp, addr: SocketAddr, shutdown: CancellationToken) {
    let page = tenant_api::probes::Probes::new(
        app.clone(),
        poem::endpoint::make(move |req: poem::Request| {
            let app = app.clone();
            async move {
                match req.uri().path() {
                    "/metrics" => Ok::<_, poem::Error>(tenant_api::probes::metrics(&app)),
                    _ => Err(poem::http::StatusCode::NOT_FOUND.into()),
                }
            }
        }),
    );
    if let Err(error) = serve(&[addr], page, shutdown).await {
        tracing::error!(error = format!("{error:#}"), "metrics are not served");
    }
}

/// What `migrate` needs.
#[derive(Debug, clap::Args)]
pub struct MigrateArgs {
    /// Owner of the database: makes the logins and the shared schema.
    #[arg(long, env = "ADMIN_DATABASE_URL", hide_env_values = true)]
    admin_database_url: String,
    /// Starts the names of all roles of this installation.
    #[arg(long, env = "ROLE_PREFIX", default_value = "bd")]
    role_prefix: String,
    /// E-mail of the platform's owner, made when there is none.
    #[arg(long, env = "OWNER_EMAIL")]
    owner_email: Option<String>,
    /// Password of the platform's owner.
    #[arg(long, env = "OWNER_PASSWORD", hide_env_values = true)]
    owner_password: Option<String>,
    #[command(flatten)]
    data_dir: DataDirArg,
}

/// `brokerdesk migrate`.
pub async fn migrate(args: MigrateArgs) -> anyhow::Result<()> {
    let config = environment::load(&args.data_dir)?;
    telemetry::init_logs(config.log_json);
    let prov_url = config.provision_database_url.clone().context("PROVISION_DATABASE_URL is missing")?;
    let password = |url: &secrecy::SecretString, name: &str| password_of(secrecy::ExposeSecret::expose_secret(url), name);
    let logins = Logins {
        prefix: args.role_prefix.clone(),
        app_password: password(&config.database_url, "DATABASE_URL")?,
        prov_password: password(&prov_url, "PROVISION_DATABASE_URL")?,
    };
    let admin = open_pool(&args.admin_database_url, PoolSize { max: 2, ..PoolSize::default() }, "brokerdesk-migrate")?;
    prepare(&admin, &logins).await?;
    let app = environment::connect(config).await?;
    let owner = match (args.owner_email, args.owner_password) {
        (Some(email), Some(password)) => Some(provisioner::OwnerSeed { email, name: "Owner".to_owned(), password }),
        _ => None,
    };
    provisioner::ensure_platform(&app, owner).await?;
    let report = migrate_tenants(app.provision_pool()?, &app.names()).await?;
    finish(&report)
}

/// Tells what a migration did; fails if a tenant was left behind.
pub fn finish(report: &Report) -> anyhow::Result<()> {
    tracing::info!(current = report.current, migrated = report.migrated, failed = report.failed.len(), "tenants migrated");
    if report.failed.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = report.failed.iter().map(|(slug, e)| format!("{slug}: {e}")).collect();
    anyhow::bail!("these tenants keep their old schema and are not served until it is mended:\n  - {}", names.join("\n  - "))
}

/// The password in a database URL.
fn password_of(url: &str, name: &str) -> anyhow::Result<String> {
    url.split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'))
        .and_then(|(login, _)| login.split_once(':'))
        .map(|(_, password)| password.to_owned())
        // What is escaped in a URL would be another password than the one the login gets.
        .filter(|password| !password.contains('%'))
        .with_context(|| {
            format!("{name} carries no plain password (letters and digits); `migrate` gives it to the login it makes")
        })
}
