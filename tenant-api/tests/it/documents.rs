//! Documents of clients: from the link to the decision, who may do what, what is refused, the virus scan
//! and the days before a document expires.

use std::collections::BTreeMap;

use chrono::Duration;
use runtime::Rows as _;
use runtime::crypto::sha256;
use sandbox::clamd::{ClamdStandIn, Mood, VIRUS, eicar};
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, Reply, World};

pub const PDF: &[u8] = b"%PDF-1.4\n% a passport\n";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture";

pub fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub async fn client(manager: &Api<'_>, name: &str, owner: Option<&str>) -> String {
    let body = json!({ "first_name": name, "last_name": "Doe", "email": format!("{}@example.com", name.to_lowercase()), "assigned_to": owner });
    text(&manager.post("/api/clients", &body).await.expect(201), "id").to_owned()
}

/// What announces a file.
pub fn announce(kind: &str, content_type: &str, bytes: &[u8]) -> Json {
    json!({
        "type": kind, "filename": "C:\\scans\\Jane Doe pässport.pdf", "content_type": content_type, "size": bytes.len(),
        "sha256": hex(&sha256(bytes)),
    })
}

pub async fn begin(who: &Api<'_>, client: &str, body: &Json) -> Reply {
    who.post(&format!("/api/clients/{client}/documents"), body).await
}

