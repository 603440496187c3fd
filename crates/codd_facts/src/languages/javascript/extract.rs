//! From a parsed file to its facts: one walk, one sweep over the tokens.

use crate::tree::SyntaxTree;
use crate::{Bound, DefinitionPlace, Expr, FileFacts, MODULE_SCOPE, Parsed, ScopeKind, Semantics};

use super::segments::hashes;
use super::test_cases::{is_cypress_path, is_test_path};
use super::vue;
use super::walker::Walker;
use crate::node::{Grammar, Node, children};

/// The facts of one file.
pub(super) fn extract(parsed: &Parsed, grammar: &'static Grammar) -> FileFacts {
    let tree = SyntaxTree::new(parsed, grammar.roles());
    let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
    let mut walker = Walker::new(&parsed.text);
    walker.is_test_file = is_test_path(&parsed.path);
    walker.is_cypress = is_cypress_path(&parsed.path);
    walker.statements(children(root), Walker::top());
    walker.bind_assigned();
    walker.complete_module();
    let (hooks, tests) =
        (std::mem::take(&mut walker.top_hooks), std::mem::take(&mut walker.top_tests));
    walker.run_hooks(&hooks, &tests);
    walker.place_registrations();
    walker.fastify_decorated();
    walker.next_routes(&parsed.path, root.span());
    let names: Vec<_> = walker.places.iter().map(|(_, name, _)| *name).collect();
    let (hashes, module_hash, loaded_hash) = hashes(root, &parsed.text, walker.segments, &names);
    let spans: Vec<_> = walker.places.iter().map(|(span, _, _)| *span).collect();
    super::links::collect(&parsed.path, root, spans, &mut walker.builder);
    let mut definitions: Vec<DefinitionPlace> = walker
        .places
        .into_iter()
        .zip(hashes)
        .map(|((span, name, is_documented), hashes)| DefinitionPlace {
            span,
            name,
            shape: hashes.shape,
            decorators: hashes.decorators,
            body: hashes.body,
            is_documented,
        })
        .collect();
    let (mut builder, patterns) = (walker.builder, walker.patterns);
    if matches!(parsed.language.name(), "svelte" | "vue") {
        vue::add_component(&mut builder, &mut definitions, root.span());
    }
    mark_private(&mut builder.semantics);
    builder.sort_bindings();
    builder.drop_local_reads(is_local);
    super::koa::collect(&mut builder);
    super::hono::collect(&mut builder);
    builder.find_certainty(&tree, &definitions);
    super::unless::collect(&mut builder, &patterns);
    super::nest::collect(&mut builder);
    crate::around::collect(&mut builder, parsed.language.name(), parsed.path.as_str());
    let mut facts =
        builder.finish_with(parsed.language.name(), tree.errors.clone(), definitions, module_hash);
    facts.places.loaded_hash = Some(loaded_hash);
    facts
}

/// In a module, what is not exported is private.
fn mark_private(semantics: &mut Semantics) {
    let exports = &semantics.exports;
    if exports.named.is_empty() && exports.whole.is_none() && exports.stars.is_empty() {
        return;
    }
    let mut is_public = vec![false; semantics.definitions.len()];
    let mut values: Vec<_> = exports.named.iter().map(|it| it.value).chain(exports.whole).collect();
    while let Some(value) = values.pop() {
        match semantics.expr(value) {
            Expr::Either(parts) => values.extend(parts),
            Expr::Definition(id) => is_public[id.index()] = true,
            Expr::Name { scope: MODULE_SCOPE, name } => {
                // The bindings are not sorted yet.
                for binding in &semantics.scope(MODULE_SCOPE).bindings {
                    if let Bound::Definition(id) = &binding.bound
                        && binding.name == *name
                    {
                        is_public[id.index()] = true;
                    }
                }
            }
            _ => {}
        }
    }
    for (definition, is_public) in semantics.definitions.iter_mut().zip(is_public) {
        if definition.parent.is_none() && definition.scope == MODULE_SCOPE && !is_public {
            definition.flags.is_private = true;
        }
    }
}

/// Whether a name stands for local values alone.
fn is_local(semantics: &Semantics, scope: crate::ScopeId, name: &str, is_called: bool) -> bool {
    let mut at = Some(scope);
    while let Some(id) = at {
        let scope = semantics.scope(id);
        if scope.kind != ScopeKind::Class {
            let bindings = scope.bindings_of(name);
            if !bindings.is_empty() {
                return bindings.iter().all(|binding| match &binding.bound {
                    Bound::Definition(_) | Bound::Import(_) => false,
                    Bound::Unknown | Bound::TypeParameter { bound: None, .. } => true,
                    // What a local holds may be a function from elsewhere.
                    _ => !is_called,
                });
            }
        }
        at = scope.parent;
    }
    false
}
