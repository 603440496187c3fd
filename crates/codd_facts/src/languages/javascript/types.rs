//! TypeScript's types and the declarations that are made of them.

use super::classes::member_flags;
use super::conventions::CALL_SIGNATURE;
use super::patterns::{function_flags, property_name};
use super::segments::Part;
use super::walker::{Given, Here, NewDefinition, READ, This, Use, Walker};
use crate::node::{Node, child_of_kind, children, field};
use crate::{
    Bound, ContainerKind, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Item, Name,
    ReferenceKind, ScopeKind,
};

impl<'t> Walker<'t> {
    /// `: T` in all its forms.
    pub(super) fn annotation(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.kind() {
            "type_annotation"
            | "adding_type_annotation"
            | "omitting_type_annotation"
            | "opting_type_annotation"
            | "constraint"
            | "default_type" => match children(node).last() {
                Some(inside) => self.type_expr(*inside, here),
                None => self.unknown(),
            },
            "type_predicate_annotation" | "asserts_annotation" => {
                for inside in children(node) {
                    self.type_expr(inside, here);
                }
                self.literal()
            }
            _ => self.type_expr(node, here),
        }
    }

    pub(super) fn type_expr(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.type_as(node, here, ReferenceKind::Type)
    }

    /// What a type names; its head is referred to as `kind`, all else as a type.
    pub(super) fn type_as(&mut self, node: Node<'t>, here: Here, kind: ReferenceKind) -> ExprId {
        let value = self.deeper(node, here, |it| it.type_inside(node, here, kind));
        value.unwrap_or_else(|| self.unknown())
    }

    fn type_inside(&mut self, node: Node<'t>, here: Here, kind: ReferenceKind) -> ExprId {
        match node.kind() {
            "type_identifier"
            | "identifier"
            | "nested_type_identifier"
            | "nested_identifier"
            | "member_expression" => self.expr(node, here, Use::Kind(kind)),
            "generic_type" => self.generic(node, here, kind),
            "union_type" | "intersection_type" => {
                let mut options: Vec<ExprId> =
                    children(node).into_iter().map(|it| self.type_expr(it, here)).collect();
                options.retain(|it| {
                    !matches!(self.semantics().expr(*it), Expr::Literal | Expr::Unknown)
                });
                self.either(options)
            }
            "array_type" | "tuple_type" | "rest_type" => {
                let items = children(node)
                    .into_iter()
                    .map(|it| {
                        let named = self.type_expr(it, here);
                        Item { key: None, value: self.add(Expr::InstanceOf(named)) }
                    })
                    .collect();
                self.add(Expr::Container { kind: ContainerKind::Sequence, items })
            }
            "parenthesized_type" | "readonly_type" | "optional_type" | "flow_maybe_type"
            | "required_parameter" | "optional_parameter" => {
                let inside = field(node, "type").or_else(|| children(node).pop());
                match inside {
                    Some(inside) => self.annotation(inside, here),
                    None => self.unknown(),
                }
            }
            "predefined_type" | "literal_type" | "template_literal_type" | "this_type" => {
                match node.kind() {
                    "this_type" => match here.class {
                        Some(class) => self.add(Expr::Definition(class)),
                        None => self.unknown(),
                    },
                    "template_literal_type" => {
                        self.types_below(node, here);
                        self.literal()
                    }
                    _ => self.literal(),
                }
            }
            "object_type" => self.object_type(node, here),
            "function_type" | "constructor_type" => self.signature(node, here),
            "type_query" => {
                let mut value = self.unknown();
                for inside in children(node) {
                    value = self.expr(inside, here, Use::Kind(ReferenceKind::Type));
                }
                value
            }
            "type_arguments" => {
                let all = self.type_arguments(node, here);
                all.first().copied().unwrap_or_else(|| self.unknown())
            }
            "conditional_type" => {
                let inside = self.block(here);
                let mut options = Vec::new();
                for (at, part) in children(node).into_iter().enumerate() {
                    let named = self.type_expr(part, inside);
                    if at >= 2 {
                        options.push(named);
                    }
                }
                self.either(options)
            }
            "infer_type" => {
                if let Some(name) = child_of_kind(node, "type_identifier") {
                    let name = name.text();
                    self.bind(here.scope, name, Bound::Unknown);
                }
                for rest in children(node).into_iter().skip(1) {
                    self.type_expr(rest, here);
                }
                self.unknown()
            }
            // `import("./m")` as a type.
            "call_expression" => self.expr(node, here, READ),
            _ => {
                self.types_below(node, here);
                self.unknown()
            }
        }
    }

