//! Languages whose declarations say what values are: types, and what methods of them run.

use std::rc::Rc;

use codd_facts::{FlowFunctionKind, FlowParameterKind, ValueId};

use super::Run;
use super::calls::{Call, Given};
use super::java::is_of_library;
use crate::engine::Engine;
use crate::paths::Segment;
use crate::program::{Family, FnIx};
use crate::trail::Place;
use crate::value::{Constant, Frozen, Key, ObjectId, Shape, Taint, Thing, Value};

/// Functions that one call may run.
const MAX_TARGETS: usize = 8;
/// Classes below one that are looked at.
const MAX_BELOW: usize = 64;

impl<'a> Run<'_, 'a> {
    pub(super) fn family(&self) -> Family {
        self.engine.program.files[self.file as usize].family
    }

    pub(super) fn is_typed(&self) -> bool {
        self.family().is_typed()
    }

    /// A value that is declared or cast to be of a type.
    pub(super) fn declared(&mut self, value: Value, of: ValueId, at: ValueId) -> Value {
        let class = self.value(of);
        self.with_type(value, &class, at)
    }

    /// A value of a type: an object of the project's class, one of a library's, or a number,
    /// of whose text nothing is left.
    pub(super) fn with_type(&mut self, mut value: Value, class: &Value, at: ValueId) -> Value {
        if let Some(Thing::Class(class)) = class.thing.as_deref() {
            if self.family() == Family::CSharp && self.engine.is_enumeration(*class) {
                value.taint = Taint::default();
            }
            if value.thing.is_none() && value.constant.is_none() {
                value.thing = Some(Rc::new(Thing::Instance(*class)));
                return self.of_outside_base(value, *class, at);
            }
            return value;
        }
        let outside = class.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        let Some(path) = outside else { return value };
        let text = Rc::clone(self.engine.paths.text(path));
        if is_no_text(&text) {
            // Read of the object, it is no text either.
            let is_read = self.family() == Family::CSharp
                && self.body.kind == FlowFunctionKind::Class
                && value.constant.is_none();
            let made = is_read
                .then(|| self.engine.paths.extend(path, Segment::Called, &self.engine.models))
                .flatten();
            return Value { taint: Taint::default(), path: made.or(value.path), ..value };
        }
        let is_builtin = self.family() == Family::Php && super::php::is_builtin_type(&text);
        if value.thing.is_some() || value.constant.is_some() || is_builtin {
            return value;
        }
        let own = value.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        if own.is_some_and(|it| self.engine.models.speaks_of(self.engine.paths.text(it))) {
            return value;
        }
        let Some(made) = self.engine.paths.extend(path, Segment::Called, &self.engine.models)
        else {
            return value;
        };
        let mut value = self.given_as(value, made, at);
        if value.object.is_none() && self.body.kind != FlowFunctionKind::Class {
            value.object = Some(self.own_object(at));
        }
        value
    }

    /// A new object of which nothing is known.
    pub(super) fn own_object(&mut self, at: ValueId) -> ObjectId {
        let object = self.new_object(at);
        self.state.heap.insert(object, Rc::new(Shape::default()));
        object
    }

    /// What a parameter of a declared type is.
    pub(super) fn parameter_of(&mut self, value: Value, annotation: ValueId, at: ValueId) -> Value {
        let Some(parent) = self.engine.program.parent(self.ix) else { return value };
        let class = Run::outside_value_in(self.engine, parent, annotation);
        self.with_type(value, &class, at)
    }

    /// A field that the class declares, of an object that may hold more than is declared.
    pub(super) fn field_of(
        &mut self,
        mut found: Value,
        owner: &Value,
        key: &Key,
        at: ValueId,
    ) -> Value {
        let is_code = matches!(
            found.thing.as_deref(),
            Some(Thing::Method { .. } | Thing::Function { .. } | Thing::Class(_))
        );
        if is_code || found.constant.is_some() || found.object.is_some() {
            return found;
        }
        let Key::Named(name) = key else { return found };
        if self.family() == Family::CSharp && self.is_number(&found) {
            return found;
        }
        let further = self.further(owner, Segment::Attribute(Rc::clone(name)), at);
        found.taint = found.taint.union(&further.taint);
        let given = further.path.filter(|it| self.engine.paths.is_symbolic(*it));
        if found.path.is_some() {
            found.object = given.map(ObjectId::At);
        } else {
            found.path = further.path;
        }
        if found.ways.is_unknown() {
            found.ways = further.ways;
        }
        found
    }

    /// What a name means that no file binds: a type of the package, or of one whose types are
    /// all brought in.
    pub(super) fn type_by_name(&mut self, text: &str, at: ValueId) -> Option<Value> {
        if self.family() == Family::Go {
            return self.of_own_package(text, at);
        }
        let file = &self.engine.program.files[self.file as usize];
        let own = file.flow.package.map_or("", |it| file.flow.name(it).as_str());
        if let Some(class) = self.engine.program.type_named(own, text) {
            return Some(Value::thing(Thing::Class(class)));
        }
        let stars: Vec<&'a str> = file.stars.iter().map(|(_, it)| *it).collect();
        for package in stars.iter().copied().chain(["java.lang"]) {
            if let Some(class) = self.engine.program.type_named(package, text) {
                return Some(Value::thing(Thing::Class(class)));
            }
            let whole = format!("{package}.{text}");
            let path = self.engine.paths.of_text(&whole, &self.engine.models);
            // What it is another's name for is known by that.
            let whole = self.engine.paths.text(path);
            if self.engine.models.speaks_of(whole) || is_of_library(whole) {
                return Some(self.at_path(path, at));
            }
        }
        None
    }

    /// What an import of a package's type, or of something in it, binds.
    pub(super) fn brought_type(&mut self, module: &str, item: &str) -> Value {
        let at = ValueId(0);
        if item == "*" {
            return Value::default();
        }
        if let Some(class) = self.engine.program.type_named(module, item) {
            return Value::thing(Thing::Class(class));
        }
        if let Some((package, name)) = module.rsplit_once('.')
            && let Some(class) = self.engine.program.type_named(package, name)
        {
            let class = Value::thing(Thing::Class(class));
            return self.read(&class, Some(&Key::Named(item.into())), at);
        }
        let path = self.engine.paths.of_text(&format!("{module}.{item}"), &self.engine.models);
        self.at_path(path, at)
    }

    /// The functions that a call of `function` may run: those of its name that take so many
    /// arguments, and where they are written below, those.
    fn targets(&mut self, function: FnIx, given: &[Given]) -> Vec<FnIx> {
        let count = given.len();
        let program = &self.engine.program;
        let Some(class) = program.class_of(function) else { return vec![function] };
        let flow = program.files[program.function(function).file as usize].flow;
        let Some(name) = program.body(function).name.map(|it| flow.name(it).to_string()) else {
            return vec![function];
        };
        let takes = |program: &crate::program::Program<'_>, it: FnIx| {
            let parameters = &program.body(it).parameters;
            let plain = parameters.iter().filter(|it| it.kind == FlowParameterKind::Plain);
            let needed = plain.clone().filter(|it| it.default.is_none()).count();
            let has_rest = parameters.iter().any(|it| it.kind == FlowParameterKind::Rest);
            needed <= count && (has_rest || count <= plain.count())
        };
        let all = program.function(class).overloads.get(&name).cloned().unwrap_or_default();
        let mut fitting: Vec<FnIx> = all.into_iter().filter(|it| takes(program, *it)).collect();
        if fitting.is_empty() {
            fitting.push(function);
        }
        if fitting.len() > 1 {
            fitting = self.best_fitting(fitting, given);
        }
        let mut out = Vec::new();
        for it in fitting {
            if !self.engine.program.body(it).is_abstract {
                out.push(it);
                continue;
            }
            for below in self.engine.below(class) {
                let program = &self.engine.program;
                let own = program.function(below).overloads.get(&name).into_iter().flatten();
                let written = |it: &FnIx| takes(program, *it) && !program.body(*it).is_abstract;
                out.extend(own.copied().filter(written));
            }
        }
        if out.len() > MAX_TARGETS {
            *self.engine.given_up.entry(self.file).or_insert(0) += 1;
            out.truncate(MAX_TARGETS);
        }
        out
    }

    /// Of functions of one name, those whose parameters are most like what is given: of a type
    /// that is known, or of one that says nothing, as a text's.
    fn best_fitting(&mut self, all: Vec<FnIx>, given: &[Given]) -> Vec<FnIx> {
        let mut scored: Vec<(usize, FnIx)> = Vec::with_capacity(all.len());
        for ix in all {
            let body = self.engine.program.body(ix);
            let plain = body.parameters.iter().filter(|it| it.kind == FlowParameterKind::Plain);
            let mut score = 0;
            for (parameter, argument) in plain.zip(given) {
                let value = &argument.value;
                let of = match parameter.annotation {
                    Some(annotation) => Run::outside_value(self.engine, ix, annotation),
                    None => Value::default(),
                };
                let outside = |it: &Value| {
                    let path = it.path.filter(|it| !self.engine.paths.is_symbolic(*it))?;
                    Some(Rc::clone(self.engine.paths.text(path)))
                };
                let is_like = match (of.thing.as_deref(), outside(&of)) {
                    (Some(Thing::Class(_)), _) => {
                        matches!(value.thing.as_deref(), Some(Thing::Instance(_)))
                    }
                    (_, Some(of)) if is_no_text(&of) => {
                        matches!(value.constant, Some(Constant::Integer(_) | Constant::Boolean(_)))
                    }
                    (_, Some(of)) => outside(value).is_some_and(|it| it.starts_with(&*of)),
                    _ => {
                        value.thing.is_none()
                            && outside(value).is_none()
                            && !matches!(value.constant, Some(Constant::Integer(_)))
                    }
                };
                score += usize::from(is_like);
            }
            scored.push((score, ix));
        }
        let best = scored.iter().map(|(score, _)| *score).max().unwrap_or(0);
        scored.into_iter().filter(|(score, _)| *score == best).map(|(_, ix)| ix).collect()
    }

    /// Calls all that a call may run; what is written nowhere gives what it is given.
    pub(super) fn call_targets(
        &mut self,
        function: FnIx,
        receiver: Option<&Value>,
        captured: &[(u32, Frozen)],
        call: &Call<'_>,
    ) -> Option<Value> {
        let mut found: Option<Value> = None;
        for target in self.targets(function, call.given) {
            let value =
                self.call_function(target, receiver.cloned(), captured, call.given, call.id);
            found = Some(match found {
                Some(known) => known.join(&value),
                None => value,
            });
        }
        found
    }

    /// Whether a value is a function that the method of an interface runs: `f.apply(x)`.
    pub(super) fn is_run_by(&self, owner: &Value, method: &str) -> bool {
        matches!(owner.thing.as_deref(), Some(Thing::Function { .. } | Thing::Method { .. }))
            && !matches!(
                method,
                "andThen" | "compose" | "negate" | "equals" | "hashCode" | "toString"
            )
    }

    /// A call of something of the language's own library whose result is known.
    pub(super) fn of_library(&mut self, call: &Call<'_>) -> Option<Value> {
        match self.family() {
            Family::Java => self.of_java(call),
            Family::Go => self.of_go(call),
            Family::CSharp => self.of_csharp(call),
            _ => None,
        }
    }

    /// Something of a library that was made in place is an object of its own.
    pub(super) fn made_outside(&mut self, mut value: Value, id: ValueId) -> Value {
        let is_outside = value.path.is_some_and(|it| !self.engine.paths.is_symbolic(it));
        if is_outside && value.object.is_none() {
            value.object = Some(self.own_object(id));
        }
        value
    }

    /// All authors of what a call is given.
    pub(super) fn taint_of(&self, given: &[Given]) -> Taint {
        given
            .iter()
            .map(|it| self.state.whole_taint(&it.value))
            .fold(Taint::default(), |sum, it| sum.union(&it))
    }
}

