//! What the masked database role may read is what was declared to be plain, column by column.

use std::collections::BTreeSet;

use kernel::tenant::ViewClass;
use migrations::{PLAIN, WALLS};
use test_kit::World;

#[tokio::test]
async fn masked_staff_read_the_columns_that_were_declared_and_no_others() {
    let world = World::new().await;
    let key = world.broker("acme").await.tenant().await.key;
    let masked = world.app.names().tenant(key).role(ViewClass::MASKED);
    let may_read = async |columns: &str| -> BTreeSet<String> {
        let sql = format!(
            "select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
             where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0
               and not a.attisdropped and {columns}"
        );
        let found: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(key.schema()).bind(&masked).fetch_all(&world.admin).await.unwrap();
        found.into_iter().collect()
    };
    let declared: BTreeSet<String> =
        PLAIN.iter().flat_map(|(table, columns)| columns.split_whitespace().map(move |c| format!("{table}.{c}"))).collect();
    let open = may_read("has_column_privilege($2, c.oid, a.attnum, 'select')").await;
    let undeclared: Vec<_> = open.difference(&declared).collect();
    assert!(
        undeclared.is_empty(),
        "masked staff may read these, which nobody declared plain (migrations/src/plain.rs): {undeclared:?}"
    );
    let closed: Vec<_> = declared.difference(&open).collect();
    assert!(closed.is_empty(), "these are declared plain, but are closed or not there: {closed:?}");
    // What is walled is not plain, and there is something behind the walls.
    for wall in WALLS {
        assert!(!declared.contains(&format!("{}.{}", wall.table, wall.column)), "{}.{}", wall.table, wall.column);
    }
    let all = may_read("$2 <> ''").await;
    assert!(all.contains("clients.email") && all.contains("audit_log.diff") && all.len() > open.len(), "{}", all.len());
    // By column and never by table: what a migration adds to a table is closed.
    let whole: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c, aclexplode(c.relacl) a where c.relnamespace = $1::regnamespace
           and c.relkind in ('r', 'p', 'v', 'm') and a.grantee = $2::regrole and a.privilege_type = 'SELECT'",
    )
    .bind(key.schema())
    .bind(&masked)
    .fetch_all(&world.admin)
    .await
    .unwrap();
    assert!(whole.is_empty(), "granted as whole tables: {whole:?}");
    let foreign: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c, aclexplode(c.relacl) a where c.relnamespace = $1::regnamespace and a.grantee = 0",
    )
    .bind(key.schema())
    .fetch_all(&world.admin)
    .await
    .unwrap();
    assert!(foreign.is_empty(), "granted to everybody: {foreign:?}");
}
