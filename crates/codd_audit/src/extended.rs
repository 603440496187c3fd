//! Controls that projects share, kept in each in exactly the version that it names.
//!
//! What `extends:` names may lie outside of the project, where no commit and no auditor sees
//! it; so a copy is kept below `.codd/extends/`, in a folder of its digest's name, and that
//! copy judges. `codd controls pin` takes a new version, and shows what it changes.

use std::collections::BTreeMap;
use std::path::Path;

use codd_controls::{ControlSet, EXTENDS_FOLDER, Extended, load_controls};
use codd_source::{Diagnostic, EntryKind, RepoPath, Snapshot, System, SystemError, printable};
use sha2::{Digest, Sha256};

use crate::pack::hex;
use crate::records;

/// The most bytes that one shared file may have.
const LARGEST: u64 = 8 << 20;

/// The files of one version by their names.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The SHA-256 of a version: of its only file, or of what `sha256sum` prints of several.
pub(crate) fn digest(files: &Files) -> String {
    let of = |bytes: &[u8]| hex(&Sha256::digest(bytes));
    if let (1, Some(only)) = (files.len(), files.values().next()) {
        return of(only);
    }
    let lines = files.iter().map(|(name, bytes)| format!("{}  {name}\n", of(bytes)));
    of(lines.collect::<String>().as_bytes())
}

/// What a snapshot keeps of the versions that a configuration names.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Name and text of each file; later ones count before earlier ones.
    pub(crate) found: Vec<(String, String)>,
    /// Each with the place of its entry in the list.
    pub(crate) diagnostics: Vec<(usize, Diagnostic)>,
}

/// What the snapshot has of each entry.
pub(crate) fn kept(extends: &[Extended], snapshot: &Snapshot) -> Kept {
    let Kept { mut found, mut diagnostics } = Kept::default();
    for (at, entry) in extends.iter().enumerate() {
        let mut problem = |message: String, help: &str| {
            let error = Diagnostic::error("config::extends", message).help(help);
            diagnostics.push((at, error));
        };
        let name = printable(&entry.path).into_owned();
        if entry.sha256.is_empty() {
            problem(format!("`{name}` has no version yet"), "take one: `codd controls pin`");
            continue;
        }
        let files = copy(entry, snapshot);
        if files.is_empty() {
            let help = "bring `.codd/extends` along, or make it anew: `codd controls pin`";
            problem(format!("the copy of `{name}` is not there"), help);
        } else if digest(&files) != entry.sha256.to_lowercase() {
            let help = "restore it from the history, or take a version: `codd controls pin`";
            problem(format!("the copy of `{name}` is not what its digest says"), help);
        } else {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            found.extend(files.iter().map(|(name, bytes)| (stem(entry, name), text(bytes))));
        }
    }
    Kept { found, diagnostics }
}

/// The name of a shared file, where controls say what they come from.
fn stem(entry: &Extended, name: &str) -> String {
    let folder = entry.path.trim_end_matches('/');
    if folder.ends_with(name) { folder.to_owned() } else { format!("{folder}/{name}") }
}

/// The files of the copy that a snapshot has.
pub(crate) fn copy(entry: &Extended, snapshot: &Snapshot) -> Files {
    let folder = format!("{EXTENDS_FOLDER}/{}/", entry.sha256.to_lowercase());
    let paths = records::inputs(snapshot).filter_map(|path| {
        let name = path.as_str().strip_prefix(&folder)?.to_owned();
        let bytes = records::input(snapshot, &path)?.ok()?;
        Some((name, bytes.to_vec()))
    });
    paths.collect()
}

/// The files that an entry names as they are on disk now.
pub(crate) fn on_disk(
    entry: &Extended,
    system: &dyn System,
    root: &Path,
) -> Result<Files, SystemError> {
    let path = root.join(&entry.path);
    let name = |path: &Path| {
        path.file_name().map_or_else(String::new, |it| it.to_string_lossy().into_owned())
    };
    if system.metadata(&path)?.kind != EntryKind::Folder {
        return Ok(BTreeMap::from([(name(&path), system.read(&path, LARGEST)?)]));
    }
    let is_yaml =
        |name: &String| matches!(RepoPath::new(name.as_str()).extension(), Some("yaml" | "yml"));
    let names = system.list(&path)?.into_iter().filter(is_yaml);
    names.map(|name| Ok((name.clone(), system.read(&path.join(&name), LARGEST)?))).collect()
}

/// What differs between two versions, a line for each control.
pub(crate) fn differences(before: &Files, after: &Files) -> Vec<String> {
    let set = |files: &Files| -> ControlSet {
        let texts: Vec<(&str, String)> = files
            .iter()
            .map(|(name, bytes)| (name.as_str(), String::from_utf8_lossy(bytes).into_owned()))
            .collect();
        let texts: Vec<(&str, &str)> = texts.iter().map(|(name, it)| (*name, &**it)).collect();
        load_controls(&[], &texts).set
    };
    let (before, after) = (set(before), set(after));
    let weaker = ControlSet::weakenings(&before, &after);
    let mut lines = Vec::new();
    for control in before.iter() {
        let id = &control.id;
        let Some(now) = after.controls.get(id) else {
            lines.push(format!("- {id} {}", control.name));
            continue;
        };
        if now.digest() != control.digest() {
            let asks_less: Vec<&str> = weaker
                .iter()
                .filter(|it| it.control == *id)
                .map(|it| it.description.as_str())
                .collect();
            let less = if asks_less.is_empty() { "" } else { ": " };
            lines.push(format!("~ {id} {}{less}{}", now.name, asks_less.join("; ")));
        }
    }
    let is_new = |it: &&codd_controls::Control| !before.controls.contains_key(&it.id);
    lines.extend(after.iter().filter(is_new).map(|it| format!("+ {} {}", it.id, it.name)));
    lines
}
