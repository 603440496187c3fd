//! Finds the secrets of one file.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use codd_facts::{FileClass, Parsed, classify, language_of, parse};
use codd_source::{RepoPath, Span, without_byte_order_mark};
use regex::Regex;

use super::joined::Joined;
use super::literals::{self, Found, Named};
use super::names::is_password_name;
use super::placeholder::{is_made_up, is_name_of_words, is_other_thing, is_placeholder};
use super::places;
use super::providers::{PROVIDERS, regex_of};
use super::redact::{digest, entropy, redacted, whole_digest};
use crate::checks::LocalFile;
use crate::code::MAX_HITS;
use crate::document::Format;
use crate::{FileHits, Hit};

/// How the snippet of a secret without a provider begins.
pub(super) const GENERIC: &str = "generic:";

/// A literal of each provider's, over all of them.
static PREFILTER: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let words = PROVIDERS.iter().enumerate();
    let words: Vec<(usize, &str)> =
        words.flat_map(|(at, it)| it.words.iter().map(move |word| (at, *word))).collect();
    let automaton = AhoCorasick::new(words.iter().map(|it| it.1)).ok()?;
    Some((automaton, words.iter().map(|it| it.0).collect()))
});

/// What is looked for, and what is known to be no secret.
pub(super) struct Scan {
    /// Indexes in the table; sorted.
    pub(super) providers: Vec<usize>,
    pub(super) is_generic: bool,
    pub(super) min_entropy: f32,
    /// Starts of digests, in lower case.
    pub(super) sha256: Vec<String>,
    pub(super) values: Vec<Regex>,
    pub(super) names: Vec<Regex>,
}

/// A secret that a text holds, named without telling it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundSecret {
    pub span: Span,
    /// The form of token, or `generic:` and a name.
    pub form: String,
    /// A lowercase fragment that says what it is, with its first characters and its digest.
    pub said: String,
    /// The start of its SHA-256 digest: the same wherever it stands.
    pub digest: String,
}

/// The secrets that a file of this path with these bytes holds, by the default settings.
///
/// Spans count behind a byte order mark, as those of facts do.
pub(crate) fn secrets_in(path: &RepoPath, bytes: &[u8]) -> Vec<FoundSecret> {
    let bytes = without_byte_order_mark(bytes);
    let scan = Scan {
        providers: (0..PROVIDERS.len()).collect(),
        is_generic: true,
        min_entropy: 3.0,
        sha256: Vec::new(),
        values: Vec::new(),
        names: Vec::new(),
    };
    let class = classify(path, bytes);
    if class == FileClass::Vendored {
        return Vec::new();
    }
    let is_generic = class == FileClass::Authored && !places::is_aside(path);
    let parsed = language_of(path)
        .filter(|_| is_generic && needs_tree(bytes))
        .and_then(|language| parse(language, path, bytes).ok());
    let file = LocalFile { path, class, bytes, parsed: parsed.as_ref() };
    scan.secrets(&file, is_generic).0
}

/// Whether a text may hold a secret that only its tree shows.
pub(crate) fn needs_tree(bytes: &[u8]) -> bool {
    literals::may_name_one(bytes)
}

/// The secret that a hit is about.
pub(crate) fn found_secret(hit: Hit) -> Option<FoundSecret> {
    let (form, digest) = hit.snippet.rsplit_once(' ')?;
    let (form, digest) = (form.to_owned(), digest.to_owned());
    Some(FoundSecret { span: hit.span, form, said: hit.note.unwrap_or_default(), digest })
}

/// The digest in a snippet of [`Scan::file`].
pub(super) fn digest_of(snippet: &str) -> Option<&str> {
    snippet.rsplit(' ').next()
}

