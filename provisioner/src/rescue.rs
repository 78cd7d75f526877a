//! Work that nobody is doing any more: a command that was killed left a provisioning that runs or a
//! tenant that is going, and no job knows of it. It is given to the workers.

use kernel::tenant::TenantKey;
use runtime::outbox::JobRun;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::job::ProvisionTenant;
use crate::tenants::DropTenant;

#[derive(FromQueryResult)]
struct Idle {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Going {
    key: i64,
    slug: String,
}

/// Queues what has stood still for two minutes and has no job. Runs in the platform's realm.
pub(crate) async fn rescue(run: &JobRun) -> kernel::Result<()> {
    debug_assert_eq!(run.tenant.key, TenantKey::PLATFORM);
    let ctx = run.ctx("Provisioner").await?;
    for Idle { id } in idle(&ctx).await? {
        tracing::warn!(provisioning = %id, "a provisioning without a runner is taken up");
        ctx.enqueue(&ProvisionTenant { provisioning_id: id }).await?;
    }
    for Going { key, slug } in going(&ctx).await? {
        tracing::warn!(slug, "a tenant without a remover is taken up");
        ctx.enqueue(&DropTenant { tenant_key: key, slug }).await?;
    }
    ctx.commit().await
}

async fn idle(ctx: &Ctx) -> kernel::Result<Vec<Idle>> {
    Ok(ctx
        .tx()
        .all(
            "select p.id from control.provisionings p
             where p.status = 'running' and p.tenant_key is not null and p.created_at < now() - interval '2 minutes'
               and not exists (select 1 from control.provisioning_steps s where s.provisioning_id = p.id
                               and greatest(s.started_at, s.finished_at) > now() - interval '2 minutes')
               and not exists (select 1 from control.outbox o where o.tenant_key = 0 and o.kind = 'tenant.provision'
                               and o.state in ('queued', 'sent', 'running') and o.payload ->> 'provisioning_id' = p.id::text)
             limit 20",
            [],
        )
        .await?)
}

async fn going(ctx: &Ctx) -> kernel::Result<Vec<Going>> {
    Ok(ctx
        .tx()
        .all(
            "select t.key, t.slug from control.tenants t
             where t.status = 'deleting' and t.updated_at < now() - interval '2 minutes'
               and not exists (select 1 from control.outbox o where o.tenant_key = 0 and o.kind = 'tenant.drop'
                               and o.state in ('queued', 'sent', 'running') and (o.payload ->> 'tenant_key')::bigint = t.key)
             limit 20",
            [],
        )
        .await?)
}
