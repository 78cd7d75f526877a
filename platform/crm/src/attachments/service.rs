//! What can be done with files on records.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use kernel::ports::{DownloadTerms, StoreError, Verdict};
use kernel::tenant::TenantKey;
use kernel::validate::Checker;
use runtime::app::SharedApp;
use runtime::audit::Change;
use runtime::db::Mode;
use runtime::http::SignedIn;
use runtime::list::{self, Sort, SortKey, SortType};
use runtime::{Ctx, RequestInfo, Rows as _};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::entity::{Attachment, PARENTS, folder, visible_to};
use super::types;
use crate::file_form::{Brought, Fields, FileForm, Sending};
use crate::ownership::Ownership;
use crate::related::{self, Parent, Related};

/// How long a link to the contents lives.
const LINK: Duration = Duration::from_secs(60);
/// The most files on one record.
const MOST: i64 = 500;
/// Days after which the contents of a deleted file are removed.
const KEEP: i32 = 7;

const SORTS: &[SortKey] =
    &[SortKey { name: "created_at", column: ("f", "created_at"), kind: SortType::Time, default_desc: true }];

/// A page of files, the newest first; `records` narrows it to those of some records.
pub async fn list(ctx: &Ctx, records: &[(Parent, Option<&str>)], paging: &Paging) -> kernel::Result<Page<Attachment>> {
    let mut select = visible_to(ctx, ctx.require("attachments.read")?);
    related::filter(&mut select, "f", records)?;
    list::page(ctx, "attachment", &select, Sort::parse(None, SORTS)?, paging).await
}

async fn find(ctx: &Ctx, scope: Scope, id: Uuid) -> kernel::Result<Attachment> {
    let mut select = visible_to(ctx, scope);
    select.and_where(Expr::col((Alias::new("f"), Alias::new("id"))).eq(id));
    list::one(ctx, &select, "File").await
}

/// One file's facts.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<Attachment> {
    find(ctx, ctx.require("attachments.read")?, id).await
}

fn away(error: StoreError) -> DomainError {
    tracing::warn!(%error, "the file store failed");
    DomainError::unavailable("storage_unavailable", "The file store can't be reached. Please try again in a moment.")
}

/// The record that a form names, on which the actor may put a file and on which there is room.
async fn place(ctx: &Ctx, c: &mut Checker, form: &Brought) -> kernel::Result<Option<(Parent, Related)>> {
    let scope = ctx.require("attachments.upload")?;
    let given: Vec<(Parent, Option<&str>)> =
        PARENTS.iter().map(|parent| (*parent, form.texts.get(parent.column()).map(String::as_str))).collect();
    let Some((parent, record)) = related::the_one(ctx, c, &given).await? else { return Ok(None) };
    if related::find(ctx, parent, record.id, Some(scope)).await?.is_none() {
        return Err(DomainError::forbidden("attachments.upload"));
    }
    let sql = match parent {
        Parent::Client => "select count(*) from attachments where client_id = $1 and deleted_at is null",
        Parent::Contact => "select count(*) from attachments where contact_id = $1 and deleted_at is null",
        Parent::Deal | Parent::Opportunity => "select count(*) from attachments where deal_id = $1 and deleted_at is null",
        Parent::Activity => "select count(*) from attachments where activity_id = $1 and deleted_at is null",
        Parent::Lead => return Err(DomainError::internal("leads have no files")),
    };
    let count: Option<i64> = ctx.tx().scalar(sql, [record.id.into()]).await?;
    if count.unwrap_or(0) >= MOST {
        return Err(DomainError::conflict("too_many_attachments", format!("This record has {MOST} files already.")));
    }
    Ok(Some((parent, record)))
}

/// The most bytes of a file.
const MOST_BYTES: u64 = 25 * 1024 * 1024;

