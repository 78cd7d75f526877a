//! What an agent must not see is nowhere: not in lists, search, order, answers, timelines or streams.

use kernel::permission::{FIELDS, FieldDef};
use kernel::tenant::ViewClass;
use migrations::WALLS;
use runtime::Rows as _;
use runtime::db::{Mode, TenantTx};
use runtime::registry::Tenant;
use serde_json::json;
use sqlx::{AssertSqlSafe, Executor as _};
use test_kit::{Api, Broker, World};

const EMAIL: &str = "secretperson@hidden-domain.com";
const PHONE: &str = "+442071838750";

/// Every trace of the clear values.
fn assert_masked(text: &str) {
    for trace in ["secretperson", "hidden-domain", "2071838", "+442071838750"] {
        assert!(!text.contains(trace), "{trace} in {text}");
    }
}

async fn agent_with_client<'w>(broker: &Broker<'w>) -> (Api<'w>, Api<'w>, String) {
    let team = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let agent = broker.actor("Anna", "Agent", Some(team)).await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": EMAIL, "phone": PHONE, "country": "GB", "assigned_to": agent.id() });
    let id = manager.post("/api/clients", &body).await.expect(201)["id"].as_str().unwrap().to_owned();
    (manager, agent, id)
}

#[tokio::test]
async fn an_agent_sees_masked_contact_data_everywhere() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, agent, id) = agent_with_client(&broker).await;
    let path = format!("/api/clients/{id}");
    let seen = agent.get(&path).await;
    assert_masked(&seen.text);
    assert_eq!(seen.json["email"], "s•••@h•••.com");
    assert_eq!(seen.json["phone"], "+44 •••• ••• 750");
    assert_eq!(seen.json["masked"], json!(["email", "phone"]));
    assert_eq!(manager.get(&path).await.expect(200)["email"], EMAIL);

    assert_masked(&agent.get("/api/clients").await.text);
    for guess in ["secretperson", "hidden-domain", "2071838750", "s•••@h•••.com"] {
        let found = agent.get(&format!("/api/clients?search={guess}")).await.expect(200);
        assert_eq!(found["total"], 0, "a search by {guess} tells what is masked");
        if !guess.contains('•') {
            assert_eq!(manager.get(&format!("/api/clients?search={guess}")).await.expect(200)["total"], 1);
        }
    }
    assert_eq!(agent.get("/api/clients?search=jane").await.expect(200)["total"], 1);
    agent.get(&format!("/api/clients?email={EMAIL}")).await.refused(422, "field_masked");
    agent.get("/api/clients?phone=%2B442071838750").await.refused(422, "field_masked");
    assert_eq!(manager.get(&format!("/api/clients?email={EMAIL}")).await.expect(200)["total"], 1);

    manager.patch(&path, &json!({ "email": "secretperson2@hidden-domain.com" })).await.expect(200);
    let timeline = agent.get(&format!("{path}/timeline")).await;
    assert_masked(&timeline.text);
    assert!(timeline.text.contains("s•••@h•••.com"));

    agent.patch(&path, &json!({ "email": "new@example.com" })).await.refused(422, "field_masked");
    let answer = agent.patch(&path, &json!({ "status": "active", "source": "Fair" })).await;
    assert_masked(&answer.text);
    answer.expect(200);
    assert_eq!(
        manager.get(&path).await.expect(200)["email"],
        "secretperson2@hidden-domain.com",
        "an agent's edit keeps the clear value"
    );
    let taken = agent
        .post("/api/clients", &json!({ "first_name": "X", "last_name": "Y", "email": "secretperson2@hidden-domain.com" }))
        .await;
    assert_eq!(taken.status, 409);
    assert_masked(&taken.text);
}

