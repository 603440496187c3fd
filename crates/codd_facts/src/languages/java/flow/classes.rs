//! Classes, interfaces, enumerations and records.

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::{ClassFrame, Entry};
use super::{CONSTRUCTOR, Lowering};
use crate::flow::{
    FlowFunctionKind, FlowParameter, FlowParameterKind, FlowStatement, FlowValue, FunctionId,
    ValueId,
};
use crate::node::{Node, child_of_kind, children, field, has_child};

/// Where a class is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Placed {
    /// In a file or in another class.
    Member,
    /// In a body of code.
    Local,
}

pub(super) fn modifiers(node: Node<'_>) -> Option<Node<'_>> {
    child_of_kind(node, "modifiers")
}

pub(super) fn is_modified(node: Node<'_>, word: &str) -> bool {
    modifiers(node).is_some_and(|it| has_child(it, word))
}

/// The members of a body, those behind the constants of an enumeration among them.
fn members(body: Node<'_>) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    for member in children(body) {
        match member.kind() {
            "enum_body_declarations" => out.extend(children(member)),
            _ => out.push(member),
        }
    }
    out
}

impl<'t> Lowering<'t> {
    pub(super) fn class(&mut self, node: Node<'t>, placed: Placed) -> FunctionId {
        let name_node = field(node, "name");
        let bases = self.bases(node);
        let body = field(node, "body");
        self.class_of(node, name_node, body, bases, placed)
    }

    fn bases(&mut self, node: Node<'t>) -> Vec<ValueId> {
        let mut out = Vec::new();
        let above = field(node, "superclass").and_then(Node::first_child);
        out.extend(above.map(|it| self.type_value(it)));
        let lists = field(node, "interfaces").or_else(|| child_of_kind(node, "extends_interfaces"));
        for list in lists.into_iter().flat_map(children) {
            for it in children(list) {
                out.push(self.type_value(it));
            }
        }
        out
    }

    /// A class whose body stands behind what it is made of.
    pub(super) fn anonymous(&mut self, node: Node<'t>, body: Node<'t>) -> FunctionId {
        let base = field(node, "type").map(|it| self.type_value(it));
        self.class_of(node, None, Some(body), base.into_iter().collect(), Placed::Local)
    }

    fn class_of(
        &mut self,
        node: Node<'t>,
        name_node: Option<Node<'t>>,
        body: Option<Node<'t>>,
        bases: Vec<ValueId>,
        placed: Placed,
    ) -> FunctionId {
        let name = name_node.map(|it| self.builder.name(it.text()));
        let place = name_node.unwrap_or(node).span();
        let id = self.builder.open(FlowFunctionKind::Class, name, place);
        let members = body.map(members).unwrap_or_default();
        let frame = self.frame_of(node, name_node, &members, placed, !bases.is_empty());
        let mark = self.mark();
        self.scope.push(Entry::Class(frame));
        let is_interface = node.kind() == "interface_declaration";
        let mut out = Vec::new();
        let mut first = Vec::new();
        let mut has_constructor = false;
        for member in &members {
            match member.kind() {
                "field_declaration" | "constant_declaration" => {
                    self.field(*member, is_interface, &mut out, &mut first);
                }
                "enum_constant" => {
                    if let Some(name) = field(*member, "name") {
                        let own = self.builder.name(name.text());
                        self.builder.bind(own);
                        let target = self.builder.value(FlowValue::Name(own), name.span());
                        let value = self.builder.text(name.text(), name.span());
                        out.push(FlowStatement::Assign { target, value });
                    }
                }
                "constructor_declaration" | "compact_constructor_declaration" => {
                    has_constructor = true;
                }
                _ => {}
            }
        }
        let components = field(node, "parameters").filter(|_| node.kind() == "record_declaration");
        if !has_constructor && (!first.is_empty() || components.is_some()) {
            self.made_constructor(node, components, &first, &mut out);
        }
        for member in members {
            self.member(member, &first, components, &mut out);
        }
        self.leave(mark);
        self.builder.function(id).bases = bases;
        self.builder.close(out, &[]);
        id
    }

    fn frame_of(
        &self,
        node: Node<'t>,
        name_node: Option<Node<'t>>,
        members: &[Node<'t>],
        placed: Placed,
        has_bases: bool,
    ) -> ClassFrame<'t> {
        let depth = self.frame_count();
        let receiver = if depth == 0 { "this".to_owned() } else { format!("this${depth}") };
        let mut fields = FxHashMap::default();
        let mut methods = FxHashMap::default();
        let mut types = FxHashSet::default();
        let is_interface = node.kind() == "interface_declaration";
        for member in members {
            let is_static = is_modified(*member, "static") || is_interface;
            match member.kind() {
                "field_declaration" | "constant_declaration" => {
                    for declarator in member.fields_named("declarator") {
                        if let Some(name) = field(declarator, "name") {
                            fields.insert(name.text(), is_static);
                        }
                    }
                }
                "enum_constant" => {
                    fields.extend(field(*member, "name").map(|it| (it.text(), true)));
                }
                "method_declaration" => {
                    let is_static = is_modified(*member, "static");
                    methods.extend(field(*member, "name").map(|it| (it.text(), is_static)));
                }
                kind if kind.ends_with("_declaration") => {
                    types.extend(field(*member, "name").map(Node::text));
                }
                _ => {}
            }
        }
        if let Some(components) = field(node, "parameters") {
            for it in children(components) {
                fields.extend(field(it, "name").map(|it| (it.text(), false)));
            }
        }
        let parameters = field(node, "type_parameters").into_iter().flat_map(children);
        let open_types = parameters.filter_map(Node::first_child).map(Node::text).collect();
        ClassFrame {
            name: name_node.map(Node::text),
            fields,
            methods,
            types,
            open_types,
            receiver,
            is_local: placed == Placed::Local,
            has_superclass: has_bases,
            in_static: false,
        }
    }

