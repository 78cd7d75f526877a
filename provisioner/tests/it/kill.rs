//! The provisioner is killed at every step, before and after its work, and ends in one working tenant.

use std::process::{Command, Stdio};

use provisioner::commands;
use runtime::db::Rows as _;
use test_kit::World;

use crate::steps::admin;

/// Set for the process that is going to die: the variables of its installation, as JSON.
const VICTIM: &str = "PROVISIONER_TEST_VICTIM";

/// Runs in the child only.
#[tokio::test]
async fn victim() {
    let Ok(vars) = std::env::var(VICTIM) else { return };
    let vars = serde_json::from_str(&vars).unwrap();
    let config = runtime::config::Config::from_vars(&vars).unwrap();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let app = test_kit::world::connect(config).await;
    commands::tenant_create(&app, "acme", "Acme", "forex-broker", admin("acme"), &mut |_| {}).await.unwrap();
}

fn die_at(world: &World, place: &str) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::victim", "--nocapture"])
        .env(VICTIM, serde_json::to_string(&world.vars).unwrap())
        .env("BROKERDESK_CRASH_AT", place)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(!status.success(), "the victim lived through {place}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_it_ends_in_one_working_tenant() {
    let world = World::new().await;
    for step in provisioner::steps::STEPS {
        for place in ["before", "done"] {
            tokio::task::block_in_place(|| die_at(&world, &format!("provision.{step}.{place}")));
        }
    }
    // The last victim died when all was done, so the address belongs to a finished tenant.
    let again = commands::tenant_create(&world.app, "acme", "Acme", "forex-broker", admin("acme"), &mut |_| {}).await;
    assert_eq!(again.unwrap_err().code(), "slug_taken");
    let tenants: Vec<String> =
        crate::realm::sqlx_texts(&world, "select slug || ':' || status from control.tenants where key > 0").await;
    assert_eq!(tenants, ["acme:active"]);
    let broker = test_kit::Broker { world: &world, slug: "acme".into() };
    let manager = broker.manager().await;
    manager.get("/api/me").await.expect(200);
    let tx = broker.tx().await;
    let count = async |sql: &'static str| tx.scalar::<i64>(sql, []).await.unwrap().unwrap();
    assert_eq!(count("select count(*) from users").await, 1);
    assert_eq!(count("select count(*) from roles where name = 'CRM Manager'").await, 1);
    assert_eq!(count("select count(*) from audit_log where action in ('tenant.created', 'user.created')").await, 2);
    drop(tx);
    assert!(commands::tenant_verify(&world.app, "acme").await.unwrap().ok);
    let schemas =
        crate::realm::sqlx_texts(&world, "select nspname::text from pg_namespace where nspname like 't\\_%' order by 1").await;
    assert_eq!(schemas, ["t_000000", "t_000001"]);
}

#[tokio::test]
async fn what_nobody_works_on_is_taken_up() {
    let world = World::new().await;
    let order = provisioner::Order {
        slug: "acme".into(),
        name: "Acme".into(),
        source: provisioner::Source::Template("forex-broker".into()),
        origin: provisioner::Origin::Cli,
        admin: provisioner::Administrator { name: "Ada".into(), email: "ada@acme.example".into(), password_hash: None },
        branding: provisioner::BrandingWish::default(),
    };
    let platform = world.app.registry.platform().await.unwrap();
    let ctx = runtime::Ctx::system(&world.app, &platform, "Test").await.unwrap();
    provisioner::order::place(&ctx, &order).await.unwrap();
    ctx.commit().await.unwrap();
    let refresh = async || {
        let ctx = runtime::Ctx::system(&world.app, &platform, "Test").await.unwrap();
        ctx.enqueue(&provisioner::usage::RefreshUsage::default()).await.unwrap();
        ctx.commit().await.unwrap();
        world.drain().await;
    };
    let status = async || crate::realm::sqlx_texts(&world, "select status from control.tenants where slug = 'acme'").await;
    refresh().await;
    assert_eq!(status().await, ["provisioning"], "its runner may be on the way");
    sqlx::query("update control.provisionings set created_at = now() - interval '3 minutes'")
        .execute(&world.admin)
        .await
        .unwrap();
    refresh().await;
    assert_eq!(status().await, ["active"]);
    sqlx::query("update control.tenants set status = 'deleting', updated_at = now() - interval '3 minutes' where slug = 'acme'")
        .execute(&world.admin)
        .await
        .unwrap();
    refresh().await;
    assert!(status().await.is_empty());
}

#[tokio::test]
async fn figures_are_kept() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    broker.user("Second", "Agent", None).await;
    let key = broker.tenant().await.key;
    let usage = provisioner::usage::measure(&world.app, key, true).await.unwrap();
    assert_eq!((usage.users, usage.clients), (2, 0));
    assert!(usage.storage_bytes > 0 && usage.database_bytes > 0);
    let again = provisioner::usage::measure(&world.app, key, false).await.unwrap();
    assert_eq!(again.database_bytes, usage.database_bytes, "the same");
    assert_eq!(again.storage_bytes, usage.storage_bytes, "not measured twice within minutes, but kept");
}
