//! `applies_to` read into a scope.

use codd_source::{Diagnostic, suggestion};

use crate::locate::Part;
use crate::read::{Fields, deserialize};
use crate::scope::{RouteScope, Scope, ScopePattern};
use crate::yaml_text::YamlText;

const METHODS: [&str; 11] = [
    "*",
    "CONNECT",
    "DELETE",
    "GET",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "POST",
    "PUT",
    "TRACE",
    "WEBSOCKET",
];

/// Reads the scope under `applies_to` of a control.
pub(crate) fn read_scope(
    control: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Scope {
    let Some(value) = control.value("applies_to") else { return Scope::default() };
    let path = control.path_to("applies_to");
    let Some(mut fields) = Fields::open(source, path, value, "`applies_to`", diagnostics) else {
        return Scope::default();
    };
    let paths = read_patterns(&mut fields, "paths", ScopePattern::of_paths, source, diagnostics);
    let languages = read_texts(&mut fields, "languages", source, diagnostics);
    let symbols =
        read_patterns(&mut fields, "symbols", ScopePattern::of_names, source, diagnostics);
    let routes = read_routes(&mut fields, source, diagnostics);
    let leaves_tests_out = fields.take("tests", diagnostics) == Some(false);
    fields.finish(diagnostics);
    let languages = languages.into_iter().map(|it| it.to_lowercase()).collect();
    Scope { paths, languages, symbols, routes, leaves_tests_out }
}

fn read_routes(
    scope: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<RouteScope> {
    let value = scope.value("routes")?;
    let path = scope.path_to("routes");
    let mut fields = Fields::open(source, path, value, "`routes`", diagnostics)?;
    let methods: Vec<String> = read_texts(&mut fields, "methods", source, diagnostics)
        .into_iter()
        .map(|it| it.to_uppercase())
        .collect();
    for (index, method) in methods.iter().enumerate() {
        if !METHODS.contains(&method.as_str()) {
            let path = [&fields.path_to("methods")[..], &[index.into()]].concat();
            let warning = Diagnostic::warning(
                "controls::unusual_method",
                format!("`{method}` is not a usual HTTP method"),
            );
            let warning = source.label(warning, &path, Part::Value, "");
            diagnostics.push(match suggestion(method, METHODS) {
                Some(near) => warning.help(format!("did you mean `{near}`?")),
                None => warning,
            });
        }
    }
    let paths = read_patterns(&mut fields, "paths", ScopePattern::of_paths, source, diagnostics);
    fields.finish(diagnostics);
    Some(RouteScope { methods, paths })
}

/// The patterns of the list under `key`; `compile` reads one.
pub(crate) fn read_patterns(
    fields: &mut Fields<'_>,
    key: &'static str,
    compile: fn(&str) -> Result<ScopePattern, globset::Error>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ScopePattern> {
    let texts = read_texts(fields, key, source, diagnostics);
    let mut patterns = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let path = [&fields.path_to(key)[..], &[index.into()]].concat();
        match compile(text) {
            Ok(_) if text.trim_start_matches('!').is_empty() => diagnostics.push(
                source
                    .diagnostic("controls::bad_glob", &path, "the pattern is empty and matches nothing")
                    .help("remove it, or write `**` for everything"),
            ),
            Ok(pattern) => patterns.push(pattern),
            Err(error) => diagnostics.push(
                source
                    .diagnostic("controls::bad_glob", &path, format!("not a glob: {}", error.kind()))
                    .help("`*` stays in a folder, `**` does not; put `\\` before a bracket that is meant as such"),
            ),
        }
    }
    patterns
}

/// The texts of the list under `key`; a bad one has its diagnostic and keeps its place.
pub(crate) fn read_texts(
    fields: &mut Fields<'_>,
    key: &'static str,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let items = fields.list(key, diagnostics);
    if items.is_empty() && fields.value(key).is_some_and(|it| it.as_sequence().is_some()) {
        let warning = Diagnostic::warning(
            "controls::empty_list",
            format!("an empty `{key}` restricts nothing"),
        );
        diagnostics.push(
            source
                .label(warning, &fields.path_to(key), Part::Value, "")
                .help("remove it, or put something in it"),
        );
    }
    items
        .into_iter()
        .filter_map(|(path, item)| {
            deserialize::<String>(item, source, &path).map_err(|it| diagnostics.push(it)).ok()
        })
        .collect()
}
