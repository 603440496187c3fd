//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &[
            "val v = …\n",
            "fun f(): … = 1\n",
            "@A(…) class B\n",
            "class A : …\n",
            "fun …() = 1\n",
            "val v by …\n",
        ],
        nests: &[
            "(…)",
            "f(…)",
            "a.…",
            "-…",
            "a[…]",
            "{ … }",
            "a + …",
            "A<…>",
            "if (a) b else …",
            "when (a) { b -> … }",
            "a ?: …",
            "object : A() { val b = … }",
            "try { … } finally {}",
            "fun() = …",
            "() -> …",
            "a as …",
            "\"${…}\"",
            "a!!.…",
        ],
    },
    Nesting {
        frames: &["…\n"],
        nests: &["class A { … }", "fun f() { … }", "object A { … }", "@A …"],
    },
];
