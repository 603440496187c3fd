//! What a template is made of, as links to the files of other templates.

use codd_source::Span;

use super::BLADE;
use super::attributes::{MARKERS, Written, fragments};
use super::calls::{self, Called};
use super::libraries;
use super::names::{beside, first_text, part_key, partial, path_end, views_folder};
use super::tags::{Marks, Tag, begin};
use crate::commands::LinkSink;
use crate::links::paths_from;
use crate::resources::{Owners, Resources};
use crate::{Link, LinkKind, LinkRole, Name, ROUTE_NAME};

/// Lines of one file whose first words are looked at.
const MOST_LINES: usize = 20_000;

/// Directives of Blade that name a view first.
const DIRECTIVES: &[&str] = &[
    "component",
    "each",
    "extends",
    "include",
    "includeFirst",
    "includeIf",
    "includeUnless",
    "includeWhen",
];

/// Adds the links of a template, which has these tags.
pub(super) fn read(resources: &mut Resources<'_>, tags: &[Tag<'_>]) {
    let text = std::sync::Arc::clone(&resources.text);
    let path = resources.path.as_str();
    let mut reader = Reader {
        folder: resources.folder(),
        text: &text,
        owners: resources.owners(),
        found: Vec::new(),
    };
    for tag in tags {
        let called = match tag.marks {
            Marks::Statement => calls::of_statement(tag.inside),
            Marks::Value => calls::of_value(tag.inside),
            Marks::Code => calls::of_code(tag.inside),
        };
        for it in called {
            reader.called(it, Span::new(tag.start, tag.end));
        }
    }
    for it in libraries::used(tags) {
        let span = Span::new(it.start, it.end);
        let role = if it.is_run { LinkRole::Calls } else { LinkRole::Reads };
        reader.add_as(role, LinkKind::Object, it.keys, span, true);
    }
    let extension = resources.path.extension().unwrap_or_default().to_ascii_lowercase();
    let extension = extension.as_str();
    match extension {
        "pug" | "jade" => reader.pug(),
        "haml" | "slim" => reader.ruby_lines(),
        "php" => {
            for (name, span) in blade(&text) {
                let path = name.replace('.', "/").replace("::", "/");
                reader.template(&format!("{path}{BLADE}"), span);
            }
            reader.named_routes();
        }
        _ => reader.markers(extension),
    }
    reader.around(path, extension);
    for (link, span) in reader.found {
        resources.put(link, span);
    }
}

/// The views that a template of Blade names, and where.
fn blade(text: &str) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let rest = &text[at + 1..];
        let end = rest.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(rest.len());
        let Some(list) = rest[end..].trim_start_matches(' ').strip_prefix('(') else { continue };
        if !DIRECTIVES.contains(&&rest[..end]) {
            continue;
        }
        // `@includeWhen($is, 'x')`, `@includeFirst(['x', 'y'])`.
        let list = begin(list).split(['\n', ')']).next().unwrap_or_default();
        let before = list.find(['"', '\'']).map_or("", |at| &list[..at]);
        if let Some(name) = first_text(list)
            && (before.is_empty() || rest[..end].starts_with("include"))
        {
            let start = name.as_ptr() as usize - text.as_ptr() as usize;
            found.push((name.to_owned(), Span::new(start, start + name.len())));
        }
    }
    // `<x-forms.input …>` is `components/forms/input`.
    for (at, _) in text.match_indices("<x-") {
        let rest = &text[at + 3..];
        let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
        let name = &rest[..rest.find(|it| !is_name(it)).unwrap_or(rest.len())];
        if !name.is_empty() && name.len() < 200 && !name.starts_with("slot") {
            found.push((format!("components.{name}"), Span::new(at, at + 3 + name.len())));
        }
    }
    found
}

/// Collects links as they are found.
struct Reader<'t> {
    folder: &'t str,
    text: &'t str,
    owners: Owners,
    found: Vec<(Link, Span)>,
}

