//! What files add to types that others define: members, bases, further parts.

use codd_facts::{
    Added, ContainerKind, DefinitionId, DefinitionKind, Expr, ExprId, Extension, HANDLED,
    HANDLED_ALWAYS, Semantics,
};

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::namespaces::MAX_OFFERS;
use super::value::{At, FileId, Flow, FlowSet, NO_FRAME, OWN, Value};
use crate::project::{extension_key, outside_key, part_key};
use crate::{Basis, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, Running};

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
                // It is no part of what it handles.
                Added::Handler(_) => {}
                Added::Base(base) => {
                    for base in evaluator.types_of(OWN, base) {
                        edges.add(FileEdge {
                            from: from.clone(),
                            to: evaluator.target(base),
                            kind: EdgeKind::Inherits,
                            confidence: Confidence::Exact,
                            basis: Basis::Named,
                            running: Running::surely(Confidence::Exact),
                            reference: None,
                        });
                    }
                }
            }
        }
    }
}

impl Evaluator<'_> {
    /// Members of that name that other files, or other parts of it, give to a type.
    pub(super) fn added_members(&mut self, class: At, name: &str) -> FlowSet {
        let conventions = self.conventions(class.file);
        let mut out = FlowSet::default();
        if name == HANDLED {
            return self.handlers(class);
        }
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

    /// What is run with a value of a type that is sent to whoever handles it, and around that.
    fn handlers(&mut self, class: At) -> FlowSet {
        let mut out = FlowSet::default();
        let type_name = self.definition(class).name.clone();
        for of in [type_name.as_str(), HANDLED_ALWAYS] {
            let key = extension_key(of, HANDLED);
            for candidate in self.candidates_of_key(class.file, &key).iter().take(MAX_OFFERS) {
                let Some(file) = self.file(&candidate.path) else { continue };
                let semantics = self.semantics(file);
                for extension in &semantics.extensions {
                    if let Added::Handler(id) = extension.added
                        && candidate.definition == Some(id)
                        && extension.type_name == of
                        && (of == HANDLED_ALWAYS
                            || self.types_of(file, extension.of).contains(&class))
                    {
                        let value = Value::definition(At { file, id }, NO_FRAME);
                        out.push(value, Confidence::Probable);
                    }
                }
            }
        }
        // What runs around all handlers, runs around one.
        let has_own = |flow: &Flow| match &flow.value {
            Value::Definition { at, .. } => self.handles(*at, &type_name),
            _ => false,
        };
        if out.flows().iter().any(has_own) { out } else { FlowSet::default() }
    }

    fn handles(&self, at: At, type_name: &str) -> bool {
        let semantics = self.semantics(at.file);
        semantics.extensions.iter().any(|it| {
            matches!(it.added, Added::Handler(id) if id == at.id) && it.type_name == type_name
        })
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
        // A value of a built-in type has the one member of that name which is for such types.
        if *value == Value::Literal
            && let ([flow], true) = (out.flows(), candidates.len() == 1)
        {
            let is_built_in = match flow.value {
                Value::Definition { at, .. } => {
                    let of = self.extended(at.file).get(&at.id).copied();
                    let semantics = self.semantics(at.file);
                    of.is_some_and(|it| matches!(semantics.expr(it), Expr::Literal))
                }
                _ => false,
            };
            if is_built_in {
                return FlowSet::of(flow.value.clone(), Confidence::Probable);
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
            Value::External(name) | Value::ExternalOf { name, .. } => {
                name.rsplit('.').next() == Some(type_name)
            }
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
    pub(super) fn types_of(&mut self, file: FileId, named: ExprId) -> Vec<At> {
        let flows = self.opened(file, named, NO_FRAME);
        let flows = self.instances(flows.flows(), 0);
        let mut types = Vec::new();
        for flow in flows.flows() {
            if let Value::Instance(at, _) = flow.value
                && self.definition(at).kind != DefinitionKind::Function
            {
                types.push(at);
            }
        }
        types
    }
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
