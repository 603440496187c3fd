//! Methods that declare: `attr_accessor`, `include`, `private`, `define_method`, `require`, and
//! those of Rails.

use super::Walk;
use super::controllers::filter_word;
use super::methods::{method_kind, plain_text, symbol_text};
use super::records::kept_by;
use super::taken_back::delegated_names;
use crate::lowering::{CALL, Here, New, READ};
use crate::node::{Node, children, field};
use crate::{
    Bound, DefinitionFlags, Expr, ExprId, Import, ImportItem, ImportRequest, Name, RouteHookKind,
};

impl<'t> Walk<'_, 't> {
    /// Takes a call without receiver that declares something; `None` where it is none.
    pub(super) fn macro_call(
        &mut self,
        method: Node<'t>,
        list: Option<Node<'t>>,
        block: Option<Node<'t>>,
        here: Here,
    ) -> Option<ExprId> {
        let word = method.text();
        let all = || list.map(children).unwrap_or_default();
        match word {
            "require" | "load" | "require_dependency" => {
                let text = list.and_then(Node::first_child).and_then(plain_text);
                self.required(text, 0, method, list, here);
            }
            "require_relative" => {
                let text = list.and_then(Node::first_child).and_then(plain_text);
                self.required(text, 1, method, list, here);
            }
            "autoload" => {
                let text = all().get(1).copied().and_then(plain_text);
                self.required(text, 0, method, list, here);
            }
            "include" | "extend" | "prepend" => self.mixin(list?, word, here),
            "attr_reader" | "attr" | "cattr_reader" | "mattr_reader" => {
                for it in all() {
                    self.accessor(it, true, false, here);
                }
            }
            "attr_writer" => {
                for it in all() {
                    self.accessor(it, false, true, here);
                }
            }
            "attr_accessor" | "class_attribute" | "cattr_accessor" | "mattr_accessor" => {
                for it in all() {
                    self.accessor(it, true, true, here);
                }
            }
            "private" | "protected" | "public" | "module_function"
                if here.class.is_some() && here.function.is_none() =>
            {
                let is_private = word == "private" || word == "protected";
                if list.is_none() {
                    self.is_private = is_private;
                } else {
                    let before = std::mem::replace(&mut self.is_private, is_private);
                    self.arguments(list, here);
                    self.is_private = before;
                    for it in all() {
                        self.change_visibility(symbol_text(it), is_private, here);
                    }
                }
            }
            "private_class_method"
            | "private_constant"
            | "public_class_method"
            | "public_constant" => {
                self.arguments(list, here);
                for it in all() {
                    self.change_visibility(symbol_text(it), word.starts_with("private"), here);
                }
            }
            "alias_method" => {
                if let [name, old] = all()[..] {
                    self.alias(name, old, here);
                }
            }
            "define_method" | "define_singleton_method" => {
                self.defined_method(method, list?, block, here);
            }
            "delegate" | "def_delegators" | "def_delegator" | "def_instance_delegators" => {
                self.delegated(word, list?, here);
            }
            "included" | "class_methods" | "extended" | "prepended"
                if here.class.is_some() && block.is_some() =>
            {
                let body = block.and_then(|it| field(it, "body"));
                let before = std::mem::replace(&mut self.is_singleton, word == "class_methods");
                let is_included = matches!(word, "included" | "prepended");
                let was_included = std::mem::replace(&mut self.routing.is_included, is_included);
                if let Some(body) = body {
                    self.class_statements(body, here);
                }
                self.is_singleton = before;
                self.routing.is_included = was_included;
            }
            "belongs_to" | "has_one" | "has_many" | "has_and_belongs_to_many"
                if here.class.is_some() && here.function.is_none() =>
            {
                self.association(word, list?, block, here);
            }
            "scope" if here.class.is_some() && here.function.is_none() => {
                self.scope_method(list?, here);
            }
            "raise" | "fail" => {
                // Raising a class makes an instance of it.
                if let Some(first) = list.and_then(Node::first_child)
                    && matches!(first.kind(), "constant" | "scope_resolution")
                {
                    self.constant(first, CALL, here);
                    for it in all().into_iter().skip(1) {
                        self.expr(it, here);
                    }
                } else {
                    self.arguments(list, here);
                }
            }
            "lambda" | "proc" if block.is_some() => self.block_of(block, None, here),
            "method" => {
                let name = Self::first_text(list)?;
                let target = self.name(here.scope, name);
                self.refer(target, method, READ, here);
                return Some(target);
            }
            "send" | "public_send" | "__send__" => {
                let Some(name) = Self::first_text(list) else {
                    self.not_modelled("method by a computed name");
                    self.arguments(list, here);
                    self.block_of(block, None, here);
                    return Some(self.unknown());
                };
                let target = self.name(here.scope, name);
                self.refer(target, method, CALL, here);
                let (given, _) = self.arguments(list, here);
                return Some(self.call(target, given.into_iter().skip(1).collect()));
            }
            "binding"
            | "eval"
            | "instance_eval"
            | "class_eval"
            | "instance_variable_get"
            | "instance_variable_set"
            | "const_get" => {
                self.not_modelled("names that are computed");
                self.arguments(list, here);
                self.block_of(block, None, here);
            }
            _ if filter_word(word).is_some() && here.class.is_some() && here.function.is_none() => {
                for it in all().into_iter().filter(|it| it.kind() != "lambda") {
                    self.expr(it, here);
                }
                if filter_word(word) == Some(RouteHookKind::Use) {
                    self.hook_names(list, here);
                }
                self.filter(method, list, block, here);
            }
            _ if is_hook(word) && here.class.is_some() && here.function.is_none() => {
                self.arguments(list, here);
                match kept_by(word) {
                    Some(methods) => self.record_callbacks(methods, list, here),
                    None => self.hook_names(list, here),
                }
                self.block_of(block, None, here);
            }
            _ => return None,
        }
        Some(self.literal())
    }

    /// The methods that a framework calls for a hook.
    fn hook_names(&mut self, list: Option<Node<'t>>, here: Here) {
        self.is_hook_word = true;
        self.named_by_symbols(list, here);
        self.is_hook_word = false;
    }

    fn required(
        &mut self,
        path: Option<&str>,
        level: u32,
        at: Node<'t>,
        list: Option<Node<'t>>,
        here: Here,
    ) {
        match path {
            Some(path) => {
                let request = ImportRequest { module: path.into(), level };
                let import = Import {
                    request,
                    item: ImportItem::Effect,
                    owner: here.owner,
                    is_implied: false,
                };
                self.builder.import(import, at.span());
            }
            None => {
                self.not_modelled("require of a computed path");
                self.arguments(list, here);
            }
        }
    }

    /// `private :name` says so of a method that was defined before.
    fn change_visibility(&mut self, name: &str, is_private: bool, here: Here) {
        if name.is_empty() {
            return;
        }
        if let Some(Bound::Definition(id)) =
            self.builder.bound_last(here.scope, &Name::new(name)).cloned()
        {
            self.definition(id).flags.is_private = is_private;
        }
    }

    fn defined_method(
        &mut self,
        at: Node<'t>,
        list: Node<'t>,
        block: Option<Node<'t>>,
        here: Here,
    ) {
        let all = children(list);
        let name = all.first().map_or("", |it| symbol_text(*it));
        let body = block.or_else(|| all.get(1).copied().filter(|it| it.kind() == "lambda"));
        let (false, Some(body)) = (name.is_empty(), body) else {
            self.not_modelled("method of a computed name");
            self.arguments(Some(list), here);
            self.block_of(block, None, here);
            return;
        };
        let flags = DefinitionFlags {
            is_private: self.is_private,
            is_class_method: here.class.is_some()
                && (self.is_singleton || at.text() == "define_singleton_method"),
            ..DefinitionFlags::default()
        };
        let name_node = all.first().copied().unwrap_or(at);
        let mut new = New::of(method_kind(here), body, name_node, Some(body)).with(flags);
        new.name = Name::new(name);
        new.shape = vec![name_node];
        let id = self.define_method(new, here);
        let inside = self.inside_method(id, here);
        self.parameters(field(body, "parameters"), inside);
        let code = match body.kind() {
            "lambda" => field(body, "body").and_then(|it| field(it, "body")),
            _ => field(body, "body"),
        };
        self.methods.push(Name::new(name));
        if let Some(code) = code {
            let value = self.statements(code, inside);
            self.returned(value, inside);
        }
        self.methods.pop();
    }

    /// `delegate :a, :b, to: :c` and `def_delegators :@c, :a, :b`.
    fn delegated(&mut self, word: &str, list: Node<'t>, here: Here) {
        let Some(class) = here.class else { return };
        let all = children(list);
        for name in delegated_names(&all) {
            self.doubted(Some(name), here);
        }
        let this = self.add(Expr::This { class });
        let (to, names): (Option<&str>, Vec<Node<'t>>) = if word == "delegate" {
            let to = all.iter().find_map(|it| {
                let is_it = field(*it, "key").is_some_and(|it| symbol_text(it) == "to");
                is_it.then_some(symbol_text(field(*it, "value")?))
            });
            (to, all.iter().filter(|it| it.kind() != "pair").copied().collect())
        } else {
            (all.first().map(|it| symbol_text(*it)), all.iter().skip(1).copied().collect())
        };
        let Some(to) = to.filter(|it| !it.is_empty()) else {
            self.not_modelled("delegation to a computed object");
            return;
        };
        let object = match to {
            "class" => self.definition_value(class),
            to => self.attribute(this, Name::new(to)),
        };
        let object = if to.starts_with('@') || to == "class" {
            object
        } else {
            self.call(object, Vec::new())
        };
        for it in names {
            let name = symbol_text(it);
            if !name.is_empty() {
                let target = self.attribute(object, Name::new(name));
                self.refer(target, it, CALL, here);
                self.bind(here, name, Bound::Value(target));
            }
        }
    }
}

