//! What a name stands for: looked up from the innermost scope out, by what binds it there.

use codd_facts::{
    Binding, Bound, DefinitionKind, Expr, ExprId, MODULE_SCOPE, Name, ScopeId, ScopeKind, Semantics,
};

use super::evaluate::Evaluator;
use super::value::{At, FileId, Flow, FlowSet, FrameId, Value};
use crate::Confidence;

impl Evaluator<'_> {
    /// The name that the expression `at` is, looked up from the innermost scope out.
    pub(super) fn name(
        &mut self,
        file: FileId,
        at: ExprId,
        (scope, name): (ScopeId, &str),
        frame: FrameId,
    ) -> FlowSet {
        let semantics = self.semantics(file);
        let mut outside = None;
        if self.conventions(file).implicit_members {
            match self.implicit_member(file, scope, name) {
                Some(found) if is_from_outside(&found) => outside = Some(found),
                Some(found) => return found,
                None => {}
            }
        }
        if let Some((bound_in, bindings)) = find_name(&semantics, scope, name) {
            let from = if runs_later(&semantics, scope, bound_in) { LATER } else { at };
            let found = self.bindings(file, seen(bindings, from), frame);
            return match bound_in {
                MODULE_SCOPE => self.shadowed(file, name, bindings, found),
                _ => found,
            };
        }
        if semantics.exports.all_bindings {
            // Names that a star import brought in.
            let flows = self.starred(file, name, None);
            if !flows.is_empty() {
                return flows;
            }
        }
        if let Some(found) = self.globbed(file, scope, name) {
            return found;
        }
        if let Some(found) = self.opened_name(file, name) {
            return found;
        }
        if let Some(module) = self.module_named(file, name) {
            return module;
        }
        // Of a base from outside come methods; types are seen everywhere.
        let is_type =
            name.starts_with(char::is_uppercase) && self.conventions(file).types_are_capitalised;
        if let Some(outside) = outside.filter(|_| !is_type) {
            return outside;
        }
        // A built-in, or a name that is set from outside.
        FlowSet::of(Value::External(Name::new(name)), Confidence::Exact)
    }

    /// A name that was imported, with what a star import behind that may have put in its place.
    fn shadowed(
        &mut self,
        file: FileId,
        name: &str,
        bindings: &[Binding],
        found: FlowSet,
    ) -> FlowSet {
        let [.., Binding { bound: Bound::Import(id), .. }] = bindings else { return found };
        let semantics = self.semantics(file);
        if semantics.exports.stars.iter().all(|star| star < id) {
            return found;
        }
        let starred = self.starred(file, name, Some(*id));
        let is_known = |flow: &Flow| found.flows().iter().any(|known| known.value == flow.value);
        if starred.flows().iter().all(is_known) {
            return found;
        }
        let mut out = found.limited(Confidence::Possible);
        out.extend(starred.flows(), Confidence::Possible);
        out
    }

    /// What one name of one scope may stand for.
    pub(super) fn bindings<'s>(
        &mut self,
        file: FileId,
        bindings: impl Iterator<Item = &'s Binding> + Clone,
        frame: FrameId,
    ) -> FlowSet {
        let semantics = self.semantics(file);
        let is_named_value = |bound: &Bound| match bound {
            Bound::Definition(id) => matches!(
                semantics.definition(*id).kind,
                DefinitionKind::Variable | DefinitionKind::Field
            ),
            _ => false,
        };
        // A variable's other values are seen when it is opened, but for those it had before.
        let has_variable = bindings.clone().any(|it| is_named_value(&it.bound));
        let shown = |it: &Binding| {
            !has_variable
                || it.replaced_behind.is_some()
                || matches!(
                    it.bound,
                    Bound::Definition(_)
                        | Bound::Import(_)
                        | Bound::Alias(_)
                        | Bound::Parameter { .. }
                )
        };
        let count = bindings.clone().filter(|it| shown(it)).count();
        let are_one_symbol = bindings
            .clone()
            .filter(|it| shown(it))
            .all(|it| matches!(it.bound, Bound::Definition(_)));
        let limit = match count {
            1 => Confidence::Exact,
            _ if are_one_symbol => Confidence::Exact,
            _ => Confidence::Probable,
        };
        let mut out = FlowSet::default();
        for binding in bindings.clone().filter(|it| shown(it)) {
            let flows = self.bound(file, &binding.bound, frame);
            out.extend(flows.flows(), limit);
        }
        out
    }

    pub(super) fn bound(&mut self, file: FileId, bound: &Bound, frame: FrameId) -> FlowSet {
        match bound {
            Bound::Definition(id) => {
                let at = At { file, id: *id };
                let frame = self.captured(at, frame);
                FlowSet::of(Value::definition(at, frame), Confidence::Exact)
            }
            Bound::Import(id) => {
                let flows = self.import(file, *id);
                let mut out = FlowSet::default();
                out.extend(&flows, Confidence::Exact);
                out
            }
            Bound::Alias(expr) => {
                let flows = self.expr(file, *expr, frame);
                let mut out = FlowSet::default();
                out.extend(&flows, Confidence::Exact);
                out
            }
            Bound::Value(expr) => {
                let flows = self.expr(file, *expr, frame);
                let mut out = FlowSet::default();
                let is_alias = self.is_part_of_import(file, *expr);
                out.extend(&flows, if is_alias { Confidence::Exact } else { Confidence::Probable });
                out
            }
            Bound::Typed(expr) => {
                let types = self.opened(file, *expr, frame);
                self.instances(types.flows(), 0).limited(Confidence::Probable)
            }
            Bound::Parameter { function, index } => {
                let function = At { file, id: *function };
                FlowSet::shared(&self.parameter(function, *index, frame))
            }
            Bound::Element(expr) => {
                let flows = self.opened(file, *expr, frame);
                self.elements(flows.flows()).limited(Confidence::Probable)
            }
            Bound::Entered(expr) => {
                let flows = self.opened(file, *expr, frame);
                self.entered(flows.flows()).limited(Confidence::Probable)
            }
            Bound::TypeParameter { of, index, bound } => {
                self.type_parameter(file, *of, *index, *bound, frame)
            }
            Bound::Outer => FlowSet::default(),
            Bound::Unknown => FlowSet::unknown(),
        }
    }

    /// `const { a } = require("m")` says as much as an import does.
    fn is_part_of_import(&self, file: FileId, expr: ExprId) -> bool {
        let semantics = self.semantics(file);
        match semantics.expr(expr) {
            Expr::Import(_) => true,
            Expr::Attribute { base, .. } => matches!(semantics.expr(*base), Expr::Import(_)),
            _ => false,
        }
    }
}

