//! THE LIST of columns of contacts, opportunities, deals and activities, with what stands above them.

use std::sync::Arc;

use runtime::access::Actor;
use rust_decimal::Decimal;

use super::cell::Kind::{Day, Flag, Id, Instant, Number, Phone, Text};
use super::columns::{Column, Columns, Manner};
use super::headings::{Def, Words, c, rare};
use crate::custom_fields::CustomField;
use crate::deals::entity::{base_amount, chance, money, rounded};
use crate::sensitive::CONTACT;

pub(super) const CONTACTS: &[Def] = &[
    c("id", ["Id", "المعرّف"], Id, "k.id"),
    rare("name", ["Name", "الاسم الكامل"], Text, "trim(k.first_name || ' ' || k.last_name)"),
    c("first_name", ["First name", "الاسم الأول"], Text, "k.first_name"),
    c("last_name", ["Last name", "اسم العائلة"], Text, "k.last_name"),
    c("email", ["E-mail", "البريد الإلكتروني"], Text, ""),
    c("phone", ["Phone", "رقم الهاتف"], Phone, ""),
    c("company", ["Company", "الشركة"], Text, "k.company"),
    c("job_title", ["Job title", "المسمى الوظيفي"], Text, "k.job_title"),
    c("status", ["Status", "الحالة"], Text, "k.status"),
    c("source", ["Source", "المصدر"], Text, "k.source"),
    c("rating", ["Rating", "التقييم"], Number, "k.rating"),
    c("description", ["Description", "الوصف"], Text, "k.description"),
    c("client_name", ["Client", "العميل"], Text, "cl.first_name || ' ' || cl.last_name"),
    rare("client_id", ["Client id", "معرّف العميل"], Id, "k.client_id"),
    c("is_primary", ["Primary contact", "جهة الاتصال الرئيسية"], Flag, "k.is_primary"),
    c("assigned_to_name", ["Owner", "المسؤول"], Text, "u.name"),
    rare("assigned_to", ["Owner id", "معرّف المسؤول"], Id, "k.assigned_to"),
    c("team_name", ["Team", "الفريق"], Text, "t.name"),
    rare("team_id", ["Team id", "معرّف الفريق"], Id, "k.team_id"),
    c("tags", ["Tags", "الوسوم"], Text, "array_to_string(k.tags, '; ')"),
    c("created_at", ["Created", "تاريخ الإنشاء"], Instant, "k.created_at"),
    c("updated_at", ["Updated", "تاريخ التحديث"], Instant, "k.updated_at"),
];

pub(super) const DEALS: &[Def] = &[
    c("id", ["Id", "المعرّف"], Id, "d.id"),
    c("name", ["Name", "الاسم"], Text, "d.name"),
    c("pipeline", ["Pipeline", "مسار المبيعات"], Text, "(select p.name from pipelines p where p.key = d.pipeline_key)"),
    c("stage", ["Stage", "المرحلة"], Text, "s.label"),
    c("outcome", ["Outcome", "النتيجة"], Text, "d.outcome"),
    c("probability", ["Probability, %", "الاحتمال بالمئة"], Number, ""),
    c("amount", ["Amount", "المبلغ"], Number, "d.amount"),
    c("currency", ["Currency", "العملة"], Text, "d.currency"),
    c("amount_base", ["Amount in the base currency", "المبلغ بالعملة الأساسية"], Number, ""),
    rare("weighted_base", ["Weighted amount in the base currency", "المبلغ المرجّح بالعملة الأساسية"], Number, ""),
    c("expected_close_date", ["Expected close", "تاريخ الإغلاق المتوقع"], Day, "d.expected_close_date"),
    c("closed_at", ["Closed", "تاريخ الإغلاق"], Instant, "d.closed_at"),
    c("lost_reason", ["Why it was lost", "سبب الخسارة"], Text, "d.lost_reason"),
    c("client_name", ["Client", "العميل"], Text, "cl.first_name || ' ' || cl.last_name"),
    rare("client_id", ["Client id", "معرّف العميل"], Id, "d.client_id"),
    c("contact_name", ["Contact", "جهة الاتصال"], Text, "trim(co.first_name || ' ' || co.last_name)"),
    rare("contact_id", ["Contact id", "معرّف جهة الاتصال"], Id, "d.contact_id"),
    rare("opportunity_name", ["Opportunity", "الفرصة"], Text, "op.name"),
    rare("opportunity_id", ["Opportunity id", "معرّف الفرصة"], Id, "d.opportunity_id"),
    rare("lead_id", ["Lead id", "معرّف العميل المحتمل"], Id, "d.lead_id"),
    c("assigned_to_name", ["Owner", "المسؤول"], Text, "u.name"),
    rare("assigned_to", ["Owner id", "معرّف المسؤول"], Id, "d.assigned_to"),
    c("team_name", ["Team", "الفريق"], Text, "t.name"),
    rare("team_id", ["Team id", "معرّف الفريق"], Id, "d.team_id"),
    c("tags", ["Tags", "الوسوم"], Text, "array_to_string(d.tags, '; ')"),
    c("description", ["Description", "الوصف"], Text, "d.description"),
    c("next_steps", ["Next steps", "الخطوات التالية"], Text, "d.next_steps"),
    c("stage_since", ["In this stage since", "في هذه المرحلة منذ"], Instant, "d.stage_since"),
    c("created_at", ["Created", "تاريخ الإنشاء"], Instant, "d.created_at"),
    c("updated_at", ["Updated", "تاريخ التحديث"], Instant, "d.updated_at"),
];

