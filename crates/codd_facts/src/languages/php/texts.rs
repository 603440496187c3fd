//! Strings that nothing is computed in, and the constants that stand for names.

use super::Walk;
use crate::lowering::{Here, READ};
use crate::node::{Node, children};
use crate::{Bound, Expr, ExprId, Name};

impl<'t> Walk<'_, 't> {
    /// `__CLASS__`, `__NAMESPACE__`: the name as a text.
    pub(super) fn magic_constant(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let namespace = self.namespace.clone();
        match (node.text(), here.class) {
            ("__NAMESPACE__", _) => self.text_constant(namespace.replace('.', "\\")),
            ("__CLASS__", Some(class)) => {
                let name = self.semantics().definition(class).qualified_name.clone();
                let full = match namespace.as_str() {
                    "" => name.to_string(),
                    namespace if name.starts_with(namespace) => name.to_string(),
                    namespace => format!("{namespace}.{name}"),
                };
                self.text_constant(full.replace('.', "\\"))
            }
            _ => self.named_at(node, READ, here),
        }
    }

    /// The text that a variable was given last, in this very scope.
    pub(super) fn text_held(&self, variable: Node<'t>, here: Here) -> Option<Name> {
        if variable.kind() != "variable_name" {
            return None;
        }
        let bound = self.builder.bound_last(here.scope, &variable.text().into())?;
        let Bound::Value(value) = bound else { return None };
        match self.semantics().expr(*value) {
            Expr::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

/// The text of a string without anything computed in it.
pub(super) fn string_text(node: Node<'_>) -> Option<String> {
    match node.kind() {
        "string" => {
            let text = node.text().trim_start_matches(['b', 'B']);
            let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(inner.replace("\\\\", "\\").replace("\\'", "'"))
        }
        "encapsed_string" => {
            let is_plain = children(node).iter().all(|it| {
                matches!(it.kind(), "string_content" | "string_value" | "escape_sequence")
            });
            let inner = node.text().strip_prefix('"')?.strip_suffix('"')?;
            is_plain.then(|| unescaped(inner))
        }
        _ => None,
    }
}

/// The text that escapes in double quotes stand for; those of characters by their number stay.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = match letters.peek() {
            Some('\\') => '\\',
            Some('"') => '"',
            Some('$') => '$',
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            _ => letter,
        };
        if letter == '\\' && (escaped != letter || letters.peek() == Some(&'\\')) {
            letters.next();
            out.push(escaped);
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escapes_in_double_quotes() {
        assert_eq!(unescaped(r#"App\\Foo\n\"\$x\q"#), "App\\Foo\n\"$x\\q");
    }
}