impl Reader<'_> {
    fn called(&mut self, called: Called<'_>, span: Span) {
        match called {
            Called::Template(name) => self.template(name, span),
            Called::Partial(name) => {
                let keys = partial(self.folder, name).into_iter().map(Name::from).collect();
                self.add(LinkKind::Template, keys, span, true);
            }
            Called::Part(name) => {
                self.add(LinkKind::Object, vec![part_key(name)], span, true);
                if name.contains('.') {
                    self.template(name, span);
                }
            }
        }
    }

    fn template(&mut self, name: &str, span: Span) {
        let Some(end) = path_end(name) else { return };
        if let Some(own) = beside(self.folder, name).filter(|_| end.contains('.')) {
            self.add(LinkKind::File, vec![own], span, true);
        } else {
            self.add(LinkKind::Template, vec![Name::from(end)], span, true);
        }
    }

    /// What stands behind words and attributes that say so.
    fn markers(&mut self, extension: &str) {
        let text = self.text;
        for (marker, written, _) in MARKERS.iter().filter(|it| it.2.contains(&extension)) {
            for (at, _) in text.match_indices(marker) {
                let from = at + marker.len();
                let line = begin(&text[from..]).lines().next().unwrap_or_default().trim_start();
                let Some(quote) = line.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
                    continue;
                };
                let Some(value) = line[1..].split(quote).next() else { continue };
                let span = Span::new(at, from);
                match written {
                    Written::Path => self.template(value, span),
                    Written::View => self.razor(value, span),
                    Written::Fragment => {
                        for name in fragments(value) {
                            self.template(name, span);
                        }
                    }
                }
            }
        }
    }

    /// `{{ route('orders.show', $order) }}`: pages lead to the routes that they name.
    fn named_routes(&mut self) {
        let text = self.text;
        for (at, word) in text.match_indices("route(") {
            let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '>' | ':' | '$');
            let rest = begin(&text[at + word.len()..]).trim_start();
            let Some(quote) = rest.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
                continue;
            };
            let Some(name) = rest[1..].split(quote).next() else { continue };
            if text[..at].ends_with(is_word) || name.contains(['$', '{', '*', '\n']) {
                continue;
            }
            let start = name.as_ptr() as usize - text.as_ptr() as usize;
            let span = Span::new(start, start + name.len());
            let keys = vec![Name::from(format!("* {ROUTE_NAME}{name}"))];
            self.add(LinkKind::Endpoint, keys, span, true);
        }
    }

    /// A view of ASP.NET, by the end of its path.
    fn razor(&mut self, name: &str, span: Span) {
        let Some(end) = path_end(name) else { return };
        let whole = if end.contains('.') { end.to_owned() } else { format!("{end}.cshtml") };
        self.add(LinkKind::Template, vec![Name::from(whole)], span, true);
    }

    /// `extends layout` and `include mixins/form` of Pug, whose files have its ending.
    fn pug(&mut self) {
        for (start, line) in lines(self.text) {
            let line = line.trim();
            let named = line.strip_prefix("extends ").or_else(|| line.strip_prefix("include "));
            let Some(name) = named.map(str::trim).filter(|it| !it.contains(' ')) else { continue };
            let last = name.rsplit('/').next().unwrap_or(name);
            let name = if last.contains('.') { name.to_owned() } else { format!("{name}.pug") };
            let span = Span::new(start, start + line.len());
            match name.strip_prefix('/') {
                Some(name) => self.template(name, span),
                None => self.add(LinkKind::File, paths_from(self.folder, &name), span, true),
            }
        }
    }

    /// Lines of Haml and Slim that run code.
    fn ruby_lines(&mut self) {
        for (start, line) in lines(self.text) {
            let line = begin(line);
            let Some(code) = line.find(['=', '-']).map(|at| &line[at + 1..]) else { continue };
            for it in calls::rendered(code.trim_start_matches(['=', '>', '<', '-'])) {
                self.called(it, Span::new(start, start + line.len()));
            }
        }
    }

    /// What stands around a template although it does not say so: layouts of Rails, and what
    /// ASP.NET runs before views.
    fn around(&mut self, path: &str, extension: &str) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let whole = Span::new(0, self.text.len());
        if matches!(extension, "cshtml" | "vbhtml") {
            for first in ["_ViewStart", "_ViewImports"] {
                // Before layouts and partials no start runs.
                let is_before = first == "_ViewImports" || !name.starts_with('_');
                if is_before && !name.starts_with(first) {
                    let keys = paths_from(self.folder, &format!("{first}.{extension}"));
                    self.add(LinkKind::File, keys, whole, true);
                }
            }
            return;
        }
        let is_view = path.starts_with("app/views/") || path.contains("/app/views/");
        let own = views_folder(self.folder);
        if is_view && !name.starts_with('_') && own != "layouts" && !own.is_empty() {
            // `orders/show.html.erb` stands in a layout of pages, `order_mailer/paid.text.erb` in
            // one of texts.
            let endings = name.split_once('.').map_or("html.erb", |it| it.1);
            let base = if own.ends_with("mailer") { "mailer" } else { "application" };
            let keys = [own, base].map(|it| Name::from(format!("layouts/{it}.{endings}")));
            self.add(LinkKind::Template, keys.into(), whole, false);
        }
    }

    fn add(&mut self, kind: LinkKind, keys: Vec<Name>, span: Span, is_certain: bool) {
        self.add_as(LinkRole::Reads, kind, keys, span, is_certain);
    }

    fn add_as(
        &mut self,
        role: LinkRole,
        kind: LinkKind,
        keys: Vec<Name>,
        span: Span,
        is_certain: bool,
    ) {
        let owner = self.owners.of(span);
        self.found.push((Link { kind, role, keys, owner, is_certain }, span));
    }
}

/// The lines of a text with their places.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.split_inclusive('\n').take(MOST_LINES).scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line.trim_end()))
    });
    lines.filter(|(_, line)| !line.is_empty())
}
