//! What stands behind a `#`: included files, macros, conditions.

use super::Walk;
use crate::lowering::{CALL, Here, New, READ};
use crate::node::{Node, children, field};
use crate::{DefinitionKind, Import, ImportItem, ImportRequest, Parameter};

/// Names in the text of a macro that are followed.
const MAX_NAMES: usize = 200;

impl<'t> Walk<'_, 't> {
    pub(super) fn include(&mut self, node: Node<'t>, here: Here) {
        let Some(path) = field(node, "path") else { return };
        let (text, level) = match path.kind() {
            "string_literal" => (path.text().trim_matches('"'), 0),
            "system_lib_string" => (path.text().trim_matches(['<', '>']), 1),
            _ => {
                self.not_modelled("include of a computed path");
                return;
            }
        };
        let name = text.rsplit('/').next().unwrap_or(text);
        if level == 0 && is_source(name) {
            self.uses(hidden_in(name));
        }
        let request = ImportRequest { module: text.into(), level };
        let import =
            Import { request, item: ImportItem::Effect, owner: here.owner, is_implied: false };
        self.builder.import(import, path.span());
    }

    /// `#define NAME value` and `#define NAME(x) value`.
    pub(super) fn macro_definition(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let value = field(node, "value");
        let parameters = field(node, "parameters");
        let kind = match parameters {
            Some(_) => DefinitionKind::Function,
            None => DefinitionKind::Variable,
        };
        let new = New::of(kind, node, name, value);
        // Macros know no scopes.
        let top = Here { scope: crate::MODULE_SCOPE, parent: None, ..here };
        let id = self.define_bound(new, top);
        if self.is_header {
            self.offer("", id);
        } else {
            self.offer_hidden(id);
        }
        let mut own: Vec<&str> = vec![name.text()];
        let inside = match parameters {
            Some(list) => {
                let inside = self.function_body(id, top);
                for it in list.all_children() {
                    if it.kind() == "identifier" {
                        own.push(it.text());
                        self.parameter(Parameter::typed(it.text(), None), inside);
                    } else if it.kind() == "..." {
                        let parameter = Parameter {
                            is_variadic: true,
                            ..Parameter::typed("__VA_ARGS__", None)
                        };
                        self.parameter(parameter, inside);
                    }
                }
                inside
            }
            None => Here { owner: Some(id), ..top },
        };
        let Some(value) = value else { return };
        if value.text().contains("##") {
            self.not_modelled("names that a macro pastes together");
        }
        for (word, is_called) in words(value.text()).take(MAX_NAMES) {
            if !own.contains(&word) {
                let target = self.name(crate::MODULE_SCOPE, word);
                self.refer(target, value, if is_called { CALL } else { READ }, inside);
            }
        }
    }

    /// `#if` and its like: what they test, and all their branches.
    pub(super) fn condition(&mut self, node: Node<'t>, here: Here) {
        if let Some(name) = field(node, "name") {
            let target = self.name(crate::MODULE_SCOPE, name.text());
            self.refer(target, name, READ, here);
        }
        if let Some(condition) = field(node, "condition") {
            for it in condition.below().filter(|it| it.kind() == "identifier") {
                let target = self.name(crate::MODULE_SCOPE, it.text());
                self.refer(target, it, READ, here);
            }
            if condition.kind() == "identifier" {
                let target = self.name(crate::MODULE_SCOPE, condition.text());
                self.refer(target, condition, READ, here);
            }
        }
    }

    /// The children of a conditional part that are code, without the guard of a header.
    pub(super) fn conditional_parts(node: Node<'t>) -> Vec<Node<'t>> {
        let name = field(node, "name");
        let condition = field(node, "condition");
        let is_guard = |it: &Node<'t>| {
            it.kind() == "preproc_def"
                && field(*it, "value").is_none()
                && field(*it, "name").map(Node::text) == name.map(Node::text)
        };
        children(node)
            .into_iter()
            .filter(|it| Some(*it) != name && Some(*it) != condition && !is_guard(it))
            .collect()
    }
}

/// Whether a file of that name is one that nobody includes for what it declares.
fn is_source(name: &str) -> bool {
    matches!(name.rsplit_once('.'), Some((_, "c" | "cc" | "cpp" | "cxx" | "c++")))
}

/// The namespace of what only those see that include a source as it stands, by its file's name.
pub(super) fn hidden_in(name: &str) -> String {
    format!("\"{name}\"")
}

/// The identifiers of a text, and whether a parenthesis follows.
fn words(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let next = rest.chars().next()?;
            if next == '"' || next == '\'' {
                let inner = &rest[1..];
                let mut is_escaped = false;
                let end = inner.find(|it| {
                    let is_end = it == next && !is_escaped;
                    is_escaped = it == '\\' && !is_escaped;
                    is_end
                });
                at += end.map_or(rest.len(), |end| end + 2);
                continue;
            }
            if !is_word(next) {
                at += next.len_utf8();
                continue;
            }
            let length = rest.find(|it| !is_word(it)).unwrap_or(rest.len());
            let word = &rest[..length];
            at += length;
            if next.is_ascii_digit() {
                continue;
            }
            let is_called = rest[length..].trim_start().starts_with('(');
            return Some((word, is_called));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_of_a_macro() {
        let found: Vec<_> = words("do { f(\"x\\\"y\", 0x1F, a->b); } while (0)").collect();
        assert_eq!(
            found,
            [("do", false), ("f", true), ("a", false), ("b", false), ("while", true)]
        );
    }
}
