//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &[
            "let v = …\n",
            "func f() -> … {}\n",
            "@A(…) class B {}\n",
            "class A: … {}\n",
            "typealias T = …\n",
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
            "try …",
            "await …",
            "if a { … }",
            "a as …",
            "(a, …)",
            "a ?? …",
            "\"\\(…)\"",
            ".a(…)",
            "[a: …]",
            "() -> …",
            "some …",
            "a?.…",
        ],
    },
    Nesting {
        frames: &["…\n"],
        nests: &[
            "class A { … }",
            "func f() { … }",
            "extension A { … }",
            "#if A\n…\n#endif\n",
            "enum E { … }",
            "if a {} else { … }",
            "var a: B { … }",
        ],
    },
];
