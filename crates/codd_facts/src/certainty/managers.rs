//! Context managers that swallow what is raised in their body: what raises there ends nothing.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::Span;

use super::stretches::{Finder, Stretch};
use super::words::Role;
use crate::builder::{SemanticsBuilder, lookup};
use crate::tree::{NodeId, SyntaxTree};
use crate::{Bound, Certainty, DefinitionKind, DefinitionPlace, Expr, ReferenceKind};

/// Methods that are told what was raised, and swallow it where they give back something true.
const EXITS: &[&str] = &["__exit__", "__aexit__"];

/// Managers of one `with` that are asked about.
const MAX_ENTERED: usize = 64;

/// The body of a `with`.
pub(super) struct Managed {
    body: Span,
    /// Where the names of what it enters end.
    managers: Vec<u32>,
}

/// What a file says of context managers.
#[derive(Default)]
pub(super) struct Managers {
    /// Where functions begin that are some and swallow what is raised.
    functions: BTreeSet<u32>,
    /// Where classes of such end.
    classes: BTreeSet<u32>,
    /// What all of these are called.
    names: BTreeSet<String>,
    managed: Vec<Managed>,
}

impl Managers {
    /// What is skipped where managers of the same file swallow what is raised.
    pub(super) fn stretches(&self, finder: &Finder<'_, '_>, out: &mut Vec<Stretch>) {
        if self.names.is_empty() {
            return;
        }
        let is_part = |it: char| it.is_alphanumeric() || it == '_';
        let text = finder.tree.text(SyntaxTree::ROOT);
        let start = finder.tree.span(SyntaxTree::ROOT).start as usize;
        for managed in &self.managed {
            let name = |end: &u32| {
                let before = text.get(..(*end as usize).checked_sub(start)?)?;
                before.rsplit(|it: char| !is_part(it)).next()
            };
            if managed.managers.iter().filter_map(name).any(|it| self.names.contains(it)) {
                out.push(Stretch::new(managed.body, Certainty::Perhaps));
            }
        }
    }
}

impl Finder<'_, '_> {
    pub(super) fn managers(&self) -> Managers {
        let mut found = Managers::default();
        if !self.is_python {
            return found;
        }
        for node in self.tree.below(SyntaxTree::ROOT) {
            let kind = self.kind(node);
            let is_swallowing = match kind {
                "with_statement" => {
                    found.managed.extend(self.managed(node));
                    false
                }
                "class_definition" => self.exits_quietly(node),
                "decorated_definition" => self.yields_quietly(node),
                _ => false,
            };
            if !is_swallowing {
                continue;
            }
            let definition = self.in_field(node, "definition").unwrap_or(node);
            match kind {
                "class_definition" => found.classes.insert(self.tree.span(node).end),
                _ => found.functions.insert(self.tree.span(definition).start),
            };
            if let Some(name) = self.in_field(definition, "name") {
                found.names.insert(self.tree.text(name).to_owned());
            }
        }
        found
    }

    fn managed(&self, with: NodeId) -> Option<Managed> {
        let body = self.in_field(with, "body")?;
        let head = self.tree.below(with).take_while(|it| *it < body);
        let called = head.filter_map(|it| match self.kind(it) {
            "call" => self.in_field(it, "function"),
            "with_item" => self.in_field(it, "value").filter(|it| self.kind(*it) != "call"),
            _ => None,
        });
        let managers = called.map(|it| self.tree.span(it).end).collect();
        Some(Managed { body: self.tree.span(body), managers })
    }

    /// Whether the `__exit__` of a class gives back something true.
    fn exits_quietly(&self, class: NodeId) -> bool {
        let Some(body) = self.in_field(class, "body") else { return false };
        let methods = self.tree.named_children(body).map(|it| match self.kind(it) {
            "decorated_definition" => self.in_field(it, "definition").unwrap_or(it),
            _ => it,
        });
        let is_exit = |it: &NodeId| {
            let name = self.in_field(*it, "name");
            self.kind(*it) == "function_definition"
                && name.is_some_and(|it| EXITS.contains(&self.tree.text(it)))
        };
        let swallows = |method: NodeId| {
            let returns = self.tree.below(method).filter(|it| self.role(*it) == Role::Return);
            returns.map(|it| self.tree.text(it)).any(gives_something)
        };
        methods.filter(is_exit).any(swallows)
    }

