//! Resident memory of the API, a process of its own.

use crate::desk::{Api, Tenant};
use crate::table::{Aim, Table, number};

const MB: f64 = 1_000_000.0;

/// After the load of the measurements before, then after a signed-in user of every tenant read a list.
pub async fn measure(api: &Api, idle: u64, tenants: &[Tenant], table: &mut Table) -> anyhow::Result<()> {
    let mb = |bytes: u64| bytes as f64 / MB;
    let loaded = api.memory()?;
    let at_start = format!("{} MB at start", number(mb(idle)));
    table.row(
        "memory of the API after load",
        format!("{} MB", number(mb(loaded))),
        at_start,
        (mb(loaded), "MB"),
        Aim::AtMost(80.0),
    );
    for tenant in tenants {
        let client = api.sign_in(tenant).await?;
        client.text("/api/clients?limit=20").await?;
    }
    let touched = api.memory()?;
    let what = format!("memory of the API, {} tenants touched", tenants.len());
    let before = format!("{} MB before", number(mb(loaded)));
    table.row(&what, format!("{} MB", number(mb(touched))), before, (mb(touched), "MB"), Aim::AtMost(120.0));
    Ok(())
}
