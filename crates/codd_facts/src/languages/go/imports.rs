//! Imports of packages, and the names that they go by in a file.

use super::walk::Walk;
use crate::lowering::Here;
use crate::node::{Node, child_of_kind, children, field};
use crate::{Bound, DefinitionKind, ImportItem, MODULE_SCOPE, Name, ReferenceKind};

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
                for name in package_names(path) {
                    self.bind(Here::TOP, name, Bound::Import(id));
                }
            }
        }
    }
}

impl<'t> Walk<'_, 't> {
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

#[cfg(test)]
mod tests {
    use super::package_names;

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
