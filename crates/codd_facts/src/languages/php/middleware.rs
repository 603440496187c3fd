//! Middleware of Laravel by the names that a project gives it: who says them, and what they stand
//! for where routes ask for them.
//!
//! The names stand in one file, `app/Http/Kernel.php` or `bootstrap/app.php`, and are asked for in
//! others: each is offered to all of them, as a definition of its own, so that a change of what one
//! name means reaches the routes that ask for it alone.

use std::collections::BTreeMap;

use super::Walk;
use super::callables::{argument, is_identifier, named_argument};
use super::expressions::string_text;
use crate::lowering::{Here, New};
use crate::node::{Node, children, field};
use crate::{
    ContainerKind, DefinitionId, DefinitionKind, Expr, ExprId, Import, ImportItem, ImportRequest,
    Item, Name,
};

/// The namespace of the names, which no code can write.
const NAMES: &str = "<middleware of laravel>";

/// What does not run for sure, or more than once.
const BRANCHES: &[&str] = &[
    "catch_clause",
    "conditional_expression",
    "do_statement",
    "for_statement",
    "foreach_statement",
    "if_statement",
    "match_expression",
    "switch_statement",
    "while_statement",
];

/// What the framework runs of a middleware.
const RUN: &str = "handle";

/// Names that the framework gives its own middleware.
const OF_FRAMEWORK: &[&str] = &[
    "auth",
    "auth.basic",
    "auth.session",
    "cache.headers",
    "can",
    "guest",
    "password.confirm",
    "precognitive",
    "signed",
    "throttle",
    "verified",
];

/// Names that one file gives; more are nobody's.
const MOST: usize = 512;

/// Lists in lists that are read.
const DEEPEST: u32 = 8;

/// What a name stands for: where it is said, and the parts of a group.
#[derive(Debug)]
struct Said<'t> {
    at: Node<'t>,
    parts: Vec<(Node<'t>, bool)>,
    is_group: bool,
}

