//! Which calls of a language send a request, by what they are called on and how.

use super::calls::{Call, value};
use super::url::url;
use crate::code_links::{TextValue, VERBS};
use crate::node::Node;

/// The file that is read.
pub(super) struct File<'t> {
    pub(super) language: &'t str,
    pub(super) text: &'t str,
}

/// Bytes behind a URL in which the method of its request is looked for.
const BEHIND: usize = 600;

/// Methods of Spring's `RestTemplate` and what they send.
const REST_TEMPLATE: &[(&str, &str)] = &[
    ("getForEntity", "GET"),
    ("getForObject", "GET"),
    ("headForHeaders", "HEAD"),
    ("optionsForAllow", "OPTIONS"),
    ("patchForObject", "PATCH"),
    ("postForEntity", "POST"),
    ("postForLocation", "POST"),
    ("postForObject", "POST"),
];

/// A method and a URL.
type Request = (String, TextValue);

impl File<'_> {
    /// Whether its language is one whose clients are known.
    pub(super) fn may_send(&self) -> bool {
        matches!(self.language, "csharp" | "go" | "java" | "kotlin" | "rust" | "swift")
    }

    /// Whether requests are sent by functions called like their methods, as Ktor's are.
    fn sends_by_functions(&self, url: &TextValue) -> bool {
        self.language == "kotlin"
            && (url.text.contains("://") || self.text.contains("io.ktor.client"))
    }

    /// The URL that an argument is.
    fn url(&self, call: &Call<'_>, at: usize) -> Option<TextValue> {
        url(self.language, *call.arguments.get(at)?)
    }

    /// The same for clients that have a base, to which a path need not begin with a slash.
    fn url_below(&self, call: &Call<'_>, at: usize) -> Option<TextValue> {
        let mut url = self.url(call, at)?;
        let is_relative = !url.text.starts_with(['/', '{']) && !url.text.contains("://");
        if is_relative {
            url.text.insert_str(0, "{}/");
        }
        Some(url)
    }

    /// What stands behind a call, up to the end of its statement.
    fn behind(&self, call: &Call<'_>, end: Option<char>) -> &str {
        let start = call.span.end as usize;
        let mut to = (start + BEHIND).min(self.text.len());
        while !self.text.is_char_boundary(to) {
            to -= 1;
        }
        let rest = self.text.get(start..to).unwrap_or_default();
        end.and_then(|it| rest.find(it)).map_or(rest, |at| &rest[..at])
    }
}

/// The request that a call sends, or makes.
pub(super) fn sent_by(file: &File<'_>, call: &Call<'_>) -> Option<Request> {
    match file.language {
        "go" => go(file, call),
        "java" | "kotlin" => jvm(file, call),
        "csharp" => csharp(file, call),
        "rust" => rust(file, call),
        "swift" => swift(file, call),
        _ => None,
    }
}

/// The verb that a name is in any case; `del` is none.
fn verb(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    VERBS.contains(&lower.as_str()).then(|| lower.to_ascii_uppercase())
}

/// The method that an argument names: `"POST"`, `http.MethodPost`, `HttpMethod.POST`.
fn named_method(argument: Option<&Node<'_>>) -> Option<String> {
    let text = value(*argument?).text();
    let last = text.trim_matches('"').rsplit(['.', ':']).next()?;
    verb(last.strip_prefix("Method").unwrap_or(last))
}

fn go(file: &File<'_>, call: &Call<'_>) -> Option<Request> {
    match call.name {
        "NewRequest" => Some((named_method(call.arguments.first())?, file.url(call, 1)?)),
        "NewRequestWithContext" => Some((named_method(call.arguments.get(1))?, file.url(call, 2)?)),
        "PostForm" if call.is_on(&["http", "client"]) => {
            Some(("POST".to_owned(), file.url(call, 0)?))
        }
        name => {
            let method = verb(name)?;
            let is_client = matches!(call.on.as_str(), "http") || call.is_on(&["client", "r()"]);
            let url = is_client.then(|| file.url(call, 0))??;
            Some((method, url))
        }
    }
}

fn jvm(file: &File<'_>, call: &Call<'_>) -> Option<Request> {
    let on = call.on.as_str();
    if let Some((_, method)) = REST_TEMPLATE.iter().find(|it| it.0 == call.name) {
        return Some(((*method).to_owned(), file.url(call, 0)?));
    }
    match call.name {
        "exchange" => {
            let method = named_method(call.arguments.get(1)).unwrap_or("*".to_owned());
            Some((method, file.url(call, 0)?))
        }
        "uri" | "url" | "newBuilder" => {
            let url = file.url(call, 0)?;
            let is_builder = call.name == "newBuilder" || on.contains("builder()");
            if is_builder {
                return Some((method_behind(file.behind(call, Some(';'))), url));
            }
            // `client.get().uri("/x")`, `client.method(HttpMethod.GET).uri("/x")`
            let chain = on.trim_end_matches(')').trim_end();
            let inner = chain.rsplit_once('(').map_or("", |(it, _)| it);
            let last = inner.rsplit('.').next().unwrap_or(inner);
            let method = match last {
                "method" => verb(chain.rsplit(['.', '(']).next()?)?,
                last => verb(last)?,
            };
            Some((method, url))
        }
        "request" if call.is_on(&["client"]) => Some(("*".to_owned(), file.url(call, 0)?)),
        "put" | "delete" if call.is_on(&["rest", "template"]) => {
            Some((verb(call.name)?, file.url(call, 0)?))
        }
        name => {
            let method = verb(name)?;
            let is_mock = on.is_empty() || on.ends_with("mockmvcrequestbuilders");
            let is_client = call.is_on(&["client", "given()", "when()"])
                || on.ends_with("httprequest")
                || is_mock && file.text.contains("MockMvc")
                || on == "mockmvc";
            let url = file.url(call, 0)?;
            // Whatever the client is called, a whole URL is asked for by nothing else.
            let is_sent = is_client || !on.is_empty() && file.sends_by_functions(&url);
            is_sent.then_some((method, url))
        }
    }
}

