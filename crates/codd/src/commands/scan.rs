//! `codd scan`: what the graph of the project holds.

use codd_audit::{
    Activity, LanguagesReport, ScanReport, SkippedRecord, by_count, counted, printable,
};

use crate::arguments::JsonArgs;
use crate::context::Context;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// The most files of one kind that are named.
const LISTED: usize = 10;

/// Read the project and show what its graph holds, and what it does not
#[derive(clap::Args, Debug)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    form: JsonArgs,
    /// Name every file that was not analysed
    #[arg(short, long)]
    verbose: bool,
    /// Say instead what is modelled of each language, and what is not
    #[arg(long, conflicts_with_all = ["unresolved", "verbose"])]
    languages: bool,
    /// List every reference that could not be followed instead
    #[arg(long, conflicts_with_all = ["json", "format"])]
    unresolved: bool,
}

pub(crate) fn run(context: &Context, arguments: &ScanArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    if arguments.unresolved {
        let watch = Watch::new(context);
        let unresolved = workspace.unresolved(&watch)?;
        watch.finish();
        let lines = unresolved
            .iter()
            .map(|it| format!("{}:{}: {}: {}", it.path, it.line, it.reason, it.name));
        context
            .print(&lines.map(|line| printable(&line).into_owned() + "\n").collect::<String>())?;
        return Ok(ExitStatus::Success);
    }
    if arguments.languages {
        let watch = Watch::new(context);
        let report = workspace.languages(&watch)?;
        watch.finish();
        if arguments.form.is_json() {
            context.print_json(&report)?;
        } else {
            context.print(&languages(&report))?;
        }
        return Ok(ExitStatus::Success);
    }
    let watch = Watch::new(context);
    let report = workspace.scan(&watch)?;
    watch.finish();
    let _at = context.watched().at(Activity::Report);
    if arguments.form.is_json() {
        context.print_json(&report)?;
    } else {
        let listed = if arguments.verbose { usize::MAX } else { LISTED };
        context.print(&text(&report, listed))?;
    }
    let is_empty = report.coverage.analysed == 0;
    if is_empty {
        context.tell(
            "no source file could be analysed: `codd scan --languages` lists what codd reads",
        );
    }
    Ok(if is_empty { ExitStatus::Misuse } else { ExitStatus::Success })
}

fn languages(report: &LanguagesReport) -> String {
    let mut text = String::new();
    for language in &report.languages {
        let failed = match language.failed {
            0 => String::new(),
            failed => format!(", {failed} more not analysed"),
        };
        let files = counted(language.analysed as usize, "file");
        text.push_str(&format!("{}: {files}{failed}\n", language.name));
        for kind in KINDS {
            let list = language.modelled.get(kind).map_or(&[][..], Vec::as_slice);
            let list = if list.is_empty() { "nothing".to_owned() } else { list.join(", ") };
            text.push_str(&format!("  {kind:<13} {list}\n"));
        }
    }
    for (name, files) in by_count(&report.not_analysed) {
        let files = counted(files as usize, "file");
        text.push_str(&format!("{name}: {files}, not analysed: codd does not model it\n"));
    }
    text
}

/// The kinds of what is modelled, in the order in which they are shown.
const KINDS: [&str; 8] = [
    "definitions",
    "references",
    "inheritance",
    "modules",
    "tests",
    "routes",
    "value flow",
    "not modelled",
];

fn text(report: &ScanReport, listed: usize) -> String {
    let coverage = &report.coverage;
    let mut text = String::new();
    let languages = list(&by_count(&coverage.languages));
    row(
        &mut text,
        "files",
        &format!("{}, {} analysed ({languages})", coverage.files, coverage.analysed),
    );
    let nodes: Vec<(&str, u32)> = ["definitions", "routes", "tests", "packages", "controls"]
        .into_iter()
        .map(|kind| (kind, report.nodes.get(kind).copied().unwrap_or(0)))
        .collect();
    row(&mut text, "nodes", &list(&nodes));
    for (kind, by_confidence) in &report.edges {
        let strong_first = ["exact", "probable", "possible"]
            .into_iter()
            .filter_map(|it| Some((it, *by_confidence.get(it)?)))
            .collect::<Vec<_>>();
        row(&mut text, &format!("edges: {kind}"), &list(&strong_first));
    }
    if !report.imported.is_empty() {
        let it = &report.imported;
        let mut value =
            format!("{} edges in {} files of {} indexes", it.edges, it.files, it.indexes);
        if it.stale > 0 {
            value.push_str(&format!(", {} files changed since", it.stale));
        }
        if it.unreadable > 0 {
            value.push_str(&format!(", {} kept files unreadable", it.unreadable));
        }
        row(&mut text, "imported", &value);
    }
    import_cycles(&mut text, &report.import_cycles, listed);
    let unresolved = by_count(&coverage.unresolved);
    let sum: u32 = unresolved.iter().map(|(_, count)| count).sum();
    let of = coverage.references;
    row(&mut text, "unresolved", &format!("{sum} of {of} references{}", bracketed(&unresolved)));
    row(&mut text, "not modelled", &or_nothing(&by_count(&coverage.not_modelled)));
    row(&mut text, "other files", &or_nothing(&by_count(&coverage.unknown)));
    let set_apart = [
        ("generated", coverage.generated),
        ("vendored", coverage.vendored),
        ("minified", coverage.minified),
    ];
    row(&mut text, "set apart", &list(&set_apart));
    files(&mut text, "syntax errors", &coverage.parse_errors, listed);
    files(&mut text, "not analysed", &coverage.not_analysed, listed);
    text
}

fn row(text: &mut String, name: &str, value: &str) {
    text.push_str(&format!("{name:<17} {value}\n"));
}

fn import_cycles(text: &mut String, cycles: &[Vec<String>], listed: usize) {
    let largest = cycles.iter().map(Vec::len).max();
    let largest = largest.map_or(String::new(), |it| format!(", the largest of {it} files"));
    row(text, "import cycles", &format!("{}{largest}", cycles.len()));
    if listed == usize::MAX {
        for cycle in cycles {
            text.push_str(&format!("  {}\n", printable(&cycle.join(", "))));
        }
    }
}

fn files(text: &mut String, name: &str, records: &[SkippedRecord], listed: usize) {
    row(text, name, &records.len().to_string());
    for record in records.iter().take(listed) {
        text.push_str(&format!("  {}: {}\n", printable(&record.path), record.reason));
    }
    if records.len() > listed {
        text.push_str(&format!("  and {} more (--verbose)\n", records.len() - listed));
    }
}

fn list(counts: &[(&str, u32)]) -> String {
    let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    parts.join(", ")
}

fn bracketed(counts: &[(&str, u32)]) -> String {
    if counts.is_empty() { String::new() } else { format!(" ({})", list(counts)) }
}

fn or_nothing(counts: &[(&str, u32)]) -> String {
    if counts.is_empty() { "0".to_owned() } else { list(counts) }
}
