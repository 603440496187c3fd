//! Requests that tests make of the application itself, `client.get("/users/1")`: they run the
//! routes that are served at that path.

use codd_facts::{DefinitionId, Expr, ExprId, ReferenceKind, Semantics};
use rustc_hash::FxHashMap;

use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::{Confidence, EdgeKind, GraphFile, Node, NodeId, NodeKind};

/// Methods of test clients, by what they send.
const METHODS: &[(&str, &str)] = &[
    ("delete", "DELETE"),
    ("get", "GET"),
    ("head", "HEAD"),
    ("open", "*"),
    ("options", "OPTIONS"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
    ("request", "*"),
];

/// A request that this many routes may answer says nothing of any.
const MAX_ROUTES: usize = 16;

/// Stands for what is not known of a path.
const UNKNOWN: &str = "…";

/// Calls from what makes a request to the routes that answer it.
///
/// Only files that hold tests, and those that hold what tests share, ask the application
/// itself: elsewhere a request goes to another one.
pub(crate) fn edges(files: &[&GraphFile], nodes: &[Node], index: &Index, edges: &mut Vec<Edge>) {
    let routes: Vec<(NodeId, &Node)> = nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.key.kind == NodeKind::Route)
        .map(|(at, node)| (NodeId(at as u32), node))
        .collect();
    if routes.is_empty() {
        return;
    }
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        if semantics.tests.is_empty() && file.path.stem() != "conftest" {
            continue;
        }
        let own = index.file(&file.path);
        for (owner, method, path) in requests(semantics) {
            let Some(from) = own.definitions.get(&owner) else { continue };
            let answering = routes.iter().filter(|(_, route)| answers(route, method, path));
            let answering: Vec<NodeId> = answering.map(|(id, _)| *id).take(MAX_ROUTES).collect();
            let confidence = match answering.len() {
                1 => Confidence::Probable,
                0 | MAX_ROUTES => continue,
                _ => Confidence::Possible,
            };
            edges.extend(answering.iter().map(|to| edge(*from, *to, EdgeKind::Calls, confidence)));
        }
    }
}

/// Who sends what to which path, where that is written in place.
fn requests(semantics: &Semantics) -> Vec<(DefinitionId, &str, &str)> {
    let mut owners: FxHashMap<ExprId, DefinitionId> = FxHashMap::default();
    for it in semantics.references.iter().filter(|it| it.kind == ReferenceKind::Call) {
        if let Some(owner) = it.owner {
            owners.entry(it.target).or_insert(owner);
        }
    }
    let mut found = Vec::new();
    for expr in &semantics.exprs {
        let Expr::Call { callee, arguments } = expr else { continue };
        let Expr::Attribute { name, .. } = semantics.expr(*callee) else { continue };
        let (Some(owner), Ok(at)) =
            (owners.get(callee), METHODS.binary_search_by(|(it, _)| (*it).cmp(name)))
        else {
            continue;
        };
        let texts = arguments.iter().filter(|it| it.name.is_none()).take(2);
        let texts = texts.filter_map(|it| match semantics.expr(it.value) {
            Expr::Text(text) => Some(text.as_str()),
            _ => None,
        });
        // `request("POST", "/users")` says its method first.
        let texts: Vec<&str> = texts.collect();
        let Some(path) = texts.iter().find_map(|it| path_of(it)) else { continue };
        let said = texts.first().filter(|it| it.chars().all(|it| it.is_ascii_uppercase()));
        found.push((*owner, said.copied().unwrap_or(METHODS[at].1), path));
    }
    found
}

/// The path of `/users?page=1` and `http://testserver/users`.
fn path_of(text: &str) -> Option<&str> {
    let path = match text.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => text,
    };
    let end = path.find(['?', '#']).unwrap_or(path.len());
    path.starts_with('/').then_some(&path[..end])
}

fn answers(route: &Node, method: &str, path: &str) -> bool {
    let (own, _) = route.method_and_path();
    let is_method = own == "*" || method == "*" || own == method || (own, method) == ("GET", "HEAD");
    is_method && route.paths().any(|template| fits(template, path))
}

/// Whether a path is one of those that a route's template describes.
fn fits(template: &str, path: &str) -> bool {
    let wanted: Vec<&str> = template.split('/').filter(|it| !it.is_empty()).collect();
    let mut given: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    let wanted = match wanted.split_first() {
        // A prefix that is not known: the end has to fit.
        Some((first, rest)) if *first == UNKNOWN => {
            let Some(extra) = given.len().checked_sub(rest.len()).filter(|_| !rest.is_empty())
            else {
                return false;
            };
            given.drain(..extra);
            rest
        }
        _ => wanted.as_slice(),
    };
    let mut given = given.into_iter();
    for segment in wanted {
        if takes_the_rest(segment) {
            return true;
        }
        match given.next() {
            Some(it) if *segment == it || is_parameter(segment) => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

/// `<path:file>`, `{file:path}`, `*`, `:rest*`.
fn takes_the_rest(segment: &str) -> bool {
    segment.starts_with("<path:")
        || segment.ends_with(":path}")
        || segment.ends_with('*')
        || segment.starts_with("[...")
}

/// `<int:id>`, `{id}`, `:id`, `[id]`, and what has such a part.
fn is_parameter(segment: &str) -> bool {
    segment.starts_with(':') || segment.contains(['<', '{', '[', '(']) || segment == UNKNOWN
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{METHODS, fits};
    use crate::testing::{fixture, label, words};
    use crate::{EdgeKind, NodeKind};

    #[test]
    fn a_client_in_a_test_runs_the_route_at_its_path() {
        let graph = fixture(
            r#"
//- /app.py
from flask import Flask, Blueprint
app = Flask(__name__)
users = Blueprint("users", __name__, url_prefix="/users")
@users.get("/<int:id>")
def show(id): return id
@users.post("/")
def create(): return 1
app.register_blueprint(users)
//- /test_app.py
def test_show(client):
    client.get("/users/1?full=1")
def test_create(client):
    client.open("/users/", method="POST")
def test_other(client):
    client.get("/elsewhere")
//- /proxy.py
def forward(session): session.get("/users/1")
"#,
        )
        .graph();
        let mut out = String::new();
        for edge in graph.edges().filter(|it| it.kind == EdgeKind::Calls) {
            let (from, to) = (graph.node(edge.from), graph.node(edge.to));
            if to.key.kind == NodeKind::Route {
                let words = words(edge.kind, edge.confidence);
                out += &format!("{} -{words}- {}\n", label(from), label(to));
            }
        }
        expect![[r#"
            test_app.py:test_create -calls probable- app.py:POST /
            test_app.py:test_show -calls probable- app.py:GET /<int:id>
        "#]]
        .assert_eq(&out);
    }

    #[test]
    fn paths_fit_their_templates() {
        for (template, path, does_fit) in [
            ("/users", "/users/", true),
            ("/users/{id}", "/users/1", true),
            ("/users/{id}", "/users", false),
            ("/users/:id/posts", "/users/1/posts", true),
            ("/files/<path:name>", "/files/a/b", true),
            ("/…/users", "/api/v1/users", true),
            ("/…", "/api", false),
            ("/", "/", true),
            ("/", "/users", false),
        ] {
            assert_eq!(fits(template, path), does_fit, "{template} {path}");
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(METHODS.is_sorted());
    }
}
