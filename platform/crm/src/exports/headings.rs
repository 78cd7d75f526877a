//! THE LIST of columns that a file can have, and what stands above them in each language of the staff's UI.
//! Whoever adds a language or a column need not teach it to the import: it reads this list.

use access::audit;

use super::cell::Kind::{self, Day, Flag, Id, Instant, Number, Phone, Text};
use super::sales;
use crate::imports::plain;

/// A language of headings and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    En,
    Ar,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::En, Self::Ar];

    /// Its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ar => "ar",
        }
    }

    /// The language of a tag like `ar` or `ar-AE`.
    pub fn parse(tag: &str) -> Option<Self> {
        let tag = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// Which of the words for one thing is in this language.
    pub fn of<'w>(self, words: &Words<'w>) -> &'w str {
        words[self as usize]
    }
}

/// A word in each language, in the order of [`Language::ALL`].
pub(crate) type Words<'w> = [&'w str; 2];

pub(super) const fn c(key: &'static str, title: Words<'static>, kind: Kind, sql: &'static str) -> Def {
    Def { key, title, kind, sql, usual: true }
}

/// One that a file has only if it is asked for.
pub(super) const fn rare(key: &'static str, title: Words<'static>, kind: Kind, sql: &'static str) -> Def {
    Def { key, title, kind, sql, usual: false }
}

pub(super) struct Def {
    pub key: &'static str,
    pub title: Words<'static>,
    pub kind: Kind,
    /// Empty for a sensitive field.
    pub sql: &'static str,
    pub usual: bool,
}

pub(super) const CLIENTS: &[Def] = &[
    c("id", ["Id", "المعرّف"], Id, "c.id"),
    rare("name", ["Name", "الاسم الكامل"], Text, "c.first_name || ' ' || c.last_name"),
    c("first_name", ["First name", "الاسم الأول"], Text, "c.first_name"),
    c("last_name", ["Last name", "اسم العائلة"], Text, "c.last_name"),
    c("email", ["E-mail", "البريد الإلكتروني"], Text, ""),
    c("phone", ["Phone", "رقم الهاتف"], Phone, ""),
    c("country", ["Country", "البلد"], Text, "c.country"),
    c("language", ["Language", "اللغة"], Text, "c.language"),
    c("address", ["Address", "العنوان"], Text, ""),
    c("date_of_birth", ["Date of birth", "تاريخ الميلاد"], Day, ""),
    c("status", ["Status", "الحالة"], Text, "c.status"),
    c("kyc_status", ["KYC status", "حالة التحقق من الهوية"], Text, "c.kyc_status"),
    c("source", ["Source", "المصدر"], Text, "c.source"),
    c("assigned_to_name", ["Owner", "المسؤول"], Text, "u.name"),
    rare("assigned_to", ["Owner id", "معرّف المسؤول"], Id, "c.assigned_to"),
    c("team_name", ["Team", "الفريق"], Text, "t.name"),
    rare("team_id", ["Team id", "معرّف الفريق"], Id, "c.team_id"),
    c("partner_name", ["Partner", "الشريك"], Text, "p.name"),
    c("tags", ["Tags", "الوسوم"], Text, "array_to_string(c.tags, '; ')"),
    c("balance", ["Balance", "الرصيد"], Number, ""),
    c("currency", ["Currency", "العملة"], Text, "c.currency"),
    c("follow_up_at", ["Follow-up", "موعد المتابعة"], Instant, "c.follow_up_at"),
    c("follow_up_note", ["Follow-up note", "ملاحظة المتابعة"], Text, "c.follow_up_note"),
    c("last_activity_at", ["Last activity", "آخر نشاط"], Instant, "c.last_activity_at"),
    c("created_at", ["Created", "تاريخ الإنشاء"], Instant, "c.created_at"),
    c("updated_at", ["Updated", "تاريخ التحديث"], Instant, "c.updated_at"),
];

