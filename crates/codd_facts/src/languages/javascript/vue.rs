//! Single-file components of Vue: the scripts in them are read, at their places in the file.

use std::borrow::Cow;

use crate::parse::with_line_feeds;
use crate::{Export, Expr, Name, Semantics};

const OPEN: &str = "<script";
const CLOSE: &str = "</script";
const COMMENT: &str = "<!--";
const COMMENT_END: &str = "-->";

/// The scripts of a component; all else is blank, so that places stay what they are.
pub(super) fn scripts(text: &str) -> Cow<'_, str> {
    let text = with_line_feeds(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        blank(before, &mut out);
        let skipped = if tag.starts_with(COMMENT) {
            tag.find(COMMENT_END).map_or(tag.len(), |end| end + COMMENT_END.len())
        } else if starts_tag(tag, OPEN) {
            let end = tag_end(tag);
            blank(&tag[..end], &mut out);
            let inside = &tag[end..];
            let length = inside
                .match_indices("</")
                .map(|(at, _)| at)
                .find(|at| starts_tag(&inside[*at..], CLOSE))
                .unwrap_or(inside.len());
            out.push_str(&inside[..length]);
            rest = &inside[length..];
            if let Some(close) = rest.strip_prefix('<') {
                out.push(' ');
                rest = close;
            }
            continue;
        } else {
            1
        };
        blank(&tag[..skipped], &mut out);
        rest = &tag[skipped..];
    }
    blank(rest, &mut out);
    Cow::Owned(out)
}

/// A component is what its file gives, also where no script says so.
pub(super) fn add_component(semantics: &mut Semantics) {
    const DEFAULT: &str = "default";
    if semantics.exports.named.iter().any(|it| it.name == DEFAULT) {
        return;
    }
    let value = crate::ExprId(semantics.exprs.len() as u32);
    semantics.exprs.push(Expr::Literal);
    semantics.exports.named.push(Export { name: Name::new_static(DEFAULT), value });
}

fn blank(text: &str, out: &mut String) {
    out.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

fn starts_tag(text: &str, tag: &str) -> bool {
    let is_it = text.get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag));
    let next = text.as_bytes().get(tag.len());
    is_it && next.is_none_or(|it| it.is_ascii_whitespace() || matches!(it, b'>' | b'/'))
}

/// Behind the `>` of a tag, which may stand in an attribute's text too.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::scripts;

    #[test]
    fn scripts_keep_their_places() {
        let text = "<template>ä<b/></template>\n<!-- <script>no()</script> -->\n\
                    <script setup lang=\"ts\" generic=\"T extends A<B>\">\nrun(a < b);\n</script>\n\
                    <style>a{}</style>\n<SCRIPT>two()</SCRIPT>";
        let read = scripts(text);
        assert_eq!(read.len(), text.len());
        let lines: Vec<&str> = read.lines().map(str::trim_end).collect();
        expect![[r#"



            run(a < b);


                    two()"#]]
        .assert_eq(&lines.join("\n"));
        assert_eq!(scripts("<script>open(").trim(), "open(");
        assert_eq!(scripts("<script").trim(), "");
    }
}
