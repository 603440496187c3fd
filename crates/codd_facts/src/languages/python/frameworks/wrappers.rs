//! Functions of a file that hand what they are given on to a framework's registration:
//! `def add(self, resource, *urls): self.add_resource(resource, *scoped(urls))`. Each call of one
//! registers what it is given.

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Called;
use super::routes::{PendingRoute, class_of};
use crate::builder::lookup;
use crate::languages::python::walk::Walk;
use crate::unread_routes::CALLED_ELSEWHERE;
use crate::{
    Argument, Bound, DefinitionId, DefinitionKind, Expr, ExprId, Item, Name, ReferenceKind,
    ScopeId, Semantics,
};

/// What is counted of a registration that nobody in its file is seen to ask for.
pub(super) const WRAPPED: &str = "route registered by a function of the project";

/// Expressions that the wrappers of one file may be written anew with.
const MAX_WRITTEN: usize = 65_536;

/// Wrappers of wrappers.
const MAX_LAYERS: usize = 4;

/// Expressions within one another that are written anew.
const MAX_DEPTH: u32 = 12;

/// Routes that the wrappers of one file register.
const MAX_ROUTES: usize = 2_048;

/// The calls of a file, by the name of what they call, each with where it stands.
type Calls = FxHashMap<Name, Vec<(ExprId, Span)>>;

/// What a call gives the parameters of a wrapper.
struct Given {
    function: DefinitionId,
    /// By the parameter's place.
    values: Vec<Option<ExprId>>,
    /// Which parameter takes all arguments that are left, and one of these.
    rest: Option<(u32, ExprId)>,
}

impl Walk<'_, '_> {
    /// Remembers a call that may register a route by a function of the project:
    /// `api.add_org_resource(Users, "/users")`.
    pub(super) fn note_wrapper(&mut self, called: &Called<'_>) {
        let is_registering = ["add_", "register_"].iter().any(|it| called.name.starts_with(it))
            && ["endpoint", "resource", "route", "url"].iter().any(|it| called.name.contains(it));
        if is_registering && self.has_path(called.call) {
            self.frameworks.wrapper_calls.push((called.call, called.node));
        }
    }

    /// Whether a call is given a path, and something else.
    fn has_path(&self, call: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let is_path = |it: &Argument| matches!(semantics.expr(it.value), Expr::Text(text) if text.starts_with('/'));
        let arguments = self.arguments(call);
        arguments.len() > 1 && arguments.iter().any(is_path)
    }

    /// The routes to be made, with those that wrappers register once for each call, and where
    /// that stands.
    pub(super) fn unwrapped_routes(&mut self) -> Vec<(PendingRoute, Option<Span>)> {
        let pending = std::mem::take(&mut self.frameworks.routes);
        let mut done = Vec::new();
        let mut followed = FxHashSet::default();
        let mut wrappers: FxHashMap<DefinitionId, Vec<(ExprId, Span)>> = FxHashMap::default();
        let has_one = pending.iter().any(|it| wrapper_of(&self.builder.semantics, it).is_some());
        let calls = if has_one { self.calls_by_name() } else { Calls::default() };
        self.frameworks.may_write = MAX_WRITTEN;
        let mut layer: Vec<_> = pending.into_iter().map(|it| (it, None)).collect();
        for _ in 0..MAX_LAYERS {
            let mut next = Vec::new();
            for (pending, at) in layer {
                let function = wrapper_of(&self.builder.semantics, &pending);
                let Some(function) = function else {
                    done.push((pending, at));
                    continue;
                };
                let own = wrappers
                    .entry(function)
                    .or_insert_with(|| self.calls_of(function, &calls))
                    .clone();
                let registration = self.tree.span(pending.node);
                if own.is_empty() {
                    let is_told = self.is_written(pending.path);
                    if is_told {
                        done.push((pending, at));
                    } else {
                        self.builder.not_modelled_at(WRAPPED, registration);
                    }
                    continue;
                }
                self.builder.not_modelled_at(CALLED_ELSEWHERE, registration);
                for (call, span) in own {
                    followed.insert(call);
                    for given in self.given(function, call) {
                        let has_room = done.len() + next.len() < MAX_ROUTES;
                        if !has_room || self.frameworks.may_write == 0 {
                            self.builder.not_modelled_at(WRAPPED, span);
                            break;
                        }
                        next.push((self.filled(&pending, &given, call), Some(span)));
                    }
                }
            }
            layer = next;
            if layer.is_empty() {
                break;
            }
        }
        done.extend(layer);
        let noted = std::mem::take(&mut self.frameworks.wrapper_calls);
        let mut unseen: Vec<Span> = noted
            .into_iter()
            .filter(|(call, _)| !followed.contains(call))
            .map(|(_, node)| self.tree.span(node))
            .collect();
        // Another object's method of the same name may be the wrapper too.
        for function in wrappers.into_iter().filter(|it| !it.1.is_empty()).map(|it| it.0) {
            let name = &self.builder.semantics.definition(function).name;
            let named = calls.get(name).into_iter().flatten();
            let others = named.filter(|(call, _)| !followed.contains(call) && self.has_path(*call));
            unseen.extend(others.map(|(_, span)| *span));
        }
        unseen.sort_unstable();
        unseen.dedup_by(|a, b| b.start <= a.start && a.end <= b.end);
        for span in unseen {
            self.builder.not_modelled_at(WRAPPED, span);
        }
        done
    }

