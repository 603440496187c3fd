//! Edges of calls that no name stands for: what `with` and `for` run.

use codd_facts::Bound;

use super::evaluate::Evaluator;
use super::items::Methods;
use super::value::{FlowSet, NO_FRAME, OWN, Receiver, Value};
use super::{EdgeSet, source};
use crate::{Basis, Confidence, EdgeKind, FileEdge, Running};

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    for scope in &semantics.scopes {
        for binding in &scope.bindings {
            let (value, methods): (_, [Methods; 2]) = match binding.bound {
                Bound::Entered(value) => (value, [|it| it.entering, |it| it.leaving]),
                Bound::Element(value) => (value, [|it| it.iterators, |it| it.next_items]),
                _ => continue,
            };
            let mut flows = evaluator.opened(OWN, value, NO_FRAME);
            if matches!(binding.bound, Bound::Element(_)) {
                let iterators = evaluator.protocol_of(flows.flows(), |it| it.iterators);
                flows.extend(iterators.flows(), Confidence::Probable);
            }
            for flow in flows.flows() {
                let Value::Instance(class, _) = flow.value else { continue };
                let receiver = Receiver::of(class, true);
                let conventions = evaluator.conventions(class.file);
                for name in methods.iter().flat_map(|of| of(conventions)) {
                    let found = evaluator.class_member(class, name, receiver);
                    for method in found.iter().flat_map(FlowSet::flows) {
                        let Value::Method { at, .. } = method.value else { continue };
                        let to = evaluator.target(at);
                        let sureness =
                            flow.confidence.min(method.confidence).min(Confidence::Probable);
                        edges.add(FileEdge {
                            from: source(scope.owner),
                            to,
                            kind: EdgeKind::Calls,
                            confidence: sureness,
                            basis: Basis::Flow,
                            running: Running::surely(Confidence::Possible),
                            reference: None,
                        });
                    }
                }
            }
        }
    }
}
