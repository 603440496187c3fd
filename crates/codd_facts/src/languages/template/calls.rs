//! Names of templates in tags: what a statement, a value or a piece of code includes.

use super::names::{first_text, texts};

/// Statements of Jinja, Django, Twig, Nunjucks and Liquid that name templates.
const STATEMENTS: &[&str] = &[
    "embed",
    "extends",
    "from",
    "import",
    "include",
    "include_relative",
    "includes",
    "layout",
    "render",
    "section",
    "use",
];

/// Words behind which a statement says other things.
const ENDS: &[&str] = &["as", "for", "ignore", "import", "only", "with", "without"];

/// A template as a tag names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Called<'t> {
    Template(&'t str),
    /// A partial of Rails.
    Partial(&'t str),
    /// One that is named inside a file, or a file.
    Part(&'t str),
}

/// What `{% … %}` names.
pub(super) fn of_statement(inside: &str) -> Vec<Called<'_>> {
    let word = inside.split_whitespace().next().unwrap_or_default();
    let rest = &inside[word.len()..];
    if !STATEMENTS.contains(&word) {
        return of_functions(inside);
    }
    let head = head_of(rest);
    let named: Vec<_> = texts(head).map(Called::Template).collect();
    // `{% include header.html %}` of Jekyll.
    let bare = head.split_whitespace().next().filter(|it| named.is_empty() && it.contains('.'));
    named.into_iter().chain(bare.map(Called::Template)).collect()
}

/// The part of a statement in which templates are named.
fn head_of(rest: &str) -> &str {
    let mut end = rest.len();
    let mut quote = None;
    let mut depth = 0i32;
    let mut word_start = 0;
    for (at, char) in rest.char_indices() {
        if let Some(open) = quote {
            if open == char {
                quote = None;
            }
            continue;
        }
        match char {
            '"' | '\'' => quote = Some(char),
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth -= 1,
            ',' if depth <= 0 => {
                end = at;
                break;
            }
            _ if char.is_whitespace() => {
                if ENDS.contains(&&rest[word_start..at]) {
                    end = word_start;
                    break;
                }
                word_start = at + char.len_utf8();
            }
            _ => {}
        }
    }
    &rest[..end]
}

/// What `{{ … }}` names.
pub(super) fn of_value(inside: &str) -> Vec<Called<'_>> {
    if let Some(name) = inside.trim_start_matches('#').strip_prefix(['>', '<']) {
        let name = name.split_whitespace().next().unwrap_or_default();
        return vec![Called::Template(name.trim_matches(['"', '\'']))];
    }
    let word = inside.split_whitespace().next().unwrap_or_default();
    if word == "template" {
        return first_text(&inside[word.len()..]).map(Called::Part).into_iter().collect();
    }
    of_functions(inside)
}

/// `include("x")` of Twig and Nunjucks where values are.
fn of_functions(inside: &str) -> Vec<Called<'_>> {
    let calls = calls_of(inside, "include").into_iter().filter(|it| it.starts_with('('));
    calls.filter_map(|it| own_text(it, 1)).map(Called::Template).collect()
}

/// What `<% … %>` names.
pub(super) fn of_code(inside: &str) -> Vec<Called<'_>> {
    let mut found = Vec::new();
    for word in ["include", "includeFile", "layout"] {
        for rest in calls_of(inside, word) {
            let named = own_text(rest, 1).or_else(|| {
                // `<% include partials/head %>` of old EJS; `<%@ include file="x" %>` of JSP.
                let bare = rest.split_whitespace().next()?;
                match bare.strip_prefix("file=") {
                    Some(name) => first_text(name),
                    None => (inside.starts_with(word) && !rest.starts_with('(')).then_some(bare),
                }
            });
            found.extend(named.map(Called::Template));
        }
    }
    found.extend(rendered(inside));
    found
}

/// What `render "x"`, `render partial: "x", layout: "y"` names, and `erb :x` of Sinatra.
pub(super) fn rendered(inside: &str) -> Vec<Called<'_>> {
    let mut found = Vec::new();
    let calls = calls_of(inside, "render");
    for (at, rest) in calls.iter().enumerate() {
        // As far as the next one, which has options of its own.
        let behind = calls.get(at + 1).map_or(0, |it| it.len());
        let rest = &rest[..rest.len() - behind];
        found.extend(own_text(rest, 1).map(Called::Partial));
        for key in ["partial:", ":partial =>", "layout:"] {
            let named = rest.find(key).and_then(|at| own_text(&rest[at + key.len()..], 0));
            found.extend(named.map(Called::Partial));
        }
        for key in ["template:", "file:"] {
            let named = rest.find(key).and_then(|at| own_text(&rest[at + key.len()..], 0));
            found.extend(named.map(Called::Template));
        }
    }
    for word in ["erb", "haml", "slim", "partial"] {
        for rest in calls_of(inside, word) {
            let rest = rest.trim_start_matches(['(', ' ']);
            let symbol = rest.strip_prefix(':').filter(|it| !it.starts_with(':'));
            let end = |it: &str| it.find(|it: char| !it.is_alphanumeric() && it != '_');
            let symbol = symbol.map(|it| &it[..end(it).unwrap_or(it.len())]);
            let named = symbol.or_else(|| own_text(rest, 0)).filter(|it| !it.is_empty());
            found.extend(named.map(Called::Template));
        }
    }
    found
}

/// What follows each use of a word as the name of a function.
fn calls_of<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.' | ':' | '@');
    text.match_indices(word)
        .filter(|(at, _)| !text[..*at].ends_with(is_part))
        .map(|(at, _)| &text[at + word.len()..])
        .filter(|rest| rest.starts_with(['(', ' ', '\t']))
        .collect()
}

/// The text that a call is given first, in at most so many parentheses.
fn own_text(rest: &str, parentheses: usize) -> Option<&str> {
    let mut rest = rest.trim_start();
    for _ in 0..parentheses {
        rest = rest.strip_prefix('(').map_or(rest, str::trim_start);
    }
    rest.starts_with(['"', '\'', '`']).then(|| first_text(rest)).flatten()
}
