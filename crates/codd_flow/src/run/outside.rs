//! Calls that nothing of the project answers: what goes in comes out.

use super::calls::Call;
use super::{Run, texts};
use crate::models::Known;
use crate::paths::Segment;
use crate::program::Family;
use crate::value::{Constant, Key, ObjectId, Shape, Taint, Value};

impl Run<'_, '_> {
    /// What a constant text's own method gives.
    pub(super) fn of_constant(&mut self, call: &Call<'_>) -> Option<Value> {
        let (_, receiver) = call.receiver.as_ref()?;
        let text = receiver.as_text()?;
        let arguments: Vec<Option<Constant>> =
            call.given.iter().map(|it| it.value.constant.clone()).collect();
        texts::method(text, call.method.as_deref()?, &arguments).map(Value::constant)
    }

    /// A call of which nothing is known: what goes in comes out.
    pub(super) fn of_outside(&mut self, call: &Call<'_>, known: &[Known]) -> Value {
        let mut value = self.further(&call.callee, Segment::Called, call.id);
        let mut taint = value.taint.union(&match (self.is_source(&value), &call.receiver) {
            (true, Some(_)) => self.taint_of(call.given).opened(),
            _ => self.passed_through(call),
        });
        if let Some((Some(base), owner)) = &call.receiver {
            if known.iter().any(|it| it.is_builder) {
                let put: Taint = call
                    .given
                    .iter()
                    .map(|it| self.state.whole_taint(&it.value))
                    .fold(Taint::default(), |sum, it| sum.union(&it));
                if !put.is_empty() {
                    let object = self.object_of(*base, owner, call.id);
                    self.state.shape_mut(object).add_rest(&Value::tainted(put));
                }
            }
            self.note_setting(call, owner);
        }
        taint = taint.union(&if self.is_ruby() {
            self.run_blocks(call)
        } else {
            self.run_callbacks(call, known)
        });
        if call.method.as_deref() == Some("format")
            && let Some(text) = call.receiver.as_ref().and_then(|(_, it)| it.as_text())
            && texts::has_quoted_place(text, '{')
        {
            taint = taint.within_quotes();
        }
        self.include(call);
        if self.family() == Family::Php
            && let Some(text) = self.printed_into(call)
            && texts::has_quoted_places_alone(text, '%')
        {
            taint = taint.within_quotes();
        }
        value.taint = taint;
        let mut settings: Vec<(Key, Value)> = Vec::new();
        for given in call.given {
            if let Some(name) = &given.name
                && (given.value.constant.is_some() || given.value.path.is_some())
            {
                settings.push((Key::Named(format!("={name}").into()), given.value.clone()));
            }
        }
        self.note_pattern(call, &mut settings);
        if !settings.is_empty() {
            settings.sort_by(|a, b| a.0.cmp(&b.0));
            settings.dedup_by(|a, b| a.0 == b.0);
            let shape = Shape { items: settings, ..Shape::default() };
            value.object = self.new_shape(shape, call.id).object;
        }
        self.note_library(call, &mut value);
        value
    }

    /// `parser.setFeature(name, True)`: what the object was set up with.
    fn note_setting(&mut self, call: &Call<'_>, owner: &Value) {
        let [first, second] = call.given else { return };
        let Some(method) = call.method.as_deref() else { return };
        let Some(object) = owner
            .object
            .or(owner.path.filter(|it| !self.engine.paths.is_symbolic(*it)).map(ObjectId::At))
        else {
            return;
        };
        let what = match (&first.value.constant, first.value.path) {
            (Some(Constant::Text(text)), _) => text.to_string(),
            (_, Some(path)) => self.engine.paths.text(path).to_string(),
            _ => return,
        };
        if second.value.constant.is_some() {
            let key = Key::Named(format!("={method}:{what}").into());
            self.state.shape_mut(object).set(key, second.value.clone());
        }
    }
}
