//! What Python code opens, renders, runs and asks other services for.

use super::{Call, Reading, text_value};
use crate::code_links::{TextValue, VERBS};
use crate::links::paths_from;
use crate::node::{Node, children, field};
use crate::programs;
use crate::{LinkKind, LinkRole};

/// Parts of a path that are joined.
const MOST_PARTS: usize = 16;

/// Functions that start a server with an application that a text names.
const SERVING: &[&str] = &["Config", "main", "run", "run_app", "serve"];

/// Calls that are given the path of a file.
const OPENING: &[&str] = &[
    "FileSystemLoader",
    "Path",
    "PurePath",
    "StaticFiles",
    "from_file",
    "from_json",
    "from_pyfile",
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

impl<'t> Reading<'t> {
    pub(super) fn request(&mut self, call: &Call<'t>) {
        let last = call.last;
        if VERBS.contains(&last) {
            if let Some(url) = call.text(0).or_else(|| call.named_text("url")) {
                self.links.request(last, &url);
            }
        } else if matches!(last, "request" | "stream" | "build_request") {
            let method = call.text(0).or_else(|| call.named_text("method"));
            let method = method.as_ref().and_then(TextValue::constant).unwrap_or("*");
            if let Some(url) = call.text(1).or_else(|| call.named_text("url")) {
                self.links.request(method, &url);
            }
        } else if matches!(last, "websocket_connect" | "urlopen")
            && let Some(url) = call.text(0)
        {
            self.links.request("*", &url);
        }
    }

    pub(super) fn opened(&mut self, call: &Call<'t>) {
        let Call { callee, last, positional, .. } = call;
        let given = if OPENING.contains(last) {
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
                .find_map(|it| call.named_text(it))
        };
        if let Some(path) = given {
            self.links.file(&path.text, LinkRole::Reads, path.span);
        }
    }

    /// Modules that a call is given the name of: `uvicorn.run("shop.web:app")`,
    /// `include("shop.urls")`, `import_module("shop.plugins." + name)`.
    pub(super) fn named_modules(&mut self, call: &Call<'t>) {
        let Some(first) = call.text(0).or_else(|| call.named_text("app")) else { return };
        let folder = self.path.parent();
        let text = first.text.as_str();
        let keys = match call.last {
            "include" => programs::module_files(folder, text),
            "import_module" | "__import__" => match text.split_once(".{}") {
                Some((package, _)) if !package.contains('{') => {
                    let below = format!("{}/*.py", package.replace('.', "/"));
                    paths_from(folder, &below)
                }
                _ => return,
            },
            last if SERVING.contains(&last) => programs::served(folder, text),
            _ => return,
        };
        self.links.add(LinkKind::File, LinkRole::Calls, keys, first.span, false);
    }

    /// The templates that a call renders.
    pub(super) fn rendered(&mut self, call: &Call<'t>) {
        let mut named = Vec::new();
        if RENDERING.contains(&call.last) {
            named.extend(call.positional.iter().filter_map(|it| text_value(*it)));
            named.extend(call.keywords().filter_map(|(_, value)| text_value(value)));
        }
        named.extend(["template_name", "template"].iter().filter_map(|it| call.named_text(it)));
        for value in named.iter().filter(|it| it.text.contains('.')) {
            self.links.template(&value.text, value.span);
        }
    }

    /// `subprocess.run(["python", "x.py"])`, `os.system("…")`.
    pub(super) fn ran(&mut self, call: &Call<'t>) {
        let Call { root, last, positional, .. } = call;
        let is_command = matches!(*root, "subprocess" | "os" | "asyncio" | "sh")
            && matches!(
                *last,
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
            _ => positional.clone(),
        };
        let texts: Vec<String> =
            words.iter().filter_map(|it| text_value(*it)).map(|it| it.text).collect();
        self.links.command(&texts.join(" "), first.span());
    }

    /// `Path(__file__).parent / "templates" / name`.
    pub(super) fn joined(&mut self, node: Node<'t>) {
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

    /// `template_name = "x.html"` of a view.
    pub(super) fn assignment(&mut self, node: Node<'t>) {
        let Some(left) = field(node, "left").filter(|it| it.kind() == "identifier") else { return };
        if left.text() == "template_name"
            && let Some(value) = field(node, "right").and_then(text_value)
        {
            self.links.template(&value.text, value.span);
        }
    }
}
