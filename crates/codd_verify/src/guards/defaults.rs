//! Guards that the settings of a project give to all views of a framework that say nothing
//! themselves: `DEFAULT_PERMISSION_CLASSES` of Django REST framework.

use std::collections::BTreeSet;

use codd_facts::{DefinitionKind, Expr, ExprId, MODULE_SCOPE, Semantics};
use codd_graph::NodeId;

use super::{Models, Names};
use crate::SnapshotView;
use crate::targets::{Outside, Targets, outside_name};

/// The variable of the settings, and its key.
const SETTINGS: &str = "REST_FRAMEWORK";
const PERMISSIONS: &str = "DEFAULT_PERMISSION_CLASSES";

/// What the settings give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Default {
    None,
    /// In some of several settings, or computed.
    Perhaps,
    Surely,
}

/// The settings, and the views that they hold for.
#[derive(Debug)]
pub(crate) struct Defaults {
    default: Default,
    /// Of the guards.
    names: BTreeSet<String>,
    views: BTreeSet<NodeId>,
}

impl Defaults {
    /// What names of guards mean in the settings of a snapshot: the project's own, and those
    /// of frameworks if `known` are asked for.
    pub(crate) fn of(
        view: SnapshotView<'_>,
        known: Option<&Names>,
        guards: &Targets,
        models: &Models,
    ) -> Defaults {
        let own: BTreeSet<String> =
            guards.nodes.iter().map(|it| view.graph.node(*it).dotted.to_string()).collect();
        let is_guard = |name: &str| known.is_some_and(|it| it.takes(name)) || own.contains(name);
        let files = view.files.values().filter_map(|it| it.facts.as_ref());
        let files = files.filter(|it| it.semantics.tests.is_empty());
        let mut all = files.filter_map(|it| of_settings(&it.semantics, &is_guard));
        let (default, names) = all.next().map_or((Default::None, BTreeSet::new()), |first| {
            // Which of several settings a program runs with is not known.
            all.fold(first, |(one, mut names), (other, more)| {
                names.extend(more);
                (if one == other { one } else { Default::Perhaps }, names)
            })
        });
        let views = match default {
            Default::None => BTreeSet::new(),
            _ => {
                let mut views = Targets::default();
                views.add(view, [], models.views());
                views.users().collect()
            }
        };
        Defaults { default, names, views }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.iter().map(String::as_str)
    }

    /// What holds for a view of these levels.
    pub(crate) fn at(&self, mut levels: impl Iterator<Item = NodeId>) -> Default {
        if levels.any(|it| self.views.contains(&it)) { self.default } else { Default::None }
    }
}

/// What one file of settings says, and by which names; `None` where it says nothing of the
/// framework.
fn of_settings(
    semantics: &Semantics,
    is_guard: &dyn Fn(&str) -> bool,
) -> Option<(Default, BTreeSet<String>)> {
    let none = BTreeSet::new();
    let variable = semantics.definitions.iter().find(|it| {
        it.kind == DefinitionKind::Variable && it.scope == MODULE_SCOPE && it.name == SETTINGS
    })?;
    let Expr::Container { items, .. } = semantics.expr(variable.value?) else {
        return Some((Default::Perhaps, none));
    };
    let is_changed = semantics.scope(MODULE_SCOPE).bindings_of(SETTINGS).len() > 1
        || semantics.changed.iter().any(|it| it.1 == SETTINGS);
    let Some(item) = items.iter().find(|it| it.key.as_deref() == Some(PERMISSIONS)) else {
        return Some((if is_changed { Default::Perhaps } else { Default::None }, none));
    };
    let Expr::Container { items, .. } = semantics.expr(item.value) else {
        return Some((Default::Perhaps, none));
    };
    let name = |expr: ExprId| match semantics.expr(expr) {
        Expr::Text(text) => Some(text.to_string()),
        _ => outside_name(semantics, expr),
    };
    // All of them have to agree.
    let names = items.iter().filter_map(|it| name(it.value)).filter(|it| is_guard(it));
    let names: BTreeSet<String> = names.collect();
    let default = match (names.is_empty(), is_changed) {
        (false, false) => Default::Surely,
        (false, true) => Default::Perhaps,
        (true, _) if items.iter().any(|it| name(it.value).is_none()) => Default::Perhaps,
        (true, _) => Default::None,
    };
    Some((default, names))
}
