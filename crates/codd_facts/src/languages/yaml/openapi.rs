//! OpenAPI descriptions, in YAML and JSON: operations and schemas.

use crate::documents::At;
use crate::endpoints::{open_parameters, request_key};
use crate::links::{local_key, normalized};
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
                handler(id, own, operation.span, resources);
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

/// An operation that is named by what answers it: `api.users.find`.
fn handler(
    id: &str,
    own: Option<DefinitionId>,
    span: codd_source::Span,
    resources: &mut Resources<'_>,
) {
    if let Some((module, function)) = id.rsplit_once('.')
        && module.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '.'))
    {
        let key = Name::from(format!("{}.py#{function}", module.replace('.', "/")));
        resources.link(LinkKind::Definition, LinkRole::Calls, [key], own, span);
    }
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
