//! What is known of a value: who may have written it, what it is, where it came from.

use std::cell::Cell;
use std::rc::Rc;

use crate::classes::Mask;
use crate::paths::PathId;
use crate::program::FnIx;
use crate::trail::TrailId;
use crate::ways::Ways;

/// Who may have written a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Author {
    /// Whoever the source of this number lets in.
    Source(u32),
    /// Whoever wrote what is found at this path from a parameter or a captured variable.
    Path(PathId),
}

/// One author of a value, and what the value is no danger to all the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Atom {
    pub(crate) author: Author,
    pub(crate) safe: Mask,
    pub(crate) trail: TrailId,
}

impl Atom {
    /// Whether it is a mapping, a list or bytes that came from outside, or the text of one, in
    /// which line ends are escaped.
    pub(crate) fn is_escaped(&self) -> bool {
        let is_such = self.safe.has(Mask::INTACT) || self.safe.has(Mask::WRITTEN);
        matches!(self.author, Author::Source(_)) && is_such
    }
}

impl PartialEq for Atom {
    /// How it got here does not count, or loops would not come to rest.
    fn eq(&self, other: &Atom) -> bool {
        (self.author, self.safe) == (other.author, other.safe)
    }
}

/// Authors of one value that are told apart.
const MAX_ATOMS: usize = 24;

/// The authors of a value, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Taint(Option<Rc<[Atom]>>);

impl Taint {
    pub(crate) fn of(atom: Atom) -> Taint {
        Taint(Some(Rc::new([atom])))
    }

    pub(crate) fn from_atoms(atoms: Vec<Atom>) -> Taint {
        let atoms = atoms.into_iter().map(|it| (it.author, it.safe, it.trail));
        Taint::of_arrivals(atoms.collect(), |trail| trail)
    }

    /// Of authors, what each is no danger to, and how it got here: the trail is asked for where
    /// it counts, for most are not.
    pub(crate) fn of_arrivals<W: Copy>(
        mut all: Vec<(Author, Mask, W)>,
        mut trail: impl FnMut(W) -> TrailId,
    ) -> Taint {
        if !all.is_sorted_by(|a, b| a.0 < b.0) {
            all.sort_by_key(|it| it.0);
            all.dedup_by(|next, kept| {
                let is_same = next.0 == kept.0;
                // The least safe way counts, and with it how it went.
                let both = kept.1.and(next.1);
                if is_same && kept.1 != both {
                    *kept = (next.0, both, next.2);
                }
                is_same
            });
        }
        all.truncate(MAX_ATOMS);
        let atoms = all.into_iter();
        let atoms: Rc<[Atom]> =
            atoms.map(|(author, safe, way)| Atom { author, safe, trail: trail(way) }).collect();
        Taint((!atoms.is_empty()).then_some(atoms))
    }

