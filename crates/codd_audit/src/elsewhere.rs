//! What a change does where nothing is analysed: code that moves there, and decisions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use codd_controls::{ControlId, Severity};
use codd_db::Analysis;
use codd_facts::FileClass;
use codd_graph::NodeKey;
use codd_impact::{ChangeSet, FileChange, FileChangeKind};
use codd_source::{Comparison, FileKind, RepoPath, Snapshot, Span};
use codd_verify::{Finding, Outcome};

use crate::judge::{Judged, JudgedFinding};
use crate::matching::{Moves, renamed};
use crate::names::severity_name;
use crate::respelt::{Respelt, Texts, respelt};
use crate::reviews::REVIEWS_FOLDER;
use crate::trust::finding;
use crate::{FindingRecord, FindingState, links, records};

/// Shorter lines stand in any file.
const SHORTEST_LINE: usize = 6;

/// A file of fewer lines may stand in a text as a whole.
const LEAST_MOVED: usize = 4;

/// Larger files are not searched.
const LARGEST: usize = 1 << 20;

/// Files that people read: a line of code in one is an example, unless its file is gone.
const PROSE: [&str; 5] = ["md", "rst", "txt", "adoc", "html"];

/// Changes of what is in no snapshot, as changes of files whose reach is not known.
pub(crate) fn unread_changes(comparison: &Comparison) -> Vec<FileChange> {
    let (before, after) = (comparison.base.unread(), comparison.head.unread());
    let reason = |path: &str| {
        let skipped = [&comparison.head, &comparison.base].map(Snapshot::skipped);
        let found = skipped.iter().flat_map(|it| it.iter()).find(|it| it.path == path);
        found.map_or_else(|| "not read".to_owned(), |it| it.reason.to_string())
    };
    let change = |path: &String, kind| FileChange {
        path: RepoPath::new(path.as_str()),
        kind,
        renamed_from: None,
        reach_unknown: Some(reason(path)),
    };
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let mut changes: Vec<FileChange> =
        gone.map(|path| change(path, FileChangeKind::Deleted)).collect();
    for (path, content) in after {
        match before.get(path) {
            None => changes.push(change(path, FileChangeKind::Added)),
            Some(old) if old != content => changes.push(change(path, FileChangeKind::Modified)),
            Some(_) => {}
        }
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

/// Decisions that differ: they are no code, and what they excuse must be seen.
pub(crate) fn decision_changes(comparison: &Comparison) -> Vec<FileChange> {
    let folder = format!("{REVIEWS_FOLDER}/");
    let differing = comparison.differing_paths().into_iter();
    let of_decisions = differing.filter(|path| path.as_str().starts_with(&folder));
    // Anything else there is analysed like all code.
    let own = of_decisions.filter(|path| path.extension() == Some("yaml"));
    own.map(|path| {
        let kind = match (comparison.base.get(&path), comparison.head.get(&path)) {
            (None, _) => FileChangeKind::Added,
            (_, None) => FileChangeKind::Deleted,
            _ => FileChangeKind::Modified,
        };
        FileChange { path, kind, renamed_from: None, reach_unknown: None }
    })
    .collect()
}

/// Lines of `.gitattributes` by which code is called generated or vendored, where they are not
/// the base's: also those that name no file yet, since the next change may bring it.
pub(crate) fn new_attributes(comparison: &Comparison) -> Vec<FindingRecord> {
    let mut found = Vec::new();
    let files = comparison.head.files().iter();
    for (path, file) in files.filter(|(path, _)| path.file_name() == ".gitattributes") {
        let lines = |snapshot: &Snapshot| -> Vec<String> {
            let text = snapshot.read_text(path).unwrap_or_default();
            let lines = text.lines().map(str::trim).filter(|it| it.contains("linguist-"));
            lines.filter(|it| !it.starts_with('#')).map(str::to_owned).collect()
        };
        let (before, after) = (lines(&comparison.base), lines(&comparison.head));
        let unsets = |line: &&String| line.contains("-linguist-") || line.contains("!linguist-");
        let added: Vec<&String> =
            after.iter().filter(|it| !before.contains(*it) && !unsets(it)).collect();
        let kept: Vec<&String> = before.iter().filter(|it| after.contains(*it)).collect();
        let is_lost = before.iter().filter(unsets).any(|it| !after.contains(it));
        // The last line that names a file decides, so their order says something too.
        let is_reordered = !after.iter().filter(|it| before.contains(*it)).eq(kept);
        if file.kind == FileKind::Symlink || added.is_empty() && !is_lost && !is_reordered {
            continue;
        }
        let message = match added.first() {
            Some(line) => format!(
                "this change leaves `{}` out of code checks, as generated or vendored",
                line.escape_debug()
            ),
            None => "this change leaves other files out of code checks, as generated or vendored"
                .to_owned(),
        };
        let location = records::in_snapshot(&comparison.head, path, Span::default());
        found.push(FindingRecord {
            control_name: "Code is not taken out of sight by the change that edits it".to_owned(),
            severity: severity_name(Severity::High).to_owned(),
            help: Some(
                "the base's attributes judge this change: have new ones reviewed apart".to_owned(),
            ),
            ..finding("configuration", &message, Some(location))
        });
    }
    found
}

/// What the head changed that code checks do not look at.
struct OutOfSight<'a> {
    /// Texts of files in which no code is looked for.
    texts: BTreeMap<&'a RepoPath, Arc<[u8]>>,
    /// The same of files that people read.
    prose: BTreeMap<&'a RepoPath, Arc<[u8]>>,
    /// One that nothing is known of but that it is there.
    unread: Option<RepoPath>,
    /// Texts of files of tests, which the change brings, edits or makes such files.
    tests: BTreeMap<RepoPath, Arc<[u8]>>,
}

impl<'a> OutOfSight<'a> {
    fn of(comparison: &Comparison, base: &Analysis, head: &'a Analysis) -> OutOfSight<'a> {
        let is_new = |path: &RepoPath, content| {
            base.files.get(path).is_none_or(|before| before.content != content)
        };
        // What a link to it calls code is code.
        let links = head
            .files
            .iter()
            .filter(|(path, file)| file.is_link && codd_facts::code_language_of(path).is_some());
        let linked: BTreeSet<RepoPath> =
            links.filter_map(|(path, _)| links::target(&comparison.head, path)).collect();
        let files = head.files.iter().filter(|(path, file)| {
            let found = &file.outline;
            let is_code = found.facts.as_ref().is_some_and(codd_db::FactsOutline::is_code);
            let is_looked_at = is_code && found.class == FileClass::Authored;
            is_new(path, file.content) && !is_looked_at && !file.is_link
        });
        let text =
            |path: &RepoPath| comparison.head.read(path).ok().filter(|text| text.len() <= LARGEST);
        let is_prose = |path: &RepoPath| {
            path.extension().is_some_and(|it| PROSE.contains(&it)) && !linked.contains(path)
        };
        let (prose, texts): (BTreeMap<_, _>, BTreeMap<_, _>) = files
            .filter_map(|(path, _)| Some((path, text(path)?)))
            .partition(|(path, _)| is_prose(path));
        // A submodule that moves is told of by itself, and would put every fix in doubt.
        let is_there = |it: &FileChange| {
            it.kind != FileChangeKind::Deleted && codd_facts::code_language_of(&it.path).is_some()
        };
        OutOfSight {
            texts,
            prose,
            unread: unread_changes(comparison).into_iter().find(is_there).map(|it| it.path),
            tests: BTreeMap::new(),
        }
    }

    /// The same for controls that leave the code of tests out.
    fn with_tests(&mut self, comparison: &Comparison, base: &Analysis, head: &Analysis) {
        let of_tests = |analysis: &Analysis| {
            let files = Arc::clone(&analysis.files);
            let facts = |path: &RepoPath| files.get(path)?.facts().map(|it| &**it);
            codd_verify::files_of_tests(&analysis.graph, facts)
        };
        let (before, after) = (of_tests(base), of_tests(head));
        let is_as_before = |path: &RepoPath| {
            let content = |analysis: &Analysis| analysis.files.get(path).map(|it| it.content);
            before.contains(path) && content(base) == content(head)
        };
        let changed = after.into_iter().filter(|path| !is_as_before(path));
        let text = |path: RepoPath| {
            let text = comparison.head.read(&path).ok().filter(|text| text.len() <= LARGEST)?;
            Some((path, text))
        };
        self.tests = changed.filter_map(text).collect();
    }

    /// Where the code of a finding of the base is now.
    fn place_of(
        &self,
        gone: &Finding,
        leaves_tests_out: bool,
        (base, head): (&Snapshot, &Snapshot),
    ) -> Option<RepoPath> {
        let place = gone.place.as_ref()?;
        let text = base.read(&place.path).ok()?;
        let line = line_of(&text, place.span)?;
        let holds = |text: &[u8]| holds_line(text, &line);
        let is_gone = head.get(&place.path).is_none_or(|it| it.kind == FileKind::Symlink);
        let in_code = self.texts.iter().find(|(_, text)| holds(text));
        let in_prose = || {
            let mut prose = self.prose.iter();
            prose.find(|(_, now)| holds(now) && (is_gone || holds_most(now, &text)))
        };
        let in_tests = || self.tests.iter().find(|(_, now)| leaves_tests_out && holds(now));
        let found = in_code.or_else(in_prose).map(|(path, _)| (*path).clone());
        let found = found.or_else(|| in_tests().map(|(path, _)| path.clone()));
        found.or_else(|| self.unread.clone())
    }
}

/// Whether a text has a line, however blanks and line breaks stand in it.
fn holds_line(text: &[u8], line: &[u8]) -> bool {
    /// Shorter lines may be a part of another.
    const LEAST_PART: usize = 20;
    let is_part = || {
        let whole = without_blanks(text);
        line.len() >= LEAST_PART && memchr::memmem::find(&whole, line).is_some()
    };
    text.split(|it| *it == b'\n').any(|it| without_blanks(it) == line) || is_part()
}

fn without_blanks(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|it| !it.is_ascii_whitespace()).collect()
}

/// Whether a text has so much of a file of code that it is no example of it.
fn holds_most(text: &[u8], code: &[u8]) -> bool {
    let lines = |of| -> BTreeSet<Vec<u8>> { lines_of(of).map(without_blanks).collect() };
    let (text, code) = (lines(text), lines(code));
    code.len() >= LEAST_MOVED && code.intersection(&text).count() * 2 >= code.len()
}

fn lines_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split(|it| *it == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|it| it.len() >= SHORTEST_LINE)
}

