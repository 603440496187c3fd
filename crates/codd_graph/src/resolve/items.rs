//! What is in a value: its items, what a loop over it sees, what `with` and `[…]` give.

use codd_facts::{ContainerKind, Conventions, Expr, Item, Name, Semantics};

use super::answers::Question;
use super::evaluate::Evaluator;
use super::value::{Flow, FlowSet, Receiver, Site, Value};
use crate::Confidence;

/// Of fewer items than this, looking at each costs no more than keeping what they are.
const FEW: usize = 8;

/// Which methods of a language are meant.
pub(super) type Methods = fn(&Conventions) -> &'static [&'static str];

impl Evaluator<'_> {
    /// What a loop over a value sees.
    pub(super) fn elements(&mut self, flows: &[Flow]) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in flows {
            match &flow.value {
                Value::Container(site) => {
                    let items = self.items(*site, None);
                    out.extend(items.flows(), flow.confidence);
                }
                Value::Instance(..) => {
                    let iterated = self.protocol(&flow.value, |it| it.iterators);
                    match iterated {
                        Some(it) if !matches!(&it.flows(), [only] if only.value == flow.value) => {
                            let next = self.protocol_of(it.flows(), |it| it.next_items);
                            out.extend(next.flows(), flow.confidence);
                        }
                        Some(_) => {
                            let next = self.protocol(&flow.value, |it| it.next_items);
                            let next = next.unwrap_or_else(FlowSet::unknown);
                            out.extend(next.flows(), flow.confidence);
                        }
                        // What a generator gives is not told from what calling it gives.
                        None => out.push(flow.value.clone(), flow.confidence),
                    }
                }
                Value::ExternalOf { name, of } => {
                    let given = Value::Given { name: name.clone(), of: Some(*of) };
                    out.push(given, flow.confidence);
                }
                Value::Text(_) | Value::Literal => out.push(Value::Literal, flow.confidence),
                _ => out.push(flow.value.clone(), flow.confidence),
            }
        }
        out
    }

    pub(super) fn index(&mut self, bases: &[Flow], key: Option<&str>) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in bases {
            match &flow.value {
                Value::Container(site) => {
                    let items = self.items(*site, key);
                    out.extend(items.flows(), flow.confidence.min(Confidence::Probable));
                }
                Value::Instance(..) => match self.protocol(&flow.value, |it| it.indexing) {
                    Some(found) => out.extend(found.flows(), flow.confidence),
                    None => out.push(flow.value.clone(), flow.confidence),
                },
                Value::Text(_) | Value::Literal => out.push(Value::Literal, flow.confidence),
                Value::ExternalOf { name, of } => {
                    let given = Value::Given { name: name.clone(), of: Some(*of) };
                    out.push(given, flow.confidence);
                }
                // A generic type with its arguments; a member by its constant name.
                value => match key {
                    Some(key) if matches!(value, Value::Module(_)) => {
                        let found = self.attribute(std::slice::from_ref(flow), key);
                        out.extend(found.flows(), flow.confidence);
                    }
                    _ => out.push(value.clone(), flow.confidence),
                },
            }
        }
        out
    }

    /// The items of a container, of one key or of any.
    pub(super) fn items(&mut self, site: Site, key: Option<&str>) -> FlowSet {
        let semantics = self.semantics(site.file);
        let Expr::Container { kind, items } = semantics.expr(site.expr) else {
            return FlowSet::unknown();
        };
        if let Some(at) = place(&semantics, *kind, items, key) {
            let flows = self.expr(site.file, items[at].value, site.frame);
            return self.open_all(&flows);
        }
        if items.len() < FEW {
            return self.all_items(site, items, key);
        }
        let question = Question::Items(site, key.map(Name::new));
        let flows = self.ask(question, |it| it.all_items(site, items, key));
        FlowSet::shared(&flows)
    }

    fn all_items(&mut self, site: Site, items: &[Item], key: Option<&str>) -> FlowSet {
        let fits = |item: &&Item| match (key, &item.key) {
            (Some(key), Some(own)) => key == own.as_str(),
            _ => true,
        };
        let is_keyed = items.iter().any(|it| it.key.is_some() && fits(&it)) && key.is_some();
        let mut out = FlowSet::default();
        for item in items.iter().filter(fits) {
            if is_keyed && item.key.is_none() {
                continue;
            }
            let flows = self.expr(site.file, item.value, site.frame);
            out.extend(&flows, Confidence::Exact);
        }
        self.open_all(out.flows())
    }

    /// What `with` binds.
    pub(super) fn entered(&mut self, flows: &[Flow]) -> FlowSet {
        self.protocol_of(flows, |it| it.entering)
    }

    /// What the first of these methods gives for each value; others stay as they are.
    pub(super) fn protocol_of(&mut self, flows: &[Flow], methods: Methods) -> FlowSet {
        let mut out = FlowSet::default();
        for flow in flows {
            match self.protocol(&flow.value, methods) {
                Some(found) => out.extend(found.flows(), flow.confidence),
                None => out.push(flow.value.clone(), flow.confidence),
            }
        }
        out
    }

    /// What calling the first of these methods of an instance gives.
    fn protocol(&mut self, value: &Value, methods: Methods) -> Option<FlowSet> {
        let Value::Instance(class, types) = value else { return None };
        let receiver = Receiver::instance(*class, *types);
        methods(self.conventions(class.file)).iter().find_map(|name| {
            let methods = self.class_member(*class, name, receiver)?;
            let mut out = FlowSet::default();
            for flow in methods.flows() {
                let given = self.call(&flow.value, None);
                out.extend(given.flows(), flow.confidence);
            }
            Some(out)
        })
    }
}

/// The place of a sequence's item whose index is written out, unless others may be unpacked
/// before it.
fn place(
    semantics: &Semantics,
    kind: ContainerKind,
    items: &[Item],
    key: Option<&str>,
) -> Option<usize> {
    let at: usize = key.filter(|_| kind == ContainerKind::Sequence)?.parse().ok()?;
    let is_one = |it: &Item| !matches!(semantics.expr(it.value), Expr::Index { key: None, .. });
    (items.len() > 1 && at < items.len() && items[..=at].iter().all(is_one)).then_some(at)
}
