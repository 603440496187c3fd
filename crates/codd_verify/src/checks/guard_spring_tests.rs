//! Annotations of Spring's beans, which a call on the object itself does not pass.

use expect_test::expect;

use super::guard_tests::{check, hooked};
use crate::Outcome::{Fail, Pass};

const GUARD: &str = "- guard: {}";

#[test]
fn a_bean_that_calls_itself_passes_no_proxy() {
    let service = "//- /Orders.java\npackage a;\n\
        import org.springframework.security.access.prepost.PreAuthorize;\n\
        import org.springframework.stereotype.Service;\n\
        @Service\nclass Orders extends Base {\n\
        \x20 private Orders self;\n  private Others others;\n\
        \x20 void outer() { HOOK }\n\
        \x20 @PreAuthorize(\"hasRole('A')\") void secured() { }\n}\n\
        //- /Base.java\npackage a;\n\
        import org.springframework.security.access.prepost.PreAuthorize;\n\
        class Base {\n  @PreAuthorize(\"hasRole('A')\") void inherited() { }\n}\n\
        //- /Others.java\npackage a;\n\
        import org.springframework.security.access.prepost.PreAuthorize;\n\
        class Others {\n  @PreAuthorize(\"hasRole('A')\") void secured() { }\n}\n\
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
        "var me = this; me.secured();",
    ];
    let guarded = ["self.secured();", "others.secured();", "secured(); others.secured();"];
    let all = open.map(|it| (it, Fail)).into_iter().chain(guarded.map(|it| (it, Pass)));
    hooked(service, &all.collect::<Vec<_>>());
}

#[test]
fn annotations_of_handlers_and_of_other_beans_count() {
    check(
        GUARD,
        r#"
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
