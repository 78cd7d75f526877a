//! `/users`.

use chrono::{DateTime, Utc};
use kernel::paging::Paging;
use kernel::validate::Checker;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{Accepted, ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::protect;
use super::service::{self, Filter, NewUser, User};
use super::update::{self, Changes, Handover};
use crate::administration;
use crate::roles::RoleRef;

/// A user.
#[derive(Debug, Object)]
pub(super) struct UserOut {
    /// The user.
    id: Uuid,
    /// E-mail address, with which they sign in.
    email: String,
    /// Name.
    name: String,
    /// Their role.
    role: RoleRef,
    /// The role's name.
    role_name: String,
    /// Their team.
    #[oai(nullable)]
    team_id: Option<Uuid>,
    /// The team's name.
    #[oai(nullable)]
    team_name: Option<String>,
    /// `invited`, `active` or `inactive`.
    status: String,
    /// Last sign-in.
    #[oai(nullable)]
    last_login_at: Option<DateTime<Utc>>,
    /// Its address; only for who manages users.
    #[oai(nullable)]
    last_login_ip: Option<String>,
    /// Until when failed attempts lock the account; null when it is open.
    #[oai(nullable)]
    locked_until: Option<DateTime<Utc>>,
    /// Whether the password must be changed before anything else.
    must_change_password: bool,
    /// Whether a second factor is set up.
    two_factor: bool,
    /// Whether the role or the settings demand one.
    two_factor_required: bool,
    /// Open sessions.
    sessions: u64,
    /// When they were added.
    created_at: DateTime<Utc>,
}

impl UserOut {
    /// As whoever asks may see it.
    pub(super) fn of(ctx: &Ctx, user: User) -> Self {
        let manages = ctx.actor().scope("users.manage").is_some();
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: RoleRef { id: user.role_id, name: user.role_name.clone() },
            role_name: user.role_name,
            team_id: user.team_id,
            team_name: user.team_name,
            status: user.status,
            last_login_at: user.last_login_at,
            last_login_ip: user.last_login_ip.filter(|_| manages),
            locked_until: user.locked_until,
            must_change_password: user.must_change_password,
            two_factor: user.two_factor,
            two_factor_required: user.two_factor_required,
            sessions: u64::try_from(user.sessions).unwrap_or(0),
            created_at: user.created_at,
        }
    }
}

/// Somebody to invite.
#[derive(Debug, Object)]
struct UserIn {
    /// E-mail address; the invitation goes there.
    email: Option<String>,
    /// Name.
    name: Option<String>,
    /// Role, by name or id.
    role: Option<String>,
    /// Team.
    team_id: Option<Uuid>,
}

/// Changes of a user; what is absent stays.
#[derive(Debug, Object)]
struct UserPatch {
    /// Name.
    name: Option<String>,
    /// Role, by name or id.
    role: Option<String>,
    /// Team; null for none.
    team_id: MaybeUndefined<Uuid>,
    /// `active` or `inactive`.
    status: Option<String>,
    /// With status `inactive`: who gets the user's clients, leads, contacts, opportunities and deals, the activities
    /// that are still to be done, their place in rules of assignment, and, from those who may change teams, the teams
    /// that the user leads; null for nobody. Without it everything stays as it is.
    reassign_to: MaybeUndefined<Uuid>,
}

