//! `GET /search`: everything that has a name, for the palette. Here, because it crosses the contexts:
//! clients, leads, contacts, opportunities, deals, activities, users, partners, each within what the caller may see.

use crm::deals::Kind;
use crm::search::{self, Hits, Match, Wanted};
use kernel::DomainError;
use kernel::fold::fold;
use kernel::paging::Paging;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

/// Records of a kind, if the caller does not say how many.
const USUAL: usize = 5;
/// The most of them.
const MOST: usize = 20;

/// A kind of record.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case")]
enum FoundKind {
    /// Clients.
    Client,
    /// Leads.
    Lead,
    /// Contacts.
    Contact,
    /// Opportunities.
    Opportunity,
    /// Deals.
    Deal,
    /// Activities.
    Activity,
    /// Partners.
    Partner,
    /// Users.
    User,
}

/// What a record was found by.
#[derive(Debug, Clone, Copy, Enum)]
#[oai(rename_all = "snake_case")]
enum MatchWord {
    /// Its name.
    Name,
    /// Its e-mail.
    Email,
    /// Its phone number.
    Phone,
    /// A name that is nearly what was typed.
    Similar,
}

impl From<Match> for MatchWord {
    fn from(matched: Match) -> Self {
        match matched {
            Match::Name => Self::Name,
            Match::Email => Self::Email,
            Match::Phone => Self::Phone,
            Match::Similar => Self::Similar,
        }
    }
}

/// A record that was found.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct FoundOut {
    /// Id.
    id: Uuid,
    /// Its name.
    title: String,
    /// E-mail, or phone number if it was found by that; masked if `masked` says so. Of a deal the client or contact, of an activity
    /// the record that it is about.
    subtitle: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    /// The field in `subtitle`, if it is shown masked.
    masked: Vec<String>,
    /// What it was found by.
    r#match: MatchWord,
}

/// Records of one kind that were found, the best first.
#[derive(Debug, Object)]
struct FoundGroupOut {
    /// The kind.
    r#type: FoundKind,
    /// The records.
    items: Vec<FoundOut>,
    /// Whether there are more.
    more: bool,
}

/// What was found.
#[derive(Debug, Object)]
struct FoundAllOut {
    /// Groups with something in them.
    groups: Vec<FoundGroupOut>,
    /// Whether a part took too long and is missing.
    partial: bool,
}

/// Search over everything.
pub struct SearchApi;

#[OpenApi]
impl SearchApi {
    /// Search everything
    ///
    /// Clients, leads, contacts, opportunities, deals, activities, partners and users that the caller may see: by name, and by a part of the e-mail
    /// or by the phone number in any form where the caller sees these in clear. Accents and case do not
    /// count; where little is found, names with a slip of the finger are found too (`similar`).
    #[oai(path = "/search", method = "get", operation_id = "search")]
    async fn search(
        &self,
        auth: Staff,
        /// What somebody typed, at most 200 characters.
        q: Query<Option<String>>,
        /// Records of a kind, 5 by default, 20 at most.
        limit: Query<Option<String>>,
    ) -> ApiResult<Json<FoundAllOut>> {
        let wanted = read(q.0.as_deref().unwrap_or_default(), limit.0.as_deref())?;
        let Some(wanted) = wanted else { return Ok(Json(FoundAllOut { groups: Vec::new(), partial: false })) };
        let ctx = auth.0.read().await?;
        Ok(Json(find(&ctx, &wanted, q.0.as_deref().unwrap_or_default()).await?))
    }
}

fn read(text: &str, limit: Option<&str>) -> kernel::Result<Option<Wanted>> {
    if text.contains('\0') || text.len() > 200 {
        return Err(DomainError::field("q", "must not be longer than 200 characters"));
    }
    let limit = match limit.filter(|l| !l.is_empty()).map(str::parse::<usize>) {
        None => USUAL,
        Some(Ok(n)) if n >= 1 => n.min(MOST),
        Some(_) => return Err(DomainError::field("limit", "must be a whole number of 1 or more")),
    };
    Ok(Wanted::read(text, limit))
}

