//! Hooks of controllers that are taken back in other words than `skip_before_action`: by a method
//! that is sent, by all that Rails keeps of them, by a method of their name or of Rails.

use super::Walk;
use super::controllers::filter_word;
use super::methods::symbol_text;
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::{Actions, ControllerHook, ExprId, Name, RouteHookKind};

/// What is counted where it is not known which controller it is.
const IN_PLACE: &str = "routes whose guards are changed in place";

/// Methods of a class that put something in the place of its methods.
const REPLACES: &[&str] =
    &["alias_method", "define_method", "remove_method", "reset_callbacks", "undef_method"];

/// Methods of controllers by which Rails runs the hooks, and the action behind them.
const RUNS_HOOKS: &[&str] = &["dispatch", "process", "process_action", "run_callbacks"];

impl<'t> Walk<'_, 't> {
    /// A call that may take back what runs before actions.
    pub(super) fn taken_back(
        &mut self,
        receiver: Option<Node<'t>>,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) {
        let object = receiver.map_or("self", Node::text);
        if keeps_hooks(object) {
            self.doubted(None, here);
            return;
        }
        let arguments = list.map(children).unwrap_or_default();
        let is_sent = matches!(method.text(), "send" | "public_send" | "__send__");
        let word = match arguments.first() {
            Some(first) if is_sent => symbol_text(*first),
            _ => method.text(),
        };
        let is_own = object == "self"
            || receiver.is_some_and(|it| it.kind() == "identifier") && self.is_in_included();
        let is_skip = filter_word(word) == Some(RouteHookKind::Skip);
        let names = arguments.iter().skip(usize::from(is_sent)).map(|it| symbol_text(*it));
        let names: Vec<&str> = names.filter(|it| !it.is_empty()).collect();
        if is_own {
            match word {
                // Which method that is, only a value tells.
                "" if is_sent && here.function.is_none() => self.doubted(None, here),
                "reset_callbacks" => self.doubted(None, here),
                "undef_method" | "remove_method" => {
                    for name in names {
                        self.doubted(Some(name), here);
                    }
                }
                _ if is_sent && is_skip => {
                    for name in names {
                        self.doubted(Some(name), here);
                    }
                }
                _ => {}
            }
            return;
        }
        match receiver.map(Node::kind) {
            // `with_options(only: :x) { |it| it.skip_before_action :name }`.
            Some("identifier") if is_skip && here.function.is_none() => {
                for name in names {
                    self.doubted(Some(name), here);
                }
            }
            Some("identifier") if is_skip => self.not_modelled(IN_PLACE),
            Some("constant" | "scope_resolution") if object.ends_with("Controller") => {
                let does_more = |it: Node<'t>| {
                    let text = it.text();
                    text.contains("skip_") || text.contains("def ") || text.contains("callbacks")
                };
                let is_inside = matches!(word, "class_eval" | "class_exec" | "instance_eval");
                if REPLACES.contains(&word)
                    || is_sent && is_skip
                    || is_inside && block.or(list).is_some_and(does_more)
                {
                    self.not_modelled(IN_PLACE);
                }
            }
            _ => {}
        }
    }

    /// A method of a controller in the place of one of Rails, which would run the hooks.
    pub(super) fn runs_hooks_itself(&mut self, name: &str, body: Option<Node<'t>>, here: Here) {
        let is_it = RUNS_HOOKS.contains(&name) && here.function.is_none();
        if is_it && !body.is_some_and(|it| it.text().contains("super")) {
            self.doubted(None, here);
        }
    }

    /// `self._process_action_callbacks = …`.
    pub(super) fn replaces_hooks(&mut self, target: Node<'t>, here: Here) {
        if keeps_hooks(target.text()) {
            self.doubted(None, here);
        }
    }

    /// Makes the hooks of that name of the controller around doubtful, or all of them.
    pub(super) fn doubted(&mut self, name: Option<&str>, here: Here) {
        let controllers = &self.routing.controllers;
        let Some(class) = here.class.filter(|it| controllers.contains(it)) else { return };
        let router = match here.function {
            None => class,
            Some(_) if self.is_in_included() => class,
            Some(function) if self.semantics().definition(function).flags.is_class_method => {
                function
            }
            Some(_) => return,
        };
        let router: ExprId = self.definition_value(router);
        let hook = ControllerHook { name: name.map(Name::new), actions: Actions::default() };
        self.controller_hook(router, router, RouteHookKind::Skip, hook, true);
    }
}

/// Whether a text is what Rails keeps the hooks of a controller in.
fn keeps_hooks(text: &str) -> bool {
    text.ends_with("_process_action_callbacks") || text.ends_with("__callbacks")
}

/// The names of a `delegate`, which are methods now.
pub(super) fn delegated_names<'t>(all: &[Node<'t>]) -> Vec<&'t str> {
    let names = all.iter().filter(|it| it.kind() != "pair" && field(**it, "key").is_none());
    names.map(|it| symbol_text(*it)).filter(|it| !it.is_empty()).collect()
}
