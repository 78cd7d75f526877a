//! The list of clients in a browser: the first load over a slow line on a slow machine, scrolling, and an
//! edit in the row; and how long the dashboard takes to open. A script over the project's own Chromium measures; here
//! its numbers become rows.

use std::path::Path;

use anyhow::Context as _;
use serde_json::Value as Json;
use tokio::process::Command;

use crate::desk::{Desk, PASSWORD, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, median};

/// Measures the large tenant.
pub async fn measure(plan: &Plan, desk: &Desk, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/bench/list.mjs");
    let out = Command::new("node")
        .arg(&script)
        .args([&desk.page(tenant)?, &tenant.admin(), PASSWORD, &plan.rounds.to_string()])
        .kill_on_drop(true)
        .output()
        .await;
    // Without a browser nothing was measured, and the run says so.
    let out = out.context("node can't start")?;
    anyhow::ensure!(out.status.success(), "the browser failed: {}", String::from_utf8_lossy(&out.stderr));
    let told: Json = serde_json::from_slice(&out.stdout).context("the browser tells nothing")?;
    let numbers = |name: &str| -> anyhow::Result<Vec<f64>> {
        let all = told[name].as_array().with_context(|| format!("the browser does not tell {name}"))?;
        Ok(all.iter().filter_map(Json::as_f64).collect())
    };
    let each = |all: &[f64]| all.iter().map(|n| number(*n)).collect::<Vec<_>>().join(" ");
    let load = numbers("kilobytes")?;
    table.row("browser: first load of the clients", each(&load), String::new(), (median(&load), "kB"), Aim::None);
    let paint = numbers("largest_paint_ms")?;
    table.row(
        "browser: largest paint, 4x slower CPU, 10 Mbit/s, 40 ms",
        each(&paint),
        String::new(),
        (median(&paint), "ms"),
        Aim::AtMost(2_500.0),
    );
    let fps = numbers("scroll_fps")?;
    let what = format!("browser: scrolling through {} clients", plan.large);
    table.row(&what, each(&fps), String::new(), (median(&fps), "fps"), Aim::AtLeast(55.0));
    let edit = numbers("edit_ms")?;
    table.row(
        "browser: an edit in the row, click to painted",
        each(&edit),
        String::new(),
        (median(&edit), "ms"),
        Aim::AtMost(100.0),
    );
    let dashboard = numbers("dashboard_ms")?;
    let what = format!("browser: the dashboard of {} clients, from the address to its figures", plan.large);
    table.row(&what, each(&dashboard), String::new(), (median(&dashboard), "ms"), Aim::AtMost(1_000.0));
    Ok(())
}
