//! Creating a client, with its audit row and its event in the same transaction, against a bare INSERT
//! into the same table with the same indexes.

use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use crate::desk::{Api, Desk, Tenant};
use crate::load::{self, Request};
use crate::pgbench::PgBench;
use crate::table::{Aim, Table, number};
use crate::{Plan, database, median};

const CONNECTIONS: u32 = 8;

/// The same columns with the same kinds of values; ids grow with time, as ours do.
const INSERT: &str = "\\set n random(1, 9000000000000000)
insert into clients (id, first_name, last_name, email, phone, country, address, date_of_birth, status, source,
    assigned_to, team_id, tags, custom, last_activity_at, created_at, updated_at, created_by)
values ((lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(:n::text), 1, 19))::uuid,
    'Bench', 'Load', 'bare-' || :n || '@bench.example', '+493012345678', 'DE', '1 Harbour Street', '1980-01-01', 'new',
    'website', null, null, '{webinar}', '{}', now(), now(), now(), null);
";

/// Measures in turns.
pub async fn measure(plan: &Plan, desk: &Desk, api: &Api, tenant: &Tenant, table: &mut Table) -> anyhow::Result<()> {
    let client = api.sign_in(tenant).await?;
    let ceiling = PgBench::new(plan, desk, tenant)?.script(desk, "bare_insert", INSERT)?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    // Names differ from interval to interval; a void one is repeated, twice at most.
    let (mut name, mut voids) = (0, 0);
    while ours.len() <= plan.rounds {
        name += 1;
        let mail = format!("load-{name}-");
        // The first interval warms up.
        let interval = if ours.is_empty() { std::time::Duration::from_secs(2) } else { plan.interval };
        let request = request(&mail);
        let done = match load::once(plan, desk, &client, &request, CONNECTIONS, interval).await {
            Ok(done) => check(desk, tenant, &mail, done.answers).await.map(|()| done),
            Err(e) => Err(e),
        };
        match done {
            Ok(done) => ours.push(done.rate),
            Err(e) if voids < 2 => {
                voids += 1;
                crate::say(&format!("  {}: {e:#}; once more", request.name));
                continue;
            }
            Err(e) => return Err(e),
        }
        database::settle(desk, tenant).await?;
        bare.push(ceiling.run(CONNECTIONS, interval).await?);
    }
    let what = format!("create a client, {CONNECTIONS} connections / bare INSERT in pgbench");
    let (ours, bare) = (median(&ours[1..]), median(&bare[1..]));
    table.row(&what, format!("{}/s", number(ours)), format!("{}/s", number(bare)), (ours / bare, ""), Aim::AtLeast(0.33));
    Ok(())
}

fn request(mail: &str) -> Request {
    Request {
        name: format!("create-{mail}").trim_end_matches('-').to_owned(),
        method: "POST",
        path: "/api/clients".to_owned(),
        body: format!(
            "{{\"first_name\":\"Bench\",\"last_name\":\"Load\",\"email\":\"{mail}{{n}}@bench.example\",\"phone\":\"+493012345678\",\
             \"country\":\"DE\",\"address\":\"1 Harbour Street\",\"date_of_birth\":\"1980-01-01\",\"source\":\"website\",\"tags\":[\"webinar\"]}}"
        ),
        status: 201,
        head: "{\"address\":\"1 Harbour Street\",".to_owned(),
        least: 400,
        length: 400,
    }
}

/// Every acknowledged client is there with its audit row. What was under way at the end may be there too.
async fn check(desk: &Desk, tenant: &Tenant, mail: &str, acknowledged: u64) -> anyhow::Result<()> {
    let schema = migrations::quote(&desk.names_of(tenant)?.schema());
    let mut admin = database::connect(&desk.admin_url()?, &[]).await?;
    let row = admin
        .fetch_one(AssertSqlSafe(format!(
            "select count(*), count(a.id) from {schema}.clients c
             left join {schema}.audit_log a on a.resource_id = c.id and a.action = 'client.created'
             where c.email like '{mail}%' and c.created_at > now() - interval '10 minutes'"
        )))
        .await?;
    let (there, audited): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let (there, audited) = (u64::try_from(there)?, u64::try_from(audited)?);
    anyhow::ensure!(
        there == audited && (acknowledged..=acknowledged + u64::from(CONNECTIONS)).contains(&there),
        "the interval is void: {acknowledged} creations were acknowledged, {there} clients and {audited} audit rows are there"
    );
    Ok(())
}
