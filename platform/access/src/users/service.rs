//! Reading users, adding them, and the mails that let them in.

use chrono::{DateTime, Utc};
use comms::mail::{self, Recipient};
use kernel::DomainError;
use kernel::event::Event;
use kernel::ids::UserId;
use kernel::paging::{Page, Paging};
use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::list::{self as lists, Sort, SortKey, SortType};
use runtime::words::{containing, words};
use runtime::{Ctx, Rows as _, audit};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, JoinType, Order, Query, SelectStatement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::auth::{Link, Purpose, issue_link};
use crate::roles::{may_hand_out, role_by_name_or_id};

/// A user as lists and answers show them.
#[derive(Debug, Clone, FromQueryResult)]
pub struct User {
    /// Their id.
    pub id: Uuid,
    /// E-mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Their role.
    pub role_id: Uuid,
    /// The role's name.
    pub role_name: String,
    /// Their team.
    pub team_id: Option<Uuid>,
    /// The team's name.
    pub team_name: Option<String>,
    /// `invited`, `active` or `inactive`.
    pub status: String,
    /// Last sign-in.
    pub last_login_at: Option<DateTime<Utc>>,
    /// Its address.
    pub last_login_ip: Option<String>,
    /// Until when failed attempts lock the account.
    pub locked_until: Option<DateTime<Utc>>,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether a second factor is set up.
    pub two_factor: bool,
    /// Whether the role or the settings demand one.
    pub two_factor_required: bool,
    /// Open sessions.
    pub sessions: i64,
    /// When they were added.
    pub created_at: DateTime<Utc>,
}

impl User {
    /// What the audit log compares.
    pub(super) fn record(&self) -> Json {
        json!({ "email": self.email, "name": self.name, "role": self.role_name, "team": self.team_name, "status": self.status })
    }
}

/// Which users a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words in the name or the address.
    pub search: Option<String>,
    /// Any of these states.
    pub status: Vec<String>,
    /// Any of these roles, by name or id.
    pub role: Vec<String>,
    /// Any of these teams.
    pub team: Vec<Uuid>,
    /// The import that they came with.
    pub import: Option<Uuid>,
}

/// The orders of the list; the first is the default.
pub const SORTS: &[SortKey] = &[
    SortKey { name: "name", column: ("u", "name"), kind: SortType::Name, default_desc: false },
    SortKey { name: "created_at", column: ("u", "created_at"), kind: SortType::Time, default_desc: false },
    SortKey { name: "email", column: ("u", "email"), kind: SortType::Text, default_desc: false },
];

/// As `auth::lockout` keeps it: by the hash of the address.
const LOCKED_UNTIL: &str = "(select f.locked_until from login_failures f
    where f.email_hash = sha256(convert_to(lower(u.email), 'UTF8')) and f.locked_until > now())";
const DEMANDED: &str = "(r.two_factor_required
    or coalesce((select s.value = 'true'::jsonb from settings s where s.key = 'two_factor_required'), false))";
const SESSIONS: &str = "(select count(*) from sessions s
    where s.user_id = u.id and s.revoked_at is null and s.expires_at > now())";

fn select() -> SelectStatement {
    let col = |table: &'static str, column: &'static str| (Alias::new(table), Alias::new(column));
    let mut select = Query::select();
    for column in [
        "id",
        "email",
        "name",
        "role_id",
        "team_id",
        "status",
        "last_login_at",
        "last_login_ip",
        "must_change_password",
        "two_factor",
        "created_at",
    ] {
        select.column(col("u", column));
    }
    select
        .expr_as(Expr::cust(LOCKED_UNTIL), Alias::new("locked_until"))
        .expr_as(Expr::cust(DEMANDED), Alias::new("two_factor_required"))
        .expr_as(Expr::cust(SESSIONS), Alias::new("sessions"))
        .expr_as(Expr::col(col("r", "name")), Alias::new("role_name"))
        .expr_as(Expr::col(col("t", "name")), Alias::new("team_name"))
        .from_as(Alias::new("users"), Alias::new("u"))
        .join_as(JoinType::InnerJoin, Alias::new("roles"), Alias::new("r"), Expr::col(col("r", "id")).equals(col("u", "role_id")))
        .join_as(JoinType::LeftJoin, Alias::new("teams"), Alias::new("t"), Expr::col(col("t", "id")).equals(col("u", "team_id")));
    select
}

