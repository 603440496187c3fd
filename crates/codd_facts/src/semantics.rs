//! The position-free half of a file's facts: scopes, names, definitions and value flow.
//!
//! This is a small, language-neutral program: every language is lowered to it, and one
//! resolver in `codd_graph` evaluates it. Expressions say where a value comes from, not what
//! is computed; what a language has and this lacks is lowered to [`Expr::Unknown`], never
//! dropped, so that what could not be followed can be counted.

use serde::{Deserialize, Serialize};

use crate::ids::ids;
use crate::{Injection, Link, Listener, Route, RouteHook, RouterPrefix};
pub use smol_str::SmolStr as Name;

ids! {
    /// Index into [`Semantics::definitions`].
    DefinitionId;
    /// Index into [`Semantics::scopes`]; 0 is the module's own scope.
    ScopeId;
    /// Index into [`Semantics::exprs`].
    ExprId;
    /// Index into [`Semantics::imports`].
    ImportId;
}

/// The [`Expr::Attribute`] of a value that is what a pointer to it, or an object that is used like
/// one, leads to; of all others it is the value itself.
pub const POINTED_TO: &str = "->";

/// Stands before the name of a function in the [`Expr::Attribute`] of a value that is whatever
/// function of this name takes a value of its class, where the class itself says where it is
/// found: the operators of C++.
pub const TAKING_IT: &str = "taking it: ";

/// The same for its own member of the name, if it has one.
pub const OPERATED: &str = "operated: ";

/// The scope of a file's top level.
pub const MODULE_SCOPE: ScopeId = ScopeId(0);

/// What one file declares and refers to, without any position in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Semantics {
    /// In the order of their appearance, a parent before its members.
    pub definitions: Vec<Definition>,
    pub scopes: Vec<Scope>,
    pub exprs: Vec<Expr>,
    pub imports: Vec<Import>,
    pub exports: Exports,
    /// Attributes given to instances or classes outside the class body's own scope:
    /// `self.x = …`, `this.x = …`, `Class.prototype.x = …`.
    pub members: Vec<Member>,
    /// Names that other files see without naming this file.
    pub offers: Vec<Offer>,
    /// Namespaces whose names are seen here without an import, nearest first.
    pub opened: Vec<Name>,
    /// Members and bases given to types that other files may define.
    pub extensions: Vec<Extension>,
    /// In the order of their appearance; empty in an [`interface`](crate::interface()).
    pub references: Vec<Reference>,
    pub routes: Vec<Route>,
    /// Which of the routes are registered on a parameter, and are routes only if some call
    /// gives it a router: sorted.
    pub given_routes: Vec<u32>,
    pub route_hooks: Vec<RouteHook>,
    pub injections: Vec<Injection>,
    pub listeners: Vec<Listener>,
    pub router_prefixes: Vec<RouterPrefix>,
    /// Names of containers of which something is taken out, or put in only perhaps: what is
    /// written into them says not what they hold. Sorted.
    pub changed: Vec<(ScopeId, Name)>,
    /// Calls, by their references, in the body of a context manager of another file, which may
    /// swallow what they raise. Sorted; empty in an [`interface`](crate::interface()).
    pub managed: Vec<(u32, ExprId)>,
    /// What calls are given as functions without a name; empty in an
    /// [`interface`](crate::interface()).
    pub handed: Vec<Handed>,
    pub tests: Vec<TestCase>,
    /// What is declared and used by keys across files and languages; empty in an
    /// [`interface`](crate::interface()).
    pub links: Vec<Link>,
}

/// The kinds of [`Definition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DefinitionKind {
    Function,
    Method,
    Class,
    Interface,
    Enum,
    TypeAlias,
    /// A named value at the top level of a module or namespace.
    Variable,
    /// A named value of a class or its instances, an enum's member, a property signature.
    Field,
    Namespace,
    /// An unnamed function that a framework calls: an inline route handler, the body of a
    /// jest test. Its name is the route or the test's title.
    Callback,
    /// A part of configuration or infrastructure: a table, a variable of the environment, a
    /// job, a service, a build stage.
    Resource,
}

impl DefinitionKind {
    /// Whether it is a class, or another type with members of its own.
    pub fn is_type(self) -> bool {
        matches!(self, DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum)
    }

