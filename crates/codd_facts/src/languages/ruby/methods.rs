//! Methods, their parameters, and fields that instance variables make.

use super::Walk;
use crate::lowering::{Here, New, This};
use crate::node::{Node, child_of_kind, children, field};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Member, Name, Parameter,
};

impl<'t> Walk<'_, 't> {
    /// `def name`, `def self.name`.
    pub(super) fn method(&mut self, node: Node<'t>, here: Here) -> DefinitionId {
        let name = field(node, "name").unwrap_or(node);
        let is_of_class = node.kind() == "singleton_method" || self.is_singleton;
        let object = field(node, "object").filter(|it| it.kind() != "self");
        if object.is_some_and(|it| it.kind() != "constant") {
            self.not_modelled("method of one object");
        }
        let body = field(node, "body");
        self.runs_hooks_itself(name.text(), body, here);
        let is_private = self.is_private && node.kind() == "method";
        let flags = DefinitionFlags {
            is_class_method: is_of_class && here.class.is_some(),
            is_private,
            ..DefinitionFlags::default()
        };
        let kind = method_kind(here);
        let new = New::of(kind, node, name, body).with(flags);
        let id = self.define_method(new, here);
        let inside = self.inside_method(id, here);
        self.parameters(field(node, "parameters"), inside);
        self.methods.push(name.text().into());
        // Of `def two = three 1` the grammar takes `1` for the body, and `three` for an error.
        for it in children(node).into_iter().filter(|it| it.kind() == "ERROR") {
            self.statements(it, inside);
        }
        if let Some(body) = body {
            if is_of_class {
                self.mark_sure_in(body);
            }
            let value = match body.kind() {
                "body_statement" => self.statements(body, inside),
                _ => self.expr(body, inside),
            };
            self.returned(value, inside);
        }
        self.methods.pop();
        id
    }

    /// Defines and binds a method, and offers it where it needs no object.
    pub(super) fn define_method(&mut self, new: New<'t>, here: Here) -> DefinitionId {
        let is_of_class = new.flags.is_class_method;
        let is_top = here.parent.is_none();
        let id = self.define_bound(new, here);
        if is_top {
            self.offer("", id);
        } else if is_of_class && here.class.is_some() && here.class == here.parent {
            let namespace = self.namespace(here);
            self.offer(namespace, id);
        }
        id
    }

    pub(super) fn inside_method(&mut self, id: DefinitionId, here: Here) -> Here {
        let inside = self.function_body(id, here);
        let is_of_class = self.semantics().definition(id).flags.is_class_method;
        match here.class {
            Some(class) if is_of_class => Here { this: This::Class(class), ..inside },
            Some(class) => Here { this: This::Instance(class), ..inside },
            None => inside,
        }
    }

    pub(super) fn parameters(&mut self, list: Option<Node<'t>>, inside: Here) {
        for it in list.map(children).unwrap_or_default() {
            self.one_parameter(it, inside);
        }
    }

    fn one_parameter(&mut self, node: Node<'t>, inside: Here) {
        match node.kind() {
            "destructured_parameter" => {
                if self.enter(node, inside) {
                    for it in children(node) {
                        if let Some(name) = parameter_name(it) {
                            self.local(name.text(), None, None, inside);
                        } else {
                            self.one_parameter(it, inside);
                        }
                    }
                    self.leave();
                }
            }
            // A block is no argument.
            "block_parameter" => {
                if let Some(name) = parameter_name(node) {
                    self.local(name.text(), None, None, inside);
                }
            }
            "forward_parameter" | "hash_splat_nil" => {}
            kind => {
                let Some(name) = parameter_name(node) else { return };
                let default = field(node, "value").map(|it| self.expr(it, inside));
                let default = match kind {
                    // Whether one of a name is given, its place does not tell.
                    "keyword_parameter" => Some(default.unwrap_or_else(|| self.unknown())),
                    _ => default,
                };
                let is_variadic = matches!(kind, "splat_parameter" | "hash_splat_parameter");
                let parameter =
                    Parameter { default, is_variadic, ..Parameter::typed(name.text(), None) };
                self.parameter(parameter, inside);
            }
        }
    }

    /// A method that gives or takes an instance variable: `attr_accessor :name`.
    pub(super) fn accessor(&mut self, symbol: Node<'t>, reads: bool, writes: bool, here: Here) {
        let name = symbol_text(symbol);
        if name.is_empty() {
            return;
        }
        let mut new = New::of(method_kind(here), symbol, symbol, None);
        new.shape = vec![symbol];
        new.name = Name::new(name);
        new.flags.is_private = self.is_private;
        new.flags.is_class_method = self.is_singleton;
        let id = self.define(new, here);
        if reads {
            self.bind(here, name, Bound::Definition(id));
        }
        if writes {
            self.bind(here, format!("{name}="), Bound::Definition(id));
        }
        let this = match here.class {
            Some(class) => self.add(Expr::This { class }),
            None => self.unknown(),
        };
        let held = self.attribute(this, format!("@{name}"));
        self.definition(id).returns.push(held);
    }

    /// The field of an instance variable, made where it is first given a value.
    pub(super) fn field_value(&mut self, node: Node<'t>, value: ExprId, here: Here) {
        let Some(class) = here.class else { return };
        let Some(body) = self.semantics().definition(class).body else { return };
        let name = Name::new(node.text());
        let definition = match self.fields.get(&(class, name.clone())) {
            Some(known) => *known,
            None => {
                let mut new = New::of(DefinitionKind::Field, node, node, None);
                new.flags.is_private = true;
                new.shape.clear();
                let around =
                    Here { scope: body, parent: Some(class), owner: Some(class), ..Here::TOP };
                let id = self.define(new, around);
                self.fields.insert((class, name.clone()), id);
                id
            }
        };
        let members = &mut self.builder.semantics.members;
        members.push(Member { class, name, value, definition: Some(definition) });
    }
}

/// Functions of the top level are methods of every object, but belong to no class.
pub(super) fn method_kind(here: Here) -> DefinitionKind {
    match here.class {
        Some(_) => DefinitionKind::Method,
        None => DefinitionKind::Function,
    }
}

fn parameter_name(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "identifier" => Some(node),
        _ => field(node, "name").or_else(|| child_of_kind(node, "identifier")),
    }
}

/// The name that a symbol or a plain string is.
pub(super) fn symbol_text(node: Node<'_>) -> &str {
    match node.kind() {
        "simple_symbol" => node.text().trim_start_matches(':'),
        "hash_key_symbol" | "bare_symbol" | "bare_string" => node.text(),
        "string" => plain_text(node).unwrap_or(""),
        "delimited_symbol" => node.text().trim_start_matches(':').trim_matches(['"', '\'']),
        _ => "",
    }
}

/// The text of a string in which nothing is computed.
pub(super) fn plain_text(node: Node<'_>) -> Option<&str> {
    if node.kind() != "string" {
        return None;
    }
    let parts = children(node);
    match parts.as_slice() {
        [] => Some(""),
        [only] if only.kind() == "string_content" => Some(only.text()),
        _ => None,
    }
}
