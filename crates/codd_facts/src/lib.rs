//! What one file says: bytes in, facts out, no other file.
//!
//! [`parse()`] gives a [`Parsed`] (text and tree), [`extract`] gives its [`FileFacts`]; each
//! language is one folder under `languages/` and one line in its table. Facts come in two
//! halves: [`Semantics`], which holds no position and is all that resolution reads, and
//! [`Places`], which says where things are and whether their text changed. An edit that
//! moves code changes places alone.

mod around;
mod banners;
mod budget;
mod builder;
mod certainty;
mod chains;
mod classify;
mod clients;
mod code_links;
mod commands;
mod controllers;
mod conventions;
#[cfg(test)]
mod directive_tests;
mod documentation;
mod documents;
mod endpoints;
mod facts;
mod flow;
mod ids;
mod interface;
mod language;
pub mod languages;
mod links;
mod listed;
mod locks;
mod lowering;
mod modelled;
#[cfg(test)]
mod nesting_tests;
mod node;
mod open_paths;
mod packages;
mod parse;
mod path_rules;
mod programs;
#[cfg(test)]
mod render;
mod reread;
mod resource_links;
mod resources;
mod routes;
mod semantics;
mod services;
mod settings;
mod switches;
mod tables;
mod text_links;
mod tree;
mod unread_routes;
mod views;

pub(crate) use self::switches::says_default;
pub use chains::chained_router;
pub use classify::{FileClass, classify};
pub use controllers::{Actions, ControllerHook, Held};
pub use conventions::{
    Conventions, InheritedTests, Library, OutsideCall, Pointing, conventions_of,
};
pub use endpoints::{OPEN_SEGMENT, ROUTE_NAME, UNKNOWN_PREFIX, route_segments};
pub use facts::{DefinitionPlace, FileFacts, Hash64, ParseErrors, PartHasher, Places, TokenHasher};
pub use flow::{
    FlowArgument, FlowCase, FlowClause, FlowFacts, FlowFunction, FlowFunctionKind, FlowName,
    FlowOperator, FlowParameter, FlowParameterKind, FlowStatement, FlowValue, FunctionId, ValueId,
};
pub use interface::interface;
pub use language::{Aside, Language, LanguageRef, ModuleTarget, Modules, ProjectFiles, Trivia};
pub use languages::{
    all_languages, code_language_of, is_code_language, is_script, language_named, language_of,
    names_of,
};
pub use links::{Link, LinkKind, LinkRole};
pub use modelled::Modelled;
pub use open_paths::{common_end, known_path, push_part, written_path};
pub use packages::{DeclaredPackages, Fit, declared_packages, set_up_files};
pub use parse::{ParseFailure, Parsed, extract, flow, parse, tree_of};
pub use path_rules::{PathPattern, PathRule, PathRules};
pub use routes::{
    ComputedPath, HookLimits, Injection, Listener, RegistrationOrder, Route, RouteHook,
    RouteHookKind, RouterPrefix, VIEW_SET_ACTIONS,
};
pub use semantics::{
    Added, Argument, Binding, Bound, Certainty, ContainerKind, Definition, DefinitionFlags,
    DefinitionId, DefinitionKind, Export, Exports, Expr, ExprId, Extension, HANDLED,
    HANDLED_ALWAYS, Handed, Import, ImportId, ImportItem, ImportRequest, Item, MODULE_SCOPE,
    Member, NO_FALLBACK, Name, OPENED_FOR_ALL, OPENS_OTHERS, OPERATED, Offer, POINTED_TO,
    Parameter, Reference, ReferenceKind, Scope, ScopeId, ScopeKind, Semantics, TAKING_IT, TestCase,
    WEAK_POLICY, WITHOUT_FILTERS,
};
pub use services::operation_key;
pub use settings::{is_of_data_file, setting_home};
pub use switches::is_leaving_out;
pub use unread_routes::CALLED_ELSEWHERE;

/// Part of every key under which facts are stored: raise it when extraction changes.
pub const EXTRACTOR_VERSION: u32 = 58;
