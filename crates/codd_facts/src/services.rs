//! Calls of services by name, gRPC and what is generated from OpenAPI: which methods of a file
//! call one, and which answer.

use codd_source::Span;
use rustc_hash::FxHashMap;

use crate::code_links::{CodeLinks, VERBS};
use crate::node::Node;
use crate::{DefinitionId, Expr, ExprId, LinkKind, LinkRole, Name, Semantics};

/// Endings of the types that clients of a service have.
const CLIENTS: &[&str] =
    &["BlockingStub", "CoroutineStub", "FutureStub", "AsyncStub", "Stub", "AsyncClient", "Client"];

/// Clients that are of no service.
const GENERAL: &[&str] = &["Http", "Rest", "Test", "Web"];

/// Methods of such clients, and of many others.
const PLAIN: &[&str] =
    &["close", "connect", "exchange", "execute", "login", "new", "request", "send", "then", "uri"];

/// Tokens in front of a type that are looked back over.
const MOST_BACK: usize = 16;

/// Tokens behind the creation of an object in which it is told that it is a client.
const MOST_AHEAD: usize = 24;

/// Bases in bases of a generic type that are looked through.
const DEEPEST: usize = 8;

/// The key of an operation by its service and name, which languages write in their own case;
/// of one without a service by its name alone.
pub fn operation_key(service: &str, name: &str) -> Name {
    let plain: String =
        name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Name::from(if service.is_empty() { plain } else { format!("{service}.{plain}") })
}

/// Adds the calls that a file sends to services.
pub(crate) fn collect_calls(links: &mut CodeLinks<'_>, language: &str, root: Node<'_>) {
    let text = root.text();
    if !["Stub", "lient", "Api", "api", "redentials"].iter().any(|it| text.contains(it)) {
        return;
    }
    let tokens: Vec<Node<'_>> = root.below().filter(|it| it.is_leaf()).collect();
    let services: Vec<(usize, &str)> =
        (0..tokens.len()).filter_map(|at| Some((at, service_at(language, &tokens, at)?))).collect();
    let clients = clients(language, &tokens, &services);
    for (at, service) in services {
        if let Some(method) = called_at_once(&tokens, at) {
            call(links, service, method);
        }
    }
    for window in tokens.windows(4) {
        let [object, dot, method, open] = window else { continue };
        let is_call = matches!(dot.text(), "." | "?." | "->" | "!.")
            && matches!(open.text(), "(" | "<")
            && is_name(object.text())
            && is_name(method.text());
        if !is_call {
            continue;
        }
        let (name, span) = (method.text(), method.span());
        let (kind, role) = (LinkKind::Operation, LinkRole::Calls);
        if let Some(service) = clients.get(object.text()) {
            call(links, service, *method);
        }
        let is_plain = VERBS.contains(&name.to_ascii_lowercase().as_str()) || PLAIN.contains(&name);
        if let Some(stem) = generated_client(object.text()).filter(|_| !is_plain) {
            let mut keys = vec![operation_key("", name)];
            if !stem.is_empty() {
                keys.push(operation_key("", &format!("{stem}{name}")));
            }
            links.add(kind, role, keys, span, false);
        }
    }
}

/// A call of an operation of a service.
fn call(links: &mut CodeLinks<'_>, service: &str, method: Node<'_>) {
    let name = method.text();
    let plain = name.strip_suffix("Async").map(|it| operation_key(service, it));
    let keys = plain.into_iter().chain([operation_key(service, name)]).collect();
    links.add(LinkKind::Operation, LinkRole::Calls, keys, method.span(), true);
}

/// The method in `NewGreeterClient(connection).SayHello(…)`, whose factory stands at a place.
fn called_at_once<'t>(tokens: &[Node<'t>], at: usize) -> Option<Node<'t>> {
    let ahead = &tokens[at + 1..(at + MOST_AHEAD).min(tokens.len())];
    let mut depth = 0usize;
    let close = ahead.iter().position(|it| {
        match it.text() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })?;
    let [dot, method, open, ..] = ahead.get(close + 1..)? else { return None };
    let is_call = close > 0 && dot.text() == "." && open.text() == "(" && is_name(method.text());
    is_call.then_some(*method)
}

/// What an object is a client of that may be generated from a description: `petApi`,
/// `UsersService`.
fn generated_client(object: &str) -> Option<&str> {
    let stem = ["Api", "api", "Client", "client"].iter().find_map(|it| object.strip_suffix(it));
    let is_type = object.starts_with(char::is_uppercase);
    stem.or_else(|| object.strip_suffix("Service").filter(|_| is_type))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_alphabetic() || it == '_')
        && text.chars().all(|it| it.is_alphanumeric() || it == '_')
}

/// The names in a file that stand for clients, and the services that these call.
fn clients<'t>(
    language: &str,
    tokens: &[Node<'t>],
    services: &[(usize, &'t str)],
) -> FxHashMap<&'t str, &'t str> {
    let mut found = FxHashMap::default();
    for (at, service) in services {
        if let Some(name) = bound_to(language, tokens, *at) {
            found.entry(name).or_insert(*service);
        }
    }
    // Other names of such a type: `using BasketClient = Basket.BasketClient`.
    let others: FxHashMap<&str, &str> = found
        .iter()
        .filter(|(name, _)| name.starts_with(char::is_uppercase))
        .map(|(name, service)| (*name, *service))
        .collect();
    for at in (0..tokens.len()).filter(|_| !others.is_empty()) {
        if let Some(service) = others.get(tokens[at].text())
            && let Some(name) = bound_to(language, tokens, at)
        {
            found.insert(name, *service);
        }
    }
    found
}

/// The service that a name at a place is the type of a client of, or makes one.
fn service_at<'t>(language: &str, tokens: &[Node<'t>], at: usize) -> Option<&'t str> {
    let text = tokens[at].text();
    let service = service_of(text)
        .or_else(|| of_factory(tokens, at))
        .or_else(|| of_dynamic(language, tokens, at));
    service.filter(|_| is_name(text))
}