impl Scan {
    /// Adds the hits of one file; their snippets and notes do not tell what was found.
    pub(super) fn file(
        &self,
        check: u32,
        file: &LocalFile<'_>,
        with_generic: bool,
        found: &mut FileHits,
    ) {
        let (secrets, is_cut) = self.secrets(file, with_generic);
        for secret in secrets {
            found.concealed.push(secret.span);
            found.hits.push(Hit {
                check,
                span: secret.span,
                complies: false,
                snippet: format!("{} {}", secret.form, secret.digest),
                note: Some(secret.said),
                fix: None,
            });
        }
        if is_cut {
            found.leave_open(&[check], "it has more names of secrets than are looked at");
        }
    }

    fn secrets(&self, file: &LocalFile<'_>, with_generic: bool) -> (Vec<FoundSecret>, bool) {
        let mut found = Vec::new();
        let is_binary = file.bytes.iter().take(8000).any(|it| *it == 0);
        if is_binary {
            return (found, false);
        }
        self.of_providers(file.bytes, &mut found, &|range| Some(range));
        // In code and data, a text may be put together of pieces that say nothing alone.
        if (language_of(file.path).is_some() || Format::of(file.path).is_some())
            && let Some(joined) = Joined::of(file.bytes)
        {
            self.of_providers(&joined.text, &mut found, &|range| joined.written(range));
        }
        let mut is_cut = false;
        if self.is_generic && with_generic {
            is_cut = self.generic(file, &mut found);
        }
        found.sort();
        found.truncate(MAX_HITS);
        (found, is_cut)
    }

    /// Adds the tokens in a text; `written` gives where what stands in it was written, or that
    /// it need not be told.
    fn of_providers(
        &self,
        bytes: &[u8],
        found: &mut Vec<FoundSecret>,
        written: &dyn Fn(Range<usize>) -> Option<Range<usize>>,
    ) {
        let mut is_awake = vec![PREFILTER.is_none(); PROVIDERS.len()];
        if let Some((automaton, owners)) = PREFILTER.as_ref() {
            for hit in automaton.find_overlapping_iter(bytes) {
                is_awake[owners[hit.pattern().as_usize()]] = true;
            }
        }
        for at in self.providers.iter().filter(|at| is_awake[**at]) {
            let provider = &PROVIDERS[*at];
            let Some(regex) = regex_of(*at) else { continue };
            for captures in regex.captures_iter(bytes).take(MAX_HITS) {
                let Some(secret) = captures.get(1).or_else(|| captures.get(0)) else { continue };
                let text = secret.as_bytes();
                let Some(span) = written(secret.range()) else { continue };
                let span = Span::new(span.start, span.end);
                let shown = String::from_utf8_lossy(text);
                // The block of a key has a check of its own for what is made up.
                let is_block = provider.entropy == 0.0;
                let is_known = !is_block
                    && (entropy(text) < provider.entropy || is_made_up(&shown))
                    || provider.check.is_some_and(|check| !check(text))
                    || provider.id == "basic-auth-url"
                        && (is_placeholder(&shown)
                            || is_local_example(captures.get(0).map_or(text, |it| it.as_bytes())))
                    || provider.id == "connection-string"
                        && (is_placeholder(&shown) || is_other_thing(&shown))
                    || self.allows(text)
                    || found.iter().any(|it| it.span.start < span.end && span.start < it.span.end);
                if !is_known {
                    found.push(FoundSecret {
                        span,
                        form: provider.id.to_owned(),
                        said: format!(
                            "{} {} is written here: {}",
                            article(provider.name),
                            provider.name,
                            redacted(text)
                        ),
                        digest: digest(text),
                    });
                }
            }
        }
    }

    /// Adds constants under names that promise a secret; gives whether some were not looked at.
    fn generic(&self, file: &LocalFile<'_>, found: &mut Vec<FoundSecret>) -> bool {
        if places::is_lock_file(file.path) || !literals::may_name_one(file.bytes) {
            return false;
        }
        let Found { named, is_cut } = named(file);
        for Named { name, text, span } in named {
            let is_taken =
                found.iter().any(|it| it.span.start < span.end && span.start < it.span.end);
            if is_taken
                || !self.is_secret(&name, &text)
                || self.allows(text.as_bytes())
                || self.names.iter().any(|it| it.is_match(&name))
            {
                continue;
            }
            let secret = text.as_bytes();
            found.push(FoundSecret {
                span,
                form: format!("{GENERIC}{name}"),
                said: format!("`{name}` holds a secret: {}", redacted(secret)),
                digest: digest(secret),
            });
        }
        is_cut
    }

