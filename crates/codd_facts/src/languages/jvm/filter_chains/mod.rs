//! The filter chains of Spring Security: which requests they are for, and of whom they ask who
//! sends them. Of several chains, other files say too which counts.

mod calls;
mod chain;
mod constants;
mod matchers;
#[cfg(test)]
mod tests;

use codd_source::Span;

use self::chain::Chain;
use self::constants::Constants;
use crate::builder::SemanticsBuilder;
use crate::node::{Node, child_of_kind, children, field};
use crate::{Certainty, DefinitionId, Expr, HookLimits, Name, PathRule, PathRules, RouteHook};

/// By which name a check knows what keeps somebody out.
const BY: &str = "org.springframework.security.web.SecurityFilterChain";

/// What a chain is made with.
const BUILDERS: &[&str] = &["HttpSecurity", "ServerHttpSecurity"];

/// What a bean is that is one.
const CHAINS: &[&str] = &["SecurityFilterChain", "SecurityWebFilterChain"];

/// The turn of a chain that says none, and of one that is written as a class.
const LAST: i64 = i32::MAX as i64;
const OF_CLASS: i64 = 100;

/// Adds a hook for each chain of a file.
pub(crate) fn collect(
    builder: &mut SemanticsBuilder,
    language: &str,
    root: Node<'_>,
    spans: &[(Span, DefinitionId)],
) {
    let is_jvm = matches!(language, "java" | "kotlin");
    if !is_jvm || !["HttpSecurity", "WebSecurity"].iter().any(|it| root.text().contains(it)) {
        return;
    }
    let constants = Constants::of(root);
    let mut classes: Vec<(u32, Class<'_>)> = Vec::new();
    let mut done = 0;
    for node in root.below() {
        let span = node.span();
        classes.retain(|(end, _)| span.start < *end);
        match node.kind() {
            "class_declaration" | "object_declaration" => {
                classes.push((span.end, Class::of(node)));
            }
            "method_declaration" | "function_declaration" if span.start >= done => {
                let Some((_, class)) = classes.last() else { continue };
                let Some((rules, is_conditional)) = rules(node, class, &constants) else {
                    continue;
                };
                done = span.end;
                let owner = spans.iter().find(|(of, _)| *of == span).map(|it| it.1);
                let function = builder.expr(Expr::Unknown);
                let limits = HookLimits { rules: Some(Box::new(rules)), ..HookLimits::default() };
                builder.route_hook(RouteHook {
                    owner,
                    limits: Some(Box::new(limits)),
                    ..RouteHook::global(function, is_conditional)
                });
            }
            _ => {}
        }
    }
}

/// What a method's class says of it.
struct Class<'t> {
    annotations: Vec<Annotation<'t>>,
    is_adapter: bool,
}

impl<'t> Class<'t> {
    fn of(node: Node<'t>) -> Class<'t> {
        let heads = children(node)
            .into_iter()
            .filter(|it| matches!(it.kind(), "superclass" | "delegation_specifiers"));
        let mut heads = heads.map(Node::text);
        Class {
            annotations: annotations(node),
            is_adapter: heads.any(|it| it.contains("WebSecurityConfigurerAdapter")),
        }
    }
}

/// The name of an annotation and what it is given, as written.
struct Annotation<'t> {
    name: &'t str,
    given: &'t str,
}

