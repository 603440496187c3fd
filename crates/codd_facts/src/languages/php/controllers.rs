//! What runs before the actions of a controller of Laravel: middleware of its constructor, of
//! its `middleware()`, and of its base class.

use super::Walk;
use super::callables::{argument, named_argument};
use super::expressions::string_text;
use super::test_cases::last_name;
use crate::lowering::Here;
use crate::node::{Node, children, field};
use crate::{Actions, ControllerHook, DefinitionId, ExprId, Name, RouteHook, RouteHookKind};

const CONSTRUCTOR: &str = "__construct";

impl<'t> Walk<'_, 't> {
    /// Gives a controller the middleware of its base class, which a constructor of its own
    /// keeps only where it calls that of the base.
    pub(super) fn controller_base(&mut self, id: DefinitionId, base: ExprId, members: &[Node<'t>]) {
        if !self.semantics().definition(id).name.ends_with("Controller") {
            return;
        }
        let method = |name: &str| {
            let named = |it: &&Node<'t>| field(**it, "name").is_some_and(|it| it.text() == name);
            members.iter().filter(|it| it.kind() == "method_declaration").find(named)
        };
        let constructor = method(CONSTRUCTOR).map(|it| field(*it, "body"));
        let (is_kept, is_sure) = match constructor {
            None => (true, true),
            Some(body) => {
                let is_call = |it: Node<'t>| {
                    it.kind() == "scoped_call_expression"
                        && field(it, "scope").is_some_and(|it| it.text() == "parent")
                        && field(it, "name").is_some_and(|it| it.text() == CONSTRUCTOR)
                };
                let body = body.into_iter();
                let is_kept = body.clone().any(|it| it.below().any(is_call));
                let is_sure =
                    body.flat_map(sure_statements).filter_map(Node::first_child).any(is_call);
                (is_kept, is_sure)
            }
        };
        if is_kept {
            // A `middleware()` of its own takes the place of the base's.
            let is_conditional = !is_sure || method("middleware").is_some();
            self.controller_hook(
                id,
                base,
                RouteHookKind::Inherit,
                Actions::default(),
                is_conditional,
            );
        }
    }

    /// `$this->middleware(Guard::class)->except('open')` in a constructor.
    pub(super) fn constructor_middleware(&mut self, node: Node<'t>, here: Here) -> Option<ExprId> {
        let class = here.class?;
        let function = here.function?;
        if self.semantics().definition(function).name != CONSTRUCTOR {
            return None;
        }
        let (name, list, limits) = chain(node)?;
        if name != "middleware" {
            return None;
        }
        let is_conditional = !self.sure.contains(&node.id);
        let mut actions = limited(&limits);
        let given = argument(list, 0)?;
        // `['only' => […], 'except' => […]]`.
        if let Some(options) = argument(list, 1) {
            actions.is_computed |= options.kind() != "array_creation_expression";
            for it in children(options) {
                if let [key, value] = children(it)[..] {
                    let word = string_text(key).unwrap_or_default();
                    limit(&mut actions, &word, string_list(value));
                }
            }
        }
        for (_, list) in limits {
            self.arguments(list, here);
        }
        for it in listed(given) {
            self.controller_middleware(class, it, &actions, is_conditional, here);
        }
        Some(self.unknown())
    }

    /// What `public static function middleware(): array` of a controller gives back.
    pub(super) fn listed_middleware(&mut self, node: Node<'t>, inside: Here) {
        let Some(class) = inside.class else { return };
        let is_static = children(node).iter().any(|it| it.kind() == "static_modifier");
        let is_it = is_static && field(node, "name").is_some_and(|it| it.text() == "middleware");
        let Some(body) = field(node, "body").filter(|_| is_it) else { return };
        let mut is_sure = true;
        for statement in children(body) {
            let value = statement.first_child().filter(|_| statement.kind() == "return_statement");
            let list = value.filter(|it| it.kind() == "array_creation_expression");
            for it in list.into_iter().flat_map(listed) {
                self.listed_one(class, it, !is_sure, inside);
            }
            is_sure &= !statement.below().any(|it| it.kind() == "return_statement");
        }
    }

    /// `Guard::class`, `new Middleware(Guard::class, only: […])`.
    fn listed_one(
        &mut self,
        class: DefinitionId,
        node: Node<'t>,
        is_conditional: bool,
        here: Here,
    ) {
        let (made, limits) = match node.kind() {
            "member_call_expression" => {
                let mut limits = Vec::new();
                let mut at = node;
                while at.kind() == "member_call_expression" {
                    let (Some(name), Some(list), Some(object)) =
                        (field(at, "name"), field(at, "arguments"), field(at, "object"))
                    else {
                        return;
                    };
                    limits.push((name.text(), list));
                    at = object;
                }
                (inner(at), limits)
            }
            _ => (node, Vec::new()),
        };
        let mut actions = limited(&limits);
        let arguments = children(made).into_iter().find(|it| it.kind() == "arguments");
        let is_described = made.kind() == "object_creation_expression"
            && made.first_child().is_some_and(|it| last_name(it) == "Middleware");
        let Some(list) = arguments.filter(|_| is_described) else {
            self.controller_middleware(class, made, &actions, is_conditional, here);
            return;
        };
        for word in ["only", "except"] {
            if let Some(it) = named_argument(list, word) {
                limit(&mut actions, word, string_list(it));
            }
        }
        for it in argument(list, 0).into_iter().flat_map(listed) {
            self.controller_middleware(class, it, &actions, is_conditional, here);
        }
    }

    fn controller_middleware(
        &mut self,
        class: DefinitionId,
        node: Node<'t>,
        actions: &Actions,
        is_conditional: bool,
        here: Here,
    ) {
        if let Some(alias) = string_text(node).filter(|it| !it.contains('\\')) {
            // Those of the framework itself, no file of the project says.
            let named = self.middleware_named(&alias, node, here);
            let text = self.text_constant(alias);
            for function in [named, text] {
                let actions = actions.clone();
                self.controller_hook(class, function, RouteHookKind::Use, actions, is_conditional);
            }
            return;
        }
        let function = if let Some(class) = self.middleware_class(node, here) {
            self.expr(node, here);
            self.attribute(class, "handle")
        } else if matches!(node.kind(), "anonymous_function" | "arrow_function") {
            let id = self.callback("middleware", node, here);
            self.definition_value(id)
        } else {
            let value = self.expr(node, here);
            self.attribute(value, "handle")
        };
        let actions = actions.clone();
        self.controller_hook(class, function, RouteHookKind::Use, actions, is_conditional);
    }

    fn controller_hook(
        &mut self,
        class: DefinitionId,
        function: ExprId,
        kind: RouteHookKind,
        actions: Actions,
        is_conditional: bool,
    ) {
        let router = self.definition_value(class);
        self.builder.route_hook(RouteHook {
            is_conditional,
            controller: Some(ControllerHook { name: None, actions }),
            ..RouteHook::plain(router, function, kind)
        });
    }

    /// Marks the calls of a constructor that run whenever it does.
    pub(super) fn mark_sure(&mut self, name: &str, body: Option<Node<'t>>) {
        if name == CONSTRUCTOR {
            let calls = body.into_iter().flat_map(sure_statements).filter_map(Node::first_child);
            self.sure.extend(calls.map(|it| it.id));
        }
    }
}

