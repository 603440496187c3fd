//! Options that make a guard of a library let everybody through, as these are called.

mod rules;

use std::cell::Cell;

use crate::around::called_name;
use crate::{Argument, Bound, Certainty, Expr, ExprId, Item, Name, ScopeId, Semantics};

/// An option by which a guard asks nobody, or does not send anybody away.
struct Switch {
    name: &'static str,
    /// The value that says what holds without it.
    default: &'static str,
    /// How surely the guard is one with another constant.
    otherwise: Certainty,
}

const fn switch(name: &'static str, default: &'static str, otherwise: Certainty) -> Switch {
    Switch { name, default, otherwise }
}

const SWITCHES: &[Switch] = &[
    // What is given the credential may send everybody away who has none.
    switch("auto_error", "True", Certainty::Perhaps),
    switch("credentialsRequired", "true", Certainty::Never),
    switch("credentials_required", "True", Certainty::Never),
    switch("optional", "False", Certainty::Never),
    switch("passthrough", "false", Certainty::Never),
];

/// What is written in rules and names of strategies that everybody complies with.
const OPEN_TEXTS: &[&str] = &["anonymous", "true"];
const OPEN_RULES: &[&str] = &["permitAll", "isAnonymous"];

/// Annotations that are given a rule, or the roles of those who may.
const BY_RULE: &[&str] = &["PostAuthorize", "PreAuthorize", "RolesAllowed", "Secured"];

/// What only tells the callback that it is given who asks.
const BY_CALLBACK: &str = "authenticate";

/// What guards by a function that it is given, which says whether somebody may.
const BY_TEST: &[&str] = &["user_passes_test"];

/// Decorators that guard by what they are given, and by themselves not.
const BY_ARGUMENTS: &[&str] = &["UseGuards"];

/// Packages whose guards are made by one object of options, one of which lets everybody through.
const BY_OPTIONS: &[&str] = &["express-jwt", "koa-jwt"];

/// Options that say by which algorithms tokens may be signed.
const ALGORITHMS: &[&str] = &["algorithm", "algorithms"];

/// What these have where a token need not be signed by anybody.
const UNSIGNED: &str = "none";

/// Options of options, variables of variables: more are not what people write.
const MAX_DEPTH: u32 = 8;

/// Lists in names of lists that hold roles.
const MAX_LISTS: u32 = 3;

/// Values of the options of one call that are looked at.
const MAX_VALUES: u32 = 1000;

