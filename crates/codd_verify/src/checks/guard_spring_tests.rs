//! Annotations of Spring's beans, which a call on the object itself does not pass.

use expect_test::expect;

use super::guard_tests::{check, hooked};
use crate::Outcome::{Fail, Pass, Undetermined};

const GUARD: &str = "- guard: {}";

/// What has annotations of methods asked.
const ON: &str = "//- /On.java\n\
    @EnableMethodSecurity(securedEnabled = true, jsr250Enabled = true) class On { }\n";

#[test]
fn a_bean_that_calls_itself_passes_no_proxy() {
    let service = "//- /Orders.java\npackage a;\n\
        import org.springframework.security.access.prepost.PreAuthorize;\n\
        import org.springframework.stereotype.Service;\n\
        @Service\nclass Orders extends Base {\n\
        \x20 private Orders self;\n  private Others others;\n\
        \x20 private Orders own = this;\n  private final Others made = new Others();\n\
        \x20 void outer() { HOOK }\n\
        \x20 @PreAuthorize(\"hasRole('A')\") void secured() { }\n\
        \x20 @PreAuthorize(\"hasRole('A')\") private void fixed() { }\n}\n\
        //- /Base.java\npackage a;\n\
        import org.springframework.security.access.prepost.PreAuthorize;\n\
        class Base {\n  @PreAuthorize(\"hasRole('A')\") void inherited() { }\n}\n\
        //- /Others.java\npackage a;\n\
        import org.springframework.security.access.prepost.PreAuthorize;\n\
        class Others {\n  @PreAuthorize(\"hasRole('A')\") void secured() { }\n\
        \x20 @PreAuthorize(\"hasRole('A')\") final void fixed() { }\n\
        \x20 @PreAuthorize(\"hasRole('A')\") static void still() { }\n}\n\
        //- /Api.java\npackage a;\n\
        import org.springframework.web.bind.annotation.*;\n\
        @RestController\nclass Api {\n  private Orders orders;\n\
        \x20 @GetMapping(\"/x\") String all() { orders.outer(); return \"\"; }\n}\n";
    let open = [
        "secured();",
        "this.secured();",
        "super.inherited();",
        "inherited();",
        "Orders.this.secured();",
        "Orders me = this; me.secured();",
        "new Orders().secured();",
        "Orders made = new Orders(); made.secured();",
        "own.secured();",
        "made.secured();",
        "fixed();",
        "others.fixed();",
        "Others.still();",
        "Supplier<String> all = this::secured; all.get();",
        "Runnable all = this::secured; all.run();",
        "var me = this; me.secured();",
    ];
    let guarded = ["self.secured();", "others.secured();", "secured(); others.secured();"];
    let all = open.map(|it| (it, Fail)).into_iter().chain(guarded.map(|it| (it, Pass)));
    hooked(&format!("{ON}{service}"), &all.collect::<Vec<_>>());
}

