//! The classes of weakness that a flow can be, as bits of a mask.

use std::fmt;

/// One class of weakness: a number below `MAX_CLASSES` in one set of models.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct ClassId(pub u8);

/// How many classes one set of models may have.
pub(crate) const MAX_CLASSES: usize = 48;

/// Classes, and marks, of which one value is known to be no danger to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mask(pub(crate) u64);

impl Mask {
    /// Every class: no text of an attacker's own is left.
    pub(crate) const ALL: Mask = Mask((1 << MAX_CLASSES) - 1);
    /// A path without `..` and links in it.
    pub(crate) const RESOLVED: Mask = Mask(1 << 63);
    /// The text begins with a quote.
    pub(crate) const BEGINS_QUOTED: Mask = Mask(1 << 62);
    /// The text ends with a quote.
    pub(crate) const ENDS_QUOTED: Mask = Mask(1 << 61);
    /// One character of a text: what is known of each says little of the whole.
    pub(crate) const PART: Mask = Mask(1 << 59);
    /// The whole text was looked at, be it a character of another or not.
    pub(crate) const LOOKED_AT: Mask = Mask(1 << 58);
    /// It is one word of a command line, for the quotes that were put around it: within other
    /// quotes it is not.
    pub(crate) const ONE_WORD: Mask = Mask(1 << 55);
    /// Quotes in it are escaped: within quotes it is no danger.
    pub(crate) const ESCAPED: Mask = Mask(1 << 54);
    /// Between its ends there is no quote.
    pub(crate) const NO_QUOTE_INSIDE: Mask = Mask(1 << 60);
    /// As it came: of what is a mapping, a list or bytes, no text was made or taken yet, and
    /// where it is written as one, the line ends in it are escaped.
    pub(crate) const INTACT: Mask = Mask(1 << 57);
    /// The text that such a value was written as, as a whole.
    pub(crate) const WRITTEN: Mask = Mask(1 << 56);

    #[cfg(test)]
    const MARKS: [Mask; 10] = [
        Mask::RESOLVED,
        Mask::BEGINS_QUOTED,
        Mask::ENDS_QUOTED,
        Mask::NO_QUOTE_INSIDE,
        Mask::PART,
        Mask::LOOKED_AT,
        Mask::ONE_WORD,
        Mask::ESCAPED,
        Mask::INTACT,
        Mask::WRITTEN,
    ];

    /// Classes to which a text may be a danger though each of its characters is harmless.
    pub(crate) fn of_whole_texts() -> Mask {
        const WHOLE: [&str; 4] = ["nosql-injection", "open-redirect", "ssrf", "trust-boundary"];
        let is_whole = |class: &&FlowClass| WHOLE.contains(&class.name);
        let at = |class: &FlowClass| CLASSES.iter().position(|it| it == class);
        CLASSES
            .iter()
            .filter(is_whole)
            .filter_map(at)
            .fold(Mask::default(), |mask, at| mask.or(Mask::of(ClassId(at as u8))))
    }

    /// The classes that the shipped models speak of.
    pub(crate) fn of_shipped() -> Mask {
        (0..CLASSES.len()).fold(Mask::default(), |mask, at| mask.or(Mask::of(ClassId(at as u8))))
    }

    /// The classes of these names.
    pub(crate) fn of_names(names: &[&str]) -> Mask {
        CLASSES
            .iter()
            .enumerate()
            .filter(|(_, it)| names.contains(&it.name))
            .fold(Mask::default(), |mask, (at, _)| mask.or(Mask::of(ClassId(at as u8))))
    }

    /// What [`Mask::ONE_WORD`] says of commands.
    pub(crate) fn of_one_word() -> Mask {
        let at = CLASSES.iter().position(|it| it.name == "command-injection");
        at.map_or(Mask::ONE_WORD, |at| Mask::ONE_WORD.or(Mask::of(ClassId(at as u8))))
    }

    /// What [`Mask::ESCAPED`] says of SQL within quotes.
    pub(crate) fn of_escaped() -> Mask {
        Mask::of_names(&["sql-injection"])
    }

    pub(crate) fn of(class: ClassId) -> Mask {
        Mask(1 << class.0)
    }

    pub(crate) fn has(self, other: Mask) -> bool {
        self.0 & other.0 == other.0
    }

    #[must_use]
    pub(crate) fn and(self, other: Mask) -> Mask {
        Mask(self.0 & other.0)
    }

