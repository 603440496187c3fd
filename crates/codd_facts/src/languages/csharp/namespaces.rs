//! Namespaces and `using` directives.

use codd_source::RepoPath;

use super::Walk;
use super::declarations::Class;
use crate::lowering::Here;
use crate::node::{Node, children, field, has_child};
use crate::{Added, ImportItem, ImportRequest, ModuleTarget, Modules, Name};

/// Every directive names a namespace or a type in one; who offers it is found by that.
pub(super) struct CSharpModules;

impl Modules for CSharpModules {
    fn resolve(&self, _from: &RepoPath, request: &ImportRequest) -> ModuleTarget {
        ModuleTarget::Namespace(request.module.clone())
    }

    fn submodule(&self, module: &ModuleTarget, name: &str) -> ModuleTarget {
        match module {
            ModuleTarget::Namespace(outer) => {
                ModuleTarget::Namespace(Name::from(format!("{outer}.{name}")))
            }
            _ => ModuleTarget::Missing,
        }
    }
}

impl<'t> Walk<'_, 't> {
    pub(super) fn compilation_unit(&mut self, root: Node<'t>, here: Here) {
        self.open_namespaces(root);
        let namespace = children(root)
            .into_iter()
            .find(|it| it.kind() == "file_scoped_namespace_declaration")
            .and_then(|it| field(it, "name"))
            .map(dotted)
            .unwrap_or_default();
        self.namespace_body(root, &namespace, here);
    }

    /// Opens the namespaces of the file, inner ones before those around them, then the used.
    fn open_namespaces(&mut self, root: Node<'t>) {
        let is_namespace = |it: &Node<'_>| it.kind().ends_with("namespace_declaration");
        for node in root.below().filter(is_namespace) {
            let Some(name) = field(node, "name") else { continue };
            let name = dotted(name);
            let mut around = Some(name.as_str());
            while let Some(name) = around {
                self.it.open(name);
                around = name.rsplit_once('.').map(|(outer, _)| outer);
            }
        }
        self.it.open("");
    }

    fn namespace_body(&mut self, body: Node<'t>, namespace: &Name, here: Here) {
        self.deeper(body, here, |it| {
            for node in children(body) {
                it.namespace_member(node, namespace, here);
            }
        });
    }

    fn namespace_member(&mut self, node: Node<'t>, namespace: &Name, here: Here) {
        match node.kind() {
            "using_directive" => self.using(node, here),
            "namespace_declaration" => {
                let own = field(node, "name").map(dotted).unwrap_or_default();
                let whole = match namespace.as_str() {
                    "" => own,
                    outer => Name::from(format!("{outer}.{own}")),
                };
                self.it.open(whole.clone());
                if let Some(body) = field(node, "body") {
                    self.namespace_body(body, &whole, here);
                }
            }
            "global_attribute" => {
                for it in children(node) {
                    self.attribute_use(it, here);
                }
            }
            "global_statement" => {
                for it in children(node) {
                    self.statement(it, here);
                }
            }
            "preproc_if" | "preproc_elif" | "preproc_else" | "ERROR" | "declaration_list" => {
                self.namespace_body(node, namespace, here);
            }
            "extern_alias_directive"
            | "file_scoped_namespace_declaration"
            | "shebang_directive" => {}
            _ => {
                let outside = Class { namespace: Some(namespace.clone()), ..Class::default() };
                if self.type_declaration(node, &outside, here).is_none() {
                    self.statement(node, here);
                }
            }
        }
    }

    /// `using A.B;`, `using static A.B.C;`, `using X = A.B.C;`.
    fn using(&mut self, node: Node<'t>, here: Here) {
        let alias = field(node, "name");
        let Some(path) = children(node).into_iter().rfind(|it| Some(*it) != alias) else { return };
        let path = dotted(path);
        match alias {
            Some(alias) => {
                let (module, name) = path.rsplit_once('.').unwrap_or(("", &path));
                let item = ImportItem::Named(name.into());
                self.it.import_as(alias.text(), module, item, node, here);
            }
            None => {
                if has_child(node, "global") {
                    // Seen in all files below this folder.
                    let opened = self.it.text_constant(path.clone());
                    self.it.extend(opened, crate::OPENED_FOR_ALL, Added::Base(opened));
                }
                self.it.open(path.clone());
                self.it.import(path, ImportItem::Star, node, here);
            }
        }
    }
}

/// A dotted name without layout and type arguments.
fn dotted(node: Node<'_>) -> Name {
    let mut parts = Vec::new();
    let mut end = 0;
    for it in std::iter::once(node).chain(node.below()) {
        if it.span().start < end {
            continue;
        }
        match it.kind() {
            "type_argument_list" => end = it.span().end,
            "identifier" => parts.push(it.text()),
            _ => {}
        }
    }
    parts.join(".").into()
}