/// The users that the actor may see.
fn visible(ctx: &Ctx) -> kernel::Result<SelectStatement> {
    Ok(visible_to(ctx, ctx.require("users.read")?))
}

fn visible_to(ctx: &Ctx, scope: Scope) -> SelectStatement {
    let mut query = select();
    if let Some(within) = lists::within(ctx, scope, ("u", "id"), ("u", "team_id")) {
        query.and_where(within);
    }
    query
}

/// A page of users.
pub async fn list(ctx: &Ctx, filter: &Filter, sort: Option<&str>, paging: &Paging) -> kernel::Result<Page<User>> {
    lists::page(ctx, "user", &listed(ctx, filter, ctx.require("users.read")?), Sort::parse(sort, SORTS)?, paging).await
}

/// The users within a scope that a filter means.
pub fn listed(ctx: &Ctx, filter: &Filter, scope: Scope) -> SelectStatement {
    let mut query = visible_to(ctx, scope);
    for word in words(filter.search.as_deref().unwrap_or_default()) {
        query.and_where(containing("fold(u.name || ' ' || u.email)", &word));
    }
    if !filter.status.is_empty() {
        query.and_where(Expr::col((Alias::new("u"), Alias::new("status"))).is_in(filter.status.clone()));
    }
    if !filter.role.is_empty() {
        let words: Vec<String> = filter.role.iter().map(|r| r.to_lowercase()).collect();
        let by_name = Expr::cust("lower(r.name)").is_in(words.clone());
        query.and_where(by_name.or(Expr::cust("r.id::text").is_in(words)));
    }
    if !filter.team.is_empty() {
        query.and_where(Expr::col((Alias::new("u"), Alias::new("team_id"))).is_in(filter.team.clone()));
    }
    if let Some(import) = filter.import {
        query.and_where(Expr::col((Alias::new("u"), Alias::new("import_id"))).eq(import));
    }
    query
}

/// One user that the actor may see.
pub async fn get(ctx: &Ctx, id: Uuid) -> kernel::Result<User> {
    one(ctx, visible(ctx)?, id).await
}

/// One user, whoever acts.
pub(super) async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<User> {
    one(ctx, select(), id).await
}

async fn one(ctx: &Ctx, mut query: SelectStatement, id: Uuid) -> kernel::Result<User> {
    query.and_where(Expr::col((Alias::new("u"), Alias::new("id"))).eq(id));
    lists::rows(ctx, &query).await?.into_iter().next().ok_or_else(|| DomainError::not_found("User"))
}

/// These users, whoever acts.
pub(super) async fn load_many(ctx: &Ctx, ids: Vec<Uuid>) -> kernel::Result<Vec<User>> {
    let mut query = select();
    query
        .and_where(Expr::col((Alias::new("u"), Alias::new("id"))).is_in(ids))
        .order_by((Alias::new("u"), Alias::new("id")), Order::Asc);
    lists::rows(ctx, &query).await
}

/// The role and the team a caller named, checked.
pub(super) async fn resolve_role(ctx: &Ctx, check: &mut Checker, text: &str) -> kernel::Result<Option<Uuid>> {
    let found = role_by_name_or_id(ctx, text).await?;
    if found.is_none() {
        check.add("role", "there is no such role");
    }
    Ok(found.map(|(id, _)| id))
}

/// Notes a fault if there is no such team.
pub(super) async fn check_team(ctx: &Ctx, check: &mut Checker, team: Uuid) -> kernel::Result<()> {
    let known: Option<i32> = ctx.tx().scalar("select 1 from teams where id = $1", [team.into()]).await?;
    if known.is_none() {
        check.add("team_id", "there is no such team");
    }
    Ok(())
}

