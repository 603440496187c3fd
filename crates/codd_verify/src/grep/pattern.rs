//! POSIX regular expressions, as GNU grep reads them, in Rust's syntax.

use super::command::Syntax;

/// Repetitions beyond which grep itself refuses an expression.
const MAX_REPETITIONS: u32 = 32_767;

/// Nested groups beyond which we do not read on.
const MAX_GROUPS: usize = 100;

/// The expression in Rust's syntax, or what of it cannot be said there.
pub(super) fn translate(pattern: &str, syntax: Syntax) -> Result<String, String> {
    match syntax {
        Syntax::Fixed => Ok(regex::escape(pattern)),
        Syntax::Rust => Ok(pattern.to_owned()),
        // Perl's `\<` is a plain character.
        Syntax::Perl => Ok(pattern.replace("\\<", "<").replace("\\>", ">")),
        Syntax::Basic | Syntax::Extended => {
            Translation::new(pattern, syntax == Syntax::Extended).run()
        }
    }
}

/// One group as it is read: alternatives, and the sequence that is being added to.
#[derive(Default)]
struct Group {
    done: String,
    sequence: String,
    /// Where the last atom starts in `sequence`; `None` where there is nothing to repeat.
    atom: Option<usize>,
}

struct Translation<'p> {
    chars: Vec<char>,
    at: usize,
    is_extended: bool,
    open: Vec<Group>,
    current: Group,
    pattern: &'p str,
}

enum Token {
    Literal(char),
    /// Already in Rust's syntax, and can be repeated.
    Atom(String),
    /// Already in Rust's syntax, of no width.
    Anchor(&'static str),
    Repeat(u32, Option<u32>),
    Open,
    Close,
    Or,
}

impl<'p> Translation<'p> {
    fn new(pattern: &'p str, is_extended: bool) -> Translation<'p> {
        Translation {
            chars: pattern.chars().collect(),
            at: 0,
            is_extended,
            open: Vec::new(),
            current: Group::default(),
            pattern,
        }
    }

    fn run(mut self) -> Result<String, String> {
        while let Some(token) = self.token()? {
            match token {
                Token::Literal(char) => {
                    let mut buffer = [0; 4];
                    let text = regex::escape(char.encode_utf8(&mut buffer));
                    self.current.atom(&text);
                }
                Token::Atom(text) => self.current.atom(&text),
                Token::Anchor(text) => {
                    // Repeating an anchor is repeating nothing.
                    self.current.atom(&format!("(?:{text})"));
                    if !self.is_extended {
                        self.current.atom = None;
                    }
                }
                Token::Repeat(least, most) => self.current.repeat(least, most),
                Token::Open => {
                    if self.open.len() >= MAX_GROUPS {
                        return Err(format!("more than {MAX_GROUPS} nested groups"));
                    }
                    self.open.push(std::mem::take(&mut self.current));
                }
                Token::Close => {
                    let Some(outer) = self.open.pop() else {
                        return Err("unmatched ) or \\)".to_owned());
                    };
                    let inner = std::mem::replace(&mut self.current, outer).finish();
                    self.current.atom(&format!("(?:{inner})"));
                }
                Token::Or => self.current.alternative(),
            }
        }
        if !self.open.is_empty() {
            return Err("unmatched ( or \\(".to_owned());
        }
        Ok(self.current.finish())
    }

    fn next(&mut self) -> Option<char> {
        let char = self.chars.get(self.at).copied();
        self.at += usize::from(char.is_some());
        char
    }

    fn rest_starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(at, char)| self.chars.get(self.at + at) == Some(&char))
    }

    /// Whether nothing stands before the current place that a `*` could repeat.
    fn is_at_start(&self) -> bool {
        self.current.atom.is_none()
    }

