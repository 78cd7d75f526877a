//! Search by part of a name, an e-mail or a phone number, one request at a time, against the same SQL.
//!
//! Every kind has 40 words, which come back only after the API has forgotten their totals.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _};

use crate::capture::{Capture, Statement};
use crate::client::Client;
use crate::desk::{Api, Desk, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median, percentile};

/// Words of a kind, as SQL over `picked`: some clients, in no order.
const KINDS: [(&str, &str); 7] = [
    ("common name", "select distinct lower(first_name) from picked"),
    ("rare name", "select lower(last_name) from picked where length(last_name) >= 10"),
    ("part of an e-mail", "select right(split_part(email, '@', 1), 10) from picked"),
    ("part of a phone number", "select substr(phone, 6, 6) from picked"),
    ("two words", "select distinct lower(left(first_name, 4) || ' ' || last_name) from picked"),
    ("no match", "select 'zq' || left(md5(id::text), 8) from picked"),
    ("two letters", "select distinct left(w, 2) from picked, unnest(array[lower(first_name), lower(last_name)]) w"),
];
const WORDS: usize = 40;

/// How long the API keeps a total, and a little more.
const FORGETS: Duration = Duration::from_millis(2_200);

struct Kind {
    name: &'static str,
    words: Vec<String>,
    statements: HashMap<String, Vec<Statement>>,
    api: Vec<f64>,
    sql: Vec<f64>,
    last: Option<Instant>,
}

/// Measures both sizes.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenants: [&Tenant; 2], table: &mut Table) -> anyhow::Result<()> {
    for (tenant, rows) in tenants.into_iter().zip([plan.small, plan.large]) {
        let client = api.sign_in(tenant).await?;
        let mut kinds = words(desk, tenant).await?;
        let mut sql = Sql::new(database::inside(desk, tenant).await?).await?;
        // The first pass warms up and tells which statements a word causes.
        let mut capture = Capture::begin(desk).await?;
        for kind in &mut kinds {
            for word in kind.words.clone() {
                capture.forget()?;
                ask(&client, &word).await?;
                kind.statements.insert(word, capture.take("\"clients\"")?);
            }
            kind.last = Some(Instant::now());
        }
        capture.end().await?;
        for pass in 0..=plan.passes {
            for kind in &mut kinds {
                kind.pass(&client, &mut sql, pass > 0).await?;
            }
        }
        report(&kinds, rows, rows == plan.large, table);
    }
    Ok(())
}

impl Kind {
    /// Asks for every word once, over HTTP and of PostgreSQL.
    async fn pass(&mut self, client: &Client, sql: &mut Sql, counts: bool) -> anyhow::Result<()> {
        if let Some(last) = self.last {
            tokio::time::sleep(FORGETS.saturating_sub(last.elapsed())).await;
        }
        for word in &self.words {
            let (ids, took) = ask(client, word).await?;
            self.last = Some(Instant::now());
            let statements = self.statements.get(word).context("a word was not captured")?;
            let (expected, bare) = sql.run(statements).await?;
            anyhow::ensure!(ids == expected, "`{word}` finds {ids:?}, its SQL {expected:?}");
            if counts {
                self.api.push(took);
                self.sql.push(bare);
            }
        }
        Ok(())
    }
}

fn report(kinds: &[Kind], rows: u64, judged: bool, table: &mut Table) {
    let mut worst = 0.0_f64;
    for kind in kinds {
        let both = |ms: &[f64]| format!("{} / {} ms", number(median(ms)), number(percentile(ms, 99.0)));
        worst = worst.max(percentile(&kind.api, 99.0));
        let what = format!("search {rows}: {} (p50 / p99)", kind.name);
        table.row(&what, both(&kind.api), both(&kind.sql), (median(&kind.api) / median(&kind.sql), ""), Aim::None);
    }
    let aim = if judged { Aim::AtMost(15.0) } else { Aim::None };
    table.row(
        &format!("search {rows}: worst p99 of the {} kinds", kinds.len()),
        String::new(),
        String::new(),
        (worst, "ms"),
        aim,
    );
}

