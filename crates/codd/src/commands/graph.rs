//! `codd graph`: who needs a symbol, what it needs, along which path; and all edges.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use codd_audit::exports::{EXPORT_FORMATS, ExportFormat, ExportedFile};
use codd_audit::{
    Confidence, ExportQuestion, GraphQuestion, ImportReport, NodeRecord, PathAnswer, ReachAnswer,
    RouteRecord, UnreadRoute, WorkspaceError, counted, dependent_phrase, printable,
};

use crate::arguments::{ExtentArgs, JsonArgs};
use crate::context::{Context, Opened};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::progress::Watch;

/// Ask the dependency graph
#[derive(clap::Args, Debug)]
pub(crate) struct GraphArgs {
    #[command(subcommand)]
    command: GraphCommand,
}

#[derive(clap::Subcommand, Debug)]
enum GraphCommand {
    /// Show everything that a change of these symbols reaches
    Dependents(DependentsArgs),
    /// Show everything that these symbols need
    Dependencies(SymbolsArgs),
    /// Show how one symbol needs another
    Path(PathArgs),
    /// List the routes, with what answers each and what runs before it
    Routes(RoutesArgs),
    /// Write the whole graph
    Export(ExportArgs),
    /// Take in an index that another tool made
    Import(ImportArgs),
}

#[derive(clap::Args, Debug)]
struct SymbolsArgs {
    /// `FILE:SYMBOL`, a dotted name or a bare name (can be repeated)
    #[arg(required = true, value_name = "SYMBOL")]
    symbols: Vec<String>,
    #[command(flatten)]
    question: QuestionArgs,
}

#[derive(clap::Args, Debug)]
struct DependentsArgs {
    /// `FILE:SYMBOL`, a dotted name or a bare name (can be repeated)
    #[arg(required_unless_present = "batch", value_name = "SYMBOL")]
    symbols: Vec<String>,
    /// Answer for each line of a file by itself: one `FILE:SYMBOL` a line; `-` reads standard
    /// input
    ///
    /// One JSON object is written for each line, in the same order: `file`, `symbol`, and
    /// `impacted`, pairs of files and symbols, those that matter most first. A line that names
    /// nothing has an `error` instead, and the exit code is 2.
    #[arg(long, value_name = "FILE|-", conflicts_with = "symbols")]
    batch: Option<PathBuf>,
    #[command(flatten)]
    extent: ExtentArgs,
    /// Go at most this many steps
    #[arg(long, value_name = "N")]
    depth: Option<u32>,
    /// Write the answer as JSON: the same as `--format json`
    #[arg(long, conflicts_with_all = ["batch", "format"])]
    json: bool,
    /// How to write it; a batch is written as `jsonl`, one JSON object a line, and nothing else
    #[arg(long, value_name = "FORMAT", value_parser = ["human", "json", "jsonl"])]
    format: Option<String>,
}

#[derive(clap::Args, Debug)]
struct PathArgs {
    /// The symbol that needs
    from: String,
    /// The symbol that is needed
    to: String,
    #[command(flatten)]
    question: QuestionArgs,
}

#[derive(clap::Args, Debug)]
struct QuestionArgs {
    /// Go at most this many steps
    #[arg(long, value_name = "N")]
    depth: Option<u32>,
    /// Follow edges that are not sure too: by a name, an import or a condition alone
    #[arg(long)]
    possible: bool,
    #[command(flatten)]
    form: JsonArgs,
}

#[derive(clap::Args, Debug)]
struct RoutesArgs {
    #[command(flatten)]
    form: JsonArgs,
}

#[derive(clap::Args, Debug)]
struct ExportArgs {
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "jsonl", value_parser = export_parser())]
    format: &'static ExportFormat,
    /// Write into this file instead of standard output; for `parquet` into this folder
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Leave out edges that are less sure
    #[arg(long, value_name = "CONFIDENCE", default_value = "possible")]
    confidence: Floor,
    /// Write only what the text of a file refers to: not what frameworks, test runners,
    /// protocols and the class hierarchy run besides
    #[arg(long)]
    references: bool,
    /// Leave out what was imported from indexes of other tools
    #[arg(long)]
    own: bool,
}

