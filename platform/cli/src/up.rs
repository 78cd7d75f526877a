//! `brokerdesk up`: everything on one machine.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use runtime::db::{PoolSize, open_pool};
use runtime::migrate::{Logins, migrate_tenants, prepare};
use runtime::{SharedApp, telemetry};
use sandbox::{
    AllowedOrigins, DataDirLock, MailCatcher, Patience, PostgresOptions, PrivatePostgres, PrivateRedis, RedisOptions, S3Options,
    S3Server, Supervised,
};
use serde_json::json;
use sqlx::AssertSqlSafe;
use tokio_util::sync::CancellationToken;

use crate::demo;
use crate::local_state::{LocalState, write_private};
use crate::{dev_mail, environment, say, serve};

const OWNER_EMAIL: &str = "owner@brokerdesk.example";

/// What `up` takes.
#[derive(Debug, clap::Args)]
pub struct UpArgs {
    /// The port of the API and the web UI.
    #[arg(long, env = "BROKERDESK_PORT", default_value_t = 8080)]
    port: u16,
    /// Where all data of this installation is kept.
    #[arg(long, env = "BROKERDESK_DATA_DIR", default_value = ".brokerdesk")]
    data_dir: PathBuf,
    /// How much demo data comes with it.
    #[arg(long, env = "BROKERDESK_DEMO", value_enum, default_value_t = Demo::Full)]
    demo: Demo,
    /// Throw away what is in the data directory first.
    #[arg(long, env = "BROKERDESK_FRESH")]
    fresh: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Demo {
    /// 25 users, 20,000 clients, 5,000 leads.
    Full,
    /// 8 users, 2,000 clients, 500 leads.
    Small,
    /// No demo broker.
    None,
}

/// The servers that `up` started for itself.
#[derive(Default)]
struct Servers {
    postgres: Option<Supervised<PrivatePostgres>>,
    redis: Option<Supervised<PrivateRedis>>,
    s3: Option<S3Server>,
    mail: Option<Arc<MailCatcher>>,
}

impl Servers {
    async fn stop(self) {
        if let Some(s3) = &self.s3 {
            s3.stop().await;
        }
        if let Some(mail) = &self.mail {
            mail.stop().await;
        }
        if let Some(redis) = self.redis
            && let Some(redis) = redis.take().await
            && let Err(error) = redis.stop().await
        {
            tracing::warn!(error = format!("{error:#}"), "Redis did not stop cleanly");
        }
        if let Some(postgres) = self.postgres
            && let Some(postgres) = postgres.take().await
            && let Err(error) = postgres.stop().await
        {
            tracing::warn!(error = format!("{error:#}"), "PostgreSQL did not stop cleanly");
        }
    }
}

/// Ends everything when a server can't be kept alive, and remembers why.
#[derive(Clone)]
struct Lost {
    shutdown: CancellationToken,
    why: Arc<OnceLock<String>>,
}

impl Lost {
    fn tell(&self) -> impl FnOnce(String) + Send + 'static {
        let lost = self.clone();
        move |why| {
            let _ = lost.why.set(why);
            lost.shutdown.cancel();
        }
    }
}

/// Starts everything and waits for Ctrl-C.
pub async fn up(args: UpArgs) -> anyhow::Result<()> {
    let started = Instant::now();
    std::fs::create_dir_all(&args.data_dir).with_context(|| format!("can't create {}", args.data_dir.display()))?;
    let dir = args.data_dir.canonicalize()?;
    let lock = DataDirLock::acquire(&dir)?;
    if args.fresh {
        wipe(&dir).await?;
    }
    telemetry::init_logs(std::env::var("LOG_FORMAT").is_ok_and(|f| f == "json"));
    let state = LocalState::open(&dir)?;
    let shutdown = serve::on_signal();
    let mut servers = Servers::default();
    let lost = Lost { shutdown, why: Arc::default() };
    let result = run(&args, &dir, &state, &mut servers, &lost, started).await;
    say("stopping; the data stays");
    servers.stop().await;
    drop(lock);
    match lost.why.get() {
        Some(why) => Err(anyhow::anyhow!("{why}")),
        None => result,
    }
}

