//! `/api/crm/contacts`.

use serde_json::json;
use test_kit::World;

use super::{column, id, made, named};

#[tokio::test]
async fn a_contact_is_made_read_changed_and_deleted() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    assert_eq!(named(&ada.post("/api/crm/contacts", &json!({})).await.refused(422, "validation_failed")), ["name"]);
    let wrong = json!({ "name": " ", "email": "x", "status": "lost", "rating": 6, "client_id": "x" });
    let refused = ada.post("/api/crm/contacts", &wrong).await.refused(422, "validation_failed");
    assert_eq!(named(&refused), ["client_id", "email", "name", "rating", "status"]);
    let refused = ada.post("/api/crm/contacts", &json!({ "name": 5, "rating": "five" })).await;
    assert_eq!((refused.status, named(&refused.json)), (422, vec!["name", "rating"]));
    let body = json!({ "Name": "Jane van Doe", "EMAIL": "Jane@Example.com", "phone": "+44 20 7946 0018", "company": "Doe Ltd",
        "job_title": "CFO", "status": "Prospect", "source": "Referral", "notes": "Likes tea", "rating": 4 });
    let jane = made(&ada, "contacts", body).await;
    for (field, value) in [
        ("name", json!("Jane van Doe")),
        ("first_name", json!("Jane")),
        ("last_name", json!("van Doe")),
        ("email", json!("jane@example.com")),
        ("phone", json!("+442079460018")),
        ("company", json!("Doe Ltd")),
        ("job_title", json!("CFO")),
        ("status", json!("prospect")),
        ("source", json!("Referral")),
        ("notes", json!("Likes tea")),
        ("rating", json!(4)),
    ] {
        assert_eq!(jane[field], value, "{field}");
    }
    let path = format!("/api/crm/contacts/{}", id(&jane));
    assert_eq!(ada.get(&path).await.expect(200), jane);
    let changed = ada.patch(&path, &json!({ "status": "CUSTOMER", "notes": null })).await.expect(200);
    assert_eq!((&changed["status"], changed.get("notes"), &changed["rating"]), (&json!("customer"), None, &json!(4)));
    // What was read goes back whole.
    let mut whole = changed.clone();
    whole["name"] = json!("Jane Roe");
    whole["rating"] = json!(0);
    let put = ada.put(&path, &whole).await.expect(200);
    assert_eq!((&put["first_name"], &put["last_name"], &put["rating"]), (&json!("Jane"), &json!("Roe"), &json!(0)));
    assert_eq!(put["email"], "jane@example.com");
    assert_eq!(ada.patch(&path, &json!({ "first_name": "Ann" })).await.expect(200)["name"], "Ann Roe");
    for (body, field) in
        [(json!({ "name": null }), "name"), (json!({ "first_name": "" }), "first_name"), (json!({ "rating": -1 }), "rating")]
    {
        assert_eq!(named(&ada.patch(&path, &body).await.refused(422, "validation_failed")), [field], "{body}");
    }
    assert_eq!(made(&ada, "contacts", json!({ "name": "Cher" })).await["name"], "Cher");
    let client = json!({ "first_name": "Max", "last_name": "Doe", "email": "max@example.com" });
    let client = ada.post("/api/clients", &client).await.expect(201);
    let of = made(&ada, "contacts", json!({ "first_name": "Nina", "last_name": "Ray", "client_id": client["id"] })).await;
    assert_eq!((&of["name"], &of["client_name"]), (&json!("Nina Ray"), &json!("Max Doe")));
    assert_eq!(ada.get(&format!("/api/crm/contacts?client_id={}", id(&client))).await.expect(200)["total"], 1);
    assert_eq!(ada.delete(&path).await.status, 204);
    ada.get(&path).await.refused(404, "not_found");
    ada.delete(&path).await.refused(404, "not_found");
    ada.put(&path, &json!({ "name": "Back" })).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_list_is_filtered_ordered_and_paged_by_rows() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    for n in 0..7 {
        let status = ["Lead", "prospect", "CUSTOMER"][n % 3];
        let source = ["Website", "Fair"][n % 2];
        let body = json!({ "name": format!("Person {n}"), "company": format!("Firm {}", n % 2), "status": status, "source": source,
            "rating": n % 6 });
        made(&ada, "contacts", body).await;
    }
    for (query, total) in [
        ("status=LEAD", 3),
        ("status=lead,Prospect", 5),
        ("Status=customer", 2),
        ("source=Fair", 3),
        ("rating_min=3", 3),
        ("filter=firm%201", 3),
        ("FILTER=PERSON%203", 1),
        ("status=lead&rating_min=3&source=Fair", 1),
    ] {
        assert_eq!(ada.get(&format!("/api/crm/contacts?{query}")).await.expect(200)["total"], total, "{query}");
    }
    let refused = ada.get("/api/crm/contacts?status=nothing").await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"]["status"], json!(["must be one of lead, prospect, customer, closed"]));
    let all = ada.get("/api/crm/contacts?sort=name").await.expect(200);
    let names: Vec<String> = (0..7).map(|n| format!("Person {n}")).collect();
    assert_eq!(column(&all, "name"), names.iter().collect::<Vec<_>>());
    assert_eq!(column(&ada.get("/api/crm/contacts?sort=-Name&limit=1").await.expect(200), "name"), ["Person 6"]);
    // However the rows are cut, they are the same ones.
    for limit in 1..=4 {
        for offset in 0..=8 {
            let page = ada.get(&format!("/api/crm/contacts?sort=name&limit={limit}&offset={offset}")).await.expect(200);
            let expected: Vec<&String> = names.iter().skip(offset).take(limit).collect();
            assert_eq!(column(&page, "name"), expected, "{limit} from {offset}");
            assert_eq!((&page["limit"], &page["page"]), (&json!(limit), &json!(offset / limit + 1)));
            if offset < 7 {
                assert_eq!(page["total"], 7, "{limit} from {offset}");
            }
            match page["next_cursor"].as_str() {
                Some(cursor) => {
                    let next = format!("/api/crm/contacts?sort=name&limit={limit}&cursor={cursor}");
                    let expected: Vec<&String> = names.iter().skip(offset + limit).take(limit).collect();
                    assert_eq!(column(&ada.get(&next).await.expect(200), "name"), expected);
                }
                None => assert!(offset + limit >= 7, "{limit} from {offset} goes on"),
            }
        }
    }
    assert_eq!(column(&ada.get("/api/crm/contacts?sort=name&limit=3&page=3").await.expect(200), "name"), ["Person 6"]);
}

