//! Middleware that a project writes itself in Go: whether somebody who says nothing of who they
//! are gets through it, whatever it is called.

mod called;
mod calls;
mod index;
mod returned;
mod seen;
mod walk;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use codd_controls::ScopePattern;
use codd_facts::{
    FileFacts, FlowFacts, FlowName, FlowParameter, FlowParameterKind, FlowValue, FunctionId,
};
use codd_graph::{EdgeKind, HalfEdge, NodeId, NodePlace};
use codd_source::RepoPath;

use self::index::Index;
use self::seen::Seen;
use self::walk::{Function, Walk};
use super::{Models, Refuses, ends, function_at};
use crate::SnapshotView;
use crate::targets::{Outside, outside_name};

/// Statements and calls that are looked at for one function that runs before routes.
const MAX_STEPS: u32 = 20_000;

/// Constants by which one function makes different middleware.
const MAX_CONSTANTS: usize = 8;

/// What asks who somebody is, beside what reads a header or cookie.
const ASKS: &[&str] = &[
    "github.com/dgrijalva/jwt-go/request.ParseFromRequest*",
    "github.com/golang-jwt/jwt/request.ParseFromRequest*",
    "github.com/golang-jwt/jwt/*/request.ParseFromRequest*",
    "github.com/go-chi/jwtauth.FromContext",
    "github.com/go-chi/jwtauth/*.FromContext",
    "github.com/go-chi/jwtauth.VerifyRequest",
    "github.com/go-chi/jwtauth/*.VerifyRequest",
];

/// How a framework lets middleware turn somebody away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// gin goes on by itself, unless it is told to stop.
    Aborting,
    /// The others go on where what comes next is called.
    Calling,
}

/// The functions that run before routes, asked one after the other.
pub(crate) struct Middleware<'a> {
    view: SnapshotView<'a>,
    models: &'a Models,
    asks: codd_controls::Scope,
    steps: Cell<u32>,
    /// The files that were looked at.
    files: RefCell<BTreeMap<RepoPath, Rc<Index>>>,
}

/// What some of a project's functions are, as middleware.
pub(crate) struct OfFunction {
    /// Whoever uses it.
    pub(crate) refuses: Refuses,
    /// What it is where constants make it, by who makes it.
    pub(crate) by_constants: Vec<(HalfEdge, Refuses)>,
}

