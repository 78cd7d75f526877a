//! The smoke check: the walls stand and the furniture is in, seen through the roles that requests
//! will run under.

use kernel::DomainError;
use kernel::tenant::ViewClass;
use runtime::db::{DbError, Mode};
use runtime::registry::Tenant;
use runtime::{App, Rows as _, audit};
use sea_orm::FromQueryResult;

use super::{Mark, Work, storage};

#[derive(FromQueryResult)]
struct Furniture {
    statuses: i64,
    administrators: i64,
    messages: i64,
}

/// Runs every check.
pub(super) async fn check(work: &mut Work<'_>) -> kernel::Result<Mark> {
    work.app.registry.forget(work.key, &work.run.slug).await;
    let tenant = work.tenant().await?;
    if tenant.jwt_key.is_none() {
        return Err(broken("its signing key is missing"));
    }
    inside(work.app, &tenant).await?;
    denied(work.app, &tenant, ViewClass::MASKED, "select email from clients limit 1", "the masked role reads e-mail addresses")
        .await?;
    denied(
        work.app,
        &tenant,
        ViewClass::FULL,
        "select email from t_000000.users limit 1",
        "its role reads the schema of another realm",
    )
    .await?;
    let marker = work.app.files.get(&storage::marker(work.key)).await?;
    if !marker.is_some_and(|file| String::from_utf8_lossy(&file.bytes).contains(&tenant.id.to_string())) {
        return Err(broken("its marker in the file store can't be read back"));
    }
    Ok(Mark::Due)
}

fn broken(what: &str) -> DomainError {
    DomainError::internal(format!("the smoke check failed: {what}"))
}

/// What must be there and readable.
async fn inside(app: &App, tenant: &Tenant) -> kernel::Result<()> {
    let tx = app.db.begin(tenant, ViewClass::FULL, Mode::Write).await?;
    let found: Option<Furniture> = tx
        .one(
            "select (select count(distinct entity) from statuses where is_default) as statuses,
                    (select count(*) from users u where u.status in ('active', 'invited')) as administrators,
                    (select count(*) from message_templates) as messages",
            [],
        )
        .await?;
    tx.scalar::<String>("select email from clients limit 1", []).await?;
    let missing = match found {
        Some(f) if f.statuses != 2 => Some("a default status is missing"),
        Some(f) if f.administrators == 0 => Some("it has no administrator"),
        Some(f) if f.messages == 0 => Some("its messages are missing"),
        Some(_) => None,
        None => Some("its tables can't be read"),
    };
    if let Some(what) = missing {
        return Err(broken(what));
    }
    let verdict = audit::verify(&tx).await?;
    if !verdict.ok {
        return Err(broken(&format!("its audit chain is broken: {}", verdict.first_bad.unwrap_or_default())));
    }
    tx.commit().await?;
    Ok(())
}

/// A statement that must be refused for want of rights, in a transaction of its own.
async fn denied(app: &App, tenant: &Tenant, view: ViewClass, sql: &'static str, fault: &str) -> kernel::Result<()> {
    let tx = app.db.begin(tenant, view, Mode::Read).await?;
    let answer: Result<Option<String>, DbError> = tx.scalar(sql, []).await;
    match answer {
        Err(e) if e.sqlstate().as_deref() == Some("42501") => Ok(()),
        Err(e) => Err(e.into()),
        Ok(_) => Err(broken(fault)),
    }
}
