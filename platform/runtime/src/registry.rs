//! The tenant registry: who lives at which address, in which state, with which brand and keys.
//!
//! Cached in every process. Entries go when a message says so ([`crate::events`]) and after a few
//! seconds anyway, so that a lost message costs seconds and not correctness.

use std::sync::Arc;
use std::time::Duration;

use kernel::DomainError;
use kernel::tenant::TenantKey;
use moka::future::Cache;
use secrecy::SecretSlice;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::Row as _;
use uuid::Uuid;

use crate::crypto::Vault;

/// The platform's own realm has this address in the registry; no broker can take it.
pub const PLATFORM_SLUG: &str = "platform";

/// How a tenant looks. What is absent falls back to the product's defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// Brand colour, `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<String>,
    /// Logo on light surfaces: an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_light: Option<String>,
    /// Logo on dark surfaces: an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_dark: Option<String>,
    /// Square mark: an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Favicon: an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favicon: Option<String>,
    /// Corner radius in pixels, 0 to 12.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius: Option<u8>,
    /// One of the bundled font families.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub font: Option<String>,
    /// `cool`, `warm` or `pure` greys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neutral: Option<String>,
    /// Language when the visitor's is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// Where a tenant is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantStatus {
    /// Being made.
    Provisioning,
    /// Serving.
    Active,
    /// Closed by the owner; data stays.
    Suspended,
    /// Provisioning failed; can be retried.
    Failed,
    /// Going.
    Deleting,
}

impl TenantStatus {
    fn parse(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "suspended" => Self::Suspended,
            "failed" => Self::Failed,
            "deleting" => Self::Deleting,
            _ => Self::Provisioning,
        }
    }
}

/// One tenant as the registry knows it.
#[derive(Debug)]
pub struct Tenant {
    /// Its number.
    pub key: TenantKey,
    /// Its public id; access tokens name it.
    pub id: Uuid,
    /// Its address.
    pub slug: String,
    /// The company.
    pub name: String,
    /// State.
    pub status: TenantStatus,
    /// Template it came from.
    pub template: String,
    /// Its look.
    pub branding: Branding,
    /// Modules that are on.
    pub modules: Vec<String>,
    /// The version of its schema.
    pub schema_version: i32,
    /// Signs its access tokens; absent until its secrets are made.
    pub jwt_key: Option<SecretSlice<u8>>,
}

impl Tenant {
    /// Whether this is the platform's own realm.
    pub fn is_platform(&self) -> bool {
        self.key == TenantKey::PLATFORM
    }
}

/// The purpose under which a tenant's secret is sealed.
pub fn secret_purpose(key: TenantKey, name: &str) -> String {
    format!("{key}:{name}")
}

macro_rules! tenant_where {
    ($filter:literal) => {
        concat!(
            "select t.key, t.id, t.slug, t.name, t.status, t.template, t.branding, t.modules, t.schema_version, s.sealed ",
            "from control.tenants t ",
            "left join control.tenant_secrets s on s.tenant_key = t.key and s.name = 'jwt_access' where ",
            $filter
        )
    };
}

const BY_SLUG: &str = tenant_where!("t.slug = $1");
const BY_KEY: &str = tenant_where!("t.key = $1");

/// Finds tenants by address or number.
#[derive(Clone)]
pub struct Registry {
    pool: PgPool,
    vault: Vault,
    by_slug: Cache<String, Option<Arc<Tenant>>>,
    by_key: Cache<TenantKey, Arc<Tenant>>,
}

impl Registry {
    /// Over the application's pool.
    pub fn new(pool: PgPool, vault: Vault) -> Self {
        let ttl = Duration::from_secs(5);
        Self {
            pool,
            vault,
            by_slug: Cache::builder().max_capacity(10_000).time_to_live(ttl).build(),
            by_key: Cache::builder().max_capacity(10_000).time_to_live(ttl).build(),
        }
    }

    /// The tenant at an address; `None` when nobody lives there.
    pub async fn by_slug(&self, slug: &str) -> kernel::Result<Option<Arc<Tenant>>> {
        // What can't be a slug needs no question to the database.
        if slug != PLATFORM_SLUG && kernel::tenant::check_slug(slug).is_err() {
            return Ok(None);
        }
        let load = self.load(BY_SLUG, slug.to_owned().into());
        self.by_slug.try_get_with_by_ref(slug, load).await.map_err(shared)
    }

    /// The tenant of a number.
    pub async fn by_key(&self, key: TenantKey) -> kernel::Result<Arc<Tenant>> {
        let load = async { self.load(BY_KEY, key.0.into()).await?.ok_or_else(|| DomainError::not_found("Tenant")) };
        self.by_key.try_get_with_by_ref(&key, load).await.map_err(shared)
    }

    /// The platform's own realm.
    pub async fn platform(&self) -> kernel::Result<Arc<Tenant>> {
        self.by_key(TenantKey::PLATFORM).await
    }

    /// Forgets what is cached about a tenant.
    pub async fn forget(&self, key: TenantKey, slug: &str) {
        self.by_key.invalidate(&key).await;
        self.by_slug.invalidate(slug).await;
    }

    /// Numbers of all tenants that serve, the platform's realm among them.
    pub async fn active_keys(&self) -> kernel::Result<Vec<TenantKey>> {
        let rows = sqlx::query("select key from control.tenants where status = 'active' order by key")
            .fetch_all(&self.pool)
            .await
            .map_err(unavailable)?;
        Ok(rows.iter().map(|r| TenantKey(r.get(0))).collect())
    }

    async fn load(&self, sql: &'static str, value: sea_orm::Value) -> kernel::Result<Option<Arc<Tenant>>> {
        let values = sea_query_sqlx::SqlxValues(sea_orm::Values(vec![value]));
        let row = sqlx::query_with(sql, values).fetch_optional(&self.pool).await.map_err(unavailable)?;
        let Some(row) = row else { return Ok(None) };
        let key = TenantKey(row.get("key"));
        let jwt_key = match row.get::<Option<Vec<u8>>, _>("sealed") {
            Some(sealed) => Some(self.vault.open(&secret_purpose(key, "jwt_access"), &sealed)?.into()),
            None => None,
        };
        Ok(Some(Arc::new(Tenant {
            key,
            id: row.get("id"),
            slug: row.get("slug"),
            name: row.get("name"),
            status: TenantStatus::parse(row.get("status")),
            template: row.get("template"),
            branding: serde_json::from_value(row.get("branding")).unwrap_or_default(),
            modules: serde_json::from_value(row.get("modules")).unwrap_or_default(),
            schema_version: row.get("schema_version"),
            jwt_key,
        })))
    }
}

/// The registry could not be read.
fn unavailable(e: sqlx::Error) -> DomainError {
    crate::db::DbError(sea_orm::DbErr::Query(sea_orm::RuntimeErr::SqlxError(Arc::new(e)))).into()
}

/// Callers that waited for the same load share its failure.
fn shared(e: Arc<DomainError>) -> DomainError {
    match &*e {
        DomainError::NotFound { code, message } => DomainError::NotFound { code, message: message.clone() },
        DomainError::Unavailable { code, message } => DomainError::Unavailable { code, message: message.clone() },
        other => DomainError::internal(other),
    }
}
