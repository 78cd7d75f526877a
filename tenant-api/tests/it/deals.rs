//! Opportunities and deals: what they are, the stages they go through, boards and forecasts.

use std::collections::BTreeMap;

use runtime::Rows as _;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};
use uuid::Uuid;

/// Chance that can be repeated.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

pub fn deal(name: &str) -> Json {
    json!({ "name": name, "amount": "1500", "expected_close_date": "2026-12-20" })
}

fn id(of: &Json) -> String {
    of["id"].as_str().unwrap_or_else(|| panic!("{of}")).to_owned()
}

async fn made(api: &Api<'_>, body: &Json) -> Json {
    api.post("/api/deals", body).await.expect(201)
}

async fn to(api: &Api<'_>, deal: &str, body: Json) -> test_kit::Reply {
    api.patch(&format!("/api/deals/{deal}/stage"), &body).await
}

#[tokio::test]
async fn a_deal_is_made_read_changed_and_restored() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let client = ada
        .post("/api/clients", &json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" }))
        .await
        .expect(201);
    let contact = json!({ "first_name": "Tom", "client_id": client["id"] });
    let contact = ada.post("/api/contacts", &contact).await.expect(201);
    let mut body = deal("Big one");
    body["contact_id"] = contact["id"].clone();
    body["tags"] = json!(["vip"]);
    let one = made(&ada, &body).await;
    assert_eq!(
        (&one["client_id"], &one["client_name"], &one["contact_name"]),
        (&client["id"], &json!("Jane Doe"), &json!("Tom"))
    );
    assert_eq!((&one["amount"], &one["currency"], &one["amount_base"]), (&json!("1500.00"), &json!("USD"), &json!("1500.00")));
    assert_eq!(
        (&one["stage"], &one["stage_label"], &one["probability"], &one["weighted_base"]),
        (&json!("lead"), &json!("Lead"), &json!(5), &json!("75.00"))
    );
    let path = format!("/api/deals/{}", id(&one));
    let bad = json!({ "amount": "-1", "currency": "euro!", "probability": 101, "client_id": Uuid::now_v7(), "stage": "x", "expected_close_date": "soon" });
    let refused = ada.post("/api/deals", &bad).await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"].as_object().unwrap().len(), 7, "{refused}");
    let changed =
        ada.patch(&path, &json!({ "amount": "0.1234", "probability": 50, "next_steps": "Call", "version": 1 })).await.expect(200);
    assert_eq!(
        (&changed["amount"], &changed["probability"], &changed["probability_override"]),
        (&json!("0.1234"), &json!(50), &json!(50))
    );
    ada.patch(&path, &json!({ "name": "Late", "version": 1 })).await.refused(409, "stale_version");
    let changed = ada.patch(&path, &json!({ "probability": null, "client_id": null })).await.expect(200);
    assert_eq!((&changed["probability"], changed.get("client_id")), (&json!(5), None));
    assert!(ada.delete(&path).await.expect(200)["deleted_at"].is_string());
    ada.get(&path).await.refused(404, "not_found");
    ada.post(&format!("{path}/restore"), &json!({})).await.expect(200);
    let other = made(&ada, &json!({ "name": "Small", "amount": "3", "currency": "eur" })).await;
    for (query, found) in [
        ("amount_min=3", 1),
        ("amount_max=2", 1),
        ("close_from=2026-12-01&close_to=2026-12-31", 1),
        ("search=sma", 1),
        ("tag=vip", 1),
        ("stage=lead", 2),
        ("outcome=open", 2),
        ("outcome=won,lost", 0),
        ("pipeline=renewals", 0),
        ("sort=-amount", 2),
        ("sort=expected_close_date,name", 2),
        ("sort=stage", 2),
    ] {
        assert_eq!(ada.get(&format!("/api/deals?{query}")).await.expect(200)["total"], found, "{query}");
    }
    let sorted = ada.get("/api/deals?sort=expected_close_date").await.expect(200);
    assert_eq!(sorted["data"][1]["id"], other["id"], "without a date it comes last");
    let first = ada.get("/api/deals?sort=amount&limit=1").await.expect(200);
    let next = first["next_cursor"].as_str().unwrap();
    let second = ada.get(&format!("/api/deals?sort=amount&limit=1&cursor={next}")).await.expect(200);
    assert_ne!(first["data"][0]["id"], second["data"][0]["id"]);
    assert_eq!(ada.get("/api/opportunities").await.expect(200)["total"], 0);
    ada.get(&path.replace("deals", "opportunities")).await.refused(404, "not_found");
    let found = ada.get("/api/search?q=big").await.expect(200);
    assert_eq!((&found["groups"][0]["type"], &found["groups"][0]["items"][0]["id"]), (&json!("deal"), &one["id"]));
    let tagged = json!({ "ids": [one["id"], other["id"]], "change": { "add_tags": ["hot"] } });
    assert_eq!(ada.post("/api/deals/bulk", &tagged).await.expect(200)["updated"], 2);
    let status = json!({ "ids": [one["id"]], "change": { "status": "won" } });
    ada.post("/api/deals/bulk", &status).await.refused(422, "validation_failed");
    assert_eq!(ada.post("/api/opportunities/bulk", &tagged).await.expect(200)["updated"], 0);
    let gone = json!({ "ids": [one["id"], other["id"]], "change": { "delete": true } });
    let gone = ada.post("/api/deals/bulk", &gone).await.expect(200);
    assert_eq!(ada.get("/api/deals").await.expect(200)["total"], 0);
    ada.post(&format!("/api/undo/{}", gone["undo_id"].as_str().unwrap()), &json!({})).await.expect(200);
    assert_eq!(ada.get("/api/deals?tag=hot").await.expect(200)["total"], 2);
}

