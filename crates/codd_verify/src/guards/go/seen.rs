//! What values are where nobody says who they are.

use codd_facts::{FlowFacts, FlowOperator, FlowValue, ValueId};

/// What a value is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Whether there is something, or it is true, as far as that is known.
    pub(super) truth: Option<bool>,
    /// Whether it tells who asks.
    pub(super) asks: bool,
}

impl Seen {
    /// A credential, or what is made of one: it is not there.
    pub(super) const ABSENT: Seen = Seen { truth: Some(false), asks: true };
    /// What is there because nobody says who they are: an error.
    pub(super) const PRESENT: Seen = Seen { truth: Some(true), asks: true };
    /// What depends on who asks in a way that is not known.
    pub(super) const OPEN: Seen = Seen { truth: None, asks: true };

    pub(super) const fn known(truth: bool) -> Seen {
        Seen { truth: Some(truth), asks: false }
    }

    pub(super) fn not(self) -> Seen {
        Seen { truth: self.truth.map(|it| !it), ..self }
    }

    /// What is either of the two.
    pub(super) fn or(self, other: Seen) -> Seen {
        Seen {
            truth: self.truth.filter(|it| other.truth == Some(*it)),
            asks: self.asks || other.asks,
        }
    }

    /// What is made of several.
    pub(super) fn with(self, other: Seen) -> Seen {
        Seen { truth: None, asks: self.asks || other.asks }
    }

    /// `a && b` and `a || b`.
    pub(super) fn several(parts: &[Seen], is_any: bool) -> Seen {
        let truth = if parts.iter().any(|it| it.truth == Some(is_any)) {
            Some(is_any)
        } else if parts.iter().all(|it| it.truth == Some(!is_any)) {
            Some(!is_any)
        } else {
            None
        };
        Seen { truth, asks: parts.iter().any(|it| it.asks) }
    }
}

/// What a comparison gives.
pub(super) fn compared(
    flow: &FlowFacts,
    operator: FlowOperator,
    (left, a): (ValueId, Seen),
    (right, b): (ValueId, Seen),
) -> Seen {
    if !a.asks && !b.asks {
        // What browsers ask beforehand serves nothing.
        let is_preflight = [left, right].iter().any(|it| is_options(flow, *it));
        let truth = match operator {
            FlowOperator::Equal if is_preflight => Some(false),
            FlowOperator::NotEqual if is_preflight => Some(true),
            _ => None,
        };
        return Seen { truth, asks: false };
    }
    let (asked, other, of) = if a.asks { (a, b, right) } else { (b, a, left) };
    let is_equal = match (flow.value(of), other.truth) {
        _ if other.asks => None,
        (FlowValue::Boolean(true), _) => asked.truth,
        // What is empty equals what is not there.
        (_, Some(false)) => asked.truth.map(|it| !it),
        // Nothing else does.
        (_, Some(true)) => asked.truth.filter(|it| !it),
        // What has a name or is computed may be empty too.
        (_, None) => None,
    };
    let count = match flow.value(right) {
        FlowValue::Integer(it) if a.truth == Some(false) => Some(*it),
        _ => None,
    };
    let truth = match operator {
        FlowOperator::Equal => is_equal,
        FlowOperator::NotEqual => is_equal.map(|it| !it),
        FlowOperator::Less => count.map(|it| 0 < it),
        FlowOperator::LessOrEqual => count.map(|it| 0 <= it),
        FlowOperator::Greater => count.map(|it| 0 > it),
        FlowOperator::GreaterOrEqual => count.map(|it| 0 >= it),
        _ => None,
    };
    Seen { truth, asks: true }
}

fn is_options(flow: &FlowFacts, id: ValueId) -> bool {
    match flow.value(id) {
        FlowValue::Text(text) => flow.name(*text) == "OPTIONS",
        FlowValue::Attribute { name, .. } => flow.name(*name) == "MethodOptions",
        _ => false,
    }
}