pub(super) const ACTIVITIES: &[Def] = &[
    c("id", ["Id", "المعرّف"], Id, "a.id"),
    c("type", ["Type", "النوع"], Text, "a.type"),
    // The name that the table of the page has for it.
    rare("name", ["Activity", "النشاط"], Text, "a.subject"),
    c("subject", ["Subject", "الموضوع"], Text, "a.subject"),
    c("status", ["Status", "الحالة"], Text, ""),
    c("priority", ["Priority", "الأولوية"], Text, "a.priority"),
    c("due_at", ["Due", "موعد الاستحقاق"], Instant, "a.due_at"),
    c("all_day", ["All day", "طوال اليوم"], Flag, "a.all_day"),
    c("duration_minutes", ["Minutes", "المدة بالدقائق"], Number, "a.duration_minutes"),
    c("location", ["Place", "المكان"], Text, "a.location"),
    c("outcome", ["Result", "النتيجة"], Text, "a.outcome"),
    rare(
        "record",
        ["About", "بخصوص"],
        Text,
        "coalesce(trim(xc.first_name || ' ' || xc.last_name), trim(xl.first_name || ' ' || xl.last_name),
             trim(xk.first_name || ' ' || xk.last_name), xd.name, xo.name)",
    ),
    c("client_name", ["Client", "العميل"], Text, "trim(xc.first_name || ' ' || xc.last_name)"),
    rare("client_id", ["Client id", "معرّف العميل"], Id, "xc.id"),
    c("contact_name", ["Contact", "جهة الاتصال"], Text, "trim(xk.first_name || ' ' || xk.last_name)"),
    rare("contact_id", ["Contact id", "معرّف جهة الاتصال"], Id, "xk.id"),
    c("lead_name", ["Lead", "العميل المحتمل"], Text, "trim(xl.first_name || ' ' || xl.last_name)"),
    rare("lead_id", ["Lead id", "معرّف العميل المحتمل"], Id, "xl.id"),
    c("deal_name", ["Deal", "الصفقة"], Text, "xd.name"),
    rare("deal_id", ["Deal id", "معرّف الصفقة"], Id, "xd.id"),
    c("opportunity_name", ["Opportunity", "الفرصة"], Text, "xo.name"),
    rare("opportunity_id", ["Opportunity id", "معرّف الفرصة"], Id, "xo.id"),
    c("assigned_to_name", ["Owner", "المسؤول"], Text, "u.name"),
    rare("assigned_to", ["Owner id", "معرّف المسؤول"], Id, "a.assigned_to"),
    c("description", ["Description", "الوصف"], Text, "a.description"),
    c("repeats", ["Repeats", "التكرار"], Text, "a.repeats"),
    c("completed_at", ["Completed", "تاريخ الإنجاز"], Instant, "a.completed_at"),
    c("created_by_name", ["Added by", "أضافه"], Text, "m.name"),
    c("created_at", ["Created", "تاريخ الإنشاء"], Instant, "a.created_at"),
    c("updated_at", ["Updated", "تاريخ التحديث"], Instant, "a.updated_at"),
];

