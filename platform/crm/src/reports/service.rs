//! Putting a report together, part by part: each figure is one statement.

use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::{Ctx, Rows as _};

use super::ask::{Ask, Part, SalesFilter};
use super::entity::{Metrics, PipelineName, SalesReport};
use super::{closed, open, people};
use crate::deals::Kind;

/// The parts that words name; all of them for no words.
pub fn parts(text: Option<&str>) -> kernel::Result<Vec<Part>> {
    let words: Vec<&str> = text.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return Ok(Part::ALL.to_vec());
    }
    let mut c = Checker::new();
    let mut found = Vec::new();
    for word in words {
        match Part::parse(word) {
            Some(part) if found.contains(&part) => {}
            Some(part) => found.push(part),
            None => {
                c.add("part", format!("must be some of {}", Part::ALL.map(Part::word).join(", ")));
                break;
            }
        }
    }
    c.finish()?;
    Ok(found)
}

/// Figures about selling within what the actor may see, as far as they are asked for.
pub async fn sales(ctx: &Ctx, filter: &SalesFilter, parts: &[Part]) -> kernel::Result<SalesReport> {
    let reports = ctx.require("reports.read")?;
    // Both must reach: the report, and the records that it counts.
    let reach = |permission: &str| ctx.actor().scope(permission).map(|scope| scope.min(reports));
    let ask = Ask::new(ctx, filter).await?;
    let scope = reach(ask.kind.read());
    let activity = reach("activities.read");
    let sql = "select key, name, is_default from pipelines where not archived order by position, key";
    let pipelines: Vec<PipelineName> = ctx.tx().all(sql, []).await?;
    let usual = pipelines.iter().find(|p| p.is_default).or(pipelines.first()).map(|p| p.key.clone());
    let funnel_pipeline = ask.pipeline.clone().or(usual);
    let mut missing: Vec<String> = Vec::new();
    let mut report = SalesReport {
        kind: ask.kind,
        base_currency: ask.base.clone(),
        time_zone: ask.zone.clone(),
        today: ask.today,
        period: (ask.now.from, ask.now.to),
        before: (ask.before.from, ask.before.to),
        pipelines: if scope.is_some() { pipelines } else { Vec::new() },
        funnel_pipeline: funnel_pipeline.clone().filter(|_| scope.is_some()),
        missing_rates: Vec::new(),
        metrics: None,
        stages: None,
        forecast: None,
        funnel: None,
        activity: None,
        performers: None,
        teams: None,
        won: None,
    };
    for part in parts {
        match (part, scope) {
            (Part::Metrics, _) => {
                let reach = (scope, activity, reach("contacts.read"), [Kind::Opportunity, Kind::Deal].map(|k| reach(k.read())));
                report.metrics = Some(metrics(ctx, &ask, reach, &mut missing).await?);
            }
            (Part::Activity, _) => {
                if let Some(scope) = activity {
                    report.activity = Some(closed::activity_days(ctx, &ask, scope).await?);
                }
            }
            (_, None) => {}
            (Part::Stages, Some(scope)) => report.stages = Some(open::stages(ctx, &ask, scope, &mut missing).await?),
            (Part::Forecast, Some(scope)) => report.forecast = Some(open::forecast(ctx, &ask, scope, &mut missing).await?),
            (Part::Funnel, Some(scope)) => {
                if let Some(pipeline) = &funnel_pipeline {
                    report.funnel = Some(open::funnel(ctx, &ask, scope, pipeline).await?);
                }
            }
            (Part::Performers, Some(scope)) => {
                report.performers = Some(people::performers(ctx, &ask, (scope, activity), &mut missing).await?);
            }
            (Part::Teams, Some(scope)) => {
                report.teams = Some(people::teams(ctx, &ask, (scope, activity), &mut missing).await?);
            }
            (Part::Won, Some(scope)) => report.won = Some(closed::over_time(ctx, &ask, scope, &mut missing).await?),
        }
    }
    missing.sort_unstable();
    report.missing_rates = missing;
    Ok(report)
}

/// Scopes: of what the report is about, of activities, of contacts, of opportunities and deals.
type Reach = (Option<Scope>, Option<Scope>, Option<Scope>, [Option<Scope>; 2]);

async fn metrics(ctx: &Ctx, ask: &Ask, reach: Reach, missing: &mut Vec<String>) -> kernel::Result<Metrics> {
    let (scope, activity, contacts, [opportunities, deals]) = reach;
    let mut found = Metrics::default();
    if let Some(scope) = contacts {
        found.contacts = Some(closed::contacts(ctx, ask, scope).await?);
    }
    if let Some(scope) = opportunities {
        found.opportunities = Some(open::figures(ctx, ask, Kind::Opportunity, scope, missing).await?);
    }
    if let Some(scope) = deals {
        found.deals = Some(open::figures(ctx, ask, Kind::Deal, scope, missing).await?);
    }
    if let Some(scope) = scope {
        let (now, before) = closed::figures(ctx, ask, scope, missing).await?;
        found.closed = Some(now);
        found.closed_before = Some(before);
        found.won_this_month = Some(closed::this_month(ctx, ask, scope, missing).await?);
    }
    if let Some(scope) = activity {
        found.activities = Some(closed::activity_count(ctx, ask, scope).await?);
        found.completed = Some(closed::completed_count(ctx, ask, scope).await?);
    }
    Ok(found)
}
