//! Whether a reference is come to whenever its owner runs: not in a branch, a loop, a handler,
//! behind an early return, in a function that need not be called.
//!
//! The grammars of all languages name these constructs alike, so one pass over the flat tree
//! finds the stretches of text that may be skipped; a reference in one of them that lies in
//! its own owner is not certain.

mod stretches;
#[cfg(test)]
mod tests;
mod words;

use codd_source::Span;

use self::stretches::{Finder, Stretch};

use crate::builder::SemanticsBuilder;
use crate::tree::SyntaxTree;
use crate::{Certainty, DefinitionPlace};

/// Stretches around one reference that are looked at.
const MAX_AROUND: usize = 256;

impl SemanticsBuilder {
    /// Says of all references how certain they are, when the last one is added; the
    /// definitions' places are in their order.
    pub(crate) fn find_certainty(
        &mut self,
        tree: &SyntaxTree<'_>,
        definitions: &[DefinitionPlace],
    ) {
        let finder = Finder::new(tree);
        let mut stretches = finder.stretches();
        if stretches.is_empty() {
            return;
        }
        stretches.sort();
        let functions = finder.functions();
        let placed = self.semantics.definitions.iter().zip(definitions);
        let bodies: Vec<Span> = placed
            .map(|(it, place)| {
                let is_function = it.kind.is_function();
                if is_function { function_of(&functions, place.span) } else { place.span }
            })
            .collect();
        let spans = self.reference_places();
        let mut order: Vec<usize> = (0..spans.len()).collect();
        order.sort_by_key(|at| spans[*at]);
        let mut next = stretches.iter().peekable();
        let mut open: Vec<&Stretch> = Vec::new();
        let mut found: Vec<(usize, Certainty)> = Vec::new();
        for at in order {
            let span = spans[at];
            while let Some(stretch) = next.next_if(|it| it.span.start <= span.start) {
                while open.last().is_some_and(|it| it.span.end <= stretch.span.start) {
                    open.pop();
                }
                open.push(stretch);
            }
            let owner = self.semantics.references[at].owner;
            let body = owner.and_then(|it| bodies.get(it.index()));
            let mut certainty = Certainty::Always;
            for stretch in open.iter().rev().take(MAX_AROUND) {
                if stretch.span.end < span.end {
                    continue;
                }
                let is_inside = body.is_none_or(|body| {
                    body.start <= stretch.span.start
                        && stretch.span.end <= body.end
                        && !(stretch.is_lambda && stretch.span == *body)
                });
                if is_inside {
                    certainty = certainty.min(stretch.certainty);
                }
            }
            if certainty != Certainty::Always {
                found.push((at, certainty));
            }
        }
        for (at, certainty) in found {
            self.semantics.references[at].certainty = certainty;
        }
    }
}

/// The function that a definition's text holds: what ends with it, for what stands before it
/// may hold others.
fn function_of(functions: &[Span], whole: Span) -> Span {
    let first = functions.partition_point(|it| it.start < whole.start);
    let mut inside = functions[first..]
        .iter()
        .take_while(|it| it.start < whole.end)
        .filter(|it| it.end <= whole.end);
    let ending = inside.clone().take(MAX_AROUND).find(|it| it.end == whole.end);
    ending.or_else(|| inside.next()).copied().unwrap_or(whole)
}
