//! What runs others as the program does, and what needs others to run.

use codd_facts::{Expr, FileFacts, Reference, ReferenceKind, is_code_language};
use codd_graph::{Basis, Confidence, EdgeKind, HalfEdge, Node, NodeKind};
use codd_source::RepoPath;

/// Whether the program itself would lack something without the file at the other end.
pub(super) fn is_used(from: &Node, edge: &HalfEdge, to: &Node) -> bool {
    if !needs(edge.kind) {
        return false;
    }
    // What a method is overridden with is one of several that may run; who reads a folder of
    // files, as images that copy it do, runs none of them.
    let is_named = to.key.kind == NodeKind::File && edge.basis == Basis::Named;
    // Code that a configuration of infrastructure names is what it puts in place.
    let is_deployed = from.language.as_deref() == Some("hcl")
        && to.language.as_deref().is_some_and(is_code_language);
    let least = match edge.kind {
        EdgeKind::Reads if is_named && is_deployed => Confidence::Probable,
        EdgeKind::Imports => Confidence::Probable,
        EdgeKind::Calls if is_named => Confidence::Probable,
        _ => Confidence::Exact,
    };
    edge.confidence >= least
}

/// Whether a test may have to do with the file at the other end.
pub(super) fn is_used_loosely(_: &Node, edge: &HalfEdge, _: &Node) -> bool {
    needs(edge.kind) || edge.kind == EdgeKind::Mentions
}

/// Whether a file serves its own routes: what only lists them serves nothing until another takes
/// the list in.
pub(super) fn serves(facts: &FileFacts) -> bool {
    const STARTING: &[&str] = &[
        "ListenAndServe",
        "ListenAndServeTLS",
        "Listen",
        "Run",
        "RunTLS",
        "Serve",
        "Start",
        "listen",
        "run",
        "run_app",
        "run_simple",
        "serve",
        "serve_forever",
        "start_server",
    ];
    let semantics = &facts.semantics;
    let starts = |it: &Reference| {
        it.kind == ReferenceKind::Call
            && match semantics.expr(it.target) {
                Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
                    STARTING.contains(&name.as_str())
                }
                _ => false,
            }
    };
    !semantics.routes.is_empty() && semantics.references.iter().any(starts)
}

/// Whether a framework serves the routes of a file by where that lies: `app/api/tests/route.ts`.
pub(super) fn is_served_by_place(path: &RepoPath, facts: &FileFacts) -> bool {
    let within =
        |folder: &str| path.as_str().starts_with(&folder[1..]) || path.as_str().contains(folder);
    let stem = path.file_name().split('.').next().unwrap_or_default();
    let is_route = within("/app/") && matches!(stem, "route" | "page")
        || within("/pages/api/")
        || within("/server/api/")
        || within("/src/routes/") && stem.starts_with('+');
    is_route && !facts.semantics.routes.is_empty()
}

/// Whether a file is of a program of Go, whose tests are called `_test.go` and nothing else.
pub(super) fn is_go_program(path: &RepoPath, facts: &FileFacts) -> bool {
    let mut functions = facts.semantics.definitions.iter().filter(|it| it.parent.is_none());
    path.extension() == Some("go") && functions.any(|it| it.name == "main") && serves(facts)
}

/// Whether a node runs others as the program does: what configures test runners and linters, and
/// what a pipeline does before the program is anywhere, does not.
pub(super) fn runs(node: &Node) -> bool {
    let (path, symbol) = (&node.key.path, node.key.symbol.as_str());
    let is_of_tests = |name: &str| {
        let mut words = name.split(|it: char| !it.is_alphanumeric());
        words.any(|it| {
            let it = it.trim_start_matches("pre").trim_start_matches("post");
            matches!(
                it,
                "test" | "tests" | "testing" | "spec" | "e2e" | "lint" | "coverage" | "cy" | "ci"
            )
        })
    };
    match node.language.as_deref() {
        // Images are built of what runs in them, and what starts programs is none of tests.
        Some("dockerfile" | "launch") => !is_image_of_tests(path.file_name()),
        Some("procfile" | "dotenv") => !is_of_tests(path.file_name()),
        // Services of compose files, and containers of manifests.
        Some("yaml") => !is_of_tests(path.as_str()) && !path.as_str().starts_with('.'),
        Some("toml") => {
            ["scripts.", "entry-points.", "processes."].iter().any(|it| symbol.starts_with(it))
                || path.file_name().starts_with("fly.")
        }
        Some("hcl") => !is_of_tests(path.as_str()),
        Some("make") => !is_of_tests(symbol) && !symbol.contains("check"),
        Some("json") => path.file_name() == "package.json" && !is_of_tests(symbol),
        Some(language) => is_code_language(language),
        None => false,
    }
}

/// Whether a file that describes what is started is called as one of tests alone.
fn is_image_of_tests(name: &str) -> bool {
    let mut words = name.split(|it: char| !it.is_alphanumeric());
    words.any(|it| matches!(it, "test" | "tests" | "testing" | "e2e"))
}

/// Whether something that depends on another in this way needs it to run.
fn needs(kind: EdgeKind) -> bool {
    match kind {
        EdgeKind::Imports
        | EdgeKind::Calls
        | EdgeKind::Reads
        | EdgeKind::Inherits
        | EdgeKind::Decorates
        | EdgeKind::WrittenBy
        | EdgeKind::Configures => true,
        EdgeKind::Contains
        | EdgeKind::Tests
        | EdgeKind::Mentions
        | EdgeKind::Governs
        | EdgeKind::Documents => false,
    }
}
