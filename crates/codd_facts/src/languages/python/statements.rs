//! Statements with parts of their own: branches, `with`, `except`, `raise`, `global`.

use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::builder::Branch;
use crate::tree::NodeId;
use crate::{Bound, Expr, ExprId, MODULE_SCOPE, Name, ReferenceKind, ScopeId, ScopeKind};

impl Walk<'_, '_> {
    pub(super) fn if_statement(&mut self, node: NodeId, cx: &Cx) {
        let tree = self.tree;
        let mut is_never = false;
        for child in tree.named_children(node) {
            let branch = match (self.kind(child), cx.branch) {
                (_, Branch::Never) => Branch::Never,
                (Kind::Block, _) if is_never => Branch::Never,
                _ => Branch::Maybe,
            };
            is_never |= matches!(self.text(child), "False" | "0" | "None" | "TYPE_CHECKING");
            self.statement(child, &Cx { branch, ..*cx });
        }
    }

    pub(super) fn outer_names(&mut self, node: NodeId, is_global: bool, cx: &Cx) {
        for child in self.tree.named_children(node) {
            let name = Name::new(self.text(child));
            let target = if is_global { MODULE_SCOPE } else { self.enclosing(cx.scope, &name) };
            self.builder.bind(cx.scope, name.clone(), Bound::Outer);
            self.set_from_within.insert((target, name.clone()));
            self.outers.insert((cx.scope, name), target);
        }
    }

    /// The function scope around `scope` that has bound `name` so far.
    fn enclosing(&self, scope: ScopeId, name: &Name) -> ScopeId {
        let semantics = &self.builder.semantics;
        let mut at = semantics.scope(scope).parent;
        while let Some(id) = at {
            let scope = semantics.scope(id);
            let is_function = matches!(scope.kind, ScopeKind::Function | ScopeKind::Block);
            if is_function && self.builder.bound_last(id, name).is_some() {
                return id;
            }
            at = scope.parent;
        }
        scope
    }

    /// `del TABLE["a"]` changes the table.
    pub(super) fn deleted(&mut self, node: NodeId, cx: &Cx) {
        let tree = self.tree;
        let whole = node;
        for child in tree.named_children(node) {
            let targets: Vec<NodeId> = match self.kind(child) {
                Kind::ExpressionList | Kind::Tuple => tree.named_children(child).collect(),
                _ => vec![child],
            };
            for target in targets {
                let is_part = matches!(self.kind(target), Kind::Attribute | Kind::Subscript);
                let kind = if is_part { ReferenceKind::Write } else { ReferenceKind::Read };
                let value = self.expr_as(target, kind, cx);
                if is_part {
                    self.changed_in_place(target, whole, cx);
                }
                if let Expr::Index { base, .. } = self.builder.semantics.expr(value) {
                    let base = *base;
                    self.item_written(base, target, cx);
                }
            }
        }
    }

    pub(super) fn with_item(&mut self, node: NodeId, cx: &Cx) {
        let Some(value) = self.child(node, self.grammar.fields.value) else { return };
        if self.kind(value) != Kind::AsPattern {
            self.expr(value, cx);
            return;
        }
        let mut children = self.tree.named_children(value);
        let (Some(manager), target) = (children.next(), children.next()) else { return };
        let manager = self.expr(manager, cx);
        if let Some(target) = target.and_then(|it| self.first_named(it)) {
            self.assign(target, Bound::Entered(manager), None, cx);
        }
    }

    pub(super) fn except_clause(&mut self, node: NodeId, cx: &Cx) {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let mut caught = Vec::new();
        for child in tree.named_children(node) {
            let field = tree.field(child);
            if field == fields.value && self.kind(child) == Kind::AsPattern {
                let mut parts = tree.named_children(child);
                let (Some(value), target) = (parts.next(), parts.next()) else { continue };
                let value = self.expr(value, cx);
                let kind = self.one_of(value);
                if let Some(target) = target.and_then(|it| self.first_named(it)) {
                    self.assign(target, Bound::Typed(kind), None, cx);
                }
            } else if field == fields.value {
                caught.push(self.expr(child, cx));
            } else if field == fields.alias {
                let kind = caught.last().copied().unwrap_or(self.unknown);
                let kind = self.one_of(kind);
                self.assign(child, Bound::Typed(kind), None, cx);
            } else {
                self.statement(child, cx);
            }
        }
    }

    /// Whether what is raised is named from outside the function: a class, of which raising it
    /// makes an instance, and not a variable that holds one.
    pub(super) fn names_a_class(&self, node: NodeId, cx: &Cx) -> bool {
        let mut root = node;
        while self.kind(root) == Kind::Attribute
            && let Some(object) = self.child(root, self.grammar.fields.object)
        {
            root = object;
        }
        if self.kind(root) != Kind::Identifier {
            return false;
        }
        match self.builder.bound_so_far(cx.scope, &Name::new(self.text(root))) {
            Some((scope, Bound::Definition(_) | Bound::Import(_))) => {
                // A field of an instance that the module holds is not raised by its name.
                scope == MODULE_SCOPE || root == node
            }
            Some((scope, _)) => scope == MODULE_SCOPE && cx.scope == MODULE_SCOPE,
            None => true,
        }
    }

    /// The items of a tuple as alternatives: `except (A, B)`, `isinstance(x, (A, B))`.
    pub(super) fn one_of(&mut self, value: ExprId) -> ExprId {
        match self.builder.semantics.expr(value) {
            Expr::Container { items, .. } => {
                let values = items.iter().map(|item| item.value).collect();
                self.builder.expr(Expr::Either(values))
            }
            _ => value,
        }
    }
}
