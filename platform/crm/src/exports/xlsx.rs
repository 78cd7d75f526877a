//! XLSX, written forwards only: rows go straight into the packed sheet, none is kept, and no file lies on a
//! disk meanwhile. A sheet that is full is followed by another one with the same heading.

use std::fmt::Write as _;
use std::io;

use chrono::NaiveDate;

use super::cell::{Cell, Kind, is_formula, is_number, put_instant, serial};
use super::zip::Zip;

/// The most rows of a sheet, its heading among them.
pub(super) const MOST_ROWS: u32 = 1_048_576;
/// The most characters of a cell, in UTF-16.
const LONGEST: usize = 32_767;
/// The most bytes of a sheet before it is packed: an entry of the archive ends at four gigabytes.
const MOST_BYTES: u64 = 3 << 30;
/// Digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;
/// Rows are packed in pieces of about this size.
const PIECE: usize = 64 << 10;

const TEXT: &str = " t=\"inlineStr\"";
const HEADING: &str = " s=\"3\" t=\"inlineStr\"";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// What a list can hold and a workbook can't.
#[derive(Debug)]
pub(super) enum Unfit {
    /// A text that is longer than a cell.
    LongCell,
    /// The archive.
    Archive(io::Error),
}

impl From<io::Error> for Unfit {
    fn from(error: io::Error) -> Self {
        Self::Archive(error)
    }
}

/// A workbook that is being written.
pub(super) struct Xlsx {
    zip: Zip,
    name: String,
    titles: Vec<String>,
    /// `A`, `B`, … for each column.
    letters: Vec<String>,
    sheets: u32,
    row: u32,
    column: usize,
    most_rows: u32,
    text: String,
}

impl Xlsx {
    pub fn new(name: &str, titles: Vec<String>, most_rows: u32) -> Self {
        let letters = (0..titles.len()).map(letters).collect();
        let (sheets, row, column) = (0, 0, 0);
        Self { zip: Zip::default(), name: name.to_owned(), titles, letters, sheets, row, column, most_rows, text: String::new() }
    }