    /// Whether it is a type of which there are instances without another type that extends it.
    pub fn can_be_made(self) -> bool {
        matches!(self, DefinitionKind::Class | DefinitionKind::Enum)
    }

    /// Whether definitions that others name through it stand below it.
    pub fn has_members(self) -> bool {
        self.is_type() || self == DefinitionKind::Namespace
    }

    /// Whether a class may have it for a base: also a function, which may make instances.
    pub fn can_be_inherited(self) -> bool {
        self.is_type() || self == DefinitionKind::Function
    }

    /// Whether it is a member of a class that another class can replace.
    pub fn is_member(self) -> bool {
        matches!(self, DefinitionKind::Method | DefinitionKind::Field)
    }

    /// Whether it is code that runs when it is called.
    pub fn is_function(self) -> bool {
        matches!(self, DefinitionKind::Function | DefinitionKind::Method | DefinitionKind::Callback)
    }
}

/// Something with a name that other code can depend on.
///
/// Local variables and parameters are [`Binding`]s, not definitions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Definition {
    pub name: Name,
    /// Dotted, from the file's top level: `Class.method`, `outer.inner`.
    pub qualified_name: Name,
    /// Tells definitions of the same qualified name in one file apart, from 0.
    pub ordinal: u32,
    pub kind: DefinitionKind,
    /// The innermost definition around it.
    pub parent: Option<DefinitionId>,
    /// The scope that binds its name.
    pub scope: ScopeId,
    /// The scope of its own body: a class's members, a function's locals.
    pub body: Option<ScopeId>,
    /// Base classes, extended and implemented interfaces, in order.
    pub bases: Vec<ExprId>,
    pub decorators: Vec<ExprId>,
    pub parameters: Vec<Parameter>,
    /// How many types it can be applied to.
    pub type_parameters: u32,
    /// The values a function may return (for a generator: yield).
    pub returns: Vec<ExprId>,
    /// The declared type: of what a function returns, of a variable or a field.
    pub declared_type: Option<ExprId>,
    /// The value a variable or field is first given; what its decorators make of a function.
    pub value: Option<ExprId>,
    pub flags: DefinitionFlags,
}

impl Definition {
    /// One of that name and kind of which nothing else is known yet.
    pub fn new(
        kind: DefinitionKind,
        name: Name,
        qualified_name: Name,
        scope: ScopeId,
    ) -> Definition {
        Definition {
            name,
            qualified_name,
            ordinal: 0,
            kind,
            parent: None,
            scope,
            body: None,
            bases: Vec::new(),
            decorators: Vec::new(),
            parameters: Vec::new(),
            type_parameters: 0,
            returns: Vec::new(),
            declared_type: None,
            value: None,
            flags: DefinitionFlags::default(),
        }
    }
}

