//! Requests that code sends to services by a constant path, in languages that share the
//! lowering: which calls send them, and to where.

mod calls;
mod requests;
mod url;

#[cfg(test)]
mod tests;

use crate::code_links::CodeLinks;
use crate::node::Node;

/// Adds the requests of a file that was walked.
pub(crate) fn collect(links: &mut CodeLinks<'_>, language: &str, root: Node<'_>) {
    let file = requests::File { language, text: root.text() };
    if !file.may_send() {
        return;
    }
    for node in root.below() {
        if let Some(call) = calls::Call::of(node)
            && let Some((method, url)) = requests::sent_by(&file, &call)
        {
            links.request(&method, &url);
        }
    }
}
