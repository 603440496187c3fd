//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &[
            "class A { int v = …; }\n",
            "class A { … f() {} }\n",
            "@A(…) class B {}\n",
            "class A extends … {}\n",
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
            "(A) …",
            "switch (a) { case b -> …; }",
            "a instanceof …",
            "() -> { return …; }",
            "@A(…)",
            "new A(…)",
        ],
    },
    Nesting {
        frames: &["class A { void f() { … } }\n"],
        nests: &[
            "{ … }",
            "if (a) …",
            "if (a) {} else …",
            "while (a) { … }",
            "switch (a) { case 1: … }",
            "try { … } finally {}",
            "synchronized (a) { … }",
            "a: …",
            "do … while (a);",
            "new A() { void f() { … } };",
        ],
    },
    Nesting { frames: &["… class Z {}\n"], nests: &["@A …"] },
    Nesting {
        frames: &["…"],
        nests: &["class A { … }", "interface A { … }", "enum E { A { void f() { } … } }"],
    },
];