/// `GreeterClient`, `NewGreeterClient`, `GreeterStub`.
fn service_of(name: &str) -> Option<&str> {
    let stem = CLIENTS.iter().find_map(|it| name.strip_suffix(it))?;
    let stem = stem.strip_prefix("New").unwrap_or(stem);
    (stem.starts_with(char::is_uppercase) && !GENERAL.contains(&stem)).then_some(stem)
}

/// `GreeterGrpc.newBlockingStub(…)`.
fn of_factory<'t>(tokens: &[Node<'t>], at: usize) -> Option<&'t str> {
    let text = tokens[at].text();
    let is_factory = text.starts_with("new") && text.ends_with("Stub");
    let of = tokens.get(at.checked_sub(2)?)?.text();
    of.strip_suffix("Grpc").filter(|_| is_factory)
}

/// `new proto.Greeter("host", grpc.credentials.createInsecure())`.
fn of_dynamic<'t>(language: &str, tokens: &[Node<'t>], at: usize) -> Option<&'t str> {
    let is_script = crate::is_script(language);
    let text = tokens[at].text();
    let is_called = tokens.get(at + 1).is_some_and(|it| it.text() == "(");
    if !(is_script && is_called && text.starts_with(char::is_uppercase)) {
        return None;
    }
    let before = before_chain(tokens, at)?;
    let ahead = &tokens[at + 1..(at + MOST_AHEAD).min(tokens.len())];
    let is_client = tokens[before].text() == "new"
        && ahead.iter().any(|it| matches!(it.text(), "credentials" | "ChannelCredentials"));
    is_client.then_some(text)
}

/// The token in front of `a.b.c`, whose last name stands at a place.
fn before_chain(tokens: &[Node<'_>], at: usize) -> Option<usize> {
    let mut before = at.checked_sub(1)?;
    for _ in 0..MOST_BACK {
        if !matches!(tokens[before].text(), "." | "::") {
            return Some(before);
        }
        before = before.checked_sub(2)?;
    }
    None
}

/// The name that a type or a new object at a place is the one of.
fn bound_to<'t>(language: &str, tokens: &[Node<'t>], at: usize) -> Option<&'t str> {
    let mut before = before_chain(tokens, at)?;
    for _ in 0..MOST_BACK {
        if !matches!(tokens[before].text(), "new" | "await" | "&" | "*" | "mut") {
            break;
        }
        before = before.checked_sub(1)?;
    }
    let named = match tokens[before].text() {
        "=" | ":=" | ":" => tokens.get(before.checked_sub(1)?),
        text if language == "go" && is_name(text) => tokens.get(before),
        _ => tokens.get(at + 1),
    };
    named.map(|it| it.text()).filter(|it| is_name(it))
}

/// Adds the methods of a file that answer the calls of a service, by the bases of their
/// classes.
pub(crate) fn collect_answers(
    links: &mut CodeLinks<'_>,
    language: &str,
    text: &str,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    // Rust answers calls with a trait that has the name of the service.
    let takes_traits = language == "rust" && text.contains("tonic");
    let services: Vec<Vec<Name>> = semantics
        .definitions
        .iter()
        .map(|it| {
            let names = it.bases.iter().filter_map(|base| last_name(semantics, *base));
            names.filter_map(|name| answered(name, takes_traits)).map(Name::new).collect()
        })
        .collect();
    if services.iter().all(Vec::is_empty) {
        return;
    }
    for (span, id) in spans {
        let definition = semantics.definition(*id);
        // Other files of the folder may have more of its methods.
        let own = services[id.index()].iter().filter(|_| language == "go");
        let keys = own.map(|it| Name::from(format!("{it}.*"))).collect();
        links.add_for(Some(*id), LinkKind::Operation, LinkRole::Answers, keys, *span, true);
        let Some(class) = definition.parent.filter(|_| definition.body.is_some()) else { continue };
        for service in &services[class.index()] {
            let keys = vec![operation_key(service, &definition.name)];
            let (kind, role) = (LinkKind::Operation, LinkRole::Answers);
            links.add_for(Some(*id), kind, role, keys, *span, true);
        }
    }
}

/// The service that a class answers for which extends this: `GreeterServicer`,
/// `GreeterGrpc.GreeterImplBase`, `Greeter.GreeterBase`, `UnimplementedGreeterServer`.
fn answered(base: &str, takes_traits: bool) -> Option<&str> {
    const ENDINGS: &[&str] = &["Servicer", "CoroutineImplBase", "ImplBase", "Base"];
    let of_go = base.strip_prefix("Unimplemented").and_then(|it| it.strip_suffix("Server"));
    let found = of_go.or_else(|| ENDINGS.iter().find_map(|it| base.strip_suffix(it)));
    found.or(takes_traits.then_some(base)).filter(|it| !it.is_empty())
}

fn last_name(semantics: &Semantics, expr: ExprId) -> Option<&Name> {
    let mut at = expr;
    for _ in 0..DEEPEST {
        match semantics.expr(at) {
            Expr::Name { name, .. } | Expr::Attribute { name, .. } => return Some(name),
            Expr::Index { base, .. } | Expr::InstanceOf(base) | Expr::Applied { of: base, .. } => {
                at = *base;
            }
            _ => return None,
        }
    }
    None
}