    #[must_use]
    pub(crate) fn or(self, other: Mask) -> Mask {
        Mask(self.0 | other.0)
    }

    /// What is known after a callee has done with a value what it says: it came out as it
    /// went in only where it had gone in as it came, and was written from that only then, too.
    #[must_use]
    pub(crate) fn then(self, after: Mask) -> Mask {
        const FORM: u64 = Mask::INTACT.0 | Mask::WRITTEN.0;
        let mut both = Mask((self.0 | after.0) & !FORM);
        if self.and(after).has(Mask::INTACT) {
            both = both.or(Mask::INTACT);
        }
        if self.has(Mask::WRITTEN) || after.has(Mask::WRITTEN) && self.has(Mask::INTACT) {
            both = both.or(Mask::WRITTEN);
        }
        both
    }

    /// The same, of a text that was made of the value or taken out of it.
    #[must_use]
    pub(crate) fn opened(self) -> Mask {
        Mask(self.0 & !Mask::INTACT.0)
    }

    /// The classes that are not in it.
    #[must_use]
    pub(crate) fn others(self) -> Mask {
        Mask(!self.0 & Mask::ALL.0)
    }
}

/// A class with what people call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowClass {
    /// As checks and models write it.
    pub name: &'static str,
    /// The weaknesses of the CWE list that it is.
    pub cwe: &'static [u32],
    /// What an attacker's text must not become.
    pub sink: &'static str,
}

/// The class of what is written into logs.
pub(crate) const LOG_INJECTION: ClassId = ClassId(5);

/// The class of what is put into sessions.
pub(crate) const TRUST_BOUNDARY: ClassId = ClassId(13);

/// The classes that the shipped models speak of.
pub const CLASSES: &[FlowClass] = &[
    FlowClass { name: "code-injection", cwe: &[94, 95], sink: "code" },
    FlowClass { name: "command-injection", cwe: &[78], sink: "a command" },
    FlowClass { name: "deserialization", cwe: &[502], sink: "an object that is unpacked" },
    FlowClass { name: "header-injection", cwe: &[113], sink: "a header" },
    FlowClass { name: "ldap-injection", cwe: &[90], sink: "a directory query" },
    FlowClass { name: "log-injection", cwe: &[117], sink: "a log line" },
    FlowClass { name: "nosql-injection", cwe: &[943], sink: "a document query" },
    FlowClass { name: "open-redirect", cwe: &[601], sink: "the place that a browser is sent to" },
    FlowClass { name: "path-traversal", cwe: &[22], sink: "the path of a file" },
    FlowClass { name: "prompt-injection", cwe: &[1427], sink: "the instructions of a model" },
    FlowClass { name: "sql-injection", cwe: &[89], sink: "SQL text" },
    FlowClass { name: "ssrf", cwe: &[918], sink: "the address of a request" },
    FlowClass { name: "template-injection", cwe: &[1336], sink: "a template" },
    FlowClass { name: "trust-boundary", cwe: &[501], sink: "a session" },
    FlowClass { name: "xpath-injection", cwe: &[643], sink: "an XPath query" },
    FlowClass { name: "xss", cwe: &[79], sink: "a page" },
    FlowClass { name: "xxe", cwe: &[611], sink: "XML with external entities" },
];

impl fmt::Display for FlowClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_bits_of_their_own() {
        let mut known = Mask::ALL.0;
        for mark in Mask::MARKS {
            assert_eq!((mark.0.count_ones(), mark.0 & known), (1, 0), "{mark:?}");
            known |= mark.0;
        }
    }

    #[test]
    fn classes_that_the_engine_knows_are_those_of_their_names() {
        let name = |class: ClassId| CLASSES[usize::from(class.0)].name;
        assert_eq!(name(LOG_INJECTION), "log-injection");
        assert_eq!(name(TRUST_BOUNDARY), "trust-boundary");
    }

    #[test]
    fn a_value_is_as_it_came_only_where_each_left_it_so() {
        let (text, object) = (Mask::of(LOG_INJECTION), Mask::INTACT);
        assert_eq!(object.then(object), object);
        assert_eq!(object.then(Mask::default()), Mask::default());
        assert_eq!(text.then(object), text);
        assert_eq!(object.then(Mask::WRITTEN), Mask::WRITTEN);
        assert_eq!(text.then(Mask::WRITTEN), text);
    }
}
