//! Requests that commands send: `curl -X POST http://localhost:8000/orders`.

use super::{LinkSink, Shell, Word, path_word, put_certain};
use crate::code_links::VERBS;
use crate::endpoints::request_key;
use crate::resources::unquoted;
use crate::{LinkKind, LinkRole};

/// Programs that send one.
pub(super) const SENDING: &[&str] = &[CURL, "wget"];
const CURL: &str = "curl";

/// Options that say the method in the next word.
const METHOD: &[&str] = &["--method", "--request"];

/// Short options of curl alone, which mean other things to others.
const SHORT: &[(&str, &str)] = &[("-F", "POST"), ("-I", "HEAD"), ("-T", "PUT"), ("-d", "POST")];

/// Options with which something is sent, and by which method.
const SENDS: &[(&str, &str)] = &[
    ("--body-data", "POST"),
    ("--data", "POST"),
    ("--data-ascii", "POST"),
    ("--data-binary", "POST"),
    ("--data-raw", "POST"),
    ("--data-urlencode", "POST"),
    ("--form", "POST"),
    ("--head", "HEAD"),
    ("--json", "POST"),
    ("--post-data", "POST"),
    ("--post-file", "POST"),
    ("--spider", "HEAD"),
    ("--upload-file", "PUT"),
];

/// Hosts that are written without a scheme.
const LOCAL: &[&str] = &["127.0.0.1", "0.0.0.0", "localhost"];

/// Reads what stands behind the program.
pub(super) fn requested(sink: &mut dyn LinkSink, program: &str, words: &[Word<'_>], shell: &Shell) {
    let is_curl = program == CURL;
    let mut method = None;
    let mut sends = None;
    let mut urls = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let text = unquoted(word.text);
        let (option, value) = text.split_once('=').unwrap_or((text, ""));
        if METHOD.contains(&option) || is_curl && option == "-X" {
            let next = words.get(at).map_or("", |it| unquoted(it.text));
            method = verb(if value.is_empty() { next } else { value });
            continue;
        }
        if let Some(given) = text.strip_prefix("-X").filter(|_| is_curl).and_then(verb) {
            method = Some(given);
            continue;
        }
        if is_curl && matches!(text, "-G" | "--get") {
            method = Some("GET".to_owned());
            continue;
        }
        let short = SHORT.iter().filter(|_| is_curl);
        if let Some((_, by)) = SENDS.iter().chain(short).find(|it| it.0 == option) {
            sends.get_or_insert(*by);
        }
        match url(text) {
            Some(url) => urls.push((url, word.span)),
            None => path_word(
                sink,
                Word { text: text.trim_start_matches('@'), ..*word },
                LinkRole::Reads,
                shell,
            ),
        }
    }
    let method = method.unwrap_or_else(|| sends.unwrap_or("GET").to_owned());
    for (url, span) in urls {
        if let Some(key) = request_key(&method, &url) {
            put_certain(sink, LinkKind::Endpoint, LinkRole::Calls, [key], shell.owner, span);
        }
    }
}

fn verb(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    VERBS.contains(&lower.as_str()).then(|| lower.to_ascii_uppercase())
}

/// A URL with `{}` for what the shell fills in; `None` where a word is none.
fn url(text: &str) -> Option<String> {
    let is_local =
        LOCAL.iter().any(|it| text.strip_prefix(it).is_some_and(|it| it.starts_with([':', '/'])));
    let is_url = is_local || text.contains("://") || text.starts_with('$');
    if !is_url || !text.contains('/') || text.contains(char::is_whitespace) || text.contains("$(") {
        return None;
    }
    let mut out = if is_local { "http://".to_owned() } else { String::new() };
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        out.push_str("{}");
        let behind = &rest[at + 1..];
        rest = match behind.strip_prefix('{') {
            Some(braced) => braced.find('}').map_or("", |end| &braced[end + 1..]),
            None => behind.trim_start_matches(|it: char| it.is_ascii_alphanumeric() || it == '_'),
        };
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_links;

    #[test]
    fn requests_of_commands_are_found_by_method_and_path() {
        check_links(
            "ci/smoke.sh",
            "curl -fsS http://localhost:8000/health\n\
             curl -X POST -H 'Accept: http://no/no' -d @body.json \"$BASE/api/orders/${ID}/pay?x=1\"\n\
             curl -XDELETE ${HOST}/api/orders/7 -o out.txt\n\
             curl --json '{}' localhost:9000/api/orders\n\
             if wget --spider http://web/ready; then echo http://no/no; fi\n\
             wget -q -T 3 http://web/live\n\
             curl https://example.com/no.tgz\n",
            &expect![[r#"
                link Endpoint Calls GET /health
                link File Reads ci/body.json | body.json
                link Endpoint Calls POST …/api/orders/{}/pay
                link Environment Reads BASE
                link Environment Reads ID
                link Endpoint Calls DELETE …/api/orders/7
                link Environment Reads HOST
                link File Reads ci/out.txt | out.txt
                link Endpoint Calls POST /api/orders
                link Endpoint Calls HEAD /ready
                link Endpoint Calls GET /live
            "#]],
        );
    }
}
