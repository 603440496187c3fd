//! An opened project: the one thing a front end asks.

use std::path::PathBuf;
use std::sync::Arc;

use codd_db::{Analysis, Engine, Progress, SharedPlace};
use codd_graph::Confidence;
use codd_source::{
    Activity, BlobSizes, CancelToken, Cancelled, ChangeArguments, Comparison, Date, ProjectRoot,
    Snapshot, SourceError, System, SystemError, Watched, WorkTreeOptions, compare,
};

use crate::assess::{self, Asked};
use crate::cache::{self, CacheChoice, NoCache};
use crate::pack::Reproduction;
use crate::reviews::Decisions;
use crate::rules::Rules;
use crate::sharing::NotShared;
use crate::{
    Assessment, AuditPack, Decision, DecisionError, FailOn, ImportError, InitError,
    LanguagesReport, NewControlError, OpenItems, ScanReport, SymbolError, UnresolvedRecord,
    imports, scan,
};

/// How a project is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// A folder in the project; relative ones count from the current folder.
    pub folder: PathBuf,
    /// The day by which waivers and evidence are judged; today in UTC if not given.
    pub as_of: Option<Date>,
    /// Where what was found out about files is kept for the next time.
    pub cache: CacheChoice,
    /// Where it is shared with other machines.
    pub shared: Option<Arc<dyn SharedPlace>>,
    pub cancel: CancelToken,
    /// Who counts where the time goes.
    pub watched: Watched,
}

/// How an assessment is made.
#[derive(Clone, Copy, Debug)]
pub struct AssessOptions {
    /// From which severity on findings fail the run; `None` leaves it to the configuration.
    pub fail_on: Option<FailOn>,
    /// How sure a way must be for what lies behind it to count as reached.
    pub extent: Extent,
}

/// How much of what a change reaches is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All that it may reach.
    Safe,
    /// What it reaches on steps that are exact or probable.
    Precise,
}