/// What else is known of a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DefinitionFlags {
    pub is_async: bool,
    pub is_static: bool,
    pub is_class_method: bool,
    /// Read like a field, runs like a method.
    pub is_property: bool,
    pub is_abstract: bool,
    /// Its body says that others do the work: `...`, `raise NotImplementedError`.
    pub is_stub: bool,
    /// Another definition of its name speaks for it: an overload's signature, a property's
    /// setter.
    pub is_companion: bool,
    /// Not meant for use from outside: a leading underscore, `private`, not exported.
    pub is_private: bool,
    /// Nothing can take its place: `final` of Java.
    pub is_final: bool,
    /// Its body runs when somebody takes items from what a call of it gives.
    pub is_generator: bool,
    /// A context manager that swallows what is raised in its body, or some of it.
    pub swallows: bool,
    /// A handler of gin answers, and lets the request go on to what follows it.
    pub answers: bool,
    /// How surely it turns away who does not say who they are, where that is read of its text.
    pub refuses: Option<Certainty>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Parameter {
    pub name: Name,
    pub annotation: Option<ExprId>,
    pub default: Option<ExprId>,
    /// The object the method was called on, or its class: Python's `self` and `cls`.
    pub is_receiver: bool,
    /// `*args`, `**kwargs`, `...rest`.
    pub is_variadic: bool,
    /// The annotation is one name as it stands: neither `X | None` nor `list[X]`.
    pub is_named_type: bool,
    /// How surely what is given here runs in the function, or in what that gives back; `Always`
    /// where it is passed on.
    pub runs: Certainty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ScopeKind {
    Module,
    /// Its names are seen from the class body itself, not from functions inside it.
    Class,
    Function,
    /// A comprehension, a lambda, a block with its own `let`.
    Block,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<ScopeId>,
    /// The definition whose body this is, or lies in; `None` at a file's top level.
    pub owner: Option<DefinitionId>,
    /// Sorted by name, stable: a name bound twice stands twice, in source order.
    pub bindings: Vec<Binding>,
}

/// A name in a scope and what it may stand for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Binding {
    pub name: Name,
    pub bound: Bound,
    /// Where a later binding of the same scope takes its place for certain: behind this many
    /// expressions. Those that follow, and code that runs later, in functions and in other
    /// files, do not see this one.
    pub replaced_behind: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Bound {
    Definition(DefinitionId),
    Import(ImportId),
    /// Another name for what this expression stands for: `use a::b as c`.
    Alias(ExprId),
    /// Assigned this value.
    Value(ExprId),
    /// An instance of the type this expression names: an annotation without a value.
    Typed(ExprId),
    Parameter {
        function: DefinitionId,
        index: u32,
    },
    /// One element of this value: a loop variable, an unpacked item.
    Element(ExprId),
    /// What entering this context manager gives.
    Entered(ExprId),
    /// What the definition `of` was applied to at this place; where that is not known, what
    /// its bound says.
    TypeParameter {
        of: ExprId,
        index: u32,
        bound: Option<ExprId>,
    },
    /// `global` and `nonlocal`: the name of an enclosing scope.
    Outer,
    /// Bound in a way that is not modelled.
    Unknown,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Expr {
    Name {
        scope: ScopeId,
        name: Name,
    },
    Attribute {
        base: ExprId,
        name: Name,
    },
    Call {
        callee: ExprId,
        arguments: Vec<Argument>,
    },
    /// `base[key]`; the key where it is a constant.
    Index {
        base: ExprId,
        key: Option<Name>,
    },
    /// A function or class written in place: a lambda, an arrow function, a class expression.
    Definition(DefinitionId),
    /// What an import gives, where it is no name: `require("x")`, a re-export.
    Import(ImportId),
    /// `this` in a class's method, `self` where a language has no such parameter.
    This {
        class: DefinitionId,
    },
    /// The next class in the resolution order after `class`.
    Super {
        class: DefinitionId,
    },
    /// An instance of the type that the expression names.
    InstanceOf(ExprId),
    Text(Name),
    /// Any other constant.
    Literal,
    Container {
        kind: ContainerKind,
        items: Vec<Item>,
    },
    /// One of these: a conditional, `a or b`, a union type.
    Either(Vec<ExprId>),
    /// A text made of these, one behind the other: `base + "/users"`, a template.
    Joined(Vec<ExprId>),
    /// What a function type says: the types of what is passed, and of what is given back.
    Signature {
        parameters: Vec<ExprId>,
        result: ExprId,
    },
    /// What is passed, at this place, to whatever function `of` stands for: a callback's
    /// parameter is typed by the function that the callback is passed to.
    Passed {
        of: ExprId,
        index: u32,
    },
    /// A generic type or function with the types that it is applied to: `Repository<User>`.
    Applied {
        of: ExprId,
        types: Vec<ExprId>,
    },
    /// What a decorator makes of a function.
    Decorated {
        by: ExprId,
        of: ExprId,
    },
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ContainerKind {
    Sequence,
    /// A dictionary or an object literal: items have keys where these are constant.
    Mapping,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Item {
    pub key: Option<Name>,
    pub value: ExprId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Argument {
    /// Of a keyword argument.
    pub name: Option<Name>,
    pub value: ExprId,
}

/// One name or module that is brought in from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Import {
    pub request: ImportRequest,
    pub item: ImportItem,
    /// Where the import statement stands: its owner, `None` at the top level.
    pub owner: Option<DefinitionId>,
    /// No statement of the text says it: where a test runner looks for what a test asks for.
    pub is_implied: bool,
}

/// Which module is asked for, as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ImportRequest {
    /// `a.b` in Python (without leading dots), `./x` or `@scope/pkg/sub` in JavaScript.
    pub module: Name,
    /// The number of leading dots in Python.
    pub level: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ImportItem {
    /// The module itself: `import a`, `import * as a`, `require("a")`.
    Module,
    /// One of its exports (`default` for an ES default), or a submodule of that name.
    Named(Name),
    /// Everything it exports, under the same names.
    Star,
    /// Runs the module and binds nothing: `import "./setup"`.
    Effect,
}

/// What a module offers to others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Exports {
    /// Every name of the module's scope can be imported, as in Python.
    pub all_bindings: bool,
    /// By name, in source order.
    pub named: Vec<Export>,
    /// Names that a star import takes where the module lists them (`__all__`).
    pub star_names: Option<Vec<Name>>,
    /// `export * from`, `from x import *`: their names are found here too.
    pub stars: Vec<ImportId>,
    /// `module.exports = …`, `export = …`: what a whole-module import gives.
    pub whole: Option<ExprId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Export {
    pub name: Name,
    pub value: ExprId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// The class whose instances, or that itself, get the attribute.
    pub class: DefinitionId,
    pub name: Name,
    pub value: ExprId,
    /// The field's own definition, made at its first assignment.
    pub definition: Option<DefinitionId>,
}

/// A definition that is known by the namespace it is in, and not by its file: a Java class by
/// its package, a Go function by its folder, a C function everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Offer {
    /// Dotted, `""` for the global one; as [`ModuleTarget::Namespace`](crate::ModuleTarget)
    /// and [`Semantics::opened`] name it.
    pub namespace: Name,
    pub name: Name,
    pub definition: DefinitionId,
}

/// The type name of an [`Extension`] that stands for all files below the folder of its own:
/// a namespace, as a text, is opened in each (C#'s `global using`).
pub const OPENED_FOR_ALL: &str = "<opened for all>";

/// What a file adds to a type that it may not define: a method of a Go type, a Rust `impl`, a
/// Kotlin extension function.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extension {
    /// The type.
    pub of: ExprId,
    /// Its last name, by which it is found.
    pub type_name: Name,
    pub added: Added,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Added {
    Member(DefinitionId),
    /// An interface or trait that the type has from here on.
    Base(ExprId),
    /// A function that is run with a value of the type which is sent to whoever handles it.
    Handler(DefinitionId),
}

/// Names by which a file says of an ASP.NET application what no name of its code does: that a
/// policy, whose name follows, need not keep anybody out (without a name, the default one), that
/// there is no policy of who names none, that filters are taken back, that something which is
/// not seen is open to everybody.
pub const WEAK_POLICY: &str = "<weak policy>";
pub const NO_FALLBACK: &str = "<no fallback policy>";
pub const WITHOUT_FILTERS: &str = "<filters taken back>";
pub const OPENS_OTHERS: &str = "<opens others>";

/// The name by which a type has what handles its values; no member is called so.
pub const HANDLED: &str = "<handled>";

/// What stands for the type of what is run around the handlers of all types.
pub const HANDLED_ALWAYS: &str = "<any>";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ReferenceKind {
    Call,
    Read,
    Write,
    Inherit,
    Decorate,
    Type,
}

/// One occurrence of a name or attribute that stands for something defined elsewhere.
///
/// `a.b.c()` is three references: reads of `a` and `a.b`, a call of `a.b.c`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reference {
    pub kind: ReferenceKind,
    pub target: ExprId,
    /// The innermost function, method, class or callback that holds it (decorators and
    /// annotations belong to what they decorate); `None` at the file's top level.
    pub owner: Option<DefinitionId>,
    /// The variable or field whose initial value it is part of, if any.
    pub initialises: Option<DefinitionId>,
    /// Of a call: how many arguments are passed, where that is known.
    pub arguments: Option<u32>,
    /// Part of a declaration that does not run when its owner does: a default value that is
    /// evaluated where the function is defined, what an annotation holds beside its type.
    pub is_declared: bool,
    /// A statement of its own, of which nothing is made: a function that is read so does not
    /// run.
    pub is_discarded: bool,
    /// An object of which parts are taken by name, and nothing else is made of it.
    pub is_taken_apart: bool,
    /// No name in the text stands for it: the fixture that a parameter asks for, a function
    /// that its decorators get.
    pub is_implied: bool,
    /// Whether it is come to whenever its owner runs.
    pub certainty: Certainty,
    /// Of a call: whether somebody waits for what it gives, where that is a promise, or takes
    /// its items.
    pub awaited: Certainty,
}

/// Whether code is come to whenever what it stands in runs to its end; ordered from weak to
/// strong.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Certainty {
    /// It is dead: below `if False`, behind a `return`.
    Never,
    /// It may be skipped: in a branch or loop, behind an early return, in a function that need
    /// not be called, in a `try` whose handler goes on.
    Perhaps,
    #[default]
    Always,
}

impl Reference {
    /// One that stands in the text and runs with its owner.
    pub fn new(kind: ReferenceKind, target: ExprId, owner: Option<DefinitionId>) -> Reference {
        Reference {
            kind,
            target,
            owner,
            initialises: None,
            arguments: None,
            is_declared: false,
            is_discarded: false,
            is_taken_apart: false,
            is_implied: false,
            certainty: Certainty::Always,
            awaited: Certainty::Always,
        }
    }
}

/// A function without a name, as an argument of a call: whoever calls the parameter calls what
/// it calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Handed {
    pub call: ExprId,
    pub argument: u32,
    /// What it calls.
    pub runs: Vec<ExprId>,
}

