//! Definitions, the scopes of their bodies, parameters, fields and locals.

use super::{Here, Lowering, This};
use crate::builder::DefinitionText;
use crate::documentation::{block_comment_at_end, says_something, text_before};
use crate::node::Node;
use crate::{
    Bound, Definition, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Member, Name,
    Parameter, ScopeKind, TestCase,
};

/// What a new definition is, and which nodes it is written with.
#[derive(Clone, Debug)]
pub(crate) struct New<'t> {
    pub(crate) kind: DefinitionKind,
    pub(crate) name: Name,
    pub(crate) name_node: Node<'t>,
    /// With its annotations and modifiers.
    pub(crate) whole: Node<'t>,
    /// Of what its signature is made: parameters, types, bases, modifiers.
    pub(crate) shape: Vec<Node<'t>>,
    pub(crate) decorators: Vec<Node<'t>>,
    pub(crate) body: Vec<Node<'t>>,
    pub(crate) flags: DefinitionFlags,
}

impl<'t> New<'t> {
    /// Named by `name`, with all other children of `whole` as its shape but `body`.
    pub(crate) fn of(
        kind: DefinitionKind,
        whole: Node<'t>,
        name: Node<'t>,
        body: Option<Node<'t>>,
    ) -> New<'t> {
        let is_shape = |it: &Node<'t>| *it != name && Some(*it) != body;
        New {
            kind,
            name: name.text().into(),
            name_node: name,
            whole,
            shape: whole.all_children().filter(is_shape).collect(),
            decorators: Vec::new(),
            body: body.into_iter().collect(),
            flags: DefinitionFlags::default(),
        }
    }

    /// Takes nodes out of the shape that are decorators.
    pub(crate) fn decorated_with(mut self, decorators: Vec<Node<'t>>) -> New<'t> {
        self.shape.retain(|it| !decorators.contains(it));
        self.decorators = decorators;
        self
    }

    pub(crate) fn with(self, flags: DefinitionFlags) -> New<'t> {
        New { flags, ..self }
    }
}

impl<'t> Lowering<'t> {
    /// Adds a definition below `here.parent` and does not bind its name.
    pub(crate) fn define(&mut self, new: New<'t>, here: Here) -> DefinitionId {
        let qualified_name = match here.parent {
            Some(parent) => {
                let parent = &self.semantics().definition(parent).qualified_name;
                Name::from(format!("{parent}.{}", new.name))
            }
            None => new.name.clone(),
        };
        self.define_as(new, qualified_name, here)
    }

