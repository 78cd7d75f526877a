//! From the start of `brokerdesk up` on an existing data directory to the first "ready".

use crate::desk::Desk;
use crate::table::{Aim, Table, number};
use crate::{Plan, median};

/// Stops and starts the installation.
pub async fn measure(plan: &Plan, desk: &mut Desk, table: &mut Table) -> anyhow::Result<()> {
    let mut seconds = Vec::new();
    for _ in 0..plan.rounds {
        desk.stop().await;
        seconds.push(desk.up().await?.as_secs_f64());
    }
    let all: Vec<String> = seconds.iter().map(|s| number(*s)).collect();
    let what = "start to ready, existing data directory";
    table.row(what, format!("{} s", all.join(", ")), String::new(), (median(&seconds), "s"), Aim::AtMost(2.0));
    Ok(())
}
