//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[Nesting {
    frames: &["SELECT …\n", "CREATE TABLE a AS …\n"],
    nests: &[
        "(…)",
        "f(…)",
        "a + …",
        "SELECT * FROM (…)",
        "CASE WHEN a THEN … END",
        "WITH a AS (…)",
    ],
}];
