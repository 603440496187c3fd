//! The flow facts of all files of one family of languages, with what their names lead to.

mod classes;
mod family;
mod modules;

use self::classes::{known_by_name, methods_of};
pub(crate) use self::family::Family;
pub use self::family::followed_languages;
use self::modules::{aliases_of, brought};

use codd_facts::{
    DefinitionId, FileFacts, FlowFacts, FlowFunction, FlowFunctionKind, FlowName,
    FlowParameterKind, FunctionId,
};
use codd_graph::{Confidence, EdgeKind, Graph, NodeId, NodeKey, NodeKind, NodePlace};
use codd_source::{ContentId, RepoPath, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A file as the analysis reads it.
#[derive(Clone, Copy, Debug)]
pub struct FlowFile<'a> {
    pub path: &'a RepoPath,
    pub content: ContentId,
    pub flow: &'a FlowFacts,
    pub facts: &'a FileFacts,
}

/// Index of a function, class body or top level in a [`Program`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FnIx(pub(crate) u32);

pub(crate) struct Program<'a> {
    pub(crate) files: Vec<ProgramFile<'a>>,
    pub(crate) functions: Vec<ProgramFunction<'a>>,
    by_path: FxHashMap<&'a str, u32>,
    by_node: FxHashMap<NodeId, FnIx>,
    /// Types by their names with their packages, where a language names them so.
    types: FxHashMap<String, FnIx>,
    /// Files that import one, where what a file assigns is seen in those that it includes.
    importers: FxHashMap<u32, Vec<u32>>,
    /// Types within others, by those and their names.
    nested: FxHashMap<(FnIx, String), FnIx>,
    /// Methods that are added to types from outside of them, by their names.
    extensions: FxHashMap<String, Vec<FnIx>>,
    /// All parts of each partial class that has several.
    parts: FxHashMap<FnIx, Rc<[FnIx]>>,
    /// Files by their folders, where those are packages.
    folders: BTreeMap<String, Vec<u32>>,
    /// Of Ruby: the name of each class with those around it, and the bodies that open one again.
    pub(crate) full_names: FxHashMap<FnIx, String>,
    pub(crate) opened_again: FxHashMap<FnIx, Vec<FnIx>>,
    /// Files whose top level sets a constant that all files see.
    constants: FxHashMap<&'a str, u32>,
    /// Files with a class of too many parts.
    pub(crate) given_up: Vec<u32>,
    /// Functions that answer routes, with the framework and the path of each.
    pub(crate) handlers: Vec<(FnIx, &'a str, &'a str)>,
}

pub(crate) struct ProgramFile<'a> {
    pub(crate) path: &'a RepoPath,
    pub(crate) flow: &'a FlowFacts,
    pub(crate) facts: &'a FileFacts,
    pub(crate) family: Family,
    pub(crate) first: u32,
    /// Files of the program that it imports, by the graph.
    pub(crate) imported: Vec<u32>,
    /// Modules that it brings in, as written: to tell which framework it is for.
    pub(crate) modules: Vec<&'a str>,
    /// Modules whose names it brings in with a star.
    pub(crate) stars: Vec<(u32, &'a str)>,
    /// Names that it gives to types of modules.
    pub(crate) aliases: FxHashMap<&'a str, (&'a str, &'a str)>,
}

pub(crate) struct ProgramFunction<'a> {
    pub(crate) file: u32,
    pub(crate) id: FunctionId,
    pub(crate) node: Option<NodeId>,
    /// Its name with its module, where the graph has one.
    pub(crate) dotted: Option<codd_facts::Name>,
    /// Each of its own names, by the number of its variable.
    pub(crate) slots: FxHashMap<FlowName, u32>,
    /// Functions and classes that the graph says its calls reach, by their own names and where
    /// the call stands, where that is known.
    pub(crate) calls: Vec<GraphCall>,
    /// Of a class: its methods by name.
    pub(crate) methods: FxHashMap<String, FnIx>,
    /// The same, all of one name, in the order of the file.
    pub(crate) overloads: FxHashMap<String, Vec<FnIx>>,
    /// Of a class whose members are named without it: their names.
    pub(crate) members: FxHashSet<&'a str>,
}

pub(crate) struct GraphCall {
    pub(crate) place: Option<Span>,
    pub(crate) name: String,
    pub(crate) target: FnIx,
}