    fn token(&mut self) -> Result<Option<Token>, String> {
        let is_first_of_group = self.current.sequence.is_empty();
        let Some(char) = self.next() else { return Ok(None) };
        let extended = self.is_extended;
        Ok(Some(match char {
            '\\' => return self.escaped().map(Some),
            '[' => Token::Atom(self.bracket()?),
            '.' => Token::Atom(".".to_owned()),
            '*' if !extended && self.is_at_start() => Token::Literal('*'),
            '*' => Token::Repeat(0, None),
            '^' if extended || is_first_of_group => Token::Anchor("^"),
            '$' if extended
                || self.at == self.chars.len()
                || self.rest_starts_with("\\)")
                || self.rest_starts_with("\\|") =>
            {
                Token::Anchor("$")
            }
            '+' if extended => Token::Repeat(1, None),
            '?' if extended => Token::Repeat(0, Some(1)),
            '|' if extended => Token::Or,
            '(' if extended => Token::Open,
            // An unmatched one is a character, as in GNU's extended expressions.
            ')' if extended && !self.open.is_empty() => Token::Close,
            ')' if extended => Token::Literal(')'),
            '{' if extended => self.interval()?.unwrap_or(Token::Literal('{')),
            char => Token::Literal(char),
        }))
    }

    fn escaped(&mut self) -> Result<Token, String> {
        let extended = self.is_extended;
        let Some(char) = self.next() else { return Err("trailing backslash".to_owned()) };
        Ok(match char {
            '1'..='9' => {
                return Err("back-reference, which the linear-time engine lacks".to_owned());
            }
            '<' => Token::Anchor(r"\b{start}"),
            '>' => Token::Anchor(r"\b{end}"),
            'b' => Token::Anchor(r"\b"),
            'B' => Token::Anchor(r"\B"),
            '`' => Token::Anchor("^"),
            '\'' => Token::Anchor("$"),
            'w' => Token::Atom(r"[_\p{Alphabetic}\p{Nd}]".to_owned()),
            'W' => Token::Atom(r"[^_\p{Alphabetic}\p{Nd}]".to_owned()),
            's' => Token::Atom(r"\s".to_owned()),
            'S' => Token::Atom(r"\S".to_owned()),
            '(' if !extended => Token::Open,
            ')' if !extended => Token::Close,
            '|' if !extended => Token::Or,
            '+' | '?' if !extended && self.is_at_start() => Token::Literal(char),
            '+' if !extended => Token::Repeat(1, None),
            '?' if !extended => Token::Repeat(0, Some(1)),
            '{' if !extended => {
                if self.is_at_start() {
                    return Err("an interval that repeats nothing".to_owned());
                }
                match self.interval()? {
                    Some(token) => token,
                    None => return Err("an interval that is not one".to_owned()),
                }
            }
            char => Token::Literal(char),
        })
    }

    /// What follows `{` or `\{`; `None`, with nothing read, where it is no interval.
    fn interval(&mut self) -> Result<Option<Token>, String> {
        let close = if self.is_extended { "}" } else { "\\}" };
        let rest: String = self.chars[self.at..].iter().collect();
        let Some(end) = rest.find(close) else { return Ok(None) };
        let inner = &rest[..end];
        let (least, most) = match inner.split_once(',') {
            Some((least, most)) => (least, Some(most)),
            None => (inner, None),
        };
        let is_number = |text: &str| text.chars().all(|char| char.is_ascii_digit());
        let is_interval =
            is_number(least) && most.is_none_or(is_number) && (most.is_some() || !least.is_empty());
        if !is_interval {
            return Ok(None);
        }
        let number = |text: &str| -> Result<u32, String> {
            text.parse()
                .ok()
                .filter(|count| *count <= MAX_REPETITIONS)
                .ok_or_else(|| format!("more than {MAX_REPETITIONS} repetitions"))
        };
        let least_count = if least.is_empty() { 0 } else { number(least)? };
        let most_count = match most {
            None => Some(least_count),
            Some("") => None,
            Some(most) => Some(number(most)?),
        };
        if most_count.is_some_and(|most| most < least_count) {
            return Err("an interval that ends before it starts".to_owned());
        }
        if self.is_extended && self.is_at_start() {
            return Err("an interval that repeats nothing".to_owned());
        }
        self.at += inner.chars().count() + close.len();
        Ok(Some(Token::Repeat(least_count, most_count)))
    }

