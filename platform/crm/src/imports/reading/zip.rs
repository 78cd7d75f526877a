//! The archive that a workbook is: its directory, and its parts one after the other.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};

use flate2::read::DeflateDecoder;

use super::Unreadable;

/// The most parts of an archive.
const MOST_ENTRIES: usize = 10_000;
/// The most bytes of its directory.
const MOST_DIRECTORY: u64 = 16 * 1024 * 1024;
/// A part may hold so much however small it is packed, and beyond that so many times its packed size. Sheets
/// are packed ten to thirty times smaller; bombs a thousand times.
const FREE: u64 = 64 * 1024 * 1024;
const RATIO: u64 = 100;

struct Entry {
    name: String,
    method: u16,
    packed: u64,
    /// As the archive says; nothing but an estimate goes by it.
    unpacked: u32,
    offset: u64,
}

/// An archive.
pub(super) struct Archive {
    file: File,
    entries: Vec<Entry>,
}

fn damaged() -> Unreadable {
    Unreadable::file("The workbook is damaged or incomplete. Save it again and send it once more.")
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// Where the directory is: its size and its offset.
fn directory(file: &mut File) -> Result<(u64, u64), Unreadable> {
    let length = file.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(66_000);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(66_000).read_to_end(&mut tail)?;
    let at = tail.windows(4).rposition(|w| w == b"PK\x05\x06").ok_or_else(damaged)?;
    let (size, offset) = (u64::from(u32_at(&tail, at + 12)), u64::from(u32_at(&tail, at + 16)));
    if offset != u64::from(u32::MAX) && size != u64::from(u32::MAX) {
        return Ok((size, offset));
    }
    // The directory of a large archive is named by another record.
    let at = tail.windows(4).rposition(|w| w == b"PK\x06\x06").ok_or_else(damaged)?;
    Ok((u64_at(&tail, at + 40), u64_at(&tail, at + 48)))
}

impl Archive {
    pub fn open(mut file: File) -> Result<Self, Unreadable> {
        let (size, offset) = directory(&mut file)?;
        if size > MOST_DIRECTORY {
            return Err(damaged());
        }
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        (&file).take(size).read_to_end(&mut bytes)?;
        let (mut entries, mut at) = (Vec::new(), 0);
        while bytes.get(at..at + 4) == Some(b"PK\x01\x02") && entries.len() < MOST_ENTRIES {
            let lengths = [28, 30, 32].map(|place| usize::from(u16_at(&bytes, at + place)));
            let (name, extra) = (at + 46, at + 46 + lengths[0]);
            let end = extra + lengths[1] + lengths[2];
            let Some(text) = bytes.get(name..extra) else { return Err(damaged()) };
            let mut entry = Entry {
                name: String::from_utf8_lossy(text).replace('\\', "/"),
                method: u16_at(&bytes, at + 10),
                packed: u64::from(u32_at(&bytes, at + 20)),
                unpacked: u32_at(&bytes, at + 24),
                offset: u64::from(u32_at(&bytes, at + 42)),
            };
            entry.widen(bytes.get(extra..extra + lengths[1]).unwrap_or_default());
            if u16_at(&bytes, at + 8) & 1 == 1 {
                return Err(Unreadable::file("The workbook is locked with a password. Save it without one."));
            }
            entries.push(entry);
            at = end;
        }
        if entries.is_empty() { Err(damaged()) } else { Ok(Self { file, entries }) }
    }

    /// How large a part says that it is.
    pub fn declared(&self, name: &str) -> u64 {
        self.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name)).map_or(0, |e| u64::from(e.unpacked))
    }

    /// A part of this name, to be read once; case does not count.
    pub fn part(&self, name: &str) -> Result<Option<Box<dyn Read + Send>>, Unreadable> {
        let Some(entry) = self.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name)) else { return Ok(None) };
        // A handle of its own: parts are read while others are open, by place and not by a shared cursor.
        let mut at = Placed { file: self.file.try_clone()?, at: entry.offset };
        let mut head = [0; 30];
        at.read_exact(&mut head).map_err(|_| damaged())?;
        if !head.starts_with(b"PK\x03\x04") {
            return Err(damaged());
        }
        at.at += u64::from(u16_at(&head, 26)) + u64::from(u16_at(&head, 28));
        let packed = BufReader::with_capacity(64 * 1024, at.take(entry.packed));
        let most = FREE.saturating_add(entry.packed.saturating_mul(RATIO));
        let stream: Box<dyn Read + Send> = match entry.method {
            0 => Box::new(packed),
            8 => Box::new(DeflateDecoder::new(packed)),
            _ => return Err(Unreadable::file("The workbook is packed in a way that is not read here. Save it again.")),
        };
        Ok(Some(Box::new(Bounded { stream, left: most })))
    }
}

impl Entry {
    /// Takes sizes and places that do not fit into four bytes from where they stand instead.
    fn widen(&mut self, extra: &[u8]) {
        let mut at = 0;
        while at + 4 <= extra.len() {
            let length = usize::from(u16_at(extra, at + 2));
            if u16_at(extra, at) == 1 {
                let mut place = at + 4;
                if self.unpacked == u32::MAX {
                    place += 8;
                }
                if self.packed == u64::from(u32::MAX) {
                    self.packed = u64_at(extra, place);
                    place += 8;
                }
                if self.offset == u64::from(u32::MAX) {
                    self.offset = u64_at(extra, place);
                }
                return;
            }
            at += 4 + length;
        }
    }
}

/// A file read from a place of its own.
struct Placed {
    file: File,
    at: u64,
}

impl Read for Placed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = std::os::unix::fs::FileExt::read_at(&self.file, buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Ends a part that unpacks to more than anybody's sheet does.
struct Bounded {
    stream: Box<dyn Read + Send>,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(TOO_LARGE))?;
        Ok(read)
    }
}

/// Said of what unpacks to too much.
pub(super) const TOO_LARGE: &str = "it unpacks to far more than a sheet holds";