    pub(crate) fn atoms(&self) -> &[Atom] {
        self.0.as_deref().unwrap_or(&[])
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether no more authors are told apart.
    pub(crate) fn is_full(&self) -> bool {
        self.atoms().len() >= MAX_ATOMS
    }

    #[must_use]
    pub(crate) fn union(&self, other: &Taint) -> Taint {
        match (&self.0, &other.0) {
            (None, _) => other.clone(),
            (_, None) => self.clone(),
            (Some(a), Some(b)) if Rc::ptr_eq(a, b) => self.clone(),
            (Some(a), Some(b)) => Taint::from_atoms(a.iter().chain(b.iter()).copied().collect()),
        }
    }

    pub(crate) fn map(&self, mut change: impl FnMut(Atom) -> Atom) -> Taint {
        match self.atoms() {
            [] => Taint::default(),
            [atom] => Taint::of(change(*atom)),
            atoms => Taint::from_atoms(atoms.iter().copied().map(change).collect()),
        }
    }

    pub(crate) fn filter(&self, keep: impl Fn(&Atom) -> bool) -> Taint {
        if self.atoms().iter().all(&keep) {
            return self.clone();
        }
        let kept: Rc<[Atom]> = self.atoms().iter().copied().filter(|it| keep(it)).collect();
        Taint((!kept.is_empty()).then_some(kept))
    }

    /// Whether the text of some of them is one word, for the quotes around it.
    pub(crate) fn has_one_word(&self) -> bool {
        self.atoms().iter().any(|it| it.safe.has(Mask::ONE_WORD) && !it.safe.has(Mask::ALL))
    }

    /// The same within quotes: they end where those around a word begin, and hold what has its
    /// own escaped.
    #[must_use]
    pub(crate) fn within_quotes(&self) -> Taint {
        let is_escaped = |it: &Atom| it.safe.has(Mask::ESCAPED);
        if !self.has_one_word() && !self.atoms().iter().any(is_escaped) {
            return self.clone();
        }
        let lost = Mask::of_one_word();
        self.map(|atom| {
            let is_word = atom.safe.has(Mask::ONE_WORD) && !atom.safe.has(Mask::ALL);
            let safe = if is_word { Mask(atom.safe.0 & !lost.0) } else { atom.safe };
            let safe = if is_escaped(&atom) { safe.or(Mask::of_escaped()) } else { safe };
            Atom { safe, ..atom }
        })
    }

    /// The same authors, of a text that was made of the value or taken out of it.
    #[must_use]
    pub(crate) fn opened(&self) -> Taint {
        if self.atoms().iter().all(|it| !it.safe.has(Mask::INTACT)) {
            return self.clone();
        }
        self.map(|atom| Atom { safe: atom.safe.opened(), ..atom })
    }

    /// The same authors, of the text that the value is written as: line ends in a mapping, a
    /// list or bytes are escaped there.
    #[must_use]
    pub(crate) fn written(&self) -> Taint {
        if self.atoms().iter().all(|it| !it.safe.has(Mask::INTACT)) {
            return self.clone();
        }
        self.map(|atom| {
            let is_intact = atom.safe.has(Mask::INTACT);
            let safe = if is_intact { atom.safe.or(Mask::WRITTEN) } else { atom.safe };
            Atom { safe: safe.opened(), ..atom }
        })
    }

    /// The same authors, of whom it is known to be no danger to `mask`.
    #[must_use]
    pub(crate) fn made_safe(&self, mask: Mask) -> Taint {
        self.map(|atom| {
            let is_part = atom.safe.has(Mask::PART) && !mask.has(Mask::LOOKED_AT);
            let mask = if is_part { Mask(mask.0 & !Mask::of_whole_texts().0) } else { mask };
            let mask = Mask(mask.0 & !Mask::LOOKED_AT.0);
            Atom { safe: with_conclusions(atom.safe.or(mask)), ..atom }
        })
    }
}

/// What follows from marks together: a text that is one quoted literal is no code.
fn with_conclusions(mask: Mask) -> Mask {
    let quoted = Mask::BEGINS_QUOTED.or(Mask::ENDS_QUOTED).or(Mask::NO_QUOTE_INSIDE);
    if mask.has(quoted) { mask.or(Mask::ALL) } else { mask }
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    Nothing,
    Boolean(bool),
    Integer(i64),
    Text(Rc<str>),
}

impl Constant {
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Constant::Nothing => false,
            Constant::Boolean(it) => *it,
            Constant::Integer(it) => *it != 0,
            Constant::Text(it) => !it.is_empty(),
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Constant::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As it stands in a text that it is put into.
    pub(crate) fn shown(&self) -> Option<String> {
        match self {
            Constant::Text(text) => Some(text.to_string()),
            Constant::Integer(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// An object by where it was made, or by where it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ObjectId {
    /// Made by the value of this number, or by a call for the nth time.
    Made(u32),
    At(PathId),
}

/// What a value is in the program.
#[derive(Clone, Debug)]
pub(crate) enum Thing {
    Function {
        function: FnIx,
        captured: Rc<[(u32, Frozen)]>,
    },
    /// A function of an object.
    Method {
        function: FnIx,
        receiver: Box<Value>,
    },
    Class(FnIx),
    Instance(FnIx),
    Module(u32),
    /// A folder of modules, by its dotted name.
    Package(Rc<str>),
    /// The next class of the object's.
    Super {
        class: FnIx,
        receiver: Box<Value>,
    },
}

impl PartialEq for Thing {
    /// Of the functions that a function has captured, which they are: what these have captured
    /// is often the same again, and looking into each would take twice as long for each level.
    fn eq(&self, other: &Thing) -> bool {
        match (self, other) {
            (
                Thing::Function { function, captured },
                Thing::Function { function: other, captured: others },
            ) => {
                function == other
                    && (Rc::ptr_eq(captured, others) || within_captured(|| captured == others))
            }
            (
                Thing::Method { function, receiver },
                Thing::Method { function: other, receiver: others },
            )
            | (
                Thing::Super { class: function, receiver },
                Thing::Super { class: other, receiver: others },
            ) => function == other && receiver == others,
            (Thing::Class(it), Thing::Class(other))
            | (Thing::Instance(it), Thing::Instance(other)) => it == other,
            (Thing::Module(it), Thing::Module(other)) => it == other,
            (Thing::Package(it), Thing::Package(other)) => it == other,
            _ => false,
        }
    }
}

/// Compares what a function has captured; true where that is what another has captured.
fn within_captured(are_equal: impl FnOnce() -> bool) -> bool {
    thread_local! {
        static IS_WITHIN: Cell<bool> = const { Cell::new(false) };
    }
    if IS_WITHIN.replace(true) {
        return true;
    }
    let are_equal = are_equal();
    IS_WITHIN.set(false);
    are_equal
}

/// What is known of one value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Value {
    pub(crate) taint: Taint,
    pub(crate) constant: Option<Constant>,
    pub(crate) path: Option<PathId>,
    pub(crate) object: Option<ObjectId>,
    pub(crate) thing: Option<Rc<Thing>>,
    /// All that it may be, where that is asked for.
    pub(crate) ways: Ways,
}

impl Value {
    pub(crate) fn constant(constant: Constant) -> Value {
        Value { constant: Some(constant), ..Value::default() }
    }

    pub(crate) fn text(text: &str) -> Value {
        Value::constant(Constant::Text(text.into()))
    }

    pub(crate) fn tainted(taint: Taint) -> Value {
        Value { taint, ..Value::default() }
    }

    pub(crate) fn thing(thing: Thing) -> Value {
        Value { thing: Some(Rc::new(thing)), ..Value::default() }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        self.constant.as_ref().and_then(Constant::as_text)
    }

    /// Nothing at all is known of it.
    pub(crate) fn is_blank(&self) -> bool {
        self.taint.is_empty()
            && self.constant.is_none()
            && self.path.is_none()
            && self.object.is_none()
            && self.thing.is_none()
            && self.ways.is_unknown()
    }

    /// One of the two; containers are joined by whoever has them.
    #[must_use]
    pub(crate) fn join(&self, other: &Value) -> Value {
        if self == other {
            return self.clone();
        }
        let is_nothing = |it: &Value| {
            it.is_blank() || it.constant == Some(Constant::Nothing) && it.taint.is_empty()
        };
        let constant = match (&self.constant, &other.constant) {
            (Some(a), Some(b)) if a == b => Some(a.clone()),
            _ => None,
        };
        // What one way gives is what it is, unless the other gives something else.
        let path = match (self.path, other.path) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, None) if is_nothing(other) => one,
            (None, one) if is_nothing(self) => one,
            (one, other) => one.or(other),
        };
        let object = self.object.or(other.object);
        let thing = self.thing.clone().or_else(|| other.thing.clone());
        let taint = self.taint.union(&other.taint);
        Value { taint, constant, path, object, thing, ways: self.joined_ways(other) }
    }
}

/// The key of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    At(i64),
    Named(Rc<str>),
}

