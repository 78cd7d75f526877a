//! The database: pools with their guards, and [`TenantTx`], the only way to tenant data.
//!
//! One pool serves all tenants. A transaction begins with one batch that switches to the tenant's
//! role and search path, both `LOCAL`, so that the end of the transaction undoes them.
//!
//! Guards, each against a leak that was measured:
//! - `begin` runs in a task of its own: a request that is cancelled while `BEGIN` travels would
//!   otherwise hand back a connection that is still inside the transaction.
//! - a connection that returns to the pool is rolled back first, whatever state it is in.
//! - a connection that was lost while it lay idle (the server restarted) is noticed before anything
//!   was done over it: `begin` takes another one, and a pool asks connections that lay for a while.
//! - a statement that failed poisons the transaction: PostgreSQL answers `COMMIT` of an aborted
//!   transaction with success although nothing was kept.

mod pour;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kernel::DomainError;
use kernel::tenant::ViewClass;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, FromQueryResult, QueryResult, RuntimeErr, Statement, Value};
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor, Postgres, Transaction};
use tokio::sync::Mutex;

use crate::registry::Tenant;

pub use pour::{Cell, PouredRow};

/// What the database answered, with the parts that callers decide on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DbError(#[from] pub DbErr);

impl DbError {
    fn database_error(&self) -> Option<&(dyn sqlx::error::DatabaseError + 'static)> {
        match &self.0 {
            DbErr::Conn(RuntimeErr::SqlxError(e))
            | DbErr::Exec(RuntimeErr::SqlxError(e))
            | DbErr::Query(RuntimeErr::SqlxError(e)) => match e.as_ref() {
                sqlx::Error::Database(e) => Some(e.as_ref()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The SQLSTATE, if the server sent one.
    pub fn sqlstate(&self) -> Option<String> {
        self.database_error().and_then(|e| e.code().map(|c| c.into_owned()))
    }

    /// The constraint that was violated.
    pub fn constraint(&self) -> Option<&str> {
        self.database_error().and_then(|e| e.constraint())
    }

    /// Whether a unique index was violated.
    pub fn is_duplicate(&self) -> bool {
        self.sqlstate().as_deref() == Some("23505")
    }

    /// Whether the unique index of this name was violated.
    pub fn is_duplicate_of(&self, index: &str) -> bool {
        self.is_duplicate() && self.constraint() == Some(index)
    }

    fn is_connection_trouble(&self) -> bool {
        let away = |e: &sqlx::Error| {
            matches!(
                e,
                sqlx::Error::Io(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::Tls(_)
            )
        };
        match &self.0 {
            DbErr::Conn(RuntimeErr::SqlxError(e))
            | DbErr::Exec(RuntimeErr::SqlxError(e))
            | DbErr::Query(RuntimeErr::SqlxError(e)) => away(e.as_ref()),
            DbErr::ConnectionAcquire(_) => true,
            _ => false,
        }
    }
}

impl From<DbError> for DomainError {
    fn from(error: DbError) -> Self {
        let busy = || DomainError::unavailable("busy", "The database is busy. Please try again in a moment.");
        if error.is_connection_trouble() {
            tracing::warn!(error = %error, "database unreachable");
            return DomainError::unavailable(
                "database_unavailable",
                "The database can't be reached. Please try again in a moment.",
            );
        }
        match error.sqlstate().as_deref() {
            // Shutting down, starting up, out of connections, out of memory or disk.
            Some(s) if s.starts_with("57P") || s.starts_with("53") || s.starts_with("08") => busy(),
            // Deadlock, serialization failure, lock timeout, statement timeout.
            Some("40P01" | "40001" | "55P03" | "57014") => busy(),
            // A plan made before a migration; the connection heals itself with the next statement.
            Some("0A000") => busy(),
            // A value that the column's type can't hold and that no validator caught.
            Some("22003" | "22021" | "22P05" | "22001") => DomainError::Invalid {
                code: "validation_failed",
                message: "A value is out of range or contains characters that can't be stored.".to_owned(),
                fields: Default::default(),
            },
            // The masked role touched a clear column: a programming error, never the caller's.
            Some("42501") => {
                tracing::error!(alarm = "masked_role_denied", "a query under a masked role named a clear column");
                DomainError::internal("42501")
            }
            // DETAIL of a constraint error holds values; only the code and the constraint go to the log.
            Some(state) => DomainError::Internal(format!(
                "sqlstate {state} constraint {:?}: {}",
                error.constraint(),
                error.database_error().map(|e| e.message().to_owned()).unwrap_or_default()
            )),
            None => DomainError::internal(error.0),
        }
    }
}

/// Size and patience of a pool.
#[derive(Debug, Clone, Copy)]
pub struct PoolSize {
    /// Most connections at once.
    pub max: u32,
    /// Connections kept ready.
    pub min: u32,
    /// How long a caller waits for one.
    pub acquire: Duration,
}

impl Default for PoolSize {
    fn default() -> Self {
        Self { max: 16, min: 0, acquire: Duration::from_secs(5) }
    }
}

/// A connection that lay idle for longer is asked whether it still lives.
const IDLE_TRUST: Duration = Duration::from_secs(1);

/// Opens a pool with the guards; it connects when first used.
pub fn open_pool(url: &str, size: PoolSize, name: &str) -> anyhow::Result<PgPool> {
    let options: PgConnectOptions = url
        .parse::<PgConnectOptions>()?
        .application_name(name)
        .statement_cache_capacity(500)
        // The guard's BEGIN inside a transaction that was left open is a warning; nobody needs to read it.
        .options([("client_min_messages", "error"), ("statement_timeout", "30000")]);
    Ok(PgPoolOptions::new()
        .max_connections(size.max)
        .min_connections(size.min)
        .acquire_timeout(size.acquire)
        // A backend keeps the catalog of every schema it has touched; it must not live for ever.
        .max_lifetime(Duration::from_secs(600))
        .idle_timeout(Duration::from_secs(300))
        .test_before_acquire(false)
        // Under load nothing lies long enough to be asked.
        .before_acquire(|conn, meta| {
            Box::pin(async move {
                if meta.idle_for > IDLE_TRUST {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .after_release(|conn, _| {
            Box::pin(async move {
                // A ROLLBACK by itself would be a warning in the server's log for every request.
                conn.execute("BEGIN; ROLLBACK").await?;
                Ok(true)
            })
        })
        .connect_lazy_with(options))
}

/// Whether a transaction may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `BEGIN READ ONLY`.
    Read,
    /// `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`: every statement sees the same moment.
    Snapshot,
    /// `BEGIN`.
    Write,
}

impl Mode {
    fn words(self) -> &'static str {
        match self {
            Self::Read => " READ ONLY",
            Self::Snapshot => " ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write => "",
        }
    }
}

/// Hands out tenant transactions. Nothing else can reach the pool.
#[derive(Clone)]
pub struct TenantDb {
    pool: PgPool,
    prefix: Arc<str>,
}

impl TenantDb {
    /// Wraps the application's pool.
    pub fn new(pool: PgPool, prefix: &str) -> Self {
        Self { pool, prefix: prefix.into() }
    }

    /// Begins a transaction inside one tenant, under the role of the view class.
    pub async fn begin(&self, tenant: &Tenant, view: ViewClass, mode: Mode) -> Result<TenantTx, DbError> {
        let names = migrations::ControlNames { prefix: self.prefix.to_string() }.tenant(tenant.key);
        let prelude = format!(
            "BEGIN{}; SET LOCAL ROLE {}; SET LOCAL search_path = {}",
            mode.words(),
            migrations::quote(&names.role(view)),
            migrations::quote(&names.schema()),
        );
        let pool = self.pool.clone();
        let begun = tokio::spawn(async move {
            // As many as the pool has may have died with the server; nothing was done over them yet.
            for _ in 0..pool.size() {
                match pool.begin_with(AssertSqlSafe(prelude.clone())).await {
                    Err(e) if was_lost(&e) => tracing::debug!(error = %e, "a connection had died; taking another"),
                    begun => return begun,
                }
            }
            pool.begin_with(AssertSqlSafe(prelude)).await
        })
        .await;
        let tx = match begun {
            Ok(Ok(tx)) => tx,
            Ok(Err(e)) => return Err(sqlx_error(e)),
            Err(e) => return Err(DbError(DbErr::Custom(format!("begin: {e}")))),
        };
        Ok(TenantTx { inner: Mutex::new(tx), poisoned: AtomicBool::new(false), view })
    }

    /// Connections in use and idle, for metrics.
    pub fn pool_state(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }
}

/// A transaction inside one tenant. Dropping it rolls back.
pub struct TenantTx {
    inner: Mutex<Transaction<'static, Postgres>>,
    poisoned: AtomicBool,
    view: ViewClass,
}

impl TenantTx {
    /// The role's view class.
    pub fn view(&self) -> ViewClass {
        self.view
    }

    /// Commits. Fails if any statement failed before: PostgreSQL would say yes and keep nothing.
    pub async fn commit(self) -> Result<(), DbError> {
        if self.poisoned.load(Ordering::Acquire) {
            return Err(DbError(DbErr::Custom("commit of a transaction in which a statement failed".into())));
        }
        self.inner.into_inner().commit().await.map_err(sqlx_error)
    }

    /// Runs statements between a savepoint and its release; a failure inside leaves the transaction usable.
    pub async fn attempt<T, E>(&self, work: impl Future<Output = Result<T, E>>) -> Result<Result<T, E>, DbError> {
        self.run("SAVEPOINT attempt", []).await?;
        let result = work.await;
        if result.is_err() {
            // The failure inside belongs to the savepoint, not to the transaction.
            self.inner.lock().await.execute("ROLLBACK TO SAVEPOINT attempt").await.map_err(sqlx_error)?;
            self.poisoned.store(false, Ordering::Release);
        } else {
            self.run("RELEASE SAVEPOINT attempt", []).await?;
        }
        Ok(result)
    }

    /// Loads rows in the text format of `COPY`. The statement is fixed text: it is the one that can't be
    /// prepared, and nothing of a request may stand in it.
    pub async fn copy_in(&self, statement: &'static str, rows: &[u8]) -> Result<u64, DbError> {
        let mut tx = self.inner.lock().await;
        let loaded = async {
            let mut copy = tx.copy_in_raw(statement).await?;
            copy.send(rows).await?;
            copy.finish().await
        };
        let loaded = loaded.await;
        Ok(self.note(loaded)?)
    }

    fn note<T>(&self, result: Result<T, sqlx::Error>) -> Result<T, DbErr> {
        result.map_err(|e| {
            if !matches!(e, sqlx::Error::RowNotFound) {
                self.poisoned.store(true, Ordering::Release);
            }
            sqlx_error(e).0
        })
    }
}

/// Whether a connection was gone, or goes because the server ends.
fn was_lost(e: &sqlx::Error) -> bool {
    match e {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(e) => e.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

fn sqlx_error(e: sqlx::Error) -> DbError {
    DbError(DbErr::Query(RuntimeErr::SqlxError(Arc::new(e))))
}

fn query(stmt: &Statement) -> sqlx::query::Query<'_, Postgres, SqlxValues> {
    let values = stmt.values.clone().unwrap_or(sea_orm::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(stmt.sql.as_str()), SqlxValues(values))
}

#[async_trait::async_trait]
impl ConnectionTrait for TenantTx {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let mut tx = self.inner.lock().await;
        self.note((**tx).execute(query(&stmt)).await).map(Into::into)
    }

    async fn execute_unprepared(&self, _sql: &str) -> Result<ExecResult, DbErr> {
        // Unprepared text may hold several statements, and with them `SET ROLE`.
        Err(DbErr::Custom("unprepared statements are not allowed inside a tenant".into()))
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut tx = self.inner.lock().await;
        self.note((**tx).fetch_optional(query(&stmt)).await).map(|row| row.map(Into::into))
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut tx = self.inner.lock().await;
        self.note((**tx).fetch_all(query(&stmt)).await).map(|rows| rows.into_iter().map(Into::into).collect())
    }
}

/// Fixed SQL text with bound values: the short way to a statement that has no entity of its own.
pub trait Rows: ConnectionTrait {
    /// Rows of a query.
    fn all<T: FromQueryResult + Send>(
        &self,
        sql: &'static str,
        values: impl IntoIterator<Item = Value> + Send,
    ) -> impl Future<Output = Result<Vec<T>, DbError>> + Send {
        let stmt = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        async move {
            let rows = self.query_all_raw(stmt).await?;
            Ok(rows.iter().map(|r| T::from_query_result(r, "")).collect::<Result<_, _>>()?)
        }
    }

    /// The first row of a query, if there is one.
    fn one<T: FromQueryResult + Send>(
        &self,
        sql: &'static str,
        values: impl IntoIterator<Item = Value> + Send,
    ) -> impl Future<Output = Result<Option<T>, DbError>> + Send {
        let stmt = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        async move {
            let row = self.query_one_raw(stmt).await?;
            Ok(row.map(|r| T::from_query_result(&r, "")).transpose()?)
        }
    }

    /// The first column of the first row.
    fn scalar<T: sea_orm::TryGetable + Send>(
        &self,
        sql: &'static str,
        values: impl IntoIterator<Item = Value> + Send,
    ) -> impl Future<Output = Result<Option<T>, DbError>> + Send {
        let stmt = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        async move {
            let row = self.query_one_raw(stmt).await?;
            Ok(row.map(|r| r.try_get_by_index::<T>(0)).transpose()?)
        }
    }

    /// Runs a statement; returns how many rows it touched.
    fn run(
        &self,
        sql: &'static str,
        values: impl IntoIterator<Item = Value> + Send,
    ) -> impl Future<Output = Result<u64, DbError>> + Send {
        let stmt = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        async move { Ok(self.execute_raw(stmt).await?.rows_affected()) }
    }
}

impl<C: ConnectionTrait> Rows for C {}
