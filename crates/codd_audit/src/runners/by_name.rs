//! Runners that take the names of tests, in the spelling of their language.

use super::by_file::{grouped, last};
use super::quote::{any_of, escaped, path};
use crate::SelectedTest;

/// Folders below which the sources of a Java project begin.
const JVM_ROOTS: [&str; 4] = ["java/", "kotlin/", "scala/", "groovy/"];

pub(super) fn pytest(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    let id = |test: &&SelectedTest| vec![format!("{}::{}", path(&test.path), test.name)];
    tests.iter().map(id).collect()
}

pub(super) fn unittest(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    let id = |test: &&SelectedTest| {
        let file = test.path.strip_suffix(".py").unwrap_or(&test.path);
        vec![format!("{}.{}", file.replace('/', "."), test.name.replace("::", "."))]
    };
    tests.iter().map(id).collect()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn go_package(test: &SelectedTest) -> String {
    match folder(&test.path) {
        "" => ".".to_owned(),
        folder => format!("./{folder}"),
    }
}

/// A subtest is run by the function it stands in.
fn go_pattern(tests: &[&SelectedTest]) -> String {
    let name = |test: &&SelectedTest| {
        let name = test.name.split(['/', '.', ' ']).next().unwrap_or(&test.name);
        // A suite's methods are run by a function that may have any name.
        let is_function = ["Test", "Fuzz", "Example"].iter().any(|it| name.starts_with(it));
        is_function.then(|| escaped(name))
    };
    match tests.iter().map(name).collect::<Option<Vec<_>>>() {
        Some(names) => any_of("^", &names, "$"),
        None => ".".to_owned(),
    }
}

pub(super) fn go_lines(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    let packages = grouped(tests, |test| folder(&test.path));
    let line = |tests: Vec<&SelectedTest>| {
        vec![go_package(tests[0]), "-run".to_owned(), go_pattern(&tests)]
    };
    packages.into_iter().map(line).collect()
}

pub(super) fn go_arguments(tests: &[&SelectedTest]) -> Vec<String> {
    let packages = grouped(tests, |test| folder(&test.path));
    let packages = packages.iter().map(|tests| go_package(tests[0]));
    packages.chain(["-run".to_owned(), go_pattern(tests)]).collect()
}

/// `a::b::tests::it_works`: the module's path within its crate, then the function's.
fn rust_name(test: &SelectedTest) -> String {
    let path = test.path.strip_suffix(".rs").unwrap_or(&test.path);
    let parts: Vec<&str> = path.split('/').collect();
    let modules = match parts.iter().rposition(|it| *it == "src") {
        Some(at) => &parts[at + 1..],
        // Of `tests/` each file is a crate, and each folder with a `main.rs`.
        None => parts
            .iter()
            .position(|it| *it == "tests")
            .map_or(&[][..], |at| parts.get(at + 2..).unwrap_or(&[])),
    };
    let modules = match modules {
        [before @ .., "lib" | "main" | "mod"] => before,
        all => all,
    };
    let symbol = test.symbol.replace('.', "::");
    modules.iter().map(|it| (*it).to_owned()).chain([symbol]).collect::<Vec<_>>().join("::")
}

pub(super) fn nextest_lines(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    tests.iter().map(|test| nextest_arguments(&[test])).collect()
}

pub(super) fn nextest_arguments(tests: &[&SelectedTest]) -> Vec<String> {
    let each: Vec<String> = tests.iter().map(|it| format!("test(={})", rust_name(it))).collect();
    vec!["-E".to_owned(), each.join(" + ")]
}

pub(super) fn cargo_lines(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    tests.iter().map(|test| cargo_arguments(&[test])).collect()
}

pub(super) fn cargo_arguments(tests: &[&SelectedTest]) -> Vec<String> {
    let options = ["--", "--exact"].map(str::to_owned);
    options.into_iter().chain(tests.iter().map(|it| rust_name(it))).collect()
}

/// The class of a test with its package, and the method; by the folders that packages are in.
fn jvm_name(test: &SelectedTest) -> (String, String) {
    let below = JVM_ROOTS.iter().find_map(|root| {
        let at = test.path.find(&format!("/{root}")).map(|at| at + 1);
        let at = at.or_else(|| test.path.starts_with(root).then_some(0))?;
        Some(&test.path[at + root.len()..])
    });
    let package = below.map_or(String::new(), |it| folder(it).replace('/', "."));
    let (class, method) = test.symbol.rsplit_once('.').unwrap_or(("", &test.symbol));
    let class = class.replace('.', "$");
    let class = match (package.as_str(), class.as_str()) {
        ("", class) => class.to_owned(),
        (package, "") => package.to_owned(),
        (package, class) => format!("{package}.{class}"),
    };
    (class, method.to_owned())
}

fn maven_classes(tests: &[&SelectedTest]) -> Vec<String> {
    let classes = grouped(tests, |test| jvm_name(test).0);
    let one = |tests: Vec<&SelectedTest>| {
        let methods: Vec<String> = tests.iter().map(|it| jvm_name(it).1).collect();
        format!("{}#{}", jvm_name(tests[0]).0, methods.join("+"))
    };
    classes.into_iter().map(one).collect()
}

pub(super) fn maven_lines(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    maven_classes(tests).into_iter().map(|class| vec![format!("-Dtest={class}")]).collect()
}

pub(super) fn maven_arguments(tests: &[&SelectedTest]) -> Vec<String> {
    vec![format!("-Dtest={}", maven_classes(tests).join(","))]
}

pub(super) fn gradle(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    let one = |test: &&SelectedTest| {
        // Of a test that is a text only its class has a name.
        if test.framework == "kotest" {
            let class = test.symbol.split('.').next().unwrap_or(&test.symbol);
            return vec!["--tests".to_owned(), format!("*{class}")];
        }
        let (class, method) = jvm_name(test);
        let name =
            if class.is_empty() { format!("*{method}") } else { format!("{class}.{method}") };
        vec!["--tests".to_owned(), name]
    };
    tests.iter().map(one).collect()
}

/// The namespace is not in the path, so the name is matched by its end.
fn dotnet_filter(test: &SelectedTest) -> String {
    format!("FullyQualifiedName~{}", test.symbol)
}

pub(super) fn dotnet_lines(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    tests.iter().map(|test| dotnet_arguments(&[test])).collect()
}

pub(super) fn dotnet_arguments(tests: &[&SelectedTest]) -> Vec<String> {
    let each: Vec<String> = tests.iter().map(|it| dotnet_filter(it)).collect();
    vec!["--filter".to_owned(), each.join("|")]
}

pub(super) fn rspec(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    let id = |test: &&SelectedTest| match test.line {
        Some(line) => vec![format!("{}:{line}", path(&test.path))],
        None => vec![path(&test.path)],
    };
    tests.iter().map(id).collect()
}

/// PHPUnit takes one path: the names alone say which tests are meant.
pub(super) fn phpunit_arguments(tests: &[&SelectedTest]) -> Vec<String> {
    let name = |test: &&SelectedTest| {
        let class = test.symbol.rsplit_once('.').map_or("", |(class, _)| last(class));
        format!("{}::{}", escaped(class), escaped(last(&test.symbol)))
    };
    let names: Vec<String> = tests.iter().map(name).collect();
    let pattern = any_of("/(^|\\\\)", &names, "( with data set .*)?$/");
    vec!["--filter".to_owned(), pattern]
}

pub(super) fn swift(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    let one = |test: &&SelectedTest| {
        let name = match test.symbol.rsplit_once('.') {
            Some((class, method)) => format!("{}/{}", escaped(last(class)), escaped(method)),
            None => escaped(&test.symbol),
        };
        vec!["--filter".to_owned(), format!("{name}(\\(\\))?$")]
    };
    tests.iter().map(one).collect()
}

fn sbt_classes(tests: &[&SelectedTest]) -> Vec<String> {
    let class = |test: &SelectedTest| {
        let symbol = test.symbol.split('.').next().unwrap_or(&test.symbol);
        format!("*{symbol}")
    };
    let classes = grouped(tests, class);
    classes.into_iter().map(|tests| class(tests[0])).collect()
}

pub(super) fn sbt_lines(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    sbt_classes(tests).into_iter().map(|class| vec![format!("testOnly {class}")]).collect()
}

pub(super) fn sbt_arguments(tests: &[&SelectedTest]) -> Vec<String> {
    vec![format!("testOnly {}", sbt_classes(tests).join(" "))]
}

pub(super) fn googletest_lines(tests: &[&SelectedTest]) -> Vec<Vec<String>> {
    tests.iter().map(|test| googletest_arguments(&[test])).collect()
}

pub(super) fn googletest_arguments(tests: &[&SelectedTest]) -> Vec<String> {
    // Tests with parameters have a prefix and a number.
    let name = |test: &&SelectedTest| format!("{0}:*/{0}/*", test.name.replace("::", "."));
    let names: Vec<String> = tests.iter().map(name).collect();
    vec![format!("--gtest_filter={}", names.join(":"))]
}
