//! What a test runner runs besides a test: set-up methods, those of bases and classes around.

use codd_source::Span;

use super::{Here, Lowering};
use crate::{Bound, DefinitionId, DefinitionKind, Expr, ExprId, Reference, ReferenceKind};

/// The name by which methods that run around every test of a class are bound in its scope, so
/// that those of bases are found as other members are; no source can name it.
pub(crate) const AROUND: &str = "<around tests>";

impl Lowering<'_> {
    /// A method of the class `here` is in that runs before or after every test of that class
    /// and of those that extend it.
    pub(crate) fn runs_around_tests(&mut self, method: DefinitionId, at: Span, here: Here) {
        self.bind(here, AROUND, Bound::Definition(method));
        if let Some(class) = here.class {
            // What is found for a test is what its nearest class has: from there on, up.
            let above = self.add(Expr::Super { class });
            let above = self.attribute(above, AROUND);
            self.implied_call(method, above, at);
        }
    }

    /// A test that is a method: its class is made for it, and what runs around it does. Nor
    /// does it run without what the classes around its class say.
    pub(crate) fn test_of_class(&mut self, test: DefinitionId, at: Span, here: Here) {
        let mut around = here.class;
        while let Some(class) = around {
            let definition = self.semantics().definition(class);
            let parent = definition.parent;
            if definition.kind == DefinitionKind::Class {
                let made = self.definition_value(class);
                self.implied_call(test, made, at);
                let this = self.add(Expr::This { class });
                let hooks = self.attribute(this, AROUND);
                self.implied_call(test, hooks, at);
            }
            around = parent;
        }
    }

    /// A call that no text says: of what a framework runs along with `from`.
    pub(crate) fn implied_call(&mut self, from: DefinitionId, target: ExprId, at: Span) {
        self.implied(from, ReferenceKind::Call, target, at);
    }

    pub(crate) fn implied(
        &mut self,
        from: DefinitionId,
        kind: ReferenceKind,
        target: ExprId,
        at: Span,
    ) {
        let reference = Reference { is_implied: true, ..Reference::new(kind, target, Some(from)) };
        self.builder.reference(reference, at);
    }
}
