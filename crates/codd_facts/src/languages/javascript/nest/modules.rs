//! Which modules of NestJS include which others, and which lists: what a module provides that
//! nothing includes, nobody runs.

use super::super::named::{import_of, value_of, variable};
use super::globals::{COMMON, CORE, guard_of_provider, imported};
use crate::builder::{SemanticsBuilder, lookup};
use crate::{
    Bound, ContainerKind, DefinitionId, DefinitionKind, Expr, ExprId, HookLimits, MODULE_SCOPE,
    RouteHook, RouteHookKind, Semantics,
};

/// Lists in lists, and names for them, that are looked into.
const MAX_DEPTH: u32 = 8;

/// Items that are looked at for all lists of one file, and items of one.
pub(super) const MAX_ENTRIES: usize = 4_096;

/// How modules are called.
const ENDING: &str = "Module";

/// What a list is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Modules,
    /// Of these only the lists are looked for that are taken in.
    Providers,
}

/// Something that is included.
#[derive(Clone, Copy)]
struct Entry {
    /// `None` for something that is not known here.
    value: Option<ExprId>,
    is_conditional: bool,
}

/// Adds what the modules of a file include, and what its programs start with; bindings are
/// sorted.
pub(super) fn collect(builder: &mut SemanticsBuilder) {
    let mut found: Vec<(Option<DefinitionId>, Vec<Entry>)> = Vec::new();
    let semantics = &builder.semantics;
    let mut room = MAX_ENTRIES;
    for (id, module) in modules(semantics) {
        let mut list = List::new(semantics, id, room);
        if let Some(imports) = value_of(semantics, module, "imports") {
            list.add(imports, false, 0);
        }
        if let Some(providers) = value_of(semantics, module, "providers") {
            list.of = Of::Providers;
            list.add(providers, false, 0);
        }
        room = list.room;
        found.push((Some(id), list.entries));
    }
    for (id, value) in lists(semantics) {
        let mut list = List::new(semantics, id, room);
        list.add(value, is_changed(semantics, id), 0);
        room = list.room;
        found.push((Some(id), list.entries));
    }
    for expr in &semantics.exprs {
        let Expr::Call { callee, arguments } = expr else { continue };
        let Expr::Attribute { base, name } = semantics.expr(*callee) else { continue };
        if name.starts_with("create") && imported(semantics, *base, CORE) == Some("NestFactory") {
            let value = arguments.first().map(|it| it.value);
            found.push((None, vec![Entry { value, is_conditional: false }]));
        }
    }
    for (of, entries) in found {
        let router = match of {
            Some(id) => builder.expr(Expr::Definition(id)),
            None => {
                let callee = builder.expr(Expr::Unknown);
                builder.expr(Expr::Call { callee, arguments: Vec::new() })
            }
        };
        // What it is, others ask for.
        if of.is_some() {
            builder.route_hook(RouteHook::plain(router, router, RouteHookKind::Module));
        }
        for Entry { value, is_conditional } in entries {
            let limits = HookLimits { is_open: true, ..HookLimits::default() };
            let limits = value.is_none().then(|| Box::new(limits));
            let function = value.unwrap_or(router);
            let hook = RouteHook::plain(router, function, RouteHookKind::Module);
            builder.route_hook(RouteHook { is_conditional, limits, ..hook });
        }
    }
}

/// The classes that are modules, with what their decorators are given.
pub(super) fn modules(semantics: &Semantics) -> impl Iterator<Item = (DefinitionId, ExprId)> {
    let all = semantics.definitions.iter().enumerate();
    all.filter_map(|(at, definition)| {
        let given = definition.decorators.iter().find_map(|it| match semantics.expr(*it) {
            Expr::Call { callee, arguments }
                if imported(semantics, *callee, COMMON) == Some("Module") =>
            {
                arguments.first().map(|it| it.value)
            }
            _ => None,
        })?;
        Some((DefinitionId(at as u32), given))
    })
}

/// The lists at the top level of a file that other files may take in: of modules, or with guards
/// among providers.
pub(super) fn lists(semantics: &Semantics) -> impl Iterator<Item = (DefinitionId, ExprId)> {
    let all = semantics.definitions.iter().enumerate();
    all.filter_map(|(at, definition)| {
        let value = definition.value?;
        let Expr::Container { kind: ContainerKind::Sequence, items } = semantics.expr(value) else {
            return None;
        };
        let is_module = |it: ExprId| match semantics.expr(it) {
            Expr::Name { name, .. } => name.ends_with(ENDING),
            Expr::Call { callee, .. } => matches!(semantics.expr(*callee),
                Expr::Attribute { base, .. }
                    if matches!(semantics.expr(*base), Expr::Name { name, .. }
                        if name.ends_with(ENDING))),
            _ => false,
        };
        let is_taken_in = |it: ExprId| {
            matches!(semantics.expr(it), Expr::Index { base, key: None }
                if import_of(semantics, *base).is_some())
        };
        let is_one = definition.kind == DefinitionKind::Variable
            && definition.scope == MODULE_SCOPE
            && items.iter().take(MAX_ENTRIES).any(|it| {
                is_module(it.value)
                    || is_taken_in(it.value)
                    || guard_of_provider(semantics, it.value).is_some()
            });
        is_one.then_some((DefinitionId(at as u32), value))
    })
}

