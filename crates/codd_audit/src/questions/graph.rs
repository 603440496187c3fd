//! Questions to the graph: who needs a symbol, what it needs, and along which path.

use std::sync::Arc;

use codd_db::{Analysis, Progress};
use codd_graph::{
    Asked, Confidence, DEPENDING, EdgeKind, Graph, Initialisers, NodeId, NodeKind, NodePlace,
    RUNNING, ReachOptions, RunOptions, Target,
};
use codd_impact::{ChangeSet, ImpactOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::symbols::{find, find_all};
use crate::records::Side;
use crate::{NodeRecord, Workspace, WorkspaceError, imports, names};

/// How far a question to the graph goes.
#[derive(Clone, Copy, Debug)]
pub struct GraphQuestion {
    /// The longest path, in steps.
    pub depth: Option<u32>,
    /// Whether edges that are not sure are followed: by a name, an import or a condition alone.
    pub possible: bool,
}

/// What was reached from some symbols.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReachAnswer {
    /// What was asked for, in the order of the graph.
    pub of: Vec<NodeRecord>,
    /// Nearest first, then surest, then by path.
    pub reached: Vec<ReachStep>,
}

/// One node that was reached, with the last step of the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReachStep {
    pub node: NodeRecord,
    /// In steps: 1 for what is next to one of those asked for.
    pub distance: u32,
    /// The weakest on the way: `exact`, `probable` or `possible`.
    pub confidence: String,
    /// The node before.
    pub via: NodeRecord,
    /// How the two are related, as `graph export` calls it: `calls`, `reads`, `inherits`, ….
    pub edge: String,
}

/// The surest, then shortest way by which one symbol needs another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PathAnswer {
    /// From the one that needs to the one that is needed; empty where there is no way.
    pub steps: Vec<NodeRecord>,
    /// How each step needs the next: one fewer than the steps.
    pub edges: Vec<String>,
    /// Whether running the first runs the last along this way. Otherwise the first only
    /// depends on the text of the last: it names a type, reads what the last has written.
    pub runs: bool,
}

/// One edge of `graph export`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct EdgeRecord {
    /// Paths from the root of the repository, with `/`.
    pub from_file: String,
    /// The dotted qualified name; null for the file's top level.
    pub from_symbol: Option<String>,
    /// The line of the reference that made the edge, else of the symbol; the first is 1.
    pub from_line: u32,
    pub to_file: String,
    pub to_symbol: Option<String>,
    pub to_line: u32,
    pub kind: String,
    pub confidence: String,
    /// What the edge rests on: `named` in the source's text, a `flow` of values that the text
    /// uses, `implied` by something else than the text, or `imported` from an index that
    /// another tool made.
    pub basis: String,
}

/// Which edges `graph export` writes.
#[derive(Clone, Copy, Debug)]
pub struct ExportQuestion {
    /// Weaker edges are left out.
    pub floor: Confidence,
    /// Whether edges are left out that the text of their source does not make: what
    /// frameworks, test runners, protocols and the class hierarchy run, and what the value of
    /// a variable depends on.
    pub only_references: bool,
    /// Whether what was imported from indexes of other tools is left out.
    pub only_own: bool,
}

impl Workspace {
    /// Everything that a change of these symbols' bodies reaches, by the same function that
    /// judges a change.
    ///
    /// # Errors
    ///
    /// [`SymbolError`](crate::SymbolError) where a text names no symbol, or several; what the snapshot says where
    /// it cannot be read.
    pub fn dependents(
        &mut self,
        symbols: &[String],
        question: GraphQuestion,
        progress: &dyn Progress,
    ) -> Result<ReachAnswer, WorkspaceError> {
        let (snapshot, analysis) = self.analyse_joined(progress)?;
        let side = Side { snapshot: &snapshot, analysis: &analysis };
        let graph = &analysis.graph;
        let found = find_all(&analysis, symbols)?;
        let change_set = ChangeSet::of_bodies(graph, &with_contents(graph, &found));
        let options = ImpactOptions { floor: floor(question), depth: question.depth };
        let impact = codd_impact::impact(graph, graph, &change_set, &options);
        let steps = impact.reached.iter().filter_map(|reached| {
            let via = reached.via.as_ref()?;
            Some(ReachStep {
                node: side.node(&reached.node),
                distance: reached.distance,
                confidence: names::confidence(reached.confidence).to_owned(),
                via: side.node(&via.node),
                edge: names::edge_kind(via.edge).to_owned(),
            })
        });
        Ok(answer(&side, &found, steps.collect()))
    }

    /// Everything that these symbols need.
    ///
    /// # Errors
    ///
    /// As [`Workspace::dependents`].
    pub fn dependencies(
        &mut self,
        symbols: &[String],
        question: GraphQuestion,
        progress: &dyn Progress,
    ) -> Result<ReachAnswer, WorkspaceError> {
        let (snapshot, analysis) = self.analyse_joined(progress)?;
        let side = Side { snapshot: &snapshot, analysis: &analysis };
        let graph = &analysis.graph;
        let found = find_all(&analysis, symbols)?;
        let options =
            ReachOptions { kinds: DEPENDING, floor: floor(question), depth: question.depth };
        let reach = graph.dependencies_of(&found, &options);
        let steps = reach.nodes.iter().filter_map(|(id, reached)| {
            let (via, edge) = reached.via?;
            Some(ReachStep {
                node: side.node(&graph.node(*id).key),
                distance: reached.distance,
                confidence: names::confidence(reached.confidence).to_owned(),
                via: side.node(&graph.node(via).key),
                edge: names::edge_kind(edge).to_owned(),
            })
        });
        Ok(answer(&side, &found, steps.collect()))
    }

