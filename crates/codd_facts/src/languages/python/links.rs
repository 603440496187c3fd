//! What Python code names outside of it: variables of the environment, requests, tables,
//! templates, files and commands.

use std::sync::OnceLock;

use codd_source::{RepoPath, Span};

use crate::builder::SemanticsBuilder;
use crate::code_links::{CodeLinks, TextValue, VERBS, filled, is_upper};
use crate::node::{Grammar, Node, child_of_kind, children, field};
use crate::resources::Owners;
use crate::tree::{NodeRole, SyntaxTree};
use crate::{LinkKind, LinkRole, Name};

/// The longest text of what is called that is looked at.
const LONGEST_CALLEE: usize = 200;

/// Parts of a path that are joined.
const MOST_PARTS: usize = 16;

/// Calls that are given the path of a file.
const OPENING: &[&str] = &[
    "FileSystemLoader",
    "Path",
    "PurePath",
    "StaticFiles",
    "from_file",
    "get_data",
    "joinpath",
    "load_dotenv",
    "open",
    "read_csv",
    "read_excel",
    "read_json",
    "read_parquet",
    "resource_filename",
    "resource_string",
    "run_path",
];

/// Calls that are given the name of a template.
const RENDERING: &[&str] = &[
    "TemplateResponse",
    "get_template",
    "render",
    "render_template",
    "render_to_string",
    "select_template",
    "stream_template",
];

/// Calls of migrations that change a table, with where its name stands among the arguments.
const MIGRATING: &[(&str, usize)] = &[
    ("add_column", 0),
    ("alter_column", 0),
    ("batch_alter_table", 0),
    ("create_check_constraint", 1),
    ("create_foreign_key", 1),
    ("create_index", 1),
    ("create_primary_key", 1),
    ("create_table", 0),
    ("create_unique_constraint", 1),
    ("drop_column", 0),
    ("drop_constraint", 1),
    ("drop_table", 0),
    ("rename_table", 1),
];

/// Adds the links of a file that was walked.
pub(super) fn collect(path: &RepoPath, tree: &SyntaxTree<'_>, builder: &mut SemanticsBuilder) {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    let language = || tree_sitter_python::LANGUAGE.into();
    let grammar = Grammar::of(&GRAMMAR, language, |_| NodeRole::Plain);
    let owners = Owners::new(builder.definition_spans(tree));
    let mut reading =
        Reading { path, links: CodeLinks::new(path.parent(), owners), done: 0, bare: Vec::new() };
    let root = Node { tree, grammar, id: SyntaxTree::ROOT };
    for node in root.below() {
        reading.node(node);
    }
    for (link, span) in reading.links.found {
        builder.link(link, span);
    }
}

struct Reading<'t> {
    path: &'t RepoPath,
    links: CodeLinks<'t>,
    /// Texts up to here were read as parts of another.
    done: u32,
    /// Parts of decorators, in which a call of a verb registers a route.
    bare: Vec<Span>,
}

impl<'t> Reading<'t> {
    fn node(&mut self, node: Node<'t>) {
        match node.kind() {
            "decorator" => self.bare.push(node.span()),
            "call" => self.call(node),
            "subscript" => self.subscript(node),
            "string" | "concatenated_string" if node.span().start >= self.done => {
                if let Some(value) = text_value(node) {
                    self.links.query(&value.text, value.span);
                }
                self.done = node.span().end;
            }
            "class_definition" => self.class(node),
            "assignment" => self.assignment(node),
            "binary_operator" => self.joined(node),
            _ => {}
        }
    }

    fn is_decorator(&self, node: Node<'_>) -> bool {
        let span = node.span();
        self.bare.last().is_some_and(|it| it.start <= span.start && span.end <= it.end)
    }

