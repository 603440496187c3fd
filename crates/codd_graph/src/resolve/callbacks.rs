//! What calls pass to parameters, and calls of what parameters are given: to be joined with
//! what other files say of the same.

use codd_facts::{Argument, Bound, DefinitionKind, Expr, ExprId};
use rustc_hash::FxHashMap;

use super::evaluate::Evaluator;
use super::handed_out::callers;
use super::value::{At, Flow, NO_FRAME, OWN, Value};
use super::{EdgeSet, source};
use crate::{
    Basis, Callback, Confidence, EdgeKind, EdgeSource, EdgeTarget, FileEdge, FunctionParameter,
    ParameterCall, Running,
};

/// Containers in containers that are looked into.
const MAX_DEPTH: u32 = 2;

pub(super) fn resolve(evaluator: &mut Evaluator<'_>, edges: &mut EdgeSet) {
    let semantics = evaluator.semantics(OWN);
    let callers = callers(&semantics);
    let mut run_by: FxHashMap<ExprId, Vec<(u32, &[ExprId])>> = FxHashMap::default();
    for it in &semantics.handed {
        run_by.entry(it.call).or_default().push((it.argument, &it.runs));
    }
    for (at, expr) in semantics.exprs.iter().enumerate() {
        let without_name = run_by.remove(&ExprId(at as u32)).unwrap_or_default();
        let decorated;
        let (callee, arguments) = match expr {
            Expr::Call { callee, arguments } if !arguments.is_empty() => {
                (callee, arguments.as_slice())
            }
            Expr::Decorated { by, of } => {
                decorated = [Argument { name: None, value: *of }];
                (by, decorated.as_slice())
            }
            _ => continue,
        };
        let mut handed: Vec<(&Argument, Vec<Callback>)> = Vec::new();
        for argument in arguments {
            // Constants are no functions, and most of what is passed.
            let place = handed.len() as u32;
            let of_argument = without_name.iter().filter(|it| it.0 == place);
            let runs: Vec<ExprId> = of_argument.flat_map(|it| it.1).copied().collect();
            let is_constant =
                matches!(semantics.expr(argument.value), Expr::Literal | Expr::Text(_));
            let is_inline = !runs.is_empty();
            let own = (!is_inline && !is_constant).then_some(argument.value);
            let mut values = Vec::new();
            for value in own.into_iter().chain(runs) {
                let flows = evaluator.opened(OWN, value, NO_FRAME);
                for flow in flows.flows() {
                    // What is made in it is told by who makes it.
                    if !is_inline || evaluator.is_plain_function(&flow.value) {
                        evaluator.handed(&flow.value, &mut values, 0);
                    }
                }
            }
            if is_inline {
                values = values.into_iter().filter_map(inside).collect();
            }
            handed.push((argument, values));
        }
        if handed.iter().all(|(_, values)| values.is_empty()) {
            continue;
        }
        let callees = evaluator.opened(OWN, *callee, NO_FRAME);
        if callees.flows().iter().any(|it| is_caller(evaluator, &it.value))
            && let Some(caller) = callers.get(&ExprId(at as u32))
        {
            let from = source(caller.owner);
            for function in handed.iter().flat_map(|(_, values)| values) {
                if let Callback::Function(path, id) = function {
                    edges.add(FileEdge {
                        from: from.clone(),
                        to: EdgeTarget::Definition(path.clone(), *id),
                        kind: EdgeKind::Calls,
                        confidence: Confidence::Probable,
                        basis: Basis::Flow,
                        running: Running::surely(Confidence::Possible),
                        reference: None,
                    });
                }
            }
        }
        let first = evaluator.given_arguments(OWN, *callee, arguments);
        for flow in callees.flows() {
            for (function, shift) in evaluator.called(&flow.value) {
                hand_over(evaluator, edges, function, shift, &handed[first..]);
            }
        }
    }
}

/// What is called in a function without a name.
fn inside(called: Callback) -> Option<Callback> {
    match called {
        Callback::Function(path, id) | Callback::Inside(path, id) => {
            Some(Callback::Inside(path, id))
        }
        // Its own parameters, and those of the function around.
        Callback::Parameter(_) => None,
    }
}

/// Whether a value is a function from outside that calls at once what it is given.
fn is_caller(evaluator: &Evaluator<'_>, value: &Value) -> bool {
    let functions = evaluator.conventions(OWN).calling_functions;
    matches!(value, Value::External(name) if functions.contains(&name.as_str()))
}

/// Records a call of what parameters hold.
pub(super) fn called(
    evaluator: &Evaluator<'_>,
    edges: &mut EdgeSet,
    from: EdgeSource,
    reference: u32,
    parameters: &[(At, u32)],
) {
    for (function, index) in parameters {
        let parameter = evaluator.function_parameter(*function, *index);
        let is_inside = function.file == OWN && from == EdgeSource::Definition(function.id);
        edges.parameter_calls.push(ParameterCall {
            from: from.clone(),
            parameter,
            reference: Some(reference),
            is_of_instance: !is_inside && evaluator.is_constructor(*function),
        });
    }
}