impl Key {
    /// Of an item of a list.
    pub(crate) fn place(at: usize) -> Key {
        Key::At(i64::try_from(at).unwrap_or(i64::MAX))
    }
}

/// What is in a container or an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shape {
    pub(crate) is_list: bool,
    /// Made in place: what is not among the items or the rest is not there.
    pub(crate) is_whole: bool,
    /// By key, sorted.
    pub(crate) items: Vec<(Key, Value)>,
    /// What may be under any other key.
    pub(crate) rest: Option<Value>,
}

/// Items of one container that are told apart.
pub(crate) const MAX_ITEMS: usize = 64;

impl Shape {
    pub(crate) fn list(values: Vec<Value>) -> Shape {
        let mut shape = Shape { is_list: true, ..Shape::default() };
        for (at, value) in values.into_iter().enumerate() {
            if at < MAX_ITEMS {
                shape.items.push((Key::place(at), value));
            } else {
                shape.add_rest(&value);
            }
        }
        shape
    }

    /// The key of an item that may be counted from the end of a list.
    fn counted(&self, at: i64) -> Key {
        match Key::place(self.items.len()) {
            Key::At(count) if at < 0 => Key::At(count.saturating_add(at)),
            _ => Key::At(at),
        }
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Value> {
        let key = match key {
            Key::At(at) if *at < 0 && self.is_list && self.rest.is_none() => &self.counted(*at),
            key => key,
        };
        let at = self.items.binary_search_by(|(own, _)| own.cmp(key)).ok()?;
        Some(&self.items[at].1)
    }

    pub(crate) fn set(&mut self, key: Key, value: Value) {
        match self.items.binary_search_by(|(own, _)| own.cmp(&key)) {
            Ok(at) => self.items[at].1 = value,
            Err(at) if self.items.len() < MAX_ITEMS => self.items.insert(at, (key, value)),
            Err(_) => self.add_rest(&value),
        }
    }

    pub(crate) fn add_rest(&mut self, value: &Value) {
        let rest = self.rest.get_or_insert_with(Value::default);
        *rest = rest.join(value);
    }

    /// The same, of which each item may be another that nobody sees here.
    #[must_use]
    pub(crate) fn or_unknown(&self) -> Shape {
        let mut shape = self.clone();
        for (_, value) in &mut shape.items {
            value.ways = value.joined_ways(&Value::default());
        }
        shape
    }

    /// Whatever may be in it.
    pub(crate) fn any(&self) -> Option<Value> {
        let mut all = self.items.iter().map(|(_, value)| value).chain(&self.rest);
        let first = all.next()?.clone();
        Some(all.fold(first, |sum, value| sum.join(value)))
    }

    /// Puts it behind the others of a list whose length is known.
    pub(crate) fn push(&mut self, value: Value) {
        if self.is_list && self.rest.is_none() {
            let at = self.items.len();
            if at < MAX_ITEMS {
                self.items.push((Key::place(at), value));
                return;
            }
        }
        self.add_rest(&value);
    }

    /// Takes an item out of a list, and the others move up.
    pub(crate) fn take(&mut self, at: i64) -> Option<Value> {
        if !self.is_list || self.rest.is_some() {
            return None;
        }
        let Key::At(at) = self.counted(at) else { return None };
        let at = usize::try_from(at).ok().filter(|at| *at < self.items.len())?;
        let (_, value) = self.items.remove(at);
        for (place, (key, _)) in self.items.iter_mut().enumerate() {
            *key = Key::place(place);
        }
        Some(value)
    }

    /// One of the two.
    #[must_use]
    pub(crate) fn join(&self, other: &Shape) -> Shape {
        if self == other {
            return self.clone();
        }
        let is_list = self.is_list && other.is_list;
        let is_whole = self.is_whole && other.is_whole;
        let mut joined = Shape { is_list, is_whole, ..Shape::default() };
        let have_keys = !joined.is_list || self.items.len() == other.items.len();
        joined.rest = match (&self.rest, &other.rest) {
            (Some(a), Some(b)) => Some(a.join(b)),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        if !have_keys {
            // Lists of two lengths: which item is where is known no more.
            for (_, value) in self.items.iter().chain(&other.items) {
                joined.add_rest(value);
            }
            return joined;
        }
        for (key, value) in &self.items {
            let value = match other.get(key) {
                Some(it) => value.join(it),
                None => value.or_missing(other.is_whole && other.rest.is_none()),
            };
            joined.set(key.clone(), value);
        }
        for (key, value) in &other.items {
            if self.get(key).is_none() {
                let is_absent = self.is_whole && self.rest.is_none();
                joined.set(key.clone(), value.or_missing(is_absent));
            }
        }
        joined
    }
}

/// A value with all that is in it, apart from any state.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frozen {
    pub(crate) value: Value,
    pub(crate) shape: Option<Rc<FrozenShape>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FrozenShape {
    pub(crate) is_list: bool,
    pub(crate) is_whole: bool,
    pub(crate) items: Vec<(Key, Frozen)>,
    pub(crate) rest: Option<Frozen>,
}

impl Frozen {
    #[must_use]
    pub(crate) fn join(&self, other: &Frozen) -> Frozen {
        if self == other {
            return self.clone();
        }
        let value = self.value.join(&other.value);
        let shape = match (&self.shape, &other.shape) {
            (Some(a), Some(b)) => Some(Rc::new(a.join(b))),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        Frozen { value, shape }
    }

    /// All authors of it and of what is in it.
    pub(crate) fn whole_taint(&self) -> Taint {
        let mut taint = self.value.taint.clone();
        if let Some(shape) = &self.shape {
            for item in shape.items.iter().map(|(_, item)| item).chain(&shape.rest) {
                taint = taint.union(&item.whole_taint());
            }
        }
        taint
    }
}

impl FrozenShape {
    fn join(&self, other: &FrozenShape) -> FrozenShape {
        let mut joined = FrozenShape {
            is_list: self.is_list && other.is_list,
            is_whole: self.is_whole && other.is_whole,
            ..FrozenShape::default()
        };
        joined.rest = match (&self.rest, &other.rest) {
            (Some(a), Some(b)) => Some(a.join(b)),
            (a, b) => a.clone().or_else(|| b.clone()),
        };
        let mut items = self.items.clone();
        for (key, item) in &mut items {
            if other.items.binary_search_by(|(own, _)| own.cmp(key)).is_err() {
                item.value = item.value.or_missing(other.is_whole && other.rest.is_none());
            }
        }
        for (key, item) in &other.items {
            match items.binary_search_by(|(own, _)| own.cmp(key)) {
                Ok(at) => items[at].1 = items[at].1.join(item),
                Err(at) => {
                    let is_absent = self.is_whole && self.rest.is_none();
                    let value = item.value.or_missing(is_absent);
                    items.insert(at, (key.clone(), Frozen { value, ..item.clone() }));
                }
            }
        }
        if joined.is_list && self.items.len() != other.items.len() {
            let mut all = items.into_iter().map(|(_, item)| item).chain(joined.rest.take());
            let first = all.next();
            joined.rest = first.map(|first| all.fold(first, |sum, item| sum.join(&item)));
        } else {
            joined.items = items;
        }
        joined
    }
}
