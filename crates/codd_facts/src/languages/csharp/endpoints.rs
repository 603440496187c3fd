//! What is chained to endpoints and to groups of them: `app.MapGroup("/api").RequireAuthorization()`.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::Span;

use super::frameworks::is_endpoint;
use super::policies;
use super::surely::Surely;
use super::types::last_name;
use crate::UNKNOWN_PREFIX;
use crate::node::{Node, child_of_kind, children, field};

pub(super) const ALLOW: &str = "AllowAnonymous";
pub(super) const REQUIRE: &str = "RequireAuthorization";

/// Maps what the controllers of an application serve.
const CONTROLLERS: &str = "MapControllers";

/// What puts in front of endpoints who asks who may, and what serves them there and then.
pub(super) const ASKING: &str = "UseAuthorization";
const SERVING: &str = "UseEndpoints";

/// What gives some requests a way of their own.
const BRANCHING: &[&str] = &["Map", "MapWhen", "UseWhen"];

/// The policy of who does not name one.
pub(super) const DEFAULT: &str = "DefaultPolicy";

/// Calls that are chained to one another and looked through.
const MAX_CHAIN: usize = 64;

/// Variables that are made of variables.
const MAX_NAMES: usize = 16;

/// Arguments among which a group is looked for.
const MAX_ARGUMENTS: usize = 16;

/// Variables of one name in a file that are told apart.
const MAX_SAME: usize = 256;

/// What ASP.NET itself maps: no function of the project.
const MAPPED_BY_FRAMEWORK: &[&str] = &[
    "Map",
    "MapBlazorHub",
    "MapControllerRoute",
    "MapDefaultControllerRoute",
    "MapFallback",
    "MapFallbackToFile",
    "MapHealthChecks",
    "MapMethods",
    "MapRazorPages",
    "MapWhen",
];

/// What a file has that is about all this, besides those types.
const WORDS: &[&str] = &[
    ALLOW,
    REQUIRE,
    CONTROLLERS,
    ASKING,
    SERVING,
    "AuthorizeFilter",
    "FallbackPolicy",
    "MapGroup",
];

/// Types of what endpoints are registered on.
const ROUTERS: &[&str] = &["IEndpointRouteBuilder", "RouteGroupBuilder", "WebApplication"];

/// Who may ask, as one call says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Convention {
    pub(super) name: &'static str,
    pub(super) is_sure: bool,
}

/// What holds for endpoints that are registered on something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    /// The path before theirs.
    pub(super) prefix: String,
    /// In the order in which it is said.
    pub(super) conventions: Vec<Convention>,
    /// The parameter that it is a part of, by its name.
    pub(super) parameter: Option<String>,
    /// It is known to be something that endpoints are registered on.
    pub(super) is_router: bool,
}

impl Group {
    fn doubt(&mut self) {
        for it in &mut self.conventions {
            it.is_sure = false;
        }
    }

    fn add(&mut self, conventions: impl IntoIterator<Item = Convention>) {
        conventions.into_iter().for_each(|it| add(&mut self.conventions, it));
    }
}

/// Adds what is not said yet.
fn add(all: &mut Vec<Convention>, one: Convention) {
    if !all.contains(&one) {
        all.push(one);
    }
}

/// A variable that may be a group, an endpoint or what groups are made of.
#[derive(Debug)]
struct Variable<'t> {
    /// Where it is seen.
    within: Span,
    declared: u32,
    branch: u32,
    /// `None` for a parameter.
    value: Option<Node<'t>>,
    is_parameter_of_lambda: bool,
    /// It is given another value somewhere.
    is_changed: bool,
    conventions: Vec<Convention>,
}

/// The groups and endpoints of one file.
#[derive(Debug, Default)]
pub(super) struct Endpoints<'t> {
    variables: BTreeMap<&'t str, Vec<Variable<'t>>>,
    /// Names of more variables than are told apart.
    lost: Vec<&'t str>,
    /// What is chained to an endpoint, by where its own call ends.
    chained: BTreeMap<u32, Vec<Convention>>,
    pub(super) surely: Surely<'t>,
    /// Calls that map controllers, and those of them on a group.
    controllers: (u32, u32),
    /// How often the policy is said of who names none.
    fallbacks: u32,
    /// What the default policy is said to be.
    default_policies: Vec<Node<'t>>,
    /// Where endpoints are served there and then.
    serving: Vec<u32>,
    /// What endpoints are given as metadata.
    metadata: Vec<Span>,
    /// Policies by their names that need not keep out who is not known.
    weak: BTreeSet<String>,
    /// Something of the file is about routes or who may ask for them.
    is_about_routes: bool,
}

