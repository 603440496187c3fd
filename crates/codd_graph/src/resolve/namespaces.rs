//! Names that are known by their namespace and not by their file.

use std::sync::Arc;

use codd_facts::{
    Bound, DefinitionId, DefinitionKind, Expr, ExprId, ImportId, ImportItem, ModuleTarget, Name,
    OPENED_FOR_ALL, ScopeId, ScopeKind,
};

use codd_source::shared_parts;

use super::evaluate::Evaluator;
use super::value::{At, FileId, FlowSet, NO_FRAME, OWN, Receiver, Value};
use crate::project::{extension_key, inhabited_key, namespace_key, offered_key, speaking_with};
use crate::{Candidate, Confidence};

/// Files that are looked into for what one key stands for.
pub(super) const MAX_OFFERS: usize = 32;

/// Parts of a dotted name that are looked up one after the other.
const MAX_PARTS: usize = 8;

impl Evaluator<'_> {
    /// Whether no file of the project is in a namespace.
    pub(super) fn is_outside(&mut self, namespace: &str) -> bool {
        self.candidates_of_key(OWN, &inhabited_key(namespace)).is_empty()
    }

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
            "" => Name::new(name),
            namespace => Name::new(format!("{namespace}.{name}")),
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
        self.without_companions(&mut found);
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
            has_parts && found.iter().all(|at| self.definition(*at).kind.can_be_inherited());
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

    /// Whatever is offered as `name` in a namespace, the nearest first.
    pub(super) fn all_offered(&mut self, namespace: &str, name: &str) -> Vec<At> {
        let mut candidates = self.candidates_of_key(OWN, &offered_key(namespace, name));
        let own = self.path(OWN).clone();
        candidates.sort_by_cached_key(|it| {
            let shared = shared_parts(own.parent(), it.path.parent());
            std::cmp::Reverse((it.path == own, shared))
        });
        let mut found = Vec::new();
        for candidate in candidates {
            if let (Some(file), Some(id)) = (self.file(&candidate.path), candidate.definition) {
                found.push(At { file, id });
            }
        }
        found
    }

    /// Of declarations and definitions that are meant alike, those that speak for the others: the
    /// definitions where there are any, in the nearest files.
    pub(super) fn speaking(&self, mut found: Vec<At>) -> Vec<At> {
        self.without_companions(&mut found);
        self.keep_nearest(OWN, &mut found);
        found
    }

    /// Leaves out definitions that have a declaration, which speaks for them.
    fn without_companions(&self, found: &mut Vec<At>) {
        let is_companion = |at: &At| self.definition(*at).flags.is_companion;
        if found.iter().any(|at| !is_companion(at)) {
            found.retain(|at| !is_companion(at));
        }
    }

    /// Brings the nearest candidates to the front where there are more than are looked into;
    /// says whether some of these are left out.
    fn cut_to_nearest(&self, file: FileId, candidates: &mut [Candidate]) -> bool {
        if candidates.len() <= MAX_OFFERS {
            return false;
        }
        let own = self.path(file);
        let nearness =
            |it: &Candidate| (it.path == *own, shared_parts(own.parent(), it.path.parent()));
        candidates.sort_by_cached_key(|it| std::cmp::Reverse(nearness(it)));
        nearness(&candidates[MAX_OFFERS]).1 == nearness(&candidates[0]).1
    }

    pub(super) fn candidates_of_key(&mut self, file: FileId, key: &str) -> Vec<Candidate> {
        let candidates: Arc<[Candidate]> = self.project.candidates(key);
        let path = self.path(file);
        let is_ours = speaking_with(path);
        candidates.iter().filter(|it| is_ours(&it.path)).cloned().collect()
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
                let receiver = Receiver::of(class, is_instance);
                let found = self.class_member(class, name, receiver);
                if found.as_ref().is_none_or(|it| self.are_foreign_fields(it))
                    && let Some(accessors) = self.by_getter(class, name)
                {
                    return Some(accessors);
                }
                let is_known = found
                    .as_ref()
                    .is_some_and(|it| it.flows().iter().any(|it| !it.value.is_from_outside()));
                if !is_known
                    && let Some(delegated) = self.delegated_member(Receiver::of(class, true), name)
                {
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
                if self.definition(it).kind.can_be_inherited() && !all.contains(&it) {
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
            parent.is_some_and(|id| self.definition(At { file, id }).kind.can_be_inherited());
        (!is_in_class).then_some(of)
    }

    /// Keeps the definitions of those files that lie nearest: programs of one repository may
    /// have names of their own in the same namespace.
    fn keep_nearest(&self, from: FileId, found: &mut Vec<At>) {
        let shared = |at: &At| shared_parts(self.path(from).parent(), self.path(at.file).parent());
        let most = found.iter().map(shared).max().unwrap_or(0);
        found.retain(|at| shared(at) == most);
    }
}