pub(super) const LEADS: &[Def] = &[
    c("id", ["Id", "المعرّف"], Id, "l.id"),
    rare("name", ["Name", "الاسم الكامل"], Text, "l.first_name || ' ' || l.last_name"),
    c("first_name", ["First name", "الاسم الأول"], Text, "l.first_name"),
    c("last_name", ["Last name", "اسم العائلة"], Text, "l.last_name"),
    c("email", ["E-mail", "البريد الإلكتروني"], Text, ""),
    c("phone", ["Phone", "رقم الهاتف"], Phone, ""),
    c("country", ["Country", "البلد"], Text, "l.country"),
    c("status", ["Status", "الحالة"], Text, "l.status"),
    c("source", ["Source", "المصدر"], Text, "l.source"),
    c("partner_name", ["Partner", "الشريك"], Text, "p.name"),
    rare("partner_id", ["Partner id", "معرّف الشريك"], Id, "l.partner_id"),
    c("assigned_to_name", ["Owner", "المسؤول"], Text, "u.name"),
    rare("assigned_to", ["Owner id", "معرّف المسؤول"], Id, "l.assigned_to"),
    c("team_name", ["Team", "الفريق"], Text, "t.name"),
    rare("team_id", ["Team id", "معرّف الفريق"], Id, "l.team_id"),
    c("tags", ["Tags", "الوسوم"], Text, "array_to_string(l.tags, '; ')"),
    c("message", ["Message", "الرسالة"], Text, "l.message"),
    c("metadata", ["Details of the source", "تفاصيل المصدر"], Text, "nullif(l.metadata, '{}')"),
    c("follow_up_at", ["Follow-up", "موعد المتابعة"], Instant, "l.follow_up_at"),
    c("follow_up_note", ["Follow-up note", "ملاحظة المتابعة"], Text, "l.follow_up_note"),
    rare("converted_client_id", ["Client id", "معرّف العميل"], Id, "l.converted_client_id"),
    c("created_at", ["Created", "تاريخ الإنشاء"], Instant, "l.created_at"),
    c("updated_at", ["Updated", "تاريخ التحديث"], Instant, "l.updated_at"),
];

pub(super) const USERS: &[Def] = &[
    c("id", ["Id", "المعرّف"], Id, "u.id"),
    c("name", ["Name", "الاسم الكامل"], Text, "u.name"),
    c("email", ["E-mail", "البريد الإلكتروني"], Text, "u.email"),
    c("role_name", ["Role", "الدور"], Text, "r.name"),
    c("team_name", ["Team", "الفريق"], Text, "t.name"),
    c("status", ["Status", "الحالة"], Text, "u.status"),
    c("two_factor", ["Second factor", "التحقق بخطوتين"], Flag, "u.two_factor"),
    c("last_login_at", ["Last sign-in", "آخر تسجيل دخول"], Instant, "u.last_login_at"),
    c("created_at", ["Added", "تاريخ الإضافة"], Instant, "u.created_at"),
];

pub(super) const AUDIT: &[Def] = &[
    c("seq", ["Entry", "رقم القيد"], Number, "a.seq"),
    c("at", ["Time", "الوقت"], Instant, "a.at"),
    c("actor", ["Who", "المستخدم"], Text, "a.actor_name"),
    c("actor_id", ["Who, id", "معرّف المستخدم"], Id, "a.actor_id"),
    c("action", ["Action", "الإجراء"], Text, "a.action"),
    c("resource_type", ["Kind of record", "نوع السجل"], Text, "a.resource_type"),
    c("resource_id", ["Record, id", "معرّف السجل"], Id, "a.resource_id"),
    c("resource", ["Record", "السجل"], Text, audit::LABEL),
    // Which fields may be told depends on the kind of record.
    c("diff", ["Changes", "التغييرات"], Text, "jsonb_build_array(a.resource_type, a.diff)"),
    c("ip", ["Address", "عنوان IP"], Text, "a.ip"),
    c("request_id", ["Request", "معرّف الطلب"], Text, "a.request_id"),
    c("id", ["Id", "المعرّف"], Id, "a.id"),
];

