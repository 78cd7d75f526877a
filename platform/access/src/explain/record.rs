//! The record that a question is about, and what it hangs on, as the tables have them.

use kernel::DomainError;
use kernel::permission::Scope;
use runtime::access::Actor;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::question::Kind;

/// Whose a record is.
#[derive(Debug)]
pub(super) struct Place {
    /// Which kind of record.
    pub kind: Kind,
    pub owner: Option<Uuid>,
    pub owner_name: Option<String>,
    pub team_id: Option<Uuid>,
    pub deleted: bool,
    /// Of an activity: the records it is about.
    pub about: Vec<Place>,
}

/// A record.
#[derive(Debug)]
pub(super) struct Record {
    /// What it is called; for those who may see it.
    pub label: String,
    /// Whose it is; of what hangs on a record, that record.
    pub place: Place,
    /// Whether it was deleted itself.
    pub deleted: bool,
    /// Of a note or a file: who wrote or added it.
    pub author: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Owned {
    label: String,
    owner: Option<Uuid>,
    owner_name: Option<String>,
    team_id: Option<Uuid>,
    deleted: bool,
}

/// What something hangs on, or is about.
#[derive(FromQueryResult)]
struct Links {
    label: String,
    author: Option<Uuid>,
    deleted: bool,
    client_id: Option<Uuid>,
    lead_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    deal_id: Option<Uuid>,
    opportunity_id: Option<Uuid>,
    activity_id: Option<Uuid>,
}

impl Links {
    fn named(&self) -> impl Iterator<Item = (Kind, Uuid)> {
        let all = [
            ("client", self.client_id),
            ("lead", self.lead_id),
            ("contact", self.contact_id),
            ("deal", self.deal_id),
            ("opportunity", self.opportunity_id),
            ("activity", self.activity_id),
        ];
        all.into_iter().filter_map(|(word, id)| Some((Kind::of(word)?, id?)))
    }
}

/// SQL of a kind that has an owner, and what it is called where it is not there.
fn owned_sql(kind: Kind) -> (&'static str, &'static str) {
    match kind.word {
        "client" => (
            "select c.first_name || ' ' || c.last_name as label, c.assigned_to as owner, u.name as owner_name, c.team_id,
                    c.deleted_at is not null as deleted
             from clients c left join users u on u.id = c.assigned_to where c.id = $1",
            "Client",
        ),
        "lead" => (
            "select l.first_name || ' ' || l.last_name as label, l.assigned_to as owner, u.name as owner_name, l.team_id,
                    false as deleted
             from leads l left join users u on u.id = l.assigned_to where l.id = $1",
            "Lead",
        ),
        "contact" => (
            "select trim(k.first_name || ' ' || k.last_name) as label, k.assigned_to as owner, u.name as owner_name, k.team_id,
                    k.deleted_at is not null as deleted
             from contacts k left join users u on u.id = k.assigned_to where k.id = $1",
            "Contact",
        ),
        "opportunity" => (
            "select d.name as label, d.assigned_to as owner, u.name as owner_name, d.team_id, d.deleted_at is not null as deleted
             from deals d left join users u on u.id = d.assigned_to where d.id = $1 and d.kind = 'opportunity'",
            "Opportunity",
        ),
        "deal" => (
            "select d.name as label, d.assigned_to as owner, u.name as owner_name, d.team_id, d.deleted_at is not null as deleted
             from deals d left join users u on u.id = d.assigned_to where d.id = $1 and d.kind = 'deal'",
            "Deal",
        ),
        "activity" => (
            "select a.subject as label, a.assigned_to as owner, u.name as owner_name, a.team_id, a.deleted_at is not null as deleted
             from activities a left join users u on u.id = a.assigned_to where a.id = $1",
            "Activity",
        ),
        "partner" => (
            "select name as label, null::uuid as owner, null::text as owner_name, null::uuid as team_id, false as deleted
             from partners where id = $1",
            "Partner",
        ),
        "user" => (
            "select name as label, id as owner, name as owner_name, team_id, false as deleted from users where id = $1",
            "User",
        ),
        _ => (
            "select name as label, null::uuid as owner, null::text as owner_name, id as team_id, false as deleted
             from teams where id = $1",
            "Team",
        ),
    }
}

const OF_ACTIVITY: &str =
    "select subject as label, null::uuid as author, false as deleted, client_id, lead_id, contact_id, deal_id,
        opportunity_id, null::uuid as activity_id from activities where id = $1";

/// SQL of a kind that hangs on a record, and what it is called where it is not there.
fn hanging_sql(kind: Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind.word {
        "document" => (
            "select coalesce(k.label, d.type) as label, null::uuid as author, false as deleted, d.client_id, null::uuid as lead_id,
                    null::uuid as contact_id, null::uuid as deal_id, null::uuid as opportunity_id, null::uuid as activity_id
             from documents d left join document_types k on k.key = d.type where d.id = $1",
            "Document",
        ),
        "note" => (
            "select left(n.content, 80) as label, n.author_id as author, n.deleted_at is not null as deleted, n.client_id, n.lead_id,
                    n.contact_id, case when d.kind = 'deal' then d.id end as deal_id,
                    case when d.kind = 'opportunity' then d.id end as opportunity_id, n.activity_id
             from notes n left join deals d on d.id = n.deal_id where n.id = $1",
            "Note",
        ),
        "attachment" => (
            "select f.filename as label, f.uploaded_by as author, false as deleted, f.client_id, null::uuid as lead_id, f.contact_id,
                    case when d.kind = 'deal' then d.id end as deal_id,
                    case when d.kind = 'opportunity' then d.id end as opportunity_id, f.activity_id
             from attachments f left join deals d on d.id = f.deal_id where f.id = $1 and f.deleted_at is null",
            "File",
        ),
        _ => return None,
    })
}

