//! What PHP code names outside of it: tables, templates, files, requests and commands.

use codd_source::Span;

use super::Walk;
use super::callables::{argument, named_argument};
use super::expressions::string_text;
use super::test_cases::last_name;
use crate::code_links::{CodeLinks, TextValue, VERBS};
use crate::node::{Node, field};
use crate::resources::Owners;
use crate::tables::{many, snake};
use crate::{DefinitionId, DefinitionKind, Expr, LinkKind, LinkRole, Name, ROUTE_NAME};

/// The longest receiver of a call that is looked at.
const LONGEST: usize = 80;

/// Functions that are given the path of a file.
const OPENING: [&str; 8] = [
    "file",
    "file_get_contents",
    "file_put_contents",
    "fopen",
    "parse_ini_file",
    "readfile",
    "simplexml_load_file",
    "storage_path",
];

impl<'t> Walk<'_, 't> {
    /// Adds the links of a file that was walked.
    pub(super) fn links(&mut self, root: Node<'t>) {
        let spans = self.builder.definition_spans(root.tree);
        let owners = Owners::new(spans.iter().copied());
        let path = self.lower.path;
        let mut links = CodeLinks::new(path.parent(), owners);
        let is_test_file = path.as_str().to_ascii_lowercase().contains("test");
        for node in root.below() {
            match node.kind() {
                "heredoc" | "nowdoc" => {
                    let value = text_value(node);
                    links.query(&value.text, value.span);
                }
                "function_call_expression" => {
                    function_call(&mut links, node);
                    if is_test_file {
                        asked_by_name(&mut links, node);
                    }
                }
                "scoped_call_expression" => static_call(&mut links, node),
                "member_call_expression" => member_call(&mut links, node, is_test_file),
                "property_element" => {
                    let is_table = field(node, "name").is_some_and(|it| it.text() == "$table");
                    if is_table
                        && let Some(value) = field(node, "default_value")
                        && let Some(name) = string_text(value)
                    {
                        self.table_of_class(&mut links, &name, value.span());
                    }
                }
                "attribute" => {
                    let is_table = node.first_child().is_some_and(|it| last_name(it) == "Table");
                    let name = field(node, "parameters").and_then(|it| named_argument(it, "name"));
                    if is_table
                        && let Some(value) = name
                        && let Some(name) = string_text(value)
                    {
                        links.table(&name, LinkRole::Adopts, value.span());
                    }
                }
                _ => {}
            }
        }
        self.tables_by_name(&mut links, &spans);
        for (name, path, span) in std::mem::take(&mut self.routing.names) {
            let keys = vec![Name::from(format!("{ROUTE_NAME}{name}")), Name::from(path)];
            links.add_for(None, LinkKind::Endpoint, LinkRole::Declares, keys, span, true);
        }
        links.give_to(&mut self.builder);
    }
}

impl<'t> Walk<'_, 't> {
    /// A model without another name is of the table that is called like many of it.
    fn tables_by_name(&self, links: &mut CodeLinks<'t>, spans: &[(Span, DefinitionId)]) {
        const MODELS: [&str; 3] = ["Authenticatable", "Model", "Pivot"];
        let semantics = self.semantics();
        for (span, id) in spans {
            let it = semantics.definition(*id);
            let is_model = it.kind == DefinitionKind::Class
                && it.bases.iter().any(|base| {
                    matches!(semantics.expr(*base),
                        Expr::Name { name, .. } if MODELS.contains(&name.as_str()))
                });
            let is_named = semantics.definitions.iter().any(|field| {
                field.parent == Some(*id) && field.name.trim_start_matches('$') == "table"
            });
            if is_model && !is_named {
                let keys = vec![Name::from(many(&snake(&it.name)))];
                let (kind, role) = (LinkKind::Table, LinkRole::Adopts);
                links.add_for(Some(*id), kind, role, keys, *span, false);
            }
        }
    }

    /// A property that names a table says so of the class around it.
    fn table_of_class(&self, links: &mut CodeLinks<'t>, name: &str, span: Span) {
        let own = links.owner(span);
        let class = own.and_then(|id| self.semantics().definition(id).parent).or(own);
        let keys = vec![Name::from(name.to_lowercase())];
        links.add_for(class, LinkKind::Table, LinkRole::Adopts, keys, span, true);
    }
}

/// `$this->get(route("orders.index"))`: a test asks for the path of a name; elsewhere it is a
/// link, and nothing runs there.
fn asked_by_name<'t>(links: &mut CodeLinks<'t>, node: Node<'t>) {
    let is_route = field(node, "function").is_some_and(|it| it.text() == "route");
    let name = field(node, "arguments").and_then(|it| argument(it, 0));
    if is_route
        && let Some(written) = name
        && let Some(name) = string_text(written)
    {
        let keys = vec![Name::from(format!("* {ROUTE_NAME}{name}"))];
        links.add(LinkKind::Endpoint, LinkRole::Calls, keys, written.span(), true);
    }
}

