//! Classes, their members and what their constructors add.

use super::patterns::{bare_value, function_flags, property_name};
use super::segments::Part;
use super::walker::{Given, Here, NewDefinition, This, Use, Walker};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Member, Name,
    ReferenceKind, ScopeId, ScopeKind,
};

impl<'t> Walker<'t> {
    /// A class under its own name, or under that of the variable it is assigned to.
    pub(super) fn class(
        &mut self,
        node: Node<'t>,
        outer: Node<'t>,
        given_name: Option<Node<'t>>,
        here: Here,
    ) -> DefinitionId {
        let own_name = field(node, "name");
        let name_node = given_name.or(own_name).unwrap_or(node);
        let name = match given_name.or(own_name) {
            Some(node) => Name::from(node.text()),
            None if outer.kind() == "export_statement" => Name::new_static("default"),
            None => Name::new_static("class"),
        };
        let new = NewDefinition {
            kind: DefinitionKind::Class,
            name: name.clone(),
            name_node,
            outer,
            flags: DefinitionFlags {
                is_abstract: node.kind() == "abstract_class_declaration",
                ..Default::default()
            },
        };
        let id = if name_node == node {
            let id = self.define(new, here);
            self.segment(id, outer, Part::Shape);
            id
        } else {
            self.define_apart(new, here)
        };
        let is_expression = node.kind() == "class" && given_name.is_none();
        if !is_expression && name_node != node {
            self.bind(here.scope, name, Bound::Definition(id));
        }
        let types = field(node, "type_parameters");
        let mut head = here;
        let inner_name = own_name.filter(|_| is_expression || given_name.is_some());
        if types.is_some() || inner_name.is_some() {
            head = self.block(here);
            if let Some(inner) = inner_name {
                let inner = inner.text();
                self.bind(head.scope, inner, Bound::Definition(id));
            }
        }
        let head = Here {
            owner: Some(id),
            parent: Some(id),
            initialises: None,
            this: This::Unknown,
            class: Some(id),
            is_top: false,
            ..head
        };
        if let Some(types) = types {
            self.type_parameters(types, Some(id), head);
        }
        for decorator in decorators_of(outer).into_iter().chain(decorators_of(node)) {
            self.segment(id, decorator, Part::Decorators);
            let value = self.decorator(decorator, Here { owner: Some(id), ..here });
            let all = &mut self.definition(id).decorators;
            if !all.contains(&value) {
                all.push(value);
            }
        }
        if let Some(heritage) = child_of_kind(node, "class_heritage") {
            self.heritage(heritage, id, head);
        }
        if let Some(body) = field(node, "body") {
            self.class_body(body, id, head);
        }
        id
    }

