//! Properties: fields, and what runs when they are read or written.

use super::super::jvm::test_cases;
use super::declarations::{Class, annotation_nodes, flags_of, has_modifier};
use super::types::is_type;
use super::{Walk, plain_name};
use crate::lowering::{Here, New, READ};
use crate::node::{Node, child_of_kind, children, has_child};
use crate::{Bound, DefinitionId, DefinitionKind, ExprId, Name};

impl<'t> Walk<'_, 't> {
    /// A property of a class or file; a local variable anywhere else.
    pub(super) fn property(&mut self, node: Node<'t>, class: &Class, here: Here) {
        if here.function.is_some() || (here.owner.is_some() && here.owner != here.class) {
            self.local(node, here);
            return;
        }
        let Some(variable) = child_of_kind(node, "variable_declaration") else {
            self.local(node, here);
            return;
        };
        let Some(name) = child_of_kind(variable, "identifier") else { return };
        let of = children(variable).into_iter().find(|it| is_type(*it));
        let receiver = children(node).into_iter().find(|it| is_type(*it));
        let (getter, setter) = (child_of_kind(node, "getter"), child_of_kind(node, "setter"));
        let has_code = |it: Node<'t>| child_of_kind(it, "function_body").is_some();
        let is_computed = receiver.is_some() || getter.is_some_and(has_code);
        let value = initial(node);
        let annotations = annotation_nodes(node);
        let kind = match (
            here.class.is_some(),
            is_computed && (here.class.is_some() || receiver.is_some()),
        ) {
            (_, true) => DefinitionKind::Method,
            (true, false) => DefinitionKind::Field,
            (false, false) => DefinitionKind::Variable,
        };
        let mut new = New::of(kind, node, name, value)
            .decorated_with(annotations.clone())
            .with(flags_of(node));
        new.name = plain_name(name).into();
        new.flags.is_property = kind == DefinitionKind::Method;
        new.shape.retain(|it| *it != variable && Some(*it) != getter && Some(*it) != setter);
        new.shape.extend(of);
        new.body.extend(getter.into_iter().chain(setter));
        let id = self.it.define_bound(new, here);
        self.publish(id, class);
        let annotations = self.annotate(id, &annotations, here);
        let is_written = has_child(node, "var");
        if has_modifier(node, "const") {
            // Java reads it as it is.
        } else if here.class.is_some() {
            self.seen_by_java(id, is_written, here);
        } else if let Some(facade) = &class.facade {
            for accessor in accessor_names(plain_name(name), is_written) {
                self.it.offer_as(facade.clone(), accessor, id);
            }
        }
        if test_cases::is_rule(&annotations) {
            test_cases::runs_rule(self.it, id, name.span(), class.companion_of.unwrap_or(here));
        }
        if kind == DefinitionKind::Method {
            let mut inside = self.it.function_body(id, here);
            if let Some(receiver) = receiver {
                inside.this = self.extend_type(receiver, id, inside);
            }
            let declared = of.map(|it| self.type_of(it, inside));
            self.it.definition(id).declared_type = declared;
            self.accessors(getter, setter, declared, inside);
            if let Some(value) = value {
                self.expression(value, READ, inside);
            }
            return;
        }
        let inside = Here { initialises: Some(id), ..here };
        let declared = of.map(|it| self.type_of(it, inside));
        let value = value.map(|it| self.expression(it, READ, inside));
        let delegated =
            child_of_kind(node, "property_delegate").map(|it| self.delegated(it, inside));
        let definition = self.it.definition(id);
        definition.declared_type = declared;
        definition.value = value.or(delegated);
        let within = self.it.lambda_body(Here { owner: Some(id), ..here });
        self.accessors(getter, setter, declared, within);
    }

    /// Binds a property under the names of the methods by which Java reads and writes it.
    pub(super) fn seen_by_java(&mut self, property: DefinitionId, is_written: bool, here: Here) {
        let definition = self.it.semantics().definition(property);
        if definition.flags.is_private {
            return;
        }
        let names = accessor_names(&definition.name.clone(), is_written);
        let value = self.it.definition_value(property);
        for name in names {
            self.it.bind(here, name, Bound::Alias(value));
        }
    }

    fn accessors(
        &mut self,
        getter: Option<Node<'t>>,
        setter: Option<Node<'t>>,
        declared: Option<ExprId>,
        inside: Here,
    ) {
        if let Some(body) = getter.and_then(|it| child_of_kind(it, "function_body")) {
            let within = self.it.block(inside);
            self.it.bind(within, "field", declared.map_or(Bound::Unknown, Bound::Typed));
            self.function_code(body, within);
        }
        if let Some(setter) = setter
            && let Some(body) = child_of_kind(setter, "function_body")
        {
            let within = self.it.block(inside);
            let bound = || declared.map_or(Bound::Unknown, Bound::Typed);
            self.it.bind(within, "field", bound());
            if let Some(name) = child_of_kind(setter, "identifier") {
                self.it.bind(within, plain_name(name), bound());
            }
            for it in children(body) {
                self.statement(it, Here { function: None, ..within });
            }
        }
    }

    /// `by lazy { value }` holds what the lambda gives; of other delegates only `getValue`
    /// would tell.
    fn delegated(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(delegate) = children(node).into_iter().next() else { return self.it.unknown() };
        let is_lazy = children(delegate).first().is_some_and(|it| it.text() == "lazy");
        let lambda = child_of_kind(delegate, "annotated_lambda")
            .and_then(|it| child_of_kind(it, "lambda_literal"));
        match lambda.filter(|_| is_lazy) {
            Some(lambda) => self.lambda(lambda, None, None, here),
            None => {
                self.expression(delegate, READ, here);
                self.it.unknown()
            }
        }
    }

    pub(super) fn local(&mut self, node: Node<'t>, here: Here) {
        for annotation in annotation_nodes(node) {
            self.annotation_use(annotation, here);
        }
        let value = initial(node).map(|it| self.expression(it, READ, here));
        let delegated = child_of_kind(node, "property_delegate").map(|it| self.delegated(it, here));
        if let Some(names) = child_of_kind(node, "multi_variable_declaration") {
            self.taken_apart(names, here);
        }
        let Some(variable) = child_of_kind(node, "variable_declaration") else { return };
        let Some(name) = child_of_kind(variable, "identifier") else { return };
        let of = children(variable).into_iter().find(|it| is_type(*it));
        let declared = of.map(|it| self.type_of(it, here));
        self.it.local(plain_name(name), declared, value.or(delegated), here);
    }

    /// Binds the names of something that is taken apart.
    pub(super) fn taken_apart(&mut self, names: Node<'t>, here: Here) {
        for variable in children(names) {
            let of = children(variable).into_iter().find(|it| is_type(*it));
            let declared = of.map(|it| self.type_of(it, here));
            if let Some(name) = child_of_kind(variable, "identifier") {
                self.it.local(plain_name(name), declared, None, here);
            }
        }
    }
}

/// The methods that Java has for a property; `isOpen` keeps its name.
fn accessor_names(property: &str, is_written: bool) -> Vec<Name> {
    let is_question = property.strip_prefix("is").filter(|it| it.starts_with(char::is_uppercase));
    let name = is_question.map_or_else(|| capitalised(property), str::to_owned);
    let getter = is_question.is_none().then(|| format!("get{name}").into());
    getter.into_iter().chain(is_written.then(|| format!("set{name}").into())).collect()
}

pub(super) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |it| it.to_uppercase().chain(letters).collect())
}

/// The value that a property or variable is first given.
fn initial(node: Node<'_>) -> Option<Node<'_>> {
    children(node).into_iter().find(|it| {
        !is_type(*it)
            && !matches!(
                it.kind(),
                "modifiers"
                    | "variable_declaration"
                    | "multi_variable_declaration"
                    | "getter"
                    | "setter"
                    | "property_delegate"
                    | "type_parameters"
                    | "type_constraints"
                    | "type_modifiers"
            )
    })
}
