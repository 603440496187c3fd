//! The command line: what every command shares, and how a change is named.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, ValueEnum};
use codd_audit::formats::{FORMATS, Format};
use codd_audit::{ChangeArguments, ChangeClaim, Date, Extent, FailOn};

use crate::commands::Command;
use crate::context::Context;
use crate::exit::EXIT_CODES;
use crate::failure::Failure;

/// The most bytes of a diff that are read.
const DIFF_LIMIT: u64 = 256 << 20;

/// Say what a change reaches, which security controls it breaks or puts at risk, and prove it
#[derive(Parser, Debug)]
#[command(name = "codd", version, after_help = EXIT_CODES, propagate_version = true)]
#[command(infer_subcommands = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Args, Debug)]
pub(crate) struct Global {
    /// Work as if started in this folder
    #[arg(short = 'C', long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) directory: PathBuf,
    /// Judge waivers and evidence as of this day instead of today (UTC)
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    pub(crate) now: Option<Date>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
    /// Show no progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say on standard error where the time went
    #[arg(long, global = true)]
    pub(crate) timings: bool,
    /// Use at most this many threads
    #[arg(long, global = true, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Keep what was found out about files here [default: `.codd/cache`, where `.codd` exists]
    ///
    /// The variable CODD_CACHE_DIR says the same.
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "no_cache")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Share what is kept with other machines at this place, such as s3://BUCKET/FOLDER
    ///
    /// Also gs:// and az:// with a bucket or container, redis://HOST:PORT and file:///FOLDER. All
    /// that share need the same secret in CODD_CACHE_SECRET; credentials are those of the variables
    /// that the service's own tools read. The variable CODD_CACHE_URL says the same.
    #[arg(long, global = true, value_name = "URL", conflicts_with = "no_cache")]
    pub(crate) cache_url: Option<String>,
    /// Keep nothing, and use nothing that was kept
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
}

/// Which change is meant.
#[derive(Args, Debug)]
pub(crate) struct ChangeArgs {
    /// A revision against the work tree, or `A..B`, or `A...B` from their merge base
    ///
    /// Without it, the work tree is compared with HEAD.
    #[arg(value_name = "REV|A..B|A...B")]
    range: Option<String>,
    /// Compare what is staged with HEAD
    #[arg(long)]
    staged: bool,
    /// Compare the work tree, untracked files included (the default)
    #[arg(long)]
    worktree: bool,
    /// Take the change from a unified diff; `-` reads standard input
    #[arg(long, value_name = "FILE|-")]
    diff: Option<PathBuf>,
    /// Name a changed file, as in "modified: src/auth.py" (can be repeated)
    #[arg(long = "change", value_name = "VERB: PATH")]
    changes: Vec<String>,
}

impl ChangeArgs {
    /// What stands in the revision's place.
    pub(crate) fn range(&self) -> Option<&str> {
        self.range.as_deref()
    }

    pub(crate) fn resolve(
        &self,
        context: &Context,
        leave_out: Vec<PathBuf>,
    ) -> Result<ChangeArguments, Failure> {
        let diff = match &self.diff {
            None => None,
            Some(path) if path.as_os_str() == "-" => Some(context.system.read_input(DIFF_LIMIT)?),
            Some(path) => Some(context.system.read(&context.folder.join(path), DIFF_LIMIT)?),
        };
        let changes: Result<Vec<ChangeClaim>, _> =
            self.changes.iter().map(|text| text.parse::<ChangeClaim>()).collect();
        Ok(ChangeArguments {
            range: self.range.clone(),
            staged: self.staged,
            worktree: self.worktree,
            diff,
            changes: changes.map_err(codd_audit::SourceError::from)?,
            leave_out,
        })
    }
}

