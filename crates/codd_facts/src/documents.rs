//! Mappings, lists and texts as YAML, JSON and TOML share them, with their places.

use codd_source::Span;
use rustc_hash::FxHashMap;

use crate::node::{Node, children, field};
use crate::resources::unquoted;

/// Levels that are read; what is nested deeper is left out.
const MAX_DEPTH: u32 = 64;

/// The values of one file, in one array: an alias is a second place of the same value, so that
/// none is ever copied.
#[derive(Debug, Default)]
pub(crate) struct Document<'t> {
    values: Vec<Value<'t>>,
    /// One for each document of the file.
    roots: Vec<u32>,
}

#[derive(Debug)]
struct Value<'t> {
    span: Span,
    shape: Shape<'t>,
}

#[derive(Debug)]
enum Shape<'t> {
    Text(&'t str),
    List(Vec<u32>),
    Map(Vec<Entry<'t>>),
}

#[derive(Clone, Copy, Debug)]
struct Entry<'t> {
    key: &'t str,
    key_span: Span,
    /// Key and value.
    span: Span,
    value: u32,
}

/// A value of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'d, 't> {
    document: &'d Document<'t>,
    id: u32,
}

/// One entry of a mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'d, 't> {
    pub(crate) key: &'t str,
    pub(crate) key_span: Span,
    pub(crate) span: Span,
    pub(crate) value: At<'d, 't>,
}

impl<'d, 't> At<'d, 't> {
    pub(crate) fn span(self) -> Span {
        self.document.values[self.id as usize].span
    }

    fn shape(self) -> &'d Shape<'t> {
        &self.document.values[self.id as usize].shape
    }

    fn at(self, id: u32) -> At<'d, 't> {
        At { id, ..self }
    }

    /// The text of a scalar without its quotes, which says something.
    pub(crate) fn text(self) -> Option<&'t str> {
        match self.shape() {
            Shape::Text(text) => Some(unquoted(text)).filter(|it| !it.is_empty()),
            _ => None,
        }
    }

    /// The text of a scalar as written, and where it begins.
    pub(crate) fn raw(self) -> Option<(&'t str, u32)> {
        match self.shape() {
            Shape::Text(text) => Some((text, self.span().start)),
            _ => None,
        }
    }

    pub(crate) fn fields(self) -> impl Iterator<Item = Field<'d, 't>> {
        let entries = match self.shape() {
            Shape::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(move |it| Field {
            key: it.key,
            key_span: it.key_span,
            span: it.span,
            value: self.at(it.value),
        })
    }

    pub(crate) fn is_map(self) -> bool {
        matches!(self.shape(), Shape::Map(_))
    }

    pub(crate) fn items(self) -> impl Iterator<Item = At<'d, 't>> {
        let items = match self.shape() {
            Shape::List(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |it| self.at(*it))
    }

    /// The items of a list; of anything else, itself.
    pub(crate) fn items_or_self(self) -> impl Iterator<Item = At<'d, 't>> {
        let own = (!matches!(self.shape(), Shape::List(_) | Shape::Map(_))).then_some(self);
        self.items().chain(own)
    }

    /// The value of a key; of one that is merged in (`<<`) where it has none of its own.
    pub(crate) fn get(self, key: &str) -> Option<At<'d, 't>> {
        /// Merges in merges that are followed.
        const MERGES: usize = 4;
        let mut at = self;
        for _ in 0..MERGES {
            if let Some(found) = at.fields().find(|it| it.key == key) {
                return Some(found.value);
            }
            at = at.fields().find(|it| it.key == "<<")?.value;
        }
        None
    }

    /// The text of a key's value.
    pub(crate) fn text_of(self, key: &str) -> Option<&'t str> {
        self.get(key)?.text()
    }
}

impl<'t> Document<'t> {
    pub(crate) fn roots(&self) -> impl Iterator<Item = At<'_, 't>> {
        self.roots.iter().map(|id| At { document: self, id: *id })
    }

    /// Every entry of every mapping, in the order in which they were read.
    pub(crate) fn all_fields(&self) -> impl Iterator<Item = Field<'_, 't>> {
        (0..self.values.len() as u32).flat_map(|id| At { document: self, id }.fields())
    }

    fn add(&mut self, span: Span, shape: Shape<'t>) -> u32 {
        self.values.push(Value { span, shape });
        self.values.len() as u32 - 1
    }

