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

use super::belongings::{MASKED, PARTIAL};
use super::hunt::{Needle, What};
pub use super::kind::Kind;

/// Which of the two tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one whose staff look around.
    A,
    /// The one of which nothing may be seen.
    B,
}

/// A record that was planted.
#[derive(Debug, Clone)]
pub struct Record {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
    /// What stands in a path for it: its id, or its key.
    pub path: String,
    /// Who owns it; of a user, the user; of what hangs on a record, that record's owner.
    pub owner: Option<Uuid>,
    /// Its team.
    pub team: Option<Uuid>,
    /// The records it hangs on.
    pub on: Vec<Record>,
    /// What it takes to read it, where that is not its kind's permission.
    pub needs: &'static str,
    /// Its e-mail, where it has one.
    pub email: String,
    /// Its phone, where it has one.
    pub phone: String,
    /// The role whose staff try to change it; it is out of their reach unless they reach everything.
    pub victim_of: Option<Uuid>,
    /// Whether it is one of two that are to be one.
    pub twin: bool,
    /// Whether it stands in the same place as the colleague's: one of them is enough to look at.
    pub like_others: bool,
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

    /// A word that stands nowhere else.
    pub fn new_word(&self) -> String {
        let mut rng = rand::rng();
        let tail: String = (0..9).map(|_| char::from(b'a' + rng.random_range(0..26u8))).collect();
        format!("zq{}{tail}", if self.side == Side::A { 'a' } else { 'b' })
    }

    /// A number to call.
    pub fn new_phone(&self) -> String {
        let mut rng = rand::rng();
        format!("+447{}", (0..9).map(|_| char::from(b'0' + rng.random_range(0..10u8))).collect::<String>())
    }

    /// Something by which the record is known that comes next.
    pub fn needle(&mut self, text: &str, what: What) {
        let record = self.records.len();
        self.needles.push(Needle { text: text.to_lowercase(), side: self.side, record, what });
    }

    /// The record that the needles since the last one are of.
    pub fn push(&mut self, kind: Kind, id: Uuid, owner: Option<Uuid>, team: Option<Uuid>) -> &mut Record {
        self.needle(&id.to_string(), What::Id);
        let (path, email, phone) = (id.to_string(), String::new(), String::new());
        let (on, needs) = (Vec::new(), kind.permission());
        self.records.push(Record {
            kind,
            id,
            path,
            owner,
            team,
            on,
            needs,
            email,
            phone,
            victim_of: None,
            twin: false,
            like_others: false,
        });
        let last = self.records.len() - 1;
        &mut self.records[last]
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

/// What records refer to.
pub(super) struct Around {
    /// A partner.
    pub partner: Uuid,
    /// A pipeline.
    pub pipeline: String,
    /// A colleague, who writes notes.
    pub author: Uuid,
}

/// Whoever plants.
pub(super) struct Gardener<'a> {
    pub(super) ctx: &'a Ctx,
    pub(super) out: Planted,
    days: u64,
    hash: String,
}

impl Gardener<'_> {
    pub(super) fn needle(&mut self, text: &str, what: What) {
        self.out.needle(text, what);
    }

    /// A word about the record that is being made.
    pub(super) fn told(&mut self, what: &'static str) -> String {
        let word = self.out.new_word();
        self.needle(&word, What::Text(what));
        word
    }

    /// An address of the record that is being made; both its halves are words.
    pub(super) fn email(&mut self, key: &'static str) -> String {
        let (name, domain) = (self.out.new_word(), self.out.new_word());
        self.needle(&name, What::Sensitive(key));
        self.needle(&domain, What::Sensitive(key));
        format!("{name}@{domain}.example")
    }

    pub(super) fn phone(&mut self, key: &'static str) -> String {
        let phone = self.out.new_phone();
        self.needle(&phone[1..12], What::Sensitive(key));
        phone
    }

    pub(super) fn push(&mut self, kind: Kind, id: Uuid, owner: Option<Uuid>, team: Option<Uuid>) -> &mut Record {
        self.out.push(kind, id, owner, team)
    }

    async fn everything(&mut self) -> anyhow::Result<()> {
        self.modules().await?;
        let near = self.team(None).await?;
        let below = self.team(Some(near)).await?;
        let far = self.team(None).await?;
        let led = self.team(None).await?;
        self.roles_between().await?;
        let roles: Vec<RoleRow> = self.ctx.tx().all("select id, name from roles order by position, name", []).await?;
        for role in &roles {
            self.push(Kind::Role, role.id, None, None);
            let (id, email) = self.user(role.id, near).await?;
            let key = self.key(role.id).await?;
            self.out.staff.push(Staffer { id, email, role: role.id, role_name: role.name.clone(), key });
        }
        self.leader(led).await?;
        let simplest = roles.iter().rfind(|r| r.name != PARTIAL && r.name != MASKED).map_or(Uuid::nil(), |r| r.id);
        let (colleague, _) = self.user(simplest, near).await?;
        let (underling, _) = self.user(simplest, below).await?;
        let (stranger, _) = self.user(simplest, far).await?;
        let (follower, _) = self.user(simplest, led).await?;
        let around = Around { partner: self.partner().await?, pipeline: self.pipeline().await?, author: colleague };
        for (owner, team) in [
            (Some(colleague), Some(near)),
            (Some(underling), Some(below)),
            (Some(stranger), Some(far)),
            (Some(follower), Some(led)),
            (None, Some(far)),
            (None, None),
        ] {
            self.place(owner, team, &around, None).await?;
        }
        let first = self.out.records.len();
        for staffer in self.out.staff.clone() {
            self.place(Some(staffer.id), Some(near), &around, None).await?;
        }
        self.out.records[first..].iter_mut().for_each(|r| r.like_others = true);
        for role in &roles {
            self.place(Some(stranger), Some(far), &around, Some(role.id)).await?;
        }
        // Two pairs of one person each, to be made one by whoever may.
        for _ in 0..2 {
            self.client(Some(stranger), Some(far)).await?.twin = true;
            self.contact(Some(stranger), Some(far), None).await?.twin = true;
        }
        self.personal(&[colleague, stranger], &[near, far]).await?;
        self.belongings(colleague).await?;
        self.configuration().await
    }

    /// One of everything, with this owner and team.
    async fn place(
        &mut self,
        owner: Option<Uuid>,
        team: Option<Uuid>,
        around: &Around,
        victim_of: Option<Uuid>,
    ) -> anyhow::Result<()> {
        let first = self.out.records.len();
        let client = self.client(owner, team).await?.clone();
        self.lead(owner, team, around.partner).await?;
        self.sales(&client, around).await?;
        self.out.records[first..].iter_mut().for_each(|r| r.victim_of = victim_of);
        Ok(())
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
        let (email, phone) = (self.email("clients.email"), self.phone("clients.phone"));
        let address = self.out.new_word();
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
        let (email, phone) = (self.email("leads.email"), self.phone("leads.phone"));
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
    pub(super) async fn history(&self, kind: &str, id: Uuid, was: &str, is: &str) -> anyhow::Result<()> {
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
