//! What names of C# mean that their file does not say: members of classes above and of other
//! parts, types of namespaces that are used, and what types bring in with them.

use std::rc::Rc;

use codd_facts::{FlowFunctionKind, FlowName, FlowParameterKind, ValueId};

use super::Run;
use super::csharp::is_known_type;
use super::typed::is_no_text;
use crate::engine::TypeName;
use crate::paths::Segment;
use crate::program::FnIx;
use crate::value::{Key, Thing, Value};

/// What stands before a name where a type is written.
const TYPE: &str = "::";

/// Of a star: it brings in what a type has.
const STATIC: u32 = 1;

/// Marks the name of a member among the names of types that were looked up.
const MEMBER: u32 = 1 << 31;

/// Marks a file whose paths, and not its names, were looked up.
const PATHS: u32 = 1 << 31;

/// Namespaces that projects use without saying so in each file.
const IMPLICIT: [&str; 16] = [
    "System",
    "System.IO",
    "System.Linq",
    "System.Net.Http",
    "System.Net",
    "System.Net.Http.Json",
    "System.Threading.Tasks",
    "System.Collections.Generic",
    "System.Text",
    "Microsoft.AspNetCore.Builder",
    "Microsoft.AspNetCore.Http",
    "Microsoft.AspNetCore.Mvc",
    "Microsoft.AspNetCore.Routing",
    "Microsoft.Extensions.Configuration",
    "Microsoft.Extensions.DependencyInjection",
    "Microsoft.Extensions.Logging",
];

