//! Texts with something between the cells: quoted or not, whatever their line ends.

use std::io::Read;

use encoding_rs::{CoderResult, Decoder, Encoding};

use super::{Cells, MOST_COLUMNS, MOST_ROW, Rows, Unreadable};

/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// What may stand between cells, in the order in which a tie is decided.
pub(super) const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// Rows of a text.
pub(super) struct Texts<R> {
    from: R,
    decoder: Decoder,
    delimiter: u8,
    bytes: Vec<u8>,
    /// Decoded text, and how far it has been read.
    text: String,
    at: usize,
    ended: bool,
    line: u32,
    /// Line ends between quotes so far: a record that holds some is one row all the same.
    inner: u32,
}

/// Where in a cell the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing of the cell has been read.
    Begin,
    /// In a cell without quotes.
    Bare,
    /// Between quotes.
    Quoted,
    /// After a quote that ended the cell, or is the first of two.
    Quote,
}

impl<R: Read> Texts<R> {
    pub fn new(from: R, encoding: &'static Encoding, delimiter: char) -> Self {
        Self {
            from,
            decoder: encoding.new_decoder_with_bom_removal(),
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            bytes: vec![0; PIECE],
            text: String::new(),
            at: 0,
            ended: false,
            line: 0,
            inner: 0,
        }
    }

    /// Decodes more; `false` at the end.
    fn more(&mut self) -> Result<bool, Unreadable> {
        self.text.clear();
        self.at = 0;
        while self.text.is_empty() && !self.ended {
            let read = loop {
                match self.from.read(&mut self.bytes) {
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
            self.ended = read == 0;
            let most = self.decoder.max_utf8_buffer_length(read).unwrap_or(PIECE * 3 + 16);
            self.text.reserve(most);
            let (result, _, _) = self.decoder.decode_to_string(&self.bytes[..read], &mut self.text, self.ended);
            debug_assert_eq!(result, CoderResult::InputEmpty);
        }
        Ok(!self.text.is_empty())
    }

    /// The text from here to the next of these bytes, or to the end of what is decoded.
    fn upto(&self, stops: &[u8]) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        self.at + rest.iter().position(|b| stops.contains(b)).unwrap_or(rest.len())
    }
}

impl<R: Read + Send> Rows for Texts<R> {
    fn next(&mut self, row: &mut Cells) -> Result<bool, Unreadable> {
        loop {
            row.clear();
            if !self.record(row)? {
                return Ok(false);
            }
            row.line = self.line;
            if !row.is_blank() {
                return Ok(true);
            }
        }
    }
}

impl<R: Read> Texts<R> {
    /// Reads one line, which may go over several between quotes; `false` at the end.
    fn record(&mut self, row: &mut Cells) -> Result<bool, Unreadable> {
        let (mut state, mut size, mut any) = (State::Begin, 0_usize, false);
        let mut opened = 0;
        self.line = self.line.checked_add(1).ok_or_else(|| Unreadable::file("The file has too many lines."))?;
        loop {
            if self.at >= self.text.len() && !self.more()? {
                if state == State::Quoted {
                    // What comes after a stray quote would be one cell, and its rows gone without a word.
                    return Err(Unreadable::file(format!("{} Close it, or take it away.", never_closed(opened))));
                }
                if any {
                    row.end();
                }
                return Ok(any);
            }
            any = true;
            let from = self.at;
            match state {
                State::Begin if self.text.as_bytes()[from] == b'"' => {
                    self.at += 1;
                    opened = self.line.saturating_add(self.inner);
                    state = State::Quoted;
                }
                State::Begin | State::Bare => {
                    let end = self.upto(&[self.delimiter, b'\n', b'\r']);
                    row.push(&self.text[from..end]);
                    self.at = end;
                    state = State::Bare;
                    if end < self.text.len() && self.ends_cell(row, &mut state)? {
                        return Ok(true);
                    }
                }
                State::Quoted => {
                    let end = self.upto(b"\"");
                    row.push(&self.text[from..end]);
                    let ends = self.text.as_bytes()[from..end].iter().filter(|b| **b == b'\n').count();
                    self.inner = self.inner.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
                    self.at = end;
                    if end < self.text.len() {
                        self.at += 1;
                        state = State::Quote;
                    }
                }
                State::Quote => match self.text.as_bytes()[from] {
                    b'"' => {
                        row.push("\"");
                        self.at += 1;
                        state = State::Quoted;
                    }
                    b if b == self.delimiter || b == b'\n' || b == b'\r' => {
                        if self.ends_cell(row, &mut state)? {
                            return Ok(true);
                        }
                    }
                    // What goes on after its quotes goes on as it stands.
                    _ => state = State::Bare,
                },
            }
            size += self.at - from;
            if size > MOST_ROW {
                let hint = if state == State::Quoted { format!(" {}", never_closed(opened)) } else { String::new() };
                return Err(Unreadable::file(format!("Line {} is longer than {MOST_ROW} bytes.{hint}", self.line)));
            }
        }
    }

