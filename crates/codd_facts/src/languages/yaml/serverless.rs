//! Functions that a platform runs: those of the Serverless Framework, and of templates of AWS SAM
//! and CloudFormation.

use crate::documents::At;
use crate::programs::function_handler;
use crate::resources::Resources;
use crate::{DefinitionId, LinkKind, LinkRole, Name};

/// Resources that are functions.
const FUNCTIONS: [&str; 2] = ["AWS::Lambda::Function", "AWS::Serverless::Function"];

/// Whether a document describes such functions.
pub(super) fn is_one(root: At<'_, '_>) -> bool {
    let has = |key: &str| root.get(key).is_some();
    // Templates need not say that they are some.
    let mut parts = root.get("Resources").into_iter().flat_map(At::fields);
    has("functions") && has("provider")
        || has("Resources") && (has("AWSTemplateFormatVersion") || has("Transform"))
        || parts.any(|it| is_function(it.value))
}

fn is_function(resource: At<'_, '_>) -> bool {
    resource.text_of("Type").is_some_and(|it| FUNCTIONS.contains(&it))
}

pub(super) fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    if let Some(provider) = root.get("provider") {
        variables(provider.get("environment"), None, resources);
    }
    for function in root.get("functions").into_iter().flat_map(At::fields) {
        let name = format!("functions.{}", function.key);
        let own = resources.define(&name, function.span, function.key_span, None);
        handler(function.value.get("handler"), &["."], own, resources);
        variables(function.value.get("environment"), own, resources);
    }
    let globals = root.get("Globals").and_then(|it| it.get("Function"));
    let of_all = globals.and_then(|it| it.text_of("CodeUri"));
    for it in root.get("Resources").into_iter().flat_map(At::fields) {
        let own = resources.define(&format!("Resources.{}", it.key), it.span, it.key_span, None);
        let properties = it.value.get("Properties").filter(|_| is_function(it.value));
        let Some(properties) = properties else { continue };
        let place = properties.text_of("CodeUri").or(of_all).unwrap_or(".");
        handler(properties.get("Handler"), &[place, "."], own, resources);
        let environment = properties.get("Environment").and_then(|it| it.get("Variables"));
        variables(environment, own, resources);
    }
}

fn handler(
    written: Option<At<'_, '_>>,
    places: &[&str],
    own: Option<DefinitionId>,
    resources: &mut Resources<'_>,
) {
    let Some(written) = written else { return };
    let found = written.text().and_then(|it| function_handler(resources.folder(), places, it));
    if let Some(found) = found {
        found.put(resources, own, written.span());
    }
}

/// The variables of the environment that functions are given.
fn variables(given: Option<At<'_, '_>>, own: Option<DefinitionId>, resources: &mut Resources<'_>) {
    for it in given.into_iter().flat_map(At::fields) {
        if crate::resources::is_environment_name(it.key) {
            let (kind, role) = (LinkKind::Environment, LinkRole::Declares);
            resources.link(kind, role, [Name::new(it.key)], own, it.key_span);
        }
    }
}
