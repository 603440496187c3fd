//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &["a: {{ … }}\n", "{{- if … }}b: c{{ end }}\n"],
        nests: &["(…)", "a | …", ".a…", "include \"a\" …"],
    },
    Nesting {
        frames: &["…\n"],
        nests: &["{{ if a }}…{{ end }}", "{{ range a }}…{{ end }}", "{{ define \"a\" }}…{{ end }}"],
    },
];
