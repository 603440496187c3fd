//! What stands between the marks of template languages: `{% … %}`, `{{ … }}`, `<% … %>`.

/// The longest tag that is read: what is not closed by then is text.
const LONGEST: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// `{% … %}` of Jinja, Django, Twig, Nunjucks, Liquid.
    Statement,
    /// `{{ … }}` of these, of Go, and of Handlebars and Mustache.
    Value,
    /// `<% … %>` of EJS, ERB, JSP, Mako.
    Code,
}

/// One of them with its place in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'t> {
    pub(super) marks: Marks,
    /// Without the signs that only say how space and special characters are treated.
    pub(super) inside: &'t str,
    /// With its marks.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The tags of a text, in its order, without comments.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(['{', '<']) {
        let start = at + next;
        let rest = &text[start..];
        at = start + 1;
        let (marks, close) = match rest.as_bytes().get(..2) {
            Some(b"{%") => (Marks::Statement, "%}"),
            Some(b"{{") if rest.starts_with("{{!--") => (Marks::Value, "--}}"),
            Some(b"{{") => (Marks::Value, "}}"),
            Some(b"<%") if rest.starts_with("<%--") => (Marks::Code, "--%>"),
            Some(b"<%") => (Marks::Code, "%>"),
            Some(b"{#") => {
                if let Some(end) = begin(rest).find("#}") {
                    at = start + end + 2;
                }
                continue;
            }
            _ => continue,
        };
        let Some(length) = begin(&rest[2..]).find(close) else { continue };
        let end = start + 2 + length + close.len();
        let inside = &rest[2..2 + length];
        at = end;
        let is_comment = close.len() > 2
            || inside.starts_with('#') && marks == Marks::Code
            || inside.starts_with('!') && marks == Marks::Value
            || inside.trim_start_matches(['-', ' ']).starts_with("/*");
        if !is_comment {
            let inside = inside.trim_matches(['-', '+', '~', '{', '}']).trim();
            let inside = inside.trim_start_matches(['=', '-', '_']).trim_start();
            found.push(Tag { marks, inside, start, end });
        }
    }
    found
}

/// The beginning of a text, as far as a tag may reach.
fn begin(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_their_order_and_comments_are_none() {
        let text = "{%- if x -%}{{ a }}{# {% no %} #}{{!-- {{> no}} --}}<%= b -%><%# no %>{{{c}}}<%-- no --%>{% never closed";
        let found: Vec<_> = tags(text).iter().map(|it| (it.marks, it.inside)).collect();
        assert_eq!(
            found,
            [
                (Marks::Statement, "if x"),
                (Marks::Value, "a"),
                (Marks::Code, "b"),
                (Marks::Value, "c"),
            ]
        );
    }
}
