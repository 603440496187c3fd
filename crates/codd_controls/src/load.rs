//! Requirement files and catalogues into the set of controls.

use std::collections::BTreeMap;
use std::sync::Arc;

use codd_source::{Diagnostic, RepoPath, Span};

use crate::control::{Control, ControlId, ControlSet, Origin};
use crate::list_file::split_list_file;
use crate::read_control::read_control;

/// What the requirement files of a project gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadedControls {
    pub set: ControlSet,
    /// By file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Controls that are written but not in the set, by file and place.
    pub unreadable: Vec<UnreadableControl>,
}

/// A control that could not be read, or a whole file that could not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnreadableControl {
    pub path: RepoPath,
    pub span: Span,
    /// As far as it could be read.
    pub id: Option<ControlId>,
}

/// Loads the controls of a project's files and of the catalogues it takes.
///
/// The order of `files` does not matter; of two catalogues with the same id, the later counts,
/// and the project's control always counts before a catalogue's.
pub fn load_controls(
    files: &[(RepoPath, Arc<[u8]>)],
    catalogues: &[(&str, &str)],
) -> LoadedControls {
    let mut loaded = LoadedControls::default();
    let mut controls: BTreeMap<ControlId, Control> = BTreeMap::new();
    for (name, text) in catalogues {
        let path = RepoPath::new(format!("catalogue/{name}.yaml"));
        let origin = Origin::Catalogue { name: (*name).to_owned() };
        for control in load_file(&path, text.as_bytes(), &origin, &mut loaded) {
            controls.insert(control.id.clone(), control);
        }
    }
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let mut of_project: BTreeMap<ControlId, Control> = BTreeMap::new();
    for (path, bytes) in files {
        let origin = Origin::Project { path: path.clone() };
        for control in load_file(path, bytes, &origin, &mut loaded) {
            match of_project.get(&control.id) {
                None => {
                    of_project.insert(control.id.clone(), control);
                }
                Some(first) => {
                    let diagnostic = duplicate_id(first, &control, path);
                    loaded.diagnostics.push(diagnostic);
                    loaded.unreadable.push(UnreadableControl {
                        path: path.clone(),
                        span: control.span,
                        id: Some(control.id),
                    });
                }
            }
        }
    }
    controls.extend(of_project);
    loaded.set = ControlSet { controls };
    loaded.diagnostics.sort_by(|a, b| place_of(a).cmp(&place_of(b)).then_with(|| a.cmp(b)));
    loaded.unreadable.sort();
    loaded
}

fn place_of(diagnostic: &Diagnostic) -> (Option<&RepoPath>, Option<Span>) {
    (diagnostic.path.as_ref(), diagnostic.labels.first().map(|label| label.span))
}

/// The readable controls of one file, in their order there.
fn load_file(
    path: &RepoPath,
    bytes: &[u8],
    origin: &Origin,
    loaded: &mut LoadedControls,
) -> Vec<Control> {
    let file = split_list_file(path, bytes, "controls");
    if file.is_cut {
        let span = Span::new(0, bytes.len());
        loaded.unreadable.push(UnreadableControl { path: path.clone(), span, id: None });
    }
    loaded.diagnostics.extend(file.diagnostics);
    let mut controls = Vec::new();
    for source in &file.entries {
        let reading = read_control(source, &file.text, origin.clone());
        loaded.diagnostics.extend(reading.diagnostics);
        match reading.control {
            Some(control) => controls.push(control),
            None => loaded.unreadable.push(UnreadableControl {
                path: path.clone(),
                span: source.span(),
                id: reading.id,
            }),
        }
    }
    controls
}

fn duplicate_id(first: &Control, second: &Control, path: &RepoPath) -> Diagnostic {
    let id_of = |control: &Control| {
        control.source.raw(&["id".into()]).map_or(control.span, |(span, _)| span)
    };
    let diagnostic = Diagnostic::error(
        "controls::duplicate_id",
        format!("the id `{}` is given twice", second.id),
    )
    .in_file(path)
    .at(id_of(second), "again here");
    match &first.origin {
        Origin::Project { path: first_path } if first_path == path => {
            diagnostic.at(id_of(first), "first here").help("give one of the two another id")
        }
        _ => {
            // A diagnostic's labels are all of one file; the other place is told in words.
            diagnostic.help(format!(
                "give one of the two another id; the first is in `{}`",
                first.source.path()
            ))
        }
    }
}
