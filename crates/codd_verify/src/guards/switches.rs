//! Settings of a project that switch the guards of a library off: `LOGIN_DISABLED`, however they
//! are given.

use std::collections::BTreeSet;

use codd_facts::{FlowFacts, FlowFunctionKind, FlowStatement, FlowValue, ValueId};
use codd_source::RepoPath;

use super::{Models, Switch};
use crate::SnapshotView;
use crate::targets::Targets;
use crate::test_code::TestCode;

/// Statements within one another that are looked at.
const MAX_DEPTH: u32 = 60;

/// Makes guards unsure that a setting may switch off, and says by what.
pub(crate) fn apply(view: SnapshotView<'_>, models: &Models, guards: &mut Targets) -> SwitchedOff {
    let mut told = Vec::new();
    let mut tests: Option<TestCode> = None;
    for (switch, switched) in &models.switches {
        if !guards.used_names().any(|it| switched.is_called(it)) {
            continue;
        }
        let tests = tests.get_or_insert_with(|| TestCode::of(view));
        let places = view.files.iter().filter_map(|(path, file)| {
            let flow = file.hits.flow.as_deref()?;
            (!tests.holds(path)).then_some((path, flow))
        });
        let Some(place) = places.clone().find_map(|it| set_in(switch, it, places.clone())) else {
            continue;
        };
        let names = guards.used_names().filter(|it| switched.is_called(it));
        let names: BTreeSet<String> = names.map(str::to_owned).collect();
        guards.doubt_names(|name| names.contains(name));
        told.push((names, format!("`{}` is set in `{place}`", switch.name)));
    }
    SwitchedOff { told }
}

/// What settings may switch off.
pub(crate) struct SwitchedOff {
    /// Names of guards, with which setting is set where.
    told: Vec<(BTreeSet<String>, String)>,
}

impl SwitchedOff {
    /// Notes why guards of these names may ask nobody.
    pub(super) fn add(&mut self, names: BTreeSet<String>, by: String) {
        self.told.push((names, by));
    }

    /// By what the guard of this name may be switched off.
    pub(crate) fn by(&self, guard: &str) -> Option<&str> {
        let found = self.told.iter().find(|(names, _)| names.contains(guard));
        found.map(|(_, text)| text.as_str())
    }
}

type Place<'a> = (&'a RepoPath, &'a FlowFacts);

/// The file, where it gives the setting a value that may hold in the program.
fn set_in<'a>(
    switch: &Switch,
    (path, flow): Place<'a>,
    all: impl Iterator<Item = Place<'a>> + Clone,
) -> Option<&'a RepoPath> {
    let name = switch.name.as_str();
    // The names are few, and most files have not one of them.
    if !flow.names.iter().any(|it| it == name) {
        return None;
    }
    let is_given = flow.values.iter().any(|value| gives(flow, value, switch));
    let is_set = flow.functions.iter().any(|function| {
        let class = (function.kind == FlowFunctionKind::Class).then_some(function.name).flatten();
        let is_of_tests = class.is_some_and(|class| {
            let class = flow.name(class);
            is_called_as_tests(class) && !all.clone().any(|(_, flow)| is_taken(flow, class))
        });
        !is_of_tests && assigns(flow, &function.body, switch, 0)
    });
    (is_given || is_set).then_some(path)
}

/// Whether a value hands the setting over: `config.update(LOGIN_DISABLED=True)`, a mapping that
/// has it, `setdefault("LOGIN_DISABLED", True)`.
fn gives(flow: &FlowFacts, value: &FlowValue, switch: &Switch) -> bool {
    let name = switch.name.as_str();
    match value {
        // `EXEMPT_METHODS.add("GET")`.
        FlowValue::Call { callee, .. }
            if !switch.plain.is_empty()
                && matches!(flow.value(*callee), FlowValue::Attribute { base, name: own }
                    if is_place(flow, *base, name)
                        && matches!(flow.name(*own).as_str(), "add" | "update")) =>
        {
            true
        }
        FlowValue::Call { arguments, .. } => {
            let named = arguments.iter().any(|it| {
                it.name.is_some_and(|own| flow.name(own) == name)
                    && may_hold(flow, it.value, switch)
            });
            let by_text = arguments
                .windows(2)
                .any(|it| is_text(flow, it[0].value, name) && may_hold(flow, it[1].value, switch));
            named || by_text
        }
        FlowValue::Mapping(items) => items.iter().any(|(key, value)| {
            key.is_some_and(|key| is_text(flow, key, name)) && may_hold(flow, *value, switch)
        }),
        _ => false,
    }
}

