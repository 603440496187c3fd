//! Imports and exports: what a name of another module stands for.

use codd_facts::{Bound, ImportId, ImportItem, MODULE_SCOPE, ModuleTarget, Name};

use super::answers::Question;
use super::evaluate::Evaluator;
use super::names::{LATER, seen};
use super::value::{FileId, FlowSet, Flows, NO_FRAME, OWN, Value};
use crate::Confidence;

/// Modules that are followed from one star import to the next.
const MAX_STARS: usize = 32;

impl Evaluator<'_> {
    /// What an import gives; unknown where nothing is found.
    pub(super) fn import(&mut self, file: FileId, id: ImportId) -> Flows {
        self.ask(Question::Import(file, id), |it| {
            let semantics = it.semantics(file);
            let import = semantics.import(id);
            let target = it.module_of(file, id);
            let found = match (&import.item, &target) {
                // What no file offers is nothing from outside: no code can name it.
                (ImportItem::Named(name), ModuleTarget::Namespace(namespace))
                    if import.is_optional() =>
                {
                    it.offered_by_namespace(namespace, name)
                }
                (ImportItem::Named(name), _) => it.named(&target, name, &import.request.module),
                _ => it.module_value(target, &import.request.module),
            };
            if found.is_none() && import.is_optional() {
                return FlowSet::of(Value::Literal, Confidence::Exact);
            }
            found.unwrap_or_else(FlowSet::unknown)
        })
    }

    pub(super) fn module_of(&mut self, file: FileId, id: ImportId) -> ModuleTarget {
        let semantics = self.semantics(file);
        let from = self.path(file).clone();
        self.project.module(&from, &semantics.import(id).request)
    }

    /// One name of a module; `None` where it has no such name.
    pub(super) fn named(
        &mut self,
        target: &ModuleTarget,
        name: &str,
        module: &str,
    ) -> Option<FlowSet> {
        match target {
            ModuleTarget::File(path) => match self.file(path) {
                Some(file) => {
                    let flows = self.export(file, name);
                    let mut out = FlowSet::default();
                    out.extend(&flows, Confidence::Exact);
                    (!out.is_empty()).then_some(out)
                }
                // A file of data: whatever it holds is no definition.
                None => Some(FlowSet::of(Value::Literal, Confidence::Exact)),
            },
            ModuleTarget::Folder(_) => {
                let inner = self.project.submodule(&self.path(OWN).clone(), target, name);
                self.module_value(inner, name)
            }
            ModuleTarget::External(_) => {
                let name = Name::new(format!("{module}.{name}"));
                Some(FlowSet::of(Value::External(name), Confidence::Exact))
            }
            ModuleTarget::Namespace(namespace) => Some(self.qualified(namespace, name)),
            ModuleTarget::Missing => None,
        }
    }

    /// A module as a value: its file, or what it exports as a whole.
    pub(super) fn module_value(&mut self, target: ModuleTarget, module: &str) -> Option<FlowSet> {
        match target {
            ModuleTarget::File(path) => Some(match self.file(&path) {
                Some(file) => match self.semantics(file).exports.whole {
                    Some(whole) => {
                        let flows = self.expr(file, whole, NO_FRAME);
                        let mut out = FlowSet::default();
                        out.extend(&flows, Confidence::Exact);
                        out
                    }
                    None => FlowSet::of(Value::Module(file), Confidence::Exact),
                },
                None => FlowSet::of(Value::Literal, Confidence::Exact),
            }),
            ModuleTarget::Folder(path) => Some(FlowSet::of(Value::Folder(path), Confidence::Exact)),
            ModuleTarget::External(_) => {
                Some(FlowSet::of(Value::External(Name::new(module)), Confidence::Exact))
            }
            ModuleTarget::Namespace(name) => {
                Some(FlowSet::of(Value::External(name), Confidence::Exact))
            }
            ModuleTarget::Missing => None,
        }
    }

    /// Who answers for a name that a module does not have: its `__getattr__` runs.
    fn made_up(&mut self, file: FileId, name: &str) -> FlowSet {
        let mut out = FlowSet::default();
        let semantics = self.semantics(file);
        let Some(hook) = self.conventions(file).missing_names else { return out };
        if semantics.scopes.is_empty() || name.starts_with('<') {
            return out;
        }
        let bindings = semantics.scope(MODULE_SCOPE).bindings_of(hook);
        if !bindings.is_empty() && name != hook {
            let flows = self.bindings(file, seen(bindings, LATER), NO_FRAME);
            out.extend(flows.flows(), Confidence::Probable);
        }
        out
    }

    /// What a module offers under a name, submodules included; empty where nothing is found.
    pub(super) fn export(&mut self, file: FileId, name: &str) -> Flows {
        self.ask(Question::Export(file, Name::new(name)), |it| {
            let semantics = it.semantics(file);
            let exports = &semantics.exports;
            let mut out = FlowSet::default();
            for export in exports.named.iter().filter(|export| export.name == name) {
                let flows = it.expr(file, export.value, NO_FRAME);
                out.extend(&flows, Confidence::Exact);
            }
            if !out.is_empty() {
                return out;
            }
            if exports.all_bindings {
                let bindings = semantics.scope(MODULE_SCOPE).bindings_of(name);
                // `from . import name` in a package's own file binds its submodule.
                let own = ModuleTarget::File(it.path(file).clone());
                let is_own_submodule = bindings.iter().all(|binding| match binding.bound {
                    Bound::Import(id) => {
                        semantics.import(id).item == ImportItem::Named(name.into())
                            && it.module_of(file, id) == own
                    }
                    _ => false,
                });
                if !bindings.is_empty() && !is_own_submodule {
                    return it.bindings(file, seen(bindings, LATER), NO_FRAME);
                }
            }
            let starred = it.starred(file, name, None);
            if !starred.is_empty() {
                return starred;
            }
            if let Some(found) = it.globbed_in(file, MODULE_SCOPE, name) {
                return found;
            }
            if let Some(whole) = exports.whole {
                if name == "default" {
                    let flows = it.expr(file, whole, NO_FRAME);
                    out.extend(&flows, Confidence::Exact);
                    return out;
                }
                let whole = it.opened(file, whole, NO_FRAME);
                let found = it.attribute(whole.flows(), name);
                if !found.says_nothing() {
                    return found;
                }
            }
            let path = it.path(file).clone();
            let target = it.project.submodule(&path, &ModuleTarget::File(path.clone()), name);
            match target {
                ModuleTarget::File(_) | ModuleTarget::Folder(_) => {
                    it.module_value(target, name).unwrap_or_default()
                }
                _ => it.made_up(file, name),
            }
        })
    }

    /// A name that a module has from `from x import *` or `export * from "x"`, of those that
    /// stand behind another import.
    pub(super) fn starred(
        &mut self,
        file: FileId,
        name: &str,
        behind: Option<ImportId>,
    ) -> FlowSet {
        let semantics = self.semantics(file);
        let mut out = FlowSet::default();
        for star in semantics.exports.stars.iter().filter(|it| Some(**it) > behind) {
            let ModuleTarget::File(path) = self.module_of(file, *star) else { continue };
            let Some(source) = self.file(&path) else { continue };
            if source == file {
                continue;
            }
            let exports = &self.semantics(source).exports;
            let is_offered = match &exports.star_names {
                Some(names) => names.iter().any(|it| it == name),
                None if exports.all_bindings => !name.starts_with('_'),
                None => name != "default",
            };
            if is_offered {
                let flows = self.export(source, name);
                out.extend(&flows, Confidence::Exact);
            }
        }
        out
    }

    /// Whether names may come from a star import that cannot be looked into, here or in a
    /// module whose names are taken over.
    pub(super) fn has_unseen_star(&mut self, file: FileId) -> bool {
        let mut files = vec![file];
        let mut at = 0;
        while at < files.len() && files.len() < MAX_STARS {
            let semantics = self.semantics(files[at]);
            for star in &semantics.exports.stars {
                let ModuleTarget::File(path) = self.module_of(files[at], *star) else {
                    return true;
                };
                match self.file(&path) {
                    Some(source) if !files.contains(&source) => files.push(source),
                    _ => {}
                }
            }
            at += 1;
        }
        false
    }
}
