//! When routes and hooks are registered by functions that the file's top level calls.

use std::collections::BTreeMap;

use super::walker::{Here, Walker};
use crate::builder::Branch;
use crate::{Bound, DefinitionId, Expr, ExprId, RegistrationOrder, Semantics};

/// Functions that call functions that register something: more are not told apart.
const MAX_CALLS: usize = 16;

/// A call of a function by its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct RegisteringCall {
    callee: ExprId,
    /// Before what is registered next.
    order: RegistrationOrder,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Call(DefinitionId),
    Route(usize),
    Hook(usize),
}

impl Walker<'_> {
    /// Remembers a call that may register routes and hooks where it stands.
    pub(super) fn note_registering_call(&mut self, callee: ExprId, here: Here) {
        if here.branch == Branch::Always
            && matches!(self.semantics().expr(callee), Expr::Name { .. })
        {
            let order = self.builder.registration_order(here.owner);
            self.registering_calls.push(RegisteringCall { callee, order });
        }
    }

    /// Gives what functions register the place of their call, where that is one at the file's
    /// top level; the file's bindings are known by now.
    pub(super) fn place_registrations(&mut self) {
        let mut called: BTreeMap<DefinitionId, Vec<RegistrationOrder>> = BTreeMap::new();
        for call in std::mem::take(&mut self.registering_calls) {
            let Expr::Name { scope, name } = self.semantics().expr(call.callee) else { continue };
            let Some(Bound::Definition(id)) = self.lookup(*scope, name) else { continue };
            let id = *id;
            called.entry(id).or_default().push(call.order);
        }
        let events = events(self.semantics(), &called);
        let mut placed = Vec::new();
        place(&events, None, 0, &mut placed);
        let semantics = &mut self.builder.semantics;
        for (ordinal, event) in placed.into_iter().enumerate() {
            let order = match event {
                Event::Call(_) => continue,
                Event::Route(at) => &mut semantics.routes[at].order,
                Event::Hook(at) => &mut semantics.route_hooks[at].order,
            };
            *order = Some(RegistrationOrder { owner: None, ordinal: ordinal as u32 });
        }
    }
}

type Events = BTreeMap<Option<DefinitionId>, Vec<(RegistrationOrder, Event)>>;

/// What each function, and the top level, registers and calls, in order; of the calls, those
/// of functions that register something and are called once.
fn events(
    semantics: &Semantics,
    called: &BTreeMap<DefinitionId, Vec<RegistrationOrder>>,
) -> Events {
    let mut events: Events = BTreeMap::new();
    for (id, calls) in called {
        if let [order] = calls.as_slice() {
            events.entry(order.owner).or_default().push((*order, Event::Call(*id)));
        }
    }
    let routes = semantics.routes.iter().enumerate();
    let routes = routes.map(|(at, route)| (route.order, Event::Route(at)));
    let hooks = semantics.route_hooks.iter().enumerate();
    let hooks = hooks.map(|(at, hook)| (hook.order, Event::Hook(at)));
    for (order, event) in routes.chain(hooks) {
        if let Some(order) = order {
            events.entry(order.owner).or_default().push((order, event));
        }
    }
    for list in events.values_mut() {
        // A call stands before what has its number.
        list.sort_by_key(|(order, event)| (order.ordinal, !matches!(event, Event::Call(_))));
    }
    events
}

fn place(events: &Events, owner: Option<DefinitionId>, depth: usize, placed: &mut Vec<Event>) {
    for (_, event) in events.get(&owner).into_iter().flatten() {
        match event {
            Event::Call(id) if depth < MAX_CALLS => place(events, Some(*id), depth + 1, placed),
            event => placed.push(*event),
        }
    }
}
