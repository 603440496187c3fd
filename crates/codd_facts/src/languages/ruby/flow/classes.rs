//! Ruby's classes and modules, and the words in their bodies that make methods.

use codd_source::Span;

use super::calls::plain;
use super::functions::New;
use super::{Frame, FrameKind, Lowering, SELF, Tail, parts};
use crate::flow::{
    FlowArgument, FlowFunctionKind, FlowParameter, FlowParameterKind, FlowStatement, FlowValue,
    ValueId,
};
use crate::languages::ruby::methods::symbol_text;
use crate::node::{Node, field};

impl<'t> Lowering<'t> {
    /// `class A < B`, `module A`: a module is a class without objects of its own.
    pub(super) fn class(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(name) = field(node, "name") else { return };
        let base = field(node, "superclass").and_then(Node::first_child);
        let base = base.map(|it| self.value(it));
        let last = match name.kind() {
            "scope_resolution" => field(name, "name").unwrap_or(name),
            _ => name,
        };
        let dotted = name.text().trim_start_matches("::").replace("::", ".");
        let is_module = node.kind() == "module";
        let body = field(node, "body");
        self.class_of(&dotted, last, base, is_module, out, |it, out| {
            if let Some(body) = body {
                it.sequence(body, Tail::Discard, out);
            }
        });
    }

    fn class_of(
        &mut self,
        dotted: &str,
        place: Node<'t>,
        base: Option<ValueId>,
        is_module: bool,
        out: &mut Vec<FlowStatement>,
        fill: impl FnOnce(&mut Self, &mut Vec<FlowStatement>),
    ) {
        let name = self.builder.name(dotted);
        self.bind_here(name);
        // The first of the bases is the class that it extends, if there is one.
        let base = match base {
            Some(base) => base,
            None => self.builder.value(FlowValue::Nothing, place.span()),
        };
        let id = self.builder.open(FlowFunctionKind::Class, Some(name), place.span());
        let mut frame = Frame::of(FrameKind::Class, id);
        frame.bases.push(base);
        self.frames.push(frame);
        let body = self.within(fill);
        let bases = self.frames.pop().map(|it| it.bases).unwrap_or_default();
        let function = self.builder.function(id);
        function.bases = bases;
        function.is_abstract = is_module;
        self.builder.close(body, &[]);
        let is_class_methods = is_module && dotted == "ClassMethods";
        if is_class_methods && self.frame().kind == FrameKind::Class {
            // Given to the class of whoever includes the module around.
            let own = self.builder.value(FlowValue::Function(id), place.span());
            self.frame().bases.push(own);
        }
        out.push(FlowStatement::Define(id));
    }

    /// `Point = Struct.new(:x, :y) do … end`, `Failed = Class.new(StandardError)`.
    pub(super) fn class_in_place(
        &mut self,
        left: Node<'t>,
        right: Node<'t>,
        out: &mut Vec<FlowStatement>,
    ) -> bool {
        let is_new = field(right, "method").is_some_and(|it| it.text() == "new");
        let of = field(right, "receiver").map_or("", Node::text);
        if left.kind() != "constant" || right.kind() != "call" || !is_new {
            return false;
        }
        let is_module = of == "Module";
        if !matches!(of, "Struct" | "Class" | "Module") {
            return false;
        }
        let given = field(right, "arguments").map(parts).unwrap_or_default();
        let base = match of {
            "Class" => given.first().map(|it| self.value(*it)),
            _ => None,
        };
        let body = field(right, "block").and_then(|it| field(it, "body"));
        self.class_of(left.text(), left, base, is_module, out, |it, out| {
            if of == "Struct" {
                for symbol in given.iter().filter(|it| !symbol_text(**it).is_empty()) {
                    // In this order it is given values.
                    let name = it.builder.name(symbol_text(*symbol));
                    it.bind_here(name);
                    let target = it.builder.value(FlowValue::Name(name), symbol.span());
                    let value = it.builder.value(FlowValue::Unknown(Vec::new()), symbol.span());
                    out.push(FlowStatement::Assign { target, value });
                }
            }
            if let Some(body) = body {
                it.sequence(body, Tail::Discard, out);
            }
        });
        true
    }

    /// `class << self`
    pub(super) fn singleton_class(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(body) = field(node, "body") else { return };
        let was = std::mem::replace(&mut self.frame().is_singleton, true);
        self.sequence(body, Tail::Discard, out);
        self.frame().is_singleton = was;
    }

    /// `def name`, `def self.name`.
    pub(super) fn method(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) {
        let Some(name) = field(node, "name") else { return };
        let is_static = node.kind() == "singleton_method" || self.frame().is_singleton;
        self.method_of(
            name.text(),
            name.span(),
            is_static,
            field(node, "parameters"),
            field(node, "body"),
            out,
        );
    }

    fn method_of(
        &mut self,
        name: &str,
        place: Span,
        is_static: bool,
        parameters: Option<Node<'t>>,
        body: Option<Node<'t>>,
        out: &mut Vec<FlowStatement>,
    ) {
        let is_static = is_static && self.frame().kind == FrameKind::Class;
        let full = if is_static { format!("self.{name}") } else { name.to_owned() };
        let own = self.builder.name(&full);
        // No variable: it is looked up as a method.
        self.builder.bind(own);
        let id = self.function(New {
            kind: FlowFunctionKind::Function,
            frame: FrameKind::Method,
            name: Some(own),
            place,
            has_self: true,
            parameters,
            body,
            of_super: full,
        });
        self.builder.function(id).is_static = is_static;
        out.push(FlowStatement::Define(id));
    }

    /// The symbol that a definition is the value of.
    pub(super) fn name_of_method(&mut self, node: Node<'t>) -> ValueId {
        let name = field(node, "name").map_or("", Node::text);
        self.builder.text(name, node.span())
    }

