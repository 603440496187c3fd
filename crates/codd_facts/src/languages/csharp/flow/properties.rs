//! Properties and indexers whose accessors are written: methods that read and set.

use super::classes::{is_modified, is_plain_property};
use super::members::Written;
use super::{Lowering, plain};
use crate::flow::{FlowFunctionKind, FlowStatement, FlowValue};
use crate::node::{Node, children, field};

impl<'t> Lowering<'t> {
    pub(super) fn property(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        if node.kind() == "property_declaration" && is_plain_property(node) {
            return;
        }
        let place = field(node, "name").or_else(|| field(node, "parameters")).unwrap_or(node);
        let is_indexer = node.kind() == "indexer_declaration";
        let text = if is_indexer { "Item" } else { plain(place.text()) };
        if let Some(clause) = field(node, "value") {
            self.accessor(node, place, text, true, Some(clause), out);
        }
        for accessor in field(node, "accessors").map(children).unwrap_or_default() {
            let body = field(accessor, "body");
            match field(accessor, "name").map_or("", Node::text) {
                "get" => self.accessor(node, place, text, true, body, out),
                "set" | "init" => self.accessor(node, accessor, text, false, body, out),
                _ => {}
            }
        }
    }

    fn accessor(
        &mut self,
        node: Node<'t>,
        place: Node<'t>,
        text: &str,
        is_getter: bool,
        body: Option<Node<'t>>,
        out: &mut Vec<FlowStatement>,
    ) {
        let is_indexer = node.kind() == "indexer_declaration";
        let own = match (is_getter, is_indexer) {
            (true, false) => text.to_owned(),
            (true, true) => format!("get_{text}"),
            (false, _) => format!("set_{text}"),
        };
        let name = self.builder.name(&own);
        self.builder.bind(name);
        let is_static = is_modified(node, "static");
        let of = self.declared_in(node);
        let value = match (is_getter, of) {
            (true, _) => None,
            (false, Some(of)) => Some(of),
            (false, None) => Some(self.builder.value(FlowValue::Unknown(Vec::new()), place.span())),
        };
        self.results.push(of.filter(|_| is_getter));
        let id = self.function(&Written {
            node,
            place,
            kind: FlowFunctionKind::Function,
            name: Some(name),
            parameters: field(node, "parameters"),
            body,
            has_receiver: !is_static,
            value,
            first: None,
        });
        self.results.pop();
        let function = self.builder.function(id);
        function.is_property = is_getter && !is_indexer;
        function.is_static = is_static;
        function.is_abstract = body.is_none();
        function.is_private = true;
        out.push(FlowStatement::Define(id));
    }
}
