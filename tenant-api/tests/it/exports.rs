//! Lists as files: what is in them, for whom, and what becomes of them.

mod choices;
mod life;
mod round_trip;
mod sales;

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use chrono::Duration;
use runtime::Rows as _;
use runtime::crypto::sha256;
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, World};

use crate::bulk::fill;

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn path(export: &Json) -> String {
    format!("/api/exports/{}", text(export, "id"))
}

/// Asks for a file and waits for its end.
async fn export(world: &World, who: &Api<'_>, body: &Json) -> Json {
    let asked = who.post("/api/exports", body).await.expect(202);
    assert!(asked["download_url"].is_null() && asked["sha256"].is_null(), "{asked}");
    world.drain().await;
    who.get(&path(&asked)).await.expect(200)
}

/// The bytes behind a link, which are what the export says they are.
async fn download(world: &World, export: &Json) -> Vec<u8> {
    assert_eq!(export["status"], "done", "{export}");
    let answer = world.http.get(text(export, "download_url")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(
        disposition.starts_with("attachment; filename=\"acme-") && disposition.contains(text(export, "format")),
        "{disposition}"
    );
    let bytes = answer.bytes().await.unwrap().to_vec();
    assert_eq!((hex(&sha256(&bytes)).as_str(), Some(bytes.len() as u64)), (text(export, "sha256"), export["bytes"].as_u64()));
    bytes
}

/// Heading and rows.
struct Sheet {
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn of_csv(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with("\u{feff}".as_bytes()), "spreadsheets know UTF-8 by its mark");
        let mut reader = csv::ReaderBuilder::new().from_reader(&bytes[3..]);
        let line = |r: &csv::StringRecord| r.iter().map(str::to_owned).collect();
        let titles = line(reader.headers().unwrap());
        Self { titles, rows: reader.records().map(|r| line(&r.unwrap())).collect() }
    }

    fn column(&self, title: &str) -> Vec<&str> {
        let at = self.titles.iter().position(|t| t == title).unwrap_or_else(|| panic!("no {title} in {:?}", self.titles));
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }
}

async fn csv_of(world: &World, export: &Json) -> Sheet {
    let sheet = Sheet::of_csv(&download(world, export).await);
    assert_eq!(export["rows"].as_u64(), Some(sheet.rows.len() as u64));
    sheet
}

/// The values of fields in the newest entry of an action.
async fn told(manager: &Api<'_>, action: &str) -> Json {
    let log = manager.get(&format!("/api/audit?action={action}&limit=1")).await.expect(200);
    let diff = log["data"][0]["diff"].as_array().unwrap_or_else(|| panic!("no {action}")).clone();
    diff.into_iter().map(|line| (text(&line, "field").to_owned(), line["new"].clone())).collect::<serde_json::Map<_, _>>().into()
}

async fn role(manager: &Api<'_>, name: &str, permissions: Json, fields: Json) -> String {
    let body = json!({ "name": name, "permissions": permissions, "fields": fields });
    text(&manager.post("/api/roles", &body).await.expect(201), "id").to_owned()
}

