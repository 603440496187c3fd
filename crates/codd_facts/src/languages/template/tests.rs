//! Templates in, the links between them out.

use expect_test::expect;

use crate::render::{check_file, check_links};

#[test]
fn templates_of_jinja_django_twig_and_liquid_name_one_another() {
    check_links(
        "shop/templates/shop/list.html",
        "{% extends \"base.html\" %}\n{%- include 'parts/row.html' with name=\"no\" only %}\n\
         {% from \"macros.html\" import field as f %}\n{% include ['a.html', 'b.html'] ignore missing %}\n\
         {{ include('tw.html.twig', {x: 'no'}) }}{% include header.html %}{% render 'card', id: 'no' %}\n\
         {% extends layout %}{% url 'no' %}{# {% include \"no.html\" %} #}{% if x == \"no\" %}",
        &expect![[r#"
            link Template Reads base.html
            link Template Reads parts/row.html
            link Template Reads macros.html
            link Template Reads a.html
            link Template Reads b.html
            link Template Reads tw.html.twig
            link Template Reads header.html
            link Template Reads card
        "#]],
    );
}

#[test]
fn templates_of_ejs_handlebars_and_pug() {
    check_links(
        "web/views/index.ejs",
        "<%- include('partials/head', { a: 'no' }) %><% include ../foot.ejs %><%= x.include('no') %><% layout('main') -%>",
        &expect![[r#"
            link Template Reads partials/head
            link File Reads web/foot.ejs
            link Template Reads main
        "#]],
    );
    check_links(
        "web/views/index.hbs",
        "{{> header title=\"no\"}}{{#> layout }}{{/layout}}{{>shared/nav}}{{!-- {{> no}} --}}{{#if a}}{{/if}}",
        &expect![[r#"
            link Template Reads header
            link Template Reads layout
            link Template Reads shared/nav
        "#]],
    );
    check_links(
        "web/views/index.pug",
        "extends layout\nblock content\n  include mixins/form\n  p include it all\n",
        &expect![[r#"
            link File Reads web/views/layout.pug | web/layout.pug | layout.pug
            link File Reads web/views/mixins/form.pug | web/mixins/form.pug | mixins/form.pug
        "#]],
    );
}

#[test]
fn named_templates_of_go_are_definitions() {
    check_file(
        "web/page.tmpl",
        "{{define \"page\"}}{{if .X}}{{template \"head.tmpl\" .}}{{end}}{{block \"main\" .}}a{{end}}{{end}}\n{{template \"page\"}}\n",
        &expect![[r#"
            Resource page
            Resource page.main
            link Object Declares template#page in page
            link Object Reads template#head.tmpl in page
            link Template Reads head.tmpl in page
            link Object Declares template#main in page.main
            link Object Reads template#page
        "#]],
    );
}

#[test]
fn templates_of_rails_and_sinatra() {
    check_links(
        "app/views/orders/show.html.erb",
        "<%= render \"form\", order: \"no\" %><%= render partial: 'shared/menu', layout: \"box\" %>\n\
         <%= render @order %><%= erb :nav %><%# render \"no\" %><% renderer \"no\" %>",
        &expect![[r#"
            link Template Reads orders/_form
            link Template Reads layouts/orders.html.erb | layouts/application.html.erb (guess)
            link Template Reads orders/_box
            link Template Reads shared/_menu
            link Template Reads nav
        "#]],
    );
    check_links(
        "app/views/orders/_row.html.haml",
        "%tr\n  = render 'orders/cell'\n",
        &expect![[r#"
            link Template Reads orders/_cell
        "#]],
    );
}

#[test]
fn templates_of_thymeleaf_jsp_freemarker_and_mako() {
    check_links(
        "src/main/resources/templates/home.html",
        "<html layout:decorate=\"~{layouts/main}\"><div th:replace=\"fragments/x :: y\"></div>\n\
         <p th:insert=\"~{frag :: z(~{::body}, ~{other})}\" th:replace=\"${no}\" th:text=\"no\"></p>",
        &expect![[r#"
            link Template Reads layouts/main
            link Template Reads fragments/x
            link Template Reads frag
            link Template Reads other
        "#]],
    );
    check_links(
        "web/WEB-INF/jsp/a.jsp",
        "<%@ include file=\"head.jsp\" %><jsp:include page=\"/WEB-INF/jsp/foot.jsp\"/>",
        &expect![[r#"
            link Template Reads head.jsp
            link Template Reads WEB-INF/jsp/foot.jsp
        "#]],
    );
    check_links("t/a.ftl", "<#include \"b.ftl\">", &expect!["link Template Reads b.ftl\n"]);
    check_links(
        "t/a.mako",
        "<%inherit file=\"/b.mako\"/>",
        &expect!["link Template Reads b.mako\n"],
    );
}

#[test]
fn views_of_asp_net() {
    check_links(
        "Views/Home/Index.cshtml",
        "@{ Layout = \"_Layout\"; }\n@await Html.PartialAsync(\"_Row\", Model)\n<partial name=\"~/Views/Shared/_Menu.cshtml\" />",
        &expect![[r#"
            link File Reads Views/Home/_ViewImports.cshtml | Views/_ViewImports.cshtml | _ViewImports.cshtml
            link File Reads Views/Home/_ViewStart.cshtml | Views/_ViewStart.cshtml | _ViewStart.cshtml
            link Template Reads _Layout.cshtml
            link Template Reads _Row.cshtml
            link Template Reads Views/Shared/_Menu.cshtml
        "#]],
    );
}

#[test]
fn views_of_blade() {
    check_links(
        "views/show.blade.php",
        "@extends('layouts.app')\n@include(\"parts.row\", ['a' => 1]) @includeWhen($x, 'b') @if('no')\n\
         <x-forms.input a=\"1\"/><x-slot/>{{ __('no') }}\n",
        &expect![[r#"
            link Template Reads layouts/app.blade.php
            link Template Reads parts/row.blade.php
            link Template Reads b.blade.php
            link Template Reads components/forms/input.blade.php
        "#]],
    );
}

#[test]
fn pages_that_name_nothing_are_not_modelled() {
    let path = codd_source::RepoPath::from("docs/a.html");
    let language = crate::language_of(&path).unwrap();
    let parsed = |text: &[u8]| crate::extract(&crate::parse(language, &path, text).unwrap());
    assert!(!parsed(b"<p>{% raw %}\xe9</p>").is_modelled());
    let hash = |text: &[u8]| parsed(text).places.module_hash;
    assert_ne!(hash(b"<pre>\n a</pre>"), hash(b"<pre>\n  a</pre>"));
}

#[test]
fn text_in_a_named_template_on_one_line_is_its_own() {
    let path = codd_source::RepoPath::from("a.tmpl");
    let language = crate::language_of(&path).unwrap();
    let parsed = |text: &str| {
        crate::extract(&crate::parse(language, &path, text.as_bytes()).unwrap()).places
    };
    let (one, two) =
        (parsed("x{{define \"a\"}}1{{end}}y\n"), parsed("x{{define \"a\"}}2{{end}}y\n"));
    assert_eq!(one.module_hash, two.module_hash);
    assert_ne!(one.definitions[0].body, two.definitions[0].body);
}
