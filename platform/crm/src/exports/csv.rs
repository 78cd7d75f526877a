//! CSV by RFC 4180: UTF-8 with a byte-order mark, by which spreadsheets know it, commas, lines that end
//! in CRLF.

use super::cell::{Cell, Kind, is_formula, put_instant};

/// Writes lines into memory, from where they are taken.
#[derive(Default)]
pub(crate) struct Csv {
    out: Vec<u8>,
    is_first: bool,
}

impl Csv {
    pub fn new() -> Self {
        Self { out: "\u{feff}".into(), is_first: true }
    }

    pub fn cell(&mut self, kind: Kind, cell: Cell<'_>) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        match cell {
            Cell::Null => {}
            Cell::Text(text) => self.text(kind, text),
            Cell::Id(id) => self.out.extend_from_slice(id.hyphenated().encode_lower(&mut [0; 36]).as_bytes()),
            Cell::Instant(micros) => put_instant(&mut self.out, micros),
        }
    }

    fn text(&mut self, kind: Kind, text: &str) {
        let is_formula = is_formula(kind, text);
        if !text.bytes().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
            if is_formula {
                self.out.push(b'\'');
            }
            self.out.extend_from_slice(text.as_bytes());
            return;
        }
        self.out.push(b'"');
        if is_formula {
            self.out.push(b'\'');
        }
        for part in text.split_inclusive('"') {
            self.out.extend_from_slice(part.as_bytes());
            if part.ends_with('"') {
                self.out.push(b'"');
            }
        }
        self.out.push(b'"');
    }

    pub fn end_row(&mut self) {
        self.out.extend_from_slice(b"\r\n");
        self.is_first = true;
    }

    pub fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn another_reader_reads_what_was_written() {
        let rows = [
            vec![Some("Name"), Some("Note"), None],
            vec![Some("O'Brien, Jane"), Some("said \"no\"\r\nand left"), Some("محمد")],
            vec![Some("=HYPERLINK(\"http://x\")"), Some(""), Some("\"")],
            vec![None, None, Some("\"=1\"")],
        ];
        let mut csv = Csv::new();
        for row in &rows {
            for cell in row {
                csv.cell(Kind::Text, cell.map_or(Cell::Null, Cell::Text));
            }
            csv.end_row();
        }
        let out = std::mem::take(csv.out());
        assert!(out.starts_with(b"\xef\xbb\xbfName,Note,\r\n"));
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(&out[3..]);
        let read: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        let mut wanted: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| cell.unwrap_or_default().to_owned()).collect()).collect();
        wanted[2][0].insert(0, '\'');
        assert_eq!(read, wanted);
    }
}
