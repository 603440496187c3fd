//! The end-to-end suite of the binary, and the tests of the house itself.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests of the house read the house, and a failed step is a failed test"
)]

mod architecture;
mod determinism;
mod documents;
mod reference;
mod transcript;
