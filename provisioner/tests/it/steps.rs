//! Making a tenant, step by step and all at once.

use std::time::{Duration, Instant};

use kernel::tenant::ViewClass;
use provisioner::commands::{self, AdminSeed};
use provisioner::steps::{Progress, STEPS};
use runtime::db::{Mode, Rows as _};
use test_kit::World;

pub(crate) fn admin(slug: &str) -> AdminSeed {
    AdminSeed {
        name: "Ada Manager".into(),
        email: format!("ada@{slug}.example"),
        password: Some(test_kit::world::PASSWORD.into()),
    }
}

#[tokio::test]
async fn every_template_makes_a_working_tenant() {
    let world = World::new().await;
    for template in ["forex-broker", "sales-crm", "partner-network"] {
        let slug = format!("acme-{template}");
        let mut done = Vec::new();
        let mut watch = |p: Progress| {
            if let Progress::Done(step, _) = p {
                done.push(step);
            }
        };
        commands::tenant_create(&world.app, &slug, "Acme", template, admin(&slug), &mut watch).await.unwrap();
        assert_eq!(done, STEPS);
        let tenant = world.app.registry.by_slug(&slug).await.unwrap().unwrap();
        assert_eq!(tenant.template, template);
        assert!(!tenant.modules.is_empty() && tenant.branding.primary.is_some() && tenant.jwt_key.is_some());
        let api = world.host(&slug).sign_in("/api", &format!("ada@{slug}.example"), test_kit::world::PASSWORD).await;
        let me = api.get("/api/me").await.expect(200);
        assert_eq!(me["user"]["role_name"], "CRM Manager", "{me}");
        let verdict = commands::tenant_verify(&world.app, &slug).await.unwrap();
        assert!(verdict.ok && verdict.entries >= 2, "{verdict:?}");
    }
}

#[tokio::test]
async fn a_tenant_is_made_in_less_than_half_a_second() {
    let world = World::new().await;
    let mut times = Vec::new();
    for n in 0..5 {
        let slug = format!("speed-{n}");
        // Hashing the password is the visitor's wait, not the provisioner's.
        let invited = AdminSeed { password: None, ..admin(&slug) };
        let started = Instant::now();
        let mut steps = Vec::new();
        let mut watch = |p: Progress| {
            if let Progress::Done(step, took) = p {
                steps.push((step, took));
            }
        };
        commands::tenant_create(&world.app, &slug, "Speed", "forex-broker", invited, &mut watch).await.unwrap();
        times.push(started.elapsed());
        eprintln!("{:?} {steps:?}", started.elapsed());
    }
    times.sort();
    assert!(times[2] < Duration::from_millis(1_500), "{times:?}");
}

#[tokio::test]
async fn a_finished_provisioning_stays_as_it_is() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let id: uuid::Uuid =
        sqlx::query_scalar("select id from control.provisionings where slug = 'acme'").fetch_one(&world.admin).await.unwrap();
    let before: Vec<String> =
        crate::realm::sqlx_texts(&world, "select finished_at::text from control.provisioning_steps order by ord").await;
    provisioner::steps::run(&world.app, id, &mut |_| panic!("a step was taken")).await.unwrap();
    let after: Vec<String> =
        crate::realm::sqlx_texts(&world, "select finished_at::text from control.provisioning_steps order by ord").await;
    assert_eq!(before, after);
    let admin: serde_json::Value =
        sqlx::query_scalar("select admin from control.provisionings where slug = 'acme'").fetch_one(&world.admin).await.unwrap();
    assert!(admin["password_hash"].is_null(), "the hash stayed behind");
    drop(broker);
}

#[tokio::test]
async fn two_runners_make_one_tenant() {
    let world = World::new().await;
    let second = world.second_app().await;
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
    let placed = provisioner::order::place(&ctx, &order).await.unwrap();
    ctx.commit().await.unwrap();
    let (mut a, mut b) = (|_| {}, |_| {});
    let (one, two) = tokio::join!(
        provisioner::steps::run(&world.app, placed.provisioning_id, &mut a),
        provisioner::steps::run(&second, placed.provisioning_id, &mut b),
    );
    one.unwrap();
    two.unwrap();
    let tenant = world.app.registry.by_slug("acme").await.unwrap().unwrap();
    let tx = world.app.db.begin(&tenant, ViewClass::FULL, Mode::Read).await.unwrap();
    let users: Option<i64> = tx.scalar("select count(*) from users", []).await.unwrap();
    let begun: Option<i64> = tx.scalar("select count(*) from audit_log where action = 'tenant.created'", []).await.unwrap();
    assert_eq!((users, begun), (Some(1), Some(1)));
}

#[tokio::test]
async fn a_failure_is_recorded_and_a_second_call_finishes() {
    let world = World::new().await;
    // A step that can't work: the name of the tenant's owner role is taken.
    let prefix = &world.app.prefix;
    sqlx::query(sqlx::AssertSqlSafe(format!("create role {prefix}_o_000001"))).execute(&world.admin).await.unwrap();
    let error =
        commands::tenant_create(&world.app, "acme", "Acme", "forex-broker", admin("acme"), &mut |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("schema"), "{error}");
    let statuses = crate::realm::sqlx_texts(&world, "select status from control.provisioning_steps order by ord").await;
    assert_eq!(statuses[..3], ["done", "failed", "pending"]);
    assert_eq!(crate::realm::sqlx_texts(&world, "select status from control.tenants where key = 1").await, ["failed"]);
    let owner = world.owner().await;
    let failed = owner.get("/api/platform/provisionings?status=failed").await.expect(200);
    assert_eq!(failed["total"], 1);
    assert!(failed["data"][0]["error"].as_str().unwrap().contains("already exists"), "{failed}");

    sqlx::query(sqlx::AssertSqlSafe(format!("drop role {prefix}_o_000001"))).execute(&world.admin).await.unwrap();
    commands::tenant_create(&world.app, "acme", "Acme", "forex-broker", admin("acme"), &mut |_| {}).await.unwrap();
    world.host("acme").sign_in("/api", "ada@acme.example", test_kit::world::PASSWORD).await;
}
