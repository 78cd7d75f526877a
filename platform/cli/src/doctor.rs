//! `brokerdesk doctor`: asks every part of a live installation and names what is wrong.

use runtime::telemetry;
use sqlx::Row as _;

use crate::environment::{self, DataDirArg};
use crate::say;

/// Checks an installation; fails if anything is wrong.
pub async fn run(arg: DataDirArg) -> anyhow::Result<()> {
    telemetry::init_logs(false);
    let config = environment::load(&arg)?;
    say("configuration      ok");
    let app = environment::connect(config).await?;
    say("database, Redis    ok");
    let mut faults = 0;
    let mut tell = |what: &str, result: Result<String, String>| match result {
        Ok(note) => say(&format!("{what:<18} ok {note}")),
        Err(fault) => {
            faults += 1;
            say(&format!("{what:<18} WRONG: {fault}"));
        }
    };
    tell("file store", app.files.check().await.map(|()| String::new()).map_err(|e| e.to_string()));
    tell("mail server", app.mailer.check().await.map(|()| String::new()));
    match &app.scanner {
        Some(scanner) => tell("virus scanner", scanner.check().await.map(|()| String::new())),
        None => tell("virus scanner", Ok("(none: documents are not scanned)".to_owned())),
    }
    let behind = sqlx::query("select slug from control.tenants where schema_version between 1 and $1")
        .bind(migrations::tenant_version() - 1)
        .fetch_all(&app.control)
        .await?;
    let slugs: Vec<String> = behind.iter().map(|r| r.get(0)).collect();
    tell(
        "tenant schemas",
        if slugs.is_empty() { Ok(String::new()) } else { Err(format!("run `brokerdesk migrate`; behind: {}", slugs.join(", "))) },
    );
    let rights = sqlx::query(
        "select count(*) from pg_namespace n where n.nspname like 't\\_%' and has_schema_privilege(current_user, n.oid, 'usage')",
    )
    .fetch_one(&app.control)
    .await?
    .get::<i64, _>(0);
    tell(
        "isolation",
        if rights == 0 {
            Ok(String::new())
        } else {
            Err(format!("the application's login can enter {rights} tenant schemas by itself"))
        },
    );
    let jobs = sqlx::query("select count(*) filter (where state = 'dead') as dead, count(*) filter (where state = 'queued' and run_at < now() - interval '5 minutes') as late from control.outbox")
        .fetch_one(&app.control)
        .await?;
    let (dead, late): (i64, i64) = (jobs.get("dead"), jobs.get("late"));
    tell(
        "jobs",
        if late == 0 {
            Ok(format!("({dead} dead)"))
        } else {
            Err(format!("{late} jobs are due for over five minutes: do the workers run?"))
        },
    );
    anyhow::ensure!(faults == 0, "{faults} of the checks failed");
    Ok(())
}
