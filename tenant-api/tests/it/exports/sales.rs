//! Contacts, opportunities, deals and activities as files.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use super::{Sheet, csv_of, download, export, role, text, told};

async fn made(api: &Api<'_>, path: &str, body: Json) -> Json {
    api.post(path, &body).await.expect(201)
}

fn wish(entity: &str, more: Json) -> Json {
    let mut body = json!({ "entity": entity, "format": "csv" });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    body
}

#[tokio::test]
async fn contacts_deals_and_activities_are_had_as_their_lists_show_them() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let manager = broker.manager().await;
    let field = json!({ "entity": "contact", "label": "Desk", "type": "text" });
    manager.post("/api/custom-fields", &field).await.expect(201);
    let client = json!({ "first_name": "Clara", "last_name": "Client", "email": "clara@example.com" });
    let client = text(&made(&manager, "/api/clients", client).await, "id").to_owned();
    let zoe = json!({
        "first_name": "Zoë", "last_name": "Zola", "email": "zoe@example.com", "phone": "+442071838750", "company": "Acme, Ltd",
        "job_title": "=CMD()", "status": "customer", "rating": 4, "client_id": client, "tags": ["vip", "late"],
        "custom": { "desk": "7" },
    });
    let zoe = made(&manager, "/api/contacts", zoe).await;
    made(&manager, "/api/contacts", json!({ "first_name": "Bob" })).await;

    let file = export(&world, &manager, &wish("contacts", json!({ "sort": "-name" }))).await;
    let sheet = csv_of(&world, &file).await;
    assert_eq!(sheet.rows.len(), 2);
    for (title, value) in [
        ("Id", text(&zoe, "id")),
        ("First name", "Zoë"),
        ("E-mail", "zoe@example.com"),
        ("Phone", "+442071838750"),
        ("Company", "Acme, Ltd"),
        ("Job title", "'=CMD()"),
        ("Status", "Customer"),
        ("Rating", "4"),
        ("Client", "Clara Client"),
        ("Primary contact", "true"),
        ("Tags", "vip; late"),
        ("Desk", "7"),
    ] {
        assert_eq!(sheet.column(title)[0], value, "{title}");
    }
    // The list's own filters, words of another language, chosen rows and columns.
    let arabic = json!({ "filter": { "status": "customer", "filter": { "field": "rating", "op": "gt", "value": 3 } }, "language": "ar",
        "columns": ["name", "status", "client_name"] });
    let sheet = csv_of(&world, &export(&world, &manager, &wish("contact", arabic)).await).await;
    assert_eq!(sheet.titles, ["الاسم الكامل", "الحالة", "العميل"]);
    assert_eq!(sheet.rows, [["Zoë Zola", "عميل", "Clara Client"]]);
    let chosen = export(&world, &manager, &wish("contacts", json!({ "ids": [zoe["id"]] }))).await;
    assert_eq!((text(&chosen, "filter"), chosen["rows"].as_u64()), ("selected: 1", Some(1)));
    let line = told(&manager, "export.finished").await;
    assert_eq!((&line["entity"], &line["filter"], &line["count"]), (&json!("contacts"), &json!("selected: 1"), &json!(1)));

    // Amounts to the last digit, in their currency and in the base one.
    let rate = json!({ "currency": "EUR", "rate": "1.25" });
    manager.put("/api/exchange-rates", &rate).await.expect(200);
    let deal = json!({ "name": "Licence", "amount": "12345678901234.5678", "currency": "EUR", "client_id": client,
        "contact_id": zoe["id"], "tags": ["big"], "expected_close_date": "2027-01-31", "next_steps": "Call\nthem" });
    let deal = made(&manager, "/api/deals", deal).await;
    made(&manager, "/api/deals", json!({ "name": "Small", "amount": "10", "currency": "USD" })).await;
    let nowhere = made(&manager, "/api/deals", json!({ "name": "No rate", "amount": "1.5", "currency": "JPY" })).await;
    made(&manager, "/api/opportunities", json!({ "name": "Chance", "amount": "99.9" })).await;
    let file = export(&world, &manager, &wish("deals", json!({ "sort": "-amount" }))).await;
    let sheet = csv_of(&world, &file).await;
    assert_eq!(sheet.column("Name"), ["Licence", "Small", "No rate"], "deals, and no opportunities");
    assert_eq!(sheet.column("Amount"), ["12345678901234.5678", "10.00", "1.50"]);
    assert_eq!(sheet.column("Amount in the base currency"), ["15432098626543.21", "10.00", ""]);
    for (title, value) in [
        ("Currency", "EUR"),
        ("Stage", text(&deal, "stage_label")),
        ("Outcome", "Open"),
        ("Expected close", "2027-01-31"),
        ("Contact", "Zoë Zola"),
        ("Next steps", "Call\nthem"),
        ("Tags", "big"),
    ] {
        assert_eq!(sheet.column(title)[0], value, "{title}");
    }
    let probability = deal["probability"].to_string();
    assert_eq!(sheet.column("Probability, %")[0], probability);
    let lost = json!({ "stage": "lost", "lost_reason": "Price" });
    manager.patch(&format!("/api/deals/{}/stage", text(&nowhere, "id")), &lost).await.expect(200);
    let raw = json!({ "filter": { "outcome": "lost" }, "raw": true, "columns": ["stage", "pipeline", "outcome", "lost_reason"] });
    let sheet = csv_of(&world, &export(&world, &manager, &wish("deals", raw)).await).await;
    assert_eq!(sheet.rows, [["lost", text(&deal, "pipeline"), "lost", "Price"]]);
    let sheet = csv_of(&world, &export(&world, &manager, &wish("opportunity", json!({}))).await).await;
    assert_eq!((sheet.column("Name"), sheet.column("Amount")), (vec!["Chance"], vec!["99.90"]));

    let call = json!({ "type": "call", "subject": "Ring Zoë", "due_at": "2020-01-01T08:00:00Z", "contact_id": zoe["id"],
        "deal_id": deal["id"], "priority": "high" });
    made(&manager, "/api/activities", call).await;
    made(&manager, "/api/activities", json!({ "type": "task", "subject": "Later" })).await;
    let late = json!({ "filter": { "status": "overdue", "assigned_to": "me" }, "sort": "due_at" });
    let sheet = csv_of(&world, &export(&world, &manager, &wish("activities", late)).await).await;
    assert_eq!(sheet.rows.len(), 1);
    for (title, value) in [
        ("Subject", "Ring Zoë"),
        ("Type", "Call"),
        ("Status", "Overdue"),
        ("Priority", "High"),
        ("Contact", "Zoë Zola"),
        ("Deal", "Licence"),
        ("Due", "2020-01-01T08:00:00Z"),
    ] {
        assert_eq!(sheet.column(title)[0], value, "{title}");
    }
    let all = csv_of(&world, &export(&world, &manager, &wish("activities", json!({ "language": "ar" }))).await).await;
    assert_eq!(all.rows.len(), 2);
    assert!(all.column("الحالة").contains(&"مجدول"), "{:?}", all.column("الحالة"));
    for (entity, more, field) in [
        ("deals", json!({ "columns": ["shoe_size"] }), "columns"),
        ("activities", json!({ "filter": { "outcome": "won" } }), "filter"),
        ("activities", json!({ "filter": { "type": "party" } }), "type"),
    ] {
        let refused = manager.post("/api/exports", &wish(entity, more)).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"][field].is_array(), "{refused}");
    }
}

