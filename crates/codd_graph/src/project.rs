//! What the resolution of one file may ask of the others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use codd_facts::{
    Added, Definition, DefinitionId, DefinitionKind, HANDLED, ImportRequest, LanguageRef,
    ModuleTarget, Modules, Name, ProjectFiles, Semantics, conventions_of, interface, language_of,
};
use codd_source::RepoPath;

/// The questions that [`resolve_file`](crate::resolve_file) asks.
///
/// Each is meant to be a tracked dependency of its own: an answer that did not change leaves
/// everything resolved with it valid. An edit inside a function body changes none of them.
pub trait Project {
    /// What other files see of a file; depends on that file alone, and is equal after an
    /// edit that only its own file can notice. `None` for a file of no known language.
    fn interface(&self, path: &RepoPath) -> Option<Arc<Semantics>>;

    /// The module that an import in `from` means; depends on the names of all files and on
    /// manifests, not on any code.
    fn module(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget;

    /// The module `name` inside `module`, as `from`'s language sees it; depends on the names
    /// of all files and on manifests.
    fn submodule(&self, from: &RepoPath, module: &ModuleTarget, name: &str) -> ModuleTarget;

    /// Everything that is listed under `key`, sorted: methods by their name alone, and what
    /// `offered_key` and `extension_key` stand for. Depends on names and parameters, to be
    /// answered from a sharded index so that a new name disturbs few.
    fn candidates(&self, key: &str) -> Arc<[Candidate]>;
}

/// The key of what is offered as `name` in a namespace; no method's name looks like it.
pub(crate) fn offered_key(namespace: &str, name: &str) -> Name {
    Name::new(format!("{namespace}\0{name}"))
}

/// The same of what is no more than a namespace in a language whose types may be written in
/// several parts: it counts where no part has anything of its own.
pub(crate) fn namespace_key(namespace: &str, name: &str) -> Name {
    Name::new(format!("\0\0{namespace}\0{name}"))
}

/// The key of the files that say they are in a namespace, or in one inside of it.
pub(crate) fn inhabited_key(namespace: &str) -> Name {
    Name::new(format!("\0\0\0\0{namespace}"))
}

/// The key of the parts of a type that have a member of a name, or for `""` bases.
pub(crate) fn part_key(namespace: &str, type_name: &str, member: &str) -> Name {
    Name::new(format!("\0\0\0{namespace}\0{type_name}\0{member}"))
}

/// The key of what files add to types of a name: the members of one name, or for `""` their
/// bases.
pub(crate) fn extension_key(type_name: &str, member: &str) -> Name {
    Name::new(format!("\0{type_name}\0{member}"))
}

/// The key of the members of one name that files add to types which they do not define.
pub(crate) fn outside_key(member: &str) -> Name {
    Name::new(format!("\0*\0{member}"))
}

/// Classes of Ruby's core that code opens to add methods; sorted.
const CORE_CLASSES: [&str; 24] = [
    "Array",
    "BasicObject",
    "Class",
    "Comparable",
    "Enumerable",
    "Exception",
    "FalseClass",
    "Float",
    "Hash",
    "Integer",
    "Kernel",
    "Method",
    "Module",
    "NilClass",
    "Numeric",
    "Object",
    "Proc",
    "Range",
    "Regexp",
    "Set",
    "String",
    "Symbol",
    "Time",
    "TrueClass",
];

/// A definition that a name may mean: a method of an unknown receiver, what a namespace
/// offers, the member that is added to a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    pub path: RepoPath,
    /// Of a base that is added to a type: none.
    pub definition: Option<DefinitionId>,
    pub arity: Arity,
    pub is_property: bool,
}

/// How many arguments a call may pass, the receiver not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arity {
    pub least: u32,
    /// `None` where any number is taken.
    pub most: Option<u32>,
}

