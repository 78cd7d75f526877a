//! The audit log: nothing changes without an entry, and no entry changes.

mod changes;
mod sales;

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::World;

fn id(json: &Json) -> String {
    json["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_log_is_read_newest_first_and_filtered() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    // Reading is written down too; here it is about the rest.
    let rest = "resource_type=client,team,user,role,tenant,session";
    let total = async |query: &str| {
        let rest = if query.contains("resource_type") { "" } else { rest };
        manager.get(&format!("/api/audit?limit=1&{rest}&{query}")).await.expect(200)["total"].as_u64().unwrap()
    };
    let before = total("").await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" });
    let client = id(&manager.post("/api/clients", &body).await.expect(201));
    assert_eq!(total("").await, before + 1, "a total is never older than one's own change");
    manager.patch(&format!("/api/clients/{client}"), &json!({ "country": "DE" })).await.expect(200);
    manager.post("/api/teams", &json!({ "name": "Sales" })).await.expect(201);
    let all = manager.get(&format!("/api/audit?limit=200&{rest}")).await.expect(200);
    let rows = all["data"].as_array().unwrap();
    assert_eq!(rows.len() as u64, before + 3);
    assert!(rows.windows(2).all(|w| w[0]["at"].as_str() >= w[1]["at"].as_str()));
    assert_eq!((rows[0]["action"].as_str(), rows[0]["resource"]["label"].as_str()), (Some("team.created"), Some("Sales")));
    assert_eq!(rows[1]["diff"], json!([{ "field": "country", "old": null, "new": "DE" }]));
    assert_eq!(rows[1]["resource"], json!({ "type": "client", "id": client, "label": "Jane Doe" }));
    assert_eq!(rows[1]["actor"], json!({ "id": manager.id(), "name": "Ada Manager" }));

    assert_eq!(total("action=client.*").await, 2);
    assert_eq!(total("action=client.created,team.created").await, 2);
    assert_eq!(total("resource_type=team").await, 1);
    assert_eq!(total(&format!("resource_id={client}")).await, 2);
    assert_eq!(total(&format!("actor={}&resource_type=client,team", manager.id())).await, 3);
    assert_eq!(total("actor=ada man&action=client.*").await, 2);
    assert_eq!((total("to=2001-01-01").await, total("from=2100-01-01").await), (0, 0));
    assert_eq!(total("actor=100%25").await, 0);
    for bad in ["resource_id=x", "from=soon", "to=later", "limit=0", "cursor=!!"] {
        manager.get(&format!("/api/audit?{bad}")).await.refused(422, "validation_failed");
    }
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let page = manager.get(&format!("/api/audit?limit=2&{rest}&cursor={cursor}")).await.expect(200);
        seen += page["data"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen as u64, before + 3);
    let agent = broker.actor("Anna", "Agent", None).await;
    agent.get("/api/audit").await.refused(403, "forbidden");
    agent.post("/api/audit/verify", &json!({})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn who_tampers_with_the_chain_is_named() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for n in 0..6 {
        let body = json!({ "first_name": "C", "last_name": n.to_string(), "email": format!("c{n}@example.com") });
        manager.post("/api/clients", &body).await.expect(201);
    }
    let whole = manager.post("/api/audit/verify", &json!({})).await.expect(200);
    assert_eq!((whole["ok"].as_bool(), whole.get("first_bad")), (Some(true), None));
    // With the entry that the check itself left.
    let last = provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap().entries;
    assert_eq!(last, whole["entries"].as_i64().unwrap() + 1);
    assert!(last >= 8, "{whole}");
    let schema = broker.tenant().await.key.schema();
    // What a program with all rights of the database could do.
    let run = async |sql: &str| {
        let sql = sql.replace("audit", &format!("{schema}.audit")).replace("LAST", &last.to_string());
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
    };
    run("create table audit_kept as table audit_log; create table audit_kept_head as table audit_head").await;
    for (what, sql, expected) in [
        ("an entry changed", "update audit_log set diff = '[]' where seq = 4", "entry 4 ".to_owned()),
        ("the masked form changed", "update audit_log set diff_masked = '[]' where seq = 5", "entry 5 ".into()),
        ("another actor", "update audit_log set actor_name = 'Eve' where seq = 3", "entry 3 ".into()),
        ("another time", "update audit_log set at = at + interval '1 microsecond' where seq = 6", "entry 6 ".into()),
        ("another address", "update audit_log set ip = null where seq = LAST", format!("entry {last} ")),
        ("a link changed", "update audit_log set prev_hash = hash where seq = 4", "entry 4 ".into()),
        ("a hash changed", "update audit_log set hash = prev_hash where seq = 4", "entry 4 ".into()),
        ("an entry removed", "delete from audit_log where seq = 4", "entry 4 is missing".into()),
        ("the first removed", "delete from audit_log where seq = 1", "entry 1 is missing".into()),
        (
            "one removed and the rest moved up",
            "delete from audit_log where seq = 4; update audit_log set seq = -seq where seq > 4;
             update audit_log set seq = -seq - 1 where seq < 0",
            "entry 4 ".into(),
        ),
        (
            "two swapped",
            "update audit_log set seq = 0 where seq = 4; update audit_log set seq = 4 where seq = 5;
             update audit_log set seq = 5 where seq = 0",
            "entry 4 ".into(),
        ),
        ("the end cut off", "delete from audit_log where seq > LAST - 2", format!("the chain ends at entry {}", last - 2)),
        ("all cut off", "truncate audit_log", "the chain ends at entry 0".into()),
        (
            "one added at the end",
            "insert into audit_log (id, at, action, resource_type, seq, prev_hash, hash)
             select gen_random_uuid(), now(), 'client.deleted', 'client', LAST + 1, hash, hash from audit_log where seq = LAST",
            format!("entry {} ", last + 1),
        ),
        (
            "one added before the first",
            "insert into audit_log (id, at, action, resource_type, seq, prev_hash, hash)
             select gen_random_uuid(), now(), 'client.deleted', 'client', 0, hash, hash from audit_log where seq = LAST",
            "entry 0 ".into(),
        ),
        ("one moved out of the chain", "update audit_log set seq = -7 where seq = LAST", "entry -7 ".into()),
        (
            "one added out of the chain, far behind",
            "insert into audit_log (id, at, action, resource_type, seq, prev_hash, hash)
             select gen_random_uuid(), now(), 'client.deleted', 'client', LAST + 1000, hash, hash from audit_log where seq = LAST",
            format!("entry {} is missing", last + 1),
        ),
    ] {
        run(sql).await;
        let command = provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap();
        // Asking over HTTP leaves an entry of its own, so it comes second.
        let told = manager.post("/api/audit/verify", &json!({})).await.expect(200);
        assert_eq!(told["ok"], false, "{what}");
        assert!(told["first_bad"].as_str().unwrap().starts_with(&expected), "{what}: {told}");
        assert_eq!(command.first_bad.as_deref(), told["first_bad"].as_str(), "{what}");
        run("truncate audit_log; insert into audit_log overriding system value select * from audit_kept;
             delete from audit_head; insert into audit_head select * from audit_kept_head")
        .await;
        assert!(provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap().ok, "{what}: not put back");
    }
    // The work goes on, and the chain with it.
    manager.post("/api/teams", &json!({ "name": "Sales" })).await.expect(201);
    let longer = provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap();
    assert_eq!((longer.ok, longer.entries), (true, last + 1));
    let owners = provisioner::commands::tenant_verify(&world.app, "platform").await.unwrap();
    assert!(owners.ok && owners.entries > 0, "{owners:?}");
    assert!(provisioner::commands::tenant_verify(&world.app, "nobody").await.is_err());
}

#[tokio::test]
async fn history_is_appended_to_never_rewritten() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    broker.manager().await;
    for sql in [
        "update audit_log set diff = '[]'",
        "update audit_log set action = 'x'",
        "update audit_log set actor_name = 'x', at = now()",
        "update audit_log set id = gen_random_uuid()",
        "update audit_log set ip = null",
        "update audit_log set diff_masked = diff",
        "delete from audit_log",
        "truncate audit_log",
        "drop table audit_log",
        "delete from audit_head",
        "insert into audit_log (id, at, action, resource_type, seq) values (gen_random_uuid(), now(), 'x', 'x', 0)",
        "insert into audit_log (id, at, action, resource_type, hash) values (gen_random_uuid(), now(), 'x', 'x', '')",
        "alter table audit_log disable trigger all",
    ] {
        let tx = broker.tx().await;
        let denied = tx.run(sql, []).await.unwrap_err();
        assert_eq!(denied.sqlstate().as_deref(), Some("42501"), "{sql}");
    }
    let verdict = provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap();
    assert!(verdict.ok && verdict.entries > 2, "{verdict:?}");
}

#[tokio::test]
async fn masked_readers_see_masked_history() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let tx = broker.tx().await;
    for sql in [
        "insert into roles (id, name) values ('0190a000-0000-7000-8000-000000000001', 'Reviewer')",
        "insert into role_permissions (role_id, permission, scope)
         select '0190a000-0000-7000-8000-000000000001', p, 'all' from unnest(array['audit.read', 'clients.read', 'leads.read']) p",
        "insert into role_fields (role_id, field, level) values
         ('0190a000-0000-7000-8000-000000000001', 'clients.email', 'masked'), ('0190a000-0000-7000-8000-000000000001', 'leads.phone', 'masked')",
        "update tenant_meta set access_version = access_version + 1",
    ] {
        tx.run(sql, []).await.unwrap();
    }
    tx.commit().await.unwrap();
    let manager = broker.manager().await;
    let reviewer = broker.actor("Rita", "Reviewer", None).await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "secret@hidden-domain.com", "phone": "+442071838750" });
    let client = id(&manager.post("/api/clients", &body).await.expect(201));
    manager
        .patch(&format!("/api/clients/{client}"), &json!({ "email": "secret2@hidden-domain.com", "phone": "+4930901820" }))
        .await
        .expect(200);
    let lead = id(&manager.post("/api/leads", &body).await.expect(201));
    let clear = manager.get("/api/audit?resource_type=client,lead").await;
    assert!(clear.text.contains("secret2@hidden-domain.com") && clear.text.contains("+4930901820"));
    assert!(clear.json["data"].as_array().unwrap().iter().all(|e| e["masked"] == false));
    for path in [
        "/api/audit".to_owned(),
        "/api/audit?resource_type=client,lead".into(),
        format!("/api/audit?resource_id={client}"),
        format!("/api/clients/{client}/timeline"),
        format!("/api/leads/{lead}/timeline"),
    ] {
        let seen = reviewer.get(&path).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.text);
        for trace in ["secret", "hidden-domain", "2071838", "901820"] {
            assert!(!seen.text.contains(trace), "{path}: {trace} in {}", seen.text);
        }
    }
    let history = reviewer.get(&format!("/api/clients/{client}/timeline")).await.expect(200);
    let update = &history["data"][0];
    // The phone is hidden from them: not even that it changed is told.
    assert_eq!(update["diff"], json!([{ "field": "email", "old": "s•••@h•••.com", "new": "s•••@h•••.com" }]));
    assert_eq!(update["masked"], true);
    let lead = reviewer.get(&format!("/api/leads/{lead}/timeline")).await.expect(200);
    let fields: Vec<&Json> = lead["data"][0]["diff"].as_array().unwrap().iter().map(|c| &c["field"]).collect();
    assert!(fields.contains(&&json!("phone")) && !fields.contains(&&json!("email")), "{fields:?}");
    // The chain is proven over the clear values, whoever asks, and the verdict shows none.
    let verdict = reviewer.post("/api/audit/verify", &json!({})).await;
    assert_eq!((verdict.status, verdict.json["ok"].as_bool()), (200, Some(true)));
}

