//! Packages and imports of a Scala file.

use codd_source::RepoPath;

use super::declarations::Class;
use super::{Unit, Walk, fields, plain_name};
use crate::languages::jvm::test_cases::{is_of_tests, is_suite_base};
use crate::lowering::{Here, READ};
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, ImportItem, Name};

/// Classes of a file, and names of what one extends, that are looked at for a suite.
const MOST_HEADS: usize = 64;

/// What the head of a file says.
pub(super) fn unit(path: &RepoPath, root: Node<'_>) -> Unit {
    let mut unit = Unit { packages: Vec::new(), suites: None };
    for node in children(root) {
        match node.kind() {
            "package_clause" if field(node, "body").is_none() => {
                let own = field(node, "name").map(dotted).unwrap_or_default();
                let whole = match unit.packages.last() {
                    Some(outer) => Name::from(format!("{outer}.{own}")),
                    None => own,
                };
                unit.packages.push(whole);
            }
            "import_declaration" => {
                let path: Vec<&str> = fields(node, "path").into_iter().map(plain_name).collect();
                match path.as_slice() {
                    ["munit", ..] => unit.suites = Some("munit"),
                    ["org", "scalatest", ..] => unit.suites = Some("scalatest"),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    if unit.suites.is_none() {
        // `extends munit.FunSuite`, `extends org.scalatest.funsuite.AnyFunSuite`.
        let framework = |it: Node<'_>| match it.text() {
            _ if it.kind() != "stable_type_identifier" => None,
            name if name.starts_with("munit.") => Some("munit"),
            name if name.starts_with("org.scalatest.") => Some("scalatest"),
            _ => None,
        };
        unit.suites = root.below().find_map(framework);
    }
    // A base of the project's own, which another file has.
    if unit.suites.is_none() && is_of_tests(path) {
        let heads = root.below().filter(|it| it.kind() == "extends_clause");
        let is_suite = heads.take(MOST_HEADS).any(|it| types_of(it).any(is_suite_base));
        unit.suites = is_suite.then_some("scalatest");
    }
    unit
}

/// The names of what a class extends.
fn types_of(clause: Node<'_>) -> impl Iterator<Item = &str> {
    let names = clause.below().filter(|it| it.kind() == "type_identifier");
    names.take(MOST_HEADS).map(Node::text)
}

fn dotted(node: Node<'_>) -> Name {
    let parts: Vec<&str> = children(node).into_iter().map(plain_name).collect();
    if parts.is_empty() { plain_name(node).into() } else { parts.join(".").into() }
}

impl<'t> Walk<'_, 't> {
    pub(super) fn compilation_unit(&mut self, root: Node<'t>, here: Here) {
        for package in self.unit.packages.iter().rev() {
            self.it.open(package.clone());
        }
        let namespace = self.unit.packages.last().cloned().unwrap_or_default();
        self.it.open(namespace.clone());
        let file = Class { namespace: Some(namespace), ..Class::default() };
        self.package_body(root, &file, here);
        self.it.open("scala");
    }

    /// The members of a package, which may hold further packages.
    pub(super) fn package_body(&mut self, body: Node<'t>, class: &Class, here: Here) {
        self.deeper(body, here, |it| {
            for node in children(body) {
                match node.kind() {
                    "package_clause" => it.package(node, class, here),
                    _ => {
                        it.member(node, class, here);
                    }
                }
            }
        });
    }

    fn package(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(body) = field(node, "body") else { return };
        let own = field(node, "name").map(dotted).unwrap_or_default();
        let whole = match class.namespace.as_deref() {
            None | Some("") => own,
            Some(outer) => Name::from(format!("{outer}.{own}")),
        };
        self.it.open(whole.clone());
        let inner = Class { namespace: Some(whole), ..class.clone() };
        self.package_body(body, &inner, here);
    }

    pub(super) fn import(&mut self, node: Node<'t>, here: Here) {
        let path = fields(node, "path");
        let names: Vec<&str> = path.iter().map(|it| plain_name(*it)).collect();
        if let Some(selectors) = child_of_kind(node, "namespace_selectors") {
            for selector in children(selectors) {
                self.selected(&names, &path, selector, node, here);
            }
        } else if let Some(selector) = children(node).into_iter().find(|it| {
            matches!(
                it.kind(),
                "namespace_wildcard" | "as_renamed_identifier" | "arrow_renamed_identifier"
            )
        }) {
            self.selected(&names, &path, selector, node, here);
        } else if let Some((last, outer)) = path.split_last() {
            let outer_names = &names[..outer.len()];
            self.selected(outer_names, outer, *last, node, here);
        }
    }

    /// One thing of what is imported: a name, a renamed one, or all there is.
    fn selected(
        &mut self,
        names: &[&str],
        path: &[Node<'t>],
        selector: Node<'t>,
        at: Node<'t>,
        here: Here,
    ) {
        let module = names.join(".");
        let (name, alias) = match selector.kind() {
            "namespace_wildcard" => {
                // An object of this package may be named without it.
                if names.first().is_some_and(|it| it.starts_with(char::is_uppercase)) {
                    for package in self.unit.packages.iter().rev() {
                        self.it.open(format!("{package}.{module}"));
                    }
                }
                self.it.open(module.clone());
                self.it.import(module, ImportItem::Star, at, here);
                return;
            }
            "arrow_renamed_identifier" | "as_renamed_identifier" => {
                match (field(selector, "name"), field(selector, "alias")) {
                    (Some(name), Some(alias)) if alias.kind() != "wildcard" => (name, alias),
                    _ => return,
                }
            }
            "identifier" | "operator_identifier" | "type_identifier" => (selector, selector),
            _ => return,
        };
        let is_local = names.first().is_some_and(|first| {
            first.starts_with(char::is_uppercase)
                || self.it.builder.bound_so_far(here.scope, &Name::from(*first)).is_some()
        });
        if !is_local {
            let item = ImportItem::Named(plain_name(name).into());
            self.it.import_as(plain_name(alias), module, item, at, here);
            return;
        }
        let mut base = None;
        for part in path {
            base = Some(match base {
                Some(base) => self.it.member_of(base, *part, READ, here),
                None => self.it.named(*part, READ, here),
            });
        }
        let Some(base) = base else { return };
        let value = self.it.member_of(base, name, READ, here);
        self.it.bind(here, plain_name(alias), Bound::Value(value));
    }
}
