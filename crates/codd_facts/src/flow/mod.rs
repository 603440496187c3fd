//! What the code of one file does with values: a small program that every language is lowered to.
//!
//! Beside [`Semantics`](crate::Semantics), which says what names stand for, this says in which
//! order values are assigned, tested, passed and returned. It is made only where somebody asks
//! where a value goes. What a language has and this lacks is a [`FlowValue::Unknown`] of its
//! parts, never dropped, so that what goes in is known to come out.

mod builder;

pub(crate) use self::builder::{
    FlowBuilder, MAX_FLOW_DEPTH, asked_behind, integer, read_escapes, summands,
};

use codd_source::Span;
use serde::{Deserialize, Serialize};

use crate::Name;
use crate::ids::ids;

ids! {
    /// Index into [`FlowFacts::names`].
    FlowName;
    /// Index into [`FlowFacts::values`].
    ValueId;
    /// Index into [`FlowFacts::functions`]; 0 is the file's top level.
    FunctionId;
}

/// The code of one file's functions and of its top level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowFacts {
    /// Names and constant texts, each once.
    pub names: Vec<Name>,
    pub values: Vec<FlowValue>,
    /// Where each value stands; parallel to `values`.
    pub spans: Vec<Span>,
    pub functions: Vec<FlowFunction>,
    /// The package that the file says it is part of.
    pub package: Option<FlowName>,
    /// Types of the file that are part of another one.
    pub packages: Vec<(FunctionId, FlowName)>,
    /// How often code was nested too deep to be lowered: it is unknown then.
    pub given_up: u32,
}

/// What a body of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FlowFunctionKind {
    Module,
    /// The body of a class: its assignments are the class's attributes.
    Class,
    Function,
    /// A function without a name of its own.
    Lambda,
}

/// One function, class body or top level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowFunction {
    pub kind: FlowFunctionKind,
    pub name: Option<FlowName>,
    /// Of the name, or of the whole where it has none.
    pub place: Span,
    /// The body it is written in.
    pub parent: Option<FunctionId>,
    pub parameters: Vec<FlowParameter>,
    /// Of a class: its bases.
    pub bases: Vec<ValueId>,
    pub decorators: Vec<ValueId>,
    pub body: Vec<FlowStatement>,
    /// Names that are bound in it, sorted; others are those of the bodies around it.
    pub locals: Vec<FlowName>,
    /// Read like a field, runs like a method.
    pub is_property: bool,
    /// Has no receiver though it is written in a class.
    pub is_static: bool,
    /// Has no body: what it does is written in the classes below.
    pub is_abstract: bool,
    /// Not for whoever calls from outside, where a language says so of each.
    pub is_private: bool,
    /// One part of a class, whose others are written elsewhere.
    pub is_partial: bool,
}

/// One parameter of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowParameter {
    /// What it is bound to: a name, or a pattern that takes it apart.
    pub target: ValueId,
    pub annotation: Option<ValueId>,
    pub default: Option<ValueId>,
    pub kind: FlowParameterKind,
    /// What it is annotated with, beside its type.
    pub decorators: Vec<ValueId>,
}

/// How a parameter gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FlowParameterKind {
    Plain,
    /// By its name alone.
    Keyword,
    /// The object that a method is called on.
    Receiver,
    /// All further arguments in their order.
    Rest,
    /// All further named arguments.
    RestByName,
}

/// What computes a value, or what a value is assigned to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlowValue {
    /// Something of these parts that is not modelled.
    Unknown(Vec<ValueId>),
    /// `None`, `null`, `undefined`.
    Nothing,
    Boolean(bool),
    Integer(i64),
    /// A number that is no integer, or too large for one, as it is written.
    Decimal(FlowName),
    Text(FlowName),
    /// A regular expression written in place, with its source.
    Pattern(FlowName),
    Name(FlowName),
    Attribute {
        base: ValueId,
        name: FlowName,
    },
    Index {
        base: ValueId,
        key: ValueId,
    },
    Slice {
        base: ValueId,
        from: Option<ValueId>,
        to: Option<ValueId>,
    },
    Call {
        callee: ValueId,
        arguments: Vec<FlowArgument>,
        /// `new Class(…)`.
        is_new: bool,
    },
    /// Texts and values put together: an f-string, a template, a chain of `+`.
    Joined {
        parts: Vec<ValueId>,
        /// Whether it is a text for certain; a sum may be one of numbers.
        is_text: bool,
    },
    /// Any other operator of two sides.
    Binary {
        operator: FlowOperator,
        left: ValueId,
        right: ValueId,
    },
    Not(ValueId),
    All(Vec<ValueId>),
    Any(Vec<ValueId>),
    Conditional {
        test: ValueId,
        then: ValueId,
        otherwise: ValueId,
    },
    /// A list or tuple; also several targets.
    Sequence(Vec<ValueId>),
    /// All items of another sequence, within a sequence or a list of arguments.
    Spread(ValueId),
    /// Keys and values; `None` for the key takes in another mapping.
    Mapping(Vec<(Option<ValueId>, ValueId)>),
    /// What each element of something becomes: a comprehension.
    Comprehension {
        clauses: Vec<FlowClause>,
        /// Of a mapping.
        key: Option<ValueId>,
        value: ValueId,
    },
    Function(FunctionId),
    /// An assignment that is a value.
    Assigned {
        target: ValueId,
        value: ValueId,
    },
    /// A value that is declared or cast to be of a type.
    Typed {
        value: ValueId,
        of: ValueId,
    },
    /// `await x`: what `x` is, later.
    Awaited(ValueId),
    /// What a generator gives to whom asks.
    Yielded(ValueId),
    /// What a `with` is given by the object that it enters.
    Entered(ValueId),
}