    fn types_below(&mut self, node: Node<'t>, here: Here) {
        if node.kind() == "mapped_type_clause"
            && let Some(name) = field(node, "name")
        {
            let name = name.text();
            self.bind(here.scope, name, Bound::Unknown);
        }
        let own_name = field(node, "name");
        for inside in children(node).into_iter().filter(|it| Some(*it) != own_name) {
            if !matches!(inside.kind(), "string_fragment" | "identifier" | "property_identifier") {
                self.annotation(inside, here);
            }
        }
    }

    fn generic(&mut self, node: Node<'t>, here: Here, kind: ReferenceKind) -> ExprId {
        let Some(name) = field(node, "name") else { return self.unknown() };
        let named = self.expr(name, here, Use::Kind(kind));
        let arguments = match field(node, "type_arguments") {
            Some(arguments) => self.type_arguments(arguments, here),
            None => Vec::new(),
        };
        let Some(first) = arguments.first().copied() else { return named };
        match name.text() {
            // `await` is transparent, and so are these.
            "Promise" | "PromiseLike" | "Awaited" | "Readonly" | "Partial" | "Required"
            | "NonNullable" | "Omit" | "Pick" | "InstanceType" => first,
            "ReturnType" => self.add(Expr::Call { callee: first, arguments: Vec::new() }),
            "Array"
            | "ReadonlyArray"
            | "Set"
            | "ReadonlySet"
            | "Iterable"
            | "Iterator"
            | "IterableIterator"
            | "AsyncIterable"
            | "Generator"
            | "AsyncGenerator"
            | "AsyncIterableIterator" => {
                let value = self.add(Expr::InstanceOf(first));
                let items = vec![Item { key: None, value }];
                self.add(Expr::Container { kind: ContainerKind::Sequence, items })
            }
            // A value under any key.
            "Map" | "WeakMap" | "ReadonlyMap" | "Record" => {
                let Some(second) = arguments.get(1).copied() else { return named };
                let value = self.add(Expr::InstanceOf(second));
                let items = vec![Item { key: None, value }];
                self.add(Expr::Container { kind: ContainerKind::Mapping, items })
            }
            _ => self.applied(named, arguments),
        }
    }

    pub(super) fn type_arguments(&mut self, node: Node<'t>, here: Here) -> Vec<ExprId> {
        children(node).into_iter().map(|it| self.type_expr(it, here)).collect()
    }

    /// `<T extends Shape>`: inside, `T` stands for what the definition `of` is applied to, or
    /// what it extends.
    pub(super) fn type_parameters(&mut self, node: Node<'t>, of: Option<DefinitionId>, here: Here) {
        if let Some(id) = of {
            // An overload's parameters take the places of those before.
            self.definition(id).type_parameters = 0;
        }
        for parameter in children(node) {
            let Some(name) = field(parameter, "name") else { continue };
            let bound = field(parameter, "constraint").map(|it| self.annotation(it, here));
            // What bounds it may be applied to the parameter itself.
            let bound = bound.map(|it| self.semantics().unapplied(it));
            let bound = match of {
                Some(id) => {
                    let count = &mut self.definition(id).type_parameters;
                    let index = *count;
                    *count += 1;
                    let of = self.add(Expr::Definition(id));
                    Bound::TypeParameter { of, index, bound }
                }
                None => bound.map_or(Bound::Unknown, Bound::Value),
            };
            let name = name.text();
            self.bind(here.scope, name, bound);
            if let Some(default) = field(parameter, "value") {
                self.annotation(default, here);
            }
        }
    }

