//! What an agent must not see is nowhere: not in lists, search, order, answers, timelines or streams.

use serde_json::json;
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
    use kernel::tenant::ViewClass;
    use runtime::Rows as _;
    use runtime::db::Mode;
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
