//! What files of data say, whatever their format: mappings, lists and scalars with their places.

mod dockerfile;
mod hcl;
mod ini;
mod json;
mod python;
mod toml;
mod xml;
mod yaml;

use codd_facts::{Parsed, language_named, tree_of};
use codd_source::{RepoPath, Span};
use schemars::JsonSchema;
use serde::Deserialize;

/// Levels that are read; what is nested deeper is not known.
const MAX_DEPTH: u32 = 64;

/// Values of one file, those that an alias repeats counted each time.
const MAX_VALUES: u32 = 400_000;

/// The key of an entry that stands for every name which has no other: what a module of Python
/// takes from one that is not read with it.
pub(crate) const ANY_OTHER: &str = "\0";

/// The largest file that is read as data.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How a file of data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// With comments and trailing commas, where a file has them.
    Json,
    Yaml,
    Toml,
    /// Sections of `key = value`; `:` separates too.
    Ini,
    /// Java's properties.
    Properties,
    /// `NAME=value` lines.
    Env,
    /// Terraform and OpenTofu.
    Hcl,
    Dockerfile,
    /// The names that a module of Python sets to constants.
    Python,
    Xml,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) span: Span,
    pub(crate) shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// In the order of the text; a key that is written twice is there twice.
    Map(Vec<Entry>),
    List(Vec<Value>),
    Scalar(Scalar),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// Without quotes and escapes; what is no constant as it is written.
    pub(crate) text: String,
    /// Whether it can only be a text.
    pub(crate) is_quoted: bool,
    /// Why the text is not what is read in the end: a variable, a template, a function.
    pub(crate) dynamic: Option<String>,
}

impl Value {
    pub(crate) fn text(span: Span, text: impl Into<String>, is_quoted: bool) -> Value {
        let text = text.into();
        Value { span, shape: Shape::Scalar(Scalar { text, is_quoted, dynamic: None }) }
    }

    pub(crate) fn dynamic(span: Span, text: impl Into<String>, why: impl Into<String>) -> Value {
        let scalar = Scalar { text: text.into(), is_quoted: false, dynamic: Some(why.into()) };
        Value { span, shape: Shape::Scalar(scalar) }
    }

    pub(crate) fn map(span: Span, entries: Vec<Entry>) -> Value {
        Value { span, shape: Shape::Map(entries) }
    }

    pub(crate) fn list(span: Span, items: Vec<Value>) -> Value {
        Value { span, shape: Shape::List(items) }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.shape {
            Shape::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Value] {
        match &self.shape {
            Shape::List(items) => items,
            _ => &[],
        }
    }

    /// The first value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|it| &it.value)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|it| it.key == key)
    }

    /// What a path of keys leads to.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.shape {
            Shape::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar that is a constant.
    pub(crate) fn as_text(&self) -> Option<&str> {
        self.scalar().filter(|it| it.dynamic.is_none()).map(|it| it.text.as_str())
    }
}

impl Format {
    /// By the file's name; `None` for what is no data.
    pub(crate) fn of(path: &RepoPath) -> Option<Format> {
        let name = path.file_name();
        let lower = name.to_ascii_lowercase();
        if lower == ".env" || lower.starts_with(".env.") || lower.ends_with(".env") {
            return Some(Format::Env);
        }
        let is_of = |stem: &str| {
            lower == stem
                || lower.strip_prefix(stem).is_some_and(|it| it.starts_with('.'))
                || lower.strip_suffix(stem).is_some_and(|it| it.ends_with('.'))
        };
        if is_of("dockerfile") || is_of("containerfile") {
            return Some(Format::Dockerfile);
        }
        match lower.as_str() {
            "pipfile" | "cargo.lock" | "poetry.lock" | "uv.lock" | "pdm.lock" => {
                return Some(Format::Toml);
            }
            "composer.lock" | "pipfile.lock" | ".babelrc" | ".eslintrc" => {
                return Some(Format::Json);
            }
            _ => {}
        }
        Some(match path.extension()?.to_ascii_lowercase().as_str() {
            "json" | "jsonc" | "json5" | "webmanifest" => Format::Json,
            "yaml" | "yml" => Format::Yaml,
            "toml" => Format::Toml,
            "ini" | "cfg" | "conf" | "cnf" => Format::Ini,
            "properties" => Format::Properties,
            "tf" | "tfvars" | "hcl" => Format::Hcl,
            "py" => Format::Python,
            "xml" | "config" | "csproj" | "fsproj" | "vbproj" | "props" | "targets" => Format::Xml,
            _ => return None,
        })
    }

