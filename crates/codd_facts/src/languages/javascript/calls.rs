//! Member accesses and calls, and what is passed and given by them.

use super::classes::is_function;
use super::patterns::{bare_value, string_text};
use super::walker::{Given, Here, READ, Use, Walker};
use crate::node::{Node, children, field};
use crate::{ContainerKind, Expr, ExprId, Handed, ImportItem, Item};

/// The arguments that spreading a sequence is taken for.
const MAX_SPREAD: usize = 6;

/// What is counted as not modelled where code is made of text.
pub(super) const CODE_FROM_STRING: &str = "code run from a string";

/// What a call passes.
#[derive(Default)]
struct Passed {
    values: Vec<ExprId>,
    /// By place, what functions without a name call.
    run: Vec<(u32, Vec<ExprId>)>,
}

impl<'t> Walker<'t> {
    pub(super) fn super_class(&mut self, here: Here) -> ExprId {
        match here.class {
            Some(class) => self.add(Expr::Super { class }),
            None => self.unknown(),
        }
    }

    /// Member accesses and calls, from the innermost out: chains can be long.
    pub(super) fn chain(&mut self, node: Node<'t>, here: Here, usage: Use) -> ExprId {
        if node.kind() == "call_expression" && self.universal_module(node, here) {
            return self.unknown();
        }
        let mut links = vec![node];
        while let Some(inner) = links.last().and_then(|last| inner_of(*last)) {
            links.push(inner);
        }
        let mut value = None;
        for at in (0..links.len()).rev() {
            let link = links[at];
            let usage = usage_in(&links[..at], usage);
            let start = self.semantics().references.len();
            let given = match value {
                None => self.chain_head(link, links.get(at.wrapping_sub(1)).copied(), here, usage),
                Some(base) => self.chain_link(link, base, here, usage),
            };
            let mut around = links[..at].iter().rev();
            if around.find(|it| it.kind() != "non_null_expression").is_some_and(takes_part) {
                self.builder.take_apart(start, given);
            }
            value = Some(given);
        }
        value.unwrap_or_else(|| self.unknown())
    }

    fn chain_head(
        &mut self,
        head: Node<'t>,
        around: Option<Node<'t>>,
        here: Here,
        usage: Use,
    ) -> ExprId {
        if let Some(around) = around
            && around.kind() == "call_expression"
        {
            if head.kind() == "super" {
                let class = self.super_class(here);
                let constructor = self.attribute(class, "constructor");
                self.refer(constructor, head, usage, here);
                return constructor;
            }
            if head.kind() == "import" || self.required_module(around, here).is_some() {
                return self.unknown();
            }
        }
        if inner_of(head).is_none() && is_link(head) {
            return self.unknown();
        }
        self.expr(head, here, usage)
    }

    fn chain_link(&mut self, link: Node<'t>, base: ExprId, here: Here, usage: Use) -> ExprId {
        match link.kind() {
            "member_expression" | "nested_identifier" | "nested_type_identifier" => {
                let property = field(link, "property").or_else(|| field(link, "name"));
                let Some(property) = property else { return self.unknown() };
                let name = property.text();
                self.note_global_eval(base, name);
                let target = self.attribute(base, name);
                // The promise of `import()`, not the module, has these.
                let is_of_promise = matches!(name, "then" | "catch" | "finally")
                    && matches!(self.semantics().expr(base), Expr::Import(_));
                if !is_of_promise {
                    self.refer(target, property, usage, here);
                }
                target
            }
            "subscript_expression" => self.subscript(link, base, here, usage),
            "call_expression" => self.call_link(link, base, here),
            _ => base,
        }
    }

    fn subscript(&mut self, link: Node<'t>, base: ExprId, here: Here, usage: Use) -> ExprId {
        let Some(index) = field(link, "index") else { return self.unknown() };
        match index.kind() {
            "string" => {
                let name = string_text(index.text());
                self.note_global_eval(base, name);
                let target = self.attribute(base, name);
                self.refer(target, index, usage, here);
                target
            }
            "number" => {
                let key = Some(index.text().into());
                let target = self.add(Expr::Index { base, key });
                self.refer_to_item(target, index, usage, here);
                target
            }
            _ => {
                self.expr(index, here, READ);
                let target = self.element(base);
                self.refer_to_item(target, index, usage, here);
                target
            }
        }
    }