    pub(super) fn class_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let id = self.class(node, node, None, here);
        self.add(Expr::Definition(id))
    }

    fn heritage(&mut self, node: Node<'t>, id: DefinitionId, head: Here) {
        let inherit = Use::Kind(ReferenceKind::Inherit);
        for part in children(node) {
            match part.kind() {
                "extends_clause" => {
                    for value in children(part) {
                        if value.kind() == "type_arguments" {
                            let types = self.type_arguments(value, head);
                            if let Some(base) = self.definition(id).bases.pop() {
                                let base = self.applied(base, types);
                                self.definition(id).bases.push(base);
                            }
                        } else {
                            let base = self.expr(value, head, inherit);
                            self.definition(id).bases.push(base);
                        }
                    }
                }
                "implements_clause" => {
                    for kind in children(part) {
                        let base = self.type_as(kind, head, ReferenceKind::Inherit);
                        self.definition(id).bases.push(base);
                    }
                }
                _ => {
                    let base = self.expr(part, head, inherit);
                    self.definition(id).bases.push(base);
                }
            }
        }
    }

    fn class_body(&mut self, body: Node<'t>, class: DefinitionId, head: Here) {
        self.segment(class, body, Part::Body);
        let scope = self.builder.scope(ScopeKind::Class, Some(head.scope), Some(class));
        self.definition(class).body = Some(scope);
        let members = children(body);
        let mut decorators = Vec::new();
        // `this.x` in a constructor may come before the field's declaration.
        for member in &members {
            let name = field(*member, "name").or_else(|| field(*member, "property"));
            if let Some(name) = name.and_then(|name| property_name(name)) {
                self.declared_members.insert((class, name));
            }
        }
        for member in members {
            if member.kind() == "decorator" {
                decorators.push(member);
                continue;
            }
            let before = std::mem::take(&mut decorators);
            self.deeper(member, head, |it| it.member(member, before, class, scope, head));
        }
    }

    fn member(
        &mut self,
        node: Node<'t>,
        mut decorators: Vec<Node<'t>>,
        class: DefinitionId,
        scope: ScopeId,
        head: Here,
    ) {
        match node.kind() {
            "class_static_block" => {
                let body_scope =
                    self.builder.scope(ScopeKind::Function, Some(head.scope), Some(class));
                let inside = Here {
                    scope: body_scope,
                    hoist: body_scope,
                    function: None,
                    this: This::Class(class),
                    ..head
                };
                if let Some(body) = field(node, "body") {
                    self.statements(children(body), inside);
                }
            }
            "method_definition" | "method_signature" | "abstract_method_signature" => {
                decorators.extend(decorators_of(node));
                self.method(node, &decorators, class, scope, head);
            }
            "public_field_definition" | "field_definition" => {
                decorators.extend(decorators_of(node));
                self.class_field(node, &decorators, class, scope, head);
            }
            "index_signature" => {
                for kind in children(node) {
                    self.type_expr(kind, head);
                }
            }
            _ => self.statement(node, head),
        }
    }

    fn method(
        &mut self,
        node: Node<'t>,
        decorators: &[Node<'t>],
        class: DefinitionId,
        scope: ScopeId,
        head: Here,
    ) {
        let Some(name_node) = field(node, "name") else { return };
        let name = self.member_name(name_node, head);
        let flags = member_flags(node);
        let key = (scope, name.clone(), flags.is_static);
        let is_signature = node.kind() == "method_signature";
        let id = match self.signatures.get(&key).copied() {
            Some(id) => {
                self.continued(id, node, name_node);
                id
            }
            None => {
                let new = NewDefinition {
                    kind: DefinitionKind::Method,
                    name: name.clone(),
                    name_node,
                    outer: node,
                    flags,
                };
                let id = self.define_apart(new, Here { scope, ..head });
                self.bind(scope, name, Bound::Definition(id));
                id
            }
        };
        if is_signature {
            self.signatures.insert(key, id);
        } else {
            self.signatures.remove(&key);
        }
        self.decorate(id, decorators, head);
        let this = if flags.is_static { This::Class(class) } else { This::Instance(class) };
        self.function_with_this(node, Some(id), this, head, &Given::default());
        self.nest_route(class, id);
        if name_node.text() == "constructor" {
            self.parameter_properties(node, class, scope, id, head);
        }
    }

    fn class_field(
        &mut self,
        node: Node<'t>,
        decorators: &[Node<'t>],
        class: DefinitionId,
        scope: ScopeId,
        head: Here,
    ) {
        let Some(name_node) = field(node, "name").or_else(|| field(node, "property")) else {
            return;
        };
        let name = self.member_name(name_node, head);
        let flags = member_flags(node);
        let this = if flags.is_static { This::Class(class) } else { This::Instance(class) };
        let value = field(node, "value");
        let function = value.map(bare_value).filter(|it| is_function(*it));
        let kind = match function {
            Some(_) => DefinitionKind::Method,
            None => DefinitionKind::Field,
        };
        let is_async = function.is_some_and(|it| function_flags(it).is_async);
        let flags = DefinitionFlags { is_async, ..flags };
        let new = NewDefinition { kind, name: name.clone(), name_node, outer: node, flags };
        let id = self.define_apart(new, Here { scope, ..head });
        self.bind(scope, name, Bound::Definition(id));
        self.decorate(id, decorators, head);
        let inside = Here { initialises: Some(id), this, parent: Some(id), ..head };
        let declared = field(node, "type").map(|it| self.annotation(it, inside));
        if let Some(function) = function {
            let by = declared.map(|it| self.add(Expr::InstanceOf(it)));
            let given = Given { by, ..Given::default() };
            self.function_with_this(function, Some(id), this, head, &given);
            if let Some(declared) = declared {
                let definition = self.definition(id);
                definition.declared_type = definition.declared_type.or(Some(declared));
            }
            return;
        }
        let value = value.map(|it| {
            self.segment(id, it, Part::Body);
            let this_value = self.this(inside);
            let own = self.attribute(this_value, self.semantics().definition(id).name.clone());
            self.value_of(it, inside, Some(own))
        });
        let definition = self.definition(id);
        definition.declared_type = declared;
        definition.value = value;
    }

    fn decorate(&mut self, id: DefinitionId, decorators: &[Node<'t>], head: Here) {
        let outside = Here { owner: Some(id), ..head };
        for decorator in decorators {
            self.segment(id, *decorator, Part::Decorators);
            let (whole, _, _) = &mut self.places[id.index()];
            whole.start = whole.start.min(decorator.span().start);
            let value = self.decorator(*decorator, outside);
            self.definition(id).decorators.push(value);
        }
    }

    /// `constructor(private db: Db)` declares a field.
    fn parameter_properties(
        &mut self,
        node: Node<'t>,
        class: DefinitionId,
        scope: ScopeId,
        constructor: DefinitionId,
        head: Here,
    ) {
        let Some(parameters) = field(node, "parameters") else { return };
        let body = self.semantics().definition(constructor).body;
        for (at, parameter) in children(parameters).into_iter().enumerate() {
            let is_property = has_child(parameter, "accessibility_modifier")
                || has_child(parameter, "readonly")
                || has_child(parameter, "override_modifier");
            let Some(name_node) = field(parameter, "pattern").filter(|_| is_property) else {
                continue;
            };
            let name = Name::from(name_node.text());
            let new = NewDefinition {
                kind: DefinitionKind::Field,
                name: name.clone(),
                name_node,
                outer: parameter,
                flags: member_flags(parameter),
            };
            let id = self.define(new, Here { scope, ..head });
            self.shared_segment(id, parameter, Part::Shape);
            self.bind(scope, name.clone(), Bound::Definition(id));
            let given = self.semantics().definition(constructor).parameters.get(at);
            let declared = given.and_then(|it| it.annotation);
            self.definition(id).declared_type = declared;
            self.fields.insert((class, name.clone()), id);
            if let Some(body) = body {
                let value = self.name(body, name.clone());
                self.definition(id).value = Some(value);
                let member = Member { class, name, value, definition: Some(id) };
                self.builder.semantics.members.push(member);
            }
        }
    }

    /// A member's name; what a computed one mentions is read.
    pub(super) fn member_name(&mut self, node: Node<'t>, here: Here) -> Name {
        self.computed_key(node, here);
        property_name(node).unwrap_or_else(|| Name::from(node.text()))
    }

    /// `this.name = value`, `Class.prototype.name = value`, `Class.name = value`.
    ///
    /// The first assignment of a name makes its definition.
    pub(super) fn assigned_member(
        &mut self,
        class: DefinitionId,
        target: Node<'t>,
        assignment: Node<'t>,
        right: Node<'t>,
        is_static: bool,
        here: Here,
    ) -> ExprId {
        let Some(name_node) = field(target, "property") else { return self.unknown() };
        let name = Name::from(name_node.text());
        let outside = Here { parent: Some(class), ..here };
        let function = Some(bare_value(right)).filter(|it| is_function(*it));
        let key = (class, name.clone());
        let is_new = !self.fields.contains_key(&key) && !self.declared_members.contains(&key);
        let flags = DefinitionFlags { is_static, ..Default::default() };
        if let Some(function) = function.filter(|_| is_new) {
            let new = NewDefinition {
                kind: DefinitionKind::Method,
                name: name.clone(),
                name_node,
                outer: assignment,
                flags: DefinitionFlags { is_async: function_flags(function).is_async, ..flags },
            };
            let id = self.define_apart(new, outside);
            self.fields.insert(key, id);
            let this = match (function.kind(), is_static) {
                ("arrow_function", _) => here.this,
                (_, true) => This::Class(class),
                (_, false) => This::Instance(class),
            };
            let class_of = here.class.or(Some(class));
            self.function_with_this(
                function,
                Some(id),
                this,
                Here { class: class_of, ..outside },
                &Given::default(),
            );
            let value = self.add(Expr::Definition(id));
            let member = Member { class, name, value, definition: Some(id) };
            self.builder.semantics.members.push(member);
            return value;
        }
        let kind = self.semantics().definition(class).kind;
        if !matches!(kind, DefinitionKind::Class | DefinitionKind::Function) {
            return self.value(right, here);
        }
        let mut inside = here;
        let definition = if is_new {
            let new = NewDefinition {
                kind: DefinitionKind::Field,
                name: name.clone(),
                name_node,
                outer: assignment,
                flags,
            };
            let id = self.define(new, outside);
            self.shared_segment(id, right, Part::Body);
            self.fields.insert(key, id);
            Some(id)
        } else {
            self.fields.get(&key).copied()
        };
        if definition.is_some() {
            inside.initialises = definition;
        }
        let value = self.value(right, inside);
        if let Some(id) = definition.filter(|_| is_new) {
            self.definition(id).value = Some(value);
        }
        self.builder.semantics.members.push(Member { class, name, value, definition });
        value
    }
}

pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression" | "generator_function")
}

fn decorators_of(node: Node<'_>) -> Vec<Node<'_>> {
    node.all_children().filter(|child| child.kind() == "decorator").collect()
}

pub(super) fn member_flags(node: Node<'_>) -> DefinitionFlags {
    let mut flags = function_flags(node);
    for child in node.all_children() {
        match child.kind() {
            "static" | "static get" => flags.is_static = true,
            "get" | "set" => flags.is_property = true,
            "abstract" => flags.is_abstract = true,
            "accessibility_modifier" => {
                flags.is_private |= matches!(child.text(), "private" | "protected");
            }
            _ => {}
        }
    }
    flags.is_abstract |= node.kind() == "abstract_method_signature";
    flags
}