/// What an argument of a guard is.
enum Held<'a> {
    Options(&'a [Item]),
    /// Options that their file changes.
    Changed(&'a [Item]),
    /// `{ ...shared, name: value }`, one of several.
    OneOf(&'a [ExprId]),
    /// What another file or a call gives.
    Elsewhere,
    Other,
}

/// Whether a method of middleware gives middleware that leaves some routes out.
pub fn is_leaving_out(method: &str) -> bool {
    method == "unless"
}

/// Whether a rule of Spring Security may hold for who is not known.
pub(crate) fn is_open_rule(rule: &str) -> bool {
    rules::is_open(rule)
}

/// Whether an option is one by which a guard asks nobody.
pub(crate) fn is_switch(name: &str) -> bool {
    ALGORITHMS.contains(&name) || SWITCHES.iter().any(|it| it.name == name)
}

/// Whether an option is given the value that it has without being given.
pub(crate) fn says_default(name: &str, value: &str) -> bool {
    SWITCHES.iter().any(|it| (it.name, it.default) == (name, value))
}

impl Semantics {
    /// How surely a guard asks anybody, by the options that the call which makes it is given:
    /// `jwt({credentialsRequired: false})`, `@PreAuthorize("permitAll()")`.
    fn asks_surely(&self, call: ExprId) -> Certainty {
        let Expr::Call { callee, arguments } = self.expr(call) else { return Certainty::Always };
        let is_by_options = self.is_made_by_options(*callee);
        let callee_name = called_name(self, *callee).map_or("", Name::as_str);
        if BY_RULE.contains(&callee_name) {
            let mut rules = arguments.iter().flat_map(|it| self.texts_of(it.value, 0));
            let is_open = rules.any(rules::is_open);
            return if is_open { Certainty::Perhaps } else { Certainty::Always };
        }
        if BY_TEST.contains(&callee_name)
            && arguments.first().is_some_and(|it| self.is_always_true(it.value, 0))
        {
            return Certainty::Never;
        }
        // What a callback makes of what was found out, it decides alone.
        let is_by_callback = callee_name == BY_CALLBACK
            && arguments.len() > 1
            && arguments.last().is_some_and(|it| {
                matches!(self.expr(it.value), Expr::Definition(_) | Expr::Unknown)
            });
        if is_by_callback {
            return Certainty::Perhaps;
        }
        let given = arguments.iter().map(|it| match it.name {
            None => self.options_ask(it.value, is_by_options, (0, &Cell::new(MAX_VALUES))),
            Some(_) => self.lets_through(it.name.as_deref(), it.value),
        });
        given.min().unwrap_or_default()
    }

    /// Whether a function that is given says yes to everybody: `lambda user: True`, by a name or in
    /// place.
    fn is_always_true(&self, test: ExprId, depth: u32) -> bool {
        match self.expr(test) {
            _ if depth > MAX_LISTS => false,
            Expr::Signature { parameters, result } => {
                parameters.is_empty() && matches!(self.expr(*result), Expr::Literal)
            }
            Expr::Name { scope, name } => self
                .only_value(*scope, name)
                .is_some_and(|(it, _)| self.is_always_true(it, depth + 1)),
            _ => false,
        }
    }

    /// A constant text, or one that a name of this file stands for; of a list or of several that
    /// may be meant, all of them.
    fn texts_of(&self, value: ExprId, depth: u32) -> Vec<&str> {
        if depth > MAX_LISTS {
            return Vec::new();
        }
        let texts = |it: ExprId| self.texts_of(it, depth + 1);
        match self.expr(value) {
            Expr::Text(text) => vec![text.as_str()],
            Expr::Name { scope, name } => {
                self.only_value(*scope, name).map_or_else(Vec::new, |it| texts(it.0))
            }
            Expr::Container { items, .. } => items.iter().flat_map(|it| texts(it.value)).collect(),
            Expr::Either(options) => options.iter().flat_map(|it| texts(*it)).collect(),
            _ => Vec::new(),
        }
    }

    /// The same by what may be its options.
    ///
    /// `room` is how many more values are looked at: objects may hold the same ones many times.
    fn options_ask(
        &self,
        value: ExprId,
        is_by_options: bool,
        (depth, room): (u32, &Cell<u32>),
    ) -> Certainty {
        if depth > MAX_DEPTH || room.get() == 0 {
            return Certainty::Perhaps;
        }
        room.set(room.get() - 1);
        let of_items = |items: &[Item]| {
            let each = items.iter().map(|it| match &it.key {
                // `...shared`: an option may be among them.
                None if is_by_options => Certainty::Perhaps,
                key => self.lets_through(key.as_deref(), it.value),
            });
            each.min().unwrap_or_default()
        };
        match self.held_options(value) {
            Held::Options(items) => of_items(items),
            Held::Changed(items) => of_items(items).min(Certainty::Perhaps),
            Held::OneOf([]) => Certainty::Always,
            Held::OneOf(options) => {
                let each: Vec<Certainty> = options
                    .iter()
                    .map(|it| self.options_ask(*it, is_by_options, (depth + 1, room)))
                    .collect();
                let least = each.iter().min().copied().unwrap_or_default();
                // Of several values one counts, and what is spread into an object may be written
                // over there; what the object itself says of an option, nothing takes back.
                let own = match self.expr(options[0]) {
                    Expr::Container { .. } => each[0],
                    _ => each.iter().max().copied().unwrap_or_default(),
                };
                own.min(least.max(Certainty::Perhaps))
            }
            Held::Elsewhere if is_by_options => Certainty::Perhaps,
            _ => self.lets_through(None, value),
        }
    }

    /// Whether what a call is given are the options by which the guard that it makes asks.
    fn is_made_by_options(&self, callee: ExprId) -> bool {
        let callee = self.unapplied(callee);
        let root = match self.expr(callee) {
            Expr::Attribute { base, .. } => *base,
            _ => callee,
        };
        let import = match self.expr(root) {
            Expr::Import(id) => Some(*id),
            Expr::Name { scope, name } => {
                let bindings = crate::builder::lookup(self, *scope, name).map(|it| it.1);
                bindings.into_iter().flatten().find_map(|it| match it.bound {
                    Bound::Import(id) => Some(id),
                    _ => None,
                })
            }
            _ => None,
        };
        import.is_some_and(|it| BY_OPTIONS.contains(&self.import(it).request.module.as_str()))
    }

    /// What an argument of a guard is, as far as this file says.
    fn held_options(&self, value: ExprId) -> Held<'_> {
        match self.expr(value) {
            Expr::Container { items, .. } => Held::Options(items),
            Expr::Either(options) => Held::OneOf(options),
            Expr::Name { scope, name } => {
                let Some((held, is_changed)) = self.only_value(*scope, name) else {
                    return Held::Elsewhere;
                };
                match self.expr(held) {
                    Expr::Container { items, .. } if is_changed => Held::Changed(items),
                    Expr::Container { items, .. } => Held::Options(items),
                    Expr::Either(_) if is_changed => Held::Changed(&[]),
                    Expr::Either(options) => Held::OneOf(options),
                    Expr::Text(_) | Expr::Literal => Held::Other,
                    _ => Held::Elsewhere,
                }
            }
            Expr::Attribute { .. } | Expr::Import(_) | Expr::Call { .. } | Expr::Index { .. } => {
                Held::Elsewhere
            }
            _ => Held::Other,
        }
    }

    /// The same by one option, or by one of several rules or strategies.
    fn lets_through(&self, name: Option<&str>, value: ExprId) -> Certainty {
        if let Some(switch) = SWITCHES.iter().find(|it| Some(it.name) == name) {
            let is_constant = matches!(self.expr(value), Expr::Literal);
            return if is_constant { switch.otherwise } else { Certainty::Perhaps };
        }
        if name.is_some_and(|it| ALGORITHMS.contains(&it)) && self.names_no_algorithm(value, 0) {
            return Certainty::Never;
        }
        match self.expr(value) {
            Expr::Text(text)
                if OPEN_TEXTS.contains(&text.as_str())
                    || OPEN_RULES.iter().any(|it| text.contains(it)) =>
            {
                Certainty::Perhaps
            }
            _ => Certainty::Always,
        }
    }

    /// Whether a token may come without a signature: `algorithms: ["none"]`.
    fn names_no_algorithm(&self, value: ExprId, depth: u32) -> bool {
        match self.expr(value) {
            _ if depth > MAX_DEPTH => false,
            Expr::Text(text) => text.eq_ignore_ascii_case(UNSIGNED),
            Expr::Container { items, .. } => {
                items.iter().any(|it| self.names_no_algorithm(it.value, depth + 1))
            }
            Expr::Either(options) => {
                options.iter().any(|it| self.names_no_algorithm(*it, depth + 1))
            }
            Expr::Index { base, key: None } => self.names_no_algorithm(*base, depth + 1),
            Expr::Name { scope, name } => self
                .only_value(*scope, name)
                .is_some_and(|(it, _)| self.names_no_algorithm(it, depth + 1)),
            _ => false,
        }
    }

    /// How surely a call that makes a guard makes one, by what it is given.
    pub fn guards_surely(&self, call: ExprId) -> Certainty {
        let Expr::Call { callee, arguments } = self.expr(call) else { return Certainty::Always };
        let is_by_arguments = matches!(self.expr(self.unapplied(*callee)),
            Expr::Name { name, .. } if BY_ARGUMENTS.contains(&name.as_str()));
        if !is_by_arguments {
            return self.asks_surely(call);
        }
        let of_argument = |it: &Argument| match self.expr(it.value) {
            // `...guards`: there has to be one.
            Expr::Index { base, key: Some(key) }
                if self.item_of(*base, key).is_some_and(|it| self.is_one_thing(it)) =>
            {
                Certainty::Always
            }
            Expr::Call { .. } => self.asks_surely(it.value),
            _ if self.is_one_thing(it.value) => Certainty::Always,
            _ => Certainty::Perhaps,
        };
        arguments.iter().map(of_argument).max().unwrap_or(Certainty::Never)
    }

    /// How surely what a call makes runs before all routes, and not only those that something
    /// does not leave out: `jwt({ … }).unless({ path })`.
    pub fn runs_everywhere(&self, call: ExprId) -> Certainty {
        let is_left_out = self.exprs.iter().any(|it| {
            matches!(it, Expr::Attribute { base, name } if *base == call && is_leaving_out(name))
        });
        if is_left_out { Certainty::Perhaps } else { Certainty::Always }
    }

    fn is_one_thing(&self, value: ExprId) -> bool {
        !matches!(
            self.expr(value),
            Expr::Either(_) | Expr::Index { .. } | Expr::Unknown | Expr::Literal
        )
    }

    /// The value of a name that is given one alone, and whether the file changes that.
    fn only_value(&self, scope: ScopeId, name: &str) -> Option<(ExprId, bool)> {
        let (scope, bindings) = crate::builder::lookup(self, scope, name)?;
        let [binding] = bindings else { return None };
        let value = match binding.bound {
            Bound::Definition(id) => self.definition(id).value?,
            Bound::Value(value) => value,
            _ => return None,
        };
        let is_changed = self.changed.iter().any(|it| it.0 == scope && it.1 == name);
        Some((value, is_changed))
    }

    /// What a list of this file, which nothing changes, has at a place.
    fn item_of(&self, list: ExprId, key: &str) -> Option<ExprId> {
        let list = match self.expr(list) {
            Expr::Name { scope, name } => {
                let held = self.only_value(*scope, name);
                held.filter(|(_, is_changed)| !is_changed)?.0
            }
            _ => list,
        };
        let Expr::Container { items, .. } = self.expr(list) else { return None };
        Some(items.get(key.parse::<usize>().ok()?)?.value)
    }

    /// The same of those decorators of a definition that call what `target` names.
    pub fn decorates_surely(&self, owner: crate::DefinitionId, target: ExprId) -> Certainty {
        let decorators = self.definition(owner).decorators.iter();
        let calls = decorators.filter(|it| {
            matches!(self.expr(**it), Expr::Call { callee, .. } if self.unapplied(*callee) == target)
        });
        calls.map(|it| self.guards_surely(*it)).min().unwrap_or_default()
    }
}
