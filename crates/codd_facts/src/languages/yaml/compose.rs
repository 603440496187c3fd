//! Compose files: services, what they are built from, given and wait for.

use crate::commands::{Shell, Word, read_command, read_script};
use crate::documents::At;
use crate::links::{local_key, normalized, paths_from};
use crate::resources::{Resources, expanded_names};
use crate::{DefinitionId, LinkKind, LinkRole, Name};

pub(super) fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    // The files of one folder are laid one over another.
    let place = format!("{}/compose", resources.folder());
    let mut shared = Vec::new();
    for part in root.fields().filter(|it| it.key.starts_with("x-")) {
        let own = resources.define(part.key, part.span, part.key_span, None);
        let key = local_key(resources.path.as_str(), part.key);
        shared.push((part.span, key.clone()));
        resources.link(LinkKind::Local, LinkRole::Declares, [key], own, part.key_span);
        super::environment(part.value, own, resources);
    }
    for service in root.get("services").into_iter().flat_map(At::fields) {
        let name = format!("services.{}", service.key);
        let own = resources.define(&name, service.span, service.key_span, None);
        let key = local_key(&place, &name);
        resources.link(LinkKind::Local, LinkRole::Declares, [key], own, service.key_span);
        let value = service.value;
        for word in ["depends_on", "links"] {
            let Some(needed) = value.get(word) else { continue };
            let keys = needed.fields().map(|it| (it.key, it.key_span));
            let items = needed.items().filter_map(|it| Some((it.text()?, it.span())));
            for (text, span) in keys.chain(items) {
                let other = text.split(':').next().unwrap_or(text);
                let key = local_key(&place, &format!("services.{other}"));
                resources.link(LinkKind::Local, LinkRole::Reads, [key], own, span);
            }
        }
        if let Some(environment) = value.get("environment") {
            super::environment(environment, own, resources);
        }
        files(value, own, resources);
        build(value, own, resources);
        runs(value, own, resources);
        extends(value, &place, own, resources);
        // An alias stands for what is written elsewhere.
        let inner = value.fields().flat_map(|it| it.value.fields().chain([it]));
        for field in inner {
            let at = field.value.span();
            let of = shared.iter().find(|(it, _)| it.start <= at.start && at.end <= it.end);
            if let Some((_, key)) = of {
                let (kind, keys) = (LinkKind::Local, [key.clone()]);
                resources.link(kind, LinkRole::Reads, keys, own, field.key_span);
            }
        }
    }
    // What is expanded outside of the variables: ports, images, labels.
    let owners = resources.owners();
    let mut found = Vec::new();
    for name in expanded_names(&resources.text) {
        let start = name.as_ptr() as usize - resources.text.as_ptr() as usize;
        let span = codd_source::Span::new(start, start + name.len());
        let owner = owners.of(span);
        let is_variable = owner.is_some_and(|id| {
            resources.builder.semantics.definition(id).name.starts_with("environment.")
        });
        if !is_variable {
            found.push((Name::new(name), owner, span));
        }
    }
    for (name, owner, span) in found {
        resources.link(LinkKind::Environment, LinkRole::Forwards, [name], owner, span);
    }
}

/// Files that the service reads or is given: `env_file`, mounted files and folders.
fn files(value: At<'_, '_>, own: Option<DefinitionId>, resources: &mut Resources<'_>) {
    let folder = resources.folder();
    for it in value.get("env_file").into_iter().flat_map(At::items_or_self) {
        let path = it.text().or_else(|| it.text_of("path"));
        if let Some(path) = path.and_then(|it| normalized(folder, it)) {
            let keys = [Name::from(path)];
            resources.link(LinkKind::File, LinkRole::Reads, keys, own, it.span());
        }
    }
    for it in value.get("volumes").into_iter().flat_map(At::items) {
        let source = it.text().and_then(|it| it.split(':').next()).or_else(|| it.text_of("source"));
        let Some(source) = source.filter(|it| it.starts_with('.')) else { continue };
        if let Some(path) = normalized(folder, source) {
            let keys = [Name::from(path.clone()), Name::from(format!("{path}/"))];
            resources.link(LinkKind::File, LinkRole::Reads, keys, own, it.span());
        }
    }
}

fn build(value: At<'_, '_>, own: Option<DefinitionId>, resources: &mut Resources<'_>) {
    let Some(build) = value.get("build") else { return };
    let context = build.text().or_else(|| build.text_of("context")).unwrap_or(".");
    let folder = resources.folder();
    let Some(context) = normalized(folder, context).or_else(|| {
        let is_root = folder.is_empty() || context.contains("..");
        is_root.then(String::new)
    }) else {
        return;
    };
    let file = build.text_of("dockerfile").unwrap_or("Dockerfile");
    let Some(path) = normalized(&context, file) else { return };
    let keys = [Name::new(&path)];
    resources.link(LinkKind::File, LinkRole::Calls, keys, own, build.span());
    if let Some(target) = build.text_of("target") {
        let key = local_key(&path, &format!("stage:{target}"));
        resources.link(LinkKind::Local, LinkRole::Calls, [key], own, build.span());
    }
    if let Some(arguments) = build.get("args") {
        super::environment(arguments, own, resources);
    }
}

fn runs(value: At<'_, '_>, own: Option<DefinitionId>, resources: &mut Resources<'_>) {
    let build = value.get("build");
    let context = build.and_then(|it| it.text().or_else(|| it.text_of("context")));
    let folder = normalized(resources.folder(), context.unwrap_or(".")).unwrap_or_default();
    for word in ["command", "entrypoint"] {
        let Some(command) = value.get(word) else { continue };
        if let Some((text, start)) = command.raw() {
            read_script(resources, text, start, &Shell::new(&folder, own));
        }
        let words: Vec<Word<'_>> = command
            .items()
            .filter_map(|it| Some(Word { text: it.raw()?.0, span: it.span() }))
            .collect();
        read_command(resources, &words, &mut Shell::new(&folder, own));
    }
}

fn extends(
    value: At<'_, '_>,
    place: &str,
    own: Option<DefinitionId>,
    resources: &mut Resources<'_>,
) {
    let Some(extends) = value.get("extends") else { return };
    let Some(service) = extends.text().or_else(|| extends.text_of("service")) else { return };
    let key = local_key(place, &format!("services.{service}"));
    resources.link(LinkKind::Local, LinkRole::Reads, [key], own, extends.span());
    if let Some(file) = extends.text_of("file") {
        let keys = paths_from(resources.folder(), file);
        resources.link(LinkKind::File, LinkRole::Reads, keys, own, extends.span());
    }
}
