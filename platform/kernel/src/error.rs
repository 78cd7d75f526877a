//! The closed vocabulary of failures. It knows nothing of HTTP: one mapper at the edge
//! (`runtime::http::error`) turns it into a status and a body.

use std::collections::BTreeMap;

/// `Result` with the one error of this program.
pub type Result<T, E = DomainError> = std::result::Result<T, E>;

/// Messages per field, all at once: `{"email": ["is not an e-mail address"]}`.
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// What can go wrong. `code` is stable and public; `message` is for people.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DomainError {
    /// The input is wrong; `fields` names every bad field.
    #[error("{message}")]
    Invalid {
        /// Stable code, `validation_failed` unless the contract says another.
        code: &'static str,
        /// One sentence.
        message: String,
        /// All field errors.
        fields: FieldErrors,
    },
    /// No credential, or a bad one.
    #[error("{message}")]
    Unauthenticated {
        /// Stable code.
        code: &'static str,
        /// One sentence.
        message: String,
    },
    /// A good credential that may not.
    #[error("{message}")]
    Forbidden {
        /// Stable code.
        code: &'static str,
        /// One sentence.
        message: String,
    },
    /// It does not exist, or the actor may not know that it does.
    #[error("{message}")]
    NotFound {
        /// Stable code.
        code: &'static str,
        /// One sentence.
        message: String,
    },
    /// It existed once and can't be used again (a spent or expired token).
    #[error("{message}")]
    Gone {
        /// Stable code.
        code: &'static str,
        /// One sentence.
        message: String,
    },
    /// The state of the record does not allow it.
    #[error("{message}")]
    Conflict {
        /// Stable code.
        code: &'static str,
        /// One sentence.
        message: String,
        /// The field that conflicts, if one does.
        fields: FieldErrors,
    },
    /// The account is locked for a while.
    #[error("{message}")]
    Locked {
        /// Stable code.
        code: &'static str,
        /// One sentence.
        message: String,
        /// Seconds until it makes sense to try again.
        retry_after: u64,
    },
    /// More than is taken at once.
    #[error("{message}")]
    TooLarge {
        /// Stable code.
        code: &'static str,
        /// One sentence.
        message: String,
    },
    /// Too many requests.
    #[error("{message}")]
    Limited {
        /// Stable code.
        code: &'static str,
        /// One sentence.
        message: String,
        /// Seconds until it makes sense to try again.
        retry_after: u64,
    },
    /// Something we depend on is away for the moment.
    #[error("{message}")]
    Unavailable {
        /// Stable code.
        code: &'static str,
        /// One sentence, shown to people.
        message: String,
    },
    /// Another failure, with facts that help whoever asked to go on.
    #[error("{error}")]
    With {
        /// The failure.
        error: Box<DomainError>,
        /// An object that goes into the answer's `data`.
        facts: serde_json::Value,
    },
    /// Our fault. The text is for the log and is never shown.
    #[error("internal: {0}")]
    Internal(String),
}

impl DomainError {
    /// Input is wrong in the named fields.
    pub fn invalid(fields: FieldErrors) -> Self {
        let message = match fields.iter().next() {
            Some((field, msgs)) if fields.len() == 1 => {
                format!("{field}: {}", msgs.first().map_or("is invalid", String::as_str))
            }
            _ => format!("{} fields need attention.", fields.len()),
        };
        Self::Invalid { code: "validation_failed", message, fields }
    }

    /// One bad field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::field_code("validation_failed", field, message)
    }

    /// One bad field, with a code of its own.
    pub fn field_code(code: &'static str, field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Invalid {
            code,
            message: format!("{field}: {message}"),
            fields: FieldErrors::from([(field.to_owned(), vec![message])]),
        }
    }

    /// No credential, or a bad one.
    pub fn unauthenticated(code: &'static str, message: impl Into<String>) -> Self {
        Self::Unauthenticated { code, message: message.into() }
    }

    /// The actor lacks a permission.
    pub fn forbidden(permission: &str) -> Self {
        Self::Forbidden { code: "forbidden", message: format!("Your role does not allow this (needs {permission}).") }
    }

    /// `what` does not exist for this actor.
    pub fn not_found(what: &str) -> Self {
        Self::NotFound { code: "not_found", message: format!("{what} not found.") }
    }

    /// A conflict without a field.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into(), fields: FieldErrors::new() }
    }

    /// A conflict in one field.
    pub fn conflict_field(code: &'static str, field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Conflict { code, message: message.clone(), fields: FieldErrors::from([(field.to_owned(), vec![message])]) }
    }

    /// A token that was spent or has expired.
    pub fn gone(code: &'static str, message: impl Into<String>) -> Self {
        Self::Gone { code, message: message.into() }
    }

    /// A dependency is away for the moment.
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        Self::Unavailable { code, message: message.into() }
    }

    /// Our fault; the text goes to the log only.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// The same failure with facts, an object, that help whoever asked to go on.
    pub fn with(self, facts: serde_json::Value) -> Self {
        Self::With { error: Box::new(self), facts }
    }

    /// The same failure with its fields as a caller of another face knows them: from, to. Two that become one
    /// share their messages.
    pub fn renamed(self, names: &[(&str, &str)]) -> Self {
        let rename = |fields: FieldErrors| {
            let mut all = FieldErrors::new();
            for (field, messages) in fields {
                let name = names.iter().find(|(from, _)| *from == field).map_or(field.as_str(), |(_, to)| to);
                let kept = all.entry(name.to_owned()).or_default();
                messages.into_iter().for_each(|m| {
                    if !kept.contains(&m) {
                        kept.push(m)
                    }
                });
            }
            all
        };
        match self {
            Self::Invalid { fields, code, .. } => match Self::invalid(rename(fields)) {
                Self::Invalid { message, fields, .. } => Self::Invalid { code, message, fields },
                other => other,
            },
            Self::Conflict { code, message, fields } => Self::Conflict { code, message, fields: rename(fields) },
            Self::With { error, facts } => error.renamed(names).with(facts),
            other => other,
        }
    }

    /// The same failure in the words of another face: pieces of its messages, from and to.
    pub fn reworded(self, words: &[(&str, &str)]) -> Self {
        let reword = |text: String| words.iter().fold(text, |text, (from, to)| text.replace(from, to));
        let all = |fields: FieldErrors| {
            fields.into_iter().map(|(field, texts)| (field, texts.into_iter().map(reword).collect())).collect()
        };
        match self {
            Self::Invalid { code, message, fields } => Self::Invalid { code, message: reword(message), fields: all(fields) },
            Self::Conflict { code, message, fields } => Self::Conflict { code, message: reword(message), fields: all(fields) },
            Self::NotFound { code, message } => Self::NotFound { code, message: reword(message) },
            Self::With { error, facts } => error.reworded(words).with(facts),
            other => other,
        }
    }

    /// The stable public code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid { code, .. }
            | Self::Unauthenticated { code, .. }
            | Self::Forbidden { code, .. }
            | Self::NotFound { code, .. }
            | Self::Gone { code, .. }
            | Self::Conflict { code, .. }
            | Self::Locked { code, .. }
            | Self::Limited { code, .. }
            | Self::TooLarge { code, .. }
            | Self::Unavailable { code, .. } => code,
            Self::With { error, .. } => error.code(),
            Self::Internal(_) => "internal",
        }
    }

    /// Whether the same call may succeed later without a change.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::With { error, .. } => error.is_temporary(),
            other => matches!(other, Self::Unavailable { .. } | Self::Internal(_) | Self::Limited { .. }),
        }
    }
}
