//! Names that are known by their namespace and not by their file, and what files add to types
//! that others define.

use std::sync::Arc;

use codd_facts::{
    Added, Bound, ContainerKind, DefinitionId, DefinitionKind, Expr, ExprId, Extension, ImportId,
    ImportItem, ModuleTarget, OPENED_FOR_ALL, ScopeId, ScopeKind, Semantics,
};

use codd_source::RepoPath;

use super::EdgeSet;
use super::classes::is_class_like;
use super::evaluate::Evaluator;
use super::value::{At, FileId, FlowSet, NO_FRAME, OWN, Receiver, Value};
use crate::project::{
    extension_key, namespace_key, offered_key, outside_key, part_key, speak_one_language,
};
use crate::{Basis, Candidate, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge};

/// Files that are looked into for what one key stands for.
const MAX_OFFERS: usize = 32;

/// Parts of a dotted name that are looked up one after the other.
const MAX_PARTS: usize = 8;

/// Edges of what this file adds to types: a type contains its methods and has its bases,
/// wherever these are written.
pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for extension in &semantics.extensions {
        for class in evaluator.types_of(OWN, extension.of) {
            let from = if class.file == OWN {
                EdgeSource::Definition(class.id)
            } else {
                EdgeSource::Elsewhere(evaluator.path(class.file).clone(), class.id)
            };
            match extension.added {
                Added::Member(id) => {
                    let to = EdgeTarget::Definition(evaluator.path(OWN).clone(), id);
                    edges.add_implied(from, to, EdgeKind::Contains, Confidence::Exact);
                }
                Added::Base(base) => {
                    for base in evaluator.types_of(OWN, base) {
                        edges.add(FileEdge {
                            from: from.clone(),
                            to: evaluator.target(base),
                            kind: EdgeKind::Inherits,
                            confidence: Confidence::Exact,
                            basis: Basis::Named,
                            reference: None,
                        });
                    }
                }
            }
        }
    }
}