    /// The documents of a text, or why it cannot be read.
    ///
    /// `parsed` is the tree of the same text, where there is one.
    pub(crate) fn read(self, text: &str, parsed: Option<&Parsed>) -> Result<Vec<Value>, String> {
        if text.len() > MAX_BYTES {
            return Err("it is too large to be read as data".to_owned());
        }
        match self {
            Format::Json => json::read(text).map(|it| vec![it]),
            Format::Toml => toml::read(text).map(|it| vec![it]),
            Format::Ini => Ok(vec![ini::read(text)]),
            Format::Properties => Ok(vec![ini::read_properties(text)]),
            Format::Env => Ok(vec![ini::read_env(text)]),
            Format::Dockerfile => Ok(vec![dockerfile::read(text)]),
            Format::Xml => xml::read(text).map(|it| vec![it]),
            Format::Yaml => with_tree("yaml", text, parsed, yaml::read),
            Format::Hcl => with_tree("hcl", text, parsed, |it, text| hcl::read(it, text).map(one)),
            Format::Python => {
                with_tree("python", text, parsed, |it, text| Ok(one(python::read(it, text))))
            }
        }
    }
}

fn one(value: Value) -> Vec<Value> {
    vec![value]
}

type TreeReader = fn(tree_sitter::Node<'_>, &str) -> Result<Vec<Value>, String>;

fn with_tree(
    language: &str,
    text: &str,
    parsed: Option<&Parsed>,
    read: TreeReader,
) -> Result<Vec<Value>, String> {
    if let Some(parsed) = parsed.filter(|it| it.language.name() == language && *it.text == *text) {
        return read(parsed.tree.root_node(), text);
    }
    let language = language_named(language).ok_or("its language is not known")?;
    let tree = tree_of(language, text).map_err(|it| it.to_string())?;
    read(tree.root_node(), text)
}

/// The span of a node.
fn span_of(node: tree_sitter::Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

/// The text of a node; a node's ends are ends of characters.
fn text_of<'t>(node: tree_sitter::Node<'_>, text: &'t str) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}

fn named_children(node: tree_sitter::Node<'_>) -> Vec<tree_sitter::Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// The reason for text with syntax errors, with the line of the first.
fn syntax_error(root: tree_sitter::Node<'_>) -> Option<String> {
    if !root.has_error() {
        return None;
    }
    let mut cursor = root.walk();
    // Down into the first child with an error: one step for each level.
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() || !cursor.goto_first_child() {
            break;
        }
        while !cursor.node().has_error() && !cursor.node().is_missing() {
            if !cursor.goto_next_sibling() {
                break;
            }
        }
    }
    Some(format!(
        "it has syntax errors, the first in line {}",
        cursor.node().start_position().row + 1
    ))
}

/// The part of a text that `inner`, a slice of it, takes, as a span behind `base`; an empty
/// text from elsewhere stands at its start.
pub(crate) fn part(text: &str, inner: &str, base: usize) -> Span {
    let at = (inner.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    let start = base + at.filter(|at| at + inner.len() <= text.len()).unwrap_or(0);
    Span::new(start, start + inner.len())
}

/// Why a text with a variable or a template in it is not known.
fn template_in(text: &str) -> Option<String> {
    let marks = ["${", "{{", "$(", "{%", "<%"];
    marks
        .iter()
        .find(|it| text.contains(**it))
        .map(|_| "it holds a template or variable".to_owned())
}

#[cfg(test)]
pub(crate) mod testing {
    use super::{Shape, Value};

    /// A value in one line of JSON-like text; `?` marks what is dynamic.
    pub(crate) fn render(value: &Value) -> String {
        match &value.shape {
            Shape::Map(entries) => {
                let key = |key: &str| key.replace(super::ANY_OTHER, "…");
                let parts =
                    entries.iter().map(|it| format!("{}: {}", key(&it.key), render(&it.value)));
                format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
            }
            Shape::List(items) => {
                format!("[{}]", items.iter().map(render).collect::<Vec<_>>().join(", "))
            }
            Shape::Scalar(it) => {
                let quote = if it.is_quoted { "'" } else { "" };
                let mark = if it.dynamic.is_some() { "?" } else { "" };
                format!("{quote}{}{quote}{mark}", it.text.escape_debug())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Format, testing::render};

    #[expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]
    fn check(format: Format, text: &str, expect: Expect) {
        let read = match format.read(text, None) {
            Ok(documents) => documents.iter().map(render).collect::<Vec<_>>().join("\n"),
            Err(reason) => reason,
        };
        expect.assert_eq(&read);
    }

    #[test]
    fn json_with_comments_and_what_is_wrong_with_others() {
        check(
            Format::Json,
            "{\"a\": [1, true, null, \"x\\n\\u00e9\"], // c\n /* d */ \"b\": {\"c\": -1.5e3,},}",
            expect![[r#"{a: [1, true, null, 'x\né'], b: {c: -1.5e3}}"#]],
        );
        check(Format::Json, "{\"a\": 1\n \"b\": 2}", expect!["its JSON is broken in line 2"]);
        check(Format::Json, &"[".repeat(100_000), expect!["its JSON is nested too deep"]);
    }

    #[test]
    fn yaml_with_anchors_merges_documents_and_blocks() {
        check(
            Format::Yaml,
            "on: [push]\nbase: &b {x: 1, y: 'a''b'}\nuse:\n  <<: *b\n  y: \"q\\tz\"\nrun: |\n  a\n    b\n\n  c\nfold: >-\n  one\n  two\n---\n- k: ~\n- !Ref X\n- *none\n- ${{ a }}\n",
            expect![[r#"
                {on: [push], base: {x: 1, y: 'a\'b'}, use: {y: 'q\tz', x: 1}, run: 'a\n  b\n\nc\n', fold: 'one two'}
                [{k: ~}, X?, *none?, ${{ a }}?]"#]],
        );
        check(Format::Yaml, "a: [1\nb: 2", expect!["it has syntax errors, the first in line 1"]);
    }

    #[test]
    fn an_alias_of_aliases_is_bounded() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for at in 1..12 {
            let items = format!("*a{}, ", at - 1).repeat(10);
            text += &format!("a{at}: &a{at} [{}]\n", items.trim_end_matches(", "));
        }
        let read = Format::Yaml.read(&text, None);
        assert_eq!(read, Err("its aliases repeat more than can be read".to_owned()));
    }

    #[test]
    fn toml_tables_and_dotted_keys() {
        check(
            Format::Toml,
            "a.b = 0x1\n[t]\nx = ['p', {q = true}, 1_000, -3]\n[[l]]\nn = 2020-01-01\n[[l]]\n",
            expect!["{a: {b: 1}, l: [{n: 2020-01-01}, {}], t: {x: ['p', {q: true}, 1000, -3]}}"],
        );
        check(
            Format::Toml,
            "a = 1\na = 2\n",
            expect!["its TOML is broken in line 2: duplicate key"],
        );
    }

    #[test]
    fn lines_of_keys_and_values() {
        check(
            Format::Ini,
            "top = 1\n[a b]\nk = \"v\" ; c\nlist =\n  x\n  y\n# no\nbroken\nu: ${V}\n",
            expect![[r#"{top: 1, a b: {k: 'v', list: \nx\ny, u: ${V}?}}"#]],
        );
        check(
            Format::Properties,
            "a.b=1\\\n  2\nc\\:d : e f\n! no\nempty\ne\\u0066=\\u0032\\:\\t\n",
            expect!["{a.b: 12, c:d: e f, empty: , ef: 2:\\t}"],
        );
        check(
            Format::Env,
            "A=1 # c\nexport B='x # y'\nC=\"p\\nq\"\nD=$A\n# E=1\n",
            expect![[r#"{A: 1, B: 'x # y', C: 'p\nq', D: $A?}"#]],
        );
    }

    #[test]
    fn blocks_of_hcl_by_their_labels() {
        check(
            Format::Hcl,
            "resource \"aws_x\" \"b\" {\n  a = \"t\\u002d\\U0000002d\"\n  n = 3\n  l = [\"p\", var.q]\n  o = { k = true, \"z\" : null }\n  rule {\n    i = \"${var.x}-y\"\n  }\n  rule {}\n}\n",
            expect![
                "{resource: {aws_x: {b: {a: 't--', n: 3, l: ['p', var.q?], o: {k: true, z: null}, rule: {i: ${var.x}-y?}, rule: {}}}}}"
            ],
        );
    }

    #[test]
    fn stages_of_a_dockerfile() {
        check(
            Format::Dockerfile,
            "# syntax=x\nARG TAG=3.12\nFROM --platform=linux/amd64 python:${TAG} AS build\nRUN a \\\n  # c\n  && b\nFROM reg.io:5000/app@sha256:abc\nENV A=1 B=\"two\"\nRUN <<EOT\nUSER x\nEOT\nUSER app:app\nEXPOSE 80 443\n",
            expect![[
                r#"{arg: [{TAG: 3.12}], stages: [{from: python:3.12, image: python, tag: 3.12, platform: linux/amd64, name: build, run: [a && b]}, {from: reg.io:5000/app@sha256:abc, image: reg.io:5000/app, digest: sha256:abc, env: [{A: 1, B: two}], run: [<<EOT\nUSER x\nEOT], user: [app:app], expose: [80 443]}]}"#
            ]],
        );
        check(
            Format::Dockerfile,
            "ARG V=9\nFROM a AS b\nENV U=app G=$U V2=$V\nUSER $U:$G\nFROM B\nARG V\nRUN echo $X\nUSER $V\nUSER $U\n",
            expect![
                "{arg: [{V: 9}], stages: [{from: a, image: a, name: b, env: [{U: app, G: $U?, V2: $V?}], user: [app:$G?]}, {from: B, stage: B, arg: [{V: }], run: [echo $X], user: [9, $U?]}]}"
            ],
        );
        check(
            Format::Dockerfile,
            "# escape=`\nFROM a AS b\nUSER `\n  \"root\"\nFROM b\nRUN x `\n  y\nFROM b\nUSER 'app'\n",
            expect![
                "{stages: [{from: a, image: a, name: b, user: [root]}, {from: b, stage: b, run: [x y], user: [root]}, {from: b, stage: b, user: [app]}]}"
            ],
        );
        check(
            Format::Dockerfile,
            "FROM ${X}\n",
            expect!["{stages: [{from: ${X}?, image: ${X}?}]}"],
        );
    }

    #[test]
    fn constants_of_a_module() {
        check(
            Format::Python,
            "DEBUG = 1\nDEBUG = True\nHOSTS = ['a', env('B')]\nN: int = 1\nD = {'k': {'x': None}}\nif X:\n    DEBUG = False\nS = 'a' 'b'\nT = f'{x}'\nD['k']['y'] = 2\n",
            expect![[
                r#"{DEBUG: True, HOSTS: ['a', env(\'B\')?], N: 1, D: {k: {x: None}}, DEBUG: False?, S: 'ab', T: f\'{x}\'?, D: 2?}"#
            ]],
        );
    }

    #[test]
    fn names_that_a_module_sets_in_other_ways() {
        check(
            Format::Python,
            "A, (B, C) = 1, (2, 3)\nD = E = True\nF, *G = 1, 2, 3\n(H := 4)\nL = [1]\nL += [2]\nM = M0\nM += 1\n",
            expect![
                "{A: 1, B: 2, C: 3, D: True, E: True, F: 1, 2, 3?, G: 1, 2, 3?, H: 4, L: [1, 2], M: M0?, M: 1?}"
            ],
        );
        check(
            Format::Python,
            "DEBUG = False\nfrom base import *\nDEBUG = False\nfrom other import X as Y, Z\n",
            expect!["{…: from base import *?, DEBUG: False, Y: X as Y?, Z: Z?}"],
        );
        check(
            Format::Python,
            "A = 1\nglobals()['A'] = 2\nexec('B = 1')\n",
            expect![[
                r#"{A: 1, A: globals()[\'A\']?, …: globals()[\'A\']?, A: exec(\'B = 1\')?, …: exec(\'B = 1\')?}"#
            ]],
        );
    }

    #[test]
    fn elements_of_xml() {
        check(
            Format::Xml,
            "<?xml version='1.0'?><!-- c --><p a=\"1 &lt; 2\"><d><g>x</g></d><d/><![CDATA[t]]></p>",
            expect!["{p: {@a: '1 < 2', d: {g: {#text: 'x'}}, d: {}, #text: 't'}}"],
        );
        check(Format::Xml, "<a><b></a>", expect!["its XML is broken in line 1"]);
        check(
            Format::Xml,
            "<!DOCTYPE a [<!ENTITY e 'x>'>]><a b='&#50;&#x33;&amp;lt;' c='&e;'>&e;</a>",
            expect!["{a: {@b: '23&lt;', @c: &e;?, #text: &e;?}}"],
        );
    }
}
