//! What Ruby code names outside of it: tables, files, requests and commands.

use codd_source::Span;
use rustc_hash::FxHashSet;

use super::methods::{plain_text, symbol_text};
use super::{Walk, settings, views};
use crate::code_links::{CodeLinks, TextValue, VERBS};
use crate::node::{Node, field};
use crate::resources::Owners;
use crate::tables::{many, snake};
use crate::{DefinitionId, DefinitionKind, Expr, LinkKind, LinkRole, Name};

/// Clients whose methods are named as the verbs of requests.
const CLIENTS: [&str; 9] = [
    "Excon",
    "Faraday",
    "HTTP",
    "HTTPX",
    "HTTParty",
    "RestClient",
    "Typhoeus",
    "conn",
    "connection",
];

/// The standard library's client, which is made with a host.
const STANDARD: &str = "Net::HTTP";

/// No client is called by a longer name.
const LONGEST_CLIENT: usize = 16;

impl<'t> Walk<'_, 't> {
    /// Adds the links of a file that was walked.
    pub(super) fn links(&mut self, root: Node<'t>) {
        let spans = self.builder.definition_spans(root.tree);
        let owners = Owners::new(spans.iter().copied());
        let path = self.lower.path;
        let mut links = CodeLinks::new(path.parent(), owners);
        let mut read_to = 0;
        let mut clients: FxHashSet<&str> = FxHashSet::default();
        let views = views::folder_of(path.as_str());
        let is_test = path.as_str().split('/').any(|it| matches!(it, "spec" | "test"));
        let includes = |it: &str| root.text().contains(it);
        let asks_by_itself =
            is_test || includes("include HTTParty") || includes("include Rack::Test::Methods");
        for node in root.below() {
            match node.kind() {
                "heredoc_body" => {
                    let value = text_value(node);
                    links.query(&value.text, value.span);
                }
                "subshell" => {
                    links.command(node.text().trim_matches('`'), node.span());
                }
                "assignment" => {
                    settings::set(&mut links, node);
                    let left = field(node, "left").map_or("", Node::text);
                    if field(node, "right").is_some_and(|it| makes_client(it.text())) {
                        clients.insert(left);
                    }
                    if left == "self.table_name"
                        && let Some(value) = field(node, "right")
                        && let Some(name) = plain_text(value)
                    {
                        links.table(name, LinkRole::Adopts, value.span());
                    }
                }
                "call" => {
                    call(&mut links, node, asks_by_itself, &clients);
                    views::rendered(&mut links, views, node);
                    if node.span().start >= read_to && settings::read(&mut links, node) {
                        read_to = node.span().end;
                    }
                }
                _ => {}
            }
        }
        if let Some(folder) = views {
            views::of_actions(&mut links, folder, self.semantics(), &spans);
        }
        self.name_links(root, &mut links);
        self.tables_of_records(&spans, &mut links);
        links.give_to(&mut self.builder);
    }

    /// A record's table has the name of many of it.
    fn tables_of_records(&self, spans: &[(Span, DefinitionId)], links: &mut CodeLinks<'t>) {
        let semantics = self.semantics();
        for (at, it) in semantics.definitions.iter().enumerate() {
            let is_record = it.kind == DefinitionKind::Class
                && it.bases.iter().any(|base| match semantics.expr(*base) {
                    Expr::Name { name, .. } => name == "ApplicationRecord",
                    Expr::Attribute { name, base } => {
                        name == "Base"
                            && matches!(semantics.expr(*base),
                                Expr::Name { name, .. } if name == "ActiveRecord")
                    }
                    _ => false,
                });
            let id = DefinitionId(at as u32);
            if is_record && let Some((span, _)) = spans.iter().find(|(_, it)| *it == id) {
                let keys = vec![Name::from(many(&snake(&it.name)))];
                let (kind, role) = (LinkKind::Table, LinkRole::Adopts);
                links.add_for(Some(id), kind, role, keys, *span, false);
            }
        }
    }
}

