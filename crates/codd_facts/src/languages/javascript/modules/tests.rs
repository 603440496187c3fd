//! Imports of small projects as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use super::{JavaScriptModules, MANIFESTS};
use crate::{ImportRequest, ModuleTarget, Modules, ProjectFiles};

/// Files as `//- /path` blocks; each line of `imports` is `from specifier`.
fn check(project: &str, imports: &str, expected: &Expect) {
    let mut files = ProjectFiles { paths: Vec::new(), manifests: BTreeMap::new() };
    for block in project.split("//- /").skip(1) {
        let (path, text) = block.split_once('\n').unwrap_or((block, ""));
        let path = RepoPath::new(path.trim());
        if MANIFESTS.contains(&path.file_name()) {
            files.manifests.insert(path.clone(), text.into());
        }
        files.paths.push(path);
    }
    files.paths.sort();
    let modules = JavaScriptModules::new(&files);
    let mut out = String::new();
    for line in imports.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (from, module) = line.split_once(' ').unwrap();
        let request = ImportRequest { module: module.into(), level: 0 };
        let target = match modules.resolve(&RepoPath::from(from), &request) {
            ModuleTarget::File(path) => path.to_string(),
            other => format!("{other:?}"),
        };
        let _ = writeln!(out, "{module} -> {target}");
    }
    expected.assert_eq(&out);
}

#[test]
fn relative_imports_find_extensions_outputs_and_indexes() {
    check(
        "
//- /src/a.ts
//- /src/b.tsx
//- /src/c.js
//- /src/c.d.ts
//- /src/data.json
//- /src/lib/index.mts
//- /index.js
",
        "
src/a.ts ./b
src/a.ts ./b.js
src/a.ts ./c
src/a.ts ./data.json
src/a.ts ./lib
src/a.ts ./lib/
src/a.ts ..
src/a.ts ./nothing
src/a.ts ../../outside
src/a.ts ./a?raw
",
        &expect![[r#"
            ./b -> src/b.tsx
            ./b.js -> src/b.tsx
            ./c -> src/c.js
            ./data.json -> src/data.json
            ./lib -> src/lib/index.mts
            ./lib/ -> src/lib/index.mts
            .. -> index.js
            ./nothing -> Missing
            ../../outside -> Missing
            ./a?raw -> src/a.ts
        "#]],
    );
}

#[test]
fn packages_of_the_repository_are_found_by_name() {
    check(
        r##"
//- /packages/core/package.json
{ "name": "@acme/core",
  "exports": {
    ".": { "types": "./dist/index.d.ts", "import": "./dist/esm/index.mjs" },
    "./features/*": "./src/features/*.ts",
    "./server": { "node": { "import": "./src/server.ts" } } },
  "imports": { "#db": "./src/db.ts", "#util/*": "./src/util/*.ts", "#dep": "lodash" } }
//- /packages/core/src/index.ts
//- /packages/core/src/db.ts
//- /packages/core/src/server.ts
//- /packages/core/src/util/text.ts
//- /packages/core/src/features/login.ts
//- /packages/old/package.json
{ "name": "old", "main": "lib/main.js" }
//- /packages/old/lib/main.js
//- /packages/old/extra.js
//- /app/main.ts
"##,
        "
app/main.ts @acme/core
app/main.ts @acme/core/features/login
app/main.ts @acme/core/server
app/main.ts old
app/main.ts old/extra
app/main.ts react-dom/client
app/main.ts @scope/pkg/deep/path
app/main.ts node:fs/promises
packages/core/src/server.ts #db
packages/core/src/server.ts #util/text
packages/core/src/server.ts #dep
packages/core/src/server.ts @acme/core
",
        &expect![[r#"
            @acme/core -> packages/core/src/index.ts
            @acme/core/features/login -> packages/core/src/features/login.ts
            @acme/core/server -> packages/core/src/server.ts
            old -> packages/old/lib/main.js
            old/extra -> packages/old/extra.js
            react-dom/client -> External("react-dom")
            @scope/pkg/deep/path -> External("@scope/pkg")
            node:fs/promises -> External("fs")
            #db -> packages/core/src/db.ts
            #util/text -> packages/core/src/util/text.ts
            #dep -> External("lodash")
            @acme/core -> packages/core/src/index.ts
        "#]],
    );
}

#[test]
fn tsconfig_paths_come_from_the_nearest_file_and_what_it_extends() {
    check(
        r#"
//- /tsconfig.base.json
{ /* shared */ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["libs/*/src"], "~": ["web/main.ts"], }, }, }
//- /web/tsconfig.json
{ "extends": "../tsconfig.base", // comment
  "compilerOptions": { "strict": true } }
//- /vite/tsconfig.json
{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }
//- /vite/tsconfig.app.json
{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }
//- /loop/tsconfig.json
{ "extends": "./tsconfig.json" }
//- /vite/src/a.ts
//- /vite/src/b.ts
//- /libs/ui/src/index.ts
//- /web/main.ts
//- /web/deep/a.ts
//- /loop/a.ts
//- /bare.ts
"#,
        "
web/deep/a.ts @lib/ui
web/deep/a.ts ~
web/deep/a.ts web/main
web/deep/a.ts react
vite/src/a.ts @/b
loop/a.ts @lib/ui
bare.ts @lib/ui
",
        &expect![[r#"
            @lib/ui -> libs/ui/src/index.ts
            ~ -> web/main.ts
            web/main -> web/main.ts
            react -> External("react")
            @/b -> vite/src/b.ts
            @lib/ui -> External("@lib/ui")
            @lib/ui -> External("@lib/ui")
        "#]],
    );
}

#[test]
fn broken_manifests_are_like_absent_ones() {
    check(
        r#"
//- /package.json
{ "name": 3, "exports": [[[{}]]], 
//- /tsconfig.json
{ "compilerOptions": { "paths": ["*"], "baseUrl": 7 }, "extends": {} }
//- /a.ts
//- /b.ts
"#,
        "
a.ts ./b
a.ts b
a.ts @
",
        &expect![[r#"
            ./b -> b.ts
            b -> b.ts
            @ -> External("@")
        "#]],
    );
}
