//! Expressions: where values come from and what they refer to.

use super::Walk;
use super::statements::Given;
use crate::lowering::{CALL, Here, READ, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{Argument, Bound, ContainerKind, ExprId, Item, MODULE_SCOPE, Member, Name};

impl<'t> Walk<'_, 't> {
    pub(super) fn expr(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let value = self.expr_within(node, here);
        self.leave();
        value
    }

    fn expr_within(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.kind() {
            "variable_name" => self.variable(node, READ, here),
            "name" | "qualified_name" | "relative_name" => self.named_at(node, READ, here),
            "relative_scope" => self.meaning_of(node.text(), node, here),
            "string" | "nowdoc" => match string_text(node) {
                Some(text) => self.text_constant(text),
                None => self.literal(),
            },
            "encapsed_string" | "heredoc" | "heredoc_body" | "shell_command_expression" => {
                match string_text(node) {
                    Some(text) => self.text_constant(text),
                    None => {
                        self.each(node, here);
                        self.literal()
                    }
                }
            }
            "integer" | "float" | "boolean" | "null" => self.literal(),
            "parenthesized_expression"
            | "error_suppression_expression"
            | "by_ref"
            | "print_intrinsic"
            | "clone_expression" => match node.first_child() {
                Some(inner) => self.expr(inner, here),
                None => self.unknown(),
            },
            "assignment_expression" | "reference_assignment_expression" => {
                self.assignment(node, here)
            }
            "augmented_assignment_expression" => self.augmented(node, here),
            "binary_expression" => self.binary(node, here),
            "conditional_expression" => self.conditional(node, here),
            "match_expression" => self.match_expression(node, here),
            "update_expression" => match field(node, "argument") {
                Some(it) => self.place(it, here),
                None => self.unknown(),
            },
            "function_call_expression" => self.function_call(node, here),
            "member_call_expression" | "nullsafe_member_call_expression" => {
                self.member_call(node, here)
            }
            "scoped_call_expression" => self.static_call(node, here),
            "object_creation_expression" => self.creation(node, here),
            "member_access_expression" | "nullsafe_member_access_expression" => {
                self.member_access(node, READ, here)
            }
            "scoped_property_access_expression" => self.static_property(node, READ, here),
            "class_constant_access_expression" => self.class_constant(node, here),
            "subscript_expression" => self.subscript(node, here),
            "array_creation_expression" => self.array(node, here),
            "anonymous_function" | "arrow_function" => self.closure(node, here),
            "include_expression"
            | "include_once_expression"
            | "require_expression"
            | "require_once_expression" => self.include(node, here),
            "yield_expression" => {
                for child in children(node) {
                    let value = self.expr(child, here);
                    self.returned(value, here);
                }
                self.unknown()
            }
            "array_element_initializer" => {
                let parts = children(node);
                let mut last = self.unknown();
                for part in parts {
                    last = self.expr(part, here);
                }
                last
            }
            "throw_expression" | "cast_expression" | "unary_op_expression" => {
                self.each(node, here);
                self.literal()
            }
            "dynamic_variable_name" => {
                self.not_modelled("variable variables");
                self.each(node, here);
                self.unknown()
            }
            "compound_statement" | "expression_statement" => {
                self.visit(node, here);
                self.unknown()
            }
            _ => {
                self.each(node, here);
                self.unknown()
            }
        }
    }

    fn each(&mut self, node: Node<'t>, here: Here) {
        for child in children(node) {
            self.expr(child, here);
        }
    }

    fn assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            self.each(node, here);
            return self.unknown();
        };
        let is_top = here.scope == MODULE_SCOPE && here.owner.is_none();
        let initialises =
            (is_top && left.kind() == "variable_name").then(|| self.top_variable(left, node));
        let value =
            self.expr(right, Here { initialises: initialises.or(here.initialises), ..here });
        self.assign(left, Given::Value(value), here);
        value
    }

    fn augmented(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let value = field(node, "right").map(|it| self.expr(it, here));
        let Some(left) = field(node, "left") else { return self.unknown() };
        let old = self.place(left, here);
        match value {
            // `??=` gives what stands behind it.
            Some(value) if has_child(node, "??=") => {
                self.assign(left, Given::Value(value), here);
                self.either(vec![old, value])
            }
            _ => self.literal(),
        }
    }

    /// A variable or member that is read and written.
    fn place(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.kind() {
            "member_access_expression" | "nullsafe_member_access_expression" => {
                let target = self.member_access(node, READ, here);
                let at = field(node, "name").unwrap_or(node).span();
                self.builder.write_reference(at);
                target
            }
            "scoped_property_access_expression" => {
                let target = self.static_property(node, READ, here);
                let at = field(node, "name").unwrap_or(node).span();
                self.builder.write_reference(at);
                target
            }
            _ => self.expr(node, here),
        }
    }

    /// Gives a value to what is named at a node.
    pub(super) fn assign(&mut self, target: Node<'t>, given: Given, here: Here) {
        if !self.enter(target, here) {
            return;
        }
        self.assign_within(target, given, here);
        self.leave();
    }

    fn assign_within(&mut self, target: Node<'t>, given: Given, here: Here) {
        let value = match given {
            Given::Value(value) => value,
            Given::Element(of) => self.index(of, None),
        };
        match target.kind() {
            "variable_name" => {
                let bound = match given {
                    Given::Value(value) => Bound::Value(value),
                    Given::Element(value) => Bound::Element(value),
                };
                self.assign_variable(target, bound, value, here);
            }
            "by_ref" | "parenthesized_expression" => {
                if let Some(inner) = target.first_child() {
                    self.assign(inner, given, here);
                }
            }
            "list_literal" | "array_creation_expression" => {
                self.destructure(target, value, here);
            }
            "pair" | "array_element_initializer" => {
                if let Some(last) = children(target).last() {
                    self.assign(*last, given, here);
                }
            }
            "member_access_expression" | "nullsafe_member_access_expression" => {
                self.member_access(target, WRITE, here);
                self.member_value(target, value, here);
            }
            "scoped_property_access_expression" => {
                self.static_property(target, WRITE, here);
                self.member_value(target, value, here);
            }
            "subscript_expression" => {
                let parts = children(target);
                for key in parts.iter().skip(1) {
                    self.expr(*key, here);
                }
                // Whoever takes an item out of it gets one of those that were put in.
                match parts.first() {
                    Some(base) if base.kind() == "variable_name" && base.text() != "$this" => {
                        self.assign_variable(*base, Bound::Value(value), value, here);
                    }
                    Some(base) => {
                        self.place(*base, here);
                        self.member_value(*base, value, here);
                    }
                    None => {}
                }
            }
            _ => {
                self.expr(target, here);
            }
        }
    }

    fn assign_variable(&mut self, target: Node<'t>, bound: Bound, value: ExprId, here: Here) {
        let is_top = here.scope == MODULE_SCOPE && here.owner.is_none();
        if is_top {
            let id = self.top_variable(target, target);
            if matches!(bound, Bound::Value(_)) && self.semantics().definition(id).value.is_none() {
                self.definition(id).value = Some(value);
                return;
            }
        }
        self.bind(here, target.text(), bound);
    }

    fn destructure(&mut self, target: Node<'t>, value: ExprId, here: Here) {
        for (at, element) in children(target).into_iter().enumerate() {
            let parts = match element.kind() {
                "array_element_initializer" | "pair" => children(element),
                _ => vec![element],
            };
            let key = match parts.as_slice() {
                [key, _] => string_text(*key).map(Name::from),
                _ => Some(Name::from(at.to_string())),
            };
            let item = self.index(value, key);
            if let Some(last) = parts.last() {
                self.assign(*last, Given::Value(item), here);
            }
        }
    }

    /// A value that a property of the class around is given.
    fn member_value(&mut self, place: Node<'t>, value: ExprId, here: Here) {
        let base = match place.kind() {
            "subscript_expression" => {
                if let Some(base) = place.first_child() {
                    self.nested_member_value(base, value, here);
                }
                return;
            }
            "member_access_expression" | "nullsafe_member_access_expression" => {
                field(place, "object").filter(|it| it.text() == "$this")
            }
            "scoped_property_access_expression" => {
                field(place, "scope").filter(|it| matches!(it.text(), "self" | "static"))
            }
            _ => None,
        };
        let (Some(_), Some(class), Some(name)) = (base, here.class, field(place, "name")) else {
            return;
        };
        let name = match name.kind() {
            "name" => Name::from(format!("${}", name.text())),
            "variable_name" if place.kind().starts_with("scoped") => name.text().into(),
            _ => return,
        };
        let member = Member { class, name, value, definition: None };
        self.builder.semantics.members.push(member);
    }

    fn nested_member_value(&mut self, base: Node<'t>, value: ExprId, here: Here) {
        if self.enter(base, here) {
            self.member_value(base, value, here);
            self.leave();
        }
    }

    /// Operators, whose left sides nest as deep as a text is long.
    fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut rights = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" {
            rights.push(at);
            match field(at, "left") {
                Some(left) => at = left,
                None => break,
            }
        }
        let mut value = self.expr(at, here);
        for node in rights.into_iter().rev() {
            let operator = field(node, "operator").map_or("", Node::text);
            let Some(right) = field(node, "right") else { continue };
            if operator.eq_ignore_ascii_case("instanceof") {
                self.instance_test(node, right, here);
                value = self.literal();
                continue;
            }
            let right = self.expr(right, here);
            value = match operator {
                "??" => self.either(vec![value, right]),
                "." => self.joined_texts(value, right),
                _ => self.literal(),
            };
        }
        value
    }

    fn joined_texts(&mut self, left: ExprId, right: ExprId) -> ExprId {
        let text = |it: &Self, id: ExprId| match it.semantics().expr(id) {
            crate::Expr::Text(text) => Some(text.clone()),
            _ => None,
        };
        match (text(self, left), text(self, right)) {
            (Some(left), Some(right)) if left.len() + right.len() < 400 => {
                self.text_constant(format!("{left}{right}"))
            }
            _ => self.literal(),
        }
    }

    /// `$x instanceof C` says what a variable may be.
    fn instance_test(&mut self, node: Node<'t>, class: Node<'t>, here: Here) {
        let class = match class.kind() {
            "name" | "qualified_name" | "relative_name" => {
                self.named_at(class, crate::lowering::TYPE, here)
            }
            _ => {
                self.expr(class, here);
                return;
            }
        };
        if let Some(left) = field(node, "left").filter(|it| it.kind() == "variable_name")
            && left.text() != "$this"
            && here.owner.is_some()
        {
            self.bind(here, left.text(), Bound::Typed(class));
        }
    }

    fn conditional(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let condition = field(node, "condition").map(|it| self.expr(it, here));
        let body = field(node, "body").map(|it| self.expr(it, here)).or(condition);
        let alternative = field(node, "alternative").map(|it| self.expr(it, here));
        let options = body.into_iter().chain(alternative).collect();
        self.either(options)
    }

    fn match_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        if let Some(condition) = field(node, "condition") {
            self.expr(condition, here);
        }
        let mut options = Vec::new();
        for arm in field(node, "body").map(children).unwrap_or_default() {
            if let Some(conditions) = field(arm, "conditional_expressions") {
                self.each(conditions, here);
            }
            if let Some(value) = field(arm, "return_expression") {
                options.push(self.expr(value, here));
            }
        }
        self.either(options)
    }

    /// `$a->b`, whose name has the dollar sign of the property that it is.
    fn member_access(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let Some(object) = field(node, "object") else { return self.unknown() };
        let base = self.expr(object, here);
        let Some(name) = field(node, "name") else { return self.unknown() };
        if name.kind() != "name" {
            self.not_modelled("dynamic property");
            self.expr(name, here);
            return self.unknown();
        }
        let target = self.attribute(base, format!("${}", name.text()));
        self.refer(target, name, usage, here);
        target
    }

    fn static_property(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let Some(scope) = field(node, "scope") else { return self.unknown() };
        let base = self.expr(scope, here);
        match field(node, "name") {
            Some(name) if name.kind() == "variable_name" => self.member_of(base, name, usage, here),
            _ => self.unknown(),
        }
    }

    /// `C::NAME` and `C::class`.
    fn class_constant(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let [scope, name] = children(node)[..] else { return self.unknown() };
        let base = self.expr(scope, here);
        if name.text().eq_ignore_ascii_case("class") {
            return base;
        }
        if name.is_leaf() { self.member_of(base, name, READ, here) } else { self.unknown() }
    }

    fn subscript(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let Some(base) = parts.first() else { return self.unknown() };
        let base = self.expr(*base, here);
        let mut key = None;
        for part in parts.iter().skip(1) {
            key = string_text(*part)
                .map(Name::from)
                .or_else(|| (part.kind() == "integer").then(|| part.text().into()));
            self.expr(*part, here);
        }
        self.index(base, key)
    }

    fn array(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let elements = children(node);
        let mut items = Vec::new();
        let mut is_mapping = false;
        for (at, element) in elements.iter().enumerate() {
            let parts = children(*element);
            let item = match parts.as_slice() {
                [key, value] => {
                    is_mapping = true;
                    let text = string_text(*key).map(Name::from);
                    self.expr(*key, here);
                    Item { key: text, value: self.expr(*value, here) }
                }
                [spread] if spread.kind() == "variadic_unpacking" => {
                    let all = self.expr(spread.first_child().unwrap_or(*spread), here);
                    Item { key: None, value: self.index(all, None) }
                }
                [value] => {
                    let key = Some(Name::from(at.to_string()));
                    Item { key, value: self.expr(*value, here) }
                }
                _ => continue,
            };
            items.push(item);
        }
        if let Some(method) = self.callable_array(node, &items, here) {
            return method;
        }
        let kind = if is_mapping { ContainerKind::Mapping } else { ContainerKind::Sequence };
        if kind == ContainerKind::Sequence && items.len() > 64 {
            // Numbers of items say little there.
            for it in &mut items {
                it.key = None;
            }
        }
        self.container(kind, items)
    }

    pub(super) fn closure(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let inside = self.lambda_body(here);
        self.closure_parts(node, inside, here);
        self.literal()
    }

    /// What a function without a name takes and does; `here` is around it.
    pub(super) fn closure_parts(&mut self, node: Node<'t>, inside: Here, here: Here) {
        if let Some(used) = child_of_kind(node, "anonymous_function_use_clause") {
            for it in children(used) {
                let name = if it.kind() == "by_ref" { it.first_child().unwrap_or(it) } else { it };
                let outer = self.name(here.scope, name.text());
                self.bind(inside, name.text(), Bound::Value(outer));
            }
        }
        self.parameters(node, None, inside);
        if let Some(declared) = field(node, "return_type") {
            self.type_of(declared, inside);
        }
        match field(node, "body") {
            Some(body) if body.kind() == "compound_statement" => self.visit_children(body, inside),
            Some(body) => {
                let value = self.expr(body, inside);
                self.returned(value, inside);
            }
            None => {}
        }
    }

    fn creation(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let parts = children(node);
        let arguments = parts.iter().find(|it| it.kind() == "arguments").copied();
        let Some(class) = parts.iter().find(|it| it.kind() != "arguments").copied() else {
            return self.unknown();
        };
        if class.kind() == "anonymous_class" {
            let inner = child_of_kind(class, "arguments");
            let (given, count) =
                inner.map_or_else(|| (Vec::new(), Some(0)), |it| self.arguments(it, here));
            let value = self.anonymous_class(class, here);
            self.refer(value, class, Use::Called(count), here);
            return self.call(value, given);
        }
        let (given, count) =
            arguments.map_or_else(|| (Vec::new(), Some(0)), |it| self.arguments(it, here));
        let callee = match class.kind() {
            "name" | "qualified_name" | "relative_name" => {
                let text = class.text();
                let target = self.meaning_of(text, class, here);
                self.refer(target, class, Use::Called(count), here);
                target
            }
            _ => {
                let target = self.expr(class, here);
                self.refer(target, class, CALL, here);
                target
            }
        };
        self.call(callee, given)
    }

    /// What is passed, and how many where nothing is spread.
    pub(super) fn arguments(&mut self, node: Node<'t>, here: Here) -> (Vec<Argument>, Option<u32>) {
        let mut given = Vec::new();
        let mut count = Some(0);
        for it in children(node) {
            let name = field(it, "name");
            let Some(value) = children(it).into_iter().rfind(|it| Some(*it) != name) else {
                continue;
            };
            if value.kind() == "variadic_unpacking" {
                count = None;
                self.expr(value, here);
                continue;
            }
            let value = self.expr(value, here);
            given.push(Argument { name: name.map(|it| format!("${}", it.text()).into()), value });
            count = count.map(|it| it + 1);
        }
        (given, count)
    }

    /// `include`, `require`: the file, and what it gives.
    fn include(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(inner) = node.first_child() else { return self.unknown() };
        let path = self.included_path(inner);
        self.expr(inner, here);
        match path {
            Some(path) => {
                let id = self.import(path, crate::ImportItem::Module, node, here);
                self.import_value(id)
            }
            None => {
                self.not_modelled("include of a computed path");
                self.unknown()
            }
        }
    }

    /// The path as it is written: from the file's own folder where it begins with a dot.
    fn included_path(&self, node: Node<'t>) -> Option<String> {
        let mut parts = Vec::new();
        let mut at = node;
        loop {
            match at.kind() {
                "parenthesized_expression" => at = at.first_child()?,
                "binary_expression" => {
                    parts.push(string_text(field(at, "right")?)?);
                    at = field(at, "left")?;
                }
                _ => break,
            }
        }
        let start = match at.kind() {
            "name" if at.text() == "__DIR__" => ".".to_owned(),
            "function_call_expression" => {
                let levels = at.text().matches("dirname").count();
                let text = at.text();
                let is_own = text.contains("__FILE__") || text.contains("__DIR__");
                if levels == 0 || !is_own {
                    return None;
                }
                let mut levels = levels + usize::from(text.contains("__DIR__")) - 1;
                if let Some(more) = text.trim_end_matches(')').rsplit(',').next()
                    && let Ok(more) = more.trim().parse::<usize>()
                {
                    levels += more.saturating_sub(1);
                }
                match levels {
                    0 => ".".to_owned(),
                    levels => vec![".."; levels.min(32)].join("/"),
                }
            }
            "string" | "encapsed_string" => string_text(at)?,
            // A constant that names some folder above.
            "name" | "class_constant_access_expression" | "variable_name" => String::new(),
            _ => return None,
        };
        parts.push(start);
        let path: String = parts.into_iter().rev().collect();
        let is_plain = path.contains('/');
        let path = if is_plain { path } else { format!("/{path}") };
        path.ends_with("php").then_some(path)
    }
}

/// The text of a string without anything computed in it.
pub(super) fn string_text(node: Node<'_>) -> Option<String> {
    match node.kind() {
        "string" => {
            let text = node.text().trim_start_matches(['b', 'B']);
            let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(inner.replace("\\\\", "\\").replace("\\'", "'"))
        }
        "encapsed_string" => {
            let is_plain = children(node)
                .iter()
                .all(|it| matches!(it.kind(), "string_content" | "string_value"));
            let inner = node.text().strip_prefix('"')?.strip_suffix('"')?;
            is_plain.then(|| inner.to_owned())
        }
        _ => None,
    }
}
