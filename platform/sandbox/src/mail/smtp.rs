//! The SMTP conversation (RFC 5321) of the mail catcher.
//!
//! Every input is bounded: line length, message size, recipients, time and
//! number of conversations. Two domains of the reserved `.invalid` zone fail on
//! purpose, so that the handling of failures can be tried without tricks:
//! `bounce.invalid` is refused for good (550), `defer.invalid` for now (451).

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::inbox::Inbox;
use super::message;

const MAX_MESSAGE: usize = 10 << 20;
const MAX_COMMAND: usize = 4_096;
const MAX_RECIPIENTS: usize = 100;
const MAX_CONVERSATIONS: usize = 128;
const PATIENCE: Duration = Duration::from_secs(60);

/// Accepts until the task is aborted; open conversations end with it.
pub(super) async fn serve(listener: TcpListener, inbox: Arc<Inbox>) {
    let places = Arc::new(Semaphore::new(MAX_CONVERSATIONS));
    let mut conversations = JoinSet::new();
    loop {
        while conversations.try_join_next().is_some() {}
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let inbox = inbox.clone();
                conversations.spawn(async move {
                    if let Err(error) = Conversation::new(stream, inbox).run().await {
                        tracing::debug!(%error, "mail conversation ended early");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file handles, most likely; not worth a busy loop.
                tracing::warn!(%error, "mail catcher cannot accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

enum Line {
    Whole,
    TooLong,
    End,
}

struct Conversation {
    stream: BufStream<TcpStream>,
    inbox: Arc<Inbox>,
    sender: Option<String>,
    recipients: Vec<String>,
}

impl Conversation {
    fn new(stream: TcpStream, inbox: Arc<Inbox>) -> Self {
        Self { stream: BufStream::new(stream), inbox, sender: None, recipients: Vec::new() }
    }

    async fn run(mut self) -> anyhow::Result<()> {
        self.reply("220 mail catcher ready").await?;
        let mut line = Vec::new();
        loop {
            match self.read_line(&mut line, MAX_COMMAND).await? {
                Line::End => return Ok(()),
                Line::TooLong => {
                    self.reply("500 5.5.2 Line too long").await?;
                    continue;
                }
                Line::Whole => {}
            }
            let text = String::from_utf8_lossy(&line).into_owned();
            let (verb, argument) = text.split_once(' ').unwrap_or((&text, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.reset();
                    self.reply(&format!(
                        "250-mail catcher\r\n250-PIPELINING\r\n250-SIZE {MAX_MESSAGE}\r\n\
                         250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES"
                    ))
                    .await?;
                }
                "HELO" => {
                    self.reset();
                    self.reply("250 mail catcher").await?;
                }
                "MAIL" => {
                    let answer = self.mail(argument);
                    self.reply(answer).await?;
                }
                "RCPT" => {
                    let answer = self.rcpt(argument);
                    self.reply(answer).await?;
                }
                "DATA" => self.data().await?,
                "RSET" => {
                    self.reset();
                    self.reply("250 2.0.0 Ok").await?;
                }
                "NOOP" => self.reply("250 2.0.0 Ok").await?,
                "VRFY" => self.reply("252 2.5.0 Send and see").await?,
                "QUIT" => {
                    self.reply("221 2.0.0 Bye").await?;
                    return Ok(());
                }
                _ => self.reply("502 5.5.1 Command not implemented").await?,
            }
        }
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn mail(&mut self, argument: &str) -> &'static str {
        if self.sender.is_some() {
            return "503 5.5.1 Sender already given";
        }
        let Some((path, parameters)) = path(argument, "FROM:") else {
            return "501 5.5.4 Syntax: MAIL FROM:<address>";
        };
        for parameter in parameters.split_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name.to_ascii_uppercase().as_str() {
                "SIZE" => match value.parse::<usize>() {
                    Ok(size) if size > MAX_MESSAGE => {
                        return "552 5.3.4 Message too big";
                    }
                    Ok(_) => {}
                    Err(_) => return "501 5.5.4 Bad SIZE",
                },
                "BODY" | "SMTPUTF8" => {}
                _ => return "555 5.5.4 Unknown parameter",
            }
        }
        // The empty sender is that of bounces and must be accepted.
        if !path.is_empty() && !is_mailbox(path) {
            return "501 5.1.7 Bad sender address";
        }
        self.sender = Some(path.to_owned());
        "250 2.1.0 Ok"
    }

    fn rcpt(&mut self, argument: &str) -> &'static str {
        if self.sender.is_none() {
            return "503 5.5.1 Sender first";
        }
        let Some((path, _)) = path(argument, "TO:") else {
            return "501 5.5.4 Syntax: RCPT TO:<address>";
        };
        if !is_mailbox(path) {
            return "501 5.1.3 Bad recipient address";
        }
        let domain = path.rsplit('@').next().unwrap_or_default();
        if domain.eq_ignore_ascii_case("bounce.invalid") {
            return "550 5.1.1 No such mailbox";
        }
        if domain.eq_ignore_ascii_case("defer.invalid") {
            return "451 4.3.0 Try again later";
        }
        if self.recipients.len() >= MAX_RECIPIENTS {
            return "452 4.5.3 Too many recipients";
        }
        self.recipients.push(path.to_owned());
        "250 2.1.5 Ok"
    }

    async fn data(&mut self) -> anyhow::Result<()> {
        let (Some(sender), false) = (self.sender.clone(), self.recipients.is_empty()) else {
            return self.reply("503 5.5.1 Sender and recipient first").await;
        };
        self.reply("354 End with a line of one dot").await?;
        let mut raw: Vec<u8> = Vec::new();
        let mut too_big = false;
        let mut line = Vec::new();
        loop {
            match self.read_line(&mut line, MAX_MESSAGE).await? {
                // Half a message is no message.
                Line::End => return Ok(()),
                Line::TooLong => too_big = true,
                Line::Whole if line == b"." => break,
                Line::Whole => {
                    let line = line.strip_prefix(b".").unwrap_or(&line);
                    too_big |= raw.len() + line.len() + 2 > MAX_MESSAGE;
                    if !too_big {
                        raw.extend_from_slice(line);
                        raw.extend_from_slice(b"\r\n");
                    }
                }
            }
        }
        let recipients = std::mem::take(&mut self.recipients);
        self.reset();
        if too_big {
            return self.reply("552 5.3.4 Message too big").await;
        }
        let inbox = self.inbox.clone();
        let saved = tokio::task::spawn_blocking(move || {
            let stored = message::decode(&raw, &sender, &recipients);
            let id = stored.mail.id.clone();
            inbox.add(stored).map(|()| id)
        })
        .await?;
        match saved {
            Ok(id) => self.reply(&format!("250 2.0.0 Caught as {id}")).await,
            Err(error) => {
                tracing::warn!(%error, "message could not be kept");
                self.reply("451 4.3.0 Could not be kept").await
            }
        }
    }

    async fn reply(&mut self, text: &str) -> anyhow::Result<()> {
        let write = async {
            self.stream.write_all(text.as_bytes()).await?;
            self.stream.write_all(b"\r\n").await?;
            self.stream.flush().await
        };
        tokio::time::timeout(PATIENCE, write).await??;
        Ok(())
    }

    /// Reads one line without its end. What goes beyond `limit` is read and
    /// thrown away, so that memory stays bounded and the conversation in step.
    async fn read_line(&mut self, line: &mut Vec<u8>, limit: usize) -> anyhow::Result<Line> {
        line.clear();
        let mut too_long = false;
        loop {
            let available = tokio::time::timeout(PATIENCE, self.stream.fill_buf()).await??;
            if available.is_empty() {
                return Ok(Line::End);
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            too_long |= line.len() + part.len() > limit;
            if !too_long {
                line.extend_from_slice(part);
            }
            let used = end.map_or(available.len(), |end| end + 1);
            self.stream.consume(used);
            if end.is_some() {
                if too_long {
                    return Ok(Line::TooLong);
                }
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(Line::Whole);
            }
        }
    }
}

/// `FROM:<path> parameters` → path and parameters.
fn path<'a>(argument: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let head = argument.get(..keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let rest = argument[keyword.len()..].trim_start().strip_prefix('<')?;
    rest.split_once('>')
}

/// Loose on purpose: enough to notice what no server would take.
fn is_mailbox(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && address.len() <= 254
        && address.chars().all(clean)
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || !c.is_ascii())
        })
}
