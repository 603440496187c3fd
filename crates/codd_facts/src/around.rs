//! What frameworks run around the code that people name: filters, guards and advice, listeners
//! to events, aspects. Nobody calls these methods by their names.
//!
//! Three facts say so: a [`Listener`] of a class runs where the class is used, or a method of it
//! by a pattern; a global [`RouteHook`] runs around all routes of the application.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::builder::SemanticsBuilder;
use crate::{
    Certainty, DefinitionId, DefinitionKind, Expr, ExprId, Listener, MODULE_SCOPE, Name, RouteHook,
    Semantics,
};

/// Parts of an expression that are looked through for its name.
const DEEPEST: usize = 8;

/// Pointcuts of one aspect that name another.
const MOST_NAMED: usize = 16;

/// Methods of advice of one controller: more are nobody's.
const MOST_ADVICE: usize = 64;

/// A longer pointcut is not read.
const LONGEST: usize = 4096;

/// How widely a method runs that a framework calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Where its class is named: a guard that a route says.
    Named,
    /// Around all routes.
    Routes,
}

/// Languages, bases of a class, and the methods of it that the framework calls.
type Called = (&'static [&'static str], &'static [&'static str], &'static [&'static str], Reach);

/// What frameworks call.
const CALLED: &[Called] = &[
    (
        JVM,
        &["Filter", "GenericFilterBean", "HttpFilter", "OncePerRequestFilter", "HttpServerFilter"],
        &["doFilter", "doFilterInternal"],
        Reach::Routes,
    ),
    (JVM, &["WebFilter"], &["filter"], Reach::Routes),
    (
        JVM,
        &["HandlerInterceptor", "HandlerInterceptorAdapter", "AsyncHandlerInterceptor"],
        &["preHandle", "postHandle", "afterCompletion"],
        Reach::Routes,
    ),
    (JVM, &["ContainerRequestFilter", "ContainerResponseFilter"], &["filter"], Reach::Routes),
    (JVM, &["ExceptionMapper"], &["toResponse"], Reach::Routes),
    (
        JVM,
        &["ReaderInterceptor", "WriterInterceptor"],
        &["aroundReadFrom", "aroundWriteTo"],
        Reach::Routes,
    ),
    (
        JVM,
        &["ResponseBodyAdvice", "RequestBodyAdvice"],
        &["beforeBodyWrite", "beforeBodyRead", "afterBodyRead"],
        Reach::Routes,
    ),
    (&["csharp"], &["IMiddleware"], &["InvokeAsync"], Reach::Routes),
    (&["csharp"], &["IExceptionHandler"], &["TryHandleAsync"], Reach::Routes),
    (&["csharp"], &["IEndpointFilter"], &["InvokeAsync"], Reach::Named),
    (
        &["csharp"],
        &[
            "ActionFilterAttribute",
            "ExceptionFilterAttribute",
            "IActionFilter",
            "IAsyncActionFilter",
            "IAsyncAuthorizationFilter",
            "IAsyncExceptionFilter",
            "IAsyncResourceFilter",
            "IAsyncResultFilter",
            "IAuthorizationFilter",
            "IExceptionFilter",
            "IResourceFilter",
            "IResultFilter",
            "ResultFilterAttribute",
        ],
        &[
            "OnActionExecuted",
            "OnActionExecuting",
            "OnActionExecutionAsync",
            "OnAuthorization",
            "OnAuthorizationAsync",
            "OnException",
            "OnExceptionAsync",
            "OnResourceExecuted",
            "OnResourceExecuting",
            "OnResourceExecutionAsync",
            "OnResultExecuted",
            "OnResultExecuting",
            "OnResultExecutionAsync",
        ],
        Reach::Named,
    ),
    (SCRIPTS, &["CanActivate"], &["canActivate"], Reach::Named),
    (SCRIPTS, &["NestInterceptor"], &["intercept"], Reach::Named),
    (SCRIPTS, &["PipeTransform"], &["transform"], Reach::Named),
    (SCRIPTS, &["ExceptionFilter", "BaseExceptionFilter"], &["catch"], Reach::Named),
    (SCRIPTS, &["NestMiddleware"], &["use"], Reach::Named),
];

const JVM: &[&str] = &["java", "kotlin"];
const SCRIPTS: &[&str] = &["javascript", "typescript"];

/// Decorators of a class whose methods of these names NestJS calls, whatever the class says that
/// it implements.
const NEST: &[&str] = &["Catch", "Injectable"];

/// Annotations of methods of advice, or of one controller.
const ADVICE: &[&str] = &["ExceptionHandler", "InitBinder", "ModelAttribute"];

/// Annotations of methods that are given events by their type.
const EVENTS: &[&str] = &["EventListener", "Subscribe", "TransactionalEventListener"];

/// Annotations of the methods of an aspect.
const POINTCUTS: &[&str] = &["After", "AfterReturning", "AfterThrowing", "Around", "Before"];