    pub(crate) fn yaml(root: Node<'t>) -> Document<'t> {
        let mut document = Document::default();
        for it in children(root).into_iter().filter(|it| it.kind() == "document") {
            let mut anchors = FxHashMap::default();
            for node in children(it) {
                if matches!(node.kind(), "block_node" | "flow_node") {
                    let id = document.yaml_value(node, 0, &mut anchors);
                    document.roots.push(id);
                }
            }
        }
        document
    }

    fn yaml_value(
        &mut self,
        node: Node<'t>,
        depth: u32,
        anchors: &mut FxHashMap<&'t str, u32>,
    ) -> u32 {
        if depth > MAX_DEPTH {
            return self.add(node.span(), Shape::Text(""));
        }
        let mut anchor = None;
        let mut id = None;
        for part in children(node) {
            match part.kind() {
                "anchor" => anchor = Some(part.text().trim_start_matches('&')),
                "tag" => {}
                "alias" => {
                    let name = part.text().trim_start_matches('*');
                    id = anchors.get(name).copied();
                }
                "block_mapping" | "flow_mapping" => {
                    let mut entries = Vec::new();
                    for pair in children(part) {
                        entries.extend(self.yaml_pair(pair, depth, anchors));
                    }
                    id = Some(self.add(part.span(), Shape::Map(entries)));
                }
                "block_sequence" | "flow_sequence" => {
                    let mut items = Vec::new();
                    for item in children(part) {
                        let value = match item.kind() {
                            "block_sequence_item" => item.first_child(),
                            "flow_node" => Some(item),
                            _ => None,
                        };
                        items.extend(value.map(|it| self.yaml_value(it, depth + 1, anchors)));
                    }
                    id = Some(self.add(part.span(), Shape::List(items)));
                }
                _ => id = Some(self.add(part.span(), Shape::Text(part.text()))),
            }
        }
        let id = id.unwrap_or_else(|| self.add(node.span(), Shape::Text("")));
        if let Some(anchor) = anchor {
            anchors.insert(anchor, id);
        }
        id
    }

    fn yaml_pair(
        &mut self,
        pair: Node<'t>,
        depth: u32,
        anchors: &mut FxHashMap<&'t str, u32>,
    ) -> Option<Entry<'t>> {
        let key = field(pair, "key")?;
        let value = match field(pair, "value") {
            Some(value) => self.yaml_value(value, depth + 1, anchors),
            None => self.add(key.span(), Shape::Text("")),
        };
        Some(Entry { key: unquoted(key.text()), key_span: key.span(), span: pair.span(), value })
    }

    pub(crate) fn json(root: Node<'t>) -> Document<'t> {
        let mut document = Document::default();
        if let Some(value) = root.first_child() {
            let id = document.json_value(value, 0);
            document.roots.push(id);
        }
        document
    }

    fn json_value(&mut self, node: Node<'t>, depth: u32) -> u32 {
        if depth > MAX_DEPTH {
            return self.add(node.span(), Shape::Text(""));
        }
        match node.kind() {
            "object" => {
                let mut entries = Vec::new();
                for pair in children(node) {
                    let (Some(key), Some(value)) = (field(pair, "key"), field(pair, "value"))
                    else {
                        continue;
                    };
                    let value = self.json_value(value, depth + 1);
                    let (key_span, span) = (key.span(), pair.span());
                    entries.push(Entry { key: unquoted(key.text()), key_span, span, value });
                }
                self.add(node.span(), Shape::Map(entries))
            }
            "array" => {
                let items =
                    children(node).into_iter().map(|it| self.json_value(it, depth + 1)).collect();
                self.add(node.span(), Shape::List(items))
            }
            _ => self.add(node.span(), Shape::Text(node.text())),
        }
    }

    /// The tables of a TOML file: each under its whole dotted name, `tool.uv.sources`, in which
    /// inline tables are mappings.
    pub(crate) fn toml(root: Node<'t>) -> Document<'t> {
        let mut document = Document::default();
        let mut entries = Vec::new();
        for part in children(root) {
            match part.kind() {
                "pair" => entries.extend(document.toml_pair(part, 0)),
                "table" | "table_array_element" => {
                    let Some(key) = part.first_child() else { continue };
                    let mut own = Vec::new();
                    for pair in children(part).into_iter().filter(|it| it.kind() == "pair") {
                        own.extend(document.toml_pair(pair, 0));
                    }
                    let value = document.add(part.span(), Shape::Map(own));
                    let (key_span, span) = (key.span(), part.span());
                    entries.push(Entry { key: unquoted(key.text()), key_span, span, value });
                }
                _ => {}
            }
        }
        let id = document.add(root.span(), Shape::Map(entries));
        document.roots.push(id);
        document
    }

    fn toml_pair(&mut self, pair: Node<'t>, depth: u32) -> Option<Entry<'t>> {
        let parts = children(pair);
        let (key, value) = (*parts.first()?, *parts.get(1)?);
        let value = self.toml_value(value, depth + 1);
        Some(Entry { key: unquoted(key.text()), key_span: key.span(), span: pair.span(), value })
    }

    fn toml_value(&mut self, node: Node<'t>, depth: u32) -> u32 {
        if depth > MAX_DEPTH {
            return self.add(node.span(), Shape::Text(""));
        }
        match node.kind() {
            "inline_table" => {
                let mut entries = Vec::new();
                for pair in children(node) {
                    entries.extend(self.toml_pair(pair, depth));
                }
                self.add(node.span(), Shape::Map(entries))
            }
            "array" => {
                let items =
                    children(node).into_iter().map(|it| self.toml_value(it, depth + 1)).collect();
                self.add(node.span(), Shape::List(items))
            }
            _ => self.add(node.span(), Shape::Text(node.text())),
        }
    }
}

/// Whether a node of YAML has children whose place under it is what they mean.
pub(crate) fn is_layout(kind: &str) -> bool {
    matches!(kind, "block_mapping" | "block_sequence")
}