/// Whether all of it is only known to come from outside.
fn is_from_outside(found: &FlowSet) -> bool {
    found.flows().iter().all(|it| it.value.is_from_outside())
}

/// The place of code that runs when all of a scope has run.
pub(super) const LATER: ExprId = ExprId(u32::MAX);

/// The bindings that count at an expression: not those that were replaced before it.
pub(super) fn seen(bindings: &[Binding], at: ExprId) -> impl Iterator<Item = &Binding> + Clone {
    bindings.iter().filter(move |it| it.replaced_behind.is_none_or(|behind| at.0 < behind))
}

/// Whether code in `scope` runs after all of the scope `bound_in` around it has run.
pub(super) fn runs_later(semantics: &Semantics, scope: ScopeId, bound_in: ScopeId) -> bool {
    let mut at = Some(scope);
    while let Some(id) = at.filter(|id| *id != bound_in) {
        let it = semantics.scope(id);
        if it.kind == ScopeKind::Function {
            return true;
        }
        at = it.parent;
    }
    false
}

/// The part of an expression from which all of it is reached: `a` of `a.b(c)[d]`.
pub fn root_of(semantics: &Semantics, expr: ExprId) -> ExprId {
    let mut at = expr;
    // No more than there are: facts that were kept elsewhere may lead in a circle.
    for _ in 0..semantics.exprs.len() {
        at = match semantics.expr(at) {
            Expr::Call { callee: inner, .. }
            | Expr::Attribute { base: inner, .. }
            | Expr::Index { base: inner, .. }
            | Expr::Applied { of: inner, .. }
            | Expr::Decorated { by: inner, .. } => *inner,
            _ => break,
        };
    }
    at
}

/// The scope in which a name used in `scope` is bound, and what binds it there.
pub fn find_name<'s>(
    semantics: &'s Semantics,
    scope: ScopeId,
    name: &str,
) -> Option<(ScopeId, &'s [Binding])> {
    let mut at = Some(scope);
    while let Some(id) = at {
        let it = semantics.scope(id);
        if it.kind != ScopeKind::Class || id == scope {
            let bindings = it.bindings_of(name);
            let is_outer = bindings.iter().any(|it| it.bound == Bound::Outer);
            if !bindings.is_empty() && !is_outer {
                return Some((id, bindings));
            }
        }
        at = it.parent;
    }
    None
}
