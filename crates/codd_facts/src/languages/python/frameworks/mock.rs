//! What tests put in the place of something by its name: `unittest.mock`, pytest's
//! `monkeypatch`, pytest-mock.

use super::{Called, Decorator, Framework};
use crate::languages::python::grammar::Kind;
use crate::languages::python::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{
    Bound, Certainty, DefinitionId, Expr, ExprId, Import, ImportItem, ImportRequest, Name,
    Reference, ReferenceKind,
};

pub(super) const MOCK: Framework = Framework { decorator, call };

/// Names of one dotted path that are looked up.
const MAX_PARTS: usize = 16;

fn decorator(_walk: &mut Walk<'_, '_>, _decorator: &Decorator, _cx: &Cx) -> bool {
    false
}

/// `patch("a.b.c")`, `patch.object(a, "b")`, `monkeypatch.setattr(a, "b", c)` and their kin.
fn call(walk: &mut Walk<'_, '_>, called: &Called<'_>, cx: &Cx) -> bool {
    let is_of_patch = called.base.is_some_and(|base| walk.last_name(base) == "patch");
    match (called.name, called.base) {
        ("patch", _) => walk.patched_path(called, 0, Use::Replaced, cx),
        ("object", Some(_)) if is_of_patch => walk.patched_attribute(called, cx),
        ("dict", Some(_)) if is_of_patch => walk.patched_path(called, 0, Use::Changed, cx),
        ("multiple", Some(_)) if is_of_patch => walk.patched_keywords(called, cx),
        ("spy", Some(_)) | ("setattr" | "delattr", None) => walk.patched_attribute(called, cx),
        ("setattr" | "delattr", Some(_)) => {
            walk.patched_path(called, 0, Use::Replaced, cx) || walk.patched_attribute(called, cx)
        }
        _ => false,
    }
}

/// What becomes of a value that is named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Replaced,
    Changed,
}

impl Walk<'_, '_> {
    /// An argument that is the dotted path of something.
    fn patched_path(&mut self, called: &Called<'_>, at: usize, how: Use, cx: &Cx) -> bool {
        let Some(node) = self.argument_node(called.node, at) else { return false };
        let Some(path) = self.constant_text(node, cx) else { return false };
        if !is_dotted(&path) {
            return false;
        }
        let target = self.path_target(&path, node, cx);
        self.patched(target, node, how, cx);
        true
    }

    /// An object, and the name of one of its attributes.
    fn patched_attribute(&mut self, called: &Called<'_>, cx: &Cx) -> bool {
        let [object, _, ..] = self.arguments(called.call) else { return false };
        let (object, is_named) = (object.value, object.name.is_some());
        let Some(node) = self.argument_node(called.node, 1) else { return false };
        let Some(name) = self.constant_text(node, cx) else { return false };
        if is_named || !is_identifier(&name) {
            return false;
        }
        let target = self.builder.expr(Expr::Attribute { base: object, name });
        self.patched(target, node, Use::Replaced, cx);
        true
    }

    /// An object or its path, and attributes of it as keywords.
    fn patched_keywords(&mut self, called: &Called<'_>, cx: &Cx) -> bool {
        let [object, names @ ..] = self.arguments(called.call) else { return false };
        let mut base = object.value;
        let names: Vec<Name> = names.iter().filter_map(|it| it.name.clone()).collect();
        let Some(node) = self.argument_node(called.node, 0) else { return false };
        if let Some(path) = self.constant_text(node, cx) {
            if !path.split('.').all(is_identifier) {
                return false;
            }
            base = self.path_target(&path, node, cx);
        }
        for name in names {
            let target = self.builder.expr(Expr::Attribute { base, name });
            self.patched(target, node, Use::Replaced, cx);
        }
        true
    }

    /// What `a.b.c` stands for, with mentions of what it leads through.
    fn path_target(&mut self, path: &str, node: NodeId, cx: &Cx) -> ExprId {
        let mut parts = path.split('.').take(MAX_PARTS);
        let root = Name::new(parts.next().unwrap_or_default());
        let mut target = self.imported_root(root, node, cx);
        for part in parts {
            if matches!(self.builder.semantics.expr(target), Expr::Attribute { .. }) {
                self.patched(target, node, Use::Replaced, cx);
            }
            target = self.builder.expr(Expr::Attribute { base: target, name: Name::new(part) });
        }
        target
    }

