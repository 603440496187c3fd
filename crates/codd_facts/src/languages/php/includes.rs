//! Files that are included, by paths made of texts.

use super::Walk;
use super::texts::string_text;
use crate::lowering::Here;
use crate::node::Node;
use crate::node::field;
use crate::{ExprId, ImportItem};

impl<'t> Walk<'_, 't> {
    /// `include`, `require`: the file, and what it gives.
    pub(super) fn include(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(inner) = node.first_child() else { return self.unknown() };
        let path = self.included_path(inner);
        self.expr(inner, here);
        match path {
            Some(path) => {
                let id = self.import(path, ImportItem::Module, node, here);
                self.import_value(id)
            }
            None => {
                self.not_modelled("include of a computed path");
                self.unknown()
            }
        }
    }

    /// The path as it is written: from the file's own folder where it begins with a dot.
    fn included_path(&self, node: Node<'t>) -> Option<String> {
        let mut parts = Vec::new();
        let mut at = node;
        loop {
            match at.kind() {
                "parenthesized_expression" => at = at.first_child()?,
                "binary_expression" => {
                    parts.push(string_text(field(at, "right")?)?);
                    at = field(at, "left")?;
                }
                _ => break,
            }
        }
        let start = match at.kind() {
            "name" if at.text() == "__DIR__" => ".".to_owned(),
            "function_call_expression" => {
                let levels = at.text().matches("dirname").count();
                let text = at.text();
                let is_own = text.contains("__FILE__") || text.contains("__DIR__");
                if levels == 0 || !is_own {
                    return None;
                }
                let mut levels = levels + usize::from(text.contains("__DIR__")) - 1;
                if let Some(more) = text.trim_end_matches(')').rsplit(',').next()
                    && let Ok(more) = more.trim().parse::<usize>()
                {
                    levels += more.saturating_sub(1);
                }
                match levels {
                    0 => ".".to_owned(),
                    levels => vec![".."; levels.min(32)].join("/"),
                }
            }
            "string" | "encapsed_string" => string_text(at)?,
            // A constant that names some folder above.
            "name" | "class_constant_access_expression" | "variable_name" => String::new(),
            _ => return None,
        };
        parts.push(start);
        let path: String = parts.into_iter().rev().collect();
        let is_plain = path.contains('/');
        let path = if is_plain { path } else { format!("/{path}") };
        path.ends_with("php").then_some(path)
    }
}
