//! Families of languages: those whose files know one another.

/// Languages whose files know one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Python,
    Script,
    Java,
    Go,
    CSharp,
    Php,
    Ruby,
}

impl Family {
    /// All of them, with the language whose models they go by.
    pub(crate) const ALL: [(Family, &'static str); 7] = [
        (Family::Python, "python"),
        (Family::Script, "javascript"),
        (Family::Java, "java"),
        (Family::Go, "go"),
        (Family::CSharp, "csharp"),
        (Family::Php, "php"),
        (Family::Ruby, "ruby"),
    ];

    pub(crate) fn of(language: &str) -> Family {
        match language {
            "python" => Family::Python,
            "java" => Family::Java,
            "go" => Family::Go,
            "csharp" => Family::CSharp,
            "php" => Family::Php,
            "ruby" => Family::Ruby,
            _ => Family::Script,
        }
    }

    /// Whether declarations say what values are.
    pub(crate) fn is_typed(self) -> bool {
        matches!(self, Family::Java | Family::Go | Family::CSharp)
    }

    /// Whether a parameter's type, where there is one, says what it is given.
    pub(crate) fn has_types(self) -> bool {
        self.is_typed() || self == Family::Php
    }
}

/// The languages by whose models values are followed.
pub fn followed_languages() -> impl Iterator<Item = &'static str> {
    Family::ALL.into_iter().map(|(_, language)| language)
}
