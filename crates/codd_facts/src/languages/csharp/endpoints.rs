//! What is chained to endpoints and to groups of them: `app.MapGroup("/api").RequireAuthorization()`.

use std::collections::BTreeMap;

use super::frameworks::is_endpoint;
use crate::node::{Node, child_of_kind, children, field};
use crate::{Name, UNKNOWN_PREFIX};

/// Calls that say who may ask.
const CONVENTIONS: &[&str] = &["AllowAnonymous", "RequireAuthorization"];

/// Calls that are chained to one another and looked through.
const MAX_CHAIN: usize = 64;

/// Code that runs only perhaps: what it says of a group, it need not say.
const BRANCHES: &[&str] = &[
    "catch_clause",
    "conditional_expression",
    "for_statement",
    "foreach_statement",
    "if_statement",
    "switch_statement",
    "while_statement",
];

/// What holds for endpoints that are registered on something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    /// The path before theirs.
    pub(super) prefix: String,
    /// In the order in which it is said.
    pub(super) conventions: Vec<Name>,
}

/// The groups and endpoints of one file.
#[derive(Debug, Default)]
pub(super) struct Endpoints {
    groups: BTreeMap<String, Group>,
    /// What is chained to an endpoint, by where its own call ends.
    chained: BTreeMap<u32, Vec<Name>>,
}

impl Endpoints {
    pub(super) fn of(root: Node<'_>) -> Endpoints {
        let mut found = Endpoints::default();
        let has_some = CONVENTIONS.iter().chain(&["MapGroup"]).any(|it| root.text().contains(it));
        if !has_some {
            return found;
        }
        let mut skipped = 0;
        for node in root.below() {
            let is_sure = node.span().start >= skipped;
            match node.kind() {
                kind if BRANCHES.contains(&kind) => skipped = skipped.max(node.span().end),
                "variable_declarator" => {
                    let Some(name) = field(node, "name") else { continue };
                    let Some(value) = children(node).into_iter().next_back() else { continue };
                    if value != name && value.text().contains("MapGroup") {
                        let group = found.group(value);
                        found.groups.insert(name.text().to_owned(), group);
                    }
                }
                "invocation_expression" if is_sure => found.convention(node),
                _ => {}
            }
        }
        found
    }

    /// Takes what one call says of the endpoint or the group that it is chained to.
    fn convention(&mut self, call: Node<'_>) {
        let Some((receiver, name)) = chained(call) else { return };
        if !CONVENTIONS.contains(&name) {
            return;
        }
        let mut at = receiver;
        for _ in 0..MAX_CHAIN {
            if at.kind() == "identifier" {
                if let Some(group) = self.groups.get_mut(at.text())
                    && at == receiver
                {
                    group.conventions.push(name.into());
                }
                return;
            }
            let is_own = field(at, "function").is_some_and(is_endpoint);
            if is_own {
                self.chained.entry(at.span().end).or_default().push(name.into());
                return;
            }
            let Some((inner, _)) = chained(at) else { return };
            at = inner;
        }
    }

    /// What a call is made on.
    fn group(&self, receiver: Node<'_>) -> Group {
        let mut calls = Vec::new();
        let mut at = receiver;
        while let Some((inner, name)) = chained(at)
            && calls.len() < MAX_CHAIN
        {
            calls.push((at, name));
            at = inner;
        }
        let mut group = self.groups.get(at.text()).cloned().unwrap_or_default();
        for (call, name) in calls.into_iter().rev() {
            if name == "MapGroup" {
                group.prefix = below(&group.prefix, &path_of(call));
            } else if CONVENTIONS.contains(&name) {
                group.conventions.push(name.into());
            }
        }
        group
    }

    /// What holds for an endpoint: its own and that of its groups.
    pub(super) fn at(&self, call: Node<'_>) -> Group {
        let receiver = chained(call).map(|it| it.0);
        let mut group = receiver.map(|it| self.group(it)).unwrap_or_default();
        group.conventions.extend(self.chained.get(&call.span().end).into_iter().flatten().cloned());
        group
    }
}

/// What a method is called on, and its name.
fn chained(call: Node<'_>) -> Option<(Node<'_>, &str)> {
    if call.kind() != "invocation_expression" {
        return None;
    }
    let function = field(call, "function").filter(|it| it.kind() == "member_access_expression")?;
    Some((field(function, "expression")?, field(function, "name")?.text()))
}

/// The path that a call is given first.
fn path_of(call: Node<'_>) -> String {
    let first = field(call, "arguments").and_then(|it| children(it).into_iter().next());
    let text = first.and_then(|it| child_of_kind(it, "string_literal"));
    text.map_or(UNKNOWN_PREFIX.to_owned(), |it| it.text().trim_matches('"').to_owned())
}

/// A path below another.
pub(super) fn below(prefix: &str, path: &str) -> String {
    if prefix.is_empty() {
        return path.to_owned();
    }
    let prefix = prefix.trim_end_matches('/');
    match path.trim_start_matches('/') {
        "" => prefix.to_owned(),
        path => format!("{prefix}/{path}"),
    }
}
