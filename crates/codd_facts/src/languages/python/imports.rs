//! Import statements.

use super::calls::{BUILTINS, CODE_FROM_STRING, RUNNERS};
use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Bound, Import, ImportId, ImportItem, ImportRequest, MODULE_SCOPE, Name};

impl<'t> Walk<'_, 't> {
    fn import(
        &mut self,
        request: ImportRequest,
        item: ImportItem,
        node: NodeId,
        cx: &Cx,
    ) -> ImportId {
        let span = self.tree.span(node);
        self.builder.import(Import { request, item, owner: cx.owner, is_implied: false }, span)
    }

    /// A dotted name without the layout that may stand between its parts.
    fn dotted(&self, node: NodeId) -> Name {
        let text = self.text(node);
        if text.bytes().all(|byte| byte == b'.' || byte == b'_' || byte.is_ascii_alphanumeric()) {
            return Name::new(text);
        }
        let parts: Vec<&str> = self.tree.named_children(node).map(|it| self.text(it)).collect();
        Name::new(parts.join("."))
    }

    /// The name and the alias in one item of an import list.
    fn name_and_alias(&self, node: NodeId) -> (Option<NodeId>, Option<&'t str>) {
        if self.kind(node) != Kind::AliasedImport {
            return (Some(node), None);
        }
        let fields = &self.grammar.fields;
        let alias = self.child(node, fields.alias).map(|it| self.text(it));
        (self.child(node, fields.name), alias)
    }

    pub(super) fn import_statement(&mut self, node: NodeId, cx: &Cx) {
        let tree = self.tree;
        for child in tree.named_children(node) {
            let (Some(name), alias) = self.name_and_alias(child) else { continue };
            let module = self.dotted(name);
            let request = ImportRequest { module: module.clone(), level: 0 };
            if let Some(alias) = alias {
                let id = self.import(request, ImportItem::Module, child, cx);
                self.bind_import(alias, id, cx);
            } else if let Some((top, _)) = module.split_once('.') {
                // `import a.b` binds `a`, and runs `a.b` so that it is an attribute of `a`.
                let top_request = ImportRequest { module: Name::new(top), level: 0 };
                let id = self.import(top_request, ImportItem::Module, child, cx);
                self.bind_import(top, id, cx);
                self.import(request, ImportItem::Effect, child, cx);
            } else {
                let id = self.import(request, ImportItem::Module, child, cx);
                self.bind_import(&module, id, cx);
            }
        }
    }

    pub(super) fn import_from(&mut self, node: NodeId, cx: &Cx) {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let Some(module) = self.child(node, fields.module_name) else { return };
        let request = self.request(module);
        for child in tree.named_children(node).filter(|it| *it != module) {
            if self.kind(child) == Kind::WildcardImport {
                let id = self.import(request.clone(), ImportItem::Star, child, cx);
                if cx.scope == MODULE_SCOPE {
                    self.builder.semantics.exports.stars.push(id);
                } else {
                    self.builder.not_modelled("star import inside a definition");
                }
                continue;
            }
            if tree.field(child) != fields.name {
                continue;
            }
            let (Some(name), alias) = self.name_and_alias(child) else { continue };
            let name = self.dotted(name);
            if RUNNERS.contains(&name.as_str()) && BUILTINS.contains(&request.module.as_str()) {
                self.builder.not_modelled(CODE_FROM_STRING);
            }
            let id = self.import(request.clone(), ImportItem::Named(name.clone()), child, cx);
            self.bind_import(alias.unwrap_or(&name), id, cx);
        }
    }

    fn request(&self, node: NodeId) -> ImportRequest {
        if self.kind(node) != Kind::RelativeImport {
            return ImportRequest { module: self.dotted(node), level: 0 };
        }
        let mut request = ImportRequest { module: Name::default(), level: 0 };
        for child in self.tree.named_children(node) {
            if self.kind(child) == Kind::ImportPrefix {
                request.level =
                    self.text(child).bytes().filter(|byte| *byte == b'.').count() as u32;
            } else {
                request.module = self.dotted(child);
            }
        }
        request
    }

    fn bind_import(&mut self, name: &str, id: ImportId, cx: &Cx) {
        let name = Name::new(name);
        let scope = self.outers.get(&(cx.scope, name.clone())).copied().unwrap_or(cx.scope);
        self.builder.bind(scope, name.clone(), Bound::Import(id));
        if cx.is_certain {
            self.builder.replace_earlier(scope, &name);
        }
    }
}
