//! What is to be done, and what was done, through HTTP.

use chrono::{DateTime, Duration, SubsecRound as _, TimeZone as _, Utc};
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

pub fn id(json: &Json) -> String {
    json["id"].as_str().unwrap().to_owned()
}

/// A new client; returns the id.
pub async fn client(api: &Api<'_>, name: &str) -> String {
    let body = json!({ "first_name": name, "last_name": "Doe", "email": format!("{}@example.com", name.to_lowercase()) });
    id(&api.post("/api/clients", &body).await.expect(201))
}

async fn add(api: &Api<'_>, body: Json) -> Json {
    let mut whole = json!({ "type": "task", "subject": "Call back" });
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    api.post("/api/activities", &whole).await.expect(201)
}

fn subjects(list: &Json) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|a| a["subject"].as_str().unwrap()).collect()
}

fn soon(minutes: i64) -> String {
    (Utc::now() + Duration::minutes(minutes)).trunc_subsecs(0).to_rfc3339()
}

/// London's time on a day of the tenants that tests make.
fn london(day: &str, time: &str) -> DateTime<Utc> {
    let local: chrono::NaiveDateTime = format!("{day}T{time}:00").parse().unwrap();
    // None of the days in here is one on which the clock changes.
    let summer = local.date() >= "2027-03-28".parse().unwrap() && local.date() < "2027-10-31".parse().unwrap();
    Utc.from_utc_datetime(&local) - Duration::hours(i64::from(summer))
}

#[tokio::test]
async fn an_activity_is_added_changed_done_and_undone() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let jane = client(&ada, "Jane").await;
    let body = json!({ "type": "Call", "subject": "  Call back ", "due_at": "2027-01-15T10:00:00+01:00", "client_id": jane,
        "duration_minutes": 30, "priority": "high" });
    let made = ada.post("/api/activities", &body).await.expect(201);
    assert_eq!(
        (made["type"].as_str(), made["subject"].as_str(), made["status"].as_str()),
        (Some("call"), Some("Call back"), Some("scheduled"))
    );
    assert_eq!((made["due_at"].as_str(), made["client_name"].as_str()), (Some("2027-01-15T09:00:00+00:00"), Some("Jane Doe")));
    assert_eq!((made["assigned_to_name"].as_str(), made["created_by_name"].as_str()), (Some("Ada Manager"), Some("Ada Manager")));
    let path = format!("/api/activities/{}", id(&made));
    let same = ada.patch(&path, &json!({ "subject": "Call back" })).await.expect(200);
    assert_eq!(same["version"], 1, "nothing changed");
    let changed = ada.patch(&path, &json!({ "subject": "Call again", "due_at": "2027-01-16", "version": 1 })).await.expect(200);
    assert_eq!((changed["all_day"].as_bool(), changed["due_date"].as_str()), (Some(true), Some("2027-01-16")));
    ada.patch(&path, &json!({ "subject": "Late", "version": 1 })).await.refused(409, "stale_version");
    let moved =
        ada.patch(&format!("{path}/move"), &json!({ "due_at": "2027-01-17T08:00:00Z", "all_day": false })).await.expect(200);
    assert_eq!((moved["due_at"].as_str(), moved["all_day"].as_bool()), (Some("2027-01-17T08:00:00+00:00"), Some(false)));
    ada.patch(&format!("{path}/move"), &json!({})).await.refused(422, "validation_failed");

    let done = ada.patch(&format!("{path}/complete"), &json!({ "outcome": "Wants to see a demo" })).await.expect(200);
    assert_eq!((done["status"].as_str(), done["outcome"].as_str()), (Some("completed"), Some("Wants to see a demo")));
    assert!(done["completed_at"].is_string() && done["completed_by"] == json!(ada.id()) && done.get("next").is_none());
    let again = ada.patch(&format!("{path}/complete"), &json!({})).await.refused(409, "not_scheduled");
    assert_eq!(again["data"]["status"], "completed");
    ada.patch(&format!("{path}/cancel"), &json!({})).await.refused(409, "not_scheduled");
    let open = ada.patch(&format!("{path}/reopen"), &json!({})).await.expect(200);
    assert_eq!((open["status"].as_str(), open.get("completed_at")), (Some("scheduled"), None));
    ada.patch(&format!("{path}/reopen"), &json!({})).await.refused(409, "not_over");
    assert_eq!(ada.patch(&format!("{path}/cancel"), &json!({})).await.expect(200)["status"], "cancelled");
    assert_eq!(ada.patch(&path, &json!({ "status": "scheduled" })).await.expect(200)["status"], "scheduled");

    assert_eq!(ada.delete(&path).await.status, 204);
    ada.get(&path).await.refused(404, "not_found");
    ada.patch(&path, &json!({ "subject": "Gone" })).await.refused(404, "not_found");
    assert_eq!(ada.post(&format!("{path}/restore"), &json!({})).await.expect(200)["subject"], "Call again");
    let timeline = ada.get(&format!("/api/clients/{jane}/timeline?kind=activities")).await.expect(200);
    let actions: Vec<&str> = timeline["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    let wanted = ["restored", "deleted", "reopened", "cancelled", "reopened", "completed", "updated", "updated", "created"];
    assert_eq!(actions, wanted.map(|word| format!("activity.{word}")));
    assert_eq!(timeline["data"][0]["resource"]["label"], "Call again");
    let all = ada.get(&format!("/api/clients/{jane}/timeline")).await.expect(200);
    assert_eq!(all["total"], 10, "the client's own story is one line more");
    assert_eq!(ada.get(&format!("/api/clients/{jane}/timeline?kind=changes")).await.expect(200)["total"], 1);

    let past = json!({ "status": "completed", "completed_at": "2026-01-05T10:00:00Z", "outcome": "Spoke" });
    assert_eq!(add(&ada, past).await["completed_at"], "2026-01-05T10:00:00+00:00");
}

