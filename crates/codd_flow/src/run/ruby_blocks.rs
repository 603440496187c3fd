//! Blocks of Ruby, and what they are given by whoever they are passed to.

use std::rc::Rc;

use codd_facts::FlowParameterKind;

use super::Run;
use super::calls::{Call, Given};
use crate::paths::Segment;
use crate::value::{Key, ObjectId, Shape, Taint, Thing, Value};

/// What becomes of what a block gives back.
enum Gives {
    /// A list of it.
    List,
    /// The list or mapping that was gone through.
    Owner,
    /// One of its items.
    Item,
    /// It itself.
    Result,
    /// A number or a truth value.
    Nothing,
}

/// Methods that go through what they are of.
fn going_through(method: &str) -> Option<Gives> {
    Some(match method {
        "map"
        | "collect"
        | "flat_map"
        | "collect_concat"
        | "filter_map"
        | "each_with_object_map"
        | "map!"
        | "collect!"
        | "transform_values"
        | "transform_keys"
        | "each_slice"
        | "each_cons"
        | "zip"
        | "to_h"
        | "index_by"
        | "index_with"
        | "group_by" => Gives::List,
        "each" | "each_with_index" | "each_pair" | "each_key" | "each_value" | "each_entry"
        | "reverse_each" | "select" | "filter" | "reject" | "select!" | "reject!" | "delete_if"
        | "keep_if" | "sort_by" | "sort" | "sort_by!" | "uniq" | "partition" | "take_while"
        | "drop_while" | "find_each" | "find_all" | "each_char" | "each_line" | "in_batches"
        | "find_in_batches" | "cycle" | "each_byte" => Gives::Owner,
        "find" | "detect" | "min_by" | "max_by" | "bsearch" => Gives::Item,
        "inject" | "reduce" | "sum" | "each_with_object" => Gives::Result,
        "any?" | "all?" | "none?" | "one?" | "count" | "find_index" | "index" => Gives::Nothing,
        _ => return None,
    })
}

impl Run<'_, '_> {
    /// The block that a call is given.
    fn block_of(call: &Call<'_>) -> Option<Value> {
        let block = call.given.iter().find(|it| it.name.as_deref() == Some("&"))?;
        Some(block.value.clone())
    }

    /// What a method that calls a block for each item gives.
    pub(super) fn of_each(&mut self, call: &Call<'_>) -> Option<Value> {
        let block = Self::block_of(call)?;
        let (_, owner) = call.receiver.as_ref()?;
        let owner = owner.clone();
        let method = call.method.as_deref()?;
        match method {
            "tap" => {
                self.run_block(&block, vec![owner.clone()], call);
                return Some(owner);
            }
            "then" | "yield_self" => return Some(self.run_block(&block, vec![owner], call)),
            "times" | "upto" | "downto" | "step" | "each_index" => {
                self.run_block(&block, vec![Value::default()], call);
                return Some(Value::default());
            }
            "fetch" => {
                let key = call.given.first().and_then(|it| self.key_of(&it.value));
                let found = self.read(&owner, key.as_ref(), call.id);
                let other = self.run_block(&block, Vec::new(), call);
                return Some(found.join(&other));
            }
            _ => {}
        }
        let gives = going_through(method)?;
        let item = self.item_of(&owner, call);
        let shape = self.state.shape(&owner).cloned();
        let is_mapping = shape.as_ref().is_some_and(|it| !it.is_list && !it.items.is_empty());
        let key = Value::tainted(owner.taint.opened());
        let start = call.given.iter().find(|it| it.name.is_none() && !it.is_spread);
        let start = start.map(|it| it.value.clone());
        let given = match method {
            "each_with_index" | "each_with_object" => {
                vec![item.clone(), start.clone().unwrap_or_default()]
            }
            "inject" | "reduce" => {
                vec![start.clone().unwrap_or_default().join(&item), item.clone()]
            }
            "each_key" | "transform_keys" => vec![key],
            "each_value" | "transform_values" => vec![item.clone()],
            _ if is_mapping => vec![key, item.clone()],
            _ => vec![item.clone()],
        };
        let found = self.run_block(&block, given, call);
        Some(match gives {
            Gives::Owner => owner,
            Gives::Item => item,
            Gives::Nothing => Value::default(),
            Gives::Result => {
                let whole = start.map(|it| self.state.whole_taint(&it)).unwrap_or_default();
                Value { taint: found.taint.union(&whole), ..found }
            }
            Gives::List => {
                let mut list = Shape { is_list: true, ..Shape::default() };
                list.add_rest(&found);
                self.new_shape(list, call.id)
            }
        })
    }

