//! The rows of a sheet. Rows and cells that are only declared take no time and no room.

use std::io::Read;

use super::strings::{Strings, unescaped};
use super::styles::{Styles, day_of, number_of};
use super::xml::{Node, Tag, Xml};
use super::{Cells, MOST_COLUMNS, MOST_ROW, Rows, Unreadable};

/// The last row that a sheet can have.
const LAST_ROW: u32 = 1_048_576;

/// A sheet that is being read.
pub(super) struct Sheet {
    xml: Xml,
    strings: Strings,
    styles: Styles,
    from_1904: bool,
    line: u32,
    text: String,
}

/// What stands in a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Text,
    Flag,
    Fault,
}

impl Sheet {
    pub fn new(stream: Box<dyn Read + Send>, strings: Strings, styles: Styles, from_1904: bool) -> Self {
        Self { xml: Xml::new(stream), strings, styles, from_1904, line: 0, text: String::new() }
    }

    /// Reads cells up to the end of the row.
    fn cells(&mut self, row: &mut Cells) -> Result<(), Unreadable> {
        loop {
            match self.xml.next()? {
                Node::Open(tag) if tag.name() == b"c" => {
                    let at = tag.get("r").and_then(|place| column(&place)).unwrap_or(row.len());
                    if at >= MOST_COLUMNS {
                        // Far out there is only formatting, mostly.
                        if !tag.closed && self.value(&tag)?.is_some_and(|v| !v.trim().is_empty()) {
                            return Err(Unreadable::file(format!("Row {} has more than {MOST_COLUMNS} columns.", row.line)));
                        }
                        continue;
                    }
                    let value = if tag.closed { None } else { self.value(&tag)? };
                    // A cell that stands twice counts once.
                    if at < row.len() {
                        continue;
                    }
                    while row.len() < at {
                        row.end();
                    }
                    row.push(&value.unwrap_or_default());
                    row.end();
                    if row.text.len() > MOST_ROW {
                        return Err(Unreadable::file(format!("Row {} is larger than {MOST_ROW} bytes.", row.line)));
                    }
                }
                Node::Close(name) if name == b"row" => return Ok(()),
                Node::End => return Ok(()),
                Node::Open(_) | Node::Close(_) | Node::Text(_) => {}
            }
        }
    }

    /// Reads the inside of a cell.
    fn value(&mut self, tag: &Tag) -> Result<Option<String>, Unreadable> {
        let kind = match tag.get("t").as_deref() {
            Some("s") => Kind::Shared,
            Some("str" | "inlineStr" | "d") => Kind::Text,
            Some("b") => Kind::Flag,
            Some("e") => Kind::Fault,
            _ => Kind::Number,
        };
        let style = tag.get("s").and_then(|s| s.parse::<usize>().ok());
        let (mut value, mut takes, mut any, mut aside) = (String::new(), false, false, false);
        loop {
            match self.xml.next()? {
                Node::Open(tag) => match tag.name() {
                    b"v" | b"t" if !aside => {
                        takes = !tag.closed;
                        any = true;
                    }
                    b"rPh" => aside = !tag.closed,
                    _ => takes = false,
                },
                Node::Text(part) if takes && value.len() <= super::MOST_CELL => value.push_str(&part),
                Node::Text(_) => {}
                Node::Close(name) => match name.as_slice() {
                    b"c" => break,
                    b"rPh" => aside = false,
                    _ => takes = false,
                },
                Node::End => break,
            }
        }
        if !any {
            return Ok(None);
        }
        Ok(Some(match kind {
            Kind::Text => unescaped(&value).into_owned(),
            Kind::Fault => String::new(),
            Kind::Flag => if value.trim() == "1" { "true" } else { "false" }.to_owned(),
            Kind::Shared => {
                let at = value.trim().parse().unwrap_or(usize::MAX);
                let mut text = std::mem::take(&mut self.text);
                self.strings.get(at, &mut text)?;
                let found = text.clone();
                self.text = text;
                found
            }
            Kind::Number => {
                let text = value.trim();
                let is_date = style.is_some_and(|style| self.styles.is_date(style));
                let day = text.parse::<f64>().ok().filter(|_| is_date).and_then(|n| day_of(n, self.from_1904));
                day.unwrap_or_else(|| number_of(text))
            }
        }))
    }
}

impl Rows for Sheet {
    fn next(&mut self, row: &mut Cells) -> Result<bool, Unreadable> {
        loop {
            match self.xml.next()? {
                Node::Open(tag) if tag.name() == b"row" => {
                    let named = tag.get("r").and_then(|r| r.parse::<u64>().ok());
                    let line = named.unwrap_or(u64::from(self.line) + 1);
                    self.line =
                        u32::try_from(line).ok().filter(|line| (self.line + 1..=LAST_ROW).contains(line)).ok_or_else(|| {
                            Unreadable::file(format!("The sheet names a row {line}, which can't be; save the workbook again."))
                        })?;
                    row.clear();
                    row.line = self.line;
                    if !tag.closed {
                        self.cells(row)?;
                    }
                    if !row.is_blank() {
                        return Ok(true);
                    }
                }
                Node::End => return Ok(false),
                Node::Open(_) | Node::Close(_) | Node::Text(_) => {}
            }
        }
    }
}

/// The number of a column from a place like `AB12`, from 0.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let mut number = 0_usize;
    for letter in letters.take(4) {
        number = number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::column;

    #[test]
    fn columns_have_letters() {
        for (place, number) in [("A1", Some(0)), ("Z9", Some(25)), ("AA1", Some(26)), ("XFD1", Some(16_383)), ("12", None)] {
            assert_eq!(column(place), number);
        }
    }
}