#[tokio::test]
async fn all_faults_come_at_once_and_strange_records_do_not_exist() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let jane = client(&ada, "Jane").await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let body = json!({ "type": "party", "priority": "soon", "due_at": "never", "client_id": jane, "lead_id": "x", "deal_id": jane,
        "duration_minutes": -5, "status": "open", "completed_at": "2026-01-01T00:00:00Z",
        "repeat": { "freq": "weekly", "weekdays": ["xx"], "until": "x", "count": 0 } });
    let fields = anna.post("/api/activities", &body).await.refused(422, "validation_failed")["data"]["fields"].clone();
    let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
    let wanted = [
        "client_id",
        "completed_at",
        "deal_id",
        "due_at",
        "duration_minutes",
        "lead_id",
        "priority",
        "repeat",
        "status",
        "subject",
        "type",
    ];
    assert_eq!(names, wanted);
    assert_eq!(fields["client_id"], json!(["is not a client"]));
    assert_eq!((fields["lead_id"].clone(), fields["deal_id"].clone()), (json!(["is not a lead"]), json!(["is not a deal"])));
    // A client that is deleted is none.
    assert_eq!(ada.delete(&format!("/api/clients/{jane}")).await.status, 204);
    let gone = json!({ "type": "call", "subject": "x", "client_id": jane });
    ada.post("/api/activities", &gone).await.refused(422, "validation_failed");
    let alone = json!({ "type": "task", "subject": "x", "remind_before": 5 });
    let fault = ada.post("/api/activities", &alone).await.refused(422, "validation_failed");
    assert!(fault["data"]["fields"]["remind_before"].is_array());
}

