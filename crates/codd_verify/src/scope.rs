//! Which files and nodes of a snapshot a control governs.

use codd_controls::{Control, Part, Scope};
use codd_facts::{FileClass, language_named};
use codd_graph::{EdgeKind, Graph, NodeId, NodeKind, govern};
use codd_source::{Diagnostic, RepoPath, suggestion};
use rustc_hash::FxHashSet;

use crate::SnapshotView;
use crate::code::language_names;

/// Whether a scope takes a file by its path and language.
pub(crate) fn takes_file(scope: &Scope, path: &RepoPath, language: Option<&str>) -> bool {
    let names = language.map_or(&[][..], codd_facts::names_of);
    scope.takes_path(path.as_str()) && scope.takes_language(names)
}

/// A warning for each language in a control's scope that codd does not model: nothing is of it.
pub(crate) fn unknown_languages(control: &Control) -> impl Iterator<Item = Diagnostic> {
    let written = control.applies_to.languages.iter().enumerate();
    written.filter(|(_, name)| language_named(name).is_none()).map(|(at, name)| {
        let message = format!("codd reads no language called `{name}`: no file is governed by it");
        let known = language_names();
        let help = match suggestion(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the languages are {}", known.join(", ")),
        };
        let path = ["applies_to".into(), "languages".into(), at.into()];
        let diagnostic = Diagnostic::warning("controls::unknown_language", message).help(help);
        control.source.label(diagnostic, &path, Part::Value, "")
    })
}

/// The nodes a control governs, each list in node order.
#[derive(Debug, Default)]
pub(crate) struct Governed {
    pub(crate) files: Vec<NodeId>,
    pub(crate) definitions: Vec<NodeId>,
    pub(crate) routes: Vec<NodeId>,
    /// Governed definitions and the handlers of governed routes.
    code: FxHashSet<NodeId>,
    paths: FxHashSet<RepoPath>,
}

impl Governed {
    pub(crate) fn of(
        control: &Control,
        view: SnapshotView<'_>,
        is_left_out: impl Fn(&RepoPath) -> bool,
    ) -> Governed {
        let graph = view.graph;
        let is_authored = |path: &RepoPath| {
            view.files.get(path).is_some_and(|file| file.class == FileClass::Authored)
        };
        let mut governed = Governed::default();
        for id in govern(graph, &control.applies_to, is_authored) {
            if is_left_out(&graph.node(id).key.path) {
                continue;
            }
            match graph.node(id).key.kind {
                NodeKind::File => governed.files.push(id),
                NodeKind::Definition => governed.definitions.push(id),
                NodeKind::Route => governed.routes.push(id),
                _ => {}
            }
        }
        governed.code.extend(&governed.definitions);
        for route in &governed.routes {
            governed.code.extend(running(graph, *route));
        }
        let nodes = governed.code.iter().chain(&governed.routes);
        governed.paths = nodes.map(|node| graph.node(*node).key.path.clone()).collect();
        governed
    }

    /// Governed definitions and the handlers of governed routes, in no order.
    pub(crate) fn code(&self) -> impl Iterator<Item = &NodeId> {
        self.code.iter()
    }

    pub(crate) fn has_code_in(&self, path: &RepoPath) -> bool {
        self.paths.contains(path)
    }

    /// Whether the text of this definition is governed.
    pub(crate) fn has_code_of(&self, definition: NodeId) -> bool {
        self.code.contains(&definition)
    }
}

/// The functions and classes that answer a route, or run before what does.
fn running(graph: &Graph, route: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    graph
        .dependencies(route)
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Calls && edge.does_run())
        .map(|edge| edge.node)
        .filter(|node| graph.node(*node).key.kind == NodeKind::Definition)
}

#[cfg(test)]
mod tests {
    use crate::CheckPlan;
    use crate::testing::controls_for;

    #[test]
    fn a_language_that_nobody_reads_is_told() {
        let told = |languages: &str| {
            let controls =
                controls_for(&format!("{{languages: {languages}}}"), "- manual: {instruction: x}");
            let (_, diagnostics) = CheckPlan::compile(&controls);
            let one = |it: &codd_source::Diagnostic| format!("{} {:?}", it.code, it.help);
            diagnostics.iter().map(one).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            told("[python, pyhton]"),
            "controls::unknown_language Some(\"did you mean `python`?\")"
        );
        assert_eq!(told("[py, TSX]"), "");
    }
}
