//! Collects a file's facts while a language walks its tree.

mod branches;
mod hashes;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use codd_source::Span;
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use self::hashes::DefinitionText;
use crate::tree::{NodeId, SyntaxTree};
use crate::unread_routes;
use crate::{
    Binding, Bound, Definition, DefinitionId, DefinitionKind, DefinitionPlace, Expr, ExprId,
    FileFacts, Hash64, Import, ImportId, Injection, Link, Listener, Name, ParseErrors, Places,
    Reference, ReferenceKind, RegistrationOrder, Route, RouteHook, Scope, ScopeId, ScopeKind,
    Semantics,
};

/// How surely a statement runs when the function or file that it stands in does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Branch {
    Always,
    /// Below a condition.
    Maybe,
    /// Below a condition that never holds.
    Never,
}

/// Levels of nested syntax that are lowered one in another; deeper code is read as a flat list
/// of names, so that no input can overflow the stack.
pub(crate) const MAX_DEPTH: u32 = 96;

/// Bindings of one name in one scope that are kept, half of them the first and half the last
/// ones, so that code which binds a name over and over is resolved in linear time.
const MAX_BINDINGS: usize = 128;

/// Calls that are told of a function without a name.
const MAX_CALLED: usize = 8;

/// References that are repeated for a second definition with the same value.
const MAX_REPEATED: usize = 4096;
/// Names that get their values from one expression.
const MAX_SHARING: usize = 256;

/// Semantics and places as they grow.
///
/// Everything is added in the order of the text; [`SemanticsBuilder::finish`] brings bindings
/// and references into the order the facts promise and hashes the definitions' tokens.
#[derive(Debug, Default)]
pub(crate) struct SemanticsBuilder {
    pub(crate) semantics: Semantics,
    texts: Vec<DefinitionText>,
    reference_spans: Vec<Span>,
    import_spans: Vec<Span>,
    route_spans: Vec<Span>,
    link_spans: Vec<Span>,
    ordinals: FxHashMap<Name, u32>,
    /// Where each name of each scope was bound, until bindings are sorted.
    bound: FxHashMap<(ScopeId, Name), Vec<u32>>,
    /// Bindings that are left out, see [`MAX_BINDINGS`].
    dropped: FxHashSet<(ScopeId, u32)>,
    not_modelled: BTreeMap<&'static str, u32>,
    /// Where some of that stands.
    not_modelled_at: Vec<(Span, &'static str)>,
    /// A docstring of the whole file: not part of its hash.
    pub(crate) module_documentation: Option<NodeId>,
}

/// The scope that binds `name` as seen from the scope `start`, and its bindings there.
///
/// Bindings must be sorted. Names of a class body are not seen from functions and
/// comprehensions inside it.
pub(crate) fn lookup<'a>(
    semantics: &'a Semantics,
    start: ScopeId,
    name: &str,
) -> Option<(ScopeId, &'a [Binding])> {
    let mut at = Some(start);
    while let Some(id) = at {
        let scope = semantics.scope(id);
        if scope.kind != ScopeKind::Class || id == start {
            let bindings = scope.bindings_of(name);
            if !bindings.is_empty() {
                return Some((id, bindings));
            }
        }
        at = scope.parent;
    }
    None
}

impl SemanticsBuilder {
    pub(crate) fn scope(
        &mut self,
        kind: ScopeKind,
        parent: Option<ScopeId>,
        owner: Option<DefinitionId>,
    ) -> ScopeId {
        let id = ScopeId(self.semantics.scopes.len() as u32);
        self.semantics.scopes.push(Scope { kind, parent, owner, bindings: Vec::new() });
        id
    }

    pub(crate) fn expr(&mut self, mut expr: Expr) -> ExprId {
        // They are kept for as long as the file is, and most have one or two parts.
        match &mut expr {
            Expr::Call { arguments, .. } => arguments.shrink_to_fit(),
            Expr::Container { items, .. } => items.shrink_to_fit(),
            Expr::Either(values) | Expr::Joined(values) => values.shrink_to_fit(),
            _ => {}
        }
        let id = ExprId(self.semantics.exprs.len() as u32);
        self.semantics.exprs.push(expr);
        id
    }

    pub(crate) fn bind(&mut self, scope: ScopeId, name: Name, bound: Bound) {
        let bindings = &mut self.semantics.scopes[scope.index()].bindings;
        let places = self.bound.entry((scope, name.clone())).or_default();
        places.push(bindings.len() as u32);
        bindings.push(Binding { name, bound, replaced_behind: None });
        if places.len() > MAX_BINDINGS {
            self.dropped.insert((scope, places.remove(MAX_BINDINGS / 2)));
            self.not_modelled("a name bound too often");
        }
    }

