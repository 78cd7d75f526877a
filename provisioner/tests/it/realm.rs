//! The platform's own realm.

use kernel::tenant::{TenantKey, ViewClass};
use provisioner::OwnerSeed;
use runtime::db::{Mode, Rows as _};
use test_kit::World;

fn owner(email: &str) -> OwnerSeed {
    OwnerSeed { email: email.into(), name: "Somebody".into(), password: "another long password".into() }
}

#[tokio::test]
async fn it_is_made_once_and_keeps_its_first_user() {
    let world = World::new().await;
    let before = world.app.registry.platform().await.unwrap();
    provisioner::ensure_platform(&world.app, Some(owner("second@platform.example"))).await.unwrap();
    let twice = [0, 1].map(|_| provisioner::ensure_platform(&world.app, None));
    for result in futures::future::join_all(twice).await {
        result.unwrap();
    }
    let after = world.app.registry.platform().await.unwrap();
    assert_eq!((before.id, after.name.as_str()), (after.id, "Brokerdesk"));
    let tx = world.app.db.begin(&after, ViewClass::FULL, Mode::Read).await.unwrap();
    let users: Vec<String> = sqlx_texts(&world, "select email from t_000000.users").await;
    assert_eq!(users, [test_kit::world::OWNER]);
    let messages: Option<i64> = tx.scalar("select count(*) from message_templates", []).await.unwrap();
    assert_eq!(messages, Some(3));
}

#[tokio::test]
async fn its_role_works_on_the_shared_schema_but_sees_no_other_realms_jobs() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let key = broker.tenant().await.key;
    let platform = world.app.registry.platform().await.unwrap();
    let tx = world.app.db.begin(&platform, ViewClass::FULL, Mode::Write).await.unwrap();
    let seen: Option<String> = tx.scalar("select name from control.tenants where key = $1", [key.0.into()]).await.unwrap();
    assert_eq!(seen.as_deref(), Some("acme Ltd"));
    let foreign: Option<i64> = tx.scalar("select count(*) from control.outbox where tenant_key <> 0", []).await.unwrap();
    assert_eq!(foreign, Some(0));
    drop(tx);
    // A broker's role reaches the outbox and nothing else.
    let tx = broker.tx().await;
    let refused = tx.scalar::<i64>("select count(*) from control.tenants", []).await.unwrap_err();
    assert_eq!(refused.sqlstate().as_deref(), Some("42501"));
    assert_ne!(key, TenantKey::PLATFORM);
}

#[tokio::test]
async fn a_weak_password_is_refused() {
    let world = World::new().await;
    let weak = OwnerSeed { password: "short".into(), ..owner("x@platform.example") };
    assert!(provisioner::ensure_platform(&world.app, Some(weak)).await.is_err());
}

pub(crate) async fn sqlx_texts(world: &World, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(&world.admin).await.unwrap()
}
