//! What other programs call the fields of deals and activities, and their words for kinds, priorities and states.

use super::words::plain;
use crate::exports;

/// A field, and headers that mean it in a file of its kind.
type Headers = &'static [(&'static str, &'static [&'static str])];

const DEALS: Headers = &[
    (
        "name",
        &[
            "name",
            "dealname",
            "deal",
            "dealtitle",
            "title",
            "subject",
            "opportunity",
            "opportunityname",
            "titel",
            "bezeichnung",
            "titre",
            "titulo",
            "название",
            "сделка",
            "اسم الصفقة",
            "الصفقة",
        ],
    ),
    ("pipeline", &["pipeline", "pipelinename", "dealpipeline", "salespipeline", "embudo", "воронка", "مسار"]),
    (
        "stage",
        &["stage", "dealstage", "stagename", "status", "phase", "etape", "etapa", "fase", "стадия", "этап", "المرحلة", "الحالة"],
    ),
    (
        "amount",
        &[
            "amount",
            "value",
            "dealvalue",
            "dealamount",
            "price",
            "revenue",
            "volume",
            "betrag",
            "wert",
            "summe",
            "montant",
            "valeur",
            "importe",
            "valor",
            "monto",
            "сумма",
            "стоимость",
            "القيمة",
            "المبلغ",
        ],
    ),
    ("currency", &["currency", "currencycode", "wahrung", "devise", "moneda", "валюта", "العملة"]),
    (
        "probability",
        &["probability", "chance", "winprobability", "wahrscheinlichkeit", "probabilite", "probabilidad", "вероятность"],
    ),
    (
        "expected_close_date",
        &[
            "expectedclosedate",
            "expectedclose",
            "closedate",
            "closingdate",
            "forecastdate",
            "abschlussdatum",
            "voraussichtlicherabschluss",
            "datedecloture",
            "fechadecierre",
            "датазакрытия",
            "تاريخ الاغلاق المتوقع",
        ],
    ),
    ("closed_at", &["closedat", "closed", "closedon", "wonat", "wontime", "lostat", "losttime", "geschlossenam"]),
    (
        "created_at",
        &[
            "createdat",
            "created",
            "createdon",
            "createdate",
            "dealcreated",
            "erstelltam",
            "datedecreation",
            "fechadecreacion",
            "датасоздания",
        ],
    ),
    (
        "lost_reason",
        &["lostreason", "closedlostreason", "reasonlost", "verlustgrund", "raisondelaperte", "motivodeperdida", "причинаотказа"],
    ),
    ("next_steps", &["nextstep", "nextsteps", "nextaction", "nachsterschritt", "prochaineetape", "proximopaso", "следующийшаг"]),
    ("description", &["comment", "comments", "note", "notes", "message", "bemerkung", "notiz", "ملاحظات"]),
    ("client_id", CLIENT),
    ("contact_id", CONTACT),
];

const CLIENT: &[&str] =
    &["clientname", "customername", "kundenname", "organization", "organisation", "company", "companyname", "firma"];
const CONTACT: &[&str] = &[
    "contact",
    "contactname",
    "contactperson",
    "contactemail",
    "primarycontact",
    "ansprechpartner",
    "kontakt",
    "contacto",
    "контакт",
    "جهة الاتصال",
];

