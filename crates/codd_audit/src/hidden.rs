//! Code that a change takes out of sight: what was checked before it and is not after it.

use std::collections::{BTreeMap, BTreeSet};

use codd_controls::{Origin, Severity};
use codd_db::Analysis;
use codd_facts::{FileClass, classify, code_language_of};
use codd_source::{Comparison, FileKind, RepoPath, SkipReason, Snapshot, Span, paired};
use codd_verify::{ControlOutcome, Outcome};

use crate::names::severity_name;
use crate::rules::Rules;
use crate::trust::finding;
use crate::{FindingRecord, Location, links, records};

/// Paths that a message lists before it counts the rest.
const LISTED: usize = 5;

/// Changed files that people wrote in the base: what a change writes into such a file, be it a
/// marker of generated code, does not take it out of the checks that judge the change.
pub(crate) fn authored_before(base: &Analysis, head: &Snapshot) -> BTreeSet<RepoPath> {
    let files = paired(&base.files, head.files()).filter(|(_, before, file)| {
        before.zip(*file).is_some_and(|(before, file)| {
            before.outline.class == FileClass::Authored
                && before.content != file.content
                && before.outline.failure.is_none()
        })
    });
    files.map(|(path, ..)| path.clone()).collect()
}

/// A finding for everything that the change hides.
pub(crate) fn findings(
    comparison: &Comparison,
    (base_rules, head_rules): (&Rules, &Rules),
    (base, head): (&Analysis, &Analysis),
    authored: &BTreeSet<RepoPath>,
) -> Vec<FindingRecord> {
    let mut found = disguised(&comparison.head, authored);
    found.extend(passed_over(&comparison.head, base, head));
    found.extend(renamed_away(base_rules, &comparison.head, base));
    found.extend(behind_links(comparison, head));
    found.extend(ignored(comparison));
    found.extend(left_out_languages(base_rules, head_rules));
    found.extend(unread(comparison));
    found.extend(without_scope(base_rules, &base.outcomes[0], &head.outcomes[0]));
    found
}

/// The rules of the folder above, when the change makes this folder a project of its own.
pub(crate) fn split(comparison: &Comparison) -> Option<FindingRecord> {
    let from = comparison.split_from.as_ref()?;
    let message = format!(
        "this change makes the folder a project of its own, which the rules of `{from}` do not \
         judge: check the change from there"
    );
    Some(hiding(&message, Severity::High, None))
}

/// Files that people wrote and that now say that they did not.
fn disguised(head: &Snapshot, authored: &BTreeSet<RepoPath>) -> Vec<FindingRecord> {
    let class = |path: &RepoPath| head.read(path).ok().map(|bytes| classify(path, &bytes));
    let changed = authored.iter().filter_map(|path| Some((path, class_name(class(path)?)?)));
    changed
        .map(|(path, class)| {
            let message = format!(
                "this change makes `{path}` look {class}: code checks pass over it once it is \
                 merged"
            );
            let location = records::in_snapshot(head, path, Span::default());
            hiding(&message, Severity::High, Some(location))
        })
        .collect()
}

/// Source files, new or changed, that code checks pass over by their own word or their place.
fn passed_over(head: &Snapshot, base: &Analysis, analysis: &Analysis) -> Vec<FindingRecord> {
    let mut by_class: BTreeMap<FileClass, Vec<&RepoPath>> = BTreeMap::new();
    for (path, before, file) in paired(&base.files, &analysis.files) {
        let Some(file) = file else { continue };
        let is_changed = before.is_none_or(|it| it.content != file.content);
        if file.outline.class == FileClass::Authored
            || !is_changed
            || code_language_of(path).is_none()
        {
            continue;
        }
        // What the base's configuration calls generated was agreed on.
        let is_agreed = |bytes: &[u8]| classify(path, bytes) == FileClass::Authored;
        if !head.read(path).is_ok_and(|bytes| is_agreed(&bytes)) {
            by_class.entry(file.outline.class).or_default().push(path);
        }
    }
    by_class
        .into_iter()
        .filter_map(|(class, paths)| {
            let class = class_name(class)?;
            let message = format!(
                "this change adds or edits code that code checks pass over as {class}: {}",
                listed(&paths)
            );
            let location = records::in_snapshot(head, paths[0], Span::default());
            Some(hiding(&message, Severity::Medium, Some(location)))
        })
        .collect()
}

