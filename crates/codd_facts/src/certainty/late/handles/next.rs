//! Whether an expression is what a request goes on with, whatever it is called.

use super::super::super::words::NEXT;
use super::super::words::{
    ANSWERS, CALLED, HANDLER_OF_CONTEXT, HANDLER_TYPES, HANDLERS, MAKERS, NEXT_OF_CONTEXT,
    NOT_GOING_ON, OF_FUNCTIONS, OF_HANDLERS, PARTIAL, PROCEED, REGISTERING, REQUESTS, RUN_AS,
    SAME_ITEMS, SERVES, TYPES, WRAPPED,
};
use super::{DEEPEST, Handles, MOST_CALLS};
use crate::around::called_name;
use crate::builder::lookup;
use crate::{Binding, Bound, Definition, DefinitionId, Expr, ExprId, Name};

impl Handles<'_> {
    /// Whether a function calls what it was put around, or goes on with the request, where it
    /// calls this with so many arguments.
    pub(in crate::certainty::late) fn goes_on(
        &self,
        callee: ExprId,
        owner: Option<DefinitionId>,
        arguments: Option<u32>,
    ) -> bool {
        if self.hands_on(callee) {
            return true;
        }
        match self.semantics.expr(callee) {
            Expr::Name { .. } | Expr::Call { .. } => {
                self.is_called_next(callee, owner, arguments, DEEPEST)
            }
            Expr::Attribute { base, name } => {
                self.is_next(callee, DEEPEST)
                    || self.is_method_of_next(*base, name, owner)
                    || self.is_method_of_base(*base, name, owner)
                    || name == NEXT_OF_CONTEXT && self.is_context(*base, DEEPEST)
            }
            // `args[2]()`, of the arguments of a function.
            Expr::Index { base, .. } => {
                self.is_script && self.is_of_arguments(*base)
                    || self.is_called_next(callee, owner, arguments, DEEPEST)
            }
            _ => false,
        }
    }

    /// Whether a list is of the arguments of a function.
    fn is_of_arguments(&self, list: ExprId) -> bool {
        matches!(self.semantics.expr(list), Expr::Name { name, .. } if name == "arguments")
            || self.parameter(list).is_some_and(|(function, index)| {
                let parameters = &self.semantics.definition(function).parameters;
                parameters.get(index as usize).is_some_and(|it| it.is_variadic)
            })
    }

    /// `super().__call__(request)`.
    fn is_method_of_base(&self, base: ExprId, name: &Name, owner: Option<DefinitionId>) -> bool {
        let is_base = match self.semantics.expr(base) {
            Expr::Super { .. } => true,
            Expr::Call { callee, .. } => {
                matches!(self.semantics.expr(*callee), Expr::Name { name, .. } if name == "super")
            }
            _ => false,
        };
        is_base
            && RUN_AS.contains(&name.as_str())
            && owner.is_some_and(|it| self.semantics.definition(it).name == *name)
    }

    /// `next.run(request)`, `next.call(null)`, `[next].forEach(…)`.
    fn is_method_of_next(&self, base: ExprId, name: &Name, owner: Option<DefinitionId>) -> bool {
        let word = name.as_str();
        if OF_FUNCTIONS.contains(&word) && self.is_next(base, DEEPEST) {
            return true;
        }
        match self.semantics.expr(base) {
            Expr::Container { items, .. } => {
                items.iter().take(MOST_CALLS).any(|it| self.is_next(it.value, DEEPEST))
            }
            Expr::Name { scope, name } if word == SERVES || OF_HANDLERS.contains(&word) => {
                let Some((_, bindings)) = lookup(self.semantics, *scope, name) else {
                    return false;
                };
                bindings.iter().any(|it| match it.bound {
                    Bound::Value(value) | Bound::Alias(value) if value != base => {
                        self.is_method_of_alias(value, word, owner)
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// `$n = $next; $n->handle($request)`.
    fn is_method_of_alias(&self, value: ExprId, word: &str, owner: Option<DefinitionId>) -> bool {
        self.is_next(value, DEEPEST)
            || OF_HANDLERS.contains(&word)
                && owner.is_some_and(|it| self.holds_handler(value, word, it))
    }

    /// Whether an expression is what goes on, whatever is done with it: one that its name, its
    /// type or its place says.
    pub(super) fn is_next(&self, expr: ExprId, room: usize) -> bool {
        let Some(room) = room.checked_sub(1) else { return false };
        // Whoever hides it behind more than this says nothing sure.
        let Some(left) = self.room.get().checked_sub(1) else { return true };
        self.room.set(left);
        match self.semantics.expr(expr) {
            Expr::Name { scope, name } => {
                let Some((scope, bindings)) = lookup(self.semantics, *scope, name) else {
                    return false;
                };
                let is_unnamed = self.semantics.scope(scope).owner.is_none();
                bindings.iter().any(|it| self.is_bound_to_next(it, expr, name, is_unnamed, room))
            }
            Expr::Attribute { base, name } => {
                self.is_field_of_next(*base, name, room)
                    || self.item_named(*base, name).is_some_and(|it| self.is_next(it, room))
                    || (name == SERVES || OF_HANDLERS.contains(&name.as_str()))
                        && self.is_next(*base, room)
                    || name == NEXT_OF_CONTEXT && self.is_context(*base, room)
            }
            Expr::Call { callee, arguments } => {
                let is_bound = matches!(
                    self.semantics.expr(*callee),
                    Expr::Attribute { base, name } if name == "bind" && self.is_next(*base, room)
                );
                // `c.Handler()`, which a context would go on to.
                let is_handler = arguments.is_empty()
                    && matches!(self.semantics.expr(*callee), Expr::Attribute { base, name }
                        if name == HANDLER_OF_CONTEXT && self.is_context(*base, room));
                let name = called_name(self.semantics, *callee);
                let may_call = !name.is_some_and(|it| NOT_GOING_ON.contains(&it.as_str()));
                is_bound
                    || is_handler
                    || may_call
                        && arguments.iter().take(MOST_CALLS).any(|it| self.is_next(it.value, room))
            }
            Expr::Either(options) => {
                options.iter().take(MOST_CALLS).any(|it| self.is_next(*it, room))
            }
            Expr::Index { base, .. } => self.any_item(*base, room, |it| self.is_next(it, room)),
            _ => false,
        }
    }

    /// `is_unnamed` where the function around has no definition of its own.
    fn is_bound_to_next(
        &self,
        it: &Binding,
        expr: ExprId,
        name: &Name,
        is_unnamed: bool,
        room: usize,
    ) -> bool {
        let word = name.trim_start_matches('$');
        match it.bound {
            Bound::Parameter { function, index } => self.is_next_of(function, index),
            Bound::Definition(id) => self.carriers.contains(&id),
            Bound::Value(value) | Bound::Alias(value) if value != expr => {
                let is_given =
                    matches!(self.semantics.expr(value), Expr::Passed { index, .. } if *index > 0);
                self.is_script && is_unnamed && is_given && NEXT.contains(&word)
                    || self.place_among_given(value).is_some_and(|it| it > 1)
                    || self.is_next(value, room)
            }
            Bound::Unknown | Bound::Typed(_) => self.is_script && NEXT.contains(&word),
            Bound::Element(list) => self.any_item(list, room, |it| self.is_next(it, room)),
            _ => false,
        }
    }

    /// Of a parameter of a function that is given to what registers middleware: which it is.
    fn place_among_given(&self, value: ExprId) -> Option<u32> {
        let Expr::Passed { of, index } = self.semantics.expr(value) else { return None };
        let Expr::Passed { of: to, .. } = self.semantics.expr(*of) else { return None };
        let name = called_name(self.semantics, *to)?;
        REGISTERING.contains(&name.as_str()).then_some(*index)
    }

    /// `self.call_next`, where the object is given it when it is made.
    fn is_field_of_next(&self, base: ExprId, name: &Name, room: usize) -> bool {
        let class = match self.semantics.expr(base) {
            Expr::This { class } => Some(*class),
            Expr::Name { name: own, .. } if matches!(own.as_str(), "self" | "this" | "$this") => {
                self.parameter(base).and_then(|it| self.semantics.definition(it.0).parent)
            }
            _ => None,
        };
        let field = class.and_then(|it| self.fields.get(&(it, name.as_str())));
        field.is_some_and(|it| self.keeps_next(self.semantics.definition(*it), room))
    }

    pub(super) fn keeps_next(&self, field: &Definition, room: usize) -> bool {
        let is_typed = field.declared_type.is_some_and(|it| self.is_type_of_next(it));
        is_typed || field.value.is_some_and(|it| self.is_next(it, room))
    }

    fn is_type_of_next(&self, annotation: ExprId) -> bool {
        called_name(self.semantics, annotation).is_some_and(|it| TYPES.contains(&it.as_str()))
    }

    /// Whether a parameter holds what goes on, by its type, its place, or who is given the
    /// function.
    pub(super) fn is_next_of(&self, function: DefinitionId, index: u32) -> bool {
        if self.wrapped.contains(&(function, index)) {
            return true;
        }
        let around = self.semantics.definition(function);
        let parameters = &around.parameters;
        let Some(parameter) = parameters.get(index as usize) else { return false };
        let own: Vec<&str> = parameters
            .iter()
            .filter(|it| !it.is_receiver)
            .map(|it| it.name.trim_start_matches('$'))
            .collect();
        let place = parameters[..index as usize].iter().filter(|it| !it.is_receiver).count();
        let word = parameter.name.trim_start_matches('$');
        let is_run = RUN_AS.contains(&around.name.as_str());
        let is_made = MAKERS.contains(&around.name.as_str());
        let is_typed = parameter.annotation.is_some_and(|it| self.is_type_of_next(it));
        let is_typed_as = |names: &[&str]| {
            let named = parameter.annotation.and_then(|it| called_name(self.semantics, it));
            named.is_some_and(|it| names.contains(&it.as_str()))
        };
        if place == 0 {
            return own.len() == 1 && is_typed_as(HANDLER_TYPES)
                || is_made
                    && (NEXT.contains(&word)
                        || (HANDLERS.contains(&word) || WRAPPED.contains(&word))
                            && self.has_call_method(around.parent));
        }
        if self.is_helper(function) {
            return false;
        }
        let is_answer = ANSWERS.contains(&word);
        let is_registered = self.is_hooked(function)
            && (self.is_script && place >= 2 || place + 1 == own.len() && !is_answer);
        is_typed && (is_run || word != "callback")
            || is_registered
            // What middleware of PSR-15 is given, whatever it calls that.
            || place == 1
                && is_run
                && parameter.annotation.is_none()
                && parameter.name.starts_with('$')
            || NEXT.contains(&word) && (is_run || place + 1 == own.len())
            || place == 2
                && own.len() == 3
                && self.is_script
                && REQUESTS.contains(&own[0])
                && ANSWERS.contains(&own[1])
    }

    fn has_call_method(&self, class: Option<DefinitionId>) -> bool {
        class.is_some_and(|it| self.run.contains(&it))
    }

    /// Whether what is called as a function is what goes on.
    fn is_called_next(
        &self,
        callee: ExprId,
        owner: Option<DefinitionId>,
        arguments: Option<u32>,
        room: usize,
    ) -> bool {
        if self.is_next(callee, DEEPEST) {
            return true;
        }
        let Some(room) = room.checked_sub(1) else { return false };
        // Whoever hides it behind more than this says nothing sure.
        let Some(left) = self.room.get().checked_sub(1) else { return true };
        self.room.set(left);
        let (scope, name) = match self.semantics.expr(callee) {
            Expr::Name { scope, name } => (scope, name),
            // `functools.partial(f, *args)()`.
            Expr::Call { callee: maker, arguments } => {
                let name = called_name(self.semantics, *maker);
                let first = arguments.first().filter(|it| it.name.is_none());
                return name.is_some_and(|it| PARTIAL.contains(&it.as_str()))
                    && first.is_some_and(|it| self.is_called_next(it.value, owner, None, room));
            }
            Expr::Index { base, .. } => {
                return self
                    .any_item(*base, room, |it| self.is_called_next(it, owner, arguments, room));
            }
            _ => return false,
        };
        let word = name.trim_start_matches('$');
        let Some((_, bindings)) = lookup(self.semantics, *scope, name) else {
            return owner.is_some() && word == PROCEED;
        };
        bindings.iter().any(|binding| match binding.bound {
            Bound::Parameter { function, index } => {
                self.calls_parameter(arguments, owner, (function, index, word))
            }
            Bound::Definition(id) => {
                let it = self.semantics.definition(id);
                !it.kind.is_function() && (word == "_next" || self.keeps_next(it, DEEPEST))
            }
            // A parameter of a function that has no definition of its own.
            Bound::Unknown | Bound::Typed(_) => owner.is_some() && NEXT.contains(&word),
            Bound::Value(value) | Bound::Alias(value) if value != callee => {
                match self.place_among_given(value) {
                    Some(place) => place >= 1,
                    None => self.is_called_next(value, owner, arguments, room),
                }
            }
            // `for step in [f, check]: step(request)`.
            Bound::Element(list) => {
                self.any_item(list, room, |it| self.is_called_next(it, owner, arguments, room))
            }
            _ => false,
        })
    }

    /// What an object that is written out, by a name or in place, holds under a name.
    fn item_named(&self, object: ExprId, name: &Name) -> Option<ExprId> {
        let object = match self.semantics.expr(object) {
            Expr::Name { scope, name } => match lookup(self.semantics, *scope, name)?.1 {
                [only] => match only.bound {
                    Bound::Value(value) => value,
                    Bound::Definition(id) => self.semantics.definition(id).value?,
                    _ => return None,
                },
                _ => return None,
            },
            _ => object,
        };
        let Expr::Container { items, .. } = self.semantics.expr(object) else { return None };
        items.iter().take(MOST_CALLS).find(|it| it.key.as_ref() == Some(name)).map(|it| it.value)
    }

    /// Whether something holds of an item of a list; of what is hidden behind more than is looked
    /// at, anything may.
    fn any_item(&self, list: ExprId, room: usize, holds: impl Fn(ExprId) -> bool) -> bool {
        self.items_of(list, room).into_iter().any(holds) || self.room.get() == 0
    }

    /// What a list or an object holds that is written out, by a name or in place, and what the
    /// file puts in behind that.
    fn items_of(&self, list: ExprId, room: usize) -> Vec<ExprId> {
        let Some(room) = room.checked_sub(1) else { return Vec::new() };
        let Some(left) = self.room.get().checked_sub(1) else { return Vec::new() };
        self.room.set(left);
        match self.semantics.expr(list) {
            Expr::Container { items, .. } => {
                items.iter().take(MOST_CALLS).map(|it| it.value).collect()
            }
            Expr::Joined(parts) | Expr::Either(parts) => {
                let parts = parts.iter().take(MOST_CALLS);
                parts.flat_map(|it| self.items_of(*it, room)).take(MOST_CALLS).collect()
            }
            // `reversed(steps)`, `steps[1:]`.
            Expr::Call { callee, arguments } => {
                let name = called_name(self.semantics, *callee);
                let first = arguments
                    .first()
                    .filter(|_| name.is_some_and(|it| SAME_ITEMS.contains(&it.as_str())));
                first.map_or_else(Vec::new, |it| self.items_of(it.value, room))
            }
            Expr::Index { base, key: None } => self.items_of(*base, room),
            Expr::Name { scope, name } => {
                let Some((scope, bindings)) = lookup(self.semantics, *scope, name) else {
                    return Vec::new();
                };
                let values = bindings.iter().take(MOST_CALLS).filter_map(|it| match it.bound {
                    Bound::Value(value) | Bound::Alias(value) => Some(value),
                    Bound::Definition(id) => self.semantics.definition(id).value,
                    _ => None,
                });
                let written =
                    values.filter(|it| *it != list).flat_map(|it| self.items_of(it, room));
                let added = self.added.get(&(scope, name.as_str())).into_iter().flatten().copied();
                written.chain(added).take(MOST_CALLS).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a parameter that is called is what the request goes on with, or what is wrapped.
    fn calls_parameter(
        &self,
        arguments: Option<u32>,
        owner: Option<DefinitionId>,
        (function, index, word): (DefinitionId, u32, &str),
    ) -> bool {
        let is_next = NEXT.contains(&word);
        let around = self.semantics.definition(function);
        if Some(function) == owner {
            let last = around.parameters.len().saturating_sub(1);
            let is_last = index > 0 && index as usize == last;
            // Ruby's `&block`, which may stand alone.
            return !self.is_helper(function)
                && (word == "block" || is_last && (is_next || CALLED.contains(&word)));
        }
        // `return f(*args, **kwargs)` of what a decorator gives.
        let is_only = around.parameters.iter().filter(|it| !it.is_receiver).count() == 1;
        owner.is_some_and(|it| self.semantics.definition(it).parent == Some(function))
            && (is_only && arguments.is_none()
                || is_next
                || HANDLERS.contains(&word)
                || is_only && WRAPPED.contains(&word))
    }
}
