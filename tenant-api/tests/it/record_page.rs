//! What the page of a client or a lead needs: its neighbours in a list, its follow-up, the parts of its
//! history.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Ids of a whole list, in its order.
async fn whole(api: &Api<'_>, path: &str, query: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("{path}?{query}&limit=7&cursor={cursor}")).await.expect(200);
        ids.extend(page["data"].as_array().unwrap().iter().map(|r| text(r, "id").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return ids,
        }
    }
}

/// A reproducible mix.
struct Mix(u64);

impl Mix {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.below(words.len() as u64)).unwrap()]
    }
}

/// Records with few different names, dates and balances, so that ids have to decide.
async fn plant(broker: &Broker<'_>, owners: &[Option<String>]) {
    let (tx, mut mix) = (broker.tx().await, Mix(7));
    for n in 0..60_i64 {
        let due = (mix.below(3) > 0).then(|| Utc::now() + TimeDelta::hours(i64::try_from(mix.below(6)).unwrap() * 30 - 60));
        let owner: Option<uuid::Uuid> =
            owners[usize::try_from(mix.below(owners.len() as u64)).unwrap()].as_deref().map(|id| id.parse().unwrap());
        let first = mix.one_of(&["Ann", "Bob", "Cid"]);
        let country = mix.one_of(&["DE", "GB"]);
        let status = mix.one_of(&["new", "active"]);
        let created = Utc::now() - TimeDelta::days(i64::try_from(mix.below(5)).unwrap());
        tx.run(
            "insert into clients (id, first_name, last_name, email, country, status, assigned_to, balance, created_at,
                 follow_up_at)
             values (gen_random_uuid(), $1, 'Doe', $2, $3, $4, $5, $6, date_trunc('day', $7::timestamptz), $8)",
            [
                first.into(),
                format!("c{n}@example.com").into(),
                country.into(),
                status.into(),
                owner.into(),
                i64::try_from(mix.below(4)).unwrap().into(),
                created.into(),
                due.into(),
            ],
        )
        .await
        .unwrap();
        tx.run(
            "insert into leads (id, first_name, last_name, email, country, status, assigned_to, created_at, follow_up_at)
             values (gen_random_uuid(), $1, 'Roe', $2, $3, 'new', $4, date_trunc('day', $5::timestamptz), $6)",
            [first.into(), format!("l{n}@example.com").into(), country.into(), owner.into(), created.into(), due.into()],
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

/// Every record of a list has the neighbours that the whole list shows.
async fn walk(api: &Api<'_>, path: &str, query: &str) {
    let ids = whole(api, path, query).await;
    for (at, id) in ids.iter().enumerate() {
        let found = api.get(&format!("{path}/{id}/neighbours?{query}")).await.expect(200);
        let wanted = |at: Option<usize>| at.and_then(|at| ids.get(at)).map(String::as_str);
        assert_eq!(found["previous"].as_str(), wanted(at.checked_sub(1)), "before {at} of {query}");
        assert_eq!(found["next"].as_str(), wanted(Some(at + 1)), "after {at} of {query}");
        assert_eq!(found["position"], at + 1, "{query}");
        assert_eq!(found["total"], ids.len(), "{query}");
    }
}

#[tokio::test]
async fn neighbours_are_those_of_the_list() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let sales = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    plant(&broker, &[Some(anna.id().to_owned()), None, Some(manager.id().to_owned())]).await;
    let sorts = ["", "name", "-name", "created_at", "-created_at", "balance", "-balance", "follow_up_at", "-follow_up_at"];
    let wide = ["-status", "assigned_to_name", "-country,name", "-follow_up_at,country,-name"];
    for sort in sorts.into_iter().chain(wide) {
        walk(&manager, "/api/clients", &format!("sort={sort}")).await;
    }
    for query in [
        "country=de&sort=name",
        "status=new&assigned_to=none&sort=-follow_up_at",
        "search=ann&sort=-created_at",
        "follow_up=overdue&sort=follow_up_at",
        "follow_up=none,today",
        // `{"or":[{"field":"follow_up","op":"in","value":["week"]},{"field":"country","op":"in","value":["GB"]}]}`
        "filter=%7B%22or%22:[%7B%22field%22:%22follow_up%22,%22op%22:%22in%22,%22value%22:[%22week%22]%7D,\
         %7B%22field%22:%22country%22,%22op%22:%22in%22,%22value%22:[%22GB%22]%7D]%7D&sort=-follow_up_at",
    ] {
        walk(&manager, "/api/clients", query).await;
        walk(&anna, "/api/clients", query).await;
    }
    for sort in ["", "-name", "follow_up_at", "-follow_up_at"] {
        walk(&manager, "/api/leads", &format!("sort={sort}&country=gb")).await;
        walk(&anna, "/api/leads", &format!("sort={sort}")).await;
    }
}

#[tokio::test]
async fn neighbours_tell_no_more_than_the_list() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let sales = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    plant(&broker, &[Some(anna.id().to_owned()), None]).await;
    let foreign = whole(&manager, "/api/clients", "assigned_to=none").await;
    anna.get(&format!("/api/clients/{}/neighbours", foreign[0])).await.refused(404, "not_found");
    // What the list refuses to sort and filter by, a place in it would tell, too.
    let (id, tx) = (anna.id().to_owned(), broker.tx().await);
    let sql = "update role_fields set level = 'masked' where field = 'clients.balance' and role_id =
                   (select role_id from users where id = $1)";
    tx.run(sql, [id.parse::<uuid::Uuid>().unwrap().into()]).await.unwrap();
    tx.run("update tenant_meta set access_version = access_version + 1", []).await.unwrap();
    tx.commit().await.unwrap();
    world.app.access.mark_stale(broker.tenant().await.key).await;
    let own = whole(&anna, "/api/clients", "").await;
    let path = format!("/api/clients/{}/neighbours", own[0]);
    anna.get(&format!("{path}?sort=balance")).await.refused(422, "field_masked");
    anna.get(&format!("{path}?email=c1@example.com")).await.refused(422, "field_masked");
    anna.get(&format!("{path}?sort=shoe_size")).await.refused(422, "validation_failed");
    anna.get(&format!("{path}?follow_up=soon")).await.refused(422, "validation_failed");
    anna.get(&format!("{path}?sort=name&sort=-name")).await.refused(422, "validation_failed");
    // A change took it out of the list: the place where it would stand is kept.
    let listed = whole(&manager, "/api/clients", "status=new&sort=name").await;
    let gone = &listed[3];
    manager.patch(&format!("/api/clients/{gone}"), &json!({ "status": "closed" })).await.expect(200);
    let found = manager.get(&format!("/api/clients/{gone}/neighbours?status=new&sort=name")).await.expect(200);
    assert_eq!(
        (text(&found, "previous"), text(&found, "next"), &found["position"]),
        (listed[2].as_str(), listed[4].as_str(), &Json::Null)
    );
}

