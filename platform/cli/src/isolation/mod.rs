//! `brokerdesk isolation prove`: two tenants on a running installation, people of every role in both,
//! words planted everywhere; then everything is called as everybody, and what must not be seen is looked
//! for in every answer.
//!
//! Always holds: what may be seen is decided by the prover's own reading of the policy tables and of
//! who owns what. Both tenants are removed at the end, also after a failure.

mod belongings;
mod caller;
mod change;
mod files;
mod hunt;
mod kind;
mod made;
mod plan;
mod plant;
mod report;
mod rules;
mod sales;
mod strangers;
mod stream;
mod visit;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _};
use provisioner::commands::{self, AdminSeed};
use runtime::registry::Tenant;
use runtime::{SharedApp, telemetry};
use uuid::Uuid;

use self::caller::Caller;
use self::hunt::Hunt;
use self::plan::Operation;
use self::plant::{Planted, Side};
use self::report::Report;
use self::rules::Viewer;
use self::stream::Stream;
use self::visit::{Scene, Visitor};
use crate::environment::{self, DataDirArg};
use crate::{say, say_error};

/// What `isolation prove` takes.
#[derive(Debug, clap::Args)]
pub struct ProveArgs {
    #[command(flatten)]
    data_dir: DataDirArg,
    /// Where the installation answers; without it, its own address.
    #[arg(long)]
    url: Option<String>,
    /// Leave the two tenants there.
    #[arg(long)]
    keep: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
    /// The end of the tenants' addresses, prove-a-… and prove-b-…; tenants that are there are used as
    /// they are, and stay.
    #[arg(long)]
    pair: Option<String>,
    /// The log of a process of the installation, in which no value of a client may stand; may be repeated.
    #[arg(long)]
    log: Vec<PathBuf>,
    /// Only what is below this path, e.g. /api/clients; may be repeated. Files belong to /api/exports and /api/imports,
    /// event streams to /api/events, calendars to /api/calendar, pages and the platform to no path but /.
    #[arg(long, value_name = "PATH")]
    only: Vec<String>,
}

/// Runs the proof.
pub async fn prove(args: ProveArgs) -> ExitCode {
    match run(args).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(e) => {
            say_error(&format!("the proof could not run: {e:#}"));
            ExitCode::from(2)
        }
    }
}

/// Returns how many things were found.
async fn run(args: ProveArgs) -> anyhow::Result<usize> {
    let config = environment::load(&args.data_dir)?;
    telemetry::init_logs(false);
    let base = args.url.clone().unwrap_or_else(|| {
        let local = config.base_host() == "localhost";
        let domain = if local { config.base_domain.replacen("localhost", "127.0.0.1", 1) } else { config.base_domain.clone() };
        format!("{}://{domain}", config.scheme)
    });
    let app = environment::connect(config).await?;
    app.start_listeners();
    let started = Instant::now();
    let word = args.pair.clone().unwrap_or_else(|| Uuid::new_v4().simple().to_string()[..8].to_owned());
    let slugs = [format!("prove-a-{word}"), format!("prove-b-{word}")];
    let mut made = Vec::new();
    let report = Report::default();
    let proof = async {
        for slug in &slugs {
            if app.registry.by_slug(slug).await?.is_none() {
                made.push(slug.clone());
                let admin = AdminSeed {
                    name: "Prover".into(),
                    email: format!("admin@{slug}.example"),
                    password: Some(Uuid::new_v4().to_string()),
                };
                commands::tenant_create(&app, slug, &format!("Prover {slug}"), "forex-broker", admin, &mut |_| {}).await?;
            }
        }
        scene(&app, &base, &slugs, &args, &report).await
    };
    let ended = tokio::select! {
        ended = proof => ended,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("it was interrupted")),
    };
    if !args.keep {
        for slug in &made {
            if let Err(e) = commands::tenant_drop(&app, slug).await {
                say_error(&format!("{slug} could not be removed: {e}"));
            }
        }
    }
    let roles = ended?;
    let took = started.elapsed();
    if args.json {
        say(&serde_json::to_string_pretty(&report.json(roles, took, [&slugs[0], &slugs[1]]))?);
    } else {
        say(report.text(roles, took).trim_end());
    }
    Ok(report.finds())
}

/// The proof itself; returns how many roles looked around.
async fn scene(app: &SharedApp, base: &str, slugs: &[String; 2], args: &ProveArgs, report: &Report) -> anyhow::Result<usize> {
    let domain = app.config.base_domain.clone();
    let hosts = [format!("{}.{domain}", slugs[0]), format!("{}.{domain}", slugs[1])];
    let door = Caller::new(base, &hosts[0])?;
    for host in &hosts {
        open(&door.at(host)).await?;
    }
    let operations = served(&door).await?;
    if !args.only.is_empty() {
        report.note(format!("only what is below {} was looked at", args.only.join(", ")));
    }
    let password = Uuid::new_v4().to_string();
    let mut a = planted(app, &slugs[0], Side::A, &password).await?;
    let mut b = planted(app, &slugs[1], Side::B, &password).await?;
    for planted in [&a, &b] {
        provisioner::views::ensure_views(app, &planted.tenant).await?;
    }
    let guest = guest(app, &b, &door.at(&hosts[1]), &password).await?;
    let (visitors, programs) = everybody(app, &a, &door, &password, report).await?;
    let widest = widest(&visitors)?;
    made::make(app, &mut a, &widest.caller, report).await?;
    made::make(app, &mut b, &guest, report).await?;
    let hunt = Hunt::new(&a, &b)?;
    let scene = Scene {
        app: app.clone(),
        a,
        b,
        hunt,
        operations,
        only: args.only.clone(),
        report,
        asked: Mutex::default(),
        host_b: hosts[1].clone(),
        slug_b: slugs[1].clone(),
    };
    act(&scene, &door, &guest, &hosts[0], &domain, (&visitors, &programs)).await?;
    for log in &args.log {
        scene.log(log).await?;
    }
    Ok(visitors.len())
}

