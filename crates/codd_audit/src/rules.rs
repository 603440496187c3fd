//! The rules of one side: its configuration, controls and waivers, read from its snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use codd_controls::{
    Control, ControlSet, EXTENDS_FOLDER, Origin, Part, PathPatterns, ProjectConfig, Waiver,
    load_config, load_controls, load_waivers, place_in_config, place_in_file, place_of_key,
};
use codd_facts::PartHasher;
use codd_source::{Diagnostic, FileKind, RepoPath, Snapshot, nearest, printable};
use codd_verify::CheckPlan;
use sha2::{Digest, Sha256};

use crate::pack::hex;
use crate::{catalogues, extended, links, records};

pub(crate) use codd_source::CONFIGURATION_FILE;

/// The most days that a waiver counts without a warning.
const LONGEST_WAIVER: i64 = 366;

/// Everything that says how one side judges.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) config: ProjectConfig,
    pub(crate) controls: Arc<ControlSet>,
    pub(crate) plan: Arc<CheckPlan>,
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// SHA-256 over the configuration and the waivers as written.
    pub(crate) digest: String,
    /// The file that waivers are read from.
    pub(crate) waivers_file: RepoPath,
    /// Of all that the controls are read from.
    sources: [u8; 32],
    /// What is wrong with the controls.
    of_controls: Vec<Diagnostic>,
}

impl Rules {
    /// The rules that a snapshot holds; what could not be read is a diagnostic.
    pub(crate) fn read(snapshot: &Snapshot) -> Rules {
        Rules::read_beside(snapshot, None)
    }

