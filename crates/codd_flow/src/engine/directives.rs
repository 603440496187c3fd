//! Functions that say in their first statement who may call them: `"use server"`.

use codd_facts::{
    FlowFacts, FlowFunction, FlowFunctionKind, FlowName, FlowStatement, FlowValue, FunctionId,
    ValueId,
};

use super::Engine;
use crate::models::HandlerModel;

/// The variable that holds what a module exports.
const EXPORTS: &str = "exports";

impl Engine<'_> {
    /// Notes what functions are given that a directive hands to whoever asks.
    pub(super) fn note_directives(&mut self) {
        let models: Vec<HandlerModel> =
            self.models.handlers.iter().filter(|it| it.directive.is_some()).cloned().collect();
        if models.is_empty() {
            return;
        }
        for file in 0..self.program.files.len() as u32 {
            let flow = self.program.files[file as usize].flow;
            for model in &models {
                let Some(directive) = &model.directive else { continue };
                for id in directed(flow, directive) {
                    let ix = self.program.in_file(file, id);
                    self.note_handler(ix, model, "");
                }
            }
        }
    }
}

/// The functions of a file that a directive is about.
fn directed(flow: &FlowFacts, directive: &str) -> Vec<FunctionId> {
    // Most files do not even name it.
    if !flow.names.iter().any(|it| it == directive) {
        return Vec::new();
    }
    let mut found: Vec<FunctionId> = Vec::new();
    for (at, function) in flow.functions.iter().enumerate() {
        if !begins_with(flow, function, directive) {
            continue;
        }
        match function.kind {
            FlowFunctionKind::Function | FlowFunctionKind::Lambda => {
                found.push(FunctionId(at as u32));
            }
            FlowFunctionKind::Module => found.extend(exported(flow, function)),
            FlowFunctionKind::Class => {}
        }
    }
    found
}

/// Whether the first statement is that text; functions are there before it, and bundlers refuse a
/// file whose imports are, so that whoever wrote one meant it.
fn begins_with(flow: &FlowFacts, function: &FlowFunction, directive: &str) -> bool {
    for statement in &function.body {
        match statement {
            FlowStatement::Define(_) | FlowStatement::Bring { .. } => {}
            FlowStatement::Assign { target, .. } if export_of(flow, *target).is_some() => {}
            FlowStatement::Evaluate(value) => match flow.value(*value) {
                FlowValue::Text(text) if flow.name(*text) == directive => return true,
                FlowValue::Text(_) => {}
                _ => return false,
            },
            _ => return false,
        }
    }
    false
}

/// The name that an assignment exports something by.
fn export_of(flow: &FlowFacts, target: ValueId) -> Option<FlowName> {
    let FlowValue::Attribute { base, name } = flow.value(target) else { return None };
    let FlowValue::Name(of) = flow.value(*base) else { return None };
    (flow.name(*of) == EXPORTS).then_some(*name)
}

/// The functions that a module exports.
fn exported(flow: &FlowFacts, module: &FlowFunction) -> Vec<FunctionId> {
    let function = |value: ValueId| match flow.value(value) {
        FlowValue::Function(id) => Some(*id),
        _ => None,
    };
    let named = |name: FlowName| {
        module.body.iter().find_map(|it| match it {
            FlowStatement::Define(id) if flow.function(*id).name == Some(name) => Some(*id),
            FlowStatement::Assign { target, value } => match flow.value(*target) {
                FlowValue::Name(own) if *own == name => function(*value),
                _ => None,
            },
            _ => None,
        })
    };
    let exports = module.body.iter().filter_map(|it| match it {
        FlowStatement::Assign { target, value } => export_of(flow, *target).map(|_| *value),
        _ => None,
    });
    let functions = exports.filter_map(|value| match flow.value(value) {
        FlowValue::Name(name) => named(*name),
        _ => function(value),
    });
    functions.collect()
}
