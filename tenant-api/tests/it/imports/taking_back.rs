//! An import that is taken back leaves the tenant as it was, except where somebody went on working.

use std::collections::BTreeSet;

use crm::imports::HANGING;
use runtime::Rows as _;
use serde_json::json;
use test_kit::{Api, World};

use super::{ended, mapped, people, preview, run, there_and_back, total};

async fn undo(api: &Api<'_>, path: &str) -> serde_json::Value {
    api.post(&format!("{path}/undo"), &json!({})).await.expect(202);
    ended(api, path, &["undone", "failed"]).await
}

/// Chance that can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// A random file: some are there already, some stand twice, some are faulty.
fn random(dice: &mut Dice, rows: usize) -> String {
    let mut text = String::from("first_name,last_name,email,phone,country,source,status,tags,Level\n");
    for n in 0..rows {
        let first = dice.pick(&["Jane", "John", "Ana", ""]);
        let email = match dice.below(5) {
            0 => format!("known{}@example.com", dice.below(20)),
            1 => format!("twice{}@example.com", dice.below(5)),
            2 => "nobody".to_owned(),
            _ => format!("new{n}@example.com"),
        };
        let phone = if dice.below(2) == 0 { String::new() } else { format!("+4420718{:05}", dice.below(99_999)) };
        text.push_str(&format!(
            "{first},Doe{n},{email},{phone},{},{},{},{},{}\n",
            dice.pick(&["GB", "DE", ""]),
            dice.pick(&["Fair", "Web", ""]),
            dice.pick(&["new", "active", ""]),
            dice.pick(&["vip", "\"vip,cold\"", "spring", ""]),
            dice.below(9),
        ));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_taken_back_leaves_everything_as_it_was() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    for n in 0..20 {
        let mut body = json!({ "first_name": "Known", "last_name": n.to_string(), "email": format!("known{n}@example.com") });
        if n % 3 == 0 {
            body["tags"] = json!(["old"]);
            body["country"] = json!("FR");
        }
        api.post("/api/clients", &body).await.expect(201);
        body["email"] = json!(format!("twice{n}@example.com"));
        api.post("/api/leads", &body).await.expect(201);
    }
    let mut dice = Dice(20_261_126);
    let (mut created, mut updated) = (0, 0);
    for round in 0..12 {
        let entity = ["clients", "clients", "leads"][round % 3];
        let rule = dice.pick(&["skip", "update", "create_anyway", "review"]);
        let mut more = json!({ "duplicates": rule, "update": dice.pick(&["empty", "all"]) });
        if dice.below(2) == 0 {
            more["new_fields"] = json!([{ "column": "Level", "label": format!("Level {round}"), "type": "number" }]);
        }
        let done = there_and_back(&broker, entity, &random(&mut dice, 60), &more, async || ()).await;
        created += done["created"].as_u64().unwrap();
        updated += done["updated"].as_u64().unwrap();
    }
    assert!(created > 100 && updated > 10, "{created} {updated}");
    let wrong: i64 = runtime::Rows::scalar(&broker.tx().await, "select wrong_figures()", []).await.unwrap().unwrap();
    assert_eq!(wrong, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_since_stays() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let body = json!({ "first_name": "Old", "last_name": "One", "email": "p1@example.com", "source": "Before" });
    let one = api.post("/api/clients", &body).await.expect(201);
    let body = json!({ "first_name": "Old", "last_name": "Two", "email": "p2@example.com" });
    let two = api.post("/api/clients", &body).await.expect(201);
    let path = mapped(&api, "clients", &people(6_000), json!({ "duplicates": "update", "update": "all" })).await;
    preview(&api, &path).await;
    run(&api, &path).await;
    assert_eq!(total(&api, "/api/clients").await, 6_000);
    let of = |client: &serde_json::Value| format!("/api/clients/{}", client["id"].as_str().unwrap());
    api.patch(&of(&one), &json!({ "country": "FR" })).await.expect(200);
    let mine = api.get("/api/clients?email=p9@example.com").await.expect(200)["data"][0].clone();
    api.patch(&of(&mine), &json!({ "source": "Called" })).await.expect(200);
    let undone = undo(&api, &path).await;
    assert_eq!(
        (&undone["status"], &undone["kept"], &undone["restored"]),
        (&json!("undone"), &json!(1), &json!(5_999)),
        "{undone}"
    );
    // Of the one that was changed since, the rest came back.
    let now = api.get(&of(&one)).await.expect(200);
    assert_eq!((&now["country"], &now["last_name"], now["phone"].is_null()), (&json!("FR"), &json!("One"), true));
    assert_eq!(api.get(&of(&two)).await.expect(200)["first_name"], "Old");
    let kept = api.get(&format!("{path}/rows?state=kept")).await.expect(200);
    assert_eq!((&kept["total"], &kept["data"][0]["record_id"]), (&json!(1), &one["id"]));
    assert_eq!(total(&api, "/api/clients").await, 2);
    // Whom somebody worked with can be restored as any client that was deleted.
    api.post(&format!("{}/restore", of(&mine)), &json!({})).await.expect(200);
    api.post(&format!("{path}/undo"), &json!({})).await.refused(409, "nothing_to_undo");
}

/// Somebody went on working with what came: it is not removed, and nothing stands in the way of the rest.
#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_on_records_keeps_them() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    for entity in ["clients", "leads"] {
        let path = mapped(&api, entity, &people(6), json!({})).await;
        preview(&api, &path).await;
        assert_eq!(run(&api, &path).await["created"], 6);
        let list = api.get(&format!("/api/{entity}")).await.expect(200);
        let ids: Vec<&str> = list["data"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
        let key = format!("{}_id", entity.trim_end_matches('s'));
        let note = json!({ "content": "Called", key.clone(): ids[0] });
        api.post("/api/notes", &note).await.expect(201);
        let task = json!({ "type": "task", "subject": "Call", key.clone(): ids[1], "due_at": "2027-01-15T09:00:00Z" });
        api.post("/api/activities", &task).await.expect(201);
        let mut used = 2;
        if entity == "clients" {
            let contact = json!({ "first_name": "Con", "last_name": "Tact", "client_id": ids[2] });
            api.post("/api/contacts", &contact).await.expect(201);
            used = 3;
            // What the program found by itself keeps nobody.
            let tx = broker.tx().await;
            let sql = "insert into duplicate_pairs (id, a_id, b_id, score, reasons, found_at)
                       select gen_random_uuid(), least(a, b), greatest(a, b), 0.9, '{phone}', now() from (select $1::uuid as a, $2::uuid as b) p
                       on conflict do nothing";
            tx.run(sql, [ids[4].parse::<uuid::Uuid>().unwrap().into(), ids[5].parse::<uuid::Uuid>().unwrap().into()])
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        let undone = undo(&api, &path).await;
        let kept = if entity == "leads" { used } else { 0 };
        assert_eq!(
            (&undone["status"], &undone["restored"], &undone["kept"]),
            (&json!("undone"), &json!(6 - kept), &json!(kept)),
            "{undone}"
        );
        let all = if entity == "clients" { "select count(*) from clients" } else { "select count(*) from leads" };
        let left: i64 = broker.tx().await.scalar(all, []).await.unwrap().unwrap();
        assert_eq!(left, used, "{entity}: they stay, or wait to be restored");
    }
}

#[tokio::test]
async fn whatever_points_at_what_a_file_brings_is_decided_on() {
    let world = World::new().await;
    let schema = world.broker("acme").await.tenant().await.key.schema();
    for (table, hanging) in HANGING {
        let found: Vec<String> = sqlx::query_scalar(
            "select c.conrelid::regclass::text || '.' || a.attname || case c.confdeltype when 'c' then ' falls' else '' end
             from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
             where c.contype = 'f' and c.confrelid = $1::regclass",
        )
        .bind(format!("{schema}.{table}"))
        .fetch_all(&world.admin)
        .await
        .unwrap();
        let found: BTreeSet<String> = found.iter().map(|f| f.replace(&format!("{schema}."), "")).collect();
        let falls = |h: &crm::imports::Hanging| if h.hold == crm::imports::Hold::Falls { " falls" } else { "" };
        let listed: BTreeSet<String> = hanging.iter().map(|h| format!("{}.{}{}", h.table, h.column, falls(h))).collect();
        assert_eq!(found, listed, "crm::imports::hanging says what becomes of it when an import of {table} is taken back");
    }
}
