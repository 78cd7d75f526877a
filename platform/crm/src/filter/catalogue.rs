//! THE LIST of what clients and leads can be filtered by. Fields of the tenant's own come on top, as
//! `custom.<key>`.

use crate::sensitive::{self, SensitiveFields};

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text; case does not count.
    Text,
    /// A text that is stored folded; neither case nor accents count.
    Folded,
    /// One of a few words, or nothing.
    Word,
    /// One of a few words of which it always has one.
    Always,
    /// A country.
    Country,
    /// A user's id; `me` is the actor, `none` nobody.
    User,
    /// Another record's id, or `none`.
    Id,
    /// A number.
    Number,
    /// A moment.
    Instant,
    /// A day.
    Day,
    /// When a moment is due, as one of [`FOLLOW_UPS`].
    Due,
    /// Yes or no.
    Flag,
    /// A list of words.
    Words,
}

impl FieldKind {
    /// The operators that make sense.
    pub fn ops(self) -> &'static [&'static str] {
        match self {
            Self::Text | Self::Folded => &["is", "is_not", "contains", "starts_with", "empty", "not_empty"],
            Self::Word => &["in", "not_in", "is", "is_not", "contains", "starts_with", "empty", "not_empty"],
            Self::Always | Self::Due => &["in", "not_in"],
            Self::Country | Self::User | Self::Id => &["in", "not_in", "empty", "not_empty"],
            Self::Number => &["eq", "lt", "lte", "gt", "gte", "between", "empty", "not_empty"],
            Self::Instant | Self::Day => &[
                "on",
                "before",
                "after",
                "between",
                "within",
                "older_than",
                "today",
                "yesterday",
                "tomorrow",
                "this_week",
                "last_week",
                "next_week",
                "this_month",
                "last_month",
                "next_month",
                "this_year",
                "last_year",
                "empty",
                "not_empty",
            ],
            Self::Flag => &["is"],
            Self::Words => &["any", "all", "none", "empty", "not_empty"],
        }
    }
}

/// What can be asked of a follow-up.
pub const FOLLOW_UPS: &[&str] = &["overdue", "today", "week", "any", "none"];

/// One field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The word in `field`, which is the field's name in the record.
    pub name: &'static str,
    /// SQL of its value; of a text, in lower case.
    pub sql: &'static str,
    /// How it is compared.
    pub kind: FieldKind,
}

/// A kind of record that can be filtered.
#[derive(Debug)]
pub struct Target {
    /// `client` or `lead`.
    pub word: &'static str,
    /// The table's alias in queries.
    pub alias: &'static str,
    /// Its sensitive fields.
    pub sensitive: SensitiveFields,
    /// Its own fields.
    pub fields: &'static [Field],
}

const fn f(name: &'static str, sql: &'static str, kind: FieldKind) -> Field {
    Field { name, sql, kind }
}

use FieldKind::{Always, Country, Day, Due, Flag, Folded, Id, Instant, Number, Text, User, Word, Words};

/// Clients.
pub static CLIENT: Target = Target {
    word: "client",
    alias: "c",
    sensitive: sensitive::CLIENT,
    fields: &[
        f("name", "c.search_name", Folded),
        f("first_name", "lower(c.first_name)", Text),
        f("last_name", "lower(c.last_name)", Text),
        f("email", "c.email", Text),
        f("phone", "c.phone", Text),
        f("address", "lower(c.address)", Text),
        f("country", "c.country", Country),
        f("date_of_birth", "c.date_of_birth", Day),
        f("status", "c.status", Always),
        f("kyc_status", "c.kyc_status", Always),
        f("source", "c.source", Word),
        f("partner_id", "c.partner_id", Id),
        f("assigned_to", "c.assigned_to", User),
        f("team_id", "c.team_id", Id),
        f("import_id", "c.import_id", Id),
        f("created_by", "c.created_by", User),
        f("tags", "c.tags", Words),
        f("balance", "c.balance", Number),
        f("currency", "c.currency", Always),
        f("follow_up", "c.follow_up_at", Due),
        f("follow_up_at", "c.follow_up_at", Instant),
        f("last_activity_at", "c.last_activity_at", Instant),
        f("created_at", "c.created_at", Instant),
        f("updated_at", "c.updated_at", Instant),
    ],
};