#[tokio::test]
async fn a_file_holds_what_the_list_shows() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker, 1_200, "DE", None, None).await;
    fill(&broker, 30, "GB", None, None).await;
    let risk = json!({ "entity": "client", "label": "Risk score", "type": "number" });
    manager.post("/api/custom-fields", &risk).await.expect(201);
    let jane = json!({
        "first_name": "Jane", "last_name": "O'Brien, \"Jr\"", "email": "jane@example.com", "phone": "+442071838750", "country": "GB",
        "address": "1 High Street\nLondon", "date_of_birth": "1984-05-17", "tags": ["vip", "late"], "custom": { "risk_score": -4.5 },
    });
    let jane = manager.post("/api/clients", &jane).await.expect(201);

    let body = json!({ "entity": "clients", "format": "csv", "filter": { "country": ["gb"] }, "sort": "-name" });
    let made = export(&world, &manager, &body).await;
    assert_eq!((made["rows"].as_u64(), made["total"].as_u64(), text(&made, "filter")), (Some(31), Some(31), "country: gb"));
    assert_eq!((made["masked"].clone(), made["own"].clone(), made["withheld"].clone()), (json!([]), json!(true), Json::Null));
    let sheet = csv_of(&world, &made).await;
    let list = manager.get("/api/clients?country=gb&sort=-name&limit=200").await.expect(200);
    let shown: Vec<&str> = list["data"].as_array().unwrap().iter().map(|c| text(c, "id")).collect();
    assert_eq!(sheet.column("Id"), shown, "the same records in the same order");
    let at = shown.iter().position(|id| *id == text(&jane, "id")).unwrap();
    for (title, value) in [
        ("Last name", "O'Brien, \"Jr\""),
        ("E-mail", "jane@example.com"),
        ("Phone", "+442071838750"),
        ("Address", "1 High Street\nLondon"),
        ("Date of birth", "1984-05-17"),
        ("Tags", "vip; late"),
        ("Balance", "0.00"),
        ("Risk score", "-4.5"),
    ] {
        assert_eq!(sheet.column(title)[at], value, "{title}");
    }
    let created = sheet.column("Created")[at];
    let listed = chrono::DateTime::parse_from_rfc3339(text(&jane, "created_at")).unwrap();
    assert_eq!(chrono::DateTime::parse_from_rfc3339(created).unwrap(), listed, "{created}");

    // Chosen columns in their order, as a workbook; dates and numbers are such.
    let columns = ["name", "created_at", "custom.risk_score", "date_of_birth", "phone"];
    let body = json!({ "entity": "client", "format": "xlsx", "filter": { "search": "jane" }, "columns": columns });
    let made = export(&world, &manager, &body).await;
    assert_eq!(text(&made, "filter"), "search: •••", "what somebody looked for is not told");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(download(&world, &made).await)).unwrap();
    let sheet = book.worksheet_range("Clients").unwrap();
    let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
    let titles = ["Name", "Created", "Risk score", "Date of birth", "Phone"].map(|t| Data::String(t.to_owned()));
    assert_eq!((rows.len(), rows[0].as_slice()), (2, titles.as_slice()));
    assert_eq!((&rows[1][2], &rows[1][4]), (&Data::Float(-4.5), &Data::String("+442071838750".to_owned())));
    assert!(matches!(rows[1][1], Data::DateTime(_)) && matches!(rows[1][3], Data::DateTime(_)), "{rows:?}");

    // More than one piece, whatever the order.
    let made = export(&world, &manager, &json!({ "entity": "clients", "format": "csv" })).await;
    let sheet = csv_of(&world, &made).await;
    let ids: BTreeSet<&str> = sheet.column("Id").into_iter().collect();
    assert_eq!((made["rows"].as_u64(), ids.len(), text(&made, "filter")), (Some(1_231), 1_231, "*"));

    // Asked for, made, handed out: each has its line.
    let asked = told(&manager, "export.created").await;
    assert_eq!(
        (&asked["entity"], &asked["format"], &asked["filter"], &asked["count"]),
        (&json!("clients"), &json!("csv"), &json!("*"), &json!(1_231))
    );
    let done = told(&manager, "export.finished").await;
    assert_eq!((&done["count"], &done["sha256"], &done["filter"]), (&json!(1_231), &made["sha256"], &json!("*")));
    assert_eq!(told(&manager, "export.downloaded").await["sha256"], made["sha256"]);
    let links = manager.get("/api/audit?action=export.downloaded").await.expect(200)["total"].clone();
    manager.get(&path(&made)).await.expect(200);
    assert_eq!(manager.get("/api/audit?action=export.downloaded").await.expect(200)["total"], links, "the same download");
    world.app.clock.advance(Duration::minutes(6));
    manager.get(&path(&made)).await.expect(200);
    assert_eq!(
        manager.get("/api/audit?action=export.downloaded").await.expect(200)["total"].as_u64(),
        links.as_u64().map(|n| n + 1)
    );
    let page = manager.get("/api/exports?limit=2").await.expect(200);
    assert_eq!((page["total"].as_u64(), &page["data"][0]["id"]), (Some(3), &made["id"]));
    assert!(page["data"][0]["download_url"].is_null(), "a list gives no links");
    assert!(text(&made, "download_url").contains("X-Amz-Expires=300"), "{made}");
    // Followed as a job by whoever asked for it.
    let job = manager.get(&format!("/api/jobs/{}", text(&made, "job_id"))).await.expect(200);
    assert_eq!((text(&job, "status"), &job["progress"]), ("done", &json!({ "processed": 1_231, "total": 1_231 })));
    let verdict = provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap();
    assert!(verdict.ok, "{verdict:?}");
}

