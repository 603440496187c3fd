//! The rules of one side: its configuration, controls and waivers, read from its snapshot.

use std::sync::Arc;

use codd_controls::{
    ControlSet, PathPatterns, ProjectConfig, Waiver, load_config, load_controls, load_waivers,
};
use codd_source::{Diagnostic, RepoPath, Snapshot};
use codd_verify::CheckPlan;
use sha2::{Digest, Sha256};

use crate::catalogues;
use crate::pack::hex;

pub(crate) use codd_source::CONFIGURATION_FILE;

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
}

impl Rules {
    /// The rules that a snapshot holds; what could not be read is a diagnostic.
    pub(crate) fn read(snapshot: &Snapshot) -> Rules {
        let mut diagnostics = Vec::new();
        let mut hasher = Sha256::new();
        let mut read = |path: &RepoPath| {
            let bytes = snapshot.get(path).and_then(|_| snapshot.read(path).ok())?;
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(&bytes);
            Some(bytes)
        };
        let path = RepoPath::from(CONFIGURATION_FILE);
        let config = match read(&path) {
            Some(bytes) => {
                let (config, found) = load_config(&path, &bytes);
                diagnostics.extend(found);
                config
            }
            None => ProjectConfig::default(),
        };
        let waivers_file = config.waivers.file.clone();
        let waivers = match read(&waivers_file) {
            Some(bytes) => {
                let loaded = load_waivers(&waivers_file, &bytes);
                diagnostics.extend(loaded.1);
                loaded.0
            }
            None => Vec::new(),
        };
        let patterns = PathPatterns::of_requirements(&config);
        let files: Vec<(RepoPath, Arc<[u8]>)> = snapshot
            .files()
            .keys()
            .filter(|path| patterns.takes(path.as_str()))
            .filter_map(|path| match snapshot.read(path) {
                Ok(bytes) => Some((path.clone(), bytes)),
                Err(error) => {
                    diagnostics.push(
                        Diagnostic::error("controls::unreadable", error.to_string()).in_file(path),
                    );
                    None
                }
            })
            .collect();
        let (catalogues, unknown) = catalogues::named(&config.catalogues);
        diagnostics.extend(unknown.into_iter().map(|it| it.in_file(&path)));
        let loaded = load_controls(&files, &catalogues);
        diagnostics.extend(loaded.diagnostics);
        let (plan, found) = CheckPlan::compile(&loaded.set);
        diagnostics.extend(found);
        Rules {
            config,
            controls: Arc::new(loaded.set),
            plan: Arc::new(plan),
            waivers,
            diagnostics,
            digest: hex(&hasher.finalize()),
            waivers_file,
        }
    }

    /// Whether the file is part of the rules: configuration, controls or waivers.
    pub(crate) fn holds(&self, path: &RepoPath) -> bool {
        *path == self.waivers_file
            || path.as_str() == CONFIGURATION_FILE
            || PathPatterns::of_requirements(&self.config).takes(path.as_str())
    }
}
