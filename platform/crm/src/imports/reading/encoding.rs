//! Which encoding a text has, by all of its bytes.

use encoding_rs::{
    Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255,
    WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

/// Looks at a text as it passes by.
#[derive(Default)]
pub(crate) struct Encodings {
    head: Vec<u8>,
    /// Bytes at the end of the last piece that may go on in the next.
    rest: Vec<u8>,
    /// Letters beyond ASCII that are UTF-8, and places that are not.
    letters: u64,
    broken: u64,
    /// Stretches with letters that are not ASCII.
    sample: Vec<u8>,
    /// Line ends so far: line feeds, and carriage returns.
    feeds: u64,
    returns: u64,
}

/// Bytes of the beginning that are looked at for a mark.
const HEAD: usize = 4 * 1024;
/// Bytes of other letters that are looked at.
const SAMPLE: usize = 16 * 1024;
/// Letters for each of which one place may be broken.
const BROKEN: u64 = 20;
/// Broken places after which no more are looked for.
const ENOUGH: u64 = 1_000;

/// The encoding of a name.
pub(crate) fn by_name(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(name.trim().as_bytes())
}

impl Encodings {
    /// The next bytes.
    pub fn see(&mut self, bytes: &[u8]) {
        if self.head.len() < HEAD {
            self.head.extend_from_slice(&bytes[..bytes.len().min(HEAD - self.head.len())]);
        }
        self.feeds += bytes.iter().filter(|b| **b == b'\n').count() as u64;
        self.returns += bytes.iter().filter(|b| **b == b'\r').count() as u64;
        if self.sample.len() < SAMPLE && !bytes.is_ascii() {
            self.note(bytes);
        }
        if !self.is_other() {
            self.check_utf8(bytes);
        }
    }

    /// Lines so far. Old programs end them with a carriage return alone.
    pub fn lines(&self) -> u64 {
        if self.feeds == 0 { self.returns } else { self.feeds }
    }

    /// Whether there is no doubt any more that it is no UTF-8.
    fn is_other(&self) -> bool {
        self.broken > ENOUGH && self.broken * BROKEN >= self.letters
    }

    /// Keeps words with letters of other alphabets.
    fn note(&mut self, bytes: &[u8]) {
        for word in bytes.split(|b| b.is_ascii_punctuation() || b.is_ascii_whitespace()) {
            if self.sample.len() >= SAMPLE {
                return;
            }
            if !word.is_ascii() && word.len() < 200 {
                self.sample.extend_from_slice(word);
                self.sample.push(b' ');
            }
        }
    }

    fn check_utf8(&mut self, bytes: &[u8]) {
        let joined;
        let mut bytes = if self.rest.is_empty() {
            bytes
        } else {
            joined = [self.rest.as_slice(), bytes].concat();
            self.rest.clear();
            &joined
        };
        let begins = |bytes: &[u8]| bytes.iter().filter(|b| **b >= 0xC0).count() as u64;
        while let Err(e) = std::str::from_utf8(bytes) {
            let (fine, rest) = bytes.split_at(e.valid_up_to());
            self.letters += begins(fine);
            let Some(length) = e.error_len() else {
                self.rest = rest.to_vec();
                return;
            };
            self.broken += 1;
            bytes = &rest[length..];
        }
        self.letters += begins(bytes);
    }

    /// The encoding, once all bytes have passed.
    pub fn found(&self) -> &'static Encoding {
        if let Some((encoding, _)) = Encoding::for_bom(&self.head) {
            return encoding;
        }
        if let Some(encoding) = wide(&self.head) {
            return encoding;
        }
        // A few broken places among many letters are an accident of a file that is UTF-8.
        let broken = self.broken + u64::from(!self.rest.is_empty());
        if broken == 0 || broken * BROKEN < self.letters { UTF_8 } else { narrow(&self.sample) }
    }
}

