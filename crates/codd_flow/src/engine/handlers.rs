//! What frameworks give to the functions that they call.

use std::rc::Rc;

use codd_facts::{FlowFacts, FlowFunctionKind, FlowParameterKind, FlowValue, ValueId};

use super::Engine;
use crate::classes::Mask;
use crate::models::{Answer, HandlerModel, SourceUse};
use crate::program::{Family, FnIx};
use crate::run::Run;
use crate::trail::Place;
use crate::value::{Taint, Thing, Value};

impl Engine<'_> {
    pub(super) fn note_routes(&mut self) {
        for (ix, framework, path) in self.program.handlers.clone() {
            self.note_answer(ix, framework);
            let models: Vec<HandlerModel> = self
                .models
                .handlers
                .iter()
                .filter(|it| it.framework.as_deref() == Some(framework))
                .cloned()
                .collect();
            for model in models {
                self.note_handler(ix, &model, path);
            }
        }
    }

    /// Notes what a framework gives to the methods of classes that extend its own.
    pub(super) fn note_classes(&mut self) {
        let models: Vec<HandlerModel> = self
            .models
            .handlers
            .iter()
            .filter(|it| !it.of_class.as_slice().is_empty())
            .cloned()
            .collect();
        if models.is_empty() {
            return;
        }
        for at in 0..self.program.functions.len() as u32 {
            let class = FnIx(at);
            if self.program.body(class).kind != FlowFunctionKind::Class {
                continue;
            }
            let Some(base) = self.outside_base(class) else { continue };
            let base = Rc::clone(self.paths.text(base));
            let base = base.strip_suffix("()").unwrap_or(&base);
            let fitting = models.iter().filter(|it| {
                let all = it.of_class.as_slice();
                all.iter().any(|own| own == base)
            });
            for model in fitting {
                for method in self.offered(class, model) {
                    self.note_handler(method, model, "");
                }
            }
        }
    }

    /// The methods of a class that a framework calls.
    fn offered(&self, class: FnIx, model: &HandlerModel) -> Vec<FnIx> {
        let is_except = |flow: &FlowFacts, id: &ValueId| match flow.value(*id) {
            FlowValue::Name(name) | FlowValue::Attribute { name, .. } => {
                let name = flow.name(*name).trim_start_matches(':');
                let name = name.strip_suffix("Attribute").unwrap_or(name);
                model.except.iter().any(|it| it == name)
            }
            _ => false,
        };
        let is_it = |ix: &FnIx| {
            let flow = self.program.files[self.program.function(*ix).file as usize].flow;
            let body = self.program.body(*ix);
            let name = body.name.map_or("", |it| flow.name(it).as_str());
            let is_named = model.methods.is_empty()
                || model.methods.iter().any(|it| name.starts_with(it.as_str()));
            // A part of the class that is written elsewhere is asked by itself.
            self.program.class_of(*ix) == Some(class)
                && is_named
                && !(body.is_private || body.is_static || body.is_abstract || body.is_property)
                && name != "constructor"
                && !body.decorators.iter().any(|it| is_except(flow, it))
        };
        let all = self.program.function(class).overloads.values().flatten().copied();
        let mut all: Vec<FnIx> = all.filter(is_it).collect();
        all.sort_unstable();
        all
    }

    /// Notes that a function answers for a framework.
    pub(crate) fn note_answer(&mut self, ix: FnIx, framework: &str) {
        let answers = self.models.answers.iter().filter(|(of, _)| of == framework);
        let answers: Vec<Answer> = answers.map(|(_, answer)| *answer).collect();
        if !answers.is_empty() && self.answers.get(&ix) != Some(&answers) {
            self.answers.insert(ix, answers);
            self.is_given_else(ix);
        }
    }

    /// Notes what a framework gives to a function that it calls.
    pub(crate) fn note_handler(&mut self, ix: FnIx, model: &HandlerModel, route: &str) {
        let body = self.program.body(ix);
        let file = self.program.function(ix).file;
        let flow = self.program.files[file as usize].flow;
        let known = self.entries.remove(&ix).unwrap_or_default();
        let mut given = known.clone();
        given.resize(body.parameters.len().max(given.len()), None);
        let own = body.parameters.iter().filter(|it| it.kind != FlowParameterKind::Receiver);
        let before = model.before.as_ref().filter(|it| it.parameters == own.count());
        let mut is_first = before.is_some();
        let mut at = 0;
        for (place, parameter) in body.parameters.iter().enumerate() {
            if parameter.kind == FlowParameterKind::Receiver {
                continue;
            }
            let name = match flow.value(parameter.target) {
                FlowValue::Name(name) => flow.name(*name).as_str(),
                _ => "",
            };
            if std::mem::take(&mut is_first)
                && let Some(before) = before
            {
                let path = self.paths.of_text(&before.is, &self.models);
                given[place] = Some(Value { path: Some(path), ..Value::default() });
                continue;
            }
            let is = model.parameters.iter().find(|it| {
                it.at == Some(at)
                    || it
                        .name
                        .as_ref()
                        .is_some_and(|names| names.as_slice().iter().any(|own| own == name))
            });
            at += 1;
            if given[place].is_some() {
                continue;
            }
            if let Some(is) = is {
                let path = self.paths.of_text(&is.is, &self.models);
                given[place] = Some(Value { path: Some(path), ..Value::default() });
            } else if let Some(label) = &model.others
                && (model.directive.is_some()
                    || !is_checked(route, name)
                        && self.is_filled(ix, &parameter.decorators)
                        && self.may_be_text(ix, parameter.annotation, parameter.default))
            {
                let place_of = Place { file, span: flow.span(parameter.target) };
                // What checks add as classes has sources of its own.
                let safe = Mask::of_shipped().others();
                let known = SourceUse { label: label.clone(), safe };
                let atom = self.source(place_of, &known);
                given[place] = Some(Value::tainted(Taint::of(atom)));
            }
        }
        if given != known {
            self.is_given_else(ix);
        }
        self.entries.insert(ix, given);
    }

    /// Whether a parameter that a framework fills may hold any text, by its type and default.
    fn may_be_text(
        &mut self,
        ix: FnIx,
        annotation: Option<ValueId>,
        default: Option<ValueId>,
    ) -> bool {
        let file = self.program.function(ix).file;
        let flow = self.program.files[file as usize].flow;
        if let Some(default) = default
            && let FlowValue::Call { callee, .. } = flow.value(default)
        {
            // `Depends(get_db)`: what the function gives, and nothing of the request.
            let callee = Run::outside_value(self, ix, *callee);
            let text = callee.path.map(|it| Rc::clone(self.paths.text(it)));
            if text.is_none_or(|text| text.ends_with(".Depends") || text.ends_with(".Security")) {
                return false;
            }
        }
        let Some(annotation) = annotation else { return true };
        if self.program.files[file as usize].family == Family::Php {
            // Objects are found by what the path says, or are none of the request's.
            return matches!(flow.value(annotation), FlowValue::Name(name)
                if matches!(flow.name(*name).as_str(), "string" | "mixed" | "array" | "iterable"));
        }
        if self.program.files[file as usize].family.is_typed() {
            // Texts, and objects that are filled with texts; a library's own are neither.
            let class = Run::outside_value(self, ix, annotation);
            return match class.thing.as_deref() {
                Some(Thing::Class(class)) => !self.is_service(*class),
                _ => false,
            };
        }
        let mut words = vec![annotation];
        let mut is_text = false;
        let mut is_known = false;
        while let Some(id) = words.pop() {
            match flow.value(id) {
                FlowValue::Name(name) | FlowValue::Attribute { name, .. } => {
                    let word = flow.name(*name).as_str();
                    is_text |= matches!(word, "str" | "Any" | "bytes" | "dict" | "list" | "object");
                    is_known |= matches!(
                        word,
                        "int"
                            | "float"
                            | "bool"
                            | "UUID"
                            | "datetime"
                            | "date"
                            | "Decimal"
                            | "PositiveInt"
                            | "Session"
                            | "AsyncSession"
                            | "BackgroundTasks"
                            | "Response"
                            | "Request"
                            | "WebSocket"
                    );
                }
                FlowValue::Unknown(parts) | FlowValue::Sequence(parts) => words.extend(parts),
                FlowValue::Index { base, key } => words.extend([*base, *key]),
                FlowValue::Binary { left, right, .. } => words.extend([*left, *right]),
                FlowValue::Call { arguments, .. } => {
                    words.extend(arguments.iter().map(|it| it.value));
                }
                _ => {}
            }
        }
        is_text || !is_known
    }
}

