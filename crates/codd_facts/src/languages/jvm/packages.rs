//! What `pom.xml`, Gradle and sbt build files and version catalogs declare.

use std::collections::BTreeMap;

use codd_source::RepoPath;

/// `group:artifact` and version of what a build file depends on.
///
/// Gradle and sbt files are programs: what is written out as a text is read.
pub(in crate::languages) fn declared(
    path: &RepoPath,
    text: &str,
) -> Option<BTreeMap<String, String>> {
    match path.file_name() {
        "pom.xml" => Some(maven(text)),
        "build.gradle" | "build.gradle.kts" => Some(gradle(text)),
        "build.sbt" => Some(sbt(text)),
        name if name.ends_with(".versions.toml") => catalog(text),
        _ => None,
    }
}

fn maven(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let text = without_comments(text);
    let property = |value: &str| {
        let name = value.strip_prefix("${").and_then(|it| it.strip_suffix('}'));
        let known = name.and_then(|name| element(&text, name));
        known.unwrap_or(value).to_owned()
    };
    for tag in ["dependency", "plugin", "parent"] {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        let mut rest = text.as_str();
        while let Some(start) = rest.find(&open) {
            rest = &rest[start + open.len()..];
            let Some(end) = rest.find(&close) else { break };
            let inside = &rest[..end];
            rest = &rest[end + close.len()..];
            // Exclusions name packages too, and none that are used.
            let inside = inside.split("<exclusions>").next().unwrap_or(inside);
            let Some(artifact) = element(inside, "artifactId") else { continue };
            let group = match (element(inside, "groupId"), tag) {
                (Some(group), _) => property(group),
                (None, "plugin") => "org.apache.maven.plugins".to_owned(),
                (None, _) => continue,
            };
            let version = element(inside, "version").map(&property).unwrap_or_default();
            found.entry(format!("{group}:{}", property(artifact))).or_insert(version);
        }
    }
    found
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        out.push_str(&rest[..start]);
        rest = rest[start..].find("-->").map_or("", |end| &rest[start + end + 3..]);
    }
    out.push_str(rest);
    out
}

fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inside, _) = rest.split_once(&format!("</{name}>"))?;
    Some(inside.trim())
}

/// `implementation "group:artifact:version"`, in either language.
fn gradle(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let line = line.trim_start();
        if line.starts_with("//") {
            continue;
        }
        if let Some((group, rest)) = keyed(line, "group").zip(keyed(line, "name")) {
            let version = keyed(line, "version").unwrap_or_default();
            found.insert(format!("{group}:{rest}"), version.to_owned());
            continue;
        }
        for quoted in quoted(line) {
            let mut parts = quoted.split(':');
            if let (Some(group), Some(artifact)) = (parts.next(), parts.next())
                && is_name(group)
                && is_name(artifact)
                && group.contains(|it: char| it.is_ascii_alphabetic())
                && (group.contains('.') || parts.clone().next().is_some())
            {
                let version = parts.next().unwrap_or_default();
                found.insert(format!("{group}:{artifact}"), version.to_owned());
            }
        }
    }
    found
}

/// A version catalog of Gradle: libraries as a text or a table, versions of their own or by
/// reference.
fn catalog(text: &str) -> Option<BTreeMap<String, String>> {
    let catalog: toml::Table = text.parse().ok()?;
    let text_at = |value: &'_ toml::Value, key: &str| Some(value.get(key)?.as_str()?.to_owned());
    let version_of = |library: &toml::Value| -> Option<String> {
        let version = library.get("version")?;
        match version.get("ref").and_then(toml::Value::as_str) {
            Some(name) => Some(catalog.get("versions")?.get(name)?.as_str()?.to_owned()),
            None => version.as_str().map(str::to_owned),
        }
    };
    let mut found = BTreeMap::new();
    let libraries = catalog.get("libraries").and_then(toml::Value::as_table);
    for library in libraries.into_iter().flat_map(toml::Table::values) {
        let name = match library.as_str() {
            Some(whole) => whole.to_owned(),
            None => text_at(library, "module")
                .or_else(|| {
                    Some(format!("{}:{}", text_at(library, "group")?, text_at(library, "name")?))
                })
                .unwrap_or_default(),
        };
        let mut parts = name.split(':');
        if let (Some(group), Some(artifact)) = (parts.next(), parts.next()) {
            let version = parts.next().map(str::to_owned).or_else(|| version_of(library));
            found.insert(format!("{group}:{artifact}"), version.unwrap_or_default());
        }
    }
    Some(found)
}

