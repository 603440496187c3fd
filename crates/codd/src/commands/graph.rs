//! `codd graph`: who needs a symbol, what it needs, along which path; and all edges.

use codd_audit::{
    Confidence, ExportQuestion, GraphQuestion, NodeRecord, PathAnswer, ReachAnswer, RouteRecord,
    dependent_phrase, printable,
};

use crate::context::Context;
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
    Dependents(SymbolsArgs),
    /// Show everything that these symbols need
    Dependencies(SymbolsArgs),
    /// Show how one symbol needs another
    Path(PathArgs),
    /// List the routes, with what answers each and what runs before it
    Routes(RoutesArgs),
    /// Write every edge
    Export(ExportArgs),
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
    /// Follow edges that are not sure too: by name or import alone
    #[arg(long)]
    possible: bool,
    /// Write the answer as JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
struct RoutesArgs {
    /// Write the list as JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
struct ExportArgs {
    /// How to write them: one JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "jsonl", value_parser = ["jsonl"])]
    format: String,
    /// Leave out edges that are less sure
    #[arg(long, value_name = "CONFIDENCE", default_value = "possible")]
    confidence: Floor,
    /// Write only what the text of a file refers to: not what frameworks, test runners,
    /// protocols and the class hierarchy run besides
    #[arg(long)]
    references: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Floor {
    /// By the language's own rules of scope and import
    Exact,
    /// By value flow, declared types or the class hierarchy
    Probable,
    /// By name and arity alone
    Possible,
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
        ExportQuestion { floor, only_references: self.references }
    }
}

pub(crate) fn run(context: &Context, arguments: &GraphArgs) -> Result<ExitStatus, Failure> {
    let mut workspace = context.open()?;
    let watch = Watch::new(context);
    let text = match &arguments.command {
        GraphCommand::Dependents(arguments) => {
            let question = arguments.question.question();
            let answer = workspace.dependents(&arguments.symbols, question, &watch)?;
            reach_text(&answer, &arguments.question, Way::Dependents)?
        }
        GraphCommand::Dependencies(arguments) => {
            let question = arguments.question.question();
            let answer = workspace.dependencies(&arguments.symbols, question, &watch)?;
            reach_text(&answer, &arguments.question, Way::Dependencies)?
        }
        GraphCommand::Path(arguments) => {
            let question = arguments.question.question();
            let answer = workspace.path(&arguments.from, &arguments.to, question, &watch)?;
            path_text(&answer, arguments)?
        }
        GraphCommand::Routes(arguments) => {
            let routes = workspace.routes(&watch)?;
            if arguments.json { json(&routes)? + "\n" } else { routes_text(&routes) }
        }
        GraphCommand::Export(arguments) => {
            let edges = workspace.export_edges(arguments.question(), &watch)?;
            let mut text = String::new();
            for edge in &edges {
                text.push_str(&json(edge)?);
                text.push('\n');
            }
            text
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
    let count = codd_audit::counted(routes.len(), "route");
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
        for before in &route.before {
            let sure = match before.confidence.as_str() {
                "exact" => String::new(),
                other => format!(" ({other})"),
            };
            text.push_str(&format!("  after {}{sure}\n", name(&before.node)));
        }
    }
    text
}

/// From which end the edges of an answer are read.
#[derive(Clone, Copy)]
enum Way {
    Dependents,
    Dependencies,
}

fn reach_text(answer: &ReachAnswer, arguments: &QuestionArgs, way: Way) -> Result<String, Failure> {
    if arguments.json {
        return Ok(json(answer)? + "\n");
    }
    let mut of: Vec<String> = answer.of.iter().map(name).collect();
    // A route and its function written in place have one name.
    of.dedup();
    let how = match way {
        Way::Dependents => "needed by",
        Way::Dependencies => "needs",
    };
    let mut text = format!("{} {how} {} nodes\n", of.join(", "), answer.reached.len());
    for step in &answer.reached {
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
    if !arguments.possible {
        text.push_str("edges that are not sure were not followed (--possible)\n");
    }
    Ok(text)
}

fn path_text(answer: &PathAnswer, arguments: &PathArgs) -> Result<String, Failure> {
    if arguments.question.json {
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