#[tokio::test]
async fn what_is_masked_stays_masked_and_can_be_sent_back() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let (ada, bo) = (acme.manager().await, acme.actor("Bo", "Agent", None).await);
    let body = json!({ "name": "Jane Doe", "email": "jane.doe@example.com", "phone": "+442079460018", "assigned_to": bo.id() });
    let jane = made(&ada, "contacts", body).await;
    let path = format!("/api/crm/contacts/{}", id(&jane));
    let shown = bo.get(&path).await.expect(200);
    assert_eq!(shown["masked"], json!(["email", "phone"]));
    assert!(!shown.to_string().contains("jane.doe@") && !shown.to_string().contains("7946"), "{shown}");
    let mut whole = shown.clone();
    whole["company"] = json!("Doe Ltd");
    assert_eq!(bo.put(&path, &whole).await.expect(200)["company"], "Doe Ltd");
    bo.patch(&path, &json!({ "email": "other@example.com" })).await.refused(422, "field_masked");
    let kept = ada.get(&path).await.expect(200);
    assert_eq!((&kept["email"], &kept["phone"], &kept["company"]), (&jane["email"], &jane["phone"], &json!("Doe Ltd")));
    assert_eq!(bo.get("/api/crm/contacts?filter=jane.doe@example.com").await.expect(200)["total"], 0);
    let timeline = bo.get(&format!("{path}/timeline")).await.expect(200).to_string();
    assert!(!timeline.contains("jane.doe@") && !timeline.contains("7946"), "{timeline}");
}

#[tokio::test]
async fn a_timeline_is_told_newest_first() {
    let world = World::new().await;
    let acme = world.broker_from("acme", "sales-crm").await;
    let ada = acme.manager().await;
    let jane = made(&ada, "contacts", json!({ "name": "Jane Doe" })).await;
    let path = format!("/api/crm/contacts/{}", id(&jane));
    ada.patch(&path, &json!({ "company": "Doe Ltd" })).await.expect(200);
    ada.patch(&path, &json!({ "status": "customer" })).await.expect(200);
    let told = ada.get(&format!("{path}/timeline")).await.expect(200);
    assert_eq!(told["total"], 3);
    assert_eq!(column(&told, "action"), ["contact.updated", "contact.updated", "contact.created"]);
    assert_eq!(column(&told, "type"), ["contact", "contact", "contact"]);
    let newest = &told["data"][0];
    assert_eq!(newest["changes"], json!([{ "field": "status", "old": "lead", "new": "customer" }]));
    assert_eq!((newest["by"].as_str(), &newest["record_id"]), (Some(ada.id()), &jane["id"]));
    let second = ada.get(&format!("{path}/timeline?limit=1&offset=1")).await.expect(200);
    assert_eq!(second["data"][0]["changes"][0]["field"], "company");
    ada.get("/api/crm/contacts/0190a000-0000-7000-8000-000000000000/timeline").await.refused(404, "not_found");
}
