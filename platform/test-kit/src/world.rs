//! One installation, and brokers in it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connectors::CaptchaService;
use connectors::s3::{S3FileStore, S3Settings};
use connectors::smtp::SmtpMailer;
use kernel::clock::Clock;
use kernel::tenant::ViewClass;
use poem::listener::TcpAcceptor;
use provisioner::OwnerSeed;
use provisioner::commands::{self, AdminSeed};
use runtime::config::Config;
use runtime::db::{Mode, PoolSize, Rows as _, open_pool};
use runtime::migrate::{Logins, prepare};
use runtime::registry::Tenant;
use runtime::{App, SharedApp, TenantTx};
use sandbox::{AllowedOrigins, MailCatcher, S3Options, S3Server};
use secrecy::ExposeSecret as _;
use sqlx::AssertSqlSafe;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::api::Api;
use crate::own::{Own, Servers};
use crate::services::{self, Services};

/// The password of every user that tests make.
pub const PASSWORD: &str = "a good long password";
/// The platform owner.
pub const OWNER: &str = "owner@platform.example";

/// One installation.
pub struct World {
    /// The parts, as the server has them.
    pub app: SharedApp,
    /// Where the server listens.
    pub port: u16,
    /// The owner of the database: for looking behind the curtain, never for the product.
    pub admin: sqlx::PgPool,
    /// The same as a URL, for what a process of its own is told.
    pub admin_url: String,
    /// The servers that this world has for itself.
    pub servers: tokio::sync::Mutex<Servers>,
    /// Everything that left by mail.
    pub mail: Arc<MailCatcher>,
    /// The variables of the installation, for processes of its own.
    pub vars: BTreeMap<String, String>,
    /// Requests.
    pub http: reqwest::Client,
    hash: tokio::sync::OnceCell<String>,
    dir: PathBuf,
    shutdown: CancellationToken,
    s3: tokio::sync::Mutex<Option<S3Server>>,
    s3_options: S3Options,
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.cancel();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl World {
    /// An installation with rate limits off, so that tests may hurry.
    pub async fn new() -> Self {
        let off = [("RATE_SIGNUP", "off"), ("RATE_SIGNIN", "off"), ("RATE_PUBLIC", "off")];
        Self::with(&off).await
    }

    /// An installation with variables of the test's choice.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::on(Servers::default(), services::start().await.unwrap(), settings).await
    }

    /// An installation on servers of its own, which the test may stop, kill and start again; rate
    /// limits are off unless `settings` say otherwise.
    pub async fn with_own_servers(own: Own, settings: &[(&str, &str)]) -> Self {
        let mut all = vec![("RATE_SIGNUP", "off"), ("RATE_SIGNIN", "off"), ("RATE_PUBLIC", "off")];
        all.extend(settings);
        let (servers, services) = Servers::start(own).await.unwrap();
        Self::on(servers, services, &all).await
    }

