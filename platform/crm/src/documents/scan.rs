//! The job that has a document scanned. It fails closed: without a verdict the document stays shut.

use kernel::DomainError;
use kernel::job::{Job, JobError};
use kernel::ports::Verdict;
use runtime::audit::Change;
use runtime::outbox::JobRun;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entity::folder;
use super::notices::{self, About};
use super::standing::Changing;
use super::upload::supersede;

/// Scans one document.
#[derive(Debug, Serialize, Deserialize)]
pub struct ScanDocument {
    /// Which.
    pub document: Uuid,
}

impl Job for ScanDocument {
    const KIND: &'static str = "documents.scan";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("documents.scan:{}", self.document))
    }
}

#[derive(FromQueryResult)]
struct Row {
    lineage: Uuid,
    version: i32,
    client_id: Uuid,
    stored_under: Uuid,
    client_name: String,
    kind: String,
}

/// The document, if it still waits for its scan.
async fn waiting(ctx: &Ctx, id: Uuid) -> kernel::Result<Option<Row>> {
    let sql = "select d.lineage, d.version, d.client_id, d.stored_under, c.first_name || ' ' || c.last_name as client_name, k.label as kind
               from documents d join clients c on c.id = d.client_id join document_types k on k.key = d.type
               where d.id = $1 and d.status = 'scanning'";
    Ok(ctx.tx().one(sql, [id.into()]).await?)
}

/// Runs [`ScanDocument`].
pub async fn run(run: &JobRun) -> Result<(), JobError> {
    let job: ScanDocument = run.job()?;
    let ctx = run.ctx("Documents").await?;
    let Some(row) = waiting(&ctx, job.document).await? else { return Ok(run.finish(ctx).await?) };
    let (app, tenant) = (ctx.app().clone(), ctx.tenant().key);
    drop(ctx);
    let scanner = app.scanner.as_ref().ok_or_else(|| JobError::Retry("there is no virus scanner (CLAMD_ADDR)".to_owned()))?;
    let key = format!("{}original", folder(tenant, row.stored_under, row.lineage, row.version));
    let file = app.files.open(&key).await.map_err(|error| JobError::Retry(error.to_string()))?;
    let mut file = file.ok_or_else(|| JobError::Fail("the file is gone".to_owned()))?;
    let verdict = scanner.scan(file.as_mut()).await.map_err(|error| JobError::Retry(error.to_string()))?;
    let ctx = run.ctx("Documents").await?;
    let changing = Changing::begin_with(&ctx, row.client_id, job.document).await?;
    if waiting(&ctx, job.document).await?.is_some() {
        note(&ctx, job.document, &row, &verdict).await?;
        changing.tell("document.updated", job.document).await?;
        changing.finish().await?;
    }
    Ok(run.finish(ctx).await?)
}

async fn note(ctx: &Ctx, id: Uuid, row: &Row, verdict: &Verdict) -> kernel::Result<()> {
    let told = |field: &str, new: &str| Change { field: field.to_owned(), old: serde_json::Value::Null, new: new.into() };
    match verdict {
        Verdict::Clean => {
            let sql = "update documents set scan = 'clean', status = 'pending', updated_at = $2 where id = $1";
            ctx.tx().run(sql, [id.into(), ctx.now().into()]).await?;
            // From here on it stands for the versions before it.
            supersede(ctx, id, row.lineage, row.version).await?;
            ctx.audit("document.scanned", "document", Some(id), vec![told("scan", "clean")]).await
        }
        Verdict::Infected(virus) => {
            let sql = "update documents set scan = 'infected', status = 'rejected', reason = $3, updated_at = $2 where id = $1";
            let virus: String = virus.chars().filter(|c| !c.is_control()).take(100).collect();
            ctx.tx().run(sql, [id.into(), ctx.now().into(), "infected".into()]).await?;
            tracing::error!(alarm = "infected_document", document = %id, virus, "a virus was found in a document");
            let trace = vec![told("scan", "infected"), told("virus", &virus), told("client", &row.client_id.to_string())];
            ctx.audit("document.infected", "document", Some(id), trace).await?;
            let about = About { client: row.client_id, client_name: &row.client_name, kind: &row.kind };
            notices::infected(ctx, &about, &virus).await
        }
    }
}

/// Follows a scan that failed for good: the document says so, and stays shut. The sweep tries again.
pub async fn unfinished(run: &JobRun, _error: &str) -> kernel::Result<()> {
    let job: ScanDocument = run.job().map_err(DomainError::internal)?;
    let ctx = run.ctx("Documents").await?;
    let sql = "update documents set scan = 'error', updated_at = $2 where id = $1 and status = 'scanning' and scan = 'waiting'";
    ctx.tx().run(sql, [job.document.into(), ctx.now().into()]).await?;
    ctx.commit().await
}
