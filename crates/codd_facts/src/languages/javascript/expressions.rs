//! Expressions: where values come from and which names they mention on the way.

use super::calls::CODE_FROM_STRING;
use super::patterns::string_text;
use super::walker::{Given, Here, READ, Use, WRITE, Walker};
use crate::node::{Node, children, field, has_child};
use crate::{ContainerKind, Expr, ExprId, Item, ReferenceKind};

/// Longer strings are constants like any other.
const MAX_TEXT: usize = 200;

/// Texts of more parts than this are no paths.
const MAX_JOINED: usize = 16;

impl<'t> Walker<'t> {
    /// The value of an expression; unnamed functions in it belong to what is around them.
    pub(super) fn expr(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        let value = self.deeper(node, here, |it| it.expr_inside(node, here, usage));
        value.unwrap_or_else(|| self.unknown())
    }

    fn expr_inside(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        match node.kind() {
            "identifier" | "shorthand_property_identifier" | "type_identifier" => {
                let name = node.text();
                if name == "arguments" {
                    return self.unknown();
                }
                if name == "eval" && self.lookup(here.scope, name).is_none() {
                    self.builder.not_modelled(CODE_FROM_STRING);
                }
                let target = self.name(here.scope, name);
                self.refer(target, node, usage, here);
                target
            }
            "this" => self.this(here),
            "super" => self.super_class(here),
            "member_expression"
            | "subscript_expression"
            | "call_expression"
            | "non_null_expression"
            | "nested_identifier"
            | "nested_type_identifier" => self.chain(node, here, usage),
            "new_expression" => self.new_expression(node, here),
            "arrow_function" | "function_expression" | "generator_function" => {
                self.folded(node, here, &Given::default())
            }
            "class" => self.class_expression(node, here),
            "object" => self.object(node, here, None),
            "array" => self.array(node, here),
            "assignment_expression" => self.assignment(node, here),
            "augmented_assignment_expression" => self.augmented(node, here),
            "binary_expression" => self.binary(node, here),
            "ternary_expression" => {
                if let Some(condition) = field(node, "condition") {
                    self.expr(condition, here, READ);
                }
                let branches = ["consequence", "alternative"].map(|it| field(node, it));
                let options =
                    branches.into_iter().flatten().map(|it| self.expr(it, here, usage)).collect();
                self.either(options)
            }
            "unary_expression" => {
                self.each(node, here, READ);
                self.literal()
            }
            "update_expression" => {
                self.each(node, here, WRITE);
                self.literal()
            }
            "await_expression"
            | "parenthesized_expression"
            | "spread_element"
            | "sequence_expression"
            | "jsx_expression" => self.each(node, here, usage),
            "yield_expression" => {
                let value = self.each(node, here, READ);
                let is_delegated = has_child(node, "*");
                let value = if is_delegated { self.element(value) } else { value };
                self.returned(value, here);
                self.unknown()
            }
            "as_expression" | "satisfies_expression" | "type_assertion" => {
                self.cast(node, here, usage)
            }
            "instantiation_expression" => {
                let parts = children(node);
                let Some((function, types)) = parts.split_first() else { return self.unknown() };
                let value = self.expr(*function, here, usage);
                let types = types.iter().flat_map(|it| self.type_arguments(*it, here)).collect();
                self.applied(value, types)
            }
            "string" => {
                let text = string_text(node.text());
                if text.len() <= MAX_TEXT {
                    self.add(Expr::Text(text.into()))
                } else {
                    self.literal()
                }
            }
            "template_string" => self.template(node, here),
            "regex" => {
                let pattern = self.builder.expr(Expr::Literal);
                self.patterns.insert(pattern, node.text().into());
                pattern
            }
            "number" | "true" | "false" | "null" | "undefined" => self.literal(),
            "jsx_element" | "jsx_self_closing_element" => self.jsx(node, here),
            "import" | "meta_property" | "comment" | "private_property_identifier" => {
                self.unknown()
            }
            "ERROR" => {
                self.statements(children(node), here);
                self.unknown()
            }
            // In code that did not parse, types stand where expressions should.
            kind if is_type_syntax(kind) => self.type_expr(node, here),
            kind => {
                self.each(node, here, READ);
                self.builder.not_modelled(kind);
                self.unknown()
            }
        }
    }

    /// Walks the operands; the value is the last one's.
    pub(super) fn each(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        let parts = children(node);
        let Some((last, before)) = parts.split_last() else { return self.unknown() };
        for part in before {
            self.expr(*part, here, READ);
        }
        self.expr(*last, here, usage)
    }

    fn array(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut items = Vec::new();
        for child in children(node) {
            let value = self.expr(child, here, READ);
            let value = if child.kind() == "spread_element" { self.element(value) } else { value };
            items.push(Item { key: None, value });
        }
        self.add(Expr::Container { kind: ContainerKind::Sequence, items })
    }

    fn augmented(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let old = field(node, "left").map(|left| self.expr(left, here, WRITE));
        let new = field(node, "right").map(|right| self.expr(right, here, READ));
        let operator = field(node, "operator").map(Node::kind);
        if !matches!(operator, Some("||=" | "&&=" | "??=")) {
            return self.literal();
        }
        if let (Some(left), Some(new)) = (field(node, "left"), new)
            && left.kind() == "identifier"
        {
            let name = left.text().into();
            self.assigned.push((here.scope, name, crate::Bound::Value(new)));
        }
        self.either(old.into_iter().chain(new).collect())
    }

