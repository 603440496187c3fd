//! Which requests are meant by what a matcher is given.

use super::calls::Call;
use super::constants::Constants;
use crate::languages::jvm::plain_text;
use crate::node::{Node, children, field};
use crate::{Certainty, Name, PathPattern, PathRule};

/// Matchers in lists in matchers.
const DEEPEST: u32 = 6;

/// Patterns of one matcher: more are not told apart.
const MOST: usize = 256;

/// What makes a matcher of one pattern.
const ONE: &[&str] = &[
    "AntPathRequestMatcher",
    "PathPatternParserServerWebExchangeMatcher",
    "antMatcher",
    "matcher",
    "pathMatchers",
    "pathPattern",
    "pattern",
];

/// What makes lists.
const LISTS: &[&str] = &["arrayOf", "asList", "listOf", "of", "setOf"];

/// What matches requests that no controller answers.
const ELSEWHERE: &[&str] = &["EndpointRequest", "PathRequest", "StaticResourceRequest"];

const METHODS: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// The requests that the arguments of a matcher mean, all of which `asks` holds for.
pub(super) fn read(
    arguments: &[Node<'_>],
    constants: &Constants<'_>,
    asks: Certainty,
) -> Vec<PathRule> {
    let mut read = Read { constants, methods: Vec::new(), rules: Vec::new(), asks };
    for it in arguments {
        read.argument(*it, 0);
    }
    read.finish()
}

struct Read<'c, 't> {
    constants: &'c Constants<'t>,
    methods: Vec<Name>,
    rules: Vec<PathRule>,
    asks: Certainty,
}

impl Read<'_, '_> {
    fn finish(mut self) -> Vec<PathRule> {
        if self.rules.is_empty() && !self.methods.is_empty() {
            self.add(PathPattern::Any);
        }
        if self.rules.len() > MOST {
            self.rules.truncate(MOST);
            self.add(PathPattern::Unknown);
        }
        for rule in self.rules.iter_mut().filter(|it| it.methods.is_empty()) {
            rule.methods.clone_from(&self.methods);
        }
        self.rules
    }

    fn add(&mut self, pattern: PathPattern) {
        if self.rules.len() <= MOST {
            self.rules.push(PathRule::of(pattern, self.asks));
        }
    }

    fn argument(&mut self, node: Node<'_>, depth: u32) {
        if depth > DEEPEST {
            self.add(PathPattern::Unknown);
            return;
        }
        let text = node.text();
        if let Some(method) = method_of(text) {
            self.methods.push(Name::new(method));
            return;
        }
        match node.kind() {
            "string_literal" => match plain_text(text) {
                Some(text) if METHODS.contains(&text) => self.methods.push(Name::new(text)),
                Some(text) => self.add(pattern(text)),
                None => self.add(PathPattern::Unknown),
            },
            "identifier" if matches!(text, "anyExchange" | "anyRequest") => {
                self.add(PathPattern::Any);
            }
            "identifier" => self.constant(text, depth),
            // `Paths.OPEN` of this file, which has one of that name.
            "field_access" | "navigation_expression" => {
                let parts = children(node);
                match (text, parts.as_slice()) {
                    ("AnyRequestMatcher.INSTANCE", _) => self.add(PathPattern::Any),
                    (_, [of, name]) if of.kind() == "this" || of.kind() == "this_expression" => {
                        self.constant(name.text(), depth);
                    }
                    _ => self.add(PathPattern::Unknown),
                }
            }
            "array_initializer" | "collection_literal" | "spread_expression" => {
                self.all(node, depth);
            }
            "array_creation_expression" => match field(node, "value") {
                Some(items) => self.all(items, depth),
                None => self.add(PathPattern::Unknown),
            },
            "object_creation_expression" => {
                let name = field(node, "type").map_or("", Node::text);
                let arguments = field(node, "arguments").map(children).unwrap_or_default();
                self.made(name, None, &arguments, depth);
            }
            _ => match Call::of(node) {
                Some(call) => self.made(call.name, call.on, &call.arguments, depth),
                None => self.add(PathPattern::Unknown),
            },
        }
    }

    fn all(&mut self, node: Node<'_>, depth: u32) {
        for it in children(node) {
            self.argument(it, depth + 1);
        }
    }

    fn constant(&mut self, name: &str, depth: u32) {
        match self.constants.value(name) {
            Some(value) => self.argument(value, depth + 1),
            None => self.add(PathPattern::Unknown),
        }
    }

    /// `antMatcher(HttpMethod.GET, "/x")`, `new AntPathRequestMatcher("/x", "GET")`,
    /// `List.of("/a", "/b")`.
    fn made(&mut self, name: &str, on: Option<Node<'_>>, arguments: &[Node<'_>], depth: u32) {
        let on = on.map_or("", Node::text);
        if name == "toH2Console" || ELSEWHERE.iter().any(|it| on.starts_with(it)) {
            // No rule of these fits a route.
            self.methods.clear();
            return;
        }
        // A path of the servlet stands before it.
        let is_plain = !on.contains("servletPath") && !on.contains("basePath");
        if LISTS.contains(&name) {
            for it in arguments {
                self.argument(*it, depth + 1);
            }
        } else if ONE.contains(&name) && is_plain {
            let (constants, asks) = (self.constants, self.asks);
            let mut inner = Read { constants, methods: Vec::new(), rules: Vec::new(), asks };
            for it in arguments {
                inner.argument(*it, depth + 1);
            }
            let found = inner.finish();
            let room = (MOST + 1).saturating_sub(self.rules.len());
            self.rules.extend(found.into_iter().take(room));
        } else {
            self.add(PathPattern::Unknown);
        }
    }
}

/// `HttpMethod.GET`, `GET` that is imported, `HttpMethod.GET.name()`.
fn method_of(text: &str) -> Option<&'static str> {
    let text = text.rsplit_once("HttpMethod.").map_or(text, |it| it.1);
    let text = text.trim_end_matches(".name()");
    METHODS.iter().copied().find(|it| *it == text)
}

/// A pattern as it is written.
pub(super) fn pattern(text: &str) -> PathPattern {
    match text {
        "**" | "/**" => PathPattern::Any,
        _ if !text.starts_with('/') || text.contains("${") => PathPattern::Unknown,
        _ => PathPattern::Segments(Name::new(text)),
    }
}
