//! Dockerfiles: their stages, and the instructions of each by name.

use codd_source::Span;
use rustc_hash::FxHashMap;

use super::{Entry, Shape, Value, part};

/// `{arg: […], stages: [{from, image, tag, digest, platform, name, run: […], user: […], …}]}`; a
/// stage that goes on from another one has its name as `stage` and no `image`.
pub(super) fn read(text: &str) -> Value {
    let mut top: Vec<Entry> = Vec::new();
    let mut stages: Vec<Value> = Vec::new();
    let mut defaults: FxHashMap<String, String> = FxHashMap::default();
    // What the stage itself has set so far.
    let mut known: FxHashMap<String, String> = FxHashMap::default();
    for instruction in instructions(text) {
        let Instruction { name, name_span, arguments, span } = instruction;
        if name == "from" {
            let stage = stage(&arguments, span, name_span, &defaults, &stages);
            stages.push(stage);
            known.clear();
            continue;
        }
        let value = match name.as_str() {
            "env" | "arg" | "label" => pairs(&expanded(&arguments, &known), span),
            // Variables in them are the shell's: they count as they are written.
            "run" | "cmd" | "entrypoint" | "healthcheck" => Value::text(span, arguments, false),
            "user" | "workdir" | "stopsignal" => {
                value(unquoted(&expanded(&arguments, &known)), span)
            }
            _ => value(&expanded(&arguments, &known), span),
        };
        if matches!(name.as_str(), "env" | "arg") && !stages.is_empty() {
            for it in value.entries() {
                let text = it.value.as_text().filter(|it| !it.is_empty()).map(str::to_owned);
                // A build argument without a value has that from before the first stage.
                let text = text.or_else(|| defaults.get(&it.key).cloned());
                known.extend(text.map(|text| (it.key.clone(), text)));
            }
        }
        if name == "arg" && stages.is_empty() {
            for it in value.entries() {
                defaults.extend(it.value.as_text().map(|text| (it.key.clone(), text.to_owned())));
            }
        }
        match stages.last_mut() {
            Some(stage) => {
                stage.span.end = span.end;
                if let Shape::Map(entries) = &mut stage.shape {
                    add(entries, name, name_span, value);
                }
            }
            None => add(&mut top, name, name_span, value),
        }
    }
    inherit_users(&mut stages);
    if !stages.is_empty() {
        let span = Span { start: stages[0].span.start, end: text.len() as u32 };
        let value = Value::list(span, stages);
        top.push(Entry { key: "stages".to_owned(), key_span: span, value });
    }
    Value::map(Span::new(0, text.len()), top)
}

/// Gives a stage that goes on from another one, and names no user, the user of that.
fn inherit_users(stages: &mut [Value]) {
    for at in 0..stages.len() {
        let Some(from) = stages[at].get("stage").and_then(Value::as_text) else { continue };
        let is_it = |it: &&Value| {
            it.get("name").and_then(Value::as_text).is_some_and(|it| it.eq_ignore_ascii_case(from))
        };
        let inherited = stages[..at].iter().rev().find(is_it).and_then(|it| it.entry("user"));
        let inherited = inherited.cloned();
        if stages[at].get("user").is_none()
            && let (Some(entry), Shape::Map(entries)) = (inherited, &mut stages[at].shape)
        {
            entries.push(entry);
        }
    }
}

/// A word without the quotes around it.
fn unquoted(text: &str) -> &str {
    let quoted = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}

/// The character that continues a line, as the directive at the top of the file says.
fn escape_of(text: &str) -> char {
    let directives = text.lines().map_while(|line| line.trim().strip_prefix('#'));
    let named = directives.filter_map(|it| it.split_once('='));
    named
        .filter(|(key, _)| key.trim().eq_ignore_ascii_case("escape"))
        .find_map(|(_, value)| value.trim().chars().next())
        .filter(|it| *it == '`')
        .unwrap_or('\\')
}

/// Adds an instruction to those of its name.
fn add(entries: &mut Vec<Entry>, name: String, key_span: Span, value: Value) {
    if let Some(known) = entries.iter_mut().find(|it| it.key == name)
        && let Shape::List(items) = &mut known.value.shape
    {
        items.push(value);
        return;
    }
    let value = Value::list(value.span, vec![value]);
    entries.push(Entry { key: name, key_span, value });
}

/// A text; one with a variable in it is not known.
fn value(text: &str, span: Span) -> Value {
    let has_variable = text.match_indices('$').any(|(at, _)| {
        let next = text[at + 1..].chars().next();
        next.is_some_and(|it| it.is_ascii_alphabetic() || matches!(it, '_' | '{'))
    });
    if has_variable {
        Value::dynamic(span, text, "it holds a variable")
    } else {
        Value::text(span, text, false)
    }
}