/// UTF-16 without a mark: every other byte is the number of an alphabet, zero for Latin, and these have low ones.
pub(super) fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let half = head.len() / 2;
    let alphabets = |from: usize| head.iter().skip(from).step_by(2).filter(|b| **b < 8).count();
    let (even, odd) = (alphabets(0), alphabets(1));
    match (half > 1, even * 10 > half * 4, odd * 10 > half * 4) {
        (true, false, true) => Some(UTF_16LE),
        (true, true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// The code pages of Windows, with the letters that are frequent in their languages. One whose letters are those of
/// another page's languages has a line of its own, behind the one that it is the most likely to be taken for: the first
/// of two that make as much sense is meant.
const PAGES: [(&Encoding, &str); 12] = [
    (WINDOWS_1252, "äöüßéèêàâçñíóúáôîïëøåæœ’“”€"),
    (WINDOWS_1250, "ąćęłńśźżŁŚŻáčďéěíňóřšťúůýžőűăâîșțČŠŽŘđ"),
    (WINDOWS_1251, "оеаинтсрвлкм"),
    (WINDOWS_1253, "αοιετσνηυρπκλμς"),
    (WINDOWS_1254, "ığşİöüçŞâ"),
    (WINDOWS_1255, "יוהאלרבתשמנע"),
    (WINDOWS_1256, "اليومنربتعدفة"),
    (WINDOWS_1252, "áéíóúýðþæö"),
    (WINDOWS_1252, "áàâãéêíóôõúç"),
    (WINDOWS_1257, "ąčęėįšųūž"),
    (WINDOWS_1257, "āčēģīķļņšūž"),
    // Tones stand behind their vowel.
    (WINDOWS_1258, "\u{300}\u{301}\u{303}\u{309}\u{323}ăâêôơưđ"),
];

/// The code page in whose letters a sample makes most sense.
fn narrow(sample: &[u8]) -> &'static Encoding {
    let mut best = (WINDOWS_1252, i64::MIN);
    for (page, frequent) in PAGES {
        let (text, _, _) = page.decode(sample);
        let score = score(&text, frequent);
        if score > best.1 {
            best = (page, score);
        }
    }
    best.0
}

fn score(text: &str, frequent: &str) -> i64 {
    let mut score = 0;
    for word in text.split(' ') {
        let mut before: Option<char> = None;
        for c in word.chars() {
            if !c.is_ascii() {
                score += match () {
                    () if frequent.contains(c) || c.to_lowercase().any(|l| frequent.contains(l)) => 3,
                    () if c.is_alphabetic() => i64::from(!is_latin(c)),
                    () => -4,
                };
            }
            if let Some(before) = before {
                // Accents seldom follow one another; in what is another alphabet they do all the time.
                if !before.is_ascii() && !c.is_ascii() && is_latin(before) && is_latin(c) {
                    score -= 3;
                }
                // A capital after a small letter, or one alphabet in the middle of another.
                if before.is_lowercase() && c.is_uppercase() {
                    score -= 3;
                }
                if before.is_alphabetic() && c.is_alphabetic() && is_latin(before) != is_latin(c) {
                    score -= 3;
                }
            }
            before = Some(c);
        }
    }
    score
}

fn is_latin(c: char) -> bool {
    u32::from(c) < 0x250
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        let mut e = Encodings::default();
        for piece in bytes.chunks(7) {
            e.see(piece);
        }
        e.found().name()
    }

    #[test]
    fn encodings_are_told_apart() {
        let cases = [
            ("Müller;Jörg;Straße\nGarçon;André;Liège\n", WINDOWS_1252),
            ("Łukasz;Wałęsa;Gdańsk\nŻółć;Święty;Kraków\n", WINDOWS_1250),
            ("Иван;Петров;Москва\nОльга;Сергеева;Санкт-Петербург\n", WINDOWS_1251),
            ("Γιώργος;Παπαδόπουλος;Αθήνα\n", WINDOWS_1253),
            ("Oğuz;Yıldırım;İstanbul\nŞahin;Kılıç;Iğdır\n", WINDOWS_1254),
            ("محمد;الأحمد;دبي\nفاطمة;الزهراء;القاهرة\n", WINDOWS_1256),
        ];
        for (text, page) in cases {
            assert_eq!(found(&page.encode(text).0), page.name(), "{text}");
            assert_eq!(found(text.as_bytes()), "UTF-8", "{text}");
        }
        for (text, page) in [
            ("ИВАНОВ;ПЁТР;МОСКВА\nСЕРГЕЕВА;ОЛЬГА;САНКТ-ПЕТЕРБУРГ\n", WINDOWS_1251),
            ("ΠΑΠΑΔΟΠΟΥΛΟΣ;ΓΙΩΡΓΟΣ;ΑΘΗΝΑ\nΝΙΚΟΛΑΟΥ;ΜΑΡΙΑ;ΠΑΤΡΑ\n", WINDOWS_1253),
            ("Žukauskas;Šiauliai;Jonaitytė\nKęstutis;Gedimino gatvė;Ąžuolas\n", WINDOWS_1257),
            ("Bērziņš;Jānis;Rīga\nKalniņa;Līga;Liepāja\n", WINDOWS_1257),
            ("Sigurðsson;Þór;Reykjavík\nGuðmundsdóttir;Björk;Akureyri\n", WINDOWS_1252),
            ("João;Conceição;São Paulo\n", WINDOWS_1252),
            ("Dvořák;Němec;Plzeň\n", WINDOWS_1250),
            ("Yıldırım;Işık\n", WINDOWS_1254),
        ] {
            assert_eq!(found(&page.encode(text).0), page.name(), "{text}");
        }
        // Nguyễn, Trần Văn Đức, as that page writes them.
        assert_eq!(found(b"Nguy\xEA\xDEn;Tr\xE2\xCCn V\xE3n \xD0\xFD\xECc;H\xF4\xCC Chi\xECminh\n"), "windows-1258");
        // One byte that broke on its way among the letters of a file in UTF-8.
        let mut text = "Müller;Jörg;Straße;Łukasz;Wałęsa;Gdańsk\n".repeat(20).into_bytes();
        text.extend_from_slice(b"J\xFCrgen;x;y\n");
        assert_eq!(found(&text), "UTF-8");
        let wide: Vec<u8> = "Имя;Фамилия;Город\nИван;Петров;Москва\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&wide), "UTF-16LE");
        let mut old = Encodings::default();
        old.see(b"a,b\r1,2\r3,4\r");
        assert_eq!(old.lines(), 3);
        let wide: Vec<u8> = "first;last\nJane;Doe\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&wide), "UTF-16LE");
        assert_eq!(found(&[b"\xFE\xFF".as_slice(), &[0, b'a', 0, b'b']].concat()), "UTF-16BE");
        assert_eq!(found(b"plain,ascii\n1,2\n"), "UTF-8");
    }
}
