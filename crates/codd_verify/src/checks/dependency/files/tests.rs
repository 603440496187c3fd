//! What each kind of file declares.

#![expect(clippy::needless_pass_by_value, reason = "expectations are written in place")]

use expect_test::{Expect, expect};

use super::reader_of;
use crate::checks::dependency::record::{Asked, Role};

fn check(path: &str, text: &str, expect: Expect) {
    let path = path.into();
    let (_, read) = reader_of(&path).unwrap();
    let mut out = String::new();
    match read(&path, text) {
        Ok(records) => {
            for it in records {
                let line = text[..it.span.start as usize].matches('\n').count() + 1;
                let asked = match &it.asked {
                    Asked::Version(text) => text.clone(),
                    Asked::Any => "*".to_owned(),
                    Asked::Elsewhere => "elsewhere".to_owned(),
                    Asked::Own => "own".to_owned(),
                    Asked::Dynamic(why) => format!("? {why}"),
                };
                let role = match it.role {
                    Role::Manifest => "",
                    Role::Lock => " lock",
                    Role::Hashes => " sum",
                };
                let flags = [
                    (it.is_hashed, " hashed"),
                    (it.is_dev, " dev"),
                    (it.is_indirect, " indirect"),
                    (it.is_peer, " peer"),
                ];
                let flags: String = flags.iter().filter(|it| it.0).map(|it| it.1).collect();
                out += &format!("{line} {} {asked}{role}{flags}\n", it.name);
            }
        }
        Err(reason) => out = reason,
    }
    expect.assert_eq(&out);
}

