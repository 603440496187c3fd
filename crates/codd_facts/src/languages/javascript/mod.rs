//! JavaScript and TypeScript with JSX: ES modules and CommonJS, Express, jest and vitest.

use crate::{FileFacts, Language, Modules, Parsed, ProjectFiles};

macro_rules! languages {
    ($($name:ident $text:literal $aliases:expr, $extensions:expr, $grammar:expr;)*) => {$(
        pub(super) struct $name;

        impl Language for $name {
            fn name(&self) -> &'static str {
                $text
            }

            fn aliases(&self) -> &'static [&'static str] {
                $aliases
            }

            fn extensions(&self) -> &'static [&'static str] {
                $extensions
            }

            fn grammar(&self) -> tree_sitter::Language {
                $grammar.into()
            }

            fn extract(&self, _parsed: &Parsed) -> FileFacts {
                unimplemented!()
            }

            fn manifests(&self) -> &'static [&'static str] {
                &["package.json", "tsconfig.json", "jsconfig.json"]
            }

            fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
                unimplemented!()
            }
        }
    )*};
}

languages! {
    JavaScript "javascript" &["js", "jsx"], &["js", "mjs", "cjs", "jsx"], tree_sitter_javascript::LANGUAGE;
    TypeScript "typescript" &["ts"], &["ts", "mts", "cts"], tree_sitter_typescript::LANGUAGE_TYPESCRIPT;
    Tsx "tsx" &[], &["tsx"], tree_sitter_typescript::LANGUAGE_TSX;
}