fn function_call<'t>(links: &mut CodeLinks<'t>, node: Node<'t>) {
    let (Some(function), Some(list)) = (field(node, "function"), field(node, "arguments")) else {
        return;
    };
    let Some(first) = argument(list, 0) else { return };
    let word = function.text().trim_start_matches('\\');
    match word {
        "exec" | "shell_exec" | "system" | "passthru" | "proc_open" | "popen" => {
            let value = text_value(first);
            links.command(&value.text, value.span);
        }
        "view" => view(links, first),
        // What a text alone names is found in all languages.
        _ if OPENING.contains(&word) && string_text(first).is_none() => {
            let value = text_value(first);
            links.file(value.text.trim_start_matches("{}"), LinkRole::Reads, value.span);
        }
        _ => {}
    }
}

/// `view('orders.show')` is a file `orders/show.blade.php`.
fn view<'t>(links: &mut CodeLinks<'t>, first: Node<'t>) {
    if let Some(name) = string_text(first) {
        let path = name.replace('.', "/").replace("::", "/");
        links.template(&format!("{path}.blade.php"), first.span());
    }
}

fn static_call<'t>(links: &mut CodeLinks<'t>, node: Node<'t>) {
    let (Some(scope), Some(name), Some(list)) =
        (field(node, "scope"), field(node, "name"), field(node, "arguments"))
    else {
        return;
    };
    let Some(first) = argument(list, 0) else { return };
    let class = last_name(scope);
    let role = match (class, name.text()) {
        ("Schema", "create" | "table" | "drop" | "dropIfExists") => LinkRole::Declares,
        ("DB", "table") => LinkRole::Reads,
        ("Http", verb) if VERBS.contains(&verb) => {
            links.request(verb, &text_value(first));
            return;
        }
        ("View", "make") => return view(links, first),
        _ => return,
    };
    if let Some(table) = string_text(first) {
        links.table(&table, role, first.span());
    }
}

fn member_call<'t>(links: &mut CodeLinks<'t>, node: Node<'t>, is_test_file: bool) {
    let (Some(object), Some(name), Some(list)) =
        (field(node, "object"), field(node, "name"), field(node, "arguments"))
    else {
        return;
    };
    let Some(first) = argument(list, 0) else { return };
    let receiver = match object.text() {
        text if text.len() > LONGEST => return,
        text => text.to_ascii_lowercase(),
    };
    let is_client = receiver.contains("client") || receiver.contains("http");
    // Tests of Laravel ask the application that they are of.
    let is_test = is_test_file && (receiver == "$this" || receiver.starts_with("$this->"));
    let asked = name.text().strip_suffix("Json").unwrap_or(name.text());
    match name.text() {
        "json" | "call" if is_test => {
            let method = string_text(first);
            if let (Some(method), Some(url)) = (method, argument(list, 1))
                && VERBS.contains(&method.to_ascii_lowercase().as_str())
            {
                links.request(&method, &text_value(url));
            }
        }
        _ if is_test && !is_client && VERBS.contains(&asked) => {
            let url = text_value(first);
            if url.text.starts_with('/') {
                links.request(asked, &url);
            }
        }
        "request" if is_client => {
            let method = string_text(first);
            if let (Some(method), Some(url)) = (method, argument(list, 1)) {
                links.request(&method, &below_base(url));
            }
        }
        verb if is_client && VERBS.contains(&verb) => links.request(verb, &below_base(first)),
        "render" | "renderView" | "renderForm" => {
            if let Some(name) = string_text(first).filter(|it| it.contains('.')) {
                links.template(&name, first.span());
            }
        }
        _ => {}
    }
}

/// The URL of a client that has a base, to which a path need not begin with a slash.
fn below_base(node: Node<'_>) -> TextValue {
    let mut url = text_value(node);
    if !url.text.starts_with(['/', '{']) && !url.text.contains("://") {
        url.text.insert_str(0, "{}/");
    }
    url
}

/// A text with `{}` for what is filled in; `{}` for any other expression.
fn text_value(node: Node<'_>) -> TextValue {
    let mut text = String::new();
    let mut rights = Vec::new();
    let mut at = node;
    while at.kind() == "binary_expression" {
        rights.extend(field(at, "right"));
        match field(at, "left") {
            Some(left) => at = left,
            None => break,
        }
    }
    rights.push(at);
    for part in rights.into_iter().rev() {
        match string_text(part) {
            Some(part) => text.push_str(&part),
            None => match part.kind() {
                "encapsed_string" | "heredoc" => {
                    for piece in part.below() {
                        match piece.kind() {
                            "string_content" => text.push_str(piece.text()),
                            "variable_name" => text.push_str("{}"),
                            _ => {}
                        }
                    }
                }
                "nowdoc" => text.push_str(part.text()),
                _ => text.push_str("{}"),
            },
        }
    }
    TextValue { text, span: node.span() }
}
