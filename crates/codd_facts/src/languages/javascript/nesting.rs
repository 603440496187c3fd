//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const JAVASCRIPT: &[Nesting] = &[
    Nesting {
        frames: &[
            "const app = require(\"express\")();\napp.get(\"/x\", …);\n",
            "const app = require(\"express\")();\napp.use(…);\n",
            "const app = require(\"express\")();\nfetch(…);\n",
            "const app = require(\"express\")();\nit(\"a\", …);\n",
            "const app = require(\"express\")();\nrequire(…);\n",
            "const app = require(\"express\")();\nmodule.exports = …;\n",
            "const app = require(\"express\")();\nexport default …;\n",
            "const app = require(\"express\")();\ndefine(…);\n",
            "const app = require(\"express\")();\nObject.assign(A, …);\n",
            "const app = require(\"express\")();\nA.prototype = …;\n",
            "const app = require(\"express\")();\nexport function setup(app) { app.get(\"/x\", …) };\n",
            "const app = require(\"express\")();\nclass A extends … {};\n",
            "const app = require(\"express\")();\n@…\nclass A {};\n",
            "const app = require(\"express\")();\nconst … = y;\n",
            "const app = require(\"express\")();\n(… = y);\n",
            "const app = require(\"express\")();\nfunction f(…) {};\n",
        ],
        nests: &[
            "(…)",
            "f(…)",
            "[…]",
            "{a: …}",
            "() => …",
            "\"a\" + …",
            "a ? b : …",
            "a, …",
            "!…",
            "function () { return … }",
            "new A(…)",
            "a.b(…)",
            "`${…}`",
            "x = …",
            "a || …",
        ],
    },
    Nesting {
        frames: &["…"],
        nests: &[
            "if (a) {} else …",
            "a: …",
            "function f() { … }",
            "class A { m() { … } }",
            "{ … }",
            "for (;;) …",
            "try { … } finally {}",
            "switch (a) { case b: … }",
        ],
    },
    Nesting { frames: &["const v = …;\n"], nests: &["<a>{…}</a>", "<a b={…}/>"] },
];

pub(super) const TYPESCRIPT: &[Nesting] = &[
    Nesting {
        frames: &["… class A {}\n", "declare module \"a\" { … }\n"],
        nests: &[
            "declare …",
            "namespace A { … }",
            "export namespace A { … }",
            "declare module \"a\" { … }",
            "export …",
            "export declare …",
            "abstract …",
        ],
    },
    Nesting {
        frames: &[
            "type T = …;\n",
            "let v: …;\n",
            "function f(a: …): … {}\n",
            "class A implements … {}\n",
            "x = a as …;\n",
        ],
        nests: &[
            "A<…>",
            "(…)",
            "[…]",
            "{a: …}",
            "keyof …",
            "a | …",
            "a & …",
            "() => …",
            "A extends B ? C : …",
            "a[…]",
            "readonly …",
            "`${…}`",
            "infer …",
            "typeof a.…",
            "a.…",
            "new () => …",
            "x is …",
        ],
    },
];

pub(super) const VUE: &[Nesting] = &[Nesting {
    frames: &["<template>…</template>\n", "<script>x = …</script>\n"],
    nests: &["<a>…</a>", "{{…}}", "f(…)"],
}];
