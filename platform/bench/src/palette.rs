//! The palette's search over everything: names, accents, slips of the finger, e-mails, phone numbers in
//! several forms; one request at a time, against the same SQL.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::Context as _;
use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use crate::capture::{Capture, Statement};
use crate::client::Client;
use crate::desk::{Api, Desk, Tenant};
use crate::search::Sql;
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median, percentile};

/// What is typed, as SQL over `picked`: some clients, in no order.
const KINDS: [(&str, &str); 9] = [
    ("common name", "select distinct lower(first_name) from picked"),
    ("rare name", "select lower(last_name) from picked where length(last_name) >= 10"),
    ("whole name", "select distinct lower(first_name || ' ' || last_name) from picked"),
    ("accents", "select distinct translate(upper(last_name), 'AEO', 'ÁÉÖ') from picked"),
    (
        "two letters swapped",
        "select distinct lower(left(last_name, 2) || substr(last_name, 4, 1) || substr(last_name, 3, 1) || substr(last_name, 5))
         from picked where length(last_name) >= 6",
    ),
    (
        "one letter wrong",
        "select distinct lower(left(last_name, 3) || 'x' || substr(last_name, 5)) from picked where length(last_name) >= 6",
    ),
    ("part of an e-mail", "select right(split_part(email, '@', 1), 10) from picked"),
    (
        "phone as it is dialled",
        "select '0' || substr(phone, 4, 4) || ' ' || substr(phone, 8) from picked where phone like '+44%'",
    ),
    ("no match", "select 'zq' || left(md5(id::text), 8) from picked"),
];
const WORDS: usize = 40;

/// Measures the large tenant.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let client = api.sign_in(tenant).await?;
    let mut connection = database::inside(desk, tenant).await?;
    connection
        .execute(
            "create temporary table picked as select * from clients where created_by is null order by md5(id::text) limit 4000",
        )
        .await?;
    let mut sql = Sql::new(database::inside(desk, tenant).await?).await?;
    let mut worst = 0.0_f64;
    for (name, query) in KINDS {
        let text = format!("select w from ({query}) q(w) order by md5(w) limit {WORDS}");
        let rows = connection.fetch_all(AssertSqlSafe(text)).await?;
        let words = rows.iter().map(|r| r.try_get(0)).collect::<Result<Vec<String>, _>>()?;
        anyhow::ensure!(words.len() >= WORDS / 2, "only {} words for {name}", words.len());
        // The first pass warms up and tells which statements a word causes.
        let mut statements: HashMap<&String, Vec<Statement>> = HashMap::new();
        let mut capture = Capture::begin(desk).await?;
        for word in &words {
            capture.forget()?;
            ask(&client, word, name).await?;
            let ours = |s: &Statement| ["\"clients\"", "\"leads\"", "search_words"].iter().any(|part| s.sql.contains(part));
            statements.insert(word, capture.take("")?.into_iter().filter(ours).collect());
        }
        capture.end().await?;
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..plan.passes {
            for word in &words {
                ours.push(ask(&client, word, name).await?);
                bare.push(sql.run(statements.get(word).context("a word was not captured")?).await?.1);
            }
        }
        worst = worst.max(percentile(&ours, 99.0));
        let both = |ms: &[f64]| format!("{} / {} ms", number(median(ms)), number(percentile(ms, 99.0)));
        let what = format!("palette {}: {name} (p50 / p99)", plan.large);
        table.row(&what, both(&ours), both(&bare), (median(&ours) / median(&bare), ""), Aim::None);
    }
    let what = format!("palette {}: worst p99 of the {} kinds", plan.large, KINDS.len());
    table.row(&what, String::new(), String::new(), (worst, "ms"), Aim::AtMost(100.0));
    Ok(())
}

/// Searches over HTTP; returns the milliseconds. Everything but nonsense must be found.
async fn ask(client: &Client, word: &str, kind: &str) -> anyhow::Result<f64> {
    let coded: String =
        word.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    let started = Instant::now();
    let text = client.text(&format!("/api/search?q={coded}")).await?;
    let took = started.elapsed().as_secs_f64() * 1e3;
    let json: Json = serde_json::from_str(&text)?;
    anyhow::ensure!(json["partial"] == false, "`{word}` took too long");
    let found = json["groups"].as_array().is_some_and(|groups| groups.iter().any(|g| g["type"] == "client"));
    anyhow::ensure!(found != (kind == "no match"), "`{word}` ({kind}): {text}");
    Ok(took)
}
