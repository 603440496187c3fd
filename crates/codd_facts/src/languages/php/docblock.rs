//! Types that documentation comments tell where the code does not: `@param`, `@return`, `@var`.

/// The type of a tag, as written.
pub(super) fn tag<'t>(comment: &'t str, tag: &str) -> Option<&'t str> {
    tags(comment, tag).next().map(type_part)
}

/// The type that `@param` gives to a parameter.
pub(super) fn parameter<'t>(comment: &'t str, name: &str) -> Option<&'t str> {
    tags(comment, "@param").find_map(|rest| {
        let kind = type_part(rest);
        let after = rest.get(kind.len()..)?.trim_start();
        let after = after.trim_start_matches(['&', '.']);
        let word = after.split(|it: char| it.is_whitespace()).next()?;
        (word == name && kind != name).then_some(kind)
    })
}

/// Whether a tag stands at the beginning of a line.
pub(super) fn has_tag(comment: &str, tag: &str) -> bool {
    tags(comment, tag).next().is_some()
}

/// What stands behind each tag of that name.
pub(super) fn tags<'t>(comment: &'t str, tag: &str) -> impl Iterator<Item = &'t str> {
    comment.lines().filter_map(move |line| {
        let line = line.trim_start().trim_start_matches(['/', '*']).trim();
        let line = line.strip_suffix("*/").unwrap_or(line);
        let rest = line.strip_prefix(tag)?;
        (rest.is_empty() || rest.starts_with([' ', '\t', '('])).then(|| rest.trim())
    })
}

/// The type at the beginning of a text: up to the first blank outside of brackets.
fn type_part(text: &str) -> &str {
    let mut depth = 0u32;
    for (at, it) in text.char_indices() {
        match it {
            '<' | '{' | '(' | '[' => depth += 1,
            '>' | '}' | ')' | ']' => depth = depth.saturating_sub(1),
            it if it.is_whitespace() && depth == 0 => return &text[..at],
            _ => {}
        }
    }
    text
}

/// The names of classes that a type names, without those of built-in types; the items of a
/// list stand for the list.
pub(super) fn class_names(text: &str) -> Vec<&str> {
    const CONTAINERS: [&str; 7] = [
        "array",
        "iterable",
        "list",
        "Generator",
        "Traversable",
        "non-empty-array",
        "non-empty-list",
    ];
    let text = text.trim();
    if text.len() > 400 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for part in split_outside(text, '|') {
        let part = part.trim().trim_start_matches('?');
        let part = part.trim_start_matches('(').trim_end_matches("[]").trim_end_matches(')');
        let (name, inside) = match part.find(['<', '{']) {
            Some(at) => (&part[..at], Some(&part[at + 1..])),
            None => (part, None),
        };
        if let Some(inside) = inside
            && CONTAINERS.contains(&name.trim_start_matches('\\'))
        {
            let inside = inside.trim_end_matches(['>', '}']);
            let last = split_outside(inside, ',').pop().unwrap_or("").trim();
            if !last.contains(['<', '{', '(', ':']) {
                found.extend(last.split('|').map(|it| it.trim().trim_end_matches("[]")));
            }
        } else {
            found.extend(name.split('&').map(str::trim));
        }
    }
    found.retain(|it| is_class_name(it));
    found.dedup();
    found
}

fn is_class_name(text: &str) -> bool {
    const BUILT_IN: [&str; 24] = [
        "array",
        "bool",
        "boolean",
        "callable",
        "double",
        "false",
        "float",
        "int",
        "integer",
        "iterable",
        "mixed",
        "never",
        "null",
        "number",
        "numeric",
        "object",
        "resource",
        "scalar",
        "string",
        "true",
        "void",
        "list",
        "class-string",
        "key-of",
    ];
    let is_plain = |it: char| it.is_alphanumeric() || matches!(it, '_' | '\\') || !it.is_ascii();
    if text == "$this" || text == "static" || text == "self" {
        return true;
    }
    text.starts_with(|it: char| it.is_alphabetic() || matches!(it, '_' | '\\'))
        && text.chars().all(is_plain)
        && !BUILT_IN.contains(&text.to_ascii_lowercase().as_str())
}

fn split_outside(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0u32;
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, it) in text.char_indices() {
        match it {
            '<' | '{' | '(' | '[' => depth += 1,
            '>' | '}' | ')' | ']' => depth = depth.saturating_sub(1),
            it if it == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + it.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_tags() {
        let comment = "/**\n * Finds.\n * @param array<string, User> $users all\n * @param Db|null ...$db\n * @return \\App\\User[]\n */";
        assert_eq!(parameter(comment, "$users"), Some("array<string, User>"));
        assert_eq!(parameter(comment, "$db"), Some("Db|null"));
        assert_eq!(parameter(comment, "$x"), None);
        assert_eq!(tag(comment, "@return"), Some("\\App\\User[]"));
        assert_eq!(tag("/** @var Foo */", "@var"), Some("Foo"));
        assert_eq!(tag("/** @variable Foo */", "@var"), None);
    }

    #[test]
    fn classes_of_types() {
        assert_eq!(class_names("array<string, User>"), ["User"]);
        assert_eq!(class_names("?\\A\\B|C[]|int|null"), ["\\A\\B", "C"]);
        assert_eq!(class_names("Collection<int, User>"), ["Collection"]);
        assert!(class_names("array{a: int}|class-string<T>").is_empty());
    }
}
