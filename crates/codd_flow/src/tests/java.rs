//! Java.

use expect_test::expect;

use crate::testing::{check, flows};

/// Flows in the body of one servlet's method, in which `x` is a parameter of the query.
fn in_servlet(body: &str) -> String {
    flows(&format!(
        "//- /app/A.java\npackage app;\nimport java.util.*;\nimport javax.servlet.http.*;\n\
         public class A extends HttpServlet {{\n\
         public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {{\n\
         String x = request.getParameter(\"x\");\nRuntime r = Runtime.getRuntime();\n{body}\n}}\n\
         static class Box {{ private String in; Box(String in) {{ this.in = in; }} String get() {{ return in; }} }}\n\
         interface Run {{ String run(String a); }}\n\
         static class Same implements Run {{ public String run(String a) {{ return a; }} }}\n\
         private String own(String a) {{ return a; }}\nprivate String own(String a, int b) {{ return \"\"; }}\n\
         private static final List<String> KNOWN = Arrays.asList(\"a\", \"b\");\n}}\n"
    ))
}

#[test]
fn text_flows_through_what_passes_it_on() {
    for body in [
        "r.exec(x);",
        "r.exec(\"ls \" + x);",
        "r.exec(new String[] {\"sh\", \"-c\", x});",
        "String y = \"\"; y += x; r.exec(y);",
        "StringBuilder b = new StringBuilder(\"ls \"); b.append(x).append(\" \"); r.exec(b.toString());",
        "r.exec(String.format(\"ls %s\", x));",
        "Map<String, String> m = new HashMap<>(); m.put(\"a\", x); r.exec(m.get(\"a\"));",
        "List<String> l = new ArrayList<>(); l.add(\"a\"); l.add(x); l.remove(0); r.exec(l.get(0));",
        "r.exec(new Box(x).get());",
        "r.exec(own(x));",
        "Run f = new Same(); r.exec(f.run(x));",
        "Run f = a -> a; r.exec(f.run(x));",
        "for (String y : new String[] {x}) { r.exec(y); }",
        "for (Cookie c : request.getCookies()) { r.exec(c.getValue()); }",
        "switch (\"ABC\".charAt(1)) { case 'A': break; case 'B': r.exec(x); break; default: break; }",
        "r.exec(1 > 2 ? \"ls\" : x);",
        "Object o = x; if (o instanceof String s) { r.exec(s); }",
        "List.of(x).forEach(y -> { try { r.exec(y); } catch (Exception e) { } });",
        "if (x.matches(\".*\")) { r.exec(x); }",
        "if (!x.equals(\"a\")) { r.exec(x); }",
        "try { r.exec(x); } finally { r.gc(); }",
        "new Thread() { public void run() { try { Runtime.getRuntime().exec(x); } catch (Exception e) { } } }.run();",
        "ProcessBuilder p = new ProcessBuilder(); p.command(x);",
        "r.exec(switch (1) { case 1 -> x; default -> \"ls\"; });",
    ] {
        let found = in_servlet(body);
        assert!(found.starts_with("command-injection"), "no flow in\n{body}\n{found}");
    }
}

#[test]
fn text_ends_where_it_is_no_danger() {
    for body in [
        "r.exec(\"ls\");",
        "r.exec(\"ls \" + Integer.parseInt(x));",
        "int n = Integer.valueOf(x); r.exec(\"ls \" + n);",
        "Map<String, String> m = new HashMap<>(); m.put(\"a\", \"ls\"); m.put(\"b\", x); r.exec(m.get(\"a\"));",
        "List<String> l = new ArrayList<>(); l.add(\"a\"); l.add(x); l.add(\"b\"); l.remove(0); r.exec(l.get(1));",
        "if (!KNOWN.contains(x)) { return; } r.exec(x);",
        "if (x.equals(\"a\")) { r.exec(x); }",
        "if (!x.matches(\"[a-z]+\")) { throw new IllegalArgumentException(x); } r.exec(x);",
        "int n = 106; r.exec((7 * 42) - n > 200 ? \"ls\" : \"df\"); String y = (7 * 18) + n > 200 ? \"ls\" : x; r.exec(y);",
        "switch (\"ABC\".charAt(2)) { case 'A': r.exec(x); break; case 'C': r.exec(\"ls\"); break; default: r.exec(x); }",
        "switch (x) { case \"a\": r.exec(x); break; default: break; }",
        "String[] l = {\"a\", x}; r.exec(l[0]);",
        "r.exec(own(x, 1));",
        "StringBuilder a = new StringBuilder(x); StringBuilder b = new StringBuilder(); r.exec(b.toString());",
        "UUID id = UUID.fromString(x); r.exec(\"ls \" + id);",
        "new ProcessBuilder(\"ls\", x);",
    ] {
        let found = in_servlet(body);
        assert!(!found.contains("command-injection"), "a flow in\n{body}\n{found}");
    }
}

