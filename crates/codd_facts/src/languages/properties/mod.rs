//! Properties and INI files: settings line by line, in sections or by dotted names.

use codd_source::{RepoPath, Span};

use crate::languages::NoModules;
use crate::resources::{Resources, Token};
use crate::settings::{Declaring, Kept, holds_settings};
use crate::{
    Conventions, FileFacts, Language, Modelled, Modules, ParseErrors, Parsed, ProjectFiles,
};

pub(super) struct Properties;

impl Language for Properties {
    fn name(&self) -> &'static str {
        "properties"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["ini"]
    }

    /// None by itself: many configure tools, or hold texts for people.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn takes(&self, path: &RepoPath) -> bool {
        matches!(path.extension(), Some("ini" | "properties")) && holds_settings(path)
    }

    fn is_code(&self) -> bool {
        false
    }

    /// For code rules alone; what is set is read line by line, as those do who load it.
    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_properties::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        let mut resources = Resources::new(parsed);
        let lines = lines(&parsed.text);
        let mut declaring = Declaring::new(&mut resources, Kept::Settings);
        let mut section = String::new();
        for (at, line) in lines.iter().enumerate() {
            match line.said {
                Said::Section(name, name_span) => {
                    let next =
                        lines[at + 1..].iter().find(|it| matches!(it.said, Said::Section(..)));
                    let end = next.map_or(parsed.text.len() as u32, |it| it.span.start);
                    let whole = Span { end, ..line.span };
                    section = declaring.key("", name, whole, name_span).unwrap_or_default();
                }
                Said::Setting(key, key_span) => {
                    if let Some(path) = declaring.key(&section, key, line.span, key_span) {
                        let start = key_span.end as usize;
                        let value = &parsed.text[start..line.span.end as usize];
                        declaring.value(&path, value, key_span.end);
                    }
                }
                Said::Nothing => {}
            }
        }
        let tokens: Vec<Token> = lines.iter().map(|it| Token::Text(it.span)).collect();
        resources.finish("properties", &tokens, ParseErrors::default())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["settings and their sections"],
            references: &["variables of the environment and settings in the values of others"],
            not_modelled: &["texts for people (messages)", "settings of tools"],
            ..Modelled::default()
        }
    }

    fn conventions(&self) -> &'static Conventions {
        &Conventions::NONE
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(NoModules)
    }
}

/// A line that says something, with those that continue it.
struct Line<'t> {
    span: Span,
    said: Said<'t>,
}

enum Said<'t> {
    Section(&'t str, Span),
    Setting(&'t str, Span),
    /// Not understood; it counts when the file is compared.
    Nothing,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found: Vec<Line<'_>> = Vec::new();
    let mut at = 0;
    let mut is_continued = false;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let said = line.trim();
        if said.is_empty() || !is_continued && said.starts_with(['#', ';', '!']) {
            is_continued = false;
            continue;
        }
        let from = start + (line.len() - line.trim_start().len());
        let span = Span::new(from, from + said.len());
        let is_more = is_continued || from > start && !said.contains(['=', ':']);
        is_continued = said.ends_with('\\') && !said.ends_with("\\\\");
        match found.last_mut().filter(|it| is_more && matches!(it.said, Said::Setting(..))) {
            Some(last) => last.span.end = span.end,
            None => found.push(Line { span, said: read(said, from) }),
        }
    }
    found
}

fn read(line: &str, start: usize) -> Said<'_> {
    if let Some(rest) = line.strip_prefix('[') {
        let Some(end) = rest.find(']') else { return Said::Nothing };
        return Said::Section(&rest[..end], Span::new(start + 1, start + 1 + end));
    }
    let Some(end) = line.find(['=', ':']) else { return Said::Nothing };
    let key = line[..end].trim_end();
    if key.is_empty() || key.contains(char::is_whitespace) {
        return Said::Nothing;
    }
    Said::Setting(key, Span::new(start, start + key.len()))
}

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn dotted_names_are_in_sections() {
        check_file(
            "src/main/resources/application.properties",
            "# about\nserver.port=8080\nspring.datasource.url = jdbc:x \\\n  more=1\nspring.datasource.user: ${DB_USER:app}\nnothing\n",
            &expect![[r#"
                Resource server
                Resource server.port
                Resource spring
                Resource spring.datasource
                Resource spring.datasource.url
                Resource spring.datasource.user
                link Setting Declares data#server in server
                link Setting Declares data#server.port in server.port
                link Setting Declares data#spring in spring
                link Setting Declares data#spring.datasource in spring.datasource
                link Setting Declares data#spring.datasource.url in spring.datasource.url
                link Setting Declares data#spring.datasource.user in spring.datasource.user
                link Environment Forwards DB_USER in spring.datasource.user
            "#]],
        );
    }

    #[test]
    fn sections_of_ini_files() {
        check_file(
            "alembic.ini",
            "[alembic]\nscript_location = db\n; no\n[loggers]\nkeys = root,\n  app\nbroken line\n",
            &expect![[r#"
                Resource alembic
                Resource alembic.script_location
                Resource loggers
                Resource loggers.keys
                link Setting Declares data#alembic in alembic
                link Setting Declares data#alembic.scriptlocation in alembic.script_location
                link Setting Declares data#loggers in loggers
                link Setting Declares data#loggers.keys in loggers.keys
            "#]],
        );
    }
}
