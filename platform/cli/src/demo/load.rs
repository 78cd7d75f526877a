//! Writing a demo broker into its tables: one transaction, a few statements per table.

use std::sync::Arc;

use kernel::tenant::TenantKey;
use runtime::registry::Tenant;
use runtime::{Ctx, Rows as _, SharedApp, TenantTx, audit};
use serde::Serialize;
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::sync::mpsc;

use super::blueprint::Blueprint;
use super::generate;
use super::rows::{Dataset, Facts};
use super::sales;

/// Rows of one statement.
const BATCH: usize = 2_500;

// Rows travel as JSON and become rows of the table by the names of its columns: null and array
// columns need no special care, and what the database generates is left out.

const TEAMS: &str = "insert into teams (id, name, parent_id, created_at, updated_at)
    select id, name, parent_id, created_at, created_at from json_populate_recordset(null::teams, $1::text::json)";

const USERS: &str = "insert into users (id, email, name, password_hash, role_id, team_id, status, last_login_at, last_login_ip,
        created_at, updated_at, created_by)
    select id, email, name, password_hash, role_id, team_id, status, last_login_at, last_login_ip,
        created_at, created_at, created_by from json_populate_recordset(null::users, $1::text::json)
    on conflict (id) do update set last_login_at = excluded.last_login_at, last_login_ip = excluded.last_login_ip,
        created_at = excluded.created_at";

const LEADERS: &str = "update teams t set leader_id = r.leader_id
    from json_populate_recordset(null::teams, $1::text::json) r where r.id = t.id";

const PARTNERS: &str = "insert into partners (id, name, email, approved, leads_count, created_at, updated_at, created_by)
    select id, name, email, approved, leads_count, created_at, updated_at, created_by
    from json_populate_recordset(null::partners, $1::text::json)";

const CLIENTS: &str =
    "insert into clients (id, first_name, last_name, email, phone, country, language, address, date_of_birth, status,
        kyc_status, source, assigned_to, team_id, tags, custom, balance, currency, last_activity_at, created_at, updated_at,
        created_by, version)
    select id, first_name, last_name, email, phone, country, language, address, date_of_birth, status,
        kyc_status, source, assigned_to, team_id, tags, custom, balance, currency, last_activity_at, created_at, updated_at,
        created_by, version from json_populate_recordset(null::clients, $1::text::json)";

/// The fields of the broker's own that the demo's clients have values in.
const CUSTOM_FIELDS: &str = "insert into custom_fields (id, entity, key, label, type, options, position)
    select gen_random_uuid(), 'client', f.key, f.label, f.type, f.options::jsonb, f.position from (values
        ('platform', 'Platform', 'choice',
            '[{\"key\":\"mt4\",\"label\":\"MT4\"},{\"key\":\"mt5\",\"label\":\"MT5\"},{\"key\":\"web\",\"label\":\"Web\"}]', 0),
        ('account_type', 'Account type', 'choice',
            '[{\"key\":\"standard\",\"label\":\"Standard\"},{\"key\":\"raw_spread\",\"label\":\"Raw spread\"}]', 1),
        ('leverage', 'Leverage', 'text', '[]', 2)) as f (key, label, type, options, position)
    on conflict do nothing";

const LEADS: &str = "insert into leads (id, first_name, last_name, email, phone, country, status, source, partner_id,
        assigned_to, team_id, message, metadata, converted_client_id, created_at, updated_at, created_by, version)
    select id, first_name, last_name, email, phone, country, status, source, partner_id,
        assigned_to, team_id, message, metadata, converted_client_id, created_at, updated_at, created_by, version
    from json_populate_recordset(null::leads, $1::text::json)";

/// Where clients came from, and when their owners want to come back to them and why: some days ago up to some
/// weeks ahead. Of what is overdue already nobody is reminded.
const ORIGINS: &str =
    "update clients c set lead_id = l.id, partner_id = l.partner_id from leads l where l.converted_client_id = c.id";