/// Statuses of contacts.
pub(super) const CONTACT_STATUS: &[(&str, Words<'static>)] = &[
    ("lead", ["Lead", "عميل محتمل"]),
    ("prospect", ["Prospect", "مهتم"]),
    ("customer", ["Customer", "عميل"]),
    ("closed", ["Closed", "مغلق"]),
];

/// Statuses of contacts, in every language of our files.
pub(crate) fn contact_statuses() -> &'static [(&'static str, Words<'static>)] {
    CONTACT_STATUS
}

/// Kinds of activities, in every language of our files.
pub(crate) fn activity_types() -> &'static [(&'static str, Words<'static>)] {
    TYPE
}

/// How activities stand, in every language of our files.
pub(crate) fn activity_states() -> &'static [(&'static str, Words<'static>)] {
    STANDING
}

/// Priorities of activities, in every language of our files.
pub(crate) fn activity_priorities() -> &'static [(&'static str, Words<'static>)] {
    PRIORITY
}

/// How deals end.
pub(super) const OUTCOME: &[(&str, Words<'static>)] =
    &[("none", ["Open", "مفتوحة"]), ("won", ["Won", "رابحة"]), ("lost", ["Lost", "خاسرة"])];

/// Kinds of activities.
pub(super) const TYPE: &[(&str, Words<'static>)] = &[
    ("call", ["Call", "مكالمة"]),
    ("email", ["E-mail", "بريد إلكتروني"]),
    ("meeting", ["Meeting", "اجتماع"]),
    ("task", ["Task", "مهمة"]),
    ("note", ["Note", "ملاحظة"]),
];

/// How activities stand.
pub(super) const STANDING: &[(&str, Words<'static>)] = &[
    ("scheduled", ["Scheduled", "مجدول"]),
    ("overdue", ["Overdue", "متأخر"]),
    ("completed", ["Completed", "مكتمل"]),
    ("cancelled", ["Cancelled", "ملغى"]),
];

/// Priorities of activities.
pub(super) const PRIORITY: &[(&str, Words<'static>)] =
    &[("low", ["Low", "منخفضة"]), ("normal", ["Normal", "عادية"]), ("high", ["High", "عالية"]), ("urgent", ["Urgent", "عاجلة"])];

/// All of these words.
#[cfg(test)]
pub(super) const WORDS: [&[(&str, Words<'static>)]; 5] = [CONTACT_STATUS, OUTCOME, TYPE, STANDING, PRIORITY];

/// An amount as the API writes it.
fn amount(write: fn(Decimal) -> String) -> impl Fn(&mut Column) {
    move |column| column.shape = Some(Arc::new(move |text| text.parse().map_or_else(|_| text.to_owned(), write)))
}

impl Columns {
    fn with(mut self, key: &str, change: impl Fn(&mut Column)) -> Self {
        self.all.iter_mut().filter(|column| column.key == key).for_each(change);
        self
    }

    fn from(self, key: &str, sql: impl Into<String>) -> Self {
        let sql = sql.into();
        self.with(key, |column| column.sql.clone_from(&sql))
    }

    /// Columns of contacts as somebody sees them.
    pub fn of_contacts(seen: &Actor, fields: Vec<CustomField>, manner: &Manner) -> Self {
        Self::of(CONTACTS, manner)
            .with_sensitive(&CONTACT, seen)
            .in_words("status", manner.words(CONTACT_STATUS), manner)
            .with_custom("k", fields, manner)
    }

    /// Columns of opportunities and deals. A program gets the keys of pipeline and stage.
    pub fn of_deals(fields: Vec<CustomField>, manner: &Manner) -> Self {
        let columns = Self::of(DEALS, manner)
            .from("probability", chance())
            .from("amount_base", base_amount("now()"))
            .from("weighted_base", format!("{} * ({}) / 100", base_amount("now()"), chance()))
            .with("amount", amount(money))
            .with("amount_base", amount(rounded))
            .with("weighted_base", amount(rounded))
            .in_words("outcome", manner.words(OUTCOME), manner)
            .with_custom("d", fields, manner);
        if manner.raw { columns.from("pipeline", "d.pipeline_key").from("stage", "d.stage") } else { columns }
    }

    /// Columns of activities, as they stand at the moment of the snapshot.
    pub fn of_activities(manner: &Manner) -> Self {
        Self::of(ACTIVITIES, manner)
            .from("status", crate::activities::entity::standing_sql("now()"))
            .in_words("type", manner.words(TYPE), manner)
            .in_words("status", manner.words(STANDING), manner)
            .in_words("priority", manner.words(PRIORITY), manner)
    }
}