/// The text after `key:` or `key =`.
fn keyed<'t>(line: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = line.split_once(key)?;
    let rest = rest.trim_start().strip_prefix([':', '='])?;
    quoted(rest).into_iter().next()
}

/// `"group" %% "artifact" % "version"`.
fn sbt(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|it| it.contains('%') && !it.trim_start().starts_with("//")) {
        for part in line.split(',') {
            let texts = quoted(part);
            if let [group, artifact, rest @ ..] = texts.as_slice()
                && is_name(group)
                && is_name(artifact)
            {
                let version = rest.first().copied().unwrap_or_default();
                found.insert(format!("{group}:{artifact}"), version.to_owned());
            }
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_'))
}

/// The texts in quotes of one line.
fn quoted(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(['"', '\'']) {
        let quote = &rest[start..=start];
        rest = &rest[start + 1..];
        let Some(end) = rest.find(quote) else { break };
        found.push(&rest[..end]);
        rest = &rest[end + 1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[(&str, &str)]) {
        let packages = declared(&path.into(), text).unwrap();
        let packages: Vec<_> = packages.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(packages, expected);
    }

    #[test]
    fn maven_dependencies_with_properties_comments_and_exclusions() {
        check(
            "web/pom.xml",
            "<project><properties><junit.version>5.9</junit.version></properties>
             <dependencies><!-- <dependency><groupId>no</groupId><artifactId>no</artifactId></dependency> -->
             <dependency>
               <groupId>org.junit</groupId> <artifactId>junit-api</artifactId>
               <version>${junit.version}</version>
               <exclusions><exclusion><artifactId>x</artifactId></exclusion></exclusions>
             </dependency>
             <dependency><groupId>a.b</groupId><artifactId>c</artifactId></dependency></dependencies>
             </project>",
            &[("a.b:c", ""), ("org.junit:junit-api", "5.9")],
        );
    }

    #[test]
    fn gradle_dependencies_of_both_languages() {
        check(
            "build.gradle",
            "dependencies {
                implementation 'com.google.guava:guava:31.1-jre'
                testImplementation group: 'junit', name: 'junit', version: '4.13'
                // implementation 'not:this:1'
             }",
            &[("com.google.guava:guava", "31.1-jre"), ("junit:junit", "4.13")],
        );
        check(
            "build.gradle.kts",
            r#"plugins { id("java") }
               dependencies { implementation("io.ktor:ktor-server-core:2.3.0") }"#,
            &[("io.ktor:ktor-server-core", "2.3.0")],
        );
    }

    #[test]
    fn version_catalogs() {
        check(
            "gradle/libs.versions.toml",
            "[versions]\nktor = '2.3'\n[libraries]\na = 'g.a:a:1.0'\nb = { module = 'io.ktor:core', version.ref = 'ktor' }\nc = { group = 'g', name = 'c', version = '3' }\n",
            &[("g.a:a", "1.0"), ("g:c", "3"), ("io.ktor:core", "2.3")],
        );
    }

    #[test]
    fn sbt_dependencies() {
        check(
            "build.sbt",
            r#"libraryDependencies ++= Seq("org.typelevel" %% "cats-core" % "2.9.0", "org.scalameta" %% "munit" % "0.7" % Test)"#,
            &[("org.scalameta:munit", "0.7"), ("org.typelevel:cats-core", "2.9.0")],
        );
    }
}
