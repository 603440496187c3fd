//! Edges of import statements: to files, definitions and packages.

use codd_facts::{ImportId, ImportItem, ModuleTarget, Name};

use super::evaluate::Evaluator;
use super::value::{OWN, Value};
use super::{EdgeSet, source};
use crate::{
    Basis, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, Running, UnresolvedReason,
};

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for (at, import) in semantics.imports.iter().enumerate() {
        let id = ImportId(at as u32);
        let mut targets = Vec::new();
        let (mut package, mut is_of_submodule) = (None, false);
        match evaluator.module_of(OWN, id) {
            ModuleTarget::File(path) => {
                targets.push(EdgeTarget::File(path.clone()));
                if let ImportItem::Named(name) = &import.item {
                    let flows = evaluator.import(OWN, id);
                    is_of_submodule = !flows.is_empty()
                        && flows.iter().all(|it| matches!(it.value, Value::Module(_)));
                    package = Some(EdgeTarget::File(path.clone()));
                    for flow in flows.iter() {
                        match &flow.value {
                            Value::Definition { at, .. } => targets.push(evaluator.target(*at)),
                            Value::Module(file) => {
                                targets.push(EdgeTarget::File(evaluator.path(*file).clone()));
                            }
                            Value::Unknown => {
                                let file = evaluator.file(&path);
                                let is_seen = file.is_some_and(|it| !evaluator.offers_anything(it));
                                if is_seen && flows.len() == 1 {
                                    let reason = UnresolvedReason::MissingName;
                                    edges.unresolved(None, name.clone(), reason);
                                }
                            }
                            _ => {}
                        }
                    }
                }
            }
            ModuleTarget::Folder(_) => {
                let flows = evaluator.import(OWN, id);
                for flow in flows.iter() {
                    match (&flow.value, &import.item) {
                        (Value::Module(file), _) => {
                            targets.push(EdgeTarget::File(evaluator.path(*file).clone()));
                        }
                        (Value::Unknown, ImportItem::Named(name)) => {
                            edges.unresolved(None, name.clone(), UnresolvedReason::MissingName);
                        }
                        _ => {}
                    }
                }
            }
            ModuleTarget::Namespace(namespace) => {
                if import.item == ImportItem::Star && evaluator.is_outside(&namespace) {
                    targets.push(EdgeTarget::Package(namespace.clone()));
                }
                let flows = evaluator.import(OWN, id);
                for flow in flows.iter() {
                    match (&flow.value, &import.item) {
                        (Value::Definition { at, .. }, _) => targets.push(evaluator.target(*at)),
                        // The global namespace is the language's own.
                        (Value::External(_), ImportItem::Named(_)) if !namespace.is_empty() => {
                            targets.push(EdgeTarget::Package(namespace.clone()));
                        }
                        _ => {}
                    }
                }
            }
            ModuleTarget::External(_) | ModuleTarget::Missing if import.is_optional() => {}
            ModuleTarget::External(name) => targets.push(EdgeTarget::Package(name)),
            ModuleTarget::Missing => {
                let dots = ".".repeat(import.request.level as usize);
                let name = Name::new(format!("{dots}{}", import.request.module));
                edges.unresolved(None, name, UnresolvedReason::MissingModule);
            }
        }
        for to in targets {
            // `from . import name` runs the package of the module that it names.
            let is_implied = import.is_implied || is_of_submodule && package.as_ref() == Some(&to);
            let basis = if is_implied { Basis::Implied } else { Basis::Named };
            if to == EdgeTarget::File(evaluator.path(OWN).clone()) {
                continue;
            }
            let mut sources = vec![source(import.owner)];
            // A file needs the files and packages that its functions import; the names that
            // these bind, only they do.
            if import.owner.is_some() && !matches!(to, EdgeTarget::Definition(..)) {
                sources.push(EdgeSource::File);
            }
            for from in sources {
                let (to, kind, confidence) = (to.clone(), EdgeKind::Imports, Confidence::Exact);
                let running = Running::of(kind, confidence);
                edges.add(FileEdge { from, to, kind, confidence, basis, running, reference: None });
            }
        }
    }
}

impl Evaluator<'_> {
    /// Whether a module may have names that its text does not show.
    fn offers_anything(&mut self, file: super::value::FileId) -> bool {
        let semantics = self.semantics(file);
        let has_hook = self.conventions(file).missing_names.is_some_and(|hook| {
            !semantics.scopes.is_empty()
                && !semantics.scope(codd_facts::MODULE_SCOPE).bindings_of(hook).is_empty()
        });
        has_hook || self.has_unseen_star(file)
    }
}
