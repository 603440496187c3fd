//! What code from outside gives: where it was asked through a class of the project, or was
//! given one, it may give instances of that class; else nobody knows of which type it is.

use codd_facts::{Argument, Bound, DefinitionKind, Expr, ExprId, Name, Semantics};

use super::attributes::dotted;
use super::calls::Call;
use super::evaluate::Evaluator;
use super::names::find_name;
use super::value::{At, Flow, FlowSet, OWN, Receiver, Site, Value};
use crate::Confidence;

/// Classes that one call is given, beyond which it says nothing of which of them it gives.
const MAX_GIVEN: usize = 4;

/// Expressions that are looked through for the name of a class.
const MAX_LOOKED_AT: u32 = 64;

impl Evaluator<'_> {
    /// What `name` of something gives that came from outside.
    ///
    /// `User.where(…).first.name`: what lies between the class and the member is not known,
    /// and the class is the one that is meant.
    pub(super) fn given_attribute(&mut self, outer: &Name, of: Option<At>, name: &str) -> FlowSet {
        if let Some(found) = self.offered_by_relative(outer, name) {
            return found;
        }
        let of = of.filter(|_| !self.conventions(OWN).key_members.contains(&name));
        let mut out = FlowSet::default();
        if let Some(class) = of {
            for is_instance in [true, false] {
                let found = self.class_member(class, name, Receiver::of(class, is_instance));
                for flow in found.iter().flat_map(FlowSet::flows) {
                    if !flow.value.is_from_outside() {
                        out.push(flow.value.clone(), flow.confidence.min(Confidence::Probable));
                    }
                }
                if !out.is_empty() {
                    return out;
                }
            }
        }
        let given = Value::Given { name: dotted(outer, name), of };
        let added = self.added_outside(OWN, name, &given);
        out.push(given, Confidence::Exact);
        out.extend(added.flows(), Confidence::Possible);
        out
    }

    /// What calling `name` from outside gives, which was asked through the class `of`.
    pub(super) fn given_by_call(&mut self, name: &Name, of: Option<At>, call: Call<'_>) -> FlowSet {
        let mut classes: Vec<At> = Vec::new();
        if let Some((site, arguments)) = call {
            classes = self.classes_in(site, arguments);
        }
        let mut out = FlowSet::default();
        let given = |of: Option<At>| Value::Given { name: name.clone(), of };
        if let Some(class) = of {
            out.push(given(Some(class)), Confidence::Probable);
        }
        let limit = match classes.len() {
            1 if of.is_none() => Confidence::Probable,
            _ => Confidence::Possible,
        };
        for class in classes {
            out.push(given(Some(class)), limit);
        }
        if out.is_empty() {
            out.push(given(None), Confidence::Probable);
        }
        out
    }

    /// Classes of the project that a call is given, or something that was asked through one.
    fn classes_in(&mut self, site: Site, arguments: &[Argument]) -> Vec<At> {
        let mut classes: Vec<At> = Vec::new();
        let semantics = self.semantics(site.file);
        for argument in arguments {
            let mut left = MAX_LOOKED_AT;
            if !names_class(&semantics, argument.value, &mut left) {
                continue;
            }
            let flows = self.opened(site.file, argument.value, site.frame);
            for flow in flows.flows() {
                let class = match &flow.value {
                    Value::Definition { at, .. } => {
                        let kind = self.definition(*at).kind;
                        matches!(kind, DefinitionKind::Class | DefinitionKind::Interface)
                            .then_some(*at)
                    }
                    Value::Given { of, .. } | Value::Inherited { of, .. } => *of,
                    _ => None,
                };
                if let Some(class) = class
                    && !classes.contains(&class)
                {
                    classes.push(class);
                }
            }
        }
        if classes.len() > MAX_GIVEN { Vec::new() } else { classes }
    }

    /// Whether what a call of `name` gives is of a type that comes from outside as well: a
    /// built-in function's, or what makes an instance of such a type.
    pub(super) fn gives_its_own(&self, name: &str, call: Call<'_>) -> bool {
        let Some((site, _)) = call else { return false };
        let conventions = self.conventions(site.file);
        let is_type = |it: &str| it.starts_with(char::is_uppercase);
        let mut parts = name.rsplit('.');
        let last = parts.next().unwrap_or_default();
        if is_type(last) && (conventions.types_are_capitalised || self.is_plain_name(site)) {
            return true;
        }
        if conventions.types_make_themselves && parts.next().is_some_and(is_type) {
            return true;
        }
        conventions.built_ins_are_unbound && self.is_built_in(site)
    }

    fn is_plain_name(&self, site: Site) -> bool {
        let semantics = self.semantics(site.file);
        match semantics.expr(site.expr) {
            Expr::Call { callee, .. } => {
                matches!(semantics.expr(semantics.unapplied(*callee)), Expr::Name { .. })
            }
            _ => false,
        }
    }

    /// Whether nothing binds the name from which the callee of a call is reached.
    fn is_built_in(&self, site: Site) -> bool {
        let semantics = self.semantics(site.file);
        let Expr::Call { callee, .. } = semantics.expr(site.expr) else { return false };
        let mut at = semantics.unapplied(*callee);
        // Parts come before the whole.
        while let Expr::Attribute { base, .. } = semantics.expr(at)
            && base.index() < at.index()
        {
            at = *base;
        }
        match semantics.expr(at) {
            Expr::Name { scope, name } => find_name(&semantics, *scope, name).is_none(),
            _ => false,
        }
    }
}

