//! What names stand for: variables, fields and methods of the classes around, types.

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Lowering;
use crate::flow::{FlowName, FlowValue, ValueId};

/// Something that is declared around a place.
pub(super) enum Entry<'t> {
    Variable {
        written: &'t str,
        name: FlowName,
        /// The type that says something of what is in it.
        of: Option<ValueId>,
    },
    Class(ClassFrame<'t>),
}

/// A class whose body is being lowered.
#[derive(Default)]
pub(super) struct ClassFrame<'t> {
    pub(super) name: Option<&'t str>,
    /// Its fields, with whether they are of the class itself.
    pub(super) fields: FxHashMap<&'t str, bool>,
    pub(super) methods: FxHashMap<&'t str, bool>,
    /// Types that are declared in it.
    pub(super) types: FxHashSet<&'t str>,
    /// Names of types that callers choose.
    pub(super) open_types: FxHashSet<&'t str>,
    /// What its methods call the object: no two classes within one another the same.
    pub(super) receiver: String,
    /// Written in a body of code, whose variables and object it sees.
    pub(super) is_local: bool,
    pub(super) has_superclass: bool,
    /// The method that is being lowered has no object.
    pub(super) in_static: bool,
}

impl<'t> Lowering<'t> {
    pub(super) fn mark(&self) -> usize {
        self.scope.len()
    }

    pub(super) fn leave(&mut self, mark: usize) {
        self.scope.truncate(mark);
    }

    /// Declares a variable of the body that is open.
    pub(super) fn declare(&mut self, written: &'t str, of: Option<ValueId>, span: Span) -> ValueId {
        let name = self.builder.name(written);
        self.builder.bind(name);
        self.scope.push(Entry::Variable { written, name, of });
        self.builder.value(FlowValue::Name(name), span)
    }

    /// The type of a variable, where it says something.
    pub(super) fn type_of_variable(&self, text: &str) -> Option<ValueId> {
        for entry in self.scope.iter().rev() {
            match entry {
                Entry::Variable { written, of, .. } if *written == text => return *of,
                Entry::Class(frame) if frame.fields.contains_key(text) => return None,
                _ => {}
            }
        }
        None
    }

    pub(super) fn is_open_type(&self, text: &str) -> bool {
        self.scope
            .iter()
            .any(|it| matches!(it, Entry::Class(frame) if frame.open_types.contains(text)))
    }

    fn innermost(&self) -> Option<usize> {
        self.scope.iter().rposition(|it| matches!(it, Entry::Class(_)))
    }

    pub(super) fn frame(&self, at: usize) -> Option<&ClassFrame<'t>> {
        match self.scope.get(at) {
            Some(Entry::Class(frame)) => Some(frame),
            _ => None,
        }
    }

    pub(super) fn innermost_mut(&mut self) -> Option<&mut ClassFrame<'t>> {
        let at = self.innermost()?;
        match &mut self.scope[at] {
            Entry::Class(frame) => Some(frame),
            Entry::Variable { .. } => None,
        }
    }

    pub(super) fn frame_count(&self) -> usize {
        self.scope.iter().filter(|it| matches!(it, Entry::Class(_))).count()
    }

    /// What the class of that name around this place calls its object.
    pub(super) fn receiver_of(&self, class: &str) -> String {
        let frames = self.scope.iter().rev().filter_map(|it| match it {
            Entry::Class(frame) => Some(frame),
            Entry::Variable { .. } => None,
        });
        let mut named = frames.filter(|it| it.name == Some(class));
        named.next().map_or_else(|| "this".to_owned(), |it| it.receiver.clone())
    }

    /// The object that the innermost class's methods are of.
    pub(super) fn this(&mut self, span: Span) -> ValueId {
        let receiver = self.innermost().and_then(|at| self.frame(at)).map(|it| it.receiver.clone());
        self.builder.named(receiver.as_deref().unwrap_or("this"), span)
    }

    /// A class around this place, by its name.
    fn class_value(&mut self, at: usize, span: Span) -> Option<ValueId> {
        let mut names = Vec::new();
        let mut at = at;
        loop {
            let frame = self.frame(at)?;
            names.push(frame.name?);
            let outer = (0..at).rev().find(|it| self.frame(*it).is_some());
            match outer {
                Some(outer) if !frame.is_local => at = outer,
                _ => break,
            }
        }
        let mut value = self.builder.named(names.pop()?, span);
        while let Some(name) = names.pop() {
            let name = self.builder.name(name);
            value = self.builder.value(FlowValue::Attribute { base: value, name }, span);
        }
        Some(value)
    }

    /// What a member of a class around this place is a member of.
    fn owner(&mut self, at: usize, is_static: bool, span: Span) -> ValueId {
        // The object of a class around a class that sees none.
        let within = self.scope[at..].iter().skip(1);
        let is_cut = within.into_iter().any(|it| match it {
            Entry::Class(frame) => !frame.is_local,
            Entry::Variable { .. } => false,
        });
        let (receiver, in_static) = self
            .frame(at)
            .map_or(("this".to_owned(), false), |it| (it.receiver.clone(), it.in_static));
        if (is_static || is_cut || in_static)
            && let Some(class) = self.class_value(at, span)
        {
            return class;
        }
        self.builder.named(&receiver, span)
    }

    /// What a name means where it stands as a value.
    pub(super) fn name_value(&mut self, text: &'t str, span: Span) -> FlowValue {
        for at in (0..self.scope.len()).rev() {
            let is_static = match &self.scope[at] {
                Entry::Variable { written, name, .. } => {
                    if *written == text {
                        return FlowValue::Name(*name);
                    }
                    continue;
                }
                Entry::Class(frame) => match frame.fields.get(text) {
                    Some(is_static) => *is_static,
                    None if frame.types.contains(text) => true,
                    None => continue,
                },
            };
            let base = self.owner(at, is_static, span);
            return FlowValue::Attribute { base, name: self.builder.name(text) };
        }
        let is_type = text.starts_with(char::is_uppercase);
        if !is_type
            && !self.brought.contains(text)
            && let Some(at) = self.innermost()
            && self.frame(at).is_some_and(|it| it.has_superclass)
        {
            // A field of a class above.
            let base = self.owner(at, false, span);
            return FlowValue::Attribute { base, name: self.builder.name(text) };
        }
        FlowValue::Name(self.builder.name(text))
    }

    /// Whether a name is one of a package: nothing that is declared has it.
    pub(super) fn is_package(&self, text: &str) -> bool {
        text.starts_with(|it: char| it.is_lowercase())
            && !self.brought.contains(text)
            && !self.scope.iter().any(|it| match it {
                Entry::Variable { written, .. } => *written == text,
                Entry::Class(frame) => frame.fields.contains_key(text),
            })
    }

    /// What is called by a method's name alone.
    pub(super) fn method_value(&mut self, text: &str, span: Span) -> FlowValue {
        let mut found = None;
        for at in (0..self.scope.len()).rev() {
            if let Some(frame) = self.frame(at)
                && let Some(is_static) = frame.methods.get(text)
            {
                found = Some((at, *is_static));
                break;
            }
        }
        let name = self.builder.name(text);
        if found.is_none() && self.brought.contains(text) {
            return FlowValue::Name(name);
        }
        let Some((at, is_static)) = found.or_else(|| Some((self.innermost()?, false))) else {
            return FlowValue::Name(name);
        };
        let base = self.owner(at, is_static, span);
        FlowValue::Attribute { base, name }
    }
}