    /// How `from` needs `to`: along what runs, as checks see it, where there is such a way.
    ///
    /// # Errors
    ///
    /// As [`Workspace::dependents`].
    pub fn path(
        &mut self,
        from: &str,
        to: &str,
        question: GraphQuestion,
        progress: &dyn Progress,
    ) -> Result<PathAnswer, WorkspaceError> {
        let (snapshot, mut analysis) = self.analyse_graph(progress)?;
        // What runs is told as checks see it, which go by what the code itself says.
        let own = Arc::clone(&analysis.graph);
        imports::join(&[&snapshot], &mut analysis);
        let side = Side { snapshot: &snapshot, analysis: &analysis };
        let graph = &analysis.graph;
        let (from, to) = (find(&analysis, from)?, find(&analysis, to)?);
        let options =
            ReachOptions { kinds: DEPENDING, floor: floor(question), depth: question.depth };
        let running = running_path(&own, &from, &to, &options);
        let pairs = from.iter().flat_map(|from| to.iter().map(|to| (*from, *to)));
        let paths = pairs.map(|(from, to)| graph.path(from, to, &options));
        let needing = || paths.filter(|it| !it.is_empty()).min_by_key(Vec::len);
        let runs = running.is_some();
        let path = running.or_else(needing).unwrap_or_default();
        let kinds = if runs { RUNNING } else { DEPENDING };
        let edges = path.windows(2).map(|pair| {
            let between = graph
                .dependencies(pair[0])
                .iter()
                .filter(|edge| edge.node == pair[1] && kinds.contains(&edge.kind));
            let surest = between.max_by_key(|edge| (edge.confidence, std::cmp::Reverse(edge.kind)));
            surest.map_or("", |edge| names::edge_kind(edge.kind)).to_owned()
        });
        Ok(PathAnswer {
            edges: edges.collect(),
            steps: path.iter().map(|id| side.node(&graph.node(*id).key)).collect(),
            runs,
        })
    }
}

/// Nodes with the definitions of the files among them that nobody imports: where a language
/// knows a package and not its files, who uses a file uses what is in it.
fn with_contents(graph: &Graph, found: &[NodeId]) -> Vec<NodeId> {
    let mut all = found.to_vec();
    for id in found {
        let file = &graph.node(*id).key;
        let is_imported = || graph.dependents(*id).iter().any(|it| it.kind == EdgeKind::Imports);
        if file.kind != NodeKind::File || is_imported() {
            continue;
        }
        let inside = graph.nodes().filter(|(_, node)| {
            node.key.kind == NodeKind::Definition && node.key.path == file.path
        });
        all.extend(inside.map(|(id, _)| id));
    }
    all
}

/// The shortest way along which running one of `from` runs one of `to`.
fn running_path(
    graph: &Graph,
    from: &[NodeId],
    to: &[NodeId],
    options: &ReachOptions<'_>,
) -> Option<Vec<NodeId>> {
    let targets: Vec<Target> = to.iter().map(|it| Target::Use(*it)).collect();
    let rules = RunOptions { initialisers: Initialisers::RanBefore, asked: Asked::May };
    let ways = graph.ways_to(&targets, &[], rules);
    let is_near = |steps: usize| options.depth.is_none_or(|depth| steps <= depth as usize + 1);
    from.iter()
        .filter(|it| ways.confidence(**it).is_some_and(|sure| sure >= options.floor))
        .map(|it| ways.path(*it))
        .filter(|path| is_near(path.len()))
        .min_by_key(Vec::len)
}

pub(super) fn symbol(node: &codd_graph::Node) -> Option<String> {
    let is_route = node.key.kind == NodeKind::Route;
    let symbol = if is_route { &node.dotted } else { &node.key.symbol };
    Some(symbol.to_string()).filter(|symbol| !symbol.is_empty())
}

pub(super) fn reference_line(
    analysis: &Analysis,
    path: &codd_source::RepoPath,
    at: u32,
) -> Option<u32> {
    let file = analysis.files.get(path)?;
    let span = file.facts()?.places.used_at(at)?;
    Some(file.lines().position(span.start).line)
}

pub(super) fn node_line(analysis: &Analysis, id: NodeId) -> u32 {
    let node = analysis.graph.node(id);
    let line = || {
        let file = analysis.files.get(&node.key.path)?;
        let facts = file.facts()?;
        let places = &facts.places;
        let span = match node.place {
            NodePlace::Definition(id) | NodePlace::InheritedTest { class: id, .. } => {
                places.definitions.get(id.index())?.name
            }
            NodePlace::Route(at) => *places.routes.get(at as usize)?,
            NodePlace::Test(at) => {
                let test = facts.semantics.tests.get(at as usize)?;
                places.definitions.get(test.definition.index())?.name
            }
            NodePlace::File | NodePlace::Outside => return None,
        };
        Some(file.lines().position(span.start).line)
    };
    line().unwrap_or(1)
}

pub(super) fn floor(question: GraphQuestion) -> Confidence {
    if question.possible { Confidence::Possible } else { Confidence::Probable }
}

fn answer(side: &Side<'_>, of: &[NodeId], mut reached: Vec<ReachStep>) -> ReachAnswer {
    let strength = |confidence: &str| match confidence {
        "exact" => 0,
        "probable" => 1,
        _ => 2,
    };
    reached.sort_by(|a, b| {
        (a.distance, strength(&a.confidence), &a.node).cmp(&(
            b.distance,
            strength(&b.confidence),
            &b.node,
        ))
    });
    let graph = &side.analysis.graph;
    ReachAnswer { of: of.iter().map(|id| side.node(&graph.node(*id).key)).collect(), reached }
}