/// Takes a file. It is scanned and stored while no transaction is open; nothing is kept of one that is refused.
pub async fn create<F: Fields>(who: &SignedIn, form: FileForm<F>) -> kernel::Result<Attachment> {
    // Who may add none is told that before a byte is kept.
    who.actor.require("attachments.upload")?;
    let mut form = form.read(MOST_BYTES, |_| {}).await?;
    if let Some(id) = form.texts.remove("customer_id") {
        form.texts.insert(Parent::Client.column().to_owned(), id);
    }
    let ctx = who.read().await?;
    let mut c = Checker::new();
    place(&ctx, &mut c, &form).await?;
    match &form.file {
        None => c.add("file", "is required"),
        Some(file) if file.bytes == 0 => c.add("file", "is empty"),
        Some(_) => {}
    }
    c.finish()?;
    let Some(arrived) = &form.file else { return Err(DomainError::internal("a form without a file")) };
    let (app, tenant) = (ctx.app().clone(), ctx.tenant().key);
    drop(ctx);
    let content_type = types::content_type(&arrived.head[..arrived.head.len().min(types::LENGTH)], &arrived.filename);
    if let Some(scanner) = &app.scanner {
        match scanner.scan(&mut Sending::of(&arrived.file)?).await {
            Ok(Verdict::Clean) => {}
            Ok(Verdict::Infected(virus)) => {
                let virus: String = virus.chars().filter(|c| !c.is_control()).take(100).collect();
                tracing::error!(alarm = "infected_attachment", virus, "a virus was found in a file; it was not taken");
                return Err(DomainError::field_code("file_infected", "file", "has a virus in it; it was not taken"));
            }
            Err(error) => {
                tracing::warn!(%error, "the virus scanner failed");
                let message = "The virus scanner can't be reached. Please try again in a moment.";
                return Err(DomainError::unavailable("scanner_unavailable", message));
            }
        }
    }
    let id = Uuid::now_v7();
    let key = format!("{}original", folder(tenant, id));
    app.files.put_pieces(&key, content_type, &mut Sending::of(&arrived.file)?).await.map_err(away)?;
    let kept = keep(who, &form, id, &key, content_type).await;
    if kept.is_err()
        && let Err(error) = app.files.delete_prefix(&folder(tenant, id)).await
    {
        tracing::debug!(%error, "a file that nobody has stays in the store");
    }
    kept
}

/// Writes down a file that is in the store; by now the actor may have lost the record.
async fn keep(who: &SignedIn, form: &Brought, id: Uuid, key: &str, content_type: &str) -> kernel::Result<Attachment> {
    // The answer to an upload is not kept for another one.
    let request = RequestInfo { idempotency: None, ..who.caller.request.clone() };
    let ctx = Ctx::begin(&who.caller.app, &who.tenant, who.actor.clone(), request, Mode::Write).await?;
    let mut c = Checker::new();
    let found = place(&ctx, &mut c, form).await?;
    c.finish()?;
    let (Some((parent, record)), Some(arrived)) = (found, &form.file) else {
        return Err(DomainError::internal("a file for nothing"));
    };
    let on = |kinds: &[Parent]| kinds.contains(&parent).then_some(record.id);
    ctx.tx()
        .run(
            "insert into attachments (id, client_id, contact_id, deal_id, activity_id, filename, content_type, bytes, sha256,
                 object_key, uploaded_by, uploader_name, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            [
                id.into(),
                on(&[Parent::Client]).into(),
                on(&[Parent::Contact]).into(),
                on(&[Parent::Deal, Parent::Opportunity]).into(),
                on(&[Parent::Activity]).into(),
                arrived.filename.clone().into(),
                content_type.into(),
                i64::try_from(arrived.bytes).unwrap_or(i64::MAX).into(),
                arrived.sha256.clone().into(),
                key.into(),
                ctx.user_id().into(),
                ctx.actor().name.clone().into(),
                ctx.now().into(),
            ],
        )
        .await?;
    let told = vec![
        said("filename", json!(arrived.filename)),
        said("bytes", json!(arrived.bytes)),
        said("sha256", json!(arrived.sha256)),
        said(parent.word(), json!(record.id)),
    ];
    self::record(&ctx, "attachment.created", id, told, (parent, record.id), record.owner()).await?;
    // Who may add files may not be allowed to see those of others; this one is theirs.
    let attachment = find(&ctx, Scope::All, id).await?;
    ctx.commit().await?;
    Ok(attachment)
}

