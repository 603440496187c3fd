//! What statements of SQL create, change and read: tables, views and functions.

use std::ops::Range;

use codd_source::Span;

use super::tokens::{SqlToken, SqlTokenKind, tokens};
use crate::Name;

/// Names in one statement that are kept.
const MOST_NAMES: usize = 4096;

/// One statement.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) span: Span,
    /// What it creates or changes.
    pub(crate) makes: Option<Made>,
    /// What it names besides.
    pub(crate) uses: Vec<Named>,
}

#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) what: Object,
    pub(crate) name: Named,
    /// It takes it away.
    pub(crate) is_drop: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    Table,
    Function,
}

/// A table, or with `()` a function, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Named {
    /// The name, then the name without its schema.
    pub(crate) fn keys(&self) -> Vec<Name> {
        let last = self.name.rsplit('.').next().unwrap_or(&self.name);
        let mut keys = vec![Name::from(self.name.as_str())];
        if last != self.name {
            keys.push(Name::from(last));
        }
        keys
    }
}

/// Whether a text that code holds is SQL: it begins with a verb and has what follows that.
pub(crate) fn is_sql(text: &str) -> bool {
    let text = text.trim_start_matches(|it: char| it.is_whitespace() || it == '(');
    let first: String =
        text.chars().take_while(char::is_ascii_alphabetic).take(10).collect::<String>();
    let needed: &[&str] = match first.to_ascii_uppercase().as_str() {
        // A function that is called needs no table.
        "SELECT" if text.contains('(') => return true,
        "SELECT" | "DELETE" => &["FROM"],
        "INSERT" | "REPLACE" | "MERGE" => &["INTO"],
        "UPDATE" => &["SET"],
        "WITH" => &["SELECT"],
        "CREATE" | "ALTER" | "DROP" => &["TABLE", "VIEW", "INDEX", "FUNCTION"],
        "CALL" | "EXEC" | "EXECUTE" | "TRUNCATE" => return true,
        _ => return false,
    };
    text.split(|it: char| !it.is_alphanumeric() && it != '_')
        .any(|word| needed.iter().any(|it| word.eq_ignore_ascii_case(it)))
}

/// The statements of a text.
pub(crate) fn statements(text: &str) -> Vec<Statement> {
    let mut tokens = tokens(text);
    tokens.retain(|it| it.kind != SqlTokenKind::Directive);
    let mut found = Vec::new();
    for range in bounds(text, &tokens) {
        let part = &tokens[range];
        if let (Some(first), Some(last)) = (part.first(), part.last()) {
            let span = Span::new(first.start, last.end());
            let (makes, uses) = read(part);
            found.push(Statement { span, makes, uses });
        }
    }
    found
}

/// Where statements lie among the tokens: semicolons part them, but for those in the body of a
/// function.
fn bounds(text: &str, tokens: &[SqlToken<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut is_body) = (0, false);
    let is_dollar = |at: usize| tokens.get(at).is_some_and(|it| it.text == "$");
    let mut at = 0;
    while at < tokens.len() {
        // `$$` and `$tag$`.
        if is_dollar(at) && (is_dollar(at + 1) || is_dollar(at + 2)) {
            is_body = !is_body;
            at += if is_dollar(at + 1) { 1 } else { 2 };
        } else if tokens[at].kind == SqlTokenKind::Word && tokens[at].text.ends_with('$') {
            is_body = !is_body;
        } else if tokens[at].text == ";" && !is_body && tokens[at].kind == SqlTokenKind::Other {
            found.push(start..at);
            start = at + 1;
        } else if ends_batch(text, &tokens[at]) {
            found.push(start..at);
            (start, is_body) = (at + 1, false);
        }
        at += 1;
    }
    found.push(start..tokens.len());
    found
}

/// `GO` on a line of its own.
fn ends_batch(text: &str, token: &SqlToken<'_>) -> bool {
    token.is("GO")
        && text[..token.start].rsplit('\n').next().is_some_and(|it| it.trim().is_empty())
        && text[token.end()..].split('\n').next().is_some_and(|it| it.trim().is_empty())
}

