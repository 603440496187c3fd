//! Calls that run a method of a Spring bean without what its annotations put around it.

use codd_facts::{Argument, Expr, Semantics};
use codd_source::RepoPath;

use crate::build::Index;
use crate::{GraphFile, NodeId};

/// Annotations that have a project's methods secured.
const SECURING: [&str; 3] =
    ["EnableGlobalMethodSecurity", "EnableMethodSecurity", "EnableReactiveMethodSecurity"];

/// Whether a file is of a language whose objects frameworks put proxies in front of.
pub(crate) fn is_of_jvm(path: &RepoPath) -> bool {
    matches!(path.extension(), Some("java" | "kt" | "kts"))
}

/// Who calls, and what it runs bare: none where the code itself is changed as it is compiled.
pub(crate) fn undecorated(files: &[&GraphFile], index: &Index) -> Vec<(NodeId, NodeId)> {
    let facts = files.iter().filter_map(|it| Some((&it.path, it.facts.as_ref()?)));
    let mut found = Vec::new();
    for (path, (_, _, edges)) in facts.clone() {
        let own = index.file(path);
        for (from, of, to) in &edges.called_on_itself {
            found.extend(own.definitions.get(from).copied().zip(index.definition(of, *to)));
        }
    }
    if !found.is_empty()
        && facts
            .filter(|(path, _)| is_of_jvm(path))
            .any(|(_, (_, semantics, _))| is_woven(semantics))
    {
        found.clear();
    }
    found
}

/// `@EnableMethodSecurity(mode = AdviceMode.ASPECTJ)`.
fn is_woven(semantics: &Semantics) -> bool {
    let is_aspectj = |it: &Argument| {
        it.name.as_deref() == Some("mode")
            && matches!(semantics.expr(it.value),
                Expr::Attribute { name, .. } | Expr::Name { name, .. } if name == "ASPECTJ")
    };
    let mut decorators = semantics.definitions.iter().flat_map(|it| &it.decorators);
    decorators.any(|it| {
        let Expr::Call { callee, arguments } = semantics.expr(*it) else { return false };
        matches!(semantics.expr(*callee), Expr::Name { name, .. } | Expr::Attribute { name, .. }
            if SECURING.contains(&name.as_str()))
            && arguments.iter().any(is_aspectj)
    })
}
