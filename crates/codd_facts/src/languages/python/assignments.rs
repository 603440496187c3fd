//! Assignments: variables, fields and what flows into them.

use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::builder::DefinitionText;
use crate::tree::NodeId;
use crate::{
    Bound, ContainerKind, DefinitionId, DefinitionKind, Expr, ExprId, Item, Member, Name,
    ReferenceKind, ScopeId, ScopeKind,
};

/// Targets of one assignment that are definitions: each is hashed with the whole value.
const MAX_SHARED: usize = 64;

impl Walk<'_, '_> {
    /// Lowers an assignment statement; gives the assigned value.
    pub(super) fn assignment(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        let fields = &self.grammar.fields;
        let left = self.child(node, fields.left);
        let right = self.child(node, fields.right);
        let Some(left) = left else { return self.unknown };
        if self.kind(node) == Kind::AugmentedAssignment {
            return self.augmented(node, left, right, cx);
        }
        let annotation = self.child(node, fields.type_);
        let mut defined = Vec::new();
        self.define_targets(left, node, cx, &mut defined);
        let inner = &Cx { initialises: defined.first().copied().or(cx.initialises), ..*cx };
        let start = self.builder.semantics.references.len();
        let first_expr = self.builder.semantics.exprs.len();
        // Annotations of a function's variables are never evaluated.
        let is_local = self.builder.semantics.scope(cx.scope).kind == ScopeKind::Function;
        let beside = &Cx { is_declared: cx.is_declared || is_local, ..*inner };
        self.metadata.clear();
        let declared = annotation.map(|it| self.annotation(it, beside));
        let beside_type = std::mem::take(&mut self.metadata);
        self.annotated = None;
        let value = right.map(|it| self.expr(it, inner));
        let metadata = std::mem::take(&mut self.metadata);
        // The value is part of every further target too, of this and of chained assignments.
        let is_chained = right.is_some_and(|it| self.kind(it) == Kind::Assignment);
        let others = defined.iter().skip(usize::from(!is_chained));
        for definition in others {
            self.builder.repeat_references(start, *definition);
        }
        if let ([field], Kind::Identifier) = (&defined[..], self.kind(left)) {
            let is_typed = annotation.is_some_and(|it| !self.text(it).contains("ClassVar"));
            self.framework_field(*field, (value, is_typed), &beside_type, cx);
        }
        if let Some(value) = value {
            self.framework_assignment(left, value, cx);
            if let ([alias], Kind::Identifier) = (&defined[..], self.kind(left)) {
                self.framework_alias(*alias, value, &metadata);
            }
            self.all_names(left, value, AllChange::Set, cx);
        }
        let bound = match (value, declared) {
            (Some(value), _) => Bound::Value(value),
            (None, Some(declared)) => Bound::Typed(declared),
            (None, None) => Bound::Unknown,
        };
        self.assign(left, bound, declared, cx);
        if value.is_some() && self.kind(left) == Kind::Identifier {
            let name = Name::new(self.text(left));
            if self.binding_scope(&name, cx) == cx.scope {
                self.replace_earlier(&name, first_expr, cx);
            }
        }
        value.unwrap_or(self.unknown)
    }

    fn augmented(&mut self, node: NodeId, left: NodeId, right: Option<NodeId>, cx: &Cx) -> ExprId {
        let name = Name::new(self.text(left));
        let is_name = self.kind(left) == Kind::Identifier;
        let scope = self.binding_scope(&name, cx);
        let variable = self.variables.get(&(scope, name.clone())).copied().filter(|_| is_name);
        let own = if is_name {
            variable.filter(|_| scope == cx.scope)
        } else {
            self.changed_in_place(left, node, cx)
        };
        let inner = &Cx { initialises: own.or(cx.initialises), ..*cx };
        let value = right.map_or(self.unknown, |it| self.expr(it, inner));
        if is_name {
            self.all_names(left, value, AllChange::Extend, cx);
            self.framework_added(&name, value, cx);
            if let Some(variable) = own {
                self.builder.text_mut(variable).also.push(node);
            } else if variable.is_some() {
                self.name(left, ReferenceKind::Write, None, cx);
            }
            // What a local name holds already stays; a container may have grown.
            self.builder.bind(scope, name, Bound::Value(value));
        } else {
            let target = self.expr_as(left, ReferenceKind::Write, cx);
            if let Expr::Index { base, .. } = self.builder.semantics.expr(target) {
                let base = *base;
                self.item_written(base, left, cx);
            }
        }
        self.builder.not_modelled("operator");
        self.unknown
    }