/// Whether a file changes what is in a list of it.
pub(super) fn is_changed(semantics: &Semantics, list: DefinitionId) -> bool {
    let definition = semantics.definition(list);
    semantics.scope(definition.scope).bindings_of(&definition.name).len() > 1
        || semantics.changed.iter().any(|it| it.0 == definition.scope && it.1 == definition.name)
}

/// A list that is read.
struct List<'s> {
    semantics: &'s Semantics,
    of: Of,
    owner: DefinitionId,
    entries: Vec<Entry>,
    /// Items that may still be looked at.
    room: usize,
    /// What the owner names within functions is among the entries.
    has_forward: bool,
}

impl<'s> List<'s> {
    fn new(semantics: &'s Semantics, owner: DefinitionId, room: usize) -> List<'s> {
        let entries = Vec::new();
        List { semantics, of: Of::Modules, owner, entries, room, has_forward: false }
    }

    fn add(&mut self, value: ExprId, is_conditional: bool, depth: u32) {
        if depth > MAX_DEPTH || self.room == 0 {
            // That something is not known is said once in a row.
            if self.entries.last().is_none_or(|it| it.value.is_some()) {
                self.entry(None, is_conditional);
            }
            return;
        }
        self.room -= 1;
        let semantics = self.semantics;
        match semantics.expr(value) {
            Expr::Container { items, .. } if items.iter().any(|it| it.key.is_some()) => {
                // `{ module: Users, imports: [Orders] }`.
                if self.of == Of::Modules && guard_of_provider(semantics, value).is_none() {
                    for key in ["module", "imports"] {
                        if let Some(own) = value_of(semantics, value, key) {
                            self.add(own, is_conditional, depth + 1);
                        }
                    }
                }
            }
            Expr::Container { items, .. } => {
                for item in items {
                    let is_list = matches!(
                        semantics.expr(item.value),
                        Expr::Index { .. } | Expr::Container { .. } | Expr::Either(_)
                    );
                    if self.of == Of::Modules || is_list {
                        self.add(item.value, is_conditional, depth + 1);
                    }
                }
            }
            Expr::Either(options) => {
                for option in options {
                    self.add(*option, true, depth + 1);
                }
            }
            Expr::Index { base, key: None } => self.add(*base, is_conditional, depth + 1),
            Expr::Name { scope, name } => {
                let held = variable(semantics, *scope, name);
                let held = held.filter(|it| !matches!(semantics.expr(*it), Expr::Definition(_)));
                match held {
                    Some(held) => {
                        let is_changed = semantics.changed.iter().any(|it| it.1 == *name);
                        self.add(held, is_conditional || is_changed, depth + 1);
                    }
                    None => self.named(value, is_conditional),
                }
            }
            Expr::Attribute { .. } | Expr::Definition(_) => {
                self.entry(Some(value), is_conditional);
            }
            Expr::Call { callee, .. } => match semantics.expr(*callee) {
                // `Users.forRoot({ … })` is a module of that class.
                Expr::Attribute { base, .. } => self.add(*base, is_conditional, depth + 1),
                Expr::Name { .. } if imported(semantics, *callee, COMMON) == Some("forwardRef") => {
                    self.forward(is_conditional);
                }
                _ => self.entry(None, is_conditional),
            },
            _ => self.entry(None, is_conditional),
        }
    }

    /// A class of this file, or what another one gives.
    fn named(&mut self, value: ExprId, is_conditional: bool) {
        let semantics = self.semantics;
        let Expr::Name { scope, name } = semantics.expr(value) else { return };
        let bound = lookup(semantics, *scope, name).map_or(&[][..], |it| it.1);
        let is_known =
            bound.iter().any(|it| matches!(it.bound, Bound::Definition(_) | Bound::Import(_)));
        self.entry(is_known.then_some(value), is_conditional);
    }

    /// `forwardRef(() => Users)`: what the class names is not told apart.
    fn forward(&mut self, is_conditional: bool) {
        let semantics = self.semantics;
        if std::mem::replace(&mut self.has_forward, true) {
            return;
        }
        let mut named: Vec<ExprId> = Vec::new();
        for it in semantics.references.iter().filter(|it| it.owner == Some(self.owner)) {
            if matches!(semantics.expr(it.target), Expr::Name { name, .. } if name.ends_with(ENDING))
                && named.len() < MAX_ENTRIES
            {
                named.push(it.target);
            }
        }
        for it in named {
            self.named(it, is_conditional);
        }
    }

    fn entry(&mut self, value: Option<ExprId>, is_conditional: bool) {
        // What else provides something, provides no guard that is seen.
        if value.is_some() || self.of == Of::Modules {
            self.entries.push(Entry { value, is_conditional });
        }
    }
}
