//! What operators make of constants, where a value may be several, and where callers know one.

use codd_facts::{FlowOperator, ValueId};

use super::substitute::Bound;
use super::{Run, texts};
use crate::trail::Place;
use crate::value::{Constant, Value};
use crate::ways::{Way, Ways, What};

/// Operators within one another that wait for callers.
const MAX_COMPUTED: u32 = 4;

impl Run<'_, '_> {
    /// What of several constants is computed.
    pub(super) fn folded(
        &self,
        operator: Option<FlowOperator>,
        values: &[&Value],
        id: ValueId,
    ) -> Ways {
        const MOST: usize = 8;
        let origin = Some(self.place(id));
        let mut all: Vec<What> = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let ways: Vec<What> =
                value.all_ways().iter().map(|way| self.as_time(&way.what)).collect();
            // Sums of sums in a loop would not come to rest.
            if ways.len() > 1 && !self.loops.is_empty() {
                return Ways::default();
            }
            if at == 0 {
                all = ways;
                continue;
            }
            let mut next = Vec::new();
            for a in &all {
                for b in &ways {
                    next.push(self.computed_of(operator, a, b));
                }
            }
            if next.len() > MOST {
                return Ways::default();
            }
            all = next;
        }
        let all = all.into_iter().map(|what| Way { origin, ..Way::of(what) });
        Ways::of(all.collect())
    }

    /// Whether callers know it.
    pub(super) fn waits(&self, what: &What) -> bool {
        match what {
            What::Path(path) => self.engine.paths.is_symbolic(*path),
            What::Computed(..) => true,
            _ => false,
        }
    }

    fn computed_of(&self, operator: Option<FlowOperator>, a: &What, b: &What) -> What {
        let depth = depth_of(a).max(depth_of(b));
        if (self.waits(a) || self.waits(b)) && depth < MAX_COMPUTED {
            return What::Computed(operator, std::rc::Rc::new([a.clone(), b.clone()]));
        }
        computed(operator, a, b)
    }

    /// What a callee's value is, here.
    pub(super) fn known_now(
        &mut self,
        what: &What,
        origin: Option<Place>,
        bound: &mut Bound<'_>,
        depth: u32,
    ) -> Ways {
        match what {
            What::Path(path) if self.engine.paths.is_symbolic(*path) => {
                let found = self.resolved(*path, bound, Place::default());
                Ways::of(found.all_ways())
            }
            What::Computed(operator, sides) if depth <= MAX_COMPUTED => {
                let left = self.known_now(&sides[0], origin, bound, depth + 1);
                let right = self.known_now(&sides[1], origin, bound, depth + 1);
                let mut all = Vec::new();
                for a in left.all() {
                    for b in right.all() {
                        let a = self.as_time(&a.what);
                        let what = self.computed_of(*operator, &a, &self.as_time(&b.what));
                        all.push(Way { origin, ..Way::of(what) });
                    }
                }
                Ways::of(all)
            }
            What::Computed(..) => Ways::default(),
            other => Ways::one(other.clone(), origin),
        }
    }

    /// Where a path is the time that it is now, that.
    pub(super) fn as_time(&self, what: &What) -> What {
        let What::Path(path) = what else { return what.clone() };
        let text = &**self.engine.paths.text(*path);
        let is_now = [
            "time.time()",
            "datetime.utcnow()",
            "datetime.now()",
            "timezone.now()",
            // In milliseconds, until somebody divides.
            "Date.now()",
            "Date().getTime()",
        ];
        let is_it = |name: &&str| {
            text.strip_suffix(*name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if is_now.iter().any(is_it) { What::Later(0.0) } else { what.clone() }
    }
}

fn depth_of(what: &What) -> u32 {
    match what {
        What::Computed(_, sides) => 1 + depth_of(&sides[0]).max(depth_of(&sides[1])),
        _ => 0,
    }
}

pub(super) fn length_of(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

pub(super) fn number(what: &What) -> Option<f64> {
    match what {
        What::Constant(Constant::Integer(it)) => Some(*it as f64),
        What::Decimal(it) => Some(*it),
        _ => None,
    }
}

/// What an operator gives; a sum where it is none.
fn computed(operator: Option<FlowOperator>, a: &What, b: &What) -> What {
    if let (Some(operator), What::Constant(a), What::Constant(b)) = (operator, a, b)
        && let Some(found) = texts::operation(operator, a, b)
    {
        return What::Constant(found);
    }
    let numbers = (number(a), number(b));
    let found = match (operator, a, b) {
        (None, What::Constant(Constant::Integer(a)), What::Constant(Constant::Integer(b))) => {
            a.checked_add(*b).map(|it| What::Constant(Constant::Integer(it)))
        }
        (None, What::Constant(Constant::Text(a)), What::Constant(Constant::Text(b)))
            if a.len() + b.len() <= texts::MAX_TEXT =>
        {
            Some(What::Constant(Constant::Text(format!("{a}{b}").into())))
        }
        (None, What::Duration(a), What::Duration(b)) => Some(What::Duration(a + b)),
        (None, What::Later(a), What::Duration(b)) | (None, What::Duration(b), What::Later(a)) => {
            Some(What::Later(a + b))
        }
        (None, What::Bytes(a), What::Bytes(b)) => a.checked_add(*b).map(What::Bytes),
        (None, What::Later(a), _) => numbers.1.map(|b| What::Later(a + b)),
        (None, _, What::Later(b)) => numbers.0.map(|a| What::Later(a + b)),
        (Some(FlowOperator::Divide), What::Later(a), _) if numbers.1 == Some(1000.0) => {
            Some(What::Later(a / 1000.0))
        }
        (Some(FlowOperator::Multiply), What::Duration(it), other)
        | (Some(FlowOperator::Multiply), other, What::Duration(it)) => {
            number(other).map(|by| What::Duration(it * by))
        }
        (Some(FlowOperator::Multiply), What::Constant(Constant::Text(text)), other)
        | (Some(FlowOperator::Multiply), other, What::Constant(Constant::Text(text))) => {
            match other {
                What::Constant(Constant::Integer(times)) if *times >= 0 => {
                    length_of(text).checked_mul(*times).map(What::Bytes)
                }
                _ => None,
            }
        }
        (operator, _, _) => match (operator, numbers) {
            (None, (Some(a), Some(b))) => Some(What::Decimal(a + b)),
            (Some(FlowOperator::Subtract), (Some(a), Some(b))) => Some(What::Decimal(a - b)),
            (Some(FlowOperator::Multiply), (Some(a), Some(b))) => Some(What::Decimal(a * b)),
            (Some(FlowOperator::Divide), (Some(a), Some(b))) if b != 0.0 => {
                Some(What::Decimal(a / b))
            }
            _ => None,
        },
    };
    found.unwrap_or(What::Unknown)
}
