//! What speaks for two records being one person, and how strongly. Candidates come from plain indexes; the
//! weights are here and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::permission::{Level, Scope};
use runtime::Ctx;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::bulk::statement::Sql;

/// One thing that two records share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Addresses that reach the same mailbox.
    Email,
    /// The same number.
    Phone,
    /// The same name, in whichever order, and the same birth date.
    NameBirthDate,
    /// A name that is spelt alike, and the same birth date.
    SimilarNameBirthDate,
    /// The same name and country.
    NameCountry,
    /// The same name, where one of them has no country.
    Name,
}

impl Reason {
    const ALL: [Reason; 6] =
        [Self::Email, Self::Phone, Self::NameBirthDate, Self::SimilarNameBirthDate, Self::NameCountry, Self::Name];

    /// As in answers and as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::NameBirthDate => "name_birth_date",
            Self::SimilarNameBirthDate => "similar_name_birth_date",
            Self::NameCountry => "name_country",
            Self::Name => "name",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == word)
    }

    /// How likely it alone makes them one person, in per cent.
    fn weight(self) -> u32 {
        match self {
            Self::Email => 95,
            Self::Phone | Self::NameBirthDate => 80,
            Self::SimilarNameBirthDate => 60,
            Self::NameCountry => 50,
            Self::Name => 40,
        }
    }

    fn is_of_the_name(self) -> bool {
        !matches!(self, Self::Email | Self::Phone)
    }
}

/// The reasons that count, the strongest first: of those about the name only the strongest does.
pub(super) fn counted(found: &BTreeSet<Reason>) -> Vec<Reason> {
    let mut counted: Vec<Reason> = found.iter().copied().filter(|r| !r.is_of_the_name()).collect();
    counted.extend(found.iter().copied().find(|r| r.is_of_the_name()));
    counted
}

/// How likely they are one person, in per cent: each reason takes away its part of the doubt.
pub(super) fn score(counted: &[Reason]) -> u32 {
    let doubt = counted.iter().fold(100.0_f64, |doubt, r| doubt * f64::from(100 - r.weight()) / 100.0);
    // Never quite sure.
    (100.0 - doubt).round().clamp(0.0, 99.0) as u32
}

/// A person who is not stored yet, or is stored elsewhere.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub date_of_birth: Option<NaiveDate>,
    pub country: Option<String>,
}

/// For whom others are looked for.
pub(super) enum Subject {
    /// Clients that are stored.
    Clients(Vec<Uuid>),
    /// Somebody else.
    Draft(Draft),
}

/// Among whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    Clients,
    /// Leads that have not become clients.
    Leads,
}

/// What may be compared: what the actor sees in clear, of the subject and of the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    email: bool,
    phone: bool,
    birth: bool,
}

impl Compared {
    /// As the actor may, of clients with `among`.
    pub fn by(ctx: &Ctx, among: Among) -> Self {
        let open = |key: &str| ctx.level(key) == Level::Full;
        let leads = |key: &str| among == Among::Clients || open(key);
        Self {
            email: open("clients.email") && leads("leads.email"),
            phone: open("clients.phone") && leads("leads.phone"),
            birth: open("clients.date_of_birth") && among == Among::Clients,
        }
    }
}

/// Two records, the subject first (nil for a draft), and what they share.
pub(super) type Found = BTreeMap<(Uuid, Uuid), BTreeSet<Reason>>;

#[derive(FromQueryResult)]
struct Hit {
    subject: Uuid,
    id: Uuid,
    reason: String,
}

/// The most others that one reason finds for one person: beyond that it is no sign of anything.
const MOST: usize = 20;

