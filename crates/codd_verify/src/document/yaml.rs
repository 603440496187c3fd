//! YAML: every document of a file, with anchors and merges followed within each.

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::{
    Entry, MAX_DEPTH, MAX_VALUES, Shape, Value, named_children, span_of, syntax_error, text_of,
};

pub(super) fn read(root: Node<'_>, text: &str) -> Result<Vec<Value>, String> {
    if let Some(error) = syntax_error(root) {
        return Err(error);
    }
    let mut reader = Reader { text, anchors: FxHashMap::default(), left: MAX_VALUES };
    let mut documents = Vec::new();
    for document in named_children(root).into_iter().filter(|it| it.kind() == "document") {
        reader.anchors.clear();
        for node in named_children(document) {
            if matches!(node.kind(), "block_node" | "flow_node") {
                documents.push(reader.value(node, 0)?);
            }
        }
    }
    Ok(documents)
}

struct Reader<'t> {
    text: &'t str,
    anchors: FxHashMap<&'t str, Value>,
    left: u32,
}

impl Reader<'_> {
    fn spend(&mut self, count: u32) -> Result<(), String> {
        self.left = self
            .left
            .checked_sub(count)
            .ok_or_else(|| "its aliases repeat more than can be read".to_owned())?;
        Ok(())
    }

    fn value(&mut self, node: Node<'_>, depth: u32) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deep".to_owned());
        }
        self.spend(1)?;
        let mut anchor = None;
        let mut tag = None;
        let mut value = None;
        for part in named_children(node) {
            let text = text_of(part, self.text);
            let span = span_of(part);
            value = Some(match part.kind() {
                "anchor" => {
                    anchor = Some(text.trim_start_matches('&'));
                    continue;
                }
                "tag" => {
                    tag = Some(text);
                    continue;
                }
                "comment" => continue,
                "alias" => match self.anchors.get(text.trim_start_matches('*')).cloned() {
                    Some(known) => {
                        self.spend(count(&known, self.left))?;
                        Value { span, ..known }
                    }
                    None => Value::dynamic(span, text, format!("`{text}` has no anchor")),
                },
                "block_mapping" | "flow_mapping" => self.map(part, depth)?,
                "block_sequence" | "flow_sequence" => {
                    let mut items = Vec::new();
                    for item in named_children(part) {
                        match item.kind() {
                            "block_sequence_item" => {
                                let inner = named_children(item);
                                let inner = inner.into_iter().find(|it| it.kind() != "comment");
                                items.push(match inner {
                                    Some(inner) => self.value(inner, depth + 1)?,
                                    None => Value::text(span_of(item), "", false),
                                });
                            }
                            "flow_node" => items.push(self.value(item, depth + 1)?),
                            "flow_pair" => {
                                let entry = self.pair(item, depth)?;
                                items.push(Value::map(span_of(item), entry.into_iter().collect()));
                            }
                            _ => {}
                        }
                    }
                    Value::list(span, items)
                }
                "block_scalar" => scalar(span, block(text), true),
                "double_quote_scalar" => scalar(span, double_quoted(text), true),
                "single_quote_scalar" => {
                    let inner = text.trim_matches('\'').replace("''", "'");
                    scalar(span, folded(&inner), true)
                }
                _ => scalar(span, folded(text), false),
            });
        }
        let mut value = value.unwrap_or_else(|| Value::text(span_of(node), "", false));
        if let (Some(tag), Shape::Scalar(scalar)) = (tag, &mut value.shape) {
            match tag {
                "!!str" => scalar.is_quoted = true,
                _ if tag.starts_with("!!") => {}
                _ => scalar.dynamic = Some(format!("`{tag}` fills it in")),
            }
        } else if let Some(tag) = tag.filter(|it| !it.starts_with("!!")) {
            let why = format!("`{tag}` fills it in");
            value = Value::dynamic(value.span, text_of(node, self.text), why);
        }
        if let Some(anchor) = anchor {
            self.spend(count(&value, self.left))?;
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn pair(&mut self, pair: Node<'_>, depth: u32) -> Result<Option<Entry>, String> {
        let Some(key) = pair.child_by_field_name("key") else { return Ok(None) };
        let key_span = span_of(key);
        let text = match self.value(key, depth + 1)?.shape {
            Shape::Scalar(scalar) => scalar.text,
            _ => return Ok(None),
        };
        let value = match pair.child_by_field_name("value") {
            Some(value) => self.value(value, depth + 1)?,
            None => Value::text(key_span, "", false),
        };
        Ok(Some(Entry { key: text, key_span, value }))
    }

    fn map(&mut self, node: Node<'_>, depth: u32) -> Result<Value, String> {
        let mut entries = Vec::new();
        let mut merged = Vec::new();
        for pair in named_children(node) {
            if !matches!(pair.kind(), "block_mapping_pair" | "flow_pair") {
                continue;
            }
            let Some(entry) = self.pair(pair, depth)? else { continue };
            if entry.key != "<<" {
                entries.push(entry);
                continue;
            }
            match entry.value.shape {
                Shape::Map(inner) => merged.push(inner),
                Shape::List(items) => {
                    for it in items {
                        if let Shape::Map(inner) = it.shape {
                            merged.push(inner);
                        }
                    }
                }
                Shape::Scalar(_) => entries.push(entry),
            }
        }
        // What a mapping says itself counts, then what it took first.
        if !merged.is_empty() {
            let mut keys: FxHashSet<String> = entries.iter().map(|it| it.key.clone()).collect();
            let taken = merged.into_iter().flatten();
            entries.extend(taken.filter(|it| keys.insert(it.key.clone())));
        }
        Ok(Value::map(span_of(node), entries))
    }
}

/// Values in a value, as far as `most`.
fn count(value: &Value, most: u32) -> u32 {
    let mut counted = 0;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        counted += 1;
        if counted > most {
            break;
        }
        open.extend(value.items());
        open.extend(value.entries().iter().map(|it| &it.value));
    }
    counted
}

fn scalar(span: Span, text: String, is_quoted: bool) -> Value {
    let mut value = Value::text(span, text, is_quoted);
    if let Shape::Scalar(scalar) = &mut value.shape {
        scalar.dynamic = super::template_in(&scalar.text);
    }
    value
}

/// Lines of a flow scalar as one.
fn folded(text: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn double_quoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(text);
    let inner = folded(inner);
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        let digits = |chars: &mut std::str::Chars<'_>, count: usize| {
            let code: String = chars.by_ref().take(count).collect();
            u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)
        };
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some('x') => out.extend(digits(&mut chars, 2)),
            Some('u') => out.extend(digits(&mut chars, 4)),
            Some('U') => out.extend(digits(&mut chars, 8)),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

/// The text of a literal (`|`) or folded (`>`) block.
fn block(text: &str) -> String {
    let (header, body) = text.split_once('\n').unwrap_or((text, ""));
    let is_folded = header.starts_with('>');
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let filled = body.lines().filter(|it| !it.trim().is_empty());
    let own = filled.clone().next().map_or(0, indent);
    let explicit = header.chars().find_map(|it| it.to_digit(10));
    // An explicit indentation counts from the parent's, which the text alone does not tell.
    let own = if explicit.is_some() { filled.map(indent).min().unwrap_or(0) } else { own };
    let lines: Vec<&str> = body.lines().map(|it| it.get(own..).unwrap_or("")).collect();
    let mut out = lines.join(if is_folded { " " } else { "\n" });
    out.truncate(out.trim_end().len());
    if !header.contains('-') {
        out.push('\n');
    }
    out
}
