//! What fills the parameters of a route's functions, and of what fills those: all of it runs
//! on the route's requests.

use std::collections::BTreeMap;

use codd_facts::Certainty;
use rustc_hash::FxHashMap;

use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::{Confidence, EdgeKind, GraphFile, InjectedRole, NodeId};

/// The framework whose functions say what fills their parameters.
const FRAMEWORK: &str = "fastapi";

/// Frameworks that go by the types of a handler's parameters.
const BY_TYPE: &[&str] = &["actix-web", "axum", "rocket"];

/// Calls from routes to their dependencies and the dependencies of these, and reads of the
/// classes that their functions are annotated with.
///
/// A function that is called in another way gets its arguments from its caller, so that its
/// declared dependencies run nothing.
pub(crate) fn edges(files: &[&GraphFile], index: &Index, edges: &mut Vec<Edge>) {
    let mut injected: FxHashMap<NodeId, Vec<(NodeId, InjectedRole, Confidence)>> =
        FxHashMap::default();
    for file in files {
        let Some((_, _, file_edges)) = &file.facts else { continue };
        for it in &file_edges.injections {
            let (path, id) = &it.by;
            if let Some(of) = index.definition(&file.path, it.of)
                && let Some(by) = index.definition(path, *id)
            {
                injected.entry(of).or_default().push((by, it.role, it.confidence));
            }
        }
    }
    if injected.is_empty() {
        return;
    }
    let mut called: BTreeMap<NodeId, Vec<(NodeId, Confidence)>> = BTreeMap::new();
    for it in edges.iter().filter(|it| it.kind == EdgeKind::Calls) {
        called.entry(it.from).or_default().push((it.to, it.confidence));
    }
    let mut found: Extracted = BTreeMap::new();
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        let own = index.file(&file.path);
        for (at, route) in semantics.routes.iter().enumerate() {
            let is_by_type = BY_TYPE.contains(&route.framework.as_str());
            if route.framework != FRAMEWORK && !is_by_type {
                continue;
            }
            let Some(from) = own.routes.get(&(at as u32)) else { continue };
            let starts = called.get(from).map(Vec::as_slice).unwrap_or_default();
            if is_by_type {
                extracted(*from, starts, &injected, &mut found);
                continue;
            }
            for ((to, kind), confidence) in filled(starts, &injected) {
                edges.push(edge(*from, to, kind, confidence));
            }
        }
    }
    edges.extend(found.into_iter().map(|((from, to), (confidence, is_kept_out))| {
        let call = edge(from, to, EdgeKind::Calls, confidence);
        let certainty = if is_kept_out { Certainty::Always } else { Certainty::Never };
        Edge { running: call.running.limited(certainty), ..call }
    }));
}

/// Calls, by who makes them and what is called, with whether the request ends where that fails.
type Extracted = BTreeMap<(NodeId, NodeId), (Confidence, bool)>;

/// What a framework makes the parameters of a route's functions with: the route runs it, and the
/// function needs it.
fn extracted(
    route: NodeId,
    starts: &[(NodeId, Confidence)],
    injected: &FxHashMap<NodeId, Vec<(NodeId, InjectedRole, Confidence)>>,
    found: &mut Extracted,
) {
    for (start, sureness) in starts {
        for (by, role, confidence) in injected.get(start).into_iter().flatten() {
            let is_kept_out = *role == InjectedRole::Dependency;
            if !is_kept_out && *role != InjectedRole::Optional {
                continue;
            }
            for (from, confidence) in [(*start, *confidence), (route, *confidence.min(sureness))] {
                let known = found.entry((from, *by)).or_insert((confidence, is_kept_out));
                *known = (known.0.max(confidence), known.1 || is_kept_out);
            }
        }
    }
}

/// What is called to fill the parameters of `starts`, and of what is called for that; and the
/// classes whose instances go in and out.
fn filled(
    starts: &[(NodeId, Confidence)],
    injected: &FxHashMap<NodeId, Vec<(NodeId, InjectedRole, Confidence)>>,
) -> BTreeMap<(NodeId, EdgeKind), Confidence> {
    let mut seen: BTreeMap<NodeId, Confidence> = BTreeMap::new();
    let mut found: BTreeMap<(NodeId, EdgeKind), Confidence> = BTreeMap::new();
    let mut todo: Vec<(NodeId, Confidence)> = starts.to_vec();
    while let Some((node, sureness)) = todo.pop() {
        // Met again in a surer way, it is looked into again: at most once a level.
        if seen.get(&node).is_some_and(|known| *known >= sureness) {
            continue;
        }
        seen.insert(node, sureness);
        for (by, role, confidence) in injected.get(&node).into_iter().flatten() {
            let sureness = sureness.min(*confidence);
            let kind = match role {
                InjectedRole::Dependency => Some(EdgeKind::Calls),
                InjectedRole::Model => Some(EdgeKind::Reads),
                InjectedRole::Optional | InjectedRole::Alias => None,
            };
            if let Some(kind) = kind {
                let known = found.entry((*by, kind)).or_insert(sureness);
                *known = sureness.max(*known);
            }
            todo.push((*by, sureness));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use crate::testing::{fixture, label, words};
    use crate::{EdgeKind, NodeKind};

    #[test]
    fn routes_make_and_read_what_their_functions_are_annotated_with() {
        let graph = fixture(
            r#"
//- /models.py
from pydantic import BaseModel
class Item(BaseModel):
    def check(self): pass
class Out(BaseModel): pass
class Page:
    def __init__(self, number: int): pass
class Filter:
    def __init__(self, text: str): pass
class Db: pass
//- /app.py
from typing import Annotated
from fastapi import Depends, FastAPI
from models import Db, Filter, Item, Out, Page
app = FastAPI()
Filtered = Annotated[Filter, Depends()]
def database() -> Db: return Db()
def page(page: Page): return page
@app.post("/items", response_model=list[Out])
def create(items: list[Item] | None, db: Db = Depends(database)): pass
@app.get("/items")
def read(filtered: Filtered, at=Depends(page)) -> Out: pass
def helper(item: Item) -> Out: pass
"#,
        )
        .graph();
        let mut out = String::new();
        for (id, node) in graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Route) {
            for half in graph.dependencies(id).iter().filter(|it| it.kind != EdgeKind::Contains) {
                let words = words(half.kind, half.confidence);
                let to = label(graph.node(half.node));
                let _ = writeln!(out, "{} -{words}- {to}", node.dotted);
            }
        }
        expect![[r#"
            GET /items -calls exact- app.py:page
            GET /items -calls exact- app.py:read
            GET /items -calls exact- models.py:Filter
            GET /items -reads probable- models.py:Filter
            GET /items -calls exact- models.py:Filter.__init__
            GET /items -reads probable- models.py:Out
            GET /items -reads probable- models.py:Page
            POST /items -calls exact- app.py:create
            POST /items -calls exact- app.py:database
            POST /items -reads probable- models.py:Item
            POST /items -reads probable- models.py:Out
        "#]]
        .assert_eq(&out);
    }
}
