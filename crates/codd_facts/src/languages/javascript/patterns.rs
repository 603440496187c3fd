//! Declared variables and the patterns that take values apart.

use std::ops::Range;

use super::segments::Part;
use super::walker::{Here, NewDefinition, READ, Walker};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, ImportItem, Name};

/// What a pattern takes apart.
#[derive(Default)]
struct Leaves<'t> {
    /// The targets, in order, each with the value it gets.
    found: Vec<(Node<'t>, ExprId)>,
    /// References of the pattern itself, with the targets whose values they are part of: the
    /// property that is taken, a default.
    parts: Vec<(Range<usize>, Range<usize>)>,
}

impl<'t> Walker<'t> {
    /// `var`, `let`, `const`, `using`.
    pub(super) fn variables(&mut self, node: Node<'t>, outer: Node<'t>, here: Here) {
        let is_var = node.kind() == "variable_declaration";
        let scope = if is_var { here.hoist } else { here.scope };
        let is_definition = here.is_top && (is_var || here.scope == here.hoist);
        let declarators: Vec<_> =
            children(node).into_iter().filter(|it| it.kind() == "variable_declarator").collect();
        let is_only = declarators.len() == 1;
        for declarator in declarators {
            let outer = if is_only { outer } else { declarator };
            // Names are bound where they are declared; values are read where they stand.
            let bound_here = Here { scope, ..here };
            self.variable(declarator, outer, here, bound_here, is_definition);
        }
    }

    fn variable(
        &mut self,
        declarator: Node<'t>,
        outer: Node<'t>,
        here: Here,
        bound_here: Here,
        is_definition: bool,
    ) {
        let Some(target) = field(declarator, "name") else { return };
        let value = field(declarator, "value");
        let bare = value.map(bare_value);
        if let Some(bare) = bare
            && let Some(module) = self.required_module(bare, here)
        {
            return self.require_binding(target, &module, declarator, bound_here);
        }
        if target.kind() == "identifier"
            && let Some(bare) = bare.filter(|it| it.kind() == "member_expression")
            && let (Some(object), Some(property)) = (field(bare, "object"), field(bare, "property"))
            && let Some(module) = self.required_module(object, here)
        {
            // `const x = require("m").y`.
            let item = ImportItem::Named(property.text().into());
            let id = self.import(&module, item, declarator, here);
            return self.bind(bound_here.scope, target.text(), Bound::Import(id));
        }
        if target.kind() != "identifier" {
            return self.destructured(declarator, outer, here, bound_here, is_definition);
        }
        let name = Name::from(target.text());
        match bare.map(Node::kind) {
            Some("arrow_function" | "function_expression" | "generator_function") => {
                let bare = bare.expect("the kind was just read");
                let new = NewDefinition {
                    kind: DefinitionKind::Function,
                    name: name.clone(),
                    name_node: target,
                    outer,
                    flags: function_flags(bare),
                };
                let id = self.define_apart(new, bound_here);
                self.bind(bound_here.scope, name, Bound::Definition(id));
                let head = Here { owner: Some(id), ..here };
                let declared = field(declarator, "type").map(|it| self.annotation(it, head));
                let cast = value.and_then(|value| self.cast_types(value, head));
                self.function_of_type(bare, Some(id), declared.or(cast), here);
            }
            Some("class") => {
                let bare = bare.expect("the kind was just read");
                self.class(bare, outer, Some(target), Here { scope: bound_here.scope, ..here });
            }
            _ if is_definition => {
                let id = self.define_variable(target, outer, declarator, bound_here);
                if bare.is_some_and(|it| self.is_module_object(it, here)) {
                    self.module_names.insert(id);
                }
                self.bind(bound_here.scope, name.clone(), Bound::Definition(id));
                let inside = Here { initialises: Some(id), parent: Some(id), ..here };
                let declared = field(declarator, "type").map(|it| self.annotation(it, inside));
                let this = self.name(bound_here.scope, name);
                let value = value.map(|it| self.value_of(it, inside, Some(this)));
                // `const app = module.exports = {}`: what is added to it later counts.
                let whole = &mut self.builder.semantics.exports.whole;
                if value.is_some() && *whole == value {
                    *whole = Some(this);
                }
                let definition = self.definition(id);
                definition.declared_type = declared;
                definition.value = value;
            }
            _ => {
                if let Some(annotation) = field(declarator, "type") {
                    let declared = self.annotation(annotation, here);
                    self.bind(bound_here.scope, name.clone(), Bound::Typed(declared));
                }
                let this = self.name(bound_here.scope, name.clone());
                match value {
                    Some(value) => {
                        let value = self.value_of(value, here, Some(this));
                        self.bind(bound_here.scope, name, Bound::Value(value));
                    }
                    None => {
                        let unknown = self.unknown();
                        self.bind(bound_here.scope, name, Bound::Value(unknown));
                    }
                }
            }
        }
    }

