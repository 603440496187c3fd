//! Python's statements, functions and classes.

use super::Lowering;
use crate::flow::{
    FlowCase, FlowFunctionKind, FlowName, FlowParameter, FlowParameterKind, FlowStatement,
    FlowValue, ValueId,
};
use crate::node::{Node, children, field};

impl Lowering {
    pub(super) fn block(&mut self, node: Node<'_>) -> Vec<FlowStatement> {
        let mut out = Vec::new();
        for child in node.all_children().filter(|it| it.is_named()) {
            self.statement(child, &mut out);
        }
        out
    }

    fn block_in(&mut self, node: Node<'_>, name: &str) -> Vec<FlowStatement> {
        field(node, name).map(|it| self.block(it)).unwrap_or_default()
    }

    fn statement(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        if self.builder.is_too_much(self.depth) {
            let value = self.builder.too_deep(node.span());
            out.push(FlowStatement::Evaluate(value));
            return;
        }
        self.depth += 1;
        self.lower_statement(node, out);
        self.depth -= 1;
    }

    fn lower_statement(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        match node.kind() {
            "expression_statement" => {
                for child in children(node) {
                    match child.kind() {
                        "assignment" => self.assignment(child, out),
                        "augmented_assignment" => self.augmented(child, out),
                        _ => {
                            let value = self.value(child);
                            out.push(FlowStatement::Evaluate(value));
                        }
                    }
                }
            }
            "if_statement" => self.branch(node, out),
            "for_statement" => {
                let iterable = self.value_in(node, "right");
                let target = self.target_in(node, "left");
                let body = self.block_in(node, "body");
                let otherwise = self.otherwise(node);
                let element = Some((target, iterable));
                out.push(FlowStatement::Loop { test: None, element, body, otherwise });
            }
            "while_statement" => {
                let test = Some(self.value_in(node, "condition"));
                let body = self.block_in(node, "body");
                let otherwise = self.otherwise(node);
                out.push(FlowStatement::Loop { test, element: None, body, otherwise });
            }
            "try_statement" => self.attempt(node, out),
            "with_statement" => self.with(node, out),
            "match_statement" => self.select(node, out),
            "return_statement" => {
                let value = node.first_child().map(|it| self.value(it));
                out.push(FlowStatement::Return(value));
            }
            "raise_statement" => {
                let value = node.first_child().map(|it| self.value(it));
                out.push(FlowStatement::Raise(value));
            }
            "assert_statement" => {
                let Some(test) = node.first_child() else { return };
                let test = self.value(test);
                let otherwise = vec![FlowStatement::Raise(None)];
                out.push(FlowStatement::Branch { test, then: Vec::new(), otherwise });
            }
            "break_statement" => out.push(FlowStatement::Leave),
            "continue_statement" => out.push(FlowStatement::Next),
            "function_definition" | "class_definition" => self.definition(node, &[], out),
            "decorated_definition" => {
                let decorators: Vec<Node<'_>> =
                    children(node).into_iter().filter(|it| it.kind() == "decorator").collect();
                if let Some(definition) = field(node, "definition") {
                    self.definition(definition, &decorators, out);
                }
            }
            "import_statement" => {
                for child in node.fields_named("name") {
                    let (module, alias) = aliased(child);
                    let bound = alias.unwrap_or_else(|| module.split('.').next().unwrap_or(module));
                    let item = None;
                    // `import a.b` binds `a`, `import a.b as c` the module `a.b`.
                    let module = if alias.is_some() { module } else { bound };
                    self.bring(bound, module, 0, item, out);
                }
            }
            "import_from_statement" | "future_import_statement" => self.import_from(node, out),
            "global_statement"
            | "nonlocal_statement"
            | "pass_statement"
            | "delete_statement"
            | "type_alias_statement" => {}
            "block" | "module" => out.extend(self.block(node)),
            _ => {
                let value = self.value(node);
                out.push(FlowStatement::Evaluate(value));
            }
        }
    }

    fn bring(
        &mut self,
        name: &str,
        module: &str,
        level: u32,
        item: Option<&str>,
        out: &mut Vec<FlowStatement>,
    ) {
        let name = self.builder.name(name);
        let module = self.builder.name(module);
        let item = item.map(|it| self.builder.name(it));
        self.builder.bind(name);
        out.push(FlowStatement::Bring { name, module, level, item });
    }

