//! Classes, interfaces, traits and enums with their members.

use super::{Walk, docblock};
use crate::lowering::{Here, New, This, Use};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Name, ReferenceKind,
};

const INHERIT: Use = Use::Kind(ReferenceKind::Inherit);

impl<'t> Walk<'_, 't> {
    pub(super) fn class_declaration(&mut self, node: Node<'t>, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let kind = match node.kind() {
            "interface_declaration" => DefinitionKind::Interface,
            "enum_declaration" => DefinitionKind::Enum,
            _ => DefinitionKind::Class,
        };
        let flags = DefinitionFlags {
            is_abstract: has_child(node, "abstract_modifier"),
            ..DefinitionFlags::default()
        };
        let new = New::of(kind, node, name, field(node, "body"))
            .with(flags)
            .decorated_with(field(node, "attributes").into_iter().collect());
        let id = self.define(new, here);
        let top = Here { scope: crate::MODULE_SCOPE, ..here };
        self.bind(top, name.text(), Bound::Definition(id));
        let namespace = self.namespace.clone();
        self.offer(namespace, id);
        self.class_parts(id, node, here);
    }

    /// `new class(…) extends Base { … }`.
    pub(super) fn anonymous_class(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let word = node.all_children().find(|it| it.kind().eq_ignore_ascii_case("class"));
        let mut new =
            New::of(DefinitionKind::Class, node, word.unwrap_or(node), field(node, "body"));
        new.name = Name::new_static("class@anonymous");
        new.shape.retain(|it| it.kind() != "arguments");
        let id = self.define(new, here);
        self.class_parts(id, node, here);
        self.definition_value(id)
    }

    fn class_parts(&mut self, id: DefinitionId, node: Node<'t>, here: Here) {
        self.attributes(node, Some(id), here);
        let inside = self.class_body(id, here);
        // Traits come before the base class, as the language looks members up.
        let members = field(node, "body").map(children).unwrap_or_default();
        for used in members.iter().filter(|it| it.kind() == "use_declaration") {
            self.traits(*used, id, inside);
        }
        let mut extended = None;
        for clause in children(node) {
            if matches!(clause.kind(), "base_clause" | "class_interface_clause") {
                for base in children(clause) {
                    let base = self.named_at(base, INHERIT, inside);
                    self.definition(id).bases.push(base);
                    if clause.kind() == "base_clause" {
                        extended = Some(base);
                    }
                }
            }
        }
        self.documented_members(id, node, inside);
        if let Some(base) = extended {
            self.controller_base(id, base, &members);
        }
        let routes = self.enter_class_routes(node);
        for member in &members {
            if member.kind() != "use_declaration" {
                self.class_member(*member, inside);
            }
        }
        self.leave_class_routes(routes);
        self.kernel_middleware(id, &members, inside);
        if self.semantics().definition(id).kind == DefinitionKind::Class {
            self.test_class(id, node, inside);
        }
    }

    /// `use A, B { A::f insteadof B; B::f as g; }`.
    fn traits(&mut self, node: Node<'t>, id: DefinitionId, inside: Here) {
        for it in children(node) {
            if it.kind() != "use_list" {
                let base = self.named_at(it, INHERIT, inside);
                self.definition(id).bases.push(base);
                continue;
            }
            for clause in children(it) {
                let parts = children(clause);
                let [from, .., to] = parts.as_slice() else { continue };
                if from.kind() != "class_constant_access_expression" {
                    // An alias of a method of one of the traits, or a change of visibility.
                    if clause.kind() == "use_as_clause" && to.kind() == "name" && from != to {
                        let this = self.this(inside);
                        let value = self.attribute(this, from.text());
                        self.bind(inside, to.text(), Bound::Value(value));
                    }
                    continue;
                }
                let [class, method] = children(*from)[..] else { continue };
                let class = self.meaning_of(class.text(), class, inside);
                let method_name = method.text();
                let value = self.attribute(class, method_name);
                let name = match clause.kind() {
                    "use_instead_of_clause" => method_name,
                    _ if to.kind() == "name" => to.text(),
                    _ => continue,
                };
                self.bind(inside, name, Bound::Value(value));
            }
        }
    }

    /// `@property` and `@method` of a class that answers for names it does not declare.
    fn documented_members(&mut self, id: DefinitionId, node: Node<'t>, inside: Here) {
        let Some(comment) = self.comment_before(node) else { return };
        for tag in ["@property", "@property-read", "@mixin"] {
            for rest in docblock::tags(comment, tag) {
                let kind = rest.split_whitespace().next().unwrap_or("");
                let Some(class) = self.documented_type(kind, node, inside) else { continue };
                if tag == "@mixin" {
                    self.definition(id).bases.push(class);
                    continue;
                }
                let name = rest.split_whitespace().find(|it| it.starts_with('$'));
                if let Some(name) = name {
                    let value = self.instance_of(class);
                    self.builder.semantics.members.push(crate::Member {
                        class: id,
                        name: name.into(),
                        value,
                        definition: None,
                    });
                }
            }
        }
    }

    fn class_member(&mut self, node: Node<'t>, inside: Here) {
        match node.kind() {
            "method_declaration" => self.method(node, inside),
            "property_declaration" => self.properties(node, inside),
            "const_declaration" => {
                for element in children(node).iter().filter(|it| it.kind() == "const_element") {
                    let parts = children(*element);
                    let Some(name) = parts.first() else { continue };
                    self.field_definition(*element, *name, parts.get(1).copied(), true, inside);
                }
            }
            "enum_case" => {
                if let Some(name) = field(node, "name") {
                    self.field_definition(node, name, field(node, "value"), true, inside);
                }
            }
            _ => self.visit_children(node, inside),
        }
    }

    fn field_definition(
        &mut self,
        whole: Node<'t>,
        name: Node<'t>,
        value: Option<Node<'t>>,
        is_static: bool,
        inside: Here,
    ) -> DefinitionId {
        let flags = DefinitionFlags { is_static, ..DefinitionFlags::default() };
        let new = New::of(DefinitionKind::Field, whole, name, value).with(flags);
        let id = self.define_bound(new, inside);
        if let Some(value) = value {
            let value = self.expr(value, Here { initialises: Some(id), ..inside });
            self.definition(id).value = Some(value);
        }
        id
    }

    fn method(&mut self, node: Node<'t>, inside: Here) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let mut flags = Self::flags(node);
        let is_interface = inside.class.is_some_and(|class| {
            self.semantics().definition(class).kind == DefinitionKind::Interface
        });
        flags.is_abstract |= is_interface && body.is_none();
        let new = New::of(DefinitionKind::Method, node, name, body)
            .with(flags)
            .decorated_with(field(node, "attributes").into_iter().collect());
        let id = self.define_bound(new, inside);
        self.attributes(node, Some(id), inside);
        self.mark_sure(name.text(), body);
        self.function_parts(id, node, body, inside);
        self.listed_middleware(node, inside);
        self.method_routes(id, node, inside);
    }

    fn properties(&mut self, node: Node<'t>, inside: Here) {
        let declared = field(node, "type").and_then(|it| self.type_of(it, inside));
        let comment = self.comment_before(node);
        let documented = comment.and_then(|it| docblock::tag(it, "@var"));
        let declared = match (declared, documented) {
            (None, Some(text)) => self.documented_type(text, node, inside),
            (declared, _) => declared,
        };
        let flags = Self::flags(node);
        let mut first = None;
        for element in children(node).into_iter().filter(|it| it.kind() == "property_element") {
            let Some(name) = field(element, "name") else { continue };
            let value = field(element, "default_value");
            let id = self.field_definition(element, name, value, flags.is_static, inside);
            let it = self.definition(id);
            it.declared_type = declared;
            it.flags = flags;
            self.attributes(node, Some(id), inside);
            first = first.or(Some(id));
        }
        if let Some(hooks) = child_of_kind(node, "property_hook_list") {
            // Who reads or writes the property runs them.
            self.property_hooks(hooks, Here { owner: first.or(inside.owner), ..inside });
        }
    }

    fn property_hooks(&mut self, hooks: Node<'t>, inside: Here) {
        for hook in children(hooks) {
            let within = self.lambda_body(Here { function: None, ..inside });
            self.parameters(hook, None, within);
            if let Some(body) = field(hook, "body") {
                self.visit(body, within);
            }
        }
    }

    /// A parameter of the constructor that is a property as well.
    pub(super) fn promoted_property(
        &mut self,
        node: Node<'t>,
        name: Node<'t>,
        declared: Option<ExprId>,
        inside: Here,
    ) {
        let Some(class) = inside.class else { return };
        let Some(body) = self.semantics().definition(class).body else { return };
        let mut new = New::of(DefinitionKind::Field, node, name, None);
        let visibility = field(node, "visibility").map_or("", Node::text);
        new.flags.is_private = visibility.starts_with("private");
        let around = Here {
            scope: body,
            owner: Some(class),
            parent: Some(class),
            function: None,
            initialises: None,
            class: Some(class),
            this: This::Instance(class),
        };
        let id = self.define_bound(new, around);
        let given = self.add(Expr::Name { scope: inside.scope, name: name.text().into() });
        let it = self.definition(id);
        it.declared_type = declared;
        it.value = Some(given);
    }
}
