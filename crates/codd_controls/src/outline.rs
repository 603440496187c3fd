//! What a YAML text holds at its top, read without keeping it.
//!
//! Reading the outline is the gate for everything else: it refuses bad syntax, deep nesting
//! and alias bombs, and it does not mind duplicate keys, which get diagnostics of their own.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess};

/// The kinds of YAML value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Scalar,
    List,
    Map,
}

/// Why a text has no outline.
#[derive(Debug)]
pub(crate) enum OutlineError {
    Yaml(serde_yaml::Error),
    /// So many brackets for its length that reading it could take minutes.
    TooManyBrackets,
}

/// libyaml looks at every open bracket for each token, so its time is bounded by this product
/// of a text's brackets and bytes; brackets are counted wherever they stand, since knowing
/// which of them nest would take a parser.
const MOST_WORK: usize = 1 << 28;

/// The outline of a text of one document.
pub(crate) fn outline(text: &str) -> Result<Outline, OutlineError> {
    let brackets = text.bytes().filter(|it| matches!(it, b'[' | b'{')).count();
    if brackets.saturating_mul(text.len()) > MOST_WORK {
        return Err(OutlineError::TooManyBrackets);
    }
    serde_yaml::from_str(text).map_err(OutlineError::Yaml)
}

/// One value: its kind, how many items it has, and of a map its entries.
pub(crate) struct Outline {
    pub(crate) kind: Kind,
    /// Each entry's key with the kind and length of its value.
    pub(crate) entries: Vec<(String, Kind, usize)>,
    length: usize,
    /// What a key says, when this is one.
    text: String,
}

impl Outline {
    fn new(kind: Kind, text: String) -> Outline {
        Outline { kind, entries: Vec::new(), length: 0, text }
    }
}

impl<'de> Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Outline, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Outline;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Scalar, value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Scalar, value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Scalar, value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Scalar, value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Scalar, value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Scalar, value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Scalar, value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Null, String::new()))
    }

    // An empty document is no unit but none.
    fn visit_none<E>(self) -> Result<Outline, E> {
        Ok(Outline::new(Kind::Null, String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Outline, A::Error> {
        let mut list = Outline::new(Kind::List, String::new());
        while items.next_element::<Outline>()?.is_some() {
            list.length += 1;
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Outline, A::Error> {
        let mut map = Outline::new(Kind::Map, String::new());
        while let Some((key, value)) = entries.next_entry::<Outline, Outline>()? {
            map.length += 1;
            map.entries.push((key.text, value.kind, value.length));
        }
        Ok(map)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Outline, A::Error> {
        let (_tag, value) = tagged.variant::<Outline>()?;
        value.newtype_variant()
    }
}
