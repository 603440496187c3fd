//! Classes, structs, records, interfaces and enumerations.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::{ClassFrame, Entry};
use super::statements::declared_value;
use super::types::last_name;
use super::{CONSTRUCTOR, Lowering, flattened, is_type, plain};
use crate::flow::{
    FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement, FlowValue,
    FunctionId, ValueId,
};
use crate::node::{Node, child_of_kind, children, field};

/// What fields of a class get when an object is made.
#[derive(Default)]
pub(super) struct First<'t> {
    /// Fields with their types and what is written with them.
    fields: Vec<(Node<'t>, Option<Node<'t>>, Node<'t>)>,
    /// That, with the variables that were made for it: all constructors share it.
    lowered: OnceCell<(Vec<FlowStatement>, Vec<FlowName>)>,
}

pub(super) fn is_modified(node: Node<'_>, word: &str) -> bool {
    node.all_children().any(|it| it.kind() == "modifier" && it.text() == word)
}

/// Attributes that stand before a declaration.
pub(super) fn attributes(node: Node<'_>) -> Vec<Node<'_>> {
    let lists = children(node).into_iter().filter(|it| it.kind() == "attribute_list");
    lists.flat_map(children).filter(|it| it.kind() == "attribute").collect()
}

/// Whether a property is a field, as far as values go: its accessors are made by the compiler.
pub(super) fn is_plain_property(node: Node<'_>) -> bool {
    let accessors = field(node, "accessors").map(children).unwrap_or_default();
    !accessors.is_empty() && accessors.iter().all(|it| field(*it, "body").is_none())
}

/// Attributes of properties that a request fills.
fn is_bound(attribute: Node<'_>) -> bool {
    let name = field(attribute, "name").map_or("", last_name);
    let name = name.strip_suffix("Attribute").unwrap_or(name);
    name.starts_with("From") || matches!(name, "BindProperty" | "SupplyParameterFromQuery")
}

impl<'t> Lowering<'t> {
    /// A class within something, unless that is too deep.
    pub(super) fn nested(&mut self, node: Node<'t>) -> Option<FunctionId> {
        if self.depth >= crate::flow::MAX_FLOW_DEPTH {
            self.builder.facts.given_up += 1;
            return None;
        }
        self.depth += 1;
        let id = self.class(node);
        self.depth -= 1;
        Some(id)
    }

    fn class(&mut self, node: Node<'t>) -> FunctionId {
        let name_node = field(node, "name");
        let name = name_node.map(|it| self.builder.name(plain(it.text())));
        let place = name_node.unwrap_or(node).span();
        let bases = self.bases(node);
        let id = self.builder.open(FlowFunctionKind::Class, name, place);
        let mut members = Vec::new();
        flattened(field(node, "body").map(children).unwrap_or_default(), 0, &mut members);
        let list = child_of_kind(node, "parameter_list");
        let frame = frame_of(node, name_node, &members, list);
        let mark = self.mark();
        self.scope.push(Entry::Class(frame));
        let mut out = Vec::new();
        let mut first = First::default();
        let is_interface = node.kind() == "interface_declaration";
        let mut has_constructor = false;
        for member in &members {
            match member.kind() {
                "field_declaration" | "event_field_declaration" => {
                    self.fields(*member, &mut out, &mut first);
                }
                "property_declaration" if is_plain_property(*member) => {
                    self.plain_property(*member, is_interface, &mut out, &mut first);
                }
                "enum_member_declaration" => {
                    if let Some(name) = field(*member, "name") {
                        let own = self.builder.name(plain(name.text()));
                        self.builder.bind(own);
                        let target = self.builder.value(FlowValue::Name(own), name.span());
                        let value = self.builder.text(plain(name.text()), name.span());
                        out.push(FlowStatement::Assign { target, value });
                    }
                }
                "constructor_declaration" => has_constructor |= !is_modified(*member, "static"),
                _ => {}
            }
        }
        for component in list.into_iter().flat_map(children) {
            self.component(component, &mut out);
        }
        if list.is_some() || !has_constructor && !first.fields.is_empty() {
            self.made_constructor(node, list, &first, &mut out);
        }
        let first = if list.is_some() { First::default() } else { first };
        for member in members {
            if is_type(member.kind()) {
                let Some(name) = field(member, "name") else { continue };
                let name = self.builder.name(plain(name.text()));
                self.builder.bind(name);
                let id = self.nested(member);
                out.extend(id.map(FlowStatement::Define));
            } else {
                self.member(member, &first, is_interface, &mut out);
            }
        }
        self.leave(mark);
        let is_partial = is_modified(node, "partial");
        let function = self.builder.function(id);
        function.bases = bases;
        function.is_partial = is_partial;
        function.is_abstract = is_interface;
        self.builder.close(out, &[]);
        id
    }

    fn bases(&mut self, node: Node<'t>) -> Vec<ValueId> {
        if node.kind() == "enum_declaration" {
            // None of its values is a text.
            let base = self.builder.named("System", node.span());
            let name = self.builder.name("Enum");
            return vec![self.builder.value(FlowValue::Attribute { base, name }, node.span())];
        }
        let list = child_of_kind(node, "base_list").map(children).unwrap_or_default();
        let types = list.into_iter().filter(|it| it.kind() != "argument_list");
        types.map(|it| self.type_value(it)).collect()
    }

    /// A field: what it holds for good is the class's, what it holds at first the object's.
    fn fields(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>, first: &mut First<'t>) {
        let is_const = is_modified(node, "const");
        let is_static = is_modified(node, "static") || is_const;
        let is_final = is_modified(node, "readonly") || is_const;
        let is_seen = ["public", "internal", "protected"].iter().any(|it| is_modified(node, it));
        let Some(list) = child_of_kind(node, "variable_declaration") else { return };
        for declarator in children(list) {
            let Some(name) = field(declarator, "name") else { continue };
            if declarator.kind() != "variable_declarator" {
                continue;
            }
            let is_kept = is_final || !is_seen && !self.assigned.contains(name.text());
            let given = declared_value(declarator);
            let of = field(list, "type");
            self.held(&Held { name, of, given, is_static, is_kept, attributes: &[] }, out, first);
        }
    }

    fn plain_property(
        &mut self,
        node: Node<'t>,
        is_interface: bool,
        out: &mut Vec<FlowStatement>,
        first: &mut First<'t>,
    ) {
        let Some(name) = field(node, "name") else { return };
        let accessors = field(node, "accessors").map(children).unwrap_or_default();
        let is_set = accessors.iter().any(|it| it.text().trim_end_matches(';').ends_with("set"));
        let is_open = |it: &Node<'_>| {
            let text = it.text().trim_end_matches(';').trim_end();
            matches!(text, "set" | "init")
        };
        if is_modified(node, "public") && accessors.iter().any(is_open) {
            // Named as a setter that is written: whoever makes an object may fill it.
            let setter = self.builder.name(&format!("set_{}", plain(name.text())));
            self.builder.bind(setter);
        }
        let attributes = attributes(node);
        let held = Held {
            name,
            of: field(node, "type"),
            given: field(node, "value"),
            is_static: is_modified(node, "static"),
            is_kept: !is_set && !is_interface && !self.assigned.contains(name.text()),
            attributes: &attributes,
        };
        self.held(&held, out, first);
    }

    /// What a class has that holds a value.
    fn held(&mut self, it: &Held<'_, 't>, out: &mut Vec<FlowStatement>, first: &mut First<'t>) {
        let span = it.name.span();
        let of = it.of.and_then(|of| self.declared(of));
        let name = self.builder.name(plain(it.name.text()));
        self.builder.bind(name);
        let bound = it.attributes.iter().find(|it| is_bound(**it));
        let found = match it.given {
            Some(given)
                if bound.is_none()
                    && it.is_kept
                    && (it.is_static || given.kind().ends_with("_literal")) =>
            {
                let was = self.set_static(true);
                let made = match given.kind() {
                    "implicit_object_creation_expression" => it.of.map(|it| self.type_value(it)),
                    _ => None,
                };
                let found = self.value_of_type(given, made);
                self.set_static(was);
                Some(self.typed(found, of, given.kind()))
            }
            given => {
                if !it.is_static
                    && let Some(given) = given
                {
                    first.fields.push((it.name, it.of, given));
                }
                match bound.and_then(|it| field(*it, "name")) {
                    Some(attribute) => {
                        // What the request has for it.
                        let base = self.type_value(attribute);
                        let name = self.builder.name("value");
                        let value = FlowValue::Attribute { base, name };
                        let value = self.builder.value(value, span);
                        Some(self.typed(value, of, ""))
                    }
                    None => of.map(|of| {
                        let value = self.builder.value(FlowValue::Unknown(Vec::new()), span);
                        self.builder.value(FlowValue::Typed { value, of }, span)
                    }),
                }
            }
        };
        if let Some(value) = found {
            let target = self.builder.value(FlowValue::Name(name), span);
            out.push(FlowStatement::Assign { target, value });
        }
    }

    /// A parameter of the class itself, which its methods read like a field.
    fn component(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(written) = field(node, "name") else { return };
        let span = written.span();
        let name = self.builder.name(plain(written.text()));
        self.builder.bind(name);
        let Some(of) = self.declared_in(node) else { return };
        let target = self.builder.value(FlowValue::Name(name), span);
        let value = self.builder.value(FlowValue::Unknown(Vec::new()), span);
        let value = self.builder.value(FlowValue::Typed { value, of }, span);
        out.push(FlowStatement::Assign { target, value });
    }

    /// What every constructor does before its own: fields get what is written with them.
    pub(super) fn first_values(&mut self, first: &First<'t>, out: &mut Vec<FlowStatement>) {
        if let Some((statements, made)) = first.lowered.get() {
            for name in made {
                self.builder.bind(*name);
            }
            out.extend(statements.iter().cloned());
            return;
        }
        let before = self.bound().len();
        let mut statements = Vec::new();
        for (name, of, value) in &first.fields {
            let span = name.span();
            let is_made = value.kind() == "implicit_object_creation_expression";
            let of = of.filter(|_| is_made).map(|it| self.type_value(it));
            let value = self.value_of_type(*value, of);
            let base = self.this(span);
            let name = self.builder.name(plain(name.text()));
            let target = self.builder.value(FlowValue::Attribute { base, name }, span);
            statements.push(FlowStatement::Assign { target, value });
        }
        let made = self.bound()[before..].to_vec();
        out.extend(statements.iter().cloned());
        first.lowered.get_or_init(|| (statements, made));
    }

    /// What is bound so far in the body that is being lowered.
    fn bound(&self) -> &[FlowName] {
        let innermost = self.builder.innermost();
        innermost.map_or(&[], |id| self.builder.facts.function(id).locals.as_slice())
    }

    /// The constructor of a class that writes none, or writes it beside its name.
    fn made_constructor(
        &mut self,
        node: Node<'t>,
        list: Option<Node<'t>>,
        first: &First<'t>,
        out: &mut Vec<FlowStatement>,
    ) {
        let name = self.builder.name(CONSTRUCTOR);
        self.builder.bind(name);
        // Of a span of its own, so that nobody takes it for the class.
        let place = list.unwrap_or(node).span();
        let id = self.builder.open(FlowFunctionKind::Function, Some(name), place);
        let mark = self.mark();
        let target = self.this(place);
        self.builder.bind_target(target);
        let mut parameters = vec![FlowParameter {
            target,
            annotation: None,
            default: None,
            kind: FlowParameterKind::Receiver,
            decorators: Vec::new(),
        }];
        let mut body = Vec::new();
        if let Some(list) = list {
            self.parameters(list, &mut parameters);
        }
        for parameter in &parameters[1..] {
            let FlowValue::Name(name) = *self.builder.facts.value(parameter.target) else {
                continue;
            };
            let span = self.builder.facts.span(parameter.target);
            let base = self.this(span);
            let target = self.builder.value(FlowValue::Attribute { base, name }, span);
            body.push(FlowStatement::Assign { target, value: parameter.target });
        }
        self.builder.function(id).parameters = parameters;
        self.first_values(first, &mut body);
        let given = child_of_kind(node, "base_list").and_then(|base| {
            let inner = child_of_kind(base, "primary_constructor_base_type").unwrap_or(base);
            child_of_kind(inner, "argument_list")
        });
        if let Some(given) = given {
            let value = self.other_constructor(given, false);
            body.push(FlowStatement::Evaluate(value));
        }
        self.leave(mark);
        self.builder.close(body, &[]);
        out.push(FlowStatement::Define(id));
    }
}