/// Somebody to add.
#[derive(Debug, Clone, Default)]
pub struct NewUser {
    /// E-mail address.
    pub email: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Role, by name or id.
    pub role: Option<String>,
    /// Team.
    pub team_id: Option<Uuid>,
    /// With a hash the user can sign in at once; without one they are invited by mail.
    pub password_hash: Option<String>,
}

/// E-mail address and name of somebody to add, checked.
pub fn checked_identity(check: &mut Checker, email: Option<&str>, name: Option<&str>) -> (String, String) {
    let email = match check.required("email", email, 254) {
        text if text.is_empty() => text,
        text => check.email("email", &text),
    };
    (email, check.required("name", name, 120))
}

/// Adds a user: invited by mail, or active if a password is known.
pub async fn create(ctx: &Ctx, new: NewUser) -> kernel::Result<User> {
    ctx.require("users.manage")?;
    let mut check = Checker::new();
    let (email, name) = checked_identity(&mut check, new.email.as_deref(), new.name.as_deref());
    let role = match check.required("role", new.role.as_deref(), 120) {
        text if text.is_empty() => None,
        text => resolve_role(ctx, &mut check, &text).await?,
    };
    if let Some(team) = new.team_id {
        check_team(ctx, &mut check, team).await?;
    }
    check.finish()?;
    let role = role.ok_or_else(|| DomainError::internal("a checked role is gone"))?;
    // First of all: the rights by which this role may be given must not change meanwhile.
    ctx.access_changed().await?;
    may_hand_out(ctx, role).await?;
    let id = UserId::new();
    let invited = new.password_hash.is_none();
    let status = if invited { "invited" } else { "active" };
    let inserted = ctx
        .tx()
        .run(
            "insert into users (id, email, name, password_hash, role_id, team_id, status, created_at, updated_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
            [
                id.0.into(),
                email.into(),
                name.into(),
                new.password_hash.into(),
                role.into(),
                new.team_id.into(),
                status.into(),
                ctx.now().into(),
                ctx.user_id().into(),
            ],
        )
        .await;
    if let Err(error) = inserted {
        return Err(if error.is_duplicate_of("users_by_email") { email_exists() } else { error.into() });
    }
    let user = load(ctx, id.0).await?;
    ctx.audit("user.created", "user", Some(id.0), audit::diff(&Json::Null, &user.record())).await?;
    ctx.emit(event("user.created", &user)).await?;
    if invited {
        send_invitation(ctx, &user).await?;
    }
    Ok(user)
}

fn email_exists() -> DomainError {
    DomainError::conflict_field("email_exists", "email", "belongs to another user already")
}

/// What open screens are told about a user.
pub(super) fn event(name: &str, user: &User) -> Event {
    Event::new(name, user.id, "users.read").covering(Some(user.id), user.team_id)
}

async fn send_invitation(ctx: &Ctx, user: &User) -> kernel::Result<()> {
    let link = issue_link(ctx, UserId(user.id), Purpose::Invitation).await?;
    invite(ctx, user, link).await
}

/// Queues the mail with a link.
pub(super) async fn invite(ctx: &Ctx, user: &User, link: Link) -> kernel::Result<()> {
    let context = json!({
        "name": user.name,
        "role": user.role_name,
        // The product itself invites the first administrator; it has no name that says anything.
        "inviter": ctx.user_id().map(|_| ctx.actor().name.clone()),
        "link": link.url,
        "expires_in": link.expires_in,
    });
    mail::queue(ctx, "invitation", Recipient::named(&user.name, &user.email), context).await?;
    Ok(())
}

/// Sends the invitation again; the link of the earlier one ends.
pub async fn resend_invitation(ctx: &Ctx, id: Uuid) -> kernel::Result<User> {
    ctx.require("users.manage")?;
    ctx.lock_configuration().await?;
    let user = load(ctx, id).await?;
    if user.status != "invited" {
        return Err(DomainError::conflict("not_invited", "This user has accepted the invitation already, or was deactivated."));
    }
    send_invitation(ctx, &user).await?;
    ctx.audit("user.invited", "user", Some(id), Vec::new()).await?;
    Ok(user)
}
