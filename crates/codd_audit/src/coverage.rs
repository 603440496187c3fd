//! What was and was not analysed, counted so that nothing is left out in silence.

use std::collections::BTreeMap;

use codd_db::Analysis;
use codd_facts::{FileClass, is_code_language};
use codd_source::{RepoPath, Snapshot, printable};

use crate::names::unresolved_reason;
use crate::{Coverage, SkippedRecord, links};

/// The coverage of one analysed snapshot.
pub(crate) fn coverage(snapshot: &Snapshot, analysis: &Analysis) -> Coverage {
    let mut coverage = Coverage {
        files: analysis.files.len() as u32,
        edges: analysis.graph.edge_count() as u32,
        ..Coverage::default()
    };
    for skipped in snapshot.skipped() {
        coverage
            .not_analysed
            .push(SkippedRecord { path: skipped.path.clone(), reason: skipped.reason.to_string() });
    }
    let mut unresolved = BTreeMap::new();
    for (path, file) in analysis.files.iter() {
        let found = &file.outline;
        match found.class {
            FileClass::Authored => {}
            FileClass::Generated => coverage.generated += 1,
            FileClass::Vendored => coverage.vendored += 1,
            FileClass::Minified => coverage.minified += 1,
        }
        let record =
            |reason: &str| SkippedRecord { path: path.to_string(), reason: reason.to_owned() };
        if file.is_link {
            if !leads_into(snapshot, path) {
                coverage.not_analysed.push(record("symbolic link to nothing in this snapshot"));
            } else if let Some((target, language)) = links::misread(snapshot, analysis, path) {
                let (target, name) = (printable(target.as_str()), language.name());
                let reason = format!("symbolic link to {target}, which is not read as {name}");
                coverage.not_analysed.push(record(&reason));
            }
            continue;
        }
        if let Some(failure) = &found.failure {
            coverage.not_analysed.push(record(&failure.0));
        }
        let Some(facts) = found.facts.as_ref().filter(|it| it.is_modelled) else {
            if found.failure.is_none() {
                *coverage.unknown.entry(kind_of(path)).or_default() += 1;
            }
            continue;
        };
        coverage.analysed += 1;
        *coverage.languages.entry(facts.language.to_string()).or_default() += 1;
        if facts.errors > 0 {
            let line = facts.first_error;
            let at = line.map_or(String::new(), |line| format!(", first at line {line}"));
            let count = facts.errors;
            let places = if count == 1 { "1 place".to_owned() } else { format!("{count} places") };
            coverage.parse_errors.push(record(&format!("syntax not understood in {places}{at}")));
        }
        coverage.references += facts.references;
        for (name, count) in &facts.not_modelled {
            *coverage.not_modelled.entry(name.to_string()).or_default() += count;
        }
        for it in found.unresolved.iter() {
            *unresolved.entry(it.reason).or_insert(0) += 1;
        }
    }
    for (reason, count) in unresolved {
        *coverage.unresolved.entry(unresolved_reason(reason).to_owned()).or_default() += count;
    }
    coverage.not_analysed.sort();
    coverage.not_analysed.dedup();
    coverage
}

/// Whether what a symbolic link leads to is a file or folder of the snapshot, and so analysed
/// where it lies.
fn leads_into(snapshot: &Snapshot, link: &RepoPath) -> bool {
    let Some(target) = links::target(snapshot, link) else { return false };
    snapshot.get(&target).is_some() || {
        let folder = RepoPath::new(format!("{target}/"));
        let next = snapshot.files().range(folder.clone()..).next();
        next.is_some_and(|(path, _)| path.as_str().starts_with(folder.as_str()))
    }
}

/// Files of a known language: those analysed, and those that could not be.
pub(crate) fn source_files(analysis: &Analysis) -> (u32, u32) {
    let mut counts = (0, 0);
    for file in analysis.files.values() {
        match (&file.outline.facts, file.outline.language, &file.outline.failure) {
            (Some(facts), ..) if facts.is_code() => counts.0 += 1,
            (None, Some(name), Some(_)) if is_code_language(name) => counts.1 += 1,
            _ => {}
        }
    }
    counts
}

fn kind_of(path: &RepoPath) -> String {
    match path.extension() {
        Some(extension) => printable(&format!(".{extension}")).into_owned(),
        None => printable(path.file_name()).into_owned(),
    }
}

/// The counts of a map, largest first, then by name.
pub fn by_count(counts: &BTreeMap<String, u32>) -> Vec<(&str, u32)> {
    let mut counts: Vec<_> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts
}
