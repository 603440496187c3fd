//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[Nesting {
    frames: &["…\n", "{% include … %}\n", "<%= render … %>\n"],
    nests: &["{%…", "{{…}}", "<%…", "{{define \"x\"}}…{{end}}", "{{if x}}…{{end}}", "(…)"],
}];
