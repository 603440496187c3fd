//! Settings that Ruby code reads and sets: Rails' own, those of its `config` package.

use crate::code_links::CodeLinks;
use crate::node::{Node, field};
use crate::settings::{Family, setting_key};
use crate::{LinkKind, LinkRole, Name};

/// What the settings of an application are read from, with where they are set.
const ROOTS: &[(&str, Family)] = &[
    ("Rails.application.config.x.", Family::Rails),
    ("Rails.application.config.", Family::Rails),
    ("Rails.configuration.x.", Family::Rails),
    ("Rails.configuration.", Family::Rails),
    ("Settings.", Family::Data),
];

/// The longest chain of names that is looked at.
const LONGEST: usize = 160;

/// A chain of names, of which the longest that is set is meant; gives whether it is one.
pub(super) fn read(links: &mut CodeLinks<'_>, node: Node<'_>) -> bool {
    let text = node.text();
    let Some((rest, family)) = ROOTS
        .iter()
        .find_map(|(root, family)| Some((text.strip_prefix(root)?, *family)))
        .filter(|_| text.len() <= LONGEST)
    else {
        return false;
    };
    let is_part = |it: char| it.is_alphanumeric() || matches!(it, '_' | '.');
    let end = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
    let mut rest = rest[..end].trim_end_matches('.');
    let mut keys: Vec<Name> = setting_key(family, rest).into_iter().collect();
    while let Some((outer, _)) = rest.rsplit_once('.') {
        keys.extend(setting_key(family, outer));
        rest = outer;
    }
    links.add(LinkKind::Setting, LinkRole::Reads, keys, node.span(), true);
    true
}

/// `config.x.mail.sender = "…"` where an application is configured.
pub(super) fn set(links: &mut CodeLinks<'_>, assignment: Node<'_>) {
    let Some(left) = field(assignment, "left") else { return };
    let text = left.text();
    let name = text.strip_prefix("config.").or_else(|| {
        text.strip_prefix("Rails.application.config.")
            .or_else(|| text.strip_prefix("Rails.configuration."))
    });
    if let Some(name) = name.filter(|it| it.len() <= LONGEST) {
        let name = name.strip_prefix("x.").unwrap_or(name);
        links.setting(&[Family::Rails], name, LinkRole::Declares, left.span(), true);
    }
}
