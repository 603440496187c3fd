//! What `Gemfile` and gem specifications declare.

use std::collections::BTreeMap;

use codd_source::RepoPath;

use crate::packages::{Fit, is_same_package};

pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    let name = path.file_name();
    if name != "Gemfile" && path.extension() != Some("gemspec") {
        return None;
    }
    let mut packages = BTreeMap::new();
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or("").trim();
        let rest = match line.strip_prefix("gem ") {
            Some(rest) => rest,
            None => match line.split_once("dependency") {
                Some((start, rest)) if start.contains(".add_") => rest.trim_start_matches('('),
                _ => continue,
            },
        };
        let mut quoted = rest.trim_start_matches('_').split(['"', '\'']).skip(1).step_by(2);
        let Some(name) = quoted.next() else { continue };
        let versions: Vec<&str> = quoted
            .take_while(|it| it.starts_with(|it: char| "<>=~!".contains(it) || it.is_ascii_digit()))
            .collect();
        packages.entry(name.to_owned()).or_insert_with(|| versions.join(", "));
    }
    Some(packages)
}

/// How well a gem fits what code requires: `rspec-rails` is behind `rspec` too.
pub(super) fn fit(declared: &str, required: &str) -> Fit {
    if is_same_package(declared, required) {
        return Fit::Same;
    }
    let first = declared.split(['-', '_']).next().unwrap_or(declared);
    Fit::of_words(usize::from(is_same_package(first, required)))
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn gems_with_their_versions() {
        let text = "source 'https://rubygems.org'\ngem 'rails', '~> 7.1', '>= 7.1.2'\n  gem \"puma\", require: false # server\n";
        let found = declared(&"Gemfile".into(), text).unwrap();
        let found: Vec<_> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, [("puma", ""), ("rails", "~> 7.1, >= 7.1.2")]);
        let text = "Gem::Specification.new do |s|\n  s.add_dependency \"rack\", \">= 3\"\nend\n";
        let found = declared(&"a.gemspec".into(), text).unwrap();
        assert_eq!(found["rack"], ">= 3");
        assert!(declared(&"a.rb".into(), "gem 'x'").is_none());
    }
}
