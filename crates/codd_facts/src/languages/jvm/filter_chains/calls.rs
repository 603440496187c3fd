//! The calls of a method in the order in which they run, in the grammars of Java and Kotlin.

use std::collections::BTreeSet;

use crate::node::{Node, child_of_kind, children, field};

/// A call of a method or function.
#[derive(Clone, Debug)]
pub(super) struct Call<'t> {
    pub(super) name: &'t str,
    /// Where its name stands: behind that of what it is called on.
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) on: Option<Node<'t>>,
    /// A lambda behind the parentheses among them.
    pub(super) arguments: Vec<Node<'t>>,
    /// In a branch or loop, or in a function that need not run.
    pub(super) may_be_skipped: bool,
}

/// What is not run whenever what it stands in is.
const BRANCHES: &[&str] = &[
    "catch_block",
    "catch_clause",
    "class_body",
    "do_statement",
    "do_while_statement",
    "enhanced_for_statement",
    "for_statement",
    "if_expression",
    "if_statement",
    "switch_expression",
    "ternary_expression",
    "when_expression",
    "while_statement",
];

const LAMBDAS: &[&str] = &["lambda_expression", "lambda_literal"];

/// Functions that run what they are given, at once and once.
const RUNNING: &[&str] = &["also", "apply", "invoke", "run", "with"];

/// By what an early end of the method is called.
pub(super) const RETURN: &str = "return";

impl<'t> Call<'t> {
    pub(super) fn of(node: Node<'t>) -> Option<Call<'t>> {
        let (name, on, arguments) = match node.kind() {
            "method_invocation" => {
                let arguments = field(node, "arguments").map(children).unwrap_or_default();
                (field(node, "name")?, field(node, "object"), arguments)
            }
            "call_expression" => {
                let callee = node.first_child()?;
                let (name, on) = match callee.kind() {
                    "navigation_expression" => {
                        let parts = children(callee);
                        (*parts.last()?, parts.first().copied())
                    }
                    "identifier" => (callee, None),
                    _ => return None,
                };
                let list = child_of_kind(node, "value_arguments");
                let given = list.into_iter().flat_map(children);
                let mut arguments: Vec<_> =
                    given.filter_map(|it| children(it).last().copied()).collect();
                let lambda = child_of_kind(node, "annotated_lambda");
                arguments.extend(lambda.and_then(|it| child_of_kind(it, "lambda_literal")));
                (name, on, arguments)
            }
            _ => return None,
        };
        let (start, end) = (name.span().start, node.span().end);
        Some(Call { name: name.text(), start, end, on, arguments, may_be_skipped: false })
    }

    pub(super) fn has_lambda(&self) -> bool {
        self.arguments.iter().any(|it| is_lambda(*it))
    }

    /// Whether it is called on what has this name, whatever was called on that before.
    pub(super) fn is_on(&self, name: &str) -> bool {
        let Some(on) = self.on else { return false };
        let rest = on.text().strip_prefix(name);
        rest.is_some_and(|it| !it.starts_with(|it: char| it.is_alphanumeric() || it == '_'))
    }
}

pub(super) fn is_lambda(node: Node<'_>) -> bool {
    LAMBDAS.contains(&node.kind())
}

/// What a lambda calls what it is given.
pub(super) fn parameters_of(lambda: Node<'_>) -> Vec<&str> {
    let list = field(lambda, "parameters").or_else(|| child_of_kind(lambda, "lambda_parameters"));
    let Some(list) = list else { return vec!["it"] };
    if list.is_leaf() {
        return vec![list.text()];
    }
    let is_name = |it: &Node<'_>| it.kind() == "identifier";
    list.below().filter(is_name).map(Node::text).collect()
}

/// The calls of a method; `runs` says whose lambdas run when they are called.
pub(super) fn calls<'t>(method: Node<'t>, runs: &dyn Fn(&str) -> bool) -> Vec<Call<'t>> {
    let body = field(method, "body").or_else(|| child_of_kind(method, "function_body"));
    let Some(body) = body else { return Vec::new() };
    let mut found = Vec::new();
    let mut run: BTreeSet<u32> = BTreeSet::new();
    // Ends of the branches around.
    let mut branches: Vec<u32> = Vec::new();
    for node in body.below() {
        let span = node.span();
        while branches.last().is_some_and(|it| span.start >= *it) {
            branches.pop();
        }
        let kind = node.kind();
        let is_skipped = is_lambda(node) && !run.contains(&span.start);
        if is_skipped || BRANCHES.contains(&kind) {
            branches.push(span.end);
        }
        let may_be_skipped = !branches.is_empty();
        if matches!(kind, "return_statement" | "return_expression") && may_be_skipped {
            let (start, end) = (span.start, span.end);
            let (on, arguments) = (None, Vec::new());
            found.push(Call { name: RETURN, start, end, on, arguments, may_be_skipped });
        } else if let Some(call) = Call::of(node) {
            if runs(call.name) || RUNNING.contains(&call.name) {
                let lambdas = call.arguments.iter().filter(|it| is_lambda(**it));
                run.extend(lambdas.map(|it| it.span().start));
            }
            found.push(Call { may_be_skipped, ..call });
        }
    }
    found.sort_by_key(|it| it.start);
    found
}
