//! What is known at one point of a body: its variables and the objects they hold.

use std::rc::Rc;

use codd_facts::ValueId;
use rustc_hash::FxHashMap;

use crate::value::{Atom, Key, ObjectId, Shape, Taint, Value};

/// Containers within one another that are kept apart.
pub(crate) const MAX_NESTING: u32 = 5;
/// Items of one value that are looked into.
const MAX_LOOKED_INTO: u32 = 400;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) vars: Vec<Value>,
    /// What each variable was last assigned, as written.
    pub(crate) written: Vec<Option<ValueId>>,
    pub(crate) heap: FxHashMap<ObjectId, Rc<Shape>>,
    /// Variables of other bodies that were read or written here.
    pub(crate) outer: FxHashMap<(u32, u32), Value>,
    /// Items of which a test has said something, that are in no container but for that.
    pub(crate) refined: Vec<(ObjectId, Key, Value)>,
    /// No way leads here.
    pub(crate) is_dead: bool,
}

impl State {
    pub(crate) fn new(count: usize) -> State {
        State {
            vars: vec![Value::default(); count],
            written: vec![None; count],
            ..State::default()
        }
    }

    pub(crate) fn dead(&self) -> State {
        State { is_dead: true, ..State::new(self.vars.len()) }
    }

    pub(crate) fn object(&self, value: &Value) -> Option<ObjectId> {
        value.object.or_else(|| value.path.map(ObjectId::At))
    }

    pub(crate) fn shape(&self, value: &Value) -> Option<&Rc<Shape>> {
        if let Some(object) = value.object
            && let Some(shape) = self.heap.get(&object)
        {
            return Some(shape);
        }
        self.heap.get(&ObjectId::At(value.path?))
    }

    pub(crate) fn shape_mut(&mut self, object: ObjectId) -> &mut Shape {
        Rc::make_mut(self.heap.entry(object).or_default())
    }

    /// All authors of a value and of what is in it.
    pub(crate) fn whole_taint(&self, value: &Value) -> Taint {
        let Some(shape) = self.shape(value) else { return value.taint.clone() };
        let mut atoms: Vec<Atom> = value.taint.atoms().to_vec();
        let mut seen: Vec<*const Shape> = vec![Rc::as_ptr(shape)];
        let mut open: Vec<&Rc<Shape>> = vec![shape];
        let mut left = MAX_LOOKED_INTO;
        while let Some(shape) = open.pop() {
            for item in shape.items.iter().map(|(_, item)| item).chain(&shape.rest) {
                left = left.saturating_sub(1);
                atoms.extend(item.taint.atoms());
                // Objects may hold one another in a circle.
                if let Some(inner) = self.shape(item)
                    && left > 0
                    && !seen.contains(&Rc::as_ptr(inner))
                {
                    seen.push(Rc::as_ptr(inner));
                    open.push(inner);
                }
            }
        }
        Taint::from_atoms(atoms)
    }

    /// Notes that a test has said something of an item of what is found at a path.
    pub(crate) fn refine(&mut self, object: ObjectId, key: Key, item: Value) {
        let is_known = self.heap.get(&object).is_some_and(|it| it.get(&key).is_some());
        if !is_known && matches!(object, ObjectId::At(_)) {
            self.refined.push((object, key.clone(), item.clone()));
        } else if let Some(known) = self.refined.iter_mut().find(|it| it.0 == object && it.1 == key)
        {
            known.2 = item.clone();
        }
        self.shape_mut(object).set(key, item);
    }

    /// Takes out the items that are there for a test that the other way has not had.
    fn forget_refined(&mut self, other: &State) {
        let refined = std::mem::take(&mut self.refined);
        for (object, key, item) in refined {
            if other.heap.get(&object).is_some_and(|it| it.get(&key).is_some()) {
                self.refined.push((object, key, item));
            } else if let Some(shape) = self.heap.get_mut(&object)
                // Something else may have been put there since.
                && shape.get(&key) == Some(&item)
            {
                Rc::make_mut(shape).items.retain(|(own, _)| *own != key);
            }
        }
    }

    /// What holds on either way.
    #[must_use]
    pub(crate) fn join(mut self, mut other: State) -> State {
        if self.is_dead {
            return other;
        }
        if other.is_dead {
            return self;
        }
        // What a test has said on one way alone is not known behind both.
        if self.refined != other.refined {
            self.forget_refined(&other);
            other.forget_refined(&self);
            self.refined.append(&mut other.refined);
            self.refined.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
            self.refined.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
        }
        for (at, (own, its)) in self.vars.iter_mut().zip(&other.vars).enumerate() {
            if own == its {
                continue;
            }
            let mut joined = own.join(its);
            if let (Some(a), Some(b)) = (own.object, its.object)
                && a != b
                && let Some(shape) = other.heap.get(&b)
            {
                // Two objects in one variable: it may be either, so the first holds both.
                let first = self.heap.entry(a).or_default();
                *first = Rc::new(first.join(shape));
                joined.object = Some(a);
            }
            *own = joined;
            if self.written[at] != other.written[at] {
                self.written[at] = None;
            }
        }
        // What is found at a path is there on either way, changed or not.
        #[expect(clippy::iter_over_hash_type, reason = "each object is changed by itself")]
        for (object, shape) in &mut self.heap {
            if matches!(object, ObjectId::At(_)) && !other.heap.contains_key(object) {
                *shape = Rc::new(shape.or_unknown());
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each object is joined by itself")]
        for (object, shape) in other.heap {
            match self.heap.get_mut(&object) {
                Some(own) => {
                    if *own != shape {
                        *own = Rc::new(own.join(&shape));
                    }
                }
                None => {
                    let is_at_path = matches!(object, ObjectId::At(_));
                    let shape = if is_at_path { Rc::new(shape.or_unknown()) } else { shape };
                    self.heap.insert(object, shape);
                }
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each variable is joined by itself")]
        for (name, value) in other.outer {
            let joined = match self.outer.get(&name) {
                Some(own) => own.join(&value),
                None => value,
            };
            self.outer.insert(name, joined);
        }
        self
    }
}