#[test]
fn annotations_of_handlers_and_of_other_beans_count() {
    check(
        GUARD,
        r#"
//- /On.kt
@EnableGlobalMethodSecurity(securedEnabled = true)
class On
//- /Api.kt
package a
import org.springframework.security.access.annotation.Secured
import org.springframework.web.bind.annotation.*
@RestController
class Api(private val orders: Orders) {
    @GetMapping("/handler") @Secured("A") fun handler() = "x"
    @GetMapping("/bean") fun bean() = orders.secured()
    @GetMapping("/self") fun self() = secured()
    @GetMapping("/this") fun other() = this.secured()
    @GetMapping("/below") fun below() = orders.outer()
    @Secured("A") fun secured() = "x"
}
//- /Orders.kt
package a
import org.springframework.security.access.annotation.Secured
class Orders {
    @Secured("A") fun secured() = "x"
    fun outer() = secured()
}
"#,
        expect![[r#"
            guard: Fail, 5 anchors
              Api.kt:8 GET /self: no guard runs before `GET /self`
              Api.kt:9 GET /this: no guard runs before `GET /this`
              Api.kt:10 GET /below: no guard runs before `GET /below`
              assumes org.springframework.security.access.annotation 
        "#]],
    );
}

#[test]
fn what_is_woven_into_the_code_counts_wherever_it_is_called() {
    let api = "//- /Api.java\npackage a;\n\
        import org.springframework.security.access.prepost.PreAuthorize;\n\
        import org.springframework.web.bind.annotation.*;\n\
        @RestController\nclass Api {\n\
        \x20 @GetMapping(\"/x\") String all() { return secured(); }\n\
        \x20 @PreAuthorize(\"hasRole('A')\") String secured() { return \"\"; }\n}\n\
        //- /Security.java\npackage a;\n\
        import org.springframework.context.annotation.AdviceMode;\n\
        @EnableMethodSecurityHOOK\nclass Security { }\n";
    hooked(api, &[("", Fail), ("(mode = AdviceMode.ASPECTJ)", Pass)]);
}

#[test]
fn other_frameworks_make_classes_that_do_it_themselves() {
    let api = "//- /Api.java\npackage a;\n\
        import jakarta.annotation.security.RolesAllowed;\nimport jakarta.ws.rs.*;\nHOOK\n\
        @Path(\"/x\")\nclass Api {\n  @GET String all() { return secured(); }\n\
        \x20 @RolesAllowed(\"a\") String secured() { return \"\"; }\n}\n";
    let spring = "import org.springframework.stereotype.Component;";
    hooked(api, &[("", Pass), (spring, Fail)]);
}

/// A route with an annotation, and a class that may have it asked.
fn annotated(annotation: &str) -> String {
    format!(
        "//- /Api.java\npackage a;\n\
         import org.springframework.security.access.annotation.Secured;\n\
         import org.springframework.security.access.prepost.PreAuthorize;\n\
         import jakarta.annotation.security.RolesAllowed;\n\
         import org.springframework.web.bind.annotation.*;\n\
         @RestController class Api {{ @GetMapping(\"/x\") {annotation} String all() {{ return \"\"; }} }}\n\
         //- /Security.java\npackage a;\nHOOK class Security {{ }}\n"
    )
}

#[test]
fn nobody_is_asked_by_annotations_that_nothing_switches_on() {
    let all = [
        ("", Undetermined),
        ("@Configuration", Undetermined),
        ("@EnableMethodSecurity", Pass),
        ("@EnableReactiveMethodSecurity", Pass),
        ("@EnableMethodSecurity(prePostEnabled = true)", Pass),
        ("@EnableMethodSecurity(prePostEnabled = false)", Undetermined),
        ("@EnableMethodSecurity(prePostEnabled = ON)", Undetermined),
        ("@EnableGlobalMethodSecurity", Undetermined),
        ("@EnableGlobalMethodSecurity(prePostEnabled = true)", Pass),
        ("@Profile(\"a\") @EnableMethodSecurity", Undetermined),
    ];
    hooked(&annotated("@PreAuthorize(\"hasRole('A')\")"), &all);
    let all = [
        ("@EnableMethodSecurity", Undetermined),
        ("@EnableMethodSecurity(securedEnabled = true)", Pass),
        ("@EnableGlobalMethodSecurity(securedEnabled = true)", Pass),
        ("@EnableGlobalMethodSecurity(prePostEnabled = true)", Undetermined),
    ];
    hooked(&annotated("@Secured(\"A\")"), &all);
    let all = [
        ("@EnableMethodSecurity", Undetermined),
        ("@EnableMethodSecurity(jsr250Enabled = true)", Pass),
    ];
    hooked(&annotated("@RolesAllowed(\"A\")"), &all);
}

#[test]
fn another_application_switches_nothing_on() {
    let program = "//- /a/src/main/java/Api.java\n\
        import org.springframework.security.access.prepost.PreAuthorize;\n\
        import org.springframework.web.bind.annotation.*;\n\
        @RestController class Api { @GetMapping(\"/x\") @PreAuthorize(\"x\") String all() { return \"\"; } }\n\
        //- /b/src/main/java/Security.java\n@EnableMethodSecurity class Security { }\n\
        //- /b/src/main/java/Own.java\nHOOK\n";
    let routes = "import org.springframework.web.bind.annotation.*;\n@RestController class Own { \
        @GetMapping(\"/own\") @org.springframework.security.access.prepost.PreAuthorize(\"x\") String own() { return \"\"; } }";
    hooked(program, &[("", Pass), (routes, Undetermined)]);
}
