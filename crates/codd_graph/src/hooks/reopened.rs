//! Classes that several files open, of which each says what it adds: Ruby's controllers.

use std::collections::{BTreeMap, BTreeSet};

use codd_facts::{DefinitionId, DefinitionKind, Semantics};
use codd_source::RepoPath;

use super::Methods;
use crate::{GraphFile, Hook, Router};

/// Files that open one class and are joined.
const MAX_FILES: usize = 32;

/// The classes of one name of which some have no base of their own.
#[derive(Default)]
pub(super) struct Reopened<'a> {
    groups: Vec<Vec<One<'a>>>,
}

struct One<'a> {
    path: &'a RepoPath,
    class: DefinitionId,
    /// As the hooks name it, where it has some.
    router: Option<&'a Router>,
    /// Another one says what it is.
    is_more: bool,
    /// What it adds then.
    methods: Vec<(&'a str, DefinitionId)>,
}

impl<'a> Reopened<'a> {
    pub(super) fn of(
        files: &[&'a GraphFile],
        hooks: &BTreeMap<&'a Router, Vec<(&'a Hook, &'a RepoPath)>>,
    ) -> Reopened<'a> {
        let of_controllers = hooks
            .iter()
            .filter(|(_, all)| all.iter().any(|it| it.0.controller.is_some()))
            .filter_map(|(router, _)| match router {
                Router::Definition(path, id) => Some(((path, *id), *router)),
                _ => None,
            });
        let routers: BTreeMap<(&RepoPath, DefinitionId), &'a Router> = of_controllers.collect();
        let mut groups: BTreeMap<&str, Vec<One<'a>>> = BTreeMap::new();
        let folders: BTreeSet<&str> = routers.keys().filter_map(|it| extension(it.0)).collect();
        for file in files {
            let Some((_, semantics, _)) = &file.facts else { continue };
            // One language opens its classes again.
            if extension(&file.path) != Some("rb") || !folders.contains("rb") {
                continue;
            }
            for (at, it) in semantics.definitions.iter().enumerate() {
                if it.kind != DefinitionKind::Class || !it.name.ends_with("Controller") {
                    continue;
                }
                let class = DefinitionId(at as u32);
                let router = routers.get(&(&file.path, class)).copied();
                let is_more = it.bases.is_empty();
                let methods = if is_more { methods_of(semantics, class) } else { Vec::new() };
                let one = One { path: &file.path, class, router, is_more, methods };
                groups.entry(&it.qualified_name).or_default().push(one);
            }
        }
        let groups = groups.into_values();
        let groups = groups
            .filter(|it| (2..=MAX_FILES).contains(&it.len()) && it.iter().any(|it| it.is_more));
        Reopened { groups: groups.collect() }
    }

    /// Each class that has hooks, with each other that adds some to it.
    pub(super) fn pairs(&self) -> Vec<(&'a Router, &'a Router)> {
        let mut out = Vec::new();
        for group in &self.groups {
            for one in group.iter().filter(|it| !it.is_more) {
                for other in group.iter().filter(|it| it.is_more) {
                    if let (Some(one), Some(other)) = (one.router, other.router) {
                        out.push((one, other));
                    }
                }
            }
        }
        out
    }

    /// Adds the methods that another file gives a class.
    pub(super) fn join_methods(&self, methods: &mut Methods<'a>) {
        for group in &self.groups {
            for other in group.iter().filter(|it| it.is_more) {
                for one in group.iter().filter(|it| !it.is_more) {
                    let known = methods.entry((one.path, one.class)).or_default();
                    let added = other.methods.iter();
                    known.extend(added.map(|(name, id)| (*name, (other.path, *id))));
                }
            }
        }
    }
}

fn methods_of(semantics: &Semantics, class: DefinitionId) -> Vec<(&str, DefinitionId)> {
    let all = semantics.definitions.iter().enumerate();
    let own = all.filter(|(_, it)| {
        it.parent == Some(class) && it.kind == DefinitionKind::Method && !it.flags.is_class_method
    });
    own.map(|(at, it)| (it.name.as_str(), DefinitionId(at as u32))).collect()
}

fn extension(path: &RepoPath) -> Option<&str> {
    path.as_str().rsplit_once('.').map(|it| it.1)
}
