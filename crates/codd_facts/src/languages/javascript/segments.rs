//! Hashes of each definition's shape, decorators and body, from one sweep over the tokens.

use codd_source::Span;

use crate::node::{Node, child_of_kind, field};
use crate::{DefinitionId, Hash64, TokenHasher};

/// Which hash of a definition tokens go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Shape,
    Decorators,
    Body,
    /// The definition's own name, which no hash of it holds.
    Name,
}

/// A range of tokens that belongs to one part of one definition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub span: Span,
    pub definition: DefinitionId,
    pub part: Part,
    /// The tokens belong to what is around it as well: a field assigned in a method.
    pub is_shared: bool,
}

/// The hashes of one definition.
pub(super) struct Hashes {
    pub shape: Hash64,
    pub decorators: Hash64,
    pub body: Hash64,
}

struct Sweep<'a> {
    text: &'a [u8],
    segments: Vec<Segment>,
    next: usize,
    open: Vec<Segment>,
    hashers: Vec<[TokenHasher; 3]>,
    module: TokenHasher,
    /// The same without imports.
    loaded: TokenHasher,
    /// Where the last import that was met ends.
    import_end: u32,
    has_module_tokens: bool,
    names: &'a [Span],
    /// A comma that counts only if no closing bracket follows.
    comma: Option<Span>,
    last: u8,
}

/// The hashes of each definition and of the tokens outside all of them, with those of imports
/// and without.
pub(super) fn hashes(
    root: Node<'_>,
    text: &str,
    mut segments: Vec<Segment>,
    names: &[Span],
) -> (Vec<Hashes>, Option<Hash64>, Hash64) {
    // Of equal ranges, the definition that was made first is the outer one.
    segments
        .sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end), it.definition, it.part));
    let mut sweep = Sweep {
        text: text.as_bytes(),
        segments,
        next: 0,
        open: Vec::new(),
        hashers: vec![Default::default(); names.len()],
        module: TokenHasher::default(),
        loaded: TokenHasher::default(),
        import_end: 0,
        has_module_tokens: false,
        names,
        comma: None,
        last: 0,
    };
    sweep.tree(root);
    let hashes = sweep.hashers.iter().map(|[shape, decorators, body]| Hashes {
        shape: shape.finish(),
        decorators: decorators.finish(),
        body: body.finish(),
    });
    let module = sweep.has_module_tokens.then(|| sweep.module.finish());
    (hashes.collect(), module, sweep.loaded.finish())
}

impl Sweep<'_> {
    fn tree(&mut self, root: Node<'_>) {
        // Where the head of the innermost `for` ends.
        let mut head_end = 0;
        for node in root.below() {
            let kind = node.kind();
            if kind == "for_statement"
                && let Some(close) = child_of_kind(node, ")")
            {
                head_end = close.span().end;
            }
            let is_import = kind == "import_statement"
                || kind == "export_statement" && field(node, "source").is_some();
            if is_import {
                self.import_end = node.span().end;
            }
            if node.is_leaf() {
                self.token(node.span(), kind, node.span().start < head_end);
            }
        }
    }

    fn token(&mut self, span: Span, kind: &str, in_for: bool) {
        // Semicolons may be left out, except in the head of a `for`.
        if span.is_empty() || (kind == ";" && !in_for) {
            return;
        }
        if let Some(comma) = self.comma.take()
            && !matches!(kind, ")" | "]" | "}")
        {
            self.hash(comma);
        }
        let after_opening = matches!(self.last, b'[' | b',');
        self.last = kind.as_bytes().first().copied().unwrap_or(0);
        if kind == "," && !after_opening {
            self.comma = Some(span);
        } else {
            self.hash(span);
        }
    }

    fn hash(&mut self, token: Span) {
        while self.open.last().is_some_and(|it| it.span.end <= token.start) {
            self.open.pop();
        }
        while let Some(segment) = self.segments.get(self.next).copied()
            && segment.span.start <= token.start
        {
            self.next += 1;
            if segment.span.end <= token.start {
                continue;
            }
            if segment.part == Part::Shape && !segment.is_shared {
                self.mention(segment);
            }
            self.open.push(segment);
        }
        let bytes = token.of(self.text);
        let bytes = if bytes.contains(&b'\n') { bytes.trim_ascii() } else { bytes };
        if bytes.is_empty() {
            return;
        }
        let mut at = self.open.len();
        while at > 0 {
            at -= 1;
            let segment = self.open[at];
            let own = &mut self.hashers[segment.definition.index()];
            // A definition that names itself can be renamed.
            let is_own = bytes == self.names[segment.definition.index()].of(self.text);
            let bytes = if is_own { b"\0own" } else { bytes };
            match segment.part {
                Part::Shape => own[0].token(bytes),
                Part::Decorators => own[1].token(bytes),
                Part::Body => own[2].token(bytes),
                Part::Name => {}
            }
            if !segment.is_shared {
                return;
            }
        }
        self.module.token(bytes);
        if token.start >= self.import_end {
            self.loaded.token(bytes);
        }
        self.has_module_tokens = true;
    }

    /// A nested definition leaves its name in the body of the one around it.
    fn mention(&mut self, segment: Segment) {
        let outer = self.open.iter().rev().find(|it| it.definition != segment.definition);
        if let Some(outer) = outer {
            let name = self.names[segment.definition.index()].of(self.text);
            let slot = usize::from(outer.part != Part::Shape) * 2;
            self.hashers[outer.definition.index()][slot].token(name);
        }
    }
}
