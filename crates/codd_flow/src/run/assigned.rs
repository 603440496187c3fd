//! What a body assigns outside of itself: to variables of the bodies around it, of top levels, to
//! what these hold, to attributes of classes.

use codd_facts::FlowName;

use super::Run;
use crate::program::FnIx;
use crate::summary::{Assigned, MAX_PENDING};
use crate::value::{Author, Frozen, Value};

impl Run<'_, '_> {
    /// Tells all who may read it that something may be this value, too; what of the value only
    /// callers know, they tell.
    pub(super) fn tell(&mut self, to: Assigned, value: &Value) {
        let known = self.told_to_others(value);
        match &to {
            Assigned::Local { .. } => {}
            Assigned::Variable { file, name } => self.engine.join_global(*file, name, &known),
            Assigned::Item { file, name, key } => {
                self.engine.join_item(*file, name, key.as_ref(), &known);
            }
            Assigned::Attribute { class, name } => {
                self.engine.join_attribute(*class, name, &known);
            }
        }
        let taint = self.state.whole_taint(value);
        if taint.atoms().iter().any(|it| matches!(it.author, Author::Path(_))) {
            let value = self.freeze(value);
            self.note_assigned(to, value);
        }
    }

    /// Notes what whoever runs this finds outside of it.
    pub(super) fn note_assigned(&mut self, to: Assigned, value: Frozen) {
        let all = &mut self.summary.assigns;
        match all.iter().position(|(own, _)| *own == to) {
            Some(at) => all[at].1 = all[at].1.join(&value),
            None if all.len() < MAX_PENDING => all.push((to, value)),
            None => self.give_up(),
        }
    }

    /// What a callee has assigned, here.
    pub(super) fn assigned_by_callee(&mut self, to: &Assigned, value: &Value) {
        match to {
            Assigned::Local { owner, name } => self.local_assigned(*owner, *name, value),
            _ => self.tell(to.clone(), value),
        }
    }

    /// A variable of this body, or of one around it.
    ///
    /// The callee may have run or not, so that the variable is one of the two.
    fn local_assigned(&mut self, owner: FnIx, name: FlowName, value: &Value) {
        if owner == self.ix {
            if let Some(slot) = self.slot(name).filter(|_| !self.is_entry) {
                self.state.vars[slot] = self.state.vars[slot].join(value);
                self.state.written[slot] = None;
            }
        } else if self.engine.program.function(owner).file == self.file
            && self.owner_of(name) == Some(owner)
        {
            let frozen = self.freeze(value);
            self.note_assigned(Assigned::Local { owner, name }, frozen);
            let known = self.state.outer.get(&(self.file, name.0));
            let joined = known.map_or_else(|| value.clone(), |known| known.join(value));
            self.state.outer.insert((self.file, name.0), joined);
        }
    }
}
