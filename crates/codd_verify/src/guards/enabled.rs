//! Guards that ask nobody unless something of the project switches them on: annotations of methods
//! in Spring, by `@EnableMethodSecurity`.

use std::collections::BTreeSet;

use codd_facts::{Expr, ExprId, Semantics};
use codd_graph::{NodeId, application_of};

use super::switches::SwitchedOff;
use super::{Enabled, Mark, Models};
use crate::SnapshotView;
use crate::targets::Targets;
use crate::test_code::TestCode;

/// Makes guards unsure that nothing switches on where they are used, and says so.
pub(crate) fn apply(
    view: SnapshotView<'_>,
    models: &Models,
    guards: &mut Targets,
    told: &mut SwitchedOff,
) {
    let mut tests: Option<TestCode> = None;
    for (enabled, names) in &models.enabled {
        let used: BTreeSet<String> =
            guards.used_names().filter(|it| names.is_called(it)).map(str::to_owned).collect();
        if used.is_empty() {
            continue;
        }
        let tests = tests.get_or_insert_with(|| TestCode::of(view));
        let on = applications(view, enabled, tests);
        let is_asked = |node: NodeId| {
            let path = &view.graph.node(node).key.path;
            on.contains(application_of(path))
                || enabled.with.as_ref().is_some_and(|it| !uses(view, node, it))
        };
        let doubtful: BTreeSet<NodeId> = guards.users().filter(|it| !is_asked(*it)).collect();
        if doubtful.is_empty() {
            continue;
        }
        guards.doubt_users(|node, name| used.contains(name) && doubtful.contains(&node));
        let marks: Vec<String> = enabled.by.iter().map(written).collect();
        told.add(used, format!("nothing has {}", marks.join(" or ")));
    }
}

/// How a class has to be annotated.
fn written(mark: &Mark) -> String {
    match &mark.option {
        Some(option) if !mark.default => format!("`@{}({option} = true)`", mark.mark),
        _ => format!("`@{}`", mark.mark),
    }
}

/// The applications in which guards are switched on: where what switches them on has no routes
/// itself, it is there for all.
fn applications<'a>(
    view: SnapshotView<'a>,
    enabled: &Enabled,
    tests: &TestCode,
) -> BTreeSet<&'a str> {
    let (mut on, mut all) = (BTreeSet::new(), BTreeSet::new());
    for (path, file) in view.files {
        let Some(facts) = &file.facts else { continue };
        let semantics = &*facts.semantics;
        if !semantics.routes.is_empty() {
            all.insert(application_of(path));
        }
        if !tests.holds(path) && switches_on(semantics, enabled) {
            on.insert(application_of(path));
        }
    }
    if on.iter().any(|it| !all.contains(it)) {
        on.extend(all);
    }
    on
}

/// Whether a class of a file surely switches guards on.
fn switches_on(semantics: &Semantics, enabled: &Enabled) -> bool {
    let types = semantics.definitions.iter().filter(|it| it.kind.is_type());
    let mut annotated = types.filter(|it| !it.decorators.is_empty());
    annotated.any(|it| {
        let all = || it.decorators.iter().filter_map(|it| annotation(semantics, *it));
        let is_limited =
            all().any(|(name, _)| name == "Profile" || name.starts_with("Conditional"));
        !is_limited
            && all().any(|(name, value)| {
                enabled.by.iter().any(|it| it.mark == name && is_on(semantics, it, value))
            })
    })
}

/// The last name of an annotation, and the whole of it.
fn annotation(semantics: &Semantics, decorator: ExprId) -> Option<(&str, ExprId)> {
    let callee = match semantics.expr(decorator) {
        Expr::Call { callee, .. } => *callee,
        _ => decorator,
    };
    match semantics.expr(callee) {
        Expr::Name { name, .. } | Expr::Attribute { name, .. } => Some((name, decorator)),
        _ => None,
    }
}

fn is_on(semantics: &Semantics, mark: &Mark, annotation: ExprId) -> bool {
    let Some(option) = &mark.option else { return true };
    let arguments = match semantics.expr(annotation) {
        Expr::Call { arguments, .. } => arguments.as_slice(),
        _ => &[],
    };
    match arguments.iter().find(|it| it.name.as_deref() == Some(option)) {
        Some(it) => matches!(semantics.expr(it.value), Expr::Text(text) if text == "true"),
        None => mark.default,
    }
}

/// Whether the file of a node imports something of a package.
fn uses(view: SnapshotView<'_>, node: NodeId, package: &str) -> bool {
    let file = view.files.get(&view.graph.node(node).key.path);
    let facts = file.and_then(|it| it.facts.as_ref());
    facts.is_some_and(|it| {
        let mut imports = it.semantics.imports.iter();
        imports.any(|it| it.request.module.starts_with(package))
    })
}
