//! A tenant from another one.

use std::collections::BTreeSet;

use provisioner::configuration::{LEFT_BEHIND, TABLES};
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
        "insert into exchange_rates (currency, day, rate) values ('GBP', '2026-01-01', 1.25)",
        "update settings set value = '\"EUR\"' where key = 'base_currency'",
        "insert into exchange_rates (currency, day, rate) values ('CHF', '2026-01-01', 1.05)",
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
    // Rates stay in the currency that they were in.
    assert_eq!(count("select count(*) from exchange_rates where (currency, base) in (('GBP', 'USD'), ('CHF', 'EUR'))").await, 2);
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

/// What has been added to the schema was declared: it comes along with a copy, or it stays behind.
#[tokio::test]
async fn every_column_comes_along_or_stays_behind() {
    let world = World::new().await;
    let schema = world.broker("acme").await.tenant().await.key.schema();
    let there: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, a.attname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped",
    )
    .bind(schema)
    .fetch_all(&world.admin)
    .await
    .unwrap();
    let tables: BTreeSet<&str> = there.iter().map(|(table, _)| table.as_str()).collect();
    let declared: BTreeSet<&str> = TABLES.iter().map(|t| t.name).chain(LEFT_BEHIND.iter().copied()).collect();
    assert_eq!(declared.len(), TABLES.len() + LEFT_BEHIND.len(), "a table is declared twice");
    let unknown: Vec<_> = tables.symmetric_difference(&declared).collect();
    assert!(
        unknown.is_empty(),
        "declare these as configuration or as left behind (provisioner/src/configuration.rs): {unknown:?}"
    );
    for table in TABLES {
        let columns: BTreeSet<&str> = there.iter().filter(|(t, _)| t == table.name).map(|(_, c)| c.as_str()).collect();
        let declared: BTreeSet<&str> = table.columns.iter().map(|(name, _)| *name).chain(table.left.iter().copied()).collect();
        let unknown: Vec<_> = columns.symmetric_difference(&declared).collect();
        assert!(unknown.is_empty(), "declare whether a copy gets these of {}: {unknown:?}", table.name);
    }
}

#[tokio::test]
async fn a_clone_asks_sorts_and_counts_as_the_original() {
    let world = World::new().await;
    let owner = world.owner().await;
    let source = world.broker("acme").await;
    let desk = source.team("Desk", None).await;
    let manager = source.manager().await;
    let anna = source.user("Anna", "Agent", Some(desk)).await;
    let consent = json!({ "title": "Terms", "body": "All of them.", "required": true });
    manager.post("/api/consents", &consent).await.expect(201);
    manager.post("/api/tags", &json!({ "name": "vip", "hue": "red" })).await.expect(201);
    let rule = json!({ "name": "Germans", "entity": "lead", "countries": ["DE"], "users": [anna] });
    manager.post("/api/assignment-rules", &rule).await.expect(201);
    let rule = json!({ "name": "All others", "entity": "lead", "team_id": desk });
    manager.post("/api/assignment-rules", &rule).await.expect(201);
    let tx = source.tx().await;
    tx.run(
        "insert into exchange_rates (currency, day, rate, updated_by) values ('EUR', '2026-01-02', 123456789.123456789012, $1)",
        [anna.into()],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let role = manager.get("/api/roles").await.expect(200)["data"][0]["id"].clone();
    let view = |name: &str, shared: &str, field: &str, value: serde_json::Value| {
        let query = json!({ "filter": { "and": [{ "field": field, "op": "in", "value": value }] } });
        json!({ "entity": "client", "name": name, "shared": shared, "query": query })
    };
    let mut all = view("Of the desk", "all", "team_id", json!([desk]));
    all["default_for_roles"] = json!([role]);
    manager.post("/api/views", &all).await.expect(201);
    manager.post("/api/views", &view("Of Anna", "all", "assigned_to", json!([anna]))).await.expect(201);
    manager.post("/api/views", &view("My own", "own", "team_id", json!([desk]))).await.expect(201);

    let body = json!({
        "slug": "copy", "name": "Copy Ltd", "source": { "tenant": "acme" }, "admin": { "name": "Eve", "email": "eve@copy.example" },
    });
    owner.post("/api/platform/tenants", &body).await.expect(202);
    world.drain().await;
    let copy = test_kit::Broker { world: &world, slug: "copy".into() };
    let tx = copy.tx().await;
    let told = async |sql: &'static str| tx.scalar::<serde_json::Value>(sql, []).await.unwrap().unwrap();
    assert_eq!(
        told(
            "select jsonb_agg(jsonb_build_array(c.required, c.version, t.title, t.hash <> '', t.published_by))
              from consents c join consent_texts t on t.consent_id = c.id"
        )
        .await,
        json!([[true, 1, "Terms", true, null]])
    );
    assert_eq!(told("select jsonb_agg(jsonb_build_array(name, hue)) from tags").await, json!([["vip", "red"]]));
    assert_eq!(
        told(
            "select jsonb_agg(jsonb_build_array(r.name, r.enabled, r.countries, r.users, t.name) order by r.position)
              from assignment_rules r left join teams t on t.id = r.team_id"
        )
        .await,
        json!([["Germans", false, ["DE"], [], null], ["All others", false, [], [], "Desk"]])
    );
    assert_eq!(
        told("select jsonb_agg(jsonb_build_array(currency, day, rate::text, updated_by)) from exchange_rates").await,
        json!([["EUR", "2026-01-02", "123456789.123456789012", null]])
    );
    assert_eq!(
        told("select jsonb_agg(jsonb_build_array(v.name, v.owner_id, v.query #>> '{filter,and,0,value,0}' = t.id::text, d.role_id is not null))
              from views v cross join teams t left join view_role_defaults d on d.view_id = v.id")
            .await,
        json!([["Of the desk", null, true, true]])
    );
}
