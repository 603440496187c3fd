//! Calls that export: what compilers write for re-exports, and properties that are put on the
//! object of a module.

use super::classes::is_function;
use super::patterns::{bare_value, property_name};
use super::walker::{Here, READ, This, Walker};
use crate::node::{Node, children, field};
use crate::{
    Bound, ContainerKind, DefinitionId, Expr, ExprId, ImportItem, Item, MODULE_SCOPE, Member,
};

impl<'t> Walker<'t> {
    /// `Object.defineProperty(exports, "x", { get })`, `Object.defineProperties(exports, …)`,
    /// `Object.assign(exports, { x })`, `__exportStar(require("./m"), exports)`.
    pub(super) fn exporting_call(
        &mut self,
        function: Node<'t>,
        arguments: Node<'t>,
        here: Here,
    ) -> bool {
        let all = children(arguments);
        let is_exports = |node: &Node<'t>| self.is_module_object(*node, here);
        match (function.text(), all.as_slice()) {
            ("Object.defineProperty", [target, name, descriptor])
                if is_exports(target) && name.kind() == "string" =>
            {
                self.described_export(*name, *descriptor, arguments, here);
                true
            }
            ("Object.defineProperties", [target, described])
                if is_exports(target) && described.kind() == "object" =>
            {
                for pair in children(*described) {
                    match (field(pair, "key"), field(pair, "value")) {
                        (Some(name), Some(descriptor)) => {
                            self.described_export(name, descriptor, pair, here);
                        }
                        _ => {
                            self.expr(pair, here, READ);
                        }
                    }
                }
                true
            }
            ("Object.assign", [target, given @ ..]) if is_exports(target) => {
                for given in given {
                    self.assigned_exports(*given, here);
                }
                true
            }
            (text, [source, rest @ ..])
                if (text.ends_with("__exportStar") || text == "__export")
                    && rest.iter().all(is_exports) =>
            {
                self.starred_export(*source, here)
            }
            _ => false,
        }
    }

    /// Whether this is what other files get of the module: `exports`, `module.exports`, or a
    /// variable that holds it.
    pub(super) fn is_module_object(&self, node: Node<'t>, here: Here) -> bool {
        let found = |name| self.lookup(here.scope, name);
        match node.text() {
            "exports" => found("exports").is_none(),
            "module.exports" => found("module").is_none(),
            name if node.kind() == "identifier" => match found(name) {
                Some(Bound::Definition(id)) => self.module_names.contains(id),
                _ => false,
            },
            _ => false,
        }
    }

