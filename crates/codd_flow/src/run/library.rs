//! Functions of libraries whose result is known: lengths, time spans, the present time.

use super::Run;
use super::calls::Call;
use super::folding::{length_of, number};
use crate::value::{Constant, Value};
use crate::ways::{Ways, What};

impl Run<'_, '_> {
    /// What functions of libraries give whose result is known.
    pub(super) fn note_library(&mut self, call: &Call<'_>, value: &mut Value) {
        let path = call.callee.path.filter(|it| !self.engine.paths.is_symbolic(*it));
        let text = path.map(|it| std::rc::Rc::clone(self.engine.paths.text(it)));
        if text.as_deref() == Some("Object.assign") {
            self.put_together(call, value);
            return;
        }
        let found = text.as_deref().and_then(|text| self.library(text, call));
        let found = found.or_else(|| self.library_method(call));
        if let Some(what) = found {
            value.ways = Ways::one(what, Some(call.place));
        }
    }

    /// `Object.assign(target, …)`: the target, with what is in the others.
    fn put_together(&mut self, call: &Call<'_>, value: &mut Value) {
        let Some((target, others)) = call.given.split_first() else { return };
        let Some(object) = self.state.object(&target.value) else { return };
        for other in others {
            let added = self.state.shape(&other.value).cloned();
            let is_whole = added.as_ref().is_some_and(|it| it.is_whole && it.rest.is_none());
            let shape = self.state.shape_mut(object);
            for (key, item) in added.iter().flat_map(|it| &it.items) {
                shape.set(key.clone(), item.clone());
            }
            if !is_whole || other.is_spread {
                shape.add_rest(&Value::default());
            }
        }
        value.object = Some(object);
        value.ways = target.value.ways.clone();
        value.path = None;
    }

    fn argument_ways(&self, call: &Call<'_>, place: usize, name: &str) -> Option<What> {
        if call.given.iter().any(|it| it.is_spread) {
            return None;
        }
        let named = call.given.iter().find(|it| it.name.as_deref() == Some(name));
        let placed = || call.given.iter().filter(|it| it.name.is_none()).nth(place);
        match named.or_else(placed) {
            Some(it) => Some(self.as_time(&it.value.only_way()?.what)),
            None => Some(What::Absent),
        }
    }

    fn library(&self, text: &str, call: &Call<'_>) -> Option<What> {
        let first = || self.argument_ways(call, 0, "");
        let count = |what: Option<What>| match what? {
            What::Constant(Constant::Integer(count)) => Some(count),
            _ => None,
        };
        let name = text.rsplit('.').next().unwrap_or(text);
        match text {
            "len" => match first()? {
                What::Constant(Constant::Text(text)) => {
                    Some(What::Constant(Constant::Integer(length_of(&text))))
                }
                What::Bytes(count) => Some(What::Constant(Constant::Integer(count))),
                _ => None,
            },
            "int" | "float" | "Number" | "parseInt" | "Math.floor" | "Math.round" | "Math.ceil"
            | "Math.trunc" | "round" => match first()? {
                What::Constant(Constant::Text(text)) => {
                    let number = text.trim().parse().ok()?;
                    Some(What::Constant(Constant::Integer(number)))
                }
                What::Decimal(it) if it.fract() == 0.0 => Some(What::Decimal(it)),
                number @ (What::Constant(Constant::Integer(_)) | What::Later(_)) => Some(number),
                _ => None,
            },
            "bytes.fromhex" => match first()? {
                What::Constant(Constant::Text(text)) => {
                    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
                    Some(What::Bytes(i64::try_from(digits / 2).ok()?))
                }
                _ => None,
            },
            "datetime.timedelta" => {
                let names: [(&str, f64); 7] = [
                    ("days", 86_400.0),
                    ("seconds", 1.0),
                    ("microseconds", 1e-6),
                    ("milliseconds", 1e-3),
                    ("minutes", 60.0),
                    ("hours", 3600.0),
                    ("weeks", 604_800.0),
                ];
                let mut sum = 0.0;
                for (at, (name, seconds)) in names.iter().enumerate() {
                    match self.argument_ways(call, at, name)? {
                        What::Absent => {}
                        other => sum += number(&other)? * seconds,
                    }
                }
                Some(What::Duration(sum))
            }
            "os.urandom"
            | "crypto.randomBytes"
            | "Buffer.alloc"
            | "Crypto.Random.get_random_bytes" => count(first()).map(What::Bytes),
            "secrets.token_bytes" => match self.argument_ways(call, 0, "nbytes")? {
                What::Absent => Some(What::Bytes(32)),
                other => count(Some(other)).map(What::Bytes),
            },
            _ if name == "generate_key" && text.contains("ciphers.aead.") => {
                let bits = count(self.argument_ways(call, 0, "bit_length"))?;
                Some(What::Bytes(bits / 8))
            }
            _ => None,
        }
    }

    fn library_method(&self, call: &Call<'_>) -> Option<What> {
        let (_, receiver) = call.receiver.as_ref()?;
        let what = self.as_time(&receiver.only_way()?.what);
        match (call.method.as_deref()?, what) {
            ("total_seconds", What::Duration(seconds)) => Some(What::Decimal(seconds)),
            ("timestamp" | "replace" | "astimezone", later @ What::Later(_)) => Some(later),
            ("encode", text @ What::Constant(Constant::Text(_))) => Some(text),
            ("toString", bytes @ What::Constant(_)) => Some(bytes),
            _ => None,
        }
    }
}
