//! A tenant from another one.

use runtime::db::Rows as _;
use serde_json::json;
use test_kit::World;

#[tokio::test]
async fn a_clone_has_the_configuration_and_nothing_else() {
    let world = World::new().await;
    let owner = world.owner().await;
    let source = world.broker("acme").await;
    let desk = source.team("Desk", None).await;
    source.team("Night desk", Some(desk)).await;
    source.user("Team Lead", "Team Leader", Some(desk)).await;
    let tx = source.tx().await;
    for sql in [
        "update roles set name = 'Sales Agent' where name = 'Agent'",
        "insert into role_permissions (role_id, permission, scope) select id, 'dashboard.read', 'all' from roles where name = 'Support'",
        "insert into statuses (entity, key, label, hue, position) values ('lead', 'own', 'Our own', 'teal', 99)",
        "insert into settings (key, value) values ('integration.secret', '\"do not copy\"')",
        "update settings set value = '\"EUR\"' where key = 'base_currency'",
        "insert into partners (id, name, email, approved) values (gen_random_uuid(), 'P', 'p@x.example', true)",
    ] {
        tx.run(sql, []).await.unwrap();
    }
    tx.commit().await.unwrap();
    owner.patch("/api/platform/tenants/acme", &json!({ "branding": { "primary": "#a1b2c3" } })).await.expect(200);

    let body = json!({
        "slug": "copy", "name": "Copy Ltd", "source": { "tenant": "acme" }, "admin": { "name": "Eve", "email": "eve@copy.example" },
    });
    owner.post("/api/platform/tenants", &body).await.expect(202);
    world.drain().await;
    let row = owner.get("/api/platform/tenants/copy").await.expect(200);
    assert_eq!((row["status"].as_str(), row["template"].as_str()), (Some("active"), Some("forex-broker")), "{row}");
    assert_eq!(row["branding"]["primary"], "#a1b2c3");

    let original = world.app.registry.by_slug("acme").await.unwrap().unwrap();
    let copy = test_kit::Broker { world: &world, slug: "copy".into() };
    assert_eq!(copy.tenant().await.modules, original.modules);
    let tx = copy.tx().await;
    let count = async |sql: &'static str| tx.scalar::<i64>(sql, []).await.unwrap().unwrap();
    assert_eq!(count("select count(*) from users").await, 1);
    assert_eq!(count("select count(*) from partners").await, 0);
    assert_eq!(count("select count(*) from sessions").await, 0);
    assert_eq!(count("select count(*) from settings where key = 'integration.secret'").await, 0);
    assert_eq!(count("select count(*) from settings where value = '\"EUR\"'").await, 1);
    assert_eq!(count("select count(*) from statuses where key = 'own'").await, 1);
    assert_eq!(count("select count(*) from roles where name = 'Sales Agent'").await, 1);
    assert_eq!(count("select count(*) from teams t join teams p on p.id = t.parent_id where p.leader_id is null").await, 1);
    assert_eq!(count("select count(*) from tenant_meta where template = 'forex-broker' and template_base is not null").await, 1);
    drop(tx);
    let shared: i64 = sqlx::query_scalar(
        "select (select count(*) from t_000001.roles a join t_000002.roles b using (id))
              + (select count(*) from t_000001.teams a join t_000002.teams b using (id))
              + (select count(*) from control.tenant_secrets a join control.tenant_secrets b using (name)
                 where a.tenant_key = 1 and b.tenant_key = 2 and a.sealed = b.sealed)",
    )
    .fetch_one(&world.admin)
    .await
    .unwrap();
    assert_eq!(shared, 0);
    let secrets: i64 = sqlx::query_scalar("select count(*) from control.tenant_secrets where tenant_key = 2")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(secrets, 5);
}
