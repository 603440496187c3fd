//! Takes the version that shared controls have now, and says what it changes.

use codd_controls::{EXTENDS_FOLDER, Fix, Part, PathStep, apply_fixes, place_in_file};
use codd_source::{Diagnostic, RepoPath, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::extended;
use crate::rules::{CONFIGURATION_FILE, Rules};
use crate::{Workspace, WorkspaceError};

/// One entry of `extends:` and what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PinnedRecord {
    pub path: String,
    /// Of the version that counts now.
    pub sha256: String,
    /// Whether it is another than before.
    pub is_new: bool,
    /// A line for each control that differs.
    pub differences: Vec<String>,
}

impl Workspace {
    /// Keeps a copy of what each entry of `extends:` names now, and writes its digest.
    pub fn pin(&self) -> Result<Vec<PinnedRecord>, WorkspaceError> {
        let snapshot = self.snapshot(&[])?;
        let config = Rules::read(&snapshot).config;
        let path = RepoPath::from(CONFIGURATION_FILE);
        let (mut records, mut fixes, mut unused) = (Vec::new(), Vec::new(), Vec::new());
        let own = match snapshot.get(&path) {
            Some(_) => snapshot.read(&path).map_err(codd_source::SourceError::from)?,
            None => return Ok(records),
        };
        for (at, entry) in config.extends.iter().enumerate() {
            let files = extended::on_disk(entry, &*self.system, &self.root.path)?;
            let sha256 = extended::digest(&files);
            let before = extended::copy(entry, &snapshot);
            let differences = extended::differences(&before, &files);
            let folder = self.root.path.join(EXTENDS_FOLDER).join(&sha256);
            for (name, bytes) in &files {
                self.system.write(&folder.join(name), bytes)?;
            }
            let is_new = !entry.sha256.eq_ignore_ascii_case(&sha256);
            if is_new {
                fixes.extend(pinned(&path, &own, at, &sha256));
                let old = self.root.path.join(EXTENDS_FOLDER).join(entry.sha256.to_lowercase());
                unused.extend(before.keys().map(|name| old.join(name)));
            }
            records.push(PinnedRecord { path: entry.path.clone(), sha256, is_new, differences });
        }
        if let Ok(text) = std::str::from_utf8(&own)
            && !fixes.is_empty()
        {
            let text = apply_fixes(text, &fixes);
            self.system.write(&self.root.path.join(CONFIGURATION_FILE), text.as_bytes())?;
            // Only now does nobody name the old copies any more.
            for file in &unused {
                self.system.remove_file(file)?;
            }
        }
        Ok(records)
    }

    /// A problem for each entry of `extends:` that has another version than the one that counts.
    pub(super) fn drifted(
        &self,
        rules: &Rules,
        snapshot: &codd_source::Snapshot,
    ) -> Vec<Diagnostic> {
        let drifted = rules.config.extends.iter().filter_map(|entry| {
            let files = extended::on_disk(entry, &*self.system, &self.root.path).ok()?;
            let before = extended::copy(entry, snapshot);
            let is_same =
                before.is_empty() || extended::digest(&files) == extended::digest(&before);
            (!is_same).then(|| {
                let lines = extended::differences(&before, &files).join(", ");
                let text =
                    format!("`{}` has another version than the pinned one: {lines}", entry.path);
                Diagnostic::error("config::extends", text)
                    .in_file(&RepoPath::from(CONFIGURATION_FILE))
                    .help("read what changes, then take it: `codd controls pin`")
            })
        });
        drifted.collect()
    }
}

/// The correction of the configuration that writes the digest of one entry.
fn pinned(path: &RepoPath, own: &[u8], at: usize, sha256: &str) -> Option<Fix> {
    let place = |key: &str, part: Part| -> Option<Span> {
        place_in_file(path, own, &["extends".into(), at.into(), PathStep::from(key)], part)
    };
    let why = "the version that counts".to_owned();
    let fix = |span, replacement| Fix { path: path.clone(), span, replacement, why };
    let is_written = |span: &Span| &own[span.start as usize..span.end as usize] == b"sha256";
    // A place that is not there is told by what is around it.
    if place("sha256", Part::Key).as_ref().is_some_and(is_written) {
        return Some(fix(place("sha256", Part::Value)?, sha256.to_owned()));
    }
    let (key, value) = (place("path", Part::Key)?, place("path", Part::Value)?);
    let line = own[..key.start as usize].iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
    let before = String::from_utf8_lossy(&own[line..key.start as usize]).into_owned();
    let text = if before.contains('{') {
        format!(", sha256: {sha256}")
    } else {
        format!("\n{}sha256: {sha256}", " ".repeat(before.chars().count()))
    };
    Some(fix(Span { start: value.end, end: value.end }, text))
}