impl<'t> Endpoints<'t> {
    pub(super) fn of(root: Node<'t>) -> Endpoints<'t> {
        let mut found = Endpoints::default();
        let text = root.text();
        found.is_about_routes = ROUTERS.iter().chain(WORDS).any(|it| text.contains(it));
        if !found.is_about_routes {
            return found;
        }
        if text.contains("RequireAssertion") {
            found.weak = root.below().filter_map(policies::weak).map(str::to_owned).collect();
        }
        for node in root.below() {
            let at = node.span();
            let (within, branch) = found.surely.enter(node, root);
            match node.kind() {
                "lambda_expression" => {
                    let only = field(node, "parameters").filter(|it| it.is_leaf());
                    if let Some(only) = only.filter(|_| found.surely.is_endpoints(node)) {
                        found.declare(only.text(), Variable::parameter(at, true));
                    }
                }
                "parameter" => {
                    let of = field(node, "type").map_or("", last_name);
                    if let Some(name) = field(node, "name").filter(|_| ROUTERS.contains(&of)) {
                        found.declare(name.text(), Variable::parameter(within, false));
                    }
                }
                "variable_declarator" => {
                    let Some(name) = field(node, "name") else { continue };
                    let value = children(node).into_iter().next_back().filter(|it| *it != name);
                    let is_made =
                        |it: &Node<'_>| matches!(it.kind(), "identifier" | "invocation_expression");
                    if let Some(value) = value.filter(is_made) {
                        let variable = Variable {
                            declared: at.end,
                            branch,
                            value: Some(value),
                            ..Variable::parameter(within, false)
                        };
                        found.declare(name.text(), variable);
                    }
                }
                "assignment_expression" => {
                    let left = field(node, "left");
                    match left.and_then(|it| field(it, "name")).map(Node::text) {
                        Some(DEFAULT) => found.default_policies.extend(field(node, "right")),
                        Some("FallbackPolicy") => found.fallbacks += 1,
                        _ => {}
                    }
                    if let Some(name) = left.filter(|it| it.kind() == "identifier")
                        && let Some(variable) = found.variable_mut(name)
                    {
                        variable.is_changed = true;
                    }
                }
                "invocation_expression" => {
                    found.note(node);
                    match chained(node).map(|it| it.1) {
                        Some(SERVING) => found.serving.push(at.start),
                        Some("WithMetadata") => found.metadata.push(at),
                        _ => {}
                    }
                    found.convention(node, within.start, branch);
                }
                _ => {}
            }
        }
        found
    }

    fn declare(&mut self, name: &'t str, variable: Variable<'t>) {
        let all = self.variables.entry(name).or_default();
        if all.len() < MAX_SAME {
            all.push(variable);
        } else if !self.lost.contains(&name) && self.lost.len() < MAX_SAME {
            self.lost.push(name);
        }
    }

    /// The innermost variable that a name means, the one declared last before it.
    fn place_of(&self, name: Node<'t>) -> Option<usize> {
        let at = name.span().start;
        let all = self.variables.get(name.text())?;
        let seen = all
            .iter()
            .enumerate()
            .filter(|(_, it)| it.within.start <= at && at < it.within.end && it.declared <= at);
        Some(seen.max_by_key(|(_, it)| (it.within.start, it.declared))?.0)
    }

    fn variable(&self, name: Node<'t>) -> Option<&Variable<'t>> {
        self.variables.get(name.text())?.get(self.place_of(name)?)
    }

    fn variable_mut(&mut self, name: Node<'t>) -> Option<&mut Variable<'t>> {
        let at = self.place_of(name)?;
        self.variables.get_mut(name.text())?.get_mut(at)
    }

    /// What a call says of who may ask; of a policy that need not keep anybody out, it is not sure.
    fn said(&self, call: Node<'t>, name: &str) -> Option<Convention> {
        let convention = convention_of(call, name)?;
        let arguments = field(call, "arguments").into_iter().flat_map(children);
        let mut texts = arguments.filter_map(|it| child_of_kind(it, "string_literal"));
        let is_weak = texts.any(|it| self.weak.contains(it.text().trim_matches('"')));
        Some(Convention { is_sure: convention.is_sure && !is_weak, ..convention })
    }

    /// Whether a call puts what asks who may in front of all endpoints: not on a way that some
    /// requests take, and not behind what has served them.
    pub(super) fn asks_of_all(&self, call: Node<'t>) -> bool {
        let at = call.span().start;
        let function = self.surely.function_around(at);
        let mut before = self.serving.iter().filter(|it| **it < at);
        let is_late = before.any(|it| self.surely.function_around(*it) == function);
        self.surely.is_come_to(call)
            && !is_late
            && !self.surely.given_to_around(call).any(|it| BRANCHING.contains(&it))
    }

    /// Whether something stands where endpoints are given metadata.
    pub(super) fn is_metadata(&self, node: Node<'t>) -> bool {
        let at = node.span();
        self.metadata.iter().any(|it| it.start <= at.start && at.end <= it.end)
    }

    /// Counts what a call says of policies and of controllers.
    fn note(&mut self, call: Node<'t>) {
        let Some((receiver, name)) = chained(call) else { return };
        match name {
            "SetDefaultPolicy" => self.default_policies.push(call),
            "SetFallbackPolicy" => self.fallbacks += 1,
            CONTROLLERS => {
                let is_of_group = !self.group(receiver).prefix.is_empty();
                self.controllers.0 += 1;
                self.controllers.1 += u32::from(is_of_group);
            }
            _ => {}
        }
    }

    /// Takes what one call says of the endpoint or the group that it is chained to.
    fn convention(&mut self, call: Node<'t>, function: u32, branch: u32) {
        let Some((receiver, name)) = chained(call) else { return };
        let Some(convention) = self.said(call, name) else { return };
        let mut at = receiver;
        for _ in 0..MAX_CHAIN {
            if at.kind() == "identifier" {
                let start = call.span().start;
                let Some(variable) = self.variable(at) else { return };
                let is_here = variable.branch == branch
                    && !variable.is_changed
                    && !self.surely.may_end(function, variable.declared, start);
                let is_sure = convention.is_sure && is_here;
                let convention = Convention { is_sure, ..convention };
                let registered = variable.value.and_then(|it| self.registered_by(it, 0));
                match registered {
                    Some(end) => add(self.chained.entry(end).or_default(), convention),
                    None => {
                        if let Some(variable) = self.variable_mut(at) {
                            add(&mut variable.conventions, convention);
                        }
                    }
                }
                return;
            }
            let Some((inner, name)) = chained(at) else { return };
            if is_registering(at, name) {
                // What a function of the project gives back may be another group.
                let is_sure = convention.is_sure && (name == CONTROLLERS || is_endpoint_call(at));
                let convention = Convention { is_sure, ..convention };
                add(self.chained.entry(at.span().end).or_default(), convention);
                return;
            }
            if name == "MapGroup" {
                return;
            }
            at = inner;
        }
    }

    /// Where the call ends that registers what a value stands for, if one does.
    fn registered_by(&self, value: Node<'t>, depth: usize) -> Option<u32> {
        let mut at = value;
        for _ in 0..MAX_CHAIN {
            if at.kind() == "identifier" {
                let value = self.variable(at)?.value.filter(|_| depth < MAX_NAMES)?;
                return self.registered_by(value, depth + 1);
            }
            let (inner, name) = chained(at)?;
            if is_registering(at, name) {
                return Some(at.span().end);
            }
            at = inner;
        }
        None
    }

    /// What a call is made on.
    pub(super) fn group(&self, receiver: Node<'t>) -> Group {
        self.group_of(receiver, 0)
    }

    fn group_of(&self, receiver: Node<'t>, depth: usize) -> Group {
        let mut calls = Vec::new();
        let mut at = receiver;
        while let Some((inner, name)) = chained(at)
            && calls.len() < MAX_CHAIN
        {
            calls.push((at, name));
            at = inner;
        }
        let mut group = self.root(at, depth);
        for (call, name) in calls.into_iter().rev() {
            if name == "MapGroup" {
                group.prefix = below(&group.prefix, &path_of(call));
                group.is_router = true;
            } else if let Some(convention) = self.said(call, name) {
                group.add([convention]);
            } else if is_registering(call, name) {
                // Which group a function of the project gives back, it knows itself.
                UNKNOWN_PREFIX.clone_into(&mut group.prefix);
                group.doubt();
            } else if name == "Build" {
                group.is_router = true;
            }
        }
        group
    }

    /// What stands at the beginning of a chain of calls.
    fn root(&self, at: Node<'t>, depth: usize) -> Group {
        let Some(variable) = self.variable(at) else { return Group::default() };
        if depth >= MAX_NAMES || self.lost.contains(&at.text()) {
            return Group { prefix: UNKNOWN_PREFIX.to_owned(), ..Group::default() };
        }
        let mut group = match variable.value {
            Some(value) => self.group_of(value, depth + 1),
            None => Group {
                is_router: true,
                parameter: (!variable.is_parameter_of_lambda).then(|| at.text().to_owned()),
                ..Group::default()
            },
        };
        group.add(variable.conventions.iter().copied());
        if variable.is_changed && group.is_router {
            UNKNOWN_PREFIX.clone_into(&mut group.prefix);
            group.doubt();
        }
        group
    }

    /// What holds for an endpoint: its own and that of its groups.
    pub(super) fn at(&self, call: Node<'t>) -> Group {
        let receiver = chained(call).map(|it| it.0);
        let mut group = receiver.map(|it| self.group(it)).unwrap_or_default();
        group.add(self.chained_to(call));
        group
    }

    fn chained_to(&self, call: Node<'t>) -> impl Iterator<Item = Convention> {
        self.chained.get(&call.span().end).into_iter().flatten().copied()
    }

    /// What holds for all controllers, where a call maps them.
    pub(super) fn of_controllers(&self, call: Node<'t>) -> Option<Vec<Convention>> {
        let (receiver, name) = chained(call)?;
        let mut group = self.group(receiver);
        if name != CONTROLLERS {
            return None;
        }
        group.add(self.chained_to(call));
        // What is mapped twice is served without what holds for one of both.
        let is_one_of = self.controllers.0 > 1 && self.controllers.1 > 0;
        if is_one_of || !self.surely.is_come_to(call) {
            group.doubt();
        }
        Some(group.conventions)
    }

    /// The groups that a call gives to a function of the project, by the places at which it
    /// takes them: `app.MapGroup("/x").MapOrders()`, `Orders.Map(group)`.
    pub(super) fn given(&self, call: Node<'t>) -> Vec<(u32, Group)> {
        let mut given = Vec::new();
        if !self.is_about_routes {
            return given;
        }
        let arguments = field(call, "arguments").into_iter().flat_map(children);
        let arguments: Vec<Node<'t>> = arguments.take(MAX_ARGUMENTS).collect();
        for (place, argument) in arguments.iter().enumerate() {
            let value = children(*argument).into_iter().next_back();
            let Some(value) = value.filter(|it| self.is_known(*it)) else { continue };
            let mut group = self.group(value);
            if field(*argument, "name").is_none() {
                given.push((place as u32, group));
                continue;
            }
            // Which of its parameters is called so, only the function knows.
            group.doubt();
            given.extend((0..arguments.len() as u32).map(|place| (place, group.clone())));
        }
        if let Some((receiver, name)) = chained(call) {
            let is_mapping = is_registering(call, name)
                && name != CONTROLLERS
                && !MAPPED_BY_FRAMEWORK.contains(&name)
                && !name.contains('<');
            let is_given = self.is_known(receiver)
                && !matches!(name, "MapGroup" | "Build")
                && convention_of(call, name).is_none();
            if is_given || is_mapping && given.is_empty() {
                let mut group = self.group(receiver);
                if root_of(receiver).kind() != "identifier" {
                    UNKNOWN_PREFIX.clone_into(&mut group.prefix);
                }
                given.push((0, group));
            }
        }
        for (_, group) in &mut given {
            let behind = self.chained_to(call);
            group.add(behind.map(|it| Convention { is_sure: false, ..it }));
        }
        given
    }

    /// Whether a value is known to be something that endpoints are registered on.
    fn is_known(&self, value: Node<'t>) -> bool {
        matches!(value.kind(), "identifier" | "invocation_expression")
            && self.group(value).is_router
    }

    /// How often the file says the policy of who names none.
    pub(super) fn fallbacks(&self) -> u32 {
        self.fallbacks
    }

    /// The one value that the default policy is given; an error where it is given several.
    pub(super) fn default_policy(&self) -> Result<Option<Node<'t>>, ()> {
        match self.default_policies.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => Err(()),
        }
    }

    /// The value of a variable that is given one alone.
    pub(super) fn value_of(&self, name: Node<'t>) -> Option<Node<'t>> {
        let variable = self.variable(name).filter(|it| !it.is_changed)?;
        variable.value
    }
}

impl<'t> Variable<'t> {
    fn parameter(within: Span, is_parameter_of_lambda: bool) -> Variable<'t> {
        Variable {
            within,
            declared: within.start,
            branch: 0,
            value: None,
            is_parameter_of_lambda,
            is_changed: false,
            conventions: Vec::new(),
        }
    }
}

/// What a call says of who may ask; of what is given more than is looked at, it is not sure.
fn convention_of(call: Node<'_>, name: &str) -> Option<Convention> {
    const MOST_LOOKED_AT: usize = 1_000;
    let is_large =
        || field(call, "arguments").is_some_and(|it| it.below().nth(MOST_LOOKED_AT).is_some());
    let is_given = |word: &str| {
        field(call, "arguments").is_some_and(|it| {
            let created = it.below().filter(|it| it.kind() == "object_creation_expression");
            let mut types = created.filter_map(|it| field(it, "type"));
            types.any(|it| last_name(it).trim_end_matches("Attribute") == word)
        })
    };
    let name = match name {
        "RequireAuthorization" | "WithMetadata" if is_large() => {
            let name = if name == "WithMetadata" { ALLOW } else { REQUIRE };
            return Some(Convention { name, is_sure: false });
        }
        "RequireAuthorization" => REQUIRE,
        "AllowAnonymous" => ALLOW,
        "WithMetadata" if is_given("AllowAnonymous") => ALLOW,
        "WithMetadata" if is_given("Authorize") => REQUIRE,
        _ => return None,
    };
    let is_sure = name != REQUIRE || policies::of_convention(call);
    Some(Convention { name, is_sure })
}

/// Whether a call registers endpoints, those of controllers, or may be a function of the project
/// that does: these are called `Map…`.
fn is_registering(call: Node<'_>, name: &str) -> bool {
    is_endpoint_call(call) || name.starts_with("Map") && name != "MapGroup"
}

fn is_endpoint_call(call: Node<'_>) -> bool {
    field(call, "function").is_some_and(is_endpoint)
}

fn root_of(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    for _ in 0..MAX_CHAIN {
        let Some((inner, _)) = chained(at) else { break };
        at = inner;
    }
    at
}

/// What a method is called on, and its name.
pub(super) fn chained(call: Node<'_>) -> Option<(Node<'_>, &str)> {
    if call.kind() != "invocation_expression" {
        return None;
    }
    let function = field(call, "function").filter(|it| it.kind() == "member_access_expression")?;
    Some((field(function, "expression")?, field(function, "name")?.text()))
}

/// The path that a call is given first.
fn path_of(call: Node<'_>) -> String {
    let first = field(call, "arguments").and_then(|it| children(it).into_iter().next());
    let text = first.and_then(|it| child_of_kind(it, "string_literal"));
    text.map_or(UNKNOWN_PREFIX.to_owned(), |it| it.text().trim_matches('"').to_owned())
}

/// A path below another.
pub(super) fn below(prefix: &str, path: &str) -> String {
    if prefix.is_empty() {
        return path.to_owned();
    }
    let prefix = prefix.trim_end_matches('/');
    match path.trim_start_matches('/') {
        "" => prefix.to_owned(),
        path => format!("{prefix}/{path}"),
    }
}
