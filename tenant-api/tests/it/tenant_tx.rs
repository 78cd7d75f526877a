//! A tenant's transaction never leaks into the next one, whatever happens to the request.

use std::sync::Arc;
use std::time::Duration;

use kernel::tenant::ViewClass;
use runtime::Rows as _;
use runtime::db::{Mode, PoolSize, TenantDb, open_pool};
use secrecy::ExposeSecret as _;
use test_kit::World;

/// A pool of one connection: whatever the last borrower left is what the next one gets.
async fn pool_of_one(world: &World) -> (sqlx::PgPool, TenantDb) {
    let size = PoolSize { max: 1, min: 1, acquire: Duration::from_secs(10) };
    let pool = open_pool(world.app.config.database_url.expose_secret(), size, "one").unwrap();
    let db = TenantDb::new(pool.clone(), &world.app.prefix);
    (pool, db)
}

/// Who the connection is and what it sees, outside any tenant.
async fn state(pool: &sqlx::PgPool) -> (String, String, bool) {
    let sql = "select current_user::text, current_setting('search_path'), (select now() <> statement_timestamp())";
    let mut conn = pool.acquire().await.unwrap();
    sqlx::query_as(sql).fetch_one(&mut *conn).await.unwrap()
}

#[tokio::test]
async fn a_cancelled_request_leaves_a_clean_connection() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (pool, db) = pool_of_one(&world).await;
    let tenant = broker.tenant().await;
    let clean = state(&pool).await;
    for i in 0..300_u64 {
        let (db, tenant) = (db.clone(), tenant.clone());
        let work = tokio::spawn(async move {
            let tx = db.begin(&tenant, ViewClass::FULL, Mode::Write).await.unwrap();
            let _: Option<i64> = tx.scalar("select count(*) from clients", []).await.unwrap();
            tx.commit().await.unwrap();
        });
        tokio::time::sleep(Duration::from_micros(i * 17 % 2_000)).await;
        work.abort();
        let _ = work.await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let after = state(&pool).await;
    assert_eq!((after.0, after.1), (clean.0, clean.1));
    // An autocommit write after all this is really committed.
    sqlx::query("update control.tenants set updated_at = '2001-01-01' where key = $1")
        .bind(tenant.key.0)
        .execute(&pool)
        .await
        .unwrap();
    let kept: i64 = sqlx::query_scalar("select count(*) from control.tenants where updated_at = '2001-01-01'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_panicking_request_leaves_a_clean_connection() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (pool, db) = pool_of_one(&world).await;
    let (tenant, clean) = (broker.tenant().await, state(&pool).await);
    for _ in 0..20 {
        let (db, tenant) = (db.clone(), tenant.clone());
        let died = tokio::spawn(async move {
            let tx = db.begin(&tenant, ViewClass::FULL, Mode::Write).await.unwrap();
            tx.run("insert into settings (key, value) values ('left', '1')", []).await.unwrap();
            panic!("in the middle of a transaction");
        });
        assert!(died.await.is_err());
    }
    let after = state(&pool).await;
    assert_eq!((after.0, after.1), (clean.0, clean.1));
    let left: Option<i64> = broker.tx().await.scalar("select count(*) from settings where key = 'left'", []).await.unwrap();
    assert_eq!(left, Some(0));
}

#[tokio::test]
async fn a_failed_statement_makes_commit_fail_and_leaves_a_clean_connection() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (pool, db) = pool_of_one(&world).await;
    let (tenant, clean) = (broker.tenant().await, state(&pool).await);
    let tx = db.begin(&tenant, ViewClass::FULL, Mode::Write).await.unwrap();
    tx.run("insert into settings (key, value) values ('half', '1')", []).await.unwrap();
    assert!(tx.run("insert into no_such_table values (1)", []).await.is_err());
    assert!(tx.commit().await.is_err(), "PostgreSQL says yes to a commit that keeps nothing");
    let after = state(&pool).await;
    assert_eq!((after.0, after.1), (clean.0, clean.1));
    let kept: Option<i64> = broker.tx().await.scalar("select count(*) from settings where key = 'half'", []).await.unwrap();
    assert_eq!(kept, Some(0));
}

#[tokio::test]
async fn a_prelude_that_fails_leaves_a_clean_connection() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let (pool, _) = pool_of_one(&world).await;
    // An installation with another prefix has no such roles.
    let stranger = TenantDb::new(pool.clone(), "nobody");
    let clean = state(&pool).await;
    for _ in 0..5 {
        assert!(stranger.begin(&*broker.tenant().await, ViewClass::FULL, Mode::Write).await.is_err());
    }
    let after = state(&pool).await;
    assert_eq!((after.0, after.1), (clean.0, clean.1));
}

#[tokio::test]
async fn tenants_that_alternate_on_one_connection_never_mix() {
    let world = Arc::new(World::new().await);
    let (one, two) = (world.broker("one-ltd").await, world.broker("two-ltd").await);
    for (broker, name) in [(&one, "of one"), (&two, "of two")] {
        let tx = broker.tx().await;
        tx.run("insert into settings (key, value) values ('whose', to_jsonb($1::text))", [name.into()]).await.unwrap();
        tx.commit().await.unwrap();
    }
    let (_, db) = pool_of_one(&world).await;
    for i in 0..200 {
        let (broker, name) = if i % 2 == 0 { (&one, "of one") } else { (&two, "of two") };
        let tx = db.begin(&*broker.tenant().await, ViewClass::FULL, Mode::Read).await.unwrap();
        let whose: Option<String> = tx.scalar("select value #>> '{}' from settings where key = 'whose'", []).await.unwrap();
        assert_eq!(whose.as_deref(), Some(name));
    }
}

#[tokio::test]
async fn the_walls_between_tenants_are_the_databases_own() {
    let world = World::new().await;
    let (one, two) = (world.broker("one-ltd").await, world.broker("two-ltd").await);
    let foreign = two.tenant().await.key.schema();
    // The application's login has no right of its own on a tenant's schema.
    let own = sqlx::query(sqlx::AssertSqlSafe(format!("select * from {foreign}.clients"))).execute(&world.app.control).await;
    assert!(own.unwrap_err().to_string().contains("permission denied"));
    // A tenant's role can't enter another tenant's schema.
    let tx = world.app.db.begin(&*one.tenant().await, ViewClass::FULL, Mode::Read).await.unwrap();
    let sql: &'static str = Box::leak(format!("select count(*) from {foreign}.clients").into_boxed_str());
    assert!(tx.scalar::<i64>(sql, []).await.unwrap_err().to_string().contains("permission denied"));
    // It sees only its own rows of the shared outbox.
    let tx = one.tx().await;
    let foreign_rows: Option<i64> =
        tx.scalar("select count(*) from control.outbox where tenant_key = $1", [two.tenant().await.key.0.into()]).await.unwrap();
    assert_eq!(foreign_rows, Some(0));
    let forged = tx
        .run(
            "insert into control.outbox (id, tenant_key, kind, payload) values (gen_random_uuid(), $1, 'event', '{}')",
            [two.tenant().await.key.0.into()],
        )
        .await;
    assert!(forged.is_err());
}
