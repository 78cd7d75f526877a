//! pgbench: what PostgreSQL does by itself with the same statement, prepared, inside the same tenant.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use tokio::process::Command;

use crate::Plan;
use crate::capture::Statement;
use crate::desk::{Desk, Tenant};

/// Scripts over one tenant; with several, every transaction takes one of them at random.
pub struct PgBench {
    program: PathBuf,
    url: String,
    settings: String,
    scripts: Vec<PathBuf>,
    variables: Vec<String>,
}

impl PgBench {
    /// With the settings of a request on the connection rather than in every transaction.
    pub fn new(plan: &Plan, desk: &Desk, tenant: &Tenant) -> anyhow::Result<Self> {
        let settings: Vec<String> = desk.inside(tenant)?.iter().map(|(name, value)| format!("-c {name}={value}")).collect();
        Ok(Self {
            program: plan.args.pgbench.clone(),
            url: desk.app_url()?,
            settings: settings.join(" "),
            scripts: Vec::new(),
            variables: Vec::new(),
        })
    }

    /// Adds a script of its own making.
    pub fn script(mut self, desk: &Desk, name: &str, text: &str) -> anyhow::Result<Self> {
        let path = desk.scratch(&format!("{name}.sql"));
        std::fs::write(&path, text)?;
        self.scripts.push(path);
        Ok(self)
    }

    /// Adds a captured statement. Its values travel as parameters, as the API's do.
    pub fn statement(mut self, desk: &Desk, name: &str, statement: &Statement) -> anyhow::Result<Self> {
        let mut sql = statement.sql.clone();
        for (i, value) in statement.values.iter().enumerate().rev() {
            let variable = format!("{name}_{}", i + 1);
            sql = sql.replace(&format!("${}", i + 1), &format!(":{variable}"));
            self.variables.push(format!("{variable}={}", value.as_deref().context("null can't be a value of pgbench")?));
        }
        self.script(desk, name, &format!("{sql};\n"))
    }

    /// Transactions per second.
    pub async fn run(&self, clients: u32, interval: Duration) -> anyhow::Result<f64> {
        let mut command = Command::new(&self.program);
        command.args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "1",
            "-c",
            &clients.to_string(),
            "-T",
            &interval.as_secs().max(1).to_string(),
        ]);
        for script in &self.scripts {
            command.arg("-f").arg(script);
        }
        for variable in &self.variables {
            command.arg("-D").arg(variable);
        }
        let out = command
            .arg(&self.url)
            .env("PGOPTIONS", &self.settings)
            .kill_on_drop(true)
            .output()
            .await
            .context("pgbench can't start")?;
        let (text, errors) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        let failed = text.lines().any(|l| l.starts_with("number of failed transactions:") && !l.contains(": 0 "));
        anyhow::ensure!(out.status.success() && !failed, "pgbench failed: {errors}{text}");
        let tps = text.lines().find_map(|l| l.strip_prefix("tps = ")).and_then(|l| l.split(' ').next());
        tps.and_then(|t| t.parse().ok()).with_context(|| format!("pgbench tells no tps: {text}"))
    }
}
