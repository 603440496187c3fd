//! In which order functions are looked at.

use codd_facts::FlowFunctionKind;
use petgraph::graph::{DiGraph, NodeIndex};

use super::Engine;
use crate::program::FnIx;

impl Engine<'_> {
    /// Functions, those that are called before those that call them.
    pub(super) fn order(&self) -> Vec<Vec<FnIx>> {
        let mut calls: DiGraph<FnIx, ()> = DiGraph::new();
        for ix in 0..self.program.functions.len() as u32 {
            calls.add_node(FnIx(ix));
        }
        let node = |ix: FnIx| NodeIndex::new(ix.0 as usize);
        for ix in 0..self.program.functions.len() as u32 {
            let ix = FnIx(ix);
            for call in &self.program.function(ix).calls {
                let target = call.target;
                let runs = match self.program.body(target).kind {
                    FlowFunctionKind::Class => {
                        let methods = &self.program.function(target).methods;
                        let names = ["__init__", "constructor", "initialize"];
                        names.iter().find_map(|it| methods.get(*it)).copied()
                    }
                    _ => Some(target),
                };
                if let Some(runs) = runs {
                    calls.update_edge(node(ix), node(runs), ());
                }
            }
            if let Some(parent) = self.program.parent(ix) {
                calls.update_edge(node(parent), node(ix), ());
            }
        }
        let components = petgraph::algo::kosaraju_scc(&calls);
        components
            .into_iter()
            .map(|component| {
                let mut all: Vec<FnIx> = component.into_iter().map(|it| calls[it]).collect();
                all.sort_unstable();
                all
            })
            .collect()
    }
}