impl Engine<'_> {
    /// Classes that extend or implement one, however far below.
    pub(crate) fn below(&mut self, class: FnIx) -> Vec<FnIx> {
        if self.program.files[self.program.function(class).file as usize].family == Family::Go {
            return self.fulfilling(class);
        }
        if self.subclasses.is_none() {
            let mut all: rustc_hash::FxHashMap<FnIx, Vec<FnIx>> = rustc_hash::FxHashMap::default();
            for at in 0..self.program.functions.len() as u32 {
                let ix = FnIx(at);
                let body = self.program.body(ix);
                if body.kind != FlowFunctionKind::Class || body.bases.is_empty() {
                    continue;
                }
                for base in self.bases(ix).own.clone() {
                    all.entry(base).or_default().push(ix);
                }
            }
            self.subclasses = Some(all);
        }
        let Some(all) = &self.subclasses else { return Vec::new() };
        let mut out = Vec::new();
        let mut open = vec![class];
        while let Some(at) = open.pop() {
            for it in all.get(&at).into_iter().flatten() {
                if !out.contains(it) && out.len() < MAX_BELOW {
                    out.push(*it);
                    open.push(*it);
                }
            }
        }
        out.sort_unstable();
        out
    }

    /// Types that have all methods of an interface.
    fn fulfilling(&self, interface: FnIx) -> Vec<FnIx> {
        let wanted = &self.program.function(interface).methods;
        let has_all = |ix: &FnIx| {
            let own = &self.program.function(*ix).methods;
            own.len() >= wanted.len() && wanted.keys().all(|it| own.contains_key(it))
        };
        (0..self.program.functions.len() as u32)
            .map(FnIx)
            .filter(|ix| *ix != interface && self.program.body(*ix).kind == FlowFunctionKind::Class)
            .filter(has_all)
            .take(MAX_BELOW)
            .collect()
    }

    /// Whether a framework fills a parameter with something of the request: one that is
    /// annotated with something else gets that.
    pub(crate) fn is_filled(&mut self, ix: FnIx, decorators: &[ValueId]) -> bool {
        const CHECKS: [&str; 19] = [
            "Valid",
            "Validated",
            "NotNull",
            "NotBlank",
            "NotEmpty",
            "Nullable",
            "NonNull",
            "Pattern",
            "Size",
            "Bind",
            "BindRequired",
            "EmailAddress",
            "MaxLength",
            "MinLength",
            "Range",
            "RegularExpression",
            "Required",
            "StringLength",
            "Url",
        ];
        decorators.iter().all(|decorator| {
            let found = Run::outside_value(self, ix, *decorator);
            found.path.is_some_and(|path| {
                let text = self.paths.text(path);
                let name = text.rsplit('.').next().unwrap_or(text);
                CHECKS.contains(&name) || self.paths.source(path).is_some()
            })
        })
    }

    /// What a framework lets in by a parameter with these annotations.
    pub(crate) fn decorated(&mut self, ix: FnIx, decorators: &[ValueId]) -> Taint {
        let file = self.program.function(ix).file;
        let mut taint = Taint::default();
        for decorator in decorators {
            let found = Run::outside_value(self, ix, *decorator);
            let source = found.path.and_then(|path| {
                self.models.exact(self.paths.text(path)).and_then(|it| it.source.clone())
            });
            if let Some(source) = source {
                let span = self.program.files[file as usize].flow.span(*decorator);
                let atom = self.source(Place { file, span }, &source);
                taint = taint.union(&Taint::of(atom));
            }
        }
        taint
    }

    /// The top level that a class is written in has run.
    pub(crate) fn ensure_class(&mut self, class: FnIx) {
        if !self.attributes.contains_key(&class) {
            let file = self.program.function(class).file;
            self.ensure_module(file);
        }
    }
}

