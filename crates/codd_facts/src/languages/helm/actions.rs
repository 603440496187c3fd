//! The actions of a template, `{{ … }}`, and the words in them.

/// What stands in one pair of braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Action<'t> {
    pub(super) text: &'t str,
    /// Where the text begins, and where the braces end.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Every action of a text but comments.
pub(super) fn actions(text: &str) -> Vec<Action<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|it| at + it + 2) {
        let is_comment = text[open..].trim_start_matches(['-', ' ']).starts_with("/*");
        let close = if is_comment { "*/" } else { "}}" };
        let Some(length) = text[open..].find(close) else { break };
        at = open + length + 2;
        if !is_comment {
            found.push(Action { text: &text[open..open + length], start: open, end: at });
        }
    }
    found
}

impl<'t> Action<'t> {
    /// Its first word: `if`, `define`, `end`.
    pub(super) fn word(self) -> &'t str {
        let text = self.text.trim_start_matches('-').trim_start();
        &text[..text.find(|it: char| !it.is_alphanumeric()).unwrap_or(text.len())]
    }

    /// The texts in quotes behind each place where `word` stands, with their places.
    pub(super) fn texts_behind(self, word: &str) -> Vec<(&'t str, usize)> {
        let mut found = Vec::new();
        for (at, _) in self.text.match_indices(word) {
            let rest = &self.text[at + word.len()..];
            let is_word = !self.text[..at].ends_with(|it: char| it.is_alphanumeric());
            let inner = rest.trim_start();
            if let Some(inner) = inner.strip_prefix('"').filter(|_| is_word && rest != inner)
                && let Some(end) = inner.find('"')
            {
                found.push((&inner[..end], self.place(inner)));
            }
        }
        found
    }

    /// The dotted names behind each `.Values`, with their places.
    pub(super) fn values(self) -> Vec<(String, usize)> {
        const VALUES: &str = ".Values";
        let mut found = Vec::new();
        for (at, _) in self.text.match_indices(VALUES) {
            let rest = &self.text[at + VALUES.len()..];
            let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.');
            let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
            let mut path = rest[..end].trim_matches('.').to_owned();
            // `index .Values "a" "b-c"`
            let mut behind = &rest[end..];
            let is_indexed = self.text[..at].trim_end_matches(['$', '(', ' ']).ends_with("index");
            while is_indexed
                && let Some(inner) = behind.trim_start().strip_prefix('"')
                && let Some(end) = inner.find('"')
            {
                let dot = if path.is_empty() { "" } else { "." };
                path = format!("{path}{dot}{}", &inner[..end]);
                behind = &inner[end + 1..];
            }
            if !path.is_empty() {
                found.push((path, self.start + at));
            }
        }
        found
    }

    fn place(self, part: &str) -> usize {
        self.start + (part.as_ptr() as usize - self.text.as_ptr() as usize)
    }
}
