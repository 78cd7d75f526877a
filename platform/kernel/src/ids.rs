//! Typed UUIDv7 ids: time-sortable, and a client id can't be passed where a user id is meant.

/// Declares an id type. Only trait impls come out of it.
macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new, time-ordered id.
            #[expect(clippy::new_without_default, reason = "an id is never a default value")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

id_type! {
    /// A member of a tenant's staff, or of the platform's own.
    UserId,
    /// A role.
    RoleId,
    /// A team.
    TeamId,
    /// A sign-in on one device.
    SessionId,
    /// A client of a broker.
    ClientId,
    /// A lead.
    LeadId,
    /// A partner who brings leads.
    PartnerId,
    /// A row of the outbox.
    JobId,
    /// A run of the provisioner.
    ProvisioningId,
    /// A sign-up that waits for its e-mail to be verified.
    SignupId,
}
