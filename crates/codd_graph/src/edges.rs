//! Relations between nodes, as one file's resolution gives them.

use codd_facts::{
    Certainty, ControllerHook, DefinitionId, ExprId, HookLimits, Name, RegistrationOrder,
    RouteHookKind,
};
use codd_source::RepoPath;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a relation means, read from its source to its target.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// It stands inside of it.
    Contains,
    /// It imports it by name.
    Imports,
    /// It runs it.
    Calls,
    /// It uses its value.
    Reads,
    /// A class extends or implements it.
    Inherits,
    /// A decorator is put on it.
    Decorates,
    /// A test runs it.
    Tests,
    /// Names it without running it: a declared type, a default value.
    Mentions,
    /// A variable or field has its value from there.
    WrittenBy,
    /// A control is about it.
    Governs,
    /// A document or example describes it.
    Documents,
    /// A setting, manifest or workflow decides how it runs.
    Configures,
}

/// How a relation was resolved; ordered from weak to strong.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// By a name, an import or a condition alone: something says that it may be, and nothing
    /// says that it is.
    Possible,
    /// By value flow, declared types or the class hierarchy: one of a few.
    Probable,
    /// By the language's own rules of scope and import.
    Exact,
}

/// What an edge rests on; ordered from weak to strong.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// An index that another tool made and the project keeps: no finding of codd's own.
    Imported,
    /// The source's own text does not say it: a framework, a test runner, the protocol of a
    /// language or the class hierarchy does; or the value of a variable depends on it.
    Implied,
    /// The text uses a value that may be the target: a parameter, an item of a container.
    Flow,
    /// A name in the text stands for the target.
    Named,
}

/// How surely the end of an edge runs, or what it holds does, when its source runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Running {
    /// `None` where it does not by this edge: what is only read, what is dead.
    pub confidence: Option<Confidence>,
    /// How many values are meant, this being one of them of which one runs; 1 where it is the
    /// only one.
    pub alternatives: u8,
}

impl Running {
    /// This alone runs, so surely.
    pub fn surely(confidence: Confidence) -> Running {
        Running { confidence: Some(confidence), alternatives: 1 }
    }

    /// As surely as `confidence`, for what kinds of edges run by themselves.
    pub(crate) fn of(kind: EdgeKind, confidence: Confidence) -> Running {
        match kind {
            EdgeKind::Reads => Running::surely(Confidence::Possible),
            _ => Running::surely(confidence),
        }
    }

    /// The same for a use that may be skipped.
    pub(crate) fn limited(self, certainty: Certainty) -> Running {
        let confidence = match certainty {
            Certainty::Always => self.confidence,
            Certainty::Perhaps => self.confidence.min(Some(Confidence::Possible)),
            Certainty::Never => None,
        };
        Running { confidence, ..self }
    }

    /// The surer of two edges between the same ends.
    pub(crate) fn or(self, other: Running) -> Running {
        let rank = |it: Running| (it.confidence, std::cmp::Reverse(it.alternatives));
        let lone = |it: Running| it.alternatives == 1 && it.confidence > Some(Confidence::Possible);
        match (lone(self), lone(other)) {
            (true, false) => self,
            (false, true) => other,
            _ if rank(other) > rank(self) => other,
            _ => self,
        }
    }
}

/// Everything one file refers to: position-free, so that moving code changes nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEdges {
    /// Sorted.
    pub edges: Vec<FileEdge>,
    /// References that name something of this repository, or might, and found nothing.
    pub unresolved: Vec<Unresolved>,
    /// The routers that routes are registered on, by the route's index; sorted.
    pub routers: Vec<(u32, Router)>,
    /// The paths of routes that their file does not wholly say, by the route's index, where other
    /// files say more; sorted.
    pub paths: Vec<(u32, Name)>,
    /// What runs before the routes of a router, and which routers are mounted on which; sorted.
    pub hooks: Vec<Hook>,
    /// The functions and classes that answer routes, by the route's index; sorted.
    pub handlers: Vec<(u32, RepoPath, DefinitionId)>,
    /// What does not run before a route although its router says so, by the route's index;
    /// `None` where that is not known; sorted.
    pub without: Vec<(u32, Option<(RepoPath, DefinitionId)>)>,
    /// Routes that nothing answers, by their index: the class that a router would serve by them
    /// has no such method; sorted.
    pub absent: Vec<u32>,
    /// What decorates definitions of this file and comes from outside, by its dotted name;
    /// sorted.
    pub decorators: Vec<(DefinitionId, Name, Confidence)>,
    /// Routes that serve a function of this file without the decorators around it; sorted.
    pub undecorated: Vec<(u32, DefinitionId)>,
    /// Methods that others of their object call without what stands around it, by who calls:
    /// annotations of a Spring bean do nothing there; sorted.
    pub called_on_itself: Vec<(DefinitionId, RepoPath, DefinitionId)>,
    /// What a framework that fills parameters calls for them; sorted.
    pub injections: Vec<Injected>,
    /// What routers put before the paths of their own routes; sorted.
    pub prefixes: Vec<(Router, Prefix)>,
    /// Routers that serve nothing unless something mounts them; sorted.
    pub parts: Vec<Router>,
    /// Classes of which outside code is given an instance, or which it is given; sorted.
    pub handed_out: Vec<(RepoPath, DefinitionId)>,
    /// Methods that are asked for by name, of values that nothing is known of, where the name
    /// says too little for an edge; sorted.
    pub asked_for: Vec<Name>,
    /// Functions that calls of this file pass to parameters, of any file; sorted.
    pub callbacks: Vec<(FunctionParameter, Callback)>,
    /// Calls of what a parameter, of any file, holds; sorted.
    pub parameter_calls: Vec<ParameterCall>,
}

