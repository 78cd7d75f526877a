//! From the bytes of a message to what a reader sees.
//!
//! Decoding is lenient: a message that follows no standard is still caught,
//! with whatever could be made out of it.

use chrono::Utc;
use mail_parser::{Addr, MessageParser, PartType};
use uuid::Uuid;

use super::CaughtMail;
use super::inbox::Stored;

/// Decodes `raw`, sent by `sender` to `envelope`.
pub(super) fn decode(raw: &[u8], sender: &str, envelope: &[String]) -> Stored {
    let mut recipients = envelope.to_vec();
    let mut mail = CaughtMail {
        id: Uuid::now_v7().to_string(),
        to: envelope.join(", "),
        from: sender.to_owned(),
        subject: String::new(),
        text: String::new(),
        html: String::new(),
        links: Vec::new(),
        at: Utc::now(),
    };
    if let Some(message) = MessageParser::default().parse(raw) {
        if let Some(from) = message.from().and_then(|from| from.first()) {
            mail.from = shown(from);
        }
        mail.subject = message.subject().unwrap_or_default().trim().to_owned();
        // The parser offers the HTML part as text (and the reverse) where one
        // is missing; only what was really sent is of interest here.
        for part in message.text_bodies().chain(message.html_bodies()) {
            match &part.body {
                PartType::Text(text) if mail.text.is_empty() => mail.text = text.to_string(),
                PartType::Html(html) if mail.html.is_empty() => mail.html = html.to_string(),
                _ => {}
            }
        }
        let named = message.all_to().chain(message.all_cc());
        for address in named.flat_map(|list| list.iter()).filter_map(Addr::address) {
            if !recipients.iter().any(|r| r.eq_ignore_ascii_case(address)) {
                recipients.push(address.to_owned());
            }
        }
    }
    mail.links = links(&mail.text, &mail.html);
    Stored { mail, recipients }
}

fn shown(address: &Addr<'_>) -> String {
    let mailbox = address.address().unwrap_or_default();
    match address.name().map(str::trim) {
        Some(name) if !name.is_empty() => format!("{name} <{mailbox}>"),
        _ => mailbox.to_owned(),
    }
}

fn links(text: &str, html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for link in text_links(text).chain(html_links(html)) {
        if !found.contains(&link) {
            found.push(link);
        }
    }
    found
}

/// Bare addresses in running text, without the punctuation that follows them.
fn text_links(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| c.is_whitespace() || "<>\"'`|".contains(c)).filter_map(|word| {
        let start = word.find("https://").or_else(|| word.find("http://"))?;
        let link = word[start..].trim_end_matches(|c| ".,;:!?)]}*".contains(c));
        is_web(link).then(|| link.to_owned())
    })
}

/// Values of `href` attributes.
fn html_links(html: &str) -> impl Iterator<Item = String> + '_ {
    let lower = html.to_ascii_lowercase();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let name = at + lower.get(at..)?.find("href")?;
            at = name + "href".len();
            if let Some((value, end)) = attribute_value(html, at) {
                at = end;
                let link = unescape(value.trim());
                if is_web(&link) {
                    return Some(link);
                }
            }
        }
    })
}

/// The value after an attribute name that ends at `at`, and where it ends.
fn attribute_value(html: &str, at: usize) -> Option<(&str, usize)> {
    let rest = html.get(at..)?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let begin = html.len() - value.len();
    let quote = value.chars().next()?;
    let (begin, length) = match quote {
        '"' | '\'' => (begin + 1, value[1..].find(quote)?),
        _ => (begin, value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len())),
    };
    Some((&html[begin..begin + length], begin + length))
}

fn is_web(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
}

/// Character references as template engines write them into attributes; an
/// unknown one stays as it is.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let decoded = rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((reference(&rest[1..end])?, end + 1)));
        let (c, length) = decoded.unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_come_from_text_and_attributes_once_each() {
        let text = "Open https://a.example/verify?token=T1. Or (http://b.example/x)!\nnot: ftp://c";
        let html = "<a HREF = 'https://a.example/verify?token&#x3D;T1'>x</a> <a href=\"https://d.example/?a=1&amp;b=2\">\
                    <a href=mailto:x@y.z> <a href=https://e.example/plain>go</a> href";
        assert_eq!(
            links(text, html),
            ["https://a.example/verify?token=T1", "http://b.example/x", "https://d.example/?a=1&b=2", "https://e.example/plain",]
        );
    }

    #[test]
    fn encoded_parts_and_headers_are_decoded() {
        let raw = "From: =?utf-8?Q?N=C3=B8rthwind?= <desk@northwind.example>\r\n\
            To: Ana <ana@example.com>\r\nCc: team@example.com\r\n\
            Subject: =?utf-8?B?R3LDvMOfZQ==?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=b1\r\n\r\n\
            --b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            caf=C3=A9 https://x.example/a=\r\nbc?t=3D1\r\n\
            --b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
            PGEgaHJlZj0iaHR0cHM6Ly94LmV4YW1wbGUvaCI+Y2Fmw6k8L2E+\r\n--b1--\r\n";
        let stored = decode(raw.as_bytes(), "bounces@example.com", &["ana@example.com".into()]);
        let mail = stored.mail;
        assert_eq!(mail.from, "Nørthwind <desk@northwind.example>");
        assert_eq!(mail.subject, "Grüße");
        assert_eq!(mail.text.trim_end(), "café https://x.example/abc?t=1");
        assert_eq!(mail.html, "<a href=\"https://x.example/h\">café</a>");
        assert_eq!(mail.links, ["https://x.example/abc?t=1", "https://x.example/h"]);
        assert_eq!(mail.to, "ana@example.com");
        assert_eq!(stored.recipients, ["ana@example.com", "team@example.com"]);
    }

    #[test]
    fn what_is_no_message_is_caught_all_the_same() {
        let stored = decode(b"\xff\xfe", "x@example.com", &["y@example.com".into()]);
        assert_eq!(stored.mail.from, "x@example.com");
        assert!(decode(b"", "", &[]).mail.links.is_empty());
        for junk in ["href", "href=", "href='", "href=\"é", "&#x110000;", "&", "é&é;"] {
            let _ = links(junk, junk);
            let _ = unescape(junk);
        }
    }
}
