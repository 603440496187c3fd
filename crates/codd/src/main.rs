//! A requirements-as-code change-impact analyzer.
fn main() {}
