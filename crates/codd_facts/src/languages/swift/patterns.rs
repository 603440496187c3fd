//! Patterns: names that are bound to what is taken out of a value.

use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::{Here, READ, TYPE};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, Expr, ExprId};

impl<'t> Walk<'_, 't> {
    /// Binds the names of a pattern that `subject` is taken apart by.
    ///
    /// In conditions the grammar gives the parts of a pattern without a node around them.
    pub(super) fn pattern(
        &mut self,
        nodes: &[Node<'t>],
        subject: Option<ExprId>,
        binds: bool,
        here: Here,
    ) {
        let Some(first) = nodes.first() else { return };
        self.deeper(*first, here, |it| it.pattern_within(nodes, subject, binds, here));
    }

    fn pattern_within(
        &mut self,
        nodes: &[Node<'t>],
        subject: Option<ExprId>,
        binds: bool,
        here: Here,
    ) {
        let mut binds = binds;
        let mut subject = subject;
        // `x as Type`: the type says what is bound before it.
        let at = nodes.iter().position(|it| it.kind() == "as");
        if let Some(of) = at.and_then(|at| nodes[at..].iter().find(|it| is_type(**it))) {
            let of = self.type_of(*of, here);
            subject = Some(self.it.instance_of(of));
        }
        let nodes = &nodes[..at.unwrap_or(nodes.len())];
        let mut case = None;
        let mut place = 0;
        let count = nodes.iter().filter(|it| it.kind() == "pattern").count();
        let mut parts = nodes.iter().enumerate();
        while let Some((at, node)) = parts.next() {
            match node.kind() {
                "value_binding_pattern" => binds = true,
                "pattern" => {
                    let given = match (case, subject) {
                        (Some(of), _) => {
                            let index = place;
                            Some(self.it.add(Expr::Passed { of, index }))
                        }
                        (None, subject) if count == 1 => subject,
                        // Of a pair that a dictionary or `enumerated()` gives, the second.
                        (None, subject) if count == 2 && place == 1 => subject,
                        _ => None,
                    };
                    place += 1;
                    self.pattern(&node.all_children().collect::<Vec<_>>(), given, binds, here);
                }
                "." => {
                    let Some((_, name)) = parts.next() else { return };
                    let named = at.checked_sub(1).map(|it| nodes[it]).filter(|it| is_type(*it));
                    let base = match named {
                        Some(of) => self.type_of(of, here),
                        None => subject.unwrap_or_else(|| self.it.unknown()),
                    };
                    let target = self.it.attribute(base, plain_name(*name));
                    self.it.refer(target, *name, READ, here);
                    case = Some(target);
                }
                "simple_identifier" => {
                    let is_label = nodes.get(at + 1).is_some_and(|it| it.kind() == ":");
                    let is_bound = binds || node.field_name() == "bound_identifier";
                    if is_label {
                        continue;
                    }
                    if is_bound {
                        let bound = subject.map_or(Bound::Unknown, Bound::Value);
                        self.it.bind(here, plain_name(*node), bound);
                    } else {
                        self.expression(*node, READ, here);
                    }
                }
                "is" => {
                    if let Some((_, of)) = parts.next().filter(|(_, it)| is_type(**it)) {
                        self.type_of(*of, here);
                    }
                }
                "wildcard_pattern" | "case" => {}
                // A case of it follows.
                _ if is_type(*node) && nodes.get(at + 1).is_some_and(|it| it.kind() == ".") => {}
                _ if is_type(*node) => {
                    self.type_of(*node, here);
                }
                _ if node.is_named() => {
                    self.expected = subject;
                    self.expression(*node, READ, here);
                    self.expected = None;
                }
                _ => {}
            }
        }
    }

    /// `for item in items`.
    pub(super) fn for_loop(&mut self, node: Node<'t>, here: Here) {
        let collection = field(node, "collection");
        let value = collection.map(|it| self.expression(it, READ, here));
        let inside = self.it.block(here);
        if let Some(item) = field(node, "item") {
            let names = children(item);
            let declared = child_of_kind(node, "type_annotation");
            match (names.as_slice(), value) {
                ([name], Some(value)) if name.kind() == "simple_identifier" => {
                    self.it.bind(inside, plain_name(*name), Bound::Element(value));
                    if let Some(of) = declared {
                        let of = self.first_type(of, TYPE, inside);
                        self.it.bind(inside, plain_name(*name), Bound::Typed(of));
                    }
                }
                _ => {
                    let of = value.map(|it| self.it.index(it, None));
                    self.pattern(&item.all_children().collect::<Vec<_>>(), of, true, inside);
                }
            }
        }
        for part in children(node) {
            match part.kind() {
                "where_clause" => {
                    for it in children(part) {
                        self.statement(it, inside);
                    }
                }
                "statements" => {
                    self.statements(part, inside);
                }
                _ => {}
            }
        }
    }
}
