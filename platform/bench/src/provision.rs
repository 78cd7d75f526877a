//! Making tenants, one after another, against the bare batch of their tables.

use std::time::Instant;

use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use kernel::tenant::TenantKey;

use crate::desk::{Desk, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median};

/// The first and the last tenant are each measured by so many neighbours.
const NEIGHBOURS: usize = 9;

/// Numbers of tenants that are never made by the product.
const SPARE: i64 = 900_000;

/// Makes the tenants of the run; returns them in order.
pub async fn measure(plan: &Plan, desk: &Desk, table: &mut Table) -> anyhow::Result<Vec<Tenant>> {
    let count = if plan.wants("provision") || plan.wants("memory") { plan.tenants } else { 2 };
    let (mut tenants, mut bare) = (Vec::new(), Vec::new());
    for n in 1..=count {
        tenants.push(desk.create_tenant(&format!("bench-{n:03}")).await?);
        let outer = n <= NEIGHBOURS as u64 || n > count.saturating_sub(NEIGHBOURS as u64);
        if outer && plan.wants("provision") {
            bare.push(bare_batch(desk, TenantKey(SPARE + i64::try_from(n)?)).await?);
        }
    }
    if !plan.wants("provision") || tenants.len() < 2 * NEIGHBOURS {
        return Ok(tenants);
    }
    let took = durations(desk).await?;
    anyhow::ensure!(took.len() == tenants.len(), "{} of {} provisionings are recorded as done", took.len(), tenants.len());
    let (first, last) = (median(&took[..NEIGHBOURS]), median(&took[took.len() - NEIGHBOURS..]));
    let ms = |seconds: f64| format!("{} ms", number(seconds * 1e3));
    table.row("provision a tenant (median)", ms(median(&took)), String::new(), (median(&took), "s"), Aim::AtMost(0.5));
    let ratio = median(&took) / median(&bare);
    table.row("provision a tenant / its bare DDL batch", ms(median(&took)), ms(median(&bare)), (ratio, ""), Aim::None);
    let what = format!("provision tenant {count} / tenant 1 (medians of {NEIGHBOURS})");
    table.row(&what, ms(last), ms(first), (last / first, ""), Aim::AtMost(1.3));
    Ok(tenants)
}

/// Seconds from the begin of the first step to the end of the last, tenant by tenant.
async fn durations(desk: &Desk) -> anyhow::Result<Vec<f64>> {
    let mut admin = database::connect(&desk.admin_url()?, &[]).await?;
    let rows = admin
        .fetch_all(
            "select extract(epoch from max(s.finished_at) - min(s.started_at))::float8
             from control.provisionings p join control.provisioning_steps s on s.provisioning_id = p.id
             where p.slug like 'bench-%' and p.status = 'done'
             group by p.id, p.slug having bool_and(s.status = 'done') order by p.slug",
        )
        .await?;
    Ok(rows.iter().map(|r| r.try_get(0)).collect::<Result<_, _>>()?)
}

/// Seconds that the batch of a tenant's roles, schema and tables takes in one round trip; it is removed
/// again.
async fn bare_batch(desk: &Desk, key: TenantKey) -> anyhow::Result<f64> {
    let control = desk.names()?;
    let names = control.tenant(key);
    let mut provisioner = database::connect(&desk.provision_url()?, &[]).await?;
    let started = Instant::now();
    provisioner.execute(AssertSqlSafe(names.create_batch(&control))).await?;
    let took = started.elapsed().as_secs_f64();
    provisioner.execute(AssertSqlSafe(names.drop_batch())).await?;
    Ok(took)
}
