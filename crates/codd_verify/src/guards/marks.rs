//! Marks by which code takes views of Django out of the guards of the settings, or puts them back:
//! `view.login_required = False`.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionId, Expr, ExprId, ReferenceKind};
use codd_graph::{Confidence, NodeId};

use crate::SnapshotView;
use crate::nodes::{definition_node, file_node};

/// The attribute that `LoginRequiredMiddleware` looks at.
const MARK: &str = "login_required";

/// Definitions that such an attribute is given to: to what value, a person has to look.
pub(crate) fn marked(view: SnapshotView<'_>) -> BTreeSet<NodeId> {
    let graph = view.graph;
    let mut marked = BTreeSet::new();
    for (path, file) in view.files {
        let Some(facts) = file.facts.as_ref().filter(|it| it.language == "python") else {
            continue;
        };
        let semantics = &*facts.semantics;
        let writes = semantics.references.iter().filter(|it| it.kind == ReferenceKind::Write);
        let written = writes.filter_map(|write| match semantics.expr(write.target) {
            Expr::Attribute { base, name } if name == MARK => Some((write.owner, *base)),
            _ => None,
        });
        let written: BTreeSet<(Option<DefinitionId>, ExprId)> = written.collect();
        // What the code names there is what it marks.
        let mut named: BTreeMap<Option<DefinitionId>, BTreeSet<u32>> = BTreeMap::new();
        for (at, it) in semantics.references.iter().enumerate() {
            if written.contains(&(it.owner, it.target)) {
                named.entry(it.owner).or_default().insert(at as u32);
            }
        }
        for (owner, named) in named {
            let owner = match owner {
                Some(owner) => definition_node(graph, path, semantics, owner),
                None => file_node(graph, path),
            };
            let Some(owner) = owner else { continue };
            let meant = graph.dependencies(owner).iter().filter(|it| {
                it.confidence > Confidence::Possible
                    && it.reference.is_some_and(|it| named.contains(&it))
            });
            marked.extend(meant.map(|it| it.node));
        }
    }
    marked
}