impl<'a> Middleware<'a> {
    pub(crate) fn new(view: SnapshotView<'a>, models: &'a Models) -> Middleware<'a> {
        let symbols = ASKS.iter().filter_map(|it| ScopePattern::of_names(it).ok()).collect();
        let asks = codd_controls::Scope { symbols, ..codd_controls::Scope::default() };
        Middleware { view, models, asks, steps: Cell::new(0), files: RefCell::default() }
    }

    /// Whether a function that runs before a route, or makes what does, turns away who does not
    /// say who they are.
    pub(crate) fn of(&self, id: NodeId) -> OfFunction {
        let refuses = self.refuses(id, &[]);
        let mut by_constants = Vec::new();
        if refuses != Refuses::Surely {
            let mut known: BTreeMap<Vec<(usize, bool)>, Refuses> = BTreeMap::new();
            for edge in self.view.graph.dependents(id) {
                let constants = self.constants(edge).unwrap_or_default();
                if constants.is_empty()
                    || known.len() >= MAX_CONSTANTS && !known.contains_key(&constants)
                {
                    continue;
                }
                let made = *known
                    .entry(constants)
                    .or_insert_with_key(|constants| self.refuses(id, constants));
                by_constants.push((*edge, made));
            }
        }
        OfFunction { refuses, by_constants }
    }

    /// The constants that a call gives, by their places, and whether they are true or have
    /// something in them.
    fn constants(&self, edge: &HalfEdge) -> Option<Vec<(usize, bool)>> {
        if edge.kind != EdgeKind::Calls {
            return None;
        }
        let path = &self.view.graph.node(edge.node).key.path;
        let file = self.view.files.get(path)?;
        let (flow, facts) = (file.hits.flow.as_deref()?, file.facts.as_ref()?);
        let used = facts.places.used_at(edge.reference?)?.end;
        let index = self.index(path, flow, facts);
        let arguments = index.arguments(flow, used)?;
        let constants =
            arguments.iter().enumerate().filter_map(|(at, it)| match flow.value(it.value) {
                FlowValue::Boolean(it) => Some((at, *it)),
                FlowValue::Text(it) => Some((at, !flow.name(*it).is_empty())),
                _ => None,
            });
        Some(constants.collect())
    }

    fn refuses(&self, id: NodeId, constants: &[(usize, bool)]) -> Refuses {
        self.steps.set(0);
        let Some(function) = self.function(id) else { return Refuses::No };
        let index = self.index(function.path, function.flow, function.facts);
        let known: BTreeMap<FlowName, Seen> = constants
            .iter()
            .filter_map(|(at, is_so)| {
                let parameters = function.own().parameters.iter();
                let mut parameters = parameters.filter(|it| it.kind != FlowParameterKind::Receiver);
                let parameter = parameters.nth(*at)?;
                match function.flow.value(parameter.target) {
                    FlowValue::Name(name) if !index.is_given_again(function.id, *name) => {
                        Some((*name, Seen::known(*is_so)))
                    }
                    _ => None,
                }
            })
            .collect();
        let found = if function.style().is_some() {
            vec![Some(function.id)]
        } else {
            returned::functions(&function, &known)
        };
        let mut all = found.into_iter().map(|it| match it {
            Some(id) => Walk::new(self, &function.at(id), known.clone()).refuses(),
            None => Refuses::Perhaps,
        });
        let Some(first) = all.next() else { return Refuses::No };
        let found = all.fold((first, first), |(least, most), it| (least.min(it), most.max(it)));
        match found {
            // Which of several it makes, nobody knows.
            (least, most) if least != most => Refuses::Perhaps,
            (only, _) => only,
        }
    }

    /// A function of the project with its code.
    fn function(&self, id: NodeId) -> Option<Function<'a>> {
        let node = self.view.graph.node(id);
        let NodePlace::Definition(definition) = node.place else { return None };
        let file = self.view.files.get(&node.key.path)?;
        let (flow, facts) = (file.hits.flow.as_deref()?, file.facts.as_ref()?);
        if facts.language != "go" || !facts.semantics.definition(definition).kind.is_function() {
            return None;
        }
        let id = function_at(flow, facts, definition)?;
        Some(Function { path: &node.key.path, facts, flow, definition, id })
    }

    /// What is known of a file, which is looked through once.
    fn index(&self, path: &RepoPath, flow: &FlowFacts, facts: &FileFacts) -> Rc<Index> {
        let known = self.files.borrow().get(path).cloned();
        if let Some(known) = known {
            return known;
        }
        let (asks, packages) = self.outside(facts);
        let made = Rc::new(Index::of(flow, asks, packages));
        self.files.borrow_mut().insert(path.clone(), Rc::clone(&made));
        made
    }

    /// Where names end in a file by which it is asked who somebody is, and those of what comes
    /// from outside.
    fn outside(&self, facts: &FileFacts) -> (BTreeSet<u32>, BTreeSet<u32>) {
        let semantics = &facts.semantics;
        let asks = ends(facts, |it| {
            outside_name(semantics, it.target).is_some_and(|it| {
                self.asks.takes_symbol(&[it.as_str()]) || self.models.asks.takes(&it)
            })
        });
        (asks, ends(facts, |it| outside_name(semantics, it.target).is_some()))
    }

    /// Whether there is still something to look at for.
    fn step(&self) -> bool {
        self.steps.set(self.steps.get().saturating_add(1));
        self.steps.get() <= MAX_STEPS
    }
}

/// How a function goes on with a request, and the name of what it is given for that.
fn style_of(flow: &FlowFacts, id: FunctionId) -> Option<(Style, FlowName)> {
    flow.function(id).parameters.iter().find_map(|it| {
        let FlowValue::Name(name) = flow.value(it.target) else { return None };
        let style = match type_of(flow, it)? {
            ("gin", "Context") => Style::Aborting,
            ("echo", "Context") | ("fiber", "Ctx") | ("http", "ResponseWriter") => Style::Calling,
            _ => return None,
        };
        Some((style, *name))
    })
}

/// The package and the name of a parameter's type.
fn type_of<'f>(flow: &'f FlowFacts, parameter: &FlowParameter) -> Option<(&'f str, &'f str)> {
    let FlowValue::Attribute { base, name } = flow.value(parameter.annotation?) else {
        return None;
    };
    let FlowValue::Name(package) = flow.value(*base) else { return None };
    Some((flow.name(*package).as_str(), flow.name(*name).as_str()))
}
