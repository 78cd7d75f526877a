//! Role by surface by field: whatever shows records, shows each role what the rows of the policy allow,
//! and nothing else. Actors are people and API keys with the roles of the templates, one for every level of
//! every sensitive field, and some that hold every permission in every scope; surfaces, their parameters,
//! permissions and fields come from the specification and the lists of the kernel, so what is new is in
//! here without an edit. Faults are collected; `leaks` plants some and asks for them.

mod events;
mod findings;
mod leaks;
mod oracle;
mod reading;
mod roles;
mod sales;
mod spec;
mod taken_away;
mod writing;

use kernel::permission::{FIELDS, Level, Scope};
use serde_json::{Value as Json, json};
use sqlx::AssertSqlSafe;
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use findings::Findings;
use oracle::Oracle;
use reading::Look;

/// Teams of a broker.
struct Teams {
    near: Uuid,
    below: Uuid,
    far: Uuid,
    /// Led by one of those who look, who is in another one.
    led: Uuid,
}

impl Teams {
    async fn make(broker: &Broker<'_>) -> Self {
        let near = broker.team("Near", None).await;
        let below = broker.team("Below", Some(near)).await;
        let led = broker.team("Led", None).await;
        Self { near, below, far: broker.team("Far", None).await, led }
    }

    /// Gives the team that is led its leader.
    async fn lead(&self, world: &World, broker: &Broker<'_>, user: Uuid) {
        let schema = broker.tenant().await.key.schema();
        for sql in [
            format!("update {schema}.teams set leader_id = '{user}' where id = '{}'", self.led),
            format!("update {schema}.tenant_meta set access_version = access_version + 1"),
        ] {
            sqlx::query(AssertSqlSafe(sql)).execute(&world.admin).await.unwrap();
        }
        world.app.access.mark_stale(broker.tenant().await.key).await;
    }
}

/// Words that stand nowhere else.
fn word() -> String {
    format!("zq{}", &Uuid::new_v4().simple().to_string()[..14])
}

/// A client, a lead and a contact with every sensitive field filled.
async fn plant(world: &World, broker: &Broker<'_>, n: u32, owner: Option<Uuid>, team: Option<Uuid>) {
    let schema = broker.tenant().await.key.schema();
    // Groups and filters need something to tell apart.
    let country = ["'GB'", "'DE'", "null"][n as usize % 3];
    let source = ["'Fair'", "null"][n as usize % 2];
    for table in ["clients", "leads", "contacts"] {
        let (place, status) = if table == "contacts" { ("job_title", "lead") } else { ("country", "new") };
        let (columns, values) = if table == "clients" {
            let kyc = ["missing", "pending", "approved"][n as usize % 3];
            let tag = ["vip", "late"][n as usize % 2];
            (
                ", date_of_birth, address, balance, kyc_status, tags",
                format!(", date '1950-01-01' + {}, '{}', {}.25, '{kyc}', '{{{tag}}}'", n * 37, word(), 700_000 + n),
            )
        } else {
            ("", String::new())
        };
        let sql = format!(
            "insert into {schema}.{table} (id, first_name, last_name, email, phone, status, assigned_to, team_id, {place}, source{columns})
             values ($1, $2, 'Doe', $3, $4, '{status}', $5, $6, {country}, {source}{values})"
        );
        let digits = u64::from_str_radix(&word()[2..12], 16).unwrap() % 10_000;
        sqlx::query(AssertSqlSafe(sql))
            .bind(Uuid::now_v7())
            .bind(word())
            .bind(format!("{}@{}.com", word(), word()))
            .bind(format!("+44207{n:03}{digits:04}"))
            .bind(owner)
            .bind(team)
            .execute(&world.admin)
            .await
            .unwrap();
    }
}

/// Records around one user: their own, a colleague's, one below, one far away, nobody's.
async fn surround(world: &World, broker: &Broker<'_>, teams: &Teams, others: &[Uuid; 4], user: Uuid, n: u32) {
    let [colleague, underling, stranger, follower] = *others;
    let schema = broker.tenant().await.key.schema();
    plant(world, broker, n, Some(user), Some(teams.near)).await;
    sales::plant(world, &schema, Some(user), Some(teams.near)).await;
    if n == 0 {
        for (n, owner, team) in [
            (900, Some(colleague), Some(teams.near)),
            (901, Some(underling), Some(teams.below)),
            (902, Some(stranger), Some(teams.far)),
            (903, None, Some(teams.below)),
            (904, None, None),
            (905, Some(follower), Some(teams.led)),
        ] {
            plant(world, broker, n, owner, team).await;
            sales::plant(world, &schema, owner, team).await;
        }
    }
}

/// People and programs who look.
struct Actors<'w> {
    apis: Vec<(Oracle, Api<'w>)>,
    /// Records of others that are looked at closely by everybody.
    around: [Uuid; 4],
}