const CLIENT_PLANS: &str = "update clients set follow_up_at = d.at, follow_up_note = d.note, follow_up_told = d.at <= now()
     from (select id, date_trunc('hour', now()) + make_interval(hours => abs(hashtext(id::text)) % 400 - 60) as at,
               ($1::text[])[1 + abs(hashtext(id::text)) % cardinality($1::text[])] as note
           from clients where assigned_to is not null and abs(hashtext(id::text)) % $2::int = 0) d where clients.id = d.id";
const LEAD_PLANS: &str =
    "update leads set follow_up_at = d.at, follow_up_note = d.note, follow_up_told = d.at <= now(), tags = d.tags
     from (select id, date_trunc('hour', now()) + make_interval(hours => abs(hashtext(id::text)) % 300 - 40) as at,
               ($1::text[])[1 + abs(hashtext(id::text)) % cardinality($1::text[])] as note,
               case abs(hashtext(id::text)) % 3 when 0 then array['webinar'] when 1 then array['hot'] else array['hot', 'brochure'] end
                   as tags
           from leads where converted_client_id is null and abs(hashtext(id::text)) % 4 = 0) d where leads.id = d.id";
const TAGS: &str = "insert into tags (id, name, hue)
     select gen_random_uuid(), t.name, tag_hue(t.name)
     from (select distinct on (lower(u.tag)) u.tag as name
           from (select tags from clients union all select tags from leads union all select tags from contacts
                 union all select tags from deals) r cross join lateral unnest(r.tags) as u (tag)
           order by lower(u.tag), u.tag) t
     where not exists (select 1 from tags k where lower(k.name) = lower(t.name))";

/// What a broker, and what a sales team, comes back to clients for; then to leads.
const BROKER_PLANS: (&[&str], &[&str]) = (
    &["Call about the deposit", "Ask for the missing document", "Offer the raw spread account", "Renew the contract"],
    &["Call back", "Send the brochure", "Explain the platform"],
);
const SALES_PLANS: (&[&str], &[&str]) = (
    &["Ask how the rollout goes", "Talk about the renewal", "Offer the next plan", "Ask for a reference"],
    &["Call back", "Send the brochure", "Show the product"],
);

const OWN_FIELDS: &str = "insert into custom_fields (id, entity, key, label, type, options, position)
    select gen_random_uuid(), entity, key, label, type, options, position
    from json_populate_recordset(null::custom_fields, $1::text::json) on conflict do nothing";

const CONTACTS: &str = "insert into contacts (id, client_id, is_primary, first_name, last_name, email, phone, company, job_title,
        status, source, rating, assigned_to, team_id, tags, custom, created_at, updated_at, created_by, version)
    select id, client_id, is_primary, first_name, last_name, email, phone, company, job_title,
        status, source, rating, assigned_to, team_id, tags, custom, created_at, updated_at, created_by, version
    from json_populate_recordset(null::contacts, $1::text::json)";

const DEALS: &str = "insert into deals (id, kind, name, next_steps, client_id, contact_id, opportunity_id, pipeline_key, stage,
        probability, outcome, amount, currency, expected_close_date, closed_at, lost_reason, stage_since, position, assigned_to,
        team_id, tags, custom, created_at, updated_at, created_by, version)
    select id, kind, name, next_steps, client_id, contact_id, opportunity_id, pipeline_key, stage,
        probability, outcome, amount, currency, expected_close_date, closed_at, lost_reason, stage_since, position, assigned_to,
        team_id, tags, custom, created_at, updated_at, created_by, version
    from json_populate_recordset(null::deals, $1::text::json)";

const DEAL_STAGES: &str = "insert into deal_stages (id, deal_id, pipeline_key, old_stage, new_stage, changed_by, at)
    select id, deal_id, pipeline_key, old_stage, new_stage, changed_by, at
    from json_populate_recordset(null::deal_stages, $1::text::json)";

