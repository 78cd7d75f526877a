//! Mail through an SMTP server, over pooled connections.
//!
//! The caller learns one thing of every failure: whether trying again can help.
//! An address that is none, or a message the server refuses for good (5xx),
//! cannot be helped; a network error, a 4xx answer or a server that refuses our
//! own login may be gone next time.

use async_trait::async_trait;
use kernel::ports::{Mailer, OutgoingMail, SendError};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

use crate::TIME_LIMIT;

/// Connections to one server at the same time.
const CONNECTIONS: u32 = 10;
/// Shorter than the idle limit of common servers.
const IDLE: Duration = Duration::from_secs(60);
/// "Authentication required", "too weak", "failed" and "needs encryption": our
/// settings are wrong, not the message.
const LOGIN_REFUSED: [u16; 4] = [530, 534, 535, 538];

/// Sends mail to one SMTP server.
#[derive(Clone)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    server: String,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpMailer").field("server", &self.server).finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// A mailer for an `SMTP_URL`: `smtps://user:password@host:465` (TLS from
    /// the start) or `smtp://[user:password@]host:port`. Without a `?tls=`
    /// parameter (`required`, `opportunistic`), `smtp` to another machine uses
    /// STARTTLS, and insists on it when there is a password; only loopback is
    /// spoken to in the clear. Must be called inside a Tokio runtime.
    pub fn new(url: &str) -> Result<Self, String> {
        let (url, server) = with_tls(url)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
            // The error may quote the URL, which may hold a password.
            .map_err(|_| format!("SMTP_URL for {server} is not usable"))?
            .timeout(Some(TIME_LIMIT))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE))
            .build();
        Ok(Self { transport, server })
    }

    async fn deliver(&self, message: Message, ascii: bool) -> Result<(), SendError> {
        match tokio::time::timeout(TIME_LIMIT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(SendError { permanent: is_permanent(&error, ascii), message: with_causes(&error) }),
            Err(_) => Err(SendError { permanent: false, message: format!("{} did not answer in time", self.server) }),
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &OutgoingMail) -> Result<(), SendError> {
        let message = compose(mail)?;
        let ascii = mail.to_email.is_ascii() && mail.from_email.is_ascii();
        self.deliver(message, ascii).await
    }

    async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(TIME_LIMIT, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(format!("{} refuses us", self.server)),
            Ok(Err(error)) => Err(format!("{}: {}", self.server, with_causes(&error))),
            Err(_) => Err(format!("{} did not answer in time", self.server)),
        }
    }
}

/// The URL with the encryption it needs, and `host:port` to show in errors.
fn with_tls(url: &str) -> Result<(String, String), String> {
    let unusable = || "SMTP_URL must look like smtp://host:port".to_owned();
    let (scheme, rest) = url.split_once("://").ok_or_else(unusable)?;
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (login, server) = match authority.rsplit_once('@') {
        Some((login, server)) => (Some(login), server),
        None => (None, authority),
    };
    let bracketed = server.strip_prefix('[').and_then(|s| s.split_once(']'));
    let host = match bracketed {
        Some((host, _)) => host,
        None => server.split(':').next().unwrap_or_default(),
    };
    if host.is_empty() {
        return Err(unusable());
    }
    let loopback =
        host == "localhost" || host.ends_with(".localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let chosen = rest.split_once('?').is_some_and(|(_, q)| q.contains("tls="));
    let mut url = url.to_owned();
    if scheme == "smtp" && !loopback && !chosen {
        url.push(if rest.contains('?') { '&' } else { '?' });
        url.push_str(match login {
            Some(_) => "tls=required",
            None => "tls=opportunistic",
        });
    }
    Ok((url, server.to_owned()))
}

fn compose(mail: &OutgoingMail) -> Result<Message, SendError> {
    let from = mailbox(Some(&mail.from_name), &mail.from_email)?;
    let to = mailbox(mail.to_name.as_deref(), &mail.to_email)?;
    let mut builder = Message::builder()
        .message_id(Some(message_id(&mail.message_id, from.email.domain())))
        .from(from)
        .to(to)
        .subject(one_line(&mail.subject));
    if let Some(answers) = &mail.reply_to {
        builder = builder.reply_to(mailbox(None, answers)?);
    }
    let message = match (mail.text.is_empty(), mail.html.is_empty()) {
        (_, true) => builder.singlepart(SinglePart::plain(mail.text.clone())),
        (true, false) => builder.singlepart(SinglePart::html(mail.html.clone())),
        (false, false) => builder.multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone())),
    };
    message.map_err(|error| unsendable(&error))
}

