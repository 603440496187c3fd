//! What was concluded of a file that says what it said, at other places of its text.
//!
//! A remark or other layout moves what stands behind it and means nothing. What checks conclude
//! from such a file is what they concluded before, at the new places; whatever they look at
//! besides, it need not be looked at again.

use std::sync::Arc;

use codd_facts::{DefinitionPlace, FileFacts, FlowFacts, FlowFunction, Places};
use codd_source::{RepoPath, Span};

use crate::{CheckOutcome, FileHits, Finding, FindingPlace, Hit, ViewFile};

/// Where everything that a file says stands, before and after.
#[derive(Debug)]
pub(crate) struct Moved<'a> {
    path: &'a RepoPath,
    /// The whole file's code, which begins and ends with what is in it.
    whole: (Span, Span),
    ends: Ends,
    before: &'a FileHits,
    after: &'a FileHits,
}

impl<'a> Moved<'a> {
    /// `None` where the file says something else than before.
    pub(crate) fn between(
        path: &'a RepoPath,
        before: &'a ViewFile,
        after: &'a ViewFile,
    ) -> Option<Moved<'a>> {
        let mut spans = Vec::new();
        let mut whole = (Span::default(), Span::default());
        let is_alike = before.class == after.class
            && before.language == after.language
            && before.failure == after.failure
            && before.hits.was_read == after.hits.was_read
            && before.hits.undecided == after.hits.undecided;
        if !is_alike {
            return None;
        }
        match (&before.facts, &after.facts) {
            (None, None) => {}
            (Some(before), Some(after)) => facts(before, after, &mut spans)?,
            _ => return None,
        }
        match (&before.hits.flow, &after.hits.flow) {
            (None, None) => {}
            (Some(before), Some(after)) => whole = flow(before, after, &mut spans)?,
            _ => return None,
        }
        let ends = Ends::of(spans)?;
        Some(Moved { path, whole, ends, before: &before.hits, after: &after.hits })
    }

    /// What a check of this index concludes now; `None` where it found other places in the file,
    /// or one of which it is not known where it is now.
    pub(crate) fn outcome(&self, index: u32, known: &CheckOutcome) -> Option<CheckOutcome> {
        let (before, after) = (self.before.of_check(index), self.after.of_check(index));
        let mut found = known.clone();
        if before.is_empty() && after.is_empty() {
            self.move_all(&self.ends, &mut found)?;
            return Some(found);
        }
        let is_same = |(a, b): (&Hit, &Hit)| Hit { span: b.span, ..a.clone() } == *b;
        if before.len() != after.len() || !before.iter().zip(after).all(is_same) {
            return None;
        }
        let hits = before.iter().zip(after).map(|(a, b)| (a.span, b.span));
        let ends = self.ends.with(hits.collect())?;
        self.move_all(&ends, &mut found)?;
        Some(found)
    }

    fn move_all(&self, ends: &Ends, found: &mut CheckOutcome) -> Option<()> {
        for finding in found.findings.iter_mut().chain(&mut found.excused) {
            self.move_finding(ends, finding)?;
        }
        found.passing.iter_mut().try_for_each(|it| self.move_place(ends, it))
    }

    fn move_finding(&self, ends: &Ends, finding: &mut Finding) -> Option<()> {
        let steps = finding.steps.iter_mut().map(|it| &mut it.place);
        finding.place.iter_mut().chain(steps).try_for_each(|it| self.move_place(ends, it))?;
        for way in &mut finding.ways {
            self.move_finding(ends, &mut way.finding)?;
            let mut places = way.ends.iter_mut().filter_map(|it| it.place.as_mut());
            places.try_for_each(|it| self.move_place(ends, it))?;
        }
        Some(())
    }

    fn move_place(&self, ends: &Ends, place: &mut FindingPlace) -> Option<()> {
        // The file as a whole is where it was.
        if place.path == *self.path && place.span != Span::default() {
            let moved = ends.moved(place.span);
            place.span = match self.whole {
                (whole, now) if place.span == whole => {
                    moved.is_none_or(|it| it == now).then_some(now)?
                }
                _ => moved?,
            };
        }
        Some(())
    }
}

