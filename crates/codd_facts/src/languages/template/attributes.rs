//! Words and attributes after which the name of a template stands, by the kind of file.

/// How the name behind a marker is written, and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// A path in quotes.
    Path,
    /// The path of a view of ASP.NET, in quotes, often without its ending.
    View,
    /// Thymeleaf's `fragments/x :: part`.
    Fragment,
}

const HTML: &[&str] = &["html", "htm", "xhtml"];
const RAZOR: &[&str] = &["cshtml", "vbhtml"];
const JSP: &[&str] = &["jsp", "jspf", "xhtml"];
const FREEMARKER: &[&str] = &["ftl", "ftlh"];
const MAKO: &[&str] = &["mako", "mak", "html"];
const SMARTY: &[&str] = &["tpl"];
const VELOCITY: &[&str] = &["vm"];

/// The marker, how the name is written, and the extensions of the files that have it.
pub(super) const MARKERS: &[(&str, Written, &[&str])] = &[
    ("th:replace=", Written::Fragment, HTML),
    ("th:insert=", Written::Fragment, HTML),
    ("th:include=", Written::Fragment, HTML),
    ("th-replace=", Written::Fragment, HTML),
    ("th-insert=", Written::Fragment, HTML),
    ("layout:decorate=", Written::Fragment, HTML),
    ("layout:decorator=", Written::Fragment, HTML),
    ("Html.Partial(", Written::View, RAZOR),
    ("Html.PartialAsync(", Written::View, RAZOR),
    ("Html.RenderPartial(", Written::View, RAZOR),
    ("Html.RenderPartialAsync(", Written::View, RAZOR),
    ("Layout =", Written::View, RAZOR),
    ("Layout=", Written::View, RAZOR),
    ("<partial name=", Written::View, RAZOR),
    ("<jsp:include page=", Written::Path, JSP),
    ("<c:import url=", Written::Path, JSP),
    ("<ui:include src=", Written::Path, JSP),
    ("<ui:composition template=", Written::Path, JSP),
    ("<#include ", Written::Path, FREEMARKER),
    ("<#import ", Written::Path, FREEMARKER),
    ("<%inherit file=", Written::Path, MAKO),
    ("<%include file=", Written::Path, MAKO),
    ("<%namespace file=", Written::Path, MAKO),
    ("{include file=", Written::Path, SMARTY),
    ("{extends file=", Written::Path, SMARTY),
    ("#parse(", Written::Path, VELOCITY),
    ("#include(", Written::Path, VELOCITY),
];

/// The names of templates in a value of Thymeleaf: `~{layout :: main(~{::body})}`, `layout::main`.
pub(super) fn fragments(value: &str) -> impl Iterator<Item = &str> {
    let bare = (!value.contains("~{")).then_some(value);
    let marked = value.split("~{").skip(1);
    let named = bare.into_iter().chain(marked).filter_map(|it| {
        let name = it.split("::").next()?.split(['}', '(']).next()?.trim();
        (!name.is_empty() && name != "this").then_some(name)
    });
    named.map(|it| it.trim_matches('\''))
}