    async fn on(servers: Servers, services: Services, settings: &[(&str, &str)]) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let word = Uuid::new_v4().simple().to_string();
        let prefix = format!("t{}", &word[..9]);
        let dir = std::env::temp_dir().join(format!("brokerdesk-{prefix}"));
        let root = open_pool(&(services.admin_url)("postgres"), PoolSize { max: 1, ..PoolSize::default() }, "test").unwrap();
        sqlx::query(AssertSqlSafe(format!("create database {prefix}"))).execute(&root).await.unwrap();
        services::forget_some(&root).await;
        root.close().await;
        let admin_url = (services.admin_url)(&prefix);
        let admin = open_pool(&admin_url, PoolSize { max: 2, ..PoolSize::default() }, "test").unwrap();
        let logins = Logins { prefix: prefix.clone(), app_password: word.clone(), prov_password: word.clone() };
        prepare(&admin, &logins).await.unwrap();
        let mail = MailCatcher::start(dir.join("mail")).await.unwrap();
        let s3_options = S3Options {
            data_dir: dir.join("s3"),
            access_key: word.clone(),
            secret_key: word.clone(),
            bucket: "brokerdesk".into(),
            allowed_origins: AllowedOrigins::none(),
            listen: None,
        };
        let s3 = S3Server::start(s3_options.clone()).await.unwrap();
        // Held from here on: a port that was let go of may be somebody else's when it is wanted.
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let login = |user: &str| {
            let (scheme, rest) = admin_url.split_once("://").unwrap();
            format!("{scheme}://{prefix}_{user}:{word}@{}", rest.rsplit_once('@').unwrap().1)
        };
        let mut vars: BTreeMap<String, String> = BTreeMap::from([
            ("DATABASE_URL".into(), login("app")),
            ("PROVISION_DATABASE_URL".into(), login("prov")),
            ("DATABASE_POOL".into(), "6".into()),
            ("REDIS_URL".into(), services.redis_url.clone()),
            ("BASE_DOMAIN".into(), format!("localhost:{port}")),
            ("MASTER_KEY".into(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into()),
            ("S3_ENDPOINT".into(), s3.endpoint()),
            ("S3_ACCESS_KEY".into(), word.clone()),
            ("S3_SECRET_KEY".into(), word.clone()),
            ("SMTP_URL".into(), mail.url()),
            ("MAIL_FROM".into(), "no-reply@platform.example".into()),
            ("METRICS_ADDR".into(), "off".into()),
        ]);
        vars.extend(settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let config = Config::from_vars(&vars).unwrap();
        let app = connect(config).await;
        let owner = OwnerSeed { email: OWNER.into(), name: "Owner".into(), password: PASSWORD.into() };
        provisioner::ensure_platform(&app, Some(owner)).await.unwrap();
        let shutdown = CancellationToken::new();
        let world = Self {
            app,
            port,
            admin,
            admin_url,
            servers: tokio::sync::Mutex::new(servers),
            mail: Arc::new(mail),
            vars,
            http: reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap(),
            hash: tokio::sync::OnceCell::new(),
            dir,
            shutdown,
            s3: tokio::sync::Mutex::new(Some(s3)),
            s3_options,
        };
        world.serve(listener).await;
        world
    }

    async fn serve(&self, listener: std::net::TcpListener) {
        self.app.start_listeners();
        let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let (server, stop) = (tenant_api::server(self.app.clone(), None), self.shutdown.clone());
        tokio::spawn(poem::Server::new_with_acceptor(TcpAcceptor::from_std(listener).unwrap()).run_with_graceful_shutdown(
            server,
            async move { stop.cancelled().await },
            Some(Duration::from_secs(1)),
        ));
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(addr).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the test server does not answer");
    }

    /// A second process's parts over the same installation.
    pub async fn second_app(&self) -> SharedApp {
        let app = connect(Config::from_vars(&self.vars).unwrap()).await;
        app.start_listeners();
        app
    }

    /// Ends the file store; its files stay.
    pub async fn stop_s3(&self) {
        if let Some(s3) = self.s3.lock().await.take() {
            s3.stop().await;
        }
    }

    /// Starts the file store again, where it was.
    pub async fn start_s3(&self) {
        *self.s3.lock().await = Some(S3Server::start(self.s3_options.clone()).await.unwrap());
    }

    /// The workers, in the background, until the world ends.
    pub fn start_workers(&self) {
        tokio::spawn(workers::run(self.app.clone(), self.shutdown.child_token()));
    }

    /// Runs every job and event that is due.
    pub async fn drain(&self) {
        workers::drain(&self.app, Duration::from_secs(20)).await.unwrap();
    }

    /// The platform's host, nobody signed in.
    pub fn platform(&self) -> Api<'_> {
        Api::new(self, format!("localhost:{}", self.port))
    }

    /// The platform's host, the owner signed in.
    pub async fn owner(&self) -> Api<'_> {
        self.platform().sign_in("/api/platform", OWNER, PASSWORD).await
    }

    /// A broker's host, nobody signed in.
    pub fn host(&self, slug: &str) -> Api<'_> {
        Api::new(self, format!("{slug}.localhost:{}", self.port))
    }

    /// A fresh broker from a template, with one CRM manager.
    pub async fn broker_from(&self, slug: &str, template: &str) -> Broker<'_> {
        let admin =
            AdminSeed { name: "Ada Manager".into(), email: format!("ada@{slug}.example"), password: Some(PASSWORD.into()) };
        commands::tenant_create(&self.app, slug, &format!("{slug} Ltd"), template, admin, &mut |_| {}).await.unwrap();
        Broker { world: self, slug: slug.to_owned() }
    }

    /// A fresh forex broker.
    pub async fn broker(&self, slug: &str) -> Broker<'_> {
        self.broker_from(slug, "forex-broker").await
    }

    async fn password_hash(&self) -> String {
        self.hash.get_or_init(|| async { runtime::crypto::hash_password(PASSWORD).await.unwrap() }).await.clone()
    }
}