fn said(field: &str, new: Json) -> Change {
    Change { field: field.to_owned(), old: Json::Null, new }
}

async fn record(
    ctx: &Ctx,
    action: &str,
    id: Uuid,
    changes: Vec<Change>,
    on: (Parent, Uuid),
    owner: Ownership,
) -> kernel::Result<()> {
    ctx.audit(action, "attachment", Some(id), changes).await?;
    related::tell(ctx, Event::new(action, id, "attachments.read"), on, owner).await
}

/// A way to the contents.
#[derive(Debug)]
pub struct Link {
    /// The address.
    pub url: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

/// Writes down who opens a file, and gives a link to it that lives for a minute.
pub async fn link(who: &SignedIn, id: Uuid) -> kernel::Result<Link> {
    // A link is not kept for another request.
    let request = RequestInfo { idempotency: None, ..who.caller.request.clone() };
    let ctx = Ctx::begin(&who.caller.app, &who.tenant, who.actor.clone(), request, Mode::Write).await?;
    let file = get(&ctx, id).await?;
    ctx.audit("attachment.opened", "attachment", Some(id), vec![said("filename", json!(file.filename))]).await?;
    let (app, now) = (ctx.app().clone(), ctx.now());
    ctx.commit().await?;
    let terms = DownloadTerms {
        key: file.object_key,
        disposition: disposition(&file.filename),
        content_type: file.content_type,
        valid: LINK,
    };
    Ok(Link { url: app.files.download_link(&terms).await?, expires_at: now + LINK })
}

/// The address of [`link`] alone.
pub async fn open(who: &SignedIn, id: Uuid) -> kernel::Result<String> {
    Ok(link(who, id).await?.url)
}

/// To be saved under its own name, which may hold any character.
fn disposition(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|b| match b {
            b if b.is_ascii_alphanumeric() || b"-_.".contains(&b) => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Deletes a file: the actor's own, or one within the scope of the permission.
pub async fn delete(ctx: &Ctx, id: Uuid) -> kernel::Result<()> {
    let file = get(ctx, id).await?;
    let own = file.uploaded_by.is_some() && file.uploaded_by == ctx.user_id();
    if !(own && ctx.actor().scope("attachments.upload").is_some()) {
        let scope = ctx.require("attachments.delete")?;
        find(ctx, scope, id).await.map_err(|_| DomainError::forbidden("attachments.delete"))?;
    }
    ctx.tx().run("update attachments set deleted_at = $2 where id = $1", [id.into(), ctx.now().into()]).await?;
    let on = file.parent().ok_or_else(|| DomainError::internal("a file on nothing"))?;
    record(ctx, "attachment.deleted", id, vec![said("filename", json!(file.filename))], on, file.owner()).await
}

#[derive(FromQueryResult)]
struct OnlyId {
    id: Uuid,
}

/// Removes what was deleted some days ago, with its contents.
pub async fn sweep(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    loop {
        let ctx = Ctx::system(app, &tenant, "Attachments").await?;
        let sql = "select id from attachments where deleted_at < $1 - make_interval(days => $2) order by deleted_at limit 100";
        let gone: Vec<OnlyId> = ctx.tx().all(sql, [ctx.now().into(), KEEP.into()]).await?;
        drop(ctx);
        if gone.is_empty() {
            return Ok(());
        }
        for file in &gone {
            app.files.delete_prefix(&folder(key, file.id)).await?;
        }
        let ctx = Ctx::system(app, &tenant, "Attachments").await?;
        let ids: Vec<Uuid> = gone.iter().map(|file| file.id).collect();
        ctx.tx().run("delete from attachments where id = any($1) and deleted_at is not null", [ids.into()]).await?;
        ctx.commit().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn files_are_saved_and_never_shown() {
        assert_eq!(
            disposition("Angebot \"ü\".pdf"),
            "attachment; filename=\"Angebot ___.pdf\"; filename*=UTF-8''Angebot%20%22%C3%BC%22.pdf"
        );
    }
}
