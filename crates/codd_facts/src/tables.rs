//! Tables that classes are mapped to, in languages that share the lowering: by an annotation, by
//! a call that every mapper has, or by the name of the class.

use codd_source::Span;

use crate::code_links::CodeLinks;
use crate::node::{Node, field};
use crate::{DefinitionId, LinkKind, LinkRole, Name, Semantics};

/// Bases of objects that are tables by themselves: Exposed.
const TABLE_BASES: [&str; 5] = ["IdTable", "IntIdTable", "LongIdTable", "Table", "UUIDTable"];

/// Adds the tables of a file that was walked, in which definitions have these spans.
pub(crate) fn collect(
    links: &mut CodeLinks<'_>,
    language: &str,
    root: Node<'_>,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    match language {
        "java" | "kotlin" | "scala" | "csharp" => written(links, root),
        "go" => answered(links, root, semantics, spans),
        _ => {}
    }
    if matches!(language, "java" | "kotlin") && root.text().contains("@Entity") {
        by_name(links, root);
    }
}

/// `@Table(name = "users")`, `[Table("users")]`, `ToTable("users")`, `object Users :
/// Table("users")`.
fn written(links: &mut CodeLinks<'_>, root: Node<'_>) {
    if !root.text().contains("Table") {
        return;
    }
    let mut annotated = 0;
    for node in root.below() {
        let text = node.text();
        match node.kind() {
            _ if node.span().start < annotated => {}
            "annotation" | "attribute" => {
                annotated = node.span().end;
                if let Some(name) = given_name(text.trim_start_matches('@'), &["Table"]) {
                    links.table(name, LinkRole::Adopts, node.span());
                }
            }
            "constructor_invocation" => {
                if let Some(name) = given_name(text, &TABLE_BASES) {
                    links.table(name, LinkRole::Adopts, node.span());
                }
            }
            "invocation_expression" => {
                let called = field(node, "function").and_then(|it| field(it, "name"));
                if let Some(called) = called.filter(|it| it.text() == "ToTable") {
                    let call = &text[(called.span().start - node.span().start) as usize..];
                    if let Some(name) = given_name(call, &["ToTable"]) {
                        links.table(name, LinkRole::Reads, node.span());
                    }
                }
            }
            _ => {}
        }
    }
}

/// The name in `Word("name", …)` or `a.b.Word(name = "name")`, where the word is one of these.
fn given_name<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    let (word, arguments) = text.split_once('(')?;
    let word = word.rsplit(['.', ':']).next().unwrap_or(word).trim();
    if !words.contains(&word) {
        return None;
    }
    let mut rest = arguments;
    loop {
        let (before, after) = rest.split_once('"')?;
        let (quoted, behind) = after.split_once('"')?;
        let key = before.trim_end().strip_suffix('=').map(str::trim_end);
        let is_name = match key {
            None => before.trim().is_empty(),
            Some(key) => key.ends_with("name") || key.ends_with("Name"),
        };
        if is_name {
            return Some(quoted).filter(|it| !it.is_empty());
        }
        rest = behind;
    }
}

/// `func (User) TableName() string { return "users" }`.
fn answered(
    links: &mut CodeLinks<'_>,
    root: Node<'_>,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    let (text, first) = (root.text(), root.span().start);
    for (span, id) in spans {
        let it = semantics.definition(*id);
        if it.name != "TableName" {
            continue;
        }
        let start = span.start.saturating_sub(first) as usize;
        let inside = text.get(start..span.end.saturating_sub(first) as usize);
        let answer = inside.and_then(|it| it.split_once("return \"")?.1.split_once('"'));
        if let Some((name, _)) = answer.filter(|it| !it.0.is_empty()) {
            let keys = vec![Name::from(name.to_lowercase())];
            let owner = it.parent.or(Some(*id));
            links.add_for(owner, LinkKind::Table, LinkRole::Adopts, keys, *span, true);
        }
    }
}

