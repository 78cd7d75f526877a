//! Searching clients, leads, contacts, opportunities and deals for the palette.

use kernel::DomainError;
use kernel::permission::Level;
use runtime::words::{containing, words};
use runtime::{Ctx, Rows as _, list};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order, SelectStatement, SimpleExpr};
use uuid::Uuid;

use super::nearest::nearest;
use super::rank::{Rank, Shown, rank};
use super::words::{digits, matches};
use crate::activities::entity::Activity;
use crate::deals::Kind;
use crate::deals::entity::Deal;
use crate::sensitive::{self, SensitiveFields};
use crate::{
    activities as activity_slice, clients as client_slice, contacts as contact_slice, deals as deal_slice, leads as lead_slice,
};

/// The newest of those that match are looked at; the best of these are shown.
const LOOKED_AT: u64 = 50;
/// With fewer exact answers than this, words with a slip of the finger are tried too.
const ENOUGH: usize = 3;
/// How long one statement may take, in milliseconds: the palette shows what is there by then.
const PATIENCE: &str = "300";

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    text: String,
    words: Vec<String>,
    digits: Option<String>,
    /// The most records of a kind.
    pub limit: usize,
}

impl Wanted {
    /// Reads what somebody typed; none if there is no word in it.
    pub fn read(text: &str, limit: usize) -> Option<Self> {
        let words = words(text);
        (!words.is_empty()).then(|| Self { text: text.to_owned(), words, digits: digits(text), limit })
    }

    /// The folded words.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// What a record was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// Its name.
    Name,
    /// Its e-mail.
    Email,
    /// Its phone number.
    Phone,
    /// A name that is nearly what was typed.
    Similar,
}

/// A record that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Its id.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// E-mail, or the phone number if it was found by that: clear, masked or absent.
    pub contact: Option<String>,
    /// The field that `contact` shows, if it shows it masked.
    pub masked: Option<&'static str>,
    /// What it was found by.
    pub matched: Match,
}

/// Records of one kind that were found.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// The best ones.
    pub hits: Vec<Hit>,
    /// Whether there are more.
    pub more: bool,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    first_name: String,
    last_name: String,
    country: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

/// Bounds what a search of this transaction may cost. To be called first.
pub async fn set_bounds(ctx: &Ctx) -> kernel::Result<()> {
    // A plan that fits every word fits none: common ones are found by walking the date index, rare ones
    // only by the trigram index.
    let sql = "select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('statement_timeout', $1, true),
                      set_config('pg_trgm.similarity_threshold', '0.18', true)";
    ctx.tx().run(sql, [PATIENCE.into()]).await?;
    Ok(())
}

/// Whether a search ended because it took too long.
pub fn took_too_long(error: &DomainError) -> bool {
    matches!(error, DomainError::Unavailable { code: "busy", .. })
}

/// Clients that the actor sees.
pub async fn clients(ctx: &Ctx, wanted: &Wanted) -> kernel::Result<Hits> {
    let mut base = client_slice::entity::visible_to(ctx, ctx.require("clients.read")?);
    base.and_where(client_slice::entity::alive());
    find(ctx, wanted, base, "c", sensitive::CLIENT).await
}

/// Leads that the actor sees.
pub async fn leads(ctx: &Ctx, wanted: &Wanted) -> kernel::Result<Hits> {
    let base = lead_slice::entity::visible_to(ctx, ctx.require("leads.read")?);
    find(ctx, wanted, base, "l", sensitive::LEAD).await
}

/// Contacts that the actor sees.
pub async fn contacts(ctx: &Ctx, wanted: &Wanted) -> kernel::Result<Hits> {
    let mut base = contact_slice::entity::visible_to(ctx, ctx.require("contacts.read")?);
    base.and_where(contact_slice::entity::alive());
    find(ctx, wanted, base, "k", sensitive::CONTACT).await
}

/// Deals or opportunities that the actor sees, by their names: the newest of those that match.
pub async fn deals(ctx: &Ctx, kind: Kind, wanted: &Wanted) -> kernel::Result<Hits> {
    let mut select = deal_slice::entity::visible_to(ctx, kind, ctx.require(kind.read())?);
    let Some(condition) = matches(("d", "search_name"), &wanted.text) else { return Ok(Hits::default()) };
    select
        .and_where(deal_slice::entity::alive())
        .and_where(condition)
        .order_by((Alias::new("d"), Alias::new("created_at")), Order::Desc)
        .order_by((Alias::new("d"), Alias::new("id")), Order::Desc)
        .limit(wanted.limit as u64 + 1);
    let mut rows: Vec<Deal> = list::rows(ctx, &select).await?;
    let more = rows.len() > wanted.limit;
    rows.truncate(wanted.limit);
    let hits = rows.into_iter().map(|d| Hit {
        id: d.id,
        name: d.name,
        country: None,
        contact: d.client_name.or(d.contact_name),
        masked: None,
        matched: Match::Name,
    });
    Ok(Hits { hits: hits.collect(), more })
}

