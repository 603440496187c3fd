//! Functions and methods, in and out of their class, with a body or without one.

use super::Walk;
use super::conventions::CONSTRUCTOR;
use super::declarations::is_pure;
use super::declarators::{
    Declared, declared, has_word, parameter_nodes, parts_of, plain_name, scope_word,
};
use crate::lowering::{Here, New, This, Use, WRITE};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Added, Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, MODULE_SCOPE,
    Member, Name, Parameter,
};

impl<'t> Walk<'_, 't> {
    pub(super) fn function_definition(
        &mut self,
        node: Node<'t>,
        template: Option<Node<'t>>,
        here: Here,
    ) {
        let Some(it) = field(node, "declarator").and_then(declared) else {
            self.each(node, here);
            return;
        };
        if self.test_declarator(node, it, here) {
            return;
        }
        let Some(function) = it.function.or_else(|| {
            // `operator bool()` has its parameters elsewhere.
            (it.name.kind() == "operator_cast").then_some(it.name)
        }) else {
            // A macro the grammar took for something else.
            if let Some(body) = field(node, "body") {
                self.expr(body, here);
            }
            return;
        };
        if self.test_function(node, it, function, here) {
            return;
        }
        let body = field(node, "body").or_else(|| child_of_kind(node, "try_statement"));
        if it.name.kind() == "qualified_identifier" {
            return self.outside_method(node, it.name, function, body, template, here);
        }
        let name = plain_name(it.name);
        let new = self.new_function(node, template, it.name, &name, body, here);
        let is_static = new.flags.is_private;
        let is_method = here.class.is_some();
        let id = self.define(new, here);
        if is_method {
            self.bind_method(id, &name, node, here);
        } else {
            self.bind(here, name.as_str(), Bound::Definition(id));
            if !is_static || self.is_header {
                self.offer_here(id, false);
            } else {
                self.offer_hidden(id);
            }
        }
        self.function_parts(id, node, function, body, template, here);
        if let Some(class) = here.class
            && self.semantics().definition(class).name == name
        {
            self.makes_bases(id, class, node, it.name, here);
        }
    }

    /// A constructor makes the bases that it does not name, without arguments.
    fn makes_bases(
        &mut self,
        id: DefinitionId,
        class: DefinitionId,
        node: Node<'t>,
        name: Node<'t>,
        here: Here,
    ) {
        let list = child_of_kind(node, "field_initializer_list");
        let named: Vec<&str> = list
            .into_iter()
            .flat_map(children)
            .filter_map(Node::first_child)
            .map(|it| plain_last(it.text()))
            .collect();
        let own = &self.semantics().definition(class).name;
        if named.contains(&own.as_str()) {
            return;
        }
        for base in self.semantics().definition(class).bases.clone() {
            let is_named = match self.semantics().expr(base) {
                Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
                    named.contains(&name.as_str())
                }
                _ => true,
            };
            if !is_named {
                let target = self.attribute(base, CONSTRUCTOR);
                self.refer(target, name, Use::Called(Some(0)), Here { owner: Some(id), ..here });
            }
        }
    }

    fn new_function(
        &mut self,
        node: Node<'t>,
        template: Option<Node<'t>>,
        name_node: Node<'t>,
        name: &str,
        body: Option<Node<'t>>,
        here: Here,
    ) -> New<'t> {
        let is_method = here.class.is_some();
        let kind = if is_method { DefinitionKind::Method } else { DefinitionKind::Function };
        let flags = DefinitionFlags {
            is_static: is_method && has_word(node, "static"),
            is_abstract: is_pure(node),
            is_private: if is_method {
                self.is_private
            } else {
                has_word(node, "static") || self.is_hidden
            },
            ..DefinitionFlags::default()
        };
        let mut new = New::of(kind, template.unwrap_or(node), name_node, body).with(flags);
        new.shape = children(node).into_iter().filter(|it| Some(*it) != body).collect();
        new.shape.extend(template.and_then(|it| field(it, "parameters")));
        new.name = Name::new(name);
        new
    }

    /// Binds a method; a constructor under the name by which all of them are found.
    fn bind_method(&mut self, id: DefinitionId, name: &str, node: Node<'t>, here: Here) {
        let is_constructor = here.class.is_some_and(|class| {
            self.semantics().definition(class).name == name && field(node, "type").is_none()
        });
        let bound = if is_constructor { CONSTRUCTOR } else { name };
        self.bind(here, bound, Bound::Definition(id));
    }

    /// A function that is declared and defined elsewhere, or a method of a class around.
    pub(super) fn prototype(
        &mut self,
        node: Node<'t>,
        it: Declared<'t>,
        function: Node<'t>,
        declared_type: Option<ExprId>,
        template: Option<Node<'t>>,
        here: Here,
    ) -> Option<DefinitionId> {
        if it.name.kind() == "qualified_identifier" {
            return None;
        }
        let name = plain_name(it.name);
        let mut new = self.new_function(node, template, it.name, &name, None, here);
        // What only others can define is what stands here.
        let has_body = has_child(node, "default_method_clause");
        new.flags.is_companion = !new.flags.is_abstract && !has_body;
        let is_static = new.flags.is_private;
        let is_method = here.class.is_some();
        let id = self.define(new, here);
        if let Some(class) = here.class
            && self.semantics().definition(class).name == name
            && !node.text().ends_with("delete;")
        {
            // What its definition names of the bases, only another file may say.
            let bases = self.semantics().definition(class).bases.clone();
            for base in bases {
                let target = self.attribute(base, CONSTRUCTOR);
                self.implied_call(class, target, it.name.span());
            }
        }
        if is_method {
            self.bind_method(id, &name, node, here);
        } else if !is_static || self.is_header {
            // Not bound: its definition is found where it is, and this where there is none.
            self.offer_here(id, false);
        }
        let inside = self.function_body(id, here);
        if let Some(list) = template.and_then(|it| field(it, "parameters")) {
            self.template_parameters(list, inside);
        }
        let own = match (template, declared_type) {
            (Some(_), None) => field(node, "type").and_then(|it| self.type_of(it, inside)),
            (_, declared_type) => declared_type,
        };
        self.function_parameters(function, inside);
        let trailing = child_of_kind(function, "trailing_return_type");
        let trailing = trailing.and_then(|it| self.type_of(it, inside));
        self.definition(id).declared_type = own.or(trailing);
        Some(id)
    }

    /// `T A::b(…) { … }`, a method of a class that this file or another defines.
    fn outside_method(
        &mut self,
        node: Node<'t>,
        name_node: Node<'t>,
        function: Node<'t>,
        body: Option<Node<'t>>,
        template: Option<Node<'t>>,
        here: Here,
    ) {
        let (scopes, last) = parts_of(name_node);
        let name = plain_name(last);
        let words: Vec<&str> = scopes.iter().map(|it| scope_word(*it)).collect();
        let Some(class_word) = words.last().copied() else { return };
        self.sees_namespaces(&words[..words.len() - 1]);
        let is_constructor = class_word == name;
        let own_class = self.class_here(&words, here);
        let path = words.join(".");
        let full = match own_class {
            Some(class) => {
                let outer = &self.semantics().definition(class).qualified_name;
                format!("{outer}.{name}")
            }
            None if self.namespace.is_empty() => format!("{path}.{name}"),
            None => format!("{}.{path}.{name}", self.namespace),
        };
        let mut new = self.new_function(node, template, last, &name, body, here);
        new.kind = DefinitionKind::Method;
        new.flags.is_private = false;
        let scope = self.scope_named(&words, name_node, here);
        match own_class {
            Some(class) => {
                let kind = self.semantics().definition(class).kind;
                if kind == DefinitionKind::Namespace {
                    // A function of a namespace, defined from outside of it.
                    new.kind = DefinitionKind::Function;
                    let id = self.define_as(new, Name::new(&full), here);
                    self.offer_in(&full, id);
                    self.function_parts(id, node, function, body, template, here);
                    self.scope_value(&scopes, name_node, Here { owner: Some(id), ..here });
                    return;
                }
                let outer_flags = self.flags_in(class, &name);
                new.flags.is_static |= outer_flags.is_static;
                new.flags.is_private = outer_flags.is_private;
                let around = Here {
                    scope: self.semantics().definition(class).body.unwrap_or(here.scope),
                    class: Some(class),
                    this: This::Instance(class),
                    parent: Some(class),
                    ..here
                };
                let id = self.define_as(new, Name::new(&full), around);
                if is_constructor {
                    let value = self.definition_value(id);
                    self.builder.semantics.members.push(Member {
                        class,
                        name: Name::new_static(CONSTRUCTOR),
                        value,
                        definition: Some(id),
                    });
                } else {
                    self.member(class, id);
                }
                self.function_parts(id, node, function, body, template, around);
                if is_constructor {
                    self.makes_bases(id, class, node, last, around);
                }
                self.scope_value(&scopes, name_node, Here { owner: Some(id), ..here });
            }
            None => {
                let id = self.define_as(new, Name::new(&full), here);
                self.scope_value(&scopes, name_node, Here { owner: Some(id), ..here });
                self.extend(scope, class_word, Added::Member(id));
                if !is_constructor && !name.starts_with('~') {
                    // The last scope may as well be a namespace.
                    self.offer_in(&full, id);
                }
                let object = self.instance_of(scope);
                let around = Here { this: This::Object(object), ..here };
                self.function_parts(id, node, function, body, template, around);
            }
        }
    }

    /// What is written in full, `a::b::C::f`, is inside of the namespaces it names: a type that
    /// is named so offers nothing, and may stand among them.
    fn sees_namespaces(&mut self, words: &[&str]) {
        let mut full = self.namespace.clone();
        for word in words {
            if !full.is_empty() {
                full.push('.');
            }
            full.push_str(word);
            self.namespaces.insert(full.clone());
        }
    }

    fn offer_in(&mut self, full: &str, id: DefinitionId) {
        if let Some((namespace, _)) = full.rsplit_once('.') {
            let namespace = namespace.to_owned();
            self.offer(namespace, id);
        }
    }

    /// The class of this file that a path of names means.
    pub(super) fn class_here(&self, words: &[&str], here: Here) -> Option<DefinitionId> {
        let (first, rest) = words.split_first()?;
        let Some((_, Bound::Definition(id))) =
            self.builder.bound_so_far(here.scope, &Name::new(first))
        else {
            return None;
        };
        let mut id = *id;
        for word in rest {
            let body = self.semantics().definition(id).body?;
            let Some(Bound::Definition(inner)) = self.builder.bound_last(body, &Name::new(word))
            else {
                return None;
            };
            id = *inner;
        }
        let kind = self.semantics().definition(id).kind;
        matches!(kind, DefinitionKind::Class | DefinitionKind::Namespace).then_some(id)
    }

    /// What the declaration in the class says of a method.
    fn flags_in(&self, class: DefinitionId, name: &str) -> DefinitionFlags {
        let body = self.semantics().definition(class).body.unwrap_or(MODULE_SCOPE);
        match self.builder.bound_last(body, &Name::new(name)) {
            Some(Bound::Definition(id)) => self.semantics().definition(*id).flags,
            _ => DefinitionFlags::default(),
        }
    }

    /// Types, parameters, initial values and the body.
    pub(super) fn function_parts(
        &mut self,
        id: DefinitionId,
        node: Node<'t>,
        function: Node<'t>,
        body: Option<Node<'t>>,
        template: Option<Node<'t>>,
        here: Here,
    ) {
        let inside = self.function_body(id, here);
        if let Some(list) = template.and_then(|it| field(it, "parameters")) {
            self.template_parameters(list, inside);
        }
        let declared = field(node, "type").and_then(|it| self.type_of(it, inside));
        let trailing = child_of_kind(function, "trailing_return_type");
        let trailing = trailing.and_then(|it| self.type_of(it, inside));
        self.definition(id).declared_type = declared.or(trailing);
        self.function_parameters(function, inside);
        if let Some(list) = child_of_kind(node, "field_initializer_list") {
            self.field_initializers(list, inside);
        }
        if let Some(body) = body {
            self.expr(body, inside);
        }
    }

    pub(super) fn function_parameters(&mut self, function: Node<'t>, inside: Here) {
        for it in parameter_nodes(function) {
            match it.kind() {
                "parameter_declaration"
                | "optional_parameter_declaration"
                | "variadic_parameter_declaration" => {
                    let name = field(it, "declarator").and_then(declared);
                    let annotation = field(it, "type").and_then(|kind| self.type_of(kind, inside));
                    let is_void = field(it, "type").is_some_and(|it| it.text() == "void");
                    if is_void && field(it, "declarator").is_none() {
                        continue;
                    }
                    let default = field(it, "default_value").map(|it| self.expr(it, inside));
                    let parameter = Parameter {
                        default,
                        is_variadic: it.kind() == "variadic_parameter_declaration",
                        ..Parameter::typed(name.map_or("", |it| it.name.text()), annotation)
                    };
                    self.parameter(parameter, inside);
                }
                "variadic_parameter" | "..." => {
                    let parameter =
                        Parameter { is_variadic: true, ..Parameter::typed("...", None) };
                    self.parameter(parameter, inside);
                }
                _ => {}
            }
        }
    }

    /// `: Base(x), field_{y}` before the body of a constructor.
    fn field_initializers(&mut self, list: Node<'t>, inside: Here) {
        for it in children(list) {
            let Some(name) = it.first_child() else { continue };
            let values = children(it).into_iter().skip(1).collect::<Vec<_>>();
            let mut given = Vec::new();
            for value in &values {
                given.extend(self.arguments(*value, inside).0);
            }
            let count = Some(given.len() as u32);
            let first = name.text().chars().next().unwrap_or('_');
            let is_field = name.kind() == "field_identifier"
                && (first.is_lowercase() || first == '_' || name.text().ends_with('_'));
            if is_field {
                let this = self.this(inside);
                let target = self.attribute(this, name.text());
                self.refer(target, name, WRITE, inside);
                if let (Some(class), [only]) = (inside.class, given.as_slice()) {
                    self.builder.semantics.members.push(Member {
                        class,
                        name: name.text().into(),
                        value: only.value,
                        definition: None,
                    });
                }
                continue;
            }
            let base = match name.kind() {
                "qualified_identifier" => self.qualified_value(name, Use::Called(count), inside),
                _ => {
                    let target = self.name(inside.scope, plain_name(name));
                    self.refer(target, name, Use::Called(count), inside);
                    target
                }
            };
            self.call(base, given);
        }
    }
}

/// The last name of `a::B<T>`.
fn plain_last(text: &str) -> &str {
    let text = text.split('<').next().unwrap_or(text);
    text.rsplit("::").next().unwrap_or(text).trim()
}