/// Take in an index that another tool made
///
/// Its references join the graph as certain edges, for what a change reaches and for every
/// question to the graph; checks are decided without them. They are kept in `.codd/imports/`,
/// by what they were made of; a file that changes later is left to codd's own reading again.
#[derive(clap::Args, Debug)]
struct ImportArgs {
    /// An index in the SCIP format, as scip-python, scip-typescript, rust-analyzer and others
    /// write it
    #[arg(long, value_name = "FILE", required = true)]
    scip: PathBuf,
    /// The folder of the project that the paths in the index count from
    #[arg(long, value_name = "FOLDER", default_value = "")]
    below: String,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Floor {
    /// By the language's own rules of scope and import
    Exact,
    /// By value flow, declared types or the class hierarchy
    Probable,
    /// By a name, an import or a condition alone
    Possible,
}

fn export_parser() -> impl TypedValueParser<Value = &'static ExportFormat> {
    let names = EXPORT_FORMATS.iter().map(|it| PossibleValue::new(it.name).help(it.about));
    PossibleValuesParser::new(names)
        .map(|name| ExportFormat::named(&name).expect("the parser knows the names of the table"))
}

impl QuestionArgs {
    fn question(&self) -> GraphQuestion {
        GraphQuestion { depth: self.depth, possible: self.possible }
    }
}

impl ExportArgs {
    fn question(&self) -> ExportQuestion {
        let floor = match self.confidence {
            Floor::Exact => Confidence::Exact,
            Floor::Probable => Confidence::Probable,
            Floor::Possible => Confidence::Possible,
        };
        ExportQuestion { floor, only_references: self.references, only_own: self.own }
    }
}

pub(crate) fn run(context: &Context, arguments: &GraphArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let watch = Watch::new(context);
    let text = match &arguments.command {
        GraphCommand::Dependents(arguments) => {
            let possible = arguments.extent.is_safe();
            let question = GraphQuestion { depth: arguments.depth, possible };
            let format = arguments.format.as_deref();
            if (format == Some("jsonl")) != arguments.batch.is_some() && format.is_some() {
                return Err(Failure::told(
                    "`--format jsonl` is how a batch is written, and a batch alone",
                    "use `--batch FILE`, or `--format json` for one answer",
                ));
            }
            if let Some(list) = &arguments.batch {
                return batch(context, workspace, list, question, watch);
            }
            let answer = workspace.dependents(&arguments.symbols, question, &watch)?;
            if arguments.json || format == Some("json") {
                json(&answer)? + "\n"
            } else {
                reach_text(&answer, Way::Dependents) + unless_safe(possible)
            }
        }
        GraphCommand::Dependencies(arguments) => {
            let question = arguments.question.question();
            let answer = workspace.dependencies(&arguments.symbols, question, &watch)?;
            if arguments.question.form.is_json() {
                json(&answer)? + "\n"
            } else {
                reach_text(&answer, Way::Dependencies)
                    + unless_possible(arguments.question.possible)
            }
        }
        GraphCommand::Path(arguments) => {
            let question = arguments.question.question();
            let answer = workspace.path(&arguments.from, &arguments.to, question, &watch)?;
            path_text(&answer, arguments)?
        }
        GraphCommand::Routes(arguments) => {
            let routes = workspace.routes(&watch)?;
            if arguments.form.is_json() {
                json(&routes)? + "\n"
            } else {
                routes_text(&routes) + &unread_text(&workspace.unread_routes(&watch)?)
            }
        }
        GraphCommand::Import(arguments) => {
            let file = context.folder.join(&arguments.scip);
            let bytes = context.system.read(&file, INDEX_LIMIT)?;
            let below = arguments.below.trim_matches('/');
            let report = workspace.import_index(&bytes, below, &watch)?;
            watch.finish();
            context.print(&import_text(&report))?;
            let is_empty = report.taken == 0;
            return Ok(if is_empty { ExitStatus::Misuse } else { ExitStatus::Success });
        }
        GraphCommand::Export(arguments) => {
            let files = workspace.export(arguments.question(), arguments.format, &watch)?;
            watch.finish();
            return exported(context, arguments, &files);
        }
    };
    watch.finish();
    context.print(&text)?;
    Ok(ExitStatus::Success)
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Output(error.to_string()))
}

