//! What a block runs, puts in place, or gives to what it runs.

use super::{Reading, attribute, header};
use crate::commands::{Shell, read_script};
use crate::links::{in_place, normalized};
use crate::node::{Node, children};
use crate::programs::function_handler;
use crate::resources::{is_environment_name, unquoted};
use crate::{DefinitionId, LinkKind, LinkRole, Name};

/// Attributes whose text is the path of a file of the repository, where there is such a file.
const FILES: [&str; 5] = ["filename", "script", "scripts", "source", "source_file"];

/// Those whose text is the path of a folder.
const FOLDERS: [&str; 1] = ["source_dir"];

/// What stands for the folder of the configuration.
const OWN_FOLDERS: [&str; 3] = ["${path.module}/", "${path.root}/", "${path.cwd}/"];

impl Reading<'_, '_> {
    /// A block in that of a resource.
    pub(super) fn nested(&mut self, block: Node<'_>, own: Option<DefinitionId>) {
        let (words, Some(inner)) = header(block) else { return };
        let names: Vec<&str> = words.iter().map(|it| it.0).collect();
        match names.as_slice() {
            ["provisioner", "local-exec"] => self.local_command(inner, own),
            ["environment"] => self.environment(inner, own),
            _ => {}
        }
        self.named_files(inner, own);
    }

    /// The files that attributes of a block name.
    pub(super) fn named_files(&mut self, inner: Node<'_>, own: Option<DefinitionId>) {
        for part in children(inner).into_iter().filter(|it| it.kind() == "attribute") {
            let [name, value] = children(part)[..] else { continue };
            let is_folder = FOLDERS.contains(&name.text());
            if !is_folder && !FILES.contains(&name.text()) {
                continue;
            }
            let texts = value.below().chain([value]).filter(|it| it.kind() == "string_lit");
            let templates = value.below().filter(|it| it.kind() == "quoted_template");
            for written in texts.chain(templates) {
                let text = without_own_folder(unquoted(written.text()));
                if text.contains('$') {
                    continue;
                }
                let Some(path) = normalized(self.resources.folder(), &text) else { continue };
                let path = if is_folder { format!("{path}/") } else { path };
                let keys = [Name::from(path)];
                let (kind, role) = (LinkKind::File, LinkRole::Reads);
                self.resources.guess(kind, role, keys, own, written.span());
            }
        }
    }

    /// `command = "bash scripts/deploy.sh"`, or several lines.
    fn local_command(&mut self, inner: Node<'_>, own: Option<DefinitionId>) {
        let Some(command) = attribute(inner, "command") else { return };
        let at = attribute(inner, "working_dir").map(|it| without_own_folder(unquoted(it.text())));
        let folder = match at {
            Some(at) => normalized(self.resources.folder(), &at),
            None => Some(self.resources.folder().to_owned()),
        };
        let Some(folder) = folder else { return };
        let text = command.text();
        let lines = if text.starts_with("<<") {
            text.split_once('\n').map_or("", |it| it.1)
        } else {
            unquoted(text)
        };
        let skipped = text.find(lines).unwrap_or_default();
        let start = command.span().start + skipped as u32;
        let lines = in_place(lines, &OWN_FOLDERS);
        read_script(self.resources, &lines, start, &Shell::new(&folder, own));
    }

    /// `handler = "orders.create"` of a function that a platform runs, whose code lies somewhere
    /// around the configuration.
    pub(super) fn handler(&mut self, kind: &str, inner: Node<'_>, own: Option<DefinitionId>) {
        let Some(written) = attribute(inner, "handler").filter(|_| kind.ends_with("function"))
        else {
            return;
        };
        let named = ["filename", "source_dir", "source_path"].iter();
        let named = named.filter_map(|it| attribute(inner, it));
        let named: Vec<String> = named.map(|it| without_own_folder(unquoted(it.text()))).collect();
        let mut places: Vec<&str> = Vec::new();
        for it in &named {
            // `build/orders.zip` is made of a folder of that name, or of what lies beside it.
            let stem = it.strip_suffix(".zip").unwrap_or(it);
            places.extend([stem, stem.rsplit_once('/').map_or(".", |it| it.0)]);
        }
        places.extend([".", "src", "lambda", "..", "../src", "../lambda"]);
        if let Some(found) = function_handler(self.resources.folder(), &places, written.text()) {
            found.put(self.resources, own, written.span());
        }
    }

    /// `variables = { NAME = … }`.
    fn environment(&mut self, inner: Node<'_>, own: Option<DefinitionId>) {
        let Some(variables) = attribute(inner, "variables") else { return };
        for element in variables.below().filter(|it| it.kind() == "object_elem") {
            let Some(key) = element.first_child() else { continue };
            let name = unquoted(key.text());
            if is_environment_name(name) {
                let keys = [Name::new(name)];
                let (kind, role) = (LinkKind::Environment, LinkRole::Declares);
                self.resources.link(kind, role, keys, own, key.span());
            }
        }
    }
}

fn without_own_folder(text: &str) -> String {
    OWN_FOLDERS.iter().fold(text.to_owned(), |text, it| text.replace(it, ""))
}