#[tokio::test]
async fn rows_without_a_follow_up_come_last_both_ways() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    plant(&broker, &[None]).await;
    for path in ["/api/clients", "/api/leads"] {
        for (sort, up) in [("follow_up_at", true), ("-follow_up_at", false)] {
            let rows = manager.get(&format!("{path}?sort={sort}&limit=200")).await.expect(200);
            let dates: Vec<Option<DateTime<Utc>>> = rows["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|r| r["follow_up_at"].as_str().map(|at| at.parse().unwrap()))
                .collect();
            let there: Vec<DateTime<Utc>> = dates.iter().flatten().copied().collect();
            assert!(there.len() > 20 && there.len() < 60, "{}", there.len());
            assert!(dates[..there.len()].iter().all(Option::is_some), "{path} {sort}");
            assert!(there.is_sorted_by(|a, b| if up { a <= b } else { a >= b }), "{path} {sort}");
        }
        let total =
            async |word: &str| manager.get(&format!("{path}?follow_up={word}")).await.expect(200)["total"].as_u64().unwrap();
        let (any, none, overdue) = (total("any").await, total("none").await, total("overdue").await);
        assert_eq!((any + none, total("any,none").await), (60, 60), "{path}");
        assert!(overdue > 0 && overdue < any, "{path}");
        assert!(total("today").await <= total("week").await && total("week").await <= any, "{path}");
        manager.get(&format!("{path}?follow_up=someday")).await.refused(422, "validation_failed");
    }
}

