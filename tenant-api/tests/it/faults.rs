//! What we depend on breaks under requests and comes back: clear answers meanwhile, recovery without
//! a restart, nothing lost that was acknowledged.

use std::net::{Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::join_all;
use poem::{Endpoint as _, Request, Response};
use reqwest::Method;
use runtime::Rows as _;
use runtime::http::gate::Gate;
use runtime::http::{Caller, Site};
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, Own, Reply, World};

/// Asks again until the answer is yes.
async fn until(what: &str, within: Duration, mut ask: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + within;
    while !ask().await {
        assert!(Instant::now() < deadline, "{what}: not within {within:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Every connection of the application's pool is the application's own again, outside any transaction.
async fn pool_is_clean(world: &World) {
    let mut held = Vec::new();
    for _ in 0..world.app.config.database_pool {
        let mut conn = world.app.control.acquire().await.unwrap();
        let sql = "select current_user::text, current_setting('search_path'), extract(epoch from now())::float8";
        let (user, path, first): (String, String, f64) = sqlx::query_as(sql).fetch_one(&mut *conn).await.unwrap();
        assert_eq!((user, path), (world.app.names().app(), "\"$user\", public".to_owned()));
        let second: (String, String, f64) = sqlx::query_as(sql).fetch_one(&mut *conn).await.unwrap();
        assert!(first < second.2, "the clock stands still: a transaction is open");
        held.push(conn);
    }
}

/// 503 in the one shape, with an invitation to come back.
fn unavailable(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert!(reply.header("retry-after").is_some_and(|v| v.parse::<u64>().is_ok_and(|s| s > 0)), "{:?}", reply.headers);
    assert!(matches!(reply.json["code"].as_str(), Some("database_unavailable" | "busy")), "{}", reply.text);
    assert!(reply.json["data"]["request_id"].is_string(), "{}", reply.text);
}

/// What the requests of an outage came to.
#[derive(Default)]
struct Load {
    stop: AtomicBool,
    /// When each request was answered, with its status.
    answers: Mutex<Vec<(Instant, u16)>>,
}

impl Load {
    fn note(&self, reply: &Reply) {
        self.answers.lock().unwrap().push((Instant::now(), reply.status));
    }

    fn running(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    fn since(&self, from: Instant) -> Vec<(Duration, u16)> {
        let all = self.answers.lock().unwrap();
        all.iter().filter(|(at, _)| *at > from).map(|(at, status)| (*at - from, *status)).collect()
    }

    /// Creates clients one after another, each until it is acknowledged; how many that were.
    async fn write(&self, api: &Api<'_>, writer: usize) -> usize {
        let mut acknowledged = 0;
        while self.running() {
            let email = format!("w{writer}-{acknowledged}@example.com");
            let body = json!({ "first_name": "W", "last_name": "R", "email": email });
            let api = api.clone().with("idempotency-key", &email);
            loop {
                let reply = api.post("/api/clients", &body).await;
                self.note(&reply);
                if reply.status == 201 {
                    break;
                }
                unavailable(&reply);
            }
            acknowledged += 1;
        }
        acknowledged
    }

    async fn read(&self, api: &Api<'_>) {
        while self.running() {
            let reply = api.get("/api/clients?limit=5").await;
            self.note(&reply);
            if reply.status != 200 {
                unavailable(&reply);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_may_crash_and_be_gone_under_requests() {
    let world = World::with_own_servers(Own::All, &[]).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let load = Load::default();
    let outages = async {
        until("writes before the crash", Duration::from_secs(10), async || {
            load.since(Instant::now() - Duration::from_secs(60)).len() > 20
        })
        .await;
        // A crash that is over at once, then one that takes a while.
        for gone in [Duration::ZERO, Duration::from_secs(3)] {
            let mut servers = world.servers.lock().await;
            servers.crash_postgres().await;
            tokio::time::sleep(gone).await;
            let back = Instant::now();
            servers.start_postgres().await;
            let started = Instant::now();
            until("answers after the crash", Duration::from_secs(8), async || load.since(started).len() > 60).await;
            let answers = load.since(back);
            let first = answers.iter().find(|(_, status)| *status < 300).unwrap().0;
            let last_failure = answers.iter().rev().find(|(_, status)| *status >= 500).map(|(at, _)| *at);
            assert!(first < started - back + Duration::from_secs(2), "the first good answer came after {first:?}");
            let recovered = started - back + Duration::from_millis(500);
            assert!(
                last_failure.is_none_or(|at| at < recovered),
                "failures up to {last_failure:?}, started at {:?}",
                started - back
            );
        }
        load.stop.store(true, Ordering::Relaxed);
    };
    let (acknowledged, _, ()) =
        tokio::join!(join_all((0..4).map(|n| load.write(&manager, n))), join_all((0..2).map(|_| load.read(&manager))), outages);
    // Everything that was acknowledged is there, once, and nothing besides.
    let total: usize = acknowledged.iter().sum();
    assert_eq!(manager.get("/api/clients").await.expect(200)["total"], total);
    let trail: Option<i64> =
        broker.tx().await.scalar("select count(*) from audit_log where action = 'client.created'", []).await.unwrap();
    assert_eq!(trail, i64::try_from(total).ok(), "each with its audit row");
    pool_is_clean(&world).await;
    world.drain().await;
    assert!(provisioner::commands::tenant_verify(&world.app, "acme").await.unwrap().ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_away_the_answer_is_503_and_then_all_is_well() {
    let world = World::with_own_servers(Own::All, &[]).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    world.servers.lock().await.crash_postgres().await;
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" });
    let (nobody, owner) = (broker.nobody(), world.platform());
    let login = json!({ "email": "ada@acme.example", "password": "whatever it is" });
    let (list, create, sign_in, platform, form, health, ready) = tokio::join!(
        manager.get("/api/clients"),
        manager.post("/api/clients", &body),
        nobody.post("/api/auth/login", &login),
        owner.post("/api/platform/auth/login", &login),
        nobody.post("/api/public/leads", &body),
        nobody.get("/health"),
        nobody.get("/ready"),
    );
    for reply in [list, create, sign_in, platform, form] {
        unavailable(&reply);
    }
    health.expect(200);
    assert_eq!(ready.expect(503)["database"], "unavailable");
    world.servers.lock().await.start_postgres().await;
    manager.post("/api/clients", &body).await.expect(201);
    broker.manager().await.get("/api/me").await.expect(200);
    nobody.get("/ready").await.expect(200);

    // A restart while nobody calls costs no request: every connection of the pool lies idle and dies.
    for reply in join_all((0..40).map(|_| manager.get("/api/clients"))).await {
        reply.expect(200);
    }
    join_all((0..6).map(|_| sqlx::query("select pg_sleep(0.2)").execute(&world.app.control))).await;
    // They come back a moment after their work is done.
    for _ in 0..100 {
        if world.app.control.num_idle() > 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(world.app.control.num_idle() > 3);
    let mut servers = world.servers.lock().await;
    servers.crash_postgres().await;
    servers.start_postgres().await;
    for n in 0..10 {
        let body = json!({ "first_name": "Q", "last_name": "R", "email": format!("q{n}@example.com") });
        manager.post("/api/clients", &body).await.expect(201);
        // What the registry knows is asked anew now and then, too.
        world.app.registry.forget(broker.tenant().await.key, "acme").await;
        manager.get("/api/clients").await.expect(200);
    }
    pool_is_clean(&world).await;
}

/// Invites a user; the mail is a job.
async fn invite(api: &Api<'_>, email: &str) {
    api.post("/api/users", &json!({ "email": email, "name": "New Agent", "role": "Agent" })).await.expect(201);
}

/// Nothing waits in the outbox any more, and nothing is dead.
async fn all_done(world: &World) -> bool {
    let open: i64 =
        sqlx::query_scalar("select count(*) from control.outbox where state <> 'done'").fetch_one(&world.admin).await.unwrap();
    open == 0
}

async fn create_lead(api: &Api<'_>, email: &str) -> Reply {
    api.post("/api/leads", &json!({ "first_name": "L", "last_name": "E", "email": email })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_be_gone_and_come_back_empty() {
    let world = World::with_own_servers(Own::Redis, &[]).await;
    world.start_workers();
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    invite(&manager, "before@acme.example").await;
    until("the first mail", Duration::from_secs(5), async || world.mail.list(None).len() == 1).await;

    let open_screen = manager.request(Method::GET, "/api/events").send().await.unwrap();
    let mut servers = world.servers.lock().await;
    servers.kill_redis().await;
    for round in 0..3 {
        let started = Instant::now();
        let again = broker.manager().await;
        again.get("/api/clients").await.expect(200);
        let client = json!({ "first_name": "C", "last_name": "L", "email": format!("c{round}@example.com") });
        again.post("/api/clients", &client).await.expect(201);
        create_lead(&again, &format!("l{round}@example.com")).await.expect(201);
        invite(&again, &format!("gone{round}@acme.example")).await;
        assert!(started.elapsed() < Duration::from_secs(4), "five requests took {:?}", started.elapsed());
    }
    let ready = manager.get("/ready").await.expect(503);
    assert_eq!((ready["database"].as_str(), ready["redis"].as_str()), (Some("ok"), Some("unavailable")));
    manager.get("/health").await.expect(200);
    assert_eq!(world.mail.list(None).len(), 1, "mails leave through the queue");

    servers.start_redis();
    until("the mails of the outage", Duration::from_secs(12), async || {
        world.mail.list(None).len() == 4 && all_done(&world).await
    })
    .await;
    manager.get("/ready").await.expect(200);
    // An open screen can't know what it missed: its stream ends, and it comes back to be told.
    tokio::time::timeout(Duration::from_secs(5), open_screen.text()).await.expect("the old stream stays open").unwrap();
    let back = manager.clone().with("last-event-id", "1-0");
    let events = back.follow("/api/events", 9, 5, async {}).await;
    let leads = events.iter().filter(|(name, _)| name == "lead.created").count();
    assert_eq!(leads, 3, "{events:?}");
    // And live again.
    let events =
        manager.follow("/api/events", 1, 8, async { _ = create_lead(&manager, "after@example.com").await.expect(201) }).await;
    assert_eq!(events[0].0, "lead.created", "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_may_be_emptied_at_any_time() {
    let world = World::with_own_servers(Own::Redis, &[]).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    world.start_workers();
    let stream = manager.request(Method::GET, "/api/events").send().await.unwrap();
    let flush = async || redis::cmd("FLUSHALL").query_async::<()>(&mut world.app.redis.clone()).await.unwrap();
    for n in 0..30 {
        invite(&manager, &format!("agent{n}@acme.example")).await;
        if n % 7 == 3 {
            flush().await;
        }
    }
    flush().await;
    until("every mail", Duration::from_secs(14), async || all_done(&world).await).await;
    let mut to: Vec<String> = world.mail.list(None).into_iter().map(|m| m.to).collect();
    to.sort();
    to.dedup();
    assert_eq!((to.len(), world.mail.list(None).len()), (30, 30), "each mail once");
    drop(stream);
}

#[tokio::test]
async fn the_doors_stay_guarded_without_redis() {
    let limits = [("RATE_PUBLIC", "3/d"), ("RATE_SIGNIN", "4/d")];
    let world = World::with_own_servers(Own::Redis, &limits).await;
    let nobody = world.broker("acme").await.nobody();
    world.servers.lock().await.kill_redis().await;
    let lead = |n: usize| json!({ "first_name": "L", "last_name": "E", "email": format!("l{n}@example.com") });
    for n in 0..3 {
        nobody.post("/api/public/leads", &lead(n)).await.expect(201);
    }
    let refused = nobody.post("/api/public/leads", &lead(3)).await;
    assert!(refused.header("retry-after").is_some());
    refused.refused(429, "rate_limited");
    // Another account each time: it is the address that is counted here.
    let login = |n: usize| json!({ "email": format!("nobody{n}@acme.example"), "password": "not the password" });
    for n in 0..4 {
        nobody.post("/api/auth/login", &login(n)).await.expect(401);
    }
    nobody.post("/api/auth/login", &login(4)).await.refused(429, "rate_limited");
}

/// Cancels what waits for a lock in this world's database, as a statement timeout would.
async fn cancel_waiting(world: &World) -> i64 {
    let sql = "select count(pg_cancel_backend(pid)) from pg_stat_activity
               where datname = current_database() and wait_event_type = 'Lock'";
    sqlx::query_scalar(sql).fetch_one(&world.admin).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_take_too_long_use_up_the_pool_and_nothing_else() {
    let off = [("RATE_SIGNIN", "off"), ("RATE_PUBLIC", "off"), ("DATABASE_POOL", "2")];
    let world = World::with(&off).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    let schema = broker.tenant().await.key.schema();
    let mut lock = world.admin.begin().await.unwrap();
    let sql = format!("lock table {schema}.clients in access exclusive mode");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *lock).await.unwrap();
    let slow = async || manager.get("/api/clients").await;
    let outside = async {
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        until("both connections to hang", Duration::from_secs(5), async || {
            sqlx::query_scalar::<_, i64>(waiting).fetch_one(&world.admin).await.unwrap() == 2
        })
        .await;
        let started = Instant::now();
        let (third, health, ready) = tokio::join!(manager.get("/api/leads"), manager.get("/health"), manager.get("/ready"));
        unavailable(&third);
        health.expect(200);
        assert_eq!(ready.expect(503)["database"], "unavailable");
        assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
        assert_eq!(cancel_waiting(&world).await, 2);
    };
    let (one, two, ()) = tokio::join!(slow(), slow(), outside);
    for reply in [one, two] {
        unavailable(&reply);
    }
    lock.rollback().await.unwrap();
    manager.get("/api/clients").await.expect(200);
    manager.get("/ready").await.expect(200);
    pool_is_clean(&world).await;
}

#[tokio::test]
async fn without_the_file_store_everything_else_goes_on() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    manager.get("/ready").await.expect(200);
    manager.get("/api/branding/logo").await.refused(404, "not_found");
    world.stop_s3().await;
    let ready = manager.get("/ready").await.expect(503);
    let words = ["database", "redis", "storage"].map(|part| ready[part].as_str().unwrap_or_default().to_owned());
    assert_eq!(words, ["ok", "ok", "unavailable"]);
    let logo = manager.get("/api/branding/logo").await;
    assert!(logo.header("retry-after").is_some(), "{:?}", logo.headers);
    assert_eq!(logo.status, 503, "{}", logo.text);
    manager.get("/api/branding").await.expect(200);
    create_lead(&manager, "l@example.com").await.expect(201);
    world.start_s3().await;
    manager.get("/ready").await.expect(200);
    manager.get("/api/branding/logo").await.refused(404, "not_found");
}

/// Listens at `port` and passes everything on: the mail server is back.
async fn forward(port: u16, to: SocketAddr) {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut to = tokio::net::TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            });
        }
    });
}

/// The jobs of a status.
async fn jobs(api: &Api<'_>, status: &str) -> Vec<Json> {
    api.get(&format!("/api/jobs?status={status}")).await.expect(200)["data"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_waits_for_its_server_and_a_dead_letter_can_be_sent_again() {
    let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let url = format!("smtp://127.0.0.1:{port}");
    let world = World::with(&[("SMTP_URL", &url), ("RATE_SIGNIN", "off")]).await;
    let broker = world.broker("acme").await;
    let manager = broker.manager().await;
    world.start_workers();
    invite(&manager, "waits@acme.example").await;
    invite(&manager, "dies@acme.example").await;
    // One of them has only one attempt.
    let sql = "update control.outbox set max_attempts = 1 where id = (select max(id::text)::uuid from control.outbox where kind = 'mail.send')";
    sqlx::query(sql).execute(&world.admin).await.unwrap();
    until("the dead letter", Duration::from_secs(10), async || !jobs(&manager, "failed").await.is_empty()).await;
    let dead = jobs(&manager, "failed").await.remove(0);
    assert_eq!((dead["dead"].as_bool(), dead["kind"].as_str()), (Some(true), Some("mail.send")), "{dead}");
    let said = dead["error"].as_str().unwrap();
    assert!(!said.is_empty() && !said.contains("dies@acme"), "{said}");
    let open = jobs(&manager, "queued,running").await;
    assert!(open.len() == 1 && open[0]["attempts"].as_i64().unwrap() >= 1 && open[0]["error"].is_string(), "{open:?}");
    assert!(world.mail.list(None).is_empty());

    forward(port, world.mail.addr()).await;
    manager.post(&format!("/api/jobs/{}/retry", dead["id"].as_str().unwrap()), &json!({})).await.expect(202);
    until("both mails", Duration::from_secs(12), async || world.mail.list(None).len() == 2).await;
    until("both done", Duration::from_secs(5), async || jobs(&manager, "done").await.len() == 2).await;
    for to in ["waits@acme.example", "dies@acme.example"] {
        assert_eq!(world.mail.list(Some(to)).len(), 1);
    }
}

async fn fall_over(req: Request) -> poem::Result<Response> {
    let caller = Caller::of(&req).unwrap();
    let Site::Tenant(tenant) = &caller.site else { unreachable!() };
    let tx = caller.app.db.begin(tenant, kernel::tenant::ViewClass::FULL, runtime::db::Mode::Write).await.unwrap();
    tx.run("insert into settings (key, value) values ('half', '1')", []).await.unwrap();
    panic!("a handler fell over in the middle of a transaction");
}

#[tokio::test]
async fn a_handler_that_panics_is_answered_and_leaves_nothing_behind() {
    let world = World::with(&[("RATE_SIGNIN", "off"), ("DATABASE_POOL", "1")]).await;
    let broker = world.broker("acme").await;
    let gate = Gate::new(world.app.clone(), poem::endpoint::make(fall_over), Arc::new(|_, _| Response::default()));
    for n in 0..5 {
        let id = format!("request-{n}");
        let request = Request::builder()
            .uri_str("/api/clients")
            .header("host", format!("acme.localhost:{}", world.port))
            .header("x-request-id", &id)
            .finish();
        let answered = AssertUnwindSafe(gate.call(request)).catch_unwind().await.unwrap().unwrap();
        assert_eq!(answered.status().as_u16(), 500);
        assert_eq!(answered.headers()["content-type"], "application/json; charset=utf-8");
        assert!(answered.headers().contains_key("content-security-policy"));
        let body: Json = serde_json::from_str(&answered.into_body().into_string().await.unwrap()).unwrap();
        assert_eq!((body["code"].as_str(), body["data"]["request_id"].as_str()), (Some("internal"), Some(id.as_str())));
        assert!(!body.to_string().contains("fell over"), "{body}");
    }
    pool_is_clean(&world).await;
    let kept: Option<i64> = broker.tx().await.scalar("select count(*) from settings where key = 'half'", []).await.unwrap();
    assert_eq!(kept, Some(0));
}

#[tokio::test]
async fn a_broker_is_unaffected_by_requests_that_were_given_up() {
    let world = World::with(&[("RATE_SIGNIN", "off"), ("DATABASE_POOL", "3")]).await;
    let broker: Broker<'_> = world.broker("acme").await;
    let manager = broker.manager().await;
    // Browsers that close the tab: the request is dropped at any moment.
    for n in 0..120_u64 {
        let body = json!({ "first_name": "G", "last_name": "U", "email": format!("g{n}@example.com") });
        let request = manager.request(Method::POST, "/api/clients").json(&body).send();
        let _ = tokio::time::timeout(Duration::from_micros(n * 97 % 9_000), request).await;
    }
    until("the last of them to end", Duration::from_secs(5), async || {
        world.app.control.num_idle() == world.app.control.size() as usize
    })
    .await;
    pool_is_clean(&world).await;
    let total = manager.get("/api/clients").await.expect(200)["total"].as_i64();
    let trail: Option<i64> =
        broker.tx().await.scalar("select count(*) from audit_log where action = 'client.created'", []).await.unwrap();
    assert_eq!(total, trail, "a client and its audit row are kept together");
}