    /// The scope in which an assignment in `cx` binds a name.
    fn binding_scope(&self, name: &Name, cx: &Cx) -> ScopeId {
        self.outers.get(&(cx.scope, name.clone())).copied().unwrap_or(cx.scope)
    }

    /// Makes the definitions that an assignment's targets are; collects new and known ones.
    fn define_targets(
        &mut self,
        left: NodeId,
        whole: NodeId,
        cx: &Cx,
        defined: &mut Vec<DefinitionId>,
    ) {
        let tree = self.tree;
        match self.kind(left) {
            Kind::Identifier => {
                let kind = match self.builder.semantics.scope(cx.scope).kind {
                    ScopeKind::Module => DefinitionKind::Variable,
                    ScopeKind::Class => DefinitionKind::Field,
                    ScopeKind::Function | ScopeKind::Block => return,
                };
                let name = Name::new(self.text(left));
                if let Some(known) = self.variables.get(&(cx.scope, name.clone())) {
                    let text = self.builder.text_mut(*known);
                    if text.whole != whole && text.also.last() != Some(&whole) {
                        text.also.push(whole);
                    }
                    defined.push(*known);
                    return;
                }
                if self.builder.bound_last(cx.scope, &name).is_some() {
                    // A fallback for an import, or a function that is wrapped.
                    return;
                }
                let definition = self.new_definition(kind, &name, cx);
                let id = self.builder.define(definition, self.assigned_text(left, whole));
                self.variables.insert((cx.scope, name), id);
                defined.push(id);
            }
            Kind::Attribute | Kind::Subscript => {
                let Some((class, body, attribute)) = self.own_attribute(left, cx) else {
                    defined.extend(self.changed_in_place(left, whole, cx));
                    return;
                };
                let key = (body, Name::new(self.text(attribute)));
                // Where the class has a property of that name, assigning runs it.
                if self.variables.contains_key(&key) || self.methods.contains(&key) {
                    return;
                }
                let text = self.assigned_text(attribute, whole);
                let mut definition =
                    self.definition_below(DefinitionKind::Field, &key.1, Some(class), cx);
                definition.scope = body;
                let id = self.builder.define(definition, text);
                self.variables.insert(key, id);
                defined.push(id);
            }
            Kind::PatternList | Kind::TuplePattern | Kind::ListPattern | Kind::ListSplatPattern => {
                for child in tree.named_children(left).take(MAX_SHARED) {
                    // Patterns in patterns are rare enough to stay without definitions.
                    if matches!(
                        self.kind(child),
                        Kind::Identifier | Kind::Attribute | Kind::Subscript
                    ) {
                        self.define_targets(child, whole, cx, defined);
                    }
                }
            }
            _ => {}
        }
    }

    /// `self.x` of a method: its class, that class's scope and the attribute.
    fn own_attribute(&self, node: NodeId, cx: &Cx) -> Option<(DefinitionId, ScopeId, NodeId)> {
        let fields = &self.grammar.fields;
        let (class, receiver) = (cx.class?, cx.receiver?);
        let object = self.child(node, fields.object)?;
        let is_own =
            self.kind(object) == Kind::Identifier && self.text(object) == self.text(receiver);
        let attribute = self.child(node, fields.attribute)?;
        is_own.then_some((class, self.definition(class).body?, attribute))
    }

    fn assigned_text(&self, name: NodeId, whole: NodeId) -> DefinitionText {
        let fields = &self.grammar.fields;
        let mut text = DefinitionText::new(whole, name);
        text.shape.extend(self.child(whole, fields.type_));
        text.body.extend(self.child(whole, fields.right));
        text
    }

