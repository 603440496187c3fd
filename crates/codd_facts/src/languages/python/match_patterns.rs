//! `match` statements: what their patterns name and bind.

use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Bound, Expr, ExprId, Name, ReferenceKind};

impl Walk<'_, '_> {
    pub(super) fn match_statement(&mut self, node: NodeId, cx: &Cx) {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let mut subject = self.unknown;
        for child in tree.named_children(node) {
            if tree.field(child) == fields.subject {
                subject = self.expr(child, cx);
                continue;
            }
            for clause in tree.named_children(child) {
                self.case_clause(clause, subject, cx);
            }
        }
    }

    fn case_clause(&mut self, node: NodeId, subject: ExprId, cx: &Cx) {
        let tree = self.tree;
        for child in tree.named_children(node) {
            match self.kind(child) {
                Kind::CasePattern => self.pattern(child, Some(subject), cx),
                _ => self.statement(child, cx),
            }
        }
    }

    /// Lowers a pattern that is matched against `subject`, where that is known.
    fn pattern(&mut self, node: NodeId, subject: Option<ExprId>, cx: &Cx) {
        if cx.is_too_deep() {
            return self.flat(node, cx);
        }
        let cx = &cx.deeper();
        let tree = self.tree;
        match self.kind(node) {
            Kind::CasePattern | Kind::UnionPattern => {
                for child in tree.named_children(node) {
                    self.pattern(child, subject, cx);
                }
            }
            Kind::DottedName if self.text(node).contains('.') => {
                self.dotted_value(node, ReferenceKind::Read, cx);
            }
            Kind::DottedName => {
                self.capture(node, subject.map_or(Bound::Unknown, Bound::Value), cx);
            }
            Kind::ClassPattern => {
                for (at, child) in tree.named_children(node).enumerate() {
                    if at == 0 && self.kind(child) == Kind::DottedName {
                        self.dotted_value(child, ReferenceKind::Type, cx);
                    } else {
                        self.pattern(child, None, cx);
                    }
                }
            }
            Kind::AsPattern => {
                let mut parts = tree.named_children(node);
                let (Some(pattern), Some(alias)) = (parts.next(), parts.next()) else { return };
                self.pattern(pattern, subject, cx);
                let class = tree.below(pattern).find(|it| self.kind(*it) == Kind::ClassPattern);
                let bound = match class.and_then(|it| self.first_named(it)) {
                    Some(class) => Bound::Typed(self.dotted_value(class, ReferenceKind::Type, cx)),
                    None => subject.map_or(Bound::Unknown, Bound::Value),
                };
                self.capture(alias, bound, cx);
            }
            Kind::KeywordPattern => {
                // Its first name is an attribute of the matched object.
                for child in tree.named_children(node).skip(1) {
                    self.pattern(child, None, cx);
                }
            }
            Kind::SplatPattern => {
                if let Some(name) = self.first_named(node) {
                    self.capture(name, Bound::Unknown, cx);
                }
            }
            Kind::Identifier => self.capture(node, Bound::Unknown, cx),
            _ => {
                for child in tree.named_children(node) {
                    self.pattern(child, None, cx);
                }
            }
        }
    }

    fn capture(&mut self, node: NodeId, bound: Bound, cx: &Cx) {
        let name = self.text(node);
        if name != "_" {
            self.builder.bind(cx.scope, Name::new(name), bound);
        }
    }

    fn dotted_value(&mut self, node: NodeId, kind: ReferenceKind, cx: &Cx) -> ExprId {
        let tree = self.tree;
        let parts: Vec<NodeId> = tree.named_children(node).collect();
        let mut current = self.unknown;
        for (at, part) in parts.iter().enumerate() {
            let kind = if at + 1 == parts.len() { kind } else { ReferenceKind::Read };
            if at == 0 {
                current = self.name(*part, kind, None, cx);
                continue;
            }
            let name = Name::new(self.text(*part));
            current = self.builder.expr(Expr::Attribute { base: current, name });
            self.refer(kind, current, *part, None, cx);
        }
        current
    }
}