/// Asks every context that the actor may ask; what takes too long is left out.
async fn find(ctx: &Ctx, wanted: &Wanted, text: &str) -> kernel::Result<FoundAllOut> {
    search::set_bounds(ctx).await?;
    let may = |permission: &str| ctx.actor().scope(permission).is_some();
    let mut found = FoundAllOut { groups: Vec::new(), partial: false };
    if may("clients.read") {
        let hits = ctx.tx().attempt(search::clients(ctx, wanted)).await?;
        found.add(FoundKind::Client, hits.map(records))?;
    }
    if may("leads.read") {
        let hits = ctx.tx().attempt(search::leads(ctx, wanted)).await?;
        found.add(FoundKind::Lead, hits.map(records))?;
    }
    if may("contacts.read") {
        let hits = ctx.tx().attempt(search::contacts(ctx, wanted)).await?;
        found.add(FoundKind::Contact, hits.map(records))?;
    }
    for (found_kind, kind) in [(FoundKind::Opportunity, Kind::Opportunity), (FoundKind::Deal, Kind::Deal)] {
        if may(kind.read()) {
            let hits = ctx.tx().attempt(search::deals(ctx, kind, wanted)).await?;
            found.add(found_kind, hits.map(records))?;
        }
    }
    if may("activities.read") {
        let hits = ctx.tx().attempt(search::activities(ctx, wanted)).await?;
        found.add(FoundKind::Activity, hits.map(records))?;
    }
    let paging = Paging { limit: wanted.limit as u64, ..Paging::default() };
    if may("partners.read") {
        let page = ctx.tx().attempt(partners::partners::service::list(ctx, Some(text), None, None, &paging)).await?;
        let named = page.map(|page| {
            (page.data.into_iter().map(|p| named(wanted, p.id, p.name, p.email)).collect(), page.next_cursor.is_some())
        });
        found.add(FoundKind::Partner, named)?;
    }
    if may("users.read") {
        let asked = access::users::search(ctx, wanted.words(), wanted.limit as u64 + 1);
        let users = ctx.tx().attempt(asked).await?.map(|mut users| {
            let more = users.len() > wanted.limit;
            users.truncate(wanted.limit);
            (users.into_iter().map(|u| named(wanted, u.id, u.name, u.email)).collect(), more)
        });
        found.add(FoundKind::User, users)?;
    }
    Ok(found)
}

impl FoundAllOut {
    fn add(&mut self, kind: FoundKind, found: kernel::Result<(Vec<FoundOut>, bool)>) -> kernel::Result<()> {
        match found {
            Ok((items, more)) if !items.is_empty() => self.groups.push(FoundGroupOut { r#type: kind, items, more }),
            Ok(_) => {}
            Err(e) if search::took_too_long(&e) => self.partial = true,
            Err(e) => return Err(e),
        }
        Ok(())
    }
}

fn records(hits: Hits) -> (Vec<FoundOut>, bool) {
    let out = |h: search::Hit| FoundOut {
        id: h.id,
        title: h.name,
        subtitle: h.contact,
        country: h.country,
        masked: h.masked.into_iter().map(str::to_owned).collect(),
        r#match: h.matched.into(),
    };
    (hits.hits.into_iter().map(out).collect(), hits.more)
}

/// A user or partner, found by words of the name, of the e-mail, or nearly by its name.
fn named(wanted: &Wanted, id: Uuid, name: String, email: String) -> FoundOut {
    let (of_name, of_email) = (fold(&name), fold(&email));
    let matched = if wanted.words().iter().all(|word| of_name.contains(word.as_str())) {
        MatchWord::Name
    } else if wanted.words().iter().all(|word| of_name.contains(word.as_str()) || of_email.contains(word.as_str())) {
        MatchWord::Email
    } else {
        MatchWord::Similar
    };
    FoundOut { id, title: name, subtitle: Some(email), country: None, masked: Vec::new(), r#match: matched }
}