/// A test that a runner would collect.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TestCase {
    /// As the runner names it inside the file: `TestLogin::test_ok`, `login > accepts`.
    pub name: Name,
    pub framework: Name,
    pub definition: DefinitionId,
}

impl Semantics {
    /// The definition of an id; these panic on an id of another file.
    pub fn definition(&self, id: DefinitionId) -> &Definition {
        &self.definitions[id.index()]
    }

    /// The scope of an id.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    /// The expression of an id.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// What an expression is without the types that it is applied to.
    pub fn unapplied(&self, id: ExprId) -> ExprId {
        match self.expr(id) {
            Expr::Applied { of, .. } => *of,
            _ => id,
        }
    }

    /// Whether a call's callee is an item or what a call gives: no name stands for it.
    pub fn is_computed(&self, callee: ExprId) -> bool {
        matches!(self.expr(self.unapplied(callee)), Expr::Call { .. } | Expr::Index { .. })
    }

    pub fn import(&self, id: ImportId) -> &Import {
        &self.imports[id.index()]
    }

    /// Whether the code of `owner`, or a file's top level, is there for tests alone: all of a
    /// file with tests, unless these are in modules of their own beside what they test.
    pub fn is_for_tests(&self, owner: Option<DefinitionId>) -> bool {
        let module = |id: DefinitionId| {
            let mut at = self.definition(id).parent;
            let mut outermost = None;
            while let Some(id) = at {
                let it = self.definition(id);
                if it.kind == DefinitionKind::Namespace {
                    outermost = Some(id);
                }
                at = it.parent;
            }
            outermost
        };
        if self.tests.is_empty() {
            return false;
        }
        let of_owner = owner.and_then(module);
        self.tests.iter().any(|it| {
            let of_test = module(it.definition);
            of_test.is_none() || of_test == of_owner
        })
    }
}