    /// Notes that the last binding of a name is made for certain and replaces those before it.
    ///
    /// Not replaced are overloads, which are one symbol, and what only code that runs at some
    /// other time assigns.
    pub(crate) fn replace_earlier(&mut self, scope: ScopeId, name: &Name) {
        let places = self.bound.get(&(scope, name.clone())).map_or(&[][..], Vec::as_slice);
        let Some((last, earlier)) = places.split_last() else { return };
        let semantics = &mut self.semantics;
        let behind = semantics.exprs.len() as u32;
        let bindings = &mut semantics.scopes[scope.index()].bindings;
        let is_variable = |definitions: &[Definition], id: DefinitionId| {
            let kind = definitions[id.index()].kind;
            matches!(kind, DefinitionKind::Variable | DefinitionKind::Field)
        };
        let is_code = |bound: &Bound| match bound {
            Bound::Definition(id) => !is_variable(&semantics.definitions, *id),
            _ => false,
        };
        let by_code = is_code(&bindings[*last as usize].bound);
        let by_value = matches!(bindings[*last as usize].bound, Bound::Value(_));
        let mut variable = None;
        for at in earlier {
            let binding = &mut bindings[*at as usize];
            let is_other = match &binding.bound {
                Bound::Outer => false,
                Bound::Import(_) | Bound::Alias(_) => true,
                Bound::Value(_) if by_value => true,
                bound => is_code(bound) != by_code,
            };
            if is_other {
                binding.replaced_behind.get_or_insert(behind);
            } else if let Bound::Definition(id) = binding.bound
                && by_value
                && is_variable(&semantics.definitions, id)
            {
                variable = Some(id);
            }
        }
        // A variable is what it was first; its value is the one that replaced the others.
        let last = &mut bindings[*last as usize];
        if let (Some(variable), Bound::Value(value)) = (variable, &mut last.bound)
            && let Some(held) = &mut semantics.definitions[variable.index()].value
        {
            std::mem::swap(held, value);
            last.replaced_behind = Some(behind);
        }
    }

    /// Whether an expression added since there were `start` of them is this name.
    pub(crate) fn is_named_since(&self, start: usize, name: &Name) -> bool {
        let added = self.semantics.exprs.get(start..).unwrap_or_default();
        added.iter().any(|it| matches!(it, Expr::Name { name: it, .. } if it == name))
    }

    /// What a name of this very scope was bound to last, while the walk goes on.
    pub(crate) fn bound_last(&self, scope: ScopeId, name: &Name) -> Option<&Bound> {
        let at = *self.bound.get(&(scope, name.clone()))?.last()?;
        Some(&self.semantics.scope(scope).bindings[at as usize].bound)
    }

    /// Whether nothing but one binding has given a name of this very scope its value so far.
    pub(crate) fn is_bound_once(&self, scope: ScopeId, name: &Name) -> bool {
        self.bound.get(&(scope, name.clone())).is_some_and(|it| it.len() == 1)
    }

    /// The innermost scope that has bound a name so far, and what it bound last.
    pub(crate) fn bound_so_far(&self, scope: ScopeId, name: &Name) -> Option<(ScopeId, &Bound)> {
        let mut at = Some(scope);
        while let Some(id) = at {
            if let Some(bound) = self.bound_last(id, name) {
                return Some((id, bound));
            }
            at = self.semantics.scope(id).parent;
        }
        None
    }

    /// Adds a definition and gives it its ordinal; does not bind its name.
    pub(crate) fn define(
        &mut self,
        mut definition: Definition,
        text: DefinitionText,
    ) -> DefinitionId {
        let ordinal = self.ordinals.entry(definition.qualified_name.clone()).or_insert(0);
        definition.ordinal = *ordinal;
        *ordinal += 1;
        let id = DefinitionId(self.semantics.definitions.len() as u32);
        self.semantics.definitions.push(definition);
        self.texts.push(text);
        id
    }

    pub(crate) fn definition_mut(&mut self, id: DefinitionId) -> &mut Definition {
        &mut self.semantics.definitions[id.index()]
    }

    pub(crate) fn text_mut(&mut self, id: DefinitionId) -> &mut DefinitionText {
        &mut self.texts[id.index()]
    }

