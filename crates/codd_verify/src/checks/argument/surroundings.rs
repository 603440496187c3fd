//! The names that a call stands among: what tells what its value is for.

use std::cmp::Reverse;

use codd_facts::{FlowFacts, FlowStatement, FlowValue, FunctionId};
use codd_source::Span;
use regex::Regex;

use crate::ViewFile;

/// A text that is longer names nothing.
const MAX_NAME: usize = 48;

/// Whether a name matches in the function around a place, or in the statement where none is.
pub(super) fn have_name(file: &ViewFile, place: Span, regex: &Regex) -> bool {
    let (Some(flow), Some(facts)) = (&file.hits.flow, &file.facts) else { return false };
    let functions = facts.places.definitions.iter().enumerate().filter(|(at, it)| {
        let kind = facts.semantics.definitions[*at].kind;
        kind.is_function() && holds(it.span, place)
    });
    let within = match functions.min_by_key(|(_, it)| it.span.len()) {
        Some((at, it)) => {
            if regex.is_match(&facts.semantics.definitions[at].qualified_name) {
                return true;
            }
            it.span
        }
        None => statement(flow, place),
    };
    flow.values.iter().zip(&flow.spans).any(|(value, own)| {
        holds(within, *own) && named(flow, value).iter().any(|it| regex.is_match(it))
    })
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The names that one value has of itself.
fn named<'f>(flow: &'f FlowFacts, value: &FlowValue) -> Vec<&'f str> {
    let is_word = |it: &char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.');
    match value {
        FlowValue::Name(name) | FlowValue::Attribute { name, .. } => {
            vec![flow.name(*name).as_str()]
        }
        FlowValue::Text(text) => {
            let text = flow.name(*text).as_str();
            let is_name = text.len() <= MAX_NAME && text.chars().all(|it| is_word(&it));
            is_name.then_some(text).into_iter().collect()
        }
        FlowValue::Call { arguments, .. } => {
            arguments.iter().filter_map(|it| it.name).map(|it| flow.name(it).as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// The innermost statement of the top level and of class bodies that holds a place.
fn statement(flow: &FlowFacts, place: Span) -> Span {
    let mut best = place;
    let mut is_found = false;
    let mut open: Vec<&FlowStatement> = match flow.functions.first() {
        Some(_) => flow.function(FunctionId(0)).body.iter().collect(),
        None => Vec::new(),
    };
    while let Some(statement) = open.pop() {
        let whole = match statement {
            FlowStatement::Evaluate(value) => flow.span(*value),
            FlowStatement::Assign { target, value }
            | FlowStatement::Augment { target, value, .. } => {
                let (target, value) = (flow.span(*target), flow.span(*value));
                Span { start: target.start.min(value.start), end: target.end.max(value.end) }
            }
            FlowStatement::Define(id) => {
                open.extend(&flow.function(*id).body);
                continue;
            }
            FlowStatement::Branch { then, otherwise, .. } => {
                open.extend(then);
                open.extend(otherwise);
                continue;
            }
            FlowStatement::Loop { body, otherwise, .. } => {
                open.extend(body);
                open.extend(otherwise);
                continue;
            }
            FlowStatement::Attempt { body, handlers, otherwise, finally } => {
                open.extend(body);
                open.extend(handlers.iter().flatten());
                open.extend(otherwise);
                open.extend(finally);
                continue;
            }
            _ => continue,
        };
        // The one that begins last is the innermost, wherever remarks make another longer.
        let is_inner = (whole.start, Reverse(whole.end)) > (best.start, Reverse(best.end));
        if holds(whole, place) && (!is_found || is_inner) {
            best = whole;
            is_found = true;
        }
    }
    best
}
