//! Functions: declarations, parameters, bodies, and callbacks folded into what holds them.

use super::patterns::{bare_value, function_flags, is_plain_name, is_wrapper};
use super::segments::Part;
use super::walker::{Given, Here, NewDefinition, READ, This, Use, Walker};
use crate::builder::Branch;
use crate::node::{Node, children, field};
use crate::{
    Bound, DefinitionId, DefinitionKind, Expr, ExprId, Name, Parameter, ReferenceKind, ScopeKind,
};

impl<'t> Walker<'t> {
    /// `function f() {}` and its overload signatures, which are one definition.
    pub(super) fn function_declaration(&mut self, node: Node<'t>, outer: Node<'t>, here: Here) {
        let Some(name_node) = field(node, "name") else {
            self.folded(node, here, &Given::default());
            return;
        };
        let name = Name::from(name_node.text());
        let key = (here.scope, name.clone(), false);
        let is_signature = node.kind() == "function_signature";
        let id = match self.signatures.get(&key).copied() {
            Some(id) => {
                self.continued(id, outer, name_node);
                id
            }
            None => {
                let new = NewDefinition {
                    kind: DefinitionKind::Function,
                    name: name.clone(),
                    name_node,
                    outer,
                    flags: function_flags(node),
                };
                let id = self.define_apart(new, here);
                self.bind(here.scope, name, Bound::Definition(id));
                id
            }
        };
        if is_signature {
            self.signatures.insert(key, id);
        } else {
            self.signatures.remove(&key);
        }
        self.function(node, Some(id), here);
    }

    /// Another signature, or the implementation, of a definition that is already there.
    pub(super) fn continued(&mut self, id: DefinitionId, outer: Node<'t>, name: Node<'t>) {
        self.segment(id, outer, Part::Shape);
        self.segment(id, name, Part::Name);
        let (whole, name_span, _) = &mut self.places[id.index()];
        whole.end = whole.end.max(outer.span().end);
        *name_span = name.span();
        let definition = self.definition(id);
        definition.parameters.clear();
        definition.declared_type = None;
    }

    /// A function's own scope: parameters, types and body, as those of `definition`.
    pub(super) fn function(
        &mut self,
        node: Node<'t>,
        definition: Option<DefinitionId>,
        here: Here,
    ) {
        self.function_of_type(node, definition, None, here);
    }

    /// The same for one that is assigned to a place of a declared type.
    pub(super) fn function_of_type(
        &mut self,
        node: Node<'t>,
        definition: Option<DefinitionId>,
        declared: Option<ExprId>,
        here: Here,
    ) {
        let is_arrow = node.kind() == "arrow_function";
        let mut this = if is_arrow { here.this } else { This::Unknown };
        if !is_arrow && let Some(id) = definition {
            let definition = self.semantics().definition(id);
            // By custom, a function with a capital is called with `new`.
            if definition.kind == DefinitionKind::Function
                && definition.name.starts_with(char::is_uppercase)
            {
                this = This::Instance(id);
            }
        }
        let by = declared.map(|it| self.add(Expr::InstanceOf(it)));
        let given = Given { by, ..Given::default() };
        self.function_with_this(node, definition, this, here, &given);
    }

    /// A function without a name of its own, as part of the definition around it.
    ///
    /// `given` is what its first parameters are known to be called with.
    pub(super) fn folded(&mut self, node: Node<'t>, here: Here, given: &Given) -> ExprId {
        let this = if node.kind() == "arrow_function" { here.this } else { This::Unknown };
        self.folded_returns.push(Vec::new());
        self.function_with_this(node, None, this, here, given);
        let returns = self.folded_returns.pop().unwrap_or_default();
        self.folded_return = if returns.is_empty() { None } else { Some(self.either(returns)) };
        self.unknown()
    }