/// Files that the change keeps under a name by which fewer controls read their code: as no
/// known language, or as one that a control has no rule for.
fn renamed_away(rules: &Rules, head: &Snapshot, base: &Analysis) -> Vec<FindingRecord> {
    let mut gone: BTreeMap<(&str, &str), &RepoPath> = BTreeMap::new();
    let mut contents = BTreeMap::new();
    let mut new = Vec::new();
    for (path, file, now) in paired(&base.files, head.files()) {
        let file = match (file, now) {
            (Some(file), None) => file,
            (None, Some(now)) => {
                new.push((path, now));
                continue;
            }
            _ => continue,
        };
        let is_code = file.outline.facts.as_ref().is_some_and(codd_db::FactsOutline::is_code);
        if is_code && file.outline.class == FileClass::Authored {
            gone.insert((path.parent(), stem(path)), path);
            contents.insert(file.content, path);
        }
    }
    let mut found = Vec::new();
    for (path, file) in new {
        let before = contents.get(&file.content).or_else(|| gone.get(&(path.parent(), stem(path))));
        let Some((before, spoken)) = before.and_then(|it| Some((*it, code_language_of(it)?)))
        else {
            continue;
        };
        let unread = match code_language_of(path) {
            None => "code checks do not read".to_owned(),
            Some(language) if language == spoken => continue,
            // An empty file is like any other.
            Some(_) if head.read(path).is_ok_and(|it| it.trim_ascii().is_empty()) => continue,
            Some(language) => {
                let read = rules.plan.controls_reading(before, spoken);
                let still = rules.plan.controls_reading(path, language);
                let lost: Vec<_> = read.difference(&still).collect();
                if lost.is_empty() {
                    continue;
                }
                format!(
                    "is {}, for which these controls have no rule: {}",
                    language.name(),
                    listed(&lost)
                )
            }
        };
        let message = format!("this change turns `{before}` into `{path}`, which {unread}");
        let location = records::in_snapshot(head, path, Span::default());
        found.push(hiding(&message, Severity::Medium, Some(location)));
    }
    found
}

fn stem(path: &RepoPath) -> &str {
    let name = path.file_name();
    name.rsplit_once('.').map_or(name, |it| it.0)
}

fn class_name(class: FileClass) -> Option<&'static str> {
    match class {
        FileClass::Authored => None,
        FileClass::Generated => Some("generated"),
        FileClass::Vendored => Some("vendored"),
        FileClass::Minified => Some("minified"),
    }
}

/// Links named like code to what is not read as such, where the change brings the link or edits
/// what it leads to.
fn behind_links(comparison: &Comparison, head: &Analysis) -> Option<FindingRecord> {
    let is_changed = |path: &RepoPath| {
        let of = |side: &Snapshot| side.get(path).map(|it| (it.content, it.kind));
        of(&comparison.base) != of(&comparison.head)
    };
    let (mut shown, mut first) = (Vec::new(), None);
    for path in head.files.iter().filter(|(_, file)| file.is_link).map(|it| it.0) {
        let Some((target, language)) = links::misread(&comparison.head, head, path) else {
            continue;
        };
        if is_changed(path) || is_changed(&target) {
            first = first.or(Some(path));
            shown.push(format!("{path} → {target} ({})", language.name()));
        }
    }
    let location = records::in_snapshot(&comparison.head, first?, Span::default());
    let message = format!(
        "this change adds or edits code behind links by whose names it is run and not read: {}",
        listed(&shown)
    );
    Some(hiding(&message, Severity::Medium, Some(location)))
}