    /// One of what is gone through: of a class of records, a record.
    fn item_of(&mut self, owner: &Value, call: &Call<'_>) -> Value {
        if let Some(Thing::Class(class)) = owner.thing.as_deref() {
            let class = *class;
            return self.some_record(class);
        }
        self.element(owner, call.id)
    }

    /// An object of a class that was made elsewhere.
    pub(super) fn some_record(&mut self, class: crate::program::FnIx) -> Value {
        let path = self.engine.outside_base(class);
        Value { path, thing: Some(Rc::new(Thing::Instance(class))), ..Value::default() }
    }

    /// Calls a block; a list is taken apart where the block names several.
    fn run_block(&mut self, block: &Value, mut given: Vec<Value>, call: &Call<'_>) -> Value {
        if let Some(Thing::Function { function, .. }) = block.thing.as_deref() {
            let body = self.engine.program.body(*function);
            let plain = body.parameters.iter().filter(|it| it.kind == FlowParameterKind::Plain);
            let wanted = plain.count();
            if wanted > 1 && given.len() == 1 {
                let whole = given.remove(0);
                let items: Vec<Value> = (0..wanted)
                    .map(|at| match self.state.shape(&whole) {
                        Some(shape) if shape.is_list => {
                            self.read(&whole, Some(&Key::place(at)), call.id)
                        }
                        _ => Value::tainted(self.state.whole_taint(&whole).opened()),
                    })
                    .collect();
                given = items;
            }
        }
        let given: Vec<Given> = given
            .into_iter()
            .map(|value| Given { name: None, value, is_spread: false, id: None })
            .collect();
        let inner = Call {
            id: call.id,
            place: call.place,
            callee: block.clone(),
            receiver: None,
            method: None,
            of_attribute: None,
            given: &given,
        };
        self.invoke(&inner)
    }

    /// Blocks and functions that are passed to something unknown are called by it.
    pub(super) fn run_blocks(&mut self, call: &Call<'_>) -> Taint {
        let is_function = |it: &&Given| {
            let thing = it.value.thing.as_deref();
            matches!(thing, Some(Thing::Function { .. } | Thing::Method { .. }))
                || it.name.as_deref() == Some("&")
        };
        let all: Vec<Value> =
            call.given.iter().filter(is_function).map(|it| it.value.clone()).collect();
        let mut taint = Taint::default();
        for block in all {
            // `File.open(path) { |file| … }`: most give what they would give without a block.
            let made = self.further(&call.callee, Segment::Called, call.id);
            let of = call.receiver.as_ref().map(|(_, it)| self.state.whole_taint(it).opened());
            let path = made.path.filter(|it| !self.engine.paths.is_symbolic(*it));
            let object = path.map(ObjectId::At);
            let mut given = made.taint.union(&of.unwrap_or_default());
            // `Nokogiri::XML(text) { |config| … }`: what is said of it is said of the text.
            let is_spoken_of =
                path.is_some_and(|it| self.engine.models.speaks_of(self.engine.paths.text(it)));
            if is_spoken_of {
                given = given.union(&self.taint_of(call.given).opened());
            }
            let given = Value { path, object, ..Value::tainted(given) };
            let found = self.run_block(&block, vec![given], call);
            taint = taint.union(&self.state.whole_taint(&found));
        }
        taint
    }
}
