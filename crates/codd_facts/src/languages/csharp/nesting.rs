//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &[
            "class A { int v = …; }\n",
            "class A { … f() {} }\n",
            "[A(…)] class B {}\n",
            "class A : … {}\n",
            "app.MapGet(\"/a\", …);\n",
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
            "a switch { b => … }",
            "x => …",
            "new A { B = … }",
            "from a in … select b",
            "$\"{…}\"",
            "await …",
            "a is …",
            "delegate { return …; }",
            "new[] { … }",
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
            "using (a) …",
            "foreach (var a in b) …",
            "lock (a) …",
            "void g() { … }",
        ],
    },
    Nesting {
        frames: &["…\n"],
        nests: &["class A { … }", "namespace A { … }", "#if A\n…\n#endif\n"],
    },
];
