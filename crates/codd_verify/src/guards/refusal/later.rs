//! What does not refuse because of when it runs: later, or before it is forgotten.

use codd_facts::FlowStatement;

use super::{MAX_DEPTH, Refuses};

/// Whether what is handed to a function of this name runs when the rest has: on a timer, in
/// another thread, when something else happens.
pub(super) fn runs_later(name: &str) -> bool {
    matches!(
        name,
        "setTimeout"
            | "setInterval"
            | "setImmediate"
            | "nextTick"
            | "queueMicrotask"
            | "requestIdleCallback"
            | "on"
            | "once"
            | "addEventListener"
            | "addListener"
            | "Timer"
            | "Thread"
            | "Process"
            | "start_new_thread"
            | "submit"
            | "call_later"
            | "call_soon"
            | "call_at"
            | "add_done_callback"
            | "add_task"
            | "after_this_request"
            | "AfterFunc"
            | "defer"
    )
}

/// Whether statements end what is around them in the midst of it, on all ways or on some.
pub(super) fn leaves(body: &[FlowStatement], depth: u32) -> Option<Refuses> {
    if depth > MAX_DEPTH {
        return None;
    }
    let below = |it: &[FlowStatement]| leaves(it, depth + 1);
    body.iter()
        .filter_map(|it| match it {
            FlowStatement::Return(_) | FlowStatement::Leave | FlowStatement::Next => {
                Some(Refuses::Surely)
            }
            FlowStatement::Branch { then, otherwise, .. } => {
                match (below(then), below(otherwise)) {
                    (None, None) => None,
                    (Some(a), Some(b)) => Some(a.min(b)),
                    _ => Some(Refuses::Perhaps),
                }
            }
            FlowStatement::Loop { body, .. } => below(body).map(|_| Refuses::Perhaps),
            FlowStatement::Attempt { body, handlers, .. } => {
                let mut all = handlers.iter().map(|it| below(it)).chain([below(body)]);
                all.any(|it| it.is_some()).then_some(Refuses::Perhaps)
            }
            FlowStatement::Select { cases, .. } => {
                cases.iter().any(|it| below(&it.body).is_some()).then_some(Refuses::Perhaps)
            }
            _ => None,
        })
        .max()
}