    /// `alias new old`
    pub(super) fn alias(
        &mut self,
        name: Option<Node<'t>>,
        old: Option<Node<'t>>,
        out: &mut Vec<FlowStatement>,
    ) {
        let (Some(name), Some(old)) = (name, old) else { return };
        let word = |it: Node<'t>| match symbol_text(it) {
            "" => it.text(),
            text => text,
        };
        let is_static = self.frame().is_singleton;
        let (place, old) = (name.span(), word(old));
        self.made_method(word(name), place, is_static, out, |it, parameters| {
            let all = it.builder.name("*");
            it.builder.bind(all);
            let target = it.builder.value(FlowValue::Name(all), place);
            let kind = FlowParameterKind::Rest;
            parameters.push(FlowParameter { kind, ..plain(target) });
            let base = it.builder.named(SELF, place);
            let name = it.builder.name(old);
            let callee = it.builder.value(FlowValue::Attribute { base, name }, place);
            let value = it.builder.value(FlowValue::Spread(target), place);
            let arguments = vec![FlowArgument { name: None, value }];
            let call = FlowValue::Call { callee, arguments, is_new: false };
            let value = it.builder.value(call, place);
            FlowStatement::Return(Some(value))
        });
    }

    /// A method of one statement that is written in another way.
    fn made_method(
        &mut self,
        name: &str,
        place: Span,
        is_static: bool,
        out: &mut Vec<FlowStatement>,
        body: impl FnOnce(&mut Self, &mut Vec<FlowParameter>) -> FlowStatement,
    ) {
        let full = if is_static { format!("self.{name}") } else { name.to_owned() };
        let own = self.builder.name(&full);
        self.builder.bind(own);
        let id = self.builder.open(FlowFunctionKind::Function, Some(own), place);
        let name = self.builder.name(SELF);
        self.builder.bind(name);
        let mut parameters = vec![self.receiver(place)];
        let statement = body(self, &mut parameters);
        let function = self.builder.function(id);
        function.parameters = parameters;
        function.is_static = is_static;
        self.builder.close(vec![statement], &[]);
        out.push(FlowStatement::Define(id));
    }

    /// `attr_accessor :name`: a method that gives the instance variable, and one that sets it.
    fn accessor(
        &mut self,
        symbol: Node<'t>,
        (reads, writes): (bool, bool),
        is_static: bool,
        out: &mut Vec<FlowStatement>,
    ) {
        let name = symbol_text(symbol);
        if name.is_empty() {
            return;
        }
        let held = format!("@{name}");
        let place = symbol.span();
        if reads {
            self.made_method(name, place, is_static, out, |it, _| {
                let value = it.of_self(&held, symbol);
                FlowStatement::Return(Some(it.builder.value(value, place)))
            });
        }
        if writes {
            // What facts know by that place is the one that reads.
            let place = Span { start: place.end, ..place };
            self.made_method(&format!("{name}="), place, is_static, out, |it, parameters| {
                let given = it.builder.name("=value");
                it.builder.bind(given);
                let value = it.builder.value(FlowValue::Name(given), place);
                parameters.push(plain(value));
                let target = it.of_self(&held, symbol);
                let target = it.builder.value(target, place);
                FlowStatement::Assign { target, value }
            });
        }
    }

    /// A call in a class body that makes methods, or takes them in.
    pub(super) fn class_word(&mut self, node: Node<'t>, out: &mut Vec<FlowStatement>) -> bool {
        if self.frame().kind != FrameKind::Class || field(node, "receiver").is_some() {
            return false;
        }
        let word = field(node, "method").map_or("", Node::text);
        let given = field(node, "arguments").map(parts).unwrap_or_default();
        let block = field(node, "block");
        let is_singleton = self.frame().is_singleton;
        match word {
            "attr_accessor" | "attr_reader" | "attr_writer" | "attr" => {
                let (reads, writes) =
                    (word != "attr_writer", word.ends_with("or") || word == "attr_writer");
                for symbol in given {
                    self.accessor(symbol, (reads, writes), is_singleton, out);
                }
            }
            "cattr_accessor" | "mattr_accessor" | "class_attribute" | "cattr_reader"
            | "mattr_reader" => {
                for symbol in given.into_iter().filter(|it| it.kind() == "simple_symbol") {
                    let writes = !word.ends_with("reader");
                    self.accessor(symbol, (true, writes), true, out);
                }
            }
            "include" | "prepend" | "extend" => {
                for module in given.into_iter().filter(|it| it.kind() != "self") {
                    let module = self.value(module);
                    self.frame().bases.push(module);
                }
            }
            "scope" | "define_method" | "define_singleton_method" => {
                let Some(name) = given.first().map(|it| symbol_text(*it)) else { return false };
                let lambda = given.get(1).copied().filter(|it| it.kind() == "lambda");
                let body = lambda.and_then(|it| field(it, "body")).or(block);
                let parameters = lambda.or(block).and_then(|it| field(it, "parameters"));
                let (Some(body), false) = (body, name.is_empty()) else { return false };
                let place = given[0].span();
                let is_static = word != "define_method" || is_singleton;
                self.method_of(name, place, is_static, parameters, field(body, "body"), out);
            }
            "alias_method" => {
                self.alias(given.first().copied(), given.get(1).copied(), out);
            }
            "included" | "prepended" | "class_methods" if block.is_some() => {
                let Some(body) = block.and_then(|it| field(it, "body")) else { return true };
                let is_of_class = word == "class_methods";
                let was =
                    std::mem::replace(&mut self.frame().is_singleton, is_of_class || is_singleton);
                self.sequence(body, Tail::Discard, out);
                self.frame().is_singleton = was;
            }
            _ => return false,
        }
        true
    }
}
