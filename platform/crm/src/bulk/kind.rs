//! The kinds of records that can be changed in bulk, and how they differ.

use kernel::permission::Scope;
use runtime::Ctx;
use sea_orm::sea_query::SelectStatement;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::clients::http::ClientFilter;
use crate::leads::http::LeadFilter;
use crate::{clients, leads};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Client,
    Lead,
}

/// A filter of a list, by the names of the list's query parameters.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    Client(Box<ClientFilter>),
    Lead(Box<LeadFilter>),
}

impl Kind {
    /// As it stands in the database, in events and in the audit log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Lead => "lead",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Client, Self::Lead].into_iter().find(|kind| kind.word() == word)
    }

    pub fn table(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Lead => "leads",
        }
    }

    /// Alias of the table in queries of its lists.
    pub fn alias(self) -> &'static str {
        match self {
            Self::Client => "c",
            Self::Lead => "l",
        }
    }

    pub fn read(self) -> &'static str {
        match self {
            Self::Client => "clients.read",
            Self::Lead => "leads.read",
        }
    }

    pub fn assign(self) -> &'static str {
        match self {
            Self::Client => "clients.assign",
            Self::Lead => "leads.assign",
        }
    }

    pub fn update(self) -> &'static str {
        match self {
            Self::Client => "clients.update",
            Self::Lead => "leads.update",
        }
    }

    /// Whether a record can be deleted and come back.
    pub fn can_be_deleted(self) -> bool {
        self == Self::Client
    }

    /// Records within a scope that are not deleted.
    pub fn within(self, ctx: &Ctx, scope: Scope) -> SelectStatement {
        match self {
            Self::Client => {
                let mut select = clients::entity::visible_to(ctx, scope);
                select.and_where(clients::entity::alive());
                select
            }
            Self::Lead => leads::entity::visible_to(ctx, scope),
        }
    }

    /// The names that a filter may use.
    pub fn filters(self) -> Vec<String> {
        let empty = match self {
            Self::Client => serde_json::to_value(ClientFilter::default()),
            Self::Lead => serde_json::to_value(LeadFilter::default()),
        };
        empty.ok().and_then(|v| v.as_object().map(|o| o.keys().cloned().collect())).unwrap_or_default()
    }

    /// Reads a filter whose names are known and whose values are texts.
    pub fn filter(self, values: Json) -> kernel::Result<Filter> {
        let wrong = |_| kernel::DomainError::field("filter", "holds a value of the wrong type");
        Ok(match self {
            Self::Client => Filter::Client(Box::new(serde_json::from_value(values).map_err(wrong)?)),
            Self::Lead => Filter::Lead(Box::new(serde_json::from_value(values).map_err(wrong)?)),
        })
    }
}

impl Filter {
    /// Narrows a query to what the list shows under this filter.
    pub async fn narrow(&self, ctx: &Ctx, select: &mut SelectStatement) -> kernel::Result<()> {
        match self {
            Self::Client(filter) => clients::service::narrow(ctx, select, filter).await?,
            Self::Lead(filter) => leads::service::narrow(ctx, select, filter).await?,
        };
        Ok(())
    }
}
