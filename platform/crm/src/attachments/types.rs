//! What a file is, by its first bytes.

/// As many as are looked at.
pub(super) const LENGTH: usize = 512;

/// What is known of nothing else.
const BYTES: &str = "application/octet-stream";

/// Beginnings, and what begins like that.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
];

/// Kinds whose files are archives of the ZIP format inside.
const ZIPPED: &[(&str, &str)] = &[
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
];

/// Texts that no browser runs, by their endings.
const TEXTS: &[(&str, &str)] =
    &[("txt", "text/plain"), ("md", "text/plain"), ("log", "text/plain"), ("csv", "text/csv"), ("ics", "text/calendar")];

/// The MIME type under which a file is kept: by what it begins with, and of archives and plain texts by its name.
/// What a request says of it counts for nothing, and what a browser would run is bytes and no more.
pub(super) fn content_type(head: &[u8], name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let by_ending = |known: &[(&str, &'static str)]| known.iter().find(|(e, _)| *e == ending).map(|(_, kind)| *kind);
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return kind;
    }
    if head.starts_with(b"PK\x03\x04") {
        return by_ending(ZIPPED).unwrap_or("application/zip");
    }
    if head.starts_with(b"RIFF") {
        return match head.get(8..12) {
            Some(b"WEBP") => "image/webp",
            Some(b"WAVE") => "audio/wav",
            _ => BYTES,
        };
    }
    if head.get(4..8) == Some(b"ftyp") {
        return match head.get(8..12) {
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"mif1") => "image/heic",
            Some(b"M4A ") => "audio/mp4",
            Some(b"isom" | b"iso2" | b"mp41" | b"mp42" | b"avc1") => "video/mp4",
            _ => BYTES,
        };
    }
    if head.contains(&0) { BYTES } else { by_ending(TEXTS).unwrap_or(BYTES) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_browser_runs_is_kept_as_such() {
        for (head, name, expected) in [
            (&b"%PDF-1.7"[..], "a.pdf", "application/pdf"),
            (b"%PDF-1.7", "a.html", "application/pdf"),
            (b"\x89PNG\r\n\x1a\n\0", "a", "image/png"),
            (b"PK\x03\x04", "Offer.DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (b"PK\x03\x04", "a.html", "application/zip"),
            (b"<!doctype html>", "a.html", BYTES),
            (b"<svg xmlns=", "a.svg", BYTES),
            (b"<script>", "a.txt", "text/plain"),
            (b"a,b\n1,2", "a.csv", "text/csv"),
            (b"a\0b", "a.txt", BYTES),
            (b"MZ", "a.exe", BYTES),
            (b"", "", BYTES),
        ] {
            assert_eq!(content_type(head, name), expected, "{name}");
        }
    }
}
