//! Texts that are filled in: `"/{}".format(x)` and `"/%s" % x`, as what they are made of.

use super::expressions::MAX_JOINED;
use super::walk::Walk;
use crate::{Argument, Expr, ExprId, Name};

/// A part of a template.
enum Part<'t> {
    Text(&'t str),
    /// By its place.
    Place(usize),
    Named(&'t str),
}

impl Walk<'_, '_> {
    /// `"/{}/{name}".format(a, name=b)`.
    pub(super) fn formatted(&mut self, callee: ExprId, arguments: &[Argument]) -> Option<ExprId> {
        let semantics = &self.builder.semantics;
        let Expr::Attribute { base, .. } = semantics.expr(callee) else { return None };
        let Expr::Text(template) = semantics.expr(*base) else { return None };
        let template = template.clone();
        let parts = braces(&template)?;
        let value = |part: &Part<'_>| match part {
            Part::Place(at) => arguments.get(*at).filter(|it| it.name.is_none()),
            Part::Named(name) => arguments.iter().find(|it| it.name.as_deref() == Some(*name)),
            Part::Text(_) => None,
        };
        self.text_of_parts(&parts, |part| value(part).map(|it| it.value))
    }

    /// `"/%s/%s" % (a, b)`.
    pub(super) fn percent(&mut self, template: ExprId, values: ExprId) -> Option<ExprId> {
        let semantics = &self.builder.semantics;
        let Expr::Text(template) = semantics.expr(template) else { return None };
        let template = template.clone();
        let parts = percents(&template)?;
        let values: Vec<ExprId> = match semantics.expr(values) {
            Expr::Container { items, .. } => items.iter().map(|it| it.value).collect(),
            _ => vec![values],
        };
        let places = parts.iter().filter(|it| matches!(it, Part::Place(_))).count();
        if places != values.len() {
            return None;
        }
        self.text_of_parts(&parts, |part| match part {
            Part::Place(at) => values.get(*at).copied(),
            _ => None,
        })
    }

    fn text_of_parts(
        &mut self,
        parts: &[Part<'_>],
        value: impl Fn(&Part<'_>) -> Option<ExprId>,
    ) -> Option<ExprId> {
        let is_text = |it: &Part<'_>| matches!(it, Part::Text(_));
        if parts.len() > MAX_JOINED || !parts.iter().any(|it| !is_text(it)) {
            return None;
        }
        let mut values = Vec::new();
        for part in parts {
            values.push(match part {
                Part::Text(text) => self.builder.expr(Expr::Text(Name::new(text))),
                _ => value(part)?,
            });
        }
        Some(self.builder.expr(Expr::Joined(values)))
    }
}

/// The parts of a template with braces; `None` where something in them says more than which value,
/// or where the text is one that people read.
fn braces(template: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let (mut rest, mut next) = (template, 0);
    while let Some(at) = rest.find(['{', '}']) {
        let (text, behind) = rest.split_at(at);
        push_text(text, &mut parts);
        let (name, behind) = behind.strip_prefix('{')?.split_once('}')?;
        parts.push(match name {
            "" => {
                next += 1;
                Part::Place(next - 1)
            }
            name if name.bytes().all(|it| it.is_ascii_digit()) => Part::Place(name.parse().ok()?),
            name if name.chars().all(|it| it.is_alphanumeric() || it == '_') => Part::Named(name),
            _ => return None,
        });
        rest = behind;
    }
    push_text(rest, &mut parts);
    (!template.contains(char::is_whitespace)).then_some(parts)
}

/// The same of `%s`.
fn percents(template: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let (mut rest, mut next) = (template, 0);
    while let Some((text, behind)) = rest.split_once('%') {
        push_text(text, &mut parts);
        rest = behind.strip_prefix(['s', 'd'])?;
        parts.push(Part::Place(next));
        next += 1;
    }
    push_text(rest, &mut parts);
    (!template.contains(char::is_whitespace)).then_some(parts)
}

fn push_text<'t>(text: &'t str, parts: &mut Vec<Part<'t>>) {
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(parts: Option<Vec<Part<'_>>>) -> String {
        let one = |it: &Part<'_>| match it {
            Part::Text(text) => format!("{text:?}"),
            Part::Place(at) => at.to_string(),
            Part::Named(name) => (*name).to_owned(),
        };
        let all = |it: Vec<Part<'_>>| it.iter().map(one).collect::<Vec<_>>().join(" ");
        parts.map_or("-".to_owned(), all)
    }

    #[test]
    fn templates_are_read_where_they_only_say_which_value() {
        for (template, parts) in [
            ("/<org>{}", "\"/<org>\" 0"),
            ("{}/{name}/{1}", "0 \"/\" name \"/\" 1"),
            ("{{x}}{}", "-"),
            ("{:>4}", "-"),
            ("{a.b}", "-"),
            ("{", "-"),
            ("}", "-"),
            ("say {}", "-"),
        ] {
            assert_eq!(written(braces(template)), parts, "{template}");
        }
        assert_eq!(written(percents("/%s/x%d")), "\"/\" 0 \"/x\" 1");
        for template in ["%(a)s", "100%", "%%s", "a %s"] {
            assert_eq!(written(percents(template)), "-", "{template}");
        }
    }
}
