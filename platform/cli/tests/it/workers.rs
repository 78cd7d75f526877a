//! Workers that are killed with a mail in their hands.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::json;
use test_kit::{Broker, World};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::kit::{dies, end_leases, number, signal, start_in, texts, until};

async fn invite(broker: &Broker<'_>, email: &str) {
    let body = json!({ "email": email, "name": "New Agent", "role": "Agent" });
    broker.manager().await.post("/api/users", &body).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_worker_died_leaves_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    invite(&broker, "anna@acme.example").await;
    dies(start_in(&world, &["workers"], &[("BROKERDESK_CRASH_AT", "job.taken:mail.send")])).await;
    let held = "select state || ' ' || attempts from control.outbox where kind = 'mail.send'";
    assert_eq!(texts(&world, held).await, ["running 1"]);
    assert!(world.mail.list(None).is_empty());
    // While the lease holds nobody else takes it, not even a worker that runs.
    let mut workers = start_in(&world, &["workers"], &[]);
    invite(&broker, "ben@acme.example").await;
    until("the other mail", Duration::from_secs(8), async || world.mail.list(None).len() == 1).await;
    assert_eq!(world.mail.list(None)[0].to, "ben@acme.example");
    end_leases(&world).await;
    until("the mail", Duration::from_secs(10), async || world.mail.list(Some("anna@acme.example")).len() == 1).await;
    until("its mark", Duration::from_secs(5), async || {
        number(&world, "select count(*) from control.outbox where kind = 'mail.send' and state = 'done'").await == 2
    })
    .await;
    signal(&workers, Signal::SIGTERM);
    let ended = tokio::time::timeout(Duration::from_secs(12), workers.wait()).await.unwrap().unwrap();
    assert!(ended.success(), "{ended}");
    assert_eq!(world.mail.list(None).len(), 2);
}

/// A mail server that writes down what it gets.
#[derive(Default)]
struct Post {
    /// Whole messages, in order.
    letters: Mutex<Vec<String>>,
    /// Takes the letter and never says so.
    silent: std::sync::atomic::AtomicBool,
}

impl Post {
    async fn open() -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let post = Arc::new(Self::default());
        let serving = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let post = serving.clone();
                tokio::spawn(async move { post.converse(stream).await });
            }
        });
        (post, url)
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 here\r\n").await?;
        let (mut line, mut letter) = (String::new(), None::<String>);
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let answer = match &mut letter {
                Some(text) if line.trim_end() != "." => {
                    text.push_str(&line);
                    continue;
                }
                Some(text) => {
                    self.letters.lock().unwrap().push(std::mem::take(text));
                    letter = None;
                    if self.silent.load(std::sync::atomic::Ordering::Relaxed) {
                        std::future::pending::<()>().await;
                    }
                    "250 kept"
                }
                None if line.to_uppercase().starts_with("DATA") => {
                    letter = Some(String::new());
                    "354 go on"
                }
                None if line.to_uppercase().starts_with("QUIT") => "221 bye",
                None => "250 fine",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }

    fn letters(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }
}

fn message_id(letter: &str) -> &str {
    letter.lines().find(|line| line.to_lowercase().starts_with("message-id:")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_may_have_left_leaves_again_under_the_same_id() {
    let (post, url) = Post::open().await;
    let world = World::with(&[("SMTP_URL", &url), ("RATE_SIGNIN", "off")]).await;
    let broker = world.broker("acme").await;
    post.silent.store(true, std::sync::atomic::Ordering::Relaxed);
    invite(&broker, "anna@acme.example").await;
    let workers = start_in(&world, &["workers"], &[]);
    until("the first delivery", Duration::from_secs(8), async || post.letters().len() == 1).await;
    // The server has it; the worker will never hear of that.
    signal(&workers, Signal::SIGKILL);
    dies(workers).await;
    post.silent.store(false, std::sync::atomic::Ordering::Relaxed);
    end_leases(&world).await;
    let _workers = start_in(&world, &["workers"], &[]);
    let done = "select count(*) from control.outbox where kind = 'mail.send' and state = 'done' and attempts = 2";
    until("the second delivery", Duration::from_secs(10), async || number(&world, done).await == 1).await;
    let letters = post.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(message_id(&letters[0]), message_id(&letters[1]));
    assert!(letters.iter().all(|letter| letter.contains("anna@acme.example")));
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_killed_again_and_again_lose_nothing() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let mut sent = 0;
    for round in 0..4 {
        for n in 0..15 {
            let body = json!({ "email": format!("r{round}n{n}@acme.example"), "name": "New Agent", "role": "Agent" });
            manager.post("/api/users", &body).await.expect(201);
        }
        sent += 15;
        let before = world.mail.list(None).len();
        let workers = start_in(&world, &["workers"], &[]);
        // In the middle of the work.
        until("some mails", Duration::from_secs(8), async || world.mail.list(None).len() > before + 3).await;
        signal(&workers, Signal::SIGKILL);
        dies(workers).await;
        end_leases(&world).await;
    }
    let _workers = start_in(&world, &["workers"], &[]);
    let open = "select count(*) from control.outbox where state <> 'done'";
    until("all of them", Duration::from_secs(15), async || number(&world, open).await == 0).await;
    let mut to: Vec<String> = world.mail.list(None).into_iter().map(|m| m.to).collect();
    to.sort();
    // At least once: a mail may have left just before the kill.
    let doubled = to.len() - sent;
    to.dedup();
    assert_eq!(to.len(), sent, "a mail was lost");
    assert!(doubled <= 4 * 8, "{doubled} of {sent} left twice");
}