    fn define_variable(
        &mut self,
        target: Node<'t>,
        outer: Node<'t>,
        declarator: Node<'t>,
        here: Here,
    ) -> DefinitionId {
        let new = NewDefinition {
            kind: DefinitionKind::Variable,
            name: target.text().into(),
            name_node: target,
            outer,
            flags: DefinitionFlags::default(),
        };
        let id = self.define_apart(new, here);
        if let Some(value) = field(declarator, "value") {
            self.segment(id, value, Part::Body);
        }
        id
    }

    fn destructured(
        &mut self,
        declarator: Node<'t>,
        outer: Node<'t>,
        here: Here,
        bound_here: Here,
        is_definition: bool,
    ) {
        let Some(pattern) = field(declarator, "name") else { return };
        let start = self.semantics().references.len();
        let mut source = match field(declarator, "value") {
            Some(value) => self.expr(value, here, READ),
            None => self.unknown(),
        };
        if names_parts(pattern) {
            self.builder.take_apart(start, source);
        }
        if let Some(annotation) = field(declarator, "type") {
            let declared = self.annotation(annotation, here);
            let instance = self.add(Expr::InstanceOf(declared));
            source = self.either(vec![source, instance]);
        }
        if !is_definition {
            return self.bind_locals(pattern, source, bound_here);
        }
        let whole = start..self.semantics().references.len();
        let mut leaves = Leaves::default();
        self.collect_leaves(pattern, source, here, &mut leaves);
        let mut defined = Vec::with_capacity(leaves.found.len());
        for (target, value) in leaves.found {
            if !is_plain_name(target) {
                defined.push(None);
                continue;
            }
            let new = NewDefinition {
                kind: DefinitionKind::Variable,
                name: target.text().into(),
                name_node: target,
                outer,
                flags: DefinitionFlags::default(),
            };
            let name = new.name.clone();
            // The text of one declaration makes several definitions: they share its tokens.
            let is_first = defined.is_empty();
            let id = self.define(new, bound_here);
            let value_node = field(declarator, "value");
            for (node, part) in [(Some(outer), Part::Shape), (value_node, Part::Body)] {
                match node {
                    Some(node) if is_first => self.segment(id, node, part),
                    Some(node) => self.shared_segment(id, node, part),
                    None => {}
                }
            }
            self.definition(id).value = Some(value);
            self.bind(bound_here.scope, name, Bound::Definition(id));
            defined.push(Some(id));
        }
        // What every target's value is part of, and what only some are.
        let all = 0..defined.len();
        for (references, targets) in std::iter::once((whole, all)).chain(leaves.parts) {
            let of: Vec<_> = defined[targets].iter().copied().flatten().collect();
            self.builder.initialise_references(references, here.owner, &of);
        }
    }

