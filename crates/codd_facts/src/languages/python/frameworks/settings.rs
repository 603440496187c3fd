//! Settings of Django that name what runs before all routes.

use super::super::walk::{Cx, Walk};
use crate::{
    Bound, DefinitionKind, Expr, ExprId, Import, ImportItem, ImportRequest, MODULE_SCOPE, Name,
    RouteHook,
};

const MIDDLEWARE: &str = "MIDDLEWARE";

/// What Django calls of a middleware before a view.
const BEFORE_VIEWS: &[&str] = &["__call__", "process_request", "process_view"];

/// Middleware that is read of one list, and names of one path.
const MOST: usize = 256;
const MAX_PARTS: usize = 16;

impl Walk<'_, '_> {
    /// `MIDDLEWARE += […]`.
    pub(in super::super) fn framework_added(&mut self, name: &str, value: ExprId, cx: &Cx) {
        if name == MIDDLEWARE {
            self.frameworks.added.push(value);
        }
        self.list_added(name, value, cx);
    }

    /// `MIDDLEWARE = ["shop.auth.Guard"]`.
    pub(super) fn finish_middleware(&mut self) {
        let semantics = &self.builder.semantics;
        let variable = semantics.definitions.iter().position(|it| {
            it.kind == DefinitionKind::Variable && it.scope == MODULE_SCOPE && it.name == MIDDLEWARE
        });
        let Some(variable) = variable else { return };
        let values = semantics.scope(MODULE_SCOPE).bindings_of(MIDDLEWARE).iter();
        let values: Vec<ExprId> = values
            .filter_map(|it| match it.bound {
                Bound::Value(value) => Some(value),
                Bound::Definition(id) => semantics.definition(id).value,
                _ => None,
            })
            .collect();
        let value = semantics.definitions[variable].value;
        let Some(Expr::Container { items, .. }) = value.map(|it| semantics.expr(it)) else {
            return;
        };
        let added = &self.frameworks.added;
        let is_rebound = values.iter().any(|it| Some(*it) != value && !added.contains(it));
        let texts: Vec<Name> = items
            .iter()
            .take(MOST)
            .filter_map(|it| match semantics.expr(it.value) {
                Expr::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        let is_conditional = is_rebound || self.is_taken_out(MIDDLEWARE);
        for text in texts {
            let Some(class) = self.dotted_path(&text) else { continue };
            let mut functions = vec![class];
            for name in BEFORE_VIEWS {
                let name = Name::new_static(name);
                functions.push(self.builder.expr(Expr::Attribute { base: class, name }));
            }
            for function in functions {
                self.builder.route_hook(RouteHook::global(function, is_conditional));
            }
        }
    }

    /// Whether something is taken out of a list of the module.
    fn is_taken_out(&self, list: &str) -> bool {
        let semantics = &self.builder.semantics;
        semantics.exprs.iter().any(|it| {
            let Expr::Call { callee, .. } = it else { return false };
            let Expr::Attribute { base, name } = semantics.expr(*callee) else { return false };
            matches!(name.as_str(), "clear" | "pop" | "remove")
                && matches!(semantics.expr(*base), Expr::Name { name, .. } if name == list)
        })
    }

    /// What `a.b.C` stands for.
    pub(super) fn dotted_path(&mut self, text: &str) -> Option<ExprId> {
        let mut parts = text.split('.');
        let root = Name::new(parts.next()?);
        let request = ImportRequest { module: root, level: 0 };
        let import = Import { request, item: ImportItem::Module, owner: None, is_implied: true };
        let span = self.tree.span(crate::tree::SyntaxTree::ROOT);
        let import = self.builder.import(import, span);
        let mut at = self.builder.expr(Expr::Import(import));
        let rest: Vec<&str> = parts.collect();
        if rest.is_empty() || rest.len() > MAX_PARTS {
            return None;
        }
        for part in rest {
            at = self.builder.expr(Expr::Attribute { base: at, name: Name::new(part) });
        }
        Some(at)
    }
}