    fn import_from(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let Some(module) = field(node, "module_name") else { return };
        let text = module.text();
        let level = text.bytes().take_while(|it| *it == b'.').count() as u32;
        let module = text.trim_start_matches('.').trim().to_owned();
        for child in node.fields_named("name") {
            let (name, alias) = aliased(child);
            self.bring(alias.unwrap_or(name), &module, level, Some(name), out);
        }
        if node.all_children().any(|it| it.kind() == "wildcard_import") {
            self.bring("*", &module, level, Some("*"), out);
        }
    }

    fn assignment(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        // `a = b = c`: the value is lowered once and given to each, the innermost first.
        let mut targets = Vec::new();
        let mut at = node;
        let value = loop {
            targets.push(at);
            match field(at, "right") {
                Some(right) if right.kind() == "assignment" => at = right,
                Some(right) => break Some(self.value(right)),
                None => break None,
            }
        };
        for it in targets {
            let Some(left) = field(it, "left") else { continue };
            let target = self.value(left);
            self.builder.bind_target(target);
            if let Some(value) = value {
                out.push(FlowStatement::Assign { target, value });
            } else if let Some(annotation) = field(it, "type") {
                // `x: T` alone: whatever it is, it is one of these.
                let value = self.value(annotation);
                let span = node.span();
                let call = FlowValue::Call { callee: value, arguments: Vec::new(), is_new: true };
                let value = self.builder.value(call, span);
                out.push(FlowStatement::Assign { target, value });
            }
        }
    }

    fn augmented(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let target = self.target_in(node, "left");
        let value = self.value_in(node, "right");
        let is_sum = field(node, "operator").is_some_and(|it| it.text() == "+=");
        out.push(FlowStatement::Augment { target, value, is_sum });
    }

    /// `if` and its `elif`s.
    fn branch(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let mut arms = Vec::new();
        let test = self.value_in(node, "condition");
        arms.push((test, self.block_in(node, "consequence")));
        let mut otherwise = Vec::new();
        for clause in node.fields_named("alternative") {
            if clause.kind() == "elif_clause" {
                // Its test runs only where those before it failed.
                let test = self.value_in(clause, "condition");
                arms.push((test, self.block_in(clause, "consequence")));
            } else {
                otherwise = self.block_in(clause, "body");
            }
        }
        out.extend(self.builder.branches(arms, otherwise, node.span()));
    }

    fn otherwise(&mut self, node: Node<'_>) -> Vec<FlowStatement> {
        field(node, "alternative").map(|it| self.block_in(it, "body")).unwrap_or_default()
    }

    fn attempt(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let body = self.block_in(node, "body");
        let (mut handlers, mut otherwise, mut finally) = (Vec::new(), Vec::new(), Vec::new());
        for clause in children(node) {
            match clause.kind() {
                "except_clause" | "except_group_clause" => {
                    let mut handler = Vec::new();
                    for part in children(clause) {
                        if part.kind() == "block" {
                            handler.extend(self.block(part));
                        } else if part.kind() == "as_pattern" {
                            self.caught(part, &mut handler);
                        } else {
                            let value = self.value(part);
                            handler.push(FlowStatement::Evaluate(value));
                        }
                    }
                    handlers.push(handler);
                }
                "else_clause" => otherwise = self.block_in(clause, "body"),
                "finally_clause" => {
                    let block = children(clause).into_iter().find(|it| it.kind() == "block");
                    finally = block.map(|it| self.block(it)).unwrap_or_default();
                }
                _ => {}
            }
        }
        out.push(FlowStatement::Attempt { body, handlers, otherwise, finally });
    }

    /// `except A as e`: an instance of the class, or of one of several.
    fn caught(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let target = field(node, "alias").and_then(Node::first_child);
        let (Some(class), Some(target)) = (node.first_child(), target) else {
            let value = self.value(node);
            out.push(FlowStatement::Evaluate(value));
            return;
        };
        let classes = if class.kind() == "tuple" { children(class) } else { vec![class] };
        let mut caught = Vec::with_capacity(classes.len());
        for class in classes {
            let callee = self.value(class);
            let call = FlowValue::Call { callee, arguments: Vec::new(), is_new: false };
            caught.push(self.builder.value(call, class.span()));
        }
        let value = match caught.as_slice() {
            [one] => *one,
            _ => self.builder.value(FlowValue::Any(caught), class.span()),
        };
        let target = self.value(target);
        self.builder.bind_target(target);
        out.push(FlowStatement::Assign { target, value });
    }

