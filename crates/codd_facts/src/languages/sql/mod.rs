//! SQL: tables, views and functions, and the statements that use them.

pub(crate) mod statements;
mod tokens;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use codd_source::Span;
use rustc_hash::FxHashSet;

use self::statements::{Made, Object, statements};
use crate::languages::NoModules;
use crate::resources::{Resources, Token};
use crate::{
    Conventions, DefinitionKind, FileFacts, Language, LinkKind, LinkRole, Modelled, Modules,
    ParseErrors, Parsed, ProjectFiles,
};

pub(super) struct Sql;

impl Language for Sql {
    fn name(&self) -> &'static str {
        "sql"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["sql", "psql", "ddl"]
    }

    /// For code rules alone: what a file makes and uses is read from its words, which all
    /// dialects share.
    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_sequel::LANGUAGE.into()
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        let mut resources = Resources::new(parsed);
        let statements = statements(&parsed.text);
        let created: FxHashSet<&str> = statements
            .iter()
            .filter_map(|it| it.makes.as_ref().filter(|it| !it.is_drop))
            .map(|it| it.name.name.as_str())
            .collect();
        for statement in &statements {
            // `DROP TABLE IF EXISTS` before it is made again is no change of it.
            let is_void = |made: &&Made| made.is_drop && created.contains(made.name.name.as_str());
            let makes = statement.makes.as_ref().filter(|it| !is_void(it));
            let own = makes.and_then(|made| {
                let kind = match made.what {
                    Object::Table => DefinitionKind::Resource,
                    Object::Function => DefinitionKind::Function,
                };
                let name = made.name.name.trim_end_matches("()");
                let (whole, span) = (statement.span, made.name.span);
                resources.define_as(kind, name, whole, span, None)
            });
            if let Some(made) = makes {
                let (kind, role) = (LinkKind::Table, LinkRole::Declares);
                resources.link(kind, role, made.name.keys(), own, made.name.span);
            }
            for used in &statement.uses {
                let (kind, role) = (LinkKind::Table, LinkRole::Reads);
                resources.link(kind, role, used.keys(), own, used.span);
            }
        }
        let tokens: Vec<Token> = tokens::tokens(&parsed.text)
            .iter()
            .map(|it| Token::Text(Span::new(it.start, it.start + it.text.len())))
            .collect();
        resources.finish("sql", &tokens, ParseErrors::default())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["tables", "views", "functions and procedures"],
            references: &["tables, views and functions by name"],
            not_modelled: &[
                "columns",
                "which database and schema a connection uses",
                "statements made from strings when they run",
            ],
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