    /// A bracket expression behind its `[`, as a class of Rust's.
    fn bracket(&mut self) -> Result<String, String> {
        let unclosed = || format!("unmatched [ in {}", self.pattern);
        let mut class = String::from("[");
        let mut at = self.at;
        let get = |at: usize| self.chars.get(at).copied();
        if get(at) == Some('^') {
            class.push('^');
            at += 1;
        }
        let mut is_first = true;
        loop {
            let char = get(at).ok_or_else(unclosed)?;
            if char == ']' && !is_first {
                at += 1;
                break;
            }
            is_first = false;
            if char == '['
                && let Some(kind @ (':' | '.' | '=')) = get(at + 1)
            {
                if kind != ':' {
                    return Err("a collating element in brackets".to_owned());
                }
                let start = at + 2;
                let mut end = start;
                while !(get(end) == Some(':') && get(end + 1) == Some(']')) {
                    get(end).ok_or_else(unclosed)?;
                    end += 1;
                }
                let name: String = self.chars[start..end].iter().collect();
                class.push_str(named_class(&name)?);
                at = end + 2;
                continue;
            }
            at += 1;
            if get(at) == Some('-') && get(at + 1).is_some_and(|next| next != ']') {
                let last = get(at + 1).ok_or_else(unclosed)?;
                if last == '[' && matches!(get(at + 2), Some(':' | '.' | '=')) {
                    return Err("a range that ends in a class".to_owned());
                }
                if last < char {
                    return Err("a range in brackets that ends before it starts".to_owned());
                }
                push_in_class(&mut class, char);
                class.push('-');
                push_in_class(&mut class, last);
                at += 2;
            } else {
                push_in_class(&mut class, char);
            }
        }
        self.at = at;
        class.push(']');
        Ok(class)
    }
}

fn named_class(name: &str) -> Result<&'static str, String> {
    Ok(match name {
        "alpha" => r"\p{Alphabetic}",
        "digit" => "0-9",
        "alnum" => r"\p{Alphabetic}\p{Nd}",
        "upper" => r"\p{Uppercase}",
        "lower" => r"\p{Lowercase}",
        "space" => r"\s",
        "blank" => r"\t ",
        "punct" => r"\p{P}\p{S}",
        "cntrl" => r"\p{Cc}",
        "xdigit" => "0-9A-Fa-f",
        "print" => r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}",
        "graph" => r"\p{L}\p{M}\p{N}\p{P}\p{S}",
        _ => return Err(format!("the class [:{name}:], which is not known")),
    })
}

fn push_in_class(class: &mut String, char: char) {
    if char.is_ascii() && !char.is_ascii_alphanumeric() {
        class.push('\\');
    }
    class.push(char);
}

impl Group {
    fn atom(&mut self, text: &str) {
        self.atom = Some(self.sequence.len());
        self.sequence.push_str(text);
    }

    fn repeat(&mut self, least: u32, most: Option<u32>) {
        // At the start of an extended expression, nothing is repeated.
        let Some(start) = self.atom else {
            self.atom("(?:)");
            return;
        };
        let repetition = match (least, most) {
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (0, Some(1)) => "?".to_owned(),
            (least, None) => format!("{{{least},}}"),
            (least, Some(most)) => format!("{{{least},{most}}}"),
        };
        // The group keeps a second repetition from being read as a lazy one.
        let atom = self.sequence.split_off(start);
        self.sequence.extend(["(?:", &atom, &repetition, ")"]);
    }

    fn alternative(&mut self) {
        self.done.push_str(&self.sequence);
        self.done.push('|');
        self.sequence.clear();
        self.atom = None;
    }

    fn finish(mut self) -> String {
        self.done.push_str(&self.sequence);
        self.done
    }
}
