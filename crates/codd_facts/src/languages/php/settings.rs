//! The keys of Laravel's files of settings, `config/mail.php`, which return a list of them.

use super::Walk;
use super::expressions::string_text;
use crate::lowering::{Here, New};
use crate::node::{Node, children};
use crate::settings::{Family, setting_key};
use crate::{DefinitionKind, Link, LinkKind, LinkRole, Name};

/// Lists in lists that are read.
const DEEPEST: usize = 8;

/// Keys of one file that are read.
const MOST: usize = 2_000;

impl<'t> Walk<'_, 't> {
    /// Adds the keys of a file that was walked, if it is one of settings.
    pub(super) fn settings(&mut self, root: Node<'t>) {
        let path = self.lower.path;
        let folder = path.parent();
        if folder != "config" && !folder.ends_with("/config") {
            return;
        }
        let Some(list) = children(root)
            .into_iter()
            .find(|it| it.kind() == "return_statement")
            .and_then(Node::first_child)
            .filter(|it| it.kind() == "array_creation_expression")
        else {
            return;
        };
        let mut open = vec![(list, path.stem().to_owned(), Here::TOP, 0)];
        let mut count = 0;
        while let Some((list, outer, here, depth)) = open.pop() {
            for element in children(list) {
                let parts = children(element);
                let [key, value] = parts.as_slice() else { continue };
                let Some(name) = string_text(*key).filter(|it| !it.is_empty()) else { continue };
                if element.kind() != "array_element_initializer" || count >= MOST {
                    continue;
                }
                count += 1;
                let full = format!("{outer}.{name}");
                let Some(link_key) = setting_key(Family::Laravel, &full) else { continue };
                let mut new = New::of(DefinitionKind::Resource, element, *key, Some(*value));
                new.name = Name::from(name);
                let own = self.define(new, here);
                let link = Link {
                    kind: LinkKind::Setting,
                    role: LinkRole::Declares,
                    keys: vec![link_key],
                    owner: Some(own),
                    is_certain: true,
                };
                self.builder.link(link, key.span());
                if value.kind() == "array_creation_expression" && depth < DEEPEST {
                    let inner = Here { owner: Some(own), parent: Some(own), ..here };
                    open.push((*value, full, inner, depth + 1));
                }
            }
        }
    }
}
