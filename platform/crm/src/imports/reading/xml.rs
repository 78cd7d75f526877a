//! XML as workbooks have it, read as a stream: what is open at any moment is small.

use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Unreadable;

/// The most bytes of one tag or one text.
const MOST: usize = 1024 * 1024;
/// The deepest that a workbook goes.
const DEEPEST: u32 = 100;

/// A document that is being read.
pub(super) struct Xml {
    reader: Reader<BufReader<Guarded>>,
    buffer: Vec<u8>,
    depth: u32,
}

/// What comes next in a document.
pub(super) enum Node {
    /// A tag opens; its attributes can be asked until the next one. `closed`: it has no contents.
    Open(Tag),
    /// A tag closes, by its name without prefix.
    Close(Vec<u8>),
    /// Text.
    Text(String),
    /// The end.
    End,
}

/// An opening tag.
pub(super) struct Tag {
    start: BytesStart<'static>,
    /// Whether it closes at once.
    pub closed: bool,
}

impl Tag {
    /// Its name without prefix.
    pub fn name(&self) -> &[u8] {
        self.start.local_name().into_inner()
    }

    /// The value of an attribute, by its name without prefix.
    pub fn get(&self, name: &str) -> Option<String> {
        let mut all = self.start.attributes();
        let found = all.with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name.as_bytes())?;
        let text = String::from_utf8_lossy(&found.value).into_owned();
        Some(quick_xml::escape::unescape(&text).map_or_else(|_| text.clone(), |t| t.into_owned()))
    }
}

fn damaged(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::file(format!("The workbook can't be read: {error}."))
}

impl Xml {
    pub fn new(stream: Box<dyn Read + Send>) -> Self {
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, Guarded { stream, since: 0 }));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_dangling_amp = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// What comes next.
    pub fn next(&mut self) -> Result<Node, Unreadable> {
        loop {
            self.buffer.clear();
            let node = match self.reader.read_event_into(&mut self.buffer).map_err(damaged)? {
                Event::Start(start) => {
                    self.depth += 1;
                    Node::Open(Tag { start: start.into_owned(), closed: false })
                }
                Event::Empty(start) => Node::Open(Tag { start: start.into_owned(), closed: true }),
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close(end.local_name().into_inner().to_vec())
                }
                Event::Text(text) => Node::Text(String::from_utf8_lossy(&text).into_owned()),
                Event::CData(text) => Node::Text(String::from_utf8_lossy(&text).into_owned()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(c)) => Node::Text(c.to_string()),
                    // Entities that a document defines itself are not read: they are how bombs are built.
                    _ => match quick_xml::escape::resolve_predefined_entity(&String::from_utf8_lossy(&reference)) {
                        Some(text) => Node::Text(text.to_owned()),
                        None => continue,
                    },
                },
                Event::Eof => Node::End,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            };
            if self.depth > DEEPEST {
                return Err(damaged("its parts are nested too deep"));
            }
            return Ok(node);
        }
    }
}

/// Ends a document in which nothing begins for too long.
struct Guarded {
    stream: Box<dyn Read + Send>,
    since: usize,
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.since = match buffer[..read].iter().rposition(|b| *b == b'<') {
            Some(at) => read - at,
            None => self.since + read,
        };
        if self.since > MOST {
            return Err(io::Error::other("a cell is larger than a megabyte"));
        }
        Ok(read)
    }
}
