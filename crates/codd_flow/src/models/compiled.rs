//! Models by the path that they speak of.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ArgumentRef, Condition, GuardModel, HandlerModel, Models, Reading, SanitizerModel, Scalar,
    SinkModel,
};
use crate::classes::{ClassId, Mask};
use crate::probe::ProbePattern;

/// An argument that a model names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selected {
    pub(crate) place: Option<u32>,
    pub(crate) name: Option<String>,
    pub(crate) is_all: bool,
    /// The object that the method is of.
    pub(crate) is_object: bool,
}

impl Selected {
    fn of(reference: &ArgumentRef) -> Selected {
        match reference {
            ArgumentRef::Place(at) => Selected { place: Some(*at), ..Selected::default() },
            ArgumentRef::Text(text) if text == "all" => {
                Selected { is_all: true, ..Selected::default() }
            }
            ArgumentRef::Text(text) if text == "object" => {
                Selected { is_object: true, ..Selected::default() }
            }
            ArgumentRef::Text(text) => match text.split_once(':') {
                Some((place, name)) => Selected {
                    place: place.parse().ok(),
                    name: Some(name.to_owned()),
                    ..Selected::default()
                },
                None => match text.parse() {
                    Ok(place) => Selected { place: Some(place), ..Selected::default() },
                    Err(_) => Selected { name: Some(text.clone()), ..Selected::default() },
                },
            },
        }
    }
}

/// What is asked of an argument.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) argument: Selected,
    pub(crate) is: Option<Scalar>,
    pub(crate) paths: Vec<String>,
    pub(crate) setting: Option<String>,
    pub(crate) keys: Vec<String>,
    pub(crate) given: Option<bool>,
}

impl Asked {
    fn of(condition: &Condition) -> Asked {
        Asked {
            argument: Selected::of(&condition.argument),
            is: condition.is.clone(),
            paths: condition.path.as_slice().iter().flat_map(|it| expanded(it)).collect(),
            setting: condition.setting.clone(),
            keys: condition.keys.as_slice().to_vec(),
            given: condition.given,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct SinkUse {
    pub(crate) class: ClassId,
    pub(crate) arguments: Vec<Selected>,
    pub(crate) reads: Reading,
    pub(crate) when: Vec<Asked>,
    pub(crate) unless: Vec<Asked>,
}

/// What those who ask a route get, as a sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) class: ClassId,
    pub(crate) reads: Reading,
}

#[derive(Clone, Debug)]
pub(crate) struct SourceUse {
    pub(crate) label: String,
    /// What it is no danger to from the beginning.
    pub(crate) safe: Mask,
}

#[derive(Clone, Debug)]
pub(crate) struct SanitizerUse {
    /// `None`: nothing of what went in is left.
    pub(crate) classes: Option<Mask>,
    pub(crate) when: Vec<Asked>,
}

#[derive(Clone, Debug)]
pub(crate) struct GuardUse {
    pub(crate) argument: Option<Selected>,
    pub(crate) classes: Mask,
    pub(crate) of_resolved: bool,
    pub(crate) when: Vec<Asked>,
}

#[derive(Clone, Debug)]
pub(crate) struct StoreUse {
    pub(crate) keys: u32,
    pub(crate) is_set: bool,
}

/// What is known of one path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) source: Option<SourceUse>,
    pub(crate) sinks: Vec<SinkUse>,
    pub(crate) stored: Vec<ClassId>,
    pub(crate) sanitizers: Vec<SanitizerUse>,
    pub(crate) guards: Vec<GuardUse>,
    pub(crate) store: Option<StoreUse>,
    pub(crate) is_terminator: bool,
    pub(crate) is_resolver: bool,
    pub(crate) is_decoder: bool,
    pub(crate) is_builder: bool,
    /// Arguments that it puts what it gives into.
    pub(crate) fills: Vec<Selected>,
    /// Handlers that are passed to it.
    pub(crate) handlers: Vec<usize>,
}

/// The models of one language.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    exact: FxHashMap<String, Known>,
    /// Beginnings of all paths that models name, to tell which types they know.
    spoken: FxHashSet<String>,
    /// What the project's own controls say of just these paths.
    own: FxHashMap<String, Known>,
    /// Whether what is being read is said by the project's own controls.
    is_own: bool,
    methods: FxHashMap<String, Known>,
    pub(crate) aliases: FxHashMap<String, String>,
    pub(crate) excludes: Vec<(String, Mask)>,
    pub(crate) hosts: Vec<String>,
    pub(crate) handlers: Vec<HandlerModel>,
    /// Of routes, by framework.
    pub(crate) answers: Vec<(String, Answer)>,
    /// Calls whose arguments somebody asks for.
    pub(crate) probes: Vec<ProbePattern>,
    /// The last names of all paths that something is known of.
    endings: FxHashSet<String>,
    /// The last names of all calls that are sources.
    sources_called: FxHashSet<String>,
    /// Some probe asks for calls whatever their last name is.
    any_ending: bool,
}

