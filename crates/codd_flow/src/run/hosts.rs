//! Addresses: which host a text leads to whose beginning is known.

use super::Run;
use crate::classes::{CLASSES, ClassId, Mask};
use crate::value::{Taint, Value};

impl Run<'_, '_> {
    /// Classes to which only the host of an address is a danger.
    pub(super) fn host_mask(&self) -> Mask {
        ["open-redirect", "ssrf"]
            .iter()
            .filter_map(|name| CLASSES.iter().position(|it| it.name == *name))
            .fold(Mask::default(), |mask, at| mask.or(Mask::of(ClassId(at as u8))))
    }

    /// What is put together, of which the first part may say which host it leads to: a constant,
    /// or what nobody from outside wrote with a path behind it.
    pub(super) fn after_host(&self, parts: &[Value], taint: Taint) -> Taint {
        let [first, rest @ ..] = parts else { return taint };
        let is_led = match first.as_text() {
            Some(text) => leads_to_one_host(text) || is_path(text),
            None => {
                let next = rest.first().and_then(Value::as_text);
                first.taint.is_empty() && next.is_some_and(|it| it.starts_with('/'))
            }
        };
        if is_led { taint.made_safe(self.host_mask()) } else { taint }
    }

    /// The same where a text has places, `%s` or `{}`, that others are put into.
    pub(super) fn printed_after_host(&self, text: Option<&str>, taint: Taint) -> Taint {
        let begins = text.and_then(|it| it.split(['%', '{']).next());
        let is_led = begins.is_some_and(|it| leads_to_one_host(it) || is_path(it));
        if is_led { taint.made_safe(self.host_mask()) } else { taint }
    }
}

/// `https://example.com/`: whatever follows, the host is that.
pub(super) fn leads_to_one_host(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.find('/').is_some_and(|at| at > 0))
}

/// `/users/` and `users/`: whatever follows, it is a path on the same host.
fn is_path(text: &str) -> bool {
    let inner = text.strip_prefix("~/").or_else(|| text.strip_prefix('/')).unwrap_or(text);
    let is_begun = inner.starts_with(|it: char| it.is_ascii_alphanumeric() || "_.".contains(it));
    let own = inner.split(['/', '?', '#']).next().unwrap_or(inner);
    let has_more = own.len() < inner.len() || inner.len() < text.len();
    is_begun && has_more && !own.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_begins_with_its_whole_host() {
        assert!(leads_to_one_host("https://a.example/"));
        assert!(!leads_to_one_host("https://a.example"));
        assert!(!leads_to_one_host("https:///"));
        assert!(!leads_to_one_host("/a"));
    }

    #[test]
    fn a_path_leads_to_no_host() {
        for path in ["/users/", "/users", "users/", "../users/", "~/a", "a?b=", "/a?b="] {
            assert!(is_path(path), "{path}");
        }
        for other in ["/", "//", "", "http", "http:", "https://", "/\\a", "users", "javascript:a/"]
        {
            assert!(!is_path(other), "{other}");
        }
    }
}
