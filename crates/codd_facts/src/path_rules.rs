//! What an application says of requests by their paths, apart from the routes that answer them.

use serde::{Deserialize, Serialize};

use crate::{Certainty, Name};

/// Rules of which the first that fits a request counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PathRules {
    /// What of outside keeps somebody out by them; `None` where the hook's own function does,
    /// whatever other rules say.
    pub by: Option<Name>,
    /// The requests that they are for; all where nothing is said.
    pub of: Option<Vec<PathRule>>,
    /// Of several that are for one request, the one of the lowest turn counts; unknown where it is
    /// computed.
    pub turn: Option<i64>,
    pub rules: Vec<PathRule>,
    /// Whether a request is asked that no rule fits.
    pub otherwise: Certainty,
}

/// What holds for some requests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PathRule {
    /// In capitals; empty for all.
    pub methods: Vec<Name>,
    pub pattern: PathPattern,
    /// Whether it fits all requests of the pattern.
    pub is_sure: bool,
    /// Whether such a request is asked who sends it.
    pub asks: Certainty,
}

/// Which paths a rule is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PathPattern {
    Any,
    /// With `*`, `?` and `{name}` for a part of a segment, and `**` or `{*name}` for segments.
    Segments(Name),
    /// What is computed, or written in a way that is not followed.
    Unknown,
}

impl PathRule {
    pub(crate) fn of(pattern: PathPattern, asks: Certainty) -> PathRule {
        PathRule { methods: Vec::new(), pattern, is_sure: true, asks }
    }

    /// A rule of which nothing is known.
    pub(crate) fn unknown() -> PathRule {
        PathRule::of(PathPattern::Unknown, Certainty::Perhaps)
    }
}