    /// Whether a path is written out where it stands.
    fn is_written(&self, path: ExprId) -> bool {
        match self.builder.semantics.expr(path) {
            Expr::Text(_) => true,
            Expr::Container { items, .. } => items
                .iter()
                .all(|it| matches!(self.builder.semantics.expr(it.value), Expr::Text(_))),
            _ => false,
        }
    }

    fn calls_by_name(&self) -> Calls {
        let semantics = &self.builder.semantics;
        let places = self.builder.reference_places();
        let mut placed: FxHashMap<ExprId, Span> = FxHashMap::default();
        for (reference, place) in semantics.references.iter().zip(places) {
            if reference.kind == ReferenceKind::Call {
                placed.entry(reference.target).or_insert(*place);
            }
        }
        let mut calls = Calls::default();
        for (at, expr) in semantics.exprs.iter().enumerate() {
            let Expr::Call { callee, .. } = expr else { continue };
            let (Expr::Name { name, .. } | Expr::Attribute { name, .. }) = semantics.expr(*callee)
            else {
                continue;
            };
            if let Some(span) = placed.get(callee) {
                calls.entry(name.clone()).or_default().push((ExprId(at as u32), *span));
            }
        }
        calls
    }

    /// The calls of a function in its own file, and where they stand.
    fn calls_of(&self, function: DefinitionId, calls: &Calls) -> Vec<(ExprId, Span)> {
        let semantics = &self.builder.semantics;
        let named = calls.get(&semantics.definition(function).name).into_iter().flatten();
        let is_its = |(call, _): &&(ExprId, Span)| match semantics.expr(*call) {
            Expr::Call { callee, .. } => self.is_called(function, *callee),
            _ => false,
        };
        named.filter(is_its).copied().collect()
    }

