//! How an editor is told to open a file at a line, by the editor's name.

use std::path::Path;

/// A program to run for one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) program: String,
    pub(crate) arguments: Vec<String>,
    /// Whether it has a window of its own and leaves the terminal alone.
    pub(crate) has_window: bool,
}

/// The call for `editor`, which is what `$VISUAL` or `$EDITOR` says: a program and arguments.
///
/// `file` is absolute, so that no name looks like an option. `None` for a blank editor.
pub(crate) fn call(editor: &str, file: &str, line: u32) -> Option<Call> {
    let mut words = editor.split_whitespace().map(str::to_owned);
    let program = words.next()?;
    let mut arguments: Vec<String> = words.collect();
    let name = Path::new(&program).file_stem().map(|it| it.to_string_lossy().to_lowercase());
    let mut has_window = false;
    match name.as_deref().unwrap_or_default() {
        "vi" | "vim" | "nvim" | "nano" | "emacs" | "kak" | "micro" => {
            arguments.extend([format!("+{line}"), file.to_owned()]);
        }
        "hx" | "helix" => arguments.push(format!("{file}:{line}")),
        "code" | "codium" | "cursor" => {
            has_window = true;
            arguments.extend(["-g".to_owned(), format!("{file}:{line}")]);
        }
        "zed" | "subl" => {
            has_window = true;
            arguments.push(format!("{file}:{line}"));
        }
        _ => arguments.push(file.to_owned()),
    }
    Some(Call { program, arguments, has_window })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn each_editor_has_its_way_to_name_a_line() {
        let editors = ["vim -n", "/usr/bin/nvim", "hx", "code --reuse-window", "zed", "ed", "  "];
        let shown: String = editors
            .iter()
            .map(|editor| match call(editor, "/p/a b.py", 7) {
                Some(call) => {
                    let window = if call.has_window { "  (window)" } else { "" };
                    format!("{} {:?}{window}\n", call.program, call.arguments)
                }
                None => "none\n".to_owned(),
            })
            .collect();
        expect![[r#"
            vim ["-n", "+7", "/p/a b.py"]
            /usr/bin/nvim ["+7", "/p/a b.py"]
            hx ["/p/a b.py:7"]
            code ["--reuse-window", "-g", "/p/a b.py:7"]  (window)
            zed ["/p/a b.py:7"]  (window)
            ed ["/p/a b.py"]
            none
        "#]]
        .assert_eq(&shown);
    }
}