/// A field or property.
struct Held<'n, 't> {
    name: Node<'t>,
    of: Option<Node<'t>>,
    given: Option<Node<'t>>,
    is_static: bool,
    /// Nobody gives it another value.
    is_kept: bool,
    attributes: &'n [Node<'t>],
}

fn frame_of<'t>(
    node: Node<'t>,
    name: Option<Node<'t>>,
    members: &[Node<'t>],
    list: Option<Node<'t>>,
) -> ClassFrame<'t> {
    let mut known: FxHashMap<&'t str, bool> = FxHashMap::default();
    let is_enum = node.kind() == "enum_declaration";
    for member in members {
        let is_static = is_modified(*member, "static") || is_modified(*member, "const");
        match member.kind() {
            "field_declaration" | "event_field_declaration" => {
                let list = child_of_kind(*member, "variable_declaration");
                for declarator in list.into_iter().flat_map(children) {
                    known.extend(field(declarator, "name").map(|it| (plain(it.text()), is_static)));
                }
            }
            kind => {
                let is_static = is_static || is_enum || is_type(kind);
                let is_named = !matches!(
                    kind,
                    "constructor_declaration"
                        | "destructor_declaration"
                        | "operator_declaration"
                        | "delegate_declaration"
                );
                let name = field(*member, "name").filter(|_| is_named);
                known.extend(name.map(|it| (plain(it.text()), is_static)));
            }
        }
    }
    for component in list.into_iter().flat_map(children) {
        known.extend(field(component, "name").map(|it| (plain(it.text()), false)));
    }
    let open_types: FxHashSet<&'t str> = child_of_kind(node, "type_parameter_list")
        .into_iter()
        .flat_map(children)
        .filter_map(|it| field(it, "name"))
        .map(Node::text)
        .collect();
    ClassFrame { name: name.map(Node::text), members: known, open_types, in_static: false }
}
