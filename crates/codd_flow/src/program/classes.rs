//! Classes by their names, and those that are written in several places.

use codd_facts::{
    FlowFacts, FlowFunction, FlowFunctionKind, FlowParameterKind, FlowStatement, FlowValue,
    FunctionId,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Family, FlowFile, FnIx, Program};

/// Parts of one class that are known of one another.
const MAX_PARTS: usize = 32;

impl Program<'_> {
    /// Notes a class of Ruby by its name with those of the classes around it: all files see it,
    /// and any may open it again.
    pub(super) fn note_class(
        &mut self,
        flow: &FlowFacts,
        class: &FlowFunction,
        first: u32,
        ix: FnIx,
    ) {
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
    pub(super) fn join_methods(&mut self) {
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
    pub(super) fn join_parts(&mut self) {
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
        for mut all in parts.into_values().filter(|it| it.len() > 1) {
            for part in all.drain(all.len().min(MAX_PARTS)..) {
                let file = self.functions[part.0 as usize].file;
                self.given_up.push(file);
            }
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

    /// Gives what is put into the prototype of a function that makes objects to that function:
    /// `A.prototype.run = function () {…}`.
    pub(super) fn join_prototypes(&mut self) {
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
}

/// The package that a type of the file's top level is part of.
pub(super) fn package_of(flow: &FlowFacts, id: FunctionId) -> &str {
    // In the order of the file, as types are numbered.
    let at = flow.packages.binary_search_by_key(&id, |(it, _)| *it);
    let own = at.ok().map(|at| flow.packages[at].1);
    own.or(flow.package).map_or("", |it| flow.name(it).as_str())
}

/// The name of a type with those of all that it is written in.
pub(super) fn whole_name(flow: &FlowFacts, id: FunctionId) -> String {
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

pub(super) fn qualified(package: &str, name: &str) -> String {
    if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") }
}

/// The name with its package by which all files of a language know something.
pub(super) fn known_by_name(
    file: &FlowFile<'_>,
    function: &FlowFunction,
    id: FunctionId,
) -> Option<String> {
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

pub(super) fn methods_of(
    flow: &FlowFacts,
    class: &FlowFunction,
    first: u32,
) -> FxHashMap<String, Vec<FnIx>> {
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
