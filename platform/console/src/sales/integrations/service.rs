//! Reading our own records for programs that ask for several sources at once.

use crm::contacts::http::ContactFilter;
use crm::deals::Kind;
use crm::deals::http::DealFilter;
use kernel::DomainError;
use kernel::paging::Paging;
use runtime::Ctx;

use super::shapes::{KnownContactOut, KnownDealOut};
use crate::stages::SALES;

/// Where records come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Our own.
    Local,
    /// Brivity.
    Brivity,
    /// Top Producer.
    TopProducer,
}

impl Source {
    /// As in `source=`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Brivity => "brivity",
            Self::TopProducer => "topproducer",
        }
    }

    /// The source that was asked for; none for `all` and for nothing.
    pub fn asked(given: Option<&str>) -> kernel::Result<Option<Self>> {
        match given.unwrap_or_default().trim().to_lowercase().as_str() {
            "" | "all" => Ok(None),
            "local" => Ok(Some(Self::Local)),
            other => match Self::foreign(other) {
                Some(source) => Ok(Some(source)),
                None => Err(DomainError::field("source", "must be brivity, topproducer, local or all")),
            },
        }
    }

    /// Another program that keeps something here; none for `all` and for nothing.
    pub fn kept(given: Option<&str>) -> kernel::Result<Option<Self>> {
        match given.unwrap_or_default().trim().to_lowercase().as_str() {
            "" | "all" => Ok(None),
            other => match Self::foreign(other) {
                Some(source) => Ok(Some(source)),
                None => Err(DomainError::field("source", "must be brivity, topproducer or all")),
            },
        }
    }

    fn foreign(word: &str) -> Option<Self> {
        [Self::Brivity, Self::TopProducer].into_iter().find(|s| s.word() == word)
    }
}

/// The kinds of records that the actor may read; somebody who may read neither has nothing to look for here.
#[derive(Debug, Clone, Copy)]
pub struct Reads {
    /// Contacts.
    pub contacts: bool,
    /// Deals.
    pub deals: bool,
}

/// What the actor may read.
pub fn reads(ctx: &Ctx) -> kernel::Result<Reads> {
    let contacts = ctx.actor().scope("contacts.read").is_some();
    let deals = ctx.actor().scope(Kind::Deal.read()).is_some();
    if !contacts && !deals {
        ctx.require("contacts.read")?;
    }
    Ok(Reads { contacts, deals })
}

/// Contacts of ours, newest first, or the best ones for some words; and how many there are.
pub async fn contacts(ctx: &Ctx, search: Option<&str>, paging: &Paging) -> kernel::Result<(Vec<KnownContactOut>, u64)> {
    let filter = ContactFilter { search: search.map(str::to_owned), ..ContactFilter::default() };
    let found = crm::contacts::service::list(ctx, &filter, None, paging).await?;
    Ok((found.data.into_iter().map(Into::into).collect(), found.total))
}

/// The same of deals.
pub async fn deals(ctx: &Ctx, search: Option<&str>, paging: &Paging) -> kernel::Result<(Vec<KnownDealOut>, u64)> {
    let filter = DealFilter { search: search.map(str::to_owned), ..DealFilter::default() };
    let found = crm::deals::service::list(ctx, Kind::Deal, &filter, None, paging).await?;
    let pipelines = if found.data.is_empty() { Vec::new() } else { crm::pipelines::service::list(ctx).await? };
    let known = found.data.into_iter().map(|deal| {
        let pipeline = pipelines.iter().find(|p| p.key == deal.pipeline);
        let stage = SALES.word_of(pipeline, &deal.stage, &deal.outcome);
        KnownDealOut::of(deal, stage)
    });
    Ok((known.collect(), found.total))
}

/// A page with as many rows as were asked for.
pub fn first(limit: u64) -> Paging {
    Paging { page: 1, limit, cursor: None, skip: 0 }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn sources_are_known_by_their_words() {
        assert_eq!(Source::asked(Some(" Brivity ")).ok().flatten(), Some(Source::Brivity));
        assert_eq!(Source::asked(Some("local")).ok().flatten(), Some(Source::Local));
        assert_eq!(Source::asked(Some("all")).ok(), Some(None));
        assert_eq!(Source::asked(None).ok(), Some(None));
        assert!(Source::asked(Some("elsewhere")).is_err());
        assert!(Source::kept(Some("local")).is_err());
        assert_eq!(Source::kept(Some("topproducer")).ok().flatten(), Some(Source::TopProducer));
    }
}
