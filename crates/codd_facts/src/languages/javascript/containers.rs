//! What is put into arrays, objects and collections after they are made.

use super::patterns::string_text;
use super::walker::{Here, Walker};
use crate::node::{Node, field};
use crate::{Bound, ContainerKind, DefinitionKind, Expr, ExprId, Item, Member, Name};

/// Items that are told apart of what is put into one field.
const MAX_PUT: u32 = 24;

/// Items of items into which something is put.
const MAX_NESTED: u32 = 3;

/// Makers of collections that hold what they are given.
const COLLECTIONS: &[&str] = &["Array", "Map", "Object", "Set", "WeakMap", "WeakSet"];

impl<'t> Walker<'t> {
    /// `list.push(x)`, `set.add(x)`, `map.set("k", x)`, `Object.defineProperty(x, "k", { value })`.
    pub(super) fn note_put(&mut self, callee: ExprId, values: &[ExprId], here: Here) {
        let Expr::Attribute { base, name } = self.semantics().expr(callee) else { return };
        let (base, name) = (*base, name.clone());
        let item = match (name.as_str(), values) {
            ("defineProperty", [object, key, described]) => {
                self.put_described(*object, self.text_of(*key), *described, here);
                return;
            }
            ("defineProperties", [object, all]) => {
                for item in self.items(*all) {
                    self.put_described(*object, item.key, item.value, here);
                }
                return;
            }
            ("push" | "unshift" | "add", [value]) => Item { key: None, value: *value },
            ("set", [key, value]) => Item { key: self.text_of(*key), value: *value },
            _ => return,
        };
        self.put_below(base, item, MAX_NESTED, here);
    }

    /// The same for what an item of something is: `(this.named[key] ||= []).push(x)`.
    fn put_below(&mut self, base: ExprId, item: Item, nested: u32, here: Here) {
        match self.semantics().expr(base).clone() {
            Expr::Either(options) if nested > 0 => {
                let is_item = |it: &&ExprId| {
                    matches!(
                        self.semantics().expr(**it),
                        Expr::Index { .. } | Expr::Attribute { .. }
                    )
                };
                if let Some(option) = options.iter().find(is_item) {
                    self.put_below(*option, item, nested - 1, here);
                }
            }
            Expr::Index { base, key } if nested > 0 => {
                let value = self.holding(item);
                self.put_below(base, Item { key, value }, nested - 1, here);
            }
            _ => self.put(base, item, here),
        }
    }

    /// `new Map([["k", x]])` holds what an object with these keys does.
    pub(super) fn held_by_map(&mut self, class: ExprId, values: &[ExprId]) -> Option<ExprId> {
        let semantics = self.semantics();
        let Expr::Name { scope, name } = semantics.expr(class) else { return None };
        if !matches!(name.as_str(), "Map" | "WeakMap") || self.lookup(*scope, name).is_some() {
            return None;
        }
        let [pairs] = values else { return None };
        let Expr::Container { items: pairs, .. } = semantics.expr(*pairs) else { return None };
        let held = |pair: &Item| match semantics.expr(pair.value) {
            Expr::Container { items, .. } => match items.as_slice() {
                [key, value] => Some(Item { key: self.text_of(key.value), value: value.value }),
                _ => None,
            },
            _ => None,
        };
        let items = pairs.iter().map(held).collect::<Option<Vec<_>>>()?;
        Some(self.add(Expr::Container { kind: ContainerKind::Mapping, items }))
    }

    /// A property is what its descriptor has as value or getter.
    fn put_described(&mut self, object: ExprId, key: Option<Name>, described: ExprId, here: Here) {
        let is_read = |it: &Item| matches!(it.key.as_deref(), Some("value" | "get"));
        let value = self.items(described).into_iter().find(is_read);
        if let (Some(key), Some(Item { value, .. })) = (key, value) {
            self.put(object, Item { key: Some(key), value }, here);
        }
    }

    fn items(&self, value: ExprId) -> Vec<Item> {
        match self.semantics().expr(value) {
            Expr::Container { items, .. } => items.clone(),
            _ => Vec::new(),
        }
    }

    fn text_of(&self, value: ExprId) -> Option<Name> {
        match self.semantics().expr(value) {
            Expr::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// `object.name = x`, `object[key] = x`.
    pub(super) fn note_item(&mut self, target: Node<'t>, value: ExprId, here: Here) {
        let object = field(target, "object").filter(|it| it.kind() == "identifier");
        let Some(object) = object else { return };
        let key: Option<Name> = match target.kind() {
            "member_expression" => field(target, "property").map(|it| it.text().into()),
            "subscript_expression" => field(target, "index")
                .filter(|it| it.kind() == "string")
                .map(|it| string_text(it.text()).into()),
            _ => return,
        };
        let base = self.name(here.scope, object.text());
        self.put(base, Item { key, value }, here);
    }

    fn put(&mut self, base: ExprId, item: Item, here: Here) {
        if matches!(
            self.semantics().expr(item.value),
            Expr::Unknown | Expr::Literal | Expr::Text(_)
        ) {
            return;
        }
        match self.semantics().expr(base).clone() {
            Expr::Name { name, .. } => {
                let value = self.holding(item);
                self.added.push((here.scope, name, value));
            }
            Expr::Attribute { base, name } => {
                let Expr::This { class } = *self.semantics().expr(base) else { return };
                let key = (class, name.clone());
                let definition = self.fields.get(&key).copied();
                if definition.is_some() || self.declared_members.contains(&key) {
                    let count = self.put_into.entry(key).or_insert(0);
                    *count += 1;
                    if *count > MAX_PUT {
                        self.builder.not_modelled("a field that many things are put into");
                        return;
                    }
                    let value = self.holding(item);
                    let member = Member { class, name, value, definition };
                    self.builder.semantics.members.push(member);
                }
            }
            _ => {}
        }
    }

    fn holding(&mut self, item: Item) -> ExprId {
        let kind = match item.key {
            Some(_) => ContainerKind::Mapping,
            None => ContainerKind::Sequence,
        };
        self.add(Expr::Container { kind, items: vec![item] })
    }

    /// Whether a name was given an object, an array or a collection where it was declared.
    pub(super) fn may_be_container(&self, bound: &Bound) -> bool {
        let semantics = self.semantics();
        let value = match bound {
            Bound::Value(value) => Some(*value),
            Bound::Definition(id) => {
                let definition = semantics.definition(*id);
                definition.value.filter(|_| definition.kind == DefinitionKind::Variable)
            }
            _ => None,
        };
        match value.map(|it| semantics.expr(it)) {
            Some(Expr::Container { .. }) => true,
            Some(Expr::Call { callee, .. }) => match semantics.expr(semantics.unapplied(*callee)) {
                Expr::Name { name, .. } => COLLECTIONS.contains(&name.as_str()),
                Expr::Attribute { name, .. } => name == "create",
                _ => false,
            },
            _ => false,
        }
    }
}