impl Compiled {
    pub(crate) fn of(models: &Models, language: &str) -> Compiled {
        let mut out = Compiled { probes: models.probes.clone(), ..Compiled::default() };
        let class = |name: &str| models.class_named(name);
        let mask = |names: &Option<Vec<String>>| match names {
            None => Mask::ALL,
            Some(names) => names
                .iter()
                .filter_map(|name| class(name))
                .fold(Mask::default(), |mask, id| mask.or(Mask::of(id))),
        };
        let takes = |languages: &[String]| {
            languages.iter().any(|it| it == language || it == base_language(language))
        };
        for (at, file) in models.files.iter().enumerate().filter(|it| takes(&it.1.languages)) {
            out.is_own = at >= models.shipped;
            for source in &file.sources {
                for path in source.of.as_slice() {
                    let safe = match &source.classes {
                        // What checks add as classes has sources of its own.
                        None => Mask::of_shipped().others(),
                        classes => mask(classes).others(),
                    };
                    let harmless = mask(&Some(source.harmless_to.clone()));
                    let form = if source.is_object { Mask::INTACT } else { Mask::default() };
                    let safe = safe.or(harmless).or(form);
                    let label = source.label.clone();
                    out.each(path, |known| {
                        // A danger to what any of those who name it say.
                        let safe = known.source.as_ref().map_or(safe, |it| it.safe.and(safe));
                        known.source = Some(SourceUse { label: label.clone(), safe });
                    });
                }
            }
            for sink in &file.sinks {
                out.sink(sink, class(sink.class.as_deref().unwrap_or_default()));
            }
            for SanitizerModel { call, classes, quotes, escapes, when } in &file.sanitizers {
                let when: Vec<Asked> = when.iter().map(Asked::of).collect();
                let word = if *quotes { Mask::ONE_WORD } else { Mask::default() };
                let classes = classes.is_some().then(|| mask(classes).or(word));
                let classes = if *escapes { Some(Mask::ESCAPED) } else { classes };
                for path in call.as_slice() {
                    out.each(path, |known| {
                        known.sanitizers.push(SanitizerUse { classes, when: when.clone() });
                    });
                }
            }
            for GuardModel { call, argument, classes, of_resolved, when } in &file.guards {
                let when: Vec<Asked> = when.iter().map(Asked::of).collect();
                for path in call.as_slice() {
                    out.each(path, |known| {
                        known.guards.push(GuardUse {
                            argument: argument.as_ref().map(Selected::of),
                            classes: mask(classes),
                            of_resolved: *of_resolved,
                            when: when.clone(),
                        });
                    });
                }
            }
            for it in &file.excludes {
                let mask = mask(&Some(it.classes.clone()));
                out.excludes.extend(it.text.as_slice().iter().map(|text| (text.clone(), mask)));
            }
            for path in &file.terminators {
                out.each(path, |known| known.is_terminator = true);
            }
            for path in &file.resolvers {
                out.each(path, |known| known.is_resolver = true);
            }
            for path in &file.decoders {
                out.each(path, |known| known.is_decoder = true);
            }
            for it in &file.fills {
                for path in it.call.as_slice() {
                    out.each(path, |known| known.fills.push(Selected::of(&it.argument)));
                }
            }
            for path in &file.builders {
                out.each(path, |known| known.is_builder = true);
            }
            for it in &file.stores {
                for (path, is_set) in [(&it.set, true), (&it.get, false)] {
                    let Some(path) = path else { continue };
                    out.each(path, |known| {
                        known.store = Some(StoreUse { keys: it.keys, is_set });
                    });
                }
            }
            for it in &file.aliases {
                for path in it.path.as_slice().iter().flat_map(|it| expanded(it)) {
                    out.aliases.insert(path, it.of.clone());
                }
            }
            out.hosts.extend(file.hosts.iter().cloned());
            for handler in &file.handlers {
                let at = out.handlers.len();
                for path in handler.passed_to.as_slice() {
                    out.each(path, |known| known.handlers.push(at));
                }
                out.handlers.push(handler.clone());
            }
        }
        out.note_endings();
        out.note_spoken();
        out
    }

    fn note_endings(&mut self) {
        let last = |path: &String| path.rsplit_once('.').map(|(_, last)| last.to_owned());
        let probed = self.probes.iter().flat_map(|it| &it.calls);
        let probed = probed.filter_map(|it| it.rsplit('.').next());
        self.any_ending = probed.clone().any(|it| it.contains('*'));
        self.endings.extend(probed.map(str::to_owned));
        self.endings.extend(self.exact.keys().filter_map(last));
        self.endings.extend(self.methods.keys().cloned());
        let sources = self.exact.iter().filter(|(_, known)| known.source.is_some());
        let called = sources.filter_map(|(path, _)| path.strip_suffix("()"));
        self.sources_called = called.filter_map(|it| last(&it.to_owned())).collect();
    }

