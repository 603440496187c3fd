//! The lines of a makefile: joined where one goes on, told apart by what they say.

use codd_source::Span;

/// A line that says something.
#[derive(Clone, Debug)]
pub(super) struct Line<'t> {
    pub(super) span: Span,
    pub(super) said: Said<'t>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said<'t> {
    /// `a b: c d | e`, and behind `;` a command.
    Rule {
        targets: Part<'t>,
        needs: Part<'t>,
        command: Option<Part<'t>>,
    },
    /// A command of the rule above.
    Recipe(Part<'t>),
    /// `NAME = value`, of one target alone where it stands behind `target:`.
    Variable {
        of: Option<Part<'t>>,
        name: Part<'t>,
        value: Part<'t>,
        is_exported: bool,
    },
    /// `export A B`.
    Export(Part<'t>),
    Include(Part<'t>),
    /// A conditional, or what is not understood.
    Nothing,
}

/// A part of the text and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part<'t> {
    pub(super) text: &'t str,
    pub(super) start: u32,
}

impl<'t> Part<'t> {
    fn trimmed(self) -> Part<'t> {
        let text = self.text.trim_start();
        let start = self.start + (self.text.len() - text.len()) as u32;
        Part { text: text.trim_end(), start }
    }

    fn split_at(self, at: usize, skip: usize) -> (Part<'t>, Part<'t>) {
        let end = at + skip;
        let right = Part { text: &self.text[end..], start: self.start + end as u32 };
        (Part { text: &self.text[..at], ..self }.trimmed(), right.trimmed())
    }

    pub(super) fn span(self) -> Span {
        Span { start: self.start, end: self.start + self.text.len() as u32 }
    }

    /// Its words, in which an expansion is one.
    pub(super) fn words(self) -> impl Iterator<Item = Part<'t>> {
        let mut depth = 0u32;
        let mut previous = ' ';
        let parts = self.text.split(move |it: char| {
            match it {
                '(' | '{' if previous == '$' || depth > 0 => depth += 1,
                ')' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            previous = it;
            depth == 0 && (it.is_whitespace() || it == '\\')
        });
        parts.filter(|it| !it.is_empty()).map(move |text| {
            let at = text.as_ptr() as usize - self.text.as_ptr() as usize;
            Part { text, start: self.start + at as u32 }
        })
    }
}

/// Between `define` and `endef` all is the value of one variable.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found: Vec<Line<'_>> = Vec::new();
    let mut at = 0;
    let mut is_defining = false;
    while at < text.len() {
        let start = at;
        at = line_end(text, start);
        let whole = &text[start..at];
        let is_recipe = whole.starts_with('\t');
        let part = Part { text: whole, start: start as u32 };
        let part = if is_recipe { part } else { without_comment(part) }.trimmed();
        if part.text.is_empty() {
            continue;
        }
        if is_defining {
            is_defining = part.text != "endef";
            if let Some(last) = found.last_mut() {
                last.span.end = part.span().end;
            }
            continue;
        }
        let said = if is_recipe { Said::Recipe(command(part)) } else { said(part) };
        is_defining = part.text.starts_with("define ");
        found.push(Line { span: part.span(), said });
    }
    found
}

/// Where the line that begins at `start` ends, with those it goes on on.
fn line_end(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        let Some(end) = text[at..].find('\n').map(|it| at + it) else { return text.len() };
        let line = text[at..end].trim_end_matches('\r');
        let slashes = line.len() - line.trim_end_matches('\\').len();
        if slashes.is_multiple_of(2) {
            return end + 1;
        }
        at = end + 1;
    }
}

fn without_comment(part: Part<'_>) -> Part<'_> {
    let is_start = |at: usize| !part.text[..at].ends_with(['\\', '$']);
    let at = part.text.match_indices('#').map(|(at, _)| at).find(|at| is_start(*at));
    Part { text: &part.text[..at.unwrap_or(part.text.len())], ..part }
}

/// A command without the signs in front of it that say how it is run.
fn command(part: Part<'_>) -> Part<'_> {
    let text = part.text.trim_start_matches(['@', '-', '+', ' ']);
    Part { text, start: part.start + (part.text.len() - text.len()) as u32 }
}

fn said(part: Part<'_>) -> Said<'_> {
    let (first, rest) = match part.text.find(char::is_whitespace) {
        Some(at) => part.split_at(at, 0),
        None => (part, Part { text: "", start: part.span().end }),
    };
    match first.text {
        "include" | "-include" | "sinclude" => return Said::Include(rest),
        "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif" | "endef" | "unexport"
        | "undefine" | "vpath" => return Said::Nothing,
        "define" => {
            let name = rest.words().next().unwrap_or(rest);
            let value = Part { text: "", start: rest.span().end };
            return Said::Variable { of: None, name, value, is_exported: false };
        }
        "export" | "override" | "private" => {
            let is_exported = first.text == "export";
            return match assigned(rest) {
                Some((name, value)) => Said::Variable { of: None, name, value, is_exported },
                None if is_exported => Said::Export(rest),
                None => Said::Nothing,
            };
        }
        _ => {}
    }
    if let Some((name, value)) = assigned(part) {
        return Said::Variable { of: None, name, value, is_exported: false };
    }
    let Some(colon) = outside_of_expansions(part.text, &[':']) else { return Said::Nothing };
    let skip = if part.text[colon..].starts_with("::") { 2 } else { 1 };
    let (targets, rest) = part.split_at(colon, skip);
    if let Some((name, value)) = assigned(rest) {
        return Said::Variable { of: Some(targets), name, value, is_exported: false };
    }
    let (rest, run) = match outside_of_expansions(rest.text, &[';']) {
        Some(at) => {
            let (rest, run) = rest.split_at(at, 1);
            (rest, Some(command(run)))
        }
        None => (rest, None),
    };
    // Of a static pattern rule the part behind the pattern.
    let needs = match outside_of_expansions(rest.text, &[':']) {
        Some(at) => rest.split_at(at, 1).1,
        None => rest,
    };
    Said::Rule { targets, needs, command: run }
}

/// `NAME` and its value, of `NAME = value` with any of make's signs.
fn assigned(part: Part<'_>) -> Option<(Part<'_>, Part<'_>)> {
    let equals = outside_of_expansions(part.text, &['='])?;
    let (left, value) = part.split_at(equals, 1);
    let name = left.text.trim_end_matches([':', '?', '+', '!']).trim_end();
    let is_name = !name.is_empty() && !name.contains([':', ' ', '\t', ';']);
    is_name.then_some((Part { text: name, ..left }, value))
}

/// The first of these signs that is not part of `$(…)`.
fn outside_of_expansions(text: &str, signs: &[char]) -> Option<usize> {
    let mut depth = 0u32;
    let mut previous = ' ';
    for (at, it) in text.char_indices() {
        match it {
            '(' | '{' if previous == '$' || depth > 0 => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && signs.contains(&it) => return Some(at),
            _ => {}
        }
        previous = it;
    }
    None
}