    pub(crate) fn text(&self, id: DefinitionId) -> &DefinitionText {
        &self.texts[id.index()]
    }

    pub(crate) fn reference(&mut self, reference: Reference, span: Span) {
        self.semantics.references.push(reference);
        self.reference_spans.push(span);
    }

    /// Says of all that the top level of the file refers to that a definition does, too.
    pub(crate) fn own_from_file(&mut self, owner: DefinitionId) {
        let placed = self.semantics.references.iter().zip(&self.reference_spans);
        let own: Vec<_> = placed
            .filter(|(it, _)| it.owner.is_none())
            .map(|(it, span)| (Reference { owner: Some(owner), ..it.clone() }, *span))
            .collect();
        for (reference, span) in own {
            self.reference(reference, span);
        }
    }

    /// Leaves out the references added since there were `start` of them.
    pub(crate) fn forget_references(&mut self, start: usize) {
        self.semantics.references.truncate(start);
        self.reference_spans.truncate(start);
    }

    /// What references of one kind, added since there were `start` of them, name.
    pub(crate) fn targets_since(&self, start: usize, kind: ReferenceKind) -> Vec<ExprId> {
        let added = self.semantics.references.get(start..).unwrap_or_default();
        added.iter().filter(|it| it.kind == kind).map(|it| it.target).collect()
    }

    /// What is called by the references added since there were `start` of them, which are those
    /// of a function without a name; the first few.
    pub(crate) fn called_since(&self, start: usize) -> Vec<ExprId> {
        let mut calls = self.targets_since(start, ReferenceKind::Call);
        calls.truncate(MAX_CALLED);
        calls
    }

    /// What references in `span` name, of those added since there were `start` of them.
    pub(crate) fn targets_in(&self, start: usize, span: Span) -> Vec<ExprId> {
        let placed = self.semantics.references.iter().zip(&self.reference_spans).skip(start);
        let inside = placed.filter(|(_, at)| span.start <= at.start && at.end <= span.end);
        inside.map(|(reference, _)| reference.target).collect()
    }

    /// Says that nothing is made of the value `target` that was referred to since `start`.
    pub(crate) fn discard_reference(&mut self, start: usize, target: ExprId) {
        for reference in self.semantics.references.iter_mut().skip(start) {
            reference.is_discarded |= reference.target == target;
        }
    }

    /// Says that nothing but parts of the value `target`, which was referred to since `start`,
    /// is used.
    pub(crate) fn take_apart(&mut self, start: usize, target: ExprId) {
        for reference in self.semantics.references.iter_mut().skip(start) {
            reference.is_taken_apart |= reference.target == target;
        }
    }

    /// Says of the references added since `start` that what lies in `span` does not run when
    /// its owner does.
    pub(crate) fn declare_references(&mut self, start: usize, span: Span) {
        let references = self.semantics.references.iter_mut().zip(&self.reference_spans);
        for (reference, at) in references.skip(start) {
            reference.is_declared |= span.start <= at.start && at.end <= span.end;
        }
    }

    /// Adds that what was referred to at `span` lately is written to.
    pub(crate) fn write_reference(&mut self, span: Span) {
        let start = self.semantics.references.len().saturating_sub(MAX_REPEATED);
        let mut placed = self.semantics.references.iter().zip(&self.reference_spans).skip(start);
        if let Some((reference, _)) = placed.find(|(_, at)| **at == span) {
            let kind = ReferenceKind::Write;
            let written = Reference { kind, initialises: None, ..reference.clone() };
            self.reference(written, span);
        }
    }

    /// Says that the references added since `start` are part of another definition's value too.
    pub(crate) fn repeat_references(&mut self, start: usize, initialises: DefinitionId) {
        // What other targets repeated already is not repeated again.
        let Some(first) = self.semantics.references.get(start).map(|it| it.initialises) else {
            return;
        };
        self.repeat(start, first, initialises);
    }

    /// The same for those references alone that are part of the value of `of`.
    pub(crate) fn repeat_references_of(
        &mut self,
        start: usize,
        of: DefinitionId,
        initialises: DefinitionId,
    ) {
        self.repeat(start, Some(of), initialises);
    }

