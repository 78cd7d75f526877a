//! The `brokerdesk` binary: it reads the command line, plugs implementations into traits, and starts
//! what was asked for. No logic of the product lives here.

mod demo;
mod dev_mail;
mod doctor;
mod environment;
mod isolation;
mod local_state;
mod serve;
mod tenant;
mod up;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

// Hashing a password takes 19 MB for a moment; glibc's allocator would keep them for every thread.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Brokerdesk: branded CRMs for forex and CFD brokers.
#[derive(Parser)]
#[command(name = "brokerdesk", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything on one machine, with a demo broker; Ctrl-C stops it, the data stays.
    Up(up::UpArgs),
    /// The API and the web UI.
    Api,
    /// The workers, the outbox relay and the schedules.
    Workers,
    /// Creates or updates the database: logins, shared schema, every tenant.
    Migrate(serve::MigrateArgs),
    /// Creates and manages tenants.
    Tenant(tenant::TenantArgs),
    /// Checks a template and names file and line of what is wrong.
    #[command(subcommand)]
    Template(TemplateCommand),
    /// Writes the OpenAPI files, or checks that they are current.
    Openapi {
        /// Fail if the files differ from the program.
        #[arg(long)]
        check: bool,
        /// Where the files are.
        #[arg(long, default_value = "tenant-api")]
        dir: PathBuf,
    },
    /// Checks a live installation and names what is wrong.
    Doctor(environment::DataDirArg),
    /// Proves on a running installation that tenants are apart and that roles see no more than they may.
    #[command(subcommand)]
    Isolation(IsolationCommand),
}

#[derive(Subcommand)]
enum IsolationCommand {
    /// Makes two tenants, calls everything as everybody, and hunts for what must not be seen. Ends with
    /// 1 if something was found, with 2 if it could not run.
    Prove(isolation::ProveArgs),
}

#[derive(Subcommand)]
enum TemplateCommand {
    /// Checks the template in a directory.
    Check {
        /// The template's directory.
        dir: PathBuf,
    },
}

fn main() -> ExitCode {
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        say_error("a TLS provider was installed twice");
    }
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            say_error(&format!("the async runtime can't start: {e}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(e) => {
            say_error(&format!("{e:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::Isolation(IsolationCommand::Prove(args)) = command {
        return Ok(isolation::prove(args).await);
    }
    carry_out(command).await.map(|()| ExitCode::SUCCESS)
}

async fn carry_out(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Up(args) => up::up(args).await,
        Command::Api => serve::api().await,
        Command::Workers => serve::workers().await,
        Command::Migrate(args) => serve::migrate(args).await,
        Command::Tenant(args) => tenant::run(args).await,
        Command::Template(TemplateCommand::Check { dir }) => match template::check_command(&dir) {
            Ok(summary) => {
                say(&summary);
                Ok(())
            }
            Err(problems) => anyhow::bail!("{problems}"),
        },
        Command::Openapi { check, dir } => openapi(check, &dir),
        Command::Doctor(args) => doctor::run(args).await,
        Command::Isolation(_) => Ok(()),
    }
}

/// Writes or checks the specifications.
fn openapi(check: bool, dir: &std::path::Path) -> anyhow::Result<()> {
    let files = [
        ("openapi.json", tenant_api::routes::tenant_spec()),
        ("openapi-platform.json", tenant_api::routes::platform_spec()),
        ("openapi-console.json", tenant_api::routes::console_spec()),
        ("openapi-crm.json", tenant_api::routes::crm_spec()),
    ];
    for (name, text) in files {
        let path = dir.join(name);
        if check {
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            anyhow::ensure!(kept == text, "{} is not current; run `brokerdesk openapi`", path.display());
        } else {
            std::fs::write(&path, text)?;
            say(&format!("wrote {}", path.display()));
        }
    }
    Ok(())
}

/// Speaks to whoever runs the command.
#[expect(clippy::print_stdout, reason = "the command line's own voice")]
fn say(text: &str) {
    println!("{text}");
}

/// Complains to whoever runs the command.
fn say_error(text: &str) {
    eprintln!("brokerdesk: {text}");
}
