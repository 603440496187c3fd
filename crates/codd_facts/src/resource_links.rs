//! Files that programs find by name beside their code: on the class path of the JVM, in a bundle
//! of Swift.

use crate::code_links::CodeLinks;
use crate::text_links::ends_with_word;
use crate::{LinkKind, LinkRole, Name};

/// Where builds take files for the class path from, below the folder of a module.
const ROOTS: &[&str] =
    &["src/main/resources", "src/test/resources", "src/main/webapp", "resources", "conf"];

/// Folders of code, before which a module's own folder ends.
const CODE: &[&str] = &[
    "src/main/java",
    "src/main/kotlin",
    "src/main/scala",
    "src/test/java",
    "src/test/kotlin",
    "src/test/scala",
];

/// What finds a file on the class path by its name.
const FINDING: &[&str] = &[
    "ClassPathResource",
    "Source.fromResource",
    "getResource",
    "getResourceAsStream",
    "getResources",
    "getSystemResource",
    "getSystemResourceAsStream",
];

/// What opens a file of the file system, of which other languages have the names for something
/// else.
const OPENING: &[&str] = &[
    "File",
    "FileInputStream",
    "FileSystemResource",
    "Files.lines",
    "Files.readAllBytes",
    "Files.readAllLines",
    "Files.newBufferedReader",
    "Path",
    "Path.of",
    "Source.fromFile",
];

/// Folders above the code of Swift in which a bundle may have its files.
const MOST_ABOVE: usize = 8;

/// A text in a program of the JVM, and what stands before it up to the parenthesis.
pub(crate) fn of_jvm(links: &mut CodeLinks<'_>, text: &str, word: &str, span: codd_source::Span) {
    let is = |list: &[&str]| list.iter().any(|it| ends_with_word(word, it));
    if let Some(path) = text.strip_prefix("classpath:").or_else(|| text.strip_prefix("classpath*:"))
    {
        on_class_path(links, &format!("/{}", path.trim_start_matches('/')), span);
    } else if is(FINDING) {
        on_class_path(links, text, span);
    } else if is(&["PropertySource"]) {
        on_class_path(links, &format!("/{text}"), span);
    } else if is(&["getBundle"]) {
        let path = text.replace('.', "/");
        on_class_path(links, &format!("/{path}.properties"), span);
    } else if is(OPENING) {
        links.file(text, LinkRole::Reads, span);
    }
}

/// A file by its name on the class path: below the package of the code where the name does not
/// begin with a slash, as classes find it, or from the top, as class loaders do.
fn on_class_path(links: &mut CodeLinks<'_>, name: &str, span: codd_source::Span) {
    let own = name.trim_start_matches('/').trim_end_matches('/');
    if !is_path(own) || own.contains('*') {
        return;
    }
    let folder = links.folder();
    let code = CODE.iter().find_map(|it| split_at(folder, it).map(|found| (found, it)));
    let ((module, package), code) = match code {
        Some((found, code)) => (found, Some(*code)),
        None => (("", ""), None),
    };
    let below = |root: &str, rest: &[&str]| {
        let parts = [module, root].into_iter().chain(rest.iter().copied());
        let parts: Vec<&str> = parts.filter(|it| !it.is_empty()).collect();
        Name::from(parts.join("/"))
    };
    let mut keys = Vec::new();
    for root in ROOTS.iter().copied().chain(code) {
        if !name.starts_with('/') && !package.is_empty() {
            keys.push(below(root, &[package, own]));
        }
        keys.push(below(root, &[own]));
    }
    if code.is_none() && !folder.is_empty() {
        keys.push(Name::from(format!("{folder}/{own}")));
    }
    links.add(LinkKind::File, LinkRole::Reads, keys, span, true);
}

/// What is before and behind a folder within another.
fn split_at<'f>(folder: &'f str, within: &str) -> Option<(&'f str, &'f str)> {
    let at = folder.find(within)?;
    let (before, behind) = (&folder[..at], &folder[at + within.len()..]);
    let is_whole = (before.is_empty() || before.ends_with('/'))
        && (behind.is_empty() || behind.starts_with('/'));
    is_whole.then(|| (before.trim_end_matches('/'), behind.trim_start_matches('/')))
}

fn is_path(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 512
        && !text.contains("://")
        && !text.contains(['\n', '{', '<', '$'])
        && text.chars().any(char::is_alphanumeric)
}

/// A text in a program of Swift: what stands before it, and behind.
pub(crate) fn of_swift(
    links: &mut CodeLinks<'_>,
    text: &str,
    (before, behind): (&str, &str),
    span: codd_source::Span,
) {
    let is_labelled = |label: &str| {
        before.strip_suffix(':').is_some_and(|it| ends_with_word(it.trim_end(), label))
    };
    if ["contentsOfFile", "atPath", "fileURLWithPath"].iter().any(|it| is_labelled(it)) {
        links.file(text, LinkRole::Reads, span);
    } else if is_labelled("forResource") && is_path(text) {
        let ending = ["withExtension", "ofType"].iter().find_map(|it| given_next(behind, it));
        let name = match ending {
            Some(ending) if !ending.is_empty() => format!("{text}.{ending}"),
            _ => text.to_owned(),
        };
        if !name.contains('.') {
            return;
        }
        let mut keys = Vec::new();
        let mut folder = Some(links.folder());
        for _ in 0..MOST_ABOVE {
            let Some(at) = folder else { break };
            for below in ["", "Resources/"] {
                let slash = if at.is_empty() { "" } else { "/" };
                keys.push(Name::from(format!("{at}{slash}{below}{name}")));
            }
            folder = at.rsplit_once('/').map(|it| it.0).or((!at.is_empty()).then_some(""));
        }
        links.add(LinkKind::File, LinkRole::Reads, keys, span, true);
    }
}