/// Words of every kind, the same ones for the same data.
async fn words(desk: &Desk, tenant: &Tenant) -> anyhow::Result<Vec<Kind>> {
    let mut connection = database::inside(desk, tenant).await?;
    connection
        .execute(
            "create temporary table picked as select * from clients where created_by is null order by md5(id::text) limit 2000",
        )
        .await?;
    let mut kinds = Vec::new();
    for (name, query) in KINDS {
        let text = format!("select w from ({query}) q(w) order by md5(w) limit {WORDS}");
        let rows = connection.fetch_all(AssertSqlSafe(text)).await?;
        let words = rows.iter().map(|r| r.try_get(0)).collect::<Result<Vec<String>, _>>()?;
        anyhow::ensure!(words.len() >= WORDS / 2, "only {} words for {name}", words.len());
        kinds.push(Kind { name, words, statements: HashMap::new(), api: Vec::new(), sql: Vec::new(), last: None });
    }
    Ok(kinds)
}

/// Searches over HTTP; returns the ids that were found and the milliseconds. Every row is looked at.
async fn ask(client: &Client, word: &str) -> anyhow::Result<(Vec<String>, f64)> {
    let path = format!("/api/clients?limit=20&search={}", word.replace(' ', "+"));
    let started = Instant::now();
    let text = client.text(&path).await?;
    let took = started.elapsed().as_secs_f64() * 1e3;
    let json: Json = serde_json::from_str(&text)?;
    let rows = json["data"].as_array().context("no rows")?;
    for row in rows {
        let part = |name: &str| row[name].as_str().unwrap_or_default();
        let all = format!("{} {} {}", part("name"), part("email"), part("phone")).to_lowercase();
        // A leading zero is how a number is dialled at home; the number that is kept has none.
        let there = |w: &str| all.contains(w) || (w.starts_with('0') && all.contains(w.trim_start_matches('0')));
        anyhow::ensure!(word.split(' ').all(there), "`{word}` finds {all}");
    }
    let days: Vec<&str> = rows.iter().filter_map(|r| r["created_at"].as_str()).collect();
    let total = json["total"].as_u64().context("no total")?;
    anyhow::ensure!(days.is_sorted_by(|a, b| a >= b) && total >= rows.len() as u64, "`{word}` finds {text}");
    Ok((rows.iter().filter_map(|r| r["id"].as_str().map(str::to_owned)).collect(), took))
}

/// The same statements over one connection, prepared once.
pub struct Sql {
    connection: PgConnection,
    prepared: HashMap<String, String>,
}

impl Sql {
    /// Over a connection of the application's login inside a tenant.
    pub async fn new(mut connection: PgConnection) -> anyhow::Result<Self> {
        // As the API does for searches.
        connection.execute("set plan_cache_mode = force_custom_plan").await?;
        Ok(Self { connection, prepared: HashMap::new() })
    }

    /// Runs them; returns the ids of the page and the milliseconds.
    pub async fn run(&mut self, statements: &[Statement]) -> anyhow::Result<(Vec<String>, f64)> {
        let mut texts = Vec::new();
        for statement in statements {
            texts.push(self.execute_text(statement).await?);
        }
        let (mut ids, started) = (Vec::new(), Instant::now());
        for (text, statement) in texts.into_iter().zip(statements) {
            // A raw statement: parsing a text of this length is nothing beside the search.
            let rows = (&mut self.connection).fetch_all(sqlx::raw_sql(AssertSqlSafe(text))).await?;
            if statement.sql.contains("ORDER BY") {
                ids = rows;
            }
        }
        let took = started.elapsed().as_secs_f64() * 1e3;
        let mut ids: Vec<String> = ids.iter().map(|r| r.try_get_unchecked::<String, _>("id")).collect::<Result<_, _>>()?;
        // The API reads one more to know whether there is a next page.
        ids.truncate(20);
        Ok((ids, took))
    }

    async fn execute_text(&mut self, statement: &Statement) -> anyhow::Result<String> {
        if !self.prepared.contains_key(&statement.sql) {
            let name = format!("s{}", self.prepared.len());
            self.connection.execute(sqlx::raw_sql(AssertSqlSafe(format!("prepare {name} as {}", statement.sql)))).await?;
            self.prepared.insert(statement.sql.clone(), name);
        }
        let name = self.prepared.get(&statement.sql).context("not prepared")?;
        let quoted =
            |value: &Option<String>| value.as_ref().map_or("null".to_owned(), |v| format!("'{}'", v.replace('\'', "''")));
        let values: Vec<String> = statement.values.iter().map(quoted).collect();
        Ok(if values.is_empty() { format!("execute {name}") } else { format!("execute {name}({})", values.join(", ")) })
    }
}
