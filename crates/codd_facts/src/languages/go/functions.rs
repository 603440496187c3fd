//! Functions, methods and what they take and give.

use super::{test_cases, walk::Walk};
use crate::lowering::{CALL, Here, New, This};
use crate::node::{Node, children, field};
use crate::{
    Added, Bound, DefinitionFlags, DefinitionId, DefinitionKind, ExprId, MODULE_SCOPE, Name,
    Parameter,
};

impl<'t> Walk<'_, 't> {
    pub(super) fn function_declaration(&mut self, node: Node<'t>) {
        let Some(name) = field(node, "name") else { return };
        let body = field(node, "body");
        let flags =
            DefinitionFlags { is_private: Self::is_private(name.text()), ..Default::default() };
        let new = New::of(DefinitionKind::Function, node, name, body).with(flags);
        let id = match name.text() {
            "_" => return,
            "init" => {
                let id = self.define(new, Here::TOP);
                // It runs when the package is loaded.
                let value = self.definition_value(id);
                self.refer(value, name, CALL, Here::TOP);
                id
            }
            _ => self.define_bound(new, Here::TOP),
        };
        let namespace = self.namespace.clone();
        self.offer(namespace, id);
        if name.text() == "init" || self.is_test_file && name.text() == "TestMain" {
            self.starts_package(id, test_cases::RUN_AT_START);
        }
        let inside = self.function_body(id, Here::TOP);
        if let Some(list) = field(node, "type_parameters") {
            self.type_parameters(list, inside);
        }
        self.parameters_and_result(node, id, inside);
        self.test_function(node, name, id);
        if let Some(body) = body {
            self.block_statements(body, inside);
        }
    }

    pub(super) fn method_declaration(&mut self, node: Node<'t>) {
        let (Some(name), Some(receiver)) = (field(node, "name"), field(node, "receiver")) else {
            return;
        };
        let Some(declared) = children(receiver).into_iter().find_map(|it| {
            let of = field(it, "type")?;
            Some((field(it, "name"), of))
        }) else {
            return;
        };
        let (receiver_name, of) = declared;
        let Some((type_name, arguments)) = receiver_type(of) else { return };
        let body = field(node, "body");
        let flags =
            DefinitionFlags { is_private: Self::is_private(name.text()), ..Default::default() };
        let new = New::of(DefinitionKind::Method, node, name, body).with(flags);
        let own = self.types.get(type_name.text()).copied();
        let own_scope = own.and_then(|it| self.semantics().definition(it.id).body);
        let id = match (own, own_scope) {
            (Some(own), Some(scope)) => {
                let class = Here { scope, parent: Some(own.id), ..Here::TOP };
                self.define_bound(new, class)
            }
            _ => {
                let qualified = Name::new(format!("{}.{}", type_name.text(), name.text()));
                let id = self.define_as(new, qualified, Here::TOP);
                let of = self.name(MODULE_SCOPE, type_name.text());
                self.extend(of, type_name.text(), Added::Member(id));
                id
            }
        };
        let inside = self.function_body(id, Here { this: This::Unknown, ..Here::TOP });
        let of = self.type_expr(type_name, inside);
        for (index, argument) in arguments.iter().enumerate() {
            let bound = Bound::TypeParameter { of, index: index as u32, bound: None };
            self.bind(inside, argument.text(), bound);
        }
        if let Some(receiver) = receiver_name {
            self.bind(inside, receiver.text(), Bound::Typed(of));
        }
        self.parameters_and_result(node, id, inside);
        self.test_method(name, type_name, id);
        if let Some(body) = body {
            self.block_statements(body, inside);
        }
    }

    /// Adds what `node` takes and gives to a function whose body is `inside`.
    pub(super) fn parameters_and_result(&mut self, node: Node<'t>, id: DefinitionId, inside: Here) {
        for taken in self.parameter_types(node, inside) {
            let parameter = Parameter {
                is_variadic: taken.is_variadic,
                is_named_type: taken.is_named,
                runs: crate::Certainty::Always,
                ..Parameter::typed(taken.name.unwrap_or("_"), Some(taken.of))
            };
            self.parameter(parameter, inside);
        }
        let Some(result) = field(node, "result") else { return };
        let declared = self.result_type(result, inside, true);
        self.definition(id).declared_type = Some(declared);
        if self.says_little(result, inside) {
            self.returns_opaque.insert(id);
        }
    }

    /// What a function takes, in order.
    pub(super) fn parameter_types(&mut self, node: Node<'t>, here: Here) -> Vec<Taken<'t>> {
        let mut out = Vec::new();
        for node in field(node, "parameters").map(children).unwrap_or_default() {
            let Some(typed) = field(node, "type") else { continue };
            let of = self.type_expr(typed, here);
            let is_variadic = node.kind() == "variadic_parameter_declaration";
            let mut names: Vec<Option<&str>> = children(node)
                .into_iter()
                .filter(|it| it.kind() == "identifier")
                .map(|it| Some(it.text()))
                .collect();
            if names.is_empty() {
                names.push(None);
            }
            let is_named = typed.is_leaf();
            out.extend(names.into_iter().map(|name| Taken { name, of, is_variadic, is_named }));
        }
        out
    }

    /// Whether what a function returns says more than what it is declared to.
    fn says_little(&self, result: Node<'t>, inside: Here) -> bool {
        let is_little = |of: Node<'t>| {
            let bound = self.lowering.builder.bound_so_far(inside.scope, &of.text().into());
            Self::is_opaque(of)
                || self.frameworks.is_router(of)
                || of.is_leaf()
                    && matches!(
                        bound,
                        Some((_, Bound::Unknown | Bound::TypeParameter { bound: None, .. }))
                    )
        };
        match result.kind() {
            "parameter_list" => {
                children(result).into_iter().filter_map(|it| field(it, "type")).any(is_little)
            }
            _ => is_little(result),
        }
    }
}

/// A parameter as it is written.
pub(super) struct Taken<'t> {
    pub(super) name: Option<&'t str>,
    pub(super) of: ExprId,
    pub(super) is_variadic: bool,
    is_named: bool,
}

/// The name of a receiver's type, and those it gives to the type's parameters.
fn receiver_type(of: Node<'_>) -> Option<(Node<'_>, Vec<Node<'_>>)> {
    let mut at = of;
    for _ in 0..8 {
        match at.kind() {
            "type_identifier" => return Some((at, Vec::new())),
            "generic_type" => {
                let list = field(at, "type_arguments").map(children).unwrap_or_default();
                let names = list.into_iter().flat_map(children).collect();
                return Some((field(at, "type")?, names));
            }
            _ => at = at.first_child()?,
        }
    }
    None
}
