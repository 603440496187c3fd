//! Texts inside of what a shell and a regular expression read.

/// A text as a shell and `xargs` read it back as one word.
pub fn shell_word(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_./:@%+=,-#~".contains(it);
    let is_safe = text.chars().all(is_plain) && !text.starts_with(['~', '#']);
    if is_safe && !text.is_empty() {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// A path as an argument that no runner takes for an option.
pub(super) fn path(path: &str) -> String {
    if path.starts_with('-') { format!("./{path}") } else { path.to_owned() }
}

/// A regular expression that matches this text.
pub(super) fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for letter in text.chars() {
        if letter.is_control() {
            pattern.push('.');
            continue;
        }
        if r"\.+*?()|[]{}^$/".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// A regular expression that matches the title of a test as its file writes it.
///
/// What is known only when the test runs matches anything: an escape, `${…}` of a template,
/// and what `test.each` fills in.
pub(super) fn title(text: &str) -> String {
    let mut pattern = String::new();
    let anything = |pattern: &mut String| {
        if !pattern.ends_with(".*") {
            pattern.push_str(".*");
        }
    };
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
                anything(&mut pattern);
            }
            '$' if letters.peek() == Some(&'{') => {
                let mut depth = 0_u32;
                for inner in letters.by_ref() {
                    match inner {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
                anything(&mut pattern);
            }
            '$' if letters.peek().is_some_and(|it| it.is_alphabetic() || *it == '#') => {
                while letters.peek().is_some_and(|it| it.is_alphanumeric() || "_.#".contains(*it)) {
                    letters.next();
                }
                anything(&mut pattern);
            }
            '%' if letters.peek().is_some_and(|it| "psdifjo#$%".contains(*it)) => {
                letters.next();
                anything(&mut pattern);
            }
            letter => pattern.push_str(&escaped(letter.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern
}

/// `^(a|b)$`; the alternatives in their order, each once.
pub(super) fn any_of(before: &str, alternatives: &[String], after: &str) -> String {
    let mut seen = std::collections::BTreeSet::new();
    let each: Vec<&str> =
        alternatives.iter().map(String::as_str).filter(|it| seen.insert(*it)).collect();
    format!("{before}({}){after}", each.join("|"))
}
