//! Importing as many clients as the large tenant has from one file: against COPY over one connection into
//! the same table under the same indexes and triggers, in tenants of their own. Then taking it back, a
//! workbook, and what other people's requests take meanwhile.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use reqwest::multipart::{Form, Part};
use serde_json::{Map, Value as Json, json};
use sqlx::Executor as _;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::client::Client;
use crate::desk::{Api, Desk, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, database, percentile};

/// What a request of somebody else asks for meanwhile.
const ASKED: &str = "/api/clients?limit=20";
/// How often.
const PACE: Duration = Duration::from_millis(20);
/// Rows of the file, of each of which so many hundred one is faulty and one a duplicate.
const HUNDRED: u64 = 200;

const FIRST: [&str; 12] = ["James", "Mary", "Omar", "Layla", "Ahmed", "Fátima", "Ivan", "Olga", "Chen", "Priya", "Jürgen", "Zoë"];
const LAST: [&str; 12] =
    ["Smith", "Jones", "Khan", "Hussein", "Ivanov", "Wang", "Patel", "García", "Müller", "Tanaka", "O'Brien", "Nowak"];
const STATUSES: [&str; 5] = ["new", "active", "vip", "dormant", "closed"];

/// What a row is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Good,
    Faulty,
    Twin,
}

fn kind(n: u64) -> Row {
    match n % HUNDRED {
        7 => Row::Faulty,
        8 => Row::Twin,
        _ => Row::Good,
    }
}

/// A row of the file without its end.
fn cells(n: u64, out: &mut String) {
    // A twin has the address of the row two before it.
    let email = if kind(n) == Row::Twin { n - 2 } else { n };
    let at = if kind(n) == Row::Faulty { "(at)" } else { "@" };
    let (first, last) = (FIRST[(n * 7 % 12) as usize], LAST[(n * 5 % 12) as usize]);
    let (year, month, day) = (1950 + n % 50, 1 + n % 12, 1 + n % 28);
    let (street, status) = (1 + n % 300, STATUSES[(n % 5) as usize]);
    let _ = write!(
        out,
        "{first},{last}{rest},c{email}{at}mail.example,+44207{phone:07},GB,\"{street} Harbour Street, London\",{year}-{month:02}-{day:02},{status},source {source}",
        rest = n / 144 % 997,
        phone = n % 10_000_000,
        source = n % 10,
    );
}

/// The file.
fn file(rows: u64) -> String {
    let mut text = String::with_capacity(rows as usize * 120);
    text.push_str("First name,Last name,E-mail,Phone,Country,Address,Date of birth,Status,Source\n");
    for n in 0..rows {
        cells(n, &mut text);
        text.push('\n');
    }
    text
}

/// Seconds that COPY takes for the rows that an import adds.
async fn copy(inside: &mut PgConnection, rows: u64) -> anyhow::Result<f64> {
    let mut text = String::with_capacity(rows as usize * 160);
    for n in (0..rows).filter(|n| kind(*n) == Row::Good) {
        let _ = write!(text, "{},", Uuid::now_v7());
        cells(n, &mut text);
        text.push('\n');
    }
    inside.execute("set statement_timeout = 0").await?;
    let started = Instant::now();
    let sql = "copy clients (id, first_name, last_name, email, phone, country, address, date_of_birth, status, source) from stdin with (format csv)";
    let mut copy = inside.copy_in_raw(sql).await?;
    for piece in text.as_bytes().chunks(1 << 20) {
        copy.send(piece).await?;
    }
    let copied = copy.finish().await?;
    let took = started.elapsed().as_secs_f64();
    anyhow::ensure!(copied == good(rows), "COPY took {copied} rows");
    Ok(took)
}

fn good(rows: u64) -> u64 {
    (0..rows).filter(|n| kind(*n) == Row::Good).count() as u64
}

/// An import, and where the memory of the workers stood at most.
struct Import<'a> {
    client: &'a Client,
    desk: &'a Desk,
    path: String,
    peak: u64,
}

impl<'a> Import<'a> {
    /// Sends a file and maps its columns as they are suggested.
    async fn begin(client: &'a Client, desk: &'a Desk, name: &str, bytes: Vec<u8>) -> anyhow::Result<Self> {
        let part = Part::bytes(bytes).file_name(name.to_owned());
        let form = Form::new().text("entity", "clients").part("file", part);
        let sent = client.upload("/api/imports", form).await?;
        let path = format!("/api/imports/{}", sent["id"].as_str().context("an import without an id")?);
        let mapping: Map<String, Json> = sent["columns"]
            .as_array()
            .context("an import without columns")?
            .iter()
            .filter(|c| !c["suggested_field"].is_null())
            .filter_map(|c| Some((c["name"].as_str()?.to_owned(), c["suggested_field"].clone())))
            .collect();
        anyhow::ensure!(mapping.len() >= 9, "only {mapping:?} is suggested");
        client.put(&format!("{path}/mapping"), &json!({ "mapping": mapping })).await?;
        Ok(Self { client, desk, path, peak: desk.memory()? })
    }

