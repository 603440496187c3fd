//! Corrections of requirement files that codd can write itself.

use std::collections::BTreeMap;

use codd_controls::{Fix, apply_fixes};
use codd_source::{LineIndex, RepoPath};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::Rules;
use crate::{Workspace, WorkspaceError};

/// One correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposedFix {
    pub path: String,
    pub line: u32,
    pub replacement: String,
    pub why: String,
}

impl Workspace {
    /// The corrections of the project's requirement files, none of them written.
    pub fn proposed_fixes(&self) -> Result<Vec<ProposedFix>, WorkspaceError> {
        self.fixes(|_, _| Ok(()))
    }

    /// Writes the corrections of the project's requirement files, and says which they were.
    pub fn fix_controls(&self) -> Result<Vec<ProposedFix>, WorkspaceError> {
        self.fixes(|path, fixed| {
            Ok(self.system.write(&self.root.path.join(path.as_str()), fixed.as_bytes())?)
        })
    }

    /// The corrections, each corrected file handed to `write`.
    fn fixes(
        &self,
        write: impl Fn(&RepoPath, &str) -> Result<(), WorkspaceError>,
    ) -> Result<Vec<ProposedFix>, WorkspaceError> {
        let snapshot = self.snapshot(&[])?;
        let rules = Rules::read(&snapshot);
        let mut by_file: BTreeMap<RepoPath, Vec<Fix>> = BTreeMap::new();
        for fix in codd_verify::proposed_fixes(&rules.controls) {
            // A catalogue is no file of the project.
            if snapshot.get(&fix.path).is_some() {
                by_file.entry(fix.path.clone()).or_default().push(fix);
            }
        }
        let mut proposed = Vec::new();
        for (path, fixes) in by_file {
            let bytes = snapshot.read(&path).map_err(codd_source::SourceError::from)?;
            let Ok(text) = std::str::from_utf8(&bytes) else { continue };
            let lines = LineIndex::new(&bytes);
            proposed.extend(fixes.iter().map(|fix| ProposedFix {
                path: path.to_string(),
                line: lines.position(fix.span.start).line,
                replacement: fix.replacement.clone(),
                why: fix.why.clone(),
            }));
            write(&path, &apply_fixes(text, &fixes))?;
        }
        Ok(proposed)
    }
}
