//! What stands between the marks of template languages: `{% … %}`, `{{ … }}`, `<% … %>`.

use std::collections::BTreeMap;

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
    let mut closes = Closes { text, none_before: BTreeMap::new() };
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
                at = closes.next(start, "#}").map_or(at, |it| it + 2);
                continue;
            }
            _ => continue,
        };
        let Some(inner) = closes.next(start + 2, close) else { continue };
        let end = inner + close.len();
        let inside = &text[start + 2..inner];
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

/// Where tags are closed.
struct Closes<'t> {
    text: &'t str,
    /// By closing marks: up to where there are none behind the last tag that was asked about, so
    /// that many tags that nobody closes are not looked through again and again.
    none_before: BTreeMap<&'static str, usize>,
}

impl Closes<'_> {
    /// The first of these marks behind a place, as far as a tag may reach.
    fn next(&mut self, from: usize, close: &'static str) -> Option<usize> {
        let reach = from + begin(&self.text[from..]).len();
        let start = self.none_before.get(close).map_or(from, |it| from.max(*it));
        let found = self.text.get(start..reach).and_then(|it| it.find(close));
        if found.is_none() {
            let mut end = reach.saturating_sub(close.len()).max(start);
            while !self.text.is_char_boundary(end) {
                end -= 1;
            }
            self.none_before.insert(close, end);
        }
        found.map(|it| start + it)
    }
}

/// The beginning of a text, as far as a tag may reach.
pub(super) fn begin(text: &str) -> &str {
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
    fn what_nobody_closes_hides_no_tag_behind_it() {
        let many = "{% \u{e9}".repeat(3000);
        let text = format!("{many}{{% last %}}{{% never");
        assert!(tags(&text).last().is_some_and(|it| it.inside.ends_with("last")));
        let apart = format!("{{% a{}{{% b %}}", "\u{e9}".repeat(LONGEST));
        let found: Vec<_> = tags(&apart).iter().map(|it| it.inside.to_owned()).collect();
        assert_eq!(found, ["b"]);
    }

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
