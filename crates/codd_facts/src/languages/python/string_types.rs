//! A small parser for annotations in quotes: names, `[…]`, `|`, nested quotes.

use super::types::TypePart;
use crate::ExprId;

/// Nested brackets and quotes in a string annotation beyond which it is not read.
const MAX_BRACKETS: u32 = 24;

/// The text of an annotation and how far it is read.
#[derive(Debug)]
pub(super) struct TypeText<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> TypeText<'a> {
    pub(super) fn new(text: &'a str) -> TypeText<'a> {
        TypeText { text, at: 0, depth: 0 }
    }

    /// Builds the whole annotation from its parts; `None` where it is no type.
    pub(super) fn parse(mut self, build: &mut dyn FnMut(TypePart<'_>) -> ExprId) -> Option<ExprId> {
        let value = self.union(build)?;
        self.skip_spaces();
        (self.at == self.text.len()).then_some(value)
    }

    fn skip_spaces(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn peek(&mut self) -> Option<u8> {
        self.skip_spaces();
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn union(&mut self, build: &mut dyn FnMut(TypePart<'_>) -> ExprId) -> Option<ExprId> {
        let first = self.term(build)?;
        if self.peek() != Some(b'|') {
            return Some(first);
        }
        let mut values = vec![first];
        while self.eat(b'|') {
            values.push(self.term(build)?);
        }
        Some(build(TypePart::Either(values)))
    }

    fn term(&mut self, build: &mut dyn FnMut(TypePart<'_>) -> ExprId) -> Option<ExprId> {
        match self.peek()? {
            b'[' => {
                self.list(build)?;
                Some(build(TypePart::Unknown))
            }
            quote @ (b'\'' | b'"') => {
                self.at += 1;
                self.depth += 1;
                let value = (self.depth < MAX_BRACKETS).then(|| self.union(build)).flatten()?;
                self.depth -= 1;
                self.eat(quote).then_some(value)
            }
            b'.' if self.text[self.at..].starts_with("...") => {
                self.at += 3;
                Some(build(TypePart::None))
            }
            b'0'..=b'9' | b'-' => {
                let rest = &self.text[self.at + 1..];
                self.at +=
                    1 + rest.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(rest.len());
                Some(build(TypePart::Unknown))
            }
            _ => {
                let path = self.path()?;
                let at = self.at - path.len();
                if path == "None" {
                    return Some(build(TypePart::None));
                }
                let base = build(TypePart::Name { path, at });
                if self.peek() != Some(b'[') {
                    return Some(base);
                }
                if path.rsplit('.').next() == Some("Literal") {
                    // Its arguments are values, not types.
                    let rest = &self.text[self.at..];
                    self.at += rest.find(']')? + 1;
                    return Some(build(TypePart::Unknown));
                }
                let arguments = self.list(build)?;
                Some(build(TypePart::Generic { base, arguments }))
            }
        }
    }

    fn path(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let is_part = |it: char| it == '.' || it == '_' || it.is_alphanumeric();
        let path = &rest[..rest.find(|it| !is_part(it)).unwrap_or(rest.len())];
        let is_name = !path.is_empty() && path.split('.').all(|part| !part.is_empty());
        self.at += path.len();
        is_name.then_some(path)
    }

    fn list(&mut self, build: &mut dyn FnMut(TypePart<'_>) -> ExprId) -> Option<Vec<ExprId>> {
        if self.depth >= MAX_BRACKETS || !self.eat(b'[') {
            return None;
        }
        self.depth += 1;
        let mut values = Vec::new();
        while !self.eat(b']') {
            values.push(self.union(build)?);
            if !self.eat(b',') && self.peek() != Some(b']') {
                return None;
            }
        }
        self.depth -= 1;
        Some(values)
    }
}
