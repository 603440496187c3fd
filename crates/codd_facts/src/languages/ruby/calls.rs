//! Calls: of methods by name, of constructors, of what symbols name; blocks.

use super::Walk;
use super::controllers::filter_word;
use super::methods::{plain_text, symbol_text};
use crate::lowering::{CALL, Here, READ, Use};
use crate::node::{Node, children, field};
use crate::{Argument, Bound, Expr, ExprId, Member, Name};

/// Methods that give their block one item after the other.
const ITERATING: [&str; 27] = [
    "all?",
    "any?",
    "collect",
    "count",
    "detect",
    "each",
    "each_slice",
    "each_with_index",
    "each_with_object",
    "filter",
    "filter_map",
    "find",
    "find_each",
    "find_index",
    "flat_map",
    "group_by",
    "map",
    "max_by",
    "min_by",
    "none?",
    "partition",
    "reject",
    "reverse_each",
    "select",
    "sort_by",
    "sum",
    "tap",
];

/// Methods of a class that come from a framework and give an instance of it.
const FINDERS: [&str; 14] = [
    "build",
    "create",
    "create!",
    "find",
    "find_by",
    "find_by!",
    "find_or_create_by",
    "find_or_create_by!",
    "find_or_initialize_by",
    "first",
    "instance",
    "last",
    "take",
    "where",
];

/// Methods by which a class of jobs has one of it performed, now or later.
const PERFORMING: [&str; 6] =
    ["perform_async", "perform_at", "perform_bulk", "perform_in", "perform_later", "perform_now"];

/// Methods that give the receiver, or one that is like it.
const SAME: [&str; 8] = ["clone", "dup", "freeze", "includes", "itself", "order", "tap", "where"];

/// Methods that give one item of a list.
const ITEMS: [&str; 9] =
    ["detect", "dig", "fetch", "find", "first", "last", "max_by", "min_by", "sample"];