/// KYC statuses.
pub(super) const KYC: &[(&str, Words<'static>)] = &[
    ("missing", ["Missing", "ناقص"]),
    ("pending", ["Pending", "قيد المراجعة"]),
    ("approved", ["Approved", "مقبول"]),
    ("rejected", ["Rejected", "مرفوض"]),
    ("expired", ["Expired", "منتهي"]),
];

/// Statuses of users.
pub(super) const USER: &[(&str, Words<'static>)] =
    &[("invited", ["Invited", "مدعو"]), ("active", ["Active", "نشط"]), ("inactive", ["Inactive", "معطّل"])];

/// The field that a heading of one of our own files stands for, as an import calls it.
pub(crate) fn field_of(header: &str) -> Option<&'static str> {
    let header = plain(header);
    let named = |def: &&Def| def.title.iter().any(|title| plain(title) == header) || plain(def.key) == header;
    let found = CLIENTS.iter().chain(LEADS).chain(sales::CONTACTS).find(named)?;
    // An id means nothing where the file is read; the name does.
    match found.key {
        "assigned_to_name" => Some("assigned_to"),
        "client_name" => Some("client_id"),
        _ if found.kind == Id => None,
        key => Some(key),
    }
}

/// The same for a file of deals or of activities, whose headings say other things.
pub(crate) fn sales_field_of(is_deal: bool, header: &str) -> Option<&'static str> {
    let defs = if is_deal { sales::DEALS } else { sales::ACTIVITIES };
    let found = defs.iter().find(|def| def.title.iter().any(|title| plain(title) == header) || plain(def.key) == header)?;
    match found.key {
        "assigned_to_name" => Some("assigned_to"),
        "client_name" => Some("client_id"),
        "contact_name" => Some("contact_id"),
        "lead_name" => Some("lead_id"),
        "deal_name" => Some("deal_id"),
        "opportunity_name" if !is_deal => Some("opportunity_id"),
        // What an activity is about stands in columns of its own; that is its name.
        "name" if !is_deal => Some("subject"),
        // A column of ids is one of the installation that wrote it.
        _ if found.kind == Id => None,
        key => Some(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&[Def]; 7] = [CLIENTS, LEADS, USERS, AUDIT, sales::CONTACTS, sales::DEALS, sales::ACTIVITIES];

    #[test]
    fn every_language_has_every_word() {
        let lists = ALL.iter().flat_map(|defs| defs.iter());
        let named = KYC.iter().chain(USER).chain(sales::WORDS.into_iter().flatten());
        let words = lists.map(|def| def.title).chain(named.map(|(_, words)| *words));
        for word in words {
            assert!(word.iter().all(|w| !w.trim().is_empty()), "{word:?}");
            assert!(word[1].chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)), "{word:?} has no Arabic");
        }
        assert_eq!((Language::parse("ar-AE"), Language::parse("fr")), (Some(Language::Ar), None));
    }

    #[test]
    fn headings_are_told_apart() {
        for defs in ALL {
            for language in Language::ALL {
                let mut all: Vec<String> = defs.iter().map(|def| plain(language.of(&def.title))).collect();
                let count = all.len();
                all.sort_unstable();
                all.dedup();
                assert_eq!(all.len(), count, "{language:?}");
            }
        }
    }

    #[test]
    fn an_import_of_deals_or_activities_knows_every_heading_of_ours() {
        for (is_deal, defs) in [(true, sales::DEALS), (false, sales::ACTIVITIES)] {
            for def in defs.iter().filter(|def| def.kind != Id) {
                let known: Vec<_> = def.title.iter().map(|title| sales_field_of(is_deal, &plain(title))).collect();
                assert!(known[0].is_some() && known.iter().all(|k| *k == known[0]), "{}: {known:?}", def.key);
            }
        }
    }

    #[test]
    fn an_import_knows_every_heading_of_ours() {
        for def in CLIENTS.iter().chain(LEADS).chain(sales::CONTACTS) {
            for heading in def.title.iter().chain([&def.key]) {
                let known = crate::imports::field_of(heading);
                match def.key {
                    "assigned_to_name" => assert_eq!(known, Some("assigned_to"), "{heading}"),
                    // Of clients and leads a client's name is their own; of contacts the columns say what it is.
                    "client_name" => assert!(matches!(known, Some("client_id" | "name")), "{heading}"),
                    // The team comes with the owner; the word is what a file of staff has.
                    "partner_name" => assert_eq!(known, Some("partner_id"), "{heading}"),
                    "partner_id" => assert!(known.is_none() || known == Some("partner_id"), "{heading}"),
                    "team_name" => assert!(["team", "team_name"].contains(&known.unwrap_or_default()), "{heading}"),
                    // The key is the word for the owner itself, whom an import may name by id.
                    "assigned_to" => assert!(known.is_none() || known == Some("assigned_to"), "{heading}"),
                    _ if def.kind == Id => assert_eq!(known, None, "{heading}"),
                    key => assert_eq!(known, Some(key), "{heading}"),
                }
            }
        }
    }
}
