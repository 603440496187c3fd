//! What is known of a value, as whoever asked for it is told.

use super::Run;
use crate::probe::{ProbePlace, ProbeValue, ProbeWay, ProbeWhat};
use crate::trail::Place;
use crate::value::{Constant, Frozen, Key};
use crate::ways::{Way, What};

/// Values within one another that are told.
const MAX_NESTING: u32 = 5;

impl Run<'_, '_> {
    pub(super) fn told_place(&self, place: Place) -> ProbePlace {
        let path = self.engine.program.files[place.file as usize].path.clone();
        ProbePlace { path, span: place.span }
    }

    pub(super) fn told(&self, value: &Frozen, depth: u32) -> ProbeValue {
        let ways = value.value.all_ways();
        let ways = ways.into_iter().map(|way| {
            let origin = way.origin.map(|it| self.told_place(it));
            ProbeWay { what: self.told_way(&way, value, depth), origin }
        });
        ProbeValue { ways: ways.collect() }
    }

    fn told_way(&self, way: &Way, value: &Frozen, depth: u32) -> ProbeWhat {
        match &way.what {
            What::Unknown | What::Object => ProbeWhat::Unknown,
            What::Absent => ProbeWhat::Absent,
            What::Constant(Constant::Nothing) => ProbeWhat::Nothing,
            What::Constant(Constant::Boolean(it)) => ProbeWhat::Boolean(*it),
            What::Constant(Constant::Integer(it)) => ProbeWhat::Integer(*it),
            What::Constant(Constant::Text(it)) => ProbeWhat::Text(it.to_string()),
            What::Decimal(it) => ProbeWhat::Decimal(*it),
            What::Duration(it) => ProbeWhat::Duration(*it),
            What::Later(it) => ProbeWhat::Later(*it),
            What::Bytes(it) => ProbeWhat::Bytes(*it),
            What::Computed(..) => ProbeWhat::Parameter,
            What::Path(path) if self.engine.paths.is_symbolic(*path) => ProbeWhat::Parameter,
            What::Path(path) => {
                let text = self.engine.paths.text(*path);
                match text.strip_suffix("()") {
                    Some(callee) => ProbeWhat::Called(callee.to_owned()),
                    None => ProbeWhat::Name(text.to_string()),
                }
            }
            What::Container => {
                let Some(shape) = value.shape.as_ref().filter(|_| depth < MAX_NESTING) else {
                    return ProbeWhat::Unknown;
                };
                let is_open = shape.rest.is_some();
                if shape.is_list {
                    let items = shape.items.iter().map(|(_, it)| self.told(it, depth + 1));
                    return ProbeWhat::List { items: items.collect(), is_open };
                }
                let items = shape.items.iter().map(|(key, item)| {
                    let key = match key {
                        Key::At(at) => at.to_string(),
                        Key::Named(name) => name.to_string(),
                    };
                    let mut item = self.told(item, depth + 1);
                    if is_open {
                        // Another may have been put in its place.
                        item.ways.extend(ProbeValue::one(ProbeWhat::Unknown).ways);
                    }
                    (key, item)
                });
                ProbeWhat::Mapping { items: items.collect(), is_open }
            }
        }
    }
}
