//! What the owner does with tenants.

use serde_json::json;
use test_kit::{Api, World};

async fn order(owner: &Api<'_>, slug: &str) -> String {
    let body = json!({
        "slug": slug, "name": "Acme Ltd", "source": { "template": "sales-crm" },
        "admin": { "name": "Ada Byron", "email": format!("ada@{slug}.example") },
    });
    let started = owner.post("/api/platform/tenants", &body).await.expect(202);
    started["provisioning_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_ordered_tenant_is_made_and_its_administrator_invited() {
    let world = World::new().await;
    let owner = world.owner().await;
    let id = order(&owner, "acme").await;
    // The owner's provisionings are nobody else's business.
    world.platform().get(&format!("/api/platform/provisionings/{id}")).await.expect(401);
    world.drain().await;
    assert_eq!(owner.get(&format!("/api/platform/provisionings/{id}")).await.expect(200)["status"], "done");
    let mail = world.mail.list(Some("ada@acme.example")).into_iter().next().unwrap();
    let token = mail.links.iter().find_map(|l| l.split_once("/invitation?token=")).unwrap().1.to_owned();
    let host = world.host("acme");
    let asked = host.post("/api/invitations/check", &json!({ "token": token })).await.expect(200);
    assert_eq!(asked["email"], "ada@acme.example");
    host.post("/api/invitations/accept", &json!({ "token": token, "password": "quite another password" })).await.expect(200);

    let list = owner.get("/api/platform/tenants?search=ACM&status=active").await.expect(200);
    let row = &list["data"][0];
    assert_eq!((list["total"].as_u64(), row["slug"].as_str(), row["users"].as_i64()), (Some(1), Some("acme"), Some(1)), "{list}");
    assert_eq!((row["provisioning_id"].as_str(), row["template"].as_str()), (Some(id.as_str()), Some("sales-crm")));
    assert!(row["storage_bytes"].as_i64().unwrap() > 0 && row["last_active_at"].is_string(), "{row}");
    assert_eq!(owner.get("/api/platform/tenants?search=nothing").await.expect(200)["total"], 0);
    owner.get("/api/platform/tenants?status=odd").await.refused(422, "validation_failed");
    owner.get("/api/platform/tenants?sort=odd").await.refused(422, "validation_failed");
}

#[tokio::test]
async fn orders_are_checked() {
    let world = World::new().await;
    let owner = world.owner().await;
    let told = owner.post("/api/platform/tenants", &json!({})).await.refused(422, "validation_failed");
    for field in ["slug", "name", "source", "admin.name", "admin.email"] {
        assert!(told["data"]["fields"][field].is_array(), "{field}: {told}");
    }
    world.broker("acme").await;
    let admin = json!({ "name": "Ada", "email": "ada@x.example" });
    let body = |slug: &str, source| json!({ "slug": slug, "name": "X", "source": source, "admin": admin });
    owner.post("/api/platform/tenants", &body("acme", json!({ "template": "sales-crm" }))).await.refused(409, "slug_taken");
    let all = json!({ "tenant": "acme", "include": "all" });
    owner.post("/api/platform/tenants", &body("beta", all)).await.refused(422, "include_unavailable");
    owner.post("/api/platform/tenants", &body("beta", json!({ "tenant": "nobody" }))).await.refused(422, "validation_failed");
    // Nobody and a broker's staff get nowhere.
    world.platform().post("/api/platform/tenants", &body("beta", json!({}))).await.expect(401);
    world.platform().get("/api/platform/tenants").await.expect(401);
}

#[tokio::test]
async fn suspending_closes_the_address_and_resuming_opens_it() {
    let world = World::new().await;
    let owner = world.owner().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let path = "/api/platform/tenants/acme";
    assert_eq!(owner.patch(path, &json!({ "status": "suspended" })).await.expect(200)["status"], "suspended");
    manager.get("/api/me").await.refused(503, "tenant_suspended");
    owner
        .patch(path, &json!({ "status": "active", "name": "Acme Global", "branding": { "primary": "#123456" } }))
        .await
        .expect(200);
    manager.get("/api/me").await.expect(200);
    let branding = manager.get("/api/branding").await.expect(200);
    assert_eq!((branding["name"].as_str(), branding["primary"].as_str()), (Some("Acme Global"), Some("#123456")));
    owner.patch(path, &json!({ "status": "gone" })).await.refused(422, "validation_failed");
    owner.patch("/api/platform/tenants/nobody", &json!({ "name": "X" })).await.expect(404);
    owner.get("/api/platform/tenants/platform").await.expect(404);
    let log = owner.get("/api/platform/tenants/acme").await.expect(200);
    assert_eq!(log["name"], "Acme Global");
    let actions =
        crate::realm::sqlx_texts(&world, "select action from t_000000.audit_log where action like 'tenant.%' order by n").await;
    assert_eq!(actions, ["tenant.requested", "tenant.created", "tenant.suspended", "tenant.resumed"]);
}

#[tokio::test]
async fn a_deleted_tenant_leaves_nothing() {
    let world = World::new().await;
    let owner = world.owner().await;
    let broker = world.broker("acme").await;
    world.broker("beta").await;
    let key = broker.tenant().await.key;
    owner.delete("/api/platform/tenants/acme").await.refused(422, "validation_failed");
    owner.delete("/api/platform/tenants/acme?confirm=beta").await.refused(422, "validation_failed");
    owner.delete("/api/platform/tenants/acme?confirm=acme").await.expect(204);
    broker.nobody().get("/api/branding").await.refused(404, "tenant_not_found");
    owner.get("/api/platform/tenants/acme").await.expect(404);
    world.drain().await;
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from control.tenants where key = $1) + (select count(*) from control.outbox where tenant_key = $1)
              + (select count(*) from pg_namespace where nspname = 't_000001')
              + (select count(*) from pg_roles where rolname like $2 || '%000001')
              + (select count(*) from control.provisionings where slug = 'acme')",
    )
    .bind(key.0)
    .bind(&world.app.prefix)
    .fetch_one(&world.admin)
    .await
    .unwrap();
    assert_eq!(left, 0);
    assert_eq!(world.app.files.size_of_prefix(&key.storage_prefix()).await.unwrap(), 0);
    assert_eq!(owner.get("/api/platform/tenants").await.expect(200)["total"], 1);
    assert_eq!(owner.get("/api/platform/slugs/acme").await.expect(200)["available"], true);
}