impl<'a> Program<'a> {
    pub(crate) fn new(graph: &Graph, all: &[FlowFile<'a>]) -> Program<'a> {
        let mut program = Program {
            files: Vec::new(),
            functions: Vec::new(),
            by_path: FxHashMap::default(),
            by_node: FxHashMap::default(),
            types: FxHashMap::default(),
            importers: FxHashMap::default(),
            nested: FxHashMap::default(),
            extensions: FxHashMap::default(),
            parts: FxHashMap::default(),
            folders: BTreeMap::new(),
            full_names: FxHashMap::default(),
            opened_again: FxHashMap::default(),
            constants: FxHashMap::default(),
            given_up: Vec::new(),
            handlers: Vec::new(),
        };
        for (at, file) in all.iter().enumerate() {
            program.by_path.insert(file.path.as_str(), at as u32);
        }
        for (at, file) in all.iter().enumerate() {
            program.add(graph, at as u32, file);
        }
        program.join_methods();
        program.join_parts();
        program.share_stars();
        program.join_prototypes();
        for at in 0..program.functions.len() {
            program.connect(graph, at);
        }
        program.handlers = handlers(graph, &program);
        program
    }

    fn add(&mut self, graph: &Graph, at: u32, file: &FlowFile<'a>) {
        let first = self.functions.len() as u32;
        let definitions: FxHashMap<Span, usize> = file
            .facts
            .places
            .definitions
            .iter()
            .enumerate()
            .map(|(at, place)| (place.name, at))
            .collect();
        for (number, function) in file.flow.functions.iter().enumerate() {
            let key = match function.kind {
                FlowFunctionKind::Module => Some(file_key(file.path)),
                _ => definitions
                    .get(&function.place)
                    .map(|at| definition_key(file, DefinitionId(*at as u32))),
            };
            let node = key.and_then(|key| graph.find(&key));
            let ix = FnIx(self.functions.len() as u32);
            if let Some(node) = node {
                self.by_node.insert(node, ix);
            }
            let slots =
                function.locals.iter().enumerate().map(|(at, name)| (*name, at as u32)).collect();
            let overloads = if function.kind == FlowFunctionKind::Class {
                methods_of(file.flow, function, first)
            } else {
                FxHashMap::default()
            };
            let methods =
                overloads.iter().filter_map(|(name, all)| Some((name.clone(), *all.first()?)));
            let methods = methods.collect();
            if let Some(name) = known_by_name(file, function, FunctionId(number as u32)) {
                self.types.entry(name).or_insert(ix);
            }
            if function.kind == FlowFunctionKind::Class
                && Family::of(&file.facts.language) == Family::Ruby
            {
                self.note_class(file.flow, function, first, ix);
            }
            if function.kind == FlowFunctionKind::Class
                && Family::of(&file.facts.language) == Family::CSharp
                && let (Some(parent), Some(name)) = (function.parent, function.name)
                && parent != FunctionId(0)
            {
                let key = (FnIx(first + parent.0), file.flow.name(name).to_string());
                self.nested.entry(key).or_insert(ix);
            }
            if Family::of(&file.facts.language) == Family::CSharp
                && let (Some(name), Some(first)) = (function.name, function.parameters.first())
                && first.kind == FlowParameterKind::Receiver
                && first.annotation.is_some()
            {
                let name = file.flow.name(name).to_string();
                self.extensions.entry(name).or_default().push(ix);
            }
            self.functions.push(ProgramFunction {
                file: at,
                id: FunctionId(number as u32),
                node,
                dotted: node.map(|node| graph.node(node).dotted.clone()),
                slots,
                calls: Vec::new(),
                methods,
                overloads,
                members: match (Family::of(&file.facts.language), function.kind) {
                    (Family::CSharp, FlowFunctionKind::Class) => {
                        function.locals.iter().map(|it| file.flow.name(*it).as_str()).collect()
                    }
                    _ => FxHashSet::default(),
                },
            });
        }
        if Family::of(&file.facts.language) == Family::Ruby
            && let Some(module) = file.flow.functions.first()
        {
            let names = module.locals.iter().map(|it| file.flow.name(*it).as_str());
            for name in names.filter(|it| it.starts_with(char::is_uppercase)) {
                self.constants.entry(name).or_insert(at);
            }
        }
        let imported = graph.find(&file_key(file.path)).map_or_else(Vec::new, |node| {
            let edges = graph.dependencies(node).iter();
            edges
                .filter(|edge| edge.kind == EdgeKind::Imports)
                .map(|edge| graph.node(edge.node))
                .filter(|node| node.key.kind == NodeKind::File)
                .filter_map(|node| self.by_path.get(node.key.path.as_str()).copied())
                .collect()
        });
        if Family::of(&file.facts.language) == Family::Php {
            for other in &imported {
                self.importers.entry(*other).or_default().push(at);
            }
        }
        let mut modules = Vec::new();
        let mut stars = Vec::new();
        for function in &file.flow.functions {
            brought(file.flow, &function.body, &mut modules, &mut stars);
        }
        let aliases = match Family::of(&file.facts.language) {
            Family::CSharp => aliases_of(file.flow),
            _ => FxHashMap::default(),
        };
        self.files.push(ProgramFile {
            path: file.path,
            flow: file.flow,
            facts: file.facts,
            family: Family::of(&file.facts.language),
            first,
            imported,
            modules,
            stars,
            aliases,
        });
    }

    /// Notes what the graph says of a function's calls.
    fn connect(&mut self, graph: &Graph, at: usize) {
        let Some(node) = self.functions[at].node else { return };
        let file = &self.files[self.functions[at].file as usize];
        let mut calls = Vec::new();
        for edge in graph.dependencies(node) {
            if edge.kind != EdgeKind::Calls || edge.confidence == Confidence::Possible {
                continue;
            }
            let Some(target) = self.by_node.get(&edge.node) else { continue };
            let place = edge
                .reference
                .and_then(|at| file.facts.places.references.get(at as usize))
                .copied();
            let name = graph.node(edge.node).key.own_name().to_owned();
            calls.push(GraphCall { place, name, target: *target });
        }
        self.functions[at].calls = calls;
    }

    pub(crate) fn of_node(&self, node: NodeId) -> Option<FnIx> {
        self.by_node.get(&node).copied()
    }

    pub(crate) fn function(&self, ix: FnIx) -> &ProgramFunction<'a> {
        &self.functions[ix.0 as usize]
    }

    pub(crate) fn body(&self, ix: FnIx) -> &'a FlowFunction {
        let function = self.function(ix);
        self.files[function.file as usize].flow.function(function.id)
    }

