//! What middleware, wrappers and hooks do behind the call of what they are around: the handler
//! has run by then, and no check stops it.
//!
//! How code goes on with a request is known by names: every language has its own, and none of
//! them declares it.

use std::collections::{BTreeMap, BTreeSet};

use codd_source::Span;

use super::stretches::{Finder, Stretch};
use super::words::{NEXT, Role};
use crate::around::called_name;
use crate::builder::{SemanticsBuilder, lookup};
use crate::tree::{NodeId, SyntaxTree};
use crate::{
    Bound, Certainty, Definition, DefinitionId, DefinitionPlace, Expr, ExprId, Reference,
    ReferenceKind, Semantics,
};

/// How else the last parameter is called, where calling it answers the request.
const HANDLERS: &[&str] = &["block", "chain", "handler", "proceed"];

/// What the last parameter is called that is a function itself.
const CALLED: &[&str] = &["handler", "proceed"];

/// How methods are called by which middleware is run: what these hand on to is what they are
/// around.
const RUN_AS: &[&str] = &[
    "Invoke",
    "InvokeAsync",
    "__call__",
    "__invoke",
    "call",
    "dispatch",
    "doFilter",
    "doFilterInternal",
    "filter",
    "handle",
    "intercept",
    "invoke",
    "process",
];

/// What advice calls the point at which it goes on.
const POINTS: &[&str] =
    &["chain", "context", "ctx", "invocation", "joinPoint", "jp", "pjp", "point"];

/// How what a function around is given is called, where that is what it wraps.
const WRAPPED: &[&str] = &[
    "app",
    "controller",
    "delegate",
    "endpoint",
    "f",
    "fn",
    "func",
    "function",
    "inner",
    "method",
    "service",
    "view",
    "view_func",
    "wrapped",
];

/// Methods that go on, whatever they are called on.
const GOING_ON: &[&str] = &["ServeHTTP", "doFilter", "get_response"];

/// Methods that go on with what a parameter or a field holds that has the name of a handler.
const OF_HANDLERS: &[&str] = &[
    "Invoke",
    "InvokeAsync",
    "apply",
    "call",
    "execute",
    "filter",
    "handle",
    "invoke",
    "respond",
    "run",
];

/// Fields that keep what middleware is around.
const FIELDS: &[&str] =
    &["_app", "_next", "app", "delegate", "get_response", "inner", "next", "service"];

/// What the one object is called by which handlers of a request go on to the next.
const CONTEXTS: &[&str] = &["Context", "Ctx", "RequestContext"];

/// What a program of ASGI is called with: what is asked for, and how to read and to answer.
const ASGI: u32 = 3;

/// Decorators of generators whose `yield` waits, as `await` does.
const WAITING: &[&str] = &["coroutine", "inlineCallbacks"];

impl SemanticsBuilder {
    /// Says of what comes too late that a request need not come to it first.
    pub(super) fn find_late(
        &mut self,
        finder: &Finder<'_, '_>,
        bodies: &[Span],
        definitions: &[DefinitionPlace],
    ) {
        let mut ends = self.yielding(finder, bodies, definitions);
        let placed = self.semantics.references.iter().zip(self.reference_places());
        let mut calls: Vec<(DefinitionId, u32)> = Vec::new();
        for (reference, span) in placed {
            if let Some(owner) = reference.owner
                && goes_on(&self.semantics, reference, owner)
            {
                calls.push((owner, span.end));
            }
        }
        if !calls.is_empty() {
            let wanted = calls.iter().map(|it| it.1).collect();
            let whole = finder.ends_of_calls(&wanted);
            for (owner, end) in calls {
                // What it is given is made before.
                let end = whole.get(&end).copied().unwrap_or(end);
                let first = ends.entry(owner).or_insert(end);
                *first = end.min(*first);
            }
        }
        if ends.is_empty() {
            return;
        }
        let starts: Vec<u32> = self.reference_places().iter().map(|it| it.start).collect();
        for (reference, start) in self.semantics.references.iter_mut().zip(starts) {
            let end = reference.owner.and_then(|it| ends.get(&it));
            if end.is_some_and(|it| *it <= start) {
                reference.certainty = reference.certainty.min(Certainty::Perhaps);
            }
        }
    }

