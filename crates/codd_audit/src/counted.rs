//! Numbers with the noun they count.

/// `1 file`, `2 files`; `are` where the noun is `is`.
pub fn counted(number: usize, noun: &str) -> String {
    let plural = match noun {
        "is" => "are".to_owned(),
        _ if noun.ends_with('s') => format!("{noun}es"),
        _ if noun.ends_with("ry") => format!("{}ies", &noun[..noun.len() - 1]),
        _ => format!("{noun}s"),
    };
    if number == 1 { format!("1 {noun}") } else { format!("{number} {plural}") }
}