    /// Says that references that `owner` makes are part of the values of all of `definitions`,
    /// where they are not yet of another's.
    pub(crate) fn initialise_references(
        &mut self,
        references: Range<usize>,
        owner: Option<DefinitionId>,
        definitions: &[DefinitionId],
    ) {
        let Some((first, others)) = definitions.split_first() else { return };
        let is_too_much = others.len() > MAX_SHARING
            || references.len().saturating_mul(others.len()) > MAX_REPEATED;
        if is_too_much {
            self.not_modelled("long value of several names");
        }
        for at in references {
            let reference = &mut self.semantics.references[at];
            if reference.owner != owner || reference.initialises.is_some() {
                continue;
            }
            reference.initialises = Some(*first);
            if is_too_much {
                continue;
            }
            let (reference, span) = (reference.clone(), self.reference_spans[at]);
            for other in others {
                let repeated = Reference { initialises: Some(*other), ..reference.clone() };
                self.reference(repeated, span);
            }
        }
    }

    fn repeat(&mut self, start: usize, of: Option<DefinitionId>, initialises: DefinitionId) {
        let end = self.semantics.references.len();
        if end - start > MAX_REPEATED {
            self.not_modelled("long value of several names");
            return;
        }
        for at in start..end {
            let reference = &self.semantics.references[at];
            if reference.initialises == of {
                let repeated = Reference { initialises: Some(initialises), ..reference.clone() };
                let span = self.reference_spans[at];
                self.reference(repeated, span);
            }
        }
    }

    pub(crate) fn import(&mut self, import: Import, span: Span) -> ImportId {
        let id = ImportId(self.semantics.imports.len() as u32);
        self.semantics.imports.push(import);
        self.import_spans.push(span);
        id
    }

    pub(crate) fn route(&mut self, route: Route, span: Span) {
        self.semantics.routes.push(route);
        self.route_spans.push(span);
    }

    pub(crate) fn link(&mut self, link: Link, span: Span) {
        self.semantics.links.push(link);
        self.link_spans.push(span);
    }

    /// Keeps the links that `keep` says.
    pub(crate) fn retain_links(&mut self, keep: impl Fn(&Link) -> bool) {
        let kept: Vec<bool> = self.semantics.links.iter().map(&keep).collect();
        let mut at = 0..;
        self.semantics.links.retain(|_| at.next().is_some_and(|at: usize| kept[at]));
        let mut at = 0..;
        self.link_spans.retain(|_| at.next().is_some_and(|at: usize| kept[at]));
    }

    /// The whole text of each definition.
    pub(crate) fn definition_spans(&self, tree: &SyntaxTree<'_>) -> Vec<(Span, DefinitionId)> {
        let of = |(at, text): (usize, &DefinitionText)| {
            let id = DefinitionId(at as u32);
            let nodes = std::iter::once(text.whole).chain(text.also.iter().copied());
            nodes.map(|node| (tree.span(node), id)).collect::<Vec<_>>()
        };
        self.texts.iter().enumerate().flat_map(of).collect()
    }

    /// Where routes are registered.
    pub(crate) fn route_spans(&self) -> &[Span] {
        &self.route_spans
    }

    pub(crate) fn injection(&mut self, injection: Injection) {
        self.semantics.injections.push(injection);
    }

    pub(crate) fn listener(&mut self, listener: Listener) {
        self.semantics.listeners.push(listener);
    }

    pub(crate) fn route_hook(&mut self, hook: RouteHook) {
        self.semantics.route_hooks.push(hook);
    }

    /// The place after all routes and hooks that were added so far.
    pub(crate) fn registration_order(&self, owner: Option<DefinitionId>) -> RegistrationOrder {
        let ordinal = self.semantics.routes.len() + self.semantics.route_hooks.len();
        RegistrationOrder { owner, ordinal: ordinal as u32 }
    }

    /// Counts something of the language that was seen and not followed.
    pub(crate) fn not_modelled(&mut self, what: &'static str) {
        *self.not_modelled.entry(what).or_insert(0) += 1;
    }

    /// The same, where somebody will ask for the place.
    pub(crate) fn not_modelled_at(&mut self, what: &'static str, span: Span) {
        /// Places of one file that are kept.
        const MOST: usize = 256;
        self.not_modelled(what);
        if self.not_modelled_at.len() < MOST {
            self.not_modelled_at.push((span, what));
        }
    }

    /// Brings routes into the order of the text.
    pub(crate) fn sort_routes(&mut self) {
        let routes = std::mem::take(&mut self.semantics.routes);
        let mut placed: Vec<(Span, Route)> = self.route_spans.iter().copied().zip(routes).collect();
        placed.sort_by_key(|(span, _)| *span);
        (self.route_spans, self.semantics.routes) = placed.into_iter().unzip();
    }

