//! Changing many records at once: what a selection means, who may, how a job does it.

use std::time::Duration;

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

/// More than are changed before the answer, and more than one piece of a job.
pub const MANY: i64 = 12_000;

/// So many clients of a country, nobody's unless somebody is named.
pub async fn fill(broker: &Broker<'_>, count: i64, country: &str, owner: Option<Uuid>, team: Option<Uuid>) {
    let tx = broker.tx().await;
    tx.run(
        "insert into clients (id, first_name, last_name, email, country, status, assigned_to, team_id, tags)
         select gen_random_uuid(), 'F' || i, 'Test', lower($2) || i || '@example.com', $2, 'new', $3, $4, array['old']
         from generate_series(1, $1) i",
        [count.into(), country.into(), owner.into(), team.into()],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// So many new leads, nobody's unless somebody is named.
pub async fn fill_leads(broker: &Broker<'_>, count: i64, owner: Option<Uuid>, team: Option<Uuid>) {
    let tx = broker.tx().await;
    tx.run(
        "insert into leads (id, first_name, last_name, email, country, status, assigned_to, team_id, tags)
         select gen_random_uuid(), 'L' || i, 'Test', gen_random_uuid() || '@example.com', 'DE', 'new', $2, $3, array['old']
         from generate_series(1, $1) i",
        [count.into(), owner.into(), team.into()],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// One number of the tenant's.
pub async fn number(broker: &Broker<'_>, sql: &'static str) -> i64 {
    broker.tx().await.scalar(sql, []).await.unwrap().unwrap()
}

fn uuid(api: &Api<'_>) -> Uuid {
    api.id().parse().unwrap()
}

async fn total(api: &Api<'_>, query: &str) -> u64 {
    api.get(&format!("/api/clients?{query}")).await.expect(200)["total"].as_u64().unwrap()
}

fn faults(refused: &Json) -> Vec<&str> {
    refused["data"]["fields"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_filter_means_what_the_list_shows() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let anna = broker.actor("Anna", "Agent", Some(team)).await;
    fill(&broker, 30, "DE", None, None).await;
    fill(&broker, 20, "GB", None, None).await;
    let shown = manager.get("/api/clients?country=de&search=F2&limit=200").await.expect(200);
    let shown: Vec<&Json> = shown["data"].as_array().unwrap().iter().map(|c| &c["id"]).collect();
    assert_eq!(shown.len(), 11, "F2 and F20 to F29");
    let body = json!({
        "filter": { "country": ["de"], "search": "F2" }, "except": [shown[0], shown[1]], "assigned_to": anna.id(),
    });
    assert_eq!(manager.post("/api/clients/assign?dry_run=true", &body).await.expect(200), json!({ "count": 9 }));
    assert_eq!(total(&manager, "assigned_to=none").await, 50, "a dry run changes nothing");
    let done = manager.post("/api/clients/assign", &body).await.expect(200);
    assert_eq!(done["updated"], 9);
    let mine = anna.get("/api/clients?limit=200").await.expect(200);
    let mut got: Vec<&str> = mine["data"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    let mut wanted: Vec<&str> = shown[2..].iter().map(|id| id.as_str().unwrap()).collect();
    got.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(got, wanted);
    assert_eq!(mine["data"][0]["team_id"], json!(team), "the team follows the owner");
    // Who has it already is not changed again.
    assert_eq!(manager.post("/api/clients/assign?dry_run=true", &body).await.expect(200), json!({ "count": 0 }));
    assert_eq!(manager.post("/api/clients/assign", &body).await.expect(200), json!({ "updated": 0 }));

    // One line tells of the whole change, one of each record.
    let log = manager.get("/api/audit?action=client.bulk_updated").await.expect(200);
    assert_eq!(log["total"], 1);
    let told =
        |field: &str| log["data"][0]["diff"].as_array().unwrap().iter().find(|c| c["field"] == field).unwrap()["new"].clone();
    assert_eq!((told("count"), told("filter")), (json!(9), json!("country: de; search: •••; except: 2")));
    assert_eq!((told("assigned_to"), told("undo_id")), (json!(anna.id()), done["undo_id"].clone()));
    let timeline = anna.get(&format!("/api/clients/{}/timeline", got[0])).await.expect(200);
    let diff = json!([
        { "field": "assigned_to", "old": null, "new": anna.id() }, { "field": "team_id", "old": null, "new": team },
    ]);
    assert_eq!((&timeline["data"][0]["action"], &timeline["data"][0]["diff"]), (&json!("client.updated"), &diff));

    let undo = format!("/api/undo/{}", done["undo_id"].as_str().unwrap());
    let undone = manager.post(&undo, &json!({})).await.expect(200);
    assert_eq!(undone, json!({ "undone": true, "restored": 9, "skipped": 0 }));
    assert_eq!(total(&manager, "assigned_to=none").await, 50);
    manager.post(&undo, &json!({})).await.refused(410, "undo_used");
}

#[tokio::test]
async fn all_faults_of_a_request_are_named() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill(&broker, 2, "DE", None, None).await;
    for (body, named) in [
        (json!({}), vec!["assigned_to", "ids"]),
        (json!({ "ids": [], "assigned_to": Uuid::nil() }), vec!["assigned_to", "ids"]),
        (json!({ "filter": { "shoe_size": 44 }, "team_id": Uuid::nil() }), vec!["filter", "team_id"]),
        (json!({ "filter": {}, "ids": [Uuid::nil()], "assigned_to": null }), vec!["ids"]),
        (json!({ "filter": "all", "assigned_to": null }), vec!["filter"]),
        (json!({ "filter": {}, "distribute": { "by": "luck" } }), vec!["distribute.by", "distribute.users"]),
        (json!({ "filter": {}, "distribute": { "users": [Uuid::nil()] } }), vec!["distribute.users"]),
        (json!({ "filter": {}, "assigned_to": null, "distribute": { "users": [manager.id()] } }), vec!["distribute"]),
        (json!({ "filter": { "assigned_to": "me" }, "assigned_to": null }), vec!["assigned_to"]),
    ] {
        let refused = manager.post("/api/clients/assign", &body).await.refused(422, "validation_failed");
        assert_eq!(faults(&refused), named, "{body}");
    }
    for (body, named) in [
        (json!({}), vec!["change", "ids"]),
        (json!({ "filter": {}, "change": {} }), vec!["change"]),
        (json!({ "filter": {}, "change": { "status": "no such" } }), vec!["change.status"]),
        (json!({ "filter": {}, "change": { "delete": true, "status": "new" } }), vec!["change.delete"]),
        (json!({ "filter": {}, "change": { "add_tags": ["a"], "remove_tags": ["a"] } }), vec!["change.remove_tags"]),
    ] {
        let refused = manager.post("/api/clients/bulk", &body).await.refused(422, "validation_failed");
        assert_eq!(faults(&refused), named, "{body}");
    }
    let body = json!({ "filter": {}, "change": { "delete": true } });
    let refused = manager.post("/api/leads/bulk", &body).await.refused(422, "validation_failed");
    assert_eq!(faults(&refused), ["change.delete"]);
    let too_many: Vec<Uuid> = (0..5_001).map(|_| Uuid::now_v7()).collect();
    manager.post("/api/clients/assign", &json!({ "ids": too_many, "assigned_to": null })).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn scopes_bound_a_selection_and_its_target() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (sales, far) = (broker.team("Sales", None).await, broker.team("Retention", None).await);
    let below = broker.team("Desk", Some(sales)).await;
    let manager = broker.manager().await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let anna = broker.actor("Anna", "Agent", Some(below)).await;
    let ben = broker.actor("Ben", "Agent", Some(far)).await;
    fill(&broker, 5, "DE", Some(uuid(&anna)), Some(below)).await;
    fill(&broker, 7, "GB", Some(uuid(&ben)), Some(far)).await;
    fill(&broker, 3, "FR", None, None).await;
    let everything = json!({ "filter": {}, "change": { "status": "active" } });
    assert_eq!(leader.post("/api/clients/bulk?dry_run=true", &everything).await.expect(200)["count"], 5);
    assert_eq!(leader.post("/api/clients/bulk", &everything).await.expect(200)["updated"], 5);
    assert_eq!(total(&manager, "status=active").await, 5);
    // Naming ids reaches no further.
    let all = manager.get("/api/clients?limit=200").await.expect(200);
    let ids: Vec<&Json> = all["data"].as_array().unwrap().iter().map(|c| &c["id"]).collect();
    let to_leader = json!({ "ids": ids, "assigned_to": leader.id() });
    assert_eq!(leader.post("/api/clients/assign?dry_run=true", &to_leader).await.expect(200)["count"], 5);
    let refused = leader.post("/api/clients/assign", &json!({ "filter": {}, "assigned_to": ben.id() })).await;
    assert_eq!(faults(&refused.refused(422, "validation_failed")), ["assigned_to"]);
    let refused = leader.post("/api/clients/assign", &json!({ "filter": {}, "distribute": { "team_id": far } })).await;
    assert_eq!(faults(&refused.refused(422, "validation_failed")), ["distribute.users"]);
    let nobodys = json!({ "filter": {}, "assigned_to": null, "team_id": null });
    leader.post("/api/clients/assign", &nobodys).await.refused(422, "validation_failed");
    // Taking an owner away leaves the record in its team, and in the leader's sight.
    assert_eq!(leader.post("/api/clients/assign", &json!({ "filter": {}, "assigned_to": null })).await.expect(200)["updated"], 5);
    assert_eq!(total(&leader, &format!("assigned_to=none&team_id={below}")).await, 5);
    let done = leader.post("/api/clients/bulk", &json!({ "filter": {}, "change": { "delete": true } })).await.expect(200);
    assert_eq!((done["updated"].as_u64(), total(&manager, "").await), (Some(5), 10));
    // An agent may change what is theirs, and assign or delete nothing.
    let vip = json!({ "filter": {}, "change": { "add_tags": ["vip"] } });
    assert_eq!(ben.post("/api/clients/bulk", &vip).await.expect(200)["updated"], 7);
    ben.post("/api/clients/assign", &json!({ "filter": {}, "assigned_to": ben.id() })).await.refused(403, "forbidden");
    ben.post("/api/clients/bulk", &json!({ "filter": {}, "change": { "delete": true } })).await.refused(403, "forbidden");
    // What somebody else did is not theirs to take back.
    let undo = format!("/api/undo/{}", done["undo_id"].as_str().unwrap());
    ben.post(&undo, &json!({})).await.refused(404, "not_found");
    assert_eq!(leader.post(&undo, &json!({})).await.expect(200)["restored"], 5);
    assert_eq!(total(&manager, "").await, 15);
}

#[tokio::test]
async fn nobody_selects_by_what_they_see_masked() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let agent = broker.actor("Anna", "Agent", Some(team)).await;
    fill(&broker, 3, "DE", Some(uuid(&agent)), Some(team)).await;
    let count = async |filter: Json| {
        agent.post("/api/clients/bulk?dry_run=true", &json!({ "filter": filter, "change": { "add_tags": ["x"] } })).await
    };
    assert_eq!(count(json!({ "search": "f1" })).await.expect(200)["count"], 1);
    assert_eq!(count(json!({ "search": "de1@example" })).await.expect(200)["count"], 0);
    count(json!({ "email": "de1@example.com" })).await.refused(422, "field_masked");
}

#[tokio::test]
async fn a_selection_is_spread_evenly() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let (anna, ben) = (broker.user("Anna", "Agent", Some(team)).await, broker.user("Ben", "Agent", Some(team)).await);
    let gone = broker.user("Gus", "Agent", Some(team)).await;
    manager.patch(&format!("/api/users/{gone}"), &json!({ "status": "inactive" })).await.expect(200);
    fill(&broker, 21, "DE", None, None).await;
    fill(&broker, 6, "GB", Some(anna), Some(team)).await;
    let german = |distribute: Json| json!({ "filter": { "country": "DE" }, "distribute": distribute });
    let refused = manager.post("/api/clients/assign", &german(json!({ "users": [anna, gone] }))).await;
    assert_eq!(faults(&refused.refused(422, "validation_failed")), ["distribute.users"]);
    let done = manager.post("/api/clients/assign", &german(json!({ "team_id": team }))).await.expect(200);
    assert_eq!(done["updated"], 21);
    let of = async |who: Uuid, country: &str| total(&manager, &format!("assigned_to={who}&country={country}")).await;
    assert_eq!((of(anna, "de").await, of(ben, "de").await), (11, 10));
    manager.post(&format!("/api/undo/{}", done["undo_id"].as_str().unwrap()), &json!({})).await.expect(200);
    // By load Anna's six count.
    let done = manager.post("/api/clients/assign", &german(json!({ "users": [anna, ben], "by": "load" }))).await.expect(200);
    assert_eq!(done["updated"], 21);
    assert_eq!((of(anna, "de").await, of(ben, "de").await), (7, 14));
    assert_eq!((of(anna, "").await, of(ben, "").await), (13, 14));
}

#[tokio::test]
async fn leads_are_assigned_and_moved_on_together() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let anna = broker.user("Anna", "Agent", None).await;
    for n in 0..4 {
        let body =
            json!({ "first_name": "L", "last_name": n.to_string(), "email": format!("l{n}@example.com"), "country": "DE" });
        manager.post("/api/leads", &body).await.expect(201);
    }
    let body = json!({ "filter": { "country": "DE" }, "assigned_to": anna });
    assert_eq!(manager.post("/api/leads/assign", &body).await.expect(200)["updated"], 4);
    assert_eq!(manager.get(&format!("/api/leads?assigned_to={anna}")).await.expect(200)["total"], 4);
    let body = json!({ "filter": {}, "change": { "status": "contacted" } });
    let done = manager.post("/api/leads/bulk", &body).await.expect(200);
    assert_eq!(done["updated"], 4);
    let moves = "select count(*) from lead_status_history where old_status = 'new' and new_status = 'contacted'";
    assert_eq!(number(&broker, moves).await, 4);
    manager.post(&format!("/api/undo/{}", done["undo_id"].as_str().unwrap()), &json!({})).await.expect(200);
    assert_eq!(manager.get("/api/leads?status=new").await.expect(200)["total"], 4);
    let back = "select count(*) from lead_status_history where old_status = 'contacted' and new_status = 'new'";
    assert_eq!(number(&broker, back).await, 4);

    let body = json!({ "filter": { "status": "new" }, "change": { "add_tags": ["webinar"] } });
    let done = manager.post("/api/leads/bulk", &body).await.expect(200);
    assert_eq!((&done["updated"], &manager.get("/api/leads?tag=webinar").await.expect(200)["total"]), (&json!(4), &json!(4)));
    manager.post(&format!("/api/undo/{}", done["undo_id"].as_str().unwrap()), &json!({})).await.expect(200);
    assert_eq!(manager.get("/api/leads?tag=webinar").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn a_large_change_is_a_job_that_its_requester_can_follow() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (sales, far) = (broker.team("Sales", None).await, broker.team("Far", None).await);
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let ben = broker.actor("Ben", "Agent", Some(far)).await;
    let anna = broker.user("Anna", "Agent", Some(sales)).await;
    fill(&broker, MANY, "DE", None, Some(sales)).await;
    fill(&broker, 10, "GB", None, Some(far)).await;
    let body = json!({ "filter": {}, "assigned_to": anna });
    assert_eq!(leader.post("/api/clients/assign?dry_run=true", &body).await.expect(200)["count"], MANY);
    let begun = leader.clone().with("idempotency-key", "once").post("/api/clients/assign", &body).await.expect(202);
    assert_eq!(begun["total"], MANY);
    let again = leader.clone().with("idempotency-key", "once").post("/api/clients/assign", &body).await.expect(202);
    assert_eq!(again, begun, "sent twice, begun once");
    let path = format!("/api/jobs/{}", begun["job_id"].as_str().unwrap());
    let job = leader.get(&path).await.expect(200);
    assert_eq!((&job["status"], &job["cancellable"], &job["kind"]), (&json!("queued"), &json!(true), &json!("bulk.apply")));
    ben.get(&path).await.refused(403, "forbidden");
    leader.get("/api/jobs").await.refused(403, "forbidden");
    let undo = format!("/api/undo/{}", begun["undo_id"].as_str().unwrap());
    leader.post(&undo, &json!({})).await.refused(409, "job_running");
    world.drain().await;
    let job = leader.get(&path).await.expect(200);
    assert_eq!((&job["status"], &job["result"]), (&json!("done"), &json!({ "updated": MANY })));
    assert_eq!((&job["progress"], &job["undo_id"]), (&json!({ "processed": MANY, "total": MANY }), &begun["undo_id"]));
    let mine = leader.get("/api/jobs?mine=true").await.expect(200);
    assert_eq!((mine["total"].as_u64(), &mine["data"][0]["id"]), (Some(1), &job["id"]));
    assert_eq!(ben.get("/api/jobs?mine=true").await.expect(200)["total"], 0);
    assert_eq!(number(&broker, "select count(*) from clients where assigned_to is not null").await, MANY);
    assert_eq!(number(&broker, "select count(*) from audit_log where action = 'client.updated'").await, MANY);
    let lines = "select count(distinct diff::text) from audit_log where action = 'client.updated' and actor_name = 'Lea'";
    assert_eq!(number(&broker, lines).await, 1);
    let untouched = "select count(*) from clients where version > 1 and country = 'GB'";
    assert_eq!(number(&broker, untouched).await, 0, "another team's clients");

    let begun = leader.post(&undo, &json!({})).await.expect(202);
    assert_eq!(begun["undone"], false);
    world.drain().await;
    let job = leader.get(&format!("/api/jobs/{}", begun["job_id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&job["status"], &job["result"]), (&json!("done"), &json!({ "restored": MANY, "skipped": 0 })));
    assert_eq!(number(&broker, "select count(*) from clients where assigned_to is not null").await, 0);
    assert_eq!(number(&broker, "select count(*) from clients where version = 3").await, MANY, "each once there and once back");
}

#[tokio::test]
async fn a_job_can_be_cancelled_and_ends_with_its_requesters_rights() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let sales = broker.team("Sales", None).await;
    let manager = broker.manager().await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let other = broker.actor("Lou", "Team Leader", Some(sales)).await;
    let anna = broker.user("Anna", "Agent", Some(sales)).await;
    fill(&broker, 800, "DE", None, Some(sales)).await;
    let body = json!({ "filter": {}, "assigned_to": anna });
    let begun = leader.post("/api/clients/assign", &body).await.expect(202);
    let cancel = format!("/api/jobs/{}/cancel", begun["job_id"].as_str().unwrap());
    other.post(&cancel, &json!({})).await.refused(403, "forbidden");
    assert_eq!(leader.post(&cancel, &json!({})).await.expect(200)["status"], "cancelled");
    leader.post(&cancel, &json!({})).await.refused(409, "job_ended");
    world.drain().await;
    let changed = "select count(*) from clients where version > 1";
    assert_eq!(number(&broker, changed).await, 0);
    assert_eq!(manager.get("/api/jobs?status=cancelled").await.expect(200)["total"], 1);
    let undo = format!("/api/undo/{}", begun["undo_id"].as_str().unwrap());
    assert_eq!(leader.post(&undo, &json!({})).await.expect(200), json!({ "undone": true, "restored": 0, "skipped": 0 }));

    // Whoever asked left before the job began.
    let begun = leader.post("/api/clients/assign", &body).await.expect(202);
    manager.patch(&format!("/api/users/{}", leader.id()), &json!({ "status": "inactive" })).await.expect(200);
    world.drain().await;
    let job = manager.get(&format!("/api/jobs/{}", begun["job_id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&job["status"], &job["dead"]), (&json!("failed"), &json!(true)));
    assert_eq!(number(&broker, changed).await, 0);
    // Mails can't be stopped halfway.
    let mail: Json = broker
        .tx()
        .await
        .scalar("select to_jsonb(id) from control.outbox where kind = 'mail.send' limit 1", [])
        .await
        .unwrap()
        .unwrap_or_default();
    if let Some(mail) = mail.as_str() {
        manager.post(&format!("/api/jobs/{mail}/cancel"), &json!({})).await.refused(409, "job_not_cancellable");
    }
}

#[tokio::test]
async fn open_screens_hear_of_a_change_once_and_only_where_they_see_it() {
    let world = World::new().await;
    world.start_workers();
    let broker = world.broker("acme").await;
    let (near, far) = (broker.team("Near", None).await, broker.team("Far", None).await);
    let manager = broker.manager().await;
    let (anna, ben) = (broker.actor("Anna", "Agent", Some(near)).await, broker.actor("Ben", "Agent", Some(far)).await);
    fill(&broker, 40, "DE", Some(uuid(&anna)), Some(near)).await;
    let write = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let body = json!({ "filter": {}, "change": { "status": "active" } });
        manager.post("/api/clients/bulk", &body).await.expect(200);
    };
    let (of_manager, of_anna, of_ben) = tokio::join!(
        manager.follow("/api/events", 2, 4, write),
        anna.follow("/api/events", 2, 4, async {}),
        ben.follow("/api/events", 1, 4, async {}),
    );
    let names = |events: &[(String, Json)]| events.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&of_manager), ["client.bulk_updated"]);
    assert_eq!(names(&of_anna), ["client.bulk_updated"]);
    assert_eq!(names(&of_ben), Vec::<String>::new());
    let record = "select count(*) from clients where id = $1";
    let id: Uuid = of_anna[0].1["id"].as_str().unwrap().parse().unwrap();
    let named: i64 = broker.tx().await.scalar(record, [id.into()]).await.unwrap().unwrap();
    assert_eq!(named, 0, "an event names no record");
}

#[tokio::test]
async fn a_preview_knows_the_way_of_leads() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    fill_leads(&broker, 43, None, None).await;
    manager.patch("/api/statuses/lead/new", &json!({ "transitions": ["contacted"] })).await.expect(200);
    let wish = |status: &str| json!({ "filter": {}, "change": { "status": status, "add_tags": ["seen"] } });
    let preview =
        async |status: &str| manager.post("/api/leads/bulk?dry_run=true", &wish(status)).await.expect(200)["count"].clone();
    assert_eq!(preview("interested").await, 0);
    assert_eq!(manager.post("/api/leads/bulk", &wish("interested")).await.expect(200), json!({ "updated": 0 }));
    assert_eq!(preview("contacted").await, 43);
    assert_eq!(manager.post("/api/leads/bulk", &wish("contacted")).await.expect(200)["updated"], 43);
    // Nor does it count whom a tag would be one too many for.
    let tx = broker.tx().await;
    tx.run("update leads set tags = array(select 't' || i from generate_series(1, 30) i) where status = 'contacted'", [])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(preview("interested").await, 0);
    assert_eq!(manager.post("/api/leads/bulk", &wish("interested")).await.expect(200), json!({ "updated": 0 }));
}