    /// Walks down the left operands in a loop: sums of strings can be long.
    fn binary(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut chain = vec![node];
        while let Some(left) = chain.last().and_then(|last| field(*last, "left"))
            && left.kind() == "binary_expression"
        {
            chain.push(left);
        }
        let innermost = chain.last().and_then(|last| field(*last, "left"));
        let first = match innermost {
            Some(left) => self.expr(left, here, READ),
            None => self.unknown(),
        };
        let mut summands = vec![first];
        for node in chain.into_iter().rev() {
            let Some(right) = field(node, "right") else { continue };
            let operator = field(node, "operator").map(Node::kind);
            let usage = match operator {
                Some("instanceof") => Use::Kind(ReferenceKind::Type),
                _ => READ,
            };
            let right = self.expr(right, here, usage);
            if operator == Some("+") {
                summands.push(right);
                continue;
            }
            let left = self.joined(std::mem::take(&mut summands));
            let value = match operator {
                Some("||" | "??") => self.either(vec![left, right]),
                // Either what stands behind it, or what is false.
                Some("&&") => {
                    let nothing = self.literal();
                    self.either(vec![right, nothing])
                }
                _ => self.literal(),
            };
            summands.push(value);
        }
        self.joined(summands)
    }

    /// The sum of values, where it may be a path or a key of which a part is written out, or is
    /// a constant by its name; any other is a constant of which nothing is known.
    fn joined(&mut self, summands: Vec<ExprId>) -> ExprId {
        if let [only] = summands[..] {
            return only;
        }
        let semantics = &self.builder.semantics;
        let mut texts = summands.iter().filter_map(|it| match semantics.expr(*it) {
            Expr::Text(text) => Some(text),
            _ => None,
        });
        let name_of = |it: &ExprId| match semantics.expr(*it) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => Some(name),
            _ => None,
        };
        let is_text = match texts.clone().next() {
            // What people read is no path.
            Some(_) => !texts.any(|it| it.contains(char::is_whitespace)),
            None => {
                summands.iter().all(|it| name_of(it).is_some())
                    && summands.iter().filter_map(name_of).any(|it| is_constant_name(it))
            }
        };
        if is_text && summands.len() <= MAX_JOINED {
            self.add(Expr::Joined(summands))
        } else {
            self.literal()
        }
    }

    fn cast(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        let mut parts = children(node);
        if node.kind() == "type_assertion" {
            parts.reverse();
        }
        let Some((value, types)) = parts.split_first() else { return self.unknown() };
        let value = self.expr(*value, here, usage);
        let mut options = vec![value];
        for kind in types {
            let named = match kind.kind() {
                "type_arguments" => {
                    let all = self.type_arguments(*kind, here);
                    all.first().copied()
                }
                _ => Some(self.type_expr(*kind, here)),
            };
            if let Some(named) = named
                && !matches!(self.semantics().expr(named), Expr::Unknown | Expr::Literal)
            {
                options.push(self.add(Expr::InstanceOf(named)));
            }
        }
        if options.len() > 1 && *self.semantics().expr(value) == Expr::Unknown {
            options.remove(0);
        }
        self.either(options)
    }

    pub(super) fn template(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut parts = Vec::new();
        let mut is_plain = true;
        let quoted = node.span();
        let mut at = quoted.start + 1;
        let mut write = |it: &mut Self, from: u32, to: u32| {
            let place = |at: u32| (at - quoted.start) as usize;
            let text = node.text().get(place(from)..place(to.max(from))).unwrap_or_default();
            is_plain &= text.len() <= MAX_TEXT && !text.contains('\\');
            (!text.is_empty()).then(|| it.add(Expr::Text(text.into())))
        };
        let substitutions: Vec<_> =
            children(node).into_iter().filter(|it| it.kind() == "template_substitution").collect();
        if substitutions.is_empty() {
            let text = string_text(node.text());
            return if text.len() <= MAX_TEXT {
                self.add(Expr::Text(text.into()))
            } else {
                self.literal()
            };
        }
        for part in substitutions {
            parts.extend(write(self, at, part.span().start));
            parts.push(self.each(part, here, READ));
            at = part.span().end;
        }
        parts.extend(write(self, at, quoted.end.saturating_sub(1)));
        match parts[..] {
            _ if !is_plain => self.literal(),
            // `${path}` is the text of one value.
            [_] => self.add(Expr::Joined(parts)),
            _ => self.joined(parts),
        }
    }
}

/// Whether a name is written as those of constants are.
fn is_constant_name(name: &str) -> bool {
    name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
}

fn is_type_syntax(kind: &str) -> bool {
    kind.ends_with("_type")
        || kind.starts_with("type_")
        || matches!(
            kind,
            "formal_parameters"
                | "required_parameter"
                | "optional_parameter"
                | "constraint"
                | "default_type"
                | "call_signature"
                | "rest_pattern"
                | "accessibility_modifier"
        )
}