/// The statements of a body before the first that may leave it.
fn sure_statements<'t>(body: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    let stays = |it: &Node<'t>| {
        it.kind() != "return_statement" && it.below().all(|it| it.kind() != "return_statement")
    };
    let all = children(body).into_iter().take_while(stays);
    all.filter(|it| it.kind() == "expression_statement")
}

type Calls<'t> = Vec<(&'t str, Node<'t>)>;

/// The first method that a chain calls on `$this`, with its arguments, and those after it.
fn chain(node: Node<'_>) -> Option<(&str, Node<'_>, Calls<'_>)> {
    let mut calls = Vec::new();
    let mut at = node;
    while at.kind() == "member_call_expression" {
        calls.push((field(at, "name")?.text(), field(at, "arguments")?));
        at = field(at, "object")?;
    }
    let (name, list) = calls.pop().filter(|_| at.text() == "$this")?;
    Some((name, list, calls))
}

/// What `->only(…)` and `->except(…)` say.
fn limited(calls: &[(&str, Node<'_>)]) -> Actions {
    let mut actions = Actions::default();
    for (word, list) in calls {
        let names = match argument(*list, 0) {
            Some(first) if first.kind() == "array_creation_expression" => string_list(first),
            _ => children(*list).into_iter().map(|it| string_text(it.first_child()?)).collect(),
        };
        limit(&mut actions, word, names);
    }
    actions
}

fn limit(actions: &mut Actions, word: &str, names: Option<Vec<String>>) {
    let names = names.map(|all| all.into_iter().map(Name::from).collect());
    match (word, names) {
        ("only", Some(names)) => actions.only = Some(names),
        ("except", Some(names)) => actions.except = names,
        // What else limits it is not known.
        _ => actions.is_computed = true,
    }
}

/// A string, or a list of nothing but strings.
fn string_list(node: Node<'_>) -> Option<Vec<String>> {
    match node.kind() {
        "array_creation_expression" => {
            children(node).into_iter().map(|it| string_text(it.first_child()?)).collect()
        }
        _ => Some(vec![string_text(node)?]),
    }
}

/// The items of a list, or what is none itself.
fn listed(node: Node<'_>) -> Vec<Node<'_>> {
    match node.kind() {
        "array_creation_expression" => {
            children(node).into_iter().filter_map(Node::first_child).collect()
        }
        _ => vec![node],
    }
}

/// What stands in parentheses.
fn inner(node: Node<'_>) -> Node<'_> {
    match node.first_child() {
        Some(it) if node.kind() == "parenthesized_expression" => it,
        _ => node,
    }
}