/// Patterns that the change adds to ignore files.
fn ignored(comparison: &Comparison) -> Vec<FindingRecord> {
    let is_ignore_file = |path: &&RepoPath| path.file_name() == codd_source::IGNORE_FILE;
    let mut found = Vec::new();
    for path in comparison.head.files().keys().filter(is_ignore_file) {
        let patterns = |snapshot: &Snapshot| -> BTreeSet<String> {
            // A link has no say; what it says is where it leads.
            let is_file = snapshot.get(path).is_some_and(|it| it.kind != FileKind::Symlink);
            let text = snapshot.read_text(path).ok().filter(|_| is_file).unwrap_or_default();
            let lines = text.lines().map(str::trim);
            lines.filter(|it| !it.is_empty() && !it.starts_with('#')).map(str::to_owned).collect()
        };
        let (before, after) = (patterns(&comparison.base), patterns(&comparison.head));
        let added = after.difference(&before).filter(|it| !it.starts_with('!'));
        let kept_before = before.difference(&after).filter(|it| it.starts_with('!'));
        for pattern in added.chain(kept_before) {
            let pattern = pattern.trim_start_matches('!').escape_debug();
            let message = format!("this change leaves `{pattern}` out of the analysis");
            let location = records::in_snapshot(&comparison.head, path, Span::default());
            found.push(hiding(&message, Severity::High, Some(location)));
        }
    }
    found
}

fn left_out_languages(base: &Rules, head: &Rules) -> Option<FindingRecord> {
    let (before, after) = (&base.config.project.languages, &head.config.project.languages);
    let is_narrower = !after.is_empty()
        && (before.is_empty() || before.iter().any(|language| !after.contains(language)));
    let message = "this change leaves languages out of the analysis";
    is_narrower.then(|| hiding(message, Severity::High, None))
}

/// Code that no snapshot has and that is not what it was: submodules that were added or moved,
/// source files whose names cannot be read.
fn unread(comparison: &Comparison) -> Option<FindingRecord> {
    let head = comparison.head.skipped();
    let is_submodule =
        |path: &str| head.iter().any(|it| it.path == path && it.reason == SkipReason::Submodule);
    let before = comparison.base.unread();
    let changed: Vec<&String> = comparison
        .head
        .unread()
        .iter()
        .filter(|(path, content)| before.get(*path) != Some(content))
        .map(|(path, _)| path)
        .filter(|path| {
            is_submodule(path) || code_language_of(&RepoPath::new(path.as_str())).is_some()
        })
        .collect();
    let message =
        || format!("this change adds or moves code that is not analysed: {}", listed(&changed));
    (!changed.is_empty()).then(|| hiding(&message(), Severity::Medium, None))
}

/// Controls that the change leaves nothing to govern, by renaming or removing what they name.
fn without_scope(
    rules: &Rules,
    base: &[ControlOutcome],
    head: &[ControlOutcome],
) -> Vec<FindingRecord> {
    let applies = |outcome: &ControlOutcome| {
        outcome.checks.iter().any(|check| check.outcome != Outcome::NotApplicable)
    };
    let lost = base.iter().filter(|before| {
        let after = head.iter().find(|it| it.control == before.control);
        applies(before) && after.is_some_and(|after| !applies(after))
    });
    lost.filter_map(|outcome| {
        let control = rules.controls.controls.get(&outcome.control)?;
        let message = "this change leaves the control nothing to govern: what it names was \
                       renamed, removed or hidden";
        let path = match &control.origin {
            Origin::Project { path } => path.to_string(),
            Origin::Catalogue { name } => format!("catalogue {name}"),
        };
        Some(FindingRecord {
            control_name: control.name.clone(),
            severity: severity_name(control.severity.min(Severity::Medium)).to_owned(),
            help: Some(format!("name the new place in the control's `applies_to`, in {path}")),
            ..finding(&control.id.0, message, None)
        })
    })
    .collect()
}

fn hiding(message: &str, severity: Severity, location: Option<Location>) -> FindingRecord {
    FindingRecord {
        control_name: "Code is not taken out of sight by the change that edits it".to_owned(),
        severity: severity_name(severity).to_owned(),
        help: Some(
            "have this reviewed apart from other changes; the base's configuration can name \
             such files under `generated` or `source: {ignore: …}`"
                .to_owned(),
        ),
        ..finding("configuration", message, location)
    }
}

fn listed(paths: &[impl std::fmt::Display]) -> String {
    let mut texts: Vec<String> =
        paths.iter().take(LISTED).map(|path| format!("`{path}`")).collect();
    if paths.len() > LISTED {
        texts.push(format!("{} more", paths.len() - LISTED));
    }
    texts.join(", ")
}