    /// `table[key]()` calls what the table holds; reading of an item what holds it says enough.
    fn refer_to_item(&mut self, target: ExprId, index: Node<'t>, usage: Use, here: Here) {
        if matches!(usage, Use::Called(_)) {
            self.refer(target, index, usage, here);
        }
    }

    /// Counts `eval` of the global object.
    fn note_global_eval(&mut self, base: ExprId, name: &str) {
        const GLOBALS: &[&str] = &["frames", "global", "globalThis", "self", "window"];
        let is_global = match self.builder.semantics.expr(base) {
            Expr::Name { scope, name } => {
                GLOBALS.contains(&name.as_str()) && self.lookup(*scope, name).is_none()
            }
            _ => false,
        };
        if is_global && matches!(name, "eval" | "Function") {
            self.builder.not_modelled(CODE_FROM_STRING);
        }
    }

    /// Counts a call of `Function`, which makes a function of texts.
    fn note_function_of_text(&mut self, callee: Node<'t>, here: Here) {
        let callee = bare_value(callee);
        if callee.text() == "Function" && self.lookup(here.scope, "Function").is_none() {
            self.builder.not_modelled(CODE_FROM_STRING);
        }
    }

    fn call_link(&mut self, link: Node<'t>, callee: ExprId, here: Here) -> ExprId {
        let returned = self.folded_return.take();
        let types = field(link, "type_arguments").map(|it| self.type_arguments(it, here));
        if let Some(module) = self.required_module(link, here) {
            let import = self.import(&module, ImportItem::Module, link, here);
            return self.add(Expr::Import(import));
        }
        let Some(arguments) = field(link, "arguments") else { return self.unknown() };
        if arguments.kind() == "template_string" {
            self.template(arguments, here);
            return self.call(callee, Vec::new());
        }
        let function = field(link, "function");
        if let Some(function) = function {
            self.note_function_of_text(function, here);
            if self.amd_call(function, arguments, here) {
                return self.unknown();
            }
            if let Some(value) = self.reflected(function, arguments, here) {
                return value;
            }
            if let Some(value) = self.prototype_call(function, arguments, here) {
                return value;
            }
            if self.test_call(function, arguments, here) {
                return self.unknown();
            }
            if let Some(values) = self.route_call(link, function, callee, arguments, here) {
                return self.call(callee, values);
            }
            if is_function(bare_value(function)) {
                // A function that is called where it stands gives what it returns.
                self.arguments(arguments, callee, here);
                return returned.unwrap_or_else(|| self.unknown());
            }
            if self.exporting_call(function, arguments, here) {
                return self.unknown();
            }
            self.note_mock(function, arguments, here);
            // `Object.freeze(x)` is `x`.
            if matches!(function.text(), "Object.freeze" | "Object.seal") {
                let values = self.arguments(arguments, callee, here);
                return values.first().copied().unwrap_or_else(|| self.unknown());
            }
        }
        if let Some(function) = function
            && matches!(self.semantics().expr(callee), Expr::Call { .. })
        {
            self.refer(callee, function, Use::Called(argument_count(arguments)), here);
        }
        let Passed { values, run } = self.passed(arguments, callee, here);
        let returned = self.folded_return.take();
        let noted = values.clone();
        let function = self.applied(callee, types.unwrap_or_default());
        let call = self.call(function, values);
        self.note_handed(call, run);
        self.note_registering_call(callee, here);
        self.note_given(callee, &noted, here);
        self.note_put(callee, &noted, here);
        self.note_listener(callee, &noted, here);
        self.well_known_result(callee, call, returned)
    }

    /// `jest.mock("./a")`: the file depends on that module, or on what stands for it.
    fn note_mock(&mut self, function: Node<'t>, arguments: Node<'t>, here: Here) {
        let is_mock =
            matches!(function.text(), "jest.doMock" | "jest.mock" | "vi.doMock" | "vi.mock");
        if is_mock && let Some(module) = arguments.first_child().filter(|it| it.kind() == "string")
        {
            self.import(string_text(module.text()), ImportItem::Module, module, here);
        }
    }