const ACTIVITIES: &str =
    "insert into activities (id, type, subject, status, priority, due_at, all_day, duration_minutes, outcome,
        client_id, contact_id, lead_id, deal_id, opportunity_id, assigned_to, team_id, repeats, repeats_zone, series_id,
        remind_before, remind_at, reminded, completed_at, completed_by, created_at, updated_at, created_by, version)
    select id, type, subject, status, priority, due_at, all_day, duration_minutes, outcome,
        client_id, contact_id, lead_id, deal_id, opportunity_id, assigned_to, team_id, repeats, repeats_zone, series_id,
        remind_before, remind_at, reminded, completed_at, completed_by, created_at, updated_at, created_by, version
    from json_populate_recordset(null::activities, $1::text::json)";

const NOTES: &str = "insert into notes (id, content, contact_id, deal_id, pinned, mentions, author_id, author_name, created_at,
        updated_at, version)
    select id, content, contact_id, deal_id, pinned, mentions, author_id, author_name, created_at, updated_at, version
    from json_populate_recordset(null::notes, $1::text::json)";

const RATES: &str = "insert into exchange_rates (currency, day, rate, updated_at)
    select currency, day, rate, updated_at from json_populate_recordset(null::exchange_rates, $1::text::json)
    on conflict do nothing";

const STATUSES: &str = "insert into lead_status_history (id, lead_id, old_status, new_status, changed_by, at)
    select id, lead_id, old_status, new_status, changed_by, at
    from json_populate_recordset(null::lead_status_history, $1::text::json)";

const AUDIT: &str = "insert into audit_log (id, at, actor_id, actor_name, action, resource_type, resource_id, diff,
        diff_masked, ip)
    select id, at, actor_id, actor_name, action, resource_type, resource_id, diff, diff_masked, ip
    from json_populate_recordset(null::audit_log, $1::text::json) order by at, id";

/// Which of these addresses belong to somebody of the tenant, active or not.
pub async fn known_users(app: &SharedApp, tenant: &Arc<Tenant>, emails: &[String]) -> anyhow::Result<Vec<String>> {
    let ctx = Ctx::system(app, tenant, "Demo data").await?;
    let sql = "select array_agg(email) from users where email = any($1)";
    let known: Option<Option<Vec<String>>> = ctx.tx().scalar(sql, [emails.to_vec().into()]).await?;
    Ok(known.flatten().unwrap_or_default())
}

/// Fills a tenant: everything or nothing.
pub async fn fill(app: &SharedApp, tenant: &Arc<Tenant>, plan: &Arc<Blueprint>) -> anyhow::Result<()> {
    let ctx = Ctx::system(app, tenant, "Demo data").await?;
    // What waits to be sorted into the search indexes is sorted in at once, by `tidy`.
    ctx.tx().run("select set_config('gin_pending_list_limit', '65536', true)", []).await?;
    match plan.sales {
        Some(_) => ctx.tx().run(OWN_FIELDS, [json!(sales::fields()).to_string().into()]).await?,
        None => ctx.tx().run(CUSTOM_FIELDS, []).await?,
    };
    let facts = facts(ctx.tx(), plan).await?;
    let (owned, now) = (plan.clone(), ctx.now());
    let (to_database, mut batches) = mpsc::channel(2);
    // Making the rows is work for a processor, so it has a thread of its own, ahead of the database.
    let maker = tokio::task::spawn_blocking(move || {
        let set = generate::dataset(&owned, &facts, now)?;
        send_all(&set, &to_database)
    });
    while let Some((sql, rows)) = batches.recv().await {
        ctx.tx().run(sql, [rows.into()]).await?;
    }
    maker.await??;
    // Of a few clients more have a plan.
    let (plans, every) = if plan.sales.is_some() { (SALES_PLANS, 5) } else { (BROKER_PLANS, 9) };
    let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    ctx.tx().run(ORIGINS, []).await?;
    ctx.tx().run(CLIENT_PLANS, [words(plans.0).into(), every.into()]).await?;
    ctx.tx().run(LEAD_PLANS, [words(plans.1).into()]).await?;
    ctx.tx().run(TAGS, []).await?;
    let counts = json!({ "users": plan.staff.len(), "clients": plan.clients, "leads": plan.leads });
    ctx.audit("tenant.demo_loaded", "tenant", Some(tenant.id), audit::diff(&json!({}), &counts)).await?;
    ctx.access_changed().await?;
    ctx.commit().await?;
    for entity in ["client", "lead", "partner", "user", "contact", "opportunity", "deal", "activity", "note"] {
        app.counts.touch(tenant.key, entity);
    }
    Ok(())
}

