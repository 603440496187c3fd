//! Controllers of Laravel that routes name by texts, below the namespaces of the groups around.

use super::Walk;
use super::expressions::string_text;
use crate::lowering::Here;
use crate::node::Node;
use crate::{Expr, ExprId};

/// What the project's provider of routes puts before all of them, unless it was told otherwise.
const CONTROLLERS: &str = "App.Http.Controllers";

/// The namespace of a group, as far as the file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Namespace {
    /// Dotted.
    name: String,
    /// Nothing stands before it.
    is_full: bool,
    /// A part of it is computed.
    is_open: bool,
}

impl Namespace {
    /// What `->namespace(…)` and `['namespace' => …]` say.
    pub(super) fn of(node: Node<'_>) -> Namespace {
        match string_text(node) {
            Some(text) => {
                Namespace { name: dotted(&text), is_full: text.starts_with('\\'), is_open: false }
            }
            // That of the provider, which is where controllers are anyway; none at all.
            None if matches!(node.text(), "$this->namespace" | "null") => Namespace::default(),
            None => Namespace { is_open: true, ..Namespace::default() },
        }
    }

    /// A namespace that is written in this one.
    pub(super) fn inner(&self, own: &Namespace) -> Namespace {
        if own.is_full {
            return own.clone();
        }
        Namespace {
            name: below(&self.name, &own.name),
            is_full: self.is_full,
            is_open: self.is_open || own.is_open,
        }
    }

    /// The full names that a class may have which is written so.
    fn names(&self, class: &str) -> Vec<String> {
        let own = dotted(class);
        if class.starts_with('\\') {
            return vec![own];
        }
        let inner = below(&self.name, &own);
        let mut found = if self.is_full {
            vec![inner]
        } else {
            // Since Laravel 8, no provider says where controllers are.
            let default = below(CONTROLLERS, &inner);
            if inner.contains('.') { vec![default, inner] } else { vec![default] }
        };
        // What says all of it already, nothing is put before.
        let is_whole = [self.name.as_str(), CONTROLLERS]
            .iter()
            .any(|it| !it.is_empty() && own.strip_prefix(it).is_some_and(|it| it.starts_with('.')));
        if is_whole && !found.contains(&own) {
            found.push(own);
        }
        found
    }
}

impl<'t> Walk<'_, 't> {
    /// The controller that an argument is: a class, or its name as a text.
    pub(super) fn controller(
        &mut self,
        node: Node<'t>,
        namespace: &Namespace,
        here: Here,
    ) -> ExprId {
        match string_text(node) {
            Some(name) => self.controller_named(&name, namespace, node, here),
            None => self.expr(node, here),
        }
    }

    pub(super) fn controller_named(
        &mut self,
        class: &str,
        namespace: &Namespace,
        at: Node<'t>,
        here: Here,
    ) -> ExprId {
        let names = namespace.names(class);
        let mut found: Vec<ExprId> = names.iter().map(|it| self.absolute(it, at, here)).collect();
        if namespace.is_open && !class.starts_with('\\') {
            found.push(self.unknown());
        }
        match found[..] {
            [only] => only,
            _ => self.add(Expr::Either(found)),
        }
    }

    /// A method of a controller, whichever of its names is the one that it has.
    pub(super) fn action_of(&mut self, class: ExprId, method: &str) -> ExprId {
        match self.semantics().expr(class).clone() {
            Expr::Either(classes) => {
                let all = classes.into_iter().map(|it| self.attribute(it, method)).collect();
                self.add(Expr::Either(all))
            }
            _ => self.attribute(class, method),
        }
    }

    /// The class whose method answers a route.
    pub(super) fn controller_of(&mut self, handler: ExprId) -> Option<ExprId> {
        match self.semantics().expr(handler) {
            Expr::Attribute { base, .. } => Some(*base),
            Expr::Either(all) => {
                let classes = all.iter().filter_map(|it| match self.semantics().expr(*it) {
                    Expr::Attribute { base, .. } => Some(*base),
                    _ => None,
                });
                let classes = classes.collect();
                Some(self.add(Expr::Either(classes)))
            }
            _ => None,
        }
    }
}

fn dotted(name: &str) -> String {
    name.trim_matches('\\').replace('\\', ".")
}

fn below(outer: &str, inner: &str) -> String {
    match (outer.is_empty(), inner.is_empty()) {
        (true, _) => inner.to_owned(),
        (_, true) => outer.to_owned(),
        _ => format!("{outer}.{inner}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namespace(name: &str, is_full: bool) -> Namespace {
        Namespace { name: name.to_owned(), is_full, is_open: false }
    }

    #[test]
    fn what_a_text_names_below_the_groups_around() {
        let names = |outer: &Namespace, class: &str| outer.names(class).join(" ");
        let none = Namespace::default();
        assert_eq!(names(&none, "C"), "App.Http.Controllers.C");
        assert_eq!(names(&none, "\\Api\\C"), "Api.C");
        assert_eq!(names(&none, "Api\\C"), "App.Http.Controllers.Api.C Api.C");
        let api = none.inner(&namespace("Api", false));
        assert_eq!(names(&api, "C"), "App.Http.Controllers.Api.C Api.C");
        let inner = api.inner(&namespace("V1", false));
        assert_eq!(names(&inner, "C"), "App.Http.Controllers.Api.V1.C Api.V1.C");
        let full = api.inner(&namespace("Other", true));
        assert_eq!(names(&full, "C"), "Other.C");
        assert_eq!(names(&full, "Other\\C"), "Other.Other.C Other.C");
        assert_eq!(
            names(&none, "App\\Http\\Controllers\\C"),
            "App.Http.Controllers.App.Http.Controllers.C App.Http.Controllers.C"
        );
    }
}
