//! Scripts in, facts out.

use expect_test::expect;

use crate::render::check_file;

#[test]
fn functions_call_each_other_and_what_is_sourced() {
    check_file(
        "scripts/deploy.sh",
        r#"#!/usr/bin/env bash
source "$(dirname "$0")/lib.sh"
. ./env.sh
# Builds all of it.
build() {
  cd backend && python app/pre_start.py --config=conf/app.yaml
  local image=$(image_name "$TAG")
  API_URL=x npm run build
}
export STAGE=prod
trap cleanup EXIT
build "$REGION" && bash -c "scripts/other.sh"
"#,
        &expect![[r#"
            Function build
            scope 0 Module
              build -> definition build
            import lib.sh:*
            import ./env.sh:*
            star names build
            export star lib.sh:*
            export star ./env.sh:*
            Call dirname
            Call python in build
            Call image_name in build
            Call npm in build
            Call cleanup
            Call build
            Call bash
            link File Calls scripts/lib.sh | lib.sh (guess)
            link File Calls scripts/env.sh | env.sh
            link File Calls scripts/backend/app/pre_start.py | backend/app/pre_start.py in build
            link File Reads scripts/backend/conf/app.yaml | backend/conf/app.yaml in build
            link Environment Reads TAG in build
            link Environment Declares API_URL in build
            link Script Calls scripts/backend#build | scripts#build | #build in build
            link Environment Declares STAGE
            link Environment Reads REGION
            link File Calls scripts/backend/scripts/other.sh | backend/scripts/other.sh
        "#]],
    );
}

#[test]
fn hostile_scripts_end() {
    let deep = format!("{}true{}", "$(".repeat(3000), ")".repeat(3000));
    let path = codd_source::RepoPath::from("a.sh");
    let language = crate::language_of(&path).unwrap();
    let parsed = crate::parse(language, &path, deep.as_bytes()).unwrap();
    crate::extract(&parsed);
}
