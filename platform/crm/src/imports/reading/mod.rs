//! Files of rows, as they come from other programs: texts in any encoding, and workbooks.
//!
//! Always holds: a file is read as a stream, and what it says of itself (sizes, dimensions, counts) is
//! believed only up to a limit. Whatever it holds, reading ends, in bounded memory, with rows or with a
//! sentence that says what is wrong with it.

mod encoding;
mod kind;
mod sheet;
mod strings;
mod styles;
mod text;
mod workbook;
mod xml;
mod zip;

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use kernel::DomainError;
use serde::{Deserialize, Serialize};

pub(super) use encoding::{Encodings, by_name as encoding_by_name};
pub(super) use kind::{Format, format_of};

/// The most columns of a file.
pub(super) const MOST_COLUMNS: usize = 500;
/// The most bytes of one cell; what is longer is cut, and its row is faulty.
pub(super) const MOST_CELL: usize = 64 * 1024;
/// The most bytes of one row.
pub(super) const MOST_ROW: usize = 4 * 1024 * 1024;

/// Why a file can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// The file itself; the sentence is for whoever sent it.
    #[error("{0}")]
    File(String),
    /// Our disk.
    #[error("{0}")]
    Disk(#[from] std::io::Error),
}

impl Unreadable {
    /// A sentence about the file.
    pub fn file(text: impl Into<String>) -> Self {
        Self::File(text.into())
    }
}

impl From<Unreadable> for DomainError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::File(text) => DomainError::field_code("file_unreadable", "file", text),
            Unreadable::Disk(error) => DomainError::internal(format!("reading an import: {error}")),
        }
    }
}

/// How a file is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Layout {
    /// What kind of file it is.
    pub format: Format,
    /// Of a text: the name of its encoding.
    pub encoding: Option<String>,
    /// Of a text: what stands between cells.
    pub delimiter: Option<char>,
    /// Of a workbook: the sheet.
    pub sheet: Option<String>,
    /// Of a workbook: all its sheets.
    pub sheets: Vec<String>,
    /// The line of the header, from 1; 0 for none.
    pub header_row: u32,
}

impl Default for Layout {
    fn default() -> Self {
        Self { format: Format::Csv, encoding: None, delimiter: None, sheet: None, sheets: Vec::new(), header_row: 1 }
    }
}

/// One row: its cells one after the other in one text, so that a row costs no allocation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cells {
    text: String,
    ends: Vec<usize>,
    /// The line of the file, as a spreadsheet counts.
    pub line: u32,
    /// Whether a cell was longer than may be.
    pub cut: bool,
}

impl Cells {
    /// Without cells.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.cut = false;
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a cell; empty where there is none.
    pub fn get(&self, at: usize) -> &str {
        let Some(end) = self.ends.get(at) else { return "" };
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[from..*end]
    }

    /// All cells.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Whether nothing stands in the row.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Ends the cell that is being written.
    fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Bytes of the cell that is being written.
    fn open_len(&self) -> usize {
        self.text.len() - self.ends.last().copied().unwrap_or(0)
    }

    /// Adds to the cell that is being written, as much as fits.
    fn push(&mut self, part: &str) {
        let room = MOST_CELL.saturating_sub(self.open_len());
        if part.len() <= room {
            self.text.push_str(part);
            return;
        }
        let mut end = room;
        while !part.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(&part[..end]);
        self.cut = true;
    }

    /// A row with these cells, for the ones that were kept.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a str>, line: u32) -> Self {
        let mut row = Self { line, ..Self::default() };
        for cell in cells {
            row.push(cell);
            row.end();
        }
        row
    }
}

/// Rows, one after the other. Blank ones are left out, and counted in the lines.
pub(crate) trait Rows: Send {
    /// Reads the next row; `false` at the end of the file.
    fn next(&mut self, row: &mut Cells) -> Result<bool, Unreadable>;
}

/// Begins to read a file from its first row, the header included.
pub(crate) fn rows(mut file: File, layout: &Layout) -> Result<Box<dyn Rows>, Unreadable> {
    file.seek(SeekFrom::Start(0))?;
    match layout.format {
        Format::Csv => {
            let encoding = layout.encoding.as_deref().and_then(encoding_by_name).unwrap_or(encoding_rs::UTF_8);
            Ok(Box::new(text::Texts::new(file, encoding, layout.delimiter.unwrap_or(','))))
        }
        Format::Xlsx => Ok(Box::new(workbook::open(file)?.sheet(layout.sheet.as_deref())?)),
    }
}

/// The names of a workbook's sheets, in order.
pub(super) fn sheets(file: File) -> Result<Vec<String>, Unreadable> {
    Ok(workbook::open(file)?.sheets())
}

/// About how many rows of so many columns a sheet has.
pub(super) fn estimate(file: File, layout: &Layout, columns: usize) -> Result<u64, Unreadable> {
    Ok(workbook::open(file)?.estimate(layout.sheet.as_deref(), columns as u64))
}

/// Finds what stands between cells, by the first 64 kB of a text.
pub(super) fn delimiter(mut file: File, encoding: &'static encoding_rs::Encoding) -> Result<char, Unreadable> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = vec![0; 64 * 1024];
    let mut length = 0;
    while length < head.len() {
        match file.read(&mut head[length..])? {
            0 => break,
            n => length += n,
        }
    }
    let (text, _, _) = encoding.decode(&head[..length]);
    Ok(text::delimiter_of(&text))
}