    fn with(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let items = node.below().filter(|it| it.kind() == "with_item");
        let mut swallows = false;
        let end = field(node, "body").map_or(u32::MAX, |it| it.span().start);
        for item in items.take_while(|it| it.span().start < end) {
            let Some(value) = item.first_child() else { continue };
            swallows |= is_swallowing(value);
            // `with m() as v` is an `as_pattern`.
            let alias = field(value, "alias").and_then(Node::first_child);
            if let (Some(object), Some(alias)) = (value.first_child(), alias) {
                let object = self.value(object);
                let target = self.value(alias);
                self.builder.bind_target(target);
                let value = self.builder.value(FlowValue::Entered(object), value.span());
                out.push(FlowStatement::Assign { target, value });
            } else {
                let value = self.value(value);
                out.push(FlowStatement::Evaluate(value));
            }
        }
        let mut body = self.block_in(node, "body");
        if swallows {
            // `with suppress(Error):` is a `try` whose handler does nothing.
            let (handlers, otherwise, finally) = (vec![Vec::new()], Vec::new(), Vec::new());
            out.push(FlowStatement::Attempt { body, handlers, otherwise, finally });
        } else {
            out.append(&mut body);
        }
    }

    fn select(&mut self, node: Node<'_>, out: &mut Vec<FlowStatement>) {
        let subject = self.value_in(node, "subject");
        let body = field(node, "body").unwrap_or(node);
        let mut cases = Vec::new();
        for clause in children(body).into_iter().filter(|it| it.kind() == "case_clause") {
            let mut case = FlowCase {
                values: Vec::new(),
                is_pattern: false,
                targets: Vec::new(),
                guard: None,
                body: Vec::new(),
            };
            for part in children(clause) {
                match part.kind() {
                    "case_pattern" => self.pattern(part, &mut case),
                    "if_clause" => {
                        case.guard = part.first_child().map(|it| self.value(it));
                    }
                    _ => {}
                }
            }
            case.body = self.block_in(clause, "consequence");
            cases.push(case);
        }
        out.push(FlowStatement::Select { subject, cases, falls_through: false });
    }

    fn pattern(&mut self, node: Node<'_>, case: &mut FlowCase) {
        if self.builder.is_too_much(self.depth) {
            self.builder.too_deep(node.span());
            case.is_pattern = true;
            return;
        }
        self.depth += 1;
        match node.kind() {
            "case_pattern" | "union_pattern" => {
                for part in children(node) {
                    self.pattern(part, case);
                }
            }
            "string" | "concatenated_string" | "integer" | "true" | "false" | "none" => {
                let value = self.value(node);
                case.values.push(value);
            }
            "as_pattern" => {
                let mut parts = children(node);
                let name = parts.pop();
                for part in parts {
                    self.pattern(part, case);
                }
                if let Some(name) = name {
                    self.captures(name, case);
                }
            }
            "dotted_name" if !node.text().contains('.') => self.captures(node, case),
            _ => {
                case.is_pattern = true;
                self.captures(node, case);
            }
        }
        self.depth -= 1;
    }

    /// The names that a pattern binds, wherever in it: no classes and no names of attributes.
    fn captures(&mut self, pattern: Node<'_>, case: &mut FlowCase) {
        let mut open = vec![pattern];
        while let Some(node) = open.pop() {
            let parts = children(node);
            match node.kind() {
                "dotted_name" | "identifier" if !node.text().contains('.') => {
                    let target = self.builder.named(node.text(), node.span());
                    self.builder.bind_target(target);
                    case.targets.push(target);
                }
                "dotted_name" => {}
                "class_pattern" | "keyword_pattern" => open.extend(parts.into_iter().skip(1)),
                _ => open.extend(parts),
            }
        }
    }