#[tokio::test]
async fn days_and_weeks_are_those_of_the_tenant() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let now = Utc::now();
    let client = json!({
        "first_name": "J", "last_name": "D", "email": "j@example.com", "follow_up_at": (now + TimeDelta::hours(3)).to_rfc3339(),
    });
    manager.post("/api/clients", &client).await.expect(201);
    let mut seen = Vec::new();
    // Thirteen hours east it may be tomorrow already; the day is never decided by the server's own zone.
    for hours in [-11, -6, 0, 6, 13] {
        let zone = format!("Etc/GMT{}{}", if hours > 0 { "-" } else { "+" }, i64::abs(hours));
        manager.patch("/api/settings", &json!({ "timezone": zone })).await.expect(200);
        let total = manager.get("/api/clients?follow_up=today").await.expect(200)["total"].as_u64().unwrap();
        let day = |at: DateTime<Utc>| (at + TimeDelta::hours(hours)).date_naive();
        assert_eq!(total == 1, day(now) == day(now + TimeDelta::hours(3)), "{zone}");
        seen.push(total);
    }
    assert!(seen.contains(&1));
}

#[tokio::test]
async fn a_follow_up_is_set_moved_and_removed() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for (path, more) in [("/api/clients", "c"), ("/api/leads", "l")] {
        let body = json!({
            "first_name": "Jane", "last_name": "Doe", "email": format!("{more}@example.com"),
            "follow_up_at": "2026-12-01T09:00:00+01:00", "follow_up_note": "Call about the deposit",
        });
        let made = manager.post(path, &body).await.expect(201);
        let one = format!("{path}/{}", text(&made, "id"));
        assert_eq!(
            made["follow_up_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap().to_rfc3339(),
            "2026-12-01T08:00:00+00:00"
        );
        let moved = manager.patch(&one, &json!({ "follow_up_at": "2026-12-02T08:00:00Z" })).await.expect(200);
        assert_eq!(moved["follow_up_note"], "Call about the deposit", "the note stays");
        let gone = manager.patch(&one, &json!({ "follow_up_at": null })).await.expect(200);
        assert_eq!((gone.get("follow_up_at"), gone.get("follow_up_note")), (None, None));
        for bad in [
            json!({ "follow_up_at": "soon" }),
            json!({ "follow_up_at": "9999-12-31T00:00:00Z" }),
            json!({ "follow_up_note": "without a date" }),
            json!({ "follow_up_at": "2026-12-02T08:00:00Z", "follow_up_note": "x".repeat(201) }),
        ] {
            manager.patch(&one, &bad).await.refused(422, "validation_failed");
        }
        let timeline = manager.get(&format!("{one}/timeline")).await.expect(200);
        let last = &timeline["data"][0]["diff"];
        assert!(last.as_array().unwrap().iter().any(|c| c["field"] == "follow_up_at" && c["new"].is_null()), "{last}");
    }
}

/// Names and records of the events that the relay has written for one tenant.
async fn due_events(world: &World) -> Vec<(String, Json)> {
    let rows: Vec<(Json,)> = sqlx::query_as(
        "select payload from control.outbox where kind = 'event' and payload->>'name' like '%.follow_up_due' order by created_at, id",
    )
    .fetch_all(&world.admin)
    .await
    .unwrap();
    rows.into_iter().map(|(payload,)| (text(&payload, "name").to_owned(), payload)).collect()
}

