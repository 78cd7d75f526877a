//! What kind of file it is, by its first bytes: names lie.

use serde::{Deserialize, Serialize};

use super::Unreadable;
use super::encoding::wide;

/// Kinds of files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Text, whatever stands between the cells.
    #[default]
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Other kinds that people send: first bytes, what it is, what helps.
const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF", "This is a PDF. Export the table as CSV or XLSX"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "This is a workbook of the old kind (.xls). Save it as XLSX or CSV"),
    (b"\x1F\x8B", "This file is compressed. Unpack it first"),
    (b"Rar!", "This file is compressed. Unpack it first"),
    (b"7z\xBC\xAF", "This file is compressed. Unpack it first"),
    (b"\x89PNG", "This is a picture. Send a CSV or XLSX file"),
    (b"\xFF\xD8\xFF", "This is a picture. Send a CSV or XLSX file"),
    (b"GIF8", "This is a picture. Send a CSV or XLSX file"),
    (b"PAR1", "This is a Parquet file. Export the table as CSV or XLSX"),
    (b"SQLite format 3\0", "This is a database. Export the table as CSV or XLSX"),
    (b"{\\rtf", "This is a text document. Export the table as CSV or XLSX"),
];

/// The kind of a file that begins with these bytes.
pub(crate) fn format_of(head: &[u8]) -> Result<Format, Unreadable> {
    if head.is_empty() {
        return Err(Unreadable::file("The file is empty."));
    }
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Format::Xlsx);
    }
    if head.starts_with(b"PK") {
        return Err(Unreadable::file("This is an empty archive. Send a CSV or XLSX file."));
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(Unreadable::file(format!("{what}.")));
    }
    if is_markup(head) {
        return Err(Unreadable::file("This is a web page or XML. Export the table as CSV or XLSX."));
    }
    if is_binary(head) {
        return Err(Unreadable::file("This is neither a text file nor a workbook. Send a CSV or XLSX file."));
    }
    Ok(Format::Csv)
}

fn is_markup(head: &[u8]) -> bool {
    let text: Vec<u8> = head.iter().take(300).filter(|b| !b.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect();
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    [b"<!doctype".as_slice(), b"<html", b"<?xml", b"<table"].iter().any(|word| text.starts_with(word))
}

/// Text has few control characters; UTF-16 has them at every other place.
fn is_binary(head: &[u8]) -> bool {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return false;
    }
    // Numbers of alphabets stand at one half of the places; the other half has hardly any.
    let low = |from: usize| head.iter().skip(from).step_by(2).filter(|b| **b < 8).count();
    if wide(head).is_some() && low(0).min(low(1)) * 50 <= head.len() / 2 {
        return false;
    }
    let odd_ones = head.iter().filter(|b| **b < 9 || (14..27).contains(*b) || (28..32).contains(*b) || **b == 127).count();
    odd_ones * 20 > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_their_bytes_say() {
        assert_eq!(format_of(b"a,b\n1,2\n").ok(), Some(Format::Csv));
        assert_eq!(format_of(b"\xFF\xFEa\0,\0").ok(), Some(Format::Csv));
        assert_eq!(format_of(b"a\0,\0b\0\n\0").ok(), Some(Format::Csv));
        assert_eq!(format_of(b"PK\x03\x04....").ok(), Some(Format::Xlsx));
        let wide: Vec<u8> = "Имя;Город\nИван;Москва\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(format_of(&wide).ok(), Some(Format::Csv));
        // One zero among text is a fault of a row, not of the file.
        assert_eq!(format_of(b"first_name,last_name,email\nJa\0ne,Doe,a@b.co\n").ok(), Some(Format::Csv));
        for wrong in [b"".as_slice(), b"%PDF-1.7", b"\x1F\x8B\x08", b"<!DOCTYPE html><html>", b"\x01\x02\x03\x04\x05\x00\x00\x06"]
        {
            assert!(format_of(wrong).is_err(), "{wrong:?}");
        }
    }
}