/// The method that a builder is given behind the URL; what it sends by itself is `GET`.
fn method_behind(text: &str) -> String {
    let mut methods = text.split('.').skip(1).filter_map(|it| {
        let (name, rest) = it.split_once('(')?;
        match name.trim() {
            "method" => verb(rest.trim_start_matches('"').split('"').next()?),
            name => verb(name),
        }
    });
    methods.next().unwrap_or_else(|| "GET".to_owned())
}

fn csharp(file: &File<'_>, call: &Call<'_>) -> Option<Request> {
    if call.is_creation {
        return match call.name {
            "HttpRequestMessage" => {
                Some((named_method(call.arguments.first())?, file.url_below(call, 1)?))
            }
            "RestRequest" => {
                let method = named_method(call.arguments.get(1)).unwrap_or("GET".to_owned());
                Some((method, file.url_below(call, 0)?))
            }
            _ => None,
        };
    }
    let is_client = call.is_on(&["client", "http"]);
    let inner = call.name.strip_suffix("Async")?;
    let method =
        ["Get", "Post", "Put", "Patch", "Delete"].iter().find(|it| inner.starts_with(**it))?;
    let is_kind = matches!(
        &inner[method.len()..],
        "" | "String" | "Stream" | "ByteArray" | "FromJson" | "AsJson"
    );
    let url = file.url_below(call, 0).filter(|_| is_kind)?;
    // Whatever the client is called, a path from the root says what it is asked for.
    let is_sent = is_client || url.text.starts_with('/') || url.text.contains("://");
    is_sent.then(|| (method.to_ascii_uppercase(), url))
}

fn rust(file: &File<'_>, call: &Call<'_>) -> Option<Request> {
    const CRATES: &[&str] = &["attohttpc", "minreq", "reqwest", "surf", "ureq"];
    match call.name {
        "uri" if call.is_on(&["request"]) => {
            let url = file.url(call, 0)?;
            // `Request::builder().method("POST").uri("/x")`, `TestRequest::get().uri("/x")`
            let before = call.on.split(['.', ':']).rev().find_map(|it| {
                let (name, rest) = it.split_once('(')?;
                verb(if name == "method" { rest.trim_matches(['"', ')', ' ']) } else { name })
            });
            let behind = || method_behind(file.behind(call, Some(';')));
            Some((before.unwrap_or_else(behind), url))
        }
        "with_uri" => Some(("GET".to_owned(), file.url(call, 0)?)),
        "request" if call.is_on(&["client"]) => {
            Some((named_method(call.arguments.first())?, file.url(call, 1)?))
        }
        name => {
            let method = verb(name)?;
            let root = call.on.split([':', '.']).next().unwrap_or_default();
            let is_client = CRATES.contains(&root)
                || call.is_on(&["client"])
                || matches!(call.on.as_str(), "request" | "server" | "http::request");
            is_client.then(|| Some((method, file.url(call, 0)?)))?
        }
    }
}

fn swift(file: &File<'_>, call: &Call<'_>) -> Option<Request> {
    match call.name {
        "URL" if call.on.is_empty() => {
            let url = file.url(call, 0)?;
            // Up to the next one.
            let behind = file.behind(call, None);
            let behind = behind.split("URL(string").next().unwrap_or(behind);
            let method = behind.split_once("httpMethod").and_then(|(_, rest)| {
                let (_, rest) = rest.split_once('=')?;
                verb(rest.split('"').nth(1).unwrap_or_default())
            });
            Some((method.unwrap_or_else(|| "GET".to_owned()), url))
        }
        "request" if matches!(call.on.as_str(), "af" | "session") => {
            let method = call.arguments.iter().skip(1).find_map(|it| named_method(Some(it)));
            Some((method.unwrap_or_else(|| "GET".to_owned()), file.url(call, 0)?))
        }
        // Tests of Vapor: `app.test(.GET, "users")`.
        "test" => {
            let first = call.arguments.first()?;
            let method = verb(value(*first).text().strip_prefix('.')?)?;
            Some((method, file.url_below(call, 1)?))
        }
        _ => None,
    }
}