impl Arity {
    pub fn of(definition: &Definition) -> Arity {
        let own = definition.parameters.iter().filter(|it| !it.is_receiver);
        let mut arity = Arity { least: 0, most: Some(0) };
        for parameter in own {
            if parameter.is_variadic {
                arity.most = None;
            } else {
                arity.least += u32::from(parameter.default.is_none());
                arity.most = arity.most.map(|most| most + 1);
            }
        }
        arity
    }

    /// An unknown number of arguments fits everything.
    pub fn takes(self, arguments: Option<u32>) -> bool {
        arguments
            .is_none_or(|count| count >= self.least && self.most.is_none_or(|most| count <= most))
    }
}

/// The candidates that one file adds to the index of names, by key.
pub fn candidates_of(path: &RepoPath, semantics: &Semantics) -> Vec<(Name, Candidate)> {
    let candidate = |id: DefinitionId| {
        let definition = semantics.definition(id);
        Candidate {
            path: path.clone(),
            definition: Some(id),
            arity: Arity::of(definition),
            is_property: definition.flags.is_property,
        }
    };
    let mut found = Vec::new();
    for (at, definition) in semantics.definitions.iter().enumerate() {
        if definition.kind == DefinitionKind::Method {
            found.push((definition.name.clone(), candidate(DefinitionId(at as u32))));
            let class = definition.parent.map(|id| semantics.definition(id).name.as_str());
            if conventions_of(path).has_class_methods_apart
                && class.is_some_and(|it| CORE_CLASSES.binary_search(&it).is_ok())
            {
                found.push((outside_key(&definition.name), candidate(DefinitionId(at as u32))));
            }
        }
    }
    let has_parts = conventions_of(path).has_partial_types;
    let mut given: BTreeMap<DefinitionId, Vec<&str>> = BTreeMap::new();
    for it in semantics.members.iter().filter(|_| has_parts) {
        given.entry(it.class).or_default().push(&it.name);
    }
    for it in &semantics.offers {
        let definition = semantics.definition(it.definition);
        let is_namespace = has_parts && definition.kind == DefinitionKind::Namespace;
        let key = if is_namespace { namespace_key } else { offered_key };
        found.push((key(&it.namespace, &it.name), candidate(it.definition)));
        if has_parts && is_type(definition.kind) {
            let given = given.get(&it.definition).map_or(&[][..], Vec::as_slice);
            for member in members_of_part(semantics, definition, given) {
                let key = part_key(&it.namespace, &it.name, member);
                found.push((key, candidate(it.definition)));
            }
        }
    }
    let mut inhabited: BTreeMap<&str, DefinitionId> = BTreeMap::new();
    for it in &semantics.offers {
        let mut namespace = Some(it.namespace.as_str()).filter(|it| !it.is_empty());
        while let Some(name) = namespace {
            inhabited.entry(name).or_insert(it.definition);
            namespace = name.rsplit_once('.').map(|(outer, _)| outer);
        }
    }
    found.extend(inhabited.into_iter().map(|(name, id)| (inhabited_key(name), candidate(id))));
    let own_types: BTreeSet<&Name> =
        semantics.definitions.iter().filter(|it| is_type(it.kind)).map(|it| &it.name).collect();
    for it in &semantics.extensions {
        let added = match it.added {
            Added::Member(id) => {
                let name = &semantics.definition(id).name;
                // A constructor has the name of its class, and is found as one.
                let constructor = conventions_of(path).constructors.first();
                let name = match constructor {
                    Some(constructor) if *name == it.type_name => constructor,
                    _ => name.as_str(),
                };
                if !own_types.contains(&it.type_name) {
                    found.push((outside_key(name), candidate(id)));
                }
                (extension_key(&it.type_name, name), candidate(id))
            }
            Added::Handler(id) => (extension_key(&it.type_name, HANDLED), candidate(id)),
            Added::Base(_) => {
                let arity = Arity { least: 0, most: None };
                let path = path.clone();
                let base = Candidate { path, definition: None, arity, is_property: false };
                (extension_key(&it.type_name, ""), base)
            }
        };
        found.push(added);
    }
    found
}

