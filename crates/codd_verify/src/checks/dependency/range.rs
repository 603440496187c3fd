//! Sets of versions, as intervals.

use super::version::Version;

/// An end of an interval and whether it belongs to it; `None` is no end.
type End = Option<(Version, bool)>;

/// A union of intervals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range(Vec<(End, End)>);

impl Range {
    pub(super) fn any() -> Range {
        Range(vec![(None, None)])
    }

    pub(super) fn exactly(version: Version) -> Range {
        Range(vec![(Some((version.clone(), true)), Some((version, true)))])
    }

    pub(super) fn except(version: Version) -> Range {
        Range(vec![(None, Some((version.clone(), false))), (Some((version, false)), None)])
    }

    pub(super) fn from(version: Version, is_included: bool) -> Range {
        Range(vec![(Some((version, is_included)), None)])
    }

    pub(super) fn up_to(version: Version, is_included: bool) -> Range {
        Range(vec![(None, Some((version, is_included)))])
    }

    pub(super) fn between(low: Version, high: Version) -> Range {
        Range(vec![(Some((low, true)), Some((high, false)))])
    }

    pub(super) fn and(&self, other: &Range) -> Range {
        let mut found = Vec::new();
        for (low, high) in &self.0 {
            for (other_low, other_high) in &other.0 {
                let interval = (higher(low, other_low), lower(high, other_high));
                if !is_empty(&interval) {
                    found.push(interval);
                }
            }
        }
        Range(found)
    }

    pub(super) fn or(mut self, other: Range) -> Range {
        self.0.extend(other.0);
        self
    }

    #[cfg(test)]
    pub(super) fn contains(&self, version: &Version) -> bool {
        !self.and(&Range::exactly(version.clone())).0.is_empty()
    }

    pub(super) fn is_disjoint(&self, other: &Range) -> bool {
        self.and(other).0.is_empty()
    }

    /// Whether each interval lies in one of the other's.
    pub(super) fn is_within(&self, other: &Range) -> bool {
        self.0.iter().all(|(low, high)| {
            other.0.iter().any(|(other_low, other_high)| {
                higher(low, other_low) == *low && lower(high, other_high) == *high
            })
        })
    }
}

/// The end that takes more away from below.
fn higher(a: &End, b: &End) -> End {
    match (a, b) {
        (None, it) | (it, None) => it.clone(),
        (Some((one, one_in)), Some((two, two_in))) => {
            if one > two || one == two && (!one_in || *two_in) { a.clone() } else { b.clone() }
        }
    }
}

/// The end that takes more away from above.
fn lower(a: &End, b: &End) -> End {
    match (a, b) {
        (None, it) | (it, None) => it.clone(),
        (Some((one, one_in)), Some((two, two_in))) => {
            if one < two || one == two && (!one_in || *two_in) { a.clone() } else { b.clone() }
        }
    }
}

fn is_empty((low, high): &(End, End)) -> bool {
    match (low, high) {
        (Some((low, low_in)), Some((high, high_in))) => {
            low > high || low == high && !(*low_in && *high_in)
        }
        _ => false,
    }
}
