//! What the change of each of many symbols reaches, asked of one graph in one run.

use std::collections::BTreeMap;

use codd_db::{Analysis, Progress};
use codd_facts::Name;
use codd_graph::{NodeId, NodeKind, NodePlace};
use codd_impact::{BodyTraces, ImpactOptions, TraceRoom};
use codd_source::{Cancelled, RepoPath};
use rayon::prelude::*;
use serde::Serialize;

use super::graph::{GraphQuestion, floor};
use super::symbols::find;
use crate::{Workspace, WorkspaceError};

/// Answers that are worked out before the first of them is given; one can be of some megabytes.
const AT_ONCE: usize = 32;

/// A file, and a symbol in it: none for the file's top level.
pub type FileAndSymbol = (RepoPath, Option<Name>);

/// What the change of one symbol's body reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchAnswer<'a> {
    /// As it was asked for; null where the question names no file.
    pub file: Option<&'a str>,
    /// Null for the top level of a file.
    pub symbol: Option<&'a str>,
    /// Files and symbols, each pair once, those that matter most first; not the symbol itself,
    /// unless it is a test. What is not reached in code, such as a control, is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impacted: Option<Vec<&'a FileAndSymbol>>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Workspace {
    /// Answers each question in turn, by the search that judges a change; gives how many have
    /// no answer.
    ///
    /// `write` is called from several threads, `answered` with what it made in the order of
    /// `questions`; an error of either ends it all.
    pub fn dependents_of_each<T: Send, E: From<WorkspaceError> + Send>(
        &mut self,
        questions: &[&str],
        options: GraphQuestion,
        progress: &dyn Progress,
        write: impl Fn(&BatchAnswer<'_>) -> Result<T, E> + Sync,
        mut answered: impl FnMut(T) -> Result<(), E>,
    ) -> Result<usize, E> {
        let (_, analysis) = self.analyse_joined(progress)?;
        let batch = Batch {
            places: Places::of(&analysis),
            traces: BodyTraces::new(&analysis.graph),
            analysis: &analysis,
            options: ImpactOptions { floor: floor(options), depth: options.depth },
        };
        let mut failed = 0;
        for some in questions.chunks(AT_ONCE) {
            let cancel = &self.cancel;
            let answers: Result<Vec<(bool, T)>, E> = some
                .par_iter()
                .map_init(
                    || batch.room(),
                    |room, question| {
                        let stopped = |it: Cancelled| E::from(WorkspaceError::from(it));
                        cancel.check().map_err(stopped)?;
                        let answer = batch.answer(question, room);
                        Ok((answer.error.is_some(), write(&answer)?))
                    },
                )
                .collect();
            for (has_failed, answer) in answers? {
                failed += usize::from(has_failed);
                answered(answer)?;
            }
        }
        Ok(failed)
    }
}

/// What is the same for all questions.
struct Batch<'a> {
    analysis: &'a Analysis,
    places: Places,
    traces: BodyTraces<'a>,
    options: ImpactOptions,
}

/// What a thread needs for one question after the other.
struct Room {
    trace: TraceRoom,
    /// By place: the last question that it was an answer to.
    answers: Vec<u32>,
    questions: u32,
}

impl<'a> Batch<'a> {
    fn room(&self) -> Room {
        let answers = vec![0; self.places.all.len()];
        Room { trace: self.traces.room(), answers, questions: 0 }
    }

    fn answer<'b>(&'b self, question: &'b str, room: &mut Room) -> BatchAnswer<'b>
    where
        'a: 'b,
    {
        let graph = &self.analysis.graph;
        let named = as_named(question);
        let found = match find(self.analysis, question) {
            Ok(found) => found,
            Err(error) => {
                let (file, symbol) = named.unwrap_or((None, Some(question)));
                let error = Some(format!("{error}: {}", error.help()));
                return BatchAnswer { file, symbol, impacted: None, error };
            }
        };
        let (file, symbol) = named.unwrap_or_else(|| {
            let (file, symbol) = self.places.of_node(found[0]);
            (Some(file.as_str()), symbol.as_deref())
        });
        room.questions += 1;
        let kind = |id: NodeId| graph.node(id).key.kind;
        for id in found.iter().filter(|id| kind(**id) != NodeKind::Test) {
            // A test is to be run when it changes itself; its function is the same place.
            let is_test = self.places.is_test[self.places.numbers[id.index()] as usize];
            if !is_test {
                room.answers[self.places.numbers[id.index()] as usize] = room.questions;
            }
        }
        let reached = self.traces.reached(&found, &self.options, &mut room.trace);
        let mut impacted = Vec::with_capacity(reached.len());
        for it in reached {
            if matches!(kind(it.node), NodeKind::Control | NodeKind::Package) {
                continue;
            }
            let place = self.places.numbers[it.node.index()] as usize;
            if room.answers[place] != room.questions {
                room.answers[place] = room.questions;
                impacted.push(&self.places.all[place]);
            }
        }
        BatchAnswer { file, symbol, impacted: Some(impacted), error: None }
    }
}

/// `FILE:SYMBOL` as it was written, so that who asks finds it again.
fn as_named(question: &str) -> Option<(Option<&str>, Option<&str>)> {
    let (file, symbol) = question.split_once(':')?;
    Some((Some(file), Some(symbol.trim_start_matches(':'))))
}

/// The file and symbol of every node; several nodes can be in one place.
struct Places {
    all: Vec<FileAndSymbol>,
    /// By place: whether a runner would collect it as a test.
    is_test: Vec<bool>,
    /// By node: the number of its place.
    numbers: Vec<u32>,
}

impl Places {
    fn of(analysis: &Analysis) -> Places {
        let mut places = Places { all: Vec::new(), is_test: Vec::new(), numbers: Vec::new() };
        let mut known: BTreeMap<FileAndSymbol, u32> = BTreeMap::new();
        for (id, node) in analysis.graph.nodes() {
            let place = place(analysis, id);
            let number = *known.entry(place.clone()).or_insert_with(|| {
                places.all.push(place);
                places.is_test.push(false);
                places.all.len() as u32 - 1
            });
            places.is_test[number as usize] |= node.key.kind == NodeKind::Test;
            places.numbers.push(number);
        }
        places
    }

    fn of_node(&self, id: NodeId) -> &FileAndSymbol {
        &self.all[self.numbers[id.index()] as usize]
    }
}

/// The file and symbol of a node; of a test, those of the function that it is.
fn place(analysis: &Analysis, id: NodeId) -> FileAndSymbol {
    let node = analysis.graph.node(id);
    let of_test = || {
        if let Some(test) = analysis.graph.inherited_test(id) {
            return Some(test.symbol.clone());
        }
        let NodePlace::Test(at) = node.place else { return None };
        let facts = analysis.files.get(&node.key.path)?.facts()?;
        let test = facts.semantics.tests.get(at as usize)?;
        Some(facts.semantics.definition(test.definition).qualified_name.clone())
    };
    let symbol = of_test().unwrap_or_else(|| match node.key.kind {
        NodeKind::Route => node.dotted.clone(),
        _ => node.key.symbol.clone(),
    });
    (node.key.path.clone(), Some(symbol).filter(|it| !it.is_empty()))
}