    /// Whether a function that is made a manager goes on where what it yields to raises.
    fn yields_quietly(&self, decorated: NodeId) -> bool {
        let Some(function) = self.in_field(decorated, "definition") else { return false };
        let decorators = self.tree.named_children(decorated).take_while(|it| *it < function);
        let is_manager = decorators.into_iter().any(|it| {
            self.kind(it) == "decorator" && self.tree.text(it).ends_with("contextmanager")
        });
        if !is_manager || self.kind(function) != "function_definition" {
            return false;
        }
        let yields = |it: NodeId| self.tree.text(it).contains("yield");
        self.tree.below(function).any(|it| match self.role(it) {
            Role::Try => {
                let mut handlers = self
                    .tree
                    .named_children(it)
                    .filter(|part| self.role(*part) == Role::Handler)
                    .peekable();
                self.in_field(it, "body").is_some_and(yields)
                    && handlers.any(|handler| !self.ends(self.handled(handler)))
            }
            Role::With => {
                let body = self.in_field(it, "body");
                let head = self.tree.named_children(it).find(|part| Some(*part) != body);
                body.is_some_and(yields)
                    && head.is_some_and(|it| self.tree.text(it).contains("suppress"))
            }
            _ => false,
        })
    }
}

/// Whether what a `return` gives is true where something was raised; what others' `__exit__`
/// gives, they are asked for where they are written.
fn gives_something(text: &str) -> bool {
    let given = text.strip_prefix("return").unwrap_or(text).trim();
    let is_nothing = matches!(given, "" | "False" | "None" | "0")
        || given.ends_with(" is None")
        || given.starts_with("not ");
    !is_nothing && !EXITS.iter().any(|it| given.contains(it))
}

impl SemanticsBuilder {
    /// Says of definitions that they swallow what is raised, and of calls in the body of what
    /// another file defines which manager that is.
    pub(super) fn find_managed(&mut self, managers: &Managers, definitions: &[DefinitionPlace]) {
        if managers.managed.is_empty() && managers.names.is_empty() {
            return;
        }
        let functions = &managers.functions;
        for (definition, place) in self.semantics.definitions.iter_mut().zip(definitions) {
            let whole = place.span;
            definition.flags.swallows = match definition.kind {
                DefinitionKind::Class => managers.classes.contains(&whole.end),
                _ => {
                    let name = place.name.start;
                    definition.kind.is_function()
                        && functions.range(whole.start..=name).next_back().is_some()
                }
            };
        }
        let places = self.reference_places();
        let semantics = &self.semantics;
        let called = semantics.references.iter().zip(places);
        let called: BTreeMap<u32, _> = called.map(|(it, at)| (at.end, it.target)).collect();
        let calls = semantics.references.iter().zip(places).enumerate();
        let calls = calls.filter(|(_, (it, _))| it.kind == ReferenceKind::Call);
        let mut calls: Vec<(u32, usize)> =
            calls.map(|(at, (_, place))| (place.start, at)).collect();
        calls.sort_unstable();
        let mut found = Vec::new();
        for managed in &managers.managed {
            let targets = managed.managers.iter().filter_map(|it| called.get(it).copied());
            let elsewhere = targets.filter(|it| is_imported(semantics, *it));
            let elsewhere: Vec<_> = elsewhere.take(MAX_ENTERED).collect();
            if elsewhere.is_empty() {
                continue;
            }
            let first = calls.partition_point(|it| it.0 < managed.body.start);
            let within = calls[first..].iter().take_while(|it| it.0 < managed.body.end);
            for (_, at) in within.filter(|it| places[it.1].end <= managed.body.end) {
                found.extend(elsewhere.iter().map(|it| (*at as u32, *it)));
            }
        }
        found.sort_unstable();
        found.dedup();
        self.semantics.managed = found;
    }
}

/// Whether an expression is something imported, or a part of it.
fn is_imported(semantics: &crate::Semantics, mut expr: crate::ExprId) -> bool {
    while let Expr::Attribute { base, .. } = semantics.expr(expr) {
        expr = *base;
    }
    match semantics.expr(expr) {
        Expr::Import(_) => true,
        Expr::Name { scope, name } => lookup(semantics, *scope, name)
            .is_some_and(|(_, all)| all.iter().any(|it| matches!(it.bound, Bound::Import(_)))),
        _ => false,
    }
}
