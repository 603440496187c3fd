//! Expressions: where their values come from, and the references inside them.

use super::calls::{BUILTINS, CODE_FROM_STRING, RUNNERS};
use super::grammar::Kind;
use super::walk::{Cx, Walk};
use crate::tree::NodeId;
use crate::{Bound, ContainerKind, Expr, ExprId, Item, Name, ReferenceKind, ScopeId, ScopeKind};

/// Longer strings are constants like any other: nobody looks a name up by them.
const MAX_TEXT: usize = 200;

/// Parts of the names of lists of routes.
const ROUTE_WORDS: &[&str] = &["pattern", "route", "url"];

/// Texts of more parts than this are no paths.
pub(super) const MAX_JOINED: usize = 16;

/// Longer sequences are tables, not tuples: their items are not told apart.
const MAX_POSITIONS: usize = 8;

impl<'t> Walk<'_, 't> {
    pub(super) fn expr(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        self.expr_as(node, ReferenceKind::Read, cx)
    }

    /// Lowers an expression; `kind` is what the reference to its outermost name is.
    pub(super) fn expr_as(&mut self, node: NodeId, kind: ReferenceKind, cx: &Cx) -> ExprId {
        if cx.is_too_deep() {
            self.flat(node, cx);
            return self.unknown;
        }
        let cx = &cx.deeper();
        let fields = &self.grammar.fields;
        match self.kind(node) {
            Kind::Identifier => self.name(node, kind, None, cx),
            Kind::Attribute | Kind::Call | Kind::Subscript => self.postfix(node, kind, cx),
            Kind::ParenthesizedExpression | Kind::Await | Kind::Type => {
                self.first_named(node).map_or(self.unknown, |it| self.expr_as(it, kind, cx))
            }
            Kind::String => self.string(node, cx),
            Kind::Integer
            | Kind::Float
            | Kind::True
            | Kind::False
            | Kind::None
            | Kind::Ellipsis => self.literal,
            Kind::ConcatenatedString | Kind::NotOperator | Kind::ComparisonOperator => {
                self.each(node, cx);
                self.literal
            }
            Kind::UnaryOperator => {
                let value = self.first_named(node).map_or(self.unknown, |it| self.expr(it, cx));
                if value == self.literal { value } else { self.operator() }
            }
            Kind::BinaryOperator => self.binary(node, cx),
            Kind::BooleanOperator => {
                let mut operands = Vec::new();
                self.left_spine(node, Kind::BooleanOperator, &mut operands);
                let values = operands.into_iter().map(|it| self.expr_as(it, kind, cx)).collect();
                self.either(values)
            }
            Kind::ConditionalExpression => {
                let parts: Vec<NodeId> = self.tree.named_children(node).collect();
                let values: Vec<ExprId> =
                    parts.iter().map(|it| self.expr_as(*it, kind, cx)).collect();
                let [yes, _condition, no] = values[..] else { return self.unknown };
                self.either(vec![yes, no])
            }
            Kind::Lambda => self.lambda(node, cx),
            Kind::NamedExpression => {
                let value =
                    self.child(node, fields.value).map_or(self.unknown, |it| self.expr(it, cx));
                if let Some(name) = self.child(node, fields.name) {
                    let scope = self.statement_scope(cx.scope);
                    let cx = Cx { scope, is_certain: false, ..*cx };
                    self.assign(name, Bound::Value(value), None, &cx);
                }
                value
            }
            Kind::List
            | Kind::Set
            | Kind::Tuple
            | Kind::ExpressionList
            | Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern => self.sequence(node, cx),
            Kind::Dictionary => self.dictionary(node, cx),
            Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::GeneratorExpression
            | Kind::DictionaryComprehension => self.comprehension(node, cx),
            Kind::ListSplat | Kind::ListSplatPattern | Kind::DictionarySplat => {
                let base = self.first_named(node).map_or(self.unknown, |it| self.expr(it, cx));
                self.element(base)
            }
            Kind::Yield => {
                self.yielded(node, cx);
                self.unknown
            }
            Kind::Assignment => self.assignment(node, cx),
            Kind::FunctionDefinition
            | Kind::ClassDefinition
            | Kind::DecoratedDefinition
            | Kind::Block
            | Kind::ExpressionStatement => {
                // Only the parser's recovery from an error puts a statement here.
                self.statement(node, cx);
                self.unknown
            }
            _ => {
                self.each(node, cx);
                self.unknown
            }
        }
    }

    pub(super) fn each(&mut self, node: NodeId, cx: &Cx) {
        let tree = self.tree;
        for child in tree.named_children(node) {
            self.expr(child, cx);
        }
    }

    pub(super) fn name(
        &mut self,
        node: NodeId,
        kind: ReferenceKind,
        arguments: Option<u32>,
        cx: &Cx,
    ) -> ExprId {
        let name = Name::new(self.text(node));
        let target = self.builder.expr(Expr::Name { scope: cx.scope, name });
        if kind != ReferenceKind::Write && self.is_builtin_runner(target) {
            self.builder.not_modelled(CODE_FROM_STRING);
        }
        self.refer(kind, target, node, arguments, cx);
        target
    }

    /// Calls, attributes and subscripts: a chain of any length without recursion.
    fn postfix(&mut self, node: NodeId, kind: ReferenceKind, cx: &Cx) -> ExprId {
        let fields = &self.grammar.fields;
        let start = self.spine.len();
        let mut base = node;
        loop {
            let field = match self.kind(base) {
                Kind::Attribute => fields.object,
                Kind::Call => fields.function,
                Kind::Subscript => fields.value,
                _ => break,
            };
            self.spine.push(base);
            match self.child(base, field) {
                Some(inner) => base = inner,
                // An error of the parser's: the node itself has no base.
                None => {
                    self.spine.truncate(start);
                    self.each(node, cx);
                    return self.unknown;
                }
            }
        }
        let mut end = self.spine.len();
        let mut current = match self.kind(base) {
            Kind::Identifier => {
                let (kind, arguments) = self.link_kind(start, end, kind);
                self.name(base, kind, arguments, cx)
            }
            _ => self.expr(base, cx),
        };
        while end > start {
            let link = self.spine[end - 1];
            end -= 1;
            current = match self.kind(link) {
                Kind::Attribute => {
                    let Some(attribute) = self.child(link, fields.attribute) else { continue };
                    let target = self.attribute(current, self.text(attribute), cx);
                    let (kind, arguments) = self.link_kind(start, end, kind);
                    self.refer(kind, target, attribute, arguments, cx);
                    target
                }
                Kind::Call => {
                    if self.builder.semantics.is_computed(current) {
                        let count = self.argument_count(link);
                        let callee = self.child(link, fields.function).unwrap_or(link);
                        self.refer(ReferenceKind::Call, current, callee, count, cx);
                    } else if let Some(callee) = self.child(link, fields.function)
                        && self.is_partial(callee)
                    {
                        // What it is bound to comes before what this call passes.
                        self.refer(ReferenceKind::Call, current, callee, None, cx);
                    }
                    self.call(link, current, cx)
                }
                _ => self.subscript(link, current, cx),
            };
        }
        self.spine.truncate(start);
        current
    }

    /// Whether a call gives the function that it is given, with some of its arguments:
    /// `functools.partial(f, 1)`.
    fn is_partial(&self, node: NodeId) -> bool {
        if self.kind(node) != Kind::Call {
            return false;
        }
        let function = self.child(node, self.grammar.fields.function);
        function.is_some_and(|it| matches!(self.text(it).rsplit('.').next(), Some("partial")))
    }

    /// The kind of the reference that the links after `end` make of a name.
    fn link_kind(
        &self,
        start: usize,
        end: usize,
        kind: ReferenceKind,
    ) -> (ReferenceKind, Option<u32>) {
        if end == start {
            return (kind, None);
        }
        let next = self.spine[end - 1];
        match self.kind(next) {
            Kind::Call => {
                let is_decorator = kind == ReferenceKind::Decorate && end - 1 == start;
                let kind = if is_decorator { kind } else { ReferenceKind::Call };
                (kind, self.argument_count(next))
            }
            Kind::Subscript if matches!(kind, ReferenceKind::Inherit | ReferenceKind::Type) => {
                (kind, None)
            }
            _ => (ReferenceKind::Read, None),
        }
    }

    pub(super) fn attribute(&mut self, base: ExprId, name: &str, cx: &Cx) -> ExprId {
        if name == "__class__"
            && self.is_receiver(base, cx)
            && let Some(class) = cx.class
        {
            return self.builder.expr(Expr::Definition(class));
        }
        if RUNNERS.contains(&name) && self.is_builtins(base) {
            self.builder.not_modelled(CODE_FROM_STRING);
        }
        self.builder.expr(Expr::Attribute { base, name: Name::new(name) })
    }

    /// Whether an expression is Python's own `eval` or `exec`, as far as is known here.
    fn is_builtin_runner(&self, expr: ExprId) -> bool {
        let Expr::Name { scope, name } = self.builder.semantics.expr(expr) else { return false };
        RUNNERS.contains(&name.as_str()) && self.builder.bound_so_far(*scope, name).is_none()
    }

    fn is_builtins(&self, expr: ExprId) -> bool {
        let Expr::Name { name, .. } = self.builder.semantics.expr(expr) else { return false };
        BUILTINS.contains(&name.as_str()) || self.is_from("builtins", expr)
    }

    /// Whether an expression is the method's own object or class, by its parameter's name.
    pub(super) fn is_receiver(&self, expr: ExprId, cx: &Cx) -> bool {
        let Some(receiver) = cx.receiver else { return false };
        let receiver = self.text(receiver);
        matches!(self.builder.semantics.expr(expr), Expr::Name { name, .. } if name == receiver)
    }

    fn subscript(&mut self, node: NodeId, base: ExprId, cx: &Cx) -> ExprId {
        let tree = self.tree;
        let field = self.grammar.fields.subscript;
        let is_annotated = self.last_name(base) == "Annotated";
        let is_choice = matches!(self.last_name(base), "Optional" | "Union");
        let mut key = None;
        let mut count = 0;
        let mut types = Vec::new();
        for child in tree.children(node).filter(|it| tree.field(*it) == field) {
            key = self.constant_key(child);
            let value = self.expr(child, cx);
            types.push(value);
            if is_annotated && count > 0 {
                self.metadata.push(value);
            } else if is_annotated {
                self.annotated = Some(value);
            }
            count += 1;
        }
        if is_annotated || is_choice {
            // The name of a type: what is annotated with it is of the types inside.
            return self.generic_of(base, types);
        }
        let key = key.filter(|_| count == 1);
        let only = tree.children(node).find(|it| tree.field(*it) == field).filter(|_| count == 1);
        if let Some(cut) = only.and_then(|it| self.cut(base, self.text(it))) {
            return cut;
        }
        if key.as_ref().is_some_and(|it| RUNNERS.contains(&it.as_str())) && self.is_builtins(base) {
            self.builder.not_modelled(CODE_FROM_STRING);
        }
        self.builder.expr(Expr::Index { base, key })
    }

    pub(super) fn element(&mut self, base: ExprId) -> ExprId {
        self.builder.expr(Expr::Index { base, key: None })
    }

    pub(super) fn item(&mut self, base: ExprId, at: usize) -> ExprId {
        let key = Some(Name::new(at.to_string()));
        self.builder.expr(Expr::Index { base, key })
    }

    fn constant_key(&self, node: NodeId) -> Option<Name> {
        match self.kind(node) {
            Kind::Integer => Some(Name::new(self.text(node))),
            // Numbers are keys of their own: `d["1"]` is not `d[1]`.
            Kind::String => self.plain_text(node).map(|text| match text.parse::<i64>() {
                Ok(_) => Name::new(format!("'{text}'")),
                Err(_) => Name::new(text),
            }),
            _ => None,
        }
    }

    pub(super) fn either(&mut self, mut values: Vec<ExprId>) -> ExprId {
        values.retain(|it| *it != self.literal);
        values.dedup();
        match values.as_slice() {
            [] => self.literal,
            [one] => *one,
            _ => self.builder.expr(Expr::Either(values)),
        }
    }

    /// The operands of a left-nested operator, first to last, without recursion.
    pub(super) fn left_spine(&self, node: NodeId, kind: Kind, operands: &mut Vec<NodeId>) {
        let fields = &self.grammar.fields;
        let mut at = node;
        while self.kind(at) == kind {
            operands.extend(self.child(at, fields.right));
            match self.child(at, fields.left) {
                Some(left) => at = left,
                None => break,
            }
        }
        if self.kind(at) != kind {
            operands.push(at);
        }
        operands.reverse();
    }

    fn binary(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        let mut operands = Vec::new();
        self.left_spine(node, Kind::BinaryOperator, &mut operands);
        let mut is_constant = false;
        let mut values = Vec::new();
        for (at, operand) in operands.into_iter().enumerate() {
            let value = self.expr(operand, cx);
            let is_text = matches!(self.builder.semantics.expr(value), Expr::Text(_));
            // `"%s" % x` and `"a" + b` are texts, `1 + x` has an operator of `x`.
            is_constant |= at == 0 && (is_text || self.kind(operand) == Kind::String);
            values.push(value);
        }
        let otherwise = if is_constant { self.literal } else { self.operator() };
        if let [template, filling] = values[..]
            && self.tree.children(node).any(|it| self.text(it) == "%")
            && let Some(text) = self.percent(template, filling)
        {
            return text;
        }
        if self.is_sum(node) { self.joined(values, otherwise) } else { otherwise }
    }

    /// Whether all operators of a left-nested operation are `+`.
    fn is_sum(&self, node: NodeId) -> bool {
        let mut at = node;
        while self.kind(at) == Kind::BinaryOperator {
            if !self.tree.children(at).any(|it| self.text(it) == "+") {
                return false;
            }
            match self.child(at, self.grammar.fields.left) {
                Some(left) => at = left,
                None => return false,
            }
        }
        true
    }

    /// What values make one behind the other: where it may be a path or a key of which a part is
    /// written out, or names of which one is a constant's; or lists of routes.
    fn joined(&mut self, values: Vec<ExprId>, otherwise: ExprId) -> ExprId {
        let semantics = &self.builder.semantics;
        let is_constant = |it: &ExprId| match semantics.expr(*it) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => {
                name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
            }
            Expr::Text(_) => true,
            _ => false,
        };
        let is_name =
            |it: &ExprId| matches!(semantics.expr(*it), Expr::Name { .. } | Expr::Attribute { .. });
        let mut texts = values.iter().filter_map(|it| match semantics.expr(*it) {
            Expr::Text(text) => Some(text),
            _ => None,
        });
        let is_text = match texts.clone().next() {
            // What people read is no path.
            Some(_) => !texts.any(|it| it.contains(char::is_whitespace)),
            None => values.iter().all(is_name) && values.iter().any(is_constant),
        };
        let may_be_list = |it: &ExprId| match semantics.expr(*it) {
            Expr::Container { .. } => true,
            Expr::Call { .. } | Expr::Name { .. } | Expr::Attribute { .. } => {
                let name = self.last_name(*it).to_ascii_lowercase();
                ROUTE_WORDS.iter().any(|it| name.contains(it))
            }
            _ => false,
        };
        let is_list = values.iter().any(may_be_list);
        if (is_text || is_list) && values.len() <= MAX_JOINED {
            self.builder.expr(Expr::Joined(values))
        } else {
            otherwise
        }
    }

    fn operator(&mut self) -> ExprId {
        self.builder.not_modelled("operator");
        self.unknown
    }

    fn string(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        if let Some(text) = self.plain_text(node) {
            return if text.len() <= MAX_TEXT {
                self.builder.expr(Expr::Text(Name::new(text)))
            } else {
                self.literal
            };
        }
        let tree = self.tree;
        let mut parts = Vec::new();
        let mut is_plain = true;
        let mut at = None;
        let from = tree.span(node).start;
        let whole = self.text(node);
        let written = |start: u32, end: u32| {
            whole.get((start - from) as usize..(end - from) as usize).unwrap_or_default()
        };
        for child in tree.named_children(node) {
            let span = tree.span(child);
            match self.kind(child) {
                Kind::StringStart => at = Some(span.end),
                Kind::StringEnd | Kind::Interpolation => {
                    let text = at.map_or("", |at| written(at, span.start));
                    is_plain &= text.len() <= MAX_TEXT && !text.contains(['\\', '{', '}']);
                    if !text.is_empty() {
                        parts.push(self.builder.expr(Expr::Text(Name::new(text))));
                    }
                    at = Some(span.end);
                    if self.kind(child) == Kind::Interpolation {
                        let mut inside = tree.named_children(child);
                        let value = inside.next().map_or(self.literal, |it| self.expr(it, cx));
                        // With a conversion or a format it is another text.
                        let mut is_bare = true;
                        for more in inside {
                            self.expr(more, cx);
                            is_bare = false;
                        }
                        parts.push(if is_bare { value } else { self.literal });
                    }
                }
                _ => {}
            }
        }
        if is_plain { self.joined(parts, self.literal) } else { self.literal }
    }

    pub(super) fn has_interpolation(&self, node: NodeId) -> bool {
        self.tree.named_children(node).any(|it| self.kind(it) == Kind::Interpolation)
    }

    /// The text of a string without interpolations, as written.
    pub(super) fn plain_text(&self, node: NodeId) -> Option<&'t str> {
        if self.kind(node) != Kind::String {
            return None;
        }
        let (mut start, mut end) = (None, None);
        for child in self.tree.named_children(node) {
            match self.kind(child) {
                Kind::StringStart if self.text(child).contains(['b', 'B']) => return None,
                Kind::StringStart => start = Some(self.tree.span(child).end),
                Kind::StringEnd => end = Some(self.tree.span(child).start),
                Kind::Interpolation => return None,
                _ => {}
            }
        }
        let offset = self.tree.span(node).start;
        self.text(node).get((start? - offset) as usize..(end? - offset) as usize)
    }

    fn sequence(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        let tree = self.tree;
        let mut items = Vec::new();
        let mut has_splat = false;
        for child in tree.named_children(node) {
            if matches!(self.kind(child), Kind::ListSplat | Kind::ListSplatPattern) {
                has_splat = true;
            }
            items.push(Item { key: None, value: self.expr(child, cx) });
        }
        if has_splat {
            return self.builder.expr(Expr::Container { kind: ContainerKind::Sequence, items });
        }
        self.container(ContainerKind::Sequence, items)
    }

    /// A container; the items of a short sequence are told apart by their position.
    pub(super) fn container(&mut self, kind: ContainerKind, mut items: Vec<Item>) -> ExprId {
        if items.len() > 1 && items.len() <= MAX_POSITIONS {
            for (at, item) in items.iter_mut().enumerate() {
                item.key = Some(Name::new(at.to_string()));
            }
        }
        self.builder.expr(Expr::Container { kind, items })
    }

    fn dictionary(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let mut items = Vec::new();
        for child in tree.named_children(node) {
            if self.kind(child) != Kind::Pair {
                items.push(Item { key: None, value: self.expr(child, cx) });
                continue;
            }
            let mut constant = None;
            if let Some(key) = self.child(child, fields.key) {
                constant = self.constant_key(key);
                if constant.is_none() {
                    self.expr(key, cx);
                }
            }
            let value = self.child(child, fields.value);
            let value = value.map_or(self.unknown, |it| self.expr(it, cx));
            items.push(Item { key: constant, value });
        }
        self.builder.expr(Expr::Container { kind: ContainerKind::Mapping, items })
    }

    /// Its body belongs to the definition around it; its value cannot be called by name.
    fn lambda(&mut self, node: NodeId, cx: &Cx) -> ExprId {
        let fields = &self.grammar.fields;
        let tree = self.tree;
        let scope = self.builder.scope(ScopeKind::Block, Some(cx.scope), cx.owner);
        if let Some(parameters) = self.child(node, fields.parameters) {
            for parameter in tree.named_children(parameters) {
                let name = match self.kind(parameter) {
                    Kind::DefaultParameter => {
                        if let Some(value) = self.child(parameter, fields.value) {
                            self.expr(value, cx);
                        }
                        self.child(parameter, fields.name)
                    }
                    Kind::Identifier => Some(parameter),
                    _ => self.first_named(parameter),
                };
                if let Some(name) = name {
                    self.builder.bind(scope, Name::new(self.text(name)), Bound::Unknown);
                }
            }
        }
        if let Some(body) = self.child(node, fields.body) {
            // Whoever calls it runs its body.
            self.expr(body, &Cx { scope, is_declared: false, ..*cx });
        }
        if self.child(node, fields.body).is_some_and(|it| self.is_true(it, 0)) {
            // Whoever is asked by it, nobody is refused.
            let result = self.builder.expr(Expr::Literal);
            return self.builder.expr(Expr::Signature { parameters: Vec::new(), result });
        }
        self.builder.not_modelled("value of a lambda");
        self.unknown
    }

    /// Whether an expression is true whatever else is: `True`, `user.is_staff or True`.
    fn is_true(&self, node: NodeId, depth: u32) -> bool {
        /// Conditions in conditions that are looked into.
        const DEEPEST: u32 = 8;
        if depth > DEEPEST {
            return false;
        }
        let fields = &self.grammar.fields;
        let side = |field| self.child(node, field).is_some_and(|it| self.is_true(it, depth + 1));
        match self.kind(node) {
            Kind::True => true,
            Kind::ParenthesizedExpression => {
                self.first_named(node).is_some_and(|it| self.is_true(it, depth + 1))
            }
            Kind::BooleanOperator => {
                let operator = self.child(node, fields.operator).map_or("", |it| self.text(it));
                match operator {
                    "or" => side(fields.left) || side(fields.right),
                    _ => side(fields.left) && side(fields.right),
                }
            }
            _ => false,
        }
    }

    /// The scope that statements around a comprehension bind names in.
    fn statement_scope(&self, scope: ScopeId) -> ScopeId {
        let mut at = scope;
        while self.builder.semantics.scope(at).kind == ScopeKind::Block
            && let Some(parent) = self.builder.semantics.scope(at).parent
        {
            at = parent;
        }
        at
    }
}
