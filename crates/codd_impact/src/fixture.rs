//! Sides of a comparison written as text, for the tests of this crate.
//!
//! ```text
//! //- a.py  module text              a file (without text after `//-`: of no language, then its content)
//! function f | signature | decorators | body    a definition; a body with `()` refers to something
//! route GET /users = f               a route and its handler
//! test test_f = test_f               a test and its definition
//! control SEC-1                      a control
//! packages yaml=1                    what a manifest of Python declares
//! installed yaml=1                   what a lock file of Python installs
//! f calls? b.py:g                    an edge from here, `?` Possible, `~` Probable; an empty
//!                                    name is the file itself, `%yaml` a package, `!SEC-1` a control
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use codd_facts::{
    DeclaredPackages, Definition, DefinitionFlags, DefinitionId, DefinitionKind, DefinitionPlace,
    Expr, ExprId, FileFacts, Hash64, MODULE_SCOPE, Name, ParseErrors, Places, Reference,
    ReferenceKind, Route, Semantics, TestCase, TokenHasher,
};
use codd_graph::{Confidence, EdgeKind, Graph, Node, NodeKey, NodeKind, NodePlace};
use codd_source::{ContentId, RepoPath, Span};

use crate::{ChangeSet, ImpactSet, Side, SideFile};

pub(crate) fn side(text: &str) -> Side {
    let mut files = BTreeMap::new();
    let mut nodes = Vec::new();
    let mut edges = Vec::new();
    for section in text.split("//- ").skip(1) {
        let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
        let (path, module) = heading.trim().split_once(' ').unwrap_or((heading.trim(), ""));
        let path = RepoPath::new(path);
        let file = SectionReader { path: &path, nodes: &mut nodes, edges: &mut edges };
        let (facts, packages) = file.read(module.trim(), body);
        let content = ContentId::of(section.as_bytes());
        files.insert(path, SideFile { content, facts: facts.map(Arc::new), packages });
    }
    let graph = Arc::new(Graph::from_parts(nodes, edges));
    Side { graph, files: Arc::new(files) }
}

pub(crate) fn hash(text: &str) -> Hash64 {
    let mut hasher = TokenHasher::default();
    hasher.token(text.trim().as_bytes());
    hasher.finish()
}

struct SectionReader<'a> {
    path: &'a RepoPath,
    nodes: &'a mut Vec<Node>,
    edges: &'a mut Vec<(NodeKey, NodeKey, EdgeKind, Confidence)>,
}

type Packages = Option<Arc<DeclaredPackages>>;

