//! The head of a file: which line is the header, what its columns hold, and what they may become.

use std::fs::File;

use kernel::validate::is_email;
use serde::{Deserialize, Serialize};

use super::reading::{self, Cells, Layout, Unreadable};
use super::{countries, dates, sales_words, words};
use crate::custom_fields::CustomField;

/// Rows that are looked at.
const LOOKED_AT: usize = 500;
/// Lines among which the header is looked for.
const HEADER_WITHIN: usize = 20;
/// Samples of a column.
const SAMPLES: usize = 5;
/// Different values up to which a column is one of words.
const WORDS: usize = 60;

/// A column of a file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Column {
    /// Its header; unique.
    pub name: String,
    /// Its place, from 0.
    pub index: usize,
    /// Some of what stands in it.
    pub samples: Vec<String>,
    /// All that stands in it, if these are few words.
    #[serde(default)]
    pub values: Vec<String>,
    /// The key of the field that it may become.
    pub suggested_field: Option<String>,
    /// `text`, `email`, `phone`, `country`, `date` or `number`.
    pub kind: String,
    /// Of dates: the formats in which they can be read.
    pub formats: Vec<String>,
}

/// The head of a file.
pub(super) struct Head {
    /// The line of the header; 0 for none.
    pub header_row: u32,
    pub columns: Vec<Column>,
}

/// Reads the head of a file. `header_row`: which line it is, if somebody said so.
pub(super) fn head(
    file: File,
    layout: &Layout,
    header_row: Option<u32>,
    knows: &dyn Fn(&str) -> Option<String>,
) -> Result<Head, Unreadable> {
    let mut rows = reading::rows(file, layout)?;
    let (mut row, mut seen) = (Cells::default(), Vec::new());
    while seen.len() < LOOKED_AT && rows.next(&mut row)? {
        seen.push(row.clone());
    }
    if seen.is_empty() {
        return Err(Unreadable::file("The file holds no rows."));
    }
    let header = match header_row {
        Some(0) => None,
        Some(line) => {
            let found = seen.iter().position(|r| r.line == line);
            Some(found.ok_or_else(|| Unreadable::file(format!("Line {line} is empty or too far down for a header.")))?)
        }
        None => find_header(&seen, knows),
    };
    let data = &seen[header.map_or(0, |at| at + 1)..];
    let width = seen.iter().map(Cells::len).max().unwrap_or(0);
    let names = names(header.map(|at| &seen[at]), width);
    let mut columns: Vec<Column> = names.into_iter().enumerate().map(|(index, name)| column(name, index, data)).collect();
    suggest(&mut columns, knows);
    Ok(Head { header_row: header.map_or(0, |at| seen[at].line), columns })
}

/// The line in which most cells are headers that are known; else the first of the fullest, unless values
/// stand there already.
fn find_header(seen: &[Cells], knows: &dyn Fn(&str) -> Option<String>) -> Option<usize> {
    let first = &seen[..seen.len().min(HEADER_WITHIN)];
    let known = |row: &Cells| row.iter().filter(|c| knows(c).is_some()).count();
    let filled = |row: &Cells| row.iter().filter(|c| !c.trim().is_empty()).count();
    let best = (0..first.len()).rev().max_by_key(|at| known(&first[*at]))?;
    if known(&first[best]) > 0 {
        return Some(best);
    }
    let fullest = (0..first.len()).rev().max_by_key(|at| filled(&first[*at]))?;
    let is_data = first[fullest].iter().any(|c| is_email(c.trim()) || is_phone(c));
    (!is_data).then_some(fullest)
}

/// A name for each column, each once.
fn names(header: Option<&Cells>, width: usize) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for index in 0..width {
        let given: String =
            header.map(|row| row.get(index)).unwrap_or_default().chars().filter(|c| !c.is_control()).take(100).collect();
        let base = if given.trim().is_empty() { format!("Column {}", index + 1) } else { given.trim().to_owned() };
        let mut name = base.clone();
        let mut n = 2;
        while names.contains(&name) {
            name = format!("{base} ({n})");
            n += 1;
        }
        names.push(name);
    }
    names
}

fn column(name: String, index: usize, data: &[Cells]) -> Column {
    let filled = || data.iter().map(|row| row.get(index).trim()).filter(|c| !c.is_empty());
    let count = filled().count();
    let share = |is: &dyn Fn(&str) -> bool| count > 0 && filled().filter(|c| is(c)).count() * 10 >= count * 7;
    let formats = dates::formats_of(filled());
    let kind = if share(&|c| is_email(c)) {
        "email"
    } else if !formats.is_empty() {
        "date"
    } else if share(&is_phone) {
        "phone"
    } else if share(&|c| countries::code_of(c).is_some()) {
        "country"
    } else if share(&|c| c.replace(',', ".").parse::<f64>().is_ok()) {
        "number"
    } else {
        "text"
    };
    let mut values: Vec<String> = Vec::new();
    for cell in filled() {
        let cell: String = cell.chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }).take(120).collect();
        if !values.contains(&cell) {
            values.push(cell);
        }
        if values.len() > WORDS {
            break;
        }
    }
    let samples = values.iter().take(SAMPLES).cloned().collect();
    if values.len() > WORDS {
        values.clear();
    }
    let formats = formats.into_iter().map(|f| f.as_str().to_owned()).collect();
    Column { name, index, samples, values, suggested_field: None, kind: kind.to_owned(), formats }
}

