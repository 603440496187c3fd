//! What a mistyped name or word may have meant, for "did you mean".

/// At most `limit` of `names` that a typo could have meant, nearest first.
///
/// For names that a project makes up: paths, branches, ids. For the words of a fixed list
/// there is [`suggestion`].
pub fn nearest<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Vec<String> {
    // The distance is quadratic in the length, and nobody mistypes a kilobyte.
    if wanted.len() > 1024 {
        return Vec::new();
    }
    let farthest = (wanted.chars().count() / 3).max(2);
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| name.len().abs_diff(wanted.len()) <= 4 * farthest)
        .map(|name| (strsim::damerau_levenshtein(wanted, name), name))
        .filter(|(distance, _)| *distance <= farthest)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(limit).map(|(_, name)| name.to_owned()).collect()
}

/// The one of `candidates` that a person most likely meant by `word`, if one is near enough.
///
/// For the words of a fixed list: keys, kinds, allowed values. Unlike [`nearest`] it looks
/// past case and separators.
pub fn suggestion<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Names beyond this are not typing mistakes, and the distance is quadratic in length.
    const LONGEST: usize = 64;
    if word.len() > LONGEST {
        return None;
    }
    let word = plain(word);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (strsim::osa_distance(&word, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= (word.len().max(candidate.len()) / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Case and separators aside: `PCI_DSS` is near `pci-dss`, and `appliesTo` near `applies_to`.
fn plain(word: &str) -> String {
    word.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_name_and_nonsense_finds_none() {
        let names = ["main", "maintenance", "release-1", "release-2"];
        assert_eq!(nearest("mian", names, 3), ["main"]);
        assert_eq!(nearest("relaese-1", names, 1), ["release-1"]);
        assert!(nearest("completely-else", names, 3).is_empty());
    }

    #[test]
    fn only_near_words_are_suggested() {
        let keys = ["applies_to", "name", "requirement", "pci-dss"];
        assert_eq!(suggestion("appliesTo", keys), Some("applies_to"));
        assert_eq!(suggestion("requirment", keys), Some("requirement"));
        assert_eq!(suggestion("PCI_DSS", keys), Some("pci-dss"));
        assert_eq!(suggestion("colour", keys), None);
        assert_eq!(suggestion(&"name".repeat(1000), keys), None);
    }
}