impl<'t> Walk<'_, 't> {
    pub(super) fn call_expression(&mut self, node: Node<'t>, here: Here) -> ExprId {
        let receiver = field(node, "receiver");
        let method = field(node, "method");
        let list = field(node, "arguments");
        let block = field(node, "block");
        let Some(method) = method else {
            // `f.(x)`.
            let Some(receiver) = receiver else { return self.unknown() };
            let base = self.expr(receiver, here);
            let target = self.attribute(base, "call");
            let (given, count) = self.arguments(list, here);
            self.refer(target, list.unwrap_or(receiver), Use::Called(count), here);
            return self.call(target, given);
        };
        if method.kind() == "super" {
            return self.super_call(method, Some((list, block)), here);
        }
        if let Some(value) = self.framework_call(node, receiver, method, list, block, here) {
            return value;
        }
        match receiver {
            None => self.bare_call(method, list, block, here),
            Some(receiver) => self.method_call(receiver, method, list, block, here),
        }
    }

    /// A method of `self`, or a function.
    pub(super) fn bare_call(
        &mut self,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> ExprId {
        if let Some(value) = self.macro_call(method, list, block, here) {
            return value;
        }
        let word = method.text();
        let (given, count) = self.arguments(list, here);
        if word == "new"
            && let Some(class) = here.class
        {
            let target = self.definition_value(class);
            self.refer(target, method, Use::Called(count), here);
            self.block_of(block, None, here);
            return self.call(target, given);
        }
        if filter_word(word).is_some() && here.function.is_some() {
            self.filter(method, list, block, here);
        }
        let target = self.name(here.scope, word);
        self.refer(target, method, Use::Called(count), here);
        self.configures(method, target, list, here);
        self.block_of(block, None, here);
        let value = self.call(target, given);
        match self.made_by_factory(method, list, here) {
            Some(instance) => self.either(vec![instance, value]),
            None => value,
        }
    }

    fn method_call(
        &mut self,
        receiver: Node<'t>,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> ExprId {
        let base = self.expr(receiver, here);
        let word = method.text();
        let is_constant = matches!(receiver.kind(), "constant" | "scope_resolution");
        let first = list.and_then(Node::first_child);
        match word {
            "new" => {
                let (given, count) = self.arguments(list, here);
                let at = match receiver.kind() {
                    "scope_resolution" => field(receiver, "name").unwrap_or(receiver),
                    _ => method,
                };
                self.refer(base, at, Use::Called(count), here);
                self.block_of(block, None, here);
                return self.call(base, given);
            }
            "class" if receiver.kind() == "self" => {
                return match here.class {
                    Some(class) => self.definition_value(class),
                    None => self.unknown(),
                };
            }
            "send" | "public_send" | "__send__" | "try" | "try!" => {
                let name = first.map_or("", symbol_text);
                let (given, count) = self.arguments(list, here);
                self.block_of(block, None, here);
                if name.is_empty() {
                    self.not_modelled("method by a computed name");
                    return self.unknown();
                }
                let name = Name::new(name);
                let target = self.attribute(base, name);
                let count = count.map(|it| it.saturating_sub(1));
                self.refer(target, method, Use::Called(count), here);
                let rest = given.into_iter().skip(1).collect();
                return self.call(target, rest);
            }
            "method" | "public_method" | "instance_method" => {
                let name = first.map_or("", symbol_text);
                if !name.is_empty() {
                    let target = self.attribute(base, Name::new(name));
                    self.refer(target, method, READ, here);
                    return target;
                }
            }
            "class_eval" | "instance_eval" | "class_exec" => {
                self.not_modelled("code run in another class");
            }
            _ => {}
        }
        if PERFORMING.contains(&word)
            && let Some(job) = job_class(receiver)
        {
            let class = self.constant(job, READ, here);
            let job = self.instance_of(class);
            let target = self.attribute(job, "perform");
            self.refer(target, method, CALL, here);
        }
        let (given, count) = self.arguments(list, here);
        let target = self.member_of(base, method, Use::Called(count), here);
        self.passed_symbol(list, block, base, word, here);
        self.block_of(block, Some((base, word)), here);
        let value = self.call(target, given);
        if is_constant && FINDERS.contains(&word) {
            let instance = self.instance_of(base);
            return self.either(vec![instance, value]);
        }
        if SAME.contains(&word) {
            return self.either(vec![base, value]);
        }
        if ITEMS.contains(&word) {
            let key = first.map(symbol_text).filter(|it| !it.is_empty()).map(Name::new);
            let item = self.index(base, key);
            return self.either(vec![item, value]);
        }
        value
    }

    /// `items.each(&:save)` calls that method of each.
    fn passed_symbol(
        &mut self,
        list: Option<Node<'t>>,
        _block: Option<Node<'t>>,
        base: ExprId,
        word: &str,
        here: Here,
    ) {
        let last = list.map(children).and_then(|it| it.last().copied());
        let Some(passed) = last.filter(|it| it.kind() == "block_argument") else { return };
        let Some(symbol) = passed.first_child().filter(|it| it.kind() == "simple_symbol") else {
            return;
        };
        if !ITERATING.contains(&word) {
            return;
        }
        let item = self.index(base, None);
        let target = self.attribute(item, Name::new(symbol_text(symbol)));
        self.refer(target, symbol, Use::Called(Some(0)), here);
    }

    /// `super`, with the arguments of the method around or with its own.
    pub(super) fn super_call(
        &mut self,
        at: Node<'t>,
        given: Option<(Option<Node<'t>>, Option<Node<'t>>)>,
        here: Here,
    ) -> ExprId {
        let (list, block) = given.unwrap_or_default();
        let (arguments, count) = self.arguments(list, here);
        self.block_of(block, None, here);
        let Some(name) = self.methods.last().cloned() else { return self.unknown() };
        if here.class.is_none() {
            return self.unknown();
        }
        let base = self.super_of(here);
        let target = self.attribute(base, name);
        let count = if given.is_some() { count } else { None };
        self.refer(target, at, Use::Called(count), here);
        self.call(target, arguments)
    }

    /// What is passed, and how many where this is known.
    pub(super) fn arguments(
        &mut self,
        list: Option<Node<'t>>,
        here: Here,
    ) -> (Vec<Argument>, Option<u32>) {
        let mut given = Vec::new();
        let mut count = Some(0);
        for it in list.map(children).unwrap_or_default() {
            match it.kind() {
                "pair" => {
                    let name = field(it, "key").map(symbol_text).filter(|it| !it.is_empty());
                    let name = name.map(Name::new);
                    let value = self.pair_value(it, here);
                    given.push(Argument { name, value });
                    count = None;
                }
                "splat_argument" | "hash_splat_argument" | "forward_argument" => {
                    self.expr(it, here);
                    count = None;
                }
                "block_argument" => {
                    self.expr(it, here);
                }
                _ => {
                    let value = self.expr(it, here);
                    given.push(Argument::plain(value));
                    count = count.map(|it| it + 1);
                }
            }
        }
        (given, count)
    }

    /// A block that is given to a call: its code belongs to what is around it.
    pub(super) fn block_of(
        &mut self,
        block: Option<Node<'t>>,
        call: Option<(ExprId, &str)>,
        here: Here,
    ) {
        let Some(block) = block else { return };
        let inside = self.lambda_body(here);
        let list = field(block, "parameters");
        let item = call.filter(|(_, word)| ITERATING.contains(word));
        match (item, list.and_then(Node::first_child)) {
            (Some((base, word)), Some(first)) if first.kind() == "identifier" => {
                let bound = match word {
                    "tap" => Bound::Value(base),
                    _ => Bound::Element(base),
                };
                self.bind(inside, first.text(), bound);
                for it in list.map(children).unwrap_or_default().into_iter().skip(1) {
                    let name = field(it, "name").unwrap_or(it);
                    if name.kind() == "identifier" {
                        self.local(name.text(), None, None, inside);
                    }
                }
            }
            _ => self.parameters(list, inside),
        }
        if let Some(body) = field(block, "body") {
            self.statements(body, inside);
        }
    }

    /// `alias new old`, `alias_method :new, :old`.
    pub(super) fn alias(&mut self, name: Node<'t>, old: Node<'t>, here: Here) {
        let text = |it: Node<'t>| match it.kind() {
            "simple_symbol" | "string" | "delimited_symbol" => symbol_text(it),
            _ => it.text(),
        };
        let (new, was) = (text(name), text(old));
        if new.is_empty() || was.is_empty() || new == was {
            return;
        }
        self.doubted(Some(new), here);
        let value = match here.class {
            Some(class) => {
                let this = self.add(Expr::This { class });
                self.attribute(this, Name::new(was))
            }
            None => self.name(here.scope, was),
        };
        self.bind(here, new, Bound::Value(value));
    }

    /// Methods of `self` that the symbols of a list name.
    pub(super) fn named_by_symbols(&mut self, list: Option<Node<'t>>, here: Here) {
        let Some(class) = here.class else { return };
        for (it, symbol) in named_methods(list) {
            let name = symbol_text(symbol);
            let Some(body) = self.semantics().definition(class).body else { continue };
            let this = self.add(Expr::This { class });
            let target = self.attribute(this, Name::new(name));
            // Attributes of a record are named so as well: only what could be a method counts.
            let is_known = self.builder.bound_last(body, &Name::new(name)).is_some();
            if is_known || it.kind() == "pair" || self.is_hook_word {
                self.refer(target, symbol, CALL, here);
            }
        }
    }

    /// `before_save :stamp`: the methods of a record that keep it run what it names.
    ///
    /// The class names them, and who merely reads it runs none of them.
    pub(super) fn record_callbacks(
        &mut self,
        keeping: &[&'static str],
        list: Option<Node<'t>>,
        here: Here,
    ) {
        let Some(class) = here.class else { return };
        for (_, symbol) in named_methods(list) {
            let object = self.definition_value(class);
            let object = self.instance_of(object);
            let target = self.attribute(object, Name::new(symbol_text(symbol)));
            self.refer(target, symbol, CALL, here);
            for name in keeping {
                let name = Name::new_static(name);
                let members = &mut self.builder.semantics.members;
                members.push(Member { class, name, value: target, definition: None });
            }
        }
    }

    /// The text of the first argument.
    pub(super) fn first_text(list: Option<Node<'t>>) -> Option<&'t str> {
        let first = list?.first_child()?;
        match first.kind() {
            "simple_symbol" => Some(symbol_text(first)),
            _ => plain_text(first),
        }
    }
}

/// The class of jobs that is named, or that `set` gives with other options.
fn job_class(receiver: Node<'_>) -> Option<Node<'_>> {
    let is_set =
        receiver.kind() == "call" && field(receiver, "method").is_some_and(|it| it.text() == "set");
    let of = if is_set { field(receiver, "receiver")? } else { receiver };
    matches!(of.kind(), "constant" | "scope_resolution").then_some(of)
}

/// The symbols of a list that name methods, with the arguments that they are or are in.
fn named_methods(list: Option<Node<'_>>) -> Vec<(Node<'_>, Node<'_>)> {
    let mut out = Vec::new();
    for it in list.map(children).unwrap_or_default() {
        let symbol = match it.kind() {
            "simple_symbol" => it,
            "pair"
                if field(it, "key").is_some_and(|it| {
                    matches!(symbol_text(it), "if" | "unless" | "with" | "on" | "through")
                }) =>
            {
                match field(it, "value").filter(|it| it.kind() == "simple_symbol") {
                    Some(symbol) => symbol,
                    None => continue,
                }
            }
            _ => continue,
        };
        out.push((it, symbol));
    }
    out
}
