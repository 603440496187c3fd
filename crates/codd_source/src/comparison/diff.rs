//! A change given as a unified diff: applied to `HEAD`, or taken back from the work tree.

use std::collections::{BTreeMap, BTreeSet};

use super::{Comparison, ComparisonError, Sides, comparison};
use crate::patch::{self, Direction, FilePatch, Misfit, MisfitReason, Patch};
use crate::snapshot::{FileKind, OverlayFile, SkipReason, Skipped};
use crate::{ContentId, Head, RepoPath, Snapshot, SourceError, printable};

type Changes = BTreeMap<RepoPath, OverlayFile>;

impl Sides<'_> {
    pub(super) fn of_diff(self, patch: &Patch) -> Result<Comparison, SourceError> {
        let patch = within(patch, &self.project.prefix);
        let commit = match &self.project.repository {
            Some(repository) => match repository.head()? {
                Head::Unborn => None,
                Head::Commit { id, .. } => Some(id),
            },
            None => None,
        };
        // Outside of a repository the work tree is all there is to apply it to.
        let (before, target) = match &self.project.repository {
            Some(repository) => (self.committed(repository, commit)?, "HEAD"),
            None => (self.work_tree(None)?, "work tree"),
        };
        let forward = match changes(&patch, &before, Direction::Forward) {
            Ok(changes) => {
                let after = before.overlaid(changes, "with the diff").also_skipping(unread(&patch));
                let after = after.with_unread(moved(&patch));
                let description = format!("{target} to {target} with the diff");
                let comparison = comparison(&before, &after, &description);
                return Ok(Comparison { base_commit: commit, ..comparison });
            }
            Err(misfits) => misfits,
        };
        let target = target.to_owned();
        if self.project.is_bare() {
            let forward = first(forward);
            return Err(ComparisonError::DiffFitsNeither { forward, reverse: None, target }.into());
        }
        let after = self.work_tree(Some(&before))?.also_skipping(unread(&patch));
        match changes(&patch, &after, Direction::Reverse) {
            Ok(changes) => {
                let base = after.overlaid(changes, "without the diff");
                let base = base.with_unread(moved(&patch));
                let comparison =
                    comparison(&base, &after, "work tree without the diff to work tree");
                Ok(Comparison { base_commit: commit, ..comparison })
            }
            Err(reverse) => {
                // The first part that fits neither way; where each fits one way, the first that
                // keeps the whole from going forward.
                let both = forward.iter().find(|one| {
                    reverse.iter().any(|two| (one.line, &one.header) == (two.line, &two.header))
                });
                let shown = both.cloned().unwrap_or_else(|| first(forward));
                let reverse =
                    reverse.iter().find(|it| it.line == shown.line).or(reverse.first()).cloned();
                let error = ComparisonError::DiffFitsNeither { forward: shown, reverse, target };
                Err(error.into())
            }
        }
    }
}

fn first(misfits: Vec<Misfit>) -> Misfit {
    misfits.into_iter().next().expect("a failed application has a misfit")
}

/// The patch with paths relative to the project's root, without what lies outside of it.
///
/// A diff made with `--relative` has such paths already: then none starts with the prefix.
fn within(patch: &Patch, prefix: &str) -> Patch {
    let below = |path: &RepoPath| {
        Some(RepoPath::from(path.as_str().strip_prefix(prefix)?.strip_prefix('/')?))
    };
    let sides = |file: &FilePatch| [file.old.clone(), file.new.clone()].into_iter().flatten();
    let from_repository = patch.files.iter().flat_map(sides).any(|path| below(&path).is_some());
    if prefix.is_empty() || !from_repository {
        return patch.clone();
    }
    let mut inside = Patch { files: Vec::new(), skipped: patch.skipped.clone() };
    for file in &patch.files {
        let (old, new) = (file.old.as_ref().and_then(below), file.new.as_ref().and_then(below));
        if old.is_none() && new.is_none() {
            continue;
        }
        // Moved across the project's border: what comes from outside can't be read.
        let is_binary = file.is_binary || file.old.is_some() != old.is_some();
        inside.files.push(FilePatch { old, new, is_binary, ..file.clone() });
    }
    inside
}

/// What the patch changes without holding its content: other repositories, impossible names.
fn unread(patch: &Patch) -> Vec<Skipped> {
    let moved = patch.files.iter().filter(|file| file.is_submodule);
    let paths = moved.filter_map(|file| file.new.as_ref().or(file.old.as_ref()));
    let submodules = paths.map(|path| Skipped::at(path, SkipReason::Submodule));
    submodules.chain(patch.skipped.iter().cloned()).collect()
}

