//! The analysis on a thread of its own, so that the interface always answers.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

use codd_audit::{
    AssessOptions, ChangeArguments, OpenItems, OpenOptions, Progress, Stage, System, Workspace,
    WorkspaceError,
};

use crate::state::{Failure, Msg, Running};

/// As much as a main thread has.
const STACK_BYTES: usize = 8 << 20;

const STAGES: [Stage; 4] = [Stage::Read, Stage::Resolve, Stage::Join, Stage::Verify];

/// A thread that answers one question again and again.
pub(crate) struct Worker {
    /// Dropped, it ends the thread.
    questions: Option<Sender<()>>,
    answers: Receiver<Msg>,
    gauge: Arc<Gauge>,
    shown: Option<Running>,
    thread: Option<JoinHandle<()>>,
}

/// How far the analysis is, written by its threads.
#[derive(Debug, Default)]
struct Gauge {
    /// 0 before the first stage, then one more than its place in `STAGES`.
    stage: AtomicUsize,
    done: AtomicUsize,
    steps: AtomicUsize,
}

impl Progress for Gauge {
    fn begin(&self, stage: Stage, steps: usize) {
        let place = STAGES.iter().position(|it| *it == stage).map_or(0, |it| it + 1);
        self.stage.store(place, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.steps.store(steps, Ordering::Relaxed);
    }

    fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Worker {
    pub(crate) fn start(
        system: Arc<dyn System>,
        open: OpenOptions,
        arguments: ChangeArguments,
        options: AssessOptions,
    ) -> io::Result<Worker> {
        let (questions, asked) = channel();
        let (answer, answers) = channel();
        let gauge = Arc::new(Gauge::default());
        let watched = Arc::clone(&gauge);
        let work = move || {
            let mut workspace = None;
            while let Ok(()) = asked.recv() {
                let message =
                    match ask(&system, &open, &mut workspace, &arguments, options, &watched) {
                        Ok(message) => message,
                        Err(error) => {
                            let (message, help) = (error.to_string(), error.help());
                            Msg::Failed(Failure { message, help })
                        }
                    };
                if answer.send(message).is_err() {
                    break;
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("analysis".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(work)?;
        let (questions, thread) = (Some(questions), Some(thread));
        Ok(Worker { questions, answers, gauge, shown: None, thread })
    }

    /// Asks the question again.
    pub(crate) fn ask(&mut self) {
        self.gauge.stage.store(0, Ordering::Relaxed);
        self.gauge.steps.store(0, Ordering::Relaxed);
        if let Some(questions) = &self.questions {
            // A thread that is gone is found out by `next`.
            let _ = questions.send(());
        }
    }

    /// What there is to tell, if anything.
    ///
    /// A bug of the analysis goes on as the panic it was.
    pub(crate) fn next(&mut self) -> Option<Msg> {
        match self.answers.try_recv() {
            Ok(message) => {
                self.shown = None;
                return Some(message);
            }
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => {
                if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
                    std::panic::resume_unwind(panic);
                }
                return None;
            }
        }
        let stage = self.gauge.stage.load(Ordering::Relaxed).checked_sub(1);
        let running = Running {
            stage: stage.and_then(|it| STAGES.get(it).copied()),
            done: self.gauge.done.load(Ordering::Relaxed),
            steps: self.gauge.steps.load(Ordering::Relaxed),
        };
        if self.shown == Some(running) {
            return None;
        }
        self.shown = Some(running);
        Some(Msg::Progress(running))
    }
}

/// One answer; the workspace stays, so that the next one computes only what changed.
fn ask(
    system: &Arc<dyn System>,
    open: &OpenOptions,
    workspace: &mut Option<Workspace>,
    arguments: &ChangeArguments,
    options: AssessOptions,
    progress: &Gauge,
) -> Result<Msg, WorkspaceError> {
    let workspace = match workspace {
        Some(workspace) => workspace,
        None => workspace.insert(Workspace::open(Arc::clone(system), open.clone())?),
    };
    // The pack, since it brings the decisions that count for this change.
    let pack = workspace.audit(arguments, options, OpenItems::Undecided, progress)?;
    Ok(Msg::Answered(Box::new(pack)))
}
