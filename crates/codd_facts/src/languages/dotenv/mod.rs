//! `.env` files: the variables that they set.

use codd_source::{RepoPath, Span};

use crate::languages::NoModules;
use crate::programs;
use crate::resources::{Resources, Token, expanded_names, is_environment_name, said_lines};
use crate::{
    Conventions, FileFacts, Language, LinkKind, LinkRole, Modelled, Modules, Name, ParseErrors,
    Parsed, ProjectFiles,
};

pub(super) struct Dotenv;

impl Language for Dotenv {
    fn name(&self) -> &'static str {
        "dotenv"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["env"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["env"]
    }

    /// `.env`, `.env.example`, `local.env`, `.flaskenv`.
    fn takes(&self, path: &RepoPath) -> bool {
        let name = path.file_name();
        matches!(name, ".env" | ".flaskenv") || name.starts_with(".env.") || name.ends_with(".env")
    }

    fn takes_any_extension(&self) -> bool {
        true
    }

    fn is_code(&self) -> bool {
        false
    }

    /// For code rules alone; what is set is read line by line, as those do who load it.
    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_bash::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        let mut resources = Resources::new(parsed);
        let mut tokens = Vec::new();
        for (from, text) in said_lines(&parsed.text) {
            let whole = Span::new(from, from + text.len());
            tokens.push(Token::Text(whole));
            let setting = text.strip_prefix("export ").map_or(text, str::trim_start);
            let Some((name, value)) = setting.split_once('=') else { continue };
            let name = name.trim();
            if !is_environment_name(name) {
                continue;
            }
            let name_start = from + (name.as_ptr() as usize - text.as_ptr() as usize);
            let name_span = Span::new(name_start, name_start + name.len());
            let own = resources.define(name, whole, name_span, None);
            let run = programs::of_variable(resources.folder(), name, value);
            if !run.is_empty() {
                resources.guess(LinkKind::File, LinkRole::Calls, run, own, name_span);
            }
            let key = [Name::new(name)];
            let (kind, role) = (LinkKind::Environment, LinkRole::Declares);
            resources.link(kind, role, key, own, name_span);
            for other in expanded_names(value).filter(|it| *it != name) {
                let start = from + (other.as_ptr() as usize - text.as_ptr() as usize);
                let span = Span::new(start, start + other.len());
                let role = LinkRole::Forwards;
                resources.link(kind, role, [Name::new(other)], own, span);
            }
        }
        resources.finish("dotenv", &tokens, ParseErrors::default())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["variables"],
            references: &["variables in the values of others"],
            not_modelled: &["which process loads which file"],
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

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn variables_and_what_they_are_made_of() {
        check_file(
            "api/.env.example",
            "# SECRET=no\nexport DB_USER = app\nDB_URL=postgres://${DB_USER}@$DB_HOST/x\nPATH=/bin\nnonsense\n",
            &expect![[r#"
                Resource DB_USER
                Resource DB_URL
                link Environment Declares DB_USER in DB_USER
                link Environment Declares DB_URL in DB_URL
                link Environment Forwards DB_USER in DB_URL
                link Environment Forwards DB_HOST in DB_URL
            "#]],
        );
    }

    #[test]
    fn the_module_that_a_variable_names_is_run() {
        check_file(
            ".flaskenv",
            "FLASK_APP=shop.web\nFLASK_DEBUG=1\n",
            &expect![[r#"
                Resource FLASK_APP
                Resource FLASK_DEBUG
                link Environment Declares FLASK_APP in FLASK_APP
                link File Calls shop/web.py | shop/web/__init__.py in FLASK_APP (guess)
                link Environment Declares FLASK_DEBUG in FLASK_DEBUG
            "#]],
        );
    }
}