/// The line of a place, without its blanks.
fn line_of(text: &[u8], span: Span) -> Option<Vec<u8>> {
    let start = span.start as usize;
    let before = text.get(..start)?.iter().rposition(|it| *it == b'\n').map_or(0, |at| at + 1);
    let end = text[start..].iter().position(|it| *it == b'\n').map_or(text.len(), |at| start + at);
    let line = without_blanks(&text[before..end]);
    (line.len() >= SHORTEST_LINE).then_some(line)
}

/// Takes out of `judged` what only seems to be fixed, and gives a finding for each.
pub(crate) fn not_fixed(
    judged: &mut Judged<'_>,
    comparison: &Comparison,
    changes: &ChangeSet,
    base: &Analysis,
    head: &Analysis,
) -> Vec<FindingRecord> {
    if !judged.findings.iter().any(|it| it.matched.state == FindingState::Absent) {
        return Vec::new();
    }
    let controls = judged.controls.values();
    let before: BTreeSet<&str> = controls
        .clone()
        .flat_map(|it| &it.base)
        .flat_map(|it| &it.excused)
        .map(|it| it.fingerprint.as_str())
        .collect();
    // What was excused before stands for nothing that is gone.
    let excused: Vec<&Finding> = controls
        .flat_map(|it| &it.head)
        .flat_map(|it| &it.excused)
        .filter(|it| !before.contains(it.fingerprint.as_str()))
        .collect();
    let mut out_of_sight = OutOfSight::of(comparison, base, head);
    let controls = &judged.controls;
    let without_tests: BTreeSet<ControlId> = controls
        .iter()
        .filter(|(_, it)| it.control.applies_to.leaves_tests_out)
        .map(|(id, _)| (*id).clone())
        .collect();
    let is_without_tests = |it: &JudgedFinding<'_>| {
        it.matched.state == FindingState::Absent
            && without_tests.contains(&it.matched.finding.control)
    };
    if judged.findings.iter().any(is_without_tests) {
        out_of_sight.with_tests(comparison, base, head);
    }
    let mut found = Vec::new();
    let moves: BTreeMap<&NodeKey, &NodeKey> = Moves::of(changes)
        .nodes
        .into_iter()
        .chain(renamed(changes))
        .map(|(new, old)| (old, new))
        .collect();
    judged.findings.retain(|it| {
        let gone = &*it.matched.finding;
        if it.matched.state != FindingState::Absent {
            return true;
        }
        if let Some(now) = excused.iter().find(|it| is_the_same(it, gone)) {
            found.push(renamed_only(it, now, &comparison.head));
            return false;
        }
        if let Some(now) = call_respelt(gone, &moves, comparison, (base, head)) {
            found.push(respelt_only(it, &now, &comparison.head));
            return false;
        }
        let sides = (&comparison.base, &comparison.head);
        let Some(now) = out_of_sight.place_of(gone, is_without_tests(it), sides) else {
            return true;
        };
        let was = gone.place.as_ref().map_or_else(String::new, |place| place.path.to_string());
        let message = format!(
            "the code of a violation in `{was}` is not fixed, only no longer looked at: it may now \
             be in `{now}`"
        );
        let location = comparison
            .head
            .get(&now)
            .map(|_| records::in_snapshot(&comparison.head, &now, Span::default()));
        found.push(FindingRecord {
            control_name: it.control_name.to_owned(),
            severity: severity_name(it.severity.min(Severity::Medium)).to_owned(),
            help: Some("keep the code where it is checked, or have its move reviewed".to_owned()),
            ..finding(&gone.control.0, &message, location)
        });
        false
    });
    found.dedup_by(|a, b| a.fingerprint == b.fingerprint);
    found
}

