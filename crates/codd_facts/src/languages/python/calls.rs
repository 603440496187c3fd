//! Calls, and the functions whose result the language or its library fixes.

use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{
    Argument, Bound, DefinitionId, DefinitionKind, Expr, ExprId, Import, ImportItem, ImportRequest,
    Name, ReferenceKind,
};

/// What is counted as not modelled where code is made of text.
pub(super) const CODE_FROM_STRING: &str = "code run from a string";

/// Python's own functions that run text as code.
pub(super) const RUNNERS: &[&str] = &["eval", "exec"];

/// Names of the module that holds them, in all versions.
pub(super) const BUILTINS: &[&str] = &["__builtin__", "__builtins__", "builtins"];

impl Walk<'_, '_> {
    /// How many arguments a call passes; `None` where it unpacks some.
    pub(super) fn argument_count(&self, call: NodeId) -> Option<u32> {
        let list = self.child(call, self.grammar.fields.arguments)?;
        if self.kind(list) == Kind::GeneratorExpression {
            return Some(1);
        }
        let mut count = 0;
        for argument in self.tree.named_children(list) {
            if matches!(self.kind(argument), Kind::ListSplat | Kind::DictionarySplat) {
                return None;
            }
            count += 1;
        }
        Some(count)
    }

    /// Lowers a call whose callee is lowered already.
    pub(super) fn call(&mut self, node: NodeId, callee: ExprId, cx: &Cx) -> ExprId {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let mut arguments = Vec::new();
        let mut nodes = Vec::new();
        if let Some(list) = self.child(node, fields.arguments) {
            if self.kind(list) == Kind::GeneratorExpression {
                nodes.push(list);
                arguments.push(Argument { name: None, value: self.expr(list, cx) });
            } else {
                for argument in tree.named_children(list) {
                    if self.kind(argument) == Kind::KeywordArgument {
                        let name = self.child(argument, fields.name);
                        let name = name.map(|it| Name::new(self.text(it)));
                        let Some(value) = self.child(argument, fields.value) else { continue };
                        nodes.push(value);
                        let is_default = name
                            .as_ref()
                            .is_some_and(|it| crate::says_default(it, self.text(value)));
                        let value = self.expr(value, cx);
                        if !is_default {
                            arguments.push(Argument { name, value });
                        }
                    } else if self.kind(argument) == Kind::DictionarySplat {
                        self.expr(argument, cx);
                    } else {
                        nodes.push(argument);
                        arguments.push(Argument { name: None, value: self.expr(argument, cx) });
                    }
                }
            }
        }
        let called = match self.builder.semantics.expr(callee) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => name.clone(),
            _ => Name::default(),
        };
        if let Some(value) = self.known_call(&called, callee, &arguments, &nodes, cx) {
            return value;
        }
        let call = self.builder.expr(Expr::Call { callee, arguments });
        self.container_call(call, &called, node, cx);
        self.mutating_call(callee, &called, node, cx);
        self.framework_call(call, &called, node, cx);
        call
    }

    /// The value of a call of a function that is known by name, if this is one.
    fn known_call(
        &mut self,
        called: &str,
        callee: ExprId,
        arguments: &[Argument],
        nodes: &[NodeId],
        cx: &Cx,
    ) -> Option<ExprId> {
        let is_name = matches!(self.builder.semantics.expr(callee), Expr::Name { .. });
        let first = arguments.first().map(|it| it.value);
        match (called, arguments) {
            ("super", []) if is_name => {
                let class = cx.class?;
                Some(self.builder.expr(Expr::Super { class }))
            }
            ("super", [class, ..]) if is_name => {
                let class = self.class_named(class.value, cx).or(cx.class)?;
                Some(self.builder.expr(Expr::Super { class }))
            }
            ("type", [object]) if is_name && self.is_receiver(object.value, cx) => {
                Some(self.builder.expr(Expr::Definition(cx.class?)))
            }
            ("isinstance", [object, class]) if is_name => {
                if let Expr::Name { scope, name } = self.builder.semantics.expr(object.value) {
                    let (scope, name) = (*scope, name.clone());
                    let class = self.one_of(class.value);
                    self.narrowed.push((scope, name, class));
                }
                None
            }
            ("getattr", [object, name, ..]) if is_name => {
                let Expr::Text(name) = self.builder.semantics.expr(name.value) else {
                    self.builder.not_modelled("attribute named at run time");
                    return None;
                };
                let (name, object) = (name.clone(), object.value);
                let target = self.attribute(object, &name, cx);
                self.refer(ReferenceKind::Read, target, nodes[1], None, cx);
                let fallback = arguments.get(2).map(|it| it.value);
                Some(self.either([target].into_iter().chain(fallback).collect()))
            }
            ("setattr", [object, name, value]) if is_name => {
                if let Expr::Text(name) = self.builder.semantics.expr(name.value) {
                    let (name, object) = (name.clone(), object.value);
                    let target = self.attribute(object, &name, cx);
                    self.refer(ReferenceKind::Write, target, nodes[1], None, cx);
                    self.member(object, &name, value.value, None, cx);
                } else {
                    self.builder.not_modelled("attribute named at run time");
                }
                None
            }
            ("getfixturevalue", [name]) => {
                if let (Expr::Text(name), Some(owner)) =
                    (self.builder.semantics.expr(name.value), cx.owner)
                {
                    let name = name.clone();
                    self.pytest.ask(owner, name, nodes[0]);
                }
                None
            }
            ("cast", [_, value]) => {
                let kind = self.type_again(nodes[0], first?, cx);
                let cast = self.builder.expr(Expr::InstanceOf(kind));
                Some(self.either(vec![cast, value.value]))
            }
            ("format", [_, ..]) => self.formatted(callee, arguments),
            ("partial" | "partialmethod", [_, ..]) if self.is_from("functools", callee) => first,
            ("import_module" | "__import__", [_, ..]) => {
                let Expr::Text(module) = self.builder.semantics.expr(first?) else {
                    self.builder.not_modelled("module named at run time");
                    return None;
                };
                let name = module.trim_start_matches('.');
                let level = (module.len() - name.len()) as u32;
                let request = ImportRequest { module: Name::new(name), level };
                let import = Import {
                    request,
                    item: ImportItem::Module,
                    owner: cx.owner,
                    is_implied: false,
                };
                let import = self.builder.import(import, self.tree.span(nodes[0]));
                Some(self.builder.expr(Expr::Import(import)))
            }
            _ => None,
        }
    }

    /// A type that was lowered as a value: only where it is a string it must be read anew.
    fn type_again(&mut self, node: NodeId, value: ExprId, cx: &Cx) -> ExprId {
        match self.builder.semantics.expr(value) {
            Expr::Text(_) => self.type_expr(node, cx),
            _ => value,
        }
    }

    /// The class of this file that an expression names.
    pub(super) fn class_named(&self, expr: ExprId, cx: &Cx) -> Option<DefinitionId> {
        let Expr::Name { name, .. } = self.builder.semantics.expr(expr) else { return None };
        self.builder.bound_so_far(cx.scope, name).and_then(|(_, bound)| match bound {
            Bound::Definition(id) => {
                let kind = self.definition(*id).kind;
                matches!(kind, DefinitionKind::Class | DefinitionKind::Enum).then_some(*id)
            }
            _ => None,
        })
    }

    /// Whether a name was imported from a module, or an attribute is one of that module's.
    pub(super) fn is_from(&self, module: &str, expr: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let root = match semantics.expr(expr) {
            Expr::Attribute { base, .. } => semantics.expr(*base),
            name => name,
        };
        let Expr::Name { scope, name } = root else { return false };
        match self.builder.bound_so_far(*scope, name) {
            Some((_, Bound::Import(id))) => {
                let request = &semantics.import(*id).request.module;
                request == module
                    || request.strip_prefix(module).is_some_and(|it| it.starts_with('.'))
            }
            _ => false,
        }
    }
}
