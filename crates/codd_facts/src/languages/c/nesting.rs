//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const C: &[Nesting] = &[
    Nesting {
        frames: &[
            "int v = …;\n",
            "int f(…) {}\n",
            "#define A …\n",
            "#if …\n#endif\n",
            "int …;\n",
            "typedef … T;\n",
        ],
        nests: &[
            "(…)",
            "f(…)",
            "a.…",
            "-…",
            "a[…]",
            "{ … }",
            "a + …",
            "*…",
            "(A) …",
            "sizeof …",
            "struct { …; }",
            "{ .a = … }",
            "int (*…)(int)",
            "a->…",
            "defined(…)",
        ],
    },
    Nesting {
        frames: &["void f() { … }\n"],
        nests: &[
            "{ … }",
            "if (a) …",
            "if (a) {} else …",
            "while (a) { … }",
            "switch (a) { case 1: … }",
            "a: …",
            "do … while(a);",
            "for(;;) …",
        ],
    },
    Nesting {
        frames: &["…\n"],
        nests: &["#if A\n…\n#endif\n", "extern \"C\" { … }", "struct A { … } a;"],
    },
];

pub(super) const CPP: &[Nesting] = &[
    Nesting {
        frames: &["auto v = …;\n", "int f(…) {}\n", "class A : … {};\n", "using …;\n", "… v;\n"],
        nests: &[
            "(…)",
            "f(…)",
            "a.…",
            "-…",
            "a[…]",
            "{ … }",
            "a + …",
            "A<…>",
            "[&]{ return …; }()",
            "A{…}",
            "a::…",
            "template<class T> …",
            "decltype(…)",
            "new …",
            "co_await …",
            "static_cast<A>(…)",
        ],
    },
    Nesting {
        frames: &["…\n"],
        nests: &[
            "namespace A { … }",
            "class A { … };",
            "extern \"C++\" { … }",
            "#ifdef A\n…\n#endif\n",
            "template<… > class B;",
        ],
    },
];