    /// A field: what it holds for good is the class's, what it holds at first the object's.
    fn field(
        &mut self,
        node: Node<'t>,
        is_interface: bool,
        out: &mut Vec<FlowStatement>,
        first: &mut Vec<(Node<'t>, Node<'t>)>,
    ) {
        let is_static = is_modified(node, "static") || is_interface;
        let is_private = is_modified(node, "private");
        let is_final = is_modified(node, "final") || is_interface;
        for declarator in node.fields_named("declarator") {
            let Some(name_node) = field(declarator, "name") else { continue };
            let of = if field(declarator, "dimensions").is_some() {
                None
            } else {
                self.declared_in(node)
            };
            let value = field(declarator, "value");
            let is_kept = is_final || is_private && !self.assigned.contains(name_node.text());
            let span = name_node.span();
            let name = self.builder.name(name_node.text());
            let found = match value {
                Some(value) if is_kept && (is_static || value.kind().ends_with("_literal")) => {
                    if let Some(frame) = self.innermost_mut() {
                        frame.in_static = true;
                    }
                    let found = self.value(value);
                    if let Some(frame) = self.innermost_mut() {
                        frame.in_static = false;
                    }
                    Some(self.typed(found, of, value.kind()))
                }
                _ => {
                    if !is_static && let Some(value) = value {
                        first.push((name_node, value));
                    }
                    of.map(|of| {
                        let value = self.builder.value(FlowValue::Unknown(Vec::new()), span);
                        self.builder.value(FlowValue::Typed { value, of }, span)
                    })
                }
            };
            if let Some(value) = found {
                self.builder.bind(name);
                let target = self.builder.value(FlowValue::Name(name), span);
                out.push(FlowStatement::Assign { target, value });
            }
        }
    }

    /// What every constructor does before its own: fields get what is written with them.
    pub(super) fn first_values(
        &mut self,
        first: &[(Node<'t>, Node<'t>)],
        out: &mut Vec<FlowStatement>,
    ) {
        for (name, value) in first {
            let span = name.span();
            let value = self.value(*value);
            let base = self.this(span);
            let name = self.builder.name(name.text());
            let target = self.builder.value(FlowValue::Attribute { base, name }, span);
            out.push(FlowStatement::Assign { target, value });
        }
    }

    /// The constructor of a class that writes none.
    fn made_constructor(
        &mut self,
        node: Node<'t>,
        components: Option<Node<'t>>,
        first: &[(Node<'t>, Node<'t>)],
        out: &mut Vec<FlowStatement>,
    ) {
        let name = self.builder.name(CONSTRUCTOR);
        self.builder.bind(name);
        // Of the class's own span, so that nobody takes it for the class.
        let id = self.builder.open(FlowFunctionKind::Function, Some(name), node.span());
        let mark = self.mark();
        let target = self.this(node.span());
        self.builder.bind_target(target);
        let mut parameters = vec![FlowParameter {
            target,
            annotation: None,
            default: None,
            kind: FlowParameterKind::Receiver,
            decorators: Vec::new(),
        }];
        let mut body = Vec::new();
        for component in components.into_iter().flat_map(children) {
            let Some(written) = field(component, "name") else { continue };
            let span = written.span();
            let annotation = self.declared_in(component);
            let target = self.declare(written.text(), annotation, span);
            let kind = FlowParameterKind::Plain;
            let decorators = Vec::new();
            parameters.push(FlowParameter { target, annotation, default: None, kind, decorators });
            self.keep_component(written, target, &mut body);
        }
        self.builder.function(id).parameters = parameters;
        self.first_values(first, &mut body);
        self.leave(mark);
        self.builder.close(body, &[]);
        out.push(FlowStatement::Define(id));
    }

    /// `this.name = name`.
    pub(super) fn keep_component(
        &mut self,
        written: Node<'t>,
        value: ValueId,
        body: &mut Vec<FlowStatement>,
    ) {
        let span = written.span();
        let base = self.this(span);
        let name = self.builder.name(written.text());
        let target = self.builder.value(FlowValue::Attribute { base, name }, span);
        body.push(FlowStatement::Assign { target, value });
    }
}
