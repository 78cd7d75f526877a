//! Who may import, and what.

use std::time::Duration;

use serde_json::json;
use test_kit::World;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{mapped, people, preview, send};

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_imports() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let agent = broker.actor("Anna", "Agent", None).await;
    send(&agent, "clients", "x.csv", people(2)).await.refused(403, "forbidden");
    agent.get("/api/imports").await.refused(403, "forbidden");
    let path = mapped(&manager, "clients", &people(2), json!({})).await;
    agent.get(&path).await.refused(403, "forbidden");
    agent.get(&format!("{path}/errors.csv")).await.refused(403, "forbidden");
    broker.nobody().get(&path).await.refused(401, "unauthenticated");
    // Another broker's is not there.
    let other = world.broker("other").await.manager().await;
    other.get(&path).await.refused(404, "not_found");

    // Leads alone: no clients.
    let grants = json!({ "leads.import": "all", "leads.create": "all", "leads.read": "all", "clients.read": "all" });
    let fields = json!({ "leads.email": "full", "leads.phone": "full" });
    manager.post("/api/roles", &json!({ "name": "Lead importer", "permissions": grants, "fields": fields })).await.expect(201);
    // Its view of the database is made by a job.
    world.drain().await;
    let lea = broker.actor("Lea", "Lead importer", None).await;
    send(&lea, "clients", "x.csv", people(2)).await.refused(403, "forbidden");
    lea.get(&path).await.refused(404, "not_found");
    let leads = mapped(&lea, "leads", &people(2), json!({})).await;
    preview(&lea, &leads).await;
    let update = json!({ "mapping": { "email": "email" }, "duplicates": "update" });
    lea.put(&format!("{leads}/mapping"), &update).await.expect(200);
    preview(&lea, &leads).await;
    lea.post(&format!("{leads}/start"), &json!({})).await.refused(403, "forbidden");
    let owner = json!({ "mapping": { "email": "email", "first_name": "assigned_to" } });
    lea.put(&format!("{leads}/mapping"), &owner).await.refused(403, "forbidden");

    // Who sees contacts masked brings none in.
    let masked = json!({ "leads.email": "masked", "leads.phone": "full" });
    manager.post("/api/roles", &json!({ "name": "Masked importer", "permissions": { "leads.import": "all", "leads.create": "all" }, "fields": masked })).await.expect(201);
    let mia = broker.actor("Mia", "Masked importer", None).await;
    send(&mia, "leads", "x.csv", people(2)).await.refused(403, "field_masked");
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_are_gone_end_an_import() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let user = broker.user("Olga", "CRM Manager", None).await;
    let olga = broker.signed_in("Olga").await;
    let path = mapped(&olga, "clients", &people(10), json!({})).await;
    preview(&olga, &path).await;
    olga.post(&format!("{path}/start"), &json!({})).await.expect(202);
    manager.patch(&format!("/api/users/{user}"), &json!({ "role": "Agent" })).await.expect(200);
    world.drain().await;
    let now = manager.get(&path).await.expect(200);
    assert_eq!((&now["status"], &now["created"]), (&json!("failed"), &json!(0)), "{now}");
}

/// The answer comes before the body: nobody fills the disk with files that they may not send.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_import_is_told_before_the_file_came() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let agent = broker.actor("Anna", "Agent", None).await;
    let mut connection = tokio::net::TcpStream::connect(("127.0.0.1", world.port)).await.unwrap();
    let head = format!(
        "POST /api/imports HTTP/1.1\r\nhost: acme.localhost:{}\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000000000\r\n\r\n\
         --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nfirst_name,last_name\r\n",
        world.port,
        agent.token()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1_024];
    let read = tokio::time::timeout(Duration::from_secs(10), connection.read(&mut answer)).await;
    let read = read.expect("it waits for the file").unwrap();
    let text = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(text.starts_with("HTTP/1.1 403"), "{text}");
}