    /// Parameters and result of a function's type.
    fn signature(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let inside = self.block(here);
        if let Some(types) = field(node, "type_parameters") {
            self.type_parameters(types, None, inside);
        }
        let listed = field(node, "parameters").map(children).unwrap_or_default();
        let mut parameters = Vec::new();
        for parameter in listed.into_iter().filter(|it| it.kind() != "comment") {
            let annotation = field(parameter, "type").map(|it| self.annotation(it, inside));
            let is_this = field(parameter, "pattern").is_some_and(|it| it.kind() == "this");
            if !is_this {
                parameters.push(annotation.unwrap_or_else(|| self.unknown()));
            }
        }
        let returned = field(node, "return_type").or_else(|| field(node, "type"));
        let result = match returned {
            Some(returned) => self.annotation(returned, inside),
            None => self.unknown(),
        };
        self.add(Expr::Signature { parameters, result })
    }

    /// `{ a: A; b(): B }` as a type: a mapping of instances.
    fn object_type(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let mut items = Vec::new();
        let mut called = Vec::new();
        for member in children(node) {
            match member.kind() {
                "property_signature" => {
                    let named = field(member, "type").map(|it| self.annotation(it, here));
                    let key = field(member, "name").and_then(|it| property_name(it));
                    if let (Some(named), Some(key)) = (named, key) {
                        let value = self.add(Expr::InstanceOf(named));
                        items.push(Item { key: Some(key), value });
                    }
                }
                "method_signature" => {
                    let value = self.signature(member, here);
                    let key = field(member, "name").and_then(|it| property_name(it));
                    items.extend(key.map(|key| Item { key: Some(key), value }));
                }
                "call_signature" => called.push(self.signature(member, here)),
                "construct_signature" => {
                    self.signature(member, here);
                }
                _ => {
                    let inside = self.block(here);
                    self.types_below(member, inside);
                }
            }
        }
        if items.is_empty() {
            return self.either(called);
        }
        self.add(Expr::Container { kind: ContainerKind::Mapping, items })
    }

    pub(super) fn interface(&mut self, node: Node<'t>, outer: Node<'t>, here: Here) {
        let Some((id, head)) = self.type_definition(node, outer, DefinitionKind::Interface, here)
        else {
            return;
        };
        if let Some(extends) = child_of_kind(node, "extends_type_clause") {
            for base in children(extends) {
                let base = self.type_as(base, head, ReferenceKind::Inherit);
                self.definition(id).bases.push(base);
            }
        }
        let Some(body) = field(node, "body") else { return };
        self.segment(id, body, Part::Body);
        let scope = self.builder.scope(ScopeKind::Class, Some(head.scope), Some(id));
        self.definition(id).body = Some(scope);
        for member in children(body) {
            match member.kind() {
                "property_signature" | "method_signature" => {
                    self.interface_member(member, id, Here { scope, ..head }, head);
                }
                "call_signature" => {
                    let value = self.signature(member, head);
                    self.bind(scope, CALL_SIGNATURE, Bound::Value(value));
                }
                "construct_signature" => {
                    self.signature(member, head);
                }
                _ => {
                    let inside = self.block(head);
                    self.types_below(member, inside);
                }
            }
        }
    }

    fn interface_member(
        &mut self,
        node: Node<'t>,
        interface: DefinitionId,
        in_body: Here,
        head: Here,
    ) {
        let Some(name_node) = field(node, "name") else { return };
        let name = self.member_name(name_node, head);
        let is_method = node.kind() == "method_signature";
        let kind = if is_method { DefinitionKind::Method } else { DefinitionKind::Field };
        let key = (in_body.scope, name.clone(), false);
        if let Some(id) = self.signatures.get(&key).copied().filter(|_| is_method) {
            self.continued(id, node, name_node);
            return self.function_with_this(
                node,
                Some(id),
                This::Instance(interface),
                head,
                &Given::default(),
            );
        }
        let flags = member_flags(node);
        let new = NewDefinition { kind, name: name.clone(), name_node, outer: node, flags };
        let id = self.define_apart(new, in_body);
        self.bind(in_body.scope, name, Bound::Definition(id));
        if is_method {
            self.signatures.insert(key, id);
            self.function_with_this(
                node,
                Some(id),
                This::Instance(interface),
                head,
                &Given::default(),
            );
        } else if let Some(annotation) = field(node, "type") {
            let inside = Here { initialises: Some(id), ..head };
            let declared = self.annotation(annotation, inside);
            self.definition(id).declared_type = Some(declared);
        }
    }