    pub(super) fn function_with_this(
        &mut self,
        node: Node<'t>,
        definition: Option<DefinitionId>,
        this: This,
        here: Here,
        given: &Given,
    ) {
        let owner = definition.or(here.owner);
        let scope = self.builder.scope(ScopeKind::Function, Some(here.scope), owner);
        let mut inside = Here {
            scope,
            hoist: scope,
            owner,
            parent: definition.or(here.parent),
            function: definition,
            initialises: if definition.is_some() { None } else { here.initialises },
            this,
            is_top: false,
            is_factory: given.is_module,
            branch: if definition.is_some() { Branch::Always } else { here.branch },
            ..here
        };
        if let Some(id) = definition {
            self.definition(id).body = Some(scope);
        } else if node.kind() == "function_expression"
            && let Some(name) = field(node, "name")
        {
            // Its own name, seen from inside alone.
            let name = name.text();
            self.bind(scope, name, Bound::Unknown);
        }
        if let Some(parameters) = field(node, "type_parameters") {
            self.type_parameters(parameters, definition, inside);
        }
        let parameters = match (field(node, "parameters"), field(node, "parameter")) {
            (Some(list), _) => children(list),
            (None, Some(only)) => vec![only],
            (None, None) => Vec::new(),
        };
        let mut index = 0;
        for parameter in parameters {
            if parameter.kind() == "decorator" || parameter.kind() == "ERROR" {
                continue;
            }
            if let Some(receiver) = self.parameter(parameter, index, given, inside) {
                inside.this = receiver;
            } else {
                index += 1;
            }
        }
        if let Some(returned) = field(node, "return_type") {
            let returned = self.annotation(returned, inside);
            if let Some(id) = definition {
                self.definition(id).declared_type = Some(returned);
            }
        }
        let Some(body) = field(node, "body") else { return };
        if let Some(id) = definition {
            self.segment(id, body, Part::Body);
        }
        if body.kind() == "statement_block" {
            self.statements(children(body), inside);
        } else {
            self.returned_value(body, inside);
        }
    }

    /// Binds one parameter; gives what `this` is when it is TypeScript's `this: T`.
    fn parameter(&mut self, node: Node<'t>, index: u32, given: &Given, here: Here) -> Option<This> {
        for decorator in children(node).into_iter().filter(|it| it.kind() == "decorator") {
            self.decorator(decorator, here);
        }
        let pattern = field(node, "pattern").or_else(|| field(node, "left")).unwrap_or(node);
        let annotation = field(node, "type").map(|it| self.annotation(it, here));
        if pattern.kind() == "this" {
            let instance = annotation.map(|it| self.add(Expr::InstanceOf(it)));
            return Some(instance.map_or(This::Unknown, This::Object));
        }
        let default = field(node, "value").or_else(|| field(node, "right"));
        let default = default.map(|it| self.expr(it, here, READ));
        let is_variadic = pattern.kind() == "rest_pattern";
        let target = if is_variadic { pattern.first_child().unwrap_or(pattern) } else { pattern };
        let is_plain = is_plain_name(target);
        let name = if is_plain {
            Name::from(target.text())
        } else {
            // No name of the language: it stands for the whole argument.
            Name::from(format!("#{index}"))
        };
        if given.is_module && matches!(name.as_str(), "require" | "exports" | "module") {
            return None;
        }
        let passed = given.by.map(|of| self.add(Expr::Passed { of, index }));
        match here.function {
            Some(function) => {
                self.definition(function).parameters.push(Parameter {
                    is_named_type: false,
                    runs: crate::Certainty::Always,
                    name: name.clone(),
                    annotation: annotation.or(passed),
                    default,
                    is_receiver: false,
                    is_variadic,
                });
                self.bind(here.scope, name.clone(), Bound::Parameter { function, index });
            }
            None => {
                let mut known: Vec<ExprId> =
                    given.known.get(index as usize).copied().into_iter().collect();
                known.extend(passed);
                let bound = match annotation {
                    Some(annotation) => Bound::Typed(annotation),
                    None if known.is_empty() => Bound::Unknown,
                    None => Bound::Value(self.either(known)),
                };
                self.bind(here.scope, name.clone(), bound);
            }
        }
        if !is_plain {
            let whole = self.name(here.scope, name);
            self.bind_locals(target, whole, here);
        }
        None
    }