#[tokio::test]
async fn whoever_reads_a_record_reads_what_was_done_about_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let near = broker.team("Near", None).await;
    let anna = broker.actor("Anna", "Agent", Some(near)).await;
    let bert = broker.actor("Bert", "Agent", Some(near)).await;
    let lena = broker.actor("Lena", "Team Leader", Some(near)).await;
    let (hers, other) = (client(&ada, "Jane").await, client(&ada, "John").await);
    ada.patch(&format!("/api/clients/{hers}"), &json!({ "assigned_to": anna.id() })).await.expect(200);
    // Of Ada's for Anna's client, and of Anna's for a client that is not hers.
    let about = add(&ada, json!({ "subject": "About Jane", "client_id": hers })).await;
    let given = add(&ada, json!({ "subject": "About John", "client_id": other, "assigned_to": anna.id() })).await;
    let own = add(&bert, json!({ "subject": "Bert's own" })).await;

    assert_eq!(subjects(&anna.get("/api/activities").await.expect(200)), ["About John"]);
    assert_eq!(subjects(&anna.get(&format!("/api/activities?client_id={hers}")).await.expect(200)), ["About Jane"]);
    assert_eq!(anna.get(&format!("/api/activities/{}", id(&about))).await.expect(200)["client_name"], "Jane Doe");
    // Who has something to do about a client that they can't see does it without.
    let seen = anna.get(&format!("/api/activities/{}", id(&given))).await.expect(200);
    assert_eq!((seen.get("client_id"), seen.get("client_name")), (None, None));
    anna.patch(&format!("/api/activities/{}/complete", id(&given)), &json!({})).await.expect(200);
    assert_eq!(ada.get(&format!("/api/activities/{}", id(&given))).await.expect(200)["client_id"], json!(other));
    // Seen by the record, but not theirs to change.
    anna.patch(&format!("/api/activities/{}", id(&about)), &json!({ "subject": "Mine" })).await.refused(403, "forbidden");
    bert.get(&format!("/api/activities/{}", id(&about))).await.refused(404, "not_found");
    assert_eq!(bert.get(&format!("/api/activities?client_id={hers}")).await.expect(200)["total"], 0);
    assert_eq!(bert.get(&format!("/api/activities?client_id={hers},{other}")).await.expect(200)["total"], 0);
    assert_eq!(subjects(&lena.get("/api/activities?sort=created_at").await.expect(200)), ["About John", "Bert's own"]);
    lena.patch(&format!("/api/activities/{}", id(&own)), &json!({ "priority": "urgent" })).await.expect(200);
    lena.patch(&format!("/api/activities/{}", id(&own)), &json!({ "assigned_to": ada.id() }))
        .await
        .refused(422, "validation_failed");
    // Agents give nothing to others, and take nothing from them.
    let give = json!({ "type": "task", "subject": "x", "assigned_to": bert.id() });
    anna.post("/api/activities", &give).await.refused(403, "forbidden");
    let told = bert.get("/api/notifications").await.expect(200);
    assert_eq!(told["unread"], 0);
    let told = anna.get("/api/notifications").await.expect(200);
    assert_eq!((told["unread"].as_i64(), told["data"][0]["kind"].as_str()), (Some(1), Some("assigned")));
    assert_eq!(
        (told["data"][0]["record_name"].as_str(), told["data"][0]["actor_name"].as_str()),
        (Some("About John"), Some("Ada Manager"))
    );
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    for n in 0..25 {
        let (priority, kind) = (["low", "normal", "high", "urgent"][n % 4], ["task", "call"][n % 2]);
        let mut body = json!({ "subject": format!("Task {n:02}"), "priority": priority, "type": kind });
        if n % 5 != 0 {
            body["due_at"] =
                london("2027-02-01", "10:00").checked_add_signed(Duration::hours(n as i64)).unwrap().to_rfc3339().into();
        }
        add(&ada, body).await;
    }
    for sort in ["due_at", "-due_at", "priority", "-priority", "created_at", "-priority,due_at"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ada.get(&format!("/api/activities?limit=7&sort={sort}&cursor={cursor}")).await.expect(200);
            assert_eq!(page["total"], 25, "{sort}");
            seen.extend(subjects(&page).into_iter().map(str::to_owned));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        assert_eq!((seen.len(), unique.len()), (25, 25), "{sort}");
        match sort {
            "due_at" => assert_eq!((seen[0].as_str(), seen[24].as_str()), ("Task 01", "Task 20")),
            "-priority" => assert!(["Task 03", "Task 23"].contains(&seen[0].as_str()), "{seen:?}"),
            _ => {}
        }
    }
    let total = async |query: &str| ada.get(&format!("/api/activities?{query}")).await.expect(200)["total"].clone();
    assert_eq!(total("type=call").await, 12);
    assert_eq!(total("priority=urgent,high").await, 12);
    assert_eq!(total("search=task+07").await, 1);
    assert_eq!(total("assigned_to=me").await, 25);
    assert_eq!(total("assigned_to=none").await, 0);
    assert_eq!(total("due_from=2027-02-02").await, 9, "from midnight of the tenant's day");
    assert_eq!(total("due_to=2027-02-01").await, 11);
    assert_eq!(total("status=overdue").await, 0);
    world.app.clock.advance(Duration::days(400));
    let total = async |query: &str| ada.get(&format!("/api/activities?{query}")).await.expect(200)["total"].clone();
    assert_eq!((total("status=overdue").await, total("status=scheduled").await), (json!(20), json!(25)));
    assert_eq!(ada.get("/api/activities?sort=due_at").await.expect(200)["data"][0]["status"], "overdue");
    for bad in ["type=party", "status=late", "priority=x", "client_id=x", "due_from=soon", "sort=shoe", "assigned_to=you"] {
        let fault = ada.get(&format!("/api/activities?{bad}")).await.refused(422, "validation_failed");
        assert!(fault["data"]["fields"][bad.split('=').next().unwrap()].is_array(), "{bad}");
    }
}

