//! One selection in the form of each runner.

use expect_test::{Expect, expect};

use super::*;

fn test(path: &str, framework: &str, name: &str, symbol: &str) -> SelectedTest {
    SelectedTest {
        path: path.to_owned(),
        name: name.to_owned(),
        symbol: symbol.to_owned(),
        framework: framework.to_owned(),
        language: String::new(),
        line: Some(7),
        distance: 1,
        confidence: "exact".to_owned(),
        of_file: 3,
    }
}

fn check(runner: &str, tests: &[SelectedTest], expected: Expect) {
    let runner = Runner::named(runner).expect("a runner of the table");
    let tests: Vec<&SelectedTest> = tests.iter().collect();
    let shown = |arguments: &[String]| {
        arguments.iter().map(|it| shell_word(it)).collect::<Vec<_>>().join(" ")
    };
    let mut text = String::new();
    for line in runner.lines(&tests) {
        text.push_str(&format!("{}\n", shown(&line)));
    }
    text.push_str(&format!("{} {}\n", runner.command, shown(&runner.arguments(&tests))));
    expected.assert_eq(&text);
}

#[test]
fn pytest_takes_node_ids() {
    check(
        "pytest",
        &[
            test("tests/test_a.py", "pytest", "TestA::test_b", "TestA.test_b"),
            test("-odd/test_c.py", "pytest", "test_c", "test_c"),
        ],
        expect![[r#"
            tests/test_a.py::TestA::test_b
            ./-odd/test_c.py::test_c
            pytest tests/test_a.py::TestA::test_b ./-odd/test_c.py::test_c
        "#]],
    );
}

#[test]
fn jest_takes_files_and_a_pattern_of_titles() {
    check(
        "jest",
        &[
            test("src/[id].test.ts", "jest", "login > it's (quick)", "login.it"),
            test("src/a.test.ts", "jest", "adds %i to ${base}", "adds"),
        ],
        expect![[r#"
            'src/\[id\]\.test\.ts' -t '^(login it'\''s \(quick\))$'
            src/a.test.ts -t '^(adds .* to .*)$'
            npx jest 'src/\[id\]\.test\.ts' src/a.test.ts -t '^(login it'\''s \(quick\)|adds .* to .*)$'
        "#]],
    );
}

#[test]
fn files_that_run_as_a_whole_need_no_pattern() {
    let all = ["a", "b", "c"].map(|name| test("a.spec.js", "vitest", name, name));
    check(
        "vitest",
        &all,
        expect![[r#"
        a.spec.js
        npx vitest run a.spec.js
    "#]],
    );
}

#[test]
fn go_takes_packages_and_a_pattern() {
    check(
        "go",
        &[
            test("store/db_test.go", "go", "TestOpen", "TestOpen"),
            test("main_test.go", "go", "TestMain/sub", "TestMain"),
            test("store/tx_test.go", "go", "TestTx", "TestTx"),
        ],
        expect![[r#"
            ./store -run '^(TestOpen|TestTx)$'
            . -run '^(TestMain)$'
            go test ./store . -run '^(TestOpen|TestMain|TestTx)$'
        "#]],
    );
}

#[test]
fn rust_takes_paths_of_modules() {
    let tests = [
        test("crates/a/src/parse/mod.rs", "cargo", "tests::reads", "tests.reads"),
        test("src/lib.rs", "cargo", "works", "works"),
        test("tests/cli.rs", "cargo", "runs", "runs"),
        test("tests/suite/deep.rs", "cargo", "runs", "runs"),
    ];
    check(
        "nextest",
        &tests,
        expect![[r#"
        -E 'test(=parse::tests::reads)'
        -E 'test(=works)'
        -E 'test(=runs)'
        -E 'test(=deep::runs)'
        cargo nextest run -E 'test(=parse::tests::reads) + test(=works) + test(=runs) + test(=deep::runs)'
    "#]],
    );
    check(
        "cargo",
        &tests,
        expect![[r#"
        -- --exact parse::tests::reads
        -- --exact works
        -- --exact runs
        -- --exact deep::runs
        cargo test -- --exact parse::tests::reads works runs deep::runs
    "#]],
    );
}

#[test]
fn java_takes_classes_and_methods() {
    let tests = [
        test("app/src/test/java/com/x/OrderTest.java", "junit", "OrderTest.pays", "OrderTest.pays"),
        test(
            "app/src/test/java/com/x/OrderTest.java",
            "junit",
            "OrderTest.In.fails",
            "OrderTest.In.fails",
        ),
        test(
            "app/src/test/java/com/x/OrderTest.java",
            "junit",
            "OrderTest.ships",
            "OrderTest.ships",
        ),
    ];
    check(
        "maven",
        &tests,
        expect![[r#"
        -Dtest=com.x.OrderTest#pays+ships
        '-Dtest=com.x.OrderTest$In#fails'
        mvn test '-Dtest=com.x.OrderTest#pays+ships,com.x.OrderTest$In#fails'
    "#]],
    );
    check(
        "gradle",
        &tests,
        expect![[r#"
        --tests com.x.OrderTest.pays
        --tests 'com.x.OrderTest$In.fails'
        --tests com.x.OrderTest.ships
        gradle test --tests com.x.OrderTest.pays --tests 'com.x.OrderTest$In.fails' --tests com.x.OrderTest.ships
    "#]],
    );
}

#[test]
fn other_runners_take_their_own_forms() {
    let one = |framework| [test("t/a_test.x", framework, "Suite::works", "Suite.works")];
    check(
        "unittest",
        &one("unittest"),
        expect![[r#"
        t.a_test.x.Suite.works
        python -m unittest t.a_test.x.Suite.works
    "#]],
    );
    check(
        "node",
        &one("node:test"),
        expect![[r#"
        --test-name-pattern '^(Suite::works)$' t/a_test.x
        node --test --test-name-pattern '^(Suite::works)$' t/a_test.x
    "#]],
    );
    check(
        "mocha",
        &one("mocha"),
        expect![[r#"
        t/a_test.x --grep '^(Suite::works)$'
        npx mocha t/a_test.x --grep '^(Suite::works)$'
    "#]],
    );
    check(
        "dotnet",
        &one("xunit"),
        expect![[r#"
        --filter FullyQualifiedName~Suite.works
        dotnet test --filter FullyQualifiedName~Suite.works
    "#]],
    );
    check(
        "rspec",
        &one("rspec"),
        expect![[r#"
        t/a_test.x:7
        bundle exec rspec t/a_test.x:7
    "#]],
    );
    check(
        "rails",
        &one("rails"),
        expect![[r#"
        t/a_test.x -n '/^(works)$/'
        bin/rails test t/a_test.x -n '/^(works)$/'
    "#]],
    );
    check(
        "minitest",
        &one("minitest"),
        expect![[r#"
        -r./t/a_test.x -e '' -- -n '/^(works)$/'
        ruby -Ilib -Itest -r./t/a_test.x -e '' -- -n '/^(works)$/'
    "#]],
    );
    check(
        "phpunit",
        &one("phpunit"),
        expect![[r#"
        t/a_test.x --filter '/::(works)( with data set .*)?$/'
        vendor/bin/phpunit --filter '/(^|\\)(Suite::works)( with data set .*)?$/'
    "#]],
    );
    check(
        "swift",
        &one("xctest"),
        expect![[r#"
        --filter 'Suite/works(\(\))?$'
        swift test --filter 'Suite/works(\(\))?$'
    "#]],
    );
    check(
        "sbt",
        &one("scalatest"),
        expect![[r#"
        'testOnly *Suite'
        sbt 'testOnly *Suite'
    "#]],
    );
    check(
        "googletest",
        &one("googletest"),
        expect![[r#"
        '--gtest_filter=Suite.works:*/Suite.works/*'
        ./tests '--gtest_filter=Suite.works:*/Suite.works/*'
    "#]],
    );
}

#[test]
fn a_test_of_a_framework_nobody_knows_goes_to_the_runner_of_its_language() {
    let mut unknown = test("a.go", "ginkgo", "TestA", "TestA");
    assert_eq!(Runner::of(&unknown).map(|it| it.name), None);
    unknown.language = "go".to_owned();
    assert_eq!(Runner::of(&unknown).map(|it| it.name), Some("go"));
    let global = test("a.test.js", "jest", "a", "a");
    assert_eq!(Runner::of(&global).map(|it| it.name), Some("jest"));
    assert!(Runner::named("vitest").expect("in the table").runs(&global));
}
