//! Parts of a record's history, as its timeline offers them.

use kernel::DomainError;
use kernel::tenant::ViewClass;
use runtime::Ctx;
use sea_orm::sea_query::{Expr, SelectStatement};

/// What of a record's history is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chapter {
    /// Everything.
    #[default]
    All,
    /// What was written: no looks at hidden values, no documents.
    Changes,
    /// Steps from one status or stage to another, those of KYC too.
    Status,
    /// Who it belonged to.
    Assignment,
    /// Looks at hidden values.
    Reveals,
    /// Documents and other files.
    Documents,
    /// What was done about the record, and is to be done.
    Activities,
    /// What was noted about it.
    Notes,
    /// What is to be sold, and what became of it.
    Sales,
}

impl Chapter {
    const ALL: &[(&'static str, Chapter)] = &[
        ("all", Chapter::All),
        ("changes", Chapter::Changes),
        ("status", Chapter::Status),
        ("assignment", Chapter::Assignment),
        ("reveals", Chapter::Reveals),
        ("documents", Chapter::Documents),
        ("activities", Chapter::Activities),
        ("notes", Chapter::Notes),
        ("sales", Chapter::Sales),
    ];

    /// Reads `kind=` of a timeline.
    pub fn parse(text: Option<&str>) -> kernel::Result<Self> {
        let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(Self::All) };
        Self::ALL.iter().find(|(word, _)| *word == text).map(|(_, chapter)| *chapter).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|(word, _)| *word).collect();
            DomainError::field("kind", format!("must be one of {}", known.join(", ")))
        })
    }

    /// Narrows a query over the log, whose table is `a`.
    pub(super) fn narrow(self, ctx: &Ctx, query: &mut SelectStatement) {
        // A masked role has no grant on the clear diff; both name the same fields.
        let diff = if ctx.tx().view() == ViewClass::FULL { "a.diff" } else { "a.diff_masked" };
        let names = |field: &str| format!("{diff} @> '[{{\"field\":\"{field}\"}}]'");
        let text = match self {
            Self::All => return,
            Self::Changes => r"a.action not like '%.revealed' and a.action not like '%document%'".to_owned(),
            Self::Status => format!("({} or {} or {})", names("status"), names("kyc_status"), names("stage")),
            Self::Assignment => format!("({} or {})", names("assigned_to"), names("team_id")),
            Self::Reveals => "a.action like '%.revealed'".to_owned(),
            Self::Documents => "(a.action like '%document%' or a.resource_type = 'attachment')".to_owned(),
            Self::Activities => "a.resource_type = 'activity'".to_owned(),
            Self::Notes => "a.resource_type = 'note'".to_owned(),
            Self::Sales => "a.resource_type in ('deal', 'opportunity')".to_owned(),
        };
        query.and_where(Expr::cust(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_none_of_them_is_refused() {
        assert_eq!(Chapter::parse(None).ok(), Some(Chapter::All));
        assert_eq!(Chapter::parse(Some("reveals")).ok(), Some(Chapter::Reveals));
        assert!(Chapter::parse(Some("gossip")).is_err());
    }
}