/// Types whose values are no texts that anybody else wrote.
pub(crate) fn is_no_text(path: &str) -> bool {
    let (package, name) = path.rsplit_once('.').unwrap_or(("", path));
    if matches!(path, "time.Time" | "time.Duration" | "github.com/google/uuid.UUID") {
        return true;
    }
    let is_of_library = package.is_empty() || package.starts_with("java.") || package == "System";
    is_of_library
        && matches!(
            name,
            "int"
                | "long"
                | "short"
                | "double"
                | "float"
                | "boolean"
                | "bool"
                | "int8"
                | "int16"
                | "int32"
                | "int64"
                | "uint"
                | "uint8"
                | "uint16"
                | "uint32"
                | "uint64"
                | "float32"
                | "float64"
                | "byte"
                | "sbyte"
                | "ushort"
                | "ulong"
                | "decimal"
                | "Int16"
                | "Int32"
                | "Int64"
                | "Decimal"
                | "Guid"
                | "DateTime"
                | "DateTimeOffset"
                | "DateOnly"
                | "TimeOnly"
                | "TimeSpan"
                | "Integer"
                | "Long"
                | "Short"
                | "Double"
                | "Float"
                | "Boolean"
                | "BigDecimal"
                | "BigInteger"
                | "AtomicInteger"
                | "AtomicLong"
                | "UUID"
                | "LocalDate"
                | "LocalDateTime"
                | "LocalTime"
                | "ZonedDateTime"
                | "OffsetDateTime"
                | "Instant"
                | "Duration"
        )
}
