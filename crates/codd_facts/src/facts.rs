//! All that one file says, and the half of it that holds positions and text hashes.

use std::sync::Arc;

use codd_source::Span;
use serde::{Deserialize, Serialize};

use crate::{Name, Semantics};

/// A hash of tokens, the same in every process and on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hash64(pub u64);

/// Everything read from one file of a known language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The language's name in the table of [`languages`](crate::languages).
    pub language: Name,
    pub semantics: Arc<Semantics>,
    pub places: Places,
    pub errors: ParseErrors,
    /// What of this language was seen and is not modelled, with how often: sorted by name.
    pub not_modelled: Vec<(Name, u32)>,
}

/// Where things are and whether their text changed; index-parallel to [`Semantics`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    pub definitions: Vec<DefinitionPlace>,
    pub references: Vec<Span>,
    pub imports: Vec<Span>,
    pub routes: Vec<Span>,
    pub links: Vec<Span>,
    /// Some of what was seen and is not modelled, in the order of the text.
    pub not_modelled: Vec<(Name, Span)>,
    /// Tokens of the top level that belong to no definition.
    pub module_hash: Option<Hash64>,
    /// The same without imports, where the top level runs as the file is loaded: whoever
    /// imports it runs what these say.
    #[serde(default)]
    pub loaded_hash: Option<Hash64>,
}

impl FileFacts {
    /// Whether they are those of a program, and not of what configures one.
    pub fn is_code(&self) -> bool {
        crate::is_code_language(&self.language)
    }

    /// Whether anything was made of the file: configuration of a kind that codd does not know
    /// has neither definitions nor links.
    pub fn is_modelled(&self) -> bool {
        self.is_code() || !self.semantics.definitions.is_empty() || !self.semantics.links.is_empty()
    }
}

impl Places {
    /// Where a use stands that an edge names: those of links are counted behind references.
    pub fn used_at(&self, at: u32) -> Option<Span> {
        let at = at as usize;
        let link = || self.links.get(at.checked_sub(self.references.len())?);
        self.references.get(at).or_else(link).copied()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionPlace {
    /// With its decorators.
    pub span: Span,
    pub name: Span,
    /// Tokens of the signature without the definition's own name: kind, parameters, bases,
    /// declared type, visibility. Comments and layout do not count.
    pub shape: Hash64,
    /// Tokens of the decorators.
    pub decorators: Hash64,
    /// Tokens of the body, without those of nested definitions of their own.
    pub body: Hash64,
    /// Has a documentation comment or docstring that says more than its name.
    pub is_documented: bool,
}

/// Where the parser gave up and went on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParseErrors {
    pub count: u32,
    /// The first few.
    pub spans: Vec<Span>,
}

impl ParseErrors {
    /// Places kept for each file.
    const MAX_SPANS: usize = 10;

    pub(crate) fn add(&mut self, span: Span) {
        self.count += 1;
        if self.spans.len() < ParseErrors::MAX_SPANS {
            self.spans.push(span);
        }
    }
}

/// Hashes tokens so that `a b` and `ab` differ and layout does not matter.
///
/// It gathers them: tokens are short, and hashed several times as fast when they come at once.
#[derive(Clone, Debug, Default)]
pub struct TokenHasher(Vec<u8>);

impl TokenHasher {
    pub fn token(&mut self, text: &[u8]) {
        self.0.extend_from_slice(&(text.len() as u32).to_le_bytes());
        self.0.extend_from_slice(text);
    }

    pub fn finish(&self) -> Hash64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&blake3::hash(&self.0).as_bytes()[..8]);
        Hash64(u64::from_le_bytes(bytes))
    }
}

/// Hashes parts of any length so that `ab c` and `a bc` differ: keys and fingerprints, which
/// nobody may find two of.
#[derive(Clone, Debug, Default)]
pub struct PartHasher(blake3::Hasher);

impl PartHasher {
    pub fn part(&mut self, part: impl AsRef<[u8]>) {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    pub fn finish(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }

    /// The hash in hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }
}
