//! Edges to functions that run where something else is used: receivers of signals, listeners
//! to models.

use codd_facts::{DefinitionId, DefinitionKind, Name};
use rustc_hash::FxHashMap;

use super::EdgeSet;
use super::evaluate::Evaluator;
use super::value::{At, NO_FRAME, OWN, Value};
use crate::{Basis, Confidence, EdgeKind, EdgeSource, FileEdge, Running};

/// Patterns for the methods of one class: more are nobody's.
const MOST_PATTERNS: usize = 64;

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    let mut classes = Classes::default();
    for listener in &semantics.listeners {
        let functions = evaluator.expr(OWN, listener.function, NO_FRAME);
        let to = evaluator.expr(OWN, listener.to, NO_FRAME);
        for function in functions.iter() {
            let (Value::Definition { at, .. } | Value::Method { at, .. }) = function.value else {
                continue;
            };
            let kind = evaluator.definition(at).kind;
            if !matches!(
                kind,
                DefinitionKind::Function | DefinitionKind::Method | DefinitionKind::Variable
            ) {
                continue;
            }
            for heard in to.iter() {
                let (Value::Definition { at: of, .. } | Value::Method { at: of, .. }) = heard.value
                else {
                    continue;
                };
                let limit =
                    if listener.is_certain { Confidence::Probable } else { Confidence::Possible };
                let confidence = function.confidence.min(heard.confidence).min(limit);
                let all = match &listener.methods {
                    Some(pattern) => classes.methods_of(evaluator, of, pattern),
                    None => vec![of.id],
                };
                for id in all.into_iter().filter(|id| (At { id: *id, ..of }) != at) {
                    let from = if of.file == OWN {
                        EdgeSource::Definition(id)
                    } else {
                        EdgeSource::Elsewhere(evaluator.path(of.file).clone(), id)
                    };
                    let (to, kind) = (evaluator.target(at), EdgeKind::Calls);
                    let running = Running::of(kind, confidence).limited(listener.before);
                    let basis = Basis::Implied;
                    edges.add(FileEdge {
                        from,
                        to,
                        kind,
                        confidence,
                        basis,
                        running,
                        reference: None,
                    });
                }
            }
        }
    }
}

/// The methods of classes whose methods are named by patterns.
#[derive(Default)]
struct Classes {
    methods: FxHashMap<At, Vec<(Name, DefinitionId)>>,
    asked: FxHashMap<At, usize>,
}

impl Classes {
    /// The methods of a class that are called so.
    fn methods_of(
        &mut self,
        evaluator: &Evaluator<'_>,
        class: At,
        pattern: &str,
    ) -> Vec<DefinitionId> {
        let asked = self.asked.entry(class).or_default();
        *asked += 1;
        if *asked > MOST_PATTERNS {
            return Vec::new();
        }
        let methods = self.methods.entry(class).or_insert_with(|| {
            let semantics = evaluator.semantics(class.file);
            let all =
                semantics.definitions.iter().enumerate().filter(|(_, it)| {
                    it.parent == Some(class.id) && it.kind == DefinitionKind::Method
                });
            all.map(|(at, it)| (it.name.clone(), DefinitionId(at as u32))).collect()
        });
        methods.iter().filter(|it| fits(pattern, &it.0)).map(|it| it.1).collect()
    }
}

/// Whether a name is as a pattern says, in which `*` stands for any part of it.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_of_names() {
        for (pattern, name, does_fit) in [
            ("pay", "pay", true),
            ("pay", "pays", false),
            ("pay*", "payAll", true),
            ("find*By*", "findAllByName", true),
            ("find*By*", "findAll", false),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, name), does_fit, "{pattern} {name}");
        }
    }
}