    /// `Reflect.apply(f, …)`, `Reflect.construct(C, …)`, `Reflect.get(object, "name")`, which
    /// are a call, an instance and an attribute.
    fn reflected(&mut self, function: Node<'t>, arguments: Node<'t>, here: Here) -> Option<ExprId> {
        let called = match function.text() {
            "Reflect.apply" | "Reflect.construct" => true,
            "Reflect.get" => false,
            _ => return None,
        };
        let all = children(arguments);
        let (first, rest) = all.split_first()?;
        if called {
            let callee = self.expr(*first, here, Use::Called(None));
            for argument in rest {
                self.expr(*argument, here, READ);
            }
            return Some(self.call(callee, Vec::new()));
        }
        let key = rest.first().filter(|it| it.kind() == "string")?;
        let base = self.expr(*first, here, READ);
        let value = self.attribute(base, string_text(key.text()));
        self.refer(value, *key, READ, here);
        Some(value)
    }

    /// What methods of arrays and promises give, beside what a class of that name would.
    fn well_known_result(
        &mut self,
        callee: ExprId,
        call: ExprId,
        returned: Option<ExprId>,
    ) -> ExprId {
        if let Some(component) = self.loaded_component(callee, returned) {
            return self.either(vec![call, component]);
        }
        let Expr::Attribute { base, name } = self.semantics().expr(callee).clone() else {
            return call;
        };
        let known = match (name.as_str(), returned) {
            ("map" | "flatMap", Some(value)) => {
                let items = vec![Item { key: None, value }];
                self.add(Expr::Container { kind: ContainerKind::Sequence, items })
            }
            ("then" | "catch" | "reduce", Some(value)) => value,
            ("filter" | "slice" | "concat" | "reverse" | "sort" | "values", _) => base,
            ("find" | "findLast" | "at" | "pop" | "shift", _) => self.element(base),
            _ => return call,
        };
        self.either(vec![call, known])
    }

    /// `lazy(() => import("./page"))` is the default export of that module.
    fn loaded_component(&mut self, callee: ExprId, returned: Option<ExprId>) -> Option<ExprId> {
        const LOADERS: [&str; 4] = ["defineAsyncComponent", "dynamic", "lazy", "loadable"];
        let semantics = self.semantics();
        let (Expr::Name { name, .. } | Expr::Attribute { name, .. }) = semantics.expr(callee)
        else {
            return None;
        };
        let module = returned.filter(|_| LOADERS.contains(&name.as_str()))?;
        let is_module = matches!(semantics.expr(module), Expr::Import(id)
            if semantics.import(*id).item == ImportItem::Module);
        is_module.then(|| self.add(Expr::Attribute { base: module, name: "default".into() }))
    }

    /// Remembers the functions without a name that a call is given: who calls what is kept of
    /// them calls what they do.
    fn note_handed(&mut self, call: ExprId, run: Vec<(u32, Vec<ExprId>)>) {
        for (argument, runs) in run.into_iter().filter(|it| !it.1.is_empty()) {
            self.builder.semantics.handed.push(Handed { call, argument, runs });
        }
    }

    /// The arguments of a call; functions among them are folded.
    pub(super) fn arguments(
        &mut self,
        arguments: Node<'t>,
        callee: ExprId,
        here: Here,
    ) -> Vec<ExprId> {
        self.passed(arguments, callee, here).values
    }

    fn passed(&mut self, arguments: Node<'t>, callee: ExprId, here: Here) -> Passed {
        let mut values = Vec::new();
        let mut run = Vec::new();
        let arguments = children(arguments).into_iter().filter(|it| it.kind() != "comment");
        for (index, argument) in arguments.enumerate() {
            values.push(match argument.kind() {
                "arrow_function" | "function_expression" | "generator_function" => {
                    let known = self.callback_parameters(callee, &values);
                    let by = self.add(Expr::Passed { of: callee, index: index as u32 });
                    let mark = self.semantics().references.len();
                    let given = Given { known, by: Some(by), is_module: false };
                    let value = self.folded(argument, here, &given);
                    run.push((values.len() as u32, self.builder.called_since(mark)));
                    value
                }
                "spread_element" => {
                    let base = self.expr(argument, here, READ);
                    let item = |at: usize| Expr::Index { base, key: Some(at.to_string().into()) };
                    let items: Vec<_> = (0..MAX_SPREAD).map(|at| self.add(item(at))).collect();
                    values.extend(items);
                    continue;
                }
                "identifier" | "member_expression" => {
                    let value = self.expr(argument, here, READ);
                    let known = self.callback_parameters(callee, &values);
                    if !known.is_empty() {
                        let returned = self.call(value, known);
                        self.folded_return = Some(returned);
                    }
                    value
                }
                _ => self.expr(argument, here, READ),
            });
        }
        Passed { values, run }
    }