#[tokio::test]
async fn an_agents_request_runs_under_the_masked_role() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    agent_with_client(&broker).await;
    let tenant = broker.tenant().await;
    for sql in [
        "select * from clients",
        "select email from clients",
        "select search_all from clients",
        "select to_jsonb(c) from clients c",
        "select id from clients where email like 's%'",
        "select id from clients order by phone",
        "update clients set address = email",
        "update clients set email = 'x@example.com'",
        "select email from leads",
        "select diff from audit_log",
        "select password_hash from users",
        "select token_hash from refresh_tokens",
    ] {
        let tx = world.app.db.begin(&tenant, ViewClass::MASKED, Mode::Write).await.unwrap();
        let denied = tx.run(sql, []).await.unwrap_err();
        assert_eq!(denied.sqlstate().as_deref(), Some("42501"), "{sql}");
    }
    // A forgotten mask is an error and not a leak: it reaches the caller as a 500 without detail.
    let tx = world.app.db.begin(&tenant, ViewClass::MASKED, Mode::Read).await.unwrap();
    let error: kernel::DomainError = tx.run("select email from clients", []).await.unwrap_err().into();
    assert!(matches!(error, kernel::DomainError::Internal(_)));
}

#[tokio::test]
async fn masked_staff_convert_leads_they_cannot_read() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let agent = broker.actor("Anna", "Agent", Some(team)).await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": EMAIL, "phone": PHONE, "assigned_to": agent.id() });
    let lead = manager.post("/api/leads", &body).await.expect(201)["id"].as_str().unwrap().to_owned();
    assert_masked(&agent.get(&format!("/api/leads/{lead}")).await.text);
    assert_masked(&agent.get("/api/leads").await.text);
    let converted = agent.post(&format!("/api/leads/{lead}/convert"), &json!({})).await;
    assert_masked(&converted.text);
    let client = converted.expect(200)["client_id"].as_str().unwrap().to_owned();
    assert_eq!(manager.get(&format!("/api/clients/{client}")).await.expect(200)["email"], EMAIL);
    assert_masked(&agent.get(&format!("/api/clients/{client}")).await.text);
    agent.post(&format!("/api/leads/{lead}/convert"), &json!({})).await.refused(409, "already_converted");
}

/// Views that open one field, and views that open all but one.
fn partial_views() -> Vec<ViewClass> {
    let but = |field: &FieldDef| ViewClass::of(FIELDS.iter().filter(|f| f.key != field.key));
    FIELDS.iter().map(|f| ViewClass::of([f])).chain(FIELDS.iter().map(but)).collect()
}

/// Makes the database roles of partial views.
async fn make_views(world: &World, tenant: &Tenant) {
    let names = world.app.names();
    let mut prov = world.app.provision_pool().unwrap().acquire().await.unwrap();
    for view in partial_views() {
        prov.execute(AssertSqlSafe(names.tenant(tenant.key).view_batch(&names, view))).await.unwrap();
    }
}

/// Whether a statement is denied; anything but yes and no is a mistake of the test.
async fn is_denied(tx: TenantTx, sql: String) -> bool {
    let sql: &'static str = sql.leak();
    match tx.run(sql, []).await {
        Ok(_) => false,
        Err(e) => {
            assert_eq!(e.sqlstate().as_deref(), Some("42501"), "{sql}: {e}");
            true
        }
    }
}

#[tokio::test]
async fn every_wall_stands_in_every_view() {
    let world = World::new().await;
    let tenant = world.broker("acme").await.tenant().await;
    make_views(&world, &tenant).await;
    let (mut open, mut shut) = (0, 0);
    for view in partial_views().into_iter().chain([ViewClass::MASKED, ViewClass::FULL]) {
        let begin = async || world.app.db.begin(&tenant, view, Mode::Write).await.unwrap();
        for wall in WALLS {
            let opens = |key: &str| view.opens(FIELDS.iter().find(|f| f.key == key).unwrap());
            let wanted = !wall.fields.iter().all(|key| opens(key));
            let (table, column) = (wall.table, wall.column);
            let mut statements = vec![
                format!("select {column} from {table}"),
                format!("select id from {table} where {column} is not null"),
                format!("select id from {table} order by {column}"),
                format!("select count(*) from {table} group by {column}"),
                format!("select to_jsonb(t.{column}) from {table} t"),
            ];
            if wall.writable {
                statements.push(format!("update {table} set {column} = null where false"));
            }
            for sql in statements {
                assert_eq!(is_denied(begin().await, sql.clone()).await, wanted, "{}: {sql}", view.tag());
                *(if wanted { &mut shut } else { &mut open }) += 1;
            }
        }
        for table in ["clients", "leads"] {
            let all = FIELDS.iter().filter(|f| f.key.starts_with(table)).all(|f| view.opens(f));
            assert_eq!(is_denied(begin().await, format!("select * from {table}")).await, !all, "{}: {table}", view.tag());
        }
        for sql in ["select diff from audit_log", "select password_hash from users"] {
            assert_eq!(is_denied(begin().await, sql.to_owned()).await, view != ViewClass::FULL, "{}: {sql}", view.tag());
        }
    }
    assert!(open > 300 && shut > 300, "{open} open, {shut} shut");
}

