//! Whether a reference is come to whenever its owner runs: not in a branch, a loop, a handler,
//! behind an early return, in a function that need not be called.
//!
//! The grammars of all languages name these constructs alike, so one pass over the flat tree
//! finds the stretches of text that may be skipped; a reference in one of them that lies in
//! its own owner is not certain.

mod changed;
mod kinds;
mod late;
mod managers;
mod methods;
mod registered;
mod stretches;
#[cfg(test)]
mod tests;
mod unheeded;
mod waited;
mod words;

use std::collections::BTreeMap;

use codd_source::Span;

use self::stretches::{Finder, Stretch};

use crate::builder::SemanticsBuilder;
use crate::tree::SyntaxTree;
use crate::{Certainty, DefinitionPlace, ReferenceKind};

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
        self.find_skipped(&finder, definitions);
        self.find_changed();
        if finder.gives_functions {
            self.find_runs();
        }
    }

    fn find_skipped(&mut self, finder: &Finder<'_, '_>, definitions: &[DefinitionPlace]) {
        let functions = finder.functions();
        let bodies = self.bodies(&functions, definitions);
        self.find_waited(finder, &bodies);
        self.find_unheeded(finder);
        if finder.is_python {
            self.find_of_methods();
        }
        let late = self.find_late(finder, &functions, &bodies, definitions);
        let managers = finder.managers();
        self.find_managed(&managers, definitions);
        let mut stretches = finder.stretches();
        managers.stretches(finder, &mut stretches);
        finder.behind_next(&mut stretches);
        finder.behind_kept(&mut stretches);
        finder.behind_delegates(&mut stretches);
        finder.behind_handed_blocks(&mut stretches);
        stretches.extend(late);
        stretches.sort();
        let mut spans = self.reference_places().to_vec();
        let references = self.semantics.references.iter();
        let mut owners: Vec<_> = references.map(|it| (it.owner, it.kind)).collect();
        let count = spans.len();
        let hooks = if finder.has_blocks { Vec::new() } else { self.hook_places(definitions) };
        for (at, span) in &hooks {
            spans.push(*span);
            owners.push((self.semantics.route_hooks[*at].owner, ReferenceKind::Read));
        }
        let mut order: Vec<usize> = (0..spans.len()).collect();
        order.sort_by_key(|at| spans[*at]);
        let mut next = stretches.iter().peekable();
        let mut open: Vec<&Stretch> = Vec::new();
        let mut found: Vec<(usize, Certainty)> = Vec::new();
        let mut limited: BTreeMap<usize, Certainty> = BTreeMap::new();
        for at in order {
            let span = spans[at];
            while let Some(stretch) = next.next_if(|it| it.span.start <= span.start) {
                while open.last().is_some_and(|it| it.span.end <= stretch.span.start) {
                    open.pop();
                }
                open.push(stretch);
            }
            let (owner, kind) = owners[at];
            let body = match (owner, kind) {
                // A decorator belongs to what it decorates, and stands before its body.
                (Some(owner), ReferenceKind::Decorate) => {
                    definitions.get(owner.index()).map(|it| it.span)
                }
                (Some(owner), _) => bodies.get(owner.index()).copied(),
                (None, _) => None,
            };
            let hook = at.checked_sub(count).map(|it| hooks[it]);
            let mut certainty = Certainty::Always;
            for stretch in open.iter().rev().take(MAX_AROUND) {
                if stretch.span.end < span.end {
                    continue;
                }
                let is_inside = body.is_none_or(|body| {
                    body.start <= stretch.span.start
                        && stretch.span.end <= body.end
                        && !(stretch.is_lambda && stretch.span == body)
                });
                let is_shared = hook.is_some()
                    && stretch.is_tried
                    && self.all_registered_in(stretch.span, span, &hooks);
                let is_other = stretch.is_of_reads && kind != ReferenceKind::Read
                    || stretch.is_of_hooks && hook.is_none();
                if is_inside && !is_shared && !is_other {
                    certainty = certainty.min(stretch.certainty);
                }
            }
            match hook {
                _ if certainty == Certainty::Always => {}
                Some((hook, _)) => {
                    limited.insert(hook, certainty);
                }
                None => found.push((at, certainty)),
            }
        }
        for (at, certainty) in found {
            let reference = &mut self.semantics.references[at];
            reference.certainty = reference.certainty.min(certainty);
        }
        self.limit_hooks(&limited);
    }

    /// The text that runs of each definition.
    fn bodies(&self, functions: &[Span], definitions: &[DefinitionPlace]) -> Vec<Span> {
        let placed = self.semantics.definitions.iter().zip(definitions);
        placed
            .map(|(it, place)| {
                let is_function = it.kind.is_function();
                if is_function { function_of(functions, place.span) } else { place.span }
            })
            .collect()
    }

    /// Says of calls whether somebody waits for what they give, and of functions whether a call
    /// of them runs nothing yet.
    fn find_waited(&mut self, finder: &Finder<'_, '_>, bodies: &[Span]) {
        let waited = finder.waited();
        if !waited.is_empty() {
            let ends: Vec<u32> = self.reference_places().iter().map(|it| it.end).collect();
            for (reference, end) in self.semantics.references.iter_mut().zip(ends) {
                if let Some(certainty) = waited.get(&end)
                    && reference.kind == ReferenceKind::Call
                {
                    reference.awaited = *certainty;
                }
            }
        }
        let generators = finder.generators();
        for (definition, body) in self.semantics.definitions.iter_mut().zip(bodies) {
            definition.flags.is_generator =
                definition.kind.is_function() && generators.contains(&body.start);
        }
    }

    /// Says of middleware that is called by hand whether the request goes on without it.
    fn find_unheeded(&mut self, finder: &Finder<'_, '_>) {
        let unheeded = finder.unheeded();
        if unheeded.is_empty() {
            return;
        }
        let ends: Vec<u32> = self.reference_places().iter().map(|it| it.end).collect();
        for (reference, end) in self.semantics.references.iter_mut().zip(ends) {
            if reference.kind == ReferenceKind::Call && unheeded.contains(&end) {
                reference.certainty = reference.certainty.min(Certainty::Perhaps);
            }
        }
    }

    /// Whether all that the file registers behind a hook stands with it in one stretch: then it
    /// is there with the hook or not at all.
    fn all_registered_in(&self, stretch: Span, hook: Span, hooks: &[(usize, Span)]) -> bool {
        let hooks = hooks.iter().map(|(_, span)| *span);
        let mut behind = self.route_spans().iter().copied().chain(hooks);
        let mut has_one = false;
        behind.all(|it| {
            let is_behind = it.start > hook.start;
            has_one |= is_behind;
            !is_behind || it.start < stretch.end
        }) && has_one
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
