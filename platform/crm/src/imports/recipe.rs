//! How a row of a file becomes a record: everything that is needed for it, read once.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kernel::DomainError;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::amounts;
use super::brings::Brings;
use super::columns::Column;
use super::dates::DateFormat;
use super::deals::Pipelines;
use super::entity::Import;
use super::field::{Field, PLACES};
use super::mapping::Mapping;
use super::named::Records;
use super::staff::Staff;
use super::upload::status_words;
use crate::bulk::Kind;
use crate::clients::service::default_country;
use crate::custom_fields::{self, CustomField};
use crate::ownership::Ownership;
use crate::zone;

/// A column on its way into a field.
pub(super) struct Way {
    /// Its place in the file.
    pub index: usize,
    /// Its header, for what is said of it.
    pub column: String,
    pub field: Field,
    /// Words of ours for words of theirs, in lower case.
    pub values: HashMap<String, String>,
    pub date: DateFormat,
    /// What stands before decimals, where its cells say so.
    pub mark: Option<char>,
}

/// Everything that turns rows into records.
pub(super) struct Recipe {
    pub import: Uuid,
    pub brings: Brings,
    pub ways: Vec<Way>,
    /// Constants by the place of their field.
    pub defaults: Vec<(Field, String)>,
    pub custom: Vec<CustomField>,
    /// Whether rows have values of the tenant's own fields, or must have.
    pub has_custom: bool,
    /// Keys and labels.
    pub statuses: Vec<(String, String)>,
    pub country: Option<String>,
    /// Owners by id, e-mail and name in lower case; of a name that two have, none.
    pub owners: HashMap<String, Option<Ownership>>,
    /// Records that the rows at hand name.
    pub records: Records,
    /// Partners by id, e-mail and name in lower case; of a name that two have, none.
    pub partners: HashMap<String, Option<Uuid>>,
    /// Of an import of staff: roles and teams.
    pub staff: Staff,
    /// Of an import of deals.
    pub pipelines: Pipelines,
    /// Where the clocks of instants go.
    pub zone: Tz,
    pub now: DateTime<Utc>,
    /// Tags that there are, in lower case.
    pub tags: BTreeSet<String>,
}

