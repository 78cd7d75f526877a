//! Taking a file: what kind it is, what stands in its head, and its place in the file store.

use std::fs::File;

use kernel::DomainError;
use kernel::ports::StoreError;
use kernel::validate::Checker;
use runtime::audit::Change;
use runtime::crypto::sha256;
use runtime::http::SignedIn;
use runtime::{Ctx, Rows as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::brings::Brings;
use super::clear::{Clear, sees};
use super::columns::{self, Column, Head};
use super::entity::{self, Import, file_key, find_locked};
use super::errors_csv::ADDED;
use super::field::{self, Choices};
use super::form::ImportForm;
use super::reading::{self, Encodings, Format, Layout, encoding_by_name, format_of};
use super::shapes::LayoutIn;
use crate::bulk::Kind;
use crate::custom_fields::{self, CustomField};
use crate::file_form::{Arrived, Sending};

/// What is kept of a file that was read.
struct Read {
    layout: Layout,
    columns: Vec<Column>,
    rows_estimate: i64,
}

/// The most bytes of a file, by the tenant's settings.
pub(super) async fn most_bytes(ctx: &Ctx) -> kernel::Result<u64> {
    Ok(access::settings::whole(ctx, "import_max_megabytes", 2_048).await?.unsigned_abs() * 1024 * 1024)
}

/// Takes a file.
pub(super) async fn create(who: &SignedIn, form: ImportForm) -> kernel::Result<Import> {
    // Who may import nothing is told that before a byte is kept.
    let ctx = who.begin_carrying().await?;
    entity::visible_to(&ctx)?;
    let most = most_bytes(&ctx).await?;
    let (app, tenant) = (ctx.app().clone(), ctx.tenant().key);
    drop(ctx);
    let mut encodings = Encodings::default();
    let form = form.read(most, |piece| encodings.see(piece)).await?;
    let mut c = Checker::new();
    let brings = form.texts.get("entity").map(|word| word.trim()).and_then(Brings::of_plural);
    if brings.is_none() {
        c.add("entity", Brings::must_be());
    }
    if form.file.is_none() {
        c.add("file", "is required");
    }
    c.finish()?;
    let (Some(brings), Some(arrived)) = (brings, form.file) else {
        return Err(DomainError::internal("a faulty form was found without fault"));
    };
    who.actor.require(brings.permission())?;
    sees(&who.actor, brings, None)?;
    let ctx = who.begin_carrying().await?;
    let custom = custom_fields::of_entity(&ctx, brings.own_fields()).await?;
    drop(ctx);
    let Arrived { file, filename, bytes, sha256: sum, head } = arrived;
    let read = tokio::task::spawn_blocking({
        let file = file.try_clone().map_err(DomainError::internal)?;
        move || first_look(file, brings, &head, encodings.found().name(), encodings.lines(), &custom)
    })
    .await
    .map_err(DomainError::internal)??;
    let id = Uuid::now_v7();
    let kept = app.files.put_pieces(&file_key(tenant, id), "application/octet-stream", &mut Sending::of(&file)?).await;
    kept.map_err(|error| {
        tracing::warn!(%error, "the file store failed");
        DomainError::unavailable("storage_unavailable", "The file store can't be reached. Please try again in a moment.")
    })?;
    let ctx = who.begin_carrying().await?;
    ctx.require(brings.permission())?;
    let actor = ctx.actor();
    ctx.tx()
        .run(
            "insert into imports (id, entity, filename, bytes, sha256, format, layout, columns, fingerprint, rows_estimate, actor_id,
                 by_key, actor_name, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
            [
                id.into(),
                brings.word().into(),
                filename.clone().into(),
                i64::try_from(bytes).unwrap_or(i64::MAX).into(),
                sum.clone().into(),
                read.layout.format.as_str().into(),
                json!(read.layout).into(),
                json!(read.columns).into(),
                fingerprint(&read.columns).into(),
                read.rows_estimate.into(),
                actor.id().into(),
                actor.key.is_some().into(),
                actor.name.clone().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    let facts = vec![told("file", filename.into()), told("bytes", bytes.into()), told("sha256", sum.into())];
    ctx.audit("import.uploaded", "import", Some(id), facts).await?;
    let import = entity::find(&ctx, id).await?;
    ctx.commit().await?;
    Ok(import)
}

/// The hash of the columns' names, in whatever order: files of one source have the same. What our file of faulty rows
/// adds at the end of them does not count.
fn fingerprint(columns: &[Column]) -> String {
    let mut names: Vec<String> = columns.iter().map(|c| c.name.to_lowercase()).collect();
    if names.len() > ADDED.len() && names.ends_with(&ADDED.map(str::to_owned)) {
        names.truncate(names.len() - ADDED.len());
    }
    names.sort_unstable();
    hex::encode(&sha256(names.join("\u{1f}").as_bytes())[..16])
}

/// Keys of the fields that a kind of record has.
fn keys(brings: Brings, custom: &[CustomField]) -> Vec<String> {
    field::targets(brings, custom, &Choices::default()).into_iter().map(|t| t.key).collect()
}

fn first_look(
    file: File,
    brings: Brings,
    head: &[u8],
    encoding: &str,
    lines: u64,
    custom: &[CustomField],
) -> Result<Read, DomainError> {
    let mut layout = Layout { format: format_of(head)?, ..Layout::default() };
    let again = || file.try_clone().map_err(DomainError::internal);
    match layout.format {
        Format::Csv => {
            let found = encoding_by_name(encoding).unwrap_or(encoding_rs::UTF_8);
            layout.encoding = Some(found.name().to_lowercase());
            layout.delimiter = Some(reading::delimiter(again()?, found)?);
        }
        Format::Xlsx => {
            layout.sheets = reading::sheets(again()?)?;
            layout.sheet = layout.sheets.first().cloned();
        }
    }
    look(file, brings, layout, None, custom, i64::try_from(lines).unwrap_or(i64::MAX))
}

fn look(
    file: File,
    brings: Brings,
    mut layout: Layout,
    header_row: Option<u32>,
    custom: &[CustomField],
    lines: i64,
) -> Result<Read, DomainError> {
    let keys = keys(brings, custom);
    let knows = columns::knows(&keys, custom);
    let sheet = file.try_clone().map_err(DomainError::internal)?;
    let Head { header_row, columns } = columns::head(file, &layout, header_row, &knows)?;
    layout.header_row = header_row;
    let rows_estimate = match layout.format {
        Format::Csv => lines,
        Format::Xlsx => i64::try_from(reading::estimate(sheet, &layout, columns.len())?).unwrap_or(i64::MAX),
    };
    let rows_estimate = (rows_estimate - i64::from(header_row)).max(1);
    Ok(Read { layout, columns, rows_estimate })
}

/// Reads the head of a file in another way.
pub(super) async fn reread(who: &SignedIn, id: Uuid, input: &LayoutIn) -> kernel::Result<Import> {
    let ctx = who.begin_carrying().await?;
    let import = Clear::of(&who.actor, entity::find(&ctx, id).await?)?;
    let brings = import.brings()?;
    must_be_open(&import)?;
    let custom = custom_fields::of_entity(&ctx, brings.own_fields()).await?;
    let app = ctx.app().clone();
    let key = file_key(ctx.tenant().key, id);
    drop(ctx);
    let mut layout = import.layout()?;
    wish(&mut layout, input)?;
    let file = fetch(&app, &key).await?;
    let (estimate, header) = (import.rows_estimate + i64::from(import.layout()?.header_row), input.header_row);
    let read = tokio::task::spawn_blocking(move || look(file, brings, layout, header, &custom, estimate));
    let read = read.await.map_err(DomainError::internal)??;
    let ctx = who.begin_carrying().await?;
    let locked = Clear::of(&who.actor, find_locked(&ctx, id).await?)?;
    must_be_open(&locked)?;
    ctx.tx()
        .run(
            "update imports set layout = $2, columns = $3, fingerprint = $4, rows_estimate = $6, mapping = null, status = 'uploaded',
                 reading = null, task = null, updated_at = $5 where id = $1",
            [
                id.into(),
                json!(read.layout).into(),
                json!(read.columns).into(),
                fingerprint(&read.columns).into(),
                ctx.now().into(),
                read.rows_estimate.into(),
            ],
        )
        .await?;
    // Lines and columns are other ones now.
    ctx.tx().run("delete from import_fixes where import_id = $1", [id.into()]).await?;
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    ctx.audit("import.read_anew", "import", Some(id), vec![told("layout", json!(read.layout))]).await?;
    let import = entity::find(&ctx, id).await?;
    ctx.commit().await?;
    Ok(import)
}

/// What somebody says of a file, in place of what was found.
fn wish(layout: &mut Layout, input: &LayoutIn) -> kernel::Result<()> {
    let mut c = Checker::new();
    if let Some(name) = &input.sheet {
        if layout.sheets.contains(name) {
            layout.sheet = Some(name.clone());
        } else {
            c.add("sheet", "is not a sheet of the workbook");
        }
    }
    if let Some(name) = &input.encoding {
        match encoding_by_name(name).filter(|_| layout.format == Format::Csv) {
            Some(encoding) => layout.encoding = Some(encoding.name().to_lowercase()),
            None => c.add("encoding", "is not an encoding of a text"),
        }
    }
    if let Some(text) = &input.delimiter {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(d), None) if [',', ';', '\t', '|'].contains(&d) && layout.format == Format::Csv => layout.delimiter = Some(d),
            _ => c.add("delimiter", "must be a comma, a semicolon, a tab or a bar"),
        }
    }
    if input.header_row.is_some_and(|line| line > 500) {
        c.add("header_row", "must not be further down than line 500");
    }
    c.finish()
}

pub(super) fn must_be_open(import: &Import) -> kernel::Result<()> {
    if import.is_open() {
        return Ok(());
    }
    Err(DomainError::conflict("already_started", "This import was started already."))
}

/// The file of an import, from the file store to a temporary one. No transaction is open meanwhile.
pub(super) async fn fetch(app: &runtime::SharedApp, key: &str) -> kernel::Result<File> {
    use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};
    let away = |error: StoreError| {
        tracing::warn!(%error, "the file store failed");
        DomainError::unavailable("storage_unavailable", "The file store can't be reached. Please try again in a moment.")
    };
    let gone = || DomainError::gone("file_gone", "The file of this import is no longer kept. Send it again.");
    let mut pieces = app.files.open(key).await.map_err(away)?.ok_or_else(gone)?;
    let disk = |e: std::io::Error| DomainError::internal(format!("a temporary file: {e}"));
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(disk)?);
    while let Some(piece) = pieces.next().await.map_err(away)? {
        file.write_all(&piece).await.map_err(disk)?;
    }
    file.flush().await.map_err(disk)?;
    file.rewind().await.map_err(disk)?;
    Ok(file.into_std().await)
}

/// Keys and labels of the statuses of a kind of record.
pub(super) async fn status_words(ctx: &Ctx, brings: Brings) -> kernel::Result<Vec<(String, String)>> {
    if brings == Brings::Records(Kind::Contact) {
        let words = crate::exports::contact_statuses();
        return Ok(words.iter().map(|(key, [label, _])| ((*key).to_owned(), (*label).to_owned())).collect());
    }
    let all = crate::statuses::all(ctx).await?;
    Ok(all.into_iter().filter(|s| s.entity == brings.word()).map(|s| (s.key, s.label)).collect())
}