#[tokio::test]
async fn reading_the_log_is_written_down() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for n in 0..5 {
        manager.post("/api/teams", &json!({ "name": format!("Team {n}") })).await.expect(201);
    }
    let read = async || -> Vec<Json> {
        let sql = "select coalesce(jsonb_agg(jsonb_build_object('by', actor_name, 'diff', diff) order by n), '[]')
                   from audit_log where action = 'audit.read'";
        broker.tx().await.scalar::<Json>(sql, []).await.unwrap().unwrap().as_array().unwrap().clone()
    };
    let first = manager.get("/api/audit?action=team.*&limit=2").await.expect(200);
    assert_eq!(read().await.len(), 1);
    // The same again, and the pages that follow, are the same reading; a refused one is none.
    manager.get("/api/audit?action=team.*&limit=50").await.expect(200);
    manager.get(&format!("/api/audit?action=team.*&limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await.expect(200);
    manager.get("/api/audit?action=team.*&limit=2&page=2").await.expect(200);
    manager.get("/api/audit?action=team.*&from=soon").await.refused(422, "validation_failed");
    assert_eq!(read().await.len(), 1);
    manager.get("/api/audit?action=team.*&actor=ada").await.expect(200);
    manager.get("/api/audit").await.expect(200);
    let told = read().await;
    assert_eq!(told.len(), 3);
    assert_eq!(told[0]["diff"], json!([{ "field": "action", "old": null, "new": "team.*" }]));
    assert_eq!(told[1]["diff"][0], json!({ "field": "actor", "old": null, "new": "ada" }));
    assert_eq!(told[2], json!({ "by": "Ada Manager", "diff": [] }));
    // Somebody else's is their own, whatever they see masked.
    let compliance = broker.actor("Cora", "Compliance", None).await;
    compliance.get("/api/audit?action=team.*").await.expect(200);
    compliance.get("/api/audit?action=team.*").await.expect(200);
    assert_eq!(read().await.len(), 4);
    // Later it is another reading.
    let schema = broker.tenant().await.key.schema();
    let aged = format!("update {schema}.audit_log set at = at - interval '6 minutes' where action = 'audit.read'");
    sqlx::raw_sql(AssertSqlSafe(aged)).execute(&world.admin).await.unwrap();
    manager.get("/api/audit").await.expect(200);
    assert_eq!(read().await.len(), 5);
}

#[tokio::test]
async fn a_head_that_was_kept_shows_a_rewritten_log() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    manager.post("/api/teams", &json!({ "name": "Sales" })).await.expect(201);
    let head = manager.get("/api/audit/head").await.expect(200);
    assert_eq!(head["tenant"]["slug"], "acme");
    let entries = head["entries"].as_i64().unwrap();
    let verify = async |entries: i64, head: &str| {
        manager.post("/api/audit/verify", &json!({ "expected": { "entries": entries, "head": head } })).await
    };
    let kept = head["head"].as_str().unwrap().to_owned();
    manager.post("/api/teams", &json!({ "name": "Support" })).await.expect(201);
    assert_eq!(verify(entries, &kept).await.expect(200)["ok"], true, "the log has grown, no more");
    let verified = manager.get("/api/audit?action=audit.verified").await.expect(200);
    let fields = verified["data"][0]["diff"].as_array().unwrap().iter().map(|c| (c["field"].clone(), c["new"].clone()));
    assert!(fields.clone().any(|c| c == (json!("ok"), json!(true))), "{verified}");
    assert_eq!(verified["data"][0]["actor"]["name"], "Ada Manager");

    // Whoever owns the database makes everything anew: the chain alone can't tell.
    let schema = broker.tenant().await.key.schema();
    let run = async |sql: &str| {
        let sql = sql.replace("audit_", &format!("{schema}.audit_"));
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
    };
    run("update audit_log set actor_name = 'Eve' where action = 'team.created';
         update audit_log set seq = null, prev_hash = null, hash = null; update audit_head set seq = 0, hash = ''")
    .await;
    assert_eq!(manager.post("/api/audit/verify", &json!({})).await.expect(200)["ok"], true);
    let told = verify(entries, &kept).await.expect(200);
    assert_eq!(told["ok"], false);
    assert!(told["first_bad"].as_str().unwrap().starts_with(&format!("entry {entries} is not the one")), "{told}");
    let expected = runtime::audit::Expected { entries, head: kept.clone() };
    let command = provisioner::commands::tenant_verify_against(&world.app, "acme", Some(&expected)).await.unwrap();
    assert!(!command.ok, "{command:?}");
    // Or makes it shorter.
    let now = manager.get("/api/audit/head").await.expect(200);
    let (longer, head) = (now["entries"].as_i64().unwrap(), now["head"].as_str().unwrap().to_owned());
    run("delete from audit_log where seq > 3; update audit_head set seq = 3, hash = (select hash from audit_log where seq = 3)")
        .await;
    let told = verify(longer, &head).await.expect(200);
    assert!(told["first_bad"].as_str().unwrap().contains(&format!("it had {longer} entries")), "{told}");
    for (entries, head, field) in [(-1, "00", "expected.entries"), (1, "xyz", "expected.head")] {
        let refused = verify(entries, head).await.refused(422, "validation_failed");
        assert!(refused["data"]["fields"][field].is_array(), "{refused}");
    }
    broker.actor("Anna", "Agent", None).await.get("/api/audit/head").await.refused(403, "forbidden");
}

#[tokio::test]
async fn no_way_into_the_log_goes_unnoticed() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for n in 0..5 {
        manager.post("/api/teams", &json!({ "name": format!("Team {n}") })).await.expect(201);
    }
    let anna = broker.user("Anna", "Agent", None).await;
    let noted = async |action: &str| -> Vec<Json> {
        let sql =
            "select coalesce(jsonb_agg(diff order by n), '[]') from audit_log where action = $1 and actor_name = 'Ada Manager'";
        let found = broker.tx().await.scalar::<Json>(sql, [action.into()]).await.unwrap().unwrap();
        found.as_array().unwrap().clone()
    };
    let filter = |n: usize, field: &str, value: &str| (n, json!([{ "field": field, "old": null, "new": value }]));
    // Not beginning at the beginning: a later page, a cursor that somebody else may have passed on.
    manager.get("/api/audit?action=team.*&limit=2&page=2").await.expect(200);
    let told = noted("audit.read").await;
    assert_eq!((told.len(), told[0].clone()), filter(1, "action", "team.*"));
    let cora = broker.actor("Cora", "Compliance", None).await;
    let passed = cora.get("/api/audit?resource_type=team&limit=2").await.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    manager.get(&format!("/api/audit?resource_type=team&limit=2&cursor={passed}")).await.expect(200);
    let told = noted("audit.read").await;
    assert_eq!((told.len(), told[1].clone()), filter(2, "resource_type", "team"));
    // The same log, cut another way.
    for _ in 0..2 {
        manager.get(&format!("/api/users/{anna}/activity?page=2")).await.expect(200);
    }
    let told = noted("audit.read").await;
    assert_eq!((told.len(), told[2].clone()), filter(3, "activity_of", &anna.to_string()));
    // Its head, each time: it is another one.
    let head = manager.get("/api/audit/head").await.expect(200);
    manager.get("/api/audit/head").await.expect(200);
    let told = noted("audit.head_read").await;
    assert_eq!(told.len(), 2);
    assert_eq!(told[0][1], json!({ "field": "head", "old": null, "new": head["head"] }));
    // A program that reads is known by its key, and its reading is one, too.
    let made = manager.post("/api/api-keys", &json!({ "name": "Sync", "role": "Compliance" })).await.expect(201);
    let program = broker.nobody().with_token(made["key"].as_str().unwrap());
    for _ in 0..3 {
        program.get("/api/audit?action=team.*").await.expect(200);
    }
    let sql = "select count(*) from audit_log where action = 'audit.read' and actor_name = 'API key Sync'";
    assert_eq!(broker.tx().await.scalar::<i64>(sql, []).await.unwrap(), Some(1));
}
