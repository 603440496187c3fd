//! Expressions, which say where values come from, and references, which say who uses them.

use codd_source::Span;

use super::{Here, Lowering, This};
use crate::node::Node;
use crate::{
    Argument, ContainerKind, DefinitionId, Expr, ExprId, Item, MODULE_SCOPE, Name, Reference,
    ReferenceKind, ScopeId,
};

/// How an expression is used: the kind of its reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Kind(ReferenceKind),
    /// Called with that many arguments, where this is known.
    Called(Option<u32>),
}

pub(crate) const READ: Use = Use::Kind(ReferenceKind::Read);
pub(crate) const WRITE: Use = Use::Kind(ReferenceKind::Write);
pub(crate) const TYPE: Use = Use::Kind(ReferenceKind::Type);
pub(crate) const CALL: Use = Use::Called(None);

impl Lowering<'_> {
    /// The expression's id; equal names and attributes share one.
    pub(crate) fn add(&mut self, expr: Expr) -> ExprId {
        let is_shared =
            !matches!(expr, Expr::Call { .. } | Expr::Container { .. } | Expr::Either(_));
        if is_shared && let Some(id) = self.interned.get(&expr) {
            return *id;
        }
        let key = is_shared.then(|| expr.clone());
        let id = self.builder.expr(expr);
        if let Some(key) = key {
            self.interned.insert(key, id);
        }
        id
    }

    pub(crate) fn unknown(&mut self) -> ExprId {
        self.add(Expr::Unknown)
    }

    pub(crate) fn literal(&mut self) -> ExprId {
        self.add(Expr::Literal)
    }

    pub(crate) fn text_constant(&mut self, text: impl Into<Name>) -> ExprId {
        self.add(Expr::Text(text.into()))
    }

    pub(crate) fn name(&mut self, scope: ScopeId, name: impl Into<Name>) -> ExprId {
        self.add(Expr::Name { scope, name: name.into() })
    }

    /// Whether code of this very scope has named something so.
    pub(crate) fn is_named_in(&self, scope: ScopeId, name: &str) -> bool {
        self.interned.contains_key(&Expr::Name { scope, name: name.into() })
    }

    pub(crate) fn attribute(&mut self, base: ExprId, name: impl Into<Name>) -> ExprId {
        self.add(Expr::Attribute { base, name: name.into() })
    }

    pub(crate) fn index(&mut self, base: ExprId, key: Option<Name>) -> ExprId {
        self.add(Expr::Index { base, key })
    }

    pub(crate) fn instance_of(&mut self, of: ExprId) -> ExprId {
        self.add(Expr::InstanceOf(of))
    }

    pub(crate) fn definition_value(&mut self, id: DefinitionId) -> ExprId {
        self.add(Expr::Definition(id))
    }

    /// A type or function applied to types; it stands for itself where nothing is known of
    /// these.
    pub(crate) fn applied(&mut self, of: ExprId, types: Vec<ExprId>) -> ExprId {
        let says =
            |it: &ExprId| !matches!(self.semantics().expr(*it), Expr::Literal | Expr::Unknown);
        if !types.iter().any(says) {
            return of;
        }
        self.add(Expr::Applied { of, types })
    }

    pub(crate) fn call(&mut self, callee: ExprId, arguments: Vec<Argument>) -> ExprId {
        self.add(Expr::Call { callee, arguments })
    }

    /// A list or map that is written in place.
    pub(crate) fn container(&mut self, kind: ContainerKind, items: Vec<Item>) -> ExprId {
        self.add(Expr::Container { kind, items })
    }

    /// One of `options`.
    pub(crate) fn either(&mut self, mut options: Vec<ExprId>) -> ExprId {
        options.dedup();
        match options.as_slice() {
            [] => self.unknown(),
            [only] => *only,
            _ => self.add(Expr::Either(options)),
        }
    }

    pub(crate) fn this(&mut self, here: Here) -> ExprId {
        match here.this {
            This::Unknown => self.unknown(),
            This::Instance(class) => self.add(Expr::This { class }),
            This::Class(class) => self.add(Expr::Definition(class)),
            This::Object(expr) => expr,
        }
    }

    /// The bases of the class around.
    pub(crate) fn super_of(&mut self, here: Here) -> ExprId {
        match here.class {
            Some(class) => self.add(Expr::Super { class }),
            None => self.unknown(),
        }
    }

    /// Says that `target` is used at a node.
    pub(crate) fn refer(&mut self, target: ExprId, at: Node<'_>, usage: Use, here: Here) {
        self.refer_at(target, at.span(), usage, here);
    }

    /// The same, for what is known only when the node is gone.
    pub(crate) fn refer_at(&mut self, target: ExprId, at: Span, usage: Use, here: Here) {
        let (kind, arguments) = match usage {
            Use::Kind(kind) => (kind, None),
            Use::Called(arguments) => (ReferenceKind::Call, arguments),
        };
        let reference = Reference {
            initialises: here.initialises,
            arguments,
            ..Reference::new(kind, target, here.owner)
        };
        self.builder.reference(reference, at);
    }

    /// Says that what an item or a call gives is called at a node: `table[key]()`.
    pub(crate) fn refer_computed(
        &mut self,
        callee: ExprId,
        at: Node<'_>,
        arguments: Option<u32>,
        here: Here,
    ) {
        if self.semantics().is_computed(callee) {
            self.refer(callee, at, Use::Called(arguments), here);
        }
    }

    /// A name that is used at a node whose text it is.
    pub(crate) fn named(&mut self, node: Node<'_>, usage: Use, here: Here) -> ExprId {
        let target = self.name(here.scope, node.text());
        self.refer(target, node, usage, here);
        target
    }

    /// Says which members of a class body are no types: `Address Address { get; set; }` does
    /// not hide the class `Address` where a type is named.
    pub(crate) fn are_values(&mut self, body: Here, names: impl Iterator<Item = Name>) {
        self.values.entry(body.scope).or_default().extend(names);
    }

    /// A type by its name, past members that are called like it.
    pub(crate) fn named_type(&mut self, node: Node<'_>, usage: Use, here: Here) -> ExprId {
        let name = node.text();
        let (mut scope, mut at) = (here.scope, Some(here.scope));
        while let Some(id) = at {
            at = self.semantics().scope(id).parent;
            if self.values.get(&id).is_some_and(|it| it.contains(name)) {
                scope = at.unwrap_or(MODULE_SCOPE);
            }
        }
        let target = self.name(scope, name);
        self.refer(target, node, usage, here);
        target
    }

    /// `base.name`, used at the node that names the member.
    pub(crate) fn member_of(
        &mut self,
        base: ExprId,
        name: Node<'_>,
        usage: Use,
        here: Here,
    ) -> ExprId {
        let target = self.attribute(base, name.text());
        self.refer(target, name, usage, here);
        target
    }
}

impl Argument {
    pub(crate) fn plain(value: ExprId) -> Argument {
        Argument { name: None, value }
    }
}
