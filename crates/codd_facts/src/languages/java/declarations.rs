//! Classes, interfaces, enums, records and annotation types.

use super::super::jvm::annotations::{Annotation, Controller, is_switch, texts_at};
use super::super::jvm::test_cases;
use super::Walk;
use crate::lowering::{Here, New, READ, Use};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Argument, DefinitionFlags, DefinitionId, DefinitionKind, Expr, ExprId, Name, Parameter,
    ReferenceKind,
};

/// A class on the way to its members.
#[derive(Clone, Debug, Default)]
pub(super) struct Class {
    pub(super) name: Name,
    /// Where its static members are offered; `None` for one that no other file can name.
    pub(super) namespace: Option<Name>,
    pub(super) controller: Controller,
    /// As JUnit names it: `Outer$Inner`.
    pub(super) test_name: Name,
    pub(super) is_interface: bool,
    /// Of a record: what its constructor is given.
    pub(super) components: Vec<Parameter>,
    /// Extends something called `TestCase`, as in JUnit 3.
    pub(super) is_old_test: bool,
    /// All its methods are tests, as TestNG has it for an annotated class.
    pub(super) is_all_tests: bool,
    /// What its tests and those of classes in it run with.
    pub(super) extensions: Vec<ExprId>,
}

impl<'t> Walk<'_, 't> {
    pub(super) fn compilation_unit(&mut self, root: Node<'t>, here: Here) {
        self.it.open(self.unit.package.clone());
        let outside = Class { namespace: Some(self.unit.package.clone()), ..Class::default() };
        for node in children(root) {
            match node.kind() {
                "import_declaration" => self.import(node, here),
                "package_declaration" => {
                    for annotation in children(node) {
                        if annotation.kind().ends_with("annotation") {
                            self.annotation_use(annotation, here);
                        }
                    }
                }
                "module_declaration" => self.it.not_modelled("module declaration"),
                _ if self.type_declaration(node, &outside, here).is_some() => {}
                _ => self.statement(node, here),
            }
        }
        self.it.open("java.lang");
    }

    /// Defines a type if the node is one; its name is bound and offered.
    pub(super) fn type_declaration(
        &mut self,
        node: Node<'t>,
        outer: &Class,
        here: Here,
    ) -> Option<DefinitionId> {
        let kind = match node.kind() {
            "class_declaration" | "record_declaration" => DefinitionKind::Class,
            "interface_declaration" | "annotation_type_declaration" => DefinitionKind::Interface,
            "enum_declaration" => DefinitionKind::Enum,
            _ => return None,
        };
        let name = field(node, "name")?;
        let body = field(node, "body");
        let annotations = annotation_nodes(node);
        let new = New::of(kind, node, name, body)
            .decorated_with(annotations.clone())
            .with(flags_of(node));
        let is_private = new.flags.is_private;
        let id = self.it.define_bound(new, here);
        let namespace = outer.namespace.clone().filter(|_| !is_private);
        if let Some(namespace) = &namespace {
            self.it.offer(namespace.clone(), id);
        }
        let annotations = self.annotate(id, &annotations, here);
        let head = match field(node, "type_parameters") {
            Some(list) => {
                let head = self.it.type_head(id, here);
                self.type_parameters(Some(list), head);
                head
            }
            None => here,
        };
        let inside = self.it.class_body(id, head);
        // The names of bases are looked up outside: members may come from them.
        let bases = self.bases(node, Here { owner: Some(id), ..head });
        let is_old_test = bases.iter().any(|(name, _)| name == "TestCase");
        let mut bases: Vec<ExprId> = bases.into_iter().map(|it| it.1).collect();
        // What every object has is from outside, however little is known of it.
        bases.push(self.it.name(
            crate::MODULE_SCOPE,
            if kind == DefinitionKind::Enum { "Enum" } else { "Object" },
        ));
        self.it.definition(id).bases = bases;
        let test_name = match outer.test_name.as_str() {
            "" => Name::from(name.text()),
            outer => Name::from(format!("{outer}${}", name.text())),
        };
        let mut extensions = outer.extensions.clone();
        extensions.extend(test_cases::extensions(self.it.semantics(), &annotations));
        let mut class = Class {
            name: name.text().into(),
            namespace: namespace.map(|it| match it.as_str() {
                "" => name.text().into(),
                _ => Name::from(format!("{it}.{}", name.text())),
            }),
            controller: Controller::of(&annotations),
            test_name,
            is_interface: kind == DefinitionKind::Interface,
            components: Vec::new(),
            is_old_test,
            is_all_tests: self.unit.is_testng && annotations.iter().any(|it| it.name == "Test"),
            extensions,
        };
        if let Some(parameters) = field(node, "parameters") {
            class.components = self.record_components(parameters, inside);
        }
        if let Some(body) = body {
            self.type_body(body, id, &class, inside);
        }
        Some(id)
    }

    /// The bases of a type, each with its last name.
    fn bases(&mut self, node: Node<'t>, inside: Here) -> Vec<(Name, ExprId)> {
        let mut bases = Vec::new();
        for list in children(node) {
            if !matches!(list.kind(), "superclass" | "super_interfaces" | "extends_interfaces") {
                continue;
            }
            for named in children(list) {
                let types = if named.kind() == "type_list" { children(named) } else { vec![named] };
                bases.extend(types.into_iter().map(|it| self.base(it, inside)));
            }
        }
        bases
    }

    /// A type that is extended, with its last name.
    pub(super) fn base(&mut self, node: Node<'t>, inside: Here) -> (Name, ExprId) {
        let (of, types) = self.named_type(node, Use::Kind(ReferenceKind::Inherit), inside);
        let of = self.it.applied(of, types);
        (base_name(node).map(Node::text).unwrap_or_default().into(), of)
    }

    pub(super) fn type_body(
        &mut self,
        body: Node<'t>,
        id: DefinitionId,
        class: &Class,
        here: Here,
    ) {
        for node in children(body) {
            if node.kind() == "enum_body_declarations" {
                for node in children(node) {
                    self.member(node, id, class, here);
                }
            } else {
                self.member(node, id, class, here);
            }
        }
    }

    fn member(&mut self, node: Node<'t>, id: DefinitionId, class: &Class, here: Here) {
        self.deeper(node, here, |it| match node.kind() {
            "field_declaration" | "constant_declaration" => it.fields(node, class, here),
            "method_declaration" | "annotation_type_element_declaration" => {
                it.method(node, class, here);
            }
            "constructor_declaration" | "compact_constructor_declaration" => {
                it.constructor(node, class, here);
            }
            "enum_constant" => it.enum_constant(node, id, class, here),
            "static_initializer" => {
                for block in children(node) {
                    it.statement(block, here);
                }
            }
            "block" => it.statement(node, here),
            _ => {
                if it.type_declaration(node, class, here).is_none() && node.kind() == "ERROR" {
                    it.leftovers(node, here);
                }
            }
        });
    }

    /// A class that is written where it is made: `new Base() { … }`.
    pub(super) fn anonymous(
        &mut self,
        whole: Node<'t>,
        named: Node<'t>,
        base: ExprId,
        body: Node<'t>,
        here: Here,
    ) -> DefinitionId {
        let name = base_name(named).unwrap_or(named);
        let mut new = New::of(DefinitionKind::Class, whole, name, Some(body));
        new.name = Name::from(format!("${}", name.text()));
        new.shape = vec![named];
        new.flags = DefinitionFlags { is_private: true, ..DefinitionFlags::default() };
        let id = self.it.define(new, here);
        self.it.definition(id).bases = vec![base];
        self.it.implied(id, ReferenceKind::Inherit, base, named.span());
        let inside = self.it.class_body(id, here);
        let class = Class { name: format!("${}", name.text()).into(), ..Class::default() };
        self.type_body(body, id, &class, inside);
        id
    }

    /// Walks annotations for the definition that they stand before.
    pub(super) fn annotate(
        &mut self,
        id: DefinitionId,
        annotations: &[Node<'t>],
        here: Here,
    ) -> Vec<Annotation> {
        let here = Here { owner: Some(id), ..here };
        let mut read = Vec::new();
        for node in annotations {
            if let Some(annotation) = self.annotation_use(*node, here) {
                self.it.definition(id).decorators.push(annotation.value);
                read.push(annotation);
            }
        }
        read
    }

    /// One annotation, wherever it stands.
    pub(super) fn annotation_use(&mut self, node: Node<'t>, here: Here) -> Option<Annotation> {
        self.deeper(node, here, |it| it.annotation_within(node, here)).flatten()
    }

    fn annotation_within(&mut self, node: Node<'t>, here: Here) -> Option<Annotation> {
        let name = field(node, "name")?;
        let target = self.qualified_name(name, Use::Kind(ReferenceKind::Decorate), here);
        let mut arguments = Vec::new();
        for node in field(node, "arguments").into_iter().flat_map(children) {
            let (key, value) = match node.kind() {
                "element_value_pair" => match (field(node, "key"), field(node, "value")) {
                    (Some(key), Some(value)) => (Some(Name::from(key.text())), value),
                    _ => continue,
                },
                _ => (None, node),
            };
            let is_switch = key.as_deref().is_some_and(is_switch);
            let value = if is_switch && matches!(value.kind(), "true" | "false") {
                self.it.text_constant(value.text())
            } else {
                self.element_value(value, here)
            };
            arguments.push(Argument { name: key, value });
        }
        let texts = arguments
            .iter()
            .map(|it| {
                let key = it.name.clone().unwrap_or_else(|| "value".into());
                let texts = texts_at(self.it.semantics(), &key, it.value);
                (key, texts)
            })
            .collect();
        let last = name.text().rsplit('.').next().unwrap_or_default().trim();
        let value = if has_child(node, "annotation_argument_list") {
            self.it.call(target, arguments)
        } else {
            target
        };
        Some(Annotation { name: last.into(), texts, value })
    }

    fn element_value(&mut self, node: Node<'t>, here: Here) -> ExprId {
        match node.kind() {
            "element_value_array_initializer" => {
                let items = children(node);
                let values = items.into_iter().map(|it| {
                    let value = self
                        .deeper(it, here, |walk| walk.element_value(it, here))
                        .unwrap_or_else(|| self.it.unknown());
                    crate::Item { key: None, value }
                });
                let values = values.collect();
                self.it.container(crate::ContainerKind::Sequence, values)
            }
            "annotation" | "marker_annotation" => {
                let annotation = self.annotation_use(node, here);
                annotation.map_or_else(|| self.it.unknown(), |it| it.value)
            }
            _ => self.expression(node, READ, here),
        }
    }

    /// A dotted name: its last part is used, those before are read.
    pub(super) fn qualified_name(&mut self, node: Node<'t>, usage: Use, here: Here) -> ExprId {
        let parts: Vec<Node<'t>> = match node.kind() {
            "scoped_identifier" => node.below().filter(|it| it.kind() == "identifier").collect(),
            _ => vec![node],
        };
        let mut target = None;
        for (at, part) in parts.iter().enumerate() {
            let usage = if at + 1 == parts.len() { usage } else { READ };
            target = Some(match target {
                Some(base) => self.it.member_of(base, *part, usage, here),
                None => self.it.named(*part, usage, here),
            });
        }
        target.unwrap_or_else(|| self.it.unknown())
    }

    /// The class around of that name, as in `Outer.this`.
    pub(super) fn class_around(&self, name: &str, here: Here) -> Option<DefinitionId> {
        let mut at = here.class;
        while let Some(id) = at {
            let definition = self.it.semantics().definition(id);
            if definition.name == name {
                return Some(id);
            }
            at = definition.parent;
        }
        None
    }

    pub(super) fn this_of(&mut self, class: DefinitionId) -> ExprId {
        self.it.add(Expr::This { class })
    }
}

/// The node that names a type: without what comes before it and its arguments.
pub(super) fn base_name(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    for _ in 0..8 {
        at = match at.kind() {
            "type_identifier" | "identifier" => return Some(at),
            "generic_type" => children(at).into_iter().next()?,
            "scoped_type_identifier" | "annotated_type" => children(at).into_iter().next_back()?,
            _ => return None,
        };
    }
    None
}

pub(super) fn annotation_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    let modifiers = child_of_kind(node, "modifiers").into_iter().flat_map(children);
    let direct = children(node).into_iter();
    modifiers.chain(direct).filter(|it| it.kind().ends_with("annotation")).collect()
}

pub(super) fn has_modifier(node: Node<'_>, modifier: &str) -> bool {
    child_of_kind(node, "modifiers").is_some_and(|it| has_child(it, modifier))
}

pub(super) fn flags_of(node: Node<'_>) -> DefinitionFlags {
    DefinitionFlags {
        is_static: has_modifier(node, "static"),
        is_abstract: has_modifier(node, "abstract"),
        is_private: has_modifier(node, "private"),
        is_final: has_modifier(node, "final"),
        ..DefinitionFlags::default()
    }
}