impl Route {
    /// The name of the action of a controller that answers it, where it says one.
    pub fn action<'a>(&self, semantics: &'a Semantics) -> Option<&'a str> {
        let name = |it: ExprId| match semantics.expr(it) {
            Expr::Attribute { name, .. } => Some(name.as_str()),
            _ => None,
        };
        match semantics.expr(self.handler) {
            // A method of one class or of another, which is the same action.
            Expr::Either(all) => {
                let first = name(*all.first()?)?;
                all.iter().all(|it| name(*it) == Some(first)).then_some(first)
            }
            _ => name(self.handler),
        }
    }
}

impl Import {
    /// Whether it asks for what a module may offer under a name that no code can write, and
    /// need not.
    pub fn is_optional(&self) -> bool {
        self.is_implied && matches!(&self.item, ImportItem::Named(name) if name.starts_with('<'))
    }
}

impl Scope {
    /// What `name` may stand for in this scope itself, in source order.
    pub fn bindings_of<'a>(&'a self, name: &str) -> &'a [Binding] {
        let start = self.bindings.partition_point(|binding| binding.name.as_str() < name);
        // Few names are bound more than once or twice, so the end is near.
        let found = &self.bindings[start..];
        let count = found.iter().take_while(|binding| binding.name.as_str() == name).count();
        &found[..count]
    }
}
