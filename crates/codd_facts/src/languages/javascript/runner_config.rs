//! What the configurations of jest, vitest, mocha and Vite say of files: those that run around
//! all tests, and names that stand for others.
//!
//! They are JSON or code; of code only what is written out is read, by its tokens.

use codd_source::RepoPath;

/// Strings that one configuration is read for, in all.
const MAX_STRINGS: usize = 512;

/// Settings of one name that are read, and the longest text of a configuration that is.
const MAX_SETTINGS: usize = 32;
const MAX_LENGTH: usize = 256 * 1024;

/// Settings that name files which run around tests, or make what runs of their text.
const SET_UP: &[&str] = &[
    "globalSetup",
    "globalTeardown",
    "require",
    "resolver",
    "runner",
    "setupFiles",
    "setupFilesAfterEnv",
    "snapshotSerializers",
    "testEnvironment",
    "testSequencer",
    "transform",
];

/// A name, or all that begin and end so, and the path that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapped {
    /// With a star for what the target takes over.
    pub(super) pattern: String,
    /// Relative to the folder of the configuration, with a star likewise.
    pub(super) target: String,
}

/// The files, relative to its own folder, that a configuration says run around all tests.
pub(super) fn set_up_files(path: &RepoPath, text: &str) -> Vec<String> {
    let Some(text) = configuration(path, text) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for (_, value) in SET_UP.iter().flat_map(|word| entries(text, word)) {
        let value = value.replace("<rootDir>/", "./");
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// `moduleNameMapper` of jest, and `alias` of Vite.
pub(super) fn mapped_names(path: &RepoPath, text: &str) -> Vec<Mapped> {
    let Some(text) = configuration(path, text) else { return Vec::new() };
    let root = entries(text, "rootDir").into_iter().next().map_or(String::new(), |it| it.1);
    let regular = entries(text, "moduleNameMapper").into_iter().filter_map(|(key, target)| {
        let pattern = starred(&key?)?;
        let target = match target.strip_prefix("<rootDir>") {
            Some(rest) => {
                format!("{}/{}", root.trim_end_matches('/'), rest.trim_start_matches('/'))
            }
            None => target,
        };
        let target = target.replace("$1", "*");
        Some(Mapped { pattern, target: target.trim_start_matches('/').to_owned() })
    });
    let aliases = entries(text, "alias").into_iter().filter_map(|(key, target)| {
        let key = key.filter(|it| !matches!(it.as_str(), "find" | "replacement"))?;
        let target = target.trim_start_matches('/').to_owned();
        Some([
            Mapped { pattern: key.clone(), target: target.clone() },
            Mapped { pattern: format!("{key}/*"), target: format!("{target}/*") },
        ])
    });
    regular.chain(aliases.flatten()).collect()
}

/// The text of a configuration; of a `package.json` the part that is jest's or mocha's.
fn configuration<'t>(path: &RepoPath, text: &'t str) -> Option<&'t str> {
    let name = path.file_name();
    if text.len() > MAX_LENGTH {
        return None;
    }
    if name == "package.json" {
        // A dependency of that name has a version, and no settings.
        return ["\"jest\"", "\"mocha\""].iter().find_map(|word| {
            text.match_indices(word).find_map(|(at, _)| {
                let rest = text[at + word.len()..].trim_start().strip_prefix(':')?.trim_start();
                rest.starts_with('{').then(|| &rest[..balanced(rest)])
            })
        });
    }
    let stem = name.split_once('.').map_or(name, |it| it.0);
    let is_config = name.starts_with(".mocharc.")
        || name.split('.').nth(1) == Some("config")
            && matches!(stem, "jest" | "vite" | "vitest" | "playwright" | "cypress")
        || name.starts_with("vitest.workspace.");
    is_config.then_some(text)
}

/// A regular expression that is a name, or one with `(.*)` in it, as a pattern with a star.
fn starred(regular: &str) -> Option<String> {
    let inner = regular.strip_prefix('^')?.strip_suffix('$')?;
    let inner = inner.replace("(.*)", "*").replace("(.+)", "*");
    let mut pattern = String::new();
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => pattern.push(chars.next()?),
            '(' | ')' | '[' | ']' | '|' | '+' | '?' | '{' | '}' | '^' | '$' => return None,
            _ => pattern.push(char),
        }
    }
    (pattern.matches('*').count() <= 1).then_some(pattern)
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A name, or a text of which it is known.
    Word(String, bool),
    Mark(char),
}