impl SectionReader<'_> {
    fn read(mut self, module: &str, body: &str) -> (Option<FileFacts>, Packages) {
        let mut semantics = Semantics::default();
        let mut places = Places { module_hash: Some(hash(module)), ..Places::default() };
        let mut packages = None;
        semantics.exprs.push(Expr::Unknown);
        self.nodes.push(node(key(self.path, NodeKind::File, ""), NodePlace::File, None));
        let mut comments = 0;
        for (at, line) in body.lines().map(str::trim).enumerate() {
            let span = Span::new(at * 100, at * 100 + 99);
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            if let Some(kind) = definition_kind(word) {
                let id = DefinitionId(semantics.definitions.len() as u32);
                define(&mut semantics, &mut places, kind, rest, span);
                let definition = &semantics.definitions[id.index()];
                let own = NodeKey {
                    ordinal: definition.ordinal,
                    ..key(self.path, NodeKind::Definition, &definition.qualified_name)
                };
                let outer = definition.parent.map_or_else(
                    || key(self.path, NodeKind::File, ""),
                    |parent| {
                        let name = &semantics.definition(parent).qualified_name;
                        key(self.path, NodeKind::Definition, name)
                    },
                );
                self.nodes.push(node(own.clone(), NodePlace::Definition(id), Some(kind)));
                self.edges.push((outer, own, EdgeKind::Contains, Confidence::Exact));
            } else if word == "route" {
                let (name, handler) = rest.split_once(" = ").expect("a route has a handler");
                let (method, path) = name.split_once(' ').expect("a route has a method");
                let scope = MODULE_SCOPE;
                semantics.exprs.push(Expr::Name { scope, name: handler.into() });
                let own = key(self.path, NodeKind::Route, name);
                let place = NodePlace::Route(semantics.routes.len() as u32);
                self.nodes.push(node(own.clone(), place, None));
                let to = key(self.path, NodeKind::Definition, handler);
                self.edges.push((own, to, EdgeKind::Calls, Confidence::Exact));
                semantics.routes.push(Route {
                    method: method.into(),
                    path: path.into(),
                    computed: None,
                    framework: "flask".into(),
                    handler: ExprId(semantics.exprs.len() as u32 - 1),
                    router: None,
                    middleware: Vec::new(),
                    without: Vec::new(),
                    registered_by: None,
                    order: None,
                });
                places.routes.push(span);
            } else if word == "test" {
                let (name, definition) = rest.split_once(" = ").expect("a test has a definition");
                let named = semantics.definitions.iter();
                let id = named.clone().position(|known| known.qualified_name == definition);
                let own = key(self.path, NodeKind::Test, name);
                let place = NodePlace::Test(semantics.tests.len() as u32);
                self.nodes.push(node(own.clone(), place, None));
                let to = key(self.path, NodeKind::Definition, definition);
                self.edges.push((own, to, EdgeKind::Tests, Confidence::Exact));
                semantics.tests.push(TestCase {
                    name: name.into(),
                    framework: "pytest".into(),
                    definition: DefinitionId(id.expect("the test's definition comes first") as u32),
                });
            } else if let "packages" | "installed" = word {
                let pairs = rest.split_whitespace().filter_map(|pair| pair.split_once('='));
                let pairs = pairs.map(|(name, version)| (name.to_owned(), version.to_owned()));
                packages = Some(Arc::new(DeclaredPackages {
                    language: "python".into(),
                    is_lock: word == "installed",
                    versions: pairs.collect(),
                }));
            } else if let Some((kind, confidence, to)) = edge(line) {
                let from = self.target(line.split(&[' '][..]).next().unwrap_or_default(), kind.1);
                let to = self.target(to, false);
                self.edges.push((from, to, kind.0, confidence));
            } else {
                comments += usize::from(!line.is_empty());
            }
        }
        assert!(comments == 0 || module.is_empty() || body.contains('#'), "unknown lines: {body}");
        let facts = FileFacts {
            language: "python".into(),
            semantics: Arc::new(semantics),
            places,
            errors: ParseErrors::default(),
            not_modelled: Vec::new(),
        };
        ((!module.is_empty()).then_some(facts), packages)
    }

    fn target(&mut self, text: &str, is_file: bool) -> NodeKey {
        if is_file {
            return key(self.path, NodeKind::File, "");
        }
        for (sign, kind) in [('%', NodeKind::Package), ('!', NodeKind::Control)] {
            if let Some(name) = text.strip_prefix(sign) {
                let own = key(&RepoPath::new(name), kind, "");
                self.nodes.push(node(own.clone(), NodePlace::Outside, None));
                return own;
            }
        }
        match text.split_once(':') {
            Some((path, "")) => key(&path.into(), NodeKind::File, ""),
            Some((path, symbol)) => key(&path.into(), NodeKind::Definition, symbol),
            None => key(self.path, NodeKind::Definition, text),
        }
    }
}

/// Kind (and whether it starts at the file itself), confidence, and target of `f calls? g`.
fn edge(line: &str) -> Option<((EdgeKind, bool), Confidence, &str)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (verb, to, is_file) = match words[..] {
        [_, verb, to] => (verb, to, false),
        [verb, to] => (verb, to, true),
        _ => return None,
    };
    let (verb, confidence) = if let Some(verb) = verb.strip_suffix('?') {
        (verb, Confidence::Possible)
    } else if let Some(verb) = verb.strip_suffix('~') {
        (verb, Confidence::Probable)
    } else {
        (verb, Confidence::Exact)
    };
    let kind = match verb {
        "imports" => EdgeKind::Imports,
        "calls" => EdgeKind::Calls,
        "reads" => EdgeKind::Reads,
        "inherits" => EdgeKind::Inherits,
        "decorates" => EdgeKind::Decorates,
        "tests" => EdgeKind::Tests,
        "mentions" => EdgeKind::Mentions,
        "written_by" => EdgeKind::WrittenBy,
        "governs" => EdgeKind::Governs,
        "documents" => EdgeKind::Documents,
        "configures" => EdgeKind::Configures,
        _ => return None,
    };
    Some(((kind, is_file), confidence, to))
}

fn definition_kind(word: &str) -> Option<DefinitionKind> {
    Some(match word {
        "function" => DefinitionKind::Function,
        "method" => DefinitionKind::Method,
        "class" => DefinitionKind::Class,
        "field" => DefinitionKind::Field,
        "variable" => DefinitionKind::Variable,
        _ => return None,
    })
}

