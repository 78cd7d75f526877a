//! The clients' desk through HTTP.

use serde_json::json;
use test_kit::World;

#[tokio::test]
async fn a_client_is_added_changed_deleted_and_restored() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "Jane@Example.com", "phone": "020 7183 8750", "country": "gb", "tags": ["vip"] });
    let client = manager.post("/api/clients", &body).await.expect(201);
    assert_eq!(client["email"], "jane@example.com");
    assert_eq!(client["phone"], "+442071838750");
    assert_eq!(client["country"], "GB");
    assert_eq!(client["kyc_status"], "missing");
    assert_eq!(client["masked"], json!([]));
    let path = format!("/api/clients/{}", client["id"].as_str().unwrap());

    manager.post("/api/clients", &body).await.refused(409, "email_exists");
    let changed = manager.patch(&path, &json!({ "last_name": "Roe", "phone": null, "version": 1 })).await.expect(200);
    assert_eq!((changed["name"].as_str(), changed.get("phone"), changed["version"].as_i64()), (Some("Jane Roe"), None, Some(2)));
    manager.patch(&path, &json!({ "last_name": "Late", "version": 1 })).await.refused(409, "stale_version");
    let same = manager.patch(&path, &json!({ "last_name": "Roe" })).await.expect(200);
    assert_eq!(same["version"], 2, "nothing changed, so nothing is counted");

    assert_eq!(manager.delete(&path).await.status, 204);
    manager.get(&path).await.refused(404, "not_found");
    manager.patch(&path, &json!({ "last_name": "Gone" })).await.refused(404, "not_found");
    // Its e-mail is free while it is deleted, and taken when it wants to come back.
    let other = manager.post("/api/clients", &body).await.expect(201);
    manager.post(&format!("{path}/restore"), &json!({})).await.refused(409, "email_exists");
    assert_eq!(manager.delete(&format!("/api/clients/{}", other["id"].as_str().unwrap())).await.status, 204);
    manager.post(&format!("{path}/restore"), &json!({})).await.expect(200);

    let timeline = manager.get(&format!("{path}/timeline")).await.expect(200);
    let actions: Vec<&str> = timeline["data"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["client.restored", "client.deleted", "client.updated", "client.created"]);
    let diff = timeline["data"][2]["diff"].as_array().unwrap();
    assert!(diff.iter().any(|c| c["field"] == "last_name" && c["old"] == "Doe" && c["new"] == "Roe"), "{diff:?}");
}