/// Reads what the template made.
async fn facts(tx: &TenantTx, plan: &Blueprint) -> anyhow::Result<Facts> {
    let admin = plan.staff.first().map(|s| s.email(plan.slug)).unwrap_or_default();
    let sql = "select json_build_object(
            'roles', (select json_object_agg(name, id) from roles),
            'client_statuses', (select json_agg(key order by is_default desc, position) from statuses where entity = 'client'),
            'lead_statuses', (select json_agg(key order by is_default desc, position) from statuses where entity = 'lead'),
            'admin', u.id, 'password_hash', u.password_hash)
        from users u where u.email = $1";
    let found: Option<Json> = tx.scalar(sql, [admin.into()]).await?;
    let found = found.ok_or_else(|| anyhow::anyhow!("{} has no administrator", plan.slug))?;
    Ok(serde_json::from_value(found)?)
}

/// A statement and its rows.
type Batch = (&'static str, String);

fn send_all(set: &Dataset, to: &mpsc::Sender<Batch>) -> anyhow::Result<()> {
    send(TEAMS, &set.teams, to)?;
    send(USERS, &set.users, to)?;
    send(LEADERS, &set.teams, to)?;
    send(PARTNERS, &set.partners, to)?;
    send(CLIENTS, &set.clients, to)?;
    send(LEADS, &set.leads, to)?;
    send(STATUSES, &set.statuses, to)?;
    let sales = &set.sales;
    for (sql, rows) in [
        (CONTACTS, &sales.contacts),
        (DEALS, &sales.deals),
        (DEAL_STAGES, &sales.stages),
        (ACTIVITIES, &sales.activities),
        (NOTES, &sales.notes),
        (RATES, &sales.rates),
    ] {
        send(sql, rows, to)?;
    }
    send(AUDIT, &set.audit, to)
}

fn send<T: Serialize>(sql: &'static str, rows: &[T], to: &mpsc::Sender<Batch>) -> anyhow::Result<()> {
    for batch in rows.chunks(BATCH) {
        to.blocking_send((sql, serde_json::to_string(batch)?))?;
    }
    Ok(())
}

/// Brings the planner's knowledge and the search indexes up to date, as autovacuum would within
/// minutes. Only the tables' owner may; the application's login can't become it.
pub async fn tidy(app: &SharedApp, key: TenantKey) -> anyhow::Result<()> {
    let Some(pool) = &app.provision else { return Ok(()) };
    let names = app.names().tenant(key);
    let (owner, schema) = (migrations::quote(&names.owner()), migrations::quote(&names.schema()));
    // A connection that changed its role does not go back.
    let mut conn = pool.acquire().await?.detach();
    conn.execute(AssertSqlSafe(format!("set role {owner}"))).await?;
    let tables = [
        "clients",
        "leads",
        "lead_status_history",
        "audit_log",
        "users",
        "contacts",
        "deals",
        "deal_stages",
        "activities",
        "notes",
    ]
    .map(|t| format!("{schema}.{t}"))
    .join(", ");
    conn.execute(AssertSqlSafe(format!("vacuum (analyze) {tables}"))).await?;
    conn.close().await?;
    Ok(())
}