    /// Writes what comes before the first row.
    pub fn begin(&mut self) -> Result<(), Unfit> {
        self.entry("_rels/.rels", &format!(
            "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{DOCUMENT}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ))?;
        // 0 as it is, 1 a day, 2 an instant, 3 the heading.
        self.entry("xl/styles.xml", &format!(
            "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/><numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"4\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/><xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/></cellXfs></styleSheet>"
        ))?;
        self.sheet()
    }

    fn entry(&mut self, name: &str, xml: &str) -> Result<(), Unfit> {
        self.zip.begin(name)?;
        self.zip.write(HEAD.as_bytes())?;
        self.zip.write(xml.as_bytes())?;
        Ok(())
    }

    /// Begins a sheet with its heading.
    fn sheet(&mut self) -> Result<(), Unfit> {
        self.sheets += 1;
        self.row = 0;
        self.zip.begin(&format!("xl/worksheets/sheet{}.xml", self.sheets))?;
        // The heading stays in view.
        let _ = write!(
            self.text,
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><sheetData>"
        );
        self.begin_row();
        let titles = std::mem::take(&mut self.titles);
        for title in &titles {
            self.string(title, is_formula(Kind::Text, title), HEADING)?;
        }
        self.titles = titles;
        self.text.push_str("</row>");
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), Unfit> {
        self.text.push_str("</sheetData></worksheet>");
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Unfit> {
        self.zip.write(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    fn begin_row(&mut self) {
        self.row += 1;
        self.column = 0;
        let _ = write!(self.text, "<row r=\"{}\">", self.row);
    }

    /// Begins a row, in another sheet if this one is full.
    pub fn next_row(&mut self) -> Result<(), Unfit> {
        if self.row >= self.most_rows || self.zip.size_of_entry() > MOST_BYTES {
            self.end_sheet()?;
            self.sheet()?;
        }
        self.begin_row();
        Ok(())
    }

    pub fn end_row(&mut self) -> Result<(), Unfit> {
        self.text.push_str("</row>");
        if self.text.len() >= PIECE {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes the next cell of the row.
    pub fn cell(&mut self, kind: Kind, cell: Cell<'_>) -> Result<(), Unfit> {
        match cell {
            Cell::Null => self.column += 1,
            Cell::Text(text) => match kind {
                Kind::Number if is_number(text) && text.len() <= DIGITS => self.value("", text),
                Kind::Flag if text == "true" => self.value(" t=\"b\"", "1"),
                Kind::Flag if text == "false" => self.value(" t=\"b\"", "0"),
                Kind::Day => match day(text) {
                    Some(days) => self.value(" s=\"1\"", &days.to_string()),
                    None => self.string(text, is_formula(kind, text), TEXT)?,
                },
                _ => self.string(text, is_formula(kind, text), TEXT)?,
            },
            Cell::Id(id) => self.string(id.hyphenated().encode_lower(&mut [0; 36]), false, TEXT)?,
            Cell::Instant(micros) => match serial(micros) {
                Some((days, part)) => {
                    self.open(" s=\"2\"");
                    let _ = write!(self.text, "<v>{days}.{part:011}</v></c>");
                }
                None => {
                    let mut text = Vec::new();
                    put_instant(&mut text, micros);
                    self.string(&String::from_utf8_lossy(&text), false, TEXT)?;
                }
            },
        }
        Ok(())
    }

    fn open(&mut self, attributes: &str) {
        let letters = self.letters.get(self.column).map_or("", String::as_str);
        let _ = write!(self.text, "<c r=\"{letters}{}\"{attributes}>", self.row);
        self.column += 1;
    }

    fn value(&mut self, attributes: &str, text: &str) {
        self.open(attributes);
        self.text.push_str("<v>");
        self.text.push_str(text);
        self.text.push_str("</v></c>");
    }

    fn string(&mut self, text: &str, is_formula: bool, attributes: &str) -> Result<(), Unfit> {
        if text.len() > LONGEST && text.encode_utf16().count() > LONGEST - usize::from(is_formula) {
            return Err(Unfit::LongCell);
        }
        self.open(attributes);
        self.text.push_str("<is><t xml:space=\"preserve\">");
        if is_formula {
            self.text.push('\'');
        }
        escape(&mut self.text, text);
        self.text.push_str("</t></is></c>");
        Ok(())
    }

    /// Writes what comes after the last row.
    pub fn finish(&mut self) -> Result<(), Unfit> {
        self.end_sheet()?;
        let (mut sheets, mut relations, mut types) = (String::new(), String::new(), String::new());
        for n in 1..=self.sheets {
            let name = if n == 1 { self.name.clone() } else { format!("{} {n}", self.name) };
            let _ = write!(sheets, "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
            let _ = write!(
                relations,
                "<Relationship Id=\"rId{n}\" Type=\"{DOCUMENT}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
            );
            let _ = write!(
                types,
                "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            );
        }
        let styles = self.sheets + 1;
        self.entry(
            "xl/workbook.xml",
            &format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets>{sheets}</sheets></workbook>"),
        )?;
        self.entry("xl/_rels/workbook.xml.rels", &format!(
            "<Relationships xmlns=\"{RELATIONS}\">{relations}<Relationship Id=\"rId{styles}\" Type=\"{DOCUMENT}/styles\" Target=\"styles.xml\"/></Relationships>"
        ))?;
        self.entry("[Content_Types].xml", &format!(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>{types}</Types>"
        ))?;
        Ok(self.zip.finish()?)
    }

    pub fn out(&mut self) -> &mut Vec<u8> {
        self.zip.out()
    }
}

/// The name of a column, counted from 0: `A`, …, `Z`, `AA`, …
fn letters(column: usize) -> String {
    let (mut n, mut name) = (column + 1, Vec::new());
    while n > 0 {
        name.push(b'A' + ((n - 1) % 26) as u8);
        n = (n - 1) / 26;
    }
    name.iter().rev().map(|b| char::from(*b)).collect()
}

/// Days since the first of a spreadsheet's calendar of `YYYY-MM-DD`. None before March 1900, where that
/// calendar has a day too many.
fn day(text: &str) -> Option<i64> {
    let day: NaiveDate = text.parse().ok()?;
    let days = day.signed_duration_since(NaiveDate::from_ymd_opt(1899, 12, 30)?).num_days();
    (61..=2_958_465).contains(&days).then_some(days)
}

/// A text as XML may hold it. What XML can't hold at all is left out: it can't be seen either.
fn escape(to: &mut String, text: &str) {
    if !text.bytes().any(|b| matches!(b, b'&' | b'<' | b'>' | b'_') || b < 0x20 || b == 0xef) {
        to.push_str(text);
        return;
    }
    for (at, c) in text.char_indices() {
        match c {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            '\r' => to.push_str("&#13;"),
            '\t' | '\n' => to.push(c),
            // Readers take `_x000D_` for a character.
            '_' if is_code(&text.as_bytes()[at..]) => to.push_str("_x005F_"),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => {}
            c => to.push(c),
        }
    }
}

fn is_code(bytes: &[u8]) -> bool {
    matches!(bytes, [b'_', b'x', a, b, c, d, b'_', ..] if [a, b, c, d].iter().all(|d| d.is_ascii_hexdigit()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx as Read};

    use super::*;

    fn write(rows: &[Vec<(Kind, Cell<'_>)>], most_rows: u32) -> Vec<u8> {
        let titles = vec!["Name".to_owned(), "=Value".to_owned(), "Last".to_owned()];
        let mut xlsx = Xlsx::new("Clients", titles, most_rows);
        xlsx.begin().unwrap();
        for row in rows {
            xlsx.next_row().unwrap();
            row.iter().for_each(|(kind, cell)| xlsx.cell(*kind, *cell).unwrap());
            xlsx.end_row().unwrap();
        }
        xlsx.finish().unwrap();
        std::mem::take(xlsx.out())
    }

    #[test]
    fn another_reader_reads_what_was_written() {
        let rows = vec![
            vec![
                (Kind::Text, Cell::Text("O'Brien <&> \"Jane\"")),
                (Kind::Number, Cell::Text("-12.50")),
                (Kind::Flag, Cell::Text("true")),
            ],
            vec![(Kind::Text, Cell::Null), (Kind::Day, Cell::Text("1984-05-17")), (Kind::Text, Cell::Text(" two\nlines "))],
            vec![
                (Kind::Text, Cell::Text("=1+1")),
                (Kind::Instant, Cell::Instant(849_009_600_000_000)),
                (Kind::Phone, Cell::Text("+442071838750")),
            ],
            vec![
                (Kind::Text, Cell::Text("a_x000D_b\u{1}")),
                (Kind::Number, Cell::Text("•••")),
                (Kind::Number, Cell::Text("12345678901234567890")),
            ],
        ];
        let mut book: Read<_> = Read::new(Cursor::new(write(&rows, MOST_ROWS))).unwrap();
        assert_eq!(book.sheet_names(), ["Clients"]);
        let sheet = book.worksheet_range("Clients").unwrap();
        let text = |t: &str| Data::String(t.to_owned());
        let row = |n: usize| sheet.rows().nth(n).unwrap().to_vec();
        assert_eq!(row(0), [text("Name"), text("'=Value"), text("Last")]);
        assert_eq!(row(1), [text("O'Brien <&> \"Jane\""), Data::Float(-12.5), Data::Bool(true)]);
        assert_eq!((row(2)[0].clone(), row(2)[2].clone()), (Data::Empty, text(" two\nlines ")));
        assert_eq!((row(3)[0].clone(), row(3)[2].clone()), (text("'=1+1"), text("+442071838750")));
        assert_eq!(row(4)[1..], [text("•••"), text("12345678901234567890")]);
        for (n, days) in [(2, 30_819.0), (3, 46_352.5)] {
            let Data::DateTime(at) = &row(n)[1] else { panic!("row {n} has no date: {:?}", row(n)) };
            assert!((at.as_f64() - days).abs() < 1e-9, "{at:?}");
        }
    }

    #[test]
    fn a_full_sheet_is_followed_by_another() {
        let rows: Vec<_> = ["a", "b", "c", "d", "e"].iter().map(|t| vec![(Kind::Text, Cell::Text(t)); 3]).collect();
        let mut book: Read<_> = Read::new(Cursor::new(write(&rows, 3))).unwrap();
        assert_eq!(book.sheet_names(), ["Clients", "Clients 2", "Clients 3"]);
        let heights: Vec<usize> = book.sheet_names().iter().map(|name| book.worksheet_range(name).unwrap().height()).collect();
        assert_eq!(heights, [3, 3, 2], "each with its heading");
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused_and_not_cut() {
        let mut xlsx = Xlsx::new("Clients", vec!["A".to_owned()], MOST_ROWS);
        xlsx.begin().unwrap();
        let long = "x".repeat(LONGEST);
        xlsx.next_row().unwrap();
        xlsx.cell(Kind::Text, Cell::Text(&long)).unwrap();
        let longer = "x".repeat(LONGEST + 1);
        let refused = xlsx.cell(Kind::Text, Cell::Text(&longer));
        assert!(matches!(refused, Err(Unfit::LongCell)));
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
