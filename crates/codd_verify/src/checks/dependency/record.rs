//! What one file says of one package, and how that travels in a hit.

use codd_source::Span;

use super::Ecosystem;

/// What kind of file says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// What the project asks for.
    Manifest,
    /// What was chosen.
    Lock,
    /// Which content a version has, whether or not it was chosen.
    Hashes,
}

/// What a manifest asks for, or a lock file says was chosen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asked {
    /// A version or a requirement, as written.
    Version(String),
    /// Any version at all.
    Any,
    /// What another file says.
    Elsewhere,
    /// What the project has itself.
    Own,
    /// What no version is told by, and why.
    Dynamic(String),
}

/// One package in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    pub(super) span: Span,
    pub(super) ecosystem: Ecosystem,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) asked: Asked,
    pub(super) is_hashed: bool,
    /// Only for developing.
    pub(super) is_dev: bool,
    /// Of what another package asks for.
    pub(super) is_indirect: bool,
    /// A wish that whoever uses the project fulfils.
    pub(super) is_peer: bool,
}

/// The name of a record that may be of any package: another file says, or a program.
pub(super) const ANY_PACKAGE: &str = "*";

const SEPARATOR: char = '\u{1f}';

impl Record {
    pub(super) fn new(ecosystem: Ecosystem, role: Role, name: &str, span: Span) -> Record {
        Record {
            span,
            ecosystem,
            name: name.to_owned(),
            role,
            asked: Asked::Any,
            is_hashed: false,
            is_dev: false,
            is_indirect: false,
            is_peer: false,
        }
    }

    /// That packages are asked for which are not known, and why.
    pub(super) fn unknown(ecosystem: Ecosystem, why: impl Into<String>, span: Span) -> Record {
        let asked = Asked::Dynamic(why.into());
        Record { asked, ..Record::new(ecosystem, Role::Manifest, ANY_PACKAGE, span) }
    }

    /// The same asking for `text`; nothing is any version.
    pub(super) fn asking(self, text: &str) -> Record {
        let text = text.trim();
        let asked = if text.is_empty() { Asked::Any } else { Asked::Version(text.to_owned()) };
        Record { asked, ..self }
    }

    /// As a hit carries it.
    pub(super) fn encode(&self) -> String {
        let (kind, text) = match &self.asked {
            Asked::Version(text) => ("v", text.as_str()),
            Asked::Any => ("a", ""),
            Asked::Elsewhere => ("e", ""),
            Asked::Own => ("o", ""),
            Asked::Dynamic(why) => ("d", why.as_str()),
        };
        let role = match self.role {
            Role::Manifest => "m",
            Role::Lock => "l",
            Role::Hashes => "h",
        };
        let flags: String = [
            (self.is_hashed, 'h'),
            (self.is_dev, 'd'),
            (self.is_indirect, 'i'),
            (self.is_peer, 'p'),
        ]
        .iter()
        .filter(|it| it.0)
        .map(|it| it.1)
        .collect();
        [self.ecosystem.word(), &self.name, role, kind, text, &flags].join(&SEPARATOR.to_string())
    }

    pub(super) fn decode(span: Span, text: &str) -> Option<Record> {
        let mut parts = text.split(SEPARATOR);
        let ecosystem = Ecosystem::of_word(parts.next()?)?;
        let name = parts.next()?;
        let role = match parts.next()? {
            "m" => Role::Manifest,
            "l" => Role::Lock,
            _ => Role::Hashes,
        };
        let (kind, text) = (parts.next()?, parts.next()?.to_owned());
        let asked = match kind {
            "v" => Asked::Version(text),
            "a" => Asked::Any,
            "e" => Asked::Elsewhere,
            "o" => Asked::Own,
            _ => Asked::Dynamic(text),
        };
        let flags = parts.next()?;
        Some(Record {
            asked,
            is_hashed: flags.contains('h'),
            is_dev: flags.contains('d'),
            is_indirect: flags.contains('i'),
            is_peer: flags.contains('p'),
            ..Record::new(ecosystem, role, name, span)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_out_of_a_hit_as_it_went_in() {
        let plain = Record::new(Ecosystem::Python, Role::Lock, "a-b", Span::new(1, 4));
        let asked = [
            Asked::Version(">=1, <2".to_owned()),
            Asked::Any,
            Asked::Elsewhere,
            Asked::Own,
            Asked::Dynamic("an address".to_owned()),
        ];
        for asked in asked {
            let record = Record { asked, is_hashed: true, is_peer: true, ..plain.clone() };
            assert_eq!(Record::decode(record.span, &record.encode()), Some(record));
        }
        assert_eq!(Record::decode(Span::default(), "python"), None);
    }
}
