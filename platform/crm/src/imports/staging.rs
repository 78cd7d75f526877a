//! Reading a whole file into the staging table: one thread reads and checks, the rows follow in pieces.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;

use kernel::DomainError;
use kernel::event::Event;
use runtime::access::Actor;
use runtime::db::Mode;
use runtime::http::SignedIn;
use runtime::outbox::JobRun;
use runtime::registry::Tenant;
use runtime::{Ctx, RequestInfo, Rows as _, SharedApp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::duplicates;
use super::entity::{self, Import, file_key, find_locked};
use super::named::{self, Question};
use super::reading::{self, Cells, Layout, Unreadable};
use super::recipe::{Recipe, not_mapped};
use super::rows::{COPY, Fault, Slots, Staged};
use super::upload::{fetch, must_be_open};

/// Rows of one piece.
const PIECE: i64 = 10_000;
/// Bytes after which a piece ends all the same.
const PIECE_BYTES: usize = 4 * 1024 * 1024;
/// Kinds of faults that are counted apart.
const MOST_GROUPS: usize = 500;
/// The most tags that one import brings.
const MOST_NEW_TAGS: usize = 500;

/// Who reads, and where to.
pub(super) struct Engine {
    pub app: SharedApp,
    pub tenant: Arc<Tenant>,
    /// In clear: whoever imports sees what is imported.
    pub actor: Arc<Actor>,
    pub request: RequestInfo,
}

impl Engine {
    /// For a request.
    pub fn of(who: &SignedIn) -> Self {
        // The key of the request is claimed by what answers it, not by every piece.
        let request = RequestInfo { idempotency: None, ..who.caller.request.clone() };
        Self { app: who.caller.app.clone(), tenant: who.tenant.clone(), actor: Arc::new(who.actor.in_clear()), request }
    }

    pub async fn begin(&self) -> kernel::Result<Ctx> {
        Ctx::begin(&self.app, &self.tenant, self.actor.clone(), self.request.clone(), Mode::Write).await
    }
}

/// Faults of one kind in one column.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FaultGroup {
    pub column: String,
    pub code: String,
    pub message: String,
    pub count: i64,
}

/// Rows on their way.
#[derive(Default)]
struct Piece {
    copy: String,
    rows: i64,
    invalid: i64,
}

/// What the thread that reads sends.
enum Sent {
    Piece(Piece),
    Question(Question),
}

/// Tells open pages that an import went on.
pub(super) async fn tell(ctx: &Ctx, import: &Import) -> kernel::Result<()> {
    ctx.emit(Event::new("import.progress", import.id, import.brings()?.permission())).await
}

/// Reads the whole file of an import into the staging table, and finds what is there already. `run`: the job
/// that does it, if one does.
pub(super) async fn stage(engine: &Engine, id: Uuid, run: Option<&JobRun>) -> kernel::Result<()> {
    let ctx = engine.begin().await?;
    let import = find_locked(&ctx, id).await?;
    must_be_open(&import)?;
    if import.mapping.is_none() {
        return Err(not_mapped());
    }
    let (recipe, layout) = (Recipe::of(&ctx, &import).await?, import.layout()?);
    let reading = Uuid::now_v7();
    ctx.tx()
        .run(
            "update imports set reading = $2, status = 'mapped', total = 0, processed = 0, valid = 0, invalid = 0, twins = 0, known = 0,
                 faults = '[]', error = null, updated_at = $3 where id = $1",
            [id.into(), reading.into(), ctx.now().into()],
        )
        .await?;
    let key = file_key(ctx.tenant().key, id);
    ctx.commit().await?;
    clear(engine, id).await?;
    let file = fetch(&engine.app, &key).await?;
    let (to, mut from) = mpsc::channel::<Sent>(1);
    let reader = tokio::task::spawn_blocking(move || read(file, &layout, recipe, &to));
    while let Some(sent) = from.recv().await {
        let ctx = engine.begin().await?;
        match sent {
            Sent::Piece(piece) => {
                load(&ctx, &import, reading, &piece, run).await?;
                ctx.commit().await?;
            }
            Sent::Question(question) => {
                // Whoever asked and is gone needs no answer.
                let _ = question.answer.send(named::find(&ctx, question.words).await?);
            }
        }
    }
    let groups = reader.await.map_err(DomainError::internal)??;
    let ctx = engine.begin().await?;
    finish(&ctx, id, reading, &groups).await?;
    match run {
        Some(run) => run.finish(ctx).await,
        None => ctx.commit().await,
    }
}

/// Removes rows of an earlier reading, a few at a time.
pub(super) async fn clear(engine: &Engine, id: Uuid) -> kernel::Result<()> {
    loop {
        let ctx = engine.begin().await?;
        let sql =
            "delete from import_rows where ctid = any (array (select ctid from import_rows where import_id = $1 limit 20000))";
        let gone = ctx.tx().run(sql, [id.into()]).await?;
        ctx.commit().await?;
        if gone < 20_000 {
            return Ok(());
        }
    }
}

