//! Calls whose arguments somebody asks for, and what is known of them.

use codd_source::{RepoPath, Span};
use serde::{Deserialize, Serialize};

/// Calls that are looked for, and which of their arguments are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProbePattern {
    /// Names of what is called, as imports resolve them, in which `*` stands for anything;
    /// `*.name` also for a method of something whose type is not known.
    pub calls: Vec<String>,
    /// The same for attributes that are assigned to: their one argument is what they get.
    pub assigned: Vec<String>,
    /// Names that are left out.
    pub except: Vec<String>,
    pub arguments: Vec<ProbeArgument>,
}

/// One argument, by any of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProbeArgument {
    pub names: Vec<String>,
    pub places: Vec<u32>,
}

/// One call that a probe is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeCall {
    /// The number of the pattern.
    pub probe: u32,
    pub path: RepoPath,
    pub span: Span,
    /// Where each argument stands, if it does at the call itself.
    pub arguments: Vec<Option<Span>>,
    /// What the arguments are: once for each way to get to the call that was told apart.
    pub seen: Vec<ProbeSeen>,
}

/// The arguments of one call as one caller gives them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeSeen {
    /// Parallel to the pattern's arguments.
    pub values: Vec<ProbeValue>,
    /// Calls that pass something on, the outermost first.
    pub steps: Vec<ProbePlace>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProbePlace {
    pub path: RepoPath,
    pub span: Span,
}

/// All that a value may be; never empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeValue {
    pub ways: Vec<ProbeWay>,
}

/// What a value may be, with where that is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeWay {
    pub what: ProbeWhat,
    pub origin: Option<ProbePlace>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ProbeWhat {
    /// It is computed, read, or comes from outside.
    Unknown,
    /// A parameter that nobody in the project gives.
    Parameter,
    /// It is not given, or not there.
    Absent,
    Nothing,
    Boolean(bool),
    Integer(i64),
    Decimal(f64),
    Text(String),
    /// Seconds.
    Duration(f64),
    /// So many seconds from now.
    Later(f64),
    /// Unknown bytes of this number.
    Bytes(i64),
    /// Something of a library by its name.
    Name(String),
    /// What calling that gives.
    Called(String),
    List {
        items: Vec<ProbeValue>,
        /// Whether there may be others.
        is_open: bool,
    },
    Mapping {
        items: Vec<(String, ProbeValue)>,
        is_open: bool,
    },
}

impl ProbeValue {
    pub(crate) fn one(what: ProbeWhat) -> ProbeValue {
        ProbeValue { ways: vec![ProbeWay { what, origin: None }] }
    }

    /// What is at a key of it, all ways together; `None` for the key takes every item, each
    /// as a value of its own.
    pub fn at(&self, key: Option<&str>) -> Vec<ProbeValue> {
        let mut whole: Vec<ProbeWay> = Vec::new();
        let mut each: Vec<ProbeValue> = Vec::new();
        for way in &self.ways {
            match (&way.what, key) {
                (ProbeWhat::List { items, is_open }, None) => {
                    each.extend(items.iter().cloned());
                    if *is_open {
                        each.push(ProbeValue::one(ProbeWhat::Unknown));
                    }
                }
                (ProbeWhat::Mapping { items, is_open }, None) => {
                    each.extend(items.iter().map(|(_, it)| it.clone()));
                    if *is_open {
                        each.push(ProbeValue::one(ProbeWhat::Unknown));
                    }
                }
                (ProbeWhat::List { items, is_open }, Some(key)) => {
                    let at = key.parse::<i64>().ok().map(|at| {
                        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
                        if at < 0 { count + at } else { at }
                    });
                    let item = at.and_then(|at| items.get(usize::try_from(at).ok()?));
                    whole.extend(item_ways(item, *is_open));
                }
                (ProbeWhat::Mapping { items, is_open }, Some(key)) => {
                    let item = items.iter().find(|(own, _)| own == key).map(|(_, it)| it);
                    whole.extend(item_ways(item, *is_open));
                }
                (
                    ProbeWhat::Absent
                    | ProbeWhat::Nothing
                    | ProbeWhat::Boolean(_)
                    | ProbeWhat::Integer(_)
                    | ProbeWhat::Text(_),
                    _,
                ) => whole.push(ProbeWay { what: ProbeWhat::Absent, ..way.clone() }),
                _ => whole.push(ProbeWay { what: ProbeWhat::Unknown, ..way.clone() }),
            }
        }
        if !whole.is_empty() {
            each.push(ProbeValue { ways: whole });
        }
        each
    }
}

fn item_ways(item: Option<&ProbeValue>, is_open: bool) -> Vec<ProbeWay> {
    match item {
        Some(item) => item.ways.clone(),
        None => {
            let what = if is_open { ProbeWhat::Unknown } else { ProbeWhat::Absent };
            vec![ProbeWay { what, origin: None }]
        }
    }
}

/// Whether a name is one that a pattern means: `*` stands for anything, and `*.` at its
/// beginning for nothing too.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    wild(pattern, name) || pattern.strip_prefix("*.").is_some_and(|rest| wild(rest, name))
}

fn wild(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The method that a pattern means of whatever object: `*.name`.
pub(crate) fn any_method(pattern: &str) -> Option<&str> {
    pattern.strip_prefix("*.").filter(|rest| !rest.contains(['.', '*']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("*.AESGCM.generate_key", "a.b.AESGCM.generate_key"));
        assert!(matches("*.AESGCM.generate_key", "AESGCM.generate_key"));
        assert!(matches("hashlib.*", "hashlib.md5"));
        assert!(matches("a.*.c.*", "a.b.c.d"));
        assert!(!matches("a.b", "a.bc"));
        assert!(!matches("*.decode", "jwt.decoder"));
        assert!(!matches("a*a", "a"));
    }
}
