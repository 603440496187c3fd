//! AMD: `define` and `require` with a list of modules, as RequireJS has them, and UMD: the
//! wrapper that gives a module's factory to whichever loader is there.

use super::classes::is_function;
use super::patterns::{bare_value, string_text};
use super::walker::{Given, Here, READ, Walker};
use crate::node::{Node, children, field};
use crate::{Bound, Expr, ExprId, ImportId, ImportItem};

/// Arguments of a wrapper around a module.
const MAX_GIVEN: usize = 8;

/// A package that gives Node a `define`.
const ADAPTER: &str = "amdefine";

impl<'t> Walker<'t> {
    /// Takes `define(…)`, which says what the module is, or `require([…], f)`.
    pub(super) fn amd_call(&mut self, function: Node<'t>, arguments: Node<'t>, here: Here) -> bool {
        if function.kind() != "identifier" || here.owner.is_some() {
            return false;
        }
        let is_define = match function.text() {
            "define" => true,
            "require" | "requirejs" => false,
            _ => return false,
        };
        if !self.is_loader(function.text(), here) {
            return false;
        }
        let mut all = children(arguments);
        all.retain(|it| it.kind() != "comment");
        // `define("its/name", …)`.
        if is_define && all.first().is_some_and(|it| it.kind() == "string") {
            all.remove(0);
        }
        let (listed, factory) = match all.as_slice() {
            [list, factory] if list.kind() == "array" => (Some(*list), *factory),
            [factory] if is_define => (None, *factory),
            _ => return false,
        };
        let bare = bare_value(factory);
        let known = self.listed_modules(listed, here);
        let made = if is_function(bare) {
            self.folded(bare, here, &Given { known, by: None, is_module: true });
            self.folded_return.take()
        } else if bare.kind() == "object" && is_define {
            Some(self.value(factory, here))
        } else {
            return false;
        };
        if let Some(made) = made.filter(|_| is_define && self.semantics().exports.whole.is_none()) {
            self.export_whole(made);
        }
        true
    }

    /// `(function (root, factory) { … })(this, function (a) { … })`: the wrapper is read like
    /// any function, and what the factory gives is the module.
    pub(super) fn universal_module(&mut self, call: Node<'t>, here: Here) -> bool {
        let Some(umd) = universal(call).filter(|_| here.owner.is_none()) else { return false };
        let start = self.semantics().imports.len();
        self.folded(umd.wrapper, here, &Given::default());
        let wrapped = self.builder.semantics.exports.whole.take();
        for argument in &umd.others {
            self.expr(*argument, here, READ);
        }
        let known = umd.given.iter().map(|it| self.given_module(*it, start)).collect();
        self.folded(umd.factory, here, &Given { known, by: None, is_module: true });
        let made = self.folded_return.take();
        if let Some(made) = made.filter(|_| self.semantics().exports.whole.is_none()) {
            self.export_whole(made);
        } else if self.semantics().exports.named.is_empty() {
            self.builder.semantics.exports.whole = wrapped;
        }
        true
    }

    /// The import that the wrapper made of `require("m")`, as a value.
    fn given_module(&mut self, argument: Node<'t>, start: usize) -> ExprId {
        let module = self.required_module(argument, Walker::top());
        let imports = self.semantics().imports.iter().enumerate().skip(start);
        let found = imports
            .filter(|(_, it)| module.as_deref() == Some(it.request.module.as_str()))
            .map(|(at, _)| ImportId(at as u32))
            .next();
        match found {
            Some(id) => self.add(Expr::Import(id)),
            None => self.unknown(),
        }
    }

    /// Whether a name is the loader's and none of the file's own.
    fn is_loader(&self, name: &str, here: Here) -> bool {
        let semantics = self.semantics();
        let value = match self.lookup(here.scope, name) {
            None => return true,
            Some(Bound::Value(value)) => Some(*value),
            Some(Bound::Definition(id)) => semantics.definition(*id).value,
            Some(_) => None,
        };
        let Some(Expr::Call { callee, .. }) = value.map(|it| semantics.expr(it)) else {
            return false;
        };
        match semantics.expr(*callee) {
            Expr::Import(id) => semantics.import(*id).request.module == ADAPTER,
            _ => false,
        }
    }

    fn listed_modules(&mut self, list: Option<Node<'t>>, here: Here) -> Vec<ExprId> {
        let mut modules = Vec::new();
        for part in list.map(children).unwrap_or_default() {
            if part.kind() == "comment" {
                continue;
            }
            let name = string_text(part.text());
            let is_own = matches!(name, "require" | "exports" | "module");
            modules.push(if part.kind() == "string" && !is_own {
                let import = self.import(name, ImportItem::Module, part, here);
                self.add(Expr::Import(import))
            } else {
                self.unknown()
            });
        }
        modules
    }
}

/// A wrapper that calls the factory it is given, for CommonJS among others.
struct Universal<'t> {
    wrapper: Node<'t>,
    factory: Node<'t>,
    others: Vec<Node<'t>>,
    /// What the factory is called with where `require` gives it.
    given: Vec<Node<'t>>,
}

fn universal(call: Node<'_>) -> Option<Universal<'_>> {
    let wrapper = bare_value(field(call, "function")?);
    if !is_function(wrapper) {
        return None;
    }
    let arguments = children(field(call, "arguments")?);
    let (place, factory) =
        arguments.iter().enumerate().find(|(_, it)| is_function(bare_value(**it)))?;
    if arguments.len() > MAX_GIVEN {
        return None;
    }
    let parameter = children(field(wrapper, "parameters")?).get(place)?.text();
    let body = field(wrapper, "body")?;
    let is_named = |it: Node<'_>, name: &str| it.kind() == "identifier" && it.text() == name;
    let mut speaks_amd = false;
    let mut given = None;
    for node in body.below() {
        speaks_amd |= is_named(node, "define");
        if node.kind() == "call_expression"
            && field(node, "function").is_some_and(|it| is_named(it, parameter))
        {
            let listed = children(field(node, "arguments")?);
            let requires =
                |it: &Node<'_>| it.text().starts_with("require(") || it.text() == "exports";
            if given.is_none() || listed.iter().any(requires) {
                given.get_or_insert(listed);
            }
        }
    }
    let others = arguments.iter().copied().filter(|it| it != factory).collect();
    let factory = bare_value(*factory);
    given.filter(|_| speaks_amd).map(|given| Universal { wrapper, factory, others, given })
}
