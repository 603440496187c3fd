//! Templates and values of charts in, what they define and use out.

use expect_test::expect;

use crate::render::check_file;

#[test]
fn named_templates_and_values() {
    check_file(
        "deploy/api/templates/_helpers.tpl",
        "{{/* about .Values.no */}}\n{{- define \"api.labels\" -}}\napp: {{ .Values.name | quote }}\n{{- if .Values.a.b }}x{{ end }}\n{{- end }}\n{{ define \"api.other\" }}{{ include \"api.labels\" . }}{{ end }}\n",
        &expect![[r#"
            Resource api.labels
            Resource api.other
            link Object Declares helm#api.labels in api.labels
            link Local Reads deploy/api/helm#name in api.labels
            link Local Reads deploy/api/helm#a.b | deploy/api/helm#a in api.labels
            link Object Declares helm#api.other in api.other
            link Object Calls helm#api.labels in api.other
        "#]],
    );
}

#[test]
fn templates_that_make_yaml_are_no_broken_yaml() {
    check_file(
        "deploy/api/charts/db/templates/set.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ template \"api.name\" $ }}\n{{- with .Values.labels }}\n  labels: {{- toYaml . | nindent 4 }}\n{{- end }}\ndata:\n  x: {{ index $.Values \"a-b\" \"c\" }}\n  y: {{ .Files.Get \"conf/x.ini\" }}\n  z: {{ .Values.global.zone\n",
        &expect![[r#"
            link Object Calls helm#api.name
            link Local Reads deploy/api/charts/db/helm#labels
            link Local Reads deploy/api/helm#db.labels | deploy/api/helm#db
            link Local Reads deploy/api/charts/db/helm#a-b.c | deploy/api/charts/db/helm#a-b
            link Local Reads deploy/api/helm#db.a-b.c | deploy/api/helm#db.a-b | deploy/api/helm#db
            link File Reads deploy/api/charts/db/conf/x.ini
        "#]],
    );
    check_file(
        "deploy/api/values.yaml",
        "name: api\nservices:\n  web: {image: x}\nresources: {}\n",
        &expect![[r#"
            Resource name
            Resource services
            Resource services.web
            Resource services.web.image
            Resource resources
            link Local Declares deploy/api/helm#name in name
            link Local Declares deploy/api/helm#services in services
            link Local Declares deploy/api/helm#services.web in services.web
            link Local Declares deploy/api/helm#services.web.image in services.web.image
            link Local Declares deploy/api/helm#resources in resources
        "#]],
    );
}

#[test]
fn broken_templates_give_what_they_can_and_end() {
    let deep =
        "{{ if .Values.a }}".repeat(5_000) + &"{{ end }}".repeat(9_000) + "{{ define \"x\" }}{{";
    check_file("c/templates/x.tpl", &deep[deep.len() - 60_000..], &expect![[r#""#]]);
}
