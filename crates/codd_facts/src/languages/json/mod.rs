//! JSON, where it pays: the scripts of packages, OpenAPI descriptions, settings.

mod package;

use std::sync::OnceLock;

use codd_source::RepoPath;

use crate::documents::Document;
use crate::languages::NoModules;
use crate::languages::yaml::openapi;
use crate::node::{Grammar, Node};
use crate::resources::{Resources, tree_tokens};
use crate::settings::{Declaring, Kept, holds_settings};
use crate::tree::{NodeRole, SyntaxTree};
use crate::{Conventions, FileFacts, Language, Modelled, Modules, Parsed, ProjectFiles};

pub(super) struct Json;

impl Language for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    /// None by itself: data is no configuration.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["package.json", "openapi.json", "swagger.json"]
    }

    fn takes(&self, path: &RepoPath) -> bool {
        let name = path.file_name();
        self.file_names().contains(&name)
            || name.ends_with(".openapi.json")
            || path.extension() == Some("json") && holds_settings(path)
    }

    fn is_code(&self) -> bool {
        false
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_json::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let role = |kind: &str| match kind {
            "comment" => NodeRole::Comment,
            "string" => NodeRole::Atom,
            _ => NodeRole::Plain,
        };
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        let tree = SyntaxTree::new(parsed, grammar.roles());
        let document = Document::json(Node { tree: &tree, grammar, id: SyntaxTree::ROOT });
        let mut resources = Resources::new(parsed);
        if let Some(root) = document.roots().next() {
            if parsed.path.file_name() == "package.json" {
                package::read(root, &mut resources);
            } else if root.get("openapi").is_some() || root.get("swagger").is_some() {
                openapi::read(root, &mut resources);
                let owners = resources.owners();
                for field in document.all_fields().filter(|it| it.key == "$ref") {
                    if let Some(text) = field.value.text() {
                        let owner = owners.of(field.span);
                        openapi::reference(&mut resources, text, owner, field.span);
                    }
                }
            } else {
                Declaring::new(&mut resources, Kept::Settings).document(root);
            }
        }
        let tokens = tree_tokens(&tree, |_| false);
        resources.finish("json", &tokens, tree.errors.clone())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &[
                "scripts of package.json",
                "operations and schemas of OpenAPI",
                "keys of files of settings",
            ],
            references: &["scripts and files that are run", "packages of the repository"],
            not_modelled: &["every other JSON file: it is data"],
            ..Modelled::default()
        }
    }

    fn conventions(&self) -> &'static Conventions {
        &Conventions::NONE
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(NoModules)
    }
}

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn scripts_run_files_and_other_scripts() {
        check_file(
            "web/package.json",
            r#"{
  "name": "web",
  "main": "./index.js",
  "scripts": {"prebuild": "node scripts/clean.js", "build": "npm run lint && API_URL=x tsc -p tsconfig.json", "all": "pnpm --filter api build"},
  "dependencies": {"ui": "workspace:*"}
}"#,
            &expect![[r#"
                Resource scripts.prebuild
                Resource scripts.build
                Resource scripts.all
                link Local Declares npm#web
                link File Reads web/index.js
                link Script Declares web#prebuild | @web#prebuild in scripts.prebuild
                link File Calls web/scripts/clean.js | scripts/clean.js in scripts.prebuild
                link Script Declares web#build | @web#build in scripts.build
                link Script Calls web#prebuild in scripts.build
                link Script Calls web#lint | #lint in scripts.build
                link Environment Declares API_URL in scripts.build
                link File Reads web/tsconfig.json | tsconfig.json in scripts.build
                link Script Declares web#all | @web#all in scripts.all
                link Script Calls @api#build in scripts.all
                link Local Reads npm#ui
            "#]],
        );
    }

    #[test]
    fn settings_are_known_by_their_sections() {
        check_file(
            "api/appsettings.Development.json",
            "{\n  // about\n  \"ConnectionStrings\": { \"Shop\": \"Host=${DB_HOST}\" },\n  \"Urls\": [\"http://${Kestrel.Host}\"]\n}",
            &expect![[r#"
                Resource ConnectionStrings
                Resource ConnectionStrings.Shop
                Resource Urls
                link Setting Declares data#connectionstrings in ConnectionStrings
                link Setting Declares data#connectionstrings.shop in ConnectionStrings.Shop
                link Environment Forwards DB_HOST in ConnectionStrings.Shop
                link Setting Declares data#urls in Urls
                link Setting Reads data#kestrel.host in Urls
            "#]],
        );
    }

    #[test]
    fn settings_nested_deep_or_without_end_are_cut_and_counted() {
        let deep = format!("{}1{}", "{\"a\":".repeat(3_000), "}".repeat(3_000));
        let many: String = (0..5_000).map(|it| format!("\"k{it}\":1,")).collect();
        for text in [deep, format!("{{{many}\"x\":1}}")] {
            let path = codd_source::RepoPath::from("config/x.json");
            let language = crate::language_of(&path).unwrap();
            let parsed = crate::parse(language, &path, text.as_bytes()).unwrap();
            let facts = crate::extract(&parsed);
            assert!(facts.semantics.definitions.len() <= 4_000);
            assert!(!facts.not_modelled.is_empty());
        }
    }
}
