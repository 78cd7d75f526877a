//! Who a realm's mails come from, as its settings say, and the text that stands below all of them.

use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;

/// What a realm's settings say of its mails; what they leave empty is absent.
#[derive(Debug, Clone, Default, FromQueryResult)]
pub(super) struct Sender {
    /// Name in the mail program.
    pub name: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Text below the mail, on several lines.
    pub footer: Option<String>,
}

impl Sender {
    pub(super) async fn load(ctx: &Ctx) -> kernel::Result<Self> {
        let sql = "select max(value #>> '{}') filter (where key = 'mail_from_name') as name,
                          max(value #>> '{}') filter (where key = 'mail_reply_to') as reply_to,
                          max(value #>> '{}') filter (where key = 'mail_footer') as footer
                   from settings where key in ('mail_from_name', 'mail_reply_to', 'mail_footer')";
        let found: Option<Self> = ctx.tx().one(sql, []).await?;
        let kept = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let found = found.unwrap_or_default();
        Ok(Self { name: kept(found.name), reply_to: kept(found.reply_to), footer: kept(found.footer) })
    }
}

/// The plain-text part with the footer below it.
pub(super) fn below_text(text: String, footer: Option<&str>) -> String {
    match footer {
        Some(footer) => format!("{}\n\n{footer}\n", text.trim_end()),
        None => text,
    }
}

/// The HTML part with the footer as its last lines. A realm's texts are its own, so there is no place
/// in them that could be counted on but the end of the page.
pub(super) fn below_html(html: String, footer: Option<&str>) -> String {
    let Some(footer) = footer else { return html };
    let lines: Vec<String> = footer.lines().map(escape).collect();
    let block = format!(
        "<div class=\"dim\" style=\"max-width:540px;margin:0 auto;padding:0 20px 28px;font:400 12px/18px Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#6b7280;\">{}</div>\n",
        lines.join("<br>")
    );
    match html.rfind("</body>") {
        Some(end) => format!("{}{block}{}", &html[..end], &html[end..]),
        None => format!("{html}{block}"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footer_stands_below_both_parts() {
        let footer = Some("Acme <Ltd>\nLondon");
        assert_eq!(below_text("Hello\n\n".into(), footer), "Hello\n\nAcme <Ltd>\nLondon\n");
        let html = below_html("<html><body><p>Hello</p></body></html>".into(), footer);
        assert!(html.contains("Acme &lt;Ltd&gt;<br>London</div>\n</body></html>"), "{html}");
        assert_eq!(below_html("<p>x</p>".into(), None), "<p>x</p>");
        assert_eq!(below_text("x".into(), None), "x");
    }
}
