//! The provisioner is killed at every step and ends, started again, in one working tenant.

use std::time::Duration;

use futures::StreamExt as _;
use provisioner::steps::STEPS;
use serde_json::json;
use test_kit::World;
use test_kit::world::PASSWORD;

use crate::kit::{dies, end_leases, number, requeue, run_in, start_in, texts, until};

/// How an administrator comes to the new tenant.
#[derive(Clone, Copy, PartialEq)]
enum Admin {
    Password,
    Invited,
}

async fn create(world: &World, slug: &str, admin: Admin, crash_at: &str) -> crate::kit::Said {
    let email = format!("ada@{slug}.example");
    let args = ["tenant", "create", slug, "--name", "Crash Ltd", "--admin-name", "Ada", "--admin-email", &email];
    let mut more = vec![("BROKERDESK_CRASH_AT", crash_at)];
    if admin == Admin::Password {
        more.push(("ADMIN_PASSWORD", PASSWORD));
    }
    run_in(world, &args, &more).await
}

/// What must be the same for all tenants of a template, however they came to be.
async fn furniture(world: &World, slug: &str) -> Vec<String> {
    let key = number(world, &format!("select key from control.tenants where slug = '{slug}'")).await;
    let schema = kernel::tenant::TenantKey(key).schema();
    let rows = |table: &str| format!("select count(*) from {schema}.{table}");
    let version = migrations::tenant_version();
    let role = kernel::tenant::TenantKey(key);
    let counts = [
        ("ledger", rows("schema_migrations")),
        ("administrators", rows(&format!("users where lower(email) = 'ada@{slug}.example'"))),
        ("users", rows("users")),
        ("roles", rows("roles")),
        ("permissions", rows("role_permissions")),
        ("fields", rows("role_fields")),
        ("statuses", rows("statuses")),
        ("pipelines", rows("pipelines")),
        ("stages", rows("pipeline_stages")),
        ("messages", rows("message_templates")),
        ("settings", rows("settings")),
        ("beginnings", rows("audit_log where action = 'tenant.created'")),
        ("users created", rows("audit_log where action = 'user.created'")),
        ("secrets", format!("select count(*) from control.tenant_secrets where tenant_key = {key}")),
        ("usage", format!("select count(*) from control.tenant_usage where tenant_key = {key}")),
        ("orders", format!("select count(*) from control.provisionings where slug = '{slug}'")),
        (
            "steps done",
            format!(
                "select count(*) from control.provisioning_steps s join control.provisionings p on p.id = s.provisioning_id
                 where p.slug = '{slug}' and s.status = 'done' and s.finished_at is not null and s.error is null"
            ),
        ),
        (
            "active",
            format!(
                "select count(*) from control.tenants where key = {key} and status = 'active' and schema_version = {version}"
            ),
        ),
        (
            "orders done",
            format!(
                "select count(*) from control.provisionings where slug = '{slug}' and status = 'done' and not admin ? 'password_hash'"
            ),
        ),
        ("database roles", format!("select count(*) from pg_roles where rolname like '{}\\_%\\_{role}'", world.app.prefix)),
        (
            "announcements",
            format!(
                "select count(*) from t_000000.audit_log where action = 'tenant.created'
                 and resource_id = (select id from control.tenants where key = {key})"
            ),
        ),
    ];
    let mut found = Vec::new();
    for (what, sql) in counts {
        found.push(format!("{what}: {}", number(world, &sql).await));
    }
    let tenant = world.app.registry.by_slug(slug).await.unwrap().unwrap();
    let marker = world.app.files.get(&format!("{}.tenant", tenant.key.storage_prefix())).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&marker.bytes).contains(&tenant.id.to_string()));
    found
}

