//! Activities from files: whose they are, what they are about, when they are due, and that all of it can be taken back.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use super::{RAN, counts, exported, faults, mapped, preview, run, send, suggested, there_and_back, undo};
use crate::deals::Dice;

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}"))
}

async fn made(api: &Api<'_>, path: &str, body: Json) -> String {
    text(&api.post(path, &body).await.expect(201), "id").to_owned()
}

/// Somebody of each kind, a deal and an opportunity.
async fn records(api: &Api<'_>) -> [String; 5] {
    let person = |name: &str| json!({ "first_name": name, "last_name": "North", "email": format!("{name}@example.com") });
    [
        made(api, "/api/clients", person("nora")).await,
        made(api, "/api/contacts", person("carl")).await,
        made(api, "/api/leads", person("lena")).await,
        made(api, "/api/deals", json!({ "name": "Licence" })).await,
        made(api, "/api/opportunities", json!({ "name": "Renewal" })).await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_activities_comes_in_whatever_its_headings() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    let anna = broker.user("Anna", "Agent", None).await;
    let [nora, carl, lena, licence, renewal] = records(&api).await;
    api.patch("/api/settings", &json!({ "timezone": "Europe/Berlin" })).await.expect(200);
    let old = json!({ "type": "call", "subject": "Ask again", "due_at": "2030-07-02T07:30:00Z", "client_id": nora });
    made(&api, "/api/activities", old).await;
    let file =
        "Typ,Betreff,Status,Priorität,Fällig am,Dauer,Ergebnis,Erledigt am,Client,Contact,Lead,Deal,Verkaufschance,Owner,Notiz
Anruf,Ask,Erledigt,Hoch,02.07.2026 09:30,15,Fine,03.07.2026,nora@example.com,Carl North,lena@example.com,licence,Renewal,Anna,\"A
B\"
Meeting,Meet,,,03.07.2030,,,,,,,,,,
call,ASK AGAIN,,,02.07.2030 09:30,,,,nora@example.com,,,,,,
call,Ask again,,,02.07.2030 09:30,,,,,carl@example.com,,,,,
Note,,Someday,vital,soon,many,,,nobody@example.com,Nobody,Nobody,Nothing,Nothing,Nobody,
Lunch,Eat,planned,,,,,03.07.2026,,,,,,,
";
    let sent = send(&api, "activities", "Aufgaben.csv", file).await.expect(201);
    let found = suggested(&sent);
    for pair in [
        ("Typ", "type"),
        ("Betreff", "subject"),
        ("Priorität", "priority"),
        ("Fällig am", "due_at"),
        ("Dauer", "duration_minutes"),
        ("Ergebnis", "outcome"),
        ("Erledigt am", "completed_at"),
        ("Lead", "lead_id"),
        ("Deal", "deal_id"),
        ("Verkaufschance", "opportunity_id"),
        ("Notiz", "description"),
    ] {
        assert!(found.contains(&pair), "{pair:?} in {found:?}");
    }
    let path = format!("/api/imports/{}", text(&sent, "id"));
    super::map(&api, &path, &sent, json!({ "duplicates": "update" })).await.refused(422, "validation_failed");
    super::map(&api, &path, &sent, json!({})).await.expect(200);
    let seen = preview(&api, &path).await;
    assert_eq!(counts(&seen, ["total", "valid", "invalid", "duplicates"]), [6, 4, 2, 1], "{seen}");
    let wrong = faults(&seen);
    for fault in [
        (6, "Betreff", "required"),
        (6, "Status", "status_unknown"),
        (6, "Priorität", "choice_unknown"),
        (6, "Fällig am", "date_invalid"),
        (6, "Dauer", "invalid"),
        (6, "Client", "client_unknown"),
        (6, "Contact", "contact_unknown"),
        (6, "Lead", "lead_unknown"),
        (6, "Deal", "deal_unknown"),
        (6, "Verkaufschance", "opportunity_unknown"),
        (6, "Owner", "user_unknown"),
        (7, "Typ", "choice_unknown"),
        (7, "Erledigt am", "invalid"),
    ] {
        assert!(wrong.contains(&fault), "{fault:?} in {wrong:?}");
    }
    let done = run(&api, &path).await;
    assert_eq!(counts(&done, RAN), [6, 6, 3, 0, 1, 2], "{done}");
    assert_eq!(done["entity"], "activities");
    let list = api.get(&format!("/api/activities?import_id={}&sort=due_at", text(&sent, "id"))).await.expect(200);
    let all = list["data"].as_array().unwrap();
    let subjects: Vec<&str> = all.iter().map(|a| text(a, "subject")).collect();
    assert_eq!(subjects, ["Ask", "Ask again", "Meet"]);
    for (field, value) in [
        ("type", json!("call")),
        ("status", json!("completed")),
        ("priority", json!("high")),
        // By the clocks of the tenant.
        ("due_at", json!("2026-07-02T07:30:00+00:00")),
        ("all_day", json!(false)),
        ("duration_minutes", json!(15)),
        ("outcome", json!("Fine")),
        ("completed_at", json!("2026-07-02T22:00:00+00:00")),
        ("client_id", json!(nora)),
        ("contact_id", json!(carl)),
        ("lead_id", json!(lena)),
        ("deal_id", json!(licence)),
        ("opportunity_id", json!(renewal)),
        ("assigned_to", json!(anna)),
        ("description", json!("A\nB")),
    ] {
        assert_eq!(all[0][field], value, "{field}");
    }
    let meet = &all[2];
    assert_eq!((text(meet, "due_date"), &meet["all_day"], text(meet, "status")), ("2030-07-03", &json!(true), "scheduled"));
    // What nobody is named for is done by whoever brought it in.
    assert_eq!(meet["assigned_to_name"], "Ada Manager");
    assert!(undo(&api, &path).await["restored"] == 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_ours_goes_to_another_broker_and_comes_back_the_same() {
    let world = World::new().await;
    let (one, two) = (world.broker_from("first", "sales-crm").await, world.broker_from("second", "sales-crm").await);
    world.start_workers();
    let (a, b) = (one.manager().await, two.manager().await);
    let [nora, carl, lena, licence, renewal] = records(&a).await;
    records(&b).await;
    let first = json!({ "type": "meeting", "subject": "=Meet", "due_at": "2031-07-02T07:30:00Z", "duration_minutes": 45,
        "location": "Office", "client_id": nora, "contact_id": carl, "lead_id": lena, "deal_id": licence, "opportunity_id": renewal, "priority": "urgent",
        "description": "A\nB" });
    made(&a, "/api/activities", first).await;
    made(&a, "/api/activities", json!({ "type": "task", "subject": "Day", "due_at": "2020-03-04" })).await;
    let done = json!({ "type": "email", "subject": "Sent", "status": "completed", "completed_at": "2026-01-02T03:04:05Z", "outcome": "Fine" });
    made(&a, "/api/activities", done).await;
    made(&a, "/api/activities", json!({ "type": "call", "subject": "Off", "status": "cancelled" })).await;
    let columns = json!([
        "type",
        "subject",
        "status",
        "priority",
        "due_at",
        "all_day",
        "duration_minutes",
        "location",
        "outcome",
        "client_name",
        "contact_name",
        "lead_name",
        "deal_name",
        "opportunity_name",
        "description",
        "completed_at"
    ]);
    for language in ["en", "ar"] {
        let whole = exported(&world, &a, "activities", json!({ "language": language })).await;
        let path = mapped(&b, "activities", &whole, json!({})).await;
        let seen = preview(&b, &path).await;
        assert_eq!(counts(&seen, ["valid", "invalid", "duplicates"]), [4, 0, 0], "{language}: {seen}");
        assert_eq!(counts(&run(&b, &path).await, RAN), [4, 4, 4, 0, 0, 0], "{language}");
        let wish = json!({ "language": language, "columns": columns, "sort": "due_at" });
        let sorted = |text: String| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        let went = sorted(exported(&world, &a, "activities", wish.clone()).await);
        assert_eq!(sorted(exported(&world, &b, "activities", wish).await), went, "{language}");
        let again = mapped(&b, "activities", &whole, json!({})).await;
        assert_eq!(counts(&preview(&b, &again).await, ["valid", "duplicates"]), [4, 4], "{language}");
        assert_eq!(undo(&b, &path).await["restored"], 4);
    }
}

fn random(dice: &mut Dice, rows: usize) -> String {
    let mut text = String::from("type,subject,status,due,client,lead\n");
    for n in 0..rows {
        let subject = match dice.below(5) {
            0 => format!("Known {}", dice.below(6)),
            1 => format!("Twice {}", dice.below(3)),
            2 => String::new(),
            _ => format!("New {n}"),
        };
        text.push_str(&format!(
            "{},{subject},{},{},{},{}\n",
            ["call", "Task", "Termin", "Lunch"][dice.below(4)],
            ["", "done", "Cancelled"][dice.below(3)],
            ["", "2030-01-05", "2030-01-05 10:00", "soon"][dice.below(4)],
            ["", "", "nora@example.com"][dice.below(3)],
            ["", "", "lena north"][dice.below(3)],
        ));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_activities_taken_back_leaves_everything_as_it_was() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    records(&api).await;
    for n in 0..6 {
        made(&api, "/api/activities", json!({ "type": "call", "subject": format!("known {n}") })).await;
    }
    let mut dice = Dice(20_261_127);
    let (mut created, mut skipped) = (0, 0);
    for _ in 0..8 {
        let more = json!({ "duplicates": dice.pick(&["skip", "create_anyway"]) });
        let done = there_and_back(&broker, "activities", &random(&mut dice, 80), &more, async || ()).await;
        created += done["created"].as_u64().unwrap();
        skipped += done["skipped"].as_u64().unwrap();
    }
    assert!(created > 60 && skipped > 3, "{created} {skipped}");
    // A note on one, and it stays.
    let path = mapped(&api, "activities", "type,subject\ncall,One\ncall,Two\n", json!({})).await;
    preview(&api, &path).await;
    run(&api, &path).await;
    let one = api.get("/api/activities?search=One").await.expect(200)["data"][0].clone();
    made(&api, "/api/notes", json!({ "content": "Nice", "activity_id": one["id"] })).await;
    let undone = undo(&api, &path).await;
    assert_eq!((&undone["kept"], &undone["restored"]), (&json!(1), &json!(1)), "{undone}");
    api.get(&format!("/api/activities/{}", text(&one, "id"))).await.expect(200);
}
