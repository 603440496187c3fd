//! Functions that a cloud runs: those of the Serverless Framework and of AWS SAM, with the files
//! that hold them.

use crate::documents::{At, Field};
use crate::links::{local_key, normalized};
use crate::resources::Resources;
use crate::{DefinitionId, LinkKind, LinkRole, Name};

/// What a module may be kept in: `src/orders.create` is `create` of one of these.
const EXTENSIONS: [&str; 7] = ["py", "js", "ts", "mjs", "cjs", "mts", "rb"];

/// The types of SAM and CloudFormation that are functions.
const TYPES: [&str; 2] = ["AWS::Lambda::Function", "AWS::Serverless::Function"];

/// Whether a document describes such functions.
pub(super) fn is_described(root: At<'_, '_>) -> bool {
    let mut functions = fields_of(root, "functions");
    root.get("provider").is_some() && functions.any(|it| it.value.get("handler").is_some())
        || of_templates(root).next().is_some()
}

pub(super) fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    for function in fields_of(root, "functions") {
        let own = declare("functions", function, resources);
        if let Some(handler) = function.value.get("handler") {
            runs(handler, "", own, resources);
        }
        if let Some(environment) = function.value.get("environment") {
            super::environment(environment, own, resources);
        }
    }
    let shared = root.get("Globals").and_then(|it| it.get("Function"));
    let shared = shared.and_then(|it| it.text_of("CodeUri")).unwrap_or_default();
    for function in of_templates(root) {
        let own = declare("Resources", function, resources);
        let Some(properties) = function.value.get("Properties") else { continue };
        if let Some(handler) = properties.get("Handler") {
            runs(handler, properties.text_of("CodeUri").unwrap_or(shared), own, resources);
        }
    }
}

fn fields_of<'d, 't>(root: At<'d, 't>, key: &str) -> impl Iterator<Item = Field<'d, 't>> {
    root.get(key).into_iter().flat_map(At::fields)
}

fn of_templates<'d, 't>(root: At<'d, 't>) -> impl Iterator<Item = Field<'d, 't>> {
    fields_of(root, "Resources")
        .filter(|it| it.value.text_of("Type").is_some_and(|it| TYPES.contains(&it)))
}

fn declare(
    group: &str,
    function: Field<'_, '_>,
    resources: &mut Resources<'_>,
) -> Option<DefinitionId> {
    let name = format!("{group}.{}", function.key);
    let own = resources.define(&name, function.span, function.key_span, None);
    let key = local_key(resources.path.as_str(), &name);
    resources.link(LinkKind::Local, LinkRole::Declares, [key], own, function.key_span);
    own
}

/// `src/orders.create`, below the folder of the code: `create` of the file `src/orders`.
fn runs(
    handler: At<'_, '_>,
    below: &str,
    own: Option<DefinitionId>,
    resources: &mut Resources<'_>,
) {
    let Some(written) = handler.text() else { return };
    let Some((module, _)) = written.rsplit_once('.') else { return };
    let folder = normalized(resources.folder(), below).unwrap_or_default();
    let Some(path) = normalized(&folder, &module.replace("::", "/")) else { return };
    let keys = EXTENSIONS.map(|it| Name::from(format!("{path}.{it}")));
    resources.link(LinkKind::File, LinkRole::Calls, keys, own, handler.span());
}