/// The words of a comma list.
fn words(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Reads the filters of the list.
pub fn filter(
    search: Option<String>,
    status: Option<String>,
    role: Option<String>,
    team: Option<String>,
) -> kernel::Result<Filter> {
    let mut check = Checker::new();
    let status = words(status.as_deref());
    if status.iter().any(|s| !["invited", "active", "inactive"].contains(&s.as_str())) {
        check.add("status", "must be invited, active or inactive");
    }
    let mut teams = Vec::new();
    for word in words(team.as_deref()) {
        match word.parse() {
            Ok(id) => teams.push(id),
            Err(_) => check.add("team_id", "is not the id of a team"),
        }
    }
    let search = check.optional("search", search.as_deref(), 200);
    let role = words(check.optional("role", role.as_deref(), 1_000).as_deref());
    check.finish()?;
    Ok(Filter { search, status, role, team: teams, import: None })
}

/// The staff of a tenant.
pub struct UsersApi;

#[OpenApi]
impl UsersApi {
    /// List the users
    ///
    /// With scope `team` those of the caller's team and the teams below it.
    #[oai(path = "/users", method = "get", operation_id = "listUsers")]
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Words in the name or the address.
        search: Query<Option<String>>,
        /// `invited`, `active` or `inactive`; a comma list is allowed.
        status: Query<Option<String>>,
        /// Role, by name or id; a comma list is allowed.
        role: Query<Option<String>>,
        /// Team; a comma list is allowed.
        team_id: Query<Option<String>>,
        /// Those who came with an import.
        import_id: Query<Option<Uuid>>,
        /// `name`, `created_at` or `email`, with `-` for downwards.
        sort: Query<Option<String>>,
        /// 1-based page.
        page: Query<Option<String>>,
        /// Rows on a page, at most 200.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<UserOut>>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.as_deref(), cursor.0.as_deref())?;
        let filter = Filter { import: import_id.0, ..filter(search.0, status.0, role.0, team_id.0)? };
        let ctx = administration::read(&auth.0).await?;
        let found = service::list(&ctx, &filter, sort.0.as_deref(), &paging).await?;
        Ok(Json(found.map(|user| UserOut::of(&ctx, user)).into()))
    }

    /// Read one user
    #[oai(path = "/users/:id", method = "get", operation_id = "getUser")]
    async fn get(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
    ) -> ApiResult<Json<UserOut>> {
        let ctx = administration::read(&auth.0).await?;
        Ok(Json(UserOut::of(&ctx, service::get(&ctx, id.0).await?)))
    }

    /// Invite a user
    ///
    /// The invitation leaves by mail. An address that is known already: 409 `email_exists`.
    #[oai(path = "/users", method = "post", operation_id = "createUser")]
    async fn create(&self, auth: Staff, body: Json<UserIn>) -> ApiResult<Created<UserOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let body = body.0;
        let new = NewUser { email: body.email, name: body.name, role: body.role, team_id: body.team_id, password_hash: None };
        let out = UserOut::of(&ctx, service::create(&ctx, new).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a user
    ///
    /// Nobody can deactivate themselves (409 `cannot_deactivate_self`), and somebody who can manage
    /// users and roles must remain (409 `last_administrator`).
    #[oai(path = "/users/:id", method = "patch", operation_id = "updateUser")]
    async fn update(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
        body: Json<UserPatch>,
    ) -> ApiResult<Json<UserOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let body = body.0;
        let reassign = match body.reassign_to {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(Handover::Nobody),
            MaybeUndefined::Value(user) => Some(Handover::To(user)),
        };
        let changes = Changes { name: body.name, role: body.role, team_id: body.team_id, status: body.status, reassign };
        let out = UserOut::of(&ctx, update::update(&ctx, id.0, changes).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Send the invitation again
    ///
    /// The link of the earlier mail ends. Somebody who has accepted already: 409 `not_invited`.
    #[oai(path = "/users/:id/invite", method = "post", operation_id = "resendInvitation")]
    async fn invite(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
    ) -> ApiResult<Accepted<UserOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let out = UserOut::of(&ctx, service::resend_invitation(&ctx, id.0).await?);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }

    /// Make a user choose a new password
    ///
    /// Their sessions end, and a mail with a link leaves.
    #[oai(path = "/users/:id/reset-password", method = "post", operation_id = "resetUserPassword")]
    async fn reset_password(
        &self,
        auth: Staff,
        /// The user.
        id: Path<Uuid>,
    ) -> ApiResult<Accepted<UserOut>> {
        let ctx = administration::begin(&auth.0).await?;
        let out = UserOut::of(&ctx, protect::reset_password(&ctx, id.0).await?);
        ctx.commit_reply(202, &out).await?;
        Ok(Accepted(out))
    }
}
