//! A part of a report as CSV, for a spreadsheet.

use kernel::DomainError;
use runtime::Ctx;
use runtime::audit::Change;
use runtime::db::Cell as Value;
use serde_json::Value as Json;

use super::ask::{Part, SalesFilter};
use super::entity::{ClosedFigures, OpenFigures, SalesReport, Sum};
use super::service::sales;
use crate::exports::cell::Kind::{self, Day, Number, Text};
use crate::exports::csv::Csv;

type Cell = (Kind, Option<String>);

/// Headings and rows.
struct Table {
    head: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

fn text(value: impl Into<String>) -> Cell {
    (Text, Some(value.into()))
}

fn number(value: impl ToString) -> Cell {
    (Number, Some(value.to_string()))
}

fn maybe<T: ToString>(value: Option<T>) -> Cell {
    (Number, value.map(|v| v.to_string()))
}

fn share(value: Option<f64>) -> Cell {
    (Number, value.map(|v| format!("{v:.4}")))
}

fn sum(s: &Sum) -> [Cell; 2] {
    [number(s.count), number(&s.value)]
}

fn open(o: &OpenFigures) -> [Cell; 3] {
    [number(o.count), number(&o.value), number(&o.weighted)]
}

/// The file of a part, without what the reader may not see, and its name.
pub(super) async fn csv(ctx: &Ctx, filter: &SalesFilter, file: &str) -> kernel::Result<(Vec<u8>, String)> {
    ctx.require("reports.read")?;
    let part = file.strip_suffix(".csv").and_then(Part::parse).ok_or_else(|| DomainError::not_found("Report"))?;
    let report = sales(ctx, filter, &[part]).await?;
    let table = table(&report, part).ok_or_else(|| DomainError::forbidden(report.kind.read()))?;
    let mut out = Csv::new();
    for name in table.head {
        out.cell(Text, Value::Text(name));
    }
    out.end_row();
    for row in &table.rows {
        for (kind, text) in row {
            out.cell(*kind, text.as_deref().map_or(Value::Null, Value::Text));
        }
        out.end_row();
    }
    let (from, to) = report.period;
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let lines = vec![
        told("part", part.word().into()),
        told("from", from.to_string().into()),
        told("to", to.to_string().into()),
        told("count", table.rows.len().into()),
    ];
    ctx.audit("report.downloaded", "report", None, lines).await?;
    Ok((std::mem::take(out.out()), format!("{}-{from}-{to}.csv", part.word())))
}

/// The columns of a part; none if the reader may not see it.
fn table(report: &SalesReport, part: Part) -> Option<Table> {
    Some(match part {
        Part::Metrics => Table { head: &["figure", "period", "period_before"], rows: metrics(report)? },
        Part::Stages => Table {
            head: &["pipeline", "stage", "outcome", "count", "value", "weighted", "currency"],
            rows: (report.stages.as_ref()?.iter())
                .map(|s| {
                    let numbers = [number(s.count), number(&s.value), number(&s.weighted), text(&report.base_currency)];
                    [text(&s.pipeline_name), text(&s.label), text(&s.outcome)].into_iter().chain(numbers).collect()
                })
                .collect(),
        },
        Part::Forecast => {
            let forecast = report.forecast.as_ref()?;
            let others = [("overdue", &forecast.overdue), ("later", &forecast.later), ("undated", &forecast.undated)];
            let months = forecast.months.iter().map(|m| (m.month.as_str(), &m.open));
            let row = |(name, o): (&str, &OpenFigures)| {
                std::iter::once(text(name)).chain(open(o)).chain([text(&report.base_currency)]).collect()
            };
            Table { head: &["month", "count", "value", "weighted", "currency"], rows: months.chain(others).map(row).collect() }
        }
        Part::Funnel => Table {
            head: &["stage", "reached", "reached_before"],
            rows: (report.funnel.as_ref()?.iter()).map(|s| vec![text(&s.label), number(s.count), number(s.before)]).collect(),
        },
        Part::Activity => Table {
            head: &["date", "call", "email", "meeting", "task", "note"],
            rows: (report.activity.as_ref()?.iter())
                .map(|d| {
                    let counts = [d.call, d.email, d.meeting, d.task, d.note].map(number);
                    std::iter::once((Day, Some(d.date.clone()))).chain(counts).collect()
                })
                .collect(),
        },
        Part::Performers => Table {
            head: &["name", "won", "won_value", "lost", "win_rate", "open", "open_value", "weighted", "activities", "currency"],
            rows: (report.performers.as_ref()?.iter())
                .map(|p| {
                    let numbers = sum(&p.won).into_iter().chain([number(p.lost), share(p.win_rate)]).chain(open(&p.open));
                    let rest = [maybe(p.activities), text(&report.base_currency)];
                    std::iter::once(text(&p.name)).chain(numbers).chain(rest).collect()
                })
                .collect(),
        },
        Part::Teams => Table {
            head: &[
                "team",
                "won",
                "won_value",
                "won_before",
                "won_value_before",
                "lost",
                "win_rate",
                "open",
                "open_value",
                "weighted",
                "activities",
                "currency",
            ],
            rows: (report.teams.as_ref()?.iter())
                .map(|t| {
                    let won = sum(&t.won).into_iter().chain(sum(&t.won_before));
                    let numbers = won.chain([number(t.lost), share(t.win_rate)]).chain(open(&t.open));
                    let rest = [maybe(t.activities), text(&report.base_currency)];
                    std::iter::once((Text, t.name.clone())).chain(numbers).chain(rest).collect()
                })
                .collect(),
        },
        Part::Won => Table {
            head: &["from", "to", "won", "won_value", "lost", "lost_value", "currency"],
            rows: (report.won.as_ref()?.buckets.iter())
                .map(|b| {
                    let days = [(Day, Some(b.from.to_string())), (Day, Some(b.to.to_string()))];
                    let rest = sum(&b.won).into_iter().chain(sum(&b.lost)).chain([text(&report.base_currency)]);
                    days.into_iter().chain(rest).collect()
                })
                .collect(),
        },
    })
}

fn metrics(report: &SalesReport) -> Option<Vec<Vec<Cell>>> {
    let m = report.metrics.as_ref()?;
    let mut rows = Vec::new();
    let mut row = |name: &str, now: Cell, before: Cell| rows.push(vec![text(name), now, before]);
    let none = || (Text, None);
    if let Some(c) = &m.contacts {
        row("contacts", number(c.total), none());
        row("new_contacts", number(c.new), number(c.new_before));
    }
    for (name, o) in [("opportunities", &m.opportunities), ("deals", &m.deals)] {
        let Some(o) = o else { continue };
        row(&format!("open_{name}"), number(o.count), none());
        row(&format!("open_{name}_value"), number(&o.value), none());
        row(&format!("open_{name}_weighted"), number(&o.weighted), none());
    }
    if let (Some(now), Some(before)) = (&m.closed, &m.closed_before) {
        let mut both = |name: &str, of: fn(&ClosedFigures) -> Cell| row(name, of(now), of(before));
        both("won", |c| number(c.won.count));
        both("won_value", |c| number(&c.won.value));
        both("lost", |c| number(c.lost.count));
        both("lost_value", |c| number(&c.lost.value));
        both("begun", |c| number(c.created));
        both("win_rate", |c| share(c.win_rate));
        both("close_rate", |c| share(c.close_rate));
        both("average", |c| maybe(c.average.as_ref()));
        both("cycle_days", |c| maybe(c.cycle_days));
    }
    if let Some(s) = &m.won_this_month {
        row("won_this_month", number(s.count), none());
        row("won_this_month_value", number(&s.value), none());
    }
    if let Some(a) = &m.activities {
        row("activities", number(a.now), number(a.before));
    }
    if let Some(a) = &m.completed {
        row("completed", number(a.now), number(a.before));
    }
    row("currency", text(&report.base_currency), none());
    Some(rows)
}
