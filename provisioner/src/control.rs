//! Errors of the shared schema's pools in the one vocabulary.

use std::sync::Arc;

use kernel::DomainError;
use runtime::db::DbError;
use sea_orm::{DbErr, RuntimeErr};

/// What a pool's failure means to a caller.
pub(crate) fn db(e: sqlx::Error) -> DomainError {
    DbError(DbErr::Query(RuntimeErr::SqlxError(Arc::new(e)))).into()
}

/// What went wrong, for the owner's eyes and the log: an internal error with its detail.
pub(crate) fn detail(error: &DomainError) -> String {
    match error {
        DomainError::Internal(text) => text.clone(),
        other => other.to_string(),
    }
}