/// `@Entity class OrderLine` without another name is the table `order_line`, or `orderline`.
fn by_name(links: &mut CodeLinks<'_>, root: Node<'_>) {
    for node in root.below().filter(|it| it.kind() == "class_declaration") {
        let Some(name) = field(node, "name") else { continue };
        let head = (name.span().start - node.span().start) as usize;
        let head = node.text().get(..head).unwrap_or_default();
        if is_annotated(head, "@Entity") && !is_annotated(head, "@Table") {
            let keys = [snake(name.text()), name.text().to_lowercase()];
            let keys = keys.into_iter().map(Name::from).collect();
            links.add(LinkKind::Table, LinkRole::Adopts, keys, name.span(), false);
        }
    }
}

/// Whether an annotation of that very name stands in a text.
fn is_annotated(text: &str, annotation: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_');
    text.match_indices(annotation).any(|(at, it)| ends(&text[at + it.len()..]))
}

/// `OrderLine` as mappers write the names of tables: `order_line`.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    let mut rest = name.chars().peekable();
    while let Some(it) = rest.next() {
        // `HTTPServer` is `http_server`.
        let begins = !before.is_uppercase() || rest.peek().is_some_and(|it| it.is_lowercase());
        if it.is_uppercase() && before != '_' && begins {
            out.push('_');
        }
        out.extend(it.to_lowercase());
        before = it;
    }
    out
}

/// The name of many of what a word names, near enough for the names of tables.
pub(crate) fn many(word: &str) -> String {
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    if word.ends_with('s') || word.ends_with('x') || word.ends_with("ch") {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::render::check_links;

    fn check(path: &str, text: &str, expected: &Expect) {
        check_links(path, text, expected);
    }

    #[test]
    fn annotations_and_names_of_entities() {
        check(
            "User.java",
            "@Entity\n@Table(schema = \"s\", name = \"users\")\nclass User {}\n@Entity class OrderLine {}\nclass Other {}\n",
            &expect![[r#"
                link Table Adopts users in User
                link Table Adopts order_line | orderline in OrderLine (guess)
            "#]],
        );
        check(
            "User.kt",
            "@Entity\n@Table(name = \"users\")\nclass User(val id: Long)\nobject Orders : Table(\"orders\") { val id = integer(\"id\") }\n",
            &expect![[r#"
                link Table Adopts users in User
                link Table Adopts orders in Orders
            "#]],
        );
        check(
            "User.cs",
            "[Table(\"users\", Schema = \"s\")] class User {}\nclass Db { void M(B b) { b.Entity<Order>().ToTable(\"orders\"); } }\n",
            &expect![[r#"
                link Table Adopts users in User
                link Table Reads orders in Db.M
            "#]],
        );
    }

    #[test]
    fn words_of_names_and_annotations() {
        assert_eq!(super::snake("HTTPServer"), "http_server");
        assert_eq!(super::snake("OrderLine"), "order_line");
        assert!(!super::is_annotated("@EntityListeners(X.class)", "@Entity"));
        assert!(super::is_annotated("@NamedQueries({ x }) @Table(name = \"t\")", "@Table"));
    }

    #[test]
    fn methods_and_models_that_name_their_table() {
        check(
            "u.go",
            "package m\ntype User struct{}\nfunc (u *User) TableName() string { return \"users\" }\n",
            &expect![[r#"
                link Table Adopts users in User
            "#]],
        );
        check(
            "U.php",
            "<?php\nclass OrderLine extends Model {}\nclass Product extends Model { protected $table = 'goods'; }\nclass Plain {}\n",
            &expect![[r#"
                link Table Adopts order_lines in OrderLine (guess)
                link Table Adopts goods in Product
            "#]],
        );
        check(
            "u.ts",
            "@Entity({ name: \"products\" }) export class Product {}\n@Entity(\"users\") class User {}\n",
            &expect![[r#"
                link Table Adopts products in Product
                link Table Adopts users in User
            "#]],
        );
    }
}
