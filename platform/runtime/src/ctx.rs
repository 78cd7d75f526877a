//! [`Ctx`], the one argument of every operation, whether a request, a job or a command started it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use kernel::event::Event;
use kernel::job::Job;
use kernel::permission::{Level, Scope};
use poem_openapi::types::ToJSON;
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::access::Actor;
use crate::app::SharedApp;
use crate::audit::{self, Change};
use crate::db::{Mode, Rows as _, TenantTx};
use crate::outbox;
use crate::registry::Tenant;

/// Where a request came from.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    /// Our id of the request; it is in the answer, the log and the audit row.
    pub id: String,
    /// The caller's address.
    pub ip: Option<String>,
    /// The caller's program.
    pub user_agent: Option<String>,
    /// `Idempotency-Key`.
    pub idempotency: Option<IdempotencyKey>,
}

/// An `Idempotency-Key` that came with a request.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// As the caller wrote it.
    pub key: String,
    /// Hash of method, address and body.
    pub request: Vec<u8>,
    /// What the caller may do and see at the time of the request ([`Actor::policy`]); empty for a caller
    /// without an account.
    pub policy: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Line {
    key: String,
    word: String,
}

/// An operation under way inside one tenant.
pub struct Ctx {
    app: SharedApp,
    tenant: Arc<Tenant>,
    actor: Arc<Actor>,
    request: RequestInfo,
    tx: TenantTx,
    wake: AtomicBool,
    access_changed: AtomicBool,
    configures: AtomicBool,
    touched: Mutex<Vec<String>>,
    gathered: Mutex<Gathered>,
    idempotent: bool,
}

/// Audit rows, jobs and events of an operation: written together at its end, so that a change of
/// many records costs one statement for all of them.
#[derive(Default)]
struct Gathered {
    audits: Vec<Json>,
    messages: Vec<Json>,
}

impl Ctx {
    /// Begins an operation.
    pub async fn begin(
        app: &SharedApp,
        tenant: &Arc<Tenant>,
        actor: Arc<Actor>,
        request: RequestInfo,
        mode: Mode,
    ) -> kernel::Result<Self> {
        let tx = app.db.begin(tenant, actor.view, mode).await?;
        let mut ctx = Self {
            app: app.clone(),
            tenant: tenant.clone(),
            actor,
            request,
            tx,
            wake: AtomicBool::new(false),
            access_changed: AtomicBool::new(false),
            configures: AtomicBool::new(false),
            touched: Mutex::new(Vec::new()),
            gathered: Mutex::new(Gathered::default()),
            idempotent: false,
        };
        if mode == Mode::Write {
            ctx.idempotent = crate::http::idempotency::claim(&ctx).await?;
        }
        Ok(ctx)
    }

    /// Begins an operation of the product itself.
    pub async fn system(app: &SharedApp, tenant: &Arc<Tenant>, name: &str) -> kernel::Result<Self> {
        Self::begin(app, tenant, Arc::new(Actor::system(name)), RequestInfo::default(), Mode::Write).await
    }

    /// The process's shared parts.
    pub fn app(&self) -> &SharedApp {
        &self.app
    }

