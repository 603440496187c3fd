//! What the change of each of many symbols reaches, asked of one graph in one run.

use std::collections::BTreeSet;

use codd_db::{Analysis, Progress};
use codd_graph::{Graph, NodeId, NodeKind, NodePlace};
use codd_impact::{BodyTraces, ImpactOptions};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::graph::{GraphQuestion, find, floor};
use crate::{Workspace, WorkspaceError};

/// Answers that are worked out before the first of them is given.
const AT_ONCE: usize = 64;

/// A file, and a symbol in it: none for the file's top level.
pub type FileAndSymbol = (String, Option<String>);

/// What the change of one symbol's body reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BatchAnswer {
    /// As it was asked for; null where the question names no file.
    pub file: Option<String>,
    /// Null for the top level of a file.
    pub symbol: Option<String>,
    /// Files and symbols, each pair once, those that matter most first; not the symbol itself,
    /// unless it is a test. What is not reached in code, such as a control, is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impacted: Option<Vec<FileAndSymbol>>,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Workspace {
    /// Answers each question in turn, by the search that judges a change; gives how many have
    /// no answer.
    ///
    /// `answered` is called in the order of `questions`, and may end it all.
    pub fn dependents_of_each<E: From<WorkspaceError>>(
        &mut self,
        questions: &[&str],
        options: GraphQuestion,
        progress: &dyn Progress,
        mut answered: impl FnMut(&BatchAnswer) -> Result<(), E>,
    ) -> Result<usize, E> {
        let (_, analysis) = self.analyse(progress)?;
        let traces = BodyTraces::new(&analysis.graph);
        let options = ImpactOptions { floor: floor(options), depth: options.depth };
        let mut failed = 0;
        for some in questions.chunks(AT_ONCE) {
            let cancel = &self.cancel;
            let answers: Result<Vec<BatchAnswer>, _> = some
                .par_iter()
                .map(|question| {
                    cancel.check()?;
                    Ok(answer(&analysis, &traces, question, &options))
                })
                .collect();
            for answer in answers.map_err(|it: codd_source::Cancelled| WorkspaceError::from(it))? {
                failed += usize::from(answer.error.is_some());
                answered(&answer)?;
            }
        }
        Ok(failed)
    }
}

fn answer(
    analysis: &Analysis,
    traces: &BodyTraces<'_>,
    question: &str,
    options: &ImpactOptions,
) -> BatchAnswer {
    let graph = &*analysis.graph;
    let named = as_named(question);
    let found = match find(graph, question) {
        Ok(found) => found,
        Err(error) => {
            let (file, symbol) = named.unwrap_or((None, Some(question.to_owned())));
            let error = Some(format!("{error}: {}", error.help()));
            return BatchAnswer { file, symbol, impacted: None, error };
        }
    };
    let (file, symbol) = named.unwrap_or_else(|| {
        let (file, symbol) = place(analysis, found[0]);
        (Some(file), symbol)
    });
    let asked: BTreeSet<FileAndSymbol> = found.iter().map(|id| place(analysis, *id)).collect();
    let mut reached = traces.reached(&found, options);
    reached.sort_by_key(codd_impact::Traced::rank);
    let mut seen: BTreeSet<FileAndSymbol> = BTreeSet::new();
    let mut impacted = Vec::with_capacity(reached.len());
    for it in reached {
        let is_outside =
            matches!(graph.node(it.node).key.kind, NodeKind::Control | NodeKind::Package);
        if is_outside || it.distance == 0 && !is_test(graph, it.node) {
            continue;
        }
        let place = place(analysis, it.node);
        let is_itself = asked.contains(&place) && !is_test(graph, it.node);
        if !is_itself && seen.insert(place.clone()) {
            impacted.push(place);
        }
    }
    BatchAnswer { file, symbol, impacted: Some(impacted), error: None }
}

/// `FILE:SYMBOL` as it was written, so that who asks finds it again.
fn as_named(question: &str) -> Option<(Option<String>, Option<String>)> {
    let (file, symbol) = question.split_once(':')?;
    Some((Some(file.to_owned()), Some(symbol.trim_start_matches(':').to_owned())))
}

/// The file and symbol of a node; of a test, those of the function that it is.
fn place(analysis: &Analysis, id: NodeId) -> FileAndSymbol {
    let node = analysis.graph.node(id);
    let of_test = || {
        let NodePlace::Test(at) = node.place else { return None };
        let facts = analysis.files.get(&node.key.path)?.analysis.facts.as_ref()?;
        let test = facts.semantics.tests.get(at as usize)?;
        Some(facts.semantics.definition(test.definition).qualified_name.to_string())
    };
    let symbol = of_test().unwrap_or_else(|| match node.key.kind {
        NodeKind::Route => node.dotted.to_string(),
        _ => node.key.symbol.to_string(),
    });
    (node.key.path.to_string(), Some(symbol).filter(|it| !it.is_empty()))
}

fn is_test(graph: &Graph, id: NodeId) -> bool {
    graph.node(id).key.kind == NodeKind::Test
}