impl<'a> Run<'_, 'a> {
    /// What a name means that no variable has.
    pub(super) fn csharp_name(&mut self, name: FlowName, at: ValueId) -> Value {
        let text: &'a str = self.flow.name(name).as_str();
        if let Some(text) = text.strip_prefix(TYPE) {
            // What the language itself calls a type.
            if text.starts_with(char::is_lowercase) && is_no_text(text) || text == "string" {
                return self.outside(text, at);
            }
            return match self.csharp_type(name, text, at) {
                Some(found) => found,
                None => self.outside(text, at),
            };
        }
        if let Some(found) = self.member_around(text, at) {
            return found;
        }
        if let Some(found) = self.inherited(text, at) {
            return found;
        }
        if let Some(found) = self.csharp_type(name, text, at) {
            return found;
        }
        match self.brought_member(name, text, at) {
            Some(found) => found,
            None => self.outside(text, at),
        }
    }

    /// The classes that this body is written in, the innermost first.
    fn classes_around(&self) -> Vec<FnIx> {
        let program = &self.engine.program;
        let around = std::iter::successors(Some(self.ix), |at| program.parent(*at));
        around.filter(|it| program.body(*it).kind == FlowFunctionKind::Class).collect()
    }

    /// The object that this body runs for.
    fn object_around(&mut self) -> Option<Value> {
        let program = &self.engine.program;
        let mut around = std::iter::successors(Some(self.ix), |at| program.parent(*at));
        let method = around.find(|it| program.class_of(*it).is_some())?;
        let first = program.body(method).parameters.first()?;
        let is_object = first.kind == FlowParameterKind::Receiver && first.annotation.is_none();
        is_object.then(|| self.value(first.target))
    }

    /// A member of a class around, which its own part or one that it extends has.
    fn member_around(&mut self, text: &str, at: ValueId) -> Option<Value> {
        let classes = self.classes_around();
        let mut is_innermost = true;
        for class in classes {
            if self.engine.has_member(class, text) {
                let object = if is_innermost { self.object_around() } else { None };
                let key = Key::Named(text.into());
                let found = match object {
                    Some(object) => self.read(&object, Some(&key), at),
                    None => self.of_class(class, None, text, at).unwrap_or_default(),
                };
                return Some(found);
            }
            is_innermost = false;
        }
        None
    }

    /// What a type brings in with `using static`.
    fn brought_member(&mut self, name: FlowName, text: &str, at: ValueId) -> Option<Value> {
        let key = (self.file, name.0 | MEMBER);
        let found = match self.engine.type_names.get(&key) {
            Some(found) => found.clone(),
            None => {
                let found = self.owner_of_member(text);
                self.engine.type_names.insert(key, found.clone());
                found
            }
        };
        match found? {
            TypeName::Own(class) => self.of_class(class, None, text, at),
            TypeName::Outside(path) => Some(self.at_path(path, at)),
            TypeName::Nested(..) => None,
        }
    }

    /// The class of the project that brings in a member, or the path of a library's.
    fn owner_of_member(&mut self, text: &str) -> Option<TypeName> {
        let stars = self.engine.program.files[self.file as usize].stars.clone();
        for (_, module) in stars.into_iter().filter(|(level, _)| level & STATIC != 0) {
            if let Some(class) = self.engine.program.type_of_whole_name(module) {
                if self.engine.has_member(class, text) {
                    return Some(TypeName::Own(class));
                }
                continue;
            }
            let whole = format!("{module}.{text}");
            if self.engine.models.speaks_of(&whole) {
                let path = self.engine.paths.of_text(&whole, &self.engine.models);
                return Some(TypeName::Outside(path));
            }
        }
        None
    }

    /// A member of a library's class that a class around extends, or that was put into the
    /// object.
    fn inherited(&mut self, text: &str, at: ValueId) -> Option<Value> {
        let class = self.classes_around().into_iter().next()?;
        let key = Key::Named(text.into());
        if let Some(object) = self.object_around()
            && self.state.shape(&object).is_some_and(|it| it.get(&key).is_some())
        {
            return Some(self.read(&object, Some(&key), at));
        }
        let base = self.engine.outside_base(class)?;
        let whole = format!("{}.{text}", self.engine.paths.text(base));
        if !self.engine.models.speaks_of(&whole) {
            return None;
        }
        let owner = Value { path: Some(base), ..Value::default() };
        Some(self.further(&owner, Segment::Attribute(text.into()), at))
    }

    /// A type by its name: one that is written in a class around, of a namespace around, or of
    /// one that is used.
    fn csharp_type(&mut self, name: FlowName, text: &str, at: ValueId) -> Option<Value> {
        for class in self.classes_around() {
            let found =
                self.engine.in_class(class, |engine, at| engine.program.nested_type(at, text));
            if let Some(found) = found {
                return Some(Value::thing(Thing::Class(found)));
            }
        }
        let key = (self.file, name.0);
        let found = match self.engine.type_names.get(&key) {
            Some(found) => found.clone(),
            None => {
                let found = self.type_of_file(text);
                self.engine.type_names.insert(key, found.clone());
                found
            }
        };
        match found? {
            TypeName::Own(class) => Some(Value::thing(Thing::Class(class))),
            TypeName::Outside(path) => Some(self.at_path(path, at)),
            TypeName::Nested(class, name) => {
                let class = Value::thing(Thing::Class(class));
                Some(self.read(&class, Some(&Key::Named(name)), at))
            }
        }
    }

    /// A type by the name that it has in all of this file.
    fn type_of_file(&mut self, text: &str) -> Option<TypeName> {
        let program = &self.engine.program;
        let file = &program.files[self.file as usize];
        if let Some((module, item)) = file.aliases.get(text).copied() {
            return Some(self.type_of_alias(module, item));
        }
        for package in program.packages(self.file).into_iter().chain([""]) {
            let mut around = package;
            loop {
                if let Some(class) = program.type_named(around, text) {
                    return Some(TypeName::Own(class));
                }
                match around.rsplit_once('.') {
                    Some((outer, _)) => around = outer,
                    None if around.is_empty() => break,
                    None => around = "",
                }
            }
        }
        let stars = file.stars.iter().filter(|(level, _)| level & STATIC == 0);
        let stars: Vec<&'a str> = stars.map(|(_, it)| *it).collect();
        for package in &stars {
            if let Some(class) = program.type_named(package, text) {
                return Some(TypeName::Own(class));
            }
        }
        for package in stars.into_iter().chain(IMPLICIT) {
            let whole = format!("{package}.{text}");
            if !self.may_be_known(package, &whole) {
                continue;
            }
            let path = self.engine.paths.of_text(&whole, &self.engine.models);
            // What it is another's name for is known by that.
            let whole = self.engine.paths.text(path);
            if self.engine.models.speaks_of(whole) || is_known_type(whole) {
                return Some(TypeName::Outside(path));
            }
        }
        None
    }

    /// Whether something may be known of a type of a library, by its own name or by that of which
    /// its namespace is another's: asked first, for each path that is made is kept.
    fn may_be_known(&self, package: &str, whole: &str) -> bool {
        let models = &self.engine.models;
        let mut ends = package
            .char_indices()
            .filter(|(_, it)| *it == '.')
            .map(|(at, _)| at)
            .chain([package.len()]);
        models.speaks_of(whole)
            || is_known_type(whole)
            || ends.any(|end| models.aliases.contains_key(&package[..end]))
    }

    fn type_of_alias(&mut self, module: &str, item: &str) -> TypeName {
        let program = &self.engine.program;
        if let Some(class) = program.type_named(module, item) {
            return TypeName::Own(class);
        }
        if let Some((package, name)) = module.rsplit_once('.')
            && let Some(class) = program.type_named(package, name)
        {
            return TypeName::Nested(class, item.into());
        }
        let whole = if module.is_empty() { item.to_owned() } else { format!("{module}.{item}") };
        TypeName::Outside(self.engine.paths.of_text(&whole, &self.engine.models))
    }

    /// What was read of a value: a number that every text and list has, or a type of the project
    /// that is written with its namespace.
    pub(super) fn property_or_type(&mut self, found: Value, name: &str) -> Value {
        let is_given = found.thing.is_none() && found.constant.is_none() && found.object.is_none();
        if is_given && matches!(name, "Length" | "LongLength" | "Count") {
            return Value { path: found.path, ..Value::default() };
        }
        self.or_own_type(found)
    }

    /// A type of the project that is written with its namespace, or with a part of that.
    fn or_own_type(&mut self, found: Value) -> Value {
        let path = found.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        let Some(path) = path.filter(|_| found.thing.is_none()) else { return found };
        let text = Rc::clone(self.engine.paths.text(path));
        if text.contains(['(', '[']) {
            return found;
        }
        let key = (self.file | PATHS, path.0);
        let class = match self.engine.type_names.get(&key) {
            Some(known) => known.clone(),
            None => {
                let class = self.type_around(&text).map(TypeName::Own);
                self.engine.type_names.insert(key, class.clone());
                class
            }
        };
        match class {
            Some(TypeName::Own(class)) => Value::thing(Thing::Class(class)),
            _ => found,
        }
    }

    /// A type of the project by its name with its namespace, or with what is below one of those
    /// that this file is part of.
    fn type_around(&self, text: &str) -> Option<FnIx> {
        let program = &self.engine.program;
        let mut class = program.type_of_whole_name(text);
        for package in program.packages(self.file) {
            let mut around = package;
            while class.is_none() && !around.is_empty() {
                class = program.type_named(around, text);
                around = around.rsplit_once('.').map_or("", |(outer, _)| outer);
            }
        }
        class
    }
}
