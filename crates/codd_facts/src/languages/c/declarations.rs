//! What stands at the top level and in namespaces.

use super::Walk;
use super::declarators::{Declared, declared, has_word};
use super::modules::NAMESPACE;
use super::preprocessor::hidden_in;
use crate::lowering::{Here, New, READ};
use crate::node::{Node, child_of_kind, children, field, has_child};
use crate::{
    Bound, DefinitionFlags, DefinitionId, DefinitionKind, ExprId, Import, ImportItem,
    ImportRequest, Name,
};

impl<'t> Walk<'_, 't> {
    pub(super) fn items(&mut self, node: Node<'t>, here: Here) {
        self.list(&children(node), here);
    }

    pub(super) fn list(&mut self, nodes: &[Node<'t>], here: Here) {
        let mut at = 0;
        while at < nodes.len() {
            // `TEST_CASE("…") { … }` is a call and a block to the grammar.
            let taken = self.test_block(nodes[at], nodes.get(at + 1).copied(), here);
            if taken == 0 {
                self.item(nodes[at], None, here);
            }
            at += taken.max(1);
        }
    }

    /// One declaration; `template` is what stands around it.
    pub(super) fn item(&mut self, node: Node<'t>, template: Option<Node<'t>>, here: Here) {
        if !self.enter(node, here) {
            return;
        }
        self.item_within(node, template, here);
        self.leave();
    }

    fn item_within(&mut self, node: Node<'t>, template: Option<Node<'t>>, here: Here) {
        match node.kind() {
            "preproc_include" => self.include(node, here),
            "preproc_def" | "preproc_function_def" => self.macro_definition(node, here),
            "preproc_if" | "preproc_ifdef" | "preproc_elif" | "preproc_elifdef"
            | "preproc_else" => {
                self.condition(node, here);
                self.list(&Self::conditional_parts(node), here);
            }
            "preproc_call" => {}
            "namespace_definition" => self.namespace_definition(node, here),
            "linkage_specification" => {
                if let Some(body) = field(node, "body") {
                    match body.kind() {
                        "declaration_list" => self.items(body, here),
                        _ => self.item(body, template, here),
                    }
                }
            }
            "template_declaration" => {
                // Parameters are bound where their names are seen: in what is declared.
                for child in children(node) {
                    if Some(child) != field(node, "parameters") {
                        self.item(child, template.or(Some(node)), here);
                    }
                }
            }
            "function_definition" => self.function_definition(node, template, here),
            "declaration" => self.declaration(node, template, here),
            "field_declaration" => self.field_declaration(node, template, here),
            "type_definition" => self.type_definition(node, here),
            "alias_declaration" => {
                if let (Some(name), Some(kind)) = (field(node, "name"), field(node, "type")) {
                    self.type_alias(node, name, kind, template, here);
                }
            }
            "struct_specifier" | "union_specifier" | "class_specifier" | "enum_specifier" => {
                if field(node, "body").is_some() {
                    self.class_specifier(node, template, here);
                }
            }
            "using_declaration" => self.using(node, here),
            "namespace_alias_definition" => {
                let parts = children(node);
                if let ([_, target], Some(name)) = (parts.as_slice(), field(node, "name")) {
                    let value = self.dotted(target.text(), here);
                    self.bind(here, name.text(), Bound::Value(value));
                }
            }
            "access_specifier" => self.is_private = node.text().starts_with("private"),
            "friend_declaration" => {
                for child in children(node) {
                    if child.kind() == "function_definition" {
                        // It belongs to the namespace around.
                        self.function_definition(child, template, Here { class: None, ..here });
                    } else if child.kind() != "declaration" {
                        self.type_of(child, here);
                    }
                }
            }
            "concept_definition" => {
                if let Some(name) = field(node, "name") {
                    let new = New::of(DefinitionKind::TypeAlias, node, name, None);
                    let id = self.define_bound(new, here);
                    self.offer_here(id, true);
                    let inside = Here { owner: Some(id), ..here };
                    for it in children(node).into_iter().skip(1) {
                        self.expr(it, inside);
                    }
                }
            }
            "static_assert_declaration" | "template_instantiation" => {
                self.each(node, here);
            }
            "declaration_list" | "ERROR" | "translation_unit" => self.items(node, here),
            _ => {
                self.expr(node, here);
            }
        }
    }

    fn namespace_definition(&mut self, node: Node<'t>, here: Here) {
        let Some(body) = field(node, "body") else { return };
        let outer = self.namespace.clone();
        let was_hidden = self.is_hidden;
        let Some(name) = field(node, "name") else {
            // What is in it only this file sees.
            self.is_hidden = true;
            self.items(body, here);
            self.is_hidden = was_hidden;
            return;
        };
        let dotted: String = name
            .text()
            .split("::")
            .map(|it| it.trim().trim_start_matches("inline").trim())
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(".");
        let is_inline = node.all_children().any(|it| it.text() == "inline" && it.is_leaf());
        let full = match outer.as_str() {
            "" => dotted.clone(),
            outer => format!("{outer}.{dotted}"),
        };
        let last = dotted.rsplit('.').next().unwrap_or(&dotted).to_owned();
        let mut new = New::of(DefinitionKind::Namespace, node, name, Some(body));
        new.name = Name::new(&last);
        let id = self.define_as(new, Name::new(&full), here);
        if !dotted.contains('.') {
            self.bind(here, last.as_str(), Bound::Definition(id));
        }
        let mut at = Some(full.as_str());
        while let Some(namespace) = at {
            self.namespaces.insert(namespace.to_owned());
            at = namespace.rsplit_once('.').map(|it| it.0);
        }
        if is_inline && !outer.is_empty() {
            self.uses(full.clone());
        }
        self.namespace = if is_inline { outer.clone() } else { full };
        let inside = self.class_body(id, here);
        self.items(body, inside);
        self.namespace = outer;
    }

    /// `a::b` from here, without saying that it is used.
    fn dotted(&mut self, text: &str, here: Here) -> ExprId {
        let mut parts = text.split("::").map(str::trim).filter(|it| !it.is_empty());
        let mut value = self.name(here.scope, parts.next().unwrap_or(""));
        for part in parts {
            value = self.attribute(value, part);
        }
        value
    }

    fn using(&mut self, node: Node<'t>, here: Here) {
        let Some(named) = node.first_child() else { return };
        if has_child(node, "namespace") {
            let full = named.text().replace("::", ".").trim_matches('.').to_owned();
            self.uses(full);
            return;
        }
        if named.kind() == "qualified_identifier" {
            let full = named.text().replace("::", ".").replace(char::is_whitespace, "");
            let full = full.trim_start_matches('.');
            let first = full.split('.').next().unwrap_or("");
            let is_own = self.builder.bound_so_far(here.scope, &Name::new(first)).is_some();
            if let Some((namespace, name)) = full.rsplit_once('.')
                && self.namespace.is_empty()
                && here.class.is_none()
                && !(here.function.is_some() && namespace == "std")
                && !is_own
                && !full.contains('<')
            {
                // A name of another namespace, which is imported.
                let request = ImportRequest { module: namespace.into(), level: NAMESPACE };
                let item = ImportItem::Named(name.into());
                let import = Import { request, item, owner: here.owner, is_implied: false };
                let id = self.builder.import(import, named.span());
                self.bind(here, name, Bound::Import(id));
                return;
            }
            if here.function.is_some() && full.starts_with("std.") {
                // It is one of several: what is called says which, by what that takes.
                return;
            }
            let target = self.qualified_value(named, crate::lowering::TYPE, here);
            let (_, last) = super::declarators::parts_of(named);
            // `using Base::Base` takes over what is inherited anyway.
            if here.class.is_none() {
                self.bind(here, last.text(), Bound::Value(target));
            }
        }
    }

    /// Variables, prototypes of functions, and types declared on the way.
    fn declaration(&mut self, node: Node<'t>, template: Option<Node<'t>>, here: Here) {
        let declarators: Vec<Node<'t>> = declarator_nodes(node);
        if here.class.is_some() && here.function.is_none() {
            return self.field_declaration(node, template, here);
        }
        let is_template = template.is_some()
            && declarators.iter().any(|it| declared(*it).is_some_and(|it| it.function.is_some()));
        // A function template names its result by its parameters.
        let kind = field(node, "type").filter(|_| !is_template);
        let declared_type = kind.and_then(|it| self.type_of(it, here));
        for declarator in declarators {
            let Some(it) = declared(declarator) else {
                self.expr(declarator, here);
                continue;
            };
            match it.function {
                Some(function) => {
                    self.prototype(node, it, function, declared_type, template, here);
                }
                None => self.global(node, declarator, it, declared_type, here),
            }
        }
    }

    fn global(
        &mut self,
        node: Node<'t>,
        declarator: Node<'t>,
        it: Declared<'t>,
        declared_type: Option<ExprId>,
        here: Here,
    ) {
        if it.name.kind() == "structured_binding_declarator" {
            return;
        }
        if it.name.kind() == "qualified_identifier" {
            // The definition of a static member.
            let target = self.qualified_value(it.name, crate::lowering::WRITE, here);
            self.initial_value(it.value, declared_type, here);
            let _ = target;
            return;
        }
        let is_extern = has_word(node, "extern") && it.value.is_none();
        let is_static = has_word(node, "static");
        let is_constant = self.is_cpp && (has_word(node, "const") || has_word(node, "constexpr"));
        let flags = DefinitionFlags {
            is_companion: is_extern,
            is_private: is_static,
            ..DefinitionFlags::default()
        };
        let is_only = declarator_nodes(node).len() == 1;
        let whole = if is_only { node } else { declarator };
        let mut new = New::of(DefinitionKind::Variable, whole, it.name, it.value).with(flags);
        if whole == node {
            new.shape = children(node).into_iter().filter(|it| *it != declarator).collect();
        } else {
            new.shape.clear();
        }
        let id = self.define(new, here);
        if !is_extern {
            self.bind(here, it.name.text(), Bound::Definition(id));
        }
        // Constants of C++ and what is static are seen in their file alone, or where the header
        // is included.
        if (!is_static && !is_constant) || self.is_header {
            self.offer_here(id, false);
        } else if is_constant && !self.is_hidden {
            let namespace = self.namespace.clone();
            self.offer_as(namespace, constant_elsewhere(it.name), id);
            self.offer_hidden(id);
        } else {
            self.offer_hidden(id);
        }
        if is_extern && is_constant {
            // What its value is, another file says that nobody else could name.
            let target = self.name(here.scope, constant_elsewhere(it.name));
            self.refer(target, it.name, READ, Here { owner: Some(id), ..here });
        }
        self.definition(id).declared_type = declared_type;
        let inside = Here { initialises: Some(id), ..here };
        let value = self.initial_value(it.value, declared_type, inside);
        self.definition(id).value = value;
    }

    /// Offers a definition to other files; types and macros of sources are nobody else's.
    pub(super) fn offer_here(&mut self, id: DefinitionId, is_type: bool) {
        if self.is_hidden || (is_type && !self.is_header) {
            return self.offer_hidden(id);
        }
        let namespace = self.namespace.clone();
        self.offer(namespace, id);
    }

    /// Offers a definition of a source to those that include it as it stands.
    pub(super) fn offer_hidden(&mut self, id: DefinitionId) {
        if !self.is_header {
            let namespace = hidden_in(self.path.file_name());
            self.offer(namespace, id);
        }
    }

    /// `typedef struct { … } Name;`, `typedef struct tag Name;`, `typedef int (*Name)(int);`.
    fn type_definition(&mut self, node: Node<'t>, here: Here) {
        let Some(kind) = field(node, "type") else { return };
        let declarators = declarator_nodes(node);
        let first = declarators.first().copied().and_then(declared);
        let has_body = field(kind, "body").is_some();
        let is_unnamed = has_body && field(kind, "name").is_none();
        let mut value = None;
        if is_unnamed && let Some(first) = first.filter(|it| !it.is_pointer) {
            self.class_specifier_named(kind, Some((first.name, node)), None, here);
            let rest = declarators.iter().skip(1);
            let target = self.name(here.scope, first.name.text());
            for it in rest.filter_map(|it| declared(*it)) {
                self.alias_definition(it.name, it.name, Some(target), here);
            }
            return;
        }
        let aliases: Vec<DefinitionId> = declarators
            .iter()
            .filter_map(|it| declared(*it))
            .filter(|it| {
                // `typedef struct user user;` names a type as it is named.
                field(kind, "name").is_none_or(|tag| tag.text() != it.name.text())
            })
            .map(|it| self.alias_definition(node, it.name, None, here))
            .collect();
        let owner = aliases.first().copied();
        if let Some(found) = self.type_of(kind, Here { owner: owner.or(here.owner), ..here }) {
            value = Some(found);
        }
        for id in aliases {
            self.definition(id).value = value;
        }
    }

    fn alias_definition(
        &mut self,
        whole: Node<'t>,
        name: Node<'t>,
        value: Option<ExprId>,
        here: Here,
    ) -> DefinitionId {
        let new = New::of(DefinitionKind::TypeAlias, whole, name, None);
        let id = self.define_bound(new, here);
        self.offer_here(id, true);
        self.definition(id).value = value;
        id
    }

    fn type_alias(
        &mut self,
        node: Node<'t>,
        name: Node<'t>,
        kind: Node<'t>,
        template: Option<Node<'t>>,
        here: Here,
    ) {
        let new = New::of(DefinitionKind::TypeAlias, template.unwrap_or(node), name, None);
        let id = self.define_bound(new, here);
        self.offer_here(id, true);
        let around = Here { owner: Some(id), ..here };
        let inside = match template.and_then(|it| field(it, "parameters")) {
            Some(list) => {
                let inside = self.block(around);
                self.unknown_template_parameters(list, inside);
                inside
            }
            None => around,
        };
        let value = self.type_of(kind, inside);
        self.definition(id).value = value;
    }
}

/// The name of a constant for those that declare it `extern`.
fn constant_elsewhere(name: Node<'_>) -> String {
    format!("const {}", name.text())
}

/// The declarators of a declaration, without its type and what says more of it.
pub(super) fn declarator_nodes(node: Node<'_>) -> Vec<Node<'_>> {
    let kind = field(node, "type");
    let default = field(node, "default_value");
    children(node)
        .into_iter()
        .filter(|it| {
            Some(*it) != kind
                && Some(*it) != default
                && (it.kind().ends_with("declarator")
                    || matches!(
                        it.kind(),
                        "identifier"
                            | "field_identifier"
                            | "type_identifier"
                            | "qualified_identifier"
                            | "operator_name"
                            | "operator_cast"
                            | "destructor_name"
                            | "template_function"
                            | "primitive_type"
                    ))
        })
        .collect()
}

/// Whether a definition is declared in a class to be pure.
pub(super) fn is_pure(node: Node<'_>) -> bool {
    child_of_kind(node, "pure_virtual_clause").is_some()
        || field(node, "default_value").is_some_and(|it| it.text() == "0")
}
