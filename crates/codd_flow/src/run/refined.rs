//! What is known of a value from a test on, wherever it is found.

use codd_facts::{FlowValue, ValueId};

use super::Run;
use crate::classes::Mask;
use crate::value::{Key, Taint};

impl Run<'_, '_> {
    /// What a value names is no danger to these from here on.
    pub(super) fn make_safe(&mut self, value: ValueId, mask: Mask) {
        self.make_safe_if(value, mask, Mask::default());
    }

    /// The same for authors of whom something is known already.
    pub(super) fn make_safe_if(&mut self, value: ValueId, mask: Mask, needed: Mask) {
        let flow = self.flow;
        match flow.value(value) {
            FlowValue::Name(name) => {
                if let Some(slot) = self.slot(*name) {
                    let own = &mut self.state.vars[slot];
                    if own.taint.is_empty() && own.object.is_none() {
                        // Nothing to say.
                    } else if own.object.is_some() || own.path.is_some() {
                        let mut refined = own.clone();
                        refined.taint = safer(&own.taint, mask, needed);
                        self.state.vars[slot] = refined;
                    } else {
                        own.taint = safer(&own.taint, mask, needed);
                    }
                    self.also_what_it_is_of(slot, mask, needed);
                } else if let Some(known) = self.state.outer.get_mut(&(self.file, name.0)) {
                    known.taint = safer(&known.taint, mask, needed);
                }
            }
            FlowValue::Attribute { base, name } => {
                let text = flow.name(*name).as_str();
                if self.engine.models.hosts.iter().any(|it| it == text) && self.is_address(*base) {
                    let mask = mask.and(self.host_mask());
                    self.make_safe_if(*base, mask, needed);
                    return;
                }
                let key = Key::Named(text.into());
                self.refine_item(*base, &key, value, mask, needed);
            }
            FlowValue::Index { base, key } => {
                let key = self.value(*key);
                if let Some(key) = self.key_of(&key) {
                    self.refine_item(*base, &key, value, mask, needed);
                }
            }
            FlowValue::Call { callee, arguments, .. } => match flow.value(*callee) {
                FlowValue::Attribute { base, name } if keeps_text(flow.name(*name)) => {
                    self.make_safe_if(*base, mask, needed);
                }
                // `URI.parse(x).host`, which is a call where everything is.
                FlowValue::Attribute { base, name }
                    if arguments.is_empty()
                        && self
                            .engine
                            .models
                            .hosts
                            .iter()
                            .any(|it| it == flow.name(*name).as_str())
                        && self.is_address(*base) =>
                {
                    let mask = mask.and(self.host_mask());
                    self.make_safe_if(*base, mask, needed);
                }
                FlowValue::Name(name) | FlowValue::Attribute { name, .. } => {
                    let keeps = matches!(
                        flow.name(*name).as_str(),
                        "str"
                            | "String"
                            | "bytes"
                            | "urlparse"
                            | "urlsplit"
                            | "URL"
                            | "URI"
                            | "::Uri"
                    );
                    let is_parsed = self.is_ruby() && flow.name(*name) == "parse";
                    if (keeps || is_parsed && self.is_address(value))
                        && let [argument, ..] = &arguments[..]
                    {
                        self.make_safe_if(argument.value, mask, needed);
                    }
                }
                _ => {}
            },
            FlowValue::Awaited(inner) | FlowValue::Typed { value: inner, .. } => {
                self.make_safe_if(*inner, mask, needed);
            }
            FlowValue::Assigned { target, .. } => self.make_safe_if(*target, mask, needed),
            _ => {}
        }
    }

    /// An address that was taken apart, whose host is what was looked at.
    pub(super) fn is_address(&mut self, value: ValueId) -> bool {
        let found = self.value(value);
        found.path.is_some_and(|it| {
            let text = self.engine.paths.text(it);
            text.ends_with("urlparse()")
                || text.ends_with("urlsplit()")
                || text.ends_with("URL()")
                || text.ends_with("url.parse()")
                || matches!(
                    &**text,
                    "URI.parse()" | "URI()" | "Addressable.URI.parse()" | "System.Uri()"
                )
        }) || matches!(self.flow.value(value), FlowValue::Name(_)) && found.path.is_none()
    }

    pub(super) fn refine_item(
        &mut self,
        base: ValueId,
        key: &Key,
        value: ValueId,
        mask: Mask,
        needed: Mask,
    ) {
        let owner = self.value(base);
        let mut item = self.read(&owner, Some(key), value);
        if item.taint.is_empty() {
            return;
        }
        item.taint = safer(&item.taint, mask, needed);
        if let Some(object) = self.state.object(&owner) {
            self.state.refine(object, key.clone(), item);
        }
    }

    /// A variable that was made of another by a call: what is known of the host of an address
    /// is known of its text.
    pub(super) fn also_what_it_is_of(&mut self, slot: usize, mask: Mask, needed: Mask) {
        let Some(written) = self.state.written[slot] else { return };
        let flow = self.flow;
        let FlowValue::Call { callee, arguments, .. } = flow.value(written) else { return };
        let named = |id: ValueId| matches!(flow.value(id), FlowValue::Name(_));
        let source = match flow.value(*callee) {
            FlowValue::Attribute { base, name } if keeps_text(flow.name(*name)) && named(*base) => {
                Some(*base)
            }
            FlowValue::Attribute { name, .. } | FlowValue::Name(name)
                if matches!(
                    flow.name(*name).as_str(),
                    "urlparse" | "urlsplit" | "URL" | "URI" | "parse" | "str" | "String" | "::Uri"
                ) =>
            {
                arguments.first().map(|it| it.value).filter(|it| named(*it))
            }
            _ => None,
        };
        let Some(source) = source else { return };
        let FlowValue::Name(name) = flow.value(source) else { return };
        if let Some(other) = self.slot(*name)
            && other != slot
        {
            let own = &mut self.state.vars[other];
            own.taint = safer(&own.taint, mask, needed);
        }
    }
}

pub(super) fn safer(taint: &Taint, mask: Mask, needed: Mask) -> Taint {
    if needed == Mask::default() {
        return taint.made_safe(mask);
    }
    taint.map(|mut atom| {
        if atom.safe.has(needed) {
            atom.safe = atom.safe.or(mask);
        }
        atom
    })
}

/// Methods of a text that give the same text, but for its case and its edges.
pub(super) fn keeps_text(name: &str) -> bool {
    matches!(
        name,
        "lower"
            | "upper"
            | "strip"
            | "lstrip"
            | "rstrip"
            | "casefold"
            | "trim"
            | "toLowerCase"
            | "toUpperCase"
            | "toString"
            | "trimStart"
            | "trimEnd"
            | "decode"
            | "encode"
            | "title"
            | "capitalize"
            | "resolve"
            | "as_posix"
            | "downcase"
            | "upcase"
            | "to_s"
            | "to_sym"
            | "to_str"
            | "chomp"
            | "squish"
            | "presence"
            | "freeze"
            | "ToLower"
            | "ToLowerInvariant"
            | "ToUpper"
            | "ToUpperInvariant"
            | "ToString"
            | "Trim"
            | "TrimEnd"
            | "TrimStart"
    )
}