const ACTIVITIES: Headers = &[
    ("type", &["type", "activitytype", "kind", "typ", "art", "tipo", "тип", "النوع"]),
    (
        "subject",
        &[
            "subject",
            "title",
            "activity",
            "task",
            "name",
            "betreff",
            "titel",
            "objet",
            "sujet",
            "titre",
            "asunto",
            "тема",
            "الموضوع",
        ],
    ),
    ("status", &["status", "state", "done", "zustand", "statut", "estado", "статус", "الحالة"]),
    ("priority", &["priority", "prioritat", "priorite", "prioridad", "приоритет", "الاولوية"]),
    (
        "due_at",
        &[
            "due",
            "dueat",
            "duedate",
            "duetime",
            "date",
            "datetime",
            "start",
            "startdate",
            "starttime",
            "scheduledat",
            "scheduledfor",
            "fallig",
            "falligam",
            "falligkeitsdatum",
            "datum",
            "echeance",
            "fecha",
            "vencimiento",
            "срок",
            "дата",
            "موعد الاستحقاق",
            "التاريخ",
        ],
    ),
    ("all_day", &["allday", "ganztagig", "todoeldia", "touteLaJournee"]),
    (
        "completed_at",
        &[
            "completedat",
            "completed",
            "completedon",
            "completiondate",
            "doneat",
            "markedasdonetime",
            "erledigtam",
            "abgeschlossenam",
        ],
    ),
    ("duration_minutes", &["duration", "durationminutes", "minutes", "dauer", "duree", "duracion", "длительность", "المدة"]),
    ("outcome", &["outcome", "result", "calloutcome", "ergebnis", "resultat", "resultado", "результат", "النتيجة"]),
    ("location", &["location", "place", "ort", "lieu", "lugar", "место", "المكان"]),
    ("description", &["comment", "comments", "note", "notes", "message", "body", "bemerkung", "notiz", "ملاحظات"]),
    ("client_id", CLIENT),
    ("contact_id", CONTACT),
    ("lead_id", &["lead", "leadname", "leademail", "interessent", "prospect", "лид", "العميل المحتمل"]),
    ("deal_id", &["deal", "dealname", "geschaft", "affaire", "negocio", "сделка", "الصفقة"]),
    (
        "opportunity_id",
        &["opportunity", "opportunityname", "chance", "verkaufschance", "opportunite", "oportunidad", "возможность", "الفرصة"],
    ),
];

/// The field that a header means in a file of deals or of activities, whose fields these are.
pub(super) fn field_of(fields: &[String], header: &str) -> Option<&'static str> {
    let of = |key: &str| fields.iter().any(|f| f == key);
    let (list, is_deal) = match () {
        () if of("pipeline") => (DEALS, true),
        () if of("subject") => (ACTIVITIES, false),
        () => return None,
    };
    let header = plain(header);
    if header.is_empty() {
        return None;
    }
    // Our own files first: what is written is read.
    exports::sales_field_of(is_deal, &header)
        .filter(|key| of(key))
        .or_else(|| list.iter().find(|(_, words)| words.iter().any(|w| plain(w) == header)).map(|(key, _)| *key))
        .filter(|key| of(key))
}

/// A key, and what other programs call it.
type Called = &'static [(&'static str, &'static [&'static str])];

const TYPES: Called = &[
    ("call", &["phone", "phonecall", "telephone", "anruf", "telefonat", "appel", "llamada", "звонок", "اتصال"]),
    ("email", &["mail", "e-mail", "courriel", "correo", "письмо", "رسالة"]),
    ("meeting", &["appointment", "event", "termin", "besprechung", "treffen", "reunion", "rendezvous", "встреча", "موعد"]),
    ("task", &["todo", "reminder", "deadline", "aufgabe", "tache", "tarea", "задача"]),
    ("note", &["comment", "notiz", "nota", "заметка"]),
];
const STATUSES: Called = &[
    (
        "scheduled",
        &[
            "overdue",
            "open",
            "planned",
            "pending",
            "notstarted",
            "inprogress",
            "todo",
            "no",
            "offen",
            "geplant",
            "prevu",
            "pendiente",
            "запланировано",
        ],
    ),
    (
        "completed",
        &[
            "complete",
            "done",
            "closed",
            "finished",
            "yes",
            "erledigt",
            "abgeschlossen",
            "termine",
            "hecho",
            "completado",
            "выполнено",
        ],
    ),
    ("cancelled", &["canceled", "abgesagt", "storniert", "annule", "cancelado", "отменено"]),
];
const PRIORITIES: Called = &[
    ("low", &["niedrig", "gering", "basse", "baja", "низкий"]),
    ("normal", &["medium", "standard", "mittel", "moyenne", "media", "средний"]),
    ("high", &["hoch", "haute", "alta", "высокий"]),
    ("urgent", &["critical", "dringend", "urgente", "срочный"]),
];

