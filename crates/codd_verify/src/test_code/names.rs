//! Whether files are called, or lie, as those of tests do.

use codd_source::RepoPath;

/// Whether a file is called or lies as test runners look for them.
pub(super) fn is_named_as_test(path: &RepoPath) -> bool {
    const FOLDERS: [&str; 7] = ["test", "tests", "__tests__", "spec", "specs", "e2e", "cypress"];
    let (folder, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
    // Below it, names of folders are those of packages.
    let folder = match path.extension() {
        Some("groovy" | "java" | "kt" | "scala") => {
            folder.split_once("src/main/").map_or(folder, |it| it.0)
        }
        _ => folder,
    };
    let stem = name.split('.').next().unwrap_or(name);
    folder.split('/').any(|it| FOLDERS.contains(&it))
        || is_called_as_test(path)
        // The only name by which Go leaves a file out of the program.
        || path.extension() == Some("go") && stem.ends_with("_test")
        || path.extension() != Some("go") && is_stem_of_tests(stem)
}

fn is_stem_of_tests(stem: &str) -> bool {
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || matches!(stem, "conftest" | "tests")
}

/// Whether its name says that a runner of tests takes it, and nobody else: `app.test.js`.
pub(super) fn is_called_as_test(path: &RepoPath) -> bool {
    let extension = path.file_name().split_once('.').map_or("", |it| it.1);
    extension.split('.').rev().skip(1).any(|it| matches!(it, "test" | "spec" | "cy"))
}
