//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &["a = …\n", "locals { a = … }\n"],
        nests: &[
            "{ a = … }",
            "\"${…}\"",
            "[for a in b : …]",
            "a ? b : …",
            "(…)",
            "f(…)",
            "[…]",
            "a.…",
            "-…",
        ],
    },
    Nesting { frames: &["…\n"], nests: &["a { … }"] },
];
