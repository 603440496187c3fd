//! Modules that are named by a text and run by it: `shop.web:app`, `FLASK_APP=shop.web`.

use codd_source::Span;

use crate::links::{normalized, paths_from};
use crate::resources::{Resources, unquoted};
use crate::{DefinitionId, LinkKind, LinkRole, Name};

/// Variables of the environment whose value is the module that a server runs.
const NAMING: &[&str] =
    &["APP_MODULE", "CELERY_APP", "DJANGO_SETTINGS_MODULE", "FLASK_APP", "MODULE_NAME"];

/// The longest text that is taken for the name of a module.
const LONGEST: usize = 200;

/// The files of `package.module:attribute`, for a file in `folder`; none where it is no such text.
pub(crate) fn served(folder: &str, text: &str) -> Vec<Name> {
    let Some((module, attribute)) = text.split_once(':') else { return Vec::new() };
    // `shop.web:make_app()` makes what is served.
    let attribute = attribute.split('(').next().unwrap_or(attribute);
    if is_dotted(attribute) { module_files(folder, module) } else { Vec::new() }
}

/// The files of `package.module`, for a file in `folder`; none where it is no name of a module.
pub(crate) fn module_files(folder: &str, module: &str) -> Vec<Name> {
    if !is_dotted(module) {
        return Vec::new();
    }
    let path = module.replace('.', "/");
    let ends = [format!("{path}.py"), format!("{path}/__init__.py")];
    ends.iter().flat_map(|end| paths_from(folder, end)).collect()
}

/// The files that a variable of the environment says to run by its value.
pub(crate) fn of_variable(folder: &str, name: &str, value: &str) -> Vec<Name> {
    let value = unquoted(value.trim());
    if !NAMING.contains(&name) || value.len() > LONGEST {
        return Vec::new();
    }
    let module = value.split(':').next().unwrap_or(value);
    if module.ends_with(".py") { paths_from(folder, module) } else { module_files(folder, module) }
}

/// What an entry point of a package names.
pub(crate) struct EntryPoint {
    pub(crate) files: Vec<Name>,
    /// The function in each of the files; none where it names a module alone.
    pub(crate) functions: Vec<Name>,
}

/// What `package.module:function [extra]` of a manifest in `folder` names.
pub(crate) fn entry_point(folder: &str, text: &str) -> EntryPoint {
    let text = text.split('[').next().unwrap_or(text).trim();
    let (module, function) = text.split_once(':').unwrap_or((text, ""));
    let path = module.replace('.', "/");
    let ends = [format!("{path}.py"), format!("{path}/__init__.py")];
    let roots = ["", "src/", "lib/"];
    let files: Vec<Name> = ends
        .iter()
        .flat_map(|end| roots.iter().map(move |root| format!("{root}{end}")))
        .filter_map(|it| paths_from(folder, &it).into_iter().next())
        .collect();
    let functions = match function {
        "" => Vec::new(),
        function => files.iter().map(|it| Name::from(format!("{it}#{function}"))).collect(),
    };
    EntryPoint { files, functions }
}

/// Endings of files in which the platforms that run functions look for one.
const FUNCTION_FILES: &[&str] = &["py", "js", "mjs", "cjs", "ts", "mts", "rb"];

/// What a platform that runs functions is told to run.
pub(crate) struct FunctionHandler {
    pub(crate) files: Vec<Name>,
    pub(crate) functions: Vec<Name>,
}

/// What `src/orders.create` names, written in `folder` for code that lies in one of `places` below
/// it; `None` where it is no such text.
pub(crate) fn function_handler(
    folder: &str,
    places: &[&str],
    text: &str,
) -> Option<FunctionHandler> {
    let text = unquoted(text.trim());
    let (module, function) = text.rsplit_once('.')?;
    let is_path = |it: &str| {
        !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || "_-./@".contains(it))
    };
    if text.len() > LONGEST || !is_path(module) || !is_dotted(function) {
        return None;
    }
    let ends = FUNCTION_FILES.iter().map(|ending| match *ending {
        // Modules of Python have names with dots, where others have paths.
        "py" if !module.contains('/') => format!("{}.py", module.replace('.', "/")),
        ending => format!("{module}.{ending}"),
    });
    let ends: Vec<String> = ends.collect();
    let below =
        places.iter().flat_map(|place| ends.iter().map(move |end| format!("{place}/{end}")));
    let files: Vec<Name> = below.filter_map(|it| normalized(folder, &it).map(Name::from)).collect();
    let functions = files.iter().map(|it| Name::from(format!("{it}#{function}"))).collect();
    Some(FunctionHandler { files, functions })
}

impl FunctionHandler {
    /// Says that the owner runs it.
    pub(crate) fn put(self, resources: &mut Resources<'_>, own: Option<DefinitionId>, span: Span) {
        let role = LinkRole::Calls;
        resources.link(LinkKind::Definition, role, self.functions, own, span);
        resources.guess(LinkKind::File, role, self.files, own, span);
    }
}

fn is_dotted(text: &str) -> bool {
    let is_word = |it: &str| {
        !it.is_empty()
            && !it.starts_with(|it: char| it.is_numeric())
            && it.chars().all(|it| it.is_alphanumeric() || it == '_')
    };
    text.len() <= LONGEST && text.split('.').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(keys: Vec<Name>) -> String {
        keys.iter().map(Name::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_module_is_named_with_what_it_serves() {
        assert_eq!(all(served("", "shop.web:app")), "shop/web.py shop/web/__init__.py");
        assert_eq!(all(served("", "web:make()")), "web.py web/__init__.py");
        assert_eq!(all(served("", "http://x:80")), "");
        assert_eq!(all(served("", "10:30")), "");
        assert_eq!(all(of_variable("", "FLASK_APP", "\"web.py\"")), "web.py");
        assert_eq!(all(of_variable("", "FLASK_APP", "web:app")), "web.py web/__init__.py");
        assert_eq!(all(of_variable("", "OTHER", "web")), "");
    }
}
