//! What gets where it must not.

use std::rc::Rc;

use codd_facts::ValueId;

use super::Run;
use super::calls::{Call, Given};
use crate::classes::{ClassId, LOG_INJECTION, Mask, TRUST_BOUNDARY};
use crate::engine::WayIn;
use crate::models::{Asked, Reading, Scalar, Selected, SinkUse};
use crate::summary::{MAX_PENDING, PendingSink, PendingStore};
use crate::trail::{Place, StepKind};
use crate::value::{Author, Constant, Key, Taint, Value};
use crate::ways::What;

impl Run<'_, '_> {
    pub(super) fn selected<'g>(&self, selected: &Selected, given: &'g [Given]) -> Vec<&'g Given> {
        if selected.is_all {
            return given.iter().collect();
        }
        if let Some(name) = &selected.name
            && let Some(found) = given.iter().find(|it| it.name.as_deref() == Some(name))
        {
            return vec![found];
        }
        let Some(place) = selected.place else { return Vec::new() };
        let mut places = given.iter().filter(|it| it.name.is_none());
        let spread = given.iter().position(|it| it.is_spread);
        match spread {
            // Which place an item of `*args` has is not known.
            Some(at) if at as u32 <= place => given.get(at).into_iter().collect(),
            _ => places.nth(place as usize).into_iter().collect(),
        }
    }

    pub(super) fn holds_all(&self, asked: &[Asked], call: &Call<'_>) -> bool {
        asked.iter().all(|it| self.holds(it, call))
    }

    fn holds(&self, asked: &Asked, call: &Call<'_>) -> bool {
        let found = self.selected(&asked.argument, call.given);
        if let Some(given) = asked.given {
            return given != found.is_empty();
        }
        let object = call.receiver.as_ref().map(|(_, it)| it);
        let object = object.filter(|_| asked.argument.is_object);
        let Some(value) = object.or_else(|| found.first().map(|it| &it.value)) else {
            return false;
        };
        if let Some(is) = &asked.is {
            let is_it = match (&value.constant, is) {
                (Some(Constant::Text(text)), Scalar::Text(is)) => **text == **is,
                (Some(Constant::Boolean(it)), Scalar::Boolean(is)) => it == is,
                (Some(Constant::Integer(it)), Scalar::Integer(is)) => it == is,
                _ => false,
            };
            return is_it;
        }
        if !asked.paths.is_empty() {
            let text = value.path.map(|it| Rc::clone(self.engine.paths.text(it)));
            return text.is_some_and(|text| asked.paths.iter().any(|it| **it == *text));
        }
        if !asked.keys.is_empty() {
            let is_asked = |key: &Key| match key {
                Key::Named(name) => asked.keys.iter().any(|it| **it == **name),
                Key::At(_) => false,
            };
            let shape = self.state.shape(value);
            let is_it = shape.is_some_and(|it| {
                it.is_whole && it.rest.is_none() && it.items.iter().all(|(key, _)| is_asked(key))
            });
            if !is_it {
                return false;
            }
        }
        if let Some(setting) = &asked.setting {
            // Set up by a call, or an object of settings.
            let keys = [format!("={setting}"), setting.clone()];
            let shape = self.state.shape(value);
            let found = keys.iter().find_map(|key| shape?.get(&Key::Named(key.as_str().into())));
            // `TypeNameHandling.None` is a setting that is not set.
            let is_none = |it: &Value| {
                let path = it.path.map(|it| self.engine.paths.text(it));
                path.is_some_and(|it| it.ends_with(".None"))
            };
            return found.is_some_and(|it| {
                it.constant.as_ref().is_none_or(Constant::is_true) && !is_none(it)
            });
        }
        true
    }

    pub(super) fn check_sink(&mut self, sink: &SinkUse, call: &Call<'_>) {
        if !self.holds_all(&sink.when, call) || sink.unless.iter().any(|it| self.holds(it, call)) {
            return;
        }
        let mut taint = Taint::default();
        let mut is_given = false;
        let is_of_host = self.host_mask().has(Mask::of(sink.class));
        for selected in &sink.arguments {
            if selected.is_object
                && let Some((_, owner)) = &call.receiver
            {
                is_given = true;
                taint = taint.union(&self.read_as(sink.reads, owner));
            }
            let is_log = sink.class == LOG_INJECTION;
            let arguments = if is_log && selected.is_all {
                self.logged_as_they_are(call.given)
            } else {
                self.selected(selected, call.given)
            };
            for argument in arguments {
                is_given = true;
                if is_of_host && argument.id.is_some_and(|it| self.leads_to_own_host(it, 0)) {
                    continue;
                }
                let found = if is_log {
                    self.logged(&argument.value, call.id)
                } else {
                    self.read_as(sink.reads, &argument.value)
                };
                taint = taint.union(&found);
            }
        }
        if is_given {
            self.arrives_as(sink.class, call.place, &taint, sink.reads);
        }
    }

    /// How what a caller gives is read where a callee passes it to a sink as it is.
    ///
    /// A text that the callee made of it holds all that is in it.
    pub(super) fn reads_given(&self, sink: &PendingSink) -> Reading {
        match sink.reads {
            _ if !sink.safe.has(Mask::INTACT) => Reading::Whole,
            Reading::Object => Reading::Object,
            Reading::Query => Reading::Query,
            // Where values have types, what is declared as a text is none of an object's parts.
            Reading::Text if self.is_typed() => Reading::Text,
            _ => Reading::Whole,
        }
    }

    /// What of a value counts at a sink.
    pub(super) fn read_as(&self, reads: Reading, value: &Value) -> Taint {
        let shape = self.state.shape(value);
        match reads {
            Reading::Whole => self.state.whole_taint(value),
            Reading::Object => value.taint.clone(),
            Reading::Query => match shape {
                Some(shape) if shape.is_list => match shape.get(&Key::At(0)) {
                    Some(first) => first.taint.clone(),
                    None => self.state.whole_taint(value),
                },
                Some(shape) if !shape.items.is_empty() => Taint::default(),
                // What came as a mapping is one, and no text.
                _ => self.state.whole_taint(value).filter(|it| {
                    !(it.safe.has(Mask::INTACT) && matches!(it.author, Author::Source(_)))
                }),
            },
            Reading::Instructions => self.instructions(value, 0),
            Reading::Text | Reading::Page => match shape {
                Some(shape) if shape.is_list || !shape.items.is_empty() => value.taint.clone(),
                _ => self.state.whole_taint(value),
            },
            Reading::CommandLine => {
                let Some(shape) = shape.filter(|it| it.is_list) else {
                    return self.state.whole_taint(value);
                };
                let item = |at: i64| shape.get(&Key::At(at));
                let mut taint = item(0).map(|it| it.taint.clone()).unwrap_or_default();
                if shape.rest.is_some() && shape.items.is_empty() {
                    return self.state.whole_taint(value);
                }
                // `sh -c text`, and whatever else reads code behind such a flag.
                let is_shell = shape.items.iter().map(|(_, it)| it).chain(&shape.rest).any(|it| {
                    it.all_ways().iter().any(|way| match &way.what {
                        What::Constant(Constant::Text(it)) => {
                            is_shell(it) || matches!(&**it, "-c" | "/c" | "-e")
                        }
                        _ => false,
                    })
                });
                if is_shell || item(0).is_none() {
                    taint = taint.union(&self.state.whole_taint(value));
                }
                taint
            }
        }
    }

    /// What of a value tells a model what to do.
    fn instructions(&self, value: &Value, depth: u32) -> Taint {
        const SETTINGS: [&str; 7] = [
            "config",
            "messages",
            "input",
            "system",
            "instructions",
            "system_instruction",
            "systemInstruction",
        ];
        let Some(shape) = self.state.shape(value) else {
            return if depth == 0 { value.taint.clone() } else { Taint::default() };
        };
        let named = |name: &str| shape.get(&Key::Named(name.into()));
        let tells = |role: Option<&Value>| {
            let role = role.and_then(Value::as_text);
            role.is_some_and(|it| matches!(it, "system" | "developer"))
        };
        if depth >= 4 {
            return Taint::default();
        }
        if tells(named("role")) {
            return named("content").map(|it| self.state.whole_taint(it)).unwrap_or_default();
        }
        if shape.is_list && tells(shape.get(&Key::At(0))) {
            let text = shape.get(&Key::At(1));
            return text.map(|it| self.state.whole_taint(it)).unwrap_or_default();
        }
        if named("role").is_some() {
            return Taint::default();
        }
        let mut taint = Taint::default();
        if shape.is_list {
            for item in shape.items.iter().map(|(_, item)| item).chain(&shape.rest) {
                taint = taint.union(&self.instructions(item, depth + 1));
            }
            return taint;
        }
        for name in SETTINGS {
            let Some(item) = named(name) else { continue };
            let is_text = !matches!(name, "messages" | "input" | "config");
            taint = taint.union(&match self.state.shape(item) {
                None if is_text => item.taint.clone(),
                _ => self.instructions(item, depth + 1),
            });
        }
        taint
    }

    /// Authors of these reach a sink of the class at the place.
    pub(super) fn arrives(&mut self, class: ClassId, place: Place, taint: &Taint) {
        self.arrives_as(class, place, taint, Reading::Whole);
    }

    /// The same, and how callers' values are read there.
    pub(super) fn arrives_as(
        &mut self,
        class: ClassId,
        place: Place,
        taint: &Taint,
        reads: Reading,
    ) {
        if self.engine.is_final {
            self.engine.sinks.insert((class, place));
        }
        let wanted = Mask::of(class);
        if taint.is_full() {
            // There may be authors that are not among them.
            self.give_up();
        }
        for atom in taint.atoms().to_vec() {
            if atom.safe.has(wanted) || class == LOG_INJECTION && atom.is_escaped() {
                continue;
            }
            match atom.author {
                Author::Source(source) => {
                    let trail = self.engine.trails.step(atom.trail, place, StepKind::Sink);
                    let way = WayIn { source, body: self.runs_for() };
                    self.engine.found(class, place, way, trail);
                }
                Author::Path(path) => {
                    let known = self
                        .summary
                        .sinks
                        .iter()
                        .position(|it| (it.class, it.place, it.path) == (class, place, path));
                    if let Some(at) = known {
                        let known = &mut self.summary.sinks[at];
                        known.safe = known.safe.and(atom.safe);
                        if known.reads != reads {
                            known.reads = Reading::Whole;
                        }
                    } else if self.summary.sinks.len() < MAX_PENDING {
                        let trail = self.engine.trails.step(atom.trail, place, StepKind::Sink);
                        let safe = atom.safe;
                        let sink = PendingSink { class, place, path, safe, reads, trail };
                        self.summary.sinks.push(sink);
                    } else {
                        self.give_up();
                    }
                }
            }
        }
    }

    /// A value that is put under a key into something a model speaks of: a session.
    pub(super) fn note_stored_under(
        &mut self,
        owner: &Value,
        key: Option<&Key>,
        value: &Value,
        at: ValueId,
    ) {
        let taint = self.state.whole_taint(value);
        let place = self.place(at);
        let is_made = self.is_container(value);
        self.note_stored(owner, &Value::tainted(taint.clone()), at);
        let name = match key {
            Some(Key::Named(name)) => Some(Rc::clone(name)),
            _ => None,
        };
        if let Some(name) = &name {
            self.probe_assigned(owner, name, value, at);
        }
        self.stored_at(owner, name, &taint, is_made, place);
    }

    /// A value that is put under a name into something that may be a session or a page.
    pub(super) fn stored_at(
        &mut self,
        owner: &Value,
        name: Option<Rc<str>>,
        taint: &Taint,
        is_made: bool,
        place: Place,
    ) {
        if let Some(path) = owner.path.filter(|it| self.engine.paths.is_symbolic(*it))
            && !taint.is_empty()
        {
            // What it is, callers know.
            let value = self.freeze(&Value::tainted(taint.clone()));
            let store = PendingStore { owner: path, name: name.clone(), value, is_made, place };
            if self.summary.stores.contains(&store) {
                // Known.
            } else if self.summary.stores.len() < MAX_PENDING {
                self.summary.stores.push(store);
            } else {
                self.give_up();
            }
        }
        // `element.innerHTML = …`: what is assigned to.
        let Some(name) = name else { return };
        let mut classes = Vec::new();
        if let Some(known) = self.engine.models.method(&name) {
            classes.extend(&known.stored);
        }
        if let Some(path) = owner.path {
            let text = format!("{}.{name}", self.engine.paths.text(path));
            if let Some(known) = self.engine.models.exact(&text) {
                // A session that is put in place whole was kept elsewhere, unless it is made here.
                let is_session = |it: &&ClassId| **it == TRUST_BOUNDARY && !is_made;
                classes.extend(known.stored.iter().filter(|it| !is_session(it)));
            }
        }
        for class in classes {
            self.arrives(class, place, taint);
        }
    }

    /// The same for the key itself, or for anything put into the owner.
    pub(super) fn note_stored(&mut self, owner: &Value, value: &Value, at: ValueId) {
        let place = self.place(at);
        self.stored_into(owner, &value.taint, place);
    }

    pub(super) fn stored_into(&mut self, owner: &Value, taint: &Taint, place: Place) {
        let Some(path) = owner.path else { return };
        let Some(known) = self.engine.models.exact(self.engine.paths.text(path)) else { return };
        for class in known.stored.clone() {
            self.arrives(class, place, taint);
        }
    }
}

fn is_shell(text: &str) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text);
    matches!(
        name,
        "sh" | "bash"
            | "dash"
            | "zsh"
            | "ksh"
            | "cmd"
            | "cmd.exe"
            | "powershell"
            | "pwsh"
            | "powershell.exe"
    )
}
