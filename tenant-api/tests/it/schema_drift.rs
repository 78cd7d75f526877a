//! A tenant that was made in one batch and one that came there step by step are the same, down to
//! the last right.

use kernel::permission::FIELDS;
use kernel::tenant::{TenantKey, ViewClass};
use migrations::TENANT;
use sqlx::{AssertSqlSafe, Executor as _};
use test_kit::World;
use uuid::Uuid;

/// What a schema is made of, one line per fact; `$1` is its name.
const FACTS: &[(&str, &str)] = &[
    (
        "relations",
        "select format('%s %s owner %s %s %s rls %s', c.relkind, c.relname, c.relowner::regrole, c.reloptions, c.relpersistence, c.relrowsecurity)
         from pg_class c where c.relnamespace = $1::regnamespace",
    ),
    (
        "columns",
        "select format('%s.%s #%s %s null %s %s generated %s identity %s collation %s statistics %s storage %s', c.relname, a.attname, a.attnum,
                format_type(a.atttypid, a.atttypmod), not a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attgenerated,
                a.attidentity, a.attcollation, a.attstattarget, a.attstorage)
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where c.relnamespace = $1::regnamespace and a.attnum > 0 and not a.attisdropped",
    ),
    ("indexes", "select indexdef from pg_indexes where schemaname = $1"),
    (
        "constraints",
        "select format('%s %s %s validated %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated)
         from pg_constraint where connamespace = $1::regnamespace",
    ),
    (
        "triggers",
        "select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
         where c.relnamespace = $1::regnamespace and not t.tgisinternal",
    ),
    (
        "functions",
        "select format('%s owner %s %s', pg_get_functiondef(p.oid), p.proowner::regrole, p.proacl)
         from pg_proc p where p.pronamespace = $1::regnamespace",
    ),
    ("policies", "select format('%s %s %s %s %s', tablename, policyname, roles, qual, with_check) from pg_policies where schemaname = $1"),
    (
        "rights on the schema",
        "select format('%s %s by %s %s', a.grantee::regrole, a.privilege_type, a.grantor::regrole, a.is_grantable)
         from pg_namespace n, aclexplode(n.nspacl) a where n.nspname = $1",
    ),
    (
        "rights on relations",
        "select format('%s: %s %s by %s %s', c.relname, a.grantee::regrole, a.privilege_type, a.grantor::regrole, a.is_grantable)
         from pg_class c, aclexplode(c.relacl) a where c.relnamespace = $1::regnamespace",
    ),
    (
        "rights on columns",
        "select format('%s.%s: %s %s', c.relname, t.attname, a.grantee::regrole, a.privilege_type)
         from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a where c.relnamespace = $1::regnamespace",
    ),
    (
        "members of roles",
        "select format('%s in %s admin %s inherit %s set %s', m.member::regrole, m.roleid::regrole, m.admin_option, r.rolinherit, r.rolcanlogin)
         from pg_auth_members m join pg_roles r on r.oid = m.member
         where exists (select 1 from (
             select '^' || replace(nspowner::regrole::text, '_o_', '_[a-z0-9]+_') || '$' as ours from pg_namespace where nspname = $1
         ) n where r.rolname ~ n.ours or m.roleid::regrole::text ~ n.ours)",
    ),
];

async fn facts(world: &World, key: TenantKey, sql: &'static str) -> Vec<String> {
    let mut lines: Vec<String> = sqlx::query_scalar(sql).bind(key.schema()).fetch_all(&world.admin).await.unwrap();
    for line in &mut lines {
        *line = line.replace(&format!("_{key}"), "_KEY");
    }
    lines.sort();
    lines
}

/// The beginning of the batch, up to the first step: roles, schema and ledger.
fn beginning(batch: &str, first_step: &str) -> String {
    let (head, _) = batch.split_once(first_step).unwrap();
    format!("{head}\nreset role;\ncommit;")
}

#[tokio::test]
async fn fresh_and_migrated_tenants_are_the_same() {
    let world = World::new().await;
    let fresh = world.broker("fresh").await.tenant().await.key;
    let key: i64 = sqlx::query_scalar(
        "insert into control.tenants (id, slug, name, status, template) values ($1, 'stepwise', 'Stepwise', 'provisioning', 'forex-broker') returning key",
    )
    .bind(Uuid::now_v7())
    .fetch_one(&world.admin)
    .await
    .unwrap();
    let (migrated, names) = (TenantKey(key), world.app.names());
    let tenant = names.tenant(migrated);
    let mut prov = world.app.provision_pool().unwrap().acquire().await.unwrap();
    let head = beginning(&tenant.create_batch(&names), &tenant.fill(TENANT[0].sql));
    prov.execute(AssertSqlSafe(head)).await.unwrap();
    for step in TENANT {
        prov.execute(AssertSqlSafe(tenant.step_batch(step))).await.unwrap_or_else(|e| panic!("{}: {e}", step.name));
        let version: i32 = sqlx::query_scalar("select schema_version from control.tenants where key = $1")
            .bind(key)
            .fetch_one(&world.admin)
            .await
            .unwrap();
        assert_eq!(version, step.version);
    }
    // Partial views: one field each, and a pair that opens a column of its own.
    let pair = ViewClass::of(FIELDS.iter().filter(|f| f.group == "contact"));
    for view in FIELDS.iter().map(|f| ViewClass::of([f])).chain([pair]) {
        for key in [fresh, migrated] {
            prov.execute(AssertSqlSafe(names.tenant(key).view_batch(&names, view))).await.unwrap();
        }
    }
    for (what, sql) in FACTS {
        let (one, other) = (facts(&world, fresh, sql).await, facts(&world, migrated, sql).await);
        assert!(what == &"policies" || what == &"triggers" || !one.is_empty(), "{what}: nothing to compare");
        assert_eq!(one, other, "{what}");
        let partial = format!("_{}_KEY", pair.tag());
        if ["rights on columns", "members of roles"].contains(what) {
            assert!(one.iter().any(|line| line.contains(&partial)), "{what}: no partial role in {one:#?}");
        }
    }
    let ledger = |key: TenantKey| {
        let sql = format!("select version || ' ' || name from {}.schema_migrations order by version", key.schema());
        sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch_all(&world.admin)
    };
    assert_eq!(ledger(fresh).await.unwrap(), ledger(migrated).await.unwrap());
}
