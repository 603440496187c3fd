//! The nearest of some words to one that is not among them.

/// The candidate a person most likely meant by `word`, if one is near enough.
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
    fn only_near_words_are_suggested() {
        let keys = ["applies_to", "name", "requirement", "pci-dss"];
        assert_eq!(suggestion("appliesTo", keys), Some("applies_to"));
        assert_eq!(suggestion("requirment", keys), Some("requirement"));
        assert_eq!(suggestion("PCI_DSS", keys), Some("pci-dss"));
        assert_eq!(suggestion("colour", keys), None);
        assert_eq!(suggestion(&"name".repeat(1000), keys), None);
    }
}