fn mailbox(name: Option<&str>, email: &str) -> Result<Mailbox, SendError> {
    let address: Address = email.parse().map_err(|error| unsendable(&error))?;
    let name = name.map(one_line).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, address))
}

/// Header values are one line, whatever was put into a name or a subject.
fn one_line(text: &str) -> String {
    let clean = text.replace(char::is_control, " ");
    clean.trim().to_owned()
}

/// `<left@right>`, made of harmless characters only.
fn message_id(id: &str, domain: &str) -> String {
    let clean: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.+@".contains(*c)).collect();
    match clean.split_once('@') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => format!("<{clean}>"),
        _ => format!("<{}@{domain}>", clean.trim_matches('@')),
    }
}

fn unsendable(error: &dyn std::error::Error) -> SendError {
    SendError { permanent: true, message: error.to_string() }
}

fn is_permanent(error: &SmtpError, ascii: bool) -> bool {
    if error.is_permanent() {
        return !error.status().is_some_and(|code| LOGIN_REFUSED.contains(&u16::from(code)));
    }
    // The server knows no international addresses.
    error.is_client() && !ascii
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let next_text = next.to_string();
        // Many errors already print what caused them.
        if !text.contains(&next_text) {
            text = format!("{text}: {next_text}");
        }
        cause = next.source();
    }
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_spoken_to_in_the_clear() {
        for (url, wanted) in [
            ("smtp://127.0.0.1:2525", "smtp://127.0.0.1:2525"),
            ("smtp://localhost:25", "smtp://localhost:25"),
            ("smtp://[::1]:25", "smtp://[::1]:25"),
            ("smtp://u:p@mail.example", "smtp://u:p@mail.example?tls=required"),
            ("smtp://mail.example:25", "smtp://mail.example:25?tls=opportunistic"),
            ("smtp://u:p@mail.example?tls=opportunistic", "smtp://u:p@mail.example?tls=opportunistic"),
            ("smtps://u:p@mail.example:465", "smtps://u:p@mail.example:465"),
        ] {
            assert_eq!(with_tls(url).unwrap().0, wanted);
        }
        assert_eq!(with_tls("smtps://u:p@mail.example:465").unwrap().1, "mail.example:465");
    }

    #[tokio::test]
    async fn a_bad_url_is_refused_without_showing_the_password() {
        for url in ["", "mail.example", "smtp://", "gopher://u:secret@mail.example"] {
            let error = SmtpMailer::new(url).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
        SmtpMailer::new("smtps://user:p%40ss@mail.example:465").unwrap();
    }

    #[test]
    fn headers_cannot_be_smuggled_in() {
        let mail = OutgoingMail {
            message_id: "a b>\r\nX: y".into(),
            from_name: "Desk\r\nBcc: x@example.com".into(),
            from_email: "desk@example.com".into(),
            reply_to: Some("answers@example.com".into()),
            to_name: Some("Ana\nCc: y@example.com".into()),
            to_email: "ana@example.com".into(),
            subject: "Hi\r\nBcc: z@example.com".into(),
            text: "t".into(),
            html: String::new(),
        };
        let message = String::from_utf8(compose(&mail).unwrap().formatted()).unwrap();
        let head = message.split("\r\n\r\n").next().unwrap();
        for line in head.split("\r\n") {
            assert!(!line.starts_with("Bcc:") && !line.starts_with("Cc:"), "{head}");
        }
        assert!(head.contains("Message-ID: <abXy@example.com>"), "{head}");
        assert!(head.contains("Reply-To: answers@example.com"), "{head}");
    }

    #[test]
    fn message_ids_keep_their_form() {
        assert_eq!(message_id("<1.a@x.example>", "d.example"), "<1.a@x.example>");
        assert_eq!(message_id("0199-abc", "d.example"), "<0199-abc@d.example>");
    }
}