fn read(tokens: &[SqlToken<'_>]) -> (Option<Made>, Vec<Named>) {
    let (makes, skipped) = made(tokens);
    let mut uses: Vec<Named> = Vec::new();
    let own = common_tables(tokens);
    let mut add = |named: Named| {
        let is_own = own.contains(&named.name)
            || makes.as_ref().is_some_and(|it| it.name.name == named.name);
        let is_known = uses.iter().any(|it: &Named| it.name == named.name);
        if !is_own && !is_known && uses.len() < MOST_NAMES {
            uses.push(named);
        }
    };
    let mut at = skipped;
    while at < tokens.len() {
        let token = &tokens[at];
        at += 1;
        let follows = ["FROM", "JOIN", "INTO", "REFERENCES", "UPDATE", "TABLE", "USING"]
            .iter()
            .any(|it| token.is(it))
            || token.is("ON") && is_on_table(tokens);
        let is_call = ["CALL", "EXEC", "EXECUTE", "PERFORM"].iter().any(|it| token.is(it))
            && !["FUNCTION", "IMMEDIATE", "PROCEDURE"]
                .iter()
                .any(|it| tokens.get(at).is_some_and(|next| next.is(it)));
        if is_call && let Some((named, after)) = name_at(tokens, at) {
            add(Named { name: format!("{}()", named.name), span: named.span });
            at = after;
        } else if follows {
            at = listed(tokens, at, token.is("FROM"), &mut add);
        } else if token.kind == SqlTokenKind::Word
            && tokens.get(at).is_some_and(|it| it.text == "(")
            && !is_keyword(token)
            && let Some(name) = token.name()
        {
            let span = Span::new(token.start, token.end());
            add(Named { name: format!("{name}()"), span });
        }
    }
    (makes, uses)
}

/// `CREATE INDEX x ON table`, `CREATE TRIGGER x BEFORE INSERT ON table`.
fn is_on_table(tokens: &[SqlToken<'_>]) -> bool {
    let is_create = tokens.first().is_some_and(|it| it.is("CREATE") || it.is("GRANT"));
    let what = ["INDEX", "TRIGGER", "POLICY", "RULE", "GRANT"];
    is_create && tokens.iter().take(5).any(|it| what.iter().any(|what| it.is(what)))
}

/// Reads the names behind a keyword; of `FROM`, those behind commas too.
fn listed(
    tokens: &[SqlToken<'_>],
    mut at: usize,
    is_list: bool,
    add: &mut impl FnMut(Named),
) -> usize {
    loop {
        while tokens.get(at).is_some_and(|it| {
            ["IF", "NOT", "EXISTS", "ONLY", "TABLE", "LATERAL"].iter().any(|word| it.is(word))
        }) {
            at += 1;
        }
        let Some((named, after)) = name_at(tokens, at) else { return at };
        let is_call = tokens.get(after).is_some_and(|it| it.text == "(");
        // Behind what is written to stand its columns.
        if is_call && is_list {
            let name = format!("{}()", named.name);
            add(Named { name, span: named.span });
            return after;
        }
        add(named);
        at = after;
        if !is_list {
            return at;
        }
        // `FROM a x, b AS y`.
        let mut next = at;
        if tokens.get(next).is_some_and(|it| it.is("AS")) {
            next += 1;
        }
        if tokens.get(next).is_some_and(|it| it.name().is_some() && !is_keyword(it)) {
            next += 1;
        }
        if tokens.get(next).is_none_or(|it| it.text != ",") {
            return at;
        }
        at = next + 1;
    }
}

/// The dotted name at a place, and where it ends.
fn name_at(tokens: &[SqlToken<'_>], at: usize) -> Option<(Named, usize)> {
    let first = tokens.get(at)?;
    if first.kind == SqlTokenKind::Word && is_keyword(first) {
        return None;
    }
    let mut name = first.name()?;
    let mut end = first.end();
    let mut next = at + 1;
    while tokens.get(next).is_some_and(|it| it.text == "." && it.start == end)
        && let Some(part) = tokens.get(next + 1).and_then(SqlToken::name)
    {
        name = format!("{name}.{part}");
        end = tokens[next + 1].end();
        next += 2;
    }
    // A part that code fills in is no name.
    let is_whole =
        tokens.get(next).is_none_or(|it| it.start > end || !matches!(it.text, "{" | "%"));
    is_whole.then_some((Named { name, span: Span::new(first.start, end) }, next))
}

fn is_keyword(token: &SqlToken<'_>) -> bool {
    const WORDS: &[&str] = &[
        "AS",
        "CASCADE",
        "CROSS",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "DO",
        "FULL",
        "GROUP",
        "HAVING",
        "INNER",
        "JOIN",
        "LEFT",
        "LIMIT",
        "NATURAL",
        "NEW",
        "NO",
        "NOW",
        "NULL",
        "OFFSET",
        "OLD",
        "ON",
        "ORDER",
        "OUTER",
        "RETURNING",
        "RIGHT",
        "SELECT",
        "SET",
        "UNION",
        "UPDATE",
        "USING",
        "VALUES",
        "WHERE",
        "WINDOW",
        "WITH",
    ];
    token.kind == SqlTokenKind::Word && WORDS.iter().any(|it| token.is(it))
}

/// Names that the statement gives to queries of its own: `WITH x AS (…)`.
fn common_tables(tokens: &[SqlToken<'_>]) -> Vec<String> {
    let is_with = tokens.iter().any(|it| it.is("WITH"));
    let named = tokens.windows(3).filter(|it| {
        it[1].is("AS") && (it[2].text == "(" || it[2].is("MATERIALIZED") || it[2].is("NOT"))
    });
    named.filter(|_| is_with).filter_map(|it| it[0].name()).take(MOST_NAMES).collect()
}

/// What a statement creates or changes, and how many tokens say so.
fn made(tokens: &[SqlToken<'_>]) -> (Option<Made>, usize) {
    const BETWEEN: &[&str] = &[
        "CONSTRAINT",
        "EXTERNAL",
        "FOREIGN",
        "GLOBAL",
        "LOCAL",
        "MATERIALIZED",
        "OR",
        "RECURSIVE",
        "REPLACE",
        "TEMP",
        "TEMPORARY",
        "TRANSIENT",
        "UNLOGGED",
        "VIRTUAL",
    ];
    let is_making = tokens
        .first()
        .is_some_and(|it| ["CREATE", "ALTER", "DROP", "RENAME"].iter().any(|word| it.is(word)));
    if !is_making {
        return (None, 0);
    }
    let mut at = 1;
    while tokens.get(at).is_some_and(|it| BETWEEN.iter().any(|word| it.is(word))) {
        at += 1;
    }
    let what = match tokens.get(at) {
        Some(it) if it.is("TABLE") || it.is("VIEW") => Object::Table,
        Some(it) if it.is("FUNCTION") || it.is("PROCEDURE") => Object::Function,
        _ => return (None, 0),
    };
    at += 1;
    while tokens
        .get(at)
        .is_some_and(|it| ["IF", "NOT", "EXISTS", "ONLY"].iter().any(|word| it.is(word)))
    {
        at += 1;
    }
    let Some((mut name, after)) = name_at(tokens, at) else { return (None, at) };
    if what == Object::Function {
        name.name.push_str("()");
    }
    (Some(Made { what, name, is_drop: tokens[0].is("DROP") }), after)
}
