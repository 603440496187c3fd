//! Templates of Helm charts: named parts, the values that are filled in, files.
//!
//! Those that make YAML have the name of YAML files and are read by its language first; the
//! rest (`_helpers.tpl`) are files of this one.

mod actions;
pub(super) mod template;

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests;

use codd_source::RepoPath;

use crate::languages::NoModules;
use crate::resources::{Resources, Token};
use crate::{
    Conventions, FileFacts, Language, Modelled, Modules, ParseErrors, Parsed, ProjectFiles,
};

pub(super) struct Helm;

impl Language for Helm {
    fn name(&self) -> &'static str {
        "helm"
    }

    /// None by itself: many template languages have the same.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn takes(&self, path: &RepoPath) -> bool {
        let is_template = path.extension() == Some("tpl") || path.file_name() == "NOTES.txt";
        is_template && template::chart_of(path).is_some()
    }

    fn is_code(&self) -> bool {
        false
    }

    /// For code rules alone: what is in the braces is read here, and what is around it is text.
    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_yaml::LANGUAGE.into()
    }

    fn is_too_deep(&self, text: &str) -> bool {
        super::yaml::Yaml.is_too_deep(text)
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        let mut resources = Resources::new(parsed);
        if let Some(chart) = template::chart_of(&parsed.path) {
            template::read(chart, &mut resources);
        }
        let mut tokens = Vec::new();
        let mut at = 0;
        for line in parsed.text.split_inclusive('\n') {
            let start = at + (line.len() - line.trim_start().len());
            let end = start + line.trim().len();
            at += line.len();
            if start < end {
                tokens.push(Token::Text(codd_source::Span::new(start, end)));
            }
        }
        resources.finish("helm", &tokens, ParseErrors::default())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &["named templates (define)", "keys of values.yaml (as YAML)"],
            references: &[
                "values of the chart and of the charts around it",
                "named templates by include and template",
                "files of the chart",
            ],
            not_modelled: &[
                "values that are given when it is installed",
                "what tpl makes of a text",
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