fn routes_text(routes: &[RouteRecord]) -> String {
    let count = counted(routes.len(), "route");
    let mut text = format!("{count}\n");
    for route in routes {
        let served: Vec<String> =
            route.paths.iter().map(|path| format!("{} {path}", route.method)).collect();
        let line = route.place.line.map(|line| format!(":{line}")).unwrap_or_default();
        let place = format!("{}{line}", route.place.path);
        text.push_str(&printable(&format!("{}  {place}", served.join(", "))));
        text.push('\n');
        let handlers: Vec<String> = route.handlers.iter().map(name).collect();
        if handlers.is_empty() {
            text.push_str("  answered by something that is not known\n");
        } else {
            text.push_str(&format!("  answered by {}\n", handlers.join(", ")));
        }
        let own = route.before.iter().map(|it| (name(&it.node), &it.confidence));
        let of_libraries =
            route.library.iter().map(|it| (printable(&it.name).into_owned(), &it.confidence));
        for (before, confidence) in own.chain(of_libraries) {
            let sure = match confidence.as_str() {
                "exact" => String::new(),
                other => format!(" ({other})"),
            };
            text.push_str(&format!("  after {before}{sure}\n"));
        }
    }
    text
}

/// What looks like a route and could not be read, with its places.
fn unread_text(routes: &[UnreadRoute]) -> String {
    if routes.is_empty() {
        return String::new();
    }
    let mut text = format!("{} that codd cannot read\n", counted(routes.len(), "route"));
    for route in routes {
        text.push_str(&printable(&format!("{}:{}  {}", route.path, route.line, route.what)));
        text.push('\n');
    }
    text
}

/// From which end the edges of an answer are read.
#[derive(Clone, Copy)]
enum Way {
    Dependents,
    Dependencies,
}

fn reach_text(answer: &ReachAnswer, way: Way) -> String {
    let mut of: Vec<String> = answer.of.iter().map(name).collect();
    // A route and its function written in place have one name.
    of.dedup();
    let how = match way {
        Way::Dependents => "needed by",
        Way::Dependencies => "needs",
    };
    // A control that governs code needs it in another way than code does.
    let (governing, steps): (Vec<_>, Vec<_>) =
        answer.reached.iter().partition(|step| step.edge == "governs");
    let nodes = counted(steps.len(), "node");
    let mut text = format!("{} {how} {nodes}\n", of.join(", "));
    for step in steps {
        text.push_str(&format!(
            "{:>4}  {:<9} {}  {} {}\n",
            step.distance,
            step.confidence,
            name(&step.node),
            match way {
                Way::Dependents => verb(&step.edge),
                Way::Dependencies => dependent_phrase(Some(&step.edge)),
            },
            name(&step.via),
        ));
    }
    if !governing.is_empty() {
        let controls = counted(governing.len(), "control");
        text.push_str(&format!("governed by {controls} (--json names them)\n"));
    }
    text
}

fn unless_safe(safe: bool) -> &'static str {
    if safe { "" } else { "what is reached only on steps that are not sure is left out (--safe)\n" }
}

fn unless_possible(possible: bool) -> &'static str {
    if possible { "" } else { "edges that are not sure were not followed (--possible)\n" }
}

/// The most bytes of an index that are read.
const INDEX_LIMIT: u64 = 1 << 30;

/// The most documents that are named of those refused for one reason.
const NAMED: usize = 5;

fn import_text(report: &ImportReport) -> String {
    let documents = counted(report.documents as usize, "document");
    let edges = counted(report.edges as usize, "edge");
    let mut text = format!("{documents}, {} taken: {edges}\n", report.taken);
    if let Some(kept) = &report.kept {
        text.push_str(&format!("kept in {kept}\n"));
    }
    for (why, paths) in &report.refused {
        let named = paths.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = match paths.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(", … and {more} more"),
        };
        text.push_str(&format!("{} refused: {why}: {}{more}\n", paths.len(), printable(&named)));
    }
    if report.unmatched > 0 {
        let references = counted(report.unmatched as usize, "reference");
        text.push_str(&format!("{references} to what the index or codd does not define\n"));
    }
    if report.unreadable > 0 {
        let occurrences = counted(report.unreadable as usize, "occurrence");
        text.push_str(&format!("{occurrences} without a symbol or a place\n"));
    }
    text
}