/// A request somebody makes of a link; what a browser would send, unless it is changed.
pub struct Attempt {
    url: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Attempt {
    pub fn of(begun: &Json, body: &[u8]) -> Self {
        let upload = &begun["upload"];
        assert_eq!(upload["method"], "PUT");
        let headers = upload["headers"].as_object().unwrap().iter().map(|(n, v)| (n.clone(), v.as_str().unwrap().to_owned()));
        Self { url: text(upload, "url").to_owned(), headers: headers.collect(), body: body.to_vec() }
    }

    pub async fn send(&self, world: &World) -> u16 {
        let mut request = world.http.put(&self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(self.body.clone()).send().await.unwrap().status().as_u16()
    }
}

/// Uploads a file and completes it.
pub async fn upload(world: &World, who: &Api<'_>, client: &str, kind: &str, content_type: &str, bytes: &[u8]) -> Json {
    upload_as(world, who, client, &announce(kind, content_type, bytes), bytes).await
}

pub async fn upload_as(world: &World, who: &Api<'_>, client: &str, body: &Json, bytes: &[u8]) -> Json {
    let begun = begin(who, client, body).await.expect(201);
    assert_eq!(Attempt::of(&begun, bytes).send(world).await, 200);
    who.post(&format!("/api/documents/{}/complete", text(&begun, "id")), &json!({})).await.expect(200)
}

pub async fn decide(who: &Api<'_>, document: &Json, patch: &Json) -> Reply {
    who.patch(&format!("/api/documents/{}", text(document, "id")), patch).await
}

async fn link(who: &Api<'_>, document: &Json) -> Reply {
    who.post(&format!("/api/documents/{}/link", text(document, "id")), &json!({ "purpose": "view" })).await
}

/// What a program gets that does not follow to the file store.
async fn download(world: &World, who: &Api<'_>, document: &Json) -> reqwest::Response {
    let bare = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let url = format!("http://127.0.0.1:{}/api/documents/{}/download", world.port, text(document, "id"));
    bare.get(url).header("x-tenant", "acme").bearer_auth(who.token()).send().await.unwrap()
}

pub async fn kyc_of(who: &Api<'_>, client: &str) -> String {
    text(&who.get(&format!("/api/clients/{client}")).await.expect(200), "kyc_status").to_owned()
}

pub async fn entries(broker: &Broker<'_>, action: &str) -> Vec<Json> {
    let sql = "select coalesce(jsonb_agg(to_jsonb(a) order by n), '[]') from audit_log a where action = $1";
    broker.tx().await.scalar::<Json>(sql, [action.into()]).await.unwrap().unwrap().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_document_walks_from_the_link_to_the_decision() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let id = client(&manager, "Jane", None).await;
    let documents = format!("/api/clients/{id}/documents");

    let begun = begin(&manager, &id, &announce("identity", "application/pdf", PDF)).await.expect(201);
    let prefix = broker.tenant().await.key.storage_prefix();
    let key = format!("/{prefix}clients/{id}/kyc/{}/1/original?", text(&begun, "id"));
    assert!(text(&begun["upload"], "url").contains(&key), "{begun}");
    assert!(!begun.to_string().contains("pässport"), "no text of the request is in the key");
    // There is nothing before it is there.
    assert_eq!(manager.get(&documents).await.expect(200)["total"], 0);
    let complete = format!("/api/documents/{}/complete", text(&begun, "id"));
    manager.post(&complete, &json!({})).await.refused(409, "upload_missing");
    manager.get(&format!("/api/documents/{}/download", text(&begun, "id"))).await.refused(409, "document_not_ready");
    assert_eq!(Attempt::of(&begun, PDF).send(&world).await, 200);
    let identity = manager.post(&complete, &json!({})).await.expect(200);
    assert_eq!(
        (text(&identity, "status"), text(&identity, "scan"), text(&identity, "filename")),
        ("pending", "off", "Jane Doe pässport.pdf")
    );
    assert_eq!(manager.post(&complete, &json!({})).await.expect(200), identity, "a second time changes nothing");
    assert_eq!(entries(&broker, "document.uploaded").await.len(), 1);
    assert_eq!(manager.get("/api/documents?status=pending").await.expect(200)["data"][0]["id"], identity["id"]);

    // The client's status follows: of what the first level requires, something is missing.
    assert_eq!(kyc_of(&manager, &id).await, "missing");
    let address = upload(&world, &manager, &id, "address", "image/png", PNG).await;
    assert_eq!(kyc_of(&manager, &id).await, "pending");
    // A passport is approved with the day on which it expires.
    let refused = decide(&manager, &identity, &json!({ "status": "approved" })).await.refused(422, "validation_failed");
    assert!(refused["data"]["fields"]["expires_at"].is_array(), "{refused}");
    for bad in [
        json!({ "status": "approved", "expires_at": "2020-01-01" }),
        json!({ "status": "expired" }),
        json!({ "status": "rejected" }),
    ] {
        decide(&manager, &identity, &bad).await.refused(422, "validation_failed");
    }
    let approved = decide(&manager, &identity, &json!({ "status": "approved", "expires_at": "2099-12-31" })).await.expect(200);
    assert_eq!((text(&approved, "status"), text(&approved, "reviewed_by_name")), ("approved", "Ada Manager"));
    decide(&manager, &address, &json!({ "status": "approved", "seen_status": "rejected" })).await.refused(409, "stale_version");
    decide(&manager, &address, &json!({ "status": "approved", "seen_status": "pending" })).await.expect(200);
    assert_eq!(kyc_of(&manager, &id).await, "approved");
    let kyc = manager.get(&format!("/api/clients/{id}/kyc")).await.expect(200);
    assert_eq!((&kyc["derived"], &kyc["level"]), (&json!("approved"), &json!(1)));
    assert_eq!(kyc["levels"][1], json!({ "level": 2, "status": "missing" }));

    // Looking leaves a trace, then leads to the file under a name of its own.
    let shown = link(&manager, &identity).await.expect(200);
    let answer = world.http.get(text(&shown, "url")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(disposition, "inline; filename=\"identity-1.pdf\"; filename*=UTF-8''Jane%20Doe%20p%C3%A4ssport.pdf");
    assert_eq!(answer.bytes().await.unwrap(), PDF);
    let found = download(&world, &manager, &identity).await;
    assert_eq!(found.status(), 302);
    let file = world.http.get(found.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert!(file.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let views = entries(&broker, "document.viewed").await;
    let purposes: Vec<&Json> = views.iter().map(|e| &e["diff"][0]["new"]).collect();
    assert_eq!(purposes, [&json!("view"), &json!("download")]);
    assert!(!views[0].to_string().contains("pässport"), "names of files are not for the log");

    // A new version: the old one counts until it is approved.
    let mut body = announce("identity", "image/png", PNG);
    body["replaces"] = identity["id"].clone();
    let second = upload_as(&world, &manager, &id, &body, PNG).await;
    assert_eq!((&second["version"], &second["document_id"]), (&json!(2), &identity["id"]));
    assert_eq!(kyc_of(&manager, &id).await, "approved");
    decide(&manager, &second, &json!({ "status": "approved", "expires_at": "2099-12-31" })).await.expect(200);
    let all = manager.get(&documents).await.expect(200);
    let old = all["data"].as_array().unwrap().iter().find(|d| d["id"] == identity["id"]).unwrap().clone();
    assert_eq!(old["superseded_by"], second["id"], "the old version is kept");
    assert_eq!(manager.get("/api/documents").await.expect(200)["total"], 2, "the queue holds what is current");
    // A rejection is followed, and taken back.
    decide(&manager, &second, &json!({ "status": "rejected", "reason": "Unreadable" })).await.expect(200);
    assert_eq!(kyc_of(&manager, &id).await, "rejected");
    decide(&manager, &second, &json!({ "status": "approved" })).await.expect(200);
    assert_eq!(kyc_of(&manager, &id).await, "approved");
    let changes = entries(&broker, "client.updated").await;
    assert_eq!(changes.last().unwrap()["diff"][0], json!({ "field": "kyc_status", "old": "rejected", "new": "approved" }));
    // Documents of a deleted client are out of sight.
    assert_eq!(manager.delete(&format!("/api/clients/{id}")).await.status, 204);
    assert_eq!(manager.get("/api/documents").await.expect(200)["total"], 0);
    link(&manager, &second).await.refused(404, "not_found");
}

type Change = fn(&mut Attempt);

#[tokio::test]
async fn a_link_takes_the_announced_bytes_once_and_nothing_else() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let other = world.broker("other").await.tenant().await.key.storage_prefix();
    let manager = broker.manager().await;
    let id = client(&manager, "Jane", None).await;
    let table: &[(&str, u16, Change)] = &[
        ("wrong signature", 403, |a| {
            let at = a.url.find("X-Amz-Signature=").unwrap() + 16;
            let digit = if a.url.as_bytes()[at] == b'0' { "1" } else { "0" };
            a.url.replace_range(at..=at, digit);
        }),
        ("other key", 403, |a| a.url = a.url.replace("/1/original?", "/2/original?")),
        ("longer life", 403, |a| a.url = a.url.replace("X-Amz-Expires=600", "X-Amz-Expires=60000")),
        ("other type", 403, |a| _ = a.headers.insert("content-type".into(), "text/html".into())),
        ("oversize", 400, |a| a.body.extend_from_slice(b" and more")),
        ("oversize with its checksum", 403, |a| {
            a.body.extend_from_slice(b" and more");
            let sum = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, sha256(&a.body));
            a.headers.insert("x-amz-checksum-sha256".into(), sum);
        }),
        ("other bytes", 400, |a| a.body = b"%PDF-1.4\n% a passpart\n".to_vec()),
        ("no checksum", 403, |a| _ = a.headers.remove("x-amz-checksum-sha256")),
        ("not once only", 403, |a| _ = a.headers.remove("if-none-match")),
        ("a copy of another object", 403, |a| {
            _ = a.headers.insert("x-amz-copy-source".into(), "brokerdesk/tenants/000001/.tenant".into());
        }),
    ];
    for (name, status, change) in table {
        let begun = begin(&manager, &id, &announce("identity", "application/pdf", PDF)).await.expect(201);
        let mut attempt = Attempt::of(&begun, PDF);
        change(&mut attempt);
        assert_eq!(attempt.send(&world).await, *status, "{name}");
        let complete = format!("/api/documents/{}/complete", text(&begun, "id"));
        manager.post(&complete, &json!({})).await.refused(409, "upload_missing");
    }
    let begun = begin(&manager, &id, &announce("identity", "application/pdf", PDF)).await.expect(201);
    let mut foreign = Attempt::of(&begun, PDF);
    foreign.url = foreign.url.replace(&broker.tenant().await.key.storage_prefix(), &other);
    assert_eq!(foreign.send(&world).await, 403, "another tenant's key");
    let attempt = Attempt::of(&begun, PDF);
    assert_eq!(attempt.send(&world).await, 200);
    assert_eq!(attempt.send(&world).await, 412, "a second use");
}

#[tokio::test]
async fn what_is_uploaded_is_what_was_announced() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let id = client(&manager, "Jane", None).await;
    // All faults at once.
    let refused =
        begin(&manager, &id, &json!({ "sha256": "ABC", "size": 0, "replaces": "x" })).await.refused(422, "validation_failed");
    for field in ["type", "filename", "content_type", "size", "sha256", "replaces"] {
        assert!(refused["data"]["fields"][field].is_array(), "{field}: {refused}");
    }
    for (field, value) in [
        ("type", json!("shoe_size")),
        ("content_type", json!("image/svg+xml")),
        ("content_type", json!("text/html")),
        ("size", json!(10_485_761)),
        ("sha256", json!("AB".repeat(32))),
        ("filename", json!("folder/")),
        ("replaces", json!("0190a000-0000-7000-8000-000000000000")),
    ] {
        let mut body = announce("identity", "application/pdf", PDF);
        body[field] = value;
        let refused = begin(&manager, &id, &body).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"][field].is_array(), "{field}: {refused}");
    }
    // A page that says it is a PDF goes away again, file and row.
    let page = b"<!doctype html><script>alert(1)</script>";
    let begun = begin(&manager, &id, &announce("identity", "application/pdf", page)).await.expect(201);
    assert_eq!(Attempt::of(&begun, page).send(&world).await, 200);
    let complete = format!("/api/documents/{}/complete", text(&begun, "id"));
    manager.post(&complete, &json!({})).await.refused(422, "file_type_mismatch");
    manager.post(&complete, &json!({})).await.refused(410, "upload_gone");
    link(&manager, &begun).await.refused(409, "document_not_ready");
    assert_eq!(manager.get(&format!("/api/clients/{id}/documents")).await.expect(200)["total"], 0);
    // So does what nobody finishes.
    let abandoned = begin(&manager, &id, &announce("address", "application/pdf", PDF)).await.expect(201);
    assert_eq!(Attempt::of(&abandoned, PDF).send(&world).await, 200);
    let kept = upload(&world, &manager, &id, "identity", "application/pdf", PDF).await;
    let tenant = broker.tenant().await.key;
    let stored = || async { world.app.files.size_of_prefix(&format!("{}clients/", tenant.storage_prefix())).await.unwrap() };
    assert_eq!(stored().await, (page.len() + 2 * PDF.len()) as u64);
    crm::documents::sweep(&world.app, tenant).await.unwrap();
    assert_eq!(stored().await, (page.len() + 2 * PDF.len()) as u64, "a link may still be in use");
    let tx = broker.tx().await;
    tx.run("update documents set created_at = created_at - interval '61 minutes'", []).await.unwrap();
    tx.commit().await.unwrap();
    crm::documents::sweep(&world.app, tenant).await.unwrap();
    assert_eq!(stored().await, PDF.len() as u64);
    let gone = format!("/api/documents/{}/complete", text(&abandoned, "id"));
    manager.post(&gone, &json!({})).await.refused(404, "not_found");
    link(&manager, &kept).await.expect(200);
}

#[tokio::test]
async fn permissions_and_scopes_decide() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (sales, away) = (broker.team("Sales", None).await, broker.team("Away", None).await);
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let ben = broker.actor("Ben", "Agent", Some(away)).await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let compliance = broker.actor("Cora", "Compliance", None).await;
    let support = broker.actor("Sue", "Support", None).await;
    let partners = broker.actor("Paul", "Partner Manager", None).await;
    let (of_anna, of_ben) = (client(&manager, "Jane", Some(anna.id())).await, client(&manager, "John", Some(ben.id())).await);
    // An agent hands in for their own clients, under a database role that can't read names of files.
    let document = upload(&world, &anna, &of_anna, "identity", "application/pdf", PDF).await;
    assert_eq!((document.get("filename"), text(&document, "type")), (None, "identity"));
    begin(&anna, &of_ben, &announce("identity", "application/pdf", PDF)).await.refused(404, "not_found");
    begin(&support, &of_anna, &announce("identity", "application/pdf", PDF)).await.refused(403, "forbidden");
    upload(&world, &ben, &of_ben, "address", "image/png", PNG).await;

    for (who, sees, name, opens) in [
        (&manager, 2, true, 200),
        (&compliance, 2, true, 200),
        (&leader, 1, true, 200),
        (&anna, 1, false, 403),
        (&support, 2, false, 403),
    ] {
        let list = who.get("/api/documents").await.expect(200);
        assert_eq!(list["total"], sees, "{list}");
        let own = who.get(&format!("/api/clients/{of_anna}/documents")).await.expect(200);
        assert_eq!(own["data"][0]["filename"].is_string(), name, "{own}");
        assert_eq!(list.to_string().contains("pässport"), name);
        assert_eq!(link(who, &document).await.status, opens);
        let download = download(&world, who, &document).await;
        assert_eq!(download.status(), if opens == 200 { 302 } else { opens });
    }
    // What is out of sight does not exist.
    for path in [
        format!("/api/clients/{of_anna}/documents"),
        format!("/api/clients/{of_anna}/kyc"),
        format!("/api/documents/{}", text(&document, "id")),
    ] {
        ben.get(&path).await.refused(404, "not_found");
        partners.get(&path).await.refused(403, "forbidden");
        broker.nobody().get(&path).await.refused(401, "unauthenticated");
    }
    link(&ben, &document).await.refused(403, "forbidden");
    decide(&ben, &document, &json!({ "status": "approved" })).await.refused(403, "forbidden");
    let complete = format!("/api/documents/{}/complete", text(&document, "id"));
    ben.post(&complete, &json!({})).await.refused(404, "not_found");
    // Another broker's ids are nobody's here.
    let stranger = world.broker("other").await.manager().await;
    stranger.get(&format!("/api/documents/{}", text(&document, "id"))).await.refused(404, "not_found");
    link(&stranger, &document).await.refused(404, "not_found");
    decide(&stranger, &document, &json!({ "status": "approved" })).await.refused(404, "not_found");
    // Deciding is for those who review; so is the status without documents.
    for who in [&anna, &leader, &support] {
        decide(who, &document, &json!({ "status": "rejected", "reason": "x" })).await.refused(403, "forbidden");
    }
    let by_hand = json!({ "kyc_status": "approved" });
    anna.patch(&format!("/api/clients/{of_anna}"), &by_hand).await.refused(403, "forbidden");
    leader.patch(&format!("/api/clients/{of_anna}"), &by_hand).await.refused(403, "forbidden");
    manager.patch(&format!("/api/clients/{of_anna}"), &by_hand).await.expect(200);
    // It outlives papers that only wait, and goes with one that is turned down.
    upload(&world, &anna, &of_anna, "address", "image/png", PNG).await;
    assert_eq!(kyc_of(&manager, &of_anna).await, "approved");
    decide(&compliance, &document, &json!({ "status": "rejected", "reason": "Another person" })).await.expect(200);
    assert_eq!(kyc_of(&manager, &of_anna).await, "rejected");
    // Filters and pages of the queue.
    for (query, total) in [
        ("type=identity", 1),
        ("status=rejected", 1),
        ("status=pending,rejected", 3),
        (&format!("assigned_to={}", ben.id()), 1),
        (&format!("team_id={sales}"), 2),
        (&format!("client_id={of_ben}"), 1),
        ("assigned_to=none", 0),
    ] {
        assert_eq!(manager.get(&format!("/api/documents?{query}")).await.expect(200)["total"], total, "{query}");
    }
    for sort in ["created_at", "-created_at", "expires_at", "-expires_at"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = manager.get(&format!("/api/documents?limit=1&sort={sort}&cursor={cursor}")).await.expect(200);
            seen.extend(page["data"].as_array().unwrap().iter().map(|d| text(d, "id").to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 3, "{sort}");
    }
    for bad in ["status=uploading", "status=x", "sort=name", "client_id=me"] {
        manager.get(&format!("/api/documents?{bad}")).await.refused(422, "validation_failed");
    }
}

#[tokio::test]
async fn nothing_is_opened_before_it_was_found_clean() {
    let scanner = ClamdStandIn::start().await.unwrap();
    let address = scanner.address();
    let world = World::with(&[("RATE_SIGNIN", "off"), ("CLAMD_ADDR", &address)]).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let id = client(&manager, "Jane", None).await;
    let clean = upload(&world, &manager, &id, "identity", "application/pdf", PDF).await;
    let sick = upload(&world, &manager, &id, "address", "application/pdf", &[PDF, &eicar()].concat()).await;
    for document in [&clean, &sick] {
        assert_eq!((text(document, "status"), text(document, "scan")), ("scanning", "waiting"));
        link(&manager, document).await.refused(409, "document_not_scanned");
        decide(&manager, document, &json!({ "status": "approved", "expires_at": "2099-01-01" }))
            .await
            .refused(409, "document_not_ready");
    }
    // A scanner that fails opens nothing; it is tried again.
    scanner.set_mood(Mood::Failing);
    let attempted = async {
        loop {
            let sql = "select count(*) from control.outbox where kind = 'documents.scan' and error is not null";
            let failed: i64 = sqlx::query_scalar(sql).fetch_one(&world.admin).await.unwrap();
            if failed == 2 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        link(&manager, &clean).await.refused(409, "document_not_scanned");
        scanner.set_mood(Mood::Well);
    };
    tokio::join!(world.drain(), attempted);
    let seen = async |document: &Json| manager.get(&format!("/api/documents/{}", text(document, "id"))).await.expect(200);
    let clean = seen(&clean).await;
    assert_eq!((text(&clean, "status"), text(&clean, "scan")), ("pending", "clean"));
    link(&manager, &clean).await.expect(200);
    let sick = seen(&sick).await;
    assert_eq!((text(&sick, "status"), text(&sick, "scan"), text(&sick, "reason")), ("rejected", "infected", "infected"));
    link(&manager, &sick).await.refused(403, "document_infected");
    manager.get(&format!("/api/documents/{}/download", text(&sick, "id"))).await.refused(403, "document_infected");
    for patch in [json!({ "status": "approved" }), json!({ "status": "pending" })] {
        decide(&manager, &sick, &patch).await.refused(409, "document_infected");
    }
    assert_eq!(kyc_of(&manager, &id).await, "rejected");
    let alarm = entries(&broker, "document.infected").await;
    assert!(alarm.len() == 1 && alarm[0].to_string().contains(VIRUS), "{alarm:?}");
    let mails = world.mail.list(Some("ada@acme.example"));
    let told = mails.iter().find(|m| m.subject.contains("virus")).unwrap();
    assert!(
        told.text.contains(VIRUS) && told.links.iter().any(|l| l.contains(&format!("/clients/{id}?tab=documents"))),
        "{}",
        told.text
    );
}

#[tokio::test]
async fn documents_expire_on_their_day_and_somebody_is_told_before() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let id = client(&manager, "Jane", Some(anna.id())).await;
    let day = (world.app.clock.now() + Duration::days(40)).date_naive().to_string();
    let identity = upload(&world, &manager, &id, "identity", "application/pdf", PDF).await;
    decide(&manager, &identity, &json!({ "status": "approved", "expires_at": day })).await.expect(200);
    let address = upload(&world, &manager, &id, "address", "application/pdf", PDF).await;
    decide(&manager, &address, &json!({ "status": "approved" })).await.expect(200);
    let tenant = broker.tenant().await.key;
    let reminders = async || {
        // Twice, and by somebody who starts anew: once told is told.
        crm::documents::tend(&world.app, tenant).await.unwrap();
        crm::documents::tend(&world.second_app().await, tenant).await.ok();
        world.drain().await;
        world.mail.list(Some(&broker.email("Anna"))).iter().filter(|m| m.subject.contains("expires on")).count()
    };
    let ahead = |days| world.app.clock.advance(Duration::days(days));
    assert_eq!(reminders().await, 0);
    for (days, told) in [(9, 0), (1, 1), (22, 1), (1, 2), (5, 2), (1, 3)] {
        ahead(days);
        assert_eq!(reminders().await, told, "{days} days further");
    }
    let status = async || {
        let sql = "select d.status || ' ' || c.kyc_status from documents d join clients c on c.id = d.client_id where d.type = 'identity'";
        broker.tx().await.scalar::<String>(sql, []).await.unwrap().unwrap()
    };
    assert_eq!(status().await, "approved approved");
    ahead(1);
    assert_eq!(reminders().await, 3);
    assert_eq!(status().await, "expired expired");
    assert_eq!(entries(&broker, "document.expired").await.len(), 1);
    assert_eq!(entries(&broker, "document.expiring").await.len(), 3);
    let mails = world.mail.list(Some(&broker.email("Anna")));
    assert!(mails.iter().any(|m| m.text.contains("Days left: 1.") && m.text.contains("Jane Doe")));
}

#[tokio::test]
async fn kinds_of_documents_are_the_brokers_own() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, agent) = (broker.manager().await, broker.actor("Anna", "Agent", None).await);
    let listed = agent.get("/api/document-types").await.expect(200);
    let keys: Vec<&str> = listed["data"].as_array().unwrap().iter().map(|t| text(t, "key")).collect();
    assert_eq!(keys, ["identity", "address", "selfie", "bank_statement", "source_of_funds"]);
    agent.post("/api/document-types", &json!({ "label": "Tax return", "level": 3 })).await.refused(403, "forbidden");
    let body = json!({ "label": "Tax return", "level": 3, "content_types": ["application/pdf"], "max_bytes": 30 });
    let made = manager.post("/api/document-types", &body).await.expect(201);
    assert_eq!((text(&made, "key"), &made["required"]), ("tax_return", &json!(false)));
    for (field, value) in [
        ("label", json!("tax RETURN")),
        ("level", json!(4)),
        ("content_types", json!(["text/html"])),
        ("max_bytes", json!(99_999_999)),
    ] {
        let mut body = json!({ "label": "Other", "level": 1 });
        body[field] = value;
        let refused = manager.post("/api/document-types", &body).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"][field].is_array(), "{refused}");
    }
    let id = client(&manager, "Jane", None).await;
    begin(&manager, &id, &announce("tax_return", "image/png", PNG)).await.refused(422, "validation_failed");
    begin(&manager, &id, &announce("tax_return", "application/pdf", &[PDF, PDF].concat()))
        .await
        .refused(422, "validation_failed");
    upload(&world, &manager, &id, "tax_return", "application/pdf", PDF).await;
    let path = "/api/document-types/tax_return";
    manager.patch(path, &json!({ "label": "Tax paper", "required": true })).await.expect(200);
    assert_eq!(manager.delete(path).await.status, 204);
    begin(&manager, &id, &announce("tax_return", "application/pdf", PDF)).await.refused(422, "validation_failed");
    let documents = manager.get(&format!("/api/clients/{id}/documents")).await.expect(200);
    assert_eq!(documents["data"][0]["type_label"], "Tax paper", "what was handed in stays");
    manager.patch(path, &json!({ "archived": false })).await.expect(200);
    let order = json!({ "keys": ["tax_return", "address", "identity", "selfie", "bank_statement", "source_of_funds"] });
    manager.request(reqwest::Method::PUT, "/api/document-types/order").json(&order).send().await.unwrap();
    let listed = manager.get("/api/document-types").await.expect(200);
    let keys: Vec<&str> = listed["data"].as_array().unwrap().iter().map(|t| text(t, "key")).collect();
    assert_eq!(keys[..2], ["address", "identity"], "level by level, in the chosen order");
    manager.patch("/api/document-types/none", &json!({})).await.refused(404, "not_found");
    // Without anything required, documents say nothing about the client.
    for key in ["identity", "address"] {
        manager.patch(&format!("/api/document-types/{key}"), &json!({ "required": false })).await.expect(200);
    }
    let kyc = manager.get(&format!("/api/clients/{id}/kyc")).await.expect(200);
    assert_eq!(kyc.get("derived"), None);
    assert_eq!(entries(&broker, "document_type.created").await.len(), 1);
}