#[tokio::test]
async fn my_tasks_stand_in_one_group_each() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    // At noon in London, whenever the test runs.
    let now = Utc::now();
    let noon = (now + Duration::days(2)).date_naive().and_hms_opt(12, 0, 0).unwrap().and_utc();
    world.app.clock.advance(noon - now);
    let day =
        |days: i64, hour: u32| (noon.date_naive() + Duration::days(days)).and_hms_opt(hour, 0, 0).unwrap().and_utc().to_rfc3339();
    for (subject, due) in [
        ("yesterday", Some(day(-1, 12))),
        ("this morning", Some(day(0, 9))),
        ("tonight", Some(day(0, 20))),
        ("today", Some(day(0, 0)[..10].to_owned())),
        ("tomorrow", Some(day(1, 9))),
        ("in six days", Some(day(6, 9))),
        ("in eight days", Some(day(8, 9))),
        ("some day", None),
    ] {
        add(&anna, json!({ "subject": subject, "due_at": due })).await;
    }
    let done = add(&anna, json!({ "subject": "done", "due_at": day(0, 20) })).await;
    anna.patch(&format!("/api/activities/{}/complete", id(&done)), &json!({})).await.expect(200);
    let group = async |word: &str| {
        let list = anna.get(&format!("/api/activities/mine?when={word}")).await.expect(200);
        subjects(&list).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(group("overdue").await, ["yesterday", "this morning"]);
    assert_eq!(group("today").await, ["today", "tonight"], "a whole day is over when it ends");
    assert_eq!(group("week").await, ["tomorrow", "in six days"]);
    assert_eq!(group("later").await, ["in eight days"]);
    assert_eq!(group("none").await, ["some day"]);
    let all = group("all").await;
    assert_eq!((all.len(), all.last().map(String::as_str)), (8, Some("some day")));
    let counts = json!({ "overdue": 2, "today": 2, "week": 2, "later": 1, "none": 1 });
    assert_eq!(anna.get("/api/activities/counts").await.expect(200), counts);
    assert_eq!(ada.get("/api/activities/counts").await.expect(200)["overdue"], 0, "what is not hers is not counted");
    anna.get("/api/activities/mine?when=soon").await.refused(422, "validation_failed");
}

