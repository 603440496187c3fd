//! Kubernetes manifests: objects and what they name; kustomizations and their files.

use crate::commands::{Shell, Word, read_command};
use crate::documents::{At, Field};
use crate::links::{local_key, normalized};
use crate::programs;
use crate::resources::Resources;
use crate::{DefinitionId, LinkKind, LinkRole, Name};

/// Objects are known in all the manifests of a repository.
const PLACE: &str = "kubernetes";

/// Levels of an object that are looked through.
const DEEPEST: u32 = 24;

/// Values of an object that are looked at.
const MOST: u32 = 20_000;

pub(super) fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    if matches!(resources.path.stem(), "kustomization" | "Kustomization") {
        kustomization(root, resources);
        return;
    }
    let kind = root.text_of("kind");
    let name = root.get("metadata").and_then(|it| Some((it.text_of("name")?, it)));
    let (Some(kind), Some((name, metadata))) = (kind, name) else { return };
    if root.get("apiVersion").is_none() {
        return;
    }
    let name_span = metadata.get("name").map_or(root.span(), At::span);
    let own = resources.define(&format!("{kind}/{name}"), root.span(), name_span, None);
    resources.link(LinkKind::Object, LinkRole::Declares, [key(kind, name)], own, name_span);
    if matches!(kind, "ConfigMap" | "Secret") {
        for field in ["data", "stringData"].into_iter().filter_map(|it| root.get(it)) {
            super::environment(field, own, resources);
        }
    }
    let mut budget = MOST;
    walk(root, own, 0, &mut budget, resources);
}

fn key(kind: &str, name: &str) -> Name {
    local_key(PLACE, &format!("{kind}/{name}"))
}

fn walk(
    value: At<'_, '_>,
    own: Option<DefinitionId>,
    depth: u32,
    budget: &mut u32,
    resources: &mut Resources<'_>,
) {
    // An alias stands for its value at each place: the budget bounds what that can come to.
    if depth > DEEPEST || *budget == 0 {
        resources.builder.not_modelled("manifest beyond the limits");
        return;
    }
    *budget -= 1;
    for field in value.fields() {
        field_of(value, &field, own, resources);
        walk(field.value, own, depth + 1, budget, resources);
    }
    for item in value.items() {
        walk(item, own, depth + 1, budget, resources);
    }
}

fn field_of(
    outer: At<'_, '_>,
    field: &Field<'_, '_>,
    own: Option<DefinitionId>,
    resources: &mut Resources<'_>,
) {
    let value = field.value;
    let mut name = |kind: &str, named: Option<At<'_, '_>>| {
        if let Some(named) = named
            && let Some(text) = named.text()
        {
            let keys = [key(kind, text)];
            resources.link(LinkKind::Object, LinkRole::Reads, keys, own, named.span());
        }
    };
    match field.key {
        "configMapRef" | "configMapKeyRef" | "configMap" => name("ConfigMap", value.get("name")),
        "secretRef" | "secretKeyRef" => name("Secret", value.get("name")),
        "secret" => name("Secret", value.get("secretName")),
        "secretName" => name("Secret", Some(value)),
        "serviceAccountName" => name("ServiceAccount", Some(value)),
        "claimName" => name("PersistentVolumeClaim", Some(value)),
        "service" => name("Service", value.get("name")),
        "serviceName" => name("Service", Some(value)),
        "storageClassName" => name("StorageClass", Some(value)),
        "scaleTargetRef" | "roleRef" | "targetRef" => {
            if let Some(kind) = value.text_of("kind") {
                name(kind, value.get("name"));
            }
        }
        "subjects" => {
            for item in value.items() {
                if let Some(kind) = item.text_of("kind") {
                    name(kind, item.get("name"));
                }
            }
        }
        "env" => variables(value, own, resources),
        // What a command is given stands apart from it.
        "args" if outer.get("command").is_some() => {}
        "command" | "args" if outer.get("image").is_some() => {
            let given = outer.get("args").filter(|_| field.key == "command");
            let words: Vec<Word<'_>> = value
                .items()
                .chain(given.into_iter().flat_map(At::items))
                .filter_map(|it| Some(Word { text: it.raw()?.0, span: it.span() }))
                .collect();
            read_command(resources, &words, &mut Shell::new("", own));
        }
        _ => {}
    }
}

/// The variables of a container.
fn variables(list: At<'_, '_>, own: Option<DefinitionId>, resources: &mut Resources<'_>) {
    for item in list.items() {
        let Some(name) = item.get("name") else { continue };
        let Some(text) = name.text().filter(|it| crate::resources::is_environment_name(it)) else {
            continue;
        };
        let variable =
            resources.define(&format!("environment.{text}"), item.span(), name.span(), own);
        let role = if item.get("value").is_some() { LinkRole::Declares } else { LinkRole::Adopts };
        resources.link(LinkKind::Environment, role, [Name::new(text)], variable, name.span());
        if let Some(value) = item.text_of("value") {
            let keys = programs::of_variable("", text, value);
            resources.guess(LinkKind::File, LinkRole::Calls, keys, variable, item.span());
        }
    }
}

/// Lists of files that a kustomization is made of.
const PARTS: &[&str] = &[
    "bases",
    "components",
    "configurations",
    "crds",
    "generators",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "replacements",
    "resources",
    "transformers",
    "validators",
];

/// What makes objects of files, and the lists of these: `key=path`, or a path.
const GENERATORS: &[&str] = &["configMapGenerator", "secretGenerator"];
const GENERATED_FROM: &[&str] = &["env", "envs", "files"];

fn kustomization(root: At<'_, '_>, resources: &mut Resources<'_>) {
    let folder = resources.folder();
    for word in PARTS {
        for item in root.get(word).into_iter().flat_map(At::items) {
            let text = item.text().or_else(|| item.text_of("path"));
            let Some(path) = text.and_then(|it| normalized(folder, it)) else { continue };
            let inside = ["", "/kustomization.yaml", "/kustomization.yml"];
            let keys = inside.map(|end| Name::from(format!("{path}{end}")));
            resources.link(LinkKind::File, LinkRole::Reads, keys, None, item.span());
        }
    }
    let generators = GENERATORS.iter().filter_map(|it| root.get(it)).flat_map(At::items);
    for generator in generators {
        for list in GENERATED_FROM.iter().filter_map(|it| generator.get(it)) {
            let alone = list.text().map(|_| list);
            for item in alone.into_iter().chain(list.items()) {
                let text = item.text().unwrap_or_default();
                let path = text.split_once('=').map_or(text, |it| it.1);
                let Some(path) = normalized(folder, path) else { continue };
                let keys = [Name::from(path)];
                resources.link(LinkKind::File, LinkRole::Reads, keys, None, item.span());
            }
        }
    }
    for chart in root.get("helmCharts").into_iter().flat_map(At::items) {
        let Some(values) = chart.get("valuesFile") else { continue };
        if let Some(path) = values.text().and_then(|it| normalized(folder, it)) {
            let keys = [Name::from(path)];
            resources.link(LinkKind::File, LinkRole::Reads, keys, None, values.span());
        }
    }
}
