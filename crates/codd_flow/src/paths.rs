//! Where values come from as names outside see it: `flask.request.args.get()`.
//!
//! A path begins with a name from outside, with a parameter (`$0`) or with a variable of the
//! body around a closure (`^name`). The last two are put in place of by what a caller gives.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::models::{Compiled, SourceUse};

/// Segments of one path; what is further down is known no more.
const MAX_SEGMENTS: u32 = 10;

/// Index of a path in [`Paths`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PathId(pub(crate) u32);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Segment {
    Outside(Rc<str>),
    /// A parameter of the function that is looked at.
    Parameter(u32),
    /// A variable of a body around it.
    Captured(Rc<str>),
    Attribute(Rc<str>),
    Called,
    Item,
}

#[derive(Debug)]
struct PathNode {
    parent: Option<PathId>,
    segment: Segment,
    text: Rc<str>,
    length: u32,
    is_symbolic: bool,
    /// The source that it is, or is part of.
    source: Option<(PathId, SourceUse)>,
}

/// All paths of one language's analysis.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    nodes: Vec<PathNode>,
    known: FxHashMap<(Option<PathId>, Segment), PathId>,
}

impl Paths {
    pub(crate) fn text(&self, id: PathId) -> &Rc<str> {
        &self.nodes[id.0 as usize].text
    }

    pub(crate) fn parent(&self, id: PathId) -> Option<PathId> {
        self.nodes[id.0 as usize].parent
    }

    pub(crate) fn segment(&self, id: PathId) -> &Segment {
        &self.nodes[id.0 as usize].segment
    }

    /// Whether it begins with a parameter or a captured variable.
    pub(crate) fn is_symbolic(&self, id: PathId) -> bool {
        self.nodes[id.0 as usize].is_symbolic
    }

    /// The source that it is or is part of, with the path that is one.
    pub(crate) fn source(&self, id: PathId) -> Option<&(PathId, SourceUse)> {
        self.nodes[id.0 as usize].source.as_ref()
    }

    /// Its beginning and what follows, in order.
    pub(crate) fn steps(&self, id: PathId) -> (PathId, Vec<Segment>) {
        let mut steps = Vec::new();
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            steps.push(self.segment(at).clone());
            at = parent;
        }
        steps.reverse();
        (at, steps)
    }

    pub(crate) fn root(&mut self, segment: Segment, models: &Compiled) -> PathId {
        self.intern(None, segment, models)
    }

    /// The path one step further; `None` where it is too long to follow.
    pub(crate) fn extend(
        &mut self,
        parent: PathId,
        segment: Segment,
        models: &Compiled,
    ) -> Option<PathId> {
        if self.nodes[parent.0 as usize].length >= MAX_SEGMENTS {
            return None;
        }
        Some(self.intern(Some(parent), segment, models))
    }

    /// The path of a dotted text, in which `()` is a call.
    pub(crate) fn of_text(&mut self, text: &str, models: &Compiled) -> PathId {
        let parts = text.split('.');
        let mut at: Option<PathId> = None;
        for part in parts {
            let name = part.trim_end_matches("()");
            let calls = (part.len() - name.len()) / 2;
            let segment = match at {
                None => Segment::Outside(name.into()),
                Some(_) => Segment::Attribute(name.into()),
            };
            let mut id = self.intern(at, segment, models);
            for _ in 0..calls {
                id = self.intern(Some(id), Segment::Called, models);
            }
            at = Some(id);
        }
        at.unwrap_or_else(|| self.intern(None, Segment::Outside("".into()), models))
    }

    fn intern(&mut self, parent: Option<PathId>, segment: Segment, models: &Compiled) -> PathId {
        if let Some(id) = self.known.get(&(parent, segment.clone())) {
            return *id;
        }
        let before = parent.map_or("", |it| &self.nodes[it.0 as usize].text);
        let text: Rc<str> = match &segment {
            Segment::Outside(name) => Rc::clone(name),
            Segment::Parameter(at) => format!("${at}").into(),
            Segment::Captured(name) => format!("^{name}").into(),
            Segment::Attribute(name) => format!("{before}.{name}").into(),
            Segment::Called => format!("{before}()").into(),
            Segment::Item => format!("{before}[]").into(),
        };
        if let Some(alias) = models.aliases.get(&*text)
            && **alias != *text
        {
            // Reserved first, so that aliases in a circle end.
            let id = self.push(parent, segment.clone(), Rc::clone(&text), models);
            let aliased = self.of_text(&alias.clone(), models);
            self.known.insert((parent, segment), aliased);
            return if aliased == id { id } else { aliased };
        }
        self.push(parent, segment, text, models)
    }

    fn push(
        &mut self,
        parent: Option<PathId>,
        segment: Segment,
        text: Rc<str>,
        models: &Compiled,
    ) -> PathId {
        let id = PathId(self.nodes.len() as u32);
        let above = parent.map(|it| &self.nodes[it.0 as usize]);
        // What is said of a part counts for the part, and not what is said of the whole.
        let own = models.exact(&text).and_then(|it| it.source.clone());
        let own = own.map(|known| (id, known));
        let source = own.or_else(|| above.and_then(|it| it.source.clone()));
        let is_symbolic = match &segment {
            Segment::Parameter(_) | Segment::Captured(_) => true,
            _ => above.is_some_and(|it| it.is_symbolic),
        };
        let length = above.map_or(1, |it| it.length + 1);
        let node = PathNode { parent, segment: segment.clone(), text, length, is_symbolic, source };
        self.nodes.push(node);
        self.known.insert((parent, segment), id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{Models, read_model};

    #[test]
    fn aliases_are_their_paths_and_parts_of_sources_are_sources() {
        let mut models = Models::default();
        let text = "name: t\nlanguages: [python]\n\
                    sources: [{of: 'a.Request().query', label: q}]\n\
                    aliases: [{path: b.Request, of: a.Request}]\n";
        models.add(read_model("t", text).unwrap());
        let models = Compiled::of(&models, "python");
        let mut paths = Paths::default();
        let id = paths.of_text("b.Request().query.get()", &models);
        assert_eq!(&**paths.text(id), "a.Request().query.get()");
        assert_eq!(paths.source(id).unwrap().1.label, "q");
        let other = paths.of_text("a.Request().path", &models);
        assert!(paths.source(other).is_none());
    }
}
