//! What a tenant has beside people and records: a role of its own making, fields of its own, keys of
//! programs, jobs, changes that can be taken back, and sessions.

use kernel::permission::{FIELDS, Level, PERMISSIONS, Scope};
use rand::RngExt as _;
use runtime::Rows as _;
use runtime::crypto::token_hash;
use runtime::http::auth::KEY_PREFIX;
use serde_json::json;
use uuid::Uuid;

use super::plant::{Gardener, Kind};

/// The name of the role that sees one field in clear and the others masked or not at all.
pub const PARTIAL: &str = "Prover partial";
/// The name of the role that may do nearly everything and sees no field in clear.
pub const MASKED: &str = "Prover masked";
/// The kind of the planted job; nothing runs it.
pub const JOB: &str = "prover.planted";

/// What the role between may do: scopes of what hangs together differ.
const PARTIAL_SCOPES: &[(&str, &str)] = &[
    ("clients.read", "team"),
    ("clients.update", "own"),
    ("clients.export", "team"),
    ("leads.read", "own"),
    ("leads.update", "team"),
    ("contacts.read", "all"),
    ("contacts.update", "own"),
    ("contacts.export", "own"),
    ("opportunities.read", "team"),
    ("opportunities.update", "own"),
    ("deals.read", "own"),
    ("activities.read", "own"),
    ("activities.create", "own"),
    ("notes.read", "team"),
    ("attachments.read", "own"),
    ("documents.read", "team"),
    ("documents.view", "own"),
    ("reports.read", "team"),
    ("users.read", "team"),
    ("dashboard.read", "team"),
];

impl Gardener<'_> {
    /// Roles that no template has: one between the full and the masked one, whose requests run under a
    /// database role of their own, and one that may do nearly everything and sees no field in clear.
    pub(super) async fn roles_between(&mut self) -> anyhow::Result<()> {
        let partial = PARTIAL_SCOPES.iter().map(|(key, scope)| (*key, *scope));
        let level = |field: &str| match field {
            "clients.email" | "leads.phone" | "contacts.email" => Level::Full,
            "clients.phone" | "clients.address" | "contacts.phone" => Level::Masked,
            _ => Level::Hidden,
        };
        self.role(PARTIAL, 90, partial, level).await?;
        // Not users and roles: whoever hands out rights can give themselves any.
        let most = PERMISSIONS.iter().filter(|p| !["users.manage", "roles.manage"].contains(&p.key));
        let widest = most.filter_map(|p| Some((p.key, Scope::WIDEST_FIRST.into_iter().find(|s| p.scopes.contains(s))?.as_str())));
        let level = |field: &str| match field {
            "clients.address" | "leads.phone" => Level::Hidden,
            _ => Level::Masked,
        };
        self.role(MASKED, 91, widest, level).await
    }

    async fn role(
        &mut self,
        name: &str,
        position: i32,
        scopes: impl Iterator<Item = (&'static str, &'static str)>,
        level: impl Fn(&str) -> Level,
    ) -> anyhow::Result<()> {
        let tx = self.ctx.tx();
        let known: Option<i32> = tx.scalar("select 1 from roles where name = $1", [name.into()]).await?;
        if known.is_some() {
            return Ok(());
        }
        let id = Uuid::now_v7();
        tx.run("insert into roles (id, name, position) values ($1, $2, $3)", [id.into(), name.into(), position.into()]).await?;
        for (permission, scope) in scopes {
            let sql = "insert into role_permissions (role_id, permission, scope) values ($1, $2, $3)";
            tx.run(sql, [id.into(), permission.into(), scope.into()]).await?;
        }
        for field in FIELDS {
            let sql = "insert into role_fields (role_id, field, level) values ($1, $2, $3)";
            tx.run(sql, [id.into(), field.key.into(), level(field.key).as_str().into()]).await?;
        }
        Ok(())
    }

    /// Every module on: what is off says the same to everybody.
    pub(super) async fn modules(&mut self) -> anyhow::Result<()> {
        let sql =
            "insert into settings (key, value) values ('modules', $1) on conflict (key) do update set value = excluded.value";
        self.ctx.tx().run(sql, [json!(template::MODULES).into()]).await?;
        Ok(())
    }

    /// Gives a team a leader from elsewhere, who sees clients of teams.
    pub(super) async fn leader(&mut self, team: Uuid) -> anyhow::Result<()> {
        let sql = "update teams set leader_id = (
                       select u.id from users u join roles r on r.id = u.role_id
                       join role_permissions p on p.role_id = r.id and p.permission = 'clients.read' and p.scope = 'team'
                       where u.id = any($2) order by r.position, r.name limit 1)
                   where id = $1";
        let staff: Vec<Uuid> = self.out.staff.iter().map(|s| s.id).collect();
        self.ctx.tx().run(sql, [team.into(), staff.into()]).await?;
        Ok(())
    }

    /// The key of a program with a role.
    pub(super) async fn key(&mut self, role: Uuid) -> anyhow::Result<String> {
        let (id, name) = (Uuid::now_v7(), self.told("name"));
        let secret: String = {
            let mut rng = rand::rng();
            (0..40).map(|_| char::from(b"0123456789abcdef"[rng.random_range(0..16usize)])).collect()
        };
        let key = format!("{KEY_PREFIX}{secret}");
        let sql = "insert into api_keys (id, name, prefix, key_hash, role_id) values ($1, $2, $3, $4, $5)";
        let shown: String = key.chars().take(10).collect();
        self.ctx.tx().run(sql, [id.into(), name.into(), shown.into(), token_hash(&key).into(), role.into()]).await?;
        self.push(Kind::ApiKey, id, Some(role), None);
        Ok(key)
    }

    /// Everything else.
    pub(super) async fn belongings(&mut self, owner: Uuid) -> anyhow::Result<()> {
        let (id, key, label) = (Uuid::now_v7(), self.told("key"), self.told("label"));
        let sql = "insert into custom_fields (id, entity, key, label, type) values ($1, 'client', $2, $3, 'text')";
        self.ctx.tx().run(sql, [id.into(), key.into(), label.into()]).await?;
        self.push(Kind::CustomField, id, None, None);

        // Dead, so that nothing runs it; an answer may show why it failed.
        let (id, note, error) = (Uuid::now_v7(), self.told("payload"), self.told("error"));
        let sql = "insert into control.outbox (id, tenant_key, kind, payload, state, attempts, error, finished_at)
                   values ($1, $2, $3, $4, 'dead', 8, $5, now())";
        let payload = json!({ "note": note });
        let tenant = self.out.tenant.key.0;
        self.ctx.tx().run(sql, [id.into(), tenant.into(), JOB.into(), payload.into(), error.into()]).await?;
        self.push(Kind::Job, id, None, None);

        let (id, was) = (Uuid::now_v7(), self.told("value before"));
        let sql = "insert into undo_log (id, kind, payload, created_at, expires_at)
                   values ($1, 'settings', $2, now(), now() + interval '1 day')";
        self.ctx.tx().run(sql, [id.into(), json!({ "mail_footer": was }).into()]).await?;
        self.push(Kind::Undo, id, None, None);

        let (id, device) = (Uuid::now_v7(), self.told("device"));
        let sql = "insert into sessions (id, user_id, user_agent, expires_at) values ($1, $2, $3, now() + interval '1 hour')";
        self.ctx.tx().run(sql, [id.into(), owner.into(), device.into()]).await?;
        self.push(Kind::Session, id, Some(owner), None);
        Ok(())
    }
}