    /// Functions that a framework runs up to their `yield` before the handler, and on from there
    /// behind it, with where that ends.
    fn yielding(
        &self,
        finder: &Finder<'_, '_>,
        bodies: &[Span],
        definitions: &[DefinitionPlace],
    ) -> BTreeMap<DefinitionId, u32> {
        if !finder.is_python && !finder.has_blocks {
            return BTreeMap::new();
        }
        let yields = finder.yields();
        if yields.is_empty() {
            return BTreeMap::new();
        }
        let all = self.semantics.definitions.iter().zip(bodies).zip(definitions).enumerate();
        let found = all.filter_map(|(at, ((it, body), place))| {
            let is_function = it.kind.is_function();
            let waits = it.decorators.iter().any(|it| {
                called_name(&self.semantics, *it).is_some_and(|it| WAITING.contains(&it.as_str()))
            });
            // A block that is given arguments is no callback around actions.
            let is_hook =
                finder.is_python && !waits || it.parameters.iter().all(|it| it.is_receiver);
            let end = yields.get(&body.start).or_else(|| yields.get(&place.span.start))?;
            (is_function && is_hook).then_some((DefinitionId(at as u32), *end))
        });
        found.collect()
    }
}

impl Finder<'_, '_> {
    /// Where the calls end of which these are the ends of what is called.
    fn ends_of_calls(&self, wanted: &BTreeSet<u32>) -> BTreeMap<u32, u32> {
        let mut found = BTreeMap::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            let mut before = None;
            // One node has few children that are lists of arguments; the walk over all of them is
            // the walk over the tree once more.
            if self.tree.after(node).0 == node.0 + 1 {
                continue;
            }
            for child in self.tree.named_children(node) {
                if is_arguments(self.kind(child))
                    && let Some(end) = before.filter(|it| wanted.contains(it))
                {
                    found.insert(end, self.tree.span(child).end);
                }
                before = Some(self.tree.span(child).end);
            }
        }
        found
    }

    /// What functions that have no name do behind the call of what they are given last to go on
    /// with: `return function (req, res, next) { next(); … }`.
    pub(super) fn behind_next(&self, out: &mut Vec<Stretch>) {
        if self.is_python || !self.gives_functions {
            return;
        }
        let next = |function| {
            let is_unnamed = self.role(function) == Role::Lambda;
            let parameters = if is_unnamed { self.parameters(function) } else { Vec::new() };
            match parameters.as_slice() {
                [_, .., last] if NEXT.contains(last) => Some(*last),
                _ => None,
            }
        };
        let calls_it = |next: Option<&str>, node| {
            next.is_some_and(|next| {
                self.kind(node) == "call_expression"
                    && self.in_field(node, "function").is_some_and(|it| self.tree.text(it) == next)
                    && !self.is_given_error(node)
            })
        };
        self.behind_first(next, calls_it, out);
    }

    /// Whether a call refuses the request: `next(new Error("nobody"))`.
    fn is_given_error(&self, call: NodeId) -> bool {
        let list = self.in_field(call, "arguments");
        let first = list.and_then(|it| self.tree.named_children(it).next());
        first.is_some_and(|it| self.kind(it) == "new_expression")
    }

    /// What C# does behind `await next(context)`, whatever keeps the delegate.
    pub(super) fn behind_delegates(&self, out: &mut Vec<Stretch>) {
        if !self.kinds.has("invocation_expression") {
            return;
        }
        let calls_it = |(), node| {
            self.kind(node) == "invocation_expression"
                && self.in_field(node, "function").is_some_and(|it| is_delegate(self.tree.text(it)))
        };
        self.behind_first(|_| (), calls_it, out);
    }

    /// What each function does behind its first call that goes on: one of a function inside of it
    /// is none of its own. `entered` says of a function what `goes_on` is asked with.
    fn behind_first<T: Copy>(
        &self,
        entered: impl Fn(NodeId) -> T,
        goes_on: impl Fn(T, NodeId) -> bool,
        out: &mut Vec<Stretch>,
    ) {
        let mut open: Vec<(NodeId, T, Option<u32>)> = Vec::new();
        let close = |it: Option<(NodeId, T, Option<u32>)>, out: &mut Vec<Stretch>| {
            if let Some((function, _, Some(start))) = it {
                let span = Span { start, end: self.tree.span(function).end };
                out.push(Stretch::new(span, Certainty::Perhaps));
            }
        };
        for node in self.tree.below(SyntaxTree::ROOT) {
            while open.last().is_some_and(|it| self.tree.after(it.0) <= node) {
                close(open.pop(), out);
            }
            if matches!(self.role(node), Role::Lambda | Role::Function) {
                open.push((node, entered(node), None));
            } else if let Some((_, of_function, first)) = open.last_mut()
                && first.is_none()
                && goes_on(*of_function, node)
            {
                *first = Some(self.tree.span(node).end);
            }
        }
        while !open.is_empty() {
            close(open.pop(), out);
        }
    }

    /// Where the first `yield` of each function ends whose value nobody takes, by where the
    /// function begins.
    fn yields(&self) -> BTreeMap<u32, u32> {
        let mut found = BTreeMap::new();
        if !self.tree.text(SyntaxTree::ROOT).contains("yield") {
            return found;
        }
        let mut open: Vec<NodeId> = Vec::new();
        let mut functions: Vec<NodeId> = Vec::new();
        for node in self.tree.below(SyntaxTree::ROOT) {
            while open.last().is_some_and(|it| self.tree.after(*it) <= node) {
                open.pop();
            }
            while functions.last().is_some_and(|it| self.tree.after(*it) <= node) {
                functions.pop();
            }
            // A block of Ruby yields to who called the method that it stands in.
            let role = self.role(node);
            if role == Role::Function || role == Role::Lambda && !self.has_blocks {
                functions.push(node);
            }
            if self.kinds.kind(self.tree.kind(node)).is_yield
                && self.tree.is_named(node)
                && (!self.is_python
                    || open.last().is_some_and(|it| self.kind(*it) == "expression_statement"))
                && let Some(function) = functions.last()
            {
                let end = self.tree.span(node).end;
                found.entry(self.tree.span(*function).start).or_insert(end);
            }
            if self.tree.after(node).0 > node.0 + 1 {
                open.push(node);
            }
        }
        found
    }
}

