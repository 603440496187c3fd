//! The project's own functions that middleware calls: what they do to the request, and what they
//! give back to a caller for whom nobody has said who they are.

use std::collections::BTreeMap;

use codd_facts::{FlowName, FlowParameterKind, FlowValue};
use codd_graph::NodeId;

use super::seen::Seen;
use super::walk::{State, Walk};

/// Calls within calls that are followed.
const MAX_CALLS: u32 = 4;

impl Walk<'_, '_> {
    /// What a function gives back, having done to the request what it does; `None` where its code
    /// is not followed. `carried` says of what is given whether the request can be answered by it.
    pub(super) fn own_call(
        &mut self,
        id: NodeId,
        given: &[Seen],
        carried: &[bool],
        now: &mut State,
    ) -> Option<Vec<Seen>> {
        if self.calls >= MAX_CALLS {
            return None;
        }
        let function = self.of.function(id)?;
        let parameters =
            || function.own().parameters.iter().filter(|it| it.kind != FlowParameterKind::Receiver);
        let names: BTreeMap<FlowName, Seen> = parameters()
            .zip(given)
            .filter_map(|(it, seen)| match function.flow.value(it.target) {
                FlowValue::Name(name) if it.kind == FlowParameterKind::Plain => {
                    Some((*name, *seen))
                }
                _ => None,
            })
            .collect();
        let mut walk = Walk::new(self.of, &function, names);
        walk.calls = self.calls + 1;
        for (parameter, _) in parameters().zip(carried).filter(|it| *it.1) {
            if let FlowValue::Name(name) = function.flow.value(parameter.target) {
                walk.answers.insert(*name);
            }
        }
        walk.run(*now);
        self.gave_up |= walk.gave_up;
        let mut ends = walk.ends.into_iter();
        let first = ends.next()?;
        let (mut state, mut all) = (first.state, first.given);
        for end in ends {
            state = state.joined(end.state);
            for (one, other) in all.iter_mut().zip(&end.given) {
                *one = one.or(*other);
            }
        }
        let has_decided = state.is_decided && !now.is_decided;
        *now = state;
        if has_decided {
            for one in &mut all {
                one.asks = true;
            }
        }
        if all.is_empty() {
            all.push(Seen::default());
        }
        Some(all)
    }
}
