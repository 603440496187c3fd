//! Types as values, and structs and interfaces as classes.

use super::Lowering;
use crate::flow::{
    FlowFunctionKind, FlowParameter, FlowParameterKind, FlowStatement, FlowValue, MAX_FLOW_DEPTH,
    ValueId,
};
use crate::node::{Node, child_of_kind, children, field};

impl<'t> Lowering<'t> {
    /// The name in a type, without pointers and what is in brackets.
    fn bare(node: Node<'t>) -> Option<Node<'t>> {
        let mut at = node;
        for _ in 0..MAX_FLOW_DEPTH {
            at = match at.kind() {
                "pointer_type" | "parenthesized_type" | "type_elem" => at.first_child()?,
                "generic_type" => field(at, "type")?,
                _ => return Some(at),
            };
        }
        None
    }

    /// A type as a value, where it has a name.
    pub(super) fn type_value(&mut self, node: Node<'t>) -> Option<ValueId> {
        let bare = Self::bare(node)?;
        match bare.kind() {
            "type_identifier" | "identifier" => {
                let name = match self.variable(bare.text()) {
                    Some(it) => it.name,
                    None => self.builder.name(bare.text()),
                };
                Some(self.builder.value(FlowValue::Name(name), bare.span()))
            }
            "qualified_type" => {
                let base = self.builder.named(field(bare, "package")?.text(), bare.span());
                let name = self.builder.name(field(bare, "name")?.text());
                Some(self.builder.value(FlowValue::Attribute { base, name }, bare.span()))
            }
            _ => None,
        }
    }

    /// A type where it says something of what a value is: a text may be anybody's.
    pub(super) fn declared(&mut self, node: Node<'t>) -> Option<ValueId> {
        let bare = Self::bare(node)?;
        let is_open = matches!(bare.text(), "string" | "any" | "error" | "byte" | "rune");
        if is_open { None } else { self.type_value(bare) }
    }

    pub(super) fn type_declaration(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        for spec in children(node) {
            let (Some(name_node), Some(of)) = (field(spec, "name"), field(spec, "type")) else {
                continue;
            };
            let name = self.builder.name(name_node.text());
            self.builder.bind(name);
            match of.kind() {
                "struct_type" | "interface_type" => {
                    let id =
                        self.builder.open(FlowFunctionKind::Class, Some(name), name_node.span());
                    let mut body = Vec::new();
                    let mut bases = Vec::new();
                    if of.kind() == "struct_type" {
                        self.fields(of, &mut body, &mut bases);
                    } else {
                        self.methods(of, &mut body, &mut bases);
                    }
                    self.builder.function(id).bases = bases;
                    self.builder.close(body, &[]);
                    out.push(FlowStatement::Define(id));
                }
                // Another name for a type: of a library's, or of a text.
                _ => {
                    let Some(value) = self.declared(of) else { continue };
                    let target = self.builder.value(FlowValue::Name(name), name_node.span());
                    if spec.kind() == "type_alias" {
                        out.push(FlowStatement::Assign { target, value });
                    }
                }
            }
        }
    }

    fn fields(&mut self, of: Node<'t>, body: &mut Vec<FlowStatement>, bases: &mut Vec<ValueId>) {
        let list = child_of_kind(of, "field_declaration_list");
        for it in list.into_iter().flat_map(children) {
            let declared = field(it, "type").and_then(|it| self.declared(it));
            let Some(declared) = declared else { continue };
            let names: Vec<Node<'t>> = it.fields_named("name").collect();
            if names.is_empty() {
                // What is embedded gives its methods and fields.
                bases.push(declared);
            }
            for written in names {
                let span = written.span();
                let name = self.builder.name(written.text());
                self.builder.bind(name);
                let value = self.builder.value(FlowValue::Unknown(Vec::new()), span);
                let typed = FlowValue::Typed { value, of: declared };
                let value = self.builder.value(typed, span);
                let target = self.builder.value(FlowValue::Name(name), span);
                body.push(FlowStatement::Assign { target, value });
            }
        }
    }

    fn methods(&mut self, of: Node<'t>, body: &mut Vec<FlowStatement>, bases: &mut Vec<ValueId>) {
        for it in children(of) {
            if it.kind() != "method_elem" {
                bases.extend(self.type_value(it));
                continue;
            }
            let Some(written) = field(it, "name") else { continue };
            let name = self.builder.name(written.text());
            self.builder.bind(name);
            let id = self.builder.open(FlowFunctionKind::Function, Some(name), written.span());
            let target = self.builder.named("<self>", written.span());
            self.builder.bind_target(target);
            let mut parameters = vec![FlowParameter {
                target,
                annotation: None,
                default: None,
                kind: FlowParameterKind::Receiver,
                decorators: Vec::new(),
            }];
            let mark = self.enter();
            if let Some(list) = field(it, "parameters") {
                self.parameters(list, &mut parameters);
            }
            self.leave(mark);
            let function = self.builder.function(id);
            function.parameters = parameters;
            function.is_abstract = true;
            self.builder.close(Vec::new(), &[]);
            body.push(FlowStatement::Define(id));
        }
    }
}