/// The parts of a process, as the server connects them.
pub async fn connect(config: Config) -> SharedApp {
    let files = S3FileStore::new(&S3Settings {
        endpoint: Some(config.s3.endpoint.clone()),
        region: config.s3.region.clone(),
        bucket: config.s3.bucket.clone(),
        access_key: config.s3.access_key.clone(),
        secret_key: config.s3.secret_key.clone(),
    })
    .reached_at(config.s3.public_endpoint.as_deref());
    let mailer = SmtpMailer::new(config.mail.smtp_url.expose_secret()).unwrap();
    let scanner = connectors::clamd::scanner(config.clamd_addr.as_deref()).unwrap();
    let captcha = CaptchaService::new(&config.hcaptcha_url, &config.turnstile_url);
    App::connect(config, Arc::new(files), Arc::new(mailer), scanner, Arc::new(captcha), Clock::adjustable()).await.unwrap()
}

/// A broker in a world.
pub struct Broker<'w> {
    /// The installation.
    pub world: &'w World,
    /// The address.
    pub slug: String,
}

impl<'w> Broker<'w> {
    /// The host, nobody signed in.
    pub fn nobody(&self) -> Api<'w> {
        self.world.host(&self.slug)
    }

    /// The first administrator, a CRM manager.
    pub async fn manager(&self) -> Api<'w> {
        self.nobody().sign_in("/api", &format!("ada@{}.example", self.slug), PASSWORD).await
    }

    /// The tenant as the registry knows it.
    pub async fn tenant(&self) -> Arc<Tenant> {
        self.world.app.registry.by_slug(&self.slug).await.unwrap().unwrap()
    }

    /// A transaction of the product inside the tenant.
    pub async fn tx(&self) -> TenantTx {
        self.world.app.db.begin(&*self.tenant().await, ViewClass::FULL, Mode::Write).await.unwrap()
    }

    /// A team; returns its id.
    pub async fn team(&self, name: &str, parent: Option<Uuid>) -> Uuid {
        let (id, tx) = (Uuid::now_v7(), self.tx().await);
        tx.run("insert into teams (id, name, parent_id) values ($1, $2, $3)", [id.into(), name.into(), parent.into()])
            .await
            .unwrap();
        tx.run("update tenant_meta set access_version = access_version + 1", []).await.unwrap();
        tx.commit().await.unwrap();
        self.world.app.access.mark_stale(self.tenant().await.key).await;
        id
    }

    /// An active user with a role of the template; returns the id.
    pub async fn user(&self, name: &str, role: &str, team: Option<Uuid>) -> Uuid {
        let (id, tx) = (Uuid::now_v7(), self.tx().await);
        let email = self.email(name);
        tx.run(
            "insert into users (id, email, name, password_hash, role_id, team_id, status)
             select $1, $2, $3, $4, r.id, $6, 'active' from roles r where r.name = $5",
            [id.into(), email.into(), name.into(), self.world.password_hash().await.into(), role.into(), team.into()],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// The address of a user made by [`Broker::user`].
    pub fn email(&self, name: &str) -> String {
        format!("{}@{}.example", name.to_lowercase().replace(' ', "."), self.slug)
    }

    /// A user signed in.
    pub async fn signed_in(&self, name: &str) -> Api<'w> {
        self.nobody().sign_in("/api", &self.email(name), PASSWORD).await
    }

    /// A new user of a role, signed in.
    pub async fn actor(&self, name: &str, role: &str, team: Option<Uuid>) -> Api<'w> {
        self.user(name, role, team).await;
        self.signed_in(name).await
    }
}
