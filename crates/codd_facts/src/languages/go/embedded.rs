//! Files that variables hold: `//go:embed static/*.html`.

use super::walk::Walk;
use crate::links::normalized;
use crate::node::{Node, children};
use crate::{Bound, DefinitionId, Link, LinkKind, LinkRole, MODULE_SCOPE, Name};

const DIRECTIVE: &str = "//go:embed";

/// Patterns of one file that are kept.
const MOST: usize = 1_000;

impl<'t> Walk<'_, 't> {
    /// Adds that variables read what the directives above them name.
    pub(super) fn embedded(&mut self, root: Node<'t>) {
        let mut left = MOST;
        let mut lists = vec![root];
        while let Some(list) = lists.pop() {
            let mut patterns: Vec<Node<'t>> = Vec::new();
            for node in list.all_children() {
                match node.kind() {
                    "comment" if node.text().starts_with(DIRECTIVE) => patterns.push(node),
                    "comment" => {}
                    "var_declaration" | "var_spec_list" if patterns.is_empty() => lists.push(node),
                    "var_declaration" | "var_spec" => {
                        for directive in std::mem::take(&mut patterns) {
                            self.embeds(directive, node, &mut left);
                        }
                    }
                    _ if node.is_named() => patterns.clear(),
                    _ => {}
                }
            }
        }
    }

    fn embeds(&mut self, directive: Node<'t>, declaration: Node<'t>, left: &mut usize) {
        let specs = match declaration.kind() {
            "var_spec" => vec![declaration],
            _ => children(declaration).into_iter().filter(|it| it.kind() == "var_spec").collect(),
        };
        let names = specs.first().map(|it| children(*it)).unwrap_or_default();
        let name = names.into_iter().find(|it| it.kind() == "identifier");
        let owner = name.and_then(|it| self.variable_named(it.text()));
        for pattern in patterns(directive.text()) {
            let keys = keys(self.path.parent(), &pattern);
            if keys.is_empty() || *left == 0 {
                continue;
            }
            *left -= 1;
            let (kind, role) = (LinkKind::File, LinkRole::Reads);
            let link = Link { kind, role, keys, owner, is_certain: true };
            self.lowering.builder.link(link, directive.span());
        }
    }

    fn variable_named(&self, name: &str) -> Option<DefinitionId> {
        match self.lowering.builder.bound_last(MODULE_SCOPE, &name.into()) {
            Some(Bound::Definition(id)) => Some(*id),
            _ => None,
        }
    }
}

/// The patterns of a directive, which may be in quotes.
fn patterns(directive: &str) -> Vec<String> {
    let Some(mut rest) = directive.strip_prefix(DIRECTIVE) else { return Vec::new() };
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start();
        let (pattern, behind) = match rest.chars().next() {
            None => return found,
            Some(quote @ ('"' | '`')) => match rest[1..].split_once(quote) {
                Some(it) => it,
                None => return found,
            },
            Some(_) => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        let pattern = pattern.strip_prefix("all:").unwrap_or(pattern);
        found.push(pattern.to_owned());
        rest = behind;
    }
}

/// What a pattern may name: a file, or all below a folder.
fn keys(folder: &str, pattern: &str) -> Vec<Name> {
    let is_open = |it: &str| it.contains(['*', '?', '[', '\\']);
    if !is_open(pattern) {
        let Some(path) = normalized(folder, pattern) else {
            return if pattern == "." { vec![Name::from("/")] } else { Vec::new() };
        };
        return vec![Name::from(path.as_str()), Name::from(format!("{path}/"))];
    }
    let (around, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    if is_open(around) {
        // What it takes of the folders below, nobody says here: it is among all of them.
        let known: Vec<&str> = around.split('/').take_while(|it| !is_open(it)).collect();
        return normalized(folder, &known.join("/"))
            .map(|it| Name::from(format!("{it}/")))
            .into_iter()
            .collect();
    }
    let inside = match normalized(folder, around) {
        Some(path) => format!("{path}/"),
        // A key begins with the folder, and the root has no name.
        None => String::new(),
    };
    let ending = last.strip_prefix("*.").filter(|it| !is_open(it) && !it.contains('.'));
    match ending {
        Some(ending) => {
            let inside = inside.trim_end_matches('/');
            vec![Name::from(format!("{inside}/*.{ending}"))]
        }
        None if inside.is_empty() => vec![Name::from("/")],
        None => vec![Name::from(inside)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_patterns_name() {
        let all = |folder: &str, directive: &str| {
            let found = patterns(directive).into_iter().flat_map(|it| keys(folder, &it));
            found.map(|it| it.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(all("web", "//go:embed a.json"), "web/a.json web/a.json/");
        assert_eq!(
            all("web", "//go:embed \"a b.txt\" all:static"),
            "web/a b.txt web/a b.txt/ web/static web/static/"
        );
        assert_eq!(all("web", "//go:embed t/*.html `x/*`"), "web/t/*.html web/x/");
        assert_eq!(all("web", "//go:embed a/*/b.txt *.sql"), "web/a/ web/*.sql");
        assert_eq!(all("", "//go:embed *"), "/");
        assert_eq!(all("", "//go:embed ../x"), "");
    }
}