fn hand_over(
    evaluator: &mut Evaluator<'_>,
    edges: &mut EdgeSet,
    function: At,
    shift: usize,
    arguments: &[(&Argument, Vec<Callback>)],
) {
    let mut place = shift;
    for (argument, values) in arguments {
        let parameters = &evaluator.definition(function).parameters;
        let index = match &argument.name {
            Some(name) => parameters.iter().position(|it| it.name == *name),
            None => {
                let index = place;
                place += 1;
                (index < parameters.len())
                    .then_some(index)
                    .or_else(|| parameters.iter().position(|it| it.is_variadic))
            }
        };
        let Some(index) = index else { continue };
        if values.iter().any(|it| !matches!(it, Callback::Parameter(..)))
            && let Some(method) = evaluator.only_method(function, index)
        {
            implemented(evaluator, edges, method, values);
        }
        let to = evaluator.function_parameter(function, index as u32);
        let is_other = |it: &&Callback| **it != Callback::Parameter(to.clone());
        edges.callbacks.extend(values.iter().filter(is_other).map(|it| (to.clone(), it.clone())));
    }
}

/// What is passed for an interface of one method is that method.
fn implemented(evaluator: &Evaluator<'_>, edges: &mut EdgeSet, method: At, values: &[Callback]) {
    let from = match method.file {
        OWN => EdgeSource::Definition(method.id),
        file => EdgeSource::Elsewhere(evaluator.path(file).clone(), method.id),
    };
    for value in values {
        let (Callback::Function(path, id) | Callback::Inside(path, id)) = value else { continue };
        let to = EdgeTarget::Definition(path.clone(), *id);
        edges.add_implied(from.clone(), to, EdgeKind::Calls, Confidence::Possible);
    }
}

impl Evaluator<'_> {
    /// The one method of the interface that a parameter is declared to be, in a language in
    /// which functions are passed for such.
    fn only_method(&mut self, function: At, index: usize) -> Option<At> {
        if self.conventions(function.file).function_methods.is_empty() {
            return None;
        }
        let annotation = self.definition(function).parameters[index].annotation?;
        let types = self.opened(function.file, annotation, NO_FRAME);
        let [Flow { value: Value::Definition { at, .. }, .. }] = types.flows() else { return None };
        let semantics = self.semantics(at.file);
        if semantics.definition(at.id).kind != DefinitionKind::Interface {
            return None;
        }
        let bindings = &semantics.scope(semantics.definition(at.id).body?).bindings;
        let mut methods = bindings.iter().filter_map(|it| match it.bound {
            Bound::Definition(id) => {
                let it = semantics.definition(id);
                (it.kind == DefinitionKind::Method && it.flags.is_abstract).then_some(id)
            }
            _ => None,
        });
        let id = methods.next()?;
        methods.next().is_none().then_some(At { file: at.file, id })
    }

    /// Whether an instance is made by a call of it.
    pub(super) fn is_constructor(&self, function: At) -> bool {
        let definition = self.definition(function);
        let names = self.conventions(function.file).constructors;
        let of_class = |id| self.definition(At { id, ..function });
        definition.kind.can_be_made()
            || names.contains(&definition.name.as_str())
            || definition.parent.is_some_and(|it| {
                let class = of_class(it);
                class.kind.can_be_made() && class.name == definition.name
            })
    }

    fn function_parameter(&self, function: At, index: u32) -> FunctionParameter {
        let path = self.path(function.file).clone();
        FunctionParameter { path, function: function.id, index }
    }

    fn is_plain_function(&self, value: &Value) -> bool {
        match value {
            Value::Definition { at, .. } | Value::Method { at, .. } => {
                self.definition(*at).kind.is_function()
            }
            _ => false,
        }
    }

    /// The functions and parameters that a value is, or holds as items.
    fn handed(&mut self, value: &Value, out: &mut Vec<Callback>, depth: u32) {
        match value {
            Value::Definition { at, .. } | Value::Method { at, .. } => {
                let kind = self.definition(*at).kind;
                let can_be_made = kind.can_be_made();
                if !can_be_made && !kind.is_function() {
                    return;
                }
                let mut functions = vec![*at];
                if can_be_made {
                    functions.extend(self.called(value).into_iter().map(|it| it.0));
                }
                out.extend(
                    functions
                        .into_iter()
                        .map(|it| Callback::Function(self.path(it.file).clone(), it.id)),
                );
            }
            Value::Parameter { function, index } => {
                out.push(Callback::Parameter(self.function_parameter(*function, *index)));
            }
            Value::Container(site) if depth < MAX_DEPTH => {
                let items = self.items(*site, None);
                for item in items.flows() {
                    self.handed(&item.value, out, depth + 1);
                }
            }
            _ => {}
        }
    }
}
