//! Addresses: which host a text leads to whose beginning is known.

use codd_facts::{FlowOperator, FlowValue, ValueId};

use super::Run;
use crate::classes::Mask;
use crate::value::Value;

impl Run<'_, '_> {
    /// Classes to which only the host of an address is a danger.
    pub(super) fn host_mask(&self) -> Mask {
        Mask::of_names(&["open-redirect", "ssrf"])
    }

    /// Whether a text is put together where it is used, or where the variable that is used was
    /// assigned, behind a beginning that says which host it leads to: a constant one, or what
    /// nobody from outside wrote with a path behind it.
    ///
    /// Nothing of it is known of a text that something was done with since.
    pub(super) fn leads_to_own_host(&mut self, id: ValueId, depth: u32) -> bool {
        const MOST: u32 = 8;
        if depth > MOST {
            return false;
        }
        let flow = self.flow;
        match flow.value(id) {
            FlowValue::Name(name) => {
                let written = self.slot(*name).and_then(|it| self.state.written[it]);
                written.is_some_and(|it| self.leads_to_own_host(it, depth + 1))
            }
            FlowValue::Joined { parts, .. } => self.begins_with_host(parts, depth),
            FlowValue::Binary { operator: FlowOperator::Modulo, left, .. } => {
                self.prints_after_host(*left)
            }
            FlowValue::Call { callee, arguments, .. } => match flow.value(*callee) {
                FlowValue::Attribute { base, name } if flow.name(*name) == "format" => {
                    self.prints_after_host(*base)
                }
                FlowValue::Name(name)
                    if matches!(flow.name(*name).as_str(), "sprintf" | "format") =>
                {
                    arguments.first().is_some_and(|it| self.prints_after_host(it.value))
                }
                _ => false,
            },
            FlowValue::Conditional { then, otherwise, .. } => {
                self.leads_to_own_host(*then, depth + 1)
                    && self.leads_to_own_host(*otherwise, depth + 1)
            }
            FlowValue::Any(parts) => match parts[..] {
                [one] => self.leads_to_own_host(one, depth + 1),
                _ => false,
            },
            FlowValue::Typed { value, .. } | FlowValue::Assigned { value, .. } => {
                self.leads_to_own_host(*value, depth + 1)
            }
            _ => false,
        }
    }

    fn begins_with_host(&mut self, parts: &[ValueId], depth: u32) -> bool {
        let [first, rest @ ..] = parts else { return false };
        if self.leads_to_own_host(*first, depth + 1) {
            return true;
        }
        // What a call gives is not asked for again.
        if matches!(self.flow.value(*first), FlowValue::Call { .. }) {
            return false;
        }
        let first = self.value(*first);
        if let Some(text) = first.as_text() {
            return leads_to_one_host(text) || is_path(text);
        }
        let next = rest.first().map(|it| self.value(*it));
        let next = next.as_ref().and_then(Value::as_text);
        // A base may be empty, so that it needs more than `/` behind it.
        first.taint.is_empty() && next.is_some_and(|it| it.starts_with('/') && is_path(it))
    }

    /// The same where a text has places, `%s` or `{}`, that others are put into.
    fn prints_after_host(&mut self, text: ValueId) -> bool {
        let text = self.value(text);
        let begins = text.as_text().and_then(|it| it.split(['%', '{']).next());
        begins.is_some_and(|it| leads_to_one_host(it) || is_path(it))
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