fn is_type(kind: DefinitionKind) -> bool {
    matches!(kind, DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum)
}

/// The names of what one part of a type has; `""` where it has bases.
fn members_of_part<'s>(
    semantics: &'s Semantics,
    part: &Definition,
    given: &[&'s str],
) -> BTreeSet<&'s str> {
    let body = part.body.map(|it| semantics.scope(it).bindings.as_slice());
    let bound = body.into_iter().flatten().map(|it| it.name.as_str());
    let bases = (!part.bases.is_empty()).then_some("");
    bound.chain(given.iter().copied()).chain(bases).collect()
}

/// Whether code of `from` can mean code of `to`: languages that read the same manifests share
/// one module system, as JavaScript and TypeScript do.
pub(crate) fn speak_one_language(from: &RepoPath, to: &RepoPath) -> bool {
    speaking_with(from)(to)
}

/// The same, where many files are asked about.
pub(crate) fn speaking_with(from: &RepoPath) -> impl Fn(&RepoPath) -> bool + '_ {
    let own = language_of(from);
    move |to| match (own, language_of(to)) {
        (Some(from), Some(to)) => {
            from == to || (!from.manifests().is_empty() && from.manifests() == to.manifests())
        }
        _ => from.extension() == to.extension(),
    }
}

/// A project as a plain value: every answer is computed at once and kept.
pub struct PlainProject {
    interfaces: BTreeMap<RepoPath, Arc<Semantics>>,
    modules: BTreeMap<&'static str, Box<dyn Modules>>,
    candidates: BTreeMap<Name, Arc<[Candidate]>>,
}

impl fmt::Debug for PlainProject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainProject").field("interfaces", &self.interfaces).finish_non_exhaustive()
    }
}

impl PlainProject {
    /// The project of `files`, given with their full facts.
    pub fn new<'s>(
        names: &ProjectFiles,
        files: impl IntoIterator<Item = (&'s RepoPath, LanguageRef, &'s Semantics)>,
    ) -> PlainProject {
        let mut interfaces = BTreeMap::new();
        let mut modules: BTreeMap<&'static str, Box<dyn Modules>> = BTreeMap::new();
        let mut candidates: BTreeMap<Name, Vec<Candidate>> = BTreeMap::new();
        for (path, language, semantics) in files {
            modules.entry(language.name()).or_insert_with(|| language.modules(names));
            for (name, candidate) in candidates_of(path, semantics) {
                candidates.entry(name).or_default().push(candidate);
            }
            interfaces.insert(path.clone(), Arc::new(interface(semantics)));
        }
        let candidates = candidates
            .into_iter()
            .map(|(name, mut list)| {
                list.sort();
                list.dedup();
                (name, list.into())
            })
            .collect();
        PlainProject { interfaces, modules, candidates }
    }

    fn modules_of(&self, path: &RepoPath) -> Option<&dyn Modules> {
        let language = language_of(path)?;
        self.modules.get(language.name()).map(AsRef::as_ref)
    }
}

impl Project for PlainProject {
    fn interface(&self, path: &RepoPath) -> Option<Arc<Semantics>> {
        self.interfaces.get(path).cloned()
    }

    fn module(&self, from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        self.modules_of(from)
            .map_or(ModuleTarget::Missing, |modules| modules.resolve(from, request))
    }

    fn submodule(&self, from: &RepoPath, module: &ModuleTarget, name: &str) -> ModuleTarget {
        self.modules_of(from)
            .map_or(ModuleTarget::Missing, |modules| modules.submodule(module, name))
    }

    fn candidates(&self, key: &str) -> Arc<[Candidate]> {
        self.candidates.get(key).cloned().unwrap_or_else(|| Arc::new([]))
    }
}
