//! Patterns: the types and values they compare with, and the names they bind.

use super::{Walk, fields, plain_name};
use crate::lowering::{Here, READ, TYPE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, ExprId};

/// Methods by which an object takes a value apart.
const EXTRACTING: [&str; 2] = ["unapply", "unapplySeq"];

impl<'t> Walk<'_, 't> {
    /// Walks a pattern; `value` is what is taken apart, where it is known.
    pub(super) fn pattern(&mut self, node: Node<'t>, value: Option<ExprId>, here: Here) {
        self.deeper(node, here, |it| it.pattern_within(node, value, here));
    }

    fn pattern_within(&mut self, node: Node<'t>, value: Option<ExprId>, here: Here) {
        match node.kind() {
            "identifier" | "operator_identifier" => {
                if node.text().starts_with(char::is_uppercase) || node.text().starts_with('`') {
                    // A constant.
                    let target = self.it.name(here.scope, plain_name(node));
                    self.it.refer(target, node, READ, here);
                } else {
                    let bound = value.map_or(Bound::Unknown, Bound::Value);
                    self.it.bind(here, node.text(), bound);
                }
            }
            "typed_pattern" => {
                let declared = field(node, "type").map(|it| self.type_of(it, here));
                let pattern = field(node, "pattern").filter(|it| it.kind() == "identifier");
                match (pattern, declared) {
                    (Some(name), Some(declared)) => {
                        self.it.bind(here, plain_name(name), Bound::Typed(declared));
                    }
                    _ => {
                        if let Some(pattern) = field(node, "pattern") {
                            self.pattern(pattern, None, here);
                        }
                    }
                }
            }
            "capture_pattern" => {
                let inner = field(node, "pattern");
                let of = inner.and_then(|it| field(it, "type"));
                if let Some(inner) = inner {
                    self.pattern(inner, value, here);
                }
                if let Some(name) = field(node, "name").filter(|it| it.kind() == "identifier") {
                    let bound = match of {
                        Some(of) => {
                            let (of, _) = self.named_type(of, TYPE, here);
                            Bound::Typed(of)
                        }
                        None => value.map_or(Bound::Unknown, Bound::Value),
                    };
                    self.it.bind(here, plain_name(name), bound);
                }
            }
            "case_class_pattern" => {
                if let Some(of) = field(node, "type") {
                    let (extractor, _) = self.named_type(of, TYPE, here);
                    let given = self.extracted(extractor, of, here);
                    // `Some(x)` holds an item of what is taken apart.
                    let holds = matches!(of.text(), "Some" | "Success" | "Right");
                    let inner = value.filter(|_| holds).map(|it| {
                        let get = self.it.attribute(it, "get");
                        self.it.call(get, Vec::new())
                    });
                    let patterns = fields(node, "pattern");
                    let inner = inner.or(given.filter(|_| patterns.len() == 1));
                    for pattern in patterns {
                        self.pattern(pattern, inner, here);
                    }
                }
            }
            "stable_identifier" => {
                let mut base = None;
                for part in children(node) {
                    base = Some(match base {
                        Some(base) => self.it.member_of(base, part, READ, here),
                        None => self.it.named(part, READ, here),
                    });
                }
            }
            "given_pattern" => {
                if let Some(of) = field(node, "type") {
                    self.type_of(of, here);
                }
            }
            "wildcard"
            | "string"
            | "integer_literal"
            | "boolean_literal"
            | "null_literal"
            | "character_literal"
            | "floating_point_literal"
            | "unit" => {}
            "infix_pattern" => {
                for side in ["left", "right"].iter().filter_map(|it| field(node, it)) {
                    self.pattern(side, None, here);
                }
            }
            "interpolated_string_expression" => {
                self.expression(node, READ, here);
            }
            _ => {
                for it in children(node) {
                    self.pattern(it, None, here);
                }
            }
        }
    }

    /// What an object that takes values apart gives, `case Ex(it)`: it is called for that, if it
    /// says how.
    fn extracted(&mut self, extractor: ExprId, at: Node<'t>, here: Here) -> Option<ExprId> {
        let owner = here.owner?;
        for name in EXTRACTING {
            let method = self.it.attribute(extractor, name);
            self.it.implied_call(owner, method, at.span());
        }
        let method = self.it.attribute(extractor, EXTRACTING[0]);
        let given = self.it.call(method, Vec::new());
        let get = self.it.attribute(given, "get");
        Some(self.it.call(get, Vec::new()))
    }

    /// `case pattern if guard => body`, of each case; gives what the bodies give.
    pub(super) fn cases(&mut self, block: Node<'t>, value: Option<ExprId>, here: Here) -> ExprId {
        let mut values = Vec::new();
        for clause in children(block) {
            if clause.kind() != "case_clause" {
                self.expression(clause, READ, here);
                continue;
            }
            let inside = self.it.block(here);
            if let Some(pattern) = field(clause, "pattern") {
                self.pattern(pattern, value, inside);
            }
            if let Some(guard) = child_of_kind(clause, "guard") {
                self.expression(guard, READ, inside);
            }
            let mut last = None;
            for body in fields(clause, "body") {
                last = self.member(body, &super::declarations::Class::default(), inside);
            }
            values.extend(last);
        }
        self.it.either(values)
    }
}
