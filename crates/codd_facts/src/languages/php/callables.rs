//! Calls, and functions and methods that are handed on by name.

use super::Walk;
use super::texts::string_text;
use crate::lowering::{CALL, Here, READ, Use};
use crate::node::{Node, children, field, has_child};
use crate::{Argument, DefinitionKind, Expr, ExprId, Item, Name};

/// Functions of the language and of WordPress that call a function they are given by name.
const CALLERS: [&str; 24] = [
    "add_action",
    "add_filter",
    "add_shortcode",
    "array_filter",
    "array_map",
    "array_reduce",
    "array_udiff",
    "array_walk",
    "array_walk_recursive",
    "call_user_func",
    "call_user_func_array",
    "forward_static_call",
    "is_callable",
    "iterator_apply",
    "ob_start",
    "preg_replace_callback",
    "register_activation_hook",
    "register_deactivation_hook",
    "register_shutdown_function",
    "set_error_handler",
    "set_exception_handler",
    "uasort",
    "uksort",
    "usort",
];

/// Methods and functions that give an instance of the class that they are given.
const MAKERS: [&str; 12] = [
    "app",
    "createConfiguredMock",
    "createMock",
    "createPartialMock",
    "createStub",
    "get",
    "getMockForAbstractClass",
    "make",
    "makeWith",
    "mock",
    "resolve",
    "spy",
];

