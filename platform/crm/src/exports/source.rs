//! Where the rows of a file come from: the very query that the list shows, with the rights of whoever
//! asks for the file.

use access::{audit, users};
use kernel::DomainError;
use kernel::permission::{FIELDS, Level, Scope};
use kernel::tenant::ViewClass;
use kernel::validate::Checker;
use runtime::Ctx;
use runtime::access::Actor;
use runtime::list::Sort;
use sea_orm::sea_query::{Alias, Expr, PostgresQueryBuilder, SelectStatement};
use sea_orm::{DbBackend, Statement, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::columns::{Column, Columns, Manner};
use super::headings::Language;
use super::http::ExportIn;
use crate::activities::input::ActivityFilter;
use crate::bulk::{self, Kind};
use crate::{activities, custom_fields, filter, statuses};

/// What a file is a list of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entity {
    /// Records of the CRM that have owners and filters.
    Records(Kind),
    Activities,
    Users,
    Audit,
}

/// The permission to have personal data in clear in a file.
const IN_CLEAR: &str = "exports.pii";

impl Entity {
    pub const ALL: [Self; 8] = [
        Self::Records(Kind::Client),
        Self::Records(Kind::Lead),
        Self::Records(Kind::Contact),
        Self::Records(Kind::Opportunity),
        Self::Records(Kind::Deal),
        Self::Activities,
        Self::Users,
        Self::Audit,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Records(Kind::Client) => "clients",
            Self::Records(Kind::Lead) => "leads",
            Self::Records(Kind::Contact) => "contacts",
            Self::Records(Kind::Opportunity) => "opportunities",
            Self::Records(Kind::Deal) => "deals",
            Self::Activities => "activities",
            Self::Users => "users",
            Self::Audit => "audit",
        }
    }

    /// By the word of the capability, or that of one record.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.word() == word || (*entity != Self::Audit && entity.event() == word))
    }

    /// What it is called, also as the name of a sheet.
    pub fn title(self, language: Language) -> &'static str {
        language.of(match self {
            Self::Records(Kind::Client) => &["Clients", "العملاء"],
            Self::Records(Kind::Lead) => &["Leads", "العملاء المحتملون"],
            Self::Records(Kind::Contact) => &["Contacts", "جهات الاتصال"],
            Self::Records(Kind::Opportunity) => &["Opportunities", "الفرص"],
            Self::Records(Kind::Deal) => &["Deals", "الصفقات"],
            Self::Activities => &["Activities", "الأنشطة"],
            Self::Users => &["Users", "المستخدمون"],
            Self::Audit => &["Audit log", "سجل التدقيق"],
        })
    }

    /// The id of its records in queries.
    fn id(self) -> String {
        match self {
            Self::Records(kind) => format!("{}.id", kind.alias()),
            Self::Activities | Self::Audit => "a.id".to_owned(),
            Self::Users => "u.id".to_owned(),
        }
    }

    pub fn export(self) -> &'static str {
        match self {
            Self::Records(Kind::Client) => "clients.export",
            Self::Records(Kind::Lead) => "leads.export",
            Self::Records(Kind::Contact) => "contacts.export",
            // One permission for both: the one becomes the other.
            Self::Records(Kind::Opportunity | Kind::Deal) => "deals.export",
            Self::Activities => "activities.export",
            Self::Users => "users.export",
            Self::Audit => "audit.export",
        }
    }

    fn read(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.read(),
            Self::Activities => "activities.read",
            Self::Users => "users.read",
            Self::Audit => "audit.read",
        }
    }

    /// How far somebody may export: no further than they may see.
    pub fn scope(self, ctx: &Ctx) -> kernel::Result<Scope> {
        Ok(ctx.require(self.export())?.min(ctx.require(self.read())?))
    }

    /// The word of events that change its list.
    fn event(self) -> &'static str {
        match self {
            Self::Records(kind) => kind.word(),
            Self::Activities => "activity",
            Self::Users => "user",
            Self::Audit => "audit",
        }
    }

    /// The names that a filter may use: those of the list's query parameters.
    fn filters(self) -> Vec<String> {
        match self {
            Self::Records(kind) => kind.filters(),
            Self::Activities => bulk::names_of(&ActivityFilter::default()),
            Self::Users => ["search", "status", "role", "team_id"].map(str::to_owned).into(),
            Self::Audit => ["actor", "action", "resource_type", "resource_id", "from", "to"].map(str::to_owned).into(),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub entity: Entity,
    /// By the names of the list's query parameters, as texts.
    pub filter: Map<String, Json>,
    /// These and no others.
    pub ids: Option<Vec<Uuid>>,
    /// All but these.
    pub left_out: Option<Vec<Uuid>>,
    pub sort: Option<String>,
    pub columns: Option<Vec<String>>,
    pub language: Language,
    /// Whether headings and statuses are keys.
    pub raw: bool,
}

/// The most columns.
const MOST_COLUMNS: usize = 200;
/// The most records that can be named one by one.
const MOST_IDS: usize = 10_000;

impl Wanted {
    /// Reads a request; `c` collects all faults.
    pub fn read(ctx: &Ctx, c: &mut Checker, input: ExportIn) -> Option<Self> {
        let word = c.required("entity", input.entity.as_deref(), 40);
        let found = Entity::parse(&word);
        if found.is_none() && !word.is_empty() {
            c.add("entity", format!("must be one of {}", Entity::ALL.map(Entity::word).join(", ")));
        }
        if input.columns.as_ref().is_some_and(|columns| columns.is_empty() || columns.len() > MOST_COLUMNS) {
            c.add("columns", format!("must be 1 to {MOST_COLUMNS} names of columns"));
        }
        if input.ids.as_ref().is_some_and(|ids| ids.is_empty() || ids.len() > MOST_IDS) {
            c.add("ids", format!("must name 1 to {MOST_IDS} records"));
        }
        if input.except.as_ref().is_some_and(|ids| ids.len() > MOST_IDS) {
            c.add("except", format!("must not name more than {MOST_IDS} records"));
        }
        let given = input.language.as_deref().filter(|tag| !tag.is_empty());
        let language = match given {
            Some(tag) => Language::parse(tag).or_else(|| {
                c.add("language", format!("must be one of {}", Language::ALL.map(Language::tag).join(", ")));
                None
            }),
            None => ctx.tenant().branding.locale.as_deref().and_then(Language::parse),
        };
        let filter = match input.filter {
            None | Some(Json::Null) => Map::new(),
            Some(Json::Object(asked)) => bulk::texts(c, &found?.filters(), &asked),
            Some(_) => {
                c.add("filter", "must be an object with the names of the list's query parameters");
                return None;
            }
        };
        if input.ids.is_some() && (!filter.is_empty() || input.except.is_some()) {
            c.add("ids", "can't go with a filter or with exceptions");
        }
        Some(Self {
            entity: found?,
            filter,
            ids: input.ids,
            left_out: input.except.filter(|ids| !ids.is_empty()),
            sort: input.sort.filter(|s| !s.is_empty()),
            columns: input.columns,
            language: language.unwrap_or(Language::En),
            // A program reads keys.
            raw: input.raw.unwrap_or(ctx.actor().key.is_some()),
        })
    }

    /// The filter as it may be told.
    pub fn in_words(&self) -> String {
        let mut words = bulk::in_words(&self.filter);
        words.extend(self.ids.as_ref().map(|ids| format!("selected: {}", ids.len())));
        words.extend(self.left_out.as_ref().map(|ids| format!("except: {}", ids.len())));
        if words.is_empty() { "*".to_owned() } else { words.join("; ") }
    }

    fn text(&self, name: &str) -> Option<String> {
        self.filter.get(name).and_then(Json::as_str).map(str::to_owned)
    }

    /// Narrows a query to the records that were chosen.
    fn chosen(&self, base: &mut SelectStatement) {
        let id = self.entity.id();
        for (ids, how) in [(&self.ids, "= any($1)"), (&self.left_out, "<> all($1)")] {
            if let Some(ids) = ids {
                base.and_where(Expr::cust_with_values(format!("{id} {how}"), [Value::from(ids.clone())]));
            }
        }
    }

    /// Whether it is narrowed by words, which find more or less by what one sees.
    pub fn looks_for_words(&self) -> bool {
        self.text("search").is_some_and(|text| !text.trim().is_empty())
    }
}

/// What somebody sees in a file: in clear only what they see in clear and may take along.
pub(super) fn in_files(actor: &Actor) -> Actor {
    let mut seen = actor.clone();
    if seen.scope(IN_CLEAR).is_none() {
        for field in FIELDS {
            let level = seen.level(field.key).min(Level::Masked);
            seen.levels.insert(field.key, level);
        }
        seen.view = ViewClass::MASKED;
    }
    seen
}

fn wrong(_: serde_json::Error) -> DomainError {
    DomainError::field("filter", "holds a value of the wrong type")
}

/// The rows of a file.
pub(super) struct Source {
    /// The query with its conditions.
    base: SelectStatement,
    /// The same in order; its columns are not chosen.
    whole: SelectStatement,
    pub columns: Columns,
}

impl Source {
    /// The query that somebody asks for, with the columns that `seen` shows.
    pub async fn of(ctx: &Ctx, seen: &Actor, wanted: &Wanted) -> kernel::Result<Self> {
        let entity = wanted.entity;
        let scope = entity.scope(ctx)?;
        let sort = wanted.sort.as_deref();
        let values = Json::Object(wanted.filter.clone());
        let statuses = if wanted.raw { Vec::new() } else { statuses::all(ctx).await? };
        let manner = Manner { language: wanted.language, raw: wanted.raw, statuses };
        let (base, whole, mut columns) = match entity {
            Entity::Records(kind) => {
                let mut base = kind.within(ctx, scope);
                kind.filter(values)?.narrow(ctx, &mut base).await?;
                wanted.chosen(&mut base);
                let (target, sorts) = kind.listed();
                let whole = match sort {
                    Some(sort) => filter::sort(ctx, target, sorts, Some(sort)).await?.whole(&base),
                    None => base.clone(),
                };
                let own = custom_fields::of_entity(ctx, target.word).await?;
                let columns = match kind {
                    Kind::Client => Columns::of_clients(seen, own, &manner),
                    Kind::Lead => Columns::of_leads(seen, own, &manner),
                    Kind::Contact => Columns::of_contacts(seen, own, &manner),
                    Kind::Opportunity | Kind::Deal => Columns::of_deals(own, &manner),
                };
                (base, whole, columns)
            }
            Entity::Activities => {
                let filter: ActivityFilter = serde_json::from_value(values).map_err(wrong)?;
                let mut base = activities::entity::visible_to(ctx, scope, false);
                base.and_where(activities::entity::alive());
                activities::service::narrow(ctx, &mut base, &filter).await?;
                wanted.chosen(&mut base);
                let whole = match sort {
                    Some(sort) => activities::entity::sort(Some(sort))?.whole(&base),
                    None => base.clone(),
                };
                (base, whole, Columns::of_activities(&manner))
            }
            Entity::Users => {
                let text = |name: &str| wanted.text(name);
                let filter = users::filter(text("search"), text("status"), text("role"), text("team_id"))?;
                let mut base = users::listed(ctx, &filter, scope);
                wanted.chosen(&mut base);
                let whole = Sort::parse(sort, users::SORTS)?.whole(&base);
                (base, whole, Columns::of_users(seen.scope(IN_CLEAR).is_some(), &manner))
            }
            Entity::Audit => {
                let filter: audit::Wanted = serde_json::from_value(values).map_err(wrong)?;
                let mut base = audit::listed(ctx, &filter.read()?)?;
                wanted.chosen(&mut base);
                let whole = Sort::parse(sort, audit::NEWEST_FIRST)?.whole(&base);
                (base, whole, Columns::of_audit(seen, &manner))
            }
        };
        let unknown = columns.choose(wanted.columns.as_deref());
        if !unknown.is_empty() {
            let names: Vec<String> = unknown.iter().map(|name| name.chars().take(60).collect()).collect();
            return Err(DomainError::field("columns", format!("there is no {}", names.join(", "))));
        }
        if columns.all.is_empty() {
            return Err(DomainError::field_code("field_masked", "columns", "nothing of this may be seen by your role"));
        }
        Ok(Self { base, whole, columns })
    }

    /// The statement that reads the file's rows.
    pub fn statement(&self) -> Statement {
        let mut select = self.whole.clone();
        select.clear_selects();
        for (n, Column { kind, sql, .. }) in self.columns.all.iter().enumerate() {
            let sql = if kind.is_native() { sql.clone() } else { format!("({sql})::text") };
            select.expr_as(Expr::cust(sql), Alias::new(format!("c{n}")));
        }
        let (sql, values) = select.build(PostgresQueryBuilder);
        Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
    }

    /// How many rows there are, exactly.
    pub async fn count(&self, ctx: &Ctx) -> kernel::Result<u64> {
        runtime::list::count(ctx, &self.base).await
    }

    /// About how many there are.
    pub async fn total(&self, ctx: &Ctx, entity: Entity) -> kernel::Result<(u64, bool)> {
        runtime::list::total(ctx, entity.event(), &self.base).await
    }
}
