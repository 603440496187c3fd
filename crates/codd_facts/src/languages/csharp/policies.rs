//! Policies of ASP.NET's authorization: whom they let through, as far as the code says it.

use super::endpoints::{DEFAULT, Endpoints, chained};
use super::types::last_name;
use crate::Certainty;
use crate::node::{Node, child_of_kind, children, field};

/// Demands of a policy that nobody meets who is not known.
const DEMANDS: &[&str] =
    &["RequireAuthenticatedUser", "RequireClaim", "RequireRole", "RequireUserName"];

/// Calls that are chained to one another, and variables for one another.
const MAX_CHAIN: usize = 64;
const MAX_NAMES: usize = 8;

/// Whether what an endpoint is said to require keeps out who is not known: a policy that is
/// written in place and asserts something alone need not.
pub(super) fn of_convention(call: Node<'_>) -> bool {
    let Some(list) = field(call, "arguments") else { return true };
    let names = list.below().filter(|it| it.kind() == "member_access_expression");
    let names: Vec<&str> = names.filter_map(|it| field(it, "name")).map(Node::text).collect();
    !names.contains(&"RequireAssertion") || names.iter().any(|it| DEMANDS.contains(it))
}

/// The name of a policy that asserts something alone, and nothing of who asks:
/// `options.AddPolicy("Open", it => it.RequireAssertion(_ => true))`.
pub(super) fn weak(call: Node<'_>) -> Option<&str> {
    /// What says in an assertion that somebody is known.
    const KNOWN: &[&str] = &["HasClaim", "IsAuthenticated", "IsInRole"];
    let (_, name) = chained(call)?;
    let list =
        field(call, "arguments").filter(|_| matches!(name, "AddPolicy" | "AddPolicyBuilder"))?;
    let policy = child_of_kind(children(list).into_iter().next()?, "string_literal")?;
    let mut asserts = false;
    for it in list.below().filter(|it| it.kind() == "identifier") {
        asserts |= it.text() == "RequireAssertion";
        if DEMANDS.contains(&it.text())
            || KNOWN.contains(&it.text())
            || matches!(it.text(), "AddRequirements" | "Requirements" | "Combine")
        {
            return None;
        }
    }
    asserts.then(|| policy.text().trim_matches('"'))
}

/// Whether the default policy is one that is written in place and demands nothing.
pub(super) fn is_weak_default<'t>(policy: Node<'t>, endpoints: &Endpoints<'t>) -> bool {
    policy.text().contains("AuthorizationPolicyBuilder")
        && demands(policy, endpoints) != Some(Certainty::Always)
}

/// How surely a policy keeps out who is not known; `None` for no policy at all.
pub(super) fn demands<'t>(policy: Node<'t>, endpoints: &Endpoints<'t>) -> Option<Certainty> {
    let mut at = policy;
    for _ in 0..MAX_NAMES {
        match at.kind() {
            "null_literal" | "default_expression" => return None,
            "parenthesized_expression" | "postfix_unary_expression" => match children(at).first() {
                Some(inner) => at = *inner,
                None => break,
            },
            "identifier" => match endpoints.value_of(at) {
                Some(value) => at = value,
                None => break,
            },
            // What it is where nobody changes it asks for somebody known.
            "member_access_expression" if is_default(at) => match endpoints.default_policy() {
                Ok(None) => return Some(Certainty::Always),
                Ok(Some(given)) => at = given_first(given).unwrap_or(given),
                Err(()) => break,
            },
            "invocation_expression" => return Some(of_builder(at)),
            _ => break,
        }
    }
    Some(Certainty::Perhaps)
}

fn is_default(node: Node<'_>) -> bool {
    field(node, "name").is_some_and(|it| it.text() == DEFAULT)
}

/// The policy that `SetDefaultPolicy` and `SetFallbackPolicy` are given.
pub(super) fn given_first(call: Node<'_>) -> Option<Node<'_>> {
    let (_, name) = chained(call)?;
    if !matches!(name, "SetDefaultPolicy" | "SetFallbackPolicy") {
        return None;
    }
    let argument = field(call, "arguments").and_then(|it| children(it).into_iter().next())?;
    children(argument).into_iter().next_back()
}

/// `new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()`.
fn of_builder(call: Node<'_>) -> Certainty {
    let (mut at, mut is_demanded, mut is_built) = (call, false, false);
    for _ in 0..MAX_CHAIN {
        match chained(at) {
            Some((inner, name)) => {
                is_built |= at == call && name == "Build";
                is_demanded |= DEMANDS.contains(&name);
                at = inner;
            }
            None => break,
        }
    }
    let is_builder = at.kind() == "object_creation_expression"
        && field(at, "type").is_some_and(|it| last_name(it) == "AuthorizationPolicyBuilder");
    if is_builder && is_built && is_demanded { Certainty::Always } else { Certainty::Perhaps }
}

/// How surely the filter keeps out who is not known that a call adds for all controllers:
/// `options.Filters.Add(new AuthorizeFilter())`; `None` where it adds another.
pub(super) fn added_filter<'t>(call: Node<'t>, endpoints: &Endpoints<'t>) -> Option<Certainty> {
    let (filters, added) = chained(call)?;
    let is_filter = |it: Node<'_>| last_name(it) == "AuthorizeFilter";
    let options = field(filters, "expression")?;
    if filters.kind() != "member_access_expression"
        || field(filters, "name")?.text() != "Filters"
        || options.kind() != "identifier"
        || !endpoints.surely.given_around(options).is_some_and(takes_options)
    {
        return None;
    }
    let function = field(call, "function")?;
    let generic = field(function, "name").filter(|it| it.kind() == "generic_name");
    if let Some(generic) = generic.filter(|_| added.starts_with("Add<")) {
        let types = child_of_kind(generic, "type_argument_list").into_iter().flat_map(children);
        return types.into_iter().any(is_filter).then_some(Certainty::Always);
    }
    if added != "Add" {
        return None;
    }
    let argument = field(call, "arguments").and_then(|it| children(it).into_iter().next())?;
    let value = children(argument).into_iter().next_back()?;
    field(value, "type").filter(|it| is_filter(*it))?;
    match value.kind() {
        "typeof_expression" => Some(Certainty::Always),
        "object_creation_expression" => {
            let given: Vec<Node<'t>> =
                field(value, "arguments").into_iter().flat_map(children).collect();
            let given: Vec<Node<'t>> =
                given.into_iter().filter_map(|it| children(it).into_iter().next_back()).collect();
            match given.as_slice() {
                // The default policy asks for somebody known, and so does a policy by its name
                // as far as `[Authorize("name")]` does.
                [] => Some(Certainty::Always),
                [name] if name.kind() == "string_literal" => Some(Certainty::Always),
                [policy] => Some(demands(*policy, endpoints).unwrap_or(Certainty::Perhaps)),
                _ => Some(Certainty::Perhaps),
            }
        }
        _ => None,
    }
}

/// Whether a method hands the options of all controllers to the function that it is given.
fn takes_options(method: &str) -> bool {
    matches!(
        method,
        "AddControllers"
            | "AddControllersWithViews"
            | "AddMvc"
            | "AddMvcCore"
            | "AddMvcOptions"
            | "Configure<MvcOptions>"
            | "PostConfigure<MvcOptions>"
    )
}
