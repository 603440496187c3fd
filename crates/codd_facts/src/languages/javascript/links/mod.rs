//! What JavaScript and TypeScript code names outside of it: variables of the environment,
//! settings, requests, tables, templates, files and commands.

mod services;
mod settings;

use codd_source::{RepoPath, Span};

use crate::builder::SemanticsBuilder;
use crate::code_links::{CodeLinks, TextValue, VERBS, filled};
use crate::node::{Node, children, field};
use crate::resources::{Owners, unquoted};
use crate::{DefinitionId, LinkKind, LinkRole};

/// The longest text of what is called that is looked at.
const LONGEST_CALLEE: usize = 200;

/// Functions that send a request to their first argument.
const FETCHING: &[&str] =
    &["$fetch", "axios", "fetch", "fetchWithAuth", "got", "ky", "useFetch", "useSWR"];

/// Calls that are given the path of a file.
const OPENING: &[&str] = &[
    "createReadStream",
    "createWriteStream",
    "existsSync",
    "fork",
    "readFile",
    "readFileSync",
    "readJSON",
    "readJson",
    "readJsonSync",
    "sendFile",
    "statSync",
    "writeFile",
    "writeFileSync",
];

/// Endings of files that code loads without them.
const ENDINGS: &[&str] = &["js", "cjs", "mjs", "ts"];

/// Calls that are given the name of a table, and what they do with it.
const TABLES: &[(&str, LinkRole)] = &[
    ("Entity", LinkRole::Adopts),
    ("alterTable", LinkRole::Declares),
    ("createTable", LinkRole::Declares),
    ("dropTable", LinkRole::Declares),
    ("dropTableIfExists", LinkRole::Declares),
    ("from", LinkRole::Reads),
    ("insertInto", LinkRole::Reads),
    ("into", LinkRole::Reads),
    ("knex", LinkRole::Reads),
    ("mysqlTable", LinkRole::Adopts),
    ("pgTable", LinkRole::Adopts),
    ("selectFrom", LinkRole::Reads),
    ("sqliteTable", LinkRole::Adopts),
    ("updateTable", LinkRole::Reads),
];

/// Adds the links of a file that was walked, in which definitions have these spans.
pub(super) fn collect(
    path: &RepoPath,
    root: Node<'_>,
    definitions: impl IntoIterator<Item = Span>,
    builder: &mut SemanticsBuilder,
) {
    let spans = definitions.into_iter().enumerate();
    let owners = Owners::new(spans.map(|(at, span)| (span, DefinitionId(at as u32))));
    let mut routes: Vec<u32> = builder.route_spans().iter().map(|it| it.start).collect();
    routes.sort_unstable();
    let links = CodeLinks::new(path.parent(), owners);
    let mut reading =
        Reading { links, routes, done: 0, settings: Vec::new(), read_to: 0, answers: Vec::new() };
    for node in root.below() {
        reading.node(node);
    }
    crate::services::collect_calls(&mut reading.links, "typescript", root);
    reading.finish_answers(builder);
    reading.links.give_to(builder);
}

struct Reading<'t> {
    links: CodeLinks<'t>,
    /// Where routes are registered, sorted.
    routes: Vec<u32>,
    /// Texts up to here were read as parts of another.
    done: u32,
    /// Names of the object that a package makes of the files of settings.
    settings: Vec<&'t str>,
    /// Chains of names up to here were read as parts of another.
    read_to: u32,
    /// What answers the calls of services.
    answers: Vec<services::Answer<'t>>,
}

impl<'t> Reading<'t> {
    fn node(&mut self, node: Node<'t>) {
        match node.kind() {
            "call_expression" => self.call(node),
            "new_expression" => self.constructed(node),
            "member_expression" => {
                self.member(node);
                self.setting_by_names(node);
            }
            "import_statement" => self.imported(node),
            "subscript_expression" => {
                let is_environment = field(node, "object").is_some_and(|it| is_environment(it));
                if is_environment && let Some(key) = field(node, "index").and_then(text_value) {
                    self.links.environment(&key.text, key.span);
                }
            }
            "variable_declarator" => {
                self.destructured(node);
                self.required(node);
            }
            "string" | "template_string" if node.span().start >= self.done => {
                if let Some(value) = text_value(node) {
                    self.links.query(&value.text, value.span);
                }
                self.done = node.span().end;
            }
            "pair" => self.pair(node),
            _ => {}
        }
    }

