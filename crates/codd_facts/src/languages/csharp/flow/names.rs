//! What names stand for: variables, and members of the classes around. What else there may be,
//! is looked up with all files.

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Lowering, THIS, plain};
use crate::flow::{FlowFunctionKind, FlowName, FlowValue, ValueId};

/// What stands before a name where a type is written.
pub(super) const TYPE: &str = "::";

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
    /// What is written in this part of it, with whether it is of the class itself.
    pub(super) members: FxHashMap<&'t str, bool>,
    /// Names of types that callers choose.
    pub(super) open_types: FxHashSet<&'t str>,
    /// What is being lowered has no object.
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
        let written = plain(written);
        let name = self.builder.name(written);
        self.builder.bind(name);
        self.scope.push(Entry::Variable { written, name, of });
        self.builder.value(FlowValue::Name(name), span)
    }

    /// A variable of the open body that no code can name.
    pub(super) fn made_variable(&mut self) -> FlowName {
        self.made += 1;
        let name = self.builder.name(&format!("<{}>", self.made));
        self.builder.bind(name);
        name
    }

    /// The type of a variable, where it says something.
    pub(super) fn type_of_variable(&self, text: &str) -> Option<ValueId> {
        for entry in self.scope.iter().rev() {
            match entry {
                Entry::Variable { written, of, .. } if *written == text => return *of,
                Entry::Class(frame) if frame.members.contains_key(text) => return None,
                _ => {}
            }
        }
        None
    }

    /// Whether callers choose the type, by a class around it or by how such types are called.
    pub(super) fn is_open_type(&self, text: &str) -> bool {
        let mut letters = text.chars();
        let is_called_so =
            letters.next() == Some('T') && letters.next().is_none_or(char::is_uppercase);
        is_called_so
            || self
                .scope
                .iter()
                .any(|it| matches!(it, Entry::Class(frame) if frame.open_types.contains(text)))
    }

    pub(super) fn innermost_mut(&mut self) -> Option<&mut ClassFrame<'t>> {
        self.scope.iter_mut().rev().find_map(|it| match it {
            Entry::Class(frame) => Some(frame),
            Entry::Variable { .. } => None,
        })
    }

    /// Notes whether what follows has an object; gives what was so before.
    pub(super) fn set_static(&mut self, is_static: bool) -> bool {
        match self.innermost_mut() {
            Some(frame) => std::mem::replace(&mut frame.in_static, is_static),
            None => false,
        }
    }

    /// The object that the innermost class's methods are of.
    pub(super) fn this(&mut self, span: Span) -> ValueId {
        self.builder.named(THIS, span)
    }

    /// A type by its own name.
    pub(super) fn type_named(&mut self, text: &str, span: Span) -> ValueId {
        self.builder.named(&format!("{TYPE}{}", plain(text)), span)
    }

    /// A class around this place.
    fn class_value(&mut self, at: usize, span: Span) -> Option<ValueId> {
        let names: Option<Vec<&'t str>> = self.scope[..=at]
            .iter()
            .filter_map(|it| match it {
                Entry::Class(frame) => Some(frame.name),
                Entry::Variable { .. } => None,
            })
            .collect();
        let names = names?;
        let (first, inner) = names.split_first()?;
        let mut value = self.type_named(first, span);
        for name in inner {
            let name = self.builder.name(plain(name));
            value = self.builder.value(FlowValue::Attribute { base: value, name }, span);
        }
        Some(value)
    }

    /// A variable, or a member of a class around this place.
    fn declared_name(&mut self, text: &str, span: Span) -> Option<FlowValue> {
        let mut is_outer = false;
        for at in (0..self.scope.len()).rev() {
            match &self.scope[at] {
                Entry::Variable { written, name, .. } => {
                    if *written == text {
                        return Some(FlowValue::Name(*name));
                    }
                }
                Entry::Class(frame) => {
                    if let Some(is_static) = frame.members.get(text) {
                        if *is_static && !is_outer && self.is_in_class_body() {
                            return Some(FlowValue::Name(self.builder.name(text)));
                        }
                        // A class in another has no object of that.
                        let is_of_class = *is_static || is_outer || frame.in_static;
                        let base = match is_of_class.then(|| self.class_value(at, span)) {
                            Some(Some(class)) => class,
                            _ => self.this(span),
                        };
                        let name = self.builder.name(text);
                        return Some(FlowValue::Attribute { base, name });
                    }
                    is_outer = true;
                }
            }
        }
        None
    }

    /// Whether what is being lowered runs when the class is made, and sees what it has so far.
    fn is_in_class_body(&self) -> bool {
        let innermost = self.builder.innermost();
        innermost.is_some_and(|id| self.builder.facts.function(id).kind == FlowFunctionKind::Class)
    }

    /// What a name means where it stands as a value.
    pub(super) fn name_value(&mut self, text: &'t str, span: Span) -> FlowValue {
        let text = plain(text);
        match self.declared_name(text, span) {
            Some(found) => found,
            None => FlowValue::Name(self.builder.name(text)),
        }
    }

    /// What a name means that is assigned to: no type.
    pub(super) fn target_value(&mut self, text: &'t str, span: Span) -> ValueId {
        let text = plain(text);
        if text == "_" {
            return self.builder.value(FlowValue::Unknown(Vec::new()), span);
        }
        let value = match self.declared_name(text, span) {
            Some(found) => found,
            // A member of a class above, or of another part of this one.
            None if self.scope.iter().any(|it| matches!(it, Entry::Class(_))) => {
                let base = self.this(span);
                FlowValue::Attribute { base, name: self.builder.name(text) }
            }
            None => FlowValue::Name(self.builder.name(text)),
        };
        self.builder.value(value, span)
    }
}
