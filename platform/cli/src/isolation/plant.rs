//! People and records of both tenants, every text of them a word of its own that stands nowhere else.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use rand::RngExt as _;
use runtime::audit::Change;
use runtime::registry::Tenant;
use runtime::{Ctx, Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

use super::belongings::PARTIAL;
use super::hunt::{Needle, What};

/// Which of the two tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one whose staff look around.
    A,
    /// The one of which nothing may be seen.
    B,
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A client.
    Client,
    /// A lead.
    Lead,
    /// A partner.
    Partner,
    /// A user.
    User,
    /// A team.
    Team,
    /// A role.
    Role,
    /// A field of the tenant's own.
    CustomField,
    /// The key of a program.
    ApiKey,
    /// A background job.
    Job,
    /// A change that can be taken back.
    Undo,
    /// Where somebody is signed in.
    Session,
    /// A status or a setting.
    Setting,
}

impl Kind {
    /// Every kind.
    const ALL: [Kind; 12] = [
        Kind::Client,
        Kind::Lead,
        Kind::Partner,
        Kind::User,
        Kind::Team,
        Kind::Role,
        Kind::CustomField,
        Kind::ApiKey,
        Kind::Job,
        Kind::Undo,
        Kind::Session,
        Kind::Setting,
    ];

    /// What the routes under a first segment are about.
    pub fn of_area(area: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|kind| kind.area() == area && *kind != Kind::Setting)
    }

    /// As the report names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Lead => "lead",
            Self::Partner => "partner",
            Self::User => "user",
            Self::Team => "team",
            Self::Role => "role",
            Self::CustomField => "custom field",
            Self::ApiKey => "API key",
            Self::Job => "job",
            Self::Undo => "recorded change",
            Self::Session => "session",
            Self::Setting => "setting",
        }
    }

    /// Where its routes begin.
    pub fn area(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Lead => "leads",
            Self::Partner => "partners",
            Self::User => "users",
            Self::Team => "teams",
            Self::Role => "roles",
            Self::CustomField => "custom-fields",
            Self::ApiKey => "api-keys",
            Self::Job => "jobs",
            Self::Undo => "undo",
            Self::Session => "sessions",
            Self::Setting => "settings",
        }
    }

    /// The permission to read it.
    pub fn permission(self) -> String {
        match self {
            Self::ApiKey => "api_keys.manage".to_owned(),
            Self::Session => "users.manage".to_owned(),
            Self::Undo | Self::CustomField | Self::Setting => "settings.manage".to_owned(),
            kind => format!("{}.read", kind.area()),
        }
    }
}

/// A record that was planted.
#[derive(Debug, Clone)]
pub struct Record {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
    /// Who owns it; of a user, the user.
    pub owner: Option<Uuid>,
    /// Its team.
    pub team: Option<Uuid>,
    /// Its e-mail, where it has one.
    pub email: String,
    /// Its phone, where it has one.
    pub phone: String,
    /// The role whose staff try to change it; it is out of their reach unless they reach everything.
    pub victim_of: Option<Uuid>,
}

/// A user that signs in.
#[derive(Debug, Clone)]
pub struct Staffer {
    /// Their id.
    pub id: Uuid,
    /// Their address.
    pub email: String,
    /// Their role.
    pub role: Uuid,
    /// Its name.
    pub role_name: String,
    /// A program's key with the same role.
    pub key: String,
}

/// One of the two tenants with what was planted in it.
pub struct Planted {
    /// Which.
    pub side: Side,
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// One user of every role.
    pub staff: Vec<Staffer>,
    /// Records.
    pub records: Vec<Record>,
    /// Words, numbers and ids by which they are known again.
    pub needles: Vec<Needle>,
}

impl Planted {
    /// Records of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |r| r.kind == kind)
    }

    /// A text of a record of a kind.
    pub fn word_of(&self, kind: Kind) -> String {
        let of = |n: &&Needle| self.records[n.record].kind == kind && matches!(n.what, What::Text(_));
        self.needles.iter().find(of).map(|n| n.text.clone()).unwrap_or_default()
    }

    /// One of its roles.
    pub fn role(&self) -> Uuid {
        self.staff.first().map_or(Uuid::nil(), |s| s.role)
    }
}

/// Plants in one tenant, in one transaction.
pub async fn plant(app: &SharedApp, tenant: &Arc<Tenant>, side: Side, password: &str) -> anyhow::Result<Planted> {
    let ctx = Ctx::system(app, tenant, "Isolation prover").await?;
    ctx.access_changed().await?;
    let planted = Planted { side, tenant: tenant.clone(), staff: Vec::new(), records: Vec::new(), needles: Vec::new() };
    let mut gardener = Gardener { ctx: &ctx, out: planted, days: 0, hash: runtime::crypto::hash_password(password).await? };
    gardener.everything().await?;
    let out = gardener.out;
    ctx.commit().await?;
    Ok(out)
}

#[derive(FromQueryResult)]
struct RoleRow {
    id: Uuid,
    name: String,
}