/// One `for … in … if …` of a comprehension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowClause {
    pub target: ValueId,
    pub iterable: ValueId,
    pub tests: Vec<ValueId>,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowArgument {
    pub name: Option<FlowName>,
    pub value: ValueId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FlowOperator {
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    In,
    NotIn,
    /// `isinstance(x, y)` as an operator: `instanceof`.
    InstanceOf,
    Other,
}

impl FlowOperator {
    /// The operator as C and those after it write it; `None` for those on numbers alone.
    pub(crate) fn of_symbol(symbol: &str) -> Option<FlowOperator> {
        Some(match symbol {
            "-" => FlowOperator::Subtract,
            "*" => FlowOperator::Multiply,
            "/" => FlowOperator::Divide,
            "%" => FlowOperator::Modulo,
            "<" => FlowOperator::Less,
            "<=" => FlowOperator::LessOrEqual,
            ">" => FlowOperator::Greater,
            ">=" => FlowOperator::GreaterOrEqual,
            "==" => FlowOperator::Equal,
            "!=" => FlowOperator::NotEqual,
            _ => return None,
        })
    }

    /// Whether it gives a truth value, of which nothing of its sides can be made.
    pub fn is_test(self) -> bool {
        !matches!(
            self,
            FlowOperator::Subtract
                | FlowOperator::Multiply
                | FlowOperator::Divide
                | FlowOperator::Modulo
                | FlowOperator::Other
        )
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlowStatement {
    Evaluate(ValueId),
    Assign {
        target: ValueId,
        value: ValueId,
    },
    /// `+=`, which may put texts together; `None` for any other operator.
    Augment {
        target: ValueId,
        value: ValueId,
        is_sum: bool,
    },
    Branch {
        test: ValueId,
        then: Vec<FlowStatement>,
        otherwise: Vec<FlowStatement>,
    },
    Loop {
        test: Option<ValueId>,
        /// What each round is given, and of what.
        element: Option<(ValueId, ValueId)>,
        body: Vec<FlowStatement>,
        otherwise: Vec<FlowStatement>,
    },
    Attempt {
        body: Vec<FlowStatement>,
        handlers: Vec<Vec<FlowStatement>>,
        otherwise: Vec<FlowStatement>,
        finally: Vec<FlowStatement>,
    },
    Select {
        subject: ValueId,
        cases: Vec<FlowCase>,
        /// A case that does not end goes on with the next.
        falls_through: bool,
    },
    Return(Option<ValueId>),
    Raise(Option<ValueId>),
    /// Leaves the loop.
    Leave,
    /// Goes on with the next round.
    Next,
    /// A function or class by its name.
    Define(FunctionId),
    /// Binds `name` to a module, or to one of its names.
    Bring {
        name: FlowName,
        module: FlowName,
        /// Leading dots of a relative import.
        level: u32,
        item: Option<FlowName>,
    },
}

/// One case of a `match` or `switch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowCase {
    /// Any of these values; empty for whatever no other case takes.
    pub values: Vec<ValueId>,
    /// Takes a shape of value that is not modelled.
    pub is_pattern: bool,
    /// What the subject, or parts of it, are bound to.
    pub targets: Vec<ValueId>,
    pub guard: Option<ValueId>,
    pub body: Vec<FlowStatement>,
}

impl FlowFacts {
    pub fn name(&self, id: FlowName) -> &Name {
        &self.names[id.index()]
    }

    pub fn value(&self, id: ValueId) -> &FlowValue {
        &self.values[id.index()]
    }

    pub fn span(&self, id: ValueId) -> Span {
        self.spans[id.index()]
    }

    pub fn function(&self, id: FunctionId) -> &FlowFunction {
        &self.functions[id.index()]
    }
}
