//! `brokerdesk tenant …`: the provisioner from the command line.

use clap::Subcommand;
use provisioner::commands::{self, AdminSeed};
use runtime::audit::Expected;
use runtime::{SharedApp, telemetry};

use crate::environment::{self, DataDirArg};
use crate::say;

/// What `tenant` takes.
#[derive(Debug, clap::Args)]
pub struct TenantArgs {
    #[command(flatten)]
    data_dir: DataDirArg,
    #[command(subcommand)]
    command: TenantCommand,
}

#[derive(Debug, clap::Args)]
struct AdminArgs {
    /// Name of the first administrator.
    #[arg(long, default_value = "Administrator")]
    admin_name: String,
    /// E-mail of the first administrator.
    #[arg(long)]
    admin_email: String,
    /// Password of the first administrator; without it an invitation leaves by mail.
    #[arg(long, env = "ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: Option<String>,
}

impl From<AdminArgs> for AdminSeed {
    fn from(a: AdminArgs) -> Self {
        Self { name: a.admin_name, email: a.admin_email, password: a.admin_password }
    }
}

#[derive(Debug, Subcommand)]
enum TenantCommand {
    /// Creates a tenant from a template.
    Create {
        /// Its address.
        slug: String,
        /// The company.
        #[arg(long)]
        name: String,
        /// forex-broker, sales-crm or partner-network.
        #[arg(long, default_value = "forex-broker")]
        template: String,
        #[command(flatten)]
        admin: AdminArgs,
    },
    /// Creates a tenant with the configuration of another one.
    Clone {
        /// The tenant to copy from.
        source: String,
        /// Address of the new tenant.
        slug: String,
        /// The company.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        admin: AdminArgs,
    },
    /// Lists all tenants.
    List,
    /// Closes a tenant; its data stays.
    Suspend {
        /// Its address.
        slug: String,
    },
    /// Opens a suspended tenant again.
    Resume {
        /// Its address.
        slug: String,
    },
    /// Checks the hash chain of a tenant's audit log, and the figures of its dashboards.
    Verify {
        /// Its address.
        slug: String,
        /// A head that was kept outside, as `entries:hash`: the chain must still go through it.
        #[arg(long, value_parser = head)]
        expect: Option<Expected>,
        /// Counts the figures anew if they are wrong.
        #[arg(long)]
        repair: bool,
    },
    /// Removes a tenant with everything in it.
    Drop {
        /// Its address.
        slug: String,
        /// The address once more.
        #[arg(long)]
        confirm: String,
    },
}

/// `entries:hash`, as `GET /api/audit/head` tells them.
fn head(text: &str) -> Result<Expected, String> {
    let parts = text.split_once(':').and_then(|(entries, hash)| Some((entries.parse::<i64>().ok()?, hash)));
    match parts {
        Some((entries, hash)) if entries >= 0 && hash.len() <= 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(Expected { entries, head: hash.to_owned() })
        }
        _ => Err("write it as entries:hash, e.g. 1042:9f2c…".to_owned()),
    }
}

/// Runs a command.
pub async fn run(args: TenantArgs) -> anyhow::Result<()> {
    let config = environment::load(&args.data_dir)?;
    telemetry::init_logs(false);
    let app = environment::connect(config).await?;
    // Wake-ups and invalidations reach the running processes.
    app.start_listeners();
    let result = dispatch(&app, args.command).await;
    // The wake-up of the last commit leaves a moment after it.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    result
}

/// An error with every field that it is about.
fn in_full(error: kernel::DomainError) -> anyhow::Error {
    use kernel::DomainError::{Conflict, Internal, Invalid};
    match error {
        Invalid { fields, .. } | Conflict { fields, .. } if !fields.is_empty() => {
            let lines: Vec<String> = fields.iter().map(|(field, told)| format!("\n  - {field}: {}", told.join("; "))).collect();
            anyhow::anyhow!("this can't be done:{}", lines.concat())
        }
        Internal(detail) => anyhow::anyhow!(detail),
        other => other.into(),
    }
}

async fn dispatch(app: &SharedApp, command: TenantCommand) -> anyhow::Result<()> {
    let mut watch = |step: provisioner::steps::Progress| say(&format!("  {step}"));
    match command {
        TenantCommand::Create { slug, name, template, admin } => {
            commands::tenant_create(app, &slug, &name, &template, admin.into(), &mut watch).await.map_err(in_full)?;
            say(&format!("{slug} is ready: {}", app.config.tenant_url(&slug)));
        }
        TenantCommand::Clone { source, slug, name, admin } => {
            commands::tenant_clone(app, &source, &slug, &name, admin.into(), &mut watch).await.map_err(in_full)?;
            say(&format!("{slug} is ready: {}", app.config.tenant_url(&slug)));
        }
        TenantCommand::List => {
            say(&format!("{:<32} {:<12} {:<18} {:>8} {:>10}  NAME", "SLUG", "STATUS", "TEMPLATE", "USERS", "CLIENTS"));
            for t in commands::tenant_list(app).await.map_err(in_full)? {
                say(&format!("{:<32} {:<12} {:<18} {:>8} {:>10}  {}", t.slug, t.status, t.template, t.users, t.clients, t.name));
            }
        }
        TenantCommand::Suspend { slug } => {
            commands::tenant_suspend(app, &slug).await.map_err(in_full)?;
            say(&format!("{slug} is suspended"));
        }
        TenantCommand::Resume { slug } => {
            commands::tenant_resume(app, &slug).await.map_err(in_full)?;
            say(&format!("{slug} is open"));
        }
        TenantCommand::Verify { slug, expect, repair } => {
            let verdict = commands::tenant_verify_against(app, &slug, expect.as_ref()).await.map_err(in_full)?;
            anyhow::ensure!(verdict.ok, "{slug}: the audit chain is broken: {}", verdict.first_bad.unwrap_or_default());
            say(&format!("{slug}: the audit chain is whole; {} entries, head {}", verdict.entries, verdict.head));
            let wrong = commands::tenant_figures(app, &slug, repair).await.map_err(in_full)?;
            anyhow::ensure!(
                wrong == 0 || repair,
                "{slug}: {wrong} figures of the dashboards are wrong; --repair counts them anew"
            );
            say(&format!(
                "{slug}: {}",
                if wrong == 0 {
                    "the figures are right".to_owned()
                } else {
                    format!("{wrong} figures were wrong and are counted anew")
                }
            ));
        }
        TenantCommand::Drop { slug, confirm } => {
            anyhow::ensure!(confirm == slug, "--confirm must repeat the address");
            commands::tenant_drop(app, &slug).await.map_err(in_full)?;
            say(&format!("{slug} is gone"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_entries_and_a_hash() {
        assert_eq!(head("12:AbC0"), Ok(Expected { entries: 12, head: "AbC0".into() }));
        for bad in ["", "12", ":ab", "x:ab", "-1:ab", "12:xyz", "12:ab:cd"] {
            assert!(head(bad).is_err(), "{bad}");
        }
    }
}
