//! Macros that only the preprocessor could make sense of, taken out of the text.
//!
//! `class API Name`, `LIB_INLINE void f()`, `BEGIN_NAMESPACE` on a line of its own and the two
//! halves of `extern "C" { }` are no C and no C++ to a grammar. Where a file has syntax errors
//! it is read a second time without them, and counts as it is understood better.

/// What the parts of the names of macros say that stand before or behind a declaration.
const WORDS: [&str; 30] = [
    "API",
    "ATTR",
    "ATTRIBUTE",
    "CALL",
    "CDECL",
    "CONSTEXPR",
    "DECL",
    "DEPRECATED",
    "DLL",
    "EXPORT",
    "EXPORTS",
    "EXTERN",
    "FORCEINLINE",
    "HIDDEN",
    "IMPORT",
    "INLINE",
    "LINKAGE",
    "LOCAL",
    "NODISCARD",
    "NOEXCEPT",
    "NOINLINE",
    "NORETURN",
    "NOTHROW",
    "OVERRIDE",
    "PUBLIC",
    "RESTRICT",
    "STDCALL",
    "UNUSED",
    "VISIBILITY",
    "WARN",
];

/// What the names of macros say that stand alone at the beginning of a class or namespace.
const ALONE: [&str; 6] = ["BEGIN", "DECLS", "END", "GADGET", "NAMESPACE", "OBJECT"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token {
    start: usize,
    end: usize,
}

/// The text with blanks for such macros, of the same length; `None` where there are none.
pub(super) fn masked(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let tokens = tokens(text);
    let word = |at: usize| tokens.get(at).map_or("", |it| &text[it.start..it.end]);
    let mut blank = |token: Token| out[token.start..token.end].fill(b' ');
    for (at, token) in tokens.iter().enumerate() {
        let own = word(at);
        if !is_capital(own) {
            continue;
        }
        let before = if at > 0 { word(at - 1) } else { "" };
        let next = word(at + 1);
        let is_name = |it: &str| it.starts_with(|it: char| it.is_alphabetic() || it == '_');
        let is_before_class =
            matches!(before, "class" | "struct" | "union") && is_name(next) && next != "final";
        let says = |list: &[&str]| own.split('_').any(|part| list.contains(&part));
        let is_before_declaration =
            says(&WORDS) && (is_name(next) || matches!(next, "~" | "::" | "["));
        let is_behind_declaration =
            before == ")" && says(&WORDS) && matches!(next, ";" | "{" | "const" | "override" | ":");
        let is_alone = is_own_line(text, *token)
            && (matches!(before, "" | ";" | "}" | ":") || (before == "{" && says(&ALONE)));
        if is_before_class || is_before_declaration || is_behind_declaration || is_alone {
            blank(*token);
        }
    }
    linkage_blocks(text, &mut out);
    (out != bytes).then(|| String::from_utf8(out).ok())?
}

/// `extern "C" {` and its `}` where they stand in conditions of their own.
fn linkage_blocks(text: &str, out: &mut [u8]) {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push((start, line));
        start += line.len();
    }
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].1.trim();
        let is_condition = line.starts_with("#if") && line.contains("__cplusplus");
        if !is_condition {
            at += 1;
            continue;
        }
        let end = (at + 1..lines.len().min(at + 8))
            .find(|it| lines[*it].1.trim_start().starts_with("#endif"));
        let Some(end) = end else {
            at += 1;
            continue;
        };
        let code = &lines[at + 1..end];
        let is_linkage = |it: &str| {
            let it: String = it.split_whitespace().collect();
            let it = it.split("/*").next().unwrap_or("").split("//").next().unwrap_or("");
            matches!(it, "" | "}" | "{" | "extern\"C\"{" | "extern\"C\"" | "extern\"C++\"{")
        };
        if code.iter().all(|(_, line)| is_linkage(line)) {
            for (start, line) in code {
                let length = line.trim_end().len();
                out[*start..*start + length].fill(b' ');
            }
        }
        at = end + 1;
    }
}

/// Whether a word is written like a macro: capitals, two at least.
fn is_capital(word: &str) -> bool {
    word.len() > 1
        && word.starts_with(|it: char| it.is_ascii_uppercase() || it == '_')
        && word.bytes().filter(u8::is_ascii_uppercase).count() > 1
        && word.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
}

/// Whether nothing else stands on the line.
fn is_own_line(text: &str, token: Token) -> bool {
    let before = text[..token.start].rsplit('\n').next().unwrap_or("");
    let after = text[token.end..].split('\n').next().unwrap_or("");
    before.trim().is_empty() && after.trim().is_empty()
}

/// Words and signs, without comments, texts and lines of the preprocessor.
fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let mut is_line_start = true;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'\n' => {
                is_line_start = true;
                at += 1;
                continue;
            }
            it if it.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'#' if is_line_start => {
                at = directive_end(bytes, at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = bytes[at..]
                    .iter()
                    .position(|it| *it == b'\n')
                    .map_or(bytes.len(), |it| at + it);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let end = bytes[at + 2..].windows(2).position(|it| it == b"*/");
                at = end.map_or(bytes.len(), |it| at + it + 4);
                continue;
            }
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote && bytes[at] != b'\n' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(bytes.len());
            }
            it if it.is_ascii_alphanumeric() || it == b'_' || it >= 0x80 => {
                while at < bytes.len()
                    && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || bytes[at] >= 0x80)
                {
                    at += 1;
                }
            }
            b':' if bytes.get(at + 1) == Some(&b':') => at += 2,
            _ => at += 1,
        }
        is_line_start = false;
        found.push(Token { start, end: at.min(bytes.len()) });
    }
    found
}

/// A line of the preprocessor goes on behind a backslash.
fn directive_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            let before = bytes[start..at].iter().rev().find(|it| **it != b'\r');
            if before != Some(&b'\\') {
                return at;
            }
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::masked;

    fn check(text: &str, expected: &str) {
        let found = masked(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(found, expected);
        assert_eq!(found.len(), text.len());
    }

    #[test]
    fn macros_around_declarations_are_blank() {
        check("class MY_API Name : Base {};", "class        Name : Base {};");
        check("LIB_INLINE void f() LIB_NOEXCEPT;", "           void f()             ;");
        check(
            "BEGIN_NAMESPACE\nint x;\nEND_NAMESPACE\n",
            "               \nint x;\n             \n",
        );
        check("class A {\n  Q_OBJECT\npublic:", "class A {\n          \npublic:");
    }

    #[test]
    fn what_may_be_a_type_or_a_constant_stays() {
        for text in [
            "DWORD x; FILE *f; UINT32_T g();",
            "enum { RED,\n BLUE\n};",
            "enum {\n RED\n};",
            "// MY_API int\n\"MY_API int\" /* MY_API int */",
            "#define MY_API extern\n",
            "int a = MY_API;",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn halves_of_a_linkage_block_are_blank() {
        check(
            "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f;\n#ifdef __cplusplus\n}\n#endif\n",
            "#ifdef __cplusplus\n            \n#endif\nint f;\n#ifdef __cplusplus\n \n#endif\n",
        );
        check("#ifdef __cplusplus\nint f;\n#endif\n", "#ifdef __cplusplus\nint f;\n#endif\n");
    }
}