#[tokio::test]
async fn a_file_shows_what_its_maker_may_see_and_take_along() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (sales, other) = (broker.team("Sales", None).await, broker.team("Other", None).await);
    let manager = broker.manager().await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let agent = broker.actor("Anna", "Agent", Some(sales)).await;
    fill(&broker, 8, "DE", None, Some(sales)).await;
    fill(&broker, 5, "GB", None, Some(other)).await;
    fill(&broker, 3, "FR", Some(agent.id().parse().unwrap()), Some(sales)).await;
    let clients = json!({ "entity": "clients", "format": "csv" });
    agent.post("/api/exports", &clients).await.refused(403, "forbidden");
    agent.get("/api/exports").await.refused(403, "forbidden");

    // The leader sees addresses in clear, and may not take them along.
    let seen = leader.get("/api/clients?limit=1").await.expect(200);
    assert!(text(&seen["data"][0], "email").contains("@example.com"));
    let made = export(&world, &leader, &clients).await;
    assert_eq!(made["masked"], json!(["email", "phone", "date_of_birth", "address", "balance"]));
    let bytes = download(&world, &made).await;
    assert!(!String::from_utf8_lossy(&bytes).contains("example.com"));
    let sheet = Sheet::of_csv(&bytes);
    assert_eq!(sheet.rows.len(), 11, "the team's and no other's");
    assert!(sheet.column("E-mail").iter().all(|e| e.contains("•••@e•••.com")), "{:?}", sheet.column("E-mail"));
    assert!(sheet.column("Balance").iter().all(|b| *b == "•••"));
    // Looking for what one sees in clear finds the same in the file as in the list.
    for filter in [json!({ "search": "de3@example.com" }), json!({ "email": "de3@example.com" })] {
        let body = json!({ "entity": "clients", "format": "csv", "filter": filter });
        let bytes = download(&world, &export(&world, &leader, &body).await).await;
        assert!(!String::from_utf8_lossy(&bytes).contains("example.com"));
        assert_eq!(Sheet::of_csv(&bytes).column("First name"), ["F3"], "{filter}");
    }

    // Masked and hidden fields, whatever may be taken along; in the smallest scope.
    let permissions = json!({ "clients.read": "all", "clients.export": "own", "exports.pii": "all" });
    let fields = json!({ "clients.email": "masked", "clients.phone": "hidden", "clients.balance": "full" });
    role(&manager, "Clerk", permissions, fields).await;
    let clerk = broker.actor("Carl", "Clerk", Some(sales)).await;
    fill(&broker, 2, "IT", Some(clerk.id().parse().unwrap()), None).await;
    let made = export(&world, &clerk, &clients).await;
    let sheet = csv_of(&world, &made).await;
    assert_eq!((sheet.rows.len(), made["masked"].clone()), (2, json!(["email"])));
    assert!(!sheet.titles.iter().any(|t| t == "Phone" || t == "Address"), "{:?}", sheet.titles);
    assert!(sheet.column("E-mail").iter().all(|e| *e == "i•••@e•••.com"));
    assert!(sheet.column("Balance").iter().all(|b| *b == "0.00"));
    for filter in [json!({ "email": "it1@example.com" }), json!({ "filter": { "field": "phone", "op": "is", "value": "+44" } })] {
        let body = json!({ "entity": "clients", "format": "csv", "filter": filter });
        clerk.post("/api/exports", &body).await.refused(422, "field_masked");
    }
    let body = json!({ "entity": "clients", "format": "csv", "sort": "email" });
    assert_eq!(clerk.post("/api/exports", &body).await.status, 422);
    let hidden = json!({ "entity": "clients", "format": "csv", "columns": ["phone"] });
    clerk.post("/api/exports", &hidden).await.refused(422, "field_masked");

    // In clear for whoever may.
    let sheet = csv_of(&world, &export(&world, &manager, &clients).await).await;
    assert_eq!(sheet.rows.len(), 18);
    assert!(sheet.column("E-mail").contains(&"gb1@example.com"));
}

