//! Imports, exports and `require`.

use codd_source::Span;

use super::{EXPORTS, Lowering};
use crate::flow::{FlowStatement, FlowValue, ValueId};
use crate::node::{Node, child_of_kind, children, field};

impl Lowering {
    fn bring(
        &mut self,
        name: &str,
        module: &str,
        item: Option<&str>,
        out: &mut Vec<FlowStatement>,
    ) {
        let name = self.builder.name(name);
        let module = self.builder.name(module);
        let item = item.map(|it| self.builder.name(it));
        self.builder.bind(name);
        out.push(FlowStatement::Bring { name, module, level: 0, item });
    }

    pub(super) fn import(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let clause = child_of_kind(node, "import_require_clause");
        let source = field(node, "source").or_else(|| field(clause?, "source"));
        let Some(source) = source.map(|it| unquoted(it.text())) else { return };
        if let Some(clause) = clause {
            if let Some(name) = clause.first_child() {
                self.bring(name.text(), source, None, out);
            }
            return;
        }
        let Some(clause) = child_of_kind(node, "import_clause") else { return };
        for part in children(clause) {
            match part.kind() {
                "identifier" => self.bring(part.text(), source, Some("default"), out),
                "namespace_import" => {
                    if let Some(name) = part.first_child() {
                        self.bring(name.text(), source, None, out);
                    }
                }
                "named_imports" => {
                    for specifier in children(part) {
                        let Some(name) = field(specifier, "name") else { continue };
                        let alias = field(specifier, "alias").unwrap_or(name);
                        self.bring(alias.text(), source, Some(unquoted(name.text())), out);
                    }
                }
                _ => {}
            }
        }
    }

    /// Puts a value among what the module exports.
    fn exported(&mut self, name: &str, value: ValueId, span: Span, out: &mut Vec<FlowStatement>) {
        let base = self.builder.named(EXPORTS, span);
        let name = self.builder.name(name);
        let target = self.builder.value(FlowValue::Attribute { base, name }, span);
        out.push(FlowStatement::Assign { target, value });
    }

    pub(super) fn export(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let span = node.span();
        let is_default = child_of_kind(node, "default").is_some();
        if let Some(declaration) = field(node, "declaration") {
            let before = out.len();
            self.statement(declaration, out);
            let mut names = Vec::new();
            for statement in &out[before..] {
                match statement {
                    FlowStatement::Define(id) => {
                        names.extend(self.builder.facts.function(*id).name);
                    }
                    FlowStatement::Assign { target, .. } => {
                        if let FlowValue::Name(name) = self.builder.facts.value(*target) {
                            names.push(*name);
                        }
                    }
                    _ => {}
                }
            }
            for name in names {
                let text = self.builder.facts.name(name).to_string();
                let value = self.builder.value(FlowValue::Name(name), span);
                self.exported(if is_default { "default" } else { &text }, value, span, out);
            }
            return;
        }
        if let Some(value) = field(node, "value") {
            let value = self.value(value);
            self.exported("default", value, span, out);
            return;
        }
        let source = field(node, "source").map(|it| unquoted(it.text()));
        if let Some(clause) = child_of_kind(node, "export_clause") {
            for specifier in children(clause) {
                let Some(name) = field(specifier, "name") else { continue };
                let alias = field(specifier, "alias").unwrap_or(name);
                let value = match source {
                    Some(source) => self.required(source, Some(unquoted(name.text())), span),
                    None => self.builder.named(name.text(), span),
                };
                self.exported(unquoted(alias.text()), value, span, out);
            }
        } else if let Some(source) = source {
            let all = self.required(source, None, span);
            if let Some(name) = child_of_kind(node, "namespace_export").and_then(Node::first_child)
            {
                self.exported(name.text(), all, span, out);
            } else {
                let target = self.builder.named(EXPORTS, span);
                let known = self.builder.named(EXPORTS, span);
                let both = FlowValue::Mapping(vec![(None, known), (None, all)]);
                let value = self.builder.value(both, span);
                out.push(FlowStatement::Assign { target, value });
            }
        } else if let Some(value) = node.first_child() {
            // `export = value`.
            let value = self.value(value);
            let target = self.builder.named(EXPORTS, span);
            out.push(FlowStatement::Assign { target, value });
        }
    }

    /// A module as a value: brought in before the statement that asks for it.
    pub(super) fn required(&mut self, source: &str, item: Option<&str>, span: Span) -> ValueId {
        // No code can write such a name.
        let name = match item {
            Some(item) => format!("<{source} {item}>"),
            None => format!("<{source}>"),
        };
        let mut pending = std::mem::take(&mut self.pending);
        self.bring(&name, source, item, &mut pending);
        self.pending = pending;
        self.builder.named(&name, span)
    }
}

/// A string's text without its quotes.
pub(super) fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\'', '`'])
}
