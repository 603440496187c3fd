//! `package.json`: scripts, and the packages of the repository that one depends on.

use crate::commands::{Shell, read_script};
use crate::documents::At;
use crate::links::{local_key, paths_from};
use crate::resources::Resources;
use crate::{LinkKind, LinkRole, Name};

/// Packages of the registry that a repository may hold itself.
const PLACE: &str = "npm";

/// What may be added to the name of a module for that of its file.
const ENDS: &[&str] = &["", ".js", ".cjs", ".mjs", ".ts", "/index.js", "/index.ts"];

pub(super) fn read(root: At<'_, '_>, resources: &mut Resources<'_>) {
    let folder = resources.folder();
    let package = root.text_of("name");
    if let Some(name) = package {
        let key = local_key(PLACE, name);
        resources.link(LinkKind::Local, LinkRole::Declares, [key], None, root.span());
    }
    let scripts = root.get("scripts");
    let names: Vec<&str> = scripts.into_iter().flat_map(At::fields).map(|it| it.key).collect();
    for script in scripts.into_iter().flat_map(At::fields) {
        let own = resources.define(
            &format!("scripts.{}", script.key),
            script.span,
            script.key_span,
            None,
        );
        let of_package = package.map(|it| local_key(&format!("@{it}"), script.key));
        let keys = [local_key(folder, script.key)].into_iter().chain(of_package);
        resources.link(LinkKind::Script, LinkRole::Declares, keys, own, script.key_span);
        for around in ["pre", "post"] {
            let other = format!("{around}{}", script.key);
            if names.contains(&other.as_str()) {
                let keys = [local_key(folder, &other)];
                resources.link(LinkKind::Script, LinkRole::Calls, keys, own, script.key_span);
            }
        }
        if let Some((text, start)) = script.value.raw() {
            let inner = crate::resources::unquoted(text);
            let start = start + (inner.as_ptr() as usize - text.as_ptr() as usize) as u32;
            read_script(resources, inner, start, &Shell::new(folder, own));
        }
    }
    let named = ["main", "module", "types", "browser"].into_iter().filter_map(|it| root.get(it));
    // `bin` names one program, or several by their names.
    let programs = root.get("bin").into_iter();
    let programs = programs.flat_map(|it| it.fields().map(|it| it.value).chain([it]));
    for value in named.chain(programs) {
        if let Some(path) = value.text() {
            // `./lib/server` is what `require` makes of it: one of these is there.
            let is_whole = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
            let ends = if is_whole { &[""][..] } else { ENDS };
            for end in ends {
                let path = format!("{}{end}", path.trim_end_matches('/'));
                let keys = paths_from(folder, &path).into_iter().take(1);
                resources.link(LinkKind::File, LinkRole::Reads, keys, None, value.span());
            }
        }
    }
    for group in ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"] {
        for it in root.get(group).into_iter().flat_map(At::fields) {
            let keys: [Name; 1] = [local_key(PLACE, it.key)];
            resources.link(LinkKind::Local, LinkRole::Reads, keys, None, it.key_span);
        }
    }
}
