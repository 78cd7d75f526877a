//! Messages: what a mail may say, its parts, and rendering them.
//!
//! A message is a folder with `subject.hbs`, `text.hbs`, `html.hbs` and `sample.json`. The code
//! that sends it promises the variables listed in [`MESSAGES`]; a template that uses another one
//! fails here and not in front of a customer. Handlebars runs in strict mode.

use handlebars::{Handlebars, RenderError, no_escape};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::colour::on_primary;

/// A variable that a message's text can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// The name between the braces.
    pub name: &'static str,
    /// Whether it can be without a value; the text must then read well without it.
    pub optional: bool,
}

/// A message that the product sends: its name and what its text can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageDef {
    /// The folder's name.
    pub key: &'static str,
    /// When it is sent, for the list in the settings.
    pub title: &'static str,
    /// Its variables beside [`COMMON`].
    pub variables: &'static [Variable],
}

const fn always(name: &'static str) -> Variable {
    Variable { name, optional: false }
}

const fn maybe(name: &'static str) -> Variable {
    Variable { name, optional: true }
}

/// What every message can use: the sender's name, its colour as `#rrggbb`, the text colour that
/// can be read on it, and the address of its logo.
pub const COMMON: &[Variable] = &[always("company"), always("primary"), always("on_primary"), maybe("logo_url")];

/// THE LIST of messages that a tenant sends.
pub const MESSAGES: &[MessageDef] = &[
    MessageDef {
        key: "activity_reminder",
        title: "Something is due soon, to whoever has to do it",
        variables: &[always("name"), always("subject"), always("when"), always("link")],
    },
    MessageDef {
        key: "document_expiring",
        title: "A client's document expires soon, to the client's owner",
        variables: &[always("name"), always("client"), always("document"), always("on"), always("days"), always("link")],
    },
    MessageDef {
        key: "document_infected",
        title: "A virus was found in a document, to those who review documents",
        variables: &[always("name"), always("client"), always("document"), always("virus"), always("link")],
    },
    MessageDef {
        key: "export_failed",
        title: "An export could not be made, to whoever asked for it and for a mail",
        variables: &[always("name"), always("list"), always("link")],
    },
    MessageDef {
        key: "export_ready",
        title: "An export is ready, to whoever asked for it and for a mail",
        variables: &[always("name"), always("list"), always("rows"), always("days"), always("link")],
    },
    MessageDef {
        key: "invitation",
        title: "A user is invited and chooses a password",
        variables: &[always("name"), always("role"), maybe("inviter"), always("link"), always("expires_in")],
    },
    MessageDef {
        key: "new_device",
        title: "An account was signed in to from a new device or network, to its user",
        variables: &[always("name"), always("device"), maybe("address"), always("at"), always("link")],
    },
    MessageDef {
        key: "new_lead",
        title: "A lead has come in or was assigned, to the user in charge",
        variables: &[
            always("name"),
            always("lead"),
            maybe("country"),
            maybe("source"),
            maybe("partner"),
            always("received_at"),
            always("link"),
        ],
    },
    MessageDef {
        key: "password_reset",
        title: "A user asked for a new password",
        variables: &[always("name"), always("link"), always("expires_in")],
    },
    MessageDef {
        key: "registration_known",
        title: "Somebody registered with the address of a client, to that client",
        variables: &[always("link")],
    },
    MessageDef {
        key: "registration_verification",
        title: "Somebody registered and confirms the e-mail address",
        variables: &[always("name"), always("link"), always("expires_in")],
    },
    MessageDef {
        key: "two_factor_reset",
        title: "An administrator reset a user's second factor",
        variables: &[always("name"), maybe("inviter"), always("link")],
    },
    MessageDef {
        key: "unusual_reveals",
        title: "A user reveals unusually many hidden values, to the leader",
        variables: &[always("name"), always("user"), always("count"), always("minutes"), always("link")],
    },
    MessageDef {
        key: "welcome",
        title: "The CRM is ready, to its first administrator",
        variables: &[always("name"), always("link")],
    },
];

/// THE LIST of messages that the platform sends in its own name.
pub const PLATFORM_MESSAGES: &[MessageDef] = &[MessageDef {
    key: "signup_verification",
    title: "A broker signed up and confirms the e-mail address",
    variables: &[always("name"), always("workspace"), always("host"), always("link"), always("expires_in")],
}];