    /// The same under a qualified name that is not made of the parent's: a method that is
    /// written outside its type.
    pub(crate) fn define_as(
        &mut self,
        new: New<'t>,
        qualified_name: Name,
        here: Here,
    ) -> DefinitionId {
        let ids = |nodes: &[Node<'t>]| nodes.iter().map(|it| it.id).collect();
        let mut text = DefinitionText::new(new.whole.id, new.name_node.id);
        text.shape = ids(&new.shape);
        text.decorators = ids(&new.decorators);
        text.body = ids(&new.body);
        let starts = new.decorators.iter().map(|it| it.span().start);
        let start = starts.chain([new.whole.span().start]).min().unwrap_or(0) as usize;
        text.is_documented = is_documented(self.text, start, &new.name);
        let definition = Definition {
            parent: here.parent,
            flags: new.flags,
            ..Definition::new(new.kind, new.name, qualified_name, here.scope)
        };
        self.builder.define(definition, text)
    }

    /// Adds a definition and binds its name in `here.scope`.
    pub(crate) fn define_bound(&mut self, new: New<'t>, here: Here) -> DefinitionId {
        let name = new.name.clone();
        let id = self.define(new, here);
        self.bind(here, name, Bound::Definition(id));
        id
    }

    pub(crate) fn definition(&mut self, id: DefinitionId) -> &mut Definition {
        self.builder.definition_mut(id)
    }

    pub(crate) fn bind(&mut self, here: Here, name: impl Into<Name>, bound: Bound) {
        self.builder.bind(here.scope, name.into(), bound);
    }

    /// Around the body of a type with type parameters, which its bases see as well.
    pub(crate) fn type_head(&mut self, id: DefinitionId, here: Here) -> Here {
        Here { owner: Some(id), parent: Some(id), ..self.block(here) }
    }

    /// Inside the body of a class, interface, enum or namespace.
    pub(crate) fn class_body(&mut self, id: DefinitionId, here: Here) -> Here {
        let kind = match self.semantics().definition(id).kind {
            DefinitionKind::Namespace => ScopeKind::Block,
            _ => ScopeKind::Class,
        };
        let scope = self.builder.scope(kind, Some(here.scope), Some(id));
        self.definition(id).body = Some(scope);
        let (class, this) = match kind {
            ScopeKind::Class => (Some(id), This::Instance(id)),
            _ => (here.class, here.this),
        };
        let owner = if kind == ScopeKind::Class { Some(id) } else { here.owner };
        Here { scope, owner, parent: Some(id), function: None, initialises: None, class, this }
    }

    /// Inside a function or method; `this` is that of `here`, or the class if it is static.
    pub(crate) fn function_body(&mut self, id: DefinitionId, here: Here) -> Here {
        let scope = self.builder.scope(ScopeKind::Function, Some(here.scope), Some(id));
        let definition = self.definition(id);
        definition.body = Some(scope);
        let is_static = definition.flags.is_static;
        let this = match here.this {
            This::Instance(class) if is_static => This::Class(class),
            this => this,
        };
        Here {
            scope,
            owner: Some(id),
            parent: Some(id),
            function: Some(id),
            initialises: None,
            class: here.class,
            this,
        }
    }

    /// Inside a lambda, which belongs to what holds it; what it returns is not what that
    /// returns.
    pub(crate) fn lambda_body(&mut self, here: Here) -> Here {
        let scope = self.builder.scope(ScopeKind::Function, Some(here.scope), here.owner);
        Here { scope, function: None, ..here }
    }

    /// A block with its own locals.
    pub(crate) fn block(&mut self, here: Here) -> Here {
        let scope = self.builder.scope(ScopeKind::Block, Some(here.scope), here.owner);
        Here { scope, ..here }
    }

    /// Adds a parameter to the function that `inside` is the body of, and binds it there.
    pub(crate) fn parameter(&mut self, parameter: Parameter, inside: Here) {
        let name = parameter.name.clone();
        match inside.function {
            Some(function) => {
                let parameters = &mut self.definition(function).parameters;
                let index = parameters.len() as u32;
                parameters.push(parameter);
                self.bind(inside, name, Bound::Parameter { function, index });
            }
            None => {
                let bound = parameter.annotation.map_or(Bound::Unknown, Bound::Typed);
                self.bind(inside, name, bound);
            }
        }
    }

    /// A type parameter of the definition that `inside` is the body of, with what bounds it.
    pub(crate) fn type_parameter(
        &mut self,
        name: impl Into<Name>,
        bound: Option<ExprId>,
        inside: Here,
    ) {
        // What bounds it may be applied to the parameter itself.
        let bound = bound.map(|it| self.semantics().unapplied(it));
        let Some(id) = inside.parent else {
            return self.bind(inside, name, bound.map_or(Bound::Unknown, Bound::Value));
        };
        let count = &mut self.definition(id).type_parameters;
        let index = *count;
        *count += 1;
        let of = self.definition_value(id);
        self.bind(inside, name, Bound::TypeParameter { of, index, bound });
    }

    /// A local variable: what it is declared as, and what it is first given.
    pub(crate) fn local(
        &mut self,
        name: impl Into<Name>,
        declared: Option<ExprId>,
        value: Option<ExprId>,
        here: Here,
    ) {
        let name = name.into();
        if let Some(value) = value {
            self.bind(here, name.clone(), Bound::Value(value));
        }
        match declared {
            Some(declared) => self.bind(here, name, Bound::Typed(declared)),
            None if value.is_none() => self.bind(here, name, Bound::Unknown),
            None => {}
        }
    }

    /// A method or field that is written outside the body of its type, in the same file.
    pub(crate) fn member(&mut self, class: DefinitionId, definition: DefinitionId) {
        let name = self.semantics().definition(definition).name.clone();
        let value = self.add(Expr::Definition(definition));
        self.builder.semantics.members.push(Member {
            class,
            name,
            value,
            definition: Some(definition),
        });
    }

    /// What `return value` gives.
    pub(crate) fn returned(&mut self, value: ExprId, here: Here) {
        if let Some(function) = here.function {
            let returns = &mut self.definition(function).returns;
            if !returns.contains(&value) {
                returns.push(value);
            }
        }
    }

    pub(crate) fn test(
        &mut self,
        name: impl Into<Name>,
        framework: &'static str,
        definition: DefinitionId,
    ) {
        self.builder.semantics.tests.push(TestCase {
            name: name.into(),
            framework: Name::new_static(framework),
            definition,
        });
    }
}

impl Parameter {
    /// A parameter of that name and type.
    pub(crate) fn typed(name: impl Into<Name>, annotation: Option<ExprId>) -> Parameter {
        Parameter {
            name: name.into(),
            annotation,
            default: None,
            is_receiver: false,
            is_variadic: false,
            is_named_type: false,
            runs: crate::Certainty::Always,
        }
    }
}

/// Whether a comment that says something about `name` ends right before `start`.
fn is_documented(text: &str, start: usize, name: &str) -> bool {
    let before = text_before(text, start);
    // What stands before it on its own line are modifiers that are not part of it.
    let before = before.rfind('\n').map_or("", |at| before[..at].trim_end());
    if before.ends_with("*/") {
        return block_comment_at_end(before).is_some_and(|it| says_something(it, name));
    }
    let last = before.rsplit('\n').next().unwrap_or("").trim_start();
    let is_comment = ["//", "#", "--"].iter().any(|it| last.starts_with(it))
        && !["#[", "#!", "#include", "#define", "#if", "#endif"]
            .iter()
            .any(|it| last.starts_with(it));
    is_comment && says_something(last, name)
}