    /// Binds a target of any form to what flows into it.
    pub(super) fn assign(
        &mut self,
        target: NodeId,
        bound: Bound,
        declared: Option<ExprId>,
        cx: &Cx,
    ) {
        if cx.is_too_deep() {
            return self.flat(target, cx);
        }
        let cx = &cx.deeper();
        let fields = &self.grammar.fields;
        match self.kind(target) {
            Kind::Identifier => self.assign_name(target, bound, declared, cx),
            Kind::Attribute => {
                let (Some(object), Some(attribute)) =
                    (self.child(target, fields.object), self.child(target, fields.attribute))
                else {
                    return;
                };
                let base = self.expr(object, cx);
                let name = Name::new(self.text(attribute));
                let value = self.flowing(&bound);
                let own = self.own_field(base, &name, attribute, cx);
                if let (Some(declared), Some(field)) = (declared, own) {
                    self.builder.definition_mut(field).declared_type = Some(declared);
                }
                if let Some(field) = own {
                    self.builder.definition_mut(field).value = Some(value);
                } else {
                    let target = self.builder.expr(Expr::Attribute { base, name: name.clone() });
                    self.refer(ReferenceKind::Write, target, attribute, None, cx);
                }
                self.member(base, &name, value, own, cx);
            }
            Kind::Subscript => {
                let index = self.expr(target, cx);
                let value = self.flowing(&bound);
                if let Expr::Index { base, key } = self.builder.semantics.expr(index) {
                    let (base, key) = (*base, key.clone());
                    self.item_written(base, target, cx);
                    if self.is_overrides(base)
                        && let Some(key) = self.tree.named_children(target).nth(1)
                    {
                        self.builder.write_reference(self.tree.span(key));
                    }
                    if self.overwritten(index, value, cx) {
                        return;
                    }
                    let item = Item { key, value };
                    self.stored(base, ContainerKind::Mapping, item, cx);
                }
            }
            Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern
            | Kind::Tuple
            | Kind::List
            | Kind::ExpressionList => self.unpack(target, &bound, cx),
            Kind::ParenthesizedExpression | Kind::ListSplatPattern | Kind::ListSplat => {
                if let Some(inner) = self.first_named(target) {
                    self.assign(inner, bound, declared, cx);
                }
            }
            _ => {
                self.expr(target, cx);
            }
        }
    }

    /// The field that this very assignment defines.
    fn own_field(&self, base: ExprId, name: &Name, node: NodeId, cx: &Cx) -> Option<DefinitionId> {
        let class = cx.class.filter(|_| self.is_receiver(base, cx))?;
        let body = self.definition(class).body?;
        let field = self.variables.get(&(body, name.clone())).copied()?;
        (self.builder.text(field).name == node).then_some(field)
    }

    fn assign_name(&mut self, node: NodeId, bound: Bound, declared: Option<ExprId>, cx: &Cx) {
        let name = Name::new(self.text(node));
        let scope = self.binding_scope(&name, cx);
        if scope != cx.scope {
            self.name(node, ReferenceKind::Write, None, cx);
        }
        let variable = self.variables.get(&(scope, name.clone())).copied();
        if let Some(variable) = variable
            && self.builder.text(variable).name == node
        {
            self.builder.bind(scope, name, Bound::Definition(variable));
            let value = match bound {
                Bound::Typed(_) => None,
                _ => Some(self.flowing(&bound)),
            };
            let definition = self.builder.definition_mut(variable);
            definition.value = value;
            definition.declared_type = declared;
            return;
        }
        if let (Some(declared), false) = (declared, matches!(bound, Bound::Typed(_))) {
            self.builder.bind(scope, name.clone(), Bound::Typed(declared));
        }
        self.builder.bind(scope, name, bound);
    }

    /// A bound value as an expression.
    fn flowing(&mut self, bound: &Bound) -> ExprId {
        match bound {
            Bound::Value(value) => *value,
            Bound::Element(value) => self.element(*value),
            Bound::Typed(kind) => self.builder.expr(Expr::InstanceOf(*kind)),
            _ => self.unknown,
        }
    }

    fn unpack(&mut self, target: NodeId, bound: &Bound, cx: &Cx) {
        let targets: Vec<NodeId> = self.tree.named_children(target).collect();
        let is_star =
            |it: &NodeId| matches!(self.kind(*it), Kind::ListSplatPattern | Kind::ListSplat);
        let star = targets.iter().position(is_star);
        let base = match bound {
            Bound::Value(value) => Some(*value),
            Bound::Element(value) => Some(self.element(*value)),
            _ => None,
        };
        let parts: Option<Vec<ExprId>> = match base.map(|it| self.builder.semantics.expr(it)) {
            Some(Expr::Container { kind: ContainerKind::Sequence, items })
                if items.len() == targets.len() && star.is_none() =>
            {
                Some(items.iter().map(|item| item.value).collect())
            }
            _ => None,
        };
        for (at, target) in targets.into_iter().enumerate() {
            let bound = match (&parts, base) {
                (Some(parts), _) => Bound::Value(parts[at]),
                (None, Some(base)) if star == Some(at) => {
                    let items = vec![Item { key: None, value: self.element(base) }];
                    let kind = ContainerKind::Sequence;
                    Bound::Value(self.builder.expr(Expr::Container { kind, items }))
                }
                // Behind a starred target positions count from the end.
                (None, Some(base)) if star.is_some_and(|star| at > star) => Bound::Element(base),
                (None, Some(base)) => Bound::Value(self.item(base, at)),
                (None, None) => Bound::Unknown,
            };
            self.assign(target, bound, None, cx);
        }
    }

