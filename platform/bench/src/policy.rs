//! What a policy check costs: the question of a request ("who is this, and may they?") asked in process,
//! in turns over many tenants with full policies, against a whole request over HTTP.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use kernel::ids::SessionId;
use kernel::permission::{FIELDS, PERMISSIONS};
use kernel::tenant::TenantKey;
use runtime::access::Access;
use runtime::access::outside::Deployed;
use runtime::crypto::Vault;
use runtime::db::{PoolSize, TenantDb, open_pool};
use runtime::registry::{Branding, Tenant as Realm, TenantStatus};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};
use uuid::Uuid;

use crate::desk::{Api, Desk, Tenant};
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median};

/// Nothing is sealed with it.
const UNUSED_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const ROLES: usize = 8;
const LINES: usize = 60;
/// Numbers of tenants that are never made by the product.
const SPARE: i64 = 800_000;
const PATH: &str = "/api/clients?status=active&sort=-created_at&limit=20";

/// A tenant that consists of a policy, and a session of each of its roles.
struct Hot {
    realm: Realm,
    sessions: Vec<SessionId>,
}

/// Measures the check with all tenants hot.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let mut provisioner = database::connect(&desk.provision_url()?, &[]).await?;
    let mut admin = database::connect(&desk.admin_url()?, &[]).await?;
    let mut hot = Vec::new();
    for n in 0..plan.policies {
        hot.push(make(desk, &mut provisioner, &mut admin, TenantKey(SPARE + i64::try_from(n)?)).await?);
    }
    let pool = open_pool(&desk.app_url()?, PoolSize { max: 8, ..PoolSize::default() }, "brokerdesk-bench")?;
    let access = Access::new(TenantDb::new(pool, &desk.names()?.prefix), Vault::new(UNUSED_KEY)?, Deployed::default());
    let mut cold = Vec::new();
    for one in &hot {
        for role in 0..ROLES {
            let started = Instant::now();
            check(&access, one, role).await?;
            cold.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    let client = api.sign_in(tenant).await?;
    client.text(PATH).await?;
    let (mut checks, mut requests) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        checks.push(asked(&access, &hot, plan.interval).await?);
        let (mut n, started) = (0_u32, Instant::now());
        while started.elapsed() < plan.interval {
            client.text(PATH).await?;
            n += 1;
        }
        requests.push(started.elapsed().as_secs_f64() * 1e6 / f64::from(n));
    }
    let (check, request) = (median(&checks), median(&requests));
    let what =
        format!("policy check, {} tenants × {ROLES} roles of {LINES} lines hot, each asked in turn / a list request", hot.len());
    table.row(
        &what,
        format!("{} µs", number(check)),
        format!("{} µs", number(request)),
        (check / request * 100.0, "%"),
        Aim::AtMost(5.0),
    );
    let what = "policy check, the first one of a role";
    table.row(what, format!("{} ms", number(median(&cold))), String::new(), (median(&cold), "ms"), Aim::None);
    for one in hot {
        provisioner.execute(AssertSqlSafe(desk.names()?.tenant(one.realm.key).drop_batch())).await?;
    }
    Ok(())
}

/// Microseconds of a check, the copies' regular questions to the database included.
async fn asked(access: &Access, hot: &[Hot], interval: Duration) -> anyhow::Result<f64> {
    let (mut n, started) = (0_u32, Instant::now());
    // A step that meets every tenant in another order than they were made in.
    let mut place = 0;
    while started.elapsed() < interval {
        place = (place + 7) % (hot.len() * ROLES);
        check(access, &hot[place % hot.len()], place / hot.len()).await?;
        n += 1;
    }
    Ok(started.elapsed().as_secs_f64() * 1e6 / f64::from(n.max(1)))
}

async fn check(access: &Access, hot: &Hot, role: usize) -> anyhow::Result<()> {
    let actor = access.actor(&hot.realm, hot.sessions[role]).await?.context("the session is not known")?;
    actor.require("clients.read")?;
    Ok(())
}

/// The tables of a tenant with roles that have every line there can be, and more.
async fn make(desk: &Desk, provisioner: &mut PgConnection, admin: &mut PgConnection, key: TenantKey) -> anyhow::Result<Hot> {
    let control = desk.names()?;
    let names = control.tenant(key);
    provisioner.execute(AssertSqlSafe(names.create_batch(&control))).await?;
    let mut sessions = Vec::new();
    let mut sql =
        format!("begin; set local role {}; set local search_path = {};", migrations::quote(&names.owner()), names.schema());
    for n in 0..ROLES {
        let role = Uuid::now_v7();
        sql.push_str(&format!("insert into roles (id, name) values ('{role}', 'Role {n}');"));
        for line in 0..LINES {
            let known = PERMISSIONS.get(line).map_or_else(|| format!("other.verb{line}"), |p| p.key.to_owned());
            sql.push_str(&format!("insert into role_permissions values ('{role}', '{known}', 'all');"));
        }
        for field in FIELDS {
            sql.push_str(&format!("insert into role_fields values ('{role}', '{}', 'full');", field.key));
        }
        let (user, session) = (Uuid::now_v7(), SessionId::new());
        sql.push_str(&format!(
            "insert into users (id, email, name, role_id, status) values ('{user}', 'a{n}@bench.example', 'A', '{role}', 'active');
             insert into sessions (id, user_id, expires_at) values ('{}', '{user}', now() + interval '1 day');",
            session.0
        ));
        sessions.push(session);
    }
    sql.push_str("commit;");
    admin.execute(AssertSqlSafe(sql)).await?;
    let realm = Realm {
        key,
        id: Uuid::now_v7(),
        slug: format!("bench-policy-{}", key.0),
        name: "Bench Ltd".to_owned(),
        status: TenantStatus::Active,
        template: String::new(),
        branding: Branding::default(),
        modules: Vec::new(),
        schema_version: migrations::tenant_version(),
        jwt_key: None,
    };
    Ok(Hot { realm, sessions })
}