/// Whether the type of what is called or read is unknown because code from outside gives it.
pub(super) fn are_given(flows: &[Flow]) -> bool {
    flows.iter().any(|it| matches!(it.value, Value::Given { .. }))
}

/// Whether a class is named where the value of `at` comes from: other values are not worth a
/// question, which may lead back to the one that is being answered.
fn names_class(semantics: &Semantics, at: ExprId, left: &mut u32) -> bool {
    let mut next = vec![at];
    while let Some(at) = next.pop() {
        if *left == 0 {
            return false;
        }
        *left -= 1;
        match semantics.expr(at) {
            Expr::Name { scope, name } => match find_name(semantics, *scope, name) {
                // Where namespaces bind the names of other files' classes.
                None if name.starts_with(char::is_uppercase) => return true,
                None => {}
                Some((_, bindings)) => {
                    for binding in bindings {
                        match &binding.bound {
                            Bound::Definition(id) => {
                                let kind = semantics.definition(*id).kind;
                                if matches!(kind, DefinitionKind::Class | DefinitionKind::Interface)
                                {
                                    return true;
                                }
                            }
                            Bound::Import(_) if name.starts_with(char::is_uppercase) => {
                                return true;
                            }
                            Bound::Alias(of) | Bound::Value(of) => next.push(*of),
                            Bound::Parameter { function, index } => {
                                let function = semantics.definition(*function);
                                let parameter = function.parameters.get(*index as usize);
                                if function.flags.is_class_method
                                    && parameter.is_some_and(|it| it.is_receiver)
                                {
                                    return true;
                                }
                            }
                            _ => {}
                        }
                    }
                }
            },
            Expr::Attribute { base, name } => {
                if name.starts_with(char::is_uppercase) {
                    return true;
                }
                next.push(*base);
            }
            // `Class()` is an instance, `Class.make()` may have to do with others.
            Expr::Call { callee, arguments } => {
                let callee = semantics.unapplied(*callee);
                if let Expr::Attribute { base, .. } = semantics.expr(callee) {
                    next.push(*base);
                }
                next.extend(arguments.iter().map(|it| it.value));
            }
            Expr::Index { base, .. } => next.push(*base),
            Expr::Either(values) => next.extend(values),
            _ => {}
        }
    }
    false
}
