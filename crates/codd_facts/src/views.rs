//! Templates that code renders by name, in languages that share the lowering: by a call that
//! renders, or because a framework takes the result or the name of a method for one.

use codd_source::Span;
use rustc_hash::FxHashSet;

use crate::around::called_name;
use crate::code_links::CodeLinks;
use crate::node::{Node, child_of_kind, children, field};
use crate::text_links::quoted;
use crate::{DefinitionId, DefinitionKind, LinkKind, LinkRole, Name, Semantics};

/// Calls that render a template: the languages, the last name of what is called, and the place of
/// the template's name among the arguments.
const RENDERING: &[(&[&str], &str, usize)] = &[
    (&["go"], "ExecuteTemplate", 1),
    (&["go"], "HTML", 1),
    (&["go"], "Render", 0),
    (&["go"], "Render", 1),
    (&["java", "kotlin"], "ModelAndView", 0),
    (&["java", "kotlin"], "getRequestDispatcher", 0),
    (&["java", "kotlin"], "setViewName", 0),
    (&["kotlin"], "FreeMarkerContent", 0),
    (&["kotlin"], "MustacheContent", 0),
    (&["kotlin"], "PebbleContent", 0),
    (&["kotlin"], "ThymeleafContent", 0),
    (&["kotlin"], "VelocityContent", 0),
    (&["rust", "swift"], "render", 0),
];

/// Bytes in front of a text in which the call that takes it is looked for.
const BEFORE: usize = 160;

/// Definitions around one that are looked through.
const MOST_AROUND: usize = 16;

/// Adds the templates of a file that was walked, in which definitions have these spans.
pub(crate) fn collect(
    links: &mut CodeLinks<'_>,
    language: &str,
    root: Node<'_>,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    let calls: Vec<(&str, usize)> = RENDERING
        .iter()
        .filter(|(languages, word, _)| languages.contains(&language) && root.text().contains(word))
        .map(|(_, word, place)| (*word, *place))
        .collect();
    if !calls.is_empty() {
        rendered(links, root, &calls);
    }
    match language {
        "java" | "kotlin" => view_names(links, root, semantics, spans),
        "csharp" if root.text().contains("View(") => action_views(links, root, semantics),
        _ => {}
    }
}

/// The texts that such a call is given at that place.
fn rendered(links: &mut CodeLinks<'_>, root: Node<'_>, calls: &[(&str, usize)]) {
    let (text, first) = (root.text(), root.span().start);
    let mut done = 0;
    for node in root.below() {
        let span = node.span();
        if !node.is_named() || !node.kind().contains("string") || span.start < done {
            continue;
        }
        done = span.end;
        let Some(inner) = quoted(node.text()) else { continue };
        let at = (span.start.saturating_sub(first) as usize).min(text.len());
        let Some((word, place)) = call_around(text, at) else { continue };
        if calls.contains(&(word, place)) {
            template(links, inner, span);
        }
    }
}

