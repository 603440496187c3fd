//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[Nesting {
    frames: &["FROM a\nRUN …\n", "ARG a=…\n", "FROM a\nCOPY … b\n"],
    nests: &["$(…)", "${a:-…}", "\"$(…)\"", "a && …", "bash -c \"…\""],
}];
