//! What packages must be, over the files of each ecosystem.

use expect_test::expect;

use crate::testing::{check_diagnostics, check_local};

fn check(settings: &str, files: &str, expect: expect_test::Expect) {
    check_local(&format!("- dependency: {settings}"), files, expect);
}

const NPM: &str = r#"
//- /web/package.json
{
  "dependencies": {"lodash": "^4.17.0", "left-pad": "1.3.0", "mine": "workspace:*"},
  "devDependencies": {"jest": "latest"},
  "peerDependencies": {"react": ">=16"}
}
//- /package-lock.json
{"lockfileVersion": 3, "packages": {
  "": {"dependencies": {"lodash": "^4.17.0"}},
  "node_modules/lodash": {"version": "4.17.20", "integrity": "sha512-x"},
  "node_modules/left-pad": {"version": "1.3.0"},
  "node_modules/left-pad/node_modules/deep": {"version": "0.1.0", "integrity": "sha512-y"}
}}
"#;

#[test]
fn a_package_that_must_not_be_used() {
    check(
        "{package: left-pad, must: absent}",
        NPM,
        expect![[r#"
        dependency: Fail, 2 anchors
          package-lock.json:4: `left-pad` is used
          web/package.json:2: `left-pad` is used
    "#]],
    );
    check(
        "{package: 'lodash', must: absent, version: '<4.17.21'}",
        NPM,
        expect![[r#"
            dependency: Fail, 2 anchors
              package-lock.json:3: `lodash` `4.17.20` is one of `<4.17.21`
        "#]],
    );
    check(
        "{package: 'lodash', must: absent, version: '<4'}",
        NPM,
        expect![[r#"
        dependency: Pass, 2 anchors
    "#]],
    );
    check(
        "{package: none, must: absent}",
        NPM,
        expect![[r#"
        dependency: Pass, 2 anchors
    "#]],
    );
}

#[test]
fn a_package_that_must_be_used() {
    check(
        "{package: helmet, must: present}",
        NPM,
        expect![[r#"
        dependency: Fail, 0 anchors
          project: no manifest or lock file has `helmet`
    "#]],
    );
    check(
        "{package: lodash, must: present, version: '>=4'}",
        NPM,
        expect![[r#"
        dependency: Pass, 2 anchors
    "#]],
    );
    check(
        "{package: helmet, ecosystem: go, must: present}",
        NPM,
        expect![[r#"
        dependency: NotApplicable, 0 anchors; no manifest or lock file is in scope
    "#]],
    );
}

#[test]
fn packages_that_are_pinned_locked_and_hashed() {
    check(
        "{package: '*', must: pinned}",
        NPM,
        expect![[r#"
            dependency: Fail, 3 anchors
              web/package.json:2: `lodash` is not pinned: `^4.17.0` takes more than one version
        "#]],
    );
    check(
        "{package: '*', must: locked}",
        NPM,
        expect![[r#"
            dependency: Fail, 3 anchors
              web/package.json:3: no lock file beside it or above it has `jest`
        "#]],
    );
    check(
        "{package: '*', must: hashed}",
        NPM,
        expect![[r#"
            dependency: Fail, 6 anchors
              package-lock.json:4: nothing has the digest of `left-pad`
              web/package.json:3: nothing has the digest of `jest`
        "#]],
    );
}

#[test]
fn a_manifest_without_a_lock_file_is_said_once() {
    let files = r#"
//- /package.json
{"dependencies": {"a": "^1", "b": "1.0.0", "c": "^3", "d": "*"}, "peerDependencies": {"e": "^1"}}
//- /tools/package.json
{"dependencies": {"a": "^1"}}
//- /site/package.json
{"dependencies": {"a": "^1", "f": "^1"}}
//- /site/package-lock.json
{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0", "integrity": "sha512-x"}}}
//- /pyproject.toml
[project]
dependencies = ["flask>=3", "requests==2.0"]
//- /go.mod
module m
require example.com/x v1.0.0
"#;
    check(
        "{package: '*', must: locked}",
        files,
        expect![[r#"
        dependency: Fail, 10 anchors
          package.json:1: no lock file is beside it or above it: `a`, `b`, `c` and 1 more
          pyproject.toml:2: no lock file is beside it or above it: `flask`
          site/package.json:1: no lock file beside it or above it has `f`
          tools/package.json:1: no lock file is beside it or above it: `a`
    "#]],
    );
    check(
        "{package: '*', must: locked, message: nothing is chosen}",
        files,
        expect![[r#"
        dependency: Fail, 10 anchors
          package.json:1: nothing is chosen: `a`, `b`, `c` and 1 more
          pyproject.toml:2: nothing is chosen: `flask`
          site/package.json:1: nothing is chosen
          tools/package.json:1: nothing is chosen: `a`
    "#]],
    );
}

#[test]
fn what_the_project_asks_for_and_what_that_brings() {
    check(
        "{package: '*', must: absent, direct: false}",
        NPM,
        expect![[r#"
        dependency: Fail, 2 anchors
          package-lock.json:5: `deep` is used
    "#]],
    );
    check(
        "{package: 'j*', must: absent, development: false}",
        NPM,
        expect![[r#"
        dependency: Pass, 2 anchors
    "#]],
    );
}

#[test]
fn a_range_without_a_lock_file_is_open() {
    let files = "//- /requirements.txt\nDjango>=3\nrequests==2.0\nflask\ngit+https://x.org/y#egg=y\nurl @ https://x.org/z.whl\n";
    check(
        "{package: django, version: '>=4.2'}",
        files,
        expect![[r#"
            dependency: Undetermined, 1 anchors; could not look at `requirements.txt`: `Django` `>=3` may or may not be one of `>=4.2`, and no lock file says which was chosen
        "#]],
    );
    check(
        "{package: django, version: '>=2'}",
        files,
        expect![[r#"
        dependency: Pass, 1 anchors
    "#]],
    );
    check(
        "{package: Requests, version: '>=2.1'}",
        files,
        expect![[r#"
            dependency: Fail, 1 anchors
              requirements.txt:2: `requests` `==2.0` is none of `>=2.1`
        "#]],
    );
    check(
        "{package: flask, version: '>=1'}",
        files,
        expect![[r#"
            dependency: Undetermined, 1 anchors; could not look at `requirements.txt`: `flask` in any version may or may not be one of `>=1`, and no lock file says which was chosen
        "#]],
    );
    check(
        "{package: url, version: '>=1'}",
        files,
        expect![[r#"
        dependency: Undetermined, 1 anchors; could not look at `requirements.txt`: the version of `url` is not known: it is taken from an address
    "#]],
    );
}

#[test]
fn hashes_of_requirement_files_on_lines_that_continue() {
    let (a, b) = ("a".repeat(64), "b".repeat(64));
    let files = &format!(
        "//- /requirements.txt\na==1 \\\n    --hash=sha256:{a} \\\n    --hash=sha256:{b}\nb==2\n\
         -r requirements/other.txt\n"
    );
    check(
        "{package: '*', must: hashed}",
        files,
        expect![[r#"
            dependency: Fail, 2 anchors
              requirements.txt:4: nothing has the digest of `b`
        "#]],
    );
    check(
        "{package: '*', must: locked}",
        files,
        expect![[r#"
            dependency: Pass, 2 anchors
        "#]],
    );
}

#[test]
fn versions_that_are_set_elsewhere() {
    let files = r#"
//- /pom.xml
<project>
  <properties><log.version>2.14.1</log.version></properties>
  <dependencies>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>
      <version>${log.version}</version>
    </dependency>
    <dependency><groupId>a.b</groupId><artifactId>c</artifactId><version>${nowhere}</version></dependency>
  </dependencies>
</project>
//- /web/web.csproj
<Project><ItemGroup><PackageReference Include="Dapper" /></ItemGroup></Project>
//- /Directory.Packages.props
<Project><ItemGroup><PackageVersion Include="Dapper" Version="2.0.1" /></ItemGroup></Project>
"#;
    check(
        "{package: '*:log4j-core', version: '>=2.17.1'}",
        files,
        expect![[r#"
            dependency: Fail, 1 anchors
              pom.xml:4: `org.apache.logging.log4j:log4j-core` `2.14.1` is none of `>=2.17.1`
        "#]],
    );
    check(
        "{package: 'a.b:c', version: '>=1'}",
        files,
        expect![[r#"
        dependency: Undetermined, 1 anchors; could not look at `pom.xml`: the version of `a.b:c` is not known: `${nowhere}` is set elsewhere
    "#]],
    );
    check(
        "{package: dapper, version: '>=2.1'}",
        files,
        expect![[r#"
            dependency: Fail, 2 anchors
              Directory.Packages.props:1: `Dapper` `2.0.1` is none of `>=2.1`
        "#]],
    );
}

#[test]
fn a_file_that_cannot_be_read_leaves_it_open() {
    check(
        "{package: x, must: absent}",
        "//- /package.json\n{\"dependencies\": {\n",
        expect![[r#"
        dependency: Undetermined, 0 anchors; could not look at `package.json`: its JSON is broken in line 2
    "#]],
    );
    check(
        "{package: x, must: absent}",
        "//- /a.py\nx = 1\n",
        expect![[r#"
        dependency: NotApplicable, 0 anchors; no manifest or lock file is in scope
    "#]],
    );
}

#[test]
fn errors_of_settings() {
    check_diagnostics(
        r"
- dependency: {package: a}
- dependency: {package: a, version: 'new'}
- dependency: {package: '[', must: absent}
- dependency: {package: a, must: pinnd}
- dependency: {package: a, must: absent, ecosystem: perl}
",
        expect![[r#"
            checks::settings: `dependency` says neither `must` nor `version`
              at {package: a}
              add `must: absent`, `present`, `pinned`, `hashed` or `locked`, or `version: …`
            checks::version: `new` is not a range of versions
              at 'new'
              ranges are like `>=2.0,<3`, with `||` between alternatives
            checks::glob: glob `[` is not valid: unclosed character class; missing ']'
              at '['
              `*` is any part of a name
            yaml::unknown_value: unknown value `pinnd`
              at pinnd
              did you mean `pinned`? allowed: `present`, `absent`, `pinned`, `hashed`, `locked`
            checks::ecosystem: there is no ecosystem `perl`
              at perl
              the ecosystems are `python`, `javascript`, `go`, `rust`, `java`, `ruby`, `php`, `dotnet`
        "#]],
    );
}

#[test]
fn what_a_file_takes_in_unread_may_be_any_package() {
    let files = "//- /requirements.txt\n-r deps/more.in\nevil\n//- /deps/more.in\nother\n";
    check(
        "{package: other, must: absent}",
        files,
        expect![[r#"
        dependency: Undetermined, 1 anchors; could not look at `requirements.txt`: it takes in `deps/more.in`, which is not read as a list of packages
    "#]],
    );
    check(
        "{package: evil, must: absent}",
        files,
        expect![[r#"
        dependency: Fail, 1 anchors
          requirements.txt:2: `evil` is used
    "#]],
    );
    check(
        "{package: other, must: present}",
        files,
        expect![[r#"
        dependency: Undetermined, 0 anchors; could not look at `requirements.txt`: it takes in `deps/more.in`, which is not read as a list of packages
    "#]],
    );
    check(
        "{package: '*', must: pinned}",
        "//- /Gemfile\ngemspec\ngem 'a', '1.0.0'\n",
        expect![[r#"
        dependency: Undetermined, 1 anchors; could not look at `Gemfile`: it takes in what its gemspec asks for, which is not read
    "#]],
    );
}
