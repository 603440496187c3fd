//! Attributes that a method of the project sets.

use codd_facts::{FlowName, ValueId};

use super::Run;
use super::calls::Given;
use crate::program::{Family, FnIx};
use crate::value::{Thing, Value};

impl Run<'_, '_> {
    /// `a.name = value` where a method of the project does that; whether one does.
    pub(super) fn set_by_method(
        &mut self,
        base: ValueId,
        owner: &Value,
        name: FlowName,
        value: &Value,
        at: ValueId,
    ) -> bool {
        let Some(setter) = self.setter(owner, name) else { return false };
        let mut receiver = owner.clone();
        if self.state.object(owner).is_none() {
            receiver.object = Some(self.object_of(base, owner, at));
        }
        let given = [Given { name: None, value: value.clone(), is_spread: false, id: None }];
        self.call_function(setter, Some(receiver), &[], &given, at);
        true
    }

    fn setter(&mut self, owner: &Value, name: FlowName) -> Option<FnIx> {
        let family = self.family();
        if !matches!(family, Family::CSharp | Family::Ruby) {
            return None;
        }
        let name = self.flow.name(name);
        let (class, method) = match (owner.thing.as_deref()?, family) {
            (Thing::Instance(class), Family::CSharp) => (*class, format!("set_{name}")),
            (Thing::Instance(class), _) => (*class, format!("{name}=")),
            (Thing::Class(class), Family::Ruby) => (*class, format!("self.{name}=")),
            _ => return None,
        };
        let setter = self.engine.method(class, &method)?;
        (!self.engine.program.body(setter).is_abstract).then_some(setter)
    }
}