#[tokio::test]
async fn rights_are_those_of_the_moment_the_file_is_made_and_taken() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let id =
        role(&manager, "Clerk", json!({ "clients.read": "team", "clients.export": "team" }), json!({ "clients.email": "full" }))
            .await;
    let clerk = broker.actor("Carl", "Clerk", Some(team)).await;
    fill(&broker, 6, "DE", None, Some(team)).await;
    fill(&broker, 2, "GB", Some(clerk.id().parse().unwrap()), Some(team)).await;
    let clients = json!({ "entity": "clients", "format": "csv" });
    let change = async |permissions: Json| {
        manager.patch(&format!("/api/roles/{id}"), &json!({ "permissions": permissions })).await.expect(200);
    };

    // Narrower when the job runs than when it was asked for.
    let asked = clerk.post("/api/exports", &clients).await.expect(202);
    assert_eq!(asked["total"], 8);
    change(json!({ "clients.read": "team", "clients.export": "own" })).await;
    world.drain().await;
    let made = clerk.get(&path(&asked)).await.expect(200);
    assert_eq!(csv_of(&world, &made).await.rows.len(), 2);

    // Gone altogether: no file.
    let asked = clerk.post("/api/exports", &clients).await.expect(202);
    change(json!({ "clients.read": "team", "clients.export": "none" })).await;
    world.drain().await;
    change(json!({ "clients.read": "team", "clients.export": "team" })).await;
    let failed = clerk.get(&path(&asked)).await.expect(200);
    assert_eq!((text(&failed, "status"), text(&failed, "error"), failed["rows"].as_u64()), ("failed", "forbidden", Some(0)));
    assert_eq!(told(&manager, "export.failed").await["error"], "forbidden");

    // A file that was made with other rights than one has by now stays where it is.
    let stale = clerk.get(&path(&made)).await.expect(200);
    assert_eq!((text(&stale, "withheld"), stale["download_url"].is_null()), ("access_changed", true));

    // Who left gets nothing.
    let asked = clerk.post("/api/exports", &clients).await.expect(202);
    let user = format!("/api/users/{}", clerk.id());
    manager.patch(&user, &json!({ "status": "inactive" })).await.expect(200);
    world.drain().await;
    let failed = manager.get(&path(&asked)).await.expect(200);
    assert_eq!((text(&failed, "status"), text(&failed, "error")), ("failed", "forbidden"));
}

#[tokio::test]
async fn files_belong_to_one_person_of_one_broker() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let other = world.broker("globex").await;
    let team = broker.team("Sales", None).await;
    let (manager, stranger) = (broker.manager().await, other.manager().await);
    let leader = broker.actor("Lea", "Team Leader", Some(team)).await;
    let second = broker.actor("Leo", "Team Leader", Some(team)).await;
    fill(&broker, 3, "DE", None, Some(team)).await;
    let made = export(&world, &leader, &json!({ "entity": "clients", "format": "csv" })).await;
    download(&world, &made).await;
    for who in [&stranger, &second] {
        who.get(&path(&made)).await.refused(404, "not_found");
        who.delete(&path(&made)).await.refused(404, "not_found");
        who.post(&format!("{}/cancel", path(&made)), &json!({})).await.refused(404, "not_found");
        assert_eq!(who.get("/api/exports").await.expect(200)["total"], 0);
    }
    // The manager sees that it is there and can tidy up; the file is not theirs.
    let seen = manager.get(&path(&made)).await.expect(200);
    assert_eq!(
        (text(&seen, "withheld"), seen["download_url"].is_null(), seen["own"].as_bool()),
        ("not_yours", true, Some(false))
    );
    manager.post(&format!("{}/retry", path(&made)), &json!({})).await.refused(404, "not_found");
    let key = broker.tx().await.scalar::<String>("select object_key from exports", []).await.unwrap().unwrap();
    assert!(key.starts_with(&broker.tenant().await.key.storage_prefix()), "{key}");
    manager.delete(&path(&made)).await.expect(204);
    let gone = world.http.get(text(&made, "download_url")).send().await.unwrap();
    assert_eq!(gone.status().as_u16(), 404, "the link of a deleted file leads nowhere");
    leader.get(&path(&made)).await.refused(404, "not_found");
}

