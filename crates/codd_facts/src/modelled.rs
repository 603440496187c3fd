//! What codd models of a language and what it does not, as each language declares it.

/// What is modelled of a language, in a few words each for people; an empty list says that
/// nothing of the kind is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modelled {
    /// Kinds of definitions that become nodes: `functions`, `classes`, `tables`.
    pub definitions: &'static [&'static str],
    /// How references are followed: `names`, `attributes of known receivers`.
    pub references: &'static [&'static str],
    /// Between types: `base classes`, `overriding`, `structural interfaces`.
    pub inheritance: &'static [&'static str],
    /// How one file finds another: `packages`, `relative imports`, `tsconfig paths`.
    pub modules: &'static [&'static str],
    /// Frameworks whose tests are found, by the names that
    /// [`TestCase::framework`](crate::TestCase) has.
    pub tests: &'static [&'static str],
    /// Frameworks whose routes are found.
    pub routes: &'static [&'static str],
    /// Through what values are followed: `parameters`, `containers`, `callbacks`.
    pub value_flow: &'static [&'static str],
    /// What the language has and codd does not follow: honest, and the first thing to read.
    pub not_modelled: &'static [&'static str],
}

impl Modelled {
    /// The lists, each with the word it is shown under.
    pub fn lists(&self) -> [(&'static str, &'static [&'static str]); 8] {
        [
            ("definitions", self.definitions),
            ("references", self.references),
            ("inheritance", self.inheritance),
            ("modules", self.modules),
            ("tests", self.tests),
            ("routes", self.routes),
            ("value flow", self.value_flow),
            ("not modelled", self.not_modelled),
        ]
    }
}
