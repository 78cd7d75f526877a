//! A ZIP archive that is written forwards only: sizes and checksums follow the entries, so that what was
//! written can leave at once.

use std::io::{self, Write as _};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// The flags that sizes follow the entry, and that its name is UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
const DEFLATED: u16 = 8;
const VERSION: u16 = 20;
/// 1980-01-01, the first day there is: the archive says nothing of when it was made.
const DAY: u16 = 1 << 5 | 1;

struct Entry {
    name: String,
    at: u32,
    crc: u32,
    packed: u32,
    size: u32,
}

/// An entry that is being written.
struct Open {
    name: String,
    at: u32,
    crc: Crc,
    /// Bytes of it that were taken out of the encoder.
    packed: u64,
    size: u64,
    encoder: DeflateEncoder<Vec<u8>>,
}

/// An archive; its bytes are taken out of it as they come.
#[derive(Default)]
pub(super) struct Zip {
    out: Vec<u8>,
    /// Bytes that were written in all.
    written: u64,
    entries: Vec<Entry>,
    open: Option<Open>,
}

fn small(size: u64) -> io::Result<u32> {
    u32::try_from(size).map_err(|_| io::Error::new(io::ErrorKind::FileTooLarge, "more than four gigabytes"))
}

impl Zip {
    fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
        self.written += bytes.len() as u64;
    }

    fn put_numbers(&mut self, short: &[u16]) {
        for n in short {
            self.put(&n.to_le_bytes());
        }
    }

    /// Begins an entry; the one before ends.
    pub fn begin(&mut self, name: &str) -> io::Result<()> {
        self.end()?;
        let at = small(self.written)?;
        self.put(b"PK\x03\x04");
        self.put_numbers(&[VERSION, FLAGS, DEFLATED, 0, DAY]);
        self.put(&[0; 12]);
        self.put_numbers(&[name_length(name), 0]);
        self.put(name.as_bytes());
        let encoder = DeflateEncoder::new(Vec::new(), Compression::new(1));
        self.open = Some(Open { name: name.to_owned(), at, crc: Crc::new(), packed: 0, size: 0, encoder });
        Ok(())
    }

    /// Adds to the entry that is open.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Err(io::Error::other("no entry is open")) };
        open.crc.update(bytes);
        open.size += bytes.len() as u64;
        open.encoder.write_all(bytes)?;
        let packed = std::mem::take(open.encoder.get_mut());
        open.packed += packed.len() as u64;
        self.put(&packed);
        Ok(())
    }

    /// Bytes of the open entry before they were packed.
    pub fn size_of_entry(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| open.size)
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let rest = open.encoder.finish()?;
        self.put(&rest);
        let (packed, size) = (small(open.packed + rest.len() as u64)?, small(open.size)?);
        let crc = open.crc.sum();
        self.put(b"PK\x07\x08");
        for n in [crc, packed, size] {
            self.put(&n.to_le_bytes());
        }
        self.entries.push(Entry { name: open.name, at: open.at, crc, packed, size });
        Ok(())
    }

    /// Ends the archive with its list of entries.
    pub fn finish(&mut self) -> io::Result<()> {
        self.end()?;
        let from = self.written;
        let entries = std::mem::take(&mut self.entries);
        for entry in &entries {
            self.put(b"PK\x01\x02");
            self.put_numbers(&[VERSION, VERSION, FLAGS, DEFLATED, 0, DAY]);
            for n in [entry.crc, entry.packed, entry.size] {
                self.put(&n.to_le_bytes());
            }
            self.put_numbers(&[name_length(&entry.name), 0, 0, 0, 0]);
            self.put(&0_u32.to_le_bytes());
            self.put(&entry.at.to_le_bytes());
            self.put(entry.name.as_bytes());
        }
        let (size, from) = (small(self.written - from)?, small(from)?);
        let count = u16::try_from(entries.len()).map_err(io::Error::other)?;
        self.put(b"PK\x05\x06");
        self.put_numbers(&[0, 0, count, count]);
        self.put(&size.to_le_bytes());
        self.put(&from.to_le_bytes());
        self.put_numbers(&[0]);
        Ok(())
    }

    pub fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }
}

/// Names are ours and short.
fn name_length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}