fn call<'t>(
    links: &mut CodeLinks<'t>,
    node: Node<'t>,
    asks_by_itself: bool,
    clients: &FxHashSet<&str>,
) {
    let Some(method) = field(node, "method") else { return };
    let Some(first) = field(node, "arguments").and_then(Node::first_child) else { return };
    let receiver = field(node, "receiver").map_or("", Node::text);
    let word = method.text();
    match (receiver, word) {
        ("", "system" | "exec" | "spawn") => {
            if let Some(line) = plain_text(first) {
                links.command(line, first.span());
            }
        }
        (_, "config_for") => {
            let name = symbol_text(first);
            if !name.is_empty() {
                links.file(&format!("config/{name}.yml"), LinkRole::Reads, first.span());
            }
        }
        ("IO" | "YAML" | "JSON" | "CSV" | "Pathname", "read" | "load_file" | "foreach" | "new") => {
            if let Some(path) = plain_text(first) {
                links.file(path, LinkRole::Reads, first.span());
            }
        }
        (
            "",
            "create_table" | "drop_table" | "change_table" | "add_column" | "remove_column"
            | "add_index" | "rename_table" | "add_reference",
        ) => {
            let name = symbol_text(first);
            if !name.is_empty() {
                links.table(name, LinkRole::Declares, first.span());
            }
        }
        (client, verb)
            if VERBS.contains(&verb) && (is_client(client) || clients.contains(client)) =>
        {
            links.request(verb, &below_base(client, url_of(first)));
        }
        ("RestClient::Request", "execute") | ("Typhoeus::Request", "new") => {
            let list = field(node, "arguments").map(crate::node::children).unwrap_or_default();
            let named = |name: &str| {
                let pairs = list.iter().filter(|it| it.kind() == "pair");
                let mut pairs =
                    pairs.filter_map(|it| Some((field(*it, "key")?, field(*it, "value")?)));
                pairs.find(|(key, _)| key.text().trim_end_matches(':') == name).map(|it| it.1)
            };
            let verb = named("method").map_or("get", symbol_text);
            let url = named("url").map_or_else(|| text_value(first), text_value);
            links.request(verb, &url);
        }
        ("URI", "open") => links.request("get", &text_value(first)),
        // `Net::HTTP.get_response(URI("…"))`, `Net::HTTP::Post.new("/x")`
        ("Net::HTTP", word) => {
            let verb = word.split('_').next().unwrap_or(word);
            if VERBS.contains(&verb) {
                links.request(verb, &url_of(first));
            }
        }
        (request, "new") if request.starts_with("Net::HTTP::") => {
            let verb = request["Net::HTTP::".len()..].to_ascii_lowercase();
            if VERBS.contains(&verb.as_str()) {
                links.request(&verb, &url_of(first));
            }
        }
        // Tests of requests, and classes that are clients themselves.
        ("", verb) if VERBS.contains(&verb) && asks_by_itself => {
            let url = text_value(first);
            if url.text.starts_with('/') {
                links.request(verb, &url);
            }
        }
        _ => {}
    }
}

/// Whether something is a client, by what it is called.
fn is_client(receiver: &str) -> bool {
    let last = receiver.rsplit(['.', '@']).next().unwrap_or(receiver);
    CLIENTS.contains(&receiver)
        || makes_client(receiver)
        || matches!(last, "client" | "conn" | "connection" | "http")
}

/// `Faraday.new(url: base)`, `HTTP.auth(token)`: a client that was made of one.
fn makes_client(text: &str) -> bool {
    // What is assigned to one after another ends where all of it does: no more is looked at.
    let end = text.bytes().take(LONGEST_CLIENT).position(|it| matches!(it, b'.' | b'\n'));
    let Some(root) = end.map(|end| text[..end].trim()) else { return false };
    (root == STANDARD || CLIENTS.contains(&root)) && {
        let behind = text[root.len()..].trim_start_matches(['.', '&']);
        let word = behind.split(|it: char| !it.is_alphanumeric() && it != '_').next();
        word.is_some_and(|it| !VERBS.contains(&it) && it != "get_response" && it != "post_form")
    }
}

/// What a client with a base is asked for need not begin with a slash.
fn below_base(client: &str, mut url: TextValue) -> TextValue {
    let is_whole =
        url.text.is_empty() || url.text.starts_with(['/', '{']) || url.text.contains("://");
    let is_constant = client.starts_with(char::is_uppercase) && !client.contains('.');
    if !is_whole && !is_constant {
        url.text.insert_str(0, "{}/");
    }
    url
}

/// The URL in `URI("…")`, `URI.parse("…")` or a text itself.
fn url_of(node: Node<'_>) -> TextValue {
    match node.kind() {
        "call" => {
            let given = field(node, "arguments").and_then(Node::first_child);
            given.map_or_else(|| text_value(node), text_value)
        }
        _ => text_value(node),
    }
}

/// A text with `{}` for what is filled in.
fn text_value(node: Node<'_>) -> TextValue {
    let mut text = String::new();
    for piece in crate::node::children(node) {
        match piece.kind() {
            "string_content" | "heredoc_content" => text.push_str(piece.text()),
            "interpolation" => text.push_str("{}"),
            _ => {}
        }
    }
    TextValue { text, span: node.span() }
}
