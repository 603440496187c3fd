//! Django's commands of management by their names: `call_command("import_orders")`.

use codd_source::{RepoPath, Span};
use rustc_hash::FxHashSet;

use super::{Call, Reading};
use crate::code_links::CodeLinks;
use crate::{Bound, DefinitionId, LinkKind, LinkRole, Name, Semantics};

/// Where a file stands that has a command of its name.
const FOLDER: &str = "management/commands";

/// What the class of a command is called, and its method that runs.
const CLASS: &str = "Command";
const METHOD: &str = "Command.handle";

/// Adds that a file of a command has it.
pub(super) fn declared(
    links: &mut CodeLinks<'_>,
    path: &RepoPath,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    let folder = path.parent();
    let is_command =
        folder.strip_suffix(FOLDER).is_some_and(|it| it.is_empty() || it.ends_with('/'));
    if !is_command || path.stem().starts_with('_') {
        return;
    }
    let named =
        |name: &str| spans.iter().find(|(_, id)| semantics.definition(*id).qualified_name == name);
    // The method may be that of a base.
    if let Some((span, id)) = named(METHOD).or_else(|| named(CLASS)) {
        let keys = vec![key(path.stem())];
        links.add_for(Some(*id), LinkKind::Object, LinkRole::Declares, keys, *span, true);
    }
}

impl Reading<'_> {
    /// `call_command("import_orders", …)`.
    pub(super) fn command(&mut self, call: &Call<'_>) {
        if call.last == "call_command"
            && self.of_django.contains(call.root)
            && let Some(name) = call.text(0)
        {
            let keys = vec![key(&name.text)];
            self.links.add(LinkKind::Object, LinkRole::Calls, keys, name.span, true);
        }
    }
}

/// The names that imports of Django bind anywhere in a file.
pub(super) fn names_of_django(semantics: &Semantics) -> FxHashSet<Name> {
    let is_of_django = |bound: &Bound| match bound {
        Bound::Import(id) => {
            let module = semantics.import(*id).request.module.as_str();
            module.split('.').next() == Some("django")
        }
        _ => false,
    };
    let bindings = semantics.scopes.iter().flat_map(|it| &it.bindings);
    bindings.filter(|it| is_of_django(&it.bound)).map(|it| it.name.clone()).collect()
}

fn key(name: &str) -> Name {
    Name::from(format!("django command#{name}"))
}
