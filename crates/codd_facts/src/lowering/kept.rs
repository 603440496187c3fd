//! Functions that an object keeps in its lists and maps, to be called later: `hooks.add(hook)`.
//!
//! What is put into a field of the class around is an item of what the field holds. Of a
//! function without a name, what it calls is put there in its place.

use super::{Here, Lowering};
use crate::{
    Bound, ContainerKind, DefinitionId, DefinitionKind, Expr, ExprId, Handed, Item, Member, Name,
};

/// Methods of collections, in any of the languages, that put their last argument in.
const KEEPING: &[&str] = &[
    "Add",
    "AddLast",
    "Enqueue",
    "Push",
    "TryAdd",
    "add",
    "addFirst",
    "addLast",
    "append",
    "compute",
    "computeIfAbsent",
    "insert",
    "offer",
    "push",
    "push_back",
    "push_front",
    "put",
    "putIfAbsent",
];

/// Functions that are told apart of what is put into one field.
const MAX_KEPT: u32 = 24;

/// Calls and items between a field and what is put into it: `hooks.computeIfAbsent(…).add(f)`.
const MAX_STEPS: u32 = 6;

/// Names for one another that a class goes by.
const MAX_NAMES: u32 = 4;

/// Types, in any of the languages, whose values are no functions: `func (s *Server) SetLimit(n int)`.
const PLAIN: &[&str] = &[
    "Bool", "Boolean", "Byte", "Char", "Double", "Float", "Int", "Int32", "Int64", "Integer",
    "Long", "Short", "String", "UInt", "bool", "boolean", "byte", "char", "decimal", "double",
    "error", "f32", "f64", "float", "float32", "float64", "i16", "i32", "i64", "i8", "int",
    "int16", "int32", "int64", "int8", "isize", "long", "rune", "short", "str", "string", "u16",
    "u32", "u64", "u8", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr", "usize",
];