/// One message with its parts. The texts stand alone: partials are part of them, so that a tenant
/// can keep and edit a message without the template's files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// Its name, one of [`MESSAGES`] or [`PLATFORM_MESSAGES`].
    pub key: String,
    /// Handlebars source of the subject line.
    pub subject: String,
    /// Handlebars source of the plain-text part.
    pub text: String,
    /// Handlebars source of the HTML part.
    pub html: String,
    /// A context that fills every variable, for previews and tests.
    pub sample: Map<String, Value>,
}

/// A message as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line without control characters.
    pub subject: String,
    /// The plain-text part.
    pub text: String,
    /// The HTML part, values escaped.
    pub html: String,
}

impl Message {
    /// Fills the message. `context` is an object with the variables of its [`MessageDef`];
    /// optional ones may be left out or null, and `on_primary` is derived from `primary` when it
    /// is not given.
    ///
    /// # Errors
    /// When a variable that is not optional is missing, or a part is not valid handlebars (which
    /// can only be when the texts were changed after loading).
    pub fn render(&self, context: &Value) -> Result<Rendered, Box<RenderError>> {
        let mut context = context.as_object().cloned().unwrap_or_default();
        if !context.contains_key("on_primary")
            && let Some(primary) = context.get("primary").and_then(Value::as_str)
        {
            let readable = on_primary(primary);
            context.insert("on_primary".into(), readable.into());
        }
        let own = definition(&self.key).map_or(&[][..], |d| d.variables);
        for variable in COMMON.iter().chain(own).filter(|v| v.optional) {
            context.entry(variable.name).or_insert(Value::Null);
        }
        let part = |source: &str, format| engine(format).render_template(source, &context).map_err(Box::new);
        Ok(Rendered {
            subject: one_line(&part(&self.subject, Format::Text)?),
            text: part(&self.text, Format::Text)?,
            html: part(&self.html, Format::Html)?,
        })
    }
}

/// The definition of a message of a tenant or of the platform.
pub fn definition(key: &str) -> Option<&'static MessageDef> {
    MESSAGES.iter().chain(PLATFORM_MESSAGES).find(|d| d.key == key)
}

/// Whether values are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// As they are: subject and plain text.
    Text,
    /// For HTML.
    Html,
}

/// Handlebars as every message is rendered: strict, so that a missing value is an error.
pub(crate) fn engine(format: Format) -> Handlebars<'static> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    if format == Format::Text {
        engine.register_escape_fn(no_escape);
    }
    engine
}

/// A line break in a name must not begin a new mail header.
pub(crate) fn one_line(subject: &str) -> String {
    let clean: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message() -> Message {
        Message {
            key: "invitation".into(),
            subject: "Hello {{name}}".into(),
            text: "{{name}}{{#if inviter}} by {{inviter}}{{/if}}".into(),
            html: "<b style=\"color:{{on_primary}}\">{{name}}</b>".into(),
            sample: Map::new(),
        }
    }

    #[test]
    fn values_are_escaped_in_html_only_and_subjects_stay_one_line() {
        let context = json!({"name": "<A&B>\r\nBcc: x@example.com", "primary": "#ffe600"});
        let rendered = message().render(&context).unwrap();
        assert_eq!(rendered.subject, "Hello <A&B> Bcc: x@example.com");
        assert!(rendered.text.starts_with("<A&B>"));
        assert!(rendered.html.starts_with("<b style=\"color:#16181d\">&lt;A&amp;B&gt;"));
    }

    #[test]
    fn a_missing_value_is_an_error() {
        assert!(message().render(&json!({"primary": "#000000"})).is_err());
    }

    #[test]
    fn an_optional_value_may_be_missing_or_null() {
        let given = json!({"name": "A", "primary": "#000000", "inviter": "B"});
        assert_eq!(message().render(&given).unwrap().text, "A by B");
        for context in [json!({"name": "A", "primary": "#000000"}), json!({"name": "A", "primary": "#000000", "inviter": null})] {
            assert_eq!(message().render(&context).unwrap().text, "A");
        }
    }
}
