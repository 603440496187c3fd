//! What extraction says of Go, text in and text out.

mod declarations;
mod frameworks;
mod hostile;

use expect_test::Expect;

use crate::render::render_only;
use crate::{FileFacts, extract, language_named, parse};

fn facts_of(path: &str, source: &str) -> FileFacts {
    let language = language_named("go").unwrap();
    extract(&parse(language, &path.into(), source.as_bytes()).unwrap())
}

/// The lines of the facts that start with one of `starts`.
fn check(path: &str, source: &str, starts: &[&str], expected: &Expect) {
    expected.assert_eq(&render_only(&facts_of(path, source), starts));
}