/// The text of the argument behind, if it has this label: `, withExtension: "json"`.
fn given_next<'t>(behind: &'t str, label: &str) -> Option<&'t str> {
    let rest = behind.trim_start().strip_prefix(',')?.trim_start().strip_prefix(label)?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_links;

    #[test]
    fn files_on_the_class_path() {
        check_links(
            "app/src/main/java/shop/A.java",
            r#"package shop;
@PropertySource("classpath:shop.properties")
class A {
  void a() { A.class.getResourceAsStream("rates.json"); }
  void b() { getClass().getResource("/sql/a.sql"); }
  void c() { ResourceBundle.getBundle("shop.texts"); }
  void d() { new ClassPathResource("x.json"); }
  void e() { log("classpath"); find("a/b.json"); }
  void f() { new File("data/x.csv"); new FileInputStream("in.txt"); }
}
"#,
            &expect![[r#"
                link File Reads app/src/main/resources/shop.properties | app/src/test/resources/shop.properties | app/src/main/webapp/shop.properties | app/resources/shop.properties | app/conf/shop.properties | app/src/main/java/shop.properties in A
                link File Reads app/src/main/resources/shop/rates.json | app/src/main/resources/rates.json | app/src/test/resources/shop/rates.json | app/src/test/resources/rates.json | app/src/main/webapp/shop/rates.json | app/src/main/webapp/rates.json | app/resources/shop/rates.json | app/resources/rates.json | app/conf/shop/rates.json | app/conf/rates.json | app/src/main/java/shop/rates.json | app/src/main/java/rates.json in A.a
                link File Reads app/src/main/resources/sql/a.sql | app/src/test/resources/sql/a.sql | app/src/main/webapp/sql/a.sql | app/resources/sql/a.sql | app/conf/sql/a.sql | app/src/main/java/sql/a.sql in A.b
                link File Reads app/src/main/resources/shop/texts.properties | app/src/test/resources/shop/texts.properties | app/src/main/webapp/shop/texts.properties | app/resources/shop/texts.properties | app/conf/shop/texts.properties | app/src/main/java/shop/texts.properties in A.c
                link File Reads app/src/main/resources/shop/x.json | app/src/main/resources/x.json | app/src/test/resources/shop/x.json | app/src/test/resources/x.json | app/src/main/webapp/shop/x.json | app/src/main/webapp/x.json | app/resources/shop/x.json | app/resources/x.json | app/conf/shop/x.json | app/conf/x.json | app/src/main/java/shop/x.json | app/src/main/java/x.json in A.d
                link File Reads app/src/main/java/shop/data/x.csv | app/src/main/java/data/x.csv | app/src/main/data/x.csv | app/src/data/x.csv | app/data/x.csv | data/x.csv | app/src/main/java/shop/data/x.csv/** in A.f
                link File Reads app/src/main/java/shop/in.txt | app/src/main/java/in.txt | app/src/main/in.txt | app/src/in.txt | app/in.txt | in.txt | app/src/main/java/shop/in.txt/** in A.f
            "#]],
        );
        check_links(
            "app/Main.scala",
            "object Main { def a = Source.fromResource(\"a.txt\"); def b = Source.fromFile(\"b.txt\") }\n",
            &expect![[r#"
                link File Reads src/main/resources/a.txt | src/test/resources/a.txt | src/main/webapp/a.txt | resources/a.txt | conf/a.txt | app/a.txt in Main.a
                link File Reads app/b.txt | b.txt | app/b.txt/** in Main.b
            "#]],
        );
        check_links(
            "src/main/kotlin/Main.kt",
            "fun a() = File(\"a.txt\").readText()\nfun b() = object {}.javaClass.getResource(\"/b.txt\")\nfun c() = Profile(\"c.txt\")\n",
            &expect![[r#"
                link File Reads src/main/kotlin/a.txt | src/main/a.txt | src/a.txt | a.txt | src/main/kotlin/a.txt/** in a
                link File Reads src/main/resources/b.txt | src/test/resources/b.txt | src/main/webapp/b.txt | resources/b.txt | conf/b.txt | src/main/kotlin/b.txt in b
            "#]],
        );
    }

    #[test]
    fn files_of_bundles() {
        check_links(
            "Sources/App/Load.swift",
            r#"func a() { let a = try String(contentsOfFile: "data/a.txt"); let u = Bundle.main.url(forResource: "b", withExtension: "json"); let p = Bundle.module.path(forResource: "c", ofType: "txt"); name(of: "d.txt") }
"#,
            &expect![[r#"
                link File Reads Sources/App/data/a.txt | Sources/data/a.txt | data/a.txt | Sources/App/data/a.txt/** in a
                link File Reads Sources/App/b.json | Sources/App/Resources/b.json | Sources/b.json | Sources/Resources/b.json | b.json | Resources/b.json in a
                link File Reads Sources/App/c.txt | Sources/App/Resources/c.txt | Sources/c.txt | Sources/Resources/c.txt | c.txt | Resources/c.txt in a
            "#]],
        );
    }
}
