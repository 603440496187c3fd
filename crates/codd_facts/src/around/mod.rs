//! What frameworks run around the code that people name: filters, guards and advice, listeners
//! to events, aspects. Nobody calls these methods by their names.
//!
//! Three facts say so: a [`Listener`] of a class runs where the class is used, or a method of it
//! by a pattern; a global [`RouteHook`] runs around all routes of the application.

mod interceptors;
mod pointcuts;
mod words;

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use self::pointcuts::{designators, pointcuts};
use self::words::{ADVICE, BEHIND, CALLED, EVENTS, NEST, POINTCUTS, Reach, SCRIPTS};
use crate::builder::SemanticsBuilder;
use crate::{
    Certainty, DefinitionId, DefinitionKind, Expr, ExprId, Listener, MODULE_SCOPE, Name, RouteHook,
    Semantics,
};

/// Parts of an expression that are looked through for its name.
const DEEPEST: usize = 8;

/// Pointcuts of one aspect that name another.
const MOST_NAMED: usize = 16;

/// Pairs of one controller's methods of advice and handlers: what goes beyond is said to be not
/// modelled.
const MOST_ADVISED: usize = 1 << 14;

/// Adds what a file says of it; its definitions are known.
pub(crate) fn collect(builder: &mut SemanticsBuilder, language: &str, path: &str) {
    let is_nest = SCRIPTS.contains(&language);
    if !is_nest && !matches!(language, "java" | "kotlin" | "csharp" | "php") {
        return;
    }
    let semantics = &builder.semantics;
    let classes = Classes::of(semantics);
    let mut found = Found::default();
    for (at, method) in semantics.definitions.iter().enumerate() {
        let id = DefinitionId(at as u32);
        let Some(class) = method.parent.filter(|_| method.kind == DefinitionKind::Method) else {
            continue;
        };
        if semantics.definition(class).kind != DefinitionKind::Class {
            continue;
        }
        let it = Method { semantics, id, class };
        it.called(language, &mut found);
        match language {
            "java" | "kotlin" => {
                it.advice(&classes, &mut found);
                it.event(&mut found);
                it.aspect(&classes, &mut found);
            }
            "csharp" => it.conventional_middleware(&mut found),
            // Laravel finds listeners by their folder and the type of what they handle.
            "php" if path.contains("Listeners/") && method.name.starts_with("handle") => {
                found.by_type_of_first(&it);
            }
            _ => {}
        }
    }
    found.add_to(builder);
    if matches!(language, "java" | "kotlin") {
        interceptors::collect(builder);
    }
}

/// What is to be added.
#[derive(Default)]
struct Found {
    listeners: Vec<Heard>,
    hooks: Vec<(DefinitionId, bool)>,
    /// By class: its methods of advice so far, for each of its handlers.
    advised: FxHashMap<DefinitionId, usize>,
    left_out: bool,
}

/// What is used, the pattern of its methods, and what runs then.
struct Heard {
    to: To,
    methods: Option<Name>,
    function: DefinitionId,
}

impl Heard {
    fn new(to: To, function: DefinitionId) -> Heard {
        Heard { to, methods: None, function }
    }
}

/// Whether a method runs behind what it is around, or where that fails, and never before it.
fn is_behind(semantics: &Semantics, method: DefinitionId) -> bool {
    let it = semantics.definition(method);
    BEHIND.contains(&it.name.as_str())
        || it
            .decorators
            .iter()
            .filter_map(|it| called_name(semantics, *it))
            .any(|it| BEHIND.contains(&it.as_str()))
}

/// What is asked of classes again and again.
struct Classes {
    /// The methods of each that answer routes.
    handlers: FxHashMap<DefinitionId, BTreeSet<DefinitionId>>,
    /// By class and name: the texts of pointcuts.
    pointcuts: FxHashMap<(DefinitionId, Name), Vec<Name>>,
}

impl Classes {
    fn of(semantics: &Semantics) -> Classes {
        let mut classes =
            Classes { handlers: FxHashMap::default(), pointcuts: FxHashMap::default() };
        for route in &semantics.routes {
            let Expr::Definition(id) = semantics.expr(route.handler) else { continue };
            if let Some(class) = semantics.definition(*id).parent {
                classes.handlers.entry(class).or_default().insert(*id);
            }
        }
        for (at, it) in semantics.definitions.iter().enumerate() {
            let texts = texts_of(semantics, DefinitionId(at as u32), &["Pointcut"]);
            if let Some(class) = it.parent.filter(|_| !texts.is_empty()) {
                let known = classes.pointcuts.entry((class, it.name.clone())).or_default();
                known.extend(texts.into_iter().cloned());
            }
        }
        classes
    }
}

