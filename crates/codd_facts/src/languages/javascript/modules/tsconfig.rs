//! `baseUrl` and `paths` of `tsconfig.json` and `jsconfig.json`, with what they extend.

use codd_source::RepoPath;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::packages::{Packages, folders_around};
use super::{Files, below, package_name, star_match};
use crate::ProjectFiles;

/// Configurations that may extend each other in one chain.
const MAX_EXTENDS: usize = 16;

/// Configurations by the folder they are for.
#[derive(Debug, Default)]
pub(super) struct Configs(FxHashMap<Box<str>, Config>);

#[derive(Clone, Debug, Default)]
struct Config {
    base_url: Option<String>,
    /// Each pattern with its targets, which are relative to the repository.
    paths: Option<Vec<(String, Vec<String>)>>,
}

impl Configs {
    pub(super) fn new(project: &ProjectFiles, packages: &Packages) -> Configs {
        let mut configs = Configs::default();
        // `jsconfig.json` sorts before `tsconfig.json`, which counts where both are.
        for path in project.manifests.keys() {
            if !matches!(path.file_name(), "tsconfig.json" | "jsconfig.json") {
                continue;
            }
            let mut config = Config::default();
            read(project, packages, path, &mut Vec::new(), &mut config);
            configs.0.insert(path.parent().into(), config);
        }
        configs
    }

    /// What the nearest configuration makes of an import that is not relative.
    pub(super) fn resolve(
        &self,
        files: &Files,
        packages: &Packages,
        from: &RepoPath,
        specifier: &str,
    ) -> Option<RepoPath> {
        let config = folders_around(from.parent()).find_map(|folder| self.0.get(folder))?;
        if let Some(found) = config.mapped(files, packages, specifier) {
            return Some(found);
        }
        let base = config.base_url.as_deref()?;
        files.relative(base, specifier, packages)
    }
}

impl Config {
    fn mapped(&self, files: &Files, packages: &Packages, specifier: &str) -> Option<RepoPath> {
        let paths = self.paths.as_ref()?;
        let exact = paths.iter().find(|(pattern, _)| pattern == specifier);
        let (targets, star) = match exact {
            Some((_, targets)) => (targets, ""),
            // The longest part before the star counts.
            None => paths
                .iter()
                .filter_map(|(pattern, targets)| {
                    Some((pattern.find('*')?, targets, star_match(pattern, specifier)?))
                })
                .max_by_key(|(length, ..)| *length)
                .map(|(_, targets, star)| (targets, star))?,
        };
        targets.iter().find_map(|target| {
            let path = target.replace('*', star);
            files.relative("", &path, packages)
        })
    }
}

/// Reads one file and what it extends; what stands nearer counts.
fn read(
    project: &ProjectFiles,
    packages: &Packages,
    path: &RepoPath,
    seen: &mut Vec<RepoPath>,
    config: &mut Config,
) {
    if seen.contains(path) || seen.len() >= MAX_EXTENDS {
        return;
    }
    seen.push(path.clone());
    let Some(text) = project.manifests.get(path) else { return };
    let Some(value) = parse_with_comments(text) else { return };
    let folder = path.parent();
    let options = &value["compilerOptions"];
    if config.base_url.is_none()
        && let Some(base) = options["baseUrl"].as_str()
        && let Some(base) = RepoPath::joined(folder, base)
    {
        config.base_url = Some(base.as_str().to_owned());
    }
    if config.paths.is_none()
        && let Some(paths) = options["paths"].as_object()
    {
        let base = options["baseUrl"].as_str().and_then(|base| RepoPath::joined(folder, base));
        let base = match (&base, &config.base_url) {
            (Some(own), _) => own.as_str(),
            // A `baseUrl` of what is extended would count, too, and is rare.
            (None, Some(inherited)) => inherited,
            (None, None) => folder,
        };
        let mapped = |value: &Value| -> Vec<String> {
            let targets = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let targets = targets.iter().filter_map(Value::as_str);
            targets
                .filter_map(|target| Some(RepoPath::joined(base, target)?.as_str().to_owned()))
                .collect()
        };
        let paths = paths.iter().map(|(pattern, value)| (pattern.clone(), mapped(value)));
        config.paths = Some(paths.collect());
    }
    let extended = match &value["extends"] {
        Value::String(one) => vec![one.as_str()],
        // The last of a list counts most.
        Value::Array(all) => all.iter().rev().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    for one in extended {
        if let Some(path) = extended_path(project, packages, path, one) {
            read(project, packages, &path, seen, config);
        }
    }
    if config.paths.is_none() {
        // A solution file keeps its options in the projects beside it.
        let references = value["references"].as_array().map(Vec::as_slice).unwrap_or_default();
        for reference in references {
            let Some(target) = reference["path"].as_str() else { continue };
            let Some(path) = RepoPath::joined(folder, target) else { continue };
            if path.parent() == folder && path.extension() == Some("json") {
                read(project, packages, &path, seen, config);
            }
        }
    }
}

fn extended_path(
    project: &ProjectFiles,
    packages: &Packages,
    from: &RepoPath,
    text: &str,
) -> Option<RepoPath> {
    let base = if text.starts_with('.') {
        RepoPath::joined(from.parent(), text)?
    } else {
        let name = package_name(text);
        let folder = packages.named(name, from)?;
        let rest = text[name.len()..].trim_start_matches('/');
        RepoPath::new(below(folder, if rest.is_empty() { "tsconfig.json" } else { rest }))
    };
    if project.manifests.contains_key(&base) {
        return Some(base);
    }
    let with_extension = RepoPath::new(format!("{base}.json"));
    project.manifests.contains_key(&with_extension).then_some(with_extension)
}

/// JSON with comments and trailing commas, as TypeScript takes it.
fn parse_with_comments(text: &str) -> Option<Value> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(char) = chars.next() {
        match (char, chars.peek()) {
            ('"', _) => {
                plain.push('"');
                while let Some(char) = chars.next() {
                    plain.push(char);
                    if char == '\\' {
                        plain.extend(chars.next());
                    } else if char == '"' {
                        break;
                    }
                }
            }
            ('/', Some('/')) => while chars.next_if(|char| *char != '\n').is_some() {},
            ('/', Some('*')) => {
                chars.next();
                let mut last = ' ';
                for char in chars.by_ref() {
                    if last == '*' && char == '/' {
                        break;
                    }
                    last = char;
                }
            }
            (']' | '}', _) => {
                let end = plain.trim_end().len();
                if plain[..end].ends_with(',') {
                    plain.truncate(end - 1);
                }
                plain.push(char);
            }
            _ => plain.push(char),
        }
    }
    serde_json::from_str(&plain).ok()
}