fn define(
    semantics: &mut Semantics,
    places: &mut Places,
    kind: DefinitionKind,
    text: &str,
    span: Span,
) {
    let mut parts = text.split('|').map(str::trim);
    let mut part = || parts.next().unwrap_or_default();
    let (qualified, shape, decorators, body) = (part(), part(), part(), part());
    let (outer, name) = qualified.rsplit_once('.').unwrap_or(("", qualified));
    let known = &semantics.definitions;
    let parent = known.iter().position(|known| known.qualified_name == outer);
    let twins = known.iter().filter(|known| known.qualified_name == qualified).count();
    let id = DefinitionId(known.len() as u32);
    semantics.definitions.push(Definition {
        name: name.into(),
        qualified_name: qualified.into(),
        ordinal: twins as u32,
        kind,
        parent: parent.map(|at| DefinitionId(at as u32)),
        scope: MODULE_SCOPE,
        body: None,
        bases: Vec::new(),
        decorators: Vec::new(),
        parameters: Vec::new(),
        type_parameters: 0,
        returns: Vec::new(),
        declared_type: None,
        value: None,
        flags: DefinitionFlags::default(),
    });
    if body.contains("()") {
        semantics.references.push(Reference {
            kind: ReferenceKind::Call,
            target: ExprId(0),
            owner: Some(id),
            initialises: None,
            arguments: None,
            is_declared: false,
            is_discarded: false,
            is_taken_apart: false,
            is_implied: false,
            certainty: codd_facts::Certainty::Always,
            awaited: codd_facts::Certainty::Always,
        });
        places.references.push(span);
    }
    places.definitions.push(DefinitionPlace {
        span,
        name: span,
        shape: hash(shape),
        decorators: hash(decorators),
        body: hash(body),
        is_documented: false,
    });
}

fn key(path: &RepoPath, kind: NodeKind, symbol: &str) -> NodeKey {
    NodeKey { path: path.clone(), kind, symbol: symbol.into(), ordinal: 0 }
}

fn node(key: NodeKey, place: NodePlace, definition_kind: Option<DefinitionKind>) -> Node {
    let dotted = Name::new(&key.symbol);
    Node {
        key,
        place,
        definition_kind,
        dotted,
        language: None,
        is_abstract: false,
        served: Vec::new(),
    }
}

pub(crate) fn show(key: &NodeKey) -> String {
    let ordinal = if key.ordinal == 0 { String::new() } else { format!("#{}", key.ordinal) };
    match key.kind {
        NodeKind::File => key.path.to_string(),
        NodeKind::Definition => format!("{}:{}{ordinal}", key.path, key.symbol),
        NodeKind::Route => format!("{} {}{ordinal}", key.path, key.symbol),
        NodeKind::Test => format!("{} test {}{ordinal}", key.path, key.symbol),
        NodeKind::Package => format!("%{}", key.path),
        NodeKind::Control => format!("!{}", key.path),
    }
}

pub(crate) fn show_changes(changes: &ChangeSet) -> String {
    let mut text = String::new();
    for file in &changes.files {
        let _ = write!(text, "{:?} {}", file.kind, file.path);
        text.extend(file.renamed_from.as_ref().map(|from| format!(" <- {from}")));
        text.extend(file.reach_unknown.as_ref().map(|why| format!("  ({why})")));
        text += "\n";
    }
    for change in &changes.changes {
        let _ = write!(text, "  {:?} {}", change.kind, show(&change.node));
        let side = |it: &Option<String>| it.clone().unwrap_or_else(|| "none".to_owned());
        let versions = change.versions.as_ref();
        text.extend(versions.map(|it| format!(" {} to {}", side(&it.before), side(&it.after))));
        text.extend(change.moved_from.as_ref().map(|from| format!(" <- {}", show(from))));
        text += "\n";
    }
    text
}

pub(crate) fn show_impact(impact: &ImpactSet) -> String {
    let mut text = String::new();
    for reached in impact.reached.iter().filter(|reached| reached.distance > 0) {
        let _ = write!(text, "{}  {:?}", show(&reached.node), reached.confidence);
        for step in impact.witness(&reached.node) {
            let _ = write!(text, " <- {:?} {}", step.edge, show(&step.node));
        }
        text += "\n";
    }
    text
}
