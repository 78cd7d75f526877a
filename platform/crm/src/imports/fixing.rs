//! Rows that somebody looks at one by one: faulty ones are corrected, doubtful ones decided.

use std::collections::{BTreeMap, HashMap};

use kernel::DomainError;
use runtime::access::Actor;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::clear::Clear;
use super::control::may_run;
use super::duplicates;
use super::entity::{self, Import, find_locked};
use super::mapping::Duplicates;
use super::named;
use super::preview::{Line, Looked, line, not_previewed};
use super::reading::Cells;
use super::recipe::{Recipe, not_mapped};
use super::rows::{COPY, Slots};
use super::run::{self, Chunk};
use super::shapes::{FixedOut, ImportRowOut};
use super::staging::{FaultGroup, tell};

/// What somebody decides about a row that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Skip,
    Update,
    Create,
}

impl Decision {
    pub fn parse(word: Option<&str>) -> kernel::Result<Self> {
        match word {
            Some("skip") => Ok(Self::Skip),
            Some("update") => Ok(Self::Update),
            Some("create") => Ok(Self::Create),
            _ => Err(DomainError::field("choice", "must be skip, update or create")),
        }
    }
}

/// Cells that somebody corrected, by line: the file is read with them, however often it is looked at.
#[derive(Default)]
pub(super) struct Fixes(HashMap<u32, Vec<(usize, String)>>);

#[derive(FromQueryResult)]
struct FixedCell {
    n: i32,
    place: i32,
    text: String,
}

impl Fixes {
    /// Those of an import.
    pub async fn of(ctx: &Ctx, id: Uuid) -> kernel::Result<Self> {
        let sql = "select n, place, text from import_fixes where import_id = $1 order by n, place";
        let cells: Vec<FixedCell> = ctx.tx().all(sql, [id.into()]).await?;
        let mut fixes: HashMap<u32, Vec<(usize, String)>> = HashMap::new();
        for cell in cells {
            fixes.entry(cell.n.unsigned_abs()).or_default().push((usize::try_from(cell.place).unwrap_or(0), cell.text));
        }
        Ok(Self(fixes))
    }

    /// Puts them into a row of the file.
    pub fn apply(&self, row: &mut Cells) {
        if let Some(fixed) = self.0.get(&row.line) {
            *row = with(row.iter().map(str::to_owned).collect(), fixed, row.line);
        }
    }

    /// Keeps what was corrected in a row.
    async fn keep(ctx: &Ctx, id: Uuid, n: i32, fixed: Vec<(usize, String)>) -> kernel::Result<()> {
        let (places, texts): (Vec<i32>, Vec<String>) =
            fixed.into_iter().map(|(at, text)| (i32::try_from(at).unwrap_or(0), text.replace('\0', "\u{fffd}"))).unzip();
        let sql = "insert into import_fixes (import_id, n, place, text) select $1, $2, p, t from unnest($3::int[], $4::text[]) as x (p, t)
                   on conflict (import_id, n, place) do update set text = excluded.text";
        ctx.tx().run(sql, [id.into(), n.into(), places.into(), texts.into()]).await?;
        Ok(())
    }
}

/// A row with other texts in some of its cells.
fn with(mut cells: Vec<String>, fixed: &[(usize, String)], line: u32) -> Cells {
    for (at, text) in fixed {
        if cells.len() <= *at {
            cells.resize(at + 1, String::new());
        }
        cells[*at].clone_from(text);
    }
    Cells::of(cells.iter().map(String::as_str), line)
}

/// Corrects a faulty row and checks it again. `who`: as they are, not in clear.
pub(super) async fn fix(
    ctx: &Ctx,
    who: &Actor,
    id: Uuid,
    row: u32,
    texts: Option<&BTreeMap<String, String>>,
) -> kernel::Result<FixedOut> {
    let import = Clear::of(who, find_locked(ctx, id).await?)?;
    if import.status != "previewed" {
        return Err(if import.is_open() { not_previewed() } else { started() });
    }
    let texts = texts.filter(|t| !t.is_empty()).ok_or_else(|| DomainError::field("values", "is required"))?;
    let old = line(ctx, &import, row).await?;
    if !old.is_faulty() {
        return Err(DomainError::conflict("row_valid", "Nothing is wrong with this row."));
    }
    let columns = import.columns()?;
    let mut fixed: Vec<(usize, String)> = Vec::new();
    for (name, text) in texts {
        let column = columns.iter().find(|c| c.name == *name);
        let at = column.ok_or_else(|| DomainError::field(&format!("values.{name}"), "is not a column of the file"))?.index;
        if text.chars().count() > 5_000 {
            return Err(DomainError::field(&format!("values.{name}"), "must not be longer than 5000 characters"));
        }
        fixed.push((at, text.clone()));
    }
    let mut recipe = Recipe::of(ctx, &import).await?;
    let cells = with(old.cells().to_vec(), &fixed, row);
    recipe.records = named::find(ctx, recipe.records_named([&cells])).await?;
    let staged = recipe.cook(&cells, &mut Slots::default());
    let mut copy = String::new();
    staged.write(id, Uuid::now_v7(), &cells, &mut copy);
    let n = i32::try_from(row).unwrap_or(i32::MAX);
    ctx.tx().run("delete from import_rows where import_id = $1 and n = $2", [id.into(), n.into()]).await?;
    ctx.tx().copy_in(COPY, copy.as_bytes()).await?;
    Fixes::keep(ctx, id, n, fixed).await?;
    if staged.faults.is_empty() {
        let mapping = import.mapping()?.ok_or_else(not_mapped)?;
        duplicates::find(ctx, import.brings()?, id, &mapping, Some(n)).await?;
    }
    count(ctx, &import, &old, &staged.faults, staged.faults.is_empty()).await?;
    let columns: Vec<&String> = texts.keys().collect();
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    ctx.audit("import.row_fixed", "import", Some(id), vec![told("row", row.into()), told("columns", json!(columns))]).await?;
    let import = Clear::of(who, entity::find(ctx, id).await?)?;
    let looked = Looked::of(&import)?;
    let out = ImportRowOut::of(&looked, line(ctx, &import, row).await?);
    let of = |n: i64| n.max(0).unsigned_abs();
    Ok(FixedOut { row: out, valid: of(import.valid), invalid: of(import.invalid), duplicates: of(import.twins + import.known) })
}