    fn call(&mut self, node: Node<'t>) {
        let Some(function) = field(node, "function") else { return };
        let Some(arguments) = field(node, "arguments").map(children) else { return };
        let callee = match function.text() {
            text if text.len() <= LONGEST_CALLEE => text,
            _ => field(function, "attribute").map_or("", Node::text),
        };
        let last = callee.rsplit('.').next().unwrap_or(callee);
        let root = callee.split(['.', '(']).next().unwrap_or(callee);
        let positional: Vec<Node<'t>> =
            arguments.iter().copied().filter(|it| it.kind() != "keyword_argument").collect();
        let text_at = |at: usize| positional.get(at).and_then(|it| text_value(*it));
        let keyword = |name: &str| {
            let mut all = arguments.iter().filter(|it| it.kind() == "keyword_argument");
            let found = all.find(|it| field(**it, "name").is_some_and(|it| it.text() == name))?;
            field(*found, "value")
        };
        if let Some(first) = text_at(0)
            && let Some(name) = first.constant()
        {
            let is_read = matches!(last, "getenv" | "setenv" | "delenv")
                || callee.ends_with("environ.get")
                || callee.ends_with("environ.pop")
                || callee.ends_with("environ.setdefault")
                || matches!(root, "env" | "config" | "environ") && is_upper(name);
            if is_read {
                self.links.environment(name, first.span);
            }
        }
        if !self.is_decorator(node) {
            self.request(last, &text_at, &keyword);
        }
        if RENDERING.contains(&last) {
            for argument in &arguments {
                let value = match argument.kind() {
                    "keyword_argument" => field(*argument, "value").and_then(text_value),
                    _ => text_value(*argument),
                };
                if let Some(value) = value
                    && value.text.contains('.')
                {
                    self.links.template(&value.text, value.span);
                }
            }
        }
        for name in ["template_name", "template"] {
            if let Some(value) = keyword(name).and_then(text_value)
                && value.text.contains('.')
            {
                self.links.template(&value.text, value.span);
            }
        }
        self.opened(last, callee, &positional, &keyword);
        self.tables(last, callee, root, &positional, &keyword);
        self.ran(last, root, &positional);
    }

    fn request(
        &mut self,
        last: &str,
        text_at: &dyn Fn(usize) -> Option<TextValue>,
        keyword: &dyn Fn(&str) -> Option<Node<'t>>,
    ) {
        let url = || keyword("url").and_then(text_value);
        if VERBS.contains(&last) {
            if let Some(url) = text_at(0).or_else(url) {
                self.links.request(last, &url);
            }
        } else if matches!(last, "request" | "stream" | "build_request") {
            let method = text_at(0).or_else(|| keyword("method").and_then(text_value));
            let method = method.as_ref().and_then(TextValue::constant).unwrap_or("*");
            if let Some(url) = text_at(1).or_else(url) {
                self.links.request(method, &url);
            }
        } else if matches!(last, "websocket_connect" | "urlopen")
            && let Some(url) = text_at(0)
        {
            self.links.request("*", &url);
        }
    }

