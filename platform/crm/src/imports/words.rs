//! What other programs call our fields: headers in six languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use kernel::fold::fold;

/// A field, and headers that mean it, folded and without anything but letters and digits.
const HEADERS: &[(&str, &[&str])] = &[
    (
        "first_name",
        &[
            "firstname",
            "first",
            "givenname",
            "forename",
            "fname",
            "vorname",
            "rufname",
            "prenom",
            "nombre",
            "nombres",
            "имя",
            "الاسم الاول",
            "الاسم",
            "nome",
        ],
    ),
    (
        "last_name",
        &[
            "lastname",
            "last",
            "surname",
            "familyname",
            "lname",
            "nachname",
            "familienname",
            "zuname",
            "nom",
            "nomdefamille",
            "apellido",
            "apellidos",
            "фамилия",
            "اسم العائلة",
            "اللقب",
            "الكنية",
            "cognome",
        ],
    ),
    (
        "name",
        &[
            "name",
            "fullname",
            "clientname",
            "customername",
            "contactname",
            "leadname",
            "vollstandigername",
            "nomcomplet",
            "nombrecompleto",
            "фио",
            "полноеимя",
            "имяфамилия",
            "الاسم الكامل",
            "kundenname",
        ],
    ),
    (
        "email",
        &[
            "email",
            "emailaddress",
            "mail",
            "emailaddresse",
            "emailadresse",
            "mailadresse",
            "courriel",
            "adressemail",
            "adresseemail",
            "correo",
            "correoelectronico",
            "почта",
            "электроннаяпочта",
            "емейл",
            "имейл",
            "email1",
            "primaryemail",
            "البريد الالكتروني",
            "بريد الكتروني",
            "الايميل",
            "workemail",
            "personalemail",
        ],
    ),
    (
        "phone",
        &[
            "phone",
            "phonenumber",
            "telephone",
            "tel",
            "mobile",
            "mobilephone",
            "mobilenumber",
            "cell",
            "cellphone",
            "phone1",
            "telefon",
            "telefonnummer",
            "handy",
            "handynummer",
            "mobil",
            "mobiltelefon",
            "rufnummer",
            "telefono",
            "movil",
            "celular",
            "telefonomovil",
            "portable",
            "numerodetelephone",
            "telephoneportable",
            "телефон",
            "номертелефона",
            "мобильный",
            "мобильныйтелефон",
            "الهاتف",
            "رقم الهاتف",
            "الجوال",
            "رقم الجوال",
            "الموبايل",
            "primaryphone",
        ],
    ),
    (
        "country",
        &[
            "country",
            "countrycode",
            "countryofresidence",
            "residencecountry",
            "nation",
            "land",
            "lander",
            "wohnsitzland",
            "staat",
            "pays",
            "paysderesidence",
            "pais",
            "paisderesidencia",
            "страна",
            "странапроживания",
            "الدولة",
            "البلد",
            "بلد الاقامة",
        ],
    ),
    (
        "address",
        &[
            "address",
            "streetaddress",
            "street",
            "postaladdress",
            "mailingaddress",
            "address1",
            "adresse",
            "anschrift",
            "strasse",
            "postadresse",
            "rue",
            "direccion",
            "calle",
            "domicilio",
            "адрес",
            "العنوان",
        ],
    ),
    (
        "date_of_birth",
        &[
            "dateofbirth",
            "dob",
            "birthdate",
            "birthday",
            "geburtsdatum",
            "geburtstag",
            "datedenaissance",
            "naissance",
            "fechadenacimiento",
            "nacimiento",
            "датарождения",
            "деньрождения",
            "تاريخ الميلاد",
            "birthdate1",
            "born",
        ],
    ),
    (
        "status",
        &[
            "status",
            "state",
            "stage",
            "clientstatus",
            "leadstatus",
            "zustand",
            "statut",
            "etat",
            "estado",
            "estatus",
            "статус",
            "الحالة",
        ],
    ),
    (
        "source",
        &[
            "source",
            "leadsource",
            "origin",
            "channel",
            "utmsource",
            "herkunft",
            "quelle",
            "kanal",
            "origine",
            "provenance",
            "fuente",
            "origen",
            "canal",
            "источник",
            "канал",
            "المصدر",
        ],
    ),
    (
        "assigned_to",
        &[
            "assignedto",
            "owner",
            "agent",
            "accountmanager",
            "salesrep",
            "manager",
            "responsible",
            "retentionagent",
            "besitzer",
            "betreuer",
            "zustandig",
            "verantwortlicher",
            "mitarbeiter",
            "proprietaire",
            "responsable",
            "conseiller",
            "propietario",
            "asignadoa",
            "agente",
            "менеджер",
            "ответственный",
            "агент",
            "المسؤول",
            "الوكيل",
        ],
    ),
    (
        "tags",
        &[
            "tags",
            "tag",
            "labels",
            "label",
            "keywords",
            "schlagworte",
            "schlagworter",
            "etiketten",
            "etiquettes",
            "motscles",
            "etiquetas",
            "теги",
            "метки",
            "الوسوم",
        ],
    ),
    (
        "message",
        &[
            "message",
            "comment",
            "comments",
            "note",
            "notes",
            "inquiry",
            "nachricht",
            "kommentar",
            "notiz",
            "commentaire",
            "mensaje",
            "comentario",
            "comentarios",
            "сообщение",
            "комментарий",
            "الرسالة",
            "ملاحظات",
        ],
    ),
    (
        "follow_up_at",
        &[
            "followup",
            "followupat",
            "followupdate",
            "nextcontact",
            "nextcall",
            "wiedervorlage",
            "relance",
            "seguimiento",
            "датаконтакта",
            "المتابعة",
        ],
    ),
    ("follow_up_note", &["followupnote", "nextaction", "nextstep"]),
    (
        "partner_id",
        &[
            "partner",
            "partnerid",
            "partnername",
            "partneremail",
            "affiliateid",
            "introducingbroker",
            "ibname",
            "partenaire",
            "socio",
            "партнер",
            "الشريك",
        ],
    ),
    ("role", &["role", "userrole", "rolle", "benutzerrolle", "profile", "profil", "rol", "perfil", "роль", "الدور", "ruolo"]),
    (
        "team",
        &["team", "teamname", "desk", "department", "abteilung", "equipe", "equipo", "команда", "отдел", "الفريق", "squadra"],
    ),
];