/// Everything that speaks for somebody else being the subject. With `strong`, only what counts for the
/// queue: a name that agrees says too little by itself.
pub(super) async fn look(
    ctx: &Ctx,
    subject: Subject,
    among: Among,
    scope: Scope,
    compared: Compared,
    strong: bool,
) -> kernel::Result<Found> {
    let mut sql = Sql::default();
    let mut text = subjects(&mut sql, subject, compared);
    let within = match scope {
        Scope::All => String::new(),
        Scope::Own => format!(" and o.assigned_to = {}", sql.bind(ctx.user_id().unwrap_or(Uuid::nil()))),
        Scope::Team => {
            let (teams, me) = (sql.bind(ctx.actor().teams.clone()), sql.bind(ctx.user_id().unwrap_or(Uuid::nil())));
            format!(" and (o.team_id = any({teams}) or o.assigned_to = {me})")
        }
    };
    let (table, open) = match among {
        Among::Clients => ("clients", "o.deleted_at is null"),
        Among::Leads => ("leads", "o.converted_client_id is null"),
    };
    let mut hits = Vec::new();
    let mut hit = |reason: &str, condition: &str| {
        hits.push(format!(
            "select s.id as subject, h.id, h.reason from subjects s cross join lateral (
                 select o.id, {reason} as reason from {table} o
                 where {condition} and {open} and o.id <> s.id{within} limit {MOST}) h"
        ));
    };
    if compared.email {
        hit("'email'", "email_key(o.email) = s.email_key and o.email is not null");
    }
    if compared.phone {
        hit("'phone'", "o.phone = s.phone");
    }
    if compared.birth {
        hit(
            "case when name_key(o.first_name, o.last_name) = s.name_key then 'name_birth_date' else 'similar_name_birth_date' end",
            "o.date_of_birth = s.date_of_birth and extensions.similarity(name_key(o.first_name, o.last_name), s.name_key) >= 0.5",
        );
    }
    if !strong {
        // Who was born on another day, or lives elsewhere, is somebody else of the same name.
        let other_day = if compared.birth {
            " and (o.date_of_birth is null or s.date_of_birth is null or o.date_of_birth = s.date_of_birth)"
        } else {
            ""
        };
        hit(
            "case when o.country = s.country then 'name_country' else 'name' end",
            &format!(
                "o.search_name = any(s.names) and (o.country is null or s.country is null or o.country = s.country){other_day}"
            ),
        );
    }
    if hits.is_empty() {
        return Ok(Found::new());
    }
    text.push_str(&hits.join(" union all "));
    let mut found = Found::new();
    for hit in sql.all::<Hit>(ctx, text).await? {
        if let Some(reason) = Reason::parse(&hit.reason) {
            found.entry((hit.subject, hit.id)).or_default().insert(reason);
        }
    }
    Ok(found)
}

/// The subjects with what others are looked up by; of what may not be compared there is nothing.
fn subjects(sql: &mut Sql, subject: Subject, compared: Compared) -> String {
    let open = |yes: bool, column: &str, kind: &str| if yes { column.to_owned() } else { format!("null::{kind}") };
    let who = match subject {
        Subject::Clients(ids) => {
            let (email, phone) = (open(compared.email, "c.email", "text"), open(compared.phone, "c.phone", "text"));
            let (birth, ids) = (open(compared.birth, "c.date_of_birth", "date"), sql.bind(ids));
            format!(
                "select c.id, {email} as email, {phone} as phone, {birth} as date_of_birth, c.first_name, c.last_name,
                     c.country from clients c where c.id = any({ids}) and c.deleted_at is null"
            )
        }
        Subject::Draft(draft) => {
            let (email, phone) =
                (sql.bind(draft.email.filter(|_| compared.email)), sql.bind(draft.phone.filter(|_| compared.phone)));
            let birth = sql.bind(draft.date_of_birth.filter(|_| compared.birth));
            let (first, last) = (sql.bind(draft.first_name), sql.bind(draft.last_name));
            let (country, nobody) = (sql.bind(draft.country), sql.bind(Uuid::nil()));
            format!(
                "select {nobody}::uuid as id, {email}::text as email, {phone}::text as phone, {birth}::date as date_of_birth,
                     {first}::text as first_name, {last}::text as last_name, {country}::text as country"
            )
        }
    };
    format!(
        "with subjects as materialized (
             select w.id, email_key(w.email) as email_key, w.phone, w.date_of_birth, w.country,
                 name_key(w.first_name, w.last_name) as name_key,
                 array[lower(w.first_name || ' ' || w.last_name), lower(w.last_name || ' ' || w.first_name),
                     fold(w.first_name || ' ' || w.last_name), fold(w.last_name || ' ' || w.first_name)] as names
             from ({who}) w) "
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(reasons: &[Reason]) -> u32 {
        score(&counted(&reasons.iter().copied().collect()))
    }

    #[test]
    fn what_agrees_adds_up_and_is_never_quite_sure() {
        use Reason::{Email, Name, NameBirthDate, NameCountry, Phone, SimilarNameBirthDate};
        assert_eq!((of(&[Email]), of(&[Phone]), of(&[NameBirthDate])), (95, 80, 80));
        assert!(of(&[Name]) < of(&[NameCountry]) && of(&[NameCountry]) < of(&[SimilarNameBirthDate]));
        assert_eq!(of(&[Phone, NameCountry]), 90);
        assert_eq!(of(&[Email, Phone, NameBirthDate]), 99);
        assert_eq!(of(&[]), 0);
    }

    #[test]
    fn one_name_is_one_reason() {
        use Reason::{Name, NameBirthDate, NameCountry, Phone};
        let all = BTreeSet::from([Name, NameCountry, NameBirthDate, Phone]);
        assert_eq!(counted(&all), [Phone, NameBirthDate]);
        assert_eq!(of(&[NameBirthDate, NameCountry]), of(&[NameBirthDate]));
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        assert!(Reason::ALL.iter().all(|r| Reason::parse(r.as_str()) == Some(*r)));
        // The stronger one comes first where only one counts.
        assert!(Reason::ALL.is_sorted_by_key(|r| std::cmp::Reverse(r.weight())));
    }
}
