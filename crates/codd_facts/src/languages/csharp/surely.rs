//! Which code of a file surely runs where the function around it is called, and what the functions
//! are given to that are written in place.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::Span;

use crate::node::{Node, children, field};

/// Code that runs only perhaps.
const BRANCHES: &[&str] = &[
    "catch_clause",
    "conditional_expression",
    "for_statement",
    "foreach_statement",
    "if_statement",
    "preproc_if",
    "switch_expression",
    "switch_statement",
    "while_statement",
];

const FUNCTIONS: &[&str] = &[
    "accessor_declaration",
    "anonymous_method_expression",
    "constructor_declaration",
    "lambda_expression",
    "local_function_statement",
    "method_declaration",
];

/// Functions in functions that are looked through.
const MAX_AROUND: usize = 64;

/// What is known so far, or of the whole file.
#[derive(Debug, Default)]
pub(super) struct Surely<'t> {
    /// Outermost code that runs only perhaps, in the order of the text.
    branches: Vec<Span>,
    /// In the order of the text.
    functions: Vec<Function<'t>>,
    /// Where functions may end before their end: which one, by its beginning, and where.
    returns: BTreeSet<(u32, u32)>,
    /// What functions that are written in place are given to, by where they begin.
    given_to: BTreeMap<u32, &'t str>,
    /// What is open where the walk is.
    open: Vec<usize>,
    open_branches: Vec<(u32, Span)>,
}

#[derive(Clone, Copy, Debug)]
struct Function<'t> {
    span: Span,
    around: Option<usize>,
    given_to: Option<&'t str>,
}

impl<'t> Surely<'t> {
    /// Goes on to the next node of the file; gives the function around it and the branch, 0
    /// where it is in none.
    pub(super) fn enter(&mut self, node: Node<'t>, root: Node<'t>) -> (Span, u32) {
        let at = node.span();
        while self.open.last().is_some_and(|it| self.functions[*it].span.end <= at.start) {
            self.open.pop();
        }
        while self.open_branches.last().is_some_and(|it| it.1.end <= at.start) {
            self.open_branches.pop();
        }
        let around = self.open.last().copied();
        let within = around.map_or(root.span(), |it| self.functions[it].span);
        let branch = self.open_branches.last().map_or(0, |it| it.0);
        match node.kind() {
            kind if BRANCHES.contains(&kind) => {
                if self.open_branches.is_empty() {
                    self.branches.push(at);
                }
                self.open_branches.push((node.id.0, at));
            }
            kind if FUNCTIONS.contains(&kind) => {
                let given_to = self.given_to.get(&at.start).copied();
                self.open.push(self.functions.len());
                self.functions.push(Function { span: at, around, given_to });
            }
            "return_statement" if branch != 0 => {
                self.returns.insert((within.start, at.start));
            }
            "invocation_expression" => self.note_given(node),
            _ => {}
        }
        (within, branch)
    }

    /// Notes what the functions are given to that a call is given.
    fn note_given(&mut self, call: Node<'t>) {
        let Some(function) = field(call, "function") else { return };
        let name = field(function, "name").unwrap_or(function).text();
        for argument in field(call, "arguments").into_iter().flat_map(children) {
            let value = children(argument).into_iter().next_back();
            if let Some(value) = value.filter(|it| FUNCTIONS.contains(&it.kind())) {
                self.given_to.insert(value.span().start, name);
            }
        }
    }

    /// Whether a function that is written in place is given what endpoints are registered on.
    pub(super) fn is_endpoints(&self, lambda: Node<'_>) -> bool {
        self.given_to.get(&lambda.span().start) == Some(&"UseEndpoints")
    }

    /// Whether a function may end between two of its places.
    pub(super) fn may_end(&self, function: u32, from: u32, to: u32) -> bool {
        self.returns.range((function, from)..(function, to)).next().is_some()
    }

    /// The functions around a place, from within.
    fn around(&self, at: u32) -> impl Iterator<Item = &Function<'t>> {
        let before = self.functions.partition_point(|it| it.span.start <= at);
        let last = before.checked_sub(1);
        let all = std::iter::successors(last, |it| self.functions[*it].around);
        let all = all.take(MAX_AROUND).map(|it| &self.functions[it]);
        all.filter(move |it| at < it.span.end)
    }

    /// Whether what stands at a place surely runs where the function around it is called, or is
    /// handed to what calls it.
    pub(super) fn is_come_to(&self, node: Node<'_>) -> bool {
        let at = node.span().start;
        let branch = self.branches.partition_point(|it| it.start <= at).checked_sub(1);
        let is_in_branch = branch.is_some_and(|it| at < self.branches[it].end);
        let mut around = self.around(at);
        !is_in_branch && !around.any(|it| self.may_end(it.span.start, it.span.start, at))
    }

    /// What the functions around a place are given to that are written in place.
    pub(super) fn given_to_around(&self, node: Node<'_>) -> impl Iterator<Item = &'t str> {
        self.around(node.span().start).filter_map(|it| it.given_to)
    }

    /// The innermost function around a place, by where it begins.
    pub(super) fn function_around(&self, at: u32) -> Option<u32> {
        self.around(at).next().map(|it| it.span.start)
    }

    /// What the innermost function around a name is given to that is written in place.
    pub(super) fn given_around(&self, name: Node<'_>) -> Option<&'t str> {
        self.around(name.span().start).find_map(|it| it.given_to)
    }
}
