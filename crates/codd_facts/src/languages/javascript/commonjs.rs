//! Assignments, with the ones that CommonJS and constructors give a meaning, and objects.

use super::classes::is_function;
use super::patterns::{bare_value, function_flags, string_text};
use super::segments::Part;
use super::walker::{Here, NewDefinition, This, WRITE, Walker};
use crate::node::{Node, field, has_child};
use crate::{
    Bound, ContainerKind, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, ImportItem,
    MODULE_SCOPE, Name, ScopeId,
};

/// What an assignment's target means beyond itself.
enum Target {
    ModuleExports,
    Export(Name),
    Member {
        class: DefinitionId,
        is_static: bool,
    },
    Prototype(DefinitionId),
    /// A method of a class that this file does not define.
    Elsewhere,
    Plain,
}

impl<'t> Walker<'t> {
    /// The module of `require("m")` or `import("m")`, if this is one.
    pub(super) fn required_module(&self, node: Node<'t>, here: Here) -> Option<String> {
        let node = if node.kind() == "await_expression" { node.first_child()? } else { node };
        if node.kind() != "call_expression" {
            return None;
        }
        let function = field(node, "function")?;
        let is_require = function.kind() == "identifier"
            && function.text() == "require"
            && self.lookup(here.scope, "require").is_none();
        if !is_require && function.kind() != "import" {
            return None;
        }
        let argument = field(node, "arguments")?.first_child()?;
        let is_constant = argument.kind() == "string"
            || argument.kind() == "template_string"
                && !has_child(argument, "template_substitution");
        is_constant.then(|| string_text(argument.text()).to_owned())
    }