impl Extent {
    pub(crate) fn floor(self) -> Confidence {
        match self {
            Extent::Safe => Confidence::Possible,
            Extent::Precise => Confidence::Probable,
        }
    }
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    System(#[from] SystemError),
    #[error(transparent)]
    Decision(#[from] DecisionError),
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    #[error(transparent)]
    Init(#[from] InitError),
    #[error(transparent)]
    NewControl(#[from] NewControlError),
    #[error("the index cannot be taken in: {0}")]
    Import(#[from] ImportError),
    #[error(transparent)]
    NoCache(#[from] NoCache),
    #[error("interrupted")]
    Cancelled,
}

impl From<Cancelled> for WorkspaceError {
    fn from(_: Cancelled) -> WorkspaceError {
        WorkspaceError::Cancelled
    }
}

/// An opened project.
///
/// Keeps one incremental database: each question computes only what differs from the one
/// before. Answers are plain values that outlive it. What it found out about files is kept
/// when it is dropped, which is after the answers were given.
pub struct Workspace {
    pub(crate) system: Arc<dyn System>,
    pub(crate) root: ProjectRoot,
    pub(crate) engine: Engine,
    pub(crate) as_of: Date,
    pub(crate) cancel: CancelToken,
    pub(crate) cache: CacheChoice,
    /// Why nothing is kept in a folder.
    pub(crate) no_cache: Option<NoCache>,
    /// What git's objects measure, so that it need not be asked for each of them every time.
    pub(crate) blob_sizes: Arc<BlobSizes>,
    /// The place where nothing is shared, and why.
    pub(crate) not_shared: Option<(String, NotShared)>,
}

/// Under which name the sizes of blobs are kept: a number that goes up with their form.
pub(crate) const BLOB_SIZES: &str = "sizes of blobs 1";

impl Workspace {
    /// Opens the project that `options.folder` lies in.
    pub fn open(
        system: Arc<dyn System>,
        options: OpenOptions,
    ) -> Result<Workspace, WorkspaceError> {
        let discovering = options.watched.at(Activity::Discover);
        let mut root = ProjectRoot::discover(&*system, &options.folder)?;
        let as_of = options.as_of.unwrap_or_else(|| system.today());
        drop(discovering);
        let opening = options.watched.at(Activity::Store);
        let opened = cache::open(&system, &root, &options.cache, options.shared.as_ref());
        drop(opening);
        let cache::Opened { store, no_cache, not_shared } = opened;
        let mut engine = store.map_or_else(Engine::default, Engine::with_store);
        engine.set_watched(options.watched);
        let known = engine.kept_aside(BLOB_SIZES).map(|it| Box::new(it) as _);
        let blob_sizes = BlobSizes::new(known);
        root.repository = root.repository.map(|it| blob_sizes.before(it));
        let OpenOptions { cache, cancel, .. } = options;
        Ok(Workspace {
            system,
            root,
            engine,
            as_of,
            cancel,
            cache,
            no_cache,
            blob_sizes,
            not_shared,
        })
    }

    /// The project's folder.
    pub fn root(&self) -> &ProjectRoot {
        &self.root
    }

    /// The two sides that `arguments` name.
    pub fn compare(&self, arguments: &ChangeArguments) -> Result<Comparison, WorkspaceError> {
        let _at = self.engine.at(Activity::Discover);
        Ok(compare(&self.system, &self.root, arguments, &self.cancel)?)
    }

    /// What a change reaches, violates and puts at risk.
    pub fn assess_change(
        &mut self,
        arguments: &ChangeArguments,
        options: AssessOptions,
        progress: &dyn Progress,
    ) -> Result<Assessment, WorkspaceError> {
        let comparison = self.compare(arguments)?;
        self.assess(&comparison, arguments, options, progress)
    }

    /// Every control on the whole project.
    pub fn assess_project(
        &mut self,
        options: AssessOptions,
        progress: &dyn Progress,
    ) -> Result<Assessment, WorkspaceError> {
        let snapshot = self.snapshot(&[])?;
        let (decisions, cancel) = (self.decisions(&snapshot), self.cancel.clone());
        let command = self.command("check", "", options);
        let asked = Asked {
            project: UNNAMED,
            command: &command,
            as_of: self.as_of,
            fail_on: options.fail_on,
            decisions: &decisions,
            floor: options.extent.floor(),
            cancel: &cancel,
        };
        Ok(assess::project(&mut self.engine, &snapshot, &asked, progress)?)
    }

    fn assess(
        &mut self,
        comparison: &Comparison,
        arguments: &ChangeArguments,
        options: AssessOptions,
        progress: &dyn Progress,
    ) -> Result<Assessment, WorkspaceError> {
        let (decisions, cancel) = (self.decisions(&comparison.head), self.cancel.clone());
        let mut change = change_arguments(comparison, arguments);
        if options.extent == Extent::Precise {
            change.push_str(" --precise");
        }
        let command = self.command("impact", &change, options);
        let asked = Asked {
            project: UNNAMED,
            command: &command,
            as_of: self.as_of,
            fail_on: options.fail_on,
            decisions: &decisions,
            floor: options.extent.floor(),
            cancel: &cancel,
        };
        Ok(assess::change(&mut self.engine, comparison, &asked, progress)?)
    }

    /// The sealed record of a change, or of the whole project where nothing differs.
    pub fn audit(
        &mut self,
        arguments: &ChangeArguments,
        options: AssessOptions,
        open: OpenItems,
        progress: &dyn Progress,
    ) -> Result<AuditPack, WorkspaceError> {
        let is_default = arguments.range.is_none()
            && !arguments.staged
            && arguments.diff.is_none()
            && arguments.changes.is_empty();
        let comparison = match self.compare(arguments) {
            Ok(comparison) => Some(comparison),
            // Without a repository there is no change, but there is a project.
            Err(WorkspaceError::Source(_))
                if is_default && (self.root.repository.is_none() || self.root.is_bare()) =>
            {
                None
            }
            Err(error) => return Err(error),
        };
        let comparison =
            comparison.filter(|it| !is_default || it.base.digest() != it.head.digest());
        let assessment = match &comparison {
            Some(comparison) => self.assess(comparison, arguments, options, progress)?,
            None => self.assess_project(options, progress)?,
        };
        let snapshot = match comparison {
            Some(comparison) => comparison.head,
            None => self.snapshot(&arguments.leave_out)?,
        };
        let decisions = self.decisions(&snapshot);
        let relevant =
            assessment.findings.iter().flat_map(|finding| decisions.of(&finding.fingerprint));
        let decisions: Vec<Decision> = relevant.map(|it| it.decision.clone()).collect();
        let reproduction = reproduction(&assessment, open);
        Ok(AuditPack::seal(assessment, decisions, reproduction, open))
    }

    /// What the graph of the project holds.
    pub fn scan(&mut self, progress: &dyn Progress) -> Result<ScanReport, WorkspaceError> {
        let (snapshot, mut analysis) = self.analyse_graph(progress)?;
        let imported = imports::join(&[&snapshot], &mut analysis);
        Ok(ScanReport { imported, ..ScanReport::of(&snapshot, &analysis) })
    }

    /// Which languages the project has, and what of each is modelled.
    pub fn languages(
        &mut self,
        progress: &dyn Progress,
    ) -> Result<LanguagesReport, WorkspaceError> {
        let (_, analysis) = self.analyse_graph(progress)?;
        Ok(LanguagesReport::of(&analysis))
    }

    /// Every reference that could not be followed, by file and line.
    pub fn unresolved(
        &mut self,
        progress: &dyn Progress,
    ) -> Result<Vec<UnresolvedRecord>, WorkspaceError> {
        let (_, analysis) = self.analyse_graph(progress)?;
        Ok(scan::unresolved(&analysis))
    }

    /// Records a decision as a file of its own, and gives its path in the project.
    pub fn decide(&self, decision: Decision) -> Result<String, WorkspaceError> {
        let decision = decision.checked(self.as_of)?;
        let name = decision.file_name();
        self.system.write(&self.root.path.join(&name), decision.to_yaml().as_bytes())?;
        Ok(name)
    }

    /// The day by which waivers and evidence are judged.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The current files of the project analysed and checked under its own rules.
    pub(crate) fn analyse(
        &mut self,
        progress: &dyn Progress,
    ) -> Result<(Snapshot, Analysis), WorkspaceError> {
        self.analyse_as_of(Some(self.as_of), progress)
    }

    /// The same without its checks: for questions about the graph.
    pub(crate) fn analyse_graph(
        &mut self,
        progress: &dyn Progress,
    ) -> Result<(Snapshot, Analysis), WorkspaceError> {
        self.analyse_as_of(None, progress)
    }

    fn analyse_as_of(
        &mut self,
        checked: Option<Date>,
        progress: &dyn Progress,
    ) -> Result<(Snapshot, Analysis), WorkspaceError> {
        let snapshot = self.snapshot(&[])?;
        let rules = Rules::read(&snapshot);
        let analysis =
            assess::analyse(&mut self.engine, &snapshot, &rules, checked, &self.cancel, progress)?;
        Ok((snapshot, analysis))
    }

    /// The same, with what indexes of other tools say joined to the graph.
    pub(crate) fn analyse_joined(
        &mut self,
        progress: &dyn Progress,
    ) -> Result<(Snapshot, Analysis), WorkspaceError> {
        let (snapshot, mut analysis) = self.analyse_graph(progress)?;
        imports::join(&[&snapshot], &mut analysis);
        Ok((snapshot, analysis))
    }

    /// The work tree, or in a bare repository the commit that `HEAD` is.
    pub(crate) fn snapshot(&self, leave_out: &[PathBuf]) -> Result<Snapshot, WorkspaceError> {
        let _at = self.engine.at(Activity::Discover);
        if self.root.is_bare()
            && let Some(repository) = &self.root.repository
        {
            let head = repository.resolve("HEAD").map_err(SourceError::from)?;
            let snapshot = Snapshot::of_commit(repository, head, &self.root.prefix);
            return Ok(snapshot.map_err(SourceError::from)?);
        }
        let options = WorkTreeOptions { leave_out: leave_out.to_vec(), ignored_too: None };
        Ok(Snapshot::of_work_tree(&self.system, &self.root, &options, &self.cancel)?)
    }

    /// Identifies the files of the project as they are now.
    pub fn state(&self) -> Result<String, WorkspaceError> {
        Ok(self.snapshot(&[])?.digest().to_owned())
    }

    /// The decisions of a snapshot, and those that were recorded on disk since.
    pub(crate) fn decisions(&self, snapshot: &Snapshot) -> Decisions {
        let mut decisions = Decisions::read(snapshot);
        decisions.add_from_disk(&*self.system, &self.root.path);
        decisions
    }

    /// The command line that asks the same question on the same day.
    fn command(&self, question: &str, change: &str, options: AssessOptions) -> String {
        let gate = options
            .fail_on
            .map_or(String::new(), |it| format!(" --fail-on {}", format!("{it:?}").to_lowercase()));
        format!("codd {question}{change}{gate} --now {}", self.as_of)
    }

    /// What `codd init` calls a project for which nobody has a name.
    pub(crate) fn folder_name(&self) -> String {
        let name = self.root.path.file_name();
        name.map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

/// What a project without a name is called: the folder's name is where it lies, not what it is,
/// and an assessment is the same wherever it is made.
const UNNAMED: &str = "project";

/// How to make the same pack again.
fn reproduction(assessment: &Assessment, open: OpenItems) -> Reproduction {
    let subject = &assessment.subject;
    let mut command = subject.command.replacen("codd impact", "codd audit", 1);
    command = command.replacen("codd check", "codd audit", 1);
    if open == OpenItems::Skipped {
        command.push_str(" --skip-review");
    }
    let mut needs = Vec::new();
    if command.contains(" --diff -") {
        needs.push("the diff, on standard input".to_owned());
    }
    if subject.head.commit.is_none() {
        let (digest, kind) = (&subject.head.digest, &subject.head.kind);
        needs.push(format!("files that give the head digest {digest} ({kind})"));
    }
    Reproduction { command, needs }
}

/// The command line that names the same change again.
fn change_arguments(comparison: &Comparison, arguments: &ChangeArguments) -> String {
    let mut text = String::new();
    match (comparison.base_commit, comparison.head_commit) {
        (Some(base), Some(head)) => text.push_str(&format!(" {base}..{head}")),
        (Some(base), None) if arguments.diff.is_none() => text.push_str(&format!(" {base}")),
        _ => {}
    }
    if arguments.staged {
        text.push_str(" --staged");
    }
    if arguments.diff.is_some() {
        text.push_str(" --diff -");
    }
    for claim in &arguments.changes {
        text.push_str(&format!(
            " --change {}",
            shell_quoted(&format!("{}: {}", claim.verb, claim.path))
        ));
    }
    text
}

/// A text as a POSIX shell reads it back as one word.
fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

impl Drop for Workspace {
    fn drop(&mut self) {
        // A store that cannot be written costs time the next time, nothing else.
        if !std::thread::panicking() {
            self.keep();
        }
    }
}

impl WorkspaceError {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            WorkspaceError::Source(error) => error.help(),
            WorkspaceError::System(error) => error.help(),
            WorkspaceError::Decision(error) => {
                miette::Diagnostic::help(error).map(|help| help.to_string())
            }
            WorkspaceError::Symbol(error) => Some(error.help()),
            WorkspaceError::Init(error) => Some(error.help()),
            WorkspaceError::NewControl(error) => Some(error.help()),
            WorkspaceError::Import(_) => {
                Some("make the index anew with the indexer of the language".to_owned())
            }
            WorkspaceError::NoCache(reason) => Some(reason.help().to_owned()),
            WorkspaceError::Cancelled => None,
        }
    }
}
