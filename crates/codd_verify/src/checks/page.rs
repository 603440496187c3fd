//! The example that a manual page shows: a check, code that it finds and code that meets it.

/// A fenced block with the line of text before it.
pub(crate) struct Block<'p> {
    pub(crate) label: &'p str,
    pub(crate) language: &'p str,
    pub(crate) text: String,
}

/// The fenced blocks of a page, in their order.
pub(crate) fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut label = "";
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(Block { label, language, text: text.join("\n") + "\n" });
        } else if !line.is_empty() {
            label = line;
        }
    }
    blocks
}

/// What a page shows of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageExample {
    /// The list of checks, as YAML.
    pub checks: String,
    /// A bad and a good one; none of what no code can show.
    pub code: Option<(PageCode, PageCode)>,
}

/// A piece of code of a page, without the marks of what is found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageCode {
    pub language: String,
    pub text: String,
    /// The line of the first thing that is found, from 1; of one file alone.
    pub line: Option<u32>,
}

/// The first check of a page, and its first bad and good example where it has both.
pub(crate) fn example(page: &str) -> Option<PageExample> {
    let blocks = blocks(page);
    let code = |label: &str| blocks.iter().find(|it| it.label == label).map(unmarked);
    Some(PageExample {
        checks: blocks.first().filter(|it| it.language == "yaml")?.text.clone(),
        code: code("Bad:").zip(code("Good:")),
    })
}

fn unmarked(block: &Block<'_>) -> PageCode {
    let mut first = None;
    let lines = block.text.lines().zip(1..).map(|(line, number)| {
        let bare = line.strip_suffix("# finding").or_else(|| line.strip_suffix("// finding"));
        if bare.is_some() {
            first.get_or_insert(number);
        }
        bare.map_or(line, str::trim_end)
    });
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    let is_one_file = !text.starts_with("//- ");
    PageCode { language: block.language.to_owned(), text, line: first.filter(|_| is_one_file) }
}