    fn definition(
        &mut self,
        node: Node<'_>,
        decorators: &[Node<'_>],
        out: &mut Vec<FlowStatement>,
    ) {
        let Some(name_node) = field(node, "name") else { return };
        let decorators: Vec<(ValueId, &str)> = decorators
            .iter()
            .filter_map(|it| it.first_child())
            .map(|it| (self.value(it), it.text()))
            .collect();
        let name = self.builder.name(name_node.text());
        self.builder.bind(name);
        let is_class = node.kind() == "class_definition";
        let mut bases = Vec::new();
        if is_class && let Some(list) = field(node, "superclasses") {
            for base in children(list).into_iter().filter(|it| it.kind() != "keyword_argument") {
                bases.push(self.value(base));
            }
        }
        let is_method = self
            .builder
            .innermost()
            .is_some_and(|id| self.builder.facts.function(id).kind == FlowFunctionKind::Class);
        let is_static = decorators.iter().any(|(_, text)| *text == "staticmethod");
        let parameters = match field(node, "parameters") {
            Some(list) if !is_class => self.parameters(list, is_method && !is_static),
            _ => Vec::new(),
        };
        let kind = if is_class { FlowFunctionKind::Class } else { FlowFunctionKind::Function };
        let id = self.builder.open(kind, Some(name), name_node.span());
        let is_property = decorators.iter().any(|(_, text)| text.ends_with("property"));
        for parameter in &parameters {
            self.builder.bind_target(parameter.target);
        }
        let function = self.builder.function(id);
        function.parameters = parameters;
        function.bases = bases;
        function.decorators = decorators.iter().map(|(id, _)| *id).collect();
        function.is_property = is_property;
        function.is_static = is_static;
        let outer = field(node, "body").map(|it| self.outer_names(it)).unwrap_or_default();
        let body = self.block_in(node, "body");
        self.builder.close(body, &outer);
        out.push(FlowStatement::Define(id));
    }

    /// What a body declares `global` or `nonlocal`.
    fn outer_names(&mut self, body: Node<'_>) -> Vec<FlowName> {
        let mut names = Vec::new();
        for statement in children(body) {
            if matches!(statement.kind(), "global_statement" | "nonlocal_statement") {
                for name in children(statement) {
                    names.push(self.builder.name(name.text()));
                }
            }
        }
        names
    }

    pub(super) fn parameters(&mut self, list: Node<'_>, has_receiver: bool) -> Vec<FlowParameter> {
        let mut parameters = Vec::new();
        let mut by_name = false;
        for node in children(list) {
            let mut kind =
                if by_name { FlowParameterKind::Keyword } else { FlowParameterKind::Plain };
            let mut name = node;
            match node.kind() {
                "keyword_separator" => {
                    by_name = true;
                    continue;
                }
                "positional_separator" => continue,
                "typed_parameter" => name = node.first_child().unwrap_or(node),
                "default_parameter" | "typed_default_parameter" => {
                    name = field(node, "name").unwrap_or(node);
                }
                _ => {}
            }
            match name.kind() {
                "list_splat_pattern" => {
                    kind = FlowParameterKind::Rest;
                    by_name = true;
                    name = name.first_child().unwrap_or(name);
                }
                "dictionary_splat_pattern" => {
                    kind = FlowParameterKind::RestByName;
                    name = name.first_child().unwrap_or(name);
                }
                _ => {}
            }
            if has_receiver && parameters.is_empty() && kind == FlowParameterKind::Plain {
                kind = FlowParameterKind::Receiver;
            }
            let annotation = field(node, "type").map(|it| self.value(it));
            let default = field(node, "value").map(|it| self.value(it));
            let target = self.value(name);
            parameters.push(FlowParameter {
                target,
                annotation,
                default,
                kind,
                decorators: Vec::new(),
            });
        }
        parameters
    }
}

/// The name of an import and what it is bound to, where that is said.
fn aliased(node: Node<'_>) -> (&str, Option<&str>) {
    if node.kind() == "aliased_import" {
        let name = field(node, "name").map_or("", Node::text);
        (name, field(node, "alias").map(Node::text))
    } else {
        (node.text(), None)
    }
}

/// Whether what a `with` enters forgets what is raised in its body.
fn is_swallowing(manager: Node<'_>) -> bool {
    let callee = field(manager, "function").or_else(|| manager.first_child());
    callee.is_some_and(|it| it.text().ends_with("suppress"))
}
