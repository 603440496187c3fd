//! Functions that are called by other functions: `f.call(this, x)`, `Thread(target=f, args=x)`,
//! `map(f, xs)`, and what is looked up by its name, `getattr(module, "f")`.

use std::rc::Rc;

use super::Run;
use super::calls::{Call, Given};
use crate::value::{Key, Value};

/// How a library's function calls another that it is given.
#[derive(Clone, Copy)]
enum Way {
    /// The function stands in this place, what it gets behind it.
    Behind(usize),
    /// So it does, and is called with more of it later: `partial(f, x)`.
    Bound,
    /// With each item of what stands behind it.
    Each,
    /// `Thread(target=f, args=(…), kwargs={…})`, where the function may also stand in this place.
    Named(usize),
    /// `setTimeout(f, delay, …)`.
    AfterDelay,
    /// The result is the function: `promisify(f)`.
    Itself,
}

/// By the whole path of the function that calls.
const BY_PATH: &[(&str, Way)] = &[
    ("functools.partial", Way::Bound),
    ("asyncio.to_thread", Way::Behind(0)),
    ("anyio.to_thread.run_sync", Way::Behind(0)),
    ("starlette.concurrency.run_in_threadpool", Way::Behind(0)),
    ("fastapi.concurrency.run_in_threadpool", Way::Behind(0)),
    ("asgiref.sync.sync_to_async", Way::Itself),
    ("atexit.register", Way::Behind(0)),
    ("map", Way::Each),
    ("filter", Way::Each),
    ("threading.Thread", Way::Named(1)),
    ("threading.Timer", Way::Named(1)),
    ("multiprocessing.Process", Way::Named(1)),
    ("setTimeout", Way::AfterDelay),
    ("setInterval", Way::AfterDelay),
    ("setImmediate", Way::Behind(0)),
    ("process.nextTick", Way::Behind(0)),
    ("util.promisify", Way::Itself),
];

/// By the name of a method of something from outside.
const BY_METHOD: &[(&str, Way)] = &[
    ("submit", Way::Behind(0)),
    ("run_in_executor", Way::Behind(1)),
    ("apply_async", Way::Behind(0)),
    ("call_soon", Way::Behind(0)),
    ("call_later", Way::Behind(1)),
    ("add_task", Way::Behind(0)),
];

/// The path of the function that a promise gives to what it waits for.
const RESOLVE: &str = "Promise=>";

impl Run<'_, '_> {
    /// What a call of a function by another gives; `None` for any other call.
    pub(super) fn forwarded(&mut self, call: &Call<'_>) -> Option<Value> {
        if let Some(found) = self.by_name(call).or_else(|| self.of_function(call)) {
            return Some(found);
        }
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        let text = path.map(|it| Rc::clone(self.engine.paths.text(it)));
        match text.as_deref() {
            Some("Promise") => return self.promised(call),
            Some(RESOLVE) if self.resolved_with.is_some() => return Some(self.resolve(call)),
            _ => {}
        }
        let of_path = text.and_then(|text| BY_PATH.iter().find(|it| it.0 == &*text));
        let of_method = || {
            let method = call.method.as_deref()?;
            BY_METHOD.iter().find(|it| it.0 == method)
        };
        let (_, way) = of_path.or_else(of_method)?;
        let is_positional = |it: &&Given| it.name.is_none() && !it.is_spread;
        let place = match way {
            Way::Behind(at) | Way::Named(at) => *at,
            Way::Bound | Way::Each | Way::AfterDelay | Way::Itself => 0,
        };
        let placed = call.given.iter().take_while(is_positional).nth(place);
        let named = |name: &str| call.given.iter().find(|it| it.name.as_deref() == Some(name));
        let function = match way {
            Way::Named(_) => named("target").or_else(|| named("function")).or(placed)?,
            _ => placed?,
        };
        if !self.is_callable(&function.value) {
            return None;
        }
        let callee = function.value.clone();
        let rest = call.given.get(place + 1..).unwrap_or_default();
        let given: Vec<Given> = match way {
            Way::Itself => return Some(callee),
            Way::Behind(_) | Way::Bound => rest.to_vec(),
            Way::AfterDelay => rest.get(1..).unwrap_or_default().to_vec(),
            Way::Each => {
                let items = rest.iter().map(|it| (it.value.clone(), it.id.unwrap_or(call.id)));
                let items: Vec<_> = items.collect();
                items
                    .into_iter()
                    .map(|(value, at)| passed(self.element(&value, at), None, false))
                    .collect()
            }
            Way::Named(_) => {
                let placed = |at: usize| call.given.iter().take_while(is_positional).nth(at);
                let args = named("args").or_else(|| placed(place + 1));
                let kwargs = named("kwargs").or_else(|| placed(place + 2));
                let items = args.map(|it| self.listed(&it.value)).unwrap_or_default();
                let mut given: Vec<Given> =
                    items.into_iter().map(|it| passed(it, None, false)).collect();
                let named = kwargs.and_then(|it| self.state.shape(&it.value).cloned());
                for (key, value) in named.iter().flat_map(|it| &it.items) {
                    if let Key::Named(name) = key {
                        given.push(passed(value.clone(), Some(Rc::clone(name)), false));
                    }
                }
                given
            }
        };
        let result = self.call_of(callee.clone(), call, &given);
        Some(match way {
            Way::Bound => callee,
            Way::Each => {
                let mut list = crate::value::Shape { is_list: true, ..Default::default() };
                list.add_rest(&result);
                self.new_shape(list, call.id)
            }
            Way::Named(_) | Way::AfterDelay => Value::default(),
            _ => result,
        })
    }