#[tokio::test]
async fn nothing_in_a_file_is_a_formula() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let field = json!({ "entity": "client", "label": "=HYPERLINK(\"x\")", "type": "text" });
    let field = manager.post("/api/custom-fields", &field).await.expect(201);
    let key = text(&field, "key");
    let evil = json!({
        "first_name": "=cmd|' /C calc'!A0", "last_name": "@SUM(A1)", "email": "evil@example.com", "phone": "+442071838750",
        "address": "-1+1", "source": "+1", "tags": ["=tag"], "custom": { key: "=1+1" },
    });
    manager.post("/api/clients", &evil).await.expect(201);
    let sql = "update clients set balance = -12.5, source = E'\\t=1'";
    broker.admin(sql).await;
    let made = export(&world, &manager, &json!({ "entity": "clients", "format": "csv" })).await;
    let sheet = csv_of(&world, &made).await;
    for (title, value) in [
        ("First name", "'=cmd|' /C calc'!A0"),
        ("Last name", "'@SUM(A1)"),
        ("Address", "'-1+1"),
        ("Source", "'\t=1"),
        ("Tags", "'=tag"),
        ("'=HYPERLINK(\"x\")", "'=1+1"),
        // Neither of these is one.
        ("Phone", "+442071838750"),
        ("Balance", "-12.50"),
    ] {
        assert_eq!(sheet.column(title), [value], "{title}");
    }
    let begins = |cell: &&String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let suspicious: Vec<&String> = sheet.titles.iter().chain(sheet.rows.iter().flatten()).filter(begins).collect();
    assert_eq!(suspicious, ["+442071838750", "-12.50"]);
    let made = export(&world, &manager, &json!({ "entity": "clients", "format": "xlsx" })).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(download(&world, &made).await)).unwrap();
    let sheet = book.worksheet_range("Clients").unwrap();
    let texts = sheet.used_cells().filter_map(|(_, _, cell)| cell.get_string().map(str::to_owned));
    let suspicious: Vec<String> = texts.filter(|t| begins(&t)).collect();
    assert_eq!(suspicious, ["+442071838750"]);
    assert_eq!(book.worksheet_formula("Clients").unwrap().used_cells().count(), 0);
}