impl<'t> Walk<'_, 't> {
    /// What runs for `auth`, or `auth:admin`, as some file of the project says.
    pub(super) fn middleware_named(&mut self, text: &str, at: Node<'t>, here: Here) -> ExprId {
        let name = text.split(':').next().unwrap_or_default();
        let key = format!("{NAMES}.{name}");
        if let Some(known) = self.absolute.get(&key) {
            return *known;
        }
        let import = Import {
            request: ImportRequest { module: Name::new_static(NAMES), level: 0 },
            item: ImportItem::Named(offered(name)),
            owner: here.owner,
            is_implied: true,
        };
        let import = self.builder.import(import, at.span());
        let value = self.import_value(import);
        self.absolute.insert(key, value);
        value
    }

    /// The class that a middleware is written as, `Guard::class`, `Guard::class . ':admin'` or its
    /// name as a text; `None` where it is anything else.
    pub(super) fn middleware_class(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        match node.kind() {
            "class_constant_access_expression" => {
                let parts = children(node);
                let [class, constant] = parts[..] else { return None };
                (constant.text() == "class").then(|| self.meaning_of(class.text(), class, here))
            }
            "binary_expression" => {
                let (left, right) = (field(node, "left")?, field(node, "right")?);
                let is_given = string_text(right).is_some_and(|it| it.starts_with(':'));
                let is_class = left.kind() == "class_constant_access_expression";
                if is_given && is_class { self.middleware_class(left, here) } else { None }
            }
            _ => {
                let text = string_text(node).filter(|it| it.contains('\\'))?;
                let full = text.split(':').next()?.trim_start_matches('\\').replace('\\', ".");
                Some(self.absolute(&full, node, here))
            }
        }
    }

    /// What runs as one item of a list of middleware; a list is all of its items.
    fn middleware_value(&mut self, node: Node<'t>, depth: u32, here: Here) -> ExprId {
        if depth > DEEPEST {
            return self.unknown();
        }
        if node.kind() == "array_creation_expression" {
            let items = children(node).into_iter().filter_map(|it| children(it).last().copied());
            let items: Vec<_> =
                items.map(|it| self.middleware_value(it, depth + 1, here)).collect();
            return self.all_of(items);
        }
        if let Some(class) = self.middleware_class(node, here) {
            return self.attribute(class, RUN);
        }
        match string_text(node) {
            Some(name) => self.middleware_named(&name, node, here),
            None => self.unknown(),
        }
    }

    /// `$middlewareAliases`, `$routeMiddleware` and `$middlewareGroups` of the kernel.
    pub(super) fn kernel_middleware(
        &mut self,
        class: DefinitionId,
        members: &[Node<'t>],
        inside: Here,
    ) {
        if self.semantics().definition(class).name != "Kernel" {
            return;
        }
        let mut said = BTreeMap::new();
        for member in members.iter().filter(|it| it.kind() == "property_declaration") {
            for element in children(*member) {
                let name = field(element, "name").map_or("", Node::text);
                let Some(list) = field(element, "default_value") else { continue };
                match name {
                    "$middlewareAliases" | "$routeMiddleware" => say(list, false, true, &mut said),
                    "$middlewareGroups" => say(list, true, true, &mut said),
                    _ => {}
                }
            }
        }
        self.offer_middleware(said, inside);
    }

    /// What `bootstrap/app.php` tells the framework's `Middleware`, or Lumen's application, and
    /// `aliasMiddleware` of a router anywhere.
    pub(super) fn told_middleware(&mut self, root: Node<'t>) {
        let path = self.lower.path;
        let is_start = path.file_name() == "app.php"
            && (path.parent() == "bootstrap" || path.parent().ends_with("/bootstrap"));
        if !is_start && !root.text().contains("aliasMiddleware") {
            return;
        }
        let mut said = BTreeMap::new();
        let mut branches_end = 0;
        for node in root.below() {
            if BRANCHES.contains(&node.kind()) {
                branches_end = branches_end.max(node.span().end);
            }
            if !matches!(node.kind(), "member_call_expression" | "scoped_call_expression") {
                continue;
            }
            let (Some(name), Some(list)) = (field(node, "name"), field(node, "arguments")) else {
                continue;
            };
            let is_sure = node.span().start >= branches_end;
            let word = name.text();
            match word {
                "aliasMiddleware" => {
                    if let (Some(key), Some(value)) = (argument(list, 0), argument(list, 1)) {
                        say_one(key, value, false, is_sure, &mut said);
                    }
                }
                _ if !is_start => {}
                "alias" | "routeMiddleware" => {
                    if let Some(map) = argument(list, 0) {
                        say(map, false, is_sure, &mut said);
                    }
                }
                "group" | "appendToGroup" | "prependToGroup" => {
                    if let (Some(key), Some(value)) = (argument(list, 0), argument(list, 1)) {
                        say_one(key, value, true, is_sure, &mut said);
                    }
                }
                "web" | "api" => {
                    for part in ["append", "prepend"] {
                        if let Some(value) = named_argument(list, part) {
                            add(word, name, value, (true, is_sure), &mut said);
                        }
                    }
                }
                _ => {}
            }
        }
        self.offer_middleware(said, Here::TOP);
    }

    fn offer_middleware(&mut self, said: BTreeMap<String, Said<'t>>, here: Here) {
        for (name, said) in said {
            let kind = match here.class {
                Some(_) => DefinitionKind::Field,
                None => DefinitionKind::Variable,
            };
            let last = said.parts.last().map(|it| it.0);
            let mut new = New::of(kind, said.at, said.at, last);
            new.name = Name::from(name.as_str());
            let id = self.define(new, here);
            let mut parts = Vec::new();
            for (node, is_sure) in said.parts {
                let value = self.middleware_value(node, 0, here);
                parts.push(if is_sure { value } else { self.perhaps(value) });
            }
            let value = match parts[..] {
                [only] if !said.is_group => only,
                // Of a name that is given twice, who is last has it.
                _ if !said.is_group => self.add(Expr::Either(parts)),
                _ => self.all_of(parts),
            };
            self.definition(id).value = Some(value);
            self.offer_as(NAMES, offered(&name), id);
        }
    }

    fn all_of(&mut self, values: Vec<ExprId>) -> ExprId {
        let items = values.into_iter().map(|value| Item { key: None, value }).collect();
        self.add(Expr::Container { kind: ContainerKind::Sequence, items })
    }

    fn perhaps(&mut self, value: ExprId) -> ExprId {
        let unknown = self.unknown();
        self.add(Expr::Either(vec![value, unknown]))
    }

    /// The group that the framework gives to the routes of `routes/web.php` and `routes/api.php`,
    /// unless the project's own provider of routes says otherwise.
    pub(super) fn group_of_file(&mut self, at: Node<'t>) -> Option<ExprId> {
        let name = match self.lower.path.file_name() {
            "web.php" => "web",
            "api.php" => "api",
            _ => return None,
        };
        let group = self.middleware_named(name, at, Here::TOP);
        Some(self.perhaps(group))
    }
}

/// Whether the framework itself gives a middleware this name, where the project does not.
pub(super) fn is_of_framework(name: &str) -> bool {
    OF_FRAMEWORK.contains(&name)
}

/// The name under which a middleware is offered.
fn offered(name: &str) -> Name {
    Name::from(format!("<{name}>"))
}

/// What a list of names and what they stand for says.
fn say<'t>(map: Node<'t>, is_group: bool, is_sure: bool, said: &mut BTreeMap<String, Said<'t>>) {
    if map.kind() != "array_creation_expression" {
        return;
    }
    for element in children(map) {
        if let [key, value] = children(element)[..] {
            say_one(key, value, is_group, is_sure, said);
        }
    }
}

fn say_one<'t>(
    key: Node<'t>,
    value: Node<'t>,
    is_group: bool,
    is_sure: bool,
    said: &mut BTreeMap<String, Said<'t>>,
) {
    let is_name = |it: &str| it.split(['.', '-']).all(is_identifier);
    if let Some(name) = string_text(key).filter(|it| is_name(it)) {
        add(&name, key, value, (is_group, is_sure), said);
    }
}

fn add<'t>(
    name: &str,
    at: Node<'t>,
    value: Node<'t>,
    (is_group, is_sure): (bool, bool),
    said: &mut BTreeMap<String, Said<'t>>,
) {
    if said.len() >= MOST && !said.contains_key(name) {
        return;
    }
    let known = said.entry(name.to_owned());
    let known = known.or_insert_with(|| Said { at, parts: Vec::new(), is_group });
    if known.parts.len() < MOST {
        known.parts.push((value, is_sure));
    }
}
