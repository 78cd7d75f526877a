//! A salesperson's screens: the board of 10,000 open deals, one of its columns further down, the forecast, and the
//! list of what one has to do among 1,000,000 activities.

use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Executor as _};
use uuid::Uuid;

use crate::desk::{Api, Desk, Tenant};
use crate::pace::{self, Pace, Who};
use crate::table::{Aim, Table};
use crate::{Plan, database, reports};

const TIMES: usize = 60;

/// Measures a tenant of its own.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, table: &mut Table) -> anyhow::Result<()> {
    // Three of ten are open.
    let (open, activities) = (plan.large / 100, plan.large);
    let tenant = &reports::home(plan, desk, "bench-selling", open * 10 / 3, activities).await?;
    let manager = api.sign_in(tenant).await?;

    let both = ["deals", "deal_stages"];
    let who = (desk, tenant, &manager);
    let board: Json = serde_json::from_str(&manager.text("/api/deals/board").await?)?;
    let columns = board["columns"].as_array().cloned().unwrap_or_default();
    let cards = |column: &Json| column["count"].as_i64().unwrap_or(0);
    let fullest = columns.iter().filter(|s| s["outcome"] == "none").max_by_key(|s| cards(s));
    let Some(fullest) = fullest.filter(|s| cards(s) > 100) else { anyhow::bail!("the board is empty: {board}") };
    let all: i64 = columns.iter().map(cards).sum();
    let same = |text: &str, _: &[String]| {
        let json: Json = serde_json::from_str(text)?;
        let now: i64 = json["columns"].as_array().into_iter().flatten().map(cards).sum();
        anyhow::ensure!(now == all, "the board has {now} cards instead of {all}");
        Ok(())
    };
    let pace = ask(who, "/api/deals/board", &both, same).await?;
    pace.row(table, &format!("board of {open} open deals"), Aim::AtMost(2.0));

    let stage = fullest["stage"].as_str().unwrap_or_default();
    let path = format!("/api/deals/board/{stage}?limit=50&cursor={}", fullest["next_cursor"].as_str().unwrap_or_default());
    let fifty = |text: &str, _: &[String]| {
        let json: Json = serde_json::from_str(text)?;
        anyhow::ensure!(json["data"].as_array().map(Vec::len) == Some(50), "not 50 cards: {text}");
        Ok(())
    };
    let pace = ask(who, &path, &both, fifty).await?;
    pace.row(table, "50 more cards of a column", Aim::None);
    let pace = ask(who, "/api/deals/forecast", &both, |_, _| Ok(())).await?;
    pace.row(table, "forecast of the same deals", Aim::None);

    let (agent, id) = api.sign_in_as(desk, tenant, "Agent").await?;
    hand_over(desk, tenant, id).await?;
    let who = (desk, tenant, &agent);
    for when in ["overdue", "all"] {
        let path = format!("/api/activities/mine?when={when}&limit=20");
        let twenty = |text: &str, _: &[String]| {
            let json: Json = serde_json::from_str(text)?;
            anyhow::ensure!(json["data"].as_array().map(Vec::len) == Some(20), "not 20 activities: {text}");
            Ok(())
        };
        let pace = ask(who, &path, &["activities"], twenty).await?;
        pace.row(table, &format!("my tasks, {when}, among {activities}"), Aim::AtMost(4.0));
    }
    Ok(())
}

async fn ask(
    who: Who<'_>,
    path: &str,
    about: &[&str],
    right: impl Fn(&str, &[String]) -> anyhow::Result<()>,
) -> anyhow::Result<Pace> {
    let statements = pace::statements(who, path, about).await?;
    pace::take(who, path, &statements, TIMES, right).await
}

/// One of the agents goes; the one who is signed in takes over.
async fn hand_over(desk: &Desk, tenant: &Tenant, id: Uuid) -> anyhow::Result<()> {
    let schema = migrations::quote(&desk.names_of(tenant)?.schema());
    let mut admin = database::connect(&desk.admin_url()?, &[]).await?;
    admin
        .execute(AssertSqlSafe(format!(
            "update {schema}.activities set assigned_to = '{id}'
             where assigned_to = (select id from {schema}.users where email = 'agent1@bench.example')"
        )))
        .await?;
    admin.execute(AssertSqlSafe(format!("vacuum (analyze) {schema}.activities"))).await?;
    Ok(())
}
