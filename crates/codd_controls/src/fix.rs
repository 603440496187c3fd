//! Corrections of requirement files that codd can write itself.

use codd_source::{RepoPath, Span};

/// One replacement in a file; made by whoever understands what is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fix {
    pub path: RepoPath,
    /// Empty for an insertion.
    pub span: Span,
    pub replacement: String,
    /// One line.
    pub why: String,
}

/// `text` with the fixes made, whose spans are of `text` as it is.
///
/// Of two fixes that overlap, the first by place counts; a second run makes the other. A fix
/// whose span does not lie between characters of the text is left out.
pub fn apply_fixes(text: &str, fixes: &[Fix]) -> String {
    let mut fixes: Vec<&Fix> = fixes.iter().collect();
    fixes.sort_by_key(|fix| (fix.span, &fix.replacement));
    fixes.dedup_by(|a, b| a.span == b.span && a.replacement == b.replacement);
    let mut fixed = String::with_capacity(text.len());
    let mut done = 0;
    for fix in fixes {
        let (start, end) = (fix.span.start as usize, fix.span.end as usize);
        if start < done || end < start || text.get(start..end).is_none() {
            continue;
        }
        fixed.push_str(&text[done..start]);
        fixed.push_str(&fix.replacement);
        done = end;
    }
    fixed.push_str(&text[done..]);
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(start: u32, end: u32, replacement: &str) -> Fix {
        Fix {
            path: "a.yaml".into(),
            span: Span { start, end },
            replacement: replacement.to_owned(),
            why: String::new(),
        }
    }

    #[test]
    fn fixes_are_made_in_any_order_and_never_twice() {
        let include = fix(10, 15, "'*.py'");
        assert_eq!(
            apply_fixes("--include='.py' é", &[fix(16, 18, "e"), include.clone(), include]),
            "--include='*.py' e"
        );
    }

    #[test]
    fn fixes_that_do_not_fit_are_left_out() {
        let fixes =
            [fix(0, 2, "x"), fix(1, 3, "y"), fix(4, 5, "z"), fix(9, 12, "w"), fix(3, 2, "v")];
        assert_eq!(apply_fixes("abcé", &fixes), "xcé");
    }
}