/// Reads and checks all rows; runs on a thread of its own.
fn read(file: File, layout: &Layout, mut recipe: Recipe, to: &mpsc::Sender<Sent>) -> Result<Vec<FaultGroup>, Unreadable> {
    let mut rows = reading::rows(file, layout)?;
    let (mut slots, mut piece) = (Slots::default(), Piece::default());
    let mut batch: Vec<Cells> = vec![Cells::default(); recipe.at_once()];
    let mut groups: HashMap<(String, String, String), i64> = HashMap::new();
    let mut tags = recipe.tags.clone();
    let most_tags = tags.len() + MOST_NEW_TAGS;
    loop {
        let mut read = 0;
        while read < batch.len() && rows.next(&mut batch[read])? {
            read += usize::from(batch[read].line > layout.header_row);
        }
        let batch = &batch[..read];
        if batch.is_empty() {
            break;
        }
        if recipe.names_records() {
            let (answer, answered) = oneshot::channel();
            let question = Question { words: recipe.records_named(batch), answer };
            if to.blocking_send(Sent::Question(question)).is_err() {
                return Ok(Vec::new());
            }
            let Ok(found) = answered.blocking_recv() else { return Ok(Vec::new()) };
            recipe.records = found;
        }
        for cells in batch {
            let mut staged = recipe.cook(cells, &mut slots);
            for tag in &staged.values.tags {
                if tags.len() < most_tags {
                    tags.insert(tag.to_lowercase());
                } else if !tags.contains(&tag.to_lowercase()) {
                    staged.faults.push(too_many_tags(tag));
                    break;
                }
            }
            piece.add(recipe.import, &staged, cells);
            for fault in staged.faults {
                let key = (fault.column, fault.code, fault.message);
                if groups.len() < MOST_GROUPS || groups.contains_key(&key) {
                    *groups.entry(key).or_default() += 1;
                }
            }
            if (piece.rows >= PIECE || piece.copy.len() >= PIECE_BYTES)
                && to.blocking_send(Sent::Piece(std::mem::take(&mut piece))).is_err()
            {
                // Whoever listened is gone; nobody needs the rest.
                return Ok(Vec::new());
            }
        }
    }
    if piece.rows > 0 {
        let _ = to.blocking_send(Sent::Piece(piece));
    }
    let mut groups: Vec<FaultGroup> =
        groups.into_iter().map(|((column, code, message), count)| FaultGroup { column, code, message, count }).collect();
    groups.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.column.cmp(&b.column)));
    Ok(groups)
}

fn too_many_tags(tag: &str) -> Fault {
    Fault {
        column: "tags".to_owned(),
        code: "invalid".to_owned(),
        message: format!("would be one of more than {MOST_NEW_TAGS} new tags; map another column"),
        value: tag.to_owned(),
    }
}

impl Piece {
    fn add(&mut self, import: Uuid, staged: &Staged, cells: &Cells) {
        staged.write(import, Uuid::now_v7(), cells, &mut self.copy);
        self.rows += 1;
        self.invalid += i64::from(!staged.faults.is_empty());
    }
}

async fn load(ctx: &Ctx, import: &Import, reading: Uuid, piece: &Piece, run: Option<&JobRun>) -> kernel::Result<()> {
    let sql = "update imports set processed = processed + $3, total = total + $3, invalid = invalid + $4, valid = valid + $3 - $4, updated_at = $5
               where id = $1 and reading = $2";
    let values = [import.id.into(), reading.into(), piece.rows.into(), piece.invalid.into(), ctx.now().into()];
    if ctx.tx().run(sql, values).await? != 1 {
        return Err(read_anew());
    }
    ctx.tx().copy_in(COPY, piece.copy.as_bytes()).await?;
    if let Some(run) = run {
        let now = entity::find(ctx, import.id).await?;
        let total = now.processed.max(import.rows_estimate);
        run.progress(ctx, json!({ "processed": now.processed, "total": total, "import": import.id })).await?;
        tell(ctx, import).await?;
    }
    Ok(())
}

fn read_anew() -> DomainError {
    DomainError::conflict("read_anew", "The file is being read anew by another request.")
}

async fn finish(ctx: &Ctx, id: Uuid, reading: Uuid, groups: &[FaultGroup]) -> kernel::Result<()> {
    let import = find_locked(ctx, id).await?;
    let mapping = import.mapping()?.ok_or_else(not_mapped)?;
    duplicates::find(ctx, import.brings()?, id, &mapping, None).await?;
    let sql = "update imports set status = 'previewed', task = null, faults = $3, total = processed, updated_at = $4
               where id = $1 and reading = $2";
    if ctx.tx().run(sql, [id.into(), reading.into(), json!(groups).into(), ctx.now().into()]).await? != 1 {
        return Err(read_anew());
    }
    duplicates::count(ctx, id).await?;
    let facts = entity::find(ctx, id).await?;
    let told =
        |field: &str, new: i64| runtime::audit::Change { field: field.to_owned(), old: serde_json::Value::Null, new: new.into() };
    let lines = vec![told("valid", facts.valid), told("invalid", facts.invalid), told("duplicates", facts.twins + facts.known)];
    ctx.audit("import.previewed", "import", Some(id), lines).await?;
    tell(ctx, &facts).await
}