/// How sure a way must be for what lies behind it to count as reached.
#[derive(Args, Debug)]
pub(crate) struct ExtentArgs {
    /// Leave out what is reached only on steps that are not sure: by a name, an import or a
    /// condition alone
    #[arg(long, conflicts_with = "safe")]
    precise: bool,
    /// Show all that may be reached (the default)
    #[arg(long, alias = "possible")]
    safe: bool,
}

impl ExtentArgs {
    pub(crate) fn is_safe(&self) -> bool {
        self.safe || !self.precise
    }

    pub(crate) fn extent(&self) -> Extent {
        if self.is_safe() { Extent::Safe } else { Extent::Precise }
    }
}

/// How findings decide the exit code.
#[derive(Args, Debug)]
pub(crate) struct GateArgs {
    /// Fail on findings of this severity or above, and with `undetermined` also where a control
    /// could not be decided, as in `high,undetermined` [default: the configuration's, else high]
    #[arg(long, value_name = "SEVERITY", value_delimiter = ',')]
    fail_on: Vec<FailOnArg>,
    /// Fail also when the verdict is conditional; where a project is checked, when it would be: a
    /// critical or high control could not be decided, or none could
    #[arg(long)]
    pub(crate) strict: bool,
    /// End with 0 whatever is found; wrong use still ends with 2
    #[arg(long)]
    pub(crate) exit_zero: bool,
}

impl GateArgs {
    /// From which severity on findings fail the run, where the command line says so.
    pub(crate) fn severity(&self) -> Result<Option<FailOn>, Failure> {
        let mut severities = self.fail_on.iter().filter_map(|it| it.severity());
        let first = severities.next();
        match severities.find(|it| Some(*it) != first) {
            None => Ok(first),
            Some(_) => Err(Failure::told(
                "`--fail-on` is given two severities",
                "give the lower one: what is above it fails too",
            )),
        }
    }

    /// Whether what could not be decided fails the run; the configuration says so where the
    /// command line says nothing.
    pub(crate) fn is_on_undetermined(&self, configured: bool) -> bool {
        match self.fail_on.as_slice() {
            [] => configured,
            said => said.contains(&FailOnArg::Undetermined),
        }
    }
}

/// Whether what a command found out is written for people or as JSON.
#[derive(Args, Debug)]
pub(crate) struct JsonArgs {
    /// Write it as JSON: the same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    format: String,
}

impl JsonArgs {
    pub(crate) fn is_json(&self) -> bool {
        self.json || self.format == "json"
    }
}

/// How an assessment is written.
#[derive(Args, Debug)]
pub(crate) struct FormatArgs {
    /// How to write the result
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = format_parser())]
    format: Format,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// For `agent`: write at most about this many tokens, at four bytes each
    #[arg(long, value_name = "N")]
    pub(crate) max_tokens: Option<u32>,
    /// Write lists in full that are cut for reading
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

impl FormatArgs {
    pub(crate) fn format(&self) -> Format {
        let json = self.json.then(|| Format::named("json")).flatten();
        json.unwrap_or(self.format)
    }
}

fn format_parser() -> impl clap::builder::TypedValueParser<Value = Format> {
    use clap::builder::TypedValueParser;
    let names = FORMATS.iter().map(|it| clap::builder::PossibleValue::new(it.name).help(it.about));
    clap::builder::PossibleValuesParser::new(names)
        .map(|name| Format::named(&name).expect("the parser knows the names of the table"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOnArg {
    Critical,
    High,
    Medium,
    Low,
    Any,
    Never,
    /// Beside findings, a control that could not be decided
    Undetermined,
}

impl FailOnArg {
    pub(crate) fn severity(self) -> Option<FailOn> {
        Some(match self {
            FailOnArg::Critical => FailOn::Critical,
            FailOnArg::High => FailOn::High,
            FailOnArg::Medium => FailOn::Medium,
            FailOnArg::Low => FailOn::Low,
            FailOnArg::Any => FailOn::Any,
            FailOnArg::Never => FailOn::Never,
            FailOnArg::Undetermined => return None,
        })
    }
}
