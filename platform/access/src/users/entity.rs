//! The table `users`, read under the full role: the masked one has no grant on password hashes.

use sea_orm::entity::prelude::*;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Their id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Unique, whatever the case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Argon2id; none until the invitation is accepted.
    pub password_hash: Option<String>,
    /// What they may do.
    pub role_id: Uuid,
    /// Where they belong.
    pub team_id: Option<Uuid>,
    /// `invited`, `active` or `inactive`.
    pub status: String,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether a second factor is set up.
    pub two_factor: bool,
    /// Last sign-in.
    pub last_login_at: Option<DateTimeUtc>,
    /// Address of the last sign-in.
    pub last_login_ip: Option<String>,
    /// When they were added.
    pub created_at: DateTimeUtc,
    /// When they were last changed.
    pub updated_at: DateTimeUtc,
    /// Who added them.
    pub created_by: Option<Uuid>,
}

/// No relations: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