#[test]
fn classes_of_packages_know_one_another() {
    check(
        r#"
//- /src/web/Users.java
package web;

import data.Store;
import org.springframework.web.bind.annotation.*;

@RestController
@RequestMapping("/users")
class Users {
    private final Store store;

    Users(Store store) {
        this.store = store;
    }

    @GetMapping("/{id}")
    public String one(@PathVariable String id, @RequestParam(required = false) int page) {
        return store.find(id, page);
    }

    @PostMapping
    public void add(@RequestBody Form form) {
        new data.Files().read(form.getName());
    }
}
//- /src/web/Form.java
package web;

class Form {
    private String name;

    public String getName() {
        return name;
    }
}
//- /src/data/Store.java
package data;

public interface Store {
    String find(String id, int page);
}
//- /src/data/SqlStore.java
package data;

import java.sql.*;
import javax.sql.DataSource;

class SqlStore implements Store {
    private DataSource source;

    public String find(String id, int page) {
        try (Connection connection = source.getConnection(); Statement statement = connection.createStatement()) {
            ResultSet found = statement.executeQuery("SELECT * FROM users WHERE id = '" + id + "' LIMIT " + page);
            return found.getString(1);
        }
    }
}
//- /src/data/Files.java
package data;

import java.io.File;

public class Files {
    public File read(String name) {
        return new File("/srv/" + name);
    }
}
"#,
        expect![[r#"
            path-traversal src/data/Files.java:7 a parameter of the request: src/web/Users.java:21 src/web/Users.java:22 src/web/Form.java:7 src/web/Users.java:22 7 7
            sql-injection src/data/SqlStore.java:11 a parameter of the request: src/web/Users.java:16 src/web/Users.java:17 11 11
        "#]],
    );
}

#[test]
fn the_page_of_a_servlet_is_escaped_or_not() {
    check(
        r#"
//- /A.java
import jakarta.servlet.http.*;
import java.io.PrintWriter;
import org.apache.commons.text.StringEscapeUtils;

class A extends HttpServlet {
    protected void doPost(HttpServletRequest request, HttpServletResponse response) {
        PrintWriter out = response.getWriter();
        String name = request.getHeader("X-Name");
        out.println("<b>" + name + "</b>");
        out.println("<b>" + StringEscapeUtils.escapeHtml4(name) + "</b>");
        request.getSession().setAttribute("name", name);
    }
}
"#,
        expect![[r#"
            trust-boundary A.java:11 a header: 8 8 11
            xss A.java:9 a header: 8 8 9 9
        "#]],
    );
}

#[test]
fn deep_code_is_counted_and_nothing_overflows() {
    for body in [
        format!("int a = {}1{};", "(".repeat(3000), ")".repeat(3000)),
        format!("f{};", ".b()".repeat(3000)),
        format!("{}{}", "if (a) {".repeat(600), "}".repeat(600)),
        format!("{}{}", "new A() { void f() {".repeat(200), "}};".repeat(200)),
        format!("f({}1);", "() -> ".repeat(600)),
    ] {
        let found = flows(&format!("//- /A.java\nclass A {{ void f() {{ {body} }} }}\n"));
        assert!(found.contains("given up in A.java"), "{}", &body[..40]);
    }
    let chain: String = (0..300)
        .map(|at| format!("static String f{at}(String x) {{ return f{}(x); }}\n", at + 1))
        .collect();
    let text = format!(
        "//- /A.java\nclass A extends A {{ {chain} static String f300(String x) {{ return f0(x); }}\n\
         void g(javax.servlet.http.HttpServletRequest r) {{ Runtime.getRuntime().exec(f0(r.getParameter(\"a\"))); }} }}\n\
         class B extends C {{ }} class C extends B {{ C() {{ this(1); }} C(int a) {{ this(); }} }}\n"
    );
    flows(&text);
}
