//! The page behind `/dev/mail`: a list on the left, the chosen message on the
//! right.
//!
//! No script: the choice is the fragment of the URL (`#m-<id>`) and the rest is
//! CSS. Everything from a message is escaped; its HTML runs in a frame that may
//! do nothing, and its links are listed next to it because links inside such a
//! frame cannot open.

use std::fmt::Write;

use super::CaughtMail;

/// More would make the page heavy; the JSON list has them all.
const SHOWN: usize = 100;

const STYLE: &str = include_str!("page.css");

/// A complete HTML document that shows `mails` (newest first).
pub fn render_page(mails: &[CaughtMail]) -> String {
    let mut page = String::with_capacity(16 * 1024);
    let _ = write!(
        page,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>Caught mail</title><style>{STYLE}</style></head><body>\
         <header><h1>Caught mail</h1><p>{}</p><a href=\"\">Reload</a></header>",
        count(mails.len())
    );
    if mails.is_empty() {
        page.push_str("<main class=\"empty\"><p>Nothing has been sent yet.</p></main>");
    } else {
        let shown = &mails[..mails.len().min(SHOWN)];
        page.push_str("<main><nav aria-label=\"Messages\"><ol>");
        for mail in shown {
            entry(&mut page, mail);
        }
        page.push_str("</ol></nav><section aria-label=\"Message\">");
        for mail in shown {
            message(&mut page, mail);
        }
        page.push_str("</section></main>");
    }
    page.push_str("</body></html>");
    page
}

fn count(number: usize) -> String {
    match number {
        0 => "no messages".into(),
        1 => "1 message".into(),
        n if n > SHOWN => format!("{n} messages, the newest {SHOWN} are shown"),
        n => format!("{n} messages"),
    }
}

fn entry(page: &mut String, mail: &CaughtMail) {
    let _ = write!(
        page,
        "<li><a href=\"#m-{id}\"><strong>{subject}</strong><span>{to}</span>\
         <time datetime=\"{iso}\">{at}</time></a></li>",
        id = escape(&mail.id),
        subject = escape(subject(mail)),
        to = escape(&mail.to),
        iso = mail.at.to_rfc3339(),
        at = mail.at.format("%d %b %H:%M:%S"),
    );
}

fn message(page: &mut String, mail: &CaughtMail) {
    let _ = write!(
        page,
        "<article id=\"m-{id}\"><h2>{subject}</h2><dl><dt>From</dt><dd>{from}</dd>\
         <dt>To</dt><dd>{to}</dd><dt>Sent</dt><dd>{at} UTC</dd></dl>",
        id = escape(&mail.id),
        subject = escape(subject(mail)),
        from = escape(&mail.from),
        to = escape(&mail.to),
        at = mail.at.format("%Y-%m-%d %H:%M:%S"),
    );
    if !mail.links.is_empty() {
        page.push_str("<h3>Links</h3><ul>");
        for link in &mail.links {
            let link = escape(link);
            // Only http and https links are ever collected.
            let _ = write!(page, "<li><a href=\"{link}\" target=\"_blank\" rel=\"noopener noreferrer\">{link}</a></li>");
        }
        page.push_str("</ul>");
    }
    if !mail.html.is_empty() {
        let _ = write!(
            page,
            "<h3>HTML</h3><iframe sandbox loading=\"lazy\" referrerpolicy=\"no-referrer\" \
             title=\"HTML body\" srcdoc=\"{}\"></iframe>",
            escape(&mail.html)
        );
    }
    if !mail.text.is_empty() {
        let _ = write!(page, "<h3>Text</h3><pre>{}</pre>", escape(&mail.text));
    }
    page.push_str("</article>");
}

fn subject(mail: &CaughtMail) -> &str {
    if mail.subject.is_empty() { "(no subject)" } else { &mail.subject }
}

/// Safe both between tags and inside a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_message_gets_out_of_its_place() {
        let evil = "\"'><script>alert(1)</script>";
        let mail = CaughtMail {
            id: evil.into(),
            to: evil.into(),
            from: evil.into(),
            subject: evil.into(),
            text: evil.into(),
            html: evil.into(),
            links: vec![format!("https://x.example/{evil}")],
            at: chrono::Utc::now(),
        };
        let page = render_page(&[mail]);
        assert!(!page.contains("<script"));
        assert!(!page.contains("\"'>"));
        assert!(page.contains("<iframe sandbox loading"));
        assert!(render_page(&[]).contains("Nothing has been sent yet"));
    }
}
