//! What a hook says of the actions of a controller: which it holds for, and under which name
//! another takes its place.

use serde::{Deserialize, Serialize};

use crate::Name;

/// Of a hook in frameworks whose controllers inherit hooks, limit them to some actions, and
/// take them back.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ControllerHook {
    /// The method of the controller, where the framework goes by its name: a later hook of that
    /// name takes the place of this one.
    pub name: Option<Name>,
    pub actions: Actions,
}

/// Which actions of a controller something holds for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Actions {
    /// None but these.
    pub only: Option<Vec<Name>>,
    pub except: Vec<Name>,
    /// A part of this is computed.
    pub is_computed: bool,
    /// Whoever calls the function that registers the hook says more of it.
    pub is_passed: bool,
}

/// Whether something holds for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    No,
    Perhaps,
    Surely,
}

impl Actions {
    /// Whether this holds for an action; one without a name is an unknown one.
    pub fn hold(&self, action: Option<&str>) -> Held {
        let is_all = self.only.is_none() && self.except.is_empty();
        let Some(action) = action else {
            return if is_all && !self.is_computed { Held::Surely } else { Held::Perhaps };
        };
        let is_left_out = self.except.iter().any(|it| it == action)
            || self.only.as_ref().is_some_and(|all| !all.iter().any(|it| it == action));
        match (is_left_out, self.is_computed) {
            // What is computed may add to the actions that are listed.
            (true, false) => Held::No,
            (false, false) => Held::Surely,
            (_, true) => Held::Perhaps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<Name> {
        all.iter().map(Name::new).collect()
    }

    #[test]
    fn literal_lists_decide_for_each_action() {
        let only = Actions { only: Some(names(&["shut"])), ..Actions::default() };
        assert_eq!(only.hold(Some("shut")), Held::Surely);
        assert_eq!(only.hold(Some("open")), Held::No);
        let except = Actions { except: names(&["open"]), ..Actions::default() };
        assert_eq!(except.hold(Some("shut")), Held::Surely);
        assert_eq!(except.hold(Some("open")), Held::No);
        assert_eq!(Actions::default().hold(Some("open")), Held::Surely);
    }

    #[test]
    fn what_is_computed_or_unknown_is_never_sure() {
        let some = Actions { is_computed: true, ..Actions::default() };
        assert_eq!(some.hold(Some("open")), Held::Perhaps);
        let only = Actions { only: Some(names(&["shut"])), ..some };
        assert_eq!(only.hold(Some("open")), Held::Perhaps);
        let only = Actions { is_computed: false, ..only };
        assert_eq!(only.hold(None), Held::Perhaps);
        assert_eq!(Actions::default().hold(None), Held::Surely);
    }
}