#[tokio::test]
async fn a_series_goes_on_once_whoever_completes_it() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let jane = client(&ada, "Jane").await;
    // Over the night on which London's clock changes: the time of day stays.
    let repeat = json!({ "freq": "weekly", "weekdays": ["we", "mo"], "count": 3 });
    let made =
        add(&ada, json!({ "due_at": "2027-03-24T09:00:00Z", "repeat": repeat, "client_id": jane, "remind_before": 15 })).await;
    assert_eq!(
        made["repeat"],
        json!({ "freq": "weekly", "interval": 1, "weekdays": ["mo", "we"], "count": 3, "timezone": "Europe/London" })
    );
    assert_eq!(made["repeat_text"], "Every week on Mon, Wed, 3 times");
    let path = format!("/api/activities/{}/complete", id(&made));
    let body = json!({});
    let (one, two) = tokio::join!(ada.patch(&path, &body), ada.patch(&path, &body));
    let mut both = [one, two];
    both.sort_by_key(|reply| reply.status);
    assert_eq!((both[0].status, both[1].status), (200, 409), "{} {}", both[0].text, both[1].text);
    let next = both[0].json["next"].clone();
    assert_eq!(next["due_at"], "2027-03-29T08:00:00+00:00");
    assert_eq!((next["repeat"]["count"].as_i64(), next["client_id"].as_str()), (Some(2), Some(jane.as_str())));
    assert_eq!((next["series_id"].clone(), next["remind_before"].as_i64()), (made["id"].clone(), Some(15)));
    assert!(both[0].json.get("repeat").is_none(), "the rule is with the last one");
    assert_eq!(ada.get("/api/activities").await.expect(200)["total"], 2);
    // Opened and done again, it brings no other one.
    let path = format!("/api/activities/{}", id(&made));
    ada.patch(&format!("{path}/reopen"), &json!({})).await.expect(200);
    assert!(ada.patch(&format!("{path}/complete"), &json!({})).await.expect(200).get("next").is_none());
    // One time called off is followed by the next; the last one by none.
    let path = format!("/api/activities/{}", id(&next));
    let last = ada.patch(&format!("{path}/cancel"), &json!({})).await.expect(200)["next"].clone();
    assert_eq!((last["due_at"].as_str(), last["repeat"]["count"].as_i64()), (Some("2027-03-31T08:00:00+00:00"), Some(1)));
    let end = ada.patch(&format!("/api/activities/{}/complete", id(&last)), &json!({})).await.expect(200);
    assert!(end.get("next").is_none());
    // All of it called off.
    let daily = json!({ "due_at": soon(60), "repeat": { "freq": "daily" } });
    let made = add(&ada, daily.clone()).await;
    let over = ada.patch(&format!("/api/activities/{}/cancel", id(&made)), &json!({ "series": true })).await.expect(200);
    assert!(over.get("next").is_none() && over.get("repeat").is_none());
    // What was missed is passed over.
    let late =
        add(&ada, json!({ "due_at": (Utc::now() - Duration::days(10)).to_rfc3339(), "repeat": { "freq": "daily" } })).await;
    let next = ada.patch(&format!("/api/activities/{}/complete", id(&late)), &json!({})).await.expect(200)["next"].clone();
    let due: DateTime<Utc> = next["due_at"].as_str().unwrap().parse().unwrap();
    assert!(due > Utc::now() && due < Utc::now() + Duration::days(1) + Duration::minutes(1), "{due}");
}

#[tokio::test]
async fn a_calendar_shows_what_comes_again() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let near = broker.team("Near", None).await;
    let anna = broker.actor("Anna", "Agent", Some(near)).await;
    let lena = broker.actor("Lena", "Team Leader", Some(near)).await;
    add(&anna, json!({ "subject": "Once", "due_at": "2027-05-05T10:00:00Z" })).await;
    add(&anna, json!({ "subject": "A day", "due_at": "2027-05-31" })).await;
    add(&anna, json!({ "subject": "Daily", "due_at": "2027-04-28T08:00:00Z", "repeat": { "freq": "daily", "interval": 7 } }))
        .await;
    let off = add(&anna, json!({ "subject": "Off", "due_at": "2027-05-05T10:00:00Z" })).await;
    anna.patch(&format!("/api/activities/{}/cancel", id(&off)), &json!({})).await.expect(200);
    let month = anna.get("/api/activities/calendar?from=2027-05-01&to=2027-05-31").await.expect(200);
    assert_eq!(subjects(&month), ["Daily", "Once", "Daily", "Daily", "Daily", "A day"], "{month}");
    let virtual_ones: Vec<bool> = month["data"].as_array().unwrap().iter().map(|a| a["virtual"] == true).collect();
    assert_eq!(virtual_ones, [true, false, true, true, true, false]);
    assert_eq!((month["truncated"].as_bool(), month["timezone"].as_str()), (Some(false), Some("Europe/London")));
    assert_eq!(
        anna.get("/api/activities/calendar?from=2027-05-05&to=2027-05-05").await.expect(200)["data"].as_array().unwrap().len(),
        2
    );
    assert_eq!(lena.get("/api/activities/calendar?from=2027-05-01&to=2027-05-31").await.expect(200)["data"], json!([]));
    let team = lena.get("/api/activities/calendar?from=2027-05-01&to=2027-05-31&assigned_to=team").await.expect(200);
    assert_eq!(team["data"].as_array().unwrap().len(), 6);
    for bad in [
        "from=2027-05-01",
        "from=2027-05-02&to=2027-04-01",
        "from=2027-05-01&to=2029-05-01",
        "from=2027-05-01&to=2027-05-02&assigned_to=x",
    ] {
        anna.get(&format!("/api/activities/calendar?{bad}")).await.refused(422, "validation_failed");
    }
}

