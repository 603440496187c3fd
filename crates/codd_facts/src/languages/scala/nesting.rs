//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &["val v = …\n", "object O { def f: … = 1 }\n", "class A extends …\n"],
        nests: &[
            "(…)",
            "f(…)",
            "a.…",
            "-…",
            "a[…]",
            "{ … }",
            "a + …",
            "A[…]",
            "if (a) b else …",
            "a match { case b => … }",
            "a => …",
            "new A { val b = … }",
            "try … finally 1",
            "s\"${…}\"",
            "for (a <- …) yield 1",
            "{ case a => … }",
            "a with …",
            "a: …",
        ],
    },
    Nesting {
        frames: &["…\n"],
        nests: &[
            "object A { … }",
            "package a { … }",
            "class A { … }",
            "def f = { … }",
            "trait A { … }",
            "extension (a: A) { … }",
            "given A with { … }",
        ],
    },
];