    pub(super) fn decorator(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let Some(inside) = children(node).into_iter().next() else { return self.unknown() };
        if inside.kind() != "call_expression" {
            return self.expr(inside, here, Use::Kind(ReferenceKind::Decorate));
        }
        let callee = match field(inside, "function") {
            Some(function) => self.expr(function, here, Use::Kind(ReferenceKind::Decorate)),
            None => self.unknown(),
        };
        let values = match field(inside, "arguments") {
            Some(arguments) => self.arguments(arguments, callee, here),
            None => Vec::new(),
        };
        self.call(callee, values)
    }

    /// The value of an expression that is kept under some name or returned: functions and
    /// classes with a name, and the methods of objects, are definitions there.
    pub(super) fn value(&mut self, node: Node<'t>, here: Here) -> ExprId {
        self.value_of(node, here, None)
    }

    /// The same for what is kept in `this`, which methods of an object literal then are of.
    pub(super) fn value_of(&mut self, node: Node<'t>, here: Here, this: Option<ExprId>) -> ExprId {
        let value = self.deeper(node, here, |it| {
            let bare = bare_value(node);
            match bare.kind() {
                "object" => {
                    it.cast_types(node, here);
                    it.object(bare, here, Some(this))
                }
                "array" => {
                    it.cast_types(node, here);
                    it.array_of_values(bare, here)
                }
                "function_expression" | "generator_function" => {
                    let Some(name_node) = field(bare, "name") else {
                        return it.folded(bare, here, &Given::default());
                    };
                    let id = it.function_definition(bare, bare, name_node, here);
                    it.add(Expr::Definition(id))
                }
                "ternary_expression" => {
                    if let Some(condition) = field(bare, "condition") {
                        it.expr(condition, here, READ);
                    }
                    let branches = ["consequence", "alternative"].map(|side| field(bare, side));
                    let options = branches.into_iter().flatten();
                    let options = options.map(|side| it.value_of(side, here, this)).collect();
                    it.either(options)
                }
                "call_expression" if is_freeze(bare.text()) => {
                    let arguments = field(bare, "arguments").map(children).unwrap_or_default();
                    match arguments.as_slice() {
                        [only] => it.value_of(*only, here, this),
                        _ => it.expr(bare, here, READ),
                    }
                }
                "call_expression" if bare.text().starts_with("Object.assign(") => {
                    it.cast_types(node, here);
                    it.assigned_object(bare, here, this)
                }
                _ => it.expr(node, here, READ),
            }
        });
        value.unwrap_or_else(|| self.unknown())
    }

    /// The type that a value is cast to, the outermost if several are written.
    pub(super) fn cast_types(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let mut at = node;
        let mut cast = None;
        while is_wrapper(at) {
            let parts = children(at);
            for kind in parts.iter().skip(1) {
                let named = self.type_expr(*kind, here);
                cast = cast.or(Some(named));
            }
            match parts.first() {
                Some(inside) => at = *inside,
                None => return cast,
            }
        }
        cast
    }

    /// A function whose name comes from where it is put; it is not bound.
    pub(super) fn function_definition(
        &mut self,
        node: Node<'t>,
        outer: Node<'t>,
        name_node: Node<'t>,
        here: Here,
    ) -> DefinitionId {
        let new = NewDefinition {
            kind: DefinitionKind::Function,
            name: name_node.text().into(),
            name_node,
            outer,
            flags: function_flags(node),
        };
        let id = self.define_apart(new, here);
        let head = self.block(here);
        let name = name_node.text();
        self.bind(head.scope, name, Bound::Definition(id));
        self.function(node, Some(id), head);
        id
    }
}

fn is_freeze(text: &str) -> bool {
    text.starts_with("Object.freeze(") || text.starts_with("Object.seal(")
}
