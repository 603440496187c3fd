//! Links out of any language by its texts and the words before them: variables of the
//! environment, settings, files, queries.

use codd_source::Span;

use crate::code_links::CodeLinks;
use crate::node::Node;
use crate::resource_links;
use crate::settings::{Family, Taker, placeholders, read_by, setting_key};
use crate::{DefinitionId, DefinitionKind, LinkKind, LinkRole, Semantics};

/// Bytes in front of a text in which the word that takes it is looked for.
const BEFORE: usize = 96;

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

/// Annotations that name a setting, or a section of them.
const NAMING: &[&str] = &[
    "ConditionalOnProperty",
    "ConfigMapping",
    "ConfigProperties",
    "ConfigProperty",
    "ConfigurationProperties",
    "Property",
];

/// Those whose class has a field for each setting of the section.
const FILLING: &[&str] = &["ConfigMapping", "ConfigProperties", "ConfigurationProperties"];

/// Adds the links of a file that was walked.
pub(crate) fn collect(
    links: &mut CodeLinks<'_>,
    language: &str,
    root: Node<'_>,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    // Blanks at the beginning of a file are no part of its root.
    let (text, first) = (root.text(), root.span().start);
    let is_jvm = matches!(language, "java" | "kotlin" | "scala");
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
        let before = before(text, span.start.saturating_sub(first) as usize);
        let word = before.strip_suffix(['(', '[']).unwrap_or_default();
        let is = |list: &[&str]| list.iter().any(|it| ends_with_word(word, it));
        if is(READING) {
            links.environment(inner, span);
        } else if is(OPENING) {
            links.file(inner, LinkRole::Reads, span);
        } else if is_jvm {
            let word = annotation_word(before).unwrap_or(word);
            resource_links::of_jvm(links, inner, word, span);
        } else if language == "swift" {
            let behind = text.get(span.end.saturating_sub(first) as usize..).unwrap_or_default();
            resource_links::of_swift(links, inner, (before, behind), span);
        }
        if let Some(taker) = Taker::before(before)
            && let Some(read) = read_by(language, taker, inner)
        {
            let owner = links.owner(span);
            let (kind, role) = (LinkKind::Setting, LinkRole::Reads);
            links.add_for(owner, kind, role, read.keys, span, read.is_certain);
        }
        if is_jvm && let Some(annotation) = annotation_before(before) {
            for name in placeholders(inner) {
                links.setting(&[Family::Data], name, LinkRole::Reads, span, true);
            }
            if NAMING.contains(&annotation) {
                links.setting(&[Family::Data], inner, LinkRole::Reads, span, true);
            }
            let class = links.owner(span).filter(|_| FILLING.contains(&annotation));
            let fields = spans.iter().filter(|(_, id)| {
                let it = semantics.definition(*id);
                it.kind == DefinitionKind::Field && it.parent.is_some() && it.parent == class
            });
            for (span, id) in fields {
                let name = format!("{inner}.{}", semantics.definition(*id).name);
                let keys = setting_key(Family::Data, &name).into_iter().collect();
                links.add_for(Some(*id), LinkKind::Setting, LinkRole::Reads, keys, *span, true);
            }
        }
    }
}

/// What stands between the quotes of a literal: `"x"`, `r#"x"#`, `@"x"`, `"""x"""`.
pub(crate) fn quoted(text: &str) -> Option<&str> {
    let start = text.find(['"', '\'', '`'])?;
    let quote = text[start..].chars().next()?;
    let inner = text[start..].trim_start_matches(quote);
    let end = inner.rfind(quote)?;
    let inner = inner[..end].trim_end_matches(quote);
    // The prefix of a literal is a letter or two, or the hashes of a raw one.
    (start <= 4).then_some(inner)
}

/// What stands in front of a place, as far as it may say what takes the text there.
fn before(text: &str, start: usize) -> &str {
    let start = start.min(text.len());
    let mut from = start.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..start).unwrap_or_default().trim_end()
}

/// The text up to the name of the annotation whose argument follows.
fn annotation_word(before: &str) -> Option<&str> {
    let name = annotation_before(before)?;
    let (_, after) = before.rsplit_once('@')?;
    let at = before.len() - after.len();
    Some(&before[..at + after.find(name)? + name.len()])
}

/// The annotation whose argument follows: `@Value(`, `@ConfigProperty(name = `.
fn annotation_before(before: &str) -> Option<&str> {
    let (_, after) = before.rsplit_once('@')?;
    let (name, arguments) = after.split_once('(')?;
    let name = name.rsplit([':', '.']).next()?;
    let is_named = !name.is_empty() && name.chars().all(char::is_alphanumeric);
    (is_named && !arguments.contains(')')).then_some(name)
}

pub(crate) fn ends_with_word(text: &str, word: &str) -> bool {
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

    #[test]
    fn blanks_at_the_beginning_move_nothing() {
        let blanks = "\n".repeat(400);
        check_links(
            "main.go",
            &format!("{blanks}package main\nfunc f() {{ os.Getenv(\"DB_URL\") }}\n"),
            &expect![[r#"
                link Environment Reads DB_URL in f
            "#]],
        );
    }

    #[test]
    fn keys_that_code_asks_its_configuration_for() {
        check_links(
            "main.go",
            "package main\nfunc port() int { return viper.GetInt(\"server.port\") + cfg.GetInt(\"x\") + m.Get(\"y\") }\n",
            &expect![[r#"
                link Setting Reads data#server.port in port
                link Setting Reads data#x in port (guess)
            "#]],
        );
        check_links(
            "Mail.java",
            r#"@ConfigurationProperties(prefix = "shop.mail")
class Mail {
  @Value("${shop.mail-host:localhost}") String host;
  @Scheduled(cron = "${jobs.clean}") void clean() { env.getProperty("jobs.max"); log("${not.this}"); }
}
"#,
            &expect![[r#"
                link Setting Reads data#shop.mail in Mail
                link Setting Reads data#shop.mail.host in Mail.host
                link Setting Reads data#shop.mailhost in Mail.host
                link Setting Reads data#jobs.clean in Mail.clean
                link Setting Reads data#jobs.max in Mail.clean
            "#]],
        );
        check_links(
            "Start.cs",
            r#"class Start { void Run() { var a = _configuration["Smtp:Host"]; Configuration.GetValue<int>("Smtp:Port"); builder.Configuration.GetConnectionString("Shop"); list["Other:X"].Go(); } }"#,
            &expect![[r#"
                link Setting Reads data#smtp.host in Start.Run
                link Setting Reads data#smtp.port in Start.Run
                link Setting Reads data#connectionstrings.shop in Start.Run
            "#]],
        );
        check_links(
            "app/Mail.php",
            "<?php function f() { return config('mail.from.address') . Config::get('app.name') . configure('x'); }\n",
            &expect![[r#"
                link Setting Reads laravel#mail.from.address | laravel#mail.from | laravel#mail in f
                link Setting Reads laravel#app.name | laravel#app in f
            "#]],
        );
        check_links(
            "src/main.rs",
            r#"fn port(config: &Config) -> u16 { config.get::<u16>("server.port").unwrap() + map.get("x") }"#,
            &expect!["link Setting Reads data#server.port in port\n"],
        );
    }
}