/// Whether statements give the setting a value: as a variable, an attribute, an item.
fn assigns(flow: &FlowFacts, body: &[FlowStatement], switch: &Switch, depth: u32) -> bool {
    let name = switch.name.as_str();
    if depth > MAX_DEPTH {
        return false;
    }
    let below = |it: &[FlowStatement]| assigns(flow, it, switch, depth + 1);
    body.iter().any(|it| match it {
        FlowStatement::Assign { target, value } => {
            is_place(flow, *target, name) && may_hold(flow, *value, switch)
        }
        FlowStatement::Branch { then, otherwise, .. } => below(then) || below(otherwise),
        FlowStatement::Loop { body, otherwise, .. } => below(body) || below(otherwise),
        FlowStatement::Attempt { body, handlers, otherwise, finally } => {
            below(body) || handlers.iter().any(|it| below(it)) || below(otherwise) || below(finally)
        }
        FlowStatement::Select { cases, .. } => cases.iter().any(|it| below(&it.body)),
        _ => false,
    })
}

fn is_place(flow: &FlowFacts, target: ValueId, name: &str) -> bool {
    match flow.value(target) {
        FlowValue::Name(own) | FlowValue::Attribute { name: own, .. } => flow.name(*own) == name,
        FlowValue::Index { key, .. } => is_text(flow, *key, name),
        FlowValue::Sequence(parts) => parts.iter().any(|it| is_place(flow, *it, name)),
        FlowValue::Typed { value, .. } => is_place(flow, *value, name),
        _ => false,
    }
}

fn is_text(flow: &FlowFacts, id: ValueId, name: &str) -> bool {
    matches!(flow.value(id), FlowValue::Text(text) if flow.name(*text) == name)
}

/// Whether the setting may hold with this value: anything but a plain no.
fn may_hold(flow: &FlowFacts, id: ValueId, switch: &Switch) -> bool {
    let is_plain = |it: &ValueId| switch.plain.iter().any(|plain| is_text(flow, *it, plain));
    match flow.value(id) {
        FlowValue::Sequence(parts) if !switch.plain.is_empty() => !parts.iter().all(is_plain),
        FlowValue::Boolean(false) | FlowValue::Nothing | FlowValue::Integer(0) => false,
        FlowValue::Text(text) => !flow.name(*text).is_empty(),
        _ => true,
    }
}

/// Whether a class is called as settings that only tests take.
fn is_called_as_tests(name: &str) -> bool {
    name.starts_with("Test")
        || name.ends_with("Test")
        || name.ends_with("Tests")
        || name.ends_with("Testing")
}

/// Whether code takes the settings of this class: `config.from_object("config.TestConfig")`.
fn is_taken(flow: &FlowFacts, class: &str) -> bool {
    let is_class = |id: ValueId| match flow.value(id) {
        FlowValue::Text(text) => flow.name(*text).rsplit(['.', ':']).next() == Some(class),
        FlowValue::Name(name) | FlowValue::Attribute { name, .. } => flow.name(*name) == class,
        FlowValue::Call { callee, .. } => {
            matches!(flow.value(*callee), FlowValue::Name(name) if flow.name(*name) == class)
        }
        _ => false,
    };
    flow.values.iter().any(|it| match it {
        FlowValue::Call { callee, arguments, .. } => {
            matches!(flow.value(*callee), FlowValue::Attribute { name, .. }
                if flow.name(*name) == "from_object")
                && arguments.iter().any(|it| is_class(it.value))
        }
        _ => false,
    })
}