/// Counts a corrected row: its old faults go, those that are left come.
async fn count(ctx: &Ctx, import: &Import, old: &Line, now: &[super::rows::Fault], is_fine: bool) -> kernel::Result<()> {
    let mut groups: Vec<FaultGroup> = serde_json::from_value(import.faults.clone()).unwrap_or_default();
    for (faults, by) in [(old.faults(), -1), (now.to_vec(), 1)] {
        for fault in faults {
            let same = |g: &&mut FaultGroup| g.column == fault.column && g.code == fault.code && g.message == fault.message;
            match groups.iter_mut().find(same) {
                Some(group) => group.count += by,
                None if by > 0 => {
                    groups.push(FaultGroup { column: fault.column, code: fault.code, message: fault.message, count: 1 })
                }
                None => {}
            }
        }
    }
    groups.retain(|g| g.count > 0);
    let moved = i64::from(is_fine);
    let sql = "update imports set faults = $2, valid = valid + $3, invalid = invalid - $3, updated_at = $4 where id = $1";
    ctx.tx().run(sql, [import.id.into(), json!(groups).into(), moved.into(), ctx.now().into()]).await?;
    duplicates::count(ctx, import.id).await
}

fn started() -> DomainError {
    DomainError::conflict("already_started", "This import was started already.")
}

/// Carries out what somebody decided about a row; whoever adds or changes a record by it may do so anyway. `who`:
/// as they are, not in clear.
pub(super) async fn decide(ctx: &Ctx, who: &Actor, id: Uuid, row: u32, choice: Decision) -> kernel::Result<Import> {
    let import = Clear::of(who, find_locked(ctx, id).await?)?;
    if choice != Decision::Skip {
        may_run(ctx, who, &import)?;
    }
    if choice == Decision::Update {
        ctx.require(import.brings()?.updates())?;
    }
    if import.status != "done" {
        return Err(DomainError::conflict("not_done", "Rows are decided about once the import has ended."));
    }
    let n = i32::try_from(row).map_err(|_| DomainError::not_found("Row"))?;
    let sql =
        "update import_rows set outcome = case when $3 then 'skipped' end where import_id = $1 and n = $2 and outcome = 'review'";
    if ctx.tx().run(sql, [id.into(), n.into(), (choice == Decision::Skip).into()]).await? != 1 {
        return Err(DomainError::conflict("row_decided", "There is nothing to decide about this row."));
    }
    let mut done = Chunk::default();
    if choice != Decision::Skip {
        let mut mapping = import.mapping()?.ok_or_else(not_mapped)?;
        mapping.duplicates = if choice == Decision::Update { Duplicates::Update } else { Duplicates::CreateAnyway };
        // Whoever looks at both sides and says so means all of it.
        mapping.overwrite = true;
        done = run::chunk(ctx, &import, &mapping, n - 1, n).await?;
    }
    if choice == Decision::Create && done.created == 0 {
        return Err(DomainError::conflict("email_exists", "A client with this e-mail already exists."));
    }
    // It was counted among the skipped until now.
    let left = done.created + done.updated;
    let sql = "update imports set review = review - 1, skipped = skipped - $2, created = created + $3, updated = updated + $4,
                   updated_at = $5 where id = $1";
    ctx.tx().run(sql, [id.into(), left.into(), done.created.into(), done.updated.into(), ctx.now().into()]).await?;
    let word = match choice {
        Decision::Skip => "skip",
        Decision::Update => "update",
        Decision::Create => "create",
    };
    let told = |field: &str, new: Json| Change { field: field.to_owned(), old: Json::Null, new };
    ctx.audit("import.row_decided", "import", Some(id), vec![told("row", row.into()), told("choice", word.into())]).await?;
    tell(ctx, &import).await?;
    entity::find(ctx, id).await
}
