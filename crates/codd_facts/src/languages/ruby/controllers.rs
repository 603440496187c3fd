//! What runs before the actions of a controller of Rails, what is taken back, and what comes
//! from bases, concerns and the functions that a class body calls.

use super::Walk;
use super::methods::symbol_text;
use crate::lowering::{CALL, Here};
use crate::node::{Node, children, field};
use crate::tree::NodeId;
use crate::{
    Actions, ControllerHook, DefinitionId, DefinitionKind, Expr, ExprId, Name, RouteHook,
    RouteHookKind,
};

/// The methods of a module that Ruby calls with the class that includes it.
const INCLUDED: [&str; 2] = ["included", "prepended"];

/// Registers what runs where an action fails, by the class of the error.
const RESCUE: &str = "rescue_from";

/// Whether a word registers what runs around actions, and whether it takes that back.
pub(super) fn filter_word(word: &str) -> Option<RouteHookKind> {
    match word {
        "before_action"
        | "prepend_before_action"
        | "append_before_action"
        | "around_action"
        | "prepend_around_action"
        | "append_around_action"
        | "before_filter"
        | "prepend_before_filter"
        | "around_filter" => Some(RouteHookKind::Use),
        _ if runs_after(word) => Some(RouteHookKind::Use),
        "skip_before_action"
        | "skip_after_action"
        | "skip_around_action"
        | "skip_action_callback"
        | "skip_before_filter"
        | "skip_filter"
        | "skip_callback" => Some(RouteHookKind::Skip),
        _ => None,
    }
}

/// Whether a word registers what runs behind actions, or where they fail: nothing that guards
/// them.
fn runs_after(word: &str) -> bool {
    matches!(
        word,
        RESCUE | "after_action" | "after_filter" | "append_after_action" | "prepend_after_action"
    )
}

/// What the arguments of a hook say beside names.
#[derive(Default)]
struct Options {
    actions: Actions,
    is_conditional: bool,
    /// More names may be given than those that are written.
    has_more: bool,
}