    /// The same; where the controls are written as they are for `other`, they are its.
    pub(crate) fn read_beside(snapshot: &Snapshot, other: Option<&Rules>) -> Rules {
        let mut diagnostics = Vec::new();
        let mut hasher = Sha256::new();
        let path = RepoPath::from(CONFIGURATION_FILE);
        let mut read = |path: &RepoPath, diagnostics: &mut Vec<Diagnostic>| {
            let bytes = match records::input(snapshot, path)? {
                Ok(bytes) => bytes,
                Err(diagnostic) => {
                    diagnostics.push(diagnostic);
                    return None;
                }
            };
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
            Some(bytes)
        };
        let own = read(&path, &mut diagnostics);
        let config = match &own {
            Some(bytes) => {
                let (config, found) = load_config(&path, bytes);
                diagnostics.extend(found);
                config
            }
            None => ProjectConfig::default(),
        };
        let waivers_file = config.waivers.file.clone();
        let waivers = match read(&waivers_file, &mut diagnostics) {
            Some(bytes) => {
                let loaded = load_waivers(&waivers_file, &bytes);
                diagnostics.extend(loaded.1);
                diagnostics.extend(long_waivers(&waivers_file, &loaded.0));
                loaded.0
            }
            None => Vec::new(),
        };
        let patterns = PathPatterns::of_requirements(&config);
        let named: Vec<RepoPath> =
            records::inputs(snapshot).filter(|path| patterns.takes(path.as_str())).collect();
        let mut files: Vec<(RepoPath, Arc<[u8]>)> = Vec::new();
        for path in named {
            match records::input(snapshot, &path) {
                Some(Ok(bytes)) => files.push((path, bytes)),
                Some(Err(diagnostic)) => diagnostics.push(diagnostic),
                None => {}
            }
        }
        diagnostics.extend(unread_folders(&config, snapshot));
        diagnostics.extend(misnamed(&config, own.as_deref().unwrap_or_default(), snapshot));
        let catalogues = catalogues::named(&config.catalogues);
        diagnostics.extend(catalogues.unknown.into_iter().map(|(name, it)| {
            let place = own.as_deref().and_then(|it| place_in_config(it, &["catalogues"], &name));
            let it = it.in_file(&path);
            place.map_or(it.clone(), |span| it.at(span, ""))
        }));
        let kept = extended::kept(&config.extends, snapshot);
        diagnostics.extend(kept.diagnostics.into_iter().map(|(at, it)| {
            let steps = ["extends".into(), at.into()];
            let place = own.as_deref().and_then(|it| place_in_file(&path, it, &steps, Part::Value));
            let it = it.in_file(&path);
            place.map_or(it.clone(), |span| it.at(span, ""))
        }));
        let mut shared: Vec<(&str, &str)> = catalogues.found;
        shared.extend(kept.found.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let sources = sources(own.as_deref(), &files, &shared);
        if let Some(other) = other.filter(|it| it.sources == sources) {
            diagnostics.extend_from_slice(&other.of_controls);
            return Rules {
                config,
                waivers,
                diagnostics,
                digest: hex(&hasher.finalize()),
                waivers_file,
                ..other.clone()
            };
        }
        let mut loaded = load_controls(&files, &shared);
        let mut of_controls = Vec::new();
        let unused = loaded.settle(&config);
        of_controls.extend(unused.iter().map(|name| {
            let text = format!("no control has a parameter `{}`", printable(name));
            let it = Diagnostic::warning("config::unused_parameter", text).in_file(&path);
            let keys = ["parameters", name];
            let place = own.as_deref().and_then(|it| place_of_key(&path, it, &keys));
            place.map_or(it.clone(), |span| it.at(span, "nothing uses it"))
        }));
        of_controls.extend(loaded.diagnostics);
        // A test compiles what codd ships, as it ships it.
        let is_as_shipped = kept.found.is_empty() && config.parameters.is_empty();
        let is_shipped = |it: &Control| matches!(it.origin, Origin::Catalogue { .. });
        let controls = Arc::new(loaded.set);
        let (plan, found) = CheckPlan::deferred(&controls, |it| is_as_shipped && is_shipped(it));
        of_controls.extend(found);
        diagnostics.extend_from_slice(&of_controls);
        Rules {
            config,
            controls,
            plan: Arc::new(plan),
            waivers,
            diagnostics,
            digest: hex(&hasher.finalize()),
            waivers_file,
            sources,
            of_controls,
        }
    }

    /// The controls of a catalogue alone, with parameters of one's own.
    pub(crate) fn of_catalogue(
        catalogue: (&str, &str),
        parameters: BTreeMap<String, serde_yaml::Value>,
    ) -> Rules {
        let config = ProjectConfig { parameters, ..ProjectConfig::default() };
        let mut loaded = load_controls(&[], &[catalogue]);
        loaded.settle(&config);
        let (plan, _) = CheckPlan::compile(&loaded.set);
        Rules {
            waivers_file: config.waivers.file.clone(),
            config,
            controls: Arc::new(loaded.set),
            plan: Arc::new(plan),
            waivers: Vec::new(),
            diagnostics: Vec::new(),
            digest: String::new(),
            sources: [0; 32],
            of_controls: Vec::new(),
        }
    }

    /// Whether part of what is there could not be read at all.
    pub(crate) fn is_unread(&self) -> bool {
        self.diagnostics.iter().any(|it| it.code == records::UNREADABLE)
    }

    /// Whether the file is part of the rules: configuration, controls or waivers.
    pub(crate) fn holds(&self, path: &RepoPath) -> bool {
        *path == self.waivers_file
            || path.as_str() == CONFIGURATION_FILE
            || path.as_str().starts_with(EXTENDS_FOLDER)
            || PathPatterns::of_requirements(&self.config).takes(path.as_str())
    }
}

/// Tells apart all that controls are read from.
fn sources(
    config: Option<&[u8]>,
    files: &[(RepoPath, Arc<[u8]>)],
    shared: &[(&str, &str)],
) -> [u8; 32] {
    let mut hasher = PartHasher::default();
    hasher.part([u8::from(config.is_some())]);
    hasher.part(config.unwrap_or_default());
    hasher.part((files.len() as u64).to_le_bytes());
    for (path, bytes) in files {
        hasher.part(path.as_str());
        hasher.part(bytes);
    }
    for (name, text) in shared {
        hasher.part(name);
        hasher.part(text);
    }
    hasher.finish()
}

/// A diagnostic for each waiver that outlives the year after which everybody has forgotten it.
fn long_waivers(path: &RepoPath, waivers: &[Waiver]) -> Vec<Diagnostic> {
    let long = waivers.iter().filter(|it| it.created.days_until(it.expires) > LONGEST_WAIVER);
    long.map(|waiver| {
        let days = waiver.created.days_until(waiver.expires);
        let message = format!("this waiver of {} counts for {days} days", waiver.target);
        Diagnostic::warning("waivers::long", message)
            .in_file(path)
            .at(waiver.span, "")
            .help("end it within a year, and have it approved again if it is needed longer")
    })
    .collect()
}

/// A diagnostic for each folder of requirements that is none: a link, another repository.
fn unread_folders(config: &ProjectConfig, snapshot: &Snapshot) -> Vec<Diagnostic> {
    let folder = |pattern: &str| {
        let plain = pattern.split(['*', '?', '[', '{']).next().unwrap_or_default();
        plain.rsplit_once('/').map_or(String::new(), |it| it.0.trim_matches('/').to_owned())
    };
    let folders: BTreeSet<String> =
        config.requirements.iter().map(|it| folder(&it.text)).filter(|it| !it.is_empty()).collect();
    let is_below = |path: &str, folder: &str| {
        path.strip_prefix(folder).is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    let patterns = PathPatterns::of_requirements(config);
    let leads_to_file = |path: &RepoPath| {
        let target = links::target(snapshot, path);
        target.is_some_and(|it| snapshot.get(&it).is_some_and(|it| it.kind != FileKind::Symlink))
    };
    let stands_in = |path: &RepoPath| match snapshot.get(path) {
        Some(file) => file.kind == FileKind::Symlink && !leads_to_file(path),
        None => path.extension().is_none(),
    };
    let on_the_way = records::inputs(snapshot).filter(|path| {
        let is_near = |it: &String| is_below(path.as_str(), it) || is_below(it, path.as_str());
        folders.iter().any(is_near) && !patterns.takes(path.as_str()) && stands_in(path)
    });
    on_the_way.filter_map(|path| records::input(snapshot, &path)?.err()).collect()
}

/// Names in the configuration that mean nothing here: languages that are none, requirements
/// that are nowhere.
fn misnamed(config: &ProjectConfig, own: &[u8], snapshot: &Snapshot) -> Vec<Diagnostic> {
    let path = RepoPath::from(CONFIGURATION_FILE);
    let at = |diagnostic: Diagnostic, keys: &[&str], text: &str| {
        let diagnostic = diagnostic.in_file(&path);
        match place_in_config(own, keys, text) {
            Some(span) => diagnostic.at(span, ""),
            None => diagnostic,
        }
    };
    let mut found = Vec::new();
    for name in &config.project.languages {
        if codd_facts::language_named(name).is_some() {
            continue;
        }
        let known: Vec<&str> = codd_facts::all_languages().map(|it| it.0.name()).collect();
        let text = format!("there is no language `{}`", printable(name));
        let error = Diagnostic::error("config::unknown_language", text).help(
            match nearest(name, known.iter().copied(), 1).first() {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: `{}`", known.join("`, `")),
            },
        );
        found.push(at(error, &["project", "languages"], name));
    }
    for pattern in config.requirements.iter().filter(|it| !it.excludes) {
        let text = &pattern.text;
        // What a project without a configuration of its own does not have, nobody named.
        let Some(span) = place_in_config(own, &["requirements"], text) else { continue };
        let alone = PathPatterns::of_requirements(&ProjectConfig {
            requirements: vec![pattern.clone()],
            ..config.clone()
        });
        if records::inputs(snapshot).any(|path| alone.takes(path.as_str())) {
            continue;
        }
        let message = format!("`{}` names no requirement file", printable(text));
        // A pattern may wait for its first file; a path that is not there is a mistake.
        let diagnostic = if text.contains(['*', '?', '[', '{']) {
            Diagnostic::warning("config::no_requirements", message)
        } else {
            Diagnostic::error("config::no_requirements", message)
        };
        found.push(
            diagnostic
                .in_file(&path)
                .at(span, "nothing is there")
                .help("write the path of a file or folder, or a glob, from the project's root"),
        );
    }
    found
}
