//! Functions, values, types and whatever else stands in a body.

use super::super::jvm;
use super::declarations::{Class, annotation_nodes, flags_of};
use super::{Walk, fields, plain_name};
use crate::lowering::{Here, New, READ};
use crate::node::{Node, children, field};
use crate::{Added, Bound, DefinitionId, DefinitionKind, Expr, ExprId, Parameter};

impl<'t> Walk<'_, 't> {
    /// A definition, or a statement; gives the value of one that is an expression.
    pub(super) fn member(&mut self, node: Node<'t>, class: &Class, here: Here) -> Option<ExprId> {
        self.deeper(node, here, |it| it.member_within(node, class, here)).flatten()
    }

    fn member_within(&mut self, node: Node<'t>, class: &Class, here: Here) -> Option<ExprId> {
        match node.kind() {
            "class_definition" | "trait_definition" | "object_definition" | "enum_definition"
            | "package_object" => self.class(node, class, here),
            "enum_case_definitions" => self.enum_cases(node, class, here),
            "function_definition" | "function_declaration" => {
                self.function(node, class, None, here);
            }
            "val_definition" | "var_definition" | "val_declaration" | "var_declaration" => {
                self.value(node, class, here);
            }
            "type_definition" => self.type_alias(node, class, here),
            "given_definition" => self.given(node, class, here),
            "extension_definition" => self.extension(node, class, here),
            "import_declaration" => self.import(node, here),
            "export_declaration" => self.it.not_modelled("export clause"),
            "self_type" => self.self_type(node, here),
            "package_clause" | "end_marker" | "using_directive" => {}
            "ERROR" => self.type_body(node, class, here),
            _ => return Some(self.expression(node, READ, here)),
        }
        None
    }

    /// `self: Logging =>`: instances are of that type too, and may be called so.
    fn self_type(&mut self, node: Node<'t>, here: Here) {
        let parts = children(node);
        let (Some(class), [name, types @ ..]) = (here.class, parts.as_slice()) else { return };
        for of in types {
            let mut of = vec![*of];
            while let Some(next) = of.pop() {
                if next.kind() == "compound_type" {
                    of.extend(children(next).into_iter().rev());
                    continue;
                }
                let value = self.type_of(next, here);
                let instance = self.it.instance_of(value);
                self.it.bind(here, jvm::SELF_TYPE, Bound::Value(instance));
            }
        }
        if name.kind() == "identifier" && name.text() != "this" && name.text() != "_" {
            let this = self.it.add(Expr::This { class });
            self.it.bind(here, plain_name(*name), Bound::Alias(this));
        }
    }

    fn offer(&mut self, id: DefinitionId, class: &Class) {
        let is_private = self.it.semantics().definition(id).flags.is_private;
        if let Some(namespace) = class.namespace.clone().filter(|_| !is_private) {
            self.it.offer(namespace, id);
        }
    }

    /// A function; `receiver` is the parameter of the extension that it stands in.
    pub(super) fn function(
        &mut self,
        node: Node<'t>,
        class: &Class,
        receiver: Option<Node<'t>>,
        here: Here,
    ) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let annotations = annotation_nodes(node);
        let is_method = here.class.is_some() && here.class == here.owner;
        let kind = if is_method { DefinitionKind::Method } else { DefinitionKind::Function };
        let lists: Vec<Node<'t>> =
            children(node).into_iter().filter(|it| it.kind() == "parameters").collect();
        let is_constructor = is_method && name.text() == "this";
        let mut new = New::of(kind, node, name, body).decorated_with(annotations.clone());
        new.name = plain_name(name).into();
        new.flags = flags_of(node);
        new.flags.is_abstract |= body.is_none();
        // Named without parentheses, it runs where it is read.
        new.flags.is_property = lists.is_empty() && is_method;
        let id = match (is_constructor, here.class) {
            (true, Some(around)) => {
                new.name = self.it.semantics().definition(around).name.clone();
                let id = self.it.define(new, here);
                self.it.bind(here, jvm::CONSTRUCTOR, Bound::Definition(id));
                id
            }
            _ => self.it.define_bound(new, here),
        };
        if class.is_object && name.text() == "apply" {
            // The object itself is called.
            self.it.bind(here, jvm::CONSTRUCTOR, Bound::Definition(id));
        }
        self.offer(id, class);
        if is_method && self.is_around_tests(name.text()) {
            self.it.runs_around_tests(id, name.span(), here);
        }
        self.annotations(id, &annotations, here);
        let inside = self.it.function_body(id, here);
        self.type_parameters(node, inside);
        if let Some(receiver) = receiver
            && let (Some(own), Some(of)) = (field(receiver, "name"), field(receiver, "type"))
        {
            let target = self.type_of(of, inside);
            self.it.bind(inside, plain_name(own), Bound::Typed(target));
            self.extend_type(of, target, id);
        } else if let Some((target, type_name)) = class.extends_type.clone() {
            self.it.extend(target, type_name, Added::Member(id));
        }
        let declared = field(node, "return_type").map(|it| self.type_of(it, inside));
        self.it.definition(id).declared_type = declared;
        for (at, list) in lists.iter().enumerate() {
            self.parameters(*list, at > 0, inside);
        }
        if let Some(body) = body {
            let value = self.expression(body, READ, inside);
            if declared.is_none() {
                self.it.returned(value, inside);
            }
        }
    }

    /// The parameters of one list; those of further lists are passed apart, or by the compiler.
    pub(super) fn parameters(&mut self, list: Node<'t>, is_further: bool, inside: Here) {
        for node in children(list) {
            let Some(name) = field(node, "name") else { continue };
            for annotation in annotation_nodes(node) {
                self.annotation(annotation, inside);
            }
            let of = field(node, "type");
            let annotation = of.map(|it| self.type_of(it, inside));
            let default = field(node, "default_value");
            let mut default = default.map(|it| self.expression(it, READ, inside));
            if is_further {
                default = default.or_else(|| Some(self.it.literal()));
            }
            let parameter = Parameter {
                default,
                is_variadic: of.is_some_and(|it| it.kind() == "repeated_parameter_type"),
                is_named_type: of.is_some_and(|it| it.kind() == "type_identifier"),
                runs: crate::Certainty::Always,
                ..Parameter::typed(plain_name(name), annotation)
            };
            self.it.parameter(parameter, inside);
        }
    }

    /// `val` and `var`: members of a type or file, locals anywhere else.
    fn value(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let pattern = field(node, "pattern").or_else(|| field(node, "name"));
        let Some(pattern) = pattern else { return };
        let names: Vec<Node<'t>> = match pattern.kind() {
            "identifier" | "operator_identifier" => vec![pattern],
            "identifiers" => children(pattern),
            _ => Vec::new(),
        };
        let (of, value) = (field(node, "type"), field(node, "value"));
        let is_local =
            here.function.is_some() || (here.owner.is_some() && here.owner != here.class);
        if is_local || names.is_empty() {
            let declared = of.map(|it| self.type_of(it, here));
            let value = value.map(|it| self.expression(it, READ, here));
            if names.is_empty() {
                self.pattern(pattern, None, here);
            }
            for name in names {
                self.it.local(plain_name(name), declared, value, here);
            }
            return;
        }
        let annotations = annotation_nodes(node);
        for (at, name) in names.iter().enumerate() {
            let kind = match here.class {
                Some(_) => DefinitionKind::Field,
                None => DefinitionKind::Variable,
            };
            let mut new = New::of(kind, node, *name, value).decorated_with(annotations.clone());
            new.name = plain_name(*name).into();
            new.flags = flags_of(node);
            if at > 0 {
                new.whole = *name;
            }
            let id = self.it.define_bound(new, here);
            self.offer(id, class);
            self.annotations(id, &annotations, here);
            let inside = Here { initialises: Some(id), ..here };
            let declared = of.map(|it| self.type_of(it, inside));
            let value = value.map(|it| self.expression(it, READ, inside));
            let definition = self.it.definition(id);
            definition.declared_type = declared;
            definition.value = value;
        }
    }

    fn type_alias(&mut self, node: Node<'t>, class: &Class, here: Here) {
        let Some(name) = field(node, "name") else { return };
        let mut new = New::of(DefinitionKind::TypeAlias, node, name, None);
        new.flags = flags_of(node);
        let id = self.it.define_bound(new, here);
        self.offer(id, class);
        let of = fields(node, "type").into_iter().next_back();
        let value = of.map(|it| self.type_of(it, Here { owner: Some(id), ..here }));
        self.it.definition(id).value = value;
    }
}