#[test]
fn python() {
    check(
        "requirements/dev.txt",
        "a[x]>=1,<2; python_version < '4' # c\n# b\n-r other.txt\n--index-url https://x\nc-d_e\nhttps://x.org/y.whl\n",
        expect![[r#"
            1 a >=1,<2 dev
            5 c-d_e * dev
            6 * ? `https://x.org/y.whl` names no package dev
        "#]],
    );
    check(
        "pyproject.toml",
        "[project]\ndependencies = [\n  'a>=1',\n]\n[project.optional-dependencies]\nx = ['b']\n[dependency-groups]\ndev = ['c~=1.0', {include-group = 'y'}]\n[tool.poetry.dependencies]\npython = '^3'\nd = '^1'\ne = {version = '1.*', extras = ['z']}\nf = {git = 'https://x'}\n[tool.poetry.group.test.dependencies]\ng = '*'\n",
        expect![[r#"
            3 a >=1
            6 b *
            8 c ~=1.0 dev
            11 d ^1
            12 e 1.*
            13 f ? its version depends on where it is used
            15 g * dev
        "#]],
    );
    check(
        "setup.cfg",
        "[options]\ninstall_requires =\n  a>=1\n  b\n[options.extras_require]\nx =\n  c==2\n",
        expect![[r#"
            3 a >=1
            4 b *
            7 c ==2
        "#]],
    );
    check(
        "Pipfile.lock",
        "{\"default\": {\"a\": {\"version\": \"==1.0\", \"hashes\": [\"sha256:x\"]}}, \"develop\": {\"b\": {\"ref\": \"x\"}}}",
        expect![[r#"
            1 a 1.0 lock hashed
            1 b ? the lock file names no version lock dev
        "#]],
    );
    check(
        "uv.lock",
        "[[package]]\nname = 'me'\nversion = '0.1'\nsource = {editable = '.'}\n[[package]]\nname = 'a'\nversion = '1.0'\nwheels = [{url = 'x', hash = 'sha256:y'}]\n[[package]]\nname = 'b'\nversion = '2'\n",
        expect![[r#"
            6 a 1.0 lock hashed
            10 b 2 lock
        "#]],
    );
}

#[test]
fn a_text_that_is_called_like_a_requirement_file_is_none() {
    check(
        "constraints.txt",
        "====\nConstraints of a database\n.. note:: x\nThey hold.\n",
        expect![[""]],
    );
    check(
        "requirements.txt",
        "a==1\nb==2\nnot a requirement\n",
        expect!["line 3 is no requirement"],
    );
}

#[test]
fn javascript() {
    check(
        "package.json",
        "{\"dependencies\": {\"a\": \"npm:@s/b@^1\",\n\"c\": \"git+https://x\", \"d\": \"*\", \"e\": \"catalog:\"}}",
        expect![[r#"
            1 @s/b ^1
            2 c ? it is taken from an address
            2 d *
            2 e elsewhere
        "#]],
    );
    check(
        "package-lock.json",
        "{\"lockfileVersion\": 1, \"dependencies\": {\"a\": {\"version\": \"1.0.0\", \"integrity\": \"x\", \"dependencies\": {\"b\": {\"version\": \"2.0.0\", \"dev\": true}}}}}",
        expect![[r#"
            1 a 1.0.0 lock hashed
            1 b 2.0.0 lock dev
        "#]],
    );
    check(
        "yarn.lock",
        "# yarn lockfile v1\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.2.0\"\n  resolved \"https://x\"\n  integrity sha512-x\n  dependencies:\n    b \"^2\"\n\nb@^2:\n  version \"2.0.0\"\n",
        expect![[r#"
            3 @s/a 1.2.0 lock hashed
            10 b 2.0.0 lock
        "#]],
    );
    check(
        "yarn.lock",
        "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0, a@npm:^1.1.0\":\n  version: 1.2.0\n  checksum: 10c0/x\n\n\"me@workspace:.\":\n  version: 0.0.0-use.local\n",
        expect![[r#"
            4 a 1.2.0 lock hashed
        "#]],
    );
    check(
        "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\npackages:\n  '@s/a@1.0.0':\n    resolution: {integrity: sha512-x}\n  /b@2.0.0(a@1):\n    resolution: {tarball: x}\n  /c/3.0.0_d@1:\n    dev: true\n",
        expect![[r#"
            3 @s/a 1.0.0 lock hashed
            5 b 2.0.0 lock
            7 c 3.0.0 lock dev
        "#]],
    );
    check(
        "bun.lock",
        "{\n  \"lockfileVersion\": 1,\n  \"packages\": {\n    \"@s/a\": [\"@s/a@1.0.0\", \"\", {}, \"sha512-x\"],\n    \"b\": [\"b@workspace:packages/b\"],\n    \"b/c\": [\"c@2.0.0\", \"\", { \"dependencies\": {} }, \"sha512-y\"],\n    \"d\": [\"d@github:o/d#1\", {}, \"o-d-1\"],\n  }\n}\n",
        expect![[r#"
            4 @s/a 1.0.0 lock hashed
            6 c 2.0.0 lock hashed
            7 d ? it is taken from an address lock
        "#]],
    );
}

#[test]
fn go_and_rust() {
    check(
        "go.mod",
        "module x\n\ngo 1.22\n\nrequire a.org/b v1.0.0\nrequire (\n\tc.org/d v2.0.0+incompatible // indirect\n\te.org/f v1.1.0\n)\nreplace e.org/f => ../f\nreplace a.org/b v1.0.0 => g.org/h v1.5.0\n",
        expect![[r#"
            5 g.org/h v1.5.0
            7 c.org/d v2.0.0+incompatible indirect
            8 e.org/f own
        "#]],
    );
    check(
        "go.sum",
        "a.org/b v1.0.0 h1:x=\na.org/b v1.0.0/go.mod h1:y=\n",
        expect![[r#"
        1 a.org/b v1.0.0 sum hashed
    "#]],
    );
    check(
        "Cargo.toml",
        "[dependencies]\na = '1'\nb = {version = '=2.0.0', package = 'c'}\nd = {path = '../d'}\ne.workspace = true\n[target.'cfg(unix)'.dev-dependencies]\nf = '*'\n[workspace.dependencies]\ne = '3'\n",
        expect![[r#"
            2 a 1
            3 c =2.0.0
            4 d own
            5 e elsewhere
            9 e 3
            7 f * dev
        "#]],
    );
    check(
        "Cargo.lock",
        "version = 4\n[[package]]\nname = 'me'\nversion = '0.1.0'\n[[package]]\nname = 'a'\nversion = '1.0.0'\nsource = 'registry+x'\nchecksum = 'y'\n",
        expect![[r#"
            6 a 1.0.0 lock hashed
        "#]],
    );
}

#[test]
fn java() {
    check(
        "pom.xml",
        "<project><parent><groupId>p</groupId><artifactId>q</artifactId><version>1</version></parent>\n<dependencies>\n<dependency><groupId>${project.groupId}</groupId><artifactId>a</artifactId>\n<exclusions><exclusion><groupId>no</groupId><artifactId>no</artifactId></exclusion></exclusions></dependency></dependencies></project>",
        expect![[r#"
            1 p:q 1
            3 p:a elsewhere
        "#]],
    );
    check(
        "build.gradle.kts",
        "dependencies {\n  implementation(\"a.b:c:1.+\")\n  testImplementation(\"d.e:f:$v\")\n  api(libs.g)\n  compile group: 'h', name: 'i', version: '2'\n  // \"no.no:no:1\"\n  implementation(platform(\"j.k:l\"))\n  url = \"https://x.org:80/y\"\n}\n",
        expect![[r#"
            2 a.b:c 1.+
            3 d.e:f ? `$v` is set elsewhere dev
            5 h:i 2
            7 j.k:l elsewhere
        "#]],
    );
    check(
        "gradle/libs.versions.toml",
        "[versions]\na = '1.0'\nr = {strictly = '[2,3)'}\n[libraries]\nx = {module = 'g:x', version.ref = 'a'}\ny = {group = 'g', name = 'y', version.ref = 'r'}\nz = 'g:z:3'\nw = {module = 'g:w'}\nq = {module = 'g:q', version.ref = 'no'}\n",
        expect![[r#"
            9 g:q ? there is no version `no`
            8 g:w elsewhere
            5 g:x 1.0
            6 g:y [2,3)
            7 g:z 3
        "#]],
    );
    check(
        "gradle.lockfile",
        "# c\na.b:c:1.0=compile,test\nempty=\n",
        expect![[r#"
        2 a.b:c 1.0 lock
    "#]],
    );
}

#[test]
fn ruby_php_and_dotnet() {
    check(
        "Gemfile",
        "source 'https://x'\ngem 'a'\ngem \"b\", \"~> 1.0\", '>= 1.0.2', require: false\ngem 'c', git: 'https://x'\ngroup :development, :test do\n  gem 'd'\nend\ngem 'e'\n",
        expect![[r#"
            2 a *
            3 b ~> 1.0, >= 1.0.2
            4 c ? it is taken from an address
            6 d * dev
            8 e *
        "#]],
    );
    check(
        "Gemfile.lock",
        "GEM\n  remote: https://x\n  specs:\n    a (1.0)\n      b (>= 1)\n    b (2.0-x86_64-linux)\n\nDEPENDENCIES\n  a\n\nCHECKSUMS\n  a (1.0) sha256=x\n",
        expect![[r#"
            4 a 1.0 lock hashed
            6 b 2.0 lock
        "#]],
    );
    check(
        "composer.json",
        "{\"require\": {\"php\": \">=8\", \"a/b\": \"^1|^2\", \"c/d\": \"dev-main\"}, \"require-dev\": {\"e/f\": \"*\"}}",
        expect![[r#"
            1 a/b ^1|^2
            1 c/d ? it is the head of a branch
            1 e/f * dev
        "#]],
    );
    check(
        "composer.lock",
        "{\"packages\": [{\"name\": \"a/b\", \"version\": \"v1.2.0\", \"dist\": {\"reference\": \"0123456789012345678901234567890123456789\", \"shasum\": \"\"}}]}",
        expect![[r#"
            1 a/b v1.2.0 lock hashed
        "#]],
    );
    check(
        "a.csproj",
        "<Project><ItemGroup>\n<PackageReference Include=\"A\" Version=\"1.0\" />\n<PackageReference Include=\"B\"><Version>$(V)</Version></PackageReference>\n<PackageReference Include=\"C\" /></ItemGroup></Project>",
        expect![[r#"
            2 A 1.0
            3 B ? `$(V)` is set elsewhere
            4 C elsewhere
        "#]],
    );
    check(
        "packages.lock.json",
        "{\"dependencies\": {\"net8.0\": {\"A\": {\"type\": \"Direct\", \"resolved\": \"1.0.0\", \"contentHash\": \"x\"}, \"B\": {\"type\": \"Transitive\", \"resolved\": \"2.0.0\"}, \"me\": {\"type\": \"Project\"}}}}",
        expect![[r#"
            1 A 1.0.0 lock hashed
            1 B 2.0.0 lock indirect
        "#]],
    );
}

#[test]
fn requirements_that_are_written_in_other_ways() {
    let hash = "0".repeat(64);
    check(
        "requirements.txt",
        &format!(
            "-r deps/more.in\n-rother.list\n-c constraints.txt\n--requirement=../out.txt\n-e \
             .\nev\\\nil==1 \\\n  --hash=sha256:{hash}\ngit+https://x.org/far.git#egg=far&x=1\n\
             ./some-thing-1.0-py3-none-any.whl\nhttps://x.org/y.git\nweak==1 --hash=md5:{hash}\n\
             said==1 # --hash=sha256:{hash}\n"
        ),
        expect![[r#"
            1 * ? it takes in `deps/more.in`, which is not read as a list of packages
            2 * ? it takes in `other.list`, which is not read as a list of packages
            4 * ? it takes in `../out.txt`, which is not read as a list of packages
            6 evil ==1 hashed
            9 far ? it is taken from an address
            10 some-thing ? it is taken from an address
            11 * ? `https://x.org/y.git` names no package
            12 weak ==1
            13 said ==1
        "#]],
    );
    check(
        "pyproject.toml",
        "[build-system]\nrequires = ['b']\n[tool.poetry.dependencies]\na = '1.2.0'\n",
        expect![[r#"
            2 b * peer
            4 a ==1.2.0
        "#]],
    );
    check(
        "package.json",
        r#"{"overrides": {"a@^1": {".": "1.0", "b": "$b"}}, "resolutions": {"**/@s/c": "2"}, "pnpm": {"overrides": {"x>d@1": "npm:e@3"}}}"#,
        expect![[r#"
            1 b elsewhere peer
            1 a 1.0 peer
            1 @s/c 2 peer
            1 e 3 peer
        "#]],
    );
    check(
        "Gemfile",
        "gemspec\neval_gemfile 'x'\ngem name\n%w[a b].each { |it| gem it }\ngem 'c'\n",
        expect![[r#"
            1 * ? it takes in what its gemspec asks for, which is not read
            2 * ? it takes in another file
            3 * ? a gem's name is computed
            4 * ? a gem's name is computed
            5 c *
        "#]],
    );
    check(
        "build.gradle",
        "implementation \"g:$n:1\"\nimplementation \"g.h:i:$v\"\n",
        expect![[r#"
        1 * ? `g:$n:1` is computed
        2 g.h:i ? `$v` is set elsewhere
    "#]],
    );
    check(
        "a.csproj",
        "<Project><PackageReference Include=\"a;b\" Version=\"1\"/></Project>",
        expect![[r#"
            1 a 1
            1 b 1
        "#]],
    );
}
