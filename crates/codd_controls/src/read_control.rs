//! One control's text read into a checked control.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_source::{Diagnostic, DiagnosticSeverity, RepoPath};
use serde_yaml::Value;

use crate::Check;
use crate::applicability::read_applicability;
use crate::control::{
    Control, ControlId, EvidenceRequest, Example, Examples, Guidance, Origin, Severity,
};
use crate::frameworks::{Framework, FrameworkReference};
use crate::locate::{Part, PathStep};
use crate::read::{Fields, deserialize, kind_of};
use crate::read_scope::read_scope;
use crate::yaml_text::YamlText;

/// What one entry of `controls:` gave.
pub(crate) struct ControlReading {
    /// Known also of many controls that could not be read.
    pub(crate) id: Option<ControlId>,
    /// Only if there was no error.
    pub(crate) control: Option<Control>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads the control that `source` is; `file` is the text of its whole file.
pub(crate) fn read_control(source: &Arc<YamlText>, file: &str, origin: Origin) -> ControlReading {
    let mut diagnostics = Vec::new();
    let nothing = |diagnostics| ControlReading { id: None, control: None, diagnostics };
    let value = match source.value(file) {
        Ok(value) => value,
        Err(diagnostics) => return nothing(diagnostics),
    };
    let Some(mut fields) =
        Fields::open(source, Vec::new(), &value, "this control", &mut diagnostics)
    else {
        return nothing(diagnostics);
    };
    let id = read_id(&mut fields, source, &mut diagnostics);
    let name: Option<String> = fields.require("name", &mut diagnostics);
    let requirement = read_requirement(&mut fields, source, &mut diagnostics);
    let severity: Option<Severity> = fields.take("severity", &mut diagnostics);
    let rationale = fields.take("rationale", &mut diagnostics);
    let guidance = read_guidance(&mut fields, source, &mut diagnostics);
    let implementation = fields.take("implementation", &mut diagnostics);
    let owner = fields.take("owner", &mut diagnostics);
    let tags: Option<Vec<String>> = fields.take("tags", &mut diagnostics);
    let frameworks = read_frameworks(&mut fields, source, &mut diagnostics);
    let applies_to = read_scope(&mut fields, source, &mut diagnostics);
    let when = read_applicability(&mut fields, source, &mut diagnostics);
    let checks = read_checks(&mut fields, source, &mut diagnostics);
    let mut evidence: Vec<EvidenceRequest> = Vec::new();
    for (path, item) in fields.list("evidence", &mut diagnostics) {
        match deserialize(item, source, &path) {
            Ok(request) => evidence.push(request),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    let parameters = read_parameters(&mut fields, source, &mut diagnostics);
    let examples = read_examples(&mut fields, source, &mut diagnostics);
    fields.finish(&mut diagnostics);

    let is_broken = diagnostics.iter().any(|it| it.severity == DiagnosticSeverity::Error);
    let control = match (id.clone(), name, requirement) {
        (Some(id), Some(name), Some(requirement)) if !is_broken => Some(Control {
            id,
            name,
            requirement,
            severity: severity.unwrap_or_default(),
            rationale,
            guidance,
            implementation,
            owner,
            tags: tags.unwrap_or_default(),
            frameworks,
            applies_to,
            when,
            checks,
            evidence,
            parameters,
            examples,
            origin,
            span: source.span(),
            source: Arc::clone(source),
        }),
        _ => None,
    };
    ControlReading { id, control, diagnostics }
}

fn read_id(
    fields: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<ControlId> {
    let id: String = fields.require("id", diagnostics)?;
    let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    if id.chars().all(fits)
        && id.starts_with(|it: char| it.is_ascii_alphanumeric())
        && id.len() <= 64
    {
        return Some(ControlId(id.into()));
    }
    let message = if id.is_empty() {
        "the id is empty".to_owned()
    } else {
        format!("`{}` cannot be an id", id.escape_debug())
    };
    diagnostics.push(
        source
            .diagnostic("controls::bad_id", &["id".into()], message)
            .help("use at most 64 letters, digits, `-`, `_` and `.`, such as `SEC-001`"),
    );
    None
}

fn read_requirement(
    fields: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    const KEYWORDS: [&str; 6] = ["MUST", "SHALL", "REQUIRED", "SHOULD", "RECOMMENDED", "MAY"];
    let requirement: String = fields.require("requirement", diagnostics)?;
    let path = ["requirement".into()];
    let has_keyword = requirement
        .split(|it: char| !it.is_ascii_alphabetic())
        .any(|word| KEYWORDS.contains(&word) || word == "OPTIONAL");
    if requirement.trim().is_empty() {
        let warning =
            Diagnostic::warning("controls::empty_requirement", "the requirement is empty");
        diagnostics.push(source.label(warning, &path, Part::Value, "").help("say what MUST hold"));
    } else if !has_keyword {
        let note = Diagnostic::note(
            "controls::no_keyword",
            "the requirement does not say how binding it is",
        );
        diagnostics.push(
            source
                .label(note, &path, Part::Value, "")
                .help("use MUST, MUST NOT, SHOULD or MAY, in capitals (RFC 2119, RFC 8174)"),
        );
    }
    Some(requirement)
}

fn read_guidance(
    fields: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Guidance {
    match fields.value("guidance") {
        None => Guidance::default(),
        Some(Value::String(text)) => {
            Guidance { general: Some(text.clone()), by_language: BTreeMap::new() }
        }
        Some(value) => {
            let path = ["guidance".into()];
            match deserialize::<BTreeMap<String, String>>(value, source, &path) {
                Ok(mut by_language) => {
                    Guidance { general: by_language.remove("general"), by_language }
                }
                Err(diagnostic) => {
                    diagnostics
                        .push(diagnostic.help("write a text, or a map from language to text"));
                    Guidance::default()
                }
            }
        }
    }
}

fn read_frameworks(
    fields: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Framework, Vec<FrameworkReference>> {
    let mut frameworks: BTreeMap<Framework, Vec<FrameworkReference>> = BTreeMap::new();
    let Some(value) = fields.value("frameworks") else { return frameworks };
    let path = fields.path_to("frameworks");
    let Value::Mapping(entries) = value else {
        let error = Diagnostic::error(
            "yaml::wrong_type",
            format!("`frameworks` is {}, not a map", kind_of(value)),
        );
        diagnostics.push(
            source
                .label(error, &path, Part::Value, "expected a map")
                .help("write `frameworks: {cwe: [CWE-89]}`"),
        );
        return frameworks;
    };
    for (key, value) in entries {
        let name = key.as_str().unwrap_or_default();
        let path = [&path[..], &[name.into()]].concat();
        let framework = match deserialize::<Framework>(key, source, &path) {
            Ok(framework) => framework,
            Err(mut diagnostic) => {
                // The name is the key, but the reader took it for the value at that key.
                diagnostic.labels.clear();
                diagnostic.message = format!("unknown framework `{name}`");
                diagnostics.push(source.label(
                    diagnostic,
                    &path,
                    Part::Key,
                    "not one of the known frameworks",
                ));
                continue;
            }
        };
        let references = frameworks.entry(framework).or_default();
        let one = std::slice::from_ref(value);
        let (items, is_list) = match value {
            Value::Sequence(items) => (&items[..], true),
            _ => (one, false),
        };
        for (index, item) in items.iter().enumerate() {
            let mut path = path.clone();
            if is_list {
                path.push(index.into());
            }
            let reference = match item {
                Value::Mapping(_) => deserialize(item, source, &path),
                _ => deserialize(item, source, &path)
                    .map(|id| FrameworkReference { id, confidence: None }),
            };
            match reference {
                Ok(reference) => references.push(reference),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
    }
    frameworks
}

fn read_checks(
    fields: &mut Fields<'_>,
    source: &Arc<YamlText>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Check> {
    const HELP: &str = "a check is a map with one key, its kind: `- forbid: {…}`";
    let mut checks = Vec::new();
    for (path, item) in fields.list("checks", diagnostics) {
        let ordinal = checks.len() as u32;
        let wrong = match item {
            Value::Mapping(entries) if entries.len() == 1 => match entries.iter().next() {
                Some((Value::String(kind), settings)) => {
                    let path = [&path[..], &[kind.as_str().into()]].concat();
                    checks.push(Check {
                        kind: kind.as_str().into(),
                        settings: settings.clone(),
                        ordinal,
                        source: Arc::clone(source),
                        path,
                    });
                    continue;
                }
                _ => "the kind of this check is not a text".to_owned(),
            },
            Value::Mapping(entries) => {
                let kinds: Vec<&str> = entries.keys().filter_map(Value::as_str).collect();
                match kinds[..] {
                    [] => "this check has no kind".to_owned(),
                    _ => format!("this check has {} kinds: {}", entries.len(), kinds.join(", ")),
                }
            }
            Value::String(kind) => format!("this check has no settings, only the name `{kind}`"),
            other => format!("this check is {}", kind_of(other)),
        };
        let help = match item {
            Value::Mapping(entries) if entries.len() > 1 => {
                format!("{HELP}; if these are settings, indent them below their kind")
            }
            _ => HELP.to_owned(),
        };
        diagnostics.push(source.diagnostic("controls::bad_check", &path, wrong).help(help));
    }
    if let Some(text) = fields.take::<String>("verification", diagnostics) {
        checks.push(Check {
            kind: "verification".into(),
            settings: Value::String(text),
            ordinal: checks.len() as u32,
            source: Arc::clone(source),
            path: fields.path_to("verification"),
        });
    }
    checks
}

fn read_parameters(
    fields: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Value> {
    let Some(value) = fields.value("parameters") else { return BTreeMap::new() };
    let path = fields.path_to("parameters");
    deserialize(value, source, &path).unwrap_or_else(|diagnostic| {
        diagnostics.push(diagnostic.help("write a map from names to values"));
        BTreeMap::new()
    })
}

fn read_examples(
    fields: &mut Fields<'_>,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Examples {
    let Some(value) = fields.value("examples") else { return Examples::default() };
    let path = fields.path_to("examples");
    let Some(mut groups) = Fields::open(source, path, value, "`examples`", diagnostics) else {
        return Examples::default();
    };
    let good = read_example_list(&mut groups, "good", source, diagnostics);
    let bad = read_example_list(&mut groups, "bad", source, diagnostics);
    groups.finish(diagnostics);
    Examples { good, bad }
}

fn read_example_list(
    groups: &mut Fields<'_>,
    key: &'static str,
    source: &YamlText,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Example> {
    let mut examples = Vec::new();
    for (path, item) in groups.list(key, diagnostics) {
        let example: Example = match deserialize(item, source, &path) {
            Ok(example) => example,
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                continue;
            }
        };
        let at = |key: &str| -> Vec<PathStep> { [&path[..], &[key.into()]].concat() };
        let lines = example.code.lines().count();
        match example.line {
            Some(_) if key == "good" => diagnostics.push(
                source
                    .diagnostic(
                        "controls::bad_example",
                        &at("line"),
                        "a good example has no line with a finding",
                    )
                    .help("remove `line`, or move the example to `bad`"),
            ),
            Some(line) if line == 0 || line as usize > lines => diagnostics.push(
                source
                    .diagnostic(
                        "controls::bad_example",
                        &at("line"),
                        format!("the code has no line {line}"),
                    )
                    .help(format!("lines count from 1; this code has {lines}")),
            ),
            _ => {}
        }
        if let Some(text) = &example.path
            && (RepoPath::joined("", text).is_none() || text.starts_with('/'))
        {
            diagnostics.push(
                source
                    .diagnostic("controls::bad_example", &at("path"), "the path leaves the project")
                    .help("write it from the project's root, such as `src/app.py`"),
            );
        }
        examples.push(example);
    }
    examples
}
