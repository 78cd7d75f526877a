//! What masks cost: the same list for a role that sees contact data in clear and for one that does not.

use anyhow::Context as _;
use serde_json::Value as Json;

use crate::client::Client;
use crate::desk::{Api, Desk, Tenant};
use crate::list;
use crate::load::{self, Request};
use crate::table::{Aim, Table, number};
use crate::{Plan, median};

const CONNECTIONS: u32 = 8;
const PATH: &str = "/api/clients?status=active&sort=-created_at&limit=20";

/// Measures both roles in turns.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let clear = target(desk, api, tenant, "Compliance", false).await?;
    let masked = target(desk, api, tenant, "Support", true).await?;
    let (mut open, mut shut) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        open.push(load::closed(plan, desk, &clear.0, &clear.1, CONNECTIONS, plan.interval).await?.rate);
        shut.push(load::closed(plan, desk, &masked.0, &masked.1, CONNECTIONS, plan.interval).await?.rate);
    }
    let per_second = |numbers: &[f64]| format!("{}/s", number(median(numbers)));
    let ratio = median(&shut) / median(&open);
    table.row("list as a masked role / as a full one", per_second(&shut), per_second(&open), (ratio, ""), Aim::AtLeast(0.9));
    Ok(())
}

/// A reader of a role and what it must be answered.
async fn target(desk: &Desk, api: &Api, tenant: &Tenant, role: &str, masked: bool) -> anyhow::Result<(Client, Request)> {
    let client = api.sign_in_as(desk, tenant, role).await?.0;
    let text = client.text(PATH).await?;
    let json: Json = serde_json::from_str(&text)?;
    let rows = json["data"].as_array().context("the list has no rows")?;
    let hides = |row: &Json| row["email"].as_str().is_some_and(|e| e.contains('•'));
    anyhow::ensure!(rows.len() == 20 && rows.iter().all(|r| hides(r) == masked), "the list of {role} is wrong: {text}");
    let head = list::before_totals(&text)?;
    let name = format!("masking-{}", role.to_lowercase());
    Ok((
        client,
        Request {
            name,
            method: "GET",
            path: PATH.to_owned(),
            body: String::new(),
            status: 200,
            least: head.len(),
            length: text.len(),
            head,
        },
    ))
}
