//! What a mail says: the realm's text, filled with what every mail knows and what this one is about.

use chrono::{DateTime, Datelike as _, Utc};
use runtime::registry::Tenant;
use runtime::{App, Ctx, Rows as _};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json};
use template::{Message, Template};

/// The brand colour of a realm that has chosen none.
const DEFAULT_PRIMARY: &str = "#2f5bea";

/// The address at which a realm lives: the platform's own, or a broker's.
pub fn realm_url(app: &App, realm: &Tenant) -> String {
    if realm.is_platform() { app.config.platform_url() } else { app.config.tenant_url(&realm.slug) }
}

#[derive(FromQueryResult)]
struct Row {
    subject: String,
    text: String,
    html: String,
}

/// The realm's text of a message; the product's own where the realm has none.
pub(super) async fn load(ctx: &Ctx, key: &str) -> kernel::Result<Option<Message>> {
    let row: Option<Row> = ctx.tx().one("select subject, text, html from message_templates where key = $1", [key.into()]).await?;
    Ok(match row {
        Some(row) => {
            Some(Message { key: key.to_owned(), subject: row.subject, text: row.text, html: row.html, sample: Map::new() })
        }
        None => shipped(key),
    })
}

fn shipped(key: &str) -> Option<Message> {
    let platform = template::platform_messages().iter().find(|m| m.key == key);
    platform.or_else(|| Template::embedded_all().iter().find_map(|t| t.message(key))).cloned()
}

/// The message's own values over those that every mail has.
pub(super) fn context(realm: &Tenant, url: &str, now: DateTime<Utc>, own: &Json) -> Json {
    let mut all = Map::new();
    all.insert("company".to_owned(), realm.name.clone().into());
    all.insert("primary".to_owned(), realm.branding.primary.as_deref().unwrap_or(DEFAULT_PRIMARY).into());
    all.insert("logo_url".to_owned(), logo_url(realm.branding.logo_light.as_deref(), url).into());
    all.insert("url".to_owned(), url.into());
    all.insert("year".to_owned(), now.year().into());
    if let Some(own) = own.as_object() {
        all.extend(own.iter().map(|(k, v)| (k.clone(), v.clone())));
    }
    Json::Object(all)
}

/// A logo's address as a mail program can fetch it. Embedded data is left out: mail programs do not
/// show it.
fn logo_url(logo: Option<&str>, url: &str) -> Option<String> {
    let logo = logo?;
    if logo.starts_with("https://") || logo.starts_with("http://") {
        return Some(logo.to_owned());
    }
    (logo.starts_with('/') && !logo.starts_with("//")).then(|| format!("{url}{logo}"))
}

#[cfg(test)]
mod tests {
    use kernel::tenant::TenantKey;
    use runtime::registry::{Branding, TenantStatus};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const URL: &str = "http://acme.localhost:8080";

    fn realm(branding: Branding) -> Tenant {
        Tenant {
            key: TenantKey(7),
            id: Uuid::nil(),
            slug: "acme".into(),
            name: "Acme & Sons".into(),
            status: TenantStatus::Active,
            template: "forex-broker".into(),
            branding,
            modules: Vec::new(),
            schema_version: 1,
            jwt_key: None,
        }
    }

    fn filled(branding: Branding, own: &Json) -> Json {
        context(&realm(branding), URL, DateTime::UNIX_EPOCH, own)
    }

    #[test]
    fn every_mail_knows_its_sender() {
        let all = filled(Branding::default(), &json!({"name": "Jane"}));
        let expected = json!({
            "company": "Acme & Sons", "primary": DEFAULT_PRIMARY, "logo_url": null, "url": URL, "year": 1970, "name": "Jane",
        });
        assert_eq!(all, expected);
    }

    #[test]
    fn a_logo_can_be_fetched_from_outside() {
        assert_eq!(
            logo_url(Some("/api/branding/logo?v=1"), URL).as_deref(),
            Some("http://acme.localhost:8080/api/branding/logo?v=1")
        );
        assert_eq!(logo_url(Some("https://cdn.example/l.png"), URL).as_deref(), Some("https://cdn.example/l.png"));
        for other in [None, Some("data:image/png;base64,AAAA"), Some("//evil.example/l.png"), Some("logo.png")] {
            assert_eq!(logo_url(other, URL), None, "{other:?}");
        }
    }

    #[test]
    fn values_are_escaped_in_html_only() {
        let own = json!({"name": "<b>Jane</b>", "role": "Agent", "link": "https://x.example/?token=a", "expires_in": "7 days"});
        let mail = shipped("invitation").expect("shipped").render(&filled(Branding::default(), &own)).expect("renders");
        assert_eq!(mail.subject, "Your access to Acme & Sons");
        assert!(mail.text.contains("Hello <b>Jane</b>") && mail.text.contains("https://x.example/?token=a"));
        assert!(mail.html.contains("&lt;b&gt;Jane") && !mail.html.contains("<b>Jane"));
        assert!(mail.html.contains("Acme &amp; Sons") && mail.html.contains(DEFAULT_PRIMARY));
    }

    #[test]
    fn a_mail_without_its_link_is_not_sent() {
        let own = json!({"name": "Jane", "expires_in": "1 hour"});
        let error = shipped("password_reset").expect("shipped").render(&filled(Branding::default(), &own)).expect_err("rendered");
        assert!(error.to_string().contains("link"), "{error}");
    }
}
