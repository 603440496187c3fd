//! A new control, written with a check that works and examples that show it.

use codd_source::{RepoPath, SystemError, suggestion};
use codd_verify::{ExampleVerdict, KindPage, PageCode, PageExample, kind_pages};

use super::MODELINE;
use crate::rules::Rules;
use crate::{Workspace, WorkspaceError};

/// What `codd controls new` is asked for.
#[derive(Clone, Debug)]
pub struct NewControl {
    pub id: String,
    /// The kind of its first check.
    pub kind: String,
    /// From the project's root; by default `requirements/<id>.yaml`.
    pub file: Option<String>,
}

/// Why no control can be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NewControlError {
    #[error("there is a control `{0}` already")]
    Taken(String),
    #[error("`{0}` cannot be an id")]
    BadId(String),
    #[error("there is no kind of check `{name}`")]
    UnknownKind { name: String, near: Option<String> },
    #[error("`{0}` lies outside of the project")]
    Outside(String),
}

impl NewControlError {
    /// What to do next.
    pub fn help(&self) -> String {
        match self {
            NewControlError::Taken(_) => "`codd controls` lists those there are".to_owned(),
            NewControlError::BadId(_) => {
                "use at most 64 letters, digits, `-`, `_` and `.`, such as `SEC-001`".to_owned()
            }
            NewControlError::UnknownKind { near: Some(near), .. } => {
                format!("did you mean `{near}`?")
            }
            NewControlError::UnknownKind { .. } => {
                let names: Vec<String> =
                    kind_pages().iter().map(|it| format!("`{}`", it.name)).collect();
                format!("the kinds are {}", names.join(", "))
            }
            NewControlError::Outside(_) => {
                "give a path from the project's root, such as `requirements/a.yaml`".to_owned()
            }
        }
    }
}

impl Workspace {
    /// Writes a control with the example of its check's manual page, to be made one's own;
    /// gives the path of the new file.
    pub fn new_control(&self, wanted: &NewControl) -> Result<String, WorkspaceError> {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
        if !wanted.id.starts_with(|it: char| it.is_ascii_alphanumeric())
            || !wanted.id.chars().all(fits)
            || wanted.id.len() > 64
        {
            return Err(NewControlError::BadId(wanted.id.clone()).into());
        }
        let pages = kind_pages();
        let Some(page) = pages.iter().find(|it| it.name == wanted.kind) else {
            let near = suggestion(&wanted.kind, pages.iter().map(|it| it.name)).map(str::to_owned);
            return Err(NewControlError::UnknownKind { name: wanted.kind.clone(), near }.into());
        };
        if Rules::read(&self.snapshot(&[])?).controls.get(&wanted.id).is_some() {
            return Err(NewControlError::Taken(wanted.id.clone()).into());
        }
        let name =
            wanted.file.clone().unwrap_or_else(|| format!("requirements/{}.yaml", wanted.id));
        let path = RepoPath::joined("", &name).filter(|_| !name.starts_with('/'));
        let path = path.ok_or_else(|| NewControlError::Outside(name.clone()))?;
        let text = control_text(&wanted.id, page, &path);
        match self.system.write_new(&self.root.path.join(path.as_str()), text.as_bytes()) {
            Ok(()) => Ok(path.to_string()),
            Err(error @ SystemError::Exists { .. }) => Err(error.within(&self.root.path).into()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The check of the manual page with its code, where code can show what the kind does.
fn control_text(id: &str, page: &KindPage, path: &RepoPath) -> String {
    let example = page.example();
    let whole = text(id, page.name, example.as_ref(), path);
    if shows_something(&whole) {
        return whole;
    }
    let bare = example.map(|it| PageExample { code: None, ..it });
    text(id, page.name, bare.as_ref(), path)
}

/// Whether some example of a control can be run.
fn shows_something(text: &str) -> bool {
    let loaded = codd_controls::load_controls(&[("new.yaml".into(), text.as_bytes().into())], &[]);
    let mut examples = loaded.set.iter().flat_map(codd_verify::run_examples);
    examples.any(|it| !matches!(it.verdict, ExampleVerdict::NotRun(_)))
}

fn text(id: &str, kind: &str, example: Option<&PageExample>, path: &RepoPath) -> String {
    let up = "../".repeat(path.as_str().matches('/').count());
    let mut text = format!(
        "{MODELINE}{up}.codd/schemas/controls.schema.json\n\
         version: \"2.0\"\n\
         controls:\n  \
         - id: {id}\n    \
           name: A title of a few words\n    \
           requirement: The code MUST NOT do what its check finds.\n    \
           severity: medium\n    \
           rationale: Why this matters.\n    \
           guidance: What to do instead.\n    \
           checks:\n"
    );
    match example {
        Some(example) => indented(&example.checks, 6, &mut text),
        None => text.push_str(&format!("      - {kind}: {{}}\n")),
    }
    if let Some((bad, good)) = example.and_then(|it| it.code.as_ref()) {
        text.push_str("    examples:\n      good:\n");
        code(good, false, &mut text);
        text.push_str("      bad:\n");
        code(bad, true, &mut text);
    }
    text
}

fn code(code: &PageCode, is_bad: bool, text: &mut String) {
    text.push_str(&format!("        - language: {}\n", code.language));
    if let Some(line) = code.line.filter(|_| is_bad) {
        text.push_str(&format!("          line: {line}\n"));
    }
    text.push_str("          code: |\n");
    indented(&code.text, 12, text);
}

fn indented(block: &str, by: usize, text: &mut String) {
    for line in block.lines() {
        text.push_str(format!("{:by$}{line}", "").trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_control_of_every_kind_can_be_read_and_shows_what_it_says() {
        for page in kind_pages() {
            let path = RepoPath::joined("", "requirements/a.yaml").unwrap();
            let text = control_text("A-1", &page, &path);
            let files = [("a.yaml".into(), text.as_bytes().into())];
            let loaded = codd_controls::load_controls(&files, &[]);
            let (_, problems) = codd_verify::CheckPlan::compile(&loaded.set);
            assert_eq!([loaded.diagnostics, problems].concat(), [], "{text}");
            let control = loaded.set.iter().next().unwrap();
            for shown in codd_verify::run_examples(control) {
                assert_eq!(shown.verdict, ExampleVerdict::AsExpected, "{text}");
            }
        }
    }
}
