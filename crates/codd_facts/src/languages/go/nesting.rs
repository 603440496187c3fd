//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &[
            "package a\nvar x = …\n",
            "package a\ntype T …\n",
            "package a\nfunc f() { … }\n",
            "package a\nfunc f(a …) {}\n",
            "package a\nfunc (t …) m() {}\n",
            "package a\nfunc f() { http.HandleFunc(\"/a\", …) }\n",
            "package a\nfunc f() { r.GET(\"/a\", …) }\n",
            "package a\nfunc f[T …]() {}\n",
        ],
        nests: &[
            "(…)",
            "f(…)",
            "[]…",
            "*…",
            "map[a]…",
            "func() …",
            "struct{ a … }",
            "interface{ a() … }",
            "T{…}",
            "a.…",
            "func() { … }()",
            "chan …",
            "A[…]",
            "a+…",
            "if a { … }",
            "for { … }",
        ],
    },
    Nesting {
        frames: &["package a\nfunc f() { … }\n"],
        nests: &[
            "if a {} else …",
            "for { … }",
            "switch a { case b: … }",
            "select { case <-a: … }",
            "go func() { … }()",
        ],
    },
];
