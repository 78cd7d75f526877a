//! Leaks planted in the running system. Each test breaks one thing behind the product's back and asks
//! that the same eyes which found nothing before find it, and on which surfaces.

use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, World};

use super::findings::Findings;
use super::{Actors, actors, events};

/// Runs statements as the owner of the database, in the schema of the tenant (`{s}`).
async fn doctor(world: &World, broker: &Broker<'_>, sql: &str) {
    let sql = sql.replace("{s}", &broker.tenant().await.key.schema());
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
}

/// What an agent's eyes find, who sees their own clients with contact data masked.
async fn looked(world: &World, broker: &Broker<'_>, everybody: &Actors<'_>) -> Findings {
    let mut findings = Findings::default();
    everybody.eyes(0, world, broker, &mut findings).await.around().await;
    findings
}

async fn agents<'w>(world: &'w World, broker: &Broker<'w>) -> Actors<'w> {
    let everybody = actors(world, broker, &["Agent".to_owned(), "Agent".to_owned()], 0).await;
    looked(world, broker, &everybody).await.assert_clean(200);
    everybody
}

#[tokio::test]
async fn a_mask_that_masks_nothing_is_found_wherever_it_shows() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let everybody = agents(&world, &broker).await;
    let identity =
        "create or replace function {s}.mask_email(value text) returns text language sql immutable parallel safe return value;
                    update {s}.clients set email = email; update {s}.leads set email = email;";
    doctor(&world, &broker, identity).await;
    let findings = looked(&world, &broker, &everybody).await;
    findings.assert_found_on(&["list", "detail", "sort", "search", "filter", "route"]);
    assert!(findings.found.iter().all(|f| f.text.contains("email")), "nothing but e-mail leaks: {:#?}", findings.found);
}

#[tokio::test]
async fn a_search_over_clear_values_is_found() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let everybody = agents(&world, &broker).await;
    let clear = "alter table {s}.clients alter column search_name drop expression;
                 update {s}.clients set search_name = search_all;";
    doctor(&world, &broker, clear).await;
    let findings = looked(&world, &broker, &everybody).await;
    findings.assert_found_on(&["search"]);
    assert!(findings.found.iter().all(|f| f.surface == "search"), "only the search tells: {:#?}", findings.found);
}

/// What the process keeps of the policy is wider than what its rows say.
async fn widen(world: &World, broker: &Broker<'_>, wide: &str, narrow: &str, api: &Api<'_>) {
    let access = "update {s}.tenant_meta set access_version = access_version + 1;";
    doctor(world, broker, &format!("{wide} {access}")).await;
    world.app.access.mark_stale(broker.tenant().await.key).await;
    api.get("/api/me").await.expect(200);
    // Put back without a word: the copy stays.
    doctor(world, broker, narrow).await;
}

#[tokio::test]
async fn a_scope_that_reaches_too_far_is_found_on_every_surface() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let everybody = agents(&world, &broker).await;
    // Whoever signs in moves the version.
    let manager = broker.manager().await;
    let keep = "create table public.kept as select * from {s}.role_permissions;";
    let wide = format!(
        "{keep} update {{s}}.role_permissions set scope = 'all' where permission in ('clients.read', 'leads.read', 'dashboard.read');"
    );
    let narrow = "update {s}.role_permissions p set scope = k.scope from public.kept k
                  where k.role_id = p.role_id and k.permission = p.permission;";
    widen(&world, &broker, &wide, narrow, &everybody.apis[0].1).await;
    let findings = looked(&world, &broker, &everybody).await;
    findings.assert_found_on(&["list", "count", "detail", "timeline", "search", "filter", "sort", "group", "route", "stranger"]);

    let mut findings = Findings::default();
    world.start_workers();
    let (oracle, api) = &everybody.apis[0];
    let mut oracle = oracle.clone();
    oracle.refresh(&world, &broker).await;
    events::follow(&oracle, api, &manager, &mut findings).await;
    findings.assert_found_on(&["events"]);
}

#[tokio::test]
async fn a_level_that_is_too_open_is_found() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let everybody = agents(&world, &broker).await;
    let wide = "create table public.kept as select * from {s}.role_fields; update {s}.role_fields set level = 'full';";
    let narrow = "update {s}.role_fields f set level = k.level from public.kept k
                  where k.role_id = f.role_id and k.field = f.field;";
    widen(&world, &broker, wide, narrow, &everybody.apis[0].1).await;
    let findings = looked(&world, &broker, &everybody).await;
    findings.assert_found_on(&["list", "detail", "sort", "search", "filter", "route"]);
}

#[tokio::test]
async fn what_leaves_with_more_than_it_may_is_found_wherever_it_goes() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let everybody = actors(&world, &broker, &["Team Leader".to_owned()], 0).await;
    let manager = broker.manager().await;
    let away = async || {
        let mut findings = Findings::default();
        everybody.eyes(0, &world, &broker, &mut findings).await.taken_away(&world, &broker, &manager).await;
        findings
    };
    away().await.assert_clean(20);
    let wide = "create table public.kept as select * from {s}.role_permissions;
                update {s}.role_permissions set scope = 'all';
                insert into {s}.role_permissions select r.id, 'exports.pii', 'all' from {s}.roles r on conflict do nothing;";
    let narrow = "delete from {s}.role_permissions; insert into {s}.role_permissions select * from public.kept;";
    widen(&world, &broker, wide, narrow, &everybody.apis[0].1).await;
    away().await.assert_found_on(&["export", "calendar", "figure", "list"]);
}

#[tokio::test]
async fn an_event_that_anybody_may_read_is_found() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let everybody = agents(&world, &broker).await;
    let (oracle, api) = &everybody.apis[0];
    let manager = broker.manager().await;
    world.start_workers();
    let mut findings = Findings::default();
    events::follow(oracle, api, &manager, &mut findings).await;
    findings.assert_clean(1);
    // Every event is written as if it were about a record of the agent's.
    let trigger = format!(
        "create function public.readable() returns trigger language plpgsql as $$ begin
             new.payload := jsonb_set(new.payload, '{{owners}}', to_jsonb(array['{}'])); return new; end $$;
         create trigger readable before insert on control.outbox for each row when (new.kind = 'event')
             execute function public.readable();",
        oracle.user
    );
    doctor(&world, &broker, &trigger).await;
    events::follow(oracle, api, &manager, &mut findings).await;
    findings.assert_found_on(&["events"]);
}

#[tokio::test]
async fn a_log_that_keeps_clear_values_is_found_on_the_timeline() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let everybody = agents(&world, &broker).await;
    let (oracle, _) = &everybody.apis[0];
    let mine = oracle.visible("client")[0];
    let path = format!("/api/clients/{}", mine.id);
    let email = format!("{}@{}.com", super::word(), super::word());
    broker.manager().await.patch(&path, &serde_json::json!({ "email": email })).await.expect(200);
    looked(&world, &broker, &everybody).await.assert_clean(200);
    doctor(&world, &broker, "update {s}.audit_log set diff_masked = diff;").await;
    let findings = looked(&world, &broker, &everybody).await;
    findings.assert_found_on(&["timeline", "route"]);
}