fn stage(
    arguments: &str,
    span: Span,
    key_span: Span,
    defaults: &FxHashMap<String, String>,
    before: &[Value],
) -> Value {
    let mut entries = Vec::new();
    let mut add = |key: &str, value: Value| {
        entries.push(Entry { key: key.to_owned(), key_span, value });
    };
    let mut words = arguments.split_whitespace().peekable();
    let mut platform = None;
    while let Some(flag) = words.next_if(|it| it.starts_with("--")) {
        platform = flag.strip_prefix("--platform=").or(platform);
    }
    let image = expanded(words.next().unwrap_or_default(), defaults);
    add("from", value(&image, span));
    let is_stage = before.iter().any(|it| {
        it.get("name")
            .and_then(Value::as_text)
            .is_some_and(|name| name.eq_ignore_ascii_case(&image))
    });
    if is_stage {
        add("stage", value(&image, span));
    }
    let image = if is_stage { String::new() } else { image };
    let (rest, digest) = match image.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (image.as_str(), None),
    };
    // A colon before a slash is a port of the registry.
    let tag_at = rest.rfind(':').filter(|at| !rest[*at..].contains('/') && !rest.contains('$'));
    if !is_stage {
        add("image", value(tag_at.map_or(rest, |at| &rest[..at]), span));
    }
    if let Some(at) = tag_at {
        add("tag", value(&rest[at + 1..], span));
    }
    if let Some(digest) = digest {
        add("digest", value(digest, span));
    }
    if let Some(platform) = platform {
        add("platform", value(platform, span));
    }
    if words.next().is_some_and(|it| it.eq_ignore_ascii_case("as"))
        && let Some(name) = words.next()
    {
        add("name", value(name, span));
    }
    Value::map(span, entries)
}

/// The text with the build arguments that have a default in it.
fn expanded(text: &str, defaults: &FxHashMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let (name, after) = match behind.strip_prefix('{').and_then(|it| it.split_once('}')) {
            Some((name, after)) => (name, after),
            None => {
                let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
                let end = behind.find(|it| !is_part(it)).unwrap_or(behind.len());
                (&behind[..end], &behind[end..])
            }
        };
        let (name, or) = match name.split_once(":-") {
            Some((name, or)) => (name, Some(or.to_owned())),
            None => (name, None),
        };
        match defaults.get(name).cloned().or(or) {
            Some(known) => out.push_str(&known),
            None => out.push_str(&rest[at..rest.len() - after.len()]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `A=1 B="two"`, or the old `A one`.
fn pairs(arguments: &str, span: Span) -> Value {
    let mut entries = Vec::new();
    let mut add = |key: &str, text: &str| {
        let text = text.trim_matches(['"', '\'']);
        entries.push(Entry { key: key.to_owned(), key_span: span, value: value(text, span) });
    };
    let first = arguments.split_whitespace().next().unwrap_or_default();
    if !first.contains('=') {
        let rest = arguments.trim_start().strip_prefix(first).unwrap_or_default();
        add(first, rest.trim());
        return Value::map(span, entries);
    }
    for word in words(arguments) {
        let (key, text) = word.split_once('=').unwrap_or((word, ""));
        add(key.trim_matches(['"', '\'']), text);
    }
    Value::map(span, entries)
}

/// Words, in which quotes keep spaces.
fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    let mut quote = None;
    for (at, it) in text.char_indices() {
        match quote {
            Some(open) if it == open => quote = None,
            None if matches!(it, '"' | '\'') => quote = Some(it),
            None if it.is_whitespace() => {
                found.extend(start.take().map(|start: usize| &text[start..at]));
                continue;
            }
            _ => {}
        }
        start.get_or_insert(at);
    }
    found.extend(start.map(|start| &text[start..]));
    found
}

struct Instruction {
    /// In lower case.
    name: String,
    name_span: Span,
    /// Continued lines as one, without comments between them.
    arguments: String,
    span: Span,
}

fn instructions(text: &str) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = Vec::new();
    let mut is_continued = false;
    let mut document: Option<String> = None;
    let escape = escape_of(text);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let said = line.trim();
        if let (Some(end), Some(last)) = (&document, found.last_mut()) {
            last.arguments.push('\n');
            last.arguments.push_str(line);
            last.span.end = (start + line.len()) as u32;
            if said == end {
                document = None;
            }
            continue;
        }
        if said.is_empty() || said.starts_with('#') {
            continue;
        }
        let body = said.strip_suffix(escape).map_or(said, str::trim_end);
        let span = part(line, said, start);
        if is_continued && let Some(last) = found.last_mut() {
            if !last.arguments.is_empty() {
                last.arguments.push(' ');
            }
            last.arguments.push_str(body);
            last.span.end = span.end;
        } else {
            let name = body.split_whitespace().next().unwrap_or_default();
            found.push(Instruction {
                name: name.to_ascii_lowercase(),
                name_span: part(line, name, start),
                arguments: body[name.len()..].trim().to_owned(),
                span,
            });
        }
        is_continued = said.ends_with(escape);
        if let Some((_, rest)) = body.split_once("<<")
            && found.last().is_some_and(|it| matches!(it.name.as_str(), "run" | "copy" | "add"))
        {
            let rest = rest.trim_start_matches('-').trim_start_matches(['"', '\'']);
            let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
            let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
            document = Some(rest[..end].to_owned()).filter(|it| !it.is_empty());
        }
    }
    found
}