    pub(super) fn assignment(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return self.unknown();
        };
        let left = bare_value(left);
        match self.target(left, here) {
            Target::ModuleExports => self.module_exports(right, here),
            Target::Export(name) => {
                let name_node = field(left, "property").unwrap_or(left);
                let value = self.named_export(&name, name_node, node, right, here);
                self.put_on_module(&name, value);
                value
            }
            // `this.list = this.list.bind(this)` is the method that it was.
            Target::Member { .. } if right.text() == format!("{}.bind(this)", left.text()) => {
                self.value(right, here)
            }
            Target::Member { class, is_static } => {
                self.expr(left, here, WRITE);
                let value = self.assigned_member(class, left, node, right, is_static, here);
                if self.semantics().definition(class).kind == DefinitionKind::Variable {
                    self.note_item(left, value, here);
                }
                value
            }
            Target::Prototype(class) => {
                self.expr(left, here, WRITE);
                self.prototype(class, right, here)
            }
            Target::Elsewhere => {
                let value = self.extending_method(left, node, right, here);
                value.unwrap_or_else(|| self.value(right, here))
            }
            Target::Plain if left.kind() == "identifier" => {
                self.assigned_name(left, node, right, here)
            }
            Target::Plain => {
                let value = self.value(right, here);
                self.note_item(left, value, here);
                self.assign_pattern(left, value, here);
                value
            }
        }
    }

    fn target(&self, left: Node<'t>, here: Here) -> Target {
        if left.kind() != "member_expression" {
            return Target::Plain;
        }
        let (Some(object), Some(property)) = (field(left, "object"), field(left, "property"))
        else {
            return Target::Plain;
        };
        let object_text = object.text();
        let is_global = |name| self.lookup(here.scope, name).is_none();
        match (object.kind(), property.text()) {
            ("identifier", "exports") if object_text == "module" && is_global("module") => {
                return Target::ModuleExports;
            }
            ("identifier", name) if object_text == "exports" && is_global("exports") => {
                return Target::Export(name.into());
            }
            ("member_expression", name)
                if object_text == "module.exports" && is_global("module") =>
            {
                return Target::Export(name.into());
            }
            ("this", _) => {
                return match here.this {
                    This::Instance(class) => Target::Member { class, is_static: false },
                    This::Class(class) => Target::Member { class, is_static: true },
                    _ => Target::Plain,
                };
            }
            _ => {}
        }
        let local = |name: &str| match self.lookup(here.scope, name) {
            Some(Bound::Definition(id)) => Some(*id),
            _ => None,
        };
        if object.kind() == "identifier"
            && let Some(id) = local(object_text)
        {
            return match property.text() {
                name if self.module_names.contains(&id) => Target::Export(name.into()),
                "prototype" => Target::Prototype(id),
                _ => Target::Member { class: id, is_static: true },
            };
        }
        if object.kind() == "member_expression"
            && field(object, "property").is_some_and(|it| it.text() == "prototype")
            && let Some(class) = field(object, "object")
            && class.kind() == "identifier"
        {
            return match (local(class.text()), self.lookup(here.scope, class.text())) {
                (Some(class), _) => Target::Member { class, is_static: false },
                (None, None | Some(Bound::Import(_))) => Target::Elsewhere,
                _ => Target::Plain,
            };
        }
        Target::Plain
    }

    /// `module.exports = …`: an object's entries are exports by name, too.
    fn module_exports(&mut self, right: Node<'t>, here: Here) -> ExprId {
        let value = self.module_value(right, here);
        self.export_whole(value);
        self.is_commonjs = true;
        value
    }

    /// What a module is: a function or class is a definition, with a name or without.
    pub(super) fn module_value(&mut self, right: Node<'t>, here: Here) -> ExprId {
        let bare = bare_value(right);
        if is_function(bare) || (bare.kind() == "class") {
            let name_node = field(bare, "name").unwrap_or(bare);
            self.named_value("module.exports", name_node, right, bare, here)
        } else if bare.kind() == "object" {
            self.cast_types(right, here);
            self.module_object(bare, here)
        } else if here.is_top && is_written_out(bare) {
            let new = variable("module.exports", bare, right);
            // Without a name in the text: all of it is the value.
            let id = self.define(new, here);
            self.held(id, right, here)
        } else {
            self.value(right, here)
        }
    }

    /// The value of a variable, so that code can depend on it and on nothing beside it.
    fn held(&mut self, variable: DefinitionId, right: Node<'t>, here: Here) -> ExprId {
        self.segment(variable, right, Part::Body);
        let inside = Here { initialises: Some(variable), parent: Some(variable), ..here };
        let own = self.add(Expr::Definition(variable));
        let value = self.value_of(right, inside, Some(own));
        self.definition(variable).value = Some(value);
        own
    }

    /// Makes a value what the module is; an object's entries are exports by name, too.
    pub(super) fn export_whole(&mut self, value: ExprId) {
        self.builder.semantics.exports.whole = Some(value);
        self.export_entries(value);
    }

    /// Makes the entries of an object exports by name.
    pub(super) fn export_entries(&mut self, value: ExprId) {
        if let Expr::Container { kind: ContainerKind::Mapping, items } =
            self.semantics().expr(value).clone()
        {
            for item in items {
                if let Some(key) = item.key {
                    self.export(&key, item.value, Walker::top());
                }
            }
        }
    }

    /// Exports `right` by a name that stands with it in `outer`.
    pub(super) fn named_export(
        &mut self,
        name: &str,
        name_node: Node<'t>,
        outer: Node<'t>,
        right: Node<'t>,
        here: Here,
    ) -> ExprId {
        let bare = bare_value(right);
        let value = if is_function(bare) || bare.kind() == "class" {
            self.named_value(name, name_node, outer, bare, here)
        } else if matches!(bare.kind(), "identifier" | "member_expression" | "undefined")
            || bare.kind() == "assignment_expression"
            || bare.text().starts_with("void ")
            || self.required_module(bare, here).is_some()
            || !here.is_top
        {
            self.value(right, here)
        } else {
            let id = self.define_apart(variable(name, name_node, outer), here);
            self.held(id, right, here)
        };
        // `exports.a = exports.b = undefined` only announces names.
        if *self.semantics().expr(value) != Expr::Literal {
            self.export(name, value, Walker::top());
        }
        value
    }

    /// A function or class that is named by what it is assigned to, and bound nowhere.
    fn named_value(
        &mut self,
        name: &str,
        name_node: Node<'t>,
        outer: Node<'t>,
        value: Node<'t>,
        here: Here,
    ) -> ExprId {
        if value.kind() == "class" {
            let head = self.block(here);
            let id = self.class(value, outer, Some(name_node).filter(|it| *it != value), head);
            return self.add(Expr::Definition(id));
        }
        let new = NewDefinition {
            kind: DefinitionKind::Function,
            name: field(value, "name").map_or_else(|| Name::from(name), |it| it.text().into()),
            name_node,
            outer,
            flags: function_flags(value),
        };
        let name = new.name.clone();
        let is_unnamed = name_node == value;
        let id = if is_unnamed {
            let id = self.define(new, here);
            self.segment(id, outer, Part::Shape);
            id
        } else {
            self.define_apart(new, here)
        };
        let head = self.block(here);
        self.bind(head.scope, name, Bound::Definition(id));
        self.function(value, Some(id), head);
        self.add(Expr::Definition(id))
    }

    /// `x = value`, where a function takes the variable's name.
    fn assigned_name(
        &mut self,
        left: Node<'t>,
        node: Node<'t>,
        right: Node<'t>,
        here: Here,
    ) -> ExprId {
        let name = Name::from(left.text());
        if name == "exports" && self.lookup(here.scope, "exports").is_none() {
            // `exports = module.exports = …` only keeps the shorter name working.
            return self.value(right, here);
        }
        self.expr(left, here, WRITE);
        if here.owner.is_none()
            && here.function.is_none()
            && let Some((MODULE_SCOPE, Bound::Definition(id))) =
                self.builder.bound_so_far(here.scope, &name)
        {
            // What the top level gives a variable later is a part of that.
            let id = *id;
            self.shared_segment(id, node, Part::Body);
            self.conditioned(id, here);
        }
        let bare = bare_value(right);
        if is_function(bare) {
            let new = NewDefinition {
                kind: DefinitionKind::Function,
                name: name.clone(),
                name_node: left,
                outer: node,
                flags: function_flags(bare),
            };
            let id = self.define_apart(new, here);
            self.assigned.push((here.scope, name, Bound::Definition(id)));
            self.function(bare, Some(id), here);
            return self.add(Expr::Definition(id));
        }
        let value = self.value(right, here);
        self.assigned.push((here.scope, name, Bound::Value(value)));
        value
    }

    /// Gives the names that were assigned to their declarations' scopes; one that is declared
    /// nowhere is a global, as far as this file can see.
    pub(super) fn bind_assigned(&mut self) {
        for (scope, name, bound) in std::mem::take(&mut self.assigned) {
            let declared = self.declaring_scope(scope, &name).unwrap_or(MODULE_SCOPE);
            self.bind(declared, name, bound);
        }
        for (scope, name, value) in std::mem::take(&mut self.added) {
            let Some(declared) = self.declaring_scope(scope, &name) else { continue };
            let semantics = self.semantics();
            let mut bindings = semantics.scope(declared).bindings.iter();
            let mut named = bindings.by_ref().filter(|it| it.name == name);
            if named.any(|it| self.may_be_container(&it.bound)) {
                self.bind(declared, name, Bound::Value(value));
            }
        }
    }

    fn declaring_scope(&self, scope: ScopeId, name: &str) -> Option<ScopeId> {
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = self.semantics().scope(id);
            if scope.bindings.iter().any(|it| it.name == name) {
                return Some(id);
            }
            at = scope.parent;
        }
        None
    }

    /// The import behind a name, if that is all the name stands for.
    pub(super) fn imported_from(&self, here: Here, name: &str) -> Option<(&str, &ImportItem)> {
        match self.lookup(here.scope, name)? {
            Bound::Import(id) => {
                let import = self.semantics().import(*id);
                Some((import.request.module.as_str(), &import.item))
            }
            _ => None,
        }
    }
}

fn variable<'t>(name: &str, name_node: Node<'t>, outer: Node<'t>) -> NewDefinition<'t> {
    NewDefinition {
        kind: DefinitionKind::Variable,
        name: name.into(),
        name_node,
        outer,
        flags: DefinitionFlags::default(),
    }
}

/// Whether a value is written out where it is used: neither a name nor what a call gives.
fn is_written_out(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "array"
            | "false"
            | "new_expression"
            | "number"
            | "regex"
            | "string"
            | "template_string"
            | "true"
    )
}
