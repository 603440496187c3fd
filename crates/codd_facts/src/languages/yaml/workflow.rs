//! GitHub workflows and composite actions: jobs, their steps, what they run.

use rustc_hash::FxHashSet;

use crate::commands::{Shell, is_path, read_environment, read_script};
use crate::documents::At;
use crate::links::{in_place, local_key, normalized, paths_from};
use crate::resources::Resources;
use crate::{DefinitionId, Link, LinkKind, LinkRole, Name};

pub(super) fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    let place = resources.path.as_str();
    if let Some(env) = root.get("env") {
        super::environment(env, None, resources);
    }
    let default = working_folder(root, "");
    let Some(jobs) = root.get("jobs") else { return };
    for job in jobs.fields().filter(|it| it.value.is_map()) {
        let name = format!("jobs.{}", job.key);
        let own = resources.define(&name, job.span, job.key_span, None);
        let key = local_key(place, &name);
        resources.link(LinkKind::Local, LinkRole::Declares, [key], own, job.key_span);
        let needs = job.value.get("needs").into_iter().flat_map(At::items_or_self);
        for needed in needs {
            if let Some(text) = needed.text() {
                let key = local_key(place, &format!("jobs.{text}"));
                resources.link(LinkKind::Local, LinkRole::Reads, [key], own, needed.span());
            }
        }
        if let Some(env) = job.value.get("env") {
            super::environment(env, own, resources);
        }
        uses(job.value, own, resources);
        steps(job.value, &working_folder(job.value, &default), own, resources);
    }
    keep_own_variables(resources);
}

/// Steps have the variables of their workflow, and none of another's.
fn keep_own_variables(resources: &mut Resources<'_>) {
    let links = &resources.builder.semantics.links;
    let is_of = |link: &Link, role| link.kind == LinkKind::Environment && link.role == role;
    let set: Vec<Name> = links
        .iter()
        .filter(|it| is_of(it, LinkRole::Declares) || is_of(it, LinkRole::Adopts))
        .flat_map(|it| it.keys.iter().cloned())
        .collect();
    resources.builder.retain_links(|link| {
        !is_of(link, LinkRole::Reads) || link.keys.iter().any(|it| set.contains(it))
    });
}

pub(super) fn read_action(root: At<'_, '_>, resources: &mut Resources<'_>) {
    let Some(runs) = root.get("runs") else { return };
    let folder = resources.folder();
    for key in ["main", "pre", "post", "image", "entrypoint"] {
        if let Some(value) = runs.get(key)
            && let Some(path) = value.text().and_then(|it| normalized(folder, it))
        {
            let keys = [Name::from(path)];
            resources.link(LinkKind::File, LinkRole::Calls, keys, None, value.span());
        }
    }
    steps(runs, folder, None, resources);
    keep_own_variables(resources);
}

/// The folder that commands run in unless they say otherwise.
fn working_folder(value: At<'_, '_>, outer: &str) -> String {
    let named = || value.get("defaults")?.get("run")?.text_of("working-directory");
    named().map_or(outer.to_owned(), |it| normalized("", it).unwrap_or_default())
}

fn steps(
    value: At<'_, '_>,
    folder: &str,
    outer: Option<DefinitionId>,
    resources: &mut Resources<'_>,
) {
    for step in value.get("steps").into_iter().flat_map(At::items) {
        let name = step.text_of("id").or_else(|| step.text_of("name"));
        let own = match name {
            Some(name) => resources.define(name, step.span(), step.span(), outer).or(outer),
            None => outer,
        };
        if let Some(env) = step.get("env") {
            super::environment(env, own, resources);
        }
        uses(step, own, resources);
        let folder = match step.text_of("working-directory") {
            Some(folder) => normalized("", folder).unwrap_or_default(),
            None => folder.to_owned(),
        };
        if let Some((text, start)) = step.get("run").and_then(At::raw) {
            let text = without_expressions(&in_place(text, &OWN_FOLDERS));
            read_script(resources, &text, start, &Shell::new(&folder, own));
        }
        for field in step.get("with").into_iter().flat_map(At::fields) {
            let Some((text, start)) = field.value.raw() else { continue };
            read_environment(resources, text, start, &FxHashSet::default(), own);
            let text = crate::resources::unquoted(text);
            if is_path(text) && !text.contains('$') {
                let keys = paths_from("", text);
                resources.guess(LinkKind::File, LinkRole::Reads, keys, own, field.value.span());
            }
        }
    }
}

/// What stands for the folder of an action in its own steps.
const OWN_FOLDERS: [&str; 4] = [
    "${{ github.action_path }}/",
    "${{github.action_path}}/",
    "$GITHUB_ACTION_PATH/",
    "${GITHUB_ACTION_PATH}/",
];

/// The text with blanks for `${{ … }}`, which the shell never sees.
fn without_expressions(text: &str) -> String {
    let mut plain = text.to_owned();
    let mut from = 0;
    while let Some(start) = plain[from..].find("${{").map(|it| from + it) {
        let end = plain[start..].find("}}").map_or(plain.len(), |it| start + it + 2);
        // Not a space, which would make two words of one; its length stays.
        plain.replace_range(start..end, &"_".repeat(end - start));
        from = end;
    }
    plain
}

/// An action or a workflow of this repository.
fn uses(value: At<'_, '_>, own: Option<DefinitionId>, resources: &mut Resources<'_>) {
    let Some(used) = value.get("uses") else { return };
    let Some(path) = used.text().and_then(|it| normalized("", it.strip_prefix("./")?)) else {
        return;
    };
    let keys = ["", "/action.yml", "/action.yaml"].map(|it| Name::from(format!("{path}{it}")));
    resources.link(LinkKind::File, LinkRole::Calls, keys, own, used.span());
}