#[derive(FromQueryResult)]
struct User {
    id: Uuid,
    name: String,
    email: String,
    team_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Partner {
    id: Uuid,
    name: String,
    email: String,
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

impl Recipe {
    /// Reads it for an import that is mapped.
    pub async fn of(ctx: &Ctx, import: &Import) -> kernel::Result<Self> {
        let brings = import.brings()?;
        let custom = custom_fields::of_entity(ctx, brings.own_fields()).await?;
        let mapping = import.mapping()?.ok_or_else(not_mapped)?;
        let columns = import.columns()?;
        let owners = match brings.assigns().filter(|_| uses(&mapping, "assigned_to")) {
            Some(permission) => owners(ctx, permission).await?,
            None => HashMap::new(),
        };
        let partners = if uses(&mapping, "partner_id") { partners(ctx).await? } else { HashMap::new() };
        let staff = if brings == Brings::Users { Staff::of(ctx).await? } else { Staff::default() };
        let pipelines = if matches!(brings, Brings::Deals(_)) { Pipelines::of(ctx).await? } else { Pipelines::default() };
        let zone = zone::of_tenant(ctx).await?;
        let mut statuses = status_words(ctx, brings).await?;
        if brings == Brings::Records(Kind::Contact) {
            // Our own files have them in every language.
            let more = crate::exports::contact_statuses().iter();
            statuses.extend(more.map(|(key, [_, label])| ((*key).to_owned(), (*label).to_owned())));
        }
        let country = match &mapping.default_country {
            Some(country) => Some(country.clone()),
            None => default_country(ctx).await?,
        };
        let tags: Vec<Name> = ctx.tx().all("select lower(name) as name from tags", []).await?;
        let ways = ways(brings, &mapping, &columns, &custom, country.as_deref());
        let defaults: Vec<(Field, String)> = mapping
            .defaults
            .iter()
            .filter_map(|(key, value)| Some((Field::parse(brings, key, &custom)?, value.clone())))
            .collect();
        let is_own = |field: Field| field.place() >= PLACES;
        let has_custom = ways.iter().any(|w| is_own(w.field))
            || defaults.iter().any(|(field, _)| is_own(*field))
            || custom.iter().any(|f| f.required && !f.archived);
        let tags = tags.into_iter().map(|t| t.name).collect();
        Ok(Self {
            import: import.id,
            brings,
            ways,
            defaults,
            custom,
            has_custom,
            statuses,
            country,
            owners,
            records: Records::new(),
            partners,
            staff,
            pipelines,
            zone,
            now: ctx.now(),
            tags,
        })
    }

    /// The order of a field's dates.
    pub fn format_of(&self, field: Field) -> DateFormat {
        self.ways.iter().find(|w| w.field == field).map_or(DateFormat::Iso, |w| w.date)
    }

    /// What stands before the decimals of a field's numbers, where that is known.
    pub fn mark_of(&self, field: Field) -> Option<char> {
        self.ways.iter().find(|w| w.field == field).and_then(|w| w.mark)
    }

    /// Its fields, and the constants they have.
    pub fn places(&self) -> usize {
        PLACES + self.custom.len()
    }
}

pub(super) fn not_mapped() -> DomainError {
    DomainError::conflict("not_mapped", "Say first what becomes of the columns.")
}

/// Whether a mapping gives a field a value.
pub(super) fn uses(mapping: &Mapping, key: &str) -> bool {
    mapping.mapping.values().any(|k| k == key) || mapping.defaults.contains_key(key)
}

fn ways(brings: Brings, mapping: &Mapping, columns: &[Column], custom: &[CustomField], country: Option<&str>) -> Vec<Way> {
    let asked = mapping.date_format.as_deref().and_then(DateFormat::parse);
    // In the order of the file: of several columns for one field the first comes first.
    let mut ways: Vec<Way> = columns
        .iter()
        .filter_map(|column| {
            let field = Field::parse(brings, mapping.mapping.get(&column.name)?, custom)?;
            let values = mapping.values.get(&column.name).into_iter().flatten();
            let fitting: Vec<DateFormat> = column.formats.iter().filter_map(|f| DateFormat::parse(f)).collect();
            let american = country == Some("US") && fitting.contains(&DateFormat::MonthFirst);
            let found = if american { Some(DateFormat::MonthFirst) } else { fitting.first().copied() };
            Some(Way {
                index: column.index,
                column: column.name.clone(),
                field,
                values: values.map(|(from, to)| (from.trim().to_lowercase(), to.clone())).collect(),
                date: asked.or(found).unwrap_or(DateFormat::Iso),
                mark: match (mapping.number_format.as_deref(), column.formats.as_slice()) {
                    (Some(asked), _) => amounts::mark_in(asked),
                    (None, [sure]) if amounts::mark_in(sure).is_some() => amounts::mark_in(sure),
                    _ => amounts::mark_of(column.values.iter().chain(&column.samples).map(String::as_str)),
                },
            })
        })
        .collect();
    ways.sort_by_key(|way| way.index);
    ways
}

/// Who may be given records, by what a file may call them.
async fn owners(ctx: &Ctx, permission: &'static str) -> kernel::Result<HashMap<String, Option<Ownership>>> {
    let scope = ctx.require(permission)?;
    let sql = "select id, name, email, team_id from users where status <> 'inactive'";
    let users: Vec<User> = ctx.tx().all(sql, []).await?;
    let mut owners = HashMap::new();
    for user in users.into_iter().filter(|u| ctx.actor().covers(scope, Some(u.id), u.team_id)) {
        let owner = Ownership { user: Some(user.id), team: user.team_id };
        owners.insert(user.id.to_string(), Some(owner));
        owners.insert(user.email.to_lowercase(), Some(owner));
        // Who has a name alone can be called by it.
        owners.entry(user.name.to_lowercase()).and_modify(|o| *o = None).or_insert(Some(owner));
    }
    Ok(owners)
}

/// Partners, by what a file may call them.
async fn partners(ctx: &Ctx) -> kernel::Result<HashMap<String, Option<Uuid>>> {
    let all: Vec<Partner> = ctx.tx().all("select id, name, email from partners", []).await?;
    let mut partners = HashMap::new();
    for partner in all {
        partners.insert(partner.id.to_string(), Some(partner.id));
        partners.insert(partner.email.to_lowercase(), Some(partner.id));
        partners.entry(partner.name.to_lowercase()).and_modify(|p| *p = None).or_insert(Some(partner.id));
    }
    Ok(partners)
}