    /// Binds every name of a pattern in `here.scope`.
    pub(super) fn bind_locals(&mut self, pattern: Node<'t>, value: ExprId, here: Here) {
        if is_plain_name(pattern) {
            let name = pattern.text();
            let is_unknown = *self.semantics().expr(value) == Expr::Unknown;
            let bound = if is_unknown { Bound::Unknown } else { Bound::Value(value) };
            return self.bind(here.scope, name, bound);
        }
        for (target, value) in self.leaves(pattern, value, here) {
            if is_plain_name(target) {
                let name = target.text();
                self.bind(here.scope, name, Bound::Value(value));
            }
        }
    }

    /// The targets of a pattern, in order, each with the value it gets.
    pub(super) fn leaves(
        &mut self,
        pattern: Node<'t>,
        value: ExprId,
        here: Here,
    ) -> Vec<(Node<'t>, ExprId)> {
        let mut leaves = Leaves::default();
        self.collect_leaves(pattern, value, here, &mut leaves);
        leaves.found
    }

    fn collect_leaves(
        &mut self,
        pattern: Node<'t>,
        value: ExprId,
        here: Here,
        leaves: &mut Leaves<'t>,
    ) {
        self.deeper(pattern, here, |it| match pattern.kind() {
            "object_pattern" => {
                for child in children(pattern) {
                    it.object_leaf(child, value, here, leaves);
                }
            }
            "array_pattern" => {
                for (at, child) in placed(pattern) {
                    let element = if child.kind() == "rest_pattern" {
                        value
                    } else {
                        it.add(Expr::Index { base: value, key: Some(at.to_string().into()) })
                    };
                    it.collect_leaves(child, element, here, leaves);
                }
            }
            "assignment_pattern" | "object_assignment_pattern" => {
                let (start, first) = (it.semantics().references.len(), leaves.found.len());
                let default = field(pattern, "right").map(|right| it.expr(right, here, READ));
                let value = it.either(std::iter::once(value).chain(default).collect());
                let own = start..it.semantics().references.len();
                if let Some(left) = field(pattern, "left") {
                    it.collect_leaves(left, value, here, leaves);
                }
                leaves.parts.push((own, first..leaves.found.len()));
            }
            "rest_pattern" => {
                for child in children(pattern) {
                    it.collect_leaves(child, value, here, leaves);
                }
            }
            _ => leaves.found.push((pattern, value)),
        });
    }

    fn object_leaf(&mut self, child: Node<'t>, value: ExprId, here: Here, leaves: &mut Leaves<'t>) {
        let (start, first) = (self.semantics().references.len(), leaves.found.len());
        let own = match child.kind() {
            "pair_pattern" => {
                let key = field(child, "key");
                let taken = match key.and_then(|key| property_name(key)) {
                    Some(name) => {
                        let taken = self.attribute(value, name);
                        if let Some(key) = key {
                            self.refer(taken, key, READ, here);
                        }
                        taken
                    }
                    None => {
                        if let Some(key) = key {
                            self.computed_key(key, here);
                        }
                        self.element(value)
                    }
                };
                let own = start..self.semantics().references.len();
                if let Some(target) = field(child, "value") {
                    self.collect_leaves(target, taken, here, leaves);
                }
                own
            }
            "shorthand_property_identifier_pattern" => {
                let taken = self.attribute(value, child.text());
                self.refer(taken, child, READ, here);
                leaves.found.push((child, taken));
                start..self.semantics().references.len()
            }
            "object_assignment_pattern" => {
                let Some(left) = field(child, "left") else { return };
                let mut taken = value;
                if left.kind() == "shorthand_property_identifier_pattern" {
                    taken = self.attribute(value, left.text());
                    self.refer(taken, left, READ, here);
                }
                let default = field(child, "right").map(|right| self.expr(right, here, READ));
                let taken = self.either(std::iter::once(taken).chain(default).collect());
                let own = start..self.semantics().references.len();
                self.collect_leaves(left, taken, here, leaves);
                own
            }
            _ => return self.collect_leaves(child, value, here, leaves),
        };
        leaves.parts.push((own, first..leaves.found.len()));
    }