#[tokio::test]
async fn leads_users_and_the_log_are_lists_too() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let lead = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com", "phone": "+442071838750", "metadata": { "page": "x" } });
    let lead = manager.post("/api/leads", &lead).await.expect(201);
    manager.patch(&format!("/api/leads/{}", text(&lead, "id")), &json!({ "email": "leo2@example.com" })).await.expect(200);
    broker.user("Lea", "Team Leader", Some(team)).await;
    broker.user("Anna", "Agent", Some(team)).await;

    let made = export(&world, &manager, &json!({ "entity": "leads", "format": "csv", "filter": { "status": "new" } })).await;
    let sheet = csv_of(&world, &made).await;
    assert_eq!(
        (sheet.column("E-mail"), sheet.column("Details of the source")),
        (vec!["leo2@example.com"], vec!["{\"page\": \"x\"}"])
    );

    let made = export(&world, &manager, &json!({ "entity": "users", "format": "csv", "filter": { "role": "Agent" } })).await;
    assert_eq!(csv_of(&world, &made).await.column("E-mail"), ["anna@acme.example"]);
    let permissions = json!({ "users.read": "team", "users.export": "all", "audit.read": "all", "audit.export": "all" });
    role(&manager, "Auditor", permissions, json!({ "leads.email": "full", "leads.phone": "hidden" })).await;
    let auditor = broker.actor("Otto", "Auditor", Some(team)).await;
    let made = export(&world, &auditor, &json!({ "entity": "users", "format": "csv" })).await;
    let sheet = csv_of(&world, &made).await;
    assert_eq!((sheet.column("Name"), made["masked"].clone()), (vec!["Anna", "Lea", "Otto"], json!(["email"])));
    assert_eq!(sheet.column("E-mail")[0], "a•••@a•••.example");

    let body = json!({ "entity": "audit", "format": "csv", "filter": { "resource_type": "lead" } });
    let made = export(&world, &manager, &body).await;
    let sheet = csv_of(&world, &made).await;
    assert_eq!((sheet.column("Action"), sheet.column("Record")), (vec!["lead.updated", "lead.created"], vec!["Leo Lead"; 2]));
    let diff: Json = serde_json::from_str(sheet.column("Changes")[0]).unwrap();
    assert_eq!(diff, json!([{ "field": "email", "old": "leo@example.com", "new": "leo2@example.com" }]));
    // Masked without the permission to take along, and nothing of what is hidden.
    let made = export(&world, &auditor, &body).await;
    let sheet = csv_of(&world, &made).await;
    let diff: Json = serde_json::from_str(sheet.column("Changes")[0]).unwrap();
    assert_eq!(diff, json!([{ "field": "email", "old": "l•••@e•••.com", "new": "l•••@e•••.com" }]));
    assert!(!sheet.column("Changes")[1].contains("phone"), "{:?}", sheet.column("Changes"));
}

#[tokio::test]
async fn all_faults_of_a_request_are_named() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for (body, named) in [
        (json!({}), vec!["entity", "format"]),
        (json!({ "entity": "secrets", "format": "pdf" }), vec!["entity", "format"]),
        (
            json!({ "entity": "clients", "format": "csv", "filter": { "shoe_size": 44 }, "columns": [] }),
            vec!["columns", "filter"],
        ),
        (json!({ "entity": "clients", "format": "csv", "filter": "all" }), vec!["filter"]),
        (json!({ "entity": "clients", "format": "csv", "columns": ["password"] }), vec!["columns"]),
        (json!({ "entity": "clients", "format": "csv", "sort": "luck" }), vec!["sort"]),
        (json!({ "entity": "users", "format": "csv", "filter": { "status": "asleep" } }), vec!["status"]),
        (json!({ "entity": "audit", "format": "csv", "filter": { "resource_id": "x" } }), vec!["resource_id"]),
    ] {
        let refused = manager.post("/api/exports", &body).await.refused(422, "validation_failed");
        let fields: Vec<&str> = refused["data"]["fields"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, named, "{body}");
    }
    assert_eq!(manager.get("/api/exports").await.expect(200)["total"], 0);
    // Asked twice with one key, made once.
    let keyed = manager.clone().with("idempotency-key", "once");
    let body = json!({ "entity": "clients", "format": "csv" });
    let first = keyed.post("/api/exports", &body).await.expect(202);
    assert_eq!(keyed.post("/api/exports", &body).await.expect(202)["id"], first["id"]);
    assert_eq!(manager.get("/api/exports").await.expect(200)["total"], 1);
}

trait Behind {
    /// Changes what no request can.
    async fn admin(&self, sql: &str);
}

impl Behind for Broker<'_> {
    async fn admin(&self, sql: &str) {
        let schema = self.tenant().await.key.schema();
        let sql = sql.replacen("update ", &format!("update {schema}."), 1);
        sqlx::query(AssertSqlSafe(sql)).execute(&self.world.admin).await.unwrap();
    }
}