/// Activities within the actor's scope, by subject: the newest of those that match.
pub async fn activities(ctx: &Ctx, wanted: &Wanted) -> kernel::Result<Hits> {
    let mut select = activity_slice::entity::visible_to(ctx, ctx.require("activities.read")?, false);
    let Some(condition) = matches(("a", "search_text"), &wanted.text) else { return Ok(Hits::default()) };
    select
        .and_where(activity_slice::entity::alive())
        .and_where(condition)
        .order_by((Alias::new("a"), Alias::new("created_at")), Order::Desc)
        .order_by((Alias::new("a"), Alias::new("id")), Order::Desc)
        .limit(wanted.limit as u64 + 1);
    let mut rows: Vec<Activity> = list::rows(ctx, &select).await?;
    let more = rows.len() > wanted.limit;
    rows.truncate(wanted.limit);
    let hits = rows.into_iter().map(|a| Hit {
        id: a.id,
        name: a.subject,
        country: None,
        contact: [a.client_name, a.contact_name, a.lead_name, a.deal_name, a.opportunity_name].into_iter().flatten().next(),
        masked: None,
        matched: Match::Name,
    });
    Ok(Hits { hits: hits.collect(), more })
}

async fn find(
    ctx: &Ctx,
    wanted: &Wanted,
    mut base: SelectStatement,
    table: &'static str,
    fields: SensitiveFields,
) -> kernel::Result<Hits> {
    let col = |name: &'static str| Expr::col((Alias::new(table), Alias::new(name)));
    base.clear_selects();
    for name in ["id", "first_name", "last_name"] {
        base.column((Alias::new(table), Alias::new(name)));
    }
    // Contacts live nowhere.
    let country = if table == "k" { Expr::cust("null::text") } else { col("country") };
    base.expr_as(country, Alias::new("country"));
    fields.select(ctx, &mut base);
    base.order_by((Alias::new(table), Alias::new("created_at")), Order::Desc)
        .order_by((Alias::new(table), Alias::new("id")), Order::Desc)
        .limit(LOOKED_AT);
    let with = |condition: SimpleExpr| {
        let mut select = base.clone();
        select.and_where(condition);
        select
    };
    let column = fields.search_column(ctx);
    let Some(condition) = matches(column, &wanted.text) else { return Ok(Hits::default()) };
    let mut rows: Vec<Row> = list::rows(ctx, &with(condition)).await?;
    let many = rows.len() as u64 == LOOKED_AT;
    if many {
        // Whoever bears exactly this name is shown, however many are newer.
        let exact: Vec<Row> = list::rows(ctx, &with(col("search_name").eq(wanted.words.join(" ")))).await?;
        let new: Vec<Row> = exact.into_iter().filter(|r| rows.iter().all(|known| known.id != r.id)).collect();
        rows.extend(new);
    }
    let clear = |name: &str| fields.level(ctx, name) == Level::Full;
    let (email, phone) = (clear("email"), clear("phone"));
    let mut ranked: Vec<(Rank, Row)> = rows
        .into_iter()
        .map(|row| {
            let name = format!("{} {}", row.first_name, row.last_name).trim().to_owned();
            let shown = Shown {
                name: &name,
                email: row.email.as_deref().filter(|_| email),
                phone: row.phone.as_deref().filter(|_| phone),
            };
            (rank(&wanted.words, wanted.digits.as_deref(), &shown), row)
        })
        .collect();
    // Equally good ones stay in their order: the newest first.
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut more = many || ranked.len() > wanted.limit;
    ranked.truncate(wanted.limit);
    let mut found: Vec<(Match, Row)> = ranked.into_iter().map(|((_, matched), row)| (matched, row)).collect();
    if found.len() < ENOUGH.min(wanted.limit)
        && let Some(condition) = similar(ctx, wanted, column).await?
    {
        let rows: Vec<Row> = list::rows(ctx, &with(condition)).await?;
        let new: Vec<Row> = rows.into_iter().filter(|r| found.iter().all(|(_, known)| known.id != r.id)).collect();
        more |= new.len() > wanted.limit - found.len();
        let room = wanted.limit - found.len();
        found.extend(new.into_iter().take(room).map(|row| (Match::Similar, row)));
    }
    let hits = found.into_iter().map(|(matched, row)| hit(ctx, fields, matched, row)).collect();
    Ok(Hits { hits, more })
}

/// The condition with what the words may have meant; none if they can't have meant anything else.
async fn similar(ctx: &Ctx, wanted: &Wanted, column: (&'static str, &'static str)) -> kernel::Result<Option<SimpleExpr>> {
    if wanted.digits.is_some() {
        return Ok(None);
    }
    let letters = |text: &String| text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let words: Vec<String> = wanted.words.iter().flat_map(letters).filter(|w| !w.is_empty()).take(6).collect();
    let meant = nearest(ctx, &words).await?;
    if meant.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    let column = format!("{}.{}", column.0, column.1);
    let one_of = |(word, meant): (&String, &Vec<String>)| {
        meant.iter().fold(containing(&column, word), |any, other| any.or(containing(&column, other)))
    };
    Ok(words.iter().zip(&meant).map(one_of).reduce(|all, word| all.and(word)))
}

fn hit(ctx: &Ctx, fields: SensitiveFields, matched: Match, row: Row) -> Hit {
    let by_phone = matched == Match::Phone || row.email.is_none();
    let (field, contact) = if by_phone { ("phone", row.phone) } else { ("email", row.email) };
    let masked = contact.is_some() && fields.level(ctx, field) == Level::Masked;
    Hit {
        id: row.id,
        name: format!("{} {}", row.first_name, row.last_name).trim().to_owned(),
        country: row.country,
        contact,
        masked: masked.then_some(field),
        matched,
    }
}
