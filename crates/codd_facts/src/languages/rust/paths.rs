//! Paths, `use` declarations, and the words in them that stand for modules.
//!
//! A path is a name with attributes; what a name that nothing binds stands for, the module
//! system says: `crate`, `super`, another crate.

use super::walk::Walk;
use crate::lowering::{Here, TYPE, Use};
use crate::node::{Node, children, field};
use crate::{Bound, Expr, ExprId, Name};

/// The root module of the crate.
pub(super) const ROOT: &str = "crate";
/// The module of the file, whatever the parameter `self` is.
pub(super) const OWN: &str = "self::";
/// The module around that of the file; once more for each further one.
pub(super) const SUPER: &str = "super::";
/// Before the name of another crate, where something else may have that name.
pub(super) const OUTSIDE: &str = "::";
/// Before the name of a module that has a file of its own.
pub(super) const CHILD: &str = "mod ";
/// Before the path of a module's file, where it is said.
pub(super) const FILE: &str = "file ";

/// What a scope binds the module under whose names it sees: `use module::*`.
pub(super) const GLOB: &str = "*";

impl<'t> Walk<'_, 't> {
    /// A path in an expression, pattern or type; its segments but the last are types and
    /// modules.
    pub(super) fn path(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        if !self.enter(node, here) {
            return self.unknown();
        }
        let value = self.path_inside(node, usage, here);
        self.leave();
        value
    }

    fn path_inside(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        match node.kind() {
            "identifier" | "type_identifier" if node.text() == "Self" => {
                self.name(here.scope, "Self")
            }
            "identifier" | "type_identifier" | "shorthand_field_identifier" | "metavariable" => {
                self.named(node, usage, here)
            }
            "self" | "super" | "crate" => self.module_word(node, here),
            "scoped_identifier" | "scoped_type_identifier" => {
                let Some(name) = field(node, "name") else { return self.unknown() };
                let Some(base) = field(node, "path") else {
                    let target = self.name(here.scope, format!("{OUTSIDE}{}", name.text()));
                    return target;
                };
                if base.kind() == "bracketed_type" {
                    return self.qualified(base, name, usage, here);
                }
                if name.kind() == "super" {
                    return self.module_word(node, here);
                }
                if matches!(base.kind(), "identifier" | "type_identifier") {
                    self.note_root(base, here);
                }
                let base = self.path(base, TYPE, here);
                self.member_of(base, name, usage, here)
            }
            "generic_type" | "generic_function" => {
                if let Some(arguments) = field(node, "type_arguments") {
                    self.type_arguments(arguments, here);
                }
                match field(node, "type").or_else(|| field(node, "function")) {
                    Some(inner) => self.path(inner, usage, here),
                    None => self.unknown(),
                }
            }
            _ => self.type_expr(node, here),
        }
    }

    /// `<T as Trait>::name`: what the type's implementation of the trait has.
    fn qualified(&mut self, base: Node<'t>, name: Node<'t>, usage: Use, here: Here) -> ExprId {
        let Some(inner) = base.first_child() else { return self.unknown() };
        if inner.kind() != "qualified_type" {
            let base = self.type_expr(inner, here);
            return self.member_of(base, name, usage, here);
        }
        let (Some(of), Some(through)) = (field(inner, "type"), field(inner, "alias")) else {
            return self.unknown();
        };
        let of = self.type_expr(of, here);
        let by = self.type_expr(through, here);
        let own = match last_segment(through) {
            Some(last) => self.attribute(of, through_trait(last.text(), name.text())),
            None => self.unknown(),
        };
        let general = self.attribute(by, name.text());
        let target = self.either(vec![own, general]);
        self.refer(target, name, usage, here);
        target
    }

    /// `self`, `super` and `crate` in a path, and `super::super`.
    fn module_word(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let text: String = node.text().chars().filter(|it| !it.is_whitespace()).collect();
        let levels = text.split("::").filter(|it| *it == "super").count();
        if text.starts_with(ROOT) {
            return self.name(here.scope, ROOT);
        }
        self.module_above(levels, here)
    }

    /// The module that many levels above the one around.
    pub(super) fn module_above(&mut self, levels: usize, here: Here) -> ExprId {
        let inline = self.inline.len();
        if levels > inline {
            let name = SUPER.repeat(levels - inline);
            return self.name(here.scope, name);
        }
        let mut at = self.name(here.scope, OWN);
        for name in self.inline.clone().into_iter().take(inline - levels) {
            at = self.attribute(at, name);
        }
        at
    }

    pub(super) fn use_declaration(&mut self, node: Node<'t>, here: Here) {
        if let Some(argument) = field(node, "argument") {
            self.use_tree(argument, None, here);
        }
    }

    fn use_tree(&mut self, node: Node<'t>, base: Option<ExprId>, here: Here) {
        if !self.enter(node, here) {
            return;
        }
        match node.kind() {
            "use_list" => {
                for child in children(node) {
                    self.use_tree(child, base, here);
                }
            }
            "scoped_use_list" => {
                let base = match field(node, "path") {
                    Some(path) => Some(self.use_path(path, base, "", here)),
                    None => base,
                };
                if let Some(list) = field(node, "list") {
                    self.use_tree(list, base, here);
                }
            }
            "use_wildcard" => {
                let of = match node.first_child() {
                    Some(path) => self.use_path(path, base, "", here),
                    None => match base {
                        Some(base) => base,
                        None => self.name(here.scope, OWN),
                    },
                };
                self.bind(here, GLOB, Bound::Alias(of));
            }
            "use_as_clause" => {
                if let (Some(path), Some(alias)) = (field(node, "path"), field(node, "alias")) {
                    let value = self.use_path(path, base, alias.text(), here);
                    if alias.text() != "_" {
                        self.bind_use(alias.text(), value, here);
                    }
                }
            }
            // `use a::{self}`
            "self" => {
                if let Some(base) = base
                    && let Some(name) = last_name(self.semantics(), base)
                {
                    self.bind_use(&name, base, here);
                }
            }
            _ => {
                let Some(last) = last_segment(node) else { return self.leave() };
                let value = self.use_path(node, base, last.text(), here);
                self.bind_use(last.text(), value, here);
            }
        }
        self.leave();
    }

    fn bind_use(&mut self, name: &str, value: ExprId, here: Here) {
        self.bind(here, name, Bound::Alias(value));
        // Macros have names of their own.
        if let Expr::Attribute { base, .. } = *self.semantics().expr(value) {
            let value = self.attribute(base, format!("{name}!"));
            self.bind(here, format!("{name}!"), Bound::Alias(value));
        }
    }

    /// A path below `base`; `bound` is the name that it will be known by.
    ///
    /// Its segments are walked in a loop: a path may have as many as its file has room for.
    fn use_path(
        &mut self,
        node: Node<'t>,
        base: Option<ExprId>,
        bound: &str,
        here: Here,
    ) -> ExprId {
        let mut first = node;
        let mut later = Vec::new();
        while first.kind() == "scoped_identifier" {
            let Some(name) = field(first, "name") else { break };
            if name.kind() == "super" {
                break;
            }
            later.push(name);
            match field(first, "path") {
                Some(path) => first = path,
                None => break,
            }
        }
        let mut value = match later.last() {
            // `::name`: the path has no further segment before it.
            Some(name) if field(first, "name") == Some(*name) => {
                let name = later.pop().map_or("", Node::text);
                self.name(here.scope, format!("{OUTSIDE}{name}"))
            }
            _ => self.first_of_use(first, base, bound, here),
        };
        for name in later.into_iter().rev() {
            value = self.used_member(value, name, here);
        }
        value
    }

    /// What a path begins with.
    fn first_of_use(
        &mut self,
        node: Node<'t>,
        base: Option<ExprId>,
        bound: &str,
        here: Here,
    ) -> ExprId {
        match (node.kind(), base) {
            ("identifier", None) => {
                self.note_root(node, here);
                let name = self.name(here.scope, node.text());
                let outside = self.name(here.scope, format!("{OUTSIDE}{}", node.text()));
                if node.text() == bound {
                    return outside;
                }
                self.refer(name, node, TYPE, here);
                if self.used_as.contains(node.text()) {
                    return self.either(vec![name, outside]);
                }
                name
            }
            ("identifier", Some(base)) => self.used_member(base, node, here),
            // `super::super`
            ("scoped_identifier", _) if field(node, "name").is_some() => {
                self.module_word(node, here)
            }
            ("self" | "super" | "crate", None) => self.module_word(node, here),
            _ => self.unknown(),
        }
    }

    /// A name of a module, which may be that of a macro.
    fn used_member(&mut self, base: ExprId, name: Node<'t>, here: Here) -> ExprId {
        let target = self.attribute(base, name.text());
        if name.text().starts_with(char::is_lowercase) {
            let spelled = self.attribute(base, format!("{}!", name.text()));
            let either = self.either(vec![target, spelled]);
            self.refer(either, name, TYPE, here);
        } else {
            self.refer(target, name, TYPE, here);
        }
        target
    }

    /// Notes that a name may be that of another crate.
    pub(super) fn note_root(&mut self, name: Node<'t>, here: Here) {
        if name.text().starts_with(|it: char| it.is_ascii_lowercase()) {
            let is_new = self.roots_seen.insert((here.owner, name.text()));
            if is_new {
                self.roots.push((name, here));
            }
        }
    }
}