impl<'a> Engine<'a> {
    /// Whether a class of C# is none that a request fills: an interface, an enumeration, or one
    /// that an application has one of.
    fn is_service(&mut self, class: FnIx) -> bool {
        let file = self.program.function(class).file;
        if self.program.files[file as usize].family != Family::CSharp {
            return false;
        }
        if self.program.body(class).is_abstract || self.is_enumeration(class) {
            return true;
        }
        let makers = self.program.function(class).overloads.get("constructor");
        let makers: Vec<FnIx> = makers.cloned().unwrap_or_default();
        let mut is_given = false;
        for maker in makers {
            for parameter in &self.program.body(maker).parameters {
                if parameter.kind == FlowParameterKind::Receiver {
                    continue;
                }
                is_given = true;
                if let Some(of) = parameter.annotation
                    && self.is_injected(maker, of)
                {
                    return true;
                }
            }
        }
        // What anybody makes and fills is data, whatever it is called.
        if !is_given && self.is_filled_by_properties(class) {
            return false;
        }
        is_called_service(self.class_name(class))
    }

    /// Whether a constructor is given a part of the application, and no data, by its type.
    fn is_injected(&mut self, maker: FnIx, of: ValueId) -> bool {
        let found = Run::outside_value(self, maker, of);
        if let Some(Thing::Class(own)) = found.thing.as_deref() {
            let own = *own;
            return self.program.body(own).is_abstract || is_called_service(self.class_name(own));
        }
        found.path.is_some_and(|it| {
            let name = last_name(self.paths.text(it));
            is_interface_name(name) || is_called_service(name)
        })
    }

