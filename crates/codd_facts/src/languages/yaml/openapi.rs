//! OpenAPI descriptions, in YAML and JSON: operations and schemas.

use crate::documents::At;
use crate::endpoints::{open_parameters, request_key};
use crate::links::{local_key, normalized, paths_from};
use crate::resources::Resources;
use crate::services::operation_key;
use crate::{DefinitionId, LinkKind, LinkRole, Name};

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

pub(in crate::languages) fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    let prefix = root.text_of("basePath").unwrap_or_default();
    for path in root.get("paths").into_iter().flat_map(At::fields) {
        for operation in path.value.fields().filter(|it| METHODS.contains(&it.key)) {
            let id = operation.value.text_of("operationId");
            let title = format!("{} {}", operation.key.to_ascii_uppercase(), path.key);
            let name = id.unwrap_or(&title);
            let own = resources.define(name, operation.span, operation.key_span, None);
            if let Some(id) = id {
                let keys = [operation_key("", id)];
                let span = operation.key_span;
                resources.link(LinkKind::Operation, LinkRole::Declares, keys, own, span);
                let controller = CONTROLLERS.iter().find_map(|word| {
                    operation.value.text_of(word).or_else(|| path.value.text_of(word))
                });
                handler(id, controller, own, operation.span, resources);
            }
            let whole = format!("{}{}", prefix.trim_end_matches('/'), open_parameters(path.key));
            if let Some(key) = request_key(operation.key, &whole) {
                let (kind, span) = (LinkKind::Endpoint, operation.key_span);
                resources.link(kind, LinkRole::Declares, [key], own, span);
            }
        }
    }
    let place = resources.path.as_str();
    let components = root.get("components").into_iter().flat_map(At::fields);
    let groups = components.chain(root.fields().filter(|it| it.key == "definitions"));
    for group in groups {
        for part in group.value.fields() {
            let name = format!("{}.{}", group.key, part.key);
            let own = resources.define(&name, part.span, part.key_span, None);
            let key = local_key(place, &name);
            resources.link(LinkKind::Local, LinkRole::Declares, [key], own, part.key_span);
        }
    }
}

/// Words that say in which module the functions are that answer, which are called as the
/// operations.
const CONTROLLERS: &[&str] = &[
    "x-controller",
    "x-eov-operation-handler",
    "x-openapi-router-controller",
    "x-swagger-router-controller",
];

/// An operation that is named by what answers it, `api.users.find`, or by that in a module which
/// is said.
fn handler(
    id: &str,
    controller: Option<&str>,
    own: Option<DefinitionId>,
    span: codd_source::Span,
    resources: &mut Resources<'_>,
) {
    let (module, function) = match (controller, id.rsplit_once('.')) {
        (Some(module), _) => (module, id),
        (None, Some(it)) => it,
        (None, None) => return,
    };
    let is_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | '/' | '-');
    if !module.chars().all(is_name) {
        return;
    }
    let dotted = module.replace('.', "/");
    let ends = [
        format!("{dotted}.py"),
        format!("{dotted}/__init__.py"),
        format!("{module}.js"),
        format!("{module}.ts"),
        format!("controllers/{module}.js"),
    ];
    let folder = resources.folder();
    let files = ends.iter().flat_map(|end| paths_from(folder, end));
    let keys: Vec<Name> = files.map(|it| Name::from(format!("{it}#{function}"))).collect();
    resources.link(LinkKind::Definition, LinkRole::Calls, keys, own, span);
}

/// What a `$ref` names.
pub(in crate::languages) fn reference(
    resources: &mut Resources<'_>,
    text: &str,
    owner: Option<DefinitionId>,
    span: codd_source::Span,
) {
    let (file, part) = text.split_once('#').unwrap_or((text, ""));
    let place = match file {
        "" => resources.path.as_str().to_owned(),
        _ => match normalized(resources.folder(), file) {
            Some(path) => path,
            None => return,
        },
    };
    let part = part.trim_start_matches('/').trim_start_matches("components/").replace('/', ".");
    if !file.is_empty() {
        let keys = [Name::from(place.clone())];
        resources.link(LinkKind::File, LinkRole::Reads, keys, owner, span);
    }
    if !part.is_empty() {
        let key = local_key(&place, &part);
        resources.link(LinkKind::Local, LinkRole::Reads, [key], owner, span);
    }
}
