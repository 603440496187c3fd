//! GitLab pipelines: jobs, what they extend, need and run.

use crate::commands::{Shell, read_script};
use crate::documents::At;
use crate::links::{local_key, normalized};
use crate::resources::Resources;
use crate::{LinkKind, LinkRole, Name};

/// Outermost keys that are no job.
const RESERVED: &[&str] = &[
    "cache",
    "default",
    "image",
    "include",
    "pages",
    "services",
    "stages",
    "variables",
    "workflow",
];

/// Included files see each other's jobs.
const PLACE: &str = "gitlab";

/// What a job says besides its script, which files of other tools do not.
const OF_JOBS: &[&str] =
    &["after_script", "artifacts", "before_script", "extends", "needs", "only", "rules", "stage"];

/// Whether a file of any name has jobs, which another pipeline includes.
pub(super) fn is_included(root: At<'_, '_>) -> bool {
    root.fields().any(|job| {
        let is_script = job.value.get("script").is_some_and(|it| {
            let mut lines = it.items_or_self();
            lines.next().is_some_and(|it| it.text().is_some())
        });
        is_script && OF_JOBS.iter().any(|it| job.value.get(it).is_some())
    })
}

pub(super) fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    if let Some(variables) = root.get("variables") {
        super::environment(variables, None, resources);
    }
    for include in root.get("include").into_iter().flat_map(|it| it.items().chain([it])) {
        let path = include.text().or_else(|| include.text_of("local"));
        if let Some(path) = path.and_then(|it| normalized("", it)) {
            let keys = [Name::from(path)];
            resources.link(LinkKind::File, LinkRole::Reads, keys, None, include.span());
        }
    }
    for job in root.fields().filter(|it| it.value.is_map() && !RESERVED.contains(&it.key)) {
        let own = resources.define(job.key, job.span, job.key_span, None);
        let key = local_key(PLACE, job.key);
        resources.link(LinkKind::Local, LinkRole::Declares, [key], own, job.key_span);
        for word in ["extends", "needs", "dependencies"] {
            for it in job.value.get(word).into_iter().flat_map(At::items_or_self) {
                if let Some(text) = it.text().or_else(|| it.text_of("job")) {
                    let key = local_key(PLACE, text);
                    resources.link(LinkKind::Local, LinkRole::Reads, [key], own, it.span());
                }
            }
        }
        if let Some(variables) = job.value.get("variables") {
            super::environment(variables, own, resources);
        }
        for word in ["before_script", "script", "after_script"] {
            for line in job.value.get(word).into_iter().flat_map(At::items_or_self) {
                if let Some((text, start)) = line.raw() {
                    read_script(resources, text, start, &Shell::new("", own));
                }
            }
        }
    }
}