#[tokio::test]
async fn the_owner_is_told_of_a_follow_up_once() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let sales = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let at = |minutes: i64| (Utc::now() + TimeDelta::minutes(minutes)).to_rfc3339();
    let add = async |path: &str, n: u32, owner: Option<&str>, due: i64| {
        let body = json!({
            "first_name": "J", "last_name": n.to_string(), "email": format!("{n}@example.com"), "assigned_to": owner,
            "follow_up_at": at(due),
        });
        text(&manager.post(path, &body).await.expect(201), "id").to_owned()
    };
    let hers = add("/api/clients", 1, Some(anna.id()), -5).await;
    let lead = add("/api/leads", 2, Some(anna.id()), -5).await;
    add("/api/clients", 3, None, -5).await;
    add("/api/clients", 4, Some(anna.id()), 600).await;
    let tenant = broker.tenant().await;
    let remind = async || crm::follow_up::remind(&world.app, &tenant).await.unwrap();
    // Two processes at the same time tell of each once, too.
    let (a, b) = tokio::join!(remind(), remind());
    assert_eq!(a + b, 2);
    assert_eq!(remind().await, 0);
    let events = due_events(&world).await;
    let mut told: Vec<(&str, &str)> = events.iter().map(|(name, e)| (name.as_str(), text(e, "id"))).collect();
    told.sort_unstable();
    assert_eq!(told, [("client.follow_up_due", hers.as_str()), ("lead.follow_up_due", lead.as_str())]);
    assert!(events.iter().all(|(_, e)| e["only"] == json!([anna.id()])), "{events:?}");

    // Another change does not tell again; another date does.
    manager.patch(&format!("/api/clients/{hers}"), &json!({ "source": "Fair" })).await.expect(200);
    assert_eq!(remind().await, 0);
    manager.patch(&format!("/api/clients/{hers}"), &json!({ "follow_up_at": at(-1) })).await.expect(200);
    assert_eq!(remind().await, 1);
    // What is deleted asks for nobody.
    let gone = add("/api/clients", 5, Some(anna.id()), -5).await;
    assert_eq!(manager.delete(&format!("/api/clients/{gone}")).await.status, 204);
    assert_eq!(remind().await, 0);
}

#[tokio::test]
async fn a_reminder_reaches_its_owner_and_nobody_else() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let sales = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let body = json!({
        "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com", "assigned_to": anna.id(),
        "follow_up_at": (Utc::now() - TimeDelta::minutes(1)).to_rfc3339(),
    });
    let id = text(&manager.post("/api/clients", &body).await.expect(201), "id").to_owned();
    world.drain().await;
    // The workers do it by themselves.
    let begin = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.start_workers();
    };
    let (of_anna, of_manager) =
        tokio::join!(anna.follow("/api/events", 1, 15, begin), manager.follow("/api/events", 1, 6, async {}));
    assert_eq!(of_anna.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["client.follow_up_due"]);
    assert_eq!(of_anna[0].1["id"], id.as_str());
    assert!(of_manager.is_empty(), "{of_manager:?}");
}

#[tokio::test]
async fn a_timeline_shows_what_is_asked_for() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let sales = broker.team("Sales", None).await;
    let anna = broker.actor("Anna", "Agent", Some(sales)).await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com", "phone": "+442071838750" });
    let one = format!("/api/clients/{}", text(&manager.post("/api/clients", &body).await.expect(201), "id"));
    manager.patch(&one, &json!({ "status": "active" })).await.expect(200);
    manager.patch(&one, &json!({ "kyc_status": "pending" })).await.expect(200);
    manager.patch(&one, &json!({ "source": "Fair" })).await.expect(200);
    manager.patch(&one, &json!({ "assigned_to": anna.id() })).await.expect(200);
    anna.post(&format!("{one}/reveal"), &json!({ "fields": ["phone"], "purpose": "Call back" })).await.expect(200);
    for api in [&manager, &anna] {
        let count = async |kind: &str| {
            api.get(&format!("{one}/timeline?kind={kind}")).await.expect(200)["data"].as_array().unwrap().len()
        };
        assert_eq!(count("all").await, 6);
        assert_eq!(count("").await, 6);
        assert_eq!(count("changes").await, 5);
        assert_eq!(count("status").await, 3, "created, status, KYC");
        assert_eq!(count("assignment").await, 1);
        assert_eq!(count("reveals").await, 1);
        assert_eq!(count("documents").await, 0);
        api.get(&format!("{one}/timeline?kind=gossip")).await.refused(422, "validation_failed");
    }
}
