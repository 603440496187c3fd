//! Methods that answer the calls of a service for a type that another file of their folder
//! defines, as Go has them.

use codd_facts::{Added, LinkRole, Name, operation_key};
use rustc_hash::FxHashMap;

use crate::build::Index;
use crate::{GraphFile, NodeId};

/// Stands in the key of a type for all operations of a service.
const ALL: &str = ".*";

/// A method, its place among the files, and the key that it answers to.
pub(super) struct Apart {
    pub(super) file: usize,
    pub(super) node: NodeId,
    pub(super) key: Name,
}

/// All of them, in the order of the files.
pub(super) fn answers_apart(files: &[&GraphFile], index: &Index) -> Vec<Apart> {
    let mut services: FxHashMap<(&str, &Name), Vec<&str>> = FxHashMap::default();
    for file in files {
        let Some((_, semantics, _)) = &file.facts else { continue };
        for link in semantics.links.iter().filter(|it| it.role == LinkRole::Answers) {
            let Some(owner) = link.owner else { continue };
            let all = link.keys.iter().filter_map(|it| it.strip_suffix(ALL));
            let of_type = (file.path.parent(), &semantics.definition(owner).name);
            for service in all {
                services.entry(of_type).or_default().push(service);
            }
        }
    }
    let mut found = Vec::new();
    for (at, file) in files.iter().enumerate().filter(|_| !services.is_empty()) {
        let Some((_, semantics, _)) = &file.facts else { continue };
        for extension in &semantics.extensions {
            let Added::Member(method) = extension.added else { continue };
            let of_type = (file.path.parent(), &extension.type_name);
            let node = index.file(&file.path).definitions.get(&method).copied();
            let (Some(services), Some(node)) = (services.get(&of_type), node) else { continue };
            let name = &semantics.definition(method).name;
            let keys = services.iter().map(|it| operation_key(it, name));
            found.extend(keys.map(|key| Apart { file: at, node, key }));
        }
    }
    found
}