    async fn until(&mut self, wanted: &str) -> anyhow::Result<Json> {
        let patience = Instant::now() + Duration::from_secs(1_800);
        loop {
            let now: Json = serde_json::from_str(&self.client.text(&self.path).await?)?;
            self.peak = self.peak.max(self.desk.memory()?);
            match now["status"].as_str() {
                Some(status) if status == wanted && now["task"].is_null() => return Ok(now),
                Some("failed" | "cancelled") => anyhow::bail!("the import did not get through: {now}"),
                _ => {}
            }
            anyhow::ensure!(Instant::now() < patience, "the import is not {wanted} after half an hour: {now}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Does something to it and waits for its end; seconds and the import.
    async fn step(&mut self, verb: &str, wanted: &str) -> anyhow::Result<(f64, Json)> {
        let started = Instant::now();
        self.client.post(&format!("{}/{verb}", self.path), &json!({})).await?;
        let done = self.until(wanted).await?;
        Ok((started.elapsed().as_secs_f64(), done))
    }
}

/// Asks at an even pace until it is dropped, or until an answer fails.
async fn ask(client: &Client, took: &mut Vec<f64>) -> anyhow::Result<Infallible> {
    let mut ticks = tokio::time::interval(PACE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let started = Instant::now();
        client.text(ASKED).await?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
}

/// Asks while something else goes on; latencies in milliseconds, and what came of that.
async fn asked_while<T>(client: &Client, work: impl Future<Output = T>) -> anyhow::Result<(Vec<f64>, T)> {
    let mut took = Vec::new();
    let out = tokio::select! {
        out = work => out,
        failed = ask(client, &mut took) => match failed? {},
    };
    Ok((took, out))
}

/// A new tenant for a part of it.
async fn tenant(desk: &Desk, slug: &str) -> anyhow::Result<Tenant> {
    desk.create_tenant(slug).await
}

/// Measures in tenants of its own; `other` is the tenant of those who ask meanwhile.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, other: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let rows = plan.large;
    let made = good(rows);
    let asker = api.sign_in(other).await?;
    let (before, ()) = asked_while(&asker, tokio::time::sleep(plan.interval)).await?;
    let copied = {
        let ceiling = tenant(desk, "bench-copied").await?;
        let mut inside = database::inside(desk, &ceiling).await?;
        // Under the same load as the import.
        let (_, copied) = asked_while(&asker, copy(&mut inside, rows)).await?;
        let started = Instant::now();
        // As an undo does: all of them, under the same triggers.
        inside.execute("delete from clients").await?;
        (copied?, started.elapsed().as_secs_f64())
    };
    database::checkpoint(desk).await?;

    let home = tenant(desk, "bench-imported").await?;
    let client = api.sign_in(&home).await?;
    let idle = desk.memory()?;
    let started = Instant::now();
    let mut import = Import::begin(&client, desk, "clients.csv", file(rows).into_bytes()).await?;
    let sent = started.elapsed().as_secs_f64();
    let worked = async {
        let (previewed, seen) = import.step("preview", "previewed").await?;
        let (faulty, twins) = (rows / HUNDRED, rows / HUNDRED);
        anyhow::ensure!(
            (seen["invalid"].as_u64(), seen["duplicates"].as_u64()) == (Some(faulty), Some(twins)),
            "the preview found something else: {seen}"
        );
        let (ran, done) = import.step("start", "done").await?;
        anyhow::ensure!(
            (done["created"].as_u64(), done["skipped"].as_u64(), done["failed"].as_u64())
                == (Some(made), Some(twins), Some(faulty)),
            "the import did something else: {done}"
        );
        let started = Instant::now();
        let errors = client.text(&format!("{}/errors.csv", import.path)).await?;
        anyhow::ensure!(errors.lines().count() as u64 == faulty + 1, "the file of errors has {} lines", errors.lines().count());
        Ok::<_, anyhow::Error>((previewed, ran, started.elapsed().as_secs_f64()))
    };
    let (during, worked) = asked_while(&asker, worked).await?;
    let (previewed, ran, reported) = worked?;
    let seconds = |s: f64| format!("{} s", number(s));
    let whole = previewed + ran + reported;
    let what = format!("import of {rows} clients from CSV (preview, run, errors), share of COPY");
    table.row(&what, seconds(whole), seconds(copied.0), (copied.0 / whole, ""), Aim::AtLeast(0.7));
    let what = format!("  of it the preview of {rows}, share of COPY");
    table.row(&what, seconds(previewed), seconds(copied.0), (copied.0 / previewed, ""), Aim::None);
    let what = format!("  of it the run of {made}, share of COPY");
    table.row(&what, seconds(ran), seconds(copied.0), (copied.0 / ran, ""), Aim::None);
    table.row("  sending the file before", seconds(sent), String::new(), (sent, "s"), Aim::None);
    let mb = |bytes: u64| bytes as f64 / 1_000_000.0;
    let grown = mb(import.peak.saturating_sub(idle));
    let at_first = format!("{} MB before", number(mb(idle)));
    // Workers, the API and the store in one process.
    let ours = format!("{} MB", number(mb(import.peak)));
    table.row("memory that importing adds to `up`", ours, at_first, (grown, "MB"), Aim::AtMost(150.0));
    let (p99, at_rest) = (percentile(&during, 99.0), percentile(&before, 99.0));
    let ms = |ms: f64| format!("{} ms", number(ms));
    table.row(
        "another tenant's list during it, p99",
        ms(p99),
        format!("{} at rest", ms(at_rest)),
        (p99 / at_rest, ""),
        Aim::None,
    );

    workbook(desk, api, &client, &home, rows / 10, (rows as f64 / whole, table)).await?;

    let mut import = Import { client: &client, desk, path: import.path, peak: 0 };
    let (undone, state) = import.step("undo", "undone").await?;
    let left: Json = serde_json::from_str(&client.text("/api/clients?limit=1").await?)?;
    anyhow::ensure!(left["total"] == 0, "{} clients are left: {state}", left["total"]);
    let what = format!("taking back an import of {made}, share of a bare DELETE");
    table.row(&what, seconds(undone), seconds(copied.1), (copied.1 / undone, ""), Aim::None);
    Ok(())
}

/// A tenth as a workbook of our own, into another tenant.
async fn workbook(
    desk: &Desk,
    api: &Api,
    from: &Client,
    home: &Tenant,
    rows: u64,
    (rate, table): (f64, &mut Table),
) -> anyhow::Result<()> {
    database::analyze(desk, home).await?;
    let columns = ["first_name", "last_name", "email", "phone", "country", "address", "date_of_birth", "status", "source"];
    let body = json!({ "entity": "clients", "format": "xlsx", "columns": columns, "filter": { "source": "source 3" } });
    let asked = from.post("/api/exports", &body).await?;
    let path = format!("/api/exports/{}", asked["id"].as_str().context("an export without an id")?);
    let link = loop {
        let export: Json = serde_json::from_str(&from.text(&path).await?)?;
        anyhow::ensure!(!matches!(export["status"].as_str(), Some("failed" | "cancelled")), "no workbook: {export}");
        if let Some(link) = export["download_url"].as_str() {
            break link.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(600)).build()?;
    let bytes = client.get(link).send().await?.error_for_status()?.bytes().await?.to_vec();
    let tenant = tenant(desk, "bench-workbook").await?;
    let client = api.sign_in(&tenant).await?;
    let mut import = Import::begin(&client, desk, "clients.xlsx", bytes).await?;
    let started = Instant::now();
    client.post(&format!("{}/preview", import.path), &json!({})).await?;
    let seen = import.until("previewed").await?;
    let previewed = started.elapsed().as_secs_f64();
    let (ran, done) = import.step("start", "done").await?;
    let created = done["created"].as_u64().unwrap_or(0);
    anyhow::ensure!(created + rows / 10 > rows, "{created} of {rows} came in: {seen}");
    let whole = previewed + ran;
    let what = format!("import of {created} clients from XLSX, share of the pace of CSV");
    let per_second = |rate: f64| format!("{}/s", number(rate));
    let ours = created as f64 / whole;
    table.row(&what, per_second(ours), per_second(rate), (ours / rate, ""), Aim::None);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_faults_and_twins() {
        let text = file(1_000);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let emails: Vec<&str> = lines.iter().filter_map(|line| line.split(',').nth(2)).collect();
        let mut once: Vec<&str> = emails.iter().copied().filter(|e| e.contains('@')).collect();
        once.sort_unstable();
        once.dedup();
        assert_eq!((lines.len(), emails.iter().filter(|e| e.contains("(at)")).count()), (1_000, 5));
        assert_eq!((once.len() as u64, good(1_000)), (990, 990));
    }
}
