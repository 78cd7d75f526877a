//! `brokerdesk migrate`.

use std::time::Duration;

use nix::sys::signal::Signal;
use sqlx::{AssertSqlSafe, Executor as _};
use test_kit::{Broker, World};

use crate::kit::{self, number, run_in, signal, start_in, texts, until};

/// Runs it as the owner of the world's database.
async fn migrate(world: &World) -> kit::Said {
    run_in(world, &["migrate"], &[("ADMIN_DATABASE_URL", &world.admin_url), ("ROLE_PREFIX", &world.app.prefix)]).await
}

/// Takes the last step of `migrations::TENANT` back.
const UNDO_LAST_STEP: &str = "
    drop trigger if exists settings_zone_changed on SCHEMA.settings;
    create or replace function SCHEMA.counted_records() returns table (entity text, dim text, assigned_to uuid, team_id uuid, value text, n bigint)
        language sql stable as 'select null::text, null::text, null::uuid, null::uuid, null::text, 0::bigint where false';
    drop function if exists SCHEMA.zone_changed(), SCHEMA.count_anew(text), SCHEMA.broker_zone(), SCHEMA.day_in(timestamptz, text)";

/// As if the tenant had been made by the version before this one; with its ledger row it can't be migrated.
async fn set_back(broker: &Broker<'_>, ledger_too: bool) {
    let (world, tenant) = (broker.world, broker.tenant().await);
    let (version, schema) = (migrations::tenant_version(), tenant.key.schema());
    let sql = format!("update control.tenants set schema_version = {} where key = {}", version - 1, tenant.key.0);
    sqlx::query(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
    world.admin.execute(AssertSqlSafe(UNDO_LAST_STEP.replace("SCHEMA", &schema))).await.unwrap();
    if ledger_too {
        undo_ledger(broker).await;
    }
    world.app.registry.forget(tenant.key, &schema).await;
    world.app.registry.forget(tenant.key, &broker.slug).await;
}

async fn undo_ledger(broker: &Broker<'_>) {
    let sql = format!(
        "delete from {}.schema_migrations where version = {}",
        broker.tenant().await.key.schema(),
        migrations::tenant_version()
    );
    sqlx::query(AssertSqlSafe(sql)).execute(&broker.world.admin).await.unwrap();
}

async fn versions(world: &World) -> Vec<String> {
    texts(world, "select slug || ' ' || schema_version from control.tenants where key > 0 order by slug").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_fails_is_named_and_not_served_and_the_others_are() {
    let world = World::new().await;
    let (alpha, beta, gamma) = (world.broker("alpha").await, world.broker("beta").await, world.broker("gamma").await);
    let now = migrations::tenant_version();
    set_back(&alpha, true).await;
    set_back(&beta, false).await;
    for broker in [&alpha, &beta] {
        broker.nobody().get("/api/branding").await.refused(503, "tenant_not_ready");
    }
    gamma.manager().await.get("/api/clients").await.expect(200);

    let told = migrate(&world).await.failure();
    assert!(told.contains("beta: step") && told.contains("are not served until it is mended"), "{told}");
    assert!(!told.contains("alpha") && !told.contains("gamma"), "{told}");
    assert_eq!(versions(&world).await, [format!("alpha {now}"), format!("beta {}", now - 1), format!("gamma {now}")]);
    until("alpha", Duration::from_secs(7), async || alpha.nobody().get("/api/branding").await.status == 200).await;
    alpha.manager().await.get("/api/clients").await.expect(200);
    beta.nobody().get("/api/branding").await.refused(503, "tenant_not_ready");
    let page = beta.nobody().get("/").await;
    assert_eq!(page.status, 503, "{}", page.text);
    assert!(page.header("content-type").is_some_and(|t| t.starts_with("text/html")), "{:?}", page.headers);

    undo_ledger(&beta).await;
    migrate(&world).await.success();
    assert_eq!(versions(&world).await[1], format!("beta {now}"));
    until("beta", Duration::from_secs(7), async || beta.nobody().get("/api/branding").await.status == 200).await;
    beta.manager().await.get("/api/clients").await.expect(200);
    // Nothing is left to do.
    migrate(&world).await.success();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_was_killed_goes_on_where_it_was() {
    let world = World::new().await;
    let (alpha, beta) = (world.broker("alpha").await, world.broker("beta").await);
    let now = migrations::tenant_version();
    for broker in [&alpha, &beta] {
        set_back(broker, true).await;
    }
    // Somebody uses beta's ledger; the migration waits for it, but not for long.
    let mut user = world.admin.begin().await.unwrap();
    let sql = format!("lock table {}.schema_migrations in access exclusive mode", beta.tenant().await.key.schema());
    sqlx::query(AssertSqlSafe(sql)).execute(&mut *user).await.unwrap();
    let vars = [("ADMIN_DATABASE_URL", world.admin_url.as_str()), ("ROLE_PREFIX", &world.app.prefix)];
    let child = start_in(&world, &["migrate"], &vars);
    until("alpha to be done and beta to wait", Duration::from_secs(10), async || {
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        versions(&world).await[0] == format!("alpha {now}") && number(&world, waiting).await == 1
    })
    .await;
    signal(&child, Signal::SIGKILL);
    kit::dies(child).await;
    assert_eq!(versions(&world).await[1], format!("beta {}", now - 1));
    user.rollback().await.unwrap();
    migrate(&world).await.success();
    assert_eq!(versions(&world).await, [format!("alpha {now}"), format!("beta {now}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_database_becomes_an_installation() {
    let world = World::new().await;
    let prefix = format!("m{}", &world.app.prefix[1..]);
    sqlx::query(AssertSqlSafe(format!("create database {prefix}"))).execute(&world.admin).await.unwrap();
    let (old, database) = (&world.app.prefix, |url: &str| url.replace(&format!("/{}", world.app.prefix), &format!("/{prefix}")));
    let login = |name: &str| database(&world.vars[name]).replace(&format!("//{old}_"), &format!("//{prefix}_"));
    let (app, prov, admin) = (login("DATABASE_URL"), login("PROVISION_DATABASE_URL"), database(&world.admin_url));
    let vars = [
        ("DATABASE_URL", app.as_str()),
        ("PROVISION_DATABASE_URL", &prov),
        ("ADMIN_DATABASE_URL", &admin),
        ("ROLE_PREFIX", &prefix),
        ("OWNER_EMAIL", "boss@platform.example"),
        ("OWNER_PASSWORD", "a good long password"),
    ];
    // Before, everything says what to do.
    let told = run_in(&world, &["tenant", "list"], &vars).await.failure();
    assert!(told.contains("brokerdesk migrate") || told.contains("password authentication"), "{told}");
    for _ in 0..2 {
        run_in(&world, &["migrate"], &vars).await.success();
    }
    let email = "ada@acme.example";
    run_in(&world, &["tenant", "create", "acme", "--name", "Acme", "--admin-email", email], &vars).await.success();
    let list = run_in(&world, &["tenant", "list"], &vars).await.success();
    assert!(list.lines().any(|line| line.starts_with("acme ") && line.contains(" active ")), "{list}");
    let port = kit::free_port();
    let listen = format!("127.0.0.1:{port}");
    let mut all = vars.to_vec();
    all.push(("LISTEN", &listen));
    let _api = start_in(&world, &["api"], &all);
    let login = serde_json::json!({ "email": "boss@platform.example", "password": "a good long password" });
    let url = format!("http://{listen}/api/platform/auth/login");
    until("the owner", Duration::from_secs(10), async || {
        let sent = world.http.post(&url).header("host", "localhost").json(&login).send().await;
        sent.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
}