/// One person of each of these roles, with records of their own, and one key of each of some.
async fn actors<'w>(world: &'w World, broker: &Broker<'w>, roles: &[String], keys: usize) -> Actors<'w> {
    let teams = Teams::make(broker).await;
    let others = [
        broker.user("Colleague", &roles[0], Some(teams.near)).await,
        broker.user("Underling", &roles[0], Some(teams.below)).await,
        broker.user("Stranger", &roles[0], Some(teams.far)).await,
        broker.user("Follower", &roles[0], Some(teams.led)).await,
    ];
    // Nobody here is stopped by a quota: what is asked is who may.
    let schema = broker.tenant().await.key.schema();
    let quota = format!(
        "insert into {schema}.settings (key, value) values ('reveal_daily_quota', '10000')
         on conflict (key) do update set value = excluded.value"
    );
    sqlx::query(AssertSqlSafe(quota)).execute(&world.admin).await.unwrap();
    crate::policy::open(world, broker).await;
    let mut users = Vec::new();
    for (n, role) in roles.iter().enumerate() {
        let user = broker.user(&format!("Actor {n}"), role, Some(teams.near)).await;
        surround(world, broker, &teams, &others, user, u32::try_from(n).unwrap()).await;
        users.push((user, format!("Actor {n}")));
    }
    // Whoever has anything by team leads a team from elsewhere.
    let sql = format!(
        "select u.id from {schema}.users u join {schema}.role_permissions p on p.role_id = u.role_id and p.scope = 'team'
         where u.id = any($1) group by u.id order by count(*) desc, u.id limit 1"
    );
    let leader = sqlx::query_scalar(AssertSqlSafe(sql)).bind(users.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    if let Some(leader) = leader.fetch_optional(&world.admin).await.unwrap() {
        teams.lead(world, broker, leader).await;
    }
    let mut apis = Vec::new();
    for (user, name) in users {
        apis.push((Oracle::read(world, broker, user).await, broker.signed_in(&name).await));
    }
    let manager = broker.manager().await;
    for role in roles.iter().take(keys) {
        let made = manager.post("/api/api-keys", &json!({ "name": "Program", "role": role })).await.expect(201);
        let api = broker.nobody().with_token(made["key"].as_str().unwrap());
        apis.push((Oracle::of_key(world, broker, role).await, api));
    }
    Actors { apis, around: others }
}

impl<'w> Actors<'w> {
    /// The records that an actor looks at one by one. Records of the other actors are like the colleague's,
    /// and those that were added meanwhile are like nobody's: one of each place is enough.
    fn close(&self, oracle: &Oracle) -> Vec<Uuid> {
        let near = |owner: Uuid| owner == oracle.user || self.around.contains(&owner);
        let mut close = Vec::new();
        for kind in ["client", "lead", "contact"] {
            let mut of: Vec<_> = oracle.records.iter().filter(|r| r.kind == kind && r.owner.is_none_or(near)).collect();
            of.sort_by_key(|r| r.row["created_at"].as_str().map(str::to_owned));
            close.extend(of.iter().take(7).map(|r| r.id));
        }
        close
    }

    /// The eyes of one of them, with the records as they are by now.
    async fn eyes<'a>(&'a self, at: usize, world: &World, broker: &Broker<'_>, findings: &'a mut Findings) -> Look<'a, 'w> {
        let (oracle, api) = &self.apis[at];
        let mut oracle = oracle.clone();
        oracle.refresh(world, broker).await;
        let close = self.close(&oracle);
        Look { oracle, api, findings, close }
    }

    /// Everybody looks at everything, and then changes what they can.
    async fn look(&self, world: &World, broker: &Broker<'_>, findings: &mut Findings, changes: bool) {
        for at in 0..self.apis.len() {
            let mut look = self.eyes(at, world, broker, findings).await;
            look.around().await;
            if changes {
                look.changes(world, broker).await;
                // What was changed is shown as it is now.
                look.around().await;
            }
        }
    }
}

/// Actors of each of these roles look around.
async fn by_everybody(world: &World, broker: &Broker<'_>, roles: &[String], keys: usize, changes: bool) {
    let everybody = actors(world, broker, roles, keys).await;
    let mut findings = Findings::default();
    everybody.look(world, broker, &mut findings, changes).await;
    findings.assert_clean(everybody.apis.len() * 200);
}

async fn by_roles_of(template: &str) {
    let world = World::new().await;
    let broker = world.broker_from("acme", template).await;
    let schema = broker.tenant().await.key.schema();
    let roles: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(format!("select name from {schema}.roles"))).fetch_all(&world.admin).await.unwrap();
    assert!(roles.len() > 2, "{template}");
    by_everybody(&world, &broker, &roles, roles.len(), false).await;
}

