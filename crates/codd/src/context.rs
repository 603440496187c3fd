//! What every command has at hand: the system, the terminal, and how to speak.

use std::io::{self, IsTerminal, Write};
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;

use clap::ColorChoice;
use codd_audit::formats::RenderOptions;
use codd_audit::{
    CacheChoice, CancelToken, Date, DiagnosticRecord, OpenOptions, SharedPlace, Stopwatch, System,
    Watched, Workspace, printable,
};

use crate::arguments::{FormatArgs, Global};
use crate::failure::Failure;
use crate::timings::Timings;

/// Threads beyond this only cost time, whatever is asked for.
const MAX_THREADS: usize = 256;

/// Columns to write for when nobody says how many there are.
const DEFAULT_WIDTH: u16 = 100;

pub(crate) struct Context {
    pub(crate) system: Arc<dyn System>,
    pub(crate) folder: PathBuf,
    pub(crate) now: Option<Date>,
    pub(crate) cache: CacheChoice,
    /// The URL of the place where it is shared.
    cache_url: Option<String>,
    pub(crate) cancel: CancelToken,
    /// Whether results may carry colours.
    pub(crate) color: bool,
    pub(crate) width: u16,
    timings: Option<Arc<Timings>>,
    /// Whether somebody watches standard error and wants to see progress.
    pub(crate) shows_progress: bool,
}

impl Context {
    pub(crate) fn new(system: Arc<dyn System>, global: &Global, cancel: CancelToken) -> Context {
        let asks_for_none = system.variable("NO_COLOR").is_some_and(|it| !it.is_empty());
        let color = match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stdout().is_terminal() && !asks_for_none,
        };
        // What goes into a file is the same whatever terminal it was asked for in.
        let is_watched = io::stdout().is_terminal();
        let columns = terminal_size::terminal_size().filter(|_| is_watched);
        if let Some(threads) = global.threads {
            // Fails only when a pool was built before, which nothing before this does.
            let _ = rayon::ThreadPoolBuilder::new()
                .num_threads(threads.min(MAX_THREADS))
                .build_global();
        }
        Context {
            folder: global.directory.clone(),
            now: global.now,
            cache: cache_choice(&*system, global),
            cache_url: cache_url(&*system, global),
            cancel,
            color,
            width: columns.map_or(DEFAULT_WIDTH, |(width, _)| width.0),
            timings: global.timings.then(|| Arc::new(Timings::new(Arc::clone(&system)))),
            shows_progress: !global.quiet && io::stderr().is_terminal(),
            system,
        }
    }

    pub(crate) fn open(&self) -> Result<Opened<'_>, Failure> {
        self.system.metadata(&self.folder)?;
        let options = OpenOptions {
            folder: self.folder.clone(),
            as_of: self.now,
            cache: self.cache.clone(),
            shared: self.shared_place()?,
            cancel: self.cancel.clone(),
            watched: self.watched(),
        };
        let workspace = Workspace::open(Arc::clone(&self.system), options)?;
        Ok(Opened { workspace: ManuallyDrop::new(workspace), context: self })
    }

    /// Where what is kept is shared with other machines, if anybody says so.
    ///
    /// Nothing in the project does: whoever wrote it would be asked whom to believe.
    pub(crate) fn shared_place(&self) -> Result<Option<Arc<dyn SharedPlace>>, Failure> {
        let Some(url) = &self.cache_url else { return Ok(None) };
        let place = codd_remote::connect(url, &*self.system, self.cancel.clone());
        // The URL may hold a password, so it is not repeated.
        place
            .map(Some)
            .map_err(|error| Failure::told(format!("--cache-url: {error}"), error.help()))
    }

    pub(crate) fn watched(&self) -> Watched {
        Watched(self.timings.clone().map(|it| it as Arc<dyn Stopwatch>))
    }

    /// Says where the time went, if somebody asked.
    pub(crate) fn tell_timings(&self) {
        if let Some(timings) = &self.timings {
            self.tell(&timings.table());
        }
    }

    pub(crate) fn render_options(&self, format: &FormatArgs) -> RenderOptions {
        RenderOptions {
            color: self.color,
            width: self.width,
            max_tokens: format.max_tokens,
            verbose: format.verbose,
        }
    }

    /// Writes a result to standard output; a reader that went away is no error.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        self.print_bytes(text.as_bytes())
    }

    /// Writes a value as JSON, for programs.
    pub(crate) fn print_json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(value);
        self.print(&(json.map_err(|error| Failure::Output(error.to_string()))? + "\n"))
    }

    /// The same for what is no text.
    pub(crate) fn print_bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut output = io::stdout().lock();
        match output.write_all(bytes).and_then(|()| output.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Failure::Output(error.to_string())),
            Ok(()) => Ok(()),
        }
    }

    /// Shows problems with what the user wrote, each with its place and next step.
    pub(crate) fn tell_diagnostics(&self, diagnostics: &[DiagnosticRecord]) {
        for diagnostic in diagnostics {
            self.tell(&crate::diagnostics::text(diagnostic, self.color, self.width));
        }
    }

    /// Shows those that are more than a note: what a rendering only counts or names.
    pub(crate) fn tell_problems(&self, diagnostics: &[DiagnosticRecord]) {
        for diagnostic in diagnostics.iter().filter(|it| it.severity != "note") {
            self.tell(&crate::diagnostics::text(diagnostic, self.color, self.width));
        }
    }

    /// Says something to the person at the terminal, on standard error.
    pub(crate) fn tell(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

/// An opened project whose findings are kept when the command is done with it.
pub(crate) struct Opened<'a> {
    /// Never freed: the process is about to end, and that is faster.
    workspace: ManuallyDrop<Workspace>,
    context: &'a Context,
}

impl Deref for Opened<'_> {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.workspace
    }
}

impl DerefMut for Opened<'_> {
    fn deref_mut(&mut self) -> &mut Workspace {
        &mut self.workspace
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for trouble in self.workspace.keep() {
            self.context.tell(&format!("note: {}", printable(&trouble)));
        }
    }
}

fn cache_choice(system: &dyn System, global: &Global) -> CacheChoice {
    let variable = || system.variable("CODD_CACHE_DIR").filter(|it| !it.is_empty());
    match global.cache_dir.clone().or_else(|| variable().map(PathBuf::from)) {
        _ if global.no_cache => CacheChoice::Off,
        Some(folder) => CacheChoice::Folder(global.directory.join(folder)),
        None => CacheChoice::Project,
    }
}

fn cache_url(system: &dyn System, global: &Global) -> Option<String> {
    let variable = || system.variable("CODD_CACHE_URL").filter(|it| !it.is_empty());
    let url = global.cache_url.clone().or_else(variable);
    url.filter(|_| !global.no_cache)
}