/// Whether the symbols behind a word of a class body name methods that a framework calls.
fn is_hook(word: &str) -> bool {
    let starts = ["before_", "after_", "around_", "skip_before_", "prepend_before_"];
    starts.iter().any(|it| word.starts_with(it))
        || matches!(
            word,
            "validate" | "helper_method" | "rescue_from" | "set_callback" | "setup" | "teardown"
        )
}

/// `line_items` is `LineItems`, `admin/users` is `Admin::Users`.
pub(super) fn camelized(text: &str) -> String {
    let mut out = String::new();
    let mut is_start = true;
    for it in text.chars() {
        match it {
            '_' => is_start = true,
            '/' => {
                out.push_str("::");
                is_start = true;
            }
            it if is_start => {
                out.extend(it.to_uppercase());
                is_start = false;
            }
            it => out.push(it),
        }
    }
    out
}

/// The name of one of those that a word names, near enough for the names of classes.
pub(super) fn singular(word: &str) -> String {
    /// Ends of words that are the same for one and for many.
    const SAME: &[&str] = &["news", "series", "species", "status", "equipment", "information"];
    /// Ends of words for many, and for one.
    const APART: &[(&str, &str)] = &[
        ("people", "person"),
        ("children", "child"),
        ("statuses", "status"),
        ("aliases", "alias"),
    ];
    if SAME.iter().any(|it| word.ends_with(it)) {
        return word.to_owned();
    }
    if let Some((stem, one)) =
        APART.iter().find_map(|(many, one)| Some((word.strip_suffix(many)?, one)))
    {
        return format!("{stem}{one}");
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if let Some(stem) = word.strip_suffix("es")
        && (stem.ends_with("ss") || stem.ends_with('x') || stem.ends_with("ch"))
    {
        return stem.to_owned();
    }
    if word.ends_with("ss") {
        return word.to_owned();
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}