    /// `process.env.X`, `import.meta.env.X`.
    fn member(&mut self, node: Node<'t>) {
        if let Some(object) = field(node, "object")
            && is_environment(object)
            && let Some(property) = field(node, "property")
        {
            self.links.environment(property.text(), property.span());
        }
    }

    /// `const { X, Y } = process.env`.
    fn destructured(&mut self, node: Node<'t>) {
        let is_taken = field(node, "value").is_some_and(is_environment);
        let Some(pattern) = field(node, "name").filter(|_| is_taken) else { return };
        for part in children(pattern) {
            let key = match part.kind() {
                "shorthand_property_identifier_pattern" => Some(part),
                "pair_pattern" => field(part, "key"),
                "object_assignment_pattern" => field(part, "left"),
                _ => None,
            };
            if let Some(key) = key {
                self.links.environment(key.text(), key.span());
            }
        }
    }

    /// `tableName: "users"` of a model.
    fn pair(&mut self, node: Node<'t>) {
        let is_table =
            field(node, "key").is_some_and(|it| matches!(unquoted(it.text()), "tableName"));
        if is_table && let Some(name) = field(node, "value").and_then(text_value) {
            self.links.table(&name.text, LinkRole::Adopts, name.span);
        }
    }

    fn registers_route(&self, node: Node<'_>) -> bool {
        let span = node.span();
        let at = self.routes.partition_point(|it| *it < span.start);
        self.routes.get(at).is_some_and(|it| *it < span.end)
    }

