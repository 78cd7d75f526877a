//! The platform owner and their tenants, through HTTP.

use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::world::PASSWORD;
use test_kit::{Api, World};

use crate::mails;

fn order(slug: &str, source: Json) -> Json {
    json!({
        "slug": slug, "name": format!("{slug} Ltd"), "source": source,
        "admin": { "name": "Ada Byron", "email": format!("ada@{slug}.example") },
    })
}

async fn texts(world: &World, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&world.admin).await.unwrap()
}

/// The first administrator of an ordered tenant, who accepts the invitation.
async fn administrator<'w>(world: &'w World, slug: &str) -> Api<'w> {
    let email = format!("ada@{slug}.example");
    let token = mails::token(world, &email, "invitation").await;
    let body = json!({ "token": token, "password": PASSWORD });
    world.host(slug).post("/api/invitations/accept", &body).await.expect(200);
    world.host(slug).sign_in("/api", &email, PASSWORD).await
}

#[tokio::test]
async fn the_list_of_tenants() {
    let world = World::new().await;
    let owner = world.owner().await;
    let acme = world.broker("acme").await;
    world.broker_from("northwind", "sales-crm").await;
    world.broker("ember").await;
    owner.patch("/api/platform/tenants/ember", &json!({ "status": "suspended", "name": "Zeta 100%" })).await.expect(200);
    let manager = acme.manager().await;
    acme.user("Anna", "Agent", None).await;
    for n in 0..3 {
        let body = json!({ "first_name": "C", "last_name": n.to_string(), "email": format!("c{n}@example.com") });
        let client = manager.post("/api/clients", &body).await.expect(201);
        if n == 0 {
            manager.delete(&format!("/api/clients/{}", client["id"].as_str().unwrap())).await.expect(204);
        }
    }
    let slugs = async |query: &str| -> Vec<String> {
        let list = owner.get(&format!("/api/platform/tenants?{query}")).await.expect(200);
        let rows = list["data"].as_array().unwrap();
        assert_eq!(list["total"], rows.len(), "{query}");
        rows.iter().map(|t| t["slug"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(slugs("").await, ["ember", "northwind", "acme"], "newest first, the platform's own realm is none");
    assert_eq!(slugs("sort=created_at").await, ["acme", "northwind", "ember"]);
    assert_eq!(slugs("sort=name").await, ["acme", "northwind", "ember"]);
    assert_eq!(slugs("sort=-name&status=active,suspended").await, ["ember", "northwind", "acme"]);
    assert_eq!(slugs("status=suspended").await, ["ember"]);
    assert_eq!(slugs("search=ZETA").await, ["ember"]);
    assert_eq!(slugs("search=ltd north").await, ["northwind"]);
    assert_eq!(slugs("search=100%25").await, ["ember"]);
    assert_eq!(slugs("search=_").await, Vec::<String>::new());
    let page = owner.get("/api/platform/tenants?limit=2&sort=name").await.expect(200);
    assert_eq!((page["total"].as_u64(), page["total_pages"].as_u64()), (Some(3), Some(2)));
    let next = format!("limit=2&sort=name&cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = owner.get(&format!("/api/platform/tenants?{next}")).await.expect(200);
    assert_eq!((rest["data"][0]["slug"].as_str(), &rest["next_cursor"]), (Some("ember"), &Json::Null));
    for bad in ["status=odd", "sort=users", "limit=0", "cursor=!!"] {
        owner.get(&format!("/api/platform/tenants?{bad}")).await.refused(422, "validation_failed");
    }

    let one = owner.get("/api/platform/tenants/acme").await.expect(200);
    assert_eq!((one["users"].as_i64(), one["clients"].as_i64()), (Some(2), Some(2)), "{one}");
    assert_eq!((one["template"].as_str(), one["status"].as_str()), (Some("forex-broker"), Some("active")));
    assert_eq!(one["url"], format!("http://acme.localhost:{}", world.port));
    assert!(one["storage_bytes"].as_i64().unwrap() > 0 && one["last_active_at"].is_string(), "{one}");
    // Some seventy tables with their indexes.
    assert!((1_000_000..100_000_000).contains(&one["database_bytes"].as_i64().unwrap()), "{one}");
    owner.get("/api/platform/tenants/nobody").await.refused(404, "not_found");
    owner.get("/api/platform/tenants/platform").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_tenant_from_a_template() {
    let world = World::new().await;
    world.start_workers();
    let owner = world.owner().await;
    let mut body = order("acme", json!({ "template": "partner-network" }));
    body["branding"] = json!({ "primary": "#123456" });
    let started = owner.post("/api/platform/tenants", &body).await.expect(202);
    let path = format!("/api/platform/provisionings/{}", started["provisioning_id"].as_str().unwrap());
    world.platform().get(&path).await.refused(401, "unauthenticated");
    world.platform().get(&format!("{path}/events")).await.refused(401, "unauthenticated");
    let events = owner.follow(&format!("{path}/events"), usize::MAX, 9, async {}).await;
    assert_eq!(events.last().unwrap().1["status"], "done");
    owner.post("/api/platform/tenants", &body).await.refused(409, "slug_taken");

    let token = mails::token_by_workers(&world, "ada@acme.example", "invitation").await;
    let host = world.host("acme");
    host.post("/api/auth/login", &json!({ "email": "ada@acme.example", "password": "" })).await.expect(422);
    host.post("/api/invitations/accept", &json!({ "token": token, "password": PASSWORD })).await.expect(200);
    let ada = host.sign_in("/api", "ada@acme.example", PASSWORD).await;
    assert_eq!(ada.get("/api/me").await.expect(200)["user"]["role_name"], "CRM Manager");
    assert_eq!(ada.get("/api/branding").await.expect(200)["primary"], "#123456");
    let row = owner.get("/api/platform/tenants/acme").await.expect(200);
    assert_eq!(
        (row["template"].as_str(), row["provisioning_id"].as_str()),
        (Some("partner-network"), started["provisioning_id"].as_str())
    );

    let told = owner.post("/api/platform/tenants", &json!({ "slug": "www" })).await.refused(422, "slug_reserved");
    let named: Vec<&String> = told["data"]["fields"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["admin.email", "admin.name", "name", "slug", "source"]);
    for (source, field) in [
        (json!({ "template": "nonsense" }), "source.template"),
        (json!({ "tenant": "nobody" }), "source.tenant"),
        (json!({ "tenant": "platform" }), "source.tenant"),
        (json!({ "tenant": "acme", "include": "odd" }), "source.include"),
        (json!({ "tenant": "acme", "template": "sales-crm" }), "source"),
    ] {
        let told = owner.post("/api/platform/tenants", &order("beta", source)).await.refused(422, "validation_failed");
        assert!(told["data"]["fields"][field].is_array(), "{field}: {told}");
    }
    for include in ["all", "sample"] {
        let source = json!({ "tenant": "acme", "include": include });
        owner.post("/api/platform/tenants", &order("beta", source)).await.refused(422, "include_unavailable");
    }
    assert_eq!(owner.get("/api/platform/tenants").await.expect(200)["total"], 1);
}

/// Takes away what may differ between a tenant and its copy.
fn comparable(list: &Json) -> Vec<Json> {
    let rows = list["data"].as_array().unwrap().iter().cloned().map(|mut row| {
        for key in ["id", "users", "parent_id", "leader_id", "leader_name", "members", "created_at", "updated_at"] {
            row.as_object_mut().unwrap().remove(key);
        }
        row
    });
    rows.collect()
}

/// Settings that a clone does not take over: credentials, and what lets people in or speaks for them.
const LEFT_BEHIND: &str =
    "array['webhook.secret', 'address_allow_list', 'mail_from_name', 'mail_reply_to', 'mail_footer', 'captcha_provider',
    'captcha_site_key', 'captcha_difficulty', 'registration_team', 'registration_owner']";

#[tokio::test]
async fn a_clone_works_the_same_and_knows_nobody() {
    let world = World::new().await;
    let owner = world.owner().await;
    let source = world.broker("acme").await;
    let manager = source.manager().await;
    let sales = manager.post("/api/teams", &json!({ "name": "Sales" })).await.expect(201);
    manager.post("/api/teams", &json!({ "name": "Desk", "parent_id": sales["id"] })).await.expect(201);
    let agent = source.user("Anna", "Agent", None).await;
    let person = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com", "assigned_to": agent });
    manager.post("/api/clients", &person).await.expect(201);
    manager.post("/api/leads", &person).await.expect(201);
    manager.post("/api/partners", &json!({ "name": "P", "email": "p@partner.example" })).await.expect(201);
    // What the broker made its own.
    sqlx::raw_sql(
        "update t_000001.roles set name = 'Closer', description = 'Closes' where name = 'Agent';
         update t_000001.role_permissions p set scope = 'team' from t_000001.roles r
          where r.id = p.role_id and r.name = 'Closer' and p.permission = 'clients.read';
         update t_000001.role_fields f set level = 'hidden' from t_000001.roles r
          where r.id = f.role_id and r.name = 'Support' and f.field = 'clients.phone';
         update t_000001.statuses set label = 'Brand new', hue = 'pink' where entity = 'lead' and is_default;
         update t_000001.settings set value = '\"EUR\"' where key = 'base_currency';
         update t_000001.message_templates set subject = 'Welcome to us' where key = 'welcome';
         insert into t_000001.settings (key, value) values ('webhook.secret', '\"hush\"')",
    )
    .execute(&world.admin)
    .await
    .unwrap();
    owner.patch("/api/platform/tenants/acme", &json!({ "branding": { "primary": "#a1b2c3" } })).await.expect(200);
    owner.post("/api/platform/tenants", &order("copy", json!({ "tenant": "acme", "include": "config" }))).await.expect(202);
    let copied = administrator(&world, "copy").await;
    let manager = source.manager().await;

    let roles = comparable(&copied.get("/api/roles").await.expect(200));
    assert_eq!(roles, comparable(&manager.get("/api/roles").await.expect(200)));
    assert!(roles.iter().any(|r| r["name"] == "Closer" && r["permissions"]["clients.read"] == "team"), "{roles:?}");
    assert_eq!(copied.get("/api/statuses").await.expect(200), manager.get("/api/statuses").await.expect(200));
    let teams = comparable(&copied.get("/api/teams").await.expect(200));
    assert_eq!(teams, comparable(&manager.get("/api/teams").await.expect(200)));
    let (ours, theirs) = (manager.get("/api/branding").await.expect(200), copied.get("/api/branding").await.expect(200));
    assert_eq!((&theirs["primary"], &theirs["modules"]), (&json!("#a1b2c3"), &ours["modules"]));
    assert_eq!(theirs["name"], "copy Ltd");
    for (table, columns) in [
        ("settings", "key, value"),
        ("message_templates", "key, subject, text, html"),
        ("pipelines", "key, name, position, is_default"),
        ("pipeline_stages", "pipeline_key, key, label, position, probability, hue, outcome"),
    ] {
        let rows = async |schema: &str| {
            let sql = format!(
                "select x::text from (select {columns} from {schema}.{table} where key <> all ({LEFT_BEHIND})) x order by 1"
            );
            texts(&world, &sql).await
        };
        let original = rows("t_000001").await;
        assert!(!original.is_empty(), "{table}");
        assert_eq!(original, rows("t_000002").await, "{table}");
    }

    let users = copied.get("/api/users").await.expect(200);
    assert_eq!((users["total"].as_u64(), users["data"][0]["email"].as_str()), (Some(1), Some("ada@copy.example")));
    for path in ["clients", "leads", "partners"] {
        assert_eq!(copied.get(&format!("/api/{path}")).await.expect(200)["total"], 0, "{path}");
    }
    assert_eq!(texts(&world, "select key from t_000002.settings where key = 'webhook.secret'").await, Vec::<String>::new());
    let secrets = "select count(*)::text || ' ' || count(*) filter (where a.sealed = b.sealed) from control.tenant_secrets a
                   join control.tenant_secrets b using (name) where a.tenant_key = 1 and b.tenant_key = 2";
    assert_eq!(texts(&world, secrets).await, ["5 0"], "secrets of its own");
    world.host("copy").with_token(manager.token()).get("/api/me").await.refused(401, "invalid_token");
    let body = json!({ "email": "ada@acme.example", "password": PASSWORD });
    world.host("copy").post("/api/auth/login", &body).await.refused(401, "invalid_credentials");
    let log = copied.get("/api/audit?limit=200").await;
    assert!(!log.text.contains("jane@example.com") && !log.text.contains("Ada Manager"), "{}", log.text);
}

#[tokio::test]
async fn suspending_closes_everything_and_resuming_opens_it() {
    let world = World::new().await;
    let owner = world.owner().await;
    let broker = world.broker("acme").await;
    let (manager, beta) = (broker.manager().await, world.broker("beta").await.manager().await);
    let path = "/api/platform/tenants/acme";
    let open = manager.request(reqwest::Method::GET, "/api/events").send().await.unwrap();
    let lead = json!({ "first_name": "L", "last_name": "1", "email": "l@example.com" });
    manager.post("/api/leads", &lead).await.expect(201);
    owner.patch(path, &json!({ "name": "Acme <b>Global</b>", "branding": { "primary": "#c0ffee" } })).await.expect(200);
    assert_eq!(owner.patch(path, &json!({ "status": "suspended" })).await.expect(200)["status"], "suspended");
    manager.get("/api/clients").await.refused(503, "tenant_suspended");
    let nobody = broker.nobody();
    let login = json!({ "email": "ada@acme.example", "password": PASSWORD });
    nobody.post("/api/auth/login", &login).await.refused(503, "tenant_suspended");
    nobody.get("/api/branding").await.refused(503, "tenant_suspended");
    nobody.post("/api/public/leads", &json!({})).await.refused(503, "tenant_suspended");
    for page in ["/", "/clients", "/public-form", "/invitation?token=x"] {
        let closed = nobody.get(page).await;
        assert_eq!(closed.status, 503, "{page}");
        assert!(closed.header("content-type").unwrap().starts_with("text/html"), "{page}");
        assert!(closed.header("retry-after").is_some());
        for part in ["suspended", "Acme &lt;b&gt;Global&lt;/b&gt;", "#c0ffee"] {
            assert!(closed.text.contains(part), "{page} lacks {part}");
        }
        assert!(!closed.text.contains("<script") && !closed.text.contains("<b>Global"));
    }
    // What waits to be told reaches nobody any more: an open stream ends.
    world.drain().await;
    let told = tokio::time::timeout(std::time::Duration::from_secs(5), open.text()).await.unwrap().unwrap();
    assert!(!told.contains("lead.created"), "{told}");
    beta.get("/api/clients").await.expect(200);
    assert_eq!(owner.patch(path, &json!({ "status": "suspended" })).await.expect(200)["status"], "suspended");
    owner.patch(path, &json!({ "status": "active" })).await.expect(200);
    manager.get("/api/clients").await.expect(200);
    nobody.post("/api/auth/login", &login).await.expect(200);
    let actions = "select action from t_000000.audit_log where action in ('tenant.suspended', 'tenant.resumed') order by n";
    assert_eq!(texts(&world, actions).await, ["tenant.suspended", "tenant.resumed"], "what changes nothing is no change");
}

#[tokio::test]
async fn a_new_name_and_look_show_at_once() {
    let world = World::new().await;
    let owner = world.owner().await;
    let broker = world.broker("acme").await;
    let before = broker.nobody().get("/api/branding").await.expect(200);
    let png =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let path = "/api/platform/tenants/acme";
    let body = json!({ "name": " Acme Global ", "branding": { "primary": "#ABCDEF", "logo_url": png } });
    let changed = owner.patch(path, &body).await.expect(200);
    assert_eq!((changed["name"].as_str(), changed["branding"]["primary"].as_str()), (Some("Acme Global"), Some("#abcdef")));
    let after = broker.nobody().get("/api/branding").await.expect(200);
    assert_eq!((after["name"].as_str(), after["primary"].as_str()), (Some("Acme Global"), Some("#abcdef")));
    assert_eq!((&after["radius"], &after["font"]), (&before["radius"], &before["font"]), "the rest stays");
    let logo = broker.nobody().get(after["logo_light"].as_str().unwrap()).await;
    assert_eq!((logo.status, logo.header("content-type")), (200, Some("image/png")));
    assert_eq!(
        changed["branding"]["logo_light"],
        format!("http://acme.localhost:{}{}", world.port, after["logo_light"].as_str().unwrap())
    );
    let bad =
        json!({ "name": " ", "status": "gone", "branding": { "primary": "red", "logo_url": "http://plain.example/x.png" } });
    let told = owner.patch(path, &bad).await.refused(422, "validation_failed");
    assert_eq!(told["data"]["fields"].as_object().unwrap().len(), 4, "{told}");
    owner.patch("/api/platform/tenants/nobody", &json!({ "name": "X" })).await.refused(404, "not_found");
    assert_eq!(broker.nobody().get("/api/branding").await.expect(200), after);
}

#[tokio::test]
async fn a_deleted_tenant_leaves_nothing_behind() {
    let world = World::new().await;
    let owner = world.owner().await;
    let (broker, beta) = (world.broker("acme").await, world.broker("beta").await);
    let (manager, other) = (broker.manager().await, beta.manager().await);
    let body = json!({ "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com" });
    manager.post("/api/clients", &body).await.expect(201);
    other.post("/api/clients", &body).await.expect(201);
    let (key, kept) = (broker.tenant().await.key, beta.tenant().await.key);
    assert!(world.app.files.size_of_prefix(&key.storage_prefix()).await.unwrap() > 0);
    let path = "/api/platform/tenants/acme";
    for confirm in ["", "?confirm=", "?confirm=beta", "?confirm=ACME"] {
        owner.delete(&format!("{path}{confirm}")).await.refused(422, "validation_failed");
    }
    manager.get("/api/clients").await.expect(200);
    owner.delete(&format!("{path}?confirm=acme")).await.expect(204);
    // Nobody reaches it from this moment, whenever the rest is done.
    manager.get("/api/clients").await.refused(404, "tenant_not_found");
    owner.get(path).await.refused(404, "not_found");
    owner.delete(&format!("{path}?confirm=acme")).await.refused(404, "not_found");
    world.drain().await;
    let prefix = &world.app.prefix;
    let left = format!(
        "select 'schema ' || nspname from pg_namespace where nspname = 't_000001'
         union all select 'role ' || rolname from pg_roles where rolname like '{prefix}%000001'
         union all select 'tenant ' || slug from control.tenants where key = 1
         union all select 'secret ' || name from control.tenant_secrets where tenant_key = 1
         union all select 'figures' from control.tenant_usage where tenant_key = 1
         union all select 'job ' || kind from control.outbox where tenant_key = 1
         union all select 'provisioning ' || slug from control.provisionings where slug = 'acme'"
    );
    assert_eq!(texts(&world, &left).await, Vec::<String>::new());
    assert_eq!(world.app.files.size_of_prefix(&key.storage_prefix()).await.unwrap(), 0);
    // The neighbour keeps everything.
    assert!(world.app.files.size_of_prefix(&kept.storage_prefix()).await.unwrap() > 0);
    assert_eq!(other.get("/api/clients").await.expect(200)["total"], 1);
    assert_eq!(texts(&world, "select action from t_000000.audit_log where action = 'tenant.deleted'").await.len(), 1);
    // The address is free, and who had signed in before is a stranger there.
    world.broker("acme").await;
    manager.get("/api/me").await.refused(401, "invalid_token");
    assert_eq!(broker.manager().await.get("/api/clients").await.expect(200)["total"], 0);
}

#[tokio::test]
async fn a_failed_provisioning_is_seen_and_tried_again() {
    let world = World::new().await;
    let owner = world.owner().await;
    // It can't work: somebody else has the role's name.
    let role = format!("{}_o_000001", world.app.prefix);
    sqlx::query(AssertSqlSafe(format!("create role {role}"))).execute(&world.admin).await.unwrap();
    let started = owner.post("/api/platform/tenants", &order("acme", json!({ "template": "sales-crm" }))).await.expect(202);
    let id = started["provisioning_id"].as_str().unwrap();
    let path = format!("/api/platform/provisionings/{id}");
    owner.post(&format!("{path}/retry"), &json!({})).await.refused(409, "not_failed");
    owner.delete("/api/platform/tenants/acme?confirm=acme").await.refused(409, "tenant_not_ready");
    world.host("acme").get("/api/branding").await.refused(503, "tenant_not_ready");
    // The last of its attempts: the waits between them would take a minute.
    sqlx::query("update control.outbox set max_attempts = 1 where kind = 'tenant.provision'")
        .execute(&world.admin)
        .await
        .unwrap();
    world.drain().await;
    let failed = owner.get(&path).await.expect(200);
    let steps: Vec<&str> = failed["steps"].as_array().unwrap().iter().map(|s| s["status"].as_str().unwrap()).collect();
    assert_eq!((failed["status"].as_str(), &steps[..3]), (Some("failed"), ["done", "failed", "pending"].as_slice()));
    assert!(failed["error"].as_str().unwrap().contains(&role), "the owner is told why: {failed}");
    let list = owner.get("/api/platform/provisionings?status=failed").await.expect(200);
    assert_eq!((list["total"].as_u64(), &list["data"][0]), (Some(1), &failed));
    assert_eq!(owner.get("/api/platform/provisionings?status=done,running").await.expect(200)["total"], 0);
    owner.get("/api/platform/provisionings?status=odd").await.refused(422, "validation_failed");
    assert_eq!(owner.get("/api/platform/tenants?status=failed").await.expect(200)["data"][0]["slug"], "acme");
    // The server learns of it within seconds; the test does not wait for that.
    world.app.registry.forget(kernel::tenant::TenantKey(1), "acme").await;
    world.host("acme").get("/api/branding").await.refused(404, "tenant_not_found");

    sqlx::query(AssertSqlSafe(format!("drop role {role}"))).execute(&world.admin).await.unwrap();
    let again = owner.post(&format!("{path}/retry"), &json!({})).await.expect(202);
    assert_eq!((again["status"].as_str(), &again["error"]), (Some("running"), &Json::Null));
    world.drain().await;
    let done = owner.get(&path).await.expect(200);
    assert_eq!(done["status"], "done", "{done}");
    assert_eq!(done["steps"][0]["finished_at"], failed["steps"][0]["finished_at"], "a step that is done is not done again");
    assert_eq!(owner.get("/api/platform/provisionings?status=failed").await.expect(200)["total"], 0);
    owner.post(&format!("{path}/retry"), &json!({})).await.refused(409, "not_failed");
    administrator(&world, "acme").await.get("/api/clients").await.expect(200);
}
