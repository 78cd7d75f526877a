//! `brokerdesk isolation prove`: content with an installation that is whole, and not with one in which a
//! single rule is broken the way a bug would break it.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value as Json;
use sqlx::AssertSqlSafe;
use test_kit::World;
use tokio::process::Child;

use crate::kit::{Said, command, free_port, run_in, start_in, until, with};

/// An installation whose API and workers are processes of the real binary.
struct Running {
    world: World,
    url: String,
    log: tempfile::NamedTempFile,
    _children: Vec<Child>,
}

impl Running {
    async fn start() -> Self {
        Self::logging("info").await
    }

    /// With the API's log at this level.
    async fn logging(level: &str) -> Self {
        let world = World::new().await;
        let port = free_port();
        let log = tempfile::NamedTempFile::new().unwrap();
        let listen = format!("127.0.0.1:{port}");
        let mut api = command(&["api"], &with(&world.vars, &[("LISTEN", &listen), ("RUST_LOG", level)]));
        api.env("LOG_FORMAT", "json");
        let append = || Stdio::from(std::fs::OpenOptions::new().append(true).open(log.path()).unwrap());
        let api = api.stdout(append()).stderr(append()).spawn().unwrap();
        let workers = start_in(&world, &["workers"], &[]);
        let url = format!("http://{listen}");
        until("the API to answer", Duration::from_secs(20), async || {
            world.http.get(format!("{url}/ready")).send().await.is_ok_and(|r| r.status().as_u16() == 200)
        })
        .await;
        Self { world, url, log, _children: vec![api, workers] }
    }

    async fn prove(&self, more: &[&str]) -> (Said, Json) {
        self.prove_below(&[], more).await
    }

    /// Calls routes below some paths only: the whole of it is proven once, and takes its time.
    async fn prove_below(&self, paths: &[&str], more: &[&str]) -> (Said, Json) {
        let only = paths.iter().flat_map(|path| ["--only", path]);
        let args: Vec<&str> =
            ["isolation", "prove", "--json", "--url", &self.url].into_iter().chain(only).chain(more.iter().copied()).collect();
        let said = run_in(&self.world, &args, &[]).await;
        let json = serde_json::from_str(&said.out).unwrap_or(Json::Null);
        (said, json)
    }

    async fn sql(&self, text: String) {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&self.world.admin).await.unwrap();
    }

    /// Two tenants that are there before the proof, to break something in them first.
    async fn pair(&self, word: &str) -> [String; 2] {
        let mut schemas = [String::new(), String::new()];
        for (schema, side) in schemas.iter_mut().zip(["a", "b"]) {
            *schema = self.world.broker(&format!("prove-{side}-{word}")).await.tenant().await.key.schema();
        }
        schemas
    }
}

