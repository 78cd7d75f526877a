//! The texts that the cells of a workbook share. Many are kept in a file, so that memory stays small.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Read, Write as _};
use std::os::unix::fs::FileExt as _;

use super::xml::{Node, Xml};
use super::{MOST_CELL, Unreadable};

/// Bytes of texts that are kept in memory.
const IN_MEMORY: usize = 32 * 1024 * 1024;
/// The most texts.
const MOST: usize = 8_000_000;

/// Texts by their place.
#[derive(Default)]
pub(super) struct Strings {
    ends: Vec<u64>,
    memory: Vec<u8>,
    spilled: Option<File>,
    writing: Option<BufWriter<File>>,
}

impl Strings {
    /// Reads the part that holds them.
    pub fn read(stream: Box<dyn Read + Send>) -> Result<Self, Unreadable> {
        let (mut xml, mut strings) = (Xml::new(stream), Self::default());
        let (mut text, mut takes, mut aside) = (String::new(), false, false);
        loop {
            match xml.next()? {
                Node::Open(tag) => match tag.name() {
                    b"si" if tag.closed => strings.add("")?,
                    b"si" => text.clear(),
                    b"t" => takes = !tag.closed && !aside,
                    // How to pronounce it is not what stands there.
                    b"rPh" => aside = !tag.closed,
                    _ => {}
                },
                Node::Text(part) if takes && text.len() <= MOST_CELL => text.push_str(&part),
                Node::Text(_) => {}
                Node::Close(name) => match name.as_slice() {
                    b"si" => strings.add(&unescaped(&text))?,
                    b"t" => takes = false,
                    b"rPh" => aside = false,
                    _ => {}
                },
                Node::End => break,
            }
        }
        if let Some(writing) = strings.writing.take() {
            strings.spilled = Some(writing.into_inner().map_err(|e| e.into_error())?);
        }
        Ok(strings)
    }

    fn add(&mut self, text: &str) -> Result<(), Unreadable> {
        if self.ends.len() >= MOST {
            return Err(Unreadable::file("The workbook has too many different texts. Save it as CSV."));
        }
        let from = self.ends.last().copied().unwrap_or(0);
        if self.writing.is_none() && self.memory.len() + text.len() > IN_MEMORY {
            let mut writing = BufWriter::with_capacity(256 * 1024, tempfile::tempfile()?);
            writing.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.writing = Some(writing);
        }
        match &mut self.writing {
            Some(writing) => writing.write_all(text.as_bytes())?,
            None => self.memory.extend_from_slice(text.as_bytes()),
        }
        self.ends.push(from + text.len() as u64);
        Ok(())
    }

    /// The text at a place; empty where there is none.
    pub fn get(&self, at: usize, into: &mut String) -> Result<(), Unreadable> {
        into.clear();
        let Some(end) = self.ends.get(at).copied() else { return Ok(()) };
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let length = usize::try_from(end - from).unwrap_or(0);
        match &self.spilled {
            None => {
                let from = usize::try_from(from).unwrap_or(0);
                into.push_str(&String::from_utf8_lossy(&self.memory[from..from + length]));
            }
            Some(file) => {
                let mut bytes = vec![0; length];
                file.read_exact_at(&mut bytes, from)?;
                into.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        Ok(())
    }
}

/// A text of a workbook as it is meant: what XML can't hold, a spreadsheet writes as `_x000D_`, and an
/// underscore that would look like the beginning of that as `_x005F_`.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        // Halves of pairs of UTF-16 are no characters and stay as they are written.
        let meant = code.filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit())).and_then(|c| u32::from_str_radix(c, 16).ok());
        let length = match meant.and_then(char::from_u32) {
            Some(meant) => {
                out.push_str(&rest[..at]);
                out.push(meant);
                7
            }
            None => {
                out.push_str(&rest[..at + 2]);
                2
            }
        };
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_can_not_hold_is_read() {
        for (text, meant) in [
            ("plain_text", "plain_text"),
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD800_ _x00 _x", "_xD800_ _x00 _x"),
            ("_x_x0041_é_x", "_xAé_x"),
        ] {
            assert_eq!(unescaped(text), meant, "{text}");
        }
    }
}