/// Whether what is called is the delegate that middleware and filters of ASP.NET go on with.
fn is_delegate(callee: &str) -> bool {
    let callee = callee.strip_prefix("this.").unwrap_or(callee);
    let callee = callee.strip_suffix(".Invoke").unwrap_or(callee);
    matches!(callee, "next" | "_next")
}

/// Whether a kind of node is what a call is given.
fn is_arguments(kind: &str) -> bool {
    matches!(kind, "arguments" | "argument_list" | "call_suffix" | "value_arguments")
}

/// Whether a function calls what it was put around, or goes on with the request.
fn goes_on(semantics: &Semantics, reference: &Reference, owner: DefinitionId) -> bool {
    if reference.kind != ReferenceKind::Call {
        return false;
    }
    match semantics.expr(reference.target) {
        Expr::Name { scope, name } => {
            let word = name.trim_start_matches('$');
            match lookup(semantics, *scope, name) {
                None => word == "proceed",
                Some((_, [binding])) => match binding.bound {
                    Bound::Parameter { function, index } => {
                        calls_parameter(semantics, reference, owner, (function, index, word))
                    }
                    Bound::Definition(id) => {
                        word == "_next" && !semantics.definition(id).kind.is_function()
                    }
                    // A parameter of a function that has no definition of its own.
                    Bound::Unknown | Bound::Typed(_) => NEXT.contains(&word),
                    _ => false,
                },
                Some(_) => false,
            }
        }
        Expr::Attribute { base, name } => {
            let word = name.as_str();
            GOING_ON.contains(&word)
                || is_kept(semantics, *base)
                    && (word == "app" && reference.arguments == Some(ASGI)
                        || matches!(word, "_next" | "next")
                            && !is_own_method(semantics, owner, word))
                || word == "Next" && is_context(semantics, *base)
                || word == "proceed" && is_point(semantics, *base)
                || OF_HANDLERS.contains(&word) && holds_handler(semantics, *base, word, owner)
        }
        _ => false,
    }
}