/// What somebody uses.
enum To {
    Expr(ExprId),
    Definition(DefinitionId),
    /// A dotted name of the text of an annotation.
    Named(Name),
}

impl Found {
    fn by_type_of_first(&mut self, method: &Method<'_>) {
        let parameters = &method.semantics.definition(method.id).parameters;
        let first = parameters.iter().find(|it| !it.is_receiver);
        if let Some(annotation) = first.and_then(|it| it.annotation) {
            let of = match method.semantics.expr(annotation) {
                Expr::InstanceOf(of) => *of,
                _ => annotation,
            };
            self.listeners.push(Heard::new(To::Expr(of), method.id));
        }
    }

    fn add_to(self, builder: &mut SemanticsBuilder) {
        if self.left_out {
            builder.not_modelled("advice of a controller with very many methods");
        }
        for heard in self.listeners {
            let function = heard.function;
            let before = if is_behind(&builder.semantics, function) {
                Certainty::Never
            } else {
                Certainty::Perhaps
            };
            let methods = heard.methods;
            let to = match heard.to {
                To::Expr(expr) => expr,
                To::Definition(id) => builder.expr(Expr::Definition(id)),
                To::Named(name) => dotted(builder, &name),
            };
            let function = builder.expr(Expr::Definition(function));
            builder.listener(Listener { methods, before, ..Listener::of(to, function) });
        }
        for (function, is_conditional) in self.hooks {
            let function = builder.expr(Expr::Definition(function));
            builder.route_hook(RouteHook::global(function, is_conditional));
        }
    }
}

/// A method and the class that has it.
struct Method<'s> {
    semantics: &'s Semantics,
    id: DefinitionId,
    class: DefinitionId,
}

