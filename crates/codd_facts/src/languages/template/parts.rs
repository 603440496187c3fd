//! Named templates inside a file: `{{define "x"}}…{{end}}` and `{{block "x" .}}` of Go.

use codd_source::Span;

use super::names::{first_text, part_key};
use super::tags::{Marks, Tag};
use crate::resources::Resources;
use crate::{DefinitionId, LinkKind, LinkRole};

/// Named templates of one file, and blocks that are open at a time.
const MOST: usize = 1000;

/// One of them.
#[derive(Debug)]
pub(super) struct Part<'t> {
    pub(super) name: &'t str,
    pub(super) whole: Span,
    name_span: Span,
}

/// The named templates of a text.
pub(super) fn parts<'t>(text: &str, tags: &[Tag<'t>]) -> Vec<Part<'t>> {
    let mut found = Vec::new();
    let mut open: Vec<Option<(&str, usize)>> = Vec::new();
    for tag in tags.iter().filter(|it| it.marks == Marks::Value) {
        let word = tag.inside.split_whitespace().next().unwrap_or_default();
        match word {
            "define" | "block" => {
                let name = first_text(&tag.inside[word.len()..]);
                open.push(name.map(|it| (it, tag.start)));
            }
            "if" | "range" | "with" => open.push(None),
            "end" => {
                if let Some(Some((name, start))) = open.pop() {
                    let at = name.as_ptr() as usize - text.as_ptr() as usize;
                    let name_span = Span::new(at, at + name.len());
                    found.push(Part { name, whole: Span::new(start, tag.end), name_span });
                }
            }
            _ => {}
        }
        if open.len() > MOST || found.len() > MOST {
            break;
        }
    }
    // From the outside inwards.
    found.sort_by_key(|it| (it.whole.start, it.name));
    found
}

/// Defines the parts, each in the one around it, which is made of it.
pub(super) fn define(parts: &[Part<'_>], resources: &mut Resources<'_>) {
    let mut open: Vec<(Option<DefinitionId>, u32)> = Vec::new();
    for part in parts {
        while open.last().is_some_and(|(_, end)| *end <= part.whole.start) {
            open.pop();
        }
        let around = open.last().and_then(|it| it.0);
        let own = resources.define(part.name, part.whole, part.name_span, around);
        let (kind, role) = (LinkKind::Object, LinkRole::Declares);
        resources.link(kind, role, [part_key(part.name)], own, part.name_span);
        open.push((own, part.whole.end));
    }
}