/// The name under which a type has a method of a trait, beside the plain one.
pub(super) fn through_trait(name_of_trait: &str, method: &str) -> Name {
    Name::new(format!("{name_of_trait}::{method}"))
}

/// The last name of a path or type.
pub(super) fn last_segment(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    for _ in 0..16 {
        match at.kind() {
            "identifier" | "type_identifier" | "primitive_type" => return Some(at),
            "scoped_identifier" | "scoped_type_identifier" => at = field(at, "name")?,
            "generic_type" | "reference_type" | "generic_function" => {
                at = field(at, "type").or_else(|| field(at, "function"))?;
            }
            "dynamic_type" | "abstract_type" => at = field(at, "trait")?,
            "bounded_type" | "higher_ranked_trait_bound" => {
                at = field(at, "type").or_else(|| at.first_child())?;
            }
            _ => return None,
        }
    }
    None
}

/// The last name of what a path stands for.
pub(super) fn last_name(semantics: &crate::Semantics, expr: ExprId) -> Option<Name> {
    match semantics.expr(expr) {
        Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
            Some(Name::new(name.trim_start_matches(':')))
        }
        Expr::Index { base, .. } => match semantics.expr(*base) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => Some(name.clone()),
            _ => None,
        },
        Expr::Either(all) => match semantics.expr(*all.first()?) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}