/// Notes where what is parsed of a file stands; `None` where it is not the same.
fn facts(before: &FileFacts, after: &FileFacts, spans: &mut Vec<(Span, Span)>) -> Option<()> {
    // All of it: what is added later is compared, or is nothing that checks read.
    let FileFacts { language, semantics, places, errors, not_modelled: counts } = after;
    let Places {
        definitions,
        references,
        imports,
        routes,
        links,
        not_modelled,
        module_hash,
        loaded_hash,
    } = places;
    let own = &before.places;
    let is_same = before.language == *language
        && (Arc::ptr_eq(&before.semantics, semantics) || before.semantics == *semantics)
        && before.not_modelled == *counts
        && before.errors.count == errors.count
        && (own.module_hash, own.loaded_hash) == (*module_hash, *loaded_hash);
    if !is_same {
        return None;
    }
    let is_same = |(a, b): (&DefinitionPlace, &DefinitionPlace)| {
        DefinitionPlace { span: b.span, name: b.name, ..*a } == *b
    };
    if !own.definitions.iter().zip(definitions).all(is_same) {
        return None;
    }
    let both = own.definitions.iter().zip(definitions);
    spans.extend(both.flat_map(|(a, b)| [(a.span, b.span), (a.name, b.name)]));
    let names = |all: &[(codd_facts::Name, Span)]| all.iter().map(|it| it.1).collect::<Vec<_>>();
    let lists = [
        (&*own.references, &**references),
        (&own.imports, imports),
        (&own.routes, routes),
        (&own.links, links),
        (&names(&own.not_modelled), &names(not_modelled)),
        (&before.errors.spans, &errors.spans),
    ];
    for (before, after) in lists {
        if before.len() != after.len() {
            return None;
        }
        spans.extend(before.iter().copied().zip(after.iter().copied()));
    }
    (own.definitions.len() == definitions.len()).then_some(())
}

/// The same for what is done with values; gives where all of it stands.
fn flow(
    before: &FlowFacts,
    after: &FlowFacts,
    spans: &mut Vec<(Span, Span)>,
) -> Option<(Span, Span)> {
    let FlowFacts { names, values, spans: places, functions, package, packages, given_up } = after;
    let is_same = before.names == *names
        && before.values == *values
        && before.spans.len() == places.len()
        && before.functions.len() == functions.len()
        && before.package == *package
        && before.packages == *packages
        && before.given_up == *given_up;
    let is_alike =
        |(a, b): (&FlowFunction, &FlowFunction)| FlowFunction { place: b.place, ..a.clone() } == *b;
    if !is_same || !before.functions.iter().zip(functions).all(is_alike) {
        return None;
    }
    spans.extend(before.spans.iter().copied().zip(places.iter().copied()));
    let mut places = before.functions.iter().zip(functions).map(|(a, b)| (a.place, b.place));
    let whole = places.next().unwrap_or_default();
    spans.extend(places);
    Some(whole)
}

/// Where spans begin and end, before and after, in the order in which they do.
///
/// A check may ask which of two spans is first or holds the other. Where no two of them change
/// places, its answers stay the same.
#[derive(Clone, Debug)]
struct Ends(Vec<(End, End)>);

/// An end of a span at an offset, or, after it, the beginning of one there.
type End = (u32, bool);

impl Ends {
    /// `None` where some change places.
    fn of(spans: Vec<(Span, Span)>) -> Option<Ends> {
        Ends(Vec::new()).with(spans)
    }

    fn with(&self, spans: Vec<(Span, Span)>) -> Option<Ends> {
        let ends = spans.into_iter().flat_map(|(before, after)| {
            let starts = ((before.start, true), (after.start, true));
            [starts, ((before.end, false), (after.end, false))]
        });
        let mut all: Vec<(End, End)> = self.0.iter().copied().chain(ends).collect();
        all.sort_unstable();
        all.dedup();
        let is_kept = |pair: &[(End, End)]| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1;
        all.windows(2).all(is_kept).then_some(Ends(all))
    }

    fn moved(&self, span: Span) -> Option<Span> {
        let moved = |end: End| {
            let at = self.0.binary_search_by_key(&end, |it| it.0).ok()?;
            Some(self.0[at].1.0)
        };
        Some(Span { start: moved((span.start, true))?, end: moved((span.end, false))? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    #[test]
    fn a_span_moves_with_its_ends() {
        let ends = Ends::of(vec![(span(0, 9), span(3, 20)), (span(4, 9), span(15, 20))]).unwrap();
        assert_eq!(ends.moved(span(0, 9)), Some(span(3, 20)));
        assert_eq!(ends.moved(span(4, 9)), Some(span(15, 20)));
        assert_eq!(ends.moved(span(4, 8)), None, "nothing is known to end there");
    }

    #[test]
    fn what_touched_may_part_and_what_changes_places_is_not_moved() {
        let touching = [span(0, 4), span(4, 9)];
        let moved = |after: [Span; 2]| Ends::of(touching.into_iter().zip(after).collect());
        assert!(moved([span(0, 4), span(5, 10)]).is_some());
        assert!(moved([span(5, 9), span(0, 4)]).is_none());
        assert!(moved([span(0, 5), span(4, 9)]).is_none());
        let same_start = vec![(span(0, 4), span(0, 4)), (span(0, 9), span(1, 9))];
        assert!(Ends::of(same_start).is_none());
    }
}