    /// Whether what is called is this function: by its name, or as a method of an object of its
    /// class.
    fn is_called(&self, function: DefinitionId, callee: ExprId) -> bool {
        let semantics = &self.builder.semantics;
        let base = match semantics.expr(callee) {
            Expr::Name { scope, name } => {
                return lookup(semantics, *scope, name).is_some_and(|(_, all)| {
                    all.iter().any(|it| it.bound == Bound::Definition(function))
                });
            }
            Expr::Attribute { base, .. } => *base,
            _ => return false,
        };
        let Some(class) = semantics.definition(function).parent else { return false };
        match semantics.expr(base) {
            Expr::This { class: own } => *own == class,
            Expr::Name { scope, name } => {
                let all = lookup(semantics, *scope, name).map_or(&[][..], |it| it.1);
                all.iter().any(|it| match it.bound {
                    Bound::Value(value) => self.makes(value, class),
                    Bound::Definition(id) => {
                        semantics.definition(id).value.is_some_and(|it| self.makes(it, class))
                    }
                    Bound::Parameter { .. } => true,
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Whether a call makes an object of a class of this file, or of one that extends it.
    fn makes(&self, value: ExprId, class: DefinitionId) -> bool {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, .. } = semantics.expr(value) else { return false };
        let mut made = class_of(semantics, *callee);
        for _ in 0..MAX_LAYERS {
            let Some(id) = made else { return false };
            if id == class {
                return true;
            }
            let mut bases = semantics.definition(id).bases.iter();
            made = bases.find_map(|it| class_of(semantics, *it));
        }
        false
    }

    /// What a call gives, once for each of the arguments that one parameter takes all of.
    fn given(&self, function: DefinitionId, call: ExprId) -> Vec<Given> {
        let semantics = &self.builder.semantics;
        let Expr::Call { arguments, .. } = semantics.expr(call) else { return Vec::new() };
        let parameters = &semantics.definition(function).parameters;
        let shift = usize::from(parameters.first().is_some_and(|it| it.is_receiver));
        let in_order: Vec<ExprId> =
            arguments.iter().take_while(|it| it.name.is_none()).map(|it| it.value).collect();
        let named = |name: &Name| arguments.iter().find(|it| it.name.as_ref() == Some(name));
        let rest_at = parameters.iter().position(|it| it.is_variadic);
        let values = parameters.iter().enumerate().map(|(at, it)| {
            if it.is_receiver {
                return self.called_on(call);
            }
            if it.is_variadic {
                return None;
            }
            let placed = at.checked_sub(shift).filter(|_| rest_at.is_none_or(|rest| at < rest));
            let placed = placed.and_then(|it| in_order.get(it).copied());
            placed.or_else(|| named(&it.name).map(|it| it.value)).or(it.default)
        });
        let values: Vec<Option<ExprId>> = values.collect();
        let rest: Vec<ExprId> = rest_at.map_or_else(Vec::new, |at| {
            in_order.iter().skip(at - shift.min(at)).copied().collect()
        });
        let Some(at) = rest_at.filter(|_| !rest.is_empty()) else {
            return vec![Given { function, values, rest: None }];
        };
        let one = |it| Given { function, values: values.clone(), rest: Some((at as u32, it)) };
        rest.into_iter().map(one).collect()
    }

    /// What a wrapper registers with what it is given.
    fn filled(&mut self, pending: &PendingRoute, given: &Given, call: ExprId) -> PendingRoute {
        let mut route = pending.route.clone();
        route.handler = self.replaced(route.handler, given, MAX_DEPTH);
        route.middleware =
            route.middleware.iter().map(|it| self.replaced(*it, given, MAX_DEPTH)).collect();
        route.router = route.router.map(|it| match self.builder.semantics.expr(it) {
            Expr::This { .. } | Expr::Super { .. } => self.called_on(call).unwrap_or(it),
            _ => self.replaced(it, given, MAX_DEPTH),
        });
        let path = self.replaced(pending.path, given, MAX_DEPTH);
        PendingRoute {
            route,
            path,
            is_certain: true,
            handler: pending.handler,
            node: pending.node,
            is_class: pending.is_class,
        }
    }

    fn called_on(&self, call: ExprId) -> Option<ExprId> {
        let semantics = &self.builder.semantics;
        let Expr::Call { callee, .. } = semantics.expr(call) else { return None };
        match semantics.expr(*callee) {
            Expr::Attribute { base, .. } => Some(*base),
            _ => None,
        }
    }

    /// An expression of a wrapper with what it is given in the place of its parameters.
    fn replaced(&mut self, expr: ExprId, given: &Given, depth: u32) -> ExprId {
        let Some(depth) = depth.checked_sub(1) else { return expr };
        let written = self.builder.semantics.expr(expr).clone();
        let parts = match &written {
            Expr::Call { arguments, .. } => arguments.len(),
            Expr::Container { items, .. } => items.len(),
            Expr::Joined(parts) | Expr::Either(parts) => parts.len(),
            _ => 0,
        };
        let Some(left) = self.frameworks.may_write.checked_sub(1 + parts) else {
            self.frameworks.may_write = 0;
            return expr;
        };
        self.frameworks.may_write = left;
        let new = match written {
            Expr::Name { scope, name } => {
                return self.named_value(scope, &name, usize::MAX, given, depth).unwrap_or(expr);
            }
            Expr::Call { callee, arguments } => {
                let arguments = arguments.into_iter().map(|it| {
                    let value = self.replaced(it.value, given, depth);
                    Argument { name: it.name, value }
                });
                Expr::Call { callee, arguments: arguments.collect() }
            }
            Expr::Joined(parts) => {
                Expr::Joined(parts.into_iter().map(|it| self.replaced(it, given, depth)).collect())
            }
            Expr::Either(all) => {
                Expr::Either(all.into_iter().map(|it| self.replaced(it, given, depth)).collect())
            }
            Expr::Container { kind, items } => {
                let items = items.into_iter().map(|it| {
                    let value = self.replaced(it.value, given, depth);
                    Item { key: it.key, value }
                });
                Expr::Container { kind, items: items.collect() }
            }
            Expr::Index { base, key: None } => {
                let new = self.replaced(base, given, depth);
                return if new == base { expr } else { self.only_item(new) };
            }
            _ => return expr,
        };
        if new == *self.builder.semantics.expr(expr) { expr } else { self.builder.expr(new) }
    }

    /// What a name of the wrapper stands for, by its bindings before that one.
    fn named_value(
        &mut self,
        scope: ScopeId,
        name: &str,
        before: usize,
        given: &Given,
        depth: u32,
    ) -> Option<ExprId> {
        let depth = depth.checked_sub(1)?;
        let (at, bound, is_replacing) = {
            let semantics = &self.builder.semantics;
            let (_, bindings) = lookup(semantics, scope, name)?;
            let at = before.min(bindings.len()).checked_sub(1)?;
            let is_replacing = bindings[..at].iter().all(|it| it.replaced_behind.is_some());
            (at, bindings[at].bound.clone(), is_replacing)
        };
        let is_element = matches!(bound, Bound::Element(_));
        match bound {
            Bound::Parameter { function, index } if function == given.function => {
                match given.rest {
                    Some((rest, one)) if rest == index => Some(one),
                    _ => given.values.get(index as usize).copied().flatten(),
                }
            }
            Bound::Value(value) | Bound::Element(value) => {
                // `urls = [scoped(url) for url in urls]`: what it was before.
                let new = match self.builder.semantics.expr(value).clone() {
                    Expr::Name { scope, name: own } if own == name => {
                        self.named_value(scope, name, at, given, depth)?
                    }
                    _ => self.replaced_before((name, at), value, given, depth),
                };
                let new = if is_element { self.only_item(new) } else { new };
                if is_replacing {
                    return (new != value).then_some(new);
                }
                // The branch that this stands in may not be taken.
                let earlier = self.named_value(scope, name, at, given, depth)?;
                Some(self.builder.expr(Expr::Either(vec![earlier, new])))
            }
            _ => None,
        }
    }

    /// The same of what a name was given, in which that name is what it was before.
    fn replaced_before(
        &mut self,
        (name, at): (&str, usize),
        value: ExprId,
        given: &Given,
        depth: u32,
    ) -> ExprId {
        let Some(depth) = depth.checked_sub(1) else { return value };
        // A list of one expression for each item of what is looped over.
        if let Expr::Container { kind, items } = self.builder.semantics.expr(value).clone()
            && let [item] = &items[..]
            && let Expr::Call { callee, arguments } =
                self.builder.semantics.expr(item.value).clone()
        {
            let arguments = arguments.into_iter().map(|argument| {
                let value = match self.builder.semantics.expr(argument.value).clone() {
                    Expr::Name { scope, name: item } => {
                        let of =
                            lookup(&self.builder.semantics, scope, &item).and_then(|(_, all)| {
                                match all.last().map(|it| it.bound.clone()) {
                                    Some(Bound::Element(of)) => Some(of),
                                    _ => None,
                                }
                            });
                        let of = of.map(|it| self.builder.semantics.expr(it).clone());
                        match of {
                            Some(Expr::Name { scope, name: own }) if own == name => {
                                let found = self.named_value(scope, name, at, given, depth);
                                found.map_or(argument.value, |it| self.only_item(it))
                            }
                            _ => self.replaced(argument.value, given, depth),
                        }
                    }
                    _ => self.replaced(argument.value, given, depth),
                };
                Argument { name: argument.name, value }
            });
            let arguments = arguments.collect();
            let value = self.builder.expr(Expr::Call { callee, arguments });
            let items = vec![Item { key: None, value }];
            return self.builder.expr(Expr::Container { kind, items });
        }
        self.replaced(value, given, depth)
    }

    /// Each of a list of one expression is that.
    fn only_item(&mut self, list: ExprId) -> ExprId {
        match self.builder.semantics.expr(list).clone() {
            Expr::Container { items, .. } => match &items[..] {
                [only] => only.value,
                _ => list,
            },
            Expr::Either(lists) => {
                let items = lists.into_iter().map(|it| self.only_item(it)).collect();
                self.builder.expr(Expr::Either(items))
            }
            _ => list,
        }
    }
}

/// The function whose parameter a route's handler is.
fn wrapper_of(semantics: &Semantics, pending: &PendingRoute) -> Option<DefinitionId> {
    let Expr::Name { scope, name } = semantics.expr(pending.route.handler) else { return None };
    let (_, [binding]) = lookup(semantics, *scope, name)? else { return None };
    match binding.bound {
        Bound::Parameter { function, .. } => {
            let kind = semantics.definition(function).kind;
            matches!(kind, DefinitionKind::Function | DefinitionKind::Method).then_some(function)
        }
        _ => None,
    }
}
