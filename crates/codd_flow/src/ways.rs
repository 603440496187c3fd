//! What a value may be, each with where it was written: where ways join, a value may be several.
//!
//! Whatever nobody said is unknown: a value that was made in any way that is not looked at may
//! be anything.

use std::rc::Rc;

use codd_facts::FlowOperator;

use crate::paths::PathId;
use crate::trail::Place;
use crate::value::{Constant, ObjectId, Value};

/// Ways of one value that are told apart; beyond, it may be anything too.
const MAX_WAYS: usize = 8;

/// What a value is on one way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Unknown,
    /// Nothing was given, or nothing is there.
    Absent,
    Constant(Constant),
    Decimal(f64),
    /// A time span in seconds.
    Duration(f64),
    /// A point of time so many seconds from now.
    Later(f64),
    /// Unknown bytes of a known number.
    Bytes(i64),
    /// What is found at a path; one that begins with a parameter, callers know.
    Path(PathId),
    /// What an operator, or a sum, makes of two of which callers know one.
    Computed(Option<FlowOperator>, Rc<[What; 2]>),
    /// A list or mapping that is written in place: all that is in it is known.
    Container,
    /// An object of the project's.
    Object,
}

/// What a test said of a value that is not known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Passed {
    #[default]
    Nothing,
    /// It is there, and not `None`.
    Present,
    /// It is true.
    True,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Way {
    pub(crate) what: What,
    /// Where it was written.
    pub(crate) origin: Option<Place>,
    /// The container or object that it is, where several ways lead here.
    pub(crate) object: Option<ObjectId>,
    /// Holds of what a path will be.
    pub(crate) passed: Passed,
    /// Only where the paths beside it lead to nothing.
    pub(crate) is_fallback: bool,
}

impl Way {
    pub(crate) fn of(what: What) -> Way {
        let passed = Passed::Nothing;
        Way { what, origin: None, object: None, passed, is_fallback: false }
    }

    /// Whether it is something that this test lets through.
    fn passes(&self, passed: Passed) -> bool {
        match (passed, &self.what) {
            (Passed::Nothing, _) => true,
            (_, What::Absent | What::Constant(Constant::Nothing)) => false,
            (Passed::True, What::Constant(it)) => it.is_true(),
            (Passed::True, What::Decimal(it)) => *it != 0.0,
            _ => true,
        }
    }
}

/// All that a value may be; unknown where nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ways(Option<Rc<[Way]>>);

impl Ways {
    pub(crate) fn one(what: What, origin: Option<Place>) -> Ways {
        let way = Way { origin, ..Way::of(what) };
        Ways((way.what != What::Unknown).then(|| Rc::new([way]) as Rc<[Way]>))
    }

    pub(crate) fn of(mut all: Vec<Way>) -> Ways {
        let mut out: Vec<Way> = Vec::with_capacity(all.len());
        for way in all.drain(..) {
            if !out.contains(&way) {
                out.push(way);
            }
        }
        if out.len() > MAX_WAYS {
            out.truncate(MAX_WAYS - 1);
            out.push(Way::of(What::Unknown));
        }
        let is_unknown = out.iter().all(|it| it.what == What::Unknown && it.object.is_none());
        Ways((!is_unknown).then(|| out.into()))
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.0.is_none()
    }

    /// Empty where it is unknown.
    pub(crate) fn all(&self) -> &[Way] {
        self.0.as_deref().unwrap_or(&[])
    }

    pub(crate) fn map(&self, change: impl FnMut(&Way) -> Way) -> Ways {
        Ways::of(self.all().iter().map(change).collect())
    }

    /// Apart from a state, whose objects nobody knows elsewhere.
    #[must_use]
    pub(crate) fn without_objects(&self) -> Ways {
        if self.all().len() < 2 {
            return self.clone();
        }
        self.map(|way| match way.what {
            What::Container | What::Object => Way::of(What::Unknown),
            _ => Way { object: None, ..way.clone() },
        })
    }