#[tokio::test]
async fn an_agent_has_their_own_deals_only() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let bo = broker.actor("Bo", "Agent", None).await;
    let foreign = made(&ada, &deal("Foreign")).await;
    let own = made(&bo, &deal("Own")).await;
    assert_eq!(own["assigned_to_name"], "Bo");
    assert_eq!(bo.get("/api/deals").await.expect(200)["total"], 1);
    for rest in ["", "/stages", "/timeline"] {
        bo.get(&format!("/api/deals/{}{rest}", id(&foreign))).await.refused(404, "not_found");
    }
    to(&bo, &id(&foreign), json!({ "stage": "qualified" })).await.refused(404, "not_found");
    let before = json!({ "stage": "lead", "before": foreign["id"] });
    to(&bo, &id(&own), before).await.refused(422, "validation_failed");
    let board = bo.get("/api/deals/board").await.expect(200);
    assert_eq!((&board["columns"][0]["count"], &board["columns"][0]["sum_base"]), (&json!(1), &json!("1500.00")));
    assert_eq!(bo.get("/api/deals/forecast").await.expect(200)["months"][0]["count"], 1);
    bo.delete(&format!("/api/deals/{}", id(&own))).await.refused(403, "forbidden");
}

#[tokio::test]
async fn stages_are_gone_through_as_they_are_drawn() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let sales = ada.get("/api/pipelines").await.expect(200)[0].clone();
    let mut stages = sales["stages"].as_array().unwrap().clone();
    for s in &mut stages {
        let s = s.as_object_mut().unwrap();
        s.remove("position");
        s.remove("open_deals");
    }
    stages[0]["transitions"] = json!(["qualified", "lost"]);
    stages[2]["required"] = json!(["next_steps", "contact_id"]);
    stages[5]["required"] = json!(["lost_reason"]);
    ada.put("/api/pipelines/sales/stages", &json!({ "stages": stages })).await.expect(200);
    let one = id(&made(&ada, &deal("One")).await);
    let refused = to(&ada, &one, json!({ "stage": "won" })).await.refused(409, "invalid_transition");
    assert_eq!(refused["data"]["allowed"], json!(["qualified", "lost"]));
    to(&ada, &one, json!({ "stage": "nowhere" })).await.refused(422, "validation_failed");
    to(&ada, &one, json!({ "stage": "qualified", "version": 9 })).await.refused(409, "stale_version");
    to(&ada, &one, json!({ "stage": "qualified", "reason": "They called" })).await.expect(200);
    let refused = to(&ada, &one, json!({ "stage": "proposal" })).await.refused(422, "validation_failed");
    assert_eq!(refused["data"]["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), ["contact_id", "next_steps"]);
    to(&ada, &one, json!({ "stage": "lost" })).await.refused(422, "validation_failed");
    let lost = to(&ada, &one, json!({ "stage": "lost", "lost_reason": "Price" })).await.expect(200);
    assert_eq!((&lost["outcome"], &lost["lost_reason"], &lost["probability"]), (&json!("lost"), &json!("Price"), &json!(0)));
    let refused = to(&ada, &one, json!({ "stage": "qualified" })).await.refused(409, "invalid_transition");
    assert_eq!(refused["data"]["allowed"], json!([]));
    assert_eq!(refused["data"]["reopen"].as_array().unwrap().len(), 5);
    let open = to(&ada, &one, json!({ "stage": "negotiation", "reopen": true })).await.expect(200);
    assert_eq!((open.get("closed_at"), open.get("lost_reason")), (None, None));
    to(&ada, &one, json!({ "stage": "won" })).await.expect(200);
    let steps = ada.get(&format!("/api/deals/{one}/stages")).await.expect(200);
    let gone: Vec<&str> = steps.as_array().unwrap().iter().map(|s| s["to"].as_str().unwrap()).collect();
    assert_eq!(gone, ["won", "negotiation", "lost", "qualified", "lead"]);
    assert_eq!(
        (&steps[3]["reason"], &steps[3]["by_name"], &steps[3]["from_label"]),
        (&json!("They called"), &json!("Ada Manager"), &json!("Lead"))
    );
    let elsewhere = made(&ada, &deal("Two")).await;
    let moved = to(&ada, &id(&elsewhere), json!({ "stage": "upcoming", "pipeline": "renewals" })).await.expect(200);
    assert_eq!((&moved["pipeline"], &moved["stage"]), (&json!("renewals"), &json!("upcoming")));
}

#[tokio::test]
async fn cards_keep_the_places_that_people_give_them() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(id(&made(&ada, &deal(&format!("D{n}"))).await));
    }
    let shown = async || {
        let board = ada.get("/api/deals/board").await.expect(200);
        board["columns"][0]["deals"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, ids);
    let mut wanted = ids.clone();
    let mut dice = Dice(3);
    // Often between the same two, so that the room between them runs out.
    for n in 0..90 {
        let (which, before) = if n % 3 == 0 { (dice.below(5), dice.below(6)) } else { (4, 1) };
        let card = wanted[which].clone();
        let next = wanted.get(before).cloned().filter(|b| *b != card);
        if next.is_none() && before < 5 {
            continue;
        }
        to(&ada, &card, json!({ "stage": "lead", "before": next })).await.expect(200);
        wanted.retain(|c| *c != card);
        let at = next.map_or(wanted.len(), |next| wanted.iter().position(|c| *c == next).unwrap());
        wanted.insert(at, card);
    }
    assert_eq!(shown().await, wanted);
    assert_eq!(ada.get(&format!("/api/deals/{}/stages", ids[0])).await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_column_goes_on_where_the_board_ends() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let sql = "insert into deals (id, kind, name, pipeline_key, stage, amount, currency, position)
               select gen_random_uuid(), 'deal', 'D' || n, 'sales', 'lead', n, 'USD', n * 1024.0 from generate_series(1, 130) n";
    let tx = broker.tx().await;
    tx.run(sql, []).await.unwrap();
    tx.commit().await.unwrap();
    let board = ada.get("/api/deals/board").await.expect(200);
    let column = &board["columns"][0];
    assert_eq!(
        (column["count"].as_i64(), column["sum_base"].as_str(), column["weighted_base"].as_str()),
        (Some(130), Some("8515.00"), Some("425.75"))
    );
    let mut names: Vec<String> =
        column["deals"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 50);
    let mut cursor = column["next_cursor"].as_str().map(str::to_owned);
    while let Some(next) = cursor {
        let page = ada.get(&format!("/api/deals/board/lead?cursor={next}")).await.expect(200);
        names.extend(page["data"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap().to_owned()));
        cursor = page["next_cursor"].as_str().map(str::to_owned);
    }
    assert_eq!(names, (1..=130).map(|n| format!("D{n}")).collect::<Vec<_>>());
    ada.get("/api/deals/board/nowhere").await.refused(404, "not_found");
    let narrowed = ada.get("/api/deals/board?amount_min=130").await.expect(200);
    assert_eq!(narrowed["columns"][0]["count"], 1);
}

#[tokio::test]
async fn a_board_of_ten_thousand_deals_shows_the_first_of_each_column() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    ada.put("/api/exchange-rates", &json!({ "currency": "EUR", "day": "2026-01-01", "rate": "1.1" })).await.expect(200);
    let sql = "insert into deals (id, kind, name, pipeline_key, stage, amount, currency, position, expected_close_date)
               select gen_random_uuid(), 'deal', 'D' || n, 'sales', (array['lead', 'qualified', 'proposal', 'negotiation'])[1 + n % 4],
                   n, (array['USD', 'EUR', 'CHF'])[1 + n % 3], n, date '2026-12-01' + n % 400 from generate_series(1, 10000) n";
    let tx = broker.tx().await;
    tx.run(sql, []).await.unwrap();
    tx.commit().await.unwrap();
    let board = ada.get("/api/deals/board").await.expect(200);
    let counts: i64 = board["columns"].as_array().unwrap().iter().map(|c| c["count"].as_i64().unwrap()).sum();
    assert_eq!((counts, &board["missing_rates"]), (10_000, &json!(["CHF"])));
    assert_eq!(board["columns"][1]["deals"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn what_becomes_what_is_written_down_once() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    let lead = json!({ "first_name": "Leo", "last_name": "Lead", "email": "leo@example.com", "phone": "+4930901820" });
    let lead = id(&ada.post("/api/leads", &lead).await.expect(201));
    let path = format!("/api/leads/{lead}/convert");
    ada.post(&path, &json!({ "opportunity": { "amount": "5" } })).await.refused(422, "validation_failed");
    let bad = json!({ "opportunity": { "name": "Big", "amount": "x" } });
    let refused = ada.post(&path, &bad).await.refused(422, "validation_failed");
    assert!(refused["data"]["fields"]["opportunity.amount"].is_array(), "{refused}");
    assert_eq!(ada.get("/api/clients").await.expect(200)["total"], 0, "all of it or nothing");
    let wish = json!({ "opportunity": { "name": "Big", "amount": "5000", "expected_close_date": "2027-01-31" } });
    let out = ada.post(&path, &wish).await.expect(200);
    let contact = ada.get(&format!("/api/contacts/{}", out["contact_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(
        (&contact["email"], &contact["client_id"], &contact["is_primary"]),
        (&json!("leo@example.com"), &out["client_id"], &json!(true))
    );
    let path = format!("/api/opportunities/{}", out["opportunity_id"].as_str().unwrap());
    let opportunity = ada.get(&path).await.expect(200);
    assert_eq!(
        (&opportunity["lead_id"], &opportunity["contact_id"], &opportunity["amount"]),
        (&json!(lead), &contact["id"], &json!("5000.00"))
    );
    let deal = ada.post(&format!("{path}/convert"), &json!({ "name": "Signed" })).await.expect(200);
    let deal_id = deal["deal_id"].as_str().unwrap();
    let made = ada.get(&format!("/api/deals/{deal_id}")).await.expect(200);
    assert_eq!(
        (&made["name"], &made["opportunity_name"], &made["stage"], &made["client_id"]),
        (&json!("Signed"), &json!("Big"), &json!("lead"), &out["client_id"])
    );
    let refused = ada.post(&format!("{path}/convert"), &json!({})).await.refused(409, "already_converted");
    assert_eq!(refused["data"]["deal_id"], deal_id);
    let opportunity = ada.get(&path).await.expect(200);
    assert_eq!((&opportunity["outcome"], &opportunity["deal_id"]), (&json!("won"), &json!(deal_id)));
}

/// Random moves against what the pipeline draws: nothing forbidden happens, what is refused changes nothing, and the
/// history tells exactly what happened.
#[tokio::test]
async fn random_moves_keep_to_the_ways_and_the_history_to_the_moves() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    for seed in 0..4 {
        let mut dice = Dice(seed + 11);
        let keys = ["lead", "qualified", "proposal", "negotiation", "won", "lost"];
        let current = ada.get("/api/pipelines").await.expect(200)[0]["stages"].clone();
        let mut ways: BTreeMap<&str, Option<Vec<&str>>> = BTreeMap::new();
        let mut required: BTreeMap<&str, bool> = BTreeMap::new();
        let mut stages = Vec::new();
        for (n, key) in keys.iter().enumerate() {
            let drawn =
                (dice.below(3) > 0).then(|| keys.into_iter().filter(|k| k != key && dice.below(2) == 0).collect::<Vec<_>>());
            let asks = dice.below(4) == 0;
            let mut stage = current[n].clone();
            stage.as_object_mut().unwrap().retain(|name, _| !["position", "open_deals"].contains(&name.as_str()));
            stage["transitions"] = json!(drawn);
            stage["required"] = if asks { json!(["next_steps"]) } else { json!([]) };
            stages.push(stage);
            ways.insert(key, drawn);
            required.insert(key, asks);
        }
        ada.put("/api/pipelines/sales/stages", &json!({ "stages": stages })).await.expect(200);
        let mut body = deal("Walker");
        let ready = dice.below(2) == 0 || required["lead"];
        if ready {
            body["next_steps"] = "Call".into();
        }
        let walker = id(&made(&ada, &body).await);
        let mut walked = vec!["lead"];
        for _ in 0..40 {
            let (target, reopen) = (dice.pick(&keys), dice.below(2) == 0);
            let now = *walked.last().unwrap();
            let closed = ["won", "lost"].contains(&now);
            let drawn = ways[now].as_ref().is_none_or(|keys| keys.contains(&target)) && (!closed || reopen);
            let reply = to(&ada, &walker, json!({ "stage": target, "reopen": reopen })).await;
            let wanted = match () {
                () if target == now => 200,
                () if !drawn => 409,
                () if required[target] && !ready => 422,
                () => 200,
            };
            assert_eq!(reply.status, wanted, "seed {seed}: {now} to {target}: {}", reply.text);
            if wanted == 200 && target != now {
                walked.push(target);
            }
            let shown = ada.get(&format!("/api/deals/{walker}")).await.expect(200);
            let outcome = match *walked.last().unwrap() {
                "won" => "won",
                "lost" => "lost",
                _ => "none",
            };
            assert_eq!((&shown["stage"], &shown["outcome"]), (&json!(walked.last().unwrap()), &json!(outcome)));
            assert_eq!(shown["closed_at"].is_string(), outcome != "none");
        }
        let steps = ada.get(&format!("/api/deals/{walker}/stages")).await.expect(200);
        let steps: Vec<(Json, Json)> =
            steps.as_array().unwrap().iter().rev().map(|s| (s["from"].clone(), s["to"].clone())).collect();
        let told: Vec<(Json, Json)> = walked
            .iter()
            .enumerate()
            .map(|(n, to)| (if n == 0 { Json::Null } else { json!(walked[n - 1]) }, json!(to)))
            .collect();
        assert_eq!(steps, told, "seed {seed}");
    }
}

/// Sums of boards and forecasts against a plain idea of them.
#[tokio::test]
async fn sums_are_what_adding_up_by_hand_gives() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let ada = broker.manager().await;
    ada.patch("/api/settings", &json!({ "timezone": "UTC" })).await.expect(200);
    let today = chrono::Utc::now().date_naive();
    let day = |back: i64| (today - chrono::Duration::days(back)).to_string();
    let mut rates: BTreeMap<(&str, i64), Decimal> = BTreeMap::new();
    for (currency, back, rate) in [
        ("EUR", 400, "1.05"),
        ("EUR", 30, "1.0834"),
        ("EUR", 2, "1.1"),
        ("EUR", -5, "9"),
        ("JPY", 100, "0.006612"),
        ("GBP", 3, "1.27"),
    ] {
        ada.put("/api/exchange-rates", &json!({ "currency": currency, "day": day(back), "rate": rate })).await.expect(200);
        rates.insert((currency, back), rate.parse().unwrap());
    }
    let rate = |currency: &str, back: i64| -> Option<Decimal> {
        if currency == "USD" {
            return Some(Decimal::ONE);
        }
        let known = rates.iter().filter(|((c, from), _)| *c == currency && *from >= back);
        known.min_by_key(|((_, from), _)| *from).map(|(_, rate)| *rate)
    };
    let chances = [("lead", 5), ("qualified", 20), ("proposal", 50), ("negotiation", 75), ("won", 100), ("lost", 0)];
    let mut dice = Dice(5);
    let mut sums: BTreeMap<&str, (i64, Decimal, Decimal)> = BTreeMap::new();
    let mut months: BTreeMap<Option<&str>, (i64, Decimal, Decimal)> = BTreeMap::new();
    let mut missing: Vec<&str> = Vec::new();
    let tx = broker.tx().await;
    for n in 0..120 {
        let (stage, chance) = dice.pick(&chances);
        let currency = dice.pick(&["USD", "EUR", "JPY", "GBP", "CHF"]);
        let amount = (dice.below(5) > 0).then(|| Decimal::new(i64::try_from(dice.below(90_000_000)).unwrap(), 4));
        let said = (dice.below(3) == 0).then(|| i16::try_from(dice.below(101)).unwrap());
        let closed = ["won", "lost"].contains(&stage);
        let back = if closed { i64::try_from(dice.below(500)).unwrap() } else { 0 };
        let month = dice.pick(&[Some("2026-12"), Some("2027-01"), None]);
        let outcome = if closed { stage } else { "none" };
        tx.run(
            "insert into deals (id, kind, name, pipeline_key, stage, outcome, amount, currency, probability, closed_at, position,
                 expected_close_date)
             values ($1, 'deal', $2, 'sales', $3, $4, $5, $6, $7, $8::timestamptz - $9 * interval '1 day', $10, $11::date)",
            [
                Uuid::now_v7().into(),
                format!("D{n}").into(),
                stage.into(),
                outcome.into(),
                amount.into(),
                currency.into(),
                said.into(),
                closed.then(chrono::Utc::now).into(),
                (i32::try_from(back).unwrap()).into(),
                f64::from(n).into(),
                month.map(|m| format!("{m}-15")).into(),
            ],
        )
        .await
        .unwrap();
        let chance = if closed { chance } else { said.map_or(chance, i32::from) };
        let worth = amount.zip(rate(currency, back)).map_or(Decimal::ZERO, |(a, r)| a * r);
        let weighted = worth * Decimal::from(chance) / Decimal::ONE_HUNDRED;
        let add = |of: &mut (i64, Decimal, Decimal)| *of = (of.0 + 1, of.1 + worth, of.2 + weighted);
        add(sums.entry(stage).or_default());
        if !closed {
            add(months.entry(month).or_default());
        }
        if amount.is_some() && rate(currency, back).is_none() {
            missing.push(currency);
        }
    }
    tx.commit().await.unwrap();
    missing.sort_unstable();
    missing.dedup();
    assert!(missing.contains(&"CHF"));
    let near = |shown: &Json, wanted: Decimal| {
        let shown: Decimal = shown.as_str().unwrap().parse().unwrap();
        assert!((shown - wanted).abs() <= Decimal::new(51, 4), "{shown} and not {wanted}");
    };
    let board = ada.get("/api/deals/board").await.expect(200);
    assert_eq!((&board["base_currency"], &board["missing_rates"]), (&json!("USD"), &json!(missing)));
    for column in board["columns"].as_array().unwrap() {
        let wanted = sums.get(column["stage"].as_str().unwrap()).copied().unwrap_or_default();
        assert_eq!(column["count"], wanted.0);
        near(&column["sum_base"], wanted.1);
        near(&column["weighted_base"], wanted.2);
        // What is shown of each card is what was added up.
        let cards = column["deals"].as_array().unwrap();
        let one_by_one: Decimal =
            cards.iter().filter_map(|d| d["amount_base"].as_str()).map(|a| a.parse::<Decimal>().unwrap()).sum();
        assert!((one_by_one - wanted.1).abs() < Decimal::ONE, "{} {one_by_one} {}", column["stage"], wanted.1);
    }
    let forecast = ada.get("/api/deals/forecast").await.expect(200);
    assert_eq!(forecast["months"].as_array().unwrap().len(), 2);
    for month in forecast["months"].as_array().unwrap().iter().chain([&forecast["undated"]]) {
        let wanted = months[&month["month"].as_str()];
        assert_eq!(month["count"], wanted.0);
        near(&month["value"], wanted.1);
        near(&month["weighted"], wanted.2);
    }
}