/// Whoever plants.
pub(super) struct Gardener<'a> {
    pub(super) ctx: &'a Ctx,
    pub(super) out: Planted,
    days: u64,
    hash: String,
}

impl Gardener<'_> {
    /// A word that stands nowhere else.
    pub(super) fn word(&self) -> String {
        let mut rng = rand::rng();
        let tail: String = (0..9).map(|_| char::from(b'a' + rng.random_range(0..26u8))).collect();
        format!("zq{}{tail}", if self.out.side == Side::A { 'a' } else { 'b' })
    }

    fn phone(&self) -> String {
        let mut rng = rand::rng();
        format!("+447{}", (0..9).map(|_| char::from(b'0' + rng.random_range(0..10u8))).collect::<String>())
    }

    pub(super) fn needle(&mut self, text: &str, what: What) {
        let record = self.out.records.len();
        self.out.needles.push(Needle { text: text.to_lowercase(), side: self.out.side, record, what });
    }

    /// A word about the record that is being made.
    pub(super) fn told(&mut self, what: &'static str) -> String {
        let word = self.word();
        self.needle(&word, What::Text(what));
        word
    }

    /// An address of the record that is being made; both its halves are words.
    fn email(&mut self, key: &'static str) -> String {
        let (name, domain) = (self.word(), self.word());
        self.needle(&name, What::Sensitive(key));
        self.needle(&domain, What::Sensitive(key));
        format!("{name}@{domain}.example")
    }

    pub(super) fn push(&mut self, kind: Kind, id: Uuid, owner: Option<Uuid>, team: Option<Uuid>) -> &mut Record {
        self.needle(&id.to_string(), What::Id);
        let (email, phone) = (String::new(), String::new());
        self.out.records.push(Record { kind, id, owner, team, email, phone, victim_of: None });
        let last = self.out.records.len() - 1;
        &mut self.out.records[last]
    }

    async fn everything(&mut self) -> anyhow::Result<()> {
        let near = self.team(None).await?;
        let below = self.team(Some(near)).await?;
        let far = self.team(None).await?;
        self.partial_role().await?;
        let roles: Vec<RoleRow> = self.ctx.tx().all("select id, name from roles order by position, name", []).await?;
        for role in &roles {
            self.push(Kind::Role, role.id, None, None);
            let (id, email) = self.user(role.id, near).await?;
            let key = self.key(role.id).await?;
            self.out.staff.push(Staffer { id, email, role: role.id, role_name: role.name.clone(), key });
        }
        let simplest = roles.iter().rfind(|r| r.name != PARTIAL).map_or(Uuid::nil(), |r| r.id);
        let (colleague, _) = self.user(simplest, near).await?;
        let (underling, _) = self.user(simplest, below).await?;
        let (stranger, _) = self.user(simplest, far).await?;
        let partner = self.partner().await?;
        let mut places = vec![
            (Some(colleague), Some(near)),
            (Some(underling), Some(below)),
            (Some(stranger), Some(far)),
            (None, Some(far)),
            (None, None),
        ];
        places.extend(self.out.staff.iter().map(|s| (Some(s.id), Some(near))));
        for (owner, team) in places {
            self.client(owner, team).await?;
            self.lead(owner, team, partner).await?;
        }
        for role in &roles {
            self.client(Some(stranger), Some(far)).await?.victim_of = Some(role.id);
            self.lead(Some(stranger), Some(far), partner).await?.victim_of = Some(role.id);
        }
        self.belongings(colleague).await?;
        self.configuration().await
    }

    async fn team(&mut self, parent: Option<Uuid>) -> anyhow::Result<Uuid> {
        let (id, name) = (Uuid::now_v7(), self.told("name"));
        let sql = "insert into teams (id, name, parent_id) values ($1, $2, $3)";
        self.ctx.tx().run(sql, [id.into(), name.into(), parent.into()]).await?;
        self.push(Kind::Team, id, None, Some(id));
        Ok(id)
    }

    async fn user(&mut self, role: Uuid, team: Uuid) -> anyhow::Result<(Uuid, String)> {
        let (id, name) = (Uuid::now_v7(), self.told("name"));
        let mailbox = self.told("e-mail");
        let email = format!("{mailbox}@prove.example");
        self.ctx
            .tx()
            .run(
                "insert into users (id, email, name, password_hash, role_id, team_id, status) values ($1, $2, $3, $4, $5, $6, 'active')",
                [id.into(), email.clone().into(), name.into(), self.hash.clone().into(), role.into(), team.into()],
            )
            .await?;
        self.push(Kind::User, id, Some(id), Some(team));
        Ok((id, email))
    }

    async fn partner(&mut self) -> anyhow::Result<Uuid> {
        let (id, name, mailbox) = (Uuid::now_v7(), self.told("name"), self.told("e-mail"));
        let email = format!("{mailbox}@prove.example");
        let sql = "insert into partners (id, name, email, approved) values ($1, $2, $3, true)";
        self.ctx.tx().run(sql, [id.into(), name.into(), email.into()]).await?;
        self.push(Kind::Partner, id, None, None);
        Ok(id)
    }

    async fn client(&mut self, owner: Option<Uuid>, team: Option<Uuid>) -> anyhow::Result<&mut Record> {
        let (id, first, last) = (Uuid::now_v7(), self.told("first name"), self.told("last name"));
        let (email, phone) = (self.email("clients.email"), self.phone());
        self.needle(&phone[1..12], What::Sensitive("clients.phone"));
        let address = self.word();
        self.needle(&address, What::Sensitive("clients.address"));
        self.days += 37;
        let first_day = if self.out.side == Side::A { 1931 } else { 1951 };
        let birth =
            NaiveDate::from_ymd_opt(first_day, 1, 1).and_then(|d| d.checked_add_days(Days::new(self.days))).unwrap_or_default();
        self.needle(&birth.to_string(), What::Sensitive("clients.date_of_birth"));
        let balance = format!("{}.{}", rand::rng().random_range(100_000..999_999), rand::rng().random_range(11..99));
        self.needle(&balance, What::Sensitive("clients.balance"));
        let (source, tag, note) = (self.told("source"), self.told("tag"), self.told("custom field"));
        self.ctx
            .tx()
            .run(
                "insert into clients (id, first_name, last_name, email, phone, country, address, date_of_birth, status, source,
                     assigned_to, team_id, tags, custom, balance)
                 select $1, $2, $3, $4, $5, 'GB', $6, $7, key, $8, $9, $10, array[$11], $12, $13::text::numeric
                 from statuses where entity = 'client' order by is_default desc limit 1",
                [
                    id.into(),
                    first.into(),
                    last.into(),
                    email.clone().into(),
                    phone.clone().into(),
                    address.into(),
                    birth.into(),
                    source.into(),
                    owner.into(),
                    team.into(),
                    tag.into(),
                    json!({ "note": note }).into(),
                    balance.into(),
                ],
            )
            .await?;
        let was = self.email("clients.email");
        self.history("client", id, &was, &email).await?;
        let record = self.push(Kind::Client, id, owner, team);
        (record.email, record.phone) = (email, phone);
        Ok(record)
    }

    async fn lead(&mut self, owner: Option<Uuid>, team: Option<Uuid>, partner: Uuid) -> anyhow::Result<&mut Record> {
        let (id, first, last) = (Uuid::now_v7(), self.told("first name"), self.told("last name"));
        let (email, phone) = (self.email("leads.email"), self.phone());
        self.needle(&phone[1..12], What::Sensitive("leads.phone"));
        let (source, message, metadata) = (self.told("source"), self.told("message"), self.told("metadata"));
        self.ctx
            .tx()
            .run(
                "insert into leads (id, first_name, last_name, email, phone, country, status, source, partner_id, assigned_to,
                     team_id, message, metadata)
                 select $1, $2, $3, $4, $5, 'GB', key, $6, $7, $8, $9, $10, $11
                 from statuses where entity = 'lead' order by is_default desc limit 1",
                [
                    id.into(),
                    first.into(),
                    last.into(),
                    email.clone().into(),
                    phone.clone().into(),
                    source.into(),
                    partner.into(),
                    owner.into(),
                    team.into(),
                    message.into(),
                    json!({ "form": metadata }).into(),
                ],
            )
            .await?;
        let was = self.email("leads.email");
        self.history("lead", id, &was, &email).await?;
        let record = self.push(Kind::Lead, id, owner, team);
        (record.email, record.phone) = (email, phone);
        Ok(record)
    }

    /// A change of the e-mail in the record's history, masked by the product itself.
    async fn history(&self, kind: &str, id: Uuid, was: &str, is: &str) -> anyhow::Result<()> {
        let change = Change { field: "email".to_owned(), old: json!(was), new: json!(is) };
        self.ctx.audit(&format!("{kind}.updated"), kind, Some(id), vec![change]).await?;
        Ok(())
    }

    /// Words in what belongs to the tenant as a whole.
    async fn configuration(&mut self) -> anyhow::Result<()> {
        let tx = self.ctx.tx();
        let footer = self.told("mail footer");
        let sql =
            "insert into settings (key, value) values ('mail_footer', $1) on conflict (key) do update set value = excluded.value";
        tx.run(sql, [json!(footer).into()]).await?;
        let about = self.told("description of a role");
        // Whoever looks around has a password only.
        tx.run("update roles set description = $1, two_factor_required = false", [about.into()]).await?;
        let label = self.told("label of a status");
        tx.run("update statuses set label = $1 where entity = 'lead' and position = (select max(position) from statuses where entity = 'lead')", [label.into()])
            .await?;
        let trace = self.told("audit entry");
        let change = Change { field: "mail_footer".to_owned(), old: json!(null), new: json!(trace) };
        self.ctx.audit("settings.updated", "settings", None, vec![change]).await?;
        self.push(Kind::Setting, Uuid::now_v7(), None, None);
        Ok(())
    }
}
