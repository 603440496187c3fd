//! Which files of a project hold its controls.

use codd_source::RepoPath;

use crate::config::ProjectConfig;
use crate::scope::ScopePattern;

/// Which files of a project are requirement files.
#[derive(Clone, Debug)]
pub struct PathPatterns {
    patterns: Vec<ScopePattern>,
    waivers: RepoPath,
}

impl PathPatterns {
    pub fn of_requirements(config: &ProjectConfig) -> PathPatterns {
        let patterns = config.requirements.clone();
        PathPatterns { patterns, waivers: config.waivers.file.clone() }
    }

    /// Whether the file is taken: a pattern matches it, or names it or a folder it is in.
    ///
    /// In a folder only `.yaml` and `.yml` files are; the file of waivers never is.
    pub fn takes(&self, path: &str) -> bool {
        let is_named = |pattern: &ScopePattern| {
            let text = pattern.text.trim_start_matches('!');
            let text = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
            let within = path.strip_prefix(text).and_then(|rest| rest.strip_prefix('/'));
            let is_yaml = || matches!(RepoPath::new(path).extension(), Some("yaml" | "yml"));
            pattern.matches(path)
                || path == text
                || (within.is_some() || matches!(text, "" | ".")) && is_yaml()
        };
        path != self.waivers.as_str()
            && self.patterns.iter().any(|it| !it.excludes && is_named(it))
            && !self.patterns.iter().any(|it| it.excludes && is_named(it))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load_config;

    #[test]
    fn requirement_files_are_named_by_file_folder_and_glob() {
        let takes = |yaml: &str, path: &str| {
            let (config, diagnostics) = load_config(&"codd.yaml".into(), yaml.as_bytes());
            assert_eq!(diagnostics, []);
            PathPatterns::of_requirements(&config).takes(path)
        };
        assert!(takes("", "requirements/a.yaml") && takes("", "requirements/b/c.yml"));
        assert!(!takes("", "requirements/a.md") && !takes("", "src/requirements/a.yaml"));
        let some = "requirements: [rules/, ./one.yml, 'x/*.yaml', '!rules/old']";
        assert!(takes(some, "rules/a/b.yaml") && takes(some, "one.yml") && takes(some, "x/a.yaml"));
        assert!(!takes(some, "rules/a.md") && !takes(some, "rules2/a.yaml"));
        assert!(!takes(some, "rules/old/a.yaml") && !takes(some, "requirements/a.yaml"));
        assert!(
            takes("requirements: [.]", "a.yaml") && !takes("requirements: [.]", "waivers.yaml")
        );
    }
}