    fn call(&mut self, node: Node<'t>) {
        let Some(function) = field(node, "function") else { return };
        let Some(arguments) = field(node, "arguments") else { return };
        if arguments.kind() == "template_string" {
            return;
        }
        let arguments = children(arguments);
        let last = match function.kind() {
            "member_expression" => field(function, "property").map_or("", Node::text),
            _ => function.text(),
        };
        if last.len() > LONGEST_CALLEE {
            return;
        }
        let receiver = match field(function, "object").map_or("", Node::text) {
            text if text.len() > LONGEST_CALLEE => "",
            text => text,
        };
        if matches!(receiver, "Deno.env" | "Bun.env") && last == "get" {
            if let Some(name) = arguments.first().and_then(|it| text_value(*it)) {
                self.links.environment(&name.text, name.span);
            }
            return;
        }
        self.request(node, function, last, &arguments);
        self.setting_by_text(receiver, last, &arguments);
        self.served(last, &arguments);
        self.decorated(last, &arguments, node.span());
        let first = arguments.first().and_then(|it| text_value(*it));
        let is_response = matches!(receiver, "res" | "response" | "reply" | "ctx" | "this")
            || receiver.ends_with(".response");
        let is_loaded = matches!(function.kind(), "import") || function.text() == "require";
        if is_loaded && let Some(made) = arguments.first().filter(|it| it.kind() != "string") {
            self.loaded(*made);
        }
        if last == "Entity"
            && let Some(name) = arguments.first().and_then(|it| property_text(*it, "name"))
        {
            self.links.table(&name.text, LinkRole::Adopts, name.span);
        }
        if let Some(first) = &first {
            if matches!(last, "render" | "view") && is_response {
                self.links.template(&first.text, first.span);
            }
            if OPENING.contains(&last) {
                self.links.file(&first.text, LinkRole::Reads, first.span);
            }
            if matches!(last, "exec" | "execSync" | "$") && function.kind() != "member_expression" {
                self.links.command(&first.text, first.span);
            }
            if let Some((_, role)) = TABLES.iter().find(|it| it.0 == last)
                && !matches!(receiver, "Array" | "Buffer" | "Observable" | "Object")
                && let Some(name) = first.constant()
                && name.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '.'))
            {
                self.links.table(name, *role, first.span);
            }
            if matches!(last, "spawn" | "spawnSync" | "execFile" | "execFileSync" | "execa") {
                let words = arguments.get(1).filter(|it| it.kind() == "array");
                let words = words.into_iter().flat_map(|it| children(*it));
                let mut line = first.text.clone();
                for word in words.filter_map(text_value) {
                    line.push(' ');
                    line.push_str(&word.text);
                }
                self.links.command(&line, first.span);
            }
        }
        if matches!(receiver, "path" | "Path") && matches!(last, "join" | "resolve") {
            let parts: Vec<String> =
                arguments.iter().filter_map(|it| text_value(*it)).map(|it| it.text).collect();
            if !parts.is_empty() {
                self.links.file(&parts.join("/"), LinkRole::Reads, node.span());
            }
        }
    }

    /// What is loaded by a name that is put together: `require("./plugins/" + name)`.
    fn loaded(&mut self, made: Node<'t>) {
        let Some(value) = text_value(made).filter(|it| it.text.starts_with('.')) else { return };
        let mut keys = Vec::new();
        match value.text.split_once("{}") {
            Some((folder, _)) => {
                let Some((folder, _)) = folder.rsplit_once('/') else { return };
                for ending in ENDINGS {
                    keys.extend(self.links.below(&format!("{folder}/*.{ending}")));
                }
            }
            None => {
                keys.extend(self.links.below(&value.text));
                for ending in ENDINGS {
                    keys.extend(self.links.below(&format!("{}.{ending}", value.text)));
                    keys.extend(self.links.below(&format!("{}/index.{ending}", value.text)));
                }
            }
        }
        self.links.add(LinkKind::File, LinkRole::Calls, keys, value.span, false);
    }

    fn request(&mut self, node: Node<'t>, function: Node<'t>, last: &str, arguments: &[Node<'t>]) {
        let is_member = function.kind() == "member_expression";
        let first = arguments.first();
        let option = |at: usize, key: &str| {
            let object = arguments.get(at).filter(|it| it.kind() == "object")?;
            let pairs = children(*object);
            let pair = pairs
                .iter()
                .filter(|it| it.kind() == "pair")
                .find(|it| field(**it, "key").is_some_and(|it| unquoted(it.text()) == key))?;
            text_value(field(*pair, "value")?)
        };
        let verb = if last == "del" { "delete" } else { last };
        if is_member && VERBS.contains(&verb) {
            // `app.get("/x", handler)` serves it.
            if self.registers_route(node) {
                return;
            }
            let url = first.and_then(|it| url_value(*it)).or_else(|| option(0, "url"));
            let has_base = field(function, "object").is_some_and(|it| is_below_base(it.text()));
            if let Some(url) = url.map(|it| if has_base { below_base(it) } else { it }) {
                self.links.request(verb, &url);
            }
        } else if is_member && last == "getJSON" {
            if let Some(url) = first.and_then(|it| url_value(*it)) {
                self.links.request("get", &url);
            }
        } else if FETCHING.contains(&last) || is_member && matches!(last, "request" | "ajax") {
            let whole = option(0, "url");
            let (url, at) = match (first.and_then(|it| url_value(*it)), whole) {
                (Some(url), _) => (url, 1),
                (None, Some(url)) => (url, 0),
                (None, None) => return,
            };
            let url = if is_below_base(last) { below_base(url) } else { url };
            let method = option(at, "method").or_else(|| option(at, "type"));
            let default = if last == "request" { "*" } else { "get" };
            let method = method.as_ref().and_then(TextValue::constant).unwrap_or(default);
            self.links.request(method, &url);
        } else if is_member && last == "open" {
            let method = first.and_then(|it| text_value(*it));
            let url = arguments.get(1).and_then(|it| text_value(*it));
            if let (Some(method), Some(url)) = (method, url)
                && VERBS.contains(&method.text.to_ascii_lowercase().as_str())
            {
                self.links.request(&method.text, &url);
            }
        }
    }

    /// `new URL("./x.json", import.meta.url)`, `new Worker("./w.js")`, `new EventSource("/x")`.
    fn constructed(&mut self, node: Node<'t>) {
        let name = field(node, "constructor").map_or("", Node::text);
        // `new (require("worker_threads").Worker)("./w.js")`.
        let name = match name.trim_end_matches(')') {
            it if it.len() < LONGEST_CALLEE && it.ends_with(".Worker") => "Worker",
            _ => name,
        };
        let arguments = field(node, "arguments").map(children).unwrap_or_default();
        let Some(first) = arguments.first().and_then(|it| text_value(*it)) else { return };
        let is_here = arguments.get(1).is_some_and(|it| it.text() == "import.meta.url");
        match name {
            "URL" if is_here => self.links.file(&first.text, LinkRole::Reads, first.span),
            "Worker" => self.links.file(&first.text, LinkRole::Calls, first.span),
            "EventSource" | "WebSocket" => self.links.request("*", &first),
            _ => {}
        }
    }
}

