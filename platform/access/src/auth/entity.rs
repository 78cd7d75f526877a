//! Accounts as sign-in reads them: with the password's hash.

use kernel::ids::UserId;
use runtime::access::Actor;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A user with what sign-in decides on.
#[derive(FromQueryResult)]
pub(super) struct Account {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub password_hash: Option<String>,
    pub status: String,
    pub team_id: Option<Uuid>,
    pub two_factor: bool,
}

impl Account {
    /// The account of an address, whatever its state.
    pub async fn by_email(ctx: &Ctx, email: &str) -> kernel::Result<Option<Self>> {
        let sql = "select id, name, email, password_hash, status, team_id, two_factor from users where lower(email) = $1";
        Ok(ctx.tx().one(sql, [email.into()]).await?)
    }

    /// The account of an id.
    pub async fn by_id(ctx: &Ctx, id: Uuid) -> kernel::Result<Option<Self>> {
        let sql = "select id, name, email, password_hash, status, team_id, two_factor from users where id = $1";
        Ok(ctx.tx().one(sql, [id.into()]).await?)
    }

    /// Whether it may sign in.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }

    /// The account as the one who acts on itself: no field rule concerns it.
    pub fn actor(&self) -> Actor {
        let mut actor = Actor::system(&self.name);
        actor.user = Some(UserId(self.id));
        actor.email.clone_from(&self.email);
        actor
    }
}
