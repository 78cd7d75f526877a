//! Calendars that other programs read.

use serde_json::json;
use test_kit::{Api, Reply, World};

use crate::activities::{client, id};

/// The path of an address.
fn path_of(url: &str) -> String {
    format!("/api/calendar/{}", url.rsplit('/').next().unwrap())
}

/// Reads a calendar; its lines unfolded.
async fn lines(api: &Api<'_>, path: &str) -> Vec<String> {
    let reply: Reply = api.get(path).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/calendar; charset=utf-8")), "{}", reply.text);
    assert!(reply.text.split("\r\n").all(|line| line.len() <= 75), "{}", reply.text);
    reply.text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn a_calendar_is_read_at_a_secret_address() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, nobody) = (broker.manager().await, broker.nobody());
    let jane = client(&ada, "Jane").await;
    assert_eq!(ada.get("/api/calendar-feed").await.expect(200), json!({ "exists": false }));
    let url = ada.post("/api/calendar-feed", &json!({})).await.expect(201)["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("http://acme.localhost:") && url.ends_with(".ics"), "{url}");
    let path = path_of(&url);
    let add = async |body: serde_json::Value| ada.post("/api/activities", &body).await.expect(201);
    let call = add(json!({ "type": "call", "subject": "Call; Jane, now", "due_at": "2027-01-15T09:00:00Z", "client_id": jane,
        "duration_minutes": 45, "description": "Line one\nLine two", "location": "Ünter den Linden ".repeat(8) }))
    .await;
    add(json!({ "type": "task", "subject": "A day", "due_at": "2027-06-02" })).await;
    let weekly = json!({ "freq": "weekly", "weekdays": ["tu"], "until": "2027-12-31" });
    add(json!({ "type": "meeting", "subject": "Stand-up", "due_at": "2027-03-23T09:30:00Z", "repeat": weekly })).await;
    add(json!({ "type": "task", "subject": "Without a date" })).await;
    let off = add(json!({ "type": "task", "subject": "Off", "due_at": "2027-01-15T09:00:00Z" })).await;
    ada.patch(&format!("/api/activities/{}/cancel", id(&off)), &json!({})).await.expect(200);
    let all = lines(&nobody, &path).await;
    let has = |line: &str| assert!(all.iter().any(|l| l == line), "{line} in {all:#?}");
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "SUMMARY:Call\\; Jane\\, now",
        "DTSTART:20270115T090000Z",
        "DURATION:PT45M",
        "DTSTART;VALUE=DATE:20270602",
        "DTEND;VALUE=DATE:20270603",
        "DTSTART;TZID=Europe/London:20270323T093000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20271231T235959Z",
        "TZID:Europe/London",
        "DTSTART:20270328T010000",
        "END:VCALENDAR",
    ] {
        has(line);
    }
    has(&format!("LOCATION:{}", "Ünter den Linden ".repeat(8).trim()));
    let about = all.iter().find(|l| l.starts_with("DESCRIPTION:Jane Doe")).unwrap();
    assert!(about.contains("Jane Doe\\n\\nLine one\\nLine two\\n\\nhttp"), "{about}");
    assert_eq!(all.iter().filter(|l| *l == "BEGIN:VEVENT").count(), 3);
    assert!(all.iter().any(|l| l.starts_with(&format!("UID:{}@acme.localhost", id(&call)))));
    let known = ada.get("/api/calendar-feed").await.expect(200);
    assert!(known["exists"] == true && known["created_at"].is_string() && known["last_used_at"].is_string());
    // The address is kept as its hash only.
    let sql = format!("select token_hash::text from {}.calendar_feeds", broker.tenant().await.key.schema());
    let kept: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&world.admin).await.unwrap();
    assert!(!kept.contains(&url[url.len() - 20..url.len() - 4]));
    // A new one replaces it; one that is none is nothing.
    let newer = path_of(ada.post("/api/calendar-feed", &json!({})).await.expect(201)["url"].as_str().unwrap());
    nobody.get(&path).await.refused(404, "not_found");
    lines(&nobody, &newer).await;
    for none in ["/api/calendar/x.ics", &newer.replace(".ics", ""), &format!("/api/calendar/{}.ics", "a".repeat(43))] {
        nobody.get(none).await.refused(404, "not_found");
    }
    let other = world.broker("other").await;
    other.nobody().get(&newer).await.refused(404, "not_found");
    assert_eq!(ada.delete("/api/calendar-feed").await.status, 204);
    nobody.get(&newer).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_calendar_shows_what_its_user_may_see_by_now() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (ada, nobody) = (broker.manager().await, broker.nobody());
    let anna = broker.actor("Anna", "Agent", None).await;
    let jane = client(&ada, "Jane").await;
    ada.patch(&format!("/api/clients/{jane}"), &json!({ "assigned_to": anna.id() })).await.expect(200);
    let body = json!({ "type": "call", "subject": "Call", "due_at": "2027-01-15T09:00:00Z", "client_id": jane });
    anna.post("/api/activities", &body).await.expect(201);
    let path = path_of(anna.post("/api/calendar-feed", &json!({})).await.expect(201)["url"].as_str().unwrap());
    assert!(lines(&nobody, &path).await.iter().any(|l| l.contains("Jane Doe")));
    ada.patch(&format!("/api/clients/{jane}"), &json!({ "assigned_to": ada.id() })).await.expect(200);
    let all = lines(&nobody, &path).await;
    assert!(all.iter().any(|l| l == "SUMMARY:Call") && !all.iter().any(|l| l.contains("Jane")), "{all:#?}");
    ada.patch(&format!("/api/users/{}", anna.id()), &json!({ "status": "inactive" })).await.expect(200);
    nobody.get(&path).await.refused(404, "not_found");
}

#[tokio::test]
async fn guesses_at_addresses_are_counted() {
    let world = World::with(&[("RATE_SIGNIN", "5/m")]).await;
    let broker = world.broker("acme").await;
    let nobody = broker.nobody();
    for _ in 0..5 {
        nobody.get(&format!("/api/calendar/{}.ics", "b".repeat(43))).await.refused(404, "not_found");
    }
    nobody.get(&format!("/api/calendar/{}.ics", "b".repeat(43))).await.refused(429, "rate_limited");
}
