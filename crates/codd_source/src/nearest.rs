//! Names near a mistyped one, for "did you mean".

/// At most `limit` of `names` that a typo could have meant, nearest first.
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
}