    fn is_secret(&self, name: &str, text: &str) -> bool {
        const LONGEST: usize = 300;
        if text.len() > LONGEST || is_placeholder(text) || is_other_thing(text) {
            return false;
        }
        let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
        let kinds = [
            has(u8::is_ascii_lowercase),
            has(u8::is_ascii_uppercase),
            has(u8::is_ascii_digit),
            has(u8::is_ascii_punctuation),
        ];
        let kinds = kinds.iter().filter(|it| **it).count();
        // What it is called is no password for it.
        let is_own_name = name.to_ascii_lowercase().contains(&text.to_ascii_lowercase());
        if is_own_name {
            return false;
        }
        if is_password_name(name) {
            return text.len() >= 6 && kinds >= 2 && entropy(text.as_bytes()) >= 2.2;
        }
        text.len() >= 16
            && !is_name_of_words(text)
            && kinds >= 2
            && entropy(text.as_bytes()) >= self.min_entropy
    }

    fn allows(&self, secret: &[u8]) -> bool {
        let whole = || whole_digest(secret);
        self.sha256.iter().any(|it| !it.is_empty() && whole().starts_with(it.as_str()))
            || std::str::from_utf8(secret)
                .is_ok_and(|text| self.values.iter().any(|it| it.is_match(text)))
    }
}

fn article(name: &str) -> &'static str {
    let is_vowel = name.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']);
    if is_vowel || name.starts_with("npm") { "an" } else { "a" }
}

/// `user:pass@localhost`, `user:password@host`: what every guide writes.
fn is_local_example(url: &[u8]) -> bool {
    let url = String::from_utf8_lossy(url).to_ascii_lowercase();
    let Some((_, login)) = url.split_once("://") else { return false };
    let Some((user, password)) = login.split_once(':') else { return false };
    let password = password.split('@').next().unwrap_or_default();
    const USUAL: &[&str] =
        &["pass", "passwd", "password", "pwd", "secret", "token", "user", "username"];
    USUAL.contains(&password) || user == password
}

/// The constants under such names, by what the file is.
fn named(file: &LocalFile<'_>) -> Found {
    let Ok(text) = std::str::from_utf8(file.bytes) else { return Found::default() };
    // Lines of `key=value`, whose keys may hold colons.
    let is_of_lines = matches!(file.path.file_name(), ".npmrc" | ".yarnrc" | ".envrc");
    let format = match Format::of(file.path) {
        _ if is_of_lines => Some(Format::Env),
        None if matches!(file.path.file_name(), ".pypirc" | ".s3cfg" | ".boto" | "credentials") => {
            Some(Format::Ini)
        }
        format => format.filter(|it| *it != Format::Python),
    };
    if let Some(format) = format {
        return match format.read(text, file.parsed) {
            Ok(documents) => literals::of_data(&documents, text),
            // A file that is no such data after all is read as lines are.
            Err(_) => lines_of(text),
        };
    }
    match file.parsed {
        Some(parsed) => code(parsed, file.bytes),
        None => Found::default(),
    }
}

fn code(parsed: &Parsed, bytes: &[u8]) -> Found {
    // Spans of a text that was made readable are those of the bytes.
    if parsed.text.len() == bytes.len() { literals::of_code(parsed) } else { Found::default() }
}

/// `name: value` and `name = value` lines of a template.
fn lines_of(text: &str) -> Found {
    match Format::Ini.read(text, None) {
        Ok(documents) => literals::of_data(&documents, text),
        Err(_) => Found::default(),
    }
}