#[tokio::test]
async fn a_new_column_is_closed_until_a_migration_opens_it() {
    let world = World::new().await;
    let tenant = world.broker("acme").await.tenant().await;
    make_views(&world, &tenant).await;
    for table in ["clients", "leads"] {
        let sql = format!("alter table {}.{table} add column passport text default 'X1234567'", tenant.key.schema());
        sqlx::query(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
        for view in partial_views().into_iter().chain([ViewClass::MASKED, ViewClass::FULL]) {
            for sql in [format!("select passport from {table}"), format!("update {table} set passport = null where false")] {
                let tx = world.app.db.begin(&tenant, view, Mode::Write).await.unwrap();
                assert_eq!(is_denied(tx, sql.clone()).await, view != ViewClass::FULL, "{}: {sql}", view.tag());
            }
        }
    }
    // Nobody is any worse off: lists name their columns.
    let broker = Broker { world: &world, slug: "acme".into() };
    broker.actor("Anna", "Agent", None).await.get("/api/clients").await.expect(200);
}

#[tokio::test]
async fn a_taken_address_tells_nothing_more_and_not_for_ever() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (manager, agent, seen) = agent_with_client(&broker).await;
    let body = |email: &str| json!({ "first_name": "X", "last_name": "Y", "email": email });
    let far = "someone@far-domain.com";
    let unseen = manager.post("/api/clients", &body(far)).await.expect(201)["id"].as_str().unwrap().to_owned();
    // Whether the agent sees the client that has the address makes no difference.
    let refuse = async |email: &str| {
        let answer = agent.post("/api/clients", &body(email)).await;
        assert!(
            !answer.text.contains(&seen) && !answer.text.contains(&unseen) && !answer.text.contains(email),
            "{}",
            answer.text
        );
        (answer.status, answer.json)
    };
    let (visible, invisible) = (refuse(EMAIL).await, refuse(far).await);
    assert_eq!((visible.0, visible.1["code"].as_str()), (409, Some("email_exists")));
    assert_eq!(visible, invisible);

    // Eighteen more, and it ends: with a taken address, a free one, and by the way of a lead.
    for _ in 0..18 {
        assert_eq!(refuse(far).await.0, 409);
    }
    let lead = json!({ "first_name": "L", "last_name": "M", "email": far });
    let lead = agent.post("/api/leads", &lead).await.expect(201)["id"].as_str().unwrap().to_owned();
    for email in [far, EMAIL, "free@example.com"] {
        let answer = agent.post("/api/clients", &body(email)).await;
        assert!(answer.header("retry-after").is_some());
        answer.refused(429, "rate_limited");
    }
    agent.post(&format!("/api/leads/{lead}/convert"), &json!({})).await.refused(429, "rate_limited");
    let log = manager.get("/api/audit?action=client.probing_refused").await.expect(200);
    assert_eq!(log["total"], 4, "{log}");
    assert_eq!(log["data"][0]["actor"]["id"], agent.id());
    // Others are not held up by it, nor is the rest of the agent's work.
    agent.patch(&format!("/api/clients/{seen}"), &json!({ "source": "Fair" })).await.expect(200);
    broker.actor("Ben", "Agent", None).await.post("/api/clients", &body(far)).await.refused(409, "email_exists");
    for _ in 0..22 {
        manager.post("/api/clients", &body(far)).await.refused(409, "email_exists");
    }
}