/// Removes everything but the lock. Refuses a directory that was never ours: a mistyped path must not
/// cost somebody their files.
async fn wipe(dir: &Path) -> anyhow::Result<()> {
    let others = std::fs::read_dir(dir)?.filter_map(Result::ok).any(|e| e.file_name() != "lock");
    anyhow::ensure!(
        !others || dir.join("state.json").exists(),
        "{} is not a data directory of Brokerdesk; --fresh does not empty it",
        dir.display()
    );
    sandbox::postgres::wipe(dir.join("postgres")).await?;
    sandbox::redis::wipe(dir.join("redis")).await?;
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|n| n == "lock") {
            continue;
        }
        if path.is_dir() { std::fs::remove_dir_all(&path)? } else { std::fs::remove_file(&path)? }
    }
    Ok(())
}

async fn run(
    args: &UpArgs,
    dir: &Path,
    state: &LocalState,
    servers: &mut Servers,
    lost: &Lost,
    started: Instant,
) -> anyhow::Result<()> {
    let shutdown = lost.shutdown.clone();
    let (vars, admin_url) = start_servers(args, dir, state, servers, lost).await?;
    let mut config = environment::config(&vars)?;
    config.local_mode = true;
    let admin = open_pool(&admin_url, PoolSize { max: 2, ..PoolSize::default() }, "brokerdesk-migrate")?;
    let logins = Logins {
        prefix: state.prefix.clone(),
        app_password: state.app_password.clone(),
        prov_password: state.prov_password.clone(),
    };
    prepare(&admin, &logins).await?;
    admin.close().await;
    environment::write(dir, &vars)?;
    let app = environment::connect(config).await?;
    app.start_listeners();
    let owner = provisioner::OwnerSeed {
        email: OWNER_EMAIL.to_owned(),
        name: "Platform Owner".to_owned(),
        password: state.owner_password.clone(),
    };
    provisioner::ensure_platform(&app, Some(owner)).await?;
    let report = migrate_tenants(app.provision_pool()?, &app.names()).await?;
    serve::finish(&report)?;
    let size = match args.demo {
        Demo::Full => demo::Size::Full,
        Demo::Small => demo::Size::Small,
        Demo::None => demo::Size::None,
    };
    let tenants = demo::load(&app, size, &state.demo_password, &|text| say(text)).await?;

    let workers = tokio::spawn(::workers::run(app.clone(), shutdown.clone()));
    if let Some(addr) = app.config.metrics_addr {
        tokio::spawn(serve::metrics(app.clone(), addr, shutdown.clone()));
    }
    let dev = servers.mail.clone().map(dev_mail::pages);
    let server = tenant_api::server(app.clone(), dev);
    let listen = [SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)), SocketAddr::from((Ipv6Addr::LOCALHOST, args.port))];
    let serving = tokio::spawn({
        let shutdown = shutdown.clone();
        async move { serve::serve(&listen, server, shutdown).await }
    });
    tokio::select! {
        ready = answers(args.port) => ready?,
        // What ends before it is ready could not start.
        () = shutdown.cancelled() => {}
    }
    if serving.is_finished() {
        return serving.await?;
    }
    announce(&app, dir, state, &tenants, &vars, &admin_url, started)?;
    let served = serving.await?;
    // The workers end with the same signal; they get a moment to finish what they hold.
    if tokio::time::timeout(Duration::from_secs(15), workers).await.is_err() {
        tracing::warn!("the workers did not stop in time; their jobs go on at the next start");
    }
    served
}