/// What a record is called, and whose it is.
async fn owned(ctx: &Ctx, kind: Kind, id: Uuid) -> kernel::Result<Option<(String, Place)>> {
    let found: Option<Owned> = ctx.tx().one(owned_sql(kind).0, [id.into()]).await?;
    Ok(found.map(|Owned { label, owner, owner_name, team_id, deleted }| {
        (label, Place { kind, owner, owner_name, team_id, deleted, about: Vec::new() })
    }))
}

/// The same with what an activity is about.
async fn placed(ctx: &Ctx, kind: Kind, id: Uuid) -> kernel::Result<(String, Place)> {
    let found = owned(ctx, kind, id).await?;
    let (label, mut place) = found.ok_or_else(|| DomainError::not_found(owned_sql(kind).1))?;
    if kind.word == "activity"
        && let Some(links) = ctx.tx().one::<Links>(OF_ACTIVITY, [id.into()]).await?
    {
        for (kind, id) in links.named() {
            place.about.extend(owned(ctx, kind, id).await?.map(|(_, on)| on));
        }
    }
    Ok((label, place))
}

impl Record {
    /// As it is, deleted or not.
    pub async fn load(ctx: &Ctx, kind: Kind, id: Uuid) -> kernel::Result<Self> {
        let Some((sql, what)) = hanging_sql(kind) else {
            let (label, place) = placed(ctx, kind, id).await?;
            return Ok(Self { label, deleted: place.deleted, place, author: None });
        };
        let links: Option<Links> = ctx.tx().one(sql, [id.into()]).await?;
        let links = links.ok_or_else(|| DomainError::not_found(what))?;
        let (kind, on) = links.named().next().ok_or_else(|| DomainError::internal("something that hangs on nothing"))?;
        let (_, place) = placed(ctx, kind, on).await?;
        Ok(Self { label: links.label, place, deleted: links.deleted, author: links.author })
    }
}

/// What somebody may do, and how far.
pub(super) trait Rights {
    /// How far a permission reaches.
    fn scope(&self, permission: &str) -> Option<Scope>;

    /// Whether whose a record is lies within a scope.
    fn covers(&self, scope: Scope, place: &Place) -> bool;

    /// Whether a permission reaches a record.
    fn reaches(&self, permission: &str, place: &Place) -> bool {
        self.scope(permission).is_some_and(|scope| self.covers(scope, place))
    }

    /// Whether they read a record and, where something hangs on it, reach it with the right to read that, too (`also`).
    /// Who reads a record reads what was done about it. The same rule as `crm::related`.
    fn read(&self, place: &Place, also: Option<&str>) -> bool {
        let has = |permission: &str| self.scope(permission).is_some();
        if place.deleted || !has(place.kind.read()) || also.is_some_and(|also| !has(also)) {
            return false;
        }
        let both = |on: &Place| self.reaches(on.kind.read(), on) && also.is_none_or(|also| self.reaches(also, on));
        both(place) || place.about.iter().any(|on| !on.deleted && both(on))
    }

    /// Whether they see a record of a kind.
    fn see(&self, kind: Kind, record: &Record) -> bool {
        let hangs = (kind != record.place.kind).then(|| kind.read());
        !record.deleted && self.read(&record.place, hangs)
    }
}

impl Rights for Actor {
    fn scope(&self, permission: &str) -> Option<Scope> {
        Self::scope(self, permission)
    }

    fn covers(&self, scope: Scope, place: &Place) -> bool {
        Self::covers(self, scope, place.owner, place.team_id)
    }
}
