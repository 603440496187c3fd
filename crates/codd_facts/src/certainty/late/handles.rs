//! What holds what a request goes on with: parameters, other names for them, fields, functions
//! that do nothing but go on.

use std::cell::Cell;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::stretches::Finder;
use super::super::words::NEXT;
use super::words::{
    ADDING, ANSWERS, CALLED, CONTEXTS, FIELDS, HANDLER_OF_CONTEXT, HANDLER_TYPES, HANDLERS, MAKERS,
    NEXT_OF_CONTEXT, NOT_GOING_ON, OF_FUNCTIONS, OF_HANDLERS, PARTIAL, PROCEED, REGISTERING,
    REQUESTS, RUN_AS, SAME_ITEMS, SERVES, TYPES, WRAPPED, WRAPPING,
};
use crate::around::called_name;
use crate::builder::lookup;
use crate::{
    Argument, Binding, Bound, Definition, DefinitionId, Expr, ExprId, Name, ReferenceKind,
    RouteHookKind, ScopeId, ScopeKind, Semantics,
};

/// Names for names, and calls of what calls give, that are followed.
const DEEPEST: usize = 6;

/// Calls of one name, and arguments of one, that are looked at.
const MOST_CALLS: usize = 64;

/// Expressions that are looked at for one call.
const MOST_LOOKED_AT: u32 = 1000;

