//! The parts that all operations of a process share.

use std::sync::Arc;
use std::time::Duration;

use kernel::clock::Clock;
use kernel::ports::{CaptchaJudge, FileStore, Mailer, VirusScanner};
use kernel::tenant::TenantKey;
use secrecy::ExposeSecret as _;
use sqlx::PgPool;

use crate::access::Access;
use crate::config::Config;
use crate::counts::Counts;
use crate::crypto::Vault;
use crate::db::{PoolSize, TenantDb, open_pool};
use crate::events::{Channels, Hub, Invalidation};
use crate::limits::Limits;
use crate::outbox::Waker;
use crate::registry::Registry;
use crate::telemetry::Metrics;

/// Shared by reference everywhere.
pub type SharedApp = Arc<App>;

/// The parts of a process.
pub struct App {
    /// Configuration, checked.
    pub config: Config,
    /// Tenant transactions.
    pub db: TenantDb,
    /// The `control` schema: registry, outbox, provisionings. Never tenant data.
    pub control: PgPool,
    /// The provisioner's login; only in processes that provision.
    pub provision: Option<PgPool>,
    /// The installation's role prefix.
    pub prefix: String,
    /// Redis commands.
    pub redis: redis::aio::ConnectionManager,
    /// For subscriptions, which need connections of their own.
    pub redis_client: redis::Client,
    /// Names in Redis.
    pub channels: Channels,
    /// Tenants.
    pub registry: Registry,
    /// Policies.
    pub access: Access,
    /// Sealed secrets.
    pub vault: Vault,
    /// The file store.
    pub files: Arc<dyn FileStore>,
    /// Outgoing mail.
    pub mailer: Arc<dyn Mailer>,
    /// The virus scanner; documents are not scanned where there is none.
    pub scanner: Option<Arc<dyn VirusScanner>>,
    /// Judges of captchas.
    pub captcha: Arc<dyn CaptchaJudge>,
    /// Rate limits.
    pub limits: Limits,
    /// Totals of lists.
    pub counts: Counts,
    /// Readers of live events.
    pub hub: Hub,
    /// Wake-ups after a commit.
    pub waker: Waker,
    /// Metrics.
    pub metrics: Metrics,
    /// Time.
    pub clock: Clock,
}

impl App {
    /// Connects everything. Fails with a sentence that says what can't be reached.
    pub async fn connect(
        config: Config,
        files: Arc<dyn FileStore>,
        mailer: Arc<dyn Mailer>,
        scanner: Option<Arc<dyn VirusScanner>>,
        captcha: Arc<dyn CaptchaJudge>,
        clock: Clock,
    ) -> anyhow::Result<SharedApp> {
        let size = PoolSize { max: config.database_pool, ..PoolSize::default() };
        let control = open_pool(config.database_url.expose_secret(), size, "brokerdesk")?;
        let prefix: String = sqlx::query_scalar("select prefix from control.installation")
            .fetch_one(&control)
            .await
            .map_err(|e| anyhow::anyhow!("the database is not ready for Brokerdesk ({e}); run `brokerdesk migrate` first"))?;
        let provision = match &config.provision_database_url {
            Some(url) => {
                Some(open_pool(url.expose_secret(), PoolSize { max: 4, ..PoolSize::default() }, "brokerdesk-provisioner")?)
            }
            None => None,
        };
        let redis_client = redis::Client::open(config.redis_url.expose_secret())?;
        let settings = redis::aio::ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(2)))
            .set_response_timeout(Some(Duration::from_secs(2)))
            .set_number_of_retries(1);
        let redis = redis::aio::ConnectionManager::new_with_config(redis_client.clone(), settings)
            .await
            .map_err(|e| anyhow::anyhow!("Redis can't be reached at REDIS_URL: {e}"))?;
        let vault = Vault::new(config.master_key.expose_secret())?;
        let db = TenantDb::new(control.clone(), &prefix);
        Ok(Arc::new(Self {
            registry: Registry::new(control.clone(), vault.clone()),
            access: Access::new(db.clone(), vault.clone(), config.console.clone().unwrap_or_default()),
            limits: Limits::new(redis.clone(), &prefix),
            channels: Channels::new(&prefix),
            counts: Counts::default(),
            hub: Hub::default(),
            waker: Waker::default(),
            metrics: Metrics::new()?,
            config,
            db,
            control,
            provision,
            prefix,
            redis,
            redis_client,
            vault,
            files,
            mailer,
            scanner,
            captcha,
            clock,
        }))
    }

    /// Starts the listeners that every process runs: events, invalidations, wake-ups.
    pub fn start_listeners(self: &Arc<Self>) {
        tokio::spawn(crate::events::listen(self.clone()));
        tokio::spawn(self.waker.clone().run(self.redis.clone(), self.channels.wake()));
    }

    /// Tells every process to forget what it cached about a tenant.
    pub async fn publish_invalidation(&self, what: &str, key: TenantKey, slug: &str) {
        if what == "registry" {
            self.registry.forget(key, slug).await;
        }
        let message = Invalidation { what: what.to_owned(), tenant: key.0, slug: slug.to_owned() };
        let text = serde_json::to_string(&message).unwrap_or_default();
        let sent: redis::RedisResult<()> =
            redis::cmd("PUBLISH").arg(self.channels.invalidations()).arg(text).query_async(&mut self.redis.clone()).await;
        if let Err(error) = sent {
            tracing::debug!(%error, "invalidation not published; caches expire by themselves");
        }
    }

    /// Names of the installation's roles.
    pub fn names(&self) -> migrations::ControlNames {
        migrations::ControlNames { prefix: self.prefix.clone() }
    }

    /// The provisioner's pool, or why there is none.
    pub fn provision_pool(&self) -> kernel::Result<&PgPool> {
        self.provision.as_ref().ok_or_else(|| kernel::DomainError::internal("PROVISION_DATABASE_URL is not set in this process"))
    }
}