    /// One export by what a property's descriptor says; `outer` holds both.
    fn described_export(
        &mut self,
        name: Node<'t>,
        descriptor: Node<'t>,
        outer: Node<'t>,
        here: Here,
    ) {
        /// A mark of compilers: nothing to depend on.
        const MARK: &str = "__esModule";
        let Some(text) = property_name(name) else {
            self.expr(descriptor, here, READ);
            return;
        };
        let is_value = |pair: &Node<'t>| {
            let key = field(*pair, "key").and_then(property_name);
            key.is_some_and(|it| it == "value")
        };
        let pairs = children(descriptor);
        let value = pairs.iter().copied().find(is_value).and_then(|it| field(it, "value"));
        if let Some(value) = value.filter(|_| text != MARK) {
            for other in pairs.into_iter().filter(|it| !is_value(it)) {
                if let Some(said) = field(other, "value") {
                    self.expr(said, here, READ);
                }
            }
            let value = self.named_export(&text, name, outer, value, here);
            self.put_on_module(&text, value);
            return;
        }
        let getter = pairs.iter().find_map(|it| getter_of(*it)).filter(|it| computes(*it));
        if let Some(getter) = getter {
            let value = self.object_method(name, outer, getter, This::Unknown, here);
            if let Expr::Definition(id) = *self.semantics().expr(value) {
                self.definition(id).flags.is_property = true;
            }
            self.export(&text, value, Walker::top());
            self.put_on_module(&text, value);
            return;
        }
        self.folded_return = None;
        let described = self.expr(descriptor, here, READ);
        let getter = self.folded_return.take();
        // `{ value }`, or a descriptor that a name stands for.
        let value = getter.or_else(|| match self.semantics().expr(described) {
            Expr::Container { items, .. } => {
                items.iter().find(|it| it.key.as_deref() == Some("value")).map(|it| it.value)
            }
            _ => None,
        });
        if let Some(value) = value.filter(|it| *self.semantics().expr(*it) != Expr::Literal) {
            self.export(&text, value, Walker::top());
            self.put_on_module(&text, value);
        }
    }

    /// What `Object.assign` puts on the module's object.
    fn assigned_exports(&mut self, given: Node<'t>, here: Here) {
        if given.kind() == "object" {
            let value = self.module_object(given, here);
            self.export_entries(value);
            match self.semantics().expr(value).clone() {
                Expr::Container { items, .. } => {
                    for Item { key, value } in items {
                        if let Some(key) = key {
                            self.put_on_module(&key, value);
                        }
                    }
                }
                _ => self.spread_on_module.push(value),
            }
        } else if self.builder.semantics.exports.whole.is_some()
            || !self.starred_export(given, here)
        {
            let value = self.expr(given, here, READ);
            self.spread_on_module.push(value);
        }
    }

    /// `module.exports = main; module.exports.later = …`: what is put on the object of the
    /// module, and on what the module already is.
    pub(super) fn put_on_module(&mut self, name: &str, value: ExprId) {
        self.is_commonjs = true;
        if self.builder.semantics.exports.whole.is_some() {
            self.added_to_module.push(Item { key: Some(name.into()), value });
        }
    }

    /// Makes what was put on the object of the module a part of it, and gives the file's own
    /// code that object by its names.
    pub(super) fn complete_module(&mut self) {
        let mut added = std::mem::take(&mut self.added_to_module);
        let mut parts = std::mem::take(&mut self.spread_on_module);
        if !self.is_commonjs && parts.is_empty() {
            return;
        }
        let exports = &self.builder.semantics.exports;
        let named = exports.named.iter();
        let named = named.map(|it| Item { key: Some(it.name.clone()), value: it.value });
        let named = Expr::Container { kind: ContainerKind::Mapping, items: named.collect() };
        match exports.whole {
            Some(whole) => {
                if let Some(class) = self.defined_by(whole) {
                    let members = added.drain(..).filter_map(|Item { key, value }| {
                        Some(Member { class, name: key?, value, definition: None })
                    });
                    self.builder.semantics.members.extend(members);
                }
                parts.insert(0, self.with_items(whole, added));
            }
            None if !parts.is_empty() => parts.insert(0, self.add(named.clone())),
            None => {}
        }
        if !parts.is_empty() {
            self.builder.semantics.exports.whole = Some(self.either(parts));
        }
        if self.is_commonjs {
            let named = self.add(named);
            let whole = self.builder.semantics.exports.whole.unwrap_or(named);
            let exports = Item { key: Some("exports".into()), value: whole };
            let module =
                self.add(Expr::Container { kind: ContainerKind::Mapping, items: vec![exports] });
            for (name, value) in [("exports", named), ("module", module)] {
                if self.lookup(MODULE_SCOPE, name).is_none() {
                    self.bind(MODULE_SCOPE, name, Bound::Value(value));
                }
            }
        }
    }

    /// An object with more items.
    fn with_items(&mut self, object: ExprId, added: Vec<Item>) -> ExprId {
        if added.is_empty() {
            return object;
        }
        let kind = ContainerKind::Mapping;
        if let Expr::Container { kind: ContainerKind::Mapping, items } =
            self.semantics().expr(object)
        {
            let items = items.iter().cloned().chain(added).collect();
            return self.add(Expr::Container { kind, items });
        }
        let added = self.add(Expr::Container { kind, items: added });
        self.either(vec![object, added])
    }

    /// The definition of this file that a value is.
    fn defined_by(&self, value: ExprId) -> Option<DefinitionId> {
        match self.semantics().expr(value) {
            Expr::Definition(id) => Some(*id),
            Expr::Name { scope, name } => match self.lookup(*scope, name)? {
                Bound::Definition(id) => Some(*id),
                _ => None,
            },
            _ => None,
        }
    }

    /// Everything that another module exports, if `source` is one.
    fn starred_export(&mut self, source: Node<'t>, here: Here) -> bool {
        let Some(module) = self.required_module(source, here) else { return false };
        let id = self.import(&module, ImportItem::Star, source, here);
        self.builder.semantics.exports.stars.push(id);
        true
    }
}

/// The function of a property's descriptor that runs when the property is read.
fn getter_of(pair: Node<'_>) -> Option<Node<'_>> {
    let named = |key: &str| {
        let key = field(pair, key).and_then(property_name);
        key.is_some_and(|it| it == "get")
    };
    match pair.kind() {
        "pair" if named("key") => {
            field(pair, "value").map(bare_value).filter(|it| is_function(*it))
        }
        "method_definition" if named("name") => Some(pair),
        _ => None,
    }
}

/// Whether a getter does more than give what a name stands for, as compilers write re-exports.
fn computes(getter: Node<'_>) -> bool {
    let Some(body) = field(getter, "body") else { return false };
    let given = if body.kind() == "statement_block" {
        match children(body).as_slice() {
            [only] if only.kind() == "return_statement" => only.first_child(),
            _ => None,
        }
    } else {
        Some(body)
    };
    given.is_none_or(|it| !matches!(bare_value(it).kind(), "identifier" | "member_expression"))
}
