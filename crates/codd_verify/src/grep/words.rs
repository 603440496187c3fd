//! The words of a command line as a POSIX shell would see them, and what a shell would do
//! beyond passing them on: the reason to refuse.

/// One word, unquoted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Holds a `*`, `?` or `[` that a shell would expand.
    pub(super) has_open_glob: bool,
    /// Starts with a `~` that a shell would expand.
    pub(super) has_open_tilde: bool,
}

/// The words of `command`, or why only a shell could run it.
pub(super) fn words(command: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut chars = command.trim().chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            ' ' | '\t' => words.extend(word.take()),
            '\n' | '\r' => return Err("more than one line".to_owned()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(char) => word.text.push(char),
                        None => return Err("unclosed quote".to_owned()),
                    }
                }
            }
            '"' => double_quoted(&mut chars, &mut word.get_or_insert_default().text)?,
            '\\' => match chars.next() {
                Some('\n') => {}
                Some(char) => word.get_or_insert_default().text.push(char),
                None => return Err("a backslash at the end".to_owned()),
            },
            '#' if word.is_none() => break,
            '|' | '&' | ';' => {
                let doubled = chars.next_if_eq(&char).is_some();
                let operator = if doubled { format!("{char}{char}") } else { char.to_string() };
                return Err(format!("shell operator {operator}"));
            }
            '<' | '>' => return Err("redirection".to_owned()),
            '(' | ')' => return Err(format!("shell operator {char}")),
            '`' => return Err("command substitution".to_owned()),
            '$' => refuse_expansion(&mut chars, word.get_or_insert_default())?,
            '{' if is_brace_expansion(chars.clone()) => {
                return Err("brace expansion, which not every shell does: write one option for \
                            each"
                    .to_owned());
            }
            char => {
                let is_first = word.is_none();
                let word = word.get_or_insert_default();
                word.has_open_glob |= matches!(char, '*' | '?' | '[');
                word.has_open_tilde |= is_first && char == '~';
                word.text.push(char);
            }
        }
    }
    words.extend(word);
    Ok(words)
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn double_quoted(chars: &mut Chars<'_>, text: &mut String) -> Result<(), String> {
    loop {
        match chars.next() {
            Some('"') => return Ok(()),
            Some('`') => return Err("command substitution".to_owned()),
            Some('$') => {
                let mut word = Word::default();
                refuse_expansion(chars, &mut word)?;
                text.push_str(&word.text);
            }
            Some('\\') => match chars.next() {
                Some(plain @ ('$' | '`' | '"' | '\\')) => text.push(plain),
                Some('\n') => {}
                Some(char) => text.extend(['\\', char]),
                None => return Err("unclosed quote".to_owned()),
            },
            Some(char) => text.push(char),
            None => return Err("unclosed quote".to_owned()),
        }
    }
}

/// A `$` that starts nothing is a dollar.
fn refuse_expansion(chars: &mut Chars<'_>, word: &mut Word) -> Result<(), String> {
    match chars.peek() {
        Some('(') => Err("command substitution".to_owned()),
        Some(char) if char.is_ascii_alphanumeric() || matches!(char, '_' | '{') => {
            Err("variable expansion".to_owned())
        }
        Some('@' | '*' | '#' | '?' | '$' | '!' | '-') => Err("variable expansion".to_owned()),
        // `$'…'` and `$"…"` mean something in some shells only.
        Some('\'' | '"') if word.text.is_empty() => Err("a quote of one shell only".to_owned()),
        _ => {
            word.text.push('$');
            Ok(())
        }
    }
}

fn is_brace_expansion(rest: Chars<'_>) -> bool {
    let inner: String = rest.take_while(|char| !char.is_whitespace()).collect();
    inner.find('}').is_some_and(|end| {
        let inner = &inner[..end];
        inner.contains(',') || inner.contains("..")
    })
}