impl Method<'_> {
    fn is_marked(&self, id: DefinitionId, names: &[&str]) -> bool {
        let decorators = self.semantics.definition(id).decorators.iter();
        decorators
            .filter_map(|it| called_name(self.semantics, *it))
            .any(|it| names.contains(&it.as_str()))
    }

    fn extends(&self, names: &[&str]) -> bool {
        let bases = self.semantics.definition(self.class).bases.iter();
        bases
            .filter_map(|it| called_name(self.semantics, *it))
            .any(|it| names.contains(&it.as_str()))
    }

    /// One that the base of its class says.
    fn called(&self, language: &str, found: &mut Found) {
        let name = self.semantics.definition(self.id).name.as_str();
        for (languages, bases, methods, reach) in CALLED {
            if !languages.contains(&language) || !methods.contains(&name) {
                continue;
            }
            let is_of_nest = languages == &SCRIPTS && self.is_marked(self.class, NEST);
            if !is_of_nest && !self.extends(bases) {
                continue;
            }
            found.listeners.push(Heard::new(To::Definition(self.class), self.id));
            if *reach == Reach::Routes {
                // Who is no component may be registered for some routes, or for none.
                let is_component = !self.semantics.definition(self.class).decorators.is_empty()
                    && !self.is_marked(self.class, &["WebFilter", "NameBinding"]);
                found.hooks.push((self.id, !is_component && language != "csharp"));
            }
        }
    }

    /// `@ExceptionHandler` in a controller, or in advice for all of them.
    fn advice(&self, classes: &Classes, found: &mut Found) {
        if !self.is_marked(self.id, ADVICE) {
            return;
        }
        if self.is_marked(self.class, &["ControllerAdvice", "RestControllerAdvice"]) {
            found.hooks.push((self.id, false));
            return;
        }
        let handlers = classes.handlers.get(&self.class);
        let known = found.advised.entry(self.class).or_default();
        *known += handlers.map_or(0, BTreeSet::len);
        if *known > MOST_ADVISED {
            found.left_out = true;
            return;
        }
        for handler in handlers.into_iter().flatten() {
            found.listeners.push(Heard::new(To::Definition(*handler), self.id));
        }
    }

    /// `@EventListener void on(OrderPlaced event)`, `ApplicationListener<OrderPlaced>`.
    fn event(&self, found: &mut Found) {
        let is_listener = self.extends(&["ApplicationListener"])
            && self.semantics.definition(self.id).name == "onApplicationEvent";
        if is_listener || self.is_marked(self.id, EVENTS) {
            found.by_type_of_first(self);
        }
        for decorator in &self.semantics.definition(self.id).decorators {
            let is_of_events = called_name(self.semantics, *decorator)
                .is_some_and(|it| EVENTS.contains(&it.as_str()));
            let Expr::Call { arguments, .. } = self.semantics.expr(*decorator) else { continue };
            for argument in arguments.iter().filter(|_| is_of_events) {
                // `@EventListener({OrderPlaced.class, OrderPaid.class})`.
                let several = match self.semantics.expr(argument.value) {
                    Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
                    _ => vec![argument.value],
                };
                for value in several {
                    // `OrderPlaced.class`.
                    let of = match self.semantics.expr(value) {
                        Expr::Attribute { base, name } if name == "class" => *base,
                        Expr::Name { .. } | Expr::Attribute { .. } => value,
                        _ => continue,
                    };
                    found.listeners.push(Heard::new(To::Expr(of), self.id));
                }
            }
        }
    }

    /// `@Around("execution(* shop.Service.*(..))")`.
    fn aspect(&self, classes: &Classes, found: &mut Found) {
        if !self.is_marked(self.class, &["Aspect"]) {
            return;
        }
        for text in texts_of(self.semantics, self.id, POINTCUTS) {
            let mut all = vec![text.as_str()];
            // `@Before("pay()")` means what `@Pointcut("…") void pay()` says.
            for (word, _) in designators(text) {
                let own = word.rsplit('.').next().unwrap_or(word);
                let named = classes.pointcuts.get(&(self.class, Name::new(own)));
                let room = MOST_NAMED.saturating_sub(all.len());
                all.extend(named.into_iter().flatten().take(room).map(Name::as_str));
            }
            for (name, methods) in all.into_iter().flat_map(pointcuts) {
                let to = match (self.bound(&name), &methods) {
                    (Some(annotation), None) => To::Expr(annotation),
                    _ => To::Named(name),
                };
                found.listeners.push(Heard { methods, ..Heard::new(to, self.id) });
            }
        }
    }

    /// What a parameter takes that a pointcut names: `@annotation(audited)`, `Audited audited`.
    fn bound(&self, name: &str) -> Option<ExprId> {
        let parameters = &self.semantics.definition(self.id).parameters;
        let annotation = parameters.iter().find(|it| it.name == name)?.annotation?;
        Some(match self.semantics.expr(annotation) {
            Expr::InstanceOf(of) => *of,
            _ => annotation,
        })
    }

    /// A class of middleware of ASP.NET by its method alone: `InvokeAsync(HttpContext context)`.
    fn conventional_middleware(&self, found: &mut Found) {
        let it = self.semantics.definition(self.id);
        let is_named = matches!(it.name.as_str(), "Invoke" | "InvokeAsync");
        let first = it.parameters.iter().find(|it| !it.is_receiver);
        let of = first.and_then(|it| it.annotation).and_then(|it| called_name(self.semantics, it));
        let is_middleware = is_named && of.is_some_and(|it| it == "HttpContext");
        if is_middleware && !self.extends(&["IMiddleware"]) {
            found.listeners.push(Heard::new(To::Definition(self.class), self.id));
            found.hooks.push((self.id, false));
        }
    }
}

/// The constant texts that such annotations of a definition are given.
fn texts_of<'s>(semantics: &'s Semantics, id: DefinitionId, names: &[&str]) -> Vec<&'s Name> {
    let mut found = Vec::new();
    for decorator in &semantics.definition(id).decorators {
        let is_it =
            called_name(semantics, *decorator).is_some_and(|it| names.contains(&it.as_str()));
        let Expr::Call { arguments, .. } = semantics.expr(*decorator) else { continue };
        for argument in arguments.iter().filter(|_| is_it) {
            if let Expr::Text(text) = semantics.expr(argument.value) {
                found.push(text);
            }
        }
    }
    found
}

/// A dotted name as code at the top level of the file would say it.
fn dotted(builder: &mut SemanticsBuilder, name: &str) -> ExprId {
    let mut parts = name.split('.');
    let first = Name::new(parts.next().unwrap_or_default());
    let mut at = builder.expr(Expr::Name { scope: MODULE_SCOPE, name: first });
    for part in parts {
        at = builder.expr(Expr::Attribute { base: at, name: Name::new(part) });
    }
    at
}

/// The last name of what an annotation, a base or a type names.
pub(crate) fn called_name(semantics: &Semantics, expr: ExprId) -> Option<&Name> {
    let mut at = expr;
    for _ in 0..DEEPEST {
        match semantics.expr(at) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => return Some(name),
            Expr::Call { callee: of, .. } | Expr::InstanceOf(of) | Expr::Applied { of, .. } => {
                at = *of;
            }
            Expr::Index { base, .. } => at = *base,
            _ => return None,
        }
    }
    None
}