/// Leads.
pub static LEAD: Target = Target {
    word: "lead",
    alias: "l",
    sensitive: sensitive::LEAD,
    fields: &[
        f("name", "l.search_name", Folded),
        f("first_name", "lower(l.first_name)", Text),
        f("last_name", "lower(l.last_name)", Text),
        f("email", "lower(l.email)", Text),
        f("phone", "l.phone", Text),
        f("country", "l.country", Country),
        f("status", "l.status", Always),
        f("source", "l.source", Word),
        f("partner_id", "l.partner_id", Id),
        f("assigned_to", "l.assigned_to", User),
        f("team_id", "l.team_id", Id),
        f("import_id", "l.import_id", Id),
        f("created_by", "l.created_by", User),
        f("tags", "l.tags", Words),
        f("follow_up", "l.follow_up_at", Due),
        f("follow_up_at", "l.follow_up_at", Instant),
        f("message", "lower(l.message)", Text),
        f("converted", "(l.converted_client_id is not null)", Flag),
        f("created_at", "l.created_at", Instant),
        f("updated_at", "l.updated_at", Instant),
    ],
};

/// Contacts.
pub static CONTACT: Target = Target {
    word: "contact",
    alias: "k",
    sensitive: sensitive::CONTACT,
    fields: &[
        f("name", "k.search_name", Folded),
        f("first_name", "lower(k.first_name)", Text),
        f("last_name", "lower(k.last_name)", Text),
        f("email", "lower(k.email)", Text),
        f("phone", "k.phone", Text),
        f("company", "lower(k.company)", Text),
        f("job_title", "lower(k.job_title)", Text),
        f("status", "k.status", Always),
        f("source", "k.source", Word),
        f("rating", "k.rating", Number),
        f("description", "lower(k.description)", Text),
        f("client_id", "k.client_id", Id),
        f("is_primary", "k.is_primary", Flag),
        f("assigned_to", "k.assigned_to", User),
        f("team_id", "k.team_id", Id),
        f("import_id", "k.import_id", Id),
        f("created_by", "k.created_by", User),
        f("tags", "k.tags", Words),
        f("created_at", "k.created_at", Instant),
        f("updated_at", "k.updated_at", Instant),
    ],
};

/// SQL of the stages of its pipeline that a deal came to, as the funnel of the reports counts them: the farthest that it
/// ever stood in and all before it; the first one in any case, and lost never.
const REACHED: &str = "(select coalesce(array_agg(rp.key), '{}') from pipeline_stages rp
    where rp.pipeline_key = d.pipeline_key and rp.outcome <> 'lost' and (
        exists (select 1 from pipeline_stages rt where rt.pipeline_key = d.pipeline_key and rt.outcome <> 'lost'
            and ((rt.outcome = 'won')::int, rt.position, rt.key) >= ((rp.outcome = 'won')::int, rp.position, rp.key)
            and (rt.key = d.stage or exists (select 1 from deal_stages rh
                where rh.deal_id = d.id and rh.pipeline_key = d.pipeline_key and rh.new_stage = rt.key)))
        or not exists (select 1 from pipeline_stages re where re.pipeline_key = d.pipeline_key and re.outcome <> 'lost'
            and ((re.outcome = 'won')::int, re.position, re.key) < ((rp.outcome = 'won')::int, rp.position, rp.key))))";

/// Deals and opportunities.
pub static DEAL: Target = Target {
    word: "deal",
    alias: "d",
    sensitive: sensitive::NONE,
    fields: &[
        f("name", "d.search_name", Folded),
        f("pipeline", "d.pipeline_key", Always),
        f("stage", "d.stage", Always),
        f("reached", REACHED, Words),
        f("outcome", "d.outcome", Always),
        f("amount", "d.amount", Number),
        f("currency", "d.currency", Always),
        f(
            "probability",
            "case d.outcome when 'won' then 100 when 'lost' then 0 else coalesce(d.probability, s.probability) end",
            Number,
        ),
        f("expected_close_date", "d.expected_close_date", Day),
        f("closed_at", "d.closed_at", Instant),
        f("stage_since", "d.stage_since", Instant),
        f("lost_reason", "lower(d.lost_reason)", Text),
        f("description", "lower(d.description)", Text),
        f("next_steps", "lower(d.next_steps)", Text),
        f("client_id", "d.client_id", Id),
        f("contact_id", "d.contact_id", Id),
        f("assigned_to", "d.assigned_to", User),
        f("team_id", "d.team_id", Id),
        f("import_id", "d.import_id", Id),
        f("created_by", "d.created_by", User),
        f("tags", "d.tags", Words),
        f("created_at", "d.created_at", Instant),
        f("updated_at", "d.updated_at", Instant),
    ],
};
