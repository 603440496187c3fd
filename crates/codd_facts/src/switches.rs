//! Options that make a guard of a library let everybody through, as these are called.

use crate::{Argument, Bound, Certainty, Expr, ExprId, Semantics};

/// Options by which a guard asks nobody, or does not send anybody away; with the value that
/// says what holds without them.
const SWITCHES: &[(&str, &str)] = &[
    ("auto_error", "True"),
    ("credentialsRequired", "true"),
    ("credentials_required", "True"),
    ("optional", "False"),
    ("passthrough", "false"),
];

/// What is written in rules and names of strategies that everybody complies with.
const OPEN_TEXTS: &[&str] = &["anonymous", "true"];
const OPEN_RULES: &[&str] = &["permitAll", "isAnonymous"];

/// Decorators that guard by what they are given, and by themselves not.
const BY_ARGUMENTS: &[&str] = &["UseGuards"];

/// Whether an option is given the value that it has without being given.
pub(crate) fn says_default(name: &str, value: &str) -> bool {
    SWITCHES.contains(&(name, value))
}

impl Semantics {
    /// Whether what a call is given may say that a guard which it makes lets everybody through:
    /// `HTTPBearer(auto_error=False)`, `@PreAuthorize("permitAll()")`.
    pub fn may_switch_off(&self, call: ExprId) -> bool {
        let Expr::Call { arguments, .. } = self.expr(call) else { return false };
        let is_switch = |name: &str| SWITCHES.iter().any(|it| it.0 == name);
        arguments.iter().any(|it| {
            it.name.as_ref().is_some_and(|name| is_switch(name))
                || match self.expr(it.value) {
                    Expr::Text(text) => {
                        OPEN_TEXTS.contains(&text.as_str())
                            || OPEN_RULES.iter().any(|it| text.contains(it))
                    }
                    Expr::Container { items, .. } => {
                        items.iter().filter_map(|it| it.key.as_ref()).any(|it| is_switch(it))
                    }
                    _ => false,
                }
        })
    }

    /// How surely a call that makes a guard makes one, by what it is given.
    pub fn guards_surely(&self, call: ExprId) -> Certainty {
        let Expr::Call { callee, arguments } = self.expr(call) else { return Certainty::Always };
        let is_by_arguments = matches!(self.expr(self.unapplied(*callee)),
            Expr::Name { name, .. } if BY_ARGUMENTS.contains(&name.as_str()));
        let is_plain = |it: &Argument| match self.expr(it.value) {
            // `...guards`: there has to be one.
            Expr::Index { base, key: Some(key) } => {
                self.item_of(*base, key).is_some_and(|it| self.is_one_thing(it))
            }
            _ => self.is_one_thing(it.value),
        };
        match is_by_arguments {
            true if arguments.is_empty() => Certainty::Never,
            true if !arguments.iter().any(is_plain) => Certainty::Perhaps,
            _ if self.may_switch_off(call) => Certainty::Perhaps,
            _ => Certainty::Always,
        }
    }

    fn is_one_thing(&self, value: ExprId) -> bool {
        !matches!(
            self.expr(value),
            Expr::Either(_) | Expr::Index { .. } | Expr::Unknown | Expr::Literal
        )
    }

    /// What a list of this file, which nothing changes, has at a place.
    fn item_of(&self, list: ExprId, key: &str) -> Option<ExprId> {
        let list = match self.expr(list) {
            Expr::Name { scope, name } => {
                let (scope, bindings) = crate::builder::lookup(self, *scope, name)?;
                let [binding] = bindings else { return None };
                if self.changed.iter().any(|it| it.0 == scope && it.1 == *name) {
                    return None;
                }
                match binding.bound {
                    Bound::Definition(id) => self.definition(id).value?,
                    Bound::Value(value) => value,
                    _ => return None,
                }
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