/// What of a file goes on with requests.
pub(super) struct Handles<'s> {
    pub(super) semantics: &'s Semantics,
    is_script: bool,
    has_blocks: bool,
    /// What each thing is called with that is called.
    given: FxHashMap<ExprId, Vec<ExprId>>,
    /// Functions that the file registers to run before others.
    hooked: BTreeSet<DefinitionId>,
    /// Methods that controllers name to run around their actions.
    named: BTreeSet<Name>,
    /// Parameters that hold what a decorator wraps.
    wrapped: BTreeSet<(DefinitionId, u32)>,
    /// Functions that the file calls itself with something else than what goes on.
    helpers: BTreeSet<DefinitionId>,
    /// Functions inside of others that go on where they are called.
    carriers: BTreeSet<DefinitionId>,
    /// Fields by their class and name.
    fields: FxHashMap<(DefinitionId, &'s str), DefinitionId>,
    /// Methods by their class and name.
    methods: FxHashSet<(DefinitionId, &'s str)>,
    /// Classes with a method by which middleware is run.
    run: FxHashSet<DefinitionId>,
    /// What the file puts into lists by their names: `steps.append(f)`.
    added: FxHashMap<(ScopeId, &'s str), Vec<ExprId>>,
    /// Expressions that are still looked at for one call.
    room: Cell<u32>,
}

impl<'s> Handles<'s> {
    pub(super) fn of(semantics: &'s Semantics, finder: &Finder<'_, '_>) -> Handles<'s> {
        let mut handles = Handles {
            semantics,
            is_script: finder.gives_functions && !finder.is_python,
            has_blocks: finder.has_blocks,
            given: FxHashMap::default(),
            hooked: BTreeSet::new(),
            named: BTreeSet::new(),
            wrapped: BTreeSet::new(),
            helpers: BTreeSet::new(),
            carriers: BTreeSet::new(),
            fields: FxHashMap::default(),
            methods: FxHashSet::default(),
            run: FxHashSet::default(),
            added: FxHashMap::default(),
            room: Cell::new(0),
        };
        for (at, it) in semantics.definitions.iter().enumerate() {
            let Some(parent) = it.parent else { continue };
            if !it.kind.is_function() {
                let id = DefinitionId(at as u32);
                handles.fields.entry((parent, it.name.as_str())).or_insert(id);
                continue;
            }
            handles.methods.insert((parent, it.name.as_str()));
            if RUN_AS.contains(&it.name.as_str()) {
                handles.run.insert(parent);
            }
        }
        for expr in &semantics.exprs {
            if let Expr::Call { callee, arguments } = expr
                && !arguments.is_empty()
            {
                let known = handles.given.entry(*callee).or_default();
                let room = MOST_CALLS.saturating_sub(known.len());
                known.extend(arguments.iter().map(|it| it.value).take(room));
                handles.note_added(*callee, arguments);
            }
        }
        for hook in &semantics.route_hooks {
            // A function that is given a router is no middleware.
            if matches!(hook.kind, RouteHookKind::Given(_) | RouteHookKind::Plugin) {
                continue;
            }
            handles.hooked.extend(defined(semantics, hook.function));
            handles.named.extend(hook.controller.as_ref().and_then(|it| it.name.clone()));
        }
        handles.find_wrapped();
        handles.find_helpers(finder);
        handles
    }

    /// Notes what a call puts into a list.
    fn note_added(&mut self, callee: ExprId, arguments: &[Argument]) {
        let semantics = self.semantics;
        let Expr::Attribute { base, name } = semantics.expr(callee) else { return };
        let Expr::Name { scope, name: list } = semantics.expr(*base) else { return };
        if !ADDING.contains(&name.as_str()) {
            return;
        }
        if let Some((scope, _)) = lookup(semantics, *scope, list) {
            let known = self.added.entry((scope, list.as_str())).or_default();
            let room = MOST_CALLS.saturating_sub(known.len());
            known.extend(arguments.iter().map(|it| it.value).take(room));
        }
    }

    /// Whether the class around a method has a method of that name.
    pub(super) fn is_own_method(&self, owner: DefinitionId, name: &'s str) -> bool {
        let class = self.semantics.definition(owner).parent;
        class.is_some_and(|it| self.methods.contains(&(it, name)))
    }

    /// Whether the file registers a function to run around others.
    pub(super) fn is_hooked(&self, id: DefinitionId) -> bool {
        self.hooked.contains(&id) || self.named.contains(&self.semantics.definition(id).name)
    }

    /// Whether a function is called by others of its file with something of theirs.
    pub(super) fn is_helper(&self, id: DefinitionId) -> bool {
        self.helpers.contains(&id)
    }

    /// A function inside of another that goes on, or one that is given what does: who calls it
    /// goes on.
    pub(super) fn add_carrier(&mut self, id: DefinitionId, callee: ExprId) -> bool {
        let scope = self.semantics.definition(id).scope;
        if let Expr::Attribute { base, .. } = self.semantics.expr(callee)
            && self.is_context(*base, DEEPEST)
        {
            return self.carriers.insert(id);
        }
        let is_inside =
            !matches!(self.semantics.scope(scope).kind, ScopeKind::Module | ScopeKind::Class);
        is_inside && self.carriers.insert(id)
    }

    fn find_wrapped(&mut self) {
        let semantics = self.semantics;
        let mut functions_in: FxHashMap<DefinitionId, Vec<DefinitionId>> = FxHashMap::default();
        for (at, it) in semantics.definitions.iter().enumerate() {
            if let Some(parent) = it.parent.filter(|_| it.kind.is_function()) {
                functions_in.entry(parent).or_default().push(DefinitionId(at as u32));
            }
        }
        let first = |id: DefinitionId| {
            let parameters = &semantics.definition(id).parameters;
            parameters.iter().position(|it| !it.is_receiver).map(|at| (id, at as u32))
        };
        // Many things have the same decorator, which may hold many functions.
        let mut made_before: FxHashSet<DefinitionId> = FxHashSet::default();
        let mut applied_before: FxHashSet<DefinitionId> = FxHashSet::default();
        for decorator in semantics.definitions.iter().flat_map(|it| &it.decorators) {
            match semantics.expr(*decorator) {
                // `@wraps(f)`.
                Expr::Call { callee, arguments } => {
                    let is_wrapping = called_name(semantics, *callee)
                        .is_some_and(|it| WRAPPING.contains(&it.as_str()));
                    if let Some(of) = arguments.first().filter(|_| is_wrapping) {
                        self.wrapped.extend(self.parameter(of.value));
                    }
                    // `@deco(option)`: what it gives back is the decorator.
                    let made = defined(semantics, *callee).into_iter();
                    let made = made.filter(|it| made_before.insert(*it));
                    let inner = made.filter_map(|it| functions_in.get(&it)).flatten();
                    self.wrapped.extend(inner.filter_map(|it| first(*it)));
                }
                _ => {
                    for id in defined(semantics, *decorator) {
                        if !applied_before.insert(id) {
                            continue;
                        }
                        let is_function = semantics.definition(id).kind.is_function();
                        let of_class = functions_in.get(&id).into_iter().flatten().find(|it| {
                            !is_function
                                && MAKERS.contains(&semantics.definition(**it).name.as_str())
                        });
                        let it = if is_function { Some(&id) } else { of_class };
                        self.wrapped.extend(it.and_then(|it| first(*it)));
                    }
                }
            }
        }
    }

    fn find_helpers(&mut self, finder: &Finder<'_, '_>) {
        let semantics = self.semantics;
        if self.has_blocks {
            let answered = finder.answered();
            for (at, it) in semantics.definitions.iter().enumerate() {
                let id = DefinitionId(at as u32);
                if answered.contains(it.name.as_str()) && !self.is_hooked(id) {
                    self.helpers.insert(id);
                }
            }
            return;
        }
        let (mut helpers, mut others) = (BTreeSet::new(), BTreeSet::new());
        for reference in &semantics.references {
            let is_call = reference.kind == ReferenceKind::Call;
            for id in defined(semantics, reference.target) {
                if !is_call || self.hands_on(reference.target) {
                    others.insert(id);
                } else if reference.owner != Some(id) {
                    helpers.insert(id);
                }
            }
        }
        helpers.retain(|it| !others.contains(it) && !self.is_hooked(*it));
        self.helpers = helpers;
    }

    fn parameter(&self, expr: ExprId) -> Option<(DefinitionId, u32)> {
        let Expr::Name { scope, name } = self.semantics.expr(expr) else { return None };
        let (_, bindings) = lookup(self.semantics, *scope, name)?;
        bindings.iter().find_map(|it| match it.bound {
            Bound::Parameter { function, index } => Some((function, index)),
            _ => None,
        })
    }

    /// Whether what is called is given what goes on, and may call it.
    pub(super) fn hands_on(&self, callee: ExprId) -> bool {
        self.room.set(MOST_LOOKED_AT);
        let name = called_name(self.semantics, callee);
        let calls_none =
            |it: &str| NOT_GOING_ON.contains(&it) || PARTIAL.contains(&it) || ADDING.contains(&it);
        if name.is_some_and(|it| calls_none(it)) {
            return false;
        }
        let given = self.given.get(&callee).into_iter().flatten();
        given.into_iter().any(|it| self.is_next(*it, DEEPEST))
    }

    /// Whether a function calls what it was put around, or goes on with the request, where it
    /// calls this with so many arguments.
    pub(super) fn goes_on(
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
    fn is_next(&self, expr: ExprId, room: usize) -> bool {
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
            Expr::Index { base, .. } => {
                self.items_of(*base, room).into_iter().any(|it| self.is_next(it, room))
            }
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
            Bound::Element(list) => {
                self.items_of(list, room).into_iter().any(|it| self.is_next(it, room))
            }
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

    fn keeps_next(&self, field: &Definition, room: usize) -> bool {
        let is_typed = field.declared_type.is_some_and(|it| self.is_type_of_next(it));
        is_typed || field.value.is_some_and(|it| self.is_next(it, room))
    }

    fn is_type_of_next(&self, annotation: ExprId) -> bool {
        called_name(self.semantics, annotation).is_some_and(|it| TYPES.contains(&it.as_str()))
    }

    /// Whether a parameter holds what goes on, by its type, its place, or who is given the
    /// function.
    fn is_next_of(&self, function: DefinitionId, index: u32) -> bool {
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
                    .items_of(*base, room)
                    .into_iter()
                    .any(|it| self.is_called_next(it, owner, arguments, room));
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
            Bound::Element(list) => self
                .items_of(list, room)
                .into_iter()
                .any(|it| self.is_called_next(it, owner, arguments, room)),
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

    /// Whether a parameter or a field holds what goes on with the request.
    pub(super) fn holds_handler(&self, base: ExprId, method: &str, owner: DefinitionId) -> bool {
        self.room.set(MOST_LOOKED_AT);
        let semantics = self.semantics;
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
                            (is_last || index == 1)
                                && is_run
                                && method == "handle"
                                && name.starts_with('$')
                                || NEXT.contains(&word)
                                || is_last
                                    && HANDLERS.contains(&word)
                                    && !(function == owner && self.is_helper(function))
                                || function != owner && count == 1 && WRAPPED.contains(&word)
                                || self.is_next_of(function, index)
                        }
                        Bound::Definition(id) => {
                            let it = semantics.definition(id);
                            is_run
                                && !it.kind.is_function()
                                && (FIELDS.contains(&word) || self.keeps_next(it, DEEPEST))
                        }
                        // Ruby's `&blk`.
                        Bound::Unknown if self.has_blocks => !self.is_helper(owner),
                        Bound::Unknown | Bound::Typed(_) => {
                            NEXT.contains(&word) || HANDLERS.contains(&word)
                        }
                        _ => false,
                    },
                    Some(_) => false,
                    None => is_run && FIELDS.contains(&word) && name.starts_with('@'),
                }
            }
            Expr::Attribute { base: of, name } => {
                let is_kept = is_kept(semantics, *of);
                is_run
                    && is_kept
                    && (FIELDS.contains(&name.trim_start_matches(['$', '@']))
                        || self.is_next(base, DEEPEST))
            }
            _ => false,
        }
    }

    /// Whether an expression is the one object that is both request and answer, or what is kept of
    /// it for middleware.
    fn is_context(&self, base: ExprId, room: usize) -> bool {
        let Some(room) = room.checked_sub(1) else { return false };
        match self.semantics.expr(base) {
            Expr::Name { scope, name } => {
                let Some((_, [binding])) = lookup(self.semantics, *scope, name) else {
                    return false;
                };
                match binding.bound {
                    Bound::Parameter { function, index } => {
                        let parameters = &self.semantics.definition(function).parameters;
                        let annotation =
                            parameters.get(index as usize).and_then(|it| it.annotation);
                        annotation.is_some_and(|it| self.is_type_of_context(it))
                    }
                    // The receiver of a method of Go.
                    Bound::Typed(of) => self.is_type_of_context(of),
                    Bound::Value(value) if value != base => {
                        matches!(self.semantics.expr(value), Expr::InstanceOf(of)
                            if self.is_type_of_context(*of))
                            || self.is_context(value, room)
                    }
                    _ => false,
                }
            }
            Expr::Attribute { name, .. } => name == "Middleware",
            _ => false,
        }
    }

    /// Whether a type is that of such an object, or one of the file that has it embedded.
    fn is_type_of_context(&self, of: ExprId) -> bool {
        let is_named = |of: ExprId| {
            called_name(self.semantics, of).is_some_and(|it| CONTEXTS.contains(&it.as_str()))
        };
        let embeds = |id: DefinitionId| {
            let bases = self.semantics.definition(id).bases.iter().take(MOST_CALLS);
            bases.copied().any(is_named)
        };
        is_named(of) || defined(self.semantics, of).into_iter().any(embeds)
    }

    /// Whether what answers a request in Go is none of the program: what a call makes of
    /// something else than what goes on.
    pub(super) fn is_foreign(&self, base: ExprId) -> bool {
        let mut at = base;
        for _ in 0..DEEPEST {
            match self.semantics.expr(at) {
                Expr::Call { callee, .. } => return !self.gives_on(*callee),
                Expr::Name { scope, name } => {
                    let Some((_, [binding])) = lookup(self.semantics, *scope, name) else {
                        return false;
                    };
                    let value = match binding.bound {
                        Bound::Value(value) | Bound::Alias(value) => Some(value),
                        Bound::Definition(id) => self.semantics.definition(id).value,
                        _ => None,
                    };
                    match value.filter(|it| *it != at) {
                        Some(value) => at = value,
                        None => return false,
                    }
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a call is given something that may be what goes on: a parameter, a field.
    fn gives_on(&self, callee: ExprId) -> bool {
        let given = self.given.get(&callee).into_iter().flatten();
        given
            .into_iter()
            .any(|it| !matches!(self.semantics.expr(*it), Expr::Text(_) | Expr::Literal))
            || self.parameter(callee).is_some()
    }
}

/// What an expression names of the file's own definitions.
fn defined(semantics: &Semantics, expr: ExprId) -> Vec<DefinitionId> {
    match semantics.expr(expr) {
        Expr::Definition(id) => vec![*id],
        Expr::Name { scope, name } => {
            let bindings = lookup(semantics, *scope, name).map_or(&[][..], |it| it.1);
            let defined = bindings.iter().take(MOST_CALLS).filter_map(|it| match it.bound {
                Bound::Definition(id) => Some(id),
                _ => None,
            });
            defined.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an expression is the object whose method is running.
pub(super) fn is_kept(semantics: &Semantics, base: ExprId) -> bool {
    match semantics.expr(base) {
        Expr::This { .. } => true,
        Expr::Name { name, .. } => matches!(name.as_str(), "self" | "this" | "$this"),
        _ => false,
    }
}
