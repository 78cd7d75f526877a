//! The table at the end.

use std::fmt::Write as _;
use std::time::Duration;

use crate::Plan;

/// What a number is held against.
#[derive(Debug, Clone, Copy)]
pub enum Aim {
    /// Nothing: it stands there for its own sake.
    None,
    /// Not less than this.
    AtLeast(f64),
    /// Not more than this.
    AtMost(f64),
}

struct Row {
    what: String,
    ours: String,
    against: String,
    value: f64,
    unit: &'static str,
    aim: Aim,
}

/// Rows as they are measured.
pub struct Table {
    rows: Vec<Row>,
    notes: Vec<String>,
    failures: Vec<String>,
}

impl Table {
    /// Begins with what has to be known about the run.
    pub fn begin(plan: &Plan) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let mut notes = vec![format!(
            "{cores} cores shared by load, API and PostgreSQL; load average {} at the start; {} rounds of {} s, medians",
            load_average(),
            plan.rounds,
            plan.interval.as_secs()
        )];
        if plan.args.quick {
            notes.push(format!(
                "QUICK run: {} and {} rows, {} tenants. It shows that the measurement works; it judges nothing.",
                plan.small, plan.large, plan.tenants
            ));
        }
        if !plan.args.only.is_empty() {
            notes.push(format!("Only: {}", plan.args.only.join(", ")));
        }
        let table = Self { rows: Vec::new(), notes, failures: Vec::new() };
        crate::say(&table.notes.join("\n"));
        table
    }

    /// A number with its aim; `ours` and `against` are what it was made from.
    pub fn row(&mut self, what: &str, ours: String, against: String, value: (f64, &'static str), aim: Aim) {
        let row = Row { what: what.to_owned(), ours, against, value: value.0, unit: value.1, aim };
        crate::say(&format!("  {}: {} {}", row.what, number(row.value), row.unit).trim_end().replace("  ", " "));
        self.rows.push(row);
    }

    /// Something to know about what was not measured.
    pub fn note(&mut self, text: &str) {
        crate::say(&format!("  {text}"));
        self.notes.push(text.to_owned());
    }

    /// A part has ended. One that could not be measured costs its own rows and the run's success, not the
    /// rows of the others.
    pub fn done(&mut self, part: &str, result: anyhow::Result<()>) {
        if let Err(e) = result {
            let told = format!("FAILED: {part}: {e:#}");
            crate::say(&format!("  {told}"));
            self.failures.push(told);
        }
    }

    /// Whether every part was measured.
    pub fn is_whole(&self) -> bool {
        self.failures.is_empty()
    }

    /// Closes the run.
    pub fn end(&mut self, took: Duration) {
        self.notes.push(format!("load average {} at the end; the run took {:.1} min", load_average(), took.as_secs_f64() / 60.0));
    }

    /// The table.
    pub fn text(&self) -> String {
        let head = ["measured", "Brokerdesk", "against", "value", "aim", ""].map(str::to_owned);
        let mut lines = vec![head];
        for row in &self.rows {
            let (aim, verdict) = match row.aim {
                Aim::None => (String::new(), ""),
                Aim::AtLeast(aim) => (format!(">= {}", number(aim)), if row.value >= aim { "ok" } else { "MISSED" }),
                Aim::AtMost(aim) => (format!("<= {}", number(aim)), if row.value <= aim { "ok" } else { "MISSED" }),
            };
            let value = format!("{} {}", number(row.value), row.unit).trim_end().to_owned();
            lines.push([row.what.clone(), row.ours.clone(), row.against.clone(), value, aim, verdict.to_owned()]);
        }
        let widths: Vec<usize> = (0..6).map(|i| lines.iter().map(|l| l[i].chars().count()).max().unwrap_or(0)).collect();
        let mut text = String::from("\n");
        for (n, line) in lines.iter().enumerate() {
            let cells: Vec<String> = line
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
                .collect();
            let _ = writeln!(text, "{}", cells.join("  ").trim_end());
            if n == 0 {
                let _ = writeln!(text, "{}", widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>().join("  ").trim_end());
            }
        }
        let missed = self
            .rows
            .iter()
            .filter(|r| matches!(r.aim, Aim::AtLeast(a) if r.value < a) || matches!(r.aim, Aim::AtMost(a) if r.value > a));
        let told: Vec<&str> = self.notes.iter().chain(&self.failures).map(String::as_str).collect();
        let _ = writeln!(
            text,
            "\n{}\n{} of {} aims missed",
            told.join("\n"),
            missed.count(),
            self.rows.iter().filter(|r| !matches!(r.aim, Aim::None)).count()
        );
        text
    }
}

/// A number with as many digits as it deserves.
pub fn number(n: f64) -> String {
    match n.abs() {
        a if a >= 100.0 => format!("{n:.0}"),
        a if a >= 10.0 => format!("{n:.1}"),
        _ => format!("{n:.2}"),
    }
}

/// Load averages of the machine, as the kernel tells them.
fn load_average() -> String {
    let out = std::process::Command::new("uptime").output().map(|o| String::from_utf8_lossy(&o.stdout).into_owned());
    out.ok().and_then(|t| t.rsplit_once(": ").map(|(_, l)| l.trim().to_owned())).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_follows_the_aim() {
        let mut table = Table { rows: Vec::new(), notes: Vec::new(), failures: Vec::new() };
        table.row("fast", "5/s".into(), "10/s".into(), (0.5, ""), Aim::AtLeast(0.2));
        table.row("slow", "20 ms".into(), String::new(), (20.0, "ms"), Aim::AtMost(15.0));
        let text = table.text();
        assert!(text.contains("0.50") && text.contains("ok"), "{text}");
        assert!(text.contains("20.0 ms") && text.contains("<= 15.0") && text.contains("MISSED"), "{text}");
        assert!(text.ends_with("1 of 2 aims missed\n"), "{text}");
    }
}