/// The tenant does not answer, and the owner sees that it is not ready.
async fn not_visible(world: &World, slug: &str, place: &str) {
    let state = texts(world, "select slug || ' ' || status from control.tenants where status = 'active' and key > 0").await;
    assert!(!state.contains(&format!("{slug} active")), "{place}: half a tenant is active");
    let login = json!({ "email": format!("ada@{slug}.example"), "password": PASSWORD });
    let answer = world.host(slug).post("/api/auth/login", &login).await;
    assert_eq!((answer.status, answer.json["code"].as_str()), (503, Some("tenant_not_ready")), "{place}: {}", answer.text);
}

/// It answers, and its administrator gets in.
async fn works(world: &World, slug: &str, admin: Admin) {
    let api = world.host(slug);
    // The process that made it told ours; that takes a moment.
    until("the address to open", Duration::from_secs(3), async || api.get("/api/branding").await.status == 200).await;
    if admin == Admin::Password {
        let ada = api.sign_in("/api", &format!("ada@{slug}.example"), PASSWORD).await;
        assert_eq!(ada.get("/api/me").await.expect(200)["user"]["role_name"], "CRM Manager");
        ada.get("/api/clients").await.expect(200);
    }
}

/// Kills a creation at both places of some steps and finishes it; each in a tenant of its own.
async fn kill_and_resume(steps: &[&str]) {
    let world = World::new().await;
    let reference = [Admin::Password, Admin::Invited];
    for (n, admin) in reference.into_iter().enumerate() {
        create(&world, &format!("reference-{n}"), admin, "").await.success();
    }
    let expected = [furniture(&world, "reference-0").await, furniture(&world, "reference-1").await];
    let places = steps.iter().flat_map(|step| ["before", "done"].map(|at| (*step, at)));
    let cases: Vec<_> = places.enumerate().collect();
    let one = async |(n, (step, at)): (usize, (&str, &str))| {
        let (slug, place, admin) = (format!("k-{step}-{at}"), format!("provision.{step}.{at}"), reference[n % 2]);
        let died = create(&world, &slug, admin, &place).await;
        assert!(died.killed, "{place}: {died:?}");
        let last = place == "provision.live.done";
        if last {
            // All was done; the address belongs to a finished tenant.
            let told = create(&world, &slug, admin, "").await.failure();
            assert!(told.contains("taken"), "{told}");
        } else {
            not_visible(&world, &slug, &place).await;
            let again = create(&world, &slug, admin, "").await.success();
            assert!(again.contains(&format!("{slug} is ready")), "{again}");
            assert_eq!(again.contains("was done before"), place != "provision.reserve.before", "{place}: {again}");
        }
        works(&world, &slug, admin).await;
        assert_eq!(furniture(&world, &slug).await, expected[n % 2], "{place}");
    };
    futures::stream::iter(cases).for_each_concurrent(2, one).await;

    // One schema each and no more; the platform's own realm is the first.
    let schemas = number(&world, "select count(*) from pg_namespace where nspname like 't\\_%'").await;
    assert_eq!(schemas, i64::try_from(steps.len() * 2 + 3).unwrap());
    // Each invitation leaves once.
    world.drain().await;
    let mut mails: Vec<String> = world.mail.list(None).into_iter().map(|m| m.to).collect();
    mails.sort();
    assert_eq!(mails.len(), steps.len() + 1, "{mails:?}");
    mails.dedup();
    assert_eq!(mails.len(), steps.len() + 1, "{mails:?}");
    let verdicts = run_in(&world, &["tenant", "verify", &format!("k-{}-before", steps[0])], &[]).await.success();
    assert!(verdicts.contains("the audit chain is whole"), "{verdicts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_first_steps_a_creation_is_finished_by_the_next_one() {
    kill_and_resume(&STEPS[..3]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_a_creation_is_finished_by_the_next_one() {
    kill_and_resume(&STEPS[3..6]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_last_steps_a_creation_is_finished_by_the_next_one() {
    kill_and_resume(&STEPS[6..]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_of_the_console_survives_its_workers() {
    let world = World::new().await;
    let owner = world.owner().await;
    let places =
        ["provision.schema.done", "provision.branding.before", "provision.admin.done", "provision.live.done", "job.done.before"];
    let slug = |place: &str| place.replace('.', "-").replace("provision", "w");
    let mut orders = Vec::new();
    for place in places {
        let slug = slug(place);
        let order = json!({
            "slug": slug, "name": "Console Ltd", "source": { "template": "sales-crm" },
            "admin": { "name": "Ada", "email": format!("ada@{slug}.example") },
        });
        let answer = owner.post("/api/platform/tenants", &order).await.expect(202);
        orders.push(answer["provisioning_id"].as_str().unwrap().to_owned());
        // The dead ones keep theirs until the leases end: each takes the newest order, and dies of it.
        dies(start_in(&world, &["workers"], &[("BROKERDESK_CRASH_AT", place)])).await;
        if !place.contains("live") && !place.contains("job") {
            not_visible(&world, &slug, place).await;
            assert_eq!(owner.get(&format!("/api/platform/tenants/{slug}")).await.expect(200)["status"], "provisioning");
        }
    }
    end_leases(&world).await;
    let _workers = start_in(&world, &["workers"], &[]);
    let open = "select count(*) from control.outbox where kind <> 'event' and state <> 'done'";
    until("every order", Duration::from_secs(15), async || number(&world, open).await == 0).await;
    let expected = furniture(&world, &slug(places[0])).await;
    for (place, id) in places.iter().zip(&orders) {
        let slug = slug(place);
        let run = owner.get(&format!("/api/platform/provisionings/{id}")).await.expect(200);
        assert_eq!(run["status"], "done", "{run}");
        works(&world, &slug, Admin::Invited).await;
        assert_eq!(furniture(&world, &slug).await, expected, "{place}");
        // At least once: its worker may have died of another job just when the mail had left.
        let mails = world.mail.list(Some(&format!("ada@{slug}.example"))).len();
        assert!((1..=2).contains(&mails), "{place}: {mails} invitations");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_survives_its_workers() {
    let world = World::new().await;
    let platform = world.platform();
    let form = json!({
        "company": "Acme", "slug": "acme", "name": "Ada", "email": "ada@acme.example", "password": PASSWORD, "template": "forex-broker",
    });
    platform.post("/api/platform/signup", &form).await.expect(202);
    // The verification mail survives the death of the worker that took it.
    dies(start_in(&world, &["workers"], &[("BROKERDESK_CRASH_AT", "job.taken:mail.send")])).await;
    assert!(world.mail.list(None).is_empty());
    requeue(&world).await;
    world.drain().await;
    let link = world.mail.list(Some("ada@acme.example"))[0].links.iter().find(|l| l.contains("token=")).unwrap().clone();
    let token = link.split_once("token=").unwrap().1;
    let started = platform.post("/api/platform/signup/verify", &json!({ "token": token })).await.expect(202);
    let path = format!("/api/platform/provisionings/{}", started["provisioning_id"].as_str().unwrap());
    for (round, place) in
        ["provision.template.before", "provision.secrets.done", "provision.smoke.before"].into_iter().enumerate()
    {
        dies(start_in(&world, &["workers"], &[("BROKERDESK_CRASH_AT", place)])).await;
        let watched = platform.get(&path).await.expect(200);
        assert_eq!(watched["status"], "running", "{place}");
        let done = watched["steps"].as_array().unwrap().iter().filter(|s| s["status"] == "done").count();
        assert!(done >= round * 2, "{place}: {watched}");
        not_visible(&world, "acme", place).await;
        // The sweeper would wait for the lease and then a little longer each time.
        let sql =
            "update control.outbox set state = 'queued', lease_until = null, run_at = now() where state in ('sent', 'running')";
        sqlx::query(sql).execute(&world.admin).await.unwrap();
    }
    let _workers = start_in(&world, &["workers"], &[]);
    until("the CRM", Duration::from_secs(10), async || platform.get(&path).await.json["status"] == "done").await;
    works(&world, "acme", Admin::Password).await;
    until("the welcome", Duration::from_secs(8), async || world.mail.list(Some("ada@acme.example")).len() == 2).await;
}
