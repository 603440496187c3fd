//! What a file takes from others and gives to them: imports, namespaces, extensions, routes.

use codd_source::Span;

use super::{Here, Lowering};
use crate::node::Node;
use crate::{
    Added, Bound, DefinitionId, Expr, ExprId, Extension, Import, ImportId, ImportItem,
    ImportRequest, Name, Offer, Route,
};

impl Lowering<'_> {
    pub(crate) fn import(
        &mut self,
        module: impl Into<Name>,
        item: ImportItem,
        at: Node<'_>,
        here: Here,
    ) -> ImportId {
        let request = ImportRequest { module: module.into(), level: 0 };
        self.builder
            .import(Import { request, item, owner: here.owner, is_implied: false }, at.span())
    }

    /// Imports something under a name.
    pub(crate) fn import_as(
        &mut self,
        name: impl Into<Name>,
        module: impl Into<Name>,
        item: ImportItem,
        at: Node<'_>,
        here: Here,
    ) -> ImportId {
        let id = self.import(module, item, at, here);
        self.bind(here, name, Bound::Import(id));
        id
    }

    /// What an import gives, as a value.
    pub(crate) fn import_value(&mut self, id: ImportId) -> ExprId {
        self.add(Expr::Import(id))
    }

    /// Offers a definition to every file that opens or names the namespace.
    pub(crate) fn offer(&mut self, namespace: impl Into<Name>, definition: DefinitionId) {
        let name = self.semantics().definition(definition).name.clone();
        self.offer_as(namespace, name, definition);
    }

    /// The same under a name that is not its own.
    pub(crate) fn offer_as(
        &mut self,
        namespace: impl Into<Name>,
        name: impl Into<Name>,
        definition: DefinitionId,
    ) {
        let offer = Offer { namespace: namespace.into(), name: name.into(), definition };
        self.builder.semantics.offers.push(offer);
    }

    /// Names of the namespace are seen in all of this file, after those opened before.
    pub(crate) fn open(&mut self, namespace: impl Into<Name>) {
        let namespace = namespace.into();
        let opened = &mut self.builder.semantics.opened;
        if !opened.contains(&namespace) {
            opened.push(namespace);
        }
    }

    /// Adds a member or base to a type that another file may define.
    pub(crate) fn extend(&mut self, of: ExprId, type_name: impl Into<Name>, added: Added) {
        let extension = Extension { of, type_name: type_name.into(), added };
        self.builder.semantics.extensions.push(extension);
    }

    /// Adds a route; routes come into the order of the text at the end.
    pub(crate) fn route(&mut self, route: Route, at: Span) {
        self.builder.route(route, at);
    }
}

impl Route {
    /// A route without router and middleware.
    pub(crate) fn plain(
        method: impl Into<Name>,
        path: impl Into<Name>,
        framework: &'static str,
        handler: ExprId,
    ) -> Route {
        Route {
            method: method.into(),
            path: path.into(),
            computed: None,
            framework: Name::new_static(framework),
            handler,
            router: None,
            middleware: Vec::new(),
            without: Vec::new(),
            registered_by: None,
            order: None,
        }
    }
}