    /// What well-known methods pass to their callback, which follows the arguments `before`.
    fn callback_parameters(&mut self, callee: ExprId, before: &[ExprId]) -> Vec<ExprId> {
        let Expr::Attribute { base, name } = self.semantics().expr(callee).clone() else {
            return Vec::new();
        };
        if let [items] = before {
            let is_array = matches!(
                self.semantics().expr(base),
                Expr::Name { scope, name } if name == "Array" && self.lookup(*scope, name).is_none()
            );
            let is_from = is_array && name == "from";
            return if is_from { vec![self.element(*items)] } else { Vec::new() };
        }
        if !before.is_empty() {
            return Vec::new();
        }
        match name.as_str() {
            "forEach" | "map" | "filter" | "some" | "every" | "find" | "findIndex" | "findLast"
            | "flatMap" => vec![self.element(base)],
            "reduce" | "reduceRight" => vec![self.unknown(), self.element(base)],
            "sort" => vec![self.element(base), self.element(base)],
            "then" => vec![base],
            _ => Vec::new(),
        }
    }

    pub(super) fn new_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let arguments = field(node, "arguments");
        let count = match arguments {
            Some(arguments) => argument_count(arguments),
            None => Some(0),
        };
        if let Some(constructor) = field(node, "constructor") {
            self.note_function_of_text(constructor, here);
        }
        let callee = match field(node, "constructor") {
            Some(constructor) => self.expr(constructor, here, Use::Called(count)),
            None => self.unknown(),
        };
        let types = field(node, "type_arguments").map(|it| self.type_arguments(it, here));
        let Passed { values, run } =
            arguments.map(|it| self.passed(it, callee, here)).unwrap_or_default();
        self.note_given(callee, &values, here);
        if let Some(held) = self.held_by_map(callee, &values) {
            return held;
        }
        let class = self.applied(callee, types.unwrap_or_default());
        let made = self.call(class, values);
        self.note_handed(made, run);
        made
    }
}

/// What a member access, subscript or call is applied to.
fn inner_of(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "member_expression" | "subscript_expression" | "nested_identifier" => field(node, "object"),
        "nested_type_identifier" => field(node, "module"),
        "call_expression" => field(node, "function"),
        "non_null_expression" => node.first_child(),
        _ => None,
    }
}

fn is_link(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "member_expression"
            | "subscript_expression"
            | "nested_identifier"
            | "nested_type_identifier"
            | "call_expression"
            | "non_null_expression"
    )
}

/// Whether a link names what it takes of what it is applied to.
fn takes_part(link: &Node<'_>) -> bool {
    link.kind() == "member_expression"
        || link.kind() == "subscript_expression"
            && field(*link, "index").is_some_and(|it| it.kind() == "string")
}

/// How a link is used, given the links around it, outermost first.
fn usage_in(around: &[Node<'_>], usage: Use) -> Use {
    for link in around.iter().rev() {
        match link.kind() {
            "non_null_expression" => {}
            "call_expression" => {
                let count = field(*link, "arguments").and_then(argument_count);
                return Use::Called(count);
            }
            // A type's qualifier is read, whatever the type is used for.
            _ => return READ,
        }
    }
    usage
}

/// How many arguments are passed, unless some are spread.
fn argument_count(arguments: Node<'_>) -> Option<u32> {
    if arguments.kind() != "arguments" {
        return None;
    }
    let mut all = children(arguments);
    all.retain(|it| it.kind() != "comment");
    if all.iter().any(|it| it.kind() == "spread_element") {
        return None;
    }
    Some(all.len() as u32)
}