/// The last name of the call whose argument begins at a place, and which argument it is.
fn call_around(text: &str, at: usize) -> Option<(&str, usize)> {
    let before = before(text, at);
    let (mut depth, mut place) = (0, 0);
    for (at, byte) in before.bytes().enumerate().rev() {
        match byte {
            b')' | b']' | b'}' => depth += 1,
            b'(' if depth == 0 => {
                let name = before[..at].trim_end();
                let is_part = |it: char| it.is_alphanumeric() || it == '_';
                let start = name.trim_end_matches(is_part).len();
                return Some((&name[start..], place));
            }
            b'(' | b'[' | b'{' => depth -= 1,
            b',' if depth == 0 => place += 1,
            b';' => return None,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    None
}

/// What stands in front of a place.
fn before(text: &str, at: usize) -> &str {
    let mut from = at.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..at).unwrap_or_default()
}

/// A text that names a template, and does not send the reader elsewhere.
fn template(links: &mut CodeLinks<'_>, name: &str, span: Span) {
    if !name.contains([':', '?', '#', '%']) {
        links.template(name, span);
    }
}

/// What a method of a Spring controller gives back is the name of a view.
fn view_names(
    links: &mut CodeLinks<'_>,
    root: Node<'_>,
    semantics: &Semantics,
    spans: &[(Span, DefinitionId)],
) {
    let is_marked = |id: DefinitionId, is: &dyn Fn(&str) -> bool| {
        let names = semantics.definition(id).decorators.iter();
        names.filter_map(|it| called_name(semantics, *it)).any(|it| is(it))
    };
    let gives_text = |it: &str| it == "ResponseBody";
    let is_action = |id: DefinitionId| {
        let class = semantics.definition(id).parent;
        class.is_some_and(|class| {
            is_marked(class, &|it| it == "Controller") && !is_marked(class, &gives_text)
        }) && is_marked(id, &|it| it.ends_with("Mapping") || it == "ExceptionHandler")
            && !is_marked(id, &gives_text)
    };
    let actions: FxHashSet<DefinitionId> =
        spans.iter().map(|it| it.1).filter(|it| is_action(*it)).collect();
    if actions.is_empty() {
        return;
    }
    let (text, first) = (root.text(), root.span().start);
    for node in root.below().filter(|it| it.kind() == "string_literal") {
        let span = node.span();
        let Some(action) = links.owner(span).filter(|it| actions.contains(it)) else { continue };
        let at = (span.start.saturating_sub(first) as usize).min(text.len());
        let Some(name) = quoted(node.text()).filter(|_| is_given_back(text, at)) else { continue };
        let name = name.trim_start_matches('/');
        // `orders :: row` is a part of a page.
        let name = name.split("::").next().unwrap_or(name).trim();
        if !name.is_empty() && !name.contains([':', ' ', '{', '$']) {
            let (kind, role) = (LinkKind::Template, LinkRole::Reads);
            links.add_for(Some(action), kind, role, vec![Name::new(name)], span, true);
        }
    }
}

/// Whether a text that begins there is what its function gives back: `return "x"`,
/// `return a ? "x" : "y"`, `fun f() = "x"`.
fn is_given_back(text: &str, at: usize) -> bool {
    let before = before(text, at).trim_end();
    let statement = before.rsplit([';', '{', '}']).next().unwrap_or(before).trim_start();
    let is_returned = statement.starts_with("return");
    match before.bytes().next_back() {
        Some(b'?' | b':') => is_returned,
        Some(b'=') => statement.contains("fun "),
        _ => is_returned && before.ends_with("return"),
    }
}

/// `View()`, `View("Index")`, `PartialView("_Row")` in an action of a controller of ASP.NET: a
/// view of the controller's own folder, or of the shared one.
fn action_views(links: &mut CodeLinks<'_>, root: Node<'_>, semantics: &Semantics) {
    for node in root.below().filter(|it| it.kind() == "invocation_expression") {
        let Some(function) = field(node, "function") else { continue };
        let called = function.text();
        if !matches!(called, "View" | "PartialView" | "this.View" | "this.PartialView") {
            continue;
        }
        let Some((action, class)) = action_around(links.owner(node.span()), semantics) else {
            continue;
        };
        let Some(controller) = class.strip_suffix("Controller") else { continue };
        let first = field(node, "arguments").and_then(|it| children(it).into_iter().next());
        let given = first.and_then(|it| child_of_kind(it, "string_literal"));
        let name = given.and_then(|it| quoted(it.text())).unwrap_or(action);
        let keys = if name.contains('/') || name.contains('.') {
            vec![Name::new(name.trim_start_matches(['~', '/', '.']))]
        } else {
            let folders = [controller, "Shared"];
            folders.map(|it| Name::from(format!("Views/{it}/{name}.cshtml"))).into()
        };
        let (kind, role) = (LinkKind::Template, LinkRole::Reads);
        // Of the two folders the first that has it is meant, which is no guess.
        links.add(kind, role, keys, node.span(), true);
    }
}

/// The names of the method and the class around a definition.
fn action_around(owner: Option<DefinitionId>, semantics: &Semantics) -> Option<(&str, &str)> {
    let around = std::iter::successors(owner, |it| semantics.definition(*it).parent);
    let mut inner = None;
    for id in around.take(MOST_AROUND) {
        let it = semantics.definition(id);
        if it.kind == DefinitionKind::Class {
            return inner.map(|name| (name, it.name.as_str()));
        }
        inner = Some(it.name.as_str());
    }
    None
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_links;

    #[test]
    fn what_a_method_of_a_spring_controller_gives_back_is_a_view() {
        check_links(
            "C.java",
            r#"
@Controller class C {
  @GetMapping("/h") public String home(Model m) { if (m.bad()) { return "error/bad"; } return m.ok() ? "home" : "away"; }
  @PostMapping("/h") public String save() { return "redirect:/h"; }
  @GetMapping("/x") @ResponseBody public String text() { return "plain"; }
  @GetMapping("/m") ModelAndView mv() { return new ModelAndView("orders/list", m); }
  private String helper() { return "no"; }
}
@RestController class R { @GetMapping("/r") String r() { return "no"; } }
"#,
            &expect![[r#"
                link Template Reads error/bad in C.home
                link Template Reads home in C.home
                link Template Reads away in C.home
                link Template Reads orders/list in C.mv
            "#]],
        );
        check_links(
            "C.kt",
            "@Controller\nclass C {\n  @GetMapping(\"/h\")\n  fun home(m: Model): String = \"home\"\n  @GetMapping(\"/b\")\n  fun b(): String { return \"other :: row\" }\n}\n",
            &expect![[r#"
                link Template Reads home in C.home
                link Template Reads other in C.b
            "#]],
        );
    }

    #[test]
    fn views_of_actions_of_asp_net() {
        check_links(
            "HomeController.cs",
            r#"class HomeController : Controller {
  public IActionResult Index() { return View(); }
  public IActionResult About(int id) => View("Other", new { id });
  public IActionResult Row() => PartialView("~/Views/X/_Row.cshtml", View(model));
}
class Window { void Show() { View(); } }
"#,
            &expect![[r#"
                link Template Reads Views/Home/Index.cshtml | Views/Shared/Index.cshtml in HomeController.Index
                link Template Reads Views/Home/Other.cshtml | Views/Shared/Other.cshtml in HomeController.About
                link Template Reads Views/X/_Row.cshtml in HomeController.Row
                link Template Reads Views/Home/Row.cshtml | Views/Shared/Row.cshtml in HomeController.Row
            "#]],
        );
    }

    #[test]
    fn calls_that_render_name_a_template_at_their_place() {
        check_links(
            "main.go",
            "package main\nfunc h() { t.ExecuteTemplate(w, \"users.html\", d); c.HTML(http.StatusOK, \"a.tmpl\", gin.H{\"x\": \"no\"}); c.Render(200, \"b\", nil) }\n",
            &expect![[r#"
                link Template Reads users.html in h
                link Template Reads a.tmpl in h
                link Template Reads b in h
            "#]],
        );
        check_links(
            "src/main.rs",
            "fn h() { tera.render(\"a.html\", &c); Template::render(\"index\", context! { x: \"no\" }); }",
            &expect![[r#"
                link Template Reads a.html in h
                link Template Reads index in h
            "#]],
        );
    }
}
