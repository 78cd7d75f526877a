//! The user that a question is about, as the tables have them.

use chrono::{DateTime, Utc};
use kernel::DomainError;
use runtime::crypto::sha256;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::settings;

/// The user with what their account says.
#[derive(Debug, FromQueryResult)]
pub(super) struct Subject {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub status: String,
    pub must_change_password: bool,
    pub two_factor: bool,
    pub role_id: Uuid,
    pub role_name: String,
    pub role_two_factor: bool,
    pub team_id: Option<Uuid>,
}

/// Something about the account: whether it lets requests through, and what it is.
pub(super) struct AccountStep {
    /// Whether it is as it should be.
    pub ok: bool,
    /// Whether it stops every request.
    pub stops: bool,
    /// One sentence.
    pub text: String,
}

impl Subject {
    pub async fn load(ctx: &Ctx, id: Uuid) -> kernel::Result<Self> {
        let sql = "select u.id, u.name, u.email, u.status, u.must_change_password, u.two_factor, u.role_id, u.team_id,
                          r.name as role_name, r.two_factor_required as role_two_factor
                   from users u join roles r on r.id = u.role_id where u.id = $1";
        ctx.tx().one(sql, [id.into()]).await?.ok_or_else(|| DomainError::not_found("User"))
    }

    /// What the account says, before any role is asked.
    pub async fn account(&self, ctx: &Ctx) -> kernel::Result<Vec<AccountStep>> {
        let name = &self.name;
        let mut steps = Vec::new();
        match self.status.as_str() {
            "active" => steps.push(AccountStep { ok: true, stops: false, text: format!("The account of {name} is active.") }),
            "invited" => {
                let text = format!("{name} has not accepted the invitation yet and can't sign in.");
                steps.push(AccountStep { ok: false, stops: true, text });
            }
            _ => steps.push(AccountStep { ok: false, stops: true, text: format!("The account of {name} is deactivated.") }),
        }
        if let Some(until) = self.locked_until(ctx).await? {
            let text = format!(
                "After wrong passwords {name} can't sign in before {} UTC; a session that is open goes on.",
                until.format("%H:%M:%S")
            );
            steps.push(AccountStep { ok: false, stops: false, text });
        }
        if self.must_change_password {
            let text = format!("{name} must choose a new password before anything else.");
            steps.push(AccountStep { ok: false, stops: true, text });
        }
        if !self.two_factor && self.needs_two_factor(ctx).await? {
            let text = format!("{name} must set up a second factor before anything else.");
            steps.push(AccountStep { ok: false, stops: true, text });
        }
        Ok(steps)
    }

    async fn needs_two_factor(&self, ctx: &Ctx) -> kernel::Result<bool> {
        let everybody = settings::get(ctx, "two_factor_required").await?.and_then(|v| v.as_bool()).unwrap_or(false);
        Ok(everybody || self.role_two_factor)
    }

    async fn locked_until(&self, ctx: &Ctx) -> kernel::Result<Option<DateTime<Utc>>> {
        let key = sha256(self.email.to_lowercase().as_bytes());
        let sql = "select locked_until from login_failures where email_hash = $1";
        let until = ctx.tx().scalar::<Option<DateTime<Utc>>>(sql, [key.into()]).await?.flatten();
        Ok(until.filter(|until| *until > ctx.now()))
    }
}