    /// The module that a path starts with: it is imported to find the rest.
    fn imported_root(&mut self, root: Name, node: NodeId, cx: &Cx) -> ExprId {
        let key = (root.clone(), cx.owner);
        if let Some(known) = self.frameworks.roots.get(&key) {
            return *known;
        }
        let request = ImportRequest { module: root, level: 0 };
        let import =
            Import { request, item: ImportItem::Module, owner: cx.owner, is_implied: true };
        let import = self.builder.import(import, self.tree.span(node));
        let root = self.builder.expr(Expr::Import(import));
        self.frameworks.roots.insert(key, root);
        root
    }

    /// Refers to what is named; where a class says it, for its tests as well.
    fn patched(&mut self, target: ExprId, node: NodeId, how: Use, cx: &Cx) {
        let reference = Reference {
            kind: ReferenceKind::Read,
            target,
            owner: cx.owner,
            initialises: cx.initialises,
            arguments: None,
            is_declared: how == Use::Replaced,
            is_discarded: false,
            is_taken_apart: false,
            is_implied: true,
            certainty: Certainty::Always,
            awaited: Certainty::Always,
        };
        if let Some(owner) = cx.owner
            && self.definition(owner).body.is_some_and(|it| it != cx.scope)
        {
            self.frameworks.patches.push((owner, reference.clone()));
        }
        self.builder.reference(reference, self.tree.span(node));
    }

    /// What is put in the place of others around a test, by decorators of its class.
    pub(in super::super) fn patched_by_class(&mut self, test: DefinitionId, node: NodeId) {
        let Some(class) = self.definition(test).parent else { return };
        let of_class = self.frameworks.patches.iter().filter(|(by, _)| *by == class);
        let references: Vec<Reference> = of_class.map(|(_, it)| it.clone()).collect();
        for reference in references {
            let reference = Reference { owner: Some(test), ..reference };
            self.builder.reference(reference, self.tree.span(node));
        }
    }

    /// The positional argument at a place, as it is written.
    fn argument_node(&self, call: NodeId, at: usize) -> Option<NodeId> {
        let list = self.child(call, self.grammar.fields.arguments)?;
        let node = self.tree.named_children(list).nth(at)?;
        (self.kind(node) != Kind::KeywordArgument).then_some(node)
    }

    /// A text that is known without running code: written out, or put together of constants of
    /// the file, as in `f"{MODULE}.name"`.
    fn constant_text(&self, node: NodeId, cx: &Cx) -> Option<Name> {
        let mut text = String::new();
        let mut operands = Vec::new();
        self.left_spine(node, Kind::BinaryOperator, &mut operands);
        for operand in operands {
            match self.kind(operand) {
                Kind::Identifier => text.push_str(&self.named_text(operand, cx)?),
                Kind::String => match self.plain_text(operand) {
                    Some(plain) => text.push_str(plain),
                    None => self.interpolated(operand, &mut text, cx)?,
                },
                _ => return None,
            }
        }
        Some(Name::new(text))
    }

    fn interpolated(&self, string: NodeId, text: &mut String, cx: &Cx) -> Option<()> {
        for part in self.tree.named_children(string) {
            match self.kind(part) {
                Kind::StringContent => text.push_str(self.text(part)),
                Kind::Interpolation => {
                    let name = self.first_named(part)?;
                    text.push_str(&self.named_text(name, cx)?);
                }
                _ => {}
            }
        }
        Some(())
    }

    /// The text that a name of the file has been given.
    fn named_text(&self, name: NodeId, cx: &Cx) -> Option<Name> {
        if self.kind(name) != Kind::Identifier {
            return None;
        }
        let semantics = &self.builder.semantics;
        let value = match self.builder.bound_so_far(cx.scope, &Name::new(self.text(name)))?.1 {
            Bound::Definition(id) => semantics.definition(*id).value?,
            Bound::Value(value) => *value,
            _ => return None,
        };
        match semantics.expr(value) {
            Expr::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

fn is_dotted(path: &str) -> bool {
    path.contains('.') && path.split('.').all(is_identifier)
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|it| it.is_alphabetic() || it == '_')
        && letters.all(|it| it.is_alphanumeric() || it == '_')
}