    /// The tenant.
    pub fn tenant(&self) -> &Arc<Tenant> {
        &self.tenant
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Where the request came from.
    pub fn request(&self) -> &RequestInfo {
        &self.request
    }

    /// The transaction.
    pub fn tx(&self) -> &TenantTx {
        &self.tx
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    /// How far a permission reaches for the actor, or a refusal.
    pub fn require(&self, permission: &'static str) -> kernel::Result<Scope> {
        self.actor.require(permission)
    }

    /// How much of a sensitive field the actor sees.
    pub fn level(&self, field: &str) -> Level {
        self.actor.level(field)
    }

    /// The acting user's id.
    pub fn user_id(&self) -> Option<Uuid> {
        self.actor.user.map(Uuid::from)
    }

    /// Writes the audit row of a change. It is kept until the commit, like jobs and events.
    pub async fn audit(&self, action: &str, resource: &str, id: Option<Uuid>, changes: Vec<Change>) -> kernel::Result<()> {
        let masked = audit::masked(&changes);
        self.gathered().audits.push(json!({
            "id": Uuid::now_v7(), "at": self.now(), "action": action, "resource_type": resource, "resource_id": id,
            "diff": changes, "diff_masked": masked,
        }));
        self.wake.store(true, Ordering::Release);
        self.touch("audit");
        Ok(())
    }

    /// Writes a job; it runs after this transaction commits, or never.
    pub async fn enqueue<J: Job>(&self, job: &J) -> kernel::Result<Uuid> {
        self.wake.store(true, Ordering::Release);
        self.touch("job");
        let (id, message) = outbox::message_of_job(job)?;
        self.gathered().messages.push(message);
        Ok(id)
    }

    /// Tells open screens what happened, after this transaction commits.
    pub async fn emit(&self, event: Event) -> kernel::Result<()> {
        self.wake.store(true, Ordering::Release);
        if let Some((entity, _)) = event.name.split_once('.') {
            self.touch(entity);
        }
        self.gathered().messages.push(outbox::message_of_event(&event));
        Ok(())
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        // A panic while a row was added leaves the rows before it whole.
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what was gathered so far, all of it in one statement. The commit does it by itself; this is
    /// for statements that write audit rows of their own, which shall stand behind.
    pub async fn flush(&self) -> kernel::Result<()> {
        let Gathered { audits, messages } = std::mem::take(&mut *self.gathered());
        if audits.is_empty() && messages.is_empty() {
            return Ok(());
        }
        self.tx
            .run(
                "with written as (
                     insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked,
                         ip, request_id)
                     select a.id, a.at, $1, $2, a.action, a.resource_type, a.resource_id, a.diff, a.diff_masked, $3, $4
                     from jsonb_to_recordset($5) as a (id uuid, at timestamptz, action text, resource_type text,
                         resource_id uuid, diff jsonb, diff_masked jsonb)
                 )
                 insert into control.outbox (id, tenant_key, kind, payload, dedupe_key, max_attempts)
                 select m.id, $6, m.kind, coalesce(m.payload, 'null'), m.dedupe_key, m.max_attempts
                 from jsonb_to_recordset($7) as m (id uuid, kind text, payload jsonb, dedupe_key text, max_attempts int)
                 on conflict do nothing",
                [
                    self.actor.id().into(),
                    self.actor.name.clone().into(),
                    self.request.ip.clone().into(),
                    (!self.request.id.is_empty()).then(|| self.request.id.clone()).into(),
                    Json::Array(audits).into(),
                    self.tenant.key.0.into(),
                    Json::Array(messages).into(),
                ],
            )
            .await?;
        Ok(())
    }

    /// Makes this process's totals of such lists stale once this is committed.
    fn touch(&self, entity: &str) {
        if let Ok(mut touched) = self.touched.lock() {
            touched.push(entity.to_owned());
        }
    }

    /// Says that somebody's access changed, or what is [`Kept`](crate::access::Kept) of the configuration;
    /// every process asks anew after the commit. Changes of access
    /// come one after the other from here on: who was put out by the one before changes nothing more.
    pub async fn access_changed(&self) -> kernel::Result<()> {
        self.configures.store(true, Ordering::Release);
        crate::access::bump_version(&self.tx).await?;
        self.still_may().await?;
        self.access_changed.store(true, Ordering::Release);
        Ok(())
    }

    /// Takes the lock under which access changes, for a change of configuration that leaves access as it
    /// is: they too come one after the other, and not from who was put out by the one before.
    pub async fn lock_configuration(&self) -> kernel::Result<()> {
        self.configures.store(true, Ordering::Release);
        self.tx.run("select 1 from tenant_meta for update", []).await?;
        self.still_may().await
    }

    /// Whether this operation changes the configuration.
    pub(crate) fn configures(&self) -> bool {
        self.configures.load(Ordering::Acquire)
    }

    /// Fails if the acting user's session or key ended or their role gives less than it did when the request
    /// came in: whatever permission this change was let in by may be the one that is gone.
    async fn still_may(&self) -> kernel::Result<()> {
        let Some((role, _)) = &self.actor.role else { return self.still_in(None).await };
        self.still_in(Some(role.0)).await?;
        let sql = "select permission as key, scope as word from role_permissions where role_id = $1";
        let lines: Vec<Line> = self.tx.all(sql, [role.0.into()]).await?;
        let held = |key: &str, scope: Scope| lines.iter().any(|l| l.key == key && Scope::parse(&l.word) >= Some(scope));
        if self.actor.grants.iter().all(|(key, scope)| held(key, *scope)) {
            return Ok(());
        }
        Err(kernel::DomainError::conflict("access_changed", "Your access changed a moment ago. Please try again."))
    }

    /// Fails if the acting user's session or the key ended or got another role.
    async fn still_in(&self, role: Option<Uuid>) -> kernel::Result<()> {
        let found: Option<i32> = match (self.actor.user, self.actor.session, self.actor.key) {
            (Some(user), Some(session), _) => {
                let sql = "select 1 from users u join sessions s on s.user_id = u.id
                           where u.id = $1 and s.id = $2 and u.status = 'active' and s.revoked_at is null
                             and ($3::uuid is null or u.role_id = $3)";
                self.tx.scalar(sql, [user.0.into(), session.0.into(), role.into()]).await?
            }
            (None, None, Some(key)) => {
                let sql = "select 1 from api_keys where id = $1 and revoked_at is null and ($2::uuid is null or role_id = $2)
                             and (expires_at is null or expires_at > now())";
                self.tx.scalar(sql, [key.into(), role.into()]).await?
            }
            _ => return Ok(()),
        };
        found.map(|_| ()).ok_or_else(|| {
            let message = "Your access changed a moment ago. Sign in again.";
            kernel::DomainError::unauthenticated("session_ended", message)
        })
    }

    /// Commits the change with its audit rows, jobs and events.
    pub async fn commit(self) -> kernel::Result<()> {
        self.flush().await?;
        self.tx.commit().await?;
        if self.access_changed.load(Ordering::Acquire) {
            self.app.access.mark_stale(self.tenant.key).await;
            self.app.publish_invalidation("access", self.tenant.key, &self.tenant.slug).await;
        }
        for entity in self.touched.into_inner().unwrap_or_default() {
            self.app.counts.touch(self.tenant.key, &entity);
        }
        if self.wake.load(Ordering::Acquire) {
            self.app.waker.ring(self.tenant.key);
        }
        Ok(())
    }

    /// Commits and keeps the answer under the request's `Idempotency-Key`, so that the same request
    /// sent again gets the same answer and changes nothing.
    pub async fn commit_reply<T: ToJSON>(self, status: u16, reply: &T) -> kernel::Result<()> {
        if self.idempotent {
            crate::http::idempotency::keep(&self, status, reply).await?;
        }
        self.commit().await
    }
}
