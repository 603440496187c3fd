//! Containers that are changed, and how surely functions run what they are given: what is
//! written down says not what is in the end.

use std::collections::{BTreeMap, BTreeSet};

use crate::builder::{SemanticsBuilder, lookup};
use crate::switches::is_switch;
use crate::{
    Bound, Certainty, Definition, DefinitionId, Expr, ExprId, Name, Reference, ReferenceKind,
    ScopeId, Semantics,
};

/// Methods that take something out of a container, or put something in the place of what is
/// there.
const TAKES_OUT: &[&str] = &[
    "clear",
    "copyWithin",
    "delete",
    "discard",
    "fill",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "shift",
    "splice",
];

/// Methods that put something into one.
const PUTS_IN: &[&str] = &["add", "append", "extend", "insert", "push", "unshift"];

/// What is counted where a list that a framework keeps for itself is changed.
const IN_PLACE: &str = "routes whose guards are changed in place";

/// Lists of what runs before routes that belong to the router: Express, gin.
const KEPT_LISTS: &[&str] = &["stack", "Handlers"];

impl SemanticsBuilder {
    /// Says which names hold containers that are changed.
    pub(super) fn find_changed(&mut self) {
        let semantics = &self.semantics;
        let mut found: BTreeSet<(ScopeId, Name)> = BTreeSet::new();
        let mut in_place = 0;
        let mut note = |base: ExprId| match semantics.expr(base) {
            Expr::Name { scope, name } => {
                if let Some((scope, _)) = lookup(semantics, *scope, name) {
                    found.insert((scope, name.clone()));
                }
            }
            Expr::Attribute { name, .. } if KEPT_LISTS.contains(&name.as_str()) => in_place += 1,
            _ => {}
        };
        for expr in &semantics.exprs {
            let Expr::Call { callee, arguments } = expr else { continue };
            let Expr::Attribute { base, name } = semantics.expr(*callee) else { continue };
            let is_assign = name == "assign"
                && matches!(semantics.expr(*base), Expr::Name { name, .. } if name == "Object");
            if is_assign && let Some(first) = arguments.first() {
                note(first.value);
            } else if TAKES_OUT.contains(&name.as_str()) {
                note(*base);
            }
        }
        for reference in &semantics.references {
            match (reference.kind, semantics.expr(reference.target)) {
                (ReferenceKind::Write, Expr::Attribute { base, name }) => match name.as_str() {
                    "length" => note(*base),
                    it if KEPT_LISTS.contains(&it) => note(reference.target),
                    // `options.credentialsRequired = false`, whatever they were made with.
                    it if is_switch(it) => note(*base),
                    _ => {}
                },
                (ReferenceKind::Write, Expr::Index { base, key: Some(key) }) if is_switch(key) => {
                    note(*base);
                }
                (ReferenceKind::Call, Expr::Attribute { base, name })
                    if reference.certainty != Certainty::Always
                        && PUTS_IN.contains(&name.as_str()) =>
                {
                    note(*base);
                }
                _ => {}
            }
        }
        self.semantics.changed = found.into_iter().collect();
        let has_routes =
            !self.semantics.routes.is_empty() || !self.semantics.route_hooks.is_empty();
        for _ in 0..(if has_routes { in_place } else { 0 }) {
            self.not_modelled(IN_PLACE);
        }
    }

    /// Whether what a function gives back may be a function that runs what it was given.
    fn gives_a_function(&self, definition: &Definition) -> bool {
        let semantics = &self.semantics;
        let is_inner =
            definition.parent.is_some_and(|it| semantics.definition(it).kind.is_function());
        !is_inner
            && definition.returns.iter().any(|it| {
                matches!(
                    semantics.expr(*it),
                    Expr::Definition(_) | Expr::Name { .. } | Expr::Either(_) | Expr::Unknown
                )
            })
    }

    /// Says of parameters how surely what they are given runs.
    pub(super) fn find_runs(&mut self) {
        let mut places: BTreeMap<&str, Vec<(DefinitionId, u32)>> = BTreeMap::new();
        for (at, definition) in self.semantics.definitions.iter().enumerate() {
            if !definition.kind.is_function() || !self.gives_a_function(definition) {
                continue;
            }
            for (place, parameter) in definition.parameters.iter().enumerate() {
                if !parameter.is_receiver && !parameter.is_variadic {
                    let of = (DefinitionId(at as u32), place as u32);
                    places.entry(&parameter.name).or_default().push(of);
                }
            }
        }
        if places.is_empty() {
            return;
        }
        let uses = uses(&self.semantics, &places);
        let known: Vec<(DefinitionId, u32)> = places.into_values().flatten().collect();
        for (function, place) in known {
            let runs = uses.get(&(function, place)).copied().unwrap_or(Certainty::Never);
            let definition = &mut self.semantics.definitions[function.index()];
            if let Some(parameter) = definition.parameters.get_mut(place as usize) {
                parameter.runs = runs;
            }
        }
    }
}

/// How surely parameters run in what is made of them.
fn uses(
    semantics: &Semantics,
    places: &BTreeMap<&str, Vec<(DefinitionId, u32)>>,
) -> BTreeMap<(DefinitionId, u32), Certainty> {
    let mut names: BTreeMap<ExprId, (DefinitionId, u32)> = BTreeMap::new();
    for (at, expr) in semantics.exprs.iter().enumerate() {
        if let Expr::Name { scope, name } = expr
            && places.contains_key(name.as_str())
            && let Some((_, [binding])) = lookup(semantics, *scope, name)
            && let Bound::Parameter { function, index } = binding.bound
        {
            names.insert(ExprId(at as u32), (function, index));
        }
    }
    let mut found: BTreeMap<(DefinitionId, u32), Certainty> = BTreeMap::new();
    let mut note = |expr: &ExprId, certainty: Certainty| {
        if let Some(parameter) = names.get(expr) {
            let known = found.entry(*parameter).or_insert(Certainty::Never);
            *known = certainty.max(*known);
        }
    };
    let calls = semantics.references.iter().filter(|it| it.kind == ReferenceKind::Call);
    let called: BTreeMap<ExprId, &Reference> = calls.map(|it| (it.target, it)).collect();
    for expr in &semantics.exprs {
        match expr {
            Expr::Call { callee, arguments } => {
                let certainty = called.get(callee).map_or(Certainty::Always, |it| it.certainty);
                note(callee, certainty);
                for argument in arguments {
                    note(&argument.value, Certainty::Always);
                }
            }
            Expr::Either(options) => {
                for option in options {
                    note(option, Certainty::Perhaps);
                }
            }
            Expr::Attribute { base, .. } | Expr::Index { base, .. } => {
                note(base, Certainty::Always);
            }
            Expr::Container { items, .. } => {
                for item in items {
                    note(&item.value, Certainty::Always);
                }
            }
            _ => {}
        }
    }
    for definition in &semantics.definitions {
        let certainty = match definition.returns.as_slice() {
            [_] => Certainty::Always,
            _ => Certainty::Perhaps,
        };
        for value in &definition.returns {
            note(value, certainty);
        }
        if let Some(value) = &definition.value {
            note(value, Certainty::Always);
        }
    }
    for scope in &semantics.scopes {
        for binding in &scope.bindings {
            match &binding.bound {
                Bound::Value(value) | Bound::Alias(value) | Bound::Element(value) => {
                    note(value, Certainty::Always);
                }
                _ => {}
            }
        }
    }
    for member in &semantics.members {
        note(&member.value, Certainty::Always);
    }
    found
}