#[tokio::test]
async fn what_is_masked_or_out_of_reach_stays_out_of_the_file() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let (sales, other) = (broker.team("Sales", None).await, broker.team("Other", None).await);
    let manager = broker.manager().await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let agent = broker.actor("Anna", "Agent", Some(sales)).await;
    let stranger = broker.actor("Otto", "Agent", Some(other)).await;
    for (who, name) in [(&agent, "Ann"), (&stranger, "Ott")] {
        let person = json!({ "first_name": name, "email": format!("{name}@example.com"), "phone": "+442071838750" });
        let contact = made(
            &manager,
            "/api/contacts",
            json!({ "assigned_to": who.id(), "first_name": person["first_name"],
            "email": person["email"], "phone": person["phone"] }),
        )
        .await;
        let deal = json!({ "name": format!("Deal of {name}"), "assigned_to": who.id(), "contact_id": contact["id"] });
        made(&manager, "/api/deals", deal).await;
        let task = json!({ "type": "task", "subject": format!("Task of {name}"), "assigned_to": who.id() });
        made(&manager, "/api/activities", task).await;
    }
    for entity in ["contacts", "deals", "opportunities", "activities"] {
        agent.post("/api/exports", &wish(entity, json!({}))).await.refused(403, "forbidden");
    }
    // A leader has what is the team's, without personal data in clear.
    let file = export(&world, &leader, &wish("contacts", json!({}))).await;
    assert_eq!(file["masked"], json!(["email", "phone"]));
    let bytes = download(&world, &file).await;
    assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains("@example.com"));
    let sheet = Sheet::of_csv(&bytes);
    assert_eq!((sheet.column("First name"), sheet.column("E-mail")), (vec!["Ann"], vec!["a•••@e•••.com"]));
    let deals = csv_of(&world, &export(&world, &leader, &wish("deals", json!({}))).await).await;
    assert_eq!((deals.column("Name"), deals.column("Contact")), (vec!["Deal of Ann"], vec!["Ann"]));
    let tasks = csv_of(&world, &export(&world, &leader, &wish("activities", json!({}))).await).await;
    assert_eq!(tasks.column("Subject"), ["Task of Ann"]);

    // Who may take everything along and sees one field masked, gets that one masked and no name of what they can't read.
    let permissions = json!({ "deals.read": "all", "deals.export": "all", "contacts.export": "all", "exports.pii": "all" });
    let fields = json!({ "contacts.email": "masked", "contacts.phone": "full" });
    let id = role(&manager, "Clerk", permissions, fields).await;
    let clerk = broker.actor("Carl", "Clerk", None).await;
    clerk.post("/api/exports", &wish("contacts", json!({}))).await.refused(403, "forbidden");
    let deals = csv_of(&world, &export(&world, &clerk, &wish("deals", json!({}))).await).await;
    assert_eq!((deals.rows.len(), deals.column("Contact")), (2, vec!["", ""]));
    let more = json!({ "permissions": { "contacts.read": "all" } });
    manager.patch(&format!("/api/roles/{id}"), &more).await.expect(200);
    let sheet = csv_of(&world, &export(&world, &clerk, &wish("contacts", json!({ "sort": "name" }))).await).await;
    assert_eq!(sheet.column("Phone"), ["+442071838750", "+442071838750"]);
    assert_eq!(sheet.column("E-mail"), ["a•••@e•••.com", "o•••@e•••.com"]);
    let masked = json!({ "filter": { "filter": { "field": "email", "op": "is", "value": "ann@example.com" } } });
    clerk.post("/api/exports", &wish("contacts", masked)).await.refused(422, "field_masked");
}