impl<'t> Walk<'_, 't> {
    /// Gives a controller what its base runs before each action: before its own body is read,
    /// since that may take it back.
    pub(super) fn controller(&mut self, id: DefinitionId, node: Node<'t>) {
        let superclass = field(node, "superclass").map_or("", Node::text);
        let it = self.semantics().definition(id);
        let is_module = node.kind() == "module";
        let is_controller = it.name.ends_with("Controller") || superclass.contains("Controller");
        if it.kind != DefinitionKind::Class || !is_module && !is_controller {
            return;
        }
        self.routing.controllers.insert(id);
        if is_module {
            self.routing.concerns.insert(id);
        }
        let it = self.semantics().definition(id);
        if let Some(base) = it.bases.last().copied() {
            self.inherits(id, base);
        }
    }

    /// Gives a controller or a concern the hooks of one of its bases.
    pub(super) fn inherits(&mut self, id: DefinitionId, base: ExprId) {
        let is_named =
            matches!(self.semantics().expr(base), Expr::Name { .. } | Expr::Attribute { .. });
        if is_named && self.routing.controllers.contains(&id) {
            let router = self.definition_value(id);
            let hook = ControllerHook::default();
            self.controller_hook(router, base, RouteHookKind::Inherit, hook, false);
        }
    }

    /// A call in a class body, which may run a function that registers hooks.
    pub(super) fn configures(
        &mut self,
        at: Node<'t>,
        target: ExprId,
        list: Option<Node<'t>>,
        here: Here,
    ) {
        let Some(class) = here.class.filter(|it| self.routing.controllers.contains(it)) else {
            return;
        };
        let is_body = here.function.is_none() && here.owner == Some(class);
        let is_of_class = !self.routing.concerns.contains(&class) || self.routing.is_included;
        if is_body && is_of_class {
            let is_sure = self.is_sure(at);
            let Options { actions, is_conditional, .. } = self.options(list, here);
            // What a condition means only the function that is given it tells.
            let actions = Actions { is_computed: actions.is_computed || is_conditional, ..actions };
            let hook = ControllerHook { name: None, actions };
            let router = self.definition_value(class);
            self.controller_hook(router, target, RouteHookKind::Configure, hook, !is_sure);
        }
    }

    /// `before_action :name`: what runs before the actions of the class around, or of those
    /// that call the function around; `skip_before_action :name`: what does not.
    pub(super) fn filter(
        &mut self,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) {
        let (Some(kind), Some(class)) = (filter_word(method.text()), here.class) else { return };
        let router = match here.function {
            None => class,
            Some(_) if self.is_in_included() => class,
            Some(function) if self.semantics().definition(function).flags.is_class_method => {
                function
            }
            Some(_) => return,
        };
        let router = self.definition_value(router);
        let object = self.add(Expr::This { class });
        let options = self.options(list, here);
        let word = method.text();
        let is_conditional = options.is_conditional || runs_after(word) || !self.is_sure(method);
        self.named_filters(method, list, (router, object), &options, is_conditional);
        let actions = options.actions;
        let mut blocks: Vec<Node<'t>> = block.into_iter().collect();
        for it in list.map(children).unwrap_or_default() {
            match it.kind() {
                "lambda" => blocks.push(it),
                // An object that has a method of the hook's name: `after` of `after_action`.
                "constant" | "scope_resolution" if kind == RouteHookKind::Use && word != RESCUE => {
                    let base = self.expr(it, here);
                    let called = ["after", "around"].into_iter().find(|it| word.contains(it));
                    let function = self.attribute(base, called.unwrap_or("before"));
                    let hook = ControllerHook { name: None, actions: actions.clone() };
                    self.controller_hook(router, function, kind, hook, is_conditional);
                }
                _ => {}
            }
        }
        for block in blocks {
            if kind == RouteHookKind::Skip {
                continue;
            }
            if here.function.is_some() {
                self.not_modelled("blocks as hooks that a function registers");
                continue;
            }
            let id = self.callback(method.text(), block, here);
            let function = self.definition_value(id);
            self.refer(function, block, CALL, here);
            let hook = ControllerHook { name: None, actions: actions.clone() };
            self.controller_hook(router, function, kind, hook, is_conditional);
        }
    }

    /// `SomeController.skip_before_action :name`, wherever that stands: when it runs is not
    /// known.
    pub(super) fn filter_of(
        &mut self,
        receiver: Node<'t>,
        method: Node<'t>,
        list: Option<Node<'t>>,
        here: Here,
    ) {
        let router = self.expr(receiver, here);
        let object = self.instance_of(router);
        let options = self.options(list, here);
        self.named_filters(method, list, (router, object), &options, true);
    }

    /// The hooks that are given by name.
    fn named_filters(
        &mut self,
        method: Node<'t>,
        list: Option<Node<'t>>,
        (router, object): (ExprId, ExprId),
        options: &Options,
        is_conditional: bool,
    ) {
        let Some(kind) = filter_word(method.text()) else { return };
        let mut names: Vec<&str> = list
            .map(children)
            .unwrap_or_default()
            .into_iter()
            .map(symbol_text)
            .filter(|it| !it.is_empty())
            .collect();
        if method.text() == RESCUE {
            names = handler_of(list).into_iter().collect();
        }
        // `skip_callback :process_action, :before, :name`.
        if method.text() == "skip_callback" {
            names.retain(|it| !matches!(*it, "process_action" | "before" | "around" | "after"));
        }
        for name in names {
            let function = self.attribute(object, name);
            let actions = options.actions.clone();
            let hook = ControllerHook { name: Some(Name::new(name)), actions };
            self.controller_hook(router, function, kind, hook, is_conditional);
        }
        if !options.has_more {
            return;
        }
        if kind == RouteHookKind::Skip {
            let actions = Actions { is_computed: true, ..Actions::default() };
            let hook = ControllerHook { name: None, actions };
            self.controller_hook(router, object, kind, hook, true);
        } else {
            self.not_modelled("hooks of a controller with computed names");
        }
    }

    /// `only:`, `except:` and conditions.
    fn options(&mut self, list: Option<Node<'t>>, here: Here) -> Options {
        let mut out = Options::default();
        for it in list.map(children).unwrap_or_default() {
            match it.kind() {
                "pair" => {
                    let key = field(it, "key").map_or("", symbol_text);
                    let names = field(it, "value").and_then(literal_names);
                    match (key, names) {
                        ("only", Some(names)) => out.actions.only = Some(names),
                        ("except", Some(names)) => out.actions.except = names,
                        ("only" | "except", None) => out.actions.is_computed = true,
                        ("raise" | "prepend", _) => {}
                        _ => out.is_conditional = true,
                    }
                }
                "hash_splat_argument" if self.is_passed_on(it, here) => {
                    out.actions.is_passed = true;
                }
                "hash_splat_argument" | "hash" => out.actions.is_computed = true,
                "forward_argument" => {
                    out.actions.is_computed = true;
                    out.has_more = true;
                }
                "simple_symbol" | "string" | "lambda" | "constant" | "scope_resolution" => {}
                _ => out.has_more = true,
            }
        }
        out
    }

    /// Whether `**options` is the parameter of that name of the function around.
    fn is_passed_on(&self, splat: Node<'t>, here: Here) -> bool {
        let name = splat.first_child().map_or("", Node::text);
        here.function.is_some_and(|function| {
            let parameters = &self.semantics().definition(function).parameters;
            parameters.iter().any(|it| it.is_variadic && it.name == name)
        })
    }

    pub(super) fn controller_hook(
        &mut self,
        router: ExprId,
        function: ExprId,
        kind: RouteHookKind,
        hook: ControllerHook,
        is_conditional: bool,
    ) {
        // What is registered by a class body, or by a function for those that call it, is as sure
        // as that is.
        let plain = RouteHook::plain(router, function, kind);
        self.builder.route_hook(RouteHook { is_conditional, controller: Some(hook), ..plain });
    }

    /// Marks the calls among the statements of a class body, which all run.
    pub(super) fn mark_sure(&mut self, body: Node<'t>) {
        self.routing.sure.extend(children(body).into_iter().filter_map(called_name));
    }

    /// Marks those of a method that run whenever it does.
    pub(super) fn mark_sure_in(&mut self, body: Node<'t>) {
        if body.kind() != "body_statement" {
            self.routing.sure.extend(called_name(body));
            return;
        }
        let stays =
            |it: &Node<'t>| it.kind() != "return" && it.below().all(|it| it.kind() != "return");
        let all = children(body).into_iter().take_while(stays);
        self.routing.sure.extend(all.filter_map(called_name));
    }

    fn is_sure(&self, method: Node<'t>) -> bool {
        self.routing.sure.contains(&method.id)
    }

    /// Whether the function around is what Ruby calls for each class that includes a module.
    pub(super) fn is_in_included(&self) -> bool {
        self.methods.last().is_some_and(|it| INCLUDED.contains(&it.as_str()))
    }
}

/// The method that `rescue_from Error, with: :handler` names.
fn handler_of(list: Option<Node<'_>>) -> Option<&str> {
    let pairs = list.map(children).unwrap_or_default().into_iter();
    let mut pairs = pairs.filter(|it| it.kind() == "pair");
    let pair = pairs.find(|it| field(*it, "key").is_some_and(|it| symbol_text(it) == "with"))?;
    field(pair, "value").map(symbol_text).filter(|it| !it.is_empty())
}

/// The name of the method that a statement calls.
fn called_name(statement: Node<'_>) -> Option<NodeId> {
    match statement.kind() {
        "call" => field(statement, "method").map(|it| it.id),
        "identifier" => Some(statement.id),
        _ => None,
    }
}

/// The names in a symbol, a string, or a list of them; `None` if any is computed.
fn literal_names(node: Node<'_>) -> Option<Vec<Name>> {
    let one = |it: Node<'_>| Some(symbol_text(it)).filter(|it| !it.is_empty()).map(Name::new);
    match node.kind() {
        "array" | "symbol_array" | "string_array" => children(node).into_iter().map(one).collect(),
        _ => Some(vec![one(node)?]),
    }
}