impl Lowering<'_> {
    /// How many references there are, to tell [`Lowering::lambda_value`].
    pub(crate) fn references_so_far(&self) -> usize {
        self.semantics().references.len()
    }

    /// What stands for a function without a name that gives `value`, and whose references are
    /// those behind `mark`: an expression of its own, of which is known what it calls.
    pub(crate) fn lambda_value(&mut self, value: ExprId, mark: usize) -> ExprId {
        let runs = self.builder.called_since(mark);
        if runs.is_empty() {
            return value;
        }
        let lambda = self.add(Expr::Either(vec![value]));
        self.lambdas.insert(lambda, runs);
        lambda
    }

    /// Remembers the functions that a call is given: who calls what it keeps of them calls them.
    pub(crate) fn note_passed(&mut self, call: ExprId, here: Here) {
        let Expr::Call { callee, arguments } = self.semantics().expr(call) else { return };
        let callee = self.semantics().unapplied(*callee);
        let values: Vec<ExprId> = arguments.iter().map(|it| it.value).collect();
        if let Expr::Attribute { base, name } = self.semantics().expr(callee)
            && KEEPING.contains(&name.as_str())
            && let Some(last) = values.last()
        {
            self.keep(*base, *last, here);
        }
        for (at, value) in values.into_iter().enumerate() {
            if let Some(runs) = self.lambdas.remove(&value) {
                self.builder.semantics.handed.push(Handed { call, argument: at as u32, runs });
            }
        }
    }

    /// Says that `into`, if it is a field of the class around or part of one, holds what is
    /// given as an item, if that may be a function.
    pub(crate) fn keep(&mut self, into: ExprId, value: ExprId, here: Here) {
        let values = self.functions_of(value, here);
        let Some((class, name)) = self.room_for(values.len(), into, here) else { return };
        let items = values.into_iter().map(|value| Item { key: None, value }).collect();
        let value = self.container(ContainerKind::Sequence, items);
        self.builder.semantics.members.push(Member { class, name, value, definition: None });
    }

    /// The same where the field itself is given it: `self.hook = hook`.
    pub(crate) fn keep_as(&mut self, into: ExprId, value: ExprId, here: Here) {
        if !matches!(self.semantics().expr(into), Expr::Attribute { .. }) {
            return self.keep(into, value, here);
        }
        let values = self.functions_of(value, here);
        let Some((class, name)) = self.room_for(values.len(), into, here) else { return };
        let value = self.either(values);
        self.builder.semantics.members.push(Member { class, name, value, definition: None });
    }

    fn functions_of(&self, value: ExprId, here: Here) -> Vec<ExprId> {
        match self.lambdas.get(&value) {
            Some(runs) => runs.clone(),
            None if self.may_be_function(value, here) => vec![value],
            None => Vec::new(),
        }
    }

    /// The field that `count` functions are put into, while these are few.
    fn room_for(&mut self, count: usize, into: ExprId, here: Here) -> Option<(DefinitionId, Name)> {
        if count == 0 {
            return None;
        }
        let field = self.own_field(into, here)?;
        let known = self.kept.entry(field.clone()).or_insert(0);
        *known += count as u32;
        if *known > MAX_KEPT {
            self.not_modelled("a field that many functions are put into");
            return None;
        }
        Some(field)
    }

    /// A parameter that is not of a type of this file, or what names a function.
    fn may_be_function(&self, value: ExprId, here: Here) -> bool {
        let semantics = self.semantics();
        let is_class = |of: &Expr| match of {
            Expr::Definition(id) => semantics.definition(*id).kind.can_be_made(),
            Expr::Name { scope, name } => match self.builder.bound_so_far(*scope, name) {
                Some((_, Bound::Definition(id))) => semantics.definition(*id).kind.can_be_made(),
                _ => false,
            },
            _ => false,
        };
        match semantics.expr(value) {
            Expr::Name { scope, name } => match self.builder.bound_so_far(*scope, name) {
                Some((_, Bound::Parameter { function, index })) => {
                    let parameter = &semantics.definition(*function).parameters[*index as usize];
                    let typed = parameter.annotation.map(|it| semantics.expr(it));
                    let is_plain = |of: &Expr| match of {
                        Expr::Literal => true,
                        Expr::Name { scope, name } => {
                            PLAIN.contains(&name.as_str())
                                && self.builder.bound_so_far(*scope, name).is_none()
                        }
                        _ => false,
                    };
                    !parameter.is_receiver && !typed.is_some_and(|it| is_class(it) || is_plain(it))
                }
                Some((_, Bound::Definition(id))) => semantics.definition(*id).kind.is_function(),
                _ => false,
            },
            // A method of this object or of a type: `this::run`, `Job::run`.
            Expr::Attribute { base, .. } => match semantics.expr(*base) {
                Expr::This { class } => here.class == Some(*class),
                it => is_class(it),
            },
            // `Some(hook)`.
            Expr::Container { items, .. } => match items.as_slice() {
                [only] => self.may_be_function(only.value, here),
                _ => false,
            },
            _ => false,
        }
    }

    /// The field of the class around that an expression is, or that it takes something out of.
    fn own_field(&self, at: ExprId, here: Here) -> Option<(DefinitionId, Name)> {
        let semantics = self.semantics();
        let mut at = at;
        for _ in 0..MAX_STEPS {
            match semantics.expr(at) {
                Expr::Index { base, .. } => at = *base,
                Expr::Either(options) => at = *options.first()?,
                Expr::Call { callee, .. } => match semantics.expr(semantics.unapplied(*callee)) {
                    Expr::Attribute { base, .. } => at = *base,
                    _ => return None,
                },
                Expr::Attribute { base, name } => {
                    return Some((self.class_of(*base, here)?, name.clone()));
                }
                Expr::Name { scope, name } => {
                    let class = here.class?;
                    let body = semantics.definition(class).body?;
                    let bound = self.builder.bound_so_far(*scope, name)?;
                    let is_field = bound.0 == body
                        && matches!(bound.1, Bound::Definition(id)
                            if semantics.definition(*id).kind == DefinitionKind::Field);
                    return is_field.then(|| (class, name.clone()));
                }
                _ => return None,
            }
        }
        None
    }

    /// The class of this file of which a value is an instance, as far as its name says.
    fn class_of(&self, value: ExprId, here: Here) -> Option<DefinitionId> {
        let semantics = self.semantics();
        let named = |of: ExprId| {
            let mut at = semantics.unapplied(of);
            for _ in 0..MAX_NAMES {
                match semantics.expr(at) {
                    Expr::Definition(id) => return Some(*id),
                    Expr::Name { scope, name } => {
                        match self.builder.bound_so_far(*scope, name)?.1 {
                            Bound::Definition(id) => return Some(*id),
                            Bound::Alias(of) => at = semantics.unapplied(*of),
                            _ => return None,
                        }
                    }
                    _ => return None,
                }
            }
            None
        };
        let class = match semantics.expr(value) {
            Expr::This { class } => Some(*class),
            Expr::InstanceOf(of) => named(*of),
            Expr::Name { scope, name } => match self.builder.bound_so_far(*scope, name)?.1 {
                Bound::Typed(of) => named(*of),
                Bound::Value(value) => match semantics.expr(*value) {
                    Expr::This { class } => Some(*class),
                    Expr::InstanceOf(of) => named(*of),
                    _ => None,
                },
                Bound::Parameter { function, index } => {
                    let parameter = &semantics.definition(*function).parameters[*index as usize];
                    match parameter.annotation {
                        _ if parameter.is_receiver => here.class,
                        annotation => annotation.and_then(named),
                    }
                }
                _ => None,
            },
            _ => None,
        };
        class.filter(|id| semantics.definition(*id).kind.can_be_made())
    }
}
