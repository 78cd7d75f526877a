//! What a file is, by its first bytes.

/// As many as are looked at.
pub const LENGTH: usize = 64;

/// The MIME type that the bytes begin like, of those that are taken.
pub fn content_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Some("image/jpeg");
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    // ISO media: the brand says what is inside; video and AVIF have others.
    let brand = bytes.get(8..12).filter(|_| bytes.get(4..8) == Some(b"ftyp"));
    brand
        .filter(|b| [b"heic", b"heix", b"heim", b"heis", b"mif1"].contains(&(*b).try_into().unwrap_or(b"    ")))
        .map(|_| "image/heic")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_beginning() {
        for (bytes, expected) in [
            (&b"%PDF-1.7\n"[..], Some("application/pdf")),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Some("image/jpeg")),
            (b"\x89PNG\r\n\x1a\n\0\0", Some("image/png")),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Some("image/heic")),
            (b"\0\0\0\x18ftypmif1\0\0\0\0", Some("image/heic")),
            (b"\0\0\0\x18ftypisom\0\0\0\0", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", None),
            (b"<!doctype html><script>", None),
            (b"\n%PDF-1.7", None),
            (b"PK\x03\x04", None),
            (b"MZ", None),
            (b"RIFF\x24\0\0\0WAVE", None),
            (b"", None),
        ] {
            assert_eq!(content_type(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