/// A parameter of a function, by its place among them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FunctionParameter {
    pub path: RepoPath,
    pub function: DefinitionId,
    pub index: u32,
}

/// What is passed to a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Callback {
    /// A function or a class.
    Function(RepoPath, DefinitionId),
    /// What a function without a name calls that is passed; whoever passes it depends on that
    /// already, so that it counts where the function is kept and called later.
    Inside(RepoPath, DefinitionId),
    /// Whatever this parameter is given.
    Parameter(FunctionParameter),
}

/// A call of whatever a parameter is given: what that is, other files say too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ParameterCall {
    pub from: EdgeSource,
    pub parameter: FunctionParameter,
    /// Index into the file's references, where one of them makes the call.
    pub reference: Option<u32>,
    /// The parameter is a constructor's, and what an instance has kept of it is called: that one
    /// instance has one of what all are given.
    pub is_of_instance: bool,
}

/// What is called to fill the parameters of a function where a framework calls it.
///
/// Only the whole graph can tell what is called so: routes, and what fills their parameters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Injected {
    /// A function, or an alias of a type: a definition of this file.
    pub of: DefinitionId,
    pub by: (RepoPath, DefinitionId),
    pub role: InjectedRole,
    pub confidence: Confidence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum InjectedRole {
    /// Is called.
    Dependency,
    /// Is called, and where it fails the function is called without what it gives.
    Optional,
    /// Is a class of which an instance is made, or given back.
    Model,
    /// Is a type's alias, which may say what is called.
    Alias,
}

/// An application, router or blueprint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Router {
    /// A variable at the top level of a file, or a field.
    Definition(RepoPath, DefinitionId),
    /// A local variable of a function.
    Local(RepoPath, DefinitionId, Name),
    /// What a file exports under this name (`default` for all of it) and calls nothing else.
    Export(RepoPath, Name),
    /// What one chain of registrations makes and nothing holds.
    Unnamed(RepoPath, ExprId),
}

/// The beginning of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Prefix {
    Known(Name),
    /// Known only when the code runs.
    Unknown,
}

/// Something that holds for every route of a router.
///
/// Which routes these are only the whole graph can tell: they may be registered in other
/// files than the hook.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hook {
    pub router: Router,
    /// The path prefix it is limited to, or that it serves below.
    pub prefix: Option<Prefix>,
    pub order: Option<RegistrationOrder>,
    pub kind: RouteHookKind,
    pub action: HookAction,
    /// The function that registers it; `None` at the file's top level.
    pub owner: Option<DefinitionId>,
    /// Stands in a branch, which need not be taken.
    pub is_conditional: bool,
    /// Where the router is a controller: the place among the hooks of its file, and for which
    /// actions this holds.
    pub controller: Option<(u32, ControllerHook)>,
    /// The routes that it leaves out, where it says some.
    pub limits: Option<Box<HookLimits>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum HookAction {
    /// This function runs before the routes.
    Run(RepoPath, DefinitionId, Confidence),
    /// The same, without the decorators around it.
    RunBare(RepoPath, DefinitionId, Confidence),
    /// This decorator is part of a function that runs before the routes.
    Decorate(RepoPath, DefinitionId, Confidence),
    /// Something from outside, by its dotted name, runs before the routes.
    RunOutside(Name, Confidence),
    /// The routes of another router are served below the prefix, behind these functions and
    /// what comes from outside.
    Mount(Router, Vec<(RepoPath, DefinitionId, Confidence)>, Vec<(Name, Confidence)>),
    /// The method of the controller that has the hook's name runs, if there is one.
    RunNamed,
    /// What runs before the routes of another router runs before those of this one too.
    Inherit(Router, Confidence),
    /// What has the hook's name does not run any more.
    Skip,
    /// All routes of the application are served below the prefix.
    Below,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileEdge {
    /// The definition that depends, or the file's top level.
    pub from: EdgeSource,
    pub to: EdgeTarget,
    pub kind: EdgeKind,
    pub confidence: Confidence,
    pub basis: Basis,
    pub running: Running,
    /// Index into the file's references, where one of them made the edge.
    pub reference: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EdgeSource {
    File,
    Definition(DefinitionId),
    /// A definition of another file: the variable or field that code of this file writes to.
    Elsewhere(RepoPath, DefinitionId),
    /// Index into the file's routes.
    Route(u32),
    /// Index into the file's tests.
    Test(u32),
}

/// What is depended on; by path and not by a number, so that it outlives a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EdgeTarget {
    File(RepoPath),
    Definition(RepoPath, DefinitionId),
    /// A package from outside, by its top-level name.
    Package(Name),
}

/// A reference that could not be followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Unresolved {
    /// Index into the file's references; `None` for an import, and for a file in which
    /// following values became too deep or too much and was cut short.
    pub reference: Option<u32>,
    /// The name or module, as written.
    pub name: Name,
    pub reason: UnresolvedReason,
}

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UnresolvedReason {
    /// An import that looks like a module of this repository, and is not there.
    MissingModule,
    /// The module was found and has no such name.
    MissingName,
    /// An attribute of a value whose type is not known.
    UnknownReceiver,
    /// The value comes through something that is not modelled.
    UnknownValue,
}