    /// Where the references stand, in the order of their addition.
    pub(crate) fn reference_places(&self) -> &[Span] {
        &self.reference_spans
    }

    pub(crate) fn finish(mut self, language: &'static str, tree: &SyntaxTree<'_>) -> FileFacts {
        let (definitions, module_hash, loaded_hash) = self.hashed_definitions(language, tree);
        self.find_certainty(tree, &definitions);
        let mut facts =
            self.finish_with(language, tree.errors.clone(), definitions, Some(module_hash));
        facts.places.loaded_hash = loaded_hash;
        facts
    }

    /// Sorts each scope's bindings by name, for [`Scope::bindings_of`].
    pub(crate) fn sort_bindings(&mut self) {
        self.bound.clear();
        let dropped = std::mem::take(&mut self.dropped);
        for (id, scope) in self.semantics.scopes.iter_mut().enumerate() {
            if !dropped.is_empty() {
                let mut at = 0..;
                let mut next = || at.next().map(|at| (ScopeId(id as u32), at));
                scope.bindings.retain(|_| next().is_none_or(|it| !dropped.contains(&it)));
            }
            scope.bindings.sort_by(|a, b| a.name.cmp(&b.name));
            scope.bindings.shrink_to_fit();
        }
    }

    /// Leaves out reads and writes of names that stand for local values alone, which
    /// `is_local` says of a name, the scope it is used in, and whether it is called; bindings
    /// must be sorted.
    ///
    /// Where such a value came from, the name that it came by was referred to already.
    pub(crate) fn drop_local_reads(
        &mut self,
        is_local: impl Fn(&Semantics, ScopeId, &str, bool) -> bool,
    ) {
        let semantics = &self.semantics;
        let keep: Vec<bool> = semantics
            .references
            .iter()
            .map(|reference| {
                let is_called = reference.kind == ReferenceKind::Call;
                match semantics.expr(reference.target) {
                    Expr::Name { scope, name } => !is_local(semantics, *scope, name, is_called),
                    Expr::Unknown | Expr::Literal => false,
                    _ => true,
                }
            })
            .collect();
        self.retain_references(|at| keep[at]);
    }

    /// Keeps the references, by their place in order of addition, that `keep` says.
    pub(crate) fn retain_references(&mut self, keep: impl Fn(usize) -> bool) {
        let mut at = 0..;
        self.semantics.references.retain(|_| at.next().is_some_and(&keep));
        let mut at = 0..;
        self.reference_spans.retain(|_| at.next().is_some_and(&keep));
    }

    /// The facts, for a language that has hashed its definitions itself.
    pub(crate) fn finish_with(
        mut self,
        language: &'static str,
        errors: ParseErrors,
        definitions: Vec<DefinitionPlace>,
        module_hash: Option<Hash64>,
    ) -> FileFacts {
        self.sort_bindings();
        let references = std::mem::take(&mut self.semantics.references);
        let mut placed: Vec<(Span, Reference)> =
            self.reference_spans.iter().copied().zip(references).collect();
        placed.sort_by_key(|(span, _)| *span);
        let (spans, references) = placed.into_iter().unzip();
        self.semantics.references = references;
        let spans: Vec<Span> = spans;
        for at in unread_routes::decorators(&self.semantics) {
            self.not_modelled_at(unread_routes::UNKNOWN_DECORATOR, spans[at]);
        }
        self.not_modelled_at.sort_unstable();
        let links = std::mem::take(&mut self.semantics.links);
        let mut placed: Vec<(Span, Link)> = self.link_spans.iter().copied().zip(links).collect();
        placed.sort();
        placed.dedup();
        let (links, of_links) = placed.into_iter().unzip();
        self.semantics.links = of_links;
        self.semantics.exprs.shrink_to_fit();
        self.semantics.definitions.shrink_to_fit();
        for definition in &mut self.semantics.definitions {
            definition.parameters.shrink_to_fit();
        }
        FileFacts {
            language: Name::new_static(language),
            semantics: Arc::new(self.semantics),
            places: Places {
                definitions,
                references: spans,
                imports: self.import_spans,
                routes: self.route_spans,
                links,
                not_modelled: self
                    .not_modelled_at
                    .into_iter()
                    .map(|(span, what)| (Name::new_static(what), span))
                    .collect(),
                module_hash,
                loaded_hash: None,
            },
            errors,
            not_modelled: self
                .not_modelled
                .into_iter()
                .map(|(what, count)| (Name::new_static(what), count))
                .collect(),
        }
    }
}