impl Evaluator<'_> {
    /// What `name` of a namespace stands for where some file offers it.
    pub(super) fn offered_by_namespace(&mut self, namespace: &str, name: &str) -> Option<FlowSet> {
        if self.semantics(OWN).opened.is_empty() {
            // The language has no namespaces.
            return None;
        }
        let found = self.offered(OWN, namespace, name);
        (!found.is_empty()).then_some(found)
    }

    /// The same for a namespace that may be named as it is seen from one of those that are open.
    pub(super) fn offered_by_relative(&mut self, namespace: &str, name: &str) -> Option<FlowSet> {
        if let Some(found) = self.offered_by_namespace(namespace, name) {
            return Some(found);
        }
        let semantics = self.semantics(OWN);
        for outer in semantics.opened.iter().filter(|it| !it.is_empty()) {
            let found = self.offered(OWN, &format!("{outer}.{namespace}"), name);
            if !found.is_empty() {
                return Some(found);
            }
        }
        None
    }

    /// The same for a dotted namespace that may itself be a class of another one; from
    /// outside where nobody offers it.
    pub(super) fn qualified(&mut self, namespace: &str, name: &str) -> FlowSet {
        let found = self.offered(OWN, namespace, name);
        if !found.is_empty() {
            return found;
        }
        let mut outer = namespace;
        let mut rest = vec![name];
        for _ in 0..MAX_PARTS {
            let Some((before, last)) = outer.rsplit_once('.') else { break };
            let found = self.offered(OWN, before, last);
            if !found.is_empty() {
                let path: Vec<&str> =
                    std::iter::once(last).chain(rest.iter().rev().copied()).collect();
                return path[1..].iter().fold(found, |at, name| {
                    let at = self.open_all(at.flows());
                    self.attribute(at.flows(), name)
                });
            }
            rest.push(last);
            outer = before;
        }
        let full = match namespace {
            "" => codd_facts::Name::new(name),
            namespace => codd_facts::Name::new(format!("{namespace}.{name}")),
        };
        FlowSet::of(Value::External(full), Confidence::Exact)
    }

    /// A name that a namespace opened in `file` offers.
    pub(super) fn opened_name(&mut self, file: FileId, name: &str) -> Option<FlowSet> {
        let semantics = self.semantics(file);
        for namespace in &semantics.opened {
            let found = self.offered(file, namespace, name);
            if !found.is_empty() {
                return Some(found);
            }
        }
        if let Some(found) = self.opened_by_import(file, name) {
            return Some(found);
        }
        self.opened_for_all(file, name)
    }

    /// A name of a namespace that a whole-module import means, where the module system names it
    /// otherwise than the import does.
    fn opened_by_import(&mut self, file: FileId, name: &str) -> Option<FlowSet> {
        let semantics = self.semantics(file);
        for (at, import) in semantics.imports.iter().enumerate() {
            if import.item != ImportItem::Star {
                continue;
            }
            if let ModuleTarget::Namespace(namespace) = self.module_of(file, ImportId(at as u32))
                && !semantics.opened.contains(&namespace)
            {
                let found = self.offered(file, &namespace, name);
                if !found.is_empty() {
                    return Some(found);
                }
            }
        }
        None
    }

    /// A name that a namespace offers which a file of this folder, or one around, opens for all.
    fn opened_for_all(&mut self, file: FileId, name: &str) -> Option<FlowSet> {
        if !self.conventions(file).has_partial_types {
            return None;
        }
        let candidates = self.candidates_of_key(file, &extension_key(OPENED_FOR_ALL, ""));
        for candidate in candidates.iter().take(MAX_OFFERS) {
            let folder = candidate.path.parent();
            let is_below = folder.is_empty()
                || self
                    .path(file)
                    .as_str()
                    .strip_prefix(folder)
                    .is_some_and(|it| it.starts_with('/'));
            let Some(opening) = self.file(&candidate.path).filter(|_| is_below) else { continue };
            let semantics = self.semantics(opening);
            for extension in semantics.extensions.iter().filter(|it| it.type_name == OPENED_FOR_ALL)
            {
                if let Expr::Text(namespace) = semantics.expr(extension.of) {
                    let found = self.offered(file, namespace, name);
                    if !found.is_empty() {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    /// All that is offered as `name` in a namespace, as seen from `file`.
    fn offered(&mut self, file: FileId, namespace: &str, name: &str) -> FlowSet {
        let (found, limit) = self.offered_at(file, namespace, name);
        let mut out = FlowSet::default();
        for at in found {
            out.push(Value::definition(at, NO_FRAME), limit);
        }
        out
    }

    /// The definitions themselves, and how sure they are.
    fn offered_at(&mut self, file: FileId, namespace: &str, name: &str) -> (Vec<At>, Confidence) {
        let mut candidates = self.candidates_of_key(file, &offered_key(namespace, name));
        let mut found: Vec<At> = Vec::new();
        let has_parts = self.conventions(file).has_partial_types;
        if has_parts && candidates.is_empty() {
            candidates = self.candidates_of_key(file, &namespace_key(namespace, name));
        }
        let is_cut = self.cut_to_nearest(file, &mut candidates);
        for candidate in candidates.iter().take(MAX_OFFERS) {
            let loaded = self.file(&candidate.path);
            if let (Some(file), Some(id)) = (loaded, candidate.definition) {
                found.push(At { file, id });
            }
        }
        // A declaration speaks for the definition where there is one.
        let is_companion = |it: &Self, at: &At| it.definition(*at).flags.is_companion;
        if found.iter().any(|at| !is_companion(self, at)) {
            found.retain(|at| !is_companion(self, at));
        }
        if has_parts {
            // A part that only says in which namespace others are has nothing of its own.
            let is_namespace =
                |it: &Self, at: &At| it.definition(*at).kind == DefinitionKind::Namespace;
            if found.iter().any(|at| !is_namespace(self, at)) {
                found.retain(|at| !is_namespace(self, at));
            } else {
                self.keep_nearest(file, &mut found);
                found.truncate(1);
            }
        }
        let are_parts =
            has_parts && found.iter().all(|at| is_class_like(self.definition(*at).kind));
        if !are_parts {
            self.keep_nearest(file, &mut found);
            // Each part has the members of all: one is as good as another.
            if is_cut {
                self.give_up();
            }
        }
        let is_sure = are_parts || found.iter().all(|at| at.file == found[0].file);
        let limit = if is_sure { Confidence::Exact } else { Confidence::Probable };
        (found, limit)
    }

    /// Brings the nearest candidates to the front where there are more than are looked into;
    /// says whether some of these are left out.
    fn cut_to_nearest(&self, file: FileId, candidates: &mut [Candidate]) -> bool {
        if candidates.len() <= MAX_OFFERS {
            return false;
        }
        let own = self.path(file);
        let nearness = |it: &Candidate| (it.path == *own, shared_folders(own, &it.path));
        candidates.sort_by_cached_key(|it| std::cmp::Reverse(nearness(it)));
        nearness(&candidates[MAX_OFFERS]).1 == nearness(&candidates[0]).1
    }

    fn candidates_of_key(&mut self, file: FileId, key: &str) -> Vec<Candidate> {
        let candidates: Arc<[Candidate]> = self.project.candidates(key);
        let path = self.path(file);
        candidates.iter().filter(|it| speak_one_language(path, &it.path)).cloned().collect()
    }

    /// A member of a class around `scope`, or of its bases, that is named without `this`.
    ///
    /// `None` where a local name is nearer, or nothing is found.
    pub(super) fn implicit_member(
        &mut self,
        file: FileId,
        scope: ScopeId,
        name: &str,
    ) -> Option<FlowSet> {
        let semantics = self.semantics(file);
        let has_class_methods = self.conventions(file).has_class_methods_apart;
        // Of which kind the innermost method is.
        let mut is_instance = None;
        let mut outside = None;
        let mut at = Some(scope);
        while let Some(id) = at {
            let it = semantics.scope(id);
            let mut classes: Vec<At> = Vec::new();
            if it.kind != ScopeKind::Class {
                if it.bindings_of(name).iter().any(|it| it.bound != Bound::Outer) {
                    return outside;
                }
                if it.kind == ScopeKind::Function
                    && let Some(function) = it.owner
                {
                    is_instance
                        .get_or_insert(!semantics.definition(function).flags.is_class_method);
                    // A method that is written outside of its class sees the class's names.
                    if let Some(of) = self.extended_by(file, function) {
                        classes = self.types_of(file, of);
                        if self.conventions(file).sees_around_type {
                            classes = self.with_types_around(classes);
                        }
                        if classes.is_empty()
                            && let Some(found) = self.seen_in_namespace(file, of, name)
                        {
                            return Some(found);
                        }
                    }
                }
            } else if let Some(class) = it.owner {
                classes.push(At { file, id: class });
            }
            for class in classes {
                let is_instance = is_instance.unwrap_or(!has_class_methods);
                let receiver = Receiver { class, is_instance };
                let found = self.class_member(class, name, receiver);
                if found.as_ref().is_none_or(|it| self.are_foreign_fields(it))
                    && let Some(accessors) = self.by_getter(class, name)
                {
                    return Some(accessors);
                }
                let is_known = found
                    .as_ref()
                    .is_some_and(|it| it.flows().iter().any(|it| !it.value.is_from_outside()));
                if !is_known && let Some(delegated) = self.delegated_member(class, name) {
                    return Some(delegated);
                }
                if let Some(found) = found {
                    if is_known {
                        return Some(found);
                    }
                    outside.get_or_insert(found);
                }
            }
            at = it.parent;
        }
        outside
    }

    /// Types, each with those it is written in behind it.
    fn with_types_around(&self, classes: Vec<At>) -> Vec<At> {
        let mut all = Vec::new();
        for class in classes {
            let mut at = Some(class.id);
            while let Some(id) = at {
                let it = At { file: class.file, id };
                if is_class_like(self.definition(it).kind) && !all.contains(&it) {
                    all.push(it);
                }
                at = self.definition(it).parent;
            }
        }
        all
    }

    /// A name of the namespace that an expression names and no type.
    fn seen_in_namespace(&mut self, file: FileId, of: ExprId, name: &str) -> Option<FlowSet> {
        let flows = self.opened(file, of, NO_FRAME);
        flows.flows().iter().find_map(|flow| match &flow.value {
            Value::External(namespace) => {
                let found = self.offered(file, namespace, name);
                (!found.is_empty()).then_some(found)
            }
            _ => None,
        })
    }

    /// The type to which a method is added from outside of it and of any other type: in one of
    /// these it would see that one's names.
    fn extended_by(&self, file: FileId, method: DefinitionId) -> Option<ExprId> {
        let of = self.extended(file).get(&method).copied()?;
        let parent = self.definition(At { file, id: method }).parent;
        let is_in_class =
            parent.is_some_and(|id| is_class_like(self.definition(At { file, id }).kind));
        (!is_in_class).then_some(of)
    }

    /// Members of that name that other files, or other parts of it, give to a type.
    pub(super) fn added_members(&mut self, class: At, name: &str) -> FlowSet {
        let conventions = self.conventions(class.file);
        let mut out = FlowSet::default();
        if conventions.has_extensions {
            let type_name = self.definition(class).name.clone();
            let key = extension_key(&type_name, name);
            for candidate in self.candidates_of_key(class.file, &key).iter().take(MAX_OFFERS) {
                let Some(file) = self.file(&candidate.path) else { continue };
                let semantics = self.semantics(file);
                for extension in &semantics.extensions {
                    if let Added::Member(id) = extension.added
                        && candidate.definition == Some(id)
                        && extension.type_name == type_name
                        && self.types_of(file, extension.of).contains(&class)
                    {
                        let value = Value::definition(At { file, id }, NO_FRAME);
                        out.push(value, Confidence::Exact);
                    }
                }
            }
        }
        if conventions.has_partial_types {
            for part in self.parts_with(class, name) {
                if let Some(found) = self.own_members(part, name) {
                    out.extend(found.flows(), Confidence::Exact);
                }
            }
        }
        out
    }

    /// Members of that name which files add to types that are not of the project: those of the
    /// type that `value` is known to be, or else any.
    pub(super) fn added_outside(&mut self, file: FileId, name: &str, value: &Value) -> FlowSet {
        let conventions = self.conventions(file);
        let mut out = FlowSet::default();
        if !conventions.has_extensions && !conventions.has_class_methods_apart {
            return out;
        }
        let candidates = self.candidates_of_key(file, &outside_key(name));
        if candidates.len() > MAX_OFFERS {
            out.push(Value::Unknown, Confidence::Possible);
        }
        let mut of_type = FlowSet::default();
        for candidate in candidates.iter().take(MAX_OFFERS) {
            let Some(file) = self.file(&candidate.path) else { continue };
            let Some(id) = candidate.definition else { continue };
            let of = self.extended(file).get(&id).copied();
            if of.is_none_or(|of| self.types_of(file, of).is_empty()) {
                let added = Value::definition(At { file, id }, NO_FRAME);
                if of.is_some_and(|of| self.is_of_type(value, file, (of, id))) {
                    of_type.push(added.clone(), Confidence::Probable);
                }
                out.push(added, Confidence::Possible);
            }
        }
        if of_type.is_empty() { out } else { of_type }
    }

    /// Whether a value from outside is known to be of the type that a file adds a member to.
    fn is_of_type(&mut self, value: &Value, file: FileId, added: (ExprId, DefinitionId)) -> bool {
        let semantics = self.semantics(file);
        let type_name = extended_name(&semantics, added.1);
        match value {
            Value::Text(_) => matches!(type_name, "String" | "str" | "string"),
            Value::External(name) => name.rsplit('.').next() == Some(type_name),
            Value::Container(site) => {
                let kind = container_kind(&self.semantics(site.file), site.expr);
                if type_name == "Array" && kind == Some(ContainerKind::Sequence) {
                    return true;
                }
                let of = self.opened(file, added.0, NO_FRAME);
                of.flows().iter().any(|flow| match flow.value {
                    Value::Container(it) => {
                        container_kind(&self.semantics(it.file), it.expr) == kind
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Bases that other files, or other parts of it, give to a type.
    pub(super) fn added_bases(&mut self, class: At) -> Vec<(At, Confidence)> {
        let conventions = self.conventions(class.file);
        let mut found = Vec::new();
        if conventions.has_extensions {
            let type_name = self.definition(class).name.clone();
            let key = extension_key(&type_name, "");
            for candidate in self.candidates_of_key(class.file, &key).iter().take(MAX_OFFERS) {
                let Some(file) = self.file(&candidate.path) else { continue };
                let semantics = self.semantics(file);
                for extension in &semantics.extensions {
                    if let Added::Base(base) = extension.added
                        && extension.type_name == type_name
                        && self.types_of(file, extension.of).contains(&class)
                    {
                        found.extend(self.types_of(file, base));
                    }
                }
            }
        }
        if conventions.has_partial_types {
            for part in self.parts_with(class, "") {
                let semantics = self.semantics(part.file);
                for base in &semantics.definition(part.id).bases {
                    found.extend(self.types_of(part.file, *base));
                }
            }
        }
        found.into_iter().map(|at| (at, Confidence::Exact)).collect()
    }

    /// The other definitions of the same type that have a member of that name; for `""`, bases.
    fn parts_with(&mut self, class: At, member: &str) -> Vec<At> {
        let semantics = self.semantics(class.file);
        let mut parts = Vec::new();
        for offer in semantics.offers.iter().filter(|it| it.definition == class.id) {
            let key = part_key(&offer.namespace, &offer.name, member);
            for candidate in self.candidates_of_key(class.file, &key).iter().take(MAX_OFFERS) {
                let Some(file) = self.file(&candidate.path) else { continue };
                let Some(id) = candidate.definition else { continue };
                let part = At { file, id };
                if part != class && !parts.contains(&part) {
                    parts.push(part);
                }
            }
        }
        parts
    }

    /// The classes and interfaces that an expression names.
    fn types_of(&mut self, file: FileId, named: codd_facts::ExprId) -> Vec<At> {
        let flows = self.opened(file, named, NO_FRAME);
        let flows = self.instances(flows.flows(), 0);
        let mut types = Vec::new();
        for flow in flows.flows() {
            if let Value::Instance(at) = flow.value
                && self.definition(at).kind != DefinitionKind::Function
            {
                types.push(at);
            }
        }
        types
    }

    /// Keeps the definitions of those files that lie nearest: programs of one repository may
    /// have names of their own in the same namespace.
    fn keep_nearest(&self, from: FileId, found: &mut Vec<At>) {
        let shared = |at: &At| shared_folders(self.path(from), self.path(at.file));
        let most = found.iter().map(shared).max().unwrap_or(0);
        let is_near: Vec<bool> = found.iter().map(|at| shared(at) == most).collect();
        let mut is_near = is_near.into_iter();
        found.retain(|_| is_near.next().unwrap_or(true));
    }
}

/// How many folders two files have in common.
fn shared_folders(a: &RepoPath, b: &RepoPath) -> usize {
    let folders = a.parent().split('/').zip(b.parent().split('/'));
    folders.take_while(|(a, b)| a == b).count()
}

/// The type that a file adds a member to, by its last name.
fn extended_name(semantics: &Semantics, member: DefinitionId) -> &str {
    let added = |it: &&Extension| matches!(it.added, Added::Member(id) if id == member);
    semantics.extensions.iter().find(added).map_or("", |it| it.type_name.as_str())
}

fn container_kind(semantics: &Semantics, expr: ExprId) -> Option<ContainerKind> {
    match semantics.expr(expr) {
        Expr::Container { kind, .. } => Some(*kind),
        _ => None,
    }
}
