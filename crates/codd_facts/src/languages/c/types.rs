//! Types where they are used: names, templates with their arguments, classes written in place.

use super::Walk;
use super::declarators::{parts_of, plain_name, scope_word};
use crate::lowering::{Here, TYPE, Use};
use crate::node::{Node, children, field};
use crate::{Bound, DefinitionKind, ExprId, MODULE_SCOPE, Name};

/// Templates of the standard library that stand for what they hold.
const HOLDERS: [&str; 24] = [
    "array",
    "atomic",
    "deque",
    "forward_list",
    "future",
    "initializer_list",
    "list",
    "map",
    "multimap",
    "optional",
    "queue",
    "reference_wrapper",
    "set",
    "shared_ptr",
    "span",
    "stack",
    "unique_ptr",
    "unordered_map",
    "unordered_multimap",
    "unordered_set",
    "vector",
    "weak_ptr",
    "multiset",
    "unordered_multiset",
];

impl<'t> Walk<'_, 't> {
    /// What a type names; `None` for built-in types and those that the compiler finds.
    pub(super) fn type_of(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        if !self.enter(node, here) {
            return None;
        }
        let found = self.type_within(node, here);
        self.leave();
        found
    }

    fn type_within(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        match node.kind() {
            "type_identifier" | "identifier" | "namespace_identifier" => {
                Some(self.named(node, TYPE, here))
            }
            "qualified_identifier" => self.qualified_type(node, here),
            "template_type" | "template_function" => {
                let name = field(node, "name")?;
                let held = self.template_arguments(node, here);
                let base = self.named(name, TYPE, here);
                match (HOLDERS.contains(&name.text()), held.last()) {
                    (true, Some(held)) if self.uses_std() => Some(*held),
                    _ => Some(base),
                }
            }
            "struct_specifier" | "union_specifier" | "class_specifier" | "enum_specifier" => {
                if field(node, "body").is_some() {
                    let id = self.class_specifier(node, None, here)?;
                    return Some(self.definition_value(id));
                }
                field(node, "name").and_then(|it| self.type_of(it, here))
            }
            "type_descriptor" | "dependent_type" => {
                let inner = field(node, "type").or_else(|| node.first_child())?;
                self.type_of(inner, here)
            }
            "decltype" => {
                for it in children(node) {
                    self.expr(it, here);
                }
                None
            }
            "trailing_return_type" => self.type_of(node.first_child()?, here),
            _ => None,
        }
    }

    fn uses_std(&self) -> bool {
        self.used.iter().any(|it| it == "std")
    }

    /// The arguments of a template that name types.
    fn template_arguments(&mut self, node: Node<'t>, here: Here) -> Vec<ExprId> {
        let mut types = Vec::new();
        for it in field(node, "arguments").map(children).unwrap_or_default() {
            match it.kind() {
                "type_descriptor" => types.extend(self.type_of(it, here)),
                _ => {
                    self.expr(it, here);
                }
            }
        }
        types
    }

    fn qualified_type(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let (scopes, last) = parts_of(node);
        let is_std = matches!(scopes.as_slice(), [only] if only.text() == "std");
        let (name, held) = match last.kind() {
            "template_type" | "template_function" => {
                (field(last, "name")?, self.template_arguments(last, here))
            }
            "dependent_name" => (last.first_child()?, Vec::new()),
            _ => (last, Vec::new()),
        };
        if is_std && HOLDERS.contains(&name.text()) {
            // Of a map it is what stands behind its key; of a list the only one.
            let at = usize::from(name.text().contains("map"));
            return held.get(at).or_else(|| held.first()).copied();
        }
        let base = self.scope_value(&scopes, node, here);
        let target = self.attribute(base, plain_name(name));
        self.refer(target, name, TYPE, here);
        Some(target)
    }

    /// The same value as [`Walk::scope_value`], without saying that it is used.
    pub(super) fn scope_named(&mut self, words: &[&str], whole: Node<'t>, here: Here) -> ExprId {
        let start = if whole.text().starts_with("::") { MODULE_SCOPE } else { here.scope };
        let mut words = words.iter();
        let mut value = match words.next() {
            Some(first) => self.name(start, *first),
            None => return self.unknown(),
        };
        for word in words {
            value = self.attribute(value, *word);
        }
        value
    }

    /// What `a::b` names that stands before a name; without any part, the global namespace.
    pub(super) fn scope_value(
        &mut self,
        scopes: &[Node<'t>],
        whole: Node<'t>,
        here: Here,
    ) -> ExprId {
        let is_global = whole.text().starts_with("::");
        let mut value = None;
        for scope in scopes {
            let word = scope_word(*scope);
            let target = match value {
                None if is_global => self.name(MODULE_SCOPE, word),
                None => self.name(here.scope, word),
                Some(base) => self.attribute(base, word),
            };
            let is_namespace = value.is_none() && self.is_namespace(word, here);
            if !is_namespace && scope.kind() != "decltype" {
                self.refer(target, *scope, TYPE, here);
            }
            if scope.kind() == "template_type" && self.enter(*scope, here) {
                self.template_arguments(*scope, here);
                self.leave();
            }
            value = Some(target);
        }
        value.unwrap_or_else(|| self.unknown())
    }

    /// Whether a word is known to be a namespace's name, which nothing depends on.
    fn is_namespace(&self, word: &str, here: Here) -> bool {
        if word == "std" {
            return true;
        }
        match self.builder.bound_so_far(here.scope, &Name::new(word)) {
            Some((_, Bound::Definition(id))) => {
                self.semantics().definition(*id).kind == DefinitionKind::Namespace
            }
            _ => false,
        }
    }

    /// A qualified name that is used as a value.
    pub(super) fn qualified_value(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let (scopes, last) = parts_of(node);
        if matches!(last.kind(), "template_function" | "template_method" | "template_type") {
            self.template_arguments(last, here);
        }
        let name = plain_name(last);
        let target = if scopes.is_empty() {
            self.name(MODULE_SCOPE, name)
        } else {
            let base = self.scope_value(&scopes, node, here);
            self.attribute(base, name)
        };
        self.refer(target, last, usage, here);
        target
    }

    /// Names of template parameters stand for types that nobody knows here.
    pub(super) fn template_parameters(&mut self, list: Node<'t>, inside: Here) {
        for it in children(list) {
            match it.kind() {
                "type_parameter_declaration" | "variadic_type_parameter_declaration" => {
                    if let Some(name) = it.first_child() {
                        self.bind(inside, name.text(), Bound::Unknown);
                    }
                }
                "optional_type_parameter_declaration" => {
                    if let Some(default) = field(it, "default_type") {
                        self.type_of(default, inside);
                    }
                    if let Some(name) = field(it, "name") {
                        self.bind(inside, name.text(), Bound::Unknown);
                    }
                }
                "template_template_parameter_declaration" => {
                    let names = it.below().filter(|it| it.kind() == "type_identifier");
                    if let Some(name) = names.last() {
                        self.bind(inside, name.text(), Bound::Unknown);
                    }
                }
                _ => {
                    if let Some(kind) = field(it, "type") {
                        self.type_of(kind, inside);
                    }
                    let name = field(it, "declarator").and_then(super::declarators::declared);
                    if let Some(name) = name {
                        self.bind(inside, name.name.text(), Bound::Unknown);
                    }
                    if let Some(default) = field(it, "default_value") {
                        self.expr(default, inside);
                    }
                }
            }
        }
    }
}