/// Methods, and annotations of methods, that run behind what they are around, or where it fails.
const BEHIND: &[&str] = &[
    "After",
    "AfterReturning",
    "AfterThrowing",
    "EventListener",
    "ExceptionHandler",
    "OnActionExecuted",
    "OnException",
    "OnExceptionAsync",
    "OnResourceExecuted",
    "OnResultExecuted",
    "OnResultExecuting",
    "Subscribe",
    "TransactionalEventListener",
    "afterCompletion",
    "catch",
    "handle",
    "onApplicationEvent",
    "postHandle",
    "toResponse",
];

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
}

/// What is to be added.
#[derive(Default)]
struct Found {
    listeners: Vec<Heard>,
    hooks: Vec<(DefinitionId, bool)>,
    /// By class: its methods of advice so far.
    advised: FxHashMap<DefinitionId, usize>,
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
        let known = found.advised.entry(self.class).or_default();
        *known += 1;
        for handler in classes.handlers.get(&self.class).into_iter().flatten() {
            if *known <= MOST_ADVICE {
                found.listeners.push(Heard::new(To::Definition(*handler), self.id));
            }
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
                // `OrderPlaced.class`.
                let of = match self.semantics.expr(argument.value) {
                    Expr::Attribute { base, name } if name == "class" => *base,
                    Expr::Name { .. } | Expr::Attribute { .. } => argument.value,
                    _ => continue,
                };
                found.listeners.push(Heard::new(To::Expr(of), self.id));
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

/// The types that a pointcut names, with the pattern of their methods: those by whole names
/// alone, since a pattern of packages may mean any class.
fn pointcuts(text: &str) -> Vec<(Name, Option<Name>)> {
    let mut found = Vec::new();
    for (word, inside) in designators(text) {
        let is_name = |it: &str| {
            !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || "_.$".contains(it))
        };
        match word {
            "execution" => {
                let head = inside.split('(').next().unwrap_or_default();
                let whole = head.split_whitespace().next_back().unwrap_or_default();
                let Some((class, method)) = whole.rsplit_once('.') else { continue };
                let class = class.trim_end_matches('+');
                if is_name(class) && !class.contains("..") {
                    found.push((Name::new(class), Some(Name::new(method))));
                }
            }
            "within" | "target" | "this" => {
                let class = inside.trim().trim_end_matches('+');
                if is_name(class) && !class.contains("..") {
                    found.push((Name::new(class), Some(Name::new_static("*"))));
                }
            }
            "@annotation" | "@within" | "@target" => {
                let class = inside.trim();
                if is_name(class) {
                    found.push((Name::new(class), None));
                }
            }
            _ => {}
        }
    }
    found
}

/// The words of a pointcut, each with what its parentheses hold, without those that it excludes.
fn designators(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = if text.len() > LONGEST { "" } else { text };
    while let Some(open) = rest.find('(') {
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '@' | '_' | '.');
        let head = &rest[..open];
        let before = head.trim_end_matches(is_part);
        let word = &head[before.len()..];
        let is_excluded = before.trim_end().ends_with('!');
        if word.is_empty() && !is_excluded {
            // What is in a group counts as it does without.
            rest = &rest[open + 1..];
            continue;
        }
        let mut depth = 0usize;
        let end = rest[open..].char_indices().find(|(_, it)| {
            match it {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let Some((length, _)) = end else { break };
        if !is_excluded {
            found.push((word, &rest[open + 1..open + length]));
        }
        rest = &rest[open + length + 1..];
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

#[cfg(test)]
mod tests {
    use super::pointcuts;

    #[test]
    fn pointcuts_name_types_and_methods() {
        let read = |text: &str| {
            let found = pointcuts(text).into_iter().map(|(class, methods)| {
                methods.map_or(class.to_string(), |it| format!("{class}#{it}"))
            });
            found.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(read("execution(* a.Svc.*(..))"), "a.Svc#*");
        assert_eq!(
            read("execution(public int a.b.Svc.pay*(int, ..)) && !within(a.No)"),
            "a.b.Svc#pay*"
        );
        assert_eq!(read("@annotation(a.Audited) || @within(Slow)"), "a.Audited Slow");
        assert_eq!(read("execution(* a..*.*(..)) || execution(* a.*.run(..)) || within(a..*)"), "");
        assert_eq!(read("execution(* a.Svc.x("), "");
        assert_eq!(read("pay() && args(x)"), "");
        assert_eq!(
            read("(execution(* a.Svc.pay(..)) || within(a.X)) && args(x)"),
            "a.Svc#pay a.X#*"
        );
        assert_eq!(read("!(within(a.No) || within(a.Never)) && within(a.X)"), "a.X#*");
        assert_eq!(read("\u{201c}execution(* a.S.x(..))"), "a.S#x");
        assert_eq!(read(&"(".repeat(100_000)), "");
    }
}