static BY_HEADER: LazyLock<HashMap<String, &'static str>> =
    LazyLock::new(|| HEADERS.iter().flat_map(|(field, words)| words.iter().map(|w| (plain(w), *field))).collect());

/// A header without what does not count.
pub(crate) fn plain(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The field that a header means.
pub(crate) fn field_of(header: &str) -> Option<&'static str> {
    let header = plain(header);
    if header.is_empty() {
        return None;
    }
    BY_HEADER.get(&header).copied().or_else(|| crate::exports::field_of(&header))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_many_languages() {
        for (header, field) in [
            ("First Name", "first_name"),
            ("first_name", "first_name"),
            ("Vorname", "first_name"),
            ("Prénom", "first_name"),
            ("Nachname", "last_name"),
            ("Фамилия", "last_name"),
            ("E-Mail", "email"),
            ("E-mail-Adresse", "email"),
            ("البريد الإلكتروني", "email"),
            ("Télephone", "phone"),
            ("Land", "country"),
            ("País", "country"),
            ("Geburtsdatum", "date_of_birth"),
            ("Date of birth", "date_of_birth"),
        ] {
            assert_eq!(field_of(header), Some(field), "{header}");
        }
        assert_eq!(field_of("Shoe size"), None);
        assert_eq!(field_of("--"), None);
    }

    #[test]
    fn no_header_means_two_fields() {
        let mut all: Vec<String> = HEADERS.iter().flat_map(|(_, words)| words.iter().map(|w| plain(w))).collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
