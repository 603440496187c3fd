//! Macros: their definitions, and what is plainly named among the tokens they are given.
//!
//! What a macro makes of its tokens is not known. Most take expressions: paths, calls and
//! chains of methods among the tokens are read as if they stood there.

use super::paths::{FILE, GLOB};
use super::walk::Walk;
use crate::lowering::{CALL, Here, New, READ, TYPE, This, Use};
use crate::node::{Node, children, field};
use crate::{
    Argument, Bound, ContainerKind, DefinitionFlags, DefinitionKind, ExprId, ImportItem, Item,
    Name, Offer,
};

/// The namespace in which macros are seen from other files.
pub(super) const MACROS: &str = "macro";

/// Tokens after which a name is declared and not used.
const DECLARING: &[&str] = &[
    "const",
    "enum",
    "fn",
    "let",
    "macro_rules",
    "mod",
    "mut",
    "ref",
    "static",
    "struct",
    "trait",
    "type",
];

impl<'t> Walk<'_, 't> {
    pub(super) fn macro_definition(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let rules: Vec<Node<'t>> =
            children(node).into_iter().filter(|it| it.kind() == "macro_rule").collect();
        let attributes = self.attributes.get(&node.id.0).cloned().unwrap_or_default();
        let is_exported = attributes.iter().any(|it| it.text().contains("macro_export"));
        let flags = DefinitionFlags { is_private: !is_exported, ..Default::default() };
        let mut new = New::of(DefinitionKind::Function, node, name, None)
            .decorated_with(attributes)
            .with(flags);
        new.shape = Vec::new();
        new.body.clone_from(&rules);
        let id = self.define(new, here);
        let spelled = Name::new(format!("{}!", name.text()));
        self.bind(here, spelled.clone(), Bound::Definition(id));
        let namespace = Name::new_static(MACROS);
        let offer = Offer { namespace, name: spelled, definition: id };
        self.lowering.builder.semantics.offers.push(offer);
        let inside = self.function_body(id, here);
        for rule in rules {
            if let Some(right) = field(rule, "right") {
                if makes_items(right) {
                    self.not_modelled("items that a macro makes");
                }
                self.tokens(right, inside);
            }
        }
    }

    pub(super) fn macro_invocation(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(path) = field(node, "macro") else { return self.unknown() };
        let Some(name) = super::paths::last_segment(path) else { return self.unknown() };
        let target = self.name(here.scope, format!("{}!", name.text()));
        self.refer(target, name, CALL, here);
        if path.kind() == "scoped_identifier"
            && let Some(base) = field(path, "path")
            && base.kind() == "identifier"
        {
            self.note_root(base, here);
        }
        let tree = children(node).into_iter().find(|it| it.kind() == "token_tree");
        if let (Some(tree), "include") = (tree, name.text()) {
            return self.included(node, tree, here);
        }
        if let (Some(tree), "proptest") = (tree, name.text())
            && self.property_tests(tree, here)
        {
            return self.unknown();
        }
        let values = tree.map(|it| self.tokens(it, here)).unwrap_or_default();
        self.macro_value(name.text(), values)
    }

    /// `include!("x.rs")`: the names of another file are seen here.
    fn included(&mut self, node: Node<'t>, tree: Node<'t>, here: Here) -> ExprId {
        let path = children(tree).first().copied().and_then(super::expressions::text_of);
        let Some(path) = path.filter(|it| it.ends_with(".rs")) else {
            self.not_modelled("include of a computed path");
            return self.unknown();
        };
        let id = self.import(format!("{FILE}{path}"), ImportItem::Module, node, here);
        let module = self.import_value(id);
        self.bind(here, GLOB, Bound::Alias(module));
        self.unknown()
    }

    /// The tests that `proptest! { #[test] fn name(x in any()) { … } }` declares; whether there
    /// are any.
    fn property_tests(&mut self, tree: Node<'t>, here: Here) -> bool {
        let all: Vec<Node<'t>> = tree.all_children().collect();
        let mut has_any = false;
        for at in 1..all.len() {
            let Some(&[attribute, word, name, parameters, body]) = all.get(at - 1..at + 4) else {
                break;
            };
            let is_test = word.text() == "fn"
                && attribute.text().ends_with("test]")
                && name.kind() == "identifier"
                && body.kind() == "token_tree";
            if !is_test {
                continue;
            }
            has_any = true;
            let mut new = New::of(DefinitionKind::Function, body, name, Some(body));
            new.shape = vec![parameters];
            let id = self.define_bound(new, here);
            let around = Here { this: This::Unknown, class: None, initialises: None, ..here };
            let inside = self.function_body(id, around);
            self.tokens(parameters, inside);
            self.tokens(body, inside);
            self.test_named(id);
        }
        has_any
    }

    fn macro_value(&mut self, name: &str, values: Vec<ExprId>) -> ExprId {
        match name {
            "vec" | "smallvec" | "routes" => {
                let items = values.into_iter().map(|value| Item { key: None, value }).collect();
                self.container(ContainerKind::Sequence, items)
            }
            "dbg" | "ready" | "try" => match values.first() {
                Some(first) => *first,
                None => self.literal(),
            },
            "format" | "println" | "eprintln" | "print" | "write" | "writeln" | "matches"
            | "assert" | "assert_eq" | "assert_ne" | "panic" | "concat" | "stringify" | "env" => {
                self.literal()
            }
            _ => self.unknown(),
        }
    }

    /// What is named among tokens; the values of what commas part.
    pub(super) fn tokens(&mut self, tree: Node<'t>, here: Here) -> Vec<ExprId> {
        if !self.enter(tree, here) {
            return Vec::new();
        }
        let all: Vec<Node<'t>> = tree.all_children().collect();
        let mut values = Vec::new();
        let mut value = None;
        let mut at = 0;
        while let Some(token) = all.get(at) {
            match token.kind() {
                "identifier" | "self" | "crate" | "super" => {
                    let before = at.checked_sub(1).map_or("", |it| all[it].text());
                    if DECLARING.contains(&before) && token.kind() == "identifier" {
                        at += 1;
                        continue;
                    }
                    let (given, next) = self.token_chain(&all, at, here);
                    value = given.or(value);
                    at = next.max(at + 1);
                    continue;
                }
                "token_tree" | "token_repetition" => {
                    let inner = self.tokens(*token, here);
                    value = value.or(inner.last().copied());
                }
                "," | ";" => values.extend(value.take()),
                _ => {}
            }
            at += 1;
        }
        values.extend(value);
        self.leave();
        values
    }

    /// A path among tokens with the calls and fields behind it; gives the place behind it.
    fn token_chain(
        &mut self,
        all: &[Node<'t>],
        start: usize,
        here: Here,
    ) -> (Option<ExprId>, usize) {
        let kind = |at: usize| all.get(at).map_or("", |it| it.kind());
        let mut at = start;
        let mut segments = vec![all[at]];
        while kind(at + 1) == "::" && matches!(kind(at + 2), "identifier" | "super") {
            at += 2;
            segments.push(all[at]);
        }
        at += 1;
        let last = segments[segments.len() - 1];
        if kind(at) == "!" && kind(at + 1) == "token_tree" {
            let target = self.name(here.scope, format!("{}!", last.text()));
            self.refer(target, last, CALL, here);
            let values = self.tokens(all[at + 1], here);
            return (Some(self.macro_value(last.text(), values)), at + 2);
        }
        // A field's name, a parameter's, a named argument's.
        let is_named = segments.len() == 1
            && last.kind() == "identifier"
            && (kind(at) == ":" || kind(at) == "=" && kind(at + 1) != "=")
            && !last.text().starts_with(char::is_uppercase);
        if is_named {
            return (None, at);
        }
        let usage = self.token_usage(all, at, last);
        let mut value = self.token_path(&segments, usage, here);
        while at < all.len() {
            let opens = all[at].text().as_bytes().first().copied();
            match (kind(at), opens) {
                ("token_tree", Some(b'(')) => {
                    let values = self.tokens(all[at], here);
                    let arguments = values.into_iter().map(Argument::plain).collect();
                    value = self.call(value, arguments);
                    at += 1;
                }
                ("token_tree", Some(b'[')) => {
                    self.tokens(all[at], here);
                    value = self.index(value, None);
                    at += 1;
                }
                ("?", _) => {
                    value = self.index(value, None);
                    at += 1;
                }
                (".", _) if kind(at + 1) == "identifier" => {
                    let usage = match self.token_usage(all, at + 2, all[at + 1]) {
                        // The tokens of the arguments say how many there are.
                        Use::Called(_) => Use::Called(all.get(at + 2).map(|it| count(*it))),
                        usage @ Use::Kind(_) => usage,
                    };
                    value = self.member_of(value, all[at + 1], usage, here);
                    at += 2;
                }
                (".", _) if kind(at + 1) == "integer_literal" => {
                    value = self.attribute(value, all[at + 1].text());
                    at += 2;
                }
                (".", _) if kind(at + 1) == "await" => at += 2,
                _ => break,
            }
        }
        (Some(value), at)
    }

    fn token_usage(&self, all: &[Node<'t>], at: usize, name: Node<'t>) -> Use {
        let Some(next) = all.get(at).filter(|it| it.kind() == "token_tree") else { return READ };
        match next.text().as_bytes().first() {
            Some(b'(') => CALL,
            Some(b'{') if name.text().starts_with(char::is_uppercase) => CALL,
            _ => READ,
        }
    }

    fn token_path(&mut self, segments: &[Node<'t>], usage: Use, here: Here) -> ExprId {
        let (first, rest) = (segments[0], &segments[1..]);
        let mut value = match (first.kind(), rest.is_empty()) {
            ("self", true) => return self.name(here.scope, "self"),
            ("self", false) => self.module_above(0, here),
            ("super", _) => {
                let levels = segments.iter().take_while(|it| it.kind() == "super").count();
                self.module_above(levels, here)
            }
            ("crate", _) => self.name(here.scope, super::paths::ROOT),
            (_, true) => return self.named(first, usage, here),
            _ => {
                self.note_root(first, here);
                self.named(first, TYPE, here)
            }
        };
        for (at, segment) in rest.iter().enumerate() {
            if segment.kind() == "super" {
                continue;
            }
            let usage = if at + 1 == rest.len() { usage } else { TYPE };
            value = self.member_of(value, *segment, usage, here);
        }
        value
    }
}

/// Whether what a macro is replaced with declares something whose name it is given.
fn makes_items(right: Node<'_>) -> bool {
    let tokens: Vec<Node<'_>> = right.below().filter(|it| it.is_leaf()).collect();
    tokens.windows(2).any(|it| {
        matches!(it[0].text(), "fn" | "struct" | "enum" | "trait" | "mod" | "type" | "impl")
            && it[1].text().starts_with('$')
    })
}

/// How many arguments the tokens in parentheses are.
fn count(tree: Node<'_>) -> u32 {
    let all: Vec<Node<'_>> = tree.all_children().collect();
    let inner = all.len().saturating_sub(2);
    if inner == 0 {
        return 0;
    }
    let commas = all.iter().filter(|it| it.kind() == ",").count();
    let ends_so = all.get(all.len() - 2).is_some_and(|it| it.kind() == ",");
    (commas + 1 - usize::from(ends_so)) as u32
}