#[tokio::test]
async fn a_reminder_is_told_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let gone = broker.user("Gone", "Agent", None).await;
    let due =
        add(&ada, json!({ "subject": "Call Jane", "due_at": soon(60), "remind_before": 30, "assigned_to": anna.id() })).await;
    add(&ada, json!({ "subject": "Nobody's", "due_at": soon(60), "remind_before": 30, "assigned_to": gone })).await;
    add(&ada, json!({ "subject": "Past", "due_at": soon(-60), "remind_before": 30, "assigned_to": anna.id() })).await;
    let done = add(&ada, json!({ "subject": "Done", "due_at": soon(60), "remind_before": 30, "assigned_to": anna.id() })).await;
    ada.patch(&format!("/api/activities/{}/complete", id(&done)), &json!({})).await.expect(200);
    ada.patch(&format!("/api/users/{gone}"), &json!({ "status": "inactive" })).await.expect(200);
    let tenant = broker.tenant().await;
    let remind = async || crm::activities::remind(&world.app, &tenant).await.unwrap();
    assert_eq!(remind().await, 0, "not yet");
    world.app.clock.advance(Duration::minutes(31));
    // Two at once, and again: one of them tells.
    let (one, two) = tokio::join!(remind(), remind());
    assert_eq!((one + two, remind().await), (1, 0));
    world.drain().await;
    let mails = world.mail.list(Some(&broker.email("Anna")));
    let reminders: Vec<&str> = mails.iter().map(|m| m.subject.as_str()).filter(|s| s.starts_with("Reminder")).collect();
    assert_eq!(reminders, ["Reminder: Call Jane"]);
    assert!(world.mail.list(Some(&broker.email("Gone"))).iter().all(|m| !m.subject.starts_with("Reminder")));
    let told = async || {
        let list = anna.get("/api/notifications").await.expect(200);
        let kinds = list["data"].as_array().unwrap().iter().map(|n| n["kind"].as_str().unwrap().to_owned());
        kinds.filter(|kind| kind == "reminder").count()
    };
    assert_eq!(told().await, 1);
    // Moved, it reminds again.
    let path = format!("/api/activities/{}/move", id(&due));
    let later = (world.app.clock.now() + Duration::minutes(90)).to_rfc3339();
    anna.patch(&path, &json!({ "due_at": later })).await.expect(200);
    assert_eq!(remind().await, 0);
    world.app.clock.advance(Duration::minutes(61));
    assert_eq!(remind().await, 1);
    assert_eq!(anna.get("/api/notifications?unread=true").await.expect(200)["data"][0]["record_name"], "Call Jane");
}

