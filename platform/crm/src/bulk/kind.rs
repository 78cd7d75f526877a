//! The kinds of records that can be changed in bulk, and how they differ.

use kernel::permission::Scope;
use runtime::Ctx;
use runtime::list::SortKey;
use sea_orm::sea_query::SelectStatement;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::clients::http::ClientFilter;
use crate::contacts::http::ContactFilter;
use crate::deals::http::DealFilter;
use crate::filter::{self, Target};
use crate::leads::http::LeadFilter;
use crate::{clients, contacts, deals, leads};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Client,
    Lead,
    Contact,
    Opportunity,
    Deal,
}

/// A filter of a list, by the names of the list's query parameters.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    Client(Box<ClientFilter>),
    Lead(Box<LeadFilter>),
    Contact(Box<ContactFilter>),
    Deal(Box<DealFilter>),
}

impl Kind {
    const ALL: &[Self] = &[Self::Client, Self::Lead, Self::Contact, Self::Opportunity, Self::Deal];

    /// As it stands in the database, in events and in the audit log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::Opportunity => "opportunity",
            Self::Deal => "deal",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Of the two that share a table, which.
    fn of_deals(self) -> deals::Kind {
        if self == Self::Opportunity { deals::Kind::Opportunity } else { deals::Kind::Deal }
    }

    pub fn table(self) -> &'static str {
        match self {
            Self::Client => "clients",
            Self::Lead => "leads",
            Self::Contact => "contacts",
            Self::Opportunity | Self::Deal => "deals",
        }
    }

    /// Alias of the table in queries of its lists.
    pub fn alias(self) -> &'static str {
        match self {
            Self::Client => "c",
            Self::Lead => "l",
            Self::Contact => "k",
            Self::Opportunity | Self::Deal => "d",
        }
    }

    pub fn read(self) -> &'static str {
        match self {
            Self::Client => "clients.read",
            Self::Lead => "leads.read",
            Self::Contact => "contacts.read",
            Self::Opportunity | Self::Deal => self.of_deals().read(),
        }
    }

    pub fn assign(self) -> &'static str {
        match self {
            Self::Client => "clients.assign",
            Self::Lead => "leads.assign",
            Self::Contact => "contacts.assign",
            Self::Opportunity | Self::Deal => self.of_deals().assign(),
        }
    }

    pub fn update(self) -> &'static str {
        match self {
            Self::Client => "clients.update",
            Self::Lead => "leads.update",
            Self::Contact => "contacts.update",
            Self::Opportunity | Self::Deal => self.of_deals().update(),
        }
    }

    /// What it takes to delete a record that can come back; leads can't.
    pub fn delete(self) -> Option<&'static str> {
        match self {
            Self::Client => Some("clients.delete"),
            Self::Lead => None,
            Self::Contact => Some("contacts.delete"),
            Self::Opportunity | Self::Deal => Some(self.of_deals().delete()),
        }
    }

    /// Whether a record can be deleted and come back.
    pub fn can_be_deleted(self) -> bool {
        self.delete().is_some()
    }

    /// The column that says how far a record is. Deals have none that changes without a step.
    pub fn status(self) -> &'static str {
        match self {
            Self::Client | Self::Lead | Self::Contact => "status",
            Self::Opportunity | Self::Deal => "stage",
        }
    }

    /// The condition on a row `r` of the table that it is such a record.
    pub fn is_such(self) -> &'static str {
        match self {
            Self::Client | Self::Lead | Self::Contact => "true",
            Self::Opportunity => "r.kind = 'opportunity'",
            Self::Deal => "r.kind = 'deal'",
        }
    }

    /// Records within a scope that are not deleted.
    pub fn within(self, ctx: &Ctx, scope: Scope) -> SelectStatement {
        let (mut select, alive) = match self {
            Self::Client => (clients::entity::visible_to(ctx, scope), clients::entity::alive()),
            Self::Lead => return leads::entity::visible_to(ctx, scope),
            Self::Contact => (contacts::entity::visible_to(ctx, scope), contacts::entity::alive()),
            Self::Opportunity | Self::Deal => (deals::entity::visible_to(ctx, self.of_deals(), scope), deals::entity::alive()),
        };
        select.and_where(alive);
        select
    }

    /// What its lists can be filtered and sorted by.
    pub fn listed(self) -> (&'static Target, &'static [SortKey]) {
        match self {
            Self::Client => (&filter::CLIENT, clients::entity::SORTS),
            Self::Lead => (&filter::LEAD, leads::entity::SORTS),
            Self::Contact => (&filter::CONTACT, contacts::entity::SORTS),
            Self::Opportunity | Self::Deal => (&filter::DEAL, deals::entity::SORTS),
        }
    }

    /// The names that a filter may use.
    pub fn filters(self) -> Vec<String> {
        match self {
            Self::Client => names_of(&ClientFilter::default()),
            Self::Lead => names_of(&LeadFilter::default()),
            Self::Contact => names_of(&ContactFilter::default()),
            Self::Opportunity | Self::Deal => names_of(&DealFilter::default()),
        }
    }

    /// Reads a filter whose names are known and whose values are texts.
    pub fn filter(self, values: Json) -> kernel::Result<Filter> {
        let wrong = |_| kernel::DomainError::field("filter", "holds a value of the wrong type");
        Ok(match self {
            Self::Client => Filter::Client(Box::new(serde_json::from_value(values).map_err(wrong)?)),
            Self::Lead => Filter::Lead(Box::new(serde_json::from_value(values).map_err(wrong)?)),
            Self::Contact => Filter::Contact(Box::new(serde_json::from_value(values).map_err(wrong)?)),
            Self::Opportunity | Self::Deal => Filter::Deal(Box::new(serde_json::from_value(values).map_err(wrong)?)),
        })
    }
}

/// The names of a list's query parameters.
pub(crate) fn names_of(filter: &impl Serialize) -> Vec<String> {
    let empty = serde_json::to_value(filter).ok();
    empty.and_then(|v| v.as_object().map(|o| o.keys().cloned().collect())).unwrap_or_default()
}

impl Filter {
    /// Narrows a query to what the list shows under this filter.
    pub async fn narrow(&self, ctx: &Ctx, select: &mut SelectStatement) -> kernel::Result<()> {
        match self {
            Self::Client(filter) => clients::service::narrow(ctx, select, filter).await?,
            Self::Lead(filter) => leads::service::narrow(ctx, select, filter).await?,
            Self::Contact(filter) => contacts::service::narrow(ctx, select, filter).await?,
            Self::Deal(filter) => deals::service::narrow(ctx, select, filter).await?,
        };
        Ok(())
    }
}