    pub(super) fn type_alias(&mut self, node: Node<'t>, outer: Node<'t>, here: Here) {
        let Some((id, head)) = self.type_definition(node, outer, DefinitionKind::TypeAlias, here)
        else {
            return;
        };
        if let Some(value) = field(node, "value") {
            self.segment(id, value, Part::Body);
            let value = self.type_expr(value, head);
            self.definition(id).value = Some(value);
        }
    }

    /// The common part of interfaces and aliases: name, type parameters, owner.
    fn type_definition(
        &mut self,
        node: Node<'t>,
        outer: Node<'t>,
        kind: DefinitionKind,
        here: Here,
    ) -> Option<(DefinitionId, Here)> {
        let name_node = field(node, "name")?;
        let name = Name::from(name_node.text());
        let flags = DefinitionFlags::default();
        let new = NewDefinition { kind, name: name.clone(), name_node, outer, flags };
        let id = self.define_apart(new, here);
        self.bind(here.scope, name, Bound::Definition(id));
        let head = Here {
            owner: Some(id),
            parent: Some(id),
            initialises: None,
            is_top: false,
            ..self.block(here)
        };
        if let Some(types) = field(node, "type_parameters") {
            self.type_parameters(types, Some(id), head);
        }
        Some((id, head))
    }

    pub(super) fn enumeration(&mut self, node: Node<'t>, outer: Node<'t>, here: Here) {
        let Some(name_node) = field(node, "name") else { return };
        let name = Name::from(name_node.text());
        let flags = DefinitionFlags::default();
        let kind = DefinitionKind::Enum;
        let new = NewDefinition { kind, name: name.clone(), name_node, outer, flags };
        let id = self.define_apart(new, here);
        self.bind(here.scope, name, Bound::Definition(id));
        let Some(body) = field(node, "body") else { return };
        self.segment(id, body, Part::Body);
        let scope = self.builder.scope(ScopeKind::Class, Some(here.scope), Some(id));
        self.definition(id).body = Some(scope);
        let inside = Here { owner: Some(id), parent: Some(id), is_top: false, ..here };
        for member in children(body) {
            let member_name = field(member, "name").unwrap_or(member);
            let new = NewDefinition {
                kind: DefinitionKind::Field,
                name: self.member_name(member_name, inside),
                name_node: member_name,
                outer: member,
                flags: DefinitionFlags { is_static: true, ..Default::default() },
            };
            let name = new.name.clone();
            let field_id = self.define_apart(new, Here { scope, ..inside });
            self.bind(scope, name, Bound::Definition(field_id));
            if let Some(value) = field(member, "value") {
                self.segment(field_id, value, Part::Body);
                let inside = Here { initialises: Some(field_id), ..inside };
                let value = self.expr(value, inside, READ);
                self.definition(field_id).value = Some(value);
            }
        }
    }

    /// `namespace N {}`, `declare module "m" {}`.
    pub(super) fn namespace(&mut self, node: Node<'t>, outer: Node<'t>, here: Here) {
        let Some(name_node) = field(node, "name") else { return };
        let Some(name) = property_name(name_node) else { return };
        let new = NewDefinition {
            kind: DefinitionKind::Namespace,
            name: name.clone(),
            name_node,
            outer,
            flags: function_flags(node),
        };
        let id = self.define_apart(new, here);
        if name_node.kind() != "string" {
            self.bind(here.scope, name, Bound::Definition(id));
        }
        let Some(body) = field(node, "body") else { return };
        self.segment(id, body, Part::Body);
        let scope = self.builder.scope(ScopeKind::Block, Some(here.scope), Some(id));
        self.definition(id).body = Some(scope);
        let inside = Here { scope, hoist: scope, owner: Some(id), parent: Some(id), ..here };
        self.statements(children(body), inside);
    }

    /// `declare …`: the declaration without code; `declare global` is the module's own scope.
    pub(super) fn ambient(&mut self, node: Node<'t>, outer: Node<'t>, here: Here) {
        let mut node = node;
        // `declare declare …` is none, however often it is said.
        while let Some(inner) = child_of_kind(node, "ambient_declaration") {
            node = inner;
        }
        for inside in children(node) {
            if inside.kind() == "statement_block" {
                self.statements(children(inside), here);
            } else if inside.kind() != "property_identifier"
                && !self.declaration(inside, outer, here)
            {
                self.type_expr(inside, here);
            }
        }
    }
}