/// The other repositories that the patch moves: on one side they are not what they are on the
/// other.
fn moved(patch: &Patch) -> impl Iterator<Item = (String, ContentId)> {
    let moved = patch.files.iter().filter(|file| file.is_submodule);
    moved.filter_map(|file| {
        let path = file.new.as_ref().or(file.old.as_ref())?;
        Some((printable(path.as_str()).into_owned(), file.text_id))
    })
}

/// What applying the patch changes, or every part of it that does not fit.
fn changes(
    patch: &Patch,
    snapshot: &Snapshot,
    direction: Direction,
) -> Result<Changes, Vec<Misfit>> {
    let mut applying =
        Applying { snapshot, direction, changes: Changes::new(), misfits: Vec::new() };
    let mut groups: Vec<&[FilePatch]> =
        patch.files.chunk_by(|one, two| one.series == two.series).collect();
    if direction == Direction::Reverse {
        groups.reverse();
    }
    for group in groups {
        applying.group(group);
    }
    let mut misfits = applying.misfits;
    if misfits.is_empty() {
        return Ok(applying.changes);
    }
    misfits.sort_by_key(|misfit| misfit.line);
    Err(misfits)
}

struct Applying<'a> {
    snapshot: &'a Snapshot,
    direction: Direction,
    changes: Changes,
    misfits: Vec<Misfit>,
}

/// One file of a patch, as its direction sees it.
struct Step<'a> {
    file: &'a FilePatch,
    from: Option<&'a RepoPath>,
    to: Option<&'a RepoPath>,
    kind: Option<FileKind>,
    from_id: Option<&'a str>,
    to_id: Option<&'a str>,
    keeps_source: bool,
}

fn step(file: &FilePatch, direction: Direction) -> Step<'_> {
    let (from_id, to_id) = (file.old_id.as_deref(), file.new_id.as_deref());
    match direction {
        Direction::Forward => Step {
            file,
            from: file.old.as_ref(),
            to: file.new.as_ref(),
            kind: file.new_kind,
            from_id,
            to_id,
            keeps_source: file.is_copy,
        },
        // Taking back a copy removes the copy; the source was there all along.
        Direction::Reverse => Step {
            file,
            from: file.new.as_ref(),
            to: file.old.as_ref().filter(|_| !file.is_copy),
            kind: file.old_kind,
            from_id: to_id,
            to_id: from_id,
            keeps_source: false,
        },
    }
}

