//! The mail catcher, spoken to by the mailer of production and by hand.

use connectors::smtp::SmtpMailer;
use kernel::ports::{Mailer, OutgoingMail};
use sandbox::MailCatcher;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

fn mail(to: &str) -> OutgoingMail {
    OutgoingMail {
        message_id: "0199-abc@northwind.example".into(),
        from_name: "Nørthwind, Ltd.".into(),
        from_email: "desk@northwind.example".into(),
        reply_to: None,
        to_name: Some("Ana \"A\" Müller".into()),
        to_email: to.into(),
        subject: "Grüße — please verify".into(),
        text: format!(".\n..dots\nVerify: https://crm.example/verify?token=abc\n{}\n", "long ".repeat(400)),
        html: "<p>Verify <a href=\"https://crm.example/verify?token&#x3D;abc\">here</a> ✓</p>".into(),
    }
}

#[tokio::test]
async fn a_message_arrives_decoded_and_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let catcher = MailCatcher::start(dir.path().join("mail")).await.unwrap();
    let mailer = SmtpMailer::new(&catcher.url()).unwrap();
    mailer.check().await.unwrap();
    mailer.send(&mail("Ana@Example.com")).await.unwrap();
    mailer.send(&mail("bob@example.com")).await.unwrap();

    let all = catcher.list(None);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].to, "bob@example.com", "newest first");
    let caught = &catcher.list(Some("ana@example.COM"))[0];
    assert_eq!(caught.from, "Nørthwind, Ltd. <desk@northwind.example>");
    assert_eq!(caught.subject, "Grüße — please verify");
    assert_eq!(caught.text.replace("\r\n", "\n").trim_end(), mail("x@y.z").text.trim_end());
    assert_eq!(caught.html.trim_end(), mail("x@y.z").html);
    assert_eq!(caught.links, ["https://crm.example/verify?token=abc"]);
    assert!(catcher.list(Some("an@example.com")).is_empty());

    let (addr, before) = (catcher.addr(), all.clone());
    catcher.stop().await;
    assert!(TcpStream::connect(addr).await.is_err());
    let again = MailCatcher::start(dir.path().join("mail")).await.unwrap();
    assert_eq!(again.list(None), before);
}

#[tokio::test]
async fn failures_are_permanent_or_not_as_the_server_says() {
    let dir = tempfile::tempdir().unwrap();
    let catcher = MailCatcher::start(dir.path().into()).await.unwrap();
    let mailer = SmtpMailer::new(&catcher.url()).unwrap();
    for (to, permanent) in [
        ("someone@bounce.invalid", true),
        ("someone@defer.invalid", false),
        ("no address", true),
        ("two@@example.com", true),
        ("", true),
        ("line@example.com\r\nRCPT TO:<x@example.com>", true),
    ] {
        let error = mailer.send(&mail(to)).await.unwrap_err();
        assert_eq!(error.permanent, permanent, "{to}: {error}");
    }
    let mut forged = mail("ana@example.com");
    forged.subject = "x\r\nBcc: victim@example.com".into();
    let sent = mailer.send(&forged).await;
    assert!(sent.is_err() || catcher.list(Some("victim@example.com")).is_empty());

    catcher.stop().await;
    let error = mailer.send(&mail("ana@example.com")).await.unwrap_err();
    assert!(!error.permanent, "{error}");
    assert!(mailer.check().await.is_err());
}

#[tokio::test]
async fn the_conversation_keeps_to_the_rules() {
    let dir = tempfile::tempdir().unwrap();
    let catcher = MailCatcher::start(dir.path().into()).await.unwrap();
    let mut stream = BufReader::new(TcpStream::connect(catcher.addr()).await.unwrap());
    let mut say = async |text: &str| -> String {
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut last = String::new();
        loop {
            last.clear();
            stream.read_line(&mut last).await.unwrap();
            if last.as_bytes().get(3) != Some(&b'-') {
                return last[..3].to_owned();
            }
        }
    };
    assert_eq!(say("").await, "220");
    for (line, code) in [
        ("HELO me\r\n", "250"),
        ("DATA\r\n", "503"),
        ("RCPT TO:<a@example.com>\r\n", "503"),
        ("MAIL FROM:<a@example.com> SIZE=10485761\r\n", "552"),
        ("MAIL FROM:<a@example.com> FOO=1\r\n", "555"),
        ("MAIL FROM:<a b@example.com>\r\n", "501"),
        ("MAIL\r\n", "501"),
        ("mail from:<>\r\n", "250"),
        ("MAIL FROM:<a@example.com>\r\n", "503"),
        ("RSET\r\n", "250"),
        ("MAIL FROM:<a@example.com> SIZE=100 BODY=8BITMIME\r\n", "250"),
        ("RCPT TO:<not an address>\r\n", "501"),
        ("DATA\r\n", "503"),
        ("RCPT TO:<one@example.com>\r\n", "250"),
        ("RCPT TO:<Two@example.com>\r\n", "250"),
        ("NOOP\r\n", "250"),
        ("FROB\r\n", "502"),
        ("DATA\r\n", "354"),
        ("Subject: bare\r\n\r\n..\r\nbody\r\n.\r\n", "250"),
        ("EHLO me\r\n", "250"),
    ] {
        assert_eq!(say(line).await, code, "{line}");
    }
    assert_eq!(say(&format!("NOOP {}\r\n", "x".repeat(5_000))).await, "500");

    let caught = &catcher.list(Some("two@example.com"))[0];
    assert_eq!(caught.to, "one@example.com, Two@example.com");
    assert_eq!(caught.text.trim_end().replace("\r\n", "\n"), ".\nbody");

    // Too big: refused at the end, and the conversation goes on.
    assert_eq!(say("MAIL FROM:<a@example.com>\r\n").await, "250");
    assert_eq!(say("RCPT TO:<big@example.com>\r\n").await, "250");
    assert_eq!(say("DATA\r\n").await, "354");
    let line = format!("{}\r\n", "x".repeat(1_022));
    assert_eq!(say(&(line.repeat(10_241) + ".\r\n")).await, "552");
    assert!(catcher.list(Some("big@example.com")).is_empty());

    // Pipelined in one packet.
    let all = "MAIL FROM:<a@example.com>\r\nRCPT TO:<p@example.com>\r\nDATA\r\n";
    assert_eq!(say(all).await, "250");
    assert_eq!(say("").await, "250");
    assert_eq!(say("").await, "354");
    assert_eq!(say("Subject: p\r\n\r\n.\r\nQUIT\r\n").await, "250");
    assert_eq!(say("").await, "221");
    assert_eq!(catcher.list(Some("p@example.com")).len(), 1);
}