#[tokio::test]
async fn a_module_that_is_off_is_closed() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    let made = add(&ada, json!({ "due_at": soon(10), "remind_before": 5 })).await;
    let modules = broker.nobody().get("/api/branding").await.expect(200)["modules"].clone();
    let without: Vec<&Json> = modules.as_array().unwrap().iter().filter(|m| **m != "activities").collect();
    ada.patch("/api/settings", &json!({ "modules": without })).await.expect(200);
    for path in [
        "/api/activities",
        "/api/activities/mine",
        "/api/activities/counts",
        "/api/notes",
        "/api/attachments",
        "/api/calendar-feed",
    ] {
        ada.get(path).await.refused(403, "module_off");
    }
    ada.patch(&format!("/api/activities/{}/complete", id(&made)), &json!({})).await.refused(403, "module_off");
    world.app.clock.advance(Duration::minutes(6));
    assert_eq!(crm::activities::remind(&world.app, &broker.tenant().await).await.unwrap(), 0);
}

/// Contacts and deals, which have no API of their own in here.
pub async fn sales(broker: &Broker<'_>, owner: &str) -> (String, String, String) {
    use runtime::Rows as _;
    let tx = broker.tx().await;
    let owner: uuid::Uuid = owner.parse().unwrap();
    let [contact, deal, chance] = std::array::from_fn(|_| uuid::Uuid::now_v7());
    let sql = "insert into contacts (id, first_name, last_name, assigned_to) values ($1, 'Carl', 'Contact', $2)";
    tx.run(sql, [contact.into(), owner.into()]).await.unwrap();
    for (id, kind) in [(deal, "deal"), (chance, "opportunity")] {
        let sql = "insert into deals (id, kind, name, pipeline_key, stage, currency, assigned_to)
                   select $1, $2, 'Big ' || $2, pipeline_key, key, 'USD', $3 from pipeline_stages order by position limit 1";
        tx.run(sql, [id.into(), kind.into(), owner.into()]).await.unwrap();
    }
    tx.commit().await.unwrap();
    (contact.to_string(), deal.to_string(), chance.to_string())
}

#[tokio::test]
async fn activities_hang_on_contacts_deals_and_opportunities() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", None).await;
    let (contact, deal, chance) = sales(&broker, anna.id()).await;
    let links = json!({ "contact_id": contact, "deal_id": deal, "opportunity_id": chance });
    let made = add(&ada, links).await;
    let names = [&made["contact_name"], &made["deal_name"], &made["opportunity_name"]].map(|n| n.as_str().unwrap().to_owned());
    assert_eq!(names, ["Carl Contact", "Big deal", "Big opportunity"]);
    // A deal is no opportunity.
    let crossed = json!({ "type": "task", "subject": "x", "deal_id": chance, "opportunity_id": deal });
    let fields = ada.post("/api/activities", &crossed).await.refused(422, "validation_failed")["data"]["fields"].clone();
    assert_eq!(
        (fields["deal_id"].clone(), fields["opportunity_id"].clone()),
        (json!(["is not a deal"]), json!(["is not an opportunity"]))
    );
    for filter in [format!("contact_id={contact}"), format!("deal_id={deal}"), format!("opportunity_id={chance}")] {
        assert_eq!(anna.get(&format!("/api/activities?{filter}")).await.expect(200)["total"], 1, "{filter}");
    }
    let unlinked =
        ada.patch(&format!("/api/activities/{}", id(&made)), &json!({ "deal_id": null, "contact_id": null })).await.expect(200);
    assert_eq!((unlinked.get("deal_id"), unlinked["opportunity_id"].as_str()), (None, Some(chance.as_str())));
}

/// The evening in New York is the next day already by universal time.
#[tokio::test]
async fn the_day_of_creation_is_the_one_of_the_brokers_zone() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let ada = broker.manager().await;
    ada.patch("/api/settings", &json!({ "timezone": "America/New_York" })).await.expect(200);
    let made = add(&ada, json!({ "subject": "Late" })).await;
    let sql = format!(
        "update {}.activities set created_at = '2026-03-03T02:00:00Z' where id = '{}'",
        broker.tenant().await.key.schema(),
        id(&made)
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
    for (day, found) in [("2026-03-01", 0), ("2026-03-02", 1), ("2026-03-03", 0)] {
        let list = ada.get(&format!("/api/activities?created_from={day}&created_to={day}")).await.expect(200);
        assert_eq!(subjects(&list).len(), found, "{day}");
    }
    ada.get("/api/activities?created_from=3.3.2026").await.expect(422);
}