impl Applying<'_> {
    /// Applies the files of one commit, which all start from the same state: two files may
    /// swap their names.
    fn group(&mut self, files: &[FilePatch]) {
        let mut steps: Vec<Step<'_>> =
            files.iter().map(|file| step(file, self.direction)).collect();
        if self.direction == Direction::Reverse {
            steps.reverse();
        }
        let before = self.changes.clone();
        let leaving: BTreeSet<&RepoPath> = steps
            .iter()
            .filter(|it| !it.keeps_source && it.from != it.to)
            .filter_map(|it| it.from)
            .collect();
        let mut used = BTreeSet::new();
        let mut written = BTreeSet::new();
        for step in steps.iter().filter(|it| !it.file.is_submodule) {
            let fresh = step.from.filter(|path| !used.contains(*path));
            let state = match fresh.and_then(|path| self.state(path, &before)) {
                Some(state) => Some(state),
                None => step.from.and_then(|path| self.state(path, &self.changes)),
            };
            let Some(result) = self.result(step, state, &leaving) else { continue };
            if let Some(from) = step.from {
                if !step.keeps_source {
                    used.insert(from.clone());
                }
                if !step.keeps_source && step.from != step.to && !written.contains(from) {
                    self.changes.insert(from.clone(), OverlayFile::Absent);
                }
            }
            if let Some(to) = step.to {
                written.insert(to.clone());
                self.changes.insert(to.clone(), result);
            } else if let Some(from) = step.from {
                self.changes.insert(from.clone(), OverlayFile::Absent);
            }
        }
    }

    /// What a path holds after `changes`, `None` when it is absent.
    fn state(&self, path: &RepoPath, changes: &Changes) -> Option<OverlayFile> {
        match changes.get(path) {
            Some(OverlayFile::Absent) => None,
            Some(state) => Some(state.clone()),
            None => {
                let file = self.snapshot.get(path)?;
                Some(OverlayFile::Same { from: path.clone(), kind: file.kind })
            }
        }
    }

    /// The file's new state, `None` (and a misfit) when the patch does not fit.
    fn result(
        &mut self,
        step: &Step<'_>,
        state: Option<OverlayFile>,
        leaving: &BTreeSet<&RepoPath>,
    ) -> Option<OverlayFile> {
        let shown = step.from.or(step.to).or(step.file.new.as_ref())?.clone();
        let line = step.file.line;
        // A plain diff can't say that a file is new; it shows by having no old lines at all.
        let makes_all = step.from.is_some() && state.is_none() && makes_file(step);
        if step.from.is_some() && state.is_none() && !makes_all {
            return self.misfit(&shown, line, MisfitReason::FileMissing);
        }
        if let Some(to) = step.to
            && (step.from != step.to || makes_all)
            && !leaving.contains(to)
            && !matches!(self.changes.get(to), Some(OverlayFile::Absent))
            && (self.changes.contains_key(to) || self.snapshot.get(to).is_some())
        {
            return self.misfit(&shown, line, MisfitReason::FileExists);
        }
        let kind_before = state.as_ref().and_then(kind_of);
        let kind = step.kind.or(kind_before).unwrap_or(FileKind::Regular);
        if step.file.is_binary {
            let known = state.as_ref().and_then(|it| self.content_id(it));
            if let (Some(said), Some(known)) = (step.from_id, known)
                && !known.to_string().starts_with(said)
            {
                return self.misfit(&shown, line, MisfitReason::OtherContent);
            }
            let id = step.to_id.and_then(|it| it.parse().ok()).unwrap_or(step.file.text_id);
            return Some(OverlayFile::Unknown { id, kind });
        }
        if step.file.hunks.is_empty() {
            return Some(match state {
                None => OverlayFile::Bytes { bytes: Vec::new().into(), kind },
                Some(OverlayFile::Same { from, .. }) => OverlayFile::Same { from, kind },
                Some(OverlayFile::Bytes { bytes, .. }) => OverlayFile::Bytes { bytes, kind },
                Some(OverlayFile::Unknown { id, .. }) => OverlayFile::Unknown { id, kind },
                Some(OverlayFile::Absent) => OverlayFile::Absent,
            });
        }
        let text = match &state {
            None => Vec::new(),
            Some(OverlayFile::Bytes { bytes, .. }) => bytes.to_vec(),
            Some(OverlayFile::Same { from, .. }) => match self.snapshot.read_raw(from) {
                Ok(bytes) => bytes.to_vec(),
                Err(_) => return self.misfit(&shown, line, MisfitReason::Unreadable),
            },
            Some(OverlayFile::Unknown { .. } | OverlayFile::Absent) => {
                return self.misfit(&shown, line, MisfitReason::Unreadable);
            }
        };
        match patch::apply(&step.file.hunks, &text, self.direction) {
            // A deletion takes every line; what it leaves it did not know of.
            Ok(rest) if step.to.is_none() && step.keeps_all_lines(&rest) => {
                self.misfit(&shown, line, MisfitReason::LinesDiffer)
            }
            Ok(bytes) => Some(OverlayFile::Bytes { bytes: bytes.into(), kind }),
            Err(misfits) => {
                for (number, reason) in misfits {
                    let hunk = &step.file.hunks[number];
                    let (header, line) = (Some(hunk.header.clone()), hunk.line);
                    self.misfits.push(Misfit { path: shown.clone(), header, line, reason });
                }
                None
            }
        }
    }

    fn misfit(&mut self, path: &RepoPath, line: u32, reason: MisfitReason) -> Option<OverlayFile> {
        self.misfits.push(Misfit { path: path.clone(), header: None, line, reason });
        None
    }

    fn content_id(&self, state: &OverlayFile) -> Option<ContentId> {
        match state {
            OverlayFile::Same { from, .. } => self.snapshot.get(from).map(|it| it.content),
            OverlayFile::Bytes { bytes, .. } => Some(ContentId::of(bytes)),
            OverlayFile::Unknown { .. } | OverlayFile::Absent => None,
        }
    }
}

impl Step<'_> {
    /// Whether deleting leaves lines behind; a copy that is taken back may have been edited.
    fn keeps_all_lines(&self, rest: &[u8]) -> bool {
        !rest.is_empty() && !self.file.is_copy
    }
}

fn makes_file(step: &Step<'_>) -> bool {
    let [hunk] = step.file.hunks.as_slice() else { return false };
    let is_plain = step.file.old_id.is_none() && step.file.new_id.is_none();
    is_plain
        && hunk.lines.iter().all(|line| line.side == patch::Side::New)
        && (hunk.old_start, hunk.old_count) == (0, 0)
}

fn kind_of(state: &OverlayFile) -> Option<FileKind> {
    match state {
        OverlayFile::Absent => None,
        OverlayFile::Bytes { kind, .. }
        | OverlayFile::Unknown { kind, .. }
        | OverlayFile::Same { kind, .. } => Some(*kind),
    }
}