/// Waits until the API answers.
async fn answers(port: u16) -> anyhow::Result<()> {
    for _ in 0..200 {
        if tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    anyhow::bail!("the API does not answer on port {port}")
}

/// Starts what is not given and returns the variables of the installation with the URL of the
/// database's owner.
async fn start_servers(
    args: &UpArgs,
    dir: &Path,
    state: &LocalState,
    servers: &mut Servers,
    lost: &Lost,
) -> anyhow::Result<(BTreeMap<String, String>, String)> {
    let mut vars: BTreeMap<String, String> = std::env::vars().collect();
    let given = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let (postgres, redis) = tokio::join!(
        async {
            match given("DATABASE_URL") {
                Some(_) => Ok(None),
                None => {
                    let options = PostgresOptions { data_dir: dir.join("postgres"), port: None, durable: true };
                    PrivatePostgres::start(options).await.map(Some).context("PostgreSQL can't start")
                }
            }
        },
        async {
            match given("REDIS_URL") {
                Some(_) => Ok(None),
                None => {
                    let options = RedisOptions { data_dir: dir.join("redis"), port: None };
                    PrivateRedis::start(options).await.map(Some).context("Redis can't start")
                }
            }
        }
    );
    let postgres = postgres?;
    let own = postgres.as_ref().map(|p| (p.admin_url("postgres"), p.admin_url("brokerdesk")));
    servers.postgres = postgres.map(|postgres| Supervised::new(postgres, Patience::default(), lost.tell()));
    if let Some(redis) = redis? {
        vars.insert("REDIS_URL".into(), redis.url());
        servers.redis = Some(Supervised::new(redis, Patience::default(), lost.tell()));
    }
    let admin_url = match (own, given("DATABASE_URL")) {
        (Some((maintenance, own)), _) => {
            create_database(&maintenance).await?;
            own
        }
        (None, Some(url)) => url,
        (None, None) => anyhow::bail!("no database"),
    };
    let names = migrations::ControlNames { prefix: state.prefix.clone() };
    vars.insert("DATABASE_URL".into(), with_login(&admin_url, &names.app(), &state.app_password)?);
    vars.insert("PROVISION_DATABASE_URL".into(), with_login(&admin_url, &names.prov(), &state.prov_password)?);
    start_s3_and_mail(args, dir, state, servers, &mut vars).await?;
    vars.insert("MASTER_KEY".into(), given("MASTER_KEY").unwrap_or_else(|| state.master_key.clone()));
    vars.insert("BASE_DOMAIN".into(), given("BASE_DOMAIN").unwrap_or_else(|| format!("localhost:{}", args.port)));
    if given("METRICS_ADDR").is_none() {
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        vars.insert("METRICS_ADDR".into(), free.to_string());
    }
    // Only what configures Brokerdesk is kept; the rest of the environment is nobody's business.
    let known = [
        "BODY_", "CORS_", "RATE_", "S3_", "SMTP_", "MAIL_", "TRUSTED_", "SESSION_", "ACCESS_", "METRICS_", "PUBLIC_", "LOG_",
        "CLAMD_",
    ];
    let exact = [
        "CONSOLE_TENANT",
        "JWT_SECRET",
        "JWT_ISSUER",
        "DATABASE_URL",
        "DATABASE_POOL",
        "PROVISION_DATABASE_URL",
        "REDIS_URL",
        "MASTER_KEY",
        "BASE_DOMAIN",
    ];
    vars.retain(|name, _| exact.contains(&name.as_str()) || known.iter().any(|k| name.starts_with(k)));
    Ok((vars, admin_url))
}

async fn start_s3_and_mail(
    args: &UpArgs,
    dir: &Path,
    state: &LocalState,
    servers: &mut Servers,
    vars: &mut BTreeMap<String, String>,
) -> anyhow::Result<()> {
    if !vars.contains_key("S3_ENDPOINT") {
        let suffix = format!(".localhost:{}", args.port);
        let base = format!("http://localhost:{}", args.port);
        let s3 = S3Server::start(S3Options {
            data_dir: dir.join("s3"),
            access_key: state.s3_access_key.clone(),
            secret_key: state.s3_secret_key.clone(),
            bucket: "brokerdesk".to_owned(),
            allowed_origins: AllowedOrigins::matching(move |origin: &str| {
                origin == base || (origin.starts_with("http://") && origin.ends_with(&suffix))
            }),
            listen: None,
        })
        .await
        .context("the S3 store can't start")?;
        vars.insert("S3_ENDPOINT".into(), s3.endpoint());
        vars.insert("S3_BUCKET".into(), "brokerdesk".into());
        vars.insert("S3_ACCESS_KEY".into(), state.s3_access_key.clone());
        vars.insert("S3_SECRET_KEY".into(), state.s3_secret_key.clone());
        servers.s3 = Some(s3);
    }
    if !vars.contains_key("SMTP_URL") {
        let mail = MailCatcher::start(dir.join("mail")).await.context("the mail catcher can't start")?;
        vars.insert("SMTP_URL".into(), mail.url());
        vars.entry("MAIL_FROM".into()).or_insert_with(|| "no-reply@brokerdesk.example".into());
        servers.mail = Some(Arc::new(mail));
    }
    Ok(())
}

async fn create_database(url: &str) -> anyhow::Result<()> {
    let pool = open_pool(url, PoolSize { max: 1, ..PoolSize::default() }, "brokerdesk-up")?;
    let known: Option<i32> =
        sqlx::query_scalar("select 1 from pg_database where datname = 'brokerdesk'").fetch_optional(&pool).await?;
    if known.is_none() {
        sqlx::query(AssertSqlSafe("create database brokerdesk")).execute(&pool).await?;
    }
    pool.close().await;
    Ok(())
}

/// The same database under another login.
fn with_login(url: &str, user: &str, password: &str) -> anyhow::Result<String> {
    let (scheme, rest) = url.split_once("://").context("DATABASE_URL is not a URL")?;
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    Ok(format!("{scheme}://{user}:{password}@{host}"))
}

fn announce(
    app: &SharedApp,
    dir: &Path,
    state: &LocalState,
    tenants: &[demo::DemoTenant],
    vars: &BTreeMap<String, String>,
    admin_url: &str,
    started: Instant,
) -> anyhow::Result<()> {
    let url = app.config.platform_url();
    let local = json!({
        "url": url,
        "owner": { "email": OWNER_EMAIL, "password": state.owner_password, "url": format!("{url}/owner") },
        "demo": tenants,
        "mail": format!("{url}/dev/mail"),
        "database_url": vars.get("DATABASE_URL"),
        "admin_database_url": admin_url,
        "redis_url": vars.get("REDIS_URL"),
        "s3": { "endpoint": app.config.s3.endpoint, "bucket": app.config.s3.bucket },
        "metrics": app.config.metrics_addr.map(|a| format!("http://{a}/metrics")),
    });
    write_private(&dir.join("local.json"), &serde_json::to_string_pretty(&local)?)?;
    let mut text = format!(
        "\nBrokerdesk is ready ({:.1} s)\n\n  Sign up a broker   {url}\n  Owner's console    {url}/owner\n                     {OWNER_EMAIL}  {}\n",
        started.elapsed().as_secs_f64(),
        state.owner_password
    );
    for tenant in tenants {
        text.push_str(&format!("\n  {:<18} {}\n", tenant.slug, tenant.url));
        for user in tenant.users.iter().take(3) {
            text.push_str(&format!("    {:<16} {}  {}\n", user.role, user.email, user.password));
        }
    }
    text.push_str(&format!(
        "\n  Mail that left     {url}/dev/mail\n  API                {url}/api/platform/docs\n  All of this        {}\n\n  Ctrl-C stops it; the data stays in {}\n",
        dir.join("local.json").display(),
        dir.display()
    ));
    say(&text);
    Ok(())
}
