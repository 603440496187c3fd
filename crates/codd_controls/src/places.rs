//! Where something stands in a file that people write, for whoever finds a problem later.

use codd_source::{RepoPath, Span};
use serde_yaml::Value;

use crate::list_file::decode;
use crate::locate::{Part, PathStep};
use crate::yaml_text::YamlText;

/// Where `text` stands in the list that `keys` lead to, for problems that only whoever knows
/// the project finds.
pub fn place_in_config(bytes: &[u8], keys: &[&str], text: &str) -> Option<Span> {
    let path = RepoPath::from("codd.yaml");
    let (base, file) = decode(&path, bytes).ok()?;
    let source = YamlText::part(&path, file, 0..file.len(), base);
    let whole = source.value(file).ok()?;
    let list = keys.iter().try_fold(&whole, |value, key| value.get(*key))?;
    let is_meant = |it: &Value| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(text));
    let index = list.as_sequence()?.iter().position(is_meant)?;
    let steps = keys.iter().map(|key| PathStep::from(*key)).chain([index.into()]);
    source.locate(&steps.collect::<Vec<_>>(), Part::Value)
}

/// Where the value stands that `keys` lead to from the top of a file that is a map.
pub fn place_of_key(path: &RepoPath, bytes: &[u8], keys: &[&str]) -> Option<Span> {
    let steps: Vec<PathStep> = keys.iter().map(|it| PathStep::from(*it)).collect();
    place_in_file(path, bytes, &steps, Part::Value)
}

/// Where a part of what `steps` lead to stands in a file.
pub fn place_in_file(
    path: &RepoPath,
    bytes: &[u8],
    steps: &[PathStep],
    part: Part,
) -> Option<Span> {
    let (base, file) = decode(path, bytes).ok()?;
    YamlText::part(path, file, 0..file.len(), base).locate(steps, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_of_a_list_is_found_again() {
        let text = b"project: {languages: [python, Pyton]}\n";
        let span = place_in_config(text, &["project", "languages"], "pyton").unwrap();
        assert_eq!(&text[span.start as usize..span.end as usize], b"Pyton");
        assert_eq!(place_in_config(text, &["requirements"], "x"), None);
    }
}