#[tokio::test]
async fn a_failed_provisioning_can_be_tried_again() {
    let world = World::new().await;
    let owner = world.owner().await;
    let prefix = &world.app.prefix;
    sqlx::query(sqlx::AssertSqlSafe(format!("create role {prefix}_o_000001"))).execute(&world.admin).await.unwrap();
    let id = order(&owner, "acme").await;
    let run = provisioner::provisionings::read(&world.app, id.parse().unwrap()).await.unwrap();
    assert!(provisioner::steps::run(&world.app, run.id, &mut |_| {}).await.is_err());
    let path = format!("/api/platform/provisionings/{id}");
    owner.post(&format!("{path}/retry"), &json!({})).await.refused(409, "not_failed");
    // The worker's last word.
    let platform = world.app.registry.platform().await.unwrap();
    let payload = json!({ "provisioning_id": id });
    let dead = runtime::outbox::JobRun::new(world.app.clone(), platform, uuid::Uuid::now_v7(), 6, payload);
    provisioner::mark_failed(&dead, "schema: it can't be made").await.unwrap();
    provisioner::mark_failed(&dead, "schema: it can't be made").await.unwrap();
    assert_eq!(owner.get(&path).await.expect(200)["error"], "schema: it can't be made");
    assert_eq!(owner.get("/api/platform/tenants/acme").await.expect(200)["status"], "failed");

    sqlx::query(sqlx::AssertSqlSafe(format!("drop role {prefix}_o_000001"))).execute(&world.admin).await.unwrap();
    owner.post(&format!("{path}/retry"), &json!({})).await.expect(202);
    world.drain().await;
    assert_eq!(owner.get(&path).await.expect(200)["status"], "done");
    assert_eq!(owner.get("/api/platform/tenants/acme").await.expect(200)["status"], "active");
    owner.post(&format!("{path}/retry"), &json!({})).await.refused(409, "not_failed");
}