    /// The class that a function is written in.
    pub(crate) fn class_of(&self, ix: FnIx) -> Option<FnIx> {
        self.parent(ix).filter(|it| self.body(*it).kind == FlowFunctionKind::Class)
    }

    pub(crate) fn in_file(&self, file: u32, id: FunctionId) -> FnIx {
        FnIx(self.files[file as usize].first + id.0)
    }

    /// The body around a function's.
    pub(crate) fn parent(&self, ix: FnIx) -> Option<FnIx> {
        let function = self.function(ix);
        self.body(ix).parent.map(|id| self.in_file(function.file, id))
    }
}

fn file_key(path: &RepoPath) -> NodeKey {
    NodeKey {
        path: path.clone(),
        kind: NodeKind::File,
        symbol: codd_facts::Name::default(),
        ordinal: 0,
    }
}

fn definition_key(file: &FlowFile<'_>, id: DefinitionId) -> NodeKey {
    let definition = file.facts.semantics.definition(id);
    NodeKey {
        path: file.path.clone(),
        kind: NodeKind::Definition,
        symbol: definition.qualified_name.clone(),
        ordinal: definition.ordinal,
    }
}

fn handlers<'a>(graph: &Graph, program: &Program<'a>) -> Vec<(FnIx, &'a str, &'a str)> {
    let mut found = Vec::new();
    for (id, node) in graph.nodes() {
        let NodePlace::Route(at) = node.place else { continue };
        let Some(file) = program.by_path.get(node.key.path.as_str()) else { continue };
        let facts = program.files[*file as usize].facts;
        let Some(route) = facts.semantics.routes.get(at as usize) else { continue };
        for handler in graph.handlers(id) {
            if let Some(function) = program.of_node(handler) {
                found.push((function, route.framework.as_str(), route.path.as_str()));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