#[tokio::test]
async fn every_role_of_the_forex_template_sees_what_it_may() {
    by_roles_of("forex-broker").await;
}

#[tokio::test]
async fn every_role_of_the_other_templates_sees_what_it_may() {
    by_roles_of("sales-crm").await;
    by_roles_of("partner-network").await;
}

/// One role for each sensitive field, which alone is at this level.
async fn by_lonely_fields(variants: &[(Level, Level)]) {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let tenant = broker.tenant().await;
    let mut names = Vec::new();
    for (level, others) in variants {
        for (field, scope) in FIELDS.iter().zip(Scope::WIDEST_FIRST.iter().cycle()) {
            names.push(roles::lonely(&world, &tenant.key.schema(), field.key, *level, *others, *scope).await);
        }
    }
    provisioner::views::ensure_views(&world.app, &tenant).await.unwrap();
    by_everybody(&world, &broker, &names, 0, false).await;
}

#[tokio::test]
async fn each_field_alone_in_clear() {
    by_lonely_fields(&[(Level::Full, Level::Masked)]).await;
}

#[tokio::test]
async fn each_field_alone_masked_or_hidden() {
    // Both need the same database roles.
    by_lonely_fields(&[(Level::Masked, Level::Full), (Level::Hidden, Level::Full)]).await;
}

/// Roles with every permission in every scope and every field at every level, who also change things.
async fn by_covering_roles(part: usize) {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let tenant = broker.tenant().await;
    let names = roles::covering(&world, &tenant.key.schema(), part).await;
    provisioner::views::ensure_views(&world.app, &tenant).await.unwrap();
    by_everybody(&world, &broker, &names, 2, true).await;
}

#[tokio::test]
async fn every_permission_in_every_scope_shows_and_changes_what_it_may() {
    by_covering_roles(0).await;
}

#[tokio::test]
async fn every_permission_in_every_scope_does_so_in_other_company() {
    by_covering_roles(1).await;
}

#[tokio::test]
async fn every_permission_in_every_scope_takes_away_what_it_may() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let tenant = broker.tenant().await;
    let mut names = roles::covering(&world, &tenant.key.schema(), 0).await;
    names.extend(roles::covering(&world, &tenant.key.schema(), 1).await);
    provisioner::views::ensure_views(&world.app, &tenant).await.unwrap();
    let everybody = actors(&world, &broker, &names, 0).await;
    let manager = broker.manager().await;
    let mut findings = Findings::default();
    for at in 0..names.len() {
        everybody.eyes(at, &world, &broker, &mut findings).await.taken_away(&world, &broker, &manager).await;
    }
    findings.assert_clean(200);
}

#[tokio::test]
async fn events_tell_only_of_records_in_scope() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let roles = ["Agent", "Team Leader", "Support", "Partner Manager"].map(str::to_owned);
    let everybody = actors(&world, &broker, &roles, 0).await;
    let manager = broker.manager().await;
    world.start_workers();
    let mut findings = Findings::default();
    for (oracle, api) in &everybody.apis {
        events::follow(oracle, api, &manager, &mut findings).await;
    }
    findings.assert_clean(everybody.apis.len());
}

#[tokio::test]
async fn the_checkers_find_a_leak_in_a_doctored_answer() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let everybody = actors(&world, &broker, &["Agent".to_owned()], 0).await;
    let (oracle, api) = &everybody.apis[0];
    let honest = api.get("/api/clients?limit=200").await.expect(200);
    assert_eq!(oracle.faults_of_list("client", &honest), Vec::<String>::new());
    let mine = oracle.visible("client")[0].clone();
    let foreign = oracle.records.iter().find(|r| r.kind == "client" && !oracle.sees(r)).unwrap();

    // A clear value, an unmarked one, a record too many, a total too large: each by itself.
    let doctored = |change: &dyn Fn(&mut Json)| {
        let mut copy = honest.clone();
        change(&mut copy);
        oracle.faults_of_list("client", &copy)
    };
    for name in ["email", "phone", "date_of_birth", "address"] {
        assert_eq!(doctored(&|list| list["data"][0][name] = json!(mine.clear[name])).len(), 1, "{name}");
        let text = honest.to_string().replace(&mine.masked(name), &mine.clear[name]);
        assert!(!oracle.faults_of_text(&text).is_empty(), "{name}");
    }
    assert_eq!(doctored(&|list| list["data"][0]["masked"] = json!([])).len(), 4);
    let stranger = json!({ "id": foreign.id });
    assert!(doctored(&|list| list["data"].as_array_mut().unwrap().push(stranger.clone())).len() > 1);
    assert_eq!(doctored(&|list| list["total"] = json!(2)).len(), 1);
    assert_eq!(oracle.faults_of_text(&format!("a client called {} was changed", foreign.first_name)).len(), 1);
    assert_eq!(oracle.faults_of_text("nothing of anybody"), Vec::<String>::new());
}