    /// Whether a class has properties that are set from outside, and extends no class of a
    /// library's.
    fn is_filled_by_properties(&mut self, class: FnIx) -> bool {
        let base = self.outside_base(class);
        let is_own = base.is_none_or(|it| is_interface_name(last_name(self.paths.text(it))));
        let found = self.in_class(class, |engine, at| {
            let mut members = engine.program.function(at).members.iter();
            members.any(|it| it.starts_with("set_")).then_some(())
        });
        is_own && found.is_some()
    }

    fn class_name(&self, class: FnIx) -> &'a str {
        let flow = self.program.files[self.program.function(class).file as usize].flow;
        self.program.body(class).name.map_or("", |it| flow.name(it).as_str())
    }
}

/// Whether a class is called as those are that an application has one of.
fn is_called_service(name: &str) -> bool {
    const SERVICES: [&str; 11] = [
        "Client",
        "Context",
        "Db",
        "Factory",
        "Handler",
        "Manager",
        "Mediator",
        "Provider",
        "Repository",
        "Service",
        "Store",
    ];
    SERVICES.iter().any(|it| name.ends_with(it))
}

/// The last name of a path, without calls.
fn last_name(path: &str) -> &str {
    let path = path.trim_end_matches("()");
    path.rsplit('.').next().unwrap_or(path)
}

/// Whether .NET's libraries call interfaces so.
fn is_interface_name(name: &str) -> bool {
    name.strip_prefix('I').is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// Whether a route says that this part of its path is no text: `<int:id>`.
fn is_checked(route: &str, name: &str) -> bool {
    let is_of = |kind: &&str| {
        route.contains(&format!("<{kind}:{name}>")) || route.contains(&format!("{{{name}:{kind}}}"))
    };
    ["int", "float", "uuid", "guid", "long", "bool", "decimal"].iter().any(is_of)
}