/// Whether a parameter that is called is what the request goes on with, or what is wrapped.
fn calls_parameter(
    semantics: &Semantics,
    reference: &Reference,
    owner: DefinitionId,
    (function, index, word): (DefinitionId, u32, &str),
) -> bool {
    let is_next = NEXT.contains(&word);
    let around = semantics.definition(function);
    if function == owner {
        let last = around.parameters.len().saturating_sub(1);
        let is_last = index > 0 && index as usize == last;
        // Ruby's `&block`, which may stand alone.
        return word == "block" || is_last && (is_next || CALLED.contains(&word));
    }
    // `return f(*args, **kwargs)` of what a decorator gives.
    let is_only = around.parameters.iter().filter(|it| !it.is_receiver).count() == 1;
    semantics.definition(owner).parent == Some(function)
        && (is_only && reference.arguments.is_none()
            || is_next
            || HANDLERS.contains(&word)
            || is_only && WRAPPED.contains(&word))
}

/// Whether the class around a method has a method of that name.
fn is_own_method(semantics: &Semantics, owner: DefinitionId, name: &str) -> bool {
    let class = semantics.definition(owner).parent;
    let is_it = |it: &Definition| it.parent == class && it.kind.is_function() && it.name == name;
    class.is_some() && semantics.definitions.iter().any(is_it)
}

/// Whether a parameter is where advice goes on.
fn is_point(semantics: &Semantics, base: ExprId) -> bool {
    let Expr::Name { scope, name } = semantics.expr(base) else { return false };
    let is_parameter = lookup(semantics, *scope, name).is_some_and(
        |(_, found)| matches!(found, [it] if matches!(it.bound, Bound::Parameter { .. })),
    );
    is_parameter && POINTS.contains(&name.as_str())
}

/// Whether an expression is the object whose method is running.
fn is_kept(semantics: &Semantics, base: ExprId) -> bool {
    match semantics.expr(base) {
        Expr::This { .. } => true,
        Expr::Name { name, .. } => matches!(name.as_str(), "self" | "this" | "$this"),
        _ => false,
    }
}

/// Whether a parameter holds the one object that is both request and answer, or what is kept of
/// it for middleware.
fn is_context(semantics: &Semantics, base: ExprId) -> bool {
    match semantics.expr(base) {
        Expr::Name { scope, name } => {
            let Some((_, [binding])) = lookup(semantics, *scope, name) else { return false };
            let Bound::Parameter { function, index } = binding.bound else { return false };
            let parameter = semantics.definition(function).parameters.get(index as usize);
            let annotation = parameter.and_then(|it| it.annotation);
            annotation
                .and_then(|it| called_name(semantics, it))
                .is_some_and(|it| CONTEXTS.contains(&it.as_str()))
        }
        Expr::Attribute { name, .. } => name == "Middleware",
        _ => false,
    }
}

/// Whether a parameter or a field holds what goes on with the request.
fn holds_handler(semantics: &Semantics, base: ExprId, method: &str, owner: DefinitionId) -> bool {
    let is_run = RUN_AS.contains(&semantics.definition(owner).name.as_str());
    match semantics.expr(base) {
        Expr::Name { scope, name } => {
            let word = name.trim_start_matches(['$', '@']);
            match lookup(semantics, *scope, name) {
                Some((_, [binding])) => match binding.bound {
                    Bound::Parameter { function, index } => {
                        let count = semantics.definition(function).parameters.len();
                        let is_last = index > 0 && index as usize + 1 == count;
                        // What middleware of PSR-15 is given, whatever it calls that.
                        is_last && is_run && method == "handle" && name.starts_with('$')
                            || NEXT.contains(&word)
                            || is_last && HANDLERS.contains(&word)
                            || function != owner && count == 1 && WRAPPED.contains(&word)
                    }
                    Bound::Definition(id) => {
                        is_run
                            && FIELDS.contains(&word)
                            && !semantics.definition(id).kind.is_function()
                    }
                    Bound::Unknown | Bound::Typed(_) => {
                        NEXT.contains(&word) || HANDLERS.contains(&word)
                    }
                    _ => false,
                },
                Some(_) => false,
                None => is_run && FIELDS.contains(&word) && name.starts_with('@'),
            }
        }
        Expr::Attribute { base, name } => {
            is_run
                && is_kept(semantics, *base)
                && FIELDS.contains(&name.trim_start_matches(['$', '@']))
        }
        _ => false,
    }
}