/// `process.env`, `import.meta.env`, `Bun.env`.
fn is_environment(node: Node<'_>) -> bool {
    matches!(node.text(), "process.env" | "import.meta.env" | "Bun.env" | "globalThis.process.env")
}

/// The text that a node is, if it is one.
fn text_value(node: Node<'_>) -> Option<TextValue> {
    let span = node.span();
    match node.kind() {
        "string" => Some(TextValue { text: unquoted(node.text()).to_owned(), span }),
        "template_string" => Some(TextValue { text: filled(unquoted(node.text()), "${"), span }),
        "parenthesized_expression" | "as_expression" => match node.first_child()?.kind() {
            "string" | "template_string" => text_value(node.first_child()?),
            _ => None,
        },
        // `BASE + "/users"`, `"/users/" + id`.
        "binary_expression" if field(node, "operator").is_some_and(|it| it.text() == "+") => {
            let part = |name: &str| match field(node, name) {
                Some(it) if matches!(it.kind(), "string" | "template_string") => {
                    text_value(it).map_or_else(|| "{}".to_owned(), |it| it.text)
                }
                _ => "{}".to_owned(),
            };
            let text = format!("{}{}", part("left"), part("right"));
            text.contains(|it: char| it.is_alphanumeric()).then_some(TextValue { text, span })
        }
        _ => None,
    }
}

/// The URL that a node is: a text, or what is made of one, `new URL("/x", base)`.
fn url_value(node: Node<'_>) -> Option<TextValue> {
    /// Objects in objects: `new Request(new URL("/x", base))`.
    const DEEPEST: u32 = 3;
    let mut at = node;
    for _ in 0..DEEPEST {
        let is_made = at.kind() == "new_expression"
            && field(at, "constructor").is_some_and(|it| matches!(it.text(), "URL" | "Request"));
        if !is_made {
            break;
        }
        at = field(at, "arguments").and_then(Node::first_child)?;
    }
    text_value(at)
}

/// Whether it is a client whose paths stand below a base and need not begin with a slash.
fn is_below_base(client: &str) -> bool {
    matches!(client, "$fetch" | "axios" | "got" | "ky")
}

fn below_base(mut url: TextValue) -> TextValue {
    if !url.text.starts_with(['/', '{', '.']) && !url.text.contains("://") {
        url.text.insert_str(0, "{}/");
    }
    url
}

/// The text that an object has under a key.
fn property_text(object: Node<'_>, key: &str) -> Option<TextValue> {
    let pairs = children(object).into_iter().filter(|it| it.kind() == "pair");
    let mut values = pairs.filter(|it| field(*it, "key").is_some_and(|it| it.text() == key));
    values.next().and_then(|it| field(it, "value")).and_then(text_value)
}
