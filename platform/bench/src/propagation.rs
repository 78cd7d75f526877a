//! How long a change of somebody's role takes to hold in another process.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::desk::{Api, Desk, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, median, percentile};

const CHANGES: usize = 20;
const PATH: &str = "/api/clients?limit=1";

/// Changes a user's role at one process and asks another until it refuses, and until it grants again.
pub async fn measure(_plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let other = desk.api().await?;
    let admin = api.sign_in(tenant).await?;
    let (reader, user) = other.sign_in_as(desk, tenant, "Support").await?;
    let mut took = Vec::new();
    for n in 0..CHANGES {
        // One role reads clients, the other does not.
        let (role, wanted) = if n % 2 == 0 { ("Partner Manager", 403) } else { ("Support", 200) };
        anyhow::ensure!(reader.status(PATH).await? != wanted, "the change is there before it was made");
        admin.patch(&format!("/api/users/{user}"), &json!({ "role": role })).await?;
        let changed = Instant::now();
        while reader.status(PATH).await? != wanted {
            anyhow::ensure!(changed.elapsed() < Duration::from_secs(10), "the change does not arrive");
        }
        took.push(changed.elapsed().as_secs_f64() * 1e3);
    }
    other.stop().await;
    let longest = percentile(&took, 100.0);
    let middle = format!("{} ms in the middle", number(median(&took)));
    let what = format!("a changed role holds in another process, longest of {CHANGES}");
    table.row(&what, format!("{} ms", number(longest)), middle, (longest, "ms"), Aim::AtMost(1_000.0));
    Ok(())
}