/// The finds, one per line.
fn finds(report: &Json) -> Vec<String> {
    let text = |f: &Json, key: &str| f[key].as_str().unwrap_or_default().to_owned();
    let lines = report["finds"].as_array().into_iter().flatten();
    lines.map(|f| format!("{} | {} | {} | {}", text(f, "surface"), text(f, "route"), text(f, "role"), text(f, "what"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_installation_is_proven_and_left_as_it_was() {
    // The log at its most talkative.
    let running = Running::logging("debug").await;
    let log = running.log.path().to_str().unwrap().to_owned();
    let (said, report) = running.prove(&["--log", &log]).await;
    assert_eq!(finds(&report), Vec::<String>::new());
    assert!(said.ok, "{}\n{}", said.out, said.err);
    // Those of the template, one that sees some fields in clear, and one that may all and sees none.
    assert_eq!(report["roles"], 8);
    // It did look: calls that were answered and things that were checked, on every surface.
    for surface in [
        "records",
        "lists",
        "counts",
        "filters",
        "foreign ids",
        "changes",
        "wrong credentials",
        "platform",
        "pages",
        "exports",
        "calendars",
        "imports",
        "event streams",
    ] {
        let tally = &report["surfaces"][surface];
        assert!(tally["calls"].as_u64() > Some(0) && tally["checks"].as_u64() > Some(0), "{surface}: {report}");
    }
    for surface in ["records", "lists", "counts", "exports"] {
        assert!(report["surfaces"][surface]["accepted"].as_u64() > Some(20), "{surface}: nothing was readable: {report}");
    }
    assert!(report["surfaces"]["logs"]["checks"].as_u64() > Some(500), "the log says nothing: {report}");
    assert!(report["surfaces"]["event streams"]["checks"].as_u64() > Some(100), "too few events: {report}");
    assert_eq!(report["notes"], serde_json::json!([]), "{report}");
    let left: i64 = sqlx::query_scalar("select count(*) from control.tenants where slug like 'prove-%'")
        .fetch_one(&running.world.admin)
        .await
        .unwrap();
    assert_eq!(left, 0, "a tenant stayed behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_on_sign_in_do_not_stop_a_proof() {
    let world = World::with(&[("RATE_SIGNUP", "off"), ("RATE_SIGNIN", "3/m"), ("RATE_PUBLIC", "off")]).await;
    world.start_workers();
    let said = run_in(&world, &["isolation", "prove", "--only", "/api/clients"], &[]).await;
    assert!(said.ok, "{}\n{}", said.out, said.err);
    assert!(said.out.contains("got a session from inside") && said.out.contains("nothing was found"), "{}", said.out);
}

#[tokio::test]
async fn a_proof_that_cannot_run_says_so() {
    let world = World::new().await;
    let said = run_in(&world, &["isolation", "prove", "--url", "http://127.0.0.1:1"], &[]).await;
    assert!(said.err.contains("the proof could not run"), "{}", said.err);
    assert_eq!(said.code, Some(2));
    let left: i64 = sqlx::query_scalar("select count(*) from control.tenants where slug like 'prove-%'")
        .fetch_one(&world.admin)
        .await
        .unwrap();
    assert_eq!(left, 0, "a tenant stayed behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mask_that_lets_values_through_is_found() {
    let running = Running::start().await;
    let [a, _] = running.pair("mask").await;
    let broken = "returns text language sql immutable parallel safe return value";
    running.sql(format!("create or replace function {a}.mask_email(value text) {broken}")).await;
    let (said, report) = running.prove_below(&["/api/clients", "/api/leads"], &["--pair", "mask"]).await;
    let finds = finds(&report);
    assert_eq!(said.code, Some(1), "{finds:?}");
    for route in ["records | GET /api/clients/{id}", "lists | GET /api/clients", "records | GET /api/leads/{id}"] {
        let of = |role: &str| {
            let start = format!("{route} | {role} | ");
            finds.iter().any(|f| f.starts_with(&start) && f.contains(".email in clear, which is masked for the role"))
        };
        assert!(of("Agent") && of("Support"), "{route}: {finds:#?}");
    }
    assert!(
        !finds.iter().any(|f| f.contains("| CRM Manager |") || f.contains("phone") || f.contains("another tenant")),
        "{finds:#?}"
    );
    assert!(!said.out.contains("@"), "the report shows a value: {}", said.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_lands_in_another_tenant_is_found() {
    let running = Running::start().await;
    let [a, b] = running.pair("stray").await;
    running
        .sql(format!(
            "create function public.stray() returns trigger language plpgsql security definer as $$ begin
                 insert into {a}.clients (id, first_name, last_name, email, status)
                     values (gen_random_uuid(), new.first_name, new.last_name, new.email, new.status);
                 return new; end $$;
             create trigger stray after insert on {b}.clients for each row execute function public.stray();
             create function public.stray_field() returns trigger language plpgsql security definer as $$ begin
                 insert into {a}.custom_fields (id, entity, key, label, type)
                     values (gen_random_uuid(), 'client', new.key, new.label, new.type);
                 return new; end $$;
             create trigger stray after insert on {b}.custom_fields for each row execute function public.stray_field()"
        ))
        .await;
    let (said, report) = running.prove_below(&["/api/clients", "/api/custom-fields"], &["--pair", "stray"]).await;
    let finds = finds(&report);
    assert!(!said.ok && !said.killed, "{finds:?}");
    let has = |start: &str, what: &str| finds.iter().any(|f| f.starts_with(start) && f.contains(what));
    assert!(has("lists | GET /api/clients | CRM Manager |", "the email of a client of another tenant"), "{finds:#?}");
    assert!(has("lists | GET /api/clients | key of CRM Manager |", "another tenant"), "{finds:#?}");
    assert!(has("lists | GET /api/custom-fields | Agent |", "the label of a custom field of another tenant"), "{finds:#?}");
    assert!(has("filters | GET /api/clients | Support |", "another tenant"), "{finds:#?}");
    assert!(has("aftermath |", "clients hold something of another tenant"), "{finds:#?}");
    assert!(!has("lists | GET /api/clients | Agent |", ""), "an agent sees only their own: {finds:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_cached_too_long_is_found() {
    let running = Running::start().await;
    let [a, _] = running.pair("stale").await;
    let wide = |scope: &str| {
        format!(
            "update {a}.role_permissions set scope = '{scope}' where permission = 'clients.read'
                 and role_id = (select id from {a}.roles where name = 'Agent')"
        )
    };
    // Modules are on already: that they are switched on would not be noticed either.
    let modules = r#"["clients", "documents", "leads", "partners", "pipeline", "activities"]"#;
    running
        .sql(format!(
            "{}; update {a}.tenant_meta set access_version = access_version + 1;
             insert into {a}.settings (key, value) values ('modules', '{modules}') on conflict (key) do update set value = excluded.value",
            wide("all")
        ))
        .await;
    // The API reads the policy now. Then it is narrowed, and the version forgets to move.
    let host = format!("prove-a-stale.localhost:{}", running.world.port);
    let login = serde_json::json!({ "email": "ada@prove-a-stale.example", "password": test_kit::world::PASSWORD });
    let signed_in = running.world.http.post(format!("{}/api/auth/login", running.url)).header("host", host).json(&login);
    assert_eq!(signed_in.send().await.unwrap().status().as_u16(), 200);
    running
        .sql(format!(
            "{}; create function {a}.stuck() returns trigger language plpgsql as
                 $$ begin new.access_version = old.access_version; return new; end $$;
             create trigger stuck before update on {a}.tenant_meta for each row execute function {a}.stuck()",
            wide("own")
        ))
        .await;
    let (said, report) = running.prove_below(&["/api/clients", "/api/events"], &["--pair", "stale"]).await;
    let finds = finds(&report);
    assert!(!said.ok && !said.killed, "{finds:?}\n{}\n{}", said.out, said.err);
    let has = |start: &str, what: &str| finds.iter().any(|f| f.starts_with(start) && f.contains(what));
    assert!(
        has("records | GET /api/clients/{id} | Agent |", "outside the role's scope is answered (clients.read: own)"),
        "{finds:#?}\n{}",
        said.err
    );
    assert!(has("counts | GET /api/clients | Agent |", "counts clients outside the role's scope"), "{finds:#?}");
    assert!(has("event streams | GET /api/events | Agent |", "the id of a client outside the role's scope"), "{finds:#?}");
    assert!(!finds.iter().any(|f| f.contains("| Support |")), "{finds:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_keeps_clear_values_is_found() {
    let running = Running::start().await;
    let [a, _] = running.pair("past").await;
    running
        .sql(format!(
            "create function {a}.plain() returns trigger language plpgsql as
                 $$ begin new.diff_masked = new.diff; return new; end $$;
             create trigger plain before insert on {a}.audit_log for each row execute function {a}.plain()"
        ))
        .await;
    let (said, report) = running.prove_below(&["/api/clients", "/api/leads", "/api/audit"], &["--pair", "past"]).await;
    let finds = finds(&report);
    assert!(!said.ok && !said.killed, "{finds:?}");
    for area in ["clients", "leads"] {
        let start = format!("records | GET /api/{area}/{{id}}/timeline | Agent | {area}.email in clear");
        assert!(finds.iter().any(|f| f.starts_with(&start)), "{finds:#?}");
    }
    let of_history =
        |f: &String| ["/timeline", "GET /api/audit", "in a file of audit", "/activity"].iter().any(|part| f.contains(part));
    assert!(finds.iter().all(of_history), "{finds:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_tells_an_address_is_found() {
    let running = Running::start().await;
    let [a, _] = running.pair("chatty").await;
    let (admin, log) = (running.world.admin.clone(), running.log.path().to_owned());
    // As if somewhere in the program a line said whom it is about.
    let chatter = tokio::spawn(async move {
        let newest = format!("select email from {a}.clients where email like 'zq%' limit 1");
        loop {
            let email: Option<String> = sqlx::query_scalar(AssertSqlSafe(newest.clone())).fetch_optional(&admin).await.unwrap();
            if let Some(email) = email {
                let mut file = std::fs::OpenOptions::new().append(true).open(&log).unwrap();
                std::io::Write::write_all(&mut file, format!("{{\"message\":\"mailing {email}\"}}\n").as_bytes()).unwrap();
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let log = running.log.path().to_str().unwrap().to_owned();
    let (said, report) = running.prove_below(&["/api/clients"], &["--pair", "chatty", "--log", &log]).await;
    chatter.await.unwrap();
    let finds = finds(&report);
    assert!(!said.ok && finds.iter().all(|f| f.starts_with("logs | ") && f.ends_with("clients.email in the log")), "{finds:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_is_shown_in_clear_is_found_on_every_face() {
    let running = Running::start().await;
    let [a, _] = running.pair("kontakt").await;
    // Of contacts alone, as if whoever wrote their table had forgotten the mask.
    running
        .sql(format!(
            "alter table {a}.contacts alter column email_masked drop expression;
             create function {a}.bare() returns trigger language plpgsql as
                 $$ begin new.email_masked = new.email; return new; end $$;
             create trigger bare before insert or update on {a}.contacts for each row execute function {a}.bare()"
        ))
        .await;
    let (said, report) = running
        .prove_below(&["/api/contacts", "/admin/contacts", "/api/crm/contacts", "/api/exports"], &["--pair", "kontakt"])
        .await;
    let finds = finds(&report);
    assert!(!said.ok && !said.killed, "{finds:?}\n{}", said.err);
    for route in [
        "records | GET /api/contacts/{id}",
        "records | GET /admin/contacts/{id}",
        "records | GET /api/crm/contacts/{id}",
        "lists | GET /api/crm/contacts",
    ] {
        let start = format!("{route} | Agent | contacts.email in clear, which is masked for the role");
        assert!(finds.iter().any(|f| f.starts_with(&start)), "{route}: {finds:#?}");
    }
    let file = |role: &str| {
        finds.iter().any(|f| f.starts_with(&format!("exports | POST /api/exports | {role} | in a file of contacts")))
    };
    assert!(file("Prover masked") && !file("CRM Manager"), "{finds:#?}");
    assert!(finds.iter().all(|f| f.contains("contacts.email")), "{finds:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_others_that_is_answered_is_found() {
    let running = Running::start().await;
    let [a, _] = running.pair("datei").await;
    // Whatever is asked for is everybody's: what tells them apart says that all were asked for by whoever reads.
    running
        .sql(format!(
            "create function {a}.stray() returns trigger language plpgsql security definer as $$ begin
                 insert into {a}.exports select (jsonb_populate_record(new, jsonb_build_object(
                     'id', gen_random_uuid(), 'job_id', null, 'requested_by', u.id, 'status', 'cancelled'))).*
                     from {a}.users u join {a}.roles r on r.id = u.role_id
                     where r.name = 'Team Leader' and u.id <> new.requested_by;
                 return null; end $$;
             create trigger stray after insert on {a}.exports for each row when (pg_trigger_depth() = 0)
                 execute function {a}.stray()"
        ))
        .await;
    let (said, report) = running.prove_below(&["/api/exports"], &["--pair", "datei"]).await;
    let finds = finds(&report);
    assert!(!said.ok && !said.killed, "{finds:?}\n{}", said.err);
    let start = "exports | GET /api/exports | Team Leader | exports of others are listed";
    assert!(finds.iter().any(|f| f.starts_with(start)), "{finds:#?}");
    assert!(finds.iter().all(|f| f.contains("/api/exports") && f.contains("| Team Leader |")), "{finds:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_out_of_scope_on_another_face_is_found() {
    let running = Running::start().await;
    let [a, _] = running.pair("handel").await;
    // A note under a deal that tells the name of another one, as a join that forgot the scope would.
    running
        .sql(format!(
            "create function {a}.gossip() returns trigger language plpgsql security definer as $$ begin
                 new.content = new.content || coalesce((select ' ' || d.name from {a}.deals d
                     where d.kind = 'deal' and d.assigned_to is not null order by d.created_at desc limit 1), '');
                 return new; end $$;
             create trigger gossip before insert on {a}.notes for each row execute function {a}.gossip()"
        ))
        .await;
    let (said, report) = running.prove_below(&["/api/notes", "/admin/notes", "/api/crm"], &["--pair", "handel"]).await;
    let finds = finds(&report);
    assert!(!said.ok && !said.killed, "{finds:?}\n{}", said.err);
    let told = "the name of a deal outside the role's scope (deals.read: none)";
    for route in ["GET /api/notes", "GET /admin/notes"] {
        assert!(finds.iter().any(|f| f.starts_with(&format!("lists | {route} | Support | {told}"))), "{route}: {finds:#?}");
    }
    assert!(finds.iter().all(|f| f.contains("of a deal") || f.contains("name of a file")), "{finds:#?}");
}
