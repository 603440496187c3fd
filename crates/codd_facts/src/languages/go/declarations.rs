//! Types with their fields and methods, constants and variables.

use super::walk::{OwnType, Walk};
use super::{CALLING, ELEMENT};
use crate::lowering::{Here, New, READ, TYPE, Use};
use crate::node::{Node, child_of_kind, children, field};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, Expr, MODULE_SCOPE, ReferenceKind,
};

const INHERIT: Use = Use::Kind(ReferenceKind::Inherit);

/// The built-in interface, of which a value says more.
pub(super) const ERROR: &str = "error";

impl<'t> Walk<'_, 't> {
    pub(super) fn type_declaration(&mut self, node: Node<'t>, here: Here) {
        let specs = children(node);
        // All names first: types refer to one another.
        let ids: Vec<Option<DefinitionId>> =
            specs.iter().map(|spec| self.type_name(*spec, specs.len() == 1, node, here)).collect();
        for (spec, id) in specs.into_iter().zip(ids) {
            if let Some(id) = id {
                self.type_body(spec, id, here);
            }
        }
    }

    fn type_name(
        &mut self,
        spec: Node<'t>,
        is_alone: bool,
        declaration: Node<'t>,
        here: Here,
    ) -> Option<DefinitionId> {
        let (name, underlying) = (field(spec, "name")?, field(spec, "type")?);
        let kind = match (spec.kind(), underlying.kind()) {
            ("type_alias", _) => DefinitionKind::TypeAlias,
            (_, "interface_type") => DefinitionKind::Interface,
            _ => DefinitionKind::Class,
        };
        let flags =
            DefinitionFlags { is_private: Self::is_private(name.text()), ..Default::default() };
        let mut new = New::of(kind, spec, name, Some(underlying)).with(flags);
        if is_alone {
            new.whole = declaration;
        }
        let id = self.define_bound(new, here);
        if here.parent.is_none() {
            let namespace = self.namespace.clone();
            self.offer(namespace, id);
            self.types.insert(name.text(), OwnType { id, underlying });
        }
        Some(id)
    }

    fn type_body(&mut self, spec: Node<'t>, id: DefinitionId, here: Here) {
        let Some(underlying) = field(spec, "type") else { return };
        let around = match field(spec, "type_parameters") {
            Some(list) => {
                let around = self.type_head(id, here);
                self.type_parameters(list, around);
                around
            }
            None => here,
        };
        let inside = self.class_body(id, around);
        // A field may have the name of its type, which stands for no field.
        let types = Here { scope: around.scope, ..inside };
        if spec.kind() == "type_alias" {
            let value = self.type_expr(underlying, types);
            self.definition(id).value = Some(value);
            return;
        }
        match underlying.kind() {
            "struct_type" => {
                let list = child_of_kind(underlying, "field_declaration_list");
                for field in list.map(children).unwrap_or_default() {
                    self.struct_field(field, id, inside, types);
                }
            }
            "interface_type" => {
                for element in children(underlying) {
                    self.interface_element(element, id, inside, types);
                }
            }
            "slice_type" | "array_type" | "map_type" | "channel_type" => {
                let element = field(underlying, "element").or_else(|| field(underlying, "value"));
                if let Some(length) = field(underlying, "length") {
                    self.expr(length, READ, types);
                }
                if let Some(key) = field(underlying, "key") {
                    self.type_expr(key, types);
                }
                if let Some(element) = element {
                    let element = self.type_expr(element, types);
                    self.bind(inside, ELEMENT, Bound::Value(element));
                }
            }
            "function_type" => {
                let signature = self.signature(underlying, types);
                self.bind(inside, CALLING, Bound::Value(signature));
            }
            // Has the fields of another type, or the methods of another interface.
            "type_identifier" | "qualified_type" | "generic_type" => {
                let base = self.type_used(underlying, TYPE, types);
                self.definition(id).bases.push(base);
            }
            _ => {
                self.type_expr(underlying, types);
            }
        }
    }

    /// Type parameters stand for what they are bound by; what is bound by nothing is unknown.
    pub(super) fn type_parameters(&mut self, list: Node<'t>, inside: Here) {
        for declaration in children(list) {
            let Some(constraint) = field(declaration, "type") else { continue };
            let is_any = matches!(constraint.text(), "any" | "comparable" | "interface{}");
            let types = children(constraint);
            let is_plain = matches!(types.as_slice(), [only]
                if matches!(only.kind(), "type_identifier" | "qualified_type" | "generic_type"));
            let bound = match self.type_expr(constraint, inside) {
                bound if is_plain && !is_any => Some(bound),
                _ => None,
            };
            for name in children(declaration).into_iter().filter(|it| it.kind() == "identifier") {
                self.type_parameter(name.text(), bound, inside);
            }
        }
    }

    fn struct_field(&mut self, node: Node<'t>, class: DefinitionId, inside: Here, types: Here) {
        let Some(of) = field(node, "type") else { return };
        let names: Vec<Node<'t>> =
            children(node).into_iter().filter(|it| it.kind() == "field_identifier").collect();
        if !names.is_empty() {
            let declared = self.type_expr(of, types);
            for name in names {
                self.field_of(name, node, declared, inside);
            }
            return;
        }
        // An embedded type: its members are members here, and it is a field of its own name.
        let base = self.type_used(of, INHERIT, types);
        self.definition(class).bases.push(base);
        if let Some(name) = last_name(of) {
            self.field_of(name, node, base, inside);
        }
    }

    fn field_of(&mut self, name: Node<'t>, whole: Node<'t>, declared: crate::ExprId, inside: Here) {
        if name.text() == "_" {
            return;
        }
        let flags =
            DefinitionFlags { is_private: Self::is_private(name.text()), ..Default::default() };
        let new = New::of(DefinitionKind::Field, whole, name, None).with(flags);
        let id = self.define_bound(new, inside);
        self.definition(id).declared_type = Some(declared);
    }

    fn interface_element(
        &mut self,
        node: Node<'t>,
        class: DefinitionId,
        inside: Here,
        types: Here,
    ) {
        match node.kind() {
            "method_elem" => {
                let Some(name) = field(node, "name") else { return };
                let flags = DefinitionFlags {
                    is_private: Self::is_private(name.text()),
                    is_abstract: true,
                    ..Default::default()
                };
                let new = New::of(DefinitionKind::Method, node, name, None).with(flags);
                let id = self.define_bound(new, inside);
                let body = self.function_body(id, inside);
                self.parameters_and_result(node, id, body);
            }
            "type_elem" => {
                let all = children(node);
                let is_embedded = matches!(all.as_slice(), [only]
                    if matches!(only.kind(), "type_identifier" | "qualified_type" | "generic_type"));
                if is_embedded {
                    let base = self.type_used(all[0], INHERIT, types);
                    self.definition(class).bases.push(base);
                } else {
                    self.each_type(node, types);
                }
            }
            _ => {}
        }
    }

    /// Constants and variables, of the package or of a function.
    pub(super) fn value_declaration(&mut self, node: Node<'t>, here: Here) {
        let mut specs = children(node);
        if let [only] = specs.as_slice()
            && only.kind() == "var_spec_list"
        {
            specs = children(*only);
        }
        let is_alone = specs.len() == 1;
        // In a group of constants those without a value repeat the type before.
        let mut repeated = None;
        for spec in specs {
            let names: Vec<Node<'t>> =
                children(spec).into_iter().filter(|it| it.kind() == "identifier").collect();
            let (of, value) = (field(spec, "type"), field(spec, "value"));
            let is_constant = spec.kind() == "const_spec";
            let declared = match of {
                Some(of) => Some(self.type_expr(of, here)),
                None if is_constant && value.is_none() => repeated,
                None => None,
            };
            repeated = declared;
            let is_opaque = of.is_none_or(|it| Self::is_opaque(it) || it.text() == ERROR);
            if here.parent.is_some() || here.function.is_some() {
                let values = self.values(value, names.len(), here);
                for (at, name) in names.iter().enumerate() {
                    let value = values.get(at).copied().filter(|_| is_opaque);
                    self.local_value(*name, declared, value, here);
                }
                continue;
            }
            let whole = if is_alone { node } else { spec };
            self.package_values(&names, whole, spec, declared, is_opaque);
        }
    }

    /// Forgets what variables of the package hold as texts that functions give others.
    pub(super) fn forget_rewritten(&mut self) {
        for name in std::mem::take(&mut self.rewritten) {
            let Some(Bound::Definition(id)) =
                self.lowering.builder.bound_last(MODULE_SCOPE, &name).cloned()
            else {
                continue;
            };
            let value = self.semantics().definition(id).value;
            let is_text = value.is_some_and(|it| {
                matches!(self.semantics().expr(it), Expr::Text(_) | Expr::Joined(_))
            });
            if is_text {
                self.definition(id).value = None;
            }
        }
    }

    fn package_values(
        &mut self,
        names: &[Node<'t>],
        whole: Node<'t>,
        spec: Node<'t>,
        declared: Option<crate::ExprId>,
        is_opaque: bool,
    ) {
        let list = field(spec, "value").map(children).unwrap_or_default();
        let mut ids = Vec::new();
        for (at, name) in names.iter().enumerate() {
            if name.text() == "_" {
                ids.push(None);
                continue;
            }
            let flags =
                DefinitionFlags { is_private: Self::is_private(name.text()), ..Default::default() };
            let mut new = New::of(DefinitionKind::Variable, whole, *name, None).with(flags);
            // Each of several has its own value.
            new.body = match list.get(at) {
                Some(value) if list.len() == names.len() => vec![*value],
                _ => list.clone(),
            };
            let values = field(spec, "value");
            new.shape = children(spec)
                .into_iter()
                .filter(|it| it.kind() != "identifier" && Some(*it) != values)
                .collect();
            let id = self.define_bound(new, Here::TOP);
            self.definition(id).declared_type = declared;
            let namespace = self.namespace.clone();
            self.offer(namespace, id);
            if list.iter().any(|it| self.runs_own_code(*it)) {
                self.starts_package(id, super::test_cases::MADE_AT_START);
            }
            ids.push(Some(id));
        }
        for (at, value) in list.iter().enumerate() {
            let initialises = ids.get(at).copied().flatten();
            let here = Here { initialises, ..Here::TOP };
            let value = self.expr(*value, crate::lowering::READ, here);
            if list.len() == names.len() {
                // An empty text waits for another one.
                let is_empty = spec.kind() == "var_spec"
                    && matches!(self.semantics().expr(value), Expr::Text(text) if text.is_empty());
                if let Some(id) = initialises.filter(|_| is_opaque && !is_empty) {
                    self.definition(id).value = Some(value);
                }
                continue;
            }
            for (place, id) in ids.iter().enumerate() {
                if let Some(id) = id.filter(|_| is_opaque) {
                    let value = self.index(value, Some(super::types::place(place)));
                    self.definition(id).value = Some(value);
                }
            }
        }
    }
}

/// The name that an embedded type is a field by.
fn last_name(of: Node<'_>) -> Option<Node<'_>> {
    match of.kind() {
        "type_identifier" => Some(of),
        "qualified_type" => field(of, "name"),
        "generic_type" => field(of, "type").and_then(last_name),
        _ => None,
    }
}
