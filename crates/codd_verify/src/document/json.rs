//! JSON, with the comments and trailing commas that tools allow in it.

use codd_source::Span;

use super::{Entry, MAX_DEPTH, Value};

pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0).and_then(|value| {
        reader.space();
        if reader.at == text.len() { Ok(value) } else { Err(Failure::Broken) }
    });
    value.map_err(|failure| match failure {
        Failure::TooDeep => "its JSON is nested too deep".to_owned(),
        Failure::Broken => {
            let read = &text.as_bytes()[..reader.at.min(text.len())];
            let line = read.iter().filter(|it| **it == b'\n').count() + 1;
            format!("its JSON is broken in line {line}")
        }
    })
}

enum Failure {
    Broken,
    TooDeep,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        &self.text.as_bytes()[self.at.min(self.text.len())..]
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    /// White space and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let end = if rest.first().is_some_and(|it| b" \t\r\n".contains(it)) {
                1
            } else if rest.starts_with(b"//") {
                rest.iter().position(|it| *it == b'\n').unwrap_or(rest.len())
            } else if rest.starts_with(b"/*") {
                rest.windows(2).skip(2).position(|it| it == b"*/").map_or(rest.len(), |it| it + 4)
            } else {
                return;
            };
            self.at += end;
        }
    }

    fn value(&mut self, depth: u32) -> Result<Value, Failure> {
        if depth > MAX_DEPTH {
            return Err(Failure::TooDeep);
        }
        self.space();
        let start = self.at;
        match self.peek().ok_or(Failure::Broken)? {
            b'{' => {
                self.at += 1;
                let mut entries = Vec::new();
                loop {
                    self.space();
                    if self.takes(b'}') {
                        break;
                    }
                    let key_start = self.at;
                    let key = self.string()?;
                    let key_span = Span::new(key_start, self.at);
                    self.space();
                    if !self.takes(b':') {
                        return Err(Failure::Broken);
                    }
                    let value = self.value(depth + 1)?;
                    entries.push(Entry { key, key_span, value });
                    self.space();
                    if !self.takes(b',') && self.peek() != Some(b'}') {
                        return Err(Failure::Broken);
                    }
                }
                Ok(Value::map(Span::new(start, self.at), entries))
            }
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.space();
                    if self.takes(b']') {
                        break;
                    }
                    items.push(self.value(depth + 1)?);
                    self.space();
                    if !self.takes(b',') && self.peek() != Some(b']') {
                        return Err(Failure::Broken);
                    }
                }
                Ok(Value::list(Span::new(start, self.at), items))
            }
            b'"' => {
                let text = self.string()?;
                Ok(Value::text(Span::new(start, self.at), text, true))
            }
            _ => {
                let is_part = |it: &u8| it.is_ascii_alphanumeric() || b"+-._".contains(it);
                let length = self.rest().iter().take_while(|it| is_part(it)).count();
                self.at += length;
                let word = &self.text[start..self.at];
                let is_number = word.starts_with(|it: char| it.is_ascii_digit() || it == '-');
                if is_number || matches!(word, "true" | "false" | "null") {
                    Ok(Value::text(Span::new(start, self.at), word, false))
                } else {
                    Err(Failure::Broken)
                }
            }
        }
    }

    fn string(&mut self) -> Result<String, Failure> {
        if !self.takes(b'"') {
            return Err(Failure::Broken);
        }
        let mut out = String::new();
        loop {
            let plain = self.rest().iter().position(|it| matches!(it, b'"' | b'\\' | b'\n'));
            let end = self.at + plain.ok_or(Failure::Broken)?;
            out.push_str(&self.text[self.at..end]);
            self.at = end + 1;
            match self.text.as_bytes()[end] {
                b'"' => return Ok(out),
                b'\\' => {
                    let escaped = self.peek().ok_or(Failure::Broken)?;
                    self.at += 1;
                    out.push(match escaped {
                        b'n' => '\n',
                        b't' => '\t',
                        b'r' => '\r',
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'u' => self.unicode()?,
                        it if it.is_ascii() => char::from(it),
                        _ => return Err(Failure::Broken),
                    });
                }
                _ => return Err(Failure::Broken),
            }
        }
    }

    /// The character of `\uXXXX`, with the second half of a pair.
    fn unicode(&mut self) -> Result<char, Failure> {
        let unit = |at: usize| -> Option<u32> {
            let digits = self.text.get(at..at + 4)?;
            digits.bytes().all(|it| it.is_ascii_hexdigit()).then_some(())?;
            u32::from_str_radix(digits, 16).ok()
        };
        let first = unit(self.at).ok_or(Failure::Broken)?;
        let has_second = self.text.get(self.at + 4..self.at + 6) == Some("\\u");
        let second = unit(self.at + 6).filter(|it| has_second && (0xDC00..0xE000).contains(it));
        let pair = second.filter(|_| (0xD800..0xDC00).contains(&first));
        let code = match pair {
            Some(second) => 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00),
            None => first,
        };
        self.at += if pair.is_some() { 10 } else { 4 };
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}
