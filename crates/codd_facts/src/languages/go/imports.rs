//! Imports of packages, and the names that they go by in a file.

use std::collections::BTreeSet;

use super::walk::Walk;
use crate::lowering::Here;
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, DefinitionKind, Expr, ImportId, ImportItem, MODULE_SCOPE, Name, ReferenceKind};

impl<'t> Walk<'_, 't> {
    pub(super) fn import_declaration(&mut self, node: Node<'t>) {
        for child in children(node) {
            match child.kind() {
                "import_spec" => self.import_spec(child),
                "import_spec_list" => {
                    for spec in children(child).into_iter().filter(|it| it.kind() == "import_spec")
                    {
                        self.import_spec(spec);
                    }
                }
                _ => {}
            }
        }
    }

    fn import_spec(&mut self, node: Node<'t>) {
        let Some(path) = field(node, "path").and_then(text_of) else { return };
        self.frameworks.imported(path);
        match field(node, "name") {
            Some(name) if name.kind() == "dot" => {
                self.import(path, ImportItem::Star, node, Here::TOP);
                self.not_modelled("dot import");
            }
            Some(name) if name.kind() == "blank_identifier" => {
                // It is there for what its `init` functions do.
                let init = Name::new_static("init");
                self.import(path, ImportItem::Named(init), node, Here::TOP);
            }
            Some(name) => {
                let id = self.import(path, ImportItem::Module, node, Here::TOP);
                self.bind(Here::TOP, name.text(), Bound::Import(id));
            }
            None => {
                let id = self.import(path, ImportItem::Module, node, Here::TOP);
                let names = package_names(path);
                for name in &names {
                    self.bind(Here::TOP, name.as_str(), Bound::Import(id));
                }
                self.guessed.push((id, path, names));
            }
        }
    }
}

impl<'t> Walk<'_, 't> {
    /// Binds names of packages that are called otherwise than their import paths let expect: a
    /// file uses all that it imports, and has no names but its own, its package's and these.
    pub(super) fn other_package_names(&mut self) {
        let semantics = self.semantics();
        let mut used: BTreeSet<Name> = BTreeSet::new();
        let mut free: BTreeSet<Name> = BTreeSet::new();
        for expr in &semantics.exprs {
            let Expr::Attribute { base, name: member } = expr else { continue };
            let Expr::Name { scope, name } = semantics.expr(*base) else { continue };
            match self.lowering.builder.bound_so_far(*scope, name) {
                Some((MODULE_SCOPE, Bound::Import(_))) => {
                    used.insert(name.clone());
                }
                None if member.starts_with(char::is_uppercase) => {
                    free.insert(name.clone());
                }
                _ => {}
            }
        }
        let is_unused = |it: &&(ImportId, &str, Vec<String>)| {
            it.2.iter().all(|name| !used.contains(name.as_str()))
        };
        let unused: Vec<(ImportId, &str)> =
            self.guessed.iter().filter(is_unused).map(|it| (it.0, it.1)).collect();
        if free.len().saturating_mul(unused.len()) > MAX_PAIRS {
            self.not_modelled("packages of files with very many imports and names");
            return;
        }
        for name in free {
            let mut meant = unused.iter().filter(|(_, path)| resembles(&name, path));
            if let (Some((id, _)), None) = (meant.next(), meant.next()) {
                self.bind(Here::TOP, name, Bound::Import(*id));
            }
        }
    }

    /// `//go:linkname local path.name`: the function or variable is that one.
    pub(super) fn linked_name(&mut self, directive: &str, root: Node<'t>) {
        let words: Vec<&str> = directive.split_whitespace().collect();
        let [_, local, target] = words.as_slice() else { return };
        let Some((path, name)) = target.rsplit_once('.') else { return };
        let own = self.lowering.builder.bound_last(MODULE_SCOPE, &(*local).into());
        let Some(Bound::Definition(id)) = own.cloned() else { return };
        let import = self.import(path, ImportItem::Named(name.into()), root, Here::TOP);
        let value = self.import_value(import);
        let is_function = self.semantics().definition(id).kind == DefinitionKind::Function;
        let kind = if is_function { ReferenceKind::Call } else { ReferenceKind::Read };
        self.implied(id, kind, value, root.span());
    }
}

/// The text of a string literal without its quotes.
pub(super) fn text_of(node: Node<'_>) -> Option<&str> {
    match node.kind() {
        "interpreted_string_literal" | "raw_string_literal" => {
            let text = node.text();
            text.get(1..text.len().checked_sub(1)?)
        }
        "parenthesized_expression" | "literal_element" => text_of(node.first_child()?),
        _ => child_of_kind(node, "interpreted_string_literal").and_then(text_of),
    }
}

/// The names that a package of an import path may have: only its own files say it.
fn package_names(path: &str) -> Vec<String> {
    let mut parts = path.rsplit('/');
    let mut last = parts.next().unwrap_or(path);
    if let Some(number) = last.strip_prefix('v')
        && !number.is_empty()
        && number.bytes().all(|it| it.is_ascii_digit())
    {
        last = parts.next().unwrap_or(last);
    }
    // `gopkg.in/yaml.v3`
    let last = match last.rsplit_once(".v") {
        Some((name, number)) if number.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => last,
    };
    let mut names = vec![last.to_owned()];
    let mut add = |name: &str| {
        if !name.is_empty() && !names.iter().any(|it| it == name) {
            names.push(name.to_owned());
        }
    };
    for stripped in [last.strip_prefix("go-"), last.strip_suffix("-go"), last.strip_suffix(".go")] {
        add(stripped.unwrap_or(""));
    }
    if last.contains(['-', '.']) {
        add(&last.replace(['-', '.'], ""));
        add(&last.replace(['-', '.'], "_"));
        add(last.rsplit(['-', '.']).next().unwrap_or(""));
    }
    names
}

/// Whether one of the last parts of an import path has the name of a package in it, or is in it.
fn resembles(package: &str, path: &str) -> bool {
    let letters = |it: &str| -> String {
        it.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase()
    };
    let package = letters(package);
    let mut parts = path.rsplit('/').take(3).map(letters).filter(|it| it.len() >= LEAST_ALIKE);
    package.len() >= LEAST_ALIKE
        && parts.any(|it| it.contains(&package) || package.contains(it.as_str()))
}

/// Names and imports of one file that are held against each other: more are no person's.
const MAX_PAIRS: usize = 100_000;

/// Letters that the name of a package and a part of its path have in common at least.
const LEAST_ALIKE: usize = 3;

#[cfg(test)]
mod tests {
    use super::{package_names, resembles};

    #[test]
    fn a_package_is_called_much_like_its_path() {
        assert!(resembles("store2", "ex/store/v2"));
        assert!(resembles("sqlite3", "github.com/mattn/gosqlite"));
        assert!(!resembles("config", "ex/store/v2"));
    }

    #[test]
    fn a_package_may_be_named_in_the_ways_that_people_name_it() {
        assert_eq!(package_names("net/http"), ["http"]);
        assert_eq!(package_names("github.com/go-chi/chi/v5"), ["chi"]);
        assert_eq!(package_names("gopkg.in/yaml.v3"), ["yaml"]);
        assert_eq!(
            package_names("github.com/a/go-redis"),
            ["go-redis", "redis", "goredis", "go_redis"]
        );
    }
}