fn key_of(called: Called, ours: &[(&'static str, exports::Words<'static>)], text: &str) -> String {
    let word = plain(text);
    let own = ours.iter().find(|(key, words)| plain(key) == word || words.iter().any(|w| plain(w) == word));
    let word = own.map_or(word.as_str(), |(key, _)| key);
    let is = |other: &str| plain(other) == word;
    let found = called.iter().find(|(key, words)| is(key) || words.iter().any(|w| is(w)));
    found.map_or_else(|| text.to_owned(), |(key, _)| (*key).to_owned())
}

/// The key of a kind of activity; a word that means none stays, and is refused.
pub(super) fn type_of(text: &str) -> String {
    key_of(TYPES, exports::activity_types(), text)
}

/// The key of how an activity stands.
pub(super) fn status_of(text: &str) -> String {
    key_of(STATUSES, exports::activity_states(), text)
}

/// The key of a priority.
pub(super) fn priority_of(text: &str) -> String {
    key_of(PRIORITIES, exports::activity_priorities(), text)
}

fn pairs(called: Called, ours: &[(&'static str, exports::Words<'static>)]) -> Vec<(String, String)> {
    let label = |key: &str| ours.iter().find(|(k, _)| *k == key).map_or(key, |(_, words)| words[0]).to_owned();
    called.iter().map(|(key, _)| ((*key).to_owned(), label(key))).collect()
}

/// Keys and words of kinds of activities.
pub(super) fn types() -> Vec<(String, String)> {
    pairs(TYPES, exports::activity_types())
}

/// Keys and words of how activities stand.
pub(super) fn statuses() -> Vec<(String, String)> {
    pairs(STATUSES, exports::activity_states())
}

/// Keys and words of priorities.
pub(super) fn priorities() -> Vec<(String, String)> {
    pairs(PRIORITIES, exports::activity_priorities())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_mean_what_their_kind_has() {
        let fields = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>();
        let deals = fields(&["name", "pipeline", "stage", "amount", "expected_close_date", "lost_reason", "client_id"]);
        let activities = fields(&["type", "subject", "status", "due_at", "client_id", "deal_id", "opportunity_id"]);
        for (header, of_deal, of_activity) in [
            ("Deal name", Some("name"), Some("deal_id")),
            ("Title", Some("name"), Some("subject")),
            ("Verkaufschance", None, Some("opportunity_id")),
            ("Status", Some("stage"), Some("status")),
            ("Betrag", Some("amount"), None),
            ("Fällig am", None, Some("due_at")),
            ("Close date", Some("expected_close_date"), None),
            ("Amount in the base currency", None, None),
            ("Client", Some("client_id"), Some("client_id")),
            ("Why it was lost", Some("lost_reason"), None),
            ("المبلغ", Some("amount"), None),
        ] {
            assert_eq!(field_of(&deals, header), of_deal, "{header}");
            assert_eq!(field_of(&activities, header), of_activity, "{header}");
        }
        assert_eq!(field_of(&fields(&["email"]), "Title"), None);
    }

    #[test]
    fn no_header_means_two_fields() {
        for list in [DEALS, ACTIVITIES] {
            let mut all: Vec<String> = list.iter().flat_map(|(_, words)| words.iter().map(|w| plain(w))).collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count);
        }
    }

    #[test]
    fn words_of_other_programs_are_keys_of_ours() {
        for (word, key) in
            [("Call", "call"), ("مكالمة", "call"), ("Termin", "meeting"), ("Réunion", "meeting"), ("E-Mail", "email")]
        {
            assert_eq!(type_of(word), key, "{word}");
        }
        assert_eq!(type_of("Lunch"), "Lunch");
        for (word, key) in [("Overdue", "scheduled"), ("متأخر", "scheduled"), ("Done", "completed"), ("ملغى", "cancelled")]
        {
            assert_eq!(status_of(word), key, "{word}");
        }
        assert_eq!((priority_of("Hoch"), priority_of("MEDIUM")), ("high".to_owned(), "normal".to_owned()));
        assert_eq!(statuses().iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["scheduled", "completed", "cancelled"]);
    }
}
