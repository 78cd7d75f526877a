//! Figures per team and per agent, within what the reader may see.

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::World;

use super::bulk::fill;

fn line<'a>(answer: &'a Json, name: &Json) -> &'a Json {
    answer["data"].as_array().unwrap().iter().find(|l| l["name"] == *name).unwrap_or(&Json::Null)
}

#[tokio::test]
async fn figures_are_those_of_the_lists_and_obey_the_scope() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (near, far) = (broker.team("Near", None).await, broker.team("Far", None).await);
    let below = broker.team("Below", Some(near)).await;
    let manager = broker.manager().await;
    let leader = broker.actor("Lea", "Team Leader", Some(near)).await;
    let agent = broker.actor("Anna", "Agent", Some(below)).await;
    let ben = broker.user("Ben", "Agent", Some(far)).await;
    let anna = agent.id().parse().unwrap();
    fill(&broker, 5, "DE", Some(anna), Some(below)).await;
    fill(&broker, 3, "GB", None, Some(near)).await;
    fill(&broker, 4, "FR", Some(ben), Some(far)).await;
    fill(&broker, 2, "IT", None, None).await;
    let tx = broker.tx().await;
    tx.run("update clients set status = 'closed' where email in ('de1@example.com', 'de2@example.com')", []).await.unwrap();
    tx.run("update clients set kyc_status = 'pending' where email = 'de3@example.com'", []).await.unwrap();
    tx.run("update clients set created_at = now() - interval '40 days' where email = 'de4@example.com'", []).await.unwrap();
    tx.run("update clients set deleted_at = now() where email = 'fr4@example.com'", []).await.unwrap();
    tx.commit().await.unwrap();
    let body = json!({ "first_name": "L", "last_name": "L", "email": "l@example.com", "assigned_to": agent.id() });
    manager.post("/api/leads", &body).await.expect(201);

    let teams = manager.get("/api/overview/teams").await.expect(200);
    let of = |name: Json| line(&teams, &name);
    let b = of(json!("Below"));
    assert_eq!((&b["clients"], &b["active"], &b["unassigned"]), (&json!(5), &json!(3), &json!(0)));
    assert_eq!(
        (&b["new_30_days"], &b["kyc_pending"], &b["leads_open"], &b["members"]),
        (&json!(4), &json!(1), &json!(1), &json!(1))
    );
    assert!(b["last_activity_at"].is_string());
    assert_eq!((&of(json!("Near"))["clients"], &of(json!("Near"))["unassigned"]), (&json!(3), &json!(3)));
    assert_eq!(of(json!("Far"))["clients"], 3);
    assert_eq!(of(Json::Null)["clients"], 2, "what belongs to no team");
    let sum: i64 = teams["data"].as_array().unwrap().iter().map(|l| l["clients"].as_i64().unwrap()).sum();
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], sum);

    let agents = manager.get("/api/overview/agents").await.expect(200);
    assert_eq!((&line(&agents, &json!("Anna"))["clients"], &line(&agents, &json!("Ben"))["clients"]), (&json!(5), &json!(3)));
    let of_team = manager.get(&format!("/api/overview/agents?team_id={far}")).await.expect(200);
    assert_eq!(of_team["data"].as_array().unwrap().iter().map(|l| l["name"].as_str().unwrap()).collect::<Vec<_>>(), ["Ben"]);
    manager.get("/api/overview/agents?team_id=mine").await.refused(422, "validation_failed");

    // A leader sees the team and what is below it.
    let teams = leader.get("/api/overview/teams").await.expect(200);
    let names: Vec<&Json> = teams["data"].as_array().unwrap().iter().map(|l| &l["name"]).collect();
    assert_eq!(names, [&json!("Below"), &json!("Near")]);
    let agents = leader.get("/api/overview/agents").await.expect(200);
    assert_eq!(line(&agents, &json!("Ben")), &Json::Null);
    assert_eq!(line(&agents, &json!("Anna"))["clients"], 5);
    agent.get("/api/overview/teams").await.refused(403, "forbidden");
    agent.get("/api/overview/agents").await.refused(403, "forbidden");
}