/// The texts in the values of all settings of this name, each with the key it stands under.
fn entries(text: &str, word: &str) -> Vec<(Option<String>, String)> {
    let mut found = Vec::new();
    let mut settings = Tokens { text, at: 0 };
    let mut count = 0;
    while let Some(token) = settings.next() {
        if !matches!(token, Token::Word(name, _) if name == word) {
            continue;
        }
        let mut tokens = Tokens { text, at: settings.at };
        if tokens.next() != Some(Token::Mark(':')) {
            continue;
        }
        count += 1;
        if count > MAX_SETTINGS {
            break;
        }
        let (mut depth, mut key, mut last) = (0_u32, None, None);
        while let Some(token) = tokens.next() {
            match token {
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(')' | ']' | '}' | ',' | ';') if depth == 0 => break,
                Token::Mark(')' | ']' | '}') => depth -= 1,
                Token::Mark(':') => {
                    if let Some((name, is_text)) = last.take() {
                        if is_text {
                            found.pop();
                        }
                        key = Some(name);
                    }
                    continue;
                }
                Token::Mark(_) => {}
                Token::Word(name, is_text) => {
                    if is_text {
                        found.push((key.clone(), name.clone()));
                    }
                    if found.len() >= MAX_STRINGS {
                        return found;
                    }
                    last = Some((name, is_text));
                    continue;
                }
            }
            last = None;
        }
    }
    found
}

/// How long the bracket is that a text begins with, with what it holds.
fn balanced(text: &str) -> usize {
    let mut tokens = Tokens { text, at: 0 };
    let mut depth = 0_u32;
    while let Some(token) = tokens.next() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return tokens.at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl Tokens<'_> {
    /// The next token; comments and layout are none.
    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            if let Some(comment) = rest.strip_prefix("//") {
                self.at += 2 + comment.find('\n').unwrap_or(comment.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                self.at += 2 + comment.find("*/").map_or(comment.len(), |it| it + 2);
            } else if matches!(first, '"' | '\'' | '`') {
                return Some(Token::Word(self.quoted(first), true));
            } else if is_of_name(first) {
                let end = rest.find(|it| !is_of_name(it)).unwrap_or(rest.len());
                self.at += end;
                return Some(Token::Word(rest[..end].to_owned(), false));
            } else {
                self.at += first.len_utf8();
                if !first.is_whitespace() {
                    return Some(Token::Mark(first));
                }
            }
        }
    }

    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        let rest = &self.text[self.at + 1..];
        let mut chars = rest.char_indices();
        while let Some((at, char)) = chars.next() {
            if char == quote {
                self.at += at + 2;
                return text;
            }
            match char {
                '\\' => text.extend(chars.next().map(|it| it.1)),
                _ => text.push(char),
            }
        }
        self.at = self.text.len();
        text
    }
}

fn is_of_name(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, text: &str) -> Vec<(String, String)> {
        let all = mapped_names(&path.into(), text);
        all.into_iter().map(|it| (it.pattern, it.target)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn files_that_run_around_tests() {
        let text = r#"
            // setupFiles: ["./no"]
            module.exports = {
              globalSetup: "./test/global.js", /* "x" */
              setupFilesAfterEnv: ['<rootDir>/test/setup.js', require.resolve("./more")],
              transform: { "^.+\\.tsx?$": ["./transform.js", { a: 1 }] },
              mySetupFiles: ["./other"],
            };
        "#;
        let expected = ["./test/global.js", "./test/setup.js", "./more", "./transform.js"];
        let mut found = set_up_files(&"jest.config.js".into(), text);
        let mut expected = expected.map(str::to_owned).to_vec();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(set_up_files(&"a.js".into(), text), Vec::<String>::new());
        let text = r#"{"transform": "no", "dev": {"jest": "29"}, "jest": {"setupFiles": ["./a"]}, "require": "no"}"#;
        assert_eq!(set_up_files(&"w/package.json".into(), text), ["./a"]);
        let text = "export default defineConfig({ test: { setupFiles: './src/setup.ts' } })";
        assert_eq!(set_up_files(&"vitest.config.ts".into(), text), ["./src/setup.ts"]);
    }

    #[test]
    fn names_that_stand_for_others() {
        let text = r#"{"jest": {"rootDir": "src", "moduleNameMapper": {
            "^~/(.*)$": "<rootDir>/$1", "^app$": "./app.js", "\\.(css|less)$": "no", "^a\\.b$": ["c"]
        }}}"#;
        assert_eq!(
            names("package.json", text),
            pairs(&[("~/*", "src/*"), ("app", "./app.js"), ("a.b", "c")])
        );
        let text = r#"export default { resolve: { alias: {
            "@": path.resolve(__dirname, "./src"), lib: fileURLToPath(new URL('lib', import.meta.url)),
        } } }"#;
        assert_eq!(
            names("vite.config.mts", text),
            pairs(&[("@", "./src"), ("@/*", "./src/*"), ("lib", "lib"), ("lib/*", "lib/*")])
        );
    }

    #[test]
    fn broken_text_ends() {
        for text in
            ["alias: {\"", "alias:", "alias: { a: '\\", "{\"jest\":{", "\"jest\"", "alias\""]
        {
            let _ = names("vite.config.js", text);
            let _ = names("package.json", text);
            let _ = set_up_files(&"package.json".into(), text);
        }
    }
}
