//! Which calls of a language are given the key of a setting, by their names alone.

use super::{Family, setting_key};
use crate::Name;

/// What is called, or indexed, with a text: `viper.GetString(`, `configuration[`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taker<'t> {
    /// The last name of what it is called on; empty for a plain function.
    pub(crate) receiver: &'t str,
    /// The last name of what is called; `[` where a value is indexed.
    pub(crate) method: &'t str,
}

/// The key that a text is where `taker` is given it, and whether nothing of that is a guess.
pub(crate) struct Read {
    pub(crate) keys: Vec<Name>,
    pub(crate) is_certain: bool,
}

/// Methods with which objects of configuration are asked on the JVM.
const JVM: &[&str] = &[
    "as",
    "containsProperty",
    "get",
    "getBoolean",
    "getConfig",
    "getDouble",
    "getDuration",
    "getInt",
    "getLong",
    "getOptionalValue",
    "getProperty",
    "getRequiredProperty",
    "getString",
    "getStringList",
    "getValue",
    "hasPath",
];

/// The same of .NET.
const DOTNET: &[&str] =
    &["BindConfiguration", "GetConnectionString", "GetRequiredSection", "GetSection", "GetValue"];

impl<'t> Taker<'t> {
    /// Reads what stands in front of a text: `a.b.Get<int>(`, with its bracket.
    pub(crate) fn before(text: &'t str) -> Option<Taker<'t>> {
        let text = text.trim_end();
        if let Some(indexed) = text.strip_suffix('[') {
            return Some(Taker { receiver: last_name(indexed.trim_end()), method: "[" });
        }
        let called = without_generics(text.strip_suffix('(')?.trim_end());
        let method = last_name(called);
        let rest = called[..called.len() - method.len()].trim_end();
        let rest = ["?.", "!.", "::", "->", "."].iter().find_map(|it| rest.strip_suffix(it));
        let receiver = rest.map_or("", |it| last_name(it.trim_end_matches("()").trim_end()));
        (!method.is_empty()).then_some(Taker { receiver, method })
    }

    fn is_on(self, words: &[&str]) -> bool {
        let receiver = self.receiver.to_ascii_lowercase();
        words.iter().any(|it| receiver.contains(it))
    }
}

/// Without the type arguments at the end: `Get<int>`, `get[String]`.
fn without_generics(text: &str) -> &str {
    for (open, close) in [('<', '>'), ('[', ']')] {
        if let Some(inner) = text.strip_suffix(close)
            && let Some(at) = inner.find(open)
        {
            return text[..at].trim_end_matches("::");
        }
    }
    text
}

/// The name that a text ends with.
fn last_name(text: &str) -> &str {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let start = text.trim_end_matches(is_part).len();
    &text[start..]
}

/// What code of a language reads with `text`, if its taker reads settings.
pub(crate) fn read_by(language: &str, taker: Taker<'_>, text: &str) -> Option<Read> {
    const CONFIGURATION: &[&str] = &["cfg", "conf", "setting"];
    let Taker { receiver, method } = taker;
    let is_dotted = text.contains(['.', ':']);
    let (family, name, is_certain) = match language {
        "go" => {
            let is_viper = receiver == "viper";
            let is_known =
                taker.is_on(CONFIGURATION) || matches!(receiver, "v" | "k" | "ko" | "vp");
            let reads = method.starts_with("Get")
                || matches!(method, "IsSet" | "UnmarshalKey" | "Sub" | "Unmarshal")
                || is_known && matches!(method, "String" | "Int" | "Bool" | "Duration" | "Strings");
            if !(reads && (is_viper || is_known)) {
                return None;
            }
            (Family::Data, text.to_owned(), is_viper || is_dotted)
        }
        "csharp" => match method {
            "GetConnectionString" => (Family::Data, format!("ConnectionStrings.{text}"), true),
            "BindConfiguration" => (Family::Data, text.to_owned(), true),
            "[" if taker.is_on(CONFIGURATION) => (Family::Data, text.to_owned(), is_dotted),
            _ if DOTNET.contains(&method) && (taker.is_on(CONFIGURATION) || receiver == "Get") => {
                (Family::Data, text.to_owned(), true)
            }
            _ => return None,
        },
        "java" | "kotlin" | "scala" => {
            let is_known = taker.is_on(CONFIGURATION) || taker.is_on(&["env", "propert", "props"]);
            if !(JVM.contains(&method) && is_known) {
                return None;
            }
            (Family::Data, text.to_owned(), is_dotted)
        }
        "php" => match (receiver, method) {
            ("", "config") => (Family::Laravel, text.to_owned(), true),
            ("Config", "get" | "has" | "set" | "string" | "integer" | "boolean" | "array") => {
                (Family::Laravel, text.to_owned(), true)
            }
            (_, "getParameter" | "hasParameter") => {
                (Family::Data, format!("parameters.{text}"), true)
            }
            _ => return None,
        },
        "rust" => {
            const ASKING: &[&str] = &[
                "get_array",
                "get_bool",
                "get_float",
                "get_int",
                "get_string",
                "get_table",
                "get",
            ];
            if !(ASKING.contains(&method) && (method != "get" || taker.is_on(CONFIGURATION))) {
                return None;
            }
            (Family::Data, text.to_owned(), is_dotted)
        }
        _ => return None,
    };
    let mut keys: Vec<Name> = setting_key(family, &name).into_iter().collect();
    if family == Family::Laravel {
        // A part of a list, or of what is set when it runs, lies in its section.
        let mut rest = name.as_str();
        while let Some((outer, _)) = rest.rsplit_once('.') {
            keys.extend(setting_key(family, outer));
            rest = outer;
        }
    }
    (!keys.is_empty()).then_some(Read { keys, is_certain })
}

/// The names in `${name}` and `${name:default}` of a text.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("${").filter_map(|(at, _)| {
        let inner = &text[at + 2..];
        let end = inner.find(['}', ':'])?;
        Some(inner[..end].trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_text() {
        let taker = |text| Taker::before(text).map(|it| (it.receiver, it.method));
        assert_eq!(taker("x = viper.GetString("), Some(("viper", "GetString")));
        assert_eq!(taker("builder.Configuration["), Some(("Configuration", "[")));
        assert_eq!(taker("_config.GetValue<int>("), Some(("_config", "GetValue")));
        assert_eq!(taker("configuration.get[Seq[String]]("), Some(("configuration", "get")));
        assert_eq!(taker("Settings::new().get::<u16>("), Some(("new", "get")));
        assert_eq!(taker("return config("), Some(("", "config")));
        assert_eq!(taker("x = "), None);
    }

    #[test]
    fn placeholders_of_a_text() {
        let names: Vec<&str> = placeholders("http://${a.host}:${a.port:80}/${").collect();
        assert_eq!(names, ["a.host", "a.port"]);
    }
}
