//! Load on the API: wrk for as much as it takes, oha for a fixed rate.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value as Json;
use tokio::process::Command;

use crate::Plan;
use crate::client::Client;
use crate::desk::Desk;

const SCRIPT: &str = include_str!("check.lua");

/// A request and what its answer must be.
#[derive(Debug, Clone)]
pub struct Request {
    /// Names its files.
    pub name: String,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Body; `{n}` becomes a number of the request's own. Empty for none.
    pub body: String,
    /// The status of every answer.
    pub status: u16,
    /// What every answer begins with.
    pub head: String,
    /// The least length of an answer.
    pub least: usize,
    /// The length of the answer that was looked at before.
    pub length: usize,
}

/// What an interval gave.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    /// Answers, every one of them right.
    pub answers: u64,
    /// Answers per second.
    pub rate: f64,
    /// 99th percentile of the latency in milliseconds.
    pub p99: f64,
}

/// As [`once`]; a void interval is repeated, twice at most.
pub async fn closed(
    plan: &Plan,
    desk: &Desk,
    client: &Client,
    request: &Request,
    connections: u32,
    interval: Duration,
) -> anyhow::Result<Interval> {
    for _ in 0..2 {
        match once(plan, desk, client, request, connections, interval).await {
            Ok(done) => return Ok(done),
            Err(e) => crate::say(&format!("  {}: {e:#}; once more", request.name)),
        }
    }
    once(plan, desk, client, request, connections, interval).await
}

/// Sends a request over these connections, the next one as soon as the last is answered. Fails if a
/// single answer is wrong.
pub async fn once(
    plan: &Plan,
    desk: &Desk,
    client: &Client,
    request: &Request,
    connections: u32,
    interval: Duration,
) -> anyhow::Result<Interval> {
    let file = |kind: &str, text: &str| -> anyhow::Result<PathBuf> {
        let path = desk.scratch(&format!("{}.{kind}", request.name));
        std::fs::write(&path, text)?;
        Ok(path)
    };
    let script = file("lua", SCRIPT)?;
    let sent = file("request", &format!("{}\n{}\n{}", request.method, request.path, request.body))?;
    let head = file("head", &request.head)?;
    let mut command = Command::new(&plan.args.wrk);
    command.args(["-t", "1", "-c", &connections.to_string(), "-d", &format!("{}s", interval.as_secs().max(1)), "-s"]).arg(script);
    command.args(["-H", &format!("Host: {}", client.host), "-H", &format!("Authorization: Bearer {}", client.token)]);
    if !request.body.is_empty() {
        command.args(["-H", "Content-Type: application/json"]);
    }
    command.arg(client.url("")).arg("--").arg(sent).arg(head).args([request.least.to_string(), request.status.to_string()]);
    let out = command.kill_on_drop(true).output().await.context("wrk can't start")?;
    let text = String::from_utf8_lossy(&out.stdout);
    let result = text.lines().find_map(|l| l.strip_prefix("RESULT "));
    let result = result.with_context(|| format!("wrk failed: {}{text}", String::from_utf8_lossy(&out.stderr)))?;
    let number = |name: &str| -> anyhow::Result<f64> {
        let found = result.split(' ').find_map(|p| p.strip_prefix(name).and_then(|p| p.strip_prefix('=')));
        found.and_then(|n| n.parse().ok()).with_context(|| format!("wrk does not tell {name}: {result}"))
    };
    let (answers, wrong, errors) = (number("requests")?, number("wrong")?, number("errors")?);
    if answers == 0.0 || wrong > 0.0 || errors > 0.0 {
        let example = text.lines().find_map(|l| l.strip_prefix("WRONG ")).unwrap_or("none");
        anyhow::bail!("the interval is void: {answers} answers, {wrong} wrong, {errors} errors; a wrong one: {example}");
    }
    Ok(Interval { answers: answers as u64, rate: answers / (number("microseconds")? / 1e6), p99: number("p99")? / 1e3 })
}

/// Sends a request so many times a second, whether the ones before are answered or not. A latency
/// counts from the moment at which the request was due. oha shows no bodies: it tells how many answers had which
/// status, and how many bytes there were in all. Fails if one has another status, or if together they are not as
/// long, to a hundredth, as so many of the answer that was looked at.
pub async fn open(plan: &Plan, client: &Client, request: &Request, rate: f64, interval: Duration) -> anyhow::Result<Interval> {
    let mut command = Command::new(&plan.args.oha);
    command.args(["--no-tui", "--output-format", "json", "--latency-correction", "-c", "64", "-m", request.method]);
    command.args(["-q", &format!("{}", rate.round().max(1.0)), "-z", &format!("{}s", interval.as_secs().max(1))]);
    command.args(["-H", &format!("Host: {}", client.host), "-H", &format!("Authorization: Bearer {}", client.token)]);
    let out = command.arg(client.url(&request.path)).kill_on_drop(true).output().await.context("oha can't start")?;
    let json: Json =
        serde_json::from_slice(&out.stdout).with_context(|| format!("oha failed: {}", String::from_utf8_lossy(&out.stderr)))?;
    let answers: u64 = json["statusCodeDistribution"].as_object().into_iter().flatten().filter_map(|(_, n)| n.as_u64()).sum();
    let right = json["statusCodeDistribution"][request.status.to_string()].as_u64().unwrap_or(0);
    // What is under way at the end is cut off; everything else is an error.
    let errors: u64 = json["errorDistribution"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| !name.contains("deadline"))
        .filter_map(|(_, n)| n.as_u64())
        .sum();
    let length = json["summary"]["totalData"].as_f64().unwrap_or(0.0) / answers.max(1) as f64;
    let differs = (length - request.length as f64).abs() > request.length as f64 / 100.0;
    if answers == 0 || answers != right || errors > 0 || differs {
        anyhow::bail!("the interval is void: {answers} answers, {right} right, {errors} errors, {length:.0} bytes on average");
    }
    let p99 = json["latencyPercentiles"]["p99"].as_f64().context("oha tells no p99")?;
    Ok(Interval { answers, rate: answers as f64 / interval.as_secs_f64(), p99: p99 * 1e3 })
}