#[tokio::test]
async fn lists_are_paged_sorted_filtered_and_counted() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    for i in 0..45 {
        let country = if i % 3 == 0 { "DE" } else { "GB" };
        let body = json!({ "first_name": format!("F{:02}", 44 - i), "last_name": "Test", "email": format!("c{i}@example.com"), "country": country, "source": "Webinar" });
        manager.post("/api/clients", &body).await.expect(201);
    }
    for sort in ["name", "-name", "created_at", "-created_at", "balance", "-balance", "last_activity_at", "-last_activity_at"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = manager.get(&format!("/api/clients?limit=7&sort={sort}&cursor={cursor}")).await.expect(200);
            assert_eq!((page["total"].as_u64(), page["total_pages"].as_u64()), (Some(45), Some(7)));
            seen.extend(page["data"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen.len(), 45, "{sort}");
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), 45, "{sort}");
        if sort == "name" {
            assert!(seen.is_sorted());
        }
    }
    let german = manager.get("/api/clients?country=de&limit=100").await.expect(200);
    assert_eq!(german["total"], 15);
    assert_eq!(manager.get("/api/clients?country=de,gb&search=f01").await.expect(200)["total"], 1);
    assert_eq!(manager.get("/api/clients?search=c7@example").await.expect(200)["total"], 1);
    assert_eq!(manager.get("/api/clients?search=100%25_").await.expect(200)["total"], 0);
    assert_eq!(manager.get("/api/clients?assigned_to=none").await.expect(200)["total"], 45);
    assert_eq!(manager.get("/api/clients?created_to=2001-01-01").await.expect(200)["total"], 0);
    assert_eq!(manager.get("/api/clients?page=3&limit=20").await.expect(200)["data"].as_array().unwrap().len(), 5);
    assert_eq!(manager.get("/api/clients?limit=5000").await.expect(200)["limit"], 200);
    for bad in ["limit=0", "limit=x", "page=0", "sort=shoe_size", "cursor=!!", "assigned_to=me", "created_from=soon"] {
        let refused = manager.get(&format!("/api/clients?{bad}")).await.refused(422, "validation_failed");
        let field = bad.split('=').next().unwrap();
        assert!(refused["data"]["fields"][field].is_array(), "{bad}: {refused}");
    }
    // A cursor of one order is no place in another.
    let page = manager.get("/api/clients?limit=2&sort=name").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    manager.get(&format!("/api/clients?sort=balance&cursor={cursor}")).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn scopes_decide_who_sees_what() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (sales, desk) = (broker.team("Sales", None).await, broker.team("Retention", None).await);
    let below = broker.team("Desk Madrid", Some(sales)).await;
    let manager = broker.manager().await;
    let leader = broker.actor("Lea", "Team Leader", Some(sales)).await;
    let (anna, ben) = (broker.actor("Anna", "Agent", Some(below)).await, broker.actor("Ben", "Agent", Some(desk)).await);
    let add = async |owner: &str, email: &str| {
        let body = json!({ "first_name": "C", "last_name": "L", "email": email, "assigned_to": owner });
        manager.post("/api/clients", &body).await.expect(201)["id"].as_str().unwrap().to_owned()
    };
    let (of_anna, of_ben) = (add(anna.id(), "a@example.com").await, add(ben.id(), "b@example.com").await);
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 2);
    assert_eq!(leader.get("/api/clients").await.expect(200)["total"], 1, "the leader sees the team below");
    assert_eq!(anna.get("/api/clients").await.expect(200)["total"], 1);
    assert_eq!(ben.get("/api/clients").await.expect(200)["total"], 1);
    leader.get(&format!("/api/clients/{of_anna}")).await.expect(200);
    leader.get(&format!("/api/clients/{of_ben}")).await.refused(404, "not_found");
    anna.get(&format!("/api/clients/{of_ben}")).await.refused(404, "not_found");
    anna.get(&format!("/api/clients/{of_ben}/timeline")).await.refused(404, "not_found");
    anna.patch(&format!("/api/clients/{of_ben}"), &json!({ "status": "active" })).await.refused(404, "not_found");
    assert_eq!(anna.delete(&format!("/api/clients/{of_anna}")).await.status, 403, "an agent may see it, not delete it");
    // What an agent adds is theirs.
    let own =
        anna.post("/api/clients", &json!({ "first_name": "N", "last_name": "W", "email": "n@example.com" })).await.expect(201);
    assert_eq!(own["assigned_to"], anna.id());
    // Assignment moves the record out of one sight and into another.
    manager.post("/api/clients/assign", &json!({ "ids": [of_anna], "assigned_to": ben.id() })).await.expect(200);
    anna.get(&format!("/api/clients/{of_anna}")).await.refused(404, "not_found");
    ben.get(&format!("/api/clients/{of_anna}")).await.expect(200);
    let figures = ben.get("/api/dashboard/clients").await.expect(200);
    assert_eq!(figures["total"], 2, "figures obey the reader's scope");
}

#[tokio::test]
async fn the_same_request_sent_again_changes_nothing() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await.with("idempotency-key", "order-1");
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" });
    let (a, b) = tokio::join!(manager.post("/api/clients", &body), manager.post("/api/clients", &body));
    let (a, b) = (a.expect(201), b.expect(201));
    assert_eq!(a, b);
    let again = manager.post("/api/clients", &body).await;
    assert_eq!(again.header("idempotent-replay"), Some("true"));
    assert_eq!(again.expect(201), a);
    let other = json!({ "first_name": "John", "last_name": "Doe", "email": "john@example.com" });
    manager.post("/api/clients", &other).await.refused(422, "idempotency_key_reused");
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], 1);
    // A refused request keeps nothing: mended, it goes through under the same key.
    let manager = broker.manager().await.with("idempotency-key", "order-2");
    manager.post("/api/clients", &json!({ "first_name": "" })).await.refused(422, "validation_failed");
    manager.post("/api/clients", &other).await.expect(201);
}

#[tokio::test]
async fn fifty_at_once_make_one_client() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" });
    let replies = futures::future::join_all((0..50).map(|_| manager.post("/api/clients", &body))).await;
    let statuses: Vec<u16> = replies.into_iter().map(|r| r.status).collect();
    assert_eq!(statuses.iter().filter(|s| **s == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|s| **s == 409).count(), 49);
}