    fn opened(
        &mut self,
        last: &str,
        callee: &str,
        positional: &[Node<'t>],
        keyword: &dyn Fn(&str) -> Option<Node<'t>>,
    ) {
        let given = if OPENING.contains(&last) {
            positional.iter().find_map(|it| text_value(*it))
        } else if callee.ends_with("path.join") {
            let texts: Vec<TextValue> =
                positional.iter().filter_map(|it| text_value(*it)).collect();
            let span = positional.first().map(|it| it.span());
            let joined: Vec<&str> = texts.iter().map(|it| it.text.as_str()).collect();
            span.map(|span| TextValue { text: joined.join("/"), span })
        } else {
            ["directory", "template_folder", "static_folder", "env_file"]
                .iter()
                .find_map(|it| keyword(it).and_then(text_value))
        };
        if let Some(path) = given {
            self.links.file(&path.text, LinkRole::Reads, path.span);
        }
    }

    fn tables(
        &mut self,
        last: &str,
        callee: &str,
        root: &str,
        positional: &[Node<'t>],
        keyword: &dyn Fn(&str) -> Option<Node<'t>>,
    ) {
        let text = |at: usize| positional.get(at).and_then(|it| text_value(*it));
        if matches!(root, "op" | "batch_op") {
            if let Some((_, at)) = MIGRATING.iter().find(|it| it.0 == last)
                && let Some(name) = text(*at)
            {
                self.links.table(&name.text, LinkRole::Declares, name.span);
            }
        } else if last == "Table" && positional.len() > 1 {
            if let Some(name) = text(0) {
                self.links.table(&name.text, LinkRole::Adopts, name.span);
            }
        } else if last == "ForeignKey" || keyword("foreign_key").is_some() {
            let target = text(0).filter(|_| last == "ForeignKey");
            let target = target.or_else(|| keyword("foreign_key").and_then(text_value));
            if let Some(target) = target
                && let Some((table, _)) = target.text.rsplit_once('.')
            {
                // Django names a model, and never in lower case.
                if table.to_lowercase() == table {
                    self.links.table(table, LinkRole::Reads, target.span);
                }
            }
        } else if callee.starts_with("migrations.") {
            let name = keyword("model_name").or_else(|| keyword("name")).and_then(text_value);
            let is_model = keyword("model_name").is_some() || last.ends_with("Model");
            if let Some(name) = name.filter(|_| is_model) {
                let table = self.django_table(&name.text);
                self.links.table(&table, LinkRole::Declares, name.span);
            }
        }
    }

    /// `subprocess.run(["python", "x.py"])`, `os.system("…")`.
    fn ran(&mut self, last: &str, root: &str, positional: &[Node<'t>]) {
        let is_command = matches!(root, "subprocess" | "os" | "asyncio" | "sh")
            && matches!(
                last,
                "run"
                    | "call"
                    | "check_call"
                    | "check_output"
                    | "Popen"
                    | "system"
                    | "popen"
                    | "create_subprocess_exec"
                    | "create_subprocess_shell"
            );
        if !is_command {
            return;
        }
        let Some(first) = positional.first() else { return };
        let words = match first.kind() {
            "list" | "tuple" => children(*first),
            _ => positional.to_vec(),
        };
        let texts: Vec<String> =
            words.iter().filter_map(|it| text_value(*it)).map(|it| it.text).collect();
        self.links.command(&texts.join(" "), first.span());
    }

    /// `os.environ["X"]`.
    fn subscript(&mut self, node: Node<'t>) {
        let is_environment =
            field(node, "value").is_some_and(|it| matches!(it.text(), "os.environ" | "environ"));
        if is_environment
            && let Some(key) = field(node, "subscript").and_then(text_value)
            && let Some(name) = key.constant()
        {
            self.links.environment(name, key.span);
        }
    }

    /// `Path(__file__).parent / "templates" / name`.
    fn joined(&mut self, node: Node<'t>) {
        let is_join = node.all_children().any(|it| !it.is_named() && it.text() == "/");
        let Some(right) = field(node, "right").filter(|_| is_join) else { return };
        let Some(last) = text_value(right) else { return };
        let mut parts = vec![last.text];
        let mut at = field(node, "left");
        while let Some(left) = at
            && parts.len() < MOST_PARTS
            && left.kind() == "binary_operator"
            && let Some(text) = field(left, "right").and_then(text_value)
        {
            parts.push(text.text);
            at = field(left, "left");
        }
        parts.reverse();
        self.links.file(&parts.join("/"), LinkRole::Reads, right.span());
    }

    fn assignment(&mut self, node: Node<'t>) {
        let Some(left) = field(node, "left").filter(|it| it.kind() == "identifier") else { return };
        if left.text() == "template_name"
            && let Some(value) = field(node, "right").and_then(text_value)
        {
            self.links.template(&value.text, value.span);
        }
    }

    /// Classes that are mapped to tables or filled from the environment, by their bases.
    fn class(&mut self, node: Node<'t>) {
        let Some(name) = field(node, "name") else { return };
        let Some(bases) = field(node, "superclasses") else { return };
        let Some(body) = field(node, "body") else { return };
        let owner = self.links.owner(name.span());
        let bases = children(bases);
        let base = |test: &dyn Fn(&str) -> bool| {
            bases.iter().any(|it| test(it.text().split(['[', '(']).next().unwrap_or_default()))
        };
        let is_mapped = bases.iter().any(|it| it.text().replace(' ', "") == "table=True");
        let own_name = |wanted: &str| {
            statements(body).into_iter().find_map(|it| {
                field(it, "left").filter(|it| it.text() == wanted)?;
                field(it, "right").and_then(text_value)
            })
        };
        let own_table = own_name("__tablename__");
        let mut table = own_table.map(|it| it.text);
        if table.is_none() && is_mapped {
            table = Some(name.text().to_lowercase());
        }
        if base(&|it| it == "models.Model" || it.ends_with(".models.Model")) {
            let meta = children(body).into_iter().find(|it| {
                it.kind() == "class_definition"
                    && field(*it, "name").is_some_and(|it| it.text() == "Meta")
            });
            let named = meta.and_then(|it| field(it, "body")).and_then(|meta| {
                statements(meta).into_iter().find_map(|it| {
                    field(it, "left").filter(|it| it.text() == "db_table")?;
                    field(it, "right").and_then(text_value)
                })
            });
            table = Some(named.map_or_else(|| self.django_table(name.text()), |it| it.text));
        }
        if let Some(table) = table {
            let keys = vec![Name::from(table.to_lowercase())];
            let (kind, role) = (LinkKind::Table, LinkRole::Adopts);
            self.links.add_for(owner, kind, role, keys, name.span(), true);
        }
        if base(&|it| it.rsplit('.').next() == Some("BaseSettings")) {
            self.settings(body);
        }
        for base in &bases {
            if let Some(service) = base
                .text()
                .rsplit('.')
                .next()
                .and_then(|it| it.strip_suffix("Servicer").filter(|it| !it.is_empty()))
            {
                self.servicer(service, body);
            }
        }
    }

    /// The fields of a class that is filled from the environment.
    fn settings(&mut self, body: Node<'t>) {
        let prefix = statements(body)
            .iter()
            .filter_map(|it| field(*it, "right"))
            .find_map(|it| it.text().split_once("env_prefix"))
            .and_then(|(_, rest)| rest.split(['"', '\'']).nth(1))
            .unwrap_or_default();
        for statement in statements(body) {
            let Some(left) = field(statement, "left").filter(|it| it.kind() == "identifier") else {
                continue;
            };
            if field(statement, "type").is_none() {
                continue;
            }
            let name = format!("{prefix}{}", left.text()).to_uppercase();
            self.links.environment(&name, left.span());
            for call in field(statement, "right").into_iter().flat_map(Node::below) {
                let is_alias = call.kind() == "keyword_argument"
                    && field(call, "name").is_some_and(|it| {
                        matches!(it.text(), "alias" | "validation_alias" | "env")
                    });
                if is_alias && let Some(alias) = field(call, "value").and_then(text_value) {
                    self.links.environment(&alias.text.to_uppercase(), alias.span);
                }
            }
        }
    }

    /// The methods that answer the calls of a service.
    fn servicer(&mut self, service: &str, body: Node<'t>) {
        for part in children(body) {
            let function = match part.kind() {
                "decorated_definition" => field(part, "definition"),
                _ => Some(part),
            };
            if let Some(function) = function.filter(|it| it.kind() == "function_definition")
                && let Some(name) = field(function, "name")
            {
                let keys = vec![Name::from(format!("{service}.{}", name.text()))];
                self.links.add(LinkKind::Operation, LinkRole::Reads, keys, name.span(), true);
            }
        }
    }

    /// The table that Django gives to a model of this file's application.
    fn django_table(&self, model: &str) -> String {
        let mut folders = self.path.parent().rsplit('/');
        let folder = folders.next().unwrap_or_default();
        let folder = match folder {
            "models" | "migrations" => folders.next().unwrap_or_default(),
            folder => folder,
        };
        format!("{folder}_{}", model.to_lowercase())
    }
}

/// The assignments that are statements of a block.
fn statements(body: Node<'_>) -> Vec<Node<'_>> {
    children(body)
        .into_iter()
        .filter(|it| it.kind() == "expression_statement")
        .filter_map(|it| child_of_kind(it, "assignment"))
        .collect()
}

/// The text that a node is, if it is one.
fn text_value(node: Node<'_>) -> Option<TextValue> {
    let span = node.span();
    match node.kind() {
        "string" => Some(TextValue { text: written(node.text())?, span }),
        "concatenated_string" => {
            let parts: Option<Vec<String>> =
                children(node).iter().map(|it| written(it.text())).collect();
            Some(TextValue { text: parts?.concat(), span })
        }
        "parenthesized_expression" => text_value(node.first_child()?),
        // `BASE + "/users"`, `"/users/" + name`.
        "binary_operator" if node.all_children().any(|it| it.text() == "+") => {
            let part = |name| match field(node, name).map(text_of_operand) {
                Some(Some(text)) => text,
                _ => "{}".to_owned(),
            };
            let text = format!("{}{}", part("left"), part("right"));
            (text.contains(|it: char| it.is_alphanumeric())).then_some(TextValue { text, span })
        }
        _ => None,
    }
}

/// Not more than one level, so that a long sum costs no more than its length.
fn text_of_operand(node: Node<'_>) -> Option<String> {
    match node.kind() {
        "string" => written(node.text()),
        _ => None,
    }
}

/// The text between the quotes of a literal.
fn written(text: &str) -> Option<String> {
    let start = text.find(['"', '\''])?;
    let (prefix, rest) = text.split_at(start);
    let quote = &rest[..1];
    let triple = quote.repeat(3);
    let inner = match rest.strip_prefix(triple.as_str()) {
        Some(inner) => inner.strip_suffix(triple.as_str())?,
        None => rest.strip_prefix(quote)?.strip_suffix(quote)?,
    };
    Some(if prefix.contains(['f', 'F', 't', 'T']) { filled(inner, "{") } else { inner.to_owned() })
}
