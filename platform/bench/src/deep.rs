//! The 500,000th page of a list by its cursor, against the first page and against its own SQL.

use kernel::paging::Cursor;
use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use crate::capture::Capture;
use crate::desk::{Api, Desk, Tenant};
use crate::load::{self, Request};
use crate::pgbench::PgBench;
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median, pace};

const CONNECTIONS: u32 = 8;
const FIRST: &str = "/api/clients?sort=-created_at&limit=20";

/// Measures the large tenant.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let client = api.sign_in(tenant).await?;
    let depth = plan.large / 2;
    let mut inside = database::inside(desk, tenant).await?;
    let row = inside
        .fetch_one(AssertSqlSafe(format!(
            "select id, created_at::text from clients where deleted_at is null
             order by created_at desc, id desc offset {} limit 1",
            depth - 1
        )))
        .await?;
    let cursor = Cursor { s: "-created_at".into(), v: row.try_get(1)?, id: row.try_get(0)? };
    let deep = format!("{FIRST}&cursor={}", cursor.encode());

    let mut capture = Capture::begin(desk).await?;
    let text = client.text(&deep).await?;
    let captured = capture.take("ORDER BY")?;
    capture.end().await?;
    let statement = captured.first().ok_or_else(|| anyhow::anyhow!("the deep page runs no statement"))?;
    let sql = PgBench::new(plan, desk, tenant)?.statement(desk, "deep_page", statement)?;
    let path = deep.clone();

    let request = |name: &str, path: &str, text: &str| -> anyhow::Result<Request> {
        let json: Json = serde_json::from_str(text)?;
        let rows = json["data"].as_array().map_or(0, Vec::len);
        anyhow::ensure!(rows == 20, "{path} has {rows} rows");
        let end = text.rfind("],\"total\"").ok_or_else(|| anyhow::anyhow!("the list ends otherwise"))?;
        let head = text[..end].to_owned();
        Ok(Request {
            name: name.into(),
            method: "GET",
            path: path.into(),
            body: String::new(),
            status: 200,
            length: text.len(),
            least: head.len(),
            head,
        })
    };
    let deep = request("deep-page", &deep, &text)?;
    let first = request("first-page", FIRST, &client.text(FIRST).await?)?;
    let (mut at_depth, mut at_first, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        at_first.push(load::closed(plan, desk, &client, &first, CONNECTIONS, plan.interval).await?.rate);
        at_depth.push(load::closed(plan, desk, &client, &deep, CONNECTIONS, plan.interval).await?.rate);
        bare.push(sql.run(CONNECTIONS, plan.interval).await?);
    }
    let per_second = |all: &[f64]| format!("{}/s", number(median(all)));
    let ratio = |a: &[f64], b: &[f64]| median(a) / median(b);
    let what = format!("list 20 behind {depth} rows by cursor / first page");
    table.row(&what, per_second(&at_depth), per_second(&at_first), (ratio(&at_depth, &at_first), ""), Aim::AtLeast(0.90));
    let what = format!("list 20 behind {depth} rows by cursor / its SQL in pgbench");
    table.row(&what, per_second(&at_depth), per_second(&bare), (ratio(&at_depth, &bare), ""), Aim::AtLeast(0.20));
    let what = format!("list 20 behind {depth} rows by cursor, one at a time");
    let statements = std::slice::from_ref(statement);
    pace::take((desk, tenant, &client), &path, statements, 200, pace::same_records).await?.row(table, &what, Aim::None);
    Ok(())
}
