//! Types where they are used: names, templates with their arguments, classes written in place.

use super::Walk;
use super::declarators::{parts_of, plain_name, scope_word};
use super::holders::{self, Holder};
use crate::lowering::{Here, TYPE, Use};
use crate::node::{Node, children, field};
use crate::{Bound, DefinitionKind, Expr, ExprId, MODULE_SCOPE, Name};

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
                let types = self.template_arguments(node, here);
                let base = self.named(name, TYPE, here);
                Some(self.template_of(base, name.text(), types))
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

    /// A template with its arguments.
    fn template_of(&mut self, base: ExprId, name: &str, types: Vec<ExprId>) -> ExprId {
        let told = match holders::kind_of(name) {
            // What a map is asked for is what stands behind its keys.
            Some(Holder::Map) => types.get(1).or(types.first()).copied(),
            Some(_) => types.first().copied(),
            None => return self.applied(base, types),
        };
        let Some(told) = told else { return base };
        let Expr::Applied { of, types: held } = self.semantics().expr(told) else {
            return self.applied(base, vec![told]);
        };
        let (of, held) = (*of, held.clone());
        let inner = match self.semantics().expr(of) {
            Expr::Attribute { name, .. } | Expr::Name { name, .. } => holders::kind_of(name),
            _ => None,
        };
        match inner {
            // What such a pointer leads to is the collection.
            Some(Holder::List | Holder::Map) if holders::points(name) => told,
            // What is in the inner one is what the outer one is asked for in the end.
            Some(_) => self.applied(base, held),
            None => self.applied(base, vec![told]),
        }
    }

    /// The arguments of a template that name types.
    pub(super) fn template_arguments(&mut self, node: Node<'t>, here: Here) -> Vec<ExprId> {
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
        let (name, types) = match last.kind() {
            "template_type" | "template_function" => {
                (field(last, "name")?, self.template_arguments(last, here))
            }
            "dependent_name" => (last.first_child()?, Vec::new()),
            _ => (last, Vec::new()),
        };
        let base = self.scope_value(&scopes, node, here);
        let target = self.attribute(base, plain_name(name));
        let is_holder = holders::kind_of(name.text()).is_some();
        if !(is_std && is_holder) {
            self.refer(target, name, TYPE, here);
        }
        if is_std && !is_holder {
            // Functions, pairs and the like are used otherwise than what they are applied to.
            return Some(target);
        }
        Some(self.template_of(target, name.text(), types))
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
        let types = match last.kind() {
            "template_function" | "template_method" | "template_type" => {
                self.template_arguments(last, here)
            }
            _ => Vec::new(),
        };
        let name = plain_name(last);
        let target = if scopes.is_empty() {
            self.name(MODULE_SCOPE, name)
        } else {
            let base = self.scope_value(&scopes, node, here);
            self.attribute(base, name)
        };
        self.refer(target, last, usage, here);
        self.applied(target, types)
    }

    /// Names of template parameters: what the definition of which `inside` is the body is applied
    /// to.
    pub(super) fn template_parameters(&mut self, list: Node<'t>, inside: Here) {
        self.parameters_of(list, true, inside);
    }

    /// The same where nobody says what it is applied to.
    pub(super) fn unknown_template_parameters(&mut self, list: Node<'t>, inside: Here) {
        self.parameters_of(list, false, inside);
    }

    fn parameters_of(&mut self, list: Node<'t>, is_applied: bool, inside: Here) {
        for it in children(list) {
            match it.kind() {
                "type_parameter_declaration" => {
                    if let Some(name) = it.first_child() {
                        if is_applied {
                            self.type_parameter(name.text(), None, inside);
                        } else {
                            self.bind(inside, name.text(), Bound::Unknown);
                        }
                    }
                }
                "variadic_type_parameter_declaration" => {
                    if let Some(name) = it.first_child() {
                        self.bind(inside, name.text(), Bound::Unknown);
                    }
                }
                "optional_type_parameter_declaration" => {
                    let default = field(it, "default_type").and_then(|it| self.type_of(it, inside));
                    if let Some(name) = field(it, "name") {
                        if is_applied {
                            self.type_parameter(name.text(), default, inside);
                        } else {
                            self.bind(inside, name.text(), Bound::Unknown);
                        }
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
