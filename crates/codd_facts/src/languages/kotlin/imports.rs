//! Packages and imports of a Kotlin file.

use codd_source::RepoPath;

use super::super::jvm::test_cases::is_of_tests;
use super::declarations::Class;
use super::properties::capitalised;
use super::{Unit, Walk, plain_name};
use crate::lowering::Here;
use crate::node::{Node, child_of_kind, children, has_child};
use crate::{ImportItem, Name};

/// The packages that have what asks who sends a request, now and before.
const AUTH: &[&str] = &["io.ktor.auth", "io.ktor.server.auth"];

/// What the head of a file says.
pub(super) fn unit(path: &RepoPath, root: Node<'_>) -> Unit {
    let mut unit = Unit {
        package: Name::default(),
        uses_kotest: false,
        uses_ktor: false,
        uses_ktor_auth: false,
    };
    for node in children(root) {
        let path = child_of_kind(node, "qualified_identifier").map(dotted).unwrap_or_default();
        match node.kind() {
            "package_header" => unit.package = path,
            "import" => {
                unit.uses_kotest |= path.starts_with("io.kotest.");
                unit.uses_ktor |= path.starts_with("io.ktor.");
                unit.uses_ktor_auth |= AUTH.iter().any(|it| path.starts_with(it));
            }
            _ => {}
        }
    }
    // A base of the project's own, which another file has.
    if !unit.uses_kotest && is_of_tests(path) {
        let is_suite = |it: Node<'_>| {
            let mut names = it.below().filter(|it| it.kind() == "constructor_invocation");
            names.any(|it| {
                let mut called = children(it).into_iter();
                called.next().is_some_and(|it| it.text().ends_with("Spec"))
            })
        };
        let mut classes = children(root).into_iter().filter(|it| it.kind() == "class_declaration");
        unit.uses_kotest =
            classes.any(|it| child_of_kind(it, "delegation_specifiers").is_some_and(is_suite));
    }
    unit
}

fn dotted(node: Node<'_>) -> Name {
    let parts: Vec<&str> = children(node).into_iter().map(plain_name).collect();
    parts.join(".").into()
}

impl<'t> Walk<'_, 't> {
    pub(super) fn source_file(&mut self, root: Node<'t>, here: Here) {
        self.it.open(self.unit.package.clone());
        let file = Class {
            namespace: Some(self.unit.package.clone()),
            facade: Some(self.facade(root)),
            ..Class::default()
        };
        for node in children(root) {
            match node.kind() {
                "import" => self.import(node, here),
                "package_header" | "shebang" => {}
                "file_annotation" => {
                    self.annotation_use(node, here);
                }
                _ => self.member(node, &file, here),
            }
        }
        self.it.open("kotlin");
    }

    /// The class that Java sees the file's functions and properties in: `ShopKt` of `shop.kt`,
    /// or as `@file:JvmName` says.
    fn facade(&self, root: Node<'t>) -> Name {
        let annotations = children(root).into_iter().filter(|it| it.kind() == "file_annotation");
        let said = annotations.filter(|it| it.text().contains("JvmName")).find_map(|it| {
            let text = it.text().split_once('(')?.1;
            text.split_once('"')?.1.split_once('"').map(|it| it.0)
        });
        let class = match said {
            Some(name) => name.to_owned(),
            None => format!("{}Kt", capitalised(self.it.path.stem())),
        };
        match self.unit.package.as_str() {
            "" => class.into(),
            package => format!("{package}.{class}").into(),
        }
    }

    fn import(&mut self, node: Node<'t>, here: Here) {
        let Some(path) = child_of_kind(node, "qualified_identifier") else { return };
        let path = dotted(path);
        if has_child(node, "*") {
            self.it.open(path.clone());
            self.it.import(path, ImportItem::Star, node, here);
            return;
        }
        let (module, name) = path.rsplit_once('.').unwrap_or(("", &path));
        let alias = child_of_kind(node, "identifier").map_or(name, plain_name);
        self.it.import_as(alias, module, ImportItem::Named(name.into()), node, here);
    }
}