/// Every operation at a tenant's host: of the product itself, and of its faces for other programs.
async fn served(door: &Caller) -> anyhow::Result<Vec<Operation>> {
    let mut all = Vec::new();
    for path in ["/api/openapi.json", "/admin/openapi.json", "/api/crm/openapi.json"] {
        let spec = door.get(path).await?;
        all.extend(plan::operations(&spec.json).with_context(|| format!("the installation serves no {path}"))?);
    }
    Ok(all)
}

/// One person of every role, signed in, and one program of every role.
async fn everybody(
    app: &SharedApp,
    a: &Planted,
    door: &Caller,
    password: &str,
    report: &Report,
) -> anyhow::Result<(Vec<Visitor>, Vec<Visitor>)> {
    let (mut visitors, mut programs) = (Vec::new(), Vec::new());
    for staffer in &a.staff {
        let viewer = Viewer::read(app, a, staffer).await?;
        let (caller, over_http) = door.sign_in(app, a, &viewer, password).await?;
        if !over_http {
            report.note(format!("{} got a session from inside: sign-ins are limited for the moment", viewer.role_name));
        }
        programs.push(Visitor { viewer: Arc::new(viewer.of_key()), caller: door.with(&staffer.key) });
        visitors.push(Visitor { viewer: Arc::new(viewer), caller });
    }
    Ok((visitors, programs))
}

/// Whoever may do the most.
fn widest(visitors: &[Visitor]) -> anyhow::Result<Visitor> {
    Ok(visitors.iter().max_by_key(|v| v.viewer.reach()).context("the tenant has no roles")?.clone())
}

async fn act(
    scene: &Scene<'_>,
    door: &Caller,
    guest: &Caller,
    host_a: &str,
    domain: &str,
    (visitors, programs): (&[Visitor], &[Visitor]),
) -> anyhow::Result<()> {
    let widest = widest(visitors)?;
    let all = || visitors.iter().chain(programs);
    // Nobody changes anything while lists are counted.
    futures::stream::iter(all().map(|v| scene.read(v))).buffer_unordered(3).try_collect::<Vec<()>>().await?;
    if scene.is_meant("/api/exports") {
        futures::stream::iter(all().map(|v| scene.exports(v))).buffer_unordered(8).try_collect::<Vec<()>>().await?;
        let foreign = files::foreign_export(guest).await?;
        for visitor in all() {
            scene.exports_of_others(visitor, &foreign).await?;
        }
    }
    if scene.is_meant("/api/calendar") {
        for visitor in all() {
            scene.calendar(visitor).await?;
        }
    }
    for visitor in visitors.iter().filter(|v| v.viewer.role_name == belongings::PARTIAL) {
        scene.opened(visitor).await?;
    }
    let program = self::widest(programs)?;
    let foreign = scene.b.staff.iter().find(|s| s.role_name == widest.viewer.role_name).context("the roles differ")?;
    let keys = [program.caller.clone(), door.at(&scene.host_b).with(&foreign.key)];
    scene.strangers(&widest, host_a, guest, &keys).await?;
    if scene.is_meant("/") {
        scene.platform(domain, host_a, &[("token", &widest.caller), ("key", &program.caller)]).await?;
        scene.pages(&widest, domain).await?;
    }
    let before = scene.fingerprint().await?;
    let mut streams = Vec::new();
    if scene.is_meant("/api/events") {
        for visitor in visitors {
            streams.push(Stream::open(visitor).await?);
        }
    }
    if scene.is_meant("/api/imports") {
        for visitor in all() {
            scene.imports(visitor).await?;
        }
    }
    futures::stream::iter(all().map(|v| scene.write(v))).buffer_unordered(3).try_collect::<Vec<()>>().await?;
    scene.aftermath(&before).await?;
    if streams.is_empty() {
        return Ok(());
    }
    scene.stir(&widest.caller, guest).await?;
    scene.listen(streams).await
}

/// Waits until a host answers: a tenant that was just made is news to the processes that serve.
async fn open(door: &Caller) -> anyhow::Result<()> {
    let mut last = 0;
    for _ in 0..100 {
        last = door.get("/api/branding").await.context("the installation can't be reached")?.status;
        if last == 200 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("a new tenant's address answers {last}")
}

async fn planted(app: &SharedApp, slug: &str, side: Side, password: &str) -> anyhow::Result<Planted> {
    let tenant: Arc<Tenant> = app.registry.by_slug(slug).await?.with_context(|| format!("{slug} is not there"))?;
    plant::plant(app, &tenant, side, password).await
}

/// The most powerful role of the second tenant, signed in there.
async fn guest(app: &SharedApp, b: &Planted, door: &Caller, password: &str) -> anyhow::Result<Caller> {
    let mut best: Option<Viewer> = None;
    for staffer in &b.staff {
        let viewer = Viewer::read(app, b, staffer).await?;
        if best.as_ref().is_none_or(|best| viewer.reach() > best.reach()) {
            best = Some(viewer);
        }
    }
    let viewer = best.context("the tenant has no roles")?;
    Ok(door.sign_in(app, b, &viewer, password).await?.0)
}