    /// `new Promise(resolve => …)`: whatever `resolve` is called with.
    fn promised(&mut self, call: &Call<'_>) -> Option<Value> {
        let executor = call.given.first().filter(|it| self.is_callable(&it.value))?.value.clone();
        let resolve = self.engine.paths.of_text(RESOLVE, &self.engine.models);
        let resolve = Value { path: Some(resolve), ..Value::default() };
        let around = self.resolved_with.replace(Value::default());
        self.call_of(executor, call, &[passed(resolve, None, false)]);
        std::mem::replace(&mut self.resolved_with, around)
    }

    fn resolve(&mut self, call: &Call<'_>) -> Value {
        if let Some(given) = call.given.first() {
            let known = self.resolved_with.take().unwrap_or_default();
            let taint = known.taint.union(&self.state.whole_taint(&given.value));
            self.resolved_with = Some(Value { taint, ..known.join(&given.value) });
        }
        Value::default()
    }

    fn is_callable(&self, value: &Value) -> bool {
        use crate::value::Thing;
        let is_own =
            matches!(value.thing.as_deref(), Some(Thing::Function { .. } | Thing::Method { .. }));
        is_own || value.path.is_some()
    }

    fn call_of(&mut self, callee: Value, call: &Call<'_>, given: &[Given]) -> Value {
        let call = Call {
            id: call.id,
            place: call.place,
            callee,
            receiver: None,
            method: None,
            of_attribute: None,
            given,
        };
        self.invoke(&call)
    }

    /// The items of a list, or its text in the place of one where they are not known.
    fn listed(&self, value: &Value) -> Vec<Value> {
        match self.state.shape(value) {
            Some(shape) if shape.is_list && shape.rest.is_none() => {
                shape.items.iter().map(|(_, it)| it.clone()).collect()
            }
            _ => vec![Value::tainted(self.state.whole_taint(value))],
        }
    }

    /// `f.call(this, …)`, `f.apply(this, […])`, `f.bind(this)`.
    fn of_function(&mut self, call: &Call<'_>) -> Option<Value> {
        let (_, owner) = call.receiver.as_ref()?;
        let method = call.method.as_deref()?;
        if self.is_python() || self.is_ruby() || !self.is_callable(owner) {
            return None;
        }
        let owner = owner.clone();
        let given: Vec<Given> = match method {
            "call" => call.given.get(1..).unwrap_or_default().to_vec(),
            "apply" => {
                let arguments = call.given.get(1)?.value.clone();
                self.listed(&arguments).into_iter().map(|it| passed(it, None, false)).collect()
            }
            "bind" if call.given.len() <= 1 => return Some(owner),
            _ => return None,
        };
        Some(self.call_of(owner, call, &given))
    }

    /// `getattr(x, "name")`, `Reflect.get(x, "name")`, `importlib.import_module("name")`.
    fn by_name(&mut self, call: &Call<'_>) -> Option<Value> {
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it))?;
        let text = Rc::clone(self.engine.paths.text(path));
        let first = call.given.first()?;
        match &*text {
            "getattr" | "Reflect.get" => {
                let name = call.given.get(1)?.value.as_text()?.to_owned();
                let found = self.read(&first.value, Some(&Key::Named(name.into())), call.id);
                let default = call.given.get(2).map(|it| &it.value);
                Some(default.map_or(found.clone(), |it| found.join(it)))
            }
            "setattr" | "Reflect.set" => {
                let name = call.given.get(1)?.value.as_text()?.to_owned();
                let value = call.given.get(2)?.value.clone();
                let key = Some(Key::Named(name.into()));
                let base = first.id?;
                let owner = first.value.clone();
                self.store(base, &owner, key, value, call.id);
                Some(Value::default())
            }
            "importlib.import_module" | "__import__" => {
                let name = first.value.as_text()?.to_owned();
                let root = name.split('.').next().unwrap_or(&name).to_owned();
                let is_whole = &*text == "importlib.import_module";
                Some(self.brought(if is_whole { &name } else { &root }, 0, None))
            }
            _ => None,
        }
    }
}

fn passed(value: Value, name: Option<Rc<str>>, is_spread: bool) -> Given {
    Given { name, value, is_spread, id: None }
}