fn exported(
    context: &Context,
    arguments: &ExportArgs,
    files: &[ExportedFile],
) -> Result<ExitStatus, Failure> {
    let format = arguments.format;
    let Some(output) = &arguments.output else {
        if format.is_folder {
            let message = format!("`{}` is several files", format.name);
            return Err(Failure::told(message, "name a folder for them by `--output`"));
        }
        if format.is_binary && io::stdout().is_terminal() {
            let message = format!("`{}` is not for reading in a terminal", format.name);
            return Err(Failure::told(message, "name a file for it by `--output`"));
        }
        for file in files {
            context.print_bytes(&file.bytes)?;
        }
        return Ok(ExitStatus::Success);
    };
    let output = context.folder.join(output);
    for file in files {
        let place = file.name.map_or_else(|| output.clone(), |name| output.join(name));
        context.system.write(&place, &file.bytes)?;
    }
    Ok(ExitStatus::Success)
}

/// The most bytes of a list of symbols that are read.
const BATCH_LIMIT: u64 = 256 << 20;

/// Answers line for line; what is not known is told at the end as well, by the exit code.
fn batch(
    context: &Context,
    mut workspace: Opened<'_>,
    list: &Path,
    question: GraphQuestion,
    watch: Watch,
) -> Result<ExitStatus, Failure> {
    let bytes = if list.as_os_str() == "-" {
        context.system.read_input(BATCH_LIMIT)?
    } else {
        context.system.read(&context.folder.join(list), BATCH_LIMIT)?
    };
    let text = String::from_utf8_lossy(&bytes);
    let questions: Vec<&str> = text.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let mut output = BufWriter::new(io::stdout().lock());
    let answered = workspace.dependents_of_each(
        &questions,
        question,
        &watch,
        |answer| Ok(json(answer)? + "\n"),
        |line: String| output.write_all(line.as_bytes()).map_err(Unwritten::from),
    );
    let answered = answered.and_then(|failed| {
        output.flush().map_err(Unwritten::from)?;
        Ok(failed)
    });
    watch.finish();
    match answered {
        // A reader that went away is no error.
        Err(Unwritten::Unread) | Ok(0) => Ok(ExitStatus::Success),
        Err(Unwritten::Failure(failure)) => Err(*failure),
        Ok(failed) => {
            let all = counted(questions.len(), "line");
            context.tell(&format!("error: no symbol is known by {failed} of {all}"));
            Ok(ExitStatus::Misuse)
        }
    }
}

/// Why not every line of a batch was written.
enum Unwritten {
    Unread,
    Failure(Box<Failure>),
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Unwritten {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Unwritten::Unread,
            _ => Unwritten::Failure(Box::new(Failure::Output(error.to_string()))),
        }
    }
}

impl From<Failure> for Unwritten {
    fn from(failure: Failure) -> Unwritten {
        Unwritten::Failure(Box::new(failure))
    }
}

impl From<WorkspaceError> for Unwritten {
    fn from(error: WorkspaceError) -> Unwritten {
        Unwritten::Failure(Box::new(error.into()))
    }
}

fn path_text(answer: &PathAnswer, arguments: &PathArgs) -> Result<String, Failure> {
    if arguments.question.form.is_json() {
        return Ok(json(answer)? + "\n");
    }
    let Some(first) = answer.steps.first() else {
        let hint = if arguments.question.possible {
            ""
        } else {
            ", unless by an edge that is not sure (--possible)"
        };
        let (from, to) = (printable(&arguments.from), printable(&arguments.to));
        return Ok(format!("{from} does not need {to}{hint}\n"));
    };
    let mut text = format!("{}\n", name(first));
    for (step, edge) in answer.steps.iter().skip(1).zip(&answer.edges) {
        text.push_str(&format!("  {} {}\n", verb(edge), name(step)));
    }
    if !answer.runs {
        text.push_str("a change of the last can reach the first, but running the first does not run the last\n");
    }
    Ok(text)
}

/// How an edge reads from the side of what depends.
fn verb(edge: &str) -> &str {
    match edge {
        "written_by" => "is written by",
        edge => edge,
    }
}

fn name(node: &NodeRecord) -> String {
    let line = node.line.map_or(String::new(), |line| format!(":{line}"));
    let text = match &node.symbol {
        Some(symbol) => format!("{symbol} ({}{line})", node.path),
        None => format!("{}{line}", node.path),
    };
    printable(&text).into_owned()
}
