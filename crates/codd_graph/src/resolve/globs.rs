//! Names of modules that scopes see as a whole, and names that stand for modules themselves.

use codd_facts::{Bound, ImportRequest, ModuleTarget, Name, ScopeId};

use super::evaluate::Evaluator;
use super::value::{FileId, FlowSet, NO_FRAME, Value};
use crate::Confidence;

/// What a scope binds modules under whose names it sees.
const GLOB: &str = "*";

impl Evaluator<'_> {
    /// A name that a scope, or one around it, sees with all names of some module.
    pub(super) fn globbed(&mut self, file: FileId, scope: ScopeId, name: &str) -> Option<FlowSet> {
        if !self.conventions(file).has_globs || name == GLOB {
            return None;
        }
        let semantics = self.semantics(file);
        let mut at = Some(scope);
        while let Some(id) = at {
            let found = self.globbed_in(file, id, name);
            if found.is_some() {
                return found;
            }
            at = semantics.scope(id).parent;
        }
        None
    }

    /// The same of one scope alone.
    pub(super) fn globbed_in(
        &mut self,
        file: FileId,
        scope: ScopeId,
        name: &str,
    ) -> Option<FlowSet> {
        if !self.conventions(file).has_globs || name == GLOB {
            return None;
        }
        let semantics = self.semantics(file);
        let mut out = FlowSet::default();
        for binding in semantics.scope(scope).bindings_of(GLOB) {
            let Bound::Alias(of) = binding.bound else { continue };
            let modules = self.opened(file, of, NO_FRAME);
            for flow in modules.flows() {
                // What comes from outside may have any name.
                if flow.value.is_from_outside()
                    || matches!(flow.value, Value::Unknown | Value::Literal)
                {
                    continue;
                }
                let found = self.attribute(std::slice::from_ref(flow), name);
                let known = found.flows().iter().filter(|it| {
                    !it.value.is_from_outside()
                        && !matches!(it.value, Value::Unknown | Value::Literal)
                });
                for it in known {
                    out.push(it.value.clone(), it.confidence.min(flow.confidence));
                }
            }
        }
        (!out.is_empty()).then_some(out)
    }

    /// The module of the project that a name stands for by itself.
    pub(super) fn module_named(&mut self, file: FileId, name: &str) -> Option<FlowSet> {
        // Modules are not written as types and macros are.
        let is_other = name.ends_with('!') || name.starts_with(char::is_uppercase);
        if is_other || !self.conventions(file).names_modules {
            return None;
        }
        let from = self.path(file).clone();
        let request = ImportRequest { module: Name::new(name), level: 0 };
        match self.project.module(&from, &request) {
            ModuleTarget::File(path) => {
                let module = self.file(&path)?;
                Some(FlowSet::of(Value::Module(module), Confidence::Exact))
            }
            _ => None,
        }
    }
}
