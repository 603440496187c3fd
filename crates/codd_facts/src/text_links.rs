//! Links out of any language by its texts and the words before them: variables of the
//! environment, files, queries.

use codd_source::RepoPath;

use crate::LinkRole;
use crate::builder::SemanticsBuilder;
use crate::code_links::CodeLinks;
use crate::node::Node;
use crate::resources::Owners;

/// Bytes in front of a text in which the word that takes it is looked for.
const BEFORE: usize = 64;

/// What reads a variable of the environment: `os.Getenv("X")`, `ENV["X"]`, `env!("X")`.
const READING: &[&str] = &[
    "$_ENV",
    "$_SERVER",
    "ENV",
    "ENV.fetch",
    "Environ.get",
    "GetEnvironmentVariable",
    "Getenv",
    "LookupEnv",
    "env",
    "env!",
    "env::var",
    "env::var_os",
    "getProperty",
    "getenv",
    "option_env!",
    "processInfo.environment",
    "sys.env",
    "sys.env.get",
];

/// What opens a file: `os.ReadFile("x")`, `include_str!("x")`.
const OPENING: &[&str] = &[
    "File.open",
    "File.read",
    "File.ReadAllText",
    "File::open",
    "FileReader",
    "Files.readString",
    "Paths.get",
    "fopen",
    "file_get_contents",
    "include_bytes!",
    "include_str!",
    "os.Open",
    "os.ReadFile",
    "read_to_string",
    "ioutil.ReadFile",
    "ParseFiles",
];

/// Adds the links of a file that was walked.
pub(crate) fn collect(path: &RepoPath, text: &str, root: Node<'_>, builder: &mut SemanticsBuilder) {
    let owners = Owners::new(builder.definition_spans(root.tree));
    let mut links = CodeLinks::new(path.parent(), owners);
    let mut done = 0;
    for node in root.below() {
        let span = node.span();
        let is_text = node.is_named() && node.kind().contains("string");
        if !is_text || span.start < done {
            continue;
        }
        done = span.end;
        let Some(inner) = quoted(node.text()) else { continue };
        links.query(inner, span);
        let word = word_before(text, span.start as usize);
        let is = |list: &[&str]| list.iter().any(|it| ends_with_word(word, it));
        if is(READING) {
            links.environment(inner, span);
        } else if is(OPENING) {
            links.file(inner, LinkRole::Reads, span);
        }
    }
    for (link, span) in links.found {
        builder.link(link, span);
    }
}

/// What stands between the quotes of a literal: `"x"`, `r#"x"#`, `@"x"`, `"""x"""`.
fn quoted(text: &str) -> Option<&str> {
    let start = text.find(['"', '\'', '`'])?;
    let quote = text[start..].chars().next()?;
    let inner = text[start..].trim_start_matches(quote);
    let end = inner.rfind(quote)?;
    let inner = inner[..end].trim_end_matches(quote);
    // The prefix of a literal is a letter or two, or the hashes of a raw one.
    (start <= 4).then_some(inner)
}

/// What is called or indexed with the text at a place; empty where it stands alone.
fn word_before(text: &str, start: usize) -> &str {
    let mut from = start.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..start).unwrap_or_default().trim_end();
    before.strip_suffix(['(', '[']).unwrap_or_default()
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| !rest.ends_with(|it: char| it.is_alphanumeric() || it == '_'))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_links;

    #[test]
    fn texts_of_go_and_java_and_php() {
        check_links(
            "shop/main.go",
            "package main\nfunc main() {\n\tdb.Query(\"SELECT id FROM users\")\n\tos.Getenv(\"DB_URL\")\n\tos.ReadFile(`data/x.json`)\n\tprint(\"OTHER\")\n}\n",
            &expect![[r#"
                link Table Reads users in main
                link Environment Reads DB_URL in main
                link File Reads shop/data/x.json | data/x.json | shop/data/x.json/** in main
            "#]],
        );
        check_links(
            "Shop.java",
            "class Shop { String url = System.getenv(\"DB_URL\"); void f() { q(\"delete from shop.orders where id = ?\"); } }\n",
            &expect![[r#"
                link Environment Reads DB_URL in Shop.url
                link Table Reads shop.orders | orders in Shop.f
            "#]],
        );
        check_links(
            "a.php",
            "<?php function f() { return $_ENV['TOKEN'] . file_get_contents('conf/a.ini'); }\n",
            &expect![[r#"
                link Environment Reads TOKEN in f
                link File Reads conf/a.ini | conf/a.ini/** in f
            "#]],
        );
    }
}