impl<'t> Walk<'_, 't> {
    pub(super) fn function_call(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(function), Some(list)) = (field(node, "function"), field(node, "arguments"))
        else {
            return self.unknown();
        };
        let is_name = matches!(function.kind(), "name" | "qualified_name" | "relative_name");
        if has_child(list, "variadic_placeholder") {
            // `f(...)` is the function itself.
            return if is_name {
                self.named_at(function, READ, here)
            } else {
                self.expr(function, here)
            };
        }
        if !is_name {
            let read = self.expr(function, here);
            let named = self.text_held(function, here);
            let callee = named.and_then(|it| self.callable_named(&it, function, here));
            let callee = callee.unwrap_or(read);
            let (given, count) = self.arguments(list, here);
            let at = if function.kind() == "variable_name" { function } else { node };
            self.refer(callee, at, Use::Called(count), here);
            return self.call(callee, given);
        }
        let word = function.text().trim_start_matches('\\');
        if word == "define"
            && let Some(name) = argument(list, 0)
            && let Some(text) = string_text(name)
        {
            self.defined_constant(node, name, &text);
        }
        let callee = self.meaning_of(function.text(), function, here);
        let (given, count) = self.arguments(list, here);
        self.refer(callee, function, Use::Called(count), here);
        if CALLERS.contains(&word) {
            let usage = if word.starts_with("call_user") { CALL } else { READ };
            for (it, argument) in children(list).into_iter().zip(&given) {
                self.named_in_text(argument.value, it, usage, here);
            }
            if word.starts_with("call_user")
                && let Some(first) = given.first()
                && !matches!(self.semantics().expr(first.value), Expr::Text(_))
                && let Some(at) = argument(list, 0)
            {
                self.refer(first.value, at, CALL, here);
            }
        }
        let class = self.made_of(word, list, &given);
        let value = self.call(callee, given);
        self.or_instance(value, class)
    }

    pub(super) fn member_call(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let registered = self.route_chain(node, here);
        if let Some(value) = registered.or_else(|| self.constructor_middleware(node, here)) {
            return value;
        }
        self.taken_back(node);
        let (Some(object), Some(name), Some(list)) =
            (field(node, "object"), field(node, "name"), field(node, "arguments"))
        else {
            return self.unknown();
        };
        let base = self.expr(object, here);
        self.called_member(base, name, list, here)
    }

    pub(super) fn static_call(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(value) = self.route_chain(node, here) {
            return value;
        }
        let (Some(scope), Some(name), Some(list)) =
            (field(node, "scope"), field(node, "name"), field(node, "arguments"))
        else {
            return self.unknown();
        };
        let is_closure = name.text().eq_ignore_ascii_case("fromCallable")
            && scope.text().trim_start_matches('\\').eq_ignore_ascii_case("Closure");
        if is_closure {
            // The function itself.
            let (given, _) = self.arguments(list, here);
            return match given.first() {
                Some(it) => self.named_in_text(it.value, list, READ, here).unwrap_or(it.value),
                None => self.unknown(),
            };
        }
        let base = match scope.text() {
            // Methods of the class that are called so keep their object.
            "static" | "self" if matches!(here.this, crate::lowering::This::Instance(_)) => {
                self.this(here)
            }
            _ => self.expr(scope, here),
        };
        self.called_member(base, name, list, here)
    }

    /// `base.name(…)` of an object or a class.
    pub(super) fn called_member(
        &mut self,
        base: ExprId,
        name: Node<'t>,
        list: Node<'t>,
        here: Here,
    ) -> ExprId {
        if name.kind() != "name" {
            let value = self.expr(name, here);
            let (given, _) = self.arguments(list, here);
            // `$this->$name(…)`, where the name is a constant.
            if let Expr::Text(text) = self.semantics().expr(value).clone() {
                let target = self.attribute(base, text);
                self.refer(target, name, CALL, here);
                return self.call(target, given);
            }
            self.not_modelled("dynamic method");
            return self.unknown();
        }
        if has_child(list, "variadic_placeholder") {
            return self.member_of(base, name, READ, here);
        }
        let (given, count) = self.arguments(list, here);
        let target = self.member_of(base, name, Use::Called(count), here);
        let class = self.made_of(name.text(), list, &given);
        let value = self.call(target, given);
        self.or_instance(value, class)
    }

    /// The class whose instance a container or a mock builder gives.
    fn made_of(&self, word: &str, list: Node<'t>, given: &[Argument]) -> Option<ExprId> {
        if !MAKERS.contains(&word) {
            return None;
        }
        let first = argument(list, 0)?;
        let is_class = first.kind() == "class_constant_access_expression"
            && first.text().to_ascii_lowercase().ends_with("::class");
        is_class.then_some(given.first()?.value)
    }

    fn or_instance(&mut self, value: ExprId, class: Option<ExprId>) -> ExprId {
        match class {
            Some(class) => {
                let instance = self.instance_of(class);
                self.either(vec![instance, value])
            }
            None => value,
        }
    }

    /// `[$object, 'method']` and `[Some::class, 'method']`, which can be called.
    pub(super) fn callable_array(
        &mut self,
        node: Node<'t>,
        items: &[Item],
        here: Here,
    ) -> Option<ExprId> {
        let elements = children(node);
        let ([first, second], [of, _]) = (elements.as_slice(), items) else { return None };
        let of = of.value;
        let object = first.first_child()?;
        let name = second.first_child()?;
        if children(*first).len() != 1 || children(*second).len() != 1 {
            return None;
        }
        let method = string_text(name)?;
        if !is_identifier(&method) {
            return None;
        }
        let base = match object.kind() {
            "variable_name" if object.text() == "$this" => of,
            "class_constant_access_expression"
                if object.text().to_ascii_lowercase().ends_with("::class") =>
            {
                of
            }
            "name" if matches!(object.text(), "self" | "static") => of,
            "string" | "encapsed_string" | "name" => {
                // Two texts may as well be two texts.
                let Expr::Text(class) = self.semantics().expr(of).clone() else { return None };
                let is_class = class.starts_with(char::is_uppercase)
                    || class.starts_with('\\')
                    || matches!(class.as_str(), "self" | "static" | "parent");
                if is_class && let Some(base) = self.class_in_text(&class, object, here) {
                    let target = self.attribute(base, Name::new(&method));
                    self.refer(target, name, READ, here);
                }
                return None;
            }
            "member_access_expression" | "variable_name" | "object_creation_expression" => {
                // Whether a pair is a callable only its receiver tells.
                let is_text = matches!(self.semantics().expr(of), Expr::Text(_));
                if is_text {
                    return None;
                }
                let target = self.attribute(of, Name::new(&method));
                self.refer(target, name, READ, here);
                return None;
            }
            _ => return None,
        };
        let target = self.attribute(base, Name::new(&method));
        self.refer(target, name, READ, here);
        Some(target)
    }

    /// Uses the function or static method that a text names.
    pub(super) fn named_in_text(
        &mut self,
        value: ExprId,
        at: Node<'t>,
        usage: Use,
        here: Here,
    ) -> Option<ExprId> {
        let Expr::Text(text) = self.semantics().expr(value).clone() else { return None };
        let target = self.callable_named(&text, at, here)?;
        self.refer(target, at, usage, here);
        Some(target)
    }

    /// The function or static method that a text names: `'f'`, `'A\B::m'`, `'self::m'`.
    pub(super) fn callable_named(
        &mut self,
        text: &str,
        at: Node<'t>,
        here: Here,
    ) -> Option<ExprId> {
        match text.split_once("::") {
            Some((class, method)) if is_identifier(method) => {
                let class = self.class_in_text(class, at, here)?;
                Some(self.attribute(class, Name::new(method)))
            }
            None => self.class_in_text(text, at, here),
            _ => None,
        }
    }

    /// The class, or whatever else has a name of its own, that a text names in full.
    fn class_in_text(&mut self, text: &str, at: Node<'t>, here: Here) -> Option<ExprId> {
        if matches!(text, "self" | "static" | "parent") {
            return Some(self.meaning_of(text, at, here));
        }
        is_qualified(text).then(|| {
            let full = format!("\\{}", text.trim_start_matches('\\'));
            self.meaning_of(&full, at, here)
        })
    }

    /// An unnamed function that a framework calls, as a definition of its own.
    pub(super) fn callback(
        &mut self,
        name: &str,
        node: Node<'t>,
        here: Here,
    ) -> crate::DefinitionId {
        let body = field(node, "body");
        let mut new = crate::lowering::New::of(DefinitionKind::Callback, node, node, body);
        new.name = Name::new(name);
        new.name_node = node.all_children().next().unwrap_or(node);
        let id = self.define(new, here);
        let inside = self.function_body(id, here);
        self.closure_parts(node, inside, here);
        id
    }
}

/// The value of the argument at a place.
pub(super) fn argument(list: Node<'_>, at: usize) -> Option<Node<'_>> {
    let it = children(list).into_iter().nth(at)?;
    let name = field(it, "name");
    children(it).into_iter().rfind(|value| Some(*value) != name)
}

/// The value of the argument of a name.
pub(super) fn named_argument<'t>(list: Node<'t>, name: &str) -> Option<Node<'t>> {
    let it = children(list)
        .into_iter()
        .find(|it| field(*it, "name").is_some_and(|it| it.text() == name))?;
    children(it).into_iter().next_back()
}

pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|it: char| it.is_alphabetic() || it == '_')
        && text.chars().all(|it| it.is_alphanumeric() || it == '_')
}

fn is_qualified(text: &str) -> bool {
    !text.is_empty() && text.trim_start_matches('\\').split('\\').all(is_identifier)
}