/// Whether two findings are about one place.
fn is_the_same(one: &Finding, other: &Finding) -> bool {
    let path = |it: &Finding| it.place.as_ref().map(|place| place.path.clone());
    let is_alike = || {
        (&one.control, &one.kind, &one.snippet) == (&other.control, &other.kind, &other.snippet)
            && path(one) == path(other)
    };
    one.fingerprint == other.fingerprint || is_alike()
}

/// Where a call that was a violation is made still, by another name.
fn call_respelt(
    gone: &Finding,
    moves: &BTreeMap<&NodeKey, &NodeKey>,
    comparison: &Comparison,
    (base, head): (&Analysis, &Analysis),
) -> Option<Respelt> {
    if gone.outcome != Outcome::Fail {
        return None;
    }
    let anchor = &gone.place.as_ref()?.anchor;
    let now = moves.get(anchor).copied().unwrap_or(anchor);
    let base = Texts { snapshot: &comparison.base, analysis: base };
    let head = Texts { snapshot: &comparison.head, analysis: head };
    respelt(gone, now, base, head)
}

fn respelt_only(judged: &JudgedFinding<'_>, now: &Respelt, head: &Snapshot) -> FindingRecord {
    let still = match &now.target {
        Some(target) => format!("`{}` calls `{target}` as `{}` did", now.now, now.was),
        None => format!("`{}` may do what `{}` did", now.now, now.was),
    };
    let message = format!("a violation is not fixed, only spelt otherwise: {still}");
    let location = Some(records::in_snapshot(head, &now.path, now.span));
    FindingRecord {
        control_name: judged.control_name.to_owned(),
        severity: severity_name(judged.severity.min(Severity::Medium)).to_owned(),
        help: Some("fix the call itself, or have the change reviewed".to_owned()),
        ..finding(&judged.matched.finding.control.0, &message, location)
    }
}

/// What is a violation still, and no longer asked because of what something is called now.
fn renamed_only(judged: &JudgedFinding<'_>, now: &Finding, head: &Snapshot) -> FindingRecord {
    let place = now.place.as_ref();
    let location = place.map(|it| records::in_snapshot(head, &it.path, it.span));
    let message = "a violation is not fixed, only no longer asked for: something that its value \
                   comes from or goes to has a name by which the check leaves it out";
    FindingRecord {
        control_name: judged.control_name.to_owned(),
        severity: severity_name(judged.severity.min(Severity::Medium)).to_owned(),
        help: Some("give it the name that it had, or have the new one reviewed".to_owned()),
        ..finding(&now.control.0, message, location)
    }
}
