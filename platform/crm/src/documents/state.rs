//! The states of one document and the ways between them.

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A link was handed out; the file is not there yet.
    Uploading,
    /// What was uploaded is not what was announced; it is swept away.
    Refused,
    /// The virus scan is due.
    Scanning,
    /// Somebody has to look at it.
    Pending,
    /// It is good.
    Approved,
    /// It was turned down, or is infected.
    Rejected,
    /// It was good until its day.
    Expired,
}

impl State {
    /// All of them.
    pub const ALL: [State; 7] =
        [Self::Uploading, Self::Refused, Self::Scanning, Self::Pending, Self::Approved, Self::Rejected, Self::Expired];

    /// As stored and in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Refused => "refused",
            Self::Scanning => "scanning",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Whether it is a document, and not an upload that may never be one.
    pub fn is_there(self) -> bool {
        !matches!(self, Self::Uploading | Self::Refused)
    }

    /// Whether a reviewer may take it from here to there. An infected document is rejected for good,
    /// which is for the caller to know.
    pub fn may_become(self, next: State) -> bool {
        use State::{Approved, Expired, Pending, Rejected};
        matches!(
            (self, next),
            (Pending, Approved | Rejected)
                | (Approved, Pending | Rejected)
                | (Rejected, Pending | Approved)
                | (Expired, Approved | Rejected)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviewers_decide_what_is_there_and_nothing_else() {
        for from in State::ALL {
            for to in State::ALL {
                let allowed = from.may_become(to);
                let decided = |s: State| !matches!(s, State::Uploading | State::Refused | State::Scanning);
                // Nobody skips the upload or the scan, undoes them, or lets something expire by hand.
                assert!(!allowed || decided(from) && decided(to) && to != State::Expired && from != to, "{from:?} {to:?}");
            }
            assert_eq!(State::parse(from.as_str()), Some(from));
        }
        assert!(State::Pending.may_become(State::Approved) && State::Expired.may_become(State::Approved));
        assert!(!State::Expired.may_become(State::Pending));
    }
}