    /// Takes what ends a cell; `true` if the line ends, too.
    fn ends_cell(&mut self, row: &mut Cells, state: &mut State) -> Result<bool, Unreadable> {
        row.end();
        *state = State::Begin;
        let byte = self.text.as_bytes()[self.at];
        self.at += 1;
        if byte == self.delimiter {
            if row.len() >= MOST_COLUMNS {
                return Err(Unreadable::file(format!("Line {} has more than {MOST_COLUMNS} columns.", self.line)));
            }
            return Ok(false);
        }
        if byte == b'\r' && (self.at < self.text.len() || self.more()?) && self.text.as_bytes()[self.at] == b'\n' {
            self.at += 1;
        }
        Ok(true)
    }
}

fn never_closed(line: u32) -> String {
    format!("A quote (\") is opened in line {line} and never closed.")
}

/// What stands between the cells of a text that begins so: what cuts its lines into the same number of
/// cells, as many as can be.
pub(super) fn delimiter_of(head: &str) -> char {
    let mut best = (',', 0.0);
    for delimiter in DELIMITERS {
        let mut reader = Texts::new(head.as_bytes(), encoding_rs::UTF_8, delimiter);
        let (mut row, mut widths) = (Cells::default(), Vec::new());
        while widths.len() < 200 && matches!(reader.next(&mut row), Ok(true)) {
            widths.push(row.len());
        }
        // The last line may be cut off.
        if widths.len() > 2 {
            widths.pop();
        }
        let most = widths.iter().copied().max().unwrap_or(0);
        let usual = (1..=most).max_by_key(|w| widths.iter().filter(|x| *x == w).count()).unwrap_or(0);
        let same = widths.iter().filter(|w| **w == usual).count();
        let score = if usual < 2 { 0.0 } else { same as f64 / widths.len() as f64 * (usual as f64).ln_1p() };
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], delimiter: char) -> Result<Vec<(u32, Vec<String>)>, Unreadable> {
        let (mut rows, mut row, mut all) = (Texts::new(text, encoding_rs::UTF_8, delimiter), Cells::default(), Vec::new());
        while rows.next(&mut row)? {
            all.push((row.line, row.iter().map(str::to_owned).collect()));
        }
        Ok(all)
    }

    #[test]
    fn lines_end_as_they_like() {
        let rows = read(b"a,b\r\n1,\"x, \"\"y\"\"\nz\"\r3,4\n\n\r\n5,", ',').expect("rows");
        let wanted = [(1, vec!["a", "b"]), (2, vec!["1", "x, \"y\"\nz"]), (3, vec!["3", "4"]), (6, vec!["5", ""])];
        assert_eq!(rows, wanted.map(|(n, cells)| (n, cells.into_iter().map(str::to_owned).collect::<Vec<_>>())));
    }

    #[test]
    fn quotes_that_are_no_quotes_stay() {
        let rows = read(b"6\" nail,\"a\" b,\"\"\n", ',').expect("rows");
        assert_eq!(rows[0].1, ["6\" nail", "a b", ""]);
        assert_eq!(read(b"\xEF\xBB\xBFname\nx", ';').expect("rows")[0].1, ["name"]);
    }

    #[test]
    fn what_never_ends_is_refused() {
        let mut text = b"a,b\n1,\"".to_vec();
        text.resize(MOST_ROW + 100_000, b'x');
        let error = read(&text, ',').expect_err("refused").to_string();
        assert!(error.contains("Line 2") && error.contains("never closed"), "{error}");
        assert!(read(&vec![b','; 2_000], ',').is_err());
        // The line is that of the file, whatever cells over several lines stand before it.
        let error = read(b"a,b\n\"1\n1\",2\n3,\"4\n5,6\n7,8\n", ',').expect_err("refused").to_string();
        assert!(error.contains("opened in line 4 "), "{error}");
        assert_eq!(read(b"a,b\n1,\"2\"", ',').expect("rows").len(), 2);
        // A long cell that ends is cut.
        let long = format!("a,b\n{},c\n", "x".repeat(100_000));
        let (mut rows, mut row) = (Texts::new(long.as_bytes(), encoding_rs::UTF_8, ','), Cells::default());
        assert!(matches!(rows.next(&mut row), Ok(true)) && !row.cut);
        assert!(matches!(rows.next(&mut row), Ok(true)) && row.cut && row.get(1) == "c");
    }

    #[test]
    fn delimiters_are_found() {
        for (text, wanted) in [
            ("a;b;c\n1,5;2,5;3\n2,5;4,5;6\n", ';'),
            ("a\tb\n1\t2, 3\n", '\t'),
            ("a|b|c\nx|y|z\n", '|'),
            ("name,text\n\"a\",\"x;y;z\"\n\"b\",\"x;y;z\"\n", ','),
            ("email\na@b.co\n", ','),
        ] {
            assert_eq!(delimiter_of(text), wanted, "{text}");
        }
    }
}