    fn note_spoken(&mut self) {
        let probed = self.probes.iter().flat_map(|it| it.calls.iter().chain(&it.assigned));
        let extended = self.handlers.iter().flat_map(|it| it.of_class.as_slice());
        let all = self.exact.keys().chain(self.aliases.keys()).chain(probed).chain(extended);
        let mut spoken = FxHashSet::default();
        for path in all {
            spoken.extend(beginnings(path).map(str::to_owned));
        }
        self.spoken = spoken;
    }

    /// Whether some model names something of this path.
    pub(crate) fn speaks_of(&self, path: &str) -> bool {
        self.spoken.contains(path)
    }

    fn sink(&mut self, sink: &SinkModel, class: Option<ClassId>) {
        let Some(class) = class else { return };
        let found = SinkUse {
            class,
            arguments: sink.arguments.iter().map(Selected::of).collect(),
            reads: sink.reads,
            when: sink.when.iter().map(Asked::of).collect(),
            unless: sink.unless.iter().map(Asked::of).collect(),
        };
        for path in sink.call.as_slice() {
            self.each(path, |known| known.sinks.push(found.clone()));
        }
        for path in sink.store.as_slice() {
            self.each(path, |known| known.stored.push(class));
        }
        let answer = Answer { class, reads: sink.reads };
        self.answers.extend(sink.answer_of.iter().map(|it| (it.clone(), answer)));
    }

    fn each(&mut self, pattern: &str, mut change: impl FnMut(&mut Known)) {
        for path in expanded(pattern) {
            match path.strip_prefix("*.") {
                Some(method) => change(self.methods.entry(method.to_owned()).or_default()),
                None => {
                    if self.is_own {
                        change(self.own.entry(path.clone()).or_default());
                    }
                    change(self.exact.entry(path).or_default());
                }
            }
        }
    }

    /// What is known of just this path.
    pub(crate) fn exact(&self, path: &str) -> Option<&Known> {
        self.exact.get(path)
    }

    /// What is known of a function of the project itself.
    ///
    /// That its name is one of a library does not make it that: only where the project says so
    /// is its word taken for what comes out of it.
    pub(crate) fn of_own(&self, path: &str) -> Option<Known> {
        let mut known = self.exact.get(path)?.clone();
        let own = self.own.get(path);
        known.sanitizers = own.map(|it| it.sanitizers.clone()).unwrap_or_default();
        known.guards = own.map(|it| it.guards.clone()).unwrap_or_default();
        known.is_resolver = own.is_some_and(|it| it.is_resolver);
        Some(known)
    }

    /// What is known of every method of that name.
    pub(crate) fn method(&self, name: &str) -> Option<&Known> {
        self.methods.get(name)
    }

    /// Whether what a call of just this path gives is a source.
    pub(crate) fn is_source_called(&self, path: &str) -> bool {
        self.exact.get(&format!("{path}()")).is_some_and(|it| it.source.is_some())
    }

    /// Whether what some call gives whose path ends so is a source.
    pub(crate) fn may_be_source_called(&self, name: &str) -> bool {
        self.sources_called.contains(name)
    }

    /// Whether some model speaks of a call whose path ends so.
    pub(crate) fn may_end_with(&self, name: &str) -> bool {
        self.any_ending || self.endings.contains(name)
    }
}

/// A path up to each of its parts: `a.B`, `a.B()`, `a.B().c`.
fn beginnings(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.char_indices().filter(|(_, it)| matches!(it, '.' | '(')).map(|(at, _)| at);
    ends.chain([path.len()]).map(|end| &path[..end])
}

/// TypeScript runs the libraries of JavaScript.
fn base_language(language: &str) -> &str {
    match language {
        "typescript" | "tsx" | "vue" => "javascript",
        other => other,
    }
}

/// Each path that a pattern with `{a,b}` stands for; bounded.
fn expanded(pattern: &str) -> Vec<String> {
    const MOST: usize = 512;
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(text) = open.pop() {
        let found = text.find('{').and_then(|start| {
            let end = text[start..].find('}')? + start;
            Some((start, end))
        });
        match found {
            Some((start, end)) if open.len() + done.len() < MOST => {
                for part in text[start + 1..end].split(',') {
                    open.push(format!("{}{}{}", &text[..start], part.trim(), &text[end + 1..]));
                }
            }
            _ => done.push(text),
        }
    }
    done.sort();
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_stand_for_each_part() {
        assert_eq!(expanded("a.{b,c}.{d,e}"), ["a.b.d", "a.b.e", "a.c.d", "a.c.e"]);
        assert_eq!(expanded("a.{b"), ["a.{b"]);
    }
}
