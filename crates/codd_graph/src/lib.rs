//! The facts of all files and the controls joined: resolution, nodes, edges, reachability.
//!
//! [`resolve_file`] turns one file's facts into [`FileEdges`], reading other files through
//! their interfaces alone; [`Graph::build`] joins those of every file with the controls.
//! Everything is a pure function of its arguments.

mod build;
mod callbacks;
mod edges;
mod edited;
mod given;
mod graph;
mod hooks;
mod implicit;
mod inherited;
mod injections;
mod links;
mod names;
mod node;
mod overrides;
mod places;
mod project;
mod proxies;
mod reach;
mod record;
mod resolve;
mod running;
mod scopes;
mod structural;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod visit;

pub use edges::{
    Basis, Callback, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, FileEdges,
    FunctionParameter, Hook, HookAction, Injected, InjectedRole, ParameterCall, Prefix, Router,
    Running, Unresolved, UnresolvedReason,
};
pub use edited::{EditedFile, Joined};
pub use graph::{Edge, Graph, GraphFile, HalfEdge, Statistics};
pub use hooks::application_of;
pub use inherited::InheritedTest;
pub use node::{Node, NodeId, NodeKey, NodeKind, NodePlace};
pub use project::{Arity, Candidate, PlainProject, Project, candidates_of};
pub use reach::{DEPENDING, RUNNING, Reach, ReachOptions, ReachedNode};
pub use record::{GraphRecord, JoinedRecord, RecordTables};
pub use resolve::{find_name, resolve_file, root_of};
pub use running::{Asked, Initialisers, RunOptions, Target, Ways};
pub use scopes::{govern, takes_symbol};
pub use visit::GraphView;