    /// `const x = require("m")`, `const { a, b: c } = require("m")`.
    fn require_binding(&mut self, target: Node<'t>, module: &str, at: Node<'t>, here: Here) {
        if target.kind() == "identifier" {
            let id = self.import(module, ImportItem::Module, at, here);
            let name = target.text();
            return self.bind(here.scope, name, Bound::Import(id));
        }
        let mut rest = Vec::new();
        for child in children(target) {
            let (key, local) = match child.kind() {
                "shorthand_property_identifier_pattern" => (Some(child), child),
                "pair_pattern" => match (field(child, "key"), field(child, "value")) {
                    (Some(key), Some(value)) if value.kind() == "identifier" => (Some(key), value),
                    _ => (None, child),
                },
                _ => (None, child),
            };
            match key.and_then(|key| property_name(key)) {
                Some(name) => {
                    let id = self.import(module, ImportItem::Named(name), child, here);
                    let local = local.text();
                    self.bind(here.scope, local, Bound::Import(id));
                }
                None => rest.push(child),
            }
        }
        if !rest.is_empty() {
            let id = self.import(module, ImportItem::Module, at, here);
            let whole = self.add(Expr::Import(id));
            for child in rest {
                let mut leaves = Leaves::default();
                self.object_leaf(child, whole, here, &mut leaves);
                for (target, value) in leaves.found {
                    self.bind_locals(target, value, here);
                }
            }
        }
    }

    /// References of `[expression]` as a property's name.
    pub(super) fn computed_key(&mut self, node: Node<'t>, here: Here) {
        if node.kind() == "computed_property_name" {
            for child in children(node) {
                self.expr(child, here, READ);
            }
        }
    }
}

/// Whether a pattern takes parts by name, and neither the rest nor others where these are not.
fn names_parts(pattern: Node<'_>) -> bool {
    pattern.kind() == "object_pattern"
        && children(pattern).into_iter().all(|child| match child.kind() {
            "pair_pattern" => field(child, "key")
                .is_some_and(|key| matches!(key.kind(), "property_identifier" | "string")),
            kind => matches!(kind, "shorthand_property_identifier_pattern" | "comment"),
        })
}

/// The parts of an array pattern with their places: `[, second]` leaves the first out.
fn placed(pattern: Node<'_>) -> Vec<(usize, Node<'_>)> {
    let mut place = 0;
    let mut parts = Vec::new();
    for child in pattern.all_children() {
        if child.kind() == "," {
            place += 1;
        } else if child.is_named() && child.kind() != "comment" {
            parts.push((place, child));
        }
    }
    parts
}

/// The constant name of a property, without quotes; `None` for a computed one.
pub(super) fn property_name(node: Node<'_>) -> Option<Name> {
    match node.kind() {
        "string" => Some(string_text(node.text()).into()),
        "computed_property_name" => {
            let inside = child_of_kind(node, "string")?;
            Some(string_text(inside.text()).into())
        }
        _ => Some(node.text().into()),
    }
}

/// The text of a string literal without its quotes; escapes stay as written.
pub(super) fn string_text(text: &str) -> &str {
    let mut chars = text.chars();
    match (chars.next(), chars.next_back()) {
        (Some('"' | '\'' | '`'), Some('"' | '\'' | '`')) => chars.as_str(),
        _ => text,
    }
}

pub(super) fn is_plain_name(node: Node<'_>) -> bool {
    matches!(node.kind(), "identifier" | "shorthand_property_identifier_pattern")
}

pub(super) fn is_wrapper(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
    )
}

/// A value without what does not change it: parentheses, `as`, `satisfies`, `!`.
pub(super) fn bare_value(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    while is_wrapper(at) {
        match at.first_child() {
            Some(inside) => at = inside,
            _ => break,
        }
    }
    at
}

pub(super) fn function_flags(node: Node<'_>) -> DefinitionFlags {
    DefinitionFlags { is_async: child_of_kind(node, "async").is_some(), ..Default::default() }
}