    /// What is left behind a test.
    #[must_use]
    pub(crate) fn passing(&self, passed: Passed) -> Ways {
        let kept = self.all().iter().filter(|it| it.passes(passed)).map(|way| match way.what {
            What::Path(_) | What::Computed(..) => Way { passed, ..way.clone() },
            _ => way.clone(),
        });
        Ways::of(kept.collect())
    }

    /// These where they are something, and else the others: what paths lead to, callers know.
    /// `waits` says of which.
    pub(crate) fn or_else(
        &self,
        others: &Ways,
        passed: Passed,
        waits: impl Fn(&What) -> bool,
    ) -> Ways {
        let mut all: Vec<Way> = self.passing(passed).all().to_vec();
        let is_waiting = self.all().iter().any(|it| waits(&it.what));
        if self.is_unknown() {
            all.push(Way::of(What::Unknown));
        }
        let lacks = self.is_unknown()
            || self.all().iter().any(|it| {
                let may_be_nothing = matches!(it.what, What::Unknown | What::Path(_));
                !it.passes(passed) || may_be_nothing && !waits(&it.what)
            });
        let added = others
            .all()
            .iter()
            .map(|way| Way { is_fallback: way.is_fallback || !lacks, ..way.clone() });
        if lacks || is_waiting {
            all.extend(added);
            if others.is_unknown() {
                all.push(Way { is_fallback: !lacks, ..Way::of(What::Unknown) });
            }
        }
        Ways::of(all)
    }
}

impl Value {
    /// All that it may be.
    pub(crate) fn all_ways(&self) -> Vec<Way> {
        let mut all = if !self.ways.is_unknown() {
            self.ways.all().to_vec()
        } else if let Some(constant) = &self.constant {
            vec![Way::of(What::Constant(constant.clone()))]
        } else {
            vec![Way::of(What::Unknown)]
        };
        if let [one] = &mut all[..] {
            one.object = one.object.or(self.object);
        }
        all
    }

    /// The one thing that it is.
    pub(crate) fn only_way(&self) -> Option<Way> {
        let mut all = self.all_ways();
        (all.len() == 1).then(|| all.pop()).flatten()
    }

    pub(crate) fn joined_ways(&self, other: &Value) -> Ways {
        if self.ways == other.ways && self.constant == other.constant && self.object == other.object
        {
            return self.ways.clone();
        }
        let mut all = self.all_ways();
        all.extend(other.all_ways());
        Ways::of(all)
    }

    /// Or what is found where it is missing: nothing at all, or who knows.
    #[must_use]
    pub(crate) fn or_missing(&self, is_absent: bool) -> Value {
        if is_absent {
            return self.or_absent();
        }
        Value { ways: self.joined_ways(&Value::default()), ..self.clone() }
    }

    /// Or nothing at all.
    #[must_use]
    pub(crate) fn or_absent(&self) -> Value {
        let mut all = self.all_ways();
        all.push(Way::of(What::Absent));
        Value { ways: Ways::of(all), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(it: i64) -> Value {
        Value::constant(Constant::Integer(it))
    }

    #[test]
    fn joined_values_may_be_either_and_joining_again_changes_nothing() {
        let both = number(1).join(&number(2));
        assert_eq!(both.all_ways().len(), 2);
        assert_eq!(both.join(&number(2)), both);
        assert_eq!(both.join(&Value::default()).all_ways().len(), 3);
    }

    #[test]
    fn too_many_ways_are_unknown_too() {
        let all = (0..100).map(number).reduce(|a, b| a.join(&b)).unwrap();
        let ways = all.all_ways();
        assert_eq!(ways.len(), MAX_WAYS);
        assert!(ways.iter().any(|it| it.what == What::Unknown));
    }

    #[test]
    fn a_default_counts_where_nothing_was_given() {
        let given = Ways::one(What::Constant(Constant::Nothing), None);
        let default = Ways::one(What::Constant(Constant::Integer(3)), None);
        let found = given.or_else(&default, Passed::Present, |_| false);
        assert_eq!(found, default);
        let given = Ways::one(What::Constant(Constant::Integer(2)), None);
        assert_eq!(given.or_else(&default, Passed::Present, |_| false), given);
    }
}
