//! Calls that fail by themselves where nobody says who they are: `await request.jwtVerify()`.

use codd_facts::{FlowStatement, FlowValue, ValueId};

use super::{By, Walk};

impl Walk<'_> {
    /// How a statement ends the function where a call in it fails.
    ///
    /// What nobody waits for fails for nobody, and what is given a function tells that instead.
    pub(super) fn fails(&self, statement: &FlowStatement) -> Option<By> {
        let (FlowStatement::Evaluate(value)
        | FlowStatement::Assign { value, .. }
        | FlowStatement::Return(Some(value))) = statement
        else {
            return None;
        };
        let is_returned = matches!(statement, FlowStatement::Return(_));
        match self.asked.flow.value(*value) {
            FlowValue::Awaited(inner) => self.rejects(*inner).then_some(By::Raising),
            // Whoever gets the promise waits for it, outside of what is around it here.
            _ => (is_returned && self.rejects(*value)).then_some(By::Returning),
        }
    }

    fn rejects(&self, value: ValueId) -> bool {
        let flow = self.asked.flow;
        let FlowValue::Call { callee, arguments, .. } = flow.value(value) else { return false };
        let FlowValue::Attribute { base, .. } = flow.value(*callee) else { return false };
        let is_given =
            matches!(flow.value(*base), FlowValue::Name(name) if self.next.contains(name));
        let mut arguments = arguments.iter().map(|it| flow.value(it.value));
        is_given
            && self.asked.rejects.contains(&flow.span(*callee).end)
            && arguments.all(|it| matches!(it, FlowValue::Mapping(_)))
    }

    /// Whether a handler of exceptions answers with what it caught: `reply.send(error)`.
    pub(super) fn answers_error(&self, handler: &[FlowStatement], value: ValueId) -> bool {
        let flow = self.asked.flow;
        if self.asked.rejects.is_empty() {
            return false;
        }
        let value = match flow.value(value) {
            FlowValue::Awaited(inner) => *inner,
            _ => value,
        };
        let Some(FlowStatement::Assign { target: caught, .. }) = handler.first() else {
            return false;
        };
        let FlowValue::Call { callee, arguments, .. } = flow.value(value) else { return false };
        let FlowValue::Attribute { base, name } = flow.value(*callee) else { return false };
        let is_named = |id: ValueId, wanted: ValueId| match (flow.value(id), flow.value(wanted)) {
            (FlowValue::Name(a), FlowValue::Name(b)) => a == b,
            _ => false,
        };
        flow.name(*name) == "send"
            && self.is_of_given(*base, 0)
            && arguments.first().is_some_and(|it| is_named(it.value, *caught))
    }
}
