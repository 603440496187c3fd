//! The flow facts of all files of one family of languages, with what their names lead to.

use codd_facts::{
    DefinitionId, FileFacts, FlowFacts, FlowFunction, FlowFunctionKind, FlowName,
    FlowParameterKind, FlowStatement, FlowValue, FunctionId,
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

/// Languages whose files know one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Python,
    Script,
    Java,
    Go,
    CSharp,
    Php,
    Ruby,
}

impl Family {
    /// All of them, with the language whose models they go by.
    pub(crate) const ALL: [(Family, &'static str); 7] = [
        (Family::Python, "python"),
        (Family::Script, "javascript"),
        (Family::Java, "java"),
        (Family::Go, "go"),
        (Family::CSharp, "csharp"),
        (Family::Php, "php"),
        (Family::Ruby, "ruby"),
    ];

    pub(crate) fn of(language: &str) -> Family {
        match language {
            "python" => Family::Python,
            "java" => Family::Java,
            "go" => Family::Go,
            "csharp" => Family::CSharp,
            "php" => Family::Php,
            "ruby" => Family::Ruby,
            _ => Family::Script,
        }
    }

    /// Whether declarations say what values are.
    pub(crate) fn is_typed(self) -> bool {
        matches!(self, Family::Java | Family::Go | Family::CSharp)
    }

    /// Whether a parameter's type, where there is one, says what it is given.
    pub(crate) fn has_types(self) -> bool {
        self.is_typed() || self == Family::Php
    }
}

/// The languages by whose models values are followed.
pub fn followed_languages() -> impl Iterator<Item = &'static str> {
    Family::ALL.into_iter().map(|(_, language)| language)
}

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

    /// Notes a class of Ruby by its name with those of the classes around it: all files see it,
    /// and any may open it again.
    fn note_class(&mut self, flow: &FlowFacts, class: &FlowFunction, first: u32, ix: FnIx) {
        const MOST: usize = 32;
        let Some(name) = class.name.map(|it| flow.name(it)) else { return };
        let mut around = class.parent;
        let mut outer = None;
        while let Some(id) = around {
            let body = flow.function(id);
            if body.kind == FlowFunctionKind::Class {
                outer = self.full_names.get(&FnIx(first + id.0));
                break;
            }
            around = body.parent;
        }
        let full = match outer {
            Some(outer) => format!("{outer}.{name}"),
            None => name.to_string(),
        };
        self.full_names.insert(ix, full.clone());
        let known = *self.types.entry(full).or_insert(ix);
        // What holds nothing but other classes says nothing more of itself.
        let says_more = class.bases.len() > 1
            || class.body.iter().any(|it| match it {
                FlowStatement::Define(id) => flow.function(*id).kind != FlowFunctionKind::Class,
                _ => true,
            });
        if known != ix && says_more {
            let others = self.opened_again.entry(known).or_default();
            if others.len() < MOST {
                others.push(ix);
            }
            self.opened_again.insert(ix, vec![known]);
        }
    }

    /// The file whose top level sets a constant.
    pub(crate) fn constant(&self, name: &str) -> Option<u32> {
        self.constants.get(name).copied()
    }

    /// Gives the methods of Go, which are written apart from their types, to those.
    fn join_methods(&mut self) {
        for (at, file) in self.files.iter().enumerate() {
            if file.family == Family::Go {
                let path = file.path.as_str();
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                self.folders.entry(folder.to_owned()).or_default().push(at as u32);
            }
        }
        let mut found = Vec::new();
        for files in self.folders.values() {
            let mut types: FxHashMap<&str, FnIx> = FxHashMap::default();
            for at in files {
                let file = &self.files[*at as usize];
                for (number, function) in file.flow.functions.iter().enumerate() {
                    if function.kind == FlowFunctionKind::Class
                        && function.parent == Some(FunctionId(0))
                        && let Some(name) = function.name
                    {
                        let ix = FnIx(file.first + number as u32);
                        types.entry(file.flow.name(name).as_str()).or_insert(ix);
                    }
                }
            }
            for at in files {
                let file = &self.files[*at as usize];
                for (number, function) in file.flow.functions.iter().enumerate() {
                    let receiver = function.parameters.first();
                    let receiver = receiver.filter(|it| it.kind == FlowParameterKind::Receiver);
                    let of = receiver.and_then(|it| it.annotation).map(|it| file.flow.value(it));
                    if let (Some(FlowValue::Name(of)), Some(name)) = (of, function.name)
                        && let Some(class) = types.get(file.flow.name(*of).as_str())
                    {
                        let method = FnIx(file.first + number as u32);
                        found.push((*class, file.flow.name(name).to_string(), method));
                    }
                }
            }
        }
        for (class, name, method) in found {
            let class = &mut self.functions[class.0 as usize];
            class.methods.entry(name.clone()).or_insert(method);
            class.overloads.entry(name).or_default().push(method);
        }
    }

    /// Gives the methods of all parts of a class to each part.
    fn join_parts(&mut self) {
        let mut parts: BTreeMap<String, Vec<FnIx>> = BTreeMap::new();
        for file in self.files.iter().filter(|it| it.family == Family::CSharp) {
            for (number, function) in file.flow.functions.iter().enumerate() {
                if function.is_partial && function.kind == FlowFunctionKind::Class {
                    let id = FunctionId(number as u32);
                    let all = parts.entry(whole_name(file.flow, id)).or_default();
                    all.push(FnIx(file.first + id.0));
                }
            }
        }
        for all in parts.into_values().filter(|it| it.len() > 1) {
            let mut methods: BTreeMap<String, Vec<FnIx>> = BTreeMap::new();
            for part in &all {
                let own = &self.functions[part.0 as usize].overloads;
                for (name, own) in own.iter().collect::<BTreeMap<_, _>>() {
                    methods.entry(name.clone()).or_default().extend(own);
                }
            }
            // One that is declared in a part has its body in another.
            for own in methods.values_mut() {
                own.sort_by_key(|it| (self.body(*it).is_abstract, *it));
            }
            let all: Rc<[FnIx]> = all.into();
            for part in all.iter() {
                let class = &mut self.functions[part.0 as usize];
                for (name, own) in &methods {
                    class.methods.insert(name.clone(), own[0]);
                    class.overloads.insert(name.clone(), own.clone());
                }
                self.parts.insert(*part, Rc::clone(&all));
            }
        }
    }

    /// Gives each file what all files below a folder bring in.
    fn share_stars(&mut self) {
        // As `languages::csharp` says it of a directive.
        const GLOBAL: u32 = 2;
        let mut shared: BTreeMap<&str, Vec<(u32, &'a str)>> = BTreeMap::new();
        for file in self.files.iter().filter(|it| it.family == Family::CSharp) {
            let stars = file.stars.iter().filter(|(level, _)| level & GLOBAL != 0);
            for (level, module) in stars {
                let folder = folder_of(file.path.as_str());
                let all = shared.entry(folder).or_default();
                if !all.contains(&(*level, *module)) {
                    all.push((*level, *module));
                }
            }
        }
        if shared.is_empty() {
            return;
        }
        for file in self.files.iter_mut().filter(|it| it.family == Family::CSharp) {
            let mut folder = folder_of(file.path.as_str());
            loop {
                file.stars.extend(shared.get(folder).into_iter().flatten());
                if folder.is_empty() {
                    break;
                }
                folder = folder_of(folder);
            }
        }
    }

    /// Gives what is put into the prototype of a function that makes objects to that function:
    /// `A.prototype.run = function () {…}`.
    fn join_prototypes(&mut self) {
        let mut found = Vec::new();
        for file in self.files.iter().filter(|it| it.family == Family::Script) {
            let flow = file.flow;
            let Some(module) = flow.functions.first() else { continue };
            for statement in &module.body {
                let FlowStatement::Assign { target, value } = statement else { continue };
                let FlowValue::Attribute { base, name } = flow.value(*target) else { continue };
                let FlowValue::Function(method) = flow.value(*value) else { continue };
                let FlowValue::Attribute { base, name: prototype } = flow.value(*base) else {
                    continue;
                };
                let FlowValue::Name(maker) = flow.value(*base) else { continue };
                let is_it = |function: &FlowFunction| {
                    function.name == Some(*maker) && function.parent == Some(FunctionId(0))
                };
                let maker = flow.functions.iter().position(is_it);
                if let (Some(maker), "prototype") = (maker, flow.name(*prototype).as_str()) {
                    let maker = file.first + maker as u32;
                    let method = FnIx(file.first + method.0);
                    found.push((maker, flow.name(*name).to_string(), method));
                }
            }
        }
        for (maker, name, method) in found {
            self.functions[maker as usize].methods.insert(name, method);
        }
    }

    /// The files that include one, or bring in something of it; bounded.
    pub(crate) fn importers(&self, file: u32) -> Vec<u32> {
        const MOST: usize = 32;
        self.importers.get(&file).into_iter().flatten().copied().take(MOST).collect()
    }

    /// The files of a folder.
    pub(crate) fn files_in(&self, folder: &str) -> Vec<u32> {
        self.folders.get(folder).cloned().unwrap_or_default()
    }

    /// The folder of a package that a file imports, where it is one of the project's.
    pub(crate) fn package(&self, from: u32, module: &str) -> Option<&str> {
        let is_it = |folder: &str| {
            module == folder || module.strip_suffix(folder).is_some_and(|rest| rest.ends_with('/'))
        };
        let folders = self.folders.iter().filter(|(folder, _)| !folder.is_empty());
        let mut fitting: Vec<(&String, &Vec<u32>)> =
            folders.filter(|(folder, _)| is_it(folder)).collect();
        fitting.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        let imported = &self.files[from as usize].imported;
        // The graph knows which; a name with a host in it is nobody else's.
        let is_own = |files: &Vec<u32>| files.iter().any(|it| imported.contains(it));
        let has_host = module.split('/').next().is_some_and(|it| it.contains('.'));
        let found = fitting.iter().find(|(_, files)| is_own(files));
        let found = found.or_else(|| fitting.first().filter(|_| has_host));
        if let Some((folder, _)) = found {
            return Some(folder);
        }
        // A project that is a part of the repository.
        let mut own = imported.iter().map(|it| self.files[*it as usize].path.as_str());
        let last = module.rsplit('/').next().unwrap_or(module);
        own.find_map(|path| {
            let (folder, _) = path.rsplit_once('/')?;
            let name = folder.rsplit('/').next().unwrap_or(folder);
            (name == last).then_some(folder)
        })
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

    /// A type of the project by its name and package.
    pub(crate) fn type_named(&self, package: &str, name: &str) -> Option<FnIx> {
        self.types.get(&qualified(package, name)).copied()
    }

    /// A type of the project by its name with its package.
    pub(crate) fn type_of_whole_name(&self, name: &str) -> Option<FnIx> {
        self.types.get(name).copied()
    }

    /// A type that is written in another, by its name.
    pub(crate) fn nested_type(&self, class: FnIx, name: &str) -> Option<FnIx> {
        let parts = self.parts(class);
        let all = parts.as_deref().unwrap_or(&[]);
        let mut all = std::iter::once(class).chain(all.iter().copied());
        all.find_map(|it| self.nested.get(&(it, name.to_owned())).copied())
    }

    /// All parts of a class that is written in several.
    pub(crate) fn parts(&self, class: FnIx) -> Option<Rc<[FnIx]>> {
        self.parts.get(&class).cloned()
    }

    /// Methods of that name that are added to types from outside of them.
    pub(crate) fn extensions(&self, name: &str) -> &[FnIx] {
        self.extensions.get(name).map_or(&[], Vec::as_slice)
    }

    /// The packages that types of a file are part of.
    pub(crate) fn packages(&self, file: u32) -> impl Iterator<Item = &'a str> {
        let flow = self.files[file as usize].flow;
        let own = flow.package.into_iter().chain(flow.packages.iter().map(|(_, it)| *it));
        own.map(|it| flow.name(it).as_str())
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

    /// Whether a file imports a package or something of it.
    pub(crate) fn imports(&self, file: u32, package: &str) -> bool {
        self.files[file as usize].modules.iter().any(|own| {
            own.strip_prefix(package)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
        })
    }

    /// Whether a module is a folder, of which a file imports something.
    pub(crate) fn is_package(&self, from: u32, module: &str) -> bool {
        let folder = format!("{}/", module.replace('.', "/"));
        let inner = format!("/{folder}");
        self.files[from as usize].imported.iter().any(|at| {
            let path = self.files[*at as usize].path.as_str();
            path.starts_with(&folder) || path.contains(&inner)
        })
    }

    /// The file that an import written in `from` means; `item` where that may be a module.
    pub(crate) fn module(
        &self,
        from: u32,
        module: &str,
        level: u32,
        item: Option<&str>,
    ) -> Option<u32> {
        let file = &self.files[from as usize];
        let is_python = file.facts.language == "python";
        let folder = file.path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut stem = if is_python {
            let mut base = folder.to_owned();
            for _ in 1..level {
                base = base.rsplit_once('/').map_or(String::new(), |(up, _)| up.to_owned());
            }
            let own = module.replace('.', "/");
            if level == 0 {
                own
            } else {
                [base, own]
                    .iter()
                    .filter(|it| !it.is_empty())
                    .cloned()
                    .collect::<Vec<_>>()
                    .join("/")
            }
        } else if module.starts_with('.') {
            joined(folder, module)
        } else {
            module.trim_start_matches(['@', '~', '/']).to_owned()
        };
        if let Some(item) = item {
            if !stem.is_empty() {
                stem.push('/');
            }
            stem.push_str(item);
        }
        if stem.is_empty() && !is_python {
            return None;
        }
        let is_exact = level > 0 || module.starts_with('.');
        let endings: &[&str] = if is_python {
            &[".py", "/__init__.py", ".pyi"]
        } else {
            &[
                "",
                ".js",
                ".ts",
                ".tsx",
                ".jsx",
                ".mjs",
                ".cjs",
                ".mts",
                ".cts",
                ".vue",
                "/index.js",
                "/index.ts",
                "/index.tsx",
                "/index.mjs",
                "/index.jsx",
            ]
        };
        for ending in endings {
            let path = format!("{stem}{ending}");
            let path = path.trim_start_matches('/');
            if let Some(at) = self.by_path.get(path)
                && (is_exact || file.imported.contains(at))
            {
                return Some(*at);
            }
        }
        if is_exact {
            // `./x.js` may be what `x.ts` is compiled to.
            let stem = stem.strip_suffix(".js")?;
            return [".ts", ".tsx"]
                .iter()
                .find_map(|ending| self.by_path.get(format!("{stem}{ending}").as_str()).copied());
        }
        // From some root of the project's: the graph knows which.
        let ends_with = |stem: &str| {
            file.imported.iter().copied().find(|at| {
                let path = self.files[*at as usize].path.as_str();
                endings.iter().any(|ending| {
                    path.strip_suffix(&format!("{stem}{ending}"))
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
                })
            })
        };
        ends_with(&stem).or_else(|| {
            // A name that the project gave to a folder stands for its path: `@shop/api/items`.
            let mut rest = stem.as_str();
            while !is_python && let Some((_, below)) = rest.split_once('/') {
                rest = below;
                if !rest.contains('/') {
                    break;
                }
                if let Some(found) = ends_with(rest) {
                    return Some(found);
                }
            }
            None
        })
    }
}

/// The package that a type of the file's top level is part of.
fn package_of(flow: &FlowFacts, id: FunctionId) -> &str {
    let own = flow.packages.iter().find(|(it, _)| *it == id).map(|(_, name)| *name);
    own.or(flow.package).map_or("", |it| flow.name(it).as_str())
}

/// The name of a type with those of all that it is written in.
fn whole_name(flow: &FlowFacts, id: FunctionId) -> String {
    let mut names = Vec::new();
    let mut at = id;
    loop {
        let function = flow.function(at);
        names.extend(function.name.map(|it| flow.name(it).as_str()));
        match function.parent {
            Some(parent) if parent != FunctionId(0) => at = parent,
            _ => break,
        }
    }
    names.push(package_of(flow, at));
    names.reverse();
    names.join(".")
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Names that a file gives to types of modules.
fn aliases_of(flow: &FlowFacts) -> FxHashMap<&str, (&str, &str)> {
    let mut aliases = FxHashMap::default();
    for statement in flow.functions.first().into_iter().flat_map(|it| &it.body) {
        if let FlowStatement::Bring { name, module, item: Some(item), .. } = statement
            && flow.name(*item) != "*"
        {
            let of = (flow.name(*module).as_str(), flow.name(*item).as_str());
            aliases.insert(flow.name(*name).as_str(), of);
        }
    }
    aliases
}

fn qualified(package: &str, name: &str) -> String {
    if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") }
}

/// The name with its package by which all files of a language know something.
fn known_by_name(file: &FlowFile<'_>, function: &FlowFunction, id: FunctionId) -> Option<String> {
    let name = file.flow.name(function.name?).as_str();
    let package = file.flow.package.map_or("", |it| file.flow.name(it).as_str());
    let is_class = function.kind == FlowFunctionKind::Class;
    match Family::of(&file.facts.language) {
        Family::Java | Family::CSharp if is_class && function.parent == Some(FunctionId(0)) => {
            Some(qualified(package_of(file.flow, id), name))
        }
        // Wherever they are written, these are everybody's.
        Family::Php if is_class => Some(qualified(package, name)),
        Family::Php => {
            let parent = function.parent.map(|it| file.flow.function(it).kind);
            let is_method = parent == Some(FlowFunctionKind::Class);
            (!is_method).then(|| qualified(package, &format!("{name}()")))
        }
        _ => None,
    }
}

fn methods_of(flow: &FlowFacts, class: &FlowFunction, first: u32) -> FxHashMap<String, Vec<FnIx>> {
    let mut methods: FxHashMap<String, Vec<FnIx>> = FxHashMap::default();
    let mut open: Vec<&FlowStatement> = class.body.iter().collect();
    while let Some(statement) = open.pop() {
        match statement {
            FlowStatement::Define(id) => {
                let function = flow.function(*id);
                if let Some(name) = function.name
                    && function.kind == FlowFunctionKind::Function
                {
                    let all = methods.entry(flow.name(name).to_string()).or_default();
                    all.push(FnIx(first + id.0));
                }
            }
            FlowStatement::Branch { then, otherwise, .. } => {
                open.extend(then);
                open.extend(otherwise);
            }
            _ => {}
        }
    }
    #[expect(clippy::iter_over_hash_type, reason = "each list is sorted by itself")]
    for all in methods.values_mut() {
        all.sort_unstable();
    }
    methods
}

/// Collects the modules that statements bring in, wherever in them.
fn brought<'a>(
    flow: &'a FlowFacts,
    body: &'a [FlowStatement],
    modules: &mut Vec<&'a str>,
    stars: &mut Vec<(u32, &'a str)>,
) {
    let mut open: Vec<&FlowStatement> = body.iter().collect();
    while let Some(statement) = open.pop() {
        match statement {
            FlowStatement::Bring { module, level, item, .. } => {
                modules.push(flow.name(*module));
                if item.is_some_and(|it| flow.name(it) == "*") {
                    stars.push((*level, flow.name(*module)));
                }
            }
            FlowStatement::Branch { then, otherwise, .. } => {
                open.extend(then);
                open.extend(otherwise);
            }
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                open.extend(body);
                open.extend(handlers.iter().flatten());
                open.extend(otherwise);
                open.extend(finally);
            }
            _ => {}
        }
    }
}

/// A relative path from a folder, without dots.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
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