fn annotations(node: Node<'_>) -> Vec<Annotation<'_>> {
    let all = child_of_kind(node, "modifiers").into_iter().flat_map(children);
    let all = all.filter(|it| it.kind().ends_with("annotation"));
    all.map(|it| {
        let text = it.text().trim_start_matches('@');
        let (name, given) = text.split_once('(').unwrap_or((text, ""));
        let name = name.trim().rsplit('.').next().unwrap_or_default();
        Annotation { name, given: given.trim_end().trim_end_matches(')').trim() }
    })
    .collect()
}

/// What a method says of requests, and whether it may not be asked at all.
fn rules(
    method: Node<'_>,
    class: &Class<'_>,
    constants: &Constants<'_>,
) -> Option<(PathRules, bool)> {
    let name = field(method, "name")?.text();
    let own = annotations(method);
    let parameters = parameters(method);
    let of_type = |types: &[&str]| parameters.iter().find(|it| types.contains(&it.1));
    let result = result_of(method);
    let is_bean = own.iter().any(|it| it.name == "Bean");
    let is_override = class.is_adapter && name == "configure";
    let given = of_type(BUILDERS);
    let is_chain = CHAINS.contains(&result);
    let ignores =
        result == "WebSecurityCustomizer" || is_override && of_type(&["WebSecurity"]).is_some();
    let mut rules = if ignores {
        Chain::ignoring(method, constants)?
    } else if let Some((http, _)) = given.filter(|_| is_chain || is_bean || is_override) {
        let mut rules = Chain::of(method, http, !is_override, constants);
        rules.turn = turn(&own, class, if is_override { OF_CLASS } else { LAST });
        rules
    } else if is_chain && is_bean {
        // One that is made of what is not seen here.
        let rules = vec![PathRule::unknown()];
        let (of, otherwise) = (Some(vec![PathRule::unknown()]), Certainty::Perhaps);
        PathRules { by: None, of, turn: None, rules, otherwise }
    } else {
        return None;
    };
    rules.by = Some(Name::new_static(BY));
    let is_set_up = |it: &Annotation<'_>| {
        matches!(it.name, "Component" | "Configuration" | "SpringBootApplication")
            || it.name.starts_with("Enable")
    };
    let is_limited = |it: &Annotation<'_>| {
        it.name.starts_with("Conditional") || matches!(it.name, "Profile" | "TestConfiguration")
    };
    let is_made = (is_bean || is_override) && class.annotations.iter().any(is_set_up);
    let is_conditional = !is_made || own.iter().chain(&class.annotations).any(is_limited);
    Some((rules, is_conditional))
}

/// The names and types of what a method is given.
fn parameters(method: Node<'_>) -> Vec<(&str, &str)> {
    let list =
        field(method, "parameters").or_else(|| child_of_kind(method, "function_value_parameters"));
    let all = list.into_iter().flat_map(children);
    all.filter_map(|it| match it.kind() {
        "formal_parameter" => Some((field(it, "name")?.text(), last(field(it, "type")?.text()))),
        "parameter" => {
            let parts = children(it);
            Some((parts.first()?.text(), last(parts.get(1)?.text())))
        }
        _ => None,
    })
    .collect()
}

/// The name of the type that a method gives.
fn result_of(method: Node<'_>) -> &str {
    let written = field(method, "type").or_else(|| child_of_kind(method, "user_type"));
    written.map_or("", |it| last(it.text()))
}

fn last(name: &str) -> &str {
    let name = name.trim_end_matches('?');
    name.rsplit('.').next().unwrap_or(name)
}

/// When a chain is asked, as `@Order(2)` says.
fn turn(own: &[Annotation<'_>], class: &Class<'_>, otherwise: i64) -> Option<i64> {
    let order = |all: &[Annotation<'_>]| {
        all.iter().find(|it| it.name == "Order").map(|it| order_of(it.given))
    };
    order(own).or_else(|| order(&class.annotations)).unwrap_or(Some(otherwise))
}

fn order_of(given: &str) -> Option<i64> {
    let text =
        given.strip_prefix("value").map_or(given, |it| it.trim_start().trim_start_matches('='));
    let text: String = text.chars().filter(|it| !it.is_whitespace()).collect();
    let (base, rest) = match last(&text) {
        "" => (LAST, ""),
        it => match (it.strip_prefix("HIGHEST_PRECEDENCE"), it.strip_prefix("LOWEST_PRECEDENCE")) {
            (Some(rest), _) => (i64::from(i32::MIN), rest),
            (_, Some(rest)) => (LAST, rest),
            _ => (0, text.as_str()),
        },
    };
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    let rest = rest.replace('_', "");
    if rest.is_empty() { Some(base) } else { base.checked_add(rest.parse().ok()?) }
}