    /// Records an attribute given to a class of this file or its instances.
    pub(super) fn member(
        &mut self,
        base: ExprId,
        name: &Name,
        value: ExprId,
        definition: Option<DefinitionId>,
        cx: &Cx,
    ) {
        let class = match cx.class {
            Some(class) if self.is_receiver(base, cx) => Some(class),
            _ => self.class_named(base, cx),
        };
        if let Some(class) = class {
            let member = Member { class, name: name.clone(), value, definition };
            self.builder.semantics.members.push(member);
        }
    }

    /// Records that a container got an item: `d["x"] = f`, `self.callbacks.append(f)`.
    ///
    /// The name or attribute that holds it may then also be a container of that item.
    pub(super) fn stored(&mut self, base: ExprId, kind: ContainerKind, item: Item, cx: &Cx) {
        if item.value == self.literal || item.value == self.unknown {
            return;
        }
        let mut base = base;
        let mut held = self.builder.expr(Expr::Container { kind, items: vec![item] });
        // `d["a"]["b"] = f` makes `d` a container of such a container.
        while let Expr::Index { base: outer, key } = self.builder.semantics.expr(base)
            && outer.0 < base.0
        {
            base = *outer;
            let items = vec![Item { key: key.clone(), value: held }];
            held = self.builder.expr(Expr::Container { kind: ContainerKind::Mapping, items });
        }
        self.also_held(base, held, cx);
    }

    /// Records that what a name or attribute holds may be `value` too.
    pub(super) fn also_held(&mut self, base: ExprId, value: ExprId, cx: &Cx) {
        match self.builder.semantics.expr(base) {
            Expr::Name { name, .. } => {
                let name = name.clone();
                match self.scope_of(cx.scope, &name) {
                    Some(scope) => self.builder.bind(scope, name, Bound::Value(value)),
                    // The module may bind it further down, before this function runs.
                    None => self.late_stores.push((name, value)),
                }
            }
            Expr::Attribute { base, name } => {
                let (base, name) = (*base, name.clone());
                self.member(base, &name, value, None, cx);
            }
            _ => {}
        }
    }

    /// The scope that has bound a variable so far.
    fn scope_of(&self, scope: ScopeId, name: &Name) -> Option<ScopeId> {
        match self.builder.bound_so_far(scope, name)? {
            (_, Bound::Import(_)) => None,
            (id, Bound::Outer) => self.outers.get(&(id, name.clone())).copied(),
            (id, _) => Some(id),
        }
    }

    pub(super) fn type_alias(&mut self, node: NodeId, cx: &Cx) {
        let fields = &self.grammar.fields;
        let (left, right) = (self.child(node, fields.left), self.child(node, fields.right));
        let Some(name_node) = left.and_then(|it| self.first_identifier(it)) else {
            return self.block(node, cx);
        };
        let name = Name::new(self.text(name_node));
        let definition = self.new_definition(DefinitionKind::TypeAlias, &name, cx);
        let mut text = DefinitionText::new(node, name_node);
        text.body.extend(right);
        let id = self.builder.define(definition, text);
        self.builder.bind(cx.scope, name, Bound::Definition(id));
        let inner = Cx { initialises: Some(id), ..*cx };
        self.metadata.clear();
        self.annotated = None;
        let value = right.map(|it| self.annotation(it, &inner));
        let metadata = std::mem::take(&mut self.metadata);
        self.builder.definition_mut(id).value = value;
        if let Some(value) = value {
            self.framework_alias(id, value, &metadata);
        }
    }

    fn first_identifier(&self, node: NodeId) -> Option<NodeId> {
        self.tree.below(node).find(|it| self.kind(*it) == Kind::Identifier)
    }

    /// Follows `__all__` where its names are written out.
    pub(super) fn all_names(&mut self, left: NodeId, value: ExprId, change: AllChange, cx: &Cx) {
        if cx.scope != crate::MODULE_SCOPE || self.text(left) != "__all__" {
            return;
        }
        let semantics = &self.builder.semantics;
        let Expr::Container { items, .. } = semantics.expr(value) else {
            self.is_all_computed = true;
            return;
        };
        let mut names = Vec::new();
        for item in items {
            match semantics.expr(item.value) {
                Expr::Text(name) => names.push(name.clone()),
                _ => self.is_all_computed = true,
            }
        }
        let known = &mut self.builder.semantics.exports.star_names;
        match (change, known) {
            (AllChange::Extend, Some(known)) => known.extend(names),
            // One branch of an `if` may set what the other does not: take both.
            (AllChange::Set, Some(known)) => {
                names.retain(|it| !known.contains(it));
                known.extend(names);
            }
            (_, known) => *known = Some(names),
        }
    }
}

/// What happens to `__all__`.
#[derive(Clone, Copy)]
pub(super) enum AllChange {
    Set,
    Extend,
}