/// A number that is written as phone numbers are: a plain one may be anything.
fn is_phone(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let written = text.starts_with('+') || text.starts_with("00") || text.contains(['(', ' ', '-', '/']);
    written && (7..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || "+() -./".contains(c))
}

/// What each column may become: by its header, then by its values. Each field once.
fn suggest(columns: &mut [Column], knows: &dyn Fn(&str) -> Option<String>) {
    let mut taken: Vec<String> = Vec::new();
    for column in columns.iter_mut() {
        if let Some(field) = knows(&column.name).filter(|f| !taken.contains(f)) {
            taken.push(field.clone());
            column.suggested_field = Some(field);
        }
    }
    for column in columns.iter_mut().filter(|c| c.suggested_field.is_none()) {
        let by_value = matches!(column.kind.as_str(), "email" | "phone" | "country").then(|| column.kind.clone());
        if let Some(field) = by_value.filter(|f| !taken.contains(f)) {
            taken.push(field.clone());
            column.suggested_field = Some(field);
        }
    }
    // Two names that stand apart say more than one that holds both.
    if taken.iter().any(|f| f == "first_name") && taken.iter().any(|f| f == "last_name") {
        for column in columns.iter_mut().filter(|c| c.suggested_field.as_deref() == Some("name")) {
            column.suggested_field = None;
        }
    }
}

/// The field that a header means: one of ours, or one of the tenant's own.
pub(super) fn knows<'a>(fields: &'a [String], custom: &'a [CustomField]) -> impl Fn(&str) -> Option<String> + 'a {
    move |header: &str| {
        let plain = words::plain(header);
        let own = custom.iter().filter(|f| !f.archived);
        let names = |f: &CustomField| [f.label.clone(), f.key.clone(), format!("custom.{}", f.key)];
        if let Some(field) = own.clone().find(|f| !plain.is_empty() && names(f).iter().any(|name| words::plain(name) == plain)) {
            return Some(format!("custom.{}", field.key));
        }
        if let Some(field) = sales_words::field_of(fields, header) {
            return Some(field.to_owned());
        }
        let of_ours = |field: &&str| fields.iter().any(|key| key == field);
        let found = words::field_of(header)?;
        // What is said of a lead in its message is said of a contact in its description.
        let found = if found == "message" && !of_ours(&found) { "description" } else { found };
        // A contact has a name of its own, and a client's beside it.
        let is_clients = ["clientname", "customername", "kundenname"].contains(&plain.as_str());
        let found = if is_clients && of_ours(&"client_id") { "client_id" } else { found };
        Some(found).filter(of_ours).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(text: &str, header: Option<u32>) -> Head {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        let fields: Vec<String> =
            ["first_name", "last_name", "name", "email", "phone", "country", "date_of_birth"].map(str::to_owned).to_vec();
        let knows = knows(&fields, &[]);
        head(file, &Layout::default(), header, &knows).unwrap_or_else(|e| panic!("{e}"))
    }

    fn suggested(head: &Head) -> Vec<Option<&str>> {
        head.columns.iter().map(|c| c.suggested_field.as_deref()).collect()
    }

    #[test]
    fn the_header_is_found_below_a_title() {
        let head = read("Clients of 2025,,\n\nVorname,Nachname,E-Mail\nJane,Doe,j@e.com\n", None);
        assert_eq!(head.header_row, 3);
        assert_eq!(suggested(&head), [Some("first_name"), Some("last_name"), Some("email")]);
        assert_eq!(head.columns[2].samples, ["j@e.com"]);
    }

    #[test]
    fn values_tell_what_headers_do_not() {
        let head = read("a,b,c,d\nx,j@e.com,+44 20 7183 8750,Germany\ny,k@e.com,0049 30 901820,FR\n", None);
        assert_eq!(head.header_row, 1);
        assert_eq!(suggested(&head), [None, Some("email"), Some("phone"), Some("country")]);
        // No header at all.
        let head = read("Jane,j@e.com\nJohn,k@e.com\n", None);
        assert_eq!((head.header_row, head.columns[0].name.as_str()), (0, "Column 1"));
    }

    #[test]
    fn names_stand_once() {
        let head = read("Email,Email,,Email\na@b.co,b@b.co,x,c@b.co\n", Some(1));
        let names: Vec<&str> = head.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["Email", "Email (2)", "Column 3", "Email (3)"]);
        assert_eq!(suggested(&head), [Some("email"), None, None, None]);
    }
}
